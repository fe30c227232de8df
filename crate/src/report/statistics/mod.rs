//! How long a run's ISRs and DPCs take and how long others wait for them, found in one pass over the records. Made
//! only when somebody asks; knows the records, not the machine.
//!
//! A duration is *elapsed* time, from the record where the routine begins to the one where it returns; whatever
//! interrupts it meanwhile counts, as whoever waits for it has to wait for that too. A routine's *own* time leaves
//! out what interrupted it: that is what its author answers for.

mod distribution;
mod load;

pub use distribution::{BINS, BUCKET_BOUNDS, Distribution, bin_start};
pub use load::{Load, SLICES, Use};

use crate::base::{NONE, Ns};
use crate::program::{Class, Irql, Ladder, Program};
use crate::trace::{Columns, Kind};
use distribution::Samples;

/// Guidance for the own time of an ISR and of a DPC (IR-21); nothing enforces it. It is for what holds up a processor
/// at its level: a passive-level ISR and a threaded DPC, which are parts of threads, are not held against it.
pub const GUIDANCE: [Ns; 2] = [25_000, 100_000];

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Measure {
    /// From an ISR's first instruction to its return; by interrupt.
    IsrDuration,
    /// From a DPC's first instruction to its return; by DPC.
    DpcDuration,
    /// The same of an ISR that runs in a thread at PASSIVE_LEVEL (IN-7).
    PassiveIsrDuration,
    /// The same of a DPC that runs in its processor's DPC thread (DP-25); while that is off, it is an ordinary one.
    ThreadedDpcDuration,
    /// From a device's request to its ISR's first instruction; by interrupt. A request of a device that has asked
    /// already is not counted again: the first one has waited longest. Devices that share a vector ask each for itself.
    InterruptToIsr,
    /// From a device's request to the first instruction of a DPC that its ISR has queued; by DPC.
    InterruptToDpc,
    /// From the instant when a DPC, or timer expiry in the drain of DPCs (DP-22), makes a thread ready until it runs; by
    /// thread.
    DpcToThread,
}

impl Measure {
    /// Every measure, in numeric order.
    pub const ALL: [Self; 7] = [
        Self::IsrDuration,
        Self::DpcDuration,
        Self::PassiveIsrDuration,
        Self::ThreadedDpcDuration,
        Self::InterruptToIsr,
        Self::InterruptToDpc,
        Self::DpcToThread,
    ];

    /// Of what class the routine is that a measure is taken of.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::IsrDuration | Self::PassiveIsrDuration | Self::InterruptToIsr => Class::Interrupt,
            Self::DpcDuration | Self::ThreadedDpcDuration | Self::InterruptToDpc => Class::Dpc,
            Self::DpcToThread => Class::Thread,
        }
    }

    /// The own time that guidance allows, of the durations that it is for.
    #[must_use]
    pub fn guidance(self) -> Option<Ns> {
        GUIDANCE.get(self as usize).copied()
    }
}

/// One measure of one routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is measured.
    pub measure: Measure,
    /// Of which routine: an index of [`Measure::class`].
    pub subject: u16,
    /// Elapsed times.
    pub elapsed: Distribution,
    /// Own times, of durations alone; latencies have none.
    pub own: Option<Distribution>,
}

/// A routine that has begun and not returned. Of what the run ended in it is in no row: how long it takes is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routine {
    /// The duration that it is going to be.
    pub measure: Measure,
    /// Which routine: an index of [`Measure::class`].
    pub subject: u16,
    /// The record where it began.
    pub record: u32,
    /// Its own time so far: it takes at least this.
    pub own: Ns,
    began: Ns,
    /// When the device asked for what it serves.
    asked: Option<Ns>,
    /// On whose stack it runs: a processor's, or else a thread's, where others may run before it goes on, perhaps
    /// elsewhere.
    cpu: usize,
    thread: u16,
}

/// The figures of a run, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// Every measure that was taken at least once, by measure and subject.
    pub rows: Vec<Row>,
    /// By processor.
    pub loads: Vec<Load>,
    /// Nanoseconds that each thread was executed.
    pub threads: Vec<Ns>,
    /// When the run ended, or got to so far.
    pub end: Ns,
    /// How long a slice of [`Load::slices`] is.
    pub slice: Ns,
    /// The routines that the run ended in.
    pub unfinished: Vec<Routine>,
}

