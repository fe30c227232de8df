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

/// Whoever connects, and what it does then with the handle `h`, the buffer Q for what it sends and R for what it gets.
fn client(code: &str) -> String {
    format!(
        "{SERVER} message Q; message R {{ buffer: 2000; }} var got = 0; var status = 9; var id = 0; event E; apc U user {{ work 1us; }}
        thread C (process: Client, start: 5us) {{ NtAlpcConnectPort(h, Port); {code} }}"
    )
}

const SYNC: &str = "NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R)";

/// LP-7, LP-20
#[test]
fn a_client_that_is_not_connected_gets_a_status_and_no_handle() {
    let refused = "port Port { sid: 5; } process Server; message In; var p = 0; var h = 9; var status = 0;";
    let server =
        "thread S (process: Server) { NtAlpcCreatePort(p, Port); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In);";
    let run_with = |rest: &str| run(&format!("{refused} {rest}"));
    let of = |run: &crate::common::Run| (run.value("status") as u32, run.value("h"));
    let no = run_with(&format!(
        "{server} handle = 7; s = NtAlpcAcceptConnectPort(handle, p, 0, NULL, NULL, 0, In, NULL, FALSE); assert(s == STATUS_SUCCESS && handle == 7); }}
        thread C (start: 5us) {{ status = NtAlpcConnectPort(h, Port); }}"
    ));
    no.order(&["ConnectionRefused Port.Client1 LP-7", "WaitEnded C LP-7"]).completes();
    assert_eq!(of(&no), (0xC000_0041, 0));
    let nobody = run_with("thread C { status = NtAlpcConnectPort(h, Port); }");
    assert_eq!(of(&nobody), (0xC000_0034, 0));
    let other = run_with(&format!(
        "{server} }} thread C (start: 5us) {{ status = NtAlpcConnectPort(h, Port, NULL, NULL, 0, 6); }}"
    ));
    assert_eq!(of(&other), (0xC000_02A0, 0));
    let dies =
        run_with(&format!("{server} work 9us; }} thread C (start: 5us) {{ status = NtAlpcConnectPort(h, Port); }}"));
    assert_eq!(of(&dies), (0xC000_0037, 0));
    let late = run_with(&format!(
        "machine {{ clock: 100us; }} {server} Sleep(900us); s = NtAlpcAcceptConnectPort(handle, p, 0, NULL, NULL, 0, In, NULL, TRUE); assert(s == STATUS_REPLY_MESSAGE_MISMATCH); }}
        thread C (start: 5us) {{ status = NtAlpcConnectPort(h, Port, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, -200us); }}"
    ));
    late.completes();
    assert_eq!(of(&late), (0x102, 0));
}

/// LP-2, LP-9
#[test]
fn the_older_calls_need_one_step_more_to_wake_the_client() {
    let run = run("machine { processors: 2; } port Old; message In { buffer: 600; } message Q; message R { buffer: 600; } var p = 0; var got = 0; var woken = 0;
        thread S (process: Server) { NtCreatePort(p, Old); NtListenPort(p, In); NtAcceptConnectPort(c, 3, In, TRUE); work 10us; assert(woken == 0); NtCompleteConnectPort(c);
            NtReplyWaitReceivePort(p, context, NULL, In); assert(context == 3 && In.Type == LPC_DATAGRAM); NtReplyWaitReceivePort(p, context, NULL, In); In.Data = 8; NtReplyPort(p, In); }
        process Server; thread C (start: 5us) { NtConnectPort(h, Old); woken = 1; NtRequestPort(h, Q); NtRequestWaitReplyPort(h, Q, R); got = R.Data; }");
    run.order(&[
        "PortCreated Old LP-9",
        "ConnectionAccepted Old.Server1 Old.Client1",
        "ConnectionCompleted Old.Client1 C LP-9",
        "MessageQueued Old n=2 LP-10",
        "MessageQueued Old n=3 LP-11",
    ])
    .completes();
    assert_eq!(run.value("got"), 8);
}

/// LP-3
#[test]
fn a_message_is_at_most_as_long_as_its_port_allows_header_and_all() {
    let status = |port: &str, create: &str, bytes: u32, ladder: &str| {
        let run = run(&format!(
            "machine {{ processors: 2; irql: {ladder}; }} port Port {{ {port} }} process Server; message In; message Q {{ bytes: {bytes}; }} var p = 0; var status = 9;
            thread S (process: Server, priority: 9) {{ {create}(p, Port); NtListenPort(p, In); {} }} thread C {{ {} status = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); }}",
            if create == "NtCreatePort" { "NtAcceptConnectPort(c, 0, In, TRUE); NtCompleteConnectPort(c); work 90us;" } else { "NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); work 90us;" },
            if create == "NtCreatePort" { "NtConnectPort(h, Port);" } else { "NtAlpcConnectPort(h, Port);" },
        ));
        run.value("status") as u32
    };
    const TOO_LONG: u32 = 0xC000_002F;
    assert_eq!(status("", "NtAlpcCreatePort", 65_495, "x64"), 0);
    assert_eq!(status("", "NtAlpcCreatePort", 65_496, "x64"), TOO_LONG);
    assert_eq!(status("", "NtAlpcCreatePort", 65_511, "x86"), 0);
    assert_eq!(status("max_message: 140;", "NtAlpcCreatePort", 100, "x64"), 0);
    assert_eq!(status("max_message: 140;", "NtAlpcCreatePort", 101, "x64"), TOO_LONG);
    assert_eq!(status("", "NtCreatePort", 512, "x64"), 0);
    assert_eq!(status("", "NtCreatePort", 513, "x64"), TOO_LONG);
    assert_eq!(status("", "NtCreatePort", 256, "x86"), 0);
    assert_eq!(status("", "NtCreatePort", 257, "x86"), TOO_LONG);
}

/// LP-4
#[test]
fn the_type_tells_what_a_message_is_and_flags_tell_more() {
    let run = run("port Port; process Server; message In; message Q; var p = 0; var types = 0; var kernel = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); for (n = 0; n < 6; n++) { NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); types = types * 16 + (In.Type & 0xFFF);
            if ((In.Type & 0xFFF) == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            if ((In.Type & 0xFFF) == LPC_REQUEST) { assert(In.Type == LPC_REQUEST + LPC_CONTINUATION_REQUIRED); NtReplyPort(p, In); }
            if (In.Type & LPC_KERNELMODE_MESSAGE) kernel++; } }
        process Client; thread C (process: Client) { NtAlpcConnectPort(h, Port); NtRegisterThreadTerminatePort(h); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); Q.MessageId = 0; NtAlpcSendWaitReceivePort(h, 0, Q); }
        system thread K (start: 50us) { NtAlpcConnectPort(h, Port); }");
    // A connection, a datagram, a request, CLIENT_DIED and PORT_CLOSED, then the kernel's connection.
    assert_eq!(run.value("types"), 0xA31_65A);
    assert_eq!(run.value("kernel"), 3);
}

/// LP-5
#[test]
fn a_port_keeps_its_messages_in_queues_by_what_is_still_to_come() {
    let mut run = run("machine { clock: 100us; end: 3ms; } port Port; process Server; message In { buffer: 20; } message Big { buffer: 900; } message Q; message L { bytes: 300; } message R { buffer: 900; } var p = 0; event E;
        thread S (process: Server, priority: 7) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); work 20us; marker main;
            s = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); marker large; assert(s == STATUS_BUFFER_TOO_SMALL && In.DataLength == 300);
            s = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, Big); assert(s == STATUS_SUCCESS && Big.DataLength == 300);
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, Big); marker pending; NtReplyPort(p, Big); marker direct; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, Big); work 300us; marker canceled;
            s = NtReplyPort(p, Big); assert(s == STATUS_REQUEST_CANCELED); marker freed; }
        thread C (priority: 8, start: 5us) { NtAlpcConnectPort(h, Port); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, L); Q.Event = E; NtAlpcSendWaitReceivePort(h, 0, Q, ALPC_MESSAGE_DIRECT_ATTRIBUTE);
            WaitForSingleObject(E, INFINITE); Sleep(0); NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); Q.MessageId = 0; NtAlpcSendWaitReceivePort(h, 0, Q); Sleep(50us); s = NtAlpcCancelMessage(h, 0, Q); assert(s == STATUS_MESSAGE_RETRIEVED); }");
    run.completes();
    let mut lengths = |marker: &str, port: usize| -> Vec<u16> {
        let ports = &run.state_after(&format!("MarkerReached {marker}")).alpc.ports;
        ports[port].queues.iter().map(|q| q.length).collect()
    };
    // Main, Large, Pending, Canceled, Direct, List.
    assert_eq!(lengths("main", 0), [2, 0, 0, 0, 0, 0]);
    assert_eq!(lengths("large", 0), [1, 1, 0, 0, 0, 0]);
    assert_eq!(lengths("pending", 0), [0, 0, 1, 0, 0, 0]);
    assert_eq!(lengths("canceled", 0), [0, 0, 0, 1, 0, 0]);
    assert_eq!(lengths("freed", 0), [0; 6]);
    let direct = &run.state_after("PortNotified Port.Client1 E").alpc.ports[1].queues;
    assert_eq!(direct.iter().map(|q| q.length).collect::<Vec<_>>(), [0, 0, 0, 0, 1, 0]);
}

