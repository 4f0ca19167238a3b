//! Escapes that were left in prose: `don\u2019t`, `don\xe2\x80\x99t`, `don=E2=80=99t`, `don%E2%80%99t`.
//!
//! Escapes are data in code, addresses and patterns, so that only a text is touched in which several
//! stand where prose has the character, and hardly any elsewhere. The thresholds are set by hand: on 114
//! articles written in escapes, 7 % of these are left, in texts that have fewer than three or markup.

use std::ops::Range;

use crate::language::class::{Class, class};
use crate::stages::repair::excerpt::around;
use crate::stages::repair::fit::{misfit, side};
use crate::stages::repair::{Repair, RepairKind, edits};

/// Escapes in the place of their characters from which a text is taken to be escaped.
const LEAST_FITTING: usize = 3;
/// One escape out of place in fewer than so many shows that they are meant.
const MEANT_SHARE: usize = 5;
/// Bytes of text for each fitting escape up to which the text is taken to be escaped as a whole.
const SPACING: usize = 2000;
/// Cost of a character between its neighbors up to which it fits them, in nats.
const FITTING_COST: f32 = 6.0;
/// Characters of a word that show it to be part of an address, a path or an assignment.
const ADDRESS: [u8; 6] = [b'/', b'&', b'@', b'_', b'<', b'>'];
/// How far a word is looked at, in bytes.
const WORD: usize = 200;

/// One way to write bytes or code units in ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// `\u2019`, in code units of UTF-16.
    Unit,
    /// `\xe2\x80\x99`.
    Hexadecimal,
    /// `=E2=80=99`, of e-mails.
    QuotedPrintable,
    /// `%E2%80%99`, of addresses.
    Percent,
}

impl Form {
    const ALL: [Self; 4] = [Self::Unit, Self::Hexadecimal, Self::QuotedPrintable, Self::Percent];

    const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Unit => b"\\u",
            Self::Hexadecimal => b"\\x",
            Self::QuotedPrintable => b"=",
            Self::Percent => b"%",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Unit => "\\u escape",
            Self::Hexadecimal => "\\x escape",
            Self::QuotedPrintable => "quoted-printable",
            Self::Percent => "percent encoding",
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::Unit => 4,
            _ => 2,
        }
    }

    /// The number that is escaped at byte `at`.
    fn number(self, bytes: &[u8], at: usize) -> Option<u16> {
        let digits = bytes.get(at..)?.strip_prefix(self.prefix())?.get(..self.digits())?;
        // Quoted-printable is written in capitals, and `=ad` is an assignment.
        if !digits.iter().all(u8::is_ascii_hexdigit)
            || (self == Self::QuotedPrintable && digits.iter().any(u8::is_ascii_lowercase))
        {
            return None;
        }
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

/// Adjacent escapes and what they stand for.
struct Run {
    place: Range<usize>,
    decoded: String,
}

/// Repairs of the escapes of a text, sorted. Empty if they may be meant.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'\\', b'=', b'%', bytes).is_none() || memchr::memchr2(b'<', b'{', bytes).is_some() {
        return Vec::new();
    }
    Form::ALL.into_iter().map(|form| of_form(text, form)).find(|repairs| !repairs.is_empty()).unwrap_or_default()
}

fn of_form(text: &str, form: Form) -> Vec<Repair> {
    let runs = runs(text, form);
    let fitting = runs.iter().filter(|run| fits(text, run)).count();
    let meant = runs.iter().filter(|run| is_meant(text, run)).count();
    if fitting < LEAST_FITTING || meant * MEANT_SHARE > runs.len() || text.len() > fitting * SPACING {
        return Vec::new();
    }
    let repair = |place: Range<usize>, replacement: String| Repair {
        start: place.start,
        end: place.end,
        replacement,
        kind: RepairKind::Escape,
        note: form.name().to_owned(),
        score: 5.0,
    };
    let mut repairs: Vec<Repair> =
        runs.into_iter().filter(|run| !is_meant(text, run)).map(|run| repair(run.place, run.decoded)).collect();
    if form == Form::QuotedPrintable {
        // Lines were broken, and the escape and white space at their end were escaped themselves.
        for (visible, meant) in [("=\r\n", ""), ("=\n", ""), ("=3D", "="), ("=20\n", " \n")] {
            repairs.extend(text.match_indices(visible).map(|(at, _)| repair(at..at + visible.len(), meant.to_owned())));
        }
        edits::make_disjoint(&mut repairs);
    }
    repairs
}

/// The runs of escapes that stand for characters beyond ASCII.
fn runs(text: &str, form: Form) -> Vec<Run> {
    let bytes = text.as_bytes();
    let step = form.prefix().len() + form.digits();
    let mut runs = Vec::new();
    let mut done = 0;
    for start in memchr::memmem::find_iter(bytes, form.prefix()) {
        if start < done {
            continue;
        }
        let mut numbers = Vec::new();
        let mut end = start;
        while let Some(number) = form.number(bytes, end).filter(|number| *number >= 0x80) {
            numbers.push(number);
            end += step;
            // A long line may be broken inside a character.
            if form == Form::QuotedPrintable && bytes.get(end..).is_some_and(|rest| rest.starts_with(b"=\n=")) {
                end += 2;
            }
        }
        if let Some(decoded) = decoded(form, &numbers) {
            runs.push(Run { place: start..end, decoded });
            done = end;
        }
    }
    runs
}

