//! When an inserted DPC asks for a drain, and what drains the queue when none was asked for: importance, depth, rate,
//! the idle loop, the tick.

use crate::common::{program, run};
use irql_playground::base::format_ns;
use irql_playground::nt::State;
use irql_playground::trace::{DrainReason, Kind};

/// What the insertion of `D` at `at` said about a drain: the reason, and which record said it.
fn decision(run: &crate::common::Run, at: &str) -> (DrainReason, Kind) {
    let inserted = run.first(&format!("{at}: DpcInserted D"));
    let next = &run.records[inserted + 1];
    assert_eq!((next.rule.info().id, next.cause), ("DP-9", inserted as u32), "{}", run.text());
    let reason = DrainReason::of(next.arg).unwrap_or_else(|| panic!("no reason\n{}", run.text()));
    assert_eq!(reason.asks(), next.kind != Kind::DpcRequestSpared, "{}", run.text());
    (reason, next.kind)
}

/// DP-9, DP-10
#[test]
fn the_table_of_requests_on_the_own_processor() {
    use DrainReason as R;
    // (importance, rate below the minimum, depth that counts as full, the reason)
    for (importance, quiet, full_at, expected) in [
        ("Low", true, 4, R::RateLow),
        ("Low", true, 1, R::QueueFull),
        ("Low", false, 4, R::LowCanWait),
        ("Low", false, 2, R::LowCanWait),
        ("Low", false, 1, R::QueueFull),
        ("Medium", true, 4, R::MediumOrMore),
        ("Medium", false, 4, R::MediumOrMore),
        ("MediumHigh", false, 4, R::MediumOrMore),
        ("High", false, 4, R::MediumOrMore),
    ] {
        for rule in ["documented", "book"] {
            let rate = if quiet { 3 } else { 0 };
            let run = run(&format!(
                "machine {{ dpc_rule: {rule}; dpc_rate: {rate}; dpc_queue_depth: {full_at}; end: 100us; }} dpc D (importance: {importance}) {{ }}
                system thread T {{ work 1us; KeInsertQueueDpc(D); work 1us; KeRaiseIrql(2, x); KeLowerIrql(x); }}"
            ));
            let (reason, kind) = decision(&run, "1us");
            assert_eq!(reason, expected, "{importance}\n{}", run.text());
            assert!(kind == Kind::SoftwareInterruptRequested || !reason.asks());
            assert_eq!(run.count("1us: DpcStarted D") == 1, reason.asks(), "{importance}\n{}", run.text());
        }
    }
}

