//! What `dt nt!_KTHREAD` would show of when and where a thread runs, by the kernel's own field names (TH-2, TH-17).

use crate::nt::Kthread;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduleView {
    saturation: i8,
    /// A set, in hexadecimal.
    affinity: String,
    user_affinity: String,
    system_affinity_active: bool,
    ideal_processor: u8,
    user_ideal_processor: u8,
}

pub(super) fn schedule(t: &Kthread) -> ScheduleView {
    ScheduleView {
        saturation: t.saturation,
        affinity: format!("{:#x}", t.affinity),
        user_affinity: format!("{:#x}", t.user_affinity),
        system_affinity_active: t.system_affinity_active,
        ideal_processor: t.ideal_processor,
        user_ideal_processor: t.user_ideal_processor,
    }
}
