//! How runs end: by themselves, at their end, by a bugcheck, or at a limit that says which and where.

use crate::common::{LIMITS, program, run};
use irql_playground::base::NONE;
use irql_playground::sim::{Limits, OutcomeKind, Session};

fn limit_of(text: &str, limits: Limits) -> (&'static str, u64, String) {
    let program = program(text);
    let mut session = Session::new(program, 1, limits);
    session.run();
    let outcome = session.outcome().expect("it ended");
    let OutcomeKind::Limit(name, value) = outcome.kind else { panic!("{:?}", outcome.kind) };
    assert_eq!(outcome.exit_status(), 3);
    (name, value, outcome.span.of(text).to_string())
}

/// SIM-2
#[test]
fn a_loop_without_work_is_stopped_and_its_place_told() {
    for text in ["system thread T { x = 0; while (TRUE) x = x + 1; }", "thread T { x = 0; while (TRUE) x = x + 1; }"] {
        let (name, value, place) = limit_of(text, Limits::default());
        assert_eq!((name, value), ("ops_at_instant", 1_000_000));
        assert!(!place.is_empty(), "the place is in the loop");
    }
    // So is one in an ISR, and one that the kernel takes part in.
    let isr = "isr I { while (TRUE) { } } device Nic { irql: 5; isr: I; } at 1us interrupt Nic;";
    assert_eq!(limit_of(isr, LIMITS).0, "ops_at_instant");
    let dpc = "dpc D { KeInsertQueueDpc(D); } system thread T { KeInsertQueueDpc(D); }";
    assert!(["ops_at_instant", "records"].contains(&limit_of(dpc, LIMITS).0));
    let yields = "thread A { while (TRUE) Sleep(0); } thread B { while (TRUE) Sleep(0); }";
    assert!(["ops_at_instant", "records"].contains(&limit_of(yields, LIMITS).0));
    let apc = "apc U user { QueueUserAPC(U, T); } thread T { QueueUserAPC(U, T); SleepEx(0, TRUE); }";
    assert!(["ops_at_instant", "records"].contains(&limit_of(apc, LIMITS).0));
}

/// SIM-2
#[test]
fn a_limit_names_what_has_reached_it_and_how_to_mend_that() {
    let told = |text: &str, limits: Limits| {
        let mut session = Session::new(program(text), 1, limits);
        session.run();
        let outcome = session.outcome().expect("it ended");
        let runaway = outcome.runaway.clone().expect("it is told");
        assert_eq!(outcome.span, runaway.span);
        (runaway.found.to_string(), runaway.mend.to_string(), runaway.span.of(text).to_string())
    };
    let records = Limits { records: 5_000, ..Limits::default() };
    // No time passes.
    for (text, limits, what, place, mend) in [
        (
            "isr I { return FALSE; } device Nic { irql: 5; mode: level; isr: I; } at 1us interrupt Nic;",
            records,
            "the line of Nic stays asserted",
            "FALSE",
            "quiet its device",
        ),
        (
            "dpc D { KeInsertQueueDpc(D); } system thread T { KeInsertQueueDpc(D); }",
            LIMITS,
            "D ran ",
            "KeInsertQueueDpc(D)",
            "on a condition",
        ),
        (
            "apc U user { QueueUserAPC(U, T); } thread T { QueueUserAPC(U, T); SleepEx(0, TRUE); }",
            records,
            "U ran ",
            "QueueUserAPC(U, T)",
            "on a condition",
        ),
        (
            "thread A { while (TRUE) Sleep(0); } thread B { while (TRUE) Sleep(0); }",
            records,
            "the processors switched threads",
            "",
            "something to wait for",
        ),
        (
            "event E; system thread T { while (TRUE) KeSetEvent(E); }",
            LIMITS,
            "code goes round and round",
            "E",
            "`work` to do",
        ),
        (
            "isr I { while (TRUE) { } } device Nic { irql: 5; isr: I; } at 1us interrupt Nic;",
            LIMITS,
            "code goes round and round",
            "TRUE",
            "`work` to do",
        ),
        (
            "function F(n) { return F(n + 1); } system thread T { F(0); }",
            LIMITS,
            "calls are nested",
            "F(n + 1)",
            "Return on a condition",
        ),
        // Time passes, but too much happens in it.
        (
            "machine { end: 10s; } isr I { KeInsertQueueDpc(D); } dpc D { } device Nic { irql: 5; isr: I; } every 1us interrupt Nic;",
            records,
            "Nic interrupted ",
            "Nic",
            "earlier `end`",
        ),
        (
            "machine { end: 10s; } dpc D { work 1us; KeInsertQueueDpc(D); } system thread T { KeInsertQueueDpc(D); }",
            records,
            "D ran ",
            "KeInsertQueueDpc(D)",
            "earlier `end`",
        ),
        (
            "machine { end: 10s; } thread T { while (TRUE) work 1us; }",
            records,
            "the code of T went round",
            "work 1us;",
            "earlier `end`",
        ),
        (
            "machine { end: 10s; clock: 1ms; } thread T { while (TRUE) work 1s; }",
            records,
            "Clock interrupted ",
            "",
            "earlier `end`",
        ),
    ] {
        let (found, help, at) = told(text, limits);
        assert!(found.contains(what), "{text}: {found}");
        assert!(at.contains(place), "{text}: {at}");
        assert!(help.contains(mend), "{text}: {help}");
    }
}