/// DP-9, DP-10, DP-16, TH-16
#[test]
fn the_table_of_requests_for_another_processor() {
    use DrainReason as R;
    let (busy, asleep) = ("busy", "asleep");
    // (importance, depth that counts as full, what the other processor does, the reason); two are queued when D comes.
    for (importance, full_at, target, expected) in [
        ("Low", 4, busy, R::QueueNotFull),
        ("Low", 3, busy, R::QueueFull),
        ("Low", 4, asleep, R::QueueNotFull),
        ("Low", 3, asleep, R::QueueFull),
        ("Medium", 4, busy, R::QueueNotFull),
        ("Medium", 3, busy, R::QueueFull),
        ("Medium", 4, asleep, R::QueueNotFull),
        ("Medium", 3, asleep, R::QueueFull),
        ("MediumHigh", 4, busy, R::Urgent),
        ("MediumHigh", 3, busy, R::Urgent),
        ("MediumHigh", 4, asleep, R::Urgent),
        ("High", 4, busy, R::Urgent),
        ("High", 3, busy, R::Urgent),
        ("High", 4, asleep, R::Urgent),
        ("High", 3, asleep, R::Urgent),
    ] {
        let thread = if target == busy { "system thread Busy (processor: 1) { work 50us; }" } else { "" };
        let run = run(&format!(
            "machine {{ processors: 2; dpc_queue_depth: {full_at}; }} dpc D (importance: {importance}, processor: 1) {{ work 1us; }}
            dpc A (importance: Low, processor: 1) {{ }} dpc B (processor: 1) {{ }}
            system thread T (processor: 0) {{ work 1us; KeInsertQueueDpc(A); KeInsertQueueDpc(B); KeInsertQueueDpc(D); work 30us; }} {thread}"
        ));
        let (reason, kind) = decision(&run, "1us");
        assert_eq!(reason, expected, "{importance}, {target}\n{}", run.text());
        assert!(kind == Kind::IpiSent || !reason.asks());
        assert_eq!(run.count("1us: DpcStarted D cpu1") == 1, reason.asks(), "{importance}, {target}\n{}", run.text());
        run.times("DpcStarted D cpu1", 1).completes();
    }
    // An idle processor that is awake needs no interrupt, whatever is queued there: it sees its queue by itself.
    for importance in ["Low", "Medium", "MediumHigh", "High"] {
        for full_at in [1, 4] {
            let run = run(&format!(
                "machine {{ processors: 2; dpc_queue_depth: {full_at}; idle_poll: 20us; }} dpc D (importance: {importance}, processor: 1) {{ work 1us; }}
                system thread T (processor: 0) {{ work 1us; KeInsertQueueDpc(D); work 30us; }}"
            ));
            assert_eq!(decision(&run, "1us").0, R::IdlePolls, "{importance}\n{}", run.text());
            run.times("1us: DpcStarted D cpu1", 1).never("IpiSent").completes();
        }
    }
}

/// DP-9
#[test]
fn the_books_rule_sends_urgent_dpcs_to_idle_processors_only() {
    use DrainReason as R;
    // (importance, depth that counts as full, the target is idle, the inserting one is idle but for its ISR, the reason)
    for (importance, full_at, idle, all_idle, expected) in [
        ("High", 4, true, false, R::TargetIdle),
        ("High", 4, false, false, R::TargetBusy),
        ("High", 1, false, false, R::TargetBusy),
        ("MediumHigh", 4, true, false, R::TargetIdle),
        ("MediumHigh", 4, false, false, R::TargetBusy),
        ("Medium", 4, true, false, R::SystemBusy),
        ("Medium", 4, false, false, R::SystemBusy),
        ("Medium", 1, false, false, R::QueueFull),
        ("Medium", 4, true, true, R::SystemIdle),
        ("Low", 4, true, false, R::SystemBusy),
        ("Low", 1, false, false, R::QueueFull),
        ("Low", 4, true, true, R::SystemIdle),
    ] {
        for poll in ["0us", "1ms"] {
            let busy = if idle { "" } else { "system thread Busy (processor: 1) { work 50us; }" };
            let here = if all_idle { "" } else { "system thread T (processor: 0) { work 50us; }" };
            let run = run(&format!(
                "machine {{ processors: 2; dpc_rule: book; dpc_queue_depth: {full_at}; idle_poll: {poll}; end: 2ms; }}
                dpc D (importance: {importance}, processor: 1) {{ }} isr I {{ KeInsertQueueDpc(D); }} device Nic {{ irql: 5; isr: I; }}
                {here} {busy} at 1us interrupt Nic;"
            ));
            assert_eq!(decision(&run, "1us").0, expected, "{importance}, idle: {idle}, {poll}\n{}", run.text());
            assert_eq!(run.count("1us: IpiSent DISPATCH_LEVEL") == 1, expected.asks(), "{}", run.text());
        }
    }
}

