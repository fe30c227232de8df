//! Ordinary DPCs: the request for a drain, and the drain (DP-9, DP-12, DP-16, DP-19…21, DP-23, DP-24).

use super::Kernel;
use super::dpc_queue::DPC_NORMAL;
use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::state::Kprcb;
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, DpcOwner, DpcRule, Importance, Irql, Ladder, ObjectRef};
use crate::trace::{DrainReason, Kind, Rule};

impl Kernel {
    /// Asks the target for a drain, or tells why that is spared (DP-9).
    pub(super) fn request_drain(&mut self, cpu: usize, target: usize, dpc: u16, depth: u16, inserted: u32) {
        let importance = self.state.kdpc[dpc as usize].importance;
        let reason = self.drain_reason(cpu, target, importance, depth);
        if !reason.asks() {
            let arg = target as u32 | reason.packed();
            self.emit_from(inserted, cpu, Kind::DpcRequestSpared, Rule::DP9, dpc, arg);
            if self.state.kprcb[target].poll_until > 0 {
                self.poke(target);
            }
            return;
        }
        self.state.kprcb[target].dpc_interrupt_requested = true;
        let outer = std::mem::replace(&mut self.cause, inserted);
        if cpu == target {
            self.request_with_reason(cpu, Ladder::DISPATCH, Rule::DP9, reason.packed());
        } else {
            self.send_ipi_with_reason(cpu, target, Ladder::DISPATCH, Rule::DP9, reason.packed());
        }
        self.cause = outer;
    }

    /// The table of DP-9. `depth` counts the new DPC (DP-10).
    fn drain_reason(&self, cpu: usize, target: usize, importance: Importance, depth: u16) -> DrainReason {
        use DrainReason as R;
        let (prcb, machine) = (&self.state.kprcb[target], &self.program.machine);
        let idle = |p: &Kprcb| p.current_thread == NONE && p.next_thread == NONE;
        let full = depth >= prcb.maximum_dpc_queue_depth;
        let urgent = matches!(importance, Importance::High | Importance::MediumHigh);
        if prcb.dpc_routine_active {
            return R::DrainRunning;
        }
        if prcb.dpc_interrupt_requested {
            return R::AlreadyRequested;
        }
        if cpu == target {
            return match importance {
                Importance::Low if full => R::QueueFull,
                Importance::Low if prcb.dpc_request_rate < machine.dpc_rate_min => R::RateLow,
                Importance::Low => R::LowCanWait,
                _ => R::MediumOrMore,
            };
        }
        match machine.dpc_rule {
            DpcRule::Documented if idle(prcb) && !prcb.sleeping => R::IdlePolls,
            DpcRule::Documented if urgent => R::Urgent,
            DpcRule::Documented if full => R::QueueFull,
            DpcRule::Documented => R::QueueNotFull,
            DpcRule::Book if urgent && idle(prcb) => R::TargetIdle,
            DpcRule::Book if urgent => R::TargetBusy,
            DpcRule::Book if full => R::QueueFull,
            DpcRule::Book if self.state.kprcb.iter().all(idle) => R::SystemIdle,
            DpcRule::Book => R::SystemBusy,
        }
    }

    /// The DISPATCH software interrupt fires: KiDispatchInterrupt begins (DP-16, DP-21).
    pub fn accept_dispatch(&mut self, cpu: usize) {
        if self.state.kprcb[cpu].dpc_routine_active {
            return self.bugcheck_under_routine(cpu);
        }
        let prcb = &mut self.state.kprcb[cpu];
        prcb.requests &= !(1 << Ladder::DISPATCH);
        let requested = prcb.requested_by[1];
        let old = std::mem::replace(&mut prcb.irql, Ladder::DISPATCH);
        let (arg, level) = (u32::from(old), u16::from(Ladder::DISPATCH));
        let n = self.emit_from(requested, cpu, Kind::SoftwareInterruptAccepted, Rule::IR14, level, arg);
        self.push_frame(Stack::Processor(cpu), Frame::kernel(FrameKind::Dispatch, old, n));
    }

    /// One turn of the idle loop (TH-16, DP-16): drain, switch, or sleep until an interrupt.
    pub fn idle_loop(&mut self, cpu: usize) {
        let prcb = &mut self.state.kprcb[cpu];
        let requested = prcb.requests >> Ladder::DISPATCH & 1 == 1;
        prcb.requests &= !(1 << Ladder::DISPATCH);
        let cause = if requested {
            prcb.requested_by[1]
        } else if prcb.dpc_depth() > 0 {
            // Nobody asked for a drain: the loop sees the queue by itself.
            self.state.kdpc[prcb.dpc_data[DPC_NORMAL].dpc_list.0 as usize].since
        } else {
            prcb.tick_record
        };
        if prcb.dpc_depth() > 0 || prcb.timer_request {
            self.leave_idle_loop(cpu);
            self.push_frame(Stack::Processor(cpu), Frame::kernel(FrameKind::IdleRetire, Ladder::DISPATCH, cause));
            return;
        }
        self.state.kprcb[cpu].dpc_interrupt_requested = false;
        self.signal_dpc_thread(cpu);
        if !self.idle_schedule(cpu) {
            self.poll_or_halt(cpu);
        }
    }

