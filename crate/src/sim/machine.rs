//! The machine: kernel, calendar, stimuli and chance. One step is one thing that happens.
//!
//! Order at one instant (SIM-1): first everything that is due is posted; then the processors act, the lowest
//! number first, each until it has nothing to do at this instant.

use crate::base::{IndexedHeap, NONE, Ns, Rng};
use crate::nt::{CodePage, FrameId, FrameKind, Kernel, Kprcb, Limits, State, Stop};
use crate::program::{Ladder, Program, Source};
use crate::trace::{Kind, Rule};
use std::rc::Rc;

/// The machine between two steps, as a value.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    state: State,
    calendar: IndexedHeap,
    /// Arrivals so far of each stimulus.
    arrivals: Vec<u32>,
    rng: Rng,
}

impl Checkpoint {
    /// Records made before it.
    #[must_use]
    pub fn records(&self) -> u32 {
        self.state.records
    }

    /// The state of the kernel in it.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.state.bytes() + self.calendar.len() * 16 + self.arrivals.len() * 8 + size_of::<Self>()
    }
}

/// A running machine.
#[derive(Debug)]
pub struct Machine {
    pub(super) kernel: Kernel,
    /// Sources: each processor's work, each processor's clock, each stimulus, each thread's start.
    pub(super) calendar: IndexedHeap,
    arrivals: Vec<u32>,
    pub(super) rng: Rng,
}

impl Machine {
    /// The machine before its first step.
    #[must_use]
    pub fn new(program: Rc<Program>, seed: u64, limits: Limits) -> Self {
        let processors = program.machine.processors as usize;
        let sources = 2 * processors + program.stimuli.len() + program.threads.len();
        let mut machine = Self {
            calendar: IndexedHeap::new(sources),
            arrivals: vec![0; program.stimuli.len()],
            rng: Rng::new(seed),
            kernel: Kernel::new(program, limits),
        };
        machine.start();
        machine
    }

    fn start(&mut self) {
        let program = Rc::clone(&self.kernel.program);
        let processors = u32::from(program.machine.processors);
        if program.machine.idle_poll > 0 {
            self.kernel.state.runnable = u64::MAX >> (64 - processors);
        }
        self.kernel.emit_outside(Kind::RunStarted, Rule::SIM1, NONE, processors);
        for cpu in 0..processors {
            self.calendar.arm(processors + cpu, program.machine.clock_interval);
        }
        for (i, stimulus) in program.stimuli.iter().enumerate() {
            let due = stimulus.first + self.rng.between(0, stimulus.window);
            self.calendar.arm(2 * processors + i as u32, due);
        }
        for (i, thread) in program.threads.iter().enumerate().filter(|(_, t)| t.body != NONE && !t.created_by_code) {
            self.calendar.arm(2 * processors + (program.stimuli.len() + i) as u32, thread.start);
        }
    }

