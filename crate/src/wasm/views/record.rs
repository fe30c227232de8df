//! One record, told in full.

use super::super::json::object;
use super::{object_name, place, since};
use crate::base::NONE;
use crate::program::{Class, Op, Program, bugcheck_name, status_name};
use crate::text::LineIndex;
use crate::trace::{ArgKind, DrainReason, Kind, Record};
use wasm_bindgen::JsValue;

/// One record, told in full.
pub(in crate::wasm) fn record(n: u32, r: &Record, program: &Program, index: &LineIndex) -> JsValue {
    let info = r.kind.info();
    object(|json| {
        json.number("n", n);
        json.wide("time", r.time);
        json.number("cpu", r.cpu);
        json.number("irql", r.irql);
        json.text("kind", info.name);
        json.text("rule", r.rule.info().id);
        json.number("subject", r.subject);
        json.text("subject_name", subject_name(program, info.subject, r.subject));
        json.number("arg", r.arg);
        json.text("arg_name", &arg_name(program, info.arg, r.arg));
        json.text("text", caption(program, r));
        json.maybe("cause", since(r.cause));
        json.number("pc", r.pc);
        place(index, program.span(r.pc)).write(json);
    })
}

fn subject_name(program: &Program, class: Class, subject: u16) -> &str {
    match class {
        Class::Irql => program.machine.ladder.name(subject as u8),
        _ if subject == NONE => "",
        _ => program.name(class, subject),
    }
}

fn arg_name(program: &Program, kind: ArgKind, arg: u32) -> String {
    match kind {
        ArgKind::Target | ArgKind::Request => DrainReason::name_of(arg),
        ArgKind::Thread => subject_name(program, Class::Thread, arg as u16).into(),
        ArgKind::Object => object_name(program, arg).into(),
        ArgKind::Status => status_name(arg).unwrap_or_default().into(),
        ArgKind::Irql => program.machine.ladder.name(arg as u8).into(),
        ArgKind::Bugcheck => bugcheck_name(arg).into(),
        _ => String::new(),
    }
}

/// What the scenario itself says of the work that begins or goes on.
fn caption<'a>(program: &'a Program, r: &Record) -> &'a str {
    match (r.kind, program.code.get(r.pc as usize)) {
        (Kind::WorkStarted | Kind::WorkResumed, Some(Op::Work { text, .. })) => program.name(Class::Text, *text),
        _ => "",
    }
}
