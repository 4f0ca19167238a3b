//! What a block is like and where in the page it stands, in numbers: the input of the block model, together with what
//! the line model sees of its text.
//!
//! Numbers are between about 0 and 1. Nothing depends on the language but the names that pages give their parts
//! ([`super::hints`]), which are mostly English whatever the language.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::FixedState;

use super::facts::{Fact, PageFacts};
use super::hints::{Hints, KIND_COUNT, kinds};
use super::page::{Block, Contents, Element, Page, Tag};
use super::page_kind;
use crate::lines::BODY_CHARS;
use crate::rules::scaled_log as log;

/// Numbers of a block besides those of its text.
pub(super) const PLACES: usize = TAGS.len()
    + AROUND.len()
    + 2 * KIND_COUNT
    + OWN.len()
    + LEVELS.len() * LEVEL.len()
    + GROUPS.len() * GROUP.len()
    + PAGE.len()
    + 2 * KIND_COUNT
    + page_kind::NUMBERS;

/// One block in numbers, without those of its text.
pub(super) type Places = [f32; PLACES];

/// Kinds of innermost elements, one of which a block has.
const TAGS: [(&str, Tag); 13] = [
    ("p", Tag::Paragraph),
    ("li", Tag::Item),
    ("h1", Tag::TopHeading),
    ("h2", Tag::Heading),
    ("h3", Tag::LowHeading),
    ("cell", Tag::Cell),
    ("div", Tag::Box),
    ("term", Tag::Term),
    ("quote", Tag::Quote),
    ("pre", Tag::Preformatted),
    ("caption", Tag::Caption),
    ("section", Tag::Section),
    ("other", Tag::Other),
];
/// Elements around a block that tell something.
const AROUND: [(&str, Tag); 12] = [
    ("article", Tag::Article),
    ("main", Tag::Main),
    ("aside", Tag::Aside),
    ("nav", Tag::Nav),
    ("header", Tag::Header),
    ("footer", Tag::Footer),
    ("form", Tag::Form),
    ("list", Tag::List),
    ("table", Tag::Table),
    ("figure", Tag::Figure),
    ("quote", Tag::Quote),
    ("section", Tag::Section),
];
/// Around how many of the nearest elements with names those count as near.
const NEAR: usize = 3;
/// What the block alone tells, and its likes on the page.
const OWN: [&str; 20] = [
    "link_share",
    "links",
    "strong_share",
    "apart",
    "depth",
    "like_previous",
    "like_next",
    "likes",
    "likes_link_share",
    "likes_chars",
    "likes_body",
    "in_half",
    "in_most",
    "from_half",
    "from_most",
    "before_half",
    "behind_half",
    "title_words",
    "is_title",
    "in_stated_body",
];
/// The elements around a block that are looked at closer: the innermost, the next with more than one block, and the
/// next two with twice as much text.
const LEVELS: [&str; 4] = ["own", "group", "part", "whole"];
/// What is looked at.
const LEVEL: [&str; 5] = ["chars", "link_share", "body_share", "blocks", "page_share"];
/// Elements around a block that have several likes beside them (posts, cards, rows): the innermost and the outermost
/// whose likes have more than one block each.
const GROUPS: [&str; 2] = ["unit", "series"];
/// What is looked at.
const GROUP: [&str; 6] = ["count", "unit_chars", "link_share", "body_share", "page_share", "unit_blocks"];
/// Fewest likes beside each other.
const LEAST_UNITS: usize = 3;
/// The page as a whole.
const PAGE: [&str; 4] = ["articles", "elements", "page_link_share", "has_stated_body"];

/// Names of the numbers.
pub(super) fn names() -> Vec<String> {
    let tags = TAGS.iter().map(|(name, _)| format!("tag_{name}"));
    let around = AROUND.iter().map(|(name, _)| format!("in_{name}"));
    let near = kinds().map(|kind| format!("near_{kind}"));
    let any = kinds().map(|kind| format!("any_{kind}"));
    let own = OWN.iter().map(|name| (*name).to_owned());
    let levels = LEVELS.iter().flat_map(|level| LEVEL.iter().map(move |name| format!("{level}_{name}")));
    let groups = GROUPS.iter().flat_map(|group| GROUP.iter().map(move |name| format!("{group}_{name}")));
    let page = PAGE.iter().map(|name| (*name).to_owned());
    let body = kinds().map(|kind| format!("body_{kind}"));
    let parts = kinds().map(|kind| format!("part_{kind}"));
    let blocks = tags.chain(around).chain(near).chain(any).chain(own).chain(levels).chain(groups);
    blocks.chain(page).chain(body).chain(parts).chain(page_kind::names()).collect()
}

