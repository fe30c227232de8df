//! Everything that can be said about a text, for the English message catalogue. A test compares it with the
//! committed file.

use super::docs::SETTLED;
use super::parser::{ITEM_WORDS, STATEMENT_WORDS};
use super::say::{Note, Noun, One, Say};
use super::settings::{EVERY, settings_of};
use super::words::{
    AFTER_SYSTEM, AFTER_TIME, APC_KINDS, APC_ROUTINES, CLAIM_WORDS, FIELDS, MESSAGE_FIELDS, SOURCE_WORDS, Word,
};
use crate::base::Phrase;
use crate::diag::Fixing;
use crate::program::{CONSTANTS, ROUTINES};

/// Every message of this layer and of those that it reads, with empty slots.
#[must_use]
pub fn messages() -> Vec<Phrase> {
    let words = [
        ITEM_WORDS,
        STATEMENT_WORDS,
        SOURCE_WORDS,
        AFTER_SYSTEM,
        AFTER_TIME,
        CLAIM_WORDS,
        APC_KINDS,
        APC_ROUTINES,
        FIELDS,
        MESSAGE_FIELDS,
    ];
    let settings = SETTLED.iter().map(|what| settings_of(*what)).chain([EVERY]).flat_map(|table| {
        let told = |default: &Phrase| matches!(default, Phrase::Message(_));
        table.rows.iter().flat_map(move |row| [table.default(row).filter(told), Some(table.said(row))])
    });
    let mut all: Vec<Phrase> = Say::ALL.iter().map(|m| m.with(&[])).collect();
    all.extend(Fixing::ALL.iter().map(|m| m.with(&[])));
    all.extend(Noun::ALL.iter().map(|m| m.with(&[])));
    all.extend(One::ALL.iter().map(|m| m.with(&[])));
    all.extend(Note::ALL.iter().map(|m| m.with(&[])));
    all.extend(words.into_iter().flatten().map(Word::said));
    all.extend(settings.flatten());
    all.extend(ROUTINES.iter().map(|r| r.said()));
    all.extend(CONSTANTS.iter().map(|c| c.said()));
    all
}
