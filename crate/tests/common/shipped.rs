//! The shipped scenarios by name, for the tests in a browser, which cannot list a folder.
//! `UPDATE_EXPECT=1 cargo test --test scenarios` writes this file.

pub(crate) const SHIPPED: &[(&str, &str)] = &[
    ("apc-order", include_str!("../../../scenarios/apc-order.irql")),
    ("audio-glitch", include_str!("../../../scenarios/audio-glitch.irql")),
    ("dpc-already-queued", include_str!("../../../scenarios/dpc-already-queued.irql")),
    ("dpc-storm", include_str!("../../../scenarios/dpc-storm.irql")),
    ("dpc-too-long", include_str!("../../../scenarios/dpc-too-long.irql")),
    ("dpc-wakes-thread", include_str!("../../../scenarios/dpc-wakes-thread.irql")),
    ("io-event", include_str!("../../../scenarios/io-event.irql")),
    ("ipi-targeted-dpc", include_str!("../../../scenarios/ipi-targeted-dpc.irql")),
    ("irql-masks", include_str!("../../../scenarios/irql-masks.irql")),
    ("isr-dpc-thread", include_str!("../../../scenarios/isr-dpc-thread.irql")),
    ("kernel-apc-requeue", include_str!("../../../scenarios/kernel-apc-requeue.irql")),
    ("lock-in-isr", include_str!("../../../scenarios/lock-in-isr.irql")),
    ("nested-interrupts", include_str!("../../../scenarios/nested-interrupts.irql")),
    ("packet-story", include_str!("../../../scenarios/packet-story.irql")),
    ("quantum-end", include_str!("../../../scenarios/quantum-end.irql")),
    ("sleep-alertable", include_str!("../../../scenarios/sleep-alertable.irql")),
    ("spin-lock", include_str!("../../../scenarios/spin-lock.irql")),
    ("threaded-dpc", include_str!("../../../scenarios/threaded-dpc.irql")),
    ("timer-expiry", include_str!("../../../scenarios/timer-expiry.irql")),
    ("wait-in-dpc", include_str!("../../../scenarios/wait-in-dpc.irql")),
];
