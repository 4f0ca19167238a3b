//! What normalization and transliteration make of the characters of mojibake.

/// Tables of transliteration to ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Iconv,
    Unidecode,
}

/// The compatibility decomposition (NFKC) of the characters that single-byte tables hold.
pub(crate) fn compatible(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' => " ",
        '¨' => " \u{308}",
        '¯' => " \u{304}",
        '´' => " \u{301}",
        '¸' => " \u{327}",
        '˜' => " \u{303}",
        'ª' => "a",
        'º' => "o",
        '²' => "2",
        '³' => "3",
        '¹' => "1",
        'µ' => "μ",
        '¼' => "1⁄4",
        '½' => "1⁄2",
        '¾' => "3⁄4",
        '…' => "...",
        '™' => "TM",
        _ => return None,
    })
}

/// What `iconv //TRANSLIT` and Unidecode write for the characters of Windows-1252.
#[expect(clippy::too_many_lines, reason = "a table, read by line")]
pub(crate) fn transliterated(c: char, style: Style) -> &'static str {
    let iconv = style == Style::Iconv;
    match c {
        'â' | 'à' | 'á' | 'ã' | 'ä' | 'å' => "a",
        'Â' | 'Ã' | 'Ä' | 'Å' | 'À' | 'Á' => "A",
        'ï' | 'ì' | 'í' | 'î' => "i",
        '€' => "EUR",
        '‚' => {
            if iconv {
                ","
            } else {
                "'"
            }
        }
        'ƒ' => "f",
        '„' => ",,",
        '…' => "...",
        '†' => "+",
        '‡' => {
            if iconv {
                "?"
            } else {
                "++"
            }
        }
        'ˆ' => "^",
        '‰' => {
            if iconv {
                "?"
            } else {
                "%0"
            }
        }
        'Š' => "S",
        '‹' => "<",
        'Œ' => "OE",
        'Ž' => "Z",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '•' => {
            if iconv {
                "o"
            } else {
                "*"
            }
        }
        '–' => "-",
        '—' => {
            if iconv {
                "-"
            } else {
                "--"
            }
        }
        '˜' => "~",
        '™' => {
            if iconv {
                "(TM)"
            } else {
                "(tm)"
            }
        }
        'š' => "s",
        '›' => ">",
        'œ' => "oe",
        'ž' => "z",
        'Ÿ' => "Y",
        '\u{a0}' => " ",
        '¡' => "!",
        '¢' => {
            if iconv {
                "c"
            } else {
                "C/"
            }
        }
        '£' => {
            if iconv {
                "GBP"
            } else {
                "PS"
            }
        }
        '¥' => {
            if iconv {
                "JPY"
            } else {
                "Y="
            }
        }
        '¦' => "|",
        '©' => {
            if iconv {
                "(C)"
            } else {
                "(c)"
            }
        }
        '«' => "<<",
        '»' => ">>",
        '®' => {
            if iconv {
                "(R)"
            } else {
                "(r)"
            }
        }
        '¼' => {
            if iconv {
                " 1/4 "
            } else {
                " 1/4"
            }
        }
        '½' => {
            if iconv {
                " 1/2 "
            } else {
                " 1/2"
            }
        }
        '¾' => {
            if iconv {
                " 3/4 "
            } else {
                " 3/4"
            }
        }
        _ if iconv => "?",
        _ => "",
    }
}
