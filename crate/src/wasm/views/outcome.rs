//! How a run ended.

use super::super::PhraseView;
use super::{Place, place};
use crate::base::NONE;
use crate::nt::Link;
use crate::program::{Class, ObjectRef, Program, bugcheck_name};
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
    /// What has reached it, and how to mend that.
    found: PhraseView,
    mend: PhraseView,
}

/// A processor or a thread.
#[derive(Serialize)]
struct WaiterView {
    processor: Option<u16>,
    /// The thread; empty when it is a processor.
    thread: String,
}

/// Who waits for what, since which record, and where it began; and who has to go on for that, where that is known.
#[derive(Serialize)]
struct WaitView {
    processor: Option<u16>,
    thread: String,
    kind: &'static str,
    what: String,
    by: Option<WaiterView>,
    since: u32,
    time: f64,
    line: u32,
    from: u32,
    to: u32,
}

fn waiter(program: &Program, who: ObjectRef) -> WaiterView {
    let processor = (who.class == Class::Processor).then_some(who.index);
    WaiterView { processor, thread: program.name(who.class, who.index).into() }
}

fn wait(link: &Link, session: &sim::Session, index: &LineIndex) -> WaitView {
    let program = session.program();
    let Link { who, what, by, since } = *link;
    let WaiterView { processor, thread } = waiter(program, who);
    let began = session.columns().get(since);
    let Place { line, from, to } = place(index, program.span(began.map_or(NONE, |r| r.pc)));
    WaitView {
        processor,
        thread,
        kind: match what.class {
            Class::SpinLock => "lock",
            Class::Interrupt => "ipi",
            Class::Thread => "end",
            Class::Process => "process",
            Class::Dpc => "dpc",
            Class::Port => "reply",
            Class::Processor => "ready",
            _ if sim::is_suspension(program, link) => "resume",
            _ => "object",
        },
        what: program.name(what.class, what.index).into(),
        by: (by.class != Class::None).then(|| waiter(program, by)),
        since,
        time: began.map_or(0.0, |r| r.time as f64),
        line,
        from,
        to,
    }
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
    /// The record that tells, when it was made, and its rule.
    record: u32,
    /// The processor whose code tells why: the one that has stopped the machine, or the one that it finds hung.
    cpu: u8,
    time: f64,
    rule: &'static str,
    line: u32,
    from: u32,
    to: u32,
    bugcheck: Option<BugcheckView>,
    limit: Option<LimitView>,
    cycle: Vec<WaitView>,
    waiting: Vec<WaitView>,
    claims: Vec<ClaimView>,
}

pub(in crate::wasm) fn outcome(outcome: &sim::Outcome, session: &sim::Session, index: &LineIndex) -> OutcomeView {
    let program = session.program();
    let Place { line, from, to } = place(index, outcome.span);
    let told = session.columns().get(outcome.record);
    let mut view = OutcomeView {
        kind: "completed",
        reason: String::new(),
        record: outcome.record,
        cpu: told.map_or(u8::MAX, |r| r.cpu),
        time: told.map_or(0.0, |r| r.time as f64),
        rule: told.map_or("", |r| r.rule.info().id),
        line,
        from,
        to,
        bugcheck: None,
        limit: None,
        cycle: Vec::new(),
        waiting: outcome.waiting.iter().map(|link| wait(link, session, index)).collect(),
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
            if b.code == 0x102 {
                view.cpu = (0..program.machine.processors)
                    .find(|cpu| Class::Processor.at(u64::from(*cpu)) == b.parameters[1])
                    .unwrap_or(view.cpu);
            }
            view.bugcheck = Some(BugcheckView {
                code: format!("{:#x}", b.code),
                name: bugcheck_name(b.code),
                parameters: b.parameters.map(|p| format!("{p:#x}")),
                names: b.parameters.map(|p| program.symbol(p)),
            });
        }
        OutcomeKind::Deadlock(cycle) => {
            view.kind = "deadlock";
            view.cycle = cycle.iter().map(|link| wait(link, session, index)).collect();
        }
        OutcomeKind::Assertion(text) => {
            view.kind = "assertion";
            view.reason = text.clone();
        }
        OutcomeKind::Limit(name, value) => {
            view.kind = "limit";
            let (found, mend) = outcome.runaway.clone().map_or_else(Default::default, |r| (r.found, r.mend));
            view.limit = Some(LimitView { name, value: *value as f64, found: found.into(), mend: mend.into() });
        }
    }
    view
}
