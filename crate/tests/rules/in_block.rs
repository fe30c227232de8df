//! KDPCs and KTIMERs that lie in a block of pool, as in a device extension: freed under the kernel's hands, not yet
//! allocated, in paged pool.

use crate::common::{Run, run};

const BLOCK: u64 = 0xFFFF_B000_1000_0000;
/// The first object in a block, and the next one.
const FIRST: u64 = BLOCK + 0x80;
const SECOND: u64 = FIRST + 0x40;

/// A device extension with a DPC and a timer, on two processors, and a DPC that is always there.
fn with(settings: &str, code: &str) -> Run {
    run(&format!(
        "machine {{ processors: 2; clock: 100us; end: 1ms; {settings} }} var extension = 0; var ran = 0;
        dpc Own (in: extension) {{ ran += 1; work 5us; }} timer Poll {{ in: extension; }} dpc Other (processor: 1) {{ work 1us; }}
        system thread T (processor: 0) {{ extension = ExAllocatePool2(POOL_FLAG_NON_PAGED, 512); {code} }}"
    ))
}

const OFF: &str = "verifier: off;";

/// DP-2, DP-14, DP-15
#[test]
fn a_block_with_a_queued_dpc_cannot_be_freed_until_that_is_removed_or_has_run() {
    let queued = "KeRaiseIrql(DISPATCH_LEVEL, old); KeInsertQueueDpc(Own);";
    with("", &format!("{queued} ExFreePool(extension); KeLowerIrql(old);"))
        .times("BugChecked DP-2", 1)
        .never("PoolFreed")
        .bugchecks(0xC7, [Some(1), Some(FIRST), Some(BLOCK), Some(BLOCK + 512)]);
    let removed =
        with("", &format!("{queued} assert(KeRemoveQueueDpc(Own)); ExFreePool(extension); KeLowerIrql(old);"));
    removed.completes().times("PoolFreed", 1).never("DpcStarted Own");
    // Far away it runs while this thread waits for it.
    let elsewhere = "KeSetTargetProcessorDpc(Own, 1); KeSetImportanceDpc(Own, LowImportance); KeInsertQueueDpc(Own);";
    with("", &format!("{elsewhere} ExFreePool(extension);")).bugchecks(0xC7, [Some(1), Some(FIRST), None, None]);
    let flushed = with("", &format!("{elsewhere} KeFlushQueuedDpcs(); ExFreePool(extension); assert(ran == 1);"));
    flushed.completes().order(&["DpcEnded Own cpu1", "PoolFreed cpu0"]);
}

/// DP-20, DP-2
#[test]
fn a_dpc_may_free_its_own_memory_for_its_kdpc_is_out_of_the_queue_when_its_routine_runs() {
    for settings in ["", OFF] {
        let text = format!(
            "machine {{ {settings} }} var extension = 0; dpc Own (in: extension) {{ work 2us; ExFreePool(extension); work 2us; }}
            system thread T {{ extension = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeInsertQueueDpc(Own); work 1us; }}"
        );
        run(&text).completes().order(&["DpcStarted Own", "2us: PoolFreed", "4us: DpcEnded Own"]);
    }
}

/// WT-15, DP-2
#[test]
fn a_block_with_a_timer_that_is_set_cannot_be_freed_until_that_is_cancelled() {
    let set = "KeSetTimer(Poll, -150us, Other);";
    with("", &format!("{set} ExFreePool(extension);"))
        .times("BugChecked WT-15", 1)
        .bugchecks(0xC7, [Some(0), Some(SECOND), Some(BLOCK), Some(BLOCK + 512)]);
    with("", &format!("{set} KeCancelTimer(Poll); ExFreePool(extension);")).completes().never("TimerSignalled");
    // It has expired.
    with("", &format!("{set} work 250us; ExFreePool(extension);")).completes().times("TimerSignalled Poll", 1);
    // A periodic one is set again.
    with("", "KeSetTimerEx(Poll, -50us, 1); work 250us; ExFreePool(extension);")
        .bugchecks(0xC7, [Some(0), Some(SECOND), None, None]);
    // The timer lies elsewhere, and the DPC that it is to call in the block.
    let dpc_alone = "var block = 0; timer Far; dpc Near (in: block) { } system thread T { block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeSetTimer(Far, -1ms, Near); ExFreePool(block); }";
    run(dpc_alone).bugchecks(0xC7, [Some(1), Some(FIRST), Some(BLOCK), Some(FIRST + 0x40)]);
}

