//! The line model: what rules cannot say, told by what a line is like and by what stands around it.
//!
//! Each line becomes a list of numbers ([`features`]); a small network tells from those of the line and of the
//! lines around it how likely it is that the line is boilerplate ([`crate::network`]). `rules/models/README.md` says
//! what it was trained on and how well it does.

mod evidence;
mod features;
mod policy;
mod seen;
mod shape;
mod topics;

use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

pub(crate) use evidence::{Evidence, Kind};
pub(crate) use features::{Features, NAMES, describe, log};
use policy::{Policy, has_barred_rows, is_whole_page};

use super::exceptions::Exceptions;
use super::families::FAMILIES;
use super::options::{Profile, is_start_of};
use super::set::STAGE;
use crate::edit::{RuleId, RuleInfo, RuleTable};
use crate::error::Error;
use crate::lines::scan::Scan;
use crate::lines::{self, BodyShape, Line};

/// The network of the line model.
type Network = crate::network::Network<{ NAMES.len() }>;

/// Weights of the network that comes with the program.
pub(crate) const WEIGHTS: &str = include_str!("../../../rules/models/lines.json");
/// The choice of the weights that come with the program.
pub(crate) const BUILTIN: &str = "builtin";
/// The choice of no line model.
pub(crate) const NONE: &str = "none";
/// Family of lines near which no rule says what they are.
const UNKNOWN: &str = "unknown";

/// Share of the characters between the first and the last body line that the model may take from a full page: nearly
/// everything that it takes there beyond the share that is allowed elsewhere is other articles and comments.
const MOST_OF_WHOLE_PAGE: f64 = 0.75;

/// Start of the ids of what the line model does.
pub(crate) const STRIP_MODEL: &str = "strip.model";
/// Name of the rule that rejects a text of which nothing is worth keeping.
pub(crate) const NOTHING: &str = "strip.model.page";

/// How likely a line must be at least, if less would take too much of the text: tried one after the other.
const CAUTION: [f32; 4] = [0.0, 0.7, 0.8, 0.9];

/// Lines of the shortest text that is judged.
const LEAST_LINES: usize = 4;

/// Lines above the first body line among which the headline is looked for: between them stand bylines, dates, buttons.
const HEADLINE_LINES: usize = 12;

/// The line model as a run uses it.
pub(crate) struct LineModel {
    network: Arc<Network>,
    policy: Policy,
    /// What it does to lines, for each family of [`FAMILIES`].
    rules: Vec<ModelRule>,
    /// What it does to a text of which nothing stays.
    nothing: ModelRule,
}

/// What the model does under one id.
struct ModelRule {
    id: RuleId,
    name: String,
    /// Whether it is left out for all documents.
    is_left_out: bool,
    /// Numbers of the exceptions that leave it out.
    left_out_by: Vec<usize>,
}

impl ModelRule {
    fn acts(&self, exceptions: &[usize]) -> bool {
        !self.is_left_out && !self.left_out_by.iter().any(|number| exceptions.contains(number))
    }
}

/// All ids under which the model acts.
pub(super) fn model_ids() -> Vec<String> {
    FAMILIES.iter().map(|family| format!("{STRIP_MODEL}.{family}")).chain([NOTHING.to_owned()]).collect()
}

/// A text as lines, with the classes of its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Lined<'a> {
    pub(crate) text: &'a str,
    pub(crate) scan: &'a Scan,
    pub(crate) lines: &'a [Line],
}

/// What the model says of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Verdicts {
    /// Lines that are boilerplate, in order, of those that no rule takes or protects.
    pub(crate) lines: Vec<Judgment>,
    /// Whether the text is the full text of a page.
    pub(crate) is_whole_page: bool,
    /// The rule that takes all of the text, and the mean score, if it is nothing but boilerplate; then `lines` is empty.
    pub(crate) nothing: Option<(RuleId, f32)>,
    /// Whether the model would take too much however sure it is asked to be; then `lines` is empty.
    pub(crate) is_too_much: bool,
}

/// A line that goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judgment {
    pub(crate) line: usize,
    /// The rule that is named for it.
    pub(crate) rule: RuleId,
    /// How likely it is boilerplate, 0 to 1.
    pub(crate) score: f32,
}

impl LineModel {
    /// The model for a profile. `choice` is `builtin` or the path of weights.
    ///
    /// # Errors
    /// [`Error::Definition`] if the file cannot be read or has no weights for this network.
    pub(crate) fn new(choice: &str, profile: Profile, table: &mut RuleTable) -> Result<Self, Error> {
        let network = if choice == BUILTIN { builtin() } else { Arc::new(read(choice)?) };
        let mut rule = |name: String| {
            let id = table.add(RuleInfo { stage: STAGE, id: name.clone(), sha256: network.sha256().to_owned() });
            ModelRule { id, name, is_left_out: false, left_out_by: Vec::new() }
        };
        let rules = FAMILIES.iter().map(|family| rule(format!("{STRIP_MODEL}.{family}"))).collect();
        let nothing = rule(NOTHING.to_owned());
        Ok(Self { network, policy: Policy::of(profile), rules, nothing })
    }