    /// The idle loop has found nothing: it looks on for a while, then halts the processor until the next interrupt.
    fn poll_or_halt(&mut self, cpu: usize) {
        let (now, poll) = (self.state.now, self.program.machine.idle_poll);
        let prcb = &mut self.state.kprcb[cpu];
        if prcb.poll_until == 0 && !prcb.sleeping && poll > 0 {
            prcb.poll_until = now.saturating_add(poll);
        }
        if prcb.poll_until > now {
            return;
        }
        self.state.runnable &= !(1 << cpu);
        prcb.poll_until = 0;
        if !std::mem::replace(&mut prcb.sleeping, true) && poll > 0 {
            let since = prcb.idle_since;
            self.enter_code(since, NONE);
            self.emit(cpu, Kind::ProcessorHalted, Rule::TH16, NONE, 0);
        }
    }

    /// An interrupt, a drain or a thread ends the polling or the sleep of an idle processor.
    #[inline]
    pub(super) fn leave_idle_loop(&mut self, cpu: usize) {
        let prcb = &mut self.state.kprcb[cpu];
        prcb.sleeping = false;
        prcb.poll_until = 0;
    }

    /// KiRetireDpcList (DP-19): starts the next DPC, or ends the drain. `started` is the frame's phase.
    /// True while a DPC runs.
    fn retire(&mut self, cpu: usize, started: bool) -> bool {
        let prcb = &mut self.state.kprcb[cpu];
        if !started {
            if prcb.dpc_depth() == 0 && !prcb.timer_request {
                prcb.dpc_interrupt_requested = false;
                return false;
            }
            prcb.dpc_routine_active = true;
            let depth = u32::from(prcb.dpc_depth());
            self.cause = self.emit(cpu, Kind::RetireStarted, Rule::DP19, NONE, depth);
        }
        // Timers come before the DPCs (DP-19.2); those that fall due during the drain come with the next one.
        if !started && std::mem::take(&mut self.state.kprcb[cpu].timer_request) {
            let outer = self.cause;
            self.expire_timers(cpu);
            self.cause = outer;
        }
        if self.start_timer_dpc(cpu) {
            return true;
        }
        if self.state.kprcb[cpu].dpc_depth() > 0 {
            self.start_dpc(cpu);
            return true;
        }
        let prcb = &mut self.state.kprcb[cpu];
        prcb.dpc_routine_active = false;
        prcb.dpc_interrupt_requested = false;
        let ended = self.emit(cpu, Kind::RetireEnded, Rule::DP19, NONE, 0);
        self.state.kprcb[cpu].idle_since = ended;
        false
    }

    /// DP-19.3: the head leaves the queue before its routine is called, so that it may be queued again (DP-20).
    fn start_dpc(&mut self, cpu: usize) {
        if let Some(taken) = self.take_queued_dpc(cpu, DPC_NORMAL) {
            self.call_deferred_routine(cpu, DPC_NORMAL, taken, Rule::DP19);
        }
    }

    /// Calls a DPC's routine with the DPC, its context and its arguments; a threaded one on the stack of its thread.
    /// The record `since` explains it.
    pub(super) fn call_deferred_routine(
        &mut self,
        cpu: usize,
        queue: usize,
        (dpc, arguments, since): (u16, [i64; 2], u32),
        rule: Rule,
    ) {
        let d = &self.state.kdpc[dpc as usize];
        let (routine, context) = (d.routine, d.context);
        let borrowed = i64::from(self.apc_disable_counts(cpu));
        let prcb = &mut self.state.kprcb[cpu];
        prcb.running_since[queue] = since;
        let depth = u32::from(prcb.dpc_data[queue].dpc_queue_depth);
        let (stack, caller) = (self.stack(cpu), self.state.top(cpu));
        // What the routine finds of the thread that it runs in or borrows, to be compared with what it leaves.
        let frame = &mut self.state.frames[caller.index()];
        frame.value = borrowed;
        if queue == DPC_NORMAL {
            frame.object = u16::from(rule == Rule::DP22);
            self.state.kprcb[cpu].dpc_time_count = 0;
        }
        let n = self.emit_from(since, cpu, Kind::DpcStarted, rule, dpc, depth);
        let owner = self.program.dpcs[dpc as usize].owner;
        if owner != DpcOwner::Scenario {
            self.cause = n;
            match owner {
                DpcOwner::Timer(timer) => self.queue_timer_apc(cpu, timer, arguments),
                DpcOwner::Interrupt(interrupt) => self.wake_service_thread(cpu, interrupt),
                DpcOwner::Scenario => {}
            }
            return self.finish_dpc(cpu, queue, caller, dpc, NONE, n);
        }
        if routine == NONE {
            return self.bugcheck(cpu, Rule::BC1, 0xD1, [0, u64::from(Ladder::DISPATCH), 8, 0]);
        }
        let this = i64::from(ObjectRef { class: Class::Dpc, index: dpc }.pack());
        self.push_body(stack, routine, dpc, &[this, context, arguments[0], arguments[1]], n);
    }

