//! Reads and writes as they are documented: with a file, a buffer, a length and an OVERLAPPED, where the table of
//! routines begins with the request that stands for the OVERLAPPED. Knows the order of arguments and nothing of their
//! meaning.

use super::ast::Expr;

/// The arguments of a call in the order of the table of routines.
pub(crate) fn in_order<'s>(callee: &str, args: Vec<Expr<'s>>) -> Vec<Expr<'s>> {
    let [file, buffer, length, fourth, fifth] = match <[Expr<'s>; 5]>::try_from(args) {
        Ok(five) => five,
        Err(args) => return args,
    };
    match callee {
        "ReadFile" | "WriteFile" => vec![fifth, fourth, file, buffer, length],
        "ReadFileEx" | "WriteFileEx" => vec![fourth, fifth, file, buffer, length],
        _ => vec![file, buffer, length, fourth, fifth],
    }
}

/// Whether a call names its file, buffer and length.
pub(crate) fn is_whole(callee: &str, args: &[Expr<'_>]) -> bool {
    args.len() == 5 && matches!(callee, "ReadFile" | "WriteFile" | "ReadFileEx" | "WriteFileEx")
}
