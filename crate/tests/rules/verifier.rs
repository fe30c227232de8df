//! What Driver Verifier calls each routine that is called at a wrong IRQL, and what a bugcheck's parameters name.

use crate::common::run;
use irql_playground::program::{Class, Routine};

/// BC-5, BC-2, IR-17, IR-10
#[test]
fn each_call_at_a_wrong_irql_has_the_subcode_that_is_documented_for_it() {
    let text = |raise: u8, code: &str| {
        format!(
            "spinlock L; event E; mutex M; timer Tick; apc K special (thread: T) {{ }} function F() {{ }} system thread T {{ KeRaiseIrql({raise}, o); {code} }}"
        )
    };
    let (e, l) = (Some(Class::Event.at(0_u16)), Some(Class::SpinLock.at(0_u16)));
    let zero = Some(0);
    let named = |routine: Routine| Some(Class::Routine.at(routine as u16));
    // (the level, the code, subcode, P2, P3, P4)
    for (raise, code, subcode, p2, p3, p4) in [
        (5, "KeSetEvent(E);", 0x80, Some(5), e, zero),
        (5, "KeResetEvent(E);", 0x2_0011, named(Routine::KeResetEvent), zero, zero),
        (5, "KeClearEvent(E);", 0x2_0011, named(Routine::KeClearEvent), zero, zero),
        (5, "KeReadStateEvent(E);", 0x2_0011, named(Routine::KeReadStateEvent), zero, zero),
        (5, "KeSetTimer(Tick, -1ms);", 0x2_0011, named(Routine::KeSetTimer), zero, zero),
        (5, "KePulseEvent(E);", 0x2_0011, named(Routine::KePulseEvent), zero, zero),
        (5, "KeReleaseMutex(M);", 0x2_0011, named(Routine::KeReleaseMutex), zero, zero),
        (5, "KeCancelTimer(Tick);", 0x2_0011, named(Routine::KeCancelTimer), zero, zero),
        (5, "KeReadStateTimer(Tick);", 0x2_0011, named(Routine::KeReadStateTimer), zero, zero),
        (2, "KeWaitForSingleObject(E);", 0x3B, Some(2), e, None),
        (5, "KeWaitForSingleObject(E, Executive, KernelMode, FALSE, 0);", 0x3B, Some(5), e, zero),
        (2, "KeEnterCriticalRegion();", 0x11A, Some(2), zero, zero),
        (2, "KeLeaveCriticalRegion();", 0x11B, Some(2), zero, zero),
        (2, "KeEnterGuardedRegion();", 0x2_0010, named(Routine::KeEnterGuardedRegion), zero, zero),
        (5, "x = KeAreApcsDisabled();", 0x2_0010, named(Routine::KeAreApcsDisabled), zero, zero),
        (5, "KeAcquireSpinLock(L, x);", 0x42, Some(5), l, zero),
        (5, "KeReleaseSpinLock(L, 0);", 0x32, Some(5), l, zero),
        (1, "KeAcquireSpinLockAtDpcLevel(L);", 0x40, Some(1), l, zero),
        (1, "KeReleaseSpinLockFromDpcLevel(L);", 0x41, Some(1), l, zero),
        (5, "KeRaiseIrqlToDpcLevel();", 0x30, Some(5), Some(2), zero),
        // What no rule of the Verifier names.
        (5, "KeInsertQueueApc(K);", 0xE5, Some(5), zero, zero),
        (1, "KeFlushQueuedDpcs();", 0xE5, Some(1), zero, zero),
        (2, "x = ExSetTimerResolution(1ms, TRUE);", 0xE5, Some(2), zero, zero),
        (5, "KeAcquireInStackQueuedSpinLock(L, h);", 0xE5, Some(5), zero, zero),
        (14, "KeIpiGenericCall(F);", 0xE5, Some(14), zero, zero),
        (1, "x = KeTryToAcquireSpinLockAtDpcLevel(L);", 0xE5, Some(1), zero, zero),
    ] {
        run(&text(raise, code)).bugchecks(0xC4, [Some(subcode), p2, p3, p4]);
    }
}

