//! What a DPC may not do, row by row of the specification's table: with Driver Verifier and without it.

use crate::common::{Run, ends_at, run};
use irql_playground::program::Class;

const ON: &str = "";
const OFF: &str = "verifier: off;";

/// A DPC over a thread T, which an interrupt has brought.
fn dpc(settings: &str, code: &str) -> Run {
    run(&format!(
        "machine {{ {settings} }} event E; semaphore S; spinlock L; fast_mutex F; mutex M; process P; paged var table = 7; var got = 0;
        irp Read; apc K special (thread: T) {{ }} timer Tick; dpc Other {{ }} service Zw() {{ work 1us; }}
        dpc D {{ o = 0; {code} }} isr I {{ KeInsertQueueDpc(D); }} device Nic {{ irql: 7; isr: I; }}
        system thread T {{ work 20us; }} at 5us interrupt Nic;"
    ))
}

fn in_both(code: &str) -> [Run; 2] {
    [ON, OFF].map(|settings| dpc(settings, code))
}

/// BC-2, TH-14, DP-23
#[test]
fn it_may_not_block() {
    let (t, e) = (Some(Class::Thread.at(0_u16)), Some(Class::Event.at(0_u16)));
    for (code, object) in [
        ("KeWaitForSingleObject(E);", e),
        ("KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -10us);", e),
        ("KeDelayExecutionThread(KernelMode, FALSE, -10us);", Some(0)),
    ] {
        dpc(ON, code).times("BugChecked BC-2", 1).bugchecks(0xC4, [Some(0x3B), Some(2), object, None]);
        dpc(OFF, code).times("BugChecked TH-14", 1).bugchecks(0xB8, [t, Some(Class::Thread.at(u16::MAX)), None, None]);
    }
    for run in in_both("got = KeWaitForSingleObject(E, Executive, KernelMode, FALSE, 0);") {
        assert_eq!(run.completes().value("got"), 0x102);
    }
}

/// TH-14, TE-3
#[test]
fn it_may_not_end_the_thread_that_it_borrows() {
    let (t, idle) = (Some(Class::Thread.at(0_u16)), Some(Class::Thread.at(u16::MAX)));
    dpc(OFF, "PsTerminateSystemThread(0);").times("BugChecked TH-14", 1).bugchecks(0xB8, [t, idle, None, None]);
    dpc(ON, "PsTerminateSystemThread(0);").bugchecks(0xC4, [Some(0xE5), Some(2), None, None]);
    run(&format!(
        "machine {{ {OFF} }} isr I {{ PsTerminateSystemThread(0); }} device Nic {{ irql: 7; isr: I; }}
        system thread T {{ work 20us; }} at 5us interrupt Nic;"
    ))
    .times("BugChecked BC-2", 1);
}

/// AT-1
#[test]
fn it_may_not_attach_to_a_process() {
    let process = Some(Class::Process.at(0_u16));
    for code in ["KeStackAttachProcess(P, s);", "KeAttachProcess(P);"] {
        for run in in_both(code) {
            run.times("BugChecked AT-1", 1).bugchecks(0x5, [process, None, Some(0), Some(1)]);
        }
    }
    // Elsewhere it is the verifier that sees the level.
    run("process P; system thread T { KeRaiseIrql(2, o); KeAttachProcess(P); }")
        .bugchecks(0xC4, [Some(0xE5), Some(2), None, None]);
}

/// IN-15, BC-1, BC-3
#[test]
fn it_may_not_touch_pageable_memory() {
    for (code, write) in [("got = table;", 0), ("table = 1;", 1)] {
        for run in in_both(code) {
            run.times("BugChecked IN-15", 1).bugchecks(0xD1, [Some(0xFFFF_A000_0000_0000), Some(2), Some(write), None]);
            let line = run.outcome().line(run.program());
            assert!(line.contains(" = D+0x"), "the instruction: {line}");
        }
    }
}

