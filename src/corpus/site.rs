//! Which site a document is of.

use crate::document::{Document, Field};
use crate::stages::strip;

/// How a site is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum SiteKind {
    /// By the host of an address.
    Host,
    /// By the folder that its files lie in.
    Folder,
    /// Not at all: the corpus as a whole.
    Corpus,
}

/// A site of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Site {
    pub(super) kind: SiteKind,
    /// Host without `www.`, or folder relative to the input with `/` between its parts; empty for the
    /// corpus.
    pub(super) name: String,
}

impl Site {
    /// The host of the document's address, else the folder it lies in, else the whole corpus.
    pub(super) fn of(document: &Document) -> Self {
        let host = strip::host_of(document);
        if !host.is_empty() {
            return Self { kind: SiteKind::Host, name: host };
        }
        match document.source.path.rsplit_once('/') {
            Some((folder, _)) => Self { kind: SiteKind::Folder, name: folder.to_owned() },
            None => Self { kind: SiteKind::Corpus, name: String::new() },
        }
    }

    /// The host, for rules; empty if it is not known.
    pub(super) fn host(&self) -> &str {
        if self.kind == SiteKind::Host { &self.name } else { "" }
    }
}
/// Language of a document as its page says it, the first part of its tag; `unknown` if it does not.
pub(super) fn language_of(document: &Document) -> String {
    let tag = document.fact(&Field::Lang).unwrap_or_default();
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if primary.is_empty() { "unknown".to_owned() } else { primary }
}
