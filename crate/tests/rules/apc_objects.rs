//! KAPC objects: initialised, inserted for an environment, removed; what a kernel routine makes of the normal part.

use crate::common::run;
use irql_playground::base::NONE;
use irql_playground::program::{ApcKind, Class};

/// AP-1, AP-2, AP-6
#[test]
fn ke_initialize_apc_binds_a_thread_and_routines_and_makes_the_kind() {
    let text = |rest: &str| {
        format!(
            "apc A; apc Kinds user {{ kernel {{ work 1us; }} rundown {{ }} work 2us; }} apc Normal normal {{ work 3us; }}
            apc Special special {{ work 4us; }} thread U {{ SleepEx(INFINITE, TRUE); }} system thread S {{ {rest} KeInsertQueueApc(A, 8, 9); }}"
        )
    };
    // (arguments of the call, kind, context, what runs)
    for (arguments, kind, context, runs) in [
        ("Kinds.KernelRoutine, Kinds.RundownRoutine, Kinds.NormalRoutine, UserMode, 7", ApcKind::User, 7, "Kinds"),
        ("NULL, NULL, Normal.NormalRoutine, KernelMode, 7", ApcKind::NormalKernel, 7, "Normal"),
        // Without a NormalRoutine neither the mode nor the context counts.
        ("Special.KernelRoutine, NULL, NULL, UserMode, 7", ApcKind::SpecialKernel, 0, "Special"),
        ("Special.KernelRoutine, NULL, NULL, KernelMode", ApcKind::SpecialKernel, 0, "Special"),
    ] {
        let mut run = run(&text(&format!("KeInitializeApc(A, U, OriginalApcEnvironment, {arguments});")));
        run.order(&["ApcInitialized A U AP-6", "ApcInserted A U", &format!("WorkStarted {runs}")])
            .times("WorkStarted", 1 + usize::from(kind == ApcKind::User));
        let apc = &run.state_after("ApcInserted A").kapc[0];
        assert_eq!((apc.kind, apc.thread, apc.apc_state_index), (kind, 0, 0), "{arguments}");
        assert_eq!(apc.arguments, [context, 8, 9], "{arguments}");
        assert_eq!(apc.rundown_routine != NONE, kind == ApcKind::User);
    }
    // Memory that nobody has initialised has no thread, and the kernel follows that pointer.
    run("apc A; apc N normal { } system thread S { if (g) KeInitializeApc(A, S, 0, NULL, NULL, N.NormalRoutine, KernelMode); KeInsertQueueApc(A); } var g = 0;")
        .bugchecks(0xA, [Some(0), Some(2), Some(0), None]);
    // An object in a list is torn out of it.
    run("apc N normal (thread: S) { } system thread S { KeRaiseIrql(APC_LEVEL, o); KeInsertQueueApc(N); KeInitializeApc(N, S, 0, NULL, NULL, N.NormalRoutine, KernelMode); }")
        .bugchecks(0x139, [Some(3), Some(Class::Apc.at(0_u16)), Some(Class::Thread.at(0_u16)), None]);
}

/// AP-2
#[test]
fn the_environment_is_resolved_when_the_apc_is_initialised_or_inserted() {
    // (environment, index after initialisation, index once inserted, in the list in use)
    for (environment, initialised, inserted, in_use) in
        [("Original", 0, 0, true), ("Attached", 1, 1, false), ("Current", 0, 0, true), ("Insert", 3, 0, true)]
    {
        let mut run = run(&format!(
            "apc A; apc N normal {{ }} system thread S {{ KeRaiseIrql(APC_LEVEL, o); KeInitializeApc(A, S, {environment}ApcEnvironment, NULL, NULL, N.NormalRoutine, KernelMode);
                marker initialised; KeInsertQueueApc(A); marker inserted; KeRemoveQueueApc(A); KeLowerIrql(o); }}"
        ));
        assert_eq!(run.state_after("MarkerReached initialised").kapc[0].apc_state_index, initialised, "{environment}");
        let state = run.state_after("MarkerReached inserted");
        assert_eq!(state.kapc[0].apc_state_index, inserted, "{environment}");
        let t = &state.kthread[0];
        let lists = (t.apc_list[0].0 == 0, t.saved_apc_state.apc_list[0].0 == 0);
        assert_eq!(lists, (in_use, !in_use), "{environment}");
        // What is not for the environment in use signals nobody.
        assert_eq!(t.kernel_apc_pending, in_use, "{environment}");
    }
}

/// AP-5
#[test]
fn a_kernel_routine_decides_what_follows_it() {
    let text = |kernel: &str| {
        format!(
            "var context = 0; var one = 0; var two = 0; apc Other normal {{ context = NormalContext; one = SystemArgument1; }}
            apc A normal (thread: T) {{ kernel {{ {kernel} }} context = NormalContext; one = SystemArgument1; two = SystemArgument2; }}
            system thread T {{ KeInsertQueueApc(A, 5, 6); }} expect completed;"
        )
    };
    let kept = run(&text("work 1us;"));
    assert_eq!((kept.value("context"), kept.value("one"), kept.value("two")), (0, 5, 6));
    kept.never("ApcRoutineNamed");
    let changed = run(&text("NormalContext = 3; SystemArgument1 = SystemArgument1 + 40; SystemArgument2 = 0;"));
    assert_eq!((changed.value("context"), changed.value("one"), changed.value("two")), (3, 45, 0));
    let other = run(&text("NormalRoutine = Other.NormalRoutine; NormalContext = 9;"));
    other.at_once("ApcRoutineNamed A Other AP-5", "ApcNormalRoutineStarted A @0").completes();
    assert_eq!((other.value("context"), other.value("one")), (9, 5));
    assert!(other.written("two").is_empty());
    run(&text("NormalRoutine = NULL;"))
        .order(&["ApcKernelRoutineEnded A", "ApcNormalRoutineSkipped A T AP-5"])
        .never("ApcNormalRoutineStarted")
        .completes();
}

