//! What `!alpc /p` and `!alpc /m` would show, by the kernel's own field names (LP-1, LP-5), and what else the page draws
//! of messages: sections and their views, what was copied, what is held.

use super::{object_name, place, some};
use crate::base::NONE;
use crate::nt::State;
use crate::nt::alpc::{AlpcPort, AlpcThread, KalpcMessage, PortState, QueueType};
use crate::program::{Class, Costs, Ladder, ObjectRef, PortKind, Program};
use crate::sim;
use crate::text::LineIndex;
use crate::trace::Kind;
use serde::Serialize;

/// Servers make their ports early; a run is not searched any further for them.
const OWNERS_HORIZON: u32 = 100_000;

/// What does not change of a port.
#[derive(Serialize)]
pub(super) struct PortDefView {
    name: String,
    kind: &'static str,
    /// The connection port that it belongs to.
    connection: u16,
    /// The other end of its connection.
    peer: Option<u16>,
    /// Of a connection port, the process that makes it, if the run has come to that.
    owner: Option<u16>,
    line: u32,
}

/// What the machine's work costs, in nanoseconds; `copy_rate` in bytes in each.
#[derive(Serialize)]
pub(super) struct CostsView {
    system_call: f64,
    context_switch: f64,
    copy_rate: u32,
    map: f64,
    page: f64,
    unmap: f64,
    packet: f64,
}

/// An ALPC_PORT that is there, or a connection port that a scenario declares. Messages are named by MessageId.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PortView {
    port: u16,
    state: &'static str,
    owner_process: Option<u16>,
    has_handle: bool,
    legacy: bool,
    port_context: f64,
    main_queue: Vec<u32>,
    large_message_queue: Vec<u32>,
    pending_queue: Vec<u32>,
    canceled_queue: Vec<u32>,
    direct_queue: Vec<u32>,
    completion_list: Vec<u32>,
    /// Threads that wait for a message, first come first.
    wait_queue: Vec<u16>,
    /// Of a waitable port: its semaphore.
    semaphore: Option<u16>,
    completion_port: String,
    completion_key: f64,
    completion_list_event: String,
    callback_routine: String,
    max_message_length: u32,
    max_pool_usage: f64,
    pool_usage: f64,
}

/// The view that a message carries.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SentViewView {
    section: u16,
    size: u32,
    auto_release: bool,
}

/// A KALPC_MESSAGE.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MessageView {
    message_id: u32,
    /// Its name, and the number with its flags.
    r#type: &'static str,
    type_flags: u16,
    data_length: u32,
    total_length: u32,
    owner_port: u16,
    queue_port: u16,
    /// One of the queues of QueuePort; `none`: on its way with `holder`.
    queue_type: &'static str,
    client_thread: u16,
    waiting_thread: Option<u16>,
    server_thread: Option<u16>,
    /// The thread that sends it, or that waits for its reply.
    holder: Option<u16>,
    /// Its reply is there, or it has failed, and Holder has not seen that yet.
    answered: bool,
    status: u32,
    view: Option<SentViewView>,
    /// The objects of its HANDLE and DIRECT attributes.
    handle: String,
    event: String,
    /// Kernel memory that it holds, in bytes.
    charged: u32,
    sent_at: f64,
    /// The record that put it where it is.
    since: u32,
}

/// What a thread does with messages.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AlpcThreadView {
    /// The message that it sends or whose reply it waits for.
    message: Option<u32>,
    /// The port in whose WaitQueue it is.
    port: Option<u16>,
    /// The port of a message that it was told of and has not looked for yet.
    told: Option<u16>,
}

/// A section that is there.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SectionView {
    section: u16,
    port: u16,
    process: u16,
    size: f64,
    has_handle: bool,
}

/// A view that is mapped.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ViewView {
    view: u16,
    section: u16,
    process: u16,
    size: u32,
    /// The message that it goes with.
    message: Option<u32>,
    /// It came with a message.
    received: bool,
}

/// ALPC at the position.
#[derive(Serialize)]
pub(super) struct AlpcView {
    ports: Vec<PortView>,
    messages: Vec<MessageView>,
    sections: Vec<SectionView>,
    views: Vec<ViewView>,
    threads: Vec<AlpcThreadView>,
    kernel_memory: f64,
    bytes_copied: f64,
    replies: u32,
    last_latency: f64,
}

pub(super) fn ports(session: &sim::Session, index: &LineIndex) -> Vec<PortDefView> {
    let owners = owners(session);
    let all = session.program().alpc.ports.iter().zip(owners).map(|(p, owner)| PortDefView {
        name: p.name.clone(),
        kind: p.kind.name(),
        connection: p.connection,
        peer: some(p.peer).filter(|_| p.kind != PortKind::Connection),
        owner,
        line: place(index, p.span).line,
    });
    all.collect()
}

/// Which process makes each connection port first, by the records up to a bound.
fn owners(session: &sim::Session) -> Vec<Option<u16>> {
    let (program, columns) = (session.program(), session.columns());
    let mut owners = vec![None; program.alpc.ports.len()];
    let mut missing = program.alpc.ports.iter().filter(|p| p.kind == PortKind::Connection).count();
    let mut running = vec![NONE; program.machine.processors.into()];
    for record in (0..columns.len().min(OWNERS_HORIZON)).map_while(|n| columns.get(n)) {
        if missing == 0 {
            break;
        }
        match record.kind {
            Kind::ContextSwitched => running[usize::from(record.cpu)] = record.subject,
            Kind::PortCreated => {
                let owner = &mut owners[usize::from(record.subject)];
                let thread = program.threads.get(usize::from(running[usize::from(record.cpu)]));
                if owner.is_none() {
                    *owner = thread.and_then(|t| some(t.process));
                    missing -= 1;
                }
            }
            _ => {}
        }
    }
    owners
}

