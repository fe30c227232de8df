//! Semaphores: their count, their limit, and whom a release wakes.

use crate::common::run;

/// WT-1
#[test]
fn a_semaphore_lets_as_many_waits_pass_as_it_counts() {
    let run = run("semaphore S { count: 2; limit: 5; } var x = 0;
        system thread T {
            x = KeReadStateSemaphore(S);
            KeWaitForSingleObject(S); KeWaitForSingleObject(S); x = KeReadStateSemaphore(S);
            x = KeWaitForSingleObject(S, Executive, KernelMode, FALSE, 0);
            x = KeReleaseSemaphore(S, IO_NO_INCREMENT, 3); x = KeReadStateSemaphore(S);
            x = KeReleaseSemaphore(S, IO_NO_INCREMENT, 2); x = KeReadStateSemaphore(S);
        }");
    assert_eq!(run.written("x"), [2, 0, 0x102, 0, 3, 3, 5]);
    run.times("WaitSatisfied T S", 2).never("WaitStarted").completes();
}

/// WT-1, TH-11
#[test]
fn a_release_wakes_as_many_waiters_as_it_adds_in_their_order_and_boosts_them() {
    let mut run = run("semaphore S { limit: 9; } var left = 9;
        system thread A (priority: 9) { KeWaitForSingleObject(S); work 1us; }
        system thread B (priority: 14, start: 1us) { KeWaitForSingleObject(S); work 1us; }
        system thread C (priority: 13, start: 2us) { KeWaitForSingleObject(S); work 1us; }
        system thread R (priority: 4, start: 5us) { KeReleaseSemaphore(S, SEMAPHORE_INCREMENT, 2); left = KeReadStateSemaphore(S); KeReleaseSemaphore(S, 0, 2); left = KeReadStateSemaphore(S); }");
    run.order(&[
        "5us: SemaphoreReleased S n=2",
        "WaitEnded A STATUS_SUCCESS",
        "PriorityChanged A",
        "WaitEnded B",
        "ContextSwitched B",
    ])
    .order(&[
        "ContextSwitched B",
        "ContextSwitched A",
        "ContextSwitched R",
        "7us: SemaphoreReleased S n=2",
        "WaitEnded C",
        "ContextSwitched C",
    ])
    .completes();
    assert_eq!(run.written("left"), [0, 1]);
    // At the moment of the release the count is there, and all three wait in their order.
    let state = run.state_after("5us: SemaphoreReleased S");
    let waiting: Vec<u16> = state.wait_list(&state.ksemaphore[0].header).map(|block| block.thread).collect();
    assert_eq!((state.ksemaphore[0].header.signal_state, waiting), (2, vec![0, 1, 2]));
}

/// WT-1, WT-6, IN-15
#[test]
fn a_release_beyond_the_limit_raises_and_changes_nothing() {
    for adjustment in ["2", "0x7FFFFFFF", "-1"] {
        run(&format!(
            "semaphore S {{ count: 1; limit: 2; }} system thread T {{ KeReleaseSemaphore(S, 0, {adjustment}); }}"
        ))
        .never("SemaphoreReleased")
        .bugchecks(0x7E, [Some(0xC000_0047), None, None, None]);
    }
    // A system service catches what it raises.
    let run = run("semaphore S { count: 1; limit: 2; } var ok = 9; var before = 9; var state = 9;
        service State() { return KeReadStateSemaphore(S); }
        thread T { ok = ReleaseSemaphore(S, 2); state = State(); ok = ReleaseSemaphore(S, 0); ok = ReleaseSemaphore(S, 1, before); state = State(); }");
    assert_eq!((run.written("ok"), run.written("state"), run.value("before")), (vec![0, 0, 1], vec![1, 2], 1));
    run.completes();
}

/// WT-1, TH-6
#[test]
fn a_dpc_may_release_a_semaphore_and_may_not_wait_for_it() {
    run("semaphore S; dpc D { KeReleaseSemaphore(S, 0, 1); } device V { irql: 5; isr: I; } isr I { KeInsertQueueDpc(D); }
        system thread T { KeWaitForSingleObject(S); work 1us; } at 9us interrupt V;")
    .order(&["SemaphoreReleased S n=1", "WaitEnded T STATUS_SUCCESS", "DpcEnded D", "ContextSwitched T"])
    .completes();
    run("semaphore S; dpc D { KeWaitForSingleObject(S); } device V { irql: 5; isr: I; } isr I { KeInsertQueueDpc(D); } at 9us interrupt V;")
        .bugchecks(0xC4, [Some(0x3B), Some(2), None, None]);
}