/// LP-10
#[test]
fn a_datagram_lets_its_sender_go_on_and_takes_no_reply() {
    let mut run = run(&client(
        "status = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); id = Q.MessageId; marker sent; work 50us; marker later;",
    ));
    assert_eq!(run.value("status"), 0);
    run.order(&["MessageQueued Port n=2 LP-10", "MarkerReached sent"]).never("ReplyReceived");
    assert_eq!(run.state_after("MarkerReached later").alpc.kernel_memory, 0);
    let late = run_reply_to_datagram();
    assert_eq!(late.value("status") as u32, 0xC000_021F);
    late.order(&["SendRefused Port STATUS_REPLY_MESSAGE_MISMATCH LP-10"]);
}

fn run_reply_to_datagram() -> crate::common::Run {
    run("port Port; process Server; message In; message Q; var p = 0; var status = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); status = NtReplyPort(p, In); }
        thread C { NtAlpcConnectPort(h, Port); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); work 50us; }")
}

/// LP-11, LP-8
#[test]
fn a_synchronous_request_gets_its_own_reply_and_an_asynchronous_one_waits_in_the_clients_port() {
    // Two clients at once; the replies come in the other order.
    let both = run("machine { processors: 4; } port Port; process Server; message A; message B; message Q1; message R1; message Q2; message R2; var p = 0; var got1 = 0; var got2 = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); for (n = 0; n < 2; n++) { NtListenPort(p, A); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, A, NULL, TRUE); }
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, A); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, B); B.Data += 100; NtReplyPort(p, B); A.Data += 100; work 5us; NtReplyPort(p, A); }
        thread C1 (start: 5us) { NtAlpcConnectPort(h, Port); work 20us; Q1.Data = 1; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q1, NULL, R1); got1 = R1.Data; }
        thread C2 (start: 5us) { NtAlpcConnectPort(h, Port); work 25us; Q2.Data = 2; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q2, NULL, R2); got2 = R2.Data; }");
    both.order(&["ReplyReceived Port.Client2", "ReplyReceived Port.Client1"]).completes();
    assert_eq!((both.value("got1"), both.value("got2")), (101, 102));
    let mut alone = run(&client(
        "Q.Data = 1; status = NtAlpcSendWaitReceivePort(h, 0, Q); marker sent; work 50us; marker there; NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); got = R.Data; assert(R.Type == LPC_REPLY && R.MessageId == Q.MessageId);",
    ));
    assert_eq!((alone.value("status"), alone.value("got")), (0, 78));
    let main = |state: &irql_playground::nt::State| state.alpc.ports[1].queues[0].length;
    assert_eq!(main(alone.state_after("MarkerReached there")), 1);
    // A request says either that it waits or that nothing is kept.
    let both_flags = run(&client("status = NtAlpcSendWaitReceivePort(h, 0x30000, Q, NULL, R);"));
    assert_eq!(both_flags.value("status") as u32, 0xC000_000D);
}

/// LP-12, LP-17
#[test]
fn data_is_copied_twice_each_way_and_kernel_memory_is_held_until_it_is_received() {
    let mut run = run(&client(&format!("Q.DataLength = 1000; {SYNC}; marker done;")));
    run.order(&[
        "BytesCopied Port n=1000 LP-12",
        "MessageQueued Port n=2",
        "BytesCopied Port n=1000",
        "MessageReceived Port n=2",
        "BytesCopied Port n=1000",
        "MessageReplied Port n=2",
        "BytesCopied Port.Client1 n=1000",
        "ReplyReceived Port.Client1",
    ]);
    let object = u64::from(irql_playground::nt::alpc::MESSAGE_OBJECT);
    assert_eq!(run.state_after("MessageQueued Port n=2").alpc.kernel_memory, object + 1000);
    assert_eq!(run.state_after("WorkStarted S").alpc.kernel_memory, object);
    assert_eq!(run.state_after("MessageReplied Port n=2").alpc.kernel_memory, object + 1000);
    let done = &run.state_after("MarkerReached done").alpc;
    assert_eq!((done.kernel_memory, done.bytes_copied), (0, 4000));
}

/// LP-12, WT-1
#[test]
fn the_thread_that_has_waited_longest_is_woken_and_the_type_in_the_senders_buffer_stays() {
    let run = run("machine { processors: 4; } port Port; process Server; message A; message B; message Q; var p = 0; var type = 0;
        thread S1 (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, A); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, A, NULL, TRUE); work 9us; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, A); }
        thread S2 (process: Server, priority: 9, start: 1us) { work 30us; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, B); }
        thread C (start: 5us) { NtAlpcConnectPort(h, Port); work 60us; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); type = Q.Type; work 9us; }");
    run.order(&["MessageQueued Port n=2", "WaitEnded S1 STATUS_SUCCESS LP-12", "MessageReceived Port n=2"]);
    assert_eq!(run.value("type"), 0);
}

/// LP-13
#[test]
fn a_receiver_is_told_by_a_packet_by_its_completion_list_or_in_the_senders_thread() {
    let told = |how: &str, server: &str| {
        run(&format!("machine {{ processors: 2; }} port Port; process Server; iocp Q0; event L; message In; message Q; message R; var p = 0; var got = 0; var calls = 0;
            service Called() {{ calls++; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, 0); if ((In.Type & 0xFFF) == LPC_REQUEST) {{ In.Data += 5; NtReplyPort(p, In); }} else NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); }}
            {server}
            thread C (start: 20us) {{ NtAlpcConnectPort(h, Port); Q.Data = 1; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); got = R.Data; }} {how}"))
    };
    let serve = "if ((In.Type & 0xFFF) == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); else { In.Data += 3; NtReplyPort(p, In); }";
    let packets = told("", &format!("thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcAssociateCompletionPortInformation, Q0, 9);
        for (n = 0; n < 2; n++) {{ GetQueuedCompletionStatus(Q0, bytes, key, id, INFINITE); assert(key == 9); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); assert(id == In.MessageId && bytes == In.DataLength + 40); {serve} }} }}"));
    packets
        .order(&[
            "MessageQueued Port n=2",
            "PortNotified Port Q0 LP-13",
            "PacketQueued Q0 LP-13",
            "MessageReceived Port n=2",
        ])
        .completes();
    assert_eq!(packets.value("got"), 4);
    let list = told("", &format!("thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCompletionListInformation, L);
        for (n = 0; n < 2;) {{ WaitForSingleObject(L, INFINITE); while (AlpcGetMessageFromCompletionList(p, In)) {{ n++; {serve} }} }} }}"));
    list.order(&[
        "MessageQueued Port n=2",
        "BytesCopied Port",
        "PortNotified Port L LP-13",
        "EventSet L",
        "MessageReceived Port n=2 LP-13",
    ])
    .completes();
    assert_eq!(list.value("got"), 4);
    let callback = told(
        "system thread K { NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called); }",
        "",
    );
    callback
        .order(&[
            "MessageQueued Port n=2",
            "FunctionEntered Called",
            "MessageReplied Port n=2",
            "FunctionReturned Called",
            "ReplyReceived Port.Client1",
        ])
        .completes();
    assert_eq!((callback.value("got"), callback.value("calls")), (6, 2));
    callback.never("ContextSwitched K C");
}

