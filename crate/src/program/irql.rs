//! The two IRQL ladders (IR-1): 32 levels on x86, 16 on x64.

/// An interrupt request level, 0 to 31.
pub type Irql = u8;

/// Which numbering of the levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ladder {
    /// 16 levels, held in CR8.
    #[default]
    X64,
    /// 32 levels.
    X86,
}

impl Ladder {
    /// PASSIVE_LEVEL on both.
    pub const PASSIVE: Irql = 0;
    /// APC_LEVEL on both.
    pub const APC: Irql = 1;
    /// DISPATCH_LEVEL on both.
    pub const DISPATCH: Irql = 2;

    /// CMCI_LEVEL on both: corrected machine checks.
    pub const CMCI: Irql = 5;

    /// The lowest level of devices.
    #[must_use]
    pub fn device_min(self) -> Irql {
        3
    }

    /// The highest level of devices.
    #[must_use]
    pub fn device_max(self) -> Irql {
        match self {
            Self::X64 => 11,
            Self::X86 => 26,
        }
    }

    /// SYNCH_LEVEL; on x86 it is DISPATCH_LEVEL with one processor (IR-3).
    #[must_use]
    pub fn synch(self, processors: u8) -> Irql {
        match self {
            Self::X64 => 12,
            Self::X86 if processors > 1 => 27,
            Self::X86 => Self::DISPATCH,
        }
    }

    /// CLOCK_LEVEL.
    #[must_use]
    pub fn clock(self) -> Irql {
        match self {
            Self::X64 => 13,
            Self::X86 => 28,
        }
    }

    /// IPI_LEVEL.
    #[must_use]
    pub fn ipi(self) -> Irql {
        match self {
            Self::X64 => 14,
            Self::X86 => 29,
        }
    }

    /// POWER_LEVEL.
    #[must_use]
    pub fn power(self) -> Irql {
        match self {
            Self::X64 => 14,
            Self::X86 => 30,
        }
    }

    /// PROFILE_LEVEL.
    #[must_use]
    pub fn profile(self) -> Irql {
        match self {
            Self::X64 => 15,
            Self::X86 => 27,
        }
    }

    /// HIGH_LEVEL, the top.
    #[must_use]
    pub fn high(self) -> Irql {
        match self {
            Self::X64 => 15,
            Self::X86 => 31,
        }
    }

    /// The name of a level as the headers spell it; device levels are `DIRQL`.
    #[must_use]
    pub fn name(self, irql: Irql) -> &'static str {
        match (self, irql) {
            (_, 0) => "PASSIVE_LEVEL",
            (_, 1) => "APC_LEVEL",
            (_, 2) => "DISPATCH_LEVEL",
            (Self::X64, 12) => "SYNCH_LEVEL",
            (Self::X64, 13) | (Self::X86, 28) => "CLOCK_LEVEL",
            (Self::X64, 14) | (Self::X86, 29) => "IPI_LEVEL",
            (Self::X64, 15) | (Self::X86, 31) => "HIGH_LEVEL",
            (Self::X86, 27) => "PROFILE_LEVEL",
            (Self::X86, 30) => "POWER_LEVEL",
            _ => "DIRQL",
        }
    }
}
