//! The receiving half of a call: which message comes next, the copy out of the kernel, and the wait for one
//! (LP-5, LP-8, LP-11, LP-12, LP-14).

use super::message::{LPC_CONNECTION_REQUEST, LPC_REPLY};
use super::port::PortState;
use super::{
    CONTEXT_ATTRIBUTE, HANDLE_ATTRIBUTE, KalpcMessage, MESSAGE_OBJECT, QueueType, STATUS_BUFFER_TOO_SMALL,
    STATUS_PORT_CLOSED, STATUS_PORT_DISCONNECTED, VIEW_ATTRIBUTE, packed,
};
use crate::base::{INFINITE, NONE};
use crate::nt::state::due_time;
use crate::nt::{Kernel, Ntstatus, STATUS_SUCCESS};
use crate::program::{Class, MessageField as F, PortKind};
use crate::trace::{Kind, Rule};

/// What is to be received.
#[derive(Clone, Copy, Debug)]
pub struct Receive {
    /// The port.
    pub port: u16,
    /// The program's buffer.
    pub buffer: u16,
    /// How many bytes it has room for, header and all.
    pub room: u32,
    /// ReceiveMessageAttributes.
    pub attributes: u32,
    /// The wait is one of user mode.
    pub user_mode: bool,
    /// ALPC_MSGFLG_WAIT_ALERTABLE.
    pub alertable: bool,
    /// The wait of before goes on.
    pub waiting: bool,
}

impl Kernel {
    /// When the waits of a call end.
    pub fn set_alpc_timeout(&mut self, cpu: usize, timeout: i64) {
        let due = due_time(self.state.now, timeout).map_or(INFINITE, |due| due as i64);
        let thread = self.state.kprcb[cpu].current_thread;
        self.state.alpc.threads[thread as usize].due = due;
    }

    /// Receives a message, waiting for one if need be. `None`: not yet; call it again, `waiting`, when the frame runs again.
    pub fn receive(&mut self, cpu: usize, receive: Receive) -> Option<Ntstatus> {
        let Receive { port, .. } = receive;
        let thread = self.state.kprcb[cpu].current_thread;
        let mut waiting = receive.waiting;
        loop {
            if !waiting {
                if let Some(status) = self.take_message(cpu, receive) {
                    return Some(status);
                }
                let p = &self.state.alpc.ports[port as usize];
                match p.state {
                    PortState::Closed => return Some(STATUS_PORT_CLOSED),
                    PortState::Disconnected => return Some(STATUS_PORT_DISCONNECTED),
                    _ => {}
                }
                self.prepare_wait(thread);
                self.push_receiver(port, thread);
            }
            waiting = false;
            let status = self.wait_for_message(cpu, receive.user_mode, receive.alertable)?;
            self.state.alpc.threads[thread as usize].told = NONE;
            match status {
                STATUS_SUCCESS => self.remove_receiver(thread),
                status => {
                    let told = self.state.alpc.threads[thread as usize].port == NONE;
                    self.remove_receiver(thread);
                    let first = self.state.alpc.ports[port as usize].queue(QueueType::Main).head;
                    if told && first != NONE {
                        self.tell_receiver(cpu, port, first); // what it was told of is another one's now
                    }
                    return Some(status);
                }
            }
        }
    }

    /// The next message of a port, if there is one: the status of the receive (LP-5, LP-12).
    fn take_message(&mut self, cpu: usize, receive: Receive) -> Option<Ntstatus> {
        let Receive { port, buffer, room, .. } = receive;
        let p = &self.state.alpc.ports[port as usize];
        let order = [QueueType::Large, QueueType::Direct, QueueType::Main];
        let message = order.iter().map(|q| p.queue(*q).head).find(|m| *m != NONE)?;
        let length = self.state.alpc.messages[message as usize].data_length;
        if length + self.header_length() > room {
            return Some(self.keep(cpu, port, buffer, message));
        }
        self.hand_over(cpu, receive, message);
        Some(STATUS_SUCCESS)
    }

    /// A message does not fit: it is kept, to be asked for again, and its receiver told how long it is (LP-5).
    fn keep(&mut self, cpu: usize, port: u16, buffer: u16, message: u16) -> Ntstatus {
        let m = &self.state.alpc.messages[message as usize];
        let (length, id) = (m.data_length, m.id);
        if m.queue != QueueType::Large {
            self.unlink_message(message);
            self.link_message(message, port, QueueType::Large);
            self.emit(cpu, Kind::MessageKept, Rule::LP5, port, id);
        }
        self.state.alpc.buffers[buffer as usize].set(F::DataLength, length.into());
        STATUS_BUFFER_TOO_SMALL
    }

    /// A message is copied into its receiver's buffer, which takes time where costs are on; then [`Kernel::finish_receive`]
    /// gives back what it held meanwhile.
    fn hand_over(&mut self, cpu: usize, receive: Receive, message: u16) {
        let length = self.state.alpc.messages[message as usize].data_length;
        self.copy_bytes(cpu, receive.port, length);
        self.take_out(cpu, receive, message, Rule::LP12);
    }

