//! AP-9 and AP-10 row by row: what KeInsertQueueApc does for the sake of the target, by what that is doing.

use crate::common::{Run, run};
use Action::{Boosts, NotPending, OnlyPending, RequestsInterrupt, SendsIpi};
use irql_playground::base::NONE;

/// What an insertion with an increment of 2 does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    /// KernelApcPending := 1, and the APC interrupt is requested on this processor.
    RequestsInterrupt,
    /// KernelApcPending := 1, and IPI_APC goes to the target's processor.
    SendsIpi,
    /// KernelApcPending := 1, and the wait is broken with STATUS_KERNEL_APC and the increment.
    Boosts,
    /// KernelApcPending := 1 only.
    OnlyPending,
    /// It waits in the other list.
    NotPending,
}

struct KernelRow {
    /// The target thread, in the words of the reference.
    target: &'static str,
    this: &'static str,
    /// T, on processor 0, and what it needs. QUEUE in it is where the APC is queued; else Q does it on processor 1 at 10us.
    text: &'static str,
    special: Action,
    normal: Action,
}

#[rustfmt::skip] // a row of the table is two lines here
const KERNEL_ROWS: &[KernelRow] = &[
    KernelRow { target: "current thread, this CPU", this: "PASSIVE_LEVEL", special: RequestsInterrupt, normal: RequestsInterrupt,
        text: "system thread T (processor: 0) { work 10us; QUEUE work 5us; }" },
    KernelRow { target: "current thread, this CPU", this: "a critical region", special: RequestsInterrupt, normal: RequestsInterrupt,
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); work 10us; QUEUE work 5us; KeLeaveCriticalRegion(); }" },
    KernelRow { target: "current thread, this CPU", this: "APC_LEVEL", special: RequestsInterrupt, normal: RequestsInterrupt,
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); work 10us; QUEUE work 5us; KeLowerIrql(old); }" },
    KernelRow { target: "current thread, this CPU", this: "DISPATCH_LEVEL", special: RequestsInterrupt, normal: RequestsInterrupt,
        text: "system thread T (processor: 0) { KeRaiseIrql(DISPATCH_LEVEL, old); work 10us; QUEUE work 5us; KeLowerIrql(old); }" },
    KernelRow { target: "current thread, this CPU", this: "a guarded region: SpecialApcDisable is not 0", special: OnlyPending, normal: OnlyPending,
        text: "system thread T (processor: 0) { KeEnterGuardedRegion(); work 10us; QUEUE work 5us; KeLeaveGuardedRegion(); }" },
    KernelRow { target: "Running on another CPU", this: "no region", special: SendsIpi, normal: SendsIpi,
        text: "system thread T (processor: 0) { work 30us; }" },
    KernelRow { target: "Running on another CPU", this: "a critical region", special: SendsIpi, normal: SendsIpi,
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); work 30us; KeLeaveCriticalRegion(); }" },
    KernelRow { target: "Running on another CPU", this: "a guarded region", special: SendsIpi, normal: SendsIpi,
        text: "system thread T (processor: 0) { KeEnterGuardedRegion(); work 30us; KeLeaveGuardedRegion(); }" },
    KernelRow { target: "Running on another CPU", this: "APC_LEVEL", special: SendsIpi, normal: SendsIpi,
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); work 30us; KeLowerIrql(old); }" },
    KernelRow { target: "Waiting, WaitIrql = PASSIVE", this: "KernelMode, not alertable", special: Boosts, normal: Boosts,
        text: "system thread T (processor: 0) { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); }" },
    KernelRow { target: "Waiting, WaitIrql = PASSIVE", this: "UserMode, alertable", special: Boosts, normal: Boosts,
        text: "system thread T (processor: 0) { KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); }" },
    KernelRow { target: "Waiting, WaitIrql = PASSIVE", this: "KernelApcDisable is not 0", special: Boosts, normal: OnlyPending,
        text: "system thread T (processor: 0) { KeEnterCriticalRegion(); KeWaitForSingleObject(E); KeLeaveCriticalRegion(); }" },
    KernelRow { target: "Waiting, WaitIrql = PASSIVE", this: "KernelApcInProgress", special: Boosts, normal: OnlyPending,
        text: "apc In normal (thread: T) { KeWaitForSingleObject(E); } system thread T (processor: 0) { KeInsertQueueApc(In); }" },
    KernelRow { target: "Waiting, any of these conditions false", this: "SpecialApcDisable is not 0", special: OnlyPending, normal: OnlyPending,
        text: "system thread T (processor: 0) { KeEnterGuardedRegion(); KeWaitForSingleObject(E); KeLeaveGuardedRegion(); }" },
    KernelRow { target: "Waiting, any of these conditions false", this: "WaitIrql = APC_LEVEL", special: OnlyPending, normal: OnlyPending,
        text: "system thread T (processor: 0) { KeRaiseIrql(APC_LEVEL, old); KeWaitForSingleObject(E); KeLowerIrql(old); }" },
    KernelRow { target: "Ready, Standby, Initialized", this: "Ready", special: OnlyPending, normal: OnlyPending,
        text: "system thread T (processor: 0) { work 30us; } system thread High (processor: 0, priority: 14, start: 5us) { work 15us; }" },
    KernelRow { target: "Ready, Standby, Initialized", this: "Standby", special: OnlyPending, normal: OnlyPending,
        text: "event F; device Nic { irql: 7; isr: Isr; } isr Isr { KeInsertQueueDpc(D); } dpc D { KeSetEvent(F); work 15us; } at 5us interrupt Nic;
            system thread T (processor: 0) { KeWaitForSingleObject(F); } system thread Low (processor: 0, priority: 4) { work 90us; }" },
    KernelRow { target: "Ready, Standby, Initialized", this: "Initialized", special: OnlyPending, normal: OnlyPending,
        text: "system thread T (processor: 0, start: 20us) { work 5us; }" },
    KernelRow { target: "ApcStateIndex differs", this: "Running", special: NotPending, normal: NotPending,
        text: "process P; system thread T (processor: 0) { KeStackAttachProcess(P, state); work 30us; KeUnstackDetachProcess(state); }" },
    KernelRow { target: "ApcStateIndex differs", this: "Waiting, WaitIrql = PASSIVE", special: NotPending, normal: NotPending,
        text: "process P; system thread T (processor: 0) { KeStackAttachProcess(P, state); KeWaitForSingleObject(E); KeUnstackDetachProcess(state); }" },
];

