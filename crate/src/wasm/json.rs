//! Small documents for JavaScript, written as JSON straight from what they tell of: one text crosses, which a browser
//! reads faster than it takes objects field by field, and nothing is built only to be copied.

use crate::base::{Message, Phrase};
use js_sys::JSON;
use wasm_bindgen::JsValue;

/// A document that is being written: the fields of the object that was begun last go to it.
pub(super) struct Json(String);

/// A plain object with the fields that `write` gives it.
pub(super) fn object(write: impl FnOnce(&mut Json)) -> JsValue {
    let mut json = Json(String::new());
    json.value(write);
    JSON::parse(&json.0).unwrap_or(JsValue::NULL)
}

impl Json {
    fn value(&mut self, write: impl FnOnce(&mut Self)) {
        self.0.push('{');
        write(self);
        self.0.push('}');
    }

    /// Parts what follows from what there is, unless that has only just been opened.
    fn comma(&mut self) {
        if !matches!(self.0.as_bytes().last(), Some(b'{' | b'[')) {
            self.0.push(',');
        }
    }

    fn key(&mut self, name: &str) {
        self.comma();
        self.quoted(name);
        self.0.push(':');
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        // Names and most texts have nothing to escape.
        if text.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
            text.chars().for_each(|c| self.escaped(c));
        } else {
            self.0.push_str(text);
        }
        self.0.push('"');
    }

    fn escaped(&mut self, c: char) {
        match c {
            '"' | '\\' => self.0.extend(['\\', c]),
            ' '.. => self.0.push(c),
            _ => {
                self.0.push_str(if c < '\u{10}' { "\\u000" } else { "\\u001" });
                self.0.extend(char::from_digit(c as u32 & 15, 16));
            }
        }
    }

    fn digits(&mut self, mut value: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (value % 10) as u8;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.0.extend(digits[at..].iter().map(|digit| char::from(*digit)));
    }

    fn signed(&mut self, value: i64) {
        if value < 0 {
            self.0.push('-');
        }
        self.digits(value.unsigned_abs());
    }

    fn words(&mut self, phrase: &Phrase) {
        match phrase {
            Phrase::Plain(text) => self.quoted(text),
            Phrase::Message(Message { key, slots, .. }) => self.value(|json| {
                json.text("key", key);
                json.phrases("slots", slots);
            }),
        }
    }

    /// A list; `each` writes one value.
    fn values<T>(&mut self, name: &str, all: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.key(name);
        self.0.push('[');
        for value in all {
            self.comma();
            each(self, value);
        }
        self.0.push(']');
    }

    /// `null`: there is none.
    pub(super) fn none(&mut self, name: &str) {
        self.key(name);
        self.0.push_str("null");
    }

    #[inline(never)]
    fn integer(&mut self, name: &str, value: i64) {
        self.key(name);
        self.signed(value);
    }

    pub(super) fn number(&mut self, name: &str, value: impl Into<i64>) {
        self.integer(name, value.into());
    }

    /// A number, or `null`.
    pub(super) fn maybe(&mut self, name: &str, value: Option<impl Into<i64>>) {
        match value {
            Some(value) => self.number(name, value),
            None => self.none(name),
        }
    }

    /// A number of 64 bits without a sign; JavaScript makes it one of its own.
    pub(super) fn wide(&mut self, name: &str, value: u64) {
        self.key(name);
        self.digits(value);
    }

    pub(super) fn flag(&mut self, name: &str, value: bool) {
        self.key(name);
        self.0.push_str(if value { "true" } else { "false" });
    }

    #[inline(never)]
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        self.quoted(value);
    }

    pub(super) fn phrase(&mut self, name: &str, value: &Phrase) {
        self.key(name);
        self.words(value);
    }

    /// An object in the object.
    pub(super) fn part(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.key(name);
        self.value(write);
    }

    /// A list of objects, each with the fields that `write` gives it.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        all: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.values(name, all, |json, item| json.value(|json| write(json, item)));
    }

    pub(super) fn numbers<T: Into<i64>>(&mut self, name: &str, all: impl IntoIterator<Item = T>) {
        self.values(name, all, |json, value| json.signed(value.into()));
    }

    pub(super) fn texts<'a>(&mut self, name: &str, all: impl IntoIterator<Item = &'a str>) {
        self.values(name, all, Self::quoted);
    }

    pub(super) fn flags(&mut self, name: &str, all: &[bool]) {
        self.values(name, all, |json, value| json.0.push_str(if *value { "true" } else { "false" }));
    }

    /// A list of lists of two.
    pub(super) fn pairs(&mut self, name: &str, all: &[(String, String)]) {
        self.values(name, all, |json, (first, second)| {
            json.0.push('[');
            json.quoted(first);
            json.0.push(',');
            json.quoted(second);
            json.0.push(']');
        });
    }

    pub(super) fn phrases(&mut self, name: &str, all: &[Phrase]) {
        self.values(name, all, Self::words);
    }
}
