//! Random scenarios of ALPC: a server with a pool, clients of every manner, ends at any moment.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn pick(list: &[&'static str]) -> BoxedStrategy<String> {
    select(list.to_vec()).prop_map(str::to_string).boxed()
}

/// What a client does with its connection.
fn client(name: &'static str) -> BoxedStrategy<String> {
    let one = prop_oneof![
        4 => (0..900u32, select(vec!["NULL", "-40us", "-300us", "0"]), 0..2u32).prop_map(|(bytes, timeout, alertable)| format!(
            "@M.DataLength = {bytes}; s = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST + {alertable} * ALPC_MSGFLG_WAIT_ALERTABLE, @M, NULL, @R, NULL, g % 3 * ALPC_MESSAGE_HANDLE_ATTRIBUTE + ALPC_MESSAGE_VIEW_ATTRIBUTE, {timeout});",
        )),
        3 => (0..900u32).prop_map(|bytes| format!(
            "@M.DataLength = {bytes}; @M.MessageId = 0; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, @M);"
        )),
        3 => (0..300u32).prop_map(|bytes| format!(
            "@M.DataLength = {bytes}; @M.MessageId = 0; @M.Event = E; NtAlpcSendWaitReceivePort(h, 0, @M, g % 2 * ALPC_MESSAGE_DIRECT_ATTRIBUTE);"
        )),
        6 => pick(&[
            "NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, @R, NULL, NULL, -60us);",
            "NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, @R, NULL, NULL, 0);",
            "NtAlpcCancelMessage(h, 0, @M);",
            "WaitForSingleObject(h, g % 3 * 30us);",
            "NtClose(h);",
            "NtAlpcDisconnectPort(h);",
            "NtRegisterThreadTerminatePort(h);",
            "NtAlpcConnectPort(h, Name, NULL, NULL, 0, g % 3 % 2, @M, NULL, g % 2 * ALPC_MESSAGE_VIEW_ATTRIBUTE, ALPC_MESSAGE_VIEW_ATTRIBUTE, -200us);",
            "NtConnectPort(h, Old); NtRequestPort(h, @M); NtRequestWaitReplyPort(h, @M, @R);",
            "NtAlpcCreatePortSection(h, 0, NULL, 70000, sec, size); @M.SectionHandle = sec; @M.ViewSize = 5000; NtAlpcCreateSectionView(h, 0, @M); \
             @M.MessageId = 0; @M.ViewFlags = g % 2 * ALPC_VIEWFLG_UNMAP_EXISTING + ALPC_VIEWFLG_AUTO_RELEASE; \
             NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, @M, ALPC_MESSAGE_VIEW_ATTRIBUTE, @R, NULL, NULL, -400us); NtAlpcDeleteSectionView(h, 0, @M.ViewBase); NtAlpcDeletePortSection(h, 0, sec);",
            "QueueUserAPC(U, C1);",
            "TerminateThread(C1, 0);",
            "if (g % 9 == 8) TerminateThread(S0, 0);",
            "if (g % 9 == 7) TerminateThread(S1, 0);",
            "if (g % 5 == 4) SuspendThread(C1); ResumeThread(C1);",
            "Kick();",
            "Sleep(10us);",
            "work 7us;",
            "g = g + 1;",
        ]),
    ];
    let connect = "NtAlpcConnectPort(h, Name, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, -500us); ";
    vec(one, 1..9).prop_map(move |list| (connect.to_string() + &list.join(" ")).replace('@', name)).boxed()
}

