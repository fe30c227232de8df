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
    assert_eq!(run.outcome().kind, OutcomeKind::Deadlock(vec![(0, 0)]));
}

/// IR-20
#[test]
fn two_processors_that_want_each_others_lock_are_told_as_a_cycle() {
    let run = run("machine { processors: 2; } spinlock L; spinlock M;
        system thread A (processor: 0) { KeAcquireSpinLock(L, a); work 5us; KeAcquireSpinLockAtDpcLevel(M); }
        system thread B (processor: 1) { KeAcquireSpinLock(M, a); work 6us; KeAcquireSpinLockAtDpcLevel(L); }");
    let OutcomeKind::Deadlock(cycle) = &run.outcome().kind else { panic!("{}", run.text()) };
    let mut cycle = cycle.clone();
    cycle.sort_unstable();
    assert_eq!(cycle, [(0, 1), (1, 0)], "cpu0 wants M, cpu1 wants L");
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
    assert_eq!(run(&text(0)).outcome().kind, OutcomeKind::Deadlock(vec![(0, 0)]));
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
