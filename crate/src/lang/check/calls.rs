//! Calls: who may call what, and with which arguments.

use super::code::Checker;
use super::irql::device_level;
use crate::base::{Phrase, Slot};
use crate::diag::Diagnostic;
use crate::lang::absent::{Instead, instead_of};
use crate::lang::ast::{Expr, ExprKind, Name, What};
use crate::lang::constant::{Measure, evaluate, measure};
use crate::lang::documented::is_whole;
use crate::lang::names::Names;
use crate::lang::say::{Say, a, one_of};
use crate::lang::slug::Slug;
use crate::lang::suggest::nearest;
use crate::lang::symbols::{SIGNALLED, Symbol, code_of, waitable};
use crate::lang::values::object;
use crate::program::{
    BodyKind, Caller, Class, Ladder, Param, ParamKind, ROUTINES, ResultKind, Routine, RoutineInfo, WORK_QUEUE_TYPES,
};
use crate::text::Span;

/// The statements that look like calls.
const WITH_CONDITION: [&str; 4] = ["assert", "if", "while", "for"];

/// The values of an importance.
const IMPORTANCES: [&str; 4] = ["LowImportance", "MediumImportance", "MediumHighImportance", "HighImportance"];

/// Checks a call. `used`: its result is.
pub(super) fn check<'s>(checker: &mut Checker<'_, '_, 's>, callee: Name<'s>, args: &[Expr<'s>], used: bool) {
    if let Some(info) = checker.symbols.routine(callee.text) {
        mode(checker, info, callee);
        if used && info.result == ResultKind::Void {
            let message = Say::ReturnsNothing.with(&[&info.name]);
            checker.findings.push(Slug::NoResult.at(callee.span, message));
        }
        routine(checker, info, callee, args);
        return;
    }
    if let Some(instead) = instead_of(callee.text).filter(|_| checker.symbols.get(callee.text).is_none()) {
        let finding = not_modelled(checker, callee, instead);
        checker.findings.push(finding);
        return;
    }
    for arg in args {
        checker.value(arg);
    }
    let Some(symbol) = checker.symbols.get(callee.text) else {
        unknown(checker, callee);
        return;
    };
    let what = symbol.what();
    let (name, params) = (symbol.declaration.name, symbol.declaration.params.len());
    if !matches!(what, What::Function | What::Service) {
        let mut finding = Slug::NotAFunction
            .at(callee.span, Say::NotCallable.with(&[&callee.text, &a(what)]))
            .label(name.span, Say::DeclaredHere);
        finding = match what {
            What::Dpc => finding.help(Say::QueueTheDpc),
            What::Apc => finding.help(Say::QueueTheApc),
            What::WorkItem => finding.help(Say::QueueTheWorkItem),
            What::Isr => finding.help(Say::IsrRunsByItself),
            _ => finding.help(Say::OnlyCodeIsCalled),
        };
        checker.findings.push(finding);
    } else if args.len() != params {
        let message = Say::TakesCount.with(&[&callee.text, &arguments(params), &args.len()]);
        checker.findings.push(Slug::WrongArgumentCount.at(callee.span, message).label(name.span, Say::DeclaredHere));
    }
}

fn arguments(count: usize) -> Phrase {
    match count {
        0 => Say::NoArguments.with(&[]),
        1 => Say::OneArgument.with(&[]),
        _ => Say::Arguments.with(&[&count]),
    }
}

/// A routine of Windows that is known and not modelled. What takes its place is a routine of the mode of this code.
fn not_modelled(checker: &Checker<'_, '_, '_>, callee: Name<'_>, instead: Instead) -> Diagnostic {
    let finding = Slug::UnknownRoutine.at(callee.span, Say::NotModelled.with(&[&callee.text]));
    match instead {
        Instead::Call(routine) => {
            let row = checker.symbols.routine(routine);
            let wrong = row.is_some_and(|info| wrong_mode(checker, info.caller).is_some());
            match row.filter(|_| wrong).map(|info| counterpart(info.routine)) {
                Some(None) => finding.help(Say::SpendItsTime),
                Some(Some(other)) => finding.help(Say::UseRoutine.with(&[&other])).replace_by(callee.span, other),
                None => finding.help(Say::UseRoutine.with(&[&routine])).replace_by(callee.span, routine),
            }
        }
        Instead::Declare(declaration) => finding.help(Say::DeclareIt.with(&[&declaration])),
        Instead::Marker => finding.help(Say::UseMarker),
        Instead::Status => finding.help(Say::LookAtStatus),
        Instead::Nothing => finding.help(Say::SpendItsTime),
    }
}