/// None where everything but `work` is free.
pub(super) fn costs(costs: &Costs) -> Option<CostsView> {
    (*costs != Costs::default()).then_some(CostsView {
        system_call: costs.system_call as f64,
        context_switch: costs.context_switch as f64,
        copy_rate: costs.copy_rate,
        map: costs.map as f64,
        page: costs.page as f64,
        unmap: costs.unmap as f64,
        packet: costs.packet as f64,
    })
}

/// None in a scenario without ports.
pub(super) fn alpc(program: &Program, state: &State) -> Option<AlpcView> {
    let alpc = &state.alpc;
    let defs = &program.alpc.ports;
    if defs.is_empty() {
        return None;
    }
    let id = |message: u16| alpc.messages.get(message as usize).map(|m| m.id).filter(|id| *id != 0);
    let ports = (0..)
        .zip(&alpc.ports)
        .filter(|(i, port)| port.state != PortState::Closed || defs[usize::from(*i)].kind == PortKind::Connection);
    let messages = (0..).zip(&alpc.messages).filter(|(_, m)| m.id != 0);
    let sections = (0..).zip(&alpc.sections).filter_map(|(section, s)| {
        let port = some(s.port)?;
        Some(SectionView { section, port, process: s.process, size: s.size as f64, has_handle: s.has_handle })
    });
    let views = (0..).zip(&alpc.views).filter_map(|(view, v)| {
        let section = some(v.section)?;
        let (process, size, message) = (v.process, v.size, id(v.message));
        Some(ViewView { view, section, process, size, message, received: v.received })
    });
    let thread = |(thread, t): (u16, &AlpcThread)| {
        let message = id(state.alpc_message_of(thread));
        AlpcThreadView { message, port: some(t.port), told: some(t.told) }
    };
    Some(AlpcView {
        ports: ports.map(|(i, p)| port(program, state, i, p)).collect(),
        messages: messages.map(|(i, m)| message(program, state, i, m)).collect(),
        sections: sections.collect(),
        views: views.collect(),
        threads: (0..).zip(&alpc.threads).map(thread).collect(),
        kernel_memory: alpc.kernel_memory as f64,
        bytes_copied: alpc.bytes_copied as f64,
        replies: alpc.replies,
        last_latency: alpc.last_latency as f64,
    })
}

fn port(program: &Program, state: &State, index: u16, p: &AlpcPort) -> PortView {
    let alpc = &state.alpc;
    let queue = |queue| -> Vec<u32> {
        let next = |m: &u16| some(alpc.messages[usize::from(*m)].next);
        let all = std::iter::successors(some(p.queue(queue).head), next);
        all.map(|m| alpc.messages[usize::from(m)].id).collect()
    };
    let next = |thread: &u16| some(alpc.threads[usize::from(*thread)].next);
    PortView {
        port: index,
        state: p.state.name(),
        owner_process: some(p.owner_process),
        has_handle: p.has_handle,
        legacy: p.legacy,
        port_context: p.context as f64,
        main_queue: queue(QueueType::Main),
        large_message_queue: queue(QueueType::Large),
        pending_queue: queue(QueueType::Pending),
        canceled_queue: queue(QueueType::Canceled),
        direct_queue: queue(QueueType::Direct),
        completion_list: queue(QueueType::List),
        wait_queue: std::iter::successors(some(p.wait_queue.0), next).collect(),
        semaphore: some(program.alpc.ports[usize::from(index)].semaphore),
        completion_port: program.name(Class::Queue, p.completion_port).into(),
        completion_key: p.completion_key as f64,
        completion_list_event: program.name(Class::Event, p.list_event).into(),
        callback_routine: program.name(Class::Body, p.callback).into(),
        max_message_length: p.max_message_length,
        max_pool_usage: p.max_pool_usage as f64,
        pool_usage: p.pool_usage as f64,
    }
}

fn message(program: &Program, state: &State, index: u16, m: &KalpcMessage) -> MessageView {
    let holder = (0..state.alpc.threads.len() as u16).find(|thread| state.alpc_message_of(*thread) == index);
    let handle = u32::try_from(m.handle).ok().and_then(ObjectRef::unpack);
    let header = if program.machine.ladder == Ladder::X64 { 0x28 } else { 0x18 };
    MessageView {
        message_id: m.id,
        r#type: m.kind_name(),
        type_flags: m.kind,
        data_length: m.data_length,
        total_length: m.data_length + header,
        owner_port: m.owner_port,
        queue_port: m.queue_port,
        queue_type: m.queue.name(),
        client_thread: m.client,
        waiting_thread: some(m.waiting_thread),
        server_thread: some(m.server_thread),
        holder,
        answered: m.answered,
        status: m.status,
        view: some(m.view.0).map(|section| SentViewView { section, size: m.view.1, auto_release: m.auto_release }),
        handle: handle.map_or(String::new(), |o| object_name(program, o.pack())),
        event: program.name(Class::Event, m.event).into(),
        charged: m.charged,
        sent_at: m.sent_at as f64,
        since: m.since,
    }
}
