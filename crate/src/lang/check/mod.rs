//! What is wrong, or probably not meant, in code: names and kinds, who may call what, IRQL, flow. Forbids
//! nothing that the machine can show: a broken IRQL rule is a warning, and the run shows the bugcheck.

mod callers;
mod calls;
mod code;
mod flow;
mod irql;
mod usage;

use super::ast::Scenario;
use super::names::Names;
use super::slug::Findings;
use super::symbols::Symbols;

/// Checks all code of a scenario. `readable`: the text has no syntax errors, so that what seems unused is unused.
pub(crate) fn check<'s>(scenario: &Scenario<'s>, symbols: &Symbols<'_, 's>, readable: bool, findings: &mut Findings) {
    let callers = callers::find(symbols);
    let isrs = irql::isr_levels(symbols);
    let mut markers = Names::default();
    for (index, code) in symbols.code.iter().enumerate() {
        let locals = super::symbols::locals(code, symbols);
        code::check(code, &locals, symbols, callers.of(index), &mut markers, findings);
        flow::check(code, symbols, findings);
        irql::check(code, symbols, &callers, &isrs, findings);
        if readable {
            usage::variables(code, &locals, symbols, findings);
        }
    }
    if readable {
        usage::objects(scenario, symbols, findings);
    }
}
