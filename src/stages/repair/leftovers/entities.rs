//! Character references of HTML that were left in plain text, also those escaped twice.

use crate::stages::repair::{Repair, RepairKind};

/// Longest reference that is read, in bytes, `&amp;amp;` in front of it included.
const LONGEST: usize = 32;

/// Names of the characters that prose needs: typographic marks, signs, Latin letters.
/// `lt`, `gt` and `amp` are missing: in plain text they are more often meant than left over.
const NAMES: [(&str, char); 102] = [
    ("nbsp", '\u{a0}'),
    ("iexcl", '¡'),
    ("cent", '¢'),
    ("pound", '£'),
    ("yen", '¥'),
    ("sect", '§'),
    ("copy", '©'),
    ("laquo", '«'),
    ("shy", '\u{ad}'),
    ("reg", '®'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("acute", '´'),
    ("micro", 'µ'),
    ("para", '¶'),
    ("middot", '·'),
    ("ordm", 'º'),
    ("ordf", 'ª'),
    ("raquo", '»'),
    ("frac14", '¼'),
    ("frac12", '½'),
    ("frac34", '¾'),
    ("iquest", '¿'),
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Atilde", 'Ã'),
    ("Auml", 'Ä'),
    ("Aring", 'Å'),
    ("AElig", 'Æ'),
    ("Ccedil", 'Ç'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("Euml", 'Ë'),
    ("Igrave", 'Ì'),
    ("Iacute", 'Í'),
    ("Icirc", 'Î'),
    ("Iuml", 'Ï'),
    ("Ntilde", 'Ñ'),
    ("Ograve", 'Ò'),
    ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'),
    ("Otilde", 'Õ'),
    ("Ouml", 'Ö'),
    ("times", '×'),
    ("Oslash", 'Ø'),
    ("Ugrave", 'Ù'),
    ("Uacute", 'Ú'),
    ("Ucirc", 'Û'),
    ("Uuml", 'Ü'),
    ("Yacute", 'Ý'),
    ("szlig", 'ß'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("ntilde", 'ñ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("oslash", 'ø'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("yacute", 'ý'),
    ("yuml", 'ÿ'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("bull", '•'),
    ("hellip", '…'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("euro", '€'),
    ("trade", '™'),
];

/// What prose has of the references that markup needs. They are read where the whole text is escaped: it has
/// other references too, and no `&` that is not of one.
const MARKUP: [(&str, char); 3] = [("&amp;", '&'), ("&quot;", '"'), ("&apos;", '\'')];

/// Repairs of the references of a text, sorted. Empty for a text with a `<`: it is markup or
/// code, where references are meant.
pub(crate) fn repair(text: &str) -> Vec<Repair> {
    let bytes = text.as_bytes();
    if memchr::memchr(b'&', bytes).is_none() || memchr::memchr2(b'<', b'{', bytes).is_some() {
        return Vec::new();
    }
    let found = |start: usize, end: usize, c: char| Repair {
        start,
        end,
        replacement: c.to_string(),
        kind: RepairKind::Entity,
        note: text.get(start..end).unwrap_or_default().to_owned(),
        score: 5.0,
    };
    let (mut repairs, mut of_markup): (Vec<Repair>, Vec<Repair>) = (Vec::new(), Vec::new());
    let mut is_escaped = true;
    for start in memchr::memchr_iter(b'&', bytes) {
        if repairs.last().is_some_and(|last| start < last.end) {
            continue;
        }
        if let Some((end, c)) = reference(text, start) {
            repairs.push(found(start, end, c));
        } else if let Some((name, c)) =
            MARKUP.iter().find(|(name, _)| text.get(start..).unwrap_or_default().starts_with(name))
        {
            of_markup.push(found(start, start + name.len(), *c));
        } else {
            is_escaped = false;
        }
    }
    if is_escaped && !repairs.is_empty() {
        repairs.append(&mut of_markup);
        repairs.sort_by_key(|repair| repair.start);
    }
    repairs
}

/// The reference that begins at `start`: its end and its character.
fn reference(text: &str, start: usize) -> Option<(usize, char)> {
    let mut name = start + 1;
    while text.get(name..)?.starts_with("amp;") {
        name += "amp;".len();
    }
    let limit = (start + LONGEST).min(text.len());
    let end = name + text.as_bytes().get(name..limit)?.iter().position(|b| *b == b';')?;
    let body = text.get(name..end)?;
    let c = match body.strip_prefix('#') {
        Some(digits) => numbered(digits)?,
        None => NAMES.iter().find(|(known, _)| *known == body)?.1,
    };
    Some((end + 1, c))
}

/// The character of a number. Numbers 128 to 159 are bytes of Windows-1252, as in HTML.
fn numbered(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => digits.parse().ok()?,
    };
    match code {
        0x22 | 0x27 => char::from_u32(code),
        0x80..=0x9F => Some(crate::stages::repair::codec::Codec::Windows1252.table().decode(u8::try_from(code).ok()?)),
        _ => char::from_u32(code).filter(|c| code > 0x9F && !c.is_control()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        crate::stages::repair::edits::apply(text, &repair(text))
    }

    #[test]
    fn references_become_characters() {
        assert_eq!(
            repaired("it&#8217;s &ldquo;caf&eacute;&rdquo; &amp;mdash; &amp;amp;#x20AC;5 &#146;"),
            "it’s “café” — €5 ’"
        );
    }

    #[test]
    fn text_that_is_escaped_throughout_is_read_throughout() {
        assert_eq!(
            repaired("AT&amp;T said it&rsquo;s &quot;fine&quot; &copy; R&amp;D."),
            "AT&T said it’s \"fine\" © R&D."
        );
        for text in ["AT&amp;T alone", "write &amp; for an ampersand"] {
            assert_eq!(repaired(text), text);
        }
        assert_eq!(repaired("Q&A: AT&amp;T&rsquo;s"), "Q&A: AT&amp;T’s");
        assert_eq!(repaired("&lt;b&gt; &amp; it&rsquo;s"), "&lt;b&gt; &amp; it’s");
    }

    #[test]
    fn what_may_be_meant_stays() {
        for text in ["AT&T & co; R&D;", "<b>&eacute;</b>", "&lt;p&gt; a && b", "f(&x); &#9;"] {
            assert_eq!(repaired(text), text);
        }
    }
}
