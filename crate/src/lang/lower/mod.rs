//! Code from tree to operations. Runs only on scenarios without errors, so it reports nothing but size.
//! Knows the program's form and nothing of what the operations do.

mod calls;

pub(crate) use calls::factor;

use super::ast::{Assign, Block, Expr, ExprKind, Name, Stmt, StmtKind, What};
use super::constant::evaluate;
use super::lexer::read_texts;
use super::names::Names;
use super::say::Say;
use super::slug::{Findings, Slug};
use super::symbols::{Code, Meaning, Symbols, locals};
use crate::base::NONE;
use crate::program::{
    Body, BodyKind, Class, Field, InterruptDef, Localized, MarkerDef, MessageField, ObjectRef, Op, Program, Routine,
    Slot,
};
use crate::text::Span;

/// The most operations of a program.
const MOST_OPS: usize = 65_534;
/// The most slots of a body: every frame has as many as the largest body.
const MOST_SLOTS: usize = 250;

/// Compiles all code of a scenario into the program.
pub(crate) fn lower<'s>(source: &str, symbols: &Symbols<'_, 's>, program: &mut Program, findings: &mut Findings) {
    let mut markers = 0;
    for code in &symbols.code {
        let entry = program.code.len();
        let mut body = Lowering::new(source, symbols, code, program, markers);
        body.run();
        markers = body.markers;
        let (slots, names) = (body.most_slots, body.names);
        if program.code.len() > MOST_OPS {
            let finding = Slug::TooLarge.at(code.name.span, Say::TooMuchCode);
            findings.push(finding.help(Say::MostOperations));
            return;
        }
        if slots > MOST_SLOTS {
            let finding = Slug::TooLarge.at(code.name.span, Say::TooManyVariables.with(&[&code.name.text]));
            findings.push(finding.help(Say::MostSlots));
            return;
        }
        let dot = if code.part.is_empty() { "" } else { "." };
        program.bodies.push(Body {
            name: format!("{}{dot}{}", code.name.text, code.part),
            kind: code.kind,
            paged: code.paged,
            entry: entry as u16,
            params: code.params.len() as u16,
            slots: slots as u16,
            variables: names,
            span: code.name.span,
        });
        program.slots_per_frame = program.slots_per_frame.max(slots as u16);
    }
    program.slots_per_frame = program.slots_per_frame.max(4);
}

/// Where a loop's `break` and `continue` go; their jumps are filled in when it ends.
#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    continues: Vec<usize>,
}

/// What an assignment writes.
#[derive(Clone, Copy)]
enum Place {
    Slot(Slot),
    Global(u16),
    Field(u16, Field),
    Message(u16, MessageField),
}

struct Lowering<'l, 'a, 's> {
    source: &'l str,
    symbols: &'l Symbols<'a, 's>,
    code: &'l Code<'a, 's>,
    program: &'l mut Program,
    /// The slot of each local variable.
    slots: Names<'s>,
    names: Vec<String>,
    next_slot: usize,
    most_slots: usize,
    loops: Vec<Loop>,
    markers: u16,
}

impl<'l, 'a, 's> Lowering<'l, 'a, 's> {
    fn new(
        source: &'l str,
        symbols: &'l Symbols<'a, 's>,
        code: &'l Code<'a, 's>,
        program: &'l mut Program,
        markers: u16,
    ) -> Self {
        let mut names: Vec<String> = code.params.iter().map(|p| p.to_string()).collect();
        let mut slots = Names::default();
        for local in locals(code, symbols) {
            slots.insert(local.text, names.len().min(usize::from(NONE)) as u32);
            names.push(local.text.to_string());
        }
        let (next_slot, most_slots) = (names.len(), names.len());
        Self { source, symbols, code, program, slots, names, next_slot, most_slots, loops: vec![], markers }
    }

    fn run(&mut self) {
        self.clear_variables();
        self.block(self.code.block);
        self.return_value(None, self.code.block.close);
    }

