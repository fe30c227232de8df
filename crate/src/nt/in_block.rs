//! KDPCs and KTIMERs that lie in a block of pool, as members of a device extension do (DP-2): where each is, what it
//! costs to use one that is not there, and what becomes of freeing the block of one that is in use. It does not know
//! what the routines do that use them.

use super::Kernel;
use super::memory::{Access, Touch};
use super::state::{Kdpc, NO_CPU, State};
use super::timer::Ktimer;
use crate::program::{
    BLOCK_ASSERTION, Class, InBlock, KI_TIMER_EXPIRATION, Ladder, ObjectRef, Program, Routine, pool_address, pool_block,
};
use crate::trace::Rule;

/// The base of an object that lies in no block of pool.
pub const NOT_IN_POOL: u64 = u64::MAX;

/// Where the variable of an object's block points before the run.
pub(super) fn first_base(program: &Program, block: Option<InBlock>) -> u64 {
    block.map_or(NOT_IN_POOL, |b| base_of(program.globals.get(b.variable as usize).map_or(0, |g| g.value)))
}

fn base_of(value: i64) -> u64 {
    (value as u64).min(NOT_IN_POOL - 1)
}

impl State {
    /// The address of a DPC object.
    #[must_use]
    pub fn dpc_address(&self, program: &Program, dpc: u16) -> u64 {
        let (base, block) = (self.kdpc[dpc as usize].base, program.dpcs[dpc as usize].block);
        block.map_or(Class::Dpc.at(dpc), |b| base.wrapping_add(b.offset.into()))
    }
}

impl Kernel {
    /// The address of a DPC object.
    #[must_use]
    pub fn dpc_address(&self, dpc: u16) -> u64 {
        self.state.dpc_address(&self.program, dpc)
    }

    fn timer_address(&self, timer: u16) -> u64 {
        let (base, block) = (self.state.ktimer[timer as usize].base, self.program.timers[timer as usize].block);
        block.map_or(Class::Timer.at(timer), |b| base.wrapping_add(b.offset.into()))
    }

    /// Whether some object lies in a block of pool.
    #[must_use]
    pub fn objects_in_blocks(&self) -> bool {
        self.objects_in_blocks
    }

    /// Code names an object that lies in a block of pool: it is where the block's variable points now. In another block
    /// than before it is another object, as the declaration has it; one that is in use cannot move. False: the run ends.
    pub fn locate(&mut self, cpu: usize, object: ObjectRef) -> bool {
        let Some(block) = self.program.block_of(object) else { return true };
        let base = base_of(self.state.globals[block.variable as usize]);
        let i = object.index as usize;
        let (before, in_use) = match object.class {
            Class::Dpc => (self.state.kdpc[i].base, self.dpc_in_use(object.index)),
            _ => (self.state.ktimer[i].base, self.timer_in_use(object.index)),
        };
        if before == base {
            return true;
        }
        if in_use {
            self.fail_assertion(cpu, BLOCK_ASSERTION);
            return false;
        }
        if object.class == Class::Dpc {
            self.state.kdpc[i] = Kdpc::new(&self.program.dpcs[i], base);
        } else {
            self.state.ktimer[i] = Ktimer::new(base);
        }
        true
    }

    /// A routine gets an object: it must be there at the level at which the routine looks at it. False: the machine stops.
    pub fn reach(&mut self, cpu: usize, object: ObjectRef, routine: Routine) -> bool {
        use Routine as R;
        let address = match object.class {
            Class::Dpc => self.dpc_address(object.index),
            Class::Timer => self.timer_address(object.index),
            _ => return true,
        };
        // A timer takes no more than the address of its DPC.
        let pointer = object.class == Class::Dpc && matches!(routine, R::KeSetTimer | R::KeSetTimerEx);
        if pointer || self.program.block_of(object).is_none() {
            return true;
        }
        let (now, machine) = (self.state.kprcb[cpu].irql, &self.program.machine);
        let irql = match routine {
            // DP-8.
            R::KeInsertQueueDpc | R::KeRemoveQueueDpc => machine.ladder.high(),
            // The dispatcher's lock (IR-3).
            _ if object.class == Class::Timer && routine != R::KeReadStateTimer => {
                machine.ladder.synch(machine.processors).max(now)
            }
            _ => now,
        };
        let initializes = matches!(
            routine,
            R::KeInitializeDpc
                | R::KeInitializeThreadedDpc
                | R::KeSetImportanceDpc
                | R::KeSetTargetProcessorDpc
                | R::KeSetTargetProcessorDpcEx
        );
        let by = Some(Class::Routine.at(routine as u16));
        self.touch(cpu, Touch { address, access: initializes.into(), irql, by })
    }

