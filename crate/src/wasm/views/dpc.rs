//! What `dt nt!_KPRCB` and `dt nt!_KDPC` would show of the DPC queues, by the kernel's own field names (DP-1, DP-7).

use super::{importance, place, value};
use crate::base::NO_RECORD;
use crate::nt::{DPC_THREADED, Kprcb};
use crate::program::{Class, Program};
use crate::sim;
use crate::text::LineIndex;
use serde::Serialize;

/// One of a processor's queues.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DpcDataView {
    dpc_queue_depth: u16,
    dpc_count: u32,
}

/// What a processor control block says of DPCs.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PrcbView {
    /// The queue of ordinary DPCs, that of threaded ones.
    dpc_data: Vec<DpcDataView>,
    dpc_routine_active: bool,
    dpc_interrupt_requested: bool,
    timer_request: bool,
    quantum_end: bool,
    dpc_request_rate: u32,
    dpc_last_count: u32,
    maximum_dpc_queue_depth: u16,
    minimum_dpc_rate: u32,
    ideal_dpc_rate: u32,
    adjust_dpc_threshold: u16,
    thread_dpc_enable: bool,
    dpc_thread_active: bool,
    dpc_thread_requested: bool,
    /// Idle and halted.
    sleeping: bool,
    /// Idle and awake: its idle loop looks at the queue by itself.
    polling: bool,
}

pub(super) fn prcb(program: &Program, prcb: &Kprcb) -> PrcbView {
    let machine = &program.machine;
    PrcbView {
        dpc_data: prcb
            .dpc_data
            .iter()
            .map(|data| DpcDataView { dpc_queue_depth: data.dpc_queue_depth, dpc_count: data.dpc_count })
            .collect(),
        dpc_routine_active: prcb.dpc_routine_active,
        dpc_interrupt_requested: prcb.dpc_interrupt_requested,
        timer_request: prcb.timer_request,
        quantum_end: prcb.quantum_end,
        dpc_request_rate: prcb.dpc_request_rate,
        dpc_last_count: prcb.dpc_last_count,
        maximum_dpc_queue_depth: prcb.maximum_dpc_queue_depth,
        minimum_dpc_rate: machine.dpc_rate_min,
        ideal_dpc_rate: machine.dpc_rate_ideal,
        adjust_dpc_threshold: prcb.adjust_dpc_threshold,
        thread_dpc_enable: machine.threaded_dpc,
        dpc_thread_active: prcb.dpc_thread_active,
        dpc_thread_requested: prcb.dpc_thread_requested,
        sleeping: prcb.sleeping,
        polling: prcb.poll_until > 0,
    }
}

/// Where an object is queued (DP-6).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct QueuedView {
    processor: u8,
    queue: &'static str,
}

/// Who inserted an object last.
#[derive(Serialize)]
struct InsertedView {
    record: u32,
    processor: u8,
    by: String,
    line: u32,
}

/// A KDPC.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KdpcView {
    /// Where it lies, if that is in a block of pool.
    address: Option<String>,
    r#type: &'static str,
    importance: &'static str,
    /// The target processor; none: the one that inserts it.
    number: Option<u8>,
    /// The processors that it was queued on since it was initialised.
    processor_history: Vec<u8>,
    /// Not null exactly while it is queued.
    dpc_data: Option<QueuedView>,
    deferred_routine: String,
    deferred_context: String,
    system_argument1: String,
    system_argument2: String,
    inserted: Option<InsertedView>,
}

pub(super) fn kdpc(session: &sim::Session, index: &LineIndex, dpc: usize) -> KdpcView {
    let (d, program) = (&session.state().kdpc[dpc], session.program());
    let threaded = session.state().dpc_queue(program, dpc as u16) == DPC_THREADED;
    let queue = if threaded { "threaded" } else { "normal" };
    let in_block = program.dpcs[dpc].block.is_some();
    KdpcView {
        address: in_block.then(|| format!("{:#x}", session.state().dpc_address(program, dpc as u16))),
        r#type: if d.threaded { "ThreadedDpcObject" } else { "DpcObject" },
        importance: importance(d.importance),
        number: processor(d.number),
        processor_history: (0..64).filter(|cpu| d.processor_history >> cpu & 1 == 1).collect(),
        dpc_data: processor(d.queued_on).map(|processor| QueuedView { processor, queue }),
        deferred_routine: program.name(Class::Body, d.routine).into(),
        deferred_context: value(program, d.context),
        system_argument1: value(program, d.arguments[0]),
        system_argument2: value(program, d.arguments[1]),
        inserted: inserted(session, program, index, d.since),
    }
}

fn processor(number: u8) -> Option<u8> {
    (number != u8::MAX).then_some(number)
}

fn inserted(session: &sim::Session, program: &Program, index: &LineIndex, record: u32) -> Option<InsertedView> {
    if record == NO_RECORD {
        return None;
    }
    let r = session.columns().get(record)?;
    // Bodies lie one after the other in the code.
    let body = program.bodies.iter().rev().find(|b| b.entry <= r.pc);
    let code = program.code.get(r.pc as usize).and(body);
    let by = code.map_or(String::new(), |b| b.name.clone());
    Some(InsertedView { record, processor: r.cpu, by, line: place(index, program.span(r.pc)).line })
}
