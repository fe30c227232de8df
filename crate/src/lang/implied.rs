//! Objects that nobody declares and that belong to those that are declared: the lock of an interrupt, the APC of a
//! request, the event of a file, the DPC of a device object, the threads of threaded DPCs, of work items and of passive-level
//! interrupts, stack locations.

use super::items::Builder;
use super::say::Say;
use super::settings::NORMAL_PRIORITY_CLASS;
use super::slug::Slug;
use crate::base::NONE;
use crate::program::{
    ApcDef, ApcOwner, Class, ContextObjects, DpcDef, DpcOwner, DpcThreads, EventDef, Importance, InterruptDef, Ladder,
    ObjectRef, PassiveLevel, PortDef, PortKind, ProcessDef, QueueDef, Routine, SemaphoreDef, SpinLockDef, SuspendModel,
    Suspension, SynchronousIo, ThreadDef, TimerCompletions, WORK_QUEUE_TYPES, WorkQueueDef,
};
use crate::text::Span;

/// So many reserve objects for APCs may exist at a time.
const MOST_RESERVES: usize = 8;
/// So many sections of ALPC ports, and views of them, may exist at a time.
const MOST_SECTIONS: usize = 64;
const MOST_VIEWS: usize = 128;
/// Priority of the threads that call passive-level ISRs. Windows documents none; a device ought not to wait for programs, so
/// it is a real-time one.
const SERVICE_THREAD_PRIORITY: u8 = 18;

impl Builder<'_, '_, '_, '_> {
    /// Adds all of them, behind what is declared.
    pub(super) fn implied_objects(&mut self) {
        self.actual_locks();
        self.kernel_apcs();
        self.file_events();
        self.device_dpcs();
        self.dpc_threads();
        self.work_queues();
        self.passive_interrupts();
        self.processes();
        self.alpc();
        self.stacks();
        self.program.spin_locks.push(SpinLockDef { name: "CancelSpinLock".into(), span: Span::default() });
    }

    /// An interrupt object without a lock that the scenario gives it has its own.
    fn actual_locks(&mut self) {
        for device in self.program.interrupts.iter_mut().skip(2).filter(|d| d.lock == NONE && d.synchronize_irql > 0) {
            device.lock = self.program.spin_locks.len().min(usize::from(NONE)) as u16;
            let name = format!("{}.ActualLock", device.name);
            self.program.spin_locks.push(SpinLockDef { name, span: device.span });
        }
    }

    /// The APCs that the kernel itself queues: of each request, then those that some routine asks for.
    fn kernel_apcs(&mut self) {
        let program = &mut self.program;
        program.first_irp_apc = program.apcs.len().min(usize::from(NONE)) as u16;
        for (irp, index) in program.irps.iter().zip(0..) {
            let name = format!("{}.Tail.Apc", irp.name);
            program.apcs.push(ApcDef::of_kernel(name, NONE, ApcOwner::Request(index), irp.span));
        }
        let symbols = self.symbols;
        let any = |routines: &[Routine]| routines.iter().any(|r| symbols.calls(*r));
        let mut kernel = |name: &str, owner| {
            program.apcs.push(ApcDef::of_kernel(name.to_string(), NONE, owner, Span::default()));
            (program.apcs.len() - 1).min(usize::from(NONE)) as u16
        };
        use Routine as R;
        let null_apc = any(&[R::NtQueueApcThread]).then(|| kernel("NtQueueApcThread", ApcOwner::Service));
        let exit_apc = any(&[R::TerminateThread]).then(|| kernel("ExitApc", ApcOwner::Exit));
        let contexts = any(&[R::GetThreadContext, R::SetThreadContext]);
        let context_apc = contexts.then(|| kernel("GetSetContextApc", ApcOwner::Context));
        let reserves = if any(&[R::NtAllocateReserveObject]) { MOST_RESERVES } else { 0 };
        let mut reserve = |n| kernel(&format!("UserApcReserve.{n}"), ApcOwner::Service);
        let first = (1..=reserves).map(&mut reserve).reduce(|first, _| first).unwrap_or_default();
        (program.null_apc, program.exit_apc) = (null_apc, exit_apc);
        program.apc_reserves = first..first.saturating_add(reserves as u16);
        if any(&[R::SetWaitableTimer]) {
            program.timer_completions =
                Some(TimerCompletions { dpc: program.dpcs.len() as u16, apc: program.apcs.len() as u16 });
            for (timer, index) in program.timers.iter().zip(0..) {
                let (name, span) = (format!("{}.TimerApc", timer.name), timer.span);
                program.apcs.push(ApcDef::of_kernel(name, NONE, ApcOwner::Service, span));
                let name = format!("{}.TimerDpc", timer.name);
                let (importance, body) = (Importance::Medium, NONE);
                program.dpcs.push(DpcDef {
                    name,
                    importance,
                    body,
                    owner: DpcOwner::Timer(index),
                    span,
                    ..DpcDef::default()
                });
            }
        }
        let event = |e: &mut Vec<EventDef>, name| e.push(EventDef { name, ..EventDef::default() });
        if let Some(apc) = context_apc {
            program.context = Some(ContextObjects { apc, first_event: program.events.len() as u16 });
            program.threads.iter().for_each(|t| event(&mut program.events, format!("{}.ContextEvent", t.name)));
        }
        let suspends = [R::SuspendThread, R::NtSuspendThread, R::KeSuspendThread, R::CreateThread, R::ResumeThread];
        if any(&suspends) || any(&[R::NtResumeThread, R::KeResumeThread]) {
            let event = program.machine.suspend_model == SuspendModel::SchedApcWin8;
            let (class, first, apc) = match event {
                true => (Class::Event, program.events.len(), "SchedulerApc"),
                false => (Class::Semaphore, program.semaphores.len(), "SuspendApc"),
            };
            let first_object = ObjectRef { class, index: first as u16 };
            program.suspension = Some(Suspension { first_apc: program.apcs.len() as u16, first_object });
            for (thread, index) in program.threads.iter().zip(0..) {
                let (name, span) = (format!("{}.{apc}", thread.name), thread.span);
                program.apcs.push(ApcDef::of_kernel(name, index, ApcOwner::Suspend, span));
                if event {
                    let name = format!("{}.SuspendEvent", thread.name);
                    program.events.push(EventDef { name, notification: true, signalled: false, span });
                } else {
                    let name = format!("{}.SuspendSemaphore", thread.name);
                    program.semaphores.push(SemaphoreDef { name, count: 0, limit: 2, span });
                }
            }
        }
    }

