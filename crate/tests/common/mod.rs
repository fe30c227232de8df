//! A run of a scenario, in the words of somebody who reads a trace: every run here is checked for the invariants
//! of the machine after each step, and its records against what every trace keeps to.

#![allow(dead_code, unreachable_pub)] // each test file uses its own part

pub mod fingerprints;
pub mod records;

use irql_playground::diag::{Severity, render};
use irql_playground::lang::compile;
use irql_playground::nt::{State, Stop, invariants};
use irql_playground::program::Program;
use irql_playground::sim::{Limits, Machine, Outcome, OutcomeKind, Session, link_line};
use irql_playground::trace::{Kind, Record, line};
use std::path::PathBuf;
use std::rc::Rc;

/// Limits that keep a test short: none of the scenarios of the tests comes near them.
pub const LIMITS: Limits = Limits {
    records: 60_000,
    ops_at_instant: 20_000,
    nesting: 64,
    apc_pool: 500,
    packet_pool: 500,
    alpc_messages: 500,
};

/// A finished run.
pub struct Run {
    pub session: Session,
    pub records: Vec<Record>,
    /// The words of each record: `20us:`, `cpu0`, `@7`, kind, subject, argument, rule.
    words: Vec<Vec<String>>,
}

/// What of a text its run is said to have ended at.
pub fn ends_at(text: &str) -> &str {
    let span = run(text).outcome().span;
    &text[span.start as usize..span.end as usize]
}

/// The program of a text without errors.
pub fn program(text: &str) -> Program {
    let compiled = compile(text);
    let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let said: String = errors.map(|d| render(text, "text", d)).collect();
    compiled.program.unwrap_or_else(|| panic!("{said}\n{text}"))
}

/// Runs a scenario with its own seed.
pub fn run(text: &str) -> Run {
    run_program(&program(text), LIMITS)
}

/// Runs a program: once step by step with the invariants checked, once as a session.
pub fn run_program(program: &Program, limits: Limits) -> Run {
    let session = checked(program, limits).unwrap_or_else(|trouble| panic!("{trouble}"));
    let records: Vec<Record> = session.columns().iter().collect();
    let words = records.iter().enumerate().map(|(n, r)| words(program, n, r)).collect();
    Run { session, records, words }
}

