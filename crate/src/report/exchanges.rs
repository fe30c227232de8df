//! What each request with a reply cost, beside how much it carried: for a plot of copying against mapping (LP-16, LP-17).
//! Found in one pass over the records, when somebody asks; knows the records, not the machine.
//!
//! What was copied is what the threads that had to do with a message copied just before they queued, received or replied
//! to it. A view's own costs are the calls in which its sender made, mapped, unmapped and gave up the section; calls of
//! kernel code leave no records of their own, so its messages with views are left out.

use crate::base::{NO_RECORD, NONE, Ns};
use crate::program::{Program, Routine};
use crate::trace::{Columns, Kind, Record};

/// A request and its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// How much it carried: the data of the request, or the view that it or its reply took along.
    pub bytes: u32,
    /// That was in a section.
    pub by_section: bool,
    /// From the send to the reply in its sender's hands, and its sender's calls about the section.
    pub time: Ns,
    /// Bytes copied, there and back.
    pub copied: u32,
    /// The record of its reply.
    pub record: u32,
}

/// A message on its way.
#[derive(Clone, Copy, Debug)]
struct Way {
    exchange: Exchange,
    view: u16,
    told: bool,
}

/// What a thread has done that is not yet a message's.
#[derive(Clone, Copy, Debug)]
struct Caller {
    service: Option<(u16, Ns)>,
    copied: u32,
    /// The view that the next message takes along, and its bytes.
    view: (u16, u32),
    /// In calls about a section that no message has gone with yet.
    prepared: Ns,
    /// All such calls have left records.
    told: bool,
    /// The last message, and the last with a view; 0 for none.
    last: u32,
    with_view: u32,
    /// The view of that one was unmapped.
    unmapped: bool,
}

const FRESH: Caller = Caller {
    service: None,
    copied: 0,
    view: (NONE, 0),
    prepared: 0,
    told: true,
    last: 0,
    with_view: 0,
    unmapped: false,
};

const MAKES: [u16; 2] = [Routine::NtAlpcCreatePortSection as u16, Routine::NtAlpcCreateSectionView as u16];
const ENDS: [u16; 2] = [Routine::NtAlpcDeletePortSection as u16, Routine::NtAlpcDeleteSectionView as u16];

impl Exchange {
    /// The requests of these records that got their replies, in the order of their numbers.
    #[must_use]
    pub fn all(columns: &Columns, program: &Program) -> Vec<Self> {
        let mut ways: Vec<Option<Way>> = Vec::new();
        let mut running = vec![NONE; program.machine.processors.into()];
        let mut callers = vec![FRESH; program.threads.len()];
        for (n, r) in (0..).zip(columns.iter()) {
            let Some(thread) = running.get_mut(usize::from(r.cpu)) else { continue };
            if r.kind == Kind::ContextSwitched {
                *thread = r.subject;
            }
            let Some(caller) = callers.get_mut(usize::from(*thread)) else { continue };
            // A reply follows from the record that tells of it, or of its place in a queue: both have its number.
            let id = if r.kind == Kind::ReplyReceived { columns.get(r.cause).map_or(0, |r| r.arg) } else { r.arg };
            record(n, &r, id, caller, &mut ways);
        }
        let replied = |way: &Way| way.told && way.exchange.record != NO_RECORD;
        ways.into_iter().flatten().filter(replied).map(|way| way.exchange).collect()
    }
}

fn record(n: u32, r: &Record, id: u32, caller: &mut Caller, ways: &mut Vec<Option<Way>>) {
    match r.kind {
        Kind::ServiceEntered => caller.service = Some((r.subject, r.time)),
        Kind::ServiceReturned => {
            let Some((routine, entered)) = caller.service.take() else { return };
            if MAKES.contains(&routine) {
                caller.prepared += r.time - entered;
            } else if ENDS.contains(&routine)
                && caller.unmapped
                && let Some(way) = way_of(ways, caller.with_view)
            {
                way.exchange.time += r.time - entered;
            }
        }
        Kind::SectionCreated | Kind::ViewMapped => caller.told &= caller.service.is_some(),
        Kind::ViewUnmapped => {
            caller.unmapped |= way_of(ways, caller.with_view).is_some_and(|way| way.view == r.subject);
        }
        Kind::ViewAttached => caller.view = (r.subject, r.arg),
        // A new message takes its memory before it is copied; whatever was copied before went with a connection.
        Kind::KernelMemoryCharged | Kind::ConnectionCompleted => caller.copied = 0,
        Kind::SendRefused => (caller.copied, caller.view) = (0, FRESH.view),
        Kind::BytesCopied => caller.copied += r.arg,
        Kind::MessageQueued if way_of(ways, id).is_none() => {
            ways.resize((id as usize + 1).max(ways.len()), None);
            ways[id as usize] = Some(begin(caller));
            caller.last = id;
            if std::mem::replace(&mut caller.view, FRESH.view).0 != NONE {
                (caller.prepared, caller.told) = (0, true);
                (caller.with_view, caller.unmapped) = (id, false);
            }
        }
        Kind::PortNotified | Kind::MessageReceived | Kind::MessageReplied | Kind::ReplyReceived => {
            // What a completion list gets is copied by who sends.
            let id = if r.kind == Kind::PortNotified { caller.last } else { id };
            let Some(way) = way_of(ways, id) else { return };
            way.exchange.copied += std::mem::take(&mut caller.copied);
            let (view, size) = if r.kind == Kind::MessageReplied { caller.view } else { FRESH.view };
            if view != NONE {
                // Its section was made while the request was under way, whose time counts.
                (way.exchange.by_section, way.exchange.bytes) = (true, size);
                (caller.view, caller.prepared) = (FRESH.view, 0);
            }
            if r.kind == Kind::ReplyReceived {
                way.exchange.time += Ns::from(r.arg);
                way.exchange.record = n;
            }
        }
        _ => {}
    }
}

fn begin(caller: &mut Caller) -> Way {
    let (view, size) = caller.view;
    let by_section = view != NONE;
    let copied = std::mem::take(&mut caller.copied);
    let (bytes, time) = if by_section { (size, caller.prepared) } else { (copied, 0) };
    let exchange = Exchange { bytes, by_section, time, copied, record: NO_RECORD };
    Way { exchange, view, told: caller.told || !by_section }
}

/// The message of this number, once it has been queued.
fn way_of(ways: &mut [Option<Way>], id: u32) -> Option<&mut Way> {
    ways.get_mut(id as usize)?.as_mut()
}
