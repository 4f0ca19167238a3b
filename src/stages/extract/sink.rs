//! A tree sink that notes which bytes of the source each appended text came from.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;

use ego_tree::NodeId;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName};
use scraper::{Html, HtmlTreeSink, Node};

use super::tree::{ElementSpan, SourceSpan, TextChunk, TextOrigin};

/// A node of the tree, with the number of its entry in the table of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    id: NodeId,
    /// Entry in `OriginSink::elements`; `NO_ELEMENT` for the document, comments and the like.
    element: usize,
}

const NO_ELEMENT: usize = usize::MAX;

/// Text of one token, or a part of it, that the tree builder has not appended yet.
#[derive(Debug)]
pub(crate) struct PendingText {
    pub(crate) text: StrTendril,
    pub(crate) source: SourceSpan,
    pub(crate) origin: TextOrigin,
}

/// Everything that was noted while the tree was built.
pub(crate) struct Noted {
    pub(crate) html: Html,
    pub(crate) chunks: Vec<TextChunk>,
    pub(crate) elements: Vec<ElementSpan>,
}

/// Scraper's own sink, with notes on where text and elements came from.
pub(crate) struct OriginSink {
    inner: HtmlTreeSink,
    chunks: RefCell<Vec<TextChunk>>,
    elements: RefCell<Vec<ElementSpan>>,
    /// Depth in the tree of each entry of `elements`, when it was last attached.
    depths: RefCell<Vec<usize>>,
    deepest: Cell<usize>,
    pending: RefCell<VecDeque<PendingText>>,
    /// Element that the tree builder asked the name of last: how its current node becomes known.
    last_named: Cell<Option<Handle>>,
}

impl OriginSink {
    pub(crate) fn new() -> Self {
        Self {
            inner: HtmlTreeSink::new(Html::new_document()),
            chunks: RefCell::default(),
            elements: RefCell::default(),
            depths: RefCell::default(),
            deepest: Cell::new(0),
            pending: RefCell::default(),
            last_named: Cell::new(None),
        }
    }

    /// Announces text that the tree builder is about to be given.
    pub(crate) fn expect_text(&self, text: PendingText) {
        self.pending.borrow_mut().push_back(text);
    }

    /// Whether announced text was not appended so far: it waits (in a table) or was dropped.
    pub(crate) fn has_pending_text(&self) -> bool {
        !self.pending.borrow().is_empty()
    }

    /// Forgets announced text that was not appended.
    pub(crate) fn forget_pending_text(&self) {
        self.pending.borrow_mut().clear();
    }

    /// Number of elements created so far.
    pub(crate) fn element_count(&self) -> usize {
        self.elements.borrow().len()
    }

    /// Greatest depth at which an element was attached so far.
    pub(crate) fn deepest(&self) -> usize {
        self.deepest.get()
    }

    /// Notes `span` as the start tag of the element created last if its name fits `tag_name`.
    ///
    /// The tree builder creates the element of a tag after the elements that the tag implies or reopens.
    pub(crate) fn note_start_tag(&self, tag_name: &str, span: SourceSpan) {
        let mut elements = self.elements.borrow_mut();
        let Some(last) = elements.last_mut() else {
            return;
        };
        let html = self.inner.0.borrow();
        let fits = html.tree.get(last.node).and_then(|node| node.value().as_element()).is_some_and(|element| {
            element.name().eq_ignore_ascii_case(tag_name) || (tag_name == "image" && element.name() == "img")
        });
        if fits && last.start_tag.is_none() {
            last.start_tag = Some(span);
        }
    }

    /// Clears the note of the element named last; see [`OriginSink::last_named`].
    pub(crate) fn clear_last_named(&self) {
        self.last_named.set(None);
    }

    /// Calls `ask` with depth and name of the element that the tree builder asked the name of last.
    pub(crate) fn with_last_named<T>(&self, ask: impl FnOnce(usize, &QualName) -> T) -> Option<T> {
        let handle = self.last_named.get()?;
        let html = self.inner.0.borrow();
        let element = html.tree.get(handle.id)?.value().as_element()?;
        Some(ask(self.depth(handle), &element.name))
    }

    fn depth(&self, handle: Handle) -> usize {
        self.depths.borrow().get(handle.element).copied().unwrap_or(0)
    }

    fn note_depth(&self, child: Handle, depth: usize) {
        if let Some(noted) = self.depths.borrow_mut().get_mut(child.element) {
            *noted = depth;
            self.deepest.set(self.deepest.get().max(depth));
        }
    }

    /// The text node that ends the children of `parent`, and how long its text is.
    fn last_text(&self, parent: NodeId) -> Option<(NodeId, usize)> {
        let html = self.inner.0.borrow();
        let last = html.tree.get(parent)?.last_child()?;
        text_len(last)
    }

    /// The text node before `sibling`, and how long its text is.
    fn text_before(&self, sibling: NodeId) -> Option<(NodeId, usize)> {
        let html = self.inner.0.borrow();
        let before = html.tree.get(sibling)?.prev_sibling()?;
        text_len(before)
    }

    fn has_parent(&self, node: NodeId) -> bool {
        let html = self.inner.0.borrow();
        html.tree.get(node).is_some_and(|node| node.parent().is_some())
    }

