//! Another thread's context (SU-7): a special kernel APC in that thread copies it, and the caller waits for it. One
//! number stands for all registers of the trap frame.

use super::Kernel;
use super::wait::Wait;
use crate::base::{INFINITE, NONE};
use crate::program::{ApcKind, Class, ObjectRef};
use crate::trace::{Kind, Rule};

/// First argument of the APC: the caller's thread and what it wants.
fn wish(caller: u16, write: bool) -> i64 {
    i64::from(caller) << 1 | i64::from(write)
}

impl Kernel {
    /// PspGetContextThread, PspSetContextThread, from their beginning: `None` when the current thread waits for the
    /// target's APC; then [`Kernel::continue_context`] goes on. False: the thread has ended, or is a system thread.
    pub fn begin_context(&mut self, cpu: usize, target: u16, write: Option<i64>) -> Option<bool> {
        let caller = self.state.kprcb[cpu].current_thread;
        let context = self.program.context.filter(|_| !self.program.threads[target as usize].system);
        if target == caller {
            self.copy_context(cpu, target, write);
            return Some(true);
        }
        let Some(objects) = context.filter(|_| self.state.kthread[target as usize].apc_queueable) else {
            return Some(false);
        };
        let event = objects.first_event + caller;
        self.state.kevent[event as usize].header.signal_state = 0;
        let arguments = [wish(caller, write.is_some()), write.unwrap_or(0), 0];
        self.insert_new_apc(cpu, objects.apc, ApcKind::SpecialKernel, target, arguments, 0);
        None
    }

    /// The caller waits for its event; true when its turn is over.
    pub fn continue_context(&mut self, cpu: usize) -> bool {
        let caller = self.state.kprcb[cpu].current_thread;
        let Some(objects) = self.program.context else { return true };
        let event = ObjectRef { class: Class::Event, index: objects.first_event + caller };
        let wait = Wait { object: event.pack(), user_mode: false, alertable: false, timeout: INFINITE };
        self.wait(cpu, wait).is_some()
    }

    /// PspGetOrSetContextKernelRoutine, in the target.
    pub(super) fn context_kernel_routine(&mut self, cpu: usize, thread: u16, arguments: [i64; 2]) {
        let (caller, write) = ((arguments[0] >> 1) as u16, arguments[0] & 1 == 1);
        self.copy_context(cpu, thread, write.then_some(arguments[1]));
        if let Some(objects) = self.program.context.filter(|_| caller != NONE) {
            self.signal_event(cpu, objects.first_event + caller, 0);
        }
    }

    fn copy_context(&mut self, cpu: usize, target: u16, write: Option<i64>) {
        if let Some(value) = write {
            self.state.kthread[target as usize].context = value;
        }
        self.emit(cpu, Kind::ContextCopied, Rule::SU7, target, u32::from(write.is_some()));
    }
}
