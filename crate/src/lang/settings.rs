//! The settings of objects: one table for the checker, completion, hover and the documentation, and the one
//! reader of their values.

use super::ast::{ExprKind, Name, Setting, What};
use super::constant::{NotConstant, evaluate};
use super::lexer::Unit;
use super::slug::{Findings, Slug};
use super::suggest::nearest;
use super::symbols::Symbols;
use crate::base::format_ns;
use crate::program::{CONSTANTS, Ladder, MachineSettings};
use crate::text::Span;

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SettingKind {
    /// A whole number between two bounds.
    Whole(i64, i64),
    /// A number of bytes between two bounds.
    Bytes(i64, i64),
    /// A duration in nanoseconds between two bounds.
    Time(i64, i64),
    /// on, off, TRUE or FALSE.
    Switch,
    /// One of these words.
    Choice(&'static [(&'static str, i64)]),
    /// The name of an object.
    Object(What),
    /// The number of a processor of the machine.
    Processor,
    /// A device level of the machine's ladder.
    DeviceLevel,
    /// An NTSTATUS.
    Status,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettingInfo {
    pub(crate) name: &'static str,
    pub(crate) kind: SettingKind,
    pub(crate) required: bool,
    /// The default, as it would be written.
    pub(crate) default: &'static str,
    pub(crate) meaning: &'static str,
}

const fn s(name: &'static str, kind: SettingKind, default: &'static str, meaning: &'static str) -> SettingInfo {
    SettingInfo { name, kind, required: default.is_empty(), default, meaning }
}

use SettingKind as K;

const SECOND: i64 = 1_000_000_000;
/// No scenario runs longer than this: an hour.
const LONGEST: i64 = 3_600 * SECOND;

/// More ticks than any run has.
const MOST_TICKS: i64 = 1 << 30;

const MACHINE: &[SettingInfo] = &[
    s("processors", K::Whole(1, 64), "1", "How many processors there are."),
    s("irql", K::Choice(&[("x64", 0), ("x86", 1)]), "x64", "The ladder of interrupt request levels."),
    s("clock", K::Time(100_000, SECOND), "15.625ms", "Time between two clock interrupts."),
    s("quantum", K::Whole(1, 127), "6", "Quantum of a fresh thread in units, three of which a tick takes."),
    s("end", K::Time(1, LONGEST), "100ms", "When the run ends, if it has not ended before."),
    s("seed", K::Whole(0, i64::MAX), "1", "Seed of everything that is left to chance."),
    s("verifier", K::Switch, "on", "Driver Verifier: misuse of IRQL stops the machine."),
    s("checked", K::Switch, "off", "The checked kernel, with more assertions on IRQL and spin locks."),
    s(
        "dpc_rule",
        K::Choice(&[("documented", 0), ("book", 1)]),
        "documented",
        "Which rule decides whether an inserted DPC requests the interrupt.",
    ),
    s("dpc_queue_depth", K::Whole(1, 65_535), "4", "Queue depth from which on queued DPCs request the interrupt."),
    s("dpc_rate", K::Whole(0, 1_000_000), "3", "DPC rate below which queued DPCs request the interrupt."),
    s(
        "dpc_ideal_rate",
        K::Whole(0, 1_000_000),
        "20",
        "DPC rate below which a tick that finds queued DPCs lowers the depth.",
    ),
    s(
        "dpc_adjust_threshold",
        K::Whole(1, 65_535),
        "20",
        "Ticks without queued DPCs after which a lowered depth rises by one.",
    ),
    s("idle_poll", K::Time(0, LONGEST), "0us", "How long an idle processor looks for DPCs by itself before it halts."),
    s(
        "dpc_time_limit",
        K::Whole(0, MOST_TICKS),
        "1280",
        "Ticks that one DPC or ISR may take before bugcheck 0x133; 0: no limit.",
    ),
    s(
        "dpc_watchdog_limit",
        K::Whole(0, MOST_TICKS),
        "7680",
        "Ticks that a processor may stay at DISPATCH_LEVEL or above before bugcheck 0x133; 0: no limit.",
    ),
];
const DEVICE: &[SettingInfo] = &[
    s("irql", K::DeviceLevel, "", "The level of its interrupt."),
    s("isr", K::Object(What::Isr), "", "Its interrupt service routine."),
    s("processor", K::Processor, "0", "The processor that takes its interrupts."),
    s("synchronize_irql", K::DeviceLevel, "the device's irql", "The level at which its ISR runs; at least `irql`."),
    s("vector", K::Whole(0x30, 0xFF), "by level", "The vector; of two at one level the higher one is taken first."),
];
const DPC: &[SettingInfo] = &[
    s(
        "importance",
        K::Choice(&[("Low", 0), ("Medium", 1), ("High", 2), ("MediumHigh", 3)]),
        "Medium",
        "Where it is queued, and how urgently.",
    ),
    s("processor", K::Processor, "the inserting one", "The processor that it is queued on."),
];
const APC: &[SettingInfo] =
    &[s("thread", K::Object(What::Thread), "named by the call", "The thread that it is bound to.")];
