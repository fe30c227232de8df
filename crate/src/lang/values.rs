//! The values of settings, and of all else that must be known before the run: read by the tables, with a finding for
//! what does not fit.

use super::ast::{ExprKind, Name, Setting, What};
use super::constant::{NotConstant, evaluate};
use super::lexer::Unit;
use super::say::{Say, a, either, one_of};
use super::settings::{DefaultValue, SettingInfo, SettingKind as K, Settings};
use super::slug::{Findings, Slug};
use super::suggest::nearest;
use super::symbols::Symbols;
use crate::base::{Phrase, Slot, format_ns};
use crate::program::{CONSTANTS, Ladder, MachineSettings};
use crate::text::Span;

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
    table: Settings,
    owner: Name<'_>,
    settings: &[Setting<'s>],
    symbols: &Symbols<'_, 's>,
    findings: &mut Findings,
) -> Values {
    let mut values = Values::default();
    let mut seen: Vec<(&'static str, Span)> = Vec::new();
    for setting in settings {
        let Some(info) = table.find(setting.key.text) else {
            unknown(table, owner, setting.key, findings);
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(name, _)| *name == info.name) {
            findings.push(
                Slug::DuplicateSetting
                    .at(setting.key.span, Say::GivenTwice.with(&[&info.name]))
                    .label(*first, Say::FirstGivenHere),
            );
            continue;
        }
        seen.push((info.name, setting.key.span));
        let reader = Reader { info, setting, symbols };
        if let Some(value) = reader.value(findings) {
            values.list.push((info.name, value, setting.value.span));
        }
    }
    for info in table.rows.iter().filter(|i| table.default(i).is_none()) {
        if !seen.iter().any(|(name, _)| *name == info.name) {
            findings.push(
                Slug::MissingSetting
                    .at(owner.span, Say::NeedsSetting.with(&[&owner.text, &info.name]))
                    .help(table.said(info))
                    .help(for_example(info, symbols)),
            );
        }
    }
    values
}

/// How a setting could be written: with its default, or else with what is declared or allowed.
fn for_example(info: &SettingInfo, symbols: &Symbols<'_, '_>) -> Phrase {
    let value = match (info.default, info.kind) {
        (DefaultValue::Written(code), _) if code != "none" => code.to_string(),
        (_, K::Choice(words)) => words[0].0.to_string(),
        (_, K::Switch) => "on".to_string(),
        (_, K::Object(what)) => symbols.names(|w| w == what).next().unwrap_or("Name").to_string(),
        (_, K::Time(min, _)) => format_ns(min.unsigned_abs().max(10_000)),
        (_, K::Bytes(..)) => "4KB".to_string(),
        (_, K::Whole(min, max)) => min.max(1).min(max).to_string(),
        (_, K::Processor) => "0".to_string(),
        (_, K::Affinity) => "0x1".to_string(),
        (_, K::DeviceLevel | K::SynchronizeLevel) => symbols.machine.ladder.device_max().min(5).to_string(),
        (_, K::Status) => "STATUS_UNSUCCESSFUL".to_string(),
    };
    Say::ForExample.with(&[&info.name, &value])
}

fn unknown(table: Settings, owner: Name<'_>, key: Name<'_>, findings: &mut Findings) {
    let mut finding = Slug::UnknownSetting.at(key.span, Say::NoSuchSetting.with(&[&owner.text, &key.text]));
    if let Some(near) = nearest(key.text, table.rows.iter().map(|i| i.name)) {
        finding = finding.replace_by(key.span, near);
    }
    let names: Vec<String> = table.rows.iter().map(|i| format!("`{}`", i.name)).collect();
    finding = finding.help(if names.is_empty() {
        Say::HasNoSettings.with(&[])
    } else {
        Say::SettingsAre.with(&[&names.join(", ")])
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
            K::Affinity => {
                // With 64 processors, a set that has the last one is a negative number.
                let set = self.number(i64::MIN, i64::MAX, Unit::None, findings)?;
                if !self.symbols.machine.is_affinity(set as u64) {
                    let message = Say::NoSuchAffinity.with(&[&(self.symbols.machine.processors - 1)]);
                    let finding = Slug::SettingOutOfRange.at(self.setting.value.span, message);
                    findings.push(finding.help(for_example(self.info, self.symbols)).help(Say::GiveMoreProcessors));
                    return None;
                }
                Some(set)
            }
            K::SynchronizeLevel if self.is_passive_level() => Some(Ladder::PASSIVE.into()),
            K::DeviceLevel | K::SynchronizeLevel => {
                let ladder = self.symbols.machine.ladder;
                self.number(ladder.device_min().into(), ladder.device_max().into(), Unit::None, findings)
            }
            K::Status => self.number(0, u32::MAX.into(), Unit::None, findings),
        }
    }

    fn wrong(&self, wanted: &dyn Slot, near: Option<&str>, findings: &mut Findings) -> Option<i64> {
        let Setting { value, .. } = self.setting;
        if !matches!(value.kind, ExprKind::Error) {
            let message = Say::Takes.with(&[&self.info.name, wanted]);
            let finding = Slug::WrongSettingKind.at(value.span, message);
            findings.push(match near {
                Some(near) => finding.replace_by(value.span, near),
                None => finding.help(for_example(self.info, self.symbols)),
            });
        }
        None
    }

    fn choice(&self, words: &'static [(&'static str, i64)], findings: &mut Findings) -> Option<i64> {
        let text = self.setting.value.as_name().map_or("", |n| n.text);
        if let Some((_, value)) = words.iter().find(|w| w.0 == text) {
            return Some(*value);
        }
        let near = nearest(text, words.iter().map(|w| w.0));
        self.wrong(&either(words.iter().map(|w| Phrase::Plain(format!("`{}`", w.0))).collect()), near, findings)
    }

    fn object(&self, what: What, findings: &mut Findings) -> Option<i64> {
        let Some(name) = self.setting.value.as_name() else {
            return self.wrong(&Say::TheNameOf.with(&[&a(what)]), None, findings);
        };
        object(name, &[what], self.symbols, findings).map(|s| match what {
            What::Isr => i64::from(s.body),
            _ => i64::from(s.index),
        })
    }

    fn is_passive_level(&self) -> bool {
        let value = &self.setting.value;
        let passive = i64::from(Ladder::PASSIVE);
        unit_of(value) == Unit::None && evaluate(value, &self.symbols.machine).is_ok_and(|v| v == passive)
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
            let range = if min == max {
                Say::CanOnlyBe.with(&[&self.info.name, &show(min)])
            } else {
                Say::LiesBetween.with(&[&self.info.name, &show(min), &show(max)])
            };
            let nearest = show(if value < min { min } else { max });
            let mut finding = Slug::SettingOutOfRange.at(expr.span, range).replace_by(expr.span, &nearest);
            if self.info.kind == K::Processor {
                finding = finding.help(Say::GiveMoreProcessors);
            }
            if self.info.kind == K::DeviceLevel {
                let ladder = if self.symbols.machine.ladder == Ladder::X64 { "x64" } else { "x86" };
                finding = finding.help(Say::NotDeviceLevels.with(&[&ladder]));
            }
            if self.info.kind == K::SynchronizeLevel {
                finding = finding.help(Say::OrPassiveLevel);
            }
            findings.push(finding);
            return None;
        }
        Some(value)
    }

    fn wrong_unit(&self, unit: Unit, findings: &mut Findings) -> Option<i64> {
        let span = self.setting.value.span;
        let wanted = match unit {
            Unit::Time => Say::TimeWithUnit,
            Unit::Size => Say::NumberOfBytes,
            Unit::None => Say::PlainNumber,
        };
        let mut finding = Slug::WrongSettingKind
            .at(span, Say::Takes.with(&[&self.info.name, &wanted]))
            .help(for_example(self.info, self.symbols));
        if unit == Unit::Time && matches!(self.setting.value.kind, ExprKind::Number(_)) {
            let end = Span { start: span.end, end: span.end };
            finding = finding.fix(Say::MakeItMicroseconds, end, "us");
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
            findings.push(Slug::NotAConstant.at(span, Say::MustBeKnown));
            None
        }
        Err(NotConstant::Unknown(name)) => {
            let mut finding =
                Slug::NotAConstant.at(name.span, Say::NotAConstant.with(&[&name.text])).help(Say::ValueMustBeKnown);
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
    let list = one_of(wanted);
    let Some(symbol) = symbols.get(name.text) else {
        let mut finding = Slug::UnknownName.at(name.span, Say::NothingIsCalled.with(&[&name.text]));
        let near = if findings.is_full() { None } else { nearest(name.text, symbols.names(|w| wanted.contains(&w))) };
        finding = match near {
            Some(near) => finding.replace_by(name.span, near),
            None => finding.help(Say::NameOfNeeded.with(&[&list])),
        };
        findings.push(finding);
        return None;
    };
    if !wanted.contains(&symbol.what()) {
        findings.push(
            Slug::WrongKind
                .at(name.span, Say::IsNot.with(&[&name.text, &a(symbol.what()), &list]))
                .label(symbol.declaration.name.span, Say::DeclaredHere),
        );
        return None;
    }
    Some(symbol)
}
