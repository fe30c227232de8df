//! Names and kinds in statements and expressions.

use super::callers::Reached;
use super::calls;
use crate::base::Slot;
use crate::lang::ast::{Assign, Expr, ExprKind, Name, Stmt, StmtKind, What};
use crate::lang::constant::{Measure, evaluate, measure};
use crate::lang::lower::field_of;
use crate::lang::names::Names;
use crate::lang::say::{Say, a};
use crate::lang::slug::{Findings, Slug};
use crate::lang::suggest::nearest;
use crate::lang::symbols::{Code, Meaning, Symbols, is_reserved};
use crate::lang::words::{APC_ROUTINES, FIELDS, MESSAGE_FIELDS};
use crate::program::{BodyKind, CONSTANTS, MessageField};
use crate::text::Span;

pub(super) struct Checker<'c, 'a, 's> {
    pub(super) code: &'c Code<'a, 's>,
    pub(super) symbols: &'c Symbols<'a, 's>,
    pub(super) reached: Reached,
    pub(super) findings: &'c mut Findings,
    pub(super) locals: Names<'s>,
    written: Names<'s>,
    /// Read before anything was written; said once for each variable.
    warned: Names<'s>,
    loops: u32,
}

/// Checks a piece of code.
pub(super) fn check<'s>(
    code: &Code<'_, 's>,
    locals: &[Name<'s>],
    symbols: &Symbols<'_, 's>,
    reached: Reached,
    findings: &mut Findings,
) {
    let mut seen = Names::default();
    for param in code.declared {
        if let Some(first) = seen.place(*param) {
            findings.push(
                Slug::DuplicateName
                    .at(param.span, Say::DeclaredTwice.with(&[&param.text]))
                    .label(first, Say::FirstDeclaredHere),
            );
        }
        reserved(*param, findings);
    }
    let mut checker = Checker {
        code,
        symbols,
        reached,
        findings,
        locals: Names::default(),
        written: Names::default(),
        warned: Names::default(),
        loops: 0,
    };
    for local in locals {
        checker.locals.add(local.text);
    }
    for statement in &code.block.statements {
        checker.statement(statement);
    }
}

fn reserved(name: Name<'_>, findings: &mut Findings) -> bool {
    let taken = is_reserved(name.text);
    if taken {
        findings
            .push(Slug::ReservedName.at(name.span, Say::HasAMeaning.with(&[&name.text])).help(Say::ChooseAnotherName));
    }
    taken
}