    /// Notes the sources of `text`, which was appended to `node` and ends at byte `node_len` of its text.
    fn note_text(&self, node: NodeId, node_len: usize, text: &StrTendril) {
        let mut pending = self.pending.borrow_mut();
        let mut chunks = self.chunks.borrow_mut();
        let mut rest: &str = text;
        let mut text_start = node_len.saturating_sub(rest.len());
        while !rest.is_empty() {
            let Some(front) = pending.front_mut() else {
                // Text that nobody announced. It gets an empty span where the text before it ended.
                let end = chunks.last().map_or(0, |chunk: &TextChunk| chunk.source.end);
                push_chunk(
                    &mut chunks,
                    TextChunk {
                        node,
                        text_start,
                        text_end: node_len,
                        source: SourceSpan { start: end, end },
                        origin: TextOrigin::Replaced,
                    },
                );
                return;
            };
            let shared = common_prefix(&front.text, rest);
            if shared == 0 {
                // The tree builder dropped a run of white space or of other text before this.
                drop_run(front);
                if front.text.is_empty() {
                    pending.pop_front();
                }
                continue;
            }
            let source = match front.origin {
                TextOrigin::Verbatim => SourceSpan { start: front.source.start, end: front.source.start + shared },
                TextOrigin::Replaced => front.source,
            };
            push_chunk(
                &mut chunks,
                TextChunk { node, text_start, text_end: text_start + shared, source, origin: front.origin },
            );
            text_start += shared;
            rest = rest.get(shared..).unwrap_or("");
            advance(front, shared);
            if front.text.is_empty() {
                pending.pop_front();
            }
        }
    }
}

impl TreeSink for OriginSink {
    type Handle = Handle;
    type Output = Noted;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Noted {
        Noted { html: self.inner.finish(), chunks: self.chunks.into_inner(), elements: self.elements.into_inner() }
    }

    // Parse errors are of no use to a cleaner, and a list of them can outgrow the document.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { id: self.inner.get_document(), element: NO_ELEMENT }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.last_named.set(Some(*target));
        self.inner.elem_name(&target.id)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Handle {
        let id = self.inner.create_element(name, attributes, flags);
        let mut elements = self.elements.borrow_mut();
        let element = elements.len();
        elements.push(ElementSpan { node: id, start_tag: None });
        self.depths.borrow_mut().push(0);
        Handle { id, element }
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        Handle { id: self.inner.create_comment(text), element: NO_ELEMENT }
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        Handle { id: self.inner.create_pi(target, data), element: NO_ELEMENT }
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(node) => {
                self.note_depth(node, self.depth(*parent) + 1);
                self.inner.append(&parent.id, NodeOrText::AppendNode(node.id));
            }
            NodeOrText::AppendText(text) => {
                self.inner.append(&parent.id, NodeOrText::AppendText(text.clone()));
                if let Some((node, len)) = self.last_text(parent.id) {
                    self.note_text(node, len, &text);
                }
            }
        }
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(node) => {
                self.note_depth(node, self.depth(*sibling));
                self.inner.append_before_sibling(&sibling.id, NodeOrText::AppendNode(node.id));
            }
            NodeOrText::AppendText(text) => {
                if !self.has_parent(sibling.id) {
                    return;
                }
                self.inner.append_before_sibling(&sibling.id, NodeOrText::AppendText(text.clone()));
                if let Some((node, len)) = self.text_before(sibling.id) {
                    self.note_text(node, len, &text);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        if self.has_parent(element.id) {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.inner.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        Handle { id: self.inner.get_template_contents(&target.id), element: target.element }
    }

    fn same_node(&self, left: &Handle, right: &Handle) -> bool {
        left.id == right.id
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.inner.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        self.inner.add_attrs_if_missing(&target.id, attributes);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.inner.remove_from_parent(&target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.inner.reparent_children(&node.id, &new_parent.id);
    }
}

fn text_len(node: ego_tree::NodeRef<'_, Node>) -> Option<(NodeId, usize)> {
    node.value().as_text().map(|text| (node.id(), text.text.len()))
}

/// Adds `chunk`, joined with the last one if both are verbatim and continue each other.
fn push_chunk(chunks: &mut Vec<TextChunk>, chunk: TextChunk) {
    if let Some(last) = chunks.last_mut()
        && last.node == chunk.node
        && last.text_end == chunk.text_start
        && last.origin == chunk.origin
    {
        let continues = match chunk.origin {
            TextOrigin::Verbatim => last.source.end == chunk.source.start,
            // The second character of a reference such as `&NotEqualTilde;`, or a split replacement.
            TextOrigin::Replaced => last.source == chunk.source || chunk.source.start == chunk.source.end,
        };
        if continues {
            last.text_end = chunk.text_end;
            last.source.end = last.source.end.max(chunk.source.end);
            return;
        }
    }
    chunks.push(chunk);
}

/// Length of the longest common start of two texts, on a character boundary of both.
fn common_prefix(left: &str, right: &str) -> usize {
    let shorter = left.len().min(right.len());
    let (left_bytes, right_bytes) = (left.as_bytes(), right.as_bytes());
    if left_bytes.get(..shorter) == right_bytes.get(..shorter) {
        return shorter;
    }
    let mut len = left_bytes.iter().zip(right_bytes).take_while(|(a, b)| a == b).count();
    while !left.is_char_boundary(len) {
        len -= 1;
    }
    len
}

/// Removes the first run of ASCII white space, or of anything else, from `pending`.
fn drop_run(pending: &mut PendingText) {
    let space = pending.text.starts_with(|c: char| c.is_ascii_whitespace());
    let end = pending.text.find(|c: char| c.is_ascii_whitespace() != space).unwrap_or(pending.text.len());
    advance(pending, end);
}

/// Removes the first `len` bytes of text from `pending`.
fn advance(pending: &mut PendingText, len: usize) {
    let len = u32::try_from(len).expect("a tendril holds less than 4 GiB");
    pending.text.pop_front(len);
    if pending.origin == TextOrigin::Verbatim {
        pending.source.start += len as usize;
    }
}
