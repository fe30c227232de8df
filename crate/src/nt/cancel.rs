//! Cancelling requests (IO-6): the Cancel bit, the cancel routine, and the cancel spin lock that guards both.

use super::Kernel;
use super::request::IrpState;
use crate::base::NONE;
use crate::program::Irql;
use crate::trace::{Kind, Rule};

impl Kernel {
    /// IoSetCancelRoutine: returns the routine of before, or `NONE`.
    pub fn set_cancel_routine(&mut self, irp: u16, routine: u16) -> u16 {
        std::mem::replace(&mut self.state.irp[irp as usize].cancel_routine, routine)
    }

    /// IoCancelIrp once it holds the cancel spin lock; `old` is the level of before, `rule` says why. True: the cancel
    /// routine runs, and frees the lock. False: there is none, and the lock is free.
    pub fn cancel_irp(&mut self, cpu: usize, irp: u16, old: Irql, rule: Rule) -> bool {
        let request = &mut self.state.irp[irp as usize];
        request.cancel = true;
        let routine = std::mem::replace(&mut request.cancel_routine, NONE);
        request.cancel_irql = old;
        let asked = self.emit(cpu, Kind::IoCancelRequested, rule, irp, u32::from(routine != NONE));
        if routine == NONE {
            let lock = self.program.cancel_spin_lock();
            self.release_spin_lock(cpu, lock, Some(old.into()));
            return false;
        }
        self.cause = asked;
        self.call_driver_routine(cpu, routine, irp, 0, Rule::IO6);
        true
    }

    /// CancelIoEx: the first request of a file that is pending and not cancelled yet; only `one` unless that is `NONE`.
    #[must_use]
    pub fn next_to_cancel(&self, file: u16, one: u16) -> Option<u16> {
        let requests = self.program.irps.iter().zip(&self.state.irp);
        (0..).zip(requests).find_map(|(irp, (def, request))| {
            let fits = def.file == file && (one == NONE || one == irp);
            (fits && request.state == IrpState::Pending && !request.cancel).then_some(irp)
        })
    }
}
