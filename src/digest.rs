//! SHA-256 as lower-case hex digits.

use sha2::{Digest, Sha256};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Hex digits of the first `bytes` bytes of a digest.
fn hex(digest: &[u8], bytes: usize) -> String {
    let digits = digest.iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(HEX[usize::from(digit)])).collect()
}

/// The SHA-256 of `data`, 64 hex digits.
#[must_use]
pub(crate) fn sha256(data: &[u8]) -> String {
    hex(&Sha256::digest(data), 32)
}

/// The first 8 hex digits of the SHA-256 of `data`: enough to see that a rule has changed.
#[must_use]
pub(crate) fn short_sha256(data: &[u8]) -> String {
    hex(&Sha256::digest(data), 4)
}

/// A SHA-256 that is fed piece by piece.
#[derive(Default)]
pub(crate) struct Sha256Stream {
    state: Sha256,
    bytes: u64,
}

impl Sha256Stream {
    /// Adds bytes.
    pub(crate) fn update(&mut self, data: &[u8]) {
        self.state.update(data);
        self.bytes += data.len() as u64;
    }

    /// Number of bytes so far.
    #[must_use]
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The digest of everything added, 64 hex digits.
    #[must_use]
    pub(crate) fn finish(self) -> String {
        hex(&self.state.finalize(), 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test vector of FIPS 180-4.
    #[test]
    fn digest_of_abc_is_the_published_one() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
        assert!(expected.starts_with(&short_sha256(b"abc")));
        assert_eq!(short_sha256(b"abc").len(), 8);
        let mut stream = Sha256Stream::default();
        stream.update(b"a");
        stream.update(b"bc");
        assert_eq!((stream.bytes(), stream.finish().as_str()), (3, expected));
    }
}