/// LP-14, AP-28
#[test]
fn a_user_apc_ends_a_wait_for_a_message_only_if_the_call_says_so() {
    let waits = |flags: &str| {
        run(&format!(
            "machine {{ clock: 100us; end: 2ms; }} {} thread B (start: 50us) {{ QueueUserAPC(U, C); }}",
            client(&format!("status = NtAlpcSendWaitReceivePort(h, {flags}, NULL, NULL, R, NULL, NULL, -400us);"))
        ))
    };
    assert_eq!(waits("0").value("status"), 0x102);
    let alertable = waits("ALPC_MSGFLG_WAIT_ALERTABLE");
    assert_eq!(alertable.value("status"), 0xC0);
    alertable.order(&["WaitEnded C STATUS_USER_APC", "ApcNormalRoutineStarted U"]);
    // Of kernel code the wait is one of kernel mode, which termination does not end, unless it says otherwise.
    let terminated = |flags: &str| {
        run(&format!(
            "port Port; message In; var p = 0; service Wait() {{ NtAlpcCreatePort(p, Port); NtAlpcSendWaitReceivePort(p, {flags}, NULL, NULL, In); }} thread V {{ Wait(); }} thread B (start: 50us) {{ TerminateThread(V, 0); }}"
        ))
    };
    terminated("0").never("ThreadEnded V");
    terminated("ALPC_MSGFLG_WAIT_USER_MODE").times("ThreadEnded V", 1);
}

/// LP-15
#[test]
fn the_receiver_gets_those_attributes_that_it_asks_for() {
    let valid = |asked: &str| {
        let run = run(&format!("port Port; process Server; event H; message In; message Q; var p = 0; var valid = 0; var handle = 0; var context = 0;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 66, In, NULL, TRUE);
                NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, {asked}); valid = In.ValidAttributes; handle = In.Handle == H; context = In.PortContext; }}
            thread C {{ NtAlpcConnectPort(h, Port); Q.Handle = H; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q, ALPC_MESSAGE_HANDLE_ATTRIBUTE); work 9us; }}"));
        (run.value("valid"), run.value("handle"), run.value("context"))
    };
    assert_eq!(valid("0"), (0, 0, 0));
    assert_eq!(valid("ALPC_MESSAGE_HANDLE_ATTRIBUTE"), (0x1000_0000, 1, 0));
    assert_eq!(valid("ALPC_MESSAGE_CONTEXT_ATTRIBUTE + ALPC_MESSAGE_VIEW_ATTRIBUTE"), (0x2000_0000, 0, 66));
}

/// LP-16, LP-17
#[test]
fn a_section_is_mapped_on_both_sides_and_its_receiver_must_unmap_it() {
    let sends = |flags: &str, receiver: &str| {
        run(&format!("machine {{ processors: 2; costs: model; system_call_cost: 0ns; switch_cost: 0ns; map_cost: 3us; page_cost: 1us; unmap_cost: 2us; }} port Port; process Server; process Client; message In; message Q {{ bytes: 0; }} message R; var p = 0; var valid = 0;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, ALPC_MESSAGE_VIEW_ATTRIBUTE); marker received; assert(In.ViewSize == 10000); {receiver} NtReplyPort(p, In); marker replied; work 20us; marker later; }}
            thread C (process: Client) {{ NtAlpcConnectPort(h, Port); NtAlpcCreatePortSection(h, 0, NULL, 10000, section, size); assert(size == 64KB); Q.SectionHandle = section; Q.ViewSize = 10000; NtAlpcCreateSectionView(h, 0, Q); marker mapped; Q.ViewFlags = {flags};
                NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, ALPC_MESSAGE_VIEW_ATTRIBUTE, R); work 50us; }}"))
    };
    let views = |run: &mut crate::common::Run, at: &str| -> Vec<u16> {
        let state = run.state_after(&format!("MarkerReached {at}"));
        state.alpc.views.iter().filter(|v| v.section != u16::MAX).map(|v| v.process).collect()
    };
    let mut leaks = sends("0", "");
    // Mapping costs 3 us and 3 pages; nothing is copied.
    leaks
        .order(&[
            "ViewMapped View1 Client LP-16",
            "6us: MarkerReached mapped",
            "ViewMapped View2 Server",
            "12us: MarkerReached received",
        ])
        .never("BytesCopied")
        .completes();
    assert_eq!(views(&mut leaks, "received"), [1, 0]);
    assert_eq!(views(&mut leaks, "later"), [1, 0], "the server keeps its view");
    let mut releases = sends("0", "NtAlpcDeleteSectionView(p, 0, In.ViewBase);");
    assert_eq!(views(&mut releases, "replied"), [1]);
    let mut by_itself = sends("ALPC_VIEWFLG_AUTO_RELEASE", "");
    assert_eq!(views(&mut by_itself, "replied"), [1]);
    let mut gives_up = sends("ALPC_VIEWFLG_UNMAP_EXISTING", "");
    assert_eq!(views(&mut gives_up, "received"), [0]);
}

/// LP-18
#[test]
fn messages_are_charged_to_their_port_and_beyond_its_limit_sending_fails() {
    let run = run("port Port { max_pool: 2000; } process Server; message In { buffer: 600; } message Q { bytes: 500; } var p = 0; var sent = 0; var status = 0; var later = 9;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); Sleep(20ms); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); Sleep(20ms); }
        thread C { NtAlpcConnectPort(h, Port); while (status == STATUS_SUCCESS) { Q.MessageId = 0; status = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); if (status == STATUS_SUCCESS) sent++; }
            Sleep(35ms); Q.MessageId = 0; later = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); }");
    run.order(&["SendRefused Port.Client1 STATUS_QUOTA_EXCEEDED LP-18"]);
    // 500 bytes and the message itself, 288.
    assert_eq!((run.value("sent"), run.value("status") as u32, run.value("later")), (2, 0xC000_0044, 0));
}

/// LP-19
#[test]
fn a_server_is_told_when_a_client_closes_its_port_and_when_a_registered_thread_ends() {
    let run = run(&client("NtRegisterThreadTerminatePort(h); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); NtClose(h); work 9us;").replace("priority: 9", "priority: 6"));
    run.order(&[
        "MessageQueued Port n=2 LP-10",
        "PortDisconnected Port.Client1",
        "MessageQueued Port n=3 LP-19",
        "PortClosed Port.Client1 LP-19",
    ]);
    // The datagram is still readable.
    run.order(&["PortClosed Port.Client1", "MessageReceived Port n=2", "MessageReceived Port n=3"]);
    let dies = self::run(&client("NtRegisterThreadTerminatePort(h);"));
    dies.order(&[
        "ThreadEnded C",
        "MessageQueued Port n=2 LP-19",
        "ProcessEnded Client",
        "MessageQueued Port n=3 LP-19",
    ]);
}

/// LP-20
#[test]
fn whoever_waits_for_a_server_that_goes_wakes_with_an_error() {
    let ends = |end: &str, create: &str| {
        run(&format!("machine {{ processors: 2; }} port Port; process Server; message In; message Q; message R; var p = 0; var first = 9; var then = 9;
            thread S (process: Server, priority: 9) {{ {create}(p, Port); NtListenPort(p, In); {} NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); work 5us; {end} }}
            thread C (start: 5us) {{ {} first = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); then = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); }}",
            if create == "NtCreatePort" { "NtAcceptConnectPort(c, 0, In, TRUE); NtCompleteConnectPort(c);" } else { "NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);" },
            if create == "NtCreatePort" { "NtConnectPort(h, Port);" } else { "NtAlpcConnectPort(h, Port);" }))
    };
    for end in
        ["NtAlpcDisconnectPort(c); work 90us;", "NtClose(c); work 90us;", "NtClose(p); work 90us;", "ExitThread(0);"]
    {
        let run = ends(end, "NtAlpcCreatePort");
        assert_eq!((run.value("first") as u32, run.value("then") as u32), (0xC000_0037, 0xC000_0037), "{end}");
        run.order(&["MessageCanceled Port n=2 LP-20", "WaitEnded C"]);
    }
    assert_eq!(ends("ExitThread(0);", "NtCreatePort").value("first") as u32, 0xC000_0253);
    // Nobody replies to a withdrawn request, and one that was not received yet just goes.
    let gone = run(&client("Q.DataLength = 9; status = NtAlpcSendWaitReceivePort(h, 0, Q); status = NtAlpcCancelMessage(h, 0, Q); work 50us;").replace("priority: 9", "priority: 7"));
    assert_eq!(gone.value("status"), 0);
    gone.never("MessageReceived Port n=2");
}

