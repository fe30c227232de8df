//! Frames: what runs on the stacks of threads and processors. A frame is either a piece of the scenario's
//! code or a kernel routine that calls such code and goes on when it returns.

use super::Kernel;
use super::dpc_queue::{DPC_NORMAL, DPC_THREADED};
use crate::base::NONE;
use crate::program::{IPI, Irql};
use crate::trace::{Kind, Rule};

/// An index into the frames of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameId(u32);

impl FrameId {
    /// No frame.
    pub const NONE: Self = Self(u32::MAX);

    /// The index.
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Phase of a frame whose operation is a routine that has called code of the scenario, and the code has returned.
pub const CALLBACK_RETURNED: u8 = 4;

/// What a frame runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FrameKind {
    /// The scenario's code: `body`, at `pc`.
    #[default]
    Body = 0,
    /// Interrupt dispatch around an ISR: `object` is the interrupt, `irql` the level it interrupted.
    Interrupt,
    /// KiDispatchInterrupt with KiRetireDpcList in it; `irql` is the level it interrupted.
    Dispatch,
    /// KiRetireDpcList called by the idle loop.
    IdleRetire,
    /// KiDeliverApc: `object` is the APC in hand, `irql` the level it interrupted.
    DeliverApc,
    /// KiThreadStartup: a new thread on its way to its routine.
    Startup,
    /// KiExecuteDpc: the loop of a processor's DPC thread.
    DpcThread,
    /// PspExitThread: `object` is how far it is.
    Exit,
    /// KiSuspendThread: `object` is its APC.
    Suspend,
    /// IopSynchronousServiceTail: `object` is the request, `pc` how far it is.
    SynchronousIo,
    /// ExpWorkerThread, the loop of a system worker thread: `object` is its queue.
    WorkerThread,
    /// The loop of the thread that calls the ISR of a passive-level interrupt, `object`: `pc` is what it is at.
    ServiceThread,
}

/// One activation on a stack.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frame {
    /// What it runs.
    pub kind: FrameKind,
    /// How far its kernel routine is, or the phase of the call at `pc`.
    pub phase: u8,
    /// The level to return to.
    pub irql: Irql,
    /// The level that the operation at `pc` has raised from, and gives back in the end.
    pub old_irql: Irql,
    /// It runs in user mode.
    pub user: bool,
    /// The scenario's code that it runs.
    pub body: u16,
    /// The next operation; of interrupt dispatch, the device whose ISR is called; of APC delivery, the process that it
    /// began in.
    pub pc: u16,
    /// The kernel object it is about; of a drain, 1 while it calls the DPC of a timer.
    pub object: u16,
    /// Frames of scenario code below it on its stack, for the limit of nesting.
    pub depth: u16,
    /// The frame below it.
    pub parent: FrameId,
    /// The record that explains why it runs now.
    pub since: u32,
    /// What is left of the current work, in nanoseconds; or when the wait at `pc` ends (-1: no wait yet).
    pub remaining: i64,
    /// What it has still to pay for the kernel's work on its behalf, in nanoseconds; paid before it goes on.
    pub cost: u64,
    /// How far a call is that has stages of its own.
    pub stage: u8,
    /// The ALPC message that such a call has in hand, or `NONE`.
    pub message: u16,
    /// The packet that its wait for a queue has ended with and that it has not read yet, or `NONE`.
    pub packet: u16,
    /// A result on its way: of the callee, of the wait, of the service; of what calls DPCs, the APC disable counts that
    /// its DPC has found.
    pub value: i64,
}

impl Frame {
    pub(super) fn kernel(kind: FrameKind, irql: Irql, since: u32) -> Self {
        Self {
            kind,
            phase: 0,
            irql,
            old_irql: 0,
            user: false,
            body: NONE,
            pc: NONE,
            object: NONE,
            depth: 0,
            parent: FrameId::NONE,
            since,
            remaining: 0,
            cost: 0,
            stage: 0,
            message: NONE,
            packet: NONE,
            value: 0,
        }
    }
}

/// Which stack a frame goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stack {
    /// A processor's own.
    Processor(usize),
    /// A thread's.
    Thread(u16),
}

impl FrameKind {
    /// Whether frames of this kind may be in a wait.
    pub(super) fn may_wait(self) -> bool {
        matches!(
            self,
            Self::Body
                | Self::DpcThread
                | Self::Exit
                | Self::Suspend
                | Self::SynchronousIo
                | Self::WorkerThread
                | Self::ServiceThread
        )
    }
}

impl Kernel {
    fn top_of(&mut self, stack: Stack) -> &mut FrameId {
        match stack {
            Stack::Processor(cpu) => &mut self.state.kprcb[cpu].frame,
            Stack::Thread(thread) => &mut self.state.kthread[thread as usize].frame,
        }
    }

    /// The stack that the running code of a processor is on.
    pub(super) fn stack(&self, cpu: usize) -> Stack {
        let prcb = &self.state.kprcb[cpu];
        if prcb.frame != FrameId::NONE || prcb.current_thread == NONE {
            Stack::Processor(cpu)
        } else {
            Stack::Thread(prcb.current_thread)
        }
    }

    /// Puts a frame on a stack; its slots are zero.
    #[inline]
    pub(super) fn push_frame(&mut self, stack: Stack, mut frame: Frame) -> FrameId {
        let parent = *self.top_of(stack);
        frame.parent = parent;
        frame.depth = if parent == FrameId::NONE { 0 } else { self.state.frames[parent.index()].depth + 1 };
        let depth = frame.depth;
        let stride = self.program.slots_per_frame as usize;
        let id = self.state.free_frame;
        let id = if id == FrameId::NONE {
            self.state.frames.push(frame);
            self.state.slots.resize(self.state.frames.len() * stride, 0);
            FrameId(self.state.frames.len() as u32 - 1)
        } else {
            self.state.free_frame = self.state.frames[id.index()].parent;
            self.state.frames[id.index()] = frame;
            self.state.slots[id.index() * stride..(id.index() + 1) * stride].fill(0);
            id
        };
        *self.top_of(stack) = id;
        if u32::from(depth) >= self.limits.nesting {
            self.stop_at_limit("nesting", u64::from(self.limits.nesting));
        }
        id
    }

