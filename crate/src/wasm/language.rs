//! The language for an editor: diagnostics, highlighting, completion, hover, formatting.

use super::json::{Json, object};
use crate::lang;
use crate::program::Localized;
use crate::text::{LineIndex, Span};
use wasm_bindgen::prelude::*;

/// A text in several languages.
pub(super) fn localized(json: &mut Json, name: &str, text: &Localized) {
    json.part(name, |json| {
        json.text("text", &text.text);
        json.pairs("others", &text.others);
    });
}

/// A span in UTF-16 offsets.
pub(super) fn utf16(index: &LineIndex, span: Span) -> (u32, u32) {
    (index.to_utf16(span.start), index.to_utf16(span.end))
}

fn range(json: &mut Json, index: &LineIndex, span: Span) {
    let (from, to) = utf16(index, span);
    json.number("from", from);
    json.number("to", to);
}

/// What is to be said about a scenario's text; `ok` when it can run.
#[wasm_bindgen]
#[must_use]
pub fn check(text: &str) -> JsValue {
    let index = LineIndex::new(text);
    let compiled = lang::compile(text);
    let (title, about) = compiled.program.as_ref().map(|p| (p.title.clone(), p.about.clone())).unwrap_or_default();
    object(|json| {
        json.flag("ok", compiled.program.is_some());
        localized(json, "title", &title);
        localized(json, "about", &about);
        json.list("diagnostics", &compiled.diagnostics, |json, diagnostic| {
            json.text("slug", diagnostic.slug);
            json.text("severity", diagnostic.severity.name());
            range(json, &index, diagnostic.span);
            json.number("line", index.line_column(diagnostic.span.start).0);
            json.phrase("message", &diagnostic.message);
            json.list("labels", &diagnostic.labels, |json, label| {
                range(json, &index, label.span);
                json.phrase("message", &label.message);
            });
            json.phrases("help", &diagnostic.help);
            match &diagnostic.fix {
                Some(fix) => json.part("fix", |json| {
                    json.phrase("title", &fix.title);
                    range(json, &index, fix.span);
                    json.text("replacement", &fix.replacement);
                }),
                None => json.none("fix"),
            }
        });
    })
}

/// Triples (from, to, class) for highlighting; classes are numbered as in [`token_classes`].
#[wasm_bindgen]
#[must_use]
pub fn tokens(text: &str) -> Vec<u32> {
    let index = LineIndex::new(text);
    lang::tokens(text)
        .into_iter()
        .flat_map(|t| {
            let (from, to) = utf16(&index, t.span);
            [from, to, t.class as u32]
        })
        .collect()
}

/// The names of the token classes, by number.
#[wasm_bindgen]
#[must_use]
pub fn token_classes() -> Vec<String> {
    lang::TokenClass::ALL.iter().map(|c| c.name().to_string()).collect()
}

/// What may stand at a UTF-16 offset.
#[wasm_bindgen]
#[must_use]
pub fn complete(text: &str, offset: u32) -> JsValue {
    let index = LineIndex::new(text);
    let completion = lang::complete(text, index.from_utf16(offset));
    object(|json| {
        range(json, &index, completion.span);
        json.list("items", &completion.items, |json, item| {
            json.text("label", &item.label);
            json.text("kind", item.kind);
            json.phrase("detail", &item.detail);
            json.phrase("info", &item.info);
            json.text("apply", &item.apply);
        });
    })
}

/// What there is to say about the word at a UTF-16 offset; null when nothing is.
#[wasm_bindgen]
#[must_use]
pub fn hover(text: &str, offset: u32) -> JsValue {
    let index = LineIndex::new(text);
    let Some(hover) = lang::hover(text, index.from_utf16(offset)) else { return JsValue::NULL };
    object(|json| {
        range(json, &index, hover.span);
        json.phrase("title", &hover.title);
        json.phrase("detail", &hover.detail);
        json.phrase("text", &hover.text);
        json.texts("rules", hover.rules.iter().copied());
    })
}

/// The text, formatted; undefined when it has syntax errors.
#[wasm_bindgen]
#[must_use]
pub fn format(text: &str) -> Option<String> {
    lang::format(text)
}
