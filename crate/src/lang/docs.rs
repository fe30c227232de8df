//! The reference of the language, `docs/language.md`, made from the tables that the checker uses. A test
//! compares it with the committed file.

use super::ast::What;
use super::hover::levels;
use super::lexer::UNITS;
use super::parser::{ITEM_WORDS, STATEMENT_WORDS};
use super::say::a;
use super::settings::{EVERY, SettingInfo, SettingKind, settings_of};
use super::slug::SLUGS;
use super::symbols::built_in_params;
use super::words::Word;
use crate::base::format_ns;
use crate::program::{BUGCHECKS, BodyKind, CONSTANTS, ROUTINES};

const HEAD: &str = "\
# The scenario language

<!-- Made from the tables of crate/src/lang by its tests; run them with UPDATE_EXPECT=1 to renew this file. -->

A scenario is a text file, `*.irql`. It declares a machine and its objects, gives them code, lets devices
interrupt, and may claim how the run goes. Code calls the documented kernel routines, spelled and ordered as
documented, without `&`, casts and trailing NULLs. Comments are `// ...` and `/* ... */`.

```
machine { processors: 2; irql: x64; }
irp Read;
device Nic { irql: 7; processor: 0; isr: NicIsr; }

isr NicIsr { work 2us \"acknowledge the card\"; KeInsertQueueDpc(NicDpc); }
dpc NicDpc { work 12us \"parse\"; IoCompleteRequest(Read); }
apc OnRead user { work 3us \"use the data\"; }

thread Reader (priority: 8) {
    ReadFileEx(Read, OnRead);
    status = SleepEx(INFINITE, TRUE);
    assert(status == WAIT_IO_COMPLETION);
}

at 20us interrupt Nic;
expect order NicIsr, NicDpc, OnRead;
```

";

const GRAMMAR: &str = "\
## Grammar

Names are case-sensitive, may be of any script, and are unique over all objects and code of a scenario.

```
scenario    = item*
item        = 'title' text ';' | 'about' text ';' | 'machine' settings
            | ('device' | 'event' | 'timer' | 'semaphore' | 'process' | 'mutex' | 'mutant' | 'fast_mutex' | 'guarded_mutex' | 'resource' | 'spinlock' | 'iocp' | 'queue' | 'file' | 'irp' | 'port' | 'message') name (settings | ';')
            | ['paged'] 'var' name ['=' expr] ';' | ['paged'] code
            | 'apc' name ';'
            | 'at' expr ['..' expr] source ';'
            | 'every' expr ('jitter' expr | 'from' expr | 'until' expr | 'count' expr)* source ';'
            | 'expect' claim ';' | 'translation' tag '{' (('title' | 'about' | marker) text ';')* '}'
code        = ('isr' | 'completion' | 'cancel' | 'work_item') name block | ('dpc' | 'driver') name [attributes] block
            | 'apc' name 'special' [attributes] '{' ['rundown' block] statement* '}'
            | 'apc' name ('normal' | 'user') [attributes] '{' ['kernel' block] ['rundown' block] statement* '}'
            | ['system'] 'thread' name [attributes] block
            | ('function' | 'service') name '(' [name (',' name)*] ')' block
source      = 'interrupt' name | ('nmi' | 'machine_check' | 'cmci' | 'profile' | 'power') [expr] | 'trim'
settings    = '{' (key ':' expr ';')* '}'           attributes = '(' key ':' expr (',' key ':' expr)* ')'
claim       = 'order' body (',' body)* | 'bugcheck' (number | name) | 'deadlock' | 'completed'
            | 'count' body comparison expr | 'latency' body '->' body comparison expr
body        = name ['.' ('KernelRoutine' | 'RundownRoutine')]
block       = '{' statement* '}'
statement   = 'work' expr [text] ';' | 'if' '(' expr ')' statement ['else' statement]
            | 'while' '(' expr ')' statement | 'do' statement 'while' '(' expr ')' ';'
            | 'for' '(' [simple] ';' [expr] ';' [simple] ')' statement
            | 'return' [expr] ';' | 'break' ';' | 'continue' ';' | 'assert' '(' expr ')' ';'
            | 'marker' name [text] ';' | 'var' name ['=' expr] ';' | target assign expr ';'
            | target ('++' | '--') ';' | ('++' | '--') target ';' | call ';' | block | ';'
target      = name | irp '.' field                  assign = '=' | '+=' | '-=' | '*=' | '/=' | '%='
                                                           | '&=' | '|=' | '^=' | '<<=' | '>>='
expr        = || && | ^ & == != < <= > >= << >> + - * / % ! ~ unary- ( ) with the precedence of C,
              calls, names, irp '.' field, apc '.' routine, numbers; as an argument that is an array: '[' name (',' name)* ']'
text        = string string*
```

