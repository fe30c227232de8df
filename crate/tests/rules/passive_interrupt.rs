//! Passive-level interrupts: the ISR in a thread of its own, the line that is masked meanwhile, and the event that stands
//! for the spin lock of other interrupts.

use crate::common::{Run, run};
use irql_playground::program::Class;
use irql_playground::report::{Measure, Statistics};

/// A device at level 5 with a passive-level ISR.
fn touch(mode: &str, isr: &str, rest: &str) -> Run {
    run(&format!(
        "device Touch {{ irql: 5; synchronize_irql: PASSIVE_LEVEL; mode: {mode}; isr: Isr; }} isr Isr {{ {isr} }} {rest}"
    ))
}

/// IN-7, IN-8, IR-8
#[test]
fn the_isr_runs_in_a_thread_at_passive_level_and_may_wait_and_page() {
    let mut run = touch(
        "level",
        "level = KeGetCurrentIrql(); sum = table + 1; status = KeWaitForSingleObject(Bus); assert(status == STATUS_SUCCESS);
            work 5us; KeInsertQueueDpc(D);",
        "event Bus; paged var table = 2; var level = 9; var sum = 0; dpc D { work 3us; }
        system thread T (priority: 17) { work 50us; KeSetEvent(Bus); work 20us; }
        at 20us interrupt Touch;",
    );
    assert_eq!((run.value("level"), run.value("sum")), (0, 3));
    run.order(&[
        "20us: InterruptAccepted Touch @5 IN-2",
        "20us: InterruptLineMasked Touch @5 IN-7",
        "20us: DpcInserted Touch.ServiceDpc @5",
        "20us: InterruptEnded Touch @0",
        "20us: DpcStarted Touch.ServiceDpc @2",
        "20us: EventSet Touch.ServiceEvent",
        "20us: ThreadReadied Touch.ServiceThread priority=18",
        "20us: DpcEnded Touch.ServiceDpc",
        "20us: ContextSwitched Touch.ServiceThread T @0",
        "20us: WaitSatisfied Touch.ServiceThread Touch.PassiveEvent",
        "20us: IsrEntered Touch @0 IN-7",
        "20us: PageFaulted table",
        "20us: WaitStarted Touch.ServiceThread Bus",
        "20us: WorkResumed T 30us",
        "50us: EventSet Bus",
        "55us: DpcStarted D",
        "58us: IsrReturned Touch TRUE @0 IN-7",
        "58us: EventSet Touch.PassiveEvent",
        "58us: InterruptLineUnmasked Touch IN-7",
        "58us: WaitStarted Touch.ServiceThread Touch.ServiceEvent",
    ])
    .completes();
    // Who waits to be woken waits for nothing that need come.
    assert!(run.waiting().is_empty(), "{:?}", run.waiting());
    let during = run.state_after("WaitStarted Touch.ServiceThread Bus");
    assert!(during.kinterrupt[2].in_service && during.kinterrupt[2].masked);
    let thread = during.kthread.len() as u16 - 1;
    assert_eq!(during.kinterrupt[2].owner, thread);
    let after = run.state_after("InterruptLineUnmasked");
    assert!(!after.kinterrupt[2].in_service && !after.kinterrupt[2].masked);
    assert_eq!(after.kinterrupt[2].owner, u16::MAX);
}

/// IN-7, IN-3
#[test]
fn a_level_sensitive_line_is_masked_until_the_isr_has_run_and_interrupts_again_when_it_is_still_asserted() {
    let run = touch(
        "level",
        "work 50us;",
        "at 10us interrupt Touch; at 20us interrupt Touch; at 30us interrupt Touch; at 200us interrupt Touch;",
    );
    run.order(&[
        "10us: InterruptLineMasked Touch",
        "20us: InterruptMerged Touch IN-7",
        "30us: InterruptMerged Touch IN-7",
        "60us: InterruptLineUnmasked Touch",
        "60us: InterruptAccepted Touch",
        "60us: InterruptLineMasked Touch",
        "60us: IsrEntered Touch",
        "110us: InterruptLineUnmasked Touch",
        "200us: InterruptAccepted Touch",
        "200us: IsrEntered Touch",
        "250us: InterruptLineUnmasked Touch",
    ])
    .times("IsrEntered", 3)
    .completes();
    // An ISR that does not claim leaves its device as it was.
    touch("level", "work 100us; tries++; return tries == 4;", "var tries = 0; at 10us interrupt Touch;")
        .times("IsrReturned Touch FALSE", 3)
        .times("IsrReturned Touch TRUE", 1)
        .times("InterruptLineUnmasked", 4)
        .completes();
}

