//! Who is who: every declared name with its number in the program, and every piece of code.

use super::ast::{Block, Declaration, Expr, ExprKind, ItemKind, Name, Scenario, Setting, StmtKind, What};
use super::names::Names;
use super::parser::STATEMENT_WORDS;
use super::say::Say;
use super::slug::{Findings, Slug};
use crate::base::NONE;
use crate::program::{
    BodyKind, Caller, Class, MachineSettings, ObjectRef, ROUTINES, Routine, RoutineInfo, WORK_QUEUE_TYPES, constant,
};
use crate::text::Span;

/// At most so many objects of a class.
pub(crate) const MOST_OBJECTS: usize = 4096;

/// A declared name.
#[derive(Clone, Debug)]
pub(crate) struct Symbol<'a, 's> {
    pub(crate) declaration: &'a Declaration<'s>,
    /// Its number among its class; bodies only have [`Symbol::body`].
    pub(crate) index: u16,
    /// Its code, or [`NONE`].
    pub(crate) body: u16,
    /// Its KernelRoutine, or [`NONE`].
    pub(crate) kernel_body: u16,
    /// Its RundownRoutine, or [`NONE`].
    pub(crate) rundown_body: u16,
}

impl Symbol<'_, '_> {
    pub(crate) fn what(&self) -> What {
        self.declaration.what
    }

    /// Whether it is an APC whose routine runs in user mode.
    pub(crate) fn is_user_apc(&self) -> bool {
        self.what() == What::Apc && self.declaration.modifier.is_some_and(|m| m.text == "user")
    }

    /// The code of an APC's routine, by the name of its field in the KAPC; [`NONE`] when it has none.
    pub(crate) fn apc_routine(&self, field: &str) -> Option<u16> {
        let special = self.declaration.modifier.is_some_and(|m| m.text == "special");
        Some(match field {
            _ if self.what() != What::Apc => return None,
            "KernelRoutine" if special => self.body,
            "KernelRoutine" => self.kernel_body,
            "RundownRoutine" => self.rundown_body,
            "NormalRoutine" if special => NONE,
            "NormalRoutine" => self.body,
            _ => return None,
        })
    }

    /// Whether it is a DPC that says `type: threaded`.
    pub(crate) fn is_threaded_dpc(&self) -> bool {
        let says = |s: &Setting<'_>| s.key.text == "type" && s.value.as_name().is_some_and(|v| v.text == "threaded");
        self.what() == What::Dpc && self.declaration.settings.iter().any(says)
    }
}

/// A piece of code before it is compiled.
#[derive(Clone, Debug)]
pub(crate) struct Code<'a, 's> {
    pub(crate) name: Name<'s>,
    /// The routine of an APC that has a block of its own, by the name of its field in the KAPC; else nothing.
    pub(crate) part: &'static str,
    pub(crate) keyword: Span,
    /// It lies in a pageable section.
    pub(crate) paged: bool,
    pub(crate) kind: BodyKind,
    pub(crate) block: &'a Block<'s>,
    /// Parameters by slot.
    pub(crate) params: Vec<&'s str>,
    /// Declared parameters have places; built-in ones have none.
    pub(crate) declared: &'a [Name<'s>],
    /// The routine of a DPC that a device object has built in: its parameters have names of their own.
    pub(crate) for_isr: bool,
}

impl Code<'_, '_> {
    /// Whether this code runs in user mode; `None` for functions, which run in both.
    pub(crate) fn is_user(&self) -> Option<bool> {
        match self.kind {
            BodyKind::UserApc | BodyKind::UserThread => Some(true),
            BodyKind::Function => None,
            _ => Some(false),
        }
    }

    /// Whether a name is the request that a driver's code has in hand.
    pub(crate) fn is_irp(&self, name: &str) -> bool {
        name == "Irp" && self.kind.has_irp()
    }

    /// The slot of a parameter, by its name or by another name that the documentation has for it.
    pub(crate) fn param(&self, name: &str) -> Option<u16> {
        let name = match name {
            "ErrorCode" if self.kind == BodyKind::UserApc => "NormalContext",
            "BytesTransferred" if self.kind == BodyKind::UserApc => "SystemArgument1",
            "Overlapped" if self.kind == BodyKind::UserApc => "SystemArgument2",
            "DeviceObject" if self.for_isr => "DeferredContext",
            "Irp" if self.for_isr => "SystemArgument1",
            "Context" if self.for_isr => "SystemArgument2",
            "DeviceObject" if self.kind == BodyKind::WorkItem => "IoObject",
            "Parameter" if self.kind == BodyKind::WorkItem => "Context",
            _ => name,
        };
        self.params.iter().position(|p| *p == name).map(|p| p as u16)
    }
}

