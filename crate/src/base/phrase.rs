//! What is said to people, apart from its words. A phrase is either the same in every language (a name, a number,
//! code) or a message: a key of the message catalogues and what goes into its slots. The English of a message is
//! written once, in the row of its table. The feature `prose` compiles it in; the build for a page, which has its
//! catalogues beside it, leaves it out.

use std::fmt;

/// A text in English; nothing at all without the feature `prose`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct English {
    #[cfg(feature = "prose")]
    text: &'static str,
}

impl English {
    /// A text, forgotten at once without the feature `prose`.
    #[cfg_attr(not(feature = "prose"), allow(unused_variables))]
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            #[cfg(feature = "prose")]
            text,
        }
    }

    /// The text; empty without the feature `prose`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        #[cfg(feature = "prose")]
        return self.text;
        #[cfg(not(feature = "prose"))]
        ""
    }
}

impl fmt::Display for English {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Something said in the words of the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its key in the catalogues, such as `routine.KeSetEvent`.
    pub key: String,
    /// What stands for `{0}`, `{1}` and so on in the text.
    pub slots: Vec<Phrase>,
    /// The English text, with its slots.
    pub english: English,
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// It is the same in every language: a name, a number, code.
    Plain(String),
    /// It has words of its own in each language.
    Message(Message),
}

impl Phrase {
    /// What is the same in every language: a name, a number, code.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::Plain(text.into())
    }

    /// A message by the parts of its key.
    #[inline(never)] // it is called in a hundred places
    #[must_use]
    pub fn message(key: &[&str], english: English, slots: &[&dyn Slot]) -> Self {
        Self::Message(Message { key: key.join("."), slots: slots.iter().map(|slot| slot.phrase()).collect(), english })
    }
}

impl Default for Phrase {
    /// Nothing.
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl fmt::Display for Phrase {
    /// In English; without the feature `prose`, the key of a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self {
            Self::Plain(text) => return f.write_str(text),
            Self::Message(message) => message,
        };
        let mut rest = message.english.text();
        if rest.is_empty() {
            return f.write_str(&message.key);
        }
        while let Some((before, after)) = rest.split_once('{') {
            f.write_str(before)?;
            rest = match after.as_bytes() {
                [digit @ b'0'..=b'9', b'}', ..] => {
                    if let Some(slot) = message.slots.get(usize::from(digit - b'0')) {
                        slot.fmt(f)?;
                    }
                    &after[2..]
                }
                _ => {
                    f.write_str("{")?;
                    after
                }
            };
        }
        f.write_str(rest)
    }
}

/// What may stand in a slot of a message.
pub trait Slot {
    /// What it says.
    fn phrase(&self) -> Phrase;
}

impl Slot for &str {
    fn phrase(&self) -> Phrase {
        Phrase::plain(self)
    }
}

impl Slot for String {
    fn phrase(&self) -> Phrase {
        Phrase::plain(self)
    }
}

impl Slot for Phrase {
    fn phrase(&self) -> Phrase {
        self.clone()
    }
}

impl Slot for i64 {
    fn phrase(&self) -> Phrase {
        Phrase::Plain(self.to_string())
    }
}

impl Slot for usize {
    fn phrase(&self) -> Phrase {
        (*self as i64).phrase()
    }
}

impl Slot for u8 {
    fn phrase(&self) -> Phrase {
        i64::from(*self).phrase()
    }
}

/// Declares a table of messages: an enum whose names are their keys behind a group, each with its English.
///
/// ```
/// irql_foundation::base::messages! {
///     /// What a greeter says.
///     pub enum Greeting in "greeting" {
///         Hello "Hello, {0}, it is {1} o'clock";
///         Night "Good night";
///     }
/// }
/// assert_eq!(Greeting::Hello.with(&[&"Ann", &3_usize]).to_string(), "Hello, Ann, it is 3 o'clock");
/// ```
#[macro_export]
macro_rules! messages {
    ($(#[$doc:meta])* $visible:vis enum $name:ident in $group:literal { $($message:ident $english:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)] // the table is the documentation
        $visible enum $name { $($message),* }

        impl $name {
            /// Every message of the table, in its order.
            #[allow(dead_code)] // only catalogues ask for all of them
            $visible const ALL: &'static [Self] = &[$(Self::$message),*];

            /// The message with its slots filled.
            #[allow(dead_code)] // there are tables without slots
            $visible fn with(self, slots: &[&dyn $crate::base::Slot]) -> $crate::base::Phrase {
                static ROWS: &[(&str, $crate::base::English)] =
                    &[$((stringify!($message), $crate::base::English::new($english))),*];
                let (name, english) = ROWS[self as usize];
                $crate::base::Phrase::message(&[$group, name], english, slots)
            }
        }

        impl From<$name> for $crate::base::Phrase {
            fn from(message: $name) -> Self {
                message.with(&[])
            }
        }

        impl $crate::base::Slot for $name {
            fn phrase(&self) -> $crate::base::Phrase {
                self.with(&[])
            }
        }
    };
}

pub use messages;

#[cfg(all(test, feature = "prose"))]
mod tests {
    use super::Phrase;

    crate::base::messages! {
        enum Said in "said" {
            Takes "`{0}` takes {1}, not `{ {0} }`";
            Number "a number";
        }
    }

    #[test]
    fn slots_are_filled_with_names_and_with_further_messages() {
        let said = Said::Takes.with(&[&"Dpc", &Said::Number]);
        assert_eq!(said.to_string(), "`Dpc` takes a number, not `{ Dpc }`");
        let Phrase::Message(message) = said else { panic!("it is a message") };
        assert_eq!((message.key.as_str(), message.slots.len(), Said::ALL.len()), ("said.Takes", 2, 2));
    }
}
