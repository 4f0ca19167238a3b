//! A rule made of examples, ready to be put into a pack.

use std::fmt::Write as _;

use super::engine::{Context, examine};
use super::families::{FAMILIES, families_hint};
use super::line_key::line_key_of;
use super::load::Packs;
use super::options::RuleOptions;
use super::phrases::PhraseIndex;
use super::self_test::TestReport;
use super::set::RuleSet;
use crate::digest::short_sha256;
use crate::edit::RuleTable;
use crate::error::Error;

/// Most letters of the last part of an id.
const MAX_NAME_LETTERS: usize = 40;
/// Share of the words of the line and a phrase that must be common for the line to be of the phrase's family: `Related work`
/// is no `Related`.
const SURE_FAMILY: f64 = 0.75;
/// What is said above the family of a new rule.
const FAMILY_COMMENT: &str =
    "# What the line is: other rules (those that take what stands below) and the line model go by it.\n";
/// Letters up to which a phrase needs a place, as E11 has it.
const SHORT_LETTERS: usize = 2;

/// What a rule is made of.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Lines that the rule takes.
    pub from: Vec<String>,
    /// Lines that come close and stay.
    pub keep: Vec<String>,
    /// Id of the pack.
    pub pack: String,
    /// Id of the rule; empty to make one of family and first line.
    pub id: String,
    /// Family; empty for that of a built-in rule for nearly the same line, else `unknown`.
    pub family: String,
    /// Host names that the rule is for, without `www.`; empty for all.
    pub sites: Vec<String>,
}

/// A rule as TOML, with what came of its tests.
#[derive(Debug)]
pub struct Drafted {
    /// Id of the rule.
    pub id: String,
    /// Its family.
    pub family: String,
    /// The `[[rule]]` table.
    pub toml: String,
    /// What came of testing the rule alone. Faults have the option that they come from for a place.
    pub report: TestReport,
    /// What goes wrong beside the built-in packs; empty if the rule alone fails.
    pub beside: Vec<Error>,
}

impl Draft {
    /// Writes the rule and runs its tests.
    ///
    /// # Errors
    /// [`Error::Definition`] for a family that there is not, an id outside the pack, or no line.
    pub fn write(&self) -> Result<Drafted, Error> {
        let fault = |key: &str, message: String, hint: &str| Err(Error::of_setting(key, message, hint));
        let Some(first) = self.from.first().filter(|line| !line.trim().is_empty()) else {
            return fault("--from", "there is no line to make a rule of".to_owned(), "give it in quotation marks");
        };
        if let Some(lines) = self.from.iter().find(|line| line.trim().contains(['\n', '\r'])) {
            let first = lines.trim().lines().next().unwrap_or_default();
            let hint = "give each line with a `--from` of its own; lines that go together are a rule of scope `block`";
            return fault(
                "--from",
                format!("a rule made of a line takes one line, and behind `{first}` comes another"),
                hint,
            );
        }
        let (builtin, _) = Packs::load(&Packs::builtin_names().map(str::to_owned).collect::<Vec<_>>());
        let family = if self.family.is_empty() { family_of(first, &builtin) } else { self.family.clone() };
        let family = family.as_str();
        if !FAMILIES.contains(&family) {
            return fault("--family", format!("there is no family `{family}`"), &families_hint(family));
        }
        let own = format!("{}.{}.{}", self.pack, family.replace('-', "_"), name_of(first));
        let id = if self.id.is_empty() { own } else { self.id.clone() };
        let is_part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if id.split('.').count() < 2 || !id.split('.').all(is_part) || id.split('.').next() != Some(&self.pack) {
            let hint = format!("write `{}.`, then small letters, digits and `_`, with dots between parts", self.pack);
            return fault("--id", format!("`{id}` is no id of a rule of the pack `{}`", self.pack), &hint);
        }
        let toml = self.toml(&id, family);
        let header = format!("format = 1\n[pack]\nid = {}\ntitle = \"\"\nlicence = \"\"\n", quoted(&self.pack));
        let files = vec![("pack.toml".to_owned(), header), ("draft.toml".to_owned(), format!("format = 1\n\n{toml}"))];
        let (packs, faults) = Packs::default().with_files(&files);
        let mut report = packs.test("");
        report.faults.splice(0..0, faults);
        report.faults = report.faults.into_iter().map(placed).collect();
        let family = family.to_owned();
        let is_own_pack = !Packs::builtin_names().any(|name| name == self.pack);
        let beside = if report.holds() && is_own_pack { self.test_beside(builtin, &files, &id) } else { Vec::new() };
        Ok(Drafted { id, family, toml, report, beside })
    }

