//! A page as blocks: its visible lines, each with the elements that it stands in and what they hold.

use ego_tree::iter::Edge;
use scraper::Node;
use scraper::node::Element as Markup;

use super::hints::{HintReader, Hints, Names};
use super::layout::{Display, Gap, Layout, gap_around};
use super::tree::{HtmlTree, Scripts};
use crate::lines::{BODY_CHARS, ends_sentence};

/// What an element is, as far as the block model tells elements apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Tag {
    Other,
    Paragraph,
    Item,
    TopHeading,
    Heading,
    LowHeading,
    Cell,
    Box,
    Term,
    Quote,
    Preformatted,
    Caption,
    Section,
    Article,
    Main,
    Aside,
    Nav,
    Header,
    Footer,
    Form,
    List,
    Table,
    Figure,
    Link,
    Body,
}

impl Tag {
    fn of(name: &str, role: &str) -> Self {
        match role {
            "main" => return Self::Main,
            "navigation" | "menu" | "menubar" => return Self::Nav,
            "complementary" => return Self::Aside,
            "contentinfo" => return Self::Footer,
            "banner" => return Self::Header,
            "article" => return Self::Article,
            _ => {}
        }
        match name {
            "p" => Self::Paragraph,
            "li" => Self::Item,
            "h1" => Self::TopHeading,
            "h2" => Self::Heading,
            "h3" | "h4" | "h5" | "h6" => Self::LowHeading,
            "td" | "th" => Self::Cell,
            "div" => Self::Box,
            "dt" | "dd" => Self::Term,
            "blockquote" => Self::Quote,
            "pre" => Self::Preformatted,
            "figcaption" | "caption" => Self::Caption,
            "section" => Self::Section,
            "article" => Self::Article,
            "main" => Self::Main,
            "aside" => Self::Aside,
            "nav" => Self::Nav,
            "header" => Self::Header,
            "footer" => Self::Footer,
            "form" | "fieldset" | "dialog" => Self::Form,
            "ul" | "ol" | "dl" | "menu" | "dir" => Self::List,
            "table" => Self::Table,
            "figure" => Self::Figure,
            "a" => Self::Link,
            "body" => Self::Body,
            _ => Self::Other,
        }
    }
}

/// What stands in an element, with all elements in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Contents {
    /// Characters of visible text.
    pub(super) chars: usize,
    /// Characters of these in links.
    pub(super) link_chars: usize,
    /// Characters of blocks that are paragraphs: long, few links, ending like a sentence.
    pub(super) body_chars: usize,
    /// Blocks that begin in it.
    pub(super) blocks: usize,
    /// Links.
    pub(super) links: usize,
}

impl Contents {
    /// Adds what stands in another element.
    pub(super) fn add(&mut self, other: &Self) {
        self.chars += other.chars;
        self.link_chars += other.link_chars;
        self.body_chars += other.body_chars;
        self.blocks += other.blocks;
        self.links += other.links;
    }

    /// Share of the characters that stand in links.
    #[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
    pub(super) fn link_share(&self) -> f32 {
        self.link_chars as f32 / self.chars.max(1) as f32
    }
}

/// An element that shows something.
#[derive(Debug)]
pub(super) struct Element {
    /// Index of the element around it; its own for the outermost.
    pub(super) parent: usize,
    pub(super) depth: usize,
    pub(super) tag: Tag,
    pub(super) hints: Hints,
    /// Tells elements of one tag and class from others.
    pub(super) signature: u64,
    pub(super) contents: Contents,
    is_block: bool,
}

impl Element {
    /// Whether it is the page or its body, which say nothing of one block.
    pub(super) fn is_outermost(&self) -> bool {
        self.tag == Tag::Body || self.depth == 0
    }
}

