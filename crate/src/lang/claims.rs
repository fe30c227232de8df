//! Claims of a scenario about its whole run: from the tree to the program.

use super::ast::{BodyName, Expectation, Expr, ExprKind, What};
use super::constant::{NotConstant, evaluate};
use super::items::Builder;
use super::lexer::Unit;
use super::say::Say;
use super::slug::Slug;
use super::suggest::nearest;
use super::values::{constant_or_say, object, unit_of};
use crate::base::NONE;
use crate::program::{BUGCHECKS, ClaimKind};

impl<'s> Builder<'_, '_, 's, '_> {
    pub(super) fn claim(&mut self, expectation: &Expectation<'s>) -> Option<ClaimKind> {
        Some(match expectation {
            Expectation::Order(names) => {
                let bodies: Vec<Option<u16>> = names.iter().map(|n| self.body(*n, false).map(|b| b.0)).collect();
                ClaimKind::Order(bodies.into_iter().collect::<Option<_>>()?)
            }
            Expectation::Bugcheck(code) => ClaimKind::Bugcheck(self.bugcheck(code)?),
            Expectation::Deadlock => ClaimKind::Deadlock,
            Expectation::Completed => ClaimKind::Completed,
            Expectation::Count { body, comparison, number } => {
                let body = self.body(*body, false);
                let value = constant_or_say(number, &self.symbols.machine, self.findings)?;
                if value < 0 || unit_of(number) != Unit::None {
                    self.findings.push(Slug::WrongSettingKind.at(number.span, Say::PlainCount));
                    return None;
                }
                ClaimKind::Count { body: body?.0, comparison: *comparison, number: value as u64 }
            }
            Expectation::Latency { from, to, comparison, limit } => {
                let start = self.body(*from, true);
                let end = self.body(*to, false);
                let limit = self.time(limit)?;
                let (from, from_request) = start?;
                ClaimKind::Latency { from, from_request, to: end?.0, comparison: *comparison, limit }
            }
        })
    }

    /// The body of a claim; true when it is named by its device.
    fn body(&mut self, name: BodyName<'s>, device_too: bool) -> Option<(u16, bool)> {
        let with_device = [
            What::Isr,
            What::Dpc,
            What::Apc,
            What::Thread,
            What::Function,
            What::Service,
            What::Driver,
            What::Completion,
            What::Cancel,
            What::WorkItem,
            What::Device,
        ];
        let wanted = if device_too { &with_device[..] } else { &with_device[..10] };
        let symbol = object(name.owner, wanted, self.symbols, self.findings)?;
        if let Some(part) = name.part {
            let routine = match part.text {
                "KernelRoutine" => symbol.kernel_body,
                "RundownRoutine" => symbol.rundown_body,
                _ => NONE,
            };
            if routine != NONE {
                return Some((routine, false));
            }
            let message = Say::NoSuchPart.with(&[&name.owner.text, &part.text]);
            self.findings.push(Slug::UnknownField.at(part.span, message).help(Say::PartsAre));
            return None;
        }
        if symbol.what() == What::Device {
            let isr = symbol.declaration.settings.iter().find(|s| s.key.text == "isr")?.value.as_name()?;
            return Some((self.symbols.get(isr.text)?.body, true));
        }
        // Code that could not be read was reported where it stands.
        (symbol.body != NONE).then_some((symbol.body, false))
    }

    fn bugcheck(&mut self, expr: &Expr<'_>) -> Option<u32> {
        let name = match evaluate(expr, &self.symbols.machine) {
            Ok(value) => match u32::try_from(value) {
                Ok(code) => return Some(code),
                Err(_) => {
                    self.findings.push(Slug::SettingOutOfRange.at(expr.span, Say::BugcheckTooLarge));
                    return None;
                }
            },
            Err(NotConstant::Unknown(name)) if matches!(expr.kind, ExprKind::Name(_)) => name,
            Err(_) => {
                constant_or_say(expr, &self.symbols.machine, self.findings);
                return None;
            }
        };
        if let Some((code, _)) = BUGCHECKS.iter().find(|b| b.1 == name.text) {
            return Some(*code);
        }
        let mut finding = Slug::UnknownName.at(name.span, Say::NoSuchBugcheck.with(&[&name.text]));
        finding = match nearest(name.text, BUGCHECKS.iter().map(|b| b.1)) {
            Some(near) => finding.replace_by(name.span, near),
            None => finding.help(Say::GiveBugcheck),
        };
        self.findings.push(finding);
        None
    }
}
