//! Processes: attaching and detaching, whose APCs wait meanwhile, and the end of a process.

use crate::common::run;
use irql_playground::base::NONE;
use irql_playground::program::Class;

/// AT-1, AP-2
#[test]
fn attaching_gives_fresh_lists_and_keeps_the_others() {
    let mut run = run("process P; apc N normal (thread: T) { } apc U user (thread: T) { } apc A; var inside = 0; var state = 9;
        system thread T { KeRaiseIrql(APC_LEVEL, o); KeInsertQueueApc(N); KeInsertQueueApc(U); KeStackAttachProcess(P, state); inside = PsGetCurrentProcess() == P; marker attached;
            KeInitializeApc(A, T, CurrentApcEnvironment, NULL, NULL, N.NormalRoutine, KernelMode); marker current; KeUnstackDetachProcess(state); marker back; KeLowerIrql(o); }");
    assert_eq!((run.value("inside"), run.value("state")), (1, 0));
    run.order(&[
        "ProcessAttached T P AT-1",
        "ProcessDetached T System AT-2",
        "MarkerReached back",
        "ApcNormalRoutineStarted N",
    ])
    .completes();
    let t = &run.state_after("MarkerReached attached").kthread[0];
    assert_eq!((t.apc_state_index, t.process), (1, 0));
    assert_eq!(t.apc_list, [(NONE, NONE); 2]);
    assert_eq!(t.saved_apc_state.apc_list, [(0, 0), (1, 1)]);
    assert_eq!(run.state_after("MarkerReached current").kapc[2].apc_state_index, 1);
    let t = &run.state_after("MarkerReached back").kthread[0];
    assert_eq!((t.apc_state_index, t.apc_list), (0, [(0, 0), (1, 1)]));
}

/// AT-1
#[test]
fn the_own_process_is_nothing_to_attach_to_and_attachments_nest_on_the_stack_only() {
    let run_own = run(
        "process P; var state = 9; service S() { KeStackAttachProcess(P, state); KeUnstackDetachProcess(state); } thread T (process: P) { S(); }",
    );
    assert_eq!(run_own.value("state"), 1);
    run_own.never("ProcessAttached").completes();
    let nested = run("process P; process Q; var where = 0; system thread T { KeStackAttachProcess(P, outer); KeStackAttachProcess(Q, inner); where = PsGetCurrentProcess() == Q;
        KeUnstackDetachProcess(inner); where += 2 * (PsGetCurrentProcess() == P); KeUnstackDetachProcess(outer); }");
    assert_eq!(nested.value("where"), 3);
    nested
        .order(&["ProcessAttached T P", "ProcessAttached T Q", "ProcessDetached T P", "ProcessDetached T System"])
        .completes();
    let (p, q) = (Class::Process.at(0u16), Class::Process.at(1u16));
    run("process P; process Q; system thread T { KeAttachProcess(P); KeAttachProcess(Q); }")
        .bugchecks(0x5, [Some(q), Some(p), Some(1), Some(0)]);
    run("process P; process Q; system thread T { KeAttachProcess(P); KeAttachProcess(P); KeDetachProcess(); KeDetachProcess(); }").times("ProcessAttached", 1).completes();
    // Not in a DPC, whatever it interrupts.
    run("machine { verifier: off; } process P; dpc D { KeStackAttachProcess(P, s); } system thread T { KeInsertQueueDpc(D); }").bugchecks(0x5, [Some(p), None, Some(0), Some(1)]);
}

/// AT-2, AP-9, AP-27
#[test]
fn apcs_for_the_own_process_wait_for_the_detachment() {
    let run = run("machine { processors: 2; } process P; apc S special (thread: T) { work 1us; } apc N normal (thread: T) { work 1us; } apc Here special (thread: T, environment: Insert) { work 1us; }
        system thread T (processor: 0) { KeStackAttachProcess(P, s); work 20us; marker before; KeUnstackDetachProcess(s); marker after; }
        system thread Q (processor: 1) { work 10us; KeInsertQueueApc(S); KeInsertQueueApc(N); KeInsertQueueApc(Here); }");
    run.order(&[
        "10us: ApcInserted S",
        "10us: ApcKernelRoutineStarted Here",
        "MarkerReached before",
        "ProcessDetached T System",
        "SoftwareInterruptRequested APC_LEVEL AT-2",
        "ApcKernelRoutineStarted S",
        "ApcNormalRoutineStarted N",
        "MarkerReached after",
    ])
    .times("10us: IpiSent APC_LEVEL", 1)
    .completes();
}

/// AT-2
#[test]
fn what_was_queued_for_an_attachment_in_advance_waits_for_it() {
    run("process P; apc A special (thread: T, environment: Attached) { work 1us; } system thread T { KeInsertQueueApc(A); work 5us; marker still; KeStackAttachProcess(P, s); marker attached; KeUnstackDetachProcess(s); }")
        .order(&["MarkerReached still", "ProcessAttached T P", "ApcKernelRoutineStarted A", "MarkerReached attached"])
        .completes();
}

/// AT-2
#[test]
fn detaching_with_work_of_the_attachment_left_is_fatal() {
    // A kernel APC that may run goes first; one that may not is left behind.
    let text = |enter: &str| {
        format!(
            "process P; apc N normal (thread: T, environment: Attached) {{ work 1us; }} system thread T {{ KeStackAttachProcess(P, s); KeRaiseIrql(1, o); KeInsertQueueApc(N); {enter} KeUnstackDetachProcess(s); }}"
        )
    };
    run(&text("KeLowerIrql(o);")).order(&["ApcNormalRoutineStarted N", "ProcessDetached T System"]).completes();
    for held in ["", "KeEnterCriticalRegion(); KeLowerIrql(o);"] {
        run(&text(held)).never("ProcessDetached").bugchecks(0x6, [Some(0); 4]);
    }
    run("process P; apc N normal (thread: T) { KeUnstackDetachProcess(state); } var state = 9; system thread T { KeInsertQueueApc(N); }").bugchecks(0x6, [Some(0); 4]);
    run("process P; apc N normal (thread: T, environment: Attached) { KeUnstackDetachProcess(state); } var state = 9; system thread T { KeStackAttachProcess(P, state); KeInsertQueueApc(N); }")
        .bugchecks(0x6, [Some(0); 4]);
}

/// AT-3, AP-27b
#[test]
fn no_user_apc_is_delivered_while_attached() {
    run("process P; event E; apc U user (thread: T) { work 1us; } service Visit() { KeStackAttachProcess(P, s); KeWaitForSingleObject(E, Executive, UserMode, TRUE, -50us); KeUnstackDetachProcess(s); return KeTestAlertThread(UserMode); }
        machine { clock: 100us; } thread T { Visit(); work 1us; } system thread Q (priority: 4) { work 5us; KeInsertQueueApc(U); }")
        .order(&["ApcInserted U T", "WaitEnded T STATUS_TIMEOUT", "ProcessDetached", "FunctionReturned Visit", "ApcNormalRoutineStarted U"])
        .completes();
}

/// SE-1, AP-13, TE-3
#[test]
fn who_finds_an_attachment_that_was_not_taken_back() {
    let (p, system, app) = (Class::Process.at(0u16), Class::Process.at(1u16), Class::Process.at(2u16));
    run("process P; service Leak() { KeStackAttachProcess(P, s); } thread T { Leak(); }")
        .bugchecks(0x1, [None, Some(1), Some(0), Some(0)]);
    run("process P; system thread T { KeStackAttachProcess(P, s); }")
        .bugchecks(0x5, [Some(system), Some(p), Some(1), Some(0)]);
    run("process P; apc S special (thread: T) { KeStackAttachProcess(P, s); } thread T { Q(); } service Q() { KeInsertQueueApc(S); }")
        .bugchecks(0x5, [Some(app), Some(p), Some(1), Some(0)]);
}

/// TH-19
#[test]
fn a_process_is_signalled_when_its_last_thread_ends() {
    run("process P; thread A (process: P) { work 5us; } thread B (process: P, start: 20us) { work 5us; } thread W { WaitForSingleObject(P, INFINITE); marker over; }")
        .order(&["ThreadEnded A", "ThreadEnded B", "ProcessEnded P TH-19", "MarkerReached over"])
        .times("ProcessEnded", 1)
        .completes();
    // Threads that code creates count once they are there; a process that has ended takes no more.
    let run_late = run(
        "process P; var first = 0; var second = 9; thread A (process: P) { } thread B (process: P) { } thread Q (start: 9us) { first = CreateThread(NULL, 0, A); WaitForSingleObject(P, INFINITE); second = CreateThread(NULL, 0, B); }",
    );
    assert!(run_late.value("first") != 0 && run_late.value("second") == 0);
    run("process Csrss { critical: TRUE; } thread T (process: Csrss) { }")
        .bugchecks(0xEF, [Some(Class::Process.at(0u16)), Some(0), Some(0), Some(0)]);
}
