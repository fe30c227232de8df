//! Who waits for whom, and for ever: processors by way of inter-processor interrupts and locks, threads by way of what
//! they own; and what is told of those that merely wait.

use crate::common::run;
use irql_playground::sim::OutcomeKind;

/// Two processors without a verifier, so that misuse goes its way; a function that all call.
const TWO: &str = "machine { processors: 2; verifier: off; end: 100ms; } spinlock L; function F() { }";

/// IN-10
#[test]
fn two_generic_calls_that_mask_each_others_interrupt_never_end() {
    let run = run(&format!(
        "{TWO} system thread A (processor: 0) {{ KeRaiseIrql(HIGH_LEVEL, o); work 5us; KeIpiGenericCall(F); }}
        system thread B (processor: 1) {{ KeRaiseIrql(HIGH_LEVEL, o); work 5us; KeIpiGenericCall(F); }}"
    ));
    run.times("5us: DeadlockFound cpu1 IN-10", 1);
    assert_eq!(
        run.deadlock(),
        ["cpu1 waits for the answer to an IPI", "cpu0 waits for the answer to an IPI"],
        "cpu1 for its turn, cpu0 for cpu1 to take the interrupt"
    );
    // Below IPI_LEVEL the second one takes the first one's interrupt while it waits for its turn.
    run_at(13).completes();
}

fn run_at(level: u8) -> crate::common::Run {
    run(&format!(
        "{TWO} system thread A (processor: 0) {{ KeRaiseIrql({level}, o); work 5us; KeIpiGenericCall(F); KeLowerIrql(o); }}
        system thread B (processor: 1) {{ KeRaiseIrql({level}, o); work 5us; KeIpiGenericCall(F); KeLowerIrql(o); }}"
    ))
}

/// IN-10, IR-20
#[test]
fn a_lock_held_over_a_generic_call_hangs_whoever_spins_for_it_above_ipi_level() {
    let text = |level: &str| {
        format!(
            "{TWO} system thread A (processor: 0) {{ KeAcquireSpinLock(L, o); work 5us; KeIpiGenericCall(F); KeReleaseSpinLock(L, o); }}
            system thread B (processor: 1) {{ KeRaiseIrql({level}, o); work 2us; KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L); KeLowerIrql(o); }}"
        )
    };
    let hung = run(&text("HIGH_LEVEL"));
    hung.order(&["2us: SpinLockContended L cpu1", "5us: IpiSent cpu0 cpu1", "5us: InterruptPending IPI cpu1 irql=15"])
        .times("5us: DeadlockFound cpu0 IN-10", 1);
    assert_eq!(hung.deadlock(), ["cpu0 waits for the answer to an IPI", "cpu1 spins for L"]);
    // A spin below IPI_LEVEL is interrupted, and goes on after the call.
    run(&text("DISPATCH_LEVEL"))
        .order(&["5us: InterruptAccepted IPI cpu1", "5us: SpinLockAcquired L cpu1"])
        .completes();
    // It does not matter who comes last: here the spin does.
    let late = run(&text("HIGH_LEVEL").replace("work 2us", "work 9us"));
    late.times("9us: DeadlockFound L cpu1 IR-20", 1);
    assert_eq!(late.deadlock(), ["cpu1 spins for L", "cpu0 waits for the answer to an IPI"]);
}

/// IN-10, IR-20
#[test]
fn a_broadcast_function_must_not_want_what_the_initiator_holds() {
    let text = |holder: u32| {
        format!(
            "machine {{ processors: 2; }} spinlock L; function Take() {{ KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L); }}
            system thread A (processor: 0) {{ {} work 5us; KeIpiGenericCall(Take); }}
            system thread B (processor: 1) {{ {} work 20us; }}",
            if holder == 0 { "KeRaiseIrqlToDpcLevel(); KeAcquireSpinLockAtDpcLevel(L);" } else { "" },
            if holder == 1 { "KeRaiseIrqlToDpcLevel(); KeAcquireSpinLockAtDpcLevel(L);" } else { "" }
        )
    };
    // The initiator's own call of the function comes first, and spins over its own lock.
    assert_eq!(run(&text(0)).deadlock(), ["cpu0 spins for L"]);
    // Held by a target: its code lies under the function, which spins as well.
    let target = run(&text(1));
    assert_eq!(target.deadlock(), ["cpu1 spins for L"]);
    // Only the targets want it: the initiator waits for them, they for the initiator.
    let others = run("machine { processors: 2; } spinlock L;
        function Take() { if (KeGetCurrentProcessorNumberEx() == 1) { KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L); } }
        system thread A (processor: 0) { KeAcquireSpinLock(L, o); KeIpiGenericCall(Take); KeReleaseSpinLock(L, o); }");
    let mut circle = others.deadlock();
    circle.sort_unstable();
    assert_eq!(circle, ["cpu0 waits for the answer to an IPI", "cpu1 spins for L"]);
}

/// IN-10
#[test]
fn a_target_that_is_masked_for_a_while_is_no_deadlock() {
    run(&format!(
        "{TWO} spinlock M; system thread A (processor: 0) {{ work 5us; KeIpiGenericCall(F); }}
        system thread B (processor: 1) {{ KeRaiseIrql(HIGH_LEVEL, o); work 20us; KeLowerIrql(o); }}"
    ))
    .order(&["5us: InterruptPending IPI cpu1", "20us: InterruptAccepted IPI cpu1", "20us: FunctionEntered F cpu1"])
    .never("DeadlockFound")
    .completes();
}

