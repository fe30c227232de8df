//! Drivers above one another: dispatch routines, completion routines up the stack, pending and deferred completion,
//! cancelling.

use crate::common::{Run, run};

/// Three drivers; the middle and the upper one are called back with these flags. The lowest completes in its DPC.
fn three(invoke: &str, done: &str, completing: &str) -> String {
    format!(
        "isr I {{ KeInsertQueueDpc(D); }} device Disk {{ irql: 7; isr: I; }}
        driver Upper (lower: Middle) {{ IoMarkIrpPending(Irp); IoSetCompletionRoutine(Irp, UpperDone, 7, TRUE, TRUE, TRUE); IoCallDriver(Middle, Irp); return STATUS_PENDING; }}
        driver Middle (lower: Lowest) {{ IoMarkIrpPending(Irp); IoSetCompletionRoutine(Irp, MiddleDone, NULL, {invoke}); IoCallDriver(Lowest, Irp); return STATUS_PENDING; }}
        driver Lowest {{ IoMarkIrpPending(Irp); return STATUS_PENDING; }}
        completion MiddleDone {{ {done} }}
        completion UpperDone {{ context = Context; work 1us; if (Irp.PendingReturned) IoMarkIrpPending(Irp); return STATUS_CONTINUE_COMPLETION; }}
        file F {{ driver: Upper; }} irp R {{ file: F; }} var context = 0; var ok = 9; var status = 9; var kept = 0;
        apc Done user {{ status = ErrorCode; }}
        dpc D {{ {completing} }}
        at 20us interrupt Disk;
        thread T {{ ok = ReadFileEx(R, Done); SleepEx(INFINITE, TRUE); }} thread Busy {{ work 90us; }}"
    )
}

/// IO-1
#[test]
fn dispatch_routines_run_down_the_stack_in_the_issuing_call() {
    let run =
        run(&three("TRUE, TRUE, TRUE", "if (Irp.PendingReturned) IoMarkIrpPending(Irp);", "IoCompleteRequest(R);"));
    run.order(&[
        "ServiceEntered ReadFileEx",
        "IoStarted R",
        "0ns: DriverRoutineStarted Upper R @0",
        "DriverRoutineStarted Middle R @0",
        "DriverRoutineStarted Lowest R @0",
        "DriverRoutineEnded Lowest STATUS_PENDING",
        "DriverRoutineEnded Middle STATUS_PENDING",
        "DriverRoutineEnded Upper STATUS_PENDING",
        "ServiceReturned ReadFileEx =1",
    ])
    .completes();
}

/// IO-1
#[test]
fn completion_routines_run_up_the_stack_in_the_context_and_at_the_level_of_who_completes() {
    let run = run(&three(
        "TRUE, TRUE, TRUE",
        "work 1us; if (Irp.PendingReturned) IoMarkIrpPending(Irp); return STATUS_CONTINUE_COMPLETION;",
        "IoCompleteRequest(R, IO_DISK_INCREMENT); work 1us;",
    ));
    run.order(&[
        "20us: DpcStarted D @2",
        "20us: IoCompleted R STATUS_SUCCESS",
        "20us: DriverRoutineStarted MiddleDone R @2",
        "21us: DriverRoutineEnded MiddleDone @2",
        "21us: DriverRoutineStarted UpperDone R @2",
        "22us: DriverRoutineEnded UpperDone @2",
        "22us: ApcInserted R.Tail.Apc T",
        "PriorityChanged T priority=9",
        "23us: DpcEnded D",
        "23us: ApcKernelRoutineStarted R.Tail.Apc @1",
        "23us: ApcNormalRoutineStarted Done",
    ])
    .times("IoCompleted R", 1)
    .completes();
    assert_eq!((run.value("context"), run.value("ok"), run.value("status")), (7, 1, 0));
}

