//! Pageable memory, pool blocks, and page faults: resolved below DISPATCH_LEVEL, fatal above (IN-15, BC-1, BC-3).
//! There are no contents and no page tables: a page is there or it is not.

use super::Kernel;
use crate::base::NONE;
use crate::program::{Irql, Ladder, paged_address, pool_address, pool_block};
use crate::trace::{Kind, Rule};

/// The most blocks of a run; freed ones stay, so that their use is noticed.
const MOST_BLOCKS: usize = 50_000;

/// POOL_FLAG_PAGED of ExAllocatePool2.
const POOL_FLAG_PAGED: i64 = 0x100;

/// The status of a bad address that a fault cannot be resolved for.
const STATUS_ACCESS_VIOLATION: u32 = 0xC000_0005;

/// A block of pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PoolBlock {
    /// From the paged pool.
    pub paged: bool,
    /// Its page is in memory; always so in the nonpaged pool.
    pub resident: bool,
    /// ExFreePool has given it back.
    pub freed: bool,
    /// Its size.
    pub bytes: u64,
}

/// Where the page of a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CodePage {
    /// In nonpaged memory, as a driver's code is unless it says otherwise.
    Nonpaged = 0,
    /// In pageable memory, and there.
    Resident,
    /// In pageable memory, and not there.
    Absent,
}

/// What a touch is for, by the third parameter of 0xA and 0xD1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read = 0,
    Write = 1,
    Execute = 8,
}

impl From<bool> for Access {
    /// Whether it writes.
    fn from(write: bool) -> Self {
        if write { Self::Write } else { Self::Read }
    }
}

/// One touch of memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    /// Where.
    pub address: u64,
    /// What for.
    pub access: Access,
    /// The level at which it is touched.
    pub irql: Irql,
    /// The kernel's routine that does it; `None`: the scenario's code, which is a driver's (BC-1).
    pub by: Option<u64>,
}

impl Kernel {
    fn by_driver(&self, cpu: usize, address: u64, write: bool) -> Touch {
        Touch { address, access: write.into(), irql: self.state.kprcb[cpu].irql, by: None }
    }

    /// Code reads or writes a pageable variable. False: the machine stops.
    pub fn touch_variable(&mut self, cpu: usize, global: u16, write: bool) -> bool {
        let resident = self.state.resident[global as usize];
        let touch = self.by_driver(cpu, paged_address(global), write);
        if !self.fault(cpu, touch, resident, global) {
            return false;
        }
        self.state.resident[global as usize] = true;
        true
    }

    /// A touch of pageable memory. False: the machine stops. A fault below DISPATCH_LEVEL is resolved at once: reading
    /// the page takes no time here.
    fn fault(&mut self, cpu: usize, touch: Touch, resident: bool, global: u16) -> bool {
        if touch.irql >= Ladder::DISPATCH {
            return self.lucky(cpu, touch, resident);
        }
        if !resident {
            self.emit(cpu, Kind::PageFaulted, Rule::IN15, global, touch.access as u32);
        }
        true
    }

    /// Pageable memory at DISPATCH_LEVEL or above: whether it is there, by luck. Forced IRQL checking takes it away
    /// whenever the IRQL rises (BC-3).
    fn lucky(&mut self, cpu: usize, touch: Touch, resident: bool) -> bool {
        let there = resident && !self.program.machine.verifier;
        if !there {
            let rule = if resident { Rule::BC3 } else { Rule::IN15 };
            self.bad_access(cpu, rule, touch);
        }
        there
    }

    /// A processor is about to execute pageable code, at the operation that is entered. False: the machine stops.
    pub fn run_pageable_code(&mut self, cpu: usize, body: u16) -> bool {
        let resident = self.state.code_pages[body as usize] == CodePage::Resident;
        let irql = self.state.kprcb[cpu].irql;
        if irql >= Ladder::DISPATCH {
            let address = self.program.instruction_address(self.pc);
            return self.lucky(cpu, Touch { address, access: Access::Execute, irql, by: None }, resident);
        }
        if !resident {
            self.state.code_pages[body as usize] = CodePage::Resident;
            self.emit(cpu, Kind::CodePageFaulted, Rule::IN15, body, 0);
        }
        true
    }

    /// A fault at DISPATCH_LEVEL or above: a driver's and the kernel's own have codes of their own (BC-1).
    fn bad_access(&mut self, cpu: usize, rule: Rule, touch: Touch) {
        let code = if touch.by.is_some() { 0xA } else { 0xD1 };
        let instruction = touch.by.unwrap_or(self.program.instruction_address(self.pc));
        let parameters = [touch.address, u64::from(touch.irql), touch.access as u64, instruction];
        self.bugcheck(cpu, rule, code, parameters);
    }

