//! The routines around a DPC object: initialising it, taking it back, waiting for it, the one that a device has built in,
//! and how DPCs spread over processors.

use crate::common::{program, run};
use irql_playground::diag::Severity;
use irql_playground::lang::compile;
use irql_playground::nt::State;
use irql_playground::program::Class;
use irql_playground::program::Importance;

/// The findings of a text: severity, name and message.
fn findings(text: &str) -> Vec<(Severity, &'static str, String)> {
    compile(text).diagnostics.into_iter().map(|d| (d.severity, d.slug, d.message.to_string())).collect()
}

/// DP-2, DP-3
#[test]
fn initialising_a_dpc_again_forgets_what_it_was() {
    let mut run = run("machine { processors: 2; } var seen = 0; var context = 0;
        dpc A (importance: High, processor: 1) { seen = 1; }
        dpc B { seen = 2; context = DeferredContext; assert(Dpc == A); assert(SystemArgument1 == 7); }
        system thread T (processor: 0) {
            marker before;
            KeInitializeDpc(A, B, 55);
            marker after;
            KeInsertQueueDpc(A, 7);
            KeInsertQueueDpc(A, 7);
            work 1us;
        }");
    let dpc = |state: &State| (state.kdpc[0].importance, state.kdpc[0].number, state.kdpc[0].routine);
    assert_eq!(dpc(run.state_after("MarkerReached before")), (Importance::High, 1, 0));
    assert_eq!(dpc(run.state_after("MarkerReached after")), (Importance::Medium, 255, 1));
    run.order(&["DpcInitialized A B DP-3", "DpcInserted A", "DpcStarted A cpu0"]);
    assert_eq!((run.written("seen"), run.value("context")), (vec![2, 2], 55));
    run.completes();
    // The routine is what a claim counts, whichever object called it.
    let text = "dpc A { } dpc B { } system thread T { KeInitializeDpc(A, B); KeInsertQueueDpc(A); }
        expect count B == 1; expect count A == 0;";
    crate::common::run(text).completes();
    // A threaded DPC becomes an ordinary one.
    crate::common::run(
        "dpc A (type: threaded) { work 1us; } system thread T { KeInitializeDpc(A, A); KeInsertQueueDpc(A); }",
    )
    .times("DpcStarted A @2 DP-19", 1)
    .completes();
    // And the other way round: it runs in the processor's DPC thread, unless threaded DPCs are off.
    let threaded =
        "dpc A { } dpc B { work 1us; } system thread T { KeInitializeThreadedDpc(A, B); KeInsertQueueDpc(A); }";
    crate::common::run(threaded).times("DpcStarted A @0 DP-25", 1).completes();
    crate::common::run(&format!("machine {{ threaded_dpc: off; }} {threaded}"))
        .times("DpcStarted A @2 DP-19", 1)
        .completes();
    // A queued object: its memory may not be made anew.
    crate::common::run(
        "dpc A { } system thread T { KeRaiseIrqlToDpcLevel(); KeInsertQueueDpc(A); KeInitializeDpc(A, A); }",
    )
    .bugchecks(0xC7, [Some(1), Some(Class::Dpc.at(0_u16)), None, None]);
}

/// DP-5
#[test]
fn a_processor_that_is_not_there_is_told_while_typing_by_status_or_by_a_bugcheck() {
    let text =
        "machine { processors: 2; } dpc A { } system thread T { KeSetTargetProcessorDpc(A, 2); KeInsertQueueDpc(A); }";
    let found = findings(text);
    let message = "there is no processor 2: processors go from 0 to 1";
    assert!(found.contains(&(Severity::Error, "argument-out-of-range", message.into())), "{found:?}");
    run("machine { processors: 2; } dpc A { } var n = 2; system thread T { KeSetTargetProcessorDpc(A, n); }")
        .bugchecks(0xC7, [Some(3), Some(Class::Dpc.at(0_u16)), Some(2), Some(2)]);
    let run = run("machine { processors: 2; } dpc A { } var bad = 9; var good = 9;
        system thread T (processor: 0) {
            bad = KeSetTargetProcessorDpcEx(A, 2);
            assert(bad == STATUS_INVALID_PARAMETER);
            good = KeSetTargetProcessorDpcEx(A, 1);
            KeSetImportanceDpc(A, HighImportance);
            KeInsertQueueDpc(A);
            work 1us;
        }");
    assert_eq!(run.value("good"), 0);
    run.times("DpcStarted A cpu1", 1).completes();
}

/// DP-14
#[test]
fn removing_comes_too_late_for_a_dpc_that_runs() {
    let run = run("machine { processors: 2; } dpc D (processor: 1, importance: High) { work 20us; } var was = 9;
        system thread T (processor: 0) { KeInsertQueueDpc(D); work 5us; was = KeRemoveQueueDpc(D); marker told; work 5us; }");
    assert_eq!(run.value("was"), 0);
    run.order(&["0ns: DpcStarted D cpu1", "5us: MarkerReached told", "20us: DpcEnded D cpu1"]).never("DpcRemoved");
}

/// DP-15
#[test]
fn a_flush_returns_when_what_was_queued_before_has_finished_on_all_processors() {
    let run = run("machine { processors: 4; dpc_rate: 0; clock: 1ms; idle_poll: 0us; }
        dpc Own (importance: Low) { work 1us; } dpc Runs (processor: 1, importance: High) { work 30us; }
        dpc Waits (processor: 2) { work 7us; } dpc Asleep (processor: 3) { work 3us; }
        dpc After (processor: 1, importance: High) { work 50us; }
        system thread Busy (processor: 2) { work 20us; KeInsertQueueDpc(After); work 80us; }
        system thread T (processor: 0) {
            work 1us;
            KeInsertQueueDpc(Own); KeInsertQueueDpc(Runs); KeInsertQueueDpc(Waits); KeInsertQueueDpc(Asleep);
            work 5us;
            KeFlushQueuedDpcs();
            marker flushed;
            work 1us;
        }");
    run.times("6us: SoftwareInterruptRequested DISPATCH_LEVEL DP-15 cpu0", 1)
        .times("6us: IpiSent DISPATCH_LEVEL DP-15", 2)
        .times("6us: IpiSent DISPATCH_LEVEL DP-15 cpu2", 1)
        .times("6us: IpiSent DISPATCH_LEVEL DP-15 cpu3", 1)
        .order(&["6us: DpcStarted Own cpu0", "7us: WaitStarted T DP-15", "9us: DpcEnded Asleep cpu3"])
        .order(&["13us: DpcEnded Waits", "27us: DpcInserted After"])
        .order(&["31us: DpcEnded Runs cpu1", "31us: WaitEnded T DP-15", "31us: MarkerReached flushed"])
        .order(&["31us: DpcStarted After cpu1", "81us: DpcEnded After"])
        .completes();
}

/// DP-15, DP-22
#[test]
fn a_flush_waits_for_every_dpc_of_the_timers_that_have_expired_together() {
    run("machine { processors: 2; clock: 1ms; } timer T1; timer T2; dpc D1 { work 100us; } dpc D2 { work 100us; }
        system thread T (processor: 1) { KeSetTimer(T1, -1ms, D1); KeSetTimer(T2, -1ms, D2); KeDelayExecutionThread(KernelMode, FALSE, -1ms); KeFlushQueuedDpcs(); marker done; }")
    .order(&["1ms: WaitStarted T DP-15", "1.1ms: DpcEnded D1", "1.2ms: DpcEnded D2", "1.2ms: WaitEnded T DP-15", "1.2ms: MarkerReached done"])
    .times("WaitStarted T DP-15", 1)
    .completes();
}

/// DP-15, AP-9
#[test]
fn a_flush_with_nothing_queued_returns_at_once_and_a_kernel_apc_does_not_end_one() {
    run("dpc D { } system thread T { KeInsertQueueDpc(D); KeFlushQueuedDpcs(); marker done; }")
        .never("DP-15")
        .times("MarkerReached done", 1)
        .completes();
    run("machine { processors: 2; } dpc D (processor: 1, importance: High) { work 30us; } apc K special (thread: T) { work 1us; }
        system thread Other (processor: 1, start: 0us, priority: 9) { work 3us; KeInsertQueueApc(K); }
        system thread T (processor: 0) { work 1us; KeInsertQueueDpc(D); KeFlushQueuedDpcs(); marker done; }
        isr I { KeInsertQueueDpc(Later); } device Nic { irql: 5; processor: 0; isr: I; } at 10us interrupt Nic;
        dpc Later { KeInsertQueueApc(K); }")
    .order(&["1us: WaitStarted T DP-15", "10us: WaitBroken T", "10us: ApcKernelRoutineStarted K", "11us: WaitStarted T DP-15"])
    .order(&["31us: DpcEnded D", "31us: WaitEnded T STATUS_SUCCESS DP-15", "31us: MarkerReached done"])
    .completes();
    // Threaded DPCs count too: their threads have been woken when they were queued.
    run("machine { processors: 2; } dpc D (processor: 1, type: threaded) { work 30us; }
        system thread T (processor: 0) { work 1us; KeInsertQueueDpc(D); KeFlushQueuedDpcs(); marker done; }")
    .order(&[
        "1us: WaitStarted T DP-15",
        "31us: DpcEnded D DP-25",
        "31us: WaitEnded T DP-15",
        "31us: MarkerReached done",
    ])
    .completes();
    // The last one is taken back instead.
    run("machine { processors: 2; dpc_rate: 0; } dpc D (processor: 1) { } spinlock L;
        system thread Holder (processor: 1) { KeRaiseIrqlToDpcLevel(); work 20us; KeRemoveQueueDpc(D); work 20us; KeLowerIrql(0); }
        system thread T (processor: 0) { work 1us; KeInsertQueueDpc(D); KeFlushQueuedDpcs(); marker done; }")
    .order(&["1us: WaitStarted T DP-15", "20us: DpcRemoved D", "20us: WaitEnded T DP-15", "20us: MarkerReached done"])
    .never("DpcStarted D");
    // It waits, so it belongs to PASSIVE_LEVEL.
    run("dpc D { KeFlushQueuedDpcs(); } system thread T { KeInsertQueueDpc(D); }").bugchecks(0xC4, [None; 4]);
    run("machine { verifier: off; } dpc D { KeFlushQueuedDpcs(); } system thread T { KeInsertQueueDpc(D); }")
        .bugchecks(0xB8, [None; 4]);
}

/// DP-26, DP-8, DP-1
#[test]
fn a_device_has_one_dpc_built_in_and_drops_what_is_asked_for_while_it_is_queued() {
    let devices = "irp Read; irp Write; var work_left = 0; var first = 0; var runs = 0;
        dpc NicDpc {
            runs++;
            assert(DeviceObject == Nic);
            first = Irp;
            assert(Irp == Read && Context == 1);
            while (work_left > 0) { work 2us; work_left = work_left - 1; }
        }
        isr NicIsr { work_left++; if (work_left == 1) IoRequestDpc(Nic, Read, 1); else IoRequestDpc(Nic, Write, 2); work 1us; }";
    let stimuli = "at 10us interrupt Nic; at 10500ns interrupt Nic;";
    // Initialised from the start, or by the driver's own call.
    for (setting, thread) in
        [("dpc: NicDpc;", ""), ("", "system thread Start { IoInitializeDpcRequest(Nic, NicDpc); }")]
    {
        let text = format!(
            "{devices} device Nic {{ irql: 7; isr: NicIsr; {setting} }} {thread} {stimuli} expect count NicDpc == 1;"
        );
        assert!(findings(&text).iter().all(|f| f.0 != Severity::Warning), "{:?}", findings(&text));
        let program = program(&text);
        assert_eq!(program.dpcs.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["NicDpc", "Nic.Dpc"]);
        let run = run(&text);
        run.times("DpcInserted Nic.Dpc", 1)
            .times("DpcRefused Nic.Dpc DP-8", 1)
            .times("DpcStarted Nic.Dpc", 1)
            .completes();
        assert_eq!((run.value("runs"), run.value("work_left")), (1, 0), "one run handles both");
    }
    // A driver may have further ones.
    run("dpc Own { } dpc Custom1 { } dpc Custom2 { } isr I { IoRequestDpc(Nic); KeInsertQueueDpc(Custom1); KeInsertQueueDpc(Custom2); }
        device Nic { irql: 7; isr: I; dpc: Own; } at 1us interrupt Nic;")
    .order(&["DpcStarted Nic.Dpc", "DpcStarted Custom1", "DpcStarted Custom2"])
    .completes();
}

/// DP-26, BC-1
#[test]
fn a_device_dpc_without_a_routine_jumps_to_nowhere() {
    let text = "isr I { IoRequestDpc(Nic); } device Nic { irql: 7; isr: I; } at 1us interrupt Nic;";
    assert!(findings(text).iter().any(|f| (f.0, f.1) == (Severity::Warning, "dpc-without-routine")));
    run(text).bugchecks(0xD1, [Some(0), Some(2), Some(8), Some(0)]);
}

/// DP-30
#[test]
fn untargeted_dpcs_pile_up_where_the_interrupts_are_taken() {
    let text = |spread: &str| {
        format!(
            "machine {{ processors: 4; end: 2ms; clock: 10ms; }} var n = 0; isr I {{ n++; {spread} }} device Nic {{ irql: 7; isr: I; }}
            dpc D0 {{ work 30us; }} dpc D1 {{ work 30us; }} dpc D2 {{ work 30us; }} dpc D3 {{ work 30us; }}
            every 10us count 40 interrupt Nic;"
        )
    };
    let queue = "if (n % 4 == 0) KeInsertQueueDpc(D0); if (n % 4 == 1) KeInsertQueueDpc(D1);
        if (n % 4 == 2) KeInsertQueueDpc(D2); if (n % 4 == 3) KeInsertQueueDpc(D3);";
    let piled = run(&text(queue));
    assert!(piled.count("DpcStarted cpu0") > 0 && piled.count("DpcStarted") == piled.count("DpcStarted cpu0"));
    assert!(piled.count("DpcRefused") > 10, "30us of work each 10us is too much for one processor");
    let target = "KeSetTargetProcessorDpc(D0, 0); KeSetTargetProcessorDpc(D1, 1); KeSetTargetProcessorDpc(D2, 2); KeSetTargetProcessorDpc(D3, 3);
        KeSetImportanceDpc(D1, MediumHighImportance); KeSetImportanceDpc(D2, MediumHighImportance); KeSetImportanceDpc(D3, MediumHighImportance);";
    let spread = run(&text(&format!("{target} {queue}")));
    for cpu in 0..4 {
        assert_eq!(spread.count(&format!("DpcStarted cpu{cpu}")), 10);
    }
    spread.never("DpcRefused");
}
