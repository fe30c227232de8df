//! Work items and system worker threads: in which thread, at which level and in which order they run, and what a
//! worker routine must not leave behind.

use crate::common::run;
use irql_playground::program::Class;

/// SE-4, IR-8
#[test]
fn a_dpc_hands_to_a_worker_thread_what_needs_passive_level() {
    let run = run("device Nic { irql: 7; isr: I; } isr I { KeInsertQueueDpc(D); } event Answer; paged var table = 1; var sum = 0; var level = 9; var thread = 0;
        dpc D { IoInitializeWorkItem(Nic, W); IoQueueWorkItem(W, W, DelayedWorkQueue, 7); marker queued; }
        work_item W { level = KeGetCurrentIrql(); sum = table + Context; assert(IoObject == Nic && IoWorkItem == W && DeviceObject == Nic);
            status = KeWaitForSingleObject(Answer, Executive, KernelMode, FALSE, -1ms); assert(status == STATUS_TIMEOUT); marker waited; }
        thread T (priority: 11) { work 30us; }
        at 10us interrupt Nic;");
    assert_eq!((run.value("level"), run.value("sum")), (0, 8));
    run.order(&[
        "10us: WorkItemInitialized W SE-4",
        "10us: WorkItemQueued W DelayedWorkQueue SE-4",
        "10us: WorkItemTaken W ExpWorkerThread.Delayed0 SE-4",
        "10us: ThreadReadied ExpWorkerThread.Delayed0 priority=12",
        "10us: MarkerReached queued @2",
        "10us: ContextSwitched ExpWorkerThread.Delayed0 T",
        "10us: WorkItemStarted W W @0 SE-4",
        "10us: PageFaulted table",
        "10us: WaitStarted ExpWorkerThread.Delayed0 Answer",
        "MarkerReached waited @0",
        "WorkItemEnded W W SE-3",
        "WaitStarted ExpWorkerThread.Delayed0 DelayedWorkQueue",
    ])
    .completes();
    // Who waits for work waits for nothing that need come.
    assert!(run.waiting().is_empty(), "{:?}", run.waiting());
}

/// SE-4
#[test]
fn each_queue_has_threads_of_the_priority_that_windows_gives_it() {
    let mut run = run("work_item D { work 1us; } work_item C { work 1us; } work_item H { work 1us; }
        system thread T (priority: 20) { ExQueueWorkItem(D, DelayedWorkQueue); ExQueueWorkItem(C, CriticalWorkQueue); ExQueueWorkItem(H, HyperCriticalWorkQueue); }");
    run.order(&["WorkItemStarted H", "WorkItemStarted C", "WorkItemStarted D"]).completes();
    let state = run.state_after("RunStarted");
    let priorities: Vec<u8> = state.kthread.iter().map(|t| t.priority).collect();
    assert_eq!(priorities, [20, 13, 13, 13, 13, 13, 12, 12, 12, 15]);
    // A scenario has the queues that it names.
    let one = crate::common::run("work_item W { } system thread T { ExQueueWorkItem(W, DelayedWorkQueue); }");
    assert_eq!(one.program().threads.len(), 1 + 3);
    let any = crate::common::run("work_item W { } system thread T { type = 1; ExQueueWorkItem(W, type); }");
    assert_eq!(any.program().threads.len(), 1 + 5 + 3 + 1);
    any.times("WorkItemStarted W", 1).completes();
}

/// SE-4
#[test]
fn items_run_in_the_order_of_queueing_and_no_more_at_a_time_than_there_are_processors() {
    let text = |cpus: u32, code: &str| {
        format!(
            "machine {{ processors: {cpus}; end: 100ms; }} work_item A {{ {code} }} work_item B {{ {code} }} work_item C {{ {code} }} \
             system thread T (priority: 20) {{ ExQueueWorkItem(A, DelayedWorkQueue); ExQueueWorkItem(B, DelayedWorkQueue); ExQueueWorkItem(C, DelayedWorkQueue); }}"
        )
    };
    let order = ["WorkItemStarted A", "WorkItemEnded A", "WorkItemStarted B", "WorkItemEnded B", "WorkItemStarted C"];
    run(&text(1, "work 10us;"))
        .order(&order)
        .never("WorkItemTaken ExpWorkerThread.Delayed1")
        .times("WorkItemTaken ExpWorkerThread.Delayed0", 3)
        .completes();
    let two = run(&text(2, "work 10us;"));
    two.times("0ns: WorkItemStarted", 2).order(&["WorkItemTaken B", "10us: WorkItemStarted C"]).completes();
    // An item that waits gives its place in the queue's count away, so the next one begins in another thread.
    run(&text(1, "KeDelayExecutionThread(KernelMode, FALSE, -1ms); work 1us;"))
        .order(&[
            "WorkItemStarted A",
            "WaitStarted ExpWorkerThread.Delayed0",
            "WorkItemTaken B ExpWorkerThread.Delayed1",
            "WorkItemStarted B",
            "WorkItemTaken C ExpWorkerThread.Delayed2",
            "WorkItemStarted C",
            "WorkItemEnded A",
        ])
        .completes();
}

/// SE-4, WT-1
#[test]
fn the_thread_that_has_waited_for_the_shortest_time_gets_the_next_item() {
    run("work_item A { work 10us; } work_item B { KeDelayExecutionThread(KernelMode, FALSE, -1ms); } work_item C { work 1us; }
        system thread T (priority: 20) { ExQueueWorkItem(B, DelayedWorkQueue); ExQueueWorkItem(A, DelayedWorkQueue);
            KeDelayExecutionThread(KernelMode, FALSE, -50ms); ExQueueWorkItem(C, DelayedWorkQueue); }")
        .order(&[
            "WorkItemTaken B ExpWorkerThread.Delayed0",
            "WorkItemTaken A ExpWorkerThread.Delayed1",
            "WaitStarted ExpWorkerThread.Delayed1 DelayedWorkQueue",
            "WaitStarted ExpWorkerThread.Delayed0 DelayedWorkQueue",
            "WorkItemTaken C ExpWorkerThread.Delayed0",
        ])
        .completes();
}

/// SE-4
#[test]
fn every_worker_thread_that_waits_keeps_the_items_behind_it_waiting() {
    // The documented deadlock: an item waits for one that no thread is left for.
    let stuck = run("event Done; work_item A { KeWaitForSingleObject(Done); } work_item B { KeWaitForSingleObject(Done); } work_item C { KeWaitForSingleObject(Done); } work_item Last { KeSetEvent(Done); }
        system thread T (priority: 20) { ExQueueWorkItem(A, DelayedWorkQueue); ExQueueWorkItem(B, DelayedWorkQueue); ExQueueWorkItem(C, DelayedWorkQueue); ExQueueWorkItem(Last, DelayedWorkQueue); }");
    stuck.never("WorkItemStarted Last").completes();
    let waits = |n| format!("ExpWorkerThread.Delayed{n} waits for Done");
    assert_eq!(stuck.waiting(), [waits(0), waits(1), waits(2)]);
}

/// SE-5
#[test]
fn an_item_that_is_queued_may_not_be_queued_again_and_one_that_runs_may() {
    let item = Class::WorkItem.at(0u16);
    run("work_item W { work 1us; } system thread T (priority: 20) { ExQueueWorkItem(W, CriticalWorkQueue); ExQueueWorkItem(W, CriticalWorkQueue); }")
        .times("WorkItemTaken W", 2)
        .completes();
    // Given to a waiting thread at once it is in no queue; behind another one it is.
    let busy = |code: &str| {
        run(&format!(
            "work_item First {{ work 90us; }} work_item W {{ work 1us; }} device Nic {{ irql: 5; isr: I; }} isr I {{ }}
             system thread T (priority: 20) {{ ExQueueWorkItem(First, CriticalWorkQueue); ExQueueWorkItem(W, CriticalWorkQueue); marker queued; {code} }}"
        ))
    };
    busy("ExQueueWorkItem(W, DelayedWorkQueue);")
        .bugchecks(0xE4, [Some(1), Some(Class::WorkItem.at(1u16)), Some(1), Some(0)]);
    busy("IoQueueWorkItem(W, W, CriticalWorkQueue);").bugchecks(0xE4, [Some(1), None, Some(0), Some(0)]);
    let mut freed = busy("IoUninitializeWorkItem(W);");
    let routine = freed.program().routine_address(freed.program().work_items[1].body);
    freed.bugchecks(0xE4, [Some(2), Some(Class::WorkItem.at(1u16)), Some(routine), Some(0)]);
    assert!(freed.state_after("MarkerReached queued").work_items[1].queued);
    busy("ExInitializeWorkItem(W, First);").bugchecks(0xE4, [Some(0), None, None, None]);
    busy("IoInitializeWorkItem(Nic, W);").bugchecks(0xE4, [Some(0), None, None, None]);
    busy("IoInitializeWorkItem(T, W);").bugchecks(0xE4, [Some(3), None, Some(Class::Thread.at(0u16)), Some(0)]);
    busy("type = 7; ExQueueWorkItem(First, type);").bugchecks(0xE4, [Some(6), Some(item), Some(7), Some(0)]);
    run("var left = 3; work_item W { work 1us; left--; if (left > 0) ExQueueWorkItem(W, DelayedWorkQueue); else IoUninitializeWorkItem(W); }
        system thread T { ExQueueWorkItem(W, DelayedWorkQueue); }")
        .times("WorkItemStarted W", 3)
        .completes();
}

/// SE-4
#[test]
fn the_routine_and_the_context_are_those_of_the_last_initialisation_or_call() {
    let text = "var a = 0; var b = 0; work_item A { a += Parameter; } work_item B { b += Context; }
        system thread T { ExInitializeWorkItem(A, B, 5); ExQueueWorkItem(A, DelayedWorkQueue); KeDelayExecutionThread(KernelMode, FALSE, -1ms);
            IoQueueWorkItemEx(A, A, DelayedWorkQueue, 9); KeDelayExecutionThread(KernelMode, FALSE, -1ms); }
        expect count A == 1; expect count B == 1; expect latency T -> B <= 1ms;";
    let run = run(text);
    assert_eq!((run.value("b"), run.value("a")), (5, 9));
    run.order(&["WorkItemInitialized A B", "WorkItemStarted A B", "WorkItemStarted A A"]).completes();
}

/// SE-3, SE-2, AT-1
#[test]
fn what_a_worker_routine_leaves_behind_is_found_as_it_returns() {
    let text = |code: &str| {
        format!(
            "process P; spinlock L; work_item W {{ {code} }} system thread T {{ IoQueueWorkItem(W, W, DelayedWorkQueue, T); }}"
        )
    };
    let leaves = |code: &str, index, disable| {
        let mut run = run(&text(code));
        let routine = run.program().routine_address(run.program().work_items[0].body);
        run.order(&["WorkItemEnded W W SE-3", "BugChecked SE-3"]);
        run.bugchecks(0x1, [Some(routine), Some(index), Some(disable), Some(1)]);
        assert_eq!(run.program().symbol(routine), "W");
        run.state_after("WorkItemEnded").kprcb[0].irql
    };
    assert_eq!(leaves("KeEnterCriticalRegion();", 0, 0xFFFF), 0);
    assert_eq!(leaves("KeEnterGuardedRegion();", 0, 0xFFFF_0000), 0);
    leaves("KeStackAttachProcess(P, state);", 1, 0);
    // APCs are looked at before the level.
    assert_eq!(leaves("KeEnterCriticalRegion(); KeAcquireSpinLock(L, old);", 0, 0xFFFF), 2);
    let at = |level: u64| {
        let run = run(&text(&format!("KeRaiseIrql({level}, old);")));
        let routine = run.program().routine_address(run.program().work_items[0].body);
        let (thread, item) = (Class::Thread.at(0u16), Class::WorkItem.at(0u16));
        run.bugchecks(0xE1, [Some(routine), Some(level), Some(thread), Some(item)]);
    };
    at(2);
    at(9);
}

/// SE-3
#[test]
fn a_worker_thread_left_at_apc_level_is_not_stopped_and_stays_there() {
    // The documentation has 0xE1 for DISPATCH_LEVEL and above alone; nothing lowers the level for the next item.
    let mut run = run("work_item W { KeRaiseIrql(APC_LEVEL, old); } work_item Next { marker next; }
        system thread T (priority: 20) { ExQueueWorkItem(W, DelayedWorkQueue); ExQueueWorkItem(Next, DelayedWorkQueue); }");
    run.order(&["WorkItemEnded W @1", "WorkItemStarted Next @1", "MarkerReached next @1"]).completes();
    assert_eq!(run.state_after("RunEnded").kthread[1].wait_irql, 1);
}

/// SE-6
#[test]
fn a_worker_routine_may_not_end_its_thread() {
    run("work_item W { PsTerminateSystemThread(0); } system thread T { ExQueueWorkItem(W, HyperCriticalWorkQueue); }")
        .bugchecks(0xE9, [Some(Class::Thread.at(1u16)), Some(0), Some(0), Some(0)])
        .order(&["BugChecked SE-6"]);
}

/// SE-4, BC-5
#[test]
fn a_work_item_is_queued_up_to_dispatch_level() {
    let text = |level: &str| {
        format!(
            "work_item W {{ work 1us; }} system thread T {{ KeRaiseIrql({level}, old); ExQueueWorkItem(W, CriticalWorkQueue); marker on; work 5us; KeLowerIrql(old); }}"
        )
    };
    run(&text("DISPATCH_LEVEL")).order(&["MarkerReached on @2", "5us: WorkItemStarted W @0"]).completes();
    run(&text("3")).bugchecks(0xC4, [Some(0xE5), Some(3), None, None]);
}
