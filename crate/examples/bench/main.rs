//! The native half of `npm run bench`: `cargo run --profile bench --example bench`.
//!
//! Prints one line of JSON for each thing that it measures. Times are the host's, so they are never part of a
//! trace; everything that must be the same on every machine is checked before a time is printed.
//! With `speed` it measures only that, once, and with `rest` all but that: `npm run bench` takes turns with the
//! browser. With `scenario N` it prints the workload on N processors, which the browser runs too.

mod bare;
mod workload;

use irql_playground::base::Rng;
use irql_playground::lang;
use irql_playground::program::Program;
use irql_playground::sim::Session;
use irql_playground::trace::{Canvas, Painter, Palette, View};
use std::hint::black_box;
use std::time::Instant;

/// Records of a run.
const RECORDS: u32 = 1_000_000;
/// Runs of engine and bare loop, in turn; the middle one counts.
const RUNS: usize = 5;
const PROCESSORS: usize = 4;
/// Lanes of the timeline that is painted.
const LANES: usize = 8;
const SEEKS: usize = 2_001;
const FRAMES: u32 = 240;
/// How often each seek and each frame is done; the fastest counts, as only that is the engine's own time.
const PASSES: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["scenario", number] => print!("{}", workload::scenario(number.parse().unwrap_or(PROCESSORS))),
        ["speed"] => speed(1),
        ["rest"] => rest(),
        _ => {
            speed(RUNS);
            rest();
        }
    }
}

fn rest() {
    let (session, _) = run(program(PROCESSORS));
    memory(&session);
    time_travel(session);
    painting();
}

fn program(processors: usize) -> Program {
    let compiled = lang::compile(&workload::scenario(processors));
    compiled.program.unwrap_or_else(|| panic!("the workload does not compile: {:?}", compiled.diagnostics))
}

/// A run of the engine, and the seconds that it took.
fn run(program: Program) -> (Session, f64) {
    let mut session = Session::of(program);
    let start = Instant::now();
    let over = session.advance(RECORDS);
    let seconds = start.elapsed().as_secs_f64();
    assert!(!over, "the workload ends before {RECORDS} records");
    (session, seconds)
}

/// Engine and bare loop in turn, so that both see the same noise.
fn speed(runs: usize) {
    let program = program(PROCESSORS);
    let (mut engine, mut bare) = (Vec::new(), Vec::new());
    let (session, _) = run(program.clone()); // warm, and the one to compare with
    let fingerprint = session.columns().fingerprint();
    let mut last = bare::run(PROCESSORS, RECORDS);
    for _ in 0..runs {
        let (again, seconds) = run(program.clone());
        assert_eq!(again.columns().fingerprint(), fingerprint, "two runs of the engine differ");
        engine.push(f64::from(again.columns().len()) / seconds);
        let start = Instant::now();
        let (columns, events) = bare::run(PROCESSORS, RECORDS);
        bare.push(f64::from(columns.len()) / start.elapsed().as_secs_f64());
        assert_eq!(columns.fingerprint(), last.0.fingerprint(), "two runs of the bare loop differ");
        last = (columns, events);
    }
    let mut ratios: Vec<f64> = engine.iter().zip(&bare).map(|(e, b)| e / b).collect();
    println!(
        r#"{{"what":"speed","fingerprint":"{fingerprint:016x}","engine_records_per_second":{:.0},"bare_records_per_second":{:.0},"ratio":{:.3},"engine_simulated_ns":{},"bare_simulated_ns":{},"bare_records_per_event":{:.2}}}"#,
        quantile(&mut engine, 0.5),
        quantile(&mut bare, 0.5),
        quantile(&mut ratios, 0.5),
        session.end(),
        last.0.time(last.0.len() - 1),
        f64::from(last.0.len()) / f64::from(last.1),
    );
}

fn memory(session: &Session) {
    let records = f64::from(session.columns().len());
    let [columns, checkpoints, pyramid] = session.bytes().map(|bytes| bytes as f64 / records);
    let all = columns + checkpoints + pyramid;
    println!(
        r#"{{"what":"memory","columns":{columns:.2},"checkpoints":{checkpoints:.2},"pyramid":{pyramid:.2},"all":{all:.2}}}"#
    );
}

