//! How a run ended: a result to learn from, with its record and its place in the text.

use super::claims::ClaimResult;
use super::runaway::Runaway;
use crate::nt::{Bugcheck, Link, Stop};
use crate::program::{Class, Program, bugcheck_name};
use crate::text::Span;

/// The ways a run can end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Nothing is left to happen, or the end was reached.
    Completed {
        /// Nothing is left to happen.
        quiescent: bool,
    },
    /// A bugcheck.
    Bugcheck(Bugcheck),
    /// Processors or threads that wait for each other for ever.
    Deadlock(Vec<Link>),
    /// An assertion does not hold: its text.
    Assertion(String),
    /// A limit of the simulator: its name and value.
    Limit(&'static str, u64),
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// In which way.
    pub kind: OutcomeKind,
    /// The record that tells.
    pub record: u32,
    /// The place in the text; empty when no code is to blame.
    pub span: Span,
    /// What the scenario claimed, and whether it holds.
    pub claims: Vec<ClaimResult>,
    /// The threads that wait for ever, when nothing is left to happen. That need be no mistake: a driver's worker
    /// waits for work.
    pub waiting: Vec<Link>,
    /// What has reached a limit of the simulator, and how to mend it.
    pub runaway: Option<Runaway>,
}

/// Whether a thread waits only to be resumed.
#[must_use]
pub fn is_suspension(program: &Program, link: &Link) -> bool {
    link.who.class == Class::Thread && program.suspension.is_some_and(|s| link.what == s.object_of(link.who.index))
}

/// Who waits for what, for people.
#[must_use]
pub fn link_line(program: &Program, link: &Link) -> String {
    let what = program.name(link.what.class, link.what.index);
    let who = match link.who.class {
        Class::Processor => format!("cpu{}", link.who.index),
        class => program.name(class, link.who.index).to_string(),
    };
    match link.what.class {
        Class::SpinLock => format!("{who} spins for {what}"),
        Class::Interrupt => format!("{who} waits for the answer to an {what}"),
        Class::Processor => format!("{who} is ready for cpu{}", link.what.index),
        Class::None => format!("{who} waits"),
        _ if is_suspension(program, link) => format!("{who} is suspended"),
        _ => format!("{who} waits for {what}"),
    }
}

impl Outcome {
    pub(super) fn kind_of(program: &Program, stop: &Stop) -> OutcomeKind {
        match stop {
            Stop::Bugcheck(b) => OutcomeKind::Bugcheck(*b),
            Stop::Deadlock(cycle, _) => OutcomeKind::Deadlock(cycle.clone()),
            Stop::Assertion(text) => OutcomeKind::Assertion(program.name(Class::Text, *text).into()),
            Stop::Limit(name, value) => OutcomeKind::Limit(name, *value),
            Stop::Quiescent => OutcomeKind::Completed { quiescent: true },
            Stop::End => OutcomeKind::Completed { quiescent: false },
        }
    }

    /// Whether the run and its claims went as the scenario says: an ending that is claimed is no failure.
    #[must_use]
    pub fn holds(&self) -> bool {
        let claimed_end = self.claims.iter().any(|c| c.about_the_end);
        let fine = matches!(self.kind, OutcomeKind::Completed { .. }) || claimed_end;
        fine && self.claims.iter().all(|c| c.holds)
    }

    /// The exit status of the command line: 0 all holds, 1 a claim or an assertion failed, 3 a limit was reached.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self.kind {
            OutcomeKind::Limit(..) => 3,
            _ => u8::from(!self.holds()),
        }
    }

    /// One line for people.
    #[must_use]
    pub fn line(&self, program: &Program) -> String {
        match &self.kind {
            OutcomeKind::Completed { quiescent: true } => "completed: nothing is left to happen".into(),
            OutcomeKind::Completed { quiescent: false } => "completed: the end of the run is reached".into(),
            OutcomeKind::Bugcheck(b) => {
                let parameters = b.parameters.map(|value| match program.symbol(value) {
                    name if name.is_empty() => format!("{value:#x}"),
                    name => format!("{value:#x} = {name}"),
                });
                format!("bugcheck {:#x} {} ({})", b.code, bugcheck_name(b.code), parameters.join(", "))
            }
            OutcomeKind::Deadlock(cycle) => {
                let links: Vec<String> = cycle.iter().map(|link| link_line(program, link)).collect();
                format!("deadlock: {}", links.join(", "))
            }
            OutcomeKind::Assertion(text) => format!("assertion failed: {text}"),
            OutcomeKind::Limit(name, value) => {
                let why = self.runaway.as_ref().map(|r| format!(": {}. {}", r.found, r.mend));
                format!("limit reached: {name} = {value}{}", why.unwrap_or_default())
            }
        }
    }
}