/// What the page states of its article elsewhere.
#[derive(Debug, Default)]
pub(super) struct Stated {
    title: String,
    /// Letters and digits of the text, in small letters.
    body: String,
}

impl Stated {
    /// What the facts of a page say.
    pub(super) fn of(facts: &PageFacts) -> Self {
        let value = |fact: &Option<Fact>| fact.as_ref().map_or("", |fact| &fact.value).to_owned();
        Self { title: value(&facts.title), body: letters(&value(&facts.article_body)) }
    }

    /// Whether the text that the page states has a line.
    fn body_has(&self, line: &str) -> bool {
        /// Letters of the shortest line that is looked for.
        const SHORTEST: usize = 12;
        let line = letters(line);
        line.len() >= SHORTEST && self.body.contains(&line)
    }
}

/// The letters and digits of a text, in small letters.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Blocks that look alike: of one tag and class, in parents of one tag and class.
#[derive(Default, Clone, Copy)]
struct Likes {
    blocks: usize,
    chars: usize,
    link_chars: usize,
    body: usize,
}

impl Likes {
    fn add(&mut self, block: &Block) {
        self.blocks += 1;
        self.chars += block.chars;
        self.link_chars += block.link_chars;
        self.body += usize::from(block.chars > BODY_CHARS && block.link_chars * 3 < block.chars);
    }
}

/// Numbers for each block of a page, in order.
pub(super) fn describe(page: &Page, stated: &Stated, kind_of_page: &page_kind::Numbers) -> Vec<Places> {
    let surroundings = Surroundings::new(page, stated, kind_of_page);
    let blocks = page.blocks.iter().enumerate().zip(page.lines());
    blocks.map(|((index, block), line)| surroundings.of(index, block, line)).collect()
}

/// What is known of a page as a whole.
struct Surroundings<'a> {
    page: &'a Page,
    stated: &'a Stated,
    title: HashSet<String>,
    whole: Contents,
    half: Centre,
    most: Centre,
    likes: HashMap<(u64, u64), Likes, FixedState>,
    groups: HashMap<(usize, u64), Group, FixedState>,
    /// What stands around each element.
    around: Vec<Around>,
    /// The numbers that are the same for all blocks.
    of_page: Vec<f32>,
}

impl<'a> Surroundings<'a> {
    fn new(page: &'a Page, stated: &'a Stated, kind_of_page: &page_kind::Numbers) -> Self {
        let whole = page.elements.first().map(|element| element.contents).unwrap_or_default();
        let mut likes: HashMap<(u64, u64), Likes, FixedState> = HashMap::default();
        for block in &page.blocks {
            likes.entry(page.look_of(block)).or_default().add(block);
        }
        let articles = page.elements.iter().filter(|element| element.tag == Tag::Article).count();
        let of_body = page.elements.iter().filter(|element| element.is_outermost());
        let of_body = of_body.fold(Hints::default(), |hints, element| hints.and(element.hints));
        let mut of_page =
            vec![log(articles, 6.0), log(page.elements.len(), 14.0), whole.link_share(), yes(!stated.body.is_empty())];
        of_page.extend((0..KIND_COUNT).map(|kind| yes(of_body.has(kind))));
        of_page.extend(parts(page, whole.chars));
        let groups = groups(page);
        of_page.extend(kind_of_page);
        Self {
            page,
            stated,
            title: words(&stated.title).map(str::to_lowercase).collect(),
            whole,
            half: Centre::new(page, whole.body_chars.max(1).div_ceil(2)),
            most: Centre::new(page, (whole.body_chars.max(1) * 9).div_ceil(10)),
            likes,
            around: Around::of_all(page, &groups),
            groups,
            of_page,
        }
    }

    fn of(&self, index: usize, block: &Block, line: &str) -> Places {
        let page = self.page;
        let around = self.around.get(block.element).copied().unwrap_or_default();
        let mut numbers = Numbers::default();
        let own = page.element(block.element);
        numbers.extend(TAGS.iter().map(|(_, tag)| yes(own.tag == *tag)));
        numbers.extend(AROUND.iter().map(|(_, tag)| yes(around.tags >> *tag as u32 & 1 == 1)));
        for hints in [around.near.into_iter().fold(Hints::default(), Hints::and), around.any] {
            numbers.extend((0..KIND_COUNT).map(|kind| yes(hints.has(kind))));
        }
        numbers.extend(self.own(index, block, line));
        let mut levels = levels(page, block);
        levels.resize(LEVELS.len(), self.whole);
        for contents in levels {
            numbers.extend([
                log(contents.chars, 16.0),
                contents.link_share(),
                share(contents.body_chars, contents.chars),
                log(contents.blocks, 10.0),
                share(contents.chars, self.whole.chars),
            ]);
        }
        for index in [around.unit, around.series] {
            let group = index.and_then(|index| self.groups.get(&group_of(page, index))).copied().unwrap_or_default();
            let contents = group.contents;
            numbers.extend([
                log(group.count, 8.0),
                log(contents.chars / group.count.max(1), 12.0),
                contents.link_share(),
                share(contents.body_chars, contents.chars),
                share(contents.chars, self.whole.chars),
                log(contents.blocks / group.count.max(1), 6.0),
            ]);
        }
        numbers.extend(self.of_page.iter().copied());
        numbers.places
    }

