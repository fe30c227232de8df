//! Code means what C would mean by it: compiled functions are run here by a machine of one frame.

use irql_playground::lang::compile;
use irql_playground::program::{ApcOwner, BinaryOp, Op, Program, UnaryOp};

/// Runs the body of the scenario's function `f`, with globals but without a kernel.
fn run(program: &Program, args: &[i64], globals: &mut [i64]) -> i64 {
    let body = program.bodies.iter().find(|b| b.name == "f").expect("there is a function f");
    // Slots that nothing has written hold garbage: code must not depend on them.
    let mut slots = vec![-77; program.slots_per_frame as usize];
    slots[..args.len()].copy_from_slice(args);
    let mut pc = body.entry as usize;
    for _ in 0..10_000 {
        let op = program.code[pc];
        pc += 1;
        match op {
            Op::Const { dst, value } => slots[dst as usize] = value,
            Op::Copy { dst, src } => slots[dst as usize] = slots[src as usize],
            Op::Unary { op: UnaryOp::Not, dst, src } => slots[dst as usize] = i64::from(slots[src as usize] == 0),
            Op::Unary { op: UnaryOp::Negate, dst, src } => slots[dst as usize] = -slots[src as usize],
            Op::Unary { op: UnaryOp::Complement, dst, src } => slots[dst as usize] = -1 - slots[src as usize],
            Op::Binary { op, dst, a, b } => {
                let (a, b) = (slots[a as usize], slots[b as usize]);
                slots[dst as usize] = match op {
                    BinaryOp::Add => a + b,
                    BinaryOp::Subtract => a - b,
                    BinaryOp::Multiply => a * b,
                    BinaryOp::Divide => a.checked_div(b).unwrap_or(0),
                    BinaryOp::Remainder => a.checked_rem(b).unwrap_or(0),
                    BinaryOp::Equal => i64::from(a == b),
                    BinaryOp::NotEqual => i64::from(a != b),
                    BinaryOp::Less => i64::from(a < b),
                    BinaryOp::LessOrEqual => i64::from(a <= b),
                    BinaryOp::Greater => i64::from(a > b),
                    BinaryOp::GreaterOrEqual => i64::from(a >= b),
                    BinaryOp::And => a & b,
                    BinaryOp::Or => a | b,
                    BinaryOp::Xor => a ^ b,
                    BinaryOp::ShiftLeft => a << b.rem_euclid(64),
                    BinaryOp::ShiftRight => a >> b.rem_euclid(64),
                };
            }
            Op::Jump { to } => pc = to as usize,
            Op::JumpUnless { condition, to } => {
                if slots[condition as usize] == 0 {
                    pc = to as usize;
                }
            }
            Op::LoadGlobal { dst, global } => slots[dst as usize] = globals[global as usize],
            Op::StoreGlobal { global, src } => globals[global as usize] = slots[src as usize],
            Op::Return { value } => return slots[value as usize],
            other => panic!("{other:?} needs a kernel"),
        }
    }
    panic!("it does not end");
}

fn compiled(text: &str) -> Program {
    let compiled = compile(text);
    compiled.program.unwrap_or_else(|| panic!("{text}: {:?}", compiled.diagnostics))
}

#[test]
fn expressions_have_the_values_that_c_gives_them() {
    for (expression, value) in [
        ("a + b * 3 - 1", 17),
        ("(a + b) * 3", 24),
        ("a - b - 1", -3),
        ("-a * -b", 15),
        ("!a + !0", 1),
        ("a < b == TRUE", 1),
        ("a % 2 + b / 2", 3),
        ("b / (a - 3)", 0),
        ("a == 3 && b == 5", 1),
        ("a == 3 && b == 6", 0),
        ("a == 4 && b == 5", 0),
        ("a == 4 || b == 5", 1),
        ("a == 3 || b == 0", 1),
        ("a == 4 || b == 4", 0),
        ("a == 4 || b == 5 && a == 3", 1),
        ("7 && 9", 1),
        ("a && b", 1),
        ("0xC0 + 64KB", 192 + 65_536),
        ("1.5us + 2ms", 2_001_500),
        ("WAIT_IO_COMPLETION", 0xC0),
        // Precedence: || && | ^ & == < << + *, each binding tighter than the one before it.
        ("a | b ^ b & a", 3 | (5 ^ (5 & 3))),
        ("(a | b) & 4", 4),
        ("a & b == b", 3 & 1),
        ("1 << a + 1", 16),
        ("a < 1 << b", 1),
        ("~a & 0xFF", 0xFC),
        ("~0 == -1", 1),
        ("!a | !0", 1),
        ("a && b | 0 || 0", 1),
        ("a & ~1", 2),
        ("a&b", 1),
        // A shift counts modulo 64 and keeps the sign to the right, whatever the count is.
        ("a << 64", 3),
        ("a << 65", 6),
        ("a << -1", 3 << 63),
        ("1 << 63 >> 63", -1),
        ("-8 >> 1", -4),
        ("0 - b >> 70", -1),
    ] {
        let program = compiled(&format!("function f(a, b) {{ return {expression}; }}"));
        assert_eq!(run(&program, &[3, 5], &mut []), value, "{expression}");
    }
}

