//! Where in the grammar a place of the text is, told from the tokens before it. Works on half-written text,
//! which is what completion and hover meet.

use super::ast::What;
use super::token::{Token, TokenKind};

/// What surrounds a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surrounding {
    /// Between declarations.
    Top,
    /// In a declaration's head, or in a stimulus or a claim.
    Head,
    /// In `{ key: value; }` or `(key: value)` of a thing.
    Settings(What),
    /// In `{ name "text"; }` of a translation.
    Translation,
    /// In code.
    Code,
}

/// A place of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'s> {
    pub(crate) surrounding: Surrounding,
    /// The first word of the declaration around the place (`thread` also for system threads).
    pub(crate) item: &'s str,
    /// The word before the place, or the key before a `:`.
    pub(crate) before: &'s str,
    /// The token before the place.
    pub(crate) previous: TokenKind,
    /// The routine or function whose argument stands here, and the number of the argument.
    pub(crate) call: Option<(&'s str, usize)>,
    /// The name of the declaration around the place.
    pub(crate) owner: &'s str,
    /// It is kernel code, or may be.
    pub(crate) kernel: bool,
    /// It is user-mode code, or may be.
    pub(crate) user: bool,
}

/// The kind of thing that a declaration's word declares and that has settings.
pub(crate) fn what_of(word: &str) -> Option<What> {
    Some(match word {
        "machine" => What::Machine,
        "device" => What::Device,
        "dpc" => What::Dpc,
        "apc" => What::Apc,
        "event" => What::Event,
        "timer" => What::Timer,
        "semaphore" => What::Semaphore,
        "process" => What::Process,
        "iocp" => What::Iocp,
        "queue" => What::Queue,
        "driver" => What::Driver,
        "file" => What::File,
        "irp" => What::Irp,
        "port" => What::Port,
        "message" => What::Message,
        "thread" => What::Thread,
        _ => return None,
    })
}

/// The context behind these tokens, which hold no comments.
pub(crate) fn context<'s>(source: &'s str, tokens: &[Token]) -> Context<'s> {
    let mut start = 0;
    let mut braces = 0_u32;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::OpenBrace => braces += 1,
            TokenKind::CloseBrace => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    start = at + 1;
                }
            }
            TokenKind::Semicolon if braces == 0 => start = at + 1,
            _ => {}
        }
    }
    let item = tokens.get(start..).unwrap_or(&[]);
    // What `paged` stands before is what it is without.
    let item = match item {
        [first, rest @ ..] if first.span.of(source) == "paged" && !rest.is_empty() => rest,
        _ => item,
    };
    let text = |at: usize| item.get(at).map_or("", |t| t.span.of(source));
    let system = text(0) == "system";
    let word = if system { "thread" } else { text(0) };
    let owner = if system { text(2) } else { text(1) };
    let previous = item.last().map_or(TokenKind::End, |t| t.kind);
    let (surrounding, call) = if item.is_empty() {
        (Surrounding::Top, None)
    } else if braces > 0 {
        let settings = matches!(
            word,
            "machine"
                | "device"
                | "event"
                | "timer"
                | "semaphore"
                | "process"
                | "iocp"
                | "queue"
                | "file"
                | "irp"
                | "port"
                | "message"
        );
        match what_of(word).filter(|_| settings) {
            Some(what) => (Surrounding::Settings(what), None),
            None if word == "translation" => (Surrounding::Translation, None),
            None => (Surrounding::Code, call(source, item)),
        }
    } else {
        let parens = item.iter().rev().take_while(|t| t.kind != TokenKind::OpenParen).count() < item.len();
        match what_of(word).filter(|_| parens) {
            Some(what) => (Surrounding::Settings(what), None),
            None => (Surrounding::Head, None),
        }
    };
    let back = |n: usize| item.len().checked_sub(n).map_or("", text);
    let before = if previous == TokenKind::Colon { back(2) } else { back(1) };
    let user_apc = word == "apc" && text(2) == "user";
    let user = (word == "thread" && !system) || user_apc || word == "function";
    let kernel = !user
        || word == "function"
        || user_apc && item.iter().any(|t| matches!(t.span.of(source), "kernel" | "rundown"));
    Context { surrounding, item: word, before, previous, call, owner, kernel, user }
}

/// The innermost call that is open at the end of these tokens.
fn call<'s>(source: &'s str, tokens: &[Token]) -> Option<(&'s str, usize)> {
    let mut commas = 0;
    let mut closed = 0_u32;
    for (at, token) in tokens.iter().enumerate().rev() {
        match token.kind {
            TokenKind::CloseParen => closed += 1,
            TokenKind::OpenParen if closed > 0 => closed -= 1,
            TokenKind::OpenParen => {
                let callee = at.checked_sub(1).and_then(|before| tokens.get(before))?;
                return (callee.kind == TokenKind::Word).then(|| (callee.span.of(source), commas));
            }
            // What stands in an array is one argument.
            TokenKind::OpenBracket => commas = 0,
            TokenKind::Comma if closed == 0 => commas += 1,
            TokenKind::Semicolon | TokenKind::OpenBrace | TokenKind::CloseBrace => return None,
            _ => {}
        }
    }
    None
}
