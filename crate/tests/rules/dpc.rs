//! DPCs: the object, its routines, insertion, the drain. When a drain is asked for stands in `dpc_requests`.

use crate::common::{program, run};
use irql_playground::base::NONE;
use irql_playground::nt::{DPC_NORMAL, State};
use irql_playground::program::{Class, Importance, initial_stack};

/// The DPC queue of a processor, head first.
fn queue(state: &State, cpu: usize) -> Vec<u16> {
    let (mut found, mut at) = (vec![], state.kprcb[cpu].dpc_data[DPC_NORMAL].dpc_list.0);
    while at != NONE {
        found.push(at);
        at = state.kdpc[at as usize].next;
    }
    found
}

/// DP-1, DP-2, DP-3, DP-4
#[test]
fn a_declared_dpc_is_initialised_as_the_kernel_does() {
    let text = "machine { processors: 2; } dpc Plain { } dpc L (importance: Low) { } dpc H (importance: High, processor: 1) { }
        dpc M (importance: MediumHigh) { }";
    let program = program(text);
    let importances: Vec<u8> = program.dpcs.iter().map(|d| d.importance as u8).collect();
    assert_eq!(importances, [1, 0, 2, 3], "Medium is the default; High is 2 and MediumHigh 3");
    assert_eq!(program.dpcs[0].importance, Importance::Medium);
    let state = State::new(&program);
    let targets: Vec<u8> = state.kdpc.iter().map(|d| d.number).collect();
    assert_eq!(targets, [255, 255, 1, 255], "no target: the processor that inserts it");
    assert!(state.kdpc.iter().all(|d| d.queued_on == 255 && d.arguments == [0, 0]));
}

