//! Reading packs: built-in ones by name, own ones from folders.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use walkdir::WalkDir;

use super::builtin;
use super::format::{self, Case, PackHeader, RuleDefinition, Status};
use super::nearest::did_you_mean;
use super::requirement;
use super::vocab::Vocab;
use crate::digest;
use crate::error::{Error, Place};

/// A rule with what is needed to compile it and to speak of it.
#[derive(Debug, Clone)]
pub(crate) struct LoadedRule {
    pub(crate) definition: RuleDefinition,
    pub(crate) pack: String,
    pub(crate) vocab: Vocab,
    /// SHA-256 of the rule's normalized definition without its tests, 64 hex digits.
    pub(crate) sha256: String,
    pub(crate) file: String,
    /// Line and column of the start of each line are found again from this.
    text: std::sync::Arc<str>,
    /// Bytes of the file from the rule's header to the next one.
    span: std::ops::Range<usize>,
}

impl LoadedRule {
    /// The keys of one of the rule's tables in the order in which they are written, each with its byte in
    /// the rule's file.
    pub(crate) fn keys_of(&self, table: &str) -> Vec<(String, usize)> {
        let text = self.text.get(self.span.clone()).unwrap_or_default();
        // A rule is a TOML document of its own, and it was read before.
        let Ok(document) = DeTable::parse(text) else { return Vec::new() };
        let rules = value_of(document.get_ref(), "rule").and_then(DeValue::as_array);
        let rule = rules.and_then(|rules| rules.first()?.get_ref().as_table());
        let keys = rule.and_then(|rule| value_of(rule, table)?.as_table()).into_iter().flatten();
        let mut keys: Vec<(String, usize)> =
            keys.map(|(key, _)| (key.get_ref().to_string(), self.span.start + key.span().start)).collect();
        keys.sort_by_key(|(_, offset)| *offset);
        keys
    }

    /// The guards of `[rule.when]` as they are written: `position = ["tail"]`.
    pub(crate) fn written_guards(&self) -> Vec<(String, String)> {
        let text = self.text.get(self.span.clone()).unwrap_or_default();
        let Ok(document) = DeTable::parse(text) else { return Vec::new() };
        let rules = value_of(document.get_ref(), "rule").and_then(DeValue::as_array);
        let rule = rules.and_then(|rules| rules.first()?.get_ref().as_table());
        let guards = rule.and_then(|rule| value_of(rule, "when")?.as_table()).into_iter().flatten();
        let mut guards: Vec<_> = guards
            .map(|(key, value)| {
                let written = text.get(value.span()).unwrap_or_default().split_whitespace().collect::<Vec<_>>();
                (key.span().start, key.get_ref().to_string(), format!("{} = {}", key.get_ref(), written.join(" ")))
            })
            .collect();
        guards.sort();
        guards.into_iter().map(|(_, key, written)| (key, written)).collect()
    }

    /// The byte of the rule's file at which a key stands, given with the tables that it is in, or, of its value, the
    /// entry or key `wanted`.
    fn offset_of(&self, path: &[&str], wanted: Option<&str>) -> Option<usize> {
        let document = DeTable::parse(self.text.get(self.span.clone())?).ok()?;
        let mut value = value_of(document.get_ref(), "rule")?.as_array()?.first()?.get_ref();
        let mut at = None;
        for part in path {
            let (key, inner) = value.as_table()?.iter().find(|(key, _)| key.get_ref() == *part)?;
            at = Some(key.span().start);
            value = inner.get_ref();
        }
        let at = wanted.map_or(at, |wanted| offset_within(value, wanted));
        at.map(|at| self.span.start + at)
    }

    /// An error at a key, given with the tables that it is in, else at the rule's id.
    pub(crate) fn error_at_key(&self, path: &[&str], message: String, hint: &str) -> Error {
        let offset = self.offset_of(path, None).unwrap_or_else(|| self.definition.id.span().start);
        self.error_at(offset, message, hint)
    }

