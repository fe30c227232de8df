//! What `dt nt!_KPRCB` and `dt nt!_KDPC` would show of the DPC queues, by the kernel's own field names (DP-1, DP-7).

use super::super::json::Json;
use super::{importance, place, processor};
use crate::nt::{DPC_THREADED, Kprcb};
use crate::program::{Class, Program};
use crate::sim;
use crate::text::LineIndex;

/// What a processor control block says of DPCs.
pub(super) fn prcb(json: &mut Json, program: &Program, prcb: &Kprcb) {
    let machine = &program.machine;
    // The queue of ordinary DPCs, that of threaded ones.
    json.list("DpcData", &prcb.dpc_data, |json, data| {
        json.number("DpcQueueDepth", data.dpc_queue_depth);
        json.number("DpcCount", data.dpc_count);
    });
    json.flag("DpcRoutineActive", prcb.dpc_routine_active);
    json.flag("DpcInterruptRequested", prcb.dpc_interrupt_requested);
    json.flag("TimerRequest", prcb.timer_request);
    json.flag("QuantumEnd", prcb.quantum_end);
    json.number("DpcRequestRate", prcb.dpc_request_rate);
    json.number("DpcLastCount", prcb.dpc_last_count);
    json.number("MaximumDpcQueueDepth", prcb.maximum_dpc_queue_depth);
    json.number("MinimumDpcRate", machine.dpc_rate_min);
    json.number("IdealDpcRate", machine.dpc_rate_ideal);
    json.number("AdjustDpcThreshold", prcb.adjust_dpc_threshold);
    json.flag("ThreadDpcEnable", machine.threaded_dpc);
    json.flag("DpcThreadActive", prcb.dpc_thread_active);
    json.flag("DpcThreadRequested", prcb.dpc_thread_requested);
    // Idle and halted; idle and awake, so that the idle loop looks at the queue by itself.
    json.flag("Sleeping", prcb.sleeping);
    json.flag("Polling", prcb.poll_until > 0);
}

/// A KDPC.
pub(super) fn kdpc(json: &mut Json, session: &sim::Session, index: &LineIndex, dpc: u16) {
    let (d, program) = (&session.state().kdpc[dpc as usize], session.program());
    let threaded = session.state().dpc_queue(program, dpc) == DPC_THREADED;
    json.text("Type", if d.threaded { "ThreadedDpcObject" } else { "DpcObject" });
    json.text("Importance", importance(d.importance));
    // The target processor; none: the one that inserts it.
    json.maybe("Number", processor(d.number));
    // Where it is queued (DP-6): not null exactly while it is.
    match processor(d.queued_on) {
        Some(cpu) => json.part("DpcData", |json| {
            json.number("Processor", cpu);
            json.text("Queue", if threaded { "threaded" } else { "normal" });
        }),
        None => json.none("DpcData"),
    }
    json.text("DeferredRoutine", program.name(Class::Body, d.routine));
    json.number("DeferredContext", d.context);
    json.number("SystemArgument1", d.arguments[0]);
    json.number("SystemArgument2", d.arguments[1]);
    inserted(json, session, index, d.since);
}

/// Who inserted an object last.
fn inserted(json: &mut Json, session: &sim::Session, index: &LineIndex, record: u32) {
    let Some(r) = session.columns().get(record) else { return json.none("Inserted") };
    let program = session.program();
    // Bodies lie one after the other in the code.
    let body = program.bodies.iter().rev().find(|b| b.entry <= r.pc);
    let code = program.code.get(r.pc as usize).and(body);
    json.part("Inserted", |json| {
        json.number("record", record);
        json.number("processor", r.cpu);
        json.text("by", code.map_or("", |b| &b.name));
        json.number("line", place(index, program.span(r.pc)).line);
    });
}
