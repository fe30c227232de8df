//! APCs.

use super::Sees::{Assertion, Bugcheck, Completes, Deadlock, Fails, Order, Parameter, State, Times};
use super::{Row, Shown};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "A1",
        says: "Two lists of APCs for each thread, kernel and user; the APC object",
        rules: &["AP-1", "AP-2", "AP-3", "AP-7", "AP-8", "AT-1", "AT-2", "AP-9"],
        shown: &[
            Shown {
                scenario: "attach-process",
                edit: &[(
                    "apc ForOwn special (thread: Program)",
                    "apc ForOwn special (thread: Program, environment: Insert)",
                )],
                by: "AP-9",
                then: &[Fails("expect latency Driver -> ForOwn >= 60us;"), Times("WaitBroken Program AP-9", 2)],
            },
            Shown {
                scenario: "attach-process",
                edit: &[("    // KeAttachProcess(Viewer);", "    KeAttachProcess(Viewer);")],
                by: "AT-1",
                then: &[Bugcheck(0x5), Parameter(3, 1)],
            },
            Shown {
                scenario: "attach-process",
                edit: &[(
                    "    // KeRaiseIrql(APC_LEVEL, old); KeInsertQueueApc(Here);",
                    "    KeRaiseIrql(APC_LEVEL, old); KeInsertQueueApc(Here);",
                )],
                by: "AT-2",
                then: &[Bugcheck(0x6), Times("ProcessDetached", 0)],
            },
            Shown {
                scenario: "apc-object",
                edit: &[
                    ("    queued = KeInsertQueueApc(Job, 2);\n    assert(queued == FALSE);\n", ""),
                    (
                        "KeInsertQueueApc(Job, 1);\n    assert(queued == TRUE)",
                        "KeInsertQueueApc(Job, 5);\n    assert(queued == TRUE)",
                    ),
                ],
                by: "AP-8",
                then: &[
                    State("ApcInserted Job", |s| s.kapc[0].inserted && s.kapc[0].arguments[1] == 5),
                    Times("ApcRefused Job", 0),
                ],
            },
            Shown {
                scenario: "apc-object",
                edit: &[("apc Letter user", "apc Letter normal")],
                by: "AP-8",
                then: &[
                    State("ApcInserted Letter", |s| s.kthread[0].apc_list[1] == (u16::MAX, u16::MAX)),
                    Fails("expect count Letter == 0;"),
                ],
            },
        ],
    },
    Row {
        id: "A2",
        says: "Special kernel, normal kernel, user: where each is inserted, and at which level its routines run",
        rules: &["AP-4", "AP-8", "AP-13", "AP-15"],
        shown: &[
            Shown {
                scenario: "apc-order",
                edit: &[("apc S1 special (thread: Target) {", "apc S1 normal (thread: Target) {")],
                by: "AP-8",
                then: &[Order(&[
                    "ApcKernelRoutineStarted S2 @1",
                    "ApcNormalRoutineStarted N1 @0",
                    "ApcNormalRoutineStarted S1 @0",
                    "ApcNormalRoutineStarted N2 @0",
                ])],
            },
            Shown {
                scenario: "apc-order",
                edit: &[
                    ("    KeInsertQueueApc(S1);\n", ""),
                    ("    KeInsertQueueApc(S2);\n", "    KeInsertQueueApc(S2); KeInsertQueueApc(S1);\n"),
                ],
                by: "AP-8",
                then: &[
                    Fails("expect order Target, QueueAll, S1, S2, N1, N2, U1;"),
                    Order(&["ApcKernelRoutineStarted S2", "ApcKernelRoutineStarted S1", "ApcKernelRoutineStarted N1"]),
                ],
            },
        ],
    },
    Row {
        id: "A3",
        says: "The kernel routine may change what the normal routine receives, or cancel it",
        rules: &["AP-5", "AP-13"],
        shown: &[
            Shown {
                scenario: "apc-kernel-routine",
                edit: &[("SystemArgument1 * 2", "SystemArgument1 * 3")],
                by: "AP-13",
                then: &[Assertion("SystemArgument1 == 42")],
            },
            Shown {
                scenario: "apc-kernel-routine",
                edit: &[("        NormalRoutine = NULL;\n", "")],
                by: "AP-13",
                then: &[Fails("expect count Cancelled == 0;"), Times("ApcNormalRoutineStarted Cancelled @0", 1)],
            },
        ],
    },
    Row {
        id: "A4",
        says: "A kernel APC interrupts a running thread, on another processor too, and breaks a wait",
        rules: &["AP-9", "AP-21", "IN-9", "TH-14"],
        shown: &[
            Shown {
                scenario: "apc-other-processor",
                edit: &[("KeRaiseIrql(DISPATCH_LEVEL, old)", "KeRaiseIrql(PASSIVE_LEVEL, old)")],
                by: "AP-9",
                then: &[Fails("expect latency to_raised -> ForRunner >= 20us;")],
            },
            Shown {
                scenario: "apc-other-processor",
                edit: &[("system thread Ready (priority: 7", "system thread Ready (priority: 9")],
                by: "AP-9",
                then: &[Fails("expect latency to_ready -> ForReady >= 50us;")],
            },
            Shown {
                scenario: "kernel-apc-requeue",
                edit: &[("    KeInsertQueueApc(Nudge);\n", "    // KeInsertQueueApc(Nudge);\n")],
                by: "AP-9",
                then: &[Times("WaitBroken First AP-9", 0)],
            },
        ],
    },
    Row {
        id: "A5",
        says: "After a kernel APC the wait goes on at the back of the list, and may have missed something",
        rules: &["WT-1", "WT-3", "WT-11"],
        shown: &[
            Shown {
                scenario: "kernel-apc-requeue",
                edit: &[("    KeInsertQueueApc(Nudge);\n", "    // KeInsertQueueApc(Nudge);\n")],
                by: "WT-1",
                then: &[Order(&["FunctionEntered FirstServed", "FunctionEntered SecondServed"])],
            },
            Shown {
                scenario: "kernel-apc-requeue",
                edit: &[(
                    "KeWaitForSingleObject(Turn, Executive, KernelMode, FALSE);\n    // It",
                    "KeRaiseIrql(APC_LEVEL, o); status = KeWaitForSingleObject(Turn, Executive, KernelMode, FALSE); KeLowerIrql(o);\n    // It",
                )],
                by: "WT-1",
                then: &[
                    Order(&["FunctionEntered FirstServed", "FunctionEntered SecondServed"]),
                    Times("WaitBroken", 0),
                ],
            },
            Shown {
                scenario: "pulse-lost",
                edit: &[("KePulseEvent(Start)", "KeSetEvent(Start)")],
                by: "WT-3",
                then: &[Assertion("woken == 1")],
            },
            Shown {
                scenario: "pulse-lost",
                edit: &[("    KeInsertQueueApc(Nudge);\n", "")],
                by: "WT-11",
                then: &[Assertion("woken == 1"), Times("WaitBroken", 0)],
            },
        ],
    },
    Row {
        id: "A6",
        says: "A user APC comes only in an alertable wait of user mode, which then is over",
        rules: &["AP-10", "AP-11", "AP-15", "AP-17", "AP-28", "AP-29", "WT-4", "AL-1"],
        shown: &[
            Shown {
                scenario: "apc-wait-in-region",
                edit: &[("Executive, UserMode, TRUE", "Executive, KernelMode, TRUE")],
                by: "AP-11",
                then: &[Fails("expect latency Sender -> Note >= 50us;"), Times("WaitEnded Program", 0)],
            },
            Shown {
                scenario: "blocking-read",
                edit: &[("synchronous_io: nonalert", "synchronous_io: alert")],
                by: "AP-29",
                then: &[
                    Assertion("done && Read.Information == 1500"),
                    Order(&["IoCancelRequested Read AP-29", "ApcNormalRoutineStarted ToSleeper"]),
                ],
            },
            Shown {
                scenario: "blocking-read",
                edit: &[("    IoSetCancelRoutine(Irp, CancelAsk);\n", "")],
                by: "AP-29",
                then: &[
                    Times("IoCompleted Ask", 0),
                    Order(&["IoCancelRequested Ask FALSE", "WaitStarted Listener WT-10"]),
                ],
            },
            Shown {
                scenario: "sleep-alertable",
                edit: &[(
                    "status = SleepEx(1, FALSE);\n    assert(status == 0);",
                    "status = SleepEx(1, TRUE);\n    assert(status == WAIT_IO_COMPLETION);",
                )],
                by: "AP-10",
                then: &[Times("WaitEnded STATUS_USER_APC AP-10", 2)],
            },
            Shown {
                scenario: "apc-four-waits",
                edit: &[(
                    "WaitForSingleObjectEx(Never, INFINITE, FALSE)",
                    "WaitForSingleObjectEx(Never, INFINITE, TRUE)",
                )],
                by: "AP-10",
                then: &[Fails("expect count Prompt == 1;"), Assertion("ended == 1")],
            },
            Shown {
                scenario: "apc-four-waits",
                edit: &[("Never, UserRequest, KernelMode, alertable", "Never, UserRequest, UserMode, alertable")],
                by: "AP-10",
                then: &[Times("ApcNormalRoutineStarted Prompt", 2)],
            },
            Shown {
                scenario: "apc-drain",
                edit: &[(
                    "    status = SleepEx(0, TRUE);\n    assert(status == WAIT_IO_COMPLETION);\n    marker outer",
                    "    marker outer",
                )],
                by: "AP-15",
                then: &[
                    Assertion("depth == 1"),
                    Order(&["ApcNormalRoutineEnded Second", "ApcNormalRoutineStarted Third"]),
                ],
            },
        ],
    },
    Row {
        id: "A7",
        says: "A thread that runs user code is not interrupted by a user APC; special user APCs do that",
        rules: &["AP-10", "AP-24", "AL-2", "WT-4"],
        shown: &[
            Shown {
                scenario: "apc-busy-thread",
                edit: &[(", 0, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC)", ", 0, 0)")],
                by: "AL-2",
                then: &[
                    Fails("expect latency Sender -> Urgent <= 65us;"),
                    Order(&["ApcNormalRoutineStarted Regular", "ApcNormalRoutineStarted Urgent"]),
                ],
            },
            Shown {
                scenario: "apc-busy-thread",
                edit: &[("        ResetEvent(Unused);\n", "        ResetEvent(Unused); SleepEx(0, TRUE);\n")],
                by: "WT-4",
                then: &[Fails("expect latency Sender -> Regular >= 100us;")],
            },
        ],
    },
    Row {
        id: "A8",
        says: "A suspended thread runs no queued user APC",
        rules: &["SU-2", "SU-3", "SU-4", "AP-9"],
        shown: &[
            Shown {
                scenario: "suspended-thread",
                edit: &[
                    ("    before = SuspendThread(Worker);\n    assert(before == 0);\n", ""),
                    ("    before = ResumeThread(Worker);\n    assert(before == 1);\n", ""),
                ],
                by: "AP-9",
                then: &[
                    Fails("expect latency queue_three -> Normal >= 20us;"),
                    Times("ApcInserted Worker.SuspendApc", 0),
                ],
            },
            Shown {
                scenario: "suspended-thread",
                edit: &[
                    ("    work 40us \"compute\";", "    Held();"),
                    (
                        "thread Worker",
                        "service Held() { KeEnterCriticalRegion(); work 70us; KeLeaveCriticalRegion(); }\nthread Worker",
                    ),
                ],
                by: "SU-2",
                then: &[
                    Order(&["CriticalRegionLeft Worker", "ApcNormalRoutineStarted Worker.SuspendApc SU-2"]),
                    Times("WaitStarted Worker.SuspendSemaphore", 0),
                ],
            },
        ],
    },
    Row {
        id: "A9",
        says: "Raising to APC_LEVEL masks APCs; they come as the level falls to PASSIVE_LEVEL",
        rules: &["AP-21", "IR-12", "IR-14", "IR-15"],
        shown: &[
            Shown {
                scenario: "apc-regions",
                edit: &[("    KeRaiseIrql(APC_LEVEL, old);\n", "    KeRaiseIrql(PASSIVE_LEVEL, old);\n")],
                by: "IR-14",
                then: &[Assertion("specials == 2 && normals == 2")],
            },
            Shown {
                scenario: "software-interrupts",
                edit: &[("KeLowerIrql(APC_LEVEL)", "KeLowerIrql(PASSIVE_LEVEL)")],
                by: "IR-12",
                then: &[Order(&["ApcKernelRoutineStarted Note", "MarkerReached at_apc"])],
            },
        ],
    },
    Row {
        id: "A10",
        says: "Guarded regions: SpecialApcDisable",
        rules: &["AP-18", "AP-19", "AP-22"],
        shown: &[
            Shown {
                scenario: "apc-regions",
                edit: &[
                    ("KeEnterGuardedRegion", "KeEnterCriticalRegion"),
                    ("KeLeaveGuardedRegion", "KeLeaveCriticalRegion"),
                ],
                by: "AP-18",
                then: &[Assertion("specials == 1 && normals == 1"), Times("GuardedRegionEntered AP-18", 0)],
            },
            Shown {
                scenario: "apc-regions",
                edit: &[("    KeEnterGuardedRegion();\n", "    KeEnterGuardedRegion(); KeEnterGuardedRegion();\n")],
                by: "AP-18",
                then: &[Assertion("specials == 2 && normals == 2")],
            },
        ],
    },
    Row {
        id: "A11",
        says: "Critical regions: KernelApcDisable",
        rules: &["AP-18", "AP-19", "AP-20", "AP-22"],
        shown: &[
            Shown {
                scenario: "apc-regions",
                edit: &[
                    ("KeEnterCriticalRegion", "KeEnterGuardedRegion"),
                    ("KeLeaveCriticalRegion", "KeLeaveGuardedRegion"),
                ],
                by: "AP-18",
                then: &[Assertion("specials == 1 && normals == 0")],
            },
            Shown {
                scenario: "apc-regions",
                edit: &[("    KeEnterCriticalRegion();\n", "")],
                by: "AP-18",
                then: &[Assertion("specials == 1 && normals == 0")],
            },
        ],
    },
    Row {
        id: "A12",
        says: "Back to user mode, or to a worker thread, in a region: APC_INDEX_MISMATCH",
        rules: &["SE-1", "SE-2", "SE-3", "AP-18", "AP-20"],
        shown: &[
            Shown {
                scenario: "attach-process",
                edit: &[("    KeUnstackDetachProcess(state);\n", "")],
                by: "SE-1",
                then: &[Bugcheck(0x1), Parameter(2, 1)],
            },
            Shown {
                scenario: "region-leaked",
                edit: &[("var way = 1;", "var way = 2;")],
                by: "SE-1",
                then: &[Parameter(3, 0xFFFF_0000)],
            },
            Shown {
                scenario: "region-leaked",
                edit: &[("var way = 1;", "var way = 3;")],
                by: "SE-1",
                then: &[Parameter(3, 1)],
            },
            Shown {
                scenario: "region-leaked",
                edit: &[("        return FALSE;", "        KeLeaveCriticalRegion(); return FALSE;")],
                by: "SE-1",
                then: &[Completes],
            },
            Shown {
                scenario: "worker-leaks",
                edit: &[("var way = 1;", "var way = 2;")],
                by: "SE-3",
                then: &[Parameter(3, 0xFFFF_0000)],
            },
            Shown {
                scenario: "worker-leaks",
                edit: &[("var way = 1;", "var way = 3;")],
                by: "SE-3",
                then: &[Parameter(2, 1), Parameter(3, 0)],
            },
            Shown {
                scenario: "worker-leaks",
                edit: &[("var way = 1;", "var way = 4;")],
                by: "SE-3",
                then: &[Bugcheck(0xE1), Parameter(2, 2)],
            },
            Shown {
                scenario: "worker-leaks",
                edit: &[("var way = 1;", "var way = 5;")],
                by: "SE-3",
                then: &[Completes, Fails("expect count Next == 0;"), Times("WorkItemStarted Next @1", 1)],
            },
        ],
    },
    Row {
        id: "A13",
        says: "What APCs are for: suspend and resume, end, context, I/O",
        rules: &["SU-2", "SU-3", "SU-7", "TE-1", "TE-2", "TE-3", "IO-2"],
        shown: &[
            Shown {
                scenario: "thread-context",
                edit: &[("GuardedRegion", "CriticalRegion")],
                by: "SU-7",
                then: &[Fails("expect latency read_held -> held_is_read >= 30us;")],
            },
            Shown {
                scenario: "apc-pending-at-exit",
                edit: &[("    // KeEnterCriticalRegion();", "    KeEnterCriticalRegion();")],
                by: "TE-3",
                then: &[Parameter(1, 0), Parameter(2, 0xFFFF)],
            },
            Shown {
                scenario: "apc-pending-at-exit",
                edit: &[("    KeInsertQueueApc(Second);\n", "")],
                by: "TE-3",
                then: &[Completes, Times("ThreadEnded Worker", 1)],
            },
            Shown {
                scenario: "terminate-held-back",
                edit: &[("Answer, Executive, KernelMode, TRUE", "Answer, Executive, UserMode, TRUE")],
                by: "TE-1",
                then: &[Assertion("status == WAIT_TIMEOUT")],
            },
            Shown {
                scenario: "suspended-thread",
                edit: &[(
                    "    GetThreadContext(Worker, registers);\n",
                    "    GetThreadContext(Worker, registers); GetThreadContext(Worker, registers);\n",
                )],
                by: "SU-7",
                then: &[Times("ContextCopied Worker SU-7", 2)],
            },
            Shown {
                scenario: "suspended-thread",
                edit: &[
                    (
                        "    before = SuspendThread(Worker);\n",
                        "    before = SuspendThread(Worker); SuspendThread(Worker);\n",
                    ),
                    ("assert(before == 1)", "assert(before == 2)"),
                ],
                by: "SU-3",
                then: &[Times("MarkerReached resumed", 0)],
            },
            Shown {
                scenario: "packet-story",
                edit: &[
                    ("ReadFileEx(Read, OnRead)", "ReadFile(Read)"),
                    ("SleepEx(INFINITE, TRUE)", "SleepEx(1, TRUE)"),
                    ("    assert(status == WAIT_IO_COMPLETION);\n", ""),
                ],
                by: "IO-2",
                then: &[Fails("expect count OnRead == 1;"), Times("ApcInserted OnRead", 0)],
            },
        ],
    },
    Row {
        id: "A14",
        says: "A lock whose owner is suspended; the region is the cure",
        rules: &["SU-2", "SU-4", "SU-5", "AP-18", "AP-22"],
        shown: &[
            Shown {
                scenario: "suspend-cures",
                edit: &[("mutex Table;", "mutant Table;")],
                by: "SU-5",
                then: &[Deadlock, Times("MarkerReached table_resumed", 0)],
            },
            Shown {
                scenario: "suspend-under-lock",
                edit: &[(
                    "    update_list();\n    ResumeThread(Owner);",
                    "    ResumeThread(Owner);\n    update_list();",
                )],
                by: "SU-2",
                then: &[Completes, Fails("expect deadlock;")],
            },
            Shown {
                scenario: "suspend-under-lock",
                edit: &[("verifier: off", "verifier: on")],
                by: "AP-22",
                then: &[Bugcheck(0xC4), Parameter(1, 0x37)],
            },
            Shown {
                scenario: "suspend-in-region",
                edit: &[
                    ("    KeEnterCriticalRegion();\n", ""),
                    ("    KeLeaveCriticalRegion();\n", ""),
                    ("verifier: on", "verifier: off"),
                ],
                by: "SU-5",
                then: &[Deadlock, Times("MarkerReached got_it", 0)],
            },
        ],
    },
    Row {
        id: "A15",
        says: "ReadFileEx, WriteFileEx, QueueUserAPC: routines in the thread that asked",
        rules: &["IO-2", "IO-3", "IO-4", "IO-5", "IO-6", "AP-10", "WT-16", "WT-15"],
        shown: &[
            Shown {
                scenario: "read-and-write",
                edit: &[(
                    "at 20us interrupt Disk;\nat 50us interrupt Nic;",
                    "at 50us interrupt Disk;\nat 20us interrupt Nic;",
                )],
                by: "IO-2",
                then: &[Fails("expect order Program, DiskDpc, NicDpc, OnWritten, OnPacket, DiskDpc, OnWritten;")],
            },
            Shown {
                scenario: "waitable-timer",
                edit: &[(
                    "    status = SleepEx(INFINITE, TRUE);\n    marker woke",
                    "    status = SleepEx(INFINITE, FALSE);\n    marker woke",
                )],
                by: "WT-15",
                then: &[Times("ApcNormalRoutineStarted OnAlarm", 0), Times("ApcRefused OnAlarm", 6)],
            },
            Shown {
                scenario: "io-three-ways",
                edit: &[(
                    "status = SleepEx(INFINITE, TRUE);\n    assert(status == WAIT_IO_COMPLETION);",
                    "SleepEx(1, FALSE);",
                )],
                by: "IO-2",
                then: &[Fails("expect count OnCalled == 1;")],
            },
            Shown {
                scenario: "io-three-ways",
                edit: &[("file First;", "file First { completion_port: Port; }")],
                by: "IO-4",
                then: &[Times("IoRefused Called IO-4", 1)],
            },
            Shown {
                scenario: "io-event",
                edit: &[(" fails: STATUS_PIPE_BROKEN;", "")],
                by: "IO-5",
                then: &[Assertion("accepted == FALSE")],
            },
        ],
    },
    Row {
        id: "A16",
        says: "The packet: interrupt, ISR, DPC, APC to the waiting thread, callback, the wait returns",
        rules: &["IO-1", "IO-2", "IO-7", "AP-9", "AP-10", "WT-3", "WT-4"],
        shown: &[
            Shown {
                scenario: "packet-story",
                edit: &[("status = SleepEx(INFINITE, TRUE);", "status = SleepEx(INFINITE, FALSE);")],
                by: "AP-9",
                then: &[Fails("expect count OnRead == 1;"), Order(&["IoStatusWritten Read", "WaitResumed Reader"])],
            },
            Shown {
                scenario: "packet-story",
                edit: &[("    KeInsertQueueDpc(NicDpc);", "    // not")],
                by: "IO-1",
                then: &[Fails("expect latency Nic -> NicDpc <= 2us;"), Times("IoCompleted", 0)],
            },
        ],
    },
    Row {
        id: "A17",
        says: "DPC against APC: target, level, context, page faults, waits",
        rules: &["AP-30", "DP-23", "DP-24", "IN-15", "BC-2", "AP-14"],
        shown: &[
            Shown {
                scenario: "apc-against-dpc",
                edit: &[("    KeInsertQueueApc(Note);\n    // KeInsertQueueDpc(Late);", "    KeInsertQueueDpc(Late);")],
                by: "IN-15",
                then: &[Bugcheck(0xD1), Fails("expect count Late == 0;")],
            },
            Shown {
                scenario: "apc-against-dpc",
                edit: &[
                    ("    KeInsertQueueApc(Note);\n    // KeInsertQueueDpc(Late);", "    KeInsertQueueDpc(Late);"),
                    ("dpc Late {\n    sum += table;", "dpc Late { KeWaitForSingleObject(Answer);"),
                ],
                by: "BC-2",
                then: &[Bugcheck(0xC4)],
            },
        ],
    },
];