    /// Leaves out what entries of `ignore` name, for all documents or for those of exceptions.
    pub(crate) fn leave_out(&mut self, ignored: &[&str], exceptions: &Exceptions) {
        for rule in self.rules.iter_mut().chain([&mut self.nothing]) {
            rule.is_left_out = ignored.iter().any(|entry| is_start_of(entry, &rule.name));
            rule.left_out_by = exceptions.without_model(&rule.name);
        }
    }

    /// Whether it does anything for a document with these exceptions.
    pub(crate) fn may_act(&self, exceptions: &[usize]) -> bool {
        self.rules.iter().chain([&self.nothing]).any(|rule| rule.acts(exceptions))
    }

    /// What tells this use of the model from others.
    pub(crate) fn digest(&self) -> String {
        format!("model {} {:?} {}", self.network.sha256(), self.policy, policy::limits())
    }

    /// Judges all lines of a text. `evidence` has one entry for each. `family_of` is the family of a rule by its index,
    /// `max_removed` the share that may go of the characters between the first and the last body line that stay,
    /// `exceptions` those that the document falls under.
    pub(crate) fn judge<'a>(
        &self,
        lined: &Lined<'_>,
        evidence: &[Evidence],
        family_of: impl Fn(u32) -> &'a str,
        max_removed: f64,
        exceptions: &[usize],
    ) -> Verdicts {
        let Lined { text, scan, lines } = *lined;
        let mut verdicts = Verdicts::default();
        // What a few lines are cannot be told from the lines around.
        if lines.len() < LEAST_LINES {
            return verdicts;
        }
        let features = describe(text, scan, lines, evidence);
        let scores = self.network.run(&features);
        verdicts.is_whole_page = is_whole_page(text, lines, evidence, &family_of);
        // Rows of tables read like menus, and what surrounds them says too little of them.
        let has_barred_rows = has_barred_rows(text, lines);
        let has_tabs = memchr::memchr(b'\t', text.as_bytes()).is_some();
        let is_row = |line: &Line| {
            (has_tabs && line.text(text).contains('\t')) || (has_barred_rows && line.text(text).starts_with('|'))
        };
        if self.nothing.acts(exceptions) && !evidence.iter().any(|one| one.is_protected) {
            let mean = self.policy.nothing(text, lines, &features, &scores);
            verdicts.nothing = mean.map(|score| (self.nothing.id, score));
        }
        // Nor can what a text without any sentence is.
        if verdicts.nothing.is_some() || !lines.iter().any(|line| line.is_short_body) {
            return verdicts;
        }
        let may_go = |one: &Evidence, line: &Line| !one.is_protected && !one.is_title && !is_row(line);
        // Whatever the network says, lines of rules that are left out stay, and the headline does.
        let spared = |mut goes: Vec<bool>| {
            self.leave(&mut goes, evidence, &family_of, exceptions);
            if let Some(line) = headline(text, lines, evidence, &goes) {
                goes[line] = false;
            }
            goes
        };
        let goes = |least: f32| {
            let is_likely = |score: f32, one: &Evidence, line: &Line| {
                score > self.policy.limit(verdicts.is_whole_page, line, one).max(least) && may_go(one, line)
            };
            let likely = scores.iter().zip(evidence).zip(lines);
            spared(likely.map(|((score, one), line)| one.is_taken || is_likely(*score, one, line)).collect())
        };
        let is_bearable = |goes: &Vec<bool>| !takes_too_much(lines, verdicts.is_whole_page, goes, max_removed);
        let Some(mut goes) = CAUTION.into_iter().map(goes).find(is_bearable) else {
            verdicts.is_too_much = true;
            return verdicts;
        };
        if verdicts.is_whole_page {
            let may_go = |at: usize| evidence.get(at).zip(lines.get(at)).is_some_and(|(one, line)| may_go(one, line));
            let with_islands = spared(self.policy.with_islands(lines, &scores, &goes, may_go));
            goes = Some(with_islands).filter(is_bearable).unwrap_or(goes);
        }
        let named = self.named(&goes, evidence, &family_of, exceptions).into_iter();
        verdicts.lines =
            named.filter_map(|(line, rule)| Some(Judgment { line, rule: rule?, score: *scores.get(line)? })).collect();
        verdicts
    }

    /// Lets lines stay that are of rules that are left out.
    fn leave<'a>(
        &self,
        goes: &mut [bool],
        evidence: &[Evidence],
        family_of: &impl Fn(u32) -> &'a str,
        exceptions: &[usize],
    ) {
        if self.rules.iter().all(|rule| rule.acts(exceptions)) {
            return;
        }
        for (line, rule) in self.named(goes, evidence, family_of, exceptions) {
            goes[line] = rule.is_some();
        }
    }

    /// The lines that go and that no rule takes, each with the rule that is named for it; `None` if that is left out.
    fn named<'a>(
        &self,
        goes: &[bool],
        evidence: &[Evidence],
        family_of: &impl Fn(u32) -> &'a str,
        exceptions: &[usize],
    ) -> Vec<(usize, Option<RuleId>)> {
        let mut named = Vec::new();
        // A run of lines is mostly of one rule.
        let mut last: Option<(Option<u32>, Option<RuleId>)> = None;
        let mut start = 0;
        for run in goes.chunk_by(|one, next| one == next) {
            let range = start..start + run.len();
            start = range.end;
            if run.first() != Some(&true) {
                continue;
            }
            let own = |line: usize| evidence.get(line).and_then(|one| one.rule);
            // A heading names what stands below it; what stands above the first one is like it.
            let mut rule = range.clone().find_map(own);
            for line in range {
                rule = own(line).or(rule);
                if evidence.get(line).is_some_and(|one| !one.is_taken) {
                    let id = match last {
                        Some((of, id)) if of == rule => id,
                        _ => self.rule(rule.map_or(UNKNOWN, family_of), exceptions),
                    };
                    last = Some((rule, id));
                    named.push((line, id));
                }
            }
        }
        named
    }

    /// The rule that is named for lines of a family; `None` if it is left out.
    fn rule(&self, family: &str, exceptions: &[usize]) -> Option<RuleId> {
        let at = FAMILIES.iter().position(|known| *known == family);
        let at = at.or_else(|| FAMILIES.iter().position(|known| *known == UNKNOWN));
        at.and_then(|at| self.rules.get(at)).filter(|rule| rule.acts(exceptions)).map(|rule| rule.id)
    }
}

