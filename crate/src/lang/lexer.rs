//! Text to tokens. Every byte of the text belongs to a token or is white space between two; nothing is
//! refused: what cannot be read becomes a token too, with a finding. Knows nothing of grammar.

use super::say::Say;
use super::slug::{Findings, Slug};
use super::token::{Token, TokenKind};
use crate::text::Span;

/// All tokens of a text, comments included, with an `End` token last.
pub(crate) fn lex(source: &str, findings: &mut Findings) -> Vec<Token> {
    let mut lexer = Lexer { source, at: 0, tag_next: false, findings };
    let mut tokens = Vec::with_capacity(source.len() / 4 + 1);
    loop {
        let token = lexer.next();
        tokens.push(token);
        if !token.kind.is_comment() {
            lexer.tag_next = token.span.of(source) == "translation";
        }
        if token.kind == TokenKind::End {
            return tokens;
        }
    }
}

struct Lexer<'s, 'f> {
    source: &'s str,
    at: usize,
    /// The last word was `translation`: a language tag follows, a word with hyphens such as `pt-BR`.
    tag_next: bool,
    findings: &'f mut Findings,
}

const BYTE_ORDER_MARK: char = '\u{FEFF}';

impl<'s> Lexer<'s, '_> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    fn next(&mut self) -> Token {
        self.skip_while(|c| c.is_whitespace() || c == BYTE_ORDER_MARK);
        let start = self.at;
        let kind = self.scan();
        Token { kind, span: Span::new(start, self.at) }
    }

    fn scan(&mut self) -> TokenKind {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return TokenKind::End };
        if is_word_start(first) {
            let tag = self.tag_next;
            self.skip_while(|c| is_word(c) || (tag && c == '-'));
            return TokenKind::Word;
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '"' {
            return self.text();
        }
        if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
            if self.source.get(..self.at).is_some_and(|s| s.ends_with('\r')) {
                self.at -= 1;
            }
            return TokenKind::LineComment;
        }
        if rest.starts_with("/*") {
            return self.block_comment();
        }
        if let Some((text, kind)) = punctuation(rest) {
            self.at += text.len();
            return *kind;
        }
        self.unknown(first)
    }

    /// Digits, letters and a fraction: `12`, `0xC4`, `15.625ms`; what is wrong with it is found later.
    fn number(&mut self) -> TokenKind {
        self.skip_while(is_word);
        let rest = self.rest().as_bytes();
        if rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
            self.skip_while(is_word);
        }
        TokenKind::Number
    }

    fn text(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices() {
            match c {
                '\n' | '\r' => {
                    self.at += offset;
                    return self.open_text(start);
                }
                '"' if !escaped => {
                    self.at += offset + 1;
                    return TokenKind::Text;
                }
                _ => escaped = c == '\\' && !escaped,
            }
        }
        self.at = self.source.len();
        self.open_text(start)
    }

    fn open_text(&mut self, start: usize) -> TokenKind {
        let text = Span::new(start, self.at).of(self.source).trim_end();
        // The quote belongs before what ends the statement.
        let inside = if text.len() > 1 { text.trim_end_matches(';') } else { text };
        let end = start + inside.len();
        self.findings.push(
            Slug::UnterminatedString
                .at(Span::new(start, start + 1), Say::NoClosingQuote)
                .help(Say::TextEndsOnItsLine)
                .fix(Say::AddTheClosingQuote, Span::new(end, end), "\""),
        );
        TokenKind::Text
    }

    fn block_comment(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 2;
        match self.rest().find("*/") {
            Some(offset) => self.at += offset + 2,
            None => {
                self.at = self.source.len();
                self.findings.push(
                    Slug::UnterminatedComment
                        .at(Span::new(start, start + 2), Say::CommentNeverEnds)
                        .help(Say::CloseTheComment),
                );
            }
        }
        TokenKind::BlockComment
    }

    fn unknown(&mut self, first: char) -> TokenKind {
        let start = self.at;
        self.skip_while(|c| !is_known(c));
        // The first one is unknown in any case, also one that may only go on with a word, such as `٣`.
        self.at = self.at.max(start + first.len_utf8());
        let span = Span::new(start, self.at);
        let text = span.of(self.source);
        let shown = if first.is_control() { format!("U+{:04X}", first as u32) } else { first.to_string() };
        let mut finding = Slug::UnknownCharacter.at(span, Say::CharacterNotUsed.with(&[&shown]));
        if let Some(ascii) = look_alike(first)
            && text.chars().count() == 1
        {
            finding = finding.replace_by(span, ascii);
        }
        self.findings.push(finding);
        TokenKind::Unknown
    }
}

/// Whether a word may begin with this character. Words may be of any script.
pub(crate) fn is_word_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && c.is_alphabetic())
}

/// Whether a word may go on with this character.
pub(crate) fn is_word(c: char) -> bool {
    is_word_start(c) || c.is_ascii_digit() || (!c.is_ascii() && c.is_alphanumeric())
}

/// Whether a character may stand outside texts and comments. The listed ones are what no operator uses.
fn is_known(c: char) -> bool {
    c.is_whitespace() || is_word(c) || c == '"' || (c.is_ascii_punctuation() && !"#$'?@\\`".contains(c))
}

