//! The `machine` block: the settings that all levels and processors of a scenario depend on.

use super::ast::{ItemKind, Name, Scenario, What};
use super::items::twice;
use super::say::Say;
use super::settings::settings_of;
use super::slug::{Findings, Slug};
use super::symbols::Symbols;
use super::values::{self, Values};
use crate::program::{Costs, DpcRule, GuardedMutex, Ladder, MachineSettings, PacketModel, QuantumCharge, SuspendModel};
use crate::text::Span;

/// Reads the `machine` block; it comes first, because levels and processors depend on it.
pub(crate) fn read(scenario: &Scenario<'_>, findings: &mut Findings) -> MachineSettings {
    let mut machine = MachineSettings::default();
    let mut first: Option<Span> = None;
    for item in &scenario.items {
        let ItemKind::Machine(list) = &item.kind else { continue };
        if let Some(first) = first {
            findings.push(twice("machine", item.keyword, first));
            continue;
        }
        first = Some(item.keyword);
        let owner = Name { text: "machine", span: item.keyword };
        let values = values::read(settings_of(What::Machine), owner, list, &Symbols::default(), findings);
        apply_machine(&mut machine, &values);
        if let (Some(1), Ladder::X64, Some(place)) = (values.get("lazy_irql"), machine.ladder, values.span("lazy_irql"))
        {
            findings.push(Slug::SettingIgnored.at(place, Say::NotLazyOnX64));
        }
    }
    machine
}

fn apply_machine(machine: &mut MachineSettings, values: &Values) {
    let get = |name: &str, default: i64| values.get(name).unwrap_or(default);
    machine.processors = get("processors", 1) as u8;
    machine.ladder = if get("irql", 0) == 1 { Ladder::X86 } else { Ladder::X64 };
    machine.clock_interval = get("clock", machine.clock_interval as i64) as u64;
    machine.quantum = get("quantum", machine.quantum.into()) as i8;
    machine.quantum_charge = if get("quantum_charge", 0) == 1 { QuantumCharge::Cycles } else { QuantumCharge::Tick };
    machine.priority_separation = get("priority_separation", machine.priority_separation.into()) as i8;
    machine.boosts = get("boosts", 1) == 1;
    machine.wait_costs_quantum = get("wait_costs_quantum", 0) == 1;
    machine.end = get("end", machine.end as i64) as u64;
    machine.seed = get("seed", machine.seed as i64) as u64;
    machine.verifier = get("verifier", machine.verifier.into()) == 1;
    machine.checked = get("checked", machine.checked.into()) == 1;
    machine.goes_on_in_deadlock = get("on_deadlock", 0) == 1;
    machine.dpc_rule = if get("dpc_rule", 0) == 1 { DpcRule::Book } else { DpcRule::Documented };
    machine.packet_model = if get("iocp", 0) == 1 { PacketModel::Dequeue } else { PacketModel::Apc };
    machine.guarded_mutex = if get("guarded_mutex", 0) == 1 { GuardedMutex::Nt52 } else { GuardedMutex::Win8 };
    machine.suspend_model =
        if get("suspend_model", 0) == 1 { SuspendModel::SchedApcWin8 } else { SuspendModel::ApcNt5 };
    machine.dpc_queue_depth_max = get("dpc_queue_depth", machine.dpc_queue_depth_max.into()) as u16;
    machine.dpc_rate_min = get("dpc_rate", machine.dpc_rate_min.into()) as u32;
    machine.dpc_rate_ideal = get("dpc_ideal_rate", machine.dpc_rate_ideal.into()) as u32;
    machine.dpc_adjust_threshold = get("dpc_adjust_threshold", machine.dpc_adjust_threshold.into()) as u16;
    machine.idle_poll = get("idle_poll", machine.idle_poll as i64) as u64;
    machine.lazy_irql = get("lazy_irql", 0) == 1 && machine.ladder == Ladder::X86;
    machine.threaded_dpc = get("threaded_dpc", machine.threaded_dpc.into()) == 1;
    machine.dpc_time_limit = get("dpc_time_limit", machine.dpc_time_limit.into()) as u32;
    if get("costs", 0) == 1 {
        let model = Costs::MODEL;
        let time = |name: &str, default: u64| get(name, default as i64) as u64;
        machine.costs = Costs {
            system_call: time("system_call_cost", model.system_call),
            context_switch: time("switch_cost", model.context_switch),
            copy_rate: get("copy_rate", model.copy_rate.into()) as u32,
            map: time("map_cost", model.map),
            page: time("page_cost", model.page),
            unmap: time("unmap_cost", model.unmap),
            packet: time("packet_cost", model.packet),
        };
    }
    machine.dpc_watchdog_limit = get("dpc_watchdog_limit", machine.dpc_watchdog_limit.into()) as u32;
}