/// SIM-2
#[test]
fn recursion_is_stopped_and_its_place_told() {
    let (name, value, place) =
        limit_of("function F(n) { return F(n + 1); } system thread T { F(0); }", Limits::default());
    assert_eq!((name, value), ("nesting", 256));
    assert!(place.contains("F(n + 1)"), "{place}");
}

/// SIM-2
#[test]
fn a_thread_that_queues_user_apcs_for_ever_is_stopped() {
    let (name, _, place) =
        limit_of("apc U user { } thread T { while (TRUE) { QueueUserAPC(U, T); work 1us; } }", LIMITS);
    assert_eq!(name, "apc_pool");
    assert!(place.contains("QueueUserAPC"), "{place}");
}

/// SIM-2
#[test]
fn a_million_interrupts_end_at_the_limit_of_records() {
    let text = "machine { end: 10s; } isr I { } device Nic { irql: 5; isr: I; } every 1us interrupt Nic;";
    let limits = Limits { records: 300_000, ..Limits::default() };
    let (name, value, _) = limit_of(text, limits);
    assert_eq!((name, value), ("records", 300_000));
}

/// SIM-2, SIM-4
#[test]
fn sixty_four_processors_and_a_thousand_threads_run_to_their_end() {
    let mut text = String::from("machine { processors: 64; end: 1ms; clock: 500us; }\n");
    for n in 0..1000 {
        text += &format!(
            "system thread T{n} (priority: {}) {{ while (TRUE) {{ work random(20us, 90us); KeDelayExecutionThread(KernelMode, FALSE, -10us); }} }}\n",
            1 + n % 31
        );
    }
    let mut session = Session::new(program(&text), 1, Limits::default());
    session.run();
    assert_eq!(session.outcome().expect("it ended").kind, OutcomeKind::Completed { quiescent: false });
    assert!(session.columns().len() > 3000);
    let started = session.columns().iter().filter(|r| r.kind.info().name == "ThreadStarted").count();
    assert!(started > 600, "{} threads ran", started);
}

/// SIM-4
#[test]
fn a_run_ends_when_nothing_is_left_or_at_its_end() {
    let ended = run("system thread T { work 5us; }");
    assert_eq!(ended.outcome().kind, OutcomeKind::Completed { quiescent: true });
    ended.times("5us: RunEnded", 1);
    let endless = run("machine { end: 50us; } system thread T { while (TRUE) work 7us; }");
    assert_eq!(endless.outcome().kind, OutcomeKind::Completed { quiescent: false });
    endless.times("50us: EndReached", 1);
    let waiting = run("event E; system thread T { KeWaitForSingleObject(E); }");
    assert_eq!(waiting.outcome().kind, OutcomeKind::Completed { quiescent: true }, "nobody will ever set it");
}

/// BC-4
#[test]
fn a_bugcheck_stops_everything_at_high_level_and_tells_code_parameters_and_place() {
    let text = "machine { processors: 2; } system thread T (processor: 0) { work 5us; KeBugCheckEx(0xE2, 1, 2, 3, 4); } system thread U (processor: 1) { while (TRUE) work 2us; }";
    let run = run(text);
    run.bugchecks(0xE2, [Some(1), Some(2), Some(3), Some(4)]).times("5us: BugChecked cpu0 @15 0xe2", 1);
    let outcome = run.outcome();
    assert_eq!(outcome.record as usize, run.records.len() - 1);
    assert_eq!(outcome.span.of(text), "KeBugCheckEx(0xE2, 1, 2, 3, 4)");
    assert_eq!(outcome.line(run.program()), "bugcheck 0xe2 MANUALLY_INITIATED_CRASH (0x1, 0x2, 0x3, 0x4)");
    assert_eq!(outcome.exit_status(), 1, "nobody claimed it");
    assert_ne!(run.records[run.records.len() - 1].pc, NONE);
}

