//! The columnar trace: chunks of fixed size, 18 bytes a record, appended to and never moved.

use super::{Kind, Rule};
use crate::base::{Fingerprint, NO_RECORD, Ns};

/// One change of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// When, in virtual nanoseconds.
    pub time: Ns,
    /// On which processor; 255 for none.
    pub cpu: u8,
    /// That processor's IRQL after the change.
    pub irql: u8,
    /// What changed.
    pub kind: Kind,
    /// The rule that made it change.
    pub rule: Rule,
    /// Whom it is about: an index of the class that [`Kind::info`] names; 65535 for none.
    pub subject: u16,
    /// What [`Kind::info`] says.
    pub arg: u32,
    /// The operation it came from: an index of `Program::spans`; 65535 for none.
    pub pc: u16,
    /// The earlier record that led to it; `NO_RECORD` for none.
    pub cause: u32,
}

const CHUNK: usize = 4096;
/// In the cause column: the distance is in `far_causes`.
const FAR: u16 = u16::MAX;

/// Arrays, not vectors: an index below `CHUNK` needs no check, and there is no length and no capacity to look after.
#[derive(Clone, Debug)]
struct Chunk {
    base: Ns,
    time: [u32; CHUNK],
    place: [u16; CHUNK],
    kind: [u8; CHUNK],
    rule: [u8; CHUNK],
    subject: [u16; CHUNK],
    arg: [u32; CHUNK],
    pc: [u16; CHUNK],
    /// Distance back to the cause; 0 for none.
    cause: [u16; CHUNK],
}

impl Chunk {
    fn new(base: Ns) -> Box<Self> {
        Box::new(Self {
            base,
            time: [0; CHUNK],
            place: [0; CHUNK],
            kind: [0; CHUNK],
            rule: [0; CHUNK],
            subject: [0; CHUNK],
            arg: [0; CHUNK],
            pc: [0; CHUNK],
            cause: [0; CHUNK],
        })
    }
}

/// All records of a run.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    chunks: Vec<Box<Chunk>>,
    len: u32,
    /// `(record, cause)` for causes too far back for the column, by record.
    far_causes: Vec<(u32, u32)>,
    /// `(record, time)` of records further than the time column reaches from their chunk's base, by record.
    far_times: Vec<(u32, Ns)>,
    fingerprint: Fingerprint,
}

impl Columns {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a record; times never fall.
    #[inline]
    pub fn push(&mut self, r: &Record) {
        let at = self.len;
        let i = at as usize % CHUNK;
        if i == 0 {
            self.chunks.push(Chunk::new(r.time));
        }
        let Some(chunk) = self.chunks.last_mut() else { return };
        let delta = match u32::try_from(r.time - chunk.base) {
            Ok(delta) if delta < u32::MAX => delta,
            _ => {
                self.far_times.push((at, r.time));
                u32::MAX
            }
        };
        let back = match r.cause {
            NO_RECORD => 0,
            cause if at - cause < u32::from(FAR) => (at - cause) as u16,
            cause => {
                self.far_causes.push((at, cause));
                FAR
            }
        };
        let place = u16::from(r.cpu) | u16::from(r.irql) << 8;
        chunk.time[i] = delta;
        chunk.place[i] = place;
        chunk.kind[i] = r.kind as u8;
        chunk.rule[i] = r.rule as u8;
        chunk.subject[i] = r.subject;
        chunk.arg[i] = r.arg;
        chunk.pc[i] = r.pc;
        chunk.cause[i] = back;
        self.len += 1;
        let f = &mut self.fingerprint;
        f.word(r.time);
        f.word(
            u64::from(place)
                | (r.kind as u64) << 16
                | (r.rule as u64) << 24
                | u64::from(r.subject) << 32
                | u64::from(r.pc) << 48,
        );
        f.word(u64::from(r.arg) | u64::from(r.cause) << 32);
    }