/// LP-21
#[test]
fn the_machine_does_not_outlive_csrss() {
    run("process csrss { critical: TRUE; } port ApiPort; message In; thread Csr (process: csrss) { NtAlpcCreatePort(p, ApiPort); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); }
        thread Main (start: 9us) { TerminateThread(Csr, 0); }")
    .bugchecks(0xEF, [None, Some(0), Some(0), Some(0)]);
}

/// LP-22, LP-17
#[test]
fn costs_are_those_of_the_model_and_nothing_costs_where_they_are_off() {
    let round = |costs: &str| {
        let run = run(&format!(
            "machine {{ {costs} }} {} ",
            client(&format!(
                "Q.DataLength = 1000; QueryPerformanceCounter(a); {SYNC}; QueryPerformanceCounter(b); got = b - a; status = PACKET_COST;"
            ))
        ));
        (run.value("got"), run.value("status"))
    };
    assert_eq!(round(""), (5_000, 0));
    // Five copies of 1,000 bytes at 10 to the nanosecond are 400, the work 5,000.
    assert_eq!(round("costs: model; system_call_cost: 0ns; switch_cost: 0ns;"), (5_400, 5_000));
    assert_eq!(
        round("costs: model; system_call_cost: 0ns; switch_cost: 0ns; copy_rate: 1; packet_cost: 7us;"),
        (9_000, 7_000)
    );
    // Three services (the request, the reply, and the next receive, which the server enters first) and two switches.
    assert_eq!(
        round("costs: model; copy_rate: 1000000; system_call_cost: 100ns; switch_cost: 1us;").0,
        5_000 + 4 + 3 * 100 + 2 * 1_000
    );
}

/// LP-5, LP-12
#[test]
fn a_waitable_port_is_signalled_by_each_message_that_nobody_waits_to_receive() {
    let with = |setting: &str, server: &str| {
        run(&format!(
            "machine {{ processors: 2; }} port Port {{ {setting} }} process Server; message In; message Q; message R; var p = 0; var got = 0; var first = 9; var polled = 9;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); {server} }}
            thread C (start: 20us) {{ NtAlpcConnectPort(h, Port); work 20us; for (n = 0; n < 2; n++) {{ Q.MessageId = 0; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); }} Q.MessageId = 0;
                NtAlpcSendWaitReceivePort(h, 0, Q); if (WaitForSingleObject(h, INFINITE) == WAIT_OBJECT_0) {{ NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R, NULL, NULL, 0); got = R.Type; }} marker done; work 20us; }}"
        ))
    };
    let serve = "first = WaitForSingleObject(p, INFINITE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, 0); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
        polled = WaitForSingleObject(p, 0); work 60us; marker queued;
        for (n = 0; n < 3; n++) { WaitForSingleObjectEx(p, INFINITE, FALSE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, 0); } NtReplyPort(p, In); marker served; work 50us;";
    let mut waits = with("waitable: TRUE;", serve);
    waits
        .order(&[
            "WaitStarted S Port.Semaphore WT-3",
            "MessageQueued Port n=1 LP-6",
            "WaitEnded S STATUS_SUCCESS LP-12",
            "MessageReceived Port n=1",
            "MessageReplied Port n=4",
            "MessageQueued Port.Client1 n=4",
            "WaitEnded C STATUS_SUCCESS LP-12",
        ])
        .completes();
    // WAIT_TIMEOUT where no message is there; LPC_REPLY in the end.
    assert_eq!((waits.value("first"), waits.value("polled"), waits.value("got")), (0, 0x102, 2));
    let count = |state: &irql_playground::nt::State| state.ksemaphore[0].header.signal_state;
    assert_eq!(count(waits.state_after("MarkerReached queued")), 3);
    assert_eq!(count(waits.state_after("MarkerReached served")), 0);
    // A receive that does not wait takes what was counted too, and one that is blocked is served before.
    let mut receives = with(
        "waitable: TRUE;",
        "for (n = 0; n < 4; n++) { if (n == 1) { work 80us; marker queued; } NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); if (n == 0) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); } marker received; NtReplyPort(p, In);",
    );
    receives.order(&["MessageQueued Port n=1", "WaitEnded S STATUS_SUCCESS LP-12"]);
    assert_eq!(count(receives.state_after("MarkerReached queued")), 3);
    assert_eq!(count(receives.state_after("MarkerReached received")), 0);
    // The handle of a port that is not waitable is none to wait for: WAIT_FAILED.
    let not = with("", "first = WaitForSingleObject(p, INFINITE); polled = WaitForSingleObject(got, 0);");
    assert_eq!((not.value("first"), not.value("polled")), (-1, -1));
}

/// LP-20, LP-12
#[test]
fn whoever_waits_for_a_port_wakes_when_its_connection_ends() {
    let run = run("machine { processors: 2; } port Port { waitable: TRUE; } process Server; message In; message R; var p = 0; var waited = 9; var again = 9; var status = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); work 50us; NtAlpcDisconnectPort(c); work 50us; }
        thread C (start: 5us) { NtAlpcConnectPort(h, Port); waited = WaitForSingleObject(h, INFINITE); again = WaitForSingleObject(h, 0); status = NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); }");
    run.order(&["PortDisconnected Port.Server1", "WaitEnded C STATUS_SUCCESS LP-20"]).completes();
    assert_eq!((run.value("waited"), run.value("again"), run.value("status") as u32), (0, 0, 0xC000_0037));
}

/// LP-15, WT-1
#[test]
fn a_handle_that_came_with_a_message_can_be_waited_for() {
    let run = run("machine { processors: 2; } port Port; process Server; event E; message In; message Q; var p = 0; var waited = 9;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, ALPC_MESSAGE_HANDLE_ATTRIBUTE); handle = In.Handle; waited = WaitForSingleObject(handle, INFINITE); }
        thread C { NtAlpcConnectPort(h, Port); Q.Handle = E; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q, ALPC_MESSAGE_HANDLE_ATTRIBUTE); work 50us; SetEvent(E); }");
    run.order(&["WaitStarted S E", "EventSet E", "WaitEnded S"]).completes();
    assert_eq!(run.value("waited"), 0);
}

