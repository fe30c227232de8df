//! Alerts: whom they wake, what they leave behind, and that they are not user APCs.

use crate::common::run;

/// AL-1, AL-4, WT-4, AP-28
#[test]
fn an_alert_ends_alertable_waits_of_its_mode_and_a_kernel_alert_those_of_both() {
    // (WaitMode, alertable, AlertMode, whether it ends the wait)
    for (wait, alertable, alert, ends) in [
        ("KernelMode", "TRUE", "KernelMode", true),
        ("KernelMode", "TRUE", "UserMode", false),
        ("KernelMode", "FALSE", "KernelMode", false),
        ("KernelMode", "FALSE", "UserMode", false),
        ("UserMode", "TRUE", "KernelMode", true),
        ("UserMode", "TRUE", "UserMode", true),
        ("UserMode", "FALSE", "KernelMode", false),
        ("UserMode", "FALSE", "UserMode", false),
    ] {
        let mut run = run(&format!(
            "event E; var status = 9; var before = 9;
            system thread T {{ status = KeWaitForSingleObject(E, Executive, {wait}, {alertable}, NULL); }}
            system thread S (priority: 4) {{ work 5us; before = KeAlertThread(T, {alert}); marker alerted; before = KeAlertThread(T, {alert}); KeSetEvent(E); }}"
        ));
        let (status, flag) = if ends { (0x101, false) } else { (0, true) };
        assert_eq!(run.value("status"), status, "{wait} {alertable} {alert}");
        run.times("WaitEnded T STATUS_ALERTED AL-1", usize::from(ends)).completes();
        // An alert that ends a wait leaves no mark; one that does not is told of by the next.
        assert_eq!(run.written("before"), [0, i64::from(flag)]);
        let mode = usize::from(alert == "UserMode");
        assert_eq!(
            run.state_after("MarkerReached alerted").kthread[0].alerted[mode],
            flag,
            "{wait} {alertable} {alert}"
        );
    }
}

/// AL-1, WT-4
#[test]
fn an_alert_that_finds_no_wait_ends_the_next_alertable_one_at_once() {
    let run = run("event E; event On { signalled: TRUE; type: notification; } var s = 9;
        system thread T {
            KeAlertThread(T, KernelMode);
            s = KeWaitForSingleObject(E, Executive, KernelMode, FALSE, 0);
            s = KeWaitForSingleObject(On, Executive, KernelMode, TRUE, 0);
            s = KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL);
            s = KeWaitForSingleObject(E, Executive, UserMode, TRUE, 0);
            KeAlertThread(T, UserMode);
            s = KeDelayExecutionThread(KernelMode, TRUE, 0);
            s = KeDelayExecutionThread(UserMode, TRUE, -1ms);
        }");
    assert_eq!(run.written("s"), [0x102, 0, 0x101, 0x102, 0, 0x101]);
    run.never("WaitStarted").completes();
}

/// AL-1, TH-11
#[test]
fn who_is_woken_by_an_alert_is_boosted_by_two() {
    run("event E; system thread T (priority: 9) { KeWaitForSingleObject(E, Executive, KernelMode, TRUE, NULL); }
        system thread S (priority: 4) { work 5us; KeAlertThread(T, KernelMode); }")
    .order(&["ThreadAlerted T FALSE AL-1", "WaitEnded T STATUS_ALERTED", "PriorityChanged T priority=11 TH-11"])
    .completes();
}

/// AL-2
#[test]
fn testing_clears_the_mark_and_in_user_mode_makes_user_apcs_pending() {
    let run = run("apc U user { work 1us; } var x = 9; var s = 9;
        service Test() {
            x = KeTestAlertThread(KernelMode); KeAlertThread(T, KernelMode); x = KeTestAlertThread(UserMode); x = KeTestAlertThread(KernelMode); x = KeTestAlertThread(KernelMode);
            KeAlertThread(T, UserMode); x = KeTestAlertThread(KernelMode); x = KeTestAlertThread(UserMode); x = KeTestAlertThread(UserMode);
        }
        service Alert() { KeAlertThread(T, UserMode); }
        thread T { Test(); QueueUserAPC(U, T); Alert(); s = NtTestAlert(); marker before; s = NtTestAlert(); marker after; }");
    assert_eq!(run.written("x"), [0, 0, 1, 0, 0, 1, 0]);
    // An alert that was there is all that the service tells of; the next one finds the APC.
    assert_eq!(run.written("s"), [0x101, 0]);
    run.order(&["MarkerReached before", "ApcNormalRoutineStarted U", "MarkerReached after"]).completes();
}

/// AL-2
#[test]
fn code_that_does_nothing_but_test_for_alerts_runs() {
    run("apc S special (thread: T) { KeTestAlertThread(UserMode); } system thread T { KeInsertQueueApc(S); }")
        .completes();
}

/// AL-3, AL-4
#[test]
fn no_routine_runs_for_an_alert_and_win32_waits_again() {
    let run = run("machine { clock: 1ms; } event E; apc U user { } var slept = 9; var waited = 9; var many = 9;
        thread T (priority: 9) { slept = SleepEx(10, TRUE); waited = WaitForSingleObjectEx(E, 10, TRUE); many = WaitForMultipleObjectsEx(1, [E], FALSE, INFINITE, TRUE); }
        thread S { Sleep(5); NtAlertThread(T); Sleep(15); NtAlertThread(T); Sleep(20); NtAlertThread(T); Sleep(5); QueueUserAPC(U, T); }");
    assert_eq!((run.value("slept"), run.value("waited"), run.value("many")), (0, 0x102, 0xC0));
    // For as long as at first: the sleep of 10 ms that an alert ended after 5 ms is over after 15.
    run.order(&["5ms: WaitEnded T STATUS_ALERTED", "5ms: WaitStarted T", "15ms: WaitEnded T STATUS_SUCCESS"])
        .times("WaitEnded T STATUS_ALERTED AL-1", 3)
        .times("ApcNormalRoutineStarted U", 1)
        .completes();
}

/// AL-3, SE-1
#[test]
fn a_kernel_alert_does_not_outlive_the_service() {
    let run = run("event E; var s = 9; service Alert() { KeAlertThread(T, KernelMode); }
        service Wait() { s = KeWaitForSingleObject(E, Executive, KernelMode, TRUE, 0); }
        service Both() { KeAlertThread(T, KernelMode); s = KeWaitForSingleObject(E, Executive, KernelMode, TRUE, 0); }
        thread T { Alert(); Wait(); Both(); }");
    assert_eq!(run.written("s"), [0x102, 0x101]);
    run.completes();
}
