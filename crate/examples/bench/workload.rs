//! The workload of the benchmark as a scenario text: kernel dispatching, on any number of processors.
//!
//! On each processor a device interrupts about every 100 us; its ISR queues a DPC; the DPC sets the events of the
//! processor's even threads in turn, and every fourth time one of the next processor. Six threads of different
//! priorities compute and then wait: the even ones for their event, the odd ones for a short sleep. The clock ticks
//! every millisecond, and a quantum is three ticks long.

use std::fmt::Write;

/// Threads of one processor; the even ones wait for events.
pub(super) const THREADS: usize = 6;

/// The scenario for so many processors, long enough for several million records.
pub(super) fn scenario(processors: usize) -> String {
    let mut text = format!(
        "title \"Kernel dispatching on {processors} processors\";\n\
         machine {{ processors: {processors}; irql: x64; clock: 1ms; quantum: 9; end: 10s; seed: 7; }}\n"
    );
    for cpu in 0..processors {
        // Writing to a String cannot fail.
        let _ = processor(&mut text, cpu, (cpu + 1) % processors);
    }
    text
}

fn processor(text: &mut String, cpu: usize, neighbour: usize) -> std::fmt::Result {
    writeln!(text, "\ndevice Device{cpu} {{ irql: 5; processor: {cpu}; isr: Isr{cpu}; }}")?;
    writeln!(text, "every 100us jitter 50us from {}us interrupt Device{cpu};", 50 + 7 * cpu)?;
    writeln!(text, "isr Isr{cpu} {{ work 3us; KeInsertQueueDpc(Dpc{cpu}); }}")?;
    writeln!(text, "var turn{cpu} = 0;")?;
    writeln!(text, "dpc Dpc{cpu} {{\n    work 8us;\n    turn = turn{cpu};\n    turn{cpu} = turn + 1;")?;
    writeln!(text, "    if (turn % 4 == 3) {{")?;
    signal(text, neighbour)?;
    writeln!(text, "    }} else {{")?;
    signal(text, cpu)?;
    writeln!(text, "    }}\n}}")?;
    for thread in 0..THREADS {
        let wait = if thread % 2 == 0 {
            writeln!(text, "event Event{cpu}_{thread};")?;
            format!("KeWaitForSingleObject(Event{cpu}_{thread}, Executive, KernelMode, FALSE, NULL)")
        } else {
            "KeDelayExecutionThread(KernelMode, FALSE, -random(20us, 320us))".into()
        };
        writeln!(text, "system thread Thread{cpu}_{thread} (priority: {}, processor: {cpu}) {{", 8 + thread)?;
        writeln!(text, "    while (TRUE) {{ work random(10us, 200us); {wait}; }}\n}}")?;
    }
    Ok(())
}

/// Sets the next event, in turn, of a processor.
fn signal(text: &mut String, cpu: usize) -> std::fmt::Result {
    let events = THREADS / 2;
    for event in 0..events {
        let thread = 2 * event;
        writeln!(text, "        if (turn % {events} == {event}) KeSetEvent(Event{cpu}_{thread}, 0, FALSE);")?;
    }
    Ok(())
}