    /// An error at an entry of a key's list, or at a key of its table, else at the rule's id.
    pub(crate) fn error_at_value(&self, path: &[&str], wanted: &str, message: String, hint: &str) -> Error {
        let offset = self.offset_of(path, Some(wanted)).unwrap_or_else(|| self.definition.id.span().start);
        self.error_at(offset, message, hint)
    }

    /// An error at a byte of the rule's file.
    pub(crate) fn error_at(&self, offset: usize, message: String, hint: &str) -> Error {
        let place = Place::of_offset(&self.file, &self.text, offset);
        Error::Definition { place, message, hint: hint.to_owned() }
    }

    /// An error where a text stands in the rule as it is written, else at the rule's id.
    pub(crate) fn error_at_text(&self, wanted: &str, message: String, hint: &str) -> Error {
        let text = self.text.get(self.span.clone()).unwrap_or_default();
        match text.find(wanted) {
            Some(at) => self.error_at(self.span.start + at, message, hint),
            None => self.error_at_id(message, hint),
        }
    }

    /// Where an example stands in the rule as it is written, else where its id stands.
    pub(crate) fn place_of_example(&self, example: &str) -> Place {
        let text = self.text.get(self.span.clone()).unwrap_or_default();
        // Line ends may be written as `\\n`.
        let first = example.lines().find(|line| !line.trim().is_empty()).unwrap_or(example);
        let tests = text.find("[rule.tests]").unwrap_or(0);
        let found = text.get(tests..).and_then(|text| text.find(first)).filter(|_| !first.is_empty());
        let offset = found.map_or(self.definition.id.span().start, |at| self.span.start + tests + at);
        Place::of_offset(&self.file, &self.text, offset)
    }

    /// An error at the rule's id.
    pub(crate) fn error_at_id(&self, message: String, hint: &str) -> Error {
        self.error_at(self.definition.id.span().start, message, hint)
    }
}

/// A whole-document test with its file.
#[derive(Debug, Clone)]
pub(crate) struct LoadedCase {
    pub(crate) case: Case,
    /// Where its name stands.
    pub(crate) place: Place,
}

/// What `scutch rules list` shows of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSummary {
    /// Id, such as `web.ad.label`.
    pub id: String,
    /// Family of boilerplate.
    pub family: String,
    /// `drop`, `rewrite`, `extract`, `tag` or `protect`.
    pub action: &'static str,
    /// `high`, `medium` or `low`.
    pub confidence: &'static str,
    /// `proposed`, `preview`, `stable`, `deprecated` or `rejected`.
    pub status: &'static str,
    /// Why the rule is there.
    pub why: String,
    /// What was measured; may be empty.
    pub evidence: String,
    /// Version that brought it.
    pub since: String,
    /// Rule to use instead; empty unless deprecated.
    pub replaced_by: String,
    /// The file it stands in.
    pub file: String,
    /// First 8 hex digits of its definition's SHA-256.
    pub sha256: String,
}

/// Packs as read, with the rules in order of file and place.
#[derive(Debug, Default)]
pub struct Packs {
    rules: Vec<LoadedRule>,
    cases: Vec<LoadedCase>,
    /// Id and title of each pack.
    names: Vec<(String, String)>,
    /// The `pack.toml` of each pack, by the pack's id.
    headers: BTreeMap<String, String>,
    gold: Vec<(String, String)>,
    known_false_positives: BTreeMap<String, Vec<String>>,
    /// Rules that these are listed for, each with the place.
    known: Vec<(String, Place)>,
}

/// The name that stands for all built-in packs.
pub(crate) const ALL_BUILTIN: &str = "builtin";

/// Files of one tree of packs: name and content.
type Files = Vec<(String, String)>;

