//! ALPC: the handshake, messages and their queues, and the ends of connections.

use crate::common::run;

/// A server that accepts whoever comes and answers requests with one more than they carry.
const SERVER: &str = "port Port; process Server; process Client; message In { buffer: 4000; } var p = 0;
thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port);
    while (NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, ALPC_MESSAGE_CONTEXT_ATTRIBUTE) == STATUS_SUCCESS) {
        t = In.Type & 0xFFF;
        if (t == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 77, In, NULL, TRUE);
        else if (t == LPC_REQUEST) { work 5us; In.Data += In.PortContext; NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In); }
    } }";

/// LP-1, LP-6, LP-8
#[test]
fn a_client_connects_by_name_and_the_server_goes_on_receiving_on_its_connection_port() {
    let mut run = run(&format!(
        "{SERVER} message Q; message R; var got = 0; var status = 9;
        thread C (process: Client, start: 5us) {{ status = NtAlpcConnectPort(h, Port); Q.Data = 1;
            NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); got = R.Data; marker done; }}"
    ));
    run.order(&[
        "PortCreated Port LP-6",
        "ConnectionRequested Port.Client1 Port LP-6",
        "MessageQueued Port n=1 LP-6",
        "WaitStarted C C.AlpcWaitSemaphore",
        "MessageReceived Port n=1 LP-12",
        "ConnectionAccepted Port.Server1 Port.Client1 LP-6",
        "ConnectionCompleted Port.Client1 C LP-6",
        "MessageQueued Port n=2 LP-11",
        "MessageReceived Port n=2 LP-12",
        "MessageReplied Port n=2 LP-11",
        "ReplyReceived Port.Client1 LP-11",
    ]);
    assert_eq!((run.value("got"), run.value("status")), (78, 0));
    let ports = run.state_after("MarkerReached done").alpc.ports.clone();
    let open: Vec<bool> = ports.iter().map(|p| p.has_handle).collect();
    assert_eq!(open[..3], [true, true, true]);
    assert!(open[3..].iter().all(|open| !open));
}
