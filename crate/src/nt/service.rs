//! System services: what must be true of the thread on the way back to user mode (SE-1, SE-2), and of kernel code that
//! calls one.

use super::Kernel;
use super::frame::FrameId;
use crate::trace::Rule;

impl Kernel {
    /// Kernel code calls a service of the scenario, as a driver calls a Zw routine: Driver Verifier wants it in a thread,
    /// at PASSIVE_LEVEL and with special kernel APCs enabled. True when the machine goes on.
    pub(super) fn check_kernel_call(&mut self, cpu: usize) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let thread = self.state.kthread.get(prcb.current_thread as usize).filter(|_| prcb.frame == FrameId::NONE);
        let special_apc_disable = thread.map_or(0, |t| t.special_apc_disable as u16);
        let fine = thread.is_some() && prcb.irql == 0 && special_apc_disable == 0;
        if fine || !self.program.machine.verifier {
            return true;
        }
        let (place, irql) = (self.program.instruction_address(self.pc), u64::from(prcb.irql));
        self.bugcheck(cpu, Rule::BC5, 0xC4, [0xE6, place, irql, u64::from(special_apc_disable)]);
        false
    }

    /// A system service, documented or the scenario's own, is about to return to user mode; `service` is its address.
    /// True when the machine goes on.
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