impl Packs {
    /// Reads packs: a built-in one by its name (`web`), all of them as `builtin`, an own one by its folder
    /// (`./rules/local`), which may also hold several packs. Every fault is reported; what can be read is there.
    #[must_use]
    pub fn load(names: &[String]) -> (Self, Vec<Error>) {
        let mut packs = Self::default();
        let mut errors = Vec::new();
        let builtin_ids: Vec<&str> = builtin_packs().collect();
        let names = with_builtin(names);
        for (index, name) in names.iter().enumerate() {
            if names.get(..index).is_some_and(|before| before.contains(name)) {
                errors.push(fault(name, "this rule pack is named twice", "name each pack once"));
                continue;
            }
            if builtin_ids.contains(&name.as_str()) {
                packs.add_tree(&builtin_files(name), &mut errors);
                continue;
            }
            let folder = Path::new(name);
            if !folder.is_dir() {
                errors.push(Error::Definition {
                    place: Place { file: name.clone(), ..Place::default() },
                    message: if folder.is_file() { "is a file, not a folder" } else { "no such rule pack or folder" }
                        .to_owned(),
                    hint: hint_of_missing(folder, &builtin_ids),
                });
                continue;
            }
            match read_folder(folder) {
                Ok(files) => {
                    let (rules, faults) = (packs.rules.len(), errors.len());
                    packs.add_tree(&files, &mut errors);
                    if (packs.rules.len(), errors.len()) == (rules, faults) {
                        errors.push(fault(
                            name,
                            "this folder holds no rules",
                            "write `[[rule]]` tables into a .toml file beside its pack.toml",
                        ));
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        packs.report_doubles(&mut errors);
        (packs, errors)
    }

    /// Reads the rules and cases of one file, with the `pack.toml` beside it if there is one; without, the file is
    /// taken for a pack of its own.
    #[must_use]
    pub fn load_file(path: &Path) -> (Self, Vec<Error>) {
        let (mut packs, mut errors) = (Self::default(), Vec::new());
        let read = |path: &Path| {
            let text = std::fs::read_to_string(path).map_err(|source| Error::file("read", path, source))?;
            Ok((path.to_string_lossy().replace('\\', "/"), text))
        };
        let text = match read(path) {
            Ok(file) => file,
            Err(error) => return (packs, vec![error]),
        };
        let header_path = path.with_file_name("pack.toml");
        let header = if header_path.is_file() {
            read(&header_path)
        } else {
            let is_id = |line: &&str| line.trim_start().starts_with("id ") || line.trim_start().starts_with("id=");
            let id = text.1.lines().find(is_id).and_then(|line| line.split(['"', '\'']).nth(1)).unwrap_or("local");
            let pack = id.split('.').next().unwrap_or_default();
            let name = header_path.to_string_lossy().replace('\\', "/");
            Ok((name, format!("format = 1\n[pack]\nid = \"{pack}\"\ntitle = \"\"\nlicence = \"\"\n")))
        };
        match header {
            Ok(header) => packs.add_tree(&[header, text], &mut errors),
            Err(error) => errors.push(error),
        }
        packs.report_doubles(&mut errors);
        (packs, errors)
    }

    /// Adds packs from memory: names of files with `/`, and their content.
    pub(super) fn with_files(mut self, files: &[(String, String)]) -> (Self, Vec<Error>) {
        let mut errors = Vec::new();
        self.add_tree(files, &mut errors);
        self.report_doubles(&mut errors);
        (self, errors)
    }

    /// Names of the packs that come with the program.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        builtin_packs()
    }

    /// Id and title of each pack.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(id, title)| (id.as_str(), title.as_str()))
    }

    /// What there is to know of each rule, in order of file and place.
    pub fn summaries(&self) -> impl Iterator<Item = RuleSummary> {
        self.rules.iter().map(|rule| {
            let definition = &rule.definition;
            RuleSummary {
                id: definition.id.get_ref().clone(),
                family: definition.family.clone(),
                action: definition.action.name(),
                confidence: definition.confidence.name(),
                status: definition.status.name(),
                why: definition.why.clone(),
                evidence: definition.evidence.clone().unwrap_or_default(),
                since: definition.since.clone(),
                replaced_by: definition.replaced_by.clone().unwrap_or_default(),
                file: rule.file.clone(),
                sha256: rule.sha256.chars().take(8).collect(),
            }
        })
    }

    /// The definition of a rule as it stands in its file, without the tables of other rules.
    #[must_use]
    pub fn definition(&self, id: &str) -> Option<&str> {
        let rule = self.rules.iter().find(|rule| rule.definition.id.get_ref() == id)?;
        rule.text.get(rule.span.clone()).map(str::trim_end)
    }

    /// Makes proposed and preview rules stable, to see what they would do.
    pub(crate) fn promote(&mut self) {
        for rule in &mut self.rules {
            if matches!(rule.definition.status, Status::Proposed | Status::Preview) {
                rule.definition.status = Status::Stable;
            }
        }
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &LoadedRule> {
        self.rules.iter()
    }

    pub(crate) fn cases(&self) -> &[LoadedCase] {
        &self.cases
    }

    /// Known good lines, each with the file it stands in.
    pub(crate) fn gold(&self) -> &[(String, String)] {
        &self.gold
    }

    /// Gold lines that a rule is known to hit, by rule id.
    pub(crate) fn known_false_positives(&self, rule: &str) -> &[String] {
        self.known_false_positives.get(rule).map_or(&[], Vec::as_slice)
    }

    /// Rules that gold lines are listed for as known hits, each with the place where that is.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.known.iter().map(|(id, place)| (id.as_str(), place))
    }

    /// Adds the packs of one tree of files: every folder with a `pack.toml` is a pack; files beside
    /// no `pack.toml` may hold cases only.
    fn add_tree(&mut self, files: &[(String, String)], errors: &mut Vec<Error>) {
        let headers: BTreeMap<&str, &str> = files
            .iter()
            .filter_map(|(name, text)| Some((name.strip_suffix("pack.toml")?, text.as_str())))
            .filter(|(folder, _)| folder.is_empty() || folder.ends_with('/'))
            .collect();
        let mut vocabs: BTreeMap<&str, (String, Vocab, String)> = BTreeMap::new();
        // Packs that were read before: what they hold would be there twice.
        let mut doubles: Vec<&str> = Vec::new();
        // Packs whose `pack.toml` has a fault: what their files say cannot be told apart from other packs.
        let mut broken: Vec<&str> = Vec::new();
        for (folder, text) in &headers {
            let name = format!("{folder}pack.toml");
            match format::parse(&name, text) {
                Ok(file) => {
                    let Some(header) = file.pack else {
                        errors.push(fault(&name, "no [pack] table", "write `[pack]` with `id`, `title` and `licence`"));
                        broken.push(folder);
                        continue;
                    };
                    if let Some(first) = self.headers.get(&header.id) {
                        let message = format!("pack `{}` is there twice (first in {first})", header.id);
                        errors.push(fault(&name, &message, "name it once, or give one of them another id"));
                        doubles.push(folder);
                        continue;
                    }
                    errors.extend(unmet_requirement(&header, &name, text));
                    self.headers.insert(header.id.clone(), name.clone());
                    let vocab_json = serde_json::to_string(&file.vocab).unwrap_or_default();
                    self.names.push((header.id.clone(), header.title.clone()));
                    vocabs.insert(folder, (header.id, Vocab::new(file.vocab), vocab_json));
                }
                Err(error) => {
                    errors.push(error);
                    broken.push(folder);
                }
            }
        }
        for (name, text) in files {
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| name.get(..=folder.len()).unwrap_or_default());
            if doubles.contains(&folder) {
                continue;
            }
            if let Some(gold) = name.strip_suffix(".txt") {
                if lies_in(gold, "gold") {
                    self.gold.extend(
                        text.lines().filter(|line| !line.trim().is_empty()).map(|line| (name.clone(), line.to_owned())),
                    );
                }
            } else if name.ends_with("known.toml") && lies_in(name, "gold") {
                match format::parse_toml::<KnownFalsePositives>(name, text) {
                    Ok(known) => {
                        for (id, lines) in known.known {
                            let offset = text.find(&format!("\"{id}\"")).unwrap_or(0);
                            self.known.push((id.clone(), Place::of_offset(name, text, offset)));
                            self.known_false_positives.entry(id).or_default().extend(lines);
                        }
                    }
                    Err(error) => errors.push(error),
                }
            } else if broken.contains(&folder) && !name.ends_with("pack.toml") {
                errors.extend(format::parse(name, text).err());
            } else if !name.ends_with("pack.toml") && !lies_in(name, "dates") {
                self.add_file(name, text, vocabs.get(folder), errors);
            }
        }
    }

    fn add_file(&mut self, name: &str, text: &str, pack: Option<&(String, Vocab, String)>, errors: &mut Vec<Error>) {
        let file = match format::parse(name, text) {
            Ok(file) => file,
            Err(error) => return self.add_rule_by_rule(name, text, pack, error, errors),
        };
        self.cases.extend(file.case.into_iter().map(|case| {
            let place = Place::of_offset(name, text, case.name.span().start);
            LoadedCase { case, place }
        }));
        if file.rule.is_empty() {
            return;
        }
        let Some((pack, vocab, vocab_json)) = pack else {
            return errors.push(fault(
                name,
                "rules outside a pack",
                "put a pack.toml with a [pack] table beside the file",
            ));
        };
        let mut tables: toml::Table = toml::from_str(text).unwrap_or_default();
        let raw_rules = match tables.remove("rule") {
            Some(toml::Value::Array(rules)) => rules,
            _ => Vec::new(),
        };
        let shared: std::sync::Arc<str> = text.into();
        // The TOML parser's span of a table ends before its sub-tables: a rule goes on to the next header.
        let headers: Vec<usize> = file.rule.iter().map(|rule| rule.span().start).collect();
        let cases = text.find("[[case]]").unwrap_or(text.len());
        let ends = headers.iter().skip(1).copied().chain([cases.max(headers.last().copied().unwrap_or(0))]);
        let spans: Vec<_> = headers.iter().copied().zip(ends).map(|(start, end)| start..end).collect();
        let rules = file.rule.into_iter().map(Spanned::into_inner).zip(raw_rules).zip(spans);
        for ((definition, raw), span) in rules {
            let rule = LoadedRule {
                span,
                sha256: definition_sha256(raw, vocab_json),
                definition,
                pack: pack.clone(),
                vocab: vocab.clone(),
                file: name.to_owned(),
                text: shared.clone(),
            };
            self.rules.push(rule);
        }
    }

    /// Reads a file with a fault rule by rule, so that a broken rule does not hide the others. `error` is what was
    /// said of the file; it stands if it is not the fault of a rule.
    fn add_rule_by_rule(
        &mut self,
        name: &str,
        text: &str,
        pack: Option<&(String, Vocab, String)>,
        error: Error,
        errors: &mut Vec<Error>,
    ) {
        let starts = rule_starts(text);
        if starts.len() < 2 {
            return errors.push(error);
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let known = errors.len();
        for span in starts.iter().copied().zip(ends).map(|(start, end)| start..end) {
            // All else becomes blank, so that places stay what they are.
            let outside = starts.first().copied().unwrap_or(0);
            let blank = |part: &str| -> String { part.chars().map(|c| if c == '\n' { c } else { ' ' }).collect() };
            let head = text.get(..outside).unwrap_or_default();
            let between = blank(text.get(outside..span.start).unwrap_or_default());
            let alone = format!("{head}{between}{}", text.get(span).unwrap_or_default());
            match format::parse(name, &alone) {
                Ok(_) => self.add_file(name, &alone, pack, errors),
                Err(error) => errors.push(error),
            }
        }
        if errors.len() == known {
            errors.push(error);
        }
        // A fault in front of the rules is met with each of them.
        let mut seen = std::collections::BTreeSet::new();
        errors.retain(|error| seen.insert(error.to_string()));
    }

    /// Lint E15: an id in another pack than its own, or used twice.
    fn report_doubles(&self, errors: &mut Vec<Error>) {
        let mut seen: BTreeMap<&str, &LoadedRule> = BTreeMap::new();
        for rule in &self.rules {
            let id = rule.definition.id.get_ref().as_str();
            if id.split('.').next() != Some(rule.pack.as_str()) {
                let message = format!("E15 id `{id}` does not start with its pack `{}`", rule.pack);
                errors.push(rule.error_at_id(message, "ids are `pack.family.name`"));
            }
            if let Some(first) = seen.insert(id, rule) {
                let message = format!("E15 id `{id}` is used twice (first in {})", first.file);
                errors.push(rule.error_at_id(message, "ids are never reused: choose another"));
            }
        }
    }
}

/// The names, with those of all built-in packs in place of `builtin`.
fn with_builtin(names: &[String]) -> Vec<String> {
    let packs_of = |name: &String| match name.as_str() {
        ALL_BUILTIN => builtin_packs().map(str::to_owned).collect(),
        _ => vec![name.clone()],
    };
    names.iter().flat_map(packs_of).collect()
}

/// What may have been meant with a folder that is none.
fn hint_of_missing(folder: &Path, builtin: &[&str]) -> String {
    if folder.is_file() {
        return "name the folder that the file lies in; `scutch rules test --rule-file FILE` tests one file".to_owned();
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let beside = std::fs::read_dir(parent.unwrap_or(Path::new("."))).into_iter().flatten().flatten();
    let mut folders: Vec<String> = beside
        .filter(|entry| entry.path().is_dir())
        .map(|entry| parent.unwrap_or(Path::new("")).join(entry.file_name()).to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let written = folder.to_string_lossy();
    let known = builtin.iter().copied().chain(folders.iter().map(String::as_str));
    let hint = format!(
        "built-in packs: {} ({ALL_BUILTIN} for all); own packs are named by their folder, seen from the current folder",
        builtin.join(", ")
    );
    did_you_mean(written.trim_end_matches('/'), known, &hint)
}

/// Why a pack is not for this program.
fn unmet_requirement(header: &PackHeader, name: &str, text: &str) -> Option<Error> {
    let program = env!("CARGO_PKG_VERSION");
    let requires = header.requires.as_ref()?;
    let wanted = requires.get_ref();
    let (message, hint) = match requirement::is_met(wanted, program) {
        Some(true) => return None,
        Some(false) => (
            format!("pack `{}` requires scutch {wanted} (this is {program})", header.id),
            "use a version of scutch that fits, or a version of the pack that was made for this one",
        ),
        None => (
            format!("`{wanted}` does not say which versions of scutch the pack requires"),
            "write `>=0.1`, or several such comparisons with commas between them: `>=0.1, <0.4`",
        ),
    };
    Some(Error::Definition {
        place: Place::of_offset(name, text, requires.span().start),
        message,
        hint: hint.to_owned(),
    })
}

/// `gold/known.toml`: lines that a rule may hit although they are good.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownFalsePositives {
    #[serde(rename = "format")]
    _format: u32,
    #[serde(default)]
    known: BTreeMap<String, Vec<String>>,
}

/// Bytes at which the `[[rule]]` and `[[case]]` tables of a file start, rising; none if the file is not TOML.
fn rule_starts(text: &str) -> Vec<usize> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let tables = ["rule", "case"].into_iter().filter_map(|name| value_of(document.get_ref(), name)?.as_array());
    let mut starts: Vec<usize> = tables.flat_map(|tables| tables.iter().map(|table| table.span().start)).collect();
    starts.sort_unstable();
    starts
}

/// Whether a file lies directly in a folder of this name.
fn lies_in(file: &str, folder: &str) -> bool {
    file.rsplit('/').nth(1) == Some(folder)
}

fn value_of<'a, 'i>(table: &'a DeTable<'i>, name: &str) -> Option<&'a DeValue<'i>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value.get_ref())
}

