//! The part of a payload that tells its encoding.

use std::borrow::Cow;

/// Bytes that are looked at, about: what costs 1 ms and is far more than is needed.
const MOST: usize = 16 << 10;
/// Bytes at the start that are always among them.
const START: usize = 4 << 10;
/// One byte beyond ASCII in so many at the start shows that there are enough of them there.
const DENSE: usize = 8;
/// Bytes on each side of a byte beyond ASCII.
const BESIDE: usize = 48;
/// Bytes below this one are never part of a character of several bytes.
const FIRST_OF_PARTS: u8 = 0x30;

/// A payload, or of a long one its start and the surroundings of its bytes beyond ASCII, cut where no
/// encoding but UTF-16 can have a character, or after [`START`] bytes without such a place.
pub(super) fn sample(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.len() <= MOST {
        return Cow::Borrowed(raw);
    }
    let head = raw.get(..end_of_part(raw, MOST)).unwrap_or_default();
    if head.iter().filter(|byte| !byte.is_ascii()).count() > head.len() / DENSE {
        return Cow::Borrowed(head);
    }
    let mut taken = end_of_part(raw, START);
    let mut sample = raw.get(..taken).unwrap_or_default().to_vec();
    while sample.len() < MOST {
        let rest = raw.get(taken..).unwrap_or_default();
        let Some(next) = rest.iter().position(|byte| !byte.is_ascii()) else { break };
        let start = start_of_part(raw, taken, (taken + next).saturating_sub(BESIDE));
        let end = end_of_part(raw, taken + next + BESIDE);
        sample.extend_from_slice(raw.get(start..end).unwrap_or_default());
        taken = end;
    }
    Cow::Owned(sample)
}

/// The last place from `least` to `place` at which a part starts.
fn start_of_part(raw: &[u8], least: usize, place: usize) -> usize {
    let place = place.max(least);
    let before = raw.get(least..place).unwrap_or_default();
    before.iter().rposition(|byte| *byte < FIRST_OF_PARTS).map_or(least, |index| least + index)
}

/// The first place from `place` on at which a part ends, not further than [`START`] bytes away.
fn end_of_part(raw: &[u8], place: usize) -> usize {
    let end = raw.len().min(place + START);
    let after = raw.get(place..end).unwrap_or_default();
    after.iter().position(|byte| *byte < FIRST_OF_PARTS).map_or(end, |index| place + index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_payload_is_its_own_sample() {
        assert_eq!(sample(b"short").as_ref(), b"short");
    }

    #[test]
    fn of_a_long_one_the_odd_places_are_taken() {
        let mut raw = b"plain words ".repeat(10_000);
        raw.extend_from_slice(b"caf\xE9 at the corner ");
        raw.extend(b"plain words ".repeat(10_000));
        let sample = sample(&raw);
        assert!(sample.len() < 5_000, "{}", sample.len());
        assert_eq!(sample.iter().filter(|byte| !byte.is_ascii()).count(), 1);
        assert!(sample.windows(11).any(|part| part == b"caf\xE9 at the"));
    }
}
