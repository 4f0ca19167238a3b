//! A compiled rule set: the chosen rules of the chosen packs, ready to be held against documents.

use std::borrow::Cow;
use std::sync::Arc;

use regex::Regex;
use toml::Spanned;

use super::exceptions::Exceptions;
use super::facts::{Asks, Facts, looks_around};
use super::format::{
    Action, BlockEnd, Confidence, IfUnclosed, Inside, Matchers, RuleDefinition, Scope, When, WhenSiteUnknown,
};
use super::load::{LoadedRule, Packs};
use super::matcher::{Builder, LineMatcher, SHORT_LINE_CHARS, Slot, Target};
use super::model::{self, Kind, LineModel};
use super::options::{RuleLock, RuleOptions};
use super::pattern::Pattern;
use super::span_pattern::SpanPattern;
use super::vocab::UnknownPlaceholder;
use super::{fast_path, known_gates};
use crate::digest;
use crate::document::Field;
use crate::edit::{RuleId, RuleInfo, RuleTable};
use crate::error::Error;

/// Name of the stage that runs the rules.
pub(crate) const STAGE: &str = "strip";

/// Longest line in characters that is held against the start, end and inside of blocks, and against rules for
/// whole documents: paragraphs of appeals are long.
const BLOCK_LINE_MAX_CHARS: usize = 600;

/// Lines within which `near` looks for a neighbor unless the rule says otherwise.
const DEFAULT_NEAR_LINES: usize = 3;

/// What a rule of this set does when it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// What its `action` says.
    Apply,
    /// It leaves the text alone and tags the document.
    Tag,
}

/// One compiled rule.
pub(crate) struct Rule {
    pub(crate) facts: Facts,
    pub(crate) id: RuleId,
    pub(crate) name: String,
    pub(crate) family: String,
    /// Number of its family in the set.
    pub(crate) family_number: usize,
    /// Number in the set of what must be near.
    pub(crate) near: Option<usize>,
    /// Numbers of the families of `when.below`.
    pub(crate) below: Vec<usize>,
    /// What the line model knows of its family.
    pub(crate) kind: Kind,
    pub(crate) act: Act,
    /// Whether its status lets it act, whatever the profile.
    pub(super) may_act: bool,
    pub(crate) confidence: Confidence,
    /// Numbers of the exceptions that leave it out.
    pub(crate) left_out_by: Vec<usize>,
    pub(crate) to: Option<Field>,
    /// Name of the capture group that is extracted.
    pub(crate) capture: String,
    pub(crate) split: Option<Regex>,
    /// Languages that the rule is for; empty for all.
    pub(crate) langs: Vec<String>,
    pub(crate) sites: Vec<String>,
    pub(crate) when_site_unknown: WhenSiteUnknown,
    /// Whole-line patterns of `[rule.match]`.
    pub(crate) regexes: Vec<Arc<Pattern>>,
    /// Those of them that have the capture group.
    pub(crate) capturing: Vec<Arc<Pattern>>,
    /// Whole-line patterns of `[rule.unless]`, looked at only for lines that match.
    pub(crate) unless: Vec<Arc<Pattern>>,
    /// Whether it has matchers for lines; if not, a line rule is a purely structural one.
    pub(crate) has_matchers: bool,
    /// Whether the rule's guards are looked at before its patterns.
    pub(crate) guards_come_first: bool,
    pub(crate) block: Option<BlockRule>,
    pub(crate) span: Option<SpanRule>,
    pub(crate) when: When,
}

impl Rule {
    /// How strong the rule is among those that want the same line: site rules come before others, then the
    /// surer rule.
    pub(crate) fn rank(&self) -> (bool, Confidence) {
        (!self.sites.is_empty(), self.confidence)
    }

    /// Which of two rules takes what both want: the lesser one.
    pub(crate) fn order(&self, other: &Self) -> std::cmp::Ordering {
        other.rank().cmp(&self.rank()).then_with(|| self.name.cmp(&other.name))
    }

