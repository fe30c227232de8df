//! Drivers and the stack locations of requests: dispatch routines on the way down, completion routines on the way
//! up (IO-1).

use super::frame::{CALLBACK_RETURNED, Stack};
use super::request::StackLocation;
use super::{Kernel, Ntstatus, STATUS_MORE_PROCESSING_REQUIRED, nt_error};
use crate::base::NONE;
use crate::program::{BodyKind, Class, ObjectRef};
use crate::trace::{Kind, Rule};

/// Control bits of a stack location.
const SL_PENDING_RETURNED: u8 = 0x01;
const SL_INVOKE_ON_CANCEL: u8 = 0x20;
const SL_INVOKE_ON_SUCCESS: u8 = 0x40;
const SL_INVOKE_ON_ERROR: u8 = 0x80;

impl Kernel {
    /// Runs a driver's routine on the stack of the code that runs. The operation it is called from goes on in the
    /// phase [`CALLBACK_RETURNED`].
    pub(super) fn call_driver_routine(&mut self, cpu: usize, body: u16, irp: u16, context: i64, rule: Rule) {
        let pack = |class, index| i64::from(ObjectRef { class, index }.pack());
        let request = pack(Class::Irp, irp);
        let started = self.emit(cpu, Kind::DriverRoutineStarted, rule, body, request as u32);
        let owner = self.program.drivers.iter().position(|d| d.body == body).unwrap_or_default();
        let stack = self.stack(cpu);
        let arguments = [pack(Class::Driver, owner as u16), request, context];
        let count = self.program.bodies[body as usize].params as usize;
        let frame = self.push_body(stack, body, irp, &arguments[..count.min(3)], started);
        self.state.frames[frame.index()].irql = self.state.kprcb[cpu].irql;
    }

    /// A driver's routine has returned to the routine that called it.
    pub(super) fn driver_routine_returned(&mut self, cpu: usize, stack: Stack, body: u16, value: i64) {
        let rule = if self.program.bodies[body as usize].kind == BodyKind::Cancel { Rule::IO6 } else { Rule::IO1 };
        let irp = self.state.frames[self.state.top(cpu).index()].object;
        let ended = self.emit(cpu, Kind::DriverRoutineEnded, rule, body, value as u32);
        let completion = self.program.bodies[body as usize].kind == BodyKind::Completion;
        if completion && value as Ntstatus == STATUS_MORE_PROCESSING_REQUIRED {
            let location = self.state.irp[irp as usize].location;
            let left = self.program.irps[irp as usize].stack_count.saturating_sub(location);
            self.emit_from(ended, cpu, Kind::IoCompletionStopped, Rule::IO1, irp, u32::from(left));
        }
        let caller = self.pop_frame(stack);
        let frame = &mut self.state.frames[caller.index()];
        frame.phase = CALLBACK_RETURNED;
        frame.remaining = value;
    }

    /// IoCallDriver. A request that is with no driver is issued by this; what runs it belongs to the current thread.
    pub fn call_driver(&mut self, cpu: usize, driver: u16, irp: u16) {
        if !self.state.irp[irp as usize].is_under_way() {
            self.begin_request(cpu, irp, NONE, false);
        }
        if self.state.irp[irp as usize].location == 0 {
            return self.bugcheck(cpu, Rule::IO1, 0x35, [Class::Irp.at(irp), 0, 0, 0]);
        }
        self.state.irp[irp as usize].location -= 1;
        let body = self.program.drivers[driver as usize].body;
        self.call_driver_routine(cpu, body, irp, 0, Rule::IO1);
    }

    /// IoSetCompletionRoutine: `invoke` on success, error, cancel. It is written to the location of the driver below.
    pub fn set_completion_routine(&mut self, cpu: usize, irp: u16, routine: u16, context: i64, invoke: [bool; 3]) {
        let bits = [SL_INVOKE_ON_SUCCESS, SL_INVOKE_ON_ERROR, SL_INVOKE_ON_CANCEL];
        let control = bits.into_iter().zip(invoke).filter(|b| b.1).map(|b| b.0).sum();
        match self.state.irp[irp as usize].location {
            // A real driver would overwrite what lies before the stack; it is told here, where it happens.
            0 => self.bugcheck(cpu, Rule::IO1, 0x35, [Class::Irp.at(irp), 0, 0, 0]),
            location => *self.stack_location(irp, location - 1) = StackLocation { routine, context, control },
        }
    }

    /// IoMarkIrpPending, in the location of the driver that has the request.
    pub fn mark_irp_pending(&mut self, irp: u16) {
        let location = self.state.irp[irp as usize].location;
        if location < self.program.irps[irp as usize].stack_count {
            self.stack_location(irp, location).control |= SL_PENDING_RETURNED;
        }
    }

    /// Takes the request up its stack to the next completion routine that wants to be called; `None` when it has left
    /// the uppermost driver. A driver without a routine passes on that the request was pending.
    pub(super) fn next_completion_routine(&mut self, irp: u16) -> Option<StackLocation> {
        loop {
            let request = &self.state.irp[irp as usize];
            let (location, status, cancel) = (request.location, request.status, request.cancel);
            if location >= self.program.irps[irp as usize].stack_count {
                return None;
            }
            let left = std::mem::replace(self.stack_location(irp, location), StackLocation::EMPTY);
            let pending = left.control & SL_PENDING_RETURNED != 0;
            let request = &mut self.state.irp[irp as usize];
            request.location += 1;
            request.pending_returned = pending;
            let ended = if nt_error(status) { SL_INVOKE_ON_ERROR } else { SL_INVOKE_ON_SUCCESS };
            let wanted = left.control & ended != 0 || cancel && left.control & SL_INVOKE_ON_CANCEL != 0;
            if left.routine != NONE && wanted {
                return Some(left);
            }
            if pending {
                self.mark_irp_pending(irp);
            }
        }
    }

    /// A request's stack as it is before its first driver gets it.
    pub(super) fn leave_stack(&mut self, irp: u16) {
        let count = self.program.irps[irp as usize].stack_count;
        for location in 0..count {
            *self.stack_location(irp, location) = StackLocation::EMPTY;
        }
        self.state.irp[irp as usize].location = count;
    }

    fn stack_location(&mut self, irp: u16, location: u8) -> &mut StackLocation {
        let first = self.program.irps[irp as usize].first_location;
        &mut self.state.irp_stack[first as usize + usize::from(location)]
    }
}