fn unknown(checker: &mut Checker<'_, '_, '_>, callee: Name<'_>) {
    let mut finding = Slug::UnknownRoutine.at(callee.span, Say::NoSuchRoutine.with(&[&callee.text]));
    if !checker.findings.is_full() {
        let declared = checker.symbols.names(|w| matches!(w, What::Function | What::Service));
        finding = match nearest(callee.text, ROUTINES.iter().map(|r| r.name).chain(declared).chain(WITH_CONDITION)) {
            Some(near) => finding.replace_by(callee.span, near),
            None => finding.help(Say::CallOrDeclare),
        };
    }
    checker.findings.push(finding);
}

/// The routine of the other mode that does the same.
fn counterpart(routine: Routine) -> Option<&'static str> {
    use Routine as R;
    Some(match routine {
        R::Sleep | R::SleepEx => "KeDelayExecutionThread",
        R::WaitForSingleObject | R::WaitForSingleObjectEx => "KeWaitForSingleObject",
        R::WaitForMultipleObjects | R::WaitForMultipleObjectsEx => "KeWaitForMultipleObjects",
        R::ReleaseSemaphore => "KeReleaseSemaphore",
        R::ReleaseMutex => "KeReleaseMutex",
        R::PulseEvent => "KePulseEvent",
        R::NtAlertThread => "KeAlertThread",
        R::SetWaitableTimer => "KeSetTimerEx",
        R::CancelWaitableTimer => "KeCancelTimer",
        R::KeSetTimer | R::KeSetTimerEx => "SetWaitableTimer",
        R::KeCancelTimer => "CancelWaitableTimer",
        R::SetEvent => "KeSetEvent",
        R::ResetEvent => "KeResetEvent",
        R::QueueUserAPC | R::QueueUserAPC2 | R::NtQueueApcThread | R::NtQueueApcThreadEx | R::NtQueueApcThreadEx2 => {
            "KeInsertQueueApc"
        }
        R::NtTestAlert => "KeTestAlertThread",
        R::SuspendThread | R::NtSuspendThread => "KeSuspendThread",
        R::ResumeThread | R::NtResumeThread => "KeResumeThread",
        R::ExitThread | R::TerminateThread => "PsTerminateSystemThread",
        R::CreateThread => "PsCreateSystemThread",
        R::KeSuspendThread => "SuspendThread",
        R::KeResumeThread => "ResumeThread",
        R::PsTerminateSystemThread => "ExitThread",
        R::PsCreateSystemThread => "CreateThread",
        R::KeDelayExecutionThread => "SleepEx",
        R::KeWaitForSingleObject => "WaitForSingleObjectEx",
        R::KeWaitForMultipleObjects => "WaitForMultipleObjectsEx",
        R::KeReleaseSemaphore => "ReleaseSemaphore",
        R::KeReleaseMutex => "ReleaseMutex",
        R::KePulseEvent => "PulseEvent",
        R::KeAlertThread => "NtAlertThread",
        R::KeSetEvent => "SetEvent",
        R::KeResetEvent | R::KeClearEvent => "ResetEvent",
        R::KeInsertQueueApc => "QueueUserAPC",
        R::KeTestAlertThread => "NtTestAlert",
        R::GetCurrentThread => "KeGetCurrentThread",
        R::GetCurrentProcessorNumber => "KeGetCurrentProcessorNumberEx",
        R::KeGetCurrentProcessorNumberEx => "GetCurrentProcessorNumber",
        R::SetThreadAffinityMask => "KeSetSystemAffinityThreadEx",
        R::KeSetSystemAffinityThread | R::KeSetSystemAffinityThreadEx => "SetThreadAffinityMask",
        R::KeGetCurrentThread | R::PsGetCurrentThread => "GetCurrentThread",
        R::NtYieldExecution | R::SwitchToThread => "ZwYieldExecution",
        R::ZwYieldExecution => "NtYieldExecution",
        R::SignalObjectAndWait => "KeSetEvent",
        R::KeWaitForMutexObject => "WaitForSingleObjectEx",
        R::KeInsertQueue => "PostQueuedCompletionStatus",
        R::KeRemoveQueue => "GetQueuedCompletionStatus",
        R::PostQueuedCompletionStatus => "KeInsertQueue",
        R::GetQueuedCompletionStatus => "KeRemoveQueue",
        R::SetThreadPriority => "KeSetBasePriorityThread",
        R::GetThreadPriority => "KeQueryPriorityThread",
        R::KeSetPriorityThread | R::KeSetBasePriorityThread => "SetThreadPriority",
        R::KeQueryPriorityThread => "GetThreadPriority",
        _ => return None,
    })
}

