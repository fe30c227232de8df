//! Stimuli: a time, and what comes then from outside the machine.

use super::Parser;
use crate::lang::ast::{Name, Setting, StimulusItem, When};
use crate::lang::say::Say;
use crate::lang::slug::Slug;
use crate::lang::token::TokenKind;
use crate::lang::words::SOURCE_WORDS;
use crate::text::Span;

impl<'s> Parser<'s, '_> {
    pub(super) fn stimulus(&mut self) -> Option<StimulusItem<'s>> {
        let at = self.advance().span.of(self.source) == "at";
        let first = self.expression();
        if at {
            let last = self.eat(TokenKind::DotDot).then(|| self.expression());
            return self.source_of(When::At { first, last });
        }
        let options = self.options()?;
        let behind = self.peek().span;
        let mut item = self.source_of(When::Every { period: first, options })?;
        self.options_behind(behind, &mut item.when)?;
        Some(item)
    }

    /// `jitter 10us count 3`
    fn options(&mut self) -> Option<Vec<Setting<'s>>> {
        let mut options = Vec::new();
        while matches!(self.word(), "jitter" | "from" | "until" | "count") {
            let key = self.name(Say::OptionNeeded)?;
            options.push(Setting { key, value: self.expression() });
        }
        Some(options)
    }

    /// Reads options that stand behind the source, which began at `source`.
    fn options_behind(&mut self, source: Span, when: &mut When<'s>) -> Option<()> {
        let source = self.since(source);
        let start = self.peek().span;
        let behind = self.options()?;
        if let (When::Every { options, .. }, false) = (when, behind.is_empty()) {
            let span = self.since(start);
            let mended = format!("{} {}", span.of(self.source), source.of(self.source));
            let finding = Slug::UnexpectedToken.at(span, Say::OptionsBeforeSource);
            self.findings.push(finding.fix(Say::PutThemThere, source.to(span), mended));
            options.extend(behind);
        }
        Some(())
    }

    /// `interrupt Nic`, `nmi 1`
    fn source_of(&mut self, when: When<'s>) -> Option<StimulusItem<'s>> {
        if let Some(kind) = SOURCE_WORDS.iter().find(|w| w.word == self.word()) {
            let device = Name { text: kind.word, span: self.advance().span };
            let ends = matches!(self.kind(), TokenKind::Semicolon | TokenKind::Word) || kind.word == "trim";
            let processor = (!ends).then(|| self.expression());
            return Some(StimulusItem { device, when, outside: true, processor });
        }
        if !self.eat_word("interrupt") {
            if matches!(when, When::At { .. }) {
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
