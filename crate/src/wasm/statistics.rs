//! The figures of a run as columns of numbers: a row for each measure of a routine, a load for each processor.

use super::set;
use crate::base::Ns;
use crate::report::{BINS, BUCKET_BOUNDS, GUIDANCE, Routine, Row, SLICES, Statistics, bin_start};
use crate::sim;
use js_sys::{Float64Array, Object};
use wasm_bindgen::JsValue;

pub(super) fn columns(session: &sim::Session) -> Object {
    let figures = Statistics::of(session.columns(), session.program());
    let out = Object::new();
    let put = |key: &str, values: Vec<f64>| set(&out, key, &Float64Array::from(values.as_slice()));
    let row = |key: &str, value: fn(&Row) -> f64| put(key, figures.rows.iter().map(value).collect());
    row("measure", |r| f64::from(r.measure as u8));
    row("subject", |r| f64::from(r.subject));
    row("count", |r| f64::from(r.elapsed.count));
    row("median", |r| r.elapsed.median as f64);
    row("p99", |r| r.elapsed.p99 as f64);
    row("max", |r| r.elapsed.max as f64);
    row("total", |r| r.elapsed.total as f64);
    row("own_max", |r| r.own.as_ref().map_or(f64::NAN, |own| own.max as f64));
    row("own_total", |r| r.own.as_ref().map_or(f64::NAN, |own| own.total as f64));
    row("own_record", |r| r.own.as_ref().map_or(f64::NAN, |own| f64::from(own.max_record)));
    row("record", |r| f64::from(r.elapsed.max_record));
    put("bins", figures.rows.iter().flat_map(|r| r.elapsed.bins.map(f64::from)).collect());
    put("buckets", figures.rows.iter().flat_map(|r| r.elapsed.buckets().map(f64::from)).collect());
    put("bin_start", (0..BINS).map(|n| bin_start(n) as f64).collect());
    put("bucket_bounds", floats(&BUCKET_BOUNDS));
    put("guidance", floats(&GUIDANCE));
    put("loads", figures.loads.iter().flat_map(|l| l.total).map(|ns| ns as f64).collect());
    put("slices", figures.loads.iter().flat_map(|l| l.slices.as_flattened()).map(|ns| *ns as f64).collect());
    put("interrupts", figures.loads.iter().flat_map(|l| l.interrupts).map(f64::from).collect());
    put("threads", floats(&figures.threads));
    let open = |r: &Routine| [f64::from(r.measure as u8), r.subject.into(), r.own as f64, r.record.into()];
    put("unfinished", figures.unfinished.iter().flat_map(open).collect());
    let number = |key: &str, value: f64| set(&out, key, &JsValue::from(value));
    number("slice_count", SLICES as f64);
    number("slice", figures.slice as f64);
    number("end", figures.end as f64);
    out
}

fn floats(all: &[Ns]) -> Vec<f64> {
    all.iter().map(|ns| *ns as f64).collect()
}