    /// A variable that some path reads before it writes it is 0: whatever is not surely written first is cleared.
    fn clear_variables(&mut self) {
        let mut surely: Vec<&str> = Vec::new();
        for statement in &self.code.block.statements {
            let StmtKind::Assign(assign) = &statement.kind else { break };
            surely.push(assign.target.text);
        }
        let cleared: Vec<Slot> =
            self.slots.iter().filter(|(name, _)| !surely.contains(name)).map(|s| s.1 as Slot).collect();
        for dst in cleared {
            self.emit(Op::Const { dst, value: 0 }, self.code.name.span);
        }
    }

    fn emit(&mut self, op: Op, span: Span) -> usize {
        // One operation past the limit tells that it was passed.
        if self.program.code.len() <= MOST_OPS {
            self.program.code.push(op);
            self.program.spans.push(span);
        }
        self.program.code.len() - 1
    }

    fn here(&self) -> u16 {
        self.program.code.len() as u16
    }

    fn patch(&mut self, at: usize, target: u16) {
        if let Some(Op::Jump { to } | Op::JumpUnless { to, .. }) = self.program.code.get_mut(at) {
            *to = target;
        }
    }

    fn temporary(&mut self) -> Slot {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.most_slots = self.most_slots.max(self.next_slot);
        slot as Slot
    }

    fn constant(&mut self, value: i64, span: Span) -> Slot {
        let dst = self.temporary();
        self.emit(Op::Const { dst, value }, span);
        dst
    }

    fn text(&mut self, text: String) -> u16 {
        let texts = &mut self.program.texts;
        if texts.last() != Some(&text) && texts.len() < usize::from(NONE) {
            texts.push(text);
        }
        (texts.len() - 1) as u16
    }

    fn return_value(&mut self, value: Option<&Expr<'s>>, span: Span) {
        let value = match value {
            Some(expr) => self.value(expr),
            None if self.claims_what_is_its_own() => {
                let (dst, args) = (self.temporary(), self.constant(0, span));
                self.emit(Op::Call { routine: Routine::interrupting, dst, args }, span);
                dst
            }
            None => self.constant(i64::from(self.code.kind == BodyKind::Isr), span),
        };
        self.emit(Op::Return { value }, span);
    }

    /// Whether this is the ISR of a device that shares its vector: unless it says otherwise, it claims the interrupt
    /// exactly when its device asks for it.
    fn claims_what_is_its_own(&self) -> bool {
        let body = self.program.bodies.len();
        let shares = |d: &InterruptDef| usize::from(d.isr) == body && d.share_vector;
        self.code.kind == BodyKind::Isr && self.program.interrupts.iter().any(shares)
    }

    fn block(&mut self, block: &Block<'s>) {
        for statement in &block.statements {
            self.statement(statement);
        }
    }

    /// Temporaries live no longer than their statement.
    fn statement(&mut self, statement: &Stmt<'s>) {
        let slots = self.next_slot;
        self.statement_inside(statement);
        self.next_slot = slots;
    }

    fn statement_inside(&mut self, statement: &Stmt<'s>) {
        let span = statement.span;
        match &statement.kind {
            StmtKind::Error | StmtKind::Empty => {}
            StmtKind::Block(block) => self.block(block),
            StmtKind::Work { duration, caption } => {
                let duration = self.value(duration);
                let text = caption.as_ref().map_or(NONE, |c| self.text(read_texts(c)));
                self.emit(Op::Work { duration, text }, span);
            }
            StmtKind::If { condition, then, otherwise } => self.if_else(condition, then, otherwise.as_deref()),
            StmtKind::Loop { condition: Some(condition), body, body_first: true, .. } => {
                self.repeat_after(condition, body);
            }
            StmtKind::Loop { init, condition, step, body, .. } => {
                if let Some(init) = init {
                    self.statement(init);
                }
                self.repeat(condition.as_ref(), step.as_deref(), body, span);
            }
            StmtKind::Return(value) => self.return_value(value.as_ref(), span),
            StmtKind::Break => {
                let jump = self.emit(Op::Jump { to: 0 }, span);
                if let Some(innermost) = self.loops.last_mut() {
                    innermost.breaks.push(jump);
                }
            }
            StmtKind::Continue => {
                let jump = self.emit(Op::Jump { to: 0 }, span);
                if let Some(innermost) = self.loops.last_mut() {
                    innermost.continues.push(jump);
                }
            }
            StmtKind::Assert(condition) => {
                let text = self.text(condition.span.of(self.source).to_string());
                let condition = self.value(condition);
                self.emit(Op::Assert { condition, text }, span);
            }
            StmtKind::Marker { name, caption } => {
                let marker = self.markers;
                self.markers = self.markers.saturating_add(1);
                let text = caption.as_deref().map(read_texts).unwrap_or_default();
                let caption = Localized { text, others: vec![] };
                self.program.markers.push(MarkerDef { name: name.text.to_string(), caption, span });
                self.emit(Op::Mark { marker }, span);
            }
            StmtKind::Assign(assign) => self.assign(assign, span),
            StmtKind::Expr(expr) => {
                self.value(expr);
            }
        }
    }

