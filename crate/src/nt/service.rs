//! System services of the scenario: what must be true when kernel code calls one, and of the thread on the way back to
//! user mode (SE-1, SE-2).

use super::Kernel;
use crate::program::Ladder;
use crate::trace::Rule;

impl Kernel {
    /// Kernel code calls a system service, as by its Zw name: Driver Verifier wants PASSIVE_LEVEL and special kernel APCs
    /// (section 1's table). True when the machine goes on.
    pub(super) fn check_zw_call(&mut self, cpu: usize) -> bool {
        let (irql, special) = (self.state.kprcb[cpu].irql, self.apc_disable_counts(cpu) >> 16);
        if !self.program.machine.verifier || (irql == Ladder::PASSIVE && special == 0) {
            return true;
        }
        let place = self.program.instruction_address(self.pc);
        self.bugcheck(cpu, Rule::BC5, 0xC4, [0xE6, place, irql.into(), special.into()]);
        false
    }

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