/// What a server does with a message that it has received.
fn server(name: &'static str) -> BoxedStrategy<String> {
    let answer = pick(&[
        "@.Data += 1; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, @);",
        "@.DataLength = 600; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, @);",
        "work 30us; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, @);",
        "work 9us;",
        // The view that has come goes back, or a new one does.
        "@.ViewFlags = g % 4 * ALPC_VIEWFLG_UNMAP_EXISTING; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, @, ALPC_MESSAGE_VIEW_ATTRIBUTE);",
        "NtAlpcCreatePortSection(p, 0, NULL, 70000, sec, size); @.SectionHandle = sec; @.ViewSize = 0; NtAlpcCreateSectionView(p, 0, @); @.ViewFlags = g % 4 * ALPC_VIEWFLG_UNMAP_EXISTING; \
         NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, @, ALPC_MESSAGE_VIEW_ATTRIBUTE); NtAlpcDeletePortSection(p, 0, sec);",
        "NtAlpcDeleteSectionView(p, 0, @.ViewBase); NtReplyPort(p, @);",
        "NtAlpcDisconnectPort(c); work 2us; NtReplyPort(p, @); NtReplyPort(p, @);",
    ]);
    let other = pick(&[
        "",
        "",
        "WaitForSingleObject(p, g % 3 * 30us);",
        "NtClose(c);",
        "if (g % 7 == 6) NtClose(p);",
        "Sleep(50us);",
        "g += 1;",
    ]);
    let accept = select(vec!["TRUE", "TRUE", "TRUE", "g % 2"]);
    let buffer = select(vec!["NULL", "NULL", "n"]);
    (answer, other, accept, buffer)
        .prop_map(move |(answer, other, accept, buffer)| {
            format!(
                "while (TRUE) {{ n = 200 + g % 3 * 400; s = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, @, {buffer}, 0x74000000, -700us); if (s == STATUS_BUFFER_TOO_SMALL) s = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, @); if (s != STATUS_SUCCESS) break;
    t = @.Type & 0xFFF; if (t == LPC_CONNECTION_REQUEST) {{ NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 5, @, g % 4 / 3 * ALPC_MESSAGE_VIEW_ATTRIBUTE, {accept}); if (g % 3 == 2) {{ Push.MessageId = 0; NtAlpcSendWaitReceivePort(c, ALPC_MSGFLG_RELEASE_MESSAGE, Push); }} }} else if (t == LPC_REQUEST) {{ {answer} }} else if (t == LPC_PORT_CLOSED) NtClose(c); {other} }}"
            )
            .replace('@', name)
        })
        .boxed()
}

/// A whole scenario.
pub(crate) fn scenario() -> impl Strategy<Value = String> {
    let told = pick(&[
        "NtAlpcCreatePort(p, Name);",
        "NtAlpcCreatePort(p, Name);",
        "NtAlpcCreatePort(p, Name);",
        "NtAlpcCreatePort(p, Name); NtAlpcSetInformation(p, AlpcAssociateCompletionPortInformation, Q, 3);",
        "NtAlpcCreatePort(p, Name); NtAlpcSetInformation(p, AlpcRegisterCompletionListInformation, L);",
        "DriverEntry();",
    ]);
    let numbers = (
        1..4u32,
        select(vec!["free", "model"]),
        select(vec![700u32, 3000, 1 << 20]),
        select(vec![500u32, 65_535]),
        0..99u32,
    );
    (told, (server("A"), server("B")), (client("X"), client("Y"), client("Z")), numbers).prop_map(
        |(told, (a, b), (x, y, z), (cpus, costs, pool, longest, seed))| {
            format!(
                "machine {{ processors: {cpus}; costs: {costs}; clock: 250us; end: 5ms; seed: {seed}; }}
port Name {{ max_pool: {pool}; max_message: {longest}; connections: 3; waitable: TRUE; }} port Old; iocp Q; event E; event L; var p = 0; var g = 0; apc U user {{ work 1us; }} apc K special (thread: C0) {{ work 1us; }}
process Server; process Client; message A {{ buffer: 2000; }} message B {{ buffer: 900; }} message X; message XM {{ buffer: 900; }} message XR {{ buffer: 300; }} message YM; message YR {{ buffer: 900; }} message ZM; message ZR {{ buffer: 900; }} message T {{ buffer: 900; }} message O {{ buffer: 900; }} message Push; message Late;
service Called() {{ work 1us; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, T, NULL, 0x70000000, 0); if ((T.Type & 0xFFF) == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 6, T, NULL, TRUE); else if ((T.Type & 0xFFF) == LPC_REQUEST) NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, T); else if ((T.Type & 0xFFF) == LPC_PORT_CLOSED) NtClose(c); g += 1; }}
service DriverEntry() {{ NtAlpcCreatePort(p, Name); NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called); }}
service Kick() {{ KeInsertQueueApc(K); }}
thread S0 (process: Server, priority: 9) {{ {told} {a} }}
thread S1 (process: Server, priority: 9, start: 2us) {{ {b} while (GetQueuedCompletionStatus(Q, b, k, o, 100us)) {{ NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, B, NULL, NULL, 0); }} while (AlpcGetMessageFromCompletionList(p, B)) NtReplyPort(p, B); }}
thread S2 (process: Server, priority: 8) {{ NtCreatePort(old, Old); NtListenPort(old, O); NtAcceptConnectPort(c, 1, O, TRUE); NtRequestPort(c, Late); work 3us; NtRequestPort(c, Late); NtCompleteConnectPort(c); while (NtReplyWaitReceivePort(old, ctx, NULL, O) == STATUS_SUCCESS) {{ if ((O.Type & 0xFFF) == LPC_REQUEST) NtReplyPort(old, O); work 1us; }} }}
thread C0 (process: Client, priority: 9, start: 5us) {{ {x} }}
thread C1 (process: Client, start: 7us) {{ {y} }}
thread C2 (start: 9us) {{ {z} }}
"
            )
        },
    )
}
