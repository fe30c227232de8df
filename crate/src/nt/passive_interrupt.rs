//! Passive-level interrupts (IN-7): the way from the line to the ISR, which the interrupt's service thread calls at
//! PASSIVE_LEVEL, and PassiveEvent, which keeps that ISR and those who synchronise with it apart. It does not know when an
//! interrupt is taken.

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::wait::Wait;
use crate::base::{INFINITE, NO_RECORD, NONE};
use crate::program::{Class, Ladder, ObjectRef, PassiveLevel};
use crate::trace::{Kind, Rule};

/// `pc` of a service thread's frame: what it is at. Its first slots hold the record that woke it, and the entry of the ISR.
mod step {
    /// It waits to be woken.
    pub(super) const WAKE: u16 = 0;
    /// It takes PassiveEvent and calls the ISR.
    pub(super) const SERVE: u16 = 1;
}

impl Frame {
    /// Whether this is a service thread that has nothing to do.
    pub(super) fn waits_to_be_woken(&self) -> bool {
        self.kind == FrameKind::ServiceThread && self.pc == step::WAKE
    }
}

impl Kernel {
    /// The service threads were started when the interrupts were connected: each waits to be woken.
    pub(super) fn park_service_threads(&mut self) {
        let passive = self.program.interrupts.iter().map(|d| d.passive).collect::<Vec<_>>();
        for (interrupt, passive) in (0..).zip(passive) {
            let Some(passive) = passive else { continue };
            let frame = Frame::kernel(FrameKind::ServiceThread, Ladder::PASSIVE, NO_RECORD);
            let frame = Frame { object: interrupt, pc: step::WAKE, ..frame };
            self.park(passive.thread, frame, ObjectRef { class: Class::Event, index: passive.wake });
        }
    }

    /// The interrupt is taken, at its device's level, where nobody can be woken: a DPC is to do that. A level-sensitive
    /// line stays masked until the ISR has run, or it would interrupt for ever.
    pub(super) fn hand_to_service_thread(&mut self, cpu: usize, interrupt: u16, passive: PassiveLevel) {
        if self.program.interrupts[interrupt as usize].level_sensitive {
            self.state.kinterrupt[interrupt as usize].masked = true;
            self.emit(cpu, Kind::InterruptLineMasked, Rule::IN7, interrupt, 0);
        }
        self.insert_queue_dpc(cpu, passive.dpc, [0; 2]);
    }

    /// That DPC.
    pub(super) fn wake_service_thread(&mut self, cpu: usize, interrupt: u16) {
        if let Some(passive) = self.program.interrupts[interrupt as usize].passive {
            self.set_event(cpu, passive.wake, 0, false);
        }
    }

    /// The service thread waits to be woken, or takes PassiveEvent and calls the ISR.
    pub fn continue_service_thread(&mut self, cpu: usize, thread: u16) {
        let top = self.state.top(cpu);
        let frame = &self.state.frames[top.index()];
        let (since, interrupt, at) = (frame.since, frame.object, frame.pc);
        self.enter_code(since, NONE);
        let def = &self.program.interrupts[interrupt as usize];
        let (Some(passive), isr) = (def.passive, def.isr) else { return };
        let slots = top.index() * self.program.slots_per_frame as usize;
        if at == step::WAKE {
            if self.wait_for_event(cpu, passive.wake) {
                self.state.slots[slots] = self.state.kevent[passive.wake as usize].since.into();
                self.state.frames[top.index()].pc = step::SERVE;
            }
        } else if self.acquire_passive_event(cpu, interrupt) {
            let woken = self.state.slots[slots] as u32;
            self.state.kinterrupt[interrupt as usize].in_service = true;
            let entered = self.emit_from(woken, cpu, Kind::IsrEntered, Rule::IN7, interrupt, 0);
            self.state.slots[slots + 1] = entered.into();
            self.push_body(Stack::Thread(thread), isr, interrupt, &[], entered);
        }
    }

    /// The ISR has returned: PassiveEvent is given back, and the line is open again.
    pub(super) fn passive_isr_returned(&mut self, cpu: usize, service: FrameId, returned: i64) {
        let [_, entered]: [i64; 2] = self.slots(service);
        let frame = &mut self.state.frames[service.index()];
        (frame.pc, frame.since) = (step::WAKE, self.state.records);
        let (interrupt, claims) = (frame.object, returned != 0);
        self.enter_code(entered as u32, NONE);
        let keeps = self.isr_keeps_level(cpu, interrupt);
        self.cause = self.emit(cpu, Kind::IsrReturned, Rule::IN7, interrupt, u32::from(claims));
        if !keeps {
            return self.bugcheck_isr_level(cpu, interrupt);
        }
        self.quiet(interrupt, claims, entered as u32);
        self.give_passive_event_back(cpu, interrupt);
        if std::mem::take(&mut self.state.kinterrupt[interrupt as usize].masked) {
            self.emit(cpu, Kind::InterruptLineUnmasked, Rule::IN7, interrupt, 0);
            let processor = self.program.interrupts[interrupt as usize].processor;
            self.assert_again(processor.into(), interrupt);
        }
        self.exit_dispatcher(cpu);
    }

    /// Takes PassiveEvent for the code that runs. False: it waits; try again when its frame runs again.
    pub fn acquire_passive_event(&mut self, cpu: usize, interrupt: u16) -> bool {
        let Some(passive) = self.program.interrupts[interrupt as usize].passive else { return true };
        let taken = self.wait_for_event(cpu, passive.event);
        if taken && let Stack::Thread(thread) = self.stack(cpu) {
            self.state.kinterrupt[interrupt as usize].owner = thread;
        }
        taken
    }

    /// Gives PassiveEvent back: whoever has waited for it longest may take it.
    pub fn release_passive_event(&mut self, cpu: usize, interrupt: u16) {
        self.give_passive_event_back(cpu, interrupt);
        self.exit_dispatcher(cpu);
    }

    fn give_passive_event_back(&mut self, cpu: usize, interrupt: u16) {
        self.state.kinterrupt[interrupt as usize].owner = NONE;
        if let Some(passive) = self.program.interrupts[interrupt as usize].passive {
            self.signal_event(cpu, passive.event, 0);
        }
    }

    fn wait_for_event(&mut self, cpu: usize, event: u16) -> bool {
        let object = ObjectRef { class: Class::Event, index: event }.pack();
        self.wait(cpu, Wait { object, user_mode: false, alertable: false, timeout: INFINITE }).is_some()
    }
}