/// Runs a row with A queued where it says.
fn insert(text: &str, apc: &str) -> Run {
    let call = "KeInsertQueueApc(A, 0, 0, 2); marker queued;";
    let (own, other) = if text.contains("QUEUE") { (call, "") } else { ("", call) };
    let run = run(&format!(
        "machine {{ processors: 2; clock: 1ms; }} event E {{ type: notification; }} {apc} {}
        system thread Q (processor: 1) {{ work 10us; {other} work 20us; KeSetEvent(E); }}",
        text.replace("QUEUE", own)
    ));
    run.completes();
    run
}

/// AP-9, AP-7, AP-2, TH-11, TH-14
#[test]
fn what_the_insertion_of_a_kernel_apc_does_by_the_state_of_its_target() {
    for row in KERNEL_ROWS {
        for (kind, action) in [("special", row.special), ("normal", row.normal)] {
            let mut run = insert(row.text, &format!("apc A {kind} (thread: T) {{ work 1us; }}"));
            let cell = format!("{}, {}: {kind}: {action:?}\n{}", row.target, row.this, run.text());
            let shows = |action: Action| match action {
                RequestsInterrupt => "10us: SoftwareInterruptRequested APC_LEVEL cpu0 AP-9",
                SendsIpi => "10us: IpiSent APC_LEVEL cpu0 AP-9",
                Boosts => "10us: WaitBroken T AP-9",
                OnlyPending | NotPending => "10us: MarkerReached queued",
            };
            for other in [RequestsInterrupt, SendsIpi, Boosts] {
                assert_eq!(run.count(shows(other)), usize::from(other == action), "{other:?}: {cell}");
            }
            let boosts = run.count("10us: PriorityChanged T priority=10 TH-11");
            assert_eq!(boosts, usize::from(action == Boosts), "{cell}");
            let t = &run.state_after(shows(action)).kthread[0];
            assert_eq!(t.kernel_apc_pending, action != NotPending, "{cell}");
            let waits_in = if action == NotPending { t.saved_apc_state.apc_list } else { t.apc_list };
            assert!(waits_in[0].0 != NONE, "{cell}");
        }
    }
}

struct UserRow {
    target: &'static str,
    this: &'static str,
    /// As for kernel APCs; T is in a service.
    text: &'static str,
    /// UserApcPending := 1, and the wait ends with STATUS_USER_APC and the increment; else it is queued only.
    ends_wait: bool,
}