    /// A message is its receiver's, and leaves its queue. The frame has it in hand, or the number of a request, which is pending
    /// from now on and may be withdrawn while it is copied.
    fn take_out(&mut self, cpu: usize, receive: Receive, message: u16, rule: Rule) {
        let port = receive.port;
        let m = &self.state.alpc.messages[message as usize];
        let (id, since) = (m.id, m.since);
        let (reply, pending) = (m.basic_kind() == LPC_REPLY, m.expects_reply());
        self.fill_buffer(cpu, receive, message);
        self.unlink_message(message);
        let thread = self.state.kprcb[cpu].current_thread;
        let top = self.state.top(cpu);
        let frame = &mut self.state.frames[top.index()];
        (frame.message, frame.value) = (if pending { NONE } else { message }, id.into());
        if !reply {
            self.cause = self.emit_from(since, cpu, Kind::MessageReceived, rule, port, id);
        }
        if pending {
            self.state.alpc.messages[message as usize].server_thread = thread;
            self.link_message(message, port, QueueType::Pending);
            self.emit(cpu, Kind::MessageAwaitsReply, Rule::LP5, port, id);
        }
    }

    /// A message is copied out: it goes, or holds no data any more until it is replied to (LP-17).
    pub fn finish_receive(&mut self, cpu: usize) {
        let top = self.state.top(cpu);
        let frame = &mut self.state.frames[top.index()];
        let (message, id) = (std::mem::replace(&mut frame.message, NONE), frame.value as u32);
        let Some(m) = self.state.alpc.messages.get(message as usize) else {
            let thread = self.state.kprcb[cpu].current_thread;
            let received = |m: &KalpcMessage| m.server_thread == thread && m.basic_kind() != LPC_REPLY;
            if let Some(message) = self.find_message(id, received) {
                self.charge_message(cpu, message, MESSAGE_OBJECT);
            }
            return;
        };
        if m.basic_kind() == LPC_REPLY {
            let (since, port, latency) = (m.since, m.owner_port, self.state.now - m.sent_at);
            self.state.alpc.replies += 1;
            self.state.alpc.last_latency = latency;
            let latency = u32::try_from(latency).unwrap_or(u32::MAX);
            self.cause = self.emit_from(since, cpu, Kind::ReplyReceived, Rule::LP11, port, latency);
        }
        // The receiver's view of a datagram is the receiver's to unmap.
        self.keep_views(message);
        self.free_message(cpu, message);
    }

    /// The header, the data and those attributes that were asked for (LP-15).
    pub(super) fn fill_buffer(&mut self, cpu: usize, receive: Receive, message: u16) {
        let wanted = receive.attributes;
        let m = self.state.alpc.messages[message as usize].clone();
        let mut valid = 0;
        let mut view = 0;
        if wanted & VIEW_ATTRIBUTE != 0 && m.view.0 != NONE {
            view = self.map_view(cpu, m.view.0, m.view.1, message);
            valid |= if view == 0 { 0 } else { VIEW_ATTRIBUTE };
        }
        if wanted & HANDLE_ATTRIBUTE != 0 && m.handle != 0 {
            valid |= HANDLE_ATTRIBUTE;
        }
        let context = self.context_of(&m);
        if wanted & CONTEXT_ATTRIBUTE != 0 && context.is_some() {
            valid |= CONTEXT_ATTRIBUTE;
        }
        let b = &mut self.state.alpc.buffers[receive.buffer as usize];
        b.set(F::DataLength, m.data_length.into());
        b.set(F::Data, m.data);
        b.set(F::Type, m.kind.into());
        b.set(F::MessageId, m.id.into());
        b.set(F::ClientId, packed(Class::Thread, m.client).into());
        b.set(F::ValidAttributes, valid.into());
        if valid & VIEW_ATTRIBUTE != 0 {
            b.set(F::ViewBase, view);
            b.set(F::ViewSize, m.view.1.into());
            b.set(F::SectionHandle, 0);
        }
        if valid & HANDLE_ATTRIBUTE != 0 {
            b.set(F::Handle, m.handle);
        }
        if valid & CONTEXT_ATTRIBUTE != 0 {
            b.set(F::PortContext, context.unwrap_or(0));
        }
    }

    /// The server's PortContext of the connection that a message came through.
    fn context_of(&self, m: &KalpcMessage) -> Option<i64> {
        let client = m.owner_port;
        let is_client = self.kind_of(client) == PortKind::Client && m.basic_kind() != LPC_CONNECTION_REQUEST;
        let server = &self.state.alpc.ports[self.peer_of(client) as usize];
        (is_client && server.state != PortState::Closed).then_some(server.context)
    }