/// BC-1, DP-19, DP-8
#[test]
fn without_the_verifier_the_kernel_comes_to_the_freed_memory_later() {
    let queued = "KeRaiseIrql(DISPATCH_LEVEL, old); KeInsertQueueDpc(Own); ExFreePool(extension);";
    let told = |run: &Run, who: &str| {
        let line = run.outcome().line(run.program());
        assert!(line.contains(&format!("= {who})")), "{line}");
    };
    let drain = with(OFF, &format!("{queued} work 3us; KeLowerIrql(old);"));
    drain.order(&["0ns: PoolFreed", "3us: RetireStarted", "3us: BugChecked BC-1"]).never("DpcStarted Own");
    told(drain.bugchecks(0xA, [Some(FIRST), Some(2), Some(0), None]), "KiRetireDpcList");
    // Behind it another DPC is linked: its list entry is written. At the head nobody looks at it.
    let behind = format!("KeSetTargetProcessorDpc(Other, 0); {queued} KeInsertQueueDpc(Other);");
    told(with(OFF, &behind).bugchecks(0xA, [Some(FIRST), Some(2), Some(1), None]), "KeInsertQueueDpc");
    let before = format!(
        "KeSetTargetProcessorDpc(Other, 0); KeSetImportanceDpc(Other, HighImportance); {queued} KeInsertQueueDpc(Other); KeLowerIrql(old);"
    );
    told(
        with(OFF, &before).times("DpcEnded Other", 1).bugchecks(0xA, [Some(FIRST), Some(2), None, None]),
        "KiRetireDpcList",
    );
    // Another one that lies behind it is removed: the list is followed to there.
    let removed = "KeRaiseIrql(DISPATCH_LEVEL, old); KeSetTargetProcessorDpc(Other, 0); KeInsertQueueDpc(Own); KeInsertQueueDpc(Other); ExFreePool(extension); KeRemoveQueueDpc(Other);";
    told(with(OFF, removed).bugchecks(0xA, [Some(FIRST), Some(2), Some(0), None]), "KeRemoveQueueDpc");
    // The object itself is too late to be removed.
    told(
        with(OFF, &format!("{queued} KeRemoveQueueDpc(Own);")).bugchecks(0xA, [Some(FIRST), Some(15), Some(0), None]),
        "KeRemoveQueueDpc",
    );
    let timer = with(OFF, "KeSetTimer(Poll, -150us, Other); ExFreePool(extension); work 400us;");
    told(timer.never("TimerSignalled").bugchecks(0xA, [Some(SECOND), Some(2), Some(1), None]), "KiTimerExpiration");
    let dpc =
        with(OFF, "KeSetTimer(Late, -150us, Own); ExFreePool(extension); work 400us; } timer Late; system thread U {");
    told(
        dpc.times("TimerSignalled Late", 1).bugchecks(0xA, [Some(FIRST), Some(2), Some(0), None]),
        "KiTimerExpiration",
    );
}

