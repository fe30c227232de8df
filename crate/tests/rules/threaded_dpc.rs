//! Threaded DPCs: their queue, the way to their thread, what preempts them, and the machine that has none.

use crate::common::{ends_at, run};
use irql_playground::nt::{DPC_NORMAL, DPC_THREADED};
use irql_playground::program::Class;

const DEVICE: &str = "device V { irql: 5; isr: I; } at 100us interrupt V;";

/// DP-13, DP-25
#[test]
fn a_threaded_dpc_runs_in_a_thread_of_priority_31_at_passive_level() {
    let run = run(&format!(
        "machine {{ end: 1ms; }} {DEVICE} isr I {{ KeInsertQueueDpc(D, 7, 8); }} var sum = 0; var level = 9;
        dpc D (type: threaded) {{ level = KeGetCurrentIrql(); sum = SystemArgument1 + SystemArgument2; work 5us; }}
        system thread T (priority: 30) {{ work 300us; }}"
    ));
    assert_eq!((run.value("level"), run.value("sum")), (0, 15));
    run.order(&[
        "100us: DpcInserted D n=1 @5 DP-13",
        "SoftwareInterruptRequested DISPATCH_LEVEL DP-13",
        "InterruptEnded V",
        "SoftwareInterruptAccepted DISPATCH_LEVEL",
        "EventSet DpcEvent.0 @2",
        "ThreadReadied KiExecuteDpc.0 priority=31",
        "ContextSwitched KiExecuteDpc.0 T DP-21",
        "DpcStarted D @0 DP-25",
        "105us: DpcEnded D @0 DP-25",
        "WaitStarted KiExecuteDpc.0 DpcEvent.0",
        "ContextSwitched T KiExecuteDpc.0",
    ])
    // Nothing is drained: its queue is not that of ordinary DPCs.
    .never("RetireStarted")
    .completes();
}

/// DP-13, DP-7
#[test]
fn the_threaded_queue_is_its_own_and_asks_for_its_thread_once() {
    let mut run = run(&format!(
        "machine {{ end: 1ms; }} {DEVICE} isr I {{
            KeInsertQueueDpc(A); KeInsertQueueDpc(B); KeInsertQueueDpc(N);
            again = KeInsertQueueDpc(A); assert(again == FALSE);
            KeInsertQueueDpc(H); removed = KeRemoveQueueDpc(B); assert(removed); marker queued;
        }}
        dpc A (type: threaded) {{ work 5us; KeInsertQueueDpc(C); work 1us; }} dpc B (type: threaded) {{ work 1us; }}
        dpc C (type: threaded) {{ work 1us; }} dpc H (type: threaded, importance: High) {{ work 5us; }} dpc N {{ work 1us; }}"
    ));
    run.order(&["DpcStarted N DP-19", "RetireEnded", "DpcStarted H DP-25", "DpcStarted A DP-25", "DpcStarted C DP-25"])
        .times("SoftwareInterruptRequested DP-13", 1)
        .times("EventSet DpcEvent.0", 1)
        .never("DpcStarted B")
        .completes();
    let prcb = &run.state_after("MarkerReached queued").kprcb[0];
    let depth = |queue: usize| (prcb.dpc_data[queue].dpc_queue_depth, prcb.dpc_data[queue].dpc_count);
    assert_eq!((depth(DPC_NORMAL), depth(DPC_THREADED)), ((1, 1), (2, 3)));
    assert!(prcb.dpc_thread_requested && !prcb.dpc_thread_active);
    let prcb = &run.state_after("DpcStarted A").kprcb[0];
    assert!(prcb.dpc_thread_active, "so C asks for nobody");
}

/// DP-13, TH-8
#[test]
fn the_event_is_set_after_the_drain_by_the_flag_of_quantum_ends() {
    let mut run = run(&format!(
        "machine {{ end: 1ms; }} {DEVICE} isr I {{ KeInsertQueueDpc(D); KeInsertQueueDpc(N); }}
        dpc D (type: threaded) {{ work 1us; }} dpc N {{ work 20us; }} system thread T (priority: 8) {{ work 300us; }}
        system thread Peer (priority: 8) {{ work 1us; }}"
    ));
    run.order(&["DpcStarted N", "DpcEnded N", "RetireEnded", "EventSet DpcEvent.0", "DpcStarted D"]).completes();
    // It is no quantum end: the thread keeps what it has and stays before its peer.
    run.never("QuantumEnded").order(&["DpcEnded D", "ContextSwitched T KiExecuteDpc.0", "ContextSwitched Peer T"]);
    let prcb = &run.state_after("DpcStarted N").kprcb[0];
    assert!(prcb.quantum_end);
}