/// All declared names and all code.
#[derive(Debug, Default)]
pub(crate) struct Symbols<'a, 's> {
    pub(crate) machine: MachineSettings,
    by_name: Names<'s>,
    pub(crate) all: Vec<Symbol<'a, 's>>,
    pub(crate) code: Vec<Code<'a, 's>>,
    routines: Names<'static>,
    /// Devices whose own DPC is requested, and those whose own DPC gets a routine.
    requested_dpcs: Vec<&'s str>,
    initialised_dpcs: Vec<&'s str>,
    /// APCs that KeInitializeApc gives a thread and routines.
    initialised_apcs: Vec<&'s str>,
    /// DPCs whose routines KeInitializeThreadedDpc gives to threaded ones.
    threaded_routines: Vec<&'s str>,
    /// Threads that CreateThread or PsCreateSystemThread create.
    created_threads: Vec<&'s str>,
    /// The routines that code calls.
    called: Vec<Routine>,
    /// The queues of worker threads that code names.
    work_queues: [bool; WORK_QUEUE_TYPES.len()],
}

/// What a name in code stands for, once local variables are ruled out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    Constant(i64),
    Global(u16),
    Object(ObjectRef),
    Code,
}

impl<'a, 's> Symbols<'a, 's> {
    /// Numbers the declarations of a scenario.
    pub(crate) fn collect(scenario: &'a Scenario<'s>, machine: MachineSettings, findings: &mut Findings) -> Self {
        let mut symbols = Self { machine, ..Self::default() };
        for (index, routine) in (0..).zip(ROUTINES) {
            symbols.routines.insert(routine.name, index);
        }
        let mut counts = [0; Class::ALL.len()];
        for item in &scenario.items {
            let ItemKind::Declaration(declaration) = &item.kind else { continue };
            if symbols.name_is_taken(declaration.name, findings) {
                continue;
            }
            let class = class_of(declaration.what);
            let count = &mut counts[class as usize];
            // Devices come after the clock and the inter-processor interrupt.
            let index = *count + if class == Class::Interrupt { 2 } else { 0 };
            *count += 1;
            if *count == MOST_OBJECTS + 1 {
                let finding = Slug::TooLarge.at(declaration.name.span, Say::TooManyObjects.with(&[&MOST_OBJECTS]));
                findings.push(finding.help(Say::MakeItSmaller));
            }
            symbols.by_name.insert(declaration.name.text, symbols.all.len() as u32);
            let index = index.min(usize::from(NONE)) as u16;
            let keyword = declaration.modifier.filter(|m| m.text == "system").map_or(item.keyword, |m| m.span);
            symbols.all.push(Symbol { declaration, index, body: NONE, kernel_body: NONE, rundown_body: NONE });
            symbols.add_code(declaration, keyword);
        }
        symbols.find_initialised();
        symbols
    }