    fn if_else(&mut self, condition: &Expr<'s>, then: &Stmt<'s>, otherwise: Option<&Stmt<'s>>) {
        let to_else = self.jump_unless(condition);
        self.statement(then);
        if let Some(otherwise) = otherwise {
            let to_end = self.emit(Op::Jump { to: 0 }, then.span);
            self.patch(to_else, self.here());
            self.statement(otherwise);
            self.patch(to_end, self.here());
        } else {
            self.patch(to_else, self.here());
        }
    }

    fn jump_unless(&mut self, condition: &Expr<'s>) -> usize {
        let slots = self.next_slot;
        let slot = self.value(condition);
        self.next_slot = slots;
        self.emit(Op::JumpUnless { condition: slot, to: 0 }, condition.span)
    }

    fn repeat(&mut self, condition: Option<&Expr<'s>>, step: Option<&Stmt<'s>>, body: &Stmt<'s>, span: Span) {
        let head = self.here();
        let always = condition.is_none_or(|c| evaluate(c, &self.symbols.machine).is_ok_and(|v| v != 0));
        let exit = condition.filter(|_| !always).map(|c| self.jump_unless(c));
        self.loops.push(Loop::default());
        self.statement(body);
        let ended = self.loops.pop().unwrap_or_default();
        let next = self.here();
        if let Some(step) = step {
            self.statement(step);
        }
        // The jump back belongs to the loop's head, not to its whole text.
        let head_span = condition.map_or(Span { start: span.start, end: (span.start + 3).min(span.end) }, |c| c.span);
        self.emit(Op::Jump { to: head }, head_span);
        let end = self.here();
        exit.into_iter().chain(ended.breaks).for_each(|jump| self.patch(jump, end));
        ended.continues.into_iter().for_each(|jump| self.patch(jump, next));
    }

    /// `do`: the condition is looked at behind the body.
    fn repeat_after(&mut self, condition: &Expr<'s>, body: &Stmt<'s>) {
        let head = self.here();
        self.loops.push(Loop::default());
        self.statement(body);
        let ended = self.loops.pop().unwrap_or_default();
        let test = self.here();
        let exit = self.jump_unless(condition);
        self.emit(Op::Jump { to: head }, condition.span);
        let end = self.here();
        [exit].into_iter().chain(ended.breaks).for_each(|jump| self.patch(jump, end));
        ended.continues.into_iter().for_each(|jump| self.patch(jump, test));
    }

    fn slot_of(&self, name: &str) -> Option<Slot> {
        self.code.param(name).or_else(|| self.slots.get(name).map(|slot| slot as Slot))
    }

    /// The number of a message buffer.
    fn message(&self, name: &str) -> Option<u16> {
        self.symbols.get(name).filter(|s| s.what() == What::Message && self.slot_of(name).is_none()).map(|s| s.index)
    }

    /// The number of a request; `NONE` for the one that a driver's code has in hand.
    fn irp(&self, name: &str) -> Option<u16> {
        if self.code.is_irp(name) { Some(NONE) } else { self.symbols.get(name).map(|s| s.index) }
    }

