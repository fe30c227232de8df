//! Blocks and statements.

use super::Parser;
use crate::lang::ast::{Assign, Block, Expr, ExprKind, Name, Stmt, StmtKind};
use crate::lang::say::Say;
use crate::lang::token::TokenKind;
use crate::lang::words::Word;
use crate::program::BinaryOp;
use crate::text::Span;

const fn word(word: &'static str, template: &'static str, meaning: &'static str) -> Word {
    Word::new("statement", word, template, meaning)
}

/// The words that begin statements; no variable may be called like one.
pub(crate) const STATEMENT_WORDS: &[Word] = &[
    word("work", "work 10us;", "Spends processor time at the current IRQL."),
    word("if", "if () { }", "Runs a statement when a condition holds."),
    word("else", "else { }", "What runs when the condition of `if` does not hold."),
    word("while", "while (TRUE) { }", "Repeats a statement while a condition holds."),
    word("do", "do { } while (TRUE);", "Repeats a statement, and looks at the condition behind it."),
    word("for", "for (i = 0; i < 10; i++) { }", "Repeats a statement, counting."),
    word("return", "return;", "Leaves this code, with a result if wanted."),
    word("break", "break;", "Leaves the innermost loop."),
    word("continue", "continue;", "Goes on with the next round of the innermost loop."),
    word("assert", "assert();", "Stops the run when a condition does not hold."),
    word("marker", "marker name;", "Names this moment, so that prose can point at it."),
    word("var", "var x = 0;", "Declares a variable of this code."),
];

