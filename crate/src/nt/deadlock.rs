//! Processors that wait for each other's spin locks, and for ever (IR-20).
//!
//! A lock is freed only when all code above its holder's on the same stacks is done. So a lock waits for every
//! spin of its holder's processor that began after the lock was taken; a way back to the processor that begins to
//! spin is a deadlock. Only a new spin can close such a circle.

use super::Kernel;
use super::spin_lock::Spin;
use super::state::{NO_CPU, Stop, ThreadState};
use crate::base::NONE;
use crate::trace::{Kind, Rule};

impl Kernel {
    /// Looks for the circle that a processor closes by beginning to spin.
    pub(super) fn find_deadlock(&mut self, cpu: usize, lock: u16) {
        let mut cycle = vec![(cpu as u8, lock)];
        let mut seen = vec![false; self.state.spin_lock.len()];
        if self.leads_back(lock, cpu as u8, &mut seen, &mut cycle) {
            self.emit(cpu, Kind::DeadlockFound, Rule::IR20, lock, cpu as u32);
            self.state.stop = Some(Stop::Deadlock(cycle));
        }
    }

    /// Whether a lock waits, over however many others, for `start` to go on. `path` is who waits for what.
    fn leads_back(&self, lock: u16, start: u8, seen: &mut [bool], path: &mut Vec<(u8, u16)>) -> bool {
        if std::mem::replace(&mut seen[lock as usize], true) {
            return false;
        }
        let Some((holder, under)) = self.holder(lock) else { return false };
        if holder == start {
            return true;
        }
        let above: Vec<Spin> = self.spins_of(holder).skip(under).collect();
        above.into_iter().any(|spin| {
            path.push((holder, spin.lock));
            let back = self.leads_back(spin.lock, start, seen, path);
            if !back {
                path.pop();
            }
            back
        })
    }

    /// The processor that must go on for a lock to be free, and how many spins were on its stacks before.
    fn holder(&self, lock: u16) -> Option<(u8, usize)> {
        let l = &self.state.spin_lock[lock as usize];
        if l.owner == NO_CPU {
            // It belongs to the first in its queue, which an ISR keeps from taking it.
            let first = self.state.spins.iter().find(|s| s.lock == lock && s.queued)?;
            let below = self.spins_of(first.cpu).take_while(|s| s.frame != first.frame).count();
            return Some((first.cpu, below + 1));
        }
        if l.thread == NONE {
            return Some((l.owner, usize::from(l.under)));
        }
        // A thread that has left the processor with the lock (misuse) may come back on any.
        let thread = &self.state.kthread[l.thread as usize];
        (thread.state == ThreadState::Running).then_some((thread.next_processor, 0))
    }

    fn spins_of(&self, cpu: u8) -> impl Iterator<Item = Spin> {
        self.state.spins.iter().copied().filter(move |s| s.cpu == cpu)
    }
}
