//! The edits that turn HTML source into its visible text.

use std::borrow::Cow;

use super::facts::{PageFacts, page_facts};
use super::layout::{Display, Gap, Layout};
use super::selection::{Dropped, Reason, Selection};
use super::tree::{HtmlTree, TextChunk, TextOrigin};

/// What an edit removes or decodes. The variants name rules: `extract.markup` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkupKind {
    /// White space that a browser shows as one space, or not at all.
    Whitespace,
    /// Tags and comments, with white space around them.
    Markup,
    /// Text that a browser does not show (scripts, styles, hidden elements), with markup around it.
    Hidden,
    /// A character reference, or a character that a parser must replace.
    Entity,
    /// A block that is not part of the main text, with markup before and in it.
    Block(Reason),
}

impl MarkupKind {
    /// Returns the last part of the name of the rule.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whitespace => "whitespace",
            Self::Markup => "markup",
            Self::Hidden => "hidden",
            Self::Entity => "entity",
            Self::Block(reason) => reason.name(),
        }
    }
}

/// One change of the source.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkupEdit {
    /// First byte of the source that is replaced.
    pub start: usize,
    /// First byte after what is replaced; equal to `start` for an insertion.
    pub end: usize,
    /// What stands there in the visible text; may be empty.
    pub replacement: Cow<'static, str>,
    /// What was removed or decoded.
    pub kind: MarkupKind,
    /// How sure it is that this must go, 0 to 1; 1 for all but blocks.
    pub score: f32,
}

/// The visible text of a page, as edits on its source, and what the page says about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisibleText {
    /// In the order of the source, without overlap, on character boundaries. Neighbors may touch.
    pub edits: Vec<MarkupEdit>,
    /// What the page says about itself.
    pub facts: PageFacts,
}

impl VisibleText {
    /// Returns the visible text, given the source that the edits were made for.
    #[must_use]
    pub fn text(&self, source: &str) -> String {
        let mut text = String::new();
        let mut at = 0;
        for edit in &self.edits {
            text.push_str(source.get(at..edit.start).unwrap_or(""));
            text.push_str(&edit.replacement);
            at = edit.end;
        }
        text.push_str(source.get(at..).unwrap_or(""));
        text
    }
}

/// Returns the edits that turn `source` into its visible text; `tree` must be the tree of `source`.
///
/// Text stays in the order of the source, also where a browser would show it elsewhere. Each block is a line;
/// there is an empty line between paragraphs, headings, lists, tables and sections, none between list items
/// and table rows; cells of a row are separated by a tab, cells that hold several lines by a line break.
/// Two links without anything between them are separated by a space: style sheets set them apart.
/// White space within a line is collapsed, but kept in `<pre>`. The text neither begins nor ends with
/// ASCII white space, except for the indentation of a `<pre>` that comes first.
///
/// Hidden are scripts, styles, templates, the head, form options, `hidden`, inline `display: none`,
/// and text without letters or digits under `aria-hidden`. Style sheets are not read.
///
/// Between two kept stretches of text there is one edit for what was removed: `hidden` if it holds text that
/// is not shown, else `markup` if it holds markup. A character reference has an edit of its own.
///
/// # Example
///
/// ```
/// use scutch::stages::extract::{HtmlTree, visible_text};
///
/// let source = "<h1>Tea</h1>\n<p>Milk  &amp; <b>sugar</b>.<script>x()</script>";
/// let visible = visible_text(source, &HtmlTree::parse(source));
/// assert_eq!(visible.text(source), "Tea\n\nMilk & sugar.");
/// ```
#[must_use]
pub fn visible_text(source: &str, tree: &HtmlTree) -> VisibleText {
    VisibleText { edits: edits(source, tree, &Layout::new(tree), &Selection::default()), facts: page_facts(tree) }
}

/// The edits that turn `source` into the text of the blocks that stay. `layout` is that of `tree`.
pub(super) fn edits(source: &str, tree: &HtmlTree, layout: &Layout, selection: &Selection) -> Vec<MarkupEdit> {
    let mut writer = Writer::new(source);
    let mut last_rank = None;
    let mut last_node = None;
    for chunk in tree.chunks() {
        let text = tree.text(chunk);
        let found = layout.of(chunk.node);
        let display = found.map_or(Display::Hidden, |found| found.display);
        writer.pass_markup(chunk);
        if let Some(rank) = found.and_then(|found| found.rank)
            && last_node != Some(chunk.node)
        {
            writer.widen(layout.gap(last_rank, rank));
            last_rank = Some(rank);
            last_node = Some(chunk.node);
        }
        if let Some((block, dropped)) = found.and_then(|found| selection.dropped(found.rank?)) {
            writer.drop_block(chunk, block, dropped);
            continue;
        }
        match display {
            Display::Hidden => writer.hide(text),
            Display::Normal => writer.write(chunk, text),
            Display::Preformatted => writer.write_preformatted(chunk, text),
        }
    }
    writer.finish()
}

