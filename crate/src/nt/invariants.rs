//! What is true of every state between two steps. Tests check it after each step of every run; a state that
//! breaks it is a bug of the engine, whatever the scenario did.

use super::dispatcher_object::DispatcherHeader;
use super::dpc_queue::DPC_THREADED;
use super::frame::{Frame, FrameId, FrameKind};
use super::in_block::NOT_IN_POOL;
use super::request::{IrpState, Packet};
use super::resource::Eresource;
use super::state::{Kprcb, NO_CPU, State, ThreadState};
use crate::base::{NO_RECORD, NONE};
use crate::program::{ApcKind, Class, ObjectRef, Program, pool_block};

type Checked = Result<(), String>;

macro_rules! ensure {
    ($holds:expr, $($message:tt)*) => {
        if !$holds {
            return Err(format!($($message)*));
        }
    };
}

/// Checks everything that holds between two steps; says what does not.
pub fn check(state: &State, program: &Program) -> Checked {
    let check = Check { state, program };
    check.threads_are_in_one_place()?;
    check.wait_lists()?;
    check.timers()?;
    check.dpc_queues()?;
    check.apc_lists()?;
    check.interrupts()?;
    check.spin_locks()?;
    check.frames()?;
    check.requests()?;
    check.queues()?;
    super::alpc::check(&state.alpc, &state.frames, &state.ksemaphore, program)?;
    check.work_items()?;
    if state.stop.is_none() {
        check.nothing_is_forgotten()?;
    }
    Ok(())
}

struct Check<'a> {
    state: &'a State,
    program: &'a Program,
}