    /// What must be known before the rule's guards can be looked at.
    #[inline]
    pub(crate) fn asks(&self) -> Asks {
        self.facts.asks
    }

    #[inline]
    pub(crate) fn max_chars(&self) -> usize {
        self.facts.max_chars()
    }

    /// The value of an extraction as a list, without empty parts.
    pub(super) fn split_value(&self, value: &str) -> Vec<String> {
        let parts: Vec<&str> = match &self.split {
            Some(separator) => separator.split(value).collect(),
            None => vec![value],
        };
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Whether the rule is for all documents, whatever their site and language.
    pub(crate) fn is_for_all(&self) -> bool {
        self.sites.is_empty() && self.langs.is_empty() && self.left_out_by.is_empty()
    }
}

/// Whether a rule's guards are looked at before its patterns: where it has no phrase, and no text that would
/// tell at once that a pattern does not match, guards cost less.
fn guards_come_first(definition: &RuleDefinition, regexes: &[Arc<Pattern>]) -> bool {
    let (when, matchers) = (&definition.when, definition.matches.matchers());
    let asks = Asks::of(when);
    let has_guards = asks != Asks::Neighbors || looks_around(when);
    // Who protects must be known before anything is decided.
    let can_wait = definition.action != Action::Protect || asks == Asks::Neighbors;
    let may_match_any_text = |pattern: &Arc<Pattern>| pattern.gates().texts().is_empty();
    definition.scope == Scope::Line
        && !matchers.has_phrases()
        && has_guards
        && can_wait
        && (matchers.is_empty() || regexes.iter().any(may_match_any_text))
}

/// How a block ends, and what must stand inside.
pub(crate) struct BlockRule {
    pub(crate) ends_at_eof: bool,
    pub(crate) has_end: bool,
    /// Number of different `inside` matchers that must match.
    pub(crate) min_inside: usize,
    pub(crate) if_unclosed: IfUnclosed,
}

/// What a span rule finds and puts.
pub(crate) struct SpanRule {
    pub(crate) find: SpanPattern,
    /// Must match directly before; anchored at its end.
    pub(crate) before: Option<Regex>,
    /// Must match directly behind; anchored at its start.
    pub(crate) after: Option<Regex>,
    pub(crate) with: String,
}

/// The rules of one run.
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    /// Number of families that the rules are of or speak of.
    pub(crate) families: usize,
    /// What rules ask to be near a line.
    pub(crate) near: Vec<Near>,
    /// Rules (by index) whose guards are looked at first: the matcher tells which lines they may match.
    pub(crate) guarded: Vec<usize>,
    /// Rules (by index) that are for some documents only, by their site, language or path.
    pub(crate) for_some: Vec<usize>,
    pub(crate) matcher: LineMatcher,
    pub(crate) max_removed: f64,
    pub(crate) exceptions: Exceptions,
    /// What takes lines that no rule takes.
    pub(crate) model: Option<LineModel>,
    warnings: Vec<Error>,
    digest: String,
}

impl RuleSet {
    /// The rules that come with the program, with the options that a run has unless it says otherwise.
    ///
    /// # Errors
    /// Those of [`RuleSet::build`]; the built-in packs have none.
    pub fn builtin() -> Result<Self, Error> {
        let options = RuleOptions::default();
        let (packs, faults) = Packs::load(&options.packs);
        match faults.into_iter().next() {
            Some(fault) => Err(fault),
            None => Self::build(&packs, &options, &mut RuleTable::default()),
        }
    }

    /// Compiles the rules that `options` choose from `packs`, and registers them in `table`.
    ///
    /// # Errors
    /// [`Error::Definition`] with file, line and column for a rule that cannot be compiled.
    pub fn build(packs: &Packs, options: &RuleOptions, table: &mut RuleTable) -> Result<Self, Error> {
        options.check_overrides(packs)?;
        let seen: Vec<Cow<'_, LoadedRule>> =
            packs.rules().map(|rule| overridden(rule, options)).collect::<Result<_, _>>()?;
        let chosen: Vec<&LoadedRule> =
            seen.iter().map(Cow::as_ref).filter(|rule| options.selects(&rule.definition)).collect();
        Self::compile(&chosen, options, table)
    }

