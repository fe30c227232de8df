//! The JSON form of a record: one object a line, the form of exports, the same from the command line and from the page.
//! Knows the records, the outcome and the text's lines, not the machine.

use crate::base::NO_RECORD;
use crate::program::{Class, Program};
use crate::sim::{Outcome, OutcomeKind};
use crate::text::LineIndex;
use crate::trace::Record;

/// Record `n` as one JSON object without a line break: its number, the time in nanoseconds, processor (255: none), IRQL,
/// kind, subject and argument as [`crate::trace::Kind::info`] tells them, rule, cause (`null`: none), and the line of the
/// scenario's text (0: none).
#[must_use]
pub fn json_line(program: &Program, lines: &LineIndex, n: u32, r: &Record) -> String {
    let info = r.kind.info();
    let line = program.spans.get(r.pc as usize).map_or(0, |span| lines.line_column(span.start).0);
    let cause = if r.cause == NO_RECORD { "null".to_string() } else { r.cause.to_string() };
    let subject = match info.subject {
        Class::Irql => program.machine.ladder.name(r.subject as u8),
        class => program.name(class, r.subject),
    };
    format!(
        r#"{{"n":{n},"time_ns":{},"cpu":{},"irql":{},"kind":"{}","subject":"{}","arg":{},"rule":"{}","cause":{cause},"line":{line}}}"#,
        r.time,
        r.cpu,
        r.irql,
        info.name,
        json_escape(subject),
        r.arg,
        r.rule.info().id
    )
}

/// The last line of the JSON form of a run: how it ended, the record that tells, whether the run and its claims went as
/// the scenario says, and the fingerprint of all records. A bugcheck has its code and parameters too, an assertion its
/// text, a limit its name.
#[must_use]
pub fn json_outcome(outcome: &Outcome, fingerprint: u64) -> String {
    let (kind, detail) = match &outcome.kind {
        OutcomeKind::Completed { .. } => ("completed", String::new()),
        OutcomeKind::Bugcheck(b) => {
            let [p1, p2, p3, p4] = b.parameters;
            let parameters = format!(r#","parameters":["{p1:#x}","{p2:#x}","{p3:#x}","{p4:#x}"]"#);
            ("bugcheck", format!(r#","code":"{:#x}"{parameters}"#, b.code))
        }
        OutcomeKind::Deadlock(_) => ("deadlock", String::new()),
        OutcomeKind::Assertion(text) => ("assertion", format!(r#","text":"{}""#, json_escape(text))),
        OutcomeKind::Limit(name, _) => ("limit", format!(r#","limit":"{name}""#)),
    };
    format!(
        r#"{{"outcome":"{kind}"{detail},"record":{},"holds":{},"fingerprint":"{fingerprint:016x}"}}"#,
        outcome.record,
        outcome.holds()
    )
}

/// A text as it stands between the quotation marks of a JSON string; control characters become spaces.
fn json_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::json_escape;

    #[test]
    fn no_text_ends_its_string() {
        assert_eq!(json_escape("a \"b\" \\ c"), "a \\\"b\\\" \\\\ c");
        assert_eq!(json_escape("one\ntwo\u{7}three\u{1b}"), "one\\ntwo three ");
        assert_eq!(json_escape("\u{b370}\u{1f600}</script>"), "\u{b370}\u{1f600}</script>");
    }
}