    /// The wait of a synchronous request begins: nothing else that this thread waits for counts.
    pub fn begin_reply_wait(&mut self, cpu: usize, message: u16) {
        let thread = self.state.kprcb[cpu].current_thread;
        self.state.alpc.threads[thread as usize].message = message;
        self.state.alpc.messages[message as usize].waiting_thread = thread;
        if !self.state.alpc.messages[message as usize].answered {
            self.prepare_wait(thread);
        }
    }

    /// Waits for the reply to the thread's own message (LP-11, LP-14). `None`: not yet.
    pub fn wait_for_reply(&mut self, cpu: usize, receive: Receive) -> Option<Ntstatus> {
        let thread = self.state.kprcb[cpu].current_thread;
        let message = self.state.alpc.threads[thread as usize].message;
        let m = &self.state.alpc.messages[message as usize];
        let status = if m.answered && !receive.waiting {
            STATUS_SUCCESS
        } else {
            self.wait_for_message(cpu, receive.user_mode, receive.alertable)?
        };
        self.state.alpc.threads[thread as usize].message = NONE;
        let m = &self.state.alpc.messages[message as usize];
        // What came in time counts, though the wait has ended for another reason.
        if !m.answered {
            self.withdraw_message(cpu, message, Rule::LP14);
            return Some(status);
        }
        let (status, queue) = (m.status, m.queue);
        if queue == QueueType::Canceled {
            self.state.alpc.messages[message as usize].waiting_thread = NONE; // its receiver's now
            return Some(status);
        }
        if status != STATUS_SUCCESS {
            self.free_message(cpu, message);
            return Some(status);
        }
        if m.data_length + self.header_length() > receive.room {
            // In the port that it was asked through.
            let owner = m.owner_port;
            self.state.alpc.messages[message as usize].waiting_thread = NONE;
            return Some(self.keep(cpu, owner, receive.buffer, message));
        }
        self.hand_over(cpu, receive, message);
        Some(STATUS_SUCCESS)
    }

    /// AlpcGetMessageFromCompletionList: a message that was copied into the receiver's memory before (LP-13).
    pub fn take_from_list(&mut self, cpu: usize, port: u16, buffer: u16) -> bool {
        let message = self.state.alpc.ports[port as usize].queue(QueueType::List).head;
        if message == NONE {
            return false;
        }
        let receive = Receive {
            port,
            buffer,
            room: u32::MAX,
            attributes: CONTEXT_ATTRIBUTE | HANDLE_ATTRIBUTE | VIEW_ATTRIBUTE,
            user_mode: true,
            alertable: false,
            waiting: false,
        };
        self.take_out(cpu, receive, message, Rule::LP13);
        self.finish_receive(cpu);
        true
    }

    /// A message is copied into the completion list at once: its data holds kernel memory no longer (LP-13).
    pub(super) fn move_to_list(&mut self, cpu: usize, port: u16, message: u16) {
        self.unlink_message(message);
        let length = self.state.alpc.messages[message as usize].data_length;
        self.copy_bytes(cpu, port, length);
        self.link_message(message, port, QueueType::List);
        self.charge_message(cpu, message, MESSAGE_OBJECT);
    }

    /// A thread goes to the tail of a port's WaitQueue.
    fn push_receiver(&mut self, port: u16, thread: u16) {
        let alpc = &mut self.state.alpc;
        let (head, tail) = &mut alpc.ports[port as usize].wait_queue;
        if *head == NONE {
            (*head, *tail) = (thread, thread);
        } else {
            alpc.threads[*tail as usize].next = thread;
            *tail = thread;
        }
        let t = &mut alpc.threads[thread as usize];
        (t.port, t.next) = (port, NONE);
    }

    /// The thread that has waited for the longest time leaves a port's WaitQueue.
    pub(super) fn pop_receiver(&mut self, port: u16) -> Option<u16> {
        let thread = self.state.alpc.ports[port as usize].wait_queue.0;
        (thread != NONE).then(|| {
            self.remove_receiver(thread);
            thread
        })
    }

    /// A thread leaves the WaitQueue that it is in, if any.
    fn remove_receiver(&mut self, thread: u16) {
        let alpc = &mut self.state.alpc;
        let t = &mut alpc.threads[thread as usize];
        let port = std::mem::replace(&mut t.port, NONE);
        let next = std::mem::replace(&mut t.next, NONE);
        if port == NONE {
            return;
        }
        let (head, tail) = alpc.ports[port as usize].wait_queue;
        let mut before = NONE;
        let mut at = head;
        while at != thread && at != NONE {
            (before, at) = (at, alpc.threads[at as usize].next);
        }
        if before != NONE {
            alpc.threads[before as usize].next = next;
        }
        let ends = &mut alpc.ports[port as usize].wait_queue;
        if before == NONE {
            ends.0 = next;
        }
        if tail == thread {
            ends.1 = before;
        }
    }
}
