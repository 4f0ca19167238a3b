//! A proposal as a rule in TOML.

use std::fmt::Write as _;

use super::propose::{Proposal, share};
use super::support::Support;
use crate::corpus::site::{Site, SiteKind};

/// Lines inside a block that are named: enough to be sure of it.
const MAX_INSIDE: usize = 12;
/// Room that a block may take beyond that of its lines, for numbers that differ: a quarter.
const SLACK: usize = 4;

/// The `[[rule]]` table of a proposal, with its id and an empty line in front.
pub(super) fn rule(proposal: &Proposal, site: &Site, id: &str) -> String {
    let mut toml = String::new();
    let first = proposal.lines.first();
    let last = proposal.lines.last();
    let (Some(first), Some(last)) = (first, last) else { return toml };
    let is_block = proposal.lines.len() > 1;
    let mut line = |text: &str| {
        toml.push_str(text);
        toml.push('\n');
    };
    line("\n[[rule]]");
    line(&format!("id         = {}", quoted(id)));
    line(&format!("family     = {}", quoted(&proposal.family)));
    line(&format!("scope      = {}", quoted(if is_block { "block" } else { "line" })));
    line("action     = \"drop\"");
    line("confidence = \"medium\"");
    line("status     = \"proposed\"");
    line(&format!("since      = {}", quoted(env!("CARGO_PKG_VERSION"))));
    line(&format!("why        = {}", quoted(&why(proposal, first, site))));
    if !site.name.is_empty() {
        line(&format!("sites      = {}", list(&[&site.name])));
    }
    if site.kind == SiteKind::Folder {
        line("when_site_unknown = \"apply\"     # the site is a folder: its documents have no address");
    }
    line("[rule.support]");
    support(&mut line, proposal, first, last);
    if is_block {
        block_match(&mut line, proposal, first, last);
    } else {
        line("[rule.match]");
        line(&format!("lines.any = {}", list(&[&first.text])));
        if let Some(position) = proposal.position {
            line("[rule.when]");
            line(&format!("position = {}", list(&[position])));
        }
    }
    line("[rule.tests]");
    if is_block {
        let texts: Vec<&str> = proposal.lines.iter().map(|line| line.text.as_str()).collect();
        line(&format!("drop_docs = {}", list(&[&texts.join("\n")])));
    } else {
        line(&format!("drop = {}", list(&[&first.text])));
    }
    line(&format!("keep = {}", list(&[&proposal.keep])));
    toml
}

fn why(proposal: &Proposal, first: &Support, site: &Site) -> String {
    let of_site = match site.kind {
        SiteKind::Host => "the site",
        SiteKind::Folder => "the folder",
        SiteKind::Corpus => "the corpus",
    };
    let place = [(first.head, "in the head of "), (first.tail, "in the tail of "), (first.body, "in the body of ")];
    let place = place.into_iter().find(|(pages, _)| *pages == first.pages).map_or("on ", |(_, place)| place);
    let pages = format!("{} of {} pages of {of_site}", first.pages, proposal.site_pages);
    match proposal.lines.len() {
        1 => format!("The same line stands {place}{pages}."),
        count => format!("The same {count} lines stand {place}{pages}."),
    }
}

/// `[rule.support]`. Pages and places are those of the first line; what stands behind is that of the last.
fn support(line: &mut impl FnMut(&str), proposal: &Proposal, first: &Support, last: &Support) {
    line(&format!("pages = {}", first.pages));
    line(&format!("site_pages = {}", proposal.site_pages));
    let places = [("head", first.head), ("body", first.body), ("tail", first.tail)];
    let places = places.into_iter().filter(|(_, pages)| *pages > 0);
    let places: Vec<String> =
        places.map(|(name, pages)| format!("{name} = {:.2}", share(pages, first.pages))).collect();
    line(&format!("position = {{ {} }}", places.join(", ")));
    line(&format!("distinct_before = {}", first.before.distinct()));
    line(&format!("distinct_after = {}", last.after.distinct()));
    if !first.first_seen.is_empty() {
        line(&format!("first_seen = {}", quoted(&first.first_seen)));
    }
    let docs: Vec<&str> = first.docs.iter().map(String::as_str).collect();
    line(&format!("docs = {}", list(&docs)));
}

fn block_match(line: &mut impl FnMut(&str), proposal: &Proposal, first: &Support, last: &Support) {
    line("[rule.match.start]");
    line(&format!("lines.any = {}", list(&[&first.text])));
    line("[rule.match.end]");
    line(&format!("lines.any = {}", list(&[&last.text])));
    let count = proposal.lines.len();
    let inside = proposal.lines.get(1..count - 1).unwrap_or_default();
    let inside: Vec<&str> = inside.iter().take(MAX_INSIDE).map(|line| line.text.as_str()).collect();
    if !inside.is_empty() {
        line("[rule.match.inside]");
        line(&format!("min = {}", inside.len().div_ceil(2)));
        line(&format!("has.any = {}", list(&inside)));
    }
    let chars: usize = proposal.lines.iter().map(|line| line.text.chars().count()).sum();
    line("[rule.when]");
    line(&format!("max_lines = {count}"));
    line(&format!("max_chars = {}", chars + chars.div_ceil(SLACK)));
}

/// A string as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            '\t' => write!(quoted, "\\t"),
            // What an editor would not show.
            c if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}') => {
                write!(quoted, "\\u{:04X}", u32::from(c))
            }
            c => write!(quoted, "{c}"),
        };
    }
    quoted.push('"');
    quoted
}

fn list(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_reads_back() {
        for text in ["plain", "a \"quoted\" \\ back", "tab\tline\nend", "\u{7f}\u{85}\u{200b}\u{feff}ж字", "'''\"\"\""]
        {
            let table: toml::Table = toml::from_str(&format!("x = {}", quoted(text))).expect("it is TOML");
            assert_eq!(table.get("x").and_then(toml::Value::as_str), Some(text));
        }
    }
}
