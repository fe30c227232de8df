//! The figures of small runs, worked out by hand.

use crate::common::{Run, run};
use irql_playground::report::{Exchange, GUIDANCE, Measure, Row, SLICES, Statistics, TRAFFIC_SLICES, Traffic, Use};

fn of(run: &Run) -> Statistics {
    Statistics::of(run.session.columns(), run.program())
}

fn row(figures: &Statistics, run: &Run, measure: Measure, name: &str) -> Row {
    let found =
        figures.rows.iter().find(|r| r.measure == measure && run.program().name(measure.class(), r.subject) == name);
    found.unwrap_or_else(|| panic!("{}\nno {measure:?} of {name}", run.text())).clone()
}

/// Count, median, 99th percentile, maximum in microseconds, and the record of the maximum.
fn figures(row: &Row) -> (u32, u64, u64, u64, usize) {
    let d = &row.elapsed;
    (d.count, d.median / 1_000, d.p99 / 1_000, d.max / 1_000, d.max_record as usize)
}

/// IR-21
#[test]
fn a_routine_is_held_against_the_guidance_by_its_own_time() {
    let text = "
        isr SlowIsr { work 30us; KeInsertQueueDpc(D); } device Slow { irql: 5; isr: SlowIsr; }
        isr FastIsr { work 20us; } device Fast { irql: 8; isr: FastIsr; }
        dpc D { work 90us; }
        thread T { work 300us; }
        at 100us interrupt Slow; at 110us interrupt Fast; at 160us interrupt Fast;";
    let run = run(text);
    let all = of(&run);
    // Fast comes between: it makes the ISR and the DPC last longer, and is not their doing.
    let slow = row(&all, &run, Measure::IsrDuration, "Slow");
    assert_eq!(figures(&slow), (1, 50, 50, 50, run.first("IsrEntered Slow")));
    assert_eq!(slow.own.unwrap().max, 30_000);
    assert!(30_000 > GUIDANCE[0]);
    let dpc = row(&all, &run, Measure::DpcDuration, "D");
    assert_eq!(figures(&dpc), (1, 110, 110, 110, run.first("DpcStarted D")));
    assert_eq!(dpc.own.unwrap().max, 90_000);
    assert!(90_000 < GUIDANCE[1] && dpc.elapsed.max > GUIDANCE[1]);
    assert_eq!(figures(&row(&all, &run, Measure::IsrDuration, "Fast")).0, 2);
    // 300 us of the thread, and what was taken from it.
    assert_eq!(all.threads, [300_000]);
    let load = &all.loads[0];
    assert_eq!((all.end, load.total), (460_000, [0, 300_000, 90_000, 70_000]));
    assert_eq!(load.interrupts.iter().sum::<u32>(), 3);
    for what in [Use::Idle, Use::Thread, Use::Dpc, Use::Isr] {
        assert_eq!(load.slices.iter().map(|s| s[what as usize]).sum::<u64>(), load.total[what as usize]);
    }
    let whole = |s: &[u64; 4]| s.iter().sum::<u64>() == all.slice;
    assert!(load.slices[..SLICES - 1].iter().all(whole), "no slice has more time or less than there is");
}

/// The routines that the run ended in, each with its own time in microseconds.
fn unfinished(run: &Run) -> Vec<(Measure, String, u64)> {
    let all = of(run).unfinished;
    all.iter().map(|u| (u.measure, run.program().name(u.measure.class(), u.subject).into(), u.own / 1_000)).collect()
}

