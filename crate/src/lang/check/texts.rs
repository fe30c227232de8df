//! Markers and the translations of texts.

use crate::lang::ast::{ItemKind, Name, Scenario};
use crate::lang::items::twice;
use crate::lang::names::Names;
use crate::lang::say::Say;
use crate::lang::slug::{Findings, Slug};
use crate::lang::suggest::nearest;
use crate::lang::symbols::Symbols;

/// Checks that names are given once, and, where the text could be read, that translations translate something.
pub(super) fn check<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, readable: bool, findings: &mut Findings) {
    let mut texts = Names::default();
    for marker in symbols.markers() {
        if let Some(first) = texts.place(marker) {
            let message = Say::MarkerTwice.with(&[&marker.text]);
            findings.push(Slug::DuplicateName.at(marker.span, message).label(first, Say::FirstHere));
        }
    }
    for item in &scenario.items {
        match &item.kind {
            ItemKind::Title(_) => texts.add("title"),
            ItemKind::About(_) => texts.add("about"),
            _ => continue,
        };
    }
    let mut tags = Names::default();
    for item in &scenario.items {
        let ItemKind::Translation(translation) = &item.kind else { continue };
        once(&mut tags, translation.tag, findings);
        let mut entries = Names::default();
        for (name, _) in &translation.entries {
            once(&mut entries, *name, findings);
            if readable && !texts.contains(name.text) {
                unknown(*name, &texts, findings);
            }
        }
    }
}

fn once<'s>(seen: &mut Names<'s>, name: Name<'s>, findings: &mut Findings) {
    if let Some(first) = seen.place_of(name.text) {
        findings.push(twice(name.text, name.span, first));
    } else {
        seen.place(name);
    }
}

fn unknown(name: Name<'_>, texts: &Names<'_>, findings: &mut Findings) {
    let mut finding = Slug::UnknownName.at(name.span, Say::NothingToTranslate.with(&[&name.text]));
    if !findings.is_full() {
        finding = match nearest(name.text, texts.iter().map(|text| text.0)) {
            Some(near) => finding.replace_by(name.span, near),
            None => finding.help(Say::EntriesBegin),
        };
    }
    findings.push(finding);
}
