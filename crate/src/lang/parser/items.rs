//! The top-level pieces of a scenario, and translations.

use super::Parser;
use super::declarations::what;
use crate::lang::ast::{Item, ItemKind, Name, Scenario, Translation};
use crate::lang::say::Say;
use crate::lang::slug::Slug;
use crate::lang::suggest::nearest;
use crate::lang::token::TokenKind;
use crate::lang::words::Word;

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
    word("apc", "apc Name user { }", "An APC and its routines: special, normal or user; without them, memory for one."),
    word("event", "event Name;", "An event that threads wait for."),
    word("timer", "timer Name;", "A timer that threads wait for, or that calls a DPC."),
    word("process", "process Name;", "A process, which threads belong to and are attached to."),
    word(
        "semaphore",
        "semaphore Name { count: 0; limit: 1; }",
        "A semaphore: as many waits pass it as its count says.",
    ),
    word("mutex", "mutex Name;", "A driver's mutex, KMUTEX: who owns it is in a critical region."),
    word("mutant", "mutant Name;", "A mutex of user mode, such as CreateMutex makes."),
    word("fast_mutex", "fast_mutex Name;", "A fast mutex: its owner runs at APC_LEVEL."),
    word(
        "guarded_mutex",
        "guarded_mutex Name;",
        "A guarded mutex: a fast mutex, and before Windows 8 a guarded region.",
    ),
    word("resource", "resource Name;", "An executive resource, ERESOURCE: owned by one thread, or shared."),
    word("spinlock", "spinlock Name;", "A spin lock."),
    word(
        "iocp",
        "iocp Name { concurrency: 1; }",
        "An I/O completion port: a queue of packets and the threads that serve it.",
    ),
    word(
        "queue",
        "queue Name { count: 1; }",
        "A queue of the kernel, KQUEUE, as a completion port has one: entries and the threads that serve it.",
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
    word(
        "work_item",
        "work_item Name { }",
        "A work item and its routine; it runs at PASSIVE_LEVEL in a system worker thread.",
    ),
    word("file", "file Name;", "A file object."),
    word("irp", "irp Name;", "An I/O request packet."),
    word("port", "port Name;", "The name and the attributes of an ALPC connection port, which its server creates."),
    word("message", "message Name { bytes: 64; }", "A buffer for an ALPC message, and the attributes beside it."),
    word("var", "var name = 0;", "A global variable: memory that all code shares."),
    word(
        "paged",
        "paged var name = 0;",
        "Puts the variable or the code that follows into pageable memory, where its page may be absent.",
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
            "at" | "every" => next == TokenKind::Number,
            "var" => false, // it may be one of this code
            word => {
                let declares = what(word).is_some() || matches!(word, "expect" | "translation");
                declares && next == TokenKind::Word && self.word_at(1) != "interrupt"
            }
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
            if self.type_before_item() {
                return self.skip_item();
            }
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

    pub(super) fn end_item(&mut self) {
        if !self.expect(TokenKind::Semicolon) {
            self.recover();
        }
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
}