    /// The set with the line model beside its rules. Sets for testing and comparing rules
    /// go without.
    ///
    /// # Errors
    /// [`Error::Definition`] if its weights cannot be read.
    pub(crate) fn with_line_model(mut self, options: &RuleOptions, table: &mut RuleTable) -> Result<Self, Error> {
        if options.line_model != model::NONE {
            let mut model = LineModel::new(&options.line_model, options.profile, table)?;
            let ignored = options.ignored_of_model();
            model.leave_out(&ignored, &self.exceptions);
            let mut definition = vec![self.digest.clone(), model.digest()];
            definition.extend(ignored.into_iter().map(|entry| format!("ignore {entry}")));
            self.digest = digest::sha256(definition.join(" ").as_bytes());
            // What lines a rule of low confidence means well is for the model to say: it sees what the rule says, too.
            let is_doubtful = |rule: &&mut Rule| {
                rule.confidence == Confidence::Low
                    && (rule.facts.scope, rule.facts.action) == (Scope::Line, Action::Drop)
            };
            if model.may_act(&[]) {
                self.rules.iter_mut().filter(is_doubtful).for_each(|rule| rule.act = Act::Tag);
            }
            self.model = Some(model);
        }
        Ok(self)
    }

    /// Compiles one rule alone, acting whatever its confidence: for its own tests.
    pub(crate) fn of_one(rule: &LoadedRule) -> Result<Self, Error> {
        let options =
            RuleOptions { profile: super::options::Profile::Aggressive, max_removed: 1.0, ..RuleOptions::default() };
        let mut set = Self::compile(&[rule], &options, &mut RuleTable::default())?;
        for compiled in &mut set.rules {
            compiled.act = Act::Apply;
        }
        Ok(set)
    }

    fn compile(chosen: &[&LoadedRule], options: &RuleOptions, table: &mut RuleTable) -> Result<Self, Error> {
        let exceptions = Exceptions::new(&options.per_path, &options.per_site)?;
        let mut builder = Builder::default();
        let mut rules = Vec::with_capacity(chosen.len());
        let mut definitions = String::new();
        let (mut guarded, mut warnings) = (Vec::new(), Vec::new());
        let mut families = Families::default();
        for (index, loaded) in chosen.iter().enumerate() {
            let mut rule = compile_rule(loaded, options, table, &mut families)?;
            rule.left_out_by = exceptions.without(&loaded.definition);
            warnings.extend(slow_patterns(loaded, &rule));
            if rule.guards_come_first {
                guarded.push(index);
            }
            add_matchers(&mut builder, index, loaded, &rule)?;
            definitions.push_str(&loaded.sha256);
            definitions.push(if rule.act == Act::Apply { '+' } else { '-' });
            rules.push(rule);
        }
        let matcher = builder.build();
        let for_some = (0..rules.len()).filter(|index| rules.get(*index).is_some_and(|rule| !rule.is_for_all()));
        definitions.push_str(&options.max_removed.to_string());
        definitions.push_str(&options.digest_of_changes());
        let digest = digest::sha256(definitions.as_bytes());
        Ok(Self {
            for_some: for_some.collect(),
            rules,
            families: families.names.len(),
            near: families.near,
            guarded,
            matcher,
            max_removed: options.max_removed,
            exceptions,
            model: None,
            warnings,
            digest,
        })
    }

