//! A run as a handle for JavaScript.

use super::paint::Timeline;
use super::{error, set, statistics, to_js, traffic, views};
use crate::lang;
use crate::report;
use crate::sim::{self, Limits};
use crate::text::LineIndex;
use crate::trace;
use js_sys::{Float64Array, Object, Uint8Array, Uint16Array, Uint32Array};
use wasm_bindgen::prelude::*;

/// A compiled scenario and its run.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    inner: sim::Session,
    index: LineIndex,
    timeline: Timeline,
}

#[wasm_bindgen]
#[allow(clippy::len_without_is_empty)] // a run is never empty: it starts with a record
impl Session {
    /// Compiles a text and stands before its first step.
    ///
    /// # Errors
    /// `scenario-has-errors`: ask `check` what they are.
    pub fn open(text: &str, seed: Option<f64>) -> Result<Session, JsValue> {
        let Some(program) = lang::compile(text).program else {
            return Err(error("scenario-has-errors", "The scenario has errors; `check` tells which."));
        };
        let seed = seed.map_or(program.machine.seed, |seed| seed as u64);
        let inner = sim::Session::new(program, seed, Limits::default());
        Ok(Self { inner, index: LineIndex::new(text), timeline: Timeline::default() })
    }

    /// What the scenario declares.
    #[must_use]
    pub fn info(&self) -> JsValue {
        let info = to_js(&views::info(&self.inner, &self.index));
        let program = self.inner.program();
        let places = |f: &dyn Fn(crate::text::Span) -> u32| -> Uint32Array {
            let column: Vec<u32> = program.spans.iter().map(|span| f(*span)).collect();
            Uint32Array::from(column.as_slice())
        };
        let code = Object::new();
        set(&code, "line", &places(&|span| self.index.line_column(span.start).0));
        set(&code, "from", &places(&|span| self.index.to_utf16(span.start)));
        set(&code, "to", &places(&|span| self.index.to_utf16(span.end)));
        set(info.unchecked_ref(), "code", &code);
        set(info.unchecked_ref(), "names", &views::names(program));
        info
    }

    /// Runs until so many more records are made; true when the run is over.
    pub fn advance(&mut self, records: u32) -> bool {
        self.inner.advance(records)
    }