/// IR-21, DP-27
#[test]
fn the_dpc_that_stops_the_machine_counts_with_what_it_has_taken_so_far() {
    let run = run("machine { clock: 1ms; dpc_time_limit: 2; }
        isr I { work 2us; KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; } dpc D { work 10ms; }
        isr J { work 5us; } device Fast { irql: 8; isr: J; }
        thread T { work 1ms; } at 498us interrupt Nic; at 600us interrupt Fast;
        expect bugcheck 0x133;");
    assert_eq!(unfinished(&run), [(Measure::DpcDuration, "D".into(), 2_495)], "{}", run.text());
    assert_eq!(of(&run).unfinished[0].record as usize, run.first("DpcStarted D"));
    assert!(of(&run).rows.iter().all(|row| row.measure != Measure::DpcDuration), "how long it takes is not known");
}

/// DP-25
#[test]
fn a_threaded_dpc_that_the_run_ends_in_is_told_as_such() {
    let run = run("machine { end: 1ms; } dpc D (type: threaded) { work 5ms; } device A { irql: 5; isr: I; }
        isr I { work 1us; KeInsertQueueDpc(D); } at 10us interrupt A;");
    assert_eq!(unfinished(&run), [(Measure::ThreadedDpcDuration, "D".into(), 989)], "{}", run.text());
    assert_eq!(Measure::ThreadedDpcDuration.guidance(), None);
}

/// DP-25
#[test]
fn a_threaded_dpc_is_held_against_the_guidance_only_where_it_is_an_ordinary_one() {
    let measured = |setting: &str| {
        let run = run(&format!(
            "machine {{ {setting} }} dpc D (type: threaded) {{ work 2ms; }} system thread T {{ KeInsertQueueDpc(D); work 1us; }}"
        ));
        let durations = of(&run).rows.into_iter().filter(|row| row.own.is_some());
        durations.map(|row| (row.measure, row.elapsed.max)).collect::<Vec<_>>()
    };
    assert_eq!(measured(""), [(Measure::ThreadedDpcDuration, 2_000_000)]);
    assert_eq!(measured("threaded_dpc: FALSE;"), [(Measure::DpcDuration, 2_000_000)]);
}

/// DP-25, DP-22
#[test]
fn a_thread_that_a_threaded_dpc_or_timer_expiry_wakes_is_measured_too() {
    let run = run("machine { processors: 1; clock: 1ms; } event E;
        isr I { KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; }
        dpc D (type: threaded) { work 3us; KeSetEvent(E); work 40us; }
        system thread Urgent (priority: 15) { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); work 1us; }
        system thread Sleeper (priority: 14) { KeDelayExecutionThread(KernelMode, FALSE, -10000); work 1us; }
        at 20us interrupt Nic;");
    let all = of(&run);
    assert_eq!(row(&all, &run, Measure::DpcToThread, "Urgent").elapsed.max, 40_000, "{}", run.text());
    assert_eq!(row(&all, &run, Measure::DpcToThread, "Sleeper").elapsed.count, 1, "{}", run.text());
}

/// IR-6, IR-7
#[test]
fn latency_counts_from_the_request_that_waits() {
    let text = "
        isr I { work 2us; KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; }
        dpc D { work 5us; KeSetEvent(E); }
        event E;
        system thread Busy (priority: 12) {
            work 10us; KeRaiseIrql(DISPATCH_LEVEL, old); work 40us; KeLowerIrql(old); work 50us;
            KeRaiseIrql(6, old); work 30us; KeLowerIrql(old); work 20us;
        }
        system thread Waiter (priority: 14) {
            KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL);
            KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL);
        }
        at 20us interrupt Nic; at 120us interrupt Nic; at 125us interrupt Nic;";
    let run = run(text);
    let all = of(&run);
    // At 20 us the ISR comes at once and its DPC when DISPATCH_LEVEL is left, 52 us after the start (10 + 40 + 2).
    // At 120 us the thread is at IRQL 6 until 137 us, and the second request joins the first.
    let isr = row(&all, &run, Measure::InterruptToIsr, "Nic");
    assert_eq!((isr.elapsed.count, isr.elapsed.median, isr.elapsed.max), (2, 0, 17_000), "{}", run.text());
    assert_eq!(isr.elapsed.max_record as usize, run.all("IsrEntered")[1]);
    assert_eq!(isr.own, None);
    let dpc = row(&all, &run, Measure::InterruptToDpc, "D");
    assert_eq!(figures(&dpc), (2, 19, 32, 32, run.all("DpcStarted")[0]));
    let thread = row(&all, &run, Measure::DpcToThread, "Waiter");
    assert_eq!((thread.elapsed.count, thread.elapsed.max), (2, 0), "the switch follows the DPC");
}

