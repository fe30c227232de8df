//! Stimuli: a time, and what comes then from outside the machine.

use super::Parser;
use crate::lang::ast::{Name, Setting, StimulusItem, When};
use crate::lang::say::Say;
use crate::lang::token::TokenKind;
use crate::lang::words::SOURCE_WORDS;

impl<'s> Parser<'s, '_> {
    pub(super) fn stimulus(&mut self) -> Option<StimulusItem<'s>> {
        let at = self.advance().span.of(self.source) == "at";
        let first = self.expression();
        let when = if at {
            let last = self.eat(TokenKind::DotDot).then(|| self.expression());
            When::At { first, last }
        } else {
            let mut options = Vec::new();
            while matches!(self.word(), "jitter" | "from" | "until" | "count") {
                let key = self.name(Say::OptionNeeded)?;
                options.push(Setting { key, value: self.expression() });
            }
            When::Every { period: first, options }
        };
        if let Some(kind) = SOURCE_WORDS.iter().find(|w| w.word == self.word()) {
            let device = Name { text: kind.word, span: self.advance().span };
            let processor = (self.kind() != TokenKind::Semicolon && kind.word != "trim").then(|| self.expression());
            return Some(StimulusItem { device, when, outside: true, processor });
        }
        if !self.eat_word("interrupt") {
            if at {
                let words: Vec<&str> = SOURCE_WORDS.iter().map(|w| w.word).chain(["interrupt"]).collect();
                self.fail_words(Say::InterruptNeeded, &words);
            } else {
                self.fail_words(Say::OptionNeeded, &["interrupt", "jitter", "from", "until", "count"]);
            }
            return None;
        }
        let device = self.name(Say::DeviceNameNeeded)?;
        Some(StimulusItem { device, when, outside: false, processor: None })
    }
}
