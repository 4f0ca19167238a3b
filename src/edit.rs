//! What a stage proposes: edits, each with the rule that wants it.

use std::borrow::Cow;

use crate::error::Error;
use crate::span::TextSpan;

/// A rule, by its place in the [`RuleTable`] of the pipeline that runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(u32);

impl RuleId {
    /// Index of the rule in its [`RuleTable`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A rule as it is named in output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Stage that runs the rule, such as `strip`.
    pub stage: &'static str,
    /// Full id, which starts with the stage: `strip.web.ad.label`.
    pub id: String,
    /// First 8 hex digits of the SHA-256 of the rule's normalized definition; for a rule that is
    /// code, of its id and the program's version.
    pub sha256: String,
}

/// The rules of one pipeline, in order of registration. [`RuleId`] is an index into it.
#[derive(Debug, Clone, Default)]
pub struct RuleTable {
    rules: Vec<RuleInfo>,
}

impl RuleTable {
    /// Adds a rule that is code and returns its id. The same stage and name give the same id.
    pub fn builtin(&mut self, stage: &'static str, name: &str) -> RuleId {
        let id = format!("{stage}.{name}");
        let definition = format!("{id} {}", env!("CARGO_PKG_VERSION"));
        self.add(RuleInfo { stage, id, sha256: crate::digest::short_sha256(definition.as_bytes()) })
    }

    /// Adds a rule and returns its id. A rule with the same id is not added twice.
    ///
    /// # Panics
    /// With more than 4 billion rules.
    pub fn add(&mut self, rule: RuleInfo) -> RuleId {
        let index = self.rules.iter().position(|known| known.id == rule.id).unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        });
        RuleId(u32::try_from(index).expect("fewer than 4 billion rules"))
    }

    /// The rule behind an id of this table.
    ///
    /// # Panics
    /// If the id comes from another table with more rules: a bug of the caller.
    #[must_use]
    pub fn get(&self, id: RuleId) -> &RuleInfo {
        self.rules.get(id.index()).expect("the id was given out by this table")
    }

    /// All rules, in order of registration.
    pub fn iter(&self) -> impl Iterator<Item = &RuleInfo> {
        self.rules.iter()
    }

    /// Number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether no rule was registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// What an edit does, as written to `changes/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Text goes away.
    Delete,
    /// Text becomes other text.
    Replace,
    /// Text is added where nothing stood.
    Insert,
    /// Text leaves the text and becomes metadata.
    Extract,
}

impl Op {
    /// Name in output: `delete`, `replace`, `insert` or `extract`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Replace => "replace",
            Self::Insert => "insert",
            Self::Extract => "extract",
        }
    }
}

/// One proposed change of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Bytes of the current text that are replaced; empty for an insertion. On character borders.
    pub span: TextSpan,
    /// What stands there afterwards; empty for a deletion.
    pub replacement: Cow<'static, str>,
    /// The rule that wants it.
    pub rule: RuleId,
    /// Whether the removed text became metadata.
    pub extracted: bool,
    /// How sure the rule is, 0 to 1; 1 where the rule does not say.
    pub score: f32,
    /// What else a reader should know, such as the repair channel. Empty when there is nothing.
    pub note: Cow<'static, str>,
}

impl Edit {
    /// An edit that replaces `span` by `replacement`, with full score and no note.
    #[must_use]
    pub fn replace(span: TextSpan, replacement: impl Into<Cow<'static, str>>, rule: RuleId) -> Self {
        Self { span, replacement: replacement.into(), rule, extracted: false, score: 1.0, note: Cow::Borrowed("") }
    }

    /// An edit that removes `span`.
    #[must_use]
    pub fn delete(span: TextSpan, rule: RuleId) -> Self {
        Self::replace(span, "", rule)
    }

    /// An edit that removes `span`, whose text became metadata.
    #[must_use]
    pub fn extract(span: TextSpan, rule: RuleId) -> Self {
        Self { extracted: true, ..Self::delete(span, rule) }
    }
}

/// Edits of one stage on one text: sorted by position, none overlapping another.
///
/// # Example
/// ```
/// use scutch::{Edit, Edits, RuleTable, TextSpan};
///
/// let mut rules = RuleTable::default();
/// let rule = rules.builtin("normalize", "space.run");
/// let mut edits = Edits::default();
/// edits.push(Edit::delete(TextSpan::new(5, 6), rule))?;
/// assert!(edits.push(Edit::delete(TextSpan::new(2, 3), rule)).is_err(), "positions must rise");
/// # Ok::<(), scutch::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edits {
    items: Vec<Edit>,
}

impl Edits {
    /// Adds an edit behind all others. An edit that changes nothing (empty for empty) is ignored.
    ///
    /// # Errors
    /// [`Error::EditOrder`] if the edit starts before the last one ends.
    pub fn push(&mut self, edit: Edit) -> Result<(), Error> {
        if edit.span.is_empty() && edit.replacement.is_empty() {
            return Ok(());
        }
        if let Some(last) = self.items.last()
            && edit.span.start < last.span.end
        {
            return Err(Error::EditOrder { start: edit.span.start, previous_end: last.span.end });
        }
        self.items.push(edit);
        Ok(())
    }

    /// Adds an edit as [`Edits::push`] does, but lengthens the last one if both are deletions by one
    /// rule and touch: a run of spaces is one change, not one for each.
    ///
    /// # Errors
    /// [`Error::EditOrder`] if the edit starts before the last one ends.
    pub fn push_merged(&mut self, edit: Edit) -> Result<(), Error> {
        if let Some(last) = self.items.last_mut()
            && (last.rule, last.span.end) == (edit.rule, edit.span.start)
            && last.replacement.is_empty()
            && edit.replacement.is_empty()
            && !last.extracted
            && !edit.extracted
        {
            last.span.end = edit.span.end;
            return Ok(());
        }
        self.push(edit)
    }

    /// The edits, in order of position.
    #[must_use]
    pub fn as_slice(&self) -> &[Edit] {
        &self.items
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Number of edits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }
}
