//! The machine at the position.

use super::locks::{self, waiters};
use super::{Place, alpc, apc, body_kind, dpc, importance, levels, object_name, place, queue, schedule, some};
use crate::base::{INFINITE, NO_RECORD};
use crate::nt::{
    DPC_NORMAL, DPC_THREADED, FrameId, FrameKind, GENERIC_CALL, Kprcb, Kthread, Ktimer, State, ThreadState,
};
use crate::program::{BodyKind, Class, IPI, Irql, Ladder, ObjectRef, Op, ParamKind, Program, SuspendModel};
use crate::sim;
use crate::text::LineIndex;
use crate::trace::Kind;
use serde::Serialize;

#[derive(Serialize)]
struct FrameView {
    kind: &'static str,
    /// It lies on the processor's own DPC stack (DP-19), not on what was interrupted.
    dpc_stack: bool,
    object: Option<u16>,
    name: String,
    /// The level that its code is called at.
    irql: u8,
    /// The level that it is at now, or was at when something came above it.
    level: u8,
    /// It is user-mode code, and not in a service; a delivery of APCs: it is on the way back to user mode.
    user: bool,
    line: u32,
    from: u32,
    to: u32,
}

#[derive(Serialize)]
struct PendingView {
    interrupt: u16,
    irql: u8,
    since: u32,
    /// Of a pending inter-processor interrupt: what it asks for (IN-9).
    reasons: Vec<&'static str>,
}

#[derive(Serialize)]
struct ProcessorView {
    number: usize,
    irql: u8,
    thread: Option<u16>,
    standby: Option<u16>,
    frames: Vec<FrameView>,
    pending: Vec<PendingView>,
    apc_requested: bool,
    dispatch_requested: bool,
    dpc_queue: Vec<u16>,
    threaded_queue: Vec<u16>,
    prcb: dpc::PrcbView,
    ticks: u32,
    context_switches: u32,
    run_time: [u32; 4],
    dpc_time_count: u32,
    dpc_watchdog_count: u32,
    ready: Vec<u16>,
    spinning_on: Option<u16>,
    working_ns: f64,
    line: u32,
    from: u32,
    to: u32,
}

#[derive(Serialize)]
struct WaitView {
    object: u32,
    object_name: String,
    objects: Vec<String>,
    alertable: bool,
    mode: &'static str,
    /// A KWAIT_REASON.
    reason: i64,
    due_ns: Option<f64>,
    since: u32,
}

#[derive(Serialize)]
struct ThreadView {
    index: usize,
    state: &'static str,
    priority: u8,
    base_priority: u8,
    processor: u8,
    quantum: i16,
    irql: u8,
    wait: Option<WaitView>,
    kernel_apcs: Vec<apc::QueuedApcView>,
    user_apcs: Vec<apc::QueuedApcView>,
    kernel_apc_pending: bool,
    user_apc_pending: bool,
    kernel_apc_in_progress: bool,
    kernel_apc_disable: i16,
    special_apc_disable: i16,
    apc_state: apc::ApcStateView,
    schedule: schedule::ScheduleView,
    /// The completion port that it serves.
    queue: Option<u16>,
    /// Of a wait that is over, until the code goes on.
    wait_status: Option<u32>,
    /// What it will wait for again, after a kernel APC.
    broken_wait: String,
    waiters: Vec<u16>,
    frames: Vec<FrameView>,
    line: u32,
    from: u32,
    to: u32,
}

#[derive(Serialize)]
struct DpcStateView {
    queued_on: Option<u8>,
    running_on: Vec<usize>,
    importance: &'static str,
    kdpc: dpc::KdpcView,
}

#[derive(Serialize)]
struct EventStateView {
    signalled: bool,
    waiters: Vec<u16>,
}

#[derive(Serialize)]
struct TimerView {
    signalled: bool,
    due_ns: Option<f64>,
    period_ns: f64,
    dpc: Option<u16>,
    waiters: Vec<u16>,
}

/// A KINTERRUPT: what changes of it. The rest is in the scenario's description.
#[derive(Serialize)]
struct InterruptStateView {
    /// The record that set its pending bit, and the request that its device is not quieted for.
    pending: Option<u32>,
    asserted: Option<u32>,
    in_service: bool,
    /// The processor that holds its ActualLock.
    lock_owner: Option<u8>,
    /// Of a passive-level interrupt: its line is masked, and the thread that has its PassiveEvent.
    masked: bool,
    owner: Option<u16>,
}