/// IN-7, DP-5
#[test]
fn a_latched_line_is_not_masked_and_what_comes_meanwhile_calls_the_isr_once_more() {
    let text = "at 10us interrupt Touch; at 20us interrupt Touch; at 30us interrupt Touch;";
    touch("latched", "work 50us;", text)
        .never("InterruptLineMasked")
        .order(&[
            "10us: IsrEntered Touch",
            "20us: InterruptAccepted Touch",
            "20us: EventSet Touch.ServiceEvent FALSE",
            "30us: InterruptAccepted Touch",
            "30us: EventSet Touch.ServiceEvent TRUE",
            "60us: IsrReturned Touch",
            "60us: IsrEntered Touch",
            "110us: IsrReturned Touch",
        ])
        .times("IsrEntered", 2)
        .completes();
    // Before anybody can be woken they share one DPC.
    let held = format!("system thread T {{ KeRaiseIrql(DISPATCH_LEVEL, old); work 100us; KeLowerIrql(old); }} {text}");
    touch("latched", "work 5us;", &held)
        .times("DpcRefused Touch.ServiceDpc", 2)
        .times("IsrEntered", 1)
        .order(&["30us: InterruptAccepted Touch irql=2", "100us: DpcStarted", "100us: IsrEntered Touch"])
        .completes();
}

/// IN-6, IN-7
#[test]
fn ke_synchronize_execution_takes_the_event_and_returns_what_the_routine_returns() {
    let mut run = touch(
        "level",
        "work 10us;",
        "function sync(c) { level = KeGetCurrentIrql(); work 30us; KeDelayExecutionThread(KernelMode, FALSE, -1ms); return c; }
        var level = 9; var got = 0;
        system thread T (priority: 8) { work 20us; got = KeSynchronizeExecution(Touch, sync, 7); work 1us; }
        at 25us interrupt Touch; at 40ms interrupt Touch;",
    );
    assert_eq!((run.value("level"), run.value("got")), (0, 7));
    run.order(&[
        "20us: WaitSatisfied T Touch.PassiveEvent",
        "20us: FunctionEntered sync @0",
        "25us: InterruptAccepted Touch irql=0",
        "25us: WaitStarted Touch.ServiceThread Touch.PassiveEvent",
        "FunctionReturned sync",
        "EventSet Touch.PassiveEvent",
        "WaitEnded Touch.ServiceThread",
        "IsrEntered Touch",
        "IsrReturned Touch",
        "EventSet Touch.PassiveEvent",
        "GlobalWritten got",
        "40ms: IsrEntered Touch",
    ])
    .times("IsrEntered", 2)
    .completes();
    assert_eq!(run.state_after("FunctionEntered sync").kinterrupt[2].owner, 0);
    // The other way round: whoever calls it waits for the ISR.
    touch(
        "level",
        "KeDelayExecutionThread(KernelMode, FALSE, -1ms); work 10us;",
        "function sync(c) { work 1us; return TRUE; }
        system thread T (priority: 8) { work 50us; KeSynchronizeExecution(Touch, sync, 0); work 1us; } at 10us interrupt Touch;",
    )
    .order(&["50us: WaitStarted T Touch.PassiveEvent", "IsrReturned Touch", "WaitEnded T", "FunctionEntered sync"])
    .completes();
}

/// IN-6, IR-10, BC-2
#[test]
fn ke_synchronize_execution_above_passive_level_is_misuse() {
    let text = |machine: &str, isr: &str, rest: &str| {
        run(&format!(
            "machine {{ {machine} }} device Touch {{ irql: 5; synchronize_irql: PASSIVE_LEVEL; isr: Isr; }} isr Isr {{ {isr} }}
            function sync(c) {{ work 1us; return TRUE; }} dpc D {{ KeSynchronizeExecution(Touch, sync, 0); }} event Bus; {rest}"
        ))
    };
    let at_apc =
        "system thread T { KeRaiseIrql(APC_LEVEL, old); KeSynchronizeExecution(Touch, sync, 0); KeLowerIrql(old); }";
    let from_dpc = "system thread T { work 50us; KeInsertQueueDpc(D); }";
    text("", "", at_apc).bugchecks(0xC4, [Some(0x30), Some(1), Some(0), Some(0)]);
    text("", "", from_dpc).bugchecks(0xC4, [Some(0x30), Some(2), Some(0), Some(0)]);
    text("verifier: off; checked: on;", "", from_dpc).bugchecks(0x9, [Some(0), Some(2), Some(0), Some(0)]);
    text("verifier: off;", "", at_apc).order(&["FunctionEntered sync @1", "IrqlLowered"]).completes();
    // At DISPATCH_LEVEL the event must be free.
    text("verifier: off;", "", from_dpc).order(&["FunctionEntered sync @2"]).completes();
    let held = format!("{from_dpc} at 10us interrupt Touch;");
    text("verifier: off;", "KeWaitForSingleObject(Bus);", &held).bugchecks(0xB8, [None; 4]);
}

