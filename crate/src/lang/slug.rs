//! Every kind of finding about a scenario's text, once: its stable name, how bad it is and what it means.
//! `docs/language.md` prints this table, and a test asks for an example of each row.

use super::say::Say;
use crate::base::Phrase;
use crate::diag::{Diagnostic, Severity};
use crate::text::Span;

/// One row of the table of findings.
#[derive(Clone, Copy, Debug)]
pub struct SlugInfo {
    /// The stable name in kebab-case.
    pub slug: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means, in one sentence.
    pub meaning: &'static str,
}

macro_rules! slugs {
    ($($name:ident $slug:literal $severity:ident $meaning:literal;)*) => {
        /// A kind of finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Slug { $($name),* }

        /// Their names and severities, apart from the meanings, which only the documentation needs.
        static KINDS: &[(&str, Severity)] = &[$(($slug, Severity::$severity)),*];

        /// Every kind of finding, in the order of the documentation.
        pub static SLUGS: &[SlugInfo] = &[$(SlugInfo {
            slug: $slug,
            severity: Severity::$severity,
            meaning: $meaning,
        }),*];
    };
}

slugs! {
    UnexpectedToken "unexpected-token" Error "Something else is needed at this place.";
    UnterminatedString "unterminated-string" Error "A text has no closing quote on its line.";
    UnterminatedComment "unterminated-comment" Error "A comment that starts with `/*` has no `*/`.";
    UnknownCharacter "unknown-character" Error "A character that the language does not use.";
    MalformedNumber "malformed-number" Error "A number has an unknown unit, stray digits, or more precision than a nanosecond.";
    NumberTooLarge "number-too-large" Error "A number does not fit into 64 bits.";
    TooDeeplyNested "too-deeply-nested" Error "Blocks, parentheses or chains of operators go deeper than the language allows.";
    TooLarge "too-large" Error "The scenario has more objects, code or variables than the machine can number.";
    UnknownItem "unknown-item" Error "A declaration begins with a word that declares nothing.";
    UnknownName "unknown-name" Error "A name that nothing declares.";
    UnknownRoutine "unknown-routine" Error "A call of a routine that is neither documented here nor declared in the scenario.";
    UnknownSetting "unknown-setting" Error "An object does not have a setting of this name.";
    DuplicateName "duplicate-name" Error "A name is declared twice.";
    DuplicateSetting "duplicate-setting" Error "A setting is given twice.";
    DuplicateVector "duplicate-vector" Error "Two devices have the same vector.";
    ReservedName "reserved-name" Error "A declaration takes the name of a routine, a constant or a word of the language.";
    MissingSetting "missing-setting" Error "An object lacks a setting that it cannot do without.";
    SettingOutOfRange "setting-out-of-range" Error "A setting's value is too small or too large.";
    WrongSettingKind "wrong-setting-kind" Error "A setting's value is of the wrong kind.";
    NotAConstant "not-a-constant" Error "A value that must be known before the run depends on the run.";
    NotAVariable "not-a-variable" Error "Something that is not a variable is assigned to.";
    NotAFunction "not-a-function" Error "Something that is not code is called, or code is used as a value.";
    WrongKind "wrong-kind" Error "A name stands for another kind of object than this place needs.";
    WrongArgumentCount "wrong-argument-count" Error "A call has too many or too few arguments.";
    WrongArgumentKind "wrong-argument-kind" Error "An argument is of another kind than the parameter.";
    ArgumentOutOfRange "argument-out-of-range" Error "An argument names a level or a processor that the machine does not have, or a time is negative.";
    UnknownField "unknown-field" Error "An object has no field of this name.";
    KernelRoutineInUserCode "kernel-routine-in-user-code" Error "User-mode code calls a kernel routine.";
    UserRoutineInKernelCode "user-routine-in-kernel-code" Error "Kernel code calls a user-mode routine.";
    ApcWithoutThread "apc-without-thread" Error "KeInsertQueueApc queues an APC that is bound to no thread.";
    DpcWithoutRoutine "dpc-without-routine" Warning "IoRequestDpc queues the DPC of a device to which nobody has given a DpcForIsr.";
    CallbackInUserCode "callback-in-user-code" Warning "User-mode code wants a routine of the kernel to be called for a port's messages.";
    OutsideLoop "outside-loop" Error "`break` or `continue` stands in no loop.";
    NoDriverBelow "no-driver-below" Warning "A completion routine is set, or a request is passed down, where there is no driver below.";
    WaitAboveDispatch "wait-above-dispatch" Warning "Code waits at DISPATCH_LEVEL or above, where no thread may be switched.";
    PagedMemoryAtDispatch "paged-memory-at-dispatch" Warning "Pageable memory is touched at DISPATCH_LEVEL or above, where a page fault is fatal.";
    PageableCodeAtDispatch "pageable-code-at-dispatch" Warning "Pageable code runs at DISPATCH_LEVEL or above, where the page fault that fetches it is fatal.";
    RoutineAboveItsIrql "routine-above-its-irql" Warning "A routine is called above the highest IRQL at which it is legal.";
    RoutineBelowItsIrql "routine-below-its-irql" Warning "A routine is called below the lowest IRQL at which it is legal.";
    IrqlChangeWrongWay "irql-change-wrong-way" Warning "A raise goes down, or a lowering goes up.";
    IrqlNotRestored "irql-not-restored" Warning "Code ends at another IRQL than it began with.";
    EndlessLoopWithoutWork "endless-loop-without-work" Warning "A loop never ends and never spends time, so that the clock of the simulation would stand still.";
    UnreachableCode "unreachable-code" Warning "Code that no run can reach.";
    ReadBeforeWritten "read-before-written" Warning "A variable is read before anything is assigned to it; it is 0 there.";
    ShadowsGlobal "shadows-global" Warning "A local variable hides a global one of the same name.";
    StatementWithoutEffect "statement-without-effect" Warning "A statement computes a value and drops it.";
    NoResult "no-result" Warning "The result of a routine that returns nothing is used.";
    UnitMissing "unit-missing" Warning "A duration is given as a bare number, which counts nanoseconds.";
    ArgumentNamesNothing "argument-names-nothing" Warning "An argument comes to a level, an importance or a processor that there is not; the run shows what the routine makes of it.";
    UnusedObject "unused-object" Warning "Nothing uses this object.";
    PagedCodeOutside "paged-code-outside" Info "Code says PAGED_CODE, and nothing declares it `paged`.";
    UnusedVariable "unused-variable" Info "A variable is written and never read.";
    PositiveTimeout "positive-timeout" Info "A positive kernel timeout is an absolute system time, not a duration.";
    CastIgnored "cast-ignored" Info "A cast before a value changes nothing: all values are 64-bit integers.";
    AmpersandIgnored "ampersand-ignored" Info "An `&` before a name is not needed: objects are passed by name.";
    SettingIgnored "setting-ignored" Info "A setting means nothing on this machine.";
    NeverComes "never-comes" Info "A stimulus is due after the end of the run.";
    NoThreadsAndNoStimuli "no-threads-and-no-stimuli" Info "Nothing ever happens in this scenario.";
    MoreProblems "more-problems" Info "There are more findings than are shown.";
}

