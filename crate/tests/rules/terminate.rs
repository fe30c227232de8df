//! Ending threads: others, through two APCs; oneself, at once.

use crate::common::run;
use irql_playground::program::Class;

/// TE-1, AP-8
#[test]
fn ending_another_thread_takes_a_normal_kernel_apc_and_then_a_user_apc() {
    let mut run = run("machine { processors: 2; } apc U user (thread: T) { } thread T (processor: 0) { work 40us; }
        system thread K (processor: 1) { work 5us; KeInsertQueueApc(U); } thread Q (processor: 1) { work 10us; TerminateThread(T, 1); }");
    run.order(&[
        "15us: ApcInserted ExitApc T",
        "15us: ApcKernelRoutineStarted ExitApc T @1 TE-1",
        "15us: ApcNormalRoutineStarted ExitApc T @0 TE-1",
        "15us: ApcInserted ExitApc T",
        "15us: UserApcPending T",
        "15us: ApcDeliveryStarted T TRUE AP-15",
        "15us: ApcKernelRoutineStarted ExitApc T @1",
        "15us: IrqlLowered @0 TE-1",
        "15us: ApcDropped U T",
        "15us: ThreadEnded T",
    ])
    .times("ApcInserted ExitApc", 2)
    .never("ApcNormalRoutineStarted U")
    .completes();
    // The user part stands before what was queued earlier, and is pending at once.
    let state = run.state_after("UserApcPending T");
    let first = state.kapc[state.kthread[0].apc_list[1].0 as usize].def;
    assert_eq!(run.program().apcs[first as usize].name, "ExitApc");
}

/// AP-8, TE-1, AP-24
#[test]
fn what_ends_a_thread_stands_before_its_special_user_apcs_too() {
    const FLAG: &str = "QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC";
    let mut run = run(&format!(
        "machine {{ processors: 2; }} event E; apc Before user {{ }} apc After user {{ }} service Ask() {{ KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); }} thread T (processor: 0) {{ Ask(); }}
        thread Q (processor: 1) {{ work 10us; QueueUserAPC2(Before, T, 0, {FLAG}); TerminateThread(T); work 10us; QueueUserAPC2(After, T, 0, {FLAG}); marker queued; SetEvent(E); }}"
    ));
    let state = run.state_after("MarkerReached queued");
    let queued = |at: u16| state.kapc.get(at as usize);
    let list = std::iter::successors(queued(state.kthread[0].apc_list[1].0), |a| queued(a.next));
    let kinds: Vec<u16> = list.map(|a| a.def).collect();
    assert!(state.kthread[0].user_apc_pending && state.kthread[0].special_user_apc_pending);
    let names: Vec<&str> = kinds.iter().map(|def| run.program().apcs[*def as usize].name.as_str()).collect();
    assert_eq!(names, ["ExitApc", "Before", "After"]);
    run.order(&[
        "20us: FunctionReturned Ask",
        "20us: ApcKernelRoutineStarted ExitApc",
        "ApcDropped Before",
        "ApcDropped After",
        "ThreadEnded T",
    ])
    .never("ApcNormalRoutineStarted Before")
    .completes();
}

/// TE-2, TE-1, AP-28
#[test]
fn what_a_thread_does_decides_when_it_can_be_ended() {
    // (what it does, when it ends; empty: not before the end)
    for (target, ends) in [
        ("work 90us;", "10us:"),
        ("Sleep(INFINITE);", "10us:"),
        ("SleepEx(INFINITE, TRUE);", "10us:"),
        ("WaitForSingleObject(E, INFINITE);", "10us:"),
        ("Busy();", "30us:"),
        ("Critical();", "30us:"),
        ("Guarded();", "30us:"),
        ("AtApc();", "30us:"),
        // An unkillable thread: a driver waits in kernel mode.
        ("Unkillable(FALSE);", ""),
        ("Unkillable(TRUE);", ""),
    ] {
        let run = run(&format!(
            "machine {{ processors: 2; end: 1ms; }} event E; service Busy() {{ work 30us; }}
            service Critical() {{ KeEnterCriticalRegion(); work 30us; KeLeaveCriticalRegion(); }} service Guarded() {{ KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion(); }}
            service AtApc() {{ KeRaiseIrql(APC_LEVEL, o); work 30us; KeLowerIrql(o); }} service Unkillable(alertable) {{ KeWaitForSingleObject(E, Executive, KernelMode, alertable, NULL); }}
            thread T (processor: 0) {{ {target} marker alive; }} thread Q (processor: 1) {{ work 10us; TerminateThread(T); }}"
        ));
        run.never("MarkerReached alive").times("ThreadEnded T", usize::from(!ends.is_empty()));
        if !ends.is_empty() {
            run.times(&format!("{ends} ThreadEnded T"), 1);
        }
    }
}

/// TE-1, SU-3
#[test]
fn a_suspended_thread_is_resumed_to_be_ended() {
    run("machine { processors: 2; } thread T (processor: 0) { work 90us; } thread Q (processor: 1) { work 10us; SuspendThread(T); SuspendThread(T); work 10us; TerminateThread(T); }")
        .order(&["10us: WaitStarted T T.SuspendSemaphore", "20us: ThreadResumptionCounted T n=0", "20us: ApcNormalRoutineStarted ExitApc", "20us: ThreadEnded T"])
        .completes();
}

/// TE-1, TH-15
#[test]
fn a_thread_that_has_not_begun_ends_before_its_first_instruction() {
    run("thread T (start: 20us) { marker begun; } thread Q { TerminateThread(T); }")
        .order(&["20us: ContextSwitched T", "20us: ApcKernelRoutineStarted ExitApc", "20us: ThreadEnded T"])
        .never("MarkerReached")
        .completes();
}

/// TE-2
#[test]
fn system_threads_end_themselves_and_nobody_else() {
    let run = run("var refused = 9; var user = 0; system thread S { KeDelayExecutionThread(KernelMode, FALSE, -20us); PsTerminateSystemThread(0); marker never; }
        service NotMine() { return PsTerminateSystemThread(0); } thread Q { refused = TerminateThread(S); user = NotMine(); }");
    assert_eq!((run.value("refused"), run.value("user") as u32), (0, 0xC000_000D));
    run.never("ApcInserted").never("MarkerReached").times("ThreadEnded S", 1).completes();
}

/// TE-3, TE-2
#[test]
fn who_ends_itself_does_not_return_from_wherever_it_is() {
    for (code, more) in [
        ("ExitThread(0);", ""),
        ("TerminateThread(T, 0);", ""),
        ("F();", "function F() { ExitThread(0); }"),
        ("QueueUserAPC(U, T); SleepEx(0, TRUE);", "apc U user { ExitThread(0); }"),
    ] {
        run(&format!(
            "{more} thread T {{ {code} marker never; }} system thread W {{ KeWaitForSingleObject(T); marker seen; }}"
        ))
        .order(&["ThreadEnded T TH-19", "MarkerReached seen"])
        .never("MarkerReached never")
        .never("ApcNormalRoutineEnded")
        .completes();
    }
    // In the midst of a normal kernel APC, with another one queued: that is what 0x20 is for.
    run("apc A normal (thread: T) { PsTerminateSystemThread(0); } apc B normal (thread: T) { } system thread T { KeRaiseIrql(1, o); KeInsertQueueApc(A); KeInsertQueueApc(B); KeLowerIrql(o); }")
        .bugchecks(0x20, [Some(Class::Apc.at(1u16)), Some(0), Some(0), Some(0)]);
    run("system thread T { KeEnterCriticalRegion(); PsTerminateSystemThread(0); }")
        .bugchecks(0x20, [Some(0), Some(0xFFFF), Some(0), Some(1)]);
}

/// TE-1, SU-1
#[test]
fn a_thread_that_is_to_end_is_neither_suspended_nor_ended_once_more() {
    let run = run("machine { processors: 2; } var status = 0; var failed = 0; var again = 9; var kernel = 9;
        service InRegion() { KeEnterCriticalRegion(); work 30us; KeLeaveCriticalRegion(); }
        service Suspend() { kernel = KeSuspendThread(T); }
        thread T (processor: 0) { InRegion(); marker alive; }
        thread Q (processor: 1) { work 10us; TerminateThread(T); status = NtSuspendThread(T); failed = SuspendThread(T); Suspend(); again = TerminateThread(T); }");
    run.never("ThreadSuspensionCounted")
        .times("10us: ApcInserted ExitApc T", 1)
        .times("30us: ThreadEnded T", 1)
        .never("MarkerReached alive")
        .completes();
    assert_eq!(run.value("status") as u32, 0xC000_004B, "STATUS_THREAD_IS_TERMINATING");
    assert_eq!((run.value("failed"), run.value("again")), (-1, 1));
    assert_eq!(run.count("GlobalWritten kernel =0"), 1);
}

/// TE-1, SU-1, TH-15
#[test]
fn a_thread_exists_before_it_begins_unless_code_creates_it() {
    // `start` is when it begins: until then it can be suspended, resumed and ended.
    let early = run("var counts = 9; thread T (start: 50us) { marker begun; }
        thread Q { SuspendThread(T); counts = ResumeThread(T); SuspendThread(T); Sleep(90us); ResumeThread(T); }");
    early.order(&["50us: WaitStarted T T.SuspendSemaphore", "MarkerReached begun"]).completes();
    assert_eq!(early.value("counts"), 1);
    // One that code creates is nobody's to suspend before that: there is no handle to it yet.
    let none = run("var suspended = 9; var resumed = 9; var ended = 9; var status = 9; var back = 9; var queued = 9; var written = 9; var kernel = 9;
        apc U user { marker never; } apc K special (thread: T) { marker never_either; } service Queue() { kernel = KeInsertQueueApc(K) + KeSuspendThread(T) + KeResumeThread(T); }
        thread T { marker begun; }
        thread Q { suspended = SuspendThread(T); resumed = ResumeThread(T); ended = TerminateThread(T); status = NtSuspendThread(T, c); back = NtResumeThread(T, c);
            queued = QueueUserAPC(U, T); written = SetThreadContext(T, 5) + GetThreadContext(T, c); Queue(); CreateThread(NULL, 0, T); }");
    none.never("ThreadSuspensionCounted")
        .never("ApcInserted")
        .never("ApcKernelRoutineStarted")
        .never("ApcNormalRoutineStarted")
        .times("MarkerReached begun", 1)
        .completes();
    assert_eq!((none.value("suspended"), none.value("resumed"), none.value("ended")), (-1, -1, 0));
    assert_eq!(
        (none.value("status") as u32, none.value("back") as u32),
        (0xC000_0008, 0xC000_0008),
        "STATUS_INVALID_HANDLE"
    );
    assert_eq!((none.value("queued"), none.value("written"), none.value("kernel")), (0, 0, 0));
}
