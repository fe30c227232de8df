//! What every trace keeps to, read from its records alone: the IRQL changes only by rule, nothing switches
//! threads at DISPATCH_LEVEL or above, and each record cites a fitting rule and an earlier cause.

use irql_playground::base::{NO_RECORD, NONE};
use irql_playground::program::{CLOCK, IPI, Program};
use irql_playground::trace::{Kind, Record};

/// The rules that a kind of record may cite.
fn rules_of(kind: Kind) -> &'static [&'static str] {
    use Kind as K;
    match kind {
        K::RunStarted => &["SIM-1"],
        K::RunEnded | K::EndReached => &["SIM-4"],
        K::LimitReached => &["SIM-2"],
        K::IrqlRaised => &["IR-9", "IR-10", "IR-17", "IR-18", "IR-19", "IN-2", "IN-6", "IN-10", "WT-12", "AP-23"],
        K::IrqlLowered => &["IR-11", "IR-12", "TH-15", "TE-1", "WT-12"],
        K::InterruptRequested => &["IN-1", "IN-11"],
        K::InterruptMerged => &["IR-7", "IN-13", "IN-7"],
        K::InterruptLineMasked | K::InterruptLineUnmasked => &["IN-7"],
        K::InterruptPending => &["IR-6", "IR-7", "IR-16"],
        K::InterruptAccepted => &["IN-2", "IN-5", "IN-9"],
        K::IsrEntered | K::IsrReturned => &["IN-2", "IN-7"],
        K::InterruptEnded | K::SoftwareInterruptEnded => &["IR-12"],
        K::SoftwareInterruptRequested => &[
            "IR-14", "AP-9", "TH-14", "DP-9", "DP-13", "DP-15", "DP-17", "TH-6", "TH-8", "TH-9", "TH-17", "IN-12",
            "IN-9", "AP-19", "AT-1", "AT-2",
        ],
        K::SoftwareInterruptAccepted => &["IR-14"],
        K::IpiSent => &["IN-10", "DP-9", "DP-13", "DP-15", "TH-3", "TH-4", "TH-17", "AP-9", "AP-24"],
        K::ClockTicked => &["IN-12"],
        K::DpcInserted | K::DpcRefused => &["DP-8", "DP-13"],
        K::DpcInitialized => &["DP-3"],
        K::DpcRemoved => &["DP-14"],
        K::DpcRequestSpared => &["DP-9"],
        K::RetireStarted | K::RetireEnded => &["DP-19"],
        K::DpcStarted => &["DP-19", "DP-22", "DP-25"],
        K::DpcEnded => &["DP-23", "DP-25"],
        K::ProcessorHalted => &["TH-16"],
        K::TimersExpired => &["DP-22"],
        K::TimerSet | K::TimerCancelled => &["WT-15"],
        K::TimerSignalled => &["DP-22", "WT-15"],
        K::ClockIntervalChanged => &["IN-11"],
        K::ThreadReadied => &["TH-4", "TH-17"],
        K::ThreadPreempted => &["TH-4"],
        K::ThreadStandby | K::StandbyReplaced => &["TH-3", "TH-4"],
        K::ContextSwitched => &["TH-3", "TH-6", "TH-10", "TH-16", "TH-18", "DP-21"],
        K::ThreadStarted => &["TH-15"],
        K::ThreadEnded => &["TH-19"],
        K::QuantumRanOut => &["TH-8", "TH-9"],
        K::QuantumCharged => &["TH-12"],
        K::QuantumEnded => &["TH-10"],
        K::PriorityChanged => &["TH-2", "TH-11", "TH-12"],
        K::BasePriorityChanged => &["TH-2"],
        K::AffinityChanged | K::AffinityAbove32 => &["TH-17"],
        K::IdealProcessorChanged => &["TH-4"],
        K::WaitStarted | K::WaitResumed => &["WT-3", "WT-8", "WT-17", "WT-10", "DP-15"],
        K::WaitSatisfied => &["WT-3", "WT-8", "WT-17"],
        K::WaitRetested => &["WT-9"],
        K::SemaphoreReleased => &["WT-1"],
        K::MutexAcquired | K::MutexReleased => &["WT-13"],
        K::EventPulsed => &["WT-11"],
        K::ThreadAlerted => &["AL-1"],
        K::MutexAbandoned => &["WT-14"],
        K::FastMutexAcquired | K::FastMutexReleased | K::FastMutexRefused => &["AP-23"],
        K::ResourceOwnedExclusive | K::ResourceOwnedShared | K::ResourceReleased | K::ResourceRefused => &["AP-22"],
        K::PortCreated => &["LP-6", "LP-9"],
        K::ConnectionRequested | K::ConnectionAccepted => &["LP-6"],
        K::ConnectionRefused => &["LP-7"],
        K::ConnectionCompleted => &["LP-6", "LP-9"],
        K::KernelMemoryCharged | K::KernelMemoryReturned => &["LP-17"],
        K::BytesCopied => &["LP-12"],
        K::MessageQueued => &["LP-6", "LP-10", "LP-11", "LP-19"],
        K::PortNotified => &["LP-13"],
        K::MessageReceived => &["LP-12", "LP-13"],
        K::MessageAwaitsReply | K::MessageKept => &["LP-5"],
        K::MessageReplied | K::ReplyReceived => &["LP-11"],
        K::MessageCanceled => &["LP-5", "LP-14", "LP-20"],
        K::PortDisconnected => &["LP-20"],
        K::SendRefused => &["LP-3", "LP-18", "LP-10", "LP-20", "LP-8", "LP-2"],
        K::SectionCreated | K::ViewMapped | K::ViewAttached | K::ViewUnmapped => &["LP-16"],
        K::PortClosed => &["LP-19", "LP-20"],
        K::WaitEnded => &[
            "LP-6", "LP-7", "LP-9", "LP-11", "LP-12", "LP-20", "WT-1", "WT-3", "WT-4", "WT-10", "WT-13", "WT-14",
            "WT-15", "DP-15", "DP-22", "AP-10", "AP-11", "AP-24", "TH-19", "WT-11", "AL-1", "SU-3", "AP-22", "AP-23",
        ],
        K::WaitBroken => &["AP-9"],
        K::EventSet => &["WT-1"],
        K::EventCleared => &["WT-11"],
        K::ApcInserted => &["AP-8"],
        K::ApcRefused | K::ApcRemoved => &["AP-7"],
        K::ReserveAllocated | K::ReserveRefused => &["AP-26"],
        K::ThreadSuspensionCounted => &["SU-1"],
        K::ThreadResumptionCounted => &["SU-3"],
        K::ProcessAttached => &["AT-1"],
        K::ProcessDetached => &["AT-2"],
        K::ProcessEnded => &["TH-19"],
        K::ThreadCreated => &["TH-15"],
        K::ContextCopied => &["SU-7"],
        K::ApcRundownRoutineStarted | K::ApcRundownRoutineEnded | K::ApcDropped => &["TE-3"],
        K::ApcInitialized => &["AP-6"],
        K::ApcRoutineNamed | K::ApcNormalRoutineSkipped => &["AP-5"],
        K::UserApcPending => &["WT-4", "AP-8", "AP-10", "AP-11", "AP-24", "AL-2", "AT-1", "AT-2"],
        K::ApcDeliveryStarted => &["AP-13", "AP-15", "AP-19", "AT-2", "TH-14", "WT-3"],
        K::ApcHeld => &["AP-13"],
        K::ApcKernelRoutineStarted | K::ApcKernelRoutineEnded => &["AP-13", "IO-2", "SU-2", "SU-6", "SU-7", "TE-1"],
        K::ApcNormalRoutineStarted | K::ApcNormalRoutineEnded => &["AP-13", "SU-2", "SU-3", "SU-6", "TE-1"],
        K::ApcDeliveryEnded => &["AP-13", "AP-15"],
        K::SpinLockAcquired | K::SpinLockContended | K::SpinLockReleased | K::SpinLockRefused => &["IR-17"],
        K::PageFaulted | K::CodePageFaulted => &["IN-15"],
        K::MemoryTrimmed => &["BC-3"],
        K::MisuseUnchecked => &["BC-5", "IR-17"],
        K::NmiTaken | K::MachineCheckTaken => &["IR-4"],
        K::ProcessorFrozen => &["BC-4"],
        K::DeadlockFound => &["IR-20", "IN-10"],
        K::ThreadsDeadlocked => &["SIM-5", "SU-5"],
        K::IoStarted | K::IoCancelled => &["IO-5"],
        K::IoRefused => &["IO-4", "IO-6", "AP-29"],
        K::IoCompleted => &["IO-1"],
        K::IoStatusWritten => &["IO-1", "IO-2", "IO-8"],
        K::DriverRoutineStarted | K::DriverRoutineEnded => &["IO-1", "IO-6"],
        K::IoCompletionStopped => &["IO-1"],
        K::IoCancelRequested => &["IO-6", "AP-29"],
        K::WorkItemInitialized | K::WorkItemQueued | K::WorkItemTaken | K::WorkItemStarted => &["SE-4"],
        K::WorkItemEnded => &["SE-3"],
        K::PacketQueued => &["IO-2", "IO-8", "LP-13", "WT-1"],
        K::PacketTaken => &["IO-8", "WT-1"],
        K::CriticalRegionEntered | K::CriticalRegionLeft | K::GuardedRegionEntered | K::GuardedRegionLeft => {
            &["AP-18", "WT-13", "AP-22"]
        }
        K::FunctionReturned => &["SIM-3", "SE-1"],
        K::ServiceEntered => &["SIM-3", "AP-15"],
        K::ServiceReturned => &["AP-17", "SE-1"],
        K::BugChecked => &[
            "IR-10", "IR-11", "IR-17", "IN-4", "DP-3", "DP-5", "DP-23", "DP-25", "DP-27", "DP-28", "TH-14", "AP-13",
            "SE-1", "SE-2", "SE-3", "SE-5", "SE-6", "AP-20", "AP-6", "AT-1", "AT-2", "TH-19", "TE-3", "IO-1", "WT-8",
            "WT-14", "BC-1", "BC-2", "BC-3", "IN-15", "IR-4", "WT-12", "BC-4", "BC-5", "AP-22", "AP-23", "DP-2",
            "WT-15", "DP-24",
        ],
        _ => &["SIM-3"],
    }
}