    /// What goes wrong with the rule when the built-in packs are there, too.
    fn test_beside(&self, builtin: Packs, files: &[(String, String)], id: &str) -> Vec<Error> {
        let options = RuleOptions::default();
        let compiled = |packs: &Packs| RuleSet::build(packs, &options, &mut RuleTable::default());
        let without = compiled(&builtin);
        let (packs, _) = builtin.with_files(files);
        let (Ok(without), Ok(set)) = (without, compiled(&packs)) else { return Vec::new() };
        let mut warnings = Vec::new();
        let site = self.sites.first().map(String::as_str).unwrap_or_default();
        for line in &self.from {
            let context = Context { site, ..Context::default() };
            let taken = examine(&without, line, context).first_rule().and_then(|index| without.rules.get(index));
            let goes = examine(&set, line, context).first_rule().is_some();
            match (taken, packs.protector(line, &options).filter(|_| !goes)) {
                (Some(rule), _) => warnings.push(Error::of_setting(
                    "--from",
                    format!("`{}` is taken by the built-in rule `{}` already", line.trim(), rule.name),
                    "beside the built-in packs no other rule is needed",
                )),
                (None, Some(by)) => warnings.push(Error::of_setting(
                    "--from",
                    format!("`{}` stays where the built-in packs are used: `{by}` protects it", line.trim()),
                    "make it a rule for a site with `--site HOST`, which comes before the protect list, or ignore that rule",
                )),
                (None, None) => {}
            }
        }
        let mut report = TestReport::default();
        packs.test_lines(&set, &mut report);
        let speaks_of_it = |name: &str, message: &str| name == id || message.contains(&format!("`{id}`"));
        let failures = report.failures.into_iter().filter(|failure| speaks_of_it(&failure.name, &failure.message));
        warnings.extend(failures.map(|failure| {
            let message = format!("{} ({}): {}", failure.name, failure.kind, failure.message);
            let hint =
                "`rules test` with the built-in packs fails of it: choose another line, or `ignore` the built-in rule";
            Error::of_setting(
                if failure.name == id && failure.kind != "gold" { "--keep" } else { "--from" },
                message,
                hint,
            )
        }));
        warnings
    }

    fn toml(&self, id: &str, family: &str) -> String {
        let mut toml = String::from("[[rule]]\n");
        let fields = [
            ("id", id),
            ("family", family),
            ("scope", "line"),
            ("action", "drop"),
            ("confidence", "medium"),
            ("status", "stable"),
            ("since", env!("CARGO_PKG_VERSION")),
        ];
        for (key, value) in fields {
            if key == "family" {
                toml.push_str(FAMILY_COMMENT);
            }
            let _ = writeln!(toml, "{key:<10} = {}", quoted(value));
        }
        if !self.sites.is_empty() {
            let _ = writeln!(toml, "{:<10} = {}", "sites", list(&self.sites.iter().collect::<Vec<_>>()));
        }
        let why = format!(
            "Line of a page that is not part of its text: {}",
            self.from.first().map_or("", |line| line.trim())
        );
        let _ = writeln!(toml, "{:<10} = {}", "why", quoted(&why));
        toml.push_str("[rule.match]\n");
        let (phrases, others): (Vec<&String>, Vec<&String>) =
            self.from.iter().partition(|line| !line_key_of(line).is_empty() && !line.contains(['{', '}']));
        if !phrases.is_empty() {
            let _ = writeln!(toml, "lines.any = {}", list(&phrases));
        }
        if !others.is_empty() {
            // Symbols have no key, and braces would be placeholders.
            let patterns: Vec<String> = others.iter().map(|line| regex::escape(line.trim())).collect();
            let _ = writeln!(toml, "regex = {}", list(&patterns.iter().collect::<Vec<_>>()));
        }
        let letters = |line: &String| line_key_of(line).chars().filter(|c| c.is_alphanumeric()).count();
        let needs_place = phrases.iter().any(|line| letters(line) <= SHORT_LETTERS);
        if needs_place || !others.is_empty() {
            toml.push_str("[rule.when]\n");
        }
        if needs_place {
            toml.push_str("position = [\"head\", \"tail\"]\n");
        }
        if let Some(most) = others.iter().map(|line| line.trim().chars().count()).max() {
            let most = self.from.iter().map(|line| line.trim().chars().count()).max().unwrap_or(most).max(most);
            let _ = writeln!(toml, "max_chars = {most}");
        }
        toml.push_str("[rule.tests]\n");
        let _ = writeln!(toml, "drop = {}", list(&self.from.iter().collect::<Vec<_>>()));
        let _ = writeln!(toml, "keep = {}", list(&self.keep.iter().collect::<Vec<_>>()));
        toml
    }
}

