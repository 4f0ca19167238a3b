//! The place in the source of every token, worked out between tokenizer and tree builder.
//!
//! How much of the input queue is left when a token arrives says where the token ends,
//! and tokens follow each other without gaps, so every token begins where the last one ended.
//! The pieces that the source is fed in play no part in this. Exceptions are corrected by comparing
//! text with source: one character of lookahead may be taken already, and some markup (`</>`, the frame
//! of a CDATA section) makes no token.

use std::cell::Cell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::data::NAMED_ENTITIES;
use html5ever::tendril::{SliceExt, StrTendril};
use html5ever::tokenizer::{StartTag, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink as _};
use html5ever::{LocalName, QualName, TokenizerResult, ns};

use super::limits::Limits;
use super::long_tag::LongTag;
use super::sink::{Handle, Noted, OriginSink, PendingText};
use super::tree::{Scripts, SourceSpan, TextOrigin};

const BYTE_ORDER_MARK: char = '\u{feff}';
const CDATA_START: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";
/// An end tag without a name, which the tokenizer drops.
const EMPTY_END_TAG: &str = "</>";

/// Bytes given to the tokenizer at once. Between pieces, a tag without an end is looked at.
const PIECE_LEN: usize = 16 * 1024;

/// Bytes without a token after which a tag is looked at.
const LONG_TAG_LEN: usize = 8 * 1024;

/// Returns the tree of `source` and the notes on where it came from.
pub(crate) fn parse(source: &str, scripts: Scripts) -> Noted {
    parse_in_pieces(source, PIECE_LEN, scripts)
}