    /// SHA-256 over the definitions of all rules, over which of them act, overrides, exceptions, `max-removed` and the
    /// line model, if there is one; 64 hex digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The lines of `text` that are not blank, in order, as the line model sees them: for each, the number of line
    /// feeds before it, and its numbers, in the order of [`Self::feature_names`]. The model is trained on them.
    #[must_use]
    pub fn line_features(&self, text: &str) -> Vec<(usize, [f32; Self::FEATURES])> {
        let described = super::judging::describe(self, text, super::engine::Context::default());
        let mut number = 0;
        let mut seen = 0;
        let mut all = Vec::with_capacity(described.len());
        for (line, features) in described {
            let start = line.content().start;
            number += text.get(seen..start).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
            seen = start;
            all.push((number, features));
        }
        all
    }

    /// How many numbers a line has.
    pub const FEATURES: usize = super::model::NAMES.len();

    /// Names of the numbers of a line.
    #[must_use]
    pub fn feature_names() -> &'static [&'static str] {
        &super::model::NAMES
    }

    /// Takes out what should be mended: patterns of these rules that make a run slow, each with its place and what
    /// to do.
    pub fn take_warnings(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.warnings)
    }

    /// The digest as [`RuleLock`] spells it: `sha256:` and 64 hex digits.
    #[must_use]
    pub fn locked_digest(&self) -> String {
        RuleLock::spelled(&self.digest)
    }

    /// Number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether no rule was chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// Families of which one must stand near a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    /// Their numbers.
    pub(crate) families: Vec<usize>,
    /// Lines within which one must stand.
    pub(crate) lines: usize,
}

/// The families of a set, and what rules ask of them, in the order in which they were met.
#[derive(Default)]
struct Families {
    names: Vec<String>,
    near: Vec<Near>,
}

impl Families {
    fn number(&mut self, family: &str) -> usize {
        self.names.iter().position(|known| known == family).unwrap_or_else(|| {
            self.names.push(family.to_owned());
            self.names.len() - 1
        })
    }

    /// The number of what a rule asks to be near a line, if it does.
    fn near(&mut self, when: &When) -> Option<usize> {
        if when.near.is_empty() {
            return None;
        }
        let near = Near { families: self.numbers(&when.near), lines: when.near_lines.unwrap_or(DEFAULT_NEAR_LINES) };
        let known = self.near.iter().position(|known| *known == near);
        Some(known.unwrap_or_else(|| {
            self.near.push(near);
            self.near.len() - 1
        }))
    }

    fn numbers(&mut self, families: &[String]) -> Vec<usize> {
        families.iter().map(|family| self.number(family)).collect()
    }
}

fn compile_rule(
    loaded: &LoadedRule,
    options: &RuleOptions,
    table: &mut RuleTable,
    families: &mut Families,
) -> Result<Rule, Error> {
    let definition = &loaded.definition;
    let id = definition.id.get_ref();
    let confidence = definition.confidence;
    let acts = options.acts(confidence, definition.status) && definition.action != Action::Tag;
    let is_span = definition.scope == Scope::Span;
    let regexes = if is_span { Vec::new() } else { patterns(loaded, &definition.matches.regex)? };
    let unless = patterns(loaded, &definition.unless.regex)?;
    let to = definition.to.as_deref();
    let block = (definition.scope == Scope::Block).then(|| BlockRule {
        ends_at_eof: definition.matches.end.as_ref().is_some_and(|end| end.eof),
        has_end: definition.matches.end.as_ref().is_some_and(|end| !end.matchers().is_empty()),
        min_inside: definition.matches.inside.as_ref().map_or(0, |inside| inside.min.unwrap_or(1)),
        if_unclosed: definition.when.if_unclosed,
    });
    let info = RuleInfo { stage: STAGE, id: format!("{STAGE}.{id}"), sha256: loaded.sha256.chars().take(8).collect() };
    // Those that have it name it.
    let group = to.map(|name| format!("<{name}>"));
    let captures = |source: &Spanned<String>| group.as_ref().is_some_and(|group| source.get_ref().contains(group));
    let sources = definition.matches.regex.iter();
    Ok(Rule {
        facts: Facts::of(definition),
        capturing: regexes.iter().zip(sources).filter(|(_, one)| captures(one)).map(|(one, _)| one.clone()).collect(),
        id: table.add(info),
        name: id.clone(),
        family: definition.family.clone(),
        family_number: families.number(&definition.family),
        near: families.near(&definition.when),
        below: families.numbers(&definition.when.below),
        kind: Kind::of(&definition.family),
        act: if acts { Act::Apply } else { Act::Tag },
        may_act: options.acts(Confidence::High, definition.status),
        confidence,
        left_out_by: Vec::new(),
        to: to.map(Field::named),
        capture: to.unwrap_or_default().to_owned(),
        split: definition.split.as_ref().map(|pattern| compile(loaded, pattern, &plain)).transpose()?,
        langs: definition.langs.clone(),
        sites: definition.sites.clone(),
        when_site_unknown: definition.when_site_unknown,
        has_matchers: !definition.matches.matchers().is_empty(),
        guards_come_first: guards_come_first(definition, &regexes),
        regexes,
        unless,
        block,
        span: (definition.scope == Scope::Span).then(|| compile_span(loaded)).transpose()?,
        when: definition.when.clone(),
    })
}

