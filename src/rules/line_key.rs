//! The key under which a line and a phrase are the same: `- ADVERTISEMENT -`, `Advertisement:` and
//! `• Advertisement` have one key.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Computes the key of `line` into `key`, which is cleared first.
///
/// NFKC; zero-width marks, soft hyphens, tatweel and harakat dropped; lower case with `İ`, `I` and
/// `ı` as `i`; Arabic alef forms as `ا` and `ى` as `ي`; `’` as `'`; runs of white space as one space;
/// every number (`1,204`, `1.204`, `1 204`) as `0`; all that is neither letter nor digit stripped
/// from both ends. A line of symbols alone has the empty key, which never matches.
pub(crate) fn line_key(line: &str, key: &mut String) {
    let mut bytes = std::mem::take(key).into_bytes();
    bytes.clear();
    let core = without_decoration(line);
    if is_simple(core) {
        push_plain(core.as_bytes(), &mut bytes);
        *key = String::from_utf8(bytes).expect("ASCII was put there");
        return;
    }
    *key = fold(line, bytes);
}

/// The key of any line. `memory` is empty.
fn fold(line: &str, memory: Vec<u8>) -> String {
    let mut folding = Folding { key: memory, digits: Digits::default(), pending_space: false };
    let mut rest = line;
    while !rest.is_empty() {
        // A stable character ends what NFKC looks at together, but one may be changed by what stands behind it.
        let (at, behind) = unstable(rest);
        let (alone, changed) = rest.split_at_checked(at).unwrap_or((rest, ""));
        folding.push_normalized(alone);
        let (changed, next) = changed.split_at_checked(behind).unwrap_or((changed, ""));
        if is_nfkc_quick(changed.chars()) == IsNormalized::Yes {
            folding.push_normalized(changed);
        } else {
            changed.nfkc().for_each(|c| folding.push(c));
        }
        rest = next;
    }
    folding.end_group('\n');
    let mut key = String::from_utf8(folding.key).expect("whole characters were put there");
    let end = key.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    key.truncate(end);
    key
}

/// Where the first stretch begins that NFKC may change, and its bytes: characters that are not stable, and the one in
/// front of them.
fn unstable(line: &str) -> (usize, usize) {
    let Some(first) = line.char_indices().find(|(_, c)| !is_stable(*c)).map(|(at, _)| at) else {
        return (line.len(), 0);
    };
    let (before, from) = line.split_at_checked(first).unwrap_or((line, ""));
    let start = before.char_indices().next_back().map_or(first, |(at, _)| at);
    let bytes = from.find(is_stable).unwrap_or(from.len());
    (start, first - start + bytes)
}

/// A line without what surely is not in its key at both ends. The key of what is left is that of the line.
pub(super) fn without_decoration(line: &str) -> &str {
    line.trim_matches(|c: char| !c.is_alphanumeric() && is_stable(c))
}

/// Whether a line is of ASCII and has no digits.
pub(super) fn is_simple(line: &str) -> bool {
    // Without a way out within the line, this is done many bytes at a time.
    line.bytes().fold(0, |found, byte| found | u8::from(!byte.is_ascii()) | u8::from(byte.is_ascii_digit())) == 0
}

/// The key of a line of ASCII without digits and decoration, which most lines are.
fn push_plain(line: &[u8], key: &mut Vec<u8>) {
    if !folds_spaces(line) {
        key.extend(line.iter().map(u8::to_ascii_lowercase));
        return;
    }
    let mut after_space = false;
    for byte in line {
        // White space as `char::is_whitespace` has it: vertical tab too.
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r');
        if !is_space {
            key.push(byte.to_ascii_lowercase());
        } else if !after_space {
            key.push(b' ');
        }
        after_space = is_space;
    }
}

/// Whether a line has white space in a row, or control characters, before its last byte.
fn folds_spaces(line: &[u8]) -> bool {
    let folds = |(one, next): (&u8, &u8)| u8::from(*one < b' ') | u8::from(*one == b' ') & u8::from(*next == b' ');
    let Some((_, behind)) = line.split_first() else { return false };
    // Without a way out within the line, this is done many bytes at a time.
    line.iter().zip(behind).fold(0, |found, pair| found | folds(pair)) != 0
}

