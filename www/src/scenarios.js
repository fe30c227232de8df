// The scenarios of the menu, in order; the first is what a new reader sees. Titles and explanations are in
// the texts themselves.

import dpcWakesThread from '../../scenarios/dpc-wakes-thread.irql';
import nestedInterrupts from '../../scenarios/nested-interrupts.irql';
import packetStory from '../../scenarios/packet-story.irql';
import quantumEnd from '../../scenarios/quantum-end.irql';
import sleepAlertable from '../../scenarios/sleep-alertable.irql';
import spinLock from '../../scenarios/spin-lock.irql';

export const scenarios = [
  { id: 'packet-story', text: packetStory },
  { id: 'nested-interrupts', text: nestedInterrupts },
  { id: 'quantum-end', text: quantumEnd },
  { id: 'dpc-wakes-thread', text: dpcWakesThread },
  { id: 'spin-lock', text: spinLock },
  { id: 'sleep-alertable', text: sleepAlertable },
];