fn decoded(form: Form, numbers: &[u16]) -> Option<String> {
    let text = if form == Form::Unit {
        String::from_utf16(numbers).ok()?
    } else {
        let bytes: Option<Vec<u8>> = numbers.iter().map(|number| u8::try_from(*number).ok()).collect();
        String::from_utf8(bytes?).ok()?
    };
    let is_visible = !text.is_empty() && !text.chars().any(|c| class(c) == Class::Control && form != Form::Unit);
    is_visible.then_some(text)
}

/// The characters beside a run.
fn beside(text: &str, run: &Run) -> (char, char) {
    let before = text.get(..run.place.start).and_then(|before| before.chars().next_back());
    let after = text.get(run.place.end..).and_then(|after| after.chars().next());
    (before.unwrap_or('\n'), after.unwrap_or('\n'))
}

/// Whether the characters of a run are what prose has there.
fn fits(text: &str, run: &Run) -> bool {
    let (before, after) = beside(text, run);
    let mut chars = run.decoded.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if class(c).is_letter() => class(before).is_letter() || class(after).is_letter(),
        (Some(c), None) => misfit(c, side(Some(before)), side(Some(after))) <= FITTING_COST,
        _ => class(before) == Class::Space || class(before).is_word(),
    }
}

/// Whether a run is in a pattern, alone in quotes, in code or in an address.
fn is_meant(text: &str, run: &Run) -> bool {
    let bytes = text.as_bytes();
    let (before, after) = beside(text, run);
    if matches!((before, after), ('"', '"') | ('\'', '\'') | ('[' | '\\' | '+' | '|' | '^', _) | (_, ']' | '|' | '+'))
        || (before == '-' && after == '-')
        || (after == '-' && bytes.get(run.place.end + 1) == Some(&b'\\'))
    {
        return true;
    }
    let line = text.get(around(text, run.place.start)).unwrap_or_default();
    if line.trim_end().ends_with([';', ',', '(', ':']) && line.contains(['"', '\''])
        || line.contains("(\"")
        || line.contains("('")
    {
        return true;
    }
    let least = run.place.start.saturating_sub(WORD);
    let most = (run.place.end + WORD).min(bytes.len());
    let left = bytes.get(least..run.place.start).unwrap_or_default().iter().rev();
    let right = bytes.get(run.place.end..most).unwrap_or_default().iter();
    let is_inside = |byte: &&u8| !byte.is_ascii_whitespace();
    left.take_while(is_inside).chain(right.take_while(is_inside)).any(|byte| ADDRESS.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    const WHOLE: &str = "“I don’t know,” she said — and then: “It wasn’t the café’s fault…”";

    #[test]
    fn escapes_in_prose_become_characters() {
        let escaped = |write: &dyn Fn(char) -> String| -> String {
            WHOLE.chars().map(|c| if c.is_ascii() { c.to_string() } else { write(c) }).collect()
        };
        let bytes = |prefix: &str, c: char| -> String {
            let written: Vec<String> = c.to_string().bytes().map(|byte| format!("{prefix}{byte:02X}")).collect();
            written.concat()
        };
        assert_eq!(repaired(&escaped(&|c| format!("\\u{:04x}", u32::from(c)))), WHOLE);
        assert_eq!(repaired(&escaped(&|c| bytes("\\x", c))), WHOLE);
        assert_eq!(repaired(&escaped(&|c| bytes("=", c))), WHOLE);
        assert_eq!(repaired(&escaped(&|c| bytes("%", c))), WHOLE);
        assert_eq!(
            repaired("It=E2=80=99s a caf=C3=A9 that isn=E2=80=\n=99t op=\nen, 1=3D1"),
            "It’s a café that isn’t open, 1=1"
        );
    }

    #[test]
    fn escapes_that_are_meant_stay() {
        for text in [
            "regex: [\\u0080-\\u00ff]+ and [\\u2018-\\u201f] and \\u0400-\\u04ff",
            "let s = \"it\\u2019s\";\nlet t = \"don\\u2019t\";\nlet u = \"we\\u2019re\";\n",
            "print(\"caf\\xc3\\xa9\")\nprint(\"d\\xc3\\xa9j\\xc3\\xa0\")\nprint(\"for\\xc3\\xaat\")\n",
            "See https://x.example/wiki/Caf%C3%A9 and /d%C3%A9j%C3%A0/vu and x.example/for%C3%AAt.",
            "a=E2 b=C3 c=A9, x=AD and y=FF",
            "The escape \\u2019 is an apostrophe, and \\u201c opens a quotation.",
            "C:\\users\\xavier\\u2019s files",
            "100%CA, 50%C3 and 20%E2",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
