//! The text form of a record: one line in fixed columns, the form of golden files and of the command line.

use super::{ArgKind, DrainReason, Record};
use crate::base::{NO_RECORD, NONE, format_ns};
use crate::program::{Class, ObjectRef, Program, status_name};

/// Record `n` as one line without a line break:
/// number, time, processor, IRQL, kind, subject, argument, rule, cause.
#[must_use]
pub fn line(program: &Program, n: u32, r: &Record) -> String {
    let cpu = if r.cpu == u8::MAX { "-".into() } else { format!("cpu{}", r.cpu) };
    let cause = if r.cause == NO_RECORD { String::new() } else { format!(" <-{}", r.cause) };
    let info = r.kind.info();
    let what = [subject(program, info.subject, r.subject), argument(program, info.arg, r.arg)]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    format!(
        "{n:>5} {:>12} {cpu:<5} {:>2} {:<26} {what:<34} {:<6}{cause}",
        format_ns(r.time),
        r.irql,
        info.name,
        r.rule.info().id
    )
    .trim_end()
    .to_string()
}

fn subject(program: &Program, class: Class, index: u16) -> String {
    match class {
        Class::None => String::new(),
        Class::Irql => program.machine.ladder.name(index as u8).to_string(),
        Class::Thread if index == NONE => "(idle)".into(),
        _ => program.name(class, index).to_string(),
    }
}

fn argument(program: &Program, kind: ArgKind, arg: u32) -> String {
    match kind {
        ArgKind::None => String::new(),
        ArgKind::Irql => format!("irql={arg}"),
        ArgKind::Count => format!("n={arg}"),
        ArgKind::Boolean => if arg == 0 { "FALSE" } else { "TRUE" }.into(),
        ArgKind::Status => status_name(arg).map_or_else(|| format!("{arg:#x}"), str::to_string),
        ArgKind::Thread => subject(program, Class::Thread, arg as u16),
        ArgKind::Processor => {
            if arg == 255 {
                "-".into()
            } else {
                format!("cpu{arg}")
            }
        }
        ArgKind::Target => format!("cpu{} {}", arg & 0xFF, DrainReason::name_of(arg)),
        ArgKind::Request => format!("n={} {}", arg & 0xFF, DrainReason::name_of(arg)),
        ArgKind::Object => ObjectRef::unpack(arg).map_or(String::new(), |o| subject(program, o.class, o.index)),
        ArgKind::Duration => format_ns(u64::from(arg)),
        ArgKind::Priority => format!("priority={arg}"),
        ArgKind::Value => format!("={}", arg as i32),
        ArgKind::Bugcheck | ArgKind::Affinity => format!("{arg:#x}"),
    }
}
