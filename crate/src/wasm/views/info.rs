//! What a scenario declares.

use super::super::language::LocalizedView;
use super::super::{set, to_js};
use super::{Place, alpc, apc, body_kind, importance, place, queue, some};
use crate::program::{ApcOwner, Class, Ladder, Program};
use crate::sim;
use crate::text::{LineIndex, Span};
use js_sys::Object;
use serde::Serialize;

#[derive(Serialize)]
struct MachineView {
    processors: u8,
    ladder: &'static str,
    levels: Vec<&'static str>,
    device_min: u8,
    device_max: u8,
    clock_irql: u8,
    ipi_irql: u8,
    synch_irql: u8,
    end_ns: f64,
    clock_interval_ns: f64,
    seed: f64,
    dpc_time_limit: u32,
    dpc_watchdog_period: u32,
    costs: Option<alpc::CostsView>,
}

#[derive(Serialize)]
struct InterruptView {
    name: String,
    irql: u8,
    processor: u8,
    vector: u8,
    isr: Option<u16>,
    synchronize_irql: u8,
    level_sensitive: bool,
    share_vector: bool,
    /// Its ActualLock among the spin locks.
    lock: Option<u16>,
    /// Of a passive-level interrupt.
    passive: Option<PassiveView>,
    line: u32,
    from: u32,
    to: u32,
}

#[derive(Serialize)]
struct PassiveView {
    /// PassiveEvent, the event that wakes the ServiceThread, and that.
    event: u16,
    wake: u16,
    thread: u16,
}

#[derive(Serialize)]
struct DpcView {
    name: String,
    importance: &'static str,
    target: Option<u8>,
    line: u32,
}

#[derive(Serialize)]
struct ApcView {
    name: String,
    kind: &'static str,
    thread: Option<u16>,
    irp: Option<u16>,
    line: u32,
}

#[derive(Serialize)]
struct ThreadDefView {
    name: String,
    priority: u8,
    system: bool,
    process: Option<u16>,
    line: u32,
}

#[derive(Serialize)]
struct EventDefView {
    name: String,
    notification: bool,
}

#[derive(Serialize)]
struct SemaphoreDefView {
    name: String,
    limit: i32,
}

#[derive(Serialize)]
struct MutantDefView {
    name: String,
    apc_disable: bool,
}

#[derive(Serialize)]
struct FastMutexDefView {
    name: String,
    guarded: bool,
}

#[derive(Serialize)]
struct NameView {
    name: String,
}

#[derive(Serialize)]
struct WorkItemDefView {
    name: String,
    line: u32,
}

#[derive(Serialize)]
struct ProcessDefView {
    name: String,
    /// 0: nobody declares it.
    line: u32,
}

#[derive(Serialize)]
struct IrpDefView {
    name: String,
    bytes: u32,
}

#[derive(Serialize)]
struct BodyView {
    name: String,
    kind: &'static str,
    line: u32,
    from: u32,
    to: u32,
}

#[derive(Serialize)]
struct MarkerView {
    name: String,
    caption: LocalizedView,
    line: u32,
}

/// What a scenario declares.
#[derive(Serialize)]
pub(in crate::wasm) struct Info {
    title: LocalizedView,
    about: LocalizedView,
    machine: MachineView,
    interrupts: Vec<InterruptView>,
    dpcs: Vec<DpcView>,
    apcs: Vec<ApcView>,
    threads: Vec<ThreadDefView>,
    events: Vec<EventDefView>,
    timers: Vec<EventDefView>,
    semaphores: Vec<SemaphoreDefView>,
    mutants: Vec<MutantDefView>,
    fast_mutexes: Vec<FastMutexDefView>,
    resources: Vec<NameView>,
    queues: Vec<queue::QueueDefView>,
    work_items: Vec<WorkItemDefView>,
    processes: Vec<ProcessDefView>,
    irps: Vec<IrpDefView>,
    ports: Vec<alpc::PortDefView>,
    bodies: Vec<BodyView>,
    markers: Vec<MarkerView>,
}

