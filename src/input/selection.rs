//! Which payloads of a crawl are cleaned at all: by what is known of them before anything is done. The others are rejected
//! with a reason.

use std::ops::RangeInclusive;

use globset::{GlobBuilder, GlobMatcher};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::document::Source;
use crate::error::Error;

/// What begins an address that is a regular expression.
const REGEX_MARK: &str = "re:";

/// The table `[filter]`. Each key looks only at documents of which its value is known: a file of text has no status,
/// and no status rejects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FilterOptions {
    /// Statuses of responses that are cleaned: `200`, `200-206` or `2xx`; empty for all.
    pub status: Vec<String>,
    /// Media types that are cleaned, as globs (`text/*`); empty for all.
    pub mime: Vec<String>,
    /// Addresses that are cleaned: globs over all of the address (`*` also fits `/`), or regular expressions behind `re:`
    /// that fit any part of it; empty for all.
    pub urls: Vec<String>,
    /// Addresses that are not cleaned, spelled likewise; stronger than `urls`.
    pub not_urls: Vec<String>,
    /// Least bytes of a payload.
    pub min_bytes: u64,
    /// Most bytes of a payload; 0 for no limit but that of `max-document-bytes`, beyond which it is a failure.
    pub max_bytes: u64,
    /// Languages that are cleaned, as the page or its archive states them: `en` fits `en-GB`, too; empty for all.
    pub languages: Vec<String>,
}

impl Default for FilterOptions {
    fn default() -> Self {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        Self {
            status: owned(&["2xx"]),
            mime: owned(&["text/html", "application/xhtml+xml", "text/plain", "text/markdown"]),
            urls: Vec::new(),
            not_urls: Vec::new(),
            min_bytes: 0,
            max_bytes: 0,
            languages: Vec::new(),
        }
    }
}

/// Reasons of rejection.
const STATUS: &str = "input.status";
const MIME: &str = "input.mime";
const URL: &str = "input.url";
const SIZE: &str = "input.size";
const LANGUAGE: &str = "input.language";

/// The filter, ready to be used.
#[derive(Debug)]
pub(crate) struct Selection {
    status: Vec<RangeInclusive<u16>>,
    mime: Vec<GlobMatcher>,
    urls: Vec<UrlPattern>,
    not_urls: Vec<UrlPattern>,
    bytes: RangeInclusive<u64>,
    languages: Vec<String>,
}

#[derive(Debug)]
enum UrlPattern {
    Glob(GlobMatcher),
    Regex(Regex),
}

impl Selection {
    /// The filter of a configuration.
    ///
    /// # Errors
    /// [`Error::Definition`] that names the key and the value.
    pub(crate) fn new(options: &FilterOptions) -> Result<Self, Error> {
        let max_bytes = if options.max_bytes == 0 { u64::MAX } else { options.max_bytes };
        if options.min_bytes > max_bytes {
            let message = format!("`{}` is more than `max-bytes`, which is {max_bytes}", options.min_bytes);
            return Err(Error::of_setting("filter.min-bytes", message, "no document could be cleaned"));
        }
        let urls = |key: &str, values: &[String]| -> Result<Vec<_>, Error> {
            values.iter().map(|value| UrlPattern::new(key, value)).collect()
        };
        Ok(Self {
            status: options.status.iter().map(|value| statuses(value)).collect::<Result<_, _>>()?,
            mime: options.mime.iter().map(|value| glob("filter.mime", value)).collect::<Result<_, _>>()?,
            urls: urls("filter.urls", &options.urls)?,
            not_urls: urls("filter.not-urls", &options.not_urls)?,
            bytes: options.min_bytes..=max_bytes,
            languages: options.languages.clone(),
        })
    }

    /// The reason for which a payload is rejected by where it came from.
    pub(crate) fn refusal_of(&self, source: &Source) -> Option<&'static str> {
        let fits = |patterns: &[UrlPattern]| patterns.iter().any(|pattern| pattern.is_match(&source.url));
        if source.http_status != 0 && !fits_any(&self.status, |range| range.contains(&source.http_status)) {
            Some(STATUS)
        } else if !source.mime.is_empty() && !fits_any(&self.mime, |glob| glob.is_match(&source.mime)) {
            Some(MIME)
        } else if !source.url.is_empty() && (fits(&self.not_urls) || !(self.urls.is_empty() || fits(&self.urls))) {
            Some(URL)
        } else {
            self.refusal_of_language(&source.language)
        }
    }

    /// The reason for which a payload of so many bytes is rejected.
    pub(crate) fn refusal_of_size(&self, bytes: u64) -> Option<&'static str> {
        (!self.bytes.contains(&bytes)).then_some(SIZE)
    }

    /// The reason for which a document in this language is rejected; one of which it is not known never is.
    pub(crate) fn refusal_of_language(&self, language: &str) -> Option<&'static str> {
        let fits = |wanted: &String| {
            let start = language.get(..wanted.len()).unwrap_or_default();
            let rest = language.get(wanted.len()..).unwrap_or_default();
            start.eq_ignore_ascii_case(wanted) && (rest.is_empty() || rest.starts_with(['-', '_']))
        };
        (!language.is_empty() && !fits_any(&self.languages, fits)).then_some(LANGUAGE)
    }
}

/// Whether one of `wanted` fits; none are all.
fn fits_any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

