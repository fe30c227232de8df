//! Every routine of the table, called by code that does nothing else: it gets what it is given and no more.

use crate::common::run;
use irql_playground::program::{BodyKind, Caller, Class, Param, ParamKind, ROUTINES, RoutineInfo};

/// What stands for a parameter in the text of a call; `declared` gets what that needs.
fn argument(routine: &str, param: &Param, declared: &mut Vec<&'static str>) -> &'static str {
    use ParamKind as K;
    let other = if routine.contains("System") { "system thread Other { }" } else { "thread Other { }" };
    let (text, needs): (_, &[_]) = match param.kind {
        K::Object(Class::Event) | K::Dispatcher | K::Signalled | K::PortInformation => ("E", &["event E;"]),
        K::Dispatchers => ("[E]", &["event E;"]),
        K::Object(Class::Semaphore) => ("S", &["semaphore S;"]),
        K::Object(Class::Mutant) if routine.starts_with("Ke") => ("M", &["mutex M;"]),
        K::Object(Class::Mutant) => ("M", &["mutant M;"]),
        K::Object(Class::Timer) => ("Ti", &["timer Ti;"]),
        K::Object(Class::SpinLock) => ("L", &["spinlock L;"]),
        K::Object(Class::FastMutex) if routine.contains("Guarded") => ("G", &["guarded_mutex G;"]),
        K::Object(Class::FastMutex) => ("F", &["fast_mutex F;"]),
        K::Object(Class::Resource) => ("R", &["resource R;"]),
        K::Object(Class::Dpc) | K::DeferredRoutine => ("D", &["dpc D { }"]),
        K::Object(Class::WorkItem) => ("W", &["work_item W { }"]),
        K::WorkQueueType => ("DelayedWorkQueue", &[]),
        K::Object(Class::Apc) => ("A", &["apc A user (thread: Other) { }", other]),
        K::Object(Class::Thread) | K::Thread => ("Other", &[other]),
        K::Object(Class::Process) => ("P", &["process P;"]),
        K::Object(Class::Interrupt) => ("Nic", &["device Nic { irql: 5; isr: I; }", "isr I { }"]),
        K::Object(Class::Irp) => ("Rq", &["irp Rq;"]),
        K::Object(Class::File) => ("Fi", &["file Fi;"]),
        K::Object(Class::Queue) if routine.starts_with("Ke") => ("Kq", &["queue Kq;"]),
        K::Object(Class::Queue) => ("Q", &["iocp Q;"]),
        K::Object(Class::Port) => ("Po", &["port Po;"]),
        K::Object(Class::Message) => ("Me", &["message Me;"]),
        K::Object(Class::Driver) => ("Dr", &["driver Dr { return STATUS_SUCCESS; }"]),
        K::Code(BodyKind::Completion) => ("Co", &["completion Co { }"]),
        K::Code(BodyKind::Cancel) => ("Ca", &["cancel Ca { }"]),
        K::Callback => ("Fn", &["function Fn() { }"]),
        K::Global => ("g", &["var g = 0;"]),
        K::ApcRoutine | K::InOutValue => ("NULL", &[]),
        K::OutIrql | K::OutValue => ("o", &[]),
        K::WaitType => ("WaitAny", &[]),
        K::Mode => ("KernelMode", &[]),
        K::WaitReason => ("Executive", &[]),
        K::Importance => ("MediumImportance", &[]),
        K::ApcEnvironment => ("OriginalApcEnvironment", &[]),
        K::Boolean => ("FALSE", &[]),
        K::Count | K::Priority | K::Affinity => ("1", &[]),
        K::Object(_) | K::Code(_) => panic!("nothing of this kind is declared: {}", param.name),
        _ => ("0", &[]), // a number of one meaning or another
    };
    declared.extend(needs);
    text
}

/// Texts that call the routine alone in each kind of code that may.
fn lone_calls(info: &RoutineInfo) -> Vec<String> {
    let mut declared = vec![];
    // The routines of files take their arguments in two orders.
    let short = info.name.starts_with("ReadFile") || info.name.starts_with("WriteFile");
    let given = info.params.iter().filter(|p| !short || !p.optional);
    let args: Vec<&str> = given.map(|p| argument(info.name, p, &mut declared)).collect();
    let call = format!("{}({});", info.name, args.join(", "));
    declared.sort_unstable();
    declared.dedup();
    let declared = declared.join(" ");
    let kernel = [
        format!("system thread T {{ {call} }}"),
        format!("dpc Lone {{ {call} }} system thread T {{ KeInsertQueueDpc(Lone); }}"),
        format!("isr Lone {{ {call} }} device Dev {{ irql: 5; isr: Lone; }} at 1us interrupt Dev;"),
        format!("apc Lone special (thread: T) {{ {call} }} system thread T {{ KeInsertQueueApc(Lone); }}"),
        format!("service Lone() {{ {call} }} thread T {{ Lone(); }}"),
    ];
    let user = [
        format!("thread T {{ {call} }}"),
        format!("apc Lone user {{ {call} }} thread T {{ QueueUserAPC(Lone, T); SleepEx(0, TRUE); }}"),
    ];
    let places = kernel.into_iter().filter(|_| info.caller != Caller::User);
    let places = places.chain(user.into_iter().filter(|_| info.caller != Caller::Kernel));
    places.map(|code| format!("machine {{ verifier: off; end: 1ms; }} {declared} {code}")).collect()
}

/// SIM-2
#[test]
fn a_routine_reads_no_more_arguments_than_it_has() {
    for info in ROUTINES {
        for text in lone_calls(info) {
            println!("{text}");
            run(&text);
        }
    }
}
