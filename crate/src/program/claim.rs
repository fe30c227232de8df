//! What a scenario may claim of its whole run.

use crate::base::Ns;
use crate::text::Span;

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
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

impl Comparison {
    /// Whether the comparison holds.
    #[must_use]
    pub fn holds(self, a: u64, b: u64) -> bool {
        match self {
            Self::Equal => a == b,
            Self::NotEqual => a != b,
            Self::Less => a < b,
            Self::LessOrEqual => a <= b,
            Self::Greater => a > b,
            Self::GreaterOrEqual => a >= b,
        }
    }

    /// How it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// Something a scenario claims of its whole run.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What.
    pub kind: ClaimKind,
    /// Where it is claimed.
    pub span: Span,
}

/// The claims a scenario can make. Bodies are named by index; "runs" means its first operation began.
#[derive(Clone, Debug)]
pub enum ClaimKind {
    /// These bodies begin in this order: each after the one before it (others may lie between).
    Order(Vec<u16>),
    /// The run ends with this bugcheck code.
    Bugcheck(u32),
    /// The run ends in a deadlock.
    Deadlock,
    /// The run ends with neither bugcheck, deadlock, failed assertion nor limit.
    Completed,
    /// The body begins this often.
    Count {
        /// Which body.
        body: u16,
        /// How the count compares.
        comparison: Comparison,
        /// With what.
        number: u64,
    },
    /// From each beginning of `from` to the next beginning of `to`.
    Latency {
        /// Which body starts the clock; a device's ISR stands for the request of its interrupt when `from_request`.
        from: u16,
        /// The clock starts at the interrupt request of `from`'s device, not at its ISR.
        from_request: bool,
        /// Which body stops it.
        to: u16,
        /// How the longest one compares.
        comparison: Comparison,
        /// With what, in nanoseconds.
        limit: Ns,
    },
}
