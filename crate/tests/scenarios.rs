//! The shipped scenarios: their traces as golden files, their fingerprints, their claims, and seeking in them.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::fingerprints::{Fingerprint, TABLE, parse, render};
use common::{LIMITS, Run, program, run, scenarios, tests_folder, update_expectations};
use irql_playground::sim::Session;
use irql_playground::text::LineIndex;

/// The trace of a run, its outcome and its claims, as a golden file has them.
fn golden(text: &str, run: &Run) -> String {
    let mut out = run.text() + "\n";
    if run.outcome().span.end > 0 {
        let (line, column) = LineIndex::new(text).line_column(run.outcome().span.start);
        out += &format!("  at {line}:{column}: {}\n", run.outcome().span.of(text));
    }
    for claim in &run.outcome().claims {
        let mark = if claim.holds { "holds" } else { "FAILS" };
        out += &format!("  {mark}: {} - {}\n", claim.span.of(text), claim.detail);
    }
    out
}

/// The first line in which two texts differ.
fn difference(expected: &str, found: &str) -> String {
    let (mut a, mut b) = (expected.lines(), found.lines());
    for line in 1.. {
        match (a.next(), b.next()) {
            (None, None) => break,
            (x, y) if x == y => {}
            (x, y) => return format!("line {line}\n  expected {}\n  found    {}", x.unwrap_or(""), y.unwrap_or("")),
        }
    }
    "only line ends differ".into()
}

