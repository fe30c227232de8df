//! One way to lay a scenario out. Works on tokens, so that comments stay and no token is ever lost; what an
//! author wrote on one line stays on one line when it fits.

use super::lexer::lex;
use super::parser::{STATEMENT_WORDS, parse};
use super::slug::Findings;
use super::token::{Token, TokenKind as T};
use crate::text::Span;

/// Blocks that an author wrote on one line stay there up to this width.
const WIDTH: usize = 110;
const INDENT: &str = "    ";

/// The text in the one layout; `None` when it has syntax errors.
#[must_use]
pub fn format(source: &str) -> Option<String> {
    u32::try_from(source.len()).ok()?;
    let mut findings = Findings::default();
    let tokens = lex(source, &mut findings);
    parse(source, &tokens, &mut findings);
    if findings.has_errors() {
        return None;
    }
    let braces = braces(source, &tokens);
    let mut printer =
        Printer { source, out: String::with_capacity(source.len()), depth: 0, parens: 0, inline: 0, goes_on: false };
    let mut previous: Option<Token> = None;
    let mut before: Option<Token> = None;
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.kind != T::End) {
        let brace = |at: usize| braces.get(at).copied().unwrap_or_default();
        printer.goes_on = at.checked_sub(1).is_some_and(|before| brace(before).of_do);
        printer.token(before, previous, *token, brace(at).flat);
        before = previous;
        previous = Some(*token);
    }
    let mut out = printer.out;
    if !out.is_empty() {
        out.push('\n');
    }
    Some(out)
}

/// What there is to know about a brace.
#[derive(Clone, Copy, Default)]
struct Brace {
    /// Its block stays on one line.
    flat: bool,
    /// It closes the block of a `do`, so that `while` stays beside it.
    of_do: bool,
}

/// What there is to know about each token that is a brace.
fn braces(source: &str, tokens: &[Token]) -> Vec<Brace> {
    let mut braces = vec![Brace::default(); tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == T::OpenBrace {
            open.push(at);
        }
        let Some(start) = (token.kind == T::CloseBrace).then(|| open.pop()).flatten() else { continue };
        let Some(first) = tokens.get(start) else { continue };
        let text = first.span.to(token.span).of(source);
        let flat = !text.contains('\n') && fits(source, tokens, start, at);
        let of_do = start.checked_sub(1).is_some_and(|before| tokens[before].span.of(source) == "do");
        for (place, of_do) in [(start, false), (at, of_do)] {
            if let Some(brace) = braces.get_mut(place) {
                *brace = Brace { flat, of_do };
            }
        }
    }
    braces
}

/// Whether the line of a block on one line is short enough, from the line's first token to the block's end.
fn fits(source: &str, tokens: &[Token], start: usize, end: usize) -> bool {
    let inside = tokens.get(start..=end).unwrap_or(&[]);
    if inside.iter().any(|t| t.kind == T::LineComment) {
        return false;
    }
    let head = tokens.get(..start).unwrap_or(&[]).iter().rev();
    let head = head.take_while(|t| !matches!(t.kind, T::Semicolon | T::OpenBrace | T::CloseBrace | T::LineComment));
    // Every token and a space, which is what the printer needs at most.
    let width = |t: &Token| t.span.of(source).chars().count() + 1;
    head.chain(inside).map(width).sum::<usize>() <= WIDTH
}

struct Printer<'s> {
    source: &'s str,
    out: String,
    depth: usize,
    /// Open parentheses.
    parens: usize,
    /// Open blocks that stay on one line.
    inline: usize,
    /// The token before closed the block of a `do`.
    goes_on: bool,
}

