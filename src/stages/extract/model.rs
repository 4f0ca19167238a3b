//! The block model: which blocks of a page are its main text.
//!
//! Each block becomes a list of numbers: those of the line model for its text, with what the built-in rules say of it,
//! and those of its place in the page ([`super::features`]). A small network ([`crate::network`]) tells from those of the
//! block, of the blocks around it and of the page as a whole how likely it is no part of the main text.
//! `rules/models/README.md` says what it was trained on and how well it does.

use std::sync::LazyLock;

use super::facts::PageFacts;
use super::features::{self, PLACES, Stated};
use super::options::{BUILTIN, ExtractMode, ExtractOptions};
use super::page::ReadPage;
use super::page_kind;
use super::selection::{Dropped, Reason, Selection};
use super::smoothing::{Judged, smooth};
use crate::digest;
use crate::error::Error;
use crate::network::Network;
use crate::rules::RuleSet;

/// Weights of the network that comes with the program.
pub(super) const WEIGHTS: &str = include_str!("../../../rules/models/blocks.json");
/// Numbers of a block.
const INPUTS: usize = RuleSet::FEATURES + PLACES;

/// One block in numbers, by the order of [`super::block_feature_names`].
type Numbers = [f32; INPUTS];

/// The network of the model.
type Blocks = Network<INPUTS>;

/// The block model as a run uses it.
pub(super) struct BlockModel {
    /// The weights of a file; `None` for those that come with the program, which are read when they are first needed.
    own: Option<Blocks>,
    mode: ExtractMode,
}

/// The weights that come with the program.
static NETWORK: LazyLock<Blocks> = LazyLock::new(|| {
    let network = Network::read(WEIGHTS, &super::block_feature_names());
    network.expect("the weights are part of the program and are tested")
});

/// The rules that come with the program, whatever rules a run has: the model was trained with them.
static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::builtin().expect("the rules are part of the program and are tested"));

/// How much likelier than needed a block must be main text to stay, by mode.
fn demand(mode: ExtractMode) -> f32 {
    match mode {
        ExtractMode::Precision => 1.3,
        ExtractMode::Article => 1.0,
        ExtractMode::Recall | ExtractMode::All => 0.6,
    }
}

/// The greatest F1 of words that a choice of blocks is expected to have.
fn expected_f1(judged: &[Judged]) -> f32 {
    let mut order: Vec<&Judged> = judged.iter().collect();
    order.sort_by(|one, other| other.chance.total_cmp(&one.chance));
    let content: f32 = judged.iter().map(|one| one.chance * one.words).sum();
    let (mut taken, mut found, mut best) = (0.0, 0.0, 0.0_f32);
    for one in order {
        taken += one.words;
        found += one.chance * one.words;
        best = best.max(2.0 * found / (taken + content).max(1.0));
    }
    best
}

/// How likely a block must be main text to stay, so that the F1 of the words that stay is expected to be greatest: half of
/// this F1 (Lewis 1995, "Evaluating and optimizing autonomous text classification systems"). Where little is sure, what is
/// likelier than the rest stays. Where nearly all is sure, more is asked, since errors there are mostly boxes in the
/// middle of articles.
fn least_chance(expected: f32) -> f32 {
    const SURPLUS: f32 = 0.5;
    const POWER: i32 = 8;
    expected / 2.0 * (1.0 + SURPLUS * expected.powi(POWER))
}

/// The number of words of a text.
#[expect(clippy::cast_precision_loss, reason = "a weight needs few digits")]
fn words_in(text: &str) -> f32 {
    features::words(text).count().max(1) as f32
}

/// Numbers of each block of a page that has text, with its index.
pub(super) fn describe(read: &ReadPage, facts: &PageFacts, address: &str, rules: &RuleSet) -> Vec<(usize, Numbers)> {
    let page = &read.page;
    let places = features::describe(page, &Stated::of(facts), &page_kind::describe(&read.tree, address));
    let with_place = |(number, of_text): (usize, [f32; RuleSet::FEATURES])| {
        let mut numbers = [0.0; INPUTS];
        let (text, place) = numbers.split_at_mut(RuleSet::FEATURES);
        text.copy_from_slice(&of_text);
        place.copy_from_slice(places.get(number)?);
        Some((number, numbers))
    };
    rules.line_features(&page.text).into_iter().filter_map(with_place).collect()
}

