//! APC objects, their two lists on each thread, insertion and signalling (AP-1…11, AP-24…26). What happens to an APC
//! once its thread takes it is told in `apc_delivery`.

use super::state::{Kapc, ThreadState};
use super::{Kernel, STATUS_KERNEL_APC, STATUS_USER_APC};
use crate::base::{NO_RECORD, NONE};
use crate::program::{ApcKind, ApcOwner, BodyKind, Class, Ladder, Program};
use crate::trace::{Kind, Rule};

/// Index of the kernel list and of the user list of a thread.
pub(super) const KERNEL: usize = 0;
pub(super) const USER: usize = 1;

/// CurrentApcEnvironment and InsertApcEnvironment: resolved when the APC is initialised, or inserted (AP-2).
const CURRENT_ENVIRONMENT: u8 = 2;
const INSERT_ENVIRONMENT: u8 = 3;

/// What KeInitializeApc is told, besides the object.
#[derive(Clone, Copy, Debug)]
pub struct ApcInit {
    /// Thread.
    pub thread: u16,
    /// Environment.
    pub environment: u8,
    /// KernelRoutine's body, or `NONE`.
    pub kernel_routine: u16,
    /// RundownRoutine's body, or `NONE`.
    pub rundown_routine: u16,
    /// NormalRoutine's body, or `NONE`.
    pub normal_routine: u16,
    /// NormalContext.
    pub context: i64,
}

impl Kernel {
    /// KeInitializeApc (AP-2, AP-6). Without a NormalRoutine the APC is a special kernel one, whatever mode was asked
    /// for; what the object held is forgotten.
    pub fn initialize_apc(&mut self, cpu: usize, apc: u16, init: ApcInit) {
        let a = &self.state.kapc[apc as usize];
        if a.inserted {
            // In the midst of a list its links would be torn: the machine stops as it does for any bad list entry.
            let (apc, thread) = (Class::Apc.at(a.def), Class::Thread.at(a.thread));
            return self.bugcheck(cpu, Rule::AP6, 0x139, [3, apc, thread, 0]);
        }
        let current = self.state.kthread[init.thread as usize].apc_state_index;
        let kind = match self.program.bodies.get(init.normal_routine as usize).map(|b| b.kind) {
            None => ApcKind::SpecialKernel,
            Some(BodyKind::UserApc) => ApcKind::User,
            Some(_) => ApcKind::NormalKernel,
        };
        let a = &mut self.state.kapc[apc as usize];
        a.kind = kind;
        a.thread = init.thread;
        a.apc_state_index = if init.environment == CURRENT_ENVIRONMENT { current } else { init.environment };
        (a.kernel_routine, a.rundown_routine, a.normal_routine) =
            (init.kernel_routine, init.rundown_routine, init.normal_routine);
        a.arguments = [if kind == ApcKind::SpecialKernel { 0 } else { init.context }, 0, 0];
        let def = a.def;
        self.emit(cpu, Kind::ApcInitialized, Rule::AP6, def, u32::from(init.thread));
    }

    /// KeInsertQueueApc (AP-7).
    pub fn insert_queue_apc(&mut self, cpu: usize, apc: u16, arguments: [i64; 2], increment: i64) -> bool {
        let inserted = self.link_and_signal_apc(cpu, apc, arguments, increment);
        self.exit_dispatcher(cpu);
        inserted
    }

    /// KeInsertQueueApc up to the dispatcher's exit, which is the caller's.
    pub(super) fn link_and_signal_apc(&mut self, cpu: usize, apc: u16, arguments: [i64; 2], increment: i64) -> bool {
        let a = &self.state.kapc[apc as usize];
        let (def, thread) = (a.def, a.thread);
        if thread == NONE {
            // Nobody has initialised the object: the kernel follows Thread, which is NULL, at a raised level (BC-1).
            self.bugcheck(cpu, Rule::BC1, 0xA, [0, u64::from(Ladder::DISPATCH), 0, 0]);
            return false;
        }
        if a.inserted || !self.state.kthread[thread as usize].apc_queueable {
            self.emit(cpu, Kind::ApcRefused, Rule::AP7, def, u32::from(thread));
            return false;
        }
        let current = self.state.kthread[thread as usize].apc_state_index;
        let a = &mut self.state.kapc[apc as usize];
        a.inserted = true;
        if a.apc_state_index == INSERT_ENVIRONMENT {
            a.apc_state_index = current;
        }
        a.arguments[1..].copy_from_slice(&arguments);
        a.since = self.state.records;
        let (kind, signals, exits) = (a.kind, a.apc_state_index == current, a.exits(&self.program));
        self.link_apc(apc);
        let inserted = self.emit(cpu, Kind::ApcInserted, Rule::AP8, def, u32::from(thread));
        if !signals {
            return true; // it waits for an attachment to begin or to end (AP-9)
        }
        let outer = std::mem::replace(&mut self.cause, inserted);
        match kind {
            ApcKind::User => {
                if exits {
                    self.set_user_apc_pending(cpu, thread, Rule::AP8);
                }
                self.signal_user_apc(cpu, thread, increment);
            }
            ApcKind::SpecialUser => self.signal_special_user_apc(cpu, thread, increment),
            _ => self.signal_kernel_apc(cpu, thread, kind, increment),
        }
        self.cause = outer;
        true
    }