    /// Which devices' own DPCs are asked for, and which routines are theirs (DP-26); which APCs are initialised.
    fn find_initialised(&mut self) {
        let (mut routines, mut requested, mut initialised) = (Vec::new(), Vec::new(), Vec::new());
        let (mut apcs, mut threads, mut called) = (Vec::new(), Vec::new(), Vec::new());
        let mut threaded_routines = Vec::new();
        let mut work_queues = [false; WORK_QUEUE_TYPES.len()];
        for symbol in self.all.iter().filter(|s| s.what() == What::Device) {
            let given = symbol.declaration.settings.iter().find(|s| s.key.text == "dpc");
            if let Some(routine) = given.and_then(|s| s.value.as_name()) {
                routines.push(routine.text);
                initialised.push(symbol.declaration.name.text);
            }
        }
        for code in &self.code {
            code.block.each(&mut |statement| {
                for expr in statement.expressions() {
                    expr.each(&mut |e| {
                        let ExprKind::Call { callee, args } = &e.kind else { return };
                        let name = |at: usize| args.get(at).and_then(Expr::as_name).map(|n| n.text);
                        let routine = self.routine(callee.text).map(|r| r.routine);
                        called.extend(routine.filter(|r| !called.contains(r)));
                        match routine {
                            Some(Routine::KeInitializeApc) => apcs.extend(name(0)),
                            Some(Routine::KeInitializeThreadedDpc) => threaded_routines.extend(name(1)),
                            Some(Routine::CreateThread) => threads.extend(name(2)),
                            Some(Routine::PsCreateSystemThread) => threads.extend(name(5)),
                            Some(Routine::ExQueueWorkItem) => name_work_queue(&mut work_queues, name(1)),
                            Some(Routine::IoQueueWorkItem | Routine::IoQueueWorkItemEx) => {
                                name_work_queue(&mut work_queues, name(2));
                            }
                            Some(Routine::IoRequestDpc) => requested.extend(name(0)),
                            Some(Routine::IoInitializeDpcRequest) => {
                                initialised.extend(name(0));
                                routines.extend(name(1));
                            }
                            _ => {}
                        }
                    });
                }
            });
        }
        let own_name = self.by_name.get("Dpc").is_some();
        for code in self.code.iter_mut().filter(|c| c.kind == BodyKind::Dpc) {
            code.for_isr = routines.contains(&code.name.text);
            // A declared object of this name is not hidden: code queues it by its name.
            if own_name && let Some(first) = code.params.first_mut() {
                *first = "";
            }
        }
        // Who creates a thread may hand it a value.
        for code in self.code.iter_mut().filter(|c| threads.contains(&c.name.text)) {
            code.params = match code.kind {
                BodyKind::UserThread => vec!["Parameter"],
                BodyKind::SystemThread => vec!["StartContext"],
                _ => continue,
            };
        }
        (self.requested_dpcs, self.initialised_dpcs) = (requested, initialised);
        self.threaded_routines = threaded_routines;
        self.work_queues = work_queues;
        (self.initialised_apcs, self.created_threads, self.called) = (apcs, threads, called);
    }

    /// Whether any code calls a routine.
    pub(crate) fn calls(&self, routine: Routine) -> bool {
        self.called.contains(&routine)
    }

    /// Whether any code may put a work item into the queue of this type.
    pub(crate) fn uses_work_queue(&self, queue_type: usize) -> bool {
        self.work_queues.get(queue_type) == Some(&true)
    }

    /// Whether a DPC's routine becomes that of a threaded one, wherever it runs else.
    pub(crate) fn is_given_to_threaded_dpc(&self, dpc: &str) -> bool {
        self.threaded_routines.contains(&dpc)
    }

    /// Whether any code creates a thread.
    pub(crate) fn creates_thread(&self, thread: &str) -> bool {
        self.created_threads.contains(&thread)
    }

    /// Whether anything initialises an APC.
    pub(crate) fn initialises_apc(&self, apc: &str) -> bool {
        self.initialised_apcs.contains(&apc)
    }

    /// Whether anything initialises the DPC in a device object.
    pub(crate) fn initialises_dpc_of(&self, device: &str) -> bool {
        self.initialised_dpcs.contains(&device)
    }

    /// Whether anything initialises or requests the DPC in a device object.
    pub(crate) fn uses_dpc_of(&self, device: &str) -> bool {
        self.initialises_dpc_of(device) || self.requested_dpcs.contains(&device)
    }

    fn name_is_taken(&self, name: Name<'s>, findings: &mut Findings) -> bool {
        if let Some(first) = self.get(name.text) {
            findings.push(
                Slug::DuplicateName
                    .at(name.span, Say::DeclaredTwice.with(&[&name.text]))
                    .label(first.declaration.name.span, Say::FirstDeclaredHere),
            );
            return true;
        }
        if is_reserved(name.text) {
            findings.push(
                Slug::ReservedName.at(name.span, Say::HasAMeaning.with(&[&name.text])).help(Say::ChooseAnotherName),
            );
            return true;
        }
        false
    }

    fn add_code(&mut self, declaration: &'a Declaration<'s>, keyword: Span) {
        let (mut kernel_body, mut rundown_body) = (NONE, NONE);
        let mut body = NONE;
        if let Some((word, block)) = &declaration.kernel {
            kernel_body = self.push_code(declaration, *word, block, BodyKind::ApcKernelRoutine, "KernelRoutine");
        }
        if let Some((word, block)) = &declaration.rundown {
            rundown_body = self.push_code(declaration, *word, block, BodyKind::ApcRundownRoutine, "RundownRoutine");
        }
        if let (Some(block), Some(kind)) = (&declaration.body, body_kind(declaration)) {
            body = self.push_code(declaration, keyword, block, kind, "");
        }
        if let Some(symbol) = self.all.last_mut() {
            symbol.body = body;
            symbol.kernel_body = kernel_body;
            symbol.rundown_body = rundown_body;
        }
    }