    /// Kernel code reads or writes at an address. False: the machine stops.
    pub fn touch_address(&mut self, cpu: usize, address: u64, write: bool) -> bool {
        let touch = self.by_driver(cpu, address, write);
        self.touch(cpu, touch)
    }

    /// Kernel code takes for the address of an object what is none: the machine stops.
    pub fn follow_bad_pointer(&mut self, cpu: usize, address: u64) {
        if self.touch_address(cpu, address, false) {
            self.raise_exception(cpu, STATUS_ACCESS_VIOLATION); // there is memory, and no object in it
        }
    }

    /// Memory is touched at an address. False: the machine stops.
    pub(super) fn touch(&mut self, cpu: usize, touch: Touch) -> bool {
        if let Some(at) = self.block_at(touch.address).filter(|at| !self.state.pool[*at].freed) {
            let block = self.state.pool[at];
            if !block.paged {
                return true;
            }
            let goes_on = self.fault(cpu, touch, block.resident, NONE);
            self.state.pool[at].resident |= goes_on;
            return goes_on;
        }
        if touch.irql >= Ladder::DISPATCH {
            self.bad_access(cpu, Rule::BC1, touch);
        } else if touch.address >> 63 == 1 {
            let instruction = touch.by.unwrap_or(self.program.instruction_address(self.pc));
            self.bugcheck(cpu, Rule::BC1, 0x50, [touch.address, touch.access as u64, instruction, 0]);
        } else {
            self.raise_exception(cpu, STATUS_ACCESS_VIOLATION);
        }
        false
    }

    fn block_at(&self, address: u64) -> Option<usize> {
        pool_block(address).filter(|at| *at < self.state.pool.len())
    }

    /// ExAllocatePool2: the address of a new block.
    pub fn allocate_pool(&mut self, cpu: usize, flags: i64, bytes: i64) -> i64 {
        let paged = flags & POOL_FLAG_PAGED != 0;
        let subcode = if paged { 0x01 } else { 0x02 };
        if !self.check_pool_irql(cpu, paged, subcode, bytes as u64) {
            return 0;
        }
        if self.state.pool.len() >= MOST_BLOCKS {
            self.stop_at_limit("pool_blocks", MOST_BLOCKS as u64);
            return 0;
        }
        let address = pool_address(self.state.pool.len());
        self.state.pool.push(PoolBlock { paged, resident: !paged, freed: false, bytes: bytes.max(0) as u64 });
        self.emit(cpu, Kind::PoolAllocated, Rule::SIM3, NONE, self.state.pool.len() as u32);
        address as i64
    }

    /// ExFreePool.
    pub fn free_pool(&mut self, cpu: usize, address: u64) {
        let block = self.block_at(address).filter(|at| !self.state.pool[*at].freed && address == pool_address(*at));
        let Some(at) = block else {
            // 7: freed already, or never a block.
            return self.bugcheck(cpu, Rule::BC1, 0xC2, [7, 0, 0, address]);
        };
        let paged = self.state.pool[at].paged;
        let subcode = if paged { 0x11 } else { 0x12 };
        if self.check_pool_irql(cpu, paged, subcode, address) && self.check_freed_block(cpu, at) {
            self.state.pool[at].freed = true;
            self.emit(cpu, Kind::PoolFreed, Rule::SIM3, NONE, at as u32 + 1);
        }
    }

    /// Section 1's table: paged pool up to APC_LEVEL, nonpaged pool up to DISPATCH_LEVEL.
    fn check_pool_irql(&mut self, cpu: usize, paged: bool, subcode: u64, what: u64) -> bool {
        let irql = self.state.kprcb[cpu].irql;
        let highest = if paged { Ladder::APC } else { Ladder::DISPATCH };
        if irql <= highest || !self.program.machine.verifier {
            return true;
        }
        self.bugcheck(cpu, Rule::BC3, 0xC4, [subcode, u64::from(irql), u64::from(paged), what]);
        false
    }

    /// The memory manager needs the pages: everything pageable goes to disk.
    pub fn trim_memory(&mut self) {
        self.state.resident.fill(false);
        for page in self.state.code_pages.iter_mut().filter(|page| **page == CodePage::Resident) {
            *page = CodePage::Absent;
        }
        for block in &mut self.state.pool {
            block.resident = !block.paged;
        }
        self.emit_outside(Kind::MemoryTrimmed, Rule::BC3, NONE, 0);
    }
}
