//! What a machine begins with: every object as the program declares it, before the first step.

use super::affinity::ideal_processor;
use super::alpc::Alpc;
use super::dispatcher_object::{DispatcherHeader, wait_blocks};
use super::dpc_queue::KdpcData;
use super::fast_mutex::FastMutex;
use super::frame::FrameId;
use super::generic_call::GenericCall;
use super::in_block::first_base;
use super::memory::CodePage;
use super::mutex::Kmutant;
use super::process::{KapcState, processes};
use super::quantum::{cycles, quantum_reset};
use super::request::{IrpState, Kfile, Kirp, Kqueue, StackLocation};
use super::resource::Eresource;
use super::semaphore::Ksemaphore;
use super::state::{Kapc, Kdpc, Kevent, Kinterrupt, Kprcb, KspinLock, Kthread, NO_CPU, State, ThreadState};
use super::timer::Ktimer;
use super::work_item::work_items;
use crate::base::{IndexedHeap, NO_RECORD, NONE};
use crate::program::{MachineSettings, Program};

impl Kprcb {
    fn new(machine: &MachineSettings) -> Self {
        Self {
            irql: 2,
            controller_irql: 0,
            requests: 0,
            requested_by: [NO_RECORD; 2],
            clock_pending: NO_RECORD,
            ipi_pending: NO_RECORD,
            ipi_reasons: 0,
            current_thread: NONE,
            next_thread: NONE,
            next_since: NO_RECORD,
            ready_summary: 0,
            ready: [(NONE, NONE); 32],
            frame: FrameId::NONE,
            working: false,
            work_until: 0,
            spinning_on: NONE,
            spins: 0,
            dpc_data: [KdpcData::EMPTY; 2],
            dpc_thread_active: false,
            dpc_thread_requested: false,
            dpc_set_event_request: NO_RECORD,
            dpc_last_count: 0,
            dpc_request_rate: 0,
            maximum_dpc_queue_depth: machine.dpc_queue_depth_max,
            adjust_dpc_threshold: machine.dpc_adjust_threshold,
            running_since: [NO_RECORD; 2],
            dpc_routine_active: false,
            dpc_interrupt_requested: false,
            timer_request: false,
            quantum_end: false,
            tick_record: NO_RECORD,
            sleeping: machine.idle_poll == 0,
            poll_until: 0,
            idle_since: 0,
            context_switches: 0,
            run_time: [0; 4],
            dpc_time_count: 0,
            dpc_watchdog_count: 0,
            last_tick: 0,
            idle_apc_disable: [0; 2],
        }
    }
}

impl Kthread {
    fn new(program: &Program, i: usize) -> Self {
        let (machine, t) = (&program.machine, &program.threads[i]);
        let ideal = ideal_processor(t.affinity, (i % machine.processors as usize) as u8);
        Self {
            header: DispatcherHeader::new(0),
            state: ThreadState::Initialized,
            priority: t.priority,
            base_priority: t.priority,
            saturation: 0,
            next_processor: ideal,
            ideal_processor: ideal,
            user_ideal_processor: ideal,
            system_affinity_active: false,
            affinity: t.affinity,
            user_affinity: t.affinity,
            quantum: quantum_reset(program, i as u16),
            cycle_time: 0,
            quantum_target: cycles(machine, quantum_reset(program, i as u16)),
            wait_irql: 1,
            wait_next: false,
            preempted: false,
            next: NONE,
            prev: NONE,
            frame: FrameId::NONE,
            wait_object: 0,
            wait_block_list: i as u32 * u32::from(program.blocks_per_thread()),
            wait_mode: 0,
            alertable: false,
            wait_since: NO_RECORD,
            alerted: [false; 2],
            apc_list: [(NONE, NONE); 2],
            kernel_apc_pending: false,
            user_apc_pending: false,
            special_user_apc_pending: false,
            user_apc_taken: false,
            user_apc_pending_since: NO_RECORD,
            kernel_apc_in_progress: false,
            special_apc_in_progress: false,
            apc_state_index: 0,
            saved_apc_state: KapcState::empty(i as u16, NONE),
            process: t.process,
            kernel_apc_disable: 0,
            special_apc_disable: 0,
            left_too_often: false,
            flush_since: NO_RECORD,
            suspend_count: 0,
            context: 0,
            apc_queueable: !t.created_by_code,
            terminated: false,
            queue: NONE,
            since: NO_RECORD,
        }
    }
}

