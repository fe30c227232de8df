//! The wait-for graph: who has to go on before somebody who waits can. Its edges are spin locks and who holds them
//! (IR-20), the answer to an inter-processor interrupt (IN-10), objects and the threads that own them or that they stand
//! for (WT-13, TH-19), the PassiveEvent of an interrupt and the thread that has it (IN-7), DPCs that a thread flushes
//! (DP-15), replies that a thread waits for (LP-11), and suspended threads with those who may resume them (SU-5). It does
//! not know what is made of a circle.
//!
//! A wait for any one of several objects needs one of several groups, a ready thread the end of the spins on one of its
//! processors. Whoever may be helped by anybody else needs nobody: a wait that time or an alert can end, or one for any
//! other event, which everybody may set. One more kind of wait that somebody in particular has to end is one more arm of
//! `threads_behind`.

use super::alpc::LPC_CONNECTION_REQUEST;
use super::frame::{FrameId, FrameKind};
use super::generic_call::{GATHERING, RAISED};
use super::helpers::Helpers;
use super::spin_lock::Spin;
use super::state::{NO_CPU, ThreadState};
use super::{DPC_NORMAL, DPC_THREADED, Kernel, Kthread};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, IPI, InterruptDef, Irql, Ladder, ObjectRef};

/// One edge of the graph: a wait of those that stand in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// Who waits: a processor or a thread.
    pub who: ObjectRef,
    /// For what: a spin lock, the inter-processor interrupt, a processor to run on, or an object that stands between two
    /// threads.
    pub what: ObjectRef,
    /// Who has to go on for that: a processor or a thread; of class `None` when nobody can help.
    pub by: ObjectRef,
    /// The record that began the wait.
    pub since: u32,
}

/// A circle, beginning with the wait that was asked about; and the waits that keep those on it from getting out of it by
/// another object or another processor.
#[derive(Debug, Default)]
pub(super) struct Circle {
    pub round: Vec<Link>,
    pub others: Vec<Link>,
}

/// Who may wait: a thread, or a frame that spins, by its place among the spins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiter {
    Thread(u16),
    Spin(usize),
}

/// What stands between a waiter and one who has to go on, and that one.
type Edge = (ObjectRef, Waiter);

/// Who has to go on before a waiter can: all of one of these groups. Of no group: nobody can help.
type Needs = Vec<Vec<Edge>>;

/// The part of the graph that can be reached from one waiter, without those who go on by themselves: what each of the
/// others needs, by [`Kernel::place`].
struct Stuck(Vec<Option<Needs>>);

/// A step along the graph: from whom, by which of its groups, over what, and to whom.
#[derive(Clone, Copy)]
struct Step {
    from: Waiter,
    group: usize,
    what: ObjectRef,
    to: Option<Waiter>,
}

/// Nothing, and nobody.
pub(super) const NOTHING: ObjectRef = ObjectRef { class: Class::None, index: 0 };

impl Kernel {
    /// The circle in which a waiter stands; or the way from there to a suspended thread that nobody resumes, or to one
    /// that has ended. Empty when there is neither: threads that are merely suspended wait for nobody, also when the code
    /// that would resume each is that of another one. `resumed`: those who may resume a thread are still there to do it.
    pub(super) fn circle_of(&self, waiter: Waiter, resumed: bool) -> Circle {
        let Some(stuck) = self.stuck(waiter, resumed) else { return Circle::default() };
        for to_end in [false, true] {
            let (mut path, mut seen) = (Vec::new(), vec![false; stuck.0.len()]);
            if self.leads_back(waiter, (waiter, to_end), &stuck, &mut seen, &mut path) {
                let round = self.links(&path);
                if !round.iter().all(|link| self.waits_for_resumption(link)) {
                    let others = self.links(&self.ways_out(&path, &stuck));
                    return Circle { round, others };
                }
            }
        }
        Circle::default()
    }

