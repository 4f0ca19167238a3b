//! Who wrote a page and when, and its headline, as its markup states them: JSON-LD, `<meta>`, `<time>`.

use serde_json::Value;

use crate::rules::parse_date;

/// Longest JSON-LD in bytes that is read.
const MAX_JSON_BYTES: usize = 1 << 20;
/// Objects of JSON-LD that are looked at: a page describes itself in the first few.
const MAX_OBJECTS: usize = 200;
/// Longest name of an author in characters; longer ones are sentences.
const MAX_NAME_CHARS: usize = 100;
/// Longest headline in characters, as for titles in text.
const MAX_HEADLINE_CHARS: usize = 200;

/// What the description of an article says, as far as it holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Article {
    pub(super) headline: Option<String>,
    pub(super) date: Option<String>,
    pub(super) byline: Option<String>,
    /// Its text.
    pub(super) body: Option<String>,
}

/// The first article that JSON-LD describes: a type that ends with `Article` or `Posting` (but not
/// `JobPosting`). `None` if there is none, or the text is no JSON.
pub(super) fn article(json: &str) -> Option<Article> {
    if json.len() > MAX_JSON_BYTES {
        return None;
    }
    let value: Value = serde_json::from_str(json.trim()).ok()?;
    let mut waiting = vec![&value];
    for _ in 0..MAX_OBJECTS {
        match waiting.pop()? {
            Value::Array(values) => waiting.extend(values.iter().rev()),
            value if is_article(value) => {
                let text = |key: &str| value.get(key).and_then(Value::as_str);
                return Some(Article {
                    headline: text("headline").and_then(headline),
                    date: text("datePublished").and_then(parse_date),
                    byline: value.get("author").and_then(byline),
                    body: text("articleBody").map(str::trim).filter(|body| !body.is_empty()).map(str::to_owned),
                });
            }
            value => waiting.extend(["mainEntity", "@graph"].iter().filter_map(|key| value.get(key))),
        }
    }
    None
}

fn is_article(value: &Value) -> bool {
    let names_one = |name: &str| (name.ends_with("Article") || name.ends_with("Posting")) && name != "JobPosting";
    match value.get("@type") {
        Some(Value::String(name)) => names_one(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(names_one),
        _ => false,
    }
}

/// The names of all authors, with commas between them.
fn byline(authors: &Value) -> Option<String> {
    let name_of = |author: &Value| author.as_str().or_else(|| author.get("name")?.as_str()).and_then(name);
    let names: Vec<String> = match authors {
        Value::Array(authors) => authors.iter().filter_map(name_of).collect(),
        author => name_of(author).into_iter().collect(),
    };
    (!names.is_empty()).then(|| names.join(", "))
}

/// A name of people, white space collapsed; `None` for addresses, entities and what is too long.
pub(super) fn name(text: &str) -> Option<String> {
    let name = collapsed(text);
    let is_name = name.chars().any(char::is_alphabetic)
        && name.chars().count() <= MAX_NAME_CHARS
        && !name.contains(['@', '<', '&'])
        && !name.contains("://");
    is_name.then_some(name)
}

/// A headline, white space collapsed; `None` if it is empty, too long or written in markup.
pub(super) fn headline(text: &str) -> Option<String> {
    let headline = collapsed(text);
    let is_markup = headline.contains('<') || (headline.contains('&') && headline.contains(';'));
    let has_length = (1..=MAX_HEADLINE_CHARS).contains(&headline.chars().count());
    (has_length && !is_markup).then_some(headline)
}

/// A text with one space for each stretch of white space, and none at its ends.
pub(super) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_article_of_a_graph_is_read() {
        let json = r#"{"@graph":[{"@type":"WebSite","name":"x"},{"@type":["NewsArticle"],"headline":" A  b ",
            "datePublished":"2017-11-08T06:30:00+01:00","author":[{"@type":"Person","name":"Ada Lund"},"Per Vik"]}]}"#;
        let read = article(json).expect("there is one");
        assert_eq!(read.headline.as_deref(), Some("A b"));
        assert_eq!(read.date.as_deref(), Some("2017-11-08T05:30:00.000Z"));
        assert_eq!(read.byline.as_deref(), Some("Ada Lund, Per Vik"));
    }

    #[test]
    fn what_does_not_hold_is_left_out() {
        let json = r#"{"@type":"BlogPosting","headline":"Fish &amp; chips","datePublished":"soon",
            "author":"https://example.org/ada"}"#;
        assert_eq!(article(json), Some(Article::default()));
        for json in ["", "{", "[]", r#"{"@type":"JobPosting","headline":"Miller"}"#, "{\"@type\":3}"] {
            assert_eq!(article(json), None, "{json}");
        }
    }
}
