//! The bindings: the only place that knows of JavaScript. Handles for state, serde values for small documents,
//! typed arrays for bulk; offsets into texts are UTF-16 here and nowhere else.

mod language;
mod paint;
mod session;
mod statistics;
mod traffic;
mod views;

pub use language::{check, complete, format, hover, token_classes, tokens};
pub use session::Session;

use crate::base::{Message, Phrase};
use crate::program::CONSTANTS;
use crate::trace::Kind;
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

/// What is said: a text that is the same in every language, or a message of the catalogues.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum PhraseView {
    Plain(String),
    Message { key: String, slots: Vec<PhraseView> },
}

impl From<Phrase> for PhraseView {
    fn from(phrase: Phrase) -> Self {
        match phrase {
            Phrase::Plain(text) => Self::Plain(text),
            Phrase::Message(Message { key, slots, .. }) => {
                Self::Message { key, slots: slots.into_iter().map(Self::from).collect() }
            }
        }
    }
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
struct Catalogue {
    kinds: Vec<KindView>,
}

/// What records refer to by number: kinds, statuses.
#[wasm_bindgen]
#[must_use]
pub fn catalogue() -> JsValue {
    let catalogue = to_js(&Catalogue {
        kinds: Kind::all()
            .map(|k| KindView {
                name: k.name,
                subject: format!("{:?}", k.subject),
                arg: format!("{:?}", k.arg),
                importance: k.importance,
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