    /// Records so far.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn len(&self) -> u32 {
        self.inner.columns().len()
    }

    /// Virtual time so far, in nanoseconds.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn end_ns(&self) -> f64 {
        self.inner.end() as f64
    }

    /// The fingerprint of all records so far, in hexadecimal.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.inner.columns().fingerprint())
    }

    /// The record that the state stands after.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn position(&self) -> u32 {
        self.inner.position()
    }

    /// How the run ended; null while it goes on.
    #[must_use]
    pub fn outcome(&self) -> JsValue {
        to_js(&self.inner.outcome().map(|outcome| views::outcome(outcome, &self.inner, &self.index)))
    }

    /// Moves the position to just after record `n`.
    pub fn seek(&mut self, n: u32) {
        self.inner.seek(n);
    }

    /// The first record at or after a time; `len` when there is none.
    #[must_use]
    pub fn first_at(&self, time_ns: f64) -> u32 {
        self.inner.columns().first_at(time_ns.max(0.0) as u64)
    }

    /// The nearest record after (1) or before (-1) `n` of at least this importance, on one processor or (-1) any.
    #[must_use]
    pub fn next(&self, n: u32, direction: i32, importance: u8, cpu: i32) -> u32 {
        self.inner.next(n, direction >= 0, importance, u8::try_from(cpu).ok())
    }

    /// Record `n`, told in full.
    ///
    /// # Errors
    /// `no-such-record`.
    pub fn record(&self, n: u32) -> Result<JsValue, JsValue> {
        match self.inner.columns().get(n) {
            Some(record) => Ok(to_js(&views::record(n, &record, self.inner.program(), &self.index))),
            None => Err(error("no-such-record", &format!("There is no record {n}."))),
        }
    }

    /// The columns of `count` records from `from` on.
    #[must_use]
    pub fn records(&self, from: u32, count: u32) -> Object {
        let columns = self.inner.columns();
        let records: Vec<trace::Record> =
            (from..from.saturating_add(count).min(columns.len())).filter_map(|n| columns.get(n)).collect();
        let bytes =
            |f: fn(&trace::Record) -> u8| Uint8Array::from(records.iter().map(f).collect::<Vec<_>>().as_slice());
        let halves =
            |f: fn(&trace::Record) -> u16| Uint16Array::from(records.iter().map(f).collect::<Vec<_>>().as_slice());
        let words =
            |f: fn(&trace::Record) -> u32| Uint32Array::from(records.iter().map(f).collect::<Vec<_>>().as_slice());
        let times: Vec<f64> = records.iter().map(|r| r.time as f64).collect();
        let out = Object::new();
        set(&out, "time", &Float64Array::from(times.as_slice()));
        set(&out, "cpu", &bytes(|r| r.cpu));
        set(&out, "irql", &bytes(|r| r.irql));
        set(&out, "kind", &bytes(|r| r.kind as u8));
        set(&out, "rule", &bytes(|r| r.rule as u8));
        set(&out, "subject", &halves(|r| r.subject));
        set(&out, "arg", &words(|r| r.arg));
        set(&out, "cause", &words(|r| r.cause));
        set(&out, "pc", &halves(|r| r.pc));
        out
    }

    /// Record `n`, its cause, the cause of that, and so on.
    #[must_use]
    pub fn why(&self, n: u32) -> Vec<u32> {
        self.inner.why(n)
    }

    /// `count` records from `from` on as JSON, one a line; behind the last of a run that is over, a line for the outcome.
    #[must_use]
    pub fn json_lines(&self, from: u32, count: u32) -> String {
        let (columns, program) = (self.inner.columns(), self.inner.program());
        let to = from.saturating_add(count).min(columns.len());
        let mut out = String::new();
        for (n, record) in (from..to).filter_map(|n| Some((n, columns.get(n)?))) {
            out += &report::json_line(program, &self.index, n, &record);
            out.push('\n');
        }
        if let Some(outcome) = self.inner.outcome().filter(|_| to == columns.len()) {
            out += &report::json_outcome(outcome, columns.fingerprint());
            out.push('\n');
        }
        out
    }

    /// The machine at the position.
    #[must_use]
    pub fn state(&self) -> JsValue {
        to_js(&views::state(&self.inner, &self.index))
    }

    /// Durations, latencies and where the processors' time went, so far: counted anew at each call.
    #[must_use]
    pub fn statistics(&self) -> Object {
        statistics::columns(&self.inner)
    }

    /// Kernel memory held by messages, bytes copied and latencies along the run so far: counted anew at each call.
    #[must_use]
    pub fn traffic(&self) -> Object {
        traffic::columns(&self.inner)
    }

    /// Bytes that the trace, the checkpoints and the pyramid take.
    #[must_use]
    pub fn bytes(&self) -> Vec<u32> {
        self.inner.bytes().iter().map(|b| *b as u32).collect()
    }

    /// Paints the timeline of all processors on a 2D context, which may be that of an OffscreenCanvas.
    ///
    /// # Errors
    /// `bad-palette` when the palette has not the right number of colours; what the canvas itself says.
    #[allow(clippy::too_many_arguments)] // JavaScript has no tuples, and an object would cost a look-up for each
    pub fn paint(
        &mut self,
        context: &JsValue,
        width: u32,
        height: u32,
        from_ns: f64,
        to_ns: f64,
        lane_height: u32,
        palette: &[u32],
    ) -> Result<(), JsValue> {
        self.timeline.paint(context, &self.inner, (width, height), (from_ns, to_ns), lane_height, palette)
    }
}