/// Where a text stands in a value: an entry of a list, or a key of a table.
fn offset_within(value: &DeValue<'_>, wanted: &str) -> Option<usize> {
    match value {
        DeValue::Array(entries) => {
            let entry = entries.iter().find(|entry| entry.get_ref().as_str() == Some(wanted));
            entry.map(|entry| entry.span().start)
        }
        DeValue::Table(table) => {
            let key = table.iter().find(|(key, _)| key.get_ref() == wanted).map(|(key, _)| key.span().start);
            key.or_else(|| table.iter().find_map(|(_, value)| offset_within(value.get_ref(), wanted)))
        }
        _ => None,
    }
}

fn fault(file: &str, message: &str, hint: &str) -> Error {
    let place = Place { file: file.to_owned(), ..Place::default() };
    Error::Definition { place, message: message.to_owned(), hint: hint.to_owned() }
}

/// Hash of a rule's definition, the same however the file is formatted; tests do not count, the
/// words behind placeholders do.
fn definition_sha256(raw: toml::Value, vocab_json: &str) -> String {
    let mut table = match raw {
        toml::Value::Table(table) => table,
        other => toml::Table::from_iter([("rule".to_owned(), other)]),
    };
    table.remove("tests");
    let mut json = serde_json::to_string(&table).unwrap_or_default();
    if json.contains('{') {
        json.push_str(vocab_json);
    }
    digest::sha256(json.as_bytes())
}