/// AP-5
#[test]
fn claims_know_which_routine_runs_whoever_names_it() {
    run("apc A; apc One normal { kernel { } } apc Two normal { }
        system thread T { KeInitializeApc(A, T, OriginalApcEnvironment, One.KernelRoutine, NULL, Two.NormalRoutine, KernelMode); KeInsertQueueApc(A); KeInsertQueueApc(A); }
        expect count Two == 2; expect count One == 0; expect order One.KernelRoutine, Two, One.KernelRoutine, Two;")
    .completes();
}

/// AP-6
#[test]
fn nt_queue_apc_thread_without_a_routine_queues_a_special_kernel_apc() {
    let run = run("machine { processors: 2; } event E; var status = 9; var queued = 9;
        thread T (processor: 0) { status = WaitForSingleObjectEx(E, 50ms, TRUE); }
        thread Q (processor: 1) { work 5us; queued = NtQueueApcThread(T, NULL, 1, 2, 3); }");
    // It breaks the wait inside the kernel, runs nothing of the user's, and the wait goes on: no WAIT_IO_COMPLETION.
    run.order(&[
        "5us: ApcInserted NtQueueApcThread T",
        "5us: WaitBroken T",
        "5us: ApcKernelRoutineStarted NtQueueApcThread T @1",
        "5us: WaitResumed T",
    ])
    .never("ApcNormalRoutineStarted");
    assert_eq!((run.value("queued"), run.value("status")), (0, 258));
}

/// AP-6, AP-7, AP-10
#[test]
fn nt_queue_apc_thread_hands_over_three_arguments_and_fails_for_a_thread_that_has_ended() {
    let run = run("var sum = 0; var late = 0; apc U user { sum = NormalContext * 100 + SystemArgument1 * 10 + SystemArgument2; }
        thread T { SleepEx(INFINITE, TRUE); } thread Q (priority: 4) { NtQueueApcThread(T, U, 1, 2, 3); late = NtQueueApcThread(T, U); }");
    assert_eq!((run.value("sum"), run.value("late") as u32), (123, 0xC000_0001));
    run.order(&["WaitEnded T STATUS_USER_APC AP-10", "ApcNormalRoutineStarted U", "ThreadEnded T", "ApcRefused U T"])
        .completes();
}

/// AP-7, AP-3
#[test]
fn ke_remove_queue_apc_takes_an_apc_out_wherever_it_stands() {
    for remove in ["A", "B", "C"] {
        let mut run = run(&format!(
            "var first = 9; var again = 9; apc A special (thread: T) {{ }} apc B normal (thread: T) {{ }} apc C normal (thread: T) {{ }}
            system thread T {{ KeRaiseIrql(APC_LEVEL, o); KeInsertQueueApc(B); KeInsertQueueApc(A); KeInsertQueueApc(C);
                first = KeRemoveQueueApc({remove}); again = KeRemoveQueueApc({remove}); marker removed; KeInsertQueueApc({remove}); KeLowerIrql(o); }}"
        ));
        assert_eq!((run.value("first"), run.value("again")), (1, 0));
        run.times(&format!("ApcRemoved {remove} T AP-7"), 1).times("ApcKernelRoutineStarted A", 1);
        run.times("ApcNormalRoutineStarted", 2).completes();
        assert!(run.state_after("MarkerReached removed").kthread[0].kernel_apc_pending);
    }
    // With the last one nothing is pending any more: the interrupt finds nothing.
    let mut run = run("apc A special (thread: T) { } apc U user (thread: V) { } thread V { SleepEx(INFINITE, TRUE); }
        system thread T { KeRaiseIrql(APC_LEVEL, o); KeInsertQueueApc(A); KeRemoveQueueApc(A); marker none; KeLowerIrql(o); KeRaiseIrqlToDpcLevel(); KeInsertQueueApc(U); KeRemoveQueueApc(U); KeLowerIrql(0); }");
    assert!(!run.state_after("MarkerReached none").kthread[1].kernel_apc_pending);
    run.order(&["IrqlLowered", "ApcDeliveryStarted T", "ApcDeliveryEnded T"])
        .never("ApcKernelRoutineStarted")
        .never("ApcNormalRoutineStarted");
    // The wait that it had ended is over all the same.
    run.order(&["WaitEnded V STATUS_USER_APC", "ApcRemoved U V", "ServiceReturned SleepEx =192"]);
}

/// AP-13, AP-3
#[test]
fn special_apc_in_progress_lasts_as_long_as_its_kernel_routine() {
    let mut run =
        run("apc S special (thread: T) { work 1us; } apc N normal (thread: T) { kernel { work 1us; } work 1us; }
        system thread T { KeRaiseIrql(APC_LEVEL, o); KeInsertQueueApc(S); KeInsertQueueApc(N); KeLowerIrql(o); }");
    let flags = |run: &mut crate::common::Run, at: &str| {
        let t = &run.state_after(at).kthread[0];
        (t.special_apc_in_progress, t.kernel_apc_in_progress)
    };
    assert_eq!(flags(&mut run, "ApcKernelRoutineStarted S"), (true, false));
    assert_eq!(flags(&mut run, "ApcKernelRoutineStarted N"), (false, false));
    assert_eq!(flags(&mut run, "ApcNormalRoutineStarted N"), (false, true));
    assert_eq!(flags(&mut run, "ApcDeliveryEnded T"), (false, false));
}
