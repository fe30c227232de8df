//! The end of a thread: what must be true of it, its requests, its APCs.

use crate::common::run;
use irql_playground::base::NONE;

/// TE-3
#[test]
fn a_thread_may_not_end_with_apcs_disabled() {
    for (region, count) in [("Critical", 0xFFFF), ("Guarded", 0xFFFF_0000)] {
        run(&format!("system thread T {{ KeEnter{region}Region(); }}"))
            .never("ThreadEnded")
            .bugchecks(0x20, [Some(0), Some(count), Some(0), Some(1)]);
    }
}

/// TE-3, AP-25, AP-30
#[test]
fn user_apcs_that_are_left_get_their_rundown_routine_and_no_other() {
    let mut run = run("var level = 9; var queued = 9; apc A user (thread: T) { kernel { work 1us; } rundown { level = KeGetCurrentIrql(); queued = KeInsertQueueApc(B); work 2us; } work 1us; }
        apc B user (thread: T) { work 1us; } apc C user { work 1us; } thread T { work 10us; }
        system thread S (priority: 9, start: 5us) { KeInsertQueueApc(A); } thread Q (priority: 9, start: 6us) { QueueUserAPC(C, T); }");
    run.order(&[
        "10us: ApcRundownRoutineStarted A T @0 TE-3",
        "10us: ApcRefused B T",
        "12us: ApcRundownRoutineEnded A",
        "12us: ApcDropped C T",
        "12us: ThreadEnded T",
    ])
    .never("ApcKernelRoutineStarted")
    .never("ApcNormalRoutineStarted")
    .completes();
    assert_eq!((run.value("level"), run.value("queued")), (0, 0));
    let t = &run.state_after("ThreadEnded T").kthread[0];
    assert!(!t.apc_queueable && t.apc_list == [(NONE, NONE); 2]);
}

/// TE-3
#[test]
fn a_rundown_routine_that_raises_the_level_keeps_the_thread_from_ending() {
    run("apc A user (thread: T) { rundown { KeRaiseIrql(2, o); } } thread T { work 10us; } system thread S (priority: 9, start: 5us) { KeInsertQueueApc(A); }")
        .bugchecks(0xA, [None, Some(2), None, None]);
}

/// TE-3, IO-6
#[test]
fn pending_requests_are_cancelled_by_their_driver_and_waited_for() {
    // The driver's cancel routine completes the request at once.
    let mut quick = run("file F { driver: D; } irp R { file: F; } apc Done user { }
        driver D { IoMarkIrpPending(Irp); IoSetCancelRoutine(Irp, Stop); return STATUS_PENDING; }
        cancel Stop { IoReleaseCancelSpinLock(Irp.CancelIrql); Irp.Status = STATUS_CANCELLED; IoCompleteRequest(Irp); }
        thread T { ReadFileEx(R, Done); work 10us; } system thread W (priority: 9) { KeWaitForSingleObject(T); }");
    quick
        .order(&[
            "10us: SpinLockAcquired CancelSpinLock",
            "10us: IoCancelRequested R TRUE IO-6",
            "10us: DriverRoutineStarted Stop R @2",
            "10us: IoCompleted R STATUS_CANCELLED",
            "10us: ApcKernelRoutineStarted R.Tail.Apc T",
            "10us: ApcDropped Done T",
            "10us: ThreadEnded T",
            "10us: ContextSwitched W",
        ])
        .never("ApcNormalRoutineStarted")
        .completes();
    assert_eq!(quick.state_after("ThreadEnded T").irp[0].status_block[0], 0xC000_0120, "STATUS_CANCELLED");
    // A driver without a cancel routine holds the thread until the request is complete.
    run("machine { clock: 1ms; end: 2s; } file F { driver: D; } irp R { file: F; } driver D { IoMarkIrpPending(Irp); return STATUS_PENDING; }
        thread T { ReadFile(R); } dpc Dpc { IoCompleteRequest(R); } isr I { KeInsertQueueDpc(Dpc); } device Nic { irql: 5; isr: I; } at 150ms interrupt Nic;")
    .order(&[
        "0ns: IoCancelRequested R FALSE",
        "0ns: WaitStarted T WT-10",
        "100ms: WaitEnded T",
        "100ms: WaitStarted T",
        "150ms: WaitBroken T",
        "150ms: ApcKernelRoutineStarted R.Tail.Apc",
        "150ms: ThreadEnded T",
    ])
    .never("WaitResumed")
    .completes();
}

/// TE-3, TH-19
#[test]
fn a_thread_that_only_waits_for_its_driver_is_not_over_yet() {
    let mut run = run("machine { clock: 1ms; end: 20ms; } file F { driver: D; } irp R { file: F; } driver D { IoMarkIrpPending(Irp); return STATUS_PENDING; }
        thread T { ReadFile(R); } apc U user { } thread Q (start: 5ms) { QueueUserAPC(U, T); }");
    // Its requests come before ApcQueueable is cleared: a user APC is still taken, and will be dropped.
    run.never("ThreadEnded T").times("5ms: ApcInserted U T", 1);
    assert!(run.state_after("5ms: ApcInserted U T").kthread[0].apc_queueable);
}