    /// A DPC's routine, `body`, has returned to what called it, and must have left the processor as it found it: a
    /// threaded one at PASSIVE_LEVEL, its thread in its own process.
    pub(super) fn finish_dpc(&mut self, cpu: usize, queue: usize, caller: FrameId, dpc: u16, body: u16, started: u32) {
        self.enter_code(started, NONE);
        let prcb = &self.state.kprcb[cpu];
        let (irql, depth) = (prcb.irql, prcb.dpc_data[queue].dpc_queue_depth);
        let (expected, rule, rule_of_counts) = if queue == DPC_NORMAL {
            (Ladder::DISPATCH, Rule::DP23, Rule::DP24)
        } else {
            (Ladder::PASSIVE, Rule::DP25, Rule::DP25)
        };
        let (stack, routine) = (self.stack(cpu), self.program.routine_address(body));
        let (before, of_timer) =
            (self.state.frames[caller.index()].value as u32, self.state.frames[caller.index()].object);
        let after = self.apc_disable_counts(cpu);
        let own = match stack {
            Stack::Thread(thread) => Some(&self.state.kthread[thread as usize]),
            Stack::Processor(_) => None,
        };
        let fault = if irql != expected {
            let code = u64::from(irql) << 16 | u64::from(expected) << 8 | 2;
            Some((rule, 0xC8, [code, routine, self.dpc_address(dpc), 0]))
        } else if after != before {
            // 5: the DPC of a timer, which the drain calls by itself (DP-22).
            let subcode = if of_timer == 1 { 5 } else { 4 };
            Some((rule_of_counts, 0xC7, [subcode, routine, before.into(), after.into()]))
        } else {
            own.filter(|t| t.apc_state_index != 0).map(|t| {
                let [own, now] = [self.program.system_process, t.process].map(|process| Class::Process.at(process));
                (rule, 0x5, [own, now, t.apc_state_index.into(), 0])
            })
        };
        if fault.is_none() && body != NONE {
            self.pop_frame(stack);
        }
        self.emit(cpu, Kind::DpcEnded, rule, dpc, depth.into());
        if let Some((rule, code, parameters)) = fault {
            return self.bugcheck(cpu, rule, code, parameters);
        }
        self.state.kprcb[cpu].running_since[queue] = NO_RECORD;
        self.end_flushes(cpu);
    }

    /// KiDispatchInterrupt goes on: the drain, then quantum end or a switch, then the way back (DP-21).
    pub fn continue_dispatch(&mut self, cpu: usize, since: u32, old: Irql, started: bool) {
        self.enter_code(since, NONE);
        if self.retire(cpu, started) {
            return;
        }
        self.pop_frame(Stack::Processor(cpu));
        let prcb = &self.state.kprcb[cpu];
        let (frame, ends) = (prcb.frame, prcb.quantum_end || prcb.next_thread != NONE);
        if frame != FrameId::NONE && (ends || self.is_misplaced(cpu)) {
            self.state.kprcb[cpu].irql = old;
            return self.bugcheck_under_routine(cpu);
        }
        self.signal_dpc_thread(cpu);
        // A thread that loses the processor here ends this interrupt when it gets it back, at its own level (IR-13).
        if self.state.kprcb[cpu].quantum_end {
            let tick = self.state.kprcb[cpu].tick_record;
            self.cause = if tick == NO_RECORD { since } else { tick };
            if self.quantum_end(cpu, old) {
                return;
            }
        }
        if self.state.kprcb[cpu].next_thread != NONE || self.is_misplaced(cpu) {
            return self.yield_to_next(cpu, old, Rule::DP21);
        }
        self.set_irql(cpu, old);
        let level = u16::from(Ladder::DISPATCH);
        self.emit_from(since, cpu, Kind::SoftwareInterruptEnded, Rule::IR12, level, u32::from(old));
    }

    /// KiRetireDpcList, called by the idle loop, goes on.
    pub fn continue_idle_retire(&mut self, cpu: usize, since: u32, started: bool) {
        self.enter_code(since, NONE);
        if !self.retire(cpu, started) {
            self.pop_frame(Stack::Processor(cpu));
            self.poke(cpu);
        }
    }
}
