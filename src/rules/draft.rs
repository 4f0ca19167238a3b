//! A rule made of examples, ready to be put into a pack.

use std::fmt::Write as _;

use super::families::{FAMILIES, families_hint};
use super::line_key::line_key_of;
use super::load::Packs;
use super::self_test::TestReport;
use crate::digest::short_sha256;
use crate::error::Error;

/// Most letters of the last part of an id.
const MAX_NAME_LETTERS: usize = 40;
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
    /// Family; empty for that of the nearest rule of the built-in packs.
    pub family: String,
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
    /// What came of testing the rule alone.
    pub report: TestReport,
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
        let (builtin, _) = Packs::load(&Packs::builtin_names().map(str::to_owned).collect::<Vec<_>>());
        let family =
            if self.family.is_empty() { builtin.nearest_family(first).unwrap_or("unknown") } else { &self.family };
        if !FAMILIES.contains(&family) {
            return fault("--family", format!("there is no family `{family}`"), &families_hint());
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
        let (packs, faults) = Packs::of_files(&files);
        let mut report = packs.test("");
        report.faults.splice(0..0, faults);
        Ok(Drafted { id, family: family.to_owned(), toml, report })
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
            let _ = writeln!(toml, "{key:<10} = {}", quoted(value));
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
