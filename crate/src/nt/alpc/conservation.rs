//! What is true of ALPC between two steps: what was allocated is held, delivered or freed, a message is in one place, and
//! whoever waits is known. Tests check it after each step of every run.

use super::{Alpc, AlpcPort, MESSAGE_OBJECT, PortState, QueueType};
use crate::base::NONE;
use crate::nt::Ksemaphore;
use crate::nt::frame::Frame;
use crate::program::Program;

type Checked = Result<(), String>;

macro_rules! ensure {
    ($holds:expr, $($message:tt)*) => {
        if !$holds {
            return Err(format!($($message)*));
        }
    };
}

const QUEUES: [QueueType; 6] =
    [QueueType::Main, QueueType::Large, QueueType::Pending, QueueType::Canceled, QueueType::Direct, QueueType::List];

/// Checks the state of ALPC; says what is wrong with it.
pub(in crate::nt) fn check(alpc: &Alpc, frames: &[Frame], semaphores: &[Ksemaphore], program: &Program) -> Checked {
    memory(alpc)?;
    queues(alpc, frames, program)?;
    receivers(alpc, program)?;
    waitable(alpc, semaphores, program)?;
    views(alpc)
}

/// LP-17, LP-18: the counters are the sums of what the messages hold.
fn memory(alpc: &Alpc) -> Checked {
    let mut usage = vec![0u64; alpc.ports.len()];
    for message in &alpc.messages {
        ensure!((message.id == 0) == (message.charged == 0), "message {} holds {}", message.id, message.charged);
        if message.id == 0 {
            continue;
        }
        let least = u64::from(message.charged);
        ensure!(message.charged >= MESSAGE_OBJECT, "message {} holds less than itself", message.id);
        usage[message.owner_port as usize] += least;
    }
    let held: u64 = usage.iter().sum();
    ensure!(held == alpc.kernel_memory, "messages hold {held} bytes, and {} are counted", alpc.kernel_memory);
    for (port, sum) in alpc.ports.iter().zip(&usage) {
        ensure!(port.pool_usage == *sum, "a port counts {} bytes and its messages hold {sum}", port.pool_usage);
    }
    let used = alpc.messages.iter().filter(|m| m.id != 0).count();
    ensure!(used + alpc.free.len() == alpc.messages.len(), "an entry is neither used nor free");
    Ok(())
}

/// LP-5: a message is in one queue, or on its way with a thread that knows it.
fn queues(alpc: &Alpc, frames: &[Frame], program: &Program) -> Checked {
    let mut places = vec![0; alpc.messages.len()];
    for (i, port) in alpc.ports.iter().enumerate() {
        for queue in QUEUES {
            let q = port.queue(queue);
            let (mut at, mut last, mut length) = (q.head, NONE, 0);
            while at != NONE {
                let m = &alpc.messages[at as usize];
                length += 1;
                ensure!(usize::from(length) <= alpc.messages.len(), "a {} has a loop", queue.name());
                ensure!(usize::from(m.queue_port) == i && m.queue == queue, "message {} says another queue", m.id);
                places[at as usize] += 1;
                (last, at) = (at, m.next);
            }
            ensure!(q.tail == last && q.length == length, "the tail or the length of a {} is wrong", queue.name());
        }
        let name = &program.alpc.ports[i].name;
        let closed = port.state == super::PortState::Closed;
        ensure!(!closed || !port.has_handle, "{name} is closed and has a handle");
        ensure!(!closed || port.queues == AlpcPort::CLOSED.queues, "{name} is closed and has messages");
    }
    for (i, m) in alpc.messages.iter().enumerate().filter(|(_, m)| m.id != 0) {
        let expected = i32::from(m.queue != QueueType::None);
        ensure!(places[i] == expected, "message {} is in {} queues", m.id, places[i]);
        let waited_for = alpc.threads.iter().any(|t| usize::from(t.message) == i);
        let known = waited_for || frames.iter().any(|f| usize::from(f.message) == i);
        ensure!(expected == 1 || known || m.answered, "message {} is nowhere", m.id);
        ensure!(expected == 1 || known, "message {} was answered, and nobody takes it", m.id);
    }
    Ok(())
}

/// LP-12: a thread in a WaitQueue is in that one alone.
fn receivers(alpc: &Alpc, program: &Program) -> Checked {
    let mut found = 0;
    for (i, port) in alpc.ports.iter().enumerate() {
        let (head, tail) = port.wait_queue;
        let (mut at, mut last) = (head, NONE);
        while at != NONE {
            let t = &alpc.threads[at as usize];
            found += 1;
            ensure!(found <= alpc.threads.len(), "a WaitQueue has a loop");
            ensure!(usize::from(t.port) == i, "{} waits at another port", program.threads[at as usize].name);
            (last, at) = (at, t.next);
        }
        ensure!(tail == last, "the tail of a WaitQueue is wrong");
    }
    let waiting = alpc.threads.iter().filter(|t| t.port != NONE).count();
    ensure!(waiting == found, "{waiting} threads say that they wait, {found} are in queues");
    Ok(())
}

/// LP-5: a waitable port is not signalled for messages that are not there.
fn waitable(alpc: &Alpc, semaphores: &[Ksemaphore], program: &Program) -> Checked {
    for (port, def) in alpc.ports.iter().zip(&program.alpc.ports) {
        let Some(semaphore) = semaphores.get(def.semaphore as usize) else { continue };
        let (count, queued) = (semaphore.header.signal_state, i32::from(port.queue(QueueType::Main).length));
        let there = matches!(port.state, PortState::Open | PortState::Connecting | PortState::Accepted);
        ensure!(!there || count <= queued, "{} counts {count}, and {queued} messages are queued", def.name);
    }
    Ok(())
}

/// LP-16: a view is one of a section that is there.
fn views(alpc: &Alpc) -> Checked {
    for view in alpc.views.iter().filter(|v| v.section != NONE) {
        let section = &alpc.sections[view.section as usize];
        ensure!(section.port != NONE, "a view has no section");
        ensure!(u64::from(view.size) <= section.size, "a view is larger than its section");
        let message = alpc.messages.get(view.message as usize);
        ensure!(message.is_none_or(|m| m.id != 0), "a view goes with a message that is gone");
    }
    Ok(())
}
