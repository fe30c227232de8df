//! Tokens to tree. Always gives a tree: what cannot be read becomes an error node and one finding, and
//! reading goes on at the next `;`, `}` or declaration. Knows the grammar and no meaning.

mod claims;
mod declarations;
mod expressions;
mod habits;
mod items;
mod statements;
mod stimuli;

pub(crate) use declarations::{may_be_paged, what};
pub(crate) use items::ITEM_WORDS;
pub(crate) use statements::STATEMENT_WORDS;

use super::ast::{Name, Prose, Scenario};
use super::lexer::is_open_text;
use super::say::Say;
use super::slug::{Findings, Slug};
use super::suggest::nearest;
use super::token::{Token, TokenKind};
use crate::base::Phrase;
use crate::text::Span;

/// How deep blocks and expressions may go.
const DEEPEST: u16 = 100;

/// Parses tokens (comments may be among them).
pub(crate) fn parse<'s>(source: &'s str, tokens: &[Token], findings: &mut Findings) -> Scenario<'s> {
    let end = Token { kind: TokenKind::End, span: Span::new(source.len(), source.len()) };
    let tokens = tokens.iter().copied().filter(|t| !t.kind.is_comment()).collect();
    Parser { source, tokens, end, at: 0, depth: 0, gave_up: false, last_error: None, findings }.scenario()
}

struct Parser<'s, 'f> {
    source: &'s str,
    tokens: Vec<Token>,
    end: Token,
    at: usize,
    depth: u16,
    /// The nesting limit was hit; the rest of the text was skipped.
    gave_up: bool,
    /// Where the last finding was: a second one at the same token would be about the same cause.
    last_error: Option<usize>,
    findings: &'f mut Findings,
}

