//! What the tests of the reference's truth tables share. A table is data: its rows in the order and the words of the
//! reference, and for each cell what the reference says and the records that prove it. One loop runs all cells.

use crate::common::{Run, run};

/// What a cell says, and the records that prove it, in their order. `RUNS` in one of them stands for the beginning of the
/// routine that the column is about.
pub(crate) type Cell = (&'static str, &'static [&'static str]);

/// Runs the scenario of a cell and holds the cell against it: its records come in their order, and the routine begins where
/// the cell has it and nowhere else.
pub(crate) fn holds(place: &str, text: &str, runs: &str, (says, proof): Cell) -> Run {
    println!("{place}: {says}"); // shown by a test that fails
    let run = run(text);
    let proof: Vec<String> = proof.iter().map(|record| record.replace("RUNS", runs)).collect();
    run.order(&proof.iter().map(String::as_str).collect::<Vec<_>>());
    run.times(runs, proof.iter().filter(|record| record.contains(runs)).count());
    run
}

/// Panics unless the rows are those of the reference, in its order; a row may be shown by several scenarios.
pub(crate) fn rows_are<'a>(rows: impl Iterator<Item = &'a str>, reference: &[&str]) {
    let mut rows: Vec<&str> = rows.collect();
    rows.dedup();
    assert_eq!(rows, reference);
}
