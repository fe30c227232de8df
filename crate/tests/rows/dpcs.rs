//! DPCs.

use super::Sees::{Assertion, Bugcheck, Completes, Fails, Order, Parameter, State, Times};
use super::{Row, Shown};
use irql_playground::nt::FrameId;
use irql_playground::program::Importance;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "D1",
        says: "Interrupt, ISR, DPC, and the thread goes on",
        rules: &["DP-9", "DP-19", "DP-23", "IN-2"],
        shown: &[
            Shown {
                scenario: "isr-dpc-thread",
                edit: &[("at 70us interrupt Nic", "at 50us interrupt Nic")],
                by: "DP-9",
                then: &[
                    Order(&["50us: IsrEntered Nic", "DpcStarted NicDpc", "60us: IsrEntered Disk"]),
                    Fails("expect order DiskIsr, DiskDpc, DiskIsr, DiskDpc, NicIsr, NicDpc;"),
                ],
            },
            Shown {
                scenario: "isr-dpc-thread",
                edit: &[("work 15us \"finish the transfer\"", "work 40us \"finish the transfer\"")],
                by: "DP-23",
                then: &[Fails("expect latency Nic -> NicDpc <= 11us;")],
            },
        ],
    },
    Row {
        id: "D2",
        says: "The DPC object: routine, context, arguments, importance, target; what queueing changes in it",
        rules: &["DP-1", "DP-2", "DP-3", "DP-5", "DP-8"],
        shown: &[
            Shown {
                scenario: "dpc-already-queued",
                edit: &[("KeInsertQueueDpc(NicDpc, arrived)", "KeInsertQueueDpc(NicDpc, arrived * 10)")],
                by: "DP-8",
                then: &[
                    State("DpcInserted NicDpc", |s| s.kdpc[0].arguments == [10, 0] && s.kdpc[0].queued_on == 0),
                    Assertion("SystemArgument1 == 1"),
                ],
            },
            Shown {
                scenario: "dpc-object",
                edit: &[("    KeSetTargetProcessorDpc(Config, 0);\n", "")],
                by: "DP-8",
                then: &[
                    Times("IpiSent cpu1", 1),
                    Bugcheck(0xC7),
                    State("MarkerReached ran", |s| (s.kdpc[0].number, s.kdpc[0].queued_on) == (1, 1)),
                ],
            },
            Shown {
                scenario: "dpc-object",
                edit: &[("    KeInitializeDpc(Config, Other, 77);\n", "")],
                by: "DP-8",
                then: &[Times("DpcInitialized", 0), Fails("expect count Config == 1;")],
            },
            Shown {
                scenario: "dpc-freed-extension",
                edit: &[("    ExFreePool(disk);", "    KeRemoveQueueDpc(DiskDpc);\n    ExFreePool(disk);")],
                by: "DP-2",
                then: &[Completes, Times("PoolFreed", 2), Times("DpcRemoved DiskDpc DP-14", 1)],
            },
            Shown {
                scenario: "dpc-freed-extension",
                edit: &[("processors: 2;", "processors: 2; verifier: off;")],
                by: "DP-2",
                then: &[Bugcheck(0xA), Times("200us: RetireStarted cpu1", 1)],
            },
            Shown {
                scenario: "dpc-freed-extension",
                edit: &[("    KeCancelTimer(NicWatch);\n", "")],
                by: "DP-2",
                then: &[Parameter(1, 0), Times("BugChecked WT-15", 1)],
            },
            Shown {
                scenario: "dpc-importance",
                edit: &[("dpc Low (importance: Low)", "dpc Low (importance: MediumHigh)")],
                by: "DP-8",
                then: &[State("DpcInserted Low", |s| s.kdpc[0].importance == Importance::MediumHigh)],
            },
        ],
    },
    Row {
        id: "D3",
        says: "A queue of ordinary and one of threaded DPCs for each processor, each with depth and count",
        rules: &["DP-7", "DP-8", "DP-13", "DP-25"],
        shown: &[Shown {
            scenario: "threaded-dpc",
            edit: &[("dpc DiskDpc (type: threaded)", "dpc DiskDpc")],
            by: "DP-8",
            then: &[State("DpcInserted DiskDpc", |s| {
                let [normal, threaded] = &s.kprcb[0].dpc_data;
                (normal.dpc_queue_depth, threaded.dpc_queue_depth, threaded.dpc_count) == (1, 0, 0)
            })],
        }],
    },
    Row {
        id: "D4",
        says: "Four importances, and the place of each in the queue",
        rules: &["DP-4", "DP-8", "DP-11", "DP-19"],
        shown: &[
            Shown {
                scenario: "dpc-importance",
                edit: &[("dpc High1 (importance: High)", "dpc High1")],
                by: "DP-8",
                then: &[
                    Order(&["DpcStarted High2", "DpcStarted Low", "DpcStarted Medium", "DpcStarted High1"]),
                    Fails("expect order NicIsr, High2, High1, Low, Medium, MediumHigh;"),
                ],
            },
            Shown {
                scenario: "dpc-importance",
                edit: &[("dpc Medium {", "dpc Medium (importance: High) {")],
                by: "DP-19",
                then: &[Order(&["DpcStarted High2", "DpcStarted High1", "DpcStarted Medium", "DpcStarted Low"])],
            },
        ],
    },
    Row {
        id: "D5",
        says: "When a drain is asked for: importance, processor, idle or not, depth and rate",
        rules: &["DP-9", "DP-10", "DP-16", "DP-17", "DP-18"],
        shown: &[
            Shown {
                scenario: "dpc-low-waits",
                edit: &[("dpc LogDpc (importance: Low)", "dpc LogDpc")],
                by: "DP-9",
                then: &[Times("DpcRequestSpared LogDpc DP-9", 0)],
            },
            Shown {
                scenario: "dpc-low-waits",
                edit: &[("clock: 100us; end", "clock: 100us; dpc_rate: 100; end")],
                by: "DP-9",
                then: &[Times("DpcRequestSpared LogDpc DP-9", 0)],
            },
            Shown {
                scenario: "dpc-queue-depth",
                edit: &[("dpc_queue_depth: 4", "dpc_queue_depth: 2")],
                by: "DP-9",
                then: &[Order(&["41us: IpiSent", "DpcStarted Second"]), Fails("expect latency Nic -> First >= 60us;")],
            },
            Shown {
                scenario: "dpc-idle-target",
                edit: &[("idle_poll: 40us", "idle_poll: 0us")],
                by: "DP-9",
                then: &[Times("IpiSent", 2)],
            },
            Shown {
                scenario: "dpc-idle-target",
                edit: &[("idle_poll: 40us", "idle_poll: 1s")],
                by: "DP-9",
                then: &[Times("IpiSent", 0)],
            },
            Shown {
                scenario: "dpc-rule-book",
                edit: &[("dpc_rule: book", "dpc_rule: documented")],
                by: "DP-9",
                then: &[Fails("expect latency Nic -> ToBusy >= 60us;"), Times("IpiSent", 2)],
            },
        ],
    },
    Row {
        id: "D6",
        says: "The target processor: without one DPCs pile up where they are queued",
        rules: &["DP-5", "DP-8", "DP-9", "DP-30"],
        shown: &[
            Shown {
                scenario: "dpc-spread",
                edit: &[("    KeSetTargetProcessorDpc(New1, 1);\n", "")],
                by: "DP-8",
                then: &[Order(&["DpcStarted New0 cpu0", "DpcStarted New1 cpu0"])],
            },
            Shown {
                scenario: "dpc-spread",
                edit: &[("device Old { irql: 7; processor: 0;", "device Old { irql: 7; processor: 2;")],
                by: "DP-8",
                then: &[Times("DpcStarted Old3 cpu2", 1)],
            },
        ],
    },
    Row {
        id: "D7",
        says: "KiRetireDpcList: one after the other until the queue is empty; an interrupt only breaks in",
        rules: &["DP-19", "DP-20", "DP-23"],
        shown: &[
            Shown {
                scenario: "dpc-queues-itself",
                edit: &[("if (rounds < 4)", "if (rounds < 2)")],
                by: "DP-19",
                then: &[Times("DpcStarted PollDpc", 2), Fails("expect count PollDpc == 4;")],
            },
            Shown {
                scenario: "dpc-queues-itself",
                edit: &[("at 40us interrupt Disk", "at 25us interrupt Disk")],
                by: "DP-23",
                then: &[Order(&[
                    "DpcStarted PollDpc",
                    "IsrEntered Disk",
                    "WorkResumed PollDpc",
                    "DpcEnded PollDpc DP-23",
                    "DpcStarted OtherDpc",
                ])],
            },
        ],
    },
    Row {
        id: "D8",
        says: "A DPC that is queued already is not queued again",
        rules: &["DP-8", "DP-26"],
        shown: &[
            Shown {
                scenario: "dpc-already-queued",
                edit: &[("at 24us interrupt Nic", "at 39us interrupt Nic")],
                by: "DP-8",
                then: &[Times("DpcRefused", 0), Times("DpcStarted NicDpc", 2)],
            },
            Shown {
                scenario: "dpc-already-queued",
                edit: &[("while (handled < arrived)", "if (handled < arrived)")],
                by: "DP-8",
                then: &[Assertion("handled == 2 && refused == 1")],
            },
            Shown {
                scenario: "io-request-dpc",
                edit: &[("at 24us interrupt Nic", "at 36us interrupt Nic")],
                by: "DP-8",
                then: &[Times("DpcStarted Nic.Dpc", 2)],
            },
        ],
    },
    Row {
        id: "D9",
        says: "A DPC has no thread of its own: it runs over whoever is there",
        rules: &["DP-19", "DP-24", "BC-1", "BC-3", "IN-15"],
        shown: &[
            Shown {
                scenario: "dpc-borrowed-thread",
                edit: &[("at 20us interrupt Nic;", "at 60us interrupt Nic;")],
                by: "DP-19",
                then: &[State("DpcStarted NicDpc", |s| s.kprcb[0].current_thread == u16::MAX)],
            },
            Shown {
                scenario: "dpc-borrowed-thread",
                edit: &[("var buffer = 0;", "paged var buffer = 0;")],
                by: "IN-15",
                then: &[Bugcheck(0xD1)],
            },
        ],
    },
    Row {
        id: "D10",
        says: "Each processor drains its queue on its own DPC stack",
        rules: &["DP-19"],
        shown: &[Shown {
            scenario: "dpc-spread",
            edit: &[("    KeSetTargetProcessorDpc(New3, 3);\n", "    KeSetTargetProcessorDpc(New3, 2);\n")],
            by: "DP-19",
            then: &[State("DpcStarted New3", |s| {
                s.kprcb[2].frame != FrameId::NONE && s.kprcb[3].frame == FrameId::NONE
            })],
        }],
    },
    Row {
        id: "D11",
        says: "Threaded DPCs: PASSIVE_LEVEL, in a thread of priority 31; ordinary DPCs preempt them",
        rules: &["DP-13", "DP-19", "DP-25"],
        shown: &[
            Shown {
                scenario: "threaded-dpc",
                edit: &[("threaded_dpc: TRUE", "threaded_dpc: FALSE")],
                by: "DP-19",
                then: &[
                    Times("DpcStarted DiskDpc @2", 1),
                    Fails("expect latency Audio -> AudioDpc <= 5us;"),
                    Times("MarkerReached glitch", 2),
                ],
            },
            Shown {
                scenario: "audio-glitch",
                edit: &[("dpc DiskDpc (importance: Medium)", "dpc DiskDpc (type: threaded)")],
                by: "DP-25",
                then: &[Times("MarkerReached glitch", 0), Times("DpcStarted DiskDpc @0 DP-25", 2)],
            },
        ],
    },
    Row {
        id: "D12",
        says: "Timer expiry: the drain releases who waits for the timer, and calls its DPC",
        rules: &["DP-22", "WT-15"],
        shown: &[
            Shown {
                scenario: "timer-expiry",
                edit: &[("type: notification", "type: synchronization")],
                by: "DP-22",
                then: &[Assertion("KeReadStateTimer(Alarm)")],
            },
            Shown {
                scenario: "timer-expiry",
                edit: &[("work 400us \"too much for a DPC\"", "work 10us")],
                by: "DP-22",
                then: &[Order(&["1ms: ClockTicked", "1ms: TimersExpired DP-22", "1ms: DpcStarted AlarmDpc"])],
            },
        ],
    },
    Row {
        id: "D13",
        says: "The end of a quantum: a flag and a request, no DPC object",
        rules: &["TH-8", "TH-10", "DP-21"],
        shown: &[Shown {
            scenario: "quantum-end",
            edit: &[("quantum: 6", "quantum: 9")],
            by: "TH-8",
            then: &[Times("QuantumRanOut First", 0), Fails("expect latency First -> Second <= 2ms;")],
        }],
    },
    Row {
        id: "D14",
        says: "A long DPC delays all below it: the audio glitch",
        rules: &["DP-19", "DP-23", "DP-27"],
        shown: &[
            Shown {
                scenario: "audio-glitch",
                edit: &[("work 2.3ms \"decrypt what was read\"", "work 500us \"decrypt what was read\"")],
                by: "DP-23",
                then: &[Times("MarkerReached glitch", 0), Fails("expect count AudioDpc < 9;")],
            },
            Shown {
                scenario: "dpc-too-long",
                edit: &[("work 5ms \"poll until the disk is ready\"", "work 3ms \"poll until the disk is ready\"")],
                by: "DP-23",
                then: &[Completes],
            },
        ],
    },
    Row {
        id: "D15",
        says: "A DPC storm: threads starve, and the watchdog stops the machine",
        rules: &["DP-23", "DP-27", "DP-29", "IN-13"],
        shown: &[
            Shown {
                scenario: "dpc-storm",
                edit: &[("every 100us from 2ms", "every 150us from 2ms")],
                by: "DP-27",
                then: &[Completes, Fails("expect bugcheck DPC_WATCHDOG_VIOLATION;")],
            },
            Shown {
                scenario: "dpc-too-long",
                edit: &[("KeRaiseIrql(DISPATCH_LEVEL, old)", "KeRaiseIrql(CLOCK_LEVEL, old)")],
                by: "DP-23",
                then: &[Completes],
            },
        ],
    },
    Row {
        id: "D16",
        says: "The routines of drivers for DPCs",
        rules: &["DP-3", "DP-5", "DP-8", "DP-14", "DP-15", "DP-26"],
        shown: &[
            Shown {
                scenario: "dpc-remove-too-late",
                edit: &[("    KeFlushQueuedDpcs();\n", "")],
                by: "DP-14",
                then: &[Assertion("finished")],
            },
            Shown {
                scenario: "dpc-remove-too-late",
                edit: &[("    taken = KeRemoveQueueDpc(Waiting);\n    assert(taken == TRUE);\n", "")],
                by: "DP-14",
                then: &[Times("DpcStarted Waiting", 1), Fails("expect count Waiting == 0;")],
            },
            Shown {
                scenario: "io-request-dpc",
                edit: &[(
                    "// A KDPC of the driver's own, in its own memory.",
                    "system thread Start { IoInitializeDpcRequest(Nic, TimeoutDpc); }",
                )],
                by: "DP-3",
                then: &[Times("DpcInitialized Nic.Dpc", 1), Fails("expect count NicDpcForIsr == 1;")],
            },
        ],
    },
    Row {
        id: "D17",
        says: "Why work is split: the other device's latency",
        rules: &["IR-6", "IN-5", "IN-8"],
        shown: &[
            Shown {
                scenario: "isr-does-all",
                edit: &[("    work 57us \"copy and decode the data\";\n", "")],
                by: "IR-6",
                then: &[Fails("expect latency Keyboard -> KeyboardIsr >= 50us;")],
            },
            Shown {
                scenario: "isr-and-dpc",
                edit: &[("    KeInsertQueueDpc(DiskDpc);", "    work 57us; KeInsertQueueDpc(DiskDpc);")],
                by: "IR-6",
                then: &[
                    Fails("expect latency Keyboard -> KeyboardIsr <= 4us;"),
                    Times("InterruptPending Keyboard IR-6", 1),
                ],
            },
        ],
    },
];
