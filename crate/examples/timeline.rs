//! Writes a picture of a made-up trace as a PPM file, to look at the timeline without a browser:
//! `cargo run --example timeline -- FILE [processors] [microseconds] [from] [to] [dark] [x86]`.

use std::io::Write;

use irql_playground::base::{NO_RECORD, Rng};
use irql_playground::program::Ladder;
use irql_playground::trace::{Canvas, Columns, Kind, Painter, Palette, Pyramid, Record, Rule, View};

const WIDTH: u32 = 1280;
const LANE: u32 = 48;
const GAP: u32 = 8;

/// A machine that does something plausible with no kernel in it.
struct Actor {
    cpu: u8,
    time: u64,
    rng: Rng,
    script: Vec<Record>,
    thread: u16,
}

impl Actor {
    fn say(&mut self, kind: Kind, irql: u8, subject: u16, then: u64) {
        let record = Record {
            time: self.time,
            cpu: self.cpu,
            irql,
            kind,
            rule: Rule::SIM1,
            subject,
            arg: 0,
            pc: 0,
            cause: NO_RECORD,
        };
        self.script.push(record);
        self.time += then;
    }

    fn pick(&mut self, low: u64, high: u64) -> u64 {
        self.rng.between(low, high)
    }

    /// An interrupt, and perhaps the DPC that it asks for.
    fn interrupt(&mut self, level: u8) {
        let long = self.pick(500, 3_000);
        self.say(Kind::InterruptAccepted, level, 2, long);
        if self.pick(0, 30) == 0 {
            let long = self.pick(300, 900);
            self.say(Kind::InterruptAccepted, 13, 0, long);
            self.say(Kind::InterruptEnded, level, 0, long);
        }
        self.say(Kind::InterruptEnded, 2, 2, 0);
        let long = self.pick(3_000, 15_000);
        self.say(Kind::DpcStarted, 2, 0, long);
        self.say(Kind::DpcEnded, 0, 0, 0);
    }

    fn turn(&mut self) {
        match self.pick(0, 9) {
            0 | 1 => {
                self.thread = self.pick(0, 5) as u16;
                let long = self.pick(10_000, 60_000);
                self.say(Kind::ContextSwitched, 0, self.thread, long);
            }
            2 => {
                self.thread = u16::MAX;
                let long = self.pick(20_000, 90_000);
                self.say(Kind::ContextSwitched, 0, u16::MAX, long);
            }
            3 if self.thread != u16::MAX => {
                let (wait, hold) = (self.pick(5_000, 20_000), self.pick(2_000, 9_000));
                self.say(Kind::IrqlRaised, 2, 0, 200);
                self.say(Kind::SpinLockContended, 2, 0, wait);
                self.say(Kind::SpinLockAcquired, 2, 0, hold);
                self.say(Kind::IrqlLowered, 0, 0, hold);
            }
            4 => {
                let long = self.pick(2_000, 12_000);
                self.say(Kind::SoftwareInterruptAccepted, 1, 1, long);
                self.say(Kind::SoftwareInterruptEnded, 0, 1, long);
            }
            5 => {
                let level = if self.pick(0, 9) == 0 { 14 } else { 13 };
                self.say(Kind::InterruptAccepted, level, 1, 800);
                self.say(Kind::InterruptEnded, 0, 1, 5_000);
            }
            level => self.interrupt(level as u8 - 2),
        }
        if self.pick(0, 2_000) == 0 {
            self.say(Kind::AssertionFailed, 0, 0, 100);
        }
    }
}

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let number = |i: usize, default: f64| args.get(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (processors, us) = (number(2, 4.0) as u8, number(3, 2_000.0));
    let mut records = Vec::new();
    for cpu in 0..processors {
        let mut actor = Actor { cpu, time: 0, rng: Rng::new(u64::from(cpu) + 1), script: Vec::new(), thread: u16::MAX };
        while actor.time < (us * 1_000.0) as u64 {
            actor.turn();
        }
        records.append(&mut actor.script);
    }
    records.sort_by_key(|r| r.time);
    let ladder = if args.iter().any(|a| a == "x86") { Ladder::X86 } else { Ladder::X64 };
    let (mut columns, mut pyramid) = (Columns::default(), Pyramid::new(usize::from(processors), ladder));
    for record in &records {
        pyramid.push(columns.len(), record);
        columns.push(record);
    }

    let height = u32::from(processors) * (LANE + GAP) + GAP;
    let mut pixels = vec![0; (WIDTH * height) as usize];
    let view = View {
        from_ns: number(4, 0.0) * 1_000.0,
        to_ns: number(5, us) * 1_000.0,
        lane_height: LANE,
        lane_gap: GAP,
        top: GAP,
        first_lane: 0,
    };
    let palette = if args.iter().any(|a| a == "dark") { Palette::dark() } else { Palette::light() };
    let mut canvas = Canvas { pixels: &mut pixels, width: WIDTH, height };
    let work = Painter::default().paint(&mut canvas, &columns, &pyramid, &view, &palette);
    println!("{} records, {} bytes of pyramid, {work:?}", columns.len(), pyramid.bytes());

    let mut file = std::io::BufWriter::new(std::fs::File::create(&args[1])?);
    writeln!(file, "P6 {WIDTH} {height} 255")?;
    pixels.iter().try_for_each(|p| file.write_all(&p.to_le_bytes()[..3]))
}