impl Check<'_> {
    fn thread(&self, index: u16) -> &str {
        self.program.name(Class::Thread, index)
    }

    fn processors(&self) -> impl Iterator<Item = (usize, &Kprcb)> {
        self.state.kprcb.iter().enumerate()
    }

    /// A doubly linked list of threads, from its head to its tail.
    fn list(&self, (first, last): (u16, u16), name: &str) -> Result<Vec<u16>, String> {
        let (mut found, mut at, mut before) = (vec![], first, NONE);
        while at != NONE {
            ensure!(found.len() <= self.state.kthread.len(), "{name} has a loop");
            let t = &self.state.kthread[at as usize];
            ensure!(t.prev == before, "{name}: the link back from {} is wrong", self.thread(at));
            found.push(at);
            (before, at) = (at, t.next);
        }
        ensure!(last == before, "{name}: its tail is wrong");
        Ok(found)
    }

    /// TH-1, TH-3: a thread is current on one processor, or next on one, or in one ready list, or it waits.
    fn threads_are_in_one_place(&self) -> Checked {
        let mut places = vec![0; self.state.kthread.len()];
        for (cpu, prcb) in self.processors() {
            for (thread, expected, what) in [
                (prcb.current_thread, ThreadState::Running, "CurrentThread"),
                (prcb.next_thread, ThreadState::Standby, "NextThread"),
            ] {
                if thread == NONE {
                    continue;
                }
                let t = &self.state.kthread[thread as usize];
                places[thread as usize] += 1;
                ensure!(t.state == expected, "cpu{cpu}: its {what} {} is {:?}", self.thread(thread), t.state);
                ensure!(usize::from(t.next_processor) == cpu, "{} is {what} of another processor", self.thread(thread));
                ensure!(t.prev == NONE && t.next == NONE, "{} is {what} and in a list", self.thread(thread));
            }
            let priority = |thread: u16| self.state.kthread.get(thread as usize).map_or(0, |t| t.priority);
            let (next, current) = (priority(prcb.next_thread), priority(prcb.current_thread));
            let best = (32 - prcb.ready_summary.leading_zeros()).saturating_sub(1);
            let leaves =
                self.state.kthread.get(prcb.current_thread as usize).is_some_and(|t| t.affinity >> cpu & 1 == 0);
            let fits = next == 0 || next > current || leaves;
            ensure!(fits, "cpu{cpu}: NextThread has {next}, and CurrentThread {current}");
            // After a yield (TH-18) one of higher priority may be ready behind the thread that took over.
            let yielded_to = prcb.current_thread != NONE && best > u32::from(current);
            ensure!(
                next == 0 || u32::from(next) >= best || yielded_to,
                "cpu{cpu}: NextThread has {next}, and one of {best} is ready"
            );
            for (priority, ends) in prcb.ready.iter().enumerate() {
                let name = format!("cpu{cpu}: the ready list {priority}");
                let list = self.list(*ends, &name)?;
                ensure!(list.is_empty() == (prcb.ready_summary >> priority & 1 == 0), "{name}: the summary is wrong");
                for thread in list {
                    let t = &self.state.kthread[thread as usize];
                    places[thread as usize] += 1;
                    ensure!(t.state == ThreadState::Ready, "{name}: {} is {:?}", self.thread(thread), t.state);
                    ensure!(usize::from(t.priority) == priority, "{name}: {} has another one", self.thread(thread));
                    ensure!(usize::from(t.next_processor) == cpu, "{name}: {} is elsewhere", self.thread(thread));
                }
            }
        }
        for (i, t) in self.state.kthread.iter().enumerate() {
            let name = self.thread(i as u16);
            let runs = matches!(t.state, ThreadState::Ready | ThreadState::Running | ThreadState::Standby);
            ensure!(places[i] == u32::from(runs), "{name} is {:?} and in {} places", t.state, places[i]);
            let priorities = [t.priority, t.base_priority];
            ensure!(priorities.iter().all(|p| (1..=31).contains(p)), "{name}: priorities {priorities:?}");
            self.affinity(i as u16)?;
            // TH-13: no thread is switched away from at DISPATCH_LEVEL or above.
            ensure!(
                t.wait_irql < 2 || t.state == ThreadState::Running,
                "{name} was switched away from at {}",
                t.wait_irql
            );
            if matches!(t.state, ThreadState::Initialized | ThreadState::Terminated) {
                ensure!(t.frame == FrameId::NONE, "{name} is {:?} and has a stack", t.state);
            }
        }
        Ok(())
    }

    /// TH-17: a thread is where it may run, or leaves as soon as the dispatcher comes to it.
    fn affinity(&self, index: u16) -> Checked {
        let (t, name) = (&self.state.kthread[index as usize], self.thread(index));
        let process = self.state.kprocess[self.program.threads[index as usize].process as usize].affinity;
        let (own, active) = (t.user_affinity, self.program.machine.active_processors());
        ensure!(own != 0 && own & !process == 0, "{name}: {own:#x} is not within {process:#x}, its process's");
        ensure!(t.affinity != 0 && t.affinity & !active == 0, "{name}: affinity {:#x}", t.affinity);
        ensure!(t.system_affinity_active || t.affinity == own, "{name} has a system affinity and says it has none");
        let within = t.affinity >> t.ideal_processor & own >> t.user_ideal_processor & 1;
        ensure!(within == 1, "{name}: its ideal processors are not within its affinities");
        let at = usize::from(t.next_processor);
        let prcb = &self.state.kprcb[at];
        // Asked to leave, about to, or kept from it because the machine has stopped.
        let leaves = (prcb.requests | u32::from(prcb.ipi_reasons)) >> 2 & 1 == 1
            || self.stack(prcb.frame)?.contains(&FrameKind::Dispatch)
            || self.state.stop.is_some();
        match t.state {
            ThreadState::Running => ensure!(t.affinity >> at & 1 == 1 || leaves, "{name} runs where it may not"),
            ThreadState::Ready | ThreadState::Standby => {
                ensure!(t.affinity >> at & 1 == 1, "{name} is on a processor that it may not use");
            }
            _ => {}
        }
        Ok(())
    }

    /// WT-1, WT-8: who waits for objects has a wait block in the list of each, and nobody else has; a signalled object
    /// keeps nobody waiting who waits for it alone.
    fn wait_lists(&self) -> Checked {
        let mut lists = vec![];
        let mut add = |class, index, header: &DispatcherHeader, signalled| {
            lists.push((ObjectRef { class, index }, *header, signalled));
        };
        for (i, event) in (0..).zip(&self.state.kevent) {
            add(Class::Event, i, &event.header, event.header.is_signalled());
        }
        for (i, timer) in (0..).zip(&self.state.ktimer) {
            add(Class::Timer, i, &timer.header, timer.header.is_signalled());
        }
        for (i, semaphore) in (0..).zip(&self.state.ksemaphore) {
            add(Class::Semaphore, i, &semaphore.header, semaphore.header.is_signalled());
            let (count, limit) = (semaphore.header.signal_state, semaphore.limit);
            ensure!((0..=limit).contains(&count), "a semaphore counts {count}, and its limit is {limit}");
        }
        for (i, mutant) in (0..).zip(&self.state.kmutant) {
            add(Class::Mutant, i, &mutant.header, mutant.header.is_signalled());
            let (name, state) = (self.program.name(Class::Mutant, i), mutant.header.signal_state);
            let free = mutant.owner_thread == NONE;
            ensure!(
                free == (state == 1) && state <= 1,
                "{name} counts {state}, and {} owns it",
                self.thread(mutant.owner_thread)
            );
            ensure!(free || !mutant.abandoned, "{name} is owned and abandoned");
            let living = self.state.kthread.get(mutant.owner_thread as usize);
            ensure!(living.is_none_or(|t| t.state != ThreadState::Terminated), "{name}: its owner has ended");
        }
        for (i, mutex) in (0..).zip(&self.state.fast_mutex) {
            add(Class::FastMutex, i, &mutex.header, mutex.header.is_signalled());
            let (name, free) = (self.program.name(Class::FastMutex, i), mutex.owner == NONE);
            ensure!(mutex.header.is_signalled() == free, "{name} is free, and {} owns it", self.thread(mutex.owner));
        }
        for (i, resource) in (0..).zip(&self.state.resource) {
            add(Class::SharedWaiters, i, &resource.shared_waiters, resource.shared_waiters.is_signalled());
            add(Class::ExclusiveWaiters, i, &resource.exclusive_waiters, resource.exclusive_waiters.is_signalled());
            self.resource(i, resource)?;
        }
        for (i, thread) in (0..).zip(&self.state.kthread) {
            add(Class::Thread, i, &thread.header, thread.state == ThreadState::Terminated);
            let ended = thread.state == ThreadState::Terminated;
            ensure!(thread.header.is_signalled() == ended, "{} is signalled before its end", self.thread(i));
        }
        for (i, process) in (0..).zip(&self.state.kprocess) {
            add(Class::Process, i, &process.header, process.header.is_signalled());
            let ended = process.active_threads == 0;
            let bare = self.program.threads.iter().all(|t| t.process != i || t.created_by_code);
            ensure!(
                ended || !process.header.is_signalled(),
                "a process has ended and has {} threads",
                process.active_threads
            );
            ensure!(!ended || bare || process.header.is_signalled(), "a process has no threads and has not ended");
        }
        for (i, queue) in (0..).zip(&self.state.kqueue) {
            let serves = queue.header.is_signalled() && queue.current_count < queue.maximum_count;
            add(Class::Queue, i, &queue.header, serves);
        }
        let mut linked = 0;
        for (object, header, signalled) in lists {
            let name = format!("the wait list of {}", self.program.name(object.class, object.index));
            let mut before = header.wait_list.0;
            for block in self.state.wait_list(&header) {
                linked += 1;
                ensure!(linked <= self.state.wait_blocks.len(), "{name} has a loop");
                let (t, thread) = (&self.state.kthread[block.thread as usize], self.thread(block.thread));
                let wanted = self.program.wait_object(t.wait_object, block.wait_key.into());
                ensure!(t.state == ThreadState::Waiting, "{name}: {thread} is {:?}", t.state);
                ensure!(
                    block.object == object.pack() && wanted == block.object,
                    "{name}: {thread} waits for another object"
                );
                let all = ObjectRef::unpack(t.wait_object).is_some_and(|of| of.class == Class::AllOf);
                ensure!(!signalled || all, "{name}: {thread} waits though the object is signalled");
                let place = t.wait_block_list + u32::from(block.wait_key);
                let next = self.state.wait_blocks.get(block.next as usize);
                ensure!(next.is_none_or(|next| next.prev == place), "{name}: the link back to {thread} is wrong");
                before = place;
            }
            ensure!(header.wait_list.1 == before, "{name}: its tail is wrong");
        }
        let waiting = self.state.kthread.iter().filter(|t| t.state == ThreadState::Waiting);
        let expected: usize = waiting.map(|t| self.program.wait_count(t.wait_object)).sum();
        ensure!(expected == linked, "threads wait for {expected} objects and have {linked} wait blocks");
        Ok(())
    }

    /// AP-22: a resource counts its owners, and those that it was given to and that have not run since.
    fn resource(&self, index: u16, r: &Eresource) -> Checked {
        let name = self.program.name(Class::Resource, index);
        let owners = self.state.resource_owners.iter().filter(|o| o.resource == index);
        let (mut count, mut given) = (0, r.shared_waiters.signal_state + r.exclusive_waiters.signal_state);
        for owner in owners {
            ensure!(owner.count > 0, "{name} has an owner who owns it no times");
            count += 1;
        }
        given += count;
        ensure!(given == i32::from(r.active_count), "{name} counts {} owners and has {given}", r.active_count);
        ensure!(!r.owned_exclusive || r.active_count == 1, "{name} is owned exclusively by {}", r.active_count);
        let waits = |header| self.state.wait_list(header).count();
        let (shared, exclusive) = (waits(&r.shared_waiters), waits(&r.exclusive_waiters));
        let (shared_waiters, exclusive_waiters) = (r.number_of_shared_waiters, r.number_of_exclusive_waiters);
        ensure!(shared <= shared_waiters.into(), "{name}: {shared} wait to share it, and it counts {shared_waiters}");
        ensure!(
            exclusive <= exclusive_waiters.into(),
            "{name}: {exclusive} wait for it alone, {exclusive_waiters} counted"
        );
        Ok(())
    }

    /// DP-22, WT-15: only a waiting thread's own timer runs, and a timer DPC waits for its call only in a drain.
    fn timers(&self) -> Checked {
        let active = self.state.kprcb[0].dpc_routine_active;
        ensure!(self.state.timer_dpcs.is_empty() || active, "timer DPCs are left though no drain runs");
        for (i, t) in self.state.kthread.iter().enumerate() {
            let armed = self.state.timers.due(i as u32).is_some();
            ensure!(!armed || t.state == ThreadState::Waiting, "the timer of {} runs", self.thread(i as u16));
        }
        Ok(())
    }

    /// DP-6, DP-7, DP-19: depth is length, a DPC is in one queue, and a drain is active while its frame is there.
    fn dpc_queues(&self) -> Checked {
        let mut queued = 0;
        for (cpu, prcb) in self.processors() {
            for (queue, data) in prcb.dpc_data.iter().enumerate() {
                let (first, last) = data.dpc_list;
                let (mut at, mut before, mut depth) = (first, NONE, 0);
                while at != NONE {
                    let d = &self.state.kdpc[at as usize];
                    ensure!(usize::from(d.queued_on) == cpu, "cpu{cpu}: a DPC in its queue says another one");
                    self.block_is_there(d.base)?;
                    ensure!(self.state.dpc_queue(self.program, at) == queue, "cpu{cpu}: a DPC is in the wrong queue");
                    depth += 1;
                    ensure!(depth as usize <= self.state.kdpc.len(), "cpu{cpu}: the DPC queue has a loop");
                    (before, at) = (at, d.next);
                }
                ensure!(before == last, "cpu{cpu}: the tail of the DPC queue is wrong");
                ensure!(depth == data.dpc_queue_depth, "cpu{cpu}: depth {} for {depth} DPCs", data.dpc_queue_depth);
                queued += usize::from(depth);
            }
            let asked = prcb.dpc_thread_requested || prcb.dpc_thread_active;
            let threaded = prcb.dpc_data[DPC_THREADED].dpc_queue_depth;
            ensure!(threaded == 0 || asked, "cpu{cpu}: a threaded DPC is queued and nobody looks for it");
            let kinds = self.stack(prcb.frame)?;
            let drain = kinds.iter().any(|k| matches!(k, FrameKind::Dispatch | FrameKind::IdleRetire));
            ensure!(!prcb.dpc_routine_active || drain, "cpu{cpu}: DpcRoutineActive without a drain");
            let on_its_way = prcb.requests >> 2 & 1 == 1 || prcb.ipi_reasons >> 2 & 1 == 1 || drain;
            ensure!(!prcb.dpc_interrupt_requested || on_its_way, "cpu{cpu}: DpcInterruptRequested for nothing");
        }
        let marked = self.state.kdpc.iter().filter(|d| d.queued_on != NO_CPU).count();
        ensure!(marked == queued, "{marked} DPCs say that they are queued, {queued} are");
        Ok(())
    }

    /// DP-2: what is queued lies where its block still is, as long as Driver Verifier looks at each free.
    fn block_is_there(&self, base: u64) -> Checked {
        if base == NOT_IN_POOL || !self.program.machine.verifier {
            return Ok(());
        }
        let block = pool_block(base).and_then(|at| self.state.pool.get(at));
        ensure!(block.is_some_and(|b| !b.freed), "a DPC is queued, and its block of pool is freed");
        Ok(())
    }

    /// AP-3, AP-8: special before the others, each APC in one list; nothing is queued that nobody looks for.
    fn apc_lists(&self) -> Checked {
        let mut queued = 0;
        for (i, t) in self.state.kthread.iter().enumerate() {
            let name = self.thread(i as u16);
            for (environment, lists) in
                [(t.apc_state_index, &t.apc_list), (1 - t.apc_state_index, &t.saved_apc_state.apc_list)]
            {
                for (list, ends) in lists.iter().enumerate() {
                    self.apc_list(i, environment, list, *ends, &mut queued)?;
                }
            }
            for kept in self.state.apc_states.iter().filter(|s| usize::from(s.thread) == i) {
                ensure!(t.apc_state_index == 1, "{name} keeps an ApcState and is not attached");
                for (list, ends) in kept.apc_list.iter().enumerate() {
                    self.apc_list(i, 1, list, *ends, &mut queued)?;
                }
            }
            let (own, attached) = (self.program.threads[i].process, t.apc_state_index != 0);
            let home = if attached { t.saved_apc_state.process } else { t.process };
            ensure!(
                home == own && attached == (t.saved_apc_state.process != NONE),
                "{name}: its processes are mixed up"
            );
            ensure!(!t.terminated || t.suspend_count == 0, "{name} is to end and suspended");
            if t.state == ThreadState::Terminated {
                let empty = t.apc_list == [(NONE, NONE); 2] && !t.apc_queueable;
                ensure!(empty, "{name} has ended and still takes APCs");
                continue;
            }
            let kernel = t.apc_list[0].0;
            if kernel != NONE && !t.kernel_apc_pending {
                let held = t.kernel_apc_in_progress || t.kernel_apc_disable != 0 || t.special_apc_disable != 0;
                let held = held || t.left_too_often;
                let delivering = self.stack(t.frame)?.contains(&FrameKind::DeliverApc);
                ensure!(held || delivering, "{name}: a kernel APC is queued and nobody looks for it");
            }
            ensure!(!t.user_apc_pending || t.apc_list[1].0 != NONE, "{name}: UserApcPending without a user APC");
            let links = |at: u16| self.state.kapc.get(at as usize);
            let mut list = std::iter::successors(links(t.apc_list[1].0), |a| links(a.next));
            let special = list.any(|a| a.kind == ApcKind::SpecialUser);
            ensure!(t.special_user_apc_pending == special, "{name}: SpecialUserApcPending is wrong");
        }
        let marked = self.state.kapc.iter().filter(|a| a.inserted).count();
        ensure!(marked == queued, "{marked} APCs are marked inserted, {queued} are in lists");
        for free in &self.state.kapc_free {
            let a = &self.state.kapc[*free as usize];
            ensure!(a.pooled && !a.inserted, "an APC is free and in use");
        }
        Ok(())
    }

    fn apc_list(&self, thread: usize, environment: u8, list: usize, ends: (u16, u16), queued: &mut usize) -> Checked {
        let name = self.thread(thread as u16);
        let (mut at, mut before, mut others) = (ends.0, NONE, false);
        while at != NONE {
            let a = &self.state.kapc[at as usize];
            *queued += 1;
            ensure!(*queued <= self.state.kapc.len(), "{name}: an APC list has a loop");
            ensure!(a.inserted, "{name}: an APC in its list is not marked inserted");
            ensure!(usize::from(a.thread) == thread, "{name}: an APC in its list is for another thread");
            ensure!(a.apc_state_index == environment, "{name}: an APC in its list is for another process");
            ensure!(a.kind.is_user() == (list == 1), "{name}: an APC is in the wrong list");
            let special = matches!(a.kind, ApcKind::SpecialKernel | ApcKind::SpecialUser);
            ensure!(!(special && others), "{name}: a special APC after another one");
            let exits = a.exits(self.program);
            ensure!(
                !exits || before == NONE || self.state.kapc[before as usize].exits(self.program),
                "{name}: its end is not the first user APC"
            );
            others |= !special && !exits;
            (before, at) = (at, a.next);
        }
        ensure!(before == ends.1, "{name}: the tail of an APC list is wrong");
        Ok(())
    }

    /// IR-7: a bit is set exactly while something of its level is pending.
    fn interrupts(&self) -> Checked {
        let (clock, ipi) = (self.program.machine.ladder.clock(), self.program.machine.ladder.ipi());
        for (cpu, prcb) in self.processors() {
            ensure!(prcb.irql <= self.program.machine.ladder.high(), "cpu{cpu}: IRQL {}", prcb.irql);
            let mut expected = prcb.requests & 0b110;
            if prcb.clock_pending != NO_RECORD {
                expected |= 1 << clock;
            }
            if prcb.ipi_pending != NO_RECORD {
                expected |= 1 << ipi;
            }
            for (def, interrupt) in self.program.interrupts.iter().zip(&self.state.kinterrupt) {
                if usize::from(def.processor) == cpu && interrupt.pending != NO_RECORD {
                    expected |= 1 << def.irql;
                }
            }
            ensure!(prcb.requests == expected, "cpu{cpu}: requests {:b}, pending {expected:b}", prcb.requests);
            ensure!((prcb.ipi_pending == NO_RECORD) == (prcb.ipi_reasons == 0), "cpu{cpu}: an IPI without a reason");
        }
        Ok(())
    }

    /// IR-17: who spins is listed once, in order; an ISR in service holds its ActualLock.
    fn spin_locks(&self) -> Checked {
        for (cpu, prcb) in self.processors() {
            let of_it: Vec<_> = self.state.spins.iter().filter(|s| usize::from(s.cpu) == cpu).collect();
            ensure!(of_it.len() == usize::from(prcb.spins), "cpu{cpu}: {} spins, counted {}", of_it.len(), prcb.spins);
            let last = of_it.last().map_or(NONE, |s| s.lock);
            ensure!(last == prcb.spinning_on, "cpu{cpu}: spins for {last} and says {}", prcb.spinning_on);
            for (i, spin) in of_it.iter().enumerate() {
                ensure!(!of_it[..i].iter().any(|s| s.frame == spin.frame), "cpu{cpu}: a frame spins twice");
            }
        }
        for (def, interrupt) in self.program.interrupts.iter().zip(&self.state.kinterrupt) {
            let apart = match def.passive {
                Some(passive) => interrupt.owner == passive.thread,
                None => def.lock != NONE,
            };
            ensure!(apart || !interrupt.in_service, "{} runs without a lock", def.name);
            let Some(passive) = def.passive.filter(|_| interrupt.masked) else { continue };
            // Who opens the line again is on its way.
            let thread = &self.state.kthread[passive.thread as usize];
            let queued = self.state.kdpc[passive.dpc as usize].queued_on != NO_CPU;
            let woken = self.state.kevent[passive.wake as usize].header.is_signalled();
            let top = self.state.frames.get(thread.frame.index());
            let rests = thread.state == ThreadState::Waiting && top.is_some_and(Frame::waits_to_be_woken);
            ensure!(queued || woken || !rests, "{}: nobody is to unmask its line", def.name);
            ensure!(interrupt.pending == NO_RECORD, "{}: pending although its line is masked", def.name);
        }
        Ok(())
    }

    /// The kinds of the frames on a stack, top first.
    fn stack(&self, top: FrameId) -> Result<Vec<FrameKind>, String> {
        let (mut kinds, mut at) = (vec![], top);
        while at != FrameId::NONE {
            let frame = &self.state.frames[at.index()];
            kinds.push(frame.kind);
            ensure!(kinds.len() <= self.state.frames.len(), "a stack has a loop");
            at = frame.parent;
        }
        Ok(kinds)
    }

    /// Every frame is on one stack or free; interrupts on a stack have rising levels (IN-5).
    fn frames(&self) -> Checked {
        let mut used = self.stack(self.state.free_frame)?.len();
        for (cpu, prcb) in self.processors() {
            let kinds = self.stack(prcb.frame)?;
            used += kinds.len();
            let of_thread = |k: &FrameKind| {
                matches!(
                    k,
                    FrameKind::DeliverApc
                        | FrameKind::Startup
                        | FrameKind::DpcThread
                        | FrameKind::Exit
                        | FrameKind::Suspend
                        | FrameKind::SynchronousIo
                        | FrameKind::WorkerThread
                        | FrameKind::ServiceThread
                )
            };
            ensure!(!kinds.iter().any(of_thread), "cpu{cpu}: a thread's frame is on the processor's stack");
            let mut at = prcb.frame;
            while at != FrameId::NONE {
                let frame = &self.state.frames[at.index()];
                if frame.kind == FrameKind::Interrupt {
                    let level = self.program.interrupts[frame.object as usize].irql;
                    ensure!(level > frame.irql, "cpu{cpu}: level {level} has interrupted level {}", frame.irql);
                }
                at = frame.parent;
            }
        }
        for (i, t) in self.state.kthread.iter().enumerate() {
            let kinds = self.stack(t.frame)?;
            used += kinds.len();
            let of_processors =
                |k: &FrameKind| matches!(k, FrameKind::Interrupt | FrameKind::Dispatch | FrameKind::IdleRetire);
            ensure!(!kinds.iter().any(of_processors), "{}: an interrupt is on its stack", self.thread(i as u16));
        }
        ensure!(used == self.state.frames.len(), "{used} frames are in use or free of {}", self.state.frames.len());
        Ok(())
    }

    /// IO-1, IO-5: a pending request belongs to a living thread; a completed one has its APC on the way.
    fn requests(&self) -> Checked {
        for (i, irp) in self.state.irp.iter().enumerate() {
            let name = self.program.name(Class::Irp, i as u16);
            let carried = self.state.kqueue.iter().any(|q| self.packets(q.entries).any(|p| usize::from(p.irp) == i))
                || self.packets_in_hand().any(|p| usize::from(p.irp) == i);
            if irp.is_under_way() && !carried && irp.thread != NONE {
                let living = self.state.kthread.get(irp.thread as usize).is_some_and(|t| t.apc_queueable);
                ensure!(living, "{name} is with a driver and its thread has ended");
            }
            if irp.state == IrpState::Completed && !carried {
                let apc = self.program.first_irp_apc as usize + i;
                ensure!(self.state.kapc[apc].inserted, "{name} is completed and its APC is not queued");
            }
        }
        Ok(())
    }

    /// The packets from the head of a queue on; no more than there are.
    fn packets(&self, (first, _): (u16, u16)) -> impl Iterator<Item = &Packet> {
        let packets = &self.state.packets;
        std::iter::successors(packets.get(first as usize), |p| packets.get(p.next as usize)).take(packets.len() + 1)
    }

    /// The packets that frames have got and not read yet.
    fn packets_in_hand(&self) -> impl Iterator<Item = &Packet> {
        self.state.frames.iter().filter_map(|f| self.state.packets.get(f.packet as usize))
    }

    /// IO-8: a packet is in one queue, in one frame's hands or free; a queue counts its packets and its threads that
    /// do not wait.
    fn queues(&self) -> Checked {
        let mut packets = self.state.packet_free.len();
        packets += self.packets_in_hand().count();
        for (i, queue) in self.state.kqueue.iter().enumerate() {
            let name = self.program.name(Class::Queue, i as u16);
            let entries = self.packets(queue.entries).count();
            ensure!(
                entries == queue.header.signal_state as usize,
                "{name}: {entries} packets, and it counts {}",
                queue.header.signal_state
            );
            packets += entries;
            let own = self.state.kthread.iter().filter(|t| usize::from(t.queue) == i);
            let active = own.filter(|t| t.state != ThreadState::Waiting).count();
            ensure!(active == usize::from(queue.current_count), "{name}: {active} threads for {}", queue.current_count);
        }
        ensure!(packets == self.state.packets.len(), "{packets} places for {} packets", self.state.packets.len());
        for t in &self.state.kthread {
            let ended = matches!(t.state, ThreadState::Initialized | ThreadState::Terminated);
            ensure!(!ended || t.queue == NONE, "a thread without a stack serves a queue");
        }
        Ok(())
    }

    /// SE-4, SE-5: an item that is queued is in one queue, once, among items alone; a worker thread serves its own queue.
    fn work_items(&self) -> Checked {
        let mut queued = vec![0; self.state.work_items.len()];
        for (i, queue) in self.state.kqueue.iter().enumerate() {
            let worked = self.program.work_queues.iter().any(|q| usize::from(q.queue) == i);
            for entry in self.packets(queue.entries) {
                ensure!((entry.work_item != NONE) == worked, "a queue has what does not belong there");
                if let Some(count) = queued.get_mut(entry.work_item as usize) {
                    *count += 1;
                }
            }
        }
        for (i, (item, count)) in self.state.work_items.iter().zip(queued).enumerate() {
            let name = self.program.name(Class::WorkItem, i as u16);
            ensure!(count == u32::from(item.queued), "{name} is {count} times in a queue and says {}", item.queued);
        }
        for queue in &self.program.work_queues {
            for thread in queue.first_thread..queue.first_thread + queue.threads {
                let t = &self.state.kthread[thread as usize];
                // Its routine may take from another queue, and until it looks for the next item it belongs there.
                let waits_here = t.state == ThreadState::Waiting && self.stack(t.frame)?.len() == 1;
                ensure!(!waits_here || t.queue == queue.queue, "{} serves another queue", self.thread(thread));
            }
        }
        Ok(())
    }

    /// IR-12, TH-6, TH-16: whoever can do something at this instant is marked runnable.
    fn nothing_is_forgotten(&self) -> Checked {
        for (cpu, prcb) in self.processors() {
            if self.state.runnable >> cpu & 1 == 1 {
                continue;
            }
            let deliverable = prcb.requests >> prcb.irql >> 1 != 0;
            ensure!(!deliverable, "cpu{cpu} sleeps at {} with {:b} requested", prcb.irql, prcb.requests);
            let top = self.state.top(cpu);
            let busy = prcb.working || prcb.spins > 0;
            ensure!(busy || top == FrameId::NONE, "cpu{cpu} neither works nor spins and has code to run");
            // What runs over the spinning frame, an ISR or a call of all processors, lets the lock wait.
            let spins = self.state.spins.iter().any(|s| s.frame == top);
            if spins && !prcb.working && prcb.spinning_on != NONE {
                let free = self.state.spin_lock[prcb.spinning_on as usize].owner == NO_CPU;
                let queued = self.state.spins.iter().any(|s| s.lock == prcb.spinning_on && s.queued);
                ensure!(!free || queued, "cpu{cpu} spins for a free lock");
            }
            let idle = prcb.current_thread == NONE && prcb.frame == FrameId::NONE;
            ensure!(idle || !prcb.sleeping, "cpu{cpu} sleeps and has something to do");
            ensure!(prcb.working || prcb.poll_until == 0, "cpu{cpu} polls and takes no time");
            ensure!(prcb.poll_until == 0 || idle && prcb.dpc_depth() == 0, "cpu{cpu} polls and overlooks a DPC");
            let somebody = prcb.next_thread != NONE || prcb.ready_summary != 0;
            ensure!(!(idle && somebody), "cpu{cpu} is idle though a thread is ready");
            let preempted = prcb.next_thread != NONE && prcb.irql < 2 && prcb.frame == FrameId::NONE;
            ensure!(!preempted, "cpu{cpu}: {} should have been switched to", self.thread(prcb.next_thread));
        }
        Ok(())
    }
}
