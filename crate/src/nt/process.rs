//! Processes: attaching a thread to another one and detaching it (AT-1…3), and the end of a process (TH-19). A process
//! is here what a thread's address space and APC lists belong to; it has no memory of its own.

use super::Kernel;
use super::apc::KERNEL;
use super::dispatcher_object::DispatcherHeader;
use super::frame::{Frame, FrameId, FrameKind};
use super::state::Kthread;
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, Ladder, ObjectRef, Program};
use crate::trace::{Kind, Rule};

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kprocess {
    /// Header: signalled once its last thread has ended.
    pub header: DispatcherHeader,
    /// ActiveThreads.
    pub active_threads: u16,
    /// Affinity: what those of its threads lie within (TH-17).
    pub affinity: u64,
}

/// A KAPC_STATE that is not in use: of a thread, what belongs to the process that it is not in (AT-1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KapcState {
    /// The thread whose state it is; `NONE`: nobody's.
    pub thread: u16,
    /// Heads and tails of ApcListHead: kernel, user.
    pub apc_list: [(u16, u16); 2],
    /// Process; `NONE` when the thread is attached to none.
    pub process: u16,
    /// KernelApcPending, UserApcPending, SpecialUserApcPending, KernelApcInProgress.
    pub flags: [bool; 4],
    /// The record that made user APCs pending.
    pub user_apc_pending_since: u32,
}

impl KapcState {
    /// One without APCs.
    #[must_use]
    pub fn empty(thread: u16, process: u16) -> Self {
        let apc_list = [(NONE, NONE); 2];
        Self { thread, apc_list, process, flags: [false; 4], user_apc_pending_since: NO_RECORD }
    }
}

/// The ApcState of KeStackAttachProcess: what it was saved to is the thread's own SavedApcState, or nothing was saved
/// since the thread was in that process already; from [`FIRST_SAVED`] on, one that the caller keeps.
const IN_THREAD: i64 = 0;
const NOTHING: i64 = 1;
const FIRST_SAVED: i64 = 2;

/// The processes before the machine starts. Those that the scenario does not declare never end.
pub(super) fn processes(program: &Program) -> Vec<Kprocess> {
    let threads = |process: u16| program.threads.iter().filter(move |t| t.process == process);
    (0u16..)
        .zip(&program.processes)
        .map(|(i, def)| Kprocess {
            header: DispatcherHeader::new(0),
            affinity: def.affinity,
            active_threads: threads(i).filter(|t| !t.created_by_code).count() as u16 + u16::from(def.implied),
        })
        .collect()
}

impl Kthread {
    /// Exchanges the APC state in use with another one.
    fn exchange_apc_state(&mut self, other: &mut KapcState) {
        use std::mem::swap;
        swap(&mut self.apc_list, &mut other.apc_list);
        swap(&mut self.process, &mut other.process);
        swap(&mut self.kernel_apc_pending, &mut other.flags[0]);
        swap(&mut self.user_apc_pending, &mut other.flags[1]);
        swap(&mut self.special_user_apc_pending, &mut other.flags[2]);
        swap(&mut self.kernel_apc_in_progress, &mut other.flags[3]);
        swap(&mut self.user_apc_pending_since, &mut other.user_apc_pending_since);
    }
}

impl Kernel {
    /// KeAttachProcess, KeStackAttachProcess (AT-1): the ApcState that the latter gives. The former is not for a thread
    /// that is attached already.
    pub fn attach_process(&mut self, cpu: usize, process: u16, stack: bool) -> i64 {
        let prcb = &self.state.kprcb[cpu];
        let (thread, in_routine) = (prcb.current_thread, prcb.frame != FrameId::NONE);
        let attached = self.state.kthread.get(thread as usize).map(|t| (t.process, t.apc_state_index != 0));
        let (current, attached) = attached.unwrap_or((self.program.system_process, false));
        if current == process && !in_routine {
            return NOTHING;
        }
        if in_routine || (attached && !stack) {
            let index = u64::from(attached);
            let parameters = [Class::Process.at(process), Class::Process.at(current), index, u64::from(in_routine)];
            self.bugcheck(cpu, Rule::AT1, 0x5, parameters);
            return NOTHING;
        }
        let saved = if attached { self.save_apc_state(thread, process) } else { IN_THREAD };
        if !attached {
            let t = &mut self.state.kthread[thread as usize];
            let mut state = std::mem::replace(&mut t.saved_apc_state, KapcState::empty(thread, NONE));
            state.process = process;
            t.exchange_apc_state(&mut state);
            t.saved_apc_state = state;
            t.apc_state_index = 1;
        }
        let to = ObjectRef { class: Class::Process, index: process }.pack();
        let told = self.emit(cpu, Kind::ProcessAttached, Rule::AT1, thread, to);
        self.find_queued_apcs(cpu, thread, told, Rule::AT1);
        saved
    }

    /// What KeDetachProcess takes back: the one attachment of KeAttachProcess, or nothing.
    #[must_use]
    pub fn own_apc_state(&self, cpu: usize) -> i64 {
        let thread = self.state.kthread.get(self.state.kprcb[cpu].current_thread as usize);
        if thread.is_some_and(|t| t.apc_state_index != 0) { IN_THREAD } else { NOTHING }
    }

