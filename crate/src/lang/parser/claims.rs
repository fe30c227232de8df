//! Claims: what stands after `expect`.

use super::Parser;
use crate::lang::ast::{BodyName, Expectation};
use crate::lang::say::Say;
use crate::lang::token::TokenKind;
use crate::program::Comparison;

impl<'s> Parser<'s, '_> {
    pub(super) fn expectation(&mut self) -> Option<Expectation<'s>> {
        let word = self.word();
        let claims = ["order", "bugcheck", "deadlock", "completed", "count", "latency"];
        if !claims.contains(&word) {
            self.fail_words(Say::ClaimNeeded, &claims);
            return None;
        }
        self.advance();
        Some(match word {
            "order" => {
                let mut names = vec![self.body_name()?];
                while self.eat(TokenKind::Comma) {
                    names.push(self.body_name()?);
                }
                Expectation::Order(names)
            }
            "bugcheck" => Expectation::Bugcheck(self.expression()),
            "deadlock" => Expectation::Deadlock,
            "completed" => Expectation::Completed,
            "count" => {
                let body = self.body_name()?;
                let comparison = self.comparison()?;
                Expectation::Count { body, comparison, number: self.expression() }
            }
            _ => {
                let from = self.body_name()?;
                self.expect(TokenKind::Arrow).then_some(())?;
                let to = self.body_name()?;
                let comparison = self.comparison()?;
                Expectation::Latency { from, to, comparison, limit: self.expression() }
            }
        })
    }

    fn body_name(&mut self) -> Option<BodyName<'s>> {
        let owner = self.name(Say::BodyNameNeeded)?;
        let part = if self.eat(TokenKind::Dot) { Some(self.name(Say::KernelRoutineNeeded)?) } else { None };
        Some(BodyName { owner, part })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.kind() {
            TokenKind::Equal => Comparison::Equal,
            TokenKind::NotEqual => Comparison::NotEqual,
            TokenKind::Less => Comparison::Less,
            TokenKind::LessOrEqual => Comparison::LessOrEqual,
            TokenKind::Greater => Comparison::Greater,
            TokenKind::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => {
                self.fail(Say::ComparisonNeeded);
                return None;
            }
        };
        self.advance();
        Some(comparison)
    }
}
