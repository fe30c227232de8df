//! Interrupts from outside the processor: request, acceptance, nesting, the ISR, inter-processor interrupts
//! (IR-6, IR-7, IN-1, IN-2, IN-5, IN-9).

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind, Stack};
use crate::base::{NO_RECORD, NONE};
use crate::program::{CLOCK, IPI, Irql};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// A device asserts its interrupt.
    pub fn request_interrupt(&mut self, interrupt: u16) {
        let def = &self.program.interrupts[interrupt as usize];
        let (cpu, irql) = (def.processor as usize, def.irql);
        self.enter_code(NO_RECORD, NONE);
        let pending = self.state.kinterrupt[interrupt as usize].pending;
        let n = self.emit(cpu, Kind::InterruptRequested, Rule::IN1, interrupt, u32::from(irql));
        if pending == NO_RECORD {
            self.state.kinterrupt[interrupt as usize].pending = n;
            self.mark_pending(cpu, interrupt, irql, n);
        } else {
            self.emit_from(n, cpu, Kind::InterruptMerged, Rule::IR7, interrupt, u32::from(irql));
        }
    }

    /// The clock of a processor asserts its interrupt.
    pub fn request_clock(&mut self, cpu: usize) {
        if self.state.kprcb[cpu].clock_pending != NO_RECORD {
            return; // missed ticks merge (IN-13)
        }
        let irql = self.program.machine.ladder.clock();
        self.enter_code(NO_RECORD, NONE);
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
        let sent = self.emit(from, Kind::IpiSent, rule, u16::from(level), to as u32 | reason);
        let irql = self.program.machine.ladder.ipi();
        let prcb = &mut self.state.kprcb[to];
        prcb.ipi_reasons |= 1 << level;
        if prcb.ipi_pending == NO_RECORD {
            prcb.ipi_pending = sent;
            self.mark_pending(to, IPI, irql, sent);
        } else {
            self.emit_from(sent, to, Kind::InterruptMerged, Rule::IR7, IPI, u32::from(irql));
        }
    }

    fn mark_pending(&mut self, cpu: usize, interrupt: u16, irql: Irql, cause: u32) {
        self.state.kprcb[cpu].requests |= 1 << irql;
        let now = self.state.kprcb[cpu].irql;
        if irql <= now {
            // Its own ISR in service is the special case of a level that is not above the IRQL.
            let in_service = self.state.kinterrupt[interrupt as usize].locked;
            let rule = if in_service { Rule::IR7 } else { Rule::IR6 };
            self.emit_from(cause, cpu, Kind::InterruptPending, rule, interrupt, u32::from(now));
        }
        self.poke(cpu);
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

    /// IN-2, up to the ISR's first operation.
    fn accept_device(&mut self, cpu: usize, interrupt: u16) {
        let (irql, synchronize_irql, isr) = {
            let def = &self.program.interrupts[interrupt as usize];
            (def.irql, def.synchronize_irql, def.isr)
        };
        let requested = std::mem::replace(&mut self.state.kinterrupt[interrupt as usize].pending, NO_RECORD);
        let old = self.state.kprcb[cpu].irql;
        // An ISR below makes this a nesting (IN-5); otherwise it is plain acceptance (IN-2).
        let rule = if old > 2 { Rule::IN5 } else { Rule::IN2 };
        let prcb = &mut self.state.kprcb[cpu];
        prcb.irql = irql;
        if prcb.frame == FrameId::NONE {
            prcb.dpc_time_count = 0;
        }
        let accepted = self.emit_from(requested, cpu, Kind::InterruptAccepted, rule, interrupt, u32::from(old));
        let mut frame = Frame::kernel(FrameKind::Interrupt, old, accepted);
        frame.object = interrupt;
        self.push_frame(Stack::Processor(cpu), frame);
        if synchronize_irql > irql {
            self.state.kprcb[cpu].irql = synchronize_irql;
            self.emit_from(accepted, cpu, Kind::IrqlRaised, Rule::IN2, NONE, u32::from(irql));
        }
        self.state.kinterrupt[interrupt as usize].locked = true;
        if isr == NONE {
            return;
        }
        let entered = self.emit_from(accepted, cpu, Kind::IsrEntered, Rule::IN2, interrupt, 0);
        self.push_body(Stack::Processor(cpu), isr, interrupt, &[], entered);
    }

    /// IN-2 after the ISR has returned.
    pub fn finish_interrupt(&mut self, cpu: usize, interrupt: u16, entered_at: u32, returned: i64, old: Irql) {
        let def = &self.program.interrupts[interrupt as usize];
        let (synchronize_irql, isr) = (def.synchronize_irql.max(def.irql), def.isr);
        self.enter_code(entered_at, NONE);
        if isr != NONE {
            self.emit(cpu, Kind::IsrReturned, Rule::IN2, interrupt, u32::from(returned != 0));
        }
        let now = self.state.kprcb[cpu].irql;
        if now != synchronize_irql {
            let code = u64::from(now) << 16 | u64::from(synchronize_irql) << 8 | 3;
            return self.bugcheck(cpu, Rule::IN4, 0xC8, [code, u64::from(isr), u64::from(interrupt), 0]);
        }
        self.state.kinterrupt[interrupt as usize].locked = false;
        self.pop_frame(Stack::Processor(cpu));
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::InterruptEnded, Rule::IR12, interrupt, u32::from(old));
    }

    /// The handler of the inter-processor interrupt turns its reasons into software interrupts (IN-9).
    fn accept_ipi(&mut self, cpu: usize) {
        let irql = self.program.machine.ladder.ipi();
        let prcb = &mut self.state.kprcb[cpu];
        prcb.requests &= !(1 << irql);
        let sent = std::mem::replace(&mut prcb.ipi_pending, NO_RECORD);
        let reasons = std::mem::take(&mut prcb.ipi_reasons);
        let old = std::mem::replace(&mut prcb.irql, irql);
        self.enter_code(sent, NONE);
        let accepted = self.emit(cpu, Kind::InterruptAccepted, Rule::IN9, IPI, u32::from(old));
        self.cause = accepted;
        for level in [1, 2] {
            if reasons >> level & 1 == 1 {
                self.request_software_interrupt(cpu, level, Rule::IN9);
            }
        }
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::InterruptEnded, Rule::IR12, IPI, u32::from(old));
    }
}
