//! Which rule takes each line and block of a text, and what it does there.

use super::copies;
use super::documents;
use super::engine::{Candidate, Decision, Examination, Finding, Findings};
use super::format::{Action, Confidence};
use super::places::Places;
use super::set::Rule;
use super::settling::Settled;
use super::spans;

impl<'a> Examination<'a> {
    /// One rule for each line and block, then spans in what is left.
    pub(super) fn choose(&self, settled: &Settled<'a>) -> Findings {
        let places = &settled.places;
        let mut findings = Findings::default();
        let mut tagging = Vec::new();
        let mut taken = vec![false; self.lines.len()];
        for block in &settled.blocks {
            let rule = self.rule(block.rule);
            if !self.context.line_alone && !places.admit(rule.facts.positions, block.lines.clone()) {
                continue;
            }
            if !self.acts(rule) {
                tagging.push(block.rule);
                continue;
            }
            if block.lines.clone().any(|line| taken[line]) {
                continue;
            }
            taken[block.lines.clone()].fill(true);
            let span = self.line(block.lines.start).full().start..self.line(block.lines.end - 1).full().end;
            let decision = if rule.facts.action == Action::Extract {
                Decision::Extract(vec![self.text.get(span.clone()).unwrap_or_default().trim().to_owned()])
            } else {
                Decision::Delete
            };
            findings.acting.push(Finding { span, rule: block.rule, decision });
        }
        let mut took: Vec<Candidate> = Vec::new();
        for group in self.candidates.chunk_by(|one, next| one.line == next.line) {
            let acts = |one: &&Candidate| self.acts(self.rule(one.rule));
            tagging.extend(group.iter().filter(|one| !acts(one)).map(|one| one.rule));
            let acting = group.iter().filter(acts);
            let best = acting.min_by(|one, other| self.rule(one.rule).order(self.rule(other.rule)));
            if let Some(best) = best.filter(|best| !taken[best.line]) {
                taken[best.line] = true;
                took.push(*best);
            }
        }
        took.extend(copies::of_taken(self, &took, |line| !taken[line] && !settled.protection.covers(line)));
        for one in took {
            taken[one.line] = true;
            findings.acting.push(self.line_finding(one));
        }
        let rejected_by = documents::find(self, &taken, &mut tagging);
        if rejected_by.is_some() {
            return Findings { rejected_by, ..Findings::default() };
        }
        if self.removes_too_much(&findings.acting, places) {
            return Findings { over_removal: true, ..Findings::default() };
        }
        self.ask_model(settled, &mut taken, &mut findings);
        if findings.nothing.is_some() {
            return Findings { nothing: findings.nothing, ..Findings::default() };
        }
        findings.acting.extend(spans::find(self, &taken, &mut tagging));
        findings.acting.sort_by_key(|finding| (finding.span.start, finding.span.end));
        tagging.sort_unstable();
        tagging.dedup();
        findings.tagging = tagging;
        findings
    }

    /// What a line rule does to its line.
    fn line_finding(&self, one: Candidate) -> Finding {
        let rule = self.rule(one.rule);
        let decision = match rule.facts.action {
            Action::Extract => Decision::Extract(self.extracted(rule, one.line)),
            _ => Decision::Delete,
        };
        Finding { span: self.line(one.line).full(), rule: one.rule, decision }
    }

    /// What a line rule extracts: what its capture group has of the line, or of the line with plain spaces, else all of
    /// the line.
    fn extracted(&self, rule: &Rule, line: usize) -> Vec<String> {
        let capture = |line: &str| {
            let captured = rule.capturing.iter().find_map(|regex| regex.captures(line)?.name(&rule.capture));
            captured.map(|found| rule.split_value(found.as_str()))
        };
        let content = self.content(line);
        let captured = capture(content).or_else(|| self.spaced(line).and_then(capture));
        captured.unwrap_or_else(|| rule.split_value(content))
    }

    /// The document guard: rules below high confidence may take only so much of the body.
    fn removes_too_much(&self, findings: &[Finding], places: &Places) -> bool {
        let Some(body) = places.body() else { return false };
        let within = |line: &usize| body.contains(line);
        let total: usize =
            self.lines.iter().enumerate().filter(|(index, _)| within(index)).map(|(_, line)| line.chars()).sum();
        let span = self.line(*body.start()).full().start..self.line(*body.end()).full().end;
        let removed: usize = findings
            .iter()
            .filter(|finding| self.rule(finding.rule).confidence < Confidence::High)
            .filter_map(|finding| self.text.get(finding.span.start.max(span.start)..finding.span.end.min(span.end)))
            .map(|removed| removed.trim().chars().count())
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
        let share = removed as f64 / total.max(1) as f64;
        share > self.set.max_removed
    }
}