#[test]
fn every_scenario_runs_as_its_golden_file_says() {
    let folder = tests_folder().join("suite");
    let mut wrong = vec![];
    for (name, text) in scenarios() {
        let found = golden(&text, &run(&text));
        let file = folder.join(format!("{name}.trace"));
        if update_expectations() {
            std::fs::write(&file, &found).expect("a golden file can be written");
            continue;
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if expected != found {
            wrong.push(format!("{name}.trace: {}", difference(&expected, &found)));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_EXPECT=1 rewrites them; read the differences first", wrong.join("\n"));
}

#[test]
fn every_golden_file_belongs_to_a_scenario() {
    let names: Vec<String> = scenarios().into_iter().map(|(name, _)| format!("{name}.trace")).collect();
    for entry in std::fs::read_dir(tests_folder().join("suite")).expect("there are golden files") {
        let file = entry.expect("it can be listed").file_name().into_string().expect("it has a plain name");
        if !file.contains('.') {
            continue; // a folder of another suite
        }
        assert!(names.contains(&file), "suite/{file} belongs to no scenario");
    }
}

#[test]
fn every_claim_of_every_scenario_holds() {
    for (name, text) in scenarios() {
        let run = run(&text);
        assert!(run.outcome().holds(), "{name}: {:?}", run.outcome());
        assert!(!run.outcome().claims.is_empty(), "{name} claims nothing");
        assert_eq!(run.outcome().exit_status(), 0, "{name}");
    }
}

#[test]
fn every_scenario_has_the_fingerprint_of_the_table() {
    let found: Vec<Fingerprint> = scenarios()
        .into_iter()
        .map(|(scenario, text)| {
            let mut session = Session::of(program(&text));
            session.run();
            Fingerprint { scenario, records: session.columns().len(), fingerprint: session.columns().fingerprint() }
        })
        .collect();
    if update_expectations() {
        let file = tests_folder().join("fingerprints.txt");
        std::fs::write(file, render(&found)).expect("the table can be written");
        return;
    }
    assert_eq!(parse(TABLE), found, "UPDATE_EXPECT=1 rewrites fingerprints.txt");
}

/// Rust that holds the texts of scenarios, for where no folder can be read.
fn list_of_texts(names: &[String]) -> String {
    let mut out = String::from(
        "//! The shipped scenarios by name, for the tests in a browser, which cannot list a folder.\n\
         //! `UPDATE_EXPECT=1 cargo test --test scenarios` writes this file.\n\n\
         pub(crate) const SHIPPED: &[(&str, &str)] = &[\n",
    );
    for name in names {
        out += &format!("    (\"{name}\", include_str!(\"../../../scenarios/{name}.irql\")),\n");
    }
    out + "];\n"
}

#[test]
fn the_tests_in_a_browser_have_every_scenario() {
    let names: Vec<String> = scenarios().into_iter().map(|s| s.0).collect();
    let file = tests_folder().join("common/shipped.rs");
    if update_expectations() {
        return std::fs::write(file, list_of_texts(&names)).expect("the list can be written");
    }
    let found = std::fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, list_of_texts(&names), "UPDATE_EXPECT=1 rewrites common/shipped.rs");
}

#[test]
fn one_seed_gives_one_trace_and_the_fingerprint_tells_traces_apart() {
    let text = "machine { end: 5ms; } system thread T { while (TRUE) work random(1us, 90us); }";
    let of_seed = |seed| {
        let mut session = Session::new(program(text), seed, LIMITS);
        session.run();
        session.columns().fingerprint()
    };
    assert_eq!(of_seed(7), of_seed(7));
    assert_ne!(of_seed(7), of_seed(8));
}

/// The fingerprints of the states after each record, each taken by a run that goes no further than it must.
fn states_by_running(text: &str, records: u32) -> Vec<u64> {
    (0..records)
        .map(|n| {
            let mut session = Session::of(program(text));
            session.advance(n);
            session.seek(n);
            assert_eq!(session.state().records, n + 1, "record {n}");
            session.state().fingerprint()
        })
        .collect()
}

#[test]
fn seeking_to_any_record_equals_running_to_it() {
    for (name, text) in scenarios() {
        let mut session = Session::of(program(&text));
        session.run();
        let records = session.columns().len();
        let expected = states_by_running(&text, records);
        // Backwards: each seek restores a checkpoint. Forwards: each goes on from the one before. And far apart.
        let backwards = (0..records).rev();
        let jumps = (0..records).map(|n| n * 37 % records);
        for n in backwards.chain(0..records).chain(jumps) {
            session.seek(n);
            assert_eq!(session.position(), n);
            assert_eq!(session.state().fingerprint(), expected[n as usize], "{name}: record {n}");
        }
        assert_eq!(session.columns().len(), records, "seeking makes no records");
    }
}

#[test]
fn seeking_works_across_checkpoints_and_to_any_time() {
    // Thousands of records, so that there are many checkpoints.
    let text = "machine { processors: 2; end: 3ms; clock: 1ms; }
        device A { irql: 5; isr: Isr; } isr Isr { work 2us; KeInsertQueueDpc(Dpc); }
        dpc Dpc { work 3us; KeSetEvent(Done); } event Done;
        system thread Waiter { while (TRUE) { KeWaitForSingleObject(Done); work random(1us, 4us); } }
        thread Busy (processor: 1) { while (TRUE) { work random(1us, 9us); Sleep(0); } }
        every 20us jitter 9us interrupt A;";
    let mut session = Session::of(program(text));
    session.run();
    let records = session.columns().len();
    assert!(records > 4000, "{records}");
    let mut forwards = Vec::new();
    for n in 0..records {
        session.seek(n);
        forwards.push(session.state().fingerprint());
    }
    for n in (0..records).rev().step_by(61).chain((0..500).map(|n| n * 7919 % records)) {
        session.seek(n);
        assert_eq!(session.state().fingerprint(), forwards[n as usize], "record {n}");
    }
    for time in [0, 1, 20_000, 1_500_001, 2_999_999] {
        let n = session.columns().first_at(time);
        assert!(session.columns().time(n) >= time && (n == 0 || session.columns().time(n - 1) < time));
        session.seek(n);
        assert_eq!(session.state().now, session.columns().time(n));
    }
    session.seek(u32::MAX);
    assert_eq!(session.position(), records - 1, "past the end is the end");
}

#[test]
fn stepping_goes_to_the_nearest_record_that_matters_either_way() {
    let (_, text) = scenarios().into_iter().find(|s| s.0 == "packet-story").expect("it is shipped");
    let mut session = Session::of(program(&text));
    session.run();
    let last = session.columns().len() - 1;
    assert_eq!(session.next(0, true, 0, None), 1);
    assert_eq!(session.next(last, true, 0, None), last, "there is none after the last");
    assert_eq!(session.next(0, false, 0, None), 0, "there is none before the first");
    let important = |n: u32| session.columns().get(n).is_some_and(|r| r.kind.info().importance >= 2);
    for n in 0..last {
        let next = session.next(n, true, 2, None);
        assert!(next == n || important(next));
        assert!((n + 1..next).all(|between| !important(between)));
        let before = session.next(n, false, 2, Some(0));
        assert!(before == n || session.columns().cpu_irql(before).0 == 0);
    }
}

#[test]
fn advancing_in_pieces_equals_running_at_once() {
    for (name, text) in scenarios() {
        let mut whole = Session::of(program(&text));
        whole.run();
        let mut pieces = Session::of(program(&text));
        while !pieces.advance(3) {
            pieces.seek(pieces.columns().len() / 2);
        }
        assert_eq!(whole.columns().fingerprint(), pieces.columns().fingerprint(), "{name}");
    }
}

#[test]
fn why_leads_from_any_record_back_to_what_came_from_outside() {
    for (name, text) in scenarios() {
        let mut session = Session::of(program(&text));
        session.run();
        for n in 0..session.columns().len() {
            let chain = session.why(n);
            assert!(chain.windows(2).all(|pair| pair[0] > pair[1]), "{name}: {chain:?}");
            let root = session.columns().get(*chain.last().expect("it has itself")).expect("it is a record");
            let from_outside = [
                "RunStarted",
                "RunEnded",
                "EndReached",
                "InterruptRequested",
                "ThreadReadied",
                "NmiTaken",
                "MachineCheckTaken",
                "MemoryTrimmed",
            ];
            assert!(from_outside.contains(&root.kind.info().name), "{name}: record {n} goes back to {root:?}");
        }
    }
}
