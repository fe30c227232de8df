//! Raising and lowering the IRQL, and the two software interrupts (IR-9…15).

use super::Kernel;
use crate::base::NONE;
use crate::program::{Irql, Ladder};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// KeRaiseIrql (IR-9, IR-10). Returns the old level.
    pub fn raise_irql(&mut self, cpu: usize, new: i64) -> Irql {
        let old = self.state.kprcb[cpu].irql;
        let machine = &self.program.machine;
        let high = machine.ladder.high();
        if new < i64::from(old) || new > i64::from(high) {
            if machine.verifier {
                self.bugcheck(cpu, Rule::IR10, 0xC4, [0x30, u64::from(old), new as u64, 0]);
                return old;
            }
            if machine.checked {
                self.bugcheck(cpu, Rule::IR10, 0x9, [new as u64, u64::from(old), 0, 0]);
                return old;
            }
        }
        self.set_irql(cpu, new.clamp(0, i64::from(high)) as Irql);
        let rule = if new < i64::from(old) { Rule::IR10 } else { Rule::IR9 };
        self.emit(cpu, Kind::IrqlRaised, rule, NONE, u32::from(old));
        old
    }

    /// KeLowerIrql (IR-11). What it unmasks is delivered before the caller's next operation (IR-12).
    pub fn lower_irql(&mut self, cpu: usize, new: i64) {
        let old = self.state.kprcb[cpu].irql;
        let machine = &self.program.machine;
        let high = machine.ladder.high();
        let bad = new > i64::from(old) || new < 0;
        let in_dpc = self.state.kprcb[cpu].dpc_routine_active && new < i64::from(Ladder::DISPATCH);
        if machine.verifier && (bad || in_dpc) {
            let parameters = [0x31, u64::from(old), new as u64, u64::from(in_dpc && !bad)];
            self.bugcheck(cpu, Rule::IR11, 0xC4, parameters);
            return;
        }
        if machine.checked && bad {
            self.bugcheck(cpu, Rule::IR11, 0xA, [new as u64, u64::from(old), 0, 0]);
            return;
        }
        self.set_irql(cpu, new.clamp(0, i64::from(high)) as Irql);
        let rule = if bad { Rule::IR11 } else { Rule::IR12 };
        self.emit(cpu, Kind::IrqlLowered, rule, NONE, u32::from(old));
    }

    /// The processor's level changes; whatever it unmasks will be seen.
    #[inline]
    pub(super) fn set_irql(&mut self, cpu: usize, irql: Irql) {
        let prcb = &mut self.state.kprcb[cpu];
        prcb.irql = irql;
        prcb.controller_irql = prcb.controller_irql.min(irql);
        // On the way to the next interrupt it does not stay there (DP-27).
        if irql < Ladder::DISPATCH && prcb.requests >> Ladder::DISPATCH == 0 {
            prcb.dpc_watchdog_count = 0;
        }
        if irql == Ladder::PASSIVE {
            self.enter_kernel(cpu);
        }
        self.poke(cpu);
    }

    /// The current thread is in the kernel: on its way back to user mode it may take a user APC (AP-15).
    #[inline]
    pub(super) fn enter_kernel(&mut self, cpu: usize) {
        let current = self.state.kprcb[cpu].current_thread;
        if let Some(thread) = self.state.kthread.get_mut(current as usize) {
            thread.user_apc_taken = false;
        }
    }

    /// HalRequestSoftwareInterrupt (IR-14): sets the bit of APC_LEVEL or DISPATCH_LEVEL; a second request merges.
    pub(super) fn request_software_interrupt(&mut self, cpu: usize, level: Irql, rule: Rule) {
        self.request_with_reason(cpu, level, rule, 0);
    }

    /// The same, with the packed reason of a DPC's request (DP-9).
    pub(super) fn request_with_reason(&mut self, cpu: usize, level: Irql, rule: Rule, reason: u32) {
        let prcb = &mut self.state.kprcb[cpu];
        let merged = prcb.requests >> level & 1 == 1;
        prcb.requests |= 1 << level;
        let masked = level <= prcb.irql;
        let arg = if merged { 2 } else { u32::from(masked) };
        let rule = if merged { Rule::IR14 } else { rule };
        let n = self.emit(cpu, Kind::SoftwareInterruptRequested, rule, u16::from(level), arg | reason);
        if !merged {
            self.state.kprcb[cpu].requested_by[level as usize - 1] = n;
        }
        self.poke(cpu);
    }

    /// The highest requested level above the processor's IRQL (IR-6, IR-12).
    #[inline]
    #[must_use]
    pub fn deliverable(&self, cpu: usize) -> Option<Irql> {
        let prcb = &self.state.kprcb[cpu];
        // Two shifts: a level of 31 must not shift by 32.
        let above = prcb.requests >> prcb.irql >> 1;
        (above != 0).then(|| 31 - prcb.requests.leading_zeros() as Irql)
    }
}
