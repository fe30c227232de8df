//! The routines of ALPC. A call that sends and receives has stages, which its frame remembers: the copy into the kernel
//! takes time, a routine of the kernel may be called, and then the thread waits.

use super::Machine;
use super::execute::phase;
use super::routines::{Flow, done};
use crate::base::{INFINITE, NONE};
use crate::nt::alpc::{
    self, LPC_CONNECTION_REQUEST, Receive, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_HANDLE, Send, Sent,
};
use crate::nt::{CALLBACK_RETURNED, FrameId, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};
use crate::program::{Class, MessageField as F, ObjectRef, Routine, Slot};
use crate::trace::Rule;

/// ALPC_MSGFLG_WAIT_USER_MODE and ALPC_MSGFLG_WAIT_ALERTABLE.
const WAIT_USER_MODE: i64 = 0x10_0000;
const WAIT_ALERTABLE: i64 = 0x20_0000;
const SYNC_REQUEST: i64 = 0x2_0000;
const RELEASE_MESSAGE: i64 = 0x1_0000;

/// ALPC_PORT_INFORMATION_CLASS.
const ASSOCIATE_COMPLETION_PORT: i64 = 2;
const REGISTER_COMPLETION_LIST: i64 = 6;
const REGISTER_CALLBACK: i64 = 9;

/// The stages of a call, in its frame.
mod stage {
    pub(super) const BEGIN: u8 = 0;
    /// A new message is copied into the kernel; it is queued next.
    pub(super) const COPIED: u8 = 1;
    /// The same of a reply.
    pub(super) const REPLY_COPIED: u8 = 2;
    /// What there was to send is sent.
    pub(super) const SENT: u8 = 3;
    /// It waits for its reply.
    pub(super) const AWAITS_REPLY: u8 = 4;
    /// It waits for a message.
    pub(super) const RECEIVES: u8 = 5;
    /// A message is copied out of the kernel; its memory goes back next.
    pub(super) const RECEIVED: u8 = 6;
}

/// A call that sends, receives, or both.
#[derive(Clone, Copy)]
struct Exchange {
    handle: i64,
    flags: i64,
    /// The buffers, or `NONE`.
    send: u16,
    receive: u16,
    send_attributes: u32,
    receive_attributes: u32,
    /// BufferLength, or 0 for as much as the buffer holds.
    length: i64,
    timeout: i64,
    /// Only a connection request ends it.
    listens: bool,
}

impl Exchange {
    fn new(handle: i64, flags: i64, send: u16, receive: u16) -> Self {
        Self {
            handle,
            flags,
            send,
            receive,
            send_attributes: 0,
            receive_attributes: 0,
            length: 0,
            timeout: INFINITE,
            listens: false,
        }
    }

    fn sent_through(&self, port: u16) -> Send {
        Send { port, flags: self.flags, buffer: self.send, attributes: self.send_attributes }
    }
}

