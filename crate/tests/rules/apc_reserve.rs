//! Reserve objects: the memory of a user APC, had in advance.

use crate::common::run;

/// A thread that waits alertably whenever it is told to, and one that queues with a reserve.
fn text(queues: &str) -> String {
    format!(
        "machine {{ processors: 2; clock: 100us; }} var sum = 0; var first = 9; var second = 9; var third = 9;
        apc U user {{ sum = sum * 1000 + NormalContext * 100 + SystemArgument1 * 10 + SystemArgument2; work 1us; }} apc V user {{ work 1us; }}
        thread T (processor: 0) {{ work 50us; SleepEx(0, TRUE); work 50us; SleepEx(0, TRUE); }}
        thread Q (processor: 1) {{ NtAllocateReserveObject(&reserve, NULL, MemoryReserveUserApc); {queues} }}"
    )
}

/// AP-26
#[test]
fn a_reserve_has_one_use_at_a_time_and_is_free_again_once_its_apc_is_delivered() {
    let mut run = run(&text(
        "first = NtQueueApcThreadEx(T, reserve, U, 1, 2, 3); second = NtQueueApcThreadEx(T, reserve, V); marker refused;
        work 70us; third = NtQueueApcThreadEx(T, reserve, U, 4, 5, 6);",
    ));
    assert_eq!((run.value("first"), run.value("third")), (0, 0));
    assert_eq!(run.value("second") as u32, 0xC000_00F0, "STATUS_INVALID_PARAMETER_2");
    assert_eq!(run.value("sum"), 123_456);
    run.order(&[
        "0ns: ReserveAllocated UserApcReserve.1 AP-26",
        "0ns: ApcInserted U T AP-8",
        "0ns: ReserveRefused UserApcReserve.1 V AP-26",
        "50us: ApcNormalRoutineStarted U T",
        "70us: ApcInserted U T",
        "101us: ApcNormalRoutineStarted U T",
    ])
    .never("ApcInserted V")
    .completes();
    // Its memory is what lies in the list, and no other is made.
    let program = run.program().clone();
    let state = run.state_after("MarkerReached refused");
    let queued = state.kthread[0].apc_list[1].0;
    assert!(program.apc_reserves.contains(&queued) && state.kapc.len() == program.apcs.len());
    assert!(state.kapc[queued as usize].inserted && state.kapc_free.is_empty());
}

/// AP-26, AP-13
#[test]
fn the_kernel_routine_frees_it_so_the_apc_s_own_routine_may_queue_with_it_again() {
    let again = run("var handle = 0; var status = 9; var rounds = 0;
        apc U user { rounds++; if (rounds < 3) status = NtQueueApcThreadEx(T, handle, U); }
        thread T { NtAllocateReserveObject(&reserve, NULL, MemoryReserveUserApc); handle = reserve;
            NtQueueApcThreadEx(T, handle, U); SleepEx(INFINITE, TRUE); }");
    assert_eq!((again.value("rounds"), again.value("status")), (3, 0));
    again.never("ReserveRefused").completes();
}

/// AP-26, TE-3, AP-25
#[test]
fn a_reserve_comes_back_when_its_apc_is_run_down_or_never_inserted() {
    let run = run("machine { processors: 2; } var ended = 9; var other = 9; apc U user { }
        thread T (processor: 0) { work 20us; } thread Other (processor: 0, start: 60us) { SleepEx(INFINITE, TRUE); }
        thread Q (processor: 1) { NtAllocateReserveObject(&reserve, NULL, MemoryReserveUserApc); NtQueueApcThreadEx(T, reserve, U);
            work 50us; ended = NtQueueApcThreadEx(T, reserve, U); work 20us; other = NtQueueApcThreadEx(Other, reserve, U); }");
    assert_eq!(run.value("ended") as u32, 0xC000_0001, "STATUS_UNSUCCESSFUL: it has ended");
    assert_eq!(run.value("other"), 0);
    run.order(&["20us: ApcDropped U T TE-3", "50us: ApcRefused U T AP-7", "70us: ApcNormalRoutineStarted U Other"])
        .never("ReserveRefused")
        .completes();
}

/// AP-26, AP-24
#[test]
fn what_is_no_reserve_is_no_handle_and_a_special_user_apc_takes_none() {
    let run = run(&text(
        "first = NtQueueApcThreadEx(T, 12345, U); second = NtQueueApcThreadEx2(T, reserve, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC, U);
        third = NtQueueApcThreadEx2(T, reserve, 0, U);",
    ));
    assert_eq!(run.value("first") as u32, 0xC000_0008, "STATUS_INVALID_HANDLE");
    assert_eq!(run.value("second") as u32, 0xC000_000D, "STATUS_INVALID_PARAMETER");
    assert_eq!(run.value("third"), 0);
    run.times("ApcInserted", 1).completes();
    // The object of a declared APC is none either; nor is a reserve that nobody has allocated; nor another type.
    let none = crate::common::run(&text(
        "first = NtQueueApcThreadEx(T, reserve + 1, U); second = NtAllocateReserveObject(&other, NULL, 1); third = other;",
    ));
    assert_eq!((none.value("first") as u32, none.value("second") as u32), (0xC000_0008, 0xC000_000D));
    assert_eq!(none.value("third"), 0);
    // There are so many of them, and each has its own use.
    let many = crate::common::run("var got = 0; var queued = 0; var status = 0; apc U user { }
        thread T { for (i = 0; i < 8; i++) { NtAllocateReserveObject(&r, NULL, MemoryReserveUserApc); if (NtQueueApcThreadEx(T, r, U) == 0) queued++; }
            status = NtAllocateReserveObject(&r, NULL, MemoryReserveUserApc); SleepEx(0, TRUE); }");
    assert_eq!((many.value("queued"), many.value("status") as u32), (8, 0xC000_009A));
    many.times("ApcNormalRoutineStarted U", 8).completes();
}
