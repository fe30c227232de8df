//! Calls: who may call what, and with which arguments.

use super::code::Checker;
use crate::base::NONE;
use crate::lang::ast::{Expr, ExprKind, Name, What};
use crate::lang::constant::{Measure, evaluate, measure};
use crate::lang::settings::{a, either, object, what_word};
use crate::lang::slug::Slug;
use crate::lang::suggest::nearest;
use crate::lang::symbols::Symbol;
use crate::program::{BodyKind, Caller, Class, Param, ParamKind, ROUTINES, ResultKind, Routine, RoutineInfo};
use crate::text::Span;

/// Checks a call. `used`: its result is.
pub(super) fn check<'s>(checker: &mut Checker<'_, '_, 's>, callee: Name<'s>, args: &[Expr<'s>], used: bool) {
    if let Some(info) = checker.symbols.routine(callee.text) {
        mode(checker, info, callee);
        if used && info.result == ResultKind::Void {
            let message = format!("`{}` returns nothing; the value here is 0", info.name);
            checker.findings.push(Slug::NoResult.at(callee.span, message));
        }
        routine(checker, info, callee, args);
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
            .at(callee.span, format!("`{}` is {} and cannot be called", callee.text, a(what_word(what))))
            .label(name.span, "declared here");
        finding = match what {
            What::Dpc => finding.help("A DPC is queued with `KeInsertQueueDpc`; the kernel runs it."),
            What::Apc => {
                finding.help("An APC is queued with `KeInsertQueueApc` or `QueueUserAPC`; the kernel runs it.")
            }
            What::Isr => finding.help("An ISR runs when its device interrupts."),
            _ => finding.help("Only routines, functions and services are called."),
        };
        checker.findings.push(finding);
    } else if args.len() != params {
        let message = format!("`{}` takes {}, not {}", callee.text, arguments(params), args.len());
        checker.findings.push(Slug::WrongArgumentCount.at(callee.span, message).label(name.span, "declared here"));
    }
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".to_string(),
        1 => "1 argument".to_string(),
        _ => format!("{count} arguments"),
    }
}

fn unknown(checker: &mut Checker<'_, '_, '_>, callee: Name<'_>) {
    let mut finding = Slug::UnknownRoutine.at(callee.span, format!("there is no routine `{}`", callee.text));
    if !checker.findings.is_full() {
        let declared = checker.symbols.names(|w| matches!(w, What::Function | What::Service));
        finding = match nearest(callee.text, ROUTINES.iter().map(|r| r.name).chain(declared)) {
            Some(near) => finding.replace_by(callee.span, near),
            None => finding.help("Call a documented routine, or declare a `function` or a `service` of this name."),
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
        R::SetEvent => "KeSetEvent",
        R::ResetEvent => "KeResetEvent",
        R::QueueUserAPC => "KeInsertQueueApc",
        R::NtTestAlert => "KeTestAlertThread",
        R::KeDelayExecutionThread => "SleepEx",
        R::KeWaitForSingleObject => "WaitForSingleObjectEx",
        R::KeSetEvent => "SetEvent",
        R::KeResetEvent | R::KeClearEvent => "ResetEvent",
        R::KeInsertQueueApc => "QueueUserAPC",
        R::KeTestAlertThread => "NtTestAlert",
        _ => return None,
    })
}

fn mode(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, callee: Name<'_>) {
    let user_code = checker.code.is_user().unwrap_or(checker.reached.user.is_some());
    let kernel_code = checker.code.is_user().map_or(checker.reached.kernel.is_some(), |user| !user);
    let (slug, message, call) = match info.caller {
        Caller::Kernel if user_code => (
            Slug::KernelRoutineInUserCode,
            format!("`{}` is a kernel routine, and this is user-mode code", info.name),
            checker.reached.user,
        ),
        Caller::User if kernel_code => (
            Slug::UserRoutineInKernelCode,
            format!("`{}` is for user-mode code, and this is kernel code", info.name),
            checker.reached.kernel,
        ),
        _ => return,
    };
    let mut finding = slug.at(callee.span, message);
    if checker.code.kind == BodyKind::Function
        && let Some(call) = call
    {
        finding = finding.label(call, "the function is called here");
    }
    if let Some(other) = counterpart(info.routine) {
        finding = finding.help(format!("The routine of this mode is `{other}`."));
    }
    if slug == Slug::KernelRoutineInUserCode {
        finding = finding.help("User-mode code reaches the kernel through system services: declare a `service`.");
        if checker.code.kind == BodyKind::UserThread {
            let start = checker.code.keyword.start;
            finding = finding.fix("Make it a system thread", Span { start, end: start }, "system ");
        }
    }
    checker.findings.push(finding);
}