/// A rule as the configuration sees it.
fn overridden<'a>(rule: &'a LoadedRule, options: &RuleOptions) -> Result<Cow<'a, LoadedRule>, Error> {
    let fields = options.overrides.iter().find(|(id, _)| rule.definition.is_called(id));
    let Some((_, fields)) = fields else { return Ok(Cow::Borrowed(rule)) };
    let mut seen = rule.clone();
    seen.definition = fields.apply(&rule.definition)?;
    Ok(Cow::Owned(seen))
}

fn compile_span(loaded: &LoadedRule) -> Result<SpanRule, Error> {
    let table = &loaded.definition.matches;
    let find = match (&table.find, table.regex.as_slice()) {
        (Some(literal), []) if !literal.get_ref().is_empty() => SpanPattern::literal(literal.get_ref()),
        (None, [pattern]) => SpanPattern::regex(compile(loaded, pattern, &plain)?, pattern.get_ref()),
        _ => {
            return Err(loaded.error_at_id(
                "a span rule needs either `find` or one `regex`".to_owned(),
                "write `find = \"...\"` under [rule.match]",
            ));
        }
    };
    let ends_here = |pattern: &Spanned<String>| Regex::new(&format!("(?:{})$", pattern.get_ref()));
    let starts_here = |pattern: &Spanned<String>| Regex::new(&format!("^(?:{})", pattern.get_ref()));
    Ok(SpanRule {
        find,
        before: table.before.as_ref().map(|pattern| compile(loaded, pattern, &ends_here)).transpose()?,
        after: table.after.as_ref().map(|pattern| compile(loaded, pattern, &starts_here)).transpose()?,
        with: table.with.clone().unwrap_or_default(),
    })
}

/// Patterns of a rule that read nearly every line to its end, long ones too.
fn slow_patterns(loaded: &LoadedRule, rule: &Rule) -> Vec<Error> {
    if rule.facts.scope != Scope::Line || rule.guards_come_first || rule.max_chars() <= SHORT_LINE_CHARS {
        return Vec::new();
    }
    // Those of built-in packs were measured: they are not parsed when the program starts.
    let is_slow = |(one, source): &(&Arc<Pattern>, &Spanned<String>)| {
        let pattern = source.get_ref();
        !one.gates().ask_for_content() && !known_gates::is_known(pattern) && fast_path::runs_far(pattern)
    };
    let slow = rule.regexes.iter().zip(&loaded.definition.matches.regex).filter(is_slow);
    let warn = |(_, source): (&Arc<Pattern>, &Spanned<String>)| {
        let message = format!("pattern of `{}` reads nearly every line to its end, which is slow", rule.name);
        let hint = format!(
            "let it start with letters, give it a word of four letters that each match must have, or set `max_chars` to {SHORT_LINE_CHARS} or less"
        );
        loaded.error_at(source.span().start, message, &hint)
    };
    slow.map(warn).collect()
}

