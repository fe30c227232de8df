//! I/O requests: issuing, completion, and the special kernel APC that carries the result home (IO-1…7).

use super::state::IrpState;
use super::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_PENDING};
use crate::base::NONE;
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

/// Boost of the user APC that carries a completion (IO-2).
const USER_APC_INCREMENT: i64 = 2;

impl Kernel {
    /// ReadFileEx, WriteFileEx, ReadFile: true when the request is on its way. `completion` is the APC
    /// declaration of the completion routine, or `NONE`.
    pub fn issue_request(&mut self, cpu: usize, irp: u16, completion: u16) -> bool {
        let def = &self.program.irps[irp as usize];
        let (refuse, bytes, pending, file) = (def.refuse, def.bytes, def.pending, def.file);
        let bound = file != NONE && self.state.file_port[file as usize];
        if completion != NONE && bound {
            return self.refuse_request(cpu, irp, STATUS_INVALID_PARAMETER, Rule::IO4);
        }
        if refuse != 0 {
            return self.refuse_request(cpu, irp, refuse, Rule::IO6);
        }
        if matches!(self.state.irp[irp as usize].state, IrpState::Pending | IrpState::Completed) {
            return self.refuse_request(cpu, irp, STATUS_INVALID_PARAMETER, Rule::IO6);
        }
        let thread = self.state.kprcb[cpu].current_thread;
        let request = &mut self.state.irp[irp as usize];
        request.state = IrpState::Pending;
        request.status = 0;
        request.information = bytes;
        request.status_block = [STATUS_PENDING, 0];
        request.thread = thread;
        request.completion = completion;
        let event = self.program.irps[irp as usize].event;
        if event != NONE {
            self.state.kevent[event as usize].signalled = false;
        }
        let started = self.emit(cpu, Kind::IoStarted, Rule::IO5, irp, bytes);
        self.state.irp[irp as usize].since = started;
        if !pending {
            // IO-1: completed in the dispatch routine, so the issuing call itself finishes it.
            let outer = std::mem::replace(&mut self.cause, started);
            self.cause = self.emit(cpu, Kind::IoCompleted, Rule::IO1, irp, 0);
            self.finish_request(cpu, irp);
            self.cause = outer;
            self.exit_dispatcher(cpu);
        }
        true
    }

    fn refuse_request(&mut self, cpu: usize, irp: u16, status: Ntstatus, rule: Rule) -> bool {
        self.emit(cpu, Kind::IoRefused, rule, irp, status);
        false
    }

    /// IoCompleteRequest (IO-1): queues IRP.Tail.Apc, a special kernel APC, to the thread that issued it.
    pub fn complete_request(&mut self, cpu: usize, irp: u16, boost: i64) {
        let request = &mut self.state.irp[irp as usize];
        match request.state {
            IrpState::Pending => {}
            // Cancelled since its thread has gone: the driver's completion finds nobody.
            IrpState::Idle if request.thread != NONE => return,
            _ => return self.bugcheck(cpu, Rule::IO1, 0x44, [u64::from(irp), 0, 0, 0]),
        }
        request.state = IrpState::Completed;
        request.since = self.state.records;
        let (status, thread) = (request.status, request.thread);
        let completed = self.emit(cpu, Kind::IoCompleted, Rule::IO1, irp, status);
        let apc = self.apc_of_request(irp);
        let tail = &mut self.state.kapc[apc as usize];
        tail.thread = thread;
        let outer = std::mem::replace(&mut self.cause, completed);
        self.insert_queue_apc(cpu, apc, [0, 0], boost);
        self.cause = outer;
    }

    /// What the special kernel APC does in the issuing thread (IO-2). The dispatcher's exit is the caller's.
    pub(super) fn finish_request(&mut self, cpu: usize, irp: u16) {
        let request = &mut self.state.irp[irp as usize];
        request.state = IrpState::Delivered;
        request.status_block = [request.status, request.information];
        let (status, information, thread, completion) =
            (request.status, request.information, request.thread, request.completion);
        let written = self.emit(cpu, Kind::IoStatusWritten, Rule::IO2, irp, information);
        let outer = std::mem::replace(&mut self.cause, written);
        let event = self.program.irps[irp as usize].event;
        if event != NONE {
            self.signal_event(cpu, event, 0);
        }
        if completion != NONE {
            // An object of its own: the same request may be issued again before its callback has run.
            let overlapped = ObjectRef { class: Class::Irp, index: irp }.pack();
            let arguments = [i64::from(status), i64::from(information), i64::from(overlapped)];
            self.insert_new_user_apc(cpu, completion, thread, arguments, USER_APC_INCREMENT);
        }
        self.cause = outer;
    }

    /// IRP.Tail.Apc: the requests' APC objects follow the declared ones.
    fn apc_of_request(&self, irp: u16) -> u16 {
        (self.program.apcs.len() - self.program.irps.len()) as u16 + irp
    }

    /// CreateIoCompletionPort (IO-4).
    pub fn bind_completion_port(&mut self, file: u16) {
        self.state.file_port[file as usize] = true;
    }
}