    /// Puts a piece of the scenario's code on a stack, its first slots set.
    #[inline]
    pub(super) fn push_body(&mut self, stack: Stack, body: u16, object: u16, args: &[i64], since: u32) -> FrameId {
        use crate::program::BodyKind as B;
        let (kind, pc) = (self.program.bodies[body as usize].kind, self.program.bodies[body as usize].entry);
        let user = match kind {
            B::UserApc | B::UserThread => true,
            B::Function => {
                let parent = *self.top_of(stack);
                parent != FrameId::NONE && self.state.frames[parent.index()].user
            }
            _ => false,
        };
        let frame = Frame { body, pc, object, user, ..Frame::kernel(FrameKind::Body, 0, since) };
        let id = self.push_frame(stack, frame);
        let at = id.index() * self.program.slots_per_frame as usize;
        self.state.slots[at..at + args.len()].copy_from_slice(args);
        id
    }

    /// Takes the top frame off a stack.
    #[inline]
    pub(super) fn pop_frame(&mut self, stack: Stack) -> FrameId {
        let id = *self.top_of(stack);
        let frame = &mut self.state.frames[id.index()];
        let parent = std::mem::replace(&mut frame.parent, self.state.free_frame);
        self.state.free_frame = id;
        *self.top_of(stack) = parent;
        parent
    }

    /// The first `N` slots of a frame.
    pub(super) fn slots<const N: usize>(&self, id: FrameId) -> [i64; N] {
        let at = id.index() * self.program.slots_per_frame as usize;
        let mut values = [0; N];
        values.copy_from_slice(&self.state.slots[at..at + N]);
        values
    }

    /// The scenario's code on top of a processor's stacks has returned: whatever called it goes on. What it has left
    /// behind is looked at while its frame is there, so that a stack that is told tells whose fault it is.
    pub fn return_from_body(&mut self, cpu: usize, value: i64) {
        let stack = self.stack(cpu);
        let top = *self.top_of(stack);
        let frame = &self.state.frames[top.index()];
        let (parent, object, since, body) = (frame.parent, frame.object, frame.since, frame.body);
        if parent == FrameId::NONE {
            if stack != Stack::Processor(cpu) {
                self.exit_thread(cpu);
            }
            return;
        }
        let caller = &self.state.frames[parent.index()];
        let kind = caller.kind;
        match kind {
            FrameKind::Body | FrameKind::Exit | FrameKind::SynchronousIo
                if self.program.bodies[body as usize].kind.has_irp() =>
            {
                self.driver_routine_returned(cpu, stack, body, value);
            }
            FrameKind::Body => self.return_to_caller(cpu, stack, body, value),
            FrameKind::Interrupt if self.state.frames[parent.index()].object == IPI => {
                self.pop_frame(stack);
                self.generic_call_returned(cpu, body, value);
            }
            FrameKind::Interrupt => self.isr_returned(cpu, parent, object, since, value),
            FrameKind::Dispatch | FrameKind::IdleRetire => {
                self.finish_dpc(cpu, DPC_NORMAL, parent, object, body, since)
            }
            FrameKind::DeliverApc => self.apc_routine_returned(cpu, stack, top, parent),
            // A server in the kernel was told of the thread's end.
            FrameKind::Exit if self.program.bodies[body as usize].kind == crate::program::BodyKind::Service => {
                self.return_to_caller(cpu, stack, body, value);
            }
            FrameKind::Exit => self.rundown_routine_returned(cpu, stack, top),
            FrameKind::Startup | FrameKind::Suspend | FrameKind::SynchronousIo => {
                self.pop_frame(stack);
            }
            FrameKind::DpcThread => self.finish_dpc(cpu, DPC_THREADED, parent, object, body, since),
            FrameKind::WorkerThread => {
                if let Stack::Thread(thread) = stack {
                    self.finish_work_item(cpu, thread, parent, object, body, since);
                }
            }
            FrameKind::ServiceThread => self.passive_isr_returned(cpu, parent, value),
        }
    }

    /// A function or a service returns to the code that called it.
    fn return_to_caller(&mut self, cpu: usize, stack: Stack, body: u16, value: i64) {
        use crate::program::{BodyKind, Op};
        let caller = self.state.frames[self.state.top(cpu).index()].parent;
        // Kernel code that calls a service gets its result as from any function.
        let to_user_mode =
            self.program.bodies[body as usize].kind == BodyKind::Service && self.state.frames[caller.index()].user;
        if to_user_mode && !self.check_service_exit(cpu, self.program.routine_address(body)) {
            return;
        }
        let rule = if to_user_mode { Rule::SE1 } else { Rule::SIM3 };
        self.emit(cpu, Kind::FunctionReturned, rule, body, value as u32);
        self.pop_frame(stack);
        let frame = &mut self.state.frames[caller.index()];
        match self.program.code.get(frame.pc as usize) {
            Some(Op::CallBody { dst, .. }) => {
                let at = caller.index() * self.program.slots_per_frame as usize + *dst as usize;
                self.state.slots[at] = value;
            }
            // A routine has called it, and goes on.
            _ => {
                frame.phase = CALLBACK_RETURNED;
                frame.remaining = value;
                return;
            }
        }
        frame.pc += 1;
    }
}
