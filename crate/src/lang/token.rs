//! The smallest pieces of a scenario's text. Knows characters, not grammar.

use crate::text::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A word: a name, or a word of the language.
    Word,
    /// A number with its unit.
    Number,
    /// A text in quotes.
    Text,
    /// `// ...`
    LineComment,
    /// `/* ... */`
    BlockComment,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    Comma,
    Semicolon,
    Colon,
    Dot,
    DotDot,
    Assign,
    PlusAssign,
    MinusAssign,
    PlusPlus,
    MinusMinus,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Bang,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    AndAnd,
    OrOr,
    Ampersand,
    Arrow,
    /// Characters that the language does not use.
    Unknown,
    /// The end of the text.
    End,
}

impl TokenKind {
    /// What to call it in a message.
    pub(crate) fn describe(self) -> &'static str {
        use TokenKind as T;
        match self {
            T::Word => "a name",
            T::Number => "a number",
            T::Text => "a text in quotes",
            T::LineComment | T::BlockComment => "a comment",
            T::OpenBrace => "`{`",
            T::CloseBrace => "`}`",
            T::OpenParen => "`(`",
            T::CloseParen => "`)`",
            T::OpenBracket => "`[`",
            T::CloseBracket => "`]`",
            T::Comma => "`,`",
            T::Semicolon => "`;`",
            T::Colon => "`:`",
            T::Dot => "`.`",
            T::DotDot => "`..`",
            T::Assign => "`=`",
            T::PlusAssign => "`+=`",
            T::MinusAssign => "`-=`",
            T::PlusPlus => "`++`",
            T::MinusMinus => "`--`",
            T::Plus => "`+`",
            T::Minus => "`-`",
            T::Star => "`*`",
            T::Slash => "`/`",
            T::Percent => "`%`",
            T::Bang => "`!`",
            T::Equal => "`==`",
            T::NotEqual => "`!=`",
            T::Less => "`<`",
            T::LessOrEqual => "`<=`",
            T::Greater => "`>`",
            T::GreaterOrEqual => "`>=`",
            T::AndAnd => "`&&`",
            T::OrOr => "`||`",
            T::Ampersand => "`&`",
            T::Arrow => "`->`",
            T::Unknown => "an unknown character",
            T::End => "the end of the text",
        }
    }

    /// Whether it is a comment.
    pub(crate) fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }
}

/// A token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Where it is.
    pub(crate) span: Span,
}