/// The line that most looks like the headline of a text, of those right above the first body line that stays: pages
/// show menus first, so that it need not be the first line.
fn headline(text: &str, lines: &[Line], evidence: &[Evidence], goes: &[bool]) -> Option<usize> {
    let body = lines.iter().zip(goes).position(|(line, goes)| line.is_body && !goes)?;
    let is_free = |line: &usize| evidence.get(*line).is_some_and(|one| !one.is_taken && one.strength <= 1);
    // A heading of Markdown is one, too.
    let is_headline = |line: &usize| {
        lines.get(*line).is_some_and(|line| line.text(text).starts_with("# ") || lines::looks_like_title(text, line))
    };
    let above = (body.saturating_sub(HEADLINE_LINES)..body).filter(|line| is_free(line) && is_headline(line));
    above.max_by_key(|line| lines.get(*line).map_or(0, Line::chars))
}

/// Whether too little of the body is left: of the characters from the first to the last body line that stays, more
/// than a share goes, or no body line stays. The share is `most`, for a full page at least [`MOST_OF_WHOLE_PAGE`].
fn takes_too_much(lines: &[Line], is_whole_page: bool, goes: &[bool], most: f64) -> bool {
    let stays = |line: usize| goes.get(line) == Some(&false);
    let body_shape = BodyShape::of(lines);
    let bodies = || (0..lines.len()).filter(|line| lines.get(*line).is_some_and(|line| body_shape.fits(line)));
    let mut kept = bodies().filter(|line| stays(*line));
    let body: RangeInclusive<usize> = match (kept.next(), bodies().next()) {
        (Some(first), _) => first..=kept.next_back().unwrap_or(first),
        (None, Some(_)) => return true,
        (None, None) => return false,
    };
    let chars = |line: usize| lines.get(line).map_or(0, Line::chars);
    let all: usize = body.clone().map(chars).sum();
    let taken: usize = body.filter(|line| !stays(*line)).map(chars).sum();
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
    let share = taken as f64 / all.max(1) as f64;
    share > if is_whole_page { most.max(MOST_OF_WHOLE_PAGE) } else { most }
}

/// The network that comes with the program; read once.
fn builtin() -> Arc<Network> {
    static NETWORK: OnceLock<Arc<Network>> = OnceLock::new();
    let read = || Arc::new(Network::read(WEIGHTS, &NAMES).expect("the weights are part of the program and are tested"));
    NETWORK.get_or_init(read).clone()
}

/// The network whose weights stand in a file.
fn read(path: &str) -> Result<Network, Error> {
    let hint = format!("write `{BUILTIN}`, `{NONE}` or the path of weights that rules/models/train_lines.py wrote");
    let fault = |message: String| Error::of_setting("rules.line-model", message, hint.as_str());
    let json = std::fs::read_to_string(path).map_err(|error| fault(format!("cannot read `{path}`: {error}")))?;
    Network::read(&json, &NAMES)
        .ok_or_else(|| fault(format!("`{path}` has no weights for the line model of this version")))
}
