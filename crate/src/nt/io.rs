//! I/O requests: issuing, completion, and the special kernel APC that carries the result home (IO-1…8).

use super::request::{IrpState, Packet};
use super::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_MORE_PROCESSING_REQUIRED, STATUS_PENDING, nt_error};
use crate::base::NONE;
use crate::program::{ApcKind, Class, ObjectRef, PacketModel, SynchronousIo};
use crate::trace::{Kind, Rule};

/// FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: a request that succeeds at once leaves no packet.
const SKIP_PACKET: u8 = 1;
/// FILE_SKIP_SET_EVENT_ON_HANDLE: the file object's event is left alone.
const SKIP_EVENT: u8 = 2;
/// Boost of the user APC that carries a completion (IO-2).
const USER_APC_INCREMENT: i64 = 2;

impl Kernel {
    /// ReadFileEx, WriteFileEx, ReadFile: true when the request is on its way. `completion` is the APC declaration of
    /// the caller's completion routine, or `NONE`. `None`: the driver's dispatch routine runs; call
    /// [`Kernel::dispatch_returned`] with what it returns.
    pub fn issue_request(&mut self, cpu: usize, irp: u16, completion: u16) -> Option<bool> {
        let def = &self.program.irps[irp as usize];
        let (refuse, bytes, pending, file) = (def.refuse, def.bytes, def.pending, def.file);
        if completion != NONE && self.port_of(file) != NONE {
            return Some(self.refuse_request(cpu, irp, STATUS_INVALID_PARAMETER, Rule::IO4));
        }
        if refuse != 0 {
            return Some(self.refuse_request(cpu, irp, refuse, Rule::IO6));
        }
        if self.state.irp[irp as usize].is_under_way() {
            return Some(self.refuse_request(cpu, irp, STATUS_INVALID_PARAMETER, Rule::IO6));
        }
        self.leave_stack(irp);
        self.begin_request(cpu, irp, completion, true);
        let started = self.emit(cpu, Kind::IoStarted, Rule::IO5, irp, bytes);
        self.state.irp[irp as usize].since = started;
        let driver = self.driver_of(irp);
        if driver != NONE {
            let outer = std::mem::replace(&mut self.cause, started);
            self.call_driver(cpu, driver, irp);
            self.cause = outer;
            return None;
        }
        self.state.irp[irp as usize].pending_returned = true;
        if !pending {
            // IO-1: completed in the dispatch routine, so the issuing call itself finishes it.
            let outer = std::mem::replace(&mut self.cause, started);
            self.cause = self.emit(cpu, Kind::IoCompleted, Rule::IO1, irp, 0);
            self.finish_request(cpu, irp, true);
            self.cause = outer;
            self.exit_dispatcher(cpu);
        }
        Some(true)
    }

    /// The dispatch routine of a request that the current call has issued returns (IO-1, IO-6).
    pub fn dispatch_returned(&mut self, cpu: usize, irp: u16, returned: Ntstatus) -> bool {
        let request = &self.state.irp[irp as usize];
        let (status, completed) = (request.status, request.since);
        if request.state != IrpState::Deferred || returned == STATUS_PENDING {
            return !nt_error(returned);
        }
        let outer = std::mem::replace(&mut self.cause, completed);
        if nt_error(status) {
            let request = &mut self.state.irp[irp as usize];
            (request.state, request.thread) = (IrpState::Idle, NONE);
            self.refuse_request(cpu, irp, status, Rule::IO6);
        } else {
            self.finish_request(cpu, irp, true);
            self.exit_dispatcher(cpu);
        }
        self.cause = outer;
        !nt_error(status)
    }

    /// A request comes to be the current thread's and with a driver.
    pub(super) fn begin_request(&mut self, cpu: usize, irp: u16, completion: u16, deferrable: bool) {
        let thread = self.state.kprcb[cpu].current_thread;
        let request = &mut self.state.irp[irp as usize];
        request.state = IrpState::Pending;
        request.status = 0;
        request.information = self.program.irps[irp as usize].bytes;
        request.status_block = [STATUS_PENDING, 0];
        request.thread = thread;
        request.completion = completion;
        request.deferrable = deferrable;
        request.pending_returned = false;
        request.cancel = false;
        request.cancel_routine = NONE;
        for event in self.events_of(irp).into_iter().filter(|event| *event != NONE) {
            self.state.kevent[event as usize].header.signal_state = 0;
        }
    }

