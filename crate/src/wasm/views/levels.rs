//! The level of each frame of a stack: the one that its code is at, or was at when something came above it.

use crate::nt::{FrameId, FrameKind, State};
use crate::program::{Irql, Ladder};
use crate::sim;
use crate::trace::Kind;

/// The levels of the frames of one stack, outermost first, when what is on top of it is at `top`.
pub(super) fn of_stack(state: &State, stack: &[FrameId], top: Irql) -> Vec<Irql> {
    let mut level = top;
    let mut levels: Vec<Irql> = Vec::with_capacity(stack.len());
    for id in stack.iter().rev() {
        levels.push(match state.frames[id.index()].kind {
            FrameKind::Dispatch | FrameKind::IdleRetire => Ladder::DISPATCH,
            FrameKind::DeliverApc => Ladder::APC,
            _ => level,
        });
        level = below(state, &[*id], level);
    }
    levels.reverse();
    levels
}

/// The level of what lies below some frames, which are at `top`: that which the outermost interrupt among them has
/// interrupted.
pub(super) fn below(state: &State, frames: &[FrameId], top: Irql) -> Irql {
    use FrameKind as F;
    let interrupts = |id: &&FrameId| {
        matches!(state.frames[id.index()].kind, F::Interrupt | F::Dispatch | F::IdleRetire | F::DeliverApc)
    };
    frames.iter().find(interrupts).map_or(top, |id| state.frames[id.index()].irql)
}

/// How far back an interrupt is looked for.
const LOOK_BACK: u32 = 4096;

/// The level at which the topmost frame of a processor is, whose frames are these. An interrupt that is just being
/// taken, or that calls no code, has no frame: then it is the level that it has interrupted.
pub(super) fn of_top(session: &sim::Session, cpu: usize, frames: &[FrameId]) -> Irql {
    let (state, columns, at) = (session.state(), session.columns(), session.position());
    let own = |n: &u32| usize::from(columns.cpu_irql(*n).0) == cpu;
    let interrupted = |n: u32| columns.get(n).map_or(0, |r| r.arg as Irql);
    match Kind::from_number(columns.kind(at)) {
        Some(Kind::InterruptAccepted | Kind::SoftwareInterruptAccepted) if own(&at) => return interrupted(at),
        Some(Kind::ApcDeliveryStarted) if own(&at) => return Ladder::PASSIVE,
        _ if state.kprcb[cpu].irql < Ladder::DISPATCH => return state.kprcb[cpu].irql,
        _ => {}
    }
    // The interrupts that have ended since, from back to front.
    let mut ended = 0;
    for n in (at.saturating_sub(LOOK_BACK)..=at).rev().filter(own) {
        match Kind::from_number(columns.kind(n)) {
            Some(Kind::ContextSwitched) => break,
            Some(Kind::InterruptEnded | Kind::SoftwareInterruptEnded) => ended += 1,
            Some(Kind::SoftwareInterruptAccepted) if columns.subject(n) == u16::from(Ladder::APC) => {}
            Some(Kind::InterruptAccepted | Kind::SoftwareInterruptAccepted) if ended > 0 => ended -= 1,
            Some(Kind::InterruptAccepted | Kind::SoftwareInterruptAccepted) => {
                let has_frame = frames.iter().any(|id| state.frames[id.index()].since == n);
                return if has_frame { state.kprcb[cpu].irql } else { interrupted(n) };
            }
            _ => {}
        }
    }
    state.kprcb[cpu].irql
}
