//! Values that are known before the run, and what an expression measures: plain numbers or time.

use super::ast::{Expr, ExprKind, Name};
use super::lexer::Unit;
use crate::program::{BinaryOp as B, MachineSettings, UnaryOp, constant};
use crate::text::Span;

/// Why an expression has no value before the run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NotConstant<'s> {
    /// It could not be read, and that has been said.
    Broken,
    /// This part depends on the run.
    Varies(Span),
    /// This is no constant's name.
    Unknown(Name<'s>),
}

/// The value of a constant expression on a machine.
pub(crate) fn evaluate<'s>(expr: &Expr<'s>, machine: &MachineSettings) -> Result<i64, NotConstant<'s>> {
    Ok(match &expr.kind {
        ExprKind::Error => return Err(NotConstant::Broken),
        ExprKind::Number(number) => number.value,
        ExprKind::Name(name) => constant(name.text, machine).ok_or(NotConstant::Unknown(*name))?,
        ExprKind::Field { .. } | ExprKind::Call { .. } | ExprKind::List(_) => {
            return Err(NotConstant::Varies(expr.span));
        }
        ExprKind::Unary { op, inner } => op.apply(evaluate(inner, machine)?),
        ExprKind::Binary { op, left, right } => op.apply(evaluate(left, machine)?, evaluate(right, machine)?),
        ExprKind::And(left, right) => i64::from(evaluate(left, machine)? != 0 && evaluate(right, machine)? != 0),
        ExprKind::Or(left, right) => i64::from(evaluate(left, machine)? != 0 || evaluate(right, machine)? != 0),
    })
}

/// What an expression measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Bare numbers only: the place decides on their unit.
    Bare,
    /// Nanoseconds: a number with a unit is in it, or it comes from a variable.
    Time,
}

/// What an expression measures. Variables hold nanoseconds.
pub(crate) fn measure(expr: &Expr<'_>) -> Measure {
    let either = |a: Measure, b: Measure| if a == Measure::Bare && b == Measure::Bare { a } else { Measure::Time };
    match &expr.kind {
        ExprKind::Number(number) if number.unit == Unit::None => Measure::Bare,
        ExprKind::Name(name) if matches!(name.text, "NULL" | "TRUE" | "FALSE") => Measure::Bare,
        ExprKind::Unary { op: UnaryOp::Negate | UnaryOp::Complement, inner } => measure(inner),
        ExprKind::Binary { op: B::Divide | B::Remainder | B::ShiftLeft | B::ShiftRight, left, .. } => measure(left),
        ExprKind::Binary { op: B::Add | B::Subtract | B::Multiply | B::And | B::Or | B::Xor, left, right } => {
            either(measure(left), measure(right))
        }
        ExprKind::Call { callee, args } if callee.text == "random" => {
            args.iter().map(measure).fold(Measure::Bare, either)
        }
        _ => Measure::Time,
    }
}