    pub(super) fn refuse_request(&mut self, cpu: usize, irp: u16, status: Ntstatus, rule: Rule) -> bool {
        self.emit(cpu, Kind::IoRefused, rule, irp, status);
        false
    }

    /// IoCompleteRequest (IO-1). `returned`: the status of the completion routine that has just run. False: one runs;
    /// call this again with what it returns.
    pub fn complete_request(&mut self, cpu: usize, irp: u16, boost: i64, returned: Option<Ntstatus>) -> bool {
        let request = &self.state.irp[irp as usize];
        let pending = request.state == IrpState::Pending;
        match returned {
            Some(STATUS_MORE_PROCESSING_REQUIRED) => return true,
            Some(_) if !pending => return true, // its thread has ended meanwhile
            None if !pending || request.cancel_routine != NONE => {
                self.complete_wrongly(cpu, irp);
                return true;
            }
            _ => {}
        }
        let next = self.next_completion_routine(irp);
        if next.is_none() {
            self.state.irp[irp as usize].state = IrpState::Completed;
        }
        if returned.is_none() {
            self.state.irp[irp as usize].since = self.state.records;
            let status = self.state.irp[irp as usize].status;
            self.emit(cpu, Kind::IoCompleted, Rule::IO1, irp, status);
        }
        let outer = std::mem::replace(&mut self.cause, self.state.irp[irp as usize].since);
        match &next {
            Some(location) => self.call_driver_routine(cpu, location.routine, irp, location.context, Rule::IO1),
            None => self.leave_drivers(cpu, irp, boost),
        }
        self.cause = outer;
        next.is_none()
    }

    fn complete_wrongly(&mut self, cpu: usize, irp: u16) {
        let request = &self.state.irp[irp as usize];
        match request.state {
            IrpState::Pending => {
                let routine = self.program.routine_address(request.cancel_routine);
                self.bugcheck(cpu, Rule::IO1, 0x48, [Class::Irp.at(irp), routine, 0, 0]);
            }
            // Cancelled since its thread has gone: the driver's completion finds nobody.
            IrpState::Idle if request.thread != NONE => {}
            // Cancelled by a driver that the scenario does not show: that one knows.
            IrpState::Completed | IrpState::Delivered if request.cancel && self.driver_of(irp) == NONE => {}
            _ => self.bugcheck(cpu, Rule::IO1, 0x44, [Class::Irp.at(irp), 0, 0, 0]),
        }
    }

    /// A completed request has left its uppermost driver: who does the rest, and where (IO-1, IO-8).
    fn leave_drivers(&mut self, cpu: usize, irp: u16, boost: i64) {
        let def = &self.program.irps[irp as usize];
        let (paging, port) = (def.paging, self.port_of(def.file));
        let request = &mut self.state.irp[irp as usize];
        let thread = request.thread;
        if paging || thread == NONE {
            self.write_status(cpu, irp, Rule::IO1);
            self.exit_dispatcher(cpu);
        } else if request.deferrable && !request.pending_returned {
            request.state = IrpState::Deferred;
        } else if self.program.machine.packet_model == PacketModel::Dequeue
            && request.completion == NONE
            && port != NONE
        {
            self.insert_packet(cpu, irp, port, irp);
            self.exit_dispatcher(cpu);
        } else {
            let apc = self.apc_of_request(irp);
            self.state.kapc[apc as usize].thread = thread;
            self.insert_queue_apc(cpu, apc, [0, 0], boost);
        }
    }

