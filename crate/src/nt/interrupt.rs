//! Interrupts from outside the processor: request, acceptance, nesting, the ISR, inter-processor interrupts
//! (IR-6, IR-7, IN-1…5, IN-9).

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::generic_call::GENERIC_CALL;
use crate::base::{NO_RECORD, NONE};
use crate::program::{BodyKind, CLOCK, Class, IPI, Irql};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// A device asserts its interrupt.
    pub fn request_interrupt(&mut self, interrupt: u16) {
        let def = &self.program.interrupts[interrupt as usize];
        let (cpu, irql) = (def.processor as usize, def.irql);
        self.enter_code(NO_RECORD, NONE);
        let merged = self.vector(interrupt).any(|i| self.state.kinterrupt[i as usize].pending != NO_RECORD);
        let n = self.emit(cpu, Kind::InterruptRequested, Rule::IN1, interrupt, u32::from(irql));
        self.state.kinterrupt[interrupt as usize].asserted = n;
        if self.state.kinterrupt[interrupt as usize].masked {
            // Its device has not been quieted for the interrupt that masked the line.
            self.emit_from(n, cpu, Kind::InterruptMerged, Rule::IN7, interrupt, u32::from(irql));
        } else if merged {
            self.emit_from(n, cpu, Kind::InterruptMerged, Rule::IR7, interrupt, u32::from(irql));
        } else {
            self.state.kinterrupt[interrupt as usize].pending = n;
            self.mark_pending(cpu, interrupt, irql, n);
        }
    }

    /// What the status register of a device says; of `NONE`, that of the device whose ISR the frame runs.
    #[must_use]
    pub fn interrupting(&self, frame: FrameId, interrupt: u16) -> bool {
        let frame = &self.state.frames[frame.index()];
        let in_isr = self.program.bodies.get(frame.body as usize).is_some_and(|b| b.kind == BodyKind::Isr);
        let interrupt = if interrupt == NONE && in_isr { frame.object } else { interrupt };
        self.state.kinterrupt.get(interrupt as usize).is_some_and(|i| i.asserted != NO_RECORD)
    }

    /// The devices on the vector of a device, in the order of connection.
    fn vector(&self, interrupt: u16) -> impl Iterator<Item = u16> {
        let chain = |i: u16| self.program.interrupts[i as usize].chain;
        std::iter::successors(Some(chain(interrupt).0), move |i| Some(chain(*i).1).filter(|next| *next != NONE))
    }

    /// The clock of a processor asserts its interrupt.
    pub fn request_clock(&mut self, cpu: usize) {
        let irql = self.program.machine.ladder.clock();
        self.enter_code(NO_RECORD, NONE);
        let pending = self.state.kprcb[cpu].clock_pending;
        if pending != NO_RECORD {
            // A missed tick is part of the one that waits (IN-13).
            self.emit_from(pending, cpu, Kind::InterruptMerged, Rule::IN13, CLOCK, u32::from(irql));
            return;
        }
        let n = self.emit(cpu, Kind::InterruptRequested, Rule::IN11, CLOCK, u32::from(irql));
        self.state.kprcb[cpu].clock_pending = n;
        self.mark_pending(cpu, CLOCK, irql, n);
    }

    /// Sends an inter-processor interrupt for the sake of a software interrupt there (IN-9).
    pub(super) fn send_ipi(&mut self, from: usize, to: usize, level: Irql, rule: Rule) {
        self.send_ipi_with_reason(from, to, level, rule, 0);
    }

    /// The same, with the packed reason of a DPC's request (DP-9).
    pub(super) fn send_ipi_with_reason(&mut self, from: usize, to: usize, level: Irql, rule: Rule, reason: u32) {
        let irql = self.program.machine.ladder.ipi();
        let subject = if level == GENERIC_CALL { irql } else { level };
        let sent = self.state.records;
        let prcb = &mut self.state.kprcb[to];
        let merged = prcb.ipi_reasons != 0;
        prcb.ipi_reasons |= 1 << level;
        prcb.requests |= 1 << irql;
        if !merged {
            prcb.ipi_pending = sent;
        }
        self.emit(from, Kind::IpiSent, rule, u16::from(subject), to as u32 | reason);
        if merged {
            self.emit_from(sent, to, Kind::InterruptMerged, Rule::IR7, IPI, u32::from(irql));
        } else {
            self.mark_pending(to, IPI, irql, sent);
        }
    }

    fn mark_pending(&mut self, cpu: usize, interrupt: u16, irql: Irql, cause: u32) {
        let prcb = &mut self.state.kprcb[cpu];
        prcb.requests |= 1 << irql;
        let now = prcb.irql;
        if irql <= now {
            // Its own ISR in service is the special case of a level that is not above the IRQL.
            let rule = if self.state.kinterrupt[interrupt as usize].in_service {
                Rule::IR7
            } else if self.program.machine.lazy_irql && irql > prcb.controller_irql {
                // It arrives, and the HAL masks the controller after all.
                prcb.controller_irql = now;
                Rule::IR16
            } else {
                Rule::IR6
            };
            self.emit_from(cause, cpu, Kind::InterruptPending, rule, interrupt, u32::from(now));
        }
        self.poke(cpu);
    }

    /// A non-maskable interrupt: taken at any level, which it leaves alone; somebody's callback claims it (IR-4).
    pub fn take_nmi(&mut self, cpu: usize) {
        self.enter_code(NO_RECORD, NONE);
        let irql = u32::from(self.state.kprcb[cpu].irql);
        self.emit(cpu, Kind::NmiTaken, Rule::IR4, NONE, irql);
    }

    /// A machine check that cannot be corrected: it has no level either, and the machine stops (IR-4).
    pub fn take_machine_check(&mut self, cpu: usize) {
        self.enter_code(NO_RECORD, NONE);
        let irql = u32::from(self.state.kprcb[cpu].irql);
        self.cause = self.emit(cpu, Kind::MachineCheckTaken, Rule::IR4, NONE, irql);
        self.bugcheck(cpu, Rule::IR4, 0x124, [0; 4]);
    }

    /// Takes the interrupt of the highest requested level, `level`, which is above the IRQL (IR-6).
    pub fn accept_interrupt(&mut self, cpu: usize, level: Irql) {
        self.leave_idle_loop(cpu);
        let ladder = self.program.machine.ladder;
        if level == ladder.clock() && self.state.kprcb[cpu].clock_pending != NO_RECORD {
            return self.accept_clock(cpu);
        }
        if level == ladder.ipi() && self.state.kprcb[cpu].ipi_pending != NO_RECORD {
            return self.accept_ipi(cpu);
        }
        let (program, state) = (&self.program, &self.state);
        let mut waiting = self.interrupt_order[cpu].iter().copied().filter(|i| {
            program.interrupts[*i as usize].irql == level && state.kinterrupt[*i as usize].pending != NO_RECORD
        });
        let (Some(interrupt), another) = (waiting.next(), waiting.next().is_some()) else {
            self.state.kprcb[cpu].requests &= !(1 << level);
            return;
        };
        if !another {
            self.state.kprcb[cpu].requests &= !(1 << level);
        }
        self.accept_device(cpu, interrupt);
    }

    /// IN-2, up to the first ISR's first operation.
    fn accept_device(&mut self, cpu: usize, interrupt: u16) {
        let def = &self.program.interrupts[interrupt as usize];
        let (irql, first, isr) = (def.irql, def.chain.0, def.isr);
        let requested = std::mem::replace(&mut self.state.kinterrupt[interrupt as usize].pending, NO_RECORD);
        let old = self.state.kprcb[cpu].irql;
        // An ISR below makes this a nesting (IN-5); otherwise it is plain acceptance (IN-2), of whatever level.
        let below = self.state.kprcb[cpu].frame;
        let nests = self.state.stack(below).any(|id| self.state.frames[id.index()].kind == FrameKind::Interrupt);
        let rule = if nests { Rule::IN5 } else { Rule::IN2 };
        let prcb = &mut self.state.kprcb[cpu];
        (prcb.irql, prcb.controller_irql) = (irql, irql);
        if prcb.frame == FrameId::NONE {
            prcb.dpc_time_count = 0;
        }
        let accepted = self.emit_from(requested, cpu, Kind::InterruptAccepted, rule, interrupt, u32::from(old));
        let mut frame = Frame::kernel(FrameKind::Interrupt, old, accepted);
        (frame.object, frame.pc) = (interrupt, first);
        self.push_frame(Stack::Processor(cpu), frame);
        if isr != NONE {
            self.call_isr(cpu);
        }
    }

    /// Interrupt dispatch goes on: with the next ISR, with one whose lock was held, or to its end.
    pub fn continue_interrupt(&mut self, cpu: usize) {
        let top = self.state.kprcb[cpu].frame;
        let (interrupt, since) = (self.state.frames[top.index()].object, self.state.frames[top.index()].since);
        self.enter_code(since, NONE);
        if interrupt == IPI {
            self.continue_generic_call(cpu);
        } else if self.program.interrupts[interrupt as usize].isr == NONE {
            self.end_interrupt(cpu);
        } else {
            self.call_isr(cpu);
        }
    }

    /// Calls the ISR that is next on the vector: raise to SynchronizeIrql, take the ActualLock, call (IN-2).
    fn call_isr(&mut self, cpu: usize) {
        let top = self.state.kprcb[cpu].frame;
        let (device, accepted) = (self.state.frames[top.index()].pc, self.state.frames[top.index()].since);
        let def = &self.program.interrupts[device as usize];
        let (irql, synchronize_irql, isr, lock) = (def.irql, def.synchronize_irql, def.isr, def.lock);
        if let Some(passive) = def.passive {
            self.cause = accepted;
            self.hand_to_service_thread(cpu, device, passive);
            return self.end_interrupt(cpu);
        }
        if synchronize_irql > self.state.kprcb[cpu].irql {
            self.state.kprcb[cpu].irql = synchronize_irql;
            self.emit_from(accepted, cpu, Kind::IrqlRaised, Rule::IN2, NONE, u32::from(irql));
        }
        self.cause = accepted;
        if !self.acquire_actual_lock(cpu, top, lock) {
            return;
        }
        self.state.kinterrupt[device as usize].in_service = true;
        let entered = self.emit_from(accepted, cpu, Kind::IsrEntered, Rule::IN2, device, 0);
        self.push_body(Stack::Processor(cpu), isr, device, &[], entered);
    }

    /// An ISR has returned to the interrupt dispatch below it: release, then the next ISR of the vector or the end (IN-2,
    /// IN-3).
    pub(super) fn isr_returned(&mut self, cpu: usize, dispatch: FrameId, device: u16, entered: u32, returned: i64) {
        let def = &self.program.interrupts[device as usize];
        let (irql, synchronize_irql, lock) = (def.irql, def.synchronize_irql, def.lock);
        let (chain, level_sensitive) = (def.chain, def.level_sensitive);
        self.enter_code(self.state.frames[dispatch.index()].since, NONE);
        let (claims, keeps) = (returned != 0, self.isr_keeps_level(cpu, device));
        let n = self.emit(cpu, Kind::IsrReturned, Rule::IN2, device, u32::from(claims));
        if !keeps {
            return self.bugcheck_isr_level(cpu, device);
        }
        self.free_lock(lock, n);
        self.quiet(device, claims, entered);
        let alone = chain == (device, NONE);
        if alone || (claims && level_sensitive) {
            return self.end_interrupt(cpu);
        }
        let frame = &mut self.state.frames[dispatch.index()];
        // Latched: another pass as long as a pass has claimed something.
        let claimed = claims || frame.phase == 1;
        frame.phase = u8::from(claimed);
        frame.pc = chain.1;
        if chain.1 == NONE {
            if level_sensitive || !claimed {
                return self.end_interrupt(cpu);
            }
            (frame.phase, frame.pc) = (0, chain.0);
        }
        if synchronize_irql > irql {
            self.set_irql(cpu, irql);
            self.emit(cpu, Kind::IrqlLowered, Rule::IR12, NONE, u32::from(synchronize_irql));
        }
    }

    /// Whether an ISR leaves the IRQL as it found it (IN-4); then its frame goes.
    pub(super) fn isr_keeps_level(&mut self, cpu: usize, device: u16) -> bool {
        let keeps = self.state.kprcb[cpu].irql == self.program.interrupts[device as usize].synchronize_irql;
        if keeps {
            self.pop_frame(self.stack(cpu));
        }
        keeps
    }

    /// Stops the machine for an ISR that has not.
    pub(super) fn bugcheck_isr_level(&mut self, cpu: usize, device: u16) {
        let def = &self.program.interrupts[device as usize];
        let code = u64::from(self.state.kprcb[cpu].irql) << 16 | u64::from(def.synchronize_irql) << 8 | 3;
        let (routine, object) = (self.program.routine_address(def.isr), Class::Interrupt.at(device));
        self.bugcheck(cpu, Rule::IN4, 0xC8, [code, routine, object, 0]);
    }

    /// The ISR that began with record `entered` is over: its device is quiet, if it was its own and has not asked again.
    pub(super) fn quiet(&mut self, device: u16, claims: bool, entered: u32) {
        let interrupt = &mut self.state.kinterrupt[device as usize];
        interrupt.in_service = false;
        if claims && interrupt.asserted < entered {
            interrupt.asserted = NO_RECORD;
        }
    }

    /// End of interrupt; what is above the interrupted level is delivered next (IR-12).
    pub(super) fn end_interrupt(&mut self, cpu: usize) {
        let top = self.state.kprcb[cpu].frame;
        let (interrupt, old) = (self.state.frames[top.index()].object, self.state.frames[top.index()].irql);
        self.pop_frame(Stack::Processor(cpu));
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::InterruptEnded, Rule::IR12, interrupt, u32::from(old));
        if self.program.interrupts[interrupt as usize].level_sensitive {
            self.assert_again(cpu, interrupt);
        }
    }

    /// A level-sensitive line interrupts again as long as a device on it has not been quieted (IN-3).
    pub(super) fn assert_again(&mut self, cpu: usize, interrupt: u16) {
        let state = &self.state.kinterrupt;
        if state[interrupt as usize].masked || self.vector(interrupt).any(|i| state[i as usize].pending != NO_RECORD) {
            return;
        }
        let Some(device) = self.vector(interrupt).find(|i| state[*i as usize].asserted != NO_RECORD) else { return };
        let requested = self.state.kinterrupt[device as usize].asserted;
        self.state.kinterrupt[device as usize].pending = requested;
        self.mark_pending(cpu, device, self.program.interrupts[device as usize].irql, requested);
    }

    /// The handler of the inter-processor interrupt turns its reasons into software interrupts (IN-9).
    fn accept_ipi(&mut self, cpu: usize) {
        let irql = self.program.machine.ladder.ipi();
        // A power failure may wait at the same level.
        let state = &self.state.kinterrupt;
        let pending = |i: &u16| state[*i as usize].pending != NO_RECORD;
        let mut others = self.interrupt_order[cpu].iter().filter(|i| pending(i));
        let another = others.any(|i| self.program.interrupts[*i as usize].irql == irql);
        let prcb = &mut self.state.kprcb[cpu];
        if !another {
            prcb.requests &= !(1 << irql);
        }
        let sent = std::mem::replace(&mut prcb.ipi_pending, NO_RECORD);
        let reasons = std::mem::take(&mut prcb.ipi_reasons);
        let old = std::mem::replace(&mut prcb.irql, irql);
        prcb.controller_irql = irql;
        self.enter_code(sent, NONE);
        let accepted = self.emit(cpu, Kind::InterruptAccepted, Rule::IN9, IPI, u32::from(old));
        self.cause = accepted;
        for level in [1, 2] {
            if reasons >> level & 1 == 1 {
                self.request_software_interrupt(cpu, level, Rule::IN9);
            }
        }
        if reasons >> GENERIC_CALL & 1 == 1 {
            let mut frame = Frame::kernel(FrameKind::Interrupt, old, accepted);
            (frame.object, frame.remaining) = (IPI, i64::from(self.state.kprcb[cpu].spins));
            self.push_frame(Stack::Processor(cpu), frame);
            return self.join_generic_call(cpu);
        }
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::InterruptEnded, Rule::IR12, IPI, u32::from(old));
    }
}
