//! Near names: what the writer of an unknown name probably meant.

/// Names longer than this are not compared.
const LONGEST: usize = 48;
/// At most so many candidates are compared, so that garbage stays cheap.
const MOST: usize = 3_000;

/// The candidate nearest to `name`, if it is near enough to be meant; the first of several equally near.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match name.chars().count() {
        2..=4 => 1,
        5..=8 => 2,
        9..=LONGEST => 3,
        _ => return None,
    };
    let mut best = (allowed + 1, None);
    candidates.take(MOST).for_each(|candidate| compare(name, candidate, &mut best));
    best.1
}

/// Keeps the candidate with its distance if it is nearer than the best so far.
#[inline(never)] // every list of candidates has a loop of its own around it
fn compare<'a>(name: &str, candidate: &'a str, best: &mut (usize, Option<&'a str>)) {
    // A character has at most four bytes, so the lengths alone may tell that the distance is too large.
    if candidate == name || candidate.is_empty() || candidate.len().abs_diff(name.len()) > 4 * best.0 {
        return;
    }
    let distance = if candidate.eq_ignore_ascii_case(name) { 0 } else { distance(name, candidate) };
    if distance < best.0 {
        *best = (distance, Some(candidate));
    }
}

/// Edit distance where a swap of neighbours counts one (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(LONGEST + 4).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = '\0';
    for (i, x) in a.chars().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let mut cost = last[j] + usize::from(x != *y);
            cost = cost.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && previous == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        previous = x;
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_different_word_is_not() {
        let names = ["KeInsertQueueDpc", "KeRemoveQueueDpc", "KeSetEvent"];
        for (typed, meant) in [
            ("KeInsertQueueDcp", Some("KeInsertQueueDpc")),
            ("keinsertqueuedpc", Some("KeInsertQueueDpc")),
            ("KeSetEvnt", Some("KeSetEvent")),
            ("ExAllocatePool", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, names.iter().copied()), meant);
        }
    }
}
