//! How a run ended.

use super::super::PhraseView;
use super::{Place, place};
use crate::program::{Class, bugcheck_name};
use crate::sim::{self, OutcomeKind};
use crate::text::LineIndex;
use serde::Serialize;

#[derive(Serialize)]
struct BugcheckView {
    code: String,
    name: &'static str,
    parameters: [String; 4],
    /// What lies at the addresses among them.
    names: [String; 4],
}

#[derive(Serialize)]
struct LimitView {
    name: &'static str,
    value: f64,
}

#[derive(Serialize)]
struct CycleView {
    processor: u8,
    lock: String,
}

#[derive(Serialize)]
struct ClaimView {
    holds: bool,
    line: u32,
    from: u32,
    to: u32,
    detail: PhraseView,
}

/// How a run ended.
#[derive(Serialize)]
pub(in crate::wasm) struct OutcomeView {
    kind: &'static str,
    reason: String,
    record: u32,
    line: u32,
    from: u32,
    to: u32,
    bugcheck: Option<BugcheckView>,
    limit: Option<LimitView>,
    cycle: Vec<CycleView>,
    claims: Vec<ClaimView>,
}

pub(in crate::wasm) fn outcome(outcome: &sim::Outcome, session: &sim::Session, index: &LineIndex) -> OutcomeView {
    let program = session.program();
    let Place { line, from, to } = place(index, outcome.span);
    let mut view = OutcomeView {
        kind: "completed",
        reason: String::new(),
        record: outcome.record,
        line,
        from,
        to,
        bugcheck: None,
        limit: None,
        cycle: Vec::new(),
        claims: outcome
            .claims
            .iter()
            .map(|c| {
                let Place { line, from, to } = place(index, c.span);
                ClaimView { holds: c.holds, line, from, to, detail: c.detail.clone().into() }
            })
            .collect(),
    };
    match &outcome.kind {
        OutcomeKind::Completed { quiescent } => view.reason = if *quiescent { "quiescent" } else { "end" }.into(),
        OutcomeKind::Bugcheck(b) => {
            view.kind = "bugcheck";
            view.bugcheck = Some(BugcheckView {
                code: format!("{:#x}", b.code),
                name: bugcheck_name(b.code),
                parameters: b.parameters.map(|p| format!("{p:#x}")),
                names: b.parameters.map(|p| program.symbol(p)),
            });
        }
        OutcomeKind::Deadlock(cycle) => {
            view.kind = "deadlock";
            let lock = |lock: u16| program.name(Class::SpinLock, lock).to_string();
            view.cycle = cycle.iter().map(|(cpu, l)| CycleView { processor: *cpu, lock: lock(*l) }).collect();
        }
        OutcomeKind::Assertion(text) => {
            view.kind = "assertion";
            view.reason = text.clone();
        }
        OutcomeKind::Limit(name, value) => {
            view.kind = "limit";
            view.limit = Some(LimitView { name, value: *value as f64 });
        }
    }
    view
}
