//! IRQL and interrupts.

use super::Sees::{Assertion, Bugcheck, Completes, Deadlock, Fails, Order, Times};
use super::{Row, Shown};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "I1",
        says: "The ladder of levels, on x64 and on x86; what has no level",
        rules: &["IR-1", "IR-4", "IR-6", "IR-9"],
        shown: &[
            Shown {
                scenario: "x86-ladder",
                edit: &[("irql: x86", "irql: x64")],
                by: "IR-9",
                then: &[
                    Order(&["IrqlRaised @15 IR-9", "InterruptAccepted Power @14", "InterruptAccepted Disk @11"]),
                    Times("@31", 0),
                ],
            },
            Shown {
                scenario: "x86-ladder",
                edit: &[("// at 20us machine_check", "at 20us machine_check")],
                by: "IR-4",
                then: &[Bugcheck(0x124), Fails("expect completed;")],
            },
        ],
    },
    Row {
        id: "I2",
        says: "A higher interrupt preempts an ISR; equal and lower ones stay pending",
        rules: &["IR-6", "IR-12", "IN-2", "IN-5"],
        shown: &[
            Shown {
                scenario: "nested-interrupts",
                edit: &[("device Nic { irql: 8", "device Nic { irql: 9")],
                by: "IN-5",
                then: &[
                    Order(&["16us: InterruptAccepted Nic @9 IN-5", "IsrReturned Nic", "IsrReturned Disk"]),
                    Times("InterruptPending Nic", 0),
                ],
            },
            Shown {
                scenario: "nested-interrupts",
                edit: &[("device Disk { irql: 8", "device Disk { irql: 5")],
                by: "IR-6",
                then: &[Order(&["14us: InterruptPending Disk IR-6", "IsrReturned Keyboard", "IsrEntered Disk"])],
            },
        ],
    },
    Row {
        id: "I3",
        says: "Software interrupts wait on their rungs and come as the IRQL falls",
        rules: &["IR-12", "IR-14", "IR-15", "AP-21"],
        shown: &[
            Shown {
                scenario: "irql-masks",
                edit: &[("    KeLowerIrql(old);", "    KeLowerIrql(DISPATCH_LEVEL); work 5us; KeLowerIrql(old);")],
                by: "IR-12",
                then: &[Order(&[
                    "IrqlLowered irql=15 @2",
                    "IsrEntered Nic",
                    "IrqlLowered irql=2",
                    "DpcStarted Deferred",
                ])],
            },
            Shown {
                scenario: "software-interrupts",
                edit: &[("KeLowerIrql(APC_LEVEL)", "KeLowerIrql(PASSIVE_LEVEL)")],
                by: "IR-14",
                then: &[Order(&["MarkerReached apc_runs", "MarkerReached at_apc"])],
            },
        ],
    },
    Row {
        id: "I4",
        says: "At DISPATCH_LEVEL: no wait, no page fault, no return to user mode",
        rules: &["IN-7", "BC-1", "BC-2", "BC-3", "IN-15", "SE-1", "SE-4", "TH-14", "WT-3"],
        shown: &[
            Shown {
                scenario: "wait-in-dpc",
                edit: &[("verifier: off", "verifier: on")],
                by: "BC-2",
                then: &[Bugcheck(0xC4), Fails("expect bugcheck ATTEMPTED_SWITCH_FROM_DPC;")],
            },
            Shown {
                scenario: "wait-in-dpc",
                edit: &[("FALSE, NULL)", "FALSE, 0)")],
                by: "WT-3",
                then: &[Completes, Times("WaitEnded STATUS_TIMEOUT", 1)],
            },
            Shown {
                scenario: "wait-under-lock",
                edit: &[("verifier: on", "verifier: off")],
                by: "BC-2",
                then: &[Bugcheck(0xA)],
            },
            Shown {
                scenario: "passive-interrupt",
                edit: &[(" synchronize_irql: PASSIVE_LEVEL;", "")],
                by: "IN-7",
                then: &[Bugcheck(0xC4), Order(&["20us: IsrEntered Touch @4", "23us: BugChecked BC-2"])],
            },
            Shown {
                scenario: "passive-interrupt",
                edit: &[("mode: level", "mode: latched")],
                by: "IN-7",
                then: &[
                    Times("InterruptLineMasked", 0),
                    Order(&["150us: InterruptAccepted Touch", "150us: EventSet Touch.ServiceEvent"]),
                ],
            },
            Shown {
                scenario: "page-fault-in-dpc",
                edit: &[("paged var", "var")],
                by: "BC-3",
                then: &[Completes, Times("PageFaulted", 0)],
            },
            Shown {
                scenario: "pageable-code",
                edit: &[("paged function", "function")],
                by: "IN-15",
                then: &[Completes, Times("CodePageFaulted", 0)],
            },
            Shown {
                scenario: "pageable-code",
                edit: &[("verifier: off", "verifier: on")],
                by: "BC-3",
                then: &[Times("5us: BugChecked BC-3", 1), Fails("expect count Update == 3;")],
            },
            Shown {
                scenario: "pageable-code",
                edit: &[(
                    "    Update();\n}",
                    "    KeRaiseIrql(DISPATCH_LEVEL, old);\n    Update();\n    KeLowerIrql(old);\n}",
                )],
                by: "IN-15",
                then: &[Assertion("KeGetCurrentIrql() <= APC_LEVEL")],
            },
            Shown {
                scenario: "service-exit-irql",
                edit: &[("        return FALSE;", "        KeReleaseSpinLock(Lock, old); return FALSE;")],
                by: "SE-1",
                then: &[Completes],
            },
            Shown {
                scenario: "work-item",
                edit: &[(
                    "        IoQueueWorkItem(Update, Update, DelayedWorkQueue, address);\n",
                    "        table = address;\n",
                )],
                by: "SE-4",
                then: &[Bugcheck(0xD1), Times("WorkItemStarted", 0)],
            },
            Shown {
                scenario: "work-item",
                edit: &[("    status = KeWaitForSingleObject(Answered);", "    status = 0;")],
                by: "SE-4",
                then: &[Order(&["WorkItemEnded Update", "WorkItemTaken Log ExpWorkerThread.Delayed0"])],
            },
            Shown {
                scenario: "work-item",
                edit: &[("thread Program (priority: 8)", "thread Program (priority: 12)")],
                by: "SE-4",
                then: &[Fails("expect latency NicDpc -> Update <= 10us;")],
            },
        ],
    },
    Row {
        id: "I5",
        says: "The clock, the quantum, and the reschedule at DISPATCH_LEVEL after the tick",
        rules: &["IN-11", "IN-12", "TH-4", "TH-7", "TH-8", "TH-10"],
        shown: &[
            Shown {
                scenario: "quantum-end",
                edit: &[("quantum: 6", "quantum: 3")],
                by: "TH-8",
                then: &[Order(&["1ms: QuantumRanOut First TH-8", "1ms: ContextSwitched Second First"])],
            },
            Shown {
                scenario: "quantum-end",
                edit: &[("thread Second (priority: 8)", "thread Second (priority: 9)")],
                by: "TH-4",
                then: &[Assertion("first_done"), Times("QuantumRanOut First", 0)],
            },
            Shown {
                scenario: "priority-changes",
                edit: &[("KeSetPriorityThread(Burst, 10)", "KeSetBasePriorityThread(Burst, 2)")],
                by: "TH-10",
                then: &[Times("QuantumEnded Burst priority=8", 0), Fails("expect latency Burst -> Peer <= 2ms;")],
            },
        ],
    },
    Row {
        id: "I6",
        says: "Inter-processor interrupts",
        rules: &["IN-9", "DP-9", "TH-17"],
        shown: &[
            Shown {
                scenario: "ipi-targeted-dpc",
                edit: &[("importance: High, processor: 1", "importance: Medium, processor: 1")],
                by: "DP-9",
                then: &[Times("IpiSent", 0), Fails("expect latency Nic -> Urgent <= 2us;")],
            },
            Shown {
                scenario: "ipi-targeted-dpc",
                edit: &[
                    ("thread Right", "system thread Right"),
                    (
                        "processor: 1) {\n    work 60us \"compute\";",
                        "processor: 1) { KeRaiseIrql(HIGH_LEVEL, old); work 60us; KeLowerIrql(old);",
                    ),
                ],
                by: "IN-9",
                then: &[Times("InterruptPending IPI", 1)],
            },
            Shown {
                scenario: "affinity-moves",
                edit: &[("SetThreadAffinityMask(Runner, 0x1)", "SetThreadAffinityMask(Runner, 0x3)")],
                by: "TH-17",
                then: &[Times("IpiSent TH-17", 0), Times("ContextSwitched Runner cpu0", 0)],
            },
            Shown {
                scenario: "affinity-moves",
                edit: &[("    old = KeSetSystem", "    KeRaiseIrqlToDpcLevel();\n    old = KeSetSystem")],
                by: "TH-17",
                then: &[
                    Assertion("KeGetCurrentProcessorNumberEx() == 2"),
                    Times("SoftwareInterruptRequested DISPATCH_LEVEL TH-17", 1),
                ],
            },
        ],
    },
    Row {
        id: "I7",
        says: "Spin locks raise the level to guard what processors share",
        rules: &["IR-17", "IR-19", "IR-20"],
        shown: &[
            Shown {
                scenario: "spin-lock",
                edit: &[
                    ("    KeAcquireSpinLock(Lock, old);\n", ""),
                    ("    KeReleaseSpinLock(Lock, old);\n", ""),
                    ("spinlock Lock;\n", ""),
                ],
                by: "IR-17",
                then: &[Assertion("balance == 150")],
            },
            Shown {
                scenario: "lock-in-isr",
                edit: &[("device Nic { irql: 7; processor: 0;", "device Nic { irql: 7; processor: 1;")],
                by: "IR-17",
                then: &[Completes],
            },
            Shown {
                scenario: "lock-shared-with-isr",
                edit: &[
                    ("old = KeAcquireInterruptSpinLock(Nic)", "KeAcquireSpinLock(Lock, old)"),
                    ("KeReleaseInterruptSpinLock(Nic, old)", "KeReleaseSpinLock(Lock, old)"),
                ],
                by: "IR-20",
                then: &[Deadlock],
            },
        ],
    },
    Row {
        id: "I8",
        says: "APC_LEVEL belongs to the thread: one at PASSIVE_LEVEL can preempt one at APC_LEVEL",
        rules: &["TH-4", "TH-6", "TH-13", "DP-21", "IR-8", "IR-14"],
        shown: &[
            Shown {
                scenario: "apc-level-preempted",
                edit: &[("KeRaiseIrql(APC_LEVEL, old)", "KeRaiseIrql(DISPATCH_LEVEL, old)")],
                by: "DP-21",
                then: &[Assertion("high_done"), Fails("expect latency NicDpc -> ForHigh <= 3us;")],
            },
            Shown {
                scenario: "apc-level-preempted",
                edit: &[("system thread High (priority: 12)", "system thread High (priority: 7)")],
                by: "TH-4",
                then: &[Assertion("high_done")],
            },
        ],
    },
];
