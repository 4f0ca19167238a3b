//! Positions. Three kinds of span that must never be mixed up, so each is a type of its own.
//!
//! | type | counts | in |
//! |---|---|---|
//! | [`RawSpan`] | bytes | the raw payload |
//! | [`DecodedSpan`] | bytes of UTF-8 | the text as decoded, before any edit |
//! | [`TextSpan`] | bytes of UTF-8 | the text as it stands now |
//!
//! All are 0-based, the end is excluded, and offsets are `u32`: a document is at most 4 GiB
//! (the size limit in the configuration is far below).

use std::ops::Range;

macro_rules! span_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name {
            /// First byte.
            pub start: u32,
            /// One past the last byte; never below `start`.
            pub end: u32,
        }

        impl $name {
            /// The span of bytes `start..end`.
            ///
            /// # Panics
            /// If `end` is below `start`: a bug of the caller.
            #[must_use]
            pub fn new(start: u32, end: u32) -> Self {
                assert!(start <= end, "a span must not end before it starts");
                Self { start, end }
            }

            /// The span of a range of positions within one document.
            ///
            /// # Panics
            /// If the range ends before it starts or above `u32::MAX`: documents are checked
            /// against the size limit before they get here.
            #[must_use]
            pub fn from_range(range: Range<usize>) -> Self {
                Self::new(offset(range.start), offset(range.end))
            }

            /// Number of bytes.
            #[must_use]
            pub fn len(self) -> u32 {
                self.end - self.start
            }

            /// Whether the span covers no byte (it still has a place).
            #[must_use]
            pub fn is_empty(self) -> bool {
                self.start == self.end
            }

            /// The same positions as a range, to slice with.
            #[must_use]
            pub fn range(self) -> Range<usize> {
                self.start as usize..self.end as usize
            }
        }
    };
}

span_type! {
    /// Bytes of the raw payload (after decompression and unescaping of the container).
    RawSpan
}
span_type! {
    /// Bytes of the decoded text, before any edit.
    DecodedSpan
}
span_type! {
    /// Bytes of the text as it stands now.
    TextSpan
}

/// A byte position as the `u32` that spans use.
///
/// # Panics
/// Above `u32::MAX`; payloads are checked against the size limit before they are decoded.
#[must_use]
pub(crate) fn offset(position: usize) -> u32 {
    u32::try_from(position).expect("documents over 4 GiB are refused before decoding")
}