impl Machine {
    /// Calls one of them.
    pub(super) fn alpc_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        if self.kernel.state.frames[top.index()].stage == stage::BEGIN && !self.kernel.alpc_is_callable(cpu) {
            return done(0);
        }
        let a = |n: u16| self.slot(top, args + n);
        let message = |n: u16| object(a(n), Class::Message);
        match routine {
            R::NtAlpcDisconnectPort | R::NtClose if self.kernel.state.frames[top.index()].stage == stage::SENT => {
                self.end_exchange(cpu, top, STATUS_SUCCESS) // the routine that was told has returned
            }
            R::NtAlpcCreatePort | R::NtCreatePort => {
                let (port, legacy) = (object(a(1), Class::Port), routine == R::NtCreatePort);
                let status = self.kernel.create_port(cpu, port, legacy.then(|| (a(3), a(4))));
                let handle = if status == STATUS_SUCCESS { alpc_handle(port) } else { 0 };
                Flow::Done(status.into(), Some(handle))
            }
            R::NtAlpcConnectPort => {
                let (sid, length) = (a(5), a(7));
                let exchange = Exchange {
                    send_attributes: a(8) as u32,
                    receive_attributes: a(9) as u32,
                    length,
                    timeout: a(10),
                    ..Exchange::new(a(1), a(4), message(6), message(6))
                };
                self.connect(cpu, top, exchange, sid, 1)
            }
            R::NtConnectPort => {
                let exchange = Exchange::new(a(1), 0, message(6), message(6));
                self.connect(cpu, top, exchange, 0, 2)
            }
            R::NtAlpcAcceptConnectPort => {
                let exchange = Exchange { send_attributes: a(7) as u32, ..Exchange::new(a(1), 0, message(6), NONE) };
                self.accept(cpu, a(0), exchange, a(5), a(8) != 0)
            }
            R::NtAcceptConnectPort => {
                // The old call finds the port by the message.
                let buffer = message(2);
                match self.connection_of_request(cpu, buffer) {
                    Some(port) => {
                        let exchange = Exchange::new(alpc_handle(port), 0, buffer, NONE);
                        self.accept(cpu, a(0), exchange, a(1), a(3) != 0)
                    }
                    None => Flow::Done(STATUS_INVALID_PARAMETER.into(), Some(a(0))),
                }
            }
            R::NtCompleteConnectPort => match self.kernel.port_of_handle(cpu, a(0)) {
                Some(port) if self.kernel.peer_of(port) != NONE => {
                    let client = self.kernel.peer_of(port);
                    let status = self.kernel.complete_connection(cpu, client, Rule::LP9);
                    self.after(cpu, status)
                }
                _ => done(STATUS_INVALID_HANDLE),
            },
            R::NtAlpcSendWaitReceivePort => {
                let exchange = Exchange {
                    send_attributes: a(3) as u32,
                    receive_attributes: a(6) as u32,
                    length: a(5),
                    timeout: a(7),
                    ..Exchange::new(a(0), a(1), message(2), message(4))
                };
                match self.exchange(cpu, top, exchange) {
                    Flow::Done(status, _) => Flow::Done(status, Some(self.length_of(status as Ntstatus, &exchange))),
                    flow => flow,
                }
            }
            R::NtListenPort => {
                let exchange = Exchange { listens: true, ..Exchange::new(a(0), 0, NONE, message(1)) };
                self.exchange(cpu, top, exchange)
            }
            R::NtRequestPort => self.fresh_request(cpu, top, Exchange::new(a(0), RELEASE_MESSAGE, message(1), NONE)),
            R::NtRequestWaitReplyPort => {
                self.fresh_request(cpu, top, Exchange::new(a(0), SYNC_REQUEST, message(1), message(2)))
            }
            R::NtReplyPort => self.exchange(cpu, top, Exchange::new(a(0), RELEASE_MESSAGE, message(1), NONE)),
            R::NtReplyWaitReceivePort => {
                let receive = message(3);
                let exchange = Exchange {
                    receive_attributes: alpc::CONTEXT_ATTRIBUTE,
                    ..Exchange::new(a(0), RELEASE_MESSAGE, message(2), receive)
                };
                match self.exchange(cpu, top, exchange) {
                    Flow::Done(status, _) => {
                        let context = self.kernel.state.alpc.buffers.get(receive as usize);
                        Flow::Done(status, Some(context.map_or(0, |b| b.get(F::PortContext))))
                    }
                    flow => flow,
                }
            }
            R::NtAlpcCancelMessage => match (self.kernel.port_of_handle(cpu, a(0)), message(2)) {
                (None, _) => done(STATUS_INVALID_HANDLE),
                (_, NONE) => done(STATUS_INVALID_PARAMETER),
                (Some(port), buffer) => {
                    let status = self.kernel.cancel_message(cpu, port, buffer);
                    self.after(cpu, status)
                }
            },
            R::NtAlpcDisconnectPort => match self.kernel.port_of_handle(cpu, a(0)) {
                None => done(STATUS_INVALID_HANDLE),
                Some(port) if self.kernel.peer_of(port) == NONE => done(STATUS_INVALID_PARAMETER),
                Some(port) => {
                    let told = self.kernel.disconnect_port(cpu, port);
                    self.tell(cpu, top, told)
                }
            },
            R::NtAlpcCreatePortSection => {
                let (handle, size) = (a(0), a(3));
                let Some(port) = self.kernel.port_of_handle(cpu, handle) else {
                    return Flow::Pair(STATUS_INVALID_HANDLE.into(), [0; 2]);
                };
                match self.kernel.create_section(cpu, port, size) {
                    Ok((section, size)) => Flow::Pair(STATUS_SUCCESS.into(), [section, size]),
                    Err(status) => Flow::Pair(status.into(), [0; 2]),
                }
            }
            R::NtAlpcDeletePortSection | R::NtAlpcCreateSectionView | R::NtAlpcDeleteSectionView
                if self.kernel.port_of_handle(cpu, a(0)).is_none() =>
            {
                done(STATUS_INVALID_HANDLE)
            }
            R::NtAlpcDeletePortSection => {
                let section = a(2);
                done(self.kernel.delete_section(cpu, section))
            }
            R::NtAlpcCreateSectionView => match message(2) {
                NONE => done(STATUS_INVALID_PARAMETER),
                buffer => done(self.kernel.create_view(cpu, buffer)),
            },
            R::NtAlpcDeleteSectionView => {
                let address = a(2);
                done(self.kernel.delete_view(cpu, address))
            }
            R::NtAlpcSetInformation => {
                let (handle, class, what, key) = (a(0), a(1), a(2), a(3));
                let user = self.kernel.state.frames[top.index()].user;
                done(self.set_information(cpu, handle, user, class, [what, key]))
            }
            R::AlpcGetMessageFromCompletionList => match (self.kernel.port_of_handle(cpu, a(0)), message(1)) {
                (Some(port), buffer) if buffer != NONE => done(self.kernel.take_from_list(cpu, port, buffer)),
                _ => done(false),
            },
            R::NtRegisterThreadTerminatePort => match self.kernel.port_of_handle(cpu, a(0)) {
                Some(port) => done(self.kernel.register_terminate_port(cpu, port)),
                None => done(STATUS_INVALID_HANDLE),
            },
            _ => self.close(cpu, top, a(0)),
        }
    }

    /// A call has made threads ready: they may run now.
    fn after(&mut self, cpu: usize, status: Ntstatus) -> Flow {
        self.kernel.exit_dispatcher(cpu);
        done(status)
    }

    /// A routine of the kernel that is told of a connection's end is called before the call returns (LP-13).
    fn tell(&mut self, cpu: usize, top: FrameId, told: Option<u16>) -> Flow {
        let Some(body) = told else { return self.after(cpu, STATUS_SUCCESS) };
        self.set_stage(top, stage::SENT);
        self.call_kernel_routine(cpu, body);
        Flow::Wait
    }

    /// NtClose: ports end with their handle; whatever else has a name in the scenario stays.
    fn close(&mut self, cpu: usize, top: FrameId, handle: i64) -> Flow {
        let known = u32::try_from(handle).ok().and_then(ObjectRef::unpack);
        match known {
            Some(object) if object.class != Class::Port => done(STATUS_SUCCESS),
            _ => match self.kernel.port_of_handle(cpu, handle) {
                Some(port) => {
                    let told = self.kernel.close_port(cpu, port);
                    self.tell(cpu, top, told)
                }
                None => done(STATUS_INVALID_HANDLE),
            },
        }
    }

    fn set_information(&mut self, cpu: usize, handle: i64, user: bool, class: i64, [what, key]: [i64; 2]) -> Ntstatus {
        let Some(port) = self.kernel.port_of_handle(cpu, handle) else { return STATUS_INVALID_HANDLE };
        let of = |class| object(what, class);
        let p = &mut self.kernel.state.alpc.ports[port as usize];
        match class {
            ASSOCIATE_COMPLETION_PORT if of(Class::Queue) != NONE => {
                (p.completion_port, p.completion_key) = (of(Class::Queue), key);
            }
            REGISTER_COMPLETION_LIST if of(Class::Event) != NONE => p.list_event = of(Class::Event),
            // Only a server in the kernel is called (LP-13).
            REGISTER_CALLBACK if of(Class::Body) != NONE && !user => p.callback = of(Class::Body),
            _ => return STATUS_INVALID_PARAMETER,
        }
        if class != REGISTER_CALLBACK {
            self.kernel.tell_of_queued(cpu, port);
            self.kernel.exit_dispatcher(cpu);
        }
        STATUS_SUCCESS
    }

    /// The connection port of the request that a buffer holds.
    fn connection_of_request(&self, cpu: usize, buffer: u16) -> Option<u16> {
        let id = self.kernel.state.alpc.buffers.get(buffer as usize)?.get(F::MessageId);
        let message = self.kernel.state.alpc.messages.iter().find(|m| m.id != 0 && i64::from(m.id) == id)?;
        let port = self.kernel.port_of_handle(cpu, alpc_handle(message.queue_port))?;
        (message.basic_kind() == LPC_CONNECTION_REQUEST).then_some(port)
    }

    /// `old`: what the variable of the handle keeps without a connection (LP-7).
    fn accept(&mut self, cpu: usize, old: i64, exchange: Exchange, context: i64, accept: bool) -> Flow {
        let Some(port) = self.kernel.port_of_handle(cpu, exchange.handle) else {
            return Flow::Done(STATUS_INVALID_HANDLE.into(), Some(old));
        };
        let result = self.kernel.accept_connection(cpu, exchange.sent_through(port), context, accept);
        self.kernel.exit_dispatcher(cpu);
        match result {
            Ok(server) => Flow::Done(STATUS_SUCCESS.into(), Some(server.map_or(old, alpc_handle))),
            Err(status) => Flow::Done(status.into(), Some(old)),
        }
    }

    /// NtAlpcConnectPort and NtConnectPort: the request, and the wait for its answer. `outs`: how many out parameters there are
    /// besides the handle.
    fn connect(&mut self, cpu: usize, top: FrameId, exchange: Exchange, sid: i64, outs: usize) -> Flow {
        let header = i64::from(self.kernel.header_length());
        let server = self.kernel.state.alpc.ports.get(object(exchange.handle, Class::Port) as usize);
        let longest = server.map_or(0, |p| p.max_message_length.into());
        let result = |status: Ntstatus, handle: i64, length: i64| match outs {
            1 => Flow::Pair(status.into(), [handle, length]),
            // ConnectionInformationLength counts no header.
            _ => Flow::Received(status.into(), [handle, longest, (length - header).max(0)]),
        };
        let length = exchange.length;
        loop {
            match self.kernel.state.frames[top.index()].stage {
                stage::BEGIN => {
                    let connection = object(exchange.handle, Class::Port);
                    if connection == NONE {
                        return result(STATUS_INVALID_PARAMETER, 0, length);
                    }
                    match self.kernel.begin_connection(cpu, exchange.sent_through(connection), sid) {
                        Err(status) => return result(status, 0, length),
                        Ok((_, message)) => self.kernel.state.frames[top.index()].message = message,
                    }
                    if !self.enter_stage(top, stage::COPIED) {
                        return Flow::Wait;
                    }
                }
                stage::COPIED => {
                    let message = self.kernel.state.frames[top.index()].message;
                    self.set_stage(top, stage::SENT);
                    if let Some(body) = self.kernel.finish_connection(cpu, message) {
                        self.call_kernel_routine(cpu, body);
                        return Flow::Wait;
                    }
                }
                stage::SENT => {
                    let message = self.kernel.state.frames[top.index()].message;
                    // Only here: a routine of the kernel may have waited in this thread.
                    self.kernel.set_alpc_timeout(cpu, exchange.timeout);
                    self.kernel.begin_reply_wait(cpu, message);
                    self.set_stage(top, stage::AWAITS_REPLY);
                }
                stage::AWAITS_REPLY => {
                    let message = self.kernel.state.frames[top.index()].message;
                    let port = self.kernel.state.alpc.messages[message as usize].owner_port;
                    let receive = self.receive_of(top, &exchange, port);
                    let Some(status) = self.kernel.wait_for_connection(cpu, receive) else { return Flow::Wait };
                    if status != STATUS_SUCCESS {
                        self.end_stages(top);
                        return result(status, 0, self.length_of(status, &exchange));
                    }
                    if !self.enter_stage(top, stage::RECEIVED) {
                        return Flow::Wait;
                    }
                }
                _ => {
                    let message = self.kernel.state.frames[top.index()].message;
                    let port = self.kernel.state.alpc.messages[message as usize].owner_port;
                    self.kernel.finish_receive(cpu);
                    self.end_stages(top);
                    return result(STATUS_SUCCESS, alpc_handle(port), self.length_of(STATUS_SUCCESS, &exchange));
                }
            }
        }
    }

    /// The old calls number every message anew.
    fn fresh_request(&mut self, cpu: usize, top: FrameId, exchange: Exchange) -> Flow {
        let fresh = self.kernel.state.frames[top.index()].stage == stage::BEGIN;
        if fresh && let Some(buffer) = self.kernel.state.alpc.buffers.get_mut(exchange.send as usize) {
            buffer.set(F::MessageId, 0);
        }
        self.exchange(cpu, top, exchange)
    }

    /// Sends, then waits for the reply or receives.
    fn exchange(&mut self, cpu: usize, top: FrameId, exchange: Exchange) -> Flow {
        loop {
            let at = self.kernel.state.frames[top.index()].stage;
            match at {
                stage::BEGIN => {
                    let Some(port) = self.kernel.port_of_handle(cpu, exchange.handle) else {
                        return done(STATUS_INVALID_HANDLE);
                    };
                    let sync = exchange.flags & SYNC_REQUEST != 0;
                    // The kernel rejects a request that says that nobody keeps it.
                    let contradicts = sync && exchange.flags & RELEASE_MESSAGE != 0;
                    let lacks = sync && (exchange.send == NONE || exchange.receive == NONE);
                    if contradicts || lacks || (exchange.send == NONE && exchange.receive == NONE) {
                        return done(STATUS_INVALID_PARAMETER);
                    }
                    let current = self.kernel.state.kprcb[cpu].current_thread as usize;
                    let busy = &self.kernel.state.alpc.threads[current];
                    if busy.message != NONE || busy.port != NONE || busy.told != NONE {
                        return done(STATUS_INVALID_PARAMETER); // an APC's code inside a call of the same thread
                    }
                    if exchange.send == NONE {
                        self.set_stage(top, stage::SENT);
                        continue;
                    }
                    let send = exchange.sent_through(port);
                    let next = match self.kernel.begin_send(cpu, send) {
                        Err(status) => return done(status),
                        Ok(Sent::Message(message)) => {
                            self.kernel.state.frames[top.index()].message = message;
                            stage::COPIED
                        }
                        Ok(Sent::Reply(message)) => {
                            self.kernel.state.frames[top.index()].message = message;
                            stage::REPLY_COPIED
                        }
                    };
                    if !self.enter_stage(top, next) {
                        return Flow::Wait;
                    }
                }
                stage::COPIED | stage::REPLY_COPIED => {
                    let port = object(exchange.handle, Class::Port);
                    let send = exchange.sent_through(port);
                    let message = self.kernel.state.frames[top.index()].message;
                    let sent = if at == stage::COPIED { Sent::Message(message) } else { Sent::Reply(message) };
                    if !send.is_synchronous() {
                        self.kernel.state.frames[top.index()].message = NONE;
                    }
                    self.set_stage(top, stage::SENT);
                    match self.kernel.finish_send(cpu, send, sent) {
                        Err(status) => {
                            return self.end_exchange(cpu, top, status);
                        }
                        Ok(Some(body)) => {
                            self.call_kernel_routine(cpu, body);
                            return Flow::Wait;
                        }
                        Ok(None) => {}
                    }
                    // Whoever was woken may run now, unless this thread is about to wait itself.
                    if exchange.receive == NONE {
                        return self.end_exchange(cpu, top, STATUS_SUCCESS);
                    }
                }
                stage::SENT => {
                    if self.kernel.state.frames[top.index()].phase == CALLBACK_RETURNED {
                        self.kernel.state.frames[top.index()].phase = phase::HALFWAY;
                    }
                    if exchange.receive == NONE {
                        return self.end_exchange(cpu, top, STATUS_SUCCESS);
                    }
                    // Only here: a routine of the kernel may have waited in this thread.
                    self.kernel.set_alpc_timeout(cpu, exchange.timeout);
                    if exchange.flags & SYNC_REQUEST != 0 {
                        let message = self.kernel.state.frames[top.index()].message;
                        self.kernel.begin_reply_wait(cpu, message);
                        self.set_stage(top, stage::AWAITS_REPLY);
                    } else {
                        self.set_stage(top, stage::RECEIVES);
                    }
                }
                stage::AWAITS_REPLY => {
                    let port = object(exchange.handle, Class::Port);
                    let receive = self.receive_of(top, &exchange, port);
                    let Some(status) = self.kernel.wait_for_reply(cpu, receive) else { return Flow::Wait };
                    if status != STATUS_SUCCESS {
                        return self.end_exchange(cpu, top, status);
                    }
                    if !self.enter_stage(top, stage::RECEIVED) {
                        return Flow::Wait;
                    }
                }
                stage::RECEIVES => {
                    let port = object(exchange.handle, Class::Port);
                    let receive = self.receive_of(top, &exchange, port);
                    let Some(status) = self.kernel.receive(cpu, receive) else { return Flow::Wait };
                    if status != STATUS_SUCCESS {
                        return self.end_exchange(cpu, top, status);
                    }
                    if !self.enter_stage(top, stage::RECEIVED) {
                        return Flow::Wait;
                    }
                }
                _ => {
                    self.kernel.finish_receive(cpu);
                    if !exchange.listens || self.holds_connection_request(exchange.receive) {
                        return self.end_exchange(cpu, top, STATUS_SUCCESS);
                    }
                    self.set_stage(top, stage::RECEIVES);
                }
            }
        }
    }

    /// BufferLength in the end: the length of the message that has come, or that does not fit (LP-5).
    fn length_of(&self, status: Ntstatus, exchange: &Exchange) -> i64 {
        match self.kernel.state.alpc.buffers.get(exchange.receive as usize) {
            Some(b) if [STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL].contains(&status) => {
                b.get(F::DataLength) + i64::from(self.kernel.header_length())
            }
            _ => exchange.length,
        }
    }

    fn holds_connection_request(&self, buffer: u16) -> bool {
        let kind = self.kernel.state.alpc.buffers[buffer as usize].get(F::Type);
        kind & 0xFFF == i64::from(LPC_CONNECTION_REQUEST)
    }

    fn end_exchange(&mut self, cpu: usize, top: FrameId, status: Ntstatus) -> Flow {
        self.end_stages(top);
        self.after(cpu, status)
    }

    fn end_stages(&mut self, top: FrameId) {
        let frame = &mut self.kernel.state.frames[top.index()];
        (frame.stage, frame.message, frame.phase) = (stage::BEGIN, NONE, phase::FRESH);
    }

    fn set_stage(&mut self, top: FrameId, stage: u8) {
        self.kernel.state.frames[top.index()].stage = stage;
    }

    /// The next stage; false when what was charged is to be paid first.
    fn enter_stage(&mut self, top: FrameId, stage: u8) -> bool {
        self.set_stage(top, stage);
        let frame = &mut self.kernel.state.frames[top.index()];
        frame.phase = phase::HALFWAY;
        frame.cost == 0
    }

    /// A routine of the kernel is called in the sender's thread (LP-13).
    fn call_kernel_routine(&mut self, cpu: usize, body: u16) {
        self.kernel.call_function(cpu, body, &[]);
    }

    fn receive_of(&self, top: FrameId, exchange: &Exchange, port: u16) -> Receive {
        let frame = &self.kernel.state.frames[top.index()];
        let header = self.kernel.header_length();
        let own = self.kernel.program.alpc.messages.get(exchange.receive as usize).map_or(0, |m| m.buffer);
        let room = if exchange.length > 0 { exchange.length.min(u32::MAX.into()) as u32 } else { own + header };
        Receive {
            port,
            buffer: exchange.receive,
            room,
            attributes: exchange.receive_attributes,
            user_mode: frame.user || exchange.flags & WAIT_USER_MODE != 0,
            alertable: exchange.flags & WAIT_ALERTABLE != 0,
            waiting: frame.waits(),
        }
    }
}

/// The index of a packed object of this class, or `NONE`.
fn object(value: i64, class: Class) -> u16 {
    let object = u32::try_from(value).ok().and_then(ObjectRef::unpack);
    object.filter(|o| o.class == class).map_or(NONE, |o| o.index)
}

fn alpc_handle(port: u16) -> i64 {
    crate::nt::Kernel::port_handle(port)
}