    fn place(&self, target: Name<'s>, field: Option<Name<'s>>) -> Option<Place> {
        if let Some(field) = field {
            if let Some(message) = self.message(target.text) {
                return Some(Place::Message(message, MessageField::named(field.text)?));
            }
            return Some(Place::Field(self.irp(target.text)?, field_of(field.text)?));
        }
        if let Some(slot) = self.slot_of(target.text) {
            return Some(Place::Slot(slot));
        }
        match self.symbols.meaning(target.text)? {
            Meaning::Global(index) => Some(Place::Global(index)),
            _ => None,
        }
    }

    fn assign(&mut self, assign: &Assign<'s>, span: Span) {
        let Some(place) = self.place(assign.target, assign.field) else { return };
        let Some(op) = assign.op else {
            match (&assign.value, place) {
                (Some(value), Place::Slot(slot)) => self.value_into(value, slot),
                (Some(value), _) => {
                    let src = self.value(value);
                    self.store(place, src, span);
                }
                (None, _) => {
                    let src = self.constant(0, span);
                    self.store(place, src, span);
                }
            }
            return;
        };
        let old = self.load(place, span);
        let by = match &assign.value {
            Some(value) => self.value(value),
            None => self.constant(1, span),
        };
        if let Place::Slot(slot) = place {
            self.emit(Op::Binary { op, dst: slot, a: old, b: by }, span);
            return;
        }
        let dst = self.temporary();
        self.emit(Op::Binary { op, dst, a: old, b: by }, span);
        self.store(place, dst, span);
    }

    fn load(&mut self, place: Place, span: Span) -> Slot {
        let dst = match place {
            Place::Slot(slot) => return slot,
            _ => self.temporary(),
        };
        match place {
            Place::Global(global) => self.load_global(dst, global, span),
            Place::Field(irp, field) => self.emit(Op::LoadField { dst, irp, field }, span),
            Place::Message(message, field) => self.emit(Op::LoadMessage { dst, message, field }, span),
            Place::Slot(src) => self.emit(Op::Copy { dst, src }, span),
        };
        dst
    }

    fn store(&mut self, place: Place, src: Slot, span: Span) {
        match place {
            Place::Slot(dst) => self.emit(Op::Copy { dst, src }, span),
            Place::Global(global) => {
                self.touch(global, true, span);
                self.emit(Op::StoreGlobal { global, src }, span)
            }
            Place::Field(irp, field) => self.emit(Op::StoreField { irp, field, src }, span),
            Place::Message(message, field) => self.emit(Op::StoreMessage { message, field, src }, span),
        };
    }

    /// A pageable variable is touched before it is read or written.
    fn touch(&mut self, global: u16, write: bool, span: Span) {
        if self.program.globals.get(usize::from(global)).is_some_and(|g| g.paged) {
            self.emit(Op::Touch { global, write }, span);
        }
    }

    fn load_global(&mut self, dst: Slot, global: u16, span: Span) -> usize {
        self.touch(global, false, span);
        self.emit(Op::LoadGlobal { dst, global }, span)
    }

    /// The value of an expression, in its variable's own slot or in a temporary.
    fn value(&mut self, expr: &Expr<'s>) -> Slot {
        if let ExprKind::Name(name) = expr.kind
            && let Some(slot) = self.slot_of(name.text)
        {
            return slot;
        }
        let dst = self.temporary();
        self.value_into(expr, dst);
        dst
    }

