//! Waits for several objects: any of them, or all of them at once.

use crate::common::run;

/// WT-8
#[test]
fn a_wait_for_any_returns_the_lowest_number_and_takes_that_object_alone() {
    let run =
        run("event A; event B { signalled: TRUE; } semaphore S { count: 1; } var which = 9; var s = 9; var b = 9;
        system thread T {
            which = KeWaitForMultipleObjects(3, [A, B, S], WaitAny, Executive, KernelMode, FALSE, NULL);
            b = KeReadStateEvent(B); s = KeReadStateSemaphore(S);
            which = KeWaitForMultipleObjects(3, [A, B, S], WaitAny);
            which = KeWaitForMultipleObjects(3, [A, B, S], WaitAny, Executive, KernelMode, FALSE, 0);
        }");
    assert_eq!(run.written("which"), [1, 2, 0x102]);
    assert_eq!((run.value("b"), run.value("s")), (0, 1));
    run.order(&["WaitSatisfied T B WT-8", "WaitSatisfied T S WT-8", "WaitEnded T STATUS_TIMEOUT"]).completes();
}

/// WT-8, WT-1
#[test]
fn a_blocked_wait_for_any_stands_in_every_list_until_one_object_ends_it() {
    let mut run = run("event A; event B; var which = 9; var first = 9; var a = 9;
        system thread T (priority: 9) { which = KeWaitForMultipleObjects(2, [A, B], WaitAny); work 1us; }
        system thread U (priority: 9, start: 1us) { first = KeWaitForSingleObject(A); }
        system thread S (priority: 4) { work 5us; KeSetEvent(B); KeSetEvent(A); a = KeReadStateEvent(A); }");
    run.order(&[
        "WaitStarted T A|B WT-8",
        "5us: EventSet B",
        "WaitEnded T 0x1",
        "6us: EventSet A",
        "WaitEnded U STATUS_SUCCESS",
    ])
    .completes();
    assert_eq!((run.value("which"), run.value("first"), run.value("a")), (1, 0, 0));
    let state = run.state_after("5us: EventSet B");
    let waiting = |event: usize| -> Vec<(u16, u8)> {
        state.wait_list(&state.kevent[event].header).map(|b| (b.thread, b.wait_key)).collect()
    };
    assert_eq!((waiting(0), waiting(1)), (vec![(0, 0), (1, 0)], vec![(0, 1)]));
    // When the wait has ended, none of its blocks is left behind.
    let state = run.state_after("WaitEnded T");
    assert_eq!(state.wait_list(&state.kevent[0].header).map(|b| b.thread).collect::<Vec<_>>(), [1]);
    assert!(state.kevent[1].header.nobody_waits());
}

/// WT-8
#[test]
fn a_wait_for_all_takes_nothing_until_it_can_take_everything() {
    let run = run("event A { signalled: TRUE; } semaphore S; var status = 9; var a = 9; var s = 9;
        system thread T (priority: 9) { status = KeWaitForMultipleObjects(2, [A, S], WaitAll, Executive, KernelMode, FALSE, -20ms); a = KeReadStateEvent(A); s = KeReadStateSemaphore(S); }
        system thread R (priority: 4) { a = KeReadStateEvent(A); work 5us; KeReleaseSemaphore(S, 0, 3); }");
    run.order(&[
        "WaitStarted T A&S WT-8",
        "SemaphoreReleased S n=3",
        "WaitRetested T A&S WT-9",
        "WaitSatisfied T A&S WT-8",
    ])
    .completes();
    assert_eq!((run.value("status"), run.written("a"), run.value("s")), (0, vec![1, 0], 2));
    // Taken at once when all are there already, and given up as a whole when the time is over.
    let run = crate::common::run("event A { signalled: TRUE; } event B; var status = 9; var a = 9;
        system thread T { status = KeWaitForMultipleObjects(2, [A, B], WaitAll, Executive, KernelMode, FALSE, 0); a = KeReadStateEvent(A);
            KeSetEvent(B); status = KeWaitForMultipleObjects(2, [A, B], WaitAll); a = KeReadStateEvent(A); }");
    assert_eq!((run.written("status"), run.written("a")), (vec![0x102, 0], vec![1, 0]));
    run.times("WaitSatisfied T A&B", 1).never("WaitStarted").completes();
}

/// WT-9, WT-1
#[test]
fn a_wait_for_all_that_is_woken_too_early_goes_on_behind_later_waiters() {
    let run = run("event A; event B; var order = 0;
        system thread All (priority: 9) { KeWaitForMultipleObjects(2, [A, B], WaitAll); order = 1; }
        system thread One (priority: 9, start: 1us) { KeWaitForSingleObject(A); order = 2; }
        system thread Two (priority: 9, start: 2us) { KeWaitForSingleObject(A); order = 3; }
        system thread S (priority: 4) { work 5us; KeSetEvent(A); work 1us; KeSetEvent(B); work 1us; KeSetEvent(A); work 1us; KeSetEvent(A); }");
    // The first A wakes All, which looks and waits again, and One, which takes the event.
    run.order(&["EventSet A", "WaitRetested All A&B WT-9", "WaitEnded One STATUS_SUCCESS", "WaitResumed All A&B"])
        // B wakes it again for nothing. The second A goes to Two, which stands before it now.
        .order(&[
            "EventSet B",
            "WaitRetested All",
            "WaitResumed All",
            "EventSet A",
            "WaitEnded Two",
            "EventSet A",
            "WaitRetested All",
            "WaitSatisfied All A&B",
        ])
        .completes();
    assert_eq!(run.written("order"), [2, 3, 1]);
}

/// WT-8, WT-3, AP-9
#[test]
fn a_kernel_apc_breaks_a_wait_for_any_which_goes_on_in_every_list() {
    let mut run = run("event A; event B; apc K special (thread: T) { work 1us; } var which = 9; var other = 9;
        system thread T (priority: 9) { which = KeWaitForMultipleObjects(2, [A, B], WaitAny); }
        system thread U (priority: 9, start: 1us) { other = KeWaitForSingleObject(B); }
        system thread S (priority: 4) { work 5us; KeInsertQueueApc(K); KeSetEvent(B); work 1us; KeSetEvent(B); }");
    run.order(&[
        "WaitBroken T A|B AP-9",
        "WaitResumed T A|B",
        "EventSet B",
        "WaitEnded U",
        "EventSet B",
        "WaitEnded T 0x1",
    ])
    .completes();
    let state = run.state_after("WaitBroken T");
    assert!(state.kevent[0].header.nobody_waits(), "it is in no list while the APC runs");
}

/// WT-8, WT-4, WT-5
#[test]
fn a_user_apc_ends_an_alertable_wait_for_several_objects() {
    let run = run("event A; event B; apc U user { work 1us; } var r = 9;
        thread T { r = WaitForMultipleObjectsEx(2, [A, B], FALSE, INFINITE, TRUE); r = WaitForMultipleObjects(2, [A, B], TRUE, 20); }
        thread S (priority: 4) { Sleep(1); QueueUserAPC(U, T); SetEvent(B); Sleep(50); SetEvent(A); }");
    assert_eq!(run.written("r"), [0xC0, 0x102]);
    run.order(&[
        "WaitEnded T STATUS_USER_APC",
        "ApcNormalRoutineStarted U",
        "WaitStarted T A&B",
        "WaitRetested T",
        "WaitResumed T",
    ])
    .completes();
    let run = crate::common::run("event A; event B; var r = 9;
        thread T { r = WaitForMultipleObjects(2, [B, A], FALSE, INFINITE); r = WaitForMultipleObjects(2, [A, B], TRUE, INFINITE); }
        thread S (priority: 4) { SetEvent(A); SetEvent(A); SetEvent(B); }");
    assert_eq!(run.written("r"), [1, 0]);
    run.completes();
}

/// WT-8
#[test]
fn more_than_three_objects_need_a_wait_block_array_and_64_are_the_most() {
    let list = |n: usize| (0..n).map(|i| format!("E{i}")).collect::<Vec<_>>();
    let text = |n: usize, call: &str| {
        let events: String = list(n).iter().map(|e| format!("event {e};")).collect();
        let call = call.replace("{list}", &format!("[{}]", list(n).join(", "))).replace("{n}", &n.to_string());
        format!("var r = 9; {events} {call}")
    };
    let kernel = |array: &str| {
        format!(
            "system thread T {{ x = ExAllocatePool2(POOL_FLAG_NON_PAGED, 4KB); KeSetEvent(E2); r = KeWaitForMultipleObjects({{n}}, {{list}}, WaitAny, Executive, KernelMode, FALSE, NULL, {array}); ExFreePool(x); }}"
        )
    };
    assert_eq!(run(&text(3, &kernel("NULL"))).completes().value("r"), 2);
    run(&text(4, &kernel("NULL"))).bugchecks(0xC, [Some(0); 4]);
    assert_eq!(run(&text(4, &kernel("x"))).completes().value("r"), 2);
    assert_eq!(run(&text(64, &kernel("x"))).completes().value("r"), 2);
    let declared = |array: &str| format!("var blocks; {}", kernel(array));
    assert_eq!(run(&text(4, &declared("blocks"))).completes().value("r"), 2);
    assert_eq!(run(&text(4, &declared("&blocks"))).completes().value("r"), 2);
    run(&text(65, &kernel("x"))).bugchecks(0xC, [Some(0); 4]);
    // The service has the blocks; what is too much for it, it refuses.
    let user = "thread T { SetEvent(E3); r = WaitForMultipleObjects({n}, {list}, FALSE, 0); }";
    assert_eq!(run(&text(4, user)).completes().value("r"), 3);
    assert_eq!(run(&text(64, user)).completes().value("r"), 3);
    assert_eq!(run(&text(65, user)).completes().value("r"), -1);
}

/// WT-8, TH-19
#[test]
fn threads_timers_and_files_can_stand_in_one_array() {
    let run = run("timer Due; file Disk; irp Read { file: Disk; } var r = 9;
        thread Worker (priority: 4) { Sleep(40); }
        service Arm() { KeSetTimer(Due, -20ms); }
        service Finish() { IoCompleteRequest(Read); }
        thread T {
            Arm(); ReadFile(Read);
            r = WaitForMultipleObjects(3, [Worker, Due, Disk], FALSE, INFINITE);
            Finish();
            r = WaitForMultipleObjects(2, [Worker, Disk], FALSE, INFINITE);
            r = WaitForMultipleObjects(3, [Worker, Due, Disk], TRUE, INFINITE);
        }");
    assert_eq!(run.written("r"), [1, 1, 0]);
    run.order(&["WaitStarted T Worker&Due&Disk", "ThreadEnded Worker", "WaitRetested T", "WaitSatisfied T"])
        .completes();
}