/// White space of a `<pre>` that is kept if text follows in the same block.
#[derive(Clone, Copy)]
struct Indent<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    origin: TextOrigin,
}

/// Turns chunks of text, in the order of the source, into edits.
struct Writer<'a> {
    source: &'a str,
    edits: Vec<MarkupEdit>,
    /// Everything before this byte is kept or covered by an edit.
    done: usize,
    /// End of the last chunk that was passed.
    passed: usize,
    /// Owed before the next text.
    gap: Gap,
    has_text: bool,
    /// What the stretch from `done` on holds.
    kind: MarkupKind,
    indents: Vec<Indent<'a>>,
    /// The block that is being left out, and where its text ends so far.
    dropped: Option<(usize, Dropped, usize)>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            edits: Vec::new(),
            done: 0,
            passed: 0,
            gap: Gap::None,
            has_text: false,
            kind: MarkupKind::Whitespace,
            indents: Vec::new(),
            dropped: None,
        }
    }

    /// Notes the markup between the last chunk and `chunk`.
    fn pass_markup(&mut self, chunk: &TextChunk) {
        if chunk.source.start > self.passed {
            self.kind = self.kind.max(MarkupKind::Markup);
        }
        self.passed = self.passed.max(chunk.source.end);
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn hide(&mut self, text: &str) {
        if text.contains(|c: char| !c.is_ascii_whitespace()) {
            self.kind = self.kind.max(MarkupKind::Hidden);
        }
    }

    /// Leaves out a piece of a block.
    fn drop_block(&mut self, chunk: &TextChunk, block: usize, dropped: Dropped) {
        if self.dropped.is_none_or(|(open, _, _)| open != block) {
            self.end_dropped();
            // What is not shown has a reason of its own; mere markup goes with the block.
            if self.kind == MarkupKind::Hidden && chunk.source.start > self.done {
                self.cut(chunk.source.start, "");
            }
        }
        self.indents.clear();
        self.dropped = Some((block, dropped, chunk.source.end));
    }

    /// Ends the block that is being left out: what stands before its end and is not kept goes with it.
    fn end_dropped(&mut self) {
        let Some((_, Dropped { reason, score }, end)) = self.dropped.take() else { return };
        if end > self.done {
            self.edits.push(MarkupEdit {
                start: self.done,
                end,
                replacement: Cow::Borrowed(""),
                kind: MarkupKind::Block(reason),
                score,
            });
            self.done = end;
            self.kind = MarkupKind::Whitespace;
        }
    }

    fn write(&mut self, chunk: &TextChunk, text: &str) {
        if !self.indents.is_empty() {
            self.indents.clear();
            self.widen(Gap::Space);
        }
        if chunk.origin == TextOrigin::Replaced {
            self.write_replaced(chunk, text);
            return;
        }
        for (start, run, is_space) in runs(text) {
            if is_space {
                self.widen(Gap::Space);
            } else {
                let start = chunk.source.start + start;
                self.fill_gap(start);
                self.done = start + run.len();
            }
        }
    }

    fn write_replaced(&mut self, chunk: &TextChunk, text: &str) {
        let mut replacement = String::new();
        let mut ends_in_space = false;
        for (_, run, is_space) in runs(text) {
            if is_space {
                ends_in_space = true;
                if replacement.is_empty() {
                    self.widen(Gap::Space);
                }
                continue;
            }
            if ends_in_space && !replacement.is_empty() {
                replacement.push(' ');
            }
            ends_in_space = false;
            replacement.push_str(run);
        }
        if replacement.is_empty() {
            return;
        }
        self.replace(chunk.source.start, chunk.source.end, replacement);
        if ends_in_space {
            self.widen(Gap::Space);
        }
    }

    fn write_preformatted(&mut self, chunk: &TextChunk, text: &'a str) {
        for (start, run, is_space) in runs(text) {
            let (start, end) = match chunk.origin {
                TextOrigin::Verbatim => {
                    let start = chunk.source.start + start;
                    (start, start + run.len())
                }
                TextOrigin::Replaced => (chunk.source.start, chunk.source.end),
            };
            let indent = Indent { start, end, text: run, origin: chunk.origin };
            if is_space {
                self.indents.push(indent);
            } else {
                self.write_indents(start);
                self.write_indent(indent);
            }
        }
    }

    /// Writes the white space of a `<pre>` that text at `start` follows.
    fn write_indents(&mut self, start: usize) {
        let mut indents = std::mem::take(&mut self.indents);
        if !self.has_text || self.gap >= Gap::Line {
            // Lines without text at the start of the block.
            let last_line = indents.iter().rposition(|indent| indent.text.contains('\n'));
            if let Some(last_line) = last_line {
                indents.drain(..last_line);
                if let Some(indent) = indents.first_mut() {
                    let cut = indent.text.rfind('\n').map_or(0, |at| at + 1);
                    indent.text = indent.text.get(cut..).unwrap_or("");
                    if indent.origin == TextOrigin::Verbatim {
                        indent.start += cut;
                    } else if indent.text.is_empty() {
                        indent.start = indent.end;
                    }
                }
            }
        }
        let first = indents.first().map_or(start, |indent| indent.start);
        self.fill_gap(first);
        for indent in indents {
            self.write_indent(indent);
        }
    }

    fn write_indent(&mut self, indent: Indent<'a>) {
        match indent.origin {
            TextOrigin::Verbatim => {
                self.fill_gap(indent.start);
                self.done = indent.end;
            }
            TextOrigin::Replaced => {
                if !indent.text.is_empty() {
                    self.replace(indent.start, indent.end, indent.text.to_owned());
                }
            }
        }
    }

    /// Replaces a stretch of source by text that the parser made from it.
    fn replace(&mut self, start: usize, end: usize, replacement: String) {
        self.fill_gap(start);
        // Several parts of one replaced chunk.
        if let Some(last) = self.edits.last_mut()
            && last.kind == MarkupKind::Entity
            && (last.start, last.end) == (start, end)
            && start < end
        {
            last.replacement.to_mut().push_str(&replacement);
            return;
        }
        self.edits.push(MarkupEdit {
            start,
            end,
            replacement: Cow::Owned(replacement),
            kind: MarkupKind::Entity,
            score: 1.0,
        });
        self.done = self.done.max(end);
    }

    /// Replaces the source up to `start`, where text begins, by the gap that is owed.
    fn fill_gap(&mut self, start: usize) {
        let gap = if self.has_text { self.gap.text() } else { "" };
        self.cut(start, gap);
        self.gap = Gap::None;
        self.has_text = true;
    }

    /// Replaces the source from `done` up to `end` by `gap`, keeping what is there already.
    fn cut(&mut self, end: usize, gap: &'static str) {
        self.end_dropped();
        let removed = self.source.get(self.done..end).unwrap_or("");
        let kind = std::mem::replace(&mut self.kind, MarkupKind::Whitespace);
        let (mut start, mut stop, mut replacement) = (self.done, end.max(self.done), gap);
        self.done = stop;
        if removed == gap {
            return;
        }
        // White space of a `<pre>` that turned out to be kept leaves the kind to what is beside it.
        let kind = match kind {
            MarkupKind::Whitespace if removed.contains('<') => MarkupKind::Markup,
            kind => kind,
        };
        if !gap.is_empty() && removed.starts_with(gap) {
            start += gap.len();
            replacement = "";
        } else if !gap.is_empty() && removed.ends_with(gap) {
            stop -= gap.len();
            replacement = "";
        }
        self.edits.push(MarkupEdit { start, end: stop, replacement: Cow::Borrowed(replacement), kind, score: 1.0 });
    }

    fn finish(mut self) -> Vec<MarkupEdit> {
        let end = self.source.len();
        if end > self.passed {
            self.kind = self.kind.max(MarkupKind::Markup);
        }
        self.cut(end, "");
        self.edits
    }
}

