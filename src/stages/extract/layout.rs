//! What a browser would show of each text node, and which break comes before it.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use html5ever::ns;
use scraper::Node;
use scraper::node::Element;

use super::tree::{HtmlTree, Scripts};

/// What separates two texts. Of two that meet, the greater one counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// Nothing.
    #[default]
    None,
    /// White space within a line.
    Space,
    /// The border of two cells of a table row.
    Cell,
    /// A line break.
    Line,
    /// An empty line.
    Paragraph,
}

impl Gap {
    /// The text of the gap.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Space => " ",
            Self::Cell => "\t",
            Self::Line => "\n",
            Self::Paragraph => "\n\n",
        }
    }
}

/// How a text node is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Display {
    /// Not at all.
    Hidden,
    /// With white space collapsed.
    Normal,
    /// With white space as it is.
    Preformatted,
}

/// A text node that is part of the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextLayout {
    pub(crate) node: NodeId,
    pub(crate) display: Display,
    /// Number among the visible nodes that hold more than white space, in the order of the tree.
    pub(crate) rank: Option<usize>,
}

/// The layout of all text nodes of a tree.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Sorted by node.
    nodes: Vec<TextLayout>,
    /// By rank: the gap before the node, from what lies between it and the one before.
    gaps: Vec<Gap>,
}

impl Layout {
    /// Returns the layout of `tree`. Walks the tree once, without recursion.
    pub(crate) fn new(tree: &HtmlTree) -> Self {
        let mut walk = Walk { scripts: tree.scripts(), ..Walk::default() };
        for edge in tree.html().tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => walk.open(element),
                    Node::Text(text) => walk.text(node.id(), text),
                    _ => {}
                },
                Edge::Close(node) => {
                    if let Node::Element(element) = node.value() {
                        walk.close(element);
                    }
                }
            }
        }
        walk.layout.nodes.sort_unstable_by_key(|layout| layout.node);
        walk.layout
    }

    /// The layout of a text node; `None` if it is not part of the document.
    pub(crate) fn of(&self, node: NodeId) -> Option<TextLayout> {
        let found = self.nodes.binary_search_by_key(&node, |layout| layout.node).ok()?;
        self.nodes.get(found).copied()
    }

    /// The gap before the visible node of a rank, from the one before it in the tree.
    pub(crate) fn gap_before(&self, rank: usize) -> Gap {
        self.gaps.get(rank).copied().unwrap_or_default()
    }

    /// The gap between the visible node of rank `before` and that of `rank`, which follows it in the source.
    pub(crate) fn gap(&self, before: Option<usize>, rank: usize) -> Gap {
        let own = self.gap_before(rank);
        match before {
            Some(before) if before == rank => Gap::None,
            Some(before) if before + 1 == rank => own,
            Some(before) if before > rank => Gap::Line,
            // Text between the two stands elsewhere in the source.
            Some(_) => own.max(Gap::Line),
            None => own,
        }
    }
}

/// The gap that an element makes before and after itself.
pub(crate) fn gap_around(element: &Element) -> Gap {
    if element.name.ns != ns!(html) {
        return Gap::None;
    }
    match element.name() {
        "address" | "article" | "aside" | "blockquote" | "body" | "center" | "details" | "dialog" | "dir" | "div"
        | "dl" | "fieldset" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header"
        | "hgroup" | "hr" | "html" | "listing" | "main" | "menu" | "nav" | "ol" | "p" | "plaintext" | "pre"
        | "search" | "section" | "table" | "ul" | "xmp" => Gap::Paragraph,
        "br" | "caption" | "dd" | "dt" | "figcaption" | "legend" | "li" | "summary" | "tbody" | "tfoot" | "thead"
        | "tr" => Gap::Line,
        "td" | "th" => Gap::Cell,
        // Shown as boxes of their own within the line.
        "button" | "select" | "textarea" | "video" | "audio" | "object" | "iframe" | "meter" | "progress" => Gap::Space,
        _ => Gap::None,
    }
}

/// Whether a browser shows nothing of the element's text.
pub(crate) fn is_hidden(element: &Element, scripts: Scripts) -> bool {
    let name = element.name();
    if element.name.ns != ns!(html) {
        return matches!(
            name,
            "annotation" | "annotation-xml" | "defs" | "desc" | "metadata" | "script" | "style" | "title"
        );
    }
    match name {
        "noscript" => scripts == Scripts::On,
        "audio" | "canvas" | "datalist" | "head" | "iframe" | "noembed" | "noframes" | "optgroup" | "option" | "rp"
        | "script" | "select" | "style" | "template" | "textarea" | "title" | "video" => true,
        // Pages hide these until a script has run.
        "body" | "html" => false,
        "dialog" if element.attr("open").is_none() => true,
        _ => {
            // What `until-found` hides opens when a reader searches for it.
            element.attr("hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found"))
                || element.attr("style").is_some_and(displays_none)
        }
    }
}

/// Whether an inline style says `display: none`.
fn displays_none(style: &str) -> bool {
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            let value = value.split('!').next().unwrap_or("");
            name.trim().eq_ignore_ascii_case("display") && value.trim().eq_ignore_ascii_case("none")
        })
    })
}

fn is_preformatted(element: &Element) -> bool {
    element.name.ns == ns!(html) && matches!(element.name(), "listing" | "plaintext" | "pre" | "xmp")
}