/// Whether NFKC leaves a character alone among others of this list: the usual characters of European languages, Arabic,
/// Hebrew, Chinese, Japanese and Korean. None of them becomes another in a key, apart from case and apostrophes. The
/// list need not be complete.
pub(super) fn is_stable(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{7f}' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | '«' | '»' | '°' | '©' | '®' | '–' | '—' | '‘' | '’' | '“' | '”' | '„'
            | '•' | '€' | '·' | '‹' | '›' | '→' | '←' | '■' | '●' | 'А'..='я' | 'ё' | 'Ё' | '\u{4e00}'..='\u{9fa5}'
            | 'ぁ'..='ゖ' | 'ァ'..='ー' | '、' | '。' | '「'..='』' | '\u{ac00}'..='\u{d7a3}' | 'Ā'..='į' | 'Ĵ'..='ľ' | 'Ł'..='ň'
            | 'Ŋ'..='ž' | 'Ѐ'..='Џ' | 'ѐ'..='џ' | 'Ґ' | 'ґ' | 'Ά' | 'Έ'..='Ί' | 'Α'..='Ρ' | 'Σ'..='Ω' | 'ά'..='ώ' | 'א'..='ת'
            | 'ء' | 'ؤ' | 'ئ'..='غ' | 'ف'..='و' | 'ي' | '،' | '؛' | '؟'
    )
}

/// The key as a new string.
pub(crate) fn line_key_of(line: &str) -> String {
    let mut key = String::with_capacity(line.len());
    line_key(line, &mut key);
    key
}

struct Folding {
    key: Vec<u8>,
    digits: Digits,
    pending_space: bool,
}

/// Progress within a number: enough to join `1 204` and `1,204` but not `1, 20` or `30.06.2016`.
#[derive(Default)]
struct Digits {
    /// Length of the key right behind the `0` of the last number, if only a separator came since.
    after_number: Option<usize>,
    /// Digits since that separator.
    group: u8,
    in_number: bool,
}

impl Folding {
    /// A line that NFKC leaves alone: words of small letters are copied whole.
    fn push_normalized(&mut self, line: &str) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let word = rest.bytes().take_while(u8::is_ascii_lowercase).count();
            if word > 0 {
                self.end_group('a');
                self.flush_space();
                let (copied, behind) = rest.split_at(word);
                self.key.extend_from_slice(copied.as_bytes());
                rest = behind;
            } else {
                self.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }

    fn push_char(&mut self, c: char) {
        self.key.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn push(&mut self, c: char) {
        if is_dropped(c) {
            return;
        }
        if c.is_ascii_digit() || (!c.is_ascii() && is_decimal_digit(c)) {
            self.push_digit();
            return;
        }
        self.end_group(c);
        if c.is_whitespace() {
            self.pending_space = !self.key.is_empty();
            return;
        }
        if self.key.is_empty() && !c.is_alphanumeric() {
            return;
        }
        self.flush_space();
        match c {
            'A'..='Z' => self.push_char(c.to_ascii_lowercase()),
            '\0'..='\u{7f}' | 'а'..='я' | '\u{4e00}'..='\u{9fa5}' => self.push_char(c),
            'İ' | 'ı' => self.push_char('i'),
            'أ' | 'إ' | 'آ' | 'ٱ' => self.push_char('ا'),
            'ى' => self.push_char('ي'),
            '’' | '‘' | 'ʼ' => self.push_char('\''),
            _ => c.to_lowercase().filter(|lower| !is_dropped(*lower)).for_each(|lower| self.push_char(lower)),
        }
    }

    fn push_digit(&mut self) {
        if self.digits.in_number {
            self.digits.group = self.digits.group.saturating_add(1);
            return;
        }
        self.flush_space();
        self.key.push(b'0');
        self.digits.in_number = true;
        self.digits.group = 1;
    }

    /// Called for every character that is not a digit: closes the number, and joins it to the one
    /// before if it was a group of three behind one separator.
    fn end_group(&mut self, c: char) {
        if self.digits.in_number {
            self.digits.in_number = false;
            if let Some(before) = self.digits.after_number
                && self.digits.group == 3
            {
                self.key.truncate(before);
            }
            let is_separator = matches!(c, ',' | '.' | ' ' | '\u{202f}' | '\'' | '’');
            self.digits.after_number = is_separator.then_some(self.key.len());
        } else {
            self.digits.after_number = None;
        }
    }

    fn flush_space(&mut self) {
        if std::mem::take(&mut self.pending_space) {
            self.key.push(b' ');
        }
    }
}

/// Decimal digits outside ASCII that NFKC leaves: Arabic-Indic, Persian, Devanagari, Bengali, Thai.
fn is_decimal_digit(c: char) -> bool {
    matches!(c, '٠'..='٩' | '۰'..='۹' | '०'..='९' | '০'..='৯' | '๐'..='๙')
}

/// Marks that do not make another word: zero-width characters, soft hyphen, combining dot (from `İ`),
/// tatweel, Arabic vowel signs, variation selectors, bidi marks.
fn is_dropped(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
            | '\u{307}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}' | '\u{fe00}'..='\u{fe0f}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::{Digits, Folding, line_key_of as key};

    #[test]
    fn decoration_and_case_do_not_matter() {
        for line in
            ["Advertisement", "- ADVERTISEMENT -", "Advertisement:", "• Advertisement", "  ad\u{ad}vertisement\u{a0}"]
        {
            assert_eq!(key(line), "advertisement", "from {line:?}");
        }
        assert_eq!(key("PAYLAŞ"), key("paylaş"));
        assert_eq!(key("İPTAL"), key("iptal"));
        assert_eq!(key("إعـــلان"), key("اعلان"));
        assert_eq!(key("分享到："), key("分享到"));
        assert_eq!(key("L’article"), "l'article");
    }

    #[test]
    fn short_ways_give_the_same_key() {
        let lines = [
            "• Home",
            "«Terms  of Use» —",
            "© Ada\tLund.",
            "• 1,204 views",
            "·",
            "*",
            "<\u{338}ad",
            "• café\u{301}",
            "A",
        ];
        for line in lines {
            assert_eq!(key(line), super::fold(line, Vec::new()), "from {line:?}");
        }
        assert_eq!(key("«Terms  of Use» —"), "terms of use");
    }

    /// The key, made without looking for stretches that need no NFKC.
    fn key_of_whole(line: &str) -> String {
        let mut folding = Folding { key: Vec::new(), digits: Digits::default(), pending_space: false };
        line.nfkc().for_each(|c| folding.push(c));
        folding.end_group('\n');
        let whole = String::from_utf8(folding.key).expect("whole characters");
        whole.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned()
    }

    proptest! {
        #[test]
        fn stretches_have_the_key_of_the_whole(line in "[ab1  .,’…½\u{301}\u{307}éк가각\u{11a8}ー\u{3099}カｶﾞ™]{0,12}") {
            prop_assert_eq!(key(&line), key_of_whole(&line));
        }

        #[test]
        fn any_line_has_the_key_of_the_whole(line in "\\PC{0,12}") {
            prop_assert_eq!(key(&line), key_of_whole(&line));
        }
    }

    #[test]
    fn numbers_are_one_zero() {
        for line in [
            "1,204 Comments",
            "1.204 comments",
            "1 204 Comments",
            "1’204 Comments",
            "7 Comments",
            "12,345,678 Comments",
        ] {
            assert_eq!(key(line), "0 comments", "from {line:?}");
        }
        assert_eq!(key("Image 3 of 12"), "image 0 of 0");
        assert_eq!(key("30.06.2016"), "0.0.0");
        assert_eq!(key("0:00 / 1:23"), "0:0 / 0:0");
        assert_eq!(key("٣ تعليقات"), "0 تعليقات");
        assert_eq!(key("1, 204"), "0, 0");
    }

    #[test]
    fn symbols_alone_have_the_empty_key() {
        assert_eq!(key("* * *"), "");
        assert_eq!(key("—"), "");
    }
}