fn routine<'s>(checker: &mut Checker<'_, '_, 's>, info: &'static RoutineInfo, callee: Name<'s>, args: &[Expr<'s>]) {
    let least = info.params.iter().filter(|p| !p.optional).count();
    if args.len() < least || args.len() > info.params.len() {
        let count = if least == info.params.len() {
            arguments(least)
        } else {
            format!("{least} to {}", arguments(info.params.len()))
        };
        let message = format!("`{}` takes {count}, not {}", info.name, args.len());
        // The excess is guilty when there is too much; the call when there is too little.
        let place = args.get(info.params.len()).zip(args.last()).map_or(callee.span, |(a, b)| a.span.to(b.span));
        checker.findings.push(Slug::WrongArgumentCount.at(place, message).help(info.signature()));
    }
    for (arg, param) in args.iter().zip(info.params) {
        argument(checker, info, param, arg);
    }
}

fn wrong(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, param: &Param, arg: &Expr<'_>, wanted: &str) {
    let message = format!("`{}` takes {wanted}", param.name);
    checker.findings.push(Slug::WrongArgumentKind.at(arg.span, message).help(info.signature()));
}

fn argument<'s>(checker: &mut Checker<'_, '_, 's>, info: &'static RoutineInfo, param: &Param, arg: &Expr<'s>) {
    if matches!(arg.kind, ExprKind::Error) {
        return;
    }
    match param.kind {
        ParamKind::Object(class) => {
            if let Some(symbol) = object_argument(checker, info, param, arg, wanted(class)) {
                special_cases(checker, info, arg, &symbol);
            }
        }
        ParamKind::Dispatcher => {
            object_argument(checker, info, param, arg, &[What::Event, What::Timer, What::Thread]);
        }
        ParamKind::OutIrql => match arg.as_name() {
            Some(name) => checker.write(name),
            None => wrong(checker, info, param, arg, "the name of a variable that receives the old level"),
        },
        _ => {
            checker.value(arg);
            plain_argument(checker, info, param, arg);
        }
    }
}

