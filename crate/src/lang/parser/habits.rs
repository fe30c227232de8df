//! What writers of C write out of habit: types before names, casts, texts as arguments, `switch`; and what slips from
//! the fingers. It is read as it is meant, with a finding that says how it is written here.

use super::{DEEPEST, ITEM_WORDS, Parser, STATEMENT_WORDS};
use crate::lang::absent::instead_of;
use crate::lang::ast::{Expr, ExprKind, Name};
use crate::lang::say::Say;
use crate::lang::slug::Slug;
use crate::lang::suggest::nearest;
use crate::lang::token::TokenKind;
use crate::text::Span;

/// Types of C and of the Windows headers that are not in capitals.
const TYPES: &[&str] = &[
    "void", "int", "char", "short", "long", "unsigned", "signed", "bool", "float", "double", "auto", "static", "const",
    "volatile", "extern", "struct",
];

/// Types of objects, with the word that declares such an object.
const OBJECTS: &[(&str, &str)] = &[
    ("KSPIN_LOCK", "spinlock"),
    ("KEVENT", "event"),
    ("KDPC", "dpc"),
    ("KAPC", "apc"),
    ("KTIMER", "timer"),
    ("KINTERRUPT", "device"),
    ("DEVICE_OBJECT", "device"),
    ("FILE_OBJECT", "file"),
    ("IRP", "irp"),
    ("KSEMAPHORE", "semaphore"),
    ("KMUTEX", "mutex"),
    ("KMUTANT", "mutant"),
    ("FAST_MUTEX", "fast_mutex"),
    ("KGUARDED_MUTEX", "guarded_mutex"),
    ("ERESOURCE", "resource"),
    ("EPROCESS", "process"),
    ("KPROCESS", "process"),
    ("PORT_MESSAGE", "message"),
    ("IO_WORKITEM", "work_item"),
    ("WORK_QUEUE_ITEM", "work_item"),
];

/// Whether a word is a type in C: one of those, `..._t`, or a word in capitals.
fn is_type(word: &str) -> bool {
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    TYPES.contains(&word) || word.ends_with("_t") || (word.len() > 1 && word.bytes().all(capital))
}

/// The word that declares objects of a type, or of what it points to; or that is meant by one in capitals.
fn declares(word: &str) -> Option<&'static str> {
    let plain = word.strip_prefix('P').unwrap_or(word);
    let object = OBJECTS.iter().find(|o| o.0 == word || o.0 == plain).map(|o| o.1);
    object.or_else(|| ITEM_WORDS.iter().map(|w| w.word).find(|item| item.eq_ignore_ascii_case(word)))
}

/// A type in front of a name.
struct TypeBefore {
    span: Span,
    /// How many tokens it has.
    tokens: usize,
    /// The word that declares an object of this type.
    object: Option<&'static str>,
}

