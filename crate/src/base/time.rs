//! Virtual time: whole nanoseconds since the machine started. Host time never enters the crate.

/// Nanoseconds of virtual time.
pub type Ns = u64;

/// The duration that never ends (`INFINITE`, or a NULL timeout).
pub const INFINITE: i64 = i64::MAX;

/// A time for people: the largest unit that keeps it exact to three decimals, such as `12us`, `15.625ms`.
#[must_use]
pub fn format_ns(ns: Ns) -> String {
    let (unit, name) = match ns {
        0..1_000 => return format!("{ns}ns"),
        1_000..1_000_000 => (1_000, "us"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ => (1_000_000_000, "s"),
    };
    let (whole, rest) = (ns / unit, ns % unit);
    if rest == 0 {
        return format!("{whole}{name}");
    }
    let digits = unit.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    format!("{whole}.{}{name}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::format_ns;

    #[test]
    fn times_read_in_the_unit_a_person_would_choose() {
        for (ns, text) in
            [(0, "0ns"), (999, "999ns"), (12_000, "12us"), (15_625_000, "15.625ms"), (1_000_000_001, "1.000000001s")]
        {
            assert_eq!(format_ns(ns), text);
        }
    }
}