/// IN-10, IR-20
#[test]
fn a_wait_for_an_answer_over_a_spin_counts_for_the_lock_below_it() {
    // Processor 0 spins for L over K, and its barrier comes over that; processor 2 masks the interrupt and spins for K.
    let run = run("machine { processors: 3; verifier: off; } spinlock K; spinlock L; function F() { }
        system thread A (processor: 0) { KeAcquireSpinLock(K, o); work 1us; KeAcquireSpinLockAtDpcLevel(L); }
        system thread B (processor: 1) { KeAcquireSpinLock(L, o); work 5us; KeIpiGenericCall(F); }
        system thread C (processor: 2) { KeRaiseIrql(HIGH_LEVEL, o); work 2us; KeAcquireSpinLockAtDpcLevel(K); }");
    run.order(&["1us: SpinLockContended L cpu0", "2us: SpinLockContended K cpu2", "5us: IpiSent cpu1 cpu2"]);
    let mut circle = run.deadlock();
    circle.sort_unstable();
    assert!(circle.contains(&"cpu2 spins for K".into()), "{circle:?}");
    assert!(circle.iter().any(|link| link.contains("waits for the answer")), "{circle:?}");
}

/// IN-10
#[test]
fn a_function_that_takes_no_time_is_no_deadlock_on_any_number_of_processors() {
    // The initiator is done before those who wait for it have run again.
    for processors in [2, 3, 7, 64] {
        run(&format!(
            "machine {{ processors: {processors}; }} var n = 0; function F() {{ n++; return n; }} system thread T {{ KeIpiGenericCall(F); r = KeIpiGenericCall(F); assert(n == 2 * {processors}); }}"
        ))
        .never("DeadlockFound")
        .times("FunctionEntered F", 2 * processors)
        .completes();
    }
}

/// IN-10
#[test]
fn a_spin_that_the_interrupt_has_interrupted_does_not_keep_the_next_call_waiting() {
    // Processor 2 spins for L at DISPATCH_LEVEL, under the first call's interrupt, when the second call begins.
    run("machine { processors: 3; } spinlock L; function F() { work 1us; }
        system thread T (processor: 0) { KeAcquireSpinLock(L, o); work 5us; KeIpiGenericCall(F); KeIpiGenericCall(F); work 5us; KeReleaseSpinLock(L, o); }
        system thread Masked (processor: 1) { work 9us; }
        system thread Spins (processor: 2) { work 1us; KeAcquireSpinLock(L, o); marker got_it; KeReleaseSpinLock(L, o); }")
    .order(&["1us: SpinLockContended L cpu2", "6us: FunctionReturned F cpu2", "6us: IpiSent cpu0 cpu2", "7us: FunctionReturned F cpu2", "12us: MarkerReached got_it"])
    .never("DeadlockFound")
    .completes();
}

/// WT-13, SIM-5
#[test]
fn threads_that_own_what_the_other_wants_are_told_when_the_second_of_them_waits() {
    let text = |timeout: &str, first: &str, second: &str| {
        format!(
            "machine {{ processors: 2; end: 5ms; }} mutex A; mutex B; event Never; var other = 0;
            system thread X (processor: 0) {{ KeWaitForSingleObject({first}); work 5us; KeWaitForSingleObject({second}, Executive, KernelMode, FALSE, {timeout});
                KeReleaseMutex({second}); KeReleaseMutex({first}); }}
            system thread Y (processor: 1) {{ KeWaitForSingleObject(B); work 9us; KeWaitForSingleObject(A); KeReleaseMutex(A); KeReleaseMutex(B); }}
            system thread Z (processor: 1, start: 1ms) {{ other = 1; }}"
        )
    };
    let hung = run(&text("NULL", "A", "B"));
    assert_eq!(hung.value("other"), 1, "the others go on");
    assert_eq!(hung.deadlock(), ["X waits for B", "Y waits for A"]);
    let told = hung.first("9us: ThreadsDeadlocked Y A SIM-5");
    let began = hung.first("9us: WaitStarted Y A");
    assert_eq!((hung.records[told].cause as usize, told), (began, began + 1), "the wait that closed the circle");
    assert_eq!(hung.outcome().record as usize, told, "though the run went on");
    hung.order(&["ThreadsDeadlocked", "1ms: GlobalWritten other", "1ms: RunEnded"]).times("ThreadsDeadlocked", 1);
    assert_eq!(hung.outcome().exit_status(), 1, "nobody claimed it");
    // The same order everywhere: no circle.
    run(&text("NULL", "B", "A")).completes();
}

/// TH-19, WT-8, SIM-5
#[test]
fn a_circle_may_go_over_ends_of_threads_and_over_waits_for_all() {
    let ends = run(
        "system thread X { work 1us; KeWaitForSingleObject(Y); } system thread Y { work 2us; KeWaitForSingleObject(X); }",
    );
    assert_eq!(ends.deadlock(), ["X waits for Y", "Y waits for X"]);
    // A wait that something else can end stands in no circle: time, an alert, the other object.
    let timed = run(
        "machine { end: 50ms; } system thread X { KeWaitForSingleObject(Y, Executive, KernelMode, FALSE, -1ms); } system thread Y { KeWaitForSingleObject(X); }",
    );
    timed.completes();
    for wait in ["KeWaitForMultipleObjects(2, [E, Y], WaitAny)", "KeWaitForSingleObject(Y, Executive, UserMode, TRUE)"]
    {
        let run =
            run(&format!("event E; system thread X {{ {wait}; }} system thread Y {{ KeWaitForSingleObject(X); }}"));
        assert_eq!(run.outcome().kind, OutcomeKind::Completed { quiescent: true }, "{wait}");
    }
    let all = run(
        "event E { signalled: TRUE; } system thread X { KeWaitForMultipleObjects(2, [E, Y], WaitAll); } system thread Y { KeWaitForSingleObject(X); }",
    );
    assert_eq!(all.deadlock(), ["X waits for Y", "Y waits for X"]);
    // One's own end never comes.
    assert_eq!(run("system thread X { KeWaitForSingleObject(X); }").deadlock(), ["X waits for X"]);
}

/// WT-8, SIM-5
#[test]
fn a_wait_for_any_of_several_objects_hangs_once_whoever_has_each_of_them_waits_for_it() {
    let text = |wait: &str, last: &str| {
        format!(
            "machine {{ clock: 500us; end: 20ms; }} mutex A; mutex B; mutex M; event E;
            system thread X {{ KeWaitForSingleObject(M); KeDelayExecutionThread(KernelMode, FALSE, -1ms); s = {wait}; if (s == 0) KeReleaseMutex(A); if (s == 1) KeReleaseMutex(B); KeReleaseMutex(M); }}
            system thread Y {{ KeWaitForSingleObject(A); KeDelayExecutionThread(KernelMode, FALSE, -2ms); KeWaitForSingleObject(M); KeReleaseMutex(M); KeReleaseMutex(A); }}
            system thread Z {{ KeWaitForSingleObject(B); KeDelayExecutionThread(KernelMode, FALSE, -3ms); {last} KeReleaseMutex(B); }}"
        )
    };
    let (any, last) = ("KeWaitForMultipleObjects(2, [A, B], WaitAny)", "KeWaitForSingleObject(M); KeReleaseMutex(M);");
    let hung = run(&text(any, last));
    assert_eq!(hung.deadlock(), ["X waits for B", "Z waits for M", "X waits for A", "Y waits for M"]);
    // The last of them closes it, not the second.
    hung.times("ThreadsDeadlocked", 1).times("ThreadsDeadlocked Z M SIM-5", 1);
    hung.order(&["WaitStarted X A|B", "WaitStarted Y M", "WaitStarted Z M", "ThreadsDeadlocked"]);
    // Whoever begins the wait last, the circle is the same, and all of the wait is told.
    let late = run(&text(any, last).replace("-1ms", "-4ms"));
    late.times("ThreadsDeadlocked X A|B SIM-5", 1);
    let mut links = late.deadlock();
    links.sort_unstable();
    assert_eq!(links, ["X waits for A", "X waits for B", "Y waits for M", "Z waits for M"]);
    // One way out is enough: an owner that goes on, an object that anybody may signal, time.
    run(&text(any, "")).completes();
    for wait in [
        "KeWaitForMultipleObjects(3, [A, B, E], WaitAny)",
        "KeWaitForMultipleObjects(2, [A, B], WaitAny, Executive, KernelMode, FALSE, -9ms)",
    ] {
        run(&text(wait, last)).never("ThreadsDeadlocked");
    }
    // Ends of threads are objects too.
    let ends = run("system thread X { KeWaitForMultipleObjects(2, [Y, Z], WaitAny); }
        system thread Y { work 1us; KeWaitForSingleObject(X); } system thread Z { work 9us; KeWaitForSingleObject(X); }");
    assert_eq!(ends.deadlock().len(), 4);
}

/// WT-3, WT-13, SIM-5
#[test]
fn a_mutex_of_ones_own_keeps_nobody_waiting() {
    let text = |more: &str| {
        format!(
            "machine {{ processors: 2; end: 5ms; }} mutant M; event E;
            thread A {{ WaitForSingleObject(M, INFINITE); WaitForMultipleObjects(2, [M, E], TRUE, INFINITE); ReleaseMutex(M); ReleaseMutex(M); }} {more}"
        )
    };
    run(&text("thread B { work 1ms; SetEvent(E); }")).never("ThreadsDeadlocked").completes();
    let alone = run(&text(""));
    assert_eq!(alone.outcome().kind, OutcomeKind::Completed { quiescent: true });
    // A fast mutex is not recursive: its owner waits for itself (AP-23).
    let fast = run(
        "machine { verifier: off; } fast_mutex F; system thread A { ExAcquireFastMutex(F); KeLowerIrql(PASSIVE_LEVEL); ExAcquireFastMutex(F); }",
    );
    assert_eq!(fast.deadlock(), ["A waits for F"]);
}

/// AP-23, IR-17, SIM-5
#[test]
fn what_a_thread_owned_when_it_ended_is_never_released() {
    let text = |first: &str, second: &str| {
        format!(
            "machine {{ processors: 2; end: 5ms; }} resource R; event Never; device Nic {{ irql: 5; isr: I; }} isr I {{ work 1us; }} every 100us interrupt Nic;
            service own() {{ ExEnterCriticalRegionAndAcquireResourceExclusive(R); KeLeaveCriticalRegion(); }}
            service want() {{ ExEnterCriticalRegionAndAcquireResourceExclusive(R); ExReleaseResourceAndLeaveCriticalRegion(R); }}
            thread A {{ own(); {first} }} thread B {{ work 10us; want(); {second} }}"
        )
    };
    // It does not matter what comes first, the wait or the end.
    let ended = run(&text("", ""));
    assert_eq!(ended.deadlock(), ["B waits for R.ExclusiveWaiters"]);
    ended.order(&[
        "ThreadEnded A",
        "WaitStarted B R.ExclusiveWaiters",
        "ThreadsDeadlocked B SIM-5",
        "1ms: IsrEntered Nic",
    ]);
    let waiting = run(&text("work 50us;", ""));
    waiting.order(&["WaitStarted B R.ExclusiveWaiters", "50us: ThreadEnded A", "50us: ThreadsDeadlocked B SIM-5"]);
    // A spin lock hangs the processor, though the devices go on elsewhere.
    let spin = run("machine { processors: 2; verifier: off; end: 5ms; } spinlock L; device Nic { irql: 5; isr: I; } isr I { work 1us; } every 100us interrupt Nic;
        system thread A { KeAcquireSpinLockAtDpcLevel(L); } system thread B (processor: 1, start: 10us) { KeAcquireSpinLock(L, o); }");
    spin.times("10us: DeadlockFound L cpu1 IR-20", 1);
    assert_eq!(spin.deadlock(), ["cpu1 spins for L"]);
}

/// SIM-5
#[test]
fn a_circle_that_was_broken_and_closes_again_is_told_again() {
    let run = run("machine { processors: 3; end: 10ms; } mutex M; mutex N; apc Cure special (thread: A) { KeReleaseMutex(M); }
        system thread A (priority: 9) { for (i = 0; i < 2; i++) { KeWaitForSingleObject(M); work 5us; KeWaitForSingleObject(N); KeReleaseMutex(N); work 100us; } }
        system thread B (priority: 9) { for (i = 0; i < 2; i++) { KeWaitForSingleObject(N); work 10us; KeWaitForSingleObject(M); KeReleaseMutex(M); KeReleaseMutex(N); work 100us; } }
        system thread C (priority: 8) { work 100us; KeInsertQueueApc(Cure); }");
    run.order(&[
        "10us: ThreadsDeadlocked B M SIM-5",
        "100us: ApcKernelRoutineStarted Cure",
        "210us: ThreadsDeadlocked B M SIM-5",
    ]);
    let last = run.records.iter().rposition(|r| r.kind == irql_playground::trace::Kind::ThreadsDeadlocked);
    assert_eq!(Some(run.outcome().record as usize), last, "the outcome is the circle that stands");
}

/// IR-20, TH-8, TH-10
#[test]
fn a_spin_below_dispatch_level_ends_with_the_quantum_at_the_latest() {
    // Misuse: both spin at PASSIVE_LEVEL, on one processor.
    run("machine { processors: 2; end: 200ms; verifier: off; } spinlock L;
        system thread T (priority: 8, processor: 0) { KeAcquireSpinLockAtDpcLevel(L); work 80ms; KeReleaseSpinLockFromDpcLevel(L); }
        system thread H (priority: 8, processor: 0) { KeAcquireSpinLockAtDpcLevel(L); work 1us; KeReleaseSpinLockFromDpcLevel(L); }")
    .order(&["SpinLockContended L cpu0", "ContextSwitched T H", "SpinLockReleased L cpu0", "SpinLockAcquired L cpu0"])
    .completes();
}

/// IR-20, TH-17, SIM-5
#[test]
fn a_ready_thread_is_stuck_where_every_processor_that_it_may_use_spins() {
    // Misuse: Holder waits with a spin lock in hand, and when its wait is over its processor spins for that lock.
    let text = |affinity: u32| {
        format!(
            "machine {{ processors: 3; verifier: off; end: 5ms; }} spinlock L; event Go; device Nic {{ irql: 7; processor: 2; isr: I; }}
            isr I {{ KeInsertQueueDpc(D); }} dpc D {{ KeSetEvent(Go); }} at 50us interrupt Nic;
            system thread Holder (processor: 0) {{ KeSetSystemAffinityThread({affinity}); KeAcquireSpinLockAtDpcLevel(L); KeWaitForSingleObject(Go); KeReleaseSpinLockFromDpcLevel(L); marker freed; }}
            system thread Spinner (processor: 0, start: 10us) {{ KeAcquireSpinLock(L, o); KeReleaseSpinLock(L, o); }}"
        )
    };
    let hung = run(&text(1));
    hung.order(&["10us: SpinLockContended L cpu0", "50us: ThreadReadied Holder", "50us: DeadlockFound L cpu0 IR-20"]);
    assert_eq!(hung.deadlock(), ["Holder is ready for cpu0", "cpu0 spins for L"]);
    // Somebody may give it another processor.
    let moved =
        format!("{} system thread Mover (processor: 1, start: 90us) {{ SetThreadAffinityMask(Holder, 2); }}", text(1));
    run(&moved.replace("system thread Mover", "thread Mover").replace("KeSetSystemAffinityThread(1); ", ""))
        .order(&["50us: ThreadReadied Holder", "90us: AffinityChanged Holder 0x2", "SpinLockAcquired L cpu0"])
        .never("DeadlockFound")
        .completes();
    // Another processor runs it.
    run(&text(3))
        .order(&[
            "50us: ThreadReadied Holder",
            "SpinLockReleased L cpu1",
            "SpinLockAcquired L cpu0",
            "MarkerReached freed",
        ])
        .completes();
}

/// AP-23, SIM-5
#[test]
fn fast_mutexes_and_resources_have_owners_too() {
    let fast = run("fast_mutex A; fast_mutex B; system thread X { ExAcquireFastMutex(A); KeDelayExecutionThread(KernelMode, FALSE, -1ms); ExAcquireFastMutex(B); }
        system thread Y { ExAcquireFastMutex(B); KeDelayExecutionThread(KernelMode, FALSE, -1ms); ExAcquireFastMutex(A); }");
    let mut circle = fast.deadlock();
    circle.sort_unstable();
    assert_eq!(circle, ["X waits for B", "Y waits for A"]);
    // Shared already, it is never one's own alone.
    let resource = run(
        "resource R; system thread X { KeEnterCriticalRegion(); ExAcquireResourceSharedLite(R, TRUE); ExAcquireResourceExclusiveLite(R, TRUE); }",
    );
    assert_eq!(resource.deadlock(), ["X waits for R.ExclusiveWaiters"]);
}

/// SU-5
#[test]
fn a_lock_whose_owner_is_suspended_is_a_deadlock_once_nobody_is_left_to_resume_it() {
    let text = |enter: &str, leave: &str, helper: &str| {
        format!(
            "machine {{ processors: 2; }} mutant Lock; var done = 0;
            thread X (processor: 0) {{ {enter} WaitForSingleObject(Lock, INFINITE); Spend(); ReleaseMutex(Lock); {leave} }} function Spend() {{ work 20us; }}
            thread Y (processor: 1) {{ Spend2(); SuspendThread(X); WaitForSingleObject(Lock, INFINITE); done = 1; ResumeThread(X); }} function Spend2() {{ work 10us; }}
            {helper}"
        )
    };
    let hung = run(&text("", "", ""));
    assert_eq!(hung.deadlock(), ["Y waits for Lock", "X is suspended"]);
    hung.never("GlobalWritten done").times("ThreadsDeadlocked Y Lock SU-5", 1);
    // Somebody resumes it in the end.
    let helped = run(&text("", "", "thread Z (start: 1ms) { ResumeThread(X); }"));
    assert_eq!(helped.completes().value("done"), 1);
    // A thread that owns nothing may stay suspended.
    let alone = run("thread X { work 20us; } thread Y (processor: 0, priority: 9, start: 5us) { SuspendThread(X); }");
    assert_eq!(alone.outcome().kind, OutcomeKind::Completed { quiescent: true });
    assert_eq!(alone.waiting(), ["X is suspended"]);
}

/// SU-5, SIM-4
#[test]
fn threads_that_are_merely_suspended_are_no_circle() {
    let text = |more: &str| {
        format!(
            "machine {{ processors: 2; }} mutant Lock;
            thread A (processor: 0) {{ WaitForSingleObject(Lock, INFINITE); SuspendThread(A); ResumeThread(B); }}
            thread B (processor: 1) {{ SuspendThread(B); ResumeThread(A); }} {more}"
        )
    };
    // Each would resume the other, if it ran; but nobody waits for either.
    let alone = run(&text(""));
    assert_eq!(alone.outcome().kind, OutcomeKind::Completed { quiescent: true });
    assert_eq!(alone.never("ThreadsDeadlocked").waiting(), ["A is suspended", "B is suspended"]);
    // Once somebody wants what one of them owns, somebody does wait.
    let wanted = run(&text("thread W (start: 1ms) { WaitForSingleObject(Lock, INFINITE); }"));
    assert_eq!(wanted.deadlock(), ["W waits for Lock", "A is suspended"]);
    wanted.times("ThreadsDeadlocked", 1).times("1ms: ThreadsDeadlocked W Lock SU-5", 1);
    // It does not matter who comes last.
    let before = run("machine { processors: 2; } mutant Lock;
        thread A (processor: 0) { WaitForSingleObject(Lock, INFINITE); Spend(); SuspendThread(A); ResumeThread(B); } function Spend() { work 50us; }
        thread W (processor: 1) { WaitForSingleObject(Lock, INFINITE); }
        thread B (processor: 1, start: 10us) { SuspendThread(B); ResumeThread(A); }");
    assert_eq!(before.deadlock(), ["W waits for Lock", "A is suspended"]);
}

/// SIM-5
#[test]
fn a_deadlock_is_told_whatever_ends_the_run() {
    let text = |more: &str| {
        format!(
            "machine {{ clock: 500us; end: 5ms; }} mutex A; mutex B; device Nic {{ irql: 5; isr: I; }} isr I {{ work 1us; }} every 100us interrupt Nic;
            system thread X {{ KeWaitForSingleObject(A); KeDelayExecutionThread(KernelMode, FALSE, -50us); KeWaitForSingleObject(B); }}
            system thread Y {{ KeWaitForSingleObject(B); KeDelayExecutionThread(KernelMode, FALSE, -50us); KeWaitForSingleObject(A); }} {more}"
        )
    };
    // Devices go on to the end, and nothing is ever quiet.
    let ends = run(&text(""));
    assert_eq!(ends.deadlock(), ["X waits for B", "Y waits for A"]);
    ends.order(&["ThreadsDeadlocked Y A SIM-5", "4.9ms: IsrEntered Nic", "5ms: EndReached"]);
    for (end, last) in [
        ("system thread Z (start: 1ms) { assert(FALSE); }", "AssertionFailed"),
        ("system thread Z (start: 1ms) { KeBugCheckEx(0xE2, 0, 0, 0, 0); }", "BugChecked"),
        ("system thread Z (start: 1ms) { while (TRUE) { } }", "LimitReached"),
    ] {
        let run = run(&text(end));
        run.order(&["ThreadsDeadlocked Y A SIM-5", last]);
        assert!(!matches!(run.outcome().kind, OutcomeKind::Deadlock(_)), "what ended the run");
    }
}

/// SIM-5, TE-1, AP-28, WT-14
#[test]
fn a_circle_that_a_termination_breaks_was_one_and_is_not_how_the_run_ends() {
    let run = run("machine { processors: 2; } mutant A; mutant B;
        thread X { WaitForSingleObject(A, INFINITE); Sleep(1); WaitForSingleObject(B, INFINITE); marker got_it; ReleaseMutex(B); ReleaseMutex(A); }
        thread Y { WaitForSingleObject(B, INFINITE); Sleep(1); WaitForSingleObject(A, INFINITE); }
        thread Z { Sleep(90); TerminateThread(Y); }");
    run.order(&[
        "ThreadsDeadlocked SIM-5",
        "WaitEnded Y STATUS_USER_APC",
        "MutexAbandoned B Y",
        "MarkerReached got_it",
    ])
    .times("ThreadsDeadlocked", 1)
    .completes();
}

/// SU-5
#[test]
fn a_suspended_owner_is_a_deadlock_as_soon_as_whoever_could_resume_it_waits_or_has_ended() {
    let text = |partner: &str, more: &str| {
        format!(
            "machine {{ processors: 2; clock: 500us; end: 5ms; }} mutant Lock; event Never; device Nic {{ irql: 5; isr: I; }} isr I {{ work 1us; }} every 100us interrupt Nic;
            thread X (processor: 0) {{ WaitForSingleObject(Lock, INFINITE); Spend(); ReleaseMutex(Lock); }} function Spend() {{ work 50us; }}
            thread Y (processor: 1) {{ work 10us; SuspendThread(X); {partner} }} thread W (processor: 1, start: 20us) {{ WaitForSingleObject(Lock, INFINITE); }} {more}"
        )
    };
    let both = ["W waits for Lock", "X is suspended"];
    let own = ["Y waits for Lock", "X is suspended"];
    // (what the partner does after the suspension, who else there is, the deadlock, when)
    for (partner, more, circle, told) in [
        ("WaitForSingleObject(Lock, INFINITE); ResumeThread(X);", "", own, "SU-5 Y"),
        ("WaitForSingleObject(Lock, INFINITE); Wake();", "function Wake() { ResumeThread(X); }", own, "SU-5 Y"),
        ("", "", both, "SU-5 W"),
        ("Sleep(2ms); if (FALSE) ResumeThread(X);", "", both, "SU-5 W"),
    ] {
        let run = run(&text(partner, more));
        assert_eq!(run.deadlock(), circle, "{partner}");
        run.times(&format!("ThreadsDeadlocked {told}"), 1).times("ThreadsDeadlocked", 1).times("EndReached", 1);
        if partner.starts_with("Sleep") {
            run.order(&["WaitStarted W Lock", "ThreadEnded Y", "ThreadsDeadlocked"]);
        }
    }
    // Somebody may still come: a thread that has not begun, one that waits for an event, a DPC, who would end the thread.
    for more in [
        "thread Z (start: 9ms) { ResumeThread(X); }",
        "thread Z { WaitForSingleObject(Never, INFINITE); ResumeThread(X); }",
        "dpc D { KeResumeThread(X); }",
        "thread Z { WaitForSingleObject(Never, INFINITE); TerminateThread(X); }",
    ] {
        run(&text("", more)).never("ThreadsDeadlocked").completes();
    }
}

/// TH-19, SIM-5
#[test]
fn a_process_ends_with_all_its_threads_so_a_wait_for_it_is_a_wait_for_each() {
    let own = run("process P; thread A (process: P) { WaitForSingleObject(P, INFINITE); }");
    assert_eq!(own.deadlock(), ["A waits for P"]);
    let text = |first: &str| {
        format!(
            "process P; mutant M; thread Q (process: P) {{ Sleep(1); }} thread A (process: P) {{ Sleep(2); WaitForSingleObject(M, INFINITE); ReleaseMutex(M); }}
            thread B (priority: 9) {{ {first} WaitForSingleObject(P, INFINITE); }}"
        )
    };
    let other = run(&text("WaitForSingleObject(M, INFINITE);"));
    assert_eq!(other.deadlock(), ["B waits for P", "A waits for M"]);
    run(&text("")).completes();
}

/// DP-15, DP-25, SIM-5
#[test]
fn a_flush_waits_for_threaded_dpcs_and_for_what_they_want() {
    let text = |dpc: &str| {
        format!(
            "machine {{ processors: 2; end: 50ms; }} mutex M; dpc D (type: threaded) {{ {dpc} }}
            system thread T {{ KeWaitForSingleObject(M); KeInsertQueueDpc(D); KeFlushQueuedDpcs(); KeReleaseMutex(M); }}"
        )
    };
    let mut hung = run(&text("KeWaitForSingleObject(M); KeReleaseMutex(M);")).deadlock();
    hung.sort_unstable();
    assert!(hung.len() == 2 && hung[1] == "T waits for D" && hung[0].ends_with(" waits for M"), "{hung:?}");
    run(&text("work 5us;")).completes();
}

/// IR-20, WT-13
#[test]
fn a_processor_may_spin_for_what_a_thread_holds_that_waits_for_its_own() {
    // Misuse: Holder waits with a spin lock in hand, for the mutex of the thread that spins.
    let text = |first: u32, second: u32| {
        format!(
            "machine {{ processors: 2; verifier: off; end: 5ms; }} mutex M; spinlock L;
            system thread Owner (processor: 0) {{ KeWaitForSingleObject(M); work {first}us; KeAcquireSpinLock(L, o); KeReleaseSpinLock(L, o); KeReleaseMutex(M); }}
            system thread Holder (processor: 1) {{ KeAcquireSpinLockAtDpcLevel(L); work {second}us; KeWaitForSingleObject(M); KeReleaseSpinLockFromDpcLevel(L); }}"
        )
    };
    // It does not matter who comes last: the processor hangs.
    let thread = run(&text(5, 9));
    assert_eq!(thread.deadlock(), ["Holder waits for M", "cpu0 spins for L"]);
    thread.times("9us: DeadlockFound L cpu0 IR-20", 1);
    let processor = run(&text(9, 5));
    assert_eq!(processor.deadlock(), ["cpu0 spins for L", "Holder waits for M"]);
    processor.times("9us: DeadlockFound L cpu0 IR-20", 1);
}

/// LP-11, SIM-5
#[test]
fn whoever_waits_for_a_reply_waits_for_the_thread_that_has_the_request() {
    let text = |server: &str| {
        format!(
            "port Port; process Server; process Client; message In; message Q; message R; mutant M; var p = 0;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In);
                NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In);
                {server} NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In); }}
            thread C (process: Client, start: 5us) {{ WaitForSingleObject(M, INFINITE); NtAlpcConnectPort(h, Port);
                NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); ReleaseMutex(M); }}"
        )
    };
    let hung = run(&text("WaitForSingleObject(M, INFINITE); ReleaseMutex(M);"));
    assert_eq!(hung.deadlock(), ["C waits for Port", "S waits for M"]);
    run(&text("")).completes();
    // Another thread of the server may answer.
    let other = "SetEvent(Got); WaitForSingleObject(M, INFINITE); ReleaseMutex(M);";
    let helped = format!(
        "event Got; thread T (process: Server) {{ WaitForSingleObject(Got, INFINITE); work 50us; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In); }} {}",
        text(other).replace("NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In); }", "}")
    );
    let helped = run(&helped.replacen("thread S (process: Server, priority: 9) {  }", "", 1));
    helped.order(&["WaitStarted S M", "ReplyReceived"]).never("ThreadsDeadlocked").completes();
}

/// SIM-4
#[test]
fn who_waits_for_ever_is_listed_and_that_is_no_failure() {
    let waiting = run("event E; event F; system thread A { work 5us; KeWaitForSingleObject(E); } thread B { SleepEx(INFINITE, TRUE); }
        system thread C { KeWaitForMultipleObjects(2, [E, F], WaitAny); } system thread D { work 1us; } expect completed;");
    assert_eq!(waiting.waiting(), ["A waits for E", "B waits", "C waits for E|F"]);
    let began = waiting.outcome().waiting[0].since as usize;
    assert_eq!(began, waiting.first("5us: WaitStarted A E"));
    assert_eq!(waiting.outcome().exit_status(), 0);
    // Only when nothing is left that could end it.
    let cut = run(
        "machine { end: 20us; } event E; system thread A { KeWaitForSingleObject(E); } system thread B { while (TRUE) work 9us; }",
    );
    assert!(cut.waiting().is_empty());
}

/// WT-8, TH-19, SIM-5
#[test]
fn a_thread_that_has_ended_keeps_nobody_waiting_for_all() {
    for (start, work) in [("start: 10us", 1), ("start: 0us", 50)] {
        run(&format!(
            "machine {{ processors: 2; end: 5ms; }} mutant M; thread T {{ work {work}us; }}
            thread B {{ WaitForSingleObject(M, INFINITE); work 100us; ReleaseMutex(M); }}
            thread A ({start}) {{ WaitForMultipleObjects(2, [T, M], TRUE, INFINITE); marker both; ReleaseMutex(M); }}"
        ))
        .order(&["ThreadEnded T", "MarkerReached both"])
        .never("ThreadsDeadlocked")
        .completes();
    }
}

/// WT-8, WT-9, SU-2, SIM-5
#[test]
fn a_circle_is_told_once_for_as_long_as_it_stands() {
    // Broken and closed again, by waits for all.
    let rounds = run("machine { processors: 3; end: 10ms; } mutex M; mutex N; event E { type: notification; signalled: TRUE; } apc Cure special (thread: A) { KeReleaseMutex(M); }
        system thread A (priority: 9) { for (i = 0; i < 2; i++) { KeWaitForSingleObject(M); work 5us; KeWaitForMultipleObjects(2, [N, E], WaitAll); KeReleaseMutex(N); work 100us; } }
        system thread B (priority: 9) { for (i = 0; i < 2; i++) { KeWaitForSingleObject(N); work 10us; KeWaitForMultipleObjects(2, [M, E], WaitAll); KeReleaseMutex(M); KeReleaseMutex(N); work 100us; } }
        system thread C (priority: 8) { work 100us; KeInsertQueueApc(Cure); }");
    rounds.times("ThreadsDeadlocked SIM-5", 2);
    // Suspended and resumed, its threads wait on: it is the same circle.
    let suspended = run("machine { processors: 3; end: 5ms; } mutant M; mutant N;
        thread A { WaitForSingleObject(M, INFINITE); work 5us; WaitForSingleObject(N, INFINITE); }
        thread B { WaitForSingleObject(N, INFINITE); work 10us; WaitForSingleObject(M, INFINITE); }
        thread C (start: 100us) { SuspendThread(A); work 50us; ResumeThread(A); work 50us; SuspendThread(B); work 50us; ResumeThread(B); work 50us; }");
    suspended.times("ThreadsDeadlocked SIM-5", 1);
    assert_eq!(suspended.deadlock(), ["A waits for N", "B waits for M"]);
}

/// IR-20, SIM-5
#[test]
fn a_spin_for_the_lock_of_a_thread_that_ends_later_is_a_deadlock_too() {
    let run = run("machine { processors: 2; verifier: off; end: 5ms; } spinlock L; device Nic { irql: 5; isr: I; } isr I { work 1us; } every 100us interrupt Nic;
        system thread A (processor: 0) { KeAcquireSpinLockAtDpcLevel(L); work 50us; } system thread B (processor: 1, start: 10us) { KeAcquireSpinLock(L, o); }");
    run.order(&["10us: SpinLockContended L cpu1", "50us: ThreadEnded A", "50us: DeadlockFound L cpu1 IR-20"]);
}

/// LP-6, LP-9, LP-20, SIM-5
#[test]
fn a_connection_is_waited_for_until_somebody_accepts_or_withdraws_it() {
    let text = |server: &str, more: &str| {
        format!(
            "machine {{ processors: 2; end: 5ms; }} port Port; process Server; process Client; message In; message Q; message R; mutant M; event Got; var p = 0; var h = 0;
            thread S (process: Server, priority: 9) {{ {server} WaitForSingleObject(M, INFINITE); ReleaseMutex(M); }} {more}"
        )
    };
    let listen = "NtAlpcCreatePort(p, Port); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); SetEvent(Got);";
    let client = "thread C (process: Client, start: 5us) { WaitForSingleObject(M, INFINITE); NtAlpcConnectPort(h, Port); ReleaseMutex(M); }";
    let helper = "thread T (process: Server) { WaitForSingleObject(Got, INFINITE); work 50us; NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); work 100us; }";
    run(&text(listen, &format!("{client} {helper}"))).never("ThreadsDeadlocked").completes();
    // The only one who would accept waits for what the client owns.
    let alone = text(listen, client).replace(
        "ReleaseMutex(M); } thread C",
        "ReleaseMutex(M); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); } thread C",
    );
    assert_eq!(run(&alone).deadlock(), ["C waits for Port", "S waits for M"]);
    // Who waits for a reply may be helped by a thread of its own that takes the request back.
    let asks = "thread C (process: Client, start: 5us) { WaitForSingleObject(M, INFINITE); NtAlpcConnectPort(h, Port); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); ReleaseMutex(M); }
        thread K (process: Client, start: 300us) { NtAlpcCancelMessage(h, 0, Q); }";
    let serves = format!(
        "{listen} NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In);"
    );
    run(&text(&serves, asks))
        .order(&["WaitStarted S M", "300us: MessageCanceled"])
        .never("ThreadsDeadlocked")
        .completes();
}

/// LP-11, LP-14, SIM-5
#[test]
fn a_request_that_nobody_can_receive_any_more_is_a_deadlock() {
    let of = |rest: &str| {
        run(&format!(
            "machine {{ processors: 2; end: 5ms; }} process A; process B; port PA; port PB; message In; message Back {{ buffer: 100; }} message Q; message R; message Ask; message Told; var a = 0; var b = 0; var h = 0; {rest}"
        ))
    };
    let accepts = "NtAlpcAcceptConnectPort(c, a, 0, NULL, NULL, 1, In, NULL, TRUE); NtAlpcSendWaitReceivePort(a, 0, NULL, NULL, In);";
    let server = |calls: &str| {
        format!(
            "thread S (process: A) {{ NtAlpcCreatePort(a, PA); NtAlpcSendWaitReceivePort(a, 0, NULL, NULL, In); {accepts} {calls} NtReplyPort(a, In); }}"
        )
    };
    let client = "thread C (process: B, start: 5us) { NtAlpcCreatePort(b, PB); NtAlpcConnectPort(h, PA); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); }";
    let calls_back = server("NtAlpcConnectPort(d, PB);");
    // A server that calls back to the one who waits for it.
    let back = of(&format!("{calls_back} {client}"));
    assert_eq!(back.deadlock(), ["C waits for PA", "S waits for PB"]);
    // Another thread of the client may receive, be it one that is created later, or that polls.
    let helper = |begin: &str| {
        format!(
            "thread T (process: B, start: 90us) {{ {begin} NtAlpcSendWaitReceivePort(b, 0, NULL, NULL, Back); NtAlpcAcceptConnectPort(e, b, 0, NULL, NULL, 1, Back, NULL, TRUE); work 100us; }}"
        )
    };
    of(&format!("{calls_back} {client} {}", helper(""))).never("ThreadsDeadlocked").completes();
    of(&format!("{calls_back} {client} {}", helper("Sleep(1);"))).never("ThreadsDeadlocked").completes();
    // Or the server does not wait for ever.
    let patient = server("NtAlpcConnectPort(d, PB, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, -1ms);");
    of(&format!("{patient} {client}")).never("ThreadsDeadlocked").completes();
    // A thread that asks itself.
    let own = of("thread T (process: A) { NtAlpcCreatePort(a, PA); NtAlpcConnectPort(h, PA); }");
    assert_eq!(own.deadlock(), ["T waits for PA"]);
    let own = of(
        "thread T (process: A) { NtAlpcCreatePort(a, PA); NtAlpcConnectPort(h, PA); NtAlpcSendWaitReceivePort(a, 0, NULL, NULL, In); }",
    );
    assert_eq!(own.deadlock(), ["T waits for PA"]);
    // Two servers that ask each other.
    let round = of("thread TA (process: A) { NtAlpcCreatePort(a, PA); NtAlpcSendWaitReceivePort(a, 0, NULL, NULL, In); NtAlpcAcceptConnectPort(c, a, 0, NULL, NULL, 1, In, NULL, TRUE); NtAlpcConnectPort(g, PB); NtAlpcSendWaitReceivePort(g, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); }
        thread TB (process: B, start: 5us) { NtAlpcCreatePort(b, PB); NtAlpcConnectPort(h, PA); NtAlpcSendWaitReceivePort(b, 0, NULL, NULL, Back); NtAlpcAcceptConnectPort(d, b, 0, NULL, NULL, 1, Back, NULL, TRUE); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Ask, NULL, Told); }");
    assert_eq!(round.deadlock().len(), 2);
}