fn builtin_packs() -> impl Iterator<Item = &'static str> {
    builtin::FILES.iter().filter_map(|(name, _)| name.strip_suffix("/pack.toml")).filter(|pack| !pack.contains('/'))
}

/// Files of one built-in pack; the files beside the packs (cases, gold lines) come with `web`, the
/// first of them.
fn builtin_files(pack: &str) -> Files {
    let prefix = format!("{pack}/");
    let is_shared = |name: &str| pack == "web" && (!name.contains('/') || name.starts_with("gold/"));
    let named = |name: &str| format!("rules/{name}");
    builtin::FILES
        .iter()
        .filter(|(name, _)| name.starts_with(&prefix) || is_shared(name))
        .map(|(name, text)| (named(name), (*text).to_owned()))
        .collect()
}

/// The files of a folder that hold rules or gold lines. A folder without any `pack.toml` is not read: it was
/// meant for something else.
fn read_folder(folder: &Path) -> Result<Files, Error> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::File {
            action: "read",
            path: error.path().unwrap_or(folder).to_owned(),
            source: error.into(),
        })?;
        let path = entry.path();
        let is_rule_file = path.extension().is_some_and(|extension| extension == "toml" || extension == "txt");
        if entry.file_type().is_file() && is_rule_file {
            paths.push(entry.into_path());
        }
    }
    if !paths.iter().any(|path| path.file_name().is_some_and(|name| name == "pack.toml")) {
        let hint = "a pack is a folder with a pack.toml: `format = 1`, then `[pack]` with `id`, `title` and `licence`";
        return Err(fault(&folder.to_string_lossy(), "there is no pack.toml in this folder", hint));
    }
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).map_err(|source| Error::file("read", &path, source))?;
        Ok((path.to_string_lossy().replace('\\', "/"), text))
    };
    paths.into_iter().map(read).collect()
}
