//! Expressions, by precedence climbing.

use super::{DEEPEST, Parser};
use crate::lang::ast::{Expr, ExprKind, Name};
use crate::lang::documented::in_order;
use crate::lang::lexer::{UNITS, read_number};
use crate::lang::parser::STATEMENT_WORDS;
use crate::lang::say::Say;
use crate::lang::slug::Slug;
use crate::lang::token::TokenKind;
use crate::program::{BinaryOp, UnaryOp};
use crate::text::Span;

/// An operator between two operands.
#[derive(Clone, Copy)]
enum Infix {
    And,
    Or,
    Op(BinaryOp),
}

fn infix(kind: TokenKind) -> Option<(u8, Infix)> {
    use BinaryOp as B;
    use TokenKind as T;
    Some(match kind {
        T::OrOr => (1, Infix::Or),
        T::AndAnd => (2, Infix::And),
        T::Pipe => (3, Infix::Op(B::Or)),
        T::Caret => (4, Infix::Op(B::Xor)),
        T::Ampersand => (5, Infix::Op(B::And)),
        T::Equal => (6, Infix::Op(B::Equal)),
        T::NotEqual => (6, Infix::Op(B::NotEqual)),
        T::Less => (7, Infix::Op(B::Less)),
        T::LessOrEqual => (7, Infix::Op(B::LessOrEqual)),
        T::Greater => (7, Infix::Op(B::Greater)),
        T::GreaterOrEqual => (7, Infix::Op(B::GreaterOrEqual)),
        T::ShiftLeft => (8, Infix::Op(B::ShiftLeft)),
        T::ShiftRight => (8, Infix::Op(B::ShiftRight)),
        T::Plus => (9, Infix::Op(B::Add)),
        T::Minus => (9, Infix::Op(B::Subtract)),
        T::Star => (10, Infix::Op(B::Multiply)),
        T::Slash => (10, Infix::Op(B::Divide)),
        T::Percent => (10, Infix::Op(B::Remainder)),
        _ => return None,
    })
}

