// The figures of a run as the engine tells them, columns of numbers, put together into rows.

/** @import { Statistics, Traffic } from './protocol.js' */
/** @typedef {Record<string, Float64Array>} Columns */

/** What is measured, in the engine's order. */
export const measures = /** @type {const} */ ([
  'isr',
  'dpc',
  'passiveIsr',
  'threadedDpc',
  'toIsr',
  'toDpc',
  'toThread',
]);

/**
 * @param {object} told  What `Session.statistics` returned.
 * @returns {Statistics}
 */
export function readStatistics(told) {
  const columns = /** @type {Columns} */ (told);
  const { slice, end, slice_count } = /** @type {{ slice: number, end: number, slice_count: number }} */ (
    told
  );
  const processors = columns.loads.length / uses;
  return {
    rows: Array.from(columns.measure, (measure, i) => ({
      measure: measures[measure],
      subject: columns.subject[i],
      count: columns.count[i],
      median: columns.median[i],
      p99: columns.p99[i],
      max: columns.max[i],
      total: columns.total[i],
      record: columns.record[i],
      ownMax: orNull(columns.own_max[i]),
      ownTotal: orNull(columns.own_total[i]),
      ownRecord: orNull(columns.own_record[i]),
      bins: part(columns.bins, i, columns.bin_start.length),
      buckets: part(columns.buckets, i, columns.bucket_bounds.length + 1),
    })),
    binStarts: [...columns.bin_start],
    bucketBounds: [...columns.bucket_bounds],
    guidance: { isr: columns.guidance[0], dpc: columns.guidance[1] },
    loads: Array.from({ length: processors }, (_, cpu) => ({
      total: part(columns.loads, cpu, uses),
      slices: Array.from({ length: slice_count }, (_, n) =>
        part(columns.slices, cpu * slice_count + n, uses),
      ),
      interrupts: part(columns.interrupts, cpu, slice_count),
    })),
    threads: [...columns.threads],
    slice,
    end,
    unfinished: Array.from({ length: columns.unfinished.length / 4 }, (_, n) => {
      const [measure, subject, own, record] = part(columns.unfinished, n, 4);
      return { measure: measures[measure], subject, own, record };
    }),
  };
}

/**
 * @param {object} told  What `Session.traffic` returned.
 * @returns {Traffic}
 */
export function readTraffic(told) {
  const columns = /** @type {Columns} */ (told);
  const slices = Array.from(columns.held, (held, i) => ({
    most: columns.most_held[i],
    held,
    copied: columns.copied[i],
    latency: orNull(columns.latency[i]),
    record: columns.record[i],
  }));
  const exchanges = Array.from(columns.exchange_bytes, (bytes, i) => ({
    bytes,
    bySection: columns.exchange_by_section[i] === 1,
    time: columns.exchange_time[i],
    copied: columns.exchange_copied[i],
    record: columns.exchange_record[i],
  }));
  return { slices, slice: /** @type {{ slice: number }} */ (told).slice, exchanges };
}

/** Idle, threads, DPCs, ISRs. */
const uses = 4;

/**
 * The `n`th stretch of a column that holds several numbers for each row.
 * @param {Float64Array} column
 * @param {number} n
 * @param {number} length
 */
const part = (column, n, length) => [...column.subarray(n * length, (n + 1) * length)];

/** @param {number} value */
const orNull = (value) => (Number.isNaN(value) ? null : value);