/// DP-25, BC-1
#[test]
fn a_freed_threaded_dpc_is_found_by_the_dpc_thread() {
    let text = |settings: &str| {
        format!("machine {{ {settings} }} var block = 0; dpc Own (type: threaded, in: block) {{ }}
            system thread T {{ block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeRaiseIrql(2, old); KeInsertQueueDpc(Own); ExFreePool(block); KeLowerIrql(old); }}")
    };
    run(&text("")).bugchecks(0xC7, [Some(1), Some(FIRST), None, None]);
    let late = run(&text(OFF));
    late.bugchecks(0xA, [Some(FIRST), Some(2), Some(0), None]);
    assert!(late.outcome().line(late.program()).contains("= KiExecuteDpc)"));
}

/// BC-1, DP-8, DP-3, WT-3, IR-3
#[test]
fn an_object_is_used_only_where_its_block_is_there_and_at_the_level_at_which_the_kernel_looks_at_it() {
    let before = |code: &str| {
        run(&format!(
            "var block = 0; dpc Own (in: block) {{ }} timer Poll {{ in: block; }} system thread T {{ {code} }}"
        ))
    };
    // Not allocated: close to address 0, where at PASSIVE_LEVEL an exception is raised.
    before("KeInsertQueueDpc(Own);").bugchecks(0xA, [Some(0x80), Some(15), Some(0), None]);
    before("KeRemoveQueueDpc(Own);").bugchecks(0xA, [Some(0x80), Some(15), Some(0), None]);
    before("KeInitializeDpc(Own, Own);").bugchecks(0x7E, [Some(0xC000_0005), None, None, None]);
    before("KeSetTimer(Poll, -1ms);").bugchecks(0xA, [Some(0xC0), Some(12), Some(0), None]);
    before("KeReadStateTimer(Poll);").bugchecks(0x7E, [Some(0xC000_0005), None, None, None]);
    before("KeWaitForSingleObject(Poll);").bugchecks(0xA, [Some(0xC0), Some(12), Some(0), None]);
    before("KeWaitForMultipleObjects(2, [T, Poll], WaitAny);").bugchecks(0xA, [Some(0xC0), Some(12), Some(0), None]);
    // Freed.
    let freed = "block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 512); ExFreePool(block);";
    before(&format!("{freed} KeInsertQueueDpc(Own);")).bugchecks(0xA, [Some(FIRST), Some(15), Some(0), None]);
    before(&format!("{freed} KeSetImportanceDpc(Own, HighImportance);"))
        .bugchecks(0x50, [Some(FIRST), Some(1), None, None]);
    before(&format!("{freed} KeRaiseIrql(2, o); KeInitializeDpc(Own, Own);"))
        .bugchecks(0xA, [Some(FIRST), Some(2), Some(1), None]);
    // The routine of a DPC is code, wherever its KDPC lies; and a timer takes no more than an address.
    run("var block = 0; dpc Own (in: block) { } dpc D { } system thread T { KeInitializeDpc(D, Own); KeInsertQueueDpc(D); }")
        .completes()
        .times("DpcStarted D", 1);
    run("machine { clock: 100us; end: 1ms; } var block = 0; dpc Own (in: block) { } timer Far; system thread T { KeSetTimer(Far, -50us, Own); work 300us; }")
        .times("0ns: TimerSet Far", 1)
        .bugchecks(0xA, [Some(0x80), Some(2), Some(0), None]);
}

/// DP-2, BC-3, IN-15
#[test]
fn a_kdpc_in_paged_pool_works_by_luck() {
    let text = |settings: &str, more: &str| {
        format!("machine {{ {settings} }} var block = 0; dpc Own (in: block) {{ }} timer Poll {{ in: block; }} {more}
            system thread T {{ block = ExAllocatePool2(POOL_FLAG_PAGED, 512); KeInitializeDpc(Own, Own); work 10us; KeInsertQueueDpc(Own); KeSetTimer(Poll, -1ms); }}")
    };
    run(&text(OFF, "")).completes().times("PageFaulted", 1);
    run(&text("", "")).times("10us: BugChecked BC-3", 1).bugchecks(0xA, [Some(FIRST), Some(15), Some(0), None]);
    run(&text(OFF, "at 5us trim;"))
        .times("10us: BugChecked IN-15", 1)
        .bugchecks(0xA, [Some(FIRST), Some(15), Some(0), None]);
}

/// DP-3, DP-2
#[test]
fn in_another_block_it_is_another_object_and_one_in_use_stays_where_it_is() {
    let moved = run("var block = 0; var ran = 0; dpc Own (in: block) { ran += DeferredContext; } dpc D { }
        system thread T {
            block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeInitializeDpc(Own, Own, 7); KeSetImportanceDpc(Own, HighImportance); KeInsertQueueDpc(Own);
            ExFreePool(block); block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeInsertQueueDpc(Own);
        }");
    // The declaration's own context, NULL, again.
    moved.completes().times("DpcStarted Own", 2);
    assert_eq!(moved.written("ran"), [7, 7]);
    let leaked = run("var block = 0; dpc Own (in: block) { }
        system thread T {
            block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeRaiseIrql(2, o); KeInsertQueueDpc(Own);
            block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeInsertQueueDpc(Own); KeLowerIrql(o);
        }");
    assert!(leaked.outcome().line(leaked.program()).contains("one block at a time"), "{}", leaked.text());
}

/// DP-2, IN-15
#[test]
fn the_variable_that_holds_the_address_may_be_pageable_itself() {
    let text = |code: &str| format!("paged var block = 0; dpc Own (in: block) {{ }} system thread T {{ {code} }}");
    run(&text("block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64); KeInsertQueueDpc(Own);"))
        .completes()
        .times("PageFaulted block", 1);
    run(&text("KeRaiseIrql(2, o); KeInsertQueueDpc(Own);"))
        .bugchecks(0xD1, [Some(0xFFFF_A000_0000_0000), Some(2), Some(0), None]);
}
