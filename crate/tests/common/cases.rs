//! How many random cases a property is tried on, and from which seed: the same ones each time, so that a change is to
//! blame for what fails. `PROPTEST_RNG_SEED` and `PROPTEST_CASES` look elsewhere and further.

use proptest::test_runner::{Config, RngSeed};

/// The configuration of a property that is tried on so many cases.
pub(crate) fn cases(cases: u32) -> Config {
    let given = Config::default();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(cases);
    let rng_seed = match given.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0x0D9C),
        fixed @ RngSeed::Fixed(_) => fixed,
    };
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 4_000, ..given }
}
