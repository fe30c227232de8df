//! Whatever a person types, pastes or cuts off: the language answers, the same every time, and formatting
//! changes the layout alone.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cases.rs"]
mod cases;

use cases::cases;
use irql_playground::lang::{compile, complete, format, hover, tokens};
use proptest::prelude::*;

const SCENARIO: &str = r#"title "패" "킷"; // a packet
machine { processors: 2; irql: x64; clock: 15.625ms; verifier: on; }
irp Read { bytes: 64KB; event: Done; }
event Done { type: notification; } spinlock Lock; var count = 0; file Socket;
device Nic { irql: 7; isr: NicIsr; }
isr NicIsr { work 2us "ack"; KeInsertQueueDpc(NicDpc); return TRUE; }
dpc NicDpc (importance: High, processor: 1) { work 12us; count += 1; IoCompleteRequest(Read); }
apc OnRead user { kernel { NormalContext = 1; } work 3us; }
apc Kick normal (thread: Worker) { work 1us; }
/* a reader */
thread Reader (priority: 8) {
    ReadFileEx(Read, OnRead);
    if (SleepEx(INFINITE, TRUE) == WAIT_IO_COMPLETION && !count) { Send(1, -2); } else if (count > 1) work 1us; else count++;
    for (i = 0; i < 10; ++i) { if (i == 5) break; work i * 1us "round"; }
    do { flags = ~count & 0xF | i << 2 ^ - -1; flags |= 1; } while (flags >> 3 == 0);
}
system thread Worker {
    KeAcquireSpinLock(Lock, old); marker held "held"; KeReleaseSpinLock(Lock, old);
    KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, -1ms); KeInsertQueueApc(Kick);
}
service Send(a, b) { assert(a + b * 2 < 10); return a; }
at 20us..40us interrupt Nic; every 100us jitter 10us count 3 interrupt Nic;
expect order NicIsr, NicDpc, OnRead; expect latency Nic -> NicDpc <= 50us; expect count NicIsr == 3;
translation pt-BR { title "Pacote"; held "preso, " "por fim"; } translation zh {
    title "数据包";
}
"#;

const PIECES: &[&str] = &[
    "machine",
    "device",
    "isr",
    "dpc",
    "apc",
    "thread",
    "system",
    "function",
    "service",
    "event",
    "irp",
    "var",
    "at",
    "every",
    "expect",
    "order",
    "interrupt",
    "kernel",
    "user",
    "work",
    "if",
    "else",
    "while",
    "do",
    "switch",
    "KIRQL old",
    "(ULONG)",
    "for",
    "return",
    "break",
    "assert",
    "marker",
    "translation",
    "zh-Hant",
    "title",
    "A",
    "B",
    "KeRaiseIrql",
    "KeSetEvent",
    "random",
    "TRUE",
    "NULL",
    "DISPATCH_LEVEL",
    "Status",
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    ",",
    ".",
    "..",
    "=",
    "==",
    "+=",
    "++",
    "-",
    "->",
    "!",
    "~",
    "|",
    "^",
    "<<",
    ">>=",
    "|=",
    "[",
    "&",
    "&&",
    "||",
    "*",
    "12",
    "20us",
    "0xC4",
    "1.5ms",
    "99999999999999999999",
    "\"text\"",
    "\"open",
    "/*",
    "*/",
    "// c\n",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "큐",
    "𝄞",
    "｛",
    "@",
    "irql",
    "isr: A;",
    "A {",
    "A (",
    "A;",
];

fn ask_everything(text: &str, offsets: &[u32]) {
    let first = compile(text);
    let second = compile(text);
    assert_eq!(first.diagnostics, second.diagnostics);
    assert_eq!(format!("{:?}", first.program), format!("{:?}", second.program));
    let failed = first.diagnostics.iter().any(|d| d.severity.name() == "error");
    assert_eq!(first.program.is_none(), failed);
    let length = text.len() as u32;
    for finding in &first.diagnostics {
        let spans = [finding.span]
            .into_iter()
            .chain(finding.labels.iter().map(|l| l.span))
            .chain(finding.fix.as_ref().map(|f| f.span));
        for span in spans {
            assert!(span.start <= span.end && span.end <= length, "{finding:?}");
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{finding:?}");
        }
    }
    let mut end = 0;
    for highlight in tokens(text) {
        assert!(highlight.span.start >= end && highlight.span.end > highlight.span.start);
        assert!(text.get(highlight.span.start as usize..highlight.span.end as usize).is_some());
        end = highlight.span.end;
    }
    for offset in offsets {
        let completion = complete(text, *offset);
        assert!(text.get(completion.span.start as usize..completion.span.end as usize).is_some());
        let _ = hover(text, *offset);
    }
    if let Some(formatted) = format(text) {
        assert_eq!(format(&formatted).as_deref(), Some(formatted.as_str()), "formatting again changes something");
        let words = |t: &str| -> Vec<String> {
            tokens(t).iter().map(|h| t[h.span.start as usize..h.span.end as usize].trim_end().to_string()).collect()
        };
        assert_eq!(words(text), words(&formatted), "formatting changed more than the layout");
        let again = compile(&formatted);
        let code = |p: &Option<irql_playground::program::Program>| p.as_ref().map(|p| format!("{:?}", p.code));
        assert_eq!(code(&first.program), code(&again.program));
    }
}

