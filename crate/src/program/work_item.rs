//! Work items, and the queues and threads of the system that work them off (SE-4).

use super::ThreadDef;
use crate::base::NONE;
use crate::text::Span;

/// A work item and its routine: a WORK_QUEUE_ITEM, or the IO_WORKITEM around one.
#[derive(Clone, Debug, Default)]
pub struct WorkItemDef {
    /// Its name.
    pub name: String,
    /// The worker routine's body, with parameters IoObject, Context, IoWorkItem.
    pub body: u16,
    /// Where it is declared.
    pub span: Span,
}

/// A WORK_QUEUE_TYPE: what it is called, how urgent its threads are and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkQueueType {
    /// The name of the constant; its value is the place in [`WORK_QUEUE_TYPES`].
    pub name: &'static str,
    /// What the debugger calls it.
    pub short: &'static str,
    /// Priority of its threads.
    pub priority: u8,
    /// How many threads it has.
    pub threads: u16,
}

/// The queues that drivers know, by the kernel's numbers. Windows makes further threads for a queue that is stuck for a
/// second; here it has those that it is born with.
pub const WORK_QUEUE_TYPES: &[WorkQueueType] = &[
    WorkQueueType { name: "CriticalWorkQueue", short: "Critical", priority: 13, threads: 5 },
    WorkQueueType { name: "DelayedWorkQueue", short: "Delayed", priority: 12, threads: 3 },
    WorkQueueType { name: "HyperCriticalWorkQueue", short: "HyperCritical", priority: 15, threads: 1 },
];

/// A queue that the scenario uses: its KQUEUE and its threads come after those that the scenario declares.
#[derive(Clone, Copy, Debug)]
pub struct WorkQueueDef {
    /// Its number in [`WORK_QUEUE_TYPES`].
    pub queue_type: u8,
    /// Its KQUEUE.
    pub queue: u16,
    /// The first of its threads; they have no code of the scenario.
    pub first_thread: u16,
    /// How many threads it has.
    pub threads: u16,
}

impl WorkQueueDef {
    /// Whether a thread is one of its own.
    #[must_use]
    pub fn has_thread(&self, thread: u16) -> bool {
        (self.first_thread..self.first_thread + self.threads).contains(&thread)
    }
}

impl WorkQueueType {
    /// A thread of this queue; its name cannot be written in a scenario.
    #[must_use]
    pub fn thread(&self, number: u16) -> ThreadDef {
        ThreadDef {
            name: format!("ExpWorkerThread.{}{number}", self.short),
            priority: self.priority,
            system: true,
            process: NONE,
            body: NONE,
            ..ThreadDef::default()
        }
    }
}