/// IN-3, IR-7
#[test]
fn devices_on_one_vector_wait_each_for_its_own_isr() {
    let text = "
        isr IA { work 1us; KeInsertQueueDpc(ADpc); return interrupting(A); } dpc ADpc { }
        isr IB { work 1us; if (!interrupting(B)) return FALSE; KeInsertQueueDpc(BDpc); return TRUE; } dpc BDpc { }
        device A { irql: 7; vector: 0x70; share: TRUE; mode: level; isr: IA; }
        device B { irql: 7; vector: 0x70; share: TRUE; mode: level; isr: IB; }
        system thread T { KeRaiseIrql(8, old); work 20us; KeLowerIrql(old); work 1ms; }
        at 10us interrupt A; at 12us interrupt B; at 500us interrupt B;";
    let run = run(text);
    let all = of(&run);
    // Both requests are one on the line until 20 us. A's ISR claims; the line is still asserted, so A's ISR is asked
    // again, in vain, and B's runs at 22 us. At 500 us only B asks, and its ISR comes after A's.
    let [a, b] = ["A", "B"].map(|name| row(&all, &run, Measure::InterruptToIsr, name).elapsed);
    assert_eq!((a.count, a.max), (1, 10_000), "{}", run.text());
    assert_eq!((b.count, b.median, b.max), (2, 1_000, 10_000), "{}", run.text());
    let dpc = row(&all, &run, Measure::InterruptToDpc, "BDpc").elapsed;
    assert_eq!((dpc.count, dpc.median, dpc.max), (2, 2_000, 11_000), "{}", run.text());
}

/// IN-2, IN-5
#[test]
fn an_isr_that_is_interrupted_before_its_first_instruction_is_measured() {
    // The lock is held by another processor, so the ISR spins for it at its own level, and the faster device nests.
    let run = run("machine { processors: 2; }
        isr I { work 1us; } device Slow { irql: 5; isr: I; } isr J { work 3us; } device Fast { irql: 8; isr: J; }
        system thread Holder (processor: 1) { old = KeAcquireInterruptSpinLock(Slow); work 30us; KeReleaseInterruptSpinLock(Slow, old); }
        at 10us interrupt Slow; at 15us interrupt Fast;");
    let all = of(&run);
    let slow = row(&all, &run, Measure::InterruptToIsr, "Slow");
    assert_eq!(figures(&slow), (1, 20, 20, 20, run.first("IsrEntered Slow")), "{}", run.text());
    assert_eq!(row(&all, &run, Measure::InterruptToIsr, "Fast").elapsed.max, 0);
}

/// TH-6
#[test]
fn a_thread_waits_for_the_rest_of_the_queue() {
    let text = "
        isr I { KeInsertQueueDpc(A); KeInsertQueueDpc(B); } device Nic { irql: 5; isr: I; }
        event E;
        dpc A { work 3us; KeSetEvent(E); work 4us; }
        dpc B { work 10us; }
        system thread W (priority: 14) { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); work 1us; }
        at 20us interrupt Nic;";
    let run = run(text);
    let all = of(&run);
    let woken = row(&all, &run, Measure::DpcToThread, "W");
    assert_eq!(figures(&woken), (1, 14, 14, 14, run.all("ContextSwitched W")[2]));
    assert_eq!(figures(&row(&all, &run, Measure::InterruptToDpc, "B")), (1, 7, 7, 7, run.first("DpcStarted B")));
}