fn is_icon(element: &Element) -> bool {
    element.attr("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A cell of a table that is open.
#[derive(Debug, Default)]
struct OpenCell {
    /// Rank of its first text.
    first: Option<usize>,
    has_lines: bool,
}

/// The state of a walk over the tree.
///
/// The gap between two texts is that of the outermost block that ends after the first, or that of the
/// outermost block that begins before the second, whichever is greater: between two paragraphs there is an
/// empty line, between two list items a line break, even if the items hold paragraphs.
#[derive(Debug, Default)]
struct Walk {
    scripts: Scripts,
    layout: Layout,
    depth: usize,
    hidden_at: Option<usize>,
    preformatted: usize,
    icons: usize,
    /// Gap since the last text.
    gap: Gap,
    line_breaks: usize,
    /// Depth of the outermost block that was opened since the last text and is open.
    new_block: Option<usize>,
    /// Links that are open, whether one was opened since the last text, and whether that stood in one.
    links: usize,
    new_link: bool,
    after_link: bool,
    /// List items that are open.
    items: usize,
    cells: Vec<OpenCell>,
}

impl Walk {
    fn open(&mut self, element: &Element) {
        self.depth += 1;
        if self.hidden_at.is_some() {
            return;
        }
        let gap = self.gap_of(element);
        if is_hidden(element, self.scripts) {
            self.hidden_at = Some(self.depth);
            // A box with hidden content is a box; a hidden block is nothing.
            if gap == Gap::Space {
                self.gap = self.gap.max(gap);
            }
            return;
        }
        self.preformatted += usize::from(is_preformatted(element));
        self.icons += usize::from(is_icon(element));
        if gap != Gap::None && self.new_block.is_none() {
            if element.name() == "br" {
                self.line_breaks += 1;
                if self.line_breaks > 1 {
                    self.gap = Gap::Paragraph;
                }
            }
            self.gap = self.gap.max(gap);
            if gap > Gap::Space {
                self.new_block = Some(self.depth);
            }
        }
        match element.name() {
            "a" => {
                self.links += 1;
                self.new_link = true;
            }
            "li" => self.items += 1,
            "td" | "th" => self.cells.push(OpenCell::default()),
            _ => {}
        }
    }

    fn close(&mut self, element: &Element) {
        let depth = self.depth;
        self.depth -= 1;
        if let Some(hidden_at) = self.hidden_at {
            if hidden_at == depth {
                self.hidden_at = None;
            }
            return;
        }
        self.preformatted -= usize::from(is_preformatted(element));
        self.icons -= usize::from(is_icon(element));
        let mut gap = self.gap_of(element);
        match element.name() {
            "a" => self.links -= 1,
            "li" => self.items -= 1,
            "td" | "th" => {
                if let Some(cell) = self.cells.pop()
                    && cell.has_lines
                {
                    gap = Gap::Line;
                    self.part_from_row(cell.first);
                    if let Some(outer) = self.cells.last_mut() {
                        outer.has_lines = true;
                    }
                }
            }
            _ => {}
        }
        if self.new_block == Some(depth) {
            self.new_block = None;
        } else if self.new_block.is_none() && gap != Gap::None && element.name() != "br" {
            // The block holds the last text, so it decides instead of the blocks that ended in it.
            if gap > Gap::Space {
                self.gap = gap;
                self.line_breaks = 0;
            } else {
                self.gap = self.gap.max(gap);
            }
        }
    }

    /// Puts a cell with several lines on lines of its own.
    fn part_from_row(&mut self, first: Option<usize>) {
        if let Some(gap) = first.and_then(|first| self.layout.gaps.get_mut(first))
            && *gap == Gap::Cell
        {
            *gap = Gap::Line;
        }
    }

    fn gap_of(&self, element: &Element) -> Gap {
        match element.name() {
            "ul" | "ol" | "dir" | "menu" if self.items > 0 => Gap::Line,
            _ => gap_around(element),
        }
    }

    fn text(&mut self, node: NodeId, text: &str) {
        let is_hidden = self.hidden_at.is_some() || (self.icons > 0 && !text.contains(char::is_alphanumeric));
        let display = match (is_hidden, self.preformatted > 0) {
            (true, _) => Display::Hidden,
            (false, true) => Display::Preformatted,
            (false, false) => Display::Normal,
        };
        let shows = !is_hidden && text.contains(|c: char| !c.is_ascii_whitespace());
        let rank = shows.then_some(self.layout.gaps.len());
        if let Some(rank) = rank {
            self.note_cells(rank);
            let in_link = self.links > 0;
            if self.after_link && self.new_link && in_link {
                self.gap = self.gap.max(Gap::Space);
            }
            (self.after_link, self.new_link) = (in_link, false);
            self.layout.gaps.push(self.gap);
            self.gap = Gap::None;
            self.line_breaks = 0;
            self.new_block = None;
        }
        self.layout.nodes.push(TextLayout { node, display, rank });
    }

    /// Tells the open cells about a text and the gap before it.
    fn note_cells(&mut self, rank: usize) {
        for cell in self.cells.iter_mut().rev() {
            if cell.first.is_some() {
                cell.has_lines |= self.gap >= Gap::Line;
                return;
            }
            cell.first = Some(rank);
        }
    }
}
