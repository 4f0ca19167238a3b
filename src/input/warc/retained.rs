//! A reader that keeps what was read since a mark, so that reading can go on at any byte behind the mark.

use std::io::{BufRead, Read};

/// Bytes read at once.
const READ_BYTES: usize = 128 << 10;
/// Most bytes that are kept since the mark: the compressed size of any usual record.
const RETAINED_BYTES: usize = 8 << 20;

/// Bytes of a file, some of them kept.
pub(super) struct Retained<R> {
    inner: R,
    buffer: Vec<u8>,
    /// The next byte in `buffer` to be read.
    position: usize,
    /// The first byte in `buffer` that is kept.
    mark: usize,
    /// Place of `buffer` in the file.
    offset: u64,
    ended: bool,
}

impl<R: Read> Retained<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, buffer: Vec::new(), position: 0, mark: 0, offset: 0, ended: false }
    }

    /// Place in the file of the next byte.
    pub(super) fn place(&self) -> u64 {
        self.offset + self.position as u64
    }

    /// Sets the mark at the next byte.
    pub(super) fn mark(&mut self) {
        self.mark = self.position;
    }

    /// Goes back to the mark. If more was read than is kept, the mark has moved on.
    pub(super) fn rewind(&mut self) {
        self.position = self.mark;
    }

    /// The next bytes, at least `count` unless the file ends before.
    ///
    /// # Errors
    /// When reading fails. The file counts as ended then.
    pub(super) fn ahead(&mut self, count: usize) -> std::io::Result<&[u8]> {
        while self.buffer.len() - self.position < count && self.more()? {}
        Ok(self.buffer.get(self.position..).unwrap_or_default())
    }

    /// Reads on behind what is in the buffer; `false` at the end of the file.
    fn more(&mut self) -> std::io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.mark = self.mark.max(self.position.saturating_sub(RETAINED_BYTES));
        // Moving what is kept costs no more than reading it did.
        if self.mark >= self.buffer.len() / 2 {
            self.buffer.drain(..self.mark);
            self.position -= self.mark;
            self.offset += self.mark as u64;
            self.mark = 0;
        }
        let result = append(&mut self.inner, &mut self.buffer, READ_BYTES);
        self.ended = !matches!(result, Ok(1..));
        result.map(|count| count > 0)
    }
}

/// Reads up to so many bytes once, behind what `buffer` has; returns how many there were.
pub(super) fn append(reader: &mut impl Read, buffer: &mut Vec<u8>, most: usize) -> std::io::Result<usize> {
    let length = buffer.len();
    buffer.resize(length + most, 0);
    let result = loop {
        match reader.read(buffer.get_mut(length..).unwrap_or_default()) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => break result,
        }
    };
    buffer.truncate(length + *result.as_ref().unwrap_or(&0));
    result
}

impl<R: Read> BufRead for Retained<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.ahead(1)
    }

    fn consume(&mut self, count: usize) {
        self.position += count;
    }
}

impl<R: Read> Read for Retained<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_since_the_mark_can_be_read_again() {
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
        let mut retained = Retained::new(&*bytes);
        assert!(retained.ahead(10).expect("memory").starts_with(&bytes[..10]));
        retained.consume(10);
        retained.mark();
        let mut rest = vec![0; 700_000];
        retained.read_exact(&mut rest).expect("there are as many");
        assert_eq!((&*rest, retained.place()), (&bytes[10..700_010], 700_010));
        retained.rewind();
        assert_eq!(retained.place(), 10);
        let mut all = Vec::new();
        retained.read_to_end(&mut all).expect("memory");
        assert!(all == bytes[10..] && retained.place() == 1_000_000);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut retained = Retained::new(std::io::repeat(b'a').take(100 << 20));
        std::io::copy(&mut retained, &mut std::io::sink()).expect("memory");
        retained.rewind();
        let kept = (100 << 20) - retained.place();
        assert!((RETAINED_BYTES as u64..=2 * RETAINED_BYTES as u64).contains(&kept), "{kept}");
        assert!(retained.buffer.capacity() < 5 * RETAINED_BYTES, "{}", retained.buffer.capacity());
    }
}
