//! Variables that several processors change: plain assignments, and the Interlocked routines.

use crate::common::run;

/// Two processors that do `statement` to `count` at the same instants, ten times each.
fn both(statement: &str) -> i64 {
    let text = format!(
        "machine {{ processors: 2; }} var count = 0; function add() {{ for (i = 0; i < 10; i++) {{ work 1us; {statement} }} }}
         system thread A (processor: 0) {{ add(); }} system thread B (processor: 1) {{ add(); }}"
    );
    let run = run(&text);
    run.completes();
    run.value("count")
}

/// SIM-1, SIM-3
#[test]
fn what_is_read_and_then_written_loses_what_came_between_and_interlocked_loses_nothing() {
    assert_eq!(both("new = count + 1; work 10ns; count = new;"), 10, "both read, then both write");
    assert_eq!(both("work 10ns; InterlockedIncrement(count);"), 20);
    assert_eq!(both("work 10ns; InterlockedAdd(count, 3);"), 60);
    let retry = "do { old = count; work 10ns; } while (InterlockedCompareExchange(count, old + 1, old) != old);";
    assert_eq!(both(retry), 20, "who comes second sees another value, and tries again");
}

/// SIM-3
#[test]
fn each_interlocked_routine_returns_what_it_is_documented_to_return() {
    for (call, result, left) in [
        ("InterlockedIncrement(x)", 13, 13),
        ("InterlockedDecrement(&x)", 11, 11),
        ("InterlockedExchange(x, 5)", 12, 5),
        ("InterlockedCompareExchange(x, 5, 12)", 12, 5),
        ("InterlockedCompareExchange(x, 5, 13)", 12, 12),
        ("InterlockedAdd(x, -20)", -8, -8),
        ("InterlockedExchangeAdd(x, 3)", 12, 15),
        ("InterlockedAnd(x, 6)", 12, 4),
        ("InterlockedOr(x, 1)", 12, 13),
    ] {
        for code in ["thread T", "system thread T"] {
            run(&format!(
                "var x = 12; {code} {{ work 1us; got = {call}; assert(got == {result}); assert(x == {left}); }}"
            ))
            .completes();
        }
    }
    // At any level, and on pageable memory as any other touch.
    run("var x = 1; isr I { InterlockedIncrement(x); } device D { irql: 9; isr: I; } at 1us interrupt D;").completes();
    run("paged var x = 1; dpc D { InterlockedIncrement(x); } system thread T { KeInsertQueueDpc(D); }")
        .bugchecks(0xD1, [None, Some(2), Some(1), None]);
}
