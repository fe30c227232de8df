//! Critical and guarded regions: the thread's two APC disable counts, and what is delivered when a region is left
//! (AP-18…20, AP-22). Knows nothing of who enters one: code, or a mutex on its owner's behalf.

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind};
use super::state::Kthread;
use crate::base::NONE;
use crate::program::Ladder;
use crate::trace::{Kind, Rule};

/// A kind of region, by what it holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Normal kernel APCs.
    Critical = 0,
    /// All APCs.
    Guarded = 1,
}

impl Kthread {
    /// CombinedApcDisable: SpecialApcDisable in the high half, KernelApcDisable in the low one (AP-3).
    #[must_use]
    pub fn combined_apc_disable(&self) -> u32 {
        u32::from(self.special_apc_disable as u16) << 16 | u32::from(self.kernel_apc_disable as u16)
    }

    fn count_of(&mut self, region: Region) -> &mut i16 {
        match region {
            Region::Critical => &mut self.kernel_apc_disable,
            Region::Guarded => &mut self.special_apc_disable,
        }
    }
}

impl Kernel {
    /// CombinedApcDisable of the thread that a processor runs or has interrupted, be it the idle thread.
    pub(super) fn apc_disable_counts(&self, cpu: usize) -> u32 {
        let prcb = &self.state.kprcb[cpu];
        let [kernel, special] = prcb.idle_apc_disable;
        let idle = u32::from(special as u16) << 16 | u32::from(kernel as u16);
        self.state.kthread.get(prcb.current_thread as usize).map_or(idle, Kthread::combined_apc_disable)
    }

    /// KeEnterCriticalRegion, KeEnterGuardedRegion.
    pub fn enter_region(&mut self, cpu: usize, region: Region) {
        let thread = self.state.kprcb[cpu].current_thread;
        self.disable_apcs(cpu, thread, region, Rule::AP18);
    }

    /// KeLeaveCriticalRegion, KeLeaveGuardedRegion.
    pub fn leave_region(&mut self, cpu: usize, region: Region) {
        let thread = self.state.kprcb[cpu].current_thread;
        if thread == NONE {
            let count = &mut self.state.kprcb[cpu].idle_apc_disable[region as usize];
            *count = count.wrapping_add(1);
            return;
        }
        let outside = *self.state.kthread[thread as usize].count_of(region) >= 0;
        if region == Region::Critical && outside && self.program.machine.verifier {
            let irql = u64::from(self.state.kprcb[cpu].irql);
            return self.bugcheck(cpu, Rule::AP20, 0xC4, [0x3E, irql, 0, 0]);
        }
        self.enable_apcs(cpu, thread, region, Rule::AP18);
    }

    /// A thread comes to be in a region. The idle thread, `NONE`, has no APCs to hold back, and counts all the same.
    pub(super) fn disable_apcs(&mut self, cpu: usize, thread: u16, region: Region, rule: Rule) {
        if thread == NONE {
            let count = &mut self.state.kprcb[cpu].idle_apc_disable[region as usize];
            *count = count.wrapping_sub(1);
            return;
        }
        let count = self.state.kthread[thread as usize].count_of(region);
        *count = count.wrapping_sub(1);
        let (count, kind) = match region {
            Region::Critical => (*count, Kind::CriticalRegionEntered),
            Region::Guarded => (*count, Kind::GuardedRegionEntered),
        };
        self.emit(cpu, kind, rule, thread, i32::from(count) as u32);
    }

    /// The current thread leaves a region: with the last one, what it held back is delivered. The list decides, not
    /// KernelApcPending, which an earlier delivery may have cleared and left normal APCs where they were.
    pub(super) fn enable_apcs(&mut self, cpu: usize, thread: u16, region: Region, rule: Rule) {
        let t = &mut self.state.kthread[thread as usize];
        let count = t.count_of(region);
        *count = count.wrapping_add(1);
        let (count, kind) = match region {
            Region::Critical => (*count, Kind::CriticalRegionLeft),
            Region::Guarded => (*count, Kind::GuardedRegionLeft),
        };
        t.left_too_often |= count > 0;
        let deliver = count == 0 && t.special_apc_disable == 0 && t.apc_list[0].0 != NONE;
        let left = self.emit(cpu, kind, rule, thread, i32::from(count) as u32);
        if deliver {
            let outer = std::mem::replace(&mut self.cause, left);
            self.check_for_kernel_apc_delivery(cpu, thread);
            self.cause = outer;
        }
    }

    /// KiCheckForKernelApcDelivery (AP-19): at PASSIVE_LEVEL at once, above it as the IRQL falls.
    pub(super) fn check_for_kernel_apc_delivery(&mut self, cpu: usize, thread: u16) {
        let prcb = &self.state.kprcb[cpu];
        if prcb.irql == Ladder::PASSIVE && prcb.frame == FrameId::NONE {
            let frame = Frame::kernel(FrameKind::DeliverApc, Ladder::PASSIVE, self.cause);
            self.begin_apc_delivery(cpu, thread, frame, Rule::AP19);
        } else {
            self.state.kthread[thread as usize].kernel_apc_pending = true;
            self.request_software_interrupt(cpu, Ladder::APC, Rule::AP19);
        }
    }

    /// KeAreApcsDisabled: the counts alone; the IRQL does not matter (AP-22).
    #[must_use]
    pub fn are_apcs_disabled(&self, cpu: usize) -> bool {
        self.apc_disable_counts(cpu) != 0
    }

    /// KeAreAllApcsDisabled: a guarded region, or a level at which no APC is delivered (AP-22).
    #[must_use]
    pub fn are_all_apcs_disabled(&self, cpu: usize) -> bool {
        self.state.kprcb[cpu].irql >= Ladder::APC || self.apc_disable_counts(cpu) >> 16 != 0
    }
}
