//! What made a run reach a limit: the line, the DPC, the APC, the threads or the loop that its last records are full of.
//! It reads the trace and knows nothing of what the machine would do next.

use crate::base::{NONE, Phrase, format_ns};
use crate::program::Program;
use crate::text::Span;
use crate::trace::{Columns, Kind};
use std::collections::BTreeMap;

crate::base::messages! {
    /// What went on until a limit stopped it.
    pub enum Found in "runaway" {
        LineStaysAsserted "the line of {0} stays asserted: it interrupted {1} times without time passing";
        RunsAgain "{0} ran {1} times without time passing: it is queued again as soon as it has run";
        ThreadsSwitch "the processors switched threads {0} times without time passing";
        MessagesAtOnce "{0} got {1} messages without time passing";
        Loop "code goes round and round without time passing";
        Interrupts "{0} interrupted {1} times in the last {2}";
        Expires "{0} fell due {1} times in the last {2}";
        Runs "{0} ran {1} times in the last {2}";
        SwitchesOften "the processors switched threads {0} times in the last {1}";
        MessagesOften "{0} got {1} messages in the last {2}";
        WorksOften "the code of {0} went round {1} times in the last {2}";
        Nesting "calls are nested {0} deep, and none of them returns";
        Apcs "{0} user APCs are queued, and none of them is delivered";
        Packets "{0} packets are in queues, and nobody takes them out";
        AlpcMessages "{0} messages are sent, and nobody receives them";
    }
}

crate::base::messages! {
    /// How to mend it.
    pub enum Mend in "mend" {
        QuietDevice "Have the ISR quiet its device and return TRUE, as the line stays up until then.";
        QueueLess "Let it be queued on a condition or by a timer, or give it `work` to do.";
        SpendTime "Give the code `work` to do or something to wait for: only those let time pass.";
        EndEarlier "Let it come less often, or set an earlier `end` in `machine`: the limit was reached at {0}.";
        EndRecursion "Return on a condition before the next call.";
        TakeOut "Queue less, or let somebody take out what is queued.";
    }
}

/// The source of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runaway {
    /// What went on.
    pub found: Phrase,
    /// How to mend it.
    pub mend: Phrase,
    /// The place in the text; empty when there is none.
    pub span: Span,
}

/// So many of the last records tell what goes on.
const LAST: u32 = 20_000;
/// What comes less often at one instant is not what the run stands still for.
const OFTEN: usize = 64;

/// What a run may be full of. The first one wins among those that come about as often: an interrupt before the DPC that
/// its ISR queues.
struct Source {
    /// Its record, once each time.
    counted: Kind,
    /// The record whose place in the text has brought it about.
    placed: Kind,
    /// What is found, and how it is mended, when no time passes.
    at_once: (Found, Mend),
    /// What is found when it comes too often.
    often: Found,
}

const SOURCES: [Source; 9] = [
    source(
        Kind::InterruptAccepted,
        Kind::InterruptRequested,
        (Found::LineStaysAsserted, Mend::QuietDevice),
        Found::Interrupts,
    ),
    source(Kind::TimerSignalled, Kind::TimerSet, (Found::RunsAgain, Mend::QueueLess), Found::Expires),
    source(Kind::WorkItemStarted, Kind::WorkItemQueued, (Found::RunsAgain, Mend::QueueLess), Found::Runs),
    source(Kind::ApcNormalRoutineStarted, Kind::ApcInserted, (Found::RunsAgain, Mend::QueueLess), Found::Runs),
    source(Kind::ApcKernelRoutineStarted, Kind::ApcInserted, (Found::RunsAgain, Mend::QueueLess), Found::Runs),
    source(Kind::DpcStarted, Kind::DpcInserted, (Found::RunsAgain, Mend::QueueLess), Found::Runs),
    source(Kind::MessageQueued, Kind::MessageQueued, (Found::MessagesAtOnce, Mend::SpendTime), Found::MessagesOften),
    source(Kind::ContextSwitched, Kind::WaitStarted, (Found::ThreadsSwitch, Mend::SpendTime), Found::SwitchesOften),
    source(Kind::WorkStarted, Kind::WorkStarted, (Found::Loop, Mend::SpendTime), Found::WorksOften),
];

