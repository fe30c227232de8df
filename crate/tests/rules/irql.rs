//! IRQL: the ladders, what is taken and what waits, raising and lowering, the two software interrupts.

use crate::common::{program, run};
use irql_playground::program::{Ladder, MachineSettings, built_in_interrupts, constant};

/// IR-1, IR-3
#[test]
fn both_ladders_have_the_levels_and_names_of_the_headers() {
    // (name, x86 with several processors, x64)
    let table = [
        ("PASSIVE_LEVEL", 0, 0),
        ("APC_LEVEL", 1, 1),
        ("DISPATCH_LEVEL", 2, 2),
        ("SYNCH_LEVEL", 27, 12),
        ("PROFILE_LEVEL", 27, 15),
        ("CLOCK_LEVEL", 28, 13),
        ("IPI_LEVEL", 29, 14),
        ("POWER_LEVEL", 30, 14),
        ("HIGH_LEVEL", 31, 15),
    ];
    let on = |name: &str, ladder, processors| {
        constant(name, &MachineSettings { ladder, processors, ..MachineSettings::default() })
    };
    for (name, x86, x64) in table {
        assert_eq!(on(name, Ladder::X86, 2), Some(x86), "{name} on x86");
        assert_eq!(on(name, Ladder::X64, 2), Some(x64), "{name} on x64");
    }
    // With one processor SYNCH_LEVEL is DISPATCH_LEVEL on x86, but not on x64.
    assert_eq!(on("SYNCH_LEVEL", Ladder::X86, 1), Some(2));
    assert_eq!(on("SYNCH_LEVEL", Ladder::X64, 1), Some(12));
    assert_eq!((Ladder::X86.device_min(), Ladder::X86.device_max()), (3, 26));
    assert_eq!((Ladder::X64.device_min(), Ladder::X64.device_max()), (3, 11));
    for (level, x86, x64) in [
        (0, "PASSIVE_LEVEL", "PASSIVE_LEVEL"),
        (1, "APC_LEVEL", "APC_LEVEL"),
        (2, "DISPATCH_LEVEL", "DISPATCH_LEVEL"),
        (3, "DIRQL", "DIRQL"),
        (11, "DIRQL", "DIRQL"),
        (12, "DIRQL", "SYNCH_LEVEL"),
        (13, "DIRQL", "CLOCK_LEVEL"),
        (14, "DIRQL", "IPI_LEVEL"),
        (15, "DIRQL", "HIGH_LEVEL"),
        (26, "DIRQL", ""),
        (27, "PROFILE_LEVEL", ""),
        (28, "CLOCK_LEVEL", ""),
        (29, "IPI_LEVEL", ""),
        (30, "POWER_LEVEL", ""),
        (31, "HIGH_LEVEL", ""),
    ] {
        assert_eq!(Ladder::X86.name(level), x86);
        if !x64.is_empty() {
            assert_eq!(Ladder::X64.name(level), x64);
        }
    }
}

/// IR-2
#[test]
fn on_x64_the_level_is_the_upper_half_of_the_vector() {
    let text = "isr I { } device A { irql: 3; isr: I; } device B { irql: 7; isr: I; } device C { irql: 7; isr: I; }
        device D { irql: 11; isr: I; }";
    for def in &program(text).interrupts {
        assert_eq!(def.vector >> 4, def.irql, "{}", def.name);
    }
    // x86 has no such rule, but vectors that no device gets.
    let devices = |n: usize| format!("device D{n} {{ irql: {}; isr: I; }}", 3 + n % 24);
    let text = format!("machine {{ irql: x86; }} isr I {{ }} {}", (0..120).map(devices).collect::<String>());
    for def in &program(&text).interrupts[2..] {
        assert!(def.vector >= 0x30 && ![0x3D, 0x41, 0xC1, 0xD1, 0xE1, 0xEF].contains(&def.vector), "{}", def.name);
    }
    let built_in = built_in_interrupts(Ladder::X64);
    assert_eq!((built_in[0].vector, built_in[1].vector), (0xD1, 0xE1));
}

