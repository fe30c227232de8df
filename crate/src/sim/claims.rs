//! What a scenario claims of its whole run, judged from the trace.

use super::outcome::OutcomeKind;
use crate::base::{NONE, Ns, Phrase, format_ns};
use crate::program::{ClaimKind, Class, Program, bugcheck_name};
use crate::text::Span;
use crate::trace::{Columns, Kind};

crate::base::messages! {
    /// What is found about a claim.
    pub enum Found in "claim" {
        InOrder "they began in this order";
        DidNotRun "{0} did not run";
        NoSuchBeginning "beginning {1} of {0} never came";
        BeganBefore "{0} began before {1}";
        BeganBeforeCounted "beginning {1} of {0} came before beginning {3} of {2}";
        RanOnce "{0} ran once";
        Ran "{0} ran {1} times";
        NeverAfter "{0} never ran after {1}";
        Longest "the longest was {0}";
        Completed "the run completed";
        Bugcheck "the run ended with bugcheck {0} {1}";
        Deadlock "the run ended in a deadlock";
        Assertion "the assertion {0} failed";
        Limit "the limit {0} was reached";
    }
}

/// A claim and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimResult {
    /// Whether it holds.
    pub holds: bool,
    /// It says how the run ends.
    pub about_the_end: bool,
    /// Where it is claimed.
    pub span: Span,
    /// What was found.
    pub detail: Phrase,
}

/// The beginnings of bodies, in order: (record, body).
struct Beginnings<'a> {
    program: &'a Program,
    columns: &'a Columns,
    list: Vec<(u32, u16)>,
}

/// Judges all claims of a program.
pub(super) fn judge(program: &Program, columns: &Columns, end: &OutcomeKind) -> Vec<ClaimResult> {
    if program.claims.is_empty() {
        return Vec::new();
    }
    let beginnings = Beginnings::new(program, columns);
    program
        .claims
        .iter()
        .map(|claim| {
            let about_the_end =
                matches!(claim.kind, ClaimKind::Bugcheck(_) | ClaimKind::Deadlock | ClaimKind::Completed);
            let (holds, detail) = beginnings.judge(&claim.kind, end);
            ClaimResult { holds, about_the_end, span: claim.span, detail }
        })
        .collect()
}

impl<'a> Beginnings<'a> {
    fn new(program: &'a Program, columns: &'a Columns) -> Self {
        let mut routines: Vec<u16> = program.dpcs.iter().map(|d| d.body).collect();
        let list =
            (0..columns.len()).filter_map(|n| Some((n, begun_body(program, &mut routines, columns, n)?))).collect();
        Self { program, columns, list }
    }

    fn judge(&self, claim: &ClaimKind, end: &OutcomeKind) -> (bool, Phrase) {
        match claim {
            ClaimKind::Order(bodies) => self.order(bodies),
            ClaimKind::Count { body, comparison, number } => {
                let count = self.list.iter().filter(|b| b.1 == *body).count() as u64;
                let detail = match count {
                    1 => Found::RanOnce.with(&[&self.name(*body)]),
                    _ => Found::Ran.with(&[&self.name(*body), &count.to_string()]),
                };
                (comparison.holds(count, *number), detail)
            }
            ClaimKind::Latency { from, from_request, to, comparison, limit } => {
                let Some(worst) = self.latency(*from, *from_request, *to) else {
                    let devices = &self.program.interrupts;
                    let device = devices.iter().find(|d| *from_request && d.isr == *from);
                    let from = device.map_or(self.name(*from), |d| d.name.as_str());
                    return (false, Found::NeverAfter.with(&[&self.name(*to), &from]));
                };
                (comparison.holds(worst, *limit), Found::Longest.with(&[&format_ns(worst)]))
            }
            ClaimKind::Bugcheck(code) => {
                let holds = matches!(end, OutcomeKind::Bugcheck(b) if b.code == *code);
                (holds, ended(end))
            }
            ClaimKind::Deadlock => (matches!(end, OutcomeKind::Deadlock(_)), ended(end)),
            ClaimKind::Completed => (matches!(end, OutcomeKind::Completed { .. }), ended(end)),
        }
    }

    fn name(&self, body: u16) -> &str {
        self.program.name(Class::Body, body)
    }