impl State {
    /// The machine before its first step.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let machine = &program.machine;
        Self {
            now: 0,
            records: 0,
            runnable: 0,
            flushing: 0,
            tick_count: 0,
            interrupt_time: 0,
            clock_interval: machine.clock_interval,
            resolution_requests: 0,
            ops_at_instant: 0,
            kprcb: vec![Kprcb::new(machine); machine.processors as usize].into(),
            kthread: (0..program.threads.len()).map(|i| Kthread::new(program, i)).collect(),
            kdpc: program.dpcs.iter().map(|d| Kdpc::new(d, first_base(program, d.block))).collect(),
            kapc: (0..).zip(&program.apcs).map(|(def, a)| Kapc::new(def, a)).collect(),
            apc_states: Vec::new(),
            kapc_free: Vec::new(),
            apc_reserves: 0,
            kprocess: processes(program),
            kevent: program
                .events
                .iter()
                .map(|e| Kevent { header: DispatcherHeader::new(i32::from(e.signalled)), since: NO_RECORD })
                .collect(),
            ktimer: program.timers.iter().map(|t| Ktimer::new(first_base(program, t.block))).collect(),
            ksemaphore: program
                .semaphores
                .iter()
                .map(|s| Ksemaphore { header: DispatcherHeader::new(s.count), limit: s.limit, since: NO_RECORD })
                .collect(),
            kmutant: vec![Kmutant::default(); program.mutants.len()],
            fast_mutex: vec![FastMutex::default(); program.fast_mutexes.len()],
            resource: vec![Eresource::default(); program.resources.len()],
            resource_owners: Vec::new(),
            wait_blocks: wait_blocks(program),
            spin_lock: vec![
                KspinLock { owner: NO_CPU, under: 0, thread: NONE, queued: false, since: NO_RECORD };
                program.spin_locks.len()
            ],
            spins: Vec::new(),
            generic_call: GenericCall::NONE,
            deadlocked: Vec::new(),
            resident: program.globals.iter().map(|g| !g.paged).collect(),
            code_pages: program
                .bodies
                .iter()
                .map(|b| if b.paged { CodePage::Absent } else { CodePage::Nonpaged })
                .collect(),
            pool: Vec::new(),
            kinterrupt: vec![
                Kinterrupt {
                    pending: NO_RECORD,
                    asserted: NO_RECORD,
                    in_service: false,
                    masked: false,
                    owner: NONE
                };
                program.interrupts.len()
            ]
            .into(),
            irp: program
                .irps
                .iter()
                .map(|i| Kirp {
                    state: IrpState::Idle,
                    status: 0,
                    information: i.bytes,
                    status_block: [0; 2],
                    thread: NONE,
                    completion: NONE,
                    location: i.stack_count,
                    pending_returned: false,
                    deferrable: false,
                    cancel: false,
                    cancel_routine: NONE,
                    cancel_irql: 0,
                    since: NO_RECORD,
                })
                .collect(),
            irp_stack: vec![StackLocation::EMPTY; program.irps.iter().map(|i| i.stack_count as usize).sum()],
            file: program.files.iter().map(|f| Kfile { port: f.completion_port, key: f.key, modes: 0 }).collect(),
            work_items: work_items(program),
            kqueue: program
                .queues
                .iter()
                .map(|q| Kqueue {
                    entries: (NONE, NONE),
                    header: DispatcherHeader::new(0),
                    current_count: 0,
                    maximum_count: q.concurrency,
                })
                .collect(),
            packets: Vec::new(),
            packet_free: Vec::new(),
            alpc: Alpc::new(program),
            globals: program.globals.iter().map(|g| g.value).collect(),
            timers: IndexedHeap::new(program.threads.len() + program.timers.len()),
            timer_dpcs: Vec::new(),
            timer_dpc_time: 0,
            frames: Vec::new(),
            free_frame: FrameId::NONE,
            slots: Vec::new(),
            stop: None,
        }
    }
}
