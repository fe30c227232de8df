//! Sets of processors: where threads may run, what a change of that moves, and the temporary set of a driver.

use crate::common::{program, run};
use irql_playground::nt::{State, ThreadState};

/// TH-17
#[test]
fn a_thread_takes_no_processor_outside_its_set() {
    // Processor 2 is idle all the time.
    run("machine { processors: 3; } system thread T (affinity: 0x3, priority: 6, start: 5us) { work 1us; }
        system thread Zero (processor: 0) { work 25us; } system thread One (processor: 1) { work 10us; }")
    .order(&["5us: ThreadReadied T", "10us: ContextSwitched T One cpu1"])
    .never("ContextSwitched cpu2")
    .completes();
    // Of the idle ones the ideal, the last, the lowest: all within the set.
    run("machine { processors: 4; } system thread T (affinity: 0xC) { work 1us; }")
        .times("ThreadStandby T cpu2", 1)
        .completes();
}

/// TH-17
#[test]
fn a_process_bounds_its_threads() {
    let state = State::new(&program(
        "machine { processors: 4; } process P { affinity: 0x6; } thread A (process: P) { work 1us; }
        thread B (process: P, affinity: 0x4) { work 1us; } thread C { work 1us; } system thread D (processor: 3) { work 1us; }",
    ));
    let found: Vec<(u64, u64, u8)> =
        state.kthread.iter().map(|t| (t.affinity, t.user_affinity, t.ideal_processor)).collect();
    assert_eq!(found, [(0x6, 0x6, 1), (0x4, 0x4, 2), (0xF, 0xF, 2), (0x8, 0x8, 3)]);
    // 64 processors are all the bits that there are.
    let state = State::new(&program("machine { processors: 64; } thread A { work 1us; }"));
    assert_eq!(state.kthread[0].affinity, u64::MAX);
}

/// TH-17, TH-6, DP-21
#[test]
fn a_driver_goes_to_a_processor_and_comes_back() {
    let mut run = run("machine { processors: 2; } var where = 9; var then = 9; var old = 9;
        system thread T (priority: 9, affinity: 0x1) { work 1us; old = KeSetSystemAffinityThreadEx(0x2); where = KeGetCurrentProcessorNumberEx(); work 4us;
            KeRevertToUserAffinityThreadEx(old); then = KeGetCurrentProcessorNumberEx(); }
        system thread Next (processor: 0) { work 2us; } system thread Busy (processor: 1) { work 20us; }");
    assert_eq!((run.value("old"), run.value("where"), run.value("then")), (0, 1, 0));
    run.order(&[
        "1us: AffinityChanged T 0x2 TH-17",
        "1us: ThreadStandby Next cpu0 TH-3",
        "1us: ThreadReadied T TH-17",
        "1us: ThreadPreempted Busy T",
        "1us: ThreadStandby T cpu1",
        "1us: IpiSent cpu1 TH-4",
        "1us: ContextSwitched Next T cpu0 TH-6",
        "1us: ContextSwitched T Busy cpu1 DP-21",
        "1us: GlobalWritten where",
        "5us: AffinityChanged T 0x1 TH-17",
        "5us: ContextSwitched Busy T cpu1",
        "5us: ContextSwitched T cpu0",
    ])
    .completes();
    let t = &run.state_after("1us: GlobalWritten where").kthread[0];
    assert_eq!((t.affinity, t.user_affinity, t.system_affinity_active), (0x2, 0x1, true));
    assert_eq!((t.ideal_processor, t.user_ideal_processor), (1, 0));
}

/// TH-17
#[test]
fn with_nobody_to_take_its_place_the_processor_idles() {
    run("machine { processors: 2; } system thread T (processor: 0) { work 1us; KeSetSystemAffinityThread(0x2); work 4us; KeRevertToUserAffinityThread(); work 1us; }")
        .order(&[
            "1us: AffinityChanged T 0x2",
            "1us: ThreadStandby T cpu1",
            "1us: ContextSwitched (idle) T cpu0",
            "1us: ContextSwitched T (idle) cpu1 TH-16",
            "1us: WorkStarted T 4us cpu1",
            "5us: ContextSwitched (idle) T cpu1",
            "5us: WorkStarted T 1us cpu0",
        ])
        .completes();
}

/// TH-17, TH-6
#[test]
fn above_dispatch_level_the_move_waits_for_the_level_to_fall() {
    run("machine { processors: 2; } system thread T (processor: 0) { KeRaiseIrqlToDpcLevel(); KeSetSystemAffinityThread(0x2); work 4us; KeLowerIrql(0); work 2us; }")
        .order(&[
            "0ns: AffinityChanged T 0x2",
            "0ns: SoftwareInterruptRequested DISPATCH_LEVEL n=1 TH-17",
            "0ns: WorkStarted T 4us cpu0",
            "4us: IrqlLowered cpu0",
            "4us: ThreadReadied T TH-17",
            "4us: WorkStarted T 2us cpu1",
        ])
        .completes();
    // Back before the level falls: it never left.
    run("machine { processors: 2; } system thread T (processor: 0, priority: 9) { KeRaiseIrqlToDpcLevel(); KeSetSystemAffinityThread(0x2); KeRevertToUserAffinityThread(); work 4us; KeLowerIrql(0); work 2us; }
        system thread Low (processor: 0) { work 1us; }")
    .order(&["AffinityChanged T 0x2", "ThreadStandby Low TH-3", "AffinityChanged T 0x1", "StandbyReplaced Low T", "WorkStarted T 2us cpu0", "ContextSwitched Low T"])
    .completes();
    // In a DPC it is the thread that the DPC has interrupted.
    run("machine { processors: 2; } dpc D { KeSetSystemAffinityThread(0x2); work 1us; } isr I { KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; }
        thread T (processor: 0) { work 10us; } at 4us interrupt Nic;")
    .order(&["4us: AffinityChanged T 0x2", "5us: DpcEnded D", "5us: ThreadReadied T TH-17", "5us: ContextSwitched (idle) T cpu0", "5us: WorkResumed T 6us cpu1"])
    .completes();
}

/// TH-17
#[test]
fn system_affinities_nest_and_what_names_no_processor_changes_nothing() {
    let run = run("machine { processors: 4; } var a = 9; var b = 9; var c = 9; var at = 9;
        system thread T { KeRevertToUserAffinityThread(); KeRevertToUserAffinityThreadEx(0x2);
            a = KeSetSystemAffinityThreadEx(0x4); b = KeSetSystemAffinityThreadEx(0x8); at = KeGetCurrentProcessorNumberEx();
            wrong = 0x18; c = KeSetSystemAffinityThreadEx(wrong); KeSetSystemAffinityThreadEx(wrong * 0); KeRevertToUserAffinityThreadEx(wrong);
            at = KeGetCurrentProcessorNumberEx(); KeRevertToUserAffinityThreadEx(b); at = KeGetCurrentProcessorNumberEx(); KeRevertToUserAffinityThreadEx(a); }");
    assert_eq!((run.value("a"), run.value("b"), run.value("c")), (0, 0x4, 0x8));
    assert_eq!(run.written("at"), [3, 3, 2]);
    let changes: Vec<u32> = run.all("AffinityChanged").iter().map(|n| run.records[*n].arg).collect();
    assert_eq!(changes, [0x4, 0x8, 0x4, 0xF]);
}

/// TH-17
#[test]
fn user_code_gets_the_mask_of_before_or_0() {
    let mut run = run("machine { processors: 4; } process P { affinity: 0x7; } var old = 9; var none = 9; var beyond = 9; var absent = 9; var at = 9;
        thread T (process: P) { old = SetThreadAffinityMask(GetCurrentThread(), 0x6); none = SetThreadAffinityMask(T, 0); beyond = SetThreadAffinityMask(T, 0xE);
            absent = SetThreadAffinityMask(T, 0x10); at = GetCurrentProcessorNumber(); marker done; }");
    assert_eq!((run.value("old"), run.value("at")), (0x7, 1));
    assert_eq!((run.value("none"), run.value("beyond"), run.value("absent")), (0, 0, 0));
    run.times("AffinityChanged", 1).completes();
    assert_eq!(run.state_after("MarkerReached done").kthread[0].user_affinity, 0x6);
}

/// TH-17, IN-9
#[test]
fn a_thread_that_runs_elsewhere_is_moved_by_an_inter_processor_interrupt() {
    run("machine { processors: 3; } thread Mover (processor: 0) { work 5us; SetThreadAffinityMask(Moved, 0x4); work 5us; }
        thread Moved (affinity: 0x6) { work 20us; }")
    .order(&[
        "5us: AffinityChanged Moved 0x4 cpu0",
        "5us: IpiSent cpu1 TH-17",
        "5us: InterruptAccepted IPI cpu1",
        "5us: ThreadReadied Moved TH-17 cpu1",
        "5us: ThreadStandby Moved cpu2",
        "5us: ContextSwitched (idle) Moved cpu1",
        "5us: WorkResumed Moved 15us cpu2",
    ])
    .completes();
    // Somebody waits for the processor: that one is next there.
    run("machine { processors: 3; } thread Mover (processor: 0) { work 5us; SetThreadAffinityMask(Moved, 0x4); work 5us; }
        thread Moved (affinity: 0x6) { work 20us; } thread Low (processor: 1, priority: 4) { work 3us; }")
    .order(&["5us: ThreadStandby Low cpu1 TH-3", "5us: IpiSent cpu1 TH-3", "5us: ThreadReadied Moved TH-17", "5us: ContextSwitched Low Moved cpu1"])
    .completes();
}

/// TH-17, TH-4
#[test]
fn a_ready_thread_goes_where_it_may_run_and_else_keeps_its_place() {
    // To an idle processor that it may use now.
    run("machine { processors: 2; } thread T (processor: 0, priority: 9) { work 5us; SetThreadAffinityMask(Ready, 0x3); work 5us; } thread Ready (processor: 0) { work 3us; }")
        .order(&["5us: AffinityChanged Ready 0x3", "5us: ThreadReadied Ready TH-17", "5us: ContextSwitched Ready (idle) cpu1"])
        .completes();
    // To another ready list.
    let mut run = run("machine { processors: 2; } thread T (processor: 0, priority: 9) { work 5us; SetThreadAffinityMask(Ready, 0x2); work 5us; }
        thread Busy (processor: 1, priority: 9) { work 8us; } thread Ready (processor: 0) { work 3us; }");
    run.order(&["5us: ThreadReadied Ready TH-17", "8us: ContextSwitched Ready Busy cpu1"]).completes();
    let t = &run.state_after("5us: ThreadReadied Ready").kthread[2];
    assert_eq!(t.ideal_processor, 1);
    // Nothing idles, and it may stay: it does not lose its place.
    crate::common::run("machine { processors: 2; } thread T (processor: 0, priority: 9) { work 5us; SetThreadAffinityMask(First, 0x1); work 1us; }
        thread Busy (processor: 1, priority: 9) { work 20us; } thread First (affinity: 0x3) { work 3us; } thread Second (processor: 0) { work 3us; }")
    .order(&["5us: AffinityChanged First 0x1", "6us: ContextSwitched First T", "9us: ContextSwitched Second First"])
    .never("ThreadReadied TH-17");
}

/// TH-17, TH-4
#[test]
fn a_thread_in_standby_loses_a_processor_that_it_may_not_use() {
    let mut run = run("machine { processors: 2; } event Go; thread Next (processor: 0, priority: 12) { WaitForSingleObject(Go, INFINITE); work 1us; }
        system thread Raised (processor: 0) { KeRaiseIrqlToDpcLevel(); KeSetEvent(Go); work 20us; KeLowerIrql(0); work 1us; }
        thread Other (processor: 1) { work 5us; SetThreadAffinityMask(Next, 0x2); work 5us; }");
    run.order(&[
        "0ns: ThreadStandby Next cpu0",
        "5us: AffinityChanged Next 0x2",
        "5us: ThreadReadied Next TH-17",
        "5us: ThreadPreempted Other Next",
        "5us: ContextSwitched Next Other cpu1",
        "20us: SoftwareInterruptEnded DISPATCH_LEVEL cpu0",
        "20us: WorkStarted Raised 1us cpu0",
    ])
    .completes();
    let state = run.state_after("5us: ContextSwitched Next");
    assert_eq!((state.kprcb[0].next_thread, state.kthread[1].preempted), (u16::MAX, false));
}

/// TH-17
#[test]
fn while_a_driver_has_set_another_one_the_own_affinity_only_changes_in_the_record() {
    let mut run = run("machine { processors: 4; } thread T { Serve(); marker back; work 1us; } service Serve() { KeSetSystemAffinityThread(0x8); work 10us; KeRevertToUserAffinityThread(); }
        thread Other (processor: 0) { work 5us; SetThreadAffinityMask(T, 0x2); work 1us; }");
    run.order(&["0ns: AffinityChanged T 0x8", "10us: AffinityChanged T 0x2", "10us: MarkerReached back cpu1"])
        .times("AffinityChanged", 2)
        .completes();
    let t = &run.state_after("6us: ThreadEnded Other").kthread[0];
    assert_eq!((t.affinity, t.user_affinity, t.state), (0x8, 0x2, ThreadState::Running));
}

/// TH-17
#[test]
fn the_affinity_of_a_process_is_that_of_all_its_threads() {
    let mut run = run("machine { processors: 4; } process P; var set = 9; var bad = 9; var old = 9; thread A (process: P, processor: 0) { work 5us; set = SetProcessAffinityMask(P, 0xC); marker moved; work 1us; }
        thread B (process: P, processor: 1) { work 20us; } thread C (process: P) { WaitForSingleObject(B, INFINITE); } thread D { work 1us; bad = SetProcessAffinityMask(P, 0x10);
            work 9us; old = SetThreadAffinityMask(B, 0x1); }");
    assert_eq!((run.value("set"), run.value("bad"), run.value("old")), (1, 0, 0));
    run.times("AffinityChanged", 3)
        .order(&["5us: AffinityChanged A 0xc", "5us: AffinityChanged B", "5us: AffinityChanged C"])
        .completes();
    let state = run.state_after("MarkerReached moved");
    assert!(state.kthread.iter().take(3).all(|t| t.affinity == 0xC));
    assert_eq!(run.records[run.first("MarkerReached moved")].cpu, 2);
}

/// TH-17, DP-25
#[test]
fn the_thread_of_threaded_dpcs_stays_bound() {
    run("machine { processors: 2; } dpc D (type: threaded) { KeSetSystemAffinityThread(0x2); work 5us; } system thread T (processor: 0) { KeInsertQueueDpc(D); work 1us; }")
        .order(&["DpcStarted D cpu0", "5us: DpcEnded D cpu0"])
        .never("AffinityChanged")
        .completes();
}

/// TH-4, TH-17
#[test]
fn the_ideal_processor_is_asked_first() {
    let mut run = run("machine { processors: 4; } event Go; var a = 9; var b = 9; var c = 9; var d = 9;
        thread T (affinity: 0x7) { a = SetThreadIdealProcessor(T, 2); b = SetThreadIdealProcessor(T, MAXIMUM_PROCESSORS); c = SetThreadIdealProcessor(T, 3); d = SetThreadIdealProcessor(T, 4); WaitForSingleObject(Go, INFINITE); }
        thread S (processor: 3) { work 5us; SetEvent(Go); }");
    assert_eq!((run.value("a"), run.value("b"), run.value("c"), run.value("d")), (0, 2, 2, -1));
    run.times("IdealProcessorChanged T cpu2 TH-4", 1).order(&["5us: ThreadStandby T cpu2"]).completes();
    assert_eq!(run.state_after("5us: ThreadStandby T").kthread[0].ideal_processor, 2);
}

/// TH-17
#[test]
fn beyond_32_processors_a_second_record_has_the_others() {
    run("machine { processors: 40; } thread T { SetThreadAffinityMask(T, 0x8000000001); work 1us; }")
        .order(&["AffinityChanged T 0x1", "AffinityAbove32 T 0x80"])
        .completes();
}
