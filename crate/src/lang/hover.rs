//! What a word of the text means. Uses the compiler's lexer, parser and tables.

use super::ast::What;
use super::context::{Surrounding, context};
use super::items;
use super::lexer::{Unit, lex, read_number};
use super::parser::{ITEM_WORDS, STATEMENT_WORDS, parse};
use super::settings::{EVERY, settings_of, what_word};
use super::slug::Findings;
use super::symbols::Symbols;
use super::token::{Token, TokenKind};
use crate::base::format_ns;
use crate::program::{CONSTANTS, Caller, RoutineInfo, constant};
use crate::text::Span;

/// What there is to say about a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word.
    pub span: Span,
    /// The word with its kind, or a routine's signature.
    pub title: String,
    /// A short note: levels, a value, a default.
    pub detail: String,
    /// A sentence.
    pub text: String,
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
    let say = |title: String, detail: String, text: &str, rules: &[&'static str]| {
        Some(Hover { span: token.span, title, detail, text: text.to_string(), rules: rules.to_vec() })
    };
    if token.kind == TokenKind::Number {
        return number(word).and_then(|detail| say(word.to_string(), detail, "", &[]));
    }
    let code = tokens.iter().copied().filter(|t| !t.kind.is_comment() && t.kind != TokenKind::End);
    let before: Vec<Token> = code.clone().filter(|t| t.span.end <= token.span.start).collect();
    let next = code.clone().find(|t| t.span.start >= token.span.end).map_or(TokenKind::End, |t| t.kind);
    let place = context(source, &before);
    if next == TokenKind::Colon
        && let Surrounding::Settings(what) = place.surrounding
        && let Some(info) = settings_of(what).iter().find(|i| i.name == word)
    {
        let detail = if info.required { "needed".to_string() } else { format!("default: {}", info.default) };
        return say(format!("{word} ({} setting)", what_word(what)), detail, info.meaning, &[]);
    }
    if place.previous == TokenKind::Dot {
        return match word {
            "Status" => say(
                "Status (field of an irp)".into(),
                String::new(),
                "The status that the request completes with; read by a thread, its status block.",
                &[],
            ),
            "Information" => {
                say("Information (field of an irp)".into(), String::new(), "How many bytes were transferred.", &[])
            }
            _ => None,
        };
    }
    let scenario = parse(source, &tokens, &mut findings);
    let machine = items::machine(&scenario, &mut findings);
    let symbols = Symbols::collect(&scenario, machine, &mut findings);
    let names_marker = place.surrounding == Surrounding::Translation || place.before == "marker";
    if names_marker && symbols.markers().iter().any(|m| m.text == word) {
        let meaning = STATEMENT_WORDS.iter().find(|w| w.word == "marker").map_or("", |w| w.meaning);
        return say(format!("{word} (marker)"), String::new(), meaning, &[]);
    }
    if let Some(info) = symbols.routine(word) {
        return say(info.signature(), levels(info), info.meaning, info.rules);
    }
    if let Some(known) = CONSTANTS.iter().find(|c| c.name == word) {
        let value = constant(word, symbols.machine.ladder, symbols.machine.processors).unwrap_or(known.value);
        let detail = match value {
            crate::base::INFINITE => "for ever".to_string(),
            0..10 => value.to_string(),
            _ => format!("0x{value:X}"),
        };
        return say(word.to_string(), detail, known.meaning, &[]);
    }
    if let Some(symbol) = symbols.get(word) {
        let declaration = symbol.declaration;
        let modifier = declaration.modifier.map_or(String::new(), |m| format!("{} ", m.text));
        let title = format!("{modifier}{} {word}", what_word(declaration.what));
        let settings: Vec<String> =
            declaration.settings.iter().map(|s| format!("{}: {}", s.key.text, s.value.span.of(source))).collect();
        return say(title, settings.join(", "), object_text(declaration.what), &[]);
    }
    if place.item == "every"
        && let Some(info) = EVERY.iter().find(|i| i.name == word)
    {
        return say(format!("{word} (option of every)"), format!("default: {}", info.default), info.meaning, &[]);
    }
    let words = if place.surrounding == Surrounding::Code { STATEMENT_WORDS } else { ITEM_WORDS };
    if let Some(info) = words.iter().find(|w| w.word == word) {
        return say(word.to_string(), info.template.to_string(), info.meaning, &[]);
    }
    let code = symbols.code.iter().find(|c| c.name.text == place.owner)?;
    if place.surrounding != Surrounding::Code {
        return None;
    }
    match code.param(word) {
        Some(_) => say(format!("{word} (parameter)"), format!("of {}", place.owner), "", &[]),
        None => say(format!("{word} (variable)"), format!("of {}", place.owner), "", &[]),
    }
}

/// The levels and the mode in which a routine may be called.
pub(crate) fn levels(info: &RoutineInfo) -> String {
    let mode = match info.caller {
        Caller::Kernel => "kernel code",
        Caller::User => "user-mode code",
        Caller::Any => "any code",
    };
    let (least, most) = (info.irql_min.name(), info.irql_max.name());
    if least == most { format!("{mode}, at {least}") } else { format!("{mode}, {least} to {most}") }
}

fn number(text: &str) -> Option<String> {
    let number = read_number(text).ok()?;
    match number.unit {
        Unit::Time => Some(format!("{} = {} ns", format_ns(number.value.unsigned_abs()), number.value)),
        Unit::Size => Some(format!("{} bytes", number.value)),
        Unit::None if text.starts_with("0x") || text.starts_with("0X") => Some(number.value.to_string()),
        Unit::None if number.value > 9 => Some(format!("0x{:X}", number.value)),
        Unit::None => None,
    }
}

fn object_text(what: What) -> &'static str {
    let word = if what == What::Variable { "var" } else { what_word(what) };
    ITEM_WORDS.iter().find(|w| w.word == word).map_or("", |w| w.meaning)
}
