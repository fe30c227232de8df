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
mod apc_reserve;
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
mod kqueue;
mod limits;
mod memory;
mod mutex;
mod passive_interrupt;
mod priority;
mod process;
mod quantum;
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

/// The rules of the table that are not modelled yet, with the reason. All others have tests.
const ABSENT: &[(&str, &str)] = &[];