fn mutated() -> impl Strategy<Value = String> {
    let length = SCENARIO.len();
    (proptest::collection::vec((0..length, 0..30_usize, 0..PIECES.len()), 0..6), 0..=length).prop_map(|(cuts, end)| {
        let mut text = SCENARIO.to_string();
        for (at, count, piece) in cuts {
            let mut from = at.min(text.len());
            while !text.is_char_boundary(from) {
                from -= 1;
            }
            let mut to = (from + count).min(text.len());
            while !text.is_char_boundary(to) {
                to += 1;
            }
            text.replace_range(from..to, PIECES[piece]);
        }
        let mut end = if end % 3 == 0 { end.min(text.len()) } else { text.len() };
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text
    })
}

fn soup() -> impl Strategy<Value = String> {
    proptest::collection::vec((0..PIECES.len(), any::<bool>()), 0..120).prop_map(|pieces| {
        let mut text = String::new();
        for (piece, space) in pieces {
            text.push_str(PIECES[piece]);
            if space {
                text.push(' ');
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_text_gets_an_answer(text in any::<String>(), offsets in proptest::collection::vec(0..200_u32, 3)) {
        ask_everything(&text, &offsets);
    }

    #[test]
    fn any_words_in_any_order_get_an_answer(text in soup(), offsets in proptest::collection::vec(0..900_u32, 3)) {
        ask_everything(&text, &offsets);
    }

    #[test]
    fn a_scenario_in_the_middle_of_an_edit_gets_an_answer(text in mutated(), offsets in proptest::collection::vec(0..2_500_u32, 3)) {
        ask_everything(&text, &offsets);
    }
}

#[test]
fn a_scenario_may_be_cut_off_anywhere() {
    for end in 0..=SCENARIO.len() {
        if let Some(text) = SCENARIO.get(..end) {
            ask_everything(text, &[end as u32, end as u32 + 7]);
        }
    }
}

#[test]
fn a_whole_scenario_is_asked_at_every_place() {
    assert!(compile(SCENARIO).program.is_some(), "{:?}", compile(SCENARIO).diagnostics);
    for offset in 0..=SCENARIO.len() as u32 + 3 {
        let _ = (complete(SCENARIO, offset), hover(SCENARIO, offset));
    }
}

#[test]
fn a_megabyte_of_garbage_is_answered_at_once_and_nothing_is_too_deep() {
    let million = 1 << 20;
    let texts = [
        "(".repeat(million),
        format!("function f() {{ x = {}", "(".repeat(million)),
        format!("function f() {{ x = {}", "-".repeat(million)),
        format!("function f() {{ x = 1{}; }}", "+1".repeat(million / 2)),
        format!("function f() {{ {}", "{".repeat(million)),
        format!("function f() {{ {}", "if (a) ".repeat(million / 7)),
        format!("function f() {{ x = {}", "f(".repeat(million / 2)),
        "isr A { ".repeat(million / 8),
        "device A { isr: ".repeat(million / 16),
        "@".repeat(million),
        "\"\n".repeat(million / 2),
        "x y ; ".repeat(million / 6),
        (0..million / 24).map(|n| format!("function a{n}() {{ b{n}(); }}\n")).collect(),
        (0..million / 24).map(|n| format!("device d{n} {{ isr: i{n}; }} isr i{n} {{}}\n")).collect(),
        format!(
            "system thread T {{ {} }}",
            (0..million / 16).map(|n| format!("v{n} = w{n} + 1;\n")).collect::<String>()
        ),
        format!("system thread T {{ {} }}", "KeRaiseIrql(2, old); if (old) {} ".repeat(million / 33)),
        format!("system thread T {{ {} }}", "while (x) ; ".repeat(million / 12)),
        SCENARIO.repeat(million / SCENARIO.len()),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let compiled = compile(&text);
        let (colours, layout) = (tokens(&text), format(&text));
        let completion = complete(&text, text.len() as u32 / 2);
        let _ = (hover(&text, text.len() as u32 / 2), layout);
        let took = start.elapsed();
        println!("{:>6} ms  {}", took.as_millis(), &text[..40.min(text.len())].replace('\n', " "));
        assert!(took.as_secs() < 20, "{took:?} for {}", &text[..60]);
        assert!(compiled.diagnostics.len() <= 301 && completion.items.len() <= 1_000 && !colours.is_empty());
    }
}