/// IO-1
#[test]
fn a_routine_is_invoked_on_success_on_error_and_on_cancel_as_it_asked() {
    let ended = |how: &str, invoke: [bool; 3]| -> Run {
        let flags = invoke.map(|b| if b { "TRUE" } else { "FALSE" }).join(", ");
        let cancels = how == "cancelled" || how == "cancelled with success";
        let status = match how {
            "success" | "cancelled with success" => "STATUS_SUCCESS",
            "information" => "STATUS_TIMEOUT",
            "error" => "STATUS_UNSUCCESSFUL",
            _ => "STATUS_CANCELLED",
        };
        let cancel = if cancels { "IoCancelIrp(R);" } else { "" };
        run(&three(
            &flags,
            "kept = kept + 1; if (Irp.PendingReturned) IoMarkIrpPending(Irp);",
            &format!("{cancel} R.Status = {status}; IoCompleteRequest(R);"),
        ))
    };
    for bits in 0..8 {
        let invoke = [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0];
        let [on_success, on_error, on_cancel] = invoke;
        for (how, called) in [
            ("success", on_success),
            ("information", on_success),
            ("error", on_error),
            ("cancelled", on_error || on_cancel),
            ("cancelled with success", on_success || on_cancel),
        ] {
            let run = ended(how, invoke);
            run.times("DriverRoutineStarted MiddleDone", usize::from(called));
            run.times("DriverRoutineStarted UpperDone", 1).times("ApcInserted R.Tail.Apc", 1).completes();
        }
    }
}

/// IO-1
#[test]
fn a_routine_that_wants_more_processing_stops_the_completion_until_somebody_completes_again() {
    let mut run = run(&format!(
        "{} system thread Later (start: 30us, priority: 12) {{ work 5us; R.Information = 77; IoCompleteRequest(R); }}",
        three("TRUE, TRUE, TRUE", "kept = kept + 1; return STATUS_MORE_PROCESSING_REQUIRED;", "IoCompleteRequest(R);")
    ));
    run.order(&[
        "20us: DriverRoutineStarted MiddleDone @2",
        "20us: DriverRoutineEnded MiddleDone STATUS_MORE_PROCESSING_REQUIRED",
        "20us: IoCompletionStopped R n=2",
        "20us: DpcEnded D",
        "35us: IoCompleted R @0",
        "35us: DriverRoutineStarted UpperDone R @0",
        "36us: ApcInserted R.Tail.Apc T",
        "IoStatusWritten R n=77",
    ])
    .times("DriverRoutineStarted MiddleDone", 1)
    .times("DriverRoutineStarted UpperDone", 1)
    .completes();
    let state = run.state_after("IoCompletionStopped R");
    assert_eq!((state.irp[0].state.name(), state.irp[0].location), ("pending", 1));
}