    /// The numbers of [`OWN`].
    fn own(&self, index: usize, block: &Block, line: &str) -> [f32; OWN.len()] {
        let page = self.page;
        let look = page.look_of(block);
        let is_alike =
            |at: Option<usize>| at.and_then(|at| page.blocks.get(at)).is_some_and(|other| page.look_of(other) == look);
        let alike = self.likes.get(&look).copied().unwrap_or_default();
        let (title_words, is_title) = share_of_title(line, &self.title);
        [
            share(block.link_chars, block.chars),
            log(block.links, 5.0),
            share(block.strong_chars, block.chars),
            yes(block.is_apart),
            log(page.element(block.element).depth, 6.0),
            yes(is_alike(index.checked_sub(1))),
            yes(is_alike(index.checked_add(1))),
            log(alike.blocks, 8.0),
            share(alike.link_chars, alike.chars),
            log(alike.chars / alike.blocks.max(1), 9.0),
            share(alike.body, alike.blocks),
            self.half.holds(block),
            self.most.holds(block),
            self.half.distance(page, block),
            self.most.distance(page, block),
            yes(self.half.blocks.as_ref().is_some_and(|span| index < span.start)),
            yes(self.half.blocks.as_ref().is_some_and(|span| index >= span.end)),
            title_words,
            yes(is_title),
            yes(!self.stated.body.is_empty() && self.stated.body_has(line)),
        ]
    }
}

/// What stands around the blocks of an element, itself included. Found once for each element from the one around it: pages
/// may be hundreds of elements deep.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    /// Tags, one bit each.
    tags: u32,
    /// What all names say, without those of the page and its body.
    any: Hints,
    /// What the nearest names say, the innermost first.
    near: [Hints; NEAR],
    /// The innermost and the outermost element that is one of a series.
    unit: Option<usize>,
    series: Option<usize>,
}

impl Around {
    fn of_all(page: &Page, groups: &HashMap<(usize, u64), Group, FixedState>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::with_capacity(page.elements.len());
        for (index, element) in page.elements.iter().enumerate() {
            let mut around = if element.parent < index { all[element.parent] } else { Self::default() };
            around.tags |= 1 << element.tag as u32;
            if !element.is_outermost() && element.hints != Hints::default() {
                around.any = around.any.and(element.hints);
                around.near.rotate_right(1);
                around.near[0] = element.hints;
            }
            if groups.get(&group_of(page, index)).is_some_and(Group::is_series) {
                around.unit = Some(index);
                around.series = around.series.or(Some(index));
            }
            all.push(around);
        }
        all
    }
}

/// The smallest element with some share of the page's body text.
struct Centre {
    element: Option<usize>,
    /// For each element, the innermost element around it that stands around this one too.
    shared: Vec<usize>,
    /// Whether each element stands in this one, itself included.
    is_inside: Vec<bool>,
    /// From its first block to behind its last.
    blocks: Option<Range<usize>>,
}

impl Centre {
    /// The smallest element with so many characters of body text.
    fn new(page: &Page, chars: usize) -> Self {
        let has = |element: &Element| element.contents.body_chars >= chars;
        let mut found = page.elements.first().filter(|element| has(element)).map(|_| 0);
        // Elements stand behind those around them, so that the last that has them is the smallest.
        for (index, element) in page.elements.iter().enumerate().skip(1) {
            if Some(element.parent) == found && has(element) {
                found = Some(index);
            }
        }
        let mut is_around = vec![false; page.elements.len()];
        let mut at = found;
        while let Some(index) = at {
            is_around[index] = true;
            at = Some(page.element(index).parent).filter(|parent| *parent < index);
        }
        let mut shared: Vec<usize> = Vec::with_capacity(page.elements.len());
        let mut is_inside: Vec<bool> = Vec::with_capacity(page.elements.len());
        for (index, element) in page.elements.iter().enumerate() {
            let has_parent = element.parent < index;
            shared.push(if is_around[index] || !has_parent { index } else { shared[element.parent] });
            is_inside.push(Some(index) == found || (has_parent && is_inside[element.parent]));
        }
        let is_in = |block: &Block| is_inside.get(block.element) == Some(&true);
        let first = page.blocks.iter().position(is_in);
        let last = page.blocks.iter().rposition(is_in);
        Self { element: found, blocks: first.zip(last).map(|(first, last)| first..last + 1), shared, is_inside }
    }