impl Statistics {
    /// The figures of these records. Linear in their number; 8 bytes for each measurement while it lasts.
    #[must_use]
    pub fn of(columns: &Columns, program: &Program) -> Self {
        let end = columns.len().checked_sub(1).map_or(0, |last| columns.time(last));
        let mut walk = Walk::new(program, end);
        for n in 0..columns.len() {
            let cpu = usize::from(columns.cpu_irql(n).0);
            if cpu < walk.processors.len() {
                walk.record(columns, n, cpu);
            }
        }
        walk.finish(end)
    }
}

#[derive(Debug)]
struct Processor {
    load: Load,
    /// KiRetireDpcList runs: whatever no routine does, timer expiry does.
    draining: bool,
    thread: u16,
    charged: Ns,
}

#[derive(Debug)]
struct Walk {
    processors: Vec<Processor>,
    /// ISRs and DPCs that have begun and not returned, in the order in which they began.
    routines: Vec<Routine>,
    slice: Ns,
    /// Elapsed and own times, by measure and subject.
    samples: [Vec<[Samples; 2]>; Measure::ALL.len()],
    threads: Vec<Ns>,
    /// When each device made the first request that its ISR has not been called for.
    requests: Vec<Option<Ns>>,
    /// When the device asked for what each queued DPC serves.
    dpc_asked: Vec<Option<Ns>>,
    /// When a DPC made each thread ready.
    woken: Vec<Option<Ns>>,
}

impl Walk {
    fn new(program: &Program, end: Ns) -> Self {
        let (interrupts, dpcs, threads) = (program.interrupts.len(), program.dpcs.len(), program.threads.len());
        let processor = || Processor { load: Load::NONE, draining: false, thread: NONE, charged: 0 };
        let subjects = |measure: Measure| match measure.class() {
            Class::Interrupt => interrupts,
            Class::Dpc => dpcs,
            _ => threads,
        };
        Self {
            processors: (0..program.machine.processors).map(|_| processor()).collect(),
            routines: Vec::new(),
            slice: load::slice_length(end),
            samples: Measure::ALL.map(|m| (0..subjects(m)).map(|_| [Samples::NONE, Samples::NONE]).collect()),
            threads: vec![0; threads],
            requests: vec![None; interrupts],
            dpc_asked: vec![None; dpcs],
            woken: vec![None; threads],
        }
    }

    fn record(&mut self, columns: &Columns, n: u32, cpu: usize) {
        let Some(kind) = Kind::from_number(columns.kind(n)) else { return };
        let (now, subject) = (columns.time(n), columns.subject(n));
        self.charge(cpu, now);
        let (processor, at) = (&mut self.processors[cpu], usize::from(subject));
        match kind {
            Kind::InterruptRequested => {
                if let Some(request) = self.requests.get_mut(at) {
                    request.get_or_insert(now);
                }
            }
            Kind::InterruptAccepted => processor.load.interrupt(now, self.slice),
            Kind::IsrEntered => {
                let asked = self.requests.get_mut(at).and_then(Option::take);
                self.begin(cpu, Class::Interrupt, subject, (n, now), columns.cpu_irql(n).1, asked);
            }
            Kind::IsrReturned => self.end(cpu, Class::Interrupt, subject, now),
            Kind::DpcInserted => {
                let isr = self.running(cpu).filter(|r| r.measure.class() == Class::Interrupt);
                let asked = isr.and_then(|isr| isr.asked);
                if let Some(dpc) = self.dpc_asked.get_mut(at) {
                    *dpc = asked;
                }
            }
            Kind::DpcStarted => {
                let asked = self.dpc_asked.get_mut(at).and_then(Option::take);
                self.begin(cpu, Class::Dpc, subject, (n, now), columns.cpu_irql(n).1, asked);
            }
            Kind::DpcEnded => self.end(cpu, Class::Dpc, subject, now),
            Kind::RetireStarted => processor.draining = true,
            Kind::RetireEnded => processor.draining = false,
            Kind::ThreadReadied => {
                let draining = processor.draining;
                let by_dpc = self.running(cpu).map_or(draining, |r| r.measure.class() == Class::Dpc);
                // One that waits for its turn already may be readied again, for another priority or processor.
                if let Some(woken @ None) = self.woken.get_mut(at) {
                    *woken = by_dpc.then_some(now);
                }
            }
            Kind::ContextSwitched => {
                processor.thread = subject;
                if let Some(woken) = self.woken.get_mut(at).and_then(Option::take) {
                    self.sample(Measure::DpcToThread, subject, now - woken, None, n);
                }
            }
            _ => {}
        }
    }

