//! Running the tests that rules carry: a rule is wrong until its own examples hold.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::diff_notation;
use super::engine::{Context, Decision, Findings, examine, protects_some_line};
use super::format::{OneOrMany, Status};
use super::load::{LoadedRule, Packs};
use super::options::RuleOptions;
use super::set::RuleSet;
use super::{conflicts, lints};
use crate::edit::RuleTable;
use crate::error::{Error, Place};

/// A test that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFailure {
    /// The rule, or the name of the whole-document case.
    pub name: String,
    /// File that the test stands in, with line and column where they are known.
    pub place: Place,
    /// Kind of test: `drop`, `keep`, `extract`, `case`, `gold` ...
    pub kind: &'static str,
    /// What was tried, and what came of it.
    pub message: String,
}

/// Something that was tested: a rule by its own tests, a rule's keep lines against all rules, a file of gold
/// lines, a whole-document case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// `rule`, `cross-rule keep`, `gold` or `case`.
    pub group: &'static str,
    /// Id of the rule, name of the case, or file of the gold lines.
    pub name: String,
    /// File that it stands in.
    pub file: String,
    /// Checks made.
    pub checks: usize,
    /// Its failures, as indices of [`TestReport::failures`].
    pub failures: std::ops::Range<usize>,
}

/// What came of a test run.
#[derive(Debug, Default)]
pub struct TestReport {
    /// What was tested, in order.
    pub tested: Vec<Tested>,
    /// Rules that were tested.
    pub rules: usize,
    /// Whole-document cases that were tested.
    pub cases: usize,
    /// Checks made, the failed ones included.
    pub checks: usize,
    /// Checks that did not hold.
    pub failures: Vec<TestFailure>,
    /// Faults of rule files, with their places.
    pub faults: Vec<Error>,
    /// Known limits (`todo_*`) that still do not hold.
    pub todo: usize,
}

impl TestReport {
    /// Whether everything held.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures.is_empty() && self.faults.is_empty()
    }

    /// Runs the tests of one thing.
    fn test(&mut self, group: &'static str, name: &str, file: &str, run: impl FnOnce(&mut Self)) {
        let (checks, failures) = (self.checks, self.failures.len());
        run(self);
        let (checks, failures) = (self.checks - checks, failures..self.failures.len());
        self.tested.push(Tested { group, name: name.to_owned(), file: file.to_owned(), checks, failures });
    }
}

impl Packs {
    /// Runs the tests of all rules whose id starts with `prefix`, and, if `prefix` is empty, the
    /// whole-document cases, the keep examples of every rule against all rules, and the gold lines.
    #[must_use]
    pub fn test(&self, prefix: &str) -> TestReport {
        let mut report = TestReport::default();
        let chosen = || self.rules().filter(|rule| rule.definition.id.get_ref().starts_with(prefix));
        report.faults.extend(chosen().flat_map(lints::lint));
        for rule in chosen().filter(|rule| rule.definition.status != Status::Rejected) {
            report.rules += 1;
            match RuleSet::of_one(rule) {
                Ok(set) => {
                    report
                        .test("rule", rule.definition.id.get_ref(), &rule.file, |report| test_rule(rule, &set, report));
                }
                Err(error) => report.faults.push(error),
            }
        }
        if prefix.is_empty() {
            report.faults.extend(conflicts::lint_together(self));
            self.test_together(&mut report);
        }
        drop_doubles(&mut report.faults);
        report
    }

    /// Faults of all rules that a reader can find without running them: lints, and patterns that do
    /// not compile.
    #[must_use]
    pub fn check(&self) -> Vec<Error> {
        let mut faults: Vec<Error> = self.rules().flat_map(lints::lint).collect();
        faults.extend(conflicts::lint_together(self));
        faults.extend(self.rules().filter_map(|rule| RuleSet::of_one(rule).err()));
        drop_doubles(&mut faults);
        faults
    }