#[rustfmt::skip] // a row of the table is two lines here
const USER_ROWS: &[UserRow] = &[
    UserRow { target: "current, Running elsewhere, Ready, Standby", this: "current", ends_wait: false,
        text: "service Serve() { work 10us; QUEUE work 10us; } thread T (processor: 0) { Serve(); }" },
    UserRow { target: "current, Running elsewhere, Ready, Standby", this: "Running elsewhere", ends_wait: false,
        text: "thread T (processor: 0) { work 30us; }" },
    UserRow { target: "current, Running elsewhere, Ready, Standby", this: "Ready", ends_wait: false,
        text: "thread T (processor: 0) { work 30us; } system thread High (processor: 0, priority: 14, start: 5us) { work 15us; }" },
    UserRow { target: "current, Running elsewhere, Ready, Standby", this: "Standby, after a wait that is not alertable", ends_wait: false,
        text: "event F; device Nic { irql: 7; isr: Isr; } isr Isr { KeInsertQueueDpc(D); } dpc D { KeSetEvent(F); work 15us; } at 5us interrupt Nic;
            thread T (processor: 0) { WaitForSingleObject(F, INFINITE); } system thread Low (processor: 0, priority: 4) { work 90us; }" },
    UserRow { target: "Waiting, WaitMode User, Alertable", this: "for an event", ends_wait: true,
        text: "service Serve() { KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL); } thread T (processor: 0) { Serve(); }" },
    UserRow { target: "Waiting, WaitMode User, Alertable", this: "for time", ends_wait: true,
        text: "thread T (processor: 0) { SleepEx(10, TRUE); }" },
    UserRow { target: "Waiting, WaitMode User, not alertable, UserApcPending 0", this: "for an event", ends_wait: false,
        text: "service Serve() { KeWaitForSingleObject(E, Executive, UserMode, FALSE, NULL); } thread T (processor: 0) { Serve(); }" },
    UserRow { target: "Waiting, WaitMode User, not alertable, UserApcPending 0", this: "for time", ends_wait: false,
        text: "thread T (processor: 0) { Sleep(10); }" },
    UserRow { target: "Waiting, WaitMode Kernel (alertable or not)", this: "alertable", ends_wait: false,
        text: "service Serve() { KeWaitForSingleObject(E, Executive, KernelMode, TRUE, NULL); } thread T (processor: 0) { Serve(); }" },
    UserRow { target: "Waiting, WaitMode Kernel (alertable or not)", this: "not alertable", ends_wait: false,
        text: "service Serve() { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); } thread T (processor: 0) { Serve(); }" },
    UserRow { target: "suspended", this: "out of an alertable wait", ends_wait: false,
        text: "thread T (processor: 0) { SleepEx(10, TRUE); } system thread S (processor: 1, priority: 12, start: 5us) { KeSuspendThread(T); }" },
];

/// AP-10, AP-7, TH-11, WT-6
#[test]
fn what_the_insertion_of_a_user_apc_does_by_the_state_of_its_target() {
    for row in USER_ROWS {
        let mut run = insert(row.text, "apc A user (thread: T) { }");
        let cell = format!("{}, {}\n{}", row.target, row.this, run.text());
        for shows in [
            "10us: UserApcPending T AP-10",
            "10us: WaitEnded T STATUS_USER_APC AP-10",
            "10us: PriorityChanged T priority=10",
        ] {
            assert_eq!(run.count(shows), usize::from(row.ends_wait), "{shows}: {cell}");
        }
        let shows = if row.ends_wait { "10us: WaitEnded T STATUS_USER_APC" } else { "10us: MarkerReached queued" };
        let t = &run.state_after(shows).kthread[0];
        assert_eq!((t.user_apc_pending, t.apc_list[1].0 != NONE), (row.ends_wait, true), "{cell}");
        assert!(!t.kernel_apc_pending, "{cell}");
    }
}

/// AP-10, WT-4, AL-2
#[test]
fn a_wait_that_is_not_alertable_ends_once_user_apcs_are_pending() {
    // The row "Waiting, WaitMode User, not alertable, UserApcPending already 1": whatever sets the flag in a thread that
    // waits like this runs in that thread, so its wait is broken, and ends as it is entered again.
    let text = |test: &str| {
        format!(
            "machine {{ processors: 2; }} event E; apc A user (thread: T) {{ work 1us; }} apc S special (thread: T) {{ {test} }} service Serve() {{ return KeWaitForSingleObject(E, Executive, UserMode, FALSE, NULL); }}
            thread T (processor: 0) {{ Serve(); marker back; }} system thread Q (processor: 1) {{ work 10us; KeInsertQueueApc(A); work 10us; KeInsertQueueApc(S); work 10us; KeSetEvent(E); }}"
        )
    };
    run(&text("KeTestAlertThread(UserMode);"))
        .order(&[
            "20us: WaitBroken T E",
            "20us: UserApcPending T AL-2",
            "20us: WaitEnded T STATUS_USER_APC WT-4",
            "20us: FunctionReturned Serve =192",
            "20us: ApcNormalRoutineStarted A",
            "21us: MarkerReached back",
        ])
        .completes();
    run(&text("")).order(&["20us: WaitResumed T E", "30us: FunctionReturned Serve =0", "ApcDropped A"]).completes();
}
