//! What is declared or written and never used.

use crate::lang::ast::{BodyName, Expectation, Expr, ExprKind, ItemKind, Name, Scenario, StmtKind, What};
use crate::lang::names::Names;
use crate::lang::say::{Say, noun};
use crate::lang::slug::{Findings, Slug};
use crate::lang::symbols::{Code, Symbols, out_variables};
use crate::text::Span;

/// Says which variables of a piece of code are never read.
pub(super) fn variables<'s>(
    code: &Code<'_, 's>,
    locals: &[Name<'s>],
    symbols: &Symbols<'_, 's>,
    findings: &mut Findings,
) {
    let mut written: Vec<Span> = Vec::new();
    let mut read = Names::default();
    code.block.each(&mut |statement| {
        for expr in statement.expressions() {
            expr.each(&mut |e| {
                // An out parameter is visited after its call, and only written.
                written.extend(out_variables(e, symbols).iter().map(|n| n.span));
                if let ExprKind::Name(name) = e.kind {
                    if let Some(at) = written.iter().position(|span| *span == name.span) {
                        written.swap_remove(at);
                    } else {
                        read.add(name.text);
                    }
                }
            });
        }
    });
    for local in locals.iter().filter(|l| !read.contains(l.text)) {
        findings.push(Slug::UnusedVariable.at(local.span, Say::NothingReads.with(&[&local.text])));
    }
}

/// Says which objects nothing uses, and whether anything can happen at all.
pub(super) fn objects<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, findings: &mut Findings) {
    let mut used = Used(Names::default());
    for code in &symbols.code {
        code.block.each(&mut |statement| {
            for expr in statement.expressions() {
                used.expression(expr);
            }
            if let StmtKind::Assign(assign) = &statement.kind {
                used.0.add(assign.target.text);
            }
        });
    }
    // A device on a shared line may run for another one's interrupt.
    let shares = |s: &crate::lang::symbols::Symbol<'_, '_>| {
        s.what() == What::Device && s.declaration.settings.iter().any(|setting| setting.key.text == "share")
    };
    for device in symbols.all.iter().filter(|s| shares(s)) {
        used.0.add(device.declaration.name.text);
    }
    let (mut stimuli, mut threads) = (false, false);
    for item in &scenario.items {
        match &item.kind {
            ItemKind::Declaration(declaration) => {
                threads |= declaration.what == What::Thread;
                declaration.settings.iter().for_each(|s| used.expression(&s.value));
            }
            ItemKind::Stimulus(stimulus) => {
                stimuli = true;
                used.0.add(stimulus.device.text);
            }
            ItemKind::Expect(expectation) => used.claim(expectation),
            ItemKind::Title(_) | ItemKind::About(_) | ItemKind::Machine(_) | ItemKind::Translation(_) => {}
        }
    }
    for symbol in symbols.all.iter().filter(|s| s.what() != What::Thread) {
        let name = symbol.declaration.name;
        if !used.0.contains(name.text) {
            findings.push(unused(name, symbol.what()));
        }
    }
    if !stimuli && !threads {
        findings
            .push(Slug::NoThreadsAndNoStimuli.at(Span::default(), Say::NothingHappens).help(Say::LetSomethingHappen));
    }
}

fn unused(name: Name<'_>, what: What) -> crate::diag::Diagnostic {
    let finding = Slug::UnusedObject.at(name.span, Say::NothingUses.with(&[&noun(what), &name.text]));
    match what {
        What::Device => finding.help(Say::LetItInterrupt.with(&[&name.text])),
        What::Isr => finding.help(Say::GiveItToDevice.with(&[&name.text])),
        What::Dpc => finding.help(Say::QueueIt.with(&[&name.text])),
        What::WorkItem => finding.help(Say::QueueTheItem.with(&[&name.text])),
        _ => finding,
    }
}

struct Used<'s>(Names<'s>);

impl<'s> Used<'s> {
    fn expression(&mut self, expr: &Expr<'s>) {
        expr.each(&mut |e| match &e.kind {
            ExprKind::Name(name) | ExprKind::Field { object: name, .. } | ExprKind::Call { callee: name, .. } => {
                self.0.add(name.text);
            }
            _ => {}
        });
    }

    fn claim(&mut self, expectation: &Expectation<'s>) {
        let names: Vec<BodyName<'s>> = match expectation {
            Expectation::Order(names) => names.clone(),
            Expectation::Count { body, .. } => vec![*body],
            Expectation::Latency { from, to, .. } => vec![*from, *to],
            Expectation::Bugcheck(_) | Expectation::Deadlock | Expectation::Completed => vec![],
        };
        for name in names {
            self.0.add(name.owner.text);
        }
    }
}
