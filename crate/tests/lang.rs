//! What the author of a scenario meets: texts that compile, findings, completion, hover, formatting.

use irql_playground::diag::render;
use irql_playground::lang::compile;
use irql_playground::program::{Op, Program};

/// The scenario of the first lesson.
const PACKET: &str = r#"machine { processors: 2; irql: x64; }
irp Read;
device Nic { irql: 7; processor: 0; isr: NicIsr; }

isr NicIsr        { work 2us "acknowledge the card"; KeInsertQueueDpc(NicDpc); }
dpc NicDpc        { work 12us "parse, copy to the socket buffer"; IoCompleteRequest(Read); }
apc OnRead user   { work 3us "use the data"; }

thread Reader (priority: 8) {
    ReadFileEx(Read, OnRead);
    status = SleepEx(INFINITE, TRUE);
    assert(status == WAIT_IO_COMPLETION);
}
thread Busy (priority: 8) { while (TRUE) work 1ms "compute"; }

at 20us interrupt Nic;
expect order NicIsr, NicDpc, OnRead;
"#;

/// The workload of the benchmark.
fn workload() -> String {
    let mut text = String::from("machine { processors: 4; end: 100ms; seed: 7; }\n");
    for cpu in 0..4 {
        text.push_str(&format!(
            "device Dev{cpu} {{ irql: 5; processor: {cpu}; isr: Isr{cpu}; }}
isr Isr{cpu} {{ work 3us; KeInsertQueueDpc(Dpc{cpu}); }}
var next{cpu} = 0;
event E{cpu}a; event E{cpu}b; event E{cpu}c;
dpc Dpc{cpu} {{
    work 8us;
    if (next{cpu} == 0) {{ KeSetEvent(E{cpu}a); next{cpu} = 1; }}
    else if (next{cpu} == 1) {{ KeSetEvent(E{cpu}b); next{cpu} = 2; }}
    else {{ KeSetEvent(E{cpu}c); next{cpu} = 0; }}
}}
every 100us jitter 50us interrupt Dev{cpu};
"
        ));
        for (n, event) in ["a", "b", "c"].iter().enumerate() {
            text.push_str(&format!(
                "system thread W{cpu}{n} {{ while (TRUE) {{ work random(10us, 200us); KeWaitForSingleObject(E{cpu}{event}); }} }}
system thread S{cpu}{n} {{ while (TRUE) {{ work random(10us, 200us); KeDelayExecutionThread(KernelMode, FALSE, 0 - random(20us, 320us)); }} }}
"
            ));
        }
    }
    text
}

fn program(text: &str) -> Program {
    let compiled = compile(text);
    let said: String = compiled.diagnostics.iter().map(|d| render(text, "text", d)).collect();
    assert!(compiled.diagnostics.is_empty(), "{said}");
    compiled.program.expect("no finding, so a program")
}

#[test]
fn the_first_lesson_and_the_benchmark_compile_without_a_word() {
    let packet = program(PACKET);
    assert_eq!(packet.interrupts.len(), 3);
    assert_eq!((packet.dpcs.len(), packet.apcs.len(), packet.threads.len()), (1, 2, 2));
    assert_eq!(packet.apcs[1].name, "Read.Tail.Apc");
    assert_eq!(packet.bodies.len(), 5);
    assert_eq!(packet.code.len(), packet.spans.len());
    assert!(packet.bodies.iter().all(|b| (b.entry as usize) < packet.code.len()));
    let workload = program(&workload());
    assert_eq!(workload.threads.len(), 24);
}

#[test]
fn a_bare_timeout_counts_what_the_routine_counts() {
    let numbers = |call: &str| -> Vec<i64> {
        let kind = if call.starts_with("Ke") { "system thread" } else { "thread" };
        let text = format!(
            "event E;\n{kind} T {{ {call}; KeepsE(); }} function KeepsE() {{ work 1us; }}\n{kind} U {{ x = E; while (x == 0) work 1us; }}"
        );
        let compiled = compile(&text);
        let program = compiled.program.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let consts = program.code.iter().take_while(|op| !matches!(op, Op::Call { .. }));
        consts.filter_map(|op| if let Op::Const { value, .. } = op { Some(*value) } else { None }).collect()
    };
    assert_eq!(numbers("KeDelayExecutionThread(KernelMode, FALSE, -10000)"), [0, 0, -1_000_000]);
    assert_eq!(numbers("KeDelayExecutionThread(KernelMode, FALSE, -1ms)"), [0, 0, -1_000_000]);
    assert_eq!(numbers("KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL)").last(), Some(&i64::MAX));
    assert_eq!(numbers("KeWaitForSingleObject(E)").last(), Some(&i64::MAX));
    assert_eq!(numbers("KeWaitForSingleObject(E, Executive, KernelMode, FALSE, 0)").last(), Some(&0));
    assert_eq!(numbers("SleepEx(10, TRUE)"), [10_000_000, 1]);
    assert_eq!(numbers("Sleep(INFINITE)"), [i64::MAX]);
    assert_eq!(numbers("Sleep(10us)"), [10_000]);
    assert_eq!(numbers("KeStallExecutionProcessor(50)"), [50_000]);
}
