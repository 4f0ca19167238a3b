//! What an HTML page says about itself.

use html5ever::ns;
use scraper::Node;
use scraper::node::Element;

use super::site_name::{Evidence, MAX_BYTES};
use super::statements;
use super::tree::{HtmlTree, SourceSpan};
use crate::rules::parse_date;

/// A statement of a page and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is stated, decoded, without white space at its ends; never empty.
    pub value: String,
    /// The start tag with the attribute; for a title, from the first to the last byte of its text, the
    /// name of the site included.
    pub source: SourceSpan,
}

/// What an HTML page says about itself. Of several statements of one kind the first that holds counts; of
/// title, date and author the kinds are asked in this order: JSON-LD of an article, `<meta>`, and for the
/// title `<title>`, for the date `<time>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageFacts {
    /// `headline` of JSON-LD, `og:title`, or the text of the first `<title>`; white space collapsed, the last
    /// two without the name of the site where the page itself tells the two apart.
    pub title: Option<Fact>,
    /// `datePublished` of JSON-LD, `article:published_time`, or a `<time datetime>` that says it is the date
    /// of publication or names the only day of all: a timestamp such as `2017-11-08T06:30:00.000Z`.
    pub published: Option<Fact>,
    /// `author` of JSON-LD, or `<meta name=author>`; several names have commas between them.
    pub byline: Option<Fact>,
    /// `<html lang>` (or `xml:lang`) as it stands: not checked to be a language tag.
    pub lang: Option<Fact>,
    /// `articleBody` of JSON-LD, as it stands.
    pub article_body: Option<Fact>,
    /// `<link rel=canonical href>` as it stands: may be relative.
    pub canonical_url: Option<Fact>,
    /// `<meta name=description content>`.
    pub description: Option<Fact>,
    /// `<meta charset>`, or the charset of `<meta http-equiv=content-type>`, as it stands: may be no encoding.
    pub charset: Option<Fact>,
}

