//! Markers and the translations of texts.

use std::collections::BTreeMap;

use crate::lang::ast::{ItemKind, Name, Scenario};
use crate::lang::items::twice;
use crate::lang::slug::{Findings, Slug};
use crate::lang::suggest::nearest;
use crate::lang::symbols::Symbols;
use crate::text::Span;

/// Checks that names are given once, and, where the text could be read, that translations translate something.
pub(super) fn check<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, readable: bool, findings: &mut Findings) {
    let mut texts: BTreeMap<&str, Span> = BTreeMap::new();
    for marker in symbols.markers() {
        if let Some(first) = texts.insert(marker.text, marker.span) {
            let message = format!("the marker `{}` is there twice", marker.text);
            findings.push(Slug::DuplicateName.at(marker.span, message).label(first, "first here"));
        }
    }
    for item in &scenario.items {
        match &item.kind {
            ItemKind::Title(_) => texts.insert("title", item.keyword),
            ItemKind::About(_) => texts.insert("about", item.keyword),
            _ => continue,
        };
    }
    let mut tags: BTreeMap<&str, Span> = BTreeMap::new();
    for item in &scenario.items {
        let ItemKind::Translation(translation) = &item.kind else { continue };
        once(&mut tags, translation.tag, findings);
        let mut entries: BTreeMap<&str, Span> = BTreeMap::new();
        for (name, _) in &translation.entries {
            once(&mut entries, *name, findings);
            if readable && !texts.contains_key(name.text) {
                unknown(*name, &texts, findings);
            }
        }
    }
}

fn once<'s>(seen: &mut BTreeMap<&'s str, Span>, name: Name<'s>, findings: &mut Findings) {
    if let Some(first) = seen.get(name.text) {
        findings.push(twice(name.text, name.span, *first));
    } else {
        seen.insert(name.text, name.span);
    }
}

fn unknown(name: Name<'_>, texts: &BTreeMap<&str, Span>, findings: &mut Findings) {
    let mut finding = Slug::UnknownName.at(name.span, format!("there is no `{}` to translate", name.text));
    if !findings.is_full() {
        finding = match nearest(name.text, texts.keys().copied()) {
            Some(near) => finding.fix(format!("Replace it by `{near}`"), name.span, near),
            None => finding.help("An entry begins with `title`, `about` or the name of a marker."),
        };
    }
    findings.push(finding);
}
