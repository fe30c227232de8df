//! The English message catalogue of the engine, which the page reads: made from the tables, so that each text is
//! written once.
#![cfg(all(not(target_arch = "wasm32"), feature = "prose"))]

use irql_playground::base::{Message, Phrase};
use irql_playground::lang;
use irql_playground::sim::{Found, RunawayFound, RunawayMend};
use irql_playground::trace::RULES;
use std::collections::BTreeSet;

const FILE: &str = "../www/src/messages/engine.en.json";

/// Every key with its English.
fn rows() -> Vec<(String, &'static str)> {
    let claims = Found::ALL.iter().map(|found| found.with(&[]));
    let found = RunawayFound::ALL.iter().map(|found| found.with(&[]));
    let mend = RunawayMend::ALL.iter().map(|mend| mend.with(&[]));
    let said = lang::messages().into_iter().chain(claims).chain(found).chain(mend).map(|phrase| match phrase {
        Phrase::Message(Message { key, english, .. }) => (key, english.text()),
        Phrase::Plain(text) => panic!("`{text}` has no key"),
    });
    let rules = RULES.iter().flat_map(|rule| {
        [(format!("rule.{}", rule.id), rule.gist.text()), (format!("source.{}", rule.id), rule.source.text())]
    });
    said.chain(rules).collect()
}

#[test]
fn the_catalogue_has_every_text_of_the_engine_once() {
    let rows = rows();
    let keys: BTreeSet<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(keys.len(), rows.len(), "two texts share a key");
    for (key, text) in &rows {
        assert!(!text.trim().is_empty(), "{key} says nothing");
    }
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let lines: Vec<String> = rows.iter().map(|(key, text)| format!("  {}: {}", quoted(key), quoted(text))).collect();
    let now = format!("{{\n{}\n}}\n", lines.join(",\n"));
    if std::fs::read_to_string(FILE).ok().as_deref() == Some(&now) {
        return;
    }
    assert!(std::env::var_os("UPDATE_EXPECT").is_some(), "{FILE} differs; UPDATE_EXPECT=1 renews it");
    std::fs::write(FILE, now).expect("the catalogue can be written");
}