/// IR-4
#[test]
fn at_high_level_even_clock_and_ipi_wait() {
    run("machine { processors: 2; clock: 100us; end: 400us; } isr I { } device Nic { irql: 11; isr: I; }
        dpc Far (processor: 0, importance: High) { }
        system thread A (processor: 0) { KeRaiseIrql(HIGH_LEVEL, old); work 250us; KeLowerIrql(old); }
        system thread B (processor: 1, start: 50us) { KeInsertQueueDpc(Far); }
        at 30us interrupt Nic;")
    .order(&[
        "30us: InterruptPending Nic irql=15",
        "50us: InterruptPending IPI irql=15",
        "100us: InterruptPending Clock cpu0",
    ])
    .order(&[
        "250us: IPI InterruptAccepted @14",
        "250us: Clock InterruptAccepted @13",
        "250us: Nic InterruptAccepted @11",
    ])
    .never("100us: InterruptAccepted cpu0");
}

/// IR-5
#[test]
fn each_processor_has_its_own_level() {
    run("machine { processors: 2; } isr I { work 1us; }
        device A { irql: 5; processor: 0; isr: I; } device B { irql: 5; processor: 1; isr: I; }
        system thread T (processor: 0) { KeRaiseIrql(8, old); work 50us; KeLowerIrql(old); }
        at 10us interrupt A; at 10us interrupt B;")
    .order(&[
        "10us: InterruptPending A irql=8",
        "10us: InterruptAccepted B cpu1 irql=2",
        "50us: InterruptAccepted A cpu0",
    ])
    .completes();
}

/// IR-6
#[test]
fn a_source_is_taken_exactly_when_its_level_is_above_the_current_one() {
    for (ladder, levels) in
        [("x64", vec![0, 1, 2, 3, 6, 7, 8, 11, 12, 15]), ("x86", vec![0, 2, 15, 16, 17, 26, 28, 31])]
    {
        let devices = if ladder == "x64" { vec![3, 7, 11] } else { vec![3, 16, 26] };
        for device in devices {
            for level in &levels {
                let text = format!(
                    "machine {{ irql: {ladder}; }} isr I {{ work 1us; }} device Nic {{ irql: {device}; isr: I; }}
                    system thread T {{ KeRaiseIrql({level}, old); work 20us; KeLowerIrql(old); }} at 10us interrupt Nic;"
                );
                let run = run(&text);
                run.completes();
                if device > *level {
                    run.never("InterruptPending").times(&format!("10us: InterruptAccepted Nic irql={level}"), 1);
                } else {
                    run.times(&format!("10us: InterruptPending Nic irql={level}"), 1);
                    run.times("20us: InterruptAccepted Nic", 1); // pending, never discarded
                }
            }
        }
    }
}

/// IR-7
#[test]
fn a_vector_has_one_pending_bit_and_one_more_turn_while_it_is_in_service() {
    let nic = "isr I { work 10us; } device Nic { irql: 7; isr: I; }";
    // Three requests while masked: one service.
    run(&format!(
        "{nic} system thread T {{ KeRaiseIrql(7, old); work 20us; KeLowerIrql(old); }}
        at 5us interrupt Nic; at 6us interrupt Nic; at 7us interrupt Nic;"
    ))
    .times("InterruptPending Nic", 1)
    .times("InterruptMerged Nic IR-7", 2)
    .times("IsrEntered Nic", 1);
    // In service: the bit is free again, so one more turn; further requests merge with that.
    run(&format!("{nic} at 5us interrupt Nic; at 6us interrupt Nic; at 7us interrupt Nic;"))
        .times("InterruptMerged Nic", 1)
        .order(&["5us: IsrEntered Nic", "15us: InterruptEnded Nic", "15us: IsrEntered Nic", "25us: InterruptEnded Nic"])
        .times("IsrEntered Nic", 2);
}

/// IR-8, TH-13
#[test]
fn apc_level_masks_apcs_and_nothing_else() {
    // At APC_LEVEL a thread blocks, is preempted by a PASSIVE one of higher priority, and takes DPCs; APCs wait.
    let run = run("event Go; apc K special (thread: T) { work 1us; } dpc D { work 1us; }
        system thread T (priority: 8) {
            KeRaiseIrql(APC_LEVEL, old);
            KeInsertQueueApc(K);
            KeWaitForSingleObject(Go);
            KeInsertQueueDpc(D);
            work 20us;
            KeLowerIrql(old);
            work 1us;
        }
        system thread Setter (priority: 4) { work 5us; KeSetEvent(Go); }
        system thread Higher (priority: 9, start: 10us) { work 5us; }");
    run.order(&[
        "0ns: WaitStarted T @1",
        "5us: ContextSwitched T @1",
        "5us: DpcStarted D",
        "10us: ContextSwitched Higher",
        "15us: ContextSwitched T @1",
        "31us: ApcKernelRoutineStarted K @1",
        "32us: WorkStarted T @0",
    ])
    .completes();
}

/// IR-9
#[test]
fn raising_takes_effect_at_once_stores_the_old_level_and_delivers_nothing() {
    let run = run("var first = 9; var second = 9; var third = 9; dpc D { } isr I { } device Nic { irql: 4; isr: I; }
        system thread T {
            KeRaiseIrql(DISPATCH_LEVEL, a); first = a;
            KeInsertQueueDpc(D);
            work 10us;
            KeRaiseIrql(5, b); second = b;
            KeRaiseIrql(5, c); third = c;
            work 10us;
            KeLowerIrql(a);
        }
        at 15us interrupt Nic;");
    assert_eq!((run.value("first"), run.value("second"), run.value("third")), (0, 2, 5));
    run.order(&["20us: IrqlLowered @0", "20us: IsrEntered Nic", "20us: DpcStarted D"])
        .times("15us: InterruptPending Nic", 1);
}

/// IR-9, IR-10, IR-11
#[test]
fn the_matrix_of_irql_changes() {
    let levels = [0u64, 1, 2, 5, 12, 15];
    for (kernel, setting) in [("verifier", ""), ("checked", "verifier: off; checked: on;"), ("free", "verifier: off;")]
    {
        for from in levels {
            for to in levels {
                let raise = run(&format!(
                    "machine {{ {setting} }} var seen = 99;
                    system thread T {{ KeRaiseIrql({from}, a); KeRaiseIrql({to}, b); seen = KeGetCurrentIrql(); KeBugCheckEx(1); }}"
                ));
                let lower = run(&format!(
                    "machine {{ {setting} }} var seen = 99;
                    system thread T {{ KeRaiseIrql({from}, a); KeLowerIrql({to}); seen = KeGetCurrentIrql(); KeBugCheckEx(1); }}"
                ));
                let says = |run: &crate::common::Run, bad: bool, code, parameters| {
                    if bad && kernel != "free" {
                        run.bugchecks(code, parameters);
                    } else {
                        run.bugchecks(1, [None; 4]);
                        assert_eq!(run.value("seen"), to as i64, "{kernel}: {from} to {to}");
                    }
                };
                let (code, parameters) = match kernel {
                    "verifier" => (0xC4, [Some(0x30), Some(from), Some(to), None]),
                    _ => (0x9, [None; 4]),
                };
                says(&raise, to < from, code, parameters);
                let (code, parameters) = match kernel {
                    "verifier" => (0xC4, [Some(0x31), Some(from), Some(to), Some(0)]),
                    _ => (0xA, [None; 4]),
                };
                says(&lower, to > from, code, parameters);
            }
        }
    }
}

/// IR-11, DP-23
#[test]
fn a_dpc_may_not_lower_below_dispatch_level() {
    let text = |setting: &str, to: u32| {
        format!(
            "machine {{ {setting} }} dpc D {{ KeRaiseIrql(5, old); KeLowerIrql({to}); work 1us; }} isr I {{ KeInsertQueueDpc(D); }}
            device Nic {{ irql: 7; isr: I; }} at 1us interrupt Nic;"
        )
    };
    run(&text("", 2)).completes();
    for to in [0, 1] {
        run(&text("", to)).bugchecks(0xC4, [Some(0x31), Some(5), Some(u64::from(to)), Some(1)]);
        // A free kernel sets it, and the DPC then returns at another level than it was called at.
        run(&text("verifier: off;", to)).bugchecks(0xC8, [Some(u64::from(to) << 16 | 2 << 8 | 2), None, None, None]);
    }
}

/// IR-12, IN-8, AP-21
#[test]
fn lowering_delivers_all_that_waited_before_it_returns_the_highest_first() {
    let run = run("machine { clock: 100us; }
        isr I5 { work 1us; } isr I8 { work 1us; KeInsertQueueDpc(D); } dpc D { work 1us; } apc K special (thread: T) { work 1us; }
        device Five { irql: 5; isr: I5; } device Eight { irql: 8; isr: I8; }
        system thread T {
            work 50us;
            KeRaiseIrql(DISPATCH_LEVEL, old);
            KeInsertQueueApc(K);
            KeRaiseIrql(HIGH_LEVEL, x);
            work 100us;
            KeLowerIrql(old);
            work 7us;
        }
        at 60us interrupt Five; at 70us interrupt Eight;");
    run.order(&[
        "150us: IrqlLowered @0",
        "150us: InterruptAccepted Clock",
        "150us: IsrEntered Eight",
        "151us: IsrEntered Five",
        "152us: SoftwareInterruptAccepted DISPATCH_LEVEL irql=0",
        "152us: DpcStarted D",
        "153us: SoftwareInterruptAccepted APC_LEVEL irql=0",
        "153us: ApcKernelRoutineStarted K",
        "154us: WorkStarted T 7us",
    ])
    .completes();
}

/// IR-12
#[test]
fn lowering_part_of_the_way_delivers_only_what_that_unmasks() {
    run("isr I { work 1us; } device Five { irql: 5; isr: I; } device Eight { irql: 8; isr: I; } dpc D { work 1us; }
        system thread T {
            KeRaiseIrql(HIGH_LEVEL, old); KeInsertQueueDpc(D); work 10us;
            KeLowerIrql(6); work 10us;
            KeLowerIrql(2); work 10us;
            KeLowerIrql(old);
        }
        at 1us interrupt Five; at 1us interrupt Eight;")
    .order(&[
        "10us: IsrEntered Eight",
        "11us: InterruptEnded Eight irql=6",
        "11us: WorkStarted @6",
        "21us: IsrEntered Five",
        "22us: InterruptEnded Five irql=2",
        "32us: DpcStarted D",
    ])
    .completes();
}

/// IR-13, TH-6
#[test]
fn after_a_switch_the_rest_of_the_delivery_waits_for_the_old_thread() {
    run("event Go; apc K special (thread: T) { work 1us; }
        system thread High (priority: 12) { KeWaitForSingleObject(Go); work 10us; }
        system thread T (priority: 8) {
            KeRaiseIrql(DISPATCH_LEVEL, old);
            KeInsertQueueApc(K);
            KeSetEvent(Go);
            work 5us;
            KeLowerIrql(old);
            work 3us;
        }")
    .order(&[
        "5us: IrqlLowered",
        "5us: SoftwareInterruptAccepted DISPATCH_LEVEL",
        "5us: ContextSwitched High T",
        "5us: WorkStarted High @0",
        "15us: ContextSwitched T High",
        "15us: ApcKernelRoutineStarted K T @1",
        "16us: WorkStarted T 3us @0",
    ])
    .completes();
}

/// IR-14
#[test]
fn a_software_interrupt_is_a_bit_that_merges() {
    // At DISPATCH_LEVEL it is masked (n=1); a second request merges (n=2); one delivery takes both APCs.
    run("apc K special (thread: T) { work 1us; } apc L special (thread: T) { work 1us; }
        system thread T { KeRaiseIrql(APC_LEVEL, old); KeInsertQueueApc(K); KeInsertQueueApc(L); work 1us; KeLowerIrql(old); }")
    .order(&["SoftwareInterruptRequested APC_LEVEL n=1 AP-9", "SoftwareInterruptRequested APC_LEVEL n=2 IR-14"])
    .times("SoftwareInterruptAccepted APC_LEVEL", 1)
    .times("ApcKernelRoutineStarted", 2)
    .completes();
    // At PASSIVE_LEVEL it fires at once (n=0).
    run("apc K special (thread: T) { work 1us; } system thread T { KeInsertQueueApc(K); work 1us; }").order(&[
        "SoftwareInterruptRequested APC_LEVEL n=0",
        "SoftwareInterruptAccepted APC_LEVEL",
        "WorkStarted K",
        "WorkStarted T",
    ]);
}

/// IR-16
#[test]
fn a_lazy_raise_masks_the_controller_only_when_an_interrupt_comes_and_changes_no_order() {
    let text = |lazy: &str| {
        format!(
            "machine {{ irql: x86; lazy_irql: {lazy}; }} isr I {{ work 1us; }}
            device A {{ irql: 9; isr: I; }} device B {{ irql: 8; isr: I; }} device C {{ irql: 5; isr: I; }}
            system thread T {{
                KeRaiseIrql(10, old); work 20us; KeLowerIrql(old); work 10us; KeRaiseIrql(6, old); work 9us;
                KeLowerIrql(old); work 10us;
            }}
            at 5us interrupt A; at 6us interrupt B; at 34us interrupt C; at 50us interrupt A; at 50.5us interrupt C;"
        )
    };
    let (lazy, eager) = (run(&text("on")), run(&text("off")));
    // The first interrupt below the level has the controller masked, for those that follow too.
    lazy.order(&[
        "5us: InterruptPending A irql=10 IR-16",
        "6us: InterruptPending B irql=10 IR-6",
        "20us: IrqlLowered @0",
        "20us: IsrEntered A",
        "21us: IsrEntered B",
        // The next raise is lazy again.
        "34us: InterruptPending C irql=6 IR-16",
        // An ISR runs with the controller masked.
        "50us: IsrEntered A",
        "50.5us: InterruptPending C irql=9 IR-6",
    ])
    .completes();
    assert_eq!(lazy.text().replace("IR-16", "IR-6 "), eager.text());
    let x64 = run(&text("on").replace("x86", "x64"));
    x64.times("InterruptPending A irql=10 IR-16", 0);
}

/// IR-15, TH-13, TH-14
#[test]
fn the_apc_bit_belongs_to_the_processor_and_what_is_pending_to_the_thread() {
    let run = run("event Go; apc K special (thread: T) { work 1us; }
        isr I { KeInsertQueueDpc(D); } device Nic { irql: 7; isr: I; } dpc D { KeSetEvent(Go); }
        system thread High (priority: 12) { KeWaitForSingleObject(Go); work 10us; }
        system thread T (priority: 8) {
            KeRaiseIrql(APC_LEVEL, old); KeInsertQueueApc(K); work 20us; KeLowerIrql(old); work 3us;
        }
        at 5us interrupt Nic;");
    run.order(&[
        "0ns: ApcInserted K T",
        "5us: ContextSwitched High T",
        // The bit fires in High, at PASSIVE_LEVEL, and finds nothing.
        "5us: SoftwareInterruptAccepted APC_LEVEL",
        "5us: ApcDeliveryStarted High",
        "5us: ApcDeliveryEnded High",
        "15us: ContextSwitched T High @1",
        "15us: SoftwareInterruptRequested APC_LEVEL n=1 TH-14",
        "30us: IrqlLowered @0",
        "30us: ApcKernelRoutineStarted K T",
    ])
    .times("ApcKernelRoutineStarted", 1)
    .completes();
}
