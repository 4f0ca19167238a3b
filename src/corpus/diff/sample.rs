//! Which documents of a corpus are looked at: always the same ones.

use std::collections::BinaryHeap;
use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

use foldhash::quality::FixedState;

use crate::corpus::reading::{Follow, Reader};
use crate::document::Source;
use crate::error::Error;

/// A sample of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// Highest hash of a document of the sample.
    highest: u64,
}

impl Sample {
    /// All documents.
    pub(super) const ALL: Self = Self { highest: u64::MAX };

    /// The `size` documents whose places in the corpus have the lowest hashes: the same whatever the order and the
    /// number of threads, and nearly the same when documents are added.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub(super) fn of(reader: &Reader<'_>, size: usize, follow: &mut dyn Follow) -> Result<Self, Error> {
        let lowest: Mutex<BinaryHeap<u64>> = Mutex::default();
        let note = |source: &Source| {
            let mut lowest = lowest.lock().unwrap_or_else(PoisonError::into_inner);
            lowest.push(hash(source));
            if lowest.len() > size {
                lowest.pop();
            }
            false
        };
        follow.begin("choosing the sample");
        reader.each(follow, note, |_| None::<()>, |()| {})?;
        let mut lowest = lowest.into_inner().unwrap_or_else(PoisonError::into_inner);
        let highest = if lowest.len() < size { None } else { lowest.pop() };
        Ok(highest.map_or(Self::ALL, |highest| Self { highest }))
    }

    /// Whether a document is of the sample.
    pub(super) fn holds(self, source: &Source) -> bool {
        hash(source) <= self.highest
    }
}

fn hash(source: &Source) -> u64 {
    FixedState::with_seed(0).hash_one((&source.path, source.record))
}
