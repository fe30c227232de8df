//! Many durations in a few numbers, exactly: count, percentiles, maximum, and how many fall into each bin. Whole
//! numbers only; nothing here knows what was measured.

use crate::base::{NO_RECORD, Ns};

/// Bins of a [`Distribution`]: each is twice as wide as the one before it.
pub const BINS: usize = 24;

/// LatencyMon counts execution times by these bounds, in nanoseconds: below the first, between two, from the last on.
pub const BUCKET_BOUNDS: [Ns; 5] = [250_000, 500_000, 1_000_000, 2_000_000, 4_000_000];

/// The bin that begins at the first of [`BUCKET_BOUNDS`]: 250 us are 2^4 times 15,625 ns, and every bound after it
/// is the double of the one before, so that the buckets are sums of whole bins.
const FIRST_BOUND: usize = 15;

/// The bin of a duration: 0 below 16 ns, then one for each doubling up to the last, which is open.
#[inline]
fn bin(ns: Ns) -> usize {
    let scaled = ns.saturating_mul(1 << (FIRST_BOUND - 1)) / BUCKET_BOUNDS[0];
    scaled.checked_ilog2().map_or(0, |log| (log as usize + 1).min(BINS - 1))
}

/// The shortest duration of bin `n`, rounded up to whole nanoseconds.
#[must_use]
pub fn bin_start(n: usize) -> Ns {
    match n.min(BINS - 1) {
        0 => 0,
        n => (BUCKET_BOUNDS[0] << (n - 1)).div_ceil(1 << (FIRST_BOUND - 1)),
    }
}

/// Durations that were measured, as exact figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// How many.
    pub count: u32,
    /// All of them together, in nanoseconds.
    pub total: Ns,
    /// At least half of them are not longer than this one of them (nearest rank).
    pub median: Ns,
    /// At least 99 of 100 are not longer than this one of them.
    pub p99: Ns,
    /// The longest.
    pub max: Ns,
    /// The record where the first of the longest began.
    pub max_record: u32,
    /// How many fall into each bin; [`bin_start`] tells where a bin begins.
    pub bins: [u32; BINS],
}

impl Distribution {
    /// How many fall into each of LatencyMon's buckets: below 250 us, 250 to 500 us, 500 us to 1 ms, 1 to 2 ms,
    /// 2 to 4 ms, 4 ms and more.
    #[must_use]
    pub fn buckets(&self) -> [u32; 6] {
        let sum = |bins: &[u32]| bins.iter().sum();
        let [b, c, d, e] = std::array::from_fn(|i| self.bins[FIRST_BOUND + i]);
        [sum(&self.bins[..FIRST_BOUND]), b, c, d, e, sum(&self.bins[FIRST_BOUND + 4..])]
    }
}

/// Durations while they are being collected: 8 bytes each.
#[derive(Debug)]
pub(super) struct Samples {
    all: Vec<Ns>,
    max: Ns,
    max_record: u32,
}

impl Samples {
    pub(super) const NONE: Self = Self { all: Vec::new(), max: 0, max_record: NO_RECORD };

    pub(super) fn push(&mut self, ns: Ns, record: u32) {
        if self.all.is_empty() || ns > self.max {
            (self.max, self.max_record) = (ns, record);
        }
        self.all.push(ns);
    }

    /// `None` when nothing was measured.
    pub(super) fn finish(mut self) -> Option<Distribution> {
        let count = self.all.len();
        if count == 0 {
            return None;
        }
        let mut bins = [0; BINS];
        let mut total: Ns = 0;
        for ns in &self.all {
            bins[bin(*ns)] += 1;
            total = total.saturating_add(*ns);
        }
        let mut rank = |percent: usize| *self.all.select_nth_unstable((count * percent).div_ceil(100) - 1).1;
        let (median, p99) = (rank(50), rank(99));
        Some(Distribution { count: count as u32, total, median, p99, max: self.max, max_record: self.max_record, bins })
    }
}

#[cfg(test)]
mod tests {
    use super::{BINS, BUCKET_BOUNDS, Distribution, FIRST_BOUND, Samples, bin, bin_start};
    use crate::base::Rng;

    fn distribution(all: &[u64]) -> Distribution {
        let mut samples = Samples::NONE;
        for (n, ns) in (0..).zip(all) {
            samples.push(*ns, n);
        }
        samples.finish().expect("there is one")
    }

    #[test]
    fn the_bounds_of_the_buckets_are_starts_of_bins() {
        for (i, bound) in BUCKET_BOUNDS.iter().enumerate() {
            assert_eq!(bin_start(FIRST_BOUND + i), *bound);
            assert_eq!((bin(bound - 1), bin(*bound)), (FIRST_BOUND + i - 1, FIRST_BOUND + i));
        }
        assert_eq!((bin(0), bin(u64::MAX)), (0, BINS - 1));
        for n in 1..BINS {
            assert_eq!((bin(bin_start(n) - 1), bin(bin_start(n))), (n - 1, n));
        }
    }

    #[test]
    fn percentiles_are_members_by_nearest_rank() {
        let one_to_hundred: Vec<u64> = (1..=100).rev().collect();
        let of = distribution(&one_to_hundred);
        assert_eq!((of.count, of.total, of.median, of.p99, of.max, of.max_record), (100, 5_050, 50, 99, 100, 0));
        let of = distribution(&[7]);
        assert_eq!((of.median, of.p99, of.max), (7, 7, 7));
        let of = distribution(&[0, 300_000, 10, 300_000]);
        assert_eq!((of.median, of.p99, of.max_record, of.buckets()), (10, 300_000, 1, [2, 2, 0, 0, 0, 0]));
    }

    #[test]
    fn whatever_is_measured_the_buckets_add_up() {
        for seed in 0..50 {
            let mut rng = Rng::new(seed);
            let count = rng.between(1, 3_000);
            let all: Vec<u64> = (0..count)
                .map(|_| {
                    let magnitude = rng.between(0, 34);
                    rng.between(0, 1 << magnitude)
                })
                .collect();
            let of = distribution(&all);
            assert_eq!(of.bins.iter().sum::<u32>(), of.count);
            assert_eq!(of.buckets().iter().sum::<u32>(), of.count);
            let mut sorted = all.clone();
            sorted.sort_unstable();
            for (percent, told) in [(50, of.median), (99, of.p99), (100, of.max)] {
                let below = sorted.partition_point(|ns| *ns <= told) as u64;
                assert!(sorted.contains(&told) && below * 100 >= percent * count, "{seed}: {percent} %");
            }
            assert_eq!(all[of.max_record as usize], of.max);
            assert_eq!(of.total, all.iter().sum::<u64>());
        }
    }
}