    /// KeRemoveQueueApc: takes an APC out of its list; with the last one of it nothing of its kind is pending.
    pub fn remove_queue_apc(&mut self, cpu: usize, apc: u16) -> bool {
        let a = &mut self.state.kapc[apc as usize];
        if !std::mem::take(&mut a.inserted) {
            return false;
        }
        let (def, thread, user) = (a.def, a.thread, a.kind.is_user());
        let next = std::mem::replace(&mut a.next, NONE);
        let list = if user { USER } else { KERNEL };
        let t = &self.state.kthread[thread as usize];
        let kept = self.state.apc_states.iter().filter(|s| s.thread == thread).map(|s| s.apc_list[list].0);
        // The list that it is in, by its first: in use, of SavedApcState, or kept by a caller of KeStackAttachProcess.
        let firsts = [t.apc_list[list].0, t.saved_apc_state.apc_list[list].0].into_iter().chain(kept);
        let links = |at: &u16| self.state.kapc.get(*at as usize).map(|a| a.next).filter(|at| *at != NONE);
        let mut lists = firsts.map(|first| (first, std::iter::successors(Some(first).filter(|f| *f != NONE), links)));
        // `next` of the APC itself is NONE by now: a walk that finds it ends with it.
        let Some(first) = lists.find_map(|(first, mut list)| list.any(|at| at == apc).then_some(first)) else {
            return false;
        };
        let before = std::iter::successors(Some(first), links).take_while(|at| *at != apc).last().unwrap_or(NONE);
        if before != NONE {
            self.state.kapc[before as usize].next = next;
        }
        let ends = self.apc_list_of(thread, list, first);
        *ends = (if first == apc { next } else { first }, if ends.1 == apc { before } else { ends.1 });
        let t = &mut self.state.kthread[thread as usize];
        t.kernel_apc_pending &= t.apc_list[KERNEL].0 != NONE;
        self.forget_user_apcs(thread);
        self.emit(cpu, Kind::ApcRemoved, Rule::AP7, def, u32::from(thread));
        true
    }

    /// The services that queue a user APC, QueueUserAPC and its kin: a new object, then as KeInsertQueueApc.
    pub fn queue_user_apc(&mut self, cpu: usize, def: u16, thread: u16, arguments: [i64; 3], special: bool) -> bool {
        if !self.state.kthread[thread as usize].apc_queueable {
            self.emit(cpu, Kind::ApcRefused, Rule::AP7, def, u32::from(thread));
            return false;
        }
        let kind = if special { ApcKind::SpecialUser } else { self.program.apcs[def as usize].kind };
        let inserted = self.insert_new_apc(cpu, def, kind, thread, arguments, 0);
        self.exit_dispatcher(cpu);
        inserted
    }

    /// Queues an APC whose object is made for this once and freed when it is delivered. The dispatcher's exit is the
    /// caller's.
    pub(super) fn insert_new_apc(
        &mut self,
        cpu: usize,
        def: u16,
        kind: ApcKind,
        thread: u16,
        arguments: [i64; 3],
        increment: i64,
    ) -> bool {
        let declared = &self.program.apcs[def as usize];
        let apc = Kapc { kind, thread, pooled: true, arguments, ..Kapc::new(def, declared) };
        let index = match self.state.kapc_free.pop() {
            Some(index) => {
                self.state.kapc[index as usize] = apc;
                index
            }
            None => {
                let made = self.state.kapc.len() - self.program.apcs.len();
                if made >= self.limits.apc_pool as usize {
                    self.stop_at_limit("apc_pool", u64::from(self.limits.apc_pool));
                    return false;
                }
                self.state.kapc.push(apc);
                self.state.kapc.len() as u16 - 1
            }
        };
        self.link_and_signal_apc(cpu, index, [arguments[1], arguments[2]], increment)
    }

