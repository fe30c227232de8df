//! Executive resources: who may own them together, who is next, and that they hold no APCs back.

use crate::common::run;
use irql_playground::program::Class;

/// AP-22
#[test]
fn a_resource_holds_no_apcs_back_so_its_owner_has_to() {
    for (call, subcode) in [
        ("ExAcquireResourceExclusiveLite(R, TRUE);", 0x37),
        ("ExAcquireResourceSharedLite(R, FALSE);", 0x37),
        (
            "KeEnterCriticalRegion(); ExAcquireResourceExclusiveLite(R, TRUE); KeLeaveCriticalRegion(); ExReleaseResourceLite(R);",
            0x38,
        ),
    ] {
        run(&format!("resource R; system thread T {{ {call} }}"))
            .bugchecks(0xC4, [Some(subcode), Some(0), Some(0), Some(Class::Resource.at(0_u16))]);
        run(&format!("machine {{ verifier: off; }} resource R; system thread T {{ {call} }}")).completes();
    }
    // In a region of either kind and at APC_LEVEL all is well.
    for (enter, leave) in [
        ("KeEnterCriticalRegion()", "KeLeaveCriticalRegion()"),
        ("KeEnterGuardedRegion()", "KeLeaveGuardedRegion()"),
        ("KeRaiseIrql(APC_LEVEL, old)", "KeLowerIrql(old)"),
    ] {
        run(&format!("resource R; system thread T {{ {enter}; ExAcquireResourceExclusiveLite(R, TRUE); ExReleaseResourceLite(R); {leave}; }}"))
            .order(&["ResourceOwnedExclusive R T AP-22", "ResourceReleased R n=0 AP-22"])
            .completes();
    }
    let run = run("resource R; apc N normal (thread: T) { work 1us; } var x = 9;
        system thread T { ExEnterCriticalRegionAndAcquireResourceExclusive(R); x = KeAreApcsDisabled(); KeInsertQueueApc(N); work 5us; marker release; ExReleaseResourceAndLeaveCriticalRegion(R); marker left; x = KeAreApcsDisabled(); }");
    assert_eq!(run.written("x"), [1, 0]);
    run.order(&[
        "CriticalRegionEntered T",
        "ResourceOwnedExclusive R T",
        "MarkerReached release",
        "ResourceReleased R",
        "CriticalRegionLeft T",
        "ApcNormalRoutineStarted N",
        "MarkerReached left",
    ])
    .completes();
}

fn owners(acquire: &str) -> String {
    format!("KeEnterCriticalRegion(); {acquire}")
}

/// AP-22
#[test]
fn several_share_a_resource_and_one_has_it_alone_as_often_as_it_likes() {
    let mut run = run(&format!(
        "resource R; var x = 9;
        system thread A (priority: 9) {{ {enter} x = ExAcquireResourceSharedLite(R, FALSE); x = ExAcquireResourceSharedLite(R, FALSE); x = ExIsResourceAcquiredSharedLite(R); x = ExAcquireResourceExclusiveLite(R, FALSE); KeDelayExecutionThread(KernelMode, FALSE, -1ms); ExReleaseResourceLite(R); ExReleaseResourceLite(R); KeLeaveCriticalRegion(); }}
        system thread B {{ {enter} x = ExAcquireResourceSharedLite(R, FALSE); marker both; x = ExAcquireResourceExclusiveLite(R, FALSE); ExReleaseResourceLite(R);
            x = ExAcquireResourceExclusiveLite(R, TRUE); x = ExAcquireResourceExclusiveLite(R, FALSE); x = ExAcquireResourceSharedLite(R, FALSE); x = ExIsResourceAcquiredExclusiveLite(R); x = ExIsResourceAcquiredSharedLite(R);
            ExReleaseResourceLite(R); ExReleaseResourceLite(R); ExReleaseResourceLite(R); x = ExIsResourceAcquiredSharedLite(R); KeLeaveCriticalRegion(); }}",
        enter = owners("")
    ));
    assert_eq!(run.written("x"), [1, 1, 2, 0, 1, 0, 1, 1, 1, 1, 3, 0]);
    run.times("ResourceRefused R", 2)
        .order(&[
            "WaitStarted B R.ExclusiveWaiters",
            "ResourceReleased R n=1",
            "ResourceReleased R n=0",
            "ResourceOwnedExclusive R B",
            "WaitEnded B",
        ])
        .completes();
    let state = run.state_after("MarkerReached both");
    assert_eq!(
        (state.resource[0].active_count, state.resource[0].owned_exclusive, state.resource_owners.len()),
        (2, false, 2)
    );
}

/// AP-22
#[test]
fn after_an_exclusive_owner_all_who_share_come_first_and_after_those_the_next_exclusive_one() {
    let run = run("resource R;
        system thread Owner (priority: 12) { ExEnterCriticalRegionAndAcquireResourceExclusive(R); KeDelayExecutionThread(KernelMode, FALSE, -1ms); marker release; ExReleaseResourceAndLeaveCriticalRegion(R); }
        system thread X (priority: 11) { ExEnterCriticalRegionAndAcquireResourceExclusive(R); marker x; ExReleaseResourceAndLeaveCriticalRegion(R); }
        system thread S1 (priority: 10) { ExEnterCriticalRegionAndAcquireResourceShared(R); marker s1; work 1us; ExReleaseResourceAndLeaveCriticalRegion(R); }
        system thread S2 (priority: 9) { ExEnterCriticalRegionAndAcquireResourceShared(R); marker s2; work 1us; ExReleaseResourceAndLeaveCriticalRegion(R); }");
    run.order(&[
        "WaitStarted X R.ExclusiveWaiters",
        "WaitStarted S1 R.SharedWaiters",
        "WaitStarted S2 R.SharedWaiters",
        "MarkerReached release",
        "ResourceOwnedShared R S1",
        "ResourceOwnedShared R S2",
        "MarkerReached s1",
        "MarkerReached s2",
        "ResourceOwnedExclusive R X",
        "MarkerReached x",
    ])
    .completes();
}

/// AP-22
#[test]
fn a_thread_that_wants_to_share_waits_behind_one_that_wants_it_alone_unless_it_says_otherwise() {
    // (the call, whether a newcomer gets it, whether a thread that shares it already gets it again)
    for (call, newcomer, again) in [
        ("ExAcquireResourceSharedLite", 0, 1),
        ("ExAcquireSharedStarveExclusive", 1, 1),
        ("ExAcquireSharedWaitForExclusive", 0, 0),
    ] {
        let run = run(&format!(
            "resource R; event Go; var newcomer = 9; var again = 9;
            system thread A (priority: 12) {{ {enter} ExAcquireResourceSharedLite(R, TRUE); KeWaitForSingleObject(Go); again = {call}(R, FALSE); if (again) ExReleaseResourceLite(R); ExReleaseResourceLite(R); KeLeaveCriticalRegion(); }}
            system thread X (priority: 11) {{ {enter} ExAcquireResourceExclusiveLite(R, TRUE); ExReleaseResourceLite(R); KeLeaveCriticalRegion(); }}
            system thread N {{ {enter} newcomer = {call}(R, FALSE); if (newcomer) ExReleaseResourceLite(R); KeSetEvent(Go); KeLeaveCriticalRegion(); }}",
            enter = owners("")
        ));
        assert_eq!((run.value("newcomer"), run.value("again")), (newcomer, again), "{call}");
        run.completes();
    }
}

/// AP-22, AP-9
#[test]
fn a_resource_is_given_to_a_waiter_that_is_off_its_wait_for_an_apc() {
    // X runs its special APC while the resource is released: it finds it given to it when it waits again.
    let run = run("resource R; apc S special (thread: X) { work 300us; }
        system thread Owner (priority: 12) { ExEnterCriticalRegionAndAcquireResourceExclusive(R); KeDelayExecutionThread(KernelMode, FALSE, -1ms); KeInsertQueueApc(S); KeSetTimer(Wake, -1us); KeWaitForSingleObject(Wake); ExReleaseResourceAndLeaveCriticalRegion(R); }
        system thread X { ExEnterCriticalRegionAndAcquireResourceExclusive(R); marker x; ExReleaseResourceAndLeaveCriticalRegion(R); }
        timer Wake; machine { clock: 100us; }");
    run.order(&[
        "WaitStarted X R.ExclusiveWaiters",
        "WaitBroken X R.ExclusiveWaiters",
        "ApcKernelRoutineStarted S",
        "ResourceReleased R n=0",
        "ApcKernelRoutineEnded S",
        "ResourceOwnedExclusive R X",
        "WaitSatisfied X R.ExclusiveWaiters",
        "MarkerReached x",
    ])
    .completes();
}

/// AP-22
#[test]
fn an_exclusive_owner_may_let_the_others_in() {
    let run = run("resource R;
        system thread Owner (priority: 12) { ExEnterCriticalRegionAndAcquireResourceExclusive(R); KeDelayExecutionThread(KernelMode, FALSE, -1ms); ExConvertExclusiveToSharedLite(R); KeDelayExecutionThread(KernelMode, FALSE, -1ms); marker release; ExReleaseResourceAndLeaveCriticalRegion(R); }
        system thread X (priority: 11) { ExEnterCriticalRegionAndAcquireResourceExclusive(R); marker x; ExReleaseResourceAndLeaveCriticalRegion(R); }
        system thread S { ExEnterCriticalRegionAndAcquireResourceShared(R); marker s; ExReleaseResourceAndLeaveCriticalRegion(R); }");
    run.order(&[
        "ResourceOwnedExclusive R Owner",
        "ResourceOwnedShared R Owner",
        "ResourceOwnedShared R S",
        "MarkerReached s",
        "ResourceReleased R n=1",
        "MarkerReached release",
        "ResourceReleased R n=0",
        "MarkerReached x",
    ])
    .completes();
}

/// AP-22
#[test]
fn releasing_what_one_does_not_own_stops_the_machine() {
    run("resource R; system thread T { KeEnterCriticalRegion(); ExReleaseResourceLite(R); KeLeaveCriticalRegion(); }")
        .bugchecks(0xE3, [Some(Class::Resource.at(0_u16)), Some(Class::Thread.at(0_u16)), Some(0), Some(0)]);
    run("resource R; system thread A (priority: 9) { KeEnterCriticalRegion(); ExAcquireResourceExclusiveLite(R, TRUE); KeDelayExecutionThread(KernelMode, FALSE, -1ms); ExReleaseResourceLite(R); KeLeaveCriticalRegion(); }
        system thread B { KeEnterCriticalRegion(); ExReleaseResourceLite(R); KeLeaveCriticalRegion(); }")
        .bugchecks(0xE3, [Some(Class::Resource.at(0_u16)), Some(Class::Thread.at(1_u16)), Some(0), Some(0)]);
}
