//! Priorities that change while the machine runs, and what that does to threads that are ready, next, or running.

use crate::common::run;
use irql_playground::nt::ThreadState;

/// TH-2, TH-10
#[test]
fn a_priority_is_set_without_its_base_and_comes_back_to_it_with_the_quantum_ends() {
    let mut run = run("machine { clock: 1ms; quantum: 3; end: 9ms; } var old = 0; var now = 0;
        system thread T (priority: 8) { old = KeSetPriorityThread(T, 11); now = KeQueryPriorityThread(KeGetCurrentThread()); work 6ms; }");
    assert_eq!((run.value("old"), run.value("now")), (8, 11));
    run.order(&[
        "0ns: PriorityChanged T priority=11 TH-2",
        "1ms: QuantumEnded T priority=10",
        "2ms: QuantumEnded T priority=9",
        "3ms: QuantumEnded T priority=8",
        "4ms: QuantumEnded T priority=8",
    ])
    .completes();
    assert_eq!(run.state_after("PriorityChanged T").kthread[0].base_priority, 8);
    // Below its base it stays for the rest of the quantum only.
    crate::common::run("machine { clock: 1ms; quantum: 6; end: 5ms; } system thread T (priority: 8) { KeSetPriorityThread(T, 3); work 4ms; }")
        .order(&["PriorityChanged T priority=3", "2ms: QuantumEnded T priority=8"]);
}

/// TH-2, TH-11
#[test]
fn from_16_on_nothing_decays_and_nothing_boosts() {
    run("machine { clock: 1ms; quantum: 3; end: 5ms; } event Go;
        system thread T (priority: 8) { KeSetPriorityThread(T, LOW_REALTIME_PRIORITY); KeWaitForSingleObject(Go); work 3ms; }
        system thread S (priority: 4) { KeSetEvent(Go, 2); }")
    .order(&["PriorityChanged T priority=16 TH-2", "EventSet Go", "1ms: QuantumEnded T priority=16", "2ms: QuantumEnded T priority=16"])
    .times("PriorityChanged", 1);
}

/// TH-3, TH-6
#[test]
fn a_running_thread_that_lowers_its_priority_gives_way_at_once() {
    let run = run("system thread T (priority: 10) { work 2us; KeSetPriorityThread(T, 4); work 2us; }
        system thread Eight (priority: 8) { work 3us; } system thread Four (priority: 4) { work 1us; }");
    run.order(&[
        "2us: PriorityChanged T priority=4",
        "2us: ThreadStandby Eight priority=8 TH-3",
        "2us: ContextSwitched Eight T TH-6",
        "5us: ContextSwitched Four Eight",
        "6us: ContextSwitched T Four",
        "8us: ThreadEnded T",
    ])
    .completes();
    // An equal priority is not enough.
    crate::common::run(
        "system thread T (priority: 10) { KeSetPriorityThread(T, 8); work 2us; } system thread Eight (priority: 8) { work 3us; }",
    )
    .order(&["PriorityChanged T", "ThreadEnded T", "ContextSwitched Eight T"])
    .never("ThreadStandby TH-3");
}

/// TH-5
#[test]
fn who_gives_way_by_lowering_its_priority_goes_to_the_tail_with_a_fresh_quantum() {
    let mut run =
        run("machine { clock: 1ms; quantum: 9; } system thread T (priority: 10) { work 1500us; KeSetPriorityThread(T, 8); work 1us; }
        system thread Nine (priority: 9) { work 1us; } system thread Eight (priority: 8) { work 1us; }");
    run.order(&["ContextSwitched Nine T", "ContextSwitched Eight Nine", "ContextSwitched T Eight"]).completes();
    assert_eq!(run.state_after("ContextSwitched Nine T").kthread[0].quantum, 9);
}

/// TH-6
#[test]
fn above_dispatch_level_the_switch_waits_for_the_level_to_fall() {
    // KeSetPriorityThread is for PASSIVE_LEVEL, and only the verifier says so.
    let text = |code: &str| {
        format!(
            "machine {{ verifier: off; }} system thread T (priority: 10) {{ KeRaiseIrqlToDpcLevel(); {code} work 5us; KeLowerIrql(0); work 1us; }}
            system thread Eight (priority: 8) {{ work 3us; }}"
        )
    };
    run(&text("KeSetPriorityThread(T, 4);")).order(&[
        "0ns: ThreadStandby Eight TH-3",
        "0ns: SoftwareInterruptRequested DISPATCH_LEVEL n=1 TH-6",
        "5us: ContextSwitched Eight T DP-21",
        "8us: ContextSwitched T Eight",
    ]);
    // Back up before the level falls: the other one is no longer next.
    let mut both = run(&text("KeSetPriorityThread(T, 4); KeSetPriorityThread(T, 9);"));
    both.order(&["ThreadStandby Eight", "StandbyReplaced Eight T TH-3", "ThreadEnded T", "ContextSwitched Eight T"]);
    let state = both.state_after("5us: SoftwareInterruptEnded");
    assert_eq!((state.kthread[1].state, state.kthread[0].preempted), (ThreadState::Ready, false));
}

/// TH-4, TH-6
#[test]
fn a_ready_thread_that_is_raised_preempts_at_once() {
    run("system thread T (priority: 8) { work 2us; KeSetPriorityThread(Low, 9); work 2us; } system thread Low (priority: 4) { work 3us; }")
        .order(&[
            "2us: PriorityChanged Low priority=9 TH-2",
            "2us: ThreadReadied Low priority=9",
            "2us: ThreadPreempted T Low",
            "2us: ContextSwitched Low T TH-6",
            "5us: ContextSwitched T Low",
        ])
        .completes();
}

/// TH-3, TH-5
#[test]
fn a_ready_thread_moves_to_the_tail_of_its_new_list() {
    let mut run =
        run("system thread T (priority: 12) { KeSetPriorityThread(B, 6); KeSetPriorityThread(D, 6); work 1us; }
        system thread A (priority: 6) { work 1us; } system thread B (priority: 8) { work 1us; }
        system thread C (priority: 7) { work 1us; } system thread D (priority: 4) { work 1us; }");
    run.order(&["ThreadStarted T", "ThreadStarted C", "ThreadStarted A", "ThreadStarted B", "ThreadStarted D"])
        .completes();
    let prcb = &run.state_after("0ns: WorkStarted T").kprcb[0];
    assert_eq!((prcb.ready[6], prcb.ready[8].0, prcb.ready[4].0), ((1, 4), u16::MAX, u16::MAX));
    assert_eq!(prcb.ready_summary, 1 << 6 | 1 << 7);
}

/// TH-3, TH-4
#[test]
fn a_thread_in_standby_that_is_lowered_makes_room_for_a_higher_one_that_is_ready() {
    let text = |priority: u32| {
        format!(
            "machine {{ verifier: off; }} event A; event B; system thread Twelve (priority: 12) {{ KeWaitForSingleObject(A); work 1us; }}
            system thread Ten (priority: 10) {{ KeWaitForSingleObject(B); work 1us; }} dpc D {{ KeSetEvent(A); KeSetEvent(B); KeSetPriorityThread(Twelve, {priority}); work 1us; }}
            system thread Low (priority: 4) {{ work 1us; KeInsertQueueDpc(D); work 1us; }}"
        )
    };
    run(&text(9))
        .order(&[
            "ThreadStandby Twelve priority=12 TH-4",
            "PriorityChanged Twelve priority=9",
            "ThreadStandby Ten priority=10 TH-3",
            "StandbyReplaced Twelve Ten TH-3",
            "ContextSwitched Ten Low",
            "ContextSwitched Twelve Ten",
            "ContextSwitched Low Twelve",
        ])
        .completes();
    // As high as the ready one: it stays where it is. Below the thread that runs: nobody gives way to it.
    run(&text(10))
        .order(&["PriorityChanged Twelve priority=10", "ContextSwitched Twelve Low"])
        .never("StandbyReplaced");
    run(&text(3)).order(&[
        "StandbyReplaced Twelve Ten",
        "ContextSwitched Ten Low",
        "ThreadEnded Low",
        "ContextSwitched Twelve",
    ]);
}

/// TH-3, TH-4, IN-9
#[test]
fn a_thread_that_runs_elsewhere_gives_way_there() {
    run("machine { processors: 2; } system thread Here (processor: 0) { work 5us; KeSetPriorityThread(There, 3); work 5us; }
        system thread There (priority: 8, processor: 1) { work 20us; } system thread Ready (priority: 6, processor: 1) { work 4us; }")
    .order(&[
        "5us: PriorityChanged There priority=3 cpu0",
        "5us: ThreadStandby Ready cpu1 TH-3",
        "5us: IpiSent cpu1 cpu0 TH-3",
        "5us: ContextSwitched Ready There cpu1 DP-21",
        "9us: ContextSwitched There Ready cpu1",
    ])
    .completes();
}

/// TH-2, TH-5
#[test]
fn a_waiting_thread_is_only_given_the_number() {
    run("event Go; system thread W (priority: 8) { KeWaitForSingleObject(Go); work 1us; }
        system thread T (priority: 6) { work 1us; KeSetPriorityThread(W, 3); KeSetEvent(Go); work 1us; }")
    .order(&[
        "1us: PriorityChanged W priority=3",
        "1us: EventSet Go",
        "1us: ThreadReadied W priority=3",
        "ThreadEnded T",
        "ContextSwitched W T",
    ])
    .times("ThreadReadied W", 2)
    .completes();
}

/// TH-2
#[test]
fn priorities_outside_the_range_are_refused_or_end_the_run() {
    use irql_playground::sim::OutcomeKind;
    let bad = run("var p = 32; system thread T { KeSetPriorityThread(T, p); work 1us; }");
    assert!(matches!(&bad.outcome().kind, OutcomeKind::Assertion(said) if said == "0 <= Priority && Priority <= 31"));
    // 0 is the zero-page thread's: any other thread gets 1.
    run("var p = 0; system thread T { KeSetPriorityThread(T, p); }")
        .times("PriorityChanged T priority=1", 1)
        .completes();
    // In a DPC over the idle thread there is no thread to be named.
    run("machine { verifier: off; } var p = 9; isr I { KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; } dpc D { p = KeSetPriorityThread(KeGetCurrentThread(), 9); } at 5us interrupt Nic;")
        .never("PriorityChanged")
        .completes();
}

/// TH-2
#[test]
fn base_priorities_are_counted_from_the_process_and_keep_to_its_class() {
    // (class, its base, what SetThreadPriority is given, what becomes the base)
    let rows = [
        ("idle", "THREAD_PRIORITY_IDLE", 1),
        ("idle", "THREAD_PRIORITY_LOWEST", 2),
        ("idle", "THREAD_PRIORITY_HIGHEST", 6),
        ("idle", "THREAD_PRIORITY_TIME_CRITICAL", 15),
        ("below_normal", "THREAD_PRIORITY_BELOW_NORMAL", 5),
        ("normal", "THREAD_PRIORITY_IDLE", 1),
        ("normal", "THREAD_PRIORITY_LOWEST", 6),
        ("normal", "THREAD_PRIORITY_ABOVE_NORMAL", 9),
        ("normal", "THREAD_PRIORITY_TIME_CRITICAL", 15),
        ("above_normal", "THREAD_PRIORITY_HIGHEST", 12),
        ("high", "THREAD_PRIORITY_LOWEST", 11),
        ("high", "THREAD_PRIORITY_HIGHEST", 15),
        ("high", "THREAD_PRIORITY_TIME_CRITICAL", 15),
        ("realtime", "THREAD_PRIORITY_IDLE", 16),
        ("realtime", "THREAD_PRIORITY_LOWEST", 22),
        ("realtime", "THREAD_PRIORITY_HIGHEST", 26),
        ("realtime", "THREAD_PRIORITY_TIME_CRITICAL", 31),
        ("realtime", "-7", 17),
        ("realtime", "6", 30),
    ];
    for (class, level, base) in rows {
        let mut run = run(&format!(
            "process P {{ priority_class: {class}; }} var set = 0; var got = 0;
            thread T (process: P) {{ set = SetThreadPriority(GetCurrentThread(), {level}); got = GetThreadPriority(T) == {level}; marker done; }}"
        ));
        assert_eq!((run.value("set"), run.value("got")), (1, 1), "{class} {level}");
        let t = &run.state_after("MarkerReached done").kthread[0];
        assert_eq!((t.base_priority, t.priority), (base, base), "{class} {level}");
    }
    for (class, level) in [("normal", "3"), ("normal", "-3"), ("high", "16"), ("realtime", "7"), ("realtime", "-8")] {
        let run = run(&format!(
            "process P {{ priority_class: {class}; }} var set = 9; thread T (process: P) {{ set = SetThreadPriority(T, {level}); }}"
        ));
        assert_eq!(run.value("set"), 0, "{class} {level}");
        run.never("PriorityChanged").never("BasePriorityChanged").completes();
    }
}

/// TH-2
#[test]
fn a_driver_sets_an_increment_and_is_told_the_old_one() {
    // (priority of the thread, increment, old increment, base)
    for (declared, increment, old, base) in
        [(8, 2, 0, 10), (8, 100, 0, 15), (8, -16, 0, 1), (8, 7, 0, 15), (8, 9, 0, 15), (12, -3, 4, 5), (24, 0, 16, 8)]
    {
        let mut run = run(&format!(
            "var old = 99; var again = 99; system thread T (priority: {declared}) {{ old = KeSetBasePriorityThread(T, {increment}); marker set; again = KeSetBasePriorityThread(T, 0); }}"
        ));
        let ends = i64::from(base == 15 && increment >= 16) * 16 - i64::from(increment <= -16) * 16;
        let again = if ends == 0 { base - 8 } else { ends };
        assert_eq!((run.value("old"), run.value("again")), (old, again), "{declared} {increment}");
        assert_eq!(i64::from(run.state_after("MarkerReached set").kthread[0].base_priority), base);
    }
}

/// TH-2, TH-11
#[test]
fn a_boost_stays_on_top_of_a_base_that_changes() {
    let mut run = run("event Go; thread T (priority: 8) { WaitForSingleObject(Go, INFINITE); SetThreadPriority(T, THREAD_PRIORITY_LOWEST); marker set; SetThreadPriority(T, THREAD_PRIORITY_TIME_CRITICAL); }
        system thread S (priority: 4) { KeSetEvent(Go, 2); }");
    run.order(&[
        "PriorityChanged T priority=10 TH-11",
        "BasePriorityChanged T priority=6 TH-2",
        "PriorityChanged T priority=8 TH-2",
        "BasePriorityChanged T priority=15",
        "PriorityChanged T priority=15",
    ])
    .completes();
    assert_eq!(run.state_after("MarkerReached set").kthread[0].base_priority, 6);
}

/// TH-2
#[test]
fn a_thread_begins_with_the_priority_of_its_process() {
    let state = irql_playground::nt::State::new(&crate::common::program(
        "thread A (process: P) { work 1us; } thread B (process: P, priority: 5) { work 1us; } thread C { work 1us; } process P { priority_class: high; }",
    ));
    let priorities: Vec<u8> = state.kthread.iter().map(|t| t.priority).collect();
    assert_eq!(priorities, [13, 5, 8]);
}
