//! Declarations, stimuli and claims.

use super::Parser;
use crate::lang::ast::{
    BodyName, Declaration, Expectation, Expr, ExprKind, Item, ItemKind, Name, Scenario, Setting, StimulusItem,
    Translation, What, When,
};
use crate::lang::say::Say;
use crate::lang::slug::Slug;
use crate::lang::suggest::nearest;
use crate::lang::token::TokenKind;
use crate::lang::words::{SOURCE_WORDS, Word};
use crate::program::Comparison;
use crate::text::Span;

const fn word(word: &'static str, template: &'static str, meaning: &'static str) -> Word {
    Word::new("item", word, template, meaning)
}

/// The words that begin top-level pieces.
pub(crate) const ITEM_WORDS: &[Word] = &[
    word("title", "title \"\";", "The name of the scenario."),
    word("about", "about \"\";", "A short paragraph for the reader."),
    word("machine", "machine { processors: 1; irql: x64; }", "The machine and the kernel's tunables."),
    word("device", "device Name { irql: 5; isr: NameIsr; }", "A device with its interrupt line."),
    word("isr", "isr Name { }", "An interrupt service routine; it runs at the device's level."),
    word("dpc", "dpc Name { }", "A DPC and its deferred routine; it runs at DISPATCH_LEVEL."),
    word("apc", "apc Name user { }", "An APC and its routines: special, normal or user."),
    word("event", "event Name;", "An event that threads wait for."),
    word("timer", "timer Name;", "A timer that threads wait for, or that calls a DPC."),
    word("spinlock", "spinlock Name;", "A spin lock."),
    word(
        "iocp",
        "iocp Name { concurrency: 1; }",
        "An I/O completion port: a queue of packets and the threads that serve it.",
    ),
    word(
        "driver",
        "driver Name (lower: Other) { }",
        "A driver of a stack: its dispatch routine, which runs in who issues the request.",
    ),
    word(
        "completion",
        "completion Name { }",
        "A driver's completion routine; it runs at the IRQL and in the context of who completes the request.",
    ),
    word(
        "cancel",
        "cancel Name { }",
        "A driver's cancel routine; it runs at DISPATCH_LEVEL and frees the cancel spin lock first.",
    ),
    word("file", "file Name;", "A file object."),
    word("irp", "irp Name;", "An I/O request packet."),
    word("var", "var name = 0;", "A global variable: memory that all code shares."),
    word(
        "paged",
        "paged var name = 0;",
        "Puts the variable that follows into pageable memory, where its page may be absent.",
    ),
    word("thread", "thread Name (priority: 8) { }", "A thread of user-mode code."),
    word("system", "system thread Name (priority: 8) { }", "Makes the thread that follows kernel code."),
    word("function", "function name() { }", "Code that any code may call."),
    word("service", "service name() { }", "Kernel code that user threads call like a system service."),
    word("at", "at 10us interrupt Name;", "An interrupt at a time, or at any time within a window."),
    word("every", "every 100us interrupt Name;", "Interrupts again and again, with jitter if wanted."),
    word("expect", "expect completed;", "A claim about the whole run."),
    word(
        "translation",
        "translation ko { title \"\"; }",
        "The texts in another language: `title`, `about` and the captions of markers by their names.",
    ),
];

