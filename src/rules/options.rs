//! Which rules run, and how boldly: the table `[rules]` of the configuration.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::exceptions::{PER_PATH, PER_SITE, RulesOfPath, RulesOfSite};
use super::families::{FAMILIES, families_hint};
use super::format::{Confidence, RuleDefinition, Status};
use super::load::Packs;
use super::model::{STRIP_MODEL, model_ids};
use super::nearest::did_you_mean;
use super::overrides::Override;
use super::set::STAGE;
use crate::error::Error;

/// How sure a rule must be to act rather than tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Rules of high confidence act.
    Safe,
    /// Rules of high and medium confidence act.
    #[default]
    Balanced,
    /// All rules act, those of low confidence that drop lines where the line model agrees: for the full text of pages.
    Aggressive,
}

impl Profile {
    fn lowest(self) -> Confidence {
        match self {
            Self::Safe => Confidence::High,
            Self::Balanced => Confidence::Medium,
            Self::Aggressive => Confidence::Low,
        }
    }
}

/// Share of the characters between the first and the last body line that rules below high confidence
/// may remove: `RefinedWeb`'s line-wise correction throws documents away above a like share
/// (Penedo et al. 2023, section G.2); here the document is kept whole and tagged.
const DEFAULT_MAX_REMOVED: f64 = 0.3;

/// Settings of the stage `strip`, the table `[rules]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleOptions {
    /// Built-in packs by name, own packs by the path of their folder.
    pub packs: Vec<String>,
    /// How sure a rule must be to act.
    pub profile: Profile,
    /// Rules to use, by prefix of their id, `family:NAME` or `status:NAME`; empty for all.
    pub select: Vec<String>,
    /// Rules to use on top of `select`.
    pub extend_select: Vec<String>,
    /// Rules to leave out, spelled as in `select`.
    pub ignore: Vec<String>,
    /// Rules to see otherwise, by id.
    #[serde(rename = "override")]
    pub overrides: BTreeMap<String, Override>,
    /// Share of the characters between the first and the last body line that rules below high
    /// confidence may remove, 0 to 1; above it nothing is removed and the document is tagged.
    pub max_removed: f64,
    /// The model that takes lines, too: `builtin`, `none`, or the
    /// path of other weights.
    pub line_model: String,
    /// Other rules for documents of some paths.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub per_path: Vec<RulesOfPath>,
    /// Other rules for documents of some sites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub per_site: Vec<RulesOfSite>,
    /// The rules that a run must have. It changes nothing about what they do, and is no part of the digest of
    /// settings.
    #[serde(skip_serializing)]
    pub lock: RuleLock,
}

/// Which rules a run must have, the table `[rules.lock]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleLock {
    /// `sha256:` and the digest of the rule set ([`RuleSet::digest`](super::RuleSet::digest)); empty for any.
    pub digest: String,
}

impl RuleLock {
    /// A digest of rules as a lock spells it: `sha256:` and 64 hex digits.
    pub(crate) fn spelled(digest: &str) -> String {
        format!("sha256:{digest}")
    }

    /// Checks that these are the locked rules, if any are. `found` is spelled as the lock spells it.
    ///
    /// # Errors
    /// [`Error::Definition`] with both digests if they are not.
    pub(crate) fn check(&self, found: &str) -> Result<(), Error> {
        let locked = &self.digest;
        if locked.is_empty() || locked == found {
            return Ok(());
        }
        Err(Error::of_setting(
            "rules.lock.digest",
            format!("the rules of this run are not the locked ones (locked: `{locked}`, found: `{found}`)"),
            "if rules, packs, the profile or the line model were meant to change, `scutch rules lock` locks the new \
             ones; if not, go back to the versions and options that were locked",
        ))
    }
}

impl Default for RuleOptions {
    fn default() -> Self {
        Self {
            packs: vec!["web".to_owned(), "news".to_owned()],
            profile: Profile::default(),
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            overrides: BTreeMap::new(),
            max_removed: DEFAULT_MAX_REMOVED,
            line_model: super::model::BUILTIN.to_owned(),
            per_path: Vec::new(),
            per_site: Vec::new(),
            lock: RuleLock::default(),
        }
    }
}

impl RuleOptions {
    /// Whether a rule takes part at all.
    pub(crate) fn selects(&self, rule: &RuleDefinition) -> bool {
        self.left_out_by(rule).is_none()
    }

