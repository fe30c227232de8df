//! KeBugCheckEx: the machine stops (BC-4).

use super::Kernel;
use super::frame::{FrameId, FrameKind};
use super::state::{Bugcheck, Stop};
use crate::base::NONE;
use crate::program::{Ladder, Level, RoutineInfo};
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

    /// An ISR or a DPC has lowered the IRQL below DISPATCH_LEVEL, and under it an APC, a drain or a thread switch is
    /// about to happen: the unexpected IRQL is told now, not when the routine returns (IN-4, DP-23).
    pub(super) fn bugcheck_under_routine(&mut self, cpu: usize) {
        let irql = u64::from(self.state.kprcb[cpu].irql);
        let mut routine = self.state.kprcb[cpu].frame;
        let mut caller = self.state.frames[routine.index()].parent;
        while caller != FrameId::NONE && self.state.frames[caller.index()].kind == FrameKind::Body {
            (routine, caller) = (caller, self.state.frames[caller.index()].parent);
        }
        let (body, object) = (self.state.frames[routine.index()].body, self.state.frames[routine.index()].object);
        if caller != FrameId::NONE && self.state.frames[caller.index()].kind == FrameKind::Interrupt {
            let expected = u64::from(self.program.interrupts[object as usize].synchronize_irql);
            let code = irql << 16 | expected << 8 | 3;
            self.bugcheck(cpu, Rule::IN4, 0xC8, [code, u64::from(body), u64::from(object), 0]);
        } else {
            let code = irql << 16 | u64::from(Ladder::DISPATCH) << 8 | 2;
            self.bugcheck(cpu, Rule::DP23, 0xC8, [code, u64::from(object), 0, 0]);
        }
    }

    /// A lock queue handle that no acquisition has filled: the release follows it to an address that is none.
    pub fn bad_lock_handle(&mut self, cpu: usize, handle: i64) {
        let irql = u64::from(self.state.kprcb[cpu].irql);
        self.bugcheck(cpu, Rule::BC1, 0xA, [handle as u64, irql, 1, 0]);
    }

    /// Driver Verifier's check of a call's IRQL; true when the machine goes on.
    #[must_use]
    pub fn check_irql_of_call(&mut self, cpu: usize, info: &RoutineInfo) -> bool {
        let irql = self.state.kprcb[cpu].irql;
        let above = info.is_above_its_irql(irql, &self.program.machine);
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