impl<'s> Parser<'s, '_> {
    pub(super) fn scenario(mut self) -> Scenario<'s> {
        let mut items = Vec::new();
        while self.kind() != TokenKind::End {
            let before = self.at;
            if let Some(item) = self.item() {
                items.push(item);
            }
            if self.at == before {
                self.advance();
            }
        }
        Scenario { items }
    }

    /// Whether the next tokens can only be the start of a declaration, so that a `}` must be missing before it.
    pub(super) fn begins_item(&self) -> bool {
        let next = self.peek_at(1).kind;
        match self.word() {
            "title" | "about" => next == TokenKind::Text,
            "machine" => next == TokenKind::OpenBrace,
            "device" | "isr" | "dpc" | "apc" | "event" | "timer" | "spinlock" | "iocp" | "driver" | "completion"
            | "cancel" | "file" | "irp" | "thread" | "system" | "paged" | "function" | "service" | "expect"
            | "translation" => next == TokenKind::Word && self.word_at(1) != "interrupt",
            "at" | "every" => next == TokenKind::Number,
            _ => false,
        }
    }

    fn item(&mut self) -> Option<Item<'s>> {
        let start = self.peek().span;
        let kind = match self.word() {
            "title" | "about" => {
                let title = self.advance().span.of(self.source) == "title";
                let prose = self.prose();
                self.no_translation_here();
                self.end_item();
                let prose = prose?;
                if title { ItemKind::Title(prose) } else { ItemKind::About(prose) }
            }
            "machine" => {
                self.advance();
                ItemKind::Machine(self.settings_block())
            }
            "at" | "every" => {
                let stimulus = self.stimulus();
                self.end_item();
                ItemKind::Stimulus(stimulus?)
            }
            "expect" => {
                self.advance();
                let expectation = self.expectation();
                self.end_item();
                ItemKind::Expect(expectation?)
            }
            "translation" => {
                self.advance();
                ItemKind::Translation(self.translation()?)
            }
            word => match what(word) {
                Some(what) => ItemKind::Declaration(self.declaration(what)?),
                None => {
                    self.unknown_item();
                    return None;
                }
            },
        };
        Some(Item { span: self.since(start), keyword: start, kind })
    }

    fn unknown_item(&mut self) {
        let token = self.peek();
        if token.kind == TokenKind::Word {
            let text = token.span.of(self.source);
            let mut finding = Slug::UnknownItem.at(token.span, Say::BeginsNoDeclaration.with(&[&text]));
            finding = match nearest(text, ITEM_WORDS.iter().map(|w| w.word)) {
                Some(near) => finding.replace_by(token.span, near),
                None => finding.help(Say::DeclarationsBegin),
            };
            if self.last_error.replace(self.at) != Some(self.at) {
                self.findings.push(finding);
            }
        } else if token.kind == TokenKind::CloseBrace {
            self.fail(Say::BraceClosesNothing);
            self.advance();
            return;
        } else if self.eat(TokenKind::Semicolon) {
            return; // A stray `;` between declarations does no harm.
        } else {
            self.fail(Say::DeclarationNeeded);
        }
        self.skip_item();
    }

    /// Skips what cannot be read as a declaration: to behind its `;` or its block.
    fn skip_item(&mut self) {
        self.advance();
        self.recover();
        if self.kind() == TokenKind::CloseBrace {
            self.advance();
        }
    }

    fn end_item(&mut self) {
        if !self.expect(TokenKind::Semicolon) {
            self.recover();
        }
    }

    fn declaration(&mut self, what: What) -> Option<Declaration<'s>> {
        let mut modifier = None;
        let mut word = self.advance();
        for (first, second) in [("system", "thread"), ("paged", "var")] {
            if word.span.of(self.source) != first {
                continue;
            }
            modifier = Some(Name { text: first, span: word.span });
            if self.word() == second {
                word = self.advance();
            } else {
                self.fail(Say::NeededHere.with(&[&second]));
            }
            break;
        }
        let Some(name) = self.name(Say::NameNeeded) else {
            self.recover();
            return None;
        };
        let mut declaration = Declaration {
            what,
            name,
            modifier,
            settings: vec![],
            params: vec![],
            value: None,
            kernel: None,
            body: None,
        };
        let _ = word;
        match what {
            What::Machine => {}
            What::Device | What::Event | What::Timer | What::SpinLock | What::Iocp | What::File | What::Irp => {
                if self.kind() == TokenKind::OpenBrace {
                    declaration.settings = self.settings_block();
                } else {
                    self.end_item();
                }
            }
            What::Variable => {
                if self.eat(TokenKind::Assign) {
                    declaration.value = Some(self.expression());
                }
                self.end_item();
            }
            What::Function | What::Service => {
                declaration.params = self.params();
                self.body(&mut declaration);
            }
            What::Isr | What::Dpc | What::Apc | What::Thread | What::Driver | What::Completion | What::Cancel => {
                if what == What::Apc {
                    declaration.modifier = self.apc_kind();
                }
                if self.kind() == TokenKind::OpenParen {
                    declaration.settings = self.attributes();
                }
                self.body(&mut declaration);
            }
        }
        Some(declaration)
    }

    /// `ko { name "text"; ... }`
    fn translation(&mut self) -> Option<Translation<'s>> {
        let is_tag =
            |tag: &str| tag.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        let tag = Name { text: self.word(), span: self.peek().span };
        if !is_tag(tag.text) {
            self.fail(Say::TagNeeded);
        }
        if self.kind() == TokenKind::Word {
            self.advance();
        }
        let mut entries = Vec::new();
        let open = self.peek().span;
        if !self.expect(TokenKind::OpenBrace) {
            self.recover();
            return None;
        }
        // An entry may begin like a declaration: `title "..."`.
        let entry_next = |this: &Self| this.peek_at(1).kind == TokenKind::Text || !this.begins_item();
        while !matches!(self.kind(), TokenKind::CloseBrace | TokenKind::End) && entry_next(self) {
            let before = self.at;
            let entry = self.name(Say::TextNameNeeded).zip(self.prose());
            if entry.is_none() || !self.expect(TokenKind::Semicolon) {
                self.recover_statement();
            }
            entries.extend(entry);
            if self.at == before {
                self.advance();
            }
        }
        self.close_block(open);
        Some(Translation { tag, entries })
    }

    fn apc_kind(&mut self) -> Option<Name<'s>> {
        if matches!(self.kind(), TokenKind::Word) {
            return self.name(Say::ApcKindNeeded);
        }
        self.fail(Say::ApcKindNeeded);
        None
    }

    fn body(&mut self, declaration: &mut Declaration<'s>) {
        if self.kind() != TokenKind::OpenBrace {
            self.missing(TokenKind::OpenBrace);
            self.recover();
            return;
        }
        let open = self.advance().span;
        if declaration.what == What::Apc && self.word() == "kernel" && self.peek_at(1).kind == TokenKind::OpenBrace {
            let word = self.advance().span;
            declaration.kernel = Some((word, self.block()));
        }
        declaration.body = Some(self.block_after(open));
    }

    fn params(&mut self) -> Vec<Name<'s>> {
        let mut params = Vec::new();
        if !self.expect(TokenKind::OpenParen) {
            return params;
        }
        while !matches!(self.kind(), TokenKind::CloseParen | TokenKind::OpenBrace | TokenKind::End) {
            let Some(param) = self.name(Say::ParameterNameNeeded) else { break };
            params.push(param);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.close_paren();
        params
    }

    /// Reads the `)` of a list; when it is missing, skips what stands before it or before the block.
    fn close_paren(&mut self) {
        if self.close_list() {
            return;
        }
        while !matches!(
            self.kind(),
            TokenKind::CloseParen
                | TokenKind::OpenBrace
                | TokenKind::CloseBrace
                | TokenKind::Semicolon
                | TokenKind::End
        ) {
            self.advance();
        }
        self.eat(TokenKind::CloseParen);
    }

    /// `(key: value, ...)`
    fn attributes(&mut self) -> Vec<Setting<'s>> {
        let mut settings = Vec::new();
        self.advance();
        while !matches!(self.kind(), TokenKind::CloseParen | TokenKind::OpenBrace | TokenKind::End) {
            let Some(setting) = self.setting() else { break };
            settings.push(setting);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.close_paren();
        settings
    }

    /// `{ key: value; ... }`
    fn settings_block(&mut self) -> Vec<Setting<'s>> {
        let mut settings = Vec::new();
        let open = self.peek().span;
        if !self.expect(TokenKind::OpenBrace) {
            self.recover();
            return settings;
        }
        while !matches!(self.kind(), TokenKind::CloseBrace | TokenKind::End) && !self.begins_item() {
            let before = self.at;
            match self.setting() {
                Some(setting) => {
                    settings.push(setting);
                    // The last setting may do without its `;`.
                    if self.kind() != TokenKind::CloseBrace {
                        self.end_item();
                    }
                }
                None => self.recover(),
            }
            if self.at == before {
                self.advance();
            }
        }
        self.close_block(open);
        settings
    }

    fn setting(&mut self) -> Option<Setting<'s>> {
        let key = self.name(Say::SettingNameNeeded)?;
        let value = if self.expect(TokenKind::Colon) || matches!(self.kind(), TokenKind::Word | TokenKind::Number) {
            self.expression()
        } else {
            Expr::leaf(self.peek().span, ExprKind::Error)
        };
        Some(Setting { key, value })
    }

    /// Says that one of these words is needed here, and which of them is probably meant.
    fn fail_words(&mut self, message: Say, words: &[&'static str]) {
        let span = self.peek().span;
        let near = nearest(self.word(), words.iter().copied());
        self.fail_at(span, message, |d| match near {
            Some(near) => d.replace_by(span, near),
            None => d,
        });
    }

    fn stimulus(&mut self) -> Option<StimulusItem<'s>> {
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

    fn expectation(&mut self) -> Option<Expectation<'s>> {
        let word = self.word();
        let claims = ["order", "bugcheck", "deadlock", "completed", "count", "latency"];
        if !claims.contains(&word) {
            self.fail_words(Say::ClaimNeeded, &claims);
            return None;
        }
        self.advance();
        Some(match word {
            "order" => {
                let mut names = vec![self.body_name()?];
                while self.eat(TokenKind::Comma) {
                    names.push(self.body_name()?);
                }
                Expectation::Order(names)
            }
            "bugcheck" => Expectation::Bugcheck(self.expression()),
            "deadlock" => Expectation::Deadlock,
            "completed" => Expectation::Completed,
            "count" => {
                let body = self.body_name()?;
                let comparison = self.comparison()?;
                Expectation::Count { body, comparison, number: self.expression() }
            }
            _ => {
                let from = self.body_name()?;
                self.expect(TokenKind::Arrow).then_some(())?;
                let to = self.body_name()?;
                let comparison = self.comparison()?;
                Expectation::Latency { from, to, comparison, limit: self.expression() }
            }
        })
    }

    fn body_name(&mut self) -> Option<BodyName<'s>> {
        let owner = self.name(Say::BodyNameNeeded)?;
        let part = if self.eat(TokenKind::Dot) { Some(self.name(Say::KernelRoutineNeeded)?) } else { None };
        Some(BodyName { owner, part })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.kind() {
            TokenKind::Equal => Comparison::Equal,
            TokenKind::NotEqual => Comparison::NotEqual,
            TokenKind::Less => Comparison::Less,
            TokenKind::LessOrEqual => Comparison::LessOrEqual,
            TokenKind::Greater => Comparison::Greater,
            TokenKind::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => {
                self.fail(Say::ComparisonNeeded);
                return None;
            }
        };
        self.advance();
        Some(comparison)
    }

    /// Reads the `}` of a block that began at `open`, and gives its place; an empty one when it is missing.
    pub(super) fn close_block(&mut self, open: Span) -> Span {
        let behind = Span { start: self.previous().end, end: self.previous().end };
        if self.kind() == TokenKind::CloseBrace {
            return self.advance().span;
        }
        let span = self.peek().span;
        self.fail_at(span, Say::ClosingBraceNeeded, |d| {
            d.label(open, Say::BlockStillOpen).fix(Say::Add.with(&[&"}"]), behind, "\n}\n")
        });
        behind
    }
}

fn what(word: &str) -> Option<What> {
    Some(match word {
        "device" => What::Device,
        "isr" => What::Isr,
        "dpc" => What::Dpc,
        "apc" => What::Apc,
        "event" => What::Event,
        "timer" => What::Timer,
        "spinlock" => What::SpinLock,
        "iocp" => What::Iocp,
        "driver" => What::Driver,
        "completion" => What::Completion,
        "cancel" => What::Cancel,
        "file" => What::File,
        "irp" => What::Irp,
        "var" | "paged" => What::Variable,
        "thread" | "system" => What::Thread,
        "function" => What::Function,
        "service" => What::Service,
        _ => return None,
    })
}

impl<'s> Expr<'s> {
    /// An expression with no expressions in it.
    pub(crate) fn leaf(span: Span, kind: ExprKind<'s>) -> Self {
        Self { span, height: 0, kind }
    }
}