/// TH-16, DP-9, IN-9
#[test]
fn an_idle_processor_polls_as_long_as_the_machine_says_and_an_ipi_wakes_it() {
    let mut run =
        run("machine { processors: 2; idle_poll: 20us; } dpc D (processor: 1, importance: High) { work 1us; }
        system thread T (processor: 0) {
            work 15us; KeInsertQueueDpc(D);
            work 15us; KeInsertQueueDpc(D);
            work 30us; KeInsertQueueDpc(D);
            work 30us;
        }");
    run.order(&[
        "15us: DpcRequestSpared D cpu1 IdlePolls",
        "15us: DpcStarted D cpu1",
        "30us: DpcRequestSpared D cpu1 IdlePolls", // it polls anew from 16us on
        "31us: DpcEnded D cpu1",
        "51us: ProcessorHalted cpu1 TH-16",
        "60us: IpiSent DISPATCH_LEVEL cpu1 Urgent DP-9",
        "60us: InterruptAccepted IPI cpu1",
        "60us: DpcStarted D cpu1",
        "81us: ProcessorHalted cpu1",
    ])
    .times("IpiSent DP-9", 1)
    .completes();
    let sleeping = |state: &State| (state.kprcb[1].sleeping, state.kprcb[1].poll_until > 0);
    assert_eq!(sleeping(run.state_after("15us: DpcInserted D")), (false, true));
    assert_eq!(sleeping(run.state_after("ProcessorHalted cpu1")), (true, false));
    assert_eq!(sleeping(run.state_after("60us: IpiSent")), (true, false));
    assert_eq!(sleeping(run.state_after("60us: InterruptAccepted IPI")), (false, false));
    // By default it halts at once, and nothing need be told.
    let mut run = crate::common::run("machine { processors: 2; } system thread T (processor: 1) { work 5us; }");
    assert!(run.state_after("RunStarted").kprcb.iter().all(|p| p.sleeping));
    assert!(!run.state_after("ThreadStarted T").kprcb[1].sleeping);
    run.never("ProcessorHalted").completes();
}

/// DP-9
#[test]
fn nothing_is_requested_while_a_drain_runs_or_is_on_its_way() {
    run("dpc A { KeInsertQueueDpc(B); work 1us; } dpc B { } dpc C { }
        system thread T { KeRaiseIrqlToDpcLevel(); KeInsertQueueDpc(A); KeInsertQueueDpc(C); KeLowerIrql(0); }")
    .order(&[
        "DpcInserted A",
        "SoftwareInterruptRequested DISPATCH_LEVEL",
        "DpcInserted C",
        "DpcRequestSpared C AlreadyRequested",
    ])
    .order(&["DpcStarted A", "DpcInserted B n=2", "DpcRequestSpared B DrainRunning"])
    .times("SoftwareInterruptRequested DISPATCH_LEVEL", 1)
    .times("RetireStarted", 1)
    .completes();
}

/// DP-14, DP-9
#[test]
fn a_processor_whose_queue_was_emptied_can_be_asked_again() {
    run("machine { processors: 2; } dpc D (processor: 1, importance: High) { work 1us; }
        system thread T (processor: 0) { KeInsertQueueDpc(D); KeRemoveQueueDpc(D); work 5us; KeInsertQueueDpc(D); work 5us; }")
    .never("0ns: DpcStarted D")
    .times("5us: DpcStarted D cpu1", 1)
    .completes();
}

/// DP-16, DP-17
#[test]
fn a_dpc_that_asked_for_nothing_runs_with_the_next_drain_or_tick() {
    // With another DPC, and before it: the queue is one.
    let low = "machine { dpc_rate: 0; clock: 100us; } dpc Low (importance: Low) { work 1us; } dpc D { work 1us; }";
    run(&format!("{low} system thread T {{ KeInsertQueueDpc(Low); work 10us; KeInsertQueueDpc(D); work 1us; }}"))
        .order(&["0ns: DpcRequestSpared Low", "10us: DpcStarted Low", "11us: DpcStarted D", "12us: WorkStarted T"])
        .times("RetireStarted", 1);
    // Alone: at the tick.
    run(&format!("{low} system thread T {{ work 10us; KeInsertQueueDpc(Low); work 200us; }}"))
        .order(&["100us: ClockTicked", "100us: SoftwareInterruptRequested DP-17", "100us: DpcStarted Low"])
        .completes();
    // In the idle loop: as the processor gets idle.
    run(&format!("{low} system thread T {{ work 10us; KeInsertQueueDpc(Low); work 5us; }}"))
        .order(&["15us: ContextSwitched (idle)", "15us: DpcStarted Low"])
        .completes();
}

/// DP-16, TH-16
#[test]
fn an_idle_processor_that_sleeps_finds_a_spared_dpc_at_its_next_interrupt() {
    let text = |stimulus: &str| {
        format!(
            "machine {{ processors: 2; clock: 100us; }} dpc D (processor: 1) {{ }} isr I {{ }} device Nic {{ irql: 5; processor: 1; isr: I; }}
            system thread T (processor: 0) {{ work 10us; KeInsertQueueDpc(D); work 5us; }} {stimulus}"
        )
    };
    run(&text("")).never("10us: DpcStarted").times("100us: DpcStarted D cpu1", 1).completes();
    run(&text("at 40us interrupt Nic;")).order(&["40us: InterruptEnded Nic", "40us: DpcStarted D cpu1"]).completes();
}

/// DP-17, DP-18
#[test]
fn each_tick_updates_the_rate_and_adjusts_the_limit() {
    // Before each tick: how many DPCs run, and whether a Low one is left in the queue. After it: DpcRequestRate,
    // MaximumDpcQueueDepth, AdjustDpcThreshold.
    let ticks = [
        (8, false, (4, 4, 2)), // (8 + 0) / 2; nothing is queued: the threshold counts down
        (8, true, (6, 4, 3)),  // (9 + 4) / 2; queued, but the rate is not below the ideal one
        (0, true, (3, 3, 3)),  // below it: the limit falls
        (0, true, (2, 2, 3)),
        (0, true, (1, 1, 3)),
        (0, true, (1, 1, 2)), // the queue is full with one, so that the Low one has run at once
        (0, false, (0, 1, 1)),
        (0, false, (0, 2, 3)), // at 0 the limit rises, and the threshold begins anew
        (0, true, (0, 1, 3)),
        (0, false, (0, 1, 2)),
        (0, false, (0, 1, 1)),
        (0, false, (0, 2, 3)),
        (0, false, (0, 2, 2)),
        (0, false, (0, 2, 1)),
        (0, false, (0, 3, 3)),
        (0, false, (0, 3, 2)),
        (0, false, (0, 3, 1)),
        (0, false, (0, 4, 3)), // its default: it rises no more
        (0, false, (0, 4, 2)),
        (0, false, (0, 4, 1)),
        (0, false, (0, 4, 3)),
    ];
    let code: String = ticks
        .iter()
        .map(|(runs, low, _)| {
            let low = if *low { "KeInsertQueueDpc(Low);" } else { "" };
            format!("for (i = 0; i < {runs}; i++) KeInsertQueueDpc(D); {low} work 100us;\n")
        })
        .collect();
    let mut run = run(&format!(
        "machine {{ clock: 100us; dpc_rate: 0; dpc_ideal_rate: 5; dpc_adjust_threshold: 3; end: 5ms; }}
        dpc Low (importance: Low) {{ }} dpc D {{ }} system thread T {{ {code} work 1us; }}"
    ));
    for (n, (_, _, expected)) in (1..).zip(ticks) {
        let p = &run.state_after(&format!("{}: InterruptEnded Clock", format_ns(n * 100_000))).kprcb[0];
        let found = (p.dpc_request_rate, p.maximum_dpc_queue_depth, p.adjust_dpc_threshold);
        assert_eq!(found, expected, "tick {n}\n{}", run.text());
    }
    run.times("SoftwareInterruptRequested DP-17", 5).times("DpcStarted Low", 6).completes();
    // The defaults.
    let machine = program("").machine;
    let found =
        (machine.dpc_queue_depth_max, machine.dpc_rate_min, machine.dpc_rate_ideal, machine.dpc_adjust_threshold);
    assert_eq!(found, (4, 3, 20, 20));
}
