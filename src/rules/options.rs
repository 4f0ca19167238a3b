//! Which rules run, and how boldly: the table `[rules]` of the configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::families::{FAMILIES, families_hint};
use super::format::{Confidence, RuleDefinition, Status};
use super::load::Packs;
use crate::error::{Error, Place};

/// How sure a rule must be to act rather than tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Rules of high confidence act.
    Safe,
    /// Rules of high and medium confidence act.
    #[default]
    Balanced,
    /// All rules act: for the full text of pages.
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

/// Fields of a rule that the user sees otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// `high`, `medium` or `low`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
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
        }
    }
}

impl RuleOptions {
    /// Whether a rule takes part at all.
    pub(crate) fn selects(&self, rule: &RuleDefinition) -> bool {
        let any = |selectors: &[String]| selectors.iter().any(|selector| selector_fits(selector, rule));
        let chosen = self.select.is_empty() || any(&self.select) || any(&self.extend_select);
        chosen && !any(&self.ignore) && rule.status != Status::Rejected
    }

    /// Checks that each entry of `select`, `extend-select` and `ignore` names something that there is, since a
    /// slip of the pen could turn all rules off.
    ///
    /// # Errors
    /// [`Error::Definition`] that names the key and the entry.
    pub(crate) fn check(&self, packs: &Packs) -> Result<(), Error> {
        let fault = |key: &str, message: String, hint: &str| {
            let place = Place { file: format!("rules.{key}"), ..Place::default() };
            Err(Error::Definition { place, message, hint: hint.to_owned() })
        };
        let lists = [("select", &self.select), ("extend-select", &self.extend_select), ("ignore", &self.ignore)];
        for (key, entry) in lists.iter().flat_map(|(key, entries)| entries.iter().map(move |entry| (key, entry))) {
            let fits = || packs.rules().any(|rule| selector_fits(entry, &rule.definition));
            if let Some(family) = entry.strip_prefix("family:") {
                if !FAMILIES.contains(&family) && !fits() {
                    return fault(key, format!("there is no family `{entry}`"), &families_hint());
                }
            } else if let Some(status) = entry.strip_prefix("status:") {
                if !Status::ALL.iter().any(|known| known.name() == status) {
                    let names = Status::ALL.map(Status::name).join(", ");
                    return fault(key, format!("there is no status `{entry}`"), &format!("statuses are: {names}"));
                }
            } else if !fits() {
                let message = format!("no rule of the packs that are read has an id that starts with `{entry}`");
                return fault(
                    key,
                    message,
                    "`scutch rules list` shows all ids; `family:NAME` and `status:NAME` are the other forms",
                );
            }
        }
        let is_empty = !packs.rules().any(|rule| self.selects(&rule.definition));
        if is_empty && !self.select.is_empty() && packs.rules().next().is_some() {
            let message = format!("no rule is left of `{}`", self.select.join("`, `"));
            return fault("select", message, "`scutch rules list` shows all rules with their status");
        }
        Ok(())
    }

    /// Whether a rule of this confidence and status acts; otherwise it only tags.
    pub(crate) fn acts(&self, confidence: Confidence, status: Status) -> bool {
        matches!(status, Status::Stable | Status::Deprecated) && confidence >= self.profile.lowest()
    }
}

fn selector_fits(selector: &str, rule: &RuleDefinition) -> bool {
    if let Some(family) = selector.strip_prefix("family:") {
        return rule.family == family;
    }
    if let Some(status) = selector.strip_prefix("status:") {
        return rule.status.name() == status;
    }
    let rest = rule.id.get_ref().strip_prefix(selector);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