/// As [`run_program`], with what is wrong as a value.
pub fn checked(program: &Program, limits: Limits) -> Result<Session, String> {
    let seed = program.machine.seed;
    let mut session = Session::new(program.clone(), seed, limits);
    session.run();
    let tail = |n: u32| -> String {
        let lines = (n.saturating_sub(40)..n).filter_map(|n| Some(line(program, n, &session.columns().get(n)?)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut machine = Machine::new(Rc::new(program.clone()), seed, limits);
    loop {
        let goes_on = machine.step();
        let state = machine.state();
        // A limit of the simulator stops the machine in the midst of an operation, as no kernel ever does.
        if matches!(state.stop, Some(Stop::Limit(..))) {
            break;
        }
        invariants::check(state, program)
            .map_err(|wrong| format!("{}\nafter record {}: {wrong}", tail(state.records), state.records - 1))?;
        if !goes_on {
            break;
        }
    }
    let records: Vec<Record> = session.columns().iter().collect();
    records::check(program, &records).map_err(|(n, wrong)| format!("{}\nrecord {n}: {wrong}", tail(n + 1)))?;
    Ok(session)
}

fn words(program: &Program, n: usize, r: &Record) -> Vec<String> {
    let text = line(program, n as u32, r);
    let mut words: Vec<String> = text.split_whitespace().skip(1).map(str::to_string).collect();
    words[0].push(':');
    words[2].insert(0, '@');
    words
}

impl Run {
    pub fn program(&self) -> &Program {
        self.session.program()
    }

    pub fn outcome(&self) -> &Outcome {
        self.session.outcome().expect("the run is over")
    }

    /// The whole trace, for messages.
    pub fn text(&self) -> String {
        let lines = self.records.iter().enumerate().map(|(n, r)| line(self.program(), n as u32, r) + "\n");
        lines.collect::<String>() + &self.outcome().line(self.program())
    }

    fn fits(&self, n: usize, pattern: &str) -> bool {
        pattern.split_whitespace().all(|word| self.words[n].iter().any(|w| w == word))
    }

    /// Numbers of the records that have all the words of a pattern, such as `20us: IsrEntered Nic @7 IN-2`.
    pub fn all(&self, pattern: &str) -> Vec<usize> {
        (0..self.records.len()).filter(|n| self.fits(*n, pattern)).collect()
    }

    /// How many records have all the words of a pattern.
    pub fn count(&self, pattern: &str) -> usize {
        self.all(pattern).len()
    }

    /// The first record that has all the words of a pattern.
    pub fn first(&self, pattern: &str) -> usize {
        let found = self.all(pattern).first().copied();
        found.unwrap_or_else(|| panic!("{}\nno record has `{pattern}`", self.text()))
    }

    /// Panics unless records with these patterns come in this order (others may lie between).
    pub fn order(&self, patterns: &[&str]) -> &Self {
        let mut from = 0;
        for (i, pattern) in patterns.iter().enumerate() {
            match (from..self.records.len()).find(|n| self.fits(*n, pattern)) {
                Some(n) => from = n + 1,
                None => panic!("{}\nno `{pattern}` after {:?} at record {from}", self.text(), &patterns[..i]),
            }
        }
        self
    }

    /// Panics unless exactly so many records have all the words of a pattern.
    pub fn times(&self, pattern: &str, times: usize) -> &Self {
        let found = self.count(pattern);
        assert!(found == times, "{}\n{found} records have `{pattern}`, not {times}", self.text());
        self
    }

    /// Panics when a record has all the words of a pattern.
    pub fn never(&self, pattern: &str) -> &Self {
        self.times(pattern, 0)
    }

    /// Panics unless nothing but detail (work, variables, calls) lies between the two records, which must follow.
    pub fn at_once(&self, first: &str, second: &str) -> &Self {
        let a = self.first(first);
        let b = (a + 1..self.records.len()).find(|n| self.fits(*n, second));
        let b = b.unwrap_or_else(|| panic!("{}\nno `{second}` after `{first}`", self.text()));
        let detail = |n: usize| self.records[n].kind.info().importance == 0;
        let between: Vec<_> = (a + 1..b).filter(|n| !detail(*n)).map(|n| self.words[n].join(" ")).collect();
        assert!(between.is_empty(), "{}\nbetween `{first}` and `{second}`: {between:?}", self.text());
        self
    }

    /// The kinds and subjects of the records from one pattern to another, both included.
    pub fn between(&self, first: &str, last: &str) -> Vec<String> {
        let a = self.first(first);
        let b = (a..self.records.len()).find(|n| self.fits(*n, last));
        let b = b.unwrap_or_else(|| panic!("{}\nno `{last}` after `{first}`", self.text()));
        (a..=b)
            .map(|n| {
                let info = self.records[n].kind.info();
                format!("{} {}", info.name, self.program().name(info.subject, self.records[n].subject))
            })
            .map(|s| s.trim_end().to_string())
            .collect()
    }

    /// The values written to a global variable, in order (their low 32 bits).
    pub fn written(&self, global: &str) -> Vec<i64> {
        let program = self.program();
        let index = program.globals.iter().position(|g| g.name == global);
        let index = index.unwrap_or_else(|| panic!("no variable `{global}`")) as u16;
        let of_it = self.records.iter().filter(|r| r.kind == Kind::GlobalWritten && r.subject == index);
        of_it.map(|r| i64::from(r.arg as i32)).collect()
    }

    /// The last value of a global variable.
    pub fn value(&self, global: &str) -> i64 {
        *self.written(global).last().unwrap_or_else(|| panic!("{}\n`{global}` was never written", self.text()))
    }

    /// The claims of the scenario as they are written, and whether each holds.
    pub fn claims(&self, text: &str) -> Vec<(String, bool)> {
        self.outcome().claims.iter().map(|c| (c.span.of(text).to_string(), c.holds)).collect()
    }

    /// Panics unless the run completed, with all claims and assertions holding.
    pub fn completes(&self) -> &Self {
        let fine = matches!(self.outcome().kind, OutcomeKind::Completed { .. }) && self.outcome().holds();
        assert!(fine, "{}\n{:?}", self.text(), self.outcome());
        self
    }

    /// Panics unless the run ended with this bugcheck and these parameters, of which `None` fits all.
    pub fn bugchecks(&self, code: u32, parameters: [Option<u64>; 4]) -> &Self {
        let OutcomeKind::Bugcheck(found) = &self.outcome().kind else {
            panic!("{}\nno bugcheck", self.text());
        };
        let fits = found.parameters.iter().zip(parameters).all(|(f, p)| p.is_none_or(|p| p == *f));
        assert!(found.code == code && fits, "{}\nexpected {code:#x} {parameters:x?}", self.text());
        self
    }

    /// Who waits for what in the deadlock that ended the run.
    pub fn deadlock(&self) -> Vec<String> {
        let OutcomeKind::Deadlock(links) = &self.outcome().kind else { panic!("{}\nno deadlock", self.text()) };
        links.iter().map(|link| link_line(self.program(), link)).collect()
    }

    /// Who still waits for what when nothing is left to happen.
    pub fn waiting(&self) -> Vec<String> {
        self.outcome().waiting.iter().map(|link| link_line(self.program(), link)).collect()
    }

    /// The state right after the first record with a pattern.
    pub fn state_after(&mut self, pattern: &str) -> &State {
        let n = self.first(pattern);
        self.session.seek(n as u32);
        self.session.state()
    }
}

/// The folder of the tests.
pub fn tests_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The shipped scenarios: name and text, by name.
pub fn scenarios() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut found: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("there is a folder of scenarios")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_stem()?.to_str()?.to_string();
            (path.extension()? == "irql").then(|| (name, std::fs::read_to_string(&path).unwrap_or_default()))
        })
        .collect();
    found.sort();
    found
}

/// Whether expectations are to be rewritten: `UPDATE_EXPECT=1`.
pub fn update_expectations() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some_and(|v| v == "1")
}