    /// Code of the kernel comes to a DPC that it holds a pointer to. False: the DPC's block is no longer there, and the
    /// machine stops.
    #[inline]
    pub(super) fn dpc_is_there(&mut self, cpu: usize, dpc: u16, by: u64, write: bool) -> bool {
        if self.state.kdpc[dpc as usize].base == NOT_IN_POOL {
            return true;
        }
        let irql = self.state.kprcb[cpu].irql.max(Ladder::DISPATCH);
        let address = self.dpc_address(dpc);
        self.touch(cpu, Touch { address, access: write.into(), irql, by: Some(by) })
    }

    /// The same of a timer that is due.
    pub(super) fn timer_is_there(&mut self, cpu: usize, timer: u16) -> bool {
        if self.state.ktimer[timer as usize].base == NOT_IN_POOL {
            return true;
        }
        let (address, irql) = (self.timer_address(timer), self.state.kprcb[cpu].irql);
        self.touch(cpu, Touch { address, access: Access::Write, irql, by: Some(KI_TIMER_EXPIRATION) })
    }

    fn timer_in_use(&self, timer: u16) -> bool {
        self.state.timers.due(self.source(timer)).is_some()
    }

    /// It is queued, or a timer is set that will call it.
    fn dpc_in_use(&self, dpc: u16) -> bool {
        let timer = |t: u16| self.state.ktimer[t as usize].dpc == dpc && self.timer_in_use(t);
        self.state.kdpc[dpc as usize].queued_on != NO_CPU || (0..self.state.ktimer.len() as u16).any(timer)
    }

    /// A block of pool is about to be freed: Driver Verifier looks for timers and DPCs in it that are still in use. False:
    /// it has found one, and the machine stops.
    pub(super) fn check_freed_block(&mut self, cpu: usize, block: usize) -> bool {
        if !self.program.machine.verifier {
            return true;
        }
        let inside = |base: u64| base != NOT_IN_POOL && pool_block(base) == Some(block);
        let timer = (0..self.state.ktimer.len() as u16)
            .find(|t| inside(self.state.ktimer[*t as usize].base) && self.timer_in_use(*t));
        let dpc = (0..self.state.kdpc.len() as u16)
            .find(|d| inside(self.state.kdpc[*d as usize].base) && self.dpc_in_use(*d));
        let found = timer.map(|t| (0, Rule::WT15, self.timer_address(t)));
        let Some((kind, rule, object)) = found.or_else(|| dpc.map(|d| (1, Rule::DP2, self.dpc_address(d)))) else {
            return true;
        };
        let start = pool_address(block);
        self.bugcheck(cpu, rule, 0xC7, [kind, object, start, start + self.bytes_of(block)]);
        false
    }

    /// The size of a block; whoever has it hold objects has made it large enough.
    fn bytes_of(&self, block: usize) -> u64 {
        let dpcs = self.state.kdpc.iter().zip(&self.program.dpcs).map(|(d, def)| (d.base, def.block));
        let timers = self.state.ktimer.iter().zip(&self.program.timers).map(|(t, def)| (t.base, def.block));
        let inside = dpcs.chain(timers).filter(|(base, _)| pool_block(*base) == Some(block));
        let ends = inside.filter_map(|(_, def)| def.map(InBlock::end));
        ends.fold(self.state.pool[block].bytes, u64::max)
    }
}
