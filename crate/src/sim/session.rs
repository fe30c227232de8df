//! A run with its memory: the trace, checkpoints, and a position that can be anywhere in it.
//!
//! Forward and backward are the same operation: restore the checkpoint before the place and replay. The state at
//! a record is a copy taken in the very moment the record is made, so it may lie within a step.

use super::claims;
use super::{Checkpoint, Limits, Machine, Outcome, OutcomeKind, runaway};
use crate::base::{NO_RECORD, Ns};
use crate::nt::{State, Stop};
use crate::program::Program;
use crate::trace::{self, Columns, Kind, Pyramid};
use std::rc::Rc;

/// Bytes of checkpoints that a record may cost.
const CHECKPOINT_BYTES_PER_RECORD: usize = 3;
/// Records between checkpoints: not fewer, so that copies stay rare, and not more, so that a seek stays short.
const CHECKPOINT_RECORDS: std::ops::RangeInclusive<usize> = 512..=4096;

/// A run that can be advanced, sought and looked at.
#[derive(Debug)]
pub struct Session {
    program: Rc<Program>,
    live: Machine,
    replay: Machine,
    columns: Columns,
    pyramid: Pyramid,
    checkpoints: Vec<Checkpoint>,
    next_checkpoint: u32,
    position: u32,
    view: State,
    outcome: Option<Outcome>,
}

impl Session {
    /// A run that stands before its first step.
    #[must_use]
    pub fn new(program: Program, seed: u64, limits: Limits) -> Self {
        let program = Rc::new(program);
        let live = Machine::new(Rc::clone(&program), seed, limits);
        let replay = Machine::new(Rc::clone(&program), seed, limits);
        let first = live.checkpoint();
        let view = live.state().clone();
        let pyramid = Pyramid::new(program.machine.processors as usize, program.machine.ladder);
        let mut session = Self {
            program,
            live,
            replay,
            columns: Columns::default(),
            pyramid,
            checkpoints: vec![first],
            next_checkpoint: *CHECKPOINT_RECORDS.start() as u32,
            position: 0,
            view,
            outcome: None,
        };
        session.store();
        session
    }

    /// A run with the scenario's own seed and the usual limits.
    #[must_use]
    pub fn of(program: Program) -> Self {
        let seed = program.machine.seed;
        Self::new(program, seed, Limits::default())
    }

    /// What runs.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The trace so far.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The trace at every zoom.
    #[must_use]
    pub fn pyramid(&self) -> &Pyramid {
        &self.pyramid
    }

    /// How the run ended, once it has.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// The time of the last record.
    #[must_use]
    pub fn end(&self) -> Ns {
        self.live.state().now
    }

    /// Runs until `records` more records are made or the run is over; true when it is.
    pub fn advance(&mut self, records: u32) -> bool {
        let target = self.columns.len().saturating_add(records);
        while self.outcome.is_none() && self.columns.len() < target {
            if self.live.state().records >= self.next_checkpoint {
                self.keep_checkpoint();
            }
            let goes_on = self.live.step();
            self.store();
            if !goes_on || self.live.state().stop.is_some() {
                self.conclude();
            }
        }
        self.outcome.is_some()
    }

    /// Runs to the end.
    pub fn run(&mut self) -> Option<&Outcome> {
        self.advance(u32::MAX);
        self.outcome.as_ref()
    }

    fn store(&mut self) {
        trace::store(&self.live.kernel.out, &mut self.columns, &mut self.pyramid);
        self.live.kernel.out.clear();
    }

    fn keep_checkpoint(&mut self) {
        let checkpoint = self.live.checkpoint();
        let (least, most) = (*CHECKPOINT_RECORDS.start(), *CHECKPOINT_RECORDS.end());
        let distance = (checkpoint.bytes() / CHECKPOINT_BYTES_PER_RECORD).clamp(least, most);
        self.next_checkpoint = checkpoint.records() + distance as u32;
        self.checkpoints.push(checkpoint);
    }

