//! The routines of work items.

use super::Machine;
use super::execute::index;
use super::routines::{Flow, done};
use crate::nt::FrameId;
use crate::program::{Routine, Slot};

impl Machine {
    /// Calls one of them.
    pub(super) fn work_item_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |n: u16| self.slot(top, args + n);
        let item = index(a(0));
        match routine {
            R::IoInitializeWorkItem => {
                let (object, item) = (a(0), index(a(1)));
                self.kernel.initialize_io_work_item(cpu, item, object);
            }
            R::IoUninitializeWorkItem => self.kernel.uninitialize_work_item(cpu, item),
            R::ExInitializeWorkItem => {
                let (routine, context) = (self.worker_routine(a(1)), a(2));
                self.kernel.initialize_work_item(cpu, item, routine, context);
            }
            R::ExQueueWorkItem => {
                let queue_type = a(1);
                self.kernel.queue_work_item(cpu, item, queue_type);
            }
            _ => {
                // IoQueueWorkItem, IoQueueWorkItemEx
                let (routine, queue_type, context) = (self.worker_routine(a(1)), a(2), a(3));
                self.kernel.queue_io_work_item(cpu, item, queue_type, routine, context);
            }
        }
        done(0)
    }

    /// The routine of a declared work item.
    fn worker_routine(&self, item: i64) -> u16 {
        self.kernel.program.work_items[index(item) as usize].body
    }
}
