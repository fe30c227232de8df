//! Times in variables: a variable counts nanoseconds, so one that only ever gets bare numbers is probably meant in the
//! unit that its C counterpart would have. Looks at all code at once and at no order of execution.

use crate::base::{INFINITE, Slot, format_ns};
use crate::lang::ast::{Assign, Expr, ExprKind, Stmt, StmtKind, What};
use crate::lang::constant::evaluate;
use crate::lang::lexer::Unit;
use crate::lang::lower::factor;
use crate::lang::say::Say;
use crate::lang::slug::{Findings, Slug};
use crate::lang::symbols::{Code, Symbols, locals, out_variables};
use crate::program::{BinaryOp as B, ParamKind, UnaryOp};
use std::collections::{BTreeMap, BTreeSet};

/// A variable: a local one or a parameter of a piece of code, or a global one.
type Key<'s> = (Option<usize>, &'s str);

/// What an expression is made of.
#[derive(Default)]
struct Parts<'s> {
    /// Something that counts nanoseconds, or that nobody knows.
    time: bool,
    /// A bare number other than 0, which is the same in every unit.
    bare: bool,
    variables: Vec<Key<'s>>,
}

/// What a variable gets.
#[derive(Default)]
struct Variable<'e, 's> {
    time: bool,
    bare: bool,
    /// The first expression with a bare number, and whether there is another one.
    source: Option<(&'e Expr<'s>, bool)>,
    /// It is counted up or down.
    steps: bool,
    /// The variables that get this one.
    feeds: Vec<Key<'s>>,
}

struct Units<'c, 'e, 's> {
    symbols: &'c Symbols<'e, 's>,
    /// The local variables of each piece of code.
    locals: Vec<BTreeSet<&'s str>>,
    variables: BTreeMap<Key<'s>, Variable<'e, 's>>,
}

/// Says of which times the unit is missing where a variable was set.
pub(super) fn check<'e, 's>(symbols: &Symbols<'e, 's>, findings: &mut Findings) {
    let names = |code: &Code<'e, 's>| locals(code, symbols).iter().map(|name| name.text).collect();
    let mut units = Units { symbols, locals: symbols.code.iter().map(names).collect(), variables: BTreeMap::new() };
    for symbol in symbols.all.iter().filter(|s| s.what() == What::Variable) {
        if let Some(value) = &symbol.declaration.value {
            units.gets((None, symbol.declaration.name.text), value, None);
        }
    }
    for (index, code) in symbols.code.iter().enumerate() {
        units.code(index, code);
    }
    units.spread();
    for (index, code) in symbols.code.iter().enumerate() {
        code.block.each(&mut |statement| units.statement(index, statement, findings));
    }
}

