//! The one map of the language: from a name to a number. A map of each kind of value would be code of its own.

use std::collections::BTreeMap;

use super::ast::Name;
use crate::text::Span;

/// Names, each with a number; in alphabetical order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names<'s>(BTreeMap<&'s str, u32>);

impl<'s> Names<'s> {
    /// Gives a name a number; the answer is the number that it had.
    pub(crate) fn insert(&mut self, name: &'s str, number: u32) -> Option<u32> {
        self.0.insert(name, number)
    }

    /// Adds a name whose number does not matter; false when it was there already.
    pub(crate) fn add(&mut self, name: &'s str) -> bool {
        self.insert(name, 0).is_none()
    }

    /// Notes the place of a name; the answer is where it was before.
    pub(crate) fn place(&mut self, name: Name<'s>) -> Option<Span> {
        let before = self.place_of(name.text);
        self.insert(name.text, name.span.start);
        before
    }

    /// The place of a name, if that was noted.
    pub(crate) fn place_of(&self, name: &str) -> Option<Span> {
        let start = self.get(name)?;
        Some(Span { start, end: start + name.len() as u32 })
    }

    /// The number of a name.
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }

    /// Whether a name is there.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Every name with its number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'s str, u32)> {
        self.0.iter().map(|(name, number)| (*name, *number))
    }
}
