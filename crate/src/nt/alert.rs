//! Alerts: a mark on a thread, for each mode, that ends an alertable wait (AL-1…4). No routine runs; user APCs are
//! another thing.

use super::state::ThreadState;
use super::{Kernel, STATUS_ALERTED};
use crate::trace::{Kind, Rule};

/// ALERT_INCREMENT: the boost of a thread whose wait an alert ends.
const ALERT_INCREMENT: i64 = 2;

impl Kernel {
    /// KeAlertThread (AL-1): returns whether the thread was alerted already.
    pub fn alert_thread(&mut self, cpu: usize, thread: u16, user_mode: bool) -> bool {
        let mode = u8::from(user_mode);
        let t = &mut self.state.kthread[thread as usize];
        let ends_wait = t.state == ThreadState::Waiting && t.alertable && mode <= t.wait_mode;
        let alerted = &mut t.alerted[usize::from(mode)];
        let before = std::mem::replace(alerted, !ends_wait || *alerted);
        let n = self.emit(cpu, Kind::ThreadAlerted, Rule::AL1, thread, u32::from(mode));
        if ends_wait && !before {
            let outer = std::mem::replace(&mut self.cause, n);
            self.end_wait(cpu, thread, STATUS_ALERTED, ALERT_INCREMENT, Rule::AL1);
            self.cause = outer;
            self.exit_dispatcher(cpu);
        }
        before
    }

    /// KeTestAlertThread (AL-2): in user mode it also makes queued user APCs pending.
    pub fn test_alert_thread(&mut self, cpu: usize, thread: u16, user_mode: bool) -> bool {
        if user_mode {
            return self.test_alert(cpu, thread);
        }
        std::mem::take(&mut self.state.kthread[thread as usize].alerted[0])
    }
}