    /// Whether all these waits last, and for ever.
    pub(super) fn are_stuck(&self, links: &[Link], resumed: bool) -> bool {
        let waiter = |link: &Link| match link.who.class {
            Class::Thread => {
                let waits = self.state.kthread[link.who.index as usize].state == ThreadState::Waiting;
                (waits || link.what.class == Class::Processor).then_some(Waiter::Thread(link.who.index))
            }
            _ => self.state.spins.iter().position(|s| s.since == link.since).map(Waiter::Spin),
        };
        let Some(waiters) = links.iter().map(waiter).collect::<Option<Vec<_>>>() else { return false };
        let stuck = waiters.first().and_then(|first| self.stuck(*first, resumed));
        stuck.is_some_and(|stuck| waiters.iter().all(|w| stuck.0[self.place(*w)].is_some()))
    }

    /// The place of a waiter in a list of all.
    fn place(&self, waiter: Waiter) -> usize {
        match waiter {
            Waiter::Thread(thread) => thread.into(),
            Waiter::Spin(at) => self.state.kthread.len() + at,
        }
    }

    /// Follows a waiter's needs as far as they go, and takes out whoever goes on: who needs nobody that is stuck. `None`
    /// when that is the waiter itself.
    fn stuck(&self, waiter: Waiter, resumed: bool) -> Option<Stuck> {
        let first = self.needs(waiter, resumed)?;
        let goes_on = |edge: &Edge| self.needs(edge.1, resumed).is_none();
        if first.iter().any(|group| group.iter().all(goes_on)) {
            return None; // most who wait for a lock wait for somebody who runs
        }
        let count = self.state.kthread.len() + self.state.spins.len();
        let mut needs: Vec<Option<Needs>> = Vec::new();
        needs.resize_with(count, || None);
        let (mut seen, mut order) = (vec![false; count], vec![self.place(waiter)]);
        seen[order[0]] = true;
        needs[order[0]] = Some(first);
        let mut at = 0;
        while let Some(place) = order.get(at).copied() {
            at += 1;
            let next: Vec<Waiter> = needs[place].iter().flatten().flatten().map(|e| e.1).collect();
            for waiter in next {
                let place = self.place(waiter);
                if !std::mem::replace(&mut seen[place], true) {
                    needs[place] = self.needs(waiter, resumed);
                    order.push(place);
                }
            }
        }
        loop {
            let before = needs.iter().flatten().count();
            for place in order.iter().rev() {
                let stuck = |edge: &Edge| needs[self.place(edge.1)].is_some();
                let held_up = |groups: &Needs| groups.iter().all(|group| group.iter().any(stuck));
                if !needs[*place].as_ref().is_some_and(held_up) {
                    needs[*place] = None;
                }
            }
            if needs.iter().flatten().count() == before {
                return needs[order[0]].is_some().then_some(Stuck(needs));
            }
        }
    }

    /// Whether the way from `at` comes back to the start or, where that will do, ends at a thread that somebody waits for
    /// and that is suspended or has ended: then `path` is the steps on it.
    fn leads_back(
        &self,
        at: Waiter,
        to: (Waiter, bool),
        stuck: &Stuck,
        seen: &mut [bool],
        path: &mut Vec<Step>,
    ) -> bool {
        let place = self.place(at);
        let Some(needs) = &stuck.0[place] else { return false };
        if std::mem::replace(&mut seen[place], true) {
            return at == to.0;
        }
        if to.1 && needs.is_empty() && self.suspension_of(at).is_none() {
            return true; // it has ended
        }
        if let (Some(what), (_, true)) = (self.suspension_of(at), to) {
            path.push(Step { from: at, group: 0, what, to: None });
            return path.len() > 1; // else nobody waits for it
        }
        for (group, edges) in needs.iter().enumerate() {
            for (what, next) in edges {
                path.push(Step { from: at, group, what: *what, to: Some(*next) });
                if self.leads_back(*next, to, stuck, seen, path) {
                    return true;
                }
                path.pop();
            }
        }
        false
    }

