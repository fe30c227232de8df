//! What a scenario declares.

use super::super::json::{Json, object};
use super::super::language::localized;
use super::{apc, body_kind, importance, place, some};
use crate::program::{ApcOwner, Class, Ladder, Program};
use crate::sim;
use crate::text::{LineIndex, Span};
use wasm_bindgen::JsValue;

/// What a scenario declares.
pub(in crate::wasm) fn info(session: &sim::Session, index: &LineIndex) -> JsValue {
    let program = session.program();
    let line = |json: &mut Json, span: Span| json.number("line", place(index, span).line);
    object(|json| {
        localized(json, "title", &program.title);
        localized(json, "about", &program.about);
        json.part("machine", |json| machine(json, program));
        json.list("interrupts", &program.interrupts, |json, d| {
            json.text("name", &d.name);
            json.number("irql", d.irql);
            json.number("processor", d.processor);
            json.number("vector", d.vector);
            json.maybe("isr", some(d.isr));
            json.number("synchronize_irql", d.synchronize_irql);
            json.flag("level_sensitive", d.level_sensitive);
            json.flag("share_vector", d.share_vector);
            // Its ActualLock among the spin locks.
            json.maybe("lock", some(d.lock));
            place(index, d.span).write(json);
        });
        json.list("dpcs", &program.dpcs, |json, d| {
            json.text("name", &d.name);
            json.text("importance", importance(d.importance));
            json.maybe("target", d.target);
            line(json, d.span);
        });
        json.list("apcs", &program.apcs, |json, a| {
            let irp = if let ApcOwner::Request(irp) = a.owner { Some(irp) } else { None };
            json.text("name", &a.name);
            json.text("kind", apc::kind(a.kind));
            json.maybe("thread", some(a.thread));
            json.maybe("irp", irp);
            line(json, a.span);
        });
        json.list("threads", &program.threads, |json, t| {
            json.text("name", &t.name);
            json.number("priority", t.priority);
            json.maybe("processor", t.processor);
            json.flag("system", t.system);
            line(json, t.span);
        });
        json.list("events", &program.events, |json, e| {
            json.text("name", &e.name);
            json.flag("notification", e.notification);
        });
        json.list("timers", &program.timers, |json, t| {
            json.text("name", &t.name);
            json.flag("notification", t.notification);
        });
        json.list("semaphores", &program.semaphores, |json, s| {
            json.text("name", &s.name);
            json.number("limit", s.limit);
        });
        json.list("mutants", &program.mutants, |json, m| {
            json.text("name", &m.name);
            json.flag("apc_disable", m.apc_disable);
        });
        json.list("irps", &program.irps, |json, i| {
            json.text("name", &i.name);
            json.number("bytes", i.bytes);
        });
        json.list("bodies", &program.bodies, |json, b| {
            json.text("name", &b.name);
            json.text("kind", body_kind(b.kind));
            place(index, b.span).write(json);
        });
        json.list("markers", &program.markers, |json, m| {
            json.text("name", &m.name);
            localized(json, "caption", &m.caption);
            line(json, m.span);
        });
        json.part("names", |json| names(json, program));
    })
}

/// The names of the objects of each class.
fn names(json: &mut Json, program: &Program) {
    for class in Class::ALL.iter().filter(|c| !matches!(c, Class::None | Class::Processor | Class::Irql)) {
        let all = (0..program.count(*class)).map(|i| program.name(*class, i as u16));
        json.texts(&format!("{class:?}"), all);
    }
}

fn machine(json: &mut Json, program: &Program) {
    let m = &program.machine;
    json.number("processors", m.processors);
    json.text("ladder", if m.ladder == Ladder::X64 { "x64" } else { "x86" });
    json.texts("levels", (0..=m.ladder.high()).map(|irql| m.ladder.name(irql)));
    json.number("device_min", m.ladder.device_min());
    json.number("device_max", m.ladder.device_max());
    json.number("clock_irql", m.ladder.clock());
    json.number("ipi_irql", m.ladder.ipi());
    json.number("synch_irql", m.ladder.synch(m.processors));
    json.wide("end_ns", m.end);
    json.wide("clock_interval_ns", m.clock_interval);
    json.wide("seed", m.seed);
    json.number("dpc_time_limit", m.dpc_time_limit);
    json.number("dpc_watchdog_period", m.dpc_watchdog_limit);
}
