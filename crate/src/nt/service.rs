//! The way from a system service back to user mode: what must be true of the thread then (SE-1, SE-2).

use super::Kernel;
use crate::trace::Rule;

impl Kernel {
    /// A system service, documented or the scenario's own, is about to return to user mode; `service` is its address. True when the machine goes on.
    pub(super) fn check_service_exit(&mut self, cpu: usize, service: u64) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let (irql, current) = (prcb.irql, prcb.current_thread);
        if irql != 0 {
            self.bugcheck(cpu, Rule::SE1, 0x4A, [service, u64::from(irql), 0, 0]);
            return false;
        }
        let thread = &mut self.state.kthread[current as usize];
        let (index, disable) = (thread.apc_state_index, thread.combined_apc_disable());
        if index != 0 || disable != 0 {
            let rule = if disable == 0 { Rule::SE1 } else { Rule::SE2 };
            self.bugcheck(cpu, rule, 0x1, [service, u64::from(index), u64::from(disable), 0]);
            return false;
        }
        // A kernel alert does not outlive the service (AL-3).
        thread.alerted[0] = false;
        true
    }
}