    /// What leaves a rule out, if anything does: its status, an entry of `ignore`, or that `select` has none for it.
    pub(crate) fn left_out_by(&self, rule: &RuleDefinition) -> Option<String> {
        let fitting = |selectors: &'_ [String]| selectors.iter().find(|one| selector_fits(one, rule)).cloned();
        if rule.status == Status::Rejected {
            return Some("its status is rejected".to_owned());
        }
        if let Some(entry) = fitting(&self.ignore) {
            return Some(format!("`ignore` has `{entry}`"));
        }
        let is_chosen =
            self.select.is_empty() || fitting(&self.select).or_else(|| fitting(&self.extend_select)).is_some();
        (!is_chosen).then(|| "no entry of `select` is for it".to_owned())
    }

    /// Whether a run with these settings uses a line model.
    #[must_use]
    pub fn uses_line_model(&self) -> bool {
        self.line_model != super::model::NONE
    }

    /// All entries that choose rules, each with its key.
    fn selectors(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let lists = [("select", &self.select), ("extend-select", &self.extend_select)];
        let of_paths = self.per_path.iter().map(|one| (PER_PATH, &one.select));
        let of_sites = self.per_site.iter().map(|one| (PER_SITE, &one.select));
        entries(lists.into_iter().chain(of_paths).chain(of_sites))
    }

    /// All entries that leave rules out, each with its key.
    fn ignored(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let of_paths = self.per_path.iter().map(|one| (PER_PATH, &one.ignore));
        let of_sites = self.per_site.iter().map(|one| (PER_SITE, &one.ignore));
        entries(std::iter::once(("ignore", &self.ignore)).chain(of_paths).chain(of_sites))
    }

    /// Entries that name a rule by an id that another rule has taken over, or a deprecated rule: each says which
    /// rule to name instead.
    #[must_use]
    pub fn warnings(&self, packs: &Packs) -> Vec<Error> {
        let named = self.selectors().chain(self.ignored()).chain(self.overrides.keys().map(|id| ("override", id)));
        let mut warnings = Vec::new();
        for (key, id) in named {
            let mut warn =
                |message: String, hint: String| warnings.push(Error::of_setting(format!("rules.{key}"), message, hint));
            for rule in packs.rules().map(|rule| &rule.definition) {
                let current = rule.id.get_ref();
                if rule.replaces.contains(id) {
                    warn(format!("rule `{id}` is now `{current}`"), format!("write `{current}`"));
                } else if current == id && (rule.status == Status::Deprecated || rule.replaced_by.is_some()) {
                    match &rule.replaced_by {
                        Some(new) => warn(format!("rule `{id}` is replaced by `{new}`"), format!("write `{new}`")),
                        None => warn(
                            format!("rule `{id}` is deprecated"),
                            format!("`scutch rules show {id}` may say why; it will go"),
                        ),
                    }
                }
            }
        }
        warnings
    }

    /// Checks that each entry of `select`, `extend-select`, `ignore` and the tables for paths and sites names something
    /// that there is, since a slip of the pen could turn all rules off.
    ///
    /// # Errors
    /// [`Error::Definition`] that names the key and the entry.
    pub(crate) fn check(&self, packs: &Packs) -> Result<(), Error> {
        let fault =
            |key: &str, message: String, hint: &str| Err(Error::of_setting(format!("rules.{key}"), message, hint));
        let chosen = self.selectors().map(|(key, entry)| (key, entry, false));
        for (key, entry, is_ignored) in chosen.chain(self.ignored().map(|(key, entry)| (key, entry, true))) {
            let fits = || packs.rules().any(|rule| selector_fits(entry, &rule.definition));
            if let Some(family) = entry.strip_prefix("family:") {
                if !FAMILIES.contains(&family) && !fits() {
                    return fault(key, format!("there is no family `{entry}`"), &families_hint(family));
                }
            } else if is_start_of(STRIP_MODEL, entry) {
                check_model_entry(key, entry, is_ignored)?;
            } else if let Some(status) = entry.strip_prefix("status:") {
                if !Status::ALL.iter().any(|known| known.name() == status) {
                    let names = Status::ALL.map(Status::name).join(", ");
                    return fault(key, format!("there is no status `{entry}`"), &format!("statuses are: {names}"));
                }
            } else if !fits() {
                let message = format!("no rule of the packs that are read has an id that starts with `{entry}`");
                let hint = "`scutch rules list` shows all ids; `family:NAME` and `status:NAME` are the other forms";
                return fault(key, message, &did_you_mean(without_stage(entry), starts_of_ids(packs), hint));
            }
        }
        let is_empty = !packs.rules().any(|rule| self.selects(&rule.definition));
        if is_empty && !self.select.is_empty() && packs.rules().next().is_some() {
            let message = format!("no rule is left of `{}`", self.select.join("`, `"));
            return fault("select", message, "`scutch rules list` shows all rules with their status");
        }
        self.check_overrides(packs)
    }