    /// Head and tail of an APC list of a thread: the one in use, or the one of the other environment.
    pub(super) fn apc_list(&mut self, thread: u16, environment: u8, list: usize) -> &mut (u16, u16) {
        let t = &mut self.state.kthread[thread as usize];
        if t.apc_state_index == environment { &mut t.apc_list[list] } else { &mut t.saved_apc_state.apc_list[list] }
    }

    /// Head and tail of the APC list of a thread that begins with this APC.
    fn apc_list_of(&mut self, thread: u16, list: usize, first: u16) -> &mut (u16, u16) {
        let t = &mut self.state.kthread[thread as usize];
        if t.apc_list[list].0 == first {
            return &mut t.apc_list[list];
        }
        let kept = self.state.apc_states.iter_mut().find(|s| s.thread == thread && s.apc_list[list].0 == first);
        kept.map_or(&mut t.saved_apc_state.apc_list[list], |s| &mut s.apc_list[list])
    }

    /// AP-8: special APCs stand before all others of their list, everything else at the tail; but what ends the thread is
    /// the first of all.
    fn link_apc(&mut self, apc: u16) {
        let a = &self.state.kapc[apc as usize];
        let (kind, thread, environment, exits) = (a.kind, a.thread, a.apc_state_index, a.exits(&self.program));
        let list = if kind.is_user() { USER } else { KERNEL };
        let (first, last) = *self.apc_list(thread, environment, list);
        let mut after = last;
        if exits {
            after = NONE;
        } else if matches!(kind, ApcKind::SpecialKernel | ApcKind::SpecialUser) {
            after = NONE;
            let mut at = first;
            while let Some(before) = self.state.kapc.get(at as usize) {
                if before.kind != kind && !before.exits(&self.program) {
                    break;
                }
                (after, at) = (at, before.next);
            }
        }
        let next = if after == NONE { first } else { self.state.kapc[after as usize].next };
        self.state.kapc[apc as usize].next = next;
        if after != NONE {
            self.state.kapc[after as usize].next = apc;
        }
        let ends = self.apc_list(thread, environment, list);
        if after == NONE {
            ends.0 = apc;
        }
        if next == NONE {
            ends.1 = apc;
        }
    }

    /// Takes the head of a list in use; its `Inserted` is clear from then on.
    pub(super) fn unlink_apc(&mut self, thread: u16, list: usize) -> u16 {
        let (first, last) = self.state.kthread[thread as usize].apc_list[list];
        let apc = &mut self.state.kapc[first as usize];
        apc.inserted = false;
        let next = std::mem::replace(&mut apc.next, NONE);
        self.state.kthread[thread as usize].apc_list[list] = (next, if next == NONE { NONE } else { last });
        if list == USER {
            self.forget_user_apcs(thread);
        }
        first
    }

    /// What is no longer queued is not pending.
    fn forget_user_apcs(&mut self, thread: u16) {
        let special = self.special_user_apc_is_queued(thread);
        let t = &mut self.state.kthread[thread as usize];
        t.special_user_apc_pending &= special;
        t.user_apc_pending &= t.apc_list[USER].0 != NONE;
    }

    /// Whether a special user APC is in the list in use. It stands before all others but the one that ends the thread.
    pub(super) fn special_user_apc_is_queued(&self, thread: u16) -> bool {
        let queued = |at: u16| self.state.kapc.get(at as usize);
        let first = queued(self.state.kthread[thread as usize].apc_list[USER].0);
        let mut list = std::iter::successors(first, |a| queued(a.next));
        list.find(|a| !a.exits(&self.program)).is_some_and(|a| a.kind == ApcKind::SpecialUser)
    }

