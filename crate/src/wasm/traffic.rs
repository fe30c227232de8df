//! What messages cost along a run, as columns of numbers: a row for each slice of time, and one for each request that got its
//! reply.

use super::set;
use crate::base::NO_RECORD;
use crate::report::{Exchange, Traffic, TrafficSlice};
use crate::sim;
use js_sys::{Float64Array, Object};
use wasm_bindgen::JsValue;

pub(super) fn columns(session: &sim::Session) -> Object {
    let Traffic { slices, slice } = Traffic::of(session.columns());
    let out = Object::new();
    let put = |key: &str, value: fn(&TrafficSlice) -> f64| {
        let column: Vec<f64> = slices.iter().map(value).collect();
        set(&out, key, &Float64Array::from(column.as_slice()));
    };
    put("most_held", |s| s.most_held.into());
    put("held", |s| s.held.into());
    put("copied", |s| s.copied as f64);
    put("latency", |s| if s.record == NO_RECORD { f64::NAN } else { s.latency.into() });
    put("record", |s| s.record.into());
    let exchanges = Exchange::all(session.columns(), session.program());
    let put = |key: &str, value: fn(&Exchange) -> f64| {
        let column: Vec<f64> = exchanges.iter().map(value).collect();
        set(&out, key, &Float64Array::from(column.as_slice()));
    };
    put("exchange_bytes", |e| e.bytes.into());
    put("exchange_by_section", |e| u8::from(e.by_section).into());
    put("exchange_time", |e| e.time as f64);
    put("exchange_copied", |e| e.copied.into());
    put("exchange_record", |e| e.record.into());
    set(&out, "slice", &JsValue::from(slice as f64));
    out
}