const fn source(counted: Kind, placed: Kind, at_once: (Found, Mend), often: Found) -> Source {
    Source { counted, placed, at_once, often }
}

/// What the limit `name` of `value`, reached by the operation at `pc`, is owed to.
pub(super) fn find(program: &Program, columns: &Columns, name: &str, value: u64, pc: u16) -> Runaway {
    let here = program.span(pc);
    let plain = |found: Found, mend: Mend| Runaway {
        found: found.with(&[&(value as usize)]),
        mend: mend.with(&[]),
        span: here,
    };
    match name {
        "nesting" => plain(Found::Nesting, Mend::EndRecursion),
        "apc_pool" => plain(Found::Apcs, Mend::TakeOut),
        "packet_pool" => plain(Found::Packets, Mend::TakeOut),
        "alpc_messages" => plain(Found::AlpcMessages, Mend::TakeOut),
        _ => busiest(program, columns, name == "ops_at_instant").unwrap_or_else(|| plain(Found::Loop, Mend::SpendTime)),
    }
}

/// The source that the end of the trace is full of; `stands`: it is known that no time passes.
fn busiest(program: &Program, columns: &Columns, stands: bool) -> Option<Runaway> {
    let (last, end) = (columns.len().checked_sub(1)?, columns.time(columns.len() - 1));
    let window = columns.len().saturating_sub(LAST)..columns.len();
    let began = columns.time(window.start);
    // No time passes either when one instant has made so many of the records.
    let instant = columns.first_at(end);
    let at_once = stands || last - instant >= LAST.min(last / 2);
    let window = if at_once { instant..columns.len() } else { window };
    let mut counts = BTreeMap::new();
    for n in window.clone() {
        let kind = columns.kind(n);
        if let Some(s) = SOURCES.iter().position(|s| s.counted as u8 == kind) {
            // Threads count together, whichever they are.
            let subject = if SOURCES[s].counted == Kind::ContextSwitched { NONE } else { columns.subject(n) };
            *counts.entry((s, subject)).or_insert(0usize) += 1;
        }
    }
    let most = *counts.values().max()?;
    let ((s, subject), count) = counts.into_iter().find(|(_, count)| *count >= OFTEN.max(most / 2))?;
    let source = &SOURCES[s];
    let device = program.interrupts.get(subject as usize).filter(|_| source.counted == Kind::InterruptAccepted);
    let isr = device.filter(|_| at_once).and_then(|d| program.bodies.get(d.isr as usize));
    let name = program.name(source.counted.info().subject, subject);
    // Of a line that stays up, the ISR; else the code that has brought it about last, or the device's declaration.
    let brought = || {
        window
            .rev()
            .filter(|n| columns.kind(*n) == source.placed as u8 && (subject == NONE || columns.subject(*n) == subject))
            .filter_map(|n| columns.get(n))
            .map(|record| program.span(record.pc))
            .find(|span| span.end > 0)
            .or(device.map(|d| d.span))
            .unwrap_or_default()
    };
    let span = isr.map_or_else(brought, |isr| program.span(isr.entry));
    let (found, mend) = if at_once {
        (source.at_once.0, source.at_once.1.with(&[]))
    } else {
        (source.often, Mend::EndEarlier.with(&[&format_ns(end).as_str()]))
    };
    let time = format_ns(end - began);
    let found = match found {
        Found::ThreadsSwitch | Found::SwitchesOften => found.with(&[&count, &time.as_str()]),
        _ => found.with(&[&name, &count, &time.as_str()]),
    };
    Some(Runaway { found, mend, span })
}