pub(in crate::wasm) fn info(session: &sim::Session, index: &LineIndex) -> Info {
    let program = session.program();
    let line = |span: Span| place(index, span).line;
    Info {
        title: (&program.title).into(),
        about: (&program.about).into(),
        machine: machine(program),
        interrupts: program
            .interrupts
            .iter()
            .map(|d| {
                let Place { line, from, to } = place(index, d.span);
                let (irql, processor, vector) = (d.irql, d.processor, d.vector);
                InterruptView {
                    name: d.name.clone(),
                    irql,
                    processor,
                    vector,
                    isr: some(d.isr),
                    synchronize_irql: d.synchronize_irql,
                    level_sensitive: d.level_sensitive,
                    share_vector: d.share_vector,
                    lock: some(d.lock),
                    passive: d.passive.map(|p| PassiveView { event: p.event, wake: p.wake, thread: p.thread }),
                    line,
                    from,
                    to,
                }
            })
            .collect(),
        dpcs: program
            .dpcs
            .iter()
            .map(|d| DpcView {
                name: d.name.clone(),
                importance: importance(d.importance),
                target: d.target,
                line: line(d.span),
            })
            .collect(),
        apcs: program
            .apcs
            .iter()
            .map(|a| ApcView {
                name: a.name.clone(),
                kind: apc::kind(a.kind),
                thread: some(a.thread),
                irp: match a.owner {
                    ApcOwner::Request(irp) => Some(irp),
                    _ => None,
                },
                line: line(a.span),
            })
            .collect(),
        threads: program
            .threads
            .iter()
            .map(|t| ThreadDefView {
                name: t.name.clone(),
                priority: t.priority,
                system: t.system,
                process: some(t.process),
                line: line(t.span),
            })
            .collect(),
        events: program
            .events
            .iter()
            .map(|e| EventDefView { name: e.name.clone(), notification: e.notification })
            .collect(),
        timers: program
            .timers
            .iter()
            .map(|t| EventDefView { name: t.name.clone(), notification: t.notification })
            .collect(),
        semaphores: program
            .semaphores
            .iter()
            .map(|s| SemaphoreDefView { name: s.name.clone(), limit: s.limit })
            .collect(),
        mutants: program
            .mutants
            .iter()
            .map(|m| MutantDefView { name: m.name.clone(), apc_disable: m.apc_disable })
            .collect(),
        fast_mutexes: program
            .fast_mutexes
            .iter()
            .map(|m| FastMutexDefView { name: m.name.clone(), guarded: m.guarded })
            .collect(),
        resources: program.resources.iter().map(|r| NameView { name: r.name.clone() }).collect(),
        queues: queue::queue_defs(program),
        work_items: program
            .work_items
            .iter()
            .map(|w| WorkItemDefView { name: w.name.clone(), line: line(w.span) })
            .collect(),
        processes: program
            .processes
            .iter()
            .map(|p| ProcessDefView { name: p.name.clone(), line: if p.implied { 0 } else { line(p.span) } })
            .collect(),
        irps: program.irps.iter().map(|i| IrpDefView { name: i.name.clone(), bytes: i.bytes }).collect(),
        ports: alpc::ports(session, index),
        bodies: program
            .bodies
            .iter()
            .map(|b| {
                let Place { line, from, to } = place(index, b.span);
                BodyView { name: b.name.clone(), kind: body_kind(b.kind), line, from, to }
            })
            .collect(),
        markers: program
            .markers
            .iter()
            .map(|m| MarkerView { name: m.name.clone(), caption: (&m.caption).into(), line: line(m.span) })
            .collect(),
    }
}

/// The names of the objects of each class.
pub(in crate::wasm) fn names(program: &Program) -> Object {
    let names = Object::new();
    for class in Class::ALL.iter().filter(|c| !matches!(c, Class::None | Class::Processor | Class::Irql)) {
        let all: Vec<&str> = (0..program.count(*class)).map(|i| program.name(*class, i as u16)).collect();
        set(&names, &format!("{class:?}"), &to_js(&all));
    }
    names
}

fn machine(program: &Program) -> MachineView {
    let m = &program.machine;
    MachineView {
        processors: m.processors,
        ladder: if m.ladder == Ladder::X64 { "x64" } else { "x86" },
        levels: (0..=m.ladder.high()).map(|irql| m.ladder.name(irql)).collect(),
        device_min: m.ladder.device_min(),
        device_max: m.ladder.device_max(),
        clock_irql: m.ladder.clock(),
        ipi_irql: m.ladder.ipi(),
        synch_irql: m.ladder.synch(m.processors),
        end_ns: m.end as f64,
        clock_interval_ns: m.clock_interval as f64,
        seed: m.seed as f64,
        dpc_time_limit: m.dpc_time_limit,
        dpc_watchdog_period: m.dpc_watchdog_limit,
        costs: alpc::costs(&m.costs),
    }
}
