//! Suspending and resuming, when either takes effect, and what runs in a suspended thread; creation; another thread's
//! context.

use crate::common::{Run, run, scenarios};
use irql_playground::nt::{FrameKind, ThreadState};

/// SU-1
#[test]
fn suspensions_are_counted_up_to_127() {
    let run = run("var first = 9; var last = 9; var beyond = 0; var failed = 0; var one = 9; var all = 9; thread T { Sleep(1ms); }
        thread Q { first = SuspendThread(T); for (i = 0; i < 126; i++) last = SuspendThread(T);
            beyond = NtSuspendThread(T, count); failed = SuspendThread(T); one = ResumeThread(T); for (i = 0; i < 126; i++) all = ResumeThread(T); NtResumeThread(T, left); all = all * 10 + left; }");
    assert_eq!((run.value("first"), run.value("last")), (0, 126));
    assert_eq!(run.value("beyond") as u32, 0xC000_004A, "STATUS_SUSPEND_COUNT_EXCEEDED");
    assert_eq!(run.value("failed"), -1);
    assert_eq!((run.value("one"), run.value("all")), (127, 10));
    run.times("ThreadSuspensionCounted T n=127", 1).times("ApcInserted T.SuspendApc", 1).completes();
    // In the kernel the count that is exceeded is an exception.
    crate::common::run("system thread T { KeDelayExecutionThread(KernelMode, FALSE, -9ms); } system thread Q { for (i = 0; i < 200; i++) KeSuspendThread(T); }")
        .bugchecks(0x7E, [Some(0xC000_004A), None, None, None]);
    // An exiting thread is not suspended.
    let ended =
        crate::common::run("var status = 0; thread T { } thread Q (start: 5us) { status = NtSuspendThread(T); }");
    assert_eq!(ended.value("status") as u32, 0xC000_004B, "STATUS_THREAD_IS_TERMINATING");
}

/// SU-2, SU-3
#[test]
fn the_first_suspension_is_a_normal_kernel_apc_that_waits_and_the_last_resumption_ends_it() {
    let mut run = run("machine { processors: 2; } thread T (processor: 0) { work 40us; }
        thread Q (processor: 1) { work 10us; SuspendThread(T); SuspendThread(T); work 10us; ResumeThread(T); work 10us; ResumeThread(T); }");
    run.order(&[
        "10us: ApcInserted T.SuspendApc T",
        "10us: IpiSent APC_LEVEL cpu0",
        "10us: ApcKernelRoutineStarted T.SuspendApc T @1 SU-2",
        "10us: ApcNormalRoutineStarted T.SuspendApc T @0 SU-2",
        "10us: WaitStarted T T.SuspendSemaphore",
        "20us: ThreadResumptionCounted T n=1",
        "30us: ThreadResumptionCounted T n=0 SU-3",
        "30us: WaitEnded T STATUS_SUCCESS SU-3",
        "30us: ApcNormalRoutineEnded T.SuspendApc T",
        "30us: WorkResumed T 30us",
    ])
    .times("ApcInserted T.SuspendApc", 1)
    .never("20us: WaitEnded")
    .completes();
    let state = run.state_after("WaitStarted T T.SuspendSemaphore");
    let t = &state.kthread[0];
    assert_eq!((t.state, t.wait_mode, t.alertable, t.wait_irql), (ThreadState::Waiting, 0, false, 0));
    assert!(t.kernel_apc_in_progress && state.frames[t.frame.index()].kind == FrameKind::Suspend);
}

/// SU-2
#[test]
fn a_suspension_that_is_taken_back_before_its_apc_runs_has_no_effect() {
    // The object is still inserted: the second suspension takes back what the resumption gave the semaphore.
    let again = |more: &str| {
        run(&format!(
            "machine {{ processors: 2; end: 1ms; }} system thread T (processor: 0) {{ KeEnterCriticalRegion(); work 20us; KeLeaveCriticalRegion(); marker over; }}
            system thread Q (processor: 1) {{ work 5us; KeSuspendThread(T); KeResumeThread(T); {more} }}"
        ))
    };
    again("")
        .order(&[
            "20us: ApcNormalRoutineStarted T.SuspendApc",
            "20us: WaitSatisfied T T.SuspendSemaphore",
            "20us: MarkerReached over",
        ])
        .completes();
    again("KeSuspendThread(T);")
        .order(&["20us: WaitStarted T T.SuspendSemaphore"])
        .never("MarkerReached over")
        .times("ApcInserted T.SuspendApc", 1);
}

/// SU-4, AP-27
#[test]
fn a_suspension_takes_effect_when_a_normal_kernel_apc_may_run() {
    // (what the target does, when it is suspended)
    for (target, at) in [
        ("work 30us;", "10us:"),
        ("KeEnterCriticalRegion(); work 30us; KeLeaveCriticalRegion();", "30us:"),
        ("KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion();", "30us:"),
        ("KeWaitForSingleObject(M); work 30us; KeReleaseMutex(M);", "30us:"),
        ("KeRaiseIrql(APC_LEVEL, o); work 30us; KeLowerIrql(o);", "30us:"),
        ("KeAcquireSpinLock(L, o); work 30us; KeReleaseSpinLock(L, o);", "30us:"),
        ("KeInsertQueueApc(N); work 1us;", "30us:"),
        // A kernel-mode wait is broken for it.
        ("KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL);", "10us:"),
        (
            "KeEnterCriticalRegion(); KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); KeLeaveCriticalRegion();",
            "40us:",
        ),
    ] {
        let run = run(&format!(
            "machine {{ processors: 2; }} event E {{ type: notification; }} spinlock L; mutex M; apc N normal (thread: T) {{ work 30us; }}
            system thread T (processor: 0) {{ {target} work 1us; }}
            system thread Q (processor: 1) {{ work 10us; KeSuspendThread(T); work 30us; KeSetEvent(E); work 10us; KeResumeThread(T); }}"
        ));
        run.times(&format!("{at} WaitStarted T T.SuspendSemaphore"), 1).times("WaitStarted T T.SuspendSemaphore", 1);
        run.order(&["50us: WaitEnded T STATUS_SUCCESS SU-3", "ThreadEnded T"]).completes();
    }
}

/// SU-3, WT-3
#[test]
fn a_wait_that_the_suspension_broke_begins_again_at_the_tail() {
    run("machine { clock: 1ms; } event E; system thread A { KeWaitForSingleObject(E); marker a; } system thread B { KeWaitForSingleObject(E); marker b; }
        system thread Q (priority: 4) { KeSuspendThread(A); KeResumeThread(A); work 1us; KeSetEvent(E); work 1us; KeSetEvent(E); }")
    .order(&["WaitBroken A E AP-9", "WaitResumed A E", "MarkerReached b", "MarkerReached a"])
    .completes();
}

/// SU-4, AP-14, AP-27
#[test]
fn a_suspended_thread_runs_special_kernel_apcs_and_no_others() {
    let run = run("machine { processors: 2; } apc S special (thread: T) { work 1us; } apc N normal (thread: T) { work 1us; } apc U user (thread: T) { work 1us; }
        thread T (processor: 0) { SleepEx(INFINITE, TRUE); }
        system thread Q (processor: 1) { work 5us; KeSuspendThread(T); work 5us; KeInsertQueueApc(N); KeInsertQueueApc(U); KeInsertQueueApc(S); work 10us; KeResumeThread(T); }");
    run.order(&[
        "5us: WaitStarted T T.SuspendSemaphore",
        "10us: WaitBroken T T.SuspendSemaphore",
        "10us: ApcKernelRoutineStarted S",
        "11us: WaitResumed T T.SuspendSemaphore",
        "20us: WaitEnded T STATUS_SUCCESS SU-3",
        "20us: ApcNormalRoutineStarted N",
        "21us: WaitEnded T STATUS_USER_APC WT-4",
        "21us: ApcNormalRoutineStarted U",
    ])
    .completes();
}

/// SU-2, SU-1
#[test]
fn a_thread_may_suspend_itself() {
    let run = run(
        "var counted = 9; thread T { counted = SuspendThread(T); work 1us; } thread Q (priority: 4) { work 5us; ResumeThread(T); }",
    );
    run.order(&[
        "0ns: WaitStarted T T.SuspendSemaphore",
        "5us: WaitEnded T",
        "5us: ServiceReturned SuspendThread =0",
        "6us: ThreadEnded T",
    ])
    .completes();
    assert_eq!(run.value("counted"), 0);
}

/// SU-5
#[test]
fn suspended_while_it_owns_a_lock_a_thread_blocks_whoever_wants_it_and_a_region_cures_that() {
    let text = |enter: &str, leave: &str| {
        format!(
            "machine {{ processors: 2; end: 200us; }} event Lock {{ signalled: TRUE; }} var done = 0;
            system thread X (processor: 0) {{ {enter} KeWaitForSingleObject(Lock); work 20us; KeSetEvent(Lock); {leave} work 1us; }}
            system thread Y (processor: 1) {{ work 10us; KeSuspendThread(X); KeWaitForSingleObject(Lock); done = 1; }}"
        )
    };
    run(&text("", ""))
        .order(&["10us: WaitStarted X X.SuspendSemaphore", "10us: WaitStarted Y Lock"])
        .never("GlobalWritten");
    let cured = run(&text("KeEnterCriticalRegion();", "KeLeaveCriticalRegion();"));
    cured.order(&["10us: ApcHeld X.SuspendApc X", "20us: WaitEnded Y", "20us: WaitStarted X X.SuspendSemaphore"]);
    assert_eq!(cured.value("done"), 1);
}

/// TH-15, SU-2, AP-25
#[test]
fn a_thread_that_code_creates_begins_then_and_may_begin_suspended() {
    let run = run("var handle = 0; var again = 9; var given = 0; apc U user { work 1us; }
        thread Worker { given = Parameter; work 1us; }
        thread Q (priority: 4) { work 5us; handle = CreateThread(NULL, 0, Worker, 7, CREATE_SUSPENDED); QueueUserAPC(U, Worker); again = CreateThread(NULL, 0, Worker); work 5us; ResumeThread(Worker); }");
    run.order(&[
        "5us: ThreadCreated Worker TRUE TH-15",
        "5us: ApcInserted Worker.SuspendApc",
        "5us: ContextSwitched Worker Q @1",
        "5us: IrqlLowered @0",
        "5us: WaitStarted Worker Worker.SuspendSemaphore",
        "5us: ApcInserted U Worker",
        "10us: ThreadStarted Worker",
        "10us: ApcNormalRoutineStarted U Worker",
        "11us: GlobalWritten given =7",
    ])
    .never("0ns: ThreadReadied Worker")
    .completes();
    assert!(run.value("handle") != 0 && run.value("again") == 0);
    let kernel = crate::common::run(
        "var handle = 0; var given = 0; system thread Worker (priority: 12) { given = StartContext; }
        system thread Q { PsCreateSystemThread(handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Worker, 9); marker back; }",
    );
    kernel
        .order(&["ThreadCreated Worker FALSE", "GlobalWritten given =9", "ThreadEnded Worker", "MarkerReached back"])
        .completes();
    assert!(kernel.value("handle") != 0);
}

/// SU-7
#[test]
fn another_threads_context_is_read_and_written_by_a_special_kernel_apc() {
    // (what the target does, when its APC runs): it works on a suspended thread too.
    for (target, before, at) in [
        ("work 30us;", "", "10us:"),
        ("SleepEx(INFINITE, TRUE);", "", "10us:"),
        ("Region();", "", "30us:"),
        ("work 40us;", "SuspendThread(T);", "10us:"),
    ] {
        let run = run(&format!(
            "machine {{ processors: 2; end: 1ms; }} var got = 0; service Region() {{ KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion(); }}
            thread T (processor: 0) {{ {target} work 20us; }}
            thread Q (processor: 1) {{ work 10us; {before} SetThreadContext(T, 42); fine = GetThreadContext(T, got); assert(fine); }}"
        ));
        run.order(&[
            "ApcInserted GetSetContextApc T",
            "WaitStarted Q Q.ContextEvent",
            &format!("{at} ApcKernelRoutineStarted GetSetContextApc T @1 SU-7"),
            &format!("{at} ContextCopied T TRUE"),
            "ServiceReturned SetThreadContext",
            "ContextCopied T FALSE",
        ]);
        assert_eq!(run.value("got"), 42);
    }
    // Its own context needs no APC; an exiting or a system thread has none to offer.
    let own = crate::common::run("var mine = 9; var gone = 9; var kernel = 9; thread Ended { } system thread S { KeDelayExecutionThread(KernelMode, FALSE, -1ms); }
        thread T (start: 5us) { SetThreadContext(T, 3); GetThreadContext(T, mine); gone = GetThreadContext(Ended, x); kernel = GetThreadContext(S, x); }");
    own.never("ApcInserted GetSetContextApc");
    assert_eq!((own.value("mine"), own.value("gone"), own.value("kernel")), (3, 0, 0));
}

/// SU-6, SU-4
#[test]
fn the_objects_of_windows_8_suspend_a_thread_as_those_before_do() {
    let newer = |text: &str| {
        let text = text.replacen("machine {", "machine { suspend_model: sched_apc_win8; ", 1);
        assert!(text.contains("sched_apc_win8"));
        run(&text)
    };
    let mut suspended = newer(
        "machine { processors: 2; } thread T (processor: 0) { work 40us; }
        thread Q (processor: 1) { work 10us; SuspendThread(T); work 10us; ResumeThread(T); }",
    );
    suspended
        .order(&[
            "10us: ApcInserted T.SchedulerApc T",
            "10us: ApcKernelRoutineStarted T.SchedulerApc T @1 SU-6",
            "10us: ApcNormalRoutineStarted T.SchedulerApc T @0 SU-6",
            "10us: WaitStarted T T.SuspendEvent",
            "20us: WaitEnded T STATUS_SUCCESS SU-3",
        ])
        .completes();
    assert_eq!(suspended.state_after("20us: WaitEnded T").kevent[0].header.signal_state, 1, "a notification event");
    // But for the names every record is the same, also where suspension and resumption overtake each other.
    let words = |run: &Run| -> Vec<String> {
        let told = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = run.text().lines().filter(|line| !line.contains("fingerprint")).map(told).collect();
        lines
            .iter()
            .map(|line| {
                line.replace("SuspendApc", "SchedulerApc")
                    .replace("SuspendSemaphore", "SuspendEvent")
                    .replace(" SU-2 ", " SU-6 ")
            })
            .collect()
    };
    let again = |target: &str, other: &str| {
        format!(
            "machine {{ processors: 2; end: 1ms; }} event E; apc S special (thread: T) {{ work 9us; }} system thread T (processor: 0) {{ {target} marker over; }}
            system thread Q (processor: 1) {{ work 5us; KeSuspendThread(T); {other} }}"
        )
    };
    let mut texts: Vec<String> = scenarios()
        .into_iter()
        .map(|s| s.1)
        .filter(|text| text.contains("SuspendThread") && !text.contains("suspend_model"))
        .collect();
    assert!(texts.len() > 4);
    for target in
        ["KeEnterCriticalRegion(); work 20us; KeLeaveCriticalRegion();", "work 90us;", "KeWaitForSingleObject(E);"]
    {
        for other in [
            "KeResumeThread(T);",
            "KeResumeThread(T); KeSuspendThread(T);",
            "KeResumeThread(T); KeSuspendThread(T); KeResumeThread(T);",
            "work 5us; KeSetEvent(E); KeResumeThread(T); work 5us; KeSuspendThread(T); work 5us; KeResumeThread(T);",
        ] {
            texts.push(again(target, other));
        }
    }
    for text in texts {
        let newer = newer(&text);
        assert!(newer.count("SU-6") > 0 || newer.count("SU-1") == 0);
        assert_eq!(words(&run(&text)), words(&newer), "{text}");
    }
    // An event that is cleared holds the first routine, where the semaphore lets it end and holds the second: T does not run
    // in either case.
    let special =
        "work 5us; KeInsertQueueApc(S); work 2us; KeResumeThread(T); KeSuspendThread(T); work 50us; KeResumeThread(T);";
    for text in
        [again("work 90us;", special), again("KeWaitForSingleObject(E, Executive, KernelMode, FALSE, -5us);", special)]
    {
        for run in [run(&text), newer(&text)] {
            assert!(run.count("62us: ThreadReadied T") == 1 && run.count("MarkerReached over") == 1, "{}", run.text());
            run.never("19us: MarkerReached over").order(&["62us: WaitEnded T SU-3", "MarkerReached over"]);
        }
    }
}

/// SU-6, SU-5
#[test]
fn a_lock_whose_owner_waits_for_its_suspend_event_is_the_same_deadlock() {
    let hung = run(
        "machine { processors: 2; suspend_model: sched_apc_win8; } mutant Lock;
        thread X (processor: 0) { WaitForSingleObject(Lock, INFINITE); work 20us; }
        thread Y (processor: 1) { work 10us; SuspendThread(X); WaitForSingleObject(Lock, INFINITE); ResumeThread(X); }",
    );
    assert_eq!(hung.deadlock(), ["Y waits for Lock", "X is suspended"]);
}