    fn file_events(&mut self) {
        for file in &mut self.program.files {
            file.event = self.program.events.len().min(usize::from(NONE)) as u16;
            let name = format!("{}.Event", file.name);
            self.program.events.push(EventDef { name, notification: true, signalled: false, span: file.span });
            if file.synchronous_io != SynchronousIo::None {
                file.lock = self.program.events.len().min(usize::from(NONE)) as u16;
                let name = format!("{}.Lock", file.name);
                self.program.events.push(EventDef { name, notification: false, signalled: true, span: file.span });
            }
        }
    }

    /// Adds each processor's DPC thread and its event, when there are DPCs for them. Their names cannot be written in
    /// a scenario.
    fn dpc_threads(&mut self) {
        let program = &mut self.program;
        let threaded = program.dpcs.iter().any(|d| d.threaded) || self.symbols.calls(Routine::KeInitializeThreadedDpc);
        if !program.machine.threaded_dpc || !threaded {
            return;
        }
        let (first_thread, first_event) = (program.threads.len() as u16, program.events.len() as u16);
        program.dpc_threads = Some(DpcThreads { first_thread, first_event });
        for cpu in 0..program.machine.processors {
            program.events.push(EventDef { name: format!("DpcEvent.{cpu}"), ..EventDef::default() });
            program.threads.push(ThreadDef {
                name: format!("KiExecuteDpc.{cpu}"),
                priority: 31,
                affinity: 1 << cpu,
                system: true,
                process: NONE,
                body: NONE,
                ..ThreadDef::default()
            });
        }
    }

    /// Adds the queues that work items are put into, each with its worker threads (SE-4). Not more of them run at a time
    /// than there are processors.
    fn work_queues(&mut self) {
        let program = &mut self.program;
        for (queue_type, info) in WORK_QUEUE_TYPES.iter().enumerate().filter(|q| self.symbols.uses_work_queue(q.0)) {
            let (queue, first_thread) = (program.queues.len() as u16, program.threads.len() as u16);
            let concurrency = u16::from(program.machine.processors);
            program.queues.push(QueueDef { name: info.name.into(), concurrency, port: false, span: Span::default() });
            program.threads.extend((0..info.threads).map(|number| info.thread(number)));
            let queue_type = queue_type as u8;
            program.work_queues.push(WorkQueueDef { queue_type, queue, first_thread, threads: info.threads });
        }
    }