#[derive(Serialize)]
struct SpinLockView {
    owner: Option<u8>,
    spinning: Vec<usize>,
}

#[derive(Serialize)]
struct IrpView {
    state: &'static str,
    status: u32,
    information: u32,
    thread: Option<u16>,
}

/// The machine at the position.
#[derive(Serialize)]
pub(in crate::wasm) struct StateView {
    record: u32,
    time: f64,
    processors: Vec<ProcessorView>,
    threads: Vec<ThreadView>,
    dpcs: Vec<DpcStateView>,
    kapcs: Vec<apc::KapcView>,
    events: Vec<EventStateView>,
    timers: Vec<TimerView>,
    semaphores: Vec<locks::SemaphoreView>,
    mutants: Vec<locks::MutantView>,
    fast_mutexes: Vec<locks::FastMutexView>,
    resources: Vec<locks::ResourceView>,
    processes: Vec<locks::ProcessView>,
    queues: Vec<queue::QueueView>,
    work_items: Vec<queue::WorkItemView>,
    clock_interval_ns: f64,
    interrupts: Vec<InterruptStateView>,
    spin_locks: Vec<SpinLockView>,
    irps: Vec<IrpView>,
    alpc: Option<alpc::AlpcView>,
    globals: Vec<f64>,
}

pub(in crate::wasm) fn state(session: &sim::Session, index: &LineIndex) -> StateView {
    let reader = Reader { session, state: session.state(), program: session.program(), index };
    let state = reader.state;
    let cpus = 0..state.kprcb.len();
    StateView {
        record: session.position(),
        time: state.now as f64,
        processors: cpus.clone().map(|cpu| reader.processor(cpu)).collect(),
        threads: (0..state.kthread.len()).map(|thread| reader.thread(thread)).collect(),
        dpcs: (0..state.kdpc.len()).map(|dpc| reader.dpc(dpc)).collect(),
        kapcs: (0..).zip(&state.kapc).map(|(index, a)| apc::kapc(reader.program, index, a)).collect(),
        events: state
            .kevent
            .iter()
            .map(|e| EventStateView { signalled: e.header.is_signalled(), waiters: waiters(state, &e.header) })
            .collect(),
        semaphores: locks::semaphores(state),
        mutants: locks::mutants(state),
        fast_mutexes: locks::fast_mutexes(state),
        resources: locks::resources(state),
        processes: locks::processes(state),
        queues: queue::queues(state),
        work_items: queue::work_items(state, reader.program),
        timers: (0..).zip(&state.ktimer).map(|(i, t)| reader.timer(i, t)).collect(),
        clock_interval_ns: state.clock_interval as f64,
        interrupts: state
            .kinterrupt
            .iter()
            .zip(&session.program().interrupts)
            .map(|(interrupt, def)| {
                let record = |n: u32| (n != NO_RECORD).then_some(n);
                let lock = state.spin_lock.get(def.lock as usize);
                InterruptStateView {
                    pending: record(interrupt.pending),
                    asserted: record(interrupt.asserted),
                    in_service: interrupt.in_service,
                    lock_owner: lock.map(|l| l.owner).filter(|owner| *owner != u8::MAX),
                    masked: interrupt.masked,
                    owner: some(interrupt.owner),
                }
            })
            .collect(),
        spin_locks: (0u16..)
            .zip(&state.spin_lock)
            .map(|(lock, l)| SpinLockView {
                owner: (l.owner != u8::MAX).then_some(l.owner),
                spinning: state.spins.iter().filter(|s| s.lock == lock).map(|s| usize::from(s.cpu)).collect(),
            })
            .collect(),
        irps: state
            .irp
            .iter()
            .map(|i| IrpView {
                state: i.state.name(),
                status: i.status,
                information: i.information,
                thread: some(i.thread),
            })
            .collect(),
        alpc: alpc::alpc(session.program(), state),
        globals: state.globals.iter().map(|g| *g as f64).collect(),
    }
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

    fn frame(&self, id: FrameId, level: Irql, dpc_stack: bool) -> FrameView {
        let frame = &self.state.frames[id.index()];
        let program = self.program;
        let delivers = frame.kind == FrameKind::DeliverApc;
        // Between two APCs none is in hand.
        let object = some(frame.object).filter(|_| !delivers || frame.phase > 0);
        let calls = matches!(program.code.get(frame.pc as usize), Some(Op::Call { .. }));
        let user = if delivers { frame.value == 1 } else { frame.user && !(calls && frame.phase > 0) };
        let (kind, name, irql) = match frame.kind {
            FrameKind::Interrupt => {
                let irql = program.interrupts.get(frame.object as usize).map_or(0, |d| d.irql);
                ("interrupt", program.name(Class::Interrupt, frame.object).to_string(), irql)
            }
            FrameKind::Dispatch => ("dispatch", "KiDispatchInterrupt".into(), Ladder::DISPATCH),
            FrameKind::IdleRetire => ("retire", "KiRetireDpcList".into(), Ladder::DISPATCH),
            FrameKind::DeliverApc => ("apc", "KiDeliverApc".into(), Ladder::APC),
            FrameKind::DpcThread => ("body", "KiExecuteDpc".into(), Ladder::PASSIVE),
            FrameKind::WorkerThread => ("body", "ExpWorkerThread".into(), Ladder::PASSIVE),
            FrameKind::ServiceThread => ("body", "IopPassiveInterruptWorker".into(), Ladder::PASSIVE),
            FrameKind::Suspend => {
                let newer = self.program.machine.suspend_model == SuspendModel::SchedApcWin8;
                ("apc", if newer { "KiSchedulerApc" } else { "KiSuspendThread" }.into(), Ladder::PASSIVE)
            }
            FrameKind::Exit => ("body", "PspExitThread".into(), Ladder::PASSIVE),
            FrameKind::SynchronousIo => ("body", "IopSynchronousServiceTail".into(), Ladder::PASSIVE),
            FrameKind::Startup => ("body", "KiThreadStartup".into(), Ladder::APC),
            FrameKind::Body => {
                let Some(body) = program.bodies.get(frame.body as usize) else {
                    let (line, from, to) = (0, 0, 0);
                    let name = String::new();
                    return FrameView { kind: "body", dpc_stack, object, name, irql: 0, level, user, line, from, to };
                };
                let irql = match body.kind {
                    BodyKind::Isr => program.interrupts.get(frame.object as usize).map_or(0, |d| d.synchronize_irql),
                    BodyKind::Dpc if object.is_some_and(|dpc| self.queue_of(dpc) == DPC_THREADED) => Ladder::PASSIVE,
                    BodyKind::Dpc => Ladder::DISPATCH,
                    BodyKind::ApcKernelRoutine => Ladder::APC,
                    kind if kind.has_irp() => frame.irql,
                    _ => Ladder::PASSIVE,
                };
                (body_kind(body.kind), body.name.clone(), irql)
            }
        };
        let Place { line, from, to } = self.frame_place(id);
        FrameView { kind, dpc_stack, object, name, irql, level, user, line, from, to }
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

    fn processor(&self, cpu: usize) -> ProcessorView {
        let prcb = &self.state.kprcb[cpu];
        let thread = some(prcb.current_thread);
        let own = self.frames_from(prcb.frame);
        let threads = thread.map(|t| self.frames_from(self.state.kthread[t as usize].frame)).unwrap_or_default();
        // A drain and all above it run on the DPC stack.
        let is_drain =
            |id: &FrameId| matches!(self.state.frames[id.index()].kind, FrameKind::Dispatch | FrameKind::IdleRetire);
        let below = threads.len() + own.iter().position(is_drain).unwrap_or(own.len());
        let stack: Vec<FrameId> = threads.into_iter().chain(own).collect();
        let levels = levels::of_stack(self.state, &stack, levels::of_top(self.session, cpu, &stack));
        let frames =
            stack.iter().zip(levels).enumerate().map(|(at, (id, l))| self.frame(*id, l, at >= below)).collect();
        let left = if prcb.working { prcb.work_until.saturating_sub(self.state.now) } else { 0 };
        let Place { line, from, to } = self.code_place(self.state.top(cpu));
        ProcessorView {
            number: cpu,
            irql: prcb.irql,
            thread,
            standby: some(prcb.next_thread),
            frames,
            pending: self.pending(cpu, prcb),
            apc_requested: prcb.requests >> Ladder::APC & 1 == 1,
            dispatch_requested: prcb.requests >> Ladder::DISPATCH & 1 == 1,
            dpc_queue: self.dpc_queue(prcb, DPC_NORMAL),
            threaded_queue: self.dpc_queue(prcb, DPC_THREADED),
            prcb: dpc::prcb(self.program, prcb),
            ticks: self.state.tick_count,
            context_switches: prcb.context_switches,
            run_time: prcb.run_time,
            dpc_time_count: prcb.dpc_time_count,
            dpc_watchdog_count: prcb.dpc_watchdog_count,
            ready: (0..32).rev().flat_map(|priority| self.threads_of(prcb.ready[priority].0)).collect(),
            spinning_on: some(prcb.spinning_on),
            working_ns: left as f64,
            line,
            from,
            to,
        }
    }

    fn pending(&self, cpu: usize, prcb: &Kprcb) -> Vec<PendingView> {
        let built_in = [(0, prcb.clock_pending), (1, prcb.ipi_pending)];
        let devices = (2u16..)
            .zip(self.program.interrupts.iter().skip(2))
            .filter(|(_, def)| usize::from(def.processor) == cpu)
            .map(|(i, _)| (i, self.state.kinterrupt[i as usize].pending));
        built_in
            .into_iter()
            .chain(devices)
            .filter(|(_, since)| *since != NO_RECORD)
            .map(|(interrupt, since)| PendingView {
                interrupt,
                irql: self.program.interrupts[interrupt as usize].irql,
                since,
                reasons: if interrupt == IPI { ipi_reasons(prcb) } else { vec![] },
            })
            .collect()
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

    fn thread(&self, index: usize) -> ThreadView {
        let t = &self.state.kthread[index];
        let wait = (t.state == ThreadState::Waiting).then(|| self.wait(t));
        let stack = self.frames_from(t.frame);
        let over = stack.iter().rev().map(|id| &self.state.frames[id.index()]).find(|frame| frame.wait_is_over());
        let broken =
            over.and_then(|frame| self.session.columns().get(frame.since)).filter(|r| r.kind == Kind::WaitBroken);
        let Place { line, from, to } = self.code_place(t.frame);
        let levels = levels::of_stack(self.state, &stack, self.level_of_thread(index, &stack));
        ThreadView {
            index,
            state: t.state.name(),
            priority: t.priority,
            base_priority: t.base_priority,
            processor: t.next_processor,
            quantum: t.quantum,
            irql: t.wait_irql,
            wait,
            kernel_apcs: apc::list(self.state, self.program, t.apc_list[0].0),
            user_apcs: apc::list(self.state, self.program, t.apc_list[1].0),
            kernel_apc_pending: t.kernel_apc_pending,
            user_apc_pending: t.user_apc_pending,
            kernel_apc_in_progress: t.kernel_apc_in_progress,
            kernel_apc_disable: t.kernel_apc_disable,
            special_apc_disable: t.special_apc_disable,
            apc_state: apc::apc_state(self.state, self.program, t),
            schedule: schedule::schedule(self.program, t),
            queue: some(t.queue),
            wait_status: over.map(|frame| frame.value as u32),
            broken_wait: broken.map_or(String::new(), |r| object_name(self.program, r.arg)),
            waiters: waiters(self.state, &t.header),
            frames: stack.iter().zip(levels).map(|(id, level)| self.frame(*id, level, false)).collect(),
            line,
            from,
            to,
        }
    }

    /// The level at which a thread's topmost frame is.
    fn level_of_thread(&self, thread: usize, stack: &[FrameId]) -> Irql {
        let runs_on = self.state.kprcb.iter().position(|p| usize::from(p.current_thread) == thread);
        let Some(cpu) = runs_on else { return self.state.kthread[thread].wait_irql };
        let own = self.frames_from(self.state.kprcb[cpu].frame);
        let above = [stack, &own].concat();
        let top = levels::of_top(self.session, cpu, &above);
        levels::below(self.state, &own, top)
    }

    fn wait(&self, t: &Kthread) -> WaitView {
        let due = self.state.frames[t.frame.index()].remaining;
        WaitView {
            object: t.wait_object,
            object_name: object_name(self.program, t.wait_object),
            objects: (0..self.program.wait_count(t.wait_object))
                .map(|key| object_name(self.program, self.program.wait_object(t.wait_object, key)))
                .collect(),
            alertable: t.alertable,
            mode: if t.wait_mode == 1 { "UserMode" } else { "KernelMode" },
            reason: self.wait_reason(t),
            due_ns: (due != INFINITE).then_some(due as f64),
            since: t.wait_since,
        }
    }

    /// KWAIT_REASON: what the call says, or what the kernel's own code gives for such an object.
    fn wait_reason(&self, t: &Kthread) -> i64 {
        let top = &self.state.frames[t.frame.index()];
        if let (FrameKind::Body, Some(Op::Call { routine, args, .. })) =
            (top.kind, self.program.code.get(top.pc as usize))
            && let Some(at) = routine.info().params.iter().position(|p| p.kind == ParamKind::WaitReason)
        {
            let first = t.frame.index() * self.program.slots_per_frame as usize;
            return self.state.slots[first + *args as usize + at];
        }
        match ObjectRef::unpack(t.wait_object) {
            None => 4,
            _ if top.kind == FrameKind::Suspend => 5,
            Some(ObjectRef { class: Class::Queue, .. }) => 15,
            Some(ObjectRef { class: Class::Semaphore, index }) if self.program.alpc.is_wait_semaphore(index) => {
                let thread = index - self.program.alpc.first_semaphore;
                16 + i64::from(self.state.alpc.messages.iter().any(|m| m.waiting_thread == thread))
            }
            Some(ObjectRef { class: Class::SharedWaiters | Class::ExclusiveWaiters, .. }) => 27,
            Some(ObjectRef { class: Class::FastMutex, index }) => {
                34 + i64::from(self.program.fast_mutexes[index as usize].guarded)
            }
            Some(_) => 6 * i64::from(t.wait_mode),
        }
    }

    fn timer(&self, index: u32, t: &Ktimer) -> TimerView {
        let due = self.state.timers.due(self.state.kthread.len() as u32 + index);
        TimerView {
            signalled: t.header.is_signalled(),
            due_ns: due.map(|due| due as f64),
            period_ns: t.period as f64,
            dpc: some(t.dpc),
            waiters: waiters(self.state, &t.header),
        }
    }

    fn queue_of(&self, dpc: u16) -> usize {
        self.state.dpc_queue(self.program, dpc)
    }

    fn dpc(&self, dpc: usize) -> DpcStateView {
        let d = &self.state.kdpc[dpc];
        let is_its = |id: &FrameId| {
            let frame = &self.state.frames[id.index()];
            let body = self.program.bodies.get(frame.body as usize);
            frame.kind == FrameKind::Body
                && usize::from(frame.object) == dpc
                && body.is_some_and(|b| b.kind == BodyKind::Dpc)
        };
        let threads = self.program.dpc_threads.filter(|_| self.queue_of(dpc as u16) == DPC_THREADED);
        let runs = |cpu: &usize| {
            let stack = threads.map_or(self.state.kprcb[*cpu].frame, |threads| {
                self.state.kthread[threads.first_thread as usize + cpu].frame
            });
            self.frames_from(stack).iter().any(is_its)
        };
        DpcStateView {
            queued_on: (d.queued_on != u8::MAX).then_some(d.queued_on),
            running_on: (0..self.state.kprcb.len()).filter(runs).collect(),
            importance: importance(d.importance),
            kdpc: dpc::kdpc(self.session, self.index, dpc),
        }
    }
}

/// What a pending inter-processor interrupt asks for.
fn ipi_reasons(prcb: &Kprcb) -> Vec<&'static str> {
    let asks = |level: Irql| prcb.ipi_reasons >> level & 1 == 1;
    [(Ladder::APC, "IPI_APC"), (Ladder::DISPATCH, "IPI_DPC"), (GENERIC_CALL, "IPI_SYNCH_REQUEST")]
        .into_iter()
        .filter(|r| asks(r.0))
        .map(|r| r.1)
        .collect()
}