    /// Record `n`.
    #[must_use]
    pub fn get(&self, n: u32) -> Option<Record> {
        if n >= self.len {
            return None;
        }
        let (chunk, i) = self.at(n);
        let back = chunk.cause[i];
        let cause = match back {
            0 => NO_RECORD,
            FAR => self.far_causes[self.far_causes.partition_point(|e| e.0 < n)].1,
            back => n - u32::from(back),
        };
        Some(Record {
            time: self.time(n),
            cpu: chunk.place[i] as u8,
            irql: (chunk.place[i] >> 8) as u8,
            kind: Kind::from_number(chunk.kind[i])?,
            rule: Rule::from_number(chunk.rule[i])?,
            subject: chunk.subject[i],
            arg: chunk.arg[i],
            pc: chunk.pc[i],
            cause,
        })
    }

    /// The time of record `n`, which must exist.
    #[inline]
    #[must_use]
    pub fn time(&self, n: u32) -> Ns {
        let (chunk, i) = self.at(n);
        match chunk.time[i] {
            u32::MAX => self.far_times[self.far_times.partition_point(|e| e.0 < n)].1,
            delta => chunk.base + Ns::from(delta),
        }
    }

    /// The processor and the IRQL of record `n`, which must exist.
    #[inline]
    #[must_use]
    pub fn cpu_irql(&self, n: u32) -> (u8, u8) {
        let (chunk, i) = self.at(n);
        (chunk.place[i] as u8, (chunk.place[i] >> 8) as u8)
    }

    /// The kind of record `n`, which must exist, by number.
    #[inline]
    #[must_use]
    pub fn kind(&self, n: u32) -> u8 {
        let (chunk, i) = self.at(n);
        chunk.kind[i]
    }

    /// The subject of record `n`, which must exist.
    #[inline]
    #[must_use]
    pub fn subject(&self, n: u32) -> u16 {
        let (chunk, i) = self.at(n);
        chunk.subject[i]
    }

    /// The first record at or after `time`; `len()` when there is none.
    #[must_use]
    pub fn first_at(&self, time: Ns) -> u32 {
        let chunk = self.chunks.partition_point(|c| c.base < time).saturating_sub(1);
        let (mut low, mut high) = ((chunk * CHUNK) as u32, self.len.min(((chunk + 2) * CHUNK) as u32));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.time(middle) < time { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// All records, in order.
    pub fn iter(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.len).filter_map(|n| self.get(n))
    }

    /// The fingerprint of all records so far: equal on every platform.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint.value()
    }

    /// Bytes of memory that the columns hold.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.chunks.len() * size_of::<Chunk>() + self.far_causes.capacity() * 8 + self.far_times.capacity() * 16
    }

    #[inline]
    fn at(&self, n: u32) -> (&Chunk, usize) {
        (&self.chunks[n as usize / CHUNK], n as usize % CHUNK)
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Record};
    use crate::base::NO_RECORD;
    use crate::trace::{Kind, Rule};

    fn record(n: u32) -> Record {
        Record {
            // Long silences and far causes, the two cases with a side table.
            time: u64::from(n) * 7_000_000,
            cpu: (n % 64) as u8,
            irql: (n % 32) as u8,
            kind: Kind::from_number((n % Kind::COUNT as u32) as u8).unwrap(),
            rule: Rule::from_number((n % 50) as u8).unwrap(),
            subject: n as u16,
            arg: n.wrapping_mul(2_654_435_761),
            pc: (n / 3) as u16,
            cause: match n % 4 {
                0 => NO_RECORD,
                1 => n - 1,
                2 => n / 2,
                _ => 0,
            },
        }
    }

    #[test]
    fn every_record_is_read_back_as_it_was_written() {
        let mut columns = Columns::default();
        for n in 0..200_000 {
            columns.push(&record(n));
        }
        for n in 0..200_000 {
            assert_eq!(columns.get(n), Some(record(n)));
        }
        assert_eq!(columns.get(200_000), None);
    }

    #[test]
    fn the_first_record_at_a_time_is_found() {
        let mut columns = Columns::default();
        for n in 0..20_000 {
            columns.push(&Record { time: u64::from(n / 3) * 10, cause: NO_RECORD, ..record(n) });
        }
        for time in [0, 1, 10, 33_333, 66_660, 66_670] {
            let naive = (0..20_000).find(|n| columns.time(*n) >= time).unwrap_or(20_000);
            assert_eq!(columns.first_at(time), naive, "at {time}");
        }
    }
}