/// IN-4, IN-7, IN-15
#[test]
fn what_a_passive_level_isr_may_still_not_do() {
    let device = Class::Interrupt.at(2_u16);
    touch("level", "KeRaiseIrql(APC_LEVEL, old);", "at 1us interrupt Touch;")
        .bugchecks(0xC8, [Some(1 << 16 | 3), None, Some(device), Some(0)]);
    // An exception in it is one in a system thread, not in an ISR.
    touch("level", "ExRaiseStatus(STATUS_UNSUCCESSFUL);", "at 1us interrupt Touch;").bugchecks(0x7E, [None; 4]);
}

/// IN-7, SIM-5
#[test]
fn who_waits_for_the_event_waits_for_the_thread_that_has_it() {
    touch(
        "level",
        "KeSynchronizeExecution(Touch, sync, 0);",
        "function sync(c) { return TRUE; } at 1us interrupt Touch;",
    )
    .order(&["1us: ThreadsDeadlocked Touch.ServiceThread Touch.PassiveEvent SIM-5"]);
    let crossed = touch(
        "level",
        "KeWaitForMutexObject(M, Executive, KernelMode, FALSE, NULL); KeReleaseMutex(M, FALSE);",
        "mutex M; function sync(c) { return TRUE; }
        system thread T { KeWaitForMutexObject(M, Executive, KernelMode, FALSE, NULL); work 20us; KeSynchronizeExecution(Touch, sync, 0); KeReleaseMutex(M, FALSE); }
        at 10us interrupt Touch;",
    );
    crossed.order(&["10us: WaitStarted Touch.ServiceThread M", "20us: ThreadsDeadlocked T Touch.PassiveEvent SIM-5"]);
    assert_eq!(crossed.deadlock(), ["Touch.ServiceThread waits for M", "T waits for Touch.PassiveEvent"]);
    // Who waits in an ISR is told; so is the thread behind it.
    let waits = touch(
        "level",
        "KeWaitForSingleObject(Never);",
        "event Never; function sync(c) { return TRUE; } system thread T (start: 5us) { KeSynchronizeExecution(Touch, sync, 0); }
        at 1us interrupt Touch;",
    );
    waits.completes();
    assert_eq!(waits.waiting(), ["T waits for Touch.PassiveEvent", "Touch.ServiceThread waits for Never"]);
}

/// IN-7, TH-4
#[test]
fn the_thread_may_run_on_another_processor_than_the_one_that_takes_the_interrupt() {
    run("machine { processors: 2; } device Touch { irql: 5; synchronize_irql: PASSIVE_LEVEL; mode: level; isr: Isr; processor: 0; }
        isr Isr { work 30us; }
        system thread Busy (priority: 20, processor: 0) { work 100us; }
        at 10us interrupt Touch; at 20us interrupt Touch;")
    .order(&[
        "10us: InterruptAccepted Touch cpu0",
        "10us: IsrEntered Touch cpu1",
        "20us: InterruptMerged Touch",
        "40us: InterruptLineUnmasked Touch cpu1",
        "40us: InterruptAccepted Touch cpu0",
        "40us: IsrEntered Touch cpu1",
        "70us: InterruptLineUnmasked Touch",
    ])
    .completes();
}

/// IN-7
#[test]
fn the_figures_tell_an_isr_that_waits_from_one_that_works() {
    let run = touch(
        "level",
        "KeWaitForSingleObject(Bus); work 5us; KeInsertQueueDpc(D);",
        "event Bus; dpc D { work 1us; } system thread T { work 60us; KeSetEvent(Bus); work 60us; }
        at 20us interrupt Touch;",
    );
    let figures = Statistics::of(run.session.columns(), run.program());
    let row = |measure, subject| {
        let found = figures.rows.iter().find(|r| (r.measure, r.subject) == (measure, subject));
        found.unwrap_or_else(|| panic!("{measure:?} {subject} in {:?}", figures.rows)).clone()
    };
    let isr = row(Measure::PassiveIsrDuration, 2);
    assert_eq!((isr.elapsed.max, isr.own.map(|own| own.max)), (46_000, Some(5_000)));
    assert_eq!(row(Measure::InterruptToIsr, 2).elapsed.max, 0);
    assert_eq!(row(Measure::InterruptToDpc, 0).elapsed.max, 45_000);
    assert_eq!(figures.unfinished, []);
}