const EVENT: &[SettingInfo] = &[
    s(
        "type",
        K::Choice(&[("synchronization", 0), ("notification", 1)]),
        "synchronization",
        "Wakes one waiter and clears itself, or wakes all and stays set.",
    ),
    s("signalled", K::Switch, "FALSE", "Whether it is set at the start."),
];
const TIMER: &[SettingInfo] = &[s(
    "type",
    K::Choice(&[("synchronization", 0), ("notification", 1)]),
    "notification",
    "Wakes one waiter and clears itself, or wakes all and stays set.",
)];
const FILE: &[SettingInfo] = &[s("completion_port", K::Switch, "FALSE", "Bound to a completion port from the start.")];
const IRP: &[SettingInfo] = &[
    s("file", K::Object(What::File), "one of its own", "The file that it reads or writes."),
    s("bytes", K::Bytes(0, u32::MAX as i64), "4KB", "How many bytes are asked for."),
    s("event", K::Object(What::Event), "none", "The event that is set when the request is complete."),
    s("pending", K::Switch, "TRUE", "The driver marks it pending; else it completes in the call that issues it."),
    s("fails", K::Status, "none", "The status with which it is refused at once."),
];
const THREAD: &[SettingInfo] = &[
    s("priority", K::Whole(1, 31), "8", "Its base priority; 16 and above are real-time."),
    s("processor", K::Processor, "any", "The one processor that it may run on."),
    s("start", K::Time(0, LONGEST), "0us", "When it is created."),
];
/// Options of `every`.
pub(crate) const EVERY: &[SettingInfo] = &[
    s("jitter", K::Time(0, LONGEST), "0us", "Each period varies by up to this much, either way."),
    s("from", K::Time(0, LONGEST), "the period", "The first arrival."),
    s("until", K::Time(1, LONGEST), "no limit", "No arrival after this time."),
    s("count", K::Whole(1, u32::MAX as i64), "no limit", "At most this many arrivals."),
];

/// The settings that declarations of a kind have.
pub(crate) fn settings_of(what: What) -> &'static [SettingInfo] {
    match what {
        What::Machine => MACHINE,
        What::Device => DEVICE,
        What::Dpc => DPC,
        What::Apc => APC,
        What::Event => EVENT,
        What::Timer => TIMER,
        What::File => FILE,
        What::Irp => IRP,
        What::Thread => THREAD,
        What::Isr | What::SpinLock | What::Variable | What::Function | What::Service => &[],
    }
}

/// The word that declares a kind of thing.
pub(crate) fn what_word(what: What) -> &'static str {
    match what {
        What::Machine => "machine",
        What::Device => "device",
        What::Isr => "isr",
        What::Dpc => "dpc",
        What::Apc => "apc",
        What::Event => "event",
        What::Timer => "timer",
        What::SpinLock => "spinlock",
        What::File => "file",
        What::Irp => "irp",
        What::Variable => "variable",
        What::Thread => "thread",
        What::Function => "function",
        What::Service => "service",
    }
}

/// A word with its article.
pub(crate) fn a(word: &str) -> String {
    let vowel = matches!(word.as_bytes().first(), Some(b'a' | b'e' | b'i' | b'o' | b'u'));
    format!("{} {word}", if vowel { "an" } else { "a" })
}

