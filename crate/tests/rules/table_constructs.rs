//! AP-22 row by row: what holds APCs back, compared.

use crate::common::run;
use Effect::{Held, Runs};

/// What becomes of an APC that is queued at 10us to a thread that leaves the construct at 20us.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Effect {
    /// It runs inside.
    Runs,
    /// It runs as the construct is left.
    Held,
}

/// How a construct is declared, entered and left, and the preset of the machine: the columns of AP-22 follow.
struct Row {
    construct: &'static str,
    preset: &'static str,
    code: [&'static str; 3],
    kernel_apc_disable: i16,
    special_apc_disable: i16,
    irql: u8,
    special_kernel: Effect,
    normal_kernel_suspend_terminate: Effect,
    are_apcs_disabled: bool,
    are_all_apcs_disabled: bool,
}

#[rustfmt::skip] // a row of the table is a row here
const ROWS: [Row; 9] = [
    Row { construct: "nothing, PASSIVE", preset: "", code: ["", "", ""],
        kernel_apc_disable: 0, special_apc_disable: 0, irql: 0, special_kernel: Runs, normal_kernel_suspend_terminate: Runs, are_apcs_disabled: false, are_all_apcs_disabled: false },
    Row { construct: "critical region", preset: "", code: ["", "KeEnterCriticalRegion();", "KeLeaveCriticalRegion();"],
        kernel_apc_disable: -1, special_apc_disable: 0, irql: 0, special_kernel: Runs, normal_kernel_suspend_terminate: Held, are_apcs_disabled: true, are_all_apcs_disabled: false },
    Row { construct: "KMUTEX owned", preset: "", code: ["mutex M;", "KeWaitForSingleObject(M);", "KeReleaseMutex(M);"],
        kernel_apc_disable: -1, special_apc_disable: 0, irql: 0, special_kernel: Runs, normal_kernel_suspend_terminate: Held, are_apcs_disabled: true, are_all_apcs_disabled: false },
    Row { construct: "guarded region", preset: "", code: ["", "KeEnterGuardedRegion();", "KeLeaveGuardedRegion();"],
        kernel_apc_disable: 0, special_apc_disable: -1, irql: 0, special_kernel: Held, normal_kernel_suspend_terminate: Held, are_apcs_disabled: true, are_all_apcs_disabled: true },
    Row { construct: "IRQL = APC_LEVEL", preset: "", code: ["", "KeRaiseIrql(APC_LEVEL, old);", "KeLowerIrql(old);"],
        kernel_apc_disable: 0, special_apc_disable: 0, irql: 1, special_kernel: Held, normal_kernel_suspend_terminate: Held, are_apcs_disabled: false, are_all_apcs_disabled: true },
    Row { construct: "FAST_MUTEX (ExAcquireFastMutex)", preset: "", code: ["fast_mutex F;", "ExAcquireFastMutex(F);", "ExReleaseFastMutex(F);"],
        kernel_apc_disable: 0, special_apc_disable: 0, irql: 1, special_kernel: Held, normal_kernel_suspend_terminate: Held, are_apcs_disabled: false, are_all_apcs_disabled: true },
    Row { construct: "KGUARDED_MUTEX, up to Windows 7", preset: "guarded_mutex: nt52;", code: ["guarded_mutex G;", "KeAcquireGuardedMutex(G);", "KeReleaseGuardedMutex(G);"],
        kernel_apc_disable: 0, special_apc_disable: -1, irql: 0, special_kernel: Held, normal_kernel_suspend_terminate: Held, are_apcs_disabled: true, are_all_apcs_disabled: true },
    Row { construct: "KGUARDED_MUTEX, Windows 8+ (= fast mutex)", preset: "guarded_mutex: win8;", code: ["guarded_mutex G;", "KeAcquireGuardedMutex(G);", "KeReleaseGuardedMutex(G);"],
        kernel_apc_disable: 0, special_apc_disable: 0, irql: 1, special_kernel: Held, normal_kernel_suspend_terminate: Held, are_apcs_disabled: false, are_all_apcs_disabled: true },
    Row { construct: "spin lock", preset: "", code: ["spinlock L;", "KeAcquireSpinLock(L, old);", "KeReleaseSpinLock(L, old);"],
        kernel_apc_disable: 0, special_apc_disable: 0, irql: 2, special_kernel: Held, normal_kernel_suspend_terminate: Held, are_apcs_disabled: false, are_all_apcs_disabled: true },
];

/// AP-22, AP-18, AP-23, WT-13, IR-18, SU-4, TE-2
#[test]
fn constructs_that_hold_apcs_back_compared() {
    for row in &ROWS {
        let [declare, enter, leave] = row.code;
        let normal = row.normal_kernel_suspend_terminate;
        for (act, begins, effect) in [
            ("KeInsertQueueApc(S);", "ApcKernelRoutineStarted S T @1", row.special_kernel),
            ("KeInsertQueueApc(N);", "ApcNormalRoutineStarted N T @0", normal),
            ("KeSuspendThread(T);", "WaitStarted T T.SuspendSemaphore @0", normal),
            ("terminate", "ApcNormalRoutineStarted ExitApc T @0", normal),
        ] {
            let (kernel, user) = if act == "terminate" { ("", "TerminateThread(T);") } else { (act, "") };
            let mut run = run(&format!(
                "machine {{ processors: 2; {} }} {declare} var apcs = 9; var all = 9; apc S special (thread: T) {{ work 1us; }} apc N normal (thread: T) {{ work 1us; }}
                service Hold() {{ {enter} apcs = KeAreApcsDisabled(); all = KeAreAllApcsDisabled(); work 20us; marker inside; {leave} marker outside; }} service Act() {{ {kernel} }}
                thread T (processor: 0) {{ Hold(); }} thread Q (processor: 1) {{ work 10us; Act(); {user} work 40us; ResumeThread(T); }}",
                row.preset
            ));
            let cell = format!("{}: {act} {effect:?}\n{}", row.construct, run.text());
            assert_eq!(run.count(begins), 1, "{cell}");
            let inside = run.first("MarkerReached inside");
            match effect {
                Runs => assert!(run.first(&format!("10us: {begins}")) < inside, "{cell}"),
                // Before the call that leaves the construct returns.
                Held => assert!(
                    (inside..run.first("MarkerReached outside")).contains(&run.first(&format!("20us: {begins}"))),
                    "{cell}"
                ),
            }
            assert_eq!(
                (run.value("apcs"), run.value("all")),
                (row.are_apcs_disabled.into(), row.are_all_apcs_disabled.into()),
                "{cell}"
            );
            run.completes();
            let state = run.state_after("GlobalWritten all");
            let t = &state.kthread[0];
            assert_eq!(
                (t.kernel_apc_disable, t.special_apc_disable, state.kprcb[0].irql),
                (row.kernel_apc_disable, row.special_apc_disable, row.irql),
                "{cell}"
            );
        }
    }
}
