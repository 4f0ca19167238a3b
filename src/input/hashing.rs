//! A reader that remembers the digest and size of everything read through it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::digest::Sha256Stream;

/// Bytes read at once when the rest of a file is only hashed.
const DRAIN_BUFFER: usize = 64 << 10;

/// Passes bytes on and hashes them.
pub(crate) struct HashingReader<R> {
    inner: R,
    state: Sha256Stream,
}

impl<R: Read> HashingReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, state: Sha256Stream::default() }
    }

    /// Reads what is left, and returns the size and SHA-256 of everything.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn finish(mut self) -> std::io::Result<(u64, String)> {
        let mut buffer = vec![0; DRAIN_BUFFER];
        while self.read(&mut buffer)? > 0 {}
        Ok((self.state.bytes(), self.state.finish()))
    }
}

/// SHA-256 of a file as it is on disk, 64 hex digits.
///
/// # Errors
/// When reading fails.
pub(crate) fn file_digest(path: &Path) -> std::io::Result<String> {
    Ok(HashingReader::new(File::open(path)?).finish()?.1)
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.state.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
