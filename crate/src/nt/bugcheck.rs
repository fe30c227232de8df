//! KeBugCheckEx: the machine stops (BC-4).

use super::Kernel;
use super::frame::{FrameId, FrameKind, Stack};
use super::state::{Bugcheck, Stop};
use crate::base::NONE;
use crate::program::{Class, Ladder, ObjectRef, Routine, RoutineInfo, exception_addresses, verifier_subcode};
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
        // What an interrupt or a return finds is told where the code is that it has found.
        if self.pc == NONE {
            self.pc = self.place_of_code(cpu);
        }
        self.emit(cpu, Kind::BugChecked, rule, NONE, code);
        self.state.stop = Some(Stop::Bugcheck(Bugcheck { code, parameters }));
    }

    /// Where the scenario's code on top of a processor's stacks is.
    pub(super) fn place_of_code(&self, cpu: usize) -> u16 {
        let top = self.state.top(cpu);
        if top == FrameId::NONE || self.state.frames[top.index()].kind != FrameKind::Body {
            return NONE;
        }
        self.state.frames[top.index()].pc
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
            self.bugcheck(
                cpu,
                Rule::IN4,
                0xC8,
                [code, self.program.routine_address(body), Class::Interrupt.at(object), 0],
            );
        } else {
            let code = irql << 16 | u64::from(Ladder::DISPATCH) << 8 | 2;
            let (routine, address) = (self.program.routine_address(body), self.dpc_address(object));
            self.bugcheck(cpu, Rule::DP23, 0xC8, [code, routine, address, 0]);
        }
    }

    /// A lock queue handle that no acquisition has filled: the release follows it to an address that is none.
    pub fn bad_lock_handle(&mut self, cpu: usize, handle: i64) {
        self.touch_address(cpu, handle as u64, true);
    }

    /// An exception that nobody handles: the code depends on what runs (section 10).
    pub fn raise_exception(&mut self, cpu: usize, status: u32) {
        let prcb = &self.state.kprcb[cpu];
        let place = self.program.instruction_address(self.pc);
        let (mut at, mut in_isr) = (prcb.frame, false);
        while at != FrameId::NONE {
            in_isr |= self.state.frames[at.index()].kind == FrameKind::Interrupt;
            at = self.state.frames[at.index()].parent;
        }
        let system = self.program.threads.get(prcb.current_thread as usize).is_some_and(|t| t.system);
        let status = u64::from(status);
        let (record, context) = match self.stack(cpu) {
            Stack::Processor(cpu) => exception_addresses(Class::Processor, cpu as u16),
            Stack::Thread(thread) => exception_addresses(Class::Thread, thread),
        };
        let (code, parameters) = if in_isr {
            (0x3D, [record, context, 0, 0])
        } else if prcb.frame != FrameId::NONE {
            (0x1E, [status, place, 0, 0])
        } else if system {
            (0x7E, [status, place, record, context])
        } else {
            (0x3B, [status, place, context, 0])
        };
        self.bugcheck(cpu, Rule::IN15, code, parameters);
    }

    /// Whether a call is made at an IRQL that its documentation does not allow.
    #[must_use]
    pub fn call_is_misuse(&self, cpu: usize, info: &RoutineInfo) -> bool {
        use Routine as R;
        let (irql, machine) = (self.level_of_call(cpu, info), &self.program.machine);
        let wrong = info.is_above_its_irql(irql, machine) || info.is_below_its_irql(irql, machine);
        // These find out for themselves what exactly is wrong.
        let own = match info.routine {
            R::KeRaiseIrqlToDpcLevel | R::ExAllocatePool2 | R::ExFreePool | R::PAGED_CODE => true,
            R::KeAttachProcess | R::KeStackAttachProcess => self.state.kprcb[cpu].dpc_routine_active,
            _ => false,
        };
        wrong && !own
    }

    /// Driver Verifier stops a call for its IRQL (BC-5); `object` is its first argument, `timeout` that of a wait. Without
    /// it the misuse is told, and the machine goes on: true.
    pub fn pass_misuse(&mut self, cpu: usize, info: &RoutineInfo, object: u64, timeout: u64) -> bool {
        if !self.program.machine.verifier {
            self.emit(cpu, Kind::MisuseUnchecked, Rule::BC5, info.routine as u16, 0);
            return true;
        }
        let irql = u64::from(self.state.kprcb[cpu].irql);
        let object = ObjectRef::address_of(object);
        let subcode = verifier_subcode(info.routine);
        let (rule, rest) = match subcode {
            0x33 | 0x34 => (Rule::AP23, [irql, object, 0]),
            0x3B => (Rule::BC2, [irql, object, timeout]),
            0x80 => (Rule::BC5, [irql, object, 0]),
            0xE5 | 0x11A | 0x11B => (Rule::BC5, [irql, 0, 0]),
            ..0x100 => (Rule::IR17, [irql, object, 0]),
            // The text of the rule, which names the routine.
            _ => (Rule::BC5, [Class::Routine.at(info.routine as u16), 0, 0]),
        };
        self.bugcheck(cpu, rule, 0xC4, [subcode.into(), rest[0], rest[1], rest[2]]);
        false
    }

    /// A system service needs a thread at PASSIVE_LEVEL (section 1's table); true when the machine goes on.
    #[must_use]
    pub fn check_service_call(&mut self, cpu: usize, info: &RoutineInfo) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let in_thread = prcb.frame == FrameId::NONE && prcb.current_thread != NONE;
        if in_thread && !info.is_above_its_irql(prcb.irql, &self.program.machine) {
            return true;
        }
        let irql = u64::from(prcb.irql);
        self.bugcheck(cpu, Rule::BC5, 0xC4, [0xE6, self.program.instruction_address(self.pc), irql, 0]);
        false
    }
}
