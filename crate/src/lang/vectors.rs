//! Vectors of devices: checks those that are given, links the devices that share one (IN-3), and finds the others.

use super::say::Say;
use super::slug::{Findings, Slug};
use crate::base::NONE;
use crate::program::{InterruptDef, Ladder};
use crate::text::Span;

/// What the HAL has for itself on x86; on x64 none of them is of a device's level (IR-2).
const FIXED_ON_X86: [usize; 6] = [0x3D, 0x41, 0xC1, 0xD1, 0xE1, 0xEF];

/// Gives each device its vector. `given` has the vector that a device's settings name, and its place.
pub(crate) fn assign(
    interrupts: &mut [InterruptDef],
    given: &[Option<(u8, Span)>],
    ladder: Ladder,
    findings: &mut Findings,
) {
    /// A built-in source has no place in the text.
    type Taken = Option<(usize, Span)>;
    let mut taken: Vec<Taken> = vec![None; 256];
    let fixed: &[usize] = if ladder == Ladder::X86 { &FIXED_ON_X86 } else { &[0xD1, 0xE1] };
    for vector in fixed {
        taken[*vector] = Some((0, Span::default()));
    }
    for (device, (vector, span)) in (2..).zip(given).filter_map(|(device, v)| Some((device, (*v)?))) {
        match taken[usize::from(vector)] {
            None => taken[usize::from(vector)] = Some((device, span)),
            Some((other, place)) => share(interrupts, (other, place), (device, span), findings),
        }
    }
    // 32 levels of x86 share the same 256 vectors.
    let per_level = if ladder == Ladder::X64 { 16 } else { 8 };
    let mut full = None;
    for (index, vector) in (2..).zip(given) {
        let Some(device) = interrupts.get_mut(index) else { break };
        if vector.is_some() {
            continue;
        }
        let from = (usize::from(device.irql) * per_level).max(0x30);
        match (from..256).chain(0x30..from).find(|v| taken.get(*v) == Some(&None)) {
            Some(free) => {
                device.vector = free as u8;
                taken[free] = Some((index, device.span));
            }
            None => full = full.or(Some(device.span)),
        }
    }
    if let Some(span) = full {
        findings.push(Slug::TooLarge.at(span, Say::TooManyVectors).help(Say::SharersAgree));
    }
}

/// Puts a device behind the others on its vector, or says why it cannot be there.
fn share(interrupts: &mut [InterruptDef], first: (usize, Span), device: (usize, Span), findings: &mut Findings) {
    let ((first, place), (index, span)) = (first, device);
    let alike = |d: &InterruptDef| (d.share_vector, d.processor, d.irql, d.level_sensitive);
    let (a, b) = (alike(&interrupts[first]), alike(&interrupts[index]));
    if a == b && a.0 {
        let mut last = first;
        while interrupts[last].chain.1 != NONE {
            last = usize::from(interrupts[last].chain.1);
        }
        interrupts[last].chain.1 = index as u16;
        interrupts[index].chain.0 = first as u16;
        return;
    }
    let finding =
        Slug::DuplicateVector.at(span, Say::VectorTaken.with(&[&format!("{:02X}", interrupts[index].vector)]));
    findings.push(if place == Span::default() {
        finding.help(Say::BuiltInVectors)
    } else {
        let help = if a.0 && b.0 { Say::SharersAreAlike } else { Say::SharersAgree };
        finding.label(place, Say::ByThisDevice).help(help)
    });
}
