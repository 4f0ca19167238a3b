//! Finds lines and blocks that repeat across the pages of a site, and proposes rules for them.
//!
//! The corpus is read twice: the first reading tells on how many pages each line stands
//! (`sightings`), the second what stands around those that repeat (`page`, `support`). What
//! is left after the guards (`propose`) is written to a pack, for a person to review (`pack`).
//! Memory is bounded: a part of the lines, and a part of the sites, is left for more readings where
//! there is no room for all.

mod keep;
mod pack;
mod page;
mod propose;
mod render;
mod sightings;
mod support;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use foldhash::fast::FixedState;

use super::reading::{Follow, Reader, Tally};
use super::site::Site;
use crate::config::Config;
use crate::edit::RuleTable;
use crate::error::{Error, Place};
use crate::input::Inputs;
use crate::rules::{Packs, PhraseIndex, RuleSet};
use crate::wording::numbered;
use pack::LearnedPack;
use page::{Reading, hashes_of};
use propose::{HeldBack, Judge};
use sightings::{Repeated, Sightings, SitePages};
use support::SiteSupport;

/// Bytes that one repeated line takes in the second reading at most: its text, its neighbors, its examples.
const SUPPORT_BYTES: usize = 3 << 10;
/// Bytes that one site takes there: its near misses.
const SITE_BYTES: usize = 40 << 10;
/// Share of the memory that the second reading may fill; the repeated lines of the first have the rest.
const SUPPORT_SHARE: usize = 2;

/// Lines that are named of those held back for one reason.
const MAX_HELD_EXAMPLES: usize = 10;

/// What is to be learned, and how.
#[derive(Debug, Clone)]
pub struct LearnOptions {
    /// Folders and files.
    pub inputs: Vec<PathBuf>,
    /// The pack that proposals are added to.
    pub output: PathBuf,
    /// Fewest pages of a site on which a line must stand.
    pub min_pages: u32,
    /// Smallest share of the pages of a site on which a line must stand, 0 to 1.
    pub min_share: f64,
    /// Whether lines that the chosen rules take already are proposed too.
    pub include_taken: bool,
    /// Whether lines in the middle of varying text are proposed too.
    pub include_loose: bool,
    /// Bytes of memory for what is known of lines.
    pub memory: usize,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
}

impl LearnOptions {
    /// Fewest pages on which a line must stand of a site of so many.
    fn least_pages(&self, site_pages: u32) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a u32 is one")]
        let of_share = (f64::from(site_pages) * self.min_share).ceil() as u32;
        of_share.max(self.min_pages)
    }
}

/// What was learned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LearnReport {
    /// What one reading of the corpus found.
    pub tally: Tally,
    /// Sites.
    pub sites: u64,
    /// Sites with enough pages to learn from.
    pub sites_with_pages: u64,
    /// Pages that repeat others and taught nothing.
    pub copies: u64,
    /// Lines that repeat on enough pages.
    pub repeated: u64,
    /// Ids of the proposed line rules.
    pub lines: Vec<String>,
    /// Ids of the proposed block rules.
    pub blocks: Vec<String>,
    /// Rules in the pack before.
    pub rules_before: usize,
    /// Repeated lines that were held back, by the reason in words.
    pub held_back: BTreeMap<&'static str, HeldLines>,
    /// Times the corpus was read.
    pub readings: u32,
}

/// Repeated lines that were held back for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldLines {
    /// Their number.
    pub count: u64,
    /// The first of them, at most 10.
    pub examples: Vec<String>,
    /// What has them proposed; empty if nothing does.
    pub remedy: &'static str,
}

impl HeldLines {
    fn add(&mut self, lines: Vec<String>, remedy: &'static str) {
        self.count += lines.len() as u64;
        let room = MAX_HELD_EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(lines.into_iter().take(room));
        self.remedy = remedy;
    }
}

/// Learns rules from a corpus into a pack. `stop` may be set at any time; nothing is written then.
///
/// # Errors
/// Several at once for faults of packs; [`Error::Definition`] for standard input, an empty corpus, and a corpus
/// without a site of enough pages; [`Error::File`] if the pack cannot be written; [`Error::Interrupted`].
pub fn learn(
    options: &LearnOptions,
    config: &Config,
    packs: &Packs,
    follow: &mut dyn Follow,
    stop: &AtomicBool,
) -> Result<LearnReport, Vec<Error>> {
    let mut pack = LearnedPack::open(&options.output)?;
    let one = |error: Error| vec![error];
    config.rules.check(packs).map_err(one)?;
    let rules = RuleSet::build(packs, &config.rules, &mut RuleTable::default()).map_err(one)?;
    let inputs = Inputs::new(&options.inputs).map_err(one)?.reading(config.input.hidden_files());
    let reader = Reader::new(&inputs, config, options.threads, stop).map_err(one)?;
    let mut report = LearnReport { rules_before: pack.rules_before, ..LearnReport::default() };

    let (sites, repeated) = find_repeated(options, &reader, follow, &mut report).map_err(one)?;
    report.sites = sites.len() as u64;
    report.sites_with_pages = sites.iter().filter(|site| site.pages >= options.min_pages).count() as u64;
    report.repeated = repeated.len() as u64;
    check_size(options, &report).map_err(one)?;

    let phrases = PhraseIndex::new(packs);
    let site_numbers: HashMap<Site, u32, FixedState> =
        (0..).zip(&sites).map(|(number, site)| (site.site.clone(), number)).collect();
    let reading = Reading { sites: &sites, site_numbers: &site_numbers, repeated: &repeated, rules: &rules };
    for batch in batches(&sites, &repeated, options.memory) {
        let supports = read_batch(&reader, follow, reading, &batch, &mut report).map_err(one)?;
        let judge = Judge { options, rules: &rules, phrases: &phrases, known: pack.known() };
        let mut judged = Vec::new();
        for (number, support) in &supports {
            let Some(site) = sites.get(*number as usize) else { continue };
            report.copies += u64::from(support.copies);
            judged.push((site, judge.judge(site, support)));
        }
        for (site, judged) in judged {
            for (reason, lines) in judged.held_back {
                report.held_back.entry(reason.words()).or_default().add(lines, reason.remedy());
            }
            for proposal in &judged.proposals {
                let id = pack.add(proposal, &site.site);
                if proposal.lines.len() > 1 { report.blocks.push(id) } else { report.lines.push(id) }
            }
        }
    }
    pack.write().map_err(one)?;
    Ok(report)
}

