//! Addresses of what a machine has, as the parameters of a bugcheck show them: an address in the simulated address
//! space for each object, each instruction and the kernel's own routines, and the name behind an address.

use super::{Class, ObjectRef, Program};
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

/// The kernel's pageable routine in which a thread ends.
pub const PSP_EXIT_THREAD: u64 = 0xFFFF_F800_0100_0000;

/// The address of a pageable variable.
#[must_use]
pub fn paged_address(global: u16) -> u64 {
    PAGED + u64::from(global) * PAGE
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
        if address == PSP_EXIT_THREAD {
            return "PspExitThread".into();
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
}
