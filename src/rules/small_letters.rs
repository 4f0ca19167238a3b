//! Lines in small letters, which texts are looked for in; that looks at the letters of ASCII without regard to their case.

/// Whether a character has a small form, and is not of ASCII.
fn is_capital(c: char) -> bool {
    // The usual ones that are none are told at once: small letters, punctuation, Chinese.
    !matches!(c, '\0'..='\u{7f}' | 'а'..='я' | 'ß'..='ÿ' | '\u{2000}'..='\u{20ff}' | '\u{3000}'..='\u{9fff}')
        && c.to_lowercase().next() != Some(c)
}

/// Whether a character beyond ASCII may be a capital, told by its first two bytes: none in the usual punctuation, in the
/// small letters of Latin-1, Greek and Russian, and in scripts without capitals.
#[inline]
pub(super) fn may_be_capital(lead: u8, next: u8) -> bool {
    match lead {
        // Then Hebrew, Arabic, the scripts of India, Thai: U+05C0 to U+0FFF; Chinese, Japanese, Korean.
        0..0xC3 | 0xD7..=0xE0 | 0xE3..=0xE9 | 0xEB..=0xED => false,
        0xC3 => next < 0x9F,
        0xCE => next < 0xAC,
        0xCF => next > 0x8E,
        // Of Russian; of what begins with the other byte, what comes before Korean, which begins with U+AC00.
        0xD0 | 0xEA => next < 0xB0,
        0xD1 => next >= 0xA0,
        // U+2000 to U+20FF.
        0xE2 => next > 0x83,
        // Wide letters.
        0xEF => next == 0xBC,
        _ => true,
    }
}

/// A line with its letters small; ASCII may stay as it is. `small` is memory for it.
pub(super) fn in_small_letters<'a>(line: &'a str, small: &'a mut String) -> &'a str {
    small.clear();
    let mut copied = 0;
    for (at, capital) in line.char_indices().filter(|(_, c)| is_capital(*c)) {
        small.push_str(line.get(copied..at).unwrap_or_default());
        small.extend(capital.to_lowercase());
        copied = at + capital.len_utf8();
    }
    if copied == 0 {
        return line;
    }
    small.push_str(line.get(copied..).unwrap_or_default());
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_have_capitals(text: &str) -> bool {
        text.as_bytes().array_windows().any(|[lead, next]| may_be_capital(*lead, *next))
    }

    #[test]
    fn capitals_beyond_ascii_are_seen_in_their_bytes() {
        let missed = ('\u{80}'..=char::MAX).filter(|c| is_capital(*c) && !may_have_capitals(&format!("a{c}a")));
        assert_eq!(missed.collect::<String>(), "");
        assert!(
            !["“a’…", "été", "мост", "άλφα", "שלום", "عربي", "ไทย", "한국", "日本、中国"]
                .into_iter()
                .any(may_have_capitals)
        );
    }

    #[test]
    fn capitals_beyond_ascii_become_small() {
        let mut memory = String::from("x");
        assert_eq!(in_small_letters("ÉTÉ à la Мост", &mut memory), "éTé à la мост");
        assert_eq!(in_small_letters("Ada’s été", &mut memory), "Ada’s été");
    }
}