fn wanted(class: Class) -> &'static [What] {
    match class {
        Class::Dpc => &[What::Dpc],
        Class::Apc => &[What::Apc],
        Class::Event => &[What::Event],
        Class::Timer => &[What::Timer],
        Class::SpinLock => &[What::SpinLock],
        Class::File => &[What::File],
        Class::Irp => &[What::Irp],
        Class::Thread => &[What::Thread],
        Class::Interrupt => &[What::Device],
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
    let list = format!("the name of {}", either(kinds.iter().map(|k| a(what_word(*k))).collect()));
    let Some(name) = arg.as_name() else {
        wrong(checker, info, param, arg, &list);
        return None;
    };
    let variable = checker.locals.contains(name.text) || checker.code.param(name.text).is_some();
    match checker.symbols.get(name.text).filter(|_| !variable) {
        Some(symbol) if kinds.contains(&symbol.what()) => Some(symbol.clone()),
        Some(symbol) => {
            let message = format!("`{}` takes {list}; `{}` is {}", param.name, name.text, a(what_word(symbol.what())));
            checker.findings.push(
                Slug::WrongArgumentKind
                    .at(arg.span, message)
                    .label(symbol.declaration.name.span, "declared here")
                    .help(info.signature()),
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

/// What the kind of the object alone does not tell.
fn special_cases(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, arg: &Expr<'_>, symbol: &Symbol<'_, '_>) {
    let declaration = symbol.declaration;
    if declaration.what != What::Apc {
        return;
    }
    let name = declaration.name;
    let user = declaration.modifier.is_some_and(|m| m.text == "user");
    match info.routine {
        Routine::KeInsertQueueApc if !declaration.settings.iter().any(|s| s.key.text == "thread") => {
            let place = declaration.modifier.map_or(name.span.end, |m| m.span.end);
            let mut finding = Slug::ApcWithoutThread
                .at(arg.span, format!("`{}` is bound to no thread, so there is no queue for it", name.text))
                .label(name.span, "declared here")
                .help("Give it the attribute `thread`.");
            if let (Some(thread), true) =
                (checker.symbols.names(|w| w == What::Thread).next(), declaration.settings.is_empty())
            {
                let here = Span { start: place, end: place };
                finding = finding.fix(format!("Bind it to `{thread}`"), here, format!(" (thread: {thread})"));
            }
            checker.findings.push(finding);
        }
        Routine::ReadFileEx | Routine::WriteFileEx | Routine::QueueUserAPC if !user && symbol.body != NONE => {
            checker.findings.push(
                Slug::WrongArgumentKind
                    .at(arg.span, format!("`{}` needs a user APC; `{}` is none", info.name, name.text))
                    .label(declaration.modifier.map_or(name.span, |m| m.span), "its kind"),
            );
        }
        _ => {}
    }
}

/// The parameters that a constant is made for.
fn made_for(name: &str) -> Option<ParamKind> {
    Some(match name {
        "TRUE" | "FALSE" => ParamKind::Boolean,
        "KernelMode" | "UserMode" => ParamKind::Mode,
        "Executive" | "UserRequest" => ParamKind::WaitReason,
        _ if name.ends_with("_LEVEL") => ParamKind::Irql,
        _ if name.ends_with("Importance") => ParamKind::Importance,
        _ if name.ends_with("_INCREMENT") => ParamKind::Increment,
        _ => return None,
    })
}

fn describe(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Irql => "an IRQL",
        ParamKind::Boolean => "TRUE or FALSE",
        ParamKind::Mode => "KernelMode or UserMode",
        ParamKind::WaitReason => "a wait reason, such as Executive",
        ParamKind::Timeout => "a timeout, such as `-1ms` or NULL",
        ParamKind::Milliseconds => "a time, such as `10ms` or INFINITE",
        ParamKind::Microseconds | ParamKind::Resolution => "a time, such as `50us`",
        ParamKind::Increment => "a priority boost, such as IO_NO_INCREMENT",
        ParamKind::Importance => "an importance, such as HighImportance",
        _ => "a number",
    }
}

fn plain_argument(checker: &mut Checker<'_, '_, '_>, info: &RoutineInfo, param: &Param, arg: &Expr<'_>) {
    if let Some(name) = arg.as_name() {
        let shadowed = checker.locals.contains(name.text);
        let object = checker.symbols.get(name.text).is_some_and(|s| s.what() != What::Variable) && !shadowed;
        let foreign = made_for(name.text).is_some_and(|kind| kind != param.kind) && param.kind != ParamKind::Number;
        if foreign || (object && param.kind != ParamKind::Number && checker.code.param(name.text).is_none()) {
            wrong(checker, info, param, arg, describe(param.kind));
            return;
        }
    }
    let Ok(value) = evaluate(arg, &checker.symbols.machine) else { return };
    let (ladder, processors) = (checker.symbols.machine.ladder, checker.symbols.machine.processors);
    match param.kind {
        ParamKind::Irql if !(0..=i64::from(ladder.high())).contains(&value) => {
            let message = format!("there is no level {value}: levels go from 0 to {}", ladder.high());
            checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, message));
        }
        ParamKind::Number
            if info.routine == Routine::KeSetTargetProcessorDpc && !(0..i64::from(processors)).contains(&value) =>
        {
            let message = format!("there is no processor {value}: processors go from 0 to {}", processors - 1);
            checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, message));
        }
        ParamKind::Importance if !(0..=3).contains(&value) => {
            checker.findings.push(Slug::ArgumentOutOfRange.at(arg.span, "an importance lies between 0 and 3"));
        }
        ParamKind::Timeout if value > 0 && value != crate::base::INFINITE => {
            let start = Span { start: arg.span.start, end: arg.span.start };
            let bare = if measure(arg) == Measure::Bare { " A bare number counts 100 ns." } else { "" };
            checker.findings.push(
                Slug::PositiveTimeout
                    .at(arg.span, "a positive timeout is an absolute system time")
                    .help(format!("A duration from now on is negative.{bare}"))
                    .fix("Make it relative", start, "-"),
            );
        }
        _ => {}
    }
}