/// Every operator and bracket; of two that begin alike the longer one comes first.
static PUNCTUATION: &[(&str, TokenKind)] = {
    use TokenKind as T;
    &[
        ("<<=", T::ShiftLeftAssign),
        (">>=", T::ShiftRightAssign),
        ("..", T::DotDot),
        ("+=", T::PlusAssign),
        ("-=", T::MinusAssign),
        ("*=", T::StarAssign),
        ("/=", T::SlashAssign),
        ("%=", T::PercentAssign),
        ("&=", T::AndAssign),
        ("|=", T::OrAssign),
        ("^=", T::XorAssign),
        ("++", T::PlusPlus),
        ("--", T::MinusMinus),
        ("->", T::Arrow),
        ("==", T::Equal),
        ("!=", T::NotEqual),
        ("<=", T::LessOrEqual),
        (">=", T::GreaterOrEqual),
        ("<<", T::ShiftLeft),
        (">>", T::ShiftRight),
        ("&&", T::AndAnd),
        ("||", T::OrOr),
        ("{", T::OpenBrace),
        ("}", T::CloseBrace),
        ("(", T::OpenParen),
        (")", T::CloseParen),
        ("[", T::OpenBracket),
        ("]", T::CloseBracket),
        (",", T::Comma),
        (";", T::Semicolon),
        (":", T::Colon),
        (".", T::Dot),
        ("=", T::Assign),
        ("+", T::Plus),
        ("-", T::Minus),
        ("*", T::Star),
        ("/", T::Slash),
        ("%", T::Percent),
        ("!", T::Bang),
        ("<", T::Less),
        (">", T::Greater),
        ("&", T::Ampersand),
        ("|", T::Pipe),
        ("^", T::Caret),
        ("~", T::Tilde),
    ]
};

/// The operator or bracket that a text begins with.
fn punctuation(text: &str) -> Option<&'static (&'static str, TokenKind)> {
    let first = text.as_bytes().first()?;
    PUNCTUATION.iter().find(|p| p.0.as_bytes().first() == Some(first) && text.starts_with(p.0))
}

/// The ASCII character that an East Asian keyboard or a word processor replaced.
fn look_alike(c: char) -> Option<&'static str> {
    Some(match c {
        '；' => ";",
        '：' => ":",
        '，' | '、' => ",",
        '（' => "(",
        '）' => ")",
        '｛' => "{",
        '｝' => "}",
        '＝' => "=",
        '“' | '”' | '„' | '＂' => "\"",
        '−' | '–' | '—' => "-",
        _ => return None,
    })
}

/// What a number's unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// No unit.
    None,
    /// A duration, in nanoseconds.
    Time,
    /// A size, in bytes.
    Size,
}

/// A number's value in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// The value: nanoseconds, bytes or plain.
    pub(crate) value: i64,
    /// What it measures.
    pub(crate) unit: Unit,
}

/// The units of numbers: name, what it measures, factor.
pub(crate) const UNITS: &[(&str, Unit, u64)] = &[
    ("ns", Unit::Time, 1),
    ("us", Unit::Time, 1_000),
    ("ms", Unit::Time, 1_000_000),
    ("s", Unit::Time, 1_000_000_000),
    ("KB", Unit::Size, 1 << 10),
    ("MB", Unit::Size, 1 << 20),
    ("GB", Unit::Size, 1 << 30),
];

/// Reads a number token.
pub(crate) fn read_number(text: &str) -> Result<Number, Slug> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Slug::MalformedNumber);
        }
        let value = u64::from_str_radix(digits, 16).map_err(|_| Slug::NumberTooLarge)?;
        return Ok(Number { value: value as i64, unit: Unit::None });
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).ok_or(Slug::MalformedNumber)?;
    let (unit, factor) = match UNITS.iter().find(|u| u.0 == unit) {
        Some((_, unit, factor)) => (*unit, *factor),
        None if unit.is_empty() => (Unit::None, 1),
        None => return Err(Slug::MalformedNumber),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut value = decimal(whole)?.checked_mul(factor).ok_or(Slug::NumberTooLarge)?;
    let mut scale = factor;
    for digit in fraction.bytes() {
        let digit = u64::from(digit.wrapping_sub(b'0'));
        if scale % 10 != 0 && digit != 0 {
            return Err(Slug::MalformedNumber);
        }
        scale /= 10;
        value = value.checked_add(digit * scale).ok_or(Slug::NumberTooLarge)?;
    }
    let value = i64::try_from(value).map_err(|_| Slug::NumberTooLarge)?;
    Ok(Number { value, unit })
}

fn decimal(digits: &str) -> Result<u64, Slug> {
    digits
        .bytes()
        .try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0'))))
        .ok_or(Slug::NumberTooLarge)
}

/// Whether a text token lacks its closing quote.
pub(crate) fn is_open_text(text: &str) -> bool {
    let inner = text.strip_suffix('"').unwrap_or("");
    let backslashes = inner.len() - inner.trim_end_matches('\\').len();
    inner.is_empty() || backslashes % 2 == 1
}

/// What a text token says, without quotes and escapes.
fn read_text(text: &str) -> String {
    let inner = text.strip_prefix('"').unwrap_or(text);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

/// What the pieces of a text say together.
pub(crate) fn read_texts(pieces: &[&str]) -> String {
    pieces.iter().map(|piece| read_text(piece)).collect()
}