impl Slug {
    /// A finding of this kind at a place.
    pub(crate) fn at(self, span: Span, message: impl Into<Phrase>) -> Diagnostic {
        self.finding(span, message.into())
    }

    #[inline(never)] // it is called in a hundred places
    fn finding(self, span: Span, message: Phrase) -> Diagnostic {
        let (slug, severity) = KINDS[self as usize];
        Diagnostic::new(severity, slug, span, message)
    }
}

/// How many errors, and how many other findings, are kept: more than that help nobody, and garbage of a
/// megabyte stays cheap.
const MOST: usize = 150;

/// Collects findings.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Sorted by place.
    list: Vec<Diagnostic>,
    errors: usize,
    dropped: bool,
}

impl Findings {
    /// Adds a finding.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let error = diagnostic.severity == Severity::Error;
        let same = if error { self.errors } else { self.list.len() - self.errors };
        if same >= MOST {
            self.dropped = true;
            return;
        }
        self.errors += usize::from(error);
        let key = |d: &Diagnostic| (d.span, d.severity, d.slug);
        let at = self.list.partition_point(|d| key(d) <= key(&diagnostic));
        self.list.insert(at, diagnostic);
    }

    /// Whether a further error would be dropped, so that work for its message is wasted.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= MOST
    }

    /// Whether an error is among them.
    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// All findings, sorted by place.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.dedup();
        if self.dropped {
            let end = self.list.last().map(|d| d.span).unwrap_or_default();
            self.list.push(Slug::MoreProblems.at(end, Say::MendTheseFirst));
        }
        self.list
    }
}
