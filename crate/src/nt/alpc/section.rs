//! Sections of ports and their views in processes (LP-16): the same pages on both sides, and nothing copied.

use crate::base::NONE;
use crate::nt::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};
use crate::program::{Class, MessageField as F, ObjectRef};
use crate::trace::{Kind, Rule};

/// Address space is given out in pieces of 64 KB.
const GRANULARITY: u64 = 0x1_0000;

/// A section of an ALPC port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlpcSection {
    /// The port that it was made for; `NONE`: the entry is free.
    pub port: u16,
    /// The process that made it.
    pub process: u16,
    /// Its size in bytes.
    pub size: u64,
    /// Its maker has not given it up.
    pub has_handle: bool,
}

impl AlpcSection {
    pub(super) const FREE: Self = Self { port: NONE, process: NONE, size: 0, has_handle: false };
}

/// A view of a section in a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlpcView {
    /// The section; `NONE`: the entry is free.
    pub section: u16,
    /// The process that it is mapped in.
    pub process: u16,
    /// Its size in bytes.
    pub size: u32,
    /// The message that it came with, and goes with; or `NONE`.
    pub message: u16,
    /// It was received, and not made by this side.
    pub received: bool,
}

impl AlpcView {
    pub(super) const FREE: Self = Self { section: NONE, process: NONE, size: 0, message: NONE, received: false };
}

impl Kernel {
    /// NtAlpcCreatePortSection: the handle and the size.
    pub fn create_section(&mut self, cpu: usize, port: u16, size: i64) -> Result<(i64, i64), Ntstatus> {
        let Some(size) = u64::try_from(size).ok().filter(|s| (1..=u64::from(u32::MAX)).contains(s)) else {
            return Err(STATUS_INVALID_PARAMETER);
        };
        let size = size.next_multiple_of(GRANULARITY);
        let free = self.state.alpc.sections.iter().position(|s| s.port == NONE);
        let Some(section) = free.map(|at| at as u16) else { return Err(super::STATUS_INSUFFICIENT_RESOURCES) };
        let process = self.handle_process(cpu);
        self.state.alpc.sections[section as usize] = AlpcSection { port, process, size, has_handle: true };
        self.emit(cpu, Kind::SectionCreated, Rule::LP16, section, u32::try_from(size).unwrap_or(u32::MAX));
        Ok((super::packed(Class::Section, section).into(), size as i64))
    }

    fn section_of(&self, cpu: usize, handle: i64) -> Option<u16> {
        let object = u32::try_from(handle).ok().and_then(ObjectRef::unpack).filter(|o| o.class == Class::Section)?;
        let section = self.state.alpc.sections.get(object.index as usize)?;
        let fits = section.port != NONE && section.has_handle && section.process == self.handle_process(cpu);
        fits.then_some(object.index)
    }

    /// NtAlpcDeletePortSection.
    pub fn delete_section(&mut self, cpu: usize, handle: i64) -> Ntstatus {
        let Some(section) = self.section_of(cpu, handle) else { return super::STATUS_INVALID_HANDLE };
        self.state.alpc.sections[section as usize].has_handle = false;
        self.forget_section(section);
        STATUS_SUCCESS
    }

    /// A section without handle, views and messages under way is gone.
    pub(super) fn forget_section(&mut self, section: u16) {
        let alpc = &mut self.state.alpc;
        let used = alpc.sections[section as usize].has_handle
            || alpc.views.iter().any(|v| v.section == section)
            || alpc.messages.iter().any(|m| m.view.0 == section);
        if !used {
            alpc.sections[section as usize] = AlpcSection::FREE;
        }
    }

    /// NtAlpcCreateSectionView: maps what the attributes in a message buffer name.
    pub fn create_view(&mut self, cpu: usize, buffer: u16) -> Ntstatus {
        let b = &self.state.alpc.buffers[buffer as usize];
        let (handle, size) = (b.get(F::SectionHandle), b.get(F::ViewSize));
        let Some(section) = self.section_of(cpu, handle) else { return super::STATUS_INVALID_HANDLE };
        let whole = self.state.alpc.sections[section as usize].size as i64;
        let size = if size == 0 { whole } else { size };
        if !(1..=whole).contains(&size) {
            return STATUS_INVALID_PARAMETER;
        }
        let view = self.map_view(cpu, section, size as u32, NONE);
        if view == 0 {
            return super::STATUS_INSUFFICIENT_RESOURCES;
        }
        let b = &mut self.state.alpc.buffers[buffer as usize];
        b.set(F::ViewBase, view);
        b.set(F::ViewSize, size);
        STATUS_SUCCESS
    }

