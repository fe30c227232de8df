//! What is wrong, or probably not meant, in code: names and kinds, who may call what, IRQL, flow. Forbids
//! nothing that the machine can show: a broken IRQL rule is a warning, and the run shows the bugcheck.

mod callers;
mod calls;
mod code;
mod flow;
mod irql;
mod texts;
mod units;
mod usage;

use super::ast::Scenario;
use super::slug::Findings;
use super::symbols::Symbols;

/// Checks all code of a scenario. `readable`: the text has no syntax errors, so that what seems unused is unused.
pub(crate) fn check<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, readable: bool, findings: &mut Findings) {
    let callers = callers::find(symbols);
    let isrs = irql::isr_levels(symbols);
    let mut calls = irql::Calls::new(symbols, &callers);
    for index in callers.order.iter().copied() {
        let code = &symbols.code[index];
        let locals = super::symbols::locals(code, symbols);
        code::check(code, &locals, symbols, callers.of(index), findings);
        flow::check(code, symbols, findings);
        irql::check(code, symbols, (&callers, &mut calls), &isrs, findings);
        if readable {
            usage::variables(code, &locals, symbols, findings);
        }
    }
    units::check(symbols, findings);
    texts::check(scenario, symbols, readable, findings);
    if readable {
        usage::objects(scenario, symbols, findings);
    }
}