/// Why code of this mode may not call what `caller` may: the finding, what it says, and the call that leads here.
fn wrong_mode(checker: &Checker<'_, '_, '_>, caller: Caller) -> Option<(Slug, Say, Option<Span>)> {
    let user_code = checker.code.is_user().unwrap_or(checker.reached.user.is_some());
    let kernel_code = checker.code.is_user().map_or(checker.reached.kernel.is_some(), |user| !user);
    match caller {
        Caller::Kernel if user_code => {
            Some((Slug::KernelRoutineInUserCode, Say::KernelRoutineHere, checker.reached.user))
        }
        Caller::User if kernel_code => {
            Some((Slug::UserRoutineInKernelCode, Say::UserRoutineHere, checker.reached.kernel))
        }
        _ => None,
    }
}

fn mode(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, callee: Name<'_>) {
    let Some((slug, message, call)) = wrong_mode(checker, info.caller) else { return };
    let mut finding = slug.at(callee.span, message.with(&[&info.name]));
    if checker.code.kind == BodyKind::Function
        && let Some(call) = call
    {
        finding = finding.label(call, Say::FunctionCalledHere);
    }
    if let Some(other) = counterpart(info.routine) {
        finding = finding.help(Say::Counterpart.with(&[&other]));
    } else if slug == Slug::UserRoutineInKernelCode {
        finding = finding.help(Say::CallInUserThread);
    }
    if slug == Slug::KernelRoutineInUserCode {
        finding = finding.help(Say::DeclareService);
        if checker.code.kind == BodyKind::UserThread {
            let start = checker.code.keyword.start;
            finding = finding.fix(Say::MakeSystemThread, Span { start, end: start }, "system ");
        }
    }
    checker.findings.push(finding);
}

fn routine<'s>(checker: &mut Checker<'_, '_, 's>, info: &'static RoutineInfo, callee: Name<'s>, args: &[Expr<'s>]) {
    let least = info.params.iter().filter(|p| !p.optional).count();
    let unread = args.iter().any(|a| matches!(a.kind, ExprKind::Error)); // that has been said
    if !unread && (args.len() < least || args.len() > info.params.len()) {
        let count = if least == info.params.len() {
            arguments(least)
        } else {
            Say::ArgumentsFromTo.with(&[&least, &info.params.len()])
        };
        let message = Say::TakesCount.with(&[&info.name, &count, &args.len()]);
        // The excess is guilty when there is too much; the call when there is too little.
        let place = args.get(info.params.len()).zip(args.last()).map_or(callee.span, |(a, b)| a.span.to(b.span));
        checker.findings.push(Slug::WrongArgumentCount.at(place, message).help(Phrase::Plain(info.signature())));
    }
    for (at, (arg, param)) in args.iter().zip(info.params).enumerate() {
        argument(checker, info, param, arg);
        if param.kind == ParamKind::Count {
            count(checker, param, arg, args.get(at + 1));
        }
    }
    if is_whole(info.name, args) {
        whole_request(checker, args);
    }
    if info.routine == Routine::KeInitializeApc {
        apc_mode(checker, args);
    }
    if info.routine == Routine::PAGED_CODE && !checker.code.paged && checker.code.is_user() != Some(true) {
        let (name, start) = (checker.code.name, checker.code.keyword.start);
        let finding = Slug::PagedCodeOutside.at(callee.span, Say::PagedCodeOutside.with(&[&name.text]));
        let finding = finding.label(name.span, Say::DeclaredHere);
        // A block of an APC goes where the APC goes.
        let whole = checker.code.part.is_empty();
        let fixed = |f: Diagnostic| f.fix(Say::MakeItPaged, Span { start, end: start }, "paged ");
        checker.findings.push(if whole { fixed(finding) } else { finding });
    }
}

/// A read or a write that names its file and its length: those of the request, which stands for the OVERLAPPED.
fn whole_request(checker: &mut Checker<'_, '_, '_>, args: &[Expr<'_>]) {
    let name = args[0].as_name().map_or("", |n| n.text);
    let Some(irp) = checker.symbols.get(name).filter(|s| s.what() == What::Irp) else { return };
    let (place, own) = (irp.declaration.name.span, setting(irp, "file"));
    match (own, args[2].as_name()) {
        (Some(own), Some(given)) if own == given.text => {}
        (Some(own), _) => {
            let message = Say::RequestIsOfFile.with(&[&name, &own]);
            let finding = Slug::WrongArgumentKind.at(args[2].span, message).label(place, Say::DeclaredHere);
            checker.findings.push(finding.replace_by(args[2].span, own));
        }
        (None, given) => {
            let file = given.map_or("Name", |n| n.text);
            let message = Say::RequestHasOwnFile.with(&[&name]);
            let finding = Slug::WrongArgumentKind.at(args[2].span, message).label(place, Say::DeclaredHere);
            checker.findings.push(finding.help(Say::GiveItTheFile.with(&[&file])));
        }
    }
    let written = irp.declaration.settings.iter().find(|s| s.key.text == "bytes");
    let bytes = written.map_or(Ok(4096), |s| evaluate(&s.value, &checker.symbols.machine)).unwrap_or(0);
    if evaluate(&args[4], &checker.symbols.machine).is_ok_and(|length| length != bytes) {
        let message = Say::RequestIsOfLength.with(&[&name, &bytes]);
        let finding = Slug::ArgumentOutOfRange.at(args[4].span, message).label(place, Say::DeclaredHere);
        checker.findings.push(finding.replace_by(args[4].span, &bytes.to_string()));
    }
}