    /// What the special kernel APC does in the issuing thread (IO-2); `at_once` when the issuing call does it
    /// itself. The dispatcher's exit is the caller's.
    pub(super) fn finish_request(&mut self, cpu: usize, irp: u16, at_once: bool) {
        let outer = self.cause;
        self.write_status(cpu, irp, Rule::IO2);
        let request = &self.state.irp[irp as usize];
        let (status, information, thread, completion) =
            (request.status, request.information, request.thread, request.completion);
        let file = self.program.irps[irp as usize].file;
        let port = self.port_of(file);
        if completion != NONE {
            // An object of its own: the same request may be issued again before its callback has run.
            let arguments = [i64::from(status), i64::from(information), overlapped(irp)];
            self.insert_new_apc(cpu, completion, ApcKind::User, thread, arguments, USER_APC_INCREMENT);
        } else if port != NONE {
            let skips = at_once && !nt_error(status) && self.state.file[file as usize].modes & SKIP_PACKET != 0;
            if !skips {
                self.insert_packet(cpu, irp, port, NONE);
            }
        }
        self.cause = outer;
    }

    /// Data, status block and event; the record is the cause of what follows.
    fn write_status(&mut self, cpu: usize, irp: u16, rule: Rule) {
        let request = &mut self.state.irp[irp as usize];
        request.state = IrpState::Delivered;
        request.status_block = [request.status, request.information];
        let information = request.information;
        self.cause = self.emit(cpu, Kind::IoStatusWritten, rule, irp, information);
        let def = &self.program.irps[irp as usize];
        let skips = def.event == NONE && def.file != NONE && self.state.file[def.file as usize].modes & SKIP_EVENT != 0;
        if skips && !self.is_synchronous(irp) {
            return;
        }
        for event in self.events_of(irp).into_iter().filter(|event| *event != NONE) {
            self.signal_event(cpu, event, 0);
        }
    }

    fn insert_packet(&mut self, cpu: usize, irp: u16, port: u16, unfinished: u16) {
        let request = &self.state.irp[irp as usize];
        let (status, information) = (request.status, request.information);
        let key = self.state.file[self.program.irps[irp as usize].file as usize].key;
        let packet = Packet { status, irp: unfinished, ..Packet::posted(information, key, overlapped(irp)) };
        self.insert_queue(cpu, port, packet, Rule::IO2);
    }

    /// The thread that has removed the packet of a request does what its kernel APC would have done (IO-8).
    pub(super) fn finish_dequeued(&mut self, cpu: usize, irp: u16, queued: u32) {
        let outer = std::mem::replace(&mut self.cause, queued);
        self.write_status(cpu, irp, Rule::IO8);
        self.cause = outer;
        self.exit_dispatcher(cpu);
    }

    /// The caller's event, else the file object's (IO-2); both where the call itself waits for the latter. `NONE` where
    /// there is none.
    fn events_of(&self, irp: u16) -> [u16; 2] {
        let def = &self.program.irps[irp as usize];
        let of_file = self.program.files.get(def.file as usize).map_or(NONE, |f| f.event);
        let waited_for = if self.is_synchronous(irp) { of_file } else { NONE };
        if def.event == NONE { [of_file, NONE] } else { [def.event, waited_for] }
    }

    /// The uppermost driver of a request's file; `NONE`: one that the scenario does not show.
    fn driver_of(&self, irp: u16) -> u16 {
        self.program.files.get(self.program.irps[irp as usize].file as usize).map_or(NONE, |f| f.driver)
    }

    /// The completion port that a file is bound to, or `NONE`.
    fn port_of(&self, file: u16) -> u16 {
        self.state.file.get(file as usize).map_or(NONE, |f| f.port)
    }

    /// IRP.Tail.Apc.
    fn apc_of_request(&self, irp: u16) -> u16 {
        self.program.first_irp_apc + irp
    }

    /// CreateIoCompletionPort (IO-4); false when the file is bound already, or opened for synchronous I/O.
    pub fn bind_completion_port(&mut self, file: u16, port: u16, key: i64) -> bool {
        let synchronous = self.program.files[file as usize].synchronous_io != SynchronousIo::None;
        let file = &mut self.state.file[file as usize];
        let free = file.port == NONE && !synchronous;
        if free {
            (file.port, file.key) = (port, key);
        }
        free
    }
}

/// The OVERLAPPED of a request as callbacks and packets carry it.
fn overlapped(irp: u16) -> i64 {
    i64::from(ObjectRef { class: Class::Irp, index: irp }.pack())
}