impl<'s> Checker<'_, '_, 's> {
    fn statement(&mut self, statement: &Stmt<'s>) {
        match &statement.kind {
            StmtKind::Error | StmtKind::Empty | StmtKind::Marker { .. } => {}
            StmtKind::Block(block) => block.statements.iter().for_each(|s| self.statement(s)),
            StmtKind::Work { duration, .. } => {
                self.value(duration);
                self.unit(duration);
            }
            StmtKind::If { condition, then, otherwise } => {
                self.value(condition);
                self.statement(then);
                if let Some(otherwise) = otherwise {
                    self.statement(otherwise);
                }
            }
            StmtKind::Loop { init, condition, step, body, body_first } => {
                if let Some(init) = init {
                    self.statement(init);
                }
                if *body_first {
                    self.in_loop(body);
                }
                if let Some(condition) = condition {
                    self.value(condition);
                }
                if !body_first {
                    self.in_loop(body);
                }
                if let Some(step) = step {
                    self.statement(step);
                }
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    self.value(value);
                }
            }
            StmtKind::Break | StmtKind::Continue if self.loops == 0 => {
                self.findings.push(Slug::OutsideLoop.at(statement.span, Say::NoLoopAround));
            }
            StmtKind::Break | StmtKind::Continue => {}
            StmtKind::Assert(condition) => self.value(condition),
            StmtKind::Assign(assign) => self.assign(assign),
            StmtKind::Expr(expr) => self.effect(expr),
        }
    }

    fn in_loop(&mut self, body: &Stmt<'s>) {
        self.loops += 1;
        self.statement(body);
        self.loops -= 1;
    }

    fn unit(&mut self, duration: &Expr<'s>) {
        let known = evaluate(duration, &self.symbols.machine).ok();
        if known.is_some_and(|value| value < 0) {
            self.findings.push(Slug::ArgumentOutOfRange.at(duration.span, Say::TimeNotNegative));
        } else if measure(duration) == Measure::Bare && known != Some(0) {
            let mut finding = Slug::UnitMissing.at(duration.span, Say::CountsNanoseconds).help(Say::WriteTheUnit);
            if matches!(duration.kind, ExprKind::Number(_)) {
                let end = Span { start: duration.span.end, end: duration.span.end };
                finding = finding.fix(Say::MakeItMicroseconds, end, "us");
            }
            self.findings.push(finding);
        }
    }

    /// A statement that is nothing but an expression.
    fn effect(&mut self, expr: &Expr<'s>) {
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                calls::check(self, *callee, args, false);
            }
            ExprKind::Error => {}
            _ => {
                self.value(expr);
                let mut finding = Slug::StatementWithoutEffect.at(expr.span, Say::ComputedAndDropped);
                if let ExprKind::Binary { op: crate::program::BinaryOp::Equal, .. } = expr.kind {
                    finding = finding.help(Say::EqualsCompares);
                }
                self.findings.push(finding);
            }
        }
    }

    fn assign(&mut self, assign: &Assign<'s>) {
        if let Some(value) = &assign.value {
            self.value(value);
        }
        if let Some(field) = assign.field {
            if self.symbols.get(assign.target.text).is_some_and(|s| s.what() == What::Apc) {
                let finding = Slug::NotAVariable.at(field.span, Say::RoutineIsGiven);
                return self.findings.push(finding.help(Say::InitializeTheApc));
            }
            self.field(assign.target, field);
            let message = self.symbols.get(assign.target.text).is_some_and(|s| s.what() == What::Message);
            if message && MessageField::named(field.text).is_some_and(|f| !f.is_writable()) {
                let finding = Slug::NotAVariable.at(field.span, Say::FieldIsRead.with(&[&field.text]));
                self.findings.push(finding);
            }
            return;
        }
        if self.code.kind == BodyKind::ApcKernelRoutine && assign.target.text == "NormalRoutine" {
            self.normal_routine(assign);
        }
        let target = assign.target;
        if assign.op.is_some() {
            self.read(target);
        }
        if assign.declares {
            if reserved(target, self.findings) {
                return;
            }
            if self.symbols.is_global(target.text)
                && let Some(global) = self.symbols.get(target.text)
            {
                let message = Say::HidesGlobal.with(&[&target.text]);
                self.findings.push(
                    Slug::ShadowsGlobal
                        .at(target.span, message)
                        .label(global.declaration.name.span, Say::TheGlobal)
                        .help(Say::WithoutVar),
                );
            }
        }
        self.write(target);
    }

    /// Checks a name that is written.
    pub(super) fn write(&mut self, target: Name<'s>) {
        if self.locals.contains(target.text) {
            self.written.add(target.text);
            return;
        }
        if self.code.param(target.text).is_some() || self.symbols.is_global(target.text) {
            return;
        }
        let what = if let Some(symbol) = self.symbols.get(target.text) {
            a(symbol.what()).phrase()
        } else if self.symbols.routine(target.text).is_some() {
            Say::ARoutine.phrase()
        } else {
            Say::AConstant.phrase()
        };
        self.findings.push(Slug::NotAVariable.at(target.span, Say::NotAssignable.with(&[&target.text, &what])));
    }

    /// Checks an expression whose value is used.
    pub(super) fn value(&mut self, expr: &Expr<'s>) {
        match &expr.kind {
            ExprKind::Error | ExprKind::Number(_) => {}
            ExprKind::Name(name) => self.read(*name),
            ExprKind::Field { object, field } => self.field(*object, *field),
            ExprKind::Call { callee, args } => calls::check(self, *callee, args, true),
            ExprKind::List(_) => self.findings.push(Slug::WrongArgumentKind.at(expr.span, Say::ArrayOnlyAsArgument)),
            _ => expr.parts().into_iter().for_each(|part| self.value(part)),
        }
    }

    /// Whether a name stands for a global variable here.
    pub(super) fn names_global(&self, name: Name<'s>) -> bool {
        let local = self.locals.contains(name.text) || self.code.param(name.text).is_some();
        !local && self.symbols.is_global(name.text)
    }

    /// Whether nothing has this name.
    pub(super) fn names_nothing(&self, name: Name<'s>) -> bool {
        let local = self.locals.contains(name.text) || self.code.param(name.text).is_some();
        !local && self.symbols.meaning(name.text).is_none() && self.symbols.routine(name.text).is_none()
    }

    fn read(&mut self, name: Name<'s>) {
        if self.locals.contains(name.text) {
            if !self.written.contains(name.text) && self.warned.add(name.text) {
                self.findings.push(Slug::ReadBeforeWritten.at(name.span, Say::NotAssignedYet.with(&[&name.text])));
            }
            return;
        }
        if self.code.param(name.text).is_some() {
            return;
        }
        match self.symbols.meaning(name.text) {
            Some(Meaning::Code) => self.findings.push(
                Slug::NotAFunction.at(name.span, Say::CodeNotValue.with(&[&name.text])).help(Say::CallWithParens),
            ),
            Some(_) => {}
            None if self.symbols.routine(name.text).is_some() => {
                let end = Span { start: name.span.end, end: name.span.end };
                self.findings.push(Slug::NotAFunction.at(name.span, Say::RoutineNotValue.with(&[&name.text])).fix(
                    Say::CallIt,
                    end,
                    "()",
                ));
            }
            None => self.unknown(name),
        }
    }

    fn unknown(&mut self, name: Name<'s>) {
        let mut finding = Slug::UnknownName.at(name.span, Say::NothingIsCalled.with(&[&name.text]));
        if !self.findings.is_full() {
            let candidates = self
                .locals
                .iter()
                .map(|local| local.0)
                .chain(self.code.params.iter().copied())
                .chain(self.symbols.names(|w| {
                    !matches!(w, What::Isr | What::Function | What::Service | What::Completion | What::Cancel)
                }))
                .chain(CONSTANTS.iter().map(|c| c.name));
            finding = match nearest(name.text, candidates) {
                Some(near) => finding.replace_by(name.span, near),
                None => finding.help(Say::NamesComeToBe),
            };
        }
        self.findings.push(finding);
    }

    /// A kernel routine sets the NormalRoutine that is to follow: to NULL, or to one that runs in the same mode.
    fn normal_routine(&mut self, assign: &Assign<'s>) {
        let Some(value) = assign.value.as_ref().filter(|_| assign.op.is_none()) else {
            return self.findings.push(Slug::WrongKind.at(assign.target.span, Say::NormalRoutineTakes));
        };
        if value.as_name().is_some_and(|n| n.text == "NULL") {
            return;
        }
        let ExprKind::Field { object, field } = value.kind else {
            return self.findings.push(Slug::WrongKind.at(value.span, Say::NormalRoutineTakes));
        };
        let own = self.symbols.get(self.code.name.text).is_some_and(|s| s.is_user_apc());
        if let Some(other) = self.symbols.get(object.text).filter(|s| s.apc_routine(field.text).is_some()) {
            if field.text != "NormalRoutine" {
                self.findings.push(Slug::WrongKind.at(value.span, Say::NormalRoutineTakes));
            } else if other.is_user_apc() != own {
                let message = Say::RunsInMode.with(&[&object.text, &calls::mode_name(!own)]);
                self.findings.push(Slug::WrongKind.at(value.span, message));
            }
        }
    }

    fn message_field(&mut self, field: Name<'s>) {
        if MessageField::named(field.text).is_some() {
            return;
        }
        let message = Say::NoSuchMessageField.with(&[&field.text]);
        let mut finding = Slug::UnknownField.at(field.span, message).help(Say::MessageFieldsAre);
        if let Some(near) = nearest(field.text, MESSAGE_FIELDS.iter().map(|f| f.word)) {
            finding = finding.replace_by(field.span, near);
        }
        self.findings.push(finding);
    }

    pub(super) fn field(&mut self, object: Name<'s>, field: Name<'s>) {
        let apc = self.symbols.get(object.text).filter(|s| s.what() == What::Apc);
        if let Some(apc) = apc.filter(|_| !self.locals.contains(object.text)) {
            if apc.apc_routine(field.text).is_none() {
                let mut finding = Slug::UnknownField.at(field.span, Say::NoSuchApcField.with(&[&field.text]));
                finding = finding.help(Say::ApcFieldsAre);
                if let Some(near) = nearest(field.text, APC_ROUTINES.iter().map(|f| f.word)) {
                    finding = finding.replace_by(field.span, near);
                }
                self.findings.push(finding);
            }
            return;
        }
        let message = self.symbols.get(object.text).filter(|s| s.what() == What::Message);
        if message.is_some() && !self.locals.contains(object.text) && self.code.param(object.text).is_none() {
            return self.message_field(field);
        }
        let local = self.locals.contains(object.text) || self.code.param(object.text).is_some();
        let in_hand = self.code.is_irp(object.text) && !self.locals.contains(object.text);
        if local && !in_hand {
            let message = Say::OnlyIrpHasFields.with(&[&object.text]);
            self.findings.push(Slug::WrongKind.at(object.span, message));
            return;
        }
        if !in_hand && crate::lang::values::object(object, &[What::Irp], self.symbols, self.findings).is_none() {
            return;
        }
        if field_of(field.text).is_none() {
            let mut finding =
                Slug::UnknownField.at(field.span, Say::NoSuchField.with(&[&field.text])).help(Say::FieldsAre);
            if let Some(near) = nearest(field.text, FIELDS.iter().map(|f| f.word)) {
                finding = finding.replace_by(field.span, near);
            }
            self.findings.push(finding);
        }
    }
}
