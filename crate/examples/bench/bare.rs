//! A bare event loop to set the engine's speed beside: an ordinary binary heap, and a handler that knows just enough
//! of interrupts, DPCs and threads to do what the workload does. It writes its trace to the engine's own columns, a
//! record for each change, but it compiles no scenario, checks nothing and has no rules.

use irql_playground::base::{NO_RECORD, NONE, Ns, Rng};
use irql_playground::trace::{Columns, Kind, Record, Rule};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::workload::THREADS;

const TICK: Ns = 1_000_000;
const CLOCK_IRQL: u8 = 13;
const DEVICE_IRQL: u8 = 5;
const DISPATCH_LEVEL: u8 = 2;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Device,
    Clock,
    /// A thread's sleep is over.
    Timer(u8),
    Ipi,
    /// The running job is done, unless it was interrupted since.
    Done(u32),
}

/// An ISR, a clock interrupt or a DPC, by its level, and the time that it still needs.
#[derive(Clone, Copy)]
struct Job {
    irql: u8,
    left: Ns,
}

#[derive(Default)]
struct Cpu {
    /// What interrupts the thread, the lowest level first.
    jobs: Vec<Job>,
    /// The generation of the job's end in the queue; it is running since `since`.
    generation: u32,
    running: bool,
    since: Ns,
    clock_pending: bool,
    devices_pending: u32,
    dpcs: u32,
    dpcs_done: u32,
    /// Bit n: thread n is ready, or is waiting, or has a signal to take.
    ready: u8,
    waiting: u8,
    signalled: u8,
    current: Option<u8>,
    quantum: i8,
    left: [Ns; THREADS],
}

/// The loop.
struct Bare {
    queue: BinaryHeap<Reverse<(Ns, u32, u8, Event)>>,
    sequence: u32,
    now: Ns,
    rng: Rng,
    cpus: Vec<Cpu>,
    columns: Columns,
    /// Events taken from the queue.
    events: u32,
}

/// Runs until there are so many records.
pub(super) fn run(processors: usize, records: u32) -> (Columns, u32) {
    let mut bare = Bare {
        queue: BinaryHeap::new(),
        sequence: 0,
        now: 0,
        rng: Rng::new(7),
        cpus: (0..processors).map(|_| Cpu::default()).collect(),
        columns: Columns::default(),
        events: 0,
    };
    for cpu in 0..processors {
        bare.after(50_000, cpu, Event::Device);
        bare.after(TICK, cpu, Event::Clock);
        for thread in 0..THREADS {
            bare.make_ready(cpu, thread as u8);
        }
        bare.settle(cpu);
    }
    while bare.columns.len() < records {
        bare.step();
    }
    (bare.columns, bare.events)
}

impl Bare {
    fn after(&mut self, delay: Ns, cpu: usize, event: Event) {
        self.queue.push(Reverse((self.now + delay, self.sequence, cpu as u8, event)));
        self.sequence += 1;
    }

    fn record(&mut self, cpu: usize, kind: Kind, subject: u16, arg: u32) {
        let (time, irql) = (self.now, self.irql(cpu));
        let cause = self.columns.len().checked_sub(1).unwrap_or(NO_RECORD);
        self.columns.push(&Record {
            time,
            cpu: cpu as u8,
            irql,
            kind,
            rule: Rule::SIM1,
            subject,
            arg,
            pc: NONE,
            cause,
        });
    }

    fn irql(&self, cpu: usize) -> u8 {
        self.cpus[cpu].jobs.last().map_or(0, |job| job.irql)
    }

    fn step(&mut self) {
        let Some(Reverse((now, _, cpu, event))) = self.queue.pop() else { return };
        self.now = now;
        self.events += 1;
        let cpu = usize::from(cpu);
        match event {
            Event::Device => {
                let next = self.rng.between(50_000, 150_000);
                self.after(next, cpu, Event::Device);
                self.record(cpu, Kind::InterruptRequested, 2, 0);
                self.cpus[cpu].devices_pending += 1;
            }
            Event::Clock => {
                self.after(TICK, cpu, Event::Clock);
                self.record(cpu, Kind::InterruptRequested, 0, 0);
                self.cpus[cpu].clock_pending = true;
            }
            Event::Timer(thread) => {
                self.record(cpu, Kind::TimersExpired, NONE, 1);
                self.make_ready(cpu, thread);
            }
            Event::Ipi => self.record(cpu, Kind::InterruptAccepted, 1, 0),
            Event::Done(generation) if generation != self.cpus[cpu].generation => return,
            Event::Done(_) => self.finish(cpu),
        }
        self.settle(cpu);
    }

    /// The running job or thread has used up its time.
    fn finish(&mut self, cpu: usize) {
        self.cpus[cpu].running = false;
        let Some(job) = self.cpus[cpu].jobs.pop() else { return self.wait(cpu) };
        match job.irql {
            CLOCK_IRQL => {
                self.record(cpu, Kind::InterruptEnded, 0, 0);
                let c = &mut self.cpus[cpu];
                c.quantum -= 3;
                if c.quantum <= 0
                    && let Some(thread) = c.current
                {
                    c.quantum = 9;
                    self.record(cpu, Kind::QuantumEnded, u16::from(thread), 0);
                }
            }
            DEVICE_IRQL => {
                self.record(cpu, Kind::IsrReturned, 2, 0);
                self.cpus[cpu].dpcs += 1;
                self.record(cpu, Kind::DpcInserted, 0, 1);
            }
            _ => {
                self.record(cpu, Kind::DpcEnded, 0, 0);
                self.signal(cpu);
            }
        }
    }

