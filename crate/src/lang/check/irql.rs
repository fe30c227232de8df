//! The IRQL of code as far as the text alone tells it: it starts where the kind of code starts, calls with
//! known levels move it, and where two ways meet at different levels it is unknown. A function begins where all calls of
//! it are, if they are at one level.

use super::callers::{Callers, changes_irql};
use crate::base::NONE;
use crate::base::Phrase;
use crate::lang::ast::{Assign, Block, Expr, ExprKind, Name, Stmt, StmtKind, What};
use crate::lang::constant::evaluate;
use crate::lang::names::Names;
use crate::lang::say::Say;
use crate::lang::slug::{Findings, Slug};
use crate::lang::symbols::{Code, Symbol, Symbols};
use crate::program::{BodyKind, GuardedMutex, Irql, Ladder, ParamKind, Routine, RoutineInfo};
use crate::text::Span;

/// At most so many variables with a known level are followed.
const MOST_SAVED: usize = 16;

#[derive(Clone, Debug, PartialEq)]
struct State<'s> {
    level: Option<Irql>,
    /// The call that made the level what it is; none while it is that of the start.
    raise: Option<Span>,
    /// Variables that hold a known level.
    saved: Vec<(&'s str, Irql)>,
    /// A call with Wait = TRUE has raised it from this level; the wait that follows goes back there.
    wait_next: Option<Irql>,
}

/// The calls of each function so far: their level, if it is known and the same for all, and the place of the first.
#[derive(Debug)]
pub(super) struct Calls(Vec<Option<(Option<Irql>, Span)>>);

impl Calls {
    /// None yet; of what is called by user-mode code, or in a circle, nothing will be known.
    pub(super) fn new(symbols: &Symbols<'_, '_>, callers: &Callers) -> Self {
        let unknown = |code| (!callers.are_before(code)).then_some((None, Span::default()));
        Self((0..symbols.code.len()).map(unknown).collect())
    }

    fn of(&self, code: u16) -> Option<(Option<Irql>, Span)> {
        *self.0.get(usize::from(code))?
    }

    fn add(&mut self, code: u16, level: Option<Irql>, place: Span) {
        if let Some(calls) = self.0.get_mut(usize::from(code)) {
            let (all, first) = calls.unwrap_or((level, place));
            *calls = Some((all.filter(|_| all == level), first));
        }
    }
}

struct Tracker<'t, 'a, 's> {
    code: &'t Code<'a, 's>,
    symbols: &'t Symbols<'a, 's>,
    callers: &'t Callers,
    calls: &'t mut Calls,
    findings: &'t mut Findings,
    start: Option<Irql>,
    /// The call that the level of the start is that of.
    called: Option<Span>,
    /// `None` where no run gets.
    state: Option<State<'s>>,
}

/// The SynchronizeIrql of a device, as far as its settings tell.
pub(super) fn device_level<'s>(symbols: &Symbols<'_, 's>, device: Name<'s>) -> Option<Irql> {
    let settings = &symbols.get(device.text)?.declaration.settings;
    let find = |key: &str| settings.iter().find(|s| s.key.text == key).map(|s| &s.value);
    let level = find("synchronize_irql").or_else(|| find("irql"))?;
    Irql::try_from(evaluate(level, &symbols.machine).ok()?).ok()
}

/// Finds the lowest level at which a device runs each ISR.
pub(super) fn isr_levels<'s>(symbols: &Symbols<'_, 's>) -> Names<'s> {
    let mut levels = Names::default();
    for device in symbols.all.iter().filter(|s| s.what() == What::Device) {
        let mut settings = device.declaration.settings.iter();
        let Some(isr) = settings.find(|s| s.key.text == "isr").and_then(|s| s.value.as_name()) else { continue };
        if let Some(level) = device_level(symbols, device.declaration.name) {
            let level = u32::from(level);
            levels.insert(isr.text, levels.get(isr.text).map_or(level, |least| least.min(level)));
        }
    }
    levels
}

