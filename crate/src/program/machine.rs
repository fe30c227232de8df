//! The machine that a scenario asks for: its processors, and the tunables of its kernel.

use super::{Costs, Ladder, PacketModel};
use crate::base::Ns;

/// Which rule decides on a request when a DPC is inserted (DP-9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DpcRule {
    /// As the driver documentation says.
    #[default]
    Documented,
    /// As a book on the kernel's internals is quoted: urgent DPCs interrupt only an idle processor.
    Book,
}

/// What keeps APCs from the owner of a guarded mutex (AP-22).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GuardedMutex {
    /// APC_LEVEL, as for fast mutexes: since Windows 8.
    #[default]
    Win8,
    /// A guarded region: up to Windows 7.
    Nt52,
}

/// What is charged against a quantum (TH-9). The reference calls this preset `quantum`; that setting is a number here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QuantumCharge {
    /// Each tick, to the thread that it meets (TH-8).
    #[default]
    Tick,
    /// What the thread has run itself, without ISRs and DPCs; a tick compares it with the thread's target.
    Cycles,
}

/// The objects by which a thread is suspended. What can be observed of a suspension is the same (SU-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SuspendModel {
    /// SuspendApc and SuspendSemaphore (SU-2).
    #[default]
    ApcNt5,
    /// SchedulerApc and SuspendEvent, since Windows 8; how they work inside is not verified (SU-6).
    SchedApcWin8,
}

/// The machine: its processors and the kernel's tunables. Defaults are the reference's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSettings {
    /// 1 to 64.
    pub processors: u8,
    /// Which IRQL ladder.
    pub ladder: Ladder,
    /// Time between clock interrupts (IN-11).
    pub clock_interval: Ns,
    /// Quantum of a fresh thread in units, three of which a tick takes (TH-7).
    pub quantum: i8,
    /// What is charged against it.
    pub quantum_charge: QuantumCharge,
    /// A wait that is over costs a thread of dynamic priority one unit (TH-12).
    pub wait_costs_quantum: bool,
    /// PsPrioritySeparation: what foreground processes gain (TH-7, TH-11).
    pub priority_separation: i8,
    /// The end of a wait may boost a priority (TH-11).
    pub boosts: bool,
    /// The run ends at this time if it has not ended before.
    pub end: Ns,
    /// Seed of everything that is left to chance.
    pub seed: u64,
    /// Driver Verifier: misuse of IRQL stops the machine (0xC4).
    pub verifier: bool,
    /// Checked kernel: 0x9 and 0xA on bad IRQL changes, 0xF and 0x10 on spin locks.
    pub checked: bool,
    /// Processors that wait for each other for ever do not stop the run: ticks go on, and the watchdog may.
    pub goes_on_in_deadlock: bool,
    /// Which rule decides on a request when a DPC is inserted.
    pub dpc_rule: DpcRule,
    /// Who finishes a request that ends in a completion packet.
    pub packet_model: PacketModel,
    /// What keeps APCs from the owner of a guarded mutex.
    pub guarded_mutex: GuardedMutex,
    /// The objects by which a thread is suspended.
    pub suspend_model: SuspendModel,
    /// MaximumDpcQueueDepth at the start (DP-18).
    pub dpc_queue_depth_max: u16,
    /// MinimumDpcRate (DP-18).
    pub dpc_rate_min: u32,
    /// IdealDpcRate (DP-17).
    pub dpc_rate_ideal: u32,
    /// AdjustDpcThreshold (DP-17).
    pub dpc_adjust_threshold: u16,
    /// How long an idle processor polls before it halts (TH-16).
    pub idle_poll: Ns,
    /// x86: raising changes a number only, and the first interrupt that arrives all the same has the controller masked.
    pub lazy_irql: bool,
    /// ThreadDpcEnable: threaded DPCs run in threads; else they are ordinary ones (DP-25).
    pub threaded_dpc: bool,
    /// Ticks that one DPC or ISR may take; 0: any number (DP-27).
    pub dpc_time_limit: u32,
    /// Ticks that a processor may stay at DISPATCH_LEVEL or above; 0: any number (DP-27).
    pub dpc_watchdog_limit: u32,
    /// What the machine's own work costs.
    pub costs: Costs,
}

impl MachineSettings {
    /// All its processors as a set: bit n for processor n.
    #[must_use]
    pub fn active_processors(&self) -> u64 {
        u64::MAX >> (64 - u32::from(self.processors.clamp(1, 64)))
    }

    /// Whether a set names a processor, and none that is not there.
    #[must_use]
    pub fn is_affinity(&self, affinity: u64) -> bool {
        affinity != 0 && affinity & !self.active_processors() == 0
    }
}

impl Default for MachineSettings {
    fn default() -> Self {
        Self {
            processors: 1,
            ladder: Ladder::X64,
            clock_interval: 15_625_000,
            quantum: 6,
            quantum_charge: QuantumCharge::Tick,
            wait_costs_quantum: false,
            priority_separation: 2,
            boosts: true,
            end: 100_000_000,
            seed: 1,
            verifier: true,
            checked: false,
            goes_on_in_deadlock: false,
            dpc_rule: DpcRule::Documented,
            packet_model: PacketModel::Apc,
            guarded_mutex: GuardedMutex::Win8,
            suspend_model: SuspendModel::ApcNt5,
            dpc_queue_depth_max: 4,
            dpc_rate_min: 3,
            dpc_rate_ideal: 20,
            dpc_adjust_threshold: 20,
            idle_poll: 0,
            lazy_irql: false,
            threaded_dpc: true,
            dpc_time_limit: 0x500,
            dpc_watchdog_limit: 0x1E00,
            costs: Costs::default(),
        }
    }
}