/// What nothing inside the machine causes.
fn may_be_a_root(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RunStarted
            | Kind::RunEnded
            | Kind::EndReached
            | Kind::InterruptRequested
            | Kind::ThreadReadied
            | Kind::LimitReached
            | Kind::NmiTaken
            | Kind::MachineCheckTaken
            | Kind::MemoryTrimmed
    )
}

/// What nothing follows.
fn ends_the_run(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RunEnded
            | Kind::EndReached
            | Kind::BugChecked
            | Kind::DeadlockFound
            | Kind::AssertionFailed
            | Kind::LimitReached
    )
}

/// The kind of record that must be the cause, about the same subject.
fn cause_of(r: &Record) -> Option<Kind> {
    Some(match r.kind {
        Kind::InterruptAccepted if r.subject == IPI => return None,
        Kind::InterruptAccepted => Kind::InterruptRequested,
        // A passive-level one begins because its thread was woken (IN-7).
        Kind::IsrEntered if r.rule.info().id == "IN-7" => return None,
        Kind::IsrEntered => Kind::InterruptAccepted,
        Kind::SoftwareInterruptAccepted => Kind::SoftwareInterruptRequested,
        // A timer's DPC is called without a queue (DP-22).
        Kind::DpcStarted if r.rule.info().id == "DP-22" => return None,
        Kind::DpcStarted => Kind::DpcInserted,
        Kind::ApcKernelRoutineStarted => Kind::ApcInserted,
        // Another thread may have made room for it.
        Kind::ThreadStandby if r.rule.info().id == "TH-3" => return None,
        Kind::ThreadStandby => Kind::ThreadReadied,
        Kind::PacketTaken => Kind::PacketQueued,
        Kind::WorkItemTaken | Kind::WorkItemStarted => Kind::WorkItemQueued,
        _ => return None,
    })
}