/// DP-25, DP-23
#[test]
fn isrs_and_ordinary_dpcs_preempt_a_threaded_dpc_and_lower_threads_do_not() {
    run(&format!(
        "machine {{ end: 1ms; }} {DEVICE} device W {{ irql: 5; isr: J; }} at 120us interrupt W; event E;
        isr I {{ KeInsertQueueDpc(D); }} isr J {{ work 2us; KeInsertQueueDpc(N); }}
        dpc D (type: threaded) {{ work 50us; }} dpc N {{ work 10us; KeSetEvent(E); }}
        system thread High (priority: 30) {{ KeWaitForSingleObject(E); work 1us; }}
        system thread T (priority: 8) {{ work 300us; }}"
    ))
    .order(&[
        "100us: DpcStarted D",
        "120us: IsrEntered W",
        "DpcStarted N",
        "ThreadReadied High",
        "132us: DpcEnded N",
        "132us: WorkResumed D",
        "162us: DpcEnded D",
        "ContextSwitched High KiExecuteDpc.0",
        "ContextSwitched T High",
    ])
    .completes();
}

/// DP-25
#[test]
fn another_thread_of_priority_31_shares_with_it_by_turns() {
    run("machine { clock: 1ms; quantum: 3; end: 9ms; } dpc D (type: threaded) { work 2500us; }
        system thread Starter (priority: 20) { KeInsertQueueDpc(D); work 1us; }
        system thread Peer (priority: 31, start: 100us) { work 2500us; }")
    .order(&[
        "0ns: DpcStarted D",
        "1ms: ContextSwitched Peer KiExecuteDpc.0",
        "2ms: ContextSwitched KiExecuteDpc.0 Peer",
        "3ms: ContextSwitched Peer KiExecuteDpc.0",
        "4ms: ContextSwitched KiExecuteDpc.0 Peer",
        "4.5ms: DpcEnded D",
    ])
    .completes();
}

/// DP-25, TH-17
#[test]
fn each_processor_has_its_own_dpc_thread() {
    run("machine { processors: 2; end: 1ms; } dpc There (type: threaded, processor: 1) { work 5us; } dpc Here (type: threaded) { work 5us; }
        system thread T (processor: 0) { work 10us; KeInsertQueueDpc(There); KeInsertQueueDpc(Here); work 50us; }
        system thread Busy (processor: 1) { work 100us; }")
    .order(&["DpcInserted There cpu0", "IpiSent cpu0 cpu1 DP-13", "EventSet DpcEvent.1 cpu1", "DpcStarted There cpu1 @0"])
    .order(&["DpcInserted Here cpu0", "EventSet DpcEvent.0 cpu0", "DpcStarted Here cpu0 @0"])
    .completes();
}

/// DP-13, TH-16
#[test]
fn the_idle_loop_wakes_the_dpc_thread_too() {
    run(&format!(
        "machine {{ end: 1ms; }} {DEVICE} isr I {{ KeInsertQueueDpc(D); }} dpc D (type: threaded) {{ work 1us; }}"
    ))
    .order(&[
        "100us: InterruptEnded V",
        "100us: EventSet DpcEvent.0",
        "100us: ContextSwitched KiExecuteDpc.0 TH-16",
        "DpcStarted D",
    ])
    .never("SoftwareInterruptAccepted")
    .completes();
}

/// DP-8, DP-25
#[test]
fn without_thread_dpc_enable_it_is_an_ordinary_dpc() {
    let run = run(&format!(
        "machine {{ threaded_dpc: FALSE; end: 1ms; }} {DEVICE} isr I {{ KeInsertQueueDpc(D); }} var level = 9;
        dpc D (type: threaded) {{ level = KeGetCurrentIrql(); work 5us; }} system thread T {{ work 300us; }}"
    ));
    assert_eq!(run.value("level"), 2);
    run.order(&["DpcInserted D DP-8", "RetireStarted", "DpcStarted D @2 DP-19", "DpcEnded D DP-23"]).completes();
    assert_eq!(run.program().threads.len(), 1, "there are no DPC threads");
}

/// DP-25, IR-17
#[test]
fn the_for_dpc_locks_raise_only_where_the_level_is_below_dispatch() {
    let text = |enabled: &str| {
        format!(
            "machine {{ threaded_dpc: {enabled}; end: 1ms; }} spinlock L; var inside = 9; var after = 9;
            dpc D (type: threaded) {{
                old = KeAcquireSpinLockForDpc(L); inside = KeGetCurrentIrql(); work 2us;
                KeReleaseSpinLockForDpc(L, old); after = KeGetCurrentIrql(); work 1us;
            }}
            system thread T {{ KeInsertQueueDpc(D); work 30us; }}"
        )
    };
    let threaded = run(&text("TRUE"));
    assert_eq!((threaded.value("inside"), threaded.value("after")), (2, 0));
    threaded.times("IrqlRaised @2 irql=0", 1).completes();
    let ordinary = run(&text("FALSE"));
    assert_eq!((ordinary.value("inside"), ordinary.value("after")), (2, 2));
    ordinary.never("IrqlRaised").completes();
}

/// DP-25
#[test]
fn a_threaded_dpc_must_return_at_the_level_of_its_call() {
    let stopped = run(
        "machine { end: 1ms; } dpc D (type: threaded) { KeRaiseIrql(DISPATCH_LEVEL, old); } system thread T { KeInsertQueueDpc(D); work 9us; }",
    );
    let routine = stopped.program().routine_address(stopped.program().dpcs[0].body);
    stopped
        .bugchecks(0xC8, [Some(2 << 16 | 2), Some(routine), Some(Class::Dpc.at(0_u16)), Some(0)])
        .times("BugChecked DP-25", 1);
}

/// DP-25, DP-24
#[test]
fn a_threaded_dpc_must_leave_its_thread_as_it_found_it() {
    let text = |code: &str| {
        format!(
            "process P; dpc D (type: threaded) {{ {code} work 1us; }} system thread T {{ KeInsertQueueDpc(D); work 1us; KeInsertQueueDpc(D); }}"
        )
    };
    for (code, after) in [
        ("KeEnterCriticalRegion();", 0xFFFF),
        ("KeEnterGuardedRegion();", 0xFFFF_0000),
        ("KeEnterGuardedRegion(); KeLeaveGuardedRegion(); KeEnterCriticalRegion();", 0xFFFF),
    ] {
        let stopped = run(&text(code));
        let routine = stopped.program().routine_address(stopped.program().dpcs[0].body);
        stopped.bugchecks(0xC7, [Some(4), Some(routine), Some(0), Some(after)]).times("BugChecked DP-25", 1);
        assert_eq!(ends_at(&text(code)), "}");
    }
    let attached = run(&text("KeStackAttachProcess(P, s);"));
    let [system, other] = [attached.program().system_process, 0].map(|p| Some(Class::Process.at(p)));
    attached.bugchecks(0x5, [system, other, Some(1), Some(0)]).times("BugChecked DP-25", 1);
    run(&text(
        "KeEnterCriticalRegion(); KeLeaveCriticalRegion(); KeStackAttachProcess(P, s); KeUnstackDetachProcess(s);",
    ))
    .times("DpcEnded D", 2)
    .completes();
}

/// DP-22, DP-25
#[test]
fn a_timers_threaded_dpc_goes_through_its_queue() {
    run("machine { clock: 1ms; end: 5ms; } timer T; dpc D (type: threaded) { work 1us; }
        system thread S { KeSetTimer(T, -1ms, D); work 3ms; }")
    .order(&["1ms: TimerSignalled T", "1ms: DpcInserted D DP-13", "1ms: RetireEnded", "1ms: DpcStarted D @0 DP-25"])
    .completes();
}

/// DP-25, DP-27
#[test]
fn the_watchdog_does_not_count_a_threaded_dpc() {
    let text = |kind: &str| {
        format!(
            "machine {{ clock: 1ms; dpc_time_limit: 2; dpc_watchdog_limit: 4; end: 20ms; }} dpc D (type: {kind}) {{ work 9ms; }}
            system thread T {{ KeInsertQueueDpc(D); work 1ms; }}"
        )
    };
    run(&text("threaded")).completes();
    run(&text("normal")).bugchecks(0x133, [Some(0), Some(3), Some(2), None]);
}

/// DP-25
#[test]
fn waiting_in_a_threaded_dpc_is_warned_of_as_in_every_dpc() {
    use irql_playground::lang::compile;
    for enabled in ["TRUE", "FALSE"] {
        let found = compile(&format!(
            "machine {{ threaded_dpc: {enabled}; }} event E; dpc D (type: threaded) {{ KeWaitForSingleObject(E); }}
            system thread T {{ KeInsertQueueDpc(D); }}"
        ));
        let slugs: Vec<&str> = found.diagnostics.iter().map(|d| d.slug).collect();
        assert_eq!(slugs, ["wait-above-dispatch"], "threaded_dpc: {enabled}");
    }
}
