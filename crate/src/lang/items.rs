//! Declarations: from the tree to the tables of the program, with a finding for whatever does not fit. Knows nothing
//! of the code in bodies.

use super::ast::{Declaration, Expr, ItemKind, Scenario, What};
use super::lexer::{Unit, read_texts};
use super::names::Names;
use super::say::Say;
use super::settings::{NORMAL_PRIORITY_CLASS, settings_of};
use super::slug::{Findings, Slug};
use super::suggest::nearest;
use super::symbols::{MOST_OBJECTS, Symbol, Symbols};
use super::values::{self, Values, constant_or_say, unit_of};
use crate::base::NONE;
use crate::program::{
    ApcDef, ApcKind, ApcOwner, Claim, DpcDef, DpcOwner, DriverDef, EventDef, FastMutexDef, FileDef, GlobalDef,
    Importance, InBlock, InterruptDef, IrpDef, Ladder, MessageDef, MutantDef, PortDef, PortKind, ProcessDef, Program,
    QueueDef, ResourceDef, SemaphoreDef, SpinLockDef, SynchronousIo, ThreadDef, TimerDef, WorkItemDef,
    built_in_interrupts,
};
use crate::text::Span;

pub(crate) fn twice(word: &str, span: Span, first: Span) -> crate::diag::Diagnostic {
    Slug::DuplicateName.at(span, Say::GivenTwice.with(&[&word])).label(first, Say::FirstGivenHere)
}

/// Builds the tables of the program.
pub(crate) fn build<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, findings: &mut Findings) -> Program {
    let program = Program {
        machine: symbols.machine.clone(),
        interrupts: built_in_interrupts(symbols.machine.ladder),
        texts: [
            "time >= 0",
            "0 <= Priority && Priority <= 31",
            "each object lies in one block at a time",
            "KeGetCurrentIrql() <= APC_LEVEL",
        ]
        .map(String::from)
        .to_vec(),
        ..Program::default()
    };
    let mut builder = Builder { program, symbols, findings, vectors: Vec::new(), connections: Vec::new() };
    for symbol in &symbols.all {
        builder.declaration(symbol);
    }
    super::vectors::assign(&mut builder.program.interrupts, &builder.vectors, symbols.machine.ladder, builder.findings);
    builder.implied_objects();
    builder.others(scenario);
    builder.program
}

/// Builds the program's tables from the tree.
pub(super) struct Builder<'b, 'a, 's, 'f> {
    pub(super) program: Program,
    pub(super) symbols: &'b Symbols<'a, 's>,
    pub(super) findings: &'f mut Findings,
    /// The given vector and its place, by device.
    vectors: Vec<Option<(u8, Span)>>,
    /// How many connections each declared port can have.
    pub(super) connections: Vec<usize>,
}

