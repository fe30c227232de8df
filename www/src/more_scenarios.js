// The scenarios of the menu after the first, in order: from interrupts to DPCs, to locks, to APCs, to what goes wrong.

import apcOrder from '../../scenarios/apc-order.irql';
import dpcAlreadyQueued from '../../scenarios/dpc-already-queued.irql';
import dpcStorm from '../../scenarios/dpc-storm.irql';
import dpcTooLong from '../../scenarios/dpc-too-long.irql';
import dpcWakesThread from '../../scenarios/dpc-wakes-thread.irql';
import ioEvent from '../../scenarios/io-event.irql';
import ipiTargetedDpc from '../../scenarios/ipi-targeted-dpc.irql';
import irqlMasks from '../../scenarios/irql-masks.irql';
import isrDpcThread from '../../scenarios/isr-dpc-thread.irql';
import kernelApcRequeue from '../../scenarios/kernel-apc-requeue.irql';
import lockInIsr from '../../scenarios/lock-in-isr.irql';
import nestedInterrupts from '../../scenarios/nested-interrupts.irql';
import quantumEnd from '../../scenarios/quantum-end.irql';
import sleepAlertable from '../../scenarios/sleep-alertable.irql';
import spinLock from '../../scenarios/spin-lock.irql';
import timerExpiry from '../../scenarios/timer-expiry.irql';
import waitInDpc from '../../scenarios/wait-in-dpc.irql';

export const moreScenarios = [
  { id: 'isr-dpc-thread', text: isrDpcThread },
  { id: 'nested-interrupts', text: nestedInterrupts },
  { id: 'irql-masks', text: irqlMasks },
  { id: 'quantum-end', text: quantumEnd },
  { id: 'dpc-wakes-thread', text: dpcWakesThread },
  { id: 'dpc-already-queued', text: dpcAlreadyQueued },
  { id: 'timer-expiry', text: timerExpiry },
  { id: 'ipi-targeted-dpc', text: ipiTargetedDpc },
  { id: 'spin-lock', text: spinLock },
  { id: 'sleep-alertable', text: sleepAlertable },
  { id: 'apc-order', text: apcOrder },
  { id: 'kernel-apc-requeue', text: kernelApcRequeue },
  { id: 'io-event', text: ioEvent },
  { id: 'lock-in-isr', text: lockInIsr },
  { id: 'wait-in-dpc', text: waitInDpc },
  { id: 'dpc-too-long', text: dpcTooLong },
  { id: 'dpc-storm', text: dpcStorm },
];
