//! Regions: the two counts of a thread, what each holds back, and what finds a region that was not left.

use crate::common::run;

/// AP-18, AP-19, AP-12
#[test]
fn leaving_the_last_region_delivers_before_the_call_returns() {
    // (the region, what runs inside it, what runs as it is left)
    for (region, inside, at_leave) in [
        ("Critical", &["ApcKernelRoutineStarted S"][..], &["ApcNormalRoutineStarted N"][..]),
        ("Guarded", &[], &["ApcKernelRoutineStarted S", "ApcNormalRoutineStarted N"]),
    ] {
        let run = run(&format!(
            "apc S special (thread: T) {{ work 1us; }} apc N normal (thread: T) {{ work 1us; }}
            system thread T {{ KeEnter{region}Region(); KeInsertQueueApc(N); KeInsertQueueApc(S); work 10us; marker leave; KeLeave{region}Region(); marker left; }}"
        ));
        let (leave, left) = (run.first("MarkerReached leave"), run.first("MarkerReached left"));
        for routine in inside {
            assert!(run.first(routine) < leave, "{region}: {routine}");
        }
        for routine in at_leave {
            assert!((leave..left).contains(&run.first(routine)), "{region}: {routine}\n{}", run.text());
        }
        run.order(&[
            &format!("{region}RegionLeft T =0 AP-18"),
            "ApcDeliveryStarted T FALSE @1 AP-19",
            "ApcDeliveryEnded T @0",
        ])
        .completes();
    }
}

/// AP-18
#[test]
fn regions_nest_mix_and_belong_to_the_thread() {
    let mut run = run("machine { clock: 100us; } apc N normal (thread: T) { } event E;
        system thread T { KeEnterCriticalRegion(); KeEnterGuardedRegion(); KeEnterCriticalRegion(); KeInsertQueueApc(N);
            KeLeaveCriticalRegion(); marker one; KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -50us);
            KeLeaveCriticalRegion(); marker two; KeLeaveGuardedRegion(); marker three; }
        system thread Other (priority: 4) { KeEnterGuardedRegion(); work 10us; KeLeaveGuardedRegion(); }");
    run.order(&["MarkerReached one", "MarkerReached two", "ApcNormalRoutineStarted N", "MarkerReached three"])
        .completes();
    // The wait went on undisturbed, and the other thread's region was its own.
    run.never("WaitBroken").times("100us: WaitEnded T STATUS_TIMEOUT", 1);
    let state = run.state_after("GuardedRegionEntered Other");
    assert_eq!(state.kthread[0].combined_apc_disable(), 0xFFFF_FFFF);
    assert_eq!(state.kthread[1].combined_apc_disable(), 0xFFFF_0000);
}

/// AP-18
#[test]
fn leaving_the_last_critical_region_looks_at_no_list_inside_a_guarded_one() {
    let run = run(
        "apc N normal (thread: T) { } system thread T { KeEnterGuardedRegion(); KeEnterCriticalRegion(); KeInsertQueueApc(N); KeLeaveCriticalRegion(); marker held; KeLeaveGuardedRegion(); marker left; }",
    );
    run.order(&["CriticalRegionLeft T =0", "MarkerReached held", "ApcDeliveryStarted T AP-19", "MarkerReached left"])
        .times("ApcDeliveryStarted", 1)
        .completes();
}

/// AP-18
#[test]
fn the_list_decides_not_kernel_apc_pending() {
    let mut run = run("apc N normal (thread: T) { work 1us; } apc S special (thread: T) { }
        system thread T { KeEnterCriticalRegion(); KeInsertQueueApc(N); marker held; KeLeaveCriticalRegion(); marker left; }");
    // The interrupt was requested even in the region; it found the normal APC, and left it where it is.
    run.order(&[
        "SoftwareInterruptAccepted APC_LEVEL",
        "ApcHeld N T",
        "MarkerReached held",
        "ApcNormalRoutineStarted N",
    ])
    .completes();
    let thread = &run.state_after("MarkerReached held").kthread[0];
    assert!(!thread.kernel_apc_pending && thread.apc_list[0].0 == 0);
}

/// AP-19, AP-21
#[test]
fn left_at_apc_level_a_region_delivers_as_the_irql_falls() {
    for region in ["Critical", "Guarded"] {
        run(&format!(
            "apc N normal (thread: T) {{ }} system thread T {{ KeEnter{region}Region(); KeInsertQueueApc(N); KeRaiseIrql(APC_LEVEL, old);
                KeLeave{region}Region(); marker left; KeLowerIrql(old); marker low; }}"
        ))
        .order(&["SoftwareInterruptRequested APC_LEVEL n=1 AP-19", "MarkerReached left", "ApcNormalRoutineStarted N", "MarkerReached low"])
        .completes();
    }
}