    /// The ISR or DPC whose code a processor executes.
    fn running(&mut self, cpu: usize) -> Option<&mut Routine> {
        let processor = &self.processors[cpu];
        let on_stack = |r: &Routine| r.thread == NONE && r.cpu == cpu;
        let in_thread = |r: &Routine| r.thread != NONE && r.thread == processor.thread && !processor.draining;
        let at = self.routines.iter().rposition(on_stack).or_else(|| self.routines.iter().rposition(in_thread))?;
        Some(&mut self.routines[at])
    }

    /// The time since the last record of this processor goes to what has been running on it.
    fn charge(&mut self, cpu: usize, now: Ns) {
        let processor = &mut self.processors[cpu];
        let (since, thread) = (std::mem::replace(&mut processor.charged, now), processor.thread);
        let mut what = Use::Idle;
        if let Some(routine) = self.running(cpu) {
            routine.own += now - since;
            if routine.thread == NONE {
                what = if routine.measure.class() == Class::Interrupt { Use::Isr } else { Use::Dpc };
            }
        }
        if what == Use::Idle
            && let Some(thread) = self.threads.get_mut(usize::from(thread))
        {
            *thread += now - since;
            what = Use::Thread;
        }
        self.processors[cpu].load.charge(what, since, now, self.slice);
    }

    /// A routine begins: a measurement of how long somebody asked for it, and the start of that of its duration. Only a
    /// threaded DPC and a passive-level ISR begin below DISPATCH_LEVEL (DP-25, IN-7): each is a part of its thread.
    fn begin(
        &mut self,
        cpu: usize,
        class: Class,
        subject: u16,
        (record, began): (u32, Ns),
        irql: Irql,
        asked: Option<Ns>,
    ) {
        let in_thread = irql < Ladder::DISPATCH;
        let (latency, measure) = match (class, in_thread) {
            (Class::Interrupt, false) => (Measure::InterruptToIsr, Measure::IsrDuration),
            (Class::Interrupt, true) => (Measure::InterruptToIsr, Measure::PassiveIsrDuration),
            (_, false) => (Measure::InterruptToDpc, Measure::DpcDuration),
            (_, true) => (Measure::InterruptToDpc, Measure::ThreadedDpcDuration),
        };
        if let Some(asked) = asked {
            self.sample(latency, subject, began - asked, None, record);
        }
        let thread = if in_thread { self.processors[cpu].thread } else { NONE };
        self.routines.push(Routine { measure, subject, record, own: 0, began, asked, cpu, thread });
    }

    fn end(&mut self, cpu: usize, class: Class, subject: u16, now: Ns) {
        let thread = self.processors[cpu].thread;
        let here = |r: &Routine| if r.thread == NONE { r.cpu == cpu } else { r.thread == thread };
        let it = |r: &Routine| (r.measure.class(), r.subject) == (class, subject) && here(r);
        if let Some(at) = self.routines.iter().rposition(it) {
            let routine = self.routines.remove(at);
            self.sample(routine.measure, subject, now - routine.began, Some(routine.own), routine.record);
        }
    }

    fn sample(&mut self, measure: Measure, subject: u16, elapsed: Ns, own: Option<Ns>, record: u32) {
        let Some([of_elapsed, of_own]) = self.samples[measure as usize].get_mut(usize::from(subject)) else { return };
        of_elapsed.push(elapsed, record);
        if let Some(own) = own {
            of_own.push(own, record);
        }
    }

    fn finish(mut self, end: Ns) -> Statistics {
        for cpu in 0..self.processors.len() {
            self.charge(cpu, end);
        }
        let mut rows = Vec::new();
        for (measure, subjects) in Measure::ALL.into_iter().zip(self.samples) {
            for (subject, [elapsed, own]) in (0..).zip(subjects) {
                if let Some(elapsed) = elapsed.finish() {
                    rows.push(Row { measure, subject, elapsed, own: own.finish() });
                }
            }
        }
        let loads = self.processors.into_iter().map(|p| p.load).collect();
        Statistics { rows, loads, threads: self.threads, end, slice: self.slice, unfinished: self.routines }
    }
}
