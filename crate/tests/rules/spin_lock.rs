//! Spin locks between processors, and who waits for whom.

use crate::common::run;
use irql_playground::sim::OutcomeKind;

/// IR-17
#[test]
fn a_spin_lock_raises_then_spins_and_its_release_frees_then_lowers() {
    let run = run("machine { processors: 2; } spinlock L; var saved = 9; dpc D { work 1us; }
        system thread A (processor: 0) { KeAcquireSpinLock(L, old); work 10us; KeReleaseSpinLock(L, old); work 1us; }
        system thread B (processor: 1) {
            work 2us;
            KeAcquireSpinLock(L, old);
            saved = old;
            KeInsertQueueDpc(D);
            work 5us;
            KeReleaseSpinLock(L, old);
            work 1us;
        }");
    run.order(&[
        "0ns: IrqlRaised cpu0 @2 IR-17",
        "0ns: SpinLockAcquired L cpu0 irql=0",
        "2us: IrqlRaised cpu1 @2",
        "2us: SpinLockContended L cpu1 cpu0",
        "10us: SpinLockReleased L cpu0 @2",
        "10us: IrqlLowered cpu0 @0",
        "10us: SpinLockAcquired L cpu1",
        "15us: SpinLockReleased L cpu1 @2",
        "15us: IrqlLowered cpu1 @0",
        "15us: DpcStarted D cpu1",
        "16us: WorkStarted B",
    ])
    .completes();
    assert_eq!(run.value("saved"), 0);
    let released = run.first("10us: SpinLockReleased L cpu0");
    let acquired = run.first("10us: SpinLockAcquired L cpu1");
    assert_eq!(run.records[acquired].cause, released as u32, "it got the lock because it was freed");
}

/// IR-17, IR-6
#[test]
fn a_spinning_processor_takes_interrupts_above_dispatch_level() {
    run("machine { processors: 2; } spinlock L; isr I { work 3us; } device Nic { irql: 7; processor: 1; isr: I; }
        system thread A (processor: 0) { KeAcquireSpinLock(L, old); work 10us; KeReleaseSpinLock(L, old); }
        system thread B (processor: 1) { work 1us; KeAcquireSpinLock(L, old); work 1us; KeReleaseSpinLock(L, old); }
        at 9us interrupt Nic;")
    .order(&[
        "1us: SpinLockContended",
        "9us: IsrEntered Nic cpu1",
        "10us: SpinLockReleased",
        "12us: SpinLockAcquired L cpu1 irql=0",
    ])
    .completes();
}

/// IR-17
#[test]
fn with_one_processor_only_the_level_changes() {
    run("spinlock L; system thread T { KeAcquireSpinLock(L, old); KeAcquireSpinLockAtDpcLevel(L); work 1us; KeReleaseSpinLock(L, old); }")
        .completes();
    let checked = "machine { checked: on; verifier: off; } spinlock L;";
    run(&format!("{checked} system thread T {{ KeAcquireSpinLock(L, old); KeAcquireSpinLock(L, again); }}"))
        .bugchecks(0xF, [None; 4]);
    run(&format!("{checked} system thread T {{ KeRaiseIrqlToDpcLevel(); KeReleaseSpinLockFromDpcLevel(L); }}"))
        .bugchecks(0x10, [None; 4]);
}

/// IR-17
#[test]
fn a_checked_kernel_with_several_processors_finds_recursion_too() {
    run("machine { processors: 2; checked: on; verifier: off; } spinlock L;
        system thread T { KeAcquireSpinLock(L, old); KeAcquireSpinLock(L, again); }")
    .bugchecks(0xF, [None; 4]);
}

/// IR-17, IR-20
#[test]
fn taking_a_lock_twice_on_one_processor_spins_for_ever() {
    let run = run(
        "machine { processors: 2; } spinlock L; system thread T { KeAcquireSpinLock(L, a); KeAcquireSpinLock(L, b); }",
    );
    run.times("DeadlockFound L IR-20", 1);
    assert_eq!(run.deadlock(), ["cpu0 spins for L"]);
}

/// IR-20
#[test]
fn two_processors_that_want_each_others_lock_are_told_as_a_cycle() {
    let run = run("machine { processors: 2; } spinlock L; spinlock M;
        system thread A (processor: 0) { KeAcquireSpinLock(L, a); work 5us; KeAcquireSpinLockAtDpcLevel(M); }
        system thread B (processor: 1) { KeAcquireSpinLock(M, a); work 6us; KeAcquireSpinLockAtDpcLevel(L); }");
    let mut cycle = run.deadlock();
    cycle.sort_unstable();
    assert_eq!(cycle, ["cpu0 spins for M", "cpu1 spins for L"]);
    run.times("6us: DeadlockFound", 1);
    // In one order there is no cycle.
    crate::common::run("machine { processors: 2; } spinlock L; spinlock M;
        system thread A (processor: 0) { KeAcquireSpinLock(L, a); work 5us; KeAcquireSpinLockAtDpcLevel(M); KeReleaseSpinLockFromDpcLevel(M); KeReleaseSpinLock(L, a); }
        system thread B (processor: 1) { KeAcquireSpinLock(L, a); work 6us; KeAcquireSpinLockAtDpcLevel(M); KeReleaseSpinLockFromDpcLevel(M); KeReleaseSpinLock(L, a); }")
    .completes();
}

/// IR-20
#[test]
fn an_isr_that_wants_the_lock_of_the_code_below_it_never_gets_it() {
    let text = |processor: u32| {
        format!(
            "machine {{ processors: 2; }} spinlock L; device Nic {{ irql: 7; processor: {processor}; isr: I; }}
            isr I {{ KeAcquireSpinLockAtDpcLevel(L); work 1us; KeReleaseSpinLockFromDpcLevel(L); }}
            system thread T (processor: 0) {{ KeAcquireSpinLock(L, old); work 10us; KeReleaseSpinLock(L, old); }} at 5us interrupt Nic;"
        )
    };
    assert_eq!(run(&text(0)).deadlock(), ["cpu0 spins for L"]);
    run(&text(1)).order(&["5us: SpinLockContended cpu1", "10us: SpinLockAcquired cpu1"]).completes();
}

/// IR-17, IR-10, BC-2
#[test]
fn the_verifier_knows_the_levels_of_spin_locks() {
    let text = |code: &str| format!("spinlock L; system thread T {{ {code} }}");
    // (code, subcode of 0xC4, level)
    for (code, subcode, level) in [
        ("KeRaiseIrql(5, x); KeAcquireSpinLock(L, y);", 0x42, 5),
        ("KeAcquireSpinLockAtDpcLevel(L);", 0x40, 0),
        ("KeAcquireSpinLock(L, y); KeLowerIrql(y); KeReleaseSpinLock(L, y);", 0x32, 0),
        ("KeAcquireSpinLock(L, y); KeLowerIrql(y); KeReleaseSpinLockFromDpcLevel(L);", 0x41, 0),
    ] {
        run(&text(code)).bugchecks(0xC4, [Some(subcode), Some(level), None, None]);
    }
    // A checked kernel sees the raise that is none; a free one sets the level.
    let above = "KeRaiseIrql(5, x); KeAcquireSpinLock(L, y); work 1us; KeReleaseSpinLock(L, y); KeLowerIrql(x);";
    run(&format!("machine {{ verifier: off; checked: on; }} {}", text(above))).bugchecks(0x9, [None; 4]);
    run(&format!("machine {{ verifier: off; }} {}", text(above))).times("IrqlRaised @2 irql=5 IR-10", 1).completes();
}

/// IR-17
#[test]
fn queued_spin_locks_are_given_in_the_order_of_arrival() {
    // Processor 2 comes first, processor 1 later: whoever asks first gets the lock first.
    let text = |acquire: &str, release: &str| {
        format!(
            "machine {{ processors: 3; }} spinlock L; var order = 0;
            system thread A (processor: 0) {{ {acquire}; work 20us; {release}; }}
            system thread B (processor: 1) {{ work 9us; {acquire}; order = order * 10 + 1; work 1us; {release}; }}
            system thread C (processor: 2) {{ work 4us; {acquire}; order = order * 10 + 2; work 1us; {release}; }}"
        )
    };
    let queued = run(&text("KeAcquireInStackQueuedSpinLock(L, h)", "KeReleaseInStackQueuedSpinLock(h)"));
    queued.completes().order(&["20us: SpinLockAcquired L cpu2 irql=0", "21us: SpinLockAcquired L cpu1 irql=0"]);
    assert_eq!(queued.value("order"), 21);
    // A plain lock is for whoever tries first when it is free; here that is the processor with the lowest number.
    let plain = run(&text("KeAcquireSpinLock(L, h)", "KeReleaseSpinLock(L, h)"));
    assert_eq!(plain.value("order"), 12);
    let at_dpc = run(&text(
        "KeRaiseIrqlToDpcLevel(); KeAcquireInStackQueuedSpinLockAtDpcLevel(L, h)",
        "KeReleaseInStackQueuedSpinLockFromDpcLevel(h); KeLowerIrql(0)",
    ));
    assert_eq!(at_dpc.value("order"), 21);
}

/// IR-17
#[test]
fn a_lock_is_released_the_way_it_was_taken_and_another_way_is_told() {
    let told = |take: &str, release: &str| {
        let text = format!(
            "spinlock L; system thread T {{ KeAcquireInStackQueuedSpinLock(L, h); KeReleaseInStackQueuedSpinLock(h); {take}; {release}; }}"
        );
        let run = run(&text);
        run.times("SpinLockReleased L", 2).completes();
        run.all("MisuseUnchecked IR-17").len()
    };
    let queued = ("KeAcquireInStackQueuedSpinLock(L, h)", "KeReleaseInStackQueuedSpinLock(h)");
    let plain = ("KeAcquireSpinLock(L, old)", "KeReleaseSpinLock(L, old)");
    assert_eq!((told(queued.0, queued.1), told(plain.0, plain.1)), (0, 0));
    assert_eq!((told(queued.0, "KeReleaseSpinLock(L, 0)"), told(plain.0, queued.1)), (1, 1));
}

/// IR-17, IR-20
#[test]
fn a_queued_lock_waits_for_a_processor_that_an_isr_keeps_from_taking_it() {
    let text = |work: u32| {
        format!(
            "machine {{ processors: 3; }} spinlock L; isr I {{ work {work}us; }} device Nic {{ irql: 7; processor: 1; isr: I; }}
            system thread A (processor: 0) {{ KeAcquireInStackQueuedSpinLock(L, h); work 10us; KeReleaseInStackQueuedSpinLock(h); }}
            system thread B (processor: 1) {{ work 1us; KeAcquireInStackQueuedSpinLock(L, h); work 1us; KeReleaseInStackQueuedSpinLock(h); }}
            system thread C (processor: 2) {{ work 2us; KeAcquireInStackQueuedSpinLock(L, h); work 1us; KeReleaseInStackQueuedSpinLock(h); }}
            at 5us interrupt Nic;"
        )
    };
    run(&text(3)).order(&["10us: SpinLockAcquired cpu1", "11us: SpinLockAcquired cpu2"]).completes();
    run(&text(20)).order(&["25us: SpinLockAcquired cpu1", "26us: SpinLockAcquired cpu2"]).completes();
}

/// IR-18
#[test]
fn a_lock_may_be_taken_at_synch_level_and_touches_no_apc_count() {
    for (machine, level) in [("", 12), ("processors: 2;", 12), ("irql: x86;", 2), ("irql: x86; processors: 2;", 27)] {
        let mut run = run(&format!(
            "machine {{ {machine} }} spinlock L; var a = 0; var b = 0; system thread T {{
                a = KeAcquireSpinLockRaiseToSynch(L); b = KeGetCurrentIrql(); work 5us; KeReleaseSpinLock(L, a); }}"
        ));
        run.completes().times(&format!("IrqlRaised @{level} irql=0 IR-18"), 1);
        assert_eq!((run.value("a"), run.value("b")), (0, level));
        let t = &run.state_after("0ns: SpinLockAcquired").kthread[0];
        assert_eq!((t.kernel_apc_disable, t.special_apc_disable), (0, 0));
    }
    run("var a = 0; var b = 0; system thread T { a = KeRaiseIrqlToSynchLevel(); b = KeGetCurrentIrql(); KeLowerIrql(a); }")
        .times("IrqlRaised @12 irql=0 IR-9", 1)
        .completes();
}

/// IR-17
#[test]
fn trying_never_spins() {
    let run = run("machine { processors: 2; } spinlock L; var first = 9; var second = 9;
        system thread A (processor: 0) { KeAcquireSpinLock(L, old); work 10us; KeReleaseSpinLock(L, old); }
        system thread B (processor: 1) { old = KeRaiseIrqlToDpcLevel(); work 5us; first = KeTryToAcquireSpinLockAtDpcLevel(L);
            work 10us; second = KeTryToAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L); KeLowerIrql(old); }");
    run.never("SpinLockContended").times("5us: SpinLockRefused L cpu1 cpu0", 1).completes();
    assert_eq!((run.value("first"), run.value("second")), (0, 1));
}

/// IR-19
#[test]
fn the_interrupt_spin_lock_is_the_one_that_the_isr_takes() {
    // On the device's own processor the level masks the ISR; on another one the lock makes the ISR spin.
    let text = |processor: u32| {
        format!(
            "machine {{ processors: 2; }} isr I {{ work 1us; }} device Nic {{ irql: 7; synchronize_irql: 9; isr: I; }}
            system thread T (processor: {processor}) {{ old = KeAcquireInterruptSpinLock(Nic); work 10us; KeReleaseInterruptSpinLock(Nic, old); }}
            at 4us interrupt Nic;"
        )
    };
    run(&text(0))
        .order(&["IrqlRaised @9 irql=0 IR-19", "4us: InterruptPending Nic irql=9", "10us: IsrEntered Nic"])
        .completes();
    run(&text(1))
        .order(&[
            "4us: InterruptAccepted Nic cpu0",
            "4us: SpinLockContended Nic.ActualLock cpu0 cpu1",
            "10us: SpinLockReleased Nic.ActualLock cpu1",
            "10us: SpinLockAcquired Nic.ActualLock cpu0",
            "10us: IsrEntered Nic cpu0",
        ])
        .completes();
}

/// IR-20
#[test]
fn a_deadlock_under_an_isr_that_spins_over_a_spinning_dpc_is_found_at_once() {
    // Processor 0: a thread holds K, a DPC over it spins for L, and an ISR over that spins for M, which processor 2
    // frees at 30us. Processor 1 holds L and begins to spin for K at 10us: the circle K, L is closed there and then.
    let run = run("machine { processors: 3; } spinlock K; spinlock L; spinlock M;
        isr I { KeAcquireSpinLockAtDpcLevel(M); work 1us; KeReleaseSpinLockFromDpcLevel(M); }
        device Nic { irql: 7; isr: I; } device Timer { irql: 5; isr: Q; } isr Q { KeInsertQueueDpc(D); }
        dpc D { KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L); }
        system thread A (processor: 0) { KeRaiseIrql(APC_LEVEL, a); KeAcquireSpinLockAtDpcLevel(K); work 50us; KeReleaseSpinLockFromDpcLevel(K); KeLowerIrql(a); }
        system thread B (processor: 1) { KeAcquireSpinLock(L, a); work 10us; KeAcquireSpinLockAtDpcLevel(K); }
        system thread C (processor: 2) { KeAcquireSpinLock(M, a); work 30us; KeReleaseSpinLock(M, a); }
        machine { processors: 3; verifier: off; }
        at 2us interrupt Timer; at 5us interrupt Nic;"
        .replace("machine { processors: 3; } spinlock K", "spinlock K")
        .as_str());
    run.order(&["2us: SpinLockContended L cpu0", "5us: SpinLockContended M cpu0", "10us: SpinLockContended K cpu1"])
        .times("10us: DeadlockFound K cpu1", 1);
    assert_eq!(run.deadlock(), ["cpu1 spins for K", "cpu0 spins for L"]);
}

/// IR-20
#[test]
fn an_isr_that_spins_for_a_while_over_a_spinning_dpc_is_no_deadlock() {
    run("machine { processors: 2; } spinlock L; spinlock M;
        isr I { KeAcquireSpinLockAtDpcLevel(M); work 1us; KeReleaseSpinLockFromDpcLevel(M); } device Nic { irql: 7; isr: I; }
        dpc D { KeAcquireSpinLockAtDpcLevel(L); work 2us; KeReleaseSpinLockFromDpcLevel(L); }
        system thread A (processor: 0) { work 1us; KeInsertQueueDpc(D); work 1us; }
        system thread B (processor: 1) { KeAcquireSpinLock(L, a); work 10us; KeAcquireSpinLockAtDpcLevel(M); work 10us;
            KeReleaseSpinLockFromDpcLevel(M); work 5us; KeReleaseSpinLock(L, a); }
        at 12us interrupt Nic;")
    .order(&[
        "1us: SpinLockContended L cpu0",
        "12us: SpinLockContended M cpu0",
        "20us: SpinLockAcquired M cpu0",
        "25us: SpinLockAcquired L cpu0",
    ])
    .times("SpinLockContended L", 1)
    .never("DeadlockFound")
    .completes();
}

/// IR-20, IR-17
#[test]
fn a_lock_shared_with_an_isr_with_one_processor_does_not_spin_but_protects_nothing() {
    // A free kernel for one processor has no spinning: the ISR walks into the middle of the guarded work.
    let text = |acquire: &str, release: &str| {
        format!(
            "spinlock L; var inside = 0; device Nic {{ irql: 7; spinlock: L; isr: I; }} isr I {{ assert(inside == 0); work 1us; }}
            system thread T {{ {acquire}; inside = 1; work 10us; inside = 0; {release}; }} at 5us interrupt Nic;"
        )
    };
    let broken = run(&text("KeAcquireSpinLock(L, old)", "KeReleaseSpinLock(L, old)"));
    assert!(matches!(broken.outcome().kind, OutcomeKind::Assertion(_)), "{}", broken.text());
    run(&text("old = KeAcquireInterruptSpinLock(Nic)", "KeReleaseInterruptSpinLock(Nic, old)")).completes();
    // With two, it is the deadlock, for the device's own lock as for any other.
    let text = text("KeAcquireSpinLock(L, old)", "KeReleaseSpinLock(L, old)");
    let two = run(&format!("machine {{ processors: 2; }} {text}"));
    assert_eq!(two.deadlock(), ["cpu0 spins for L"]);
}

/// IR-17, DP-25
#[test]
fn a_queued_lock_for_dpcs_raises_only_below_dispatch_level_and_a_test_takes_nothing() {
    let text = |threaded: &str| {
        format!(
            "machine {{ processors: 2; threaded_dpc: {threaded}; end: 1ms; }} spinlock L; var inside = 9; var after = 9; var held = 9; var free = 9;
            dpc D (type: threaded) {{
                KeAcquireInStackQueuedSpinLockForDpc(L, handle); inside = KeGetCurrentIrql(); work 20us;
                KeReleaseInStackQueuedSpinLockForDpc(handle); after = KeGetCurrentIrql();
            }}
            system thread T (processor: 0) {{ KeInsertQueueDpc(D); work 50us; }}
            system thread Other (processor: 1) {{ work 10us; held = KeTestSpinLock(L); work 50us; free = KeTestSpinLock(L); }}"
        )
    };
    for (threaded, after) in [("TRUE", 0), ("FALSE", 2)] {
        let run = run(&text(threaded));
        assert_eq!((run.value("inside"), run.value("after")), (2, after), "{}", run.text());
        assert_eq!((run.value("held"), run.value("free")), (0, 1));
        run.times("SpinLockAcquired L", 1).completes();
    }
}

/// IR-10, IR-12, IR-17
#[test]
fn a_spin_below_its_level_by_misuse_takes_the_interrupts_that_it_has_unmasked() {
    run("machine { processors: 2; verifier: off; end: 1ms; } spinlock L; device Nic { irql: 3; processor: 0; isr: I; } isr I { work 1us; } at 15us interrupt Nic;
        system thread Holder (processor: 1) { KeAcquireSpinLock(L, o); work 50us; KeReleaseSpinLock(L, o); }
        system thread T (processor: 0) { work 10us; KeRaiseIrql(6, o); work 10us; KeAcquireSpinLock(L, p); KeReleaseSpinLock(L, p); KeLowerIrql(o); }")
    .order(&["15us: InterruptPending Nic", "20us: SpinLockContended L cpu1", "20us: IsrEntered Nic", "50us: SpinLockAcquired L cpu0"])
    .completes();
}