/// The kind of record that must be somewhere back from this one, about the same subject: what ends has begun. (What a
/// routine does after a wait of its own, it does because the wait is over.)
fn goes_back_to(kind: Kind) -> Option<Kind> {
    Some(match kind {
        Kind::IsrEntered | Kind::IsrReturned | Kind::InterruptEnded => Kind::InterruptAccepted,
        Kind::InterruptLineMasked | Kind::InterruptLineUnmasked => Kind::InterruptAccepted,
        Kind::SoftwareInterruptEnded => Kind::SoftwareInterruptAccepted,
        Kind::ApcNormalRoutineStarted => Kind::ApcInserted,
        Kind::IoStatusWritten => Kind::IoCompleted,
        _ => return None,
    })
}

#[derive(Clone, Default)]
struct Processor {
    irql: u8,
    /// Interrupts that have been taken and not ended, and the level that each interrupted.
    taken: Vec<(u16, u32)>,
    /// The level that KiDispatchInterrupt interrupted, while it runs.
    dispatch_over: Option<u32>,
    drain: bool,
    dpc: Option<u16>,
}

/// Checks a whole trace; says which record is wrong.
pub fn check(program: &Program, records: &[Record]) -> Result<(), (u32, String)> {
    let mut processors = vec![Processor { irql: 2, ..Processor::default() }; program.machine.processors as usize];
    let mut last = 0;
    for (n, r) in records.iter().enumerate() {
        let one = || -> Result<(), String> {
            if r.time < last {
                return Err("time falls".into());
            }
            let goes_on = program.machine.goes_on_in_deadlock && records[n.max(1) - 1].kind == Kind::DeadlockFound;
            if n > 0 && ends_the_run(records[n - 1].kind) && !goes_on {
                return Err("something happens after the end".into());
            }
            cites(program, n, r, records)?;
            match processors.get_mut(r.cpu as usize) {
                Some(p) => follows(program, p, r),
                None => Ok(()),
            }
        };
        let mut one = one;
        one().map_err(|wrong| (n as u32, wrong))?;
        last = r.time;
    }
    Ok(())
}