    /// 1 if a block stands in it.
    fn holds(&self, block: &Block) -> f32 {
        yes(self.is_inside.get(block.element) == Some(&true))
    }

    /// Levels between it and the innermost element that it shares with a block.
    fn distance(&self, page: &Page, block: &Block) -> f32 {
        let shared = self.shared.get(block.element).copied().zip(self.element);
        let depth = |index: usize| page.element(index).depth;
        log(shared.map_or(0, |(shared, element)| depth(element).saturating_sub(depth(shared))), 4.0)
    }
}

/// Fills numbers one after the other.
struct Numbers {
    places: Places,
    filled: usize,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { places: [0.0; PLACES], filled: 0 }
    }
}

impl Numbers {
    fn extend(&mut self, numbers: impl IntoIterator<Item = f32>) {
        let rest = self.places.get_mut(self.filled..).unwrap_or_default();
        for (place, number) in rest.iter_mut().zip(numbers) {
            *place = number;
            self.filled += 1;
        }
    }
}

/// The contents of the elements that are looked at closer, from the innermost out.
fn levels(page: &Page, block: &Block) -> Vec<Contents> {
    let mut found: Vec<Contents> = Vec::with_capacity(LEVELS.len());
    for contents in page.around(block).map(|index| page.element(index).contents) {
        if found.len() == LEVELS.len() {
            break;
        }
        let is_next = match found.as_slice() {
            [] => true,
            [_] => contents.blocks > 1,
            [.., last] => contents.chars >= last.chars * 2,
        };
        if is_next {
            found.push(contents);
        }
    }
    found
}

/// Elements of one tag and class in one parent.
#[derive(Debug, Default, Clone, Copy)]
struct Group {
    count: usize,
    contents: Contents,
}

impl Group {
    /// Whether these are units such as posts, cards and rows.
    fn is_series(&self) -> bool {
        self.count >= LEAST_UNITS && self.contents.blocks > self.count
    }
}

/// What tells the group of an element from others.
fn group_of(page: &Page, index: usize) -> (usize, u64) {
    let element = page.element(index);
    (element.parent, element.signature)
}

/// All groups of elements that show something.
fn groups(page: &Page) -> HashMap<(usize, u64), Group, FixedState> {
    let mut groups: HashMap<(usize, u64), Group, FixedState> = HashMap::default();
    for (index, element) in page.elements.iter().enumerate().skip(1).filter(|(_, element)| element.contents.chars > 0) {
        let group = groups.entry(group_of(page, index)).or_default();
        group.count += 1;
        group.contents.add(&element.contents);
    }
    groups
}

/// The share of the page's characters that stand in outermost elements with a name of each kind.
fn parts(page: &Page, chars: usize) -> [f32; KIND_COUNT] {
    let mut sums = [0; KIND_COUNT];
    let mut above: Vec<Hints> = Vec::with_capacity(page.elements.len());
    for element in &page.elements {
        let outer = above.get(element.parent).copied().unwrap_or_default();
        let own = if element.is_outermost() { Hints::default() } else { element.hints };
        let outermost = sums.iter_mut().enumerate().filter(|(kind, _)| own.has(*kind) && !outer.has(*kind));
        outermost.for_each(|(_, sum)| *sum += element.contents.chars);
        above.push(outer.and(own));
    }
    sums.map(|sum| share(sum, chars).min(1.0))
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The share of the words of a line that the title has, and whether the line has most words of the title and few others.
fn share_of_title(line: &str, title: &HashSet<String>) -> (f32, bool) {
    /// Longest line in bytes that may be a title.
    const LONGEST: usize = 300;
    if title.is_empty() || line.len() > LONGEST {
        return (0.0, false);
    }
    let own: HashSet<String> = words(line).map(str::to_lowercase).collect();
    let shared = own.iter().filter(|word| title.contains(*word)).count();
    let of_line = share(shared, own.len());
    (of_line, of_line > 0.7 && shared * 2 > title.len())
}

fn yes(is: bool) -> f32 {
    f32::from(u8::from(is))
}

#[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
