//! System services of the scenario that kernel code calls: what is looked at on the call, and what only on the way back
//! to user mode.

use crate::common::run;

/// SE-1, SE-2
#[test]
fn only_a_return_to_user_mode_looks_at_the_level_and_the_counts() {
    // From kernel code a service is called, and returned from, as any function.
    for (call, verifier) in [
        ("KeEnterCriticalRegion(); S(); KeLeaveCriticalRegion();", "on"),
        ("KeEnterGuardedRegion(); S(); KeLeaveGuardedRegion();", "off"),
        ("KeRaiseIrql(APC_LEVEL, o); S(); KeLowerIrql(o);", "off"),
        ("KeStackAttachProcess(P, a); S(); KeUnstackDetachProcess(a);", "on"),
        ("Opens(); KeLeaveCriticalRegion();", "on"),
    ] {
        let run = run(&format!(
            "machine {{ verifier: {verifier}; }} process P; service S() {{ work 1us; return 7; }} service Opens() {{ KeEnterCriticalRegion(); return S(); }}
            service Outer() {{ {call} }} system thread K {{ {call} }} thread U {{ Outer(); marker back; }}"
        ));
        run.times("FunctionReturned S =7 SIM-3", 2)
            .never("FunctionReturned S SE-1")
            .times("FunctionReturned Outer SE-1", 1)
            .times("MarkerReached back", 1)
            .completes();
    }
    // The service that user mode has called answers for all that it calls.
    let leaks = run("service Inner() { KeEnterCriticalRegion(); } service Outer() { Inner(); } thread T { Outer(); }");
    leaks
        .times("FunctionReturned Inner SIM-3", 1)
        .bugchecks(0x1, [Some(leaks.program().routine_address(1)), Some(0), Some(0xFFFF), Some(0)]);
}

/// BC-5
#[test]
fn the_verifier_stops_kernel_code_that_calls_a_service_above_passive_level_or_with_all_apcs_off() {
    // (the code, the IRQL, SpecialApcDisable)
    for (code, irql, disable) in [
        ("system thread K { KeRaiseIrql(APC_LEVEL, o); S(); }", 1, 0),
        ("system thread K { KeEnterGuardedRegion(); S(); }", 0, 0xFFFF),
        ("dpc D { S(); } system thread K { KeInsertQueueDpc(D); }", 2, 0),
        ("apc A special (thread: K) { S(); } system thread K { KeInsertQueueApc(A); work 1us; }", 1, 0),
    ] {
        let text = format!("service S() {{ work 1us; }} {code}");
        let run = run(&text);
        run.never("FunctionEntered").bugchecks(0xC4, [Some(0xE6), None, Some(irql), Some(disable)]);
        assert_eq!(run.outcome().span.of(&text), "S()");
    }
    // Without it the service runs as a part of the DPC, and what it does there decides.
    run("machine { verifier: off; } service S() { work 1us; } dpc D { S(); } system thread K { KeInsertQueueDpc(D); }")
        .order(&["DpcStarted D", "1us: FunctionReturned S SIM-3", "1us: DpcEnded D"])
        .completes();
}