/// DP-24, WT-13, AP-18
#[test]
fn it_may_not_leave_the_apc_counts_of_the_thread_that_it_borrows_changed() {
    let (critical, guarded) = (0xFFFF, 0xFFFF_0000);
    for (code, after) in [
        ("KeEnterCriticalRegion();", critical),
        ("KeEnterGuardedRegion();", guarded),
        ("KeEnterGuardedRegion(); KeEnterCriticalRegion();", critical | guarded),
        ("KeLeaveCriticalRegion();", 1),
    ] {
        let run = dpc(OFF, code);
        run.order(&["DpcEnded D", "BugChecked DP-24"]).bugchecks(0xC7, [Some(4), None, Some(0), Some(after)]);
        let line = run.outcome().line(run.program());
        assert!(line.contains(&format!("= D, 0x0, {after:#x})")), "the routine: {line}");
    }
    // The verifier does not come to see the return: entering a region is legal up to APC_LEVEL.
    dpc(ON, "KeEnterCriticalRegion();").bugchecks(0xC4, [Some(0x11A), Some(2), None, None]);
    // A mutex that is polled for is acquired in the name of the thread.
    for run in in_both("KeWaitForSingleObject(M, Executive, KernelMode, FALSE, 0);") {
        run.order(&["MutexAcquired M", "CriticalRegionEntered T WT-13", "DpcEnded D"])
            .bugchecks(0xC7, [Some(4), None, Some(0), Some(critical)]);
    }
    // Put back, they are none of the kernel's business; and they are counted from what the thread had.
    dpc(OFF, "KeEnterCriticalRegion(); KeLeaveCriticalRegion();").completes();
    let over = |first: &str, code: &str| {
        run(&format!(
            "machine {{ {OFF} }} dpc D {{ {code} }} system thread T {{ {first} KeInsertQueueDpc(D); KeLeaveCriticalRegion(); KeLeaveGuardedRegion(); }}"
        ))
    };
    let regions = "KeEnterCriticalRegion(); KeEnterGuardedRegion();";
    over(regions, "").completes();
    over(regions, "KeLeaveCriticalRegion();").bugchecks(0xC7, [Some(4), None, Some(critical | guarded), Some(guarded)]);
    // The idle thread counts as well.
    let idle = format!(
        "machine {{ {OFF} }} dpc D {{ KeEnterCriticalRegion(); }} isr I {{ KeInsertQueueDpc(D); }} device Nic {{ irql: 7; isr: I; }} at 5us interrupt Nic;"
    );
    run(&idle).bugchecks(0xC7, [Some(4), None, Some(0), Some(critical)]);
    run(&idle.replace("KeEnterCriticalRegion();", "KeEnterCriticalRegion(); KeLeaveCriticalRegion();")).completes();
}

/// DP-23, DP-24
#[test]
fn what_it_leaves_changed_is_told_at_the_end_of_its_routine() {
    let text = |code: &str| {
        format!(
            "machine {{ {OFF} clock: 100us; end: 1ms; }} timer Tick; process P; system thread T {{ KeInsertQueueDpc(D); work 1us; }} dpc D {{ {code} /* here: */"
        )
    };
    for code in ["KeRaiseIrql(5, o);", "KeEnterCriticalRegion();"] {
        assert_eq!(ends_at(&format!("{} }}", text(code))), "}", "{code}");
        assert_eq!(ends_at(&format!("{} return; }}", text(code))), "return;", "{code}");
        let of_timer = format!("{} }}", text(code))
            .replace("KeInsertQueueDpc(D); work 1us;", "KeSetTimer(Tick, -50us, D); work 500us;");
        assert_eq!(ends_at(&of_timer), "}", "{code}");
    }
}

/// DP-24, DP-22
#[test]
fn the_dpc_of_a_timer_has_a_parameter_of_its_own_when_the_drain_calls_it_by_itself() {
    let text = |set: &str, attributes: &str| {
        run(&format!(
            "machine {{ {OFF} clock: 100us; end: 1ms; }} timer Tick; dpc D {attributes} {{ KeEnterCriticalRegion(); }} system thread T {{ {set} work 500us; }}"
        ))
    };
    text("KeSetTimer(Tick, -50us, D);", "")
        .times("DpcInserted", 0)
        .bugchecks(0xC7, [Some(5), None, Some(0), Some(0xFFFF)]);
    // Due already, it is queued like any other.
    text("KeSetTimer(Tick, 0, D);", "")
        .times("DpcInserted D", 1)
        .bugchecks(0xC7, [Some(4), None, Some(0), Some(0xFFFF)]);
}

/// DP-23
#[test]
fn it_may_not_return_at_another_irql() {
    for run in in_both("KeRaiseIrql(5, o);") {
        run.bugchecks(0xC8, [Some(5 << 16 | 2 << 8 | 2), None, Some(Class::Dpc.at(1_u16)), None]);
    }
    for run in in_both(
        "KeAcquireSpinLock(L, o); KeReleaseSpinLock(L, o); KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L);",
    ) {
        run.completes();
    }
}

/// IR-11, DP-23
#[test]
fn it_may_not_lower_its_irql() {
    dpc(ON, "KeLowerIrql(0);").bugchecks(0xC4, [Some(0x31), Some(2), Some(0), Some(1)]);
    dpc(OFF, "KeLowerIrql(0);").bugchecks(0xC8, [Some(2 << 8 | 2), None, Some(Class::Dpc.at(1_u16)), None]);
}