/// LP-18, LP-6
#[test]
fn a_connection_request_is_charged_as_any_other_message() {
    let statuses = |pool: u32| {
        let run = run(&format!("port Port {{ max_pool: {pool}; }} process Server; message In {{ buffer: 300; }} message Q {{ bytes: 200; }} var p = 0; var first = 9; var second = 9;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); Sleep(20ms); for (n = 0; n < 2; n++) {{ NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, -40ms); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); }} }}
            thread C1 {{ first = NtAlpcConnectPort(h, Port, NULL, NULL, 0, 0, Q); }} thread C2 (start: 5us) {{ second = NtAlpcConnectPort(h, Port, NULL, NULL, 0, 0, Q); }}"));
        [run.value("first") as u32, run.value("second") as u32]
    };
    // 200 bytes and the message itself, 288: to each client's own port.
    assert_eq!((statuses(488), statuses(487)), ([0, 0], [0xC000_0044; 2]));
    let too_long = self::run(
        "port Port { max_message: 100; } process Server; message In; message Q { bytes: 61; } var p = 0; var status = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); Sleep(20ms); } thread C { status = NtAlpcConnectPort(h, Port, NULL, NULL, 0, 0, Q); }",
    );
    too_long.order(&["SendRefused Port STATUS_PORT_MESSAGE_TOO_LONG LP-3"]).never("ConnectionRequested");
    assert_eq!(too_long.value("status") as u32, 0xC000_002F);
}

/// LP-8, LP-20
#[test]
fn what_cannot_be_sent_received_or_withdrawn_has_its_own_status() {
    let run = run("machine { processors: 2; end: 1ms; } port Port; process Server; process Client; message In; message Out; message Q; message R; message Lost; var p = 0; var h = 0; var requests = 0; var closed = 0; var canceled = 0; var lost = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); requests = NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_SYNC_REQUEST, Out, NULL, In); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); closed = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); }
        thread Closer (process: Server, start: 90us) { NtClose(p); }
        thread C (process: Client, start: 5us) { NtAlpcConnectPort(h, Port); lost = NtAlpcCancelMessage(h, 0, Lost); canceled = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); work 90us; }
        thread Canceler (process: Client, start: 50us) { NtAlpcCancelMessage(h, 0, Q); work 90us; }");
    run.order(&["SendRefused Port STATUS_LPC_REQUESTS_NOT_ALLOWED LP-8", "MessageCanceled Port n=2 LP-5"]).completes();
    let status = |name: &str| run.value(name) as u32;
    assert_eq!((status("requests"), status("lost"), status("canceled")), (0xC000_0707, 0xC000_0701, 0xC000_0703));
    assert_eq!(status("closed"), 0xC000_0700);
}

/// LP-14, AL-1
#[test]
fn an_alert_ends_a_wait_for_a_message_only_if_the_call_says_so() {
    let waits = |flags: &str| {
        let run = run(&format!(
            "machine {{ clock: 100us; end: 2ms; }} {} thread B (start: 50us) {{ NtAlertThread(C); }}",
            client(&format!("status = NtAlpcSendWaitReceivePort(h, {flags}, NULL, NULL, R, NULL, NULL, -400us);"))
        ));
        run.value("status")
    };
    assert_eq!((waits("0"), waits("ALPC_MSGFLG_WAIT_ALERTABLE")), (0x102, 0x101));
}

/// LP-11, LP-13
#[test]
fn a_routine_of_the_kernel_that_polls_leaves_the_timeout_of_the_sender_alone() {
    let run = run("machine { end: 2ms; } port Port; process App; message In; message Q; message R; event Work; var p = 0; var connected = 9; var status = 9;
        service Called() { NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, 0); KeSetEvent(Work); }
        system thread K (priority: 4) { NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called);
            KeWaitForSingleObject(Work, Executive, KernelMode, FALSE, NULL); work 20us; NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            KeWaitForSingleObject(Work, Executive, KernelMode, FALSE, NULL); work 20us; NtReplyPort(p, In); }
        thread C (process: App, start: 20us) { connected = NtAlpcConnectPort(h, Port); status = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); }");
    run.completes();
    assert_eq!((run.value("connected"), run.value("status")), (0, 0));
}

/// LP-13, LP-19
#[test]
fn a_server_in_the_kernel_is_called_for_whatever_ends_a_connection_and_a_client_there_for_a_reply() {
    let ends = |code: &str, types: i64| {
        let run = run(&format!("machine {{ end: 1ms; }} port Port; process A; message In; var p = 0; var types = 0;
            service Called() {{ NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, 0); types = types * 16 + (In.Type & 0xFFF); if (types == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); }}
            system thread K (priority: 12) {{ NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called); }}
            thread C (process: A, start: 20us) {{ NtAlpcConnectPort(h, Port); {code} }}"));
        assert_eq!(run.value("types"), types, "{code}");
        let calls = format!("{types:x}").len();
        run.times("PortNotified Port Called LP-13", calls).times("FunctionReturned Called", calls).completes();
        run
    };
    ends("NtClose(h); work 5us;", 0xA5).order(&["PortClosed Port.Client1", "FunctionEntered Called", "WorkStarted C"]);
    ends("NtAlpcDisconnectPort(h); work 5us;", 0xA5)
        .order(&["PortDisconnected Port.Client1", "FunctionEntered Called"]);
    ends("", 0xA5).order(&["PortClosed Port.Client1", "FunctionEntered Called", "ThreadEnded C", "ProcessEnded A"]);
    ends("NtRegisterThreadTerminatePort(h);", 0xA65).order(&["FunctionReturned Called", "ThreadEnded C"]);
    let replies = run("machine { processors: 2; end: 1ms; } port Port; process Server; message In; message Q; message R; var p = 0; var got = 0; var h = 0;
        service OnReply() { NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R, NULL, NULL, 0); got = R.Data; }
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); In.Data = 7; NtReplyPort(p, In); work 20us; }
        system thread C (start: 5us) { NtAlpcConnectPort(h, Port); NtAlpcSetInformation(h, AlpcRegisterCallbackInformation, OnReply); NtAlpcSendWaitReceivePort(h, 0, Q); work 90us; }");
    replies.order(&[
        "MessageQueued Port.Client1 n=2",
        "FunctionEntered OnReply",
        "ReplyReceived Port.Client1",
        "WorkStarted S",
    ]);
    assert_eq!(replies.value("got"), 7);
}

/// LP-12, LP-13
#[test]
fn a_thread_that_is_blocked_in_a_receive_gets_the_message_whatever_else_tells_of_it() {
    let told = |how: &str, server: &str, code: &str| {
        run(&format!("machine {{ processors: 2; end: 1ms; }} port Port {{ waitable: TRUE; }} process Server; iocp Pool; event List; message In; var p = 0; var woken = 0;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); {server} }} thread Teller (process: Server, start: 10us) {{ {code} NtAlpcSetInformation(p, {how}); work 90us; }}
            thread C (start: 50us) {{ NtAlpcConnectPort(h, Port, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, -100us); }}"))
    };
    let receive = "NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); woken = 1; work 90us;";
    for how in ["AlpcAssociateCompletionPortInformation, Pool, 1", "AlpcRegisterCompletionListInformation, List"] {
        let blocked = told(how, receive, "");
        blocked.order(&["MessageQueued Port n=1", "WaitEnded S STATUS_SUCCESS LP-12", "MessageReceived Port n=1"]);
        blocked.never("PortNotified");
        // What is queued when the receiver says how it wants to be told is told of too.
        told(how, "work 90us;", "work 50us;").order(&["MessageQueued Port n=1", "PortNotified Port LP-13"]);
    }
    let waits = "WaitForSingleObject(p, INFINITE); woken = 1;";
    assert_eq!(told("AlpcAssociateCompletionPortInformation, Pool, 1", waits, "").value("woken"), 1);
}

/// LP-9, LP-19
#[test]
fn a_client_that_goes_before_its_connection_is_completed_leaves_nothing_behind() {
    for send in ["NtRequestPort(c, Push)", "NtRequestWaitReplyPort(c, Push, In)"] {
        for (before, after) in [(send, "0"), ("0", send)] {
            let mut run = run(&format!("machine {{ processors: 2; end: 1ms; }} port Port; process Server; process App; message In; message Push {{ bytes: 100; }} var p = 0; var before = 0; var after = 0;
                thread S (process: Server, priority: 9) {{ NtCreatePort(p, Port); NtListenPort(p, In); NtAcceptConnectPort(c, 1, In, TRUE); before = {before}; work 50us; after = {after}; NtClose(c); NtReplyWaitReceivePort(p, context, NULL, In); marker over; work 5us; }}
                thread C (process: App, start: 5us) {{ NtConnectPort(h, Port); }} thread K (start: 20us) {{ TerminateThread(C, 0); }}"));
            run.order(&[
                "ConnectionAccepted",
                "PortDisconnected Port.Client1",
                "MessageReceived Port",
                "MarkerReached over",
            ]);
            assert_eq!(run.value("after") as u32, if after == send { 0xC000_0037 } else { 0 }, "{before}, {after}");
            assert_eq!(run.state_after("MarkerReached over").alpc.kernel_memory, 0, "{before}, {after}");
        }
    }
}

/// LP-5
#[test]
fn a_receiver_learns_how_long_the_message_is_whether_it_fits_or_not() {
    let run = run("machine { processors: 2; end: 1ms; } port Port; process Server; message In { buffer: 900; } message Q { bytes: 500; } message R { bytes: 16; buffer: 100; } var p = 0; var came = 0; var small = 0; var fits = 0; var late = 0; var needed = 0; var asked = 200;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); came = 200; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, came); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            small = 100; s = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, small); assert(s == STATUS_BUFFER_TOO_SMALL); fits = 700; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, fits); NtReplyPort(p, In);
            late = 33; s = NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, late, NULL, 0); assert(s == STATUS_TIMEOUT); work 50us; }
        thread C (start: 5us) { NtAlpcConnectPort(h, Port); s = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R, asked); assert(s == STATUS_BUFFER_TOO_SMALL); needed = R.DataLength; }");
    run.completes();
    assert_eq!((run.value("came"), run.value("small"), run.value("fits"), run.value("late")), (40, 540, 540, 33));
    assert_eq!((run.value("asked"), run.value("needed")), (540, 500));
}

/// LP-13
#[test]
fn only_code_of_the_kernel_registers_a_routine_that_is_called() {
    let run = run("machine { end: 1ms; } port Port; process Server; var p = 0; var status = 0; service Called() { work 1us; }
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); status = NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called); work 90us; }
        thread C (start: 5us) { NtAlpcConnectPort(h, Port); }");
    run.never("PortNotified").never("FunctionEntered Called");
    assert_eq!(run.value("status") as u32, 0xC000_000D);
}