impl<'s> Builder<'_, '_, 's, '_> {
    fn declaration(&mut self, symbol: &Symbol<'_, 's>) {
        let declaration = symbol.declaration;
        let what = declaration.what;
        let table = settings_of(what);
        let values = values::read(table, declaration.name, &declaration.settings, self.symbols, self.findings);
        let number = |name: &str, default: i64| values.get(name).unwrap_or(default);
        let reference = |name: &str| values.get(name).map_or(NONE, |v| v as u16);
        let processor = values.get("processor").map(|p| p as u8);
        let (name, span) = (declaration.name.text.to_string(), declaration.name.span);
        match what {
            What::Device => self.device(name, span, &values),
            What::Dpc => {
                let importance = match number("importance", 1) {
                    0 => Importance::Low,
                    2 => Importance::High,
                    3 => Importance::MediumHigh,
                    _ => Importance::Medium,
                };
                self.program.dpcs.push(DpcDef {
                    name,
                    importance,
                    target: processor,
                    threaded: number("type", 0) == 1,
                    body: symbol.body,
                    context: 0,
                    owner: DpcOwner::Scenario,
                    block: self.block(&values),
                    span,
                });
            }
            What::Apc => self.apc(symbol, reference("thread"), number("environment", 0) as u8),
            What::Event => {
                let (notification, signalled) = (number("type", 0) == 1, number("signalled", 0) == 1);
                self.program.events.push(EventDef { name, notification, signalled, span });
            }
            What::Timer => {
                let (notification, block) = (number("type", 1) == 1, self.block(&values));
                self.program.timers.push(TimerDef { name, notification, block, span });
            }
            What::Semaphore => {
                let (count, limit) = (number("count", 0), number("limit", i32::MAX.into()));
                if count > limit
                    && let Some(place) = values.span("count")
                {
                    let message = Say::CountOverLimit.with(&[&count, &limit]);
                    self.findings.push(Slug::SettingOutOfRange.at(place, message));
                }
                self.program.semaphores.push(SemaphoreDef { name, count: count as i32, limit: limit as i32, span });
            }
            What::Mutex | What::Mutant => {
                self.program.mutants.push(MutantDef { name, apc_disable: what == What::Mutex, span });
            }
            What::FastMutex | What::GuardedMutex => {
                self.program.fast_mutexes.push(FastMutexDef { name, guarded: what == What::GuardedMutex, span });
            }
            What::Resource => {
                let list = |kind: &str| format!("{name}.{kind}Waiters");
                let (shared_waiters, exclusive_waiters) = (list("Shared"), list("Exclusive"));
                self.program.resources.push(ResourceDef { name, shared_waiters, exclusive_waiters, span });
            }
            What::Process => {
                let critical = number("critical", 0) == 1;
                let base_priority = number("priority_class", NORMAL_PRIORITY_CLASS) as u8;
                let affinity = values.get("affinity").map_or(u64::MAX, |a| a as u64);
                let affinity = affinity & self.symbols.machine.active_processors();
                self.program.processes.push(ProcessDef {
                    name,
                    critical,
                    base_priority,
                    foreground: number("foreground", 0) == 1,
                    disable_quantum: number("disable_quantum", 0) == 1,
                    affinity,
                    implied: false,
                    span,
                });
            }
            What::SpinLock => self.program.spin_locks.push(SpinLockDef { name, span }),
            What::WorkItem => {
                let body = symbol.body;
                self.program.work_items.push(WorkItemDef { name, body, span });
            }
            What::File => {
                let (completion_port, key) = (reference("completion_port"), number("key", 0));
                let synchronous_io = match number("synchronous_io", 0) {
                    1 => SynchronousIo::Alert,
                    2 => SynchronousIo::NonAlert,
                    _ => SynchronousIo::None,
                };
                if synchronous_io != SynchronousIo::None
                    && let Some(place) = values.span("completion_port")
                {
                    let message = Say::SynchronousFileAtPort.with(&[&name]);
                    self.findings.push(Slug::WrongSettingKind.at(place, message).help(Say::PortWantsOverlapped));
                }
                let (driver, event, lock) = (reference("driver"), NONE, NONE);
                self.program.files.push(FileDef {
                    name,
                    synchronous_io,
                    completion_port,
                    key,
                    driver,
                    event,
                    lock,
                    span,
                });
            }
            What::Driver => {
                let (lower, body) = (reference("lower"), symbol.body);
                self.program.drivers.push(DriverDef { name, lower, body, span });
            }
            What::Iocp => {
                let concurrency = number("concurrency", i64::from(self.symbols.machine.processors)) as u16;
                self.program.queues.push(QueueDef { name, concurrency, port: true, span });
            }
            What::Queue => {
                let concurrency = number("count", i64::from(self.symbols.machine.processors)) as u16;
                self.program.queues.push(QueueDef { name, concurrency, port: false, span });
            }
            What::Irp => self.program.irps.push(IrpDef {
                name,
                file: reference("file"),
                bytes: number("bytes", 4096) as u32,
                event: reference("event"),
                pending: number("pending", 1) == 1,
                paging: number("paging", 0) == 1,
                stack_count: 1,
                first_location: 0,
                refuse: number("fails", 0) as u32,
                span,
            }),
            What::Port => {
                let connection = symbol.index;
                self.connections.push(number("connections", 16) as usize);
                self.program.alpc.ports.push(PortDef {
                    name,
                    kind: PortKind::Connection,
                    connection,
                    peer: NONE,
                    max_message_length: number("max_message", 65_535) as u32,
                    max_pool_usage: number("max_pool", 16 << 20) as u64,
                    server_sid: number("sid", 0),
                    semaphore: if number("waitable", 0) == 1 { 0 } else { NONE },
                    span,
                });
            }
            What::Message => {
                let bytes = number("bytes", 64) as u32;
                let buffer = number("buffer", bytes.into()) as u32;
                self.program.alpc.messages.push(MessageDef { name, bytes, buffer, span });
            }
            What::Variable => {
                let value = declaration.value.as_ref();
                let value = value.and_then(|e| constant_or_say(e, &self.symbols.machine, self.findings)).unwrap_or(0);
                self.program.globals.push(GlobalDef { name, value, paged: declaration.paged.is_some(), span });
            }
            What::Thread => {
                if declaration.modifier.is_none() {
                    self.user_code(declaration);
                }
                if let (Some(first), Some(place)) = (values.span("processor"), values.span("affinity")) {
                    let finding = Slug::DuplicateSetting.at(place, Say::ProcessorIsAffinity);
                    self.findings.push(finding.label(first, Say::FirstGivenHere));
                }
                let created_by_code = values.get("start").is_none() && self.symbols.creates_thread(&name);
                self.program.threads.push(ThreadDef {
                    name,
                    // 0: that of its process.
                    priority: number("priority", 0) as u8,
                    affinity: processor.map_or_else(|| number("affinity", 0) as u64, |p| 1 << p),
                    system: declaration.modifier.is_some(),
                    start: number("start", 0) as u64,
                    created_by_code,
                    process: reference("process"),
                    body: symbol.body,
                    span,
                });
            }
            What::Machine | What::Isr | What::Function | What::Service | What::Completion | What::Cancel => {}
        }
    }

    /// `paged` stands before code that runs in user mode alone.
    fn user_code(&mut self, declaration: &Declaration<'s>) {
        if let Some(span) = declaration.paged {
            let finding = Slug::WrongKind.at(span, Say::UserCodeIsPageable);
            self.findings.push(finding.fix(Say::RemoveIt, Span { end: span.end + 1, ..span }, ""));
        }
    }

    /// Where a DPC or a timer lies.
    fn block(&self, values: &Values) -> Option<InBlock> {
        let dpcs = self.program.dpcs.iter().filter(|d| d.block.is_some()).count();
        let others = dpcs + self.program.timers.iter().filter(|t| t.block.is_some()).count();
        values.get("in").map(|variable| InBlock::of(variable as u16, others))
    }

    fn device(&mut self, name: String, span: Span, values: &Values) {
        let level = |key: &str| values.get(key).map(|v| v as u8);
        let irql = level("irql").unwrap_or(self.symbols.machine.ladder.device_min());
        let synchronize_irql = level("synchronize_irql").unwrap_or(irql);
        // At PASSIVE_LEVEL; what that takes comes with what nobody declares.
        let passive = values.get("synchronize_irql") == Some(0);
        if passive {
            self.refuse_with_passive(&name, values);
        } else if synchronize_irql < irql
            && let Some(place) = values.span("synchronize_irql")
        {
            let message = Say::SynchronizeTooLow.with(&[&irql]);
            self.findings.push(Slug::SettingOutOfRange.at(place, message).help(Say::IsrMasksItself));
        }
        let mut vector = values.get("vector").zip(values.span("vector")).map(|(v, place)| (v as u8, place));
        if let (Ladder::X64, Some((given, place))) = (self.symbols.machine.ladder, vector)
            && given >> 4 != irql
        {
            let message = Say::VectorsOfLevel.with(&[&irql, &format!("{irql:X}")]);
            self.findings.push(Slug::SettingOutOfRange.at(place, message));
            vector = None;
        }
        self.vectors.push(vector);
        let index = self.program.interrupts.len() as u16;
        self.program.interrupts.push(InterruptDef {
            name,
            irql,
            synchronize_irql,
            processor: values.get("processor").unwrap_or(0) as u8,
            vector: vector.map_or(0, |v| v.0),
            isr: values.get("isr").map_or(NONE, |b| b as u16),
            level_sensitive: values.get("mode") == Some(1),
            share_vector: values.get("share") == Some(1),
            chain: (index, NONE),
            lock: values.get("spinlock").map_or(NONE, |l| l as u16),
            passive: None,
            dpc: values.get("dpc").map_or(NONE, |d| d as u16), // the declared one, until it is copied
            span,
        });
    }

    /// What a passive-level interrupt cannot have.
    fn refuse_with_passive(&mut self, name: &str, values: &Values) {
        if let Some(place) = values.span("spinlock") {
            let finding = Slug::WrongSettingKind.at(place, Say::PassiveHasNoLock.with(&[&name]));
            self.findings.push(finding.help(Say::PassiveHasEvent));
        }
        if let (Some(1), Some(place)) = (values.get("share"), values.span("share")) {
            let finding = Slug::WrongSettingKind.at(place, Say::PassiveSharesNot);
            self.findings.push(finding.help(Say::PassiveOwnLine));
        }
    }

    fn apc(&mut self, symbol: &Symbol<'_, 's>, thread: u16, environment: u8) {
        let declaration = symbol.declaration;
        let modifier = declaration.modifier;
        let kind = match modifier.map_or("", |m| m.text) {
            "special" => ApcKind::SpecialKernel,
            "normal" => ApcKind::NormalKernel,
            "user" => ApcKind::User,
            other => {
                if let Some(modifier) = modifier {
                    let mut finding = Slug::UnexpectedToken.at(modifier.span, Say::NoApcKind.with(&[&other]));
                    if let Some(near) = nearest(other, ["special", "normal", "user"].into_iter()) {
                        finding = finding.replace_by(modifier.span, near);
                    }
                    self.findings.push(finding);
                }
                ApcKind::NormalKernel
            }
        };
        if kind == ApcKind::User && declaration.kernel.is_none() && declaration.rundown.is_none() {
            self.user_code(declaration);
        }
        if let (ApcKind::SpecialKernel, Some((word, _))) = (kind, &declaration.kernel) {
            self.findings.push(Slug::UnexpectedToken.at(*word, Say::SpecialIsKernelRoutine).help(Say::WriteIntoBody));
        }
        let routine = |field| symbol.apc_routine(field).unwrap_or(NONE);
        self.program.apcs.push(ApcDef {
            name: declaration.name.text.to_string(),
            kind,
            thread,
            environment,
            kernel_body: routine("KernelRoutine"),
            rundown_body: routine("RundownRoutine"),
            normal_body: routine("NormalRoutine"),
            owner: ApcOwner::Scenario,
            span: declaration.name.span,
        });
    }

    fn others(&mut self, scenario: &Scenario<'s>) {
        let (mut title, mut about) = (None, None);
        for item in &scenario.items {
            match &item.kind {
                ItemKind::Title(prose) => {
                    if let Some(first) = title.replace(item.keyword) {
                        self.findings.push(twice("title", item.keyword, first));
                    }
                    self.program.title.text = read_texts(prose);
                }
                ItemKind::About(prose) => {
                    if let Some(first) = about.replace(item.keyword) {
                        self.findings.push(twice("about", item.keyword, first));
                    }
                    self.program.about.text = read_texts(prose);
                }
                ItemKind::Stimulus(stimulus) => self.stimulus(stimulus, item.span),
                ItemKind::Expect(expectation) => {
                    if let Some(kind) = self.claim(expectation) {
                        self.program.claims.push(Claim { kind, span: item.span });
                    }
                }
                ItemKind::Machine(_) | ItemKind::Declaration(_) | ItemKind::Translation(_) => {}
            }
        }
        if self.program.stimuli.len() > MOST_OBJECTS
            && let Some(last) = self.program.stimuli.last()
        {
            self.findings.push(
                Slug::TooLarge.at(last.span, Say::TooManyStimuli.with(&[&MOST_OBJECTS])).help(Say::MakeItSmaller),
            );
        }
    }

    /// A time of a stimulus.
    pub(super) fn time(&mut self, expr: &Expr<'_>) -> Option<u64> {
        let value = constant_or_say(expr, &self.symbols.machine, self.findings)?;
        let unit = unit_of(expr);
        if unit == Unit::Size || (unit == Unit::None && value != 0) {
            let end = Span { start: expr.span.end, end: expr.span.end };
            self.findings.push(Slug::WrongSettingKind.at(expr.span, Say::TimeNeedsUnit).fix(
                Say::MakeItMicroseconds,
                end,
                "us",
            ));
            return None;
        }
        if value < 0 {
            self.findings.push(Slug::SettingOutOfRange.at(expr.span, Say::TimeNotNegative));
            return None;
        }
        Some(value as u64)
    }
}

/// Adds the translations to the program's texts. Markers come to be with the code, so this comes last.
pub(crate) fn translate(scenario: &Scenario<'_>, program: &mut Program) {
    const TITLE: u32 = u32::MAX;
    const ABOUT: u32 = TITLE - 1;
    let markers: Vec<String> = program.markers.iter().map(|m| m.name.clone()).collect();
    let mut texts = Names::default();
    for (number, name) in (0..).zip(&markers) {
        texts.insert(name, number);
    }
    texts.insert("title", TITLE);
    texts.insert("about", ABOUT);
    for item in &scenario.items {
        let ItemKind::Translation(translation) = &item.kind else { continue };
        for (name, prose) in &translation.entries {
            let text = match texts.get(name.text) {
                Some(TITLE) => Some(&mut program.title),
                Some(ABOUT) => Some(&mut program.about),
                number => number.and_then(|n| program.markers.get_mut(n as usize)).map(|m| &mut m.caption),
            };
            if let Some(text) = text {
                text.others.push((translation.tag.text.to_string(), read_texts(prose)));
            }
        }
    }
}
