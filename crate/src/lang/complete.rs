//! What may be typed at a place of the text. Uses the compiler's lexer, parser and tables.

use super::ast::What;
use super::context::{Context, Surrounding, context};
use super::hover::default_of;
use super::lexer::lex;
use super::machine;
use super::names::Names;
use super::parser::{ITEM_WORDS, STATEMENT_WORDS, may_be_paged, parse, what};
use super::say::{Note, noun};
use super::settings::{EVERY, SettingInfo, SettingKind, Settings, settings_of};
use super::slug::Findings;
use super::symbols::{SIGNALLED, Symbols, locals, waitable};
use super::token::{Token, TokenKind};
use super::words::{
    AFTER_SYSTEM, AFTER_TIME, APC_KINDS, APC_ROUTINES, CLAIM_WORDS, FIELDS, MESSAGE_FIELDS, SOURCE_WORDS, Word,
};
use crate::base::{NONE, Phrase, Slot};
use crate::program::{BUGCHECKS, CONSTANTS, Caller, Class, ParamKind, ROUTINES, RoutineInfo};
use crate::text::Span;

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// What the list shows.
    pub label: String,
    /// What it is: `keyword`, `routine`, `function`, `object`, `variable`, `constant`, `setting` or `value`.
    pub kind: &'static str,
    /// A short note beside the label: a signature, a kind, a value.
    pub detail: Phrase,
    /// A sentence about it.
    pub info: Phrase,
    /// The text to insert in place of the span.
    pub apply: String,
}

/// The proposals for a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What a proposal replaces: the word around the place.
    pub span: Span,
    /// The proposals, best kinds first.
    pub items: Vec<CompletionItem>,
}

/// At most so many proposals.
const MOST: usize = 1_000;

/// What may be typed at byte `offset`; an offset past the end or inside a character is a valid question too.
#[must_use]
pub fn complete(source: &str, offset: u32) -> Completion {
    if u32::try_from(source.len()).is_err() {
        return Completion::default();
    }
    let mut at = (offset as usize).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let mut findings = Findings::default();
    let tokens = lex(source, &mut findings);
    let offset = at as u32;
    let touched = tokens.iter().find(|t| t.kind != TokenKind::End && t.span.start < offset && offset <= t.span.end);
    let span = match touched {
        Some(token) if token.kind == TokenKind::Word => token.span,
        Some(token) if is_prose(source, *token, offset) => return Completion::default(),
        _ => Span { start: offset, end: offset },
    };
    let before: Vec<Token> = tokens
        .iter()
        .copied()
        .filter(|t| !t.kind.is_comment() && t.span.end <= span.start && t.kind != TokenKind::End)
        .collect();
    let scenario = parse(source, &tokens, &mut findings);
    let machine = machine::read(&scenario, &mut findings);
    let symbols = Symbols::collect(&scenario, machine, &mut findings);
    let mut list = List { items: Vec::new() };
    list.fill(context(source, &before), &symbols);
    list.items.truncate(MOST);
    Completion { span, items: list.items }
}

/// Whether a place is inside a comment, a text or a number, where there is nothing to propose.
fn is_prose(source: &str, token: Token, offset: u32) -> bool {
    let text = token.span.of(source);
    match token.kind {
        TokenKind::LineComment | TokenKind::Number => true,
        TokenKind::BlockComment => offset < token.span.end || !text.ends_with("*/") || text.len() < 4,
        TokenKind::Text => offset < token.span.end || text.len() < 2 || !text.ends_with('"'),
        _ => false,
    }
}

struct List {
    items: Vec<CompletionItem>,
}

impl List {
    #[inline(never)]
    fn add(&mut self, label: &str, kind: &'static str, detail: Phrase, info: Phrase, apply: &str) {
        self.items.push(CompletionItem { label: label.into(), kind, detail, info, apply: apply.into() });
    }

    fn word(&mut self, word: &Word) {
        self.add(word.word, "keyword", Phrase::default(), word.said(), word.template);
    }

    fn words(&mut self, words: &[Word]) {
        words.iter().for_each(|word| self.word(word));
    }

    fn objects(&mut self, symbols: &Symbols<'_, '_>, wanted: &dyn Fn(What) -> bool) {
        for symbol in symbols.all.iter().filter(|s| wanted(s.what())) {
            let name = symbol.declaration.name.text;
            let kind = if symbol.what() == What::Variable { "variable" } else { "object" };
            self.add(name, kind, noun(symbol.what()).phrase(), Phrase::default(), name);
        }
    }

