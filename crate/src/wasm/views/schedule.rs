//! What `dt nt!_KTHREAD` would show of when, how long and where a thread runs, by the kernel's own field names (TH-2, TH-9, TH-17).

use crate::nt::Kthread;
use crate::program::{Program, QuantumCharge};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduleView {
    saturation: i8,
    /// A set, in hexadecimal.
    affinity: String,
    user_affinity: String,
    system_affinity_active: bool,
    ideal_processor: u8,
    user_ideal_processor: u8,
    /// Where quantums are counted in cycles.
    cycle_time: Option<f64>,
    quantum_target: Option<f64>,
}

pub(super) fn schedule(program: &Program, t: &Kthread) -> ScheduleView {
    let cycles = |count: u64| (program.machine.quantum_charge == QuantumCharge::Cycles).then_some(count as f64);
    ScheduleView {
        saturation: t.saturation,
        affinity: format!("{:#x}", t.affinity),
        user_affinity: format!("{:#x}", t.user_affinity),
        system_affinity_active: t.system_affinity_active,
        ideal_processor: t.ideal_processor,
        user_ideal_processor: t.user_ideal_processor,
        cycle_time: cycles(t.cycle_time),
        quantum_target: cycles(t.quantum_target),
    }
}