/// DP-5
#[test]
fn importance_and_target_count_from_the_next_insertion() {
    let mut run = run("machine { processors: 2; } dpc A { work 1us; } dpc B { work 1us; }
        system thread T (processor: 0) {
            KeRaiseIrqlToDpcLevel();
            KeInsertQueueDpc(A); KeInsertQueueDpc(B);
            KeSetImportanceDpc(B, HighImportance);
            KeSetTargetProcessorDpc(B, 1);
            marker changed;
            work 5us;
            KeLowerIrql(0);
            KeInsertQueueDpc(B);
            work 5us;
        }");
    run.order(&["5us: DpcStarted A cpu0", "6us: DpcStarted B cpu0", "7us: DpcInserted B", "7us: DpcStarted B cpu1"])
        .completes();
    assert_eq!(queue(run.state_after("MarkerReached changed"), 0), [0, 1], "its place stays");
    // An impossible processor.
    crate::common::run("dpc A { } var n = 7; system thread T { KeSetTargetProcessorDpc(A, n); }")
        .bugchecks(0xC7, [Some(3), None, None, None]);
}

/// DP-6, DP-7, DP-8
#[test]
fn insertion_stores_arguments_counts_and_refuses_what_is_queued() {
    let mut run = run("var first = 9; var again = 9; var got1 = 0; var got2 = 0;
        dpc D { got1 = SystemArgument1; got2 = SystemArgument2; }
        system thread T {
            KeRaiseIrqlToDpcLevel();
            first = KeInsertQueueDpc(D, 11, 12);
            again = KeInsertQueueDpc(D, 21, 22);
            marker queued;
            work 1us;
            KeLowerIrql(0);
        }");
    assert_eq!((run.value("first"), run.value("again")), (1, 0));
    assert_eq!((run.value("got1"), run.value("got2")), (11, 12), "the first arguments stay");
    run.times("DpcInserted D n=1", 1).times("DpcRefused D n=1", 1).times("DpcStarted D", 1).completes();
    let prcb = &run.state_after("MarkerReached queued").kprcb[0];
    let queue = &prcb.dpc_data[DPC_NORMAL];
    assert_eq!((queue.dpc_queue_depth, queue.dpc_count), (1, 1));
    assert_eq!(run.state_after("MarkerReached queued").kdpc[0].queued_on, 0);
    assert_eq!(run.state_after("DpcStarted D").kdpc[0].queued_on, 255, "DpcData is cleared before the call");
}

/// DP-8, DP-11
#[test]
fn high_goes_to_the_head_and_everything_else_to_the_tail() {
    let mut run =
        run("dpc L (importance: Low) { } dpc M { } dpc H1 (importance: High) { } dpc MH (importance: MediumHigh) { }
        dpc H2 (importance: High) { }
        system thread T {
            KeRaiseIrqlToDpcLevel();
            KeInsertQueueDpc(L); KeInsertQueueDpc(M); KeInsertQueueDpc(H1); KeInsertQueueDpc(MH); KeInsertQueueDpc(H2);
            marker queued;
            KeLowerIrql(0);
        }");
    assert_eq!(queue(run.state_after("MarkerReached queued"), 0), [4, 2, 0, 1, 3], "H2, H1, L, M, MH");
    run.order(&["DpcStarted H2", "DpcStarted H1", "DpcStarted L", "DpcStarted M", "DpcStarted MH"]).completes();
}

/// DP-12
#[test]
fn from_below_dispatch_level_a_dpc_has_run_before_the_call_returns() {
    for level in [0, 1] {
        run(&format!(
            "dpc D {{ work 5us; }} system thread T {{ KeRaiseIrql({level}, old); KeInsertQueueDpc(D); work 1us; KeLowerIrql(old); }}"
        ))
        .order(&["0ns: DpcStarted D", "5us: DpcEnded D", "5us: WorkStarted T"])
        .completes();
    }
    // At DISPATCH_LEVEL it waits until the level falls below; to APC_LEVEL is enough.
    run("dpc D { work 5us; } system thread T { KeRaiseIrqlToDpcLevel(); KeInsertQueueDpc(D); work 3us; KeLowerIrql(1); work 1us; KeLowerIrql(0); }")
        .order(&["0ns: SoftwareInterruptRequested DISPATCH_LEVEL n=1", "3us: DpcStarted D", "8us: WorkStarted T @1"])
        .completes();
}

/// DP-14
#[test]
fn removing_tells_whether_it_was_queued() {
    let run = run("var was = 9; var again = 9; dpc A { } dpc B { } dpc C { }
        system thread T {
            KeRaiseIrqlToDpcLevel();
            KeInsertQueueDpc(A); KeInsertQueueDpc(B); KeInsertQueueDpc(C);
            was = KeRemoveQueueDpc(B); again = KeRemoveQueueDpc(B);
            KeLowerIrql(0);
        }");
    assert_eq!((run.value("was"), run.value("again")), (1, 0));
    run.never("DpcStarted B").order(&["DpcStarted A", "DpcStarted C"]).completes();
}

/// DP-19, DP-23
#[test]
fn a_drain_runs_the_whole_queue_one_dpc_after_the_other() {
    let run = run("dpc A { work 3us; } dpc B { work 3us; } dpc C { work 3us; }
        system thread T { KeRaiseIrqlToDpcLevel(); KeInsertQueueDpc(A); KeInsertQueueDpc(B); KeInsertQueueDpc(C); KeLowerIrql(0); work 1us; }");
    assert_eq!(
        run.between("RetireStarted", "RetireEnded").iter().filter(|l| !l.starts_with("Work")).collect::<Vec<_>>(),
        [
            "RetireStarted",
            "DpcStarted A",
            "DpcEnded A",
            "DpcStarted B",
            "DpcEnded B",
            "DpcStarted C",
            "DpcEnded C",
            "RetireEnded"
        ],
    );
    run.order(&["RetireStarted n=3", "DpcStarted n=2", "DpcStarted n=1", "DpcStarted n=0", "9us: WorkStarted T"])
        .completes();
}

/// DP-19, DP-22
#[test]
fn timers_that_are_due_come_before_the_queue_and_those_that_fall_due_later_after_it() {
    let text = |start: &str| {
        format!(
            "machine {{ clock: 100us; }} dpc A {{ work 30us; }} dpc B {{ work 1us; }} system thread Sleeper (priority: 12) {{ KeDelayExecutionThread(KernelMode, FALSE, -10us); }}
            isr I {{ KeInsertQueueDpc(A); KeInsertQueueDpc(B); }} device Nic {{ irql: 7; isr: I; }} system thread T {{ work 300us; }} at {start} interrupt Nic;"
        )
    };
    run(&text("100us")).order(&[
        "100us: RetireStarted n=2",
        "TimersExpired",
        "WaitEnded Sleeper",
        "DpcStarted A",
        "DpcStarted B",
    ]);
    // The tick comes while A runs: B is next, the timers come with the next drain.
    run(&text("90us"))
        .order(&[
            "90us: DpcStarted A",
            "100us: ClockTicked",
            "120us: DpcStarted B",
            "121us: RetireEnded",
            "121us: TimersExpired",
            "121us: ContextSwitched Sleeper",
        ])
        .completes();
}

/// DP-20
#[test]
fn a_dpc_may_queue_itself_and_runs_again_in_the_same_drain() {
    let run = run(
        "var runs = 0; var queued = 9; dpc D { work 1us; runs = runs + 1; if (runs < 3) queued = KeInsertQueueDpc(D); }
        system thread T { KeInsertQueueDpc(D); }",
    );
    assert_eq!((run.value("runs"), run.written("queued")), (3, vec![1, 1]));
    run.times("RetireStarted", 1).times("DpcRefused", 0).completes();
}

/// DP-20
#[test]
fn one_dpc_may_run_on_two_processors_at_once() {
    run("machine { processors: 2; } dpc D { work 10us; }
        system thread A (processor: 0) { KeInsertQueueDpc(D); } system thread B (processor: 1) { work 5us; KeInsertQueueDpc(D); }")
    .order(&["0ns: DpcStarted D cpu0", "5us: DpcStarted D cpu1", "10us: DpcEnded D cpu0", "15us: DpcEnded D cpu1"])
    .completes();
}

/// DP-21, TH-5, TH-6
#[test]
fn the_rest_of_the_queue_goes_before_the_switch() {
    run("event Go; dpc Wake { KeSetEvent(Go); work 2us; } dpc Rest { work 3us; } isr I { KeInsertQueueDpc(Wake); KeInsertQueueDpc(Rest); }
        device Nic { irql: 7; isr: I; }
        system thread High (priority: 12) { KeWaitForSingleObject(Go); work 1us; }
        system thread T { work 20us; } system thread Peer { work 1us; }
        at 5us interrupt Nic;")
    .order(&[
        "5us: ThreadStandby High",
        "7us: DpcStarted Rest",
        "10us: RetireEnded",
        "10us: ContextSwitched High T DP-21",
        "11us: ContextSwitched T High",
        "26us: ContextSwitched Peer T",
    ])
    .completes();
}

/// DP-23, DP-24
#[test]
fn only_interrupts_above_dispatch_level_preempt_a_dpc_and_the_drain_goes_on_after_them() {
    let mut run = run("event Go; apc K special (thread: T) { work 1us; } dpc D { KeInsertQueueApc(K); KeSetEvent(Go); work 10us; } dpc E { work 1us; }
        isr I { KeInsertQueueDpc(D); } isr J { work 2us; KeInsertQueueDpc(E); } device Nic { irql: 3; isr: I; } device Disk { irql: 4; isr: J; }
        system thread High (priority: 15) { KeWaitForSingleObject(Go); work 1us; }
        system thread T { work 20us; }
        at 5us interrupt Nic; at 8us interrupt Disk;");
    run.order(&[
        "5us: DpcStarted D @2",
        "5us: ApcInserted K",
        "5us: ThreadStandby High",
        "8us: IsrEntered Disk",
        "10us: DpcRequestSpared E",
        "10us: WorkResumed D 7us",
        "17us: DpcEnded D",
        "17us: DpcStarted E",
        "18us: RetireEnded",
        "18us: ContextSwitched High T",
        "19us: ApcKernelRoutineStarted K T",
    ])
    .times("RetireStarted", 1)
    .completes();
    assert_eq!(run.state_after("DpcStarted D").kprcb[0].current_thread, 1, "the interrupted thread stays current");
    assert!(run.state_after("8us: IsrEntered Disk").kprcb[0].dpc_routine_active);
    assert!(!run.state_after("18us: RetireEnded").kprcb[0].dpc_routine_active);
}

/// DP-23, DP-24, BC-2
#[test]
fn what_a_dpc_may_not_do() {
    let text = |setting: &str, code: &str| {
        format!(
            "machine {{ {setting} }} event E; spinlock L; dpc D {{ {code} }} isr I {{ KeInsertQueueDpc(D); }} device Nic {{ irql: 7; isr: I; }}
            system thread T {{ work 20us; }} at 5us interrupt Nic;"
        )
    };
    let off = "verifier: off;";
    // (settings, code, bugcheck, first parameter)
    for (setting, code, bugcheck, parameter) in [
        ("", "KeWaitForSingleObject(E);", 0xC4, Some(0x3B)),
        (off, "KeWaitForSingleObject(E);", 0xB8, Some(Class::Thread.at(0_u16))),
        ("", "KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -10us);", 0xC4, Some(0x3B)),
        ("", "KeDelayExecutionThread(KernelMode, FALSE, -10us);", 0xC4, Some(0x3B)),
        (off, "KeDelayExecutionThread(KernelMode, FALSE, -10us);", 0xB8, Some(Class::Thread.at(0_u16))),
    ] {
        run(&text(setting, code)).bugchecks(bugcheck, [parameter, None, None, None]);
    }
    // 0xB8 tells both threads, and where the stack of the first begins.
    let stack = initial_stack(Class::Thread, 0);
    let stopped = run(&text(off, "KeWaitForSingleObject(E);"));
    stopped.bugchecks(0xB8, [Some(Class::Thread.at(0_u16)), Some(Class::Thread.at(NONE)), Some(stack), Some(0)]);
    assert_eq!(stopped.program().symbol(stack), "T.InitialStack");
    // 0xC8 tells the levels, the routine and its DPC.
    let stopped = run(&text("", "KeRaiseIrql(5, x);"));
    let routine = stopped.program().routine_address(stopped.program().dpcs[0].body);
    stopped.bugchecks(0xC8, [Some(5 << 16 | 2 << 8 | 2), Some(routine), Some(Class::Dpc.at(0_u16)), Some(0)]);
    // Polling is legal, and so is everything up to DISPATCH_LEVEL.
    for setting in ["", off] {
        run(&text(
            setting,
            "KeWaitForSingleObject(E, Executive, KernelMode, FALSE, 0); KeSetEvent(E); KeInsertQueueDpc(D);",
        ))
        .times("WaitEnded T STATUS_TIMEOUT", 1);
    }
}
