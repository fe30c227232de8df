//! Addresses of what a machine has, as the parameters of a bugcheck show them: an address in the simulated address
//! space for each object, each instruction and the kernel's own routines, and the name behind an address.

use super::{Class, InBlock, ObjectRef, Program};
use crate::base::NONE;

/// Where objects lie: 16 MB for each class.
const OBJECTS: u64 = 0xFFFF_E000_0000_0000;
const CLASS: u64 = 0x100_0000;
const OBJECT: u64 = 0x100;
/// Where the scenario's code lies.
const CODE: u64 = 0xFFFF_F800_1000_0000;
const INSTRUCTION: u64 = 4;

/// Where pageable variables lie, each in a page of its own.
const PAGED: u64 = 0xFFFF_A000_0000_0000;
const PAGE: u64 = 0x1000;

/// Where the pool begins, and how far apart its blocks lie.
const POOL: u64 = 0xFFFF_B000_1000_0000;
const BLOCK: u64 = 0x10_0000;
/// Where the objects in a block begin, and how large each is: a KDPC and a KTIMER of 64-bit Windows have 64 bytes.
const MEMBERS: u32 = 0x80;
const MEMBER: u32 = 0x40;

/// Where stacks lie, those of threads and those of processors: 64 KB for each, of which a kernel stack has 24.
const STACKS: u64 = 0xFFFF_9000_0000_0000;
const STACK: u64 = 0x1_0000;
const STACK_TOP: u64 = 0x6000;
/// What an exception leaves on the stack of whoever raised it.
const EXCEPTION_RECORD: u64 = STACK_TOP - 0x700;
const CONTEXT_RECORD: u64 = STACK_TOP - 0x600;

/// The kernel's pageable routine in which a thread ends.
pub const PSP_EXIT_THREAD: u64 = 0xFFFF_F800_0100_0000;
/// The kernel's routine that drains a DPC queue.
pub const KI_RETIRE_DPC_LIST: u64 = 0xFFFF_F800_0100_1000;
/// The kernel's routine that expires timers.
pub const KI_TIMER_EXPIRATION: u64 = 0xFFFF_F800_0100_2000;
/// The kernel's routine of the DPC threads.
pub const KI_EXECUTE_DPC: u64 = 0xFFFF_F800_0100_3000;

const ROUTINES_OF_KERNEL: [(u64, &str); 4] = [
    (PSP_EXIT_THREAD, "PspExitThread"),
    (KI_RETIRE_DPC_LIST, "KiRetireDpcList"),
    (KI_TIMER_EXPIRATION, "KiTimerExpiration"),
    (KI_EXECUTE_DPC, "KiExecuteDpc"),
];

/// The address of a block of pool.
#[must_use]
pub fn pool_address(block: usize) -> u64 {
    POOL + block as u64 * BLOCK
}

/// The block of pool that an address lies in, whether or not there is one.
#[must_use]
pub fn pool_block(address: u64) -> Option<usize> {
    let block = address.checked_sub(POOL)? / BLOCK;
    usize::try_from(block).ok()
}

/// The address of a pageable variable.
#[must_use]
pub fn paged_address(global: u16) -> u64 {
    PAGED + u64::from(global) * PAGE
}

impl InBlock {
    /// The place of a program's next object in a block; `others` have places already.
    #[must_use]
    pub fn of(variable: u16, others: usize) -> Self {
        Self { variable, offset: MEMBERS + others as u32 * MEMBER }
    }

    /// How many bytes a block must have for it.
    #[must_use]
    pub fn end(self) -> u64 {
        u64::from(self.offset + MEMBER)
    }
}

fn stack(class: Class, index: u16) -> u64 {
    STACKS + (class.at(index) - OBJECTS) / OBJECT * STACK
}

/// InitialStack, from which the stack of a thread or a processor grows down.
#[must_use]
pub fn initial_stack(class: Class, index: u16) -> u64 {
    stack(class, index) + STACK_TOP
}

