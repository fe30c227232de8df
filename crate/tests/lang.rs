//! What the author of a scenario meets: texts that compile, findings, completion, hover, formatting.
#![cfg(not(target_arch = "wasm32"))]

use irql_playground::diag::render;
use irql_playground::lang::{SLUGS, compile, complete, format, hover, language_reference, tokens};
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
fn translations_are_added_to_the_texts_that_they_name() {
    let program = program(
        "title \"One \" \"two\"; about \"More\";
        thread T { marker done \"Done \"\n\"here\"; marker quiet; work 1us \"a\" \"b\"; }
        translation ko { title \"하나 \" \"둘\"; done \"끝\"; quiet \"조용\"; }
        translation pt-BR { title \"Um\"; about \"Mais\"; }",
    );
    let pairs =
        |others: &[(&str, &str)]| others.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
    assert_eq!(program.title.text, "One two");
    assert_eq!(program.title.others, pairs(&[("ko", "하나 둘"), ("pt-BR", "Um")]));
    assert_eq!(program.about.others, pairs(&[("pt-BR", "Mais")]));
    assert_eq!(program.markers[0].caption.text, "Done here");
    assert_eq!(program.markers[0].caption.others, pairs(&[("ko", "끝")]));
    assert_eq!((program.markers[1].caption.text.as_str(), program.markers[1].caption.others.len()), ("", 1));
    assert_eq!(
        program.texts,
        [
            "time >= 0",
            "0 <= Priority && Priority <= 31",
            "each object lies in one block at a time",
            "KeGetCurrentIrql() <= APC_LEVEL",
            "ab"
        ]
    );
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

/// A section of `suite/lang/findings.scn`: its title and its text without the caret lines.
fn sections(file: &str) -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = Vec::new();
    for line in file.lines() {
        if let Some(title) = line.strip_prefix("--- ") {
            list.push((title.to_string(), String::new()));
        } else if let Some((_, text)) = list.last_mut()
            && !line.trim_start().starts_with('^')
            && !line.trim_start().starts_with("= ")
        {
            text.push_str(line);
            text.push('\n');
        }
    }
    for (_, text) in &mut list {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    list
}

/// Texts that are too long to be read.
fn long_text(text: &str) -> String {
    let lines = |line: fn(usize) -> String| (0..400).map(line).collect::<String>();
    match text.trim() {
        "(too many variables)" => format!("system thread T {{ {} work 1us; }}\n", lines(|n| format!("v{n} = v{n}; "))),
        "(many unknown names)" => format!("system thread T {{ {} }}\n", lines(|n| format!("work w{n};\n"))),
        _ => text.to_string(),
    }
}

/// The text with what is said about it under each line.
fn annotated(text: &str) -> String {
    let said = compile(text).diagnostics;
    let mut out = String::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        for finding in said.iter().filter(|d| (start..start + line.len()).contains(&(d.span.start as usize))) {
            let from = finding.span.start as usize - start;
            let to = (finding.span.end as usize - start).min(line.trim_end().len()).max(from + 1);
            let before = line[..from].chars().count();
            let width = line.get(from..to).map_or(1, |t| t.chars().count());
            let (severity, slug) = (finding.severity.name(), finding.slug);
            let (space, carets) = (" ".repeat(before), "^".repeat(width));
            out.push_str(&format!("{space}{carets} {severity}[{slug}]: {}\n", finding.message));
            for label in &finding.labels {
                let place = &text[label.span.start as usize..label.span.end as usize];
                out.push_str(&format!("{space}= at `{place}`: {}\n", label.message));
            }
            for help in &finding.help {
                out.push_str(&format!("{space}= help: {help}\n"));
            }
            if let Some(fix) = &finding.fix {
                out.push_str(&format!("{space}= fix: {}\n", fix.title));
            }
        }
        start += line.len();
    }
    out
}

const FINDINGS: &str = "tests/suite/lang/findings.scn";

#[test]
fn every_mistake_is_told_where_it_is_with_a_way_out() {
    let file = std::fs::read_to_string(FINDINGS).expect("the examples are there");
    let mut now = String::new();
    for (title, text) in sections(&file) {
        let long = long_text(&text);
        let shown = if long == text { annotated(&text) } else { text.clone() };
        now.push_str(&format!("--- {title}\n{shown}\n"));
    }
    now.truncate(now.trim_end().len());
    now.push('\n');
    if now != file {
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(FINDINGS, &now).expect("the examples can be written");
        } else {
            let different = now.lines().zip(file.lines()).find(|(a, b)| a != b);
            panic!("{FINDINGS} differs, first at {different:#?}; UPDATE_EXPECT=1 renews it");
        }
    }
}

#[test]
fn every_kind_of_finding_has_an_example() {
    let file = std::fs::read_to_string(FINDINGS).expect("the examples are there");
    let texts: Vec<String> = sections(&file).iter().map(|s| long_text(&s.1)).collect();
    let said: Vec<&str> = texts.iter().flat_map(|t| compile(t).diagnostics).map(|d| d.slug).collect();
    let silent: Vec<&str> = SLUGS.iter().map(|s| s.slug).filter(|s| !said.contains(s)).collect();
    assert!(silent.is_empty(), "no example for {silent:?}");
}

#[test]
fn taking_a_fix_mends_what_it_is_for() {
    let file = std::fs::read_to_string(FINDINGS).expect("the examples are there");
    for (title, text) in sections(&file) {
        let text = long_text(&text);
        let count = |text: &str, slug: &str| compile(text).diagnostics.iter().filter(|d| d.slug == slug).count();
        for finding in compile(&text).diagnostics {
            let Some(fix) = finding.fix else { continue };
            let mut mended = text.clone();
            mended.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
            let (before, after) = (count(&text, finding.slug), count(&mended, finding.slug));
            assert!(after < before || before > 100, "{title}: `{}` leaves {}:\n{mended}", fix.title, finding.message);
        }
    }
}

#[test]
fn the_reference_of_the_language_is_what_the_checker_does() {
    let path = "../docs/language.md";
    let now = language_reference();
    if std::fs::read_to_string(path).ok().as_deref() == Some(&now) {
        return;
    }
    assert!(std::env::var_os("UPDATE_EXPECT").is_some(), "{path} differs; UPDATE_EXPECT=1 renews it");
    std::fs::create_dir_all("../docs").expect("docs/ can be made");
    std::fs::write(path, now).expect("the reference can be written");
}

/// What is proposed where `|` stands.
fn proposals(text: &str) -> Vec<String> {
    let at = text.find('|').expect("the text has a `|`");
    let text = text.replacen('|', "", 1);
    complete(&text, at as u32).items.into_iter().map(|item| item.label).collect()
}

#[test]
fn only_what_fits_the_place_is_proposed() {
    const THINGS: &str = "event Done; dpc D { } isr A { } device Nic { irql: 5; isr: A; }\n";
    let at = |text: &str| proposals(&format!("{THINGS}{text}"));
    assert_eq!(at("system thread T { KeSetEvent(|"), ["Done"]);
    assert_eq!(at("system thread T { KeInsertQueueDpc(|) }"), ["D"]);
    assert_eq!(at("system thread T { KeWaitForSingleObject(Done, Executive, Us|"), ["KernelMode", "UserMode"]);
    assert_eq!(at("device Disk { isr: |; }"), ["A"]);
    assert_eq!(
        at("device Disk { irql: 5; |"),
        ["irql", "isr", "processor", "synchronize_irql", "vector", "mode", "share", "spinlock", "dpc"]
    );
    assert_eq!(at("thread T (|"), ["priority", "processor", "affinity", "process", "start"]);
    assert_eq!(at("machine { irql: |"), ["x64", "x86"]);
    assert_eq!(at("at 20us interrupt |"), ["Nic"]);
    assert_eq!(at("apc A |"), ["special", "normal", "user"]);
    let paged = at("paged |");
    assert!(paged.contains(&"function".to_string()) && !paged.contains(&"event".to_string()), "{paged:?}");
    assert_eq!(at("paged dpc P (|"), ["importance", "processor", "type", "in"]);
    assert_eq!(at("var block = 0; dpc P (in: |"), ["block"]);
    assert!(at("expect bugcheck |").contains(&"ATTEMPTED_SWITCH_FROM_DPC".to_string()));
    assert_eq!(at("thread U { marker woken; } translation ko { |"), ["title", "about", "woken"]);
    assert_eq!(at("translation ko { title |"), [""; 0]);
    assert_eq!(at("// |"), [""; 0]);
    assert_eq!(at("title \"|"), [""; 0]);
    let top = at("|");
    assert!(top.contains(&"thread".to_string()) && !top.contains(&"KeSetEvent".to_string()));
    let user = at("thread T { x = 1; |");
    assert!(user.contains(&"SleepEx".to_string()) && !user.contains(&"KeSetEvent".to_string()));
    assert!(user.contains(&"x".to_string()) && user.contains(&"work".to_string()));
    let kernel = at("system thread T { |");
    assert!(kernel.contains(&"KeSetEvent".to_string()) && !kernel.contains(&"SleepEx".to_string()));
}

#[test]
fn a_word_under_the_pointer_is_explained() {
    let text = "irp Read { bytes: 64KB; }\nisr A { KeInsertQueueDpc(D); }\ndpc D (importance: High) { x = 1; work x; }\nthread T { marker done; } translation ko { about \"\"; done \"\"; }\n";
    let at = |word: &str| hover(text, text.find(word).expect("the word is there") as u32 + 1).expect("there is a word");
    let routine = at("KeInsertQueueDpc");
    assert_eq!(routine.title.to_string(), "BOOLEAN KeInsertQueueDpc(Dpc, [SystemArgument1], [SystemArgument2])");
    assert_eq!(routine.detail.to_string(), "kernel code, PASSIVE_LEVEL to HIGH_LEVEL");
    assert!(routine.rules.contains(&"DP-8"));
    let object = at("D)");
    assert_eq!((object.title.to_string(), object.detail.to_string()), ("dpc D".into(), "importance: High".into()));
    assert_eq!(at("bytes").title.to_string(), "bytes (irp setting)");
    assert_eq!(at("64KB").detail.to_string(), "65536 bytes");
    assert_eq!(at("work").text.to_string(), "Spends processor time at the current IRQL.");
    assert_eq!(at("x =").title.to_string(), "x (variable)");
    assert_eq!(at("done \"").title.to_string(), "done (marker)");
    assert_eq!(at("about \"").text.to_string(), "A short paragraph for the reader.");
    assert!(hover(text, text.len() as u32 + 9).is_none());
}

#[test]
fn every_word_has_its_colour() {
    let text = "// c\nisr A { KeSetEvent(Done); x = TRUE + 1us; Read.Status = 2; } event Done { type: notification; } translation pt-BR { title \"t\"; seen \"s\"; } @";
    let classes: Vec<(&str, &str)> = tokens(text)
        .iter()
        .map(|h| (&text[h.span.start as usize..h.span.end as usize], h.class.name()))
        .filter(|h| h.1 != "punctuation" && h.1 != "operator")
        .collect();
    assert_eq!(
        classes,
        [
            ("// c", "comment"),
            ("isr", "keyword"),
            ("A", "object"),
            ("KeSetEvent", "routine"),
            ("Done", "object"),
            ("x", "variable"),
            ("TRUE", "constant"),
            ("1us", "number"),
            ("Read", "variable"),
            ("Status", "property"),
            ("2", "number"),
            ("event", "keyword"),
            ("Done", "object"),
            ("type", "property"),
            ("notification", "variable"),
            ("translation", "keyword"),
            ("pt-BR", "property"),
            ("title", "keyword"),
            ("\"t\"", "string"),
            ("seen", "property"),
            ("\"s\"", "string"),
            ("@", "error"),
        ]
    );
}

#[test]
fn formatting_gives_one_layout_and_keeps_comments() {
    let text = "machine{processors:2;irql:x64;}\n\n\n\n// the card\ndevice Nic { irql: 7; isr: A; } // on CPU 0\nisr A{work 2us\"ack\";\nif(x==-1&&!y){f( 1,-2 );}else{z=a-1;z++;}\nfor(i=0;i<3;i++)\nwork 1us;\ndo{x|=~y&1;}\nwhile(x<<2);do x--;while(x);\n++x; y=a- -b-(-c)&d;return-1;\n/* done */}\nat 1us .. 2us interrupt Nic;function f(a,b){return a;}translation  pt-BR{title\"um\"\n \"dois\" ;\nseen\"s\";}";
    let expected = "\
machine { processors: 2; irql: x64; }

// the card
device Nic { irql: 7; isr: A; } // on CPU 0
isr A {
    work 2us \"ack\";
    if (x == -1 && !y) { f(1, -2); } else { z = a - 1; z++; }
    for (i = 0; i < 3; i++)
        work 1us;
    do { x |= ~y & 1; } while (x << 2);
    do x--;
    while (x);
    ++x;
    y = a - -b - (-c) & d;
    return -1;
    /* done */
}
at 1us..2us interrupt Nic;
function f(a, b) { return a; }
translation pt-BR {
    title \"um\"
        \"dois\";
    seen \"s\";
}
";
    assert_eq!(format(text).as_deref(), Some(expected));
    assert_eq!(format(PACKET).and_then(|t| format(&t)), format(PACKET));
    let story = include_str!("../../scenarios/packet-story.irql");
    assert_eq!(format(story).as_deref(), Some(story));
    assert_eq!(format("isr A {"), None);
}
