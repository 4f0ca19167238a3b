//! An HTML tree that knows which bytes of the source its texts and elements came from.

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};

use super::tokens;

/// A stretch of the HTML source: bytes, 0-based, `end` excluded, on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceSpan {
    /// First byte.
    pub start: usize,
    /// First byte after the stretch.
    pub end: usize,
}

/// How the text of a chunk relates to the source it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOrigin {
    /// The text is the source: the same bytes.
    Verbatim,
    /// The parser made the whole text from the whole span: a character reference, a line end, a NUL.
    Replaced,
}

/// A piece of a text node with one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextChunk {
    /// The text node that holds the chunk.
    pub node: NodeId,
    /// First byte of the chunk in the text of its node.
    pub text_start: usize,
    /// First byte after the chunk in the text of its node.
    pub text_end: usize,
    /// The bytes of the source that the chunk came from. Empty if the parser made the text from nothing.
    pub source: SourceSpan,
    /// Whether the text is the source or was made from it.
    pub origin: TextOrigin,
}

/// An element and the place of its start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementSpan {
    /// The element.
    pub node: NodeId,
    /// From `<` to after `>`. `None` if the parser made the element up: implied (`<tbody>`), or an
    /// unclosed formatting element that it opened again.
    pub start_tag: Option<SourceSpan>,
}

/// Whether a page is read as a browser reads it that runs its scripts: then what stands in `<noscript>` is no markup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scripts {
    /// As `scraper::Html::parse_document` reads it.
    #[default]
    On,
    /// What stands in `<noscript>` is part of the page.
    Off,
}

/// A parsed document with origins.
///
/// The tree equals that of `scraper::Html::parse_document` but for what keeps the parser's work linear:
/// no element is more than 513 deep (a deeper one becomes a sibling, as in browsers); formatting elements
/// (`<b>`, `<a>`, ...) are ignored, but not their text, beyond 512 unclosed ones or once reopening them has
/// multiplied the elements; attributes of a tag are ignored beyond 2 048 or some more.
/// And a U+FEFF is dropped at the start of the source and nowhere else. Parse errors are not listed.
///
/// # Example
///
/// ```
/// let source = "<p>a &amp; b</p>";
/// let tree = scutch::stages::extract::HtmlTree::parse(source);
/// let chunks: Vec<_> = tree.chunks().iter().map(|chunk| {
///     (tree.text(chunk), source.get(chunk.source.start..chunk.source.end))
/// }).collect();
/// assert_eq!(chunks, [("a ", Some("a ")), ("&", Some("&amp;")), (" b", Some(" b"))]);
/// ```
#[derive(Debug)]
pub struct HtmlTree {
    html: Html,
    chunks: Vec<TextChunk>,
    /// Numbers of `chunks`, sorted by node, then by place in the node.
    by_node: Vec<u32>,
    elements: Vec<ElementSpan>,
    scripts: Scripts,
}