/// IO-1
#[test]
fn a_driver_that_keeps_a_request_may_send_it_down_again() {
    run("driver Upper (lower: Low) { IoMarkIrpPending(Irp); IoSetCompletionRoutine(Irp, Retry, NULL, FALSE, TRUE, FALSE); return IoCallDriver(Low, Irp); }
        driver Low { tries = tries + 1; IoMarkIrpPending(Irp); Irp.Status = STATUS_SUCCESS; if (tries < 3) Irp.Status = STATUS_UNSUCCESSFUL; IoCompleteRequest(Irp); return STATUS_PENDING; }
        completion Retry { IoSetCompletionRoutine(Irp, Retry, NULL, FALSE, TRUE, FALSE); IoCallDriver(Low, Irp); return STATUS_MORE_PROCESSING_REQUIRED; }
        file F { driver: Upper; } irp R { file: F; } var tries = 0; event Unused;
        thread T { ReadFile(R); WaitForSingleObject(F, INFINITE); assert(R.Status == STATUS_SUCCESS); SetEvent(Unused); }")
        .times("DriverRoutineStarted Low", 3)
        .times("DriverRoutineStarted Retry", 2)
        .times("IoStatusWritten R", 1)
        .completes();
}

/// IO-1, IO-6
#[test]
fn a_request_that_was_never_marked_pending_is_finished_by_the_issuing_call() {
    let text = |marks: &str, status: &str, returns: &str| {
        format!(
            "driver Low {{ work 1us; {marks} Irp.Status = {status}; Irp.Information = 5; IoCompleteRequest(Irp); return {returns}; }}
            file F {{ driver: Low; }} irp R {{ file: F; }} apc Done user {{ work 1us; }} var ok = 9;
            thread T {{ ok = ReadFileEx(R, Done); SleepEx(20us, TRUE); }}"
        )
    };
    // Deferred: no kernel APC, yet everything that it would have done.
    let fine = run(&text("", "STATUS_SUCCESS", "STATUS_SUCCESS"));
    fine.never("ApcInserted R.Tail.Apc").completes();
    fine.order(&[
        "IoCompleted R",
        "DriverRoutineEnded Low",
        "IoStatusWritten R n=5",
        "ApcInserted Done T",
        "ServiceReturned ReadFileEx =1",
    ]);
    // Failed at once: nothing is queued, and the status block is left alone.
    let failed = run(&text("", "STATUS_PIPE_BROKEN", "STATUS_PIPE_BROKEN"));
    failed.times("IoRefused R STATUS_PIPE_BROKEN IO-6", 1).never("ApcInserted").never("IoStatusWritten R").completes();
    assert_eq!((fine.value("ok"), failed.value("ok")), (1, 0));
    // Marked pending: the kernel APC, even for the thread that completes it itself; and an error is an error later.
    let pending = run(&text("IoMarkIrpPending(Irp);", "STATUS_PIPE_BROKEN", "STATUS_PENDING"));
    pending.times("ApcInserted R.Tail.Apc", 1).times("ApcNormalRoutineStarted Done", 1).never("IoRefused").completes();
    assert_eq!(pending.value("ok"), 1);
    // A driver that returns STATUS_PENDING and has not marked it: nobody finishes the request.
    let lost = run(&text("", "STATUS_SUCCESS", "STATUS_PENDING"));
    lost.never("IoStatusWritten R").never("ApcInserted").completes();
}

/// IO-1
#[test]
fn a_completion_routine_that_does_not_pass_on_pending_loses_the_request() {
    let run = |done: &str| {
        run(&format!(
            "driver Upper (lower: Low) {{ IoSetCompletionRoutine(Irp, Back, NULL, TRUE, TRUE, TRUE); return IoCallDriver(Low, Irp); }}
            driver Low {{ IoMarkIrpPending(Irp); return STATUS_PENDING; }} completion Back {{ {done} }} file F {{ driver: Upper; }} irp R {{ file: F; }}
            isr I {{ KeInsertQueueDpc(D); }} device Disk {{ irql: 7; isr: I; }} dpc D {{ IoCompleteRequest(R); }}
            thread T {{ ReadFile(R); WaitForSingleObject(F, INFINITE); work 1us; }} at 5us interrupt Disk;"
        ))
    };
    run("").times("DriverRoutineStarted Back", 1).never("ApcInserted R.Tail.Apc").never("WorkStarted T");
    run("if (Irp.PendingReturned) IoMarkIrpPending(Irp);")
        .times("ApcInserted R.Tail.Apc", 1)
        .times("WorkStarted T", 1)
        .completes();
}

/// IO-1
#[test]
fn a_driver_without_a_routine_passes_on_pending_by_itself() {
    run("driver Upper (lower: Low) { return IoCallDriver(Low, Irp); } driver Low { IoMarkIrpPending(Irp); return STATUS_PENDING; }
        file F { driver: Upper; } irp R { file: F; } isr I { KeInsertQueueDpc(D); } device Disk { irql: 7; isr: I; } dpc D { IoCompleteRequest(R); }
        thread T { ReadFile(R); WaitForSingleObject(F, INFINITE); } at 5us interrupt Disk;")
        .times("ApcInserted R.Tail.Apc", 1)
        .times("IoStatusWritten R", 1)
        .completes();
}

/// IO-1
#[test]
fn paging_requests_end_where_they_are_completed_without_an_apc() {
    let mut run = run("event Paged; driver Disk { IoMarkIrpPending(Irp); return STATUS_PENDING; } file F { driver: Disk; } irp PageIn { file: F; event: Paged; paging: TRUE; }
        isr I { KeInsertQueueDpc(D); } device Controller { irql: 7; isr: I; } dpc D { PageIn.Information = 9; IoCompleteRequest(PageIn); work 2us; }
        system thread Pager { IoCallDriver(Disk, PageIn); KeWaitForSingleObject(Paged); work 1us; } at 5us interrupt Controller;");
    run.order(&[
        "5us: IoCompleted PageIn @2",
        "5us: IoStatusWritten PageIn n=9 @2 IO-1",
        "5us: EventSet Paged @2",
        "5us: WaitEnded Pager STATUS_SUCCESS",
        "7us: DpcEnded D",
    ])
    .never("ApcInserted")
    .completes();
    assert_eq!(run.state_after("IoStatusWritten PageIn").irp[0].status_block, [0, 9]);
}

/// IO-1
#[test]
fn kernel_code_may_send_a_request_of_its_own_and_keep_it() {
    run("event Back; driver Disk { work 1us; IoCompleteRequest(Irp); return STATUS_SUCCESS; } file F { driver: Disk; } irp Own { file: F; }
        completion Mine { KeSetEvent(Back); return STATUS_MORE_PROCESSING_REQUIRED; }
        system thread T { IoSetCompletionRoutine(Own, Mine, NULL, TRUE, TRUE, TRUE); IoCallDriver(Disk, Own); KeWaitForSingleObject(Back); work 1us; }")
        .order(&["DriverRoutineStarted Disk", "IoCompleted Own", "DriverRoutineStarted Mine", "EventSet Back", "IoCompletionStopped Own n=0", "WaitSatisfied T"])
        .never("ApcInserted")
        .never("IoStatusWritten")
        .completes();
}

/// IO-1
#[test]
fn a_request_has_as_many_stack_locations_as_its_file_has_drivers() {
    let text = |code: &str| {
        format!(
            "driver Low {{ {code} return STATUS_PENDING; }} completion Done {{ return 0; }} file F {{ driver: Low; }} irp R {{ file: F; }}
            thread T {{ ReadFile(R); }}"
        )
    };
    run(&text("IoCallDriver(Low, Irp);")).bugchecks(0x35, [None; 4]);
    run(&text("IoSetCompletionRoutine(Irp, Done, NULL, TRUE, TRUE, TRUE);")).bugchecks(0x35, [None; 4]);
}

/// IO-1
#[test]
fn a_request_completed_twice_or_with_its_cancel_routine_set_stops_the_machine() {
    let text = |code: &str| {
        format!(
            "driver Low {{ {code} return STATUS_PENDING; }} cancel Stop {{ IoReleaseCancelSpinLock(Irp.CancelIrql); }}
            file F {{ driver: Low; }} irp R {{ file: F; }} thread T {{ ReadFile(R); }}"
        )
    };
    run(&text("IoMarkIrpPending(Irp); IoCompleteRequest(Irp); IoCompleteRequest(Irp);")).bugchecks(0x44, [None; 4]);
    run(&text("IoCompleteRequest(Irp); IoCompleteRequest(Irp);")).bugchecks(0x44, [None; 4]);
    run(&text("IoSetCancelRoutine(Irp, Stop); IoCompleteRequest(Irp);")).bugchecks(0x48, [None; 4]);
    run(&text(
        "IoSetCancelRoutine(Irp, Stop); IoSetCancelRoutine(Irp, NULL); IoMarkIrpPending(Irp); IoCompleteRequest(Irp);",
    ))
    .completes();
}

const CANCELS: &str = "driver Low { IoMarkIrpPending(Irp); IoSetCancelRoutine(Irp, Stop); return STATUS_PENDING; }
    cancel Stop { was = Irp.Cancel; IoReleaseCancelSpinLock(Irp.CancelIrql); Irp.Status = STATUS_CANCELLED; Irp.Information = 0; IoCompleteRequest(Irp); }
    event Done { type: notification; } event Second; var was = 0; var ok = 9; var status = 9; file F { driver: Low; } irp A { file: F; event: Done; } irp B { file: F; event: Second; }
    apc OnDone user { status = ErrorCode; } ";

/// IO-6
#[test]
fn a_cancelled_request_ends_in_the_status_block_the_event_and_the_callback() {
    let run = run(&format!(
        "{CANCELS} thread T {{ ReadFileEx(A, OnDone); ok = CancelIoEx(F, A); assert(A.Status == STATUS_CANCELLED); ok = WaitForSingleObject(Done, 0); ok = CancelIoEx(F); SleepEx(0, TRUE); ReadFile(B); work 1us; }}"
    ));
    run.order(&[
        "ServiceEntered CancelIoEx",
        "IrqlRaised @2",
        "SpinLockAcquired CancelSpinLock",
        "IoCancelRequested A TRUE",
        "DriverRoutineStarted Stop A @2 IO-6",
        "SpinLockReleased CancelSpinLock",
        "IrqlLowered @0",
        "IoCompleted A STATUS_CANCELLED @0",
        "ApcInserted A.Tail.Apc",
        "IoStatusWritten A",
        "EventSet Done",
        "ApcInserted OnDone T",
        "DriverRoutineEnded Stop",
        "ServiceReturned CancelIoEx =1",
        "ApcNormalRoutineStarted OnDone",
    ])
    .completes();
    assert_eq!((run.written("ok"), run.value("was")), (vec![1, 0, 0], 1), "the second time there is nothing to cancel");
    assert_eq!(run.value("status"), 0xC000_0120_u32 as i32 as i64);
}

/// IO-6
#[test]
fn cancelling_a_file_cancels_all_its_requests() {
    run(&format!("{CANCELS} thread T {{ ReadFileEx(A, OnDone); ReadFile(B); ok = CancelIoEx(F); SleepEx(0, TRUE); }}"))
        .order(&[
            "IoCancelRequested A",
            "IoCompleted A",
            "IoCancelRequested B",
            "IoCompleted B",
            "ServiceReturned CancelIoEx =1",
        ])
        .completes();
}

/// IO-6
#[test]
fn a_request_without_a_cancel_routine_is_only_marked() {
    run("irp R; var found = 9; isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; }
        dpc D { found = IoCancelIrp(R); if (R.Cancel) R.Status = STATUS_CANCELLED; IoCompleteRequest(R); }
        thread T { ReadFile(R); while (R.Status == STATUS_PENDING) work 5us; assert(R.Status == STATUS_CANCELLED); } at 12us interrupt Nic;")
        .order(&["12us: IoCancelRequested R FALSE", "GlobalWritten found =0", "12us: IoCompleted R STATUS_CANCELLED"])
        .completes();
}

/// IO-6, IR-17
#[test]
fn the_cancel_spin_lock_makes_one_processor_wait_for_the_other() {
    run(&format!(
        "machine {{ processors: 2; }} {} thread T (processor: 0) {{ ReadFileEx(A, OnDone); work 10us; CancelIoEx(F); SleepEx(0, TRUE); ReadFile(B); }}
        system thread S (processor: 1) {{ IoAcquireCancelSpinLock(old); work 30us; IoReleaseCancelSpinLock(old); }}",
        CANCELS
    ))
    .order(&["10us: SpinLockContended CancelSpinLock cpu1", "30us: SpinLockReleased CancelSpinLock", "30us: IoCancelRequested A", "IoCompleted A"])
    .completes();
}

/// IO-6, SE-1
#[test]
fn a_cancel_routine_that_keeps_the_cancel_spin_lock_is_found_on_the_way_to_user_mode() {
    run(&format!(
        "{} thread T {{ ReadFileEx(A, OnDone); CancelIoEx(F); ReadFile(B); }}",
        CANCELS.replace("IoReleaseCancelSpinLock(Irp.CancelIrql);", "")
    ))
    .bugchecks(0x4A, [None, Some(2), None, None]);
}

/// IO-5, IO-1, TE-3
#[test]
fn a_thread_cannot_end_while_a_completion_routine_has_its_request() {
    run("machine { processors: 2; } driver Upper (lower: Low) { IoMarkIrpPending(Irp); IoSetCompletionRoutine(Irp, Slow, NULL, TRUE, TRUE, TRUE); IoCallDriver(Low, Irp); return STATUS_PENDING; }
        driver Low { IoMarkIrpPending(Irp); return STATUS_PENDING; } completion Slow { work 30us; return 0; } file F { driver: Upper; } irp R { file: F; }
        isr I { KeInsertQueueDpc(D); } device Disk { irql: 7; processor: 1; isr: I; } dpc D { IoCompleteRequest(R); }
        thread T (processor: 0) { ReadFile(R); work 20us; } at 10us interrupt Disk;")
        .order(&["10us: DriverRoutineStarted Slow", "20us: IoCancelRequested R FALSE", "40us: DriverRoutineEnded Slow", "40us: IoStatusWritten R", "40us: ThreadEnded T"])
        .completes();
}
