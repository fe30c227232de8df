//! The operations that bodies compile to: a small register code. Slots are the registers of one frame.

use super::{MessageField, Routine};

/// A register of the current frame.
pub type Slot = u16;

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`: 1 for 0, else 0.
    Not,
    /// `-`
    Negate,
    /// `~`
    Complement,
}

impl UnaryOp {
    /// The operator's result, for the machine and for constants alike.
    #[inline]
    #[must_use]
    pub fn apply(self, value: i64) -> i64 {
        match self {
            Self::Not => i64::from(value == 0),
            Self::Negate => value.wrapping_neg(),
            Self::Complement => !value,
        }
    }
}

/// Operators with two operands. Arithmetic wraps; a division by zero gives 0; a shift counts modulo 64, as the
/// processor does it. `&&` and `||` compile to jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`
    ShiftLeft,
    /// `>>`; the sign stays.
    ShiftRight,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl BinaryOp {
    /// The operator's result, for the machine and for constants alike.
    #[inline]
    #[must_use]
    pub fn apply(self, a: i64, b: i64) -> i64 {
        match self {
            Self::Add => a.wrapping_add(b),
            Self::Subtract => a.wrapping_sub(b),
            Self::Multiply => a.wrapping_mul(b),
            Self::Divide if b == 0 => 0,
            Self::Divide => a.wrapping_div(b),
            Self::Remainder if b == 0 => 0,
            Self::Remainder => a.wrapping_rem(b),
            Self::And => a & b,
            Self::Or => a | b,
            Self::Xor => a ^ b,
            Self::ShiftLeft => a.wrapping_shl(b as u32),
            Self::ShiftRight => a.wrapping_shr(b as u32),
            Self::Equal => i64::from(a == b),
            Self::NotEqual => i64::from(a != b),
            Self::Less => i64::from(a < b),
            Self::LessOrEqual => i64::from(a <= b),
            Self::Greater => i64::from(a > b),
            Self::GreaterOrEqual => i64::from(a >= b),
        }
    }
}

/// The fields of an I/O request packet that code may read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `Irp.Status`: for a driver the IoStatus it will complete with; read by a thread, its status block.
    Status,
    /// `Irp.Information`: bytes transferred.
    Information,
    /// `Irp.PendingReturned`: the driver below has marked it pending; for completion routines.
    PendingReturned,
    /// `Irp.Cancel`: somebody wants it cancelled.
    Cancel,
    /// `Irp.CancelIrql`: the level that a cancel routine gives back with the cancel spin lock.
    CancelIrql,
}

/// One operation. Those up to `Jump…` touch the frame alone; all others may be seen by other processors.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// `dst = value`
    Const {
        /// Result.
        dst: Slot,
        /// The value.
        value: i64,
    },
    /// `dst = src`
    Copy {
        /// Result.
        dst: Slot,
        /// Operand.
        src: Slot,
    },
    /// `dst = op src`
    Unary {
        /// Which operator.
        op: UnaryOp,
        /// Result.
        dst: Slot,
        /// Operand.
        src: Slot,
    },
    /// `dst = a op b`
    Binary {
        /// Which operator.
        op: BinaryOp,
        /// Result.
        dst: Slot,
        /// Left operand.
        a: Slot,
        /// Right operand.
        b: Slot,
    },
    /// Goes on at `to`.
    Jump {
        /// Index into the code.
        to: u16,
    },
    /// Goes on at `to` when `condition` is 0.
    JumpUnless {
        /// Tested slot.
        condition: Slot,
        /// Index into the code.
        to: u16,
    },
    /// Reads a global variable.
    LoadGlobal {
        /// Result.
        dst: Slot,
        /// Index of the global.
        global: u16,
    },
    /// Writes a global variable.
    StoreGlobal {
        /// Index of the global.
        global: u16,
        /// The value.
        src: Slot,
    },
    /// Touches a pageable variable, before it is read or written.
    Touch {
        /// Index of the global.
        global: u16,
        /// It is to be written.
        write: bool,
    },
    /// Takes the address of a KDPC or a KTIMER in a block of pool, for the call that follows: where the variable that
    /// holds the block's address says.
    Locate {
        /// The object, packed.
        object: u32,
    },
    /// Reads a field of an I/O request packet.
    LoadField {
        /// Result.
        dst: Slot,
        /// Index of the IRP; `NONE`: the one that the code has as its parameter.
        irp: u16,
        /// Which field.
        field: Field,
    },
    /// Writes a field of an I/O request packet.
    StoreField {
        /// Index of the IRP; `NONE`: the one that the code has as its parameter.
        irp: u16,
        /// Which field.
        field: Field,
        /// The value.
        src: Slot,
    },
    /// Reads a field of a message buffer or of its attributes.
    LoadMessage {
        /// Result.
        dst: Slot,
        /// Index of the buffer.
        message: u16,
        /// Which field.
        field: MessageField,
    },
    /// Writes a field of a message buffer or of its attributes.
    StoreMessage {
        /// Index of the buffer.
        message: u16,
        /// Which field.
        field: MessageField,
        /// The value.
        src: Slot,
    },
    /// Spends processor time at the current IRQL.
    Work {
        /// Nanoseconds; a negative time stops the run as a failed assertion.
        duration: Slot,
        /// Caption: an index of [`super::Program::texts`], or `NONE`.
        text: u16,
    },
    /// Calls a documented routine. All its parameters have values, from slot `args` on; an out parameter's
    /// slot is ignored there and its value is left in `dst + 1`.
    Call {
        /// Which routine.
        routine: Routine,
        /// Result.
        dst: Slot,
        /// First argument.
        args: Slot,
    },
    /// Calls a function or a service of the scenario.
    CallBody {
        /// Index of the body.
        body: u16,
        /// Result.
        dst: Slot,
        /// First argument.
        args: Slot,
    },
    /// Ends the body.
    Return {
        /// The result.
        value: Slot,
    },
    /// Stops the run with a failed assertion when `condition` is 0.
    Assert {
        /// Tested slot.
        condition: Slot,
        /// The assertion's source text: an index of [`super::Program::texts`].
        text: u16,
    },
    /// Passes a marker.
    Mark {
        /// Index of the marker.
        marker: u16,
    },
}