/// Seeks to random records, and steps around them.
fn time_travel(mut session: Session) {
    let len = session.columns().len();
    let mut rng = Rng::new(1);
    let targets: Vec<u32> = (0..SEEKS).map(|_| rng.between(0, u64::from(len) - 1) as u32).collect();
    let (mut seeks, mut steps, mut seen) = (Fastest::default(), Fastest::default(), Vec::new());
    for _ in 0..PASSES {
        seen.clear();
        for target in &targets {
            seeks.time(|| session.seek(*target));
            assert_eq!(session.state().records, target + 1, "a seek ended at another record");
            seen.push(session.state().fingerprint());
            for n in [target.saturating_add(1).min(len - 1), *target] {
                steps.time(|| session.seek(n));
            }
        }
        seeks.next_pass();
        steps.next_pass();
    }
    // The same places in another order, reached from elsewhere, must look the same.
    for (target, fingerprint) in targets.iter().zip(&seen).rev().step_by(50) {
        session.seek(*target);
        assert_eq!(session.state().fingerprint(), *fingerprint, "record {target} has two states");
    }
    seeks.print("seek");
    steps.print("step");
}

/// A zoom into a long trace, a pan, and the way back out.
fn painting() {
    const WIDTH: u32 = 1280;
    const LANE: u32 = 56;
    const GAP: u32 = 6;
    let (session, _) = run(program(LANES));
    let height = LANES as u32 * LANE;
    let mut pixels = vec![0; (WIDTH * height) as usize];
    let (mut painter, palette) = (Painter::default(), Palette::light());
    let mut times = Fastest::default();
    for frame in (0..PASSES).flat_map(|_| 0..FRAMES) {
        if frame == 0 {
            times.next_pass();
        }
        let (from_ns, to_ns) = sweep(frame, session.end() as f64);
        let view = View { from_ns, to_ns, lane_height: LANE - GAP, lane_gap: GAP, top: GAP / 2, first_lane: 0 };
        let mut canvas = Canvas { pixels: &mut pixels, width: WIDTH, height };
        times.time(|| {
            black_box(painter.paint(&mut canvas, session.columns(), session.pyramid(), &view, &palette));
        });
    }
    assert!(pixels.iter().any(|pixel| *pixel != pixels[0]), "nothing was painted");
    times.print("paint");
}

/// What frame `frame` shows: the view narrows to a ten-thousandth, moves on by four widths, and widens again.
fn sweep(frame: u32, end: f64) -> (f64, f64) {
    let third = FRAMES / 3;
    let part = f64::from(frame % third) / f64::from(third);
    let (depth, shift) = match frame / third {
        0 => (part, 0.0),
        1 => (1.0, 4.0 * part),
        _ => (1.0 - part, 4.0),
    };
    let width = end * 1e-4_f64.powf(depth);
    let from = (0.37 * (end - width) + shift * 1e-4 * end).min(end - width);
    (from, from + width)
}

/// Times, in microseconds, of the same actions done in several passes.
#[derive(Default)]
struct Fastest {
    times: Vec<f64>,
    next: usize,
}

impl Fastest {
    fn next_pass(&mut self) {
        self.next = 0;
    }

    fn time(&mut self, action: impl FnOnce()) {
        let start = Instant::now();
        action();
        let time = start.elapsed().as_secs_f64() * 1e6;
        match self.times.get_mut(self.next) {
            Some(fastest) => *fastest = fastest.min(time),
            None => self.times.push(time),
        }
        self.next += 1;
    }

    fn print(mut self, what: &str) {
        let [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1.0].map(|q| quantile(&mut self.times, q));
        println!(r#"{{"what":"{what}","p50_us":{p50:.1},"p95_us":{p95:.1},"p99_us":{p99:.1},"max_us":{max:.1}}}"#);
    }
}

fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * q).round() as usize]
}
