//! Files opened for synchronous I/O: a call that reads or writes one waits for its request, and a user APC that ends the
//! wait of a file opened with FILE_SYNCHRONOUS_IO_ALERT cancels the request (AP-29). What a request is, and how it is
//! completed, is told in `io`.

use super::frame::{CALLBACK_RETURNED, Frame, FrameId, FrameKind, Stack};
use super::request::IrpState;
use super::wait::{FRESH, Wait};
use super::{Kernel, Ntstatus, STATUS_CANCELLED, STATUS_SUCCESS, nt_error};
use crate::base::{INFINITE, NONE};
use crate::program::{Class, FileDef, Ladder, ObjectRef, SynchronousIo};
use crate::trace::{Kind, Rule};

/// `pc` of the frame: what the call is at.
mod step {
    /// It takes the file object's lock: one request at a time.
    pub(super) const LOCK: u16 = 0;
    /// The driver's dispatch routine has the request.
    pub(super) const DISPATCH: u16 = 1;
    /// It waits for the request.
    pub(super) const WAIT: u16 = 2;
    /// A user APC or an alert has ended that wait: it wants the cancel spin lock.
    pub(super) const CANCEL: u16 = 3;
    /// The driver's cancel routine has the request.
    pub(super) const CANCELLING: u16 = 4;
    /// It waits for the cancelled request; nothing but its completion ends that wait.
    pub(super) const DRAIN: u16 = 5;
    /// The same where the driver has no cancel routine: it looks again and again.
    pub(super) const LOOK_AGAIN: u16 = 6;
}

/// Phase of the frame while it wants the cancel spin lock; the others are those of waits and callbacks.
const SPINNING: u8 = 5;

/// How long IopAbortInterruptedIrp sleeps before it looks again: 10 ms.
const PAUSE: i64 = -10_000_000;

impl Kernel {
    /// Whether a call that issues this request waits for it.
    #[must_use]
    pub fn is_synchronous(&self, irp: u16) -> bool {
        let file = self.program.irps[irp as usize].file;
        self.program.files.get(file as usize).is_some_and(|f| f.synchronous_io != SynchronousIo::None)
    }

    /// NtReadFile, NtWriteFile on a file opened for synchronous I/O. The operation that calls it goes on in the phase
    /// [`CALLBACK_RETURNED`], with TRUE when the request has succeeded.
    pub fn begin_synchronous_request(&mut self, cpu: usize, irp: u16, completion: u16) {
        let thread = self.state.kprcb[cpu].current_thread;
        let frame = Frame::kernel(FrameKind::SynchronousIo, Ladder::PASSIVE, self.cause);
        let id = self.push_frame(Stack::Thread(thread), Frame { object: irp, pc: step::LOCK, ..frame });
        let at = id.index() * self.program.slots_per_frame as usize;
        self.state.slots[at] = i64::from(completion);
    }

    /// It goes on.
    pub fn continue_synchronous_request(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let frame = &self.state.frames[id.index()];
        let (since, irp, at) = (frame.since, frame.object, frame.pc);
        self.enter_code(since, NONE);
        match at {
            step::LOCK => {
                if self.lock_file_object(cpu, thread, id, irp) {
                    self.issue_synchronously(cpu, thread, id, irp);
                }
            }
            step::DISPATCH => {
                let returned = self.go_to(id, step::WAIT) as Ntstatus;
                if !self.dispatch_returned(cpu, irp, returned) {
                    self.end_synchronous_request(cpu, thread, irp, false);
                }
            }
            step::WAIT => self.wait_for_request(cpu, thread, id, irp),
            step::CANCEL => self.abort_interrupted_irp(cpu, id, irp),
            step::CANCELLING => self.lower_to(cpu, id, step::DRAIN),
            step::DRAIN => {
                if self.wait_for_file(cpu, irp, false, false).is_some() {
                    self.end_with_status(cpu, thread, irp);
                }
            }
            _ => self.look_again(cpu, thread, id, irp),
        }
    }

    /// IopLockFileObject. A user APC that ends a wait for it leaves the request unissued.
    fn lock_file_object(&mut self, cpu: usize, thread: u16, id: FrameId, irp: u16) -> bool {
        let (lock, alertable) = (self.file_of(irp).lock, self.file_of(irp).synchronous_io == SynchronousIo::Alert);
        let header = &mut self.state.kevent[lock as usize].header;
        if self.state.frames[id.index()].phase == FRESH && std::mem::take(&mut header.signal_state) != 0 {
            return true;
        }
        let object = ObjectRef { class: Class::Event, index: lock }.pack();
        match self.wait(cpu, Wait { object, user_mode: true, alertable, timeout: INFINITE }) {
            None => false,
            Some(STATUS_SUCCESS) => true,
            Some(status) => {
                self.refuse_request(cpu, irp, status, Rule::AP29);
                self.return_result(thread, false);
                false
            }
        }
    }

    fn issue_synchronously(&mut self, cpu: usize, thread: u16, id: FrameId, irp: u16) {
        let [completion]: [i64; 1] = self.slots(id);
        self.go_to(id, step::WAIT);
        match self.issue_request(cpu, irp, completion as u16) {
            None => self.state.frames[id.index()].pc = step::DISPATCH,
            Some(true) => {}
            Some(false) => self.end_synchronous_request(cpu, thread, irp, false),
        }
    }

