//! Pageable memory, pool, page faults and exceptions, and what the verifier makes of them.

use crate::common::run;
use irql_playground::program::{Class, exception_addresses};

/// IN-15, IR-8
#[test]
fn a_page_fault_is_resolved_at_passive_and_apc_level_alike() {
    for level in ["PASSIVE_LEVEL", "APC_LEVEL"] {
        let run = run(&format!(
            "paged var table = 7; var got = 0; system thread T {{ KeRaiseIrql({level}, old); got = table; got = table; KeLowerIrql(old); }}"
        ));
        run.times("PageFaulted table FALSE IN-15", 1).completes();
        assert_eq!(run.written("got"), [7, 7]);
    }
    run("paged var table = 7; thread T { table += 1; table += 1; assert(table == 9); }")
        .times("PageFaulted table", 1)
        .completes();
}

/// IN-15, BC-1, BC-4
#[test]
fn a_fault_at_dispatch_level_or_above_is_taken_and_stops_the_machine() {
    // (the code, the level, 0 for a read and 1 for a write)
    for (code, level, write) in [("got = table;", 2, 0), ("table = 1;", 2, 1), ("table = 1;", 7, 1)] {
        for verifier in ["on", "off"] {
            let text = if level == 2 {
                format!("dpc D {{ {code} }} system thread T {{ KeInsertQueueDpc(D); }}")
            } else {
                format!("isr I {{ {code} }} device Nic {{ irql: {level}; isr: I; }} at 1us interrupt Nic;")
            };
            run(&format!("machine {{ verifier: {verifier}; }} paged var table = 7; var got = 0; {text}"))
                .times("BugChecked IN-15", 1)
                .bugchecks(0xD1, [Some(0xFFFF_A000_0000_0000), Some(level), Some(write), None]);
        }
    }
}

/// BC-3
#[test]
fn a_page_that_is_there_works_by_luck_and_the_verifier_takes_the_luck_away() {
    let text = |verifier: &str, more: &str| {
        format!(
            "machine {{ verifier: {verifier}; }} paged var table = 7; var got = 0; dpc D {{ got = table; }}
            system thread T {{ table = 8; work 10us; KeInsertQueueDpc(D); }} {more}"
        )
    };
    let lucky = run(&text("off", ""));
    assert_eq!(lucky.completes().value("got"), 8);
    run(&text("on", "")).times("BugChecked BC-3", 1).bugchecks(0xD1, [None, Some(2), Some(0), None]);
    // Until the memory manager needs the page.
    run(&text("off", "at 5us trim;"))
        .order(&["5us: MemoryTrimmed BC-3", "10us: BugChecked IN-15"])
        .bugchecks(0xD1, [None, Some(2), Some(0), None]);
    run(&text("off", "at 5us trim; at 20us trim;").replace("paged var table", "var table")).completes();
}

