//! What threads wait for one after the other at the position: semaphores, mutexes, resources, processes.

use super::some;
use crate::nt::{DispatcherHeader, State};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct SemaphoreView {
    count: i32,
    waiters: Vec<u16>,
}

#[derive(Serialize)]
pub(super) struct MutantView {
    signal_state: i32,
    owner: Option<u16>,
    abandoned: bool,
    waiters: Vec<u16>,
}

#[derive(Serialize)]
pub(super) struct FastMutexView {
    owner: Option<u16>,
    old_irql: u8,
    waiters: Vec<u16>,
}

#[derive(Serialize)]
struct OwnerView {
    thread: Option<u16>,
    count: u16,
}

#[derive(Serialize)]
pub(super) struct ResourceView {
    active_count: u16,
    exclusive: bool,
    owners: Vec<OwnerView>,
    shared_waiters: Vec<u16>,
    exclusive_waiters: Vec<u16>,
}

#[derive(Serialize)]
pub(super) struct ProcessView {
    signalled: bool,
    active_threads: u16,
    waiters: Vec<u16>,
}

/// The threads that wait for an object, in the order of its wait list.
pub(super) fn waiters(state: &State, header: &DispatcherHeader) -> Vec<u16> {
    state.wait_list(header).map(|block| block.thread).collect()
}

pub(super) fn semaphores(state: &State) -> Vec<SemaphoreView> {
    let view = |h: &DispatcherHeader| SemaphoreView { count: h.signal_state, waiters: waiters(state, h) };
    state.ksemaphore.iter().map(|s| view(&s.header)).collect()
}

pub(super) fn mutants(state: &State) -> Vec<MutantView> {
    let all = state.kmutant.iter().map(|m| MutantView {
        signal_state: m.header.signal_state,
        owner: some(m.owner_thread),
        abandoned: m.abandoned,
        waiters: waiters(state, &m.header),
    });
    all.collect()
}

pub(super) fn fast_mutexes(state: &State) -> Vec<FastMutexView> {
    let all = state.fast_mutex.iter().map(|m| FastMutexView {
        owner: some(m.owner),
        old_irql: m.old_irql,
        waiters: waiters(state, &m.header),
    });
    all.collect()
}

pub(super) fn resources(state: &State) -> Vec<ResourceView> {
    let owners = |index: u16| {
        let of_it = state.resource_owners.iter().filter(move |o| o.resource == index);
        of_it.map(|o| OwnerView { thread: some(o.thread), count: o.count }).collect()
    };
    let all = (0..).zip(&state.resource).map(|(i, r)| ResourceView {
        active_count: r.active_count,
        exclusive: r.owned_exclusive,
        owners: owners(i),
        shared_waiters: waiters(state, &r.shared_waiters),
        exclusive_waiters: waiters(state, &r.exclusive_waiters),
    });
    all.collect()
}

pub(super) fn processes(state: &State) -> Vec<ProcessView> {
    let all = state.kprocess.iter().map(|p| ProcessView {
        signalled: p.header.is_signalled(),
        active_threads: p.active_threads,
        waiters: waiters(state, &p.header),
    });
    all.collect()
}