/// DP-23, IN-2
#[test]
fn whatever_runs_the_figures_agree_with_each_other() {
    for (name, text) in crate::common::scenarios() {
        let run = run(&text);
        let all = of(&run);
        for row in &all.rows {
            let d = &row.elapsed;
            assert_eq!(d.buckets().iter().sum::<u32>(), d.count, "{name}");
            assert!(d.median <= d.p99 && d.p99 <= d.max && d.max <= d.total, "{name}");
            if let Some(own) = &row.own {
                assert_eq!(own.count, d.count, "{name}");
                assert!(own.max <= d.max && own.total <= d.total, "{name}");
            }
        }
        let kind = |name: &str| run.count(name) as u32;
        let counted = |measure: Measure| -> u32 {
            all.rows.iter().filter(|r| r.measure == measure).map(|r| r.elapsed.count).sum()
        };
        let isrs = counted(Measure::IsrDuration) + counted(Measure::PassiveIsrDuration);
        let dpcs = counted(Measure::DpcDuration) + counted(Measure::ThreadedDpcDuration);
        assert_eq!((isrs, dpcs), (kind("IsrReturned"), kind("DpcEnded")), "{name}");
        let begun = kind("IsrEntered") + kind("DpcStarted");
        assert_eq!(begun - kind("IsrReturned") - kind("DpcEnded"), all.unfinished.len() as u32, "{name}");
        for load in &all.loads {
            assert_eq!(load.total.iter().sum::<u64>(), all.end, "{name}: no time is lost");
        }
        let threads: u64 = all.loads.iter().map(|l| l.total[Use::Thread as usize]).sum();
        assert_eq!(all.threads.iter().sum::<u64>(), threads, "{name}");
    }
}

/// LP-12, LP-17
#[test]
fn the_traffic_of_messages_follows_the_memory_that_they_hold_the_bytes_copied_and_the_replies() {
    let text = "machine { processors: 1; costs: model; }
        port P; process Server; process Client; message In { buffer: 4000; } message Q { bytes: 3000; } message R { buffer: 4000; } var h = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, P);
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 1, In, NULL, TRUE);
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); work 100us; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In); }
        thread C (process: Client) { NtAlpcConnectPort(h, P); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); work 300us; }";
    let mut run = run(text);
    let traffic = Traffic::of(run.session.columns());
    let end = run.first("KernelMemoryReturned P n=0 LP-17").max(run.first("ReplyReceived P.Client1"));
    assert!(
        traffic.slices.len() <= TRAFFIC_SLICES
            && traffic.slice * traffic.slices.len() as u64 > run.session.columns().time(end as u32)
    );
    let last = traffic.slices.last().unwrap();
    // Request and reply, each of 3000 bytes, are copied into the kernel and out of it.
    assert_eq!((last.held, last.copied), (0, 12_000));
    assert_eq!(traffic.slices.iter().map(|s| s.most_held).max(), Some(3000 + 0x120));
    assert!(traffic.slices.iter().any(|s| s.held == 0x120), "while the server works, only the message itself is held");
    let replied: Vec<_> = traffic.slices.iter().filter(|s| s.latency > 0).collect();
    assert_eq!(replied.len(), 1);
    assert_eq!(replied[0].record as usize, run.first("ReplyReceived P.Client1"));
    let alpc = run.state_after("ReplyReceived P.Client1").alpc.clone();
    assert_eq!((alpc.replies, alpc.last_latency), (1, u64::from(replied[0].latency)));
    assert_eq!(alpc.bytes_copied, 12_000);
}