/// LP-18, LP-3
#[test]
fn the_limits_of_a_port_are_those_of_replies_and_of_what_goes_with_an_acceptance_too() {
    // Replies that nobody takes: two of 100 bytes and of 288 for the message itself, and no third.
    let run = run("port Port { max_pool: 1100; } process Server; message In { buffer: 900; } message Q { bytes: 0; } message R { buffer: 900; } var p = 0; var sent = 0; var status = 0; var later = 9; var large = 9;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); In.DataLength = 20000; large = NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); In.DataLength = 0; NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
            while (status == STATUS_SUCCESS) { NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); In.DataLength = 100; status = NtReplyPort(p, In); if (status == STATUS_SUCCESS) sent++; } Sleep(20ms); later = NtReplyPort(p, In); Sleep(20ms); }
        thread C (start: 5us) { NtAlpcConnectPort(h, Port); for (n = 0; n < 3; n++) { Q.MessageId = 0; NtAlpcSendWaitReceivePort(h, 0, Q); } work 10us; NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); Sleep(35ms); }");
    run.order(&[
        "SendRefused Port STATUS_QUOTA_EXCEEDED LP-18",
        "ConnectionAccepted",
        "SendRefused Port STATUS_QUOTA_EXCEEDED LP-18",
    ]);
    assert_eq!(
        (run.value("large") as u32, run.value("sent"), run.value("status") as u32),
        (0xC000_0044, 2, 0xC000_0044)
    );
    assert_eq!(run.value("later"), 0);
    let handshake = |create: &str, accept: &str, connect: &str, told: u32| {
        let run = self::run(&format!("machine {{ processors: 2; }} port Port {{ max_message: 240; }} process Server; message In {{ buffer: 900; }} message Hello {{ bytes: 16; buffer: 50; }} var p = 0; var tried = 0; var status = 9; var length = 0; var told = {told}; var longest = 0;
            thread S (process: Server, priority: 9) {{ {create}(p, Port); NtListenPort(p, In); In.DataLength = 201; tried = {accept}; In.DataLength = 200; s = {accept}; assert(s == STATUS_SUCCESS); NtCompleteConnectPort(c); work 50us; }}
            thread C (start: 5us) {{ status = {connect}; length = Hello.DataLength; longest += 0; }}"));
        assert_eq!(run.value("tried") as u32, 0xC000_002F);
        assert_eq!((run.value("status"), run.value("length")), (0, 50), "as much as there is room for");
        (run.value("told"), run.value("longest"))
    };
    let new = handshake(
        "NtAlpcCreatePort",
        "NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE)",
        "NtAlpcConnectPort(h, Port, NULL, NULL, 0, NULL, Hello, told)",
        90,
    );
    assert_eq!(new, (90, 0));
    let old = handshake(
        "NtCreatePort",
        "NtAcceptConnectPort(c, 0, In, TRUE)",
        "NtConnectPort(h, Port, NULL, NULL, NULL, longest, Hello, told)",
        50,
    );
    assert_eq!(old, (50, 240));
}

/// LP-19
#[test]
fn who_has_registered_with_a_connection_tells_no_later_one_of_its_end() {
    let run = run("machine { processors: 3; end: 5ms; } port Port { connections: 1; } process Server; process A; process B; message In; var p = 0; var types = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); while (NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In) == STATUS_SUCCESS) { t = In.Type & 0xFFF; types = types * 16 + t;
            if (t == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 1, In, NULL, TRUE); if (t == LPC_PORT_CLOSED) NtClose(c); } }
        thread Registered (process: A, start: 5us) { NtAlpcConnectPort(h, Port); NtRegisterThreadTerminatePort(h); NtClose(h); work 100us; }
        thread Other (process: B, start: 50us) { NtAlpcConnectPort(h, Port); work 200us; }");
    run.never("ConnectionRefused");
    // Two connections that end, and nothing of a client that dies.
    assert_eq!(run.value("types"), 0xA5A5);
}

/// LP-4
#[test]
fn a_reply_of_kernel_code_says_that_it_is_one() {
    let run = run("port Port; message In; message Q; message R; var p = 0; var type = 0;
        service Called() { NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, 0); if ((In.Type & 0xFFF) == LPC_REQUEST) NtReplyPort(p, In); else NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); }
        system thread K (priority: 12) { NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called); }
        thread C (start: 5us) { NtAlpcConnectPort(h, Port); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); type = R.Type; }");
    assert_eq!(run.value("type"), 0x8002);
}

/// LP-16
#[test]
fn sections_and_views_are_those_of_a_port_by_its_handle() {
    let run = run("port Port; process Server; message In; var p = 0; var invalid = 0; var valid = 0;
        thread S (process: Server) { NtAlpcCreatePort(p, Port); NtAlpcCreatePortSection(p, 0, NULL, 64KB, section, size); In.SectionHandle = section;
            invalid += NtAlpcCreateSectionView(5, 0, In) == STATUS_INVALID_HANDLE; valid += NtAlpcCreateSectionView(p, 0, In) == STATUS_SUCCESS;
            invalid += NtAlpcDeleteSectionView(5, 0, In.ViewBase) == STATUS_INVALID_HANDLE; valid += NtAlpcDeleteSectionView(p, 0, In.ViewBase) == STATUS_SUCCESS;
            invalid += NtAlpcDeletePortSection(5, 0, section) == STATUS_INVALID_HANDLE; valid += NtAlpcDeletePortSection(p, 0, section) == STATUS_SUCCESS; }");
    assert_eq!((run.value("invalid"), run.value("valid")), (3, 3));
}

/// LP-5, LP-20
#[test]
fn a_server_that_replies_to_a_request_that_was_withdrawn_learns_so_whoever_withdrew_it() {
    // One processor: the reply comes before the client has taken its status. Two: after that.
    for processors in [1, 2] {
        for end in ["NtAlpcCancelMessage(h, 0, Q)", "NtAlpcDisconnectPort(h)", "NtClose(h)"] {
            let mut run = run(&format!("machine {{ processors: {processors}; end: 50ms; }} port Port; process Server; process App; event Go; message In; message Q; message R; var p = 0; var h = 0; var client = 0; var reply = 0; var again = 0;
                thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);
                    NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); WaitForSingleObject(Go, INFINITE); reply = NtReplyPort(p, In); again = NtReplyPort(p, In); Sleep(20ms); marker replied; }}
                thread C (process: App, priority: 7, start: 5us) {{ NtAlpcConnectPort(h, Port); client = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); work 5us; }}
                thread X (process: App, start: 30us) {{ {end}; SetEvent(Go); work 5us; }}"));
            assert_eq!((run.value("reply") as u32, run.value("again") as u32), (0xC000_0703, 0xC000_021F), "{end}");
            let status = if end.contains("Cancel") { 0xC000_0703 } else { 0xC000_0037 };
            assert_eq!(run.value("client") as u32, status, "{end}");
            let held = &run.state_after("MarkerReached replied").alpc.messages;
            assert!(held.iter().all(|m| m.basic_kind() != 1), "{end}");
        }
    }
}