/// IN-15, IR-8, BC-1, BC-3
#[test]
fn pageable_code_is_fetched_below_dispatch_level_and_fatal_to_execute_above() {
    let code = 0xFFFF_F800_1000_0000;
    let clean = run(
        "paged function F() { work 1us; } paged system thread T { F(); KeRaiseIrql(APC_LEVEL, o); F(); KeLowerIrql(o); }",
    );
    clean.completes().times("CodePageFaulted F IN-15", 1).times("CodePageFaulted T IN-15", 1);
    clean.order(&[
        "ThreadStarted T",
        "CodePageFaulted T",
        "FunctionEntered F",
        "CodePageFaulted F @0",
        "WorkStarted F @1",
    ]);
    // Absent, it is as fatal with the verifier as without: in a DPC, in an ISR, in a function that either calls.
    for verifier in ["on", "off"] {
        let at = |text: &str| run(&format!("machine {{ verifier: {verifier}; processors: 2; }} {text}"));
        at("paged dpc D { work 1us; } system thread T { KeInsertQueueDpc(D); }")
            .order(&["DpcStarted D", "BugChecked IN-15"])
            .bugchecks(0xD1, [Some(code), Some(2), Some(8), Some(code)]);
        at("paged isr I { work 1us; } device Nic { irql: 7; isr: I; } at 1us interrupt Nic;")
            .bugchecks(0xD1, [Some(code), Some(7), Some(8), Some(code)]);
        at("paged function F() { work 1us; } dpc D { work 1us; F(); } system thread T { KeInsertQueueDpc(D); }")
            .order(&["1us: FunctionEntered F", "1us: BugChecked IN-15"])
            .bugchecks(0xD1, [Some(code), Some(2), Some(8), Some(code)]);
        at("paged function F() { work 1us; } system thread T (processor: 0) { KeIpiGenericCall(F); }")
            .bugchecks(0xD1, [Some(code), Some(14), Some(8), Some(code)]);
        at("paged function F() { work 1us; } isr I { } device Nic { irql: 7; isr: I; } system thread T { KeSynchronizeExecution(Nic, F); }")
            .bugchecks(0xD1, [Some(code), Some(7), Some(8), Some(code)]);
        at("paged cancel C { } irp R; file Pipe { driver: P; } driver P { IoMarkIrpPending(Irp); IoSetCancelRoutine(Irp, C); return STATUS_PENDING; } irp Read { file: Pipe; }
            thread T { ReadFile(Read); CancelIoEx(Pipe); }")
            .bugchecks(0xD1, [Some(code), Some(2), Some(8), Some(code)]);
    }
}

/// BC-3, IN-15
#[test]
fn pageable_code_that_raises_its_irql_goes_on_by_luck_unless_the_verifier_or_the_memory_manager_takes_it_away() {
    let text = |settings: &str, more: &str| {
        run(&format!(
            "machine {{ {settings} }} spinlock L; paged function F() {{ KeAcquireSpinLock(L, o); work 10us; KeReleaseSpinLock(L, o); work 1us; }} system thread T {{ F(); }} {more}"
        ))
    };
    let lucky = text("verifier: off;", "");
    lucky.completes().order(&["CodePageFaulted F @0", "WorkStarted F @2"]);
    // What the routine of the kernel does is done; the instruction behind it is the driver's.
    text("", "")
        .order(&["SpinLockAcquired L", "BugChecked BC-3"])
        .never("WorkStarted F")
        .bugchecks(0xD1, [None, Some(2), Some(8), None]);
    text("verifier: off;", "at 5us trim;")
        .order(&["0ns: WorkStarted F", "5us: MemoryTrimmed", "5us: BugChecked IN-15"])
        .bugchecks(0xD1, [None, Some(2), Some(8), None]);
    // At PASSIVE_LEVEL a trim costs a page fault more.
    run("paged function F() { work 10us; work 1us; } system thread T { F(); } at 5us trim;")
        .completes()
        .order(&["0ns: CodePageFaulted F", "5us: MemoryTrimmed", "5us: CodePageFaulted F", "5us: WorkResumed F 5us"])
        .times("CodePageFaulted F", 2);
    // A lock that is held elsewhere is spun for in the kernel's code.
    run("machine { processors: 2; verifier: off; } spinlock L; paged function F() { work 1us; KeAcquireSpinLock(L, o); KeReleaseSpinLock(L, o); } system thread A (processor: 0) { F(); } system thread B (processor: 1) { KeAcquireSpinLock(L, o); work 9us; KeReleaseSpinLock(L, o); } at 5us trim;")
        .order(&["1us: SpinLockContended L", "9us: SpinLockAcquired L cpu0", "9us: BugChecked IN-15 cpu0"]);
}

/// IR-8, BC-3
#[test]
fn paged_code_asserts_that_no_page_fault_would_be_fatal() {
    for (level, holds) in [(0, true), (1, true), (2, false), (5, false)] {
        let run = run(&format!("system thread T {{ KeRaiseIrql({level}, o); PAGED_CODE(); KeLowerIrql(o); }}"));
        if holds {
            run.completes();
        } else {
            let line = run.outcome().line(run.program());
            assert_eq!(line, "assertion failed: KeGetCurrentIrql() <= APC_LEVEL");
        }
    }
    // Where the code itself is pageable and its page is there, the macro tells what luck would hide.
    let lucky = run(
        "machine { verifier: off; } paged function F() { PAGED_CODE(); work 1us; } dpc D { F(); } system thread T { F(); KeInsertQueueDpc(D); }",
    );
    lucky.times("1us: AssertionFailed", 1);
}

/// BC-3, IR-10
#[test]
fn each_misuse_of_pool_has_its_subcode_with_the_verifier_and_passes_without() {
    // (code, subcode, the level)
    for (code, subcode, level) in [
        ("KeRaiseIrql(2, o); p = ExAllocatePool2(POOL_FLAG_PAGED, 64);", 0x01, 2),
        ("KeRaiseIrql(5, o); p = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64);", 0x02, 5),
        ("p = ExAllocatePool2(POOL_FLAG_PAGED, 64); KeRaiseIrql(2, o); ExFreePool(p);", 0x11, 2),
        ("p = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeRaiseIrql(5, o); ExFreePool(p);", 0x12, 5),
    ] {
        let text = format!("system thread T {{ o = 0; p = 0; {code} KeLowerIrql(0); }}");
        run(&text).bugchecks(0xC4, [Some(subcode), Some(level), None, None]);
        run(&format!("machine {{ verifier: off; }} {text}")).completes();
    }
    run("system thread T { p = ExAllocatePool2(POOL_FLAG_PAGED, 64); RtlZeroMemory(p, 64); KeRaiseIrql(1, o); RtlCopyMemory(p, p);
        KeLowerIrql(o); ExFreePool(p); q = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); assert(q != p); KeRaiseIrql(2, o);
        RtlZeroMemory(q); ExFreePool(q); KeLowerIrql(o); }")
    .times("PageFaulted", 1)
    .completes();
}