    /// Why none of those on a path gets out of it by another of its groups: somebody in that is stuck too.
    fn ways_out(&self, path: &[Step], stuck: &Stuck) -> Vec<Step> {
        let mut held: Vec<Waiter> = path.iter().map(|step| step.from).collect();
        let mut steps = Vec::new();
        let mut at = 0;
        while let Some(from) = held.get(at).copied() {
            let taken = path.get(at).map(|step| step.group);
            at += 1;
            let groups = stuck.0[self.place(from)].iter().flatten().enumerate();
            for (group, edges) in
                groups.filter(|(group, _)| taken != Some(*group) && self.suspension_of(from).is_none())
            {
                let mut held_up = edges.iter().filter(|edge| stuck.0[self.place(edge.1)].is_some());
                let known = held_up.clone().find(|edge| held.contains(&edge.1));
                let Some((what, to)) = known.or_else(|| held_up.next()) else { continue };
                steps.push(Step { from, group, what: *what, to: Some(*to) });
                if !held.contains(to) {
                    held.push(*to);
                }
            }
        }
        steps
    }

    /// The waits on a path. A thread that runs waits for nothing itself, but its processor may spin.
    fn links(&self, path: &[Step]) -> Vec<Link> {
        let link = |step: &Step| {
            let by = step.to.map_or(NOTHING, |to| self.seen_as(to));
            match step.from {
                Waiter::Spin(at) => Some(Link { by, ..self.link_of_spin(&self.state.spins[at]) }),
                Waiter::Thread(index) => {
                    let t = &self.state.kthread[index as usize];
                    let since = match t.state {
                        _ if step.what == NOTHING => return None,
                        ThreadState::Waiting => t.wait_since,
                        _ => t.since,
                    };
                    Some(Link { who: ObjectRef { class: Class::Thread, index }, what: step.what, by, since })
                }
            }
        };
        path.iter().filter_map(link).collect()
    }

    /// Who a waiter is to somebody who looks at the machine.
    fn seen_as(&self, waiter: Waiter) -> ObjectRef {
        match waiter {
            Waiter::Spin(at) => processor(self.state.spins[at].cpu),
            Waiter::Thread(thread) => match &self.state.kthread[thread as usize] {
                t if t.state == ThreadState::Running => processor(t.next_processor),
                _ => ObjectRef { class: Class::Thread, index: thread },
            },
        }
    }

    fn link_of_spin(&self, spin: &Spin) -> Link {
        Link { who: processor(spin.cpu), what: spun_for(spin), by: NOTHING, since: spin.since }
    }

    /// Every processor that spins, with the first of those who keep it spinning.
    #[must_use]
    pub fn spinning(&self) -> Vec<Link> {
        let link = |spin: &Spin| {
            let by = self.holders(spin).first().map_or(NOTHING, |holder| self.seen_as(*holder));
            Link { by, ..self.link_of_spin(spin) }
        };
        self.state.spins.iter().map(link).collect()
    }

    /// Who has to go on before a waiter can; `None` when it goes on by itself, or anybody may help it.
    fn needs(&self, waiter: Waiter, resumed: bool) -> Option<Needs> {
        let groups = match waiter {
            Waiter::Spin(at) => {
                let spin = &self.state.spins[at];
                vec![self.holders(spin).into_iter().map(|holder| (spun_for(spin), holder)).collect()]
            }
            Waiter::Thread(thread) => {
                let t = &self.state.kthread[thread as usize];
                match t.state {
                    ThreadState::Running => vec![self.above(t.next_processor, 0).map(|s| (NOTHING, s)).collect()],
                    // Nobody takes it from the processor that is to run it.
                    ThreadState::Standby => self.needs_to_run(thread, 1 << t.next_processor),
                    ThreadState::Ready => self.needs_to_run(thread, t.affinity),
                    ThreadState::Waiting if self.suspension_of(waiter).is_some() => {
                        self.needs_resumption(thread, resumed)
                    }
                    ThreadState::Waiting => self.needs_of_wait(thread, t),
                    // What it owns, nobody releases any more.
                    ThreadState::Terminated => Vec::new(),
                    ThreadState::Initialized => return None,
                }
            }
        };
        groups.iter().all(|group| !group.is_empty()).then_some(groups)
    }

