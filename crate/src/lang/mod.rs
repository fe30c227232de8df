//! Scenario text to diagnostics and a program; also what an editor asks about the text. One lexer, one
//! grammar and the tables of `program` answer all of it. Knows neither the kernel nor time.

mod absent;
mod ast;
mod catalogue;
mod check;
mod claims;
mod complete;
mod constant;
mod context;
mod docs;
mod documented;
mod format;
mod highlight;
mod hover;
mod implied;
mod items;
mod lexer;
mod lower;
mod machine;
mod names;
mod parser;
mod say;
mod settings;
mod slug;
mod stimuli;
mod suggest;
mod symbols;
mod token;
mod values;
mod vectors;
mod words;

pub use catalogue::messages;
pub use complete::{Completion, CompletionItem, complete};
pub use docs::language_reference;
pub use format::format;
pub use highlight::{Highlight, TokenClass, tokens};
pub use hover::{Hover, hover};
pub use slug::{SLUGS, SlugInfo};

use crate::diag::Diagnostic;
use crate::program::Program;
use slug::{Findings, Slug};
use symbols::Symbols;

/// What became of a text.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program; there is none exactly when some finding is an error.
    pub program: Option<Program>,
    /// What there is to say about the text, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a scenario. Any text is an acceptable argument.
#[must_use]
pub fn compile(source: &str) -> Compiled {
    let mut findings = Findings::default();
    if u32::try_from(source.len()).is_err() {
        findings
            .push(Slug::TooLarge.at(crate::text::Span::default(), say::Say::TextTooLong).help(say::Say::MakeItSmaller));
        return Compiled { program: None, diagnostics: findings.finish() };
    }
    let tokens = lexer::lex(source, &mut findings);
    let scenario = parser::parse(source, &tokens, &mut findings);
    let readable = !findings.has_errors();
    let machine = machine::read(&scenario, &mut findings);
    let symbols = Symbols::collect(&scenario, machine, &mut findings);
    let mut program = items::build(&scenario, &symbols, &mut findings);
    check::check(&scenario, &symbols, readable, &mut findings);
    if !findings.has_errors() {
        lower::lower(source, &symbols, &mut program, &mut findings);
        items::translate(&scenario, &mut program);
    }
    let program = (!findings.has_errors()).then_some(program);
    Compiled { program, diagnostics: findings.finish() }
}
