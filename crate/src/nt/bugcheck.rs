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
        let high = self.program.machine.ladder.high();
        for other in (0..self.state.kprcb.len()).filter(|other| *other != cpu) {
            self.state.kprcb[other].irql = high;
            self.emit(other, Kind::ProcessorFrozen, Rule::BC4, NONE, cpu as u32);
        }
        self.state.kprcb[cpu].irql = high;
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
        self.touch_address(cpu, handle as u64, true);
    }

    /// An exception that nobody handles: the code depends on what runs (section 10).
    pub fn raise_exception(&mut self, cpu: usize, status: u32) {
        let prcb = &self.state.kprcb[cpu];
        let place = if self.pc == NONE { 0 } else { u64::from(self.pc) };
        let (mut at, mut in_isr) = (prcb.frame, false);
        while at != FrameId::NONE {
            in_isr |= self.state.frames[at.index()].kind == FrameKind::Interrupt;
            at = self.state.frames[at.index()].parent;
        }
        let system = self.program.threads.get(prcb.current_thread as usize).is_some_and(|t| t.system);
        let (code, parameters) = if in_isr {
            (0x3D, [u64::from(status), place, 0, 0])
        } else if prcb.frame != FrameId::NONE {
            (0x1E, [u64::from(status), place, 0, 0])
        } else {
            (if system { 0x7E } else { 0x3B }, [u64::from(status), place, 0, 0])
        };
        self.bugcheck(cpu, Rule::IN15, code, parameters);
    }

    /// Whether Driver Verifier stops a call for its IRQL.
    #[must_use]
    pub fn call_is_misuse(&self, cpu: usize, info: &RoutineInfo) -> bool {
        let irql = self.level_of_call(cpu, info);
        let wrong = info.is_above_its_irql(irql, &self.program.machine) || info.irql_min.is_above(irql);
        wrong && self.program.machine.verifier
    }

    /// Driver Verifier stops a call for its IRQL; `object` is its first argument, `timeout` that of a wait.
    pub fn stop_misuse(&mut self, cpu: usize, info: &RoutineInfo, object: u64, timeout: u64) {
        let irql = self.state.kprcb[cpu].irql;
        let above = info.is_above_its_irql(irql, &self.program.machine);
        // The subcodes of 0xC4 that section 10 of the specification lists; the rest are the DDI compliance
        // rules of Driver Verifier: IrqlKeDispatchLte, IrqlKeApcLte1.
        let subcode = match (info.name, above) {
            ("KeReleaseSpinLock" | "KeReleaseInStackQueuedSpinLock", _) => 0x32,
            ("KeAcquireSpinLockAtDpcLevel" | "KeAcquireInStackQueuedSpinLockAtDpcLevel", false) => 0x40,
            ("KeReleaseSpinLockFromDpcLevel" | "KeReleaseInStackQueuedSpinLockFromDpcLevel", false) => 0x41,
            ("KeAcquireSpinLock" | "KeAcquireSpinLockRaiseToDpc" | "KeAcquireInStackQueuedSpinLock", true) => 0x42,
            ("KeWaitForSingleObject" | "KeWaitForMultipleObjects" | "KeDelayExecutionThread", _) => 0x3B,
            _ if info.irql_max == Level::Dispatch => 0x2_0011,
            _ => 0x2_000F,
        };
        self.bugcheck(cpu, Rule::BC2, 0xC4, [subcode, u64::from(irql), object, timeout]);
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
