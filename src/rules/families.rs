//! Families of boilerplate that rules belong to.

use super::nearest::did_you_mean;

/// Families of boilerplate; the list is closed so that `near` and `family:` cannot miss by spelling.
pub(super) const FAMILIES: [&str; 46] = [
    "ad",
    "share",
    "follow",
    "counter",
    "comment",
    "related",
    "newsletter",
    "donate",
    "cookie",
    "paywall",
    "login",
    "copyright",
    "credit",
    "caption",
    "byline",
    "dateline",
    "readtime",
    "utility",
    "breadcrumb",
    "nav",
    "a11y",
    "search",
    "app",
    "also-at",
    "alt-duplicate",
    "js",
    "error",
    "tags",
    "trail",
    "gallery",
    "player",
    "form",
    "template",
    "mojibake",
    "mt",
    "list",
    "pagination",
    "language",
    "syndication",
    "disclaimer",
    "tip",
    "poll",
    "ticker",
    "code",
    "protect",
    "unknown",
];

/// The families that there are, the one that `word` may mean first.
pub(super) fn families_hint(word: &str) -> String {
    did_you_mean(word, FAMILIES, &format!("families are: {}", FAMILIES.join(", ")))
}
