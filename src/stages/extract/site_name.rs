//! The headline in a title such as `Headline | Site`, where the page says which is which.

use std::collections::BTreeSet;

use super::statements::collapsed;

/// Characters between headline and name of the site that stand between spaces.
const SPACED_SEPARATORS: [char; 14] =
    ['|', '-', '\u{2010}', '–', '—', '―', '·', '•', ':', '»', '«', '/', '~', '\u{2212}'];
/// Those that need no space.
const TIGHT_SEPARATORS: [char; 3] = ['|', '｜', '_'];

/// Longest title and heading in bytes that are looked at: a search engine shows 70 characters, and work
/// on a title grows with the square of its length.
pub(super) const MAX_BYTES: usize = 1000;

/// What a page says of the name of its site and of its headline. Texts are compared without regard to
/// case and white space.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    site_names: BTreeSet<String>,
    main_headings: BTreeSet<String>,
    other_headings: BTreeSet<String>,
}

impl Evidence {
    /// Adds a name that the page gives its site (`og:site_name`, `application-name`).
    pub(super) fn add_site_name(&mut self, name: &str) {
        add(&mut self.site_names, name);
    }

    /// Adds a heading; `tag` is `h1`, or one further down.
    pub(super) fn add_heading(&mut self, tag: &str, text: &str) {
        add(if tag == "h1" { &mut self.main_headings } else { &mut self.other_headings }, text);
    }

    /// The part of `title` that is not the name of the site; all of it without evidence.
    ///
    /// Cut off is a name of the site at its end or start, and what stands behind a main heading of the
    /// page (unless that heading is the name of the site, or what stands behind it is a heading too).
    pub(super) fn headline<'t>(&self, title: &'t str) -> &'t str {
        if title.len() > MAX_BYTES {
            return title;
        }
        let title = self.without_site_name(title);
        let is_followed_by_site = |(before, behind): &(&str, &str)| {
            holds(&self.main_headings, before)
                && !holds(&self.site_names, before)
                && ![&self.main_headings, &self.other_headings].iter().any(|headings| holds(headings, behind))
        };
        splits(title).find(is_followed_by_site).map_or(title, |(before, _)| before)
    }

    fn without_site_name<'t>(&self, title: &'t str) -> &'t str {
        let headline = splits(title).find_map(|(before, behind)| {
            match (holds(&self.site_names, before), holds(&self.site_names, behind)) {
                (false, true) => Some(before),
                (true, false) => Some(behind),
                _ => None,
            }
        });
        headline.unwrap_or(title)
    }
}

fn add(texts: &mut BTreeSet<String>, text: &str) {
    if text.len() <= MAX_BYTES {
        texts.extend(Some(key(text)).filter(|key| !key.is_empty()));
    }
}

fn holds(texts: &BTreeSet<String>, text: &str) -> bool {
    !texts.is_empty() && texts.contains(&key(text))
}

/// A text as it is compared.
fn key(text: &str) -> String {
    collapsed(text).to_lowercase()
}

/// The parts before and behind each separator, in order, neither of them empty.
fn splits(title: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_between = |c: char| c.is_whitespace() || SPACED_SEPARATORS.contains(&c) || TIGHT_SEPARATORS.contains(&c);
    title.char_indices().filter_map(move |(index, c)| {
        let (before, rest) = title.split_at_checked(index)?;
        let behind = rest.get(c.len_utf8()..)?;
        // `Site: headline` has its colon at the word.
        let begins = c == ':' || before.ends_with(char::is_whitespace);
        let is_spaced = SPACED_SEPARATORS.contains(&c) && begins && behind.starts_with(char::is_whitespace);
        if !is_spaced && !TIGHT_SEPARATORS.contains(&c) {
            return None;
        }
        let (before, behind) = (before.trim_end_matches(is_between), behind.trim_start_matches(is_between));
        (!before.is_empty() && !behind.is_empty()).then_some((before, behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headline<'t>(title: &'t str, names: &[&str], headings: &[(&str, &str)]) -> &'t str {
        let mut evidence = Evidence::default();
        for name in names {
            evidence.add_site_name(name);
        }
        for (tag, text) in headings {
            evidence.add_heading(tag, text);
        }
        evidence.headline(title)
    }

    #[test]
    fn named_site_goes_from_either_end() {
        for title in [
            "Tolls on the salt road rise | The Lantern",
            "Tolls on the salt road rise|The Lantern",
            "Tolls on the salt road rise - THE LANTERN",
            "Tolls on the salt road rise :: The Lantern",
            "The Lantern: Tolls on the salt road rise",
            "The Lantern » Tolls on the salt road rise",
        ] {
            assert_eq!(headline(title, &["The Lantern"], &[]), "Tolls on the salt road rise", "{title}");
        }
        let title = "Tolls on the salt road rise - North - The Lantern";
        assert_eq!(headline(title, &["The Lantern"], &[]), "Tolls on the salt road rise - North");
    }

    #[test]
    fn what_stands_behind_the_main_heading_goes() {
        let title = "Tolls rise: what carters say - North | Lantern";
        assert_eq!(headline(title, &[], &[("h1", "Tolls rise: What carters  say")]), "Tolls rise: what carters say");
        assert_eq!(headline(title, &["Lantern"], &[("h1", "Another story")]), "Tolls rise: what carters say - North");
    }

    #[test]
    fn title_without_evidence_stays() {
        for (title, names, headings) in [
            ("Tolls rise | The Lantern", &[][..], &[][..]),
            ("Tolls rise | The Lantern", &["The Lamp"], &[("h1", "Tolls rose")]),
            ("Salt-road tolls rise", &["tolls rise"], &[("h1", "Salt")]),
            ("Tolls rise in the Lantern", &["the Lantern"], &[]),
            ("The Lantern", &["The Lantern"], &[]),
            ("The Lantern | The Lantern", &["The Lantern"], &[]),
            // The logo is the main heading, and the headline one below it.
            ("The Lantern - Tolls rise", &[], &[("h1", "The Lantern"), ("h2", "Tolls rise")]),
            ("Tolls rise", &["The Lantern"], &[("h1", "Tolls rise")]),
        ] {
            assert_eq!(headline(title, names, headings), title);
        }
        // A page that names its site needs no heading to tell which part it is.
        assert_eq!(headline("The Lantern - Tolls rise", &["The Lantern"], &[("h1", "The Lantern")]), "Tolls rise");
    }
}