impl HtmlTree {
    /// Returns the tree of `source`, a document or a fragment of one.
    ///
    /// Takes time linear in the length of `source`: hostile markup up to about two seconds per megabyte.
    ///
    /// # Panics
    ///
    /// If `source` is 4 GiB long or longer.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        Self::parse_with(source, Scripts::On)
    }

    /// Returns the tree of `source` as a browser sees it with scripts or without.
    ///
    /// # Panics
    ///
    /// If `source` is 4 GiB long or longer.
    #[must_use]
    pub fn parse_with(source: &str, scripts: Scripts) -> Self {
        let noted = tokens::parse(source, scripts);
        let count = u32::try_from(noted.chunks.len()).expect("fewer chunks than bytes of source");
        let mut by_node: Vec<u32> = (0..count).collect();
        by_node.sort_by_key(|index| noted.chunks.get(*index as usize).map(|chunk| chunk.node));
        Self { html: noted.html, chunks: noted.chunks, by_node, elements: noted.elements, scripts }
    }

    /// Returns how the page was read.
    #[must_use]
    pub fn scripts(&self) -> Scripts {
        self.scripts
    }

    /// Returns scraper's tree, for selectors and walks.
    #[must_use]
    pub fn html(&self) -> &Html {
        &self.html
    }

    /// Returns all pieces of text, in the order of the source. Their spans do not overlap.
    ///
    /// Includes text that is not visible, and text of nodes that the parser detached again.
    #[must_use]
    pub fn chunks(&self) -> &[TextChunk] {
        &self.chunks
    }

    /// Returns the pieces of one text node, in the order of its text. Empty for other nodes.
    pub fn chunks_of(&self, node: NodeId) -> impl Iterator<Item = &TextChunk> {
        let key = |index: &u32| self.chunks.get(*index as usize).map(|chunk| chunk.node);
        let start = self.by_node.partition_point(|index| key(index) < Some(node));
        self.by_node
            .iter()
            .skip(start)
            .filter_map(|index| self.chunks.get(*index as usize))
            .take_while(move |chunk| chunk.node == node)
    }

    /// Returns the text of a chunk of this tree.
    #[must_use]
    pub fn text(&self, chunk: &TextChunk) -> &str {
        self.html
            .tree
            .get(chunk.node)
            .and_then(|node| node.value().as_text())
            .and_then(|text| text.get(chunk.text_start..chunk.text_end))
            .unwrap_or("")
    }

    /// Returns the element that a chunk of this tree stands in. `None` at the top of a detached part.
    #[must_use]
    pub fn element_of(&self, chunk: &TextChunk) -> Option<NodeRef<'_, Node>> {
        self.html.tree.get(chunk.node)?.parent()
    }

    /// Returns all elements with the places of their start tags, in the order of their creation.
    ///
    /// Start tags that are known are in the order of the source and do not overlap.
    /// Includes elements that the parser detached again.
    #[must_use]
    pub fn elements(&self) -> &[ElementSpan] {
        &self.elements
    }

    /// Returns the place of the start tag of `element`, `None` if it has none. Takes O(log elements).
    #[must_use]
    pub fn start_tag(&self, element: NodeId) -> Option<SourceSpan> {
        let found = self.elements.binary_search_by_key(&element, |entry| entry.node).ok()?;
        self.elements.get(found)?.start_tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start_tags(source: &str) -> Vec<(String, Option<&str>)> {
        let tree = HtmlTree::parse(source);
        let show = |entry: &ElementSpan| {
            let node = tree.html().tree.get(entry.node)?;
            let tag = tree.start_tag(entry.node);
            let tag = tag.and_then(|tag| source.get(tag.start..tag.end));
            Some((node.value().as_element()?.name().to_owned(), tag))
        };
        tree.elements().iter().filter_map(show).collect()
    }

    #[test]
    fn start_tags_keep_their_source_spans() {
        let source = "</><body><table><td title='a>b' >x</table><b>y<p>z</b>";
        let expected = [
            ("html", None),
            ("head", None),
            ("body", Some("<body>")),
            ("table", Some("<table>")),
            ("tbody", None),
            ("tr", None),
            ("td", Some("<td title='a>b' >")),
            ("b", Some("<b>")),
            ("p", Some("<p>")),
            ("b", None),
        ];
        let expected = expected.map(|(name, tag)| (name.to_owned(), tag));
        assert_eq!(start_tags(source), expected);
    }

    #[test]
    fn text_merged_from_several_places_has_several_chunks() {
        let source = "<table>a<tr>b<td>c</table>";
        let tree = HtmlTree::parse(source);
        let found: Vec<_> =
            tree.chunks().iter().map(|chunk| (tree.text(chunk), chunk.source.start, chunk.text_start)).collect();
        assert_eq!(found, [("a", 7, 0), ("b", 12, 1), ("c", 17, 0)]);
        let first = tree.chunks().first().expect("there is text");
        assert_eq!(tree.chunks_of(first.node).count(), 2);
        let parent = tree.element_of(first).and_then(|node| node.value().as_element());
        assert_eq!(parent.map(scraper::node::Element::name), Some("body"));
    }
}