#[test]
fn loops_and_branches_go_where_c_would_go() {
    for (body, value) in [
        ("s = 0; for (i = 0; i < 10; i++) { if (i == 2) continue; if (i == 5) break; s += i; } return s;", 8),
        ("while (a != b) { if (a > b) a -= b; else b -= a; } return a;", 6),
        ("s = 0; for (i = 0; i < 3; i++) { for (k = 0; k < 3; k++) { if (k > i) break; s++; } } return s;", 6),
        ("s = 0; while (TRUE) { s++; if (s >= 4) return s; }", 4),
        ("if (a == 1) x = 1; else if (a == 12) x = 2; else x = 3; return x;", 2),
        ("a = b && a; return a;", 1),
        ("a = a; a += a; a--; return a;", 23),
        ("if (a == 0) x = 5; return x;", 0),
        ("while (i < 3) i++; return i;", 3),
        ("var x; return x;", 0),
        ("{ { a = 1; } } ; return a;", 1),
        ("a = 4;", 0),
        ("do a--; while (a > 5); return a;", 5),
        ("s = 0; do { s++; } while (FALSE); return s;", 1),
        ("s = 0; do { s++; if (s == 2) continue; if (s == 4) break; } while (s < 9); return s;", 4),
        ("s = 0; do { s++; if (s < 5) continue; } while (s < 3); return s;", 3),
        ("s = 0; do do s++; while (s % 3); while (s < 7); return s;", 9),
        ("s = 0; for (i = 0; i < 3; ++i) s += i; return s;", 3),
        ("++a; --b; return a * 100 + b;", 1317),
        ("a |= 3; a &= 13; a ^= 1; a <<= 2; a >>= 1; a *= 3; a /= 2; a %= 30; return a;", 6),
    ] {
        let program = compiled(&format!("function f(a, b) {{ {body} }}"));
        assert_eq!(run(&program, &[12, 18], &mut []), value, "{body}");
    }
}

#[test]
fn a_name_that_is_a_global_variable_is_written_there_and_var_makes_a_local_one() {
    let program = compiled("var count = 2; function f() { count += 3; count++; mine = count; return mine; }");
    let mut globals = [program.globals[0].value];
    assert_eq!((run(&program, &[], &mut globals), globals), (6, [6]));
    let program = compiled("var count = 2; function f() { var count = 9; count++; return count; }");
    assert_eq!((run(&program, &[], &mut globals), globals), (10, [6]));
}

#[test]
fn variables_come_first_and_arguments_lie_side_by_side() {
    let program = compiled(
        "spinlock Lock; function g(a, b) { return a - b; }
         system thread T { x = g(1, g(3, 4)); KeAcquireSpinLock(Lock, old); KeReleaseSpinLock(Lock, old); work x; }",
    );
    let body = &program.bodies[1];
    assert_eq!((body.name.as_str(), body.variables.as_slice()), ("T", &["x".to_string(), "old".to_string()][..]));
    let code = &program.code[body.entry as usize..];
    let acquire = code.windows(2).find_map(|pair| match pair {
        [Op::Call { dst, args, .. }, Op::Copy { dst: variable, src }] => Some((*dst, *args, *variable, *src)),
        _ => None,
    });
    let (dst, args, variable, src) = acquire.expect("the out parameter is copied to its variable");
    assert_eq!((variable, src), (1, dst + 1), "the old level goes from behind the result into `old`");
    assert!(dst > 1 && args > dst + 1, "results and arguments are temporaries");
    assert!(body.slots > args && program.slots_per_frame >= body.slots);
}

#[test]
fn the_pieces_of_an_apc_have_their_parameters() {
    let program = compiled(
        "apc A user { kernel { SystemArgument1 = NormalRoutine; } work ErrorCode + Overlapped; }
         apc B special (thread: T) { NormalRoutine = NULL; }
         irp Read; thread T { QueueUserAPC(A, T, 5us); ReadFile(Read); KickB(); } service KickB() { KeInsertQueueApc(B); }",
    );
    let names: Vec<&str> = program.bodies.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(names, ["A.KernelRoutine", "A", "B", "T", "KickB"]);
    assert_eq!(
        program.bodies[0].variables[..4],
        ["NormalRoutine", "NormalContext", "SystemArgument1", "SystemArgument2"]
    );
    assert_eq!((program.bodies[0].params, program.bodies[1].params, program.bodies[2].params), (4, 3, 4));
    let apcs: Vec<(&str, u16, u16)> =
        program.apcs.iter().map(|a| (a.name.as_str(), a.kernel_body, a.normal_body)).collect();
    assert_eq!(apcs, [("A", 0, 1), ("B", 2, u16::MAX), ("Read.Tail.Apc", u16::MAX, u16::MAX)]);
    assert_eq!((program.first_irp_apc, program.apcs[2].owner), (2, ApcOwner::Request(0)));
}

#[test]
fn a_call_without_arguments_in_the_widest_body_stays_inside_its_frame() {
    // Only a whole machine reads arguments; the last frame has nothing behind it.
    use irql_playground::sim::{OutcomeKind, Session};
    let text = "machine { end: 1ms; } var level = 9; dpc D { level = KeGetCurrentIrql(); work 5us; }
        system thread T { work 9us; KeInsertQueueDpc(D); assert(level == 2); }";
    let mut session = Session::of(compile(text).program.expect("it compiles"));
    session.run();
    assert!(matches!(session.outcome().expect("it ended").kind, OutcomeKind::Completed { .. }));
}