/// Whether IoCallDriver calls a driver from somewhere.
fn is_called(symbols: &Symbols<'_, '_>, driver: Name<'_>) -> bool {
    let mut called = false;
    for code in &symbols.code {
        code.block.each(&mut |statement| {
            for expr in statement.expressions() {
                expr.each(&mut |e| {
                    if let ExprKind::Call { callee, args } = &e.kind {
                        let first = args.first().and_then(Expr::as_name);
                        called |= callee.text == "IoCallDriver" && first.is_some_and(|n| n.text == driver.text);
                    }
                });
            }
        });
    }
    called
}

/// Follows the IRQL through a piece of code.
pub(super) fn check<'s>(
    code: &Code<'_, 's>,
    symbols: &Symbols<'_, 's>,
    (callers, calls): (&Callers, &mut Calls),
    isrs: &Names<'s>,
    findings: &mut Findings,
) {
    let threaded = symbols.machine.threaded_dpc && symbols.get(code.name.text).is_some_and(Symbol::is_threaded_dpc);
    let body = symbols.get(code.name.text).map_or(NONE, |s| s.body);
    let called = calls.of(body).filter(|_| code.kind == BodyKind::Function);
    // The level at which the code begins.
    let start = match code.kind {
        BodyKind::UserApc | BodyKind::UserThread => return,
        BodyKind::Isr => isrs.get(code.name.text).map(|level| level as Irql),
        // Who initialises the object decides.
        BodyKind::Dpc if symbols.is_given_to_threaded_dpc(code.name.text) => None,
        BodyKind::Dpc if threaded => Some(Ladder::PASSIVE),
        BodyKind::Dpc | BodyKind::Cancel => Some(Ladder::DISPATCH),
        BodyKind::ApcKernelRoutine => Some(Ladder::APC),
        // Completion routines run at the level of who completes the request, a lower driver at that of who calls it.
        BodyKind::Completion => None,
        BodyKind::Driver if is_called(symbols, code.name) => None,
        BodyKind::Function => called.and_then(|(level, _)| level),
        BodyKind::ApcNormalRoutine
        | BodyKind::ApcRundownRoutine
        | BodyKind::SystemThread
        | BodyKind::Service
        | BodyKind::WorkItem
        | BodyKind::Driver => Some(Ladder::PASSIVE),
    };
    let state = Some(State { level: start, raise: None, saved: vec![], wait_next: None });
    let called = called.map(|(_, place)| place);
    let mut tracker = Tracker { code, symbols, callers, calls, findings, start, called, state };
    tracker.begins(threaded);
    tracker.block(code.block);
    tracker.end(code.block.close);
}

impl<'s> Tracker<'_, '_, 's> {
    /// Pageable code that begins where it may not run, or, being that of a threaded DPC, may come to begin there. Of a
    /// function its calls tell.
    fn begins(&mut self, threaded: bool) {
        let paged = self.code.paged && self.called.is_none();
        let Some(level) = self.start.filter(|l| paged && (*l > Ladder::APC || threaded)) else { return };
        let (name, ordinary) = (self.code.name, self.level_name(level));
        let finding = if threaded {
            Slug::PageableCodeAtDispatch
                .at(name.span, Say::ThreadedMayBeAbsent.with(&[&name.text]))
                .help(Say::ThreadedIsOrdinary)
        } else {
            Slug::PageableCodeAtDispatch.at(name.span, Say::CodeMayBeAbsent.with(&[&name.text, &ordinary]))
        };
        self.findings.push(finding.help(Say::FaultStops).help(Say::MakeCodeResident));
    }

    /// A function or a service is called at a level: by this code, or by a routine that raises to it.
    fn call(&mut self, callee: Name<'s>, level: Option<Irql>, by_routine: bool) {
        if let Some(symbol) = self.symbols.get(callee.text) {
            self.calls.add(symbol.body, level, callee.span);
        }
        self.pageable(callee, level, by_routine);
    }

