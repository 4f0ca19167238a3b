//! What kind of page a page says it is, and its address: articles, products, threads, lists.

use std::sync::LazyLock;

use ego_tree::NodeRef;
use regex::RegexSet;
use scraper::Node;

use super::tree::HtmlTree;

/// Types of JSON-LD and microdata, each with the pattern of the names that count.
const TYPES: [(&str, &str); 8] = [
    ("article", "(?:Article|BlogPosting|Report)$"),
    ("product", "^(?:Product|Offer|AggregateOffer|ProductGroup|Vehicle|Book|Movie)$"),
    ("forum", "^(?:DiscussionForumPosting|QAPage|Question|Answer|Comment|Conversation)$"),
    ("list", "^(?:ItemList|CollectionPage|SearchResultsPage|OfferCatalog|Blog|ProductCollection)$"),
    ("service", "^(?:Service|LocalBusiness|Organization|FAQPage|ContactPage|AboutPage|ProfessionalService)$"),
    ("recipe", "^(?:Recipe|HowTo|Event|JobPosting|Course|SoftwareApplication)$"),
    ("site", "^(?:WebSite|SearchAction)$"),
    ("page", "^(?:WebPage|ItemPage|TechArticle|APIReference)$"),
];
/// Values of `og:type`.
const OPEN_GRAPH: [&str; 3] = ["article", "product", "website"];
/// What an address may have.
const ADDRESSES: [(&str, &str); 7] = [
    ("forum", "forum|thread|topic|/t/|/questions?/|discuss|community|viewtopic|/comments/|/r/"),
    ("product", "product|/p/|/dp/|/shop/|/item|/buy|store|/pd/|sku"),
    ("list", "categor|collection|/tag/|/tags/|/c/|search|archive|listing|browse|directory|/page/|\\?q=|/all"),
    ("docs", "docs?[./]|documentation|manual|reference|/api|guide|/learn|wiki|/help|support|tutorial|readthedocs"),
    ("news", "news|blog|article|story|/20[0-9]{2}/|post|magazin|press"),
    ("service", "service|solution|about|contact|pricing|features|company|team|careers"),
    ("home", "^[a-z]+://[^/]+/?(?:[a-z]{2}/?)?(?:index\\.[a-z]+)?$"),
];
/// The path of the address.
const PATH: [&str; 4] = ["has_address", "address_depth", "address_words", "address_digits"];

/// How many numbers there are.
pub(super) const NUMBERS: usize = TYPES.len() + OPEN_GRAPH.len() + ADDRESSES.len() + PATH.len();
/// A page in numbers: all 0 or 1 but those of the path.
pub(super) type Numbers = [f32; NUMBERS];

/// Names of the numbers.
pub(super) fn names() -> impl Iterator<Item = String> {
    let types = TYPES.iter().map(|(name, _)| format!("type_{name}"));
    let open_graph = OPEN_GRAPH.iter().map(|name| format!("og_{name}"));
    let addresses = ADDRESSES.iter().map(|(name, _)| format!("address_{name}"));
    types.chain(open_graph).chain(addresses).chain(PATH.iter().map(|name| (*name).to_owned()))
}

/// What a page says of itself, and its address (empty if it is not known).
pub(super) fn describe(tree: &HtmlTree, address: &str) -> Numbers {
    let mut numbers = [0.0; NUMBERS];
    for entry in tree.elements() {
        let Some(node) = tree.html().tree.get(entry.node) else { continue };
        let Some(element) = node.value().as_element() else { continue };
        match element.name() {
            "script" if element.attr("type").is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json")) => {
                types_of_json(node, &mut |name| note_type(name, &mut numbers));
            }
            "meta" if element.attr("property") == Some("og:type") => {
                let value = element.attr("content").unwrap_or_default().to_ascii_lowercase();
                for (at, _) in OPEN_GRAPH.iter().enumerate().filter(|(_, name)| value.starts_with(**name)) {
                    set(&mut numbers, TYPES.len() + at, 1.0);
                }
            }
            _ => {
                if let Some(kind) = element.attr("itemtype") {
                    note_type(kind.rsplit('/').next().unwrap_or_default(), &mut numbers);
                }
            }
        }
    }
    describe_address(address, &mut numbers);
    numbers
}

fn set(numbers: &mut Numbers, at: usize, value: f32) {
    if let Some(number) = numbers.get_mut(at) {
        *number = value;
    }
}

fn note_type(name: &str, numbers: &mut Numbers) {
    static PATTERNS: LazyLock<RegexSet> =
        LazyLock::new(|| RegexSet::new(TYPES.iter().map(|(_, pattern)| *pattern)).expect("the patterns are valid"));
    PATTERNS.matches(name).iter().for_each(|at| set(numbers, at, 1.0));
}

/// Gives out the types that stand in a script of JSON-LD. They are looked for in its text: many are no valid JSON.
fn types_of_json(script: NodeRef<'_, Node>, give: &mut impl FnMut(&str)) {
    for text in script.children().filter_map(|child| child.value().as_text()) {
        for (at, key) in text.match_indices("\"@type\"") {
            let value = text.get(at + key.len()..).unwrap_or_default().trim_start_matches([':', ' ', '\n', '\t', '[']);
            if let Some(name) = value.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                give(name);
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few parts of an address")]
fn describe_address(address: &str, numbers: &mut Numbers) {
    static PATTERNS: LazyLock<RegexSet> =
        LazyLock::new(|| RegexSet::new(ADDRESSES.iter().map(|(_, pattern)| *pattern)).expect("the patterns are valid"));
    if address.is_empty() {
        return;
    }
    let first = TYPES.len() + OPEN_GRAPH.len();
    let address = address.to_ascii_lowercase();
    PATTERNS.matches(&address).iter().for_each(|at| set(numbers, first + at, 1.0));
    let path = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).filter(|part| !part.is_empty()).collect();
    let last = parts.last().copied().unwrap_or_default();
    let at = first + ADDRESSES.len();
    set(numbers, at, 1.0);
    set(numbers, at + 1, (parts.len() as f32 / 6.0).min(1.0));
    set(numbers, at + 2, (last.matches(['-', '_', '+']).count() as f32 / 8.0).min(1.0));
    set(numbers, at + 3, (last.bytes().filter(u8::is_ascii_digit).count() as f32 / 8.0).min(1.0));
}
