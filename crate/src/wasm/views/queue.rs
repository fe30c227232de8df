//! What `!exqueue`, `dt nt!_KQUEUE` and `dt nt!_WORK_QUEUE_ITEM` would show.

use super::locks::waiters;
use super::some;
use crate::nt::{Kqueue, Packet, State};
use crate::program::{Class, ObjectRef, Program, WORK_QUEUE_TYPES};
use serde::Serialize;

/// A KQUEUE as it is declared.
#[derive(Serialize)]
pub(super) struct QueueDefView {
    name: String,
    /// Of a queue of worker threads, what the debugger calls it.
    work: Option<&'static str>,
}

/// A KQUEUE.
#[derive(Serialize)]
pub(super) struct QueueView {
    /// What is in it, in order: a work item, or none for a completion packet.
    entries: Vec<Option<u16>>,
    current_count: u16,
    maximum_count: u16,
    waiters: Vec<u16>,
    /// The threads that belong to it.
    threads: Vec<usize>,
}

/// A work item.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WorkItemView {
    /// The queue that it is in.
    queue: Option<usize>,
    worker_routine: String,
    parameter: f64,
    io_object: String,
}

pub(super) fn queue_defs(program: &Program) -> Vec<QueueDefView> {
    let work = |queue: u16| {
        let used = program.work_queues.iter().find(|q| q.queue == queue)?;
        WORK_QUEUE_TYPES.get(usize::from(used.queue_type)).map(|q| q.short)
    };
    (0u16..).zip(&program.queues).map(|(i, q)| QueueDefView { name: q.name.clone(), work: work(i) }).collect()
}

/// What is in a queue, in order.
fn entries<'a>(state: &'a State, queue: &Kqueue) -> impl Iterator<Item = &'a Packet> {
    std::iter::successors(state.packets.get(queue.entries.0 as usize), |p| state.packets.get(p.next as usize))
}

pub(super) fn queues(state: &State) -> Vec<QueueView> {
    let view = |(i, q): (usize, &Kqueue)| QueueView {
        entries: entries(state, q).map(|p| some(p.work_item)).collect(),
        current_count: q.current_count,
        maximum_count: q.maximum_count,
        waiters: waiters(state, &q.header),
        threads: (0..state.kthread.len()).filter(|t| usize::from(state.kthread[*t].queue) == i).collect(),
    };
    state.kqueue.iter().enumerate().map(view).collect()
}

pub(super) fn work_items(state: &State, program: &Program) -> Vec<WorkItemView> {
    let view = |(i, w): (u16, &crate::nt::WorkItem)| {
        let object = u32::try_from(w.io_object).ok().and_then(ObjectRef::unpack);
        WorkItemView {
            queue: state.kqueue.iter().position(|q| entries(state, q).any(|p| p.work_item == i)),
            worker_routine: program.name(Class::Body, w.routine).into(),
            parameter: w.context as f64,
            io_object: object.map_or(String::new(), |o| program.name(o.class, o.index).into()),
        }
    };
    (0..).zip(&state.work_items).map(view).collect()
}