impl<'s> Parser<'s, '_> {
    /// `{ ... }`
    pub(super) fn block(&mut self) -> Block<'s> {
        let open = self.peek().span;
        if !self.expect(TokenKind::OpenBrace) {
            self.recover();
            return Block { close: Span { start: open.start, end: open.start }, statements: vec![] };
        }
        self.block_after(open)
    }

    /// The rest of a block whose `{` was read.
    pub(super) fn block_after(&mut self, open: Span) -> Block<'s> {
        let mut statements = Vec::new();
        while !matches!(self.kind(), TokenKind::CloseBrace | TokenKind::End) && !self.begins_item() {
            let before = self.at;
            statements.push(self.statement());
            if self.at == before {
                self.advance();
            }
        }
        let close = self.close_block(open);
        Block { close, statements }
    }

    fn statement(&mut self) -> Stmt<'s> {
        let start = self.peek().span;
        if !self.enter() {
            return Stmt { span: start, kind: StmtKind::Error };
        }
        let kind = self.statement_kind();
        self.leave();
        Stmt { span: self.since(start), kind }
    }

    fn statement_kind(&mut self) -> StmtKind<'s> {
        match self.kind() {
            TokenKind::OpenBrace => return StmtKind::Block(self.block()),
            TokenKind::Semicolon => {
                self.advance();
                return StmtKind::Empty;
            }
            _ => {}
        }
        match self.statement_word() {
            "if" => self.if_statement(),
            "while" => {
                self.advance();
                let Some(condition) = self.condition() else { return self.broken() };
                let body = Box::new(self.statement());
                StmtKind::Loop { init: None, condition: Some(condition), step: None, body, body_first: false }
            }
            "do" => self.do_statement(),
            "for" => self.for_statement(),
            "else" => {
                self.fail(Say::ElseWithoutIf);
                self.advance();
                self.statement();
                StmtKind::Error
            }
            _ => {
                let kind = self.simple_statement();
                if matches!(kind, StmtKind::Error) || !self.expect(TokenKind::Semicolon) {
                    self.recover_statement();
                }
                kind
            }
        }
    }

    /// Reads this word, or a slip of it.
    fn eat_statement_word(&mut self, word: &str) -> bool {
        let found = self.statement_word() == word;
        if found {
            self.advance();
        }
        found
    }

    fn broken(&mut self) -> StmtKind<'s> {
        self.recover_statement();
        StmtKind::Error
    }

    /// After a missing `;` the next statement is read when it begins on a new line; anything else is skipped.
    pub(super) fn recover_statement(&mut self) {
        let clean = self.previous_kind() != TokenKind::Semicolon && self.at_new_line();
        if !(clean && self.kind() == TokenKind::Word) {
            self.recover();
        }
    }

    /// `(e)`
    fn condition(&mut self) -> Option<Expr<'s>> {
        if !self.expect(TokenKind::OpenParen) {
            return None;
        }
        let condition = self.expression();
        if self.kind() == TokenKind::Assign {
            let span = self.peek().span;
            self.fail_at(span, Say::ConditionCompares, |d| d.replace_by(span, "=="));
            self.advance();
            self.expression();
        }
        self.expect(TokenKind::CloseParen).then_some(condition)
    }

    fn if_statement(&mut self) -> StmtKind<'s> {
        self.advance();
        let Some(condition) = self.condition() else { return self.broken() };
        let then = Box::new(self.statement());
        let otherwise = self.eat_statement_word("else").then(|| Box::new(self.statement()));
        StmtKind::If { condition, then, otherwise }
    }

    fn for_statement(&mut self) -> StmtKind<'s> {
        self.advance();
        if !self.expect(TokenKind::OpenParen) {
            return self.broken();
        }
        let init = (self.kind() != TokenKind::Semicolon).then(|| Box::new(self.part()));
        if !self.expect(TokenKind::Semicolon) {
            return self.broken();
        }
        let condition = (self.kind() != TokenKind::Semicolon).then(|| self.expression());
        if !self.expect(TokenKind::Semicolon) {
            return self.broken();
        }
        let step = (self.kind() != TokenKind::CloseParen).then(|| Box::new(self.part()));
        if !self.expect(TokenKind::CloseParen) {
            return self.broken();
        }
        StmtKind::Loop { init, condition, step, body: Box::new(self.statement()), body_first: false }
    }

    /// `do statement while (e);`
    fn do_statement(&mut self) -> StmtKind<'s> {
        self.advance();
        let body = Box::new(self.statement());
        if !self.eat_statement_word("while") {
            self.fail(Say::NeededHere.with(&[&"while"]));
            return self.broken();
        }
        let Some(condition) = self.condition() else { return self.broken() };
        if !self.expect(TokenKind::Semicolon) {
            self.recover_statement();
        }
        StmtKind::Loop { init: None, condition: Some(condition), step: None, body, body_first: true }
    }

    /// A statement without its `;`, as in the head of a `for`.
    fn part(&mut self) -> Stmt<'s> {
        let start = self.peek().span;
        let kind = self.simple_statement();
        Stmt { span: self.since(start), kind }
    }

    fn simple_statement(&mut self) -> StmtKind<'s> {
        if self.type_before_variable() {
            return self.variable();
        }
        if self.foreign_statement() {
            return StmtKind::Error;
        }
        match self.statement_word() {
            "work" => {
                self.advance();
                let duration = self.expression();
                let caption = if self.kind() == TokenKind::Text { self.prose() } else { None };
                StmtKind::Work { duration, caption }
            }
            "return" => {
                self.advance();
                let ends = matches!(self.kind(), TokenKind::Semicolon | TokenKind::CloseBrace | TokenKind::End);
                StmtKind::Return((!ends).then(|| self.expression()))
            }
            "break" => {
                self.advance();
                StmtKind::Break
            }
            "continue" => {
                self.advance();
                StmtKind::Continue
            }
            "assert" => {
                self.advance();
                self.condition().map_or(StmtKind::Error, StmtKind::Assert)
            }
            "marker" => {
                self.advance();
                let Some(name) = self.name(Say::MarkerNameNeeded) else { return StmtKind::Error };
                let caption = if self.kind() == TokenKind::Text { self.prose() } else { None };
                self.no_translation_here();
                StmtKind::Marker { name, caption }
            }
            "var" => {
                self.advance();
                self.variable()
            }
            _ => self.assignment_or_call(),
        }
    }

    /// What follows `var`.
    fn variable(&mut self) -> StmtKind<'s> {
        let Some(target) = self.name(Say::VariableNameNeeded) else { return StmtKind::Error };
        let value = self.eat(TokenKind::Assign).then(|| self.expression());
        if self.kind() == TokenKind::Comma {
            let comma = self.peek().span;
            self.fail_at(comma, Say::OneVariableEach, |d| d.replace_by(comma, "; var"));
        }
        StmtKind::Assign(Assign { declares: true, target, field: None, op: None, value })
    }

    fn assignment_or_call(&mut self) -> StmtKind<'s> {
        // `++x` is `x++`: both are statements.
        let counted = counts(self.kind());
        if counted.is_some() {
            self.advance();
        }
        let expression = self.expression();
        let (op, value) = match (counted.or(counts(self.kind())), assigns(self.kind())) {
            (Some(op), _) => (Some(op), false),
            (None, Some(op)) => (op, true),
            _ if matches!(expression.kind, ExprKind::Error) => return StmtKind::Error,
            _ => return StmtKind::Expr(expression),
        };
        let (target, field): (Name<'s>, _) = match expression.kind {
            ExprKind::Name(name) => (name, None),
            ExprKind::Field { object, field } => (object, Some(field)),
            ExprKind::Error => return StmtKind::Error,
            _ => {
                self.fail_at(expression.span, Say::CannotBeAssigned, |d| d.help(Say::LeftSides));
                return StmtKind::Error;
            }
        };
        if counted.is_none() {
            self.advance();
        }
        let value = value.then(|| self.expression());
        StmtKind::Assign(Assign { declares: false, target, field, op, value })
    }
}

/// `++` and `--`
fn counts(kind: TokenKind) -> Option<BinaryOp> {
    match kind {
        TokenKind::PlusPlus => Some(BinaryOp::Add),
        TokenKind::MinusMinus => Some(BinaryOp::Subtract),
        _ => None,
    }
}

/// `=`, `+=` and their kin: how they change the old value, if they look at it.
fn assigns(kind: TokenKind) -> Option<Option<BinaryOp>> {
    Some(match kind {
        TokenKind::Assign => None,
        TokenKind::PlusAssign => Some(BinaryOp::Add),
        TokenKind::MinusAssign => Some(BinaryOp::Subtract),
        TokenKind::StarAssign => Some(BinaryOp::Multiply),
        TokenKind::SlashAssign => Some(BinaryOp::Divide),
        TokenKind::PercentAssign => Some(BinaryOp::Remainder),
        TokenKind::AndAssign => Some(BinaryOp::And),
        TokenKind::OrAssign => Some(BinaryOp::Or),
        TokenKind::XorAssign => Some(BinaryOp::Xor),
        TokenKind::ShiftLeftAssign => Some(BinaryOp::ShiftLeft),
        TokenKind::ShiftRightAssign => Some(BinaryOp::ShiftRight),
        _ => return None,
    })
}
