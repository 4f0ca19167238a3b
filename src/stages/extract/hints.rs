//! What classes, ids and roles say of an element: pages name their parts for their style sheets.
//!
//! The words are those that readability, boilerpipe and trafilatura look for, and others that many sites share; how
//! much each kind counts, the block model has learned.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use regex::RegexSet;
use scraper::node::Element;

/// Kinds of names, each with the pattern that tells it. Names are in small letters.
const KINDS: [(&str, &str); KIND_COUNT] = [
    ("article", "article|story|entry|\\bpost\\b|post-?(?:body|content|text)|hentry|artikel|beitrag"),
    ("body", "body|content|text|inhalt|copy|paragraph|prose|rich-?text|wysiwyg|markdown|description"),
    ("main", "main|primary|haupt"),
    ("comment", "comment|disqus|kommentar|\\breply|replies|respond|feedback|guestbook|livefyre"),
    ("forum", "forum|thread|message|topic|answer|question|postbit|postrow"),
    ("share", "shar(?:e|ing)|social|follow|facebook|twitter|whatsapp|addthis|sharedaddy|bookmark"),
    ("nav", "nav|menu|breadcrumb|crumbs?\\b|skip|toolbar|tabs?\\b|\\bmega"),
    ("foot", "foot|copyright|legal|imprint|impressum|colophon"),
    ("head", "header|masthead|banner|topbar|branding|logo"),
    ("side", "side|aside|widget|\\brail|secondary|column-?right|right-?col"),
    (
        "related",
        "relat|recommend|more-|-more|read-?(?:more|next)|popular|trending|most-?(?:read|viewed)|also|latest|recirc|similar|weiter|mehr|outbrain|taboola|next|prev",
    ),
    ("ad", "\\bads?\\b|advert|\\bad-|-ad\\b|sponsor|promo|\\bdfp|anzeige|werbung|banner|commercial|affiliate|partner"),
    ("notice", "cookie|consent|gdpr|modal|popup|overlay|dialog|notice|alert|paywall|\\bgate|lightbox|toast"),
    ("meta", "meta|byline|author|date|time|published|\\bbio\\b|credit|info|autor|datum|source"),
    ("caption", "caption|figure|image|photo|picture|gallery|slide|carousel|thumb|media|bild"),
    ("video", "video|player|audio|podcast|embed"),
    ("account", "newsletter|subscri|sign-?(?:up|in)|log-?in|register|member|account|\\babo\\b|optin|form|donat"),
    ("tags", "tag|categor|keyword|label|topics|rubrik|filed"),
    ("title", "title|headline|heading|\\bh1\\b|kicker|subhead|titel"),
    ("lead", "lead|intro|summary|teaser|excerpt|abstract|dek|standfirst|subtitle|deck|vorspann"),
    ("list", "list|grid|items?\\b|card|tile|row|collection|archive|feed|stream|results"),
    ("product", "product|price|cart|shop|buy|review|rating|stars?\\b|spec|feature"),
    ("tool", "print|tool|button|btn|icon|search|pagination|pager|paging|rss|font-?size|action|link"),
    ("hidden", "hidden|sr-only|screen-?reader|visually|invisible|collapsed|noprint|offscreen"),
    ("table", "toc|table-?of|contents\\b|index|infobox|navbox|reference|footnote|citation"),
];
/// Number of kinds.
pub(super) const KIND_COUNT: usize = 25;

/// Names of the kinds, in the order of their bits.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

/// A set of kinds, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hints(pub(super) u32);

impl Hints {
    /// Whether a kind, by number, is in the set.
    pub(super) fn has(self, kind: usize) -> bool {
        self.0 >> kind & 1 == 1
    }

    /// Whether a kind, by name, is in the set.
    pub(super) fn has_kind(self, name: &str) -> bool {
        KINDS.iter().position(|(kind, _)| *kind == name).is_some_and(|kind| self.has(kind))
    }

    /// Both sets together.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The attributes of an element that name what it is; empty if it has none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names<'a> {
    pub(super) class: &'a str,
    pub(super) role: &'a str,
    id: &'a str,
    itemprop: &'a str,
    component: &'a str,
    test_id: &'a str,
}

impl<'a> Names<'a> {
    /// Reads all attributes once: looking one up costs more.
    pub(super) fn of(element: &'a Element) -> Self {
        let mut names = Self::default();
        for (attribute, value) in element.attrs() {
            match attribute {
                "class" => names.class = value,
                "id" => names.id = value,
                "role" => names.role = value,
                "itemprop" => names.itemprop = value,
                "data-component" => names.component = value,
                "data-testid" => names.test_id = value,
                _ => {}
            }
        }
        names
    }
}

/// Reads names, each spelling once.
#[derive(Default)]
pub(super) struct HintReader {
    known: HashMap<String, Hints, FixedState>,
    spelled: String,
}

impl HintReader {
    /// What the names of an element say.
    pub(super) fn read(&mut self, names: &Names<'_>) -> Hints {
        self.spelled.clear();
        let Names { class, role, id, itemprop, component, test_id } = *names;
        for name in [class, id, role, itemprop, component, test_id].into_iter().filter(|name| !name.is_empty()) {
            self.spelled.push_str(name);
            self.spelled.push(' ');
        }
        if self.spelled.is_empty() {
            return Hints::default();
        }
        if let Some(known) = self.known.get(&self.spelled) {
            return *known;
        }
        let hints = hints_of(&self.spelled);
        self.known.insert(self.spelled.clone(), hints);
        hints
    }
}

/// Longest names in bytes that are looked at: generated classes go on for kilobytes.
const MAX_BYTES: usize = 400;

fn hints_of(names: &str) -> Hints {
    static PATTERNS: LazyLock<RegexSet> = LazyLock::new(|| {
        RegexSet::new(KINDS.iter().map(|(_, pattern)| format!("(?-u){pattern}"))).expect("the patterns are valid")
    });
    let mut small = String::with_capacity(names.len());
    let mut after_small = false;
    for c in names.chars().take(MAX_BYTES) {
        // `articleBody` is two words.
        if c.is_ascii_uppercase() && after_small {
            small.push('-');
        }
        after_small = c.is_ascii_lowercase();
        small.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    Hints(PATTERNS.matches(&small).iter().fold(0, |bits, kind| bits | 1 << kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        let hints = hints_of(text);
        kinds().enumerate().filter(|(kind, _)| hints.has(*kind)).map(|(_, name)| name).collect()
    }

    #[test]
    fn names_tell_kinds() {
        assert_eq!(names("articleBody"), ["article", "body"]);
        assert_eq!(names("site-nav Menu_main"), ["main", "nav"]);
        assert_eq!(names("comment-list"), ["comment", "list"]);
        assert_eq!(names("ad"), ["ad"]);
        assert_eq!(names("shadow gradient"), [""; 0]);
    }

    #[test]
    fn there_is_a_bit_for_each_kind() {
        assert_eq!(kinds().count(), KIND_COUNT);
        const { assert!(KIND_COUNT <= 32) };
    }
}