    /// AP-9.
    fn signal_kernel_apc(&mut self, cpu: usize, thread: u16, kind: ApcKind, increment: i64) {
        let t = &mut self.state.kthread[thread as usize];
        t.kernel_apc_pending = true;
        match t.state {
            ThreadState::Running => {
                let target = t.next_processor as usize;
                if target != cpu {
                    self.send_ipi(cpu, target, Ladder::APC, Rule::AP9);
                } else if t.special_apc_disable == 0 {
                    self.request_software_interrupt(cpu, Ladder::APC, Rule::AP9);
                }
            }
            ThreadState::Waiting => {
                let normal_held = t.kernel_apc_disable != 0 || t.kernel_apc_in_progress;
                let deliverable = t.wait_irql == Ladder::PASSIVE
                    && t.special_apc_disable == 0
                    && (kind == ApcKind::SpecialKernel || !normal_held);
                if deliverable {
                    self.end_wait(cpu, thread, STATUS_KERNEL_APC, increment, Rule::AP9);
                }
            }
            _ => {}
        }
    }

    /// AP-10. No region keeps it from ending a wait (AP-11).
    fn signal_user_apc(&mut self, cpu: usize, thread: u16, increment: i64) {
        let t = &self.state.kthread[thread as usize];
        if t.state != ThreadState::Waiting || t.wait_mode == 0 || !(t.alertable || t.user_apc_pending) {
            return;
        }
        let rule = if t.combined_apc_disable() == 0 { Rule::AP10 } else { Rule::AP11 };
        self.set_user_apc_pending(cpu, thread, rule);
        self.end_wait(cpu, thread, STATUS_USER_APC, increment, rule);
    }

    /// AP-24: it is pending whatever the thread does, and only an alertable wait is ended for it. A thread that runs on
    /// another processor is made to enter the kernel, as for a kernel APC: on its way out it finds what is pending.
    fn signal_special_user_apc(&mut self, cpu: usize, thread: u16, increment: i64) {
        self.set_special_user_apc_pending(cpu, thread, Rule::AP24);
        let t = &mut self.state.kthread[thread as usize];
        let target = t.next_processor as usize;
        if t.state == ThreadState::Running && target != cpu {
            t.kernel_apc_pending = true;
            self.send_ipi(cpu, target, Ladder::APC, Rule::AP24);
        } else if t.state == ThreadState::Waiting && t.wait_mode != 0 && t.alertable {
            self.end_wait(cpu, thread, STATUS_USER_APC, increment, Rule::AP24);
        }
    }

    /// Special user APCs will be delivered at the next return to user mode.
    pub(super) fn set_special_user_apc_pending(&mut self, cpu: usize, thread: u16, rule: Rule) {
        let n = self.emit(cpu, Kind::UserApcPending, rule, thread, 0);
        let t = &mut self.state.kthread[thread as usize];
        t.special_user_apc_pending = true;
        t.user_apc_pending_since = n;
    }

    /// User APCs will be delivered at the next return to user mode.
    pub(super) fn set_user_apc_pending(&mut self, cpu: usize, thread: u16, rule: Rule) {
        let n = self.emit(cpu, Kind::UserApcPending, rule, thread, 0);
        let t = &mut self.state.kthread[thread as usize];
        t.user_apc_pending = true;
        t.user_apc_pending_since = n;
    }

    /// KeTestAlertThread(UserMode) (AL-2).
    pub fn test_alert(&mut self, cpu: usize, thread: u16) -> bool {
        let t = &mut self.state.kthread[thread as usize];
        if std::mem::take(&mut t.alerted[USER]) {
            return true;
        }
        if t.apc_list[USER].0 != NONE && !t.user_apc_pending {
            self.set_user_apc_pending(cpu, thread, Rule::AL2);
        }
        false
    }
}

impl Kapc {
    /// Whether it is the user APC that ends its thread: KernelRoutine is PsExitSpecialApc (AP-8).
    pub(super) fn exits(&self, program: &Program) -> bool {
        self.kind.is_user() && program.apcs[self.def as usize].owner == ApcOwner::Exit
    }

    /// An APC as it is declared.
    pub(super) fn new(def: u16, declared: &crate::program::ApcDef) -> Self {
        Self {
            def,
            kind: declared.kind,
            thread: declared.thread,
            apc_state_index: if declared.environment == CURRENT_ENVIRONMENT { 0 } else { declared.environment },
            kernel_routine: declared.kernel_body,
            rundown_routine: declared.rundown_body,
            normal_routine: declared.normal_body,
            inserted: false,
            pooled: false,
            next: NONE,
            arguments: [0; 3],
            since: NO_RECORD,
        }
    }
}