    fn push_code(
        &mut self,
        declaration: &'a Declaration<'s>,
        keyword: Span,
        block: &'a Block<'s>,
        kind: BodyKind,
        part: &'static str,
    ) -> u16 {
        let params = match kind {
            BodyKind::Function | BodyKind::Service => declaration.params.iter().map(|p| p.text).collect(),
            _ => built_in_params(kind).to_vec(),
        };
        let (name, declared) = (declaration.name, declaration.params.as_slice());
        let user = matches!(kind, BodyKind::UserApc | BodyKind::UserThread);
        let paged = declaration.paged.is_some() && !user;
        self.code.push(Code { name, part, keyword, paged, kind, block, params, declared, for_isr: false });
        (self.code.len() - 1).min(usize::from(NONE)) as u16
    }

    /// The declaration of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Symbol<'a, 's>> {
        self.all.get(self.by_name.get(name)? as usize)
    }

    /// The documented routine of a name.
    pub(crate) fn routine(&self, name: &str) -> Option<&'static RoutineInfo> {
        ROUTINES.get(self.routines.get(name)? as usize)
    }

    /// What a name that is no local variable stands for.
    pub(crate) fn meaning(&self, name: &str) -> Option<Meaning> {
        if let Some(value) = constant(name, &self.machine) {
            return Some(Meaning::Constant(value));
        }
        let symbol = self.get(name)?;
        let class = class_of(symbol.what());
        Some(match class {
            Class::Global => Meaning::Global(symbol.index),
            Class::Body => Meaning::Code,
            _ => Meaning::Object(ObjectRef { class, index: symbol.index }),
        })
    }

    /// Whether assignments to this name write a global variable.
    pub(crate) fn is_global(&self, name: &str) -> bool {
        self.get(name).is_some_and(|s| s.what() == What::Variable)
    }

    /// The names of all markers, in the order of the code.
    pub(crate) fn markers(&self) -> Vec<Name<'s>> {
        let mut markers = Vec::new();
        for code in &self.code {
            code.block.each(&mut |statement| {
                if let StmtKind::Marker { name, .. } = &statement.kind {
                    markers.push(*name);
                }
            });
        }
        markers
    }

    /// The declared names of these kinds, for suggestions.
    pub(crate) fn names(&self, wanted: impl Fn(What) -> bool) -> impl Iterator<Item = &'s str> {
        self.all.iter().filter(move |s| wanted(s.what())).map(|s| s.declaration.name.text)
    }
}

/// The queue that a call names; what is no name of one may be any of them.
fn name_work_queue(used: &mut [bool], name: Option<&str>) {
    let named = WORK_QUEUE_TYPES.iter().position(|q| name == Some(q.name));
    for (queue, used) in used.iter_mut().enumerate() {
        *used |= named.is_none_or(|named| named == queue);
    }
}

/// Whether a name belongs to the language.
pub(crate) fn is_reserved(name: &str) -> bool {
    ROUTINES.iter().any(|r| r.name == name)
        || crate::program::CONSTANTS.iter().any(|c| c.name == name)
        || STATEMENT_WORDS.iter().any(|w| w.word == name)
}

/// The class that a declaration's objects are numbered in.
pub(crate) fn class_of(what: What) -> Class {
    match what {
        What::Machine => Class::None,
        What::Device => Class::Interrupt,
        What::Isr | What::Function | What::Service | What::Completion | What::Cancel => Class::Body,
        What::Dpc => Class::Dpc,
        What::Apc => Class::Apc,
        What::Event => Class::Event,
        What::Timer => Class::Timer,
        What::Semaphore => Class::Semaphore,
        What::Process => Class::Process,
        What::Mutex | What::Mutant => Class::Mutant,
        What::FastMutex | What::GuardedMutex => Class::FastMutex,
        What::Resource => Class::Resource,
        What::SpinLock => Class::SpinLock,
        What::Iocp | What::Queue => Class::Queue,
        What::Driver => Class::Driver,
        What::File => Class::File,
        What::Irp => Class::Irp,
        What::Port => Class::Port,
        What::Message => Class::Message,
        What::Variable => Class::Global,
        What::Thread => Class::Thread,
        What::WorkItem => Class::WorkItem,
    }
}

