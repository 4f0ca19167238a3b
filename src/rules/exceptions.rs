//! Other rules for some documents: the tables `[[rules.per-path]]` and `[[rules.per-site]]` of the configuration.

use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};

use super::format::RuleDefinition;
use super::options::{is_start_of, selector_fits};
use crate::error::Error;

/// Key of [`RulesOfPath`] in messages.
pub(super) const PER_PATH: &str = "per-path";
/// Key of [`RulesOfSite`] in messages.
pub(super) const PER_SITE: &str = "per-site";

/// Which of the run's rules are used for documents of some paths.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesOfPath {
    /// Which documents: a glob over the path as `raw_path` has it. `*` and `?` stay within a folder.
    pub glob: String,
    /// The rules to use, spelled as in `select`; empty for all of the run.
    #[serde(default)]
    pub select: Vec<String>,
    /// Rules to leave out; stronger than `select`.
    #[serde(default)]
    pub ignore: Vec<String>,
}

/// Which of the run's rules are used for documents of a site.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesOfSite {
    /// Host name without `www.`; its subdomains count.
    pub site: String,
    /// The rules to use, spelled as in `select`; empty for all of the run.
    #[serde(default)]
    pub select: Vec<String>,
    /// Rules to leave out; stronger than `select`.
    #[serde(default)]
    pub ignore: Vec<String>,
}

/// Which documents an exception is for.
enum Documents {
    Path(GlobMatcher),
    Site(String),
}

/// The exceptions of a rule set.
#[derive(Default)]
pub(crate) struct Exceptions {
    documents: Vec<Documents>,
    choices: Vec<Choice>,
}

/// Which rules an exception leaves.
struct Choice {
    select: Vec<String>,
    ignore: Vec<String>,
}

impl Exceptions {
    /// Reads both tables.
    ///
    /// # Errors
    /// [`Error::Definition`] that names the key, for a glob or site that is none, or an entry that does nothing.
    pub(crate) fn new(paths: &[RulesOfPath], sites: &[RulesOfSite]) -> Result<Self, Error> {
        let mut exceptions = Self::default();
        for entry in paths {
            let glob = GlobBuilder::new(&entry.glob).literal_separator(true).build();
            let glob = glob.map_err(|error| {
                fault(PER_PATH, format!("`{}` is not a glob: {}", entry.glob, error.kind()), "`recipes/**` is one")
            })?;
            if entry.glob.is_empty() {
                return Err(fault(PER_PATH, "an entry has no glob".to_owned(), "`**` is for all documents"));
            }
            exceptions.add(
                Documents::Path(glob.compile_matcher()),
                PER_PATH,
                &entry.glob,
                &entry.select,
                &entry.ignore,
            )?;
        }
        for entry in sites {
            let site = entry.site.to_lowercase();
            let site = site.strip_prefix("www.").unwrap_or(&site);
            if site.is_empty() || site.contains(['/', ':', '*', ' ']) {
                let message = format!("`{}` is not a host name", entry.site);
                return Err(fault(PER_SITE, message, "write `example.org`: its subdomains count"));
            }
            exceptions.add(Documents::Site(site.to_owned()), PER_SITE, &entry.site, &entry.select, &entry.ignore)?;
        }
        Ok(exceptions)
    }

    fn add(
        &mut self,
        documents: Documents,
        key: &str,
        name: &str,
        select: &[String],
        ignore: &[String],
    ) -> Result<(), Error> {
        if select.is_empty() && ignore.is_empty() {
            let message = format!("the entry for `{name}` changes nothing");
            return Err(fault(key, message, "add `ignore` or `select`"));
        }
        self.documents.push(documents);
        self.choices.push(Choice { select: select.to_vec(), ignore: ignore.to_vec() });
        Ok(())
    }

    /// Numbers of the exceptions that leave a rule out, rising.
    pub(super) fn without(&self, rule: &RuleDefinition) -> Vec<usize> {
        let fits = |selectors: &[String]| selectors.iter().any(|selector| selector_fits(selector, rule));
        let is_out = |choice: &Choice| fits(&choice.ignore) || !(choice.select.is_empty() || fits(&choice.select));
        self.choices.iter().enumerate().filter(|(_, choice)| is_out(choice)).map(|(number, _)| number).collect()
    }

    /// Numbers of the exceptions that leave out what the line model says under an id, rising.
    pub(super) fn without_model(&self, id: &str) -> Vec<usize> {
        let is_out = |choice: &Choice| choice.ignore.iter().any(|entry| is_start_of(entry, id));
        self.choices.iter().enumerate().filter(|(_, choice)| is_out(choice)).map(|(number, _)| number).collect()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Numbers of the exceptions that a document falls under, rising. `site` is its host name in small letters,
    /// empty if unknown.
    pub(crate) fn of(&self, path: &str, site: &str) -> Vec<usize> {
        let is_for = |documents: &Documents| match documents {
            Documents::Path(glob) => glob.is_match(path),
            Documents::Site(wanted) => is_within(site, wanted),
        };
        self.documents.iter().enumerate().filter(|(_, one)| is_for(one)).map(|(number, _)| number).collect()
    }
}

/// Whether a host name is a site or a subdomain of it.
pub(super) fn is_within(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn fault(key: &str, message: String, hint: &str) -> Error {
    Error::of_setting(format!("rules.{key}"), message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subdomains_are_of_the_site_and_other_hosts_are_not() {
        assert!(is_within("example.org", "example.org") && is_within("news.example.org", "example.org"));
        assert!(!is_within("myexample.org", "example.org") && !is_within("", "example.org"));
    }

    #[test]
    fn paths_and_sites_choose_their_exceptions() {
        let path = RulesOfPath { glob: "recipes/**".to_owned(), ignore: vec!["web".to_owned()], ..Default::default() };
        let site =
            RulesOfSite { site: "www.Example.org".to_owned(), select: vec!["web".to_owned()], ..Default::default() };
        let exceptions = Exceptions::new(&[path], &[site]).expect("valid");
        assert_eq!(exceptions.of("recipes/a/b.txt", ""), [0]);
        assert_eq!(exceptions.of("recipes/a.txt", "m.example.org"), [0, 1]);
        assert!(exceptions.of("other/a.txt", "example.com").is_empty());
    }
}