/// LP-7
#[test]
fn a_server_that_dies_before_it_accepts_disconnects_a_client_of_either_kind() {
    for (create, connect) in [("NtAlpcCreatePort", "NtAlpcConnectPort"), ("NtCreatePort", "NtConnectPort")] {
        let run = run(&format!("machine {{ processors: 2; }} port Port; process Server; message In; var p = 0; var status = 0;
            thread S (process: Server, priority: 9) {{ {create}(p, Port); NtListenPort(p, In); work 10us; }} thread C (start: 5us) {{ status = {connect}(h, Port); }}"));
        assert_eq!(run.value("status") as u32, 0xC000_0037, "{create}");
    }
}

/// LP-13, LP-16
#[test]
fn who_reads_a_completion_list_gets_views_too_and_replies_count() {
    let run = run("machine { processors: 2; end: 1ms; } port Port; process Server; process App; event L; event M; message In; message Q; message R; var p = 0; var valid = 0; var got = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCompletionListInformation, L);
            while (WaitForSingleObject(L, INFINITE) == WAIT_OBJECT_0) while (AlpcGetMessageFromCompletionList(p, In)) { k = In.Type & 0xFFF;
                if (k == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 5, In, NULL, TRUE); if (k == LPC_REQUEST) { valid = In.ValidAttributes; NtAlpcDeleteSectionView(p, 0, In.ViewBase); NtReplyPort(p, In); } } }
        thread C (process: App, start: 5us) { NtAlpcConnectPort(h, Port); NtAlpcSetInformation(h, AlpcRegisterCompletionListInformation, M); NtAlpcCreatePortSection(h, 0, NULL, 64KB, section, size); Q.SectionHandle = section; Q.ViewSize = 4096; NtAlpcCreateSectionView(h, 0, Q);
            NtAlpcSendWaitReceivePort(h, 0, Q, ALPC_MESSAGE_VIEW_ATTRIBUTE); WaitForSingleObject(M, INFINITE); got = AlpcGetMessageFromCompletionList(h, R); }");
    run.order(&["ViewMapped View2 Server", "ViewUnmapped View2", "ReplyReceived Port.Client1 LP-11"]);
    assert_eq!((run.value("valid"), run.value("got")), (0x6000_0000, 1));
}

/// LP-7, LP-13, LP-20
#[test]
fn a_client_that_a_routine_of_the_kernel_has_not_accepted_yet_learns_that_the_port_is_gone() {
    // The routine runs in the client's own thread, and the port is closed meanwhile; what comes after is another connection.
    let again = "NtAlpcCreatePort(p, Port); work 50us; NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); work 500us;";
    for then in ["", again] {
        let run = run(&format!("machine {{ processors: 3; end: 5ms; }} port Port; process Client; process Other; message In; var p = 0; var first = 9; var second = 9; service Called() {{ work 50us; }}
            system thread K (processor: 0) {{ NtAlpcCreatePort(p, Port); NtAlpcSetInformation(p, AlpcRegisterCallbackInformation, Called); work 30us; NtClose(p); {then} }}
            thread C (process: Client, processor: 1, start: 5us) {{ first = NtAlpcConnectPort(h, Port); }}
            {}", if then.is_empty() { "" } else { "thread D (process: Other, processor: 2, start: 40us) { second = NtAlpcConnectPort(h, Port); }" }));
        assert_eq!(run.value("first") as u32, 0xC000_0037);
        assert!(then.is_empty() || run.value("second") == 0);
    }
}

/// LP-5, LP-20
#[test]
fn a_request_that_was_withdrawn_once_is_not_there_to_be_withdrawn_again() {
    let run = run("machine { processors: 2; clock: 500us; end: 9ms; } port Port; process Client; process Server; message In; message Q; var p = 0; var first = 0; var second = 0; var reply = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 5, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); work 2ms; reply = NtReplyPort(p, In); }
        thread C (process: Client, start: 5us) { NtAlpcConnectPort(h, Port); NtAlpcSendWaitReceivePort(h, 0, Q); work 10us; first = NtAlpcCancelMessage(h, 0, Q); second = NtAlpcCancelMessage(h, 0, Q); Sleep(3); }");
    let statuses = ["first", "second", "reply"].map(|name| run.value(name) as u32);
    assert_eq!(statuses, [0x4000_002E, 0xC000_0701, 0xC000_0703]);
    run.times("MessageCanceled", 1);
}

/// LP-9, LP-20
#[test]
fn a_connection_that_was_disconnected_before_its_completion_is_not_completed() {
    let run = run("machine { end: 5ms; } port Port; process Client; process Server; message In; message Q; var p = 0; var connected = 9; var completed = 9; var sent = 9;
        thread S (process: Server, priority: 12) { NtCreatePort(p, Port); NtListenPort(p, In); NtAcceptConnectPort(c, 0, In, TRUE); NtAlpcDisconnectPort(c); completed = NtCompleteConnectPort(c); Sleep(1); }
        thread C (process: Client, start: 5us) { connected = NtConnectPort(h, Port); sent = NtRequestPort(h, Q); }");
    assert_eq!(run.value("connected") as u32, 0xC000_0037);
    run.never("ConnectionCompleted");
    assert!(run.value("completed") as u32 > 0x8000_0000 && run.value("sent") as u32 > 0x8000_0000);
}

/// LP-12, LP-13
#[test]
fn a_thread_that_waits_for_a_message_gets_a_reply_that_an_event_tells_of_too() {
    let run = run("machine { processors: 3; end: 5ms; } port Port; process Client; process Server; message In; message Q; message R; event Direct; var p = 0; var got = 9;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); work 50us; NtReplyPort(p, In); Sleep(3); }
        thread C (process: Client, start: 5us) { NtAlpcConnectPort(h, Port); Q.Event = Direct; NtAlpcSendWaitReceivePort(h, 0, Q, ALPC_MESSAGE_DIRECT_ATTRIBUTE); got = NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); }");
    run.order(&["EventSet Direct", "55us: ReplyReceived"]);
    assert_eq!(run.value("got"), 0);
}

/// A server that answers its first request by `reply`, and a client that asks for attributes of the reply; `connect` and
/// `accept` are what the two give as attributes of the handshake.
fn attributes(reply: &str, asked: &str, connect: &str, accept: &str) -> crate::common::Run {
    run(&format!("machine {{ processors: 2; end: 5ms; }} port Port; process Server; process Client; event E; message In {{ buffer: 100; }} message Q; message R {{ buffer: 100; }} message Hello; var p = 0; var sent = 9; var connected = 9; var valid = 9; var handle = 0; var greeted = 0; var answered = 0;
        thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, ALPC_MESSAGE_HANDLE_ATTRIBUTE); greeted = In.ValidAttributes; In.Handle = E;
            NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 1, In, {accept}, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); {reply} work 20us; }}
        thread C (process: Client, start: 5us) {{ Hello.Handle = E; connected = NtAlpcConnectPort(h, Port, NULL, NULL, 0, NULL, Hello, length, {connect}, ALPC_MESSAGE_HANDLE_ATTRIBUTE); answered = Hello.ValidAttributes;
            NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R, NULL, {asked}); valid = R.ValidAttributes; handle = R.Handle == E; marker done; NtAlpcDeleteSectionView(h, 0, R.ViewBase); marker unmapped; }}"))
}

/// LP-15, LP-16
#[test]
fn a_server_answers_a_small_request_with_a_large_section() {
    let section = |flags: &str| {
        format!("NtAlpcCreatePortSection(p, 0, NULL, 1MB, section, size); In.SectionHandle = section; NtAlpcCreateSectionView(p, 0, In); In.ViewFlags = {flags};
            sent = NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In, ALPC_MESSAGE_VIEW_ATTRIBUTE); NtAlpcDeletePortSection(p, 0, section);")
    };
    for (flags, views) in [("0", 2), ("ALPC_VIEWFLG_UNMAP_EXISTING", 1)] {
        let mut run = attributes(&section(flags), "ALPC_MESSAGE_VIEW_ATTRIBUTE", "NULL", "NULL");
        run.order(&["ViewAttached", "MessageReplied Port", "ViewMapped Client", "ReplyReceived Port.Client1"]);
        assert_eq!((run.value("sent"), run.value("valid")), (0, 0x4000_0000));
        let mapped = |run: &mut crate::common::Run, at: &str| {
            run.state_after(at).alpc.views.iter().filter(|v| v.section != 0xFFFF).count()
        };
        assert_eq!(mapped(&mut run, "MarkerReached done"), views, "{flags}");
        assert_eq!(mapped(&mut run, "MarkerReached unmapped"), views - 1, "{flags}");
    }
    // Who does not ask for it maps nothing, and the section goes with its maker's view.
    attributes(&section("ALPC_VIEWFLG_UNMAP_EXISTING"), "NULL", "NULL", "NULL").times("ViewMapped", 1);
}

/// LP-15
#[test]
fn a_reply_and_both_messages_of_a_handshake_carry_handles_as_a_request_does() {
    let reply = "In.Handle = E; sent = NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In, ALPC_MESSAGE_HANDLE_ATTRIBUTE);";
    const HANDLE: &str = "ALPC_MESSAGE_HANDLE_ATTRIBUTE";
    let run = attributes(reply, HANDLE, HANDLE, HANDLE);
    let values = ["sent", "connected", "greeted", "answered", "valid"].map(|name| run.value(name));
    assert_eq!(values, [0, 0, 0x1000_0000, 0x1000_0000, 0x1000_0000]);
    assert_eq!(run.value("handle"), 1);
    let plain = attributes("sent = NtReplyPort(p, In);", HANDLE, "NULL", "NULL");
    let values = ["sent", "connected", "greeted", "answered", "valid"].map(|name| plain.value(name));
    assert_eq!(values, [0; 5]);
}

/// LP-15, LP-16
#[test]
fn what_a_message_cannot_carry_is_refused_whichever_message_it_is() {
    let refused = |reply: &str, status: u32| {
        let reply = format!("{reply} if (sent != STATUS_SUCCESS) NtReplyPort(p, In);");
        let run = attributes(&reply, "ALPC_MESSAGE_VIEW_ATTRIBUTE", "NULL", "NULL");
        assert_eq!(run.value("sent") as u32, status, "{reply}");
        run.order(&["SendRefused Port", "MessageReplied Port"]);
    };
    refused(
        "In.ViewBase = 5; sent = NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In, ALPC_MESSAGE_VIEW_ATTRIBUTE);",
        0xC000_000D,
    );
    // There is no OB_..._OBJECT_TYPE for ports.
    refused(
        "In.Handle = p; sent = NtAlpcSendWaitReceivePort(p, ALPC_MSGFLG_RELEASE_MESSAGE, In, ALPC_MESSAGE_HANDLE_ATTRIBUTE);",
        0xC000_0024,
    );
    let run = attributes("", "NULL", "ALPC_MESSAGE_VIEW_ATTRIBUTE", "NULL");
    assert_eq!(run.value("connected") as u32, 0xC000_000D);
    run.never("ConnectionRequested");
}

/// LP-6, LP-7, LP-19, LP-20
#[test]
fn a_record_that_tells_of_the_fate_of_a_port_or_a_message_shows_the_state_after_it() {
    use irql_playground::nt::alpc::{AlpcPort, PortState as P, QueueType};
    let accepts = "NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE);";
    let of = |server: &str, client: &str| {
        run(&format!("machine {{ processors: 2; end: 5ms; }} port Port; process Server; process Client; message In; message Q; message R; var p = 0;
            thread S (process: Server, priority: 9) {{ NtAlpcCreatePort(p, Port); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); {server} }}
            thread C (process: Client, start: 5us) {{ NtAlpcConnectPort(h, Port); {client} }}"))
    };
    let at = |run: &mut crate::common::Run, record: &str, port: usize| -> AlpcPort {
        run.state_after(record).alpc.ports[port].clone()
    };
    let mut opened = of(accepts, "");
    assert_eq!(at(&mut opened, "PortCreated Port", 0).state, P::Open);
    assert_eq!(at(&mut opened, "ConnectionRequested Port.Client1", 1).state, P::Connecting);
    assert_eq!(at(&mut opened, "ConnectionAccepted Port.Server1", 2).state, P::Open);
    assert_eq!(at(&mut opened, "PortClosed Port", 0).state, P::Closed);
    let mut closed = of(&format!("{accepts} work 50us;"), "NtAlpcDisconnectPort(h); NtClose(h); work 5us;");
    assert_eq!(at(&mut closed, "PortDisconnected Port.Client1", 2).state, P::Disconnected);
    assert_eq!(at(&mut closed, "PortClosed Port.Client1", 1).state, P::Closed);
    let mut refused = of("NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, FALSE);", "");
    assert!(refused.state_after("ConnectionRefused Port.Client1").alpc.messages[0].answered);
    let server = format!("{accepts} NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); work 50us;");
    let mut withdrawn = of(&server, "NtAlpcSendWaitReceivePort(h, 0, Q); work 5us; NtAlpcCancelMessage(h, 0, Q);");
    withdrawn.order(&["MessageCanceled Port n=2 LP-5"]);
    let canceled = withdrawn.state_after("MessageCanceled Port n=2").alpc.messages[0].queue;
    assert_eq!(canceled, QueueType::Canceled);
}

/// LP-18
#[test]
fn a_client_does_not_pay_for_the_messages_of_another_one() {
    let run = run("machine { processors: 3; end: 5ms; } port Port { max_pool: 3KB; } process Server; process A; process B; message In { buffer: 2000; } message Flood { bytes: 1000; } message Q { bytes: 1000; } message R { buffer: 2000; } var p = 0; var flood = 9; var refused = 9; var other = 9; var late = 9;
        thread S (process: Server, processor: 0) { NtAlpcCreatePort(p, Port); for (n = 0; n < 2; n++) { NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 1, In, NULL, TRUE); } work 100us;
            while (NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In, NULL, NULL, -1ms) == STATUS_SUCCESS) { t = In.Type & 0xFFF; if (t == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 1, In, NULL, TRUE); if (t == LPC_REQUEST) NtReplyPort(p, In); } }
        thread Gusher (process: A, start: 5us, processor: 1) { NtAlpcConnectPort(h, Port); work 20us; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Flood); Flood.MessageId = 0; flood = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Flood);
            Flood.MessageId = 0; refused = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Flood); marker full; work 500us; }
        thread Polite (process: B, start: 6us, processor: 2) { NtAlpcConnectPort(h, Port); work 50us; other = NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); late = NtAlpcConnectPort(i, Port); work 200us; }");
    let values = ["flood", "refused", "other", "late"].map(|name| run.value(name) as u32);
    assert_eq!(values, [0, 0xC000_0044, 0, 0]);
    let mut run = run;
    // Two datagrams at Gusher's port; the connection port has sent nothing.
    let charged: Vec<u64> =
        run.state_after("MarkerReached full").alpc.ports[..2].iter().map(|p| p.pool_usage).collect();
    assert_eq!(charged, [0, 2 * 1288]);
}