/// A line of the visible text.
#[derive(Debug)]
pub(super) struct Block {
    /// Ranks of its text nodes in the layout, from the first on.
    pub(super) first_rank: usize,
    /// Index of the innermost block element around its first text.
    pub(super) element: usize,
    /// Characters.
    pub(super) chars: usize,
    /// Characters in links.
    pub(super) link_chars: usize,
    /// Links.
    pub(super) links: usize,
    /// Characters in bold type or emphasis.
    pub(super) strong_chars: usize,
    /// Whether the gap before it is an empty line.
    pub(super) is_apart: bool,
}

/// A page that was read: its tree, how its texts are shown, and its blocks.
pub(super) struct ReadPage {
    pub(super) tree: HtmlTree,
    pub(super) layout: Layout,
    pub(super) page: Page,
}

impl ReadPage {
    /// Reads a page. One that shows next to nothing, but has a text for readers without scripts, is read as these see it:
    /// boards and shops have their text there for search engines.
    pub(super) fn new(source: &str) -> Self {
        /// Characters of a page that shows next to nothing, and that the other reading must have more.
        const LITTLE: usize = 1000;
        let read = Self::with(source, Scripts::On);
        let chars = read.page.chars();
        if chars >= LITTLE || memchr::memmem::find(source.as_bytes(), b"<noscript").is_none() {
            return read;
        }
        let without = Self::with(source, Scripts::Off);
        if without.page.chars() > 2 * chars + LITTLE { without } else { read }
    }

    fn with(source: &str, scripts: Scripts) -> Self {
        let tree = HtmlTree::parse_with(source, scripts);
        let layout = Layout::new(&tree);
        let page = Page::new(&tree, &layout);
        Self { tree, layout, page }
    }
}

/// The visible text of a page in blocks.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// In the order of the tree: each behind the one around it.
    pub(super) elements: Vec<Element>,
    /// In the order of the tree.
    pub(super) blocks: Vec<Block>,
    /// The text of all blocks, each a line; its end is that of the line.
    pub(super) text: String,
}

impl Page {
    /// Cuts the visible text of a tree into blocks. `layout` is that of the tree.
    pub(super) fn new(tree: &HtmlTree, layout: &Layout) -> Self {
        let mut walk = Walk::default();
        for edge in tree.html().tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => walk.open(element),
                    Node::Text(text) => {
                        if let Some(found) = layout.of(node.id())
                            && let Some(rank) = found.rank
                        {
                            walk.text(text, rank, layout.gap_before(rank), found.display);
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if node.value().is_element() {
                        walk.close();
                    }
                }
            }
        }
        walk.end_block();
        walk.page.sum_up();
        walk.page
    }

    /// Characters of the visible text.
    pub(super) fn chars(&self) -> usize {
        self.blocks.iter().map(|block| block.chars).sum()
    }

    /// The element with this index.
    pub(super) fn element(&self, index: usize) -> &Element {
        self.elements.get(index).expect("indices come from this page")
    }

    /// What blocks that look alike have in common: tag and class of their element and of its parent.
    pub(super) fn look_of(&self, block: &Block) -> (u64, u64) {
        let own = self.element(block.element);
        (own.signature, self.element(own.parent).signature)
    }

    /// The elements around a block, from the innermost out.
    pub(super) fn around(&self, block: &Block) -> impl Iterator<Item = usize> {
        let outer = |index: &usize| Some(self.element(*index).parent).filter(|parent| parent < index);
        std::iter::successors(Some(block.element).filter(|index| *index < self.elements.len()), outer)
    }

    /// Adds up what stands in each element. What texts gave is in their innermost elements.
    fn sum_up(&mut self) {
        for index in (1..self.elements.len()).rev() {
            let (before, own) = self.elements.split_at_mut(index);
            if let Some(own) = own.first()
                && let Some(parent) = before.get_mut(own.parent)
            {
                parent.contents.add(&own.contents);
            }
        }
    }

    /// The text of each block, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator('\n')
    }
}

/// The state of a walk over the tree.
#[derive(Default)]
struct Walk {
    page: Page,
    open: Vec<usize>,
    reader: HintReader,
    links: usize,
    new_link: bool,
    strong: usize,
    /// Names of the elements that are open, as far as they count.
    kinds: Vec<(bool, bool)>,
    line_start: usize,
}