fn wrong(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, param: &Param, arg: &Expr<'_>, wanted: &dyn Slot) {
    let message = Say::Takes.with(&[&param.name, wanted]);
    checker.findings.push(Slug::WrongArgumentKind.at(arg.span, message).help(Phrase::Plain(info.signature())));
}

fn argument<'s>(checker: &mut Checker<'_, '_, 's>, info: &'static RoutineInfo, param: &Param, arg: &Expr<'s>) {
    if matches!(arg.kind, ExprKind::Error) {
        return;
    }
    match param.kind {
        ParamKind::Object(_) if param.optional && arg.as_name().is_some_and(|n| n.text == "NULL") => {}
        ParamKind::ApcRoutine => apc_routine(checker, info, param, arg),
        ParamKind::Object(class) => {
            if class == Class::Irp && arg.as_name().is_some_and(|n| checker.code.is_irp(n.text)) {
                if let Some(own) = checker.symbols.get(checker.code.name.text).cloned() {
                    special_cases(checker, info, arg, &own);
                }
                return;
            }
            if let Some(symbol) = object_argument(checker, info, param, arg, wanted(class, info)) {
                special_cases(checker, info, arg, &symbol);
            }
        }
        ParamKind::Thread if names_current_thread(arg) || is_variable(checker, arg) => checker.value(arg),
        ParamKind::Thread => {
            object_argument(checker, info, param, arg, &[What::Thread]);
        }
        ParamKind::DeferredRoutine => {
            object_argument(checker, info, param, arg, &[What::Dpc]);
        }
        ParamKind::Code(kind) if arg.as_name().is_none_or(|n| n.text != "NULL") => {
            object_argument(checker, info, param, arg, &[code_of(kind)]);
        }
        ParamKind::Code(_) => {}
        ParamKind::Dispatcher if is_handle(checker, info, arg) => checker.value(arg),
        ParamKind::Dispatcher if names_current_thread(arg) => checker.value(arg),
        ParamKind::Dispatcher => {
            object_argument(checker, info, param, arg, waitable(info));
        }
        ParamKind::Signalled => {
            object_argument(checker, info, param, arg, SIGNALLED);
        }
        ParamKind::Dispatchers => array(checker, info, param, arg),
        ParamKind::Callback => callback(checker, info, param, arg),
        ParamKind::PortInformation => {
            let told = object_argument(checker, info, param, arg, &[What::Iocp, What::Event, What::Service]);
            let code = told.filter(|t| t.what() == What::Service && wrong_mode(checker, Caller::Kernel).is_some());
            if let Some(code) = code {
                let message = Say::CallbackOfKernelHere.with(&[&code.declaration.name.text]);
                checker.findings.push(Slug::CallbackInUserCode.at(arg.span, message).help(Say::ToldByPackets));
            }
        }
        ParamKind::Global => match arg.as_name() {
            Some(name) if checker.names_global(name) => {}
            Some(name) if checker.names_nothing(name) => checker.value(arg),
            _ => wrong(checker, info, param, arg, &Say::NameOfGlobal),
        },
        ParamKind::InOutValue if arg.as_name().is_some_and(|n| n.text == "NULL") => {}
        ParamKind::OutValue if param.optional && arg.as_name().is_some_and(|n| n.text == "NULL") => {}
        ParamKind::OutIrql | ParamKind::OutValue | ParamKind::InOutValue => match arg.as_name() {
            Some(name) => checker.write(name),
            None if param.kind == ParamKind::OutIrql => wrong(checker, info, param, arg, &Say::VariableForOldLevel),
            None => wrong(checker, info, param, arg, &Say::VariableForValue),
        },
        ParamKind::Buffer => {
            // Memory whose content nobody reads: whatever has a name.
            if arg.as_name().is_none_or(|name| checker.names_nothing(name)) {
                checker.value(arg);
            }
        }
        _ => {
            if let (ParamKind::Importance, Some(name)) = (param.kind, arg.as_name())
                && let Some(meant) = IMPORTANCES.iter().find(|i| i.strip_suffix("Importance") == Some(name.text))
                && checker.names_nothing(name)
            {
                let message = Say::NothingIsCalled.with(&[&name.text]);
                checker.findings.push(Slug::UnknownName.at(arg.span, message).replace_by(arg.span, meant));
                return;
            }
            checker.value(arg);
            plain_argument(checker, info, param, arg);
        }
    }
}

