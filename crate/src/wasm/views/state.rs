//! The machine at the position.

use super::super::json::{Json, object};
use super::{Place, apc, body_kind, dpc, importance, object_name, place, processor, since, some};
use crate::base::{INFINITE, NO_RECORD};
use crate::nt::{
    DPC_NORMAL, DPC_THREADED, DispatcherHeader, FrameId, FrameKind, Kprcb, Kthread, Ktimer, State, ThreadState,
};
use crate::program::{BodyKind, Class, IPI, Irql, Ladder, Program};
use crate::sim;
use crate::text::LineIndex;
use wasm_bindgen::JsValue;

/// The machine at the position.
pub(in crate::wasm) fn state(session: &sim::Session, index: &LineIndex) -> JsValue {
    let reader = Reader { session, state: session.state(), program: session.program(), index };
    object(|json| reader.machine(json))
}

/// Reads one state.
struct Reader<'a> {
    session: &'a sim::Session,
    state: &'a State,
    program: &'a Program,
    index: &'a LineIndex,
}

impl Reader<'_> {
    /// The frames from `top` down, outermost first.
    fn frames_from(&self, top: FrameId) -> Vec<FrameId> {
        let mut list = Vec::new();
        let mut at = top;
        while at != FrameId::NONE {
            list.push(at);
            at = self.state.frames[at.index()].parent;
        }
        list.reverse();
        list
    }

    fn frame(&self, json: &mut Json, id: FrameId, dpc_stack: bool) {
        let frame = &self.state.frames[id.index()];
        let program = self.program;
        let object = some(frame.object);
        let device = || program.interrupts.get(frame.object as usize);
        let (kind, name, irql) = match frame.kind {
            FrameKind::Interrupt => {
                ("interrupt", program.name(Class::Interrupt, frame.object), device().map_or(0, |d| d.irql))
            }
            FrameKind::Dispatch => ("dispatch", "KiDispatchInterrupt", Ladder::DISPATCH),
            FrameKind::IdleRetire => ("retire", "KiRetireDpcList", Ladder::DISPATCH),
            FrameKind::DeliverApc => ("apc", "KiDeliverApc", Ladder::APC),
            FrameKind::DpcThread => ("body", "KiExecuteDpc", Ladder::PASSIVE),
            FrameKind::Exit => ("body", "PspExitThread", Ladder::PASSIVE),
            FrameKind::Startup => ("body", "KiThreadStartup", Ladder::APC),
            FrameKind::Body => program.bodies.get(frame.body as usize).map_or(("body", "", 0), |body| {
                let irql = match body.kind {
                    BodyKind::Isr => device().map_or(0, |d| d.synchronize_irql),
                    BodyKind::Dpc if object.is_some_and(|dpc| self.queue_of(dpc) == DPC_THREADED) => Ladder::PASSIVE,
                    BodyKind::Dpc => Ladder::DISPATCH,
                    BodyKind::ApcKernelRoutine => Ladder::APC,
                    kind if kind.has_irp() => frame.irql,
                    _ => Ladder::PASSIVE,
                };
                (body_kind(body.kind), body.name.as_str(), irql)
            }),
        };
        json.text("kind", kind);
        // It lies on the processor's own DPC stack (DP-19), not on what was interrupted.
        json.flag("dpc_stack", dpc_stack);
        json.maybe("object", object);
        json.text("name", name);
        json.number("irql", irql);
        self.frame_place(id).write(json);
    }

    fn frame_place(&self, id: FrameId) -> Place {
        let frame = &self.state.frames[id.index()];
        if frame.kind == FrameKind::Body { place(self.index, self.program.span(frame.pc)) } else { Place::default() }
    }

    /// The place of the nearest code at or below a frame.
    fn code_place(&self, top: FrameId) -> Place {
        let frames = self.frames_from(top);
        frames.iter().rev().map(|id| self.frame_place(*id)).find(|p| p.line > 0).unwrap_or_default()
    }

    fn machine(&self, json: &mut Json) {
        let state = self.state;
        json.number("record", self.session.position());
        json.wide("time", state.now);
        json.list("processors", 0..state.kprcb.len(), |json, cpu| self.processor(json, cpu));
        json.list("threads", 0..state.kthread.len(), |json, thread| self.thread(json, thread));
        json.list("dpcs", 0..state.kdpc.len() as u16, |json, dpc| self.dpc(json, dpc));
        json.list("kapcs", &state.kapc, |json, kapc| apc::kapc(json, self.program, kapc));
        json.list("events", &state.kevent, |json, event| {
            json.flag("signalled", event.header.is_signalled());
            self.waiters(json, &event.header);
        });
        json.list("semaphores", &state.ksemaphore, |json, semaphore| {
            json.number("count", semaphore.header.signal_state);
            self.waiters(json, &semaphore.header);
        });
        json.list("mutants", &state.kmutant, |json, mutant| {
            json.number("signal_state", mutant.header.signal_state);
            json.maybe("owner", some(mutant.owner_thread));
            json.flag("abandoned", mutant.abandoned);
            self.waiters(json, &mutant.header);
        });
        json.list("timers", (0..).zip(&state.ktimer), |json, (i, timer)| self.timer(json, i, timer));
        json.wide("clock_interval_ns", state.clock_interval);
        json.list("interrupts", state.kinterrupt.iter().zip(&self.program.interrupts), |json, (interrupt, def)| {
            // What changes of a KINTERRUPT; the rest is in the scenario's description.
            let lock = state.spin_lock.get(def.lock as usize);
            // The record that set its pending bit, and the request that its device is not quieted for.
            json.maybe("pending", since(interrupt.pending));
            json.maybe("asserted", since(interrupt.asserted));
            json.flag("in_service", interrupt.in_service);
            // The processor that holds its ActualLock.
            json.maybe("lock_owner", lock.and_then(|lock| processor(lock.owner)));
        });
        json.list("spin_locks", (0..).zip(&state.spin_lock), |json, (index, lock): (u16, _)| {
            json.maybe("owner", processor(lock.owner));
            json.numbers("spinning", state.spins.iter().filter(|s| s.lock == index).map(|s| s.cpu));
        });
        json.list("irps", &state.irp, |json, irp| {
            json.text("state", irp.state.name());
            json.number("status", irp.status);
            json.number("information", irp.information);
            json.maybe("thread", some(irp.thread));
        });
        json.numbers("globals", state.globals.iter().copied());
    }

    fn processor(&self, json: &mut Json, cpu: usize) {
        let prcb = &self.state.kprcb[cpu];
        let thread = some(prcb.current_thread);
        let own = self.frames_from(prcb.frame);
        let threads = thread.map(|t| self.frames_from(self.state.kthread[t as usize].frame)).unwrap_or_default();
        // A drain and all above it run on the DPC stack.
        let is_drain =
            |id: &FrameId| matches!(self.state.frames[id.index()].kind, FrameKind::Dispatch | FrameKind::IdleRetire);
        let below = threads.len() + own.iter().position(is_drain).unwrap_or(own.len());
        json.number("number", cpu as u32);
        json.number("irql", prcb.irql);
        json.maybe("thread", thread);
        json.maybe("standby", some(prcb.next_thread));
        json.list("frames", threads.iter().chain(&own).enumerate(), |json, (at, id)| {
            self.frame(json, *id, at >= below);
        });
        self.pending(json, cpu, prcb);
        json.flag("apc_requested", prcb.requests >> Ladder::APC & 1 == 1);
        json.flag("dispatch_requested", prcb.requests >> Ladder::DISPATCH & 1 == 1);
        json.numbers("dpc_queue", self.dpc_queue(prcb, DPC_NORMAL));
        json.numbers("threaded_queue", self.dpc_queue(prcb, DPC_THREADED));
        json.part("prcb", |json| dpc::prcb(json, self.program, prcb));
        json.number("ticks", self.state.tick_count);
        json.numbers("run_time", prcb.run_time);
        json.number("dpc_time_count", prcb.dpc_time_count);
        json.number("dpc_watchdog_count", prcb.dpc_watchdog_count);
        json.numbers("ready", (0..32).rev().flat_map(|priority| self.threads_of(prcb.ready[priority].0)));
        json.maybe("spinning_on", some(prcb.spinning_on));
        json.wide("working_ns", if prcb.working { prcb.work_until.saturating_sub(self.state.now) } else { 0 });
        self.code_place(self.state.top(cpu)).write(json);
    }

    fn pending(&self, json: &mut Json, cpu: usize, prcb: &Kprcb) {
        let built_in = [(0, prcb.clock_pending), (1, prcb.ipi_pending)];
        let devices = (2u16..)
            .zip(self.program.interrupts.iter().skip(2))
            .filter(|(_, def)| usize::from(def.processor) == cpu)
            .map(|(i, _)| (i, self.state.kinterrupt[i as usize].pending));
        let pending = built_in.into_iter().chain(devices).filter(|(_, since)| *since != NO_RECORD);
        json.list("pending", pending, |json, (interrupt, since)| {
            json.number("interrupt", interrupt);
            json.number("irql", self.program.interrupts[interrupt as usize].irql);
            json.number("since", since);
            // Of a pending inter-processor interrupt: what it asks for (IN-9).
            let asks = |level: Irql| interrupt == IPI && prcb.ipi_reasons >> level & 1 == 1;
            let reasons = [(Ladder::APC, "IPI_APC"), (Ladder::DISPATCH, "IPI_DPC")];
            json.texts("reasons", reasons.into_iter().filter(|r| asks(r.0)).map(|r| r.1));
        });
    }

    fn dpc_queue(&self, prcb: &Kprcb, queue: usize) -> Vec<u16> {
        let next = |dpc: &u16| some(self.state.kdpc[*dpc as usize].next);
        std::iter::successors(some(prcb.dpc_data[queue].dpc_list.0), next).collect()
    }

    /// The threads of a list, by its first.
    fn threads_of(&self, first: u16) -> Vec<u16> {
        let next = |thread: &u16| some(self.state.kthread[*thread as usize].next);
        std::iter::successors(some(first), next).collect()
    }

    /// The threads that wait for an object, in the order of its wait list.
    fn waiters(&self, json: &mut Json, header: &DispatcherHeader) {
        json.numbers("waiters", self.state.wait_list(header).map(|block| block.thread));
    }

    fn thread(&self, json: &mut Json, index: usize) {
        let t = &self.state.kthread[index];
        let top = self.state.frames.get(t.frame.index());
        json.number("index", index as u32);
        json.text("state", t.state.name());
        json.number("priority", t.priority);
        json.number("base_priority", t.base_priority);
        json.number("processor", t.next_processor);
        json.number("quantum", t.quantum);
        json.number("irql", t.wait_irql);
        match t.state {
            ThreadState::Waiting => json.part("wait", |json| self.wait(json, t)),
            _ => json.none("wait"),
        }
        apc::list(json, "kernel_apcs", self.state, self.program, t.apc_list[0].0);
        apc::list(json, "user_apcs", self.state, self.program, t.apc_list[1].0);
        json.part("apc_state", |json| apc::apc_state(json, self.state, self.program, t));
        json.flag("kernel_apc_pending", t.kernel_apc_pending);
        json.flag("user_apc_pending", t.user_apc_pending);
        json.flag("kernel_apc_in_progress", t.kernel_apc_in_progress);
        json.number("kernel_apc_disable", t.kernel_apc_disable);
        json.number("special_apc_disable", t.special_apc_disable);
        json.number("wait_status", top.map_or(0, |frame| frame.value as u32));
        self.code_place(t.frame).write(json);
    }

    fn wait(&self, json: &mut Json, t: &Kthread) {
        let due = self.state.frames[t.frame.index()].remaining;
        json.number("object", t.wait_object);
        json.text("object_name", object_name(self.program, t.wait_object));
        json.flag("alertable", t.alertable);
        json.text("mode", if t.wait_mode == 1 { "UserMode" } else { "KernelMode" });
        json.maybe("due_ns", (due != INFINITE).then_some(due));
        json.number("since", t.wait_since);
    }

    fn timer(&self, json: &mut Json, index: u32, t: &Ktimer) {
        let due = self.state.timers.due(self.state.kthread.len() as u32 + index);
        json.flag("signalled", t.header.is_signalled());
        json.maybe("due_ns", due.map(|due| due as i64));
        json.wide("period_ns", t.period);
        json.maybe("dpc", some(t.dpc));
        self.waiters(json, &t.header);
    }

    fn queue_of(&self, dpc: u16) -> usize {
        self.state.dpc_queue(self.program, dpc)
    }

    fn dpc(&self, json: &mut Json, dpc: u16) {
        let d = &self.state.kdpc[dpc as usize];
        let is_its = |id: &FrameId| {
            let frame = &self.state.frames[id.index()];
            let body = self.program.bodies.get(frame.body as usize);
            frame.kind == FrameKind::Body && frame.object == dpc && body.is_some_and(|b| b.kind == BodyKind::Dpc)
        };
        let threads = self.program.dpc_threads.filter(|_| self.queue_of(dpc) == DPC_THREADED);
        let runs = |cpu: &u32| {
            let cpu = *cpu as usize;
            let stack = threads.map_or(self.state.kprcb[cpu].frame, |threads| {
                self.state.kthread[threads.first_thread as usize + cpu].frame
            });
            self.frames_from(stack).iter().any(is_its)
        };
        json.maybe("queued_on", processor(d.queued_on));
        json.numbers("running_on", (0..self.state.kprcb.len() as u32).filter(runs));
        json.text("importance", importance(d.importance));
        json.part("kdpc", |json| dpc::kdpc(json, self.session, self.index, dpc));
    }
}