    /// Adds what carries each passive-level interrupt to its ISR (IN-7): a DPC, a thread, the event by which the one wakes the
    /// other, and PassiveEvent.
    fn passive_interrupts(&mut self) {
        let program = &mut self.program;
        let passive = |d: &&mut InterruptDef| d.isr != NONE && d.synchronize_irql == Ladder::PASSIVE;
        for (index, device) in (0..).zip(&mut program.interrupts).filter(|(_, d)| passive(d)) {
            let [dpc, event, thread] =
                [program.dpcs.len(), program.events.len(), program.threads.len()].map(|n| n as u16);
            device.passive = Some(PassiveLevel { event, dpc, wake: event + 1, thread });
            let (name, span) = (|part: &str| format!("{}.{part}", device.name), device.span);
            let synchronization = |name, signalled| EventDef { name, notification: false, signalled, span };
            program.events.push(synchronization(name("PassiveEvent"), true));
            program.events.push(synchronization(name("ServiceEvent"), false));
            let owner = DpcOwner::Interrupt(index);
            program.dpcs.push(DpcDef { name: name("ServiceDpc"), body: NONE, owner, span, ..DpcDef::default() });
            program.threads.push(ThreadDef {
                name: name("ServiceThread"),
                priority: SERVICE_THREAD_PRIORITY,
                system: true,
                process: NONE,
                body: NONE,
                ..ThreadDef::default()
            });
        }
    }

    /// The system process, and one for the user threads that name none.
    fn processes(&mut self) {
        let program = &mut self.program;
        program.system_process = program.processes.len().min(usize::from(NONE)) as u16;
        for name in ["System", "App.exe"] {
            program.processes.push(ProcessDef {
                name: name.into(),
                base_priority: NORMAL_PRIORITY_CLASS as u8,
                affinity: program.machine.active_processors(),
                implied: true,
                ..ProcessDef::default()
            });
        }
        for thread in program.threads.iter_mut().filter(|t| t.process == NONE) {
            thread.process = program.system_process + u16::from(!thread.system);
        }
        for thread in &mut program.threads {
            let Some(process) = program.processes.get(usize::from(thread.process)) else { continue };
            if thread.priority == 0 {
                thread.priority = process.base_priority;
            }
            if thread.affinity == 0 {
                thread.affinity = process.affinity;
            }
            if thread.affinity & !process.affinity != 0 {
                let affinity = format!("{:X}", process.affinity);
                let message = Say::OutsideProcess.with(&[&thread.name, &process.name, &affinity]);
                self.findings.push(Slug::SettingOutOfRange.at(thread.span, message));
            }
        }
    }

    /// The communication ports that connections can have, names for sections and their views, and what each thread waits on
    /// for messages.
    fn alpc(&mut self) {
        let declared = self.program.alpc.ports.len();
        if declared == 0 {
            return;
        }
        let alpc = &mut self.program.alpc;
        for (connection, most) in self.connections.iter().enumerate() {
            for number in 1..=*most {
                let base = alpc.ports[connection].clone();
                let first = alpc.ports.len().min(usize::from(NONE) - 1) as u16;
                let end = |what: &str, kind, peer| PortDef {
                    name: format!("{}.{what}{number}", base.name),
                    kind,
                    peer,
                    ..base.clone()
                };
                let pair = [end("Client", PortKind::Client, first + 1), end("Server", PortKind::Server, first)];
                alpc.ports.extend(pair);
            }
        }
        if self.symbols.calls(Routine::NtAlpcCreatePortSection) {
            alpc.sections = (1..=MOST_SECTIONS).map(|n| format!("Section{n}")).collect();
            alpc.views = (1..=MOST_VIEWS).map(|n| format!("View{n}")).collect();
        }
        let semaphores = &mut self.program.semaphores;
        for port in alpc.ports.iter_mut().filter(|p| p.semaphore != NONE) {
            port.semaphore = semaphores.len().min(usize::from(NONE) - 1) as u16;
            let name = format!("{}.Semaphore", port.name);
            semaphores.push(SemaphoreDef { name, count: 0, limit: i32::MAX, span: port.span });
        }
        self.program.alpc.first_semaphore = semaphores.len().min(usize::from(NONE)) as u16;
        for thread in &self.program.threads {
            let name = format!("{}.AlpcWaitSemaphore", thread.name);
            semaphores.push(SemaphoreDef { name, count: 0, limit: 1, span: thread.span });
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
            let threaded = false;
            self.program.dpcs.push(DpcDef {
                name,
                importance,
                target,
                threaded,
                body,
                context,
                span,
                ..DpcDef::default()
            });
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
            self.findings.push(Slug::TooLarge.at(last.span, Say::TooManyLocations).help(Say::MakeItSmaller));
        }
    }
}