/// LP-17
#[test]
fn a_message_holds_its_memory_until_it_is_copied_out_and_a_reply_has_come_when_that_is_done() {
    let mut run = run("machine { processors: 2; end: 5ms; costs: model; copy_rate: 1; system_call_cost: 0ns; switch_cost: 0ns; } port Port; process Server; process Client; message In { buffer: 4000; } message Q; message R { buffer: 2000; } var p = 0; var before = 0; var after = 0;
        thread S (process: Server, priority: 9) { NtAlpcCreatePort(p, Port); NtListenPort(p, In); NtAlpcAcceptConnectPort(c, p, 0, NULL, NULL, 0, In, NULL, TRUE); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); NtReplyPort(p, In); NtAlpcSendWaitReceivePort(p, 0, NULL, NULL, In); marker datagram; }
        thread C (process: Client, start: 5us) { NtAlpcConnectPort(h, Port); Q.DataLength = 1000; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); marker done; Q.MessageId = 0; NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Q); work 9us; }");
    run.completes();
    let times = |kind: &str| run.all(kind).iter().map(|n| run.records[*n].time).collect::<Vec<_>>();
    // In and out: of the request, of its reply and of the datagram. What was returned first was the connection's.
    let (copies, returned, replied) = (times("BytesCopied"), times("KernelMemoryReturned"), times("ReplyReceived"));
    assert_eq!(returned[1..], [copies[1] + 1000, copies[3] + 1000, copies[5] + 1000]);
    assert_eq!(replied, [copies[3] + 1000]);
    assert_eq!(run.state_after("MarkerReached done").alpc.last_latency, replied[0] - copies[0]);
}

/// LP-7, LP-12, LP-18, LP-19, LP-20
#[test]
fn what_of_alpc_is_not_verified_says_so() {
    let korean = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../www/src/messages/engine.ko.js"));
    let korean = korean.expect("the Korean texts");
    for id in ["LP-7", "LP-12", "LP-18", "LP-19", "LP-20", "SU-6"] {
        let rule = irql_playground::trace::RULES.iter().find(|r| r.id == id).expect("a rule");
        assert!(rule.gist.text().contains("not verified"), "{id}");
        let (_, text) = korean.split_once(&format!("'rule.{id}':")).expect("it is said in Korean");
        let text = text.split("\n  '").next().unwrap_or_default();
        assert!(text.contains("확인되지 않았"), "{id}: {text}");
    }
}