A string ends on its line; strings that stand beside each other are one text. A scenario is written in one
language; `translation` blocks, normally at its end, hold its texts in others. A tag names a language: `ko`, `pt-BR`.

An ISR claims its interrupt unless it returns FALSE. A local variable comes to be by its first assignment and
belongs to its whole body; a name that is a global variable is written there instead. All values are 64-bit
integers; durations are nanoseconds. Arithmetic wraps, and a division by zero gives 0. Shifts count modulo 64, as
x64 does, and `>>` keeps the sign. A time to spend that is negative stops the run as a failed assertion.

Code takes no time but for `work`, waits and spinning, and what one processor does at one instant is not broken into
by the others: to see a race, let time pass between reading and writing.

Code with `paged` before it lies in a pageable section, as by `#pragma alloc_text(PAGE, Name)`: an instruction of it that
is absent is a page fault, which nothing can serve at DISPATCH_LEVEL or above. `PAGED_CODE();` asserts as the macro of a
debug build does.

A device with `synchronize_irql: PASSIVE_LEVEL` has a passive-level interrupt, as one behind a GPIO pin or a slow bus may. Its
line interrupts at `irql`; a DPC of the kernel's then wakes the interrupt's service thread (priority 18: Windows documents
none), which takes the interrupt's PassiveEvent, calls the ISR at PASSIVE_LEVEL and gives the event back. With `mode: level` the
line is masked meanwhile; with `mode: latched` it may interrupt again, and the ISR is called once more. The ISR may wait and
touch pageable memory. `KeSynchronizeExecution` takes the same event, so it must be called at PASSIVE_LEVEL; there is no spin
lock to take, and the vector is not shared.

A `dpc` or a `timer` with the setting `in` lies in the block of pool whose address that variable holds, as in a device
extension, and each name of it in code reads that address. In another block it is another object, as it is declared;
one that is queued or set cannot move, which stops the run as a failed assertion. What uses it where no block is ends
as on a real machine, and so does freeing the block too early.

## Claims

A claim is about the whole run, and is judged when it has ended.

| claim | holds when |
| --- | --- |
| `expect order A, B, A;` | the beginnings come in this order, whatever lies between them. The first mention of a name is its first beginning, the second mention its second one, and so on. |
| `expect count A == 3;` | the code has begun so many times. |
| `expect latency A -> B <= 2us;` | from each beginning of A to the next beginning of B it took no longer: the longest time is compared. With a device in place of A the time runs from the request of its interrupt. |
| `expect bugcheck 0xC4;` | the run ends with this bugcheck. Any ending is a failure that is neither claimed nor `completed`. |
| `expect deadlock;` | the run ends in a deadlock. |
| `expect completed;` | nothing was left to happen, or the machine's `end` came. |

An ISR, a DPC's routine, an APC's routine, a driver's routine, a function or a service begins each time it is called;
work that goes on after an interruption is no new beginning. A thread begins once: when it runs for the first time
after its creation, not each time it is switched to.

";

/// The reference as Markdown.
#[must_use]
pub fn language_reference() -> String {
    let mut out = String::from(HEAD);
    out.push_str(GRAMMAR);
    words(&mut out, "Declarations", ITEM_WORDS);
    words(&mut out, "Statements", STATEMENT_WORDS);
    settings(&mut out);
    parameters(&mut out);
    numbers(&mut out);
    routines(&mut out);
    constants(&mut out);
    findings(&mut out);
    out
}

fn table(out: &mut String, title: &str, head: &[&str]) {
    if !title.is_empty() {
        out.push_str(&format!("## {title}\n\n"));
    }
    row(out, head);
    row(out, &vec!["---"; head.len()]);
}

fn row(out: &mut String, cells: &[&str]) {
    for cell in cells {
        out.push_str("| ");
        out.push_str(cell);
        out.push(' ');
    }
    out.push_str("|\n");
}

fn words(out: &mut String, title: &str, words: &[Word]) {
    table(out, title, &["word", "for example", "meaning"]);
    for word in words {
        row(out, &[&format!("`{}`", word.word), &format!("`{}`", word.template), word.meaning.text()]);
    }
    out.push('\n');
}

/// The kinds of thing that have settings.
pub(crate) const SETTLED: &[What] = &[
    What::Machine,
    What::Device,
    What::Dpc,
    What::Apc,
    What::Event,
    What::Timer,
    What::Semaphore,
    What::Process,
    What::Iocp,
    What::Queue,
    What::Driver,
    What::File,
    What::Irp,
    What::Port,
    What::Message,
    What::Thread,
];