impl Printer<'_> {
    fn token(&mut self, before: Option<Token>, previous: Option<Token>, token: Token, flat: bool) {
        if token.kind == T::CloseBrace {
            if flat {
                self.inline = self.inline.saturating_sub(1);
            } else {
                self.depth = self.depth.saturating_sub(1);
            }
        }
        if let Some(previous) = previous {
            self.gap(before, previous, token, flat);
        }
        self.out.push_str(token.span.of(self.source).trim_end());
        match token.kind {
            T::OpenBrace if flat => self.inline += 1,
            T::OpenBrace => self.depth += 1,
            T::OpenParen => self.parens += 1,
            T::CloseParen => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
    }

    /// How many line breaks the author put between two tokens.
    fn breaks(&self, previous: Token, token: Token) -> usize {
        let gap = Span { start: previous.span.end, end: token.span.start };
        gap.of(self.source).matches('\n').count()
    }

    fn line(&mut self, count: usize, indent: usize) {
        for _ in 0..count {
            self.out.push('\n');
        }
        for _ in 0..indent {
            self.out.push_str(INDENT);
        }
    }

    fn gap(&mut self, before: Option<Token>, previous: Token, token: Token, flat: bool) {
        let breaks = self.breaks(previous, token);
        // One empty line stays; more do not. None at the edges of a block.
        let edge = previous.kind == T::OpenBrace || token.kind == T::CloseBrace;
        let lines = if edge { 1 } else { breaks.clamp(1, 2) };
        if previous.kind == T::LineComment {
            return self.line(lines, self.depth);
        }
        if token.kind.is_comment() || previous.kind == T::BlockComment {
            // A comment stays on its line, or on a line of its own.
            let closes = token.kind == T::CloseBrace && !flat && self.inline == 0;
            return if breaks == 0 && !closes { self.out.push(' ') } else { self.line(lines, self.depth) };
        }
        if self.inline > 0 || (flat && matches!(token.kind, T::CloseBrace)) {
            return self.space(before, previous, token);
        }
        let ends = match previous.kind {
            T::Semicolon => self.parens == 0,
            T::OpenBrace => true,
            T::CloseBrace => token.span.of(self.source) != "else" && token.kind != T::Semicolon && !self.goes_on,
            _ => token.kind == T::CloseBrace,
        };
        if ends {
            return self.line(lines, self.depth);
        }
        if breaks > 0 && token.kind != T::OpenBrace && previous.kind != T::CloseBrace && may_continue(previous, token) {
            return self.line(1, self.depth + 1);
        }
        self.space(before, previous, token);
    }

    fn space(&mut self, before: Option<Token>, previous: Token, token: Token) {
        if wants_space(self.source, before, previous, token) {
            self.out.push(' ');
        }
    }
}

/// Whether an author's line break inside a statement stays.
fn may_continue(previous: Token, token: Token) -> bool {
    !matches!(token.kind, T::Semicolon | T::Comma | T::CloseParen | T::Dot | T::Colon)
        && !matches!(previous.kind, T::OpenParen | T::Dot)
}

fn wants_space(source: &str, before: Option<Token>, previous: Token, token: Token) -> bool {
    match (previous.kind, token.kind) {
        (T::OpenBrace, T::CloseBrace) => false,
        (_, T::Semicolon) if previous.kind != T::OpenParen => previous.kind == T::Semicolon,
        (_, T::Semicolon | T::Comma | T::CloseParen | T::Colon | T::Dot | T::DotDot) => false,
        (T::OpenParen | T::Dot | T::DotDot | T::Bang | T::Tilde | T::PlusPlus | T::MinusMinus, _) => false,
        (_, T::PlusPlus | T::MinusMinus) => !is_operand(source, previous),
        // Two that stand together would be another operator.
        (T::Minus, T::Minus) | (T::Ampersand, T::Ampersand) => true,
        (T::Word, T::OpenParen) => {
            let word = previous.span.of(source);
            let call = before.is_none_or(|b| b.kind != T::Word) && !matches!(word, "if" | "while" | "for" | "return");
            let declares = before.is_some_and(|b| matches!(b.span.of(source), "function" | "service"));
            // `work (x)` and `work f(x)`: what follows `work`, `return` and `else` is no declaration.
            let statement = before.is_some_and(|b| matches!(b.span.of(source), "work" | "return" | "else" | "count"));
            !(declares
                || word == "assert"
                || (call && word != "work")
                || (statement && word != "if" && word != "while" && word != "for"))
        }
        // A minus behind an operand has two of them.
        (T::Minus | T::Ampersand, _) => before.is_some_and(|b| is_operand(source, b)),
        _ => true,
    }
}

/// Whether an operand ends with this token.
fn is_operand(source: &str, token: Token) -> bool {
    let word = token.kind == T::Word && !STATEMENT_WORDS.iter().any(|w| w.word == token.span.of(source));
    word || matches!(token.kind, T::Number | T::CloseParen | T::Text)
}
