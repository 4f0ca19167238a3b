//! Byte offsets to code points, for many places of one text in any order.

/// Bytes between two counted places.
const STEP: usize = 512;

/// Counts code points up to any byte of a text, after one pass over it.
pub(crate) struct CodePoints<'a> {
    text: &'a [u8],
    /// Code points before each multiple of [`STEP`]; empty for ASCII, where bytes are code points.
    counted: Vec<u32>,
}

impl<'a> CodePoints<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut counted = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for chunk in bytes.chunks(STEP) {
                counted.push(count);
                count += starts(chunk);
            }
            counted.push(count);
        }
        Self { text: bytes, counted }
    }

    /// Number of code points that start before byte `offset`.
    pub(crate) fn before(&self, offset: u32) -> u32 {
        let offset_bytes = offset as usize;
        let Some(counted) = self.counted.get(offset_bytes / STEP) else { return offset };
        counted + starts(self.text.get(offset_bytes / STEP * STEP..offset_bytes).unwrap_or_default())
    }
    /// Byte at which code point number `count` starts, or the end of the text; `None` beyond it.
    pub(crate) fn byte_of(&self, count: u32) -> Option<u32> {
        if self.counted.is_empty() {
            return (count as usize <= self.text.len()).then_some(count);
        }
        let step = self.counted.partition_point(|before| *before <= count).checked_sub(1)?;
        let mut missing = count - self.counted.get(step)?;
        let first = step * STEP;
        let rest = self.text.get(first.min(self.text.len())..)?;
        for (offset, byte) in rest.iter().enumerate() {
            if (byte & 0xC0) != 0x80 {
                if missing == 0 {
                    return u32::try_from(first + offset).ok();
                }
                missing -= 1;
            }
        }
        (missing == 0).then(|| u32::try_from(self.text.len()).ok()).flatten()
    }
}

/// Number of bytes that start a character.
fn starts(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_from_the_nearest_step() {
        let text = "Zähl’s 😀 ".repeat(300);
        let points = CodePoints::new(&text);
        for (count, (offset, _)) in text.char_indices().enumerate() {
            let (offset, count) = (u32::try_from(offset).expect("short"), u32::try_from(count).expect("short"));
            assert_eq!(points.before(offset), count);
            assert_eq!(points.byte_of(count), Some(offset));
        }
        assert_eq!(points.before(u32::try_from(text.len()).expect("short")) as usize, text.chars().count());
    }
}