/// Whether an argument is a variable, which may hold a handle or a thread that a routine has given.
fn is_variable(checker: &Checker<'_, '_, '_>, arg: &Expr<'_>) -> bool {
    arg.as_name().is_some_and(|name| {
        let local = checker.locals.contains(name.text) || checker.code.param(name.text).is_some();
        local || checker.symbols.is_global(name.text)
    })
}

/// Whether an argument is a variable where a wait takes one: a thread's handle or address, a port's handle, or one that came
/// with a message.
fn is_handle(checker: &Checker<'_, '_, '_>, info: &RoutineInfo, arg: &Expr<'_>) -> bool {
    use Routine as R;
    let waits = matches!(info.routine, R::WaitForSingleObject | R::WaitForSingleObjectEx | R::KeWaitForSingleObject);
    waits && is_variable(checker, arg)
}

/// Whether an argument is the call that names the current thread.
fn names_current_thread(arg: &Expr<'_>) -> bool {
    let names =
        |callee: &Name<'_>| matches!(callee.text, "KeGetCurrentThread" | "PsGetCurrentThread" | "GetCurrentThread");
    matches!(&arg.kind, ExprKind::Call { callee, .. } if names(callee))
}

/// An array of objects to wait for; no object is in it twice.
fn array<'s>(checker: &mut Checker<'_, '_, 's>, info: &'static RoutineInfo, param: &Param, arg: &Expr<'s>) {
    let ExprKind::List(items) = &arg.kind else { return wrong(checker, info, param, arg, &Say::AnArray) };
    if items.is_empty() {
        wrong(checker, info, param, arg, &Say::AnArray);
    }
    let mut seen = Names::default();
    for item in items {
        object_argument(checker, info, param, item, waitable(info));
        if let Some(name) = item.as_name()
            && !seen.add(name.text)
        {
            let finding = Slug::WrongArgumentKind.at(item.span, Say::TwiceInArray.with(&[&name.text]));
            checker.findings.push(finding.help(Say::OnceInArray));
        }
    }
}

/// The number of objects in the array beside it.
fn count(checker: &mut Checker<'_, '_, '_>, param: &Param, arg: &Expr<'_>, array: Option<&Expr<'_>>) {
    let Some(Expr { kind: ExprKind::List(items), .. }) = array else { return };
    let held = items.len();
    if evaluate(arg, &checker.symbols.machine).ok() != Some(held as i64) {
        let message = Say::CountsTheArray.with(&[&param.name, &held]);
        checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, message).replace_by(arg.span, &held.to_string()));
    }
}

fn wanted(class: Class, info: &RoutineInfo) -> &'static [What] {
    match class {
        Class::Dpc => &[What::Dpc],
        Class::Apc => &[What::Apc],
        Class::Event => &[What::Event],
        Class::Timer => &[What::Timer],
        Class::Semaphore => &[What::Semaphore],
        Class::FastMutex if info.name.starts_with("Ke") => &[What::GuardedMutex],
        Class::FastMutex => &[What::FastMutex],
        Class::Resource => &[What::Resource],
        Class::Mutant if info.caller == Caller::User => &[What::Mutant],
        Class::Process => &[What::Process],
        Class::Mutant => &[What::Mutex, What::Mutant],
        Class::SpinLock => &[What::SpinLock],
        Class::Queue if info.caller == Caller::Kernel => &[What::Queue],
        Class::Queue => &[What::Iocp],
        Class::Driver => &[What::Driver],
        Class::File => &[What::File],
        Class::Irp => &[What::Irp],
        Class::Port => &[What::Port],
        Class::Message => &[What::Message],
        Class::Thread => &[What::Thread],
        Class::Interrupt => &[What::Device],
        Class::WorkItem => &[What::WorkItem],
        _ => &[],
    }
}

