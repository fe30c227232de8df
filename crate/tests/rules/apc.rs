//! APCs: the object, the lists, signalling by the target's situation, delivery, the way to user mode.

use crate::common::{program, run};
use irql_playground::base::NONE;
use irql_playground::nt::State;
use irql_playground::program::{ApcKind, Class};

/// An APC list of a thread, head first, by declaration: 0 kernel, 1 user.
fn list(state: &State, thread: usize, list: usize) -> Vec<u16> {
    let (mut found, mut at) = (vec![], state.kthread[thread].apc_list[list].0);
    while at != NONE {
        found.push(state.kapc[at as usize].def);
        at = state.kapc[at as usize].next;
    }
    found
}

/// AP-1, AP-2, AP-4, AP-6
#[test]
fn a_declared_apc_has_thread_routines_and_the_kind_that_they_make() {
    let program = program(
        "irp R; apc S special (thread: T) { } apc N normal (thread: T) { kernel { } } apc U user { } system thread T { KeInsertQueueApc(S); KeInsertQueueApc(N); } thread V { QueueUserAPC(U, V); }",
    );
    let kinds: Vec<ApcKind> = program.apcs.iter().map(|a| a.kind).collect();
    assert_eq!(kinds, [ApcKind::SpecialKernel, ApcKind::NormalKernel, ApcKind::User, ApcKind::SpecialKernel]);
    // Special means: no normal routine. Every other one may have both; a request has one of its own.
    let routines: Vec<(bool, bool)> =
        program.apcs.iter().map(|a| (a.kernel_body != NONE, a.normal_body != NONE)).collect();
    assert_eq!(routines, [(true, false), (true, true), (false, true), (false, false)]);
    assert_eq!((program.apcs[0].thread, program.apcs[2].thread), (0, NONE));
    let state = State::new(&program);
    assert!(state.kapc.iter().all(|a| !a.inserted && !a.pooled));
}

