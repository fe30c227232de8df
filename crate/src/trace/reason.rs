//! Why the insertion of a DPC asks for a drain or spares it (DP-9): a number that its records carry.

/// Why an inserted DPC asks its target processor for a drain, or why it does not (DP-9). Records carry it above the low
/// byte of their argument; 0 there is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum DrainReason {
    /// Asks: Medium importance or more on its own processor.
    MediumOrMore = 1,
    /// Asks: MediumHigh or High importance for another processor.
    Urgent,
    /// Asks: the queue has reached MaximumDpcQueueDepth (DP-10).
    QueueFull,
    /// Asks: Low importance, and DpcRequestRate is below MinimumDpcRate (DP-18).
    RateLow,
    /// Asks, by the book's rule: urgent, and the target is idle.
    TargetIdle,
    /// Asks, by the book's rule: all processors are idle.
    SystemIdle,
    /// Spares: the target drains its queue already (DpcRoutineActive).
    DrainRunning,
    /// Spares: a drain of the target has been asked for (DpcInterruptRequested).
    AlreadyRequested,
    /// Spares: Low importance on its own processor, below both limits.
    LowCanWait,
    /// Spares: Low or Medium importance for another processor whose queue is short.
    QueueNotFull,
    /// Spares: the target is idle and awake, so that its idle loop sees the queue by itself (DP-16).
    IdlePolls,
    /// Spares, by the book's rule: urgent, but the target is busy.
    TargetBusy,
    /// Spares, by the book's rule: Low or Medium importance, a short queue, and not all processors are idle.
    SystemBusy,
}

const REASONS: [DrainReason; 13] = {
    use DrainReason as R;
    [
        R::MediumOrMore,
        R::Urgent,
        R::QueueFull,
        R::RateLow,
        R::TargetIdle,
        R::SystemIdle,
        R::DrainRunning,
        R::AlreadyRequested,
        R::LowCanWait,
        R::QueueNotFull,
        R::IdlePolls,
        R::TargetBusy,
        R::SystemBusy,
    ]
};

impl DrainReason {
    /// Whether a drain is asked for.
    #[must_use]
    pub fn asks(self) -> bool {
        (self as u8) < Self::DrainRunning as u8
    }

    /// Its part of a record's argument.
    #[must_use]
    pub fn packed(self) -> u32 {
        (self as u32) << 8
    }

    /// The reason in a record's argument.
    #[must_use]
    pub fn of(arg: u32) -> Option<Self> {
        REASONS.get((arg >> 8).wrapping_sub(1) as usize).copied()
    }

    /// Its name in traces, and its key in the page's tables of sentences; nothing when there is no reason.
    #[must_use]
    pub fn name_of(arg: u32) -> String {
        Self::of(arg).map_or(String::new(), |reason| format!("{reason:?}"))
    }
}