    fn conclude(&mut self) {
        let Some(stop) = self.live.state().stop.as_ref() else { return };
        let kind = Outcome::kind_of(&self.program, stop);
        let claims = claims::judge(&self.program, &self.columns, &kind);
        let record = match stop {
            Stop::Deadlock(_, Some(told)) => *told,
            _ => self.telling_record(),
        };
        let pc = self.columns.get(record).map_or(u16::MAX, |r| r.pc);
        let quiescent = kind == OutcomeKind::Completed { quiescent: true };
        let waiting = if quiescent { self.live.kernel.waiting_threads() } else { Vec::new() };
        let runaway = match &kind {
            OutcomeKind::Limit(name, value) => Some(runaway::find(&self.program, &self.columns, name, *value, pc)),
            _ => None,
        };
        let span = runaway.as_ref().map_or(self.program.span(pc), |r| r.span);
        self.outcome = Some(Outcome { kind, record, span, claims, waiting, runaway });
    }

    /// The last record that is flagged, or the last one.
    fn telling_record(&self) -> u32 {
        let last = self.columns.len().saturating_sub(1);
        let flagged = |n: &u32| Kind::from_number(self.columns.kind(*n)).is_some_and(|k| k.info().importance == 3);
        (last.saturating_sub(8)..=last).rev().find(flagged).unwrap_or(last)
    }

    /// The record that the view stands after.
    #[must_use]
    pub fn position(&self) -> u32 {
        self.position
    }

    /// The machine right after the record at the position.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.view
    }

    /// Moves the view to just after record `n`, or to the last record when there is no such one.
    pub fn seek(&mut self, n: u32) {
        let n = n.min(self.columns.len().saturating_sub(1));
        if n == 0 {
            // The first record is made before the first step.
            self.view.clone_from(self.checkpoints[0].state());
            self.position = 0;
            return;
        }
        let at = self.checkpoints.partition_point(|c| c.records() <= n) - 1;
        let made = self.replay.state().records;
        if made > n || made < self.checkpoints[at].records() {
            self.replay.restore(&self.checkpoints[at]);
        }
        self.replay.kernel.watch = n;
        self.replay.kernel.snapshot = None;
        loop {
            let goes_on = self.replay.step();
            self.replay.kernel.out.clear();
            if let Some(view) = self.replay.kernel.snapshot.take() {
                self.view = *view;
                break;
            }
            if !goes_on {
                break;
            }
        }
        self.replay.kernel.watch = NO_RECORD;
        self.position = n;
    }

    /// Bytes of the trace, of the checkpoints and of the pyramid.
    #[must_use]
    pub fn bytes(&self) -> [usize; 3] {
        let checkpoints = self.checkpoints.iter().map(Checkpoint::bytes).sum();
        [self.columns.bytes(), checkpoints, self.pyramid.bytes()]
    }

    /// The nearest record after (`forward`) or before `n` that matters at least so much, on `cpu` if one is given;
    /// `n` itself when there is none.
    #[must_use]
    pub fn next(&self, n: u32, forward: bool, importance: u8, cpu: Option<u8>) -> u32 {
        let fits = |at: &u32| {
            Kind::from_number(self.columns.kind(*at)).is_some_and(|k| k.info().importance >= importance)
                && cpu.is_none_or(|cpu| self.columns.cpu_irql(*at).0 == cpu)
        };
        let found = if forward {
            (n.saturating_add(1)..self.columns.len()).find(fits)
        } else {
            (0..n.min(self.columns.len())).rev().find(fits)
        };
        found.unwrap_or(n)
    }

    /// Record `n`, its cause, the cause of that, and so on to the one that nothing caused.
    #[must_use]
    pub fn why(&self, n: u32) -> Vec<u32> {
        let cause = |n: &u32| self.columns.get(*n).map(|r| r.cause).filter(|c| *c != NO_RECORD);
        std::iter::successors(Some(n), cause).collect()
    }
}
