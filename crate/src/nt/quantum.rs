//! The quantum of a thread: what is charged against it, when it has run out, and what its end does (TH-7…10, TH-12). It is
//! counted in units, of which a tick takes three, or in cycles that the thread has run itself (TH-9).

use super::Kernel;
use super::frame::FrameId;
use super::priority::LOW_REALTIME_PRIORITY;
use super::state::{Kthread, ThreadState};
use crate::base::{NONE, Ns};
use crate::program::{Irql, Ladder, MachineSettings, ProcessDef, Program, QuantumCharge};
use crate::trace::{Kind, Rule};

/// Quantum units that one tick takes (TH-7).
const UNITS_PER_TICK: i16 = 3;

/// MAX_QUANTUM: what a thread whose quantum is disabled gets again and again (TH-10).
const MAX_QUANTUM: i16 = 127;

/// How many cycles so many quantum units stand for, a tick for three. A cycle is a nanosecond here.
pub(super) fn cycles(machine: &MachineSettings, units: i16) -> u64 {
    units as u64 * (machine.clock_interval / UNITS_PER_TICK as u64)
}

/// QuantumReset of a thread in units: up to three times as many in a foreground process (TH-7).
pub(super) fn quantum_reset(program: &Program, thread: u16) -> i16 {
    i16::from(program.machine.quantum) * i16::from(1 + separation(program, thread))
}

/// What a thread gains by its process's being in the foreground.
pub(super) fn separation(program: &Program, thread: u16) -> i8 {
    let foreground = process(program, thread).is_some_and(|p| p.foreground);
    if foreground { program.machine.priority_separation } else { 0 }
}

fn process(program: &Program, thread: u16) -> Option<&ProcessDef> {
    program.processes.get(program.threads[thread as usize].process as usize)
}

impl Kthread {
    /// Whether something of its quantum is left.
    fn has_quantum(&self, charge: QuantumCharge) -> bool {
        match charge {
            QuantumCharge::Tick => self.quantum > 0,
            QuantumCharge::Cycles => self.cycle_time < self.quantum_target,
        }
    }

    /// Its priority one level nearer to its base, where it is dynamic (TH-10).
    fn decayed_priority(&self) -> u8 {
        let dynamic = self.priority < LOW_REALTIME_PRIORITY;
        if dynamic { self.base_priority.max(self.priority - 1) } else { self.priority }
    }
}

impl Kernel {
    /// Virtual time goes on. What runs on a processor's own stacks, ISRs and DPCs, is not the thread's (TH-9).
    pub fn pass_time(&mut self, to: Ns) {
        let elapsed = to - std::mem::replace(&mut self.state.now, to);
        if self.program.machine.quantum_charge == QuantumCharge::Cycles {
            for prcb in self.state.kprcb.iter().filter(|prcb| prcb.frame == FrameId::NONE) {
                if let Some(thread) = self.state.kthread.get_mut(prcb.current_thread as usize) {
                    thread.cycle_time += elapsed;
                }
            }
        }
    }

    /// TH-8, TH-9: nothing is queued for it; a flag and a DISPATCH request.
    pub(super) fn charge_quantum(&mut self, cpu: usize) {
        let current = self.state.kprcb[cpu].current_thread;
        let charge = self.program.machine.quantum_charge;
        let Some(thread) = self.state.kthread.get_mut(current as usize) else { return };
        if thread.state != ThreadState::Running {
            return;
        }
        let rule = match charge {
            QuantumCharge::Tick => {
                // At DISPATCH_LEVEL it may go on long after it has run out.
                thread.quantum = thread.quantum.saturating_sub(UNITS_PER_TICK);
                Rule::TH8
            }
            QuantumCharge::Cycles => Rule::TH9,
        };
        if !thread.has_quantum(charge) {
            self.state.kprcb[cpu].quantum_end = true;
            self.emit(cpu, Kind::QuantumRanOut, rule, current, 0);
            self.request_software_interrupt(cpu, Ladder::DISPATCH, rule);
        }
    }

    /// KiQuantumEnd (TH-10), which interrupted the thread at `irql`. True when another thread took over.
    pub(super) fn quantum_end(&mut self, cpu: usize, irql: Irql) -> bool {
        self.state.kprcb[cpu].quantum_end = false;
        let current = self.state.kprcb[cpu].current_thread;
        let charge = self.program.machine.quantum_charge;
        if self.state.kthread.get(current as usize).is_none_or(|t| t.has_quantum(charge)) {
            return false;
        }
        let undisturbed = process(&self.program, current).is_some_and(|p| p.disable_quantum);
        let realtime = self.state.kthread[current as usize].priority >= LOW_REALTIME_PRIORITY;
        if realtime && undisturbed {
            self.give_quantum(current, MAX_QUANTUM);
            return false;
        }
        self.refill_quantum(current);
        let thread = &mut self.state.kthread[current as usize];
        thread.preempted = false;
        thread.priority = thread.decayed_priority();
        let priority = thread.priority;
        self.cause = self.emit(cpu, Kind::QuantumEnded, Rule::TH10, current, u32::from(priority));
        if self.state.kprcb[cpu].next_thread == NONE {
            let Some(peer) = self.take_ready(cpu, priority) else { return false };
            self.state.kthread[peer as usize].state = ThreadState::Standby;
            self.state.kprcb[cpu].next_thread = peer;
            self.state.kprcb[cpu].next_since = self.cause;
        }
        self.yield_to_next(cpu, irql, Rule::TH10);
        true
    }

    /// Quantum := QuantumReset (TH-7).
    pub(super) fn refill_quantum(&mut self, thread: u16) {
        self.give_quantum(thread, quantum_reset(&self.program, thread));
    }

    fn give_quantum(&mut self, thread: u16, units: i16) {
        let t = &mut self.state.kthread[thread as usize];
        t.quantum = units;
        t.quantum_target = t.cycle_time + cycles(&self.program.machine, units);
    }

    /// TH-12: a wait that is over costs its thread one unit, if that is asked for; with the last one the quantum begins anew
    /// and the priority decays. True when the priority has fallen: the caller sees to who runs.
    pub(super) fn charge_wait(&mut self, cpu: usize, thread: u16) -> bool {
        let machine = &self.program.machine;
        let (unit, charge) = (cycles(machine, 1), machine.quantum_charge);
        let t = &mut self.state.kthread[thread as usize];
        if !machine.wait_costs_quantum || t.priority >= LOW_REALTIME_PRIORITY {
            return false;
        }
        t.quantum = t.quantum.saturating_sub(1);
        t.quantum_target = t.quantum_target.saturating_sub(unit);
        let left = match charge {
            QuantumCharge::Tick => t.quantum.max(0) as u64,
            QuantumCharge::Cycles => t.quantum_target.saturating_sub(t.cycle_time) / unit.max(1),
        };
        let (lasts, old, decayed) = (t.has_quantum(charge), t.priority, t.decayed_priority());
        self.emit(cpu, Kind::QuantumCharged, Rule::TH12, thread, left as u32);
        if lasts {
            return false;
        }
        self.refill_quantum(thread);
        if decayed != old {
            self.state.kthread[thread as usize].priority = decayed;
            self.emit(cpu, Kind::PriorityChanged, Rule::TH12, thread, u32::from(decayed));
        }
        decayed != old
    }
}
