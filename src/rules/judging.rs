//! Asking the line model about a text that rules were held against.

use super::blocks;
use super::engine::{Context, Examination, Findings, Judged};
use super::model::{self, Evidence, Features, Judgment, LineModel, Lined};
use super::set::RuleSet;
use super::settling::Settled;
use crate::lines::Line;

/// The lines of a text in numbers, as the line model sees them: for training it.
pub(crate) fn describe(set: &RuleSet, text: &str, context: Context<'_>) -> Vec<(Line, Features)> {
    let mut examination = Examination::of(set, text, context);
    let settled = examination.settle();
    let features = model::describe(text, &examination.scan, &examination.lines, &examination.evidence(&settled));
    examination.lines.into_iter().zip(features).collect()
}

impl<'a> Examination<'a> {
    /// What is known of each line, whatever the profile; nothing is taken yet.
    fn evidence(&self, settled: &Settled<'a>) -> Vec<Evidence> {
        let mut evidence = vec![Evidence::default(); self.lines.len()];
        let mut add = |line: usize, index: usize| {
            let rule = self.rule(index);
            let strength = 1 + rule.confidence as u8;
            if let Some(one) = evidence.get_mut(line)
                && rule.may_act
                && rule.facts.removes()
                && strength > one.strength
            {
                *one = Evidence { strength, rule: u32::try_from(index).ok(), kind: rule.kind, ..*one };
            }
        };
        let is_in_place =
            |block: &&blocks::Block| settled.places.admit(self.rule(block.rule).facts.positions, block.lines.clone());
        for block in settled.blocks.iter().filter(is_in_place) {
            block.lines.clone().for_each(|line| add(line, block.rule));
        }
        self.candidates.iter().for_each(|one| add(one.line, one.rule));
        if !settled.protection.is_empty() {
            evidence.iter_mut().enumerate().for_each(|(line, one)| one.is_protected = settled.protection.covers(line));
        }
        if let Some(title) = settled.title(self) {
            // The title of a page has plain spaces.
            let is_title = |line: &usize| self.content(*line).split_whitespace().eq(title.text.split_whitespace());
            let line = title.line.or_else(|| (0..self.lines.len()).find(is_title));
            if let Some(one) = line.and_then(|line| evidence.get_mut(line)) {
                one.is_title = true;
            }
        }
        evidence
    }

    /// Adds what the line model takes, unless that is too much.
    pub(super) fn ask_model(&self, settled: &Settled<'a>, taken: &mut [bool], findings: &mut Findings) {
        let is_asked = !self.context.line_alone && !self.context.is_main_text;
        let may_act = |model: &&LineModel| is_asked && model.may_act(self.context.exceptions);
        let Some(model) = self.set.model.as_ref().filter(may_act) else { return };
        let mut evidence = self.evidence(settled);
        evidence.iter_mut().zip(&*taken).for_each(|(one, taken)| one.is_taken = *taken);
        let family = |rule: u32| self.rule(rule as usize).family.as_str();
        let lined = Lined { text: self.text, scan: &self.scan, lines: &self.lines };
        let verdicts = model.judge(&lined, &evidence, family, self.set.max_removed, self.context.exceptions);
        findings.over_removal |= verdicts.is_too_much;
        findings.nothing = verdicts.nothing;
        verdicts.lines.iter().for_each(|one| taken[one.line] = true);
        let judged = |judgment: Judgment| Judged { span: self.line(judgment.line).full(), judgment };
        findings.judged = verdicts.lines.into_iter().map(judged).collect();
    }
}