fn settings(out: &mut String) {
    out.push_str("## Settings\n\n");
    for group in SETTLED.iter().map(|what| settings_of(*what)).chain([EVERY]) {
        out.push_str(&format!("### {}\n\n", group.owner));
        table(out, "", &["setting", "takes", "default", "meaning"]);
        for info in group.rows {
            let default = group.default(info).map_or_else(|| "needed".to_string(), |default| default.to_string());
            row(out, &[&format!("`{}`", info.name), &takes(info), &default, info.meaning.text()]);
        }
        out.push('\n');
    }
}

fn takes(info: &SettingInfo) -> String {
    let time = |ns: i64| format_ns(ns.unsigned_abs());
    match info.kind {
        SettingKind::Whole(min, i64::MAX) => format!("a number from {min} on"),
        SettingKind::Whole(min, max) => format!("{min} to {max}"),
        SettingKind::Bytes(min, max) => format!("{min} to {max} bytes"),
        SettingKind::Time(min, max) => format!("{} to {}", time(min), time(max)),
        SettingKind::Switch => "on, off, TRUE or FALSE".to_string(),
        SettingKind::Choice(words) => words.iter().map(|w| w.0).collect::<Vec<_>>().join(", "),
        SettingKind::Object(what) => a(what).with(&[]).to_string(),
        SettingKind::Processor => "a processor's number".to_string(),
        SettingKind::Affinity => "a set of processors, such as `0x3`".to_string(),
        SettingKind::DeviceLevel => "3 to 11 on x64, 3 to 26 on x86".to_string(),
        SettingKind::SynchronizeLevel => "3 to 11 on x64, 3 to 26 on x86, or PASSIVE_LEVEL".to_string(),
        SettingKind::Status => "an NTSTATUS".to_string(),
    }
}

fn parameters(out: &mut String) {
    table(out, "Parameters that the kernel passes", &["code", "parameters"]);
    for (code, kind) in [
        ("dpc", BodyKind::Dpc),
        ("KernelRoutine of an apc", BodyKind::ApcKernelRoutine),
        ("NormalRoutine of an apc", BodyKind::ApcNormalRoutine),
        ("driver, cancel", BodyKind::Driver),
        ("completion", BodyKind::Completion),
        ("work_item", BodyKind::WorkItem),
    ] {
        row(out, &[code, &built_in_params(kind).join(", ")]);
    }
    row(out, &["the same in the dpc of a device (DpcForIsr)", "Dpc, DeviceObject, Irp, Context"]);
    row(out, &["the same in a user apc", "ErrorCode, BytesTransferred, Overlapped"]);
    row(out, &["the first two in a work_item", "DeviceObject, Parameter"]);
    out.push('\n');
}

fn numbers(out: &mut String) {
    out.push_str("## Numbers\n\nWhole numbers are decimal or hexadecimal (`0xC4`); with a unit they may have a fraction (`15.625ms`). Units: ");
    let units: Vec<String> = UNITS.iter().map(|u| format!("`{}`", u.0)).collect();
    out.push_str(&units.join(", "));
    out.push_str(".\nAs a kernel timeout a bare number counts 100 ns, as a Win32 timeout milliseconds, as an argument of\nKeStallExecutionProcessor microseconds. Negative kernel timeouts are relative, positive ones absolute; NULL and a\nleft-out timeout wait for ever.\n\n");
}

fn routines(out: &mut String) {
    table(out, "Routines", &["routine", "callers and levels", "meaning", "rules"]);
    for info in ROUTINES {
        row(
            out,
            &[
                &format!("`{}`", info.signature()),
                &levels(info).to_string(),
                info.meaning.text(),
                &info.rules.join(", "),
            ],
        );
    }
    out.push('\n');
}

fn constants(out: &mut String) {
    table(out, "Constants", &["constant", "value", "meaning"]);
    for constant in CONSTANTS {
        let value = match constant.value {
            crate::base::INFINITE => "for ever".to_string(),
            value @ -15..=31 => value.to_string(),
            value => format!("0x{value:X}"),
        };
        row(out, &[&format!("`{}`", constant.name), &value, constant.meaning.text()]);
    }
    out.push_str(
        "\nLevels above DISPATCH_LEVEL are those of x64; with `irql: x86` they have the values of that ladder.\n\n",
    );
    table(out, "Bugchecks", &["code", "name"]);
    for (code, name) in BUGCHECKS {
        row(out, &[&format!("`0x{code:X}`"), &format!("`{name}`")]);
    }
    out.push('\n');
}

fn findings(out: &mut String) {
    out.push_str("## Findings\n\nOnly an error keeps a scenario from running.\n\n");
    table(out, "", &["finding", "severity", "meaning"]);
    for info in SLUGS {
        row(out, &[&format!("<a id=\"{0}\"></a>`{0}`", info.slug), info.severity.name(), info.meaning]);
    }
}
