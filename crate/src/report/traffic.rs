//! What messages cost along a run, for a plot: kernel memory held, bytes copied, latencies of replies, by slices of time.
//! Found in one pass over the records, when somebody asks; knows the records, not the machine.

use crate::base::{NO_RECORD, Ns};
use crate::trace::{Columns, Kind};

/// The run is cut into so many slices, up to the last record that tells of messages.
pub const TRAFFIC_SLICES: usize = 256;

/// What happened in a slice of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrafficSlice {
    /// The most kernel memory that messages held at a time, in bytes.
    pub most_held: u32,
    /// What they held when the slice ended.
    pub held: u32,
    /// Bytes copied since the run began, when the slice ended.
    pub copied: u64,
    /// The longest time that a reply took which came in this slice; 0 where none came.
    pub latency: u32,
    /// The record of that reply, or `NO_RECORD`.
    pub record: u32,
}

/// The slices of a run, and how long each is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// In order of time.
    pub slices: Vec<TrafficSlice>,
    /// How long a slice is.
    pub slice: Ns,
}

impl Traffic {
    /// The traffic of these records; no slices where none tells of messages. Linear in their number.
    #[must_use]
    pub fn of(columns: &Columns) -> Self {
        let Some(last) = (0..columns.len()).rev().find(|n| tells(columns.kind(*n)).is_some()) else {
            return Self { slices: Vec::new(), slice: 0 };
        };
        let slice = columns.time(last) / TRAFFIC_SLICES as Ns + 1;
        let mut slices = Vec::with_capacity(TRAFFIC_SLICES);
        let mut now = TrafficSlice { most_held: 0, held: 0, copied: 0, latency: 0, record: NO_RECORD };
        for n in 0..=last {
            let Some(kind) = tells(columns.kind(n)) else { continue };
            while columns.time(n) >= slice * (slices.len() as Ns + 1) {
                slices.push(now);
                now = TrafficSlice { most_held: now.held, latency: 0, record: NO_RECORD, ..now };
            }
            let arg = columns.get(n).map_or(0, |r| r.arg);
            match kind {
                Kind::BytesCopied => now.copied += u64::from(arg),
                Kind::ReplyReceived if now.record == NO_RECORD || arg > now.latency => {
                    (now.latency, now.record) = (arg, n);
                }
                Kind::KernelMemoryCharged | Kind::KernelMemoryReturned => {
                    now.held = arg;
                    now.most_held = now.most_held.max(arg);
                }
                _ => {}
            }
        }
        slices.push(now);
        Self { slices, slice }
    }
}

/// The kind of a record, if it tells of messages.
fn tells(kind: u8) -> Option<Kind> {
    let told = |k: &Kind| {
        matches!(k, Kind::BytesCopied | Kind::ReplyReceived | Kind::KernelMemoryCharged | Kind::KernelMemoryReturned)
    };
    Kind::from_number(kind).filter(told)
}
