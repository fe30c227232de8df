//! The bindings: the only place that knows of JavaScript. Handles for state, JSON for small documents,
//! typed arrays for bulk; offsets into texts are UTF-16 here and nowhere else.

mod json;
mod language;
mod paint;
mod session;
mod statistics;
mod views;

pub use language::{check, complete, format, hover, token_classes, tokens};
pub use session::Session;

use crate::program::CONSTANTS;
use crate::trace::Kind;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

/// Runs when the module is loaded: panics of ours are told to the console with their place.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
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

/// What records refer to by number: kinds, statuses.
#[wasm_bindgen]
#[must_use]
pub fn catalogue() -> JsValue {
    json::object(|json| {
        json.list("kinds", Kind::all(), |json, kind| {
            json.text("name", kind.name);
            json.text("subject", &format!("{:?}", kind.subject));
            json.text("arg", &format!("{:?}", kind.arg));
            json.number("importance", kind.importance);
        });
        json.part("statuses", |json| {
            // The first name of a value wins, as it is set last: STATUS_SUCCESS before STATUS_WAIT_0.
            for status in CONSTANTS.iter().rev().filter(|c| c.name.starts_with("STATUS_")) {
                json.text(&status.value.to_string(), status.name);
            }
        });
    })
}

/// Panics, so that a test can see what the page does then.
#[wasm_bindgen]
pub fn panic_for_test() {
    panic!("a panic that a test asked for");
}