fn object_argument<'a, 's>(
    checker: &mut Checker<'_, 'a, 's>,
    info: &RoutineInfo,
    param: &Param,
    arg: &Expr<'s>,
    kinds: &[What],
) -> Option<Symbol<'a, 's>> {
    let list = Say::TheNameOf.with(&[&one_of(kinds)]);
    let Some(name) = arg.as_name() else {
        wrong(checker, info, param, arg, &list);
        return None;
    };
    let variable = checker.locals.contains(name.text) || checker.code.param(name.text).is_some();
    match checker.symbols.get(name.text).filter(|_| !variable) {
        Some(symbol) if kinds.contains(&symbol.what()) => Some(symbol.clone()),
        Some(symbol) => {
            let message = Say::TakesAndIs.with(&[&param.name, &list, &name.text, &a(symbol.what())]);
            checker.findings.push(
                Slug::WrongArgumentKind
                    .at(arg.span, message)
                    .label(symbol.declaration.name.span, Say::DeclaredHere)
                    .help(Phrase::Plain(info.signature())),
            );
            None
        }
        None if variable || crate::lang::symbols::is_reserved(name.text) => {
            wrong(checker, info, param, arg, &list);
            None
        }
        None => {
            object(name, kinds, checker.symbols, checker.findings);
            None
        }
    }
}

/// A routine of a declared APC, by the field of the KAPC that it goes to, or NULL.
fn apc_routine<'s>(checker: &mut Checker<'_, '_, 's>, info: &RoutineInfo, param: &Param, arg: &Expr<'s>) {
    if arg.as_name().is_some_and(|n| n.text == "NULL") {
        return;
    }
    let ExprKind::Field { object: apc, field } = arg.kind else {
        return wrong(checker, info, param, arg, &Say::AnApcRoutine.with(&[&param.name]));
    };
    if object(apc, &[What::Apc], checker.symbols, checker.findings).is_none() {
        return;
    }
    if field.text == param.name {
        checker.field(apc, field);
    } else {
        wrong(checker, info, param, arg, &Say::AnApcRoutine.with(&[&param.name]));
    }
}

/// The ProcessorMode of KeInitializeApc is that of its NormalRoutine.
fn apc_mode(checker: &mut Checker<'_, '_, '_>, args: &[Expr<'_>]) {
    let (Some(ExprKind::Field { object, .. }), Some(mode)) = (args.get(5).map(|a| &a.kind), args.get(6)) else {
        return;
    };
    let Some(user) = checker.symbols.get(object.text).map(Symbol::is_user_apc) else { return };
    if evaluate(mode, &checker.symbols.machine).is_ok_and(|m| (m != 0) != user) {
        let message = Say::RunsInMode.with(&[&object.text, &mode_name(user)]);
        checker.findings.push(Slug::WrongArgumentKind.at(mode.span, message).replace_by(mode.span, mode_name(user)));
    }
}

/// A KPROCESSOR_MODE.
pub(super) fn mode_name(user: bool) -> &'static str {
    if user { "UserMode" } else { "KernelMode" }
}

/// The routine calls the function with its context, or with nothing when the function has no parameter.
fn callback<'s>(checker: &mut Checker<'_, '_, 's>, info: &RoutineInfo, param: &Param, arg: &Expr<'s>) {
    let Some(symbol) = object_argument(checker, info, param, arg, &[What::Function]) else { return };
    let (name, params) = (symbol.declaration.name, symbol.declaration.params.len());
    if params > 1 {
        let message = Say::CallbackTakesOne.with(&[&name.text, &arguments(params), &info.name]);
        checker.findings.push(Slug::WrongArgumentCount.at(arg.span, message).label(name.span, Say::DeclaredHere));
    }
}

