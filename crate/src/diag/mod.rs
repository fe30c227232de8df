//! Diagnostics as data: a stable slug, a place, a sentence, labels at the other places involved, help,
//! and a fix that an editor can apply. Nothing here knows the language or how a message is drawn.

use crate::base::Phrase;
use crate::text::{LineIndex, Span};

/// How bad it is. Only an error keeps a scenario from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// The scenario runs, but probably not as its author thinks.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word that editors and the command line use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A sentence about another place of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: Phrase,
}

/// A change of the text that mends the trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the button says.
    pub title: Phrase,
    /// The range to replace; empty to insert.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

crate::base::messages! {
    /// What the buttons of fixes say, whatever is found.
    pub enum Fixing in "fix" {
        ReplaceBy "Replace it by `{0}`";
    }
}

/// One finding about a scenario's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name in kebab-case, such as `unknown-object`.
    pub slug: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: Phrase,
    /// Other places involved.
    pub labels: Vec<Label>,
    /// Why, and how to mend it.
    pub help: Vec<Phrase>,
    /// A change that mends it, when there is one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding without labels, help or fix.
    #[must_use]
    pub fn new(severity: Severity, slug: &'static str, span: Span, message: impl Into<Phrase>) -> Self {
        Self { slug, severity, span, message: message.into(), labels: vec![], help: vec![], fix: None }
    }

    /// An error.
    #[must_use]
    pub fn error(slug: &'static str, span: Span, message: impl Into<Phrase>) -> Self {
        Self::new(Severity::Error, slug, span, message)
    }

    /// A warning.
    #[must_use]
    pub fn warning(slug: &'static str, span: Span, message: impl Into<Phrase>) -> Self {
        Self::new(Severity::Warning, slug, span, message)
    }

    /// Adds a sentence about another place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<Phrase>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a sentence that helps.
    #[must_use]
    pub fn help(mut self, message: impl Into<Phrase>) -> Self {
        self.help.push(message.into());
        self
    }

    /// Adds the change that puts the word that was probably meant.
    #[must_use]
    pub fn replace_by(self, span: Span, word: &str) -> Self {
        self.fix(Fixing::ReplaceBy.with(&[&word]), span, word)
    }

    /// Adds the change that mends it.
    #[must_use]
    pub fn fix(mut self, title: impl Into<Phrase>, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { title: title.into(), span, replacement: replacement.into() });
        self
    }
}

/// The plain-text form for terminals: place, sentence, the line with carets under it, labels, help.
#[must_use]
pub fn render(source: &str, file: &str, diagnostic: &Diagnostic) -> String {
    let index = LineIndex::new(source);
    let mut out = String::new();
    let (line, column) = index.line_column(diagnostic.span.start);
    out.push_str(&format!(
        "{file}:{line}:{column}: {}[{}]: {}\n",
        diagnostic.severity.name(),
        diagnostic.slug,
        diagnostic.message
    ));
    excerpt(&mut out, source, &index, diagnostic.span, '^', "");
    for label in &diagnostic.labels {
        excerpt(&mut out, source, &index, label.span, '-', &label.message.to_string());
    }
    for help in &diagnostic.help {
        out.push_str(&format!("  help: {help}\n"));
    }
    if let Some(fix) = &diagnostic.fix {
        out.push_str(&format!("  fix: {}\n", fix.title));
    }
    out
}

fn excerpt(out: &mut String, source: &str, index: &LineIndex, span: Span, mark: char, note: &str) {
    let line = index.line(span.start);
    let range = index.line_span(line);
    let text = range.of(source);
    let before = Span { start: range.start, end: span.start }.of(source).chars().count();
    let inside = Span { start: span.start, end: span.end.min(range.end) }.of(source).chars().count().max(1);
    out.push_str(&format!("{:>5} | {text}\n", line + 1));
    let marks: String = std::iter::repeat_n(mark, inside).collect();
    out.push_str(format!("      | {}{marks} {note}", " ".repeat(before)).trim_end());
    out.push('\n');
}
