//! Which code calls which: a function is user-mode code when user-mode code reaches it, and kernel code when
//! kernel code does; and a call may change the IRQL when anything it reaches does.

use crate::lang::ast::{Expr, ExprKind};
use crate::lang::symbols::Symbols;
use crate::program::{BodyKind, ParamKind, Routine, RoutineInfo};
use crate::text::Span;

/// Where code is called from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    /// A call in user-mode code.
    pub(crate) user: Option<Span>,
    /// A call in kernel code.
    pub(crate) kernel: Option<Span>,
}

/// The answers for all code of a scenario.
#[derive(Debug, Default)]
pub(crate) struct Callers {
    reached: Vec<Reached>,
    changes_irql: Vec<bool>,
    /// All code, each piece behind what calls it, as far as that can be.
    pub(crate) order: Vec<usize>,
    circular: Vec<u32>,
}

impl Callers {
    /// Where a piece of code is called from.
    pub(crate) fn of(&self, code: usize) -> Reached {
        self.reached.get(code).copied().unwrap_or_default()
    }

    /// Whether all calls of a function are in kernel code that comes before it in the order.
    pub(crate) fn are_before(&self, code: usize) -> bool {
        self.of(code).user.is_none() && self.circular.get(code) == Some(&0)
    }

    /// Whether calling this code may change the IRQL.
    pub(crate) fn may_change_irql(&self, code: u16) -> bool {
        self.changes_irql.get(usize::from(code)).copied().unwrap_or(true)
    }
}

/// Whether a routine leaves another IRQL than it found.
pub(crate) fn changes_irql(routine: Routine) -> bool {
    matches!(
        routine,
        Routine::KeRaiseIrql
            | Routine::KeRaiseIrqlToDpcLevel
            | Routine::KeLowerIrql
            | Routine::KeAcquireSpinLock
            | Routine::KeReleaseSpinLock
            | Routine::KeAcquireSpinLockForDpc
            | Routine::KeReleaseSpinLockForDpc
            | Routine::KeRaiseIrqlToSynchLevel
            | Routine::KeAcquireSpinLockRaiseToDpc
            | Routine::KeAcquireSpinLockRaiseToSynch
            | Routine::KeAcquireInStackQueuedSpinLock
            | Routine::KeReleaseInStackQueuedSpinLock
            | Routine::KeAcquireInStackQueuedSpinLockForDpc
            | Routine::KeReleaseInStackQueuedSpinLockForDpc
            | Routine::KeAcquireInterruptSpinLock
            | Routine::KeReleaseInterruptSpinLock
            | Routine::IoAcquireCancelSpinLock
            | Routine::ExAcquireFastMutex
            | Routine::ExTryToAcquireFastMutex
            | Routine::ExReleaseFastMutex
            | Routine::KeAcquireGuardedMutex
            | Routine::KeTryToAcquireGuardedMutex
            | Routine::KeReleaseGuardedMutex
            | Routine::IoReleaseCancelSpinLock
    )
}

/// Follows all calls.
pub(crate) fn find(symbols: &Symbols<'_, '_>) -> Callers {
    let count = symbols.code.len();
    let mut calls: Vec<Vec<(usize, Span)>> = vec![Vec::new(); count];
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut changes = vec![false; count];
    for (from, code) in symbols.code.iter().enumerate() {
        code.block.each(&mut |statement| {
            for expr in statement.expressions() {
                expr.each(&mut |e| {
                    let ExprKind::Call { callee, args } = &e.kind else { return };
                    let routine = symbols.routine(callee.text);
                    if routine.is_some_and(|r| changes_irql(r.routine)) {
                        set(&mut changes, from);
                    }
                    // A routine may call a function in its turn, and restores the IRQL after it.
                    let callback = |r: &RoutineInfo| r.params.iter().position(|p| p.kind == ParamKind::Callback);
                    let called = match routine.and_then(callback) {
                        Some(at) => args.get(at).and_then(Expr::as_name),
                        None => Some(*callee),
                    };
                    let Some(called) = called else { return };
                    let body = symbols.get(called.text).map_or(usize::MAX, |s| usize::from(s.body));
                    if let (Some(list), Some(back)) = (calls.get_mut(from), callers.get_mut(body)) {
                        list.push((body, called.span));
                        if routine.is_none() {
                            back.push(from);
                        }
                    }
                });
            }
        });
    }
    let user = follow(symbols, &calls, true);
    let kernel = follow(symbols, &calls, false);
    let reached = user.into_iter().zip(kernel).map(|(user, kernel)| Reached { user, kernel }).collect();
    spread(&mut changes, &callers);
    let (order, circular) = order(&calls);
    Callers { reached, changes_irql: changes, order, circular }
}

/// All code, each piece behind what calls it, and how many of a piece's calls are not before it: those of a circle.
fn order(calls: &[Vec<(usize, Span)>]) -> (Vec<usize>, Vec<u32>) {
    let (mut order, mut left) = (Vec::new(), vec![0; calls.len()]);
    for list in calls {
        for (to, _) in list {
            left[*to] += 1;
        }
    }
    let push = |order: &mut Vec<usize>, left: &[u32], circular: bool| {
        for (at, left) in left.iter().enumerate() {
            if (*left > 0) == circular {
                order.push(at);
            }
        }
    };
    push(&mut order, &left, false);
    let mut next = 0;
    while let Some(from) = order.get(next).copied() {
        next += 1;
        for (to, _) in &calls[from] {
            left[*to] -= 1;
            if left[*to] == 0 {
                order.push(*to);
            }
        }
    }
    push(&mut order, &left, true);
    (order, left)
}

fn set(flags: &mut [bool], at: usize) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = true;
    }
}

/// The call through which code of one mode first reaches each function.
fn follow(symbols: &Symbols<'_, '_>, calls: &[Vec<(usize, Span)>], user: bool) -> Vec<Option<Span>> {
    let mut reached: Vec<Option<Span>> = vec![None; symbols.code.len()];
    let is_function = |at: usize| symbols.code.get(at).is_some_and(|c| c.kind == BodyKind::Function);
    let starts = symbols.code.iter().enumerate().filter(|(_, c)| c.is_user() == Some(user)).map(|(at, _)| at);
    let mut todo: Vec<usize> = starts.collect();
    todo.reverse();
    while let Some(from) = todo.pop() {
        for (to, span) in calls.get(from).into_iter().flatten() {
            if let Some(place) = reached.get_mut(*to)
                && place.is_none()
            {
                *place = Some(*span);
                // A service is kernel code, whoever calls it: it is a start of its own.
                if is_function(*to) {
                    todo.push(*to);
                }
            }
        }
    }
    reached
}

/// Marks every caller of what is marked.
fn spread(flags: &mut [bool], callers: &[Vec<usize>]) {
    let mut todo: Vec<usize> = flags.iter().enumerate().filter(|f| *f.1).map(|f| f.0).collect();
    while let Some(at) = todo.pop() {
        for caller in callers.get(at).into_iter().flatten() {
            if flags.get(*caller) == Some(&false) {
                set(flags, *caller);
                todo.push(*caller);
            }
        }
    }
}
