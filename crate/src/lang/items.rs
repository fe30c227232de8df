//! Declarations, stimuli and claims: from the tree to the tables of the program, with a finding for whatever
//! does not fit. Knows nothing of the code in bodies.

use super::ast::{BodyName, Expectation, Expr, ExprKind, ItemKind, Name, Scenario, What};
use super::constant::{NotConstant, evaluate};
use super::lexer::{Unit, read_texts};
use super::names::Names;
use super::say::Say;
use super::settings::{self, Values, constant_or_say, object, unit_of};
use super::slug::{Findings, Slug};
use super::suggest::nearest;
use super::symbols::{MOST_OBJECTS, Symbol, Symbols};
use crate::base::NONE;
use crate::program::{
    ApcDef, ApcKind, BUGCHECKS, Claim, ClaimKind, Class, DpcDef, DpcRule, DpcThreads, DriverDef, EventDef, FileDef,
    GlobalDef, Importance, InterruptDef, IrpDef, Ladder, MachineSettings, ObjectRef, PacketModel, Program, QueueDef,
    SpinLockDef, ThreadDef, TimerDef, built_in_interrupts,
};
use crate::text::Span;

/// Reads the `machine` block; it comes first, because levels and processors depend on it.
pub(crate) fn machine(scenario: &Scenario<'_>, findings: &mut Findings) -> MachineSettings {
    let mut machine = MachineSettings::default();
    let mut first: Option<Span> = None;
    for item in &scenario.items {
        let ItemKind::Machine(list) = &item.kind else { continue };
        if let Some(first) = first {
            findings.push(twice("machine", item.keyword, first));
            continue;
        }
        first = Some(item.keyword);
        let owner = Name { text: "machine", span: item.keyword };
        let values = settings::read(settings::settings_of(What::Machine), owner, list, &Symbols::default(), findings);
        apply_machine(&mut machine, &values);
    }
    machine
}

fn apply_machine(machine: &mut MachineSettings, values: &Values) {
    let get = |name: &str, default: i64| values.get(name).unwrap_or(default);
    machine.processors = get("processors", 1) as u8;
    machine.ladder = if get("irql", 0) == 1 { Ladder::X86 } else { Ladder::X64 };
    machine.clock_interval = get("clock", machine.clock_interval as i64) as u64;
    machine.quantum = get("quantum", machine.quantum.into()) as i8;
    machine.end = get("end", machine.end as i64) as u64;
    machine.seed = get("seed", machine.seed as i64) as u64;
    machine.verifier = get("verifier", machine.verifier.into()) == 1;
    machine.checked = get("checked", machine.checked.into()) == 1;
    machine.dpc_rule = if get("dpc_rule", 0) == 1 { DpcRule::Book } else { DpcRule::Documented };
    machine.packet_model = if get("iocp", 0) == 1 { PacketModel::Dequeue } else { PacketModel::Apc };
    machine.dpc_queue_depth_max = get("dpc_queue_depth", machine.dpc_queue_depth_max.into()) as u16;
    machine.dpc_rate_min = get("dpc_rate", machine.dpc_rate_min.into()) as u32;
    machine.dpc_rate_ideal = get("dpc_ideal_rate", machine.dpc_rate_ideal.into()) as u32;
    machine.dpc_adjust_threshold = get("dpc_adjust_threshold", machine.dpc_adjust_threshold.into()) as u16;
    machine.idle_poll = get("idle_poll", machine.idle_poll as i64) as u64;
    machine.threaded_dpc = get("threaded_dpc", machine.threaded_dpc.into()) == 1;
    machine.dpc_time_limit = get("dpc_time_limit", machine.dpc_time_limit.into()) as u32;
    machine.dpc_watchdog_limit = get("dpc_watchdog_limit", machine.dpc_watchdog_limit.into()) as u32;
}

pub(crate) fn twice(word: &str, span: Span, first: Span) -> crate::diag::Diagnostic {
    Slug::DuplicateName.at(span, Say::GivenTwice.with(&[&word])).label(first, Say::FirstGivenHere)
}