/// The first reading, again for parts of the hash space where there is no room for all.
fn find_repeated(
    options: &LearnOptions,
    reader: &Reader<'_>,
    follow: &mut dyn Follow,
    report: &mut LearnReport,
) -> Result<(Vec<SitePages>, Repeated), Error> {
    let mut sightings = Sightings::new(options.memory);
    loop {
        follow.begin("counting the pages of each line");
        report.readings += 1;
        report.tally = reader.each(
            follow,
            |_| true,
            |document| {
                let site = Site::of(document);
                let hashes = hashes_of(document, &site);
                Some((site, hashes))
            },
            |(site, hashes)| sightings.add(&site, &hashes),
        )?;
        if !sightings.end_reading(|pages| options.least_pages(pages)) {
            return Ok(sightings.finish());
        }
    }
}

/// That there is something to learn from.
fn check_size(options: &LearnOptions, report: &LearnReport) -> Result<(), Error> {
    let named = || {
        let names: Vec<String> = options.inputs.iter().map(|path| path.display().to_string()).collect();
        Place { file: names.join(", "), ..Place::default() }
    };
    if report.tally.documents == 0 {
        let (rejected, failed) = (report.tally.rejected, report.tally.failed);
        return Err(Error::Definition {
            place: named(),
            message: format!("the corpus holds no document with text ({rejected} rejected, {failed} failed)"),
            hint: "`scutch ingest` on the same inputs says what became of each".to_owned(),
        });
    }
    if report.sites_with_pages == 0 {
        let (documents, sites, least) = (report.tally.documents, report.sites, options.min_pages);
        return Err(Error::Definition {
            place: named(),
            message: format!(
                "no site has enough pages ({} of {}, at least {least} of one)",
                numbered(documents, "document"),
                numbered(sites, "site")
            ),
            hint: "the site of a document is the host of its `url`, else the folder that its file lies in; `--min-pages` asks for fewer".to_owned(),
        });
    }
    Ok(())
}

/// Sites in groups for whose lines there is room, each group for one reading. Sites without repeated lines are in
/// none.
fn batches(sites: &[SitePages], repeated: &Repeated, memory: usize) -> Vec<Vec<u32>> {
    let mut lines: Vec<usize> = vec![0; sites.len()];
    #[expect(clippy::iter_over_hash_type, reason = "a sum does not depend on the order")]
    for seen in repeated.values() {
        if let Some(count) = lines.get_mut(seen.site as usize) {
            *count += 1;
        }
    }
    let room = memory / SUPPORT_SHARE;
    let mut batches: Vec<Vec<u32>> = Vec::new();
    let mut taken = 0;
    for (number, count) in (0..).zip(lines).filter(|(_, count)| *count > 0) {
        let bytes = count * SUPPORT_BYTES + SITE_BYTES;
        if let Some(batch) = batches.last_mut().filter(|_| taken + bytes <= room) {
            batch.push(number);
        } else {
            batches.push(vec![number]);
            taken = 0;
        }
        taken += bytes;
    }
    batches
}

/// The second reading, for some sites (rising).
fn read_batch(
    reader: &Reader<'_>,
    follow: &mut dyn Follow,
    reading: Reading<'_>,
    batch: &[u32],
    report: &mut LearnReport,
) -> Result<BTreeMap<u32, SiteSupport>, Error> {
    follow.begin("looking at the lines that repeat");
    report.readings += 1;
    let mut supports: BTreeMap<u32, SiteSupport> = BTreeMap::new();
    reader.each(
        follow,
        |_| true,
        |document| reading.page(document, |number| batch.binary_search(&number).is_ok()),
        |page| supports.entry(page.site).or_default().add(page),
    )?;
    Ok(supports)
}

impl HeldBack {
    /// The reason, for people.
    fn words(self) -> &'static str {
        match self {
            Self::Copies => "on too few pages that are not copies of each other",
            Self::Taken => "taken by the chosen rules already",
            Self::Known => "in the pack already, whatever its status",
            Self::Protected => "protected by a rule",
            Self::Title => "the title of their pages",
            Self::SameNeighbors => "always beside the same text",
            Self::Loose => "in the middle of varying text, as running headings are",
            Self::Headline => "above the body of some page, as its headline, and elsewhere on others",
            Self::Unwritable => "with braces, which are placeholders",
        }
    }

    /// What has such lines proposed.
    fn remedy(self) -> &'static str {
        match self {
            Self::Taken => "`--include-taken` proposes them",
            Self::Loose => "`--include-loose` proposes them",
            _ => "",
        }
    }
}