/// BC-1
#[test]
fn a_bad_address_has_a_code_for_each_place_that_it_is_used_at() {
    let freed = "p = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); ExFreePool(p);";
    let at = |code: &str| format!("system thread T {{ {code} }}");
    let block = 0xFFFF_B000_1000_0000_u64;
    run(&at(&format!("{freed} RtlZeroMemory(p);"))).bugchecks(0x50, [Some(block), Some(1), None, Some(0)]);
    run(&at(&format!("{freed} RtlCopyMemory(p, p);"))).bugchecks(0x50, [Some(block), Some(0), None, Some(0)]);
    run(&at(&format!("{freed} KeRaiseIrql(2, o); RtlZeroMemory(p);")))
        .bugchecks(0xD1, [Some(block), Some(2), Some(1), None]);
    run(&at(&format!("{freed} ExFreePool(p);"))).bugchecks(0xC2, [Some(7), None, None, Some(block)]);
    run(&at("RtlZeroMemory(NULL);")).bugchecks(0x7E, [Some(0xC000_0005), None, None, None]);
    run("service S() { RtlZeroMemory(NULL); } thread T { S(); }")
        .bugchecks(0x3B, [Some(0xC000_0005), None, None, None]);
    run("dpc D { RtlZeroMemory(NULL); } system thread T { KeInsertQueueDpc(D); }")
        .bugchecks(0xD1, [Some(0), Some(2), Some(1), None]);
}

/// IN-15
#[test]
fn an_exception_that_nobody_handles_is_told_by_what_was_running() {
    let raise = "ExRaiseStatus(STATUS_UNSUCCESSFUL);";
    let status = Some(0xC000_0001);
    let (record, context) = exception_addresses(Class::Thread, 0);
    let stopped = run(&format!("system thread T {{ {raise} }}"));
    stopped.bugchecks(0x7E, [status, None, Some(record), Some(context)]);
    assert_eq!([record, context].map(|a| stopped.program().symbol(a)), ["T.ExceptionRecord", "T.ContextRecord"]);
    run(&format!("service S() {{ {raise} }} thread T {{ S(); }}"))
        .bugchecks(0x3B, [status, None, Some(context), Some(0)]);
    run(&format!("dpc D {{ {raise} }} system thread T {{ KeInsertQueueDpc(D); }}"))
        .bugchecks(0x1E, [status, None, None, None]);
    // Of an ISR only the two records are told, which lie on the processor's stack.
    let (record, context) = exception_addresses(Class::Processor, 0);
    let records = [Some(record), Some(context), Some(0), Some(0)];
    run(&format!("isr I {{ {raise} }} device Nic {{ irql: 7; isr: I; }} at 1us interrupt Nic;"))
        .bugchecks(0x3D, records);
    // An ISR over a DPC is an ISR still.
    run(&format!(
        "isr I {{ {raise} }} device Nic {{ irql: 7; isr: I; }} at 5us interrupt Nic; dpc D {{ work 9us; }} system thread T {{ KeInsertQueueDpc(D); }}"
    ))
    .bugchecks(0x3D, records);
}

