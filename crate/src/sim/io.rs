//! The routines of I/O: drivers and their requests, cancelling, completion ports.

use super::Machine;
use super::execute::{index, phase};
use super::routines::{Flow, done};
use super::waits::win32_timeout;
use crate::base::NONE;
use crate::nt::{CALLBACK_RETURNED, FrameId, Packet, STATUS_PENDING, STATUS_SUCCESS, Wait, nt_error};
use crate::program::{Class, Irql, Ladder, ObjectRef, Routine, Slot};
use crate::trace::Rule;

impl Machine {
    /// Calls one of them.
    pub(super) fn io_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |machine: &Self, n: u16| machine.slot(top, args + n);
        let object = index(a(self, 0));
        match routine {
            R::IoCompleteRequest => {
                let (boost, returned) = (a(self, 1), self.returned(top));
                let over = self.kernel.complete_request(cpu, object, boost, returned.map(|status| status as u32));
                if over { done(0) } else { Flow::Wait }
            }
            R::IoCallDriver => {
                if let Some(status) = self.returned(top) {
                    return done(status);
                }
                let irp = index(a(self, 1));
                self.kernel.call_driver(cpu, object, irp);
                Flow::Wait
            }
            R::IoSetCompletionRoutine => {
                let (routine, context) = (index(a(self, 1)), a(self, 2));
                let invoke = [3, 4, 5].map(|n| a(self, n) != 0);
                self.kernel.set_completion_routine(cpu, object, routine, context, invoke);
                done(0)
            }
            R::IoMarkIrpPending => {
                self.kernel.mark_irp_pending(object);
                done(0)
            }
            R::IoSetCancelRoutine => {
                let routine = index(a(self, 1));
                let before = self.kernel.set_cancel_routine(object, routine);
                done(if before == NONE { 0 } else { ObjectRef { class: Class::Body, index: before }.pack() })
            }
            R::IoCancelIrp => self.cancel_irp(cpu, top, object),
            R::IoAcquireCancelSpinLock => {
                self.acquire_cancel_lock(cpu, top).map_or(Flow::Wait, |old| Flow::Done(0, Some(old)))
            }
            R::IoReleaseCancelSpinLock => {
                let (lock, new) = (self.kernel.program.cancel_spin_lock(), a(self, 0));
                self.kernel.release_spin_lock(cpu, lock, Some(new));
                done(0)
            }
            R::ReadFileEx | R::WriteFileEx | R::ReadFile | R::WriteFile => {
                let completion = if matches!(routine, R::ReadFile | R::WriteFile) { NONE } else { index(a(self, 1)) };
                let synchronous = self.kernel.is_synchronous(object);
                let issued = match self.returned(top) {
                    Some(succeeded) if synchronous => done(succeeded),
                    None if synchronous => {
                        self.kernel.begin_synchronous_request(cpu, object, completion);
                        Flow::Wait
                    }
                    Some(status) => done(self.kernel.dispatch_returned(cpu, object, status as u32)),
                    None => self.kernel.issue_request(cpu, object, completion).map_or(Flow::Wait, done),
                };
                match issued {
                    // Of a request that is pending the bytes are not known yet; Win32 calls that a failure, ERROR_IO_PENDING.
                    Flow::Done(succeeded, None) if matches!(routine, R::ReadFile | R::WriteFile) => {
                        let [status, bytes] = self.kernel.state.irp[object as usize].status_block;
                        Flow::Done(if status == STATUS_PENDING { 0 } else { succeeded }, Some(bytes.into()))
                    }
                    flow => flow,
                }
            }
            R::CancelIoEx => {
                let one = index(a(self, 1));
                self.cancel_io(cpu, top, object, one)
            }
            R::CreateIoCompletionPort => {
                let (port, key) = (index(a(self, 1)), a(self, 2));
                done(self.kernel.bind_completion_port(object, port, key))
            }
            R::GetQueuedCompletionStatus => self.get_queued(cpu, a(self, 0), a(self, 4)),
            R::KeInsertQueue => {
                let entry = Packet::posted(0, a(self, 1), 0);
                done(self.kernel.post_packet(cpu, object, entry))
            }
            R::KeRemoveQueue => self.remove_queue(cpu, a(self, 0), a(self, 1) != 0, a(self, 2)),
            R::KeReadStateQueue => done(self.kernel.state.kqueue[object as usize].header.signal_state),
            R::PostQueuedCompletionStatus => {
                let packet = Packet::posted(a(self, 1) as u32, a(self, 2), a(self, 3));
                self.kernel.post_packet(cpu, object, packet);
                done(1)
            }
            _ => {
                // SetFileCompletionNotificationModes
                self.kernel.state.file[object as usize].modes = a(self, 1) as u8;
                done(1)
            }
        }
    }

    /// What the driver's routine that this operation has called returned, once.
    fn returned(&mut self, top: FrameId) -> Option<i64> {
        let frame = &mut self.kernel.state.frames[top.index()];
        (frame.phase == CALLBACK_RETURNED).then(|| {
            frame.phase = phase::FRESH;
            std::mem::take(&mut frame.remaining)
        })
    }

    /// The old level; none as long as the processor spins for the cancel spin lock.
    fn acquire_cancel_lock(&mut self, cpu: usize, top: FrameId) -> Option<i64> {
        let lock = self.kernel.program.cancel_spin_lock();
        let old = self.acquire(cpu, top, lock, Some((Ladder::DISPATCH, Rule::IR17)), false)?;
        self.kernel.state.frames[top.index()].phase = phase::FRESH;
        Some(old)
    }

    fn cancel_irp(&mut self, cpu: usize, top: FrameId, irp: u16) -> Flow {
        if self.returned(top).is_some() {
            return done(1);
        }
        let Some(old) = self.acquire_cancel_lock(cpu, top) else { return Flow::Wait };
        if self.kernel.cancel_irp(cpu, irp, old as Irql, Rule::IO6) { Flow::Wait } else { done(0) }
    }

    /// CancelIoEx: each pending request of the file in turn.
    fn cancel_io(&mut self, cpu: usize, top: FrameId, file: u16, one: u16) -> Flow {
        let mut found = self.returned(top).is_some();
        loop {
            let spins = self.kernel.state.frames[top.index()].phase == phase::SPINNING;
            if !spins && self.kernel.next_to_cancel(file, one).is_none() {
                return done(found);
            }
            let Some(old) = self.acquire_cancel_lock(cpu, top) else { return Flow::Wait };
            match self.kernel.next_to_cancel(file, one) {
                Some(irp) if self.kernel.cancel_irp(cpu, irp, old as Irql, Rule::IO6) => return Flow::Wait,
                Some(_) => found = true,
                None => {
                    let lock = self.kernel.program.cancel_spin_lock();
                    self.kernel.release_spin_lock(cpu, lock, Some(old));
                }
            }
        }
    }

    /// KeRemoveQueue: the entry, or the status with which the wait for one has ended.
    fn remove_queue(&mut self, cpu: usize, queue: i64, user_mode: bool, timeout: i64) -> Flow {
        let prcb = &self.kernel.state.kprcb[cpu];
        if prcb.frame == FrameId::NONE && prcb.current_thread != NONE {
            self.kernel.join_queue(cpu, index(queue));
        } else if let Some(entry) = self.kernel.take_packet(cpu, index(queue)) {
            return done(entry.key);
        }
        let wait = Wait { object: queue as u32, user_mode, alertable: false, timeout };
        let result = match self.kernel.wait(cpu, wait) {
            None => return Flow::Wait,
            Some(STATUS_SUCCESS) if self.kernel.state.stop.is_none() => self.kernel.read_packet(cpu).key,
            Some(status) => status.into(),
        };
        self.kernel.exit_dispatcher(cpu);
        done(result)
    }

    /// GetQueuedCompletionStatus: what the packet carries; all zero when there is none.
    fn get_queued(&mut self, cpu: usize, port: i64, time: i64) -> Flow {
        self.kernel.join_queue(cpu, index(port));
        let wait = Wait { object: port as u32, user_mode: true, alertable: false, timeout: win32_timeout(time) };
        let (fine, received) = match self.kernel.wait(cpu, wait) {
            None => return Flow::Wait,
            Some(STATUS_SUCCESS) => {
                let packet = self.kernel.read_packet(cpu);
                (!nt_error(packet.status), [packet.information.into(), packet.key, packet.overlapped])
            }
            Some(_) => (false, [0; 3]),
        };
        self.kernel.exit_dispatcher(cpu);
        Flow::Received(fine.into(), received)
    }
}
