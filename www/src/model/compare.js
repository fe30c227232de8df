// DPC against APC: which rows the table has, and for each cell the scenario that proves it, with the record at which
// it shows. The words are in the catalogues; a test goes to every record.

/** A record of a scenario: the first of a kind about a subject. @typedef {{ scenario: string, kind: string, subject: string }} Proof */
/** @typedef {{ key: string, dpc: Proof, apc: Proof }} Row */

/** @type {(scenario: string, subject: string, kind?: string) => Proof} */
const at = (scenario, subject, kind = 'MarkerReached') => ({ scenario, kind, subject });

/** @type {Row[]} */
export const rows = [
  { key: 'target', dpc: at('ipi-targeted-dpc', 'on_other'), apc: at('kernel-apc-requeue', 'nudged') },
  {
    key: 'context',
    dpc: at('dpc-borrowed-thread', 'borrowed'),
    apc: at('packet-story', 'Read.Tail.Apc', 'ApcKernelRoutineStarted'),
  },
  {
    key: 'irql',
    dpc: at('packet-story', 'NicDpc', 'DpcStarted'),
    apc: at('apc-order', 'N1', 'ApcNormalRoutineStarted'),
  },
  {
    key: 'faults',
    dpc: at('page-fault-in-dpc', '', 'BugChecked'),
    apc: at('apc-against-dpc', 'table', 'PageFaulted'),
  },
  { key: 'waits', dpc: at('wait-in-dpc', '', 'BugChecked'), apc: at('apc-against-dpc', 'waits') },
  { key: 'order', dpc: at('dpc-importance', 'queued'), apc: at('apc-order', 'all_queued') },
  { key: 'held', dpc: at('software-interrupts', 'both_wait'), apc: at('apc-regions', 'critical') },
  { key: 'consent', dpc: at('dpc-borrowed-thread', 'borrowed'), apc: at('sleep-alertable', 'slept_through') },
  { key: 'use', dpc: at('isr-dpc-thread', 'done'), apc: at('packet-story', 'called') },
];
