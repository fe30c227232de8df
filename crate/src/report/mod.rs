//! What is made of a run when somebody asks: `statistics` of durations and latencies, `traffic` and `exchanges` of what
//! messages cost, and its lines as `json`. All of it is found in passes over the records; nothing of it takes part in a run,
//! so it is built small and not for speed.

mod exchanges;
mod json;
mod statistics;
mod traffic;

pub use exchanges::Exchange;
pub use json::{json_line, json_outcome};
pub use statistics::{
    BINS, BUCKET_BOUNDS, Distribution, GUIDANCE, Load, Measure, Routine, Row, SLICES, Statistics, Use, bin_start,
};
pub use traffic::{TRAFFIC_SLICES, Traffic, TrafficSlice};