    /// Tests that need all rules at once.
    fn test_together(&self, report: &mut TestReport) {
        match RuleSet::build(self, &RuleOptions::default(), &mut RuleTable::default()) {
            Ok(set) => self.test_lines(&set, report),
            Err(error) => return report.faults.push(error),
        }
        self.test_cases(report);
    }

    /// Lines that a set of all rules must leave alone: the keep examples, but for what a rule does with its own, and the
    /// gold lines.
    pub(super) fn test_lines(&self, set: &RuleSet, report: &mut TestReport) {
        for rule in self.rules() {
            report.test("cross-rule keep", rule.definition.id.get_ref(), &rule.file, |report| {
                for line in &rule.definition.tests.keep {
                    // That its own rule matches it was said of the rule alone.
                    let hit = hits_on_line(set, line).filter(|by| by != rule.definition.id.get_ref());
                    let message = hit.map(|by| format!("`{line}` is hit by `{by}`"));
                    check(report, rule, "cross-rule keep", line, message);
                }
            });
        }
        for lines in self.gold().chunk_by(|(file, _), (next, _)| file == next) {
            let file = lines.first().map_or("", |(file, _)| file);
            report.test("gold", file, file, |report| {
                for (_, line) in lines {
                    report.checks += 1;
                    if let Some(by) = hits_on_line(set, line)
                        && !self.known_false_positives(&by).contains(line)
                    {
                        let message = format!("known good line `{line}` is hit");
                        let place = Place { file: file.to_owned(), ..Place::default() };
                        report.failures.push(TestFailure { name: by, place, kind: "gold", message });
                    }
                }
            });
        }
    }

    /// The whole-document cases.
    fn test_cases(&self, report: &mut TestReport) {
        // Compiling a set takes most of the time: cases of the same packs share one.
        let mut sets: BTreeMap<&[String], RuleSet> = BTreeMap::new();
        for loaded in self.cases() {
            report.cases += 1;
            let set = match sets.entry(&loaded.case.packs) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    let selected = RuleOptions { select: loaded.case.packs.clone(), ..RuleOptions::default() };
                    match RuleSet::build(self, &selected, &mut RuleTable::default()) {
                        Ok(set) => entry.insert(set),
                        Err(error) => return report.faults.push(error),
                    }
                }
            };
            let (name, place) = (loaded.case.name.get_ref(), &loaded.place);
            report.test("case", name, &place.file, |report| {
                report.checks += 1;
                if let Some(message) = diff_failure(set, &loaded.case.doc, &loaded.case.meta, Context::default()) {
                    let (name, place) = (name.clone(), place.clone());
                    report.failures.push(TestFailure { name, place, kind: "case", message });
                }
            });
        }
    }
}

/// A rule that cannot be compiled is met alone and again with all others: one message is enough.
fn drop_doubles(faults: &mut Vec<Error>) {
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.to_string()));
}

/// The rule that takes a line standing alone, if any does.
fn hits_on_line(set: &RuleSet, line: &str) -> Option<String> {
    let findings = examine(set, line, Context::default());
    findings.first_rule().and_then(|index| set.rules.get(index)).map(|rule| rule.name.clone())
}

/// Counts one check of a rule by an example; `failure` says why it does not hold.
fn check(report: &mut TestReport, rule: &LoadedRule, kind: &'static str, example: &str, failure: Option<String>) {
    report.checks += 1;
    if let Some(message) = failure {
        let name = rule.definition.id.get_ref().clone();
        report.failures.push(TestFailure { name, place: rule.place_of_example(example), kind, message });
    }
}

