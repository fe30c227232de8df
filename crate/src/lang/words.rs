//! The words of the language, each with what it is for: for completion, hover and the documentation. Those that
//! begin declarations and statements stand in the parser.

use crate::base::{English, Phrase};

/// A word of the language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// The group of its key in the message catalogues.
    pub(crate) group: &'static str,
    pub(crate) word: &'static str,
    /// What completion inserts.
    pub(crate) template: &'static str,
    /// What it is for, in one sentence.
    pub(crate) meaning: English,
}

impl Word {
    /// A row of a table of words.
    pub(crate) const fn new(
        group: &'static str,
        word: &'static str,
        template: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { group, word, template, meaning: English::new(meaning) }
    }

    /// What it is for, for the reader's language.
    pub(crate) fn said(&self) -> Phrase {
        Phrase::message(&[self.group, self.word], self.meaning, &[])
    }
}

const fn word(group: &'static str, word: &'static str, meaning: &'static str) -> Word {
    Word::new(group, word, word, meaning)
}

/// Sources of stimuli that no device declares.
pub(crate) const SOURCE_WORDS: &[Word] = &[
    word("stimulus", "nmi", "A non-maskable interrupt, taken at any level. The number of its processor may follow."),
    word(
        "stimulus",
        "machine_check",
        "A machine check that cannot be corrected: it has no level, and stops the machine.",
    ),
    word("stimulus", "cmci", "A corrected machine check: an ordinary interrupt at CMCI_LEVEL, 5."),
    word("stimulus", "profile", "The profiling timer's interrupt, at PROFILE_LEVEL."),
    word("stimulus", "power", "A power failure, at POWER_LEVEL."),
    word("stimulus", "trim", "The memory manager takes all pageable memory away."),
];

/// What stands after `system`.
pub(crate) const AFTER_SYSTEM: &[Word] = &[word("system", "thread", "A thread of kernel code.")];

/// What stands after the time of a stimulus.
pub(crate) const AFTER_TIME: &[Word] = &[word("stimulus", "interrupt", "The device that interrupts follows.")];

/// What stands after `expect`.
pub(crate) const CLAIM_WORDS: &[Word] = &[
    word("expect", "order", "These begin in this order."),
    word("expect", "bugcheck", "The run ends with this bugcheck."),
    word("expect", "deadlock", "The run ends in a deadlock."),
    word("expect", "completed", "The run ends well."),
    word("expect", "count", "This begins so many times."),
    word("expect", "latency", "The longest time from one to the other."),
];

/// The kinds of APC.
pub(crate) const APC_KINDS: &[Word] = &[
    word(
        "apc",
        "special",
        "Kernel mode; runs its KernelRoutine at APC_LEVEL, whatever is disabled but guarded regions.",
    ),
    word("apc", "normal", "Kernel mode, with a normal routine at PASSIVE_LEVEL."),
    word("apc", "user", "User mode; runs when the thread waits alertably."),
];

/// The routines of an APC, by their fields in the KAPC.
pub(crate) const APC_ROUTINES: &[Word] = &[
    word("field", "KernelRoutine", "The routine that an APC calls first, at APC_LEVEL."),
    word("field", "RundownRoutine", "The routine that an APC calls instead of the others when its thread exits."),
    word("field", "NormalRoutine", "The routine that an APC is for, at PASSIVE_LEVEL."),
];

/// The fields of an I/O request packet.
pub(crate) const FIELDS: &[Word] = &[
    word("field", "Status", "The status that the request completes with; read by a thread, its status block."),
    word("field", "Information", "How many bytes were transferred."),
    word("field", "PendingReturned", "In a completion routine: the driver below has marked the request pending."),
    word("field", "Cancel", "Somebody wants the request cancelled."),
    word("field", "CancelIrql", "The level that a cancel routine gives to IoReleaseCancelSpinLock."),
];

/// The fields of a message buffer and of its attributes.
pub(crate) const MESSAGE_FIELDS: &[Word] = &[
    word("message", "DataLength", "How many bytes of data the message carries, without its header."),
    word("message", "Type", "LPC_REQUEST, LPC_REPLY, LPC_DATAGRAM and so on, with flags above the low 12 bits."),
    word("message", "MessageId", "The number of the message; what is sent with one that is not 0 is the reply to it."),
    word("message", "ClientId", "The thread that sent the message."),
    word("message", "Data", "One number that stands for the data."),
    word("message", "ValidAttributes", "The attributes that came with the message, of those that were asked for."),
    word("message", "PortContext", "What the server gave to the connection when it accepted it."),
    word("message", "SectionHandle", "The section to be mapped, or sent."),
    word("message", "ViewBase", "Where the view is mapped, in the process that has the message."),
    word("message", "ViewSize", "How many bytes the view has."),
    word("message", "ViewFlags", "ALPC_VIEWFLG_UNMAP_EXISTING, ALPC_VIEWFLG_AUTO_RELEASE."),
    word("message", "Handle", "The object whose handle goes along."),
    word("message", "Event", "The event that is set when the reply is there."),
];