/// BC-5, IR-10
#[test]
fn without_the_verifier_a_call_at_a_wrong_irql_is_told_once_and_goes_on() {
    let text = |settings: &str| {
        format!(
            "machine {{ {settings} }} event E; spinlock L; isr I {{ f(); }} device Nic {{ irql: 5; isr: I; }}
            function f() {{ KeSetEvent(E); }}
            system thread T {{ KeWaitForSingleObject(E); KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L); }}
            at 10us interrupt Nic;"
        )
    };
    run(&text("verifier: off;"))
        .order(&["10us: MisuseUnchecked KeSetEvent @5 BC-5", "EventSet E"])
        .order(&["MisuseUnchecked KeAcquireSpinLockAtDpcLevel @0", "MisuseUnchecked KeReleaseSpinLockFromDpcLevel @0"])
        .times("MisuseUnchecked", 3)
        .completes();
    run(&text("")).never("MisuseUnchecked").bugchecks(0xC4, [Some(0x80), Some(5), None, None]);
    // Who finds out without a verifier tells more.
    run("machine { verifier: off; } system thread T { KeRaiseIrql(5, o); KeRaiseIrqlToDpcLevel(); KeLowerIrql(0); }")
        .never("MisuseUnchecked")
        .times("IrqlRaised IR-10", 1)
        .completes();
}

/// BC-4, BC-5
#[test]
fn the_line_of_a_bugcheck_names_what_its_parameters_point_at() {
    let said = |text: &str| {
        let run = run(text);
        run.outcome().line(run.program())
    };
    let first = |class: Class| format!("{:#x}", class.at(0_u16));
    // The first object of a class is no NULL.
    let irp = said("irp Read; dpc D { IoCompleteRequest(Read); IoCompleteRequest(Read); } apc Done user { } thread T { ReadFileEx(Read, Done); SleepEx(1ms, TRUE); }
        isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; } at 5us interrupt Nic;");
    assert_eq!(
        irp,
        format!("bugcheck 0x44 MULTIPLE_IRP_COMPLETE_REQUESTS ({} = Read, 0x0, 0x0, 0x0)", first(Class::Irp))
    );
    let switched = said(
        "machine { verifier: off; } event E; dpc D { KeWaitForSingleObject(E); } system thread T { KeInsertQueueDpc(D); }",
    );
    assert!(
        switched.contains(&format!("({} = T, {:#x} = Idle, ", first(Class::Thread), Class::Thread.at(u16::MAX))),
        "{switched}"
    );
    let isr = said("isr I { KeRaiseIrql(9, o); } device Nic { irql: 7; isr: I; } at 1us interrupt Nic;");
    assert!(isr.contains("(0x90703, 0xfffff80010000000 = I, ") && isr.contains(" = Nic, "), "{isr}");
    assert!(said("service S() { KeRaiseIrql(2, o); } thread T { S(); }").contains(" = S, 0x2, "));
    assert!(said("system thread T { KeRaiseIrql(5, o); KeClearEvent(E); } event E;").contains(" = KeClearEvent, "));
    assert!(said("system thread T { KeRaiseIrql(2, o); }").contains(" = PspExitThread, 0x2, 0x8, "));
    assert!(
        said("paged var table; dpc D { table = 1; } system thread T { KeInsertQueueDpc(D); }")
            .contains("(0xffffa00000000000 = table, ")
    );
    // The instruction, as a place in its routine.
    let touch = said("dpc D { work 1us; RtlZeroMemory(NULL); } system thread T { KeInsertQueueDpc(D); }");
    assert!(
        touch.starts_with("bugcheck 0xd1 DRIVER_IRQL_NOT_LESS_OR_EQUAL (0x0, 0x2, 0x1, ") && touch.contains(" = D+0x"),
        "{touch}"
    );
}

/// BC-5, IN-10
#[test]
fn a_generic_call_is_legal_below_ipi_level_on_each_ladder() {
    for (ladder, clock) in [("x64", 13), ("x86", 28)] {
        let text = |level: u8| {
            format!("machine {{ irql: {ladder}; processors: 2; }} var at = 0; function F() {{ at = KeGetCurrentIrql(); }}
                system thread T (processor: 0) {{ KeRaiseIrql({level}, o); KeIpiGenericCall(F); KeLowerIrql(o); assert(at == IPI_LEVEL); }}")
        };
        run(&text(clock)).completes();
        for level in [clock + 1, clock + 2] {
            run(&text(level)).bugchecks(0xC4, [Some(0xE5), Some(level.into()), Some(0), Some(0)]);
        }
    }
    // A checked kernel sees that the call's own raise is none; on a free one the level is simply set (IR-10).
    let text = |kernel: &str| {
        format!("machine {{ processors: 2; {kernel} }} var at = 0; function F() {{ at = KeGetCurrentIrql(); }}
            system thread T (processor: 0) {{ KeRaiseIrql(HIGH_LEVEL, o); KeIpiGenericCall(F); KeLowerIrql(o); assert(at == IPI_LEVEL); }}")
    };
    run(&text("verifier: off; checked: on;")).bugchecks(0x9, [Some(14), Some(15), None, None]);
    run(&text("verifier: off;")).times("IrqlRaised cpu0 @14 irql=15 IR-10", 1).completes();
}