/// Builds the tables of the program.
pub(crate) fn build<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, findings: &mut Findings) -> Program {
    let program = Program {
        machine: symbols.machine.clone(),
        interrupts: built_in_interrupts(symbols.machine.ladder),
        ..Program::default()
    };
    let mut builder = Builder { program, symbols, findings, vectors: Vec::new() };
    for symbol in &symbols.all {
        builder.declaration(symbol);
    }
    super::vectors::assign(&mut builder.program.interrupts, &builder.vectors, symbols.machine.ladder, builder.findings);
    builder.actual_locks();
    builder.irp_apcs();
    builder.file_events();
    builder.device_dpcs();
    builder.dpc_threads();
    builder.stacks();
    builder.program.spin_locks.push(SpinLockDef { name: "CancelSpinLock".into(), span: Span::default() });
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
}

impl<'s> Builder<'_, '_, 's, '_> {
    fn declaration(&mut self, symbol: &Symbol<'_, 's>) {
        let declaration = symbol.declaration;
        let what = declaration.what;
        let table = settings::settings_of(what);
        let values = settings::read(table, declaration.name, &declaration.settings, self.symbols, self.findings);
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
                    span,
                });
            }
            What::Apc => self.apc(symbol, reference("thread")),
            What::Event => {
                let (notification, signalled) = (number("type", 0) == 1, number("signalled", 0) == 1);
                self.program.events.push(EventDef { name, notification, signalled, span });
            }
            What::Timer => {
                let notification = number("type", 1) == 1;
                self.program.timers.push(TimerDef { name, notification, span });
            }
            What::SpinLock => self.program.spin_locks.push(SpinLockDef { name, span }),
            What::File => {
                let (completion_port, key) = (reference("completion_port"), number("key", 0));
                self.program.files.push(FileDef {
                    name,
                    completion_port,
                    key,
                    driver: reference("driver"),
                    event: NONE,
                    span,
                });
            }
            What::Driver => {
                let (lower, body) = (reference("lower"), symbol.body);
                self.program.drivers.push(DriverDef { name, lower, body, span });
            }
            What::Iocp => {
                let concurrency = number("concurrency", i64::from(self.symbols.machine.processors)) as u16;
                self.program.queues.push(QueueDef { name, concurrency, span });
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
            What::Variable => {
                let value = declaration.value.as_ref();
                let value = value.and_then(|e| constant_or_say(e, &self.symbols.machine, self.findings)).unwrap_or(0);
                self.program.globals.push(GlobalDef { name, value, paged: declaration.modifier.is_some(), span });
            }
            What::Thread => {
                if let Some(modifier) = declaration.modifier.filter(|m| m.text != "system") {
                    self.findings.push(Slug::WrongKind.at(modifier.span, Say::OnlySystemBefore));
                }
                self.program.threads.push(ThreadDef {
                    name,
                    priority: number("priority", 8) as u8,
                    processor,
                    system: declaration.modifier.is_some(),
                    start: number("start", 0) as u64,
                    body: symbol.body,
                    span,
                });
            }
            What::Machine | What::Isr | What::Function | What::Service | What::Completion | What::Cancel => {}
        }
    }

    fn device(&mut self, name: String, span: Span, values: &Values) {
        let level = |key: &str| values.get(key).map(|v| v as u8);
        let irql = level("irql").unwrap_or(self.symbols.machine.ladder.device_min());
        let synchronize_irql = level("synchronize_irql").unwrap_or(irql);
        if synchronize_irql < irql
            && let Some(place) = values.span("synchronize_irql")
        {
            let message = Say::SynchronizeTooLow.with(&[&irql]);
            self.findings.push(Slug::SettingOutOfRange.at(place, message).help(Say::IsrMasksItself));
        }
        let vector = values.get("vector").zip(values.span("vector")).map(|(v, place)| (v as u8, place));
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
            dpc: values.get("dpc").map_or(NONE, |d| d as u16), // the declared one, until it is copied
            span,
        });
    }

    /// An interrupt object without a lock that the scenario gives it has its own.
    fn actual_locks(&mut self) {
        for device in self.program.interrupts.iter_mut().skip(2).filter(|d| d.lock == NONE) {
            device.lock = self.program.spin_locks.len().min(usize::from(NONE)) as u16;
            let name = format!("{}.ActualLock", device.name);
            self.program.spin_locks.push(SpinLockDef { name, span: device.span });
        }
    }

    fn apc(&mut self, symbol: &Symbol<'_, 's>, thread: u16) {
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
        if let (ApcKind::SpecialKernel, Some((word, _))) = (kind, &declaration.kernel) {
            self.findings.push(Slug::UnexpectedToken.at(*word, Say::SpecialIsKernelRoutine).help(Say::WriteIntoBody));
        }
        let special = kind == ApcKind::SpecialKernel;
        self.program.apcs.push(ApcDef {
            name: declaration.name.text.to_string(),
            kind,
            thread,
            kernel_body: if special { symbol.body } else { symbol.kernel_body },
            normal_body: if special { NONE } else { symbol.body },
            irp: NONE,
            span: declaration.name.span,
        });
    }

    fn irp_apcs(&mut self) {
        for (index, irp) in self.program.irps.iter().enumerate() {
            self.program.apcs.push(ApcDef {
                name: format!("{}.Tail.Apc", irp.name),
                kind: ApcKind::SpecialKernel,
                thread: NONE,
                kernel_body: NONE,
                normal_body: NONE,
                irp: index.min(usize::from(NONE)) as u16,
                span: irp.span,
            });
        }
    }

    fn file_events(&mut self) {
        for file in &mut self.program.files {
            file.event = self.program.events.len().min(usize::from(NONE)) as u16;
            let name = format!("{}.Event", file.name);
            self.program.events.push(EventDef { name, notification: true, signalled: false, span: file.span });
        }
    }

    /// Adds each processor's DPC thread and its event, when there are DPCs for them. Their names cannot be written in
    /// a scenario.
    fn dpc_threads(&mut self) {
        let program = &mut self.program;
        if !program.machine.threaded_dpc || !program.dpcs.iter().any(|d| d.threaded) {
            return;
        }
        let (first_thread, first_event) = (program.threads.len() as u16, program.events.len() as u16);
        program.dpc_threads = Some(DpcThreads { first_thread, first_event });
        for cpu in 0..program.machine.processors {
            program.events.push(EventDef { name: format!("DpcEvent.{cpu}"), ..EventDef::default() });
            program.threads.push(ThreadDef {
                name: format!("KiExecuteDpc.{cpu}"),
                priority: 31,
                processor: Some(cpu),
                system: true,
                body: NONE,
                ..ThreadDef::default()
            });
        }
    }

    /// The DPC in the device object (DP-26): zeroed memory, unless its DpcForIsr was given from the start.
    fn device_dpcs(&mut self) {
        for (device, index) in self.program.interrupts.iter_mut().zip(0..) {
            let given = self.program.dpcs.get(device.dpc as usize);
            if given.is_none() && !self.symbols.uses_dpc_of(&device.name) {
                continue;
            }
            let (importance, body) = given.map_or((Importance::Low, NONE), |d| (Importance::Medium, d.body));
            device.dpc = self.program.dpcs.len().min(usize::from(NONE)) as u16;
            let context = i64::from(ObjectRef { class: Class::Interrupt, index }.pack());
            let (name, target, span) = (format!("{}.Dpc", device.name), None, device.span);
            self.program.dpcs.push(DpcDef { name, importance, target, threaded: false, body, context, span });
        }
    }

    /// Each request gets a stack location for each driver on its way.
    fn stacks(&mut self) {
        let drivers = &self.program.drivers;
        let depth = |driver: u16| {
            let below = |d: &u16| drivers.get(usize::from(*d)).map(|d| d.lower);
            let chain = std::iter::successors(Some(driver), below).take_while(|d| *d != NONE);
            chain.take(drivers.len() + 1).count()
        };
        let round = (0..).zip(drivers).find(|(at, _)| depth(*at) > drivers.len());
        if let Some((_, driver)) = round {
            self.findings.push(Slug::WrongSettingKind.at(driver.span, Say::DriversInACircle.with(&[&driver.name])));
        }
        let mut first = 0_usize;
        for irp in &mut self.program.irps {
            let top = self.program.files.get(usize::from(irp.file)).map_or(NONE, |f| f.driver);
            let count = if top == NONE { 1 } else { depth(top).min(127) };
            (irp.stack_count, irp.first_location) = (count as u8, first.min(usize::from(NONE)) as u16);
            first += count;
        }
        if first > usize::from(NONE)
            && let Some(last) = self.program.irps.last()
        {
            self.findings.push(Slug::TooLarge.at(last.span, Say::TooManyLocations));
        }
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
            self.findings.push(Slug::TooLarge.at(last.span, Say::TooManyStimuli.with(&[&MOST_OBJECTS])));
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

    fn claim(&mut self, expectation: &Expectation<'s>) -> Option<ClaimKind> {
        Some(match expectation {
            Expectation::Order(names) => {
                let bodies: Vec<Option<u16>> = names.iter().map(|n| self.body(*n, false).map(|b| b.0)).collect();
                ClaimKind::Order(bodies.into_iter().collect::<Option<_>>()?)
            }
            Expectation::Bugcheck(code) => ClaimKind::Bugcheck(self.bugcheck(code)?),
            Expectation::Deadlock => ClaimKind::Deadlock,
            Expectation::Completed => ClaimKind::Completed,
            Expectation::Count { body, comparison, number } => {
                let body = self.body(*body, false);
                let value = constant_or_say(number, &self.symbols.machine, self.findings)?;
                if value < 0 || unit_of(number) != Unit::None {
                    self.findings.push(Slug::WrongSettingKind.at(number.span, Say::PlainCount));
                    return None;
                }
                ClaimKind::Count { body: body?.0, comparison: *comparison, number: value as u64 }
            }
            Expectation::Latency { from, to, comparison, limit } => {
                let start = self.body(*from, true);
                let end = self.body(*to, false);
                let limit = self.time(limit)?;
                let (from, from_request) = start?;
                ClaimKind::Latency { from, from_request, to: end?.0, comparison: *comparison, limit }
            }
        })
    }

    /// The body of a claim; true when it is named by its device.
    fn body(&mut self, name: BodyName<'s>, device_too: bool) -> Option<(u16, bool)> {
        let with_device = [
            What::Isr,
            What::Dpc,
            What::Apc,
            What::Thread,
            What::Function,
            What::Service,
            What::Driver,
            What::Completion,
            What::Cancel,
            What::Device,
        ];
        let wanted = if device_too { &with_device[..] } else { &with_device[..9] };
        let symbol = object(name.owner, wanted, self.symbols, self.findings)?;
        if let Some(part) = name.part {
            if part.text == "KernelRoutine" && symbol.kernel_body != NONE {
                return Some((symbol.kernel_body, false));
            }
            let message = Say::NoSuchPart.with(&[&name.owner.text, &part.text]);
            self.findings.push(Slug::UnknownField.at(part.span, message).help(Say::PartsAre));
            return None;
        }
        if symbol.what() == What::Device {
            let isr = symbol.declaration.settings.iter().find(|s| s.key.text == "isr")?.value.as_name()?;
            return Some((self.symbols.get(isr.text)?.body, true));
        }
        // Code that could not be read was reported where it stands.
        (symbol.body != NONE).then_some((symbol.body, false))
    }

    fn bugcheck(&mut self, expr: &Expr<'_>) -> Option<u32> {
        let name = match evaluate(expr, &self.symbols.machine) {
            Ok(value) => match u32::try_from(value) {
                Ok(code) => return Some(code),
                Err(_) => {
                    self.findings.push(Slug::SettingOutOfRange.at(expr.span, Say::BugcheckTooLarge));
                    return None;
                }
            },
            Err(NotConstant::Unknown(name)) if matches!(expr.kind, ExprKind::Name(_)) => name,
            Err(_) => {
                constant_or_say(expr, &self.symbols.machine, self.findings);
                return None;
            }
        };
        if let Some((code, _)) = BUGCHECKS.iter().find(|b| b.1 == name.text) {
            return Some(*code);
        }
        let mut finding = Slug::UnknownName.at(name.span, Say::NoSuchBugcheck.with(&[&name.text]));
        finding = match nearest(name.text, BUGCHECKS.iter().map(|b| b.1)) {
            Some(near) => finding.replace_by(name.span, near),
            None => finding.help(Say::GiveBugcheck),
        };
        self.findings.push(finding);
        None
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