impl<'e, 's> Units<'_, 'e, 's> {
    /// The variable that a name stands for in a piece of code; outside of all code, only a global one.
    fn key(&self, code: Option<usize>, name: &'s str) -> Option<Key<'s>> {
        if let Some(code) = code
            && (self.locals[code].contains(name) || self.symbols.code[code].param(name).is_some())
        {
            return Some((Some(code), name));
        }
        self.symbols.is_global(name).then_some((None, name))
    }

    fn parts(&self, code: Option<usize>, expr: &Expr<'s>) -> Parts<'s> {
        let mut parts = Parts::default();
        self.collect(code, expr, &mut parts);
        parts
    }

    fn collect(&self, code: Option<usize>, expr: &Expr<'s>, parts: &mut Parts<'s>) {
        match &expr.kind {
            ExprKind::Number(number) if number.unit == Unit::None => parts.bare |= number.value != 0,
            ExprKind::Name(name) => match self.key(code, name.text) {
                Some(key) => parts.variables.push(key),
                None => parts.time |= self.symbols.get(name.text).is_some(),
            },
            ExprKind::Unary { op: UnaryOp::Negate | UnaryOp::Complement, inner } => self.collect(code, inner, parts),
            ExprKind::Binary { op: B::Divide | B::Remainder | B::ShiftLeft | B::ShiftRight, left, .. } => {
                self.collect(code, left, parts);
            }
            ExprKind::Binary { op: B::Add | B::Subtract | B::Multiply | B::And | B::Or | B::Xor, left, right } => {
                self.collect(code, left, parts);
                self.collect(code, right, parts);
            }
            ExprKind::Call { callee, args } if callee.text == "random" => {
                args.iter().for_each(|arg| self.collect(code, arg, parts));
            }
            // Truth values are no times.
            ExprKind::Unary { .. } | ExprKind::Binary { .. } | ExprKind::And(..) | ExprKind::Or(..) => {}
            _ => parts.time = true,
        }
    }

    /// A variable gets a value of some code.
    fn gets(&mut self, variable: Key<'s>, value: &'e Expr<'s>, code: Option<usize>) {
        let parts = self.parts(code, value);
        for from in &parts.variables {
            self.variables.entry(*from).or_default().feeds.push(variable);
        }
        let entry = self.variables.entry(variable).or_default();
        entry.time |= parts.time;
        entry.bare |= parts.bare;
        if parts.bare {
            entry.source = Some(entry.source.map_or((value, false), |(first, _)| (first, true)));
        }
    }

    fn code(&mut self, index: usize, code: &Code<'e, 's>) {
        // Whoever calls functions and services is in the text; the parameters of all other code come from elsewhere.
        let called =
            self.symbols.get(code.name.text).is_some_and(|s| matches!(s.what(), What::Function | What::Service));
        if !called {
            for param in &code.params {
                self.variables.entry((Some(index), *param)).or_default().time = true;
            }
        }
        let block: &'e crate::lang::ast::Block<'s> = code.block;
        block.statements.iter().for_each(|statement| self.look(index, statement));
    }

    fn look(&mut self, code: usize, statement: &'e Stmt<'s>) {
        if let StmtKind::Assign(assign) = &statement.kind {
            self.assign(code, assign);
        }
        for expr in statement.expressions() {
            self.calls(code, expr);
        }
        for part in statement.parts() {
            self.look(code, part);
        }
    }

    fn assign(&mut self, code: usize, assign: &'e Assign<'s>) {
        let scales = assign.op.is_some_and(|op| !matches!(op, B::Add | B::Subtract));
        let Some(key) = self.key(Some(code), assign.target.text).filter(|_| assign.field.is_none() && !scales) else {
            return;
        };
        match &assign.value {
            Some(value) => self.gets(key, value, Some(code)),
            // `++` and `--` take a step of 1.
            None if assign.op.is_some() => {
                let entry = self.variables.entry(key).or_default();
                (entry.bare, entry.steps) = (true, true);
            }
            None => {}
        }
    }

    /// Arguments of functions and services, and what routines write into variables.
    fn calls(&mut self, code: usize, expr: &'e Expr<'s>) {
        for name in out_variables(expr, self.symbols) {
            if let Some(key) = self.key(Some(code), name.text) {
                self.variables.entry(key).or_default().time = true;
            }
        }
        if let ExprKind::Call { callee, args } = &expr.kind
            && let Some(index) = self.symbols.get(callee.text).map(|s| usize::from(s.body))
            && let Some(called) = self.symbols.code.get(index)
        {
            for (param, arg) in called.params.iter().zip(args) {
                self.gets((Some(index), *param), arg, Some(code));
            }
        }
        for part in expr.parts() {
            self.calls(code, part);
        }
    }

    /// What a variable gets, those get that it feeds.
    fn spread(&mut self) {
        let mut open: Vec<Key<'s>> = self.variables.keys().copied().collect();
        while let Some(key) = open.pop() {
            let Some(variable) = self.variables.get(&key) else { continue };
            let (time, bare, feeds) = (variable.time, variable.bare, variable.feeds.clone());
            for fed in feeds {
                let other = self.variables.entry(fed).or_default();
                if (time && !other.time) || (bare && !other.bare) {
                    (other.time, other.bare) = (other.time | time, other.bare | bare);
                    open.push(fed);
                }
            }
        }
    }

    fn statement(&self, code: usize, statement: &Stmt<'s>, findings: &mut Findings) {
        if let StmtKind::Work { duration, .. } = &statement.kind {
            self.time(code, duration, None, findings);
        }
        for expr in statement.expressions() {
            expr.each(&mut |e| {
                let ExprKind::Call { callee, args } = &e.kind else { return };
                let Some(info) = self.symbols.routine(callee.text) else { return };
                for (arg, param) in args.iter().zip(info.params) {
                    if factor(param.kind) != 1 {
                        self.time(code, arg, Some(param.kind), findings);
                    }
                }
            });
        }
    }

    /// A time: of a routine's argument of this kind, or of `work`.
    fn time(&self, code: usize, expr: &Expr<'s>, kind: Option<ParamKind>, findings: &mut Findings) {
        let parts = self.parts(Some(code), expr);
        let of = |key: &Key<'s>| self.variables.get(key);
        if parts.time || parts.variables.iter().any(|key| of(key).is_none_or(|v| v.time)) {
            return;
        }
        let Some(key) = parts.variables.iter().find(|key| of(key).is_some_and(|v| v.bare)) else { return };
        let message = Say::VariableCountsNanoseconds.with(&[&key.1]);
        let mut finding = Slug::UnitMissing.at(expr.span, message).help(match kind {
            Some(kind) => Say::WriteUnitWhereSet.with(&[unit(kind)]),
            None => Say::WriteTheUnit.phrase(),
        });
        if let Some((source, another)) = self.source(*key) {
            finding = finding.label(source.span, Say::SetWithoutUnit);
            let value = evaluate(source, &self.symbols.machine).ok().filter(|v| *v != INFINITE);
            let steps = of(key).is_some_and(|v| v.steps);
            let alone = !another && !steps && !parts.bare && parts.variables.len() == 1;
            if let (Some(value), Some(kind), true) = (value, kind, alone) {
                finding = finding.replace_by(source.span, &written(value.saturating_mul(factor(kind))));
            }
        }
        findings.push(finding);
    }

    /// Where a variable got a bare number first, itself or by way of another one.
    fn source(&self, key: Key<'s>) -> Option<(&'e Expr<'s>, bool)> {
        let own = self.variables.get(&key)?.source;
        own.or_else(|| {
            self.variables.values().find(|v| v.feeds.contains(&key) && v.source.is_some()).and_then(|v| v.source)
        })
    }
}

/// What a bare number counts in the place of a parameter.
fn unit(kind: ParamKind) -> &'static dyn Slot {
    match kind {
        ParamKind::Milliseconds => &Say::Milliseconds,
        ParamKind::Microseconds => &Say::Microseconds,
        _ => &Say::HundredNanoseconds,
    }
}

/// A duration with its unit.
fn written(ns: i64) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    format!("{sign}{}", format_ns(ns.unsigned_abs()))
}