impl<'s> Parser<'s, '_> {
    pub(super) fn expression(&mut self) -> Expr<'s> {
        self.operators(0)
    }

    fn operators(&mut self, least: u8) -> Expr<'s> {
        let mut left = self.operand();
        while let Some((binding, op)) = infix(self.kind()).filter(|(binding, _)| *binding > least) {
            let operator = self.advance().span;
            let right = self.operators(binding);
            let span = left.span.to(right.span);
            let height = left.height.max(right.height) + 1;
            if height > DEEPEST {
                self.too_deep(operator);
                return Expr::leaf(span, ExprKind::Error);
            }
            let (left_box, right_box) = (Box::new(left), Box::new(right));
            let kind = match op {
                Infix::And => ExprKind::And(left_box, right_box),
                Infix::Or => ExprKind::Or(left_box, right_box),
                Infix::Op(op) => ExprKind::Binary { op, left: left_box, right: right_box },
            };
            left = Expr { span, height, kind };
        }
        left
    }

    fn operand(&mut self) -> Expr<'s> {
        let start = self.peek().span;
        if !self.enter() {
            return Expr::leaf(start, ExprKind::Error);
        }
        let operand = self.operand_inside(start);
        self.leave();
        operand
    }

    fn operand_inside(&mut self, start: Span) -> Expr<'s> {
        match self.kind() {
            TokenKind::Minus | TokenKind::Bang | TokenKind::Tilde => {
                let op = match self.advance().kind {
                    TokenKind::Minus => UnaryOp::Negate,
                    TokenKind::Bang => UnaryOp::Not,
                    _ => UnaryOp::Complement,
                };
                let inner = self.operand();
                let (span, height) = (start.to(inner.span), inner.height + 1);
                if height > DEEPEST {
                    self.too_deep(start);
                    return Expr::leaf(span, ExprKind::Error);
                }
                Expr { span, height, kind: ExprKind::Unary { op, inner: Box::new(inner) } }
            }
            TokenKind::Ampersand => {
                self.advance();
                let finding = Slug::AmpersandIgnored.at(start, Say::PassedByName);
                self.findings.push(finding.fix(Say::RemoveAmpersand, start, ""));
                self.operand()
            }
            TokenKind::OpenParen if self.is_cast() => {
                self.cast();
                self.operand()
            }
            TokenKind::OpenParen => {
                self.advance();
                let inner = self.expression();
                self.expect(TokenKind::CloseParen);
                Expr { span: self.since(start), ..inner }
            }
            TokenKind::OpenBracket => self.list(start),
            TokenKind::Number => self.number(),
            TokenKind::Word => self.named(),
            TokenKind::Text => self.text_as_value(),
            _ => {
                self.fail(Say::ValueNeeded);
                Expr::leaf(start, ExprKind::Error)
            }
        }
    }

    /// `[A, B]`: what a routine takes as an array.
    fn list(&mut self, start: Span) -> Expr<'s> {
        self.advance();
        let mut items = Vec::new();
        while matches!(self.kind(), TokenKind::Word | TokenKind::Ampersand) {
            items.push(self.operand());
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let closed = self.expect(TokenKind::CloseBracket);
        let span = self.since(start);
        let height = items.iter().map(|i| i.height).max().unwrap_or(0) + 1;
        let kind = if closed && height <= DEEPEST { ExprKind::List(items) } else { ExprKind::Error };
        Expr { span, height: if closed { height } else { 0 }, kind }
    }

    fn number(&mut self) -> Expr<'s> {
        let span = self.advance().span;
        let text = span.of(self.source);
        let (unit, word) = (self.peek().span, self.word());
        if UNITS.iter().any(|u| u.0 == word)
            && !self.at_new_line()
            && let Ok(number) = read_number(&format!("{text}{word}"))
        {
            let apart = Span { start: span.end, end: unit.start };
            self.fail_at(unit, Say::UnitIsApart, |d| d.fix(Say::RemoveTheSpace, apart, ""));
            self.advance();
            return Expr::leaf(span.to(unit), ExprKind::Number(number));
        }
        let kind = match read_number(text) {
            Ok(number) => ExprKind::Number(number),
            Err(slug) => {
                let finding = if slug == Slug::NumberTooLarge {
                    slug.at(span, Say::NumberDoesNotFit)
                } else {
                    slug.at(span, Say::NotANumber.with(&[&text])).help(Say::NumbersAre)
                };
                self.findings.push(finding);
                ExprKind::Error
            }
        };
        Expr::leaf(span, kind)
    }

    fn named(&mut self) -> Expr<'s> {
        let word = self.word();
        if STATEMENT_WORDS.iter().any(|w| w.word == word) {
            self.fail(Say::ValueNotStatement.with(&[&word]));
            return Expr::leaf(self.peek().span, ExprKind::Error);
        }
        let span = self.advance().span;
        let name = Name { text: word, span };
        match self.kind() {
            TokenKind::OpenParen => self.call(name),
            TokenKind::Dot | TokenKind::Arrow => {
                self.advance();
                match self.name(Say::FieldNameNeeded) {
                    Some(field) => Expr::leaf(self.since(span), ExprKind::Field { object: name, field }),
                    None => Expr::leaf(self.since(span), ExprKind::Error),
                }
            }
            TokenKind::OpenBracket if !self.at_new_line() => {
                self.fail_at(self.peek().span, Say::NoArrays, |d| d.help(Say::VariableForEach));
                Expr::leaf(span, ExprKind::Error)
            }
            _ => Expr::leaf(span, ExprKind::Name(name)),
        }
    }

    fn call(&mut self, callee: Name<'s>) -> Expr<'s> {
        self.advance();
        let mut args = Vec::new();
        while !matches!(self.kind(), TokenKind::CloseParen | TokenKind::Semicolon | TokenKind::End) {
            args.push(self.argument(callee));
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let closed = self.close_list();
        let span = self.since(callee.span);
        let height = args.iter().map(|a| a.height).max().unwrap_or(0) + 1;
        if height > DEEPEST {
            self.too_deep(callee.span);
        }
        if !closed || height > DEEPEST {
            return Expr::leaf(span, ExprKind::Error);
        }
        let args = in_order(callee.text, args);
        Expr { span, height, kind: ExprKind::Call { callee, args } }
    }
}

impl<'s> Expr<'s> {
    /// An expression with no expressions in it.
    pub(crate) fn leaf(span: Span, kind: ExprKind<'s>) -> Self {
        Self { span, height: 0, kind }
    }
}