    /// IopSynchronousServiceTail: a request that is over already is not waited for.
    fn wait_for_request(&mut self, cpu: usize, thread: u16, id: FrameId, irp: u16) {
        let fresh = self.state.frames[id.index()].phase == FRESH;
        if fresh && self.state.irp[irp as usize].state == IrpState::Delivered {
            return self.end_with_status(cpu, thread, irp);
        }
        let alertable = self.file_of(irp).synchronous_io == SynchronousIo::Alert;
        match self.wait_for_file(cpu, irp, true, alertable) {
            None => {}
            Some(STATUS_SUCCESS) => self.end_with_status(cpu, thread, irp),
            Some(_) => {
                // At APC_LEVEL the APC of its completion cannot come in between.
                self.raise_irql(cpu, Ladder::APC.into());
                self.go_to(id, step::CANCEL);
            }
        }
    }

    fn wait_for_file(&mut self, cpu: usize, irp: u16, user_mode: bool, alertable: bool) -> Option<Ntstatus> {
        let object = ObjectRef { class: Class::Event, index: self.file_of(irp).event }.pack();
        self.wait(cpu, Wait { object, user_mode, alertable, timeout: INFINITE })
    }

    /// IopAbortInterruptedIrp: cancels the request, unless it is complete by now.
    fn abort_interrupted_irp(&mut self, cpu: usize, id: FrameId, irp: u16) {
        let wanted = self.state.frames[id.index()].phase == SPINNING;
        if !wanted && !self.is_pending(irp) {
            return self.lower_to(cpu, id, step::DRAIN);
        }
        if self.file_of(irp).driver == NONE {
            self.cancel_for_unseen_driver(cpu, irp);
            return self.lower_to(cpu, id, step::DRAIN);
        }
        if !wanted {
            self.raise_for_lock(cpu, Ladder::DISPATCH, Rule::IR17);
            self.state.frames[id.index()].phase = SPINNING;
        }
        let lock = self.program.cancel_spin_lock();
        if !self.acquire_spin_lock(cpu, id, lock, Ladder::APC, false) {
            return;
        }
        if !self.is_pending(irp) {
            // Completed while the lock was wanted.
            self.release_spin_lock(cpu, lock, Some(Ladder::APC.into()));
            self.lower_to(cpu, id, step::DRAIN);
        } else if self.cancel_irp(cpu, irp, Ladder::APC, Rule::AP29) {
            self.go_to(id, step::CANCELLING);
        } else {
            self.lower_to(cpu, id, step::LOOK_AGAIN);
        }
    }

    /// A driver that the scenario does not show cancels what it is asked to.
    fn cancel_for_unseen_driver(&mut self, cpu: usize, irp: u16) {
        let request = &mut self.state.irp[irp as usize];
        (request.cancel, request.status, request.information) = (true, STATUS_CANCELLED, 0);
        self.cause = self.emit(cpu, Kind::IoCancelRequested, Rule::AP29, irp, 1);
        self.complete_request(cpu, irp, 0, None);
    }

    fn look_again(&mut self, cpu: usize, thread: u16, id: FrameId, irp: u16) {
        let fresh = self.state.frames[id.index()].phase == FRESH;
        if fresh && self.state.kevent[self.file_of(irp).event as usize].header.is_signalled() {
            return self.end_with_status(cpu, thread, irp);
        }
        // When it is over, the frame runs again.
        self.wait(cpu, Wait { object: 0, user_mode: false, alertable: false, timeout: PAUSE });
    }

    fn end_with_status(&mut self, cpu: usize, thread: u16, irp: u16) {
        let succeeded = !nt_error(self.state.irp[irp as usize].status_block[0]);
        self.end_synchronous_request(cpu, thread, irp, succeeded);
    }

    /// IopUnlockFileObject, and the call returns.
    fn end_synchronous_request(&mut self, cpu: usize, thread: u16, irp: u16, succeeded: bool) {
        let lock = self.file_of(irp).lock;
        self.return_result(thread, succeeded);
        let header = &mut self.state.kevent[lock as usize].header;
        if header.nobody_waits() {
            header.signal_state = 1;
        } else {
            self.signal_event(cpu, lock, 0);
            self.exit_dispatcher(cpu);
        }
    }

    fn return_result(&mut self, thread: u16, succeeded: bool) {
        let caller = self.pop_frame(Stack::Thread(thread));
        let frame = &mut self.state.frames[caller.index()];
        (frame.phase, frame.remaining) = (CALLBACK_RETURNED, succeeded.into());
        frame.since = self.cause; // what the code does next, it does because its wait is over
    }

    /// The next step; what the driver's routine that has just run returned.
    fn go_to(&mut self, id: FrameId, step: u16) -> i64 {
        let frame = &mut self.state.frames[id.index()];
        (frame.phase, frame.pc) = (FRESH, step);
        std::mem::take(&mut frame.remaining)
    }

    fn lower_to(&mut self, cpu: usize, id: FrameId, step: u16) {
        self.go_to(id, step);
        self.lower_irql(cpu, Ladder::PASSIVE.into());
    }

    fn is_pending(&self, irp: u16) -> bool {
        self.state.irp[irp as usize].state == IrpState::Pending
    }

    fn file_of(&self, irp: u16) -> &FileDef {
        &self.program.files[self.program.irps[irp as usize].file as usize]
    }
}
