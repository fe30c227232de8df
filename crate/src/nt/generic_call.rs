//! KeIpiGenericCall (IN-10): a function runs on all processors at IPI_LEVEL, and whoever asked waits for all.

use super::Kernel;
use super::frame::{CALLBACK_RETURNED, FrameId};
use super::spin_lock::Spin;
use super::state::NO_CPU;
use crate::base::NONE;
use crate::program::Irql;
use crate::trace::{Kind, Rule};

/// The reason bit of an inter-processor interrupt that calls a function; 1 and 2 are APC and DPC.
pub const GENERIC_CALL: u8 = 3;

/// Phases of the frame that has called KeIpiGenericCall; the function's return is [`CALLBACK_RETURNED`].
pub(super) const RAISED: u8 = 12;
pub(super) const GATHERING: u8 = 13;
const CALLED: u8 = 14;

/// The one call that may be under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GenericCall {
    /// The processor that asked, or `NO_CPU`.
    pub initiator: u8,
    /// The function.
    pub body: u16,
    /// Its argument.
    pub context: i64,
    /// Bit n: processor n has taken the interrupt.
    pub arrived: u64,
    /// All have: the function runs.
    pub released: bool,
    /// Bit n: the function has returned on processor n.
    pub done: u64,
    /// How many waits were on the initiator's stacks before the call.
    pub under: usize,
}

impl GenericCall {
    pub(super) const NONE: Self =
        Self { initiator: NO_CPU, body: NONE, context: 0, arrived: 0, released: false, done: 0, under: 0 };
}

impl Kernel {
    /// One turn of the initiator. The function's result when all is over; none as long as it has to wait.
    pub fn generic_call(&mut self, cpu: usize, top: FrameId, body: u16, context: i64) -> Option<i64> {
        let everybody = u64::MAX >> (64 - self.state.kprcb.len());
        let frame = &mut self.state.frames[top.index()];
        match frame.phase {
            RAISED | GATHERING => {}
            CALLBACK_RETURNED => {
                frame.phase = CALLED;
                self.state.generic_call.done |= 1 << cpu;
            }
            CALLED => {}
            _ => {
                // Two calls do not cross: the second waits where the first one's interrupt still comes through.
                let machine = &self.program.machine;
                let synch = machine.ladder.synch(machine.processors).max(self.state.kprcb[cpu].irql);
                let old = self.raise_for_lock(cpu, synch, Rule::IN10);
                let frame = &mut self.state.frames[top.index()];
                (frame.phase, frame.value) = (RAISED, i64::from(old));
            }
        }
        if self.state.frames[top.index()].phase == RAISED {
            if self.state.generic_call.initiator != NO_CPU {
                return self.stall(cpu, top);
            }
            self.stop_spinning(top);
            let (arrived, under) = (1 << cpu, self.state.kprcb[cpu].spins.into());
            self.state.generic_call =
                GenericCall { initiator: cpu as u8, body, context, arrived, under, ..GenericCall::NONE };
            self.state.frames[top.index()].phase = GATHERING;
            for other in (0..self.state.kprcb.len()).filter(|other| *other != cpu) {
                self.send_ipi(cpu, other, GENERIC_CALL, Rule::IN10);
            }
        }
        if self.state.frames[top.index()].phase == GATHERING {
            if self.state.generic_call.arrived != everybody {
                return self.stall(cpu, top);
            }
            self.stop_spinning(top);
            let ipi = self.program.machine.ladder.ipi();
            self.raise_for_lock(cpu, ipi, Rule::IN10);
            if self.state.stop.is_some() {
                return None;
            }
            self.state.generic_call.released = true;
            self.wake_all();
            self.call_function(cpu, body, &[context]);
            return None;
        }
        if self.state.generic_call.done != everybody {
            return self.stall(cpu, top);
        }
        self.stop_spinning(top);
        self.state.generic_call = GenericCall::NONE;
        self.wake_all();
        let frame = &mut self.state.frames[top.index()];
        let (old, result) = (std::mem::take(&mut frame.value), std::mem::take(&mut frame.remaining));
        let now = self.state.kprcb[cpu].irql;
        if i64::from(now) != old {
            self.set_irql(cpu, old as Irql);
            let rule = if i64::from(now) < old { Rule::IR11 } else { Rule::IR12 };
            self.emit(cpu, Kind::IrqlLowered, rule, NONE, u32::from(now));
        }
        Some(result)
    }

    /// Nothing to do but wait for other processors.
    fn stall(&mut self, cpu: usize, frame: FrameId) -> Option<i64> {
        self.state.runnable &= !(1 << cpu);
        if !self.state.spins.iter().any(|s| s.frame == frame) {
            let since = self.state.records.saturating_sub(1);
            self.begin_spin(Spin { cpu: cpu as u8, lock: NONE, frame, queued: false, since });
            self.find_deadlock(cpu);
        }
        None
    }

    fn wake_all(&mut self) {
        for cpu in 0..self.state.kprcb.len() {
            self.poke(cpu);
        }
    }

    /// A target has taken the interrupt: it waits until all have.
    pub(super) fn join_generic_call(&mut self, cpu: usize) {
        self.state.generic_call.arrived |= 1 << cpu;
        self.poke(self.state.generic_call.initiator as usize);
    }

    /// The interrupt's frame of a target runs again: wait, call, or end.
    pub(super) fn continue_generic_call(&mut self, cpu: usize) {
        let call = &self.state.generic_call;
        let (body, context, released) = (call.body, call.context, call.released);
        let top = self.state.kprcb[cpu].frame;
        let frame = &mut self.state.frames[top.index()];
        if frame.phase == CALLBACK_RETURNED {
            return self.end_interrupt(cpu);
        }
        if !released {
            self.stall(cpu, top);
            return;
        }
        frame.phase = CALLBACK_RETURNED;
        self.stop_spinning(top);
        self.call_function(cpu, body, &[context]);
    }

    /// The function has returned on a target, and its frame is gone.
    pub(super) fn generic_call_returned(&mut self, cpu: usize, body: u16, value: i64) {
        let since = self.state.frames[self.state.kprcb[cpu].frame.index()].since;
        self.enter_code(since, NONE);
        self.emit(cpu, Kind::FunctionReturned, Rule::SIM3, body, value as u32);
        self.state.generic_call.done |= 1 << cpu;
        self.poke(self.state.generic_call.initiator as usize);
    }
}