    /// Maps a section into the current process, made by this side or received with a message: the address, or 0 when there
    /// are too many views.
    pub(super) fn map_view(&mut self, cpu: usize, section: u16, size: u32, message: u16) -> i64 {
        let Some(view) = self.state.alpc.views.iter().position(|v| v.section == NONE).map(|at| at as u16) else {
            return 0;
        };
        let process = self.current_process(cpu);
        let received = message != NONE;
        let auto = received && self.state.alpc.messages[message as usize].auto_release;
        let goes_with = if auto { message } else { NONE };
        self.state.alpc.views[view as usize] = AlpcView { section, process, size, message: goes_with, received };
        self.charge(cpu, self.program.machine.costs.mapping(size.into()));
        self.emit(cpu, Kind::ViewMapped, Rule::LP16, view, super::packed(Class::Process, process));
        super::packed(Class::View, view).into()
    }

    /// The view at an address of the current process.
    #[must_use]
    pub fn view_at(&self, cpu: usize, address: i64) -> Option<u16> {
        let object = u32::try_from(address).ok().and_then(ObjectRef::unpack).filter(|o| o.class == Class::View)?;
        let view = self.state.alpc.views.get(object.index as usize)?;
        (view.section != NONE && view.process == self.current_process(cpu)).then_some(object.index)
    }

    /// NtAlpcDeleteSectionView.
    pub fn delete_view(&mut self, cpu: usize, address: i64) -> Ntstatus {
        let Some(view) = self.view_at(cpu, address) else { return STATUS_INVALID_PARAMETER };
        self.charge(cpu, self.program.machine.costs.unmap);
        self.unmap(cpu, view);
        STATUS_SUCCESS
    }

    fn unmap(&mut self, cpu: usize, view: u16) {
        let v = std::mem::replace(&mut self.state.alpc.views[view as usize], AlpcView::FREE);
        self.emit(cpu, Kind::ViewUnmapped, Rule::LP16, view, super::packed(Class::Process, v.process));
        self.forget_section(v.section);
    }

    /// Views that came with a message to be released with it go (ALPC_VIEWFLG_AUTO_RELEASE).
    pub(super) fn unmap_views_with(&mut self, cpu: usize, message: u16) {
        for view in 0..self.state.alpc.views.len() as u16 {
            if self.state.alpc.views[view as usize].message == message {
                self.charge(cpu, self.program.machine.costs.unmap);
                self.unmap(cpu, view);
            }
        }
    }

    /// A message is over: what came with it to be released goes, and what it has carried is not under way any more.
    pub(super) fn release_views(&mut self, cpu: usize, message: u16) {
        self.unmap_views_with(cpu, message);
        let section = std::mem::replace(&mut self.state.alpc.messages[message as usize].view, (NONE, 0)).0;
        if section != NONE {
            self.forget_section(section);
        }
    }

    /// Views that came with a message outlive it.
    pub(super) fn keep_views(&mut self, message: u16) {
        self.state.alpc.views.iter_mut().filter(|v| v.message == message).for_each(|v| v.message = NONE);
    }

    /// A process ends: nothing is mapped in it any more.
    pub(super) fn unmap_views_of(&mut self, cpu: usize, process: u16) {
        for view in 0..self.state.alpc.views.len() as u16 {
            let v = &self.state.alpc.views[view as usize];
            if v.section != NONE && v.process == process {
                self.unmap(cpu, view);
            }
        }
        for section in 0..self.state.alpc.sections.len() as u16 {
            let s = &mut self.state.alpc.sections[section as usize];
            if s.port != NONE && s.process == process {
                s.has_handle = false;
                self.forget_section(section);
            }
        }
    }
}
