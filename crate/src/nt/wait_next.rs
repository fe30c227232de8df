//! Wait = TRUE: a call that signals an object leaves the processor at SYNCH_LEVEL, and the wait that must follow
//! brings it back, so that no other thread runs there in between (WT-12).

use super::Kernel;
use super::frame::FrameId;
use crate::base::NONE;
use crate::program::{Class, Ladder, ObjectRef, Routine, RoutineInfo};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// The end of a call that has signalled an object: the dispatcher's exit, or WaitNext.
    pub(super) fn leave_dispatcher(&mut self, cpu: usize, wait: bool) {
        let prcb = &self.state.kprcb[cpu];
        let (irql, thread) = (prcb.irql, prcb.current_thread);
        let machine = &self.program.machine;
        let synch = machine.ladder.synch(machine.processors);
        if !wait || thread == NONE || prcb.frame != FrameId::NONE || irql > synch {
            return self.exit_dispatcher(cpu);
        }
        let t = &mut self.state.kthread[thread as usize];
        (t.wait_next, t.wait_irql) = (true, irql);
        self.set_irql(cpu, synch);
        self.emit(cpu, Kind::IrqlRaised, Rule::WT12, NONE, u32::from(irql));
    }

    /// The first half of NtSignalAndWaitForSingleObject; false when the object may not be released.
    pub fn signal_into_wait(&mut self, cpu: usize, object: u32) -> bool {
        match ObjectRef::unpack(object) {
            Some(ObjectRef { class: Class::Event, index }) => {
                self.set_event(cpu, index, 1, true);
                true
            }
            Some(ObjectRef { class: Class::Semaphore, index }) => {
                self.release_semaphore(cpu, index, 1, 1, true).is_ok()
            }
            Some(ObjectRef { class: Class::Mutant, index }) => self.release_mutex(cpu, index, true).is_ok(),
            _ => false,
        }
    }

    /// Whether the current thread has asked for this wait.
    pub(super) fn is_next_wait(&self, cpu: usize) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let thread = self.state.kthread.get(prcb.current_thread as usize);
        prcb.frame == FrameId::NONE && thread.is_some_and(|t| t.wait_next)
    }

    /// The wait has come: the IRQL is what it was before the object was signalled, unless the code has lowered it since.
    pub(super) fn begin_next_wait(&mut self, cpu: usize) {
        let prcb = &self.state.kprcb[cpu];
        let (irql, thread) = (prcb.irql, prcb.current_thread);
        let t = &mut self.state.kthread[thread as usize];
        t.wait_next = false;
        let before = t.wait_irql;
        if before < irql {
            self.set_irql(cpu, before);
            self.emit(cpu, Kind::IrqlLowered, Rule::WT12, NONE, u32::from(irql));
        }
    }

    /// Whether a call with Wait = TRUE may be made here: above APC_LEVEL no wait may follow. Driver Verifier stops it; the
    /// rule IrqlKeSetEvent names one of these routines.
    pub fn may_wait_next(&mut self, cpu: usize, routine: Routine, wait: bool) -> bool {
        let irql = self.state.kprcb[cpu].irql;
        let wrong = wait && irql > Ladder::APC && self.program.machine.verifier;
        if wrong {
            let parameters = match routine {
                Routine::KeSetEvent => [0x2_0016, Class::Routine.at(routine as u16), 0, 0],
                _ => [0xE5, u64::from(irql), 0, 0],
            };
            self.bugcheck(cpu, Rule::WT12, 0xC4, parameters);
        }
        !wrong
    }

    /// The level at which a call is made, as its documentation counts it.
    pub(super) fn level_of_call(&self, cpu: usize, info: &RoutineInfo) -> u8 {
        let prcb = &self.state.kprcb[cpu];
        if info.routine.waits() && self.is_next_wait(cpu) {
            return self.state.kthread[prcb.current_thread as usize].wait_irql;
        }
        prcb.irql
    }
}