    /// The process that the current thread is in; that of the idle thread is the system's.
    #[must_use]
    pub fn current_process(&self, cpu: usize) -> u16 {
        let thread = self.state.kthread.get(self.state.kprcb[cpu].current_thread as usize);
        thread.map_or(self.program.system_process, |t| t.process)
    }

    /// A thread that is attached attaches once more: the caller keeps the state of the outer attachment.
    fn save_apc_state(&mut self, thread: u16, process: u16) -> i64 {
        let mut state = KapcState::empty(thread, process);
        self.state.kthread[thread as usize].exchange_apc_state(&mut state);
        let states = &mut self.state.apc_states;
        let place = states.iter().position(|s| s.thread == NONE).unwrap_or(states.len());
        if place == states.len() {
            states.push(state);
        } else {
            states[place] = state;
        }
        FIRST_SAVED + place as i64
    }

    /// KeUnstackDetachProcess with the ApcState of its attachment, KeDetachProcess with `IN_THREAD` (AT-2). False: a
    /// kernel APC of the attachment runs first; call it again when the frame runs again.
    pub fn detach_process(&mut self, cpu: usize, apc_state: i64) -> bool {
        if apc_state == NOTHING {
            return true;
        }
        let prcb = &self.state.kprcb[cpu];
        let (thread, irql, in_thread) = (prcb.current_thread, prcb.irql, prcb.frame == FrameId::NONE);
        let saved = apc_state.checked_sub(FIRST_SAVED).and_then(|place| usize::try_from(place).ok());
        let kept = saved.and_then(|place| self.state.apc_states.get(place)).is_some_and(|s| s.thread == thread);
        let known = apc_state == IN_THREAD || kept;
        let Some(t) = self.state.kthread.get(thread as usize).filter(|t| in_thread && known && t.apc_state_index != 0)
        else {
            self.bugcheck(cpu, Rule::AT2, 0x6, [0; 4]);
            return true;
        };
        if t.kernel_apc_pending && t.special_apc_disable == 0 && irql < Ladder::APC {
            let frame = Frame::kernel(FrameKind::DeliverApc, irql, self.cause);
            self.begin_apc_delivery(cpu, thread, frame, Rule::AT2);
            return false;
        }
        if t.kernel_apc_in_progress || t.apc_list != [(NONE, NONE); 2] {
            self.bugcheck(cpu, Rule::AT2, 0x6, [0; 4]);
            return true;
        }
        let t = &mut self.state.kthread[thread as usize];
        if let Some(place) = saved {
            let mut state = std::mem::replace(&mut self.state.apc_states[place], KapcState::empty(NONE, NONE));
            t.exchange_apc_state(&mut state);
        } else {
            let mut state = std::mem::replace(&mut t.saved_apc_state, KapcState::empty(thread, NONE));
            t.exchange_apc_state(&mut state);
            t.apc_state_index = 0;
        }
        let back = ObjectRef { class: Class::Process, index: t.process }.pack();
        let told = self.emit(cpu, Kind::ProcessDetached, Rule::AT2, thread, back);
        self.find_queued_apcs(cpu, thread, told, Rule::AT2);
        true
    }

    /// Other lists are in use now: what waits in them is asked for. A special user APC becomes pending by a kernel APC
    /// (AP-24), which has waited with it.
    fn find_queued_apcs(&mut self, cpu: usize, thread: u16, cause: u32, rule: Rule) {
        let outer = std::mem::replace(&mut self.cause, cause);
        let special = self.special_user_apc_is_queued(thread);
        let t = &mut self.state.kthread[thread as usize];
        t.kernel_apc_pending = t.apc_list[KERNEL].0 != NONE;
        if t.kernel_apc_pending {
            self.request_software_interrupt(cpu, Ladder::APC, rule);
        }
        if special && !self.state.kthread[thread as usize].special_user_apc_pending {
            self.set_special_user_apc_pending(cpu, thread, rule);
        }
        self.cause = outer;
    }

    /// A thread of a process is created.
    pub(super) fn join_process(&mut self, thread: u16) {
        let process = self.program.threads[thread as usize].process;
        self.state.kprocess[process as usize].active_threads += 1;
    }

    /// A thread has ended: with the last one its process ends, and a critical one takes the machine with it (TH-19).
    pub(super) fn leave_process(&mut self, cpu: usize, thread: u16) {
        let process = self.program.threads[thread as usize].process;
        let p = &mut self.state.kprocess[process as usize];
        p.active_threads -= 1;
        if p.active_threads != 0 {
            return;
        }
        p.header.signal_state = 1;
        let ended = self.emit(cpu, Kind::ProcessEnded, Rule::TH19, process, 0);
        let outer = std::mem::replace(&mut self.cause, ended);
        self.close_ports_of(cpu, process);
        self.cause = outer;
        if self.program.processes[process as usize].critical {
            return self.bugcheck(cpu, Rule::TH19, 0xEF, [Class::Process.at(process), 0, 0, 0]);
        }
        let outer = std::mem::replace(&mut self.cause, ended);
        self.wait_test(cpu, ObjectRef { class: Class::Process, index: process }, 0, Rule::TH19);
        self.cause = outer;
    }
}