    fn fill(&mut self, context: Context<'_>, symbols: &Symbols<'_, '_>) {
        match context.surrounding {
            Surrounding::Top => self.words(ITEM_WORDS),
            Surrounding::Head => self.head(context, symbols),
            Surrounding::Settings(what) => {
                let table = settings_of(what);
                if context.previous == TokenKind::Colon {
                    if let Some(info) = table.find(context.before) {
                        self.setting_values(table, info, symbols);
                    }
                } else {
                    self.settings(table);
                }
            }
            Surrounding::Translation if matches!(context.previous, TokenKind::OpenBrace | TokenKind::Semicolon) => {
                for word in ITEM_WORDS.iter().filter(|w| matches!(w.word, "title" | "about")) {
                    self.word(word);
                }
                for marker in symbols.markers() {
                    let apply = format!("{} \"\";", marker.text);
                    self.add(marker.text, "object", Note::AMarker.phrase(), Phrase::default(), &apply);
                }
            }
            Surrounding::Translation => {}
            Surrounding::Code => self.code(context, symbols),
        }
    }

    fn settings(&mut self, table: Settings) {
        for info in table.rows {
            let apply = format!("{}: ", info.name);
            self.add(info.name, "setting", default_of(table, info), table.said(info), &apply);
        }
    }

    fn setting_values(&mut self, table: Settings, info: &SettingInfo, symbols: &Symbols<'_, '_>) {
        let mut value = |word: &str| self.add(word, "value", Phrase::default(), table.said(info), word);
        match info.kind {
            SettingKind::Choice(words) => words.iter().for_each(|w| value(w.0)),
            SettingKind::Switch => ["on", "off", "TRUE", "FALSE"].into_iter().for_each(value),
            SettingKind::Object(what) => self.objects(symbols, &|w| w == what),
            SettingKind::Status => self.constants(&|name| name.starts_with("STATUS_")),
            SettingKind::Processor => (0..symbols.machine.processors).for_each(|p| value(&p.to_string())),
            SettingKind::DeviceLevel | SettingKind::SynchronizeLevel => {
                let ladder = symbols.machine.ladder;
                if info.kind == SettingKind::SynchronizeLevel {
                    value("PASSIVE_LEVEL");
                }
                (ladder.device_min()..=ladder.device_max()).for_each(|l| value(&l.to_string()));
            }
            SettingKind::Affinity | SettingKind::Whole(..) | SettingKind::Bytes(..) | SettingKind::Time(..) => {}
        }
    }

    fn constants(&mut self, wanted: &dyn Fn(&str) -> bool) {
        for constant in CONSTANTS.iter().filter(|c| wanted(c.name)) {
            self.add(constant.name, "constant", Phrase::default(), constant.said(), constant.name);
        }
    }

    fn head(&mut self, context: Context<'_>, symbols: &Symbols<'_, '_>) {
        let bodies = |w| {
            matches!(w, What::Isr | What::Dpc | What::Apc | What::Thread | What::Function | What::Service)
                || matches!(w, What::Driver | What::Completion | What::Cancel | What::WorkItem)
        };
        match (context.item, context.before) {
            ("thread", "system") => self.words(AFTER_SYSTEM),
            ("paged", "paged") => {
                let pageable = |w: &&Word| w.word != "paged" && what(w.word).is_some_and(may_be_paged);
                ITEM_WORDS.iter().filter(pageable).for_each(|word| self.word(word));
            }
            ("at" | "every", "interrupt") => self.objects(symbols, &|w| w == What::Device),
            ("at", _) => {
                self.words(AFTER_TIME);
                self.words(SOURCE_WORDS);
            }
            ("every", _) if context.previous == TokenKind::Number => {
                self.words(AFTER_TIME);
                self.words(SOURCE_WORDS);
                for info in EVERY.rows {
                    self.add(info.name, "keyword", Phrase::default(), EVERY.said(info), &format!("{} ", info.name));
                }
            }
            ("expect", "expect") => self.words(CLAIM_WORDS),
            ("expect", "bugcheck") => {
                for (code, name) in BUGCHECKS {
                    self.add(name, "constant", Phrase::Plain(format!("0x{code:X}")), Phrase::default(), name);
                }
            }
            ("expect", "latency") => self.objects(symbols, &|w| bodies(w) || w == What::Device),
            ("expect", _) => self.objects(symbols, &bodies),
            ("apc", name) if name == context.owner => self.words(APC_KINDS),
            _ => {}
        }
    }

    fn code(&mut self, context: Context<'_>, symbols: &Symbols<'_, '_>) {
        if context.previous == TokenKind::Dot {
            for (fields, owner) in [(FIELDS, What::Irp), (MESSAGE_FIELDS, What::Message), (APC_ROUTINES, What::Apc)] {
                for field in fields {
                    self.add(field.word, "value", noun(owner).phrase(), field.said(), field.template);
                }
            }
            return;
        }
        if let Some((callee, number)) = context.call
            && let Some(info) = symbols.routine(callee)
            && let Some(param) = info.params.get(number)
            && self.argument(info, param.kind, symbols)
        {
            return;
        }
        let starts = matches!(
            context.previous,
            TokenKind::OpenBrace | TokenKind::Semicolon | TokenKind::CloseBrace | TokenKind::CloseParen
        ) || context.before == "else";
        if starts && context.call.is_none() {
            self.words(STATEMENT_WORDS);
        }
        self.variables(context, symbols);
        for info in ROUTINES {
            let legal = match info.caller {
                Caller::Kernel => context.kernel,
                Caller::User => context.user,
                Caller::Service | Caller::Any => true,
            };
            if legal {
                let signature = Phrase::Plain(info.signature());
                self.add(info.name, "routine", signature, info.said(), &format!("{}()", info.name));
            }
        }
        for symbol in symbols.all.iter().filter(|s| matches!(s.what(), What::Function | What::Service)) {
            let name = symbol.declaration.name.text;
            let word = noun(symbol.what()).phrase();
            self.add(name, "function", word, Phrase::default(), &format!("{name}()"));
        }
        if !starts {
            self.constants(&|_| true);
            self.objects(symbols, &|w| !matches!(w, What::Variable) && super::symbols::class_of(w) != Class::Body);
        }
    }

