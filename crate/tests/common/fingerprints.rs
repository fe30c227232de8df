//! The table of fingerprints that native and browser tests share: `scenario records fingerprint`, one a line.

/// The table as it was compiled in.
pub const TABLE: &str = include_str!("../fingerprints.txt");

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The scenario's file name without its extension.
    pub scenario: String,
    /// How many records its run makes.
    pub records: u32,
    /// The fingerprint of the whole trace.
    pub fingerprint: u64,
}

/// Reads the lines of a table.
pub fn parse(table: &str) -> Vec<Fingerprint> {
    let fields = |line: &str| {
        let mut words = line.split_whitespace();
        Some(Fingerprint {
            scenario: words.next()?.into(),
            records: words.next()?.parse().ok()?,
            fingerprint: u64::from_str_radix(words.next()?, 16).ok()?,
        })
    };
    table.lines().map(|line| fields(line).unwrap_or_else(|| panic!("not a fingerprint: `{line}`"))).collect()
}

/// Writes a table.
pub fn render(lines: &[Fingerprint]) -> String {
    lines.iter().map(|f| format!("{:<24} {:>6} {:016x}\n", f.scenario, f.records, f.fingerprint)).collect()
}
