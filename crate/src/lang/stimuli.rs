//! Stimuli: what comes from outside the machine, and when.

use super::ast::{Name, StimulusItem, What, When};
use super::items::Builder;
use super::say::Say;
use super::settings::EVERY;
use super::slug::Slug;
use super::values::{self, constant_or_say, object};
use crate::base::{NONE, format_ns};
use crate::program::{InterruptDef, Ladder, Source, Stimulus};
use crate::text::Span;

impl<'s> Builder<'_, '_, 's, '_> {
    pub(super) fn stimulus(&mut self, item: &StimulusItem<'s>, span: Span) {
        let mut stimulus = Stimulus { span, ..Stimulus::default() };
        let device = if item.outside {
            self.outside(item, &mut stimulus)
        } else {
            object(item.device, &[What::Device], self.symbols, self.findings).map(|d| d.index)
        };
        stimulus.interrupt = device.unwrap_or(NONE);
        match &item.when {
            When::At { first, last } => {
                let Some(from) = self.time(first) else { return };
                stimulus.first = from;
                if let Some(last) = last {
                    let Some(until) = self.time(last) else { return };
                    if until < from {
                        self.findings.push(
                            Slug::SettingOutOfRange
                                .at(last.span, Say::WindowEndsFirst)
                                .label(first.span, Say::ItBeginsHere),
                        );
                        return;
                    }
                    stimulus.window = until - from;
                }
            }
            When::Every { period, options } => {
                let owner = Name { text: "every", span: period.span };
                let values = values::read(EVERY, owner, options, self.symbols, self.findings);
                let Some(time) = self.time(period) else { return };
                if time == 0 {
                    self.findings.push(Slug::SettingOutOfRange.at(period.span, Say::PeriodTooShort));
                    return;
                }
                let number = |name: &str| values.get(name).unwrap_or(0) as u64;
                stimulus.period = time;
                stimulus.first = values.get("from").map_or(time, |v| v as u64);
                stimulus.jitter = number("jitter");
                stimulus.until = number("until");
                stimulus.count = number("count") as u32;
                if let Some(place) = values.span("until").filter(|_| stimulus.until < stimulus.first) {
                    self.findings.push(Slug::SettingOutOfRange.at(place, Say::WindowEndsFirst));
                }
                if stimulus.jitter >= time
                    && let Some(place) = values.span("jitter")
                {
                    let finding = Slug::SettingOutOfRange.at(place, Say::JitterTooLong);
                    self.findings.push(finding.label(period.span, Say::ThePeriod));
                }
            }
        }
        let end = self.symbols.machine.end;
        if stimulus.first > end {
            let place = match &item.when {
                When::At { first, .. } => first.span,
                When::Every { period, .. } => period.span,
            };
            let finding = Slug::NeverComes.at(place, Say::ComesAfterTheEnd.with(&[&format_ns(end)]));
            self.findings.push(finding.help(Say::LetItRunLonger.with(&[&format_ns(stimulus.first)])));
        }
        if device.is_some() {
            self.program.stimuli.push(stimulus);
        }
    }

    /// A source that no device declares (IR-4, IN-14). Those that a level can mask get an interrupt object.
    fn outside(&mut self, item: &StimulusItem<'s>, stimulus: &mut Stimulus) -> Option<u16> {
        let machine = &self.symbols.machine;
        let last = i64::from(machine.processors) - 1;
        if let Some(expr) = &item.processor {
            let number = constant_or_say(expr, machine, self.findings)?;
            if !(0..=last).contains(&number) {
                self.findings.push(Slug::SettingOutOfRange.at(expr.span, Say::NoSuchProcessor.with(&[&number, &last])));
                return None;
            }
            stimulus.processor = number as u8;
        }
        let ladder = machine.ladder;
        let (name, irql, vector) = match item.device.text {
            "profile" => ("Profile", ladder.profile(), 0xFB),
            "power" => ("Power", ladder.power(), 0xEF),
            "cmci" => ("CMCI", Ladder::CMCI, 0x5F),
            word => {
                stimulus.source = match word {
                    "nmi" => Source::Nmi,
                    "trim" => Source::Trim,
                    _ => Source::MachineCheck,
                };
                return Some(NONE);
            }
        };
        let found = self.program.interrupts.iter().position(|d| d.name == name && d.processor == stimulus.processor);
        let index = found.unwrap_or(self.program.interrupts.len());
        if found.is_none() {
            self.program.interrupts.push(InterruptDef {
                name: name.into(),
                irql,
                synchronize_irql: irql,
                processor: stimulus.processor,
                vector,
                isr: NONE,
                chain: (index as u16, NONE),
                lock: NONE,
                span: item.device.span,
                ..InterruptDef::default()
            });
        }
        Some(index as u16)
    }
}
