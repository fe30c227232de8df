//! Runs a scenario natively: `cargo run --release --example run -- FILE.irql [--json] [--stats] [--seed N]`.
//!
//! Prints the trace (one record a line, or JSON Lines), then the outcome and the claims; with `--stats` the
//! durations and latencies instead of the trace. Exit status: 0 all claims
//! hold, 1 a claim or an assertion failed or the machine stopped without the scenario saying so, 2 the text has
//! errors (or cannot be read), 3 a limit was reached.

mod stats;

use irql_playground::base::format_ns;
use irql_playground::diag::{Severity, render};
use irql_playground::lang;
use irql_playground::report::{Statistics, json_line, json_outcome};
use irql_playground::sim::{Limits, Session, link_line};
use irql_playground::text::LineIndex;
use irql_playground::trace::line;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run --release --example run -- FILE.irql [--json] [--stats] [--seed N]";

struct Arguments {
    file: String,
    json: bool,
    stats: bool,
    seed: Option<u64>,
}

fn arguments() -> Result<Arguments, String> {
    let mut parsed = Arguments { file: String::new(), json: false, stats: false, seed: None };
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--json" => parsed.json = true,
            "--stats" => parsed.stats = true,
            "--seed" => {
                let number = rest.next().ok_or("--seed needs a number")?;
                parsed.seed = Some(number.parse().map_err(|_| format!("--seed needs a number, not `{number}`"))?);
            }
            other if other.starts_with('-') => return Err(format!("unknown option `{other}`")),
            file if parsed.file.is_empty() => parsed.file = file.into(),
            second => return Err(format!("one file at a time: `{second}` is a second one")),
        }
    }
    if parsed.file.is_empty() { Err("no file is given".into()) } else { Ok(parsed) }
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let source = match read(&arguments.file) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("cannot read `{}`: {error}", arguments.file);
            return ExitCode::from(2);
        }
    };
    let compiled = lang::compile(&source);
    for diagnostic in compiled.diagnostics.iter().filter(|d| d.severity != Severity::Info) {
        eprint!("{}", render(&source, &arguments.file, diagnostic));
    }
    let Some(program) = compiled.program else { return ExitCode::from(2) };
    let seed = arguments.seed.unwrap_or(program.machine.seed);
    let mut session = Session::new(program, seed, Limits::default());
    session.run();
    // A reader that has seen enough closes the pipe; that is no error of ours.
    let _ = print(&session, &source, &arguments);
    session.outcome().map_or(ExitCode::from(3), |outcome| ExitCode::from(outcome.exit_status()))
}

/// The text of a file, or why it is none.
fn read(file: &str) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("it is UTF-16 text; save it as UTF-8".into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let (good, bad) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let (line, column) = LineIndex::new(&String::from_utf8_lossy(good)).line_column(good.len() as u32);
        let byte = bad.first().copied().unwrap_or_default();
        format!("byte {byte:#04x} in line {line}, column {column} is not UTF-8; save it as UTF-8 text")
    })
}

fn print(session: &Session, source: &str, arguments: &Arguments) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let program = session.program();
    let index = LineIndex::new(source);
    if arguments.stats {
        stats::print(&mut out, program, &Statistics::of(session.columns(), program))?;
    }
    let told = if arguments.stats { 0 } else { session.columns().len() as usize };
    for (n, record) in session.columns().iter().enumerate().take(told) {
        if arguments.json {
            writeln!(out, "{}", json_line(program, &index, n as u32, &record))?;
        } else {
            writeln!(out, "{}", line(program, n as u32, &record))?;
        }
    }
    let Some(outcome) = session.outcome() else { return Ok(()) };
    let fingerprint = session.columns().fingerprint();
    if arguments.json {
        writeln!(out, "{}", json_outcome(outcome, fingerprint))?;
        return Ok(());
    }
    let text = outcome.line(program);
    writeln!(out, "{text} (record {}, fingerprint {fingerprint:016x})", outcome.record)?;
    if outcome.span.end > 0 {
        let (line, column) = index.line_column(outcome.span.start);
        writeln!(out, "  at {}:{line}:{column}: {}", arguments.file, outcome.span.of(source))?;
    }
    for link in &outcome.waiting {
        let since = session.columns().get(link.since).map_or(0, |record| record.time);
        writeln!(out, "  still {}, since {} (record {})", link_line(program, link), format_ns(since), link.since)?;
    }
    for claim in &outcome.claims {
        let mark = if claim.holds { "holds" } else { "FAILS" };
        writeln!(out, "  {mark}: {} - {}", claim.span.of(source), claim.detail)?;
    }
    Ok(())
}