    /// A DPC signals the next even thread, every fourth time on the next processor.
    fn signal(&mut self, cpu: usize) {
        let turn = self.cpus[cpu].dpcs_done;
        self.cpus[cpu].dpcs_done += 1;
        let target = if turn % 4 == 3 { (cpu + 1) % self.cpus.len() } else { cpu };
        let thread = (turn as usize % (THREADS / 2) * 2) as u8;
        if self.cpus[target].waiting >> thread & 1 == 0 {
            self.cpus[target].signalled |= 1 << thread;
            return;
        }
        self.make_ready(target, thread);
        if target != cpu {
            self.after(0, target, Event::Ipi);
        }
    }

    fn make_ready(&mut self, cpu: usize, thread: u8) {
        let c = &mut self.cpus[cpu];
        c.waiting &= !(1 << thread);
        c.ready |= 1 << thread;
        c.left[usize::from(thread)] = self.rng.between(10_000, 200_000);
        self.record(cpu, Kind::ThreadReadied, u16::from(thread), 8 + u32::from(thread));
    }

    /// The thread has computed, and waits: an even one for its event, an odd one for a while.
    fn wait(&mut self, cpu: usize) {
        let Some(thread) = self.cpus[cpu].current else { return };
        let c = &mut self.cpus[cpu];
        if thread % 2 == 0 && c.signalled >> thread & 1 == 1 {
            c.signalled &= !(1 << thread);
            c.left[usize::from(thread)] = self.rng.between(10_000, 200_000);
            return self.record(cpu, Kind::WaitSatisfied, u16::from(thread), 0);
        }
        c.current = None;
        c.waiting |= 1 << thread;
        if thread % 2 == 1 {
            let delay = self.rng.between(20_000, 320_000);
            self.after(delay, cpu, Event::Timer(thread));
        }
        self.record(cpu, Kind::WaitStarted, u16::from(thread), 0);
    }

    /// Starts what is more urgent than what runs, or goes on with that.
    fn settle(&mut self, cpu: usize) {
        let irql = self.irql(cpu);
        let c = &mut self.cpus[cpu];
        if c.clock_pending && irql < CLOCK_IRQL {
            c.clock_pending = false;
            self.interrupt(cpu, Job { irql: CLOCK_IRQL, left: 1_000 }, Kind::InterruptAccepted);
        } else if c.devices_pending > 0 && irql < DEVICE_IRQL {
            c.devices_pending -= 1;
            self.interrupt(cpu, Job { irql: DEVICE_IRQL, left: 3_000 }, Kind::IsrEntered);
        } else if c.dpcs > 0 && irql < DISPATCH_LEVEL {
            c.dpcs -= 1;
            self.interrupt(cpu, Job { irql: DISPATCH_LEVEL, left: 8_000 }, Kind::DpcStarted);
        } else if irql == 0 && c.ready.checked_ilog2() > c.current.map(u32::from) {
            self.switch(cpu);
        }
        self.go_on(cpu);
    }

    fn interrupt(&mut self, cpu: usize, job: Job, kind: Kind) {
        self.pause(cpu);
        self.cpus[cpu].jobs.push(job);
        self.record(cpu, kind, u16::from(job.irql), 0);
    }

    fn switch(&mut self, cpu: usize) {
        self.pause(cpu);
        let c = &mut self.cpus[cpu];
        let next = c.ready.ilog2() as u8;
        c.ready &= !(1 << next);
        let old = c.current.replace(next);
        c.quantum = 9;
        if let Some(old) = old {
            c.ready |= 1 << old;
            self.record(cpu, Kind::ThreadPreempted, u16::from(old), u32::from(next));
        }
        self.record(cpu, Kind::ContextSwitched, u16::from(next), old.map_or(u32::from(NONE), u32::from));
    }

    /// What runs keeps the time that it still needs.
    fn pause(&mut self, cpu: usize) {
        let c = &mut self.cpus[cpu];
        if !std::mem::take(&mut c.running) {
            return;
        }
        let used = self.now - c.since;
        if let Some(job) = c.jobs.last_mut() {
            job.left -= used;
        } else if let Some(thread) = c.current {
            c.left[usize::from(thread)] -= used;
        }
    }

    fn go_on(&mut self, cpu: usize) {
        let c = &mut self.cpus[cpu];
        if c.running {
            return;
        }
        let thread = c.current.map(|thread| c.left[usize::from(thread)]);
        let Some(left) = c.jobs.last().map(|job| job.left).or(thread) else { return };
        c.running = true;
        c.since = self.now;
        c.generation += 1;
        let generation = c.generation;
        self.after(left, cpu, Event::Done(generation));
    }
}
