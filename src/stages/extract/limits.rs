//! Limits that keep the tree builder's work linear in the length of the source.
//!
//! The tree builder walks its stack of open elements for most tags, and reopens every unclosed formatting
//! element in each new block, so hostile or broken markup costs time and memory quadratic in its length.
//! Browsers limit the stack too.

use std::cell::{Cell, RefCell};

use html5ever::tokenizer::{StartTag, Tag};

/// Depth below which nothing is nested: the innermost element is closed first.
///
/// `Blink` and `WebKit` stop at 512 too (`maximumHTMLParserDOMTreeDepth`); the deepest of 1 324 development
/// pages has 57.
const MAX_DEPTH: usize = 512;

/// Number of unclosed formatting tags at which further ones are ignored.
const MAX_FORMATTING: usize = 512;

/// Number of elements that no start tag asked for, beyond `IMPLIED_PER_TAG` for each start tag,
/// at which formatting elements are closed and ignored from then on.
const IMPLIED_ALLOWANCE: usize = 10_000;

/// See `IMPLIED_ALLOWANCE`. None of the development pages has more than 0.13.
const IMPLIED_PER_TAG: usize = 2;

/// The formatting elements of the HTML standard.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// End tags to send for each formatting element: each closes up to eight of them.
const END_TAGS_PER_NAME: usize = MAX_FORMATTING / 8;

/// Counts of one parse that the limits need.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    start_tags: Cell<usize>,
    unclosed: RefCell<[usize; FORMATTING.len()]>,
    /// Implied elements when the formatting elements were closed last; 0 if they never were.
    forgiven: Cell<usize>,
}

impl Limits {
    /// Whether the stack can be so deep that its depth must be asked for.
    #[expect(clippy::unused_self, reason = "reads like the other limits")]
    pub(crate) fn may_be_deep(&self, deepest: usize) -> bool {
        deepest >= MAX_DEPTH
    }

    /// Whether the element of `tag` would be nested too deep in one that is `depth` deep.
    #[expect(clippy::unused_self, reason = "reads like the other limits")]
    pub(crate) fn is_too_deep(&self, tag: &Tag, depth: usize) -> bool {
        depth >= MAX_DEPTH && !stays_off_the_stack(&tag.name)
    }

    /// Whether the start tag `tag` is to be ignored because formatting elements got out of hand.
    pub(crate) fn refuses(&self, tag: &Tag) -> bool {
        formatting_index(&tag.name).is_some()
            && (self.forgiven.get() > 0 || self.unclosed.borrow().iter().sum::<usize>() >= MAX_FORMATTING)
    }

    /// Counts `tag`, which is about to be given to the tree builder.
    pub(crate) fn note(&self, tag: &Tag) {
        let is_start = tag.kind == StartTag;
        self.start_tags.set(self.start_tags.get() + usize::from(is_start));
        let Some(index) = formatting_index(&tag.name) else {
            return;
        };
        if let Some(count) = self.unclosed.borrow_mut().get_mut(index) {
            *count = match (is_start, &*tag.name) {
                // A second one closes the first.
                (true, "a" | "nobr") => 1,
                (true, _) => *count + 1,
                (false, _) => count.saturating_sub(1),
            };
        }
    }

    /// Whether so many of the `created` elements were implied that formatting must be closed now.
    ///
    /// Says so once per `IMPLIED_ALLOWANCE` elements, so that the closing itself stays cheap.
    pub(crate) fn must_close_formatting(&self, created: usize) -> bool {
        let implied = created.saturating_sub(self.start_tags.get());
        let allowed = self.forgiven.get() + IMPLIED_ALLOWANCE + self.start_tags.get().saturating_mul(IMPLIED_PER_TAG);
        if implied <= allowed {
            return false;
        }
        self.forgiven.set(implied.saturating_sub(self.start_tags.get().saturating_mul(IMPLIED_PER_TAG)));
        true
    }

    /// The names of the end tags to send when `must_close_formatting` says so.
    #[expect(clippy::unused_self, reason = "reads like the other limits")]
    pub(crate) fn formatting_to_close(&self) -> impl Iterator<Item = &'static str> {
        FORMATTING.into_iter().flat_map(|name| std::iter::repeat_n(name, END_TAGS_PER_NAME))
    }
}

fn formatting_index(name: &str) -> Option<usize> {
    FORMATTING.iter().position(|formatting| *formatting == name)
}

/// Whether an element is void or holds only text, so that nothing can nest in it.
///
/// The latter also tell the tokenizer how to read their content, so they must not be ignored.
fn stays_off_the_stack(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "plaintext"
            | "script"
            | "style"
            | "textarea"
            | "title"
            | "xmp"
    )
}
