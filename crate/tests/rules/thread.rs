//! Threads: states, priorities, preemption, quantum, idle, the switch, beginning and end.

use crate::common::{program, run};
use irql_playground::nt::{State, ThreadState};
use irql_playground::program::Class;

/// TH-1
#[test]
fn a_thread_goes_through_the_states_of_the_kernel() {
    let mut run =
        run("event Go; system thread T (priority: 8, start: 5us) { work 2us; KeWaitForSingleObject(Go); work 1us; }
        system thread Other (priority: 9) { work 10us; KeSetEvent(Go); work 10us; }");
    let mut at = |pattern: &str| run.state_after(pattern).kthread[0].state;
    assert_eq!(at("RunStarted"), ThreadState::Initialized);
    assert_eq!(at("10us: EventSet Go"), ThreadState::Ready, "Other is higher");
    assert_eq!(at("20us: ContextSwitched T"), ThreadState::Running);
    assert_eq!(at("ThreadEnded T"), ThreadState::Terminated);
    let mut run = crate::common::run(
        "event Go; system thread T { KeWaitForSingleObject(Go); } dpc D { KeSetEvent(Go); work 1us; }
        system thread Other (priority: 4) { KeInsertQueueDpc(D); }",
    );
    let mut at = |pattern: &str| run.state_after(pattern).kthread[0].state;
    assert_eq!(at("WaitStarted T"), ThreadState::Waiting);
    assert_eq!(at("DpcEnded D"), ThreadState::Standby);
    let numbers: Vec<u8> = [
        ThreadState::Initialized,
        ThreadState::Ready,
        ThreadState::Running,
        ThreadState::Standby,
        ThreadState::Terminated,
        ThreadState::Waiting,
    ]
    .map(|s| s as u8)
    .to_vec();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
}

/// TH-2, TH-3
#[test]
fn the_highest_of_32_priorities_runs_first_and_within_one_the_first_that_came() {
    let mut text = String::new();
    let mut expected = vec![];
    for priority in [1, 31, 15, 16, 8] {
        for n in ["a", "b"] {
            text += &format!("system thread T{priority}{n} (priority: {priority}) {{ work 1us; }}\n");
        }
    }
    for priority in [31, 16, 15, 8, 1] {
        for n in ["a", "b"] {
            expected.push(format!("ThreadStarted T{priority}{n}"));
        }
    }
    // A processor at HIGH_LEVEL while they are created, so that all are ready when it chooses.
    let text = format!("isr I {{ work 5us; }} device Nic {{ irql: 11; isr: I; }} at 0us interrupt Nic;\n{text}");
    let run = run(&text);
    run.order(&expected.iter().map(String::as_str).collect::<Vec<_>>()).completes();
}

/// TH-2, TH-16
#[test]
fn the_idle_thread_runs_at_dispatch_level_when_nothing_is_ready() {
    let mut run = run("system thread T { work 5us; KeDelayExecutionThread(KernelMode, FALSE, -1us); work 1us; }");
    run.order(&["5us: ContextSwitched (idle) @2", "15.625ms: TimersExpired", "15.625ms: ContextSwitched T TH-16"])
        .completes();
    assert_eq!(run.state_after("5us: ContextSwitched").kprcb[0].irql, 2);
}

/// TH-4
#[test]
fn a_readied_thread_takes_an_idle_processor_else_preempts_else_queues() {
    // (priority of what runs, idle second processor, expected)
    let text = |running: u32, processors: u32, affinity: &str| {
        format!(
            "machine {{ processors: {processors}; }} event Go; system thread T (priority: 8{affinity}) {{ KeWaitForSingleObject(Go); work 1us; }}
            isr I {{ KeInsertQueueDpc(D); }} dpc D {{ KeSetEvent(Go); }} device Nic {{ irql: 7; isr: I; }}
            system thread Busy (priority: {running}, processor: 0) {{ KeDelayExecutionThread(KernelMode, FALSE, -1us); work 50us; }}
            at 15635us interrupt Nic;"
        )
    };
    let when = "15.635ms:";
    // An idle processor takes it.
    run(&text(12, 2, "")).order(&[
        &format!("{when} ThreadStandby T cpu1"),
        &format!("{when} IpiSent cpu1"),
        &format!("{when} ContextSwitched T cpu1"),
    ]);
    // None is idle, and it is higher: it preempts.
    run(&text(7, 1, "")).order(&[
        &format!("{when} ThreadPreempted Busy T"),
        &format!("{when} ThreadStandby T cpu0"),
        &format!("{when} ContextSwitched T Busy"),
    ]);
    // Affinity forbids the idle one.
    run(&text(7, 2, ", processor: 0"))
        .order(&[&format!("{when} ThreadPreempted Busy T"), &format!("{when} ContextSwitched T cpu0")]);
    // Equal or lower never preempts.
    for running in [8, 9] {
        run(&text(running, 1, "")).never("ThreadPreempted").order(&[
            "ThreadReadied T",
            "ThreadEnded Busy",
            "ContextSwitched T Busy",
        ]);
    }
}

/// TH-4
#[test]
fn of_several_idle_processors_the_ideal_one_comes_before_the_last_one() {
    // T is the first thread, so processor 0 is its ideal one; at first that is busy.
    run("machine { processors: 3; clock: 1ms; } system thread T (start: 1us) { work 1us; KeDelayExecutionThread(KernelMode, FALSE, -1us); work 1us; }
        system thread Busy (processor: 0, priority: 12) { work 10us; }")
    .order(&["1us: ThreadStandby T cpu1", "2us: WaitStarted T cpu1", "1ms: ThreadStandby T cpu0"])
    .completes();
}

/// TH-4, TH-5
#[test]
fn a_higher_thread_takes_the_place_of_the_one_in_standby() {
    let mut run = run("event A; event B; dpc D { KeSetEvent(A); KeSetEvent(B); work 1us; }
        system thread Ten (priority: 10) { KeWaitForSingleObject(A); work 1us; }
        system thread Twelve (priority: 12) { KeWaitForSingleObject(B); work 1us; }
        system thread Low (priority: 4) { work 5us; KeInsertQueueDpc(D); work 5us; }");
    run.order(&[
        "5us: ThreadStandby Ten",
        "5us: StandbyReplaced Ten Twelve TH-4",
        "5us: ThreadStandby Twelve",
        "6us: ContextSwitched Twelve Low",
        "7us: ContextSwitched Ten",
        "8us: ContextSwitched Low",
    ]);
    let state = run.state_after("DpcEnded D");
    assert_eq!((state.kprcb[0].next_thread, state.kthread[0].state), (1, ThreadState::Ready));
}

/// TH-5
#[test]
fn a_preempted_thread_keeps_its_place_and_its_quantum() {
    let mut run =
        run("machine { clock: 1ms; quantum: 9; } system thread T { work 4ms; } system thread Peer { work 1ms; }
        system thread High (priority: 12, start: 1500us) { work 100us; }");
    run.order(&[
        "1.5ms: ContextSwitched High T",
        "1.6ms: ContextSwitched T High",
        "3ms: QuantumEnded T",
        "3ms: ContextSwitched Peer T",
    ]);
    assert_eq!(run.state_after("1.6ms: ContextSwitched T").kthread[0].quantum, 6);
}

/// TH-6
#[test]
fn made_ready_below_dispatch_level_it_runs_at_once_made_ready_above_after_the_level_falls() {
    let text = |code: &str| {
        format!(
            "event Go; system thread High (priority: 12) {{ KeWaitForSingleObject(Go); work 1us; }} system thread T {{ {code} }}"
        )
    };
    run(&text("KeSetEvent(Go); work 5us;")).order(&[
        "0ns: EventSet Go",
        "0ns: ContextSwitched High T TH-6",
        "1us: WorkStarted T",
    ]);
    run(&text("KeRaiseIrqlToDpcLevel(); KeSetEvent(Go); work 5us; KeLowerIrql(0); work 1us;")).order(&[
        "0ns: ThreadStandby High",
        "0ns: SoftwareInterruptRequested DISPATCH_LEVEL n=1 TH-6",
        "0ns: WorkStarted T 5us",
        "5us: ContextSwitched High T DP-21",
        "6us: WorkStarted T 1us",
    ]);
}

/// TH-6, TH-4
#[test]
fn a_thread_that_is_created_later_preempts_a_lower_one_at_once() {
    run("system thread T { work 50us; } system thread High (priority: 9, start: 10us) { work 5us; }")
        .order(&[
            "10us: ThreadPreempted T High",
            "10us: ContextSwitched High T",
            "15us: ContextSwitched T",
            "15us: WorkResumed T 40us",
        ])
        .completes();
    // While the processor is at DISPATCH_LEVEL it has to wait.
    run("system thread T { KeRaiseIrqlToDpcLevel(); work 50us; KeLowerIrql(0); work 1us; } system thread High (priority: 9, start: 10us) { work 5us; }")
        .order(&["10us: ThreadStandby High", "50us: ContextSwitched High T"])
        .completes();
}

/// TH-7, TH-8, TH-10
#[test]
fn a_tick_costs_three_units_and_the_quantum_end_follows_the_dpcs() {
    for (quantum, ticks) in [(3, 1), (6, 2), (7, 3), (18, 6), (36, 12)] {
        let run = run(&format!(
            "machine {{ clock: 1ms; quantum: {quantum}; end: 30ms; }} system thread A {{ work 20ms; }} system thread B {{ work 20ms; }}"
        ));
        run.order(&[
            &format!("{ticks}ms: QuantumRanOut A"),
            &format!("{ticks}ms: ContextSwitched B A TH-10"),
            &format!("{}ms: ContextSwitched A B", 2 * ticks),
        ]);
        assert_eq!(run.all("QuantumRanOut")[0], run.first(&format!("{ticks}ms: QuantumRanOut A")));
    }
    // No DPC object is queued for it: it is a flag that the DISPATCH interrupt handles after the queue.
    run("machine { clock: 1ms; quantum: 3; } dpc D { work 5us; } isr I { KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; }
        system thread A { work 3ms; } system thread B { work 1ms; } at 1ms interrupt Nic;")
    .order(&["1ms: QuantumRanOut A", "1ms: IsrEntered Nic", "1ms: DpcStarted D", "1.005ms: RetireEnded", "1.005ms: QuantumEnded A", "1.005ms: ContextSwitched B A"])
    .times("DpcInserted", 1)
    .times("DpcStarted", 1);
}

/// TH-10, TH-5
#[test]
fn at_quantum_end_a_thread_goes_to_the_tail_with_a_fresh_quantum_if_another_may_run() {
    let mut run = run(
        "machine { clock: 1ms; quantum: 6; end: 9ms; } system thread A { work 9ms; } system thread B { work 9ms; } system thread C { work 9ms; }",
    );
    run.order(&[
        "2ms: ContextSwitched B A",
        "4ms: ContextSwitched C B",
        "6ms: ContextSwitched A C",
        "8ms: ContextSwitched B A",
    ]);
    assert_eq!(run.state_after("2ms: ContextSwitched B").kthread[0].quantum, 6);
    // Nobody of its priority or above: it goes on with a fresh quantum.
    let mut alone = crate::common::run(
        "machine { clock: 1ms; quantum: 6; end: 5ms; } system thread A { work 9ms; } system thread Low (priority: 7) { work 1ms; }",
    );
    alone.never("ContextSwitched Low").times("QuantumEnded A", 2);
    assert_eq!(alone.state_after("2ms: QuantumEnded A").kthread[0].quantum, 6);
}

/// TH-10, TH-11
#[test]
fn a_boost_decays_by_one_level_for_each_quantum_end() {
    run("machine { clock: 1ms; quantum: 3; end: 6ms; } event Go; system thread T (priority: 8) { KeWaitForSingleObject(Go); work 5ms; }
        system thread Setter (priority: 4) { KeSetEvent(Go, 2); }")
    .order(&[
        "0ns: PriorityChanged T priority=10 TH-11",
        "1ms: QuantumEnded T priority=9",
        "2ms: QuantumEnded T priority=8",
        "3ms: QuantumEnded T priority=8",
    ]);
    // Never above 15, and never for a real-time thread.
    for (base, increment, boosted) in
        [(8, 1, Some(9)), (14, 6, Some(15)), (15, 8, None), (16, 2, None), (24, 8, None), (8, 0, None)]
    {
        let run = run(&format!(
            "event Go; system thread T (priority: {base}) {{ KeWaitForSingleObject(Go); }} system thread S (priority: 4) {{ KeSetEvent(Go, {increment}); }}"
        ));
        match boosted {
            Some(priority) => run.times(&format!("PriorityChanged T priority={priority}"), 1),
            None => run.never("PriorityChanged"),
        };
    }
}

/// TH-13, IR-5
#[test]
fn each_thread_goes_on_at_its_own_level() {
    let mut run = run(
        "event Go; system thread Passive (priority: 12) { KeWaitForSingleObject(Go); work 1us; }
        system thread AtApc (priority: 8) { KeRaiseIrql(APC_LEVEL, old); KeSetEvent(Go); work 1us; KeLowerIrql(old); }",
    );
    // A PASSIVE thread of higher priority preempts one at APC_LEVEL: only DISPATCH_LEVEL stops the scheduler.
    run.order(&["0ns: ContextSwitched Passive AtApc @0", "1us: ContextSwitched AtApc Passive @1"]).completes();
    assert_eq!(run.state_after("0ns: ContextSwitched Passive AtApc").kthread[1].wait_irql, 1);
}

/// TH-14
#[test]
fn a_thread_that_was_switched_out_gets_its_kernel_apcs_as_it_is_switched_in() {
    // Out of a wait at PASSIVE: at once. Preempted: by the APC interrupt, when its level allows.
    run("event Never; apc K special (thread: W) { work 1us; } system thread W (priority: 9) { KeWaitForSingleObject(Never, Executive, KernelMode, FALSE, -1ms); work 1us; }
        system thread S (priority: 4) { work 2us; KeInsertQueueApc(K); }")
    .order(&["2us: ContextSwitched W", "2us: ApcDeliveryStarted W TH-14", "2us: ApcKernelRoutineStarted K", "3us: WaitResumed W"])
    .never("SoftwareInterruptRequested APC_LEVEL");
    run("apc K special (thread: P) { work 1us; } system thread P { work 10us; }
        system thread High (priority: 12, start: 2us) { KeInsertQueueApc(K); work 3us; }")
    .order(&[
        "2us: ApcInserted K P",
        "5us: ContextSwitched P",
        "5us: SoftwareInterruptRequested APC_LEVEL n=0 TH-14",
        "5us: ApcKernelRoutineStarted K",
        "6us: WorkResumed P 8us",
    ])
    .completes();
    // A switch from a DPC cannot be: its thread would be lost.
    run("machine { verifier: off; } event E; dpc D { KeWaitForSingleObject(E); } system thread T { KeInsertQueueDpc(D); }").bugchecks(0xB8, [None; 4]);
}

/// TH-14, IN-4, DP-23
#[test]
fn no_switch_and_no_apc_under_a_routine_that_has_lowered_the_level() {
    let text = |isr: &str, dpc: &str| {
        format!(
            "machine {{ verifier: off; clock: 100us; }} apc K special (thread: T) {{ }} dpc D {{ {dpc} }} isr I {{ {isr} KeInsertQueueDpc(D); }}
            device Nic {{ irql: 7; isr: I; }} system thread S (priority: 12) {{ KeDelayExecutionThread(KernelMode, FALSE, -50us); }}
            system thread T {{ work 200us; }} at 95us interrupt Nic;"
        )
    };
    run(&text("KeLowerIrql(0); work 20us;", "")).bugchecks(0xC8, [Some(7 << 8 | 3), None, None, None]);
    let under = run(&text("", "KeInsertQueueApc(K); KeLowerIrql(0); work 1us;"));
    let routine = under.program().routine_address(under.program().dpcs[0].body);
    under.bugchecks(0xC8, [Some(2 << 8 | 2), Some(routine), Some(Class::Dpc.at(0_u16)), Some(0)]);
    run(&text("", "KeLowerIrql(0); work 20us;"))
        .bugchecks(0xC8, [Some(2 << 8 | 2), None, None, None])
        .times("100us: BugChecked", 1);
}

/// TH-15, AP-25
#[test]
fn a_new_thread_begins_at_apc_level_and_gets_what_was_queued_before_its_routine() {
    run("apc K special (thread: T) { work 1us; } apc U user (thread: T) { work 1us; } apc Q user { work 1us; }
        thread T (start: 20us) { work 1us; }
        system thread S { KeInsertQueueApc(K); KeInsertQueueApc(U); } thread V { QueueUserAPC(Q, T); }")
    .order(&[
        "20us: ContextSwitched T @1",
        "20us: IrqlLowered @0",
        "20us: ApcKernelRoutineStarted K T",
        "21us: ThreadStarted T",
        "21us: ApcNormalRoutineStarted U T",
        "22us: ApcNormalRoutineStarted Q T",
        "23us: WorkStarted T",
    ])
    .completes();
}

/// TH-15
#[test]
fn a_thread_starts_when_the_scenario_says() {
    run("system thread T (start: 30us) { work 1us; }").times("30us: ThreadStarted T", 1).never("0ns: ThreadReadied");
    let state = State::new(&program("system thread T { }"));
    assert_eq!(state.kthread[0].state, ThreadState::Initialized);
}

/// TH-16, DP-16
#[test]
fn the_idle_loop_drains_then_switches_then_sleeps() {
    run("machine { clock: 100us; } event Go; isr I { KeInsertQueueDpc(D); } dpc D { work 2us; KeSetEvent(Go); } device Nic { irql: 7; isr: I; }
        system thread T { KeWaitForSingleObject(Go); work 1us; } at 5us interrupt Nic;")
    .order(&[
        "5us: InterruptAccepted Nic irql=2",
        "5us: InterruptEnded Nic irql=2",
        "5us: RetireStarted",
        "7us: ThreadStandby T",
        "7us: RetireEnded",
        "7us: ContextSwitched T (idle) TH-16",
        "8us: ContextSwitched (idle) T",
    ])
    .never("SoftwareInterruptAccepted DISPATCH_LEVEL")
    .completes();
}

/// TH-18, WT-10
#[test]
fn yielding_lets_any_ready_thread_run_even_a_lower_one() {
    let run = run(
        "var yielded = 9; var alone = 9; thread T { yielded = NtYieldExecution(); work 1us; alone = NtYieldExecution(); } thread Low (priority: 3) { work 1us; }",
    );
    run.order(&["0ns: ContextSwitched Low T TH-18"]).completes();
    assert_eq!((run.value("yielded"), run.value("alone")), (0, 0x4000_0024));
    for call in ["Sleep(0);", "Serve();"] {
        crate::common::run(&format!(
            "service Serve() {{ KeDelayExecutionThread(UserMode, FALSE, 0); }} thread T {{ {call} work 1us; }} thread Peer {{ work 1us; }}"
        ))
        .order(&["0ns: ContextSwitched Peer T TH-18", "1us: ContextSwitched T Peer"])
        .never("WaitStarted")
        .completes();
    }
}

/// TH-19
#[test]
fn a_thread_that_ends_wakes_all_who_wait_for_it_for_good() {
    let run = run("var first = 9; var second = 9; var late = 9; thread T { work 5us; }
        system thread A (priority: 9) { first = KeWaitForSingleObject(T); } system thread B (priority: 9) { second = KeWaitForSingleObject(T); }
        system thread C (start: 20us) { late = KeWaitForSingleObject(T); }");
    assert_eq!((run.value("first"), run.value("second"), run.value("late")), (0, 0, 0));
    run.times("5us: WaitEnded STATUS_SUCCESS TH-19", 2).times("20us: WaitSatisfied C", 1).completes();
}

/// TE-3, AP-7
#[test]
fn an_ending_thread_drops_its_apcs_and_its_requests() {
    let mut run = run("apc U user { work 1us; } apc K special (thread: T) { } irp R; apc Done user { } var queued = 9;
        thread T { work 10us; ReadFileEx(R, Done); }
        thread V (start: 5us, priority: 9) { QueueUserAPC(U, T); }
        system thread Late (start: 40us) { queued = KeInsertQueueApc(K); }
        dpc D { IoCompleteRequest(R); } isr I { KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; } at 50us interrupt Nic;");
    assert_eq!(run.value("queued"), 0);
    run.order(&["ThreadStarted T", "ApcInserted U T", "IoCancelled R", "ThreadEnded T", "40us: ApcRefused K"])
        .never("ApcNormalRoutineStarted U")
        .never("ApcNormalRoutineStarted Done")
        .completes();
    assert_eq!(run.state_after("ThreadEnded T").irp[0].status_block[0], 0xC000_0120, "STATUS_CANCELLED");
    // At DISPATCH_LEVEL a thread cannot end.
    crate::common::run("system thread T { KeRaiseIrqlToDpcLevel(); }").bugchecks(0xA, [None, Some(2), None, None]);
}

/// TE-3, BC-3, AP-21
#[test]
fn a_thread_that_ends_at_apc_level_is_lowered_first_and_takes_its_apcs() {
    run("apc K special (thread: T) { work 1us; } system thread T { KeRaiseIrql(APC_LEVEL, o); KeInsertQueueApc(K); work 5us; }")
        .order(&["5us: IrqlLowered @0 irql=1", "5us: ApcKernelRoutineStarted K", "6us: ThreadEnded T @0"])
        .completes();
}

/// SE-1
#[test]
fn a_service_that_returns_to_user_mode_above_passive_level_stops_the_machine() {
    for level in [1, 2] {
        run(&format!("service Leak() {{ KeRaiseIrql({level}, old); }} thread T {{ Leak(); work 1us; }}"))
            .bugchecks(0x4A, [None, Some(level), Some(0), Some(0)]);
    }
}

/// TH-18
#[test]
fn switch_to_thread_tells_whether_another_thread_ran() {
    let run = run(
        "var r = 9; thread A { r = SwitchToThread(); marker a; r = SwitchToThread(); } thread B (priority: 2) { marker b; }",
    );
    assert_eq!(run.written("r"), [1, 0]);
    run.order(&["ContextSwitched B TH-18", "MarkerReached b", "MarkerReached a"]).completes();
}

/// TH-18, TH-14
#[test]
fn kernel_code_yields_in_a_thread_and_never_in_a_dpc() {
    let text = |settings: &str, thread: &str, dpc: &str| {
        format!(
            "machine {{ {settings} }} var status = 9; dpc D {{ {dpc} }} spinlock L;
            system thread T (priority: 8) {{ work 1us; KeInsertQueueDpc(D); {thread} work 5us; }} system thread Peer (priority: 4) {{ work 5us; }}"
        )
    };
    // Even a thread of lower priority gets the processor; with nobody ready there is no yield.
    let yields = run(&text("", "status = ZwYieldExecution(); work 9us; status = ZwYieldExecution();", ""));
    yields.order(&["1us: ContextSwitched Peer T TH-18", "WorkStarted Peer", "WorkStarted T 9us"]).completes();
    assert_eq!(yields.written("status"), [0, 0x4000_0024]);
    // In a DPC somebody must be ready, or nothing is attempted.
    let (old, new) = (Class::Thread.at(0_u16), Class::Thread.at(1_u16));
    run(&text("verifier: off;", "", "status = ZwYieldExecution();"))
        .bugchecks(0xB8, [Some(old), Some(new), None, Some(0)])
        .times("BugChecked TH-14", 1);
    let alone = run(
        "machine { verifier: off; } var status = 9; dpc D { status = ZwYieldExecution(); } system thread T { KeInsertQueueDpc(D); work 1us; }",
    );
    assert_eq!(alone.value("status"), 0x4000_0024);
    // Under a spin lock it is the wait at DISPATCH_LEVEL that is fatal; Driver Verifier comes before both.
    run(&text("verifier: off;", "KeAcquireSpinLock(L, old); ZwYieldExecution();", "")).bugchecks(0xA, [None; 4]);
    run(&text("", "", "ZwYieldExecution();")).bugchecks(0xC4, [None, None, None, None]);
}

/// TH-11
#[test]
fn an_event_that_user_mode_sets_or_pulses_boosts_its_waiter_by_one() {
    for call in ["SetEvent(E);", "PulseEvent(E);", "SignalObjectAndWait(E, Never, 1);"] {
        let run = run(&format!(
            "machine {{ clock: 100us; end: 5ms; }} event E; event Never; thread W (priority: 9) {{ WaitForSingleObject(E, INFINITE); work 1us; }}
            thread S (priority: 8, start: 9us) {{ {call} work 1us; }}"
        ));
        run.times("PriorityChanged W priority=10 TH-11", 1).order(&["PriorityChanged W", "ContextSwitched W"]);
    }
}

/// TH-15, IR-5
#[test]
fn out_parameters_that_may_be_left_out_take_null_or_a_variable() {
    let run = run("machine { processors: 2; } var id = 9; var number = 9; var same = 9; thread Made { work 1us; }
        thread Maker { CreateThread(NULL, 0, Made, NULL, 0, id); }
        timer Beat; thread Sets { SetWaitableTimer(Beat, -1ms, 0, NULL, NULL, FALSE); }
        system thread T (processor: 1) { same = KeGetCurrentProcessorNumberEx(number) + KeGetCurrentProcessorNumberEx(NULL); KeQueryPerformanceCounter(NULL); }");
    run.completes();
    assert_eq!((run.value("id"), run.value("number"), run.value("same")), (4, 1, 2));
}

/// AL-1, AP-20, SU-1, TH-19
#[test]
fn a_thread_is_named_or_is_what_a_routine_has_given() {
    let given = run("apc K special { work 1us; } dpc D { KeInitializeApc(K, KeGetCurrentThread(), OriginalApcEnvironment, K.KernelRoutine, NULL, NULL); KeInsertQueueApc(K); }
        system thread T { me = PsGetCurrentThread(); KeAlertThread(me, KernelMode); KeDelayExecutionThread(KernelMode, TRUE, -1000); KeInsertQueueDpc(D); work 5us; }
        system thread W { KeSetPriorityThread(KeGetCurrentThread(), 9); work 1us; }
        system thread Q (priority: 4) { PsCreateSystemThread(h, 0, NULL, NULL, NULL, N); KeWaitForSingleObject(h); marker joined; }
        system thread N (priority: 3) { work 1us; }");
    given
        .order(&[
            "WaitEnded T STATUS_ALERTED",
            "ApcInserted K T",
            "ApcKernelRoutineStarted K",
            "ThreadEnded N",
            "MarkerReached joined",
        ])
        .completes();
    let user = run("var suspended = 9; var joined = 9; apc U user { work 1us; }
        thread W { work 1us; }
        thread T { h = CreateThread(NULL, 0, W, NULL, CREATE_SUSPENDED); suspended = ResumeThread(h); joined = WaitForSingleObject(h, INFINITE);
                   QueueUserAPC(U, GetCurrentThread()); SleepEx(1, TRUE); }");
    user.order(&["ThreadCreated W", "ThreadEnded W", "WaitEnded T", "ApcInserted U T", "ApcNormalRoutineStarted U T"])
        .completes();
    assert_eq!((user.value("suspended"), user.value("joined")), (1, 0));
}

/// SU-1, BC-1
#[test]
fn what_is_no_thread_fails_the_call_of_user_mode_and_stops_the_machine_in_kernel_mode() {
    let user = run("var last = 9; var status = 9; var done = 9; var h = 5;
        thread T { last = SuspendThread(h); status = NtResumeThread(h); done = TerminateThread(h); }");
    user.completes();
    assert_eq!([user.value("last"), user.value("status"), user.value("done")], [-1, 0xC000_0008_u32 as i32 as i64, 0]);
    for (call, code) in [
        ("KeAlertThread(p, KernelMode);", 0x7E),
        ("KeWaitForSingleObject(p);", 0x7E),
        ("KeRaiseIrql(DISPATCH_LEVEL, old); KeAlertThread(p, KernelMode);", 0xD1),
    ] {
        run(&format!("var p = 0x30; system thread T {{ {call} }}")).bugchecks(code, [None; 4]);
    }
}