    /// The entries of `ignore` that mean the line model, each once, in order.
    pub(super) fn ignored_of_model(&self) -> Vec<&str> {
        let entries: BTreeSet<&str> =
            self.ignore.iter().map(String::as_str).filter(|entry| is_start_of(STRIP_MODEL, entry)).collect();
        entries.into_iter().collect()
    }

    /// Checks that each override is for a rule that there is.
    ///
    /// # Errors
    /// [`Error::Definition`] that names the id.
    pub(crate) fn check_overrides(&self, packs: &Packs) -> Result<(), Error> {
        let is_there = |id: &&String| packs.rules().any(|rule| rule.definition.is_called(id));
        let Some(id) = self.overrides.keys().find(|id| !is_there(id)) else { return Ok(()) };
        let ids = packs.rules().map(|rule| rule.definition.id.get_ref().as_str());
        let hint = did_you_mean(id, ids, "`scutch rules list` shows all ids");
        Err(Error::of_setting("rules.override", format!("no rule has the id `{id}`"), hint))
    }

    /// What the digest of a rule set must tell of fields that are seen otherwise and of exceptions; empty if there
    /// are none.
    pub(crate) fn digest_of_changes(&self) -> String {
        if self.overrides.is_empty() && self.per_path.is_empty() && self.per_site.is_empty() {
            return String::new();
        }
        serde_json::to_string(&(&self.overrides, &self.per_path, &self.per_site)).unwrap_or_default()
    }

    /// Whether a rule of this confidence and status acts; otherwise it only tags.
    pub(crate) fn acts(&self, confidence: Confidence, status: Status) -> bool {
        matches!(status, Status::Stable | Status::Deprecated) && confidence >= self.profile.lowest()
    }
}

/// The entries of lists, each with the key of its list.
fn entries<'a>(
    lists: impl Iterator<Item = (&'static str, &'a Vec<String>)>,
) -> impl Iterator<Item = (&'static str, &'a String)> {
    lists.flat_map(|(key, entries)| entries.iter().map(move |entry| (key, entry)))
}

/// Checks an entry that means the line model, all of it or what it does under one id: it can be left out, not chosen.
fn check_model_entry(key: &str, entry: &str, is_ignored: bool) -> Result<(), Error> {
    let ids = model_ids();
    let (message, hint) = if !ids.iter().any(|id| is_start_of(entry, id)) {
        let hint = "`strip.model` is all that the line model does, `strip.model.nav` what it takes for navigation, \
                    `strip.model.page` its rejection of whole texts";
        let message = format!("the line model does nothing under `{entry}`");
        (message, did_you_mean(entry, ids.iter().map(String::as_str), hint))
    } else if is_ignored {
        return Ok(());
    } else {
        let hint = "`line-model` in [rules] chooses it, and `ignore` leaves out what it does";
        (format!("`{entry}` is no rule, but the line model"), hint.to_owned())
    };
    Err(Error::of_setting(format!("rules.{key}"), message, hint))
}

/// The id that an entry means: change records print `strip.web.share.word`.
pub(crate) fn without_stage(entry: &str) -> &str {
    entry.strip_prefix(STAGE).and_then(|rest| rest.strip_prefix('.')).unwrap_or(entry)
}

/// All ids and their starts, as far as they end before a dot.
fn starts_of_ids(packs: &Packs) -> impl Iterator<Item = &str> {
    packs.rules().flat_map(|rule| starts_of_id(rule.definition.id.get_ref()))
}

/// An id and its starts, as far as they end before a dot: each chooses rules.
pub(crate) fn starts_of_id(id: &str) -> impl Iterator<Item = &str> {
    let ends = id.match_indices('.').map(|(at, _)| at).chain([id.len()]);
    ends.filter_map(|end| id.get(..end))
}

/// Whether a rule is one that a selector means: the start of an id, also as change records print it, the id of a rule
/// that it replaces, `family:NAME` or `status:NAME`.
pub(super) fn selector_fits(selector: &str, rule: &RuleDefinition) -> bool {
    if let Some(family) = selector.strip_prefix("family:") {
        return rule.family == family;
    }
    if let Some(status) = selector.strip_prefix("status:") {
        return rule.status.name() == status;
    }
    let is_meant =
        |selector: &str| is_start_of(selector, rule.id.get_ref()) || rule.replaces.iter().any(|old| old == selector);
    is_meant(selector) || is_meant(without_stage(selector))
}

/// Whether an entry is an id or the start of one that ends before a dot.
pub(super) fn is_start_of(entry: &str, id: &str) -> bool {
    id.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
