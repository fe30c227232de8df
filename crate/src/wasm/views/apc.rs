//! What `dt nt!_KTHREAD` and `dt nt!_KAPC` would show of APCs, by the kernel's own field names (AP-1, AP-3).

use super::super::json::Json;
use super::some;
use crate::nt::{Kapc, Kthread, State};
use crate::program::{ApcKind, Class, Program};

pub(super) fn kind(kind: ApcKind) -> &'static str {
    match kind {
        ApcKind::SpecialKernel => "special",
        ApcKind::NormalKernel => "normal",
        ApcKind::User => "user",
        ApcKind::SpecialUser => "special-user",
    }
}

/// The APCs of a list, by its first.
pub(super) fn list(json: &mut Json, name: &str, state: &State, program: &Program, first: u16) {
    let next = |kapc: &u16| some(state.kapc[*kapc as usize].next);
    json.list(name, std::iter::successors(some(first), next), |json, kapc| {
        let a = &state.kapc[kapc as usize];
        // Its declaration; its object, among the state's `kapcs`.
        json.number("apc", a.def);
        json.number("kapc", kapc);
        json.text("name", program.name(Class::Apc, a.def));
        json.text("kind", kind(a.kind));
        json.number("since", a.since);
    });
}

/// The gates between a thread and its APCs that the rest of its state does not tell.
pub(super) fn apc_state(json: &mut Json, state: &State, program: &Program, t: &Kthread) {
    json.flag("SpecialUserApcPending", t.special_user_apc_pending);
    json.flag("SpecialApcInProgress", t.special_apc_in_progress);
    json.number("ApcStateIndex", t.apc_state_index);
    json.flag("ApcQueueable", t.apc_queueable);
    // For kernel mode, for user mode.
    json.flags("Alerted", &t.alerted);
    // SavedApcState.ApcListHead
    let [(kernel, _), (user, _)] = t.saved_apc_state.apc_list;
    list(json, "SavedKernel", state, program, kernel);
    list(json, "SavedUser", state, program, user);
}

/// A KAPC.
pub(super) fn kapc(json: &mut Json, program: &Program, a: &Kapc) {
    let routine = |body: u16| program.name(Class::Body, body);
    json.text("Name", program.name(Class::Apc, a.def));
    json.text("Kind", kind(a.kind));
    json.maybe("Thread", some(a.thread));
    json.number("ApcStateIndex", a.apc_state_index);
    json.text("ApcMode", if a.kind.is_user() { "UserMode" } else { "KernelMode" });
    json.flag("Inserted", a.inserted);
    json.text("KernelRoutine", routine(a.kernel_routine));
    json.text("RundownRoutine", routine(a.rundown_routine));
    json.text("NormalRoutine", routine(a.normal_routine));
    json.number("NormalContext", a.arguments[0]);
    json.number("SystemArgument1", a.arguments[1]);
    json.number("SystemArgument2", a.arguments[2]);
}
