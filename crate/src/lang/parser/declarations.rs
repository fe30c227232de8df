//! Declarations: a thing's word, its name, its settings and its code.

use super::Parser;
use crate::lang::ast::{Declaration, Expr, ExprKind, Name, Setting, What};
use crate::lang::say::Say;
use crate::lang::token::TokenKind;

impl<'s> Parser<'s, '_> {
    pub(super) fn declaration(&mut self, mut what: What) -> Option<Declaration<'s>> {
        let (mut modifier, mut paged) = (None, None);
        let mut word = self.advance();
        if word.span.of(self.source) == "paged" {
            paged = Some(word.span);
            match self::what(self.word()).filter(|w| may_be_paged(*w)) {
                Some(next) => (what, word) = (next, self.advance()),
                None => {
                    self.fail(Say::PageableNeeded);
                    if self::what(self.word()).is_some() {
                        self.recover();
                        return None;
                    }
                }
            }
        }
        if word.span.of(self.source) == "system" {
            modifier = Some(Name { text: "system", span: word.span });
            if !self.eat_word("thread") {
                self.fail(Say::NeededHere.with(&[&"thread"]));
            }
        }
        let Some(name) = self.name(Say::NameNeeded) else {
            self.recover();
            return None;
        };
        let mut declaration = Declaration {
            what,
            name,
            paged,
            modifier,
            settings: vec![],
            params: vec![],
            value: None,
            kernel: None,
            rundown: None,
            body: None,
        };
        match what {
            What::Machine => {}
            What::Device
            | What::Event
            | What::Timer
            | What::Semaphore
            | What::Process
            | What::Mutex
            | What::Mutant
            | What::FastMutex
            | What::GuardedMutex
            | What::Resource
            | What::SpinLock
            | What::Iocp
            | What::Queue
            | What::File
            | What::Irp
            | What::Port
            | What::Message => {
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
            What::Isr
            | What::Dpc
            | What::Apc
            | What::Thread
            | What::Driver
            | What::Completion
            | What::Cancel
            | What::WorkItem => {
                if what == What::Apc {
                    // Without kind and code: memory for KeInitializeApc.
                    if self.eat(TokenKind::Semicolon) {
                        return Some(declaration);
                    }
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
        while declaration.what == What::Apc && self.peek_at(1).kind == TokenKind::OpenBrace {
            let part = match self.word() {
                "kernel" if declaration.kernel.is_none() => &mut declaration.kernel,
                "rundown" if declaration.rundown.is_none() => &mut declaration.rundown,
                _ => break,
            };
            let word = self.advance().span;
            *part = Some((word, self.block()));
        }
        declaration.body = Some(self.block_after(open));
    }

    fn params(&mut self) -> Vec<Name<'s>> {
        let mut params = Vec::new();
        if !self.expect(TokenKind::OpenParen) {
            return params;
        }
        while !matches!(self.kind(), TokenKind::CloseParen | TokenKind::OpenBrace | TokenKind::End) {
            self.type_before_parameter();
            if self.kind() == TokenKind::CloseParen {
                break;
            }
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
            if self.kind() == TokenKind::Semicolon && self.peek_at(2).kind == TokenKind::Colon {
                let span = self.advance().span;
                self.fail_at(span, Say::CommaBetweenSettings, |d| d.replace_by(span, ","));
            } else if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.close_paren();
        settings
    }

    /// `{ key: value; ... }`
    pub(super) fn settings_block(&mut self) -> Vec<Setting<'s>> {
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
}

/// Whether `paged` may stand before its declaration: a variable and code.
pub(crate) fn may_be_paged(what: What) -> bool {
    matches!(
        what,
        What::Variable
            | What::Isr
            | What::Dpc
            | What::Apc
            | What::Thread
            | What::Function
            | What::Service
            | What::Driver
            | What::Completion
            | What::Cancel
            | What::WorkItem
    )
}

/// What the word of a declaration declares.
pub(crate) fn what(word: &str) -> Option<What> {
    Some(match word {
        "device" => What::Device,
        "isr" => What::Isr,
        "dpc" => What::Dpc,
        "apc" => What::Apc,
        "event" => What::Event,
        "timer" => What::Timer,
        "semaphore" => What::Semaphore,
        "process" => What::Process,
        "mutex" => What::Mutex,
        "mutant" => What::Mutant,
        "fast_mutex" => What::FastMutex,
        "guarded_mutex" => What::GuardedMutex,
        "resource" => What::Resource,
        "spinlock" => What::SpinLock,
        "iocp" => What::Iocp,
        "queue" => What::Queue,
        "driver" => What::Driver,
        "completion" => What::Completion,
        "cancel" => What::Cancel,
        "file" => What::File,
        "irp" => What::Irp,
        "port" => What::Port,
        "message" => What::Message,
        "var" | "paged" => What::Variable,
        "thread" | "system" => What::Thread,
        "function" => What::Function,
        "service" => What::Service,
        "work_item" => What::WorkItem,
        _ => return None,
    })
}