/// LP-16, LP-17
#[test]
fn each_request_with_its_reply_tells_what_it_carried_what_was_copied_and_how_long_it_took() {
    let exchanges = |costs: &str, port: &str| {
        let run = run(&format!("machine {{ processors: 2; {costs} }} iocp Q0; event L; port P; process Server; process Client; message In {{ buffer: 4000; }} message Q {{ bytes: 3000; }} message V {{ bytes: 16; }} message R {{ buffer: 4000; }} var p = 0; var inline_time = 0; var section_time = 0;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, P); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 1, In, NULL, TRUE); {port}
                for (n = 0; n < 3; n++) {{ NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, ALPC_MESSAGE_VIEW_ATTRIBUTE); if (In.ValidAttributes & ALPC_MESSAGE_VIEW_ATTRIBUTE) NtAlpcDeleteSectionView(p, 0, In.ViewBase);
                    In.DataLength = 100; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In); }} }}
            thread C (process: Client) {{ R.DataLength = 500; NtAlpcConnectPort(h, P, NULL, NULL, 0, 0, R); QueryPerformanceCounter(a); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); QueryPerformanceCounter(b); inline_time = b - a;
                work 70us; QueryPerformanceCounter(a); NtAlpcCreatePortSection(h, 0, NULL, 9000, section, size); V.SectionHandle = section; V.ViewSize = 9000; NtAlpcCreateSectionView(h, 0, V); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, V, ALPC_MESSAGE_VIEW_ATTRIBUTE, R);
                NtAlpcDeleteSectionView(h, 0, V.ViewBase); NtAlpcDeletePortSection(h, 0, section); QueryPerformanceCounter(b); section_time = b - a;
                Q.DataLength = 50; Q.MessageId = 0; NtAlpcSendWaitReceivePort(h, 0, Q); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); }}"));
        let all = Exchange::all(run.session.columns(), run.session.program());
        (all, run)
    };
    let (all, run) = exchanges("costs: model;", "");
    let told = |e: &Exchange| (e.bytes, e.by_section, e.copied);
    // Request and reply are copied twice each; a datagram gets no reply. The last was answered as the first.
    assert_eq!(all.iter().map(told).collect::<Vec<_>>(), [(3000, false, 6200), (9000, true, 232), (50, false, 300)]);
    // What the program measures itself, but for its own call's way in and out.
    let (inline, section) = (run.value("inline_time") as u64, run.value("section_time") as u64);
    assert_eq!((inline - all[0].time, section - all[1].time), (200, 200));
    for exchange in &all {
        let record = run.session.columns().get(exchange.record).unwrap();
        assert_eq!(record.kind.info().name, "ReplyReceived");
    }
    // Whatever mapping costs goes into the one, and whatever copying costs into the other.
    let (dearer, _) = exchanges("costs: model; map_cost: 9us; page_cost: 1us; unmap_cost: 5us; copy_rate: 1;", "");
    assert_eq!(dearer[1].time - all[1].time, 2 * (7_500 + 3 * 980 + 4_000) + 2 * (16 + 100) - 2 * (2 + 10));
    assert_eq!(dearer[0].time - all[0].time, 6_200 - 620);
    assert_eq!(exchanges("", "").0.iter().map(|e| e.time).collect::<Vec<_>>(), [0, 0, 0]);
    let (list, _) = exchanges(
        "",
        "NtAlpcSetInformation(p, AlpcRegisterCompletionListInformation, L); for (n = 0; n < 3; n++) { WaitForSingleObject(L, INFINITE); while (AlpcGetMessageFromCompletionList(p, In)) { In.DataLength = 100; NtReplyPort(p, In); } }",
    );
    assert_eq!(told(&list[0]), (3000, false, 6200));
}

/// TH-10
#[test]
fn a_processor_counts_its_context_switches() {
    let mut run = run(
        "machine { processors: 1; } event E; thread A (priority: 9) { WaitForSingleObject(E, INFINITE); } thread B { work 5us; SetEvent(E); }",
    );
    let switches = |run: &mut Run, after: &str| run.state_after(after).kprcb[0].context_switches;
    assert_eq!(switches(&mut run, "ContextSwitched A"), 1);
    assert_eq!(switches(&mut run, "ContextSwitched B"), 2);
    assert_eq!(switches(&mut run, "EventSet E"), 2);
}

/// LP-17
#[test]
fn a_run_without_messages_has_no_traffic() {
    let run = run("thread T { work 5us; }");
    assert_eq!(Traffic::of(run.session.columns()).slices, []);
}