    /// What a thread waits for in its suspend APC, where it does.
    fn suspension_of(&self, waiter: Waiter) -> Option<ObjectRef> {
        let Waiter::Thread(thread) = waiter else { return None };
        let t = &self.state.kthread[thread as usize];
        let frame = self.state.frames.get(t.frame.index())?;
        let suspended = t.state == ThreadState::Waiting && frame.kind == FrameKind::Suspend;
        suspended.then(|| self.program.suspension.map_or(NOTHING, |s| s.object_of(thread)))
    }

    /// One of those who may resume a suspended thread.
    fn needs_resumption(&self, thread: u16, resumed: bool) -> Needs {
        let what = self.suspension_of(Waiter::Thread(thread)).unwrap_or(NOTHING);
        if resumed { self.help_of(&self.resumers, thread, what) } else { Vec::new() }
    }

    /// Any one of those whose code would help a thread, unless they have ended.
    fn help_of(&self, helpers: &Helpers, thread: u16, what: ObjectRef) -> Needs {
        if helpers.anybody {
            return vec![Vec::new()];
        }
        let living = |t: &u16| *t != thread && self.state.kthread[*t as usize].state != ThreadState::Terminated;
        let threads = helpers.threads.iter().copied().filter(living);
        threads.map(|t| vec![(what, Waiter::Thread(t))]).collect()
    }

    /// One of the processors that may run a thread, or somebody who gives it another one.
    fn needs_to_run(&self, thread: u16, affinity: u64) -> Needs {
        let processors = (0..self.state.kprcb.len() as u8).filter(|cpu| affinity >> cpu & 1 == 1);
        let mut needs: Needs = processors.map(|cpu| self.spins_before_thread(cpu)).collect();
        needs.extend(self.help_of(&self.movers, thread, NOTHING));
        needs
    }

    /// What has to end before a processor runs another thread: spins at DISPATCH_LEVEL or above.
    fn spins_before_thread(&self, cpu: u8) -> Vec<Edge> {
        let below = match self.state.kprcb[cpu as usize].irql {
            Ladder::DISPATCH.. => self.spins_below(cpu, Ladder::DISPATCH),
            _ => usize::MAX,
        };
        self.above(cpu, below).map(|spin| (processor(cpu), spin)).collect()
    }

    /// Those who stand between a thread and the end of its wait.
    fn needs_of_wait(&self, thread: u16, t: &Kthread) -> Needs {
        if t.flush_since != NO_RECORD {
            return vec![self.dpcs_before(t.flush_since)];
        }
        if t.alertable || self.state.timers.due(u32::from(thread)).is_some() {
            return vec![Vec::new()];
        }
        if let Some(needs) = self.needs_of_reply(thread) {
            return needs;
        }
        let objects = (0..self.program.wait_count(t.wait_object))
            .filter_map(|key| ObjectRef::unpack(self.program.wait_object(t.wait_object, key)));
        // A mutex of its own does not keep it waiting, also among others (WT-13).
        let own = |what: ObjectRef, t: u16| what.class == Class::Mutant && t == thread;
        let edges = |what| {
            let behind = self.threads_behind(what).into_iter().filter(move |t| !own(what, *t));
            behind.map(move |t| (what, Waiter::Thread(t)))
        };
        if ObjectRef::unpack(t.wait_object).is_some_and(|o| o.class == Class::AnyOf) {
            return objects.map(|what| edges(what).collect()).collect();
        }
        vec![objects.flat_map(edges).collect()]
    }

