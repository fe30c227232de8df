//! Mutexes: ownership, recursion, the critical region of a driver's mutex, and owners that end.

use crate::common::run;
use irql_playground::program::Class;

/// WT-13
#[test]
fn a_mutex_counts_its_owners_acquisitions_down_and_is_free_at_one() {
    let run = run("mutex M; var s = 9;
        system thread T {
            s = KeReadStateMutex(M);
            KeWaitForSingleObject(M); s = KeReadStateMutex(M);
            KeWaitForSingleObject(M); KeWaitForSingleObject(M, Executive, KernelMode, FALSE, 0); s = KeReadStateMutex(M);
            s = KeReleaseMutex(M); s = KeReleaseMutex(M); s = KeReleaseMutex(M); s = KeReadStateMutex(M);
        }");
    assert_eq!(run.written("s"), [1, 0, -2, -2, -1, 0, 1]);
    run.times("MutexAcquired M T WT-13", 3).order(&[
        "MutexReleased M n=2",
        "MutexReleased M n=1",
        "MutexReleased M n=0",
    ]);
    run.never("WaitStarted").completes();
}

/// WT-13, WT-1, TH-11
#[test]
fn a_released_mutex_belongs_to_the_first_waiter_before_that_one_runs() {
    let mut run = run("mutex M; var state = 9;
        system thread Owner (priority: 5) { KeWaitForSingleObject(M); KeWaitForSingleObject(M); work 10us; KeReleaseMutex(M); work 1us; KeReleaseMutex(M); state = KeReadStateMutex(M); }
        system thread First (priority: 4, start: 1us) { KeWaitForSingleObject(M); work 1us; KeReleaseMutex(M); }
        system thread Second (priority: 9, start: 2us) { KeWaitForSingleObject(M); work 1us; KeReleaseMutex(M); }
        system thread Third (priority: 8, start: 5us) { KeWaitForSingleObject(M); work 1us; KeReleaseMutex(M); }");
    // First is preempted before it gets to wait, so Second and Third stand before it.
    run.order(&[
        "WaitStarted Second M",
        "WaitStarted Third M",
        "MutexReleased M n=1",
        "MutexReleased M n=0",
        "MutexAcquired M Second",
        "WaitEnded Second STATUS_SUCCESS",
        "PriorityChanged Second priority=10",
    ])
    .order(&["MutexAcquired M Second", "MutexAcquired M Third", "MutexAcquired M First"])
    .completes();
    // The last release alone lets it go, and at once it has its next owner.
    run.times("MutexReleased", 5);
    let state = run.state_after("WaitEnded Second");
    assert_eq!((state.kmutant[0].owner_thread, state.kmutant[0].header.signal_state), (2, 0));
}

/// WT-13, AP-22, AP-18
#[test]
fn a_drivers_mutex_holds_normal_apcs_back_until_its_last_release() {
    let run = run("mutex M; apc N normal (thread: T) { work 1us; } apc S special (thread: T) { work 1us; } var disabled = 9; var all = 9;
        system thread T {
            KeWaitForSingleObject(M); KeWaitForSingleObject(M);
            disabled = KeAreApcsDisabled(); all = KeAreAllApcsDisabled();
            KeInsertQueueApc(N); KeInsertQueueApc(S); work 5us;
            KeReleaseMutex(M); work 1us; marker last; KeReleaseMutex(M); marker free;
            disabled = KeAreApcsDisabled();
        }");
    assert_eq!((run.written("disabled"), run.value("all")), (vec![1, 0], 0));
    run.times("CriticalRegionEntered T WT-13", 1).times("CriticalRegionLeft T WT-13", 1);
    run.order(&[
        "ApcKernelRoutineStarted S",
        "MutexReleased M n=1",
        "MarkerReached last",
        "MutexReleased M n=0",
        "CriticalRegionLeft T =0",
        "ApcNormalRoutineStarted N",
        "MarkerReached free",
    ])
    .completes();
}

/// WT-13, AP-9
#[test]
fn a_waiter_that_is_given_a_mutex_is_in_its_critical_region_at_once() {
    // N comes after the mutex was handed to T and before T has run.
    let run = run("mutex M; apc N normal (thread: T) { work 1us; }
        system thread T (priority: 4, start: 1us) { KeWaitForSingleObject(M); marker mine; work 5us; KeReleaseMutex(M); marker over; }
        system thread Owner (priority: 9) { KeWaitForSingleObject(M); KeDelayExecutionThread(KernelMode, FALSE, -1ms); KeReleaseMutex(M); KeInsertQueueApc(N); work 5us; }");
    run.order(&[
        "MutexAcquired M T",
        "CriticalRegionEntered T =-1",
        "WaitEnded T",
        "ApcInserted N",
        "MarkerReached mine",
        "CriticalRegionLeft T",
        "ApcNormalRoutineStarted N",
        "MarkerReached over",
    ])
    .completes();
}

/// WT-13
#[test]
fn the_owner_that_releases_is_preempted_before_it_leaves_its_region() {
    let run = run("mutex M; apc N normal (thread: Low) { work 1us; }
        system thread Low (priority: 4) { KeWaitForSingleObject(M); KeInsertQueueApc(N); work 20us; KeReleaseMutex(M); work 1us; }
        system thread High (priority: 12, start: 5us) { KeWaitForSingleObject(M); work 3us; KeReleaseMutex(M); }");
    run.order(&[
        "WaitStarted High M",
        "MutexReleased M n=0",
        "ContextSwitched High",
        "ThreadEnded High",
        "ContextSwitched Low",
        "CriticalRegionLeft Low",
        "ApcNormalRoutineStarted N",
    ])
    .completes();
}

/// WT-13
#[test]
fn a_mutex_of_user_mode_holds_no_apcs_back() {
    let run = run("mutant M; apc N normal (thread: T) { work 1us; } var state = 9; var ok = 9; var other = 9;
        service Queue() { KeInsertQueueApc(N); } service State() { return KeReadStateMutex(M); }
        thread T (priority: 9) { WaitForSingleObject(M, INFINITE); WaitForSingleObject(M, INFINITE); Queue(); state = State(); Sleep(20); ok = ReleaseMutex(M); ok = ReleaseMutex(M); ok = ReleaseMutex(M); }
        thread U { Sleep(1); other = ReleaseMutex(M); other = WaitForSingleObject(M, INFINITE); }");
    run.never("CriticalRegionEntered")
        .order(&[
            "MutexAcquired M T",
            "ApcNormalRoutineStarted N",
            "GlobalWritten state",
            "GlobalWritten other =0",
            "MutexAcquired M U",
        ])
        .completes();
    assert_eq!((run.value("state"), run.written("ok"), run.written("other")), (-1, vec![1, 1, 0], vec![0, 0]));
}

/// WT-13, WT-6, IN-15
#[test]
fn a_release_by_another_thread_raises() {
    for body in ["KeReleaseMutex(M);", "KeWaitForSingleObject(M); KeReleaseMutex(M); KeReleaseMutex(M);"] {
        run(&format!("mutex M; system thread T {{ {body} }}")).bugchecks(0x7E, [Some(0xC000_0046), None, None, None]);
    }
    run("mutex M; system thread Owner (priority: 9) { KeWaitForSingleObject(M); KeDelayExecutionThread(KernelMode, FALSE, -1ms); KeReleaseMutex(M); } system thread T { KeReleaseMutex(M); }")
        .bugchecks(0x7E, [Some(0xC000_0046), None, None, None]);
    // In a service the same exception is the service's.
    run("mutex M; service Free() { KeReleaseMutex(M); } thread T { Free(); }")
        .bugchecks(0x3B, [Some(0xC000_0046), None, None, None]);
}

/// WT-14, WT-6
#[test]
fn a_mutex_whose_owner_ends_is_abandoned_to_the_next_waiter() {
    let run = run("mutant M; event E; var r = 9; var late = 9;
        thread Owner { WaitForSingleObject(M, INFINITE); WaitForSingleObject(M, INFINITE); Sleep(20); }
        thread A (start: 1us) { r = WaitForMultipleObjects(2, [E, M], FALSE, INFINITE); ReleaseMutex(M); r = WaitForSingleObject(M, 0); ReleaseMutex(M); }
        thread B (start: 60ms) { late = WaitForSingleObject(M, INFINITE); }");
    run.order(&["MutexAbandoned M Owner WT-14", "MutexAcquired M A WT-13", "WaitEnded A 0x81 WT-14"]).completes();
    // The mark is gone with whoever was told.
    assert_eq!((run.written("r"), run.value("late")), (vec![0x81, 0], 0));
}

/// WT-14
#[test]
fn nobody_who_waits_at_its_owners_end_is_told_later() {
    let mut run = run("mutant M; mutant N; event Stay; var r = 9; var twice = 9; var both = 9;
        thread Owner { WaitForSingleObject(N, INFINITE); WaitForSingleObject(M, INFINITE); }
        thread Late (start: 10us) { both = WaitForMultipleObjects(2, [M, N], TRUE, INFINITE); ReleaseMutex(M); twice = WaitForSingleObject(M, INFINITE); }");
    assert_eq!((run.value("both"), run.value("twice")), (0x80, 0));
    // What it has owned longest goes first.
    run.order(&["MutexAbandoned N Owner", "MutexAbandoned M Owner", "WaitSatisfied Late M&N"]).completes();
    let state = run.state_after("ThreadEnded Owner");
    assert!(state.kmutant.iter().all(|m| m.abandoned && m.header.signal_state == 1));
    // A release of an abandoned mutex by one who does not own it says so.
    let run = crate::common::run(
        "mutant M; system thread Owner { KeWaitForSingleObject(M); } system thread T (start: 10us) { KeReleaseMutex(M); }",
    );
    run.bugchecks(0x7E, [Some(0x80), None, None, None]);
}

/// WT-14, TE-3
#[test]
fn a_thread_that_ends_with_a_drivers_mutex_stops_the_machine() {
    // Its critical region is noticed first.
    run("mutex M; system thread T { KeWaitForSingleObject(M); }")
        .bugchecks(0x20, [Some(0), Some(0xFFFF), Some(0), Some(1)]);
    // When the thread has left that one on its own, the mutex is.
    run("mutex Other; mutex M; system thread Some { work 1us; } system thread T { KeWaitForSingleObject(M); KeLeaveCriticalRegion(); }")
        .bugchecks(0x4000_008A, [Some(Class::Thread.at(1_u16)), Some(Class::Mutant.at(1_u16)), Some(0), Some(0)]);
}

/// WT-13, SE-2
#[test]
fn a_service_that_returns_with_a_drivers_mutex_is_noticed_on_its_way_to_user_mode() {
    run("mutex M; service Take() { KeWaitForSingleObject(M); } thread T { Take(); }")
        .bugchecks(0x1, [None, Some(0), Some(0xFFFF), Some(0)]);
}

/// WT-8, WT-9, WT-13
#[test]
fn a_wait_for_all_acquires_its_mutexes_together_or_not_at_all() {
    let run = run("mutex M; mutex N; event E; var status = 9; var m = 9;
        system thread Holder (priority: 9) { KeWaitForSingleObject(N); KeDelayExecutionThread(KernelMode, FALSE, -1ms); m = KeReadStateMutex(M); KeReleaseMutex(N); }
        system thread T { KeWaitForSingleObject(M); KeReleaseMutex(M);
            status = KeWaitForMultipleObjects(2, [M, N], WaitAll); m = KeReadStateMutex(M); KeReleaseMutex(N); KeReleaseMutex(M); }");
    assert_eq!((run.value("status"), run.written("m")), (0, vec![1, 0]));
    run.order(&[
        "WaitStarted T M&N",
        "MutexReleased N n=0",
        "WaitRetested T M&N",
        "MutexAcquired M T",
        "MutexAcquired N T",
        "WaitSatisfied T M&N",
    ])
    .completes();
}

/// WT-13
#[test]
fn the_idle_thread_acquires_no_mutex() {
    // A poll in a DPC that runs on the idle thread finds nobody who could own it.
    run("mutex M; dpc D { status = KeWaitForSingleObject(M, Executive, KernelMode, FALSE, 0); assert(status == STATUS_TIMEOUT); }
        device N { irql: 5; isr: I; } isr I { KeInsertQueueDpc(D); } at 5us interrupt N;
        system thread T (start: 50us) { KeWaitForSingleObject(M); KeReleaseMutex(M); }")
    .never("MutexAcquired cpu0 5us:")
    .completes();
}

/// WT-13
#[test]
fn ke_wait_for_mutex_object_is_the_wait_for_a_mutex() {
    let run = run("machine { clock: 100us; } mutex M; var second = 0;
        system thread A { KeWaitForMutexObject(M, Executive, KernelMode, FALSE, NULL); work 500us; KeReleaseMutex(M, FALSE); }
        system thread B (start: 10us, priority: 9) { second = KeWaitForMutexObject(M, Executive, KernelMode, FALSE, -200us); }");
    run.order(&["MutexAcquired M A", "WaitStarted B M", "WaitEnded B STATUS_TIMEOUT"]).completes();
    assert_eq!(run.value("second"), 0x102);
}
