// The stretch of time that the timeline shows: zoom, pan, fit, follow. Pure.

/** @typedef {{ from: number, to: number }} Span */

/** Nothing is gained by looking at less than this. */
const shortest = 200;

/**
 * @param {number} end
 * @returns {Span}
 */
export function fit(end) {
  return { from: 0, to: Math.max(end * 1.02, shortest) };
}

/**
 * From one time to another, as far as there is anything.
 * @param {number} from
 * @param {number | null} to  `null`: the end.
 * @param {number} end
 * @returns {Span}
 */
export function stretch(from, to, end) {
  const all = fit(end);
  const start = Math.max(0, Math.min(from, all.to - shortest));
  return { from: start, to: Math.max(start + shortest, Math.min(to ?? all.to, all.to)) };
}

/**
 * @param {Span} span
 * @param {number} factor  Below 1 shows less time.
 * @param {number} around  The time that stays where it is.
 * @param {number} end
 * @returns {Span}
 */
export function zoom(span, factor, around, end) {
  const all = fit(end);
  const length = Math.min(Math.max((span.to - span.from) * factor, shortest), all.to);
  const share = (around - span.from) / (span.to - span.from);
  return within({ from: around - share * length, to: around + (1 - share) * length }, all);
}

/**
 * @param {Span} span
 * @param {number} share  Of its length; negative goes back.
 * @param {number} end
 */
export function pan(span, share, end) {
  const by = (span.to - span.from) * share;
  return within({ from: span.from + by, to: span.to + by }, fit(end));
}

/**
 * Keeps a time in sight, with some room around it.
 * @param {Span} span
 * @param {number} time
 * @param {number} end
 * @returns {Span}
 */
export function follow(span, time, end) {
  const length = span.to - span.from;
  const room = length * 0.1;
  if (time < span.from + room && span.from > 0)
    return within({ from: time - room * 2, to: time - room * 2 + length }, fit(end));
  if (time > span.to - room && span.to < fit(end).to)
    return within({ from: time - room * 3, to: time - room * 3 + length }, fit(end));
  return span;
}

/**
 * @param {Span} span
 * @param {Span} all
 * @returns {Span}
 */
function within(span, all) {
  const length = Math.min(span.to - span.from, all.to - all.from);
  const from = Math.min(Math.max(span.from, all.from), all.to - length);
  return { from, to: from + length };
}