/// What the kind of the object alone does not tell.
fn special_cases(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, arg: &Expr<'_>, symbol: &Symbol<'_, '_>) {
    let declaration = symbol.declaration;
    let name = declaration.name;
    if info.routine == Routine::IoRequestDpc && !checker.symbols.initialises_dpc_of(name.text) {
        checker.findings.push(
            Slug::DpcWithoutRoutine
                .at(arg.span, Say::DpcHasNoRoutine.with(&[&name.text]))
                .label(name.span, Say::DeclaredHere)
                .help(Say::GiveItADpc),
        );
    }
    let takes_lock = matches!(info.routine, Routine::KeAcquireInterruptSpinLock | Routine::KeReleaseInterruptSpinLock);
    if takes_lock && device_level(checker.symbols, name) == Some(Ladder::PASSIVE) {
        checker.findings.push(
            Slug::WrongArgumentKind
                .at(arg.span, Say::PassiveLockStops.with(&[&name.text]))
                .label(name.span, Say::DeclaredHere)
                .help(Say::PassiveUseExecution.with(&[&name.text])),
        );
    }
    if matches!(info.routine, Routine::IoSetCompletionRoutine | Routine::IoCallDriver) {
        return nobody_below(checker, info, arg, symbol);
    }
    if let (Routine::CreateThread | Routine::PsCreateSystemThread, What::Thread) = (info.routine, declaration.what) {
        let wanted = info.routine == Routine::PsCreateSystemThread;
        if declaration.modifier.is_some() != wanted {
            let message = if wanted { Say::CreatesSystemThreads } else { Say::CreatesUserThreads };
            checker.findings.push(
                Slug::WrongArgumentKind.at(arg.span, message.with(&[&info.name])).label(name.span, Say::DeclaredHere),
            );
        }
        return;
    }
    if declaration.what != What::Apc {
        return;
    }
    let user = symbol.is_user_apc();
    let initialised = checker.symbols.initialises_apc(name.text);
    match info.routine {
        Routine::KeInsertQueueApc if !initialised && !declaration.settings.iter().any(|s| s.key.text == "thread") => {
            let place = declaration.modifier.map_or(name.span.end, |m| m.span.end);
            let mut finding = Slug::ApcWithoutThread
                .at(arg.span, Say::BoundToNoThread.with(&[&name.text]))
                .label(name.span, Say::DeclaredHere)
                .help(Say::GiveItAThread);
            if let (Some(thread), true) =
                (checker.symbols.names(|w| w == What::Thread).next(), declaration.settings.is_empty())
            {
                let here = Span { start: place, end: place };
                finding = finding.fix(Say::BindIt.with(&[&thread]), here, format!(" (thread: {thread})"));
            }
            checker.findings.push(finding);
        }
        Routine::SetWaitableTimer
        | Routine::ReadFileEx
        | Routine::WriteFileEx
        | Routine::QueueUserAPC
        | Routine::QueueUserAPC2
        | Routine::NtQueueApcThread
        | Routine::NtQueueApcThreadEx
        | Routine::NtQueueApcThreadEx2
            if !user =>
        {
            checker.findings.push(
                Slug::WrongArgumentKind
                    .at(arg.span, Say::NeedsUserApc.with(&[&info.name, &name.text]))
                    .label(declaration.modifier.map_or(name.span, |m| m.span), Say::ItsKind),
            );
        }
        _ => {}
    }
}

/// A completion routine, or a request handed on, where no driver is below: `symbol` is the irp or the driver whose code
/// has it in hand.
fn nobody_below(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, arg: &Expr<'_>, symbol: &Symbol<'_, '_>) {
    let key = match symbol.what() {
        What::Irp if info.routine == Routine::IoSetCompletionRoutine => "driver",
        What::Driver if arg.as_name().is_some_and(|n| checker.code.is_irp(n.text)) => "lower",
        _ => return,
    };
    let owner = match symbol.what() {
        What::Irp => setting(symbol, "file").and_then(|file| checker.symbols.get(file)),
        _ => Some(symbol),
    };
    if owner.is_some_and(|owner| setting(owner, key).is_some()) {
        return;
    }
    let name = symbol.declaration.name;
    checker.findings.push(
        Slug::NoDriverBelow
            .at(arg.span, Say::NeedsDriverBelow.with(&[&info.name]))
            .label(name.span, Say::DeclaredHere)
            .help(if key == "lower" { Say::GiveItALower } else { Say::GiveItADriver }),
    );
}

/// The object that a setting names.
fn setting<'s>(of: &Symbol<'_, 's>, key: &str) -> Option<&'s str> {
    of.declaration.settings.iter().find(|s| s.key.text == key).and_then(|s| s.value.as_name()).map(|n| n.text)
}

/// The parameters that a constant is made for.
fn made_for(name: &str) -> Option<ParamKind> {
    Some(match name {
        "TRUE" | "FALSE" => ParamKind::Boolean,
        "KernelMode" | "UserMode" => ParamKind::Mode,
        "WaitAll" | "WaitAny" => ParamKind::WaitType,
        "Executive" | "UserRequest" => ParamKind::WaitReason,
        _ if name.ends_with("ApcEnvironment") => ParamKind::ApcEnvironment,
        _ if name.ends_with("WorkQueue") => ParamKind::WorkQueueType,
        _ if name.ends_with("_LEVEL") => ParamKind::Irql,
        _ if name.ends_with("Importance") => ParamKind::Importance,
        _ if name.ends_with("_INCREMENT") => ParamKind::Increment,
        _ if name.starts_with("THREAD_PRIORITY_") => ParamKind::PriorityLevel,
        _ if name.ends_with("_PRIORITY") => ParamKind::Priority,
        _ => return None,
    })
}

