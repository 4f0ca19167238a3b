//! Reads a very long tag ahead of the tokenizer, to leave out most of its attributes.
//!
//! The tokenizer compares each attribute of a tag with all before it.

use super::tree::SourceSpan;

/// Number of attributes of one tag after which further ones may be left out. Pages have some dozens.
const MAX_ATTRIBUTES: usize = 2_048;

/// Where in a tag a byte stands, after the tokenizer of the HTML standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Unquoted,
    End,
}

impl State {
    fn after(self, byte: u8) -> Self {
        let is_space = byte.is_ascii_whitespace();
        match (self, byte) {
            (Self::DoubleQuoted, b'"') | (Self::SingleQuoted, b'\'') => Self::BeforeName,
            (Self::DoubleQuoted | Self::SingleQuoted | Self::End, _) => self,
            (_, b'>') => Self::End,
            (Self::BeforeValue, b'"') => Self::DoubleQuoted,
            (Self::BeforeValue, b'\'') => Self::SingleQuoted,
            (Self::BeforeValue, _) if is_space => self,
            (Self::Unquoted, _) if is_space => Self::BeforeName,
            (Self::BeforeValue | Self::Unquoted, _) => Self::Unquoted,
            (_, b'/') => Self::BeforeName,
            (Self::Name | Self::AfterName, b'=') => Self::BeforeValue,
            (Self::Name, _) if is_space => Self::AfterName,
            (Self::TagName, _) if is_space => Self::BeforeName,
            (Self::BeforeName | Self::AfterName, _) if is_space => self,
            (Self::TagName, _) => self,
            (Self::BeforeName | Self::Name | Self::AfterName, _) => Self::Name,
        }
    }
}

/// How far a long tag was read.
#[derive(Debug)]
pub(crate) struct LongTag {
    start: usize,
    at: usize,
    state: State,
    attributes: usize,
}

impl LongTag {
    /// Starts at the first byte of the tag's name.
    pub(crate) fn new(start: usize) -> Self {
        Self { start, at: start, state: State::TagName, attributes: 0 }
    }

    /// Whether this is the tag whose name starts at `start`.
    pub(crate) fn starts_at(&self, start: usize) -> bool {
        self.start == start
    }

    /// Reads up to `fed`, and if the tag has too many attributes, to its end.
    ///
    /// Returns the bytes to leave out: from the start of an attribute at or after `fed` to the `>` of the tag
    /// or the end of the source.
    pub(crate) fn surplus(&mut self, source: &str, fed: usize) -> Option<SourceSpan> {
        while self.at < fed {
            self.step(source)?;
        }
        if self.attributes <= MAX_ATTRIBUTES {
            return None;
        }
        while !matches!(self.state, State::BeforeName | State::AfterName) {
            self.step(source)?;
        }
        let start = self.at;
        while self.state != State::End {
            if self.step(source).is_none() {
                let end = source.len();
                return Some(SourceSpan { start, end });
            }
        }
        let end = self.at - 1;
        Some(SourceSpan { start, end })
    }

    fn step(&mut self, source: &str) -> Option<()> {
        let byte = *source.as_bytes().get(self.at)?;
        let before = self.state;
        self.state = before.after(byte);
        if self.state == State::End && before == State::End {
            return None;
        }
        self.attributes += usize::from(self.state == State::Name && before != State::Name);
        self.at += 1;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surplus_of_a_long_tag_ends_at_its_end() {
        let many = "a=\">\" ".repeat(MAX_ATTRIBUTES + 1);
        let source = format!("<p {many}b='>' c=d>text>");
        let fed = many.len();
        let surplus = LongTag::new(1).surplus(&source, fed).expect("too many");
        assert!(surplus.start >= fed && source.is_char_boundary(surplus.start));
        assert_eq!(source.get(surplus.end..), Some(">text>"));
    }

    #[test]
    fn long_value_is_no_surplus() {
        let source = format!("<p title='{}'>", "a b=c ".repeat(100_000));
        assert_eq!(LongTag::new(1).surplus(&source, 500_000), None);
    }
}
