//! The rules of the kernel, one test or more for each: `/// IR-6, IN-5` above a test names the rules that it would
//! notice broken.

#![cfg(not(target_arch = "wasm32"))]

#[path = "../common/mod.rs"]
mod common;

mod affinity;
mod alert;
mod alpc;
mod apc;
mod apc_objects;
mod calls;
mod clock;
mod deadlock;
mod dpc;
mod dpc_may_not;
mod dpc_requests;
mod dpc_routines;
mod driver;
mod fast_mutex;
mod in_block;
mod interlocked;
mod interrupt;
mod io;
mod iocp;
mod irql;
mod limits;
mod memory;
mod mutex;
mod priority;
mod process;
mod region;
mod report;
mod resource;
mod semaphore;
mod service;
mod special_user_apc;
mod spin_lock;
mod statistics;
mod suspend;
mod synchronous_io;
mod table;
mod table_constructs;
mod table_insertion;
mod table_kernel_apc;
mod table_user_apc;
mod table_waits;
mod terminate;
mod thread;
mod thread_exit;
mod threaded_dpc;
mod timer;
mod verifier;
mod wait;
mod wait_multiple;
mod wait_next;
mod waitable_timer;
mod watchdog;
mod work_item;

/// The rules that this engine claims to follow.
const FOLLOWED: &[(&str, &[u32])] = &[
    ("IR", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]),
    ("IN", &[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 17]),
    (
        "DP",
        &[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30,
        ],
    ),
    ("TH", &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 16, 17, 18, 19]),
    ("AL", &[1, 2, 3, 4]),
    (
        "AP",
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 28, 29, 30],
    ),
    ("WT", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]),
    ("IO", &[1, 2, 3, 4, 5, 6, 7, 8]),
    ("SE", &[1, 2, 3, 4, 5, 6]),
    ("SU", &[1, 2, 3, 4, 5, 7]),
    ("TE", &[1, 2, 3]),
    ("AT", &[1, 2, 3]),
    ("BC", &[1, 2, 3, 4, 5]),
    ("LP", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]),
    ("SIM", &[1, 2, 4, 5]),
];
