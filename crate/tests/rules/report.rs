//! Which rules are followed, by which tests they are watched, and which scenarios show them; and the checks that
//! leave none of them unwatched.

use super::ABSENT;
use super::common::{self, tests_folder};
use irql_playground::trace::{RULES, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A test: the file and the function, and the line above it.
struct Test {
    name: String,
    above: String,
}

impl Test {
    fn cited(&self) -> impl Iterator<Item = &str> {
        self.above.strip_prefix("/// ").unwrap_or_default().split(", ")
    }
}

/// The tests of this folder, in the order of the files' names.
fn tests() -> Vec<Test> {
    let folder = std::fs::read_dir(tests_folder().join("rules")).expect("it is this folder");
    let mut paths: Vec<_> = folder.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths.iter().filter(|path| !path.ends_with("main.rs") && !path.ends_with("report.rs")) {
        let text = std::fs::read_to_string(path).expect("it is text");
        let file = path.file_stem().expect("it has a name").to_string_lossy();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for at in lines.iter().enumerate().filter(|line| *line.1 == "#[test]").map(|line| line.0) {
            let name = lines.get(at + 1).and_then(|line| line.strip_prefix("fn ")?.split('(').next());
            let above = at.checked_sub(1).map_or("", |before| lines[before]);
            found.push(Test { name: format!("{file}::{}", name.unwrap_or_default()), above: above.into() });
        }
    }
    found
}

/// Each rule with the tests that cite it: the doc lines `/// IR-6, IN-5` directly above `#[test]`.
fn citations(tests: &[Test]) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in tests {
        for rule in test.cited() {
            found.entry(rule).or_default().push(&test.name);
        }
    }
    found
}

/// Each rule with the shipped scenarios whose records cite it.
fn shown() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in common::scenarios() {
        for record in &common::run(&text).records {
            found.entry(record.rule.info().id).or_default().insert(name.clone());
        }
    }
    found
}

/// Why a rule of the table has no test.
fn absent(id: &str) -> Option<&'static str> {
    ABSENT.iter().find(|row| row.0 == id).map(|row| row.1)
}

#[test]
fn every_test_of_a_rule_cites_it() {
    for test in &tests() {
        let unknown: Vec<&str> = test.cited().filter(|rule| Rule::from_id(rule).is_none()).collect();
        assert!(unknown.is_empty(), "{}: no rules in `{}`", test.name, test.above);
    }
}

#[test]
fn every_rule_of_the_table_has_a_test_unless_it_is_absent() {
    let tests = tests();
    let cited = citations(&tests);
    let untested: Vec<&str> =
        RULES.iter().map(|r| r.id).filter(|id| absent(id).is_none() && !cited.contains_key(id)).collect();
    assert!(untested.is_empty(), "no test cites {untested:?}");
}

/// What a test watches or a scenario shows is there.
#[test]
fn no_rule_is_absent_that_has_a_test_or_a_record() {
    let tests = tests();
    let (cited, shown) = (citations(&tests), shown());
    let mut seen = BTreeSet::new();
    for (id, reason) in ABSENT {
        assert!(Rule::from_id(id).is_some() && !reason.is_empty() && seen.insert(id), "{id}");
        assert!(!cited.contains_key(id), "{id} is not absent: {:?} cite it", cited[id]);
        assert!(!shown.contains_key(id), "{id} is not absent: {:?} show it", shown[id]);
    }
}

/// Not a check: the table that `npm test` prints.
#[test]
fn report() {
    let tests = tests();
    let (cited, shown) = (citations(&tests), shown());
    let mut out = String::from("\n");
    for info in RULES {
        let tests = cited.get(info.id).map(Vec::as_slice).unwrap_or_default();
        let scenarios: Vec<&str> = shown.get(info.id).into_iter().flatten().map(String::as_str).collect();
        let standing = match (tests.is_empty(), scenarios.is_empty()) {
            (true, _) => format!("no test: {}", absent(info.id).unwrap_or_default()),
            (false, true) => format!("tests: {}", tests.join(", ")),
            (false, false) => format!("tests: {}; shown by {}", tests.join(", "), scenarios.join(", ")),
        };
        writeln!(out, "{:6} {}\n       {standing}", info.id, info.gist).expect("a string takes all");
    }
    println!("{out}");
}
