//! Calls: arguments side by side in slots of their own, and what comes back.

use super::Lowering;
use crate::base::{INFINITE, NONE};
use crate::lang::ast::{Expr, ExprKind, Name, What};
use crate::lang::constant::{Measure, measure};
use crate::lang::symbols::Meaning;
use crate::program::{BinaryOp, Class, ObjectList, ObjectRef, Op, ParamKind, ResultKind, RoutineInfo, Slot};
use crate::text::Span;

impl<'s> Lowering<'_, '_, 's> {
    pub(super) fn call(&mut self, callee: Name<'s>, args: &[Expr<'s>], result: Slot, span: Span) {
        let routine = self.symbols.routine(callee.text);
        let count = routine.map_or(args.len(), |r| r.params.len());
        let outs = routine.map_or(0, |r| r.params.iter().filter(|p| p.kind.is_out()).count());
        // The values of out parameters land beside the result, so all need slots of their own.
        let dst = if outs > 0 { self.temporary() } else { result };
        for _ in 0..outs {
            self.temporary();
        }
        let first = self.next_slot as Slot;
        // The machine looks at the first argument before it knows whether there is one.
        for _ in 0..count.max(1) {
            self.temporary();
        }
        for at in 0..count {
            let slot = first + at as Slot;
            let kind = routine.and_then(|r| r.params.get(at)).map_or(ParamKind::Number, |p| p.kind);
            match args.get(at) {
                Some(arg) => self.argument(arg, kind, slot),
                None => {
                    let value = if kind == ParamKind::Timeout { INFINITE } else { 0 };
                    self.emit(Op::Const { dst: slot, value }, span);
                }
            }
        }
        match routine {
            Some(info) => {
                self.emit(Op::Call { routine: info.routine, dst, args: first }, span);
                self.store_out(info, args, dst + 1, span);
                if dst != result && info.result != ResultKind::Void {
                    self.emit(Op::Copy { dst: result, src: dst }, span);
                }
            }
            None => {
                let body = self.symbols.get(callee.text).map_or(0, |s| s.body);
                self.emit(Op::CallBody { body, dst, args: first }, span);
            }
        }
    }

    fn store_out(&mut self, info: &RoutineInfo, args: &[Expr<'s>], out: Slot, span: Span) {
        for ((_, arg), slot) in info.params.iter().zip(args).filter(|(p, _)| p.kind.is_out()).zip(out..) {
            if let Some(place) = arg.as_name().and_then(|name| self.place(name, None)) {
                self.store(place, slot, span);
            }
        }
    }

    /// The object of this name as a wait takes it: whoever waits for a file waits for its event.
    fn waitable(&self, name: &str) -> Option<u32> {
        let Some(Meaning::Object(object)) = self.symbols.meaning(name) else { return None };
        let event = self.program.files.get(usize::from(object.index)).map_or(NONE, |f| f.event);
        let of_file = ObjectRef { class: Class::Event, index: event };
        Some(if object.class == Class::File { of_file } else { object }.pack())
    }

    /// An array of objects; the program has each one once.
    fn object_list(&mut self, items: &[Expr<'s>]) -> u32 {
        let names: Vec<&str> = items.iter().filter_map(Expr::as_name).map(|n| n.text).collect();
        let objects = names.iter().filter_map(|name| self.waitable(name)).collect();
        let (any, all) = (names.join("|"), names.join("&"));
        let lists = &mut self.program.object_lists;
        let index = lists.iter().position(|list| list.any == any).unwrap_or(lists.len());
        if index == lists.len() {
            lists.push(ObjectList { objects, any, all });
        }
        ObjectRef { class: Class::AnyOf, index: index.min(usize::from(NONE)) as u16 }.pack()
    }

    /// An object in a block of pool has its address where the block's variable says at this moment.
    fn locate(&mut self, arg: &Expr<'s>) {
        let items = if let ExprKind::List(items) = &arg.kind { items.as_slice() } else { std::slice::from_ref(arg) };
        for name in items.iter().filter_map(Expr::as_name) {
            let hidden = self.slot_of(name.text).is_some();
            let Some(Meaning::Object(object)) = self.symbols.meaning(name.text).filter(|_| !hidden) else { continue };
            if let Some(block) = self.program.block_of(object) {
                self.touch(block.variable, false, arg.span);
                self.emit(Op::Locate { object: object.pack() }, arg.span);
            }
        }
    }

    fn argument(&mut self, arg: &Expr<'s>, kind: ParamKind, slot: Slot) {
        if kind != ParamKind::DeferredRoutine {
            self.locate(arg);
        }
        let name = arg.as_name().filter(|n| self.slot_of(n.text).is_none()).map_or("", |n| n.text);
        if kind == ParamKind::Callback {
            let body = arg.as_name().and_then(|n| self.symbols.get(n.text)).map_or(0, |s| s.body);
            self.emit(Op::Const { dst: slot, value: body.into() }, arg.span);
            return;
        }
        if let (ParamKind::Global, Some(Meaning::Global(global))) = (kind, self.symbols.meaning(name)) {
            self.touch(global, true, arg.span);
            self.emit(Op::Const { dst: slot, value: global.into() }, arg.span);
            return;
        }
        if kind == ParamKind::InOutValue {
            self.value_into(arg, slot);
            return;
        }
        if kind.is_out() {
            self.emit(Op::Const { dst: slot, value: 0 }, arg.span);
            return;
        }
        if let (ParamKind::PortInformation, Some(code)) =
            (kind, self.symbols.get(name).filter(|s| s.what() == What::Service))
        {
            let value = ObjectRef { class: Class::Body, index: code.body }.pack().into();
            self.emit(Op::Const { dst: slot, value }, arg.span);
            return;
        }
        if let (ParamKind::Code(_), Some(code)) = (kind, self.symbols.get(name)) {
            let value = ObjectRef { class: Class::Body, index: code.body }.pack().into();
            self.emit(Op::Const { dst: slot, value }, arg.span);
            return;
        }
        if kind == ParamKind::Dispatcher
            && let Some(object) = self.waitable(name)
        {
            self.emit(Op::Const { dst: slot, value: object.into() }, arg.span);
            return;
        }
        if let ExprKind::List(items) = &arg.kind {
            let value = self.object_list(items).into();
            self.emit(Op::Const { dst: slot, value }, arg.span);
            return;
        }
        if kind == ParamKind::Buffer && arg.as_name().is_some_and(|n| n.text != "NULL") {
            self.emit(Op::Const { dst: slot, value: 1 }, arg.span);
            return;
        }
        if kind == ParamKind::Timeout && name == "NULL" {
            self.emit(Op::Const { dst: slot, value: INFINITE }, arg.span);
            return;
        }
        self.value_into(arg, slot);
        let factor = factor(kind);
        if factor == 1 || measure(arg) != Measure::Bare {
            return;
        }
        if let Some(Op::Const { dst, value }) = self.program.code.last_mut()
            && *dst == slot
        {
            *value = value.saturating_mul(factor);
            return;
        }
        let by = self.constant(factor, arg.span);
        self.emit(Op::Binary { op: BinaryOp::Multiply, dst: slot, a: slot, b: by }, arg.span);
    }
}

/// Nanoseconds for one of what a bare number counts.
pub(crate) fn factor(kind: ParamKind) -> i64 {
    match kind {
        ParamKind::Timeout | ParamKind::Resolution => 100,
        ParamKind::Milliseconds => 1_000_000,
        ParamKind::Microseconds => 1_000,
        _ => 1,
    }
}
