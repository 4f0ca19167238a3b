//! What differs between two rule sets, as Markdown that fits into a pull request.

use std::fmt::Write as _;

use super::budget::BudgetLine;
use super::report::{DiffReport, DiffSide, RuleDiff};
use crate::wording::numbered;

/// Languages named of one rule.
const MAX_LANGUAGES: usize = 4;

/// The report as Markdown, with the lines of a budget.
#[must_use]
pub fn markdown(report: &DiffReport, budget: &[BudgetLine]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report, budget);
    text
}

fn write(text: &mut String, report: &DiffReport, budget: &[BudgetLine]) -> std::fmt::Result {
    writeln!(text, "# Rules: `{}` against `{}`\n", report.new.name, report.old.name)?;
    writeln!(
        text,
        "{}, {}, {}. Old: {}. New: {}.",
        numbered(report.documents, "document"),
        numbered(report.lines, "line"),
        numbered(report.characters, "character"),
        side(&report.old),
        side(&report.new)
    )?;
    writeln!(text, "\nRules alone are compared: the line model has no part in it.")?;
    for line in budget {
        writeln!(text, "\n- {} {}", if line.holds { "ok" } else { "**exceeded**" }, line.in_words())?;
    }
    let total = &report.total;
    if report.rules.is_empty() {
        return writeln!(text, "\nNo line comes out otherwise.");
    }
    writeln!(
        text,
        "\n| rule | lines dropped | kept | changed | characters dropped | kept | keys | documents | sites | languages |"
    )?;
    writeln!(text, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|")?;
    writeln!(
        text,
        "| **all** | {} | {} | {} | {} | {} | | {} | | |",
        total.lines_dropped,
        total.lines_kept,
        total.lines_changed,
        total.characters_dropped,
        total.characters_kept,
        total.documents
    )?;
    for rule in &report.rules {
        let counts = &rule.counts;
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            rule.rule,
            counts.lines_dropped,
            counts.lines_kept,
            counts.lines_changed,
            counts.characters_dropped,
            counts.characters_kept,
            rule.keys,
            counts.documents,
            rule.sites,
            languages(rule)
        )?;
    }
    writeln!(
        text,
        "\nOf the lines newly dropped, {} end like a sentence, {} stand in the body, {} are long, {} are known good lines.",
        total.sentence_drops, total.body_drops, total.long_drops, total.gold_drops
    )?;
    report.rules.iter().try_for_each(|rule| examples(text, rule))
}

fn side(side: &DiffSide) -> String {
    let digest: String = side.sha256.chars().take(8).collect();
    let held = match side.over_removal {
        0 => String::new(),
        count => format!(", held back in {} (over-removal)", numbered(count, "document")),
    };
    format!("{} ({digest}){held}", numbered(side.rules as u64, "rule"))
}

fn languages(rule: &RuleDiff) -> String {
    let mut languages: Vec<(&String, &u64)> = rule.languages.iter().collect();
    languages.sort_by(|one, other| other.1.cmp(one.1).then_with(|| one.0.cmp(other.0)));
    let shown: Vec<String> =
        languages.iter().take(MAX_LANGUAGES).map(|(language, count)| format!("{language} {count}")).collect();
    shown.join(", ")
}

fn examples(text: &mut String, rule: &RuleDiff) -> std::fmt::Result {
    writeln!(text, "\n## `{}`", rule.rule)?;
    for example in &rule.examples {
        let reasons =
            if example.reasons.is_empty() { String::new() } else { format!(" ({})", example.reasons.join(", ")) };
        writeln!(text, "\n{}{reasons}\n", example.document)?;
        // A fence longer than any in the text, so that the text cannot end it.
        let longest = example.lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        writeln!(text, "{fence}diff")?;
        example.lines.iter().try_for_each(|line| writeln!(text, "{line}"))?;
        writeln!(text, "{fence}")?;
    }
    Ok(())
}
