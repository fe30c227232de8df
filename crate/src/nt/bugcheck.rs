//! KeBugCheckEx: the machine stops (BC-4).

use super::Kernel;
use super::frame::FrameId;
use super::state::{Bugcheck, Stop};
use crate::base::NONE;
use crate::program::{Level, RoutineInfo};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// Stops every processor with a code and its parameters.
    pub fn bugcheck(&mut self, cpu: usize, rule: Rule, code: u32, parameters: [u64; 4]) {
        if self.state.stop.is_some() {
            return;
        }
        self.state.kprcb[cpu].irql = self.program.machine.ladder.high();
        self.emit(cpu, Kind::BugChecked, rule, NONE, code);
        self.state.stop = Some(Stop::Bugcheck(Bugcheck { code, parameters }));
    }

    /// Driver Verifier's check of a call's IRQL; true when the machine goes on.
    #[must_use]
    pub fn check_irql_of_call(&mut self, cpu: usize, info: &RoutineInfo) -> bool {
        let irql = self.state.kprcb[cpu].irql;
        let above = info.irql_max.is_below(irql);
        if !(above || info.irql_min.is_above(irql)) || !self.program.machine.verifier {
            return true;
        }
        // The subcodes of 0xC4 that section 10 of the specification lists; the rest are the DDI compliance
        // rules of Driver Verifier: IrqlKeDispatchLte, IrqlKeApcLte1.
        let subcode = match (info.name, above) {
            ("KeReleaseSpinLock", _) => 0x32,
            ("KeAcquireSpinLockAtDpcLevel", false) => 0x40,
            ("KeReleaseSpinLockFromDpcLevel", false) => 0x41,
            ("KeAcquireSpinLock", true) => 0x42,
            ("KeWaitForSingleObject" | "KeDelayExecutionThread", _) => 0x3B,
            _ if info.irql_max == Level::Dispatch => 0x2_0011,
            _ => 0x2_000F,
        };
        self.bugcheck(cpu, Rule::BC2, 0xC4, [subcode, u64::from(irql), 0, 0]);
        false
    }

    /// A system service needs a thread at PASSIVE_LEVEL (section 1's table); true when the machine goes on.
    #[must_use]
    pub fn check_service_call(&mut self, cpu: usize, info: &RoutineInfo) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let in_thread = prcb.frame == FrameId::NONE && prcb.current_thread != NONE;
        if in_thread && !info.irql_max.is_below(prcb.irql) {
            return true;
        }
        let irql = u64::from(prcb.irql);
        self.bugcheck(cpu, Rule::BC2, 0xC4, [0x2_000F, irql, 0, 0]);
        false
    }
}
