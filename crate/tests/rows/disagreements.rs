//! Where well-known texts on these mechanisms disagree with each other or with the kernel: each point is told to the
//! reader at the place where it shows, with both readings, in English and in Korean.

use super::common::{program, scenarios};
use irql_playground::program::{Localized, Program};
use std::collections::BTreeMap;

/// The point, the scenario, `about` or the marker that tells it, and words of the sentence there.
type Told = (u32, &'static str, &'static str, &'static str);

/// Where each point is told.
const TOLD: &[Told] = &[
    // IRQL and interrupts.
    (1, "x86-ladder", "about", "31 is HIGH_LEVEL, not machine check, as one text has it"),
    (2, "nested-interrupts", "nested", "One text has every ISR at 7, which is an example"),
    (3, "software-interrupts", "dpc_runs", "about to fall below it: not to it, as two texts say"),
    (4, "software-interrupts", "about", "at APC_LEVEL or above disappears"),
    (5, "software-interrupts", "about", "another that the IRQL drops to 2 for it"),
    (6, "lock-shared-with-isr", "about", "never delays device interrupts, says one text: true above level 2"),
    (7, "irql-masks", "masked", "the kernel mask the DPC's request: the level itself does"),
    // DPCs.
    (8, "dpc-importance", "about", "or with Low at the head, errs"),
    (9, "dpc-importance", "about", "A text with three importances"),
    (10, "dpc-low-waits", "about", "it leaves out the tick, the idle loop and everybody else's drain"),
    (11, "dpc-queue-depth", "about", "A text that says Medium is always delivered is right on the own processor only"),
    (12, "io-request-dpc", "about", "that the kernel makes one at each request"),
    (13, "software-interrupts", "both_wait", "one text has an APC delivered here, and none is"),
    (14, "io-request-dpc", "about", "A text says that a device can have no other DPC"),
    (15, "quantum-end", "about", "no DPC object is queued for it, as some say"),
    (16, "quantum-end", "about", "3 units of the quantum (not 1, as one text counts)"),
    (17, "dpc-queues-itself", "about", "One text has the drain end when a higher interrupt comes; it only waits"),
    (18, "dpc-object", "queued", "the layout up to Windows 8"),
    (19, "threaded-dpc", "about", "one for each processor, not one for all"),
    (20, "threaded-dpc", "about", "there is no higher priority than 31, whatever you may read"),
    (21, "dpc-borrowed-thread", "about", "One text says that a DPC object contains the code of the thread"),
    (22, "isr-and-dpc", "about", "One text has DPCs stop threads that take too long"),
    (23, "dpc-spread", "about", "processor 0 is always flooded is right only if the interrupts go there"),
    (24, "timer-expiry", "about", "some call that a deadlock, but it ends"),
    (25, "wait-under-lock", "about", "One text forbids dispatcher objects here altogether"),
    (26, "dpc-rule-book", "about", "A book, as quoted in a forum: only when it is idle"),
    (27, "dpc-storm", "about", "P1 is 1; for one long DPC it is 0: both are called DPC trouble"),
    // APCs.
    (28, "apc-against-dpc", "about", "one text says that page faults are impossible there"),
    (29, "apc-against-dpc", "waits", "limited waits, says one text; they are not"),
    (30, "apc-other-processor", "about", "One text has kernel APCs run immediately"),
    (31, "kernel-apc-requeue", "nudged", "it is not cancelled, though one text says so"),
    (32, "apc-order", "kernel_done", "One text gives APCs level 1, and elsewhere level 0"),
    (
        33,
        "apc-busy-thread",
        "about",
        "a context switch or a system call does not deliver it either, though one text says so",
    ),
    (34, "apc-busy-thread", "queued", "however many processors there are, which one text seems to think"),
    (35, "suspended-thread", "about", "One text says that a suspended thread runs no queued APC at all"),
    (36, "region-leaked", "about", "another looks at the guarded count alone"),
    (37, "apc-regions", "guarded", "It costs an addition in the thread"),
    (38, "apc-object", "about", "its KTHREAD; one text writes KETHREAD"),
    (39, "apc-kernel-routine", "about", "One text calls this kernel routine the special APC"),
    (40, "apc-regions", "guarded", "not the SpecialApcDelivery of one text"),
    (41, "apc-order", "all_queued", "one text puts special ones at the tail"),
    (42, "apc-four-waits", "about", "Texts that ask for an alerted thread mean an alertable wait"),
    (43, "apc-object", "about", "kernel and user, not one queue, as one text has it"),
    (44, "sleep-alertable", "listener_woke", "One text has only waits for handles end so"),
    (45, "apc-four-waits", "for_good", "this wait is over: one text has it resumed"),
    (46, "region-leaked", "about", "One text knows two ways"),
    (47, "suspend-in-region", "about", "it takes a normal one, or one that wants the lock itself"),
    (48, "packet-story", "about", "the kernel APC at 1 (one text leaves it out)"),
    (49, "apc-before-start", "about", "It needs no alertable wait, though one text always asks for one"),
    (50, "suspended-thread", "suspended", "one text lists the uses, and not that the kinds differ"),
    // ALPC.
    (51, "alpc-legacy-lpc", "about", "The text that names NtCreatePort for ALPC means this call"),
    (52, "alpc-handshake", "about", "it gives the name, and the only handle that it gets is that of its own end"),
    (53, "alpc-datagram-request", "about", "but the server receives all of them on its connection port"),
    (54, "alpc-copy-or-section", "about", "One text says that the size decides: it is the program that does"),
    (55, "alpc-async-pool", "about", "One text has a callback run on arrival"),
    (56, "alpc-queues", "about", "One text draws a single message queue in the kernel"),
    (57, "alpc-csrss", "about", "One text has explorer connect for every program that is started"),
    (58, "alpc-copy-or-section", "about", "Zero copy, says the same text: of the data, yes"),
    (59, "alpc-server-dies", "about", "A request must be answered, says one text: it need not be"),
];

/// The points that there are.
const LAST: u32 = 59;

fn place<'p>(program: &'p Program, place: &str) -> Option<&'p Localized> {
    let marker = || program.markers.iter().find(|m| m.name == place).map(|m| &m.caption);
    if place == "about" { Some(&program.about) } else { marker() }
}

#[test]
fn every_disagreement_is_told_where_it_shows() {
    assert_eq!(TOLD.iter().map(|told| told.0).collect::<Vec<_>>(), (1..=LAST).collect::<Vec<_>>());
    let texts: BTreeMap<String, String> = scenarios().into_iter().collect();
    for (number, scenario, at, words) in TOLD {
        let program = program(&texts[*scenario]);
        let text = place(&program, at).unwrap_or_else(|| panic!("{number}: {scenario} has no marker {at}"));
        assert!(text.text.contains(words), "{number}: {scenario}, {at} does not say `{words}`: {}", text.text);
        let korean = text.others.iter().find(|(tag, _)| tag == "ko").map_or("", |(_, text)| text);
        assert!(korean.chars().any(|c| ('가'..='힣').contains(&c)), "{number}: {scenario}, {at} is not in Korean");
    }
}