/// BC-4, BC-2
#[test]
fn a_bugcheck_freezes_every_processor_at_high_level() {
    for (ladder, high) in [("x64", 15), ("x86", 31)] {
        let mut run = run(&format!(
            "machine {{ processors: 3; irql: {ladder}; }} system thread A (processor: 1) {{ work 5us; KeBugCheckEx(0xE2, 1, 2, 3, 4); }}
            system thread B (processor: 0) {{ work 90us; }}"
        ));
        run.order(&[
            &format!("5us: ProcessorFrozen cpu0 @{high} cpu1 BC-4"),
            &format!("5us: ProcessorFrozen cpu2 @{high} cpu1 BC-4"),
            &format!("5us: BugChecked cpu1 @{high} BC-4"),
        ])
        .bugchecks(0xE2, [Some(1), Some(2), Some(3), Some(4)]);
        assert!(run.state_after("BugChecked").kprcb.iter().all(|p| p.irql == high));
    }
}

/// IR-10, IR-11, IR-17, BC-2, BC-4
#[test]
fn each_misuse_of_irql_has_its_outcome_under_verifier_and_checked_kernel() {
    /// What stops the machine, by code and subcode; none: it goes on.
    type Stop = Option<(u32, Option<u64>)>;
    // (the code of a thread on two processors; with the verifier, on a checked kernel, on a free one)
    let table: &[(&str, Stop, Stop, Stop)] = &[
        ("KeRaiseIrql(5, o); KeRaiseIrql(3, o);", Some((0xC4, Some(0x30))), Some((0x9, None)), None),
        ("KeLowerIrql(5);", Some((0xC4, Some(0x31))), Some((0xA, None)), None),
        (
            "KeRaiseIrql(5, o); KeAcquireSpinLock(L, x); KeReleaseSpinLock(L, x);",
            Some((0xC4, Some(0x42))),
            Some((0x9, None)),
            None,
        ),
        ("KeAcquireSpinLockAtDpcLevel(L); KeReleaseSpinLockFromDpcLevel(L);", Some((0xC4, Some(0x40))), None, None),
        (
            "KeAcquireSpinLock(L, x); KeLowerIrql(0); KeReleaseSpinLockFromDpcLevel(L);",
            Some((0xC4, Some(0x41))),
            None,
            None,
        ),
        ("KeAcquireSpinLock(L, x); KeLowerIrql(0); KeReleaseSpinLock(L, 0);", Some((0xC4, Some(0x32))), None, None),
        ("KeRaiseIrql(2, o); KeReleaseSpinLock(L, o);", None, Some((0x10, None)), None),
        ("KeAcquireSpinLock(L, x); KeAcquireSpinLockAtDpcLevel(L);", None, Some((0xF, None)), None),
        (
            "KeRaiseIrql(2, o); KeWaitForSingleObject(E);",
            Some((0xC4, Some(0x3B))),
            Some((0xA, None)),
            Some((0xA, None)),
        ),
        (
            "KeRaiseIrql(2, o); KeDelayExecutionThread(KernelMode, FALSE, -1us);",
            Some((0xC4, Some(0x3B))),
            Some((0xA, None)),
            Some((0xA, None)),
        ),
        ("KeRaiseIrql(2, o); KeWaitForSingleObject(E, Executive, KernelMode, FALSE, 0);", None, None, None),
        ("KeRaiseIrql(5, o); KeSetEvent(E);", Some((0xC4, Some(0x80))), None, None),
    ];
    for (code, with_verifier, checked, free) in table {
        for (settings, stop) in
            [("verifier: on", with_verifier), ("verifier: off; checked: on", checked), ("verifier: off", free)]
        {
            let run = run(&format!(
                "machine {{ processors: 2; {settings}; end: 1ms; }} spinlock L; event E; system thread T (processor: 0) {{ o = 0; x = 0; {code} KeLowerIrql(0); }}"
            ));
            match stop {
                Some((code, subcode)) => run.bugchecks(*code, [*subcode, None, None, None]),
                None => run.never("BugChecked"),
            };
        }
    }
}
