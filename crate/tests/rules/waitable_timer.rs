//! Waitable timers of user mode, and the completion routines that their DPCs queue.

use crate::common::run;

/// WT-16, AP-10, DP-22
#[test]
fn the_dpc_of_a_waitable_timer_queues_the_user_apc_itself() {
    let run =
        run("machine { clock: 1ms; } timer T; apc OnTimer user { work 1us; x = NormalContext; } var x = 9; var r = 9;
        thread U { SetWaitableTimer(T, -5ms, 0, OnTimer, 7); r = SleepEx(INFINITE, TRUE); }");
    assert_eq!((run.value("x"), run.value("r")), (7, 0xC0));
    // No kernel APC stands between the DPC and the user APC, as one does for I/O.
    run.order(&[
        "TimerSet T 5ms",
        "WaitStarted U",
        "5ms: TimerSignalled T",
        "5ms: DpcStarted T.TimerDpc @2 DP-22",
        "ApcInserted OnTimer U @2 AP-8",
        "WaitEnded U STATUS_USER_APC AP-10",
        "DpcEnded T.TimerDpc",
        "ApcNormalRoutineStarted OnTimer @0",
        "ServiceReturned SleepEx =192",
    ])
    .never("ApcKernelRoutineStarted")
    .completes();
}

/// WT-16
#[test]
fn without_an_alertable_wait_the_routine_stays_queued_and_the_timer_is_signalled_all_the_same() {
    let run = run("machine { clock: 1ms; } timer T; apc OnTimer user { work 1us; } var r = 9;
        thread U { SetWaitableTimer(T, -5ms, 0, OnTimer); r = WaitForSingleObject(T, INFINITE); marker signalled; Sleep(2); marker alertable; r = SleepEx(0, TRUE); }");
    assert_eq!(run.written("r"), [0, 0xC0]);
    run.order(&[
        "ApcInserted OnTimer",
        "MarkerReached signalled",
        "MarkerReached alertable",
        "ApcNormalRoutineStarted OnTimer",
    ])
    .completes();
}

/// WT-16, AP-7
#[test]
fn a_periodic_timer_has_one_apc_and_loses_the_ticks_that_find_it_queued() {
    let run = run("machine { clock: 1ms; end: 40ms; } timer T; apc OnTimer user { n += 1; } var n = 0;
        thread U { SetWaitableTimer(T, -2ms, 3, OnTimer); Sleep(10); SleepEx(0, TRUE); SleepEx(5, TRUE); CancelWaitableTimer(T); SleepEx(20, TRUE); }");
    // Due at 2, 5 and 8 ms while the thread does not listen: the first one is queued, two are lost.
    run.order(&[
        "2ms: ApcInserted OnTimer",
        "5ms: ApcRefused OnTimer AP-7",
        "8ms: ApcRefused OnTimer AP-7",
        "10ms: ApcNormalRoutineStarted OnTimer",
        "11ms: ApcInserted OnTimer",
        "TimerCancelled T",
    ])
    .times("ApcNormalRoutineStarted OnTimer", 2)
    .times("TimerSignalled T 3ms", 4);
    assert_eq!(run.value("n"), 2);
}

/// WT-16, WT-15
#[test]
fn cancelling_or_setting_again_drops_what_is_queued() {
    for call in ["CancelWaitableTimer(T);", "SetWaitableTimer(T, -50ms);"] {
        let run = run(&format!(
            "machine {{ clock: 1ms; end: 30ms; }} timer T; apc OnTimer user {{ work 1us; }} var r = 9;
            thread U {{ SetWaitableTimer(T, -2ms, 0, OnTimer); Sleep(5); {call} r = SleepEx(10, TRUE); }}"
        ));
        run.order(&["ApcInserted OnTimer U", "ApcRemoved OnTimer", "WaitStarted U"])
            .never("ApcNormalRoutineStarted OnTimer");
        assert_eq!(run.value("r"), 0, "{call}");
    }
    // A time that is over already: the DPC is queued by the call.
    run("timer T; apc OnTimer user { work 1us; } thread U { SetWaitableTimer(T, 0, 0, OnTimer); marker set; SleepEx(0, TRUE); }")
        .order(&["TimerSignalled T", "DpcInserted T.TimerDpc", "DpcStarted T.TimerDpc DP-19", "ApcInserted OnTimer", "MarkerReached set", "ApcNormalRoutineStarted OnTimer"])
        .completes();
}

/// WT-16, TE-3
#[test]
fn a_thread_that_ends_takes_its_completion_routines_with_it() {
    let run = run("machine { clock: 1ms; } timer T; timer Plain; apc OnTimer user { work 1us; }
        thread U { SetWaitableTimer(T, -5ms, 0, OnTimer); SetWaitableTimer(Plain, -5ms); }
        thread V { WaitForSingleObject(Plain, INFINITE); }");
    run.order(&["TimerCancelled T", "ThreadEnded U", "5ms: TimerSignalled Plain", "ThreadEnded V"])
        .never("TimerSignalled T")
        .completes();
}

/// WT-16
#[test]
fn each_call_names_its_own_routine_and_thread() {
    let run = run("machine { clock: 1ms; } timer T; apc First user { work 1us; } apc Second user { work 1us; }
        thread U { SetWaitableTimer(T, -2ms, 0, First); SleepEx(10, TRUE); Sleep(10); SleepEx(10, TRUE); }
        thread V { Sleep(5); SetWaitableTimer(T, -2ms, 0, Second); SleepEx(20, TRUE); }");
    run.order(&[
        "2ms: ApcInserted First U",
        "ApcNormalRoutineStarted First U",
        "7ms: ApcInserted Second V",
        "ApcNormalRoutineStarted Second V",
    ])
    .completes();
}