    /// The k-th mention of a body is its k-th beginning; the records must rise.
    fn order(&self, bodies: &[u16]) -> (bool, Phrase) {
        let mut last: Option<(u32, u16, usize)> = None;
        for (i, body) in bodies.iter().enumerate() {
            let mention = bodies[..=i].iter().filter(|b| *b == body).count();
            let name = self.name(*body);
            let mut beginnings = self.list.iter().filter(|b| b.1 == *body);
            let Some((record, _)) = beginnings.clone().nth(mention - 1) else {
                let found = match beginnings.next() {
                    Some(_) => Found::NoSuchBeginning.with(&[&name, &mention]),
                    None => Found::DidNotRun.with(&[&name]),
                };
                return (false, found);
            };
            if let Some((_, before, at)) = last.filter(|(before, ..)| before > record) {
                let before = self.name(before);
                let found = match (mention, at) {
                    (1, 1) => Found::BeganBefore.with(&[&name, &before]),
                    _ => Found::BeganBeforeCounted.with(&[&name, &mention, &before, &at]),
                };
                return (false, found);
            }
            last = Some((*record, *body, mention));
        }
        (true, Found::InOrder.into())
    }

    /// The longest time from a beginning (or an interrupt request) of `from` to the next beginning of `to`.
    fn latency(&self, from: u16, from_request: bool, to: u16) -> Option<Ns> {
        let starts: Vec<u32> = if from_request {
            let of_device = |n: &u32| {
                self.columns.kind(*n) == Kind::InterruptRequested as u8
                    && self.program.interrupts.get(self.columns.subject(*n) as usize).is_some_and(|d| d.isr == from)
            };
            (0..self.columns.len()).filter(of_device).collect()
        } else {
            self.list.iter().filter(|b| b.1 == from).map(|b| b.0).collect()
        };
        let ends: Vec<u32> = self.list.iter().filter(|b| b.1 == to).map(|b| b.0).collect();
        starts
            .iter()
            .filter_map(|start| {
                // A body's own beginning is not what comes after it.
                let end = ends.get(ends.partition_point(|e| e <= start))?;
                Some(self.columns.time(*end) - self.columns.time(*start))
            })
            .max()
    }
}

/// The body that begins with record `n`, if one does. `routines` are those of the DPCs until then.
fn begun_body(program: &Program, routines: &mut [u16], columns: &Columns, n: u32) -> Option<u16> {
    let kind = Kind::from_number(columns.kind(n))?;
    let subject = columns.subject(n) as usize;
    let body = match kind {
        Kind::IsrEntered => program.interrupts.get(subject)?.isr,
        Kind::DpcInitialized => {
            *routines.get_mut(subject)? = columns.get(n)?.arg as u16;
            return None;
        }
        Kind::DpcStarted => *routines.get(subject)?,
        Kind::ApcKernelRoutineStarted => named_routine(columns, n).unwrap_or(program.apcs.get(subject)?.kernel_body),
        Kind::ApcNormalRoutineStarted => named_routine(columns, n).unwrap_or(program.apcs.get(subject)?.normal_body),
        Kind::ApcRundownRoutineStarted => named_routine(columns, n).unwrap_or(program.apcs.get(subject)?.rundown_body),
        Kind::ThreadStarted => program.threads.get(subject)?.body,
        Kind::FunctionEntered | Kind::DriverRoutineStarted => subject as u16,
        Kind::WorkItemStarted => columns.get(n)?.arg as u16,
        _ => return None,
    };
    (body != NONE).then_some(body)
}

/// The routine of an APC, where the record before its beginning names it.
fn named_routine(columns: &Columns, n: u32) -> Option<u16> {
    let before = n.checked_sub(1).filter(|b| columns.kind(*b) == Kind::ApcRoutineNamed as u8)?;
    columns.get(before).map(|record| record.arg as u16)
}

fn ended(end: &OutcomeKind) -> Phrase {
    match end {
        OutcomeKind::Completed { .. } => Found::Completed.into(),
        OutcomeKind::Bugcheck(b) => Found::Bugcheck.with(&[&format!("{:#x}", b.code), &bugcheck_name(b.code)]),
        OutcomeKind::Deadlock(_) => Found::Deadlock.into(),
        OutcomeKind::Assertion(text) => Found::Assertion.with(&[text]),
        OutcomeKind::Limit(name, _) => Found::Limit.with(&[name]),
    }
}