/// `a, b or c`
pub(crate) fn either(mut words: Vec<String>) -> String {
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

/// The values of an object's settings; objects are their numbers.
#[derive(Debug, Default)]
pub(crate) struct Values {
    list: Vec<(&'static str, i64, Span)>,
}

impl Values {
    /// A setting's value, when it is given and right.
    pub(crate) fn get(&self, name: &str) -> Option<i64> {
        self.list.iter().find(|v| v.0 == name).map(|v| v.1)
    }

    /// Where a setting's value stands.
    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        self.list.iter().find(|v| v.0 == name).map(|v| v.2)
    }
}

/// Reads settings by their table and says what is wrong with them. `owner` is the thing they belong to.
pub(crate) fn read<'s>(
    table: &'static [SettingInfo],
    owner: Name<'_>,
    settings: &[Setting<'s>],
    symbols: &Symbols<'_, 's>,
    findings: &mut Findings,
) -> Values {
    let mut values = Values::default();
    let mut seen: Vec<(&'static str, Span)> = Vec::new();
    for setting in settings {
        let Some(info) = table.iter().find(|i| i.name == setting.key.text) else {
            unknown(table, owner, setting.key, findings);
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(name, _)| *name == info.name) {
            findings.push(
                Slug::DuplicateSetting
                    .at(setting.key.span, format!("`{}` is given twice", info.name))
                    .label(*first, "first given here"),
            );
            continue;
        }
        seen.push((info.name, setting.key.span));
        let reader = Reader { info, setting, symbols };
        if let Some(value) = reader.value(findings) {
            values.list.push((info.name, value, setting.value.span));
        }
    }
    for info in table.iter().filter(|i| i.required) {
        if !seen.iter().any(|(name, _)| *name == info.name) {
            findings.push(
                Slug::MissingSetting
                    .at(owner.span, format!("`{}` needs the setting `{}`", owner.text, info.name))
                    .help(info.meaning),
            );
        }
    }
    values
}

fn unknown(table: &'static [SettingInfo], owner: Name<'_>, key: Name<'_>, findings: &mut Findings) {
    let mut finding = Slug::UnknownSetting.at(key.span, format!("`{}` has no setting `{}`", owner.text, key.text));
    if let Some(near) = nearest(key.text, table.iter().map(|i| i.name)) {
        finding = finding.replace_by(key.span, near);
    }
    let names: Vec<String> = table.iter().map(|i| format!("`{}`", i.name)).collect();
    finding = finding.help(if names.is_empty() {
        "It has no settings.".to_string()
    } else {
        format!("Its settings are {}.", names.join(", "))
    });
    findings.push(finding);
}

struct Reader<'r, 'a, 's> {
    info: &'static SettingInfo,
    setting: &'r Setting<'s>,
    symbols: &'r Symbols<'a, 's>,
}

impl Reader<'_, '_, '_> {
    fn value(&self, findings: &mut Findings) -> Option<i64> {
        match self.info.kind {
            K::Choice(words) => self.choice(words, findings),
            K::Switch => self.choice(&[("on", 1), ("off", 0), ("TRUE", 1), ("FALSE", 0)], findings),
            K::Object(what) => self.object(what, findings),
            K::Whole(min, max) => self.number(min, max, Unit::None, findings),
            K::Bytes(min, max) => self.number(min, max, Unit::Size, findings),
            K::Time(min, max) => self.number(min, max, Unit::Time, findings),
            K::Processor => self.number(0, i64::from(self.symbols.machine.processors) - 1, Unit::None, findings),
            K::DeviceLevel => {
                let ladder = self.symbols.machine.ladder;
                self.number(ladder.device_min().into(), ladder.device_max().into(), Unit::None, findings)
            }
            K::Status => self.number(0, u32::MAX.into(), Unit::None, findings),
        }
    }

    fn wrong(&self, wanted: String, findings: &mut Findings) -> Option<i64> {
        if !matches!(self.setting.value.kind, ExprKind::Error) {
            let message = format!("`{}` takes {wanted}", self.info.name);
            findings.push(Slug::WrongSettingKind.at(self.setting.value.span, message).help(self.info.meaning));
        }
        None
    }

    fn choice(&self, words: &'static [(&'static str, i64)], findings: &mut Findings) -> Option<i64> {
        let text = self.setting.value.as_name().map_or("", |n| n.text);
        if let Some((_, value)) = words.iter().find(|w| w.0 == text) {
            return Some(*value);
        }
        self.wrong(either(words.iter().map(|w| format!("`{}`", w.0)).collect()), findings)
    }

    fn object(&self, what: What, findings: &mut Findings) -> Option<i64> {
        let word = what_word(what);
        let Some(name) = self.setting.value.as_name() else {
            return self.wrong(format!("the name of {}", a(word)), findings);
        };
        object(name, &[what], self.symbols, findings).map(|s| match what {
            What::Isr => i64::from(s.body),
            _ => i64::from(s.index),
        })
    }

    fn number(&self, min: i64, max: i64, unit: Unit, findings: &mut Findings) -> Option<i64> {
        let expr = &self.setting.value;
        let value = constant_or_say(expr, &self.symbols.machine, findings)?;
        let given = unit_of(expr);
        let fits = match unit {
            Unit::None => given == Unit::None,
            Unit::Size => given != Unit::Time,
            Unit::Time => given == Unit::Time || value == 0,
        };
        if !fits {
            return self.wrong_unit(unit, findings);
        }
        if value < min || value > max {
            let show = |v: i64| if unit == Unit::Time { format_ns(v.unsigned_abs()) } else { v.to_string() };
            let range = format!("`{}` lies between {} and {}", self.info.name, show(min), show(max));
            let mut finding = Slug::SettingOutOfRange.at(expr.span, range).help(self.info.meaning);
            if self.info.kind == K::DeviceLevel {
                let ladder = if self.symbols.machine.ladder == Ladder::X64 { "x64" } else { "x86" };
                finding = finding.help(format!("Levels outside this range do not belong to devices on {ladder}."));
            }
            findings.push(finding);
            return None;
        }
        Some(value)
    }

    fn wrong_unit(&self, unit: Unit, findings: &mut Findings) -> Option<i64> {
        let span = self.setting.value.span;
        let wanted = match unit {
            Unit::Time => "a time with its unit, such as `20us` or `1ms`",
            Unit::Size => "a number of bytes",
            Unit::None => "a plain number",
        };
        let mut finding =
            Slug::WrongSettingKind.at(span, format!("`{}` takes {wanted}", self.info.name)).help(self.info.meaning);
        if unit == Unit::Time && matches!(self.setting.value.kind, ExprKind::Number(_)) {
            let end = Span { start: span.end, end: span.end };
            finding = finding.fix("Make it microseconds", end, "us");
        }
        findings.push(finding);
        None
    }
}