impl<'s> Parser<'s, '_> {
    /// The type that stands here before a name, on its line.
    fn type_here(&self) -> Option<TypeBefore> {
        if !is_type(self.word()) {
            return None;
        }
        let part = |at: &usize| matches!(self.peek_at(*at).kind, TokenKind::Word | TokenKind::Star);
        let parts = (0..).take_while(part).count();
        let tokens = parts.checked_sub(1).filter(|last| *last > 0 && !self.word_at(*last).is_empty())?;
        let span = self.peek().span.to(self.peek_at(tokens - 1).span);
        let object = (0..tokens).find_map(|at| declares(self.word_at(at)));
        (!span.of(self.source).contains('\n')).then_some(TypeBefore { span, tokens, object })
    }

    /// Reads `KIRQL` in `KIRQL old;`: a variable follows, as after `var`.
    pub(super) fn type_before_variable(&mut self) -> bool {
        let Some(found) = self.type_here() else { return false };
        let mut finding = Slug::UnexpectedToken.at(found.span, Say::VariableHasNoType);
        finding = match found.object {
            Some(word) => {
                let declaration = format!("{word} {};", self.word_at(found.tokens));
                finding.help(Say::ObjectsStandOutside.with(&[&declaration]))
            }
            None => finding.replace_by(found.span, "var"),
        };
        self.findings.push(finding);
        self.at += found.tokens;
        true
    }

    /// Reads the type in front of a parameter, and a `VOID` that says that there is none.
    pub(super) fn type_before_parameter(&mut self) {
        let nothing = matches!(self.word(), "VOID" | "void") && self.peek_at(1).kind == TokenKind::CloseParen;
        let found = match self.type_here() {
            Some(found) => (found.span, found.tokens),
            None if nothing => (self.peek().span, 1),
            None => return,
        };
        let finding = Slug::UnexpectedToken.at(found.0, Say::ParameterHasNoType);
        self.findings.push(finding.fix(Say::RemoveIt, found.0, ""));
        self.at += found.1;
    }

    /// Says what declares the thing whose type stands here; false when no type does.
    pub(super) fn type_before_item(&mut self) -> bool {
        let Some(found) = self.type_here() else { return false };
        let text = found.span.of(self.source);
        let mut finding = Slug::UnknownItem.at(found.span, Say::BeginsNoDeclaration.with(&[&text]));
        let code = self.peek_at(found.tokens + 1).kind == TokenKind::OpenParen;
        if code {
            finding = finding.help(Say::CodeIsDeclaredWith);
        }
        let word = if code { "function" } else { found.object.unwrap_or("var") };
        self.findings.push(finding.replace_by(found.span, word));
        true
    }

    /// Whether `(ULONG)` or the like stands before a value.
    pub(super) fn is_cast(&self) -> bool {
        let part = |at: &usize| matches!(self.peek_at(*at).kind, TokenKind::Word | TokenKind::Star);
        let parts = (1..).take_while(part).count();
        let (close, next) = (self.peek_at(parts + 1).kind, self.peek_at(parts + 2).kind);
        let value = matches!(next, TokenKind::Word | TokenKind::Number | TokenKind::OpenParen | TokenKind::Ampersand);
        close == TokenKind::CloseParen && value && is_type(self.word_at(1))
    }

    /// Reads a cast.
    pub(super) fn cast(&mut self) {
        let start = self.peek().span;
        while self.kind() != TokenKind::CloseParen {
            self.advance();
        }
        self.advance();
        let span = self.since(start);
        self.findings.push(Slug::CastIgnored.at(span, Say::CastChangesNothing).fix(Say::RemoveIt, span, ""));
    }

    /// Reads a text where a value is needed.
    pub(super) fn text_as_value(&mut self) -> Expr<'s> {
        let start = self.peek().span;
        self.fail_at(start, Say::TextIsNoValue, |d| d.help(Say::TextsStandIn));
        self.prose();
        Expr::leaf(self.since(start), ExprKind::Error)
    }

    /// An argument; a text is one for `DbgPrint` and its kin, about which the checker has more to say.
    pub(super) fn argument(&mut self, callee: Name<'s>) -> Expr<'s> {
        let start = self.peek().span;
        if self.kind() != TokenKind::Text || instead_of(callee.text).is_none() {
            return self.expression();
        }
        self.prose();
        Expr::leaf(self.since(start), ExprKind::Error)
    }

    /// The word here; one that nothing but a slip can put here, as the word that it is meant to be.
    pub(super) fn statement_word(&mut self) -> &'s str {
        let word = self.word();
        if word.is_empty() || STATEMENT_WORDS.iter().any(|w| w.word == word) {
            return word;
        }
        let next = self.peek_at(1).kind;
        let may: fn(&str) -> bool = match next {
            _ if self.new_line_behind() => return word,
            TokenKind::Word | TokenKind::Number | TokenKind::Text => |_| true,
            TokenKind::OpenBrace => |w| matches!(w, "do" | "else"),
            TokenKind::Semicolon => |w| matches!(w, "return" | "break" | "continue"),
            TokenKind::OpenParen if self.call_has_body() => |w| matches!(w, "if" | "while" | "for"),
            _ => return word,
        };
        let Some(meant) = nearest(word, STATEMENT_WORDS.iter().map(|w| w.word).filter(|w| may(w))) else { return word };
        let span = self.peek().span;
        self.fail_at(span, Say::BeginsNoStatement.with(&[&word]), |d| d.replace_by(span, meant));
        meant
    }

    /// Whether a line break stands behind the token here.
    fn new_line_behind(&self) -> bool {
        Span { start: self.peek().span.end, end: self.peek_at(1).span.start }.of(self.source).contains('\n')
    }

    /// Whether a block stands behind `name(…)`, which no call has.
    fn call_has_body(&self) -> bool {
        let mut depth = 0;
        for at in 1.. {
            match self.peek_at(at).kind {
                TokenKind::OpenParen if depth < DEEPEST => depth += 1,
                TokenKind::CloseParen if depth == 1 => return self.peek_at(at + 1).kind == TokenKind::OpenBrace,
                TokenKind::CloseParen => depth -= 1,
                TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::CloseBrace | TokenKind::End => return false,
                _ => {}
            }
        }
        false
    }

    /// Skips a statement that the language does not have; false when another one stands here.
    pub(super) fn foreign_statement(&mut self) -> bool {
        let word = self.word();
        if !word.is_empty() && self.peek_at(1).kind == TokenKind::Colon {
            self.fail_at(self.peek().span, Say::SettingInCode.with(&[&word]), |d| d.help(Say::SettingsInParentheses));
            self.recover();
            return true;
        }
        let foreign =
            matches!(word, "switch" | "goto") && matches!(self.peek_at(1).kind, TokenKind::OpenParen | TokenKind::Word);
        if foreign {
            self.fail_at(self.peek().span, Say::NoSuchStatement.with(&[&word]), |d| d.help(Say::StatementsAre));
            self.recover();
        }
        foreign
    }
}
