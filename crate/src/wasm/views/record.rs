//! One record, told in full.

use super::{Place, object_name, place};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, Op, Program, bugcheck_name, status_name};
use crate::text::LineIndex;
use crate::trace::{ArgKind, DrainReason, Kind, Record};
use serde::Serialize;

/// One record, told in full.
#[derive(Serialize)]
pub(in crate::wasm) struct RecordView {
    n: u32,
    time: f64,
    cpu: u8,
    irql: u8,
    kind: &'static str,
    rule: &'static str,
    subject: u16,
    subject_name: String,
    arg: u32,
    arg_name: String,
    text: String,
    cause: Option<u32>,
    pc: u16,
    line: u32,
    from: u32,
    to: u32,
}

pub(in crate::wasm) fn record(n: u32, r: &Record, program: &Program, index: &LineIndex) -> RecordView {
    let info = r.kind.info();
    let Place { line, from, to } = place(index, program.span(r.pc));
    RecordView {
        n,
        time: r.time as f64,
        cpu: r.cpu,
        irql: r.irql,
        kind: info.name,
        rule: r.rule.info().id,
        subject: r.subject,
        subject_name: subject_name(program, info.subject, r.subject),
        arg: r.arg,
        arg_name: arg_name(program, info.arg, r.arg),
        text: caption(program, r),
        cause: (r.cause != NO_RECORD).then_some(r.cause),
        pc: r.pc,
        line,
        from,
        to,
    }
}

fn subject_name(program: &Program, class: Class, subject: u16) -> String {
    match class {
        Class::Irql => program.machine.ladder.name(subject as u8).into(),
        _ if subject == NONE => String::new(),
        _ => program.name(class, subject).into(),
    }
}

fn arg_name(program: &Program, kind: ArgKind, arg: u32) -> String {
    match kind {
        ArgKind::Thread => subject_name(program, Class::Thread, arg as u16),
        ArgKind::Object => object_name(program, arg),
        ArgKind::Status => status_name(arg).unwrap_or_default().into(),
        ArgKind::Irql => program.machine.ladder.name(arg as u8).into(),
        ArgKind::Target | ArgKind::Request => DrainReason::name_of(arg),
        ArgKind::Bugcheck => bugcheck_name(arg).into(),
        _ => String::new(),
    }
}

/// What the scenario itself says of the work that begins or goes on.
fn caption(program: &Program, r: &Record) -> String {
    match (r.kind, program.code.get(r.pc as usize)) {
        (Kind::WorkStarted | Kind::WorkResumed, Some(Op::Work { text, .. })) => program.name(Class::Text, *text).into(),
        _ => String::new(),
    }
}