/// What threads can wait for; a driver's mutex has no handle, so it comes last, where user mode does not look.
const WAITABLE: &[What] =
    &[What::Event, What::Timer, What::Semaphore, What::Mutant, What::Thread, What::Process, What::File, What::Mutex];

/// What SignalObjectAndWait can signal.
pub(crate) const SIGNALLED: &[What] = &[What::Event, What::Semaphore, What::Mutant];

/// What the callers of a routine can wait for.
pub(crate) fn waitable(info: &RoutineInfo) -> &'static [What] {
    let handles = WAITABLE.split_last().map_or(WAITABLE, |(_, others)| others);
    if info.caller == Caller::User { handles } else { WAITABLE }
}

/// What declares the code that a parameter takes.
pub(crate) fn code_of(kind: BodyKind) -> What {
    if kind == BodyKind::Cancel { What::Cancel } else { What::Completion }
}

fn body_kind(declaration: &Declaration<'_>) -> Option<BodyKind> {
    let modifier = declaration.modifier.map_or("", |m| m.text);
    Some(match declaration.what {
        What::Isr => BodyKind::Isr,
        What::Dpc => BodyKind::Dpc,
        What::Apc => match modifier {
            "special" => BodyKind::ApcKernelRoutine,
            "user" => BodyKind::UserApc,
            _ => BodyKind::ApcNormalRoutine,
        },
        What::Thread if modifier == "system" => BodyKind::SystemThread,
        What::Thread => BodyKind::UserThread,
        What::Function => BodyKind::Function,
        What::Service => BodyKind::Service,
        What::Driver => BodyKind::Driver,
        What::Completion => BodyKind::Completion,
        What::Cancel => BodyKind::Cancel,
        What::WorkItem => BodyKind::WorkItem,
        _ => return None,
    })
}

/// The parameters that the kernel hands to code of a kind.
pub(crate) fn built_in_params(kind: BodyKind) -> &'static [&'static str] {
    match kind {
        BodyKind::Dpc => &["Dpc", "DeferredContext", "SystemArgument1", "SystemArgument2"],
        BodyKind::ApcKernelRoutine => &["NormalRoutine", "NormalContext", "SystemArgument1", "SystemArgument2"],
        BodyKind::Driver | BodyKind::Cancel => &["DeviceObject", "Irp"],
        BodyKind::Completion => &["DeviceObject", "Irp", "Context"],
        BodyKind::WorkItem => &["IoObject", "Context", "IoWorkItem"],
        BodyKind::ApcNormalRoutine | BodyKind::UserApc => &["NormalContext", "SystemArgument1", "SystemArgument2"],
        _ => &[],
    }
}

/// The local variables of a piece of code with the place of their first assignment, in that order.
pub(crate) fn locals<'s>(code: &Code<'_, 's>, symbols: &Symbols<'_, 's>) -> Vec<Name<'s>> {
    let mut found = Locals { list: Vec::new(), seen: Names::default() };
    let mut declared = Names::default();
    code.block.each(&mut |statement| {
        if let StmtKind::Assign(assign) = &statement.kind
            && assign.declares
        {
            declared.add(assign.target.text);
        }
    });
    let is_local =
        |name: &str| code.param(name).is_none() && (declared.contains(name) || symbols.meaning(name).is_none());
    code.block.each(&mut |statement| {
        for expr in statement.expressions() {
            expr.each(&mut |e| {
                out_variables(e, symbols).into_iter().filter(|n| is_local(n.text)).for_each(|n| found.add(n));
            });
        }
        if let StmtKind::Assign(assign) = &statement.kind
            && assign.field.is_none()
            && is_local(assign.target.text)
        {
            found.add(assign.target);
        }
    });
    found.list
}

struct Locals<'s> {
    list: Vec<Name<'s>>,
    seen: Names<'s>,
}

impl<'s> Locals<'s> {
    fn add(&mut self, name: Name<'s>) {
        if self.seen.add(name.text) && !is_reserved(name.text) {
            self.list.push(name);
        }
    }
}

/// The variables that a call writes through its out parameters.
pub(crate) fn out_variables<'s>(expr: &super::ast::Expr<'s>, symbols: &Symbols<'_, 's>) -> Vec<Name<'s>> {
    let super::ast::ExprKind::Call { callee, args } = &expr.kind else { return vec![] };
    let params = symbols.routine(callee.text).map_or(&[][..], |info| info.params);
    args.iter().zip(params).filter(|(_, p)| p.kind.is_out()).filter_map(|(arg, _)| arg.as_name()).collect()
}