    fn value_into(&mut self, expr: &Expr<'s>, dst: Slot) {
        let span = expr.span;
        let shadowed = expr.as_name().is_some_and(|n| self.slot_of(n.text).is_some());
        if !shadowed && let Ok(value) = evaluate(expr, &self.symbols.machine) {
            self.emit(Op::Const { dst, value }, span);
            return;
        }
        match &expr.kind {
            ExprKind::Error | ExprKind::Number(_) | ExprKind::List(_) => {}
            ExprKind::Name(name) => self.name_into(name.text, dst, span),
            ExprKind::Field { object, field } => {
                let apc = self.symbols.get(object.text).filter(|_| self.slot_of(object.text).is_none());
                if let Some(body) = apc.and_then(|a| a.apc_routine(field.text)) {
                    self.emit(Op::Const { dst, value: routine_value(body) }, span);
                } else if let (Some(message), Some(field)) =
                    (self.message(object.text), MessageField::named(field.text))
                {
                    self.emit(Op::LoadMessage { dst, message, field }, span);
                } else if let (Some(irp), Some(field)) = (self.irp(object.text), field_of(field.text)) {
                    self.emit(Op::LoadField { dst, irp, field }, span);
                }
            }
            ExprKind::Call { callee, args } => self.call(*callee, args, dst, span),
            ExprKind::Unary { op, inner } => {
                let src = self.value(inner);
                self.emit(Op::Unary { op: *op, dst, src }, span);
            }
            ExprKind::Binary { op, left, right } => {
                let a = self.value(left);
                // The right side may write the variable that the left side reads.
                let a = if has_call(right) { self.saved(a, span) } else { a };
                let b = self.value(right);
                self.emit(Op::Binary { op: *op, dst, a, b }, span);
            }
            ExprKind::And(left, right) => self.short_circuit(left, right, true, dst, span),
            ExprKind::Or(left, right) => self.short_circuit(left, right, false, dst, span),
        }
    }

    fn saved(&mut self, slot: Slot, span: Span) -> Slot {
        if usize::from(slot) >= self.names.len() {
            return slot;
        }
        let dst = self.temporary();
        self.emit(Op::Copy { dst, src: slot }, span);
        dst
    }

    /// `&&` and `||` give 1 or 0, and leave the right side out when the left one decides.
    fn short_circuit(&mut self, left: &Expr<'s>, right: &Expr<'s>, and: bool, dst: Slot, span: Span) {
        // The variable of `dst` may be read on the right side, so it is written last.
        let result = self.temporary();
        let decided = self.jump_unless(left);
        let mut ends = Vec::new();
        let mut set = |this: &mut Self, value| {
            this.emit(Op::Const { dst: result, value }, span);
            ends.push(this.emit(Op::Jump { to: 0 }, span));
        };
        if !and {
            set(self, 1);
            self.patch(decided, self.here());
        }
        let no = self.jump_unless(right);
        set(self, 1);
        self.patch(no, self.here());
        if and {
            self.patch(decided, self.here());
        }
        self.emit(Op::Const { dst: result, value: 0 }, span);
        ends.into_iter().for_each(|end| self.patch(end, self.here()));
        self.emit(Op::Copy { dst, src: result }, span);
    }

    fn name_into(&mut self, name: &str, dst: Slot, span: Span) {
        if let Some(src) = self.slot_of(name) {
            if src != dst {
                self.emit(Op::Copy { dst, src }, span);
            }
            return;
        }
        match self.symbols.meaning(name) {
            Some(Meaning::Global(global)) => self.load_global(dst, global, span),
            Some(Meaning::Object(object)) => self.emit(Op::Const { dst, value: object.pack().into() }, span),
            Some(Meaning::Constant(value)) => self.emit(Op::Const { dst, value }, span),
            Some(Meaning::Code) | None => self.emit(Op::Const { dst, value: 0 }, span),
        };
    }
}

/// The address of a routine: NULL when there is none.
fn routine_value(body: u16) -> i64 {
    if body == NONE { 0 } else { ObjectRef { class: Class::Body, index: body }.pack().into() }
}

/// The field of an I/O request packet.
pub(crate) fn field_of(name: &str) -> Option<Field> {
    Some(match name {
        "Status" => Field::Status,
        "Information" => Field::Information,
        "PendingReturned" => Field::PendingReturned,
        "Cancel" => Field::Cancel,
        "CancelIrql" => Field::CancelIrql,
        _ => return None,
    })
}

fn has_call(expr: &Expr<'_>) -> bool {
    let mut found = false;
    expr.each(&mut |e| found |= matches!(e.kind, ExprKind::Call { .. }));
    found
}