impl UrlPattern {
    fn new(key: &str, value: &str) -> Result<Self, Error> {
        let Some(pattern) = value.strip_prefix(REGEX_MARK) else { return glob(key, value).map(Self::Glob) };
        let regex = Regex::new(pattern).map_err(|error| {
            let message = format!("`{value}` is no regular expression: {}", one_line(&error.to_string()));
            Error::of_setting(key, message, "see https://docs.rs/regex/latest/regex/#syntax")
        })?;
        Ok(Self::Regex(regex))
    }

    fn is_match(&self, url: &str) -> bool {
        match self {
            Self::Glob(glob) => glob.is_match(url),
            Self::Regex(regex) => regex.is_match(url),
        }
    }
}

/// What is wrong with a pattern, without the picture of where.
fn one_line(error: &str) -> &str {
    error.lines().last().unwrap_or_default().trim_start_matches("error: ")
}

fn glob(key: &str, value: &str) -> Result<GlobMatcher, Error> {
    let glob = GlobBuilder::new(value).literal_separator(false).case_insensitive(true).build();
    let glob = glob.map_err(|error| {
        let message = format!("`{value}` is not a glob: {}", error.kind());
        Error::of_setting(
            key,
            message,
            "`*` fits any characters, `?` one; put brackets around a sign that is meant itself: `[?]`",
        )
    })?;
    Ok(glob.compile_matcher())
}

/// The statuses that `200`, `200-206` or `2xx` stand for.
fn statuses(value: &str) -> Result<RangeInclusive<u16>, Error> {
    let number = |text: &str| text.trim().parse::<u16>().ok().filter(|status| (100..=999).contains(status));
    let range = match (value.strip_suffix("xx"), value.split_once('-')) {
        (Some(hundreds), _) => number(&format!("{hundreds}00")).map(|first| first..=first + 99),
        (None, Some((first, last))) => number(first).zip(number(last)).map(|(first, last)| first..=last),
        (None, None) => number(value).map(|status| status..=status),
    };
    range.filter(|range| !range.is_empty()).ok_or_else(|| {
        let hint = "write one, \"200\", a range, \"200-206\", or a hundred, \"2xx\"";
        Error::of_setting("filter.status", format!("`{value}` is no status of HTTP"), hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(status: u16, mime: &str, url: &str) -> Source {
        Source { http_status: status, mime: mime.to_owned(), url: url.to_owned(), ..Source::default() }
    }

    #[test]
    fn pages_that_were_found_are_cleaned_by_default() {
        let selection = Selection::new(&FilterOptions::default()).expect("the default");
        for (status, mime, reason) in [
            (200, "text/html", None),
            (206, "application/xhtml+xml", None),
            (0, "", None),
            (404, "text/html", Some("input.status")),
            (301, "text/html", Some("input.status")),
            (200, "image/png", Some("input.mime")),
            (200, "text/css", Some("input.mime")),
        ] {
            assert_eq!(selection.refusal_of(&source(status, mime, "http://a.example/")), reason, "{status} {mime}");
        }
        assert_eq!(selection.refusal_of_size(u64::MAX), None);
        assert_eq!(selection.refusal_of_language("tlh"), None);
    }

    #[test]
    fn addresses_are_globs_or_regular_expressions() {
        let urls = vec!["*://*.ferry.example/*".to_owned(), "re:^https?://tug\\.".to_owned()];
        let options = FilterOptions { urls, not_urls: vec!["*/tag/*".to_owned()], ..FilterOptions::default() };
        let selection = Selection::new(&options).expect("patterns");
        for (url, is_cleaned) in [
            ("https://www.ferry.example/a/b", true),
            ("http://tug.example/", true),
            ("http://ferry.example/", false),
            ("https://www.ferry.example/tag/oars", false),
            ("", true),
        ] {
            assert_eq!(selection.refusal_of(&source(200, "text/html", url)).is_none(), is_cleaned, "{url}");
        }
    }

    #[test]
    fn sizes_and_languages_are_limited() {
        let languages = vec!["en".to_owned(), "pt-BR".to_owned()];
        let options = FilterOptions { min_bytes: 10, max_bytes: 20, languages, ..FilterOptions::default() };
        let selection = Selection::new(&options).expect("limits");
        for (bytes, is_cleaned) in [(9, false), (10, true), (20, true), (21, false)] {
            assert_eq!(selection.refusal_of_size(bytes).is_none(), is_cleaned, "{bytes}");
        }
        for (language, is_cleaned) in
            [("en", true), ("EN-gb", true), ("eng", false), ("pt", false), ("pt-br", true), ("", true), ("é", false)]
        {
            assert_eq!(selection.refusal_of_language(language).is_none(), is_cleaned, "{language}");
        }
    }

    #[test]
    fn faults_name_key_and_value() {
        let fault = |options: FilterOptions| Selection::new(&options).expect_err("a fault").to_string();
        let one = |value: &str| vec![value.to_owned()];
        for value in ["20", "2x", "ok", "206-200", "200-", "xx", "99xx"] {
            let error = fault(FilterOptions { status: one(value), ..FilterOptions::default() });
            assert!(error.starts_with(&format!("filter.status: `{value}`")), "{error}");
        }
        let error = fault(FilterOptions { urls: one("re:(a"), ..FilterOptions::default() });
        assert!(error.starts_with("filter.urls: `re:(a` is no regular expression: unclosed group"), "{error}");
        let error = fault(FilterOptions { mime: one("text/[a"), ..FilterOptions::default() });
        assert!(error.starts_with("filter.mime: `text/[a` is not a glob"), "{error}");
        let error = fault(FilterOptions { min_bytes: 9, max_bytes: 8, ..FilterOptions::default() });
        assert!(error.starts_with("filter.min-bytes: `9`"), "{error}");
    }
}