/// The addresses of the ExceptionRecord and the ContextRecord of an exception that was raised on a stack.
#[must_use]
pub fn exception_addresses(class: Class, index: u16) -> (u64, u64) {
    let stack = stack(class, index);
    (stack + EXCEPTION_RECORD, stack + CONTEXT_RECORD)
}

impl Class {
    /// The address of an object of this class. The idle thread is that with the index [`NONE`].
    #[must_use]
    pub fn at(self, index: impl Into<u64>) -> u64 {
        OBJECTS + self as u64 * CLASS + index.into() * OBJECT
    }
}

impl ObjectRef {
    /// The address of what a value of the running code stands for; a number stands for itself.
    #[must_use]
    pub fn address_of(value: u64) -> u64 {
        let object = u32::try_from(value).ok().and_then(Self::unpack);
        object.map_or(value, |o| o.class.at(o.index))
    }
}

impl Program {
    /// The address of an operation; 0 for [`NONE`].
    #[must_use]
    pub fn instruction_address(&self, pc: u16) -> u64 {
        if pc == NONE { 0 } else { CODE + u64::from(pc) * INSTRUCTION }
    }

    /// The address of a piece of code; 0 for [`NONE`].
    #[must_use]
    pub fn routine_address(&self, body: u16) -> u64 {
        self.bodies.get(body as usize).map_or(0, |b| self.instruction_address(b.entry))
    }

    /// What lies at an address, by name: an object, a routine, or a place in one; empty when nothing does.
    #[must_use]
    pub fn symbol(&self, address: u64) -> String {
        if let Some((_, name)) = ROUTINES_OF_KERNEL.iter().find(|routine| routine.0 == address) {
            return (*name).into();
        }
        if let Some(offset) = address.checked_sub(CODE) {
            let pc = u16::try_from(offset / INSTRUCTION).unwrap_or(NONE);
            let body = self.bodies.iter().filter(|b| b.entry <= pc).max_by_key(|b| b.entry);
            let known = body.filter(|_| usize::from(pc) < self.code.len());
            return known.map_or(String::new(), |b| match u64::from(pc - b.entry) * INSTRUCTION {
                0 => b.name.clone(),
                within => format!("{}+{within:#x}", b.name),
            });
        }
        let Some(offset) = address.checked_sub(OBJECTS) else {
            if address >= POOL {
                return self.member((address - POOL) % BLOCK).into();
            }
            if let Some(offset) = address.checked_sub(STACKS).filter(|_| address < PAGED) {
                let field = match offset % STACK {
                    STACK_TOP => "InitialStack",
                    EXCEPTION_RECORD => "ExceptionRecord",
                    CONTEXT_RECORD => "ContextRecord",
                    _ => return String::new(),
                };
                let owner = self.symbol(OBJECTS + offset / STACK * OBJECT);
                return if owner.is_empty() { owner } else { format!("{owner}.{field}") };
            }
            let variable = address.checked_sub(PAGED).and_then(|offset| u16::try_from(offset / PAGE).ok());
            return variable.map_or(String::new(), |global| self.name(Class::Global, global).into());
        };
        let index = (offset % CLASS / OBJECT) as u16;
        match Class::ALL.get((offset / CLASS) as usize) {
            Some(Class::Processor) => format!("cpu{index}"),
            Some(Class::Thread) if index == NONE => "Idle".into(),
            Some(class) => self.name(*class, index).into(),
            None => String::new(),
        }
    }

    /// The object that lies so far from the beginning of a block of pool.
    fn member(&self, offset: u64) -> &str {
        let here = |block: Option<InBlock>| block.is_some_and(|b| u64::from(b.offset) == offset);
        let dpc = self.dpcs.iter().find(|d| here(d.block)).map(|d| &d.name);
        dpc.or_else(|| self.timers.iter().find(|t| here(t.block)).map(|t| &t.name)).map_or("", String::as_str)
    }
}
