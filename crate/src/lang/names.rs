//! The one map of the language: from a name to a number. A map of each kind of value would be code of its own.

use std::collections::BTreeMap;

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