fn cites(program: &Program, n: usize, r: &Record, records: &[Record]) -> Result<(), String> {
    let rule = r.rule.info().id;
    if !rules_of(r.kind).contains(&rule) {
        return Err(format!("{:?} cites {rule}", r.kind));
    }
    if r.cause == NO_RECORD {
        return if may_be_a_root(r.kind) { Ok(()) } else { Err("nothing caused it".into()) };
    }
    let Some(cause) = records[..n].get(r.cause as usize) else {
        return Err(format!("its cause {} is no earlier record", r.cause));
    };
    if let Some(kind) = goes_back_to(r.kind) {
        let begun = |r: &&Record| r.kind == kind;
        let chain = std::iter::successors(Some(cause), |c| records.get(c.cause as usize));
        if !chain.filter(begun).any(|c| same_source(program, c, r)) {
            return Err(format!("no {kind:?} led to it"));
        }
    }
    match cause_of(r) {
        Some(kind) if cause.kind != kind || !same_source(program, cause, r) => {
            Err(format!("its cause is {:?} of {}", cause.kind, cause.subject))
        }
        _ => Ok(()),
    }
}

/// Whether two records are about one thing. The ISR of a device may be called because another one on its vector
/// interrupts.
fn same_source(program: &Program, cause: &Record, r: &Record) -> bool {
    let vector = |subject: u16| program.interrupts.get(subject as usize).map(|d| (d.processor, d.vector));
    let by_vector = cause.kind == Kind::InterruptAccepted && matches!(r.kind, Kind::IsrEntered | Kind::IsrReturned);
    cause.subject == r.subject || by_vector && vector(cause.subject) == vector(r.subject)
}

