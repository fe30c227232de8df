//! Classes of the tokens of a text, for colouring it. Uses the compiler's own lexer.

use super::ast::What;
use super::lexer::{lex, read_number};
use super::names::Names;
use super::parser::{ITEM_WORDS, STATEMENT_WORDS, what};
use super::slug::Findings;
use super::token::{Token, TokenKind};
use crate::program::{CONSTANTS, ROUTINES};
use crate::text::Span;

/// What a piece of text is, as far as its colour goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum TokenClass {
    /// A word of the language.
    Keyword,
    /// A documented routine.
    Routine,
    /// A named constant.
    Constant,
    /// A number with its unit.
    Number,
    /// A text in quotes.
    String,
    /// A comment.
    Comment,
    /// A declared object or a function.
    Object,
    /// A variable.
    Variable,
    /// The name of a setting or a field.
    Property,
    /// An operator.
    Operator,
    /// Brackets and separators.
    Punctuation,
    /// Something that the language does not use.
    Error,
}

impl TokenClass {
    /// Every class, in numeric order.
    pub const ALL: [Self; 12] = [
        Self::Keyword,
        Self::Routine,
        Self::Constant,
        Self::Number,
        Self::String,
        Self::Comment,
        Self::Object,
        Self::Variable,
        Self::Property,
        Self::Operator,
        Self::Punctuation,
        Self::Error,
    ];

    /// The class's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Routine => "routine",
            Self::Constant => "constant",
            Self::Number => "number",
            Self::String => "string",
            Self::Comment => "comment",
            Self::Object => "object",
            Self::Variable => "variable",
            Self::Property => "property",
            Self::Operator => "operator",
            Self::Punctuation => "punctuation",
            Self::Error => "error",
        }
    }
}

/// A coloured piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// What it is.
    pub class: TokenClass,
}

/// The coloured pieces of a text, in order and without overlaps; what lies between them is white space.
#[must_use]
pub fn tokens(source: &str) -> Vec<Highlight> {
    if u32::try_from(source.len()).is_err() {
        return Vec::new();
    }
    let tokens = lex(source, &mut Findings::default());
    let code: Vec<Token> = tokens.iter().copied().filter(|t| !t.kind.is_comment()).collect();
    let words = Words::of(source, &code);
    let mut at = 0;
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        let class = words.class(source, &code, at, token);
        if !token.kind.is_comment() {
            at += 1;
        }
        if let Some(class) = class {
            out.push(Highlight { span: token.span, class });
        }
    }
    out
}

/// What the words of a text mean.
struct Words<'s>(Names<'s>);

impl<'s> Words<'s> {
    fn of(source: &'s str, code: &[Token]) -> Self {
        let mut words = Names::default();
        for routine in ROUTINES {
            words.insert(routine.name, TokenClass::Routine as u32);
        }
        for constant in CONSTANTS {
            words.insert(constant.name, TokenClass::Constant as u32);
        }
        for pair in code.windows(2) {
            let [before, name] = pair else { continue };
            if before.kind != TokenKind::Word || name.kind != TokenKind::Word {
                continue;
            }
            let word = before.span.of(source);
            let declares = what(word).is_some_and(|w| w != What::Variable) && word != "system";
            let name = name.span.of(source);
            if declares && !words.contains(name) {
                words.insert(name, TokenClass::Object as u32);
            }
        }
        for word in STATEMENT_WORDS {
            words.insert(word.word, TokenClass::Keyword as u32);
        }
        Self(words)
    }

    fn class(&self, source: &str, code: &[Token], at: usize, token: Token) -> Option<TokenClass> {
        use TokenKind as T;
        Some(match token.kind {
            T::End => return None,
            T::Word => self.word(source, code, at),
            T::Number if read_number(token.span.of(source)).is_err() => TokenClass::Error,
            T::Number => TokenClass::Number,
            T::Text => TokenClass::String,
            T::LineComment | T::BlockComment => TokenClass::Comment,
            T::Unknown => TokenClass::Error,
            T::OpenBrace
            | T::CloseBrace
            | T::OpenParen
            | T::CloseParen
            | T::OpenBracket
            | T::CloseBracket
            | T::Comma
            | T::Semicolon
            | T::Colon => TokenClass::Punctuation,
            _ => TokenClass::Operator,
        })
    }

    fn word(&self, source: &str, code: &[Token], at: usize) -> TokenClass {
        let kind = |at: usize| code.get(at).map_or(TokenKind::End, |t| t.kind);
        let text = |at: usize| code.get(at).map_or("", |t| t.span.of(source));
        let word = text(at);
        let before = at.checked_sub(1).map_or(TokenKind::End, kind);
        if kind(at + 1) == TokenKind::Colon || before == TokenKind::Dot {
            return TokenClass::Property;
        }
        let begins = matches!(before, TokenKind::OpenBrace | TokenKind::Semicolon);
        let tag = text(at.wrapping_sub(1)) == "translation" && kind(at + 1) == TokenKind::OpenBrace;
        let text_next = kind(at + 1) == TokenKind::Text;
        if tag || (begins && text_next && !matches!(word, "title" | "about")) {
            return TokenClass::Property;
        }
        if let Some(class) = self.0.get(word).and_then(|class| TokenClass::ALL.get(class as usize)) {
            return *class;
        }
        let first = matches!(before, TokenKind::End | TokenKind::Semicolon | TokenKind::CloseBrace);
        let next = kind(at + 1);
        let keyword = match word {
            "thread" | "interrupt" => next == TokenKind::Word,
            "jitter" | "from" | "until" => next == TokenKind::Number,
            "count" => next == TokenKind::Number || (next == TokenKind::Word && text(at.wrapping_sub(1)) == "expect"),
            "order" | "bugcheck" | "latency" | "deadlock" | "completed" => text(at.wrapping_sub(1)) == "expect",
            "special" | "normal" | "user" => before == TokenKind::Word && text(at.wrapping_sub(2)) == "apc",
            "title" | "about" => text_next,
            "kernel" | "rundown" => next == TokenKind::OpenBrace,
            _ => {
                first
                    && ITEM_WORDS.iter().any(|w| w.word == word)
                    && matches!(next, TokenKind::Word | TokenKind::OpenBrace | TokenKind::Text | TokenKind::Number)
            }
        };
        if keyword { TokenClass::Keyword } else { TokenClass::Variable }
    }
}
