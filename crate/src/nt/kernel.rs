//! The kernel as one value: the state, the program it runs, and the records that it makes.

use super::frame::FrameId;
use super::helpers::Helpers;
use super::state::{State, Stop};
use crate::base::{NO_RECORD, NONE};
use crate::program::{BodyKind, Class, Program, Routine};
use crate::trace::{Kind, Record, Rule};
use std::rc::Rc;

/// What ends a run that would not end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Records of a run.
    pub records: u32,
    /// Operations at one instant of virtual time: code that loops without `work`.
    pub ops_at_instant: u32,
    /// Frames on one stack: recursion.
    pub nesting: u32,
    /// APC objects that QueueUserAPC has made and nobody has delivered.
    pub apc_pool: u32,
    /// Completion packets that nobody has removed.
    pub packet_pool: u32,
    /// ALPC messages that nobody has received.
    pub alpc_messages: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records: 2_000_000,
            ops_at_instant: 1_000_000,
            nesting: 256,
            apc_pool: 10_000,
            packet_pool: 10_000,
            alpc_messages: 10_000,
        }
    }
}

/// The machine's mechanism. `sim` drives it; see the module for what it does not know.
#[derive(Debug)]
pub struct Kernel {
    /// Everything that changes.
    pub state: State,
    /// What runs.
    pub program: Rc<Program>,
    /// What stops it.
    pub limits: Limits,
    /// Records made since the caller last emptied it.
    pub out: Vec<Record>,
    /// When this record is made, a copy of the state goes to `snapshot`.
    pub watch: u32,
    /// The state right after record `watch`.
    pub snapshot: Option<Box<State>>,
    /// Cause of the records being made: what explains the code that runs.
    pub(super) cause: u32,
    /// The operation being executed.
    pub(super) pc: u16,
    /// Some object lies in a block of pool.
    pub(super) objects_in_blocks: bool,
    /// Device interrupts by processor, each list with the highest level and vector first.
    pub(super) interrupt_order: Vec<Vec<u16>>,
    /// Those whose code may resume a suspended thread.
    pub(super) resumers: Helpers,
    /// Who may answer the request that a thread waits for.
    pub(super) repliers: Helpers,
    /// Who may receive a request that a thread waits for.
    pub(super) receivers: Helpers,
    /// Who may accept connections.
    pub(super) accepters: Helpers,
    /// Who may take a request back.
    pub(super) withdrawers: Helpers,
    /// Who may give a thread another processor.
    pub(super) movers: Helpers,
}

impl Kernel {
    /// The kernel before the machine starts.
    #[must_use]
    pub fn new(program: Rc<Program>, limits: Limits) -> Self {
        let state = State::new(&program);
        let mut interrupt_order = vec![Vec::new(); program.machine.processors as usize];
        for (i, def) in program.interrupts.iter().enumerate().skip(2) {
            let list: &mut Vec<u16> = &mut interrupt_order[def.processor as usize];
            let rank = (def.irql, def.vector);
            let at = list.partition_point(|other| {
                let other = &program.interrupts[*other as usize];
                (other.irql, other.vector) >= rank
            });
            list.insert(at, i as u16);
        }
        let objects_in_blocks =
            program.dpcs.iter().any(|d| d.block.is_some()) || program.timers.iter().any(|t| t.block.is_some());
        let (resumers, repliers) = (Helpers::who_resume(&program), Helpers::who_reply(&program));
        let (accepters, withdrawers) = (Helpers::who_accept(&program), Helpers::who_withdraw(&program));
        let receivers = Helpers::who_receive(&program);
        let movers = Helpers::who_move(&program);
        let mut kernel = Self {
            objects_in_blocks,
            state,
            program,
            limits,
            out: Vec::new(),
            watch: NO_RECORD,
            snapshot: None,
            cause: NO_RECORD,
            pc: NONE,
            interrupt_order,
            resumers,
            repliers,
            accepters,
            receivers,
            withdrawers,
            movers,
        };
        kernel.park_dpc_threads();
        kernel.park_worker_threads();
        kernel.park_service_threads();
        kernel
    }

    /// Makes a record caused by the code that runs. Call it after the change it tells.
    #[inline]
    pub(super) fn emit(&mut self, cpu: usize, kind: Kind, rule: Rule, subject: u16, arg: u32) -> u32 {
        self.emit_from(self.cause, cpu, kind, rule, subject, arg)
    }

