//! The layers of the crate: who may use whom, and what nothing in the crate may use, so that one seed gives one
//! trace everywhere.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with the layers that it may use besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("text", &["base"]),
    ("diag", &["base", "text"]),
    ("program", &["base", "text", "diag"]),
    ("lang", &["base", "text", "diag", "program"]),
    ("trace", &["base", "text", "diag", "program"]),
    ("nt", &["base", "text", "diag", "program", "trace"]),
    ("sim", &["base", "text", "diag", "program", "trace", "nt"]),
    ("report", &["base", "text", "diag", "program", "trace", "nt", "sim"]),
    ("wasm", &["base", "text", "diag", "program", "lang", "trace", "nt", "sim", "report"]),
];

/// Names that only `wasm` may use.
const ONLY_WASM: &[&str] = &["wasm_bindgen", "js_sys", "web_sys", "serde", "serde_wasm_bindgen"];

/// What would make a run depend on the machine it runs on, or writes where nobody reads.
const NOWHERE: &[&str] = &[
    "std::time",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "HashMap",
    "HashSet",
    "RandomState",
    "Instant",
    "SystemTime",
    "rand::",
    "getrandom",
    "println!",
    "eprintln!",
    "dbg!",
    "thread_local!",
    "unsafe",
];

/// Methods of floats whose last bit differs between platforms.
const TRANSCENDENTAL: &[&str] = &[
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "exp2", "exp_m1", "ln",
    "ln_1p", "log", "log2", "log10", "powf", "powi", "cbrt", "hypot", "mul_add",
];

/// The source files of a folder and of those below it: path and code without comments.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("it is text");
            found.push((path, code(&text)));
        }
    }
    found.sort();
    found
}

/// The code of a file, without comments and without what only its own unit tests use.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default().to_string() + "\n").collect()
}

fn src() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Whether a name stands in a text as a whole word.
fn names(text: &str, name: &str) -> bool {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(name).any(|(at, _)| {
        !part_of_word(text[..at].chars().next_back()) && !part_of_word(text[at + name.len()..].chars().next())
    })
}

/// The layers that a text names by `crate::…`, also in groups such as `crate::{base, nt::State}`.
fn layers_used(text: &str) -> Vec<String> {
    let mut used = vec![];
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let path = if rest.starts_with('{') { &rest[..rest.find(';').unwrap_or(rest.len())] } else { rest };
        let mut depth = 0;
        let mut word = String::new();
        let mut takes_words = true;
        for c in path.chars() {
            if c.is_alphanumeric() || c == '_' {
                if takes_words {
                    word.push(c);
                }
                continue;
            }
            if !word.is_empty() {
                used.push(std::mem::take(&mut word));
                takes_words = false;
            }
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => takes_words = true,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    used
}

#[test]
fn each_layer_uses_only_the_layers_above_it() {
    for (layer, may_use) in LAYERS {
        for (path, text) in sources(&src().join(layer)) {
            for used in layers_used(&text) {
                let fine = used == *layer || may_use.contains(&used.as_str());
                assert!(fine, "{} is in `{layer}` and uses `{used}`", path.display());
            }
        }
    }
}

#[test]
fn every_module_of_the_crate_is_a_layer() {
    let text = code(&fs::read_to_string(src().join("lib.rs")).expect("there is a lib.rs"));
    let starts = ["pub mod ", "pub use irql_foundation::"];
    let modules = text.lines().filter_map(|l| starts.iter().find_map(|s| l.trim().strip_prefix(s))?.strip_suffix(';'));
    let layers: Vec<&str> = LAYERS.iter().map(|l| l.0).collect();
    assert_eq!(modules.collect::<Vec<_>>(), layers);
}

#[test]
fn only_the_layer_wasm_knows_of_javascript() {
    for (layer, _) in LAYERS.iter().filter(|l| l.0 != "wasm") {
        for (path, text) in sources(&src().join(layer)) {
            for name in ONLY_WASM {
                assert!(!names(&text, name), "{} names `{name}`", path.display());
            }
        }
    }
}

#[test]
fn nothing_in_the_crate_depends_on_clock_environment_hash_order_or_platform() {
    for (path, text) in sources(&src()) {
        for name in NOWHERE {
            let used = if name.ends_with(['!', ':']) { text.contains(name) } else { names(&text, name) };
            assert!(!used, "{} uses `{name}`", path.display());
        }
        for method in TRANSCENDENTAL {
            let called = text.contains(&format!(".{method}(")) || text.contains(&format!("f64::{method}("));
            assert!(!called, "{} calls the float method `{method}`", path.display());
        }
    }
}

#[test]
fn the_machine_computes_without_floats() {
    for layer in ["base", "program", "nt", "sim"] {
        for (path, text) in sources(&src().join(layer)) {
            assert!(!names(&text, "f32") && !names(&text, "f64"), "{} uses floats", path.display());
        }
    }
}

#[test]
fn the_search_for_layers_sees_every_spelling() {
    let text = "use crate::base::NONE; use crate::{text, nt::{State, dpc}, sim};\nlet x = crate::lang::compile(t);";
    assert_eq!(layers_used(text), ["base", "text", "nt", "sim", "lang"]);
    assert!(names("a HashMap<u8>", "HashMap") && !names("MyHashMap", "HashMap"));
}