fn plain(pattern: &Spanned<String>) -> Result<Regex, regex::Error> {
    Regex::new(pattern.get_ref())
}

type Compiler<'a> = &'a dyn Fn(&Spanned<String>) -> Result<Regex, regex::Error>;

/// Compiles a pattern, or says where it stands and what is wrong with it (lint E06).
fn compile(loaded: &LoadedRule, pattern: &Spanned<String>, compiler: Compiler<'_>) -> Result<Regex, Error> {
    compiler(pattern).map_err(|error| pattern_error(loaded, pattern, &error.to_string()))
}

fn pattern_error(loaded: &LoadedRule, pattern: &Spanned<String>, error: &str) -> Error {
    let cause = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
    loaded.error_at(
        pattern.span().start,
        format!("E06 pattern of `{}` does not compile: {cause}", loaded.definition.id.get_ref()),
        "patterns follow the Rust regex crate: no look-around, no back-references",
    )
}

/// Whole-line patterns, checked but not compiled.
fn patterns(loaded: &LoadedRule, sources: &[Spanned<String>]) -> Result<Vec<Arc<Pattern>>, Error> {
    let read = |source: &Spanned<String>| {
        Pattern::new(source.get_ref()).map(Arc::new).map_err(|error| pattern_error(loaded, source, &error))
    };
    sources.iter().map(read).collect()
}

/// The slot of a rule's matcher, from its number.
type SlotOf = fn(u16) -> Slot;

fn add_matchers(builder: &mut Builder, index: usize, loaded: &LoadedRule, rule: &Rule) -> Result<(), Error> {
    let definition = &loaded.definition;
    let table = &definition.matches;
    // The size guards of a block or document speak of all of it, not of its lines.
    let is_of_more = rule.block.is_some() || rule.facts.scope == Scope::Document;
    let max_chars = if is_of_more { BLOCK_LINE_MAX_CHARS } else { rule.max_chars() };
    let unknown = |unknown: UnknownPlaceholder| {
        loaded.error_at_text(
            &unknown.phrase,
            format!("phrase `{}` names `{{{}}}`, which is not in [vocab]", unknown.phrase, unknown.name),
            "add the list to [vocab] in pack.toml; `{n}` stands for any number",
        )
    };
    let vocab = &loaded.vocab;
    let holds_lines = rule.span.is_none() && !rule.guards_come_first;
    let parts: [(Option<Matchers>, usize, SlotOf); 5] = [
        (holds_lines.then(|| table.matchers()), max_chars, |_| Slot::Main),
        // Patterns of `unless` are held against matched lines alone.
        (Some(Matchers { regex: Vec::new(), ..definition.unless.clone() }), max_chars, |_| Slot::Unless),
        (table.start.clone(), BLOCK_LINE_MAX_CHARS, |_| Slot::Start),
        (table.end.as_ref().map(BlockEnd::matchers), BLOCK_LINE_MAX_CHARS, |_| Slot::End),
        (table.inside.as_ref().map(Inside::matchers), BLOCK_LINE_MAX_CHARS, Slot::Inside),
    ];
    for (matchers, limit, slot_of) in parts {
        let Some(matchers) = matchers else { continue };
        let mut number = 0_u16;
        let mut slot = || {
            number = number.saturating_add(1);
            slot_of(number)
        };
        builder.add(index, &matchers, vocab, limit, &mut slot).map_err(unknown)?;
        // Those of lines were read with the rule.
        let read =
            if matches!(slot_of(0), Slot::Main) { rule.regexes.clone() } else { patterns(loaded, &matchers.regex)? };
        for pattern in read {
            builder.add_pattern(pattern, Target { rule: index, slot: slot() }, limit);
        }
    }
    if rule.guards_come_first {
        for pattern in &rule.regexes {
            builder.add_pattern(Arc::clone(pattern), Target { rule: index, slot: Slot::MayMatch }, max_chars);
        }
    }
    Ok(())
}
