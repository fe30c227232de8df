//! Pieces of code, and what each is code of.

use crate::text::Span;

/// What a body is code of; decides its mode and what is legal in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BodyKind {
    /// Interrupt service routine.
    #[default]
    Isr = 0,
    /// Deferred routine of a DPC.
    Dpc,
    /// KernelRoutine of an APC.
    ApcKernelRoutine,
    /// NormalRoutine of a kernel APC.
    ApcNormalRoutine,
    /// RundownRoutine of an APC, called in a thread that exits.
    ApcRundownRoutine,
    /// Routine of a user APC: user mode.
    UserApc,
    /// A thread's user-mode code.
    UserThread,
    /// A system thread's code.
    SystemThread,
    /// A function, called from anywhere.
    Function,
    /// A system service of a driver: kernel code that user threads call.
    Service,
    /// A driver's dispatch routine, in the context of who issues the request.
    Driver,
    /// A driver's completion routine, in the context and at the IRQL of who completes the request.
    Completion,
    /// A driver's cancel routine, at DISPATCH_LEVEL and under the cancel spin lock.
    Cancel,
    /// A work item's routine, in a system worker thread.
    WorkItem,
}

impl BodyKind {
    /// Code of a driver that gets the request in hand as its parameter [`IRP_SLOT`].
    #[must_use]
    pub fn has_irp(self) -> bool {
        matches!(self, Self::Driver | Self::Completion | Self::Cancel)
    }
}

/// The text of the assertion that every time to spend is under, among [`super::Program::texts`].
pub const TIME_ASSERTION: u16 = 0;

/// The text that stands for the priorities that there are.
pub const PRIORITY_ASSERTION: u16 = 1;
/// The text of the assertion that an object in a block of pool is under while it is in use, among
/// [`super::Program::texts`].
pub const BLOCK_ASSERTION: u16 = 2;

/// The text of the assertion of PAGED_CODE.
pub const PAGED_CODE_ASSERTION: u16 = 3;

/// The slot of the parameter Irp in a driver's code.
pub const IRP_SLOT: u16 = 1;

/// A piece of code.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The name of what it belongs to.
    pub name: String,
    /// What it is code of.
    pub kind: BodyKind,
    /// It lies in a pageable section: `#pragma alloc_text(PAGE, ...)`.
    pub paged: bool,
    /// First operation.
    pub entry: u16,
    /// Parameters; they are its first slots.
    pub params: u16,
    /// Slots it needs: parameters, variables and temporaries.
    pub slots: u16,
    /// Names of its variables by slot; an empty name is a temporary.
    pub variables: Vec<String>,
    /// Where its name is declared.
    pub span: Span,
}
