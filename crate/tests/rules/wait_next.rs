//! Wait = TRUE: a call that signals, and the wait that follows it, without another thread in between.

use crate::common::run;

/// WT-12
#[test]
fn the_wait_that_follows_brings_the_irql_back_before_anybody_else_runs() {
    let text = |wait: &str| {
        format!("event Go; event Back; system thread High (priority: 12) {{ KeWaitForSingleObject(Go); marker woken; KeSetEvent(Back); }}
        system thread Low {{ KeSetEvent(Go, IO_NO_INCREMENT, {wait}); marker between; KeWaitForSingleObject(Back); marker over; }}")
    };
    // Without it the more urgent thread runs before the wait is begun.
    run(&text("FALSE"))
        .order(&["EventSet Go", "MarkerReached woken", "MarkerReached between", "WaitSatisfied Low Back"])
        .completes();
    let mut run = run(&text("TRUE"));
    run.order(&[
        "EventSet Go",
        "WaitEnded High",
        "IrqlRaised irql=0 @12 WT-12",
        "MarkerReached between @12",
        "IrqlLowered irql=12 @0 WT-12",
        "WaitStarted Low Back",
        "ContextSwitched High",
        "MarkerReached woken",
        "WaitEnded Low",
        "MarkerReached over @0",
    ])
    .completes();
    let thread = &run.state_after("IrqlRaised WT-12").kthread[1];
    assert!(thread.wait_next && thread.wait_irql == 0);
    assert!(!run.state_after("WaitStarted Low").kthread[1].wait_next);
}

/// WT-12
#[test]
fn a_wait_that_need_not_block_lets_the_woken_thread_run_when_it_is_over() {
    for (next, level) in [
        ("KeWaitForSingleObject(On);", 0),
        ("KeWaitForMultipleObjects(2, [Go, On], WaitAny);", 0),
        ("KeWaitForSingleObject(Go, Executive, KernelMode, FALSE, 0);", 0),
        ("KeDelayExecutionThread(KernelMode, FALSE, 0);", 0),
    ] {
        run(&format!("event Go; event On {{ signalled: TRUE; }} system thread High (priority: 12) {{ KeWaitForSingleObject(Go); marker woken; }}
            system thread Low {{ KeSetEvent(Go, 0, TRUE); {next} marker over; }}"))
        .order(&["EventSet Go", "IrqlRaised @12 WT-12", "IrqlLowered WT-12", "ContextSwitched High", "MarkerReached woken", &format!("MarkerReached over @{level}")])
        .completes();
    }
}

/// WT-12, WT-3
#[test]
fn kernel_apcs_wait_for_the_wait_and_then_come_first() {
    run("event Go; event Back; apc K special (thread: Low) { work 1us; }
        system thread Low { KeSetEvent(Go, 0, TRUE); KeInsertQueueApc(K); KeWaitForSingleObject(Back, Executive, KernelMode, FALSE, -1ms); }
        system thread High (priority: 12, start: 5us) { KeWaitForSingleObject(Go); }
        machine { verifier: off; }")
    .order(&["IrqlRaised WT-12", "ApcInserted K", "IrqlLowered WT-12", "ApcKernelRoutineStarted K", "WaitStarted Low Back"])
    .completes();
}

/// WT-12, AP-22
#[test]
fn semaphores_and_mutexes_are_released_into_a_wait_too() {
    run("semaphore S; mutex M; event E; apc N normal (thread: T) { work 1us; } var s = 9;
        system thread A (priority: 12) { KeWaitForSingleObject(S); KeWaitForSingleObject(M); KeReleaseMutex(M); KeSetEvent(E); }
        system thread T {
            KeWaitForSingleObject(M); KeInsertQueueApc(N);
            KeReleaseSemaphore(S, 0, 1, TRUE); KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -1ms);
            s = KeReleaseMutex(M, TRUE); KeWaitForSingleObject(E);
        }")
    .times("IrqlRaised WT-12", 2)
    .order(&["SemaphoreReleased S", "IrqlRaised @12", "IrqlLowered", "WaitStarted T E", "WaitStarted A M"])
    .order(&[
        "MutexReleased M",
        "MutexAcquired M A",
        "IrqlRaised @12 WT-12",
        "CriticalRegionLeft T @12",
        "IrqlLowered @0 WT-12",
        "ApcNormalRoutineStarted N",
        "WaitSatisfied T E",
    ])
    .completes();
}

/// WT-12
#[test]
fn above_apc_level_no_wait_may_follow() {
    for (call, subcode) in [
        ("KeSetEvent(E, 0, TRUE)", 0x2_0016),
        ("KePulseEvent(E, 0, TRUE)", 0xE5),
        ("KeReleaseSemaphore(S, 0, 1, TRUE)", 0xE5),
    ] {
        let text = |setting: &str| {
            format!(
                "machine {{ {setting} }} event E; semaphore S; system thread T {{ KeRaiseIrql(DISPATCH_LEVEL, old); {call}; KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); KeWaitForSingleObject(E); KeLowerIrql(old); }}"
            )
        };
        run(&text("")).bugchecks(0xC4, [Some(subcode), None, Some(0), Some(0)]);
        // Without the verifier it is the wait that cannot be.
        let run = run(&text("verifier: off;"));
        run.order(&["IrqlRaised @12 WT-12", "IrqlLowered @2 WT-12"]).bugchecks(0xA, [Some(0); 4]);
    }
    // At APC_LEVEL it may, and the wait is at APC_LEVEL.
    run("event E; system thread T { KeRaiseIrql(APC_LEVEL, old); KeSetEvent(E, 0, TRUE); KeWaitForSingleObject(E); KeLowerIrql(old); }")
        .order(&["IrqlRaised irql=1 @12 WT-12", "IrqlLowered irql=12 @1 WT-12", "WaitSatisfied T E @1"])
        .completes();
}

/// WT-12, SE-1
#[test]
fn whoever_does_not_wait_goes_on_at_synch_level() {
    run("event E; service Forget() { KeSetEvent(E, 0, TRUE); } thread T { Forget(); }")
        .bugchecks(0x4A, [None, Some(12), None, None]);
    // On x86 with one processor SYNCH_LEVEL is DISPATCH_LEVEL.
    run("machine { irql: x86; } event E; service Forget() { KeSetEvent(E, 0, TRUE); } thread T { Forget(); }")
        .bugchecks(0x4A, [None, Some(2), None, None]);
}

/// WT-12, WT-13, AL-3
#[test]
fn signal_object_and_wait_lets_nobody_in_between() {
    for (object, signalled) in
        [("event", "EventSet Go"), ("semaphore", "SemaphoreReleased Go"), ("mutant", "MutexReleased Go")]
    {
        let run = run(&format!(
            "{object} Go; event Back; var r = 9; thread High (priority: 12, start: 5us) {{ WaitForSingleObject(Go, INFINITE); marker woken; SetEvent(Back); }}
            thread Low {{ {} Sleep(1); r = SignalObjectAndWait(Go, Back, INFINITE, TRUE); }}",
            if object == "mutant" { "WaitForSingleObject(Go, 0);" } else { "" }
        ));
        run.order(&[
            signalled,
            "IrqlRaised @12 WT-12",
            "IrqlLowered @0 WT-12",
            "WaitStarted Low Back",
            "ContextSwitched High",
            "MarkerReached woken",
            "WaitEnded Low",
        ])
        .completes();
        assert_eq!(run.value("r"), 0, "{object}");
    }
    // What may not be released is not waited for either.
    for object in ["mutant Go;", "semaphore Go { count: 1; limit: 1; }"] {
        let run = run(&format!(
            "{object} event Back; var r = 9; thread T {{ r = SignalObjectAndWait(Go, Back, INFINITE); }}"
        ));
        assert_eq!(run.value("r"), -1);
        run.never("WaitStarted").never("IrqlRaised").completes();
    }
    // A user APC ends the wait; the object stays signalled.
    let run = run(
        "event Go; event Back; apc U user { } var r = 9; thread T { QueueUserAPC(U, T); r = SignalObjectAndWait(Go, Back, INFINITE, TRUE); r = WaitForSingleObject(Go, 0); }",
    );
    assert_eq!(run.written("r"), [0xC0, 0]);
    run.completes();
}