/// AP-20
#[test]
fn any_count_but_zero_disables_also_a_positive_one() {
    // Without the verifier a region may be left that was never entered.
    let run_free = run("machine { verifier: off; } apc N normal (thread: T) { } var off = 9;
        system thread T { KeLeaveCriticalRegion(); off = KeAreApcsDisabled(); KeInsertQueueApc(N); work 1us; marker held; KeEnterCriticalRegion(); marker open; work 1us; }");
    assert_eq!(run_free.value("off"), 1);
    run_free.order(&["CriticalRegionLeft T =1", "ApcHeld N", "MarkerReached held", "CriticalRegionEntered T =0"]);
    // Entering it again makes the count zero, but only a leave looks at the list.
    run_free.never("ApcNormalRoutineStarted").bugchecks(0x20, [None; 4]);
    run("system thread T { KeLeaveCriticalRegion(); }").bugchecks(0xC4, [Some(0x3E), Some(0), None, None]);
    run("machine { verifier: off; } apc S special (thread: T) { } system thread T { KeLeaveGuardedRegion(); KeInsertQueueApc(S); work 1us; KeEnterGuardedRegion(); work 1us; }")
        .never("ApcKernelRoutineStarted");
}

/// AP-11, WT-4, SE-1
#[test]
fn a_user_apc_ends_an_alertable_wait_in_a_region_and_its_routine_runs_after_it() {
    // Neither count is looked at when it is queued. A region keeps its routine away as it keeps the thread from user mode.
    for (declare, enter, leave) in [
        ("", "KeEnterCriticalRegion();", "KeLeaveCriticalRegion();"),
        ("", "KeEnterGuardedRegion();", "KeLeaveGuardedRegion();"),
        ("mutex M;", "KeWaitForSingleObject(M);", "KeReleaseMutex(M);"),
        ("", "KeEnterCriticalRegion(); KeEnterGuardedRegion();", "KeLeaveGuardedRegion(); KeLeaveCriticalRegion();"),
    ] {
        let mut run = run(&format!(
            "machine {{ processors: 2; }} event E; {declare} var status = 9; apc U user {{ work 1us; }}
            service Ask() {{ {enter} status = KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); marker inside; work 10us; status = KeWaitForSingleObject(E, Executive, UserMode, FALSE, NULL); {leave} marker left; work 10us; }}
            thread T (processor: 0) {{ Ask(); marker back; }} thread Q (processor: 1) {{ work 10us; QueueUserAPC(U, T); }}"
        ));
        // As long as it is pending, no wait of user mode blocks.
        assert_eq!(run.written("status"), [0xC0, 0xC0], "{enter}");
        run.order(&[
            "10us: UserApcPending T AP-11",
            "10us: WaitEnded T STATUS_USER_APC AP-11",
            "10us: MarkerReached inside",
            "20us: MarkerReached left",
            "30us: FunctionReturned Ask SE-1",
            "30us: ApcNormalRoutineStarted U T @0",
            "31us: MarkerReached back",
        ])
        .completes();
        let t = &run.state_after("MarkerReached inside").kthread[0];
        assert!(t.user_apc_pending && t.combined_apc_disable() != 0, "{enter}");
    }
}

/// SE-1, SE-2
#[test]
fn a_service_that_leaves_apcs_disabled_stops_the_machine() {
    // (what the service does, the verifier, P3)
    for (code, verifier, combined) in [
        ("KeEnterCriticalRegion();", "on", 0x0000_FFFF),
        ("KeEnterGuardedRegion();", "on", 0xFFFF_0000),
        ("KeLeaveCriticalRegion();", "off", 0x0000_0001),
        ("KeLeaveGuardedRegion();", "off", 0x0001_0000),
        ("KeEnterCriticalRegion(); KeEnterCriticalRegion(); KeEnterGuardedRegion();", "on", 0xFFFF_FFFE),
    ] {
        let run = run(&format!(
            "machine {{ verifier: {verifier}; }} service Leak() {{ {code} }} thread T {{ Leak(); marker back; }}"
        ));
        let service = run.program().routine_address(0);
        run.never("MarkerReached").bugchecks(0x1, [Some(service), Some(0), Some(combined), Some(0)]);
    }
    // Not even a user APC that is due comes before the check.
    run("service Leak() { QueueIt(); KeTestAlertThread(UserMode); KeEnterCriticalRegion(); }
        function QueueIt() { KeInsertQueueApc(U2); } apc U2 user (thread: T) { } thread T { Leak(); }")
    .never("ApcNormalRoutineStarted")
    .bugchecks(0x1, [None, Some(0), Some(0xFFFF), Some(0)]);
    // A documented service whose driver leaves a region behind.
    run("file F { driver: D; } irp R { file: F; } apc Done user { } driver D { KeEnterCriticalRegion(); IoCompleteRequest(Irp); } thread T { ReadFileEx(R, Done); }")
        .bugchecks(0x1, [None, Some(0), Some(0xFFFF), Some(0)]);
}

/// SE-1
#[test]
fn the_irql_is_looked_at_before_the_counts() {
    let run = run("service Leak() { KeEnterCriticalRegion(); KeRaiseIrql(APC_LEVEL, o); } thread T { Leak(); }");
    run.bugchecks(0x4A, [Some(run.program().routine_address(0)), Some(1), Some(0), Some(0)]);
}
