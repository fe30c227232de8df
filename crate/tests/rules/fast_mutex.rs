//! Fast and guarded mutexes: the level or region of their owners, the order of their waiters, and their misuse.

use crate::common::run;
use irql_playground::program::Class;

/// AP-23, AP-22, WT-17
#[test]
fn the_owner_of_a_fast_mutex_runs_at_apc_level_and_no_apc_comes_to_it() {
    let run = run("fast_mutex F; apc S special (thread: T) { work 1us; } apc N normal (thread: T) { work 1us; } var level = 9; var disabled = 9; var all = 9;
        system thread T {
            ExAcquireFastMutex(F); level = KeGetCurrentIrql(); disabled = KeAreApcsDisabled(); all = KeAreAllApcsDisabled();
            KeInsertQueueApc(N); KeInsertQueueApc(S); work 10us; marker release; ExReleaseFastMutex(F); marker released; level = KeGetCurrentIrql();
        }");
    assert_eq!((run.written("level"), run.value("disabled"), run.value("all")), (vec![1, 0], 0, 1));
    run.order(&[
        "IrqlRaised irql=0 @1 AP-23",
        "FastMutexAcquired F T AP-23",
        "WaitSatisfied T F WT-17",
        "MarkerReached release",
        "FastMutexReleased F T @1 AP-23",
        "IrqlLowered irql=1 @0",
        "ApcKernelRoutineStarted S",
        "ApcNormalRoutineStarted N",
        "MarkerReached released",
    ])
    .completes();
}

/// AP-23, WT-1
#[test]
fn waiters_get_a_fast_mutex_in_their_order_and_at_apc_level() {
    let mut run = run("fast_mutex F; apc K special (thread: A) { work 1us; }
        system thread Owner (priority: 4) { ExAcquireFastMutex(F); work 20us; KeInsertQueueApc(K); ExReleaseFastMutex(F); }
        system thread A (priority: 9, start: 1us) { ExAcquireFastMutex(F); marker a; work 1us; ExReleaseFastMutex(F); }
        system thread B (priority: 12, start: 2us) { KeRaiseIrql(APC_LEVEL, old); ExAcquireFastMutex(F); marker b; ExReleaseFastMutex(F); marker level; KeLowerIrql(old); }");
    run.order(&[
        "WaitStarted A F WT-17",
        "WaitStarted B F WT-17",
        "FastMutexReleased F Owner",
        "FastMutexAcquired F A",
        "MarkerReached a",
        "FastMutexReleased F A",
        "FastMutexAcquired F B",
        "MarkerReached b",
        "MarkerReached level @1",
    ])
    .completes();
    // The wait was entered at APC_LEVEL, so the APC did not break it.
    run.never("WaitBroken").order(&["ApcInserted K", "FastMutexReleased F A", "ApcKernelRoutineStarted K"]);
    let state = run.state_after("WaitStarted B");
    let waiting: Vec<u16> = state.wait_list(&state.fast_mutex[0].header).map(|b| b.thread).collect();
    assert_eq!((state.fast_mutex[0].owner, waiting), (0, vec![1, 2]));
    assert_eq!(run.state_after("MarkerReached b").fast_mutex[0].old_irql, 1);
}

/// AP-23
#[test]
fn a_fast_mutex_is_not_recursive() {
    let mut run = run("fast_mutex F; system thread T { ExAcquireFastMutex(F); ExAcquireFastMutex(F); marker never; }");
    run.order(&["FastMutexAcquired F T", "WaitStarted T F"]).never("MarkerReached never");
    let last = run.state_after("WaitStarted T F");
    assert_eq!((last.fast_mutex[0].owner, last.kthread[0].wait_irql), (0, 1));
}

/// AP-23
#[test]
fn an_attempt_that_fails_leaves_the_level_alone() {
    let run = run("fast_mutex F; guarded_mutex G; var x = 9;
        system thread Owner (priority: 9) { ExAcquireFastMutex(F); KeAcquireGuardedMutex(G); KeDelayExecutionThread(KernelMode, FALSE, -1ms); KeReleaseGuardedMutex(G); ExReleaseFastMutex(F); }
        system thread T { x = ExTryToAcquireFastMutex(F); x = KeTryToAcquireGuardedMutex(G); x = KeGetCurrentIrql(); KeDelayExecutionThread(KernelMode, FALSE, -20ms);
            x = ExTryToAcquireFastMutex(F); x = KeTryToAcquireGuardedMutex(G); x = KeGetCurrentIrql(); KeReleaseGuardedMutex(G); ExReleaseFastMutex(F); x = KeGetCurrentIrql(); }");
    assert_eq!(run.written("x"), [0, 0, 0, 1, 1, 1, 0]);
    run.times("FastMutexRefused F Owner", 1).times("FastMutexRefused G Owner", 1).completes();
}

/// AP-23
#[test]
fn misuse_of_a_fast_mutex_has_its_own_subcodes() {
    for (body, subcode, irql) in [
        ("KeRaiseIrqlToDpcLevel(); ExAcquireFastMutex(F); ExReleaseFastMutex(F); KeLowerIrql(0);", 0x33, 2),
        ("KeRaiseIrqlToDpcLevel(); x = ExTryToAcquireFastMutex(F); KeLowerIrql(0);", 0x33, 2),
        ("ExAcquireFastMutex(F); KeLowerIrql(0); ExReleaseFastMutex(F);", 0x34, 0),
        ("ExAcquireFastMutex(F); KeRaiseIrqlToDpcLevel(); ExReleaseFastMutex(F);", 0x34, 2),
        ("ExAcquireFastMutexUnsafe(F); ExReleaseFastMutexUnsafe(F);", 0x39, 0),
        (
            "KeEnterCriticalRegion(); ExAcquireFastMutexUnsafe(F); KeLeaveCriticalRegion(); ExReleaseFastMutexUnsafe(F);",
            0x3A,
            0,
        ),
    ] {
        run(&format!("fast_mutex F; system thread T {{ {body} }}"))
            .bugchecks(0xC4, [Some(subcode), Some(irql), Some(Class::FastMutex.at(0_u16)), None]);
        // Without the verifier nobody looks, and nothing is noticed unless something waits.
        let free = run(&format!("machine {{ verifier: off; }} fast_mutex F; system thread T {{ {body} }}"));
        assert!(free.count("FastMutexAcquired F T") == 1, "{body}\n{}", free.text());
    }
    run("fast_mutex F; dpc D { ExAcquireFastMutex(F); } device V { irql: 5; isr: I; } isr I { KeInsertQueueDpc(D); } at 5us interrupt V;")
        .bugchecks(0xC4, [Some(0x33), Some(2), None, None]);
}

/// AP-23, WT-17, WT-3, AP-9
#[test]
fn an_unsafe_wait_is_entered_at_the_callers_level_and_a_special_apc_breaks_it() {
    for (declare, acquire, release) in [
        ("fast_mutex", "ExAcquireFastMutexUnsafe", "ExReleaseFastMutexUnsafe"),
        ("guarded_mutex", "KeAcquireGuardedMutexUnsafe", "KeReleaseGuardedMutexUnsafe"),
    ] {
        let text = |region: &str| {
            format!("{declare} M; apc S special (thread: W) {{ work 1us; }} apc N normal (thread: W) {{ work 1us; }}
            system thread Owner (priority: 9) {{ KeEnterCriticalRegion(); {acquire}(M); KeDelayExecutionThread(KernelMode, FALSE, -20ms); {release}(M); KeLeaveCriticalRegion(); }}
            system thread W {{ KeEnter{region}Region(); {acquire}(M); marker got; {release}(M); KeLeave{region}Region(); marker left; }}
            system thread Q (priority: 4) {{ work 5us; KeInsertQueueApc(N); KeInsertQueueApc(S); }}")
        };
        run(&text("Critical"))
            .order(&[
                "WaitStarted W M @0 WT-17",
                "WaitBroken W M AP-9",
                "ApcKernelRoutineStarted S",
                "WaitResumed W M",
                "MarkerReached got",
                "ApcNormalRoutineStarted N",
                "MarkerReached left",
            ])
            .completes();
        run(&text("Guarded"))
            .never("WaitBroken")
            .order(&[
                "MarkerReached got",
                "ApcKernelRoutineStarted S",
                "ApcNormalRoutineStarted N",
                "MarkerReached left",
            ])
            .completes();
    }
}

/// AP-22, AP-23
#[test]
fn a_guarded_mutex_is_a_guarded_region_up_to_windows_7_and_a_level_since() {
    // (preset, IRQL of the owner, KeAreApcsDisabled, KeAreAllApcsDisabled, SpecialApcDisable)
    for (preset, level, disabled, all, special) in [("nt52", 0, 1, 1, -1), ("win8", 1, 0, 1, 0)] {
        let mut run = run(&format!(
            "machine {{ guarded_mutex: {preset}; }} guarded_mutex G; apc S special (thread: T) {{ work 1us; }} var x = 9;
            system thread T (priority: 9) {{ KeAcquireGuardedMutex(G); x = KeGetCurrentIrql(); x = KeAreApcsDisabled(); x = KeAreAllApcsDisabled();
                KeInsertQueueApc(S); work 5us; marker release; KeReleaseGuardedMutex(G); marker released; x = KeGetCurrentIrql(); x = KeAreAllApcsDisabled(); }}"
        ));
        assert_eq!(run.written("x"), [level, disabled, all, 0, 0], "{preset}");
        run.order(&[
            "MarkerReached release",
            "FastMutexReleased G T",
            "ApcKernelRoutineStarted S",
            "MarkerReached released",
        ])
        .completes();
        assert_eq!(run.state_after("MarkerReached release").kthread[0].special_apc_disable, special);
    }
    // A wait for one is entered in the region, so no APC breaks it.
    run("machine { guarded_mutex: nt52; } guarded_mutex G; apc S special (thread: W) { work 1us; }
        system thread Owner (priority: 9) { KeAcquireGuardedMutex(G); KeDelayExecutionThread(KernelMode, FALSE, -1ms); KeReleaseGuardedMutex(G); }
        system thread W { KeAcquireGuardedMutex(G); marker got; KeReleaseGuardedMutex(G); }
        system thread Q (priority: 4) { work 5us; KeInsertQueueApc(S); }")
    .never("WaitBroken")
    .order(&["WaitStarted W G @0 WT-17", "ApcInserted S", "FastMutexReleased G Owner", "GuardedRegionLeft Owner", "MarkerReached got", "FastMutexReleased G W", "GuardedRegionLeft W", "ApcKernelRoutineStarted S"])
    .completes();
}