/// AP-3, AP-8
#[test]
fn special_apcs_stand_before_normal_ones_and_user_ones_in_a_list_of_their_own() {
    let mut run = run("apc N1 normal (thread: T) { } apc U1 user (thread: T) { } apc S1 special (thread: T) { } apc N2 normal (thread: T) { }
        apc S2 special (thread: T) { } apc U2 user (thread: T) { }
        system thread T {
            KeRaiseIrql(APC_LEVEL, old);
            KeInsertQueueApc(N1); KeInsertQueueApc(U1); KeInsertQueueApc(S1); KeInsertQueueApc(N2); KeInsertQueueApc(S2); KeInsertQueueApc(U2);
            marker queued;
            KeLowerIrql(old);
        }");
    let state = run.state_after("MarkerReached queued");
    assert_eq!((list(state, 0, 0), list(state, 0, 1)), (vec![2, 4, 0, 3], vec![1, 5]));
    assert!(state.kthread[0].kernel_apc_pending && !state.kthread[0].user_apc_pending);
    run.order(&[
        "ApcKernelRoutineStarted S1",
        "ApcKernelRoutineStarted S2",
        "ApcNormalRoutineStarted N1",
        "ApcNormalRoutineStarted N2",
    ]);
}

/// AP-5, AP-4
#[test]
fn a_kernel_routine_runs_first_and_may_change_or_drop_the_normal_part() {
    let text = |kind: &str, change: &str| {
        format!(
            "var one = 0; var two = 0; apc A {kind} (thread: T) {{ kernel {{ work 1us; {change} }} one = SystemArgument1; two = SystemArgument2; }}
            service Queue() {{ KeInsertQueueApc(A, 5, 6); }} thread T {{ Queue(); SleepEx(0, TRUE); }}"
        )
    };
    for kind in ["normal", "user"] {
        let kept = run(&text(kind, ""));
        kept.order(&["ApcKernelRoutineStarted A @1", "ApcKernelRoutineEnded A @1", "ApcNormalRoutineStarted A @0"])
            .completes();
        assert_eq!((kept.value("one"), kept.value("two")), (5, 6));
        assert_eq!(run(&text(kind, "SystemArgument1 = 50;")).value("one"), 50);
        run(&text(kind, "NormalRoutine = NULL;"))
            .times("ApcKernelRoutineEnded A", 1)
            .never("ApcNormalRoutineStarted")
            .completes();
    }
}

/// AP-7
#[test]
fn an_apc_that_is_queued_is_refused_until_it_is_delivered() {
    let run =
        run("var queued = 9; apc K special (thread: T) { queued = KeInsertQueueApc(L); } apc L special (thread: T) { }
        system thread T {
            KeRaiseIrql(APC_LEVEL, old);
            queued = KeInsertQueueApc(K, 1); queued = KeInsertQueueApc(K, 2);
            KeLowerIrql(old);
            queued = KeInsertQueueApc(K, 3);
        }");
    assert_eq!(run.written("queued"), [1, 0, 1, 1, 1]);
    run.times("ApcRefused K", 1).times("ApcKernelRoutineStarted K", 2).completes();
}

/// AP-9
#[test]
fn a_ready_thread_gets_a_kernel_apc_when_it_runs_again() {
    run("apc K special (thread: T) { work 1us; } system thread T (priority: 6) { work 20us; }
        system thread High (start: 5us) { KeInsertQueueApc(K); work 5us; }")
    .order(&[
        "5us: ApcInserted K T",
        "10us: ContextSwitched T High",
        "10us: ApcKernelRoutineStarted K T",
        "11us: WorkResumed T 15us",
    ])
    .never("IpiSent")
    .completes();
}

/// AP-13, AP-4
#[test]
fn one_delivery_takes_all_kernel_apcs_each_at_its_level() {
    let run = run("apc N1 normal (thread: T) { kernel { work 1us; } work 2us; } apc S1 special (thread: T) { work 3us; } apc N2 normal (thread: T) { work 1us; }
        system thread T { KeRaiseIrql(APC_LEVEL, old); KeInsertQueueApc(N1); KeInsertQueueApc(S1); KeInsertQueueApc(N2); KeLowerIrql(old); work 1us; }");
    run.order(&[
        "0ns: ApcKernelRoutineStarted S1 @1",
        "3us: ApcKernelRoutineStarted N1 @1",
        "4us: ApcNormalRoutineStarted N1 @0",
        "6us: ApcNormalRoutineStarted N2 @0",
        "7us: ApcDeliveryEnded T @0",
        "7us: WorkStarted T",
    ])
    .times("ApcDeliveryStarted", 1)
    .completes();
}

/// AP-13
#[test]
fn a_kernel_routine_that_returns_at_another_level_stops_the_machine() {
    // (declaration, what tells the place, whether there is a normal routine)
    for (declaration, unique, normal) in [
        ("special (thread: T) { KeRaiseIrql(2, o); }", 0, false),
        ("normal (thread: T) { kernel { KeRaiseIrql(2, o); } work 1us; }", 1, true),
        ("normal (thread: T) { kernel { NormalRoutine = NULL; KeRaiseIrql(2, o); } work 1us; }", 1, false),
    ] {
        let stopped = run(&format!("apc A {declaration} system thread T {{ work 1us; KeInsertQueueApc(A); }}"));
        let (program, apc) = (stopped.program(), &stopped.program().apcs[0]);
        let kernel = program.routine_address(apc.kernel_body);
        let normal = if normal { program.routine_address(apc.normal_body) } else { 0 };
        stopped
            .bugchecks(0xC8, [Some(2 << 16 | 1 << 8 | unique), Some(kernel), Some(Class::Apc.at(0_u16)), Some(normal)]);
    }
    // A normal routine's level is seen by the raise that follows it.
    run("apc A normal (thread: T) { KeRaiseIrql(2, o); } system thread T { KeInsertQueueApc(A); }")
        .bugchecks(0xC4, [Some(0x30), Some(2), Some(1), None]);
}

/// AP-14, AP-13
#[test]
fn a_special_apc_interrupts_a_normal_routine_and_another_normal_one_waits_for_its_end() {
    let mut run = run("machine { processors: 2; } apc A normal (thread: T) { work 20us; } apc B normal (thread: T) { work 1us; } apc S special (thread: T) { work 1us; }
        system thread T (processor: 0) { KeInsertQueueApc(A); work 1us; }
        system thread Q (processor: 1) { work 5us; KeInsertQueueApc(B); work 5us; KeInsertQueueApc(S); }");
    run.order(&[
        "0ns: ApcNormalRoutineStarted A",
        "5us: ApcHeld B T",
        "5us: WorkResumed A 15us",
        "10us: ApcKernelRoutineStarted S @1",
        "11us: WorkResumed A 10us",
        "21us: ApcNormalRoutineEnded A",
        "21us: ApcNormalRoutineStarted B",
    ])
    .completes();
    assert!(run.state_after("5us: ApcHeld B").kthread[0].kernel_apc_in_progress);
}

/// AP-15, AP-17
#[test]
fn one_alertable_wait_drains_the_user_queue_first_in_first_out_and_returns_once() {
    let run = run("apc A user { work 1us; } apc B user { work 1us; } var status = 9;
        thread T { QueueUserAPC(A, T); QueueUserAPC(B, T); QueueUserAPC(A, T); status = SleepEx(INFINITE, TRUE); work 1us; }");
    run.order(&[
        "ServiceEntered SleepEx",
        "0ns: ApcNormalRoutineStarted A @0",
        "1us: ApcNormalRoutineStarted B",
        "2us: ApcNormalRoutineStarted A",
        "3us: ServiceReturned SleepEx =192 AP-17",
        "3us: GlobalWritten status =192",
    ])
    .times("ServiceReturned SleepEx", 1)
    .times("ApcDeliveryStarted TRUE AP-15", 3)
    .never("WaitStarted")
    .completes();
}

/// AP-15, AP-10
#[test]
fn returning_to_user_mode_alone_delivers_no_user_apc() {
    run("apc U user { } thread T { work 5us; Serve(); work 20us; } service Serve() { work 1us; } thread S (priority: 9, start: 2us) { QueueUserAPC(U, T); }")
        .never("ApcNormalRoutineStarted")
        .times("ThreadEnded T", 1)
        .completes();
}

/// AP-16
#[test]
fn user_apcs_that_a_user_apc_queues_run_in_the_same_round() {
    let run = run(
        "var left = 3; var status = 9; apc A user { work 1us; if (left > 0) { left = left - 1; QueueUserAPC(A, T); } }
        thread T { QueueUserAPC(A, T); status = SleepEx(INFINITE, TRUE); }",
    );
    run.times("ApcNormalRoutineStarted A", 4)
        .times("ServiceReturned SleepEx", 1)
        .order(&["4us: GlobalWritten status =192"])
        .completes();
}

/// AP-16, AP-17
#[test]
fn a_user_apc_that_waits_alertably_is_interrupted_by_the_next() {
    run("apc Outer user { SleepEx(INFINITE, TRUE); work 1us; } apc Inner user { work 1us; }
        thread T { QueueUserAPC(Outer, T); SleepEx(INFINITE, TRUE); work 1us; }
        thread S (priority: 4) { work 5us; QueueUserAPC(Inner, T); }")
    .order(&[
        "0ns: ApcNormalRoutineStarted Outer",
        "5us: ApcNormalRoutineStarted Inner",
        "6us: ApcNormalRoutineEnded Inner",
        "6us: WorkStarted Outer",
        "7us: ApcNormalRoutineEnded Outer",
        "7us: WorkStarted T",
    ])
    .completes();
}

/// AP-21, IR-8
#[test]
fn at_apc_level_nothing_is_lost() {
    run("machine { processors: 2; } apc S special (thread: T) { work 1us; } apc N normal (thread: T) { work 1us; }
        system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); work 20us; KeLowerIrql(old); work 1us; }
        system thread Q (processor: 1) { work 5us; KeInsertQueueApc(N); KeInsertQueueApc(S); }")
    .order(&[
        "5us: ApcInserted N",
        "20us: IrqlLowered",
        "20us: ApcKernelRoutineStarted S",
        "21us: ApcNormalRoutineStarted N",
        "22us: WorkStarted T",
    ])
    .never("5us: ApcDeliveryStarted")
    .completes();
}
