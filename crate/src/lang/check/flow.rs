//! What no run can reach, and loops in which the clock of the simulation would stand still.

use crate::lang::ast::{Block, Expr, ExprKind, Stmt, StmtKind};
use crate::lang::constant::evaluate;
use crate::lang::names::Names;
use crate::lang::say::Say;
use crate::lang::slug::{Findings, Slug};
use crate::lang::symbols::{Code, Symbols, out_variables};
use crate::program::{MachineSettings, Routine};

/// Checks the flow of a piece of code.
pub(super) fn check<'s>(code: &Code<'_, 's>, symbols: &Symbols<'_, 's>, findings: &mut Findings) {
    block(code.block, symbols, findings);
    code.block.each(&mut |statement| {
        if let StmtKind::Block(inner) = &statement.kind {
            block(inner, symbols, findings);
        }
        if let StmtKind::Loop { condition, step, body, .. } = &statement.kind {
            endless(condition.as_ref(), step.as_deref(), body, statement, symbols, findings);
        }
    });
}

fn block(block: &Block<'_>, symbols: &Symbols<'_, '_>, findings: &mut Findings) {
    let mut statements = block.statements.iter().filter(|s| !matches!(s.kind, StmtKind::Empty));
    while let Some(statement) = statements.next() {
        if !leaves(statement, &symbols.machine) {
            continue;
        }
        if let Some(next) = statements.next() {
            findings
                .push(Slug::UnreachableCode.at(next.span, Say::NeverGetsHere).label(statement.span, Say::NeverGoesOn));
        }
        return;
    }
}

/// Whether nothing behind this statement runs.
fn leaves(statement: &Stmt<'_>, machine: &MachineSettings) -> bool {
    match &statement.kind {
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::Block(block) => block.statements.iter().any(|s| leaves(s, machine)),
        StmtKind::If { then, otherwise: Some(otherwise), .. } => leaves(then, machine) && leaves(otherwise, machine),
        StmtKind::Loop { condition, body, .. } => always(condition.as_ref(), machine) && !breaks(body),
        StmtKind::Expr(Expr { kind: ExprKind::Call { callee, .. }, .. }) => callee.text == "KeBugCheckEx",
        _ => false,
    }
}

fn always(condition: Option<&Expr<'_>>, machine: &MachineSettings) -> bool {
    condition.is_none_or(|c| evaluate(c, machine).is_ok_and(|v| v != 0))
}

/// Whether a loop's body has a `break` of this loop.
fn breaks(body: &Stmt<'_>) -> bool {
    match &body.kind {
        StmtKind::Break => true,
        StmtKind::Loop { .. } => false,
        _ => body.parts().into_iter().any(breaks),
    }
}

fn endless<'s>(
    condition: Option<&Expr<'s>>,
    step: Option<&Stmt<'s>>,
    body: &Stmt<'s>,
    whole: &Stmt<'s>,
    symbols: &Symbols<'_, 's>,
    findings: &mut Findings,
) {
    let mut written = Names::default();
    let mut moves = false;
    let mut look = |statement: &Stmt<'s>| {
        match &statement.kind {
            StmtKind::Work { .. } | StmtKind::Return(_) | StmtKind::Break | StmtKind::Error => moves = true,
            StmtKind::Assign(assign) => {
                written.add(assign.target.text);
            }
            _ => {}
        }
        for expr in statement.expressions() {
            expr.each(&mut |e| {
                moves |= spends(e, symbols);
                for name in out_variables(e, symbols) {
                    written.add(name.text);
                }
            });
        }
    };
    body.each(&mut look);
    if let Some(step) = step {
        step.each(&mut look);
    }
    let mut changes = false;
    if let Some(condition) = condition {
        condition.each(&mut |e| {
            moves |= spends(e, symbols);
            match &e.kind {
                ExprKind::Name(name) => changes |= written.contains(name.text),
                ExprKind::Field { object, .. } => changes |= written.contains(object.text),
                ExprKind::Call { .. } | ExprKind::Error => changes = true,
                _ => {}
            }
        });
    }
    let never = condition.is_some_and(|c| evaluate(c, &symbols.machine).is_ok_and(|v| v == 0));
    if moves || changes || never {
        return;
    }
    let head = condition.map_or(body.span.start, |c| c.span.end);
    let span = crate::text::Span { start: whole.span.start, end: head.max(whole.span.start + 1) };
    findings.push(Slug::EndlessLoopWithoutWork.at(span, Say::NeverEnds).help(Say::PutWork));
}

/// Whether an expression may spend time or end the loop.
fn spends(expr: &Expr<'_>, symbols: &Symbols<'_, '_>) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    symbols.routine(callee.text).is_none_or(|info| {
        matches!(
            info.routine,
            Routine::KeStallExecutionProcessor
                | Routine::KeWaitForSingleObject
                | Routine::KeDelayExecutionThread
                | Routine::KeBugCheckEx
                | Routine::KeAcquireSpinLock
                | Routine::KeAcquireSpinLockAtDpcLevel
                | Routine::Sleep
                | Routine::SleepEx
                | Routine::WaitForSingleObject
                | Routine::WaitForSingleObjectEx
                | Routine::KeWaitForMultipleObjects
                | Routine::WaitForMultipleObjects
                | Routine::WaitForMultipleObjectsEx
                | Routine::SignalObjectAndWait
                | Routine::ExAcquireFastMutex
                | Routine::KeAcquireGuardedMutex
                | Routine::ExAcquireResourceExclusiveLite
                | Routine::ExAcquireResourceSharedLite
                | Routine::GetQueuedCompletionStatus
        )
    })
}