fn parse_in_pieces(source: &str, piece_len: usize, scripts: Scripts) -> Noted {
    let queue = BufferQueue::default();
    let start = if source.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let builder_options = TreeBuilderOpts { scripting_enabled: scripts == Scripts::On, ..TreeBuilderOpts::default() };
    let tokens = TokenPlaces {
        source,
        queue: &queue,
        fed: Cell::new(start),
        taken: Cell::new(start),
        in_section: Cell::new(false),
        builder: TreeBuilder::new(OriginSink::new(), builder_options),
        limits: Limits::default(),
    };
    let options = TokenizerOpts {
        // The tokenizer looks for the mark whenever it is resumed, not only at the start.
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(tokens, options);
    let feed = |end: usize| {
        let fed = &tokenizer.sink.fed;
        let piece = source.get(fed.get()..end).unwrap_or("");
        fed.set(end);
        if !piece.is_empty() {
            queue.push_back(piece.to_tendril());
            while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        }
    };
    let mut long_tag = None;
    while tokenizer.sink.fed.get() < source.len() {
        feed(source.ceil_char_boundary(tokenizer.sink.fed.get() + piece_len));
        if let Some(surplus) = tokenizer.sink.surplus_attributes(&mut long_tag) {
            feed(surplus.start);
            tokenizer.sink.fed.set(surplus.end);
        }
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// Sits between tokenizer and tree builder, and tells the tree's sink where each token came from.
struct TokenPlaces<'a> {
    source: &'a str,
    queue: &'a BufferQueue,
    /// Byte of the source up to which the queue was filled.
    fed: Cell<usize>,
    /// Byte of the source up to which tokens are accounted for.
    taken: Cell<usize>,
    /// Whether text comes from a CDATA section, where references are not decoded.
    in_section: Cell<bool>,
    builder: TreeBuilder<Handle, OriginSink>,
    limits: Limits,
}

impl TokenSink for TokenPlaces<'_> {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        match token {
            Token::ParseError(_) => self.builder.process_token(token, line),
            Token::CharacterTokens(ref text) => {
                self.expect_text(text);
                self.process_text(token, line)
            }
            Token::NullCharacterToken => {
                self.expect_text(&"\u{fffd}".to_tendril());
                self.process_text(token, line)
            }
            Token::TagToken(tag) => self.process_tag(tag, line),
            Token::DoctypeToken(_) => {
                // Text of a table goes on waiting.
                self.taken.set(self.position());
                self.builder.process_token(token, line)
            }
            Token::CommentToken(_) | Token::EOFToken => {
                self.taken.set(self.position());
                let result = self.builder.process_token(token, line);
                self.builder.sink.forget_pending_text();
                result
            }
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl TokenPlaces<'_> {
    /// Byte of the source up to which the tokenizer has read.
    fn position(&self) -> usize {
        let Some(front) = self.queue.pop_front() else {
            return self.fed.get();
        };
        let mut left = front.len();
        if !self.queue.is_empty() {
            // Characters that did not make a reference were put back before the rest.
            let mut others = Vec::new();
            while let Some(piece) = self.queue.pop_front() {
                left += piece.len();
                others.push(piece);
            }
            for piece in others.into_iter().rev() {
                self.queue.push_front(piece);
            }
        }
        self.queue.push_front(front);
        self.fed.get() - left
    }

    /// The attributes to leave out of a tag that did not end in all that was fed; see `LongTag`.
    fn surplus_attributes(&self, long_tag: &mut Option<LongTag>) -> Option<SourceSpan> {
        let fed = self.fed.get();
        if fed < self.taken.get() + LONG_TAG_LEN {
            return None;
        }
        let rest = self.slice(self.taken.get(), fed);
        let rest = rest.trim_start_matches('\n').trim_start_matches(CDATA_END);
        let rest = rest.trim_start_matches(EMPTY_END_TAG);
        let rest = rest.strip_prefix('<')?;
        let name = rest.strip_prefix('/').unwrap_or(rest);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let start = fed - name.len();
        let tag = long_tag.take().filter(|tag| tag.starts_at(start));
        long_tag.insert(tag.unwrap_or_else(|| LongTag::new(start))).surplus(self.source, fed)
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        self.source.get(start..end).unwrap_or("")
    }

    fn process_text(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let result = self.builder.process_token(token, line);
        // In a table the builder keeps text until the next tag; elsewhere what is left was dropped.
        if self.builder.sink.has_pending_text() && !self.is_in_table_context() {
            self.builder.sink.forget_pending_text();
        }
        result
    }

    fn process_tag(&self, tag: Tag, line: u64) -> TokenSinkResult<Handle> {
        let end = self.position();
        let mut start = self.taken.get().min(end);
        loop {
            let slice = self.slice(start, end);
            if slice.len() > EMPTY_END_TAG.len() && slice.starts_with(EMPTY_END_TAG) {
                start += EMPTY_END_TAG.len();
            } else if slice.starts_with(CDATA_END) {
                start += CDATA_END.len();
            } else if slice.starts_with('\n') {
                start += 1;
            } else {
                break;
            }
        }
        self.taken.set(end);
        self.in_section.set(false);
        let span = SourceSpan { start, end };
        let sink = &self.builder.sink;

        if tag.kind == StartTag {
            if self.limits.must_close_formatting(sink.element_count()) {
                for name in self.limits.formatting_to_close() {
                    self.close(LocalName::from(name), line);
                }
            }
            if self.limits.refuses(&tag) || !self.make_room(&tag, line) {
                sink.forget_pending_text();
                return TokenSinkResult::Continue;
            }
        }
        self.limits.note(&tag);
        let (kind, name) = (tag.kind, tag.name.clone());
        let created = sink.element_count();
        let result = self.builder.process_token(Token::TagToken(tag), line);
        if kind == StartTag && sink.element_count() > created {
            sink.note_start_tag(&name, span);
        }
        sink.forget_pending_text();
        result
    }

    /// Closes the current element if that of `tag` would be nested too deep in it.
    ///
    /// Returns whether there is room now.
    fn make_room(&self, tag: &Tag, line: u64) -> bool {
        if !self.limits.may_be_deep(self.builder.sink.deepest()) || !self.limits.is_too_deep(tag, self.current_depth())
        {
            return true;
        }
        if let Some(name) = self.current_node(|_, name| name.local.clone()) {
            self.close(name, line);
        }
        !self.limits.is_too_deep(tag, self.current_depth())
    }

    /// Gives the tree builder an end tag that is not in the source.
    fn close(&self, name: LocalName, line: u64) {
        let tag = Tag {
            kind: TagKind::EndTag,
            name,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        // An end tag does not change the state of the tokenizer, so the result says nothing.
        let _ = self.builder.process_token(Token::TagToken(tag), line);
    }

    fn current_depth(&self) -> usize {
        self.current_node(|depth, _| depth).unwrap_or(0)
    }

    /// Whether text goes to the elements of a table that may not hold any.
    fn is_in_table_context(&self) -> bool {
        self.current_node(|_, name| {
            name.ns == ns!(html) && matches!(&*name.local, "table" | "tbody" | "tfoot" | "thead" | "tr")
        })
        .unwrap_or(false)
    }

    /// Calls `ask` with depth and name of the tree builder's current node.
    fn current_node<T>(&self, ask: impl FnOnce(usize, &QualName) -> T) -> Option<T> {
        self.builder.sink.clear_last_named();
        // The only public method that has the builder name its current node.
        self.builder.adjusted_current_node_present_but_not_in_html_namespace();
        self.builder.sink.with_last_named(ask)
    }

    /// Announces `text` to the sink, in parts with the source of each.
    fn expect_text(&self, text: &StrTendril) {
        let end = self.position();
        let mut start = self.taken.get().min(end);
        let mut slice = self.slice(start, end);
        if slice == text.as_ref() {
            self.expect(text.clone(), start, end, TextOrigin::Verbatim);
            self.taken.set(end);
            return;
        }
        // Markup that makes no token. Alone, `</>` is text of a script and its lookahead.
        while slice.len() > EMPTY_END_TAG.len() && slice.starts_with(EMPTY_END_TAG) {
            start += EMPTY_END_TAG.len();
            slice = self.slice(start, end);
        }
        if slice.starts_with(CDATA_START) {
            start += CDATA_START.len();
            slice = self.slice(start, end);
            self.in_section.set(true);
        }
        let next = if slice.starts_with('&') && !self.in_section.get() {
            // Not verbatim, so the whole slice is a reference, but for what follows a lone `&`
            // or, at the end of the source only, a name that was longer than its match.
            let next = start + reference_len(slice, text);
            let origin = if slice.get(..next - start) == Some(text.as_ref()) {
                TextOrigin::Verbatim
            } else {
                TextOrigin::Replaced
            };
            self.expect(text.clone(), start, next, origin);
            next
        } else if slice.starts_with(text.as_ref()) {
            let next = start + text.len();
            self.expect(text.clone(), start, next, TextOrigin::Verbatim);
            next
        } else if slice.ends_with(text.as_ref()) {
            self.expect(text.clone(), end - text.len(), end, TextOrigin::Verbatim);
            end
        } else {
            self.expect_aligned(text, start, end)
        };
        // What is left is lookahead, or ends a CDATA section.
        if self.slice(next, end) == CDATA_END {
            self.in_section.set(false);
            self.taken.set(end);
        } else {
            self.taken.set(next);
        }
    }

    /// Announces text in which line ends were changed. Returns where its source ends.
    fn expect_aligned(&self, text: &StrTendril, start: usize, end: usize) -> usize {
        let mut text_at = 0;
        let mut source_at = start;
        while text_at < text.len() {
            let rest = text.get(text_at..).unwrap_or("");
            let source_rest = self.slice(source_at, end);
            let same = rest.bytes().zip(source_rest.bytes()).take_while(|(left, right)| left == right).count();
            let same = rest.floor_char_boundary(same);
            if same > 0 {
                self.expect_part(text, text_at, same, source_at, source_at + same);
                text_at += same;
                source_at += same;
            } else if rest.starts_with('\n') && source_rest.starts_with('\r') {
                // The line feed after a carriage return is read with the next character.
                let after = source_at + 1;
                let len = 1 + usize::from(self.source.as_bytes().get(after) == Some(&b'\n'));
                self.expect_part(text, text_at, 1, source_at, source_at + len);
                text_at += 1;
                source_at += len;
            } else {
                self.expect_part(text, text_at, rest.len(), source_at, end);
                return end;
            }
        }
        source_at
    }

    fn expect_part(&self, text: &StrTendril, at: usize, len: usize, start: usize, end: usize) {
        let part = text.get(at..at + len).unwrap_or("");
        let origin = if part == self.slice(start, end) { TextOrigin::Verbatim } else { TextOrigin::Replaced };
        self.expect(part.to_tendril(), start, end, origin);
    }

    fn expect(&self, text: StrTendril, start: usize, end: usize, origin: TextOrigin) {
        if !text.is_empty() {
            self.builder.sink.expect_text(PendingText { text, source: SourceSpan { start, end }, origin });
        }
    }
}

/// How many bytes of `slice`, which starts with `&`, the decoded `text` came from.
fn reference_len(slice: &str, text: &str) -> usize {
    let name = slice.get(1..).unwrap_or("");
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let (digits, radix) = hexadecimal.map_or((number, 10), |digits| (digits, 16));
        return if digits.starts_with(|c: char| c.is_digit(radix)) { slice.len() } else { 1 };
    }
    if text == "&" && !name.starts_with("amp") && !name.starts_with("AMP") {
        return 1;
    }
    if slice.ends_with(';') {
        return slice.len();
    }
    // The longest name with a match; the table also lists the starts of names, with 0.
    let longest = name
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| name.get(..*end).is_some_and(|start| NAMED_ENTITIES.contains_key(start)))
        .filter(|end| {
            name.get(..*end).and_then(|start| NAMED_ENTITIES.get(start)).is_some_and(|(first, _)| *first != 0)
        })
        .last();
    longest.map_or(slice.len(), |len| 1 + len)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::tree::TextChunk;
    use super::*;

    fn chunks(source: &str, piece_len: usize) -> Vec<(SourceSpan, TextOrigin, String)> {
        let noted = parse_in_pieces(source, piece_len, Scripts::On);
        let text = |chunk: &TextChunk| {
            let node = noted.html.tree.get(chunk.node)?.value().as_text()?;
            node.get(chunk.text_start..chunk.text_end).map(str::to_owned)
        };
        noted.chunks.iter().map(|chunk| (chunk.source, chunk.origin, text(chunk).unwrap_or_default())).collect()
    }

    #[test]
    fn pieces_leave_no_trace() {
        let source = "\u{feff}<!doctype html><p title='a>b'>é 1 < 2 &amp;&nbsp;&notit; &x</></p>\r\n\r<pre>\r\n a\0\
                      <svg><![CDATA[x&amp;\r\ny]z]]></svg><script>if(a</b)'</scr'</script><table> a<tr>b\n</table>&not";
        let whole = chunks(source, source.len());
        for len in 1..40 {
            assert_eq!(chunks(source, len), whole, "pieces of {len}");
        }
    }

    #[test]
    fn entity_keeps_its_source_span() {
        let found = chunks("a&nbsp;b", PIECE_LEN);
        let spans: Vec<_> = found.iter().map(|(span, _, text)| (span.start, span.end, text.as_str())).collect();
        assert_eq!(spans, [(0, 1, "a"), (1, 7, "\u{a0}"), (7, 8, "b")]);
    }

    #[test]
    fn surplus_attributes_are_left_out() {
        let mut source = String::from("<p");
        for n in 0..200_000 {
            write!(source, " a{n}").expect("a string can be written to");
        }
        let noted = parse(&format!("{source}>text"), Scripts::On);
        let found = noted.html.tree.nodes().filter_map(|node| node.value().as_element());
        let most = found.map(|element| element.attrs().count()).max();
        assert!(most.is_some_and(|most| (2_000..10_000).contains(&most)), "{most:?}");
        assert_eq!(noted.chunks.len(), 1);
    }

    #[test]
    fn deep_elements_become_siblings() {
        let noted = parse(&"<div>x".repeat(2_000), Scripts::On);
        assert_eq!(noted.chunks.len(), 2_000);
        let depth = |node: ego_tree::NodeRef<'_, scraper::Node>| node.ancestors().count();
        assert!(noted.html.tree.nodes().map(depth).max() < Some(600));
    }

    #[test]
    fn unclosed_formatting_does_not_multiply() {
        let mut source = String::new();
        for n in 0..5_000 {
            write!(source, "<font size={n}>x<p>").expect("a string can be written to");
        }
        let noted = parse(&source, Scripts::On);
        assert!(noted.elements.len() < 40_000, "{}", noted.elements.len());
        assert_eq!(noted.chunks.len(), 5_000);
    }
}