    /// Makes a record with its own cause.
    #[inline]
    pub(super) fn emit_from(&mut self, cause: u32, cpu: usize, kind: Kind, rule: Rule, subject: u16, arg: u32) -> u32 {
        let n = self.state.records;
        if self.state.stop.is_some() {
            return n; // what ended the run is its last record
        }
        let irql = self.state.kprcb.get(cpu).map_or(0, |p| p.irql);
        self.out.push(Record {
            time: self.state.now,
            cpu: cpu as u8,
            irql,
            kind,
            rule,
            subject,
            arg,
            pc: self.pc,
            cause,
        });
        self.state.records = n + 1;
        if n == self.watch {
            self.snapshot = Some(Box::new(self.state.clone()));
        }
        n
    }

    /// A record from outside the processors.
    pub fn emit_outside(&mut self, kind: Kind, rule: Rule, subject: u16, arg: u32) -> u32 {
        self.pc = NONE;
        self.emit_from(NO_RECORD, usize::from(u8::MAX), kind, rule, subject, arg)
    }

    /// What explains the code that runs from here on, and where it is.
    #[inline]
    pub fn enter_code(&mut self, cause: u32, pc: u16) {
        self.cause = cause;
        self.pc = pc;
    }

    /// Tells that a processor has something to do at this instant.
    #[inline]
    pub(super) fn poke(&mut self, cpu: usize) {
        self.state.runnable |= 1 << cpu;
    }

    /// A global variable is written.
    pub fn store_global(&mut self, cpu: usize, global: u16, value: i64) {
        self.state.globals[global as usize] = value;
        self.emit(cpu, Kind::GlobalWritten, Rule::SIM3, global, value as u32);
    }

    /// A marker is passed.
    pub fn pass_marker(&mut self, cpu: usize, marker: u16) {
        self.emit(cpu, Kind::MarkerReached, Rule::SIM3, marker, 0);
    }

    /// An assertion does not hold: the run ends.
    pub fn fail_assertion(&mut self, cpu: usize, text: u16) {
        self.emit(cpu, Kind::AssertionFailed, Rule::SIM3, text, 0);
        self.state.stop = Some(Stop::Assertion(text));
    }

    /// Work begins, or goes on after an interruption.
    pub fn begin_work(&mut self, cpu: usize, body: u16, duration: i64, resumed: bool) {
        let kind = if resumed { Kind::WorkResumed } else { Kind::WorkStarted };
        let arg = u32::try_from(duration).unwrap_or(u32::MAX);
        self.emit(cpu, kind, Rule::SIM3, body, arg);
    }

    /// A user thread enters a system service.
    pub fn enter_service(&mut self, cpu: usize, routine: Routine) {
        self.enter_kernel(cpu);
        self.emit(cpu, Kind::ServiceEntered, Rule::SIM3, routine as u16, 0);
    }

    /// A system service returns to user mode; true when the machine goes on.
    pub fn leave_service(&mut self, cpu: usize, routine: Routine, value: i64) -> bool {
        // A driver's routine that it has called may have left another level.
        if !self.check_service_exit(cpu, Class::Routine.at(routine as u16)) {
            return false;
        }
        // Where user APCs ended the wait, they have run by now (AP-17); any other return is SE-1's plain one.
        let rule = if value == i64::from(super::STATUS_USER_APC) { Rule::AP17 } else { Rule::SE1 };
        self.emit(cpu, Kind::ServiceReturned, rule, routine as u16, value as u32);
        true
    }

    /// A function or a service of the scenario is called by the frame `caller`, its arguments from slot `args` on.
    pub fn call_body(&mut self, cpu: usize, caller: FrameId, body: u16, args: u16) {
        let in_kernel = !self.state.frames[caller.index()].user;
        let service = self.program.bodies[body as usize].kind == BodyKind::Service;
        if service && in_kernel && !self.check_kernel_call(cpu) {
            return;
        }
        if service {
            self.enter_kernel(cpu);
        }
        let at = caller.index() * self.program.slots_per_frame as usize + args as usize;
        let count = self.program.bodies[body as usize].params as usize;
        let values = self.state.slots[at..at + count].to_vec();
        self.call_function(cpu, body, &values);
    }

    /// A function is called with these arguments, of which it takes as many as it has parameters.
    pub fn call_function(&mut self, cpu: usize, body: u16, arguments: &[i64]) {
        let count = self.program.bodies[body as usize].params as usize;
        let since = self.cause;
        self.emit(cpu, Kind::FunctionEntered, Rule::SIM3, body, 0);
        let stack = self.stack(cpu);
        self.push_body(stack, body, body, &arguments[..count.min(arguments.len())], since);
    }

    /// A limit of the simulator ends the run.
    pub fn stop_at_limit(&mut self, name: &'static str, value: u64) {
        if self.state.stop.is_none() {
            self.emit(usize::from(u8::MAX), Kind::LimitReached, Rule::SIM2, NONE, 0);
            self.state.stop = Some(Stop::Limit(name, value));
        }
    }
}