/// One processor's records, one after the other.
fn follows(program: &Program, p: &mut Processor, r: &Record) -> Result<(), String> {
    use Kind as K;
    let before = std::mem::replace(&mut p.irql, r.irql);
    let (old, now) = (u32::from(before), u32::from(r.irql));
    let ensure = |holds: bool, wrong: &str| if holds { Ok(()) } else { Err(format!("{wrong} (was at {old})")) };
    match r.kind {
        K::IrqlRaised => {
            ensure(r.arg == old, "its old level is wrong")?;
            ensure(now >= old || r.rule.info().id == "IR-10", "a raise lowers")?;
        }
        K::IrqlLowered => {
            ensure(r.arg == old, "its old level is wrong")?;
            ensure(now <= old || r.rule.info().id == "IR-11", "a lowering raises")?;
        }
        K::InterruptAccepted => {
            let level = program.interrupts[r.subject as usize].irql;
            ensure(r.arg == old && r.irql == level, "the level is wrong")?;
            ensure(now > old, "a source that is not above the IRQL is taken")?;
            p.taken.push((r.subject, old));
        }
        K::InterruptEnded => {
            ensure(p.taken.pop() == Some((r.subject, r.arg)), "another interrupt is to end first")?;
            ensure(r.arg == now, "it falls to another level")?;
        }
        K::SoftwareInterruptAccepted => {
            ensure(r.arg == old && now == u32::from(r.subject), "the level is wrong")?;
            ensure(now > old, "a source that is not above the IRQL is taken")?;
            if r.subject == 2 {
                ensure(p.dispatch_over.is_none(), "KiDispatchInterrupt interrupts itself")?;
                p.dispatch_over = Some(old);
            }
        }
        K::SoftwareInterruptEnded => {
            ensure(r.arg == now, "it falls to another level")?;
            if r.subject == 2 {
                ensure(p.dispatch_over.take() == Some(r.arg), "it falls to another level")?;
            }
        }
        K::ContextSwitched => {
            let idle_gives_way = r.arg == u32::from(NONE);
            let below = before < 2 || idle_gives_way || p.dispatch_over.is_some_and(|over| over < 2);
            ensure(below, "a thread switch at DISPATCH_LEVEL or above")?;
            ensure(!p.drain && p.taken.is_empty(), "a thread switch under an interrupt or a DPC")?;
            ensure(r.arg != u32::from(r.subject), "a switch from a thread to itself")?;
            ensure(r.irql < 2 || r.subject == NONE, "the next thread runs at DISPATCH_LEVEL or above")?;
            p.dispatch_over = None;
        }
        K::RetireStarted => {
            ensure(!p.drain, "a drain in a drain")?;
            p.drain = true;
        }
        K::DpcStarted if r.rule.info().id == "DP-25" => {
            ensure(!p.drain && now == 0, "a threaded DPC that does not begin in a thread at PASSIVE_LEVEL")?;
        }
        K::DpcEnded if r.rule.info().id == "DP-25" => ensure(!p.drain, "a threaded DPC in a drain")?,
        K::DpcStarted => {
            ensure(p.drain && p.dpc.is_none() && now == 2, "a DPC outside its turn")?;
            p.dpc = Some(r.subject);
        }
        K::DpcEnded => ensure(p.dpc.take() == Some(r.subject), "another DPC runs")?,
        K::RetireEnded => {
            ensure(p.drain && p.dpc.is_none(), "the drain ends before its DPC")?;
            p.drain = false;
        }
        K::ApcDeliveryStarted => {
            ensure(!p.drain && p.taken.is_empty() && now == 1, "an APC under an interrupt or a DPC")?;
        }
        K::ApcDeliveryEnded => ensure(now <= 1, "an APC's delivery ends above APC_LEVEL")?,
        K::ApcKernelRoutineStarted => ensure(now == 1, "a kernel routine not at APC_LEVEL")?,
        K::IsrEntered if r.rule.info().id == "IN-7" => {
            ensure(!p.drain && p.taken.is_empty() && now == 0, "a passive-level ISR that does not begin in a thread")?;
        }
        // Whoever raises to APC_LEVEL in an item leaves it to the next one.
        K::WorkItemStarted => {
            ensure(!p.drain && p.taken.is_empty() && now <= 1, "a work item that does not begin in a thread")?;
        }
        K::ApcNormalRoutineStarted => ensure(now == 0, "a normal routine not at PASSIVE_LEVEL")?,
        K::ServiceEntered | K::ServiceReturned | K::ThreadStarted => {
            ensure(now == 0 && p.taken.is_empty() && !p.drain, "user-mode code above PASSIVE_LEVEL")?;
        }
        K::ClockTicked => ensure(p.taken.last().is_some_and(|t| t.0 == CLOCK), "a tick without its interrupt")?,
        K::BugChecked | K::ProcessorFrozen => {
            ensure(r.irql == program.machine.ladder.high(), "a bugcheck below HIGH_LEVEL")?
        }
        _ => {}
    }
    let may_rise = matches!(
        r.kind,
        K::IrqlRaised
            | K::IrqlLowered
            | K::InterruptAccepted
            | K::SoftwareInterruptAccepted
            | K::ContextSwitched
            | K::ApcDeliveryStarted
            | K::BugChecked
            | K::ProcessorFrozen
    );
    let may_fall = matches!(
        r.kind,
        K::IrqlRaised
            | K::IrqlLowered
            | K::InterruptEnded
            | K::SoftwareInterruptEnded
            | K::ContextSwitched
            | K::ApcDeliveryEnded
            | K::ApcNormalRoutineStarted
    );
    // KiDeliverApc raises again after a normal routine and tells with its next record.
    let after_normal = matches!((old, now), (0, 1)) && matches!(r.kind, K::ApcKernelRoutineStarted | K::ApcHeld);
    ensure(now <= old || may_rise || after_normal, "the IRQL rises without a rule")?;
    ensure(now >= old || may_fall, "the IRQL falls without a rule")
}