/// The unit of a constant expression: the first that is found in it.
pub(crate) fn unit_of(expr: &super::ast::Expr<'_>) -> Unit {
    let mut unit = Unit::None;
    expr.each(&mut |e| {
        if let ExprKind::Number(number) = e.kind
            && unit == Unit::None
        {
            unit = number.unit;
        }
    });
    unit
}

/// The value of a constant expression; says why when there is none.
pub(crate) fn constant_or_say(
    expr: &super::ast::Expr<'_>,
    machine: &MachineSettings,
    findings: &mut Findings,
) -> Option<i64> {
    match evaluate(expr, machine) {
        Ok(value) => Some(value),
        Err(NotConstant::Broken) => None,
        Err(NotConstant::Varies(span)) => {
            findings.push(Slug::NotAConstant.at(span, "this must be known before the run begins"));
            None
        }
        Err(NotConstant::Unknown(name)) => {
            let mut finding = Slug::NotAConstant
                .at(name.span, format!("`{}` is not a constant", name.text))
                .help("This value must be known before the run begins.");
            if let Some(near) = nearest(name.text, CONSTANTS.iter().map(|c| c.name)) {
                finding = finding.replace_by(name.span, near);
            }
            findings.push(finding);
            None
        }
    }
}

/// The object of a name that must be of one of these kinds; says what is wrong with it otherwise.
pub(crate) fn object<'r, 'a, 's>(
    name: Name<'_>,
    wanted: &[What],
    symbols: &'r Symbols<'a, 's>,
    findings: &mut Findings,
) -> Option<&'r super::symbols::Symbol<'a, 's>> {
    let list = either(wanted.iter().map(|w| a(what_word(*w))).collect());
    let Some(symbol) = symbols.get(name.text) else {
        let mut finding = Slug::UnknownName.at(name.span, format!("nothing is called `{}`", name.text));
        let near = if findings.is_full() { None } else { nearest(name.text, symbols.names(|w| wanted.contains(&w))) };
        finding = match near {
            Some(near) => finding.replace_by(name.span, near),
            None => finding.help(format!("The name of {list} is needed here.")),
        };
        findings.push(finding);
        return None;
    };
    if !wanted.contains(&symbol.what()) {
        findings.push(
            Slug::WrongKind
                .at(name.span, format!("`{}` is {}, not {list}", name.text, a(what_word(symbol.what()))))
                .label(symbol.declaration.name.span, "declared here"),
        );
        return None;
    }
    Some(symbol)
}
