//! The bindings: the only place that knows of JavaScript. Handles for state, serde values for small documents,
//! typed arrays for bulk; offsets into texts are UTF-16 here and nowhere else.

mod language;
mod paint;
mod session;
mod statistics;
mod views;

pub use language::{check, complete, format, hover, token_classes, tokens};
pub use session::Session;

use crate::program::{CONSTANTS, Class, ROUTINES};
use crate::trace::{Kind, RULES};
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Runs when the module is loaded: panics of ours are told to the console with their place.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// A value as plain JavaScript objects and arrays, with null for what is missing.
pub(super) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}

/// Sets a property of a fresh object, which cannot fail.
pub(super) fn set(object: &Object, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

/// An `Error` with a `code` that scripts can test.
pub(super) fn error(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    set(&error, "code", &code.into());
    error.into()
}

#[derive(Serialize)]
struct KindView {
    name: &'static str,
    subject: String,
    arg: String,
    importance: u8,
}

#[derive(Serialize)]
struct RuleView {
    id: &'static str,
    gist: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct RoutineView {
    name: &'static str,
    signature: String,
    meaning: &'static str,
    rules: &'static [&'static str],
    irql_min: &'static str,
    irql_max: &'static str,
}

#[derive(Serialize)]
struct Catalogue {
    classes: Vec<String>,
    kinds: Vec<KindView>,
    rules: Vec<RuleView>,
    routines: Vec<RoutineView>,
}

/// Everything that records refer to by number: classes, kinds, rules, routines, statuses.
#[wasm_bindgen]
#[must_use]
pub fn catalogue() -> JsValue {
    let catalogue = to_js(&Catalogue {
        classes: Class::ALL.iter().map(|c| format!("{c:?}")).collect(),
        kinds: Kind::all()
            .map(|k| KindView {
                name: k.name,
                subject: format!("{:?}", k.subject),
                arg: format!("{:?}", k.arg),
                importance: k.importance,
            })
            .collect(),
        rules: RULES.iter().map(|r| RuleView { id: r.id, gist: r.gist, source: r.source }).collect(),
        routines: ROUTINES
            .iter()
            .map(|r| RoutineView {
                name: r.name,
                signature: r.signature(),
                meaning: r.meaning,
                rules: r.rules,
                irql_min: r.irql_min.name(),
                irql_max: r.irql_max.name(),
            })
            .collect(),
    });
    let statuses = Object::new();
    // The first name of a value wins, as it is set last: STATUS_SUCCESS before STATUS_WAIT_0.
    for status in CONSTANTS.iter().rev().filter(|c| c.name.starts_with("STATUS_")) {
        set(&statuses, &status.value.to_string(), &status.name.into());
    }
    set(catalogue.unchecked_ref(), "statuses", &statuses);
    catalogue
}

/// Panics, so that a test can see what the page does then.
#[wasm_bindgen]
pub fn panic_for_test() {
    panic!("a panic that a test asked for");
}