    /// The state of the kernel.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.kernel.state
    }

    /// A copy of everything that changes.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            state: self.kernel.state.clone(),
            calendar: self.calendar.clone(),
            arrivals: self.arrivals.clone(),
            rng: self.rng,
        }
    }

    /// Goes back, or forward, to a checkpoint of a machine with the same program.
    pub fn restore(&mut self, checkpoint: &Checkpoint) {
        self.kernel.state.clone_from(&checkpoint.state);
        self.calendar.clone_from(&checkpoint.calendar);
        self.arrivals.clone_from(&checkpoint.arrivals);
        self.rng = checkpoint.rng;
        self.kernel.out.clear();
    }

    /// Makes the next thing happen. False when the run is over.
    pub fn step(&mut self) -> bool {
        let state = &self.kernel.state;
        if state.stop.is_some() {
            return false;
        }
        if state.records >= self.kernel.limits.records {
            self.kernel.enter_code(state.records.saturating_sub(1), NONE);
            self.kernel.stop_at_limit("records", u64::from(self.kernel.limits.records));
            return false;
        }
        match self.calendar.peek() {
            Some((due, source)) if due <= state.now => self.post(source),
            _ if state.runnable != 0 => self.step_processor(state.runnable.trailing_zeros() as usize),
            Some((due, _)) => return self.advance_to(due),
            None => return self.finish(Stop::Quiescent),
        }
        true
    }

    fn advance_to(&mut self, due: Ns) -> bool {
        let idle = self.only_clocks_are_left();
        let machine = &self.kernel.program.machine;
        // Where processors spin, ticks may bring the watchdog (DP-27).
        if idle && !(machine.goes_on_in_deadlock && self.kernel.state.kprcb.iter().any(|p| p.spins > 0)) {
            let stop = self.final_stop();
            return self.finish(stop);
        }
        if due > machine.end {
            let end = machine.end;
            self.kernel.pass_time(end);
            let stop = if idle { self.final_stop() } else { Stop::End };
            return self.finish(stop);
        }
        self.kernel.pass_time(due);
        self.kernel.state.ops_at_instant = 0;
        true
    }

    fn finish(&mut self, stop: Stop) -> bool {
        self.kernel.end_run(stop);
        false
    }

    /// Nothing but ticks would ever happen again: no work, no arrival, no timer, no DPC that a tick would find.
    fn only_clocks_are_left(&self) -> bool {
        let state = &self.kernel.state;
        let polling = |p: &Kprcb| p.poll_until > 0; // for nothing
        self.calendar.len() == state.kprcb.len() + state.kprcb.iter().filter(|p| polling(p)).count()
            && state.timers.is_empty()
            && state
                .kprcb
                .iter()
                .all(|p| (!p.working || polling(p)) && p.dpc_depth() == 0 && (p.current_thread == NONE || p.spins > 0))
            && !state.kprcb.iter().any(|p| self.may_be_preempted(p))
    }

    /// Whether a thread that spins below DISPATCH_LEVEL may have to give way to one that is ready, by the end of its
    /// quantum at the latest.
    fn may_be_preempted(&self, prcb: &Kprcb) -> bool {
        let current = self.kernel.state.kthread.get(prcb.current_thread as usize);
        let rivals = |base: u8| prcb.next_thread != NONE || prcb.ready_summary >> base != 0;
        prcb.irql < Ladder::DISPATCH && current.is_some_and(|t| rivals(t.base_priority))
    }

    /// A processor that still spins then spins for ever.
    fn final_stop(&self) -> Stop {
        let spinning = self.kernel.spinning();
        if spinning.is_empty() { Stop::Quiescent } else { Stop::Deadlock(spinning, None) }
    }

    /// Something is due.
    fn post(&mut self, source: u32) {
        let processors = self.kernel.state.kprcb.len();
        let source = source as usize;
        if source < processors {
            self.calendar.disarm(source as u32);
            self.work_is_done(source);
        } else if source < 2 * processors {
            let next = self.kernel.state.now + self.kernel.state.clock_interval;
            self.calendar.arm(source as u32, next);
            self.kernel.request_clock(source - processors);
        } else if source < 2 * processors + self.arrivals.len() {
            self.arrive(source - 2 * processors);
        } else {
            self.calendar.disarm(source as u32);
            self.kernel.start_thread((source - 2 * processors - self.arrivals.len()) as u16);
        }
    }

    /// A device's interrupt comes from outside.
    fn arrive(&mut self, stimulus: usize) {
        self.arrivals[stimulus] += 1;
        let made = self.arrivals[stimulus];
        let source = (2 * self.kernel.state.kprcb.len() + stimulus) as u32;
        match self.next_arrival(stimulus, made) {
            Some(due) => self.calendar.arm(source, due),
            None => self.calendar.disarm(source),
        }
        let stimulus = &self.kernel.program.stimuli[stimulus];
        let (interrupt, cpu) = (stimulus.interrupt, usize::from(stimulus.processor));
        match stimulus.source {
            Source::Interrupt => self.kernel.request_interrupt(interrupt),
            Source::Nmi => self.kernel.take_nmi(cpu),
            Source::MachineCheck => self.kernel.take_machine_check(cpu),
            Source::Trim => self.trim_memory(),
        }
    }

    /// The memory manager takes pageable memory away, also the code that a processor is just executing.
    fn trim_memory(&mut self) {
        self.kernel.trim_memory();
        for cpu in 0..self.kernel.state.kprcb.len() {
            let top = self.kernel.state.top(cpu);
            let frame = self.kernel.state.frames.get(top.index()).filter(|_| top != FrameId::NONE);
            let gone =
                frame.is_some_and(|f| self.kernel.state.code_pages.get(f.body as usize) == Some(&CodePage::Absent));
            if gone && self.kernel.state.kprcb[cpu].working {
                self.suspend_work(cpu);
                self.kernel.state.runnable |= 1 << cpu;
            }
        }
    }

    /// When a stimulus comes again after so many arrivals.
    fn next_arrival(&mut self, stimulus: usize, made: u32) -> Option<Ns> {
        let s = &self.kernel.program.stimuli[stimulus];
        if s.period == 0 || (s.count > 0 && made >= s.count) {
            return None;
        }
        // Counted from the first arrival, so that jitter does not add up.
        let nominal = s.first + s.period * Ns::from(made);
        let early = nominal.saturating_sub(s.jitter).max(self.kernel.state.now + 1);
        let due = self.rng.between(early, nominal + s.jitter);
        (s.until == 0 || due <= s.until).then_some(due)
    }

    fn work_is_done(&mut self, cpu: usize) {
        let top = self.kernel.state.top(cpu);
        if top != FrameId::NONE {
            let frame = &mut self.kernel.state.frames[top.index()];
            if frame.cost > 0 {
                frame.cost = 0;
            } else {
                frame.remaining = 0;
            }
        }
        self.kernel.state.kprcb[cpu].working = false;
        self.kernel.state.runnable |= 1 << cpu;
    }

    /// Work that something interrupts goes on later with what is left.
    fn suspend_work(&mut self, cpu: usize) {
        if !std::mem::take(&mut self.kernel.state.kprcb[cpu].working) {
            return;
        }
        let due = self.kernel.state.kprcb[cpu].work_until;
        self.calendar.disarm(cpu as u32);
        let top = self.kernel.state.top(cpu);
        if top == FrameId::NONE {
            return; // it polled
        }
        let left = due - self.kernel.state.now;
        let frame = &mut self.kernel.state.frames.as_mut_slice()[top.index()];
        if frame.cost > 0 {
            frame.cost = left;
        } else {
            frame.remaining = left as i64;
        }
    }

    /// The processor spends `duration` on its top frame.
    pub(super) fn work(&mut self, cpu: usize, duration: i64) {
        let until = self.kernel.state.now.saturating_add(duration as Ns);
        let prcb = &mut self.kernel.state.kprcb[cpu];
        prcb.working = true;
        prcb.work_until = until;
        self.kernel.state.runnable &= !(1 << cpu);
        self.calendar.arm(cpu as u32, until);
    }

    /// One turn of the idle loop; what it polls for takes time.
    fn idle(&mut self, cpu: usize) {
        self.kernel.idle_loop(cpu);
        let (until, now) = (self.kernel.state.kprcb[cpu].poll_until, self.kernel.state.now);
        if until > now {
            self.work(cpu, (until - now) as i64);
        }
    }

    /// One action of one processor: what is deliverable goes before what runs (IR-12).
    fn step_processor(&mut self, cpu: usize) {
        if let Some(level) = self.kernel.deliverable(cpu) {
            self.suspend_work(cpu);
            match level {
                Ladder::APC => self.kernel.accept_apc(cpu),
                Ladder::DISPATCH => self.kernel.accept_dispatch(cpu),
                _ => self.kernel.accept_interrupt(cpu, level),
            }
            return;
        }
        let prcb = &self.kernel.state.kprcb[cpu];
        if prcb.working {
            if prcb.poll_until == 0 {
                self.kernel.state.runnable &= !(1 << cpu);
                return;
            }
            self.suspend_work(cpu);
        }
        let top = self.kernel.state.top(cpu);
        if top == FrameId::NONE {
            return self.idle(cpu);
        }
        let frame = &mut self.kernel.state.frames.as_mut_slice()[top.index()];
        if frame.cost > 0 {
            let cost = frame.cost as i64;
            return self.work(cpu, cost);
        }
        let (since, irql, phase) = (frame.since, frame.irql, frame.phase);
        let thread = self.kernel.state.kprcb[cpu].current_thread;
        match frame.kind {
            FrameKind::Body => self.execute(cpu, top),
            FrameKind::Interrupt => self.kernel.continue_interrupt(cpu),
            FrameKind::Dispatch => {
                frame.phase = 1;
                self.kernel.continue_dispatch(cpu, since, irql, phase != 0);
            }
            FrameKind::IdleRetire => {
                frame.phase = 1;
                self.kernel.continue_idle_retire(cpu, since, phase != 0);
            }
            FrameKind::DpcThread => self.kernel.continue_dpc_thread(cpu),
            FrameKind::WorkerThread => self.kernel.continue_worker_thread(cpu, thread),
            FrameKind::ServiceThread => self.kernel.continue_service_thread(cpu, thread),
            FrameKind::DeliverApc => self.kernel.continue_apc_delivery(cpu, thread, top),
            FrameKind::Suspend => self.kernel.continue_suspension(cpu, thread, top),
            FrameKind::Exit => self.kernel.continue_exit(cpu, thread, top),
            FrameKind::SynchronousIo => self.kernel.continue_synchronous_request(cpu, thread, top),
            FrameKind::Startup => {
                if phase == 0 {
                    frame.phase = 1;
                }
                self.kernel.continue_startup(cpu, thread, phase);
            }
        }
    }
}
