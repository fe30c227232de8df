//! What `dt nt!_KTHREAD` and `dt nt!_KAPC` would show of APCs, by the kernel's own field names (AP-1, AP-3).

use super::{some, value};
use crate::nt::{Kapc, Kthread, State};
use crate::program::{ApcKind, Class, Program};
use serde::Serialize;

/// An APC in a list.
#[derive(Serialize)]
pub(super) struct QueuedApcView {
    /// Its declaration.
    apc: u16,
    /// Its object: an index of the state's `kapcs`.
    kapc: u16,
    name: String,
    kind: &'static str,
    since: u32,
}

/// The gates between a thread and its APCs that the rest of its state does not tell.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ApcStateView {
    special_user_apc_pending: bool,
    special_apc_in_progress: bool,
    apc_state_index: u8,
    process: u16,
    /// SavedApcState.Process, while it is attached.
    saved_process: Option<u16>,
    apc_queueable: bool,
    suspend_count: u8,
    /// For kernel mode, for user mode.
    alerted: [bool; 2],
    /// The lists of SavedApcState: kernel, user.
    saved_apc_list_head: [Vec<QueuedApcView>; 2],
}

/// A KAPC.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KapcView {
    name: String,
    /// The reserve object in which it lies.
    reserve: Option<String>,
    kind: &'static str,
    thread: Option<u16>,
    apc_state_index: u8,
    apc_mode: &'static str,
    inserted: bool,
    kernel_routine: String,
    rundown_routine: String,
    normal_routine: String,
    normal_context: String,
    system_argument1: String,
    system_argument2: String,
}

pub(super) fn kind(kind: ApcKind) -> &'static str {
    match kind {
        ApcKind::SpecialKernel => "special",
        ApcKind::NormalKernel => "normal",
        ApcKind::User => "user",
        ApcKind::SpecialUser => "special-user",
    }
}

/// The APCs of a list, by its first.
pub(super) fn list(state: &State, program: &Program, first: u16) -> Vec<QueuedApcView> {
    let next = |apc: &u16| some(state.kapc[*apc as usize].next);
    std::iter::successors(some(first), next)
        .map(|kapc| {
            let a = &state.kapc[kapc as usize];
            let name = program.name(Class::Apc, a.def).into();
            QueuedApcView { apc: a.def, kapc, name, kind: kind(a.kind), since: a.since }
        })
        .collect()
}

pub(super) fn apc_state(state: &State, program: &Program, t: &Kthread) -> ApcStateView {
    ApcStateView {
        special_user_apc_pending: t.special_user_apc_pending,
        special_apc_in_progress: t.special_apc_in_progress,
        apc_state_index: t.apc_state_index,
        process: t.process,
        saved_process: some(t.saved_apc_state.process),
        apc_queueable: t.apc_queueable,
        suspend_count: t.suspend_count,
        alerted: t.alerted,
        saved_apc_list_head: t.saved_apc_state.apc_list.map(|(first, _)| list(state, program, first)),
    }
}

pub(super) fn kapc(program: &Program, index: u16, a: &Kapc) -> KapcView {
    let routine = |body: u16| program.name(Class::Body, body).to_string();
    KapcView {
        name: program.name(Class::Apc, a.def).into(),
        reserve: program.apc_reserves.contains(&index).then(|| program.name(Class::Apc, index).into()),
        kind: kind(a.kind),
        thread: some(a.thread),
        apc_state_index: a.apc_state_index,
        apc_mode: if a.kind.is_user() { "UserMode" } else { "KernelMode" },
        inserted: a.inserted,
        kernel_routine: routine(a.kernel_routine),
        rundown_routine: routine(a.rundown_routine),
        normal_routine: routine(a.normal_routine),
        normal_context: value(program, a.arguments[0]),
        system_argument1: value(program, a.arguments[1]),
        system_argument2: value(program, a.arguments[2]),
    }
}