/// SIM-4
#[test]
fn a_failed_assertion_ends_the_run_at_its_place() {
    let text = "var x = 1; system thread T { work 3us; assert(x == 2); work 1us; }";
    let run = run(text);
    assert!(
        matches!(&run.outcome().kind, OutcomeKind::Assertion(said) if said.contains("x == 2")),
        "{:?}",
        run.outcome()
    );
    assert!(run.outcome().span.of(text).contains("x == 2"));
    assert_eq!(run.outcome().exit_status(), 1);
}

/// SIM-4
#[test]
fn a_negative_time_to_spend_ends_the_run_as_a_failed_assertion() {
    for (statement, place) in
        [("work left;", "work left;"), ("KeStallExecutionProcessor(left);", "KeStallExecutionProcessor(left)")]
    {
        let text = format!("var left = 3us; system thread T {{ work left; left -= 4us; {statement} work 1us; }}");
        let run = run(&text);
        assert_eq!(run.outcome().kind, OutcomeKind::Assertion("time >= 0".into()));
        assert_eq!(run.outcome().span.of(&text), place);
        run.times("3us: AssertionFailed", 1);
    }
    run("system thread T { work 0ns; x = 0; work x; }").completes();
}

/// SIM-1
#[test]
fn at_one_instant_what_is_due_is_posted_first_and_then_the_processors_act_in_order() {
    run("machine { processors: 2; } isr I { work 1us; } device A { irql: 4; processor: 1; isr: I; } device B { irql: 5; processor: 0; isr: I; } device C { irql: 6; processor: 0; isr: I; }
        at 5us interrupt A; at 5us interrupt B; at 5us interrupt C;")
    .order(&["5us: InterruptRequested A", "5us: InterruptRequested B", "5us: InterruptRequested C", "5us: IsrEntered C", "5us: IsrEntered A", "6us: IsrEntered B"])
    .completes();
}

/// SIM-3
#[test]
fn a_latency_that_was_never_seen_names_the_device_whose_request_was_claimed() {
    let run = run("machine { end: 1ms; } device A { irql: 6; isr: IA; } isr IA { } dpc D { } \
         every 100us interrupt A; expect latency A -> D <= 1us; expect count D == 0;");
    let details: Vec<String> =
        run.session.outcome().expect("it has ended").claims.iter().map(|claim| claim.detail.to_string()).collect();
    assert_eq!(details, ["D never ran after A", "D ran 0 times"]);
}

/// SIM-3
#[test]
fn a_latency_from_a_body_to_itself_is_that_to_its_next_beginning() {
    let run = run(
        "machine { end: 1ms; } device A { irql: 6; isr: IA; } isr IA { KeInsertQueueDpc(D); } dpc D { work 1us; } dpc Once { } \
         system thread T { KeInsertQueueDpc(Once); } at 10us interrupt A; at 60us interrupt A; at 90us interrupt A; \
         expect latency D -> D == 50us; expect latency D -> D <= 0; expect latency IA -> IA == 50us; expect latency Once -> Once <= 1s;",
    );
    let told: Vec<(bool, String)> =
        run.outcome().claims.iter().map(|claim| (claim.holds, claim.detail.to_string())).collect();
    let longest = "the longest was 50us";
    let expected = [(true, longest), (false, longest), (true, longest), (false, "Once never ran after Once")];
    assert_eq!(told, expected.map(|(holds, detail)| (holds, detail.to_string())));
}

/// SIM-3
#[test]
fn an_order_counts_the_beginnings_of_each_name_and_says_which_of_them_came_too_early() {
    let run = run("machine { end: 90us; } device A { irql: 6; isr: IA; } isr IA { KeInsertQueueDpc(D); } dpc D { } \
         system thread T { work 50us; KeRaiseIrql(DISPATCH_LEVEL, old); work 10us; KeLowerIrql(old); work 10us; } \
         at 10us interrupt A; at 51us interrupt A; at 52us interrupt A; \
         expect order IA, D, IA, IA, D; expect order T, IA, T; expect order D, IA; expect order IA, IA, D; \
         expect order IA, D, D, IA; expect order IA, IA, IA, IA;");
    let told: Vec<(bool, String)> =
        run.outcome().claims.iter().map(|claim| (claim.holds, claim.detail.to_string())).collect();
    let expected = [
        (true, "they began in this order"),
        (false, "beginning 2 of T never came"), // it is switched to again, and begins once
        (false, "IA began before D"),
        (false, "beginning 1 of D came before beginning 2 of IA"),
        (false, "beginning 2 of IA came before beginning 2 of D"),
        (false, "beginning 4 of IA never came"),
    ];
    assert_eq!(told, expected.map(|(holds, detail)| (holds, detail.to_string())));
}
