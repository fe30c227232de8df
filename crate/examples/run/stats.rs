//! The figures of a run as a table for the terminal.

use irql_playground::base::{Ns, format_ns};
use irql_playground::program::{Class, Program};
use irql_playground::report::{BUCKET_BOUNDS, Measure, Row, Statistics};
use std::io::Write;

/// Prints durations and latencies, then where the processors' time went.
pub(crate) fn print(out: &mut impl Write, program: &Program, statistics: &Statistics) -> std::io::Result<()> {
    let bounds = BUCKET_BOUNDS.map(format_ns);
    write!(out, "{:<18} {:<16} {:>7} {:>10} {:>10} {:>10}", "measure", "of", "count", "median", "99 %", "max")?;
    write!(out, " {:>10} {:>9} {:>9}", "own max", "at", format!("<{}", bounds[0]))?;
    for bound in &bounds {
        write!(out, " {:>8}", format!(">={bound}"))?;
    }
    writeln!(out)?;
    for row in &statistics.rows {
        let d = &row.elapsed;
        let own = row.own.as_ref().map_or(String::new(), |own| format_ns(own.max));
        let name = program.name(row.measure.class(), row.subject);
        let times = [d.median, d.p99, d.max].map(|ns| format!(" {:>10}", format_ns(ns))).concat();
        write!(out, "{:<18} {name:<16} {:>7}{times} {own:>10} {:>9}", title(row.measure), d.count, d.max_record)?;
        let [first, rest @ ..] = d.buckets();
        writeln!(out, " {first:>9}{}", rest.map(|n| format!(" {n:>8}")).concat())?;
    }
    let finished = |row: &Row| (row.measure, row.subject, row.own.as_ref().map_or(0, |own| own.max));
    for (measure, subject, own) in statistics.rows.iter().map(finished) {
        if let Some(limit) = measure.guidance().filter(|limit| own > *limit) {
            let (name, own, limit) = (program.name(measure.class(), subject), format_ns(own), format_ns(limit));
            writeln!(out, "{} of {name}: {own} is above the guidance of {limit} (IR-21)", title(measure))?;
        }
    }
    for open in &statistics.unfinished {
        let (name, own) = (program.name(open.measure.class(), open.subject), format_ns(open.own));
        write!(out, "{} of {name}: it had not returned when the run ended, after {own}", title(open.measure))?;
        match open.measure.guidance().filter(|limit| open.own > *limit) {
            Some(limit) => writeln!(out, ", which is above the guidance of {} (IR-21)", format_ns(limit))?,
            None => writeln!(out)?,
        }
    }
    for (cpu, load) in statistics.loads.iter().enumerate() {
        let shares: Vec<String> = ["idle", "threads", "DPCs", "ISRs"]
            .iter()
            .zip(load.total)
            .map(|(what, ns)| format!("{what} {} ({})", format_ns(ns), percent(ns, statistics.end)))
            .collect();
        writeln!(out, "cpu{cpu}: {}", shares.join(", "))?;
    }
    for (thread, ns) in (0..).zip(&statistics.threads) {
        writeln!(out, "thread {} ran for {}", program.name(Class::Thread, thread), format_ns(*ns))?;
    }
    Ok(())
}

fn title(measure: Measure) -> &'static str {
    match measure {
        Measure::IsrDuration => "ISR duration",
        Measure::DpcDuration => "DPC duration",
        Measure::PassiveIsrDuration => "passive-level ISR",
        Measure::ThreadedDpcDuration => "threaded DPC",
        Measure::InterruptToIsr => "interrupt to ISR",
        Measure::InterruptToDpc => "interrupt to DPC",
        Measure::DpcToThread => "DPC to thread",
    }
}

/// A share with one decimal, in whole numbers.
fn percent(part: Ns, whole: Ns) -> String {
    let tenths = u128::from(part) * 1_000 / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}