    /// The threads that all have to go on before an object satisfies a wait.
    fn threads_behind(&self, object: ObjectRef) -> Vec<u16> {
        let (state, i) = (&self.state, object.index as usize);
        let known = |thread: u16| Some(thread).filter(|t| *t != NONE).into_iter().collect();
        match object.class {
            Class::Mutant => known(state.kmutant[i].owner_thread),
            Class::Event => {
                let its = |d: &InterruptDef| d.passive.is_some_and(|p| p.event == object.index);
                let interrupt = self.program.interrupts.iter().position(its);
                known(interrupt.map_or(NONE, |i| state.kinterrupt[i].owner))
            }
            Class::FastMutex => known(state.fast_mutex[i].owner),
            Class::Thread if state.kthread[i].state == ThreadState::Terminated => Vec::new(),
            Class::Thread => vec![object.index],
            Class::Process => {
                let living = |t: &u16| {
                    let own = self.program.threads[*t as usize].process == object.index;
                    own && self.thread_exists(*t) && state.kthread[*t as usize].state != ThreadState::Terminated
                };
                (0..state.kthread.len() as u16).filter(living).collect()
            }
            // Shared owners do not keep others from sharing; those who want it for themselves do.
            Class::SharedWaiters if !state.resource[i].owned_exclusive => {
                state.wait_list(&state.resource[i].exclusive_waiters).map(|block| block.thread).collect()
            }
            Class::SharedWaiters | Class::ExclusiveWaiters => {
                state.resource_owners.iter().filter(|o| o.resource == object.index).map(|o| o.thread).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Who may end the wait for a reply. A request that nobody has received needs a thread of the process that owns its port, one
    /// that receives or the one that waits if it is of that process; one that has been received, any thread of the server's process that sends
    /// replies, or accepts connections where it is one. Whoever withdraws the request or closes an end helps too. Where a
    /// routine of the kernel is told of it in the sender's own thread, whoever replies is not known.
    fn needs_of_reply(&self, thread: u16) -> Option<Needs> {
        let alpc = &self.state.alpc;
        let message = alpc.messages.get(alpc.threads.get(thread as usize)?.message as usize)?;
        let received = message.server_thread != NONE;
        let port = alpc.ports.get(message.queue_port as usize)?;
        if message.waiting_thread != thread
            || message.answered
            || message.server_thread == thread
            || port.callback != NONE
        {
            return None;
        }
        let what = ObjectRef { class: Class::Port, index: message.queue_port };
        let process = |t: u16| self.program.threads[t as usize].process;
        let client = process(thread);
        let server = if received { process(message.server_thread) } else { port.owner_process };
        let helpers = match message.basic_kind() {
            _ if !received => &self.receivers,
            LPC_CONNECTION_REQUEST => &self.accepters,
            _ => &self.repliers,
        };
        let mut needs = self.help_of(helpers, thread, what);
        if !received && client == server {
            needs.push(vec![(what, Waiter::Thread(thread))]);
        }
        // The kernel's handles are every process's; else only those of the two can be used.
        let may = |t: u16, of: &[u16]| server == self.program.system_process || of.contains(&process(t));
        let by = |group: &Vec<Edge>, of: &[u16]| match group.first() {
            Some((_, Waiter::Thread(t))) => may(*t, of),
            _ => true,
        };
        needs.retain(|group| by(group, &[server]));
        let mut withdrawn = self.help_of(&self.withdrawers, thread, what);
        withdrawn.retain(|group| by(group, &[server, client]));
        needs.extend(withdrawn);
        Some(if needs.is_empty() { vec![Vec::new()] } else { needs })
    }

    /// The DPCs from before record `since` that are queued or run, and what has to go on for each: an ordinary one needs
    /// its processor, a threaded one the processor's DPC thread.
    fn dpcs_before(&self, since: u32) -> Vec<Edge> {
        let mut edges = Vec::new();
        for cpu in 0..self.state.kprcb.len() as u8 {
            if let Some(dpc) = self.older_dpc(cpu.into(), DPC_NORMAL, since) {
                edges.extend(self.above(cpu, 0).map(|spin| (dpc, spin)));
            }
            let threads = self.program.dpc_threads;
            if let (Some(threads), Some(dpc)) = (threads, self.older_dpc(cpu.into(), DPC_THREADED, since)) {
                edges.push((dpc, Waiter::Thread(threads.first_thread + u16::from(cpu))));
            }
        }
        edges
    }

    /// Who has to go on before a spin ends: all that spins on the stacks of a processor above what it is about, since a
    /// lock is freed only when all code above its holder's is done; or the holder, where that is a thread which has left
    /// its processor (misuse).
    fn holders(&self, spin: &Spin) -> Vec<Waiter> {
        if spin.lock != NONE {
            return self.holders_of(spin.lock);
        }
        let call = &self.state.generic_call;
        let frame = &self.state.frames[spin.frame.index()];
        let others = (0..self.state.kprcb.len() as u8).filter(|cpu| *cpu != call.initiator);
        match frame.phase {
            // For nobody: it has been let go and calls the function once it runs.
            _ if frame.kind == FrameKind::Interrupt && call.released => Vec::new(),
            // For all that the initiator of this call has to do.
            _ if frame.kind == FrameKind::Interrupt => self.above(call.initiator, call.under).collect(),
            // For all that the initiator of the call before it has to do.
            RAISED => self.above(call.initiator, call.under).collect(),
            // For the processors that mask the interrupt: what they do there now has to end.
            GATHERING => {
                let ipi = self.program.machine.ladder.ipi();
                let masked = |cpu: &u8| call.arrived >> cpu & 1 == 0 && self.state.kprcb[*cpu as usize].irql >= ipi;
                others.filter(masked).flat_map(|cpu| self.above(cpu, self.spins_below(cpu, ipi))).collect()
            }
            // For the function, which runs over what each processor did before.
            _ => {
                let runs = |cpu: &u8| call.done >> cpu & 1 == 0;
                others.filter(runs).flat_map(|cpu| self.above(cpu, self.spins_under_call(cpu))).collect()
            }
        }
    }

    /// Who has to go on before a lock is free.
    fn holders_of(&self, lock: u16) -> Vec<Waiter> {
        let l = &self.state.spin_lock[lock as usize];
        if l.owner == NO_CPU {
            // It belongs to the first in its queue, which an ISR keeps from taking it.
            let Some(first) = self.state.spins.iter().find(|s| s.lock == lock && s.queued) else { return Vec::new() };
            let below = self.spins_of(first.cpu).take_while(|s| self.state.spins[*s].frame != first.frame).count();
            return self.above(first.cpu, below + 1).collect();
        }
        if l.thread == NONE {
            return self.above(l.owner, l.under.into()).collect();
        }
        vec![Waiter::Thread(l.thread)]
    }

    /// The spins of a processor but for the `under` lowest.
    fn above(&self, cpu: u8, under: usize) -> impl Iterator<Item = Waiter> {
        self.spins_of(cpu).skip(under).map(Waiter::Spin)
    }

    /// The spins of a processor, as they lie on its stacks.
    fn spins_of(&self, cpu: u8) -> impl Iterator<Item = usize> {
        self.state.spins.iter().enumerate().filter(move |(_, s)| s.cpu == cpu).map(|(at, _)| at)
    }

    /// How many spins of a processor may last when its level is to fall below `level`: those that an interrupt has
    /// interrupted at a lower one.
    fn spins_below(&self, cpu: u8, level: Irql) -> usize {
        let mut above = 0;
        for id in self.frames_of(cpu) {
            above += self.state.spins.iter().filter(|s| s.frame == id).count();
            let frame = &self.state.frames[id.index()];
            if matches!(frame.kind, FrameKind::Interrupt | FrameKind::Dispatch) && frame.irql < level {
                break;
            }
        }
        self.spins_of(cpu).count() - above
    }

    /// The frames of a processor: of its own stacks, then of its thread's, the top one first.
    fn frames_of(&self, cpu: u8) -> impl Iterator<Item = FrameId> {
        let prcb = &self.state.kprcb[cpu as usize];
        let of_thread = self.state.kthread.get(prcb.current_thread as usize).map_or(FrameId::NONE, |t| t.frame);
        self.state.stack(prcb.frame).chain(self.state.stack(of_thread))
    }

    /// How many spins of a processor began before it took the interrupt of the call that is under way.
    fn spins_under_call(&self, cpu: u8) -> usize {
        let mut frames = self.frames_of(cpu).map(|id| &self.state.frames[id.index()]);
        let call = frames.find(|f| f.kind == FrameKind::Interrupt && f.object == IPI);
        call.map_or(0, |frame| frame.remaining as usize)
    }
}

fn processor(cpu: u8) -> ObjectRef {
    ObjectRef { class: Class::Processor, index: cpu.into() }
}

fn spun_for(spin: &Spin) -> ObjectRef {
    match spin.lock {
        NONE => ObjectRef { class: Class::Interrupt, index: IPI },
        lock => ObjectRef { class: Class::SpinLock, index: lock },
    }
}
