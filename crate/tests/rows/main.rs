//! Each mechanism that the playground shows: the shipped scenarios that show it, and what becomes of them when their
//! text is changed, as the rules say. A mechanism without a scenario fails here.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;

mod alpc;
mod apcs;
mod disagreements;
mod dpcs;
mod interrupts;

use common::{Run, run, scenarios};
use irql_playground::nt::State;
use irql_playground::sim::OutcomeKind;
use irql_playground::trace::Rule;
use std::collections::BTreeMap;

/// A mechanism.
struct Row {
    /// Its number: I interrupts and IRQL, D DPCs, A APCs, L ALPC.
    id: &'static str,
    /// What it is.
    says: &'static str,
    /// The rules that it follows.
    rules: &'static [&'static str],
    /// Where it is shown, and how that changes.
    shown: &'static [Shown],
}

/// A scenario, a change of its text, and what the change does.
struct Shown {
    scenario: &'static str,
    /// What is replaced by what, wherever it stands.
    edit: &'static [(&'static str, &'static str)],
    /// The rule that says so.
    by: &'static str,
    /// What holds after the change, and not before it.
    then: &'static [Sees],
}

/// What can be seen in a run.
enum Sees {
    /// Records with these words come in this order.
    Order(&'static [&'static str]),
    /// So many records have all these words.
    Times(&'static str, usize),
    /// This claim of the scenario fails.
    Fails(&'static str),
    /// The run ends well.
    Completes,
    /// It ends with this bugcheck.
    Bugcheck(u32),
    /// This parameter of the bugcheck has this value.
    Parameter(usize, u64),
    /// It ends in a deadlock.
    Deadlock,
    /// It ends with this failed assertion.
    Assertion(&'static str),
    /// After the first record with these words the machine is so.
    State(&'static str, fn(&State) -> bool),
}

impl Sees {
    fn holds(&self, run: &mut Run, text: &str) -> bool {
        let end = &run.outcome().kind;
        match self {
            Self::Order(patterns) => {
                let mut from = 0;
                patterns.iter().all(|pattern| {
                    let next = run.all(pattern).into_iter().find(|n| *n >= from);
                    from = next.map_or(0, |n| n + 1);
                    next.is_some()
                })
            }
            Self::Times(pattern, times) => run.count(pattern) == *times,
            Self::Fails(claim) => {
                let claims = run.claims(text);
                let found = claims.iter().find(|(said, _)| said == claim);
                !found.unwrap_or_else(|| panic!("no claim `{claim}`: {claims:?}")).1
            }
            Self::Completes => matches!(end, OutcomeKind::Completed { .. }),
            Self::Bugcheck(code) => matches!(end, OutcomeKind::Bugcheck(b) if b.code == *code),
            Self::Parameter(number, value) => {
                matches!(end, OutcomeKind::Bugcheck(b) if b.parameters[number - 1] == *value)
            }
            Self::Deadlock => matches!(end, OutcomeKind::Deadlock(_)),
            Self::Assertion(text) => matches!(end, OutcomeKind::Assertion(said) if said == text),
            Self::State(pattern, so) => run.count(pattern) > 0 && so(run.state_after(pattern)),
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Order(patterns) => format!("{patterns:?} in this order"),
            Self::Times(pattern, times) => format!("{times} times `{pattern}`"),
            Self::Fails(claim) => format!("`{claim}` fails"),
            Self::Completes => "it completes".into(),
            Self::Bugcheck(code) => format!("bugcheck {code:#x}"),
            Self::Parameter(number, value) => format!("parameter {number} is {value:#x}"),
            Self::Deadlock => "a deadlock".into(),
            Self::Assertion(text) => format!("`{text}` fails"),
            Self::State(pattern, _) => format!("the state after `{pattern}`"),
        }
    }
}

fn rows() -> impl Iterator<Item = &'static Row> {
    [interrupts::ROWS, dpcs::ROWS, apcs::ROWS, alpc::ROWS].into_iter().flatten()
}

/// The numbers that there are.
fn every_number() -> Vec<String> {
    let family = |letter: char, last: u32| (1..=last).map(move |n| format!("{letter}{n}"));
    family('I', 8).chain(family('D', 17)).chain(family('A', 17)).chain(family('L', 9)).collect()
}

#[test]
fn every_mechanism_has_a_scenario_that_shows_it() {
    let found: Vec<&str> = rows().map(|row| row.id).collect();
    assert_eq!(found, every_number());
    let shipped: Vec<String> = scenarios().into_iter().map(|s| s.0).collect();
    for row in rows() {
        assert!(!row.says.is_empty() && !row.shown.is_empty(), "{}: nothing shows it", row.id);
        for shown in row.shown {
            assert!(shipped.iter().any(|s| s == shown.scenario), "{}: there is no {}", row.id, shown.scenario);
            assert!(row.rules.contains(&shown.by), "{}: {} is none of its rules", row.id, shown.by);
        }
        for rule in row.rules {
            assert!(Rule::from_id(rule).is_some(), "{}: there is no rule {rule}", row.id);
        }
    }
}

#[test]
fn changing_a_scenario_changes_its_outcome_as_the_rules_say() {
    let texts: BTreeMap<String, String> = scenarios().into_iter().collect();
    let mut wrong = Vec::new();
    for row in rows() {
        for shown in row.shown {
            let text = &texts[shown.scenario];
            let mut edited = text.clone();
            for (old, new) in shown.edit {
                assert!(edited.contains(old), "{}: {} has no `{old}`", row.id, shown.scenario);
                edited = edited.replace(old, new);
            }
            let (mut before, mut after) = (run(text), run(&edited));
            let cites = |run: &Run| run.records.iter().any(|r| r.rule.info().id == shown.by);
            if !cites(&before) && !cites(&after) {
                wrong.push(format!("{} {}: no record cites {}", row.id, shown.scenario, shown.by));
            }
            for sees in shown.then {
                let was = sees.holds(&mut before, text);
                let is = sees.holds(&mut after, &edited);
                if was || !is {
                    let run = if was { &before } else { &after };
                    let said = if was { "before the change too" } else { "not after it" };
                    wrong.push(format!(
                        "{}\n{} {} {:?}: {} {said}",
                        run.text(),
                        row.id,
                        shown.scenario,
                        shown.edit,
                        sees.told()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} are wrong", wrong.join("\n\n"), wrong.len());
}