impl Walk {
    fn open(&mut self, element: &Markup) {
        let index = self.page.elements.len();
        let parent = self.open.last().copied().unwrap_or(index);
        let names = Names::of(element);
        let is_link = element.name() == "a" && element.attr("href").is_some();
        let is_strong = matches!(element.name(), "b" | "strong" | "em" | "i");
        self.links += usize::from(is_link);
        self.new_link |= is_link;
        self.strong += usize::from(is_strong);
        self.kinds.push((is_link, is_strong));
        self.page.elements.push(Element {
            parent,
            depth: self.open.len(),
            tag: Tag::of(element.name(), names.role),
            hints: self.reader.read(&names),
            signature: signature(element.name(), names.class),
            contents: Contents::default(),
            is_block: gap_around(element) >= Gap::Cell,
        });
        self.open.push(index);
    }

    fn close(&mut self) {
        self.open.pop();
        if let Some((is_link, is_strong)) = self.kinds.pop() {
            self.links -= usize::from(is_link);
            self.strong -= usize::from(is_strong);
        }
    }

    fn text(&mut self, text: &str, rank: usize, gap: Gap, display: Display) {
        if gap >= Gap::Line || self.page.blocks.is_empty() {
            self.end_block();
            let block = self.open.iter().rposition(|index| self.page.element(*index).is_block).unwrap_or(0);
            self.page.blocks.push(Block {
                first_rank: rank,
                element: self.open.get(block).copied().unwrap_or(0),
                chars: 0,
                link_chars: 0,
                links: 0,
                strong_chars: 0,
                is_apart: gap >= Gap::Paragraph,
            });
        }
        let starts_in_space = text.starts_with(|c: char| c.is_ascii_whitespace());
        let line = &mut self.page.text;
        let is_first = line.len() == self.line_start;
        if !is_first {
            match gap {
                Gap::Cell => line.push('\t'),
                Gap::Space => line.push(' '),
                _ if starts_in_space && !line.ends_with(' ') => line.push(' '),
                _ => {}
            }
        }
        let mut chars = 0;
        for word in text.split_whitespace() {
            if chars > 0 {
                line.push(' ');
            }
            line.push_str(word);
            chars += word.chars().count() + 1;
        }
        if display == Display::Normal && text.ends_with(|c: char| c.is_ascii_whitespace()) {
            line.push(' ');
        }
        let Some(block) = self.page.blocks.last_mut() else { return };
        let in_link = if self.links > 0 { chars } else { 0 };
        block.chars += chars;
        block.link_chars += in_link;
        block.links += usize::from(self.new_link && self.links > 0);
        block.strong_chars += if self.strong > 0 { chars } else { 0 };
        if let Some(element) = self.open.last().and_then(|index| self.page.elements.get_mut(*index)) {
            element.contents.chars += chars;
            element.contents.link_chars += in_link;
            element.contents.links += usize::from(self.new_link && self.links > 0);
        }
        self.new_link = false;
    }

    fn end_block(&mut self) {
        let Some(block) = self.page.blocks.last() else { return };
        let text = self.page.text.get(self.line_start..).unwrap_or_default().trim_end();
        let is_body = block.chars >= BODY_CHARS && block.link_chars * 2 < block.chars && ends_sentence(text);
        let (length, chars, element) = (text.len(), block.chars, block.element);
        self.page.text.truncate(self.line_start + length);
        self.page.text.push('\n');
        self.line_start = self.page.text.len();
        if let Some(element) = self.page.elements.get_mut(element) {
            element.contents.blocks += 1;
            element.contents.body_chars += if is_body { chars } else { 0 };
        }
    }
}

/// A number for tag and class of an element.
fn signature(name: &str, class: &str) -> u64 {
    use std::hash::BuildHasher;
    let hasher = foldhash::fast::FixedState::default();
    hasher.hash_one((name, class))
}
