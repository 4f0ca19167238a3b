//! A line with the spaces that it will have: what patterns are held against besides the line itself.

/// The line with every run of spaces as one plain space and without characters that cannot be seen, as the
/// stage `normalize` leaves it; `None` if that is the line itself. Tabs stay.
pub(super) fn with_plain_spaces(line: &str) -> Option<String> {
    if has_plain_spaces(line) {
        return None;
    }
    let is_space = |c: char| c.is_whitespace() && c != '\t';
    let mut plain = String::with_capacity(line.len());
    for c in line.chars().filter(|c| !is_invisible(*c)) {
        match is_space(c) {
            true if plain.ends_with(' ') => {}
            true => plain.push(' '),
            false => plain.push(c),
        }
    }
    Some(plain)
}

/// Characters that cannot be seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}')
}

fn has_plain_spaces(line: &str) -> bool {
    let mut previous = 'x';
    line.chars().all(|c| {
        let is_other_space = c.is_whitespace() && !matches!(c, ' ' | '\t');
        let is_double = c == ' ' && previous == ' ';
        previous = c;
        !(is_other_space || is_double || is_invisible(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_as_they_will_be() {
        assert_eq!(with_plain_spaces("by\u{a0}Ada  Lund\u{200b}").as_deref(), Some("by Ada Lund"));
        assert_eq!(with_plain_spaces("“by” Ada\tLund"), None);
    }
}
