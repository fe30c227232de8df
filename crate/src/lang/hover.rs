//! What a word of the text means. Uses the compiler's lexer, parser and tables.

use super::ast::What;
use super::context::{Surrounding, context};
use super::lexer::{Unit, lex, read_number};
use super::machine;
use super::parser::{ITEM_WORDS, STATEMENT_WORDS, parse};
use super::say::{Note, noun};
use super::settings::{EVERY, SettingInfo, Settings, settings_of, what_word};
use super::slug::Findings;
use super::symbols::Symbols;
use super::token::{Token, TokenKind};
use super::words::{APC_ROUTINES, FIELDS, MESSAGE_FIELDS, Word};
use crate::base::{Phrase, Slot, format_ns};
use crate::program::{CONSTANTS, Caller, RoutineInfo, constant};
use crate::text::Span;

/// What there is to say about a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word.
    pub span: Span,
    /// The word with its kind, or a routine's signature.
    pub title: Phrase,
    /// A short note: levels, a value, a default.
    pub detail: Phrase,
    /// A sentence.
    pub text: Phrase,
    /// The rules of the reference that it follows.
    pub rules: Vec<&'static str>,
}

/// What the word at byte `offset` means; `None` where there is nothing to say.
#[must_use]
pub fn hover(source: &str, offset: u32) -> Option<Hover> {
    u32::try_from(source.len()).ok()?;
    let mut findings = Findings::default();
    let tokens = lex(source, &mut findings);
    let wanted = |t: &&Token| matches!(t.kind, TokenKind::Word | TokenKind::Number) && t.span.touches(offset);
    let token = tokens.iter().find(wanted)?;
    let word = token.span.of(source);
    let say = |title: Phrase, detail: Phrase, text: Phrase, rules: &[&'static str]| {
        Some(Hover { span: token.span, title, detail, text, rules: rules.to_vec() })
    };
    let (nothing, plain) = (Phrase::default, Phrase::plain);
    if token.kind == TokenKind::Number {
        return number(word).and_then(|detail| say(plain(word), detail, nothing(), &[]));
    }
    let code = tokens.iter().copied().filter(|t| !t.kind.is_comment() && t.kind != TokenKind::End);
    let before: Vec<Token> = code.clone().filter(|t| t.span.end <= token.span.start).collect();
    let next = code.clone().find(|t| t.span.start >= token.span.end).map_or(TokenKind::End, |t| t.kind);
    let place = context(source, &before);
    if next == TokenKind::Colon
        && let Surrounding::Settings(what) = place.surrounding
        && let Some(info) = settings_of(what).find(word)
    {
        let table = settings_of(what);
        return say(Note::Setting.with(&[&word, &noun(what)]), default_of(table, info), table.said(info), &[]);
    }
    if place.previous == TokenKind::Dot {
        let field = FIELDS.iter().chain(MESSAGE_FIELDS).chain(APC_ROUTINES).find(|field| field.word == word)?;
        return say(Note::Field.with(&[&word]), nothing(), field.said(), &[]);
    }
    let scenario = parse(source, &tokens, &mut findings);
    let machine = machine::read(&scenario, &mut findings);
    let symbols = Symbols::collect(&scenario, machine, &mut findings);
    let names_marker = place.surrounding == Surrounding::Translation || place.before == "marker";
    if names_marker && symbols.markers().iter().any(|m| m.text == word) {
        return say(Note::Marker.with(&[&word]), nothing(), said(STATEMENT_WORDS, "marker"), &[]);
    }
    if let Some(info) = symbols.routine(word) {
        return say(Phrase::Plain(info.signature()), levels(info), info.said(), info.rules);
    }
    if let Some(known) = CONSTANTS.iter().find(|c| c.name == word) {
        let value = constant(word, &symbols.machine).unwrap_or(known.value);
        let detail = match value {
            crate::base::INFINITE => Note::ForEver.with(&[]),
            -15..=31 => value.phrase(),
            _ => Phrase::Plain(format!("0x{value:X}")),
        };
        return say(plain(word), detail, known.said(), &[]);
    }
    if let Some(symbol) = symbols.get(word) {
        let declaration = symbol.declaration;
        let modifier = declaration.modifier.map_or(String::new(), |m| format!("{} ", m.text));
        let paged = if declaration.paged.is_some() { "paged " } else { "" };
        let title = format!("{paged}{modifier}{} {word}", what_word(declaration.what));
        let settings: Vec<String> =
            declaration.settings.iter().map(|s| format!("{}: {}", s.key.text, s.value.span.of(source))).collect();
        return say(Phrase::Plain(title), Phrase::Plain(settings.join(", ")), object_text(declaration.what), &[]);
    }
    if place.item == "every"
        && let Some(info) = EVERY.find(word)
    {
        return say(Note::Option.with(&[&word]), default_of(EVERY, info), EVERY.said(info), &[]);
    }
    let words = if place.surrounding == Surrounding::Code { STATEMENT_WORDS } else { ITEM_WORDS };
    if let Some(info) = words.iter().find(|w| w.word == word) {
        return say(plain(word), plain(info.template), info.said(), &[]);
    }
    let code = symbols.code.iter().find(|c| c.name.text == place.owner)?;
    if place.surrounding != Surrounding::Code {
        return None;
    }
    match code.param(word) {
        Some(_) => say(Note::Parameter.with(&[&word]), Note::Of.with(&[&place.owner]), nothing(), &[]),
        None => say(Note::Variable.with(&[&word]), Note::Of.with(&[&place.owner]), nothing(), &[]),
    }
}

/// The levels and the mode in which a routine may be called.
pub(crate) fn levels(info: &RoutineInfo) -> Phrase {
    let mode = match info.caller {
        Caller::Kernel => Note::KernelCode,
        Caller::User => Note::UserCode,
        Caller::Service | Caller::Any => Note::AnyCode,
    };
    let (least, most) = (info.irql_min.name(), info.irql_max.name());
    if least == most { Note::AtLevel.with(&[&mode, &least]) } else { Note::Levels.with(&[&mode, &least, &most]) }
}

fn number(text: &str) -> Option<Phrase> {
    let number = read_number(text).ok()?;
    match number.unit {
        Unit::Time => Some(Phrase::Plain(format!("{} = {} ns", format_ns(number.value.unsigned_abs()), number.value))),
        Unit::Size => Some(Note::Bytes.with(&[&number.value])),
        Unit::None if text.starts_with("0x") || text.starts_with("0X") => Some(number.value.phrase()),
        Unit::None if number.value > 9 => Some(Phrase::Plain(format!("0x{:X}", number.value))),
        Unit::None => None,
    }
}

fn object_text(what: What) -> Phrase {
    said(ITEM_WORDS, if what == What::Variable { "var" } else { what_word(what) })
}

fn said(words: &[Word], word: &str) -> Phrase {
    words.iter().find(|w| w.word == word).map(Word::said).unwrap_or_default()
}

/// What holds when a setting is not given.
pub(crate) fn default_of(table: Settings, info: &SettingInfo) -> Phrase {
    table.default(info).map_or_else(|| Note::Needed.with(&[]), |default| Note::Default.with(&[&default]))
}
