//! How a run ended.

use super::super::json::object;
use super::place;
use crate::program::{Class, bugcheck_name};
use crate::sim::{self, OutcomeKind};
use crate::text::LineIndex;
use wasm_bindgen::JsValue;

/// How a run ended.
pub(in crate::wasm) fn outcome(outcome: &sim::Outcome, session: &sim::Session, index: &LineIndex) -> JsValue {
    let program = session.program();
    let (kind, reason) = match &outcome.kind {
        OutcomeKind::Completed { quiescent: true } => ("completed", "quiescent"),
        OutcomeKind::Completed { quiescent: false } => ("completed", "end"),
        OutcomeKind::Bugcheck(_) => ("bugcheck", ""),
        OutcomeKind::Deadlock(_) => ("deadlock", ""),
        OutcomeKind::Assertion(text) => ("assertion", text.as_str()),
        OutcomeKind::Limit(..) => ("limit", ""),
    };
    object(|json| {
        json.text("kind", kind);
        json.text("reason", reason);
        json.number("record", outcome.record);
        place(index, outcome.span).write(json);
        match &outcome.kind {
            OutcomeKind::Bugcheck(b) => json.part("bugcheck", |json| {
                json.text("code", &format!("{:#x}", b.code));
                json.text("name", bugcheck_name(b.code));
                let parameters = b.parameters.map(|p| format!("{p:#x}"));
                json.texts("parameters", parameters.iter().map(String::as_str));
                // What lies at the addresses among them.
                let names = b.parameters.map(|p| program.symbol(p));
                json.texts("names", names.iter().map(String::as_str));
            }),
            _ => json.none("bugcheck"),
        }
        match &outcome.kind {
            OutcomeKind::Limit(name, value) => json.part("limit", |json| {
                json.text("name", name);
                json.wide("value", *value);
            }),
            _ => json.none("limit"),
        }
        let cycle = if let OutcomeKind::Deadlock(cycle) = &outcome.kind { cycle.as_slice() } else { &[] };
        json.list("cycle", cycle, |json, (cpu, lock)| {
            json.number("processor", *cpu);
            json.text("lock", program.name(Class::SpinLock, *lock));
        });
        json.list("claims", &outcome.claims, |json, c| {
            json.flag("holds", c.holds);
            place(index, c.span).write(json);
            json.phrase("detail", &c.detail);
        });
    })
}