impl BlockModel {
    /// The model that the options choose; `None` if all visible text stays.
    ///
    /// # Errors
    /// [`Error::Definition`] if a file cannot be read or has no weights for this network.
    pub(super) fn new(options: &ExtractOptions) -> Result<Option<Self>, Error> {
        if options.mode == ExtractMode::All {
            return Ok(None);
        }
        let path = options.block_model.as_str();
        let own = if path == BUILTIN { None } else { Some(read(path)?) };
        Ok(Some(Self { own, mode: options.mode }))
    }

    fn network(&self) -> &Blocks {
        self.own.as_ref().unwrap_or_else(|| &NETWORK)
    }

    /// First 8 hex digits of the SHA-256 of the weights.
    pub(super) fn sha256(&self) -> String {
        let of_own = self.own.as_ref().map(|own| own.sha256().to_owned());
        of_own.unwrap_or_else(|| digest::short_sha256(WEIGHTS.as_bytes()))
    }

    /// Chooses the blocks that are left out. `address` is that of the page, empty if it is not known.
    pub(super) fn select(&self, read: &ReadPage, facts: &PageFacts, address: &str) -> Selection {
        let page = &read.page;
        let (blocks, numbers): (Vec<usize>, Vec<Numbers>) = describe(read, facts, address, &RULES).into_iter().unzip();
        let scores = self.network().run(&numbers);
        let lines: Vec<&str> = page.lines().collect();
        let judged = blocks.iter().zip(scores).filter_map(|(index, score)| {
            let (block, line) = (page.blocks.get(*index)?, lines.get(*index)?);
            let element = page.element(block.element);
            Some(Judged {
                index: *index,
                tag: element.tag,
                look: page.look_of(block),
                chance: 1.0 - score,
                words: words_in(line),
            })
        });
        let judged: Vec<Judged> = judged.collect();
        let expected = expected_f1(&judged);
        let least = least_chance(expected) * demand(self.mode);
        let mut stays: Vec<bool> = judged.iter().map(|one| one.chance >= least).collect();
        smooth(&judged, &mut stays, expected);
        let mut dropped = vec![None; page.blocks.len()];
        let is_title =
            |index: usize| facts.title.as_ref().map(|title| title.value.as_str()) == lines.get(index).copied();
        for (one, _) in judged.iter().zip(stays).filter(|(_, stays)| !stays) {
            if let Some((slot, block)) = dropped.get_mut(one.index).zip(page.blocks.get(one.index)) {
                let reason = if is_title(one.index) { Reason::Title } else { Reason::of(page, block) };
                *slot = Some(Dropped { reason, score: 1.0 - one.chance });
            }
        }
        Selection::new(page, dropped)
    }
}

/// The network whose weights stand in a file.
fn read(path: &str) -> Result<Blocks, Error> {
    let hint = format!("write `{BUILTIN}` or the path of weights that rules/models/train_blocks.py wrote");
    let fault = |message: String| Error::of_setting("extract.block-model", message, hint.as_str());
    let json = std::fs::read_to_string(path).map_err(|error| fault(format!("cannot read `{path}`: {error}")))?;
    let network = Network::read(&json, &super::block_feature_names());
    network.ok_or_else(|| fault(format!("`{path}` has no weights for the block model of this version")))
}

#[cfg(test)]
mod tests {
    use super::super::page::Tag;
    use super::*;

    fn judged(chances: &[f32]) -> Vec<Judged> {
        let one = |(index, chance): (usize, &f32)| Judged {
            index,
            tag: Tag::Paragraph,
            look: (0, 0),
            chance: *chance,
            words: 10.0,
        };
        chances.iter().enumerate().map(one).collect()
    }

    #[test]
    fn less_is_asked_where_less_is_sure() {
        let least = |chances: &[f32]| least_chance(expected_f1(&judged(chances)));
        let (sure, unsure) = (least(&[0.99, 0.98, 0.02, 0.01]), least(&[0.3, 0.3, 0.1, 0.1]));
        assert!((0.6..0.8).contains(&sure) && (0.1..0.3).contains(&unsure), "{sure} {unsure}");
        assert!(least(&[]).abs() < 1e-6);
    }

    #[test]
    fn weights_are_those_that_are_named() {
        let mut options = ExtractOptions::default();
        let builtin = BlockModel::new(&options).expect("it is part of the program").expect("blocks are chosen");
        assert_eq!(builtin.sha256(), NETWORK.sha256());
        options.block_model = "no/such/file.json".to_owned();
        let error = BlockModel::new(&options).err().expect("there is no such file").to_string();
        assert!(error.contains("cannot read `no/such/file.json`"), "{error}");
        options.mode = ExtractMode::All;
        assert!(BlockModel::new(&options).expect("it is not needed").is_none());
    }
}