fn describe(kind: ParamKind) -> Say {
    match kind {
        ParamKind::Irql => Say::AnIrql,
        ParamKind::PortHandle => Say::AHandle,
        ParamKind::Boolean => Say::ABoolean,
        ParamKind::Mode => Say::AMode,
        ParamKind::WaitType => Say::AWaitType,
        ParamKind::WaitReason => Say::AWaitReason,
        ParamKind::Timeout => Say::ATimeout,
        ParamKind::Milliseconds => Say::AWin32Timeout,
        ParamKind::Microseconds | ParamKind::Resolution => Say::AStallTime,
        ParamKind::Increment => Say::AnIncrement,
        ParamKind::Importance => Say::AnImportance,
        ParamKind::ApcEnvironment => Say::AnApcEnvironment,
        ParamKind::Priority => Say::APriority,
        ParamKind::PriorityLevel => Say::APriorityLevel,
        ParamKind::Affinity => Say::AnAffinity,
        ParamKind::WorkQueueType => Say::AWorkQueueType,
        _ => Say::ANumber,
    }
}

fn plain_argument(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, param: &Param, arg: &Expr<'_>) {
    if let Some(name) = arg.as_name() {
        let shadowed = checker.locals.contains(name.text);
        let object = checker.symbols.get(name.text).is_some_and(|s| s.what() != What::Variable) && !shadowed;
        let foreign = made_for(name.text).is_some_and(|kind| kind != param.kind) && param.kind != ParamKind::Number;
        if foreign || (object && param.kind != ParamKind::Number && checker.code.param(name.text).is_none()) {
            wrong(checker, info, param, arg, &describe(param.kind));
            return;
        }
    }
    let Ok(value) = evaluate(arg, &checker.symbols.machine) else { return };
    let (ladder, processors) = (checker.symbols.machine.ladder, checker.symbols.machine.processors);
    match param.kind {
        ParamKind::Irql if !(0..=i64::from(ladder.high())).contains(&value) => {
            let (message, high) = (Say::NoSuchLevel.with(&[&value, &ladder.high()]), ladder.high().to_string());
            let nearest = if value < 0 { "PASSIVE_LEVEL" } else { &high };
            checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, message).replace_by(arg.span, nearest));
        }
        ParamKind::Affinity if !checker.symbols.machine.is_affinity(value as u64) => {
            let message = Say::NoSuchAffinity.with(&[&(processors - 1)]);
            checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, message).help(Say::GiveMoreProcessors));
        }
        ParamKind::Priority if !(1..=31).contains(&value) => {
            checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, Say::NoSuchPriority));
        }
        ParamKind::Number
            if matches!(info.routine, Routine::KeSetTargetProcessorDpc | Routine::KeSetTargetProcessorDpcEx)
                && !(0..i64::from(processors)).contains(&value) =>
        {
            let message = Say::NoSuchProcessor.with(&[&value, &(processors - 1)]);
            let finding = if info.routine == Routine::KeSetTargetProcessorDpcEx {
                Slug::ArgumentNamesNothing.at(arg.span, message).help(Say::ProcessorRefused)
            } else {
                Slug::ArgumentOutOfRange.at(arg.span, message)
            };
            checker.findings.push(finding.help(Say::GiveMoreProcessors));
        }
        ParamKind::Milliseconds | ParamKind::Microseconds if value < 0 => {
            let finding = Slug::ArgumentOutOfRange.at(arg.span, Say::TimeNotNegative);
            let for_ever = param.kind == ParamKind::Milliseconds;
            checker.findings.push(if for_ever { finding.help(Say::ForEverIs) } else { finding });
        }
        ParamKind::ApcEnvironment if !(0..=3).contains(&value) => {
            wrong(checker, info, param, arg, &Say::AnApcEnvironment);
        }
        ParamKind::WorkQueueType if !(0..WORK_QUEUE_TYPES.len() as i64).contains(&value) => {
            wrong(checker, info, param, arg, &Say::AWorkQueueType);
        }
        ParamKind::Importance if !(0..=3).contains(&value) => {
            let finding = Slug::ArgumentOutOfRange.at(arg.span, Say::NoSuchImportance);
            checker.findings.push(finding.help(Say::ImportancesAre));
        }
        ParamKind::Timeout if value > 0 && value != crate::base::INFINITE => {
            let start = Span { start: arg.span.start, end: arg.span.start };
            let bare = measure(arg) == Measure::Bare;
            checker.findings.push(
                Slug::PositiveTimeout
                    .at(arg.span, Say::PositiveTimeout)
                    .help(if bare { Say::BareDurationsAreNegative } else { Say::DurationsAreNegative })
                    .fix(Say::MakeItRelative, start, "-"),
            );
        }
        _ => {}
    }
}
