//! The rules of the kernel, one test or more for each: `/// IR-6, IN-5` above a test names the rules that it would
//! notice broken.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;

mod apc;
mod clock;
mod dpc;
mod interrupt;
mod io;
mod irql;
mod limits;
mod spin_lock;
mod thread;
mod wait;

use common::tests_folder;
use std::collections::BTreeMap;

/// The rules that this engine claims to follow.
const CLAIMED: &[(&str, &[u32])] = &[
    ("IR", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20]),
    ("IN", &[1, 2, 4, 5, 8, 9, 11, 12, 13]),
    ("DP", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 19, 20, 21, 22, 23, 24]),
    ("TH", &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 16, 18, 19]),
    ("WT", &[1, 2, 3, 4, 5, 6, 7, 10, 11]),
    ("AP", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 21, 25]),
    ("IO", &[1, 2, 3, 4, 5, 6, 7]),
    ("SE", &[1]),
    ("TE", &[3]),
    ("BC", &[2, 4]),
    ("SIM", &[1, 2, 4]),
];

/// Each rule with the tests that cite it: the doc lines `/// IR-6, IN-5` directly above `#[test]`.
fn citations() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(tests_folder().join("rules")).expect("it is this folder") {
        let path = entry.expect("it can be listed").path();
        let text = std::fs::read_to_string(&path).expect("it is text");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for at in lines.iter().enumerate().filter(|l| *l.1 == "#[test]").map(|l| l.0) {
            let cited = at.checked_sub(1).and_then(|before| lines[before].strip_prefix("/// ")).unwrap_or_default();
            let name = lines.get(at + 1).and_then(|l| l.strip_prefix("fn ")?.split('(').next()).unwrap_or_default();
            for rule in cited.split(", ").filter(|r| irql_playground::trace::Rule::from_id(r).is_some()) {
                found.entry(rule.into()).or_default().push(name.into());
            }
        }
    }
    found
}

#[test]
fn every_rule_of_this_engine_has_a_test() {
    let cited = citations();
    let claimed = CLAIMED.iter().flat_map(|(family, numbers)| numbers.iter().map(move |n| format!("{family}-{n}")));
    let untested: Vec<String> = claimed.filter(|rule| !cited.contains_key(rule)).collect();
    assert!(untested.is_empty(), "no test cites {untested:?}");
}

#[test]
fn every_test_of_a_rule_cites_it() {
    for entry in std::fs::read_dir(tests_folder().join("rules")).expect("it is this folder") {
        let path = entry.expect("it can be listed").path();
        if path.ends_with("main.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("it is text");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for at in lines.iter().enumerate().filter(|l| *l.1 == "#[test]").map(|l| l.0) {
            let line = lines[at.saturating_sub(1)];
            let cited = line.strip_prefix("/// ").unwrap_or_default();
            let known = |rule: &str| irql_playground::trace::Rule::from_id(rule).is_some();
            assert!(cited.split(", ").all(known), "{}: `{line}` above `{}`", path.display(), lines[at + 1]);
        }
    }
}

/// The rules that records cite when the shipped scenarios run are rules that some test watches.
#[test]
fn every_rule_that_a_scenario_shows_has_a_test() {
    let cited = citations();
    for (name, text) in common::scenarios() {
        for record in &common::run(&text).records {
            let rule = record.rule.info().id;
            assert!(cited.contains_key(rule) || rule == "SIM-3", "{name} shows {rule}, and no test cites it");
        }
    }
}