    /// The variables in scope.
    fn variables(&mut self, context: Context<'_>, symbols: &Symbols<'_, '_>) {
        let mut names = Names::default();
        for code in symbols.code.iter().filter(|c| c.name.text == context.owner) {
            for name in code.params.iter().copied().chain(locals(code, symbols).iter().map(|l| l.text)) {
                names.add(name);
            }
        }
        for (name, _) in names.iter() {
            self.add(name, "variable", Note::Local.phrase(), Phrase::default(), name);
        }
        self.objects(symbols, &|w| w == What::Variable);
    }

    /// Proposals for an argument; false when any expression will do.
    fn argument(&mut self, info: &RoutineInfo, kind: ParamKind, symbols: &Symbols<'_, '_>) -> bool {
        match kind {
            ParamKind::Object(class) => {
                self.objects(symbols, &|w| super::symbols::class_of(w) == class && class != Class::Body)
            }
            ParamKind::DeferredRoutine => self.objects(symbols, &|w| w == What::Dpc),
            ParamKind::Code(kind) => self.objects(symbols, &|w| w == super::symbols::code_of(kind)),
            ParamKind::Dispatcher | ParamKind::Dispatchers => self.objects(symbols, &|w| waitable(info).contains(&w)),
            ParamKind::Signalled => self.objects(symbols, &|w| SIGNALLED.contains(&w)),
            ParamKind::Boolean => self.constants(&|n| matches!(n, "TRUE" | "FALSE")),
            ParamKind::Mode => self.constants(&|n| matches!(n, "KernelMode" | "UserMode")),
            ParamKind::WaitType => self.constants(&|n| matches!(n, "WaitAll" | "WaitAny")),
            ParamKind::ApcEnvironment => self.constants(&|n| n.ends_with("ApcEnvironment")),
            ParamKind::WorkQueueType => self.constants(&|n| n.ends_with("WorkQueue")),
            ParamKind::ApcRoutine => {
                for apc in symbols.all.iter().filter(|s| s.what() == What::Apc) {
                    for part in APC_ROUTINES.iter().filter(|p| apc.apc_routine(p.word).is_some_and(|b| b != NONE)) {
                        let name = format!("{}.{}", apc.declaration.name.text, part.word);
                        self.add(&name, "value", noun(What::Apc).phrase(), part.said(), &name);
                    }
                }
                self.constants(&|n| n == "NULL");
            }
            ParamKind::WaitReason => self.constants(&|n| matches!(n, "Executive" | "UserRequest")),
            ParamKind::Importance => self.constants(&|n| n.ends_with("Importance")),
            ParamKind::Increment => self.constants(&|n| n.ends_with("_INCREMENT")),
            ParamKind::Thread => self.objects(symbols, &|w| w == What::Thread),
            ParamKind::Priority => {
                self.constants(&|n| matches!(n, "LOW_REALTIME_PRIORITY" | "HIGH_PRIORITY"));
                return false;
            }
            ParamKind::PriorityLevel => {
                self.constants(&|n| n.starts_with("THREAD_PRIORITY_"));
                return false;
            }
            ParamKind::Irql => {
                self.constants(&|n| n.ends_with("_LEVEL"));
                return false;
            }
            ParamKind::Timeout => {
                self.constants(&|n| n == "NULL");
                return false;
            }
            ParamKind::Milliseconds => {
                self.constants(&|n| n == "INFINITE");
                return false;
            }
            ParamKind::Callback => self.objects(symbols, &|w| w == What::Function),
            ParamKind::Global => self.objects(symbols, &|w| w == What::Variable),
            ParamKind::PortInformation => {
                self.objects(symbols, &|w| matches!(w, What::Iocp | What::Event | What::Service));
            }
            ParamKind::OutIrql
            | ParamKind::OutValue
            | ParamKind::InOutValue
            | ParamKind::PortHandle
            | ParamKind::Microseconds
            | ParamKind::Resolution
            | ParamKind::Count
            | ParamKind::Affinity
            | ParamKind::Buffer
            | ParamKind::Number => return false,
        }
        true
    }
}
