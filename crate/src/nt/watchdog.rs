//! The DPC watchdog (DP-27, DP-28). Its counters advance in the clock interrupt only, so it is blind while the IRQL
//! keeps the clock out (IN-13).

use super::Kernel;
use super::frame::FrameId;
use super::timer::CLOCK_OWNER;
use crate::base::NONE;
use crate::program::{Class, Irql, Ladder};
use crate::trace::Rule;

impl Kernel {
    /// A tick has interrupted level `old`. False when the watchdog stops the machine.
    pub(super) fn watch_dpcs(&mut self, cpu: usize, old: Irql) -> bool {
        let machine = &self.program.machine;
        let (time_limit, watchdog_limit) = (machine.dpc_time_limit, machine.dpc_watchdog_limit);
        let ticks = self.state.tick_count;
        let prcb = &mut self.state.kprcb[cpu];
        prcb.last_tick = ticks;
        let in_routine = prcb.frame != FrameId::NONE;
        // The idle loop sits at DISPATCH_LEVEL and does nothing there.
        if old >= Ladder::DISPATCH && (in_routine || prcb.current_thread != NONE) {
            prcb.dpc_time_count += u32::from(in_routine);
            prcb.dpc_watchdog_count += 1;
        } else if prcb.requests >> old >> 1 == 0 {
            // Nothing waits behind the tick: the processor stays below.
            prcb.dpc_watchdog_count = 0;
        }
        let (single, all) = (prcb.dpc_time_count, prcb.dpc_watchdog_count);
        if in_routine && single > time_limit && time_limit > 0 {
            self.bugcheck(cpu, Rule::DP27, 0x133, [0, single.into(), time_limit.into(), 0]);
        } else if all > watchdog_limit && watchdog_limit > 0 {
            self.bugcheck(cpu, Rule::DP27, 0x133, [1, watchdog_limit.into(), 0, 0]);
        } else if cpu == CLOCK_OWNER && watchdog_limit > 0 {
            // Another processor that takes no tick at all cannot count (DP-28).
            let late = |p: &super::Kprcb| ticks - p.last_tick > watchdog_limit;
            if let Some(hung) = self.state.kprcb.iter().position(late) {
                self.pc = self.place_of_code(hung);
                self.bugcheck(cpu, Rule::DP28, 0x102, [watchdog_limit.into(), Class::Processor.at(hung as u64), 0, 0]);
            }
        }
        self.state.stop.is_none()
    }
}
