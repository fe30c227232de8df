//! Interrupt dispatch: acceptance, nesting, the ISR, inter-processor interrupts.

use crate::common::{ends_at, run};
use irql_playground::program::Class;

/// IN-1
#[test]
fn of_two_sources_at_one_level_the_higher_vector_goes_first() {
    for (first, second) in [("0x71", "0x72"), ("0x72", "0x71")] {
        let order = if first > second { ["IsrEntered A", "IsrEntered B"] } else { ["IsrEntered B", "IsrEntered A"] };
        run(&format!(
            "isr I {{ work 1us; }} device A {{ irql: 7; vector: {first}; isr: I; }} device B {{ irql: 7; vector: {second}; isr: I; }}
            system thread T {{ KeRaiseIrql(8, old); work 10us; KeLowerIrql(old); }} at 1us interrupt A; at 1us interrupt B;"
        ))
        .order(&order);
    }
}

/// IN-1, IN-2
#[test]
fn an_isr_runs_at_synchronize_irql_on_its_processor_over_the_current_thread() {
    let mut run = run("machine { processors: 2; } isr I { work 4us; }
        device Nic { irql: 5; synchronize_irql: 9; processor: 1; isr: I; } device Seven { irql: 7; processor: 1; isr: I; }
        system thread T (processor: 1) { work 20us; }
        at 5us interrupt Nic; at 6us interrupt Seven;");
    run.order(&[
        "5us: InterruptRequested Nic",
        "5us: InterruptAccepted Nic cpu1 @5 irql=0 IN-2",
        "5us: IrqlRaised cpu1 @9 irql=5",
        "5us: IsrEntered Nic cpu1 @9",
        "6us: InterruptPending Seven irql=9",
        "9us: IsrReturned Nic TRUE",
        "9us: InterruptEnded Nic @0",
        "9us: InterruptAccepted Seven irql=0",
        "13us: WorkResumed T 15us",
    ])
    .completes();
    let state = run.state_after("IsrEntered Nic");
    assert_eq!(state.kprcb[1].current_thread, 0, "the interrupted thread stays current");
    assert!(state.kinterrupt[2].in_service);
    assert_eq!(state.spin_lock[0].owner, 1, "ActualLock is held");
    let state = run.state_after("9us: InterruptEnded Nic");
    assert!(!state.kinterrupt[2].in_service);
    assert_eq!(state.spin_lock[0].owner, u8::MAX);
}

/// IN-2
#[test]
fn what_an_isr_returns_is_recorded() {
    run("isr Mine { } isr Other { return FALSE; } device A { irql: 5; isr: Mine; } device B { irql: 6; isr: Other; }
        at 1us interrupt A; at 2us interrupt B;")
    .order(&["IsrReturned A TRUE", "IsrReturned B FALSE"]);
}

/// IN-4
#[test]
fn an_isr_that_returns_at_another_level_stops_the_machine() {
    let text = |code: &str| {
        format!(
            "machine {{ verifier: off; }} isr I {{ {code} }} device Nic {{ irql: 7; isr: I; }} at 1us interrupt Nic;"
        )
    };
    run(&text("KeRaiseIrql(9, old);"))
        .bugchecks(0xC8, [Some(9 << 16 | 7 << 8 | 3), None, Some(Class::Interrupt.at(2_u16)), None]);
    run(&text("KeLowerIrql(3);"))
        .bugchecks(0xC8, [Some(3 << 16 | 7 << 8 | 3), None, Some(Class::Interrupt.at(2_u16)), None]);
    run(&text("KeRaiseIrql(9, old); KeLowerIrql(old);")).completes();
    assert_eq!(ends_at(&text("KeRaiseIrql(9, old); return TRUE;")), "return TRUE;", "the line of source is told");
}

/// IN-2, IN-5
#[test]
fn only_an_interrupt_over_an_isr_is_a_nesting() {
    run("machine { processors: 1; } isr I { work 2us; } device Nic { irql: 5; isr: I; } isr J { work 2us; KeInsertQueueDpc(D); } device Fast { irql: 8; isr: J; }
        dpc D { KeRaiseIrql(4, o); work 10us; KeLowerIrql(o); }
        system thread T { KeRaiseIrql(4, o); work 20us; KeLowerIrql(o); work 9us; }
        at 1us interrupt Nic; at 2us interrupt Fast; at 10us interrupt Nic; at 30us interrupt Nic;")
    .order(&["1us: InterruptAccepted Nic irql=4 IN-2", "2us: InterruptAccepted Fast irql=5 IN-5", "10us: InterruptAccepted Nic irql=4 IN-2"])
    .order(&["DpcStarted D", "30us: InterruptAccepted Nic irql=4 IN-2", "DpcEnded D"]);
}

/// IN-5
#[test]
fn only_a_strictly_higher_level_interrupts_an_isr() {
    let run = run("isr I { work 10us; }
        device Five { irql: 5; isr: I; } device Six { irql: 6; isr: I; } device Six2 { irql: 6; isr: I; } device Four { irql: 4; isr: I; }
        at 1us interrupt Five; at 3us interrupt Six; at 4us interrupt Six2; at 5us interrupt Four;");
    run.order(&[
        "1us: IsrEntered Five",
        "3us: InterruptAccepted Six irql=5 IN-5",
        "4us: InterruptPending Six2 irql=6",
        "5us: InterruptPending Four irql=6",
        "13us: InterruptEnded Six irql=5",
        "13us: InterruptAccepted Six2 irql=5 IN-5",
        "23us: InterruptEnded Six2 irql=5",
        "31us: InterruptEnded Five",
        "31us: InterruptAccepted Four IN-2",
    ])
    .completes();
}

/// IN-5, IR-12, DP-16
#[test]
fn dpcs_of_nested_isrs_run_only_when_the_level_is_about_to_fall_below_dispatch() {
    run("isr I5 { work 5us; KeInsertQueueDpc(A); work 5us; } isr I8 { work 1us; KeInsertQueueDpc(B); } dpc A { work 1us; } dpc B { work 1us; }
        device Five { irql: 5; isr: I5; } device Eight { irql: 8; isr: I8; }
        at 1us interrupt Five; at 3us interrupt Eight;")
    .order(&["4us: InterruptEnded Eight irql=5", "12us: InterruptEnded Five", "12us: DpcStarted B", "13us: DpcStarted A"])
    .times("RetireStarted", 1)
    .completes();
}

/// IN-8, BC-2, BC-5
#[test]
fn an_isr_may_queue_a_dpc_but_nothing_that_is_limited_to_dispatch_level() {
    let text = |code: &str| {
        format!(
            "isr I {{ {code} }} device Nic {{ irql: 7; isr: I; }} dpc D {{ }} event E; irp R; apc K special (thread: T) {{ }}
            apc Done user {{ }} thread T {{ ReadFileEx(R, Done); SleepEx(50us, TRUE); }} spinlock L; at 5us interrupt Nic;"
        )
    };
    run(&text("KeInsertQueueDpc(D); return TRUE;")).completes();
    for code in ["KeSetEvent(E);", "KeInsertQueueApc(K);", "IoCompleteRequest(R);", "KeAcquireSpinLock(L, old);"] {
        run(&text(code)).bugchecks(0xC4, [None, Some(7), None, None]);
    }
    run(&text("KeWaitForSingleObject(E);")).bugchecks(0xC4, [Some(0x3B), Some(7), None, None]);
    run(&text("KeAcquireSpinLock(L, old);")).bugchecks(0xC4, [Some(0x42), Some(7), None, None]);
}

/// IN-9, AP-9
#[test]
fn an_ipi_becomes_a_software_interrupt_that_waits_for_the_level() {
    // IPI_APC: it is taken at 14 although the target is at APC_LEVEL, and the APC waits for the level to fall.
    run("machine { processors: 2; } apc K special (thread: Target) { work 1us; }
        system thread Target (processor: 0) { KeRaiseIrql(APC_LEVEL, old); work 20us; KeLowerIrql(old); work 1us; }
        system thread Sender (processor: 1) { work 5us; KeInsertQueueApc(K); work 9us; }")
    .order(&[
        "5us: IpiSent APC_LEVEL cpu0 cpu1",
        "5us: InterruptAccepted IPI cpu0 @14 irql=1 IN-9",
        "5us: SoftwareInterruptRequested APC_LEVEL cpu0 n=1 IN-9",
        "5us: InterruptEnded IPI cpu0 @1",
        "20us: IrqlLowered cpu0",
        "20us: ApcKernelRoutineStarted K cpu0",
    ])
    .times("20us: InterruptAccepted", 0)
    .completes();
    // IPI_DPC while the target is at 15: the IPI itself waits.
    run("machine { processors: 2; } dpc D (processor: 0, importance: High) { work 1us; }
        system thread Target (processor: 0) { KeRaiseIrql(HIGH_LEVEL, old); work 20us; KeLowerIrql(old); }
        system thread Sender (processor: 1) { work 5us; KeInsertQueueDpc(D); }")
    .order(&["5us: InterruptPending IPI cpu0 irql=15", "20us: InterruptAccepted IPI", "20us: DpcStarted D cpu0"]);
}

/// IN-3
#[test]
fn a_shared_level_sensitive_line_asks_in_the_order_of_connection_until_one_claims() {
    let text = |mode: &str, stimuli: &str| {
        format!(
            "isr IA {{ work 1us; return interrupting(A); }} isr IB {{ work 1us; return interrupting(B); }} isr IC {{ work 1us; return interrupting(C); }}
            device A {{ irql: 7; vector: 0x70; share: TRUE; mode: {mode}; isr: IA; }}
            device B {{ irql: 7; vector: 0x70; share: TRUE; mode: {mode}; isr: IB; }}
            device C {{ irql: 7; vector: 0x70; share: TRUE; mode: {mode}; isr: IC; }} {stimuli}"
        )
    };
    // The second one claims: the third is not asked.
    run(&text("level", "at 5us interrupt B;"))
        .order(&[
            "5us: InterruptAccepted B",
            "5us: IsrEntered A",
            "6us: IsrReturned A FALSE",
            "6us: IsrEntered B",
            "7us: IsrReturned B TRUE",
            "7us: InterruptEnded B",
        ])
        .never("IsrEntered C")
        .completes();
    // Two ask at once: one is served, and as the line is still asserted it interrupts again.
    run(&text("level", "at 5us interrupt C; at 5us interrupt A;"))
        .order(&[
            "5us: InterruptRequested C",
            "5us: InterruptMerged A",
            "6us: IsrReturned A TRUE",
            "6us: InterruptEnded C",
            "6us: InterruptAccepted C",
            "6us: IsrEntered A",
            "8us: IsrEntered C",
            "9us: IsrReturned C TRUE",
        ])
        .times("InterruptAccepted", 2)
        .completes();
    // Latched: all are asked, and again until a whole pass claims nothing.
    run(&text("latched", "at 5us interrupt C; at 5us interrupt A;"))
        .order(&[
            "5us: IsrEntered A",
            "6us: IsrEntered B",
            "7us: IsrEntered C",
            "8us: IsrEntered A",
            "10us: IsrEntered C",
        ])
        .times("IsrEntered", 6)
        .times("InterruptAccepted", 1)
        .completes();
}

/// IN-3
#[test]
fn a_latched_chain_catches_a_device_that_asks_during_the_pass() {
    run("isr IA { work 2us; } isr IB { work 2us; }
        device A { irql: 7; vector: 0x70; share: TRUE; isr: IA; } device B { irql: 7; vector: 0x70; share: TRUE; isr: IB; }
        at 5us interrupt B; at 8us interrupt A;")
    .order(&[
        "7us: IsrReturned A FALSE",
        "8us: InterruptRequested A",
        "9us: IsrReturned B TRUE",
        "11us: IsrReturned A TRUE",
        "15us: IsrReturned A FALSE",
        "17us: InterruptEnded B",
        "17us: InterruptAccepted A",
    ])
    .completes();
}

/// IN-3, IN-2
#[test]
fn each_isr_of_a_vector_has_its_own_level_and_lock() {
    run("isr I { work 2us; } device A { irql: 5; synchronize_irql: 9; vector: 0x50; share: TRUE; mode: level; isr: I; }
        device B { irql: 5; vector: 0x50; share: TRUE; mode: level; isr: I; } device Six { irql: 6; isr: J; } isr J { work 1us; }
        at 1us interrupt B; at 2us interrupt Six;")
    .order(&[
        "1us: IrqlRaised @9 irql=5",
        "2us: InterruptPending Six irql=9",
        "3us: IrqlLowered @5 irql=9",
        "3us: InterruptAccepted Six irql=5",
        "4us: IsrEntered B @5",
    ])
    .completes();
}

/// IN-3
#[test]
fn a_level_sensitive_line_that_nobody_quiets_interrupts_for_ever() {
    let text = |mode: &str| {
        format!(
            "machine {{ end: 100us; }} isr I {{ work 1us; return FALSE; }} device Nic {{ irql: 7; mode: {mode}; isr: I; }}
            thread T {{ work 10us; }} at 5us interrupt Nic;"
        )
    };
    run(&text("level")).times("IsrReturned FALSE", 95).never("ThreadEnded");
    run(&text("latched")).times("IsrReturned FALSE", 1).times("ThreadEnded", 1);
}

/// IN-6
#[test]
fn synchronized_execution_runs_as_a_part_of_the_isr_and_gives_its_result_back() {
    let text = |processor: u32, caller: &str, value: u32| {
        format!(
            "machine {{ processors: 2; }} var got = 9; var level = 0; isr I {{ work 1us; }}
            device Nic {{ irql: 7; synchronize_irql: 8; isr: I; }}
            function Stop(context) {{ level = KeGetCurrentIrql(); work 10us; return context; }}
            system thread T (processor: {processor}) {{ {caller} got = KeSynchronizeExecution(Nic, Stop, {value}); }}
            at 4us interrupt Nic;"
        )
    };
    for value in [0, 1] {
        let run = run(&text(0, "", value));
        run.order(&[
            "0ns: IrqlRaised @8 irql=0 IN-6",
            "0ns: SpinLockAcquired Nic.ActualLock",
            "0ns: FunctionEntered Stop @8",
            "4us: InterruptPending Nic irql=8",
            "10us: FunctionReturned Stop",
            "10us: SpinLockReleased Nic.ActualLock",
            "10us: IrqlLowered @0",
            "10us: IsrEntered Nic",
        ])
        .completes();
        assert_eq!((run.value("got"), run.value("level")), (i64::from(value), 8));
    }
    run(&text(1, "", 1)).order(&["4us: SpinLockContended cpu0 cpu1", "10us: IsrEntered Nic cpu0"]).completes();
    run(&text(0, "KeRaiseIrql(9, x);", 1)).bugchecks(0xC4, [Some(0x30), Some(9), Some(8), None]);
    // A function without a parameter will do as well.
    run("var n = 0; isr I { } device Nic { irql: 7; isr: I; } function F() { n = n + 1; return 1; }
        system thread T { KeSynchronizeExecution(Nic, F); KeSynchronizeExecution(Nic, F); } at 1us interrupt Nic;")
    .times("FunctionEntered F", 2)
    .completes();
}

/// IN-10
#[test]
fn a_generic_call_runs_on_all_processors_at_once_and_waits_for_all() {
    let text = |target: &str| {
        format!(
            "machine {{ processors: 3; }} var got = 0; var ran = 0;
            function Everywhere(context) {{ ran += 1; work 5us; return context + KeGetCurrentProcessorNumberEx(); }}
            system thread A (processor: 1) {{ work 10us; got = KeIpiGenericCall(Everywhere, 40); work 1us; }}
            system thread B (processor: 0) {{ {target} }}"
        )
    };
    let run_all = run(&text("work 50us;"));
    run_all
        .order(&[
            "10us: IrqlRaised cpu1 @12 irql=0 IN-10",
            "10us: IpiSent IPI_LEVEL cpu1 cpu0",
            "10us: IpiSent IPI_LEVEL cpu1 cpu2",
            "10us: InterruptAccepted IPI cpu0 @14 irql=0",
            "10us: InterruptAccepted IPI cpu2 @14 irql=2",
            "15us: IrqlLowered cpu1 @0 irql=14",
        ])
        .times("10us: FunctionEntered Everywhere @14", 3)
        .times("15us: FunctionReturned Everywhere @14", 3)
        .completes();
    assert_eq!((run_all.value("got"), run_all.value("ran")), (41, 3));
    // A processor that keeps the interrupt out keeps all of them waiting.
    run(&text("work 5us; KeRaiseIrql(HIGH_LEVEL, old); work 20us; KeLowerIrql(old);"))
        .order(&["10us: InterruptPending IPI cpu0 irql=15", "25us: InterruptAccepted IPI cpu0"])
        .times("25us: FunctionEntered Everywhere", 3)
        .order(&["30us: IrqlLowered cpu1 @0"])
        .completes();
    // With one processor it is a call at IPI_LEVEL.
    run("var level = 0; function F() { level = KeGetCurrentIrql(); } system thread T { KeIpiGenericCall(F); assert(level == IPI_LEVEL); }")
        .completes();
}

/// IN-10
#[test]
fn two_generic_calls_come_one_after_the_other() {
    let run = run("machine { processors: 2; } var a = 0; function First() { a = a * 10 + 1; work 5us; } function Second() { a = a * 10 + 2; work 5us; }
        system thread A (processor: 0) { work 10us; KeIpiGenericCall(First); } system thread B (processor: 1) { work 10us; KeIpiGenericCall(Second); }");
    run.times("10us: FunctionEntered First", 2).times("15us: FunctionEntered Second", 2).completes();
    assert_eq!(run.value("a"), 1122);
}

/// IR-4, IN-14, BC-4
#[test]
fn what_has_no_level_is_taken_at_high_level_and_what_has_one_waits() {
    let text = |source: &str| {
        format!(
            "machine {{ processors: 2; }} system thread T (processor: 1) {{ KeRaiseIrql(HIGH_LEVEL, old); work 10us; KeLowerIrql(old); }} {source}"
        )
    };
    let mut nmi = run(&text("at 5us nmi 1;"));
    nmi.times("5us: NmiTaken cpu1 @15 irql=15 IR-4", 1).never("InterruptPending").completes();
    assert_eq!(nmi.state_after("NmiTaken").kprcb[1].irql, 15, "the level stays as it is");
    run(&text("at 5us machine_check 1;"))
        .order(&["5us: MachineCheckTaken cpu1", "5us: ProcessorFrozen cpu0 cpu1", "5us: BugChecked cpu1 IR-4"])
        .bugchecks(0x124, [Some(0), None, None, None]);
    run(&text("at 5us cmci 1;"))
        .order(&["5us: InterruptPending CMCI cpu1 irql=15", "10us: InterruptAccepted CMCI cpu1 @5"])
        .completes();
}

/// IN-14, IR-1, IR-4
#[test]
fn the_named_sources_have_their_rungs_on_both_ladders() {
    for (ladder, levels) in [("x64", [5, 14, 15]), ("x86", [5, 30, 27])] {
        for (source, level) in [("cmci", levels[0]), ("power", levels[1]), ("profile", levels[2])] {
            let below = level - 1;
            let text = |raise: u8| {
                format!(
                    "machine {{ irql: {ladder}; }} system thread T {{ KeRaiseIrql({raise}, old); work 10us; KeLowerIrql(old); }}
                    at 5us {source};"
                )
            };
            run(&text(below)).times(&format!("5us: InterruptAccepted @{level} irql={below}"), 1).completes();
            run(&text(level)).times(&format!("5us: InterruptPending irql={level}"), 1).completes();
            run(&text(level)).times(&format!("10us: InterruptAccepted @{level} irql=0"), 1);
        }
    }
}