fn test_rule(rule: &LoadedRule, set: &RuleSet, report: &mut TestReport) {
    let tests = &rule.definition.tests;
    let site = rule.definition.sites.first().map(String::as_str).unwrap_or_default();
    let in_place = Context { site, ..Context::default() };
    let alone = Context { line_alone: true, ..in_place };
    let acts = |text: &str, context: Context<'_>| {
        let findings = examine(set, text, context);
        protects_some_line(set, text) || findings.first_rule().is_some()
    };
    for line in &tests.drop {
        check(report, rule, "drop", line, (!acts(line, alone)).then(|| format!("`{line}` is not matched")));
    }
    for line in &tests.keep {
        check(report, rule, "keep", line, acts(line, in_place).then(|| format!("`{line}` is matched")));
    }
    for doc in &tests.drop_docs {
        check(report, rule, "drop_docs", doc, (!acts(doc, in_place)).then(|| format!("nothing is matched in `{doc}`")));
    }
    for doc in &tests.keep_docs {
        check(report, rule, "keep_docs", doc, acts(doc, in_place).then(|| format!("something is matched in `{doc}`")));
    }
    for (lines, wanted, kind) in [(&tests.todo_drop, true, "todo_drop"), (&tests.todo_keep, false, "todo_keep")] {
        for line in lines {
            let context = if wanted { alone } else { in_place };
            let holds = acts(line, context) == wanted;
            report.todo += usize::from(!holds);
            let message = format!("`{line}` now holds: move it to `{}`", kind.trim_start_matches("todo_"));
            check(report, rule, kind, line, holds.then_some(message));
        }
    }
    for test in &tests.rewrite {
        let found = cleaned(&test.input, &examine(set, &test.input, alone));
        let failure = (found != test.out).then(|| format!("`{}` became `{found}`, not `{}`", test.input, test.out));
        check(report, rule, "rewrite", &test.input, failure);
    }
    for test in &tests.extract {
        let found = extracted(set, &examine(set, &test.input, alone));
        check(
            report,
            rule,
            "extract",
            &test.input,
            metadata_failure(&test.out, &found).map(|why| format!("`{}`: {why}", test.input)),
        );
    }
    for test in &tests.diff {
        let failure = diff_failure(set, &test.doc, &test.meta, in_place);
        check(report, rule, "diff", &test.name, failure.map(|why| format!("{}: {why}", test.name)));
    }
}

/// The text that is left.
fn cleaned(text: &str, findings: &Findings) -> String {
    if findings.rejected_by.is_some() {
        return String::new();
    }
    let mut result = String::new();
    let mut at = 0;
    for finding in &findings.acting {
        result.push_str(text.get(at..finding.span.start).unwrap_or_default());
        if let Decision::Replace(with) = &finding.decision {
            result.push_str(with);
        }
        at = finding.span.end;
    }
    result + text.get(at..).unwrap_or_default()
}

/// What became metadata, by field.
fn extracted(set: &RuleSet, findings: &Findings) -> BTreeMap<String, Vec<String>> {
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in &findings.acting {
        if let (Decision::Extract(values), Some(rule)) = (&finding.decision, set.rules.get(finding.rule)) {
            fields.entry(rule.capture.clone()).or_default().extend(values.iter().cloned());
        }
    }
    fields
}

fn metadata_failure(expected: &BTreeMap<String, OneOrMany>, found: &BTreeMap<String, Vec<String>>) -> Option<String> {
    expected.iter().find_map(|(field, values)| {
        let found = found.get(field).map(Vec::as_slice).unwrap_or_default();
        (values.values() != found).then(|| format!("{field} is {found:?}, not {:?}", values.values()))
    })
}

/// Why a document in diff notation does not come out as it says.
fn diff_failure(set: &RuleSet, doc: &str, meta: &BTreeMap<String, OneOrMany>, context: Context<'_>) -> Option<String> {
    let expected = match diff_notation::parse(doc) {
        Ok(expected) => expected,
        Err(line) => return Some(format!("line `{line}` starts with none of `  `, `- `, `+ `, `> `")),
    };
    let findings = examine(set, &expected.before, context);
    let difference = diff_notation::difference(&expected.after, &cleaned(&expected.before, &findings));
    if !difference.is_empty() {
        return Some(format!("is not left as it should be:\n{}", difference.join("\n")));
    }
    metadata_failure(meta, &extracted(set, &findings))
}