/// The family of the built-in rule whose phrase is nearly the line; `unknown` if none is.
fn family_of(line: &str, builtin: &Packs) -> String {
    let near = PhraseIndex::new(builtin).nearest(&line_key_of(line)).filter(|near| near.nearness >= SURE_FAMILY);
    near.map_or_else(|| "unknown".to_owned(), |near| near.family)
}

/// A fault of the rule that was made, with the option that it comes from.
fn placed(fault: Error) -> Error {
    let Error::Definition { message, hint, .. } = fault else { return fault };
    let (option, hint) = match message.get(..3) {
        Some("E02" | "E03") => ("--keep", "give a line of real text that has words of the line in `--from`".to_owned()),
        Some("E18") => ("--site", hint),
        _ => ("--from", hint),
    };
    Error::of_setting(option, message, hint)
}

/// The last part of an id, from the words of a line; from its digest if it has none in ASCII.
fn name_of(line: &str) -> String {
    let key = line_key_of(line);
    let words: Vec<&str> = key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("_").chars().take(MAX_NAME_LETTERS).collect();
    let name = name.trim_matches('_');
    if name.chars().any(|c| c.is_ascii_alphabetic()) {
        name.to_owned()
    } else {
        format!("line_{}", short_sha256(line.as_bytes()))
    }
}

fn list(values: &[&String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value.trim())).collect();
    format!("[{}]", values.join(", "))
}

/// A text as a TOML string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(from: &str, keep: &str) -> Drafted {
        let draft = Draft {
            from: vec![from.to_owned()],
            keep: vec![keep.to_owned()],
            pack: "local".to_owned(),
            ..Draft::default()
        };
        draft.write().expect("valid")
    }

    #[test]
    fn drafts_pass_their_own_tests() {
        for (from, keep) in [
            ("The bell rings", "The bell rings at noon, he said."),
            ("\"Quoted\" \\ back", "He quoted the back of it."),
            ("* * *", "* * of 3 * stars"),
            ("{{ title }}", "The title {{ x }} stays."),
            ("OK", "OK, said the harbor master."),
            ("Поделиться ссылкой", "Он решил поделиться ссылкой с другом."),
            ("3 Kommentare lesen", "Die 3 Kommentare lesen sich gut."),
        ] {
            let drafted = draft(from, keep);
            let report = &drafted.report;
            assert!(report.holds(), "{}\n{:?} {:?}", drafted.toml, report.failures, report.faults);
        }
    }

    #[test]
    fn ids_are_made_of_family_and_line() {
        assert_eq!(draft("Share this!", "Share this with all, he said.").id, "local.share.share_this");
        assert!(draft("Поделиться ссылкой", "Он решил поделиться ссылкой.").id.contains(".line_"));
    }

    #[test]
    fn draft_whose_near_miss_is_far_does_not_hold() {
        assert!(!draft("The bell rings", "Ferry").report.holds());
    }
}
