//! A 4-ary heap of `(time, sequence)` keys over a fixed set of sources, with each source's place kept.
//! A source is armed at most once, so the heap never grows past its sources and nothing stale lies in it.

use super::Ns;

const IDLE: u32 = u32::MAX;

/// `(due, sequence, source)`.
type Entry = (Ns, u32, u32);

/// The order of entries, as one number: no two have the same sequence. Comparing tuples would branch twice.
#[inline]
fn key(entry: &Entry) -> u128 {
    u128::from(entry.0) << 32 | u128::from(entry.1)
}

/// Sources `0..n`, each either idle or due at a time; pops the earliest, ties in the order of arming.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct IndexedHeap {
    /// Heap-ordered.
    heap: Vec<Entry>,
    /// Where each source stands in `heap`, or `IDLE`.
    place: Vec<u32>,
    sequence: u32,
}

impl IndexedHeap {
    /// A heap for `sources` sources, all idle.
    #[must_use]
    pub fn new(sources: usize) -> Self {
        Self { heap: Vec::with_capacity(sources), place: vec![IDLE; sources], sequence: 0 }
    }

    /// The earliest `(due, source)`.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<(Ns, u32)> {
        self.heap.first().map(|e| (e.0, e.2))
    }

    /// When `source` is due, if it is armed.
    #[must_use]
    pub fn due(&self, source: u32) -> Option<Ns> {
        let place = self.place[source as usize];
        (place != IDLE).then(|| self.heap[place as usize].0)
    }

    /// Arms `source` for `due`, in place of any earlier arming.
    #[inline]
    pub fn arm(&mut self, source: u32, due: Ns) {
        let entry = (due, self.sequence, source);
        self.sequence = self.sequence.wrapping_add(1);
        let place = self.place[source as usize];
        if place == IDLE {
            self.heap.push(entry);
            self.sift_up(self.heap.len() - 1, entry);
        } else {
            let at = place as usize;
            if key(&entry) < key(&self.heap[at]) {
                self.sift_up(at, entry);
            } else {
                self.sift_down(at, entry);
            }
        }
    }

    /// Makes `source` idle; nothing happens when it is.
    #[inline]
    pub fn disarm(&mut self, source: u32) {
        let place = self.place[source as usize];
        if place == IDLE {
            return;
        }
        let at = place as usize;
        self.place[source as usize] = IDLE;
        let Some(last) = self.heap.pop() else { return };
        if at < self.heap.len() {
            if at > 0 && key(&last) < key(&self.heap[(at - 1) / 4]) {
                self.sift_up(at, last);
            } else {
                self.sift_down(at, last);
            }
        }
    }

    /// Takes the earliest source out.
    #[inline]
    pub fn pop(&mut self) -> Option<(Ns, u32)> {
        let (due, source) = self.peek()?;
        self.disarm(source);
        Some((due, source))
    }

    /// How many sources are armed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether no source is armed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The armed sources, in no order that a caller may rely on.
    pub fn armed(&self) -> impl Iterator<Item = u32> + '_ {
        self.heap.iter().map(|e| e.2)
    }

    #[inline]
    fn set(&mut self, at: usize, entry: Entry) {
        self.heap[at] = entry;
        self.place[entry.2 as usize] = at as u32;
    }

    #[inline]
    fn sift_up(&mut self, mut at: usize, entry: Entry) {
        while at > 0 {
            let parent = (at - 1) / 4;
            if key(&self.heap[parent]) < key(&entry) {
                break;
            }
            self.set(at, self.heap[parent]);
            at = parent;
        }
        self.set(at, entry);
    }

    #[inline]
    fn sift_down(&mut self, mut at: usize, entry: Entry) {
        loop {
            let first = 4 * at + 1;
            if first >= self.heap.len() {
                break;
            }
            let end = (first + 4).min(self.heap.len());
            let (mut least, mut least_key) = (first, key(&self.heap[first]));
            for (child, other) in self.heap[first..end].iter().enumerate().skip(1) {
                if key(other) < least_key {
                    (least, least_key) = (first + child, key(other));
                }
            }
            if key(&entry) < least_key {
                break;
            }
            self.set(at, self.heap[least]);
            at = least;
        }
        self.set(at, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::IndexedHeap;
    use crate::base::Rng;

    #[test]
    fn pops_by_time_then_by_order_of_arming_whatever_was_rearmed_and_disarmed() {
        let mut rng = Rng::new(7);
        let mut heap = IndexedHeap::new(50);
        let mut model: Vec<(u64, u32, u32)> = Vec::new();
        for sequence in 0..20_000 {
            let source = rng.between(0, 49) as u32;
            model.retain(|e| e.2 != source);
            if rng.between(0, 3) == 0 {
                heap.disarm(source);
            } else {
                let due = rng.between(0, 30);
                heap.arm(source, due);
                model.push((due, sequence, source));
            }
            if rng.between(0, 2) == 0 {
                let least = model.iter().min().copied();
                assert_eq!(heap.pop(), least.map(|e| (e.0, e.2)));
                model.retain(|e| Some(*e) != least);
            }
        }
    }
}
