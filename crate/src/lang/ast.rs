//! What the parser makes of a text: a tree with a place on everything. Plain data; it holds no meaning yet.

use super::lexer::Number;
use crate::program::{BinaryOp, Comparison, UnaryOp};
use crate::text::Span;

/// A word and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name<'s> {
    pub(crate) text: &'s str,
    pub(crate) span: Span,
}

/// A text, quotes and escapes still in it. Pieces that stand beside each other are one text.
pub(crate) type Prose<'s> = Vec<&'s str>;

/// A whole scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scenario<'s> {
    pub(crate) items: Vec<Item<'s>>,
}

/// A top-level piece of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct Item<'s> {
    pub(crate) span: Span,
    /// The word that it begins with.
    pub(crate) keyword: Span,
    pub(crate) kind: ItemKind<'s>,
}

#[derive(Clone, Debug)]
pub(crate) enum ItemKind<'s> {
    Title(Prose<'s>),
    About(Prose<'s>),
    Machine(Vec<Setting<'s>>),
    Declaration(Declaration<'s>),
    Stimulus(StimulusItem<'s>),
    Expect(Expectation<'s>),
    Translation(Translation<'s>),
}

/// The texts of the scenario in another language.
#[derive(Clone, Debug)]
pub(crate) struct Translation<'s> {
    pub(crate) tag: Name<'s>,
    /// `title`, `about` or a marker's name, and the text.
    pub(crate) entries: Vec<(Name<'s>, Prose<'s>)>,
}

/// What a declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Machine,
    Device,
    Isr,
    Dpc,
    Apc,
    Event,
    Timer,
    Semaphore,
    Process,
    Mutex,
    Mutant,
    FastMutex,
    GuardedMutex,
    Resource,
    SpinLock,
    Iocp,
    Queue,
    Driver,
    Completion,
    Cancel,
    File,
    Irp,
    Port,
    Message,
    Variable,
    Thread,
    Function,
    Service,
    WorkItem,
}

/// A named thing with its settings and, when it has some, its code.
#[derive(Clone, Debug)]
pub(crate) struct Declaration<'s> {
    pub(crate) what: What,
    pub(crate) name: Name<'s>,
    /// The word `paged` before it.
    pub(crate) paged: Option<Span>,
    /// `system` of a thread, or the kind of an APC.
    pub(crate) modifier: Option<Name<'s>>,
    /// `{ key: value; }` or `(key: value, ...)`.
    pub(crate) settings: Vec<Setting<'s>>,
    pub(crate) params: Vec<Name<'s>>,
    /// First value of a variable.
    pub(crate) value: Option<Expr<'s>>,
    /// The `kernel { ... }` block of an APC.
    pub(crate) kernel: Option<(Span, Block<'s>)>,
    /// The `rundown { ... }` block of an APC.
    pub(crate) rundown: Option<(Span, Block<'s>)>,
    pub(crate) body: Option<Block<'s>>,
}

/// `key: value`
#[derive(Clone, Debug)]
pub(crate) struct Setting<'s> {
    pub(crate) key: Name<'s>,
    pub(crate) value: Expr<'s>,
}

#[derive(Clone, Debug)]
pub(crate) struct StimulusItem<'s> {
    /// The device, or the word of a source that is none.
    pub(crate) device: Name<'s>,
    pub(crate) when: When<'s>,
    /// It is such a word.
    pub(crate) outside: bool,
    /// The processor of such a source.
    pub(crate) processor: Option<Expr<'s>>,
}

#[derive(Clone, Debug)]
pub(crate) enum When<'s> {
    /// `at first` or `at first..last`
    At { first: Expr<'s>, last: Option<Expr<'s>> },
    /// `every period`, then options by their words
    Every { period: Expr<'s>, options: Vec<Setting<'s>> },
}

#[derive(Clone, Debug)]
pub(crate) enum Expectation<'s> {
    Order(Vec<BodyName<'s>>),
    Bugcheck(Expr<'s>),
    Deadlock,
    Completed,
    Count { body: BodyName<'s>, comparison: Comparison, number: Expr<'s> },
    Latency { from: BodyName<'s>, to: BodyName<'s>, comparison: Comparison, limit: Expr<'s> },
}

/// `Nic` or `OnRead.KernelRoutine`
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyName<'s> {
    pub(crate) owner: Name<'s>,
    pub(crate) part: Option<Name<'s>>,
}

/// `{ ... }`
#[derive(Clone, Debug)]
pub(crate) struct Block<'s> {
    /// The `}`; empty where it is missing.
    pub(crate) close: Span,
    pub(crate) statements: Vec<Stmt<'s>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Stmt<'s> {
    pub(crate) span: Span,
    pub(crate) kind: StmtKind<'s>,
}

#[derive(Clone, Debug)]
pub(crate) enum StmtKind<'s> {
    /// It could not be read, and that has been said.
    Error,
    /// `;`
    Empty,
    Block(Block<'s>),
    Work {
        duration: Expr<'s>,
        caption: Option<Prose<'s>>,
    },
    If {
        condition: Expr<'s>,
        then: Box<Stmt<'s>>,
        otherwise: Option<Box<Stmt<'s>>>,
    },
    /// `while`, `for` and `do`
    Loop {
        init: Option<Box<Stmt<'s>>>,
        condition: Option<Expr<'s>>,
        step: Option<Box<Stmt<'s>>>,
        body: Box<Stmt<'s>>,
        /// `do`: the body runs before the condition is looked at for the first time.
        body_first: bool,
    },
    Return(Option<Expr<'s>>),
    Break,
    Continue,
    Assert(Expr<'s>),
    Marker {
        name: Name<'s>,
        caption: Option<Prose<'s>>,
    },
    Assign(Assign<'s>),
    Expr(Expr<'s>),
}

/// `x = e`, `x += e`, `x++`, `var x = e`, `Read.Status = e`
#[derive(Clone, Debug)]
pub(crate) struct Assign<'s> {
    /// It says `var`.
    pub(crate) declares: bool,
    pub(crate) target: Name<'s>,
    pub(crate) field: Option<Name<'s>>,
    /// `None`: the value replaces the old one.
    pub(crate) op: Option<BinaryOp>,
    /// `None`: 1 for `++` and `--`, 0 for `var x;`.
    pub(crate) value: Option<Expr<'s>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Expr<'s> {
    pub(crate) span: Span,
    /// Levels of expressions under this one; the parser keeps it small, so that walking the tree may recurse.
    pub(crate) height: u16,
    pub(crate) kind: ExprKind<'s>,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind<'s> {
    /// It could not be read, and that has been said.
    Error,
    Number(Number),
    Name(Name<'s>),
    Field {
        object: Name<'s>,
        field: Name<'s>,
    },
    Call {
        callee: Name<'s>,
        args: Vec<Expr<'s>>,
    },
    /// `[A, B]`
    List(Vec<Expr<'s>>),
    Unary {
        op: UnaryOp,
        inner: Box<Expr<'s>>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr<'s>>,
        right: Box<Expr<'s>>,
    },
    And(Box<Expr<'s>>, Box<Expr<'s>>),
    Or(Box<Expr<'s>>, Box<Expr<'s>>),
}

impl<'s> Expr<'s> {
    /// The name, when the expression is nothing but one.
    pub(crate) fn as_name(&self) -> Option<Name<'s>> {
        match self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
}

impl<'s> Stmt<'s> {
    /// The statements in this one.
    pub(crate) fn parts(&self) -> Vec<&Stmt<'s>> {
        match &self.kind {
            StmtKind::Block(block) => block.statements.iter().collect(),
            StmtKind::If { then, otherwise, .. } => std::iter::once(&**then).chain(otherwise.as_deref()).collect(),
            StmtKind::Loop { init, step, body, .. } => {
                init.as_deref().into_iter().chain([&**body]).chain(step.as_deref()).collect()
            }
            _ => vec![],
        }
    }

    /// The expressions that this statement holds itself.
    pub(crate) fn expressions(&self) -> Vec<&Expr<'s>> {
        match &self.kind {
            StmtKind::Work { duration: e, .. }
            | StmtKind::If { condition: e, .. }
            | StmtKind::Assert(e)
            | StmtKind::Expr(e) => vec![e],
            StmtKind::Loop { condition, .. } => condition.iter().collect(),
            StmtKind::Return(value) => value.iter().collect(),
            StmtKind::Assign(assign) => assign.value.iter().collect(),
            _ => vec![],
        }
    }

    /// Calls `f` for this statement and all in it, outer ones first, in the order of the text.
    pub(crate) fn each(&self, f: &mut dyn FnMut(&Stmt<'s>)) {
        f(self);
        for part in self.parts() {
            part.each(f);
        }
    }
}

impl<'s> Block<'s> {
    /// Calls `f` for each statement, also inner ones.
    pub(crate) fn each(&self, f: &mut dyn FnMut(&Stmt<'s>)) {
        for statement in &self.statements {
            statement.each(f);
        }
    }
}

impl<'s> Expr<'s> {
    /// The expressions in this one.
    pub(crate) fn parts(&self) -> Vec<&Expr<'s>> {
        match &self.kind {
            ExprKind::Call { args, .. } | ExprKind::List(args) => args.iter().collect(),
            ExprKind::Unary { inner, .. } => vec![inner],
            ExprKind::Binary { left, right, .. } | ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                vec![left, right]
            }
            _ => vec![],
        }
    }

    /// Calls `f` for this expression and all in it.
    pub(crate) fn each(&self, f: &mut dyn FnMut(&Expr<'s>)) {
        f(self);
        for part in self.parts() {
            part.each(f);
        }
    }
}