/// Splits text into runs of ASCII white space and runs of other text, with the first byte of each.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str, bool)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(at..)?;
        let is_space = rest.first()?.is_ascii_whitespace();
        let len = rest.iter().position(|byte| byte.is_ascii_whitespace() != is_space).unwrap_or(rest.len());
        let start = at;
        at += len;
        Some((start, text.get(start..at)?, is_space))
    })
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::*;

    fn text(source: &str) -> String {
        visible_text(source, &HtmlTree::parse(source)).text(source)
    }

    fn edits(source: &str) -> Vec<(&str, String, &'static str)> {
        let visible = visible_text(source, &HtmlTree::parse(source));
        let show = |edit: &MarkupEdit| {
            let removed = source.get(edit.start..edit.end).unwrap_or("?");
            (removed, edit.replacement.to_string(), edit.kind.name())
        };
        visible.edits.iter().map(show).collect()
    }

    #[test]
    fn blocks_are_lines() {
        let source = "<html><head><title>no</title></head><body><h1>One</h1><p>two <i>three</i>\n four</p>\
                      <div><div>five</div></div>six<br>seven<br><br>eight";
        assert_eq!(text(source), "One\n\ntwo three four\n\nfive\n\nsix\nseven\n\neight");
    }

    #[test]
    fn items_and_rows_have_no_empty_lines_between_them() {
        let lists = "a<ul><li><p>b</p></li><li>c<ul><li>d</ul></li></ul>e<dl><dt>f<dd>g</dl>";
        assert_eq!(text(lists), "a\n\nb\nc\nd\n\ne\n\nf\ng");
        let table = "<table><caption>a</caption><tr><th>b</th> <th>c</th></tr>\n<tr><td><p>d</p><td>e</table>f";
        assert_eq!(text(table), "a\nb\tc\nd\te\n\nf");
        let columns = "<table><tr><td><p>a<p>b</td><td>c</td></tr></table>";
        assert_eq!(text(columns), "a\n\nb\nc");
    }

    #[test]
    fn hidden_content_is_cut() {
        let source = "a<script>b</script><div hidden>c</div><p style='x:y;DISPLAY:none'>d</p><template>e</template>\
                      <noscript>f</noscript><select><option>g</select><textarea>h</textarea>\
                      <span aria-hidden=true>\u{d7}</span><span aria-hidden=true>i</span><!-- j -->k";
        assert_eq!(text(source), "a ik");
        assert_eq!(text("<body style='display:none'>a"), "a");
    }

    #[test]
    fn preformatted_lines_are_kept() {
        let source = "a<pre>\n\n  b  <b>c</b>\n\n\td\n</pre>\n e";
        assert_eq!(text(source), "a\n\n  b  c\n\n\td\n\ne");
        assert_eq!(text("<pre>a\r\n b</pre>"), "a\n b");
    }

    #[test]
    fn edits_are_as_small_as_the_change() {
        assert_eq!(
            edits("<p>a  b<b>\u{e9}</b> c&amp;<i>d</i>\n<script>x</script>"),
            [
                ("<p>", String::new(), "markup"),
                (" ", String::new(), "whitespace"),
                ("<b>", String::new(), "markup"),
                ("</b>", String::new(), "markup"),
                ("&amp;", "&".to_owned(), "entity"),
                ("<i>", String::new(), "markup"),
                ("</i>\n<script>x</script>", String::new(), "hidden"),
            ]
        );
        assert_eq!(edits("plain text"), []);
    }

    #[test]
    fn each_dropped_block_is_an_edit() {
        let source = "<script>x</script><p>a<p>b <i>c</i><p>d<script>y</script><p>e";
        let tree = HtmlTree::parse(source);
        let layout = Layout::new(&tree);
        let page = Page::new(&tree, &layout);
        let dropped = Dropped { reason: Reason::Nav, score: 0.75 };
        let selection = Selection::new(&page, vec![Some(dropped), Some(dropped), None, Some(dropped)]);
        let found: Vec<(&str, String, &str)> = super::edits(source, &tree, &layout, &selection)
            .iter()
            .map(|edit| {
                (source.get(edit.start..edit.end).unwrap_or("?"), edit.replacement.to_string(), edit.kind.name())
            })
            .collect();
        let gone = |removed: &'static str, name: &'static str| (removed, String::new(), name);
        assert_eq!(
            found,
            [
                gone("<script>x</script><p>", "hidden"),
                gone("a", "nav"),
                gone("<p>b <i>c", "nav"),
                gone("</i><p>", "markup"),
                gone("<script>y</script><p>", "hidden"),
                gone("e", "nav"),
            ]
        );
    }

    #[test]
    fn adjacent_links_are_apart() {
        assert_eq!(text("<a>a</a><a>b</a>c<a>d</a><b>e</b><i>f</i>"), "a bcdef");
    }

    #[test]
    fn misplaced_text_stays_in_source_order() {
        assert_eq!(text("<table><tr><td>a</td></tr>b</table>c"), "a\nb\n\nc");
    }

    #[test]
    fn text_may_be_empty() {
        assert_eq!(text(""), "");
        assert_eq!(text(" <p> </p> "), "");
        assert_eq!(text("\u{feff}<p>a"), "a");
    }
}
