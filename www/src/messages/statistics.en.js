// The words of the panel of statistics.

/** @type {Record<string, string>} */
export const words = {
  'statistics.running': 'The figures come when the run is over.',
  'statistics.verdict.none': 'No ISR above DISPATCH_LEVEL and no DPC at it has run to its end.',
  'statistics.verdict.good':
    'No ISR above DISPATCH_LEVEL took more than {isr} of its own, and no DPC at DISPATCH_LEVEL more than {dpc}: within the guidance for drivers.',
  'statistics.verdict.over.isr': 'The ISR of {name} took {own} of its own; the guidance is at most {limit}.',
  'statistics.verdict.over.dpc': 'The DPC {name} took {own} of its own; the guidance is at most {limit}.',
  'statistics.verdict.storm':
    'CPU {cpu} spent {share} % of the run in ISRs and DPCs; threads got {threads} % of it.',
  'statistics.verdict.unfinished.isr':
    'The ISR of {name} had not returned when the run ended, after {own} of its own; the guidance is at most {limit}.',
  'statistics.verdict.unfinished.dpc':
    'The DPC {name} had not returned when the run ended, after {own} of its own; the guidance is at most {limit}.',
  'statistics.verdict.unfinished':
    'The run ended inside {names}: how long that takes is not known, and it is not in the table.',
  'statistics.show': 'Show it',
  'statistics.goTo': 'Go there',
  'statistics.times': 'Durations and latencies',
  'statistics.column.routine': 'Routine',
  'statistics.column.count': 'Count',
  'statistics.column.median': 'Median',
  'statistics.column.p99': '99 %',
  'statistics.column.max': 'Longest',
  'statistics.own': '{time} own',
  'statistics.measure.isr': 'ISR: from entry to return',
  'statistics.measure.dpc': 'DPC: from start to return',
  'statistics.measure.passiveIsr': 'ISR in a thread, at PASSIVE_LEVEL: from entry to return',
  'statistics.measure.threadedDpc': 'Threaded DPC, at PASSIVE_LEVEL: from start to return',
  'statistics.measure.toIsr': 'Interrupt to ISR: from request to entry',
  'statistics.measure.toDpc': 'Interrupt to DPC: from request to start',
  'statistics.measure.toThread': 'DPC or timer expiry to thread: from ready to running',
  'statistics.short.isr': 'ISR',
  'statistics.short.dpc': 'DPC',
  'statistics.short.passiveIsr': 'passive-level ISR',
  'statistics.short.threadedDpc': 'threaded DPC',
  'statistics.short.toIsr': 'interrupt to ISR',
  'statistics.short.toDpc': 'interrupt to DPC',
  'statistics.short.toThread': 'DPC to thread',
  'statistics.note':
    'A duration counts whatever interrupts the routine meanwhile; “own” leaves that out. The guidance is about own time, of routines that hold up a processor at their level: not of those in threads. A routine that the run ended in is not in the table.',
  'statistics.histograms': 'How often each time came up',
  'statistics.histogramNote':
    'Dashed: the bounds of LatencyMon’s buckets, {first} to {last}. Red: the guidance. The marker is the longest; click it.',
  'statistics.buckets': 'Counts by LatencyMon’s buckets',
  'statistics.load': 'Where the processor time went',
  'statistics.rate': 'interrupts, up to {count} in {time}',
  'statistics.use.isr': 'ISRs',
  'statistics.use.dpc': 'DPCs',
  'statistics.use.thread': 'Threads',
  'statistics.use.idle': 'Idle',
  'statistics.ran': 'Ran for',
  'statistics.share': 'Of the run',
};