impl<'s> Parser<'s, '_> {
    fn peek(&self) -> Token {
        self.tokens.get(self.at).copied().unwrap_or(self.end)
    }

    fn peek_at(&self, ahead: usize) -> Token {
        self.tokens.get(self.at + ahead).copied().unwrap_or(self.end)
    }

    fn kind(&self) -> TokenKind {
        self.peek().kind
    }

    fn word(&self) -> &'s str {
        self.word_at(0)
    }

    /// The word at a place ahead; empty when there is another token.
    fn word_at(&self, ahead: usize) -> &'s str {
        let token = self.peek_at(ahead);
        if token.kind == TokenKind::Word { token.span.of(self.source) } else { "" }
    }

    fn advance(&mut self) -> Token {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len());
        token
    }

    /// The last token that was read.
    fn previous(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map(|t| t.span).unwrap_or_default()
    }

    fn since(&self, start: Span) -> Span {
        let end = self.previous();
        Span { start: start.start, end: end.end.max(start.start) }
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.advance();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.advance();
        }
        found
    }

    /// Reads a token of this kind or says that it is missing.
    fn expect(&mut self, kind: TokenKind) -> bool {
        let found = self.eat(kind);
        if !found {
            self.missing(kind);
        }
        found
    }

    /// Says that a token is missing. A closing one that is missing at the end of a line belongs behind the
    /// last token, so that one is underlined; else the token that stands in its place.
    fn missing(&mut self, kind: TokenKind) {
        let (previous, found) = (self.previous(), self.peek());
        if self.previous_kind() == TokenKind::Text && is_open_text(previous.of(self.source)) {
            // The open text has swallowed it, and that has been said.
            self.last_error = Some(self.at);
            return;
        }
        let behind = Span { start: previous.end, end: previous.end };
        let what = kind.spelling();
        let closes = matches!(kind, TokenKind::Semicolon | TokenKind::CloseParen);
        let line_ends = self.at_new_line() || found.kind == TokenKind::End;
        let (span, message) =
            if closes && line_ends { (previous, Say::MissingAfterThis) } else { (found.span, Say::NeededHere) };
        self.fail_at(span, message.with(&[&what]), |d| {
            if closes { d.fix(Say::Add.with(&[&what]), behind, what) } else { d }
        });
    }

    /// Reads the `)` of a list, or says that it or a `,` is missing.
    fn close_list(&mut self) -> bool {
        let another = matches!(self.kind(), TokenKind::Word | TokenKind::Number);
        if another && !self.at_new_line() {
            self.fail(Say::CommaOrParenNeeded);
            return false;
        }
        self.expect(TokenKind::CloseParen)
    }

    /// Whether a line break stands before the next token.
    fn at_new_line(&self) -> bool {
        Span { start: self.previous().end, end: self.peek().span.start }.of(self.source).contains('\n')
    }

    fn name(&mut self, otherwise: Say) -> Option<Name<'s>> {
        let token = self.peek();
        if token.kind == TokenKind::Word {
            self.advance();
            return Some(Name { text: token.span.of(self.source), span: token.span });
        }
        self.fail(otherwise);
        None
    }

    fn fail(&mut self, message: impl Into<Phrase>) {
        let span = self.peek().span;
        self.fail_at(span, message, |d| d);
    }

    fn fail_at(
        &mut self,
        span: Span,
        message: impl Into<Phrase>,
        more: impl FnOnce(crate::diag::Diagnostic) -> crate::diag::Diagnostic,
    ) {
        let unknown = self.kind() == TokenKind::Unknown;
        let again = self.last_error.replace(self.at) == Some(self.at);
        // The lexer has spoken about an unknown character already.
        if !again && !unknown && !self.gave_up {
            self.findings.push(more(Slug::UnexpectedToken.at(span, message)));
        }
    }

    /// Enters one level of nesting; false when that is too deep. The rest of the text is skipped then.
    fn enter(&mut self) -> bool {
        if self.depth >= DEEPEST {
            self.too_deep(self.peek().span);
            return false;
        }
        self.depth += 1;
        true
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn too_deep(&mut self, span: Span) {
        if !self.gave_up {
            self.gave_up = true;
            self.findings.push(
                Slug::TooDeeplyNested.at(span, Say::TooDeep.with(&[&i64::from(DEEPEST)])).help(Say::MoveIntoFunction),
            );
        }
        self.at = self.tokens.len();
    }

    /// Skips to the end of a statement or setting: behind `;`, or before what closes the block or begins an item.
    fn recover(&mut self) {
        let mut depth = 0_u32;
        loop {
            match self.kind() {
                TokenKind::End => return,
                TokenKind::Semicolon if depth == 0 => {
                    self.advance();
                    return;
                }
                TokenKind::CloseBrace if depth == 0 => return,
                TokenKind::CloseBrace => depth -= 1,
                TokenKind::OpenBrace => depth += 1,
                _ if self.begins_item() => return,
                _ => {}
            }
            self.advance();
            if depth == 0 && self.previous_kind() == TokenKind::CloseBrace {
                return;
            }
        }
    }

    fn previous_kind(&self) -> TokenKind {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(TokenKind::End, |t| t.kind)
    }

    /// `"text"`, or in pieces `"a long " "text"`
    fn prose(&mut self) -> Option<Prose<'s>> {
        if self.kind() != TokenKind::Text {
            self.fail(Say::TextNeeded);
            return None;
        }
        let mut pieces = Vec::new();
        while self.kind() == TokenKind::Text {
            pieces.push(self.advance().span.of(self.source));
        }
        Some(pieces)
    }

    /// Says where translations belong when one stands behind a text.
    fn no_translation_here(&mut self) {
        let (tag, span) = (self.word(), self.peek().span);
        let is_next = |this: &Self| this.kind() == TokenKind::Word && this.peek_at(1).kind == TokenKind::Text;
        if !is_next(self) || self.begins_item() {
            return;
        }
        self.fail_at(span, Say::NeededHere.with(&[&";"]), |d| d.help(Say::PutTranslations.with(&[&tag])));
        while is_next(self) {
            self.advance();
            self.prose();
        }
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