/// AP-23, DP-23
#[test]
fn it_may_not_acquire_a_fast_mutex() {
    let mutex = Some(Class::FastMutex.at(0_u16));
    dpc(ON, "ExAcquireFastMutex(F); ExReleaseFastMutex(F);").bugchecks(0xC4, [Some(0x33), Some(2), mutex, None]);
    // A free kernel sets the level that is asked for, and gives the old one back; kept, the mutex leaves a DPC at APC_LEVEL.
    dpc(OFF, "ExAcquireFastMutex(F); ExReleaseFastMutex(F);").times("IrqlRaised irql=2 @1 IR-10", 1).completes();
    dpc(OFF, "ExAcquireFastMutex(F);").bugchecks(0xC8, [Some(1 << 16 | 2 << 8 | 2), None, None, None]);
}

/// BC-3
#[test]
fn it_may_not_allocate_paged_pool() {
    dpc(ON, "p = ExAllocatePool2(POOL_FLAG_PAGED, 64);").bugchecks(0xC4, [Some(0x01), Some(2), Some(1), Some(64)]);
    dpc(OFF, "p = ExAllocatePool2(POOL_FLAG_PAGED, 64);").times("PoolAllocated", 1).completes();
    for run in in_both("p = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); RtlZeroMemory(p); ExFreePool(p);") {
        run.completes();
    }
}

/// BC-5, SE-1
#[test]
fn it_may_not_call_a_system_service() {
    dpc(ON, "Zw();").never("FunctionEntered").bugchecks(0xC4, [Some(0xE6), None, Some(2), Some(0)]);
    // Without the verifier nothing looks: what returns to the kernel is not checked as what returns to user mode is.
    dpc(OFF, "Zw();").times("FunctionReturned Zw SIM-3", 1).completes();
    // A thread may, at PASSIVE_LEVEL and with special kernel APCs.
    let thread = |code: &str| run(&format!("service Zw() {{ work 1us; }} system thread T {{ {code} }}"));
    thread("KeEnterCriticalRegion(); Zw(); KeLeaveCriticalRegion();").completes();
    thread("KeRaiseIrql(APC_LEVEL, o); Zw(); KeLowerIrql(o);").bugchecks(0xC4, [Some(0xE6), None, Some(1), Some(0)]);
    thread("KeEnterGuardedRegion(); Zw();").bugchecks(0xC4, [Some(0xE6), None, Some(0), Some(0xFFFF)]);
}

/// DP-5
#[test]
fn a_processor_that_is_not_there_is_no_target() {
    for run in in_both("got = 4; KeSetTargetProcessorDpc(Other, got);") {
        run.bugchecks(0xC7, [Some(3), Some(Class::Dpc.at(0_u16)), Some(4), Some(1)]);
    }
}

/// DP-2, WT-15
#[test]
fn it_may_not_free_what_the_kernel_still_uses() {
    let text = |settings: &str, code: &str| {
        run(&format!("machine {{ clock: 100us; end: 1ms; {settings} }} var block = 0; dpc Own (in: block) {{ }} timer Tick {{ in: block; }}
            dpc D {{ {code} ExFreePool(block); }} system thread T {{ block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 512); KeInsertQueueDpc(D); work 500us; }}"))
    };
    text(ON, "KeInsertQueueDpc(Own);").bugchecks(0xC7, [Some(1), None, None, None]);
    text(ON, "KeSetTimer(Tick, -50us);").bugchecks(0xC7, [Some(0), None, None, None]);
    text(OFF, "KeInsertQueueDpc(Own);").bugchecks(0xA, [None, Some(2), Some(0), None]);
    text(OFF, "KeSetTimer(Tick, -50us);").bugchecks(0xA, [None, Some(2), Some(1), None]);
    text(ON, "").completes();
}

/// WT-12, AP-9, IO-1, DP-8, WT-15
#[test]
fn what_it_may_do() {
    for run in in_both(
        "KeSetEvent(E); KeReleaseSemaphore(S, 0, 1); KeInsertQueueApc(K); KeInsertQueueDpc(Other); KeSetTimer(Tick, -1ms, Other); KeCancelTimer(Tick);",
    ) {
        run.completes().order(&[
            "EventSet E",
            "SemaphoreReleased S",
            "ApcInserted K",
            "DpcInserted Other",
            "TimerSet Tick",
            "TimerCancelled Tick",
            "DpcEnded D",
            "DpcStarted Other",
            "ApcKernelRoutineStarted K",
        ]);
    }
    // Wait = TRUE would go on to a wait.
    dpc(ON, "KeSetEvent(E, 0, TRUE); KeWaitForSingleObject(E);").bugchecks(0xC4, [None; 4]);
    for settings in [ON, OFF] {
        run(&format!("machine {{ {settings} }} irp Read; dpc D {{ Read.Status = STATUS_SUCCESS; IoCompleteRequest(Read); }} isr I {{ KeInsertQueueDpc(D); }} device Nic {{ irql: 7; isr: I; }}
            thread T {{ ReadFile(Read); work 20us; }} at 5us interrupt Nic;"))
        .order(&["IoCompleted Read", "DpcEnded D", "IoStatusWritten Read"])
        .completes();
    }
}
