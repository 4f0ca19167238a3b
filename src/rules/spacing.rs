//! A line with the spaces that it will have: what patterns are held against besides the line itself.

/// The line with every run of spaces as one plain space and without characters that cannot be seen, as the
/// stage `normalize` leaves it; `None` if that is the line itself. Tabs stay.
pub(super) fn with_plain_spaces(line: &str) -> Option<String> {
    let is_space = |c: char| c.is_whitespace() && c != '\t';
    let mut plain = String::with_capacity(line.len());
    for c in line.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}')) {
        match is_space(c) {
            true if plain.ends_with(' ') => {}
            true => plain.push(' '),
            false => plain.push(c),
        }
    }
    (plain != line).then_some(plain)
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