/// Returns what the page says about itself.
///
/// Looks at elements, attributes and JSON-LD: not at microdata or comments.
#[must_use]
pub fn page_facts(tree: &HtmlTree) -> PageFacts {
    let mut facts = PageFacts::default();
    let mut evidence = Evidence::default();
    let mut stated = Stated::default();
    for entry in tree.elements() {
        let Some(node) = tree.html().tree.get(entry.node) else {
            continue;
        };
        let Node::Element(element) = node.value() else {
            continue;
        };
        if element.name.ns != ns!(html) {
            continue;
        }
        if matches!(element.name(), "h1" | "h2" | "h3") {
            evidence.add_heading(element.name(), &heading_text(node));
            continue;
        }
        if element.name() == "title" {
            if facts.title.is_none() {
                facts.title = title(tree, node);
            }
            continue;
        }
        let Some(source) = entry.start_tag else {
            continue;
        };
        let state = |slot: &mut Option<Fact>, value: Option<&str>| {
            let value = value.map(str::trim).filter(|value| !value.is_empty());
            if let (None, Some(value)) = (&slot, value) {
                *slot = Some(Fact { value: value.to_owned(), source });
            }
        };
        match element.name() {
            "html" => state(&mut facts.lang, element.attr("lang").or_else(|| element.attr("xml:lang"))),
            "link" if is_canonical(element) => {
                state(&mut facts.canonical_url, element.attr("href"));
            }
            "script" if has_value(element, "type", "application/ld+json") => stated.read_json(node, source),
            "time" => stated.read_time(element, source),
            "meta" => {
                stated.read_meta(element, source);
                state(&mut facts.charset, charset(element));
                if has_value(element, "name", "description") {
                    state(&mut facts.description, element.attr("content"));
                }
                if names_the_site(element) {
                    evidence.add_site_name(element.attr("content").unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    facts.title = stated.social_title.take().or(facts.title);
    if let Some(title) = &mut facts.title {
        title.value = evidence.headline(&title.value).to_owned();
    }
    facts.title = stated.headline.take().or(facts.title);
    facts.published = stated.published();
    facts.byline = stated.byline.or(stated.author);
    facts.article_body = stated.article_body;
    facts
}

/// Statements by kind, the first of each that holds.
#[derive(Default)]
struct Stated {
    has_article: bool,
    headline: Option<Fact>,
    date: Option<Fact>,
    byline: Option<Fact>,
    article_body: Option<Fact>,
    social_title: Option<Fact>,
    published_time: Option<Fact>,
    author: Option<Fact>,
    marked_time: Option<Fact>,
    times: Vec<Fact>,
}

impl Stated {
    fn read_json(&mut self, node: ego_tree::NodeRef<'_, Node>, source: SourceSpan) {
        if self.has_article {
            return;
        }
        let texts = node.children().filter_map(|child| child.value().as_text());
        let json: String = texts.map(|text| &**text).collect();
        let Some(article) = statements::article(&json) else { return };
        self.has_article = true;
        let fact = |value: String| Fact { value, source };
        self.headline = article.headline.map(fact);
        self.date = article.date.map(fact);
        self.byline = article.byline.map(fact);
        self.article_body = article.body.map(fact);
    }

    fn read_meta(&mut self, element: &Element, source: SourceSpan) {
        let Some(content) = element.attr("content") else { return };
        let is = |name: &str| ["property", "name"].iter().any(|attribute| has_value(element, attribute, name));
        let mut state = |slot: fn(&mut Self) -> &mut Option<Fact>, value: Option<String>| {
            let slot = slot(self);
            if slot.is_none() {
                *slot = value.map(|value| Fact { value, source });
            }
        };
        if is("og:title") {
            state(|stated| &mut stated.social_title, statements::headline(content));
        } else if is("article:published_time") || is("og:published_time") {
            state(|stated| &mut stated.published_time, parse_date(content));
        } else if is("author") {
            state(|stated| &mut stated.author, statements::name(content));
        }
    }

    fn read_time(&mut self, element: &Element, source: SourceSpan) {
        let Some(value) = element.attr("datetime").and_then(parse_date) else { return };
        let fact = Fact { value, source };
        let is_marked = element.attr("pubdate").is_some() || has_value(element, "itemprop", "datePublished");
        if is_marked && self.marked_time.is_none() {
            self.marked_time = Some(fact.clone());
        }
        self.times.push(fact);
    }

    /// The date of publication. A page with times of several days has them of other things too.
    fn published(&mut self) -> Option<Fact> {
        let day = |fact: &Fact| fact.value.split('T').next().map(str::to_owned);
        let first = self.times.first();
        let is_only_day = first.is_some_and(|first| self.times.iter().all(|time| day(time) == day(first)));
        let only = first.filter(|_| is_only_day).cloned();
        [self.date.take(), self.published_time.take(), self.marked_time.take(), only].into_iter().flatten().next()
    }
}

/// Nodes of a heading that are looked at.
const MAX_HEADING_NODES: usize = 100;

/// The text of a heading, whoever sees it; a line break is a space. Empty if it is too large to be that
/// of a headline: headings may hold each other, and all of a page.
fn heading_text(node: ego_tree::NodeRef<'_, Node>) -> String {
    let mut text = String::new();
    for (count, node) in node.descendants().enumerate() {
        let piece: &str = match node.value() {
            Node::Text(piece) => piece,
            Node::Element(element) if element.name() == "br" => " ",
            _ => "",
        };
        if count >= MAX_HEADING_NODES || text.len() + piece.len() > MAX_BYTES {
            return String::new();
        }
        text.push_str(piece);
    }
    text
}

fn names_the_site(element: &Element) -> bool {
    ["property", "name"].iter().any(|attribute| has_value(element, attribute, "og:site_name"))
        || has_value(element, "name", "application-name")
}

fn title(tree: &HtmlTree, node: ego_tree::NodeRef<'_, Node>) -> Option<Fact> {
    let mut value = String::new();
    let mut source: Option<SourceSpan> = None;
    for child in node.children() {
        if let Node::Text(text) = child.value() {
            for word in text.split_ascii_whitespace() {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(word);
            }
        }
        for chunk in tree.chunks_of(child.id()) {
            let span = source.get_or_insert(chunk.source);
            span.start = span.start.min(chunk.source.start);
            span.end = span.end.max(chunk.source.end);
        }
    }
    let source = source?;
    (!value.is_empty()).then_some(Fact { value, source })
}

fn is_canonical(element: &Element) -> bool {
    element
        .attr("rel")
        .is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("canonical")))
}

fn has_value(element: &Element, attribute: &str, value: &str) -> bool {
    element.attr(attribute).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
}

/// The encoding that a `<meta>` names.
fn charset(element: &Element) -> Option<&str> {
    const KEY: &str = "charset";
    if let Some(charset) = element.attr("charset") {
        return Some(charset);
    }
    if !has_value(element, "http-equiv", "content-type") {
        return None;
    }
    element.attr("content")?.split(';').find_map(|parameter| {
        let parameter = parameter.trim();
        let name = parameter.get(..KEY.len())?;
        let value = parameter.get(KEY.len()..)?.trim_start();
        let value = value.strip_prefix('=')?;
        name.eq_ignore_ascii_case(KEY).then(|| value.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\''))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_know_where_they_stand() {
        let source = "<html lang=de><meta http-equiv=Content-Type content=\"text/html; Charset=utf-8\">\
                      <meta name=Description content=' A &amp; B '><link rel='shortlink canonical' href=/x>\
                      <title> One\n two </title><svg><title>no</title></svg>";
        let facts = page_facts(&HtmlTree::parse(source));
        let check = |fact: Option<Fact>, value: &str, at: &str| {
            let fact = fact.expect("the page states it");
            assert_eq!(fact.value, value);
            let place = source.get(fact.source.start..fact.source.end);
            assert!(place.is_some_and(|place| place.starts_with(at)), "{place:?}");
        };
        check(facts.lang, "de", "<html");
        check(facts.charset, "utf-8", "<meta http");
        check(facts.description, "A & B", "<meta name");
        check(facts.canonical_url, "/x", "<link");
        check(facts.title, "One two", " One\n two ");
    }

    #[test]
    fn title_loses_the_site_on_the_word_of_the_page() {
        let title = |page: &str| page_facts(&HtmlTree::parse(page)).title.map(|fact| fact.value);
        let head = "<title>Ferry crews return &mdash; The Lantern</title>";
        assert_eq!(title(head).as_deref(), Some("Ferry crews return — The Lantern"));
        for evidence in [
            "<meta property='og:site_name' content=' The  Lantern'>",
            "<meta name=application-name content='the lantern'>",
            "<h1><a href=/>Ferry<br>crews</a> <i>ret</i>urn</h1>",
        ] {
            assert_eq!(title(&format!("{head}{evidence}")).as_deref(), Some("Ferry crews return"), "{evidence}");
        }
    }

    #[test]
    fn statements_are_asked_in_order() {
        let facts = |page: &str| {
            let facts = page_facts(&HtmlTree::parse(page));
            let value = |fact: Option<Fact>| fact.map(|fact| fact.value).unwrap_or_default();
            [value(facts.title), value(facts.published), value(facts.byline)]
        };
        let time = "<title>t</title><time datetime=2017-11-08T06:30:00Z>8 November</time>";
        assert_eq!(facts(time), ["t", "2017-11-08T06:30:00.000Z", ""]);
        let meta = format!(
            "<meta property=article:published_time content=2017-11-07><meta name=author content='Ada Lund'>\
             <meta name=author content='Per Vik'><meta property='og:title' content='og'>{time}"
        );
        assert_eq!(facts(&meta), ["og", "2017-11-07T00:00:00.000Z", "Ada Lund"]);
        let json = r#"{"@type":"NewsArticle","headline":"ld","datePublished":"2017-11-06","author":{"name":"Bo Ek"}}"#;
        let page = format!("<script type='application/ld+json'>{json}</script>{meta}");
        assert_eq!(facts(&page), ["ld", "2017-11-06T00:00:00.000Z", "Bo Ek"]);
        let invalid =
            format!("<meta property=article:published_time content=soon><meta name=author content='a@b.c'>{time}");
        assert_eq!(facts(&invalid), ["t", "2017-11-08T06:30:00.000Z", ""]);
        let several = format!("{time}<time datetime=2017-11-09>9 November</time>");
        assert_eq!(facts(&several), ["t", "", ""]);
        assert_eq!(
            facts(&format!("{several}<time pubdate datetime=2017-11-09>")),
            ["t", "2017-11-09T00:00:00.000Z", ""]
        );
    }

    #[test]
    fn empty_page_states_nothing() {
        assert_eq!(page_facts(&HtmlTree::parse("")), PageFacts::default());
    }
}
