//! ALPC.

use super::Sees::{Assertion, Bugcheck, Fails, Order, State, Times};
use super::{Row, Shown};

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "L1",
        says: "A connection port, the request of a client, and the pair of communication ports that an acceptance makes",
        rules: &["LP-1", "LP-6", "LP-7", "LP-9"],
        shown: &[
            Shown {
                scenario: "alpc-handshake",
                edit: &[("    Hello.Data = 7;\n", "    Hello.Data = 8;\n")],
                by: "LP-7",
                then: &[
                    Order(&["ConnectionRefused ApiPort.Client1"]),
                    Assertion("status == STATUS_SUCCESS && hPort != NULL"),
                ],
            },
            Shown {
                scenario: "alpc-legacy-lpc",
                edit: &[("    NtCompleteConnectPort(hPort);\n", "")],
                by: "LP-9",
                then: &[Times("ConnectionCompleted", 0)],
            },
        ],
    },
    Row {
        id: "L2",
        says: "Datagram against request and reply",
        rules: &["LP-4", "LP-8", "LP-10", "LP-11"],
        shown: &[Shown {
            scenario: "alpc-datagram-request",
            edit: &[(
                "NtAlpcSendWaitReceivePort(hPort, ALPC_MSGFLG_RELEASE_MESSAGE, Note);",
                "NtAlpcSendWaitReceivePort(hPort, ALPC_MSGFLG_SYNC_REQUEST, Note, NULL, Answer);",
            )],
            by: "LP-11",
            then: &[Times("ReplyReceived", 2), Order(&["ReplyReceived", "MarkerReached sent"])],
        }],
    },
    Row {
        id: "L3",
        says: "A synchronous client blocks; an asynchronous one goes on, and a pool serves both",
        rules: &["LP-11", "LP-12", "LP-13"],
        shown: &[
            Shown {
                scenario: "alpc-async-pool",
                edit: &[(
                    "    NtAlpcSendWaitReceivePort(hPort, ALPC_MSGFLG_SYNC_REQUEST, Wish, NULL, Got);",
                    "    NtAlpcSendWaitReceivePort(hPort, 0, Wish);",
                )],
                by: "LP-11",
                then: &[Times("ReplyReceived", 3)],
            },
            Shown {
                scenario: "alpc-async-pool",
                edit: &[(
                    "    NtAlpcSetInformation(hWorkPort, AlpcAssociateCompletionPortInformation, Pool, 1);\n",
                    "",
                )],
                by: "LP-12",
                then: &[Times("PortNotified", 0), Times("ConnectionCompleted", 0)],
            },
        ],
    },
    Row {
        id: "L4",
        says: "Small messages are copied twice through the kernel's queue, and hold its memory meanwhile",
        rules: &["LP-5", "LP-12", "LP-17"],
        shown: &[
            Shown {
                scenario: "alpc-datagram-request",
                edit: &[("message Note { bytes: 100; }", "message Note { bytes: 500; }")],
                by: "LP-12",
                then: &[State("MarkerReached sent", |s| s.alpc.bytes_copied == 500 || s.alpc.bytes_copied == 1000)],
            },
            Shown {
                scenario: "alpc-queues",
                edit: &[("message Small { buffer: 100; }", "message Small { buffer: 2KB; }")],
                by: "LP-5",
                then: &[Times("MessageKept", 0)],
            },
        ],
    },
    Row {
        id: "L5",
        says: "Large messages through a section that both sides map, and nothing copied",
        rules: &["LP-3", "LP-16", "LP-17"],
        shown: &[
            Shown {
                scenario: "alpc-copy-or-section",
                edit: &[("copy_rate: 10;", "copy_rate: 1;")],
                by: "LP-16",
                then: &[Assertion("crossed_at == 32KB")],
            },
            Shown {
                scenario: "alpc-copy-or-section",
                edit: &[(
                    "                NtAlpcDeleteSectionView(hStore, 0, Incoming.ViewBase); // else it leaks\n",
                    "",
                )],
                by: "LP-16",
                then: &[State("MarkerReached crossed", |s| {
                    s.alpc.views.iter().filter(|v| v.section != u16::MAX && v.received).count() == 10
                })],
            },
            Shown {
                scenario: "alpc-copy-or-section",
                edit: &[("port Store { connections: 4; }", "port Store { connections: 4; max_message: 8KB; }")],
                by: "LP-3",
                then: &[Assertion("crossed_at == 32KB"), Times("SendRefused STATUS_PORT_MESSAGE_TOO_LONG", 12)],
            },
        ],
    },
    Row {
        id: "L6",
        says: "A program starts, and csrss is told",
        rules: &["LP-6", "LP-11", "LP-21", "TH-19"],
        shown: &[Shown {
            scenario: "alpc-csrss",
            edit: &[("    work 30us \"run\";\n", "    TerminateThread(Csrss, 0);\n")],
            by: "TH-19",
            then: &[Bugcheck(0xEF)],
        }],
    },
    Row {
        id: "L7",
        says: "A slow server: messages and kernel memory pile up",
        rules: &["LP-17", "LP-18"],
        shown: &[
            Shown {
                scenario: "alpc-slow-server",
                edit: &[("max_pool: 8KB;", "max_pool: 1MB;")],
                by: "LP-18",
                then: &[Times("SendRefused", 0), Fails("expect count Refused == 11;")],
            },
            Shown {
                scenario: "alpc-slow-server",
                edit: &[("            work 100us \"slowly\";\n", "            work 1us \"quickly\";\n")],
                by: "LP-17",
                then: &[Times("SendRefused", 0)],
            },
        ],
    },
    Row {
        id: "L8",
        says: "A server in the kernel is called at once",
        rules: &["LP-13"],
        shown: &[Shown {
            scenario: "alpc-kernel-callback",
            edit: &[("    NtAlpcSetInformation(hKernel, AlpcRegisterCallbackInformation, OnMessage);\n", "")],
            by: "LP-13",
            then: &[Fails("expect count OnMessage == 3;"), Times("ConnectionCompleted KernelPort.Client1", 0)],
        }],
    },
    Row {
        id: "L9",
        says: "A call over ALPC against one over a network",
        rules: &["LP-12", "LP-22", "IN-2", "IO-7"],
        shown: &[Shown {
            scenario: "alpc-rpc-network",
            edit: &[
                ("packet_cost: 5us;", "packet_cost: 20us;"),
                ("at 53us interrupt", "at 68us interrupt"),
                ("at 60us interrupt", "at 75us interrupt"),
            ],
            by: "IN-2",
            then: &[State("MarkerReached network", |s| s.globals[3] > 45_000 && s.globals[2] < 20_000)],
        }],
    },
];
