//! The language for an editor: diagnostics, highlighting, completion, hover, formatting.

use super::{PhraseView, to_js};
use crate::diag::Diagnostic;
use crate::lang;
use crate::program::Localized;
use crate::text::{LineIndex, Span};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// A text in several languages.
#[derive(Serialize)]
pub(super) struct LocalizedView {
    text: String,
    others: Vec<(String, String)>,
}

impl From<&Localized> for LocalizedView {
    fn from(text: &Localized) -> Self {
        Self { text: text.text.clone(), others: text.others.clone() }
    }
}

#[derive(Serialize)]
struct LabelView {
    from: u32,
    to: u32,
    message: PhraseView,
}

#[derive(Serialize)]
struct FixView {
    title: PhraseView,
    from: u32,
    to: u32,
    replacement: String,
}

#[derive(Serialize)]
struct DiagnosticView {
    slug: &'static str,
    severity: &'static str,
    from: u32,
    to: u32,
    line: u32,
    message: PhraseView,
    labels: Vec<LabelView>,
    help: Vec<PhraseView>,
    fix: Option<FixView>,
}

#[derive(Serialize)]
struct Check {
    ok: bool,
    title: LocalizedView,
    about: LocalizedView,
    diagnostics: Vec<DiagnosticView>,
}

/// A span in UTF-16 offsets.
pub(super) fn utf16(index: &LineIndex, span: Span) -> (u32, u32) {
    (index.to_utf16(span.start), index.to_utf16(span.end))
}

fn diagnostic_view(index: &LineIndex, diagnostic: Diagnostic) -> DiagnosticView {
    let (from, to) = utf16(index, diagnostic.span);
    DiagnosticView {
        slug: diagnostic.slug,
        severity: diagnostic.severity.name(),
        from,
        to,
        line: index.line_column(diagnostic.span.start).0,
        message: diagnostic.message.into(),
        labels: diagnostic
            .labels
            .into_iter()
            .map(|label| {
                let (from, to) = utf16(index, label.span);
                LabelView { from, to, message: label.message.into() }
            })
            .collect(),
        help: diagnostic.help.into_iter().map(PhraseView::from).collect(),
        fix: diagnostic.fix.map(|fix| {
            let (from, to) = utf16(index, fix.span);
            FixView { title: fix.title.into(), from, to, replacement: fix.replacement }
        }),
    }
}

/// What is to be said about a scenario's text; `ok` when it can run.
#[wasm_bindgen]
#[must_use]
pub fn check(text: &str) -> JsValue {
    let index = LineIndex::new(text);
    let compiled = lang::compile(text);
    let (title, about) = compiled.program.as_ref().map(|p| (p.title.clone(), p.about.clone())).unwrap_or_default();
    to_js(&Check {
        ok: compiled.program.is_some(),
        title: (&title).into(),
        about: (&about).into(),
        diagnostics: compiled.diagnostics.into_iter().map(|d| diagnostic_view(&index, d)).collect(),
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

#[derive(Serialize)]
struct CompletionItemView {
    label: String,
    kind: &'static str,
    detail: PhraseView,
    info: PhraseView,
    apply: String,
}

#[derive(Serialize)]
struct CompletionView {
    from: u32,
    to: u32,
    items: Vec<CompletionItemView>,
}

/// What may stand at a UTF-16 offset.
#[wasm_bindgen]
#[must_use]
pub fn complete(text: &str, offset: u32) -> JsValue {
    let index = LineIndex::new(text);
    let completion = lang::complete(text, index.from_utf16(offset));
    let (from, to) = utf16(&index, completion.span);
    let items = completion
        .items
        .into_iter()
        .map(|i| CompletionItemView {
            label: i.label,
            kind: i.kind,
            detail: i.detail.into(),
            info: i.info.into(),
            apply: i.apply,
        })
        .collect();
    to_js(&CompletionView { from, to, items })
}

#[derive(Serialize)]
struct HoverView {
    from: u32,
    to: u32,
    title: PhraseView,
    detail: PhraseView,
    text: PhraseView,
    rules: Vec<&'static str>,
}

/// What there is to say about the word at a UTF-16 offset; null when nothing is.
#[wasm_bindgen]
#[must_use]
pub fn hover(text: &str, offset: u32) -> JsValue {
    let index = LineIndex::new(text);
    let view = lang::hover(text, index.from_utf16(offset)).map(|hover| {
        let (from, to) = utf16(&index, hover.span);
        let (title, detail, text) = (hover.title.into(), hover.detail.into(), hover.text.into());
        HoverView { from, to, title, detail, text, rules: hover.rules }
    });
    to_js(&view)
}

/// The text, formatted; undefined when it has syntax errors.
#[wasm_bindgen]
#[must_use]
pub fn format(text: &str) -> Option<String> {
    lang::format(text)
}