    /// What is called is pageable code.
    fn pageable(&mut self, callee: Name<'s>, level: Option<Irql>, by_routine: bool) {
        let Some(level) = level.filter(|l| *l > Ladder::APC) else { return };
        let paged = self.symbols.get(callee.text).is_some_and(|s| s.body != NONE && s.declaration.paged.is_some());
        if !paged {
            return;
        }
        let say = if by_routine { Say::CodeMayBeAbsent } else { Say::CodeMayBeAbsentHere };
        let message = say.with(&[&callee.text, &self.level_name(level)]);
        let finding = Slug::PageableCodeAtDispatch.at(callee.span, message);
        let finding = finding.help(Say::FaultStops).help(Say::MakeCodeResident);
        let finding = if by_routine { finding } else { self.blame(finding, level) };
        self.findings.push(finding);
    }

    fn block(&mut self, block: &Block<'s>) {
        for statement in &block.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt<'s>) {
        if self.state.is_none() {
            return;
        }
        match &statement.kind {
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { condition, then, otherwise } => {
                let level = self.state.as_ref().and_then(|s| s.level);
                let asks = self.asks(condition);
                if let Some(state) = self.state.as_mut().filter(|_| asks) {
                    state.level = None;
                }
                self.expression(condition);
                let before = self.state.clone();
                self.statement(then);
                let after_then = std::mem::replace(&mut self.state, before);
                if let Some(otherwise) = otherwise {
                    self.statement(otherwise);
                }
                // Where one branch has ended, what follows depends on the answer as well.
                let both = after_then.is_some() == self.state.is_some();
                self.state = join(after_then, self.state.take());
                let back = asks && both && !self.body_changes(statement);
                if let Some(state) = self.state.as_mut().filter(|_| back) {
                    state.level = level;
                }
            }
            StmtKind::Loop { init, condition, step, body, body_first } => {
                if let Some(init) = init {
                    self.statement(init);
                }
                self.repeat(condition.as_ref(), step.as_deref(), body, *body_first);
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    self.expression(value);
                }
                self.end(statement.span);
                self.state = None;
            }
            // Where a loop ends is not followed; what holds there is what held before it.
            StmtKind::Break | StmtKind::Continue => self.state = None,
            StmtKind::Assign(assign) => self.assign(assign),
            _ => {
                for expr in statement.expressions() {
                    self.expression(expr);
                }
            }
        }
    }

    /// Whether a condition depends on the level that nobody knows here: it asks for it, or it stands in code that runs at
    /// more than one, a function or a threaded DPC, and looks at what that was given or has saved.
    fn asks(&self, condition: &Expr<'s>) -> bool {
        let function = self.code.kind == BodyKind::Function;
        let varies = function || self.symbols.get(self.code.name.text).is_some_and(Symbol::is_threaded_dpc);
        let mut asks = false;
        condition.each(&mut |e| {
            asks |= match &e.kind {
                ExprKind::Name(name) => {
                    let given = function && self.code.param(name.text).is_some();
                    let mut saved = self.state.iter().flat_map(|s| &s.saved);
                    given || varies && saved.any(|s| s.0 == name.text)
                }
                ExprKind::Call { callee, .. } => callee.text == "KeGetCurrentIrql",
                _ => false,
            }
        });
        asks
    }

    fn repeat(&mut self, condition: Option<&Expr<'s>>, step: Option<&Stmt<'s>>, body: &Stmt<'s>, body_first: bool) {
        if let Some(condition) = condition.filter(|_| !body_first) {
            self.expression(condition);
        }
        let before = self.state.clone();
        let mut breaks = false;
        body.each(&mut |s| breaks |= matches!(s.kind, StmtKind::Break));
        self.statement(body);
        if let Some(step) = step {
            self.statement(step);
        }
        if let Some(condition) = condition.filter(|_| body_first && self.state.is_some()) {
            self.expression(condition);
        }
        let always = condition.is_none_or(|c| evaluate(c, &self.symbols.machine).is_ok_and(|v| v != 0));
        let after = self.state.take();
        self.state = match after {
            _ if always && !breaks => None,
            Some(after) if body_first => Some(after),
            after => join(before.clone(), after.or(before)),
        };
        let unknown = breaks && self.body_changes(body);
        if let Some(state) = self.state.as_mut().filter(|_| unknown) {
            state.level = None;
        }
    }

    fn body_changes(&self, body: &Stmt<'s>) -> bool {
        let mut changes = false;
        body.each(&mut |statement| {
            for expr in statement.expressions() {
                expr.each(&mut |e| {
                    if let ExprKind::Call { callee, .. } = &e.kind {
                        changes |= match self.symbols.routine(callee.text) {
                            Some(info) => changes_irql(info.routine),
                            None => {
                                let symbol = self.symbols.get(callee.text);
                                symbol.is_none_or(|s| self.callers.may_change_irql(s.body))
                            }
                        };
                    }
                });
            }
        });
        changes
    }

    fn assign(&mut self, assign: &Assign<'s>) {
        let level = assign.value.as_ref().and_then(|value| {
            let before = self.state.as_ref().and_then(|s| s.level);
            self.expression(value);
            match &value.kind {
                ExprKind::Call { callee, .. } => match self.symbols.routine(callee.text).map(|r| r.routine) {
                    Some(
                        Routine::KeRaiseIrqlToDpcLevel
                        | Routine::KeAcquireSpinLockForDpc
                        | Routine::KeGetCurrentIrql
                        | Routine::KeRaiseIrqlToSynchLevel
                        | Routine::KeAcquireSpinLockRaiseToDpc
                        | Routine::KeAcquireSpinLockRaiseToSynch
                        | Routine::KeAcquireInterruptSpinLock,
                    ) => before,
                    _ => None,
                },
                _ => self.known(value),
            }
        });
        let plain = assign.op.is_none() && assign.field.is_none();
        if !assign.declares {
            self.paged(assign.target);
        }
        self.save(assign.target, level.filter(|_| plain));
    }

    /// Remembers the level that a local variable holds. Other processors may write global ones.
    fn save(&mut self, variable: Name<'s>, level: Option<Irql>) {
        let global = self.symbols.is_global(variable.text);
        let Some(state) = &mut self.state else { return };
        state.saved.retain(|s| s.0 != variable.text);
        if let Some(level) = level.filter(|_| !global)
            && state.saved.len() < MOST_SAVED
        {
            state.saved.push((variable.text, level));
        }
    }

    fn known(&self, expr: &Expr<'s>) -> Option<Irql> {
        if let Some(name) = expr.as_name()
            && let Some((_, level)) = self.state.as_ref()?.saved.iter().find(|s| s.0 == name.text)
        {
            return Some(*level);
        }
        Irql::try_from(evaluate(expr, &self.symbols.machine).ok()?).ok()
    }

    fn expression(&mut self, expr: &Expr<'s>) {
        for part in expr.parts() {
            self.expression(part);
        }
        if let Some(name) = expr.as_name() {
            self.paged(name);
        }
        let ExprKind::Call { callee, args } = &expr.kind else { return };
        match self.symbols.routine(callee.text) {
            Some(info) => self.routine(info, *callee, args, expr.span),
            None => {
                self.service(*callee);
                let level = self.state.as_ref().and_then(|s| s.level);
                self.call(*callee, level, false);
                let changes = self.symbols.get(callee.text).is_none_or(|s| self.callers.may_change_irql(s.body));
                if changes && let Some(state) = &mut self.state {
                    state.level = None;
                }
            }
        }
    }

    /// A system service, called by kernel code.
    fn service(&mut self, callee: Name<'s>) {
        let Some(level) = self.state.as_ref().and_then(|s| s.level).filter(|l| *l > Ladder::PASSIVE) else { return };
        if self.symbols.get(callee.text).is_some_and(|s| s.what() == What::Service) {
            let message = Say::LegalUpTo.with(&[&callee.text, &"PASSIVE_LEVEL", &self.level_name(level)]);
            let finding = Slug::RoutineAboveItsIrql.at(callee.span, message).help(self.outcome(false));
            let finding = self.blame(finding, level);
            self.findings.push(finding);
        }
    }

    /// A touch of a variable in pageable memory.
    fn paged(&mut self, variable: Name<'s>) {
        let Some(level) = self.state.as_ref().and_then(|s| s.level).filter(|l| *l > Ladder::APC) else { return };
        let declared = self.symbols.get(variable.text).map(|s| s.declaration);
        let paged = declared.is_some_and(|d| d.what == What::Variable && d.paged.is_some());
        if paged && self.code.param(variable.text).is_none() {
            let message = Say::PageMayBeAbsent.with(&[&variable.text, &self.level_name(level)]);
            let finding = Slug::PagedMemoryAtDispatch.at(variable.span, message);
            let finding = self.blame(finding.help(Say::FaultStops).help(Say::MakeItResident), level);
            self.findings.push(finding);
        }
    }

    fn routine(&mut self, info: &'static RoutineInfo, callee: Name<'s>, args: &[Expr<'s>], span: Span) {
        if let Some(before) = self.state.as_mut().filter(|_| info.routine.waits()).and_then(|s| s.wait_next.take()) {
            self.set(Some(before), span);
        }
        let level = self.state.as_ref().and_then(|s| s.level);
        if let Some(level) = level {
            self.legal(info, callee, args, level);
        }
        if self.says_wait(info, args) {
            let machine = &self.symbols.machine;
            let synch = machine.ladder.synch(machine.processors);
            self.set(level.map(|_| synch), span);
            if let Some(state) = &mut self.state {
                state.wait_next = level;
            }
        }
        for (arg, param) in args.iter().zip(info.params) {
            self.names_something(arg, param.kind);
        }
        let high = self.symbols.machine.ladder.high();
        let level_in = |at: usize| args.get(at).and_then(|a| self.known(a)).filter(|level| *level <= high);
        let (first, second) = (level_in(0), level_in(1));
        let out = args.get(1).and_then(Expr::as_name);
        match info.routine {
            Routine::KeRaiseIrql => {
                self.direction(callee, level, first, true);
                self.save_out(out, level);
                self.set(first, span);
            }
            Routine::KeRaiseIrqlToDpcLevel => self.set(Some(Ladder::DISPATCH), span),
            Routine::KeLowerIrql => {
                self.direction(callee, level, first, false);
                // Below DISPATCH_LEVEL a DPC is wrong already; what follows from it needs no words.
                let lost = self.code.kind == BodyKind::Dpc && first.is_some_and(|new| new < Ladder::DISPATCH);
                self.set(first.filter(|_| !lost), span);
            }
            Routine::KeAcquireSpinLock
            | Routine::KeAcquireInStackQueuedSpinLock
            | Routine::KeAcquireInStackQueuedSpinLockForDpc => {
                self.save_out(out, level);
                self.set(Some(Ladder::DISPATCH), span);
            }
            Routine::KeAcquireSpinLockRaiseToDpc | Routine::KeAcquireSpinLockForDpc => {
                self.set(Some(Ladder::DISPATCH), span)
            }
            Routine::IoAcquireCancelSpinLock => {
                self.save_out(args.first().and_then(Expr::as_name), level);
                self.set(Some(Ladder::DISPATCH), span);
            }
            Routine::IoReleaseCancelSpinLock => self.set(first, span),
            Routine::ExAcquireFastMutex => self.own(args, level, span),
            Routine::ExReleaseFastMutex => self.set(first, span),
            Routine::KeAcquireGuardedMutex if self.guarded_is_fast() => self.own(args, level, span),
            Routine::KeReleaseGuardedMutex if self.guarded_is_fast() => self.set(first, span),
            Routine::ExTryToAcquireFastMutex => self.set(None, span),
            Routine::KeTryToAcquireGuardedMutex if self.guarded_is_fast() => self.set(None, span),
            Routine::KeRaiseIrqlToSynchLevel | Routine::KeAcquireSpinLockRaiseToSynch => {
                let machine = &self.symbols.machine;
                let synch = machine.ladder.synch(machine.processors);
                self.direction(callee, level, Some(synch), true);
                self.set(Some(synch), span);
            }
            Routine::KeAcquireInterruptSpinLock => {
                let synchronize = args.first().and_then(Expr::as_name).and_then(|n| device_level(self.symbols, n));
                self.direction(callee, level, synchronize, true);
                self.set(synchronize, span);
            }
            Routine::KeSynchronizeExecution => {
                let synchronize = args.first().and_then(Expr::as_name).and_then(|n| device_level(self.symbols, n));
                if synchronize == Some(Ladder::PASSIVE) {
                    self.synchronize_passively(callee, level);
                } else {
                    self.direction(callee, level, synchronize, true);
                }
                if let Some(function) = args.get(1).and_then(Expr::as_name) {
                    self.call(function, synchronize, true);
                }
            }
            Routine::KeIpiGenericCall => {
                if let Some(function) = args.first().and_then(Expr::as_name) {
                    self.call(function, Some(self.symbols.machine.ladder.ipi()), true);
                }
            }
            Routine::KeReleaseInStackQueuedSpinLock | Routine::KeReleaseInStackQueuedSpinLockForDpc => {
                self.set(first, span)
            }
            Routine::KeReleaseSpinLock | Routine::KeReleaseSpinLockForDpc | Routine::KeReleaseInterruptSpinLock => {
                self.set(second, span)
            }
            Routine::KeAcquireInStackQueuedSpinLockAtDpcLevel => self.save_out(out, level),
            _ => {}
        }
    }

    /// A variable that is known to hold no level, or no importance; of what is constant it has been said.
    fn names_something(&mut self, arg: &Expr<'s>, kind: ParamKind) {
        let high = self.symbols.machine.ladder.high();
        let Some(value) = self.known(arg).filter(|_| evaluate(arg, &self.symbols.machine).is_err()) else { return };
        let finding = match kind {
            ParamKind::Irql if value > high => {
                Slug::ArgumentNamesNothing.at(arg.span, Say::NoSuchLevel.with(&[&value, &high]))
            }
            ParamKind::Importance if value > 3 => {
                Slug::ArgumentNamesNothing.at(arg.span, Say::NoSuchImportance).help(Say::ImportancesAre)
            }
            _ => return,
        };
        self.findings.push(finding);
    }

    /// KeSynchronizeExecution for a passive-level interrupt (IN-6, IN-7).
    fn synchronize_passively(&mut self, callee: Name<'s>, level: Option<Irql>) {
        let Some(level) = level.filter(|l| *l > Ladder::PASSIVE) else { return };
        let message = Say::PassiveExecution.with(&[&callee.text, &self.level_name(level)]);
        let finding = Slug::RoutineAboveItsIrql.at(callee.span, message);
        let finding = finding.help(self.outcome(false)).help(Say::PassiveFromThread);
        let finding = self.blame(finding, level);
        self.findings.push(finding);
    }

    /// Whether a call says Wait = TRUE: a wait is to follow at once.
    fn says_wait(&self, info: &RoutineInfo, args: &[Expr<'s>]) -> bool {
        let wait = info.params.iter().position(|p| p.optional && p.name == "Wait").and_then(|at| args.get(at));
        wait.is_some_and(|wait| evaluate(wait, &self.symbols.machine).is_ok_and(|v| v != 0))
    }

    /// A fast mutex is acquired: its name stands for the level that its release goes back to.
    fn own(&mut self, args: &[Expr<'s>], level: Option<Irql>, span: Span) {
        self.save_out(args.first().and_then(Expr::as_name), level);
        self.set(Some(Ladder::APC), span);
    }

    fn guarded_is_fast(&self) -> bool {
        self.symbols.machine.guarded_mutex == GuardedMutex::Win8
    }

    fn save_out(&mut self, out: Option<Name<'s>>, level: Option<Irql>) {
        if let Some(out) = out {
            self.save(out, level);
        }
    }

    fn set(&mut self, level: Option<Irql>, span: Span) {
        let start = self.start;
        let before = self.state.as_ref().and_then(|s| s.level);
        let rises = level.filter(|l| *l > Ladder::APC && before.is_none_or(|b| b <= Ladder::APC));
        if let Some(level) = rises.filter(|_| self.code.paged) {
            let message = Say::RaisesInPageable.with(&[&self.level_name(level)]);
            let finding = Slug::PageableCodeAtDispatch.at(span, message).help(Say::FaultStops);
            self.findings.push(finding.help(Say::SplitTheCode));
        }
        if let Some(state) = &mut self.state {
            let back = level.is_some() && level == start;
            (state.level, state.raise) = (level, (!back).then_some(span));
        }
    }

    fn level_name(&self, level: Irql) -> Phrase {
        match self.symbols.machine.ladder.name(level) {
            "DIRQL" => Say::LevelOfDevices.with(&[&level]),
            name => Phrase::plain(name),
        }
    }

    /// Adds the place that made the level what it is.
    fn blame(&self, finding: crate::diag::Diagnostic, level: Irql) -> crate::diag::Diagnostic {
        let name = self.level_name(level);
        match self.state.as_ref().and_then(|s| s.raise) {
            Some(raise) => finding.label(raise, Say::LevelFromHere.with(&[&name])),
            None => match self.called {
                Some(call) => finding.label(call, Say::CalledAtLevel.with(&[&name])),
                None => finding.label(self.code.keyword, Say::BeginsAtLevel.with(&[&name])),
            },
        }
    }

    /// What follows a broken rule when it runs.
    fn outcome(&self, waits: bool) -> Say {
        match (self.symbols.machine.verifier, waits, self.code.kind) {
            (true, true, _) => Say::VerifierStopsWait,
            (true, false, _) => Say::VerifierStops,
            (false, true, BodyKind::Dpc) => Say::DpcMustNotBlock,
            (false, true, BodyKind::Isr | BodyKind::Function) => Say::StopsInDpcOrNot,
            (false, true, _) => Say::StopsHere,
            (false, false, _) => Say::VerifierWouldStop,
        }
    }

    fn legal(&mut self, info: &'static RoutineInfo, callee: Name<'s>, args: &[Expr<'s>], level: Irql) {
        let name = self.level_name(level);
        let machine = &self.symbols.machine;
        let timeout = info.params.iter().position(|p| p.kind == ParamKind::Timeout);
        let polls = timeout.and_then(|at| args.get(at)).is_some_and(|t| {
            t.as_name().is_none_or(|n| n.text != "NULL") && evaluate(t, machine).is_ok_and(|v| v == 0)
        });
        let waits = match info.routine {
            Routine::KeWaitForSingleObject
            | Routine::KeWaitForMultipleObjects
            | Routine::KeWaitForMutexObject
            | Routine::KeRemoveQueue
            | Routine::KeDelayExecutionThread => !polls,
            _ => false,
        };
        let threaded = self.symbols.get(self.code.name.text).is_some_and(Symbol::is_threaded_dpc);
        let finding = if info.routine == Routine::PAGED_CODE && level > Ladder::APC {
            Slug::PageableCodeAtDispatch.at(callee.span, Say::PagedCodeFails.with(&[&name])).help(Say::AssertionStops)
        } else if waits && threaded && level <= Ladder::APC {
            Slug::WaitAboveDispatch
                .at(callee.span, Say::ThreadedMayWait.with(&[&info.name]))
                .help(Say::ThreadedIsOrdinary)
        } else if waits && level > Ladder::APC {
            Slug::WaitAboveDispatch
                .at(callee.span, Say::MayWait.with(&[&info.name, &name]))
                .help(self.outcome(true))
                .help(Say::WaitLower)
        } else if threaded && level <= Ladder::APC && info.is_above_its_irql(Ladder::DISPATCH, machine) {
            let message = Say::ThreadedMayNot.with(&[&info.name, &info.irql_max.name()]);
            Slug::RoutineAboveItsIrql.at(callee.span, message).help(Say::ThreadedIsOrdinary)
        } else if info.is_above_its_irql(level, machine) {
            let message = Say::LegalUpTo.with(&[&info.name, &info.irql_max.name(), &name]);
            let attaches = matches!(info.routine, Routine::KeAttachProcess | Routine::KeStackAttachProcess);
            let outcome = match self.code.kind {
                BodyKind::Dpc if attaches => Say::DpcMustNotAttach,
                _ => self.outcome(false),
            };
            let finding = Slug::RoutineAboveItsIrql.at(callee.span, message).help(outcome);
            if self.code.kind == BodyKind::Isr { finding.help(Say::LeaveToDpc) } else { finding }
        } else if info.is_below_its_irql(level, machine) {
            let message = Say::LegalFrom.with(&[&info.name, &info.irql_min.name(), &name]);
            Slug::RoutineBelowItsIrql.at(callee.span, message).help(self.outcome(false))
        } else if self.says_wait(info, args) && level > Ladder::APC {
            let message = Say::WaitTrueUpTo.with(&[&info.name, &name]);
            Slug::RoutineAboveItsIrql.at(callee.span, message).help(self.outcome(false))
        } else {
            let flags = args.first().and_then(|a| evaluate(a, machine).ok()).unwrap_or(0);
            // POOL_FLAG_PAGED
            if info.routine != Routine::ExAllocatePool2 || flags & 0x100 == 0 || level <= Ladder::APC {
                return;
            }
            Slug::RoutineAboveItsIrql.at(callee.span, Say::PagedPoolUpTo.with(&[&name])).help(self.outcome(false))
        };
        let finding = self.blame(finding, level);
        self.findings.push(finding);
    }

    fn direction(&mut self, callee: Name<'s>, level: Option<Irql>, new: Option<Irql>, up: bool) {
        let (Some(level), Some(new)) = (level, new) else { return };
        let leaves_dpc = !up && self.code.kind == BodyKind::Dpc && new < Ladder::DISPATCH && level == Ladder::DISPATCH;
        if ((up && new >= level) || (!up && new <= level)) && !leaves_dpc {
            return;
        }
        let (now, then) = (self.level_name(level), self.level_name(new));
        let message = if leaves_dpc {
            Say::DpcBelowDispatch.with(&[])
        } else if up {
            Say::RaiseGoesDown.with(&[&now, &then])
        } else {
            Say::LoweringGoesUp.with(&[&now, &then])
        };
        let finding = Slug::IrqlChangeWrongWay.at(callee.span, message).help(self.outcome(false));
        let finding = self.blame(finding, level);
        self.findings.push(finding);
    }

    /// The code ends here. A function may be there to change the level.
    fn end(&mut self, span: Span) {
        if self.code.kind == BodyKind::Function {
            return;
        }
        let Some(State { level: Some(level), raise: Some(_), .. }) = &self.state else { return };
        let (level, Some(start)) = (*level, self.start) else { return };
        if level == start {
            return;
        }
        let message = Say::EndsAtAnother.with(&[&self.level_name(level), &self.level_name(start)]);
        let help = match self.code.kind {
            BodyKind::Service => Say::ServiceFindsIt,
            BodyKind::WorkItem => Say::WorkerFindsIt,
            BodyKind::Isr | BodyKind::Dpc | BodyKind::ApcKernelRoutine => Say::KernelChecksIt,
            _ => Say::LowerTheIrql,
        };
        let finding = self.blame(Slug::IrqlNotRestored.at(span, message).help(help), level);
        self.findings.push(finding);
    }
}

/// What holds where two ways meet.
fn join<'s>(a: Option<State<'s>>, b: Option<State<'s>>) -> Option<State<'s>> {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return a.or(b),
    };
    let same = a.level == b.level;
    let saved = a.saved.into_iter().filter(|s| b.saved.contains(s)).collect();
    let wait_next = a.wait_next.filter(|_| a.wait_next == b.wait_next);
    Some(State { level: a.level.filter(|_| same), raise: a.raise.filter(|_| same), saved, wait_next })
}
