//! The known word that a misspelt one may have been meant for.

/// Letters of a word, one in so many, that may be wrong.
const LETTERS_PER_SLIP: usize = 3;
/// Fewest letters that may be wrong: two change places.
const LEAST_SLIPS: usize = 2;

/// Letters to be put in, taken out or changed to make one text of the other (Levenshtein).
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, its) in other.iter().enumerate() {
            let change = diagonal + usize::from(c != *its);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The known word that is nearest to `word`; of equals one of its length, else the first. `None` if none is near.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = word.chars().count();
    let allowed = (letters / LETTERS_PER_SLIP).max(LEAST_SLIPS).min(letters.saturating_sub(1));
    let near = known.into_iter().map(|one| (distance(word, one), one)).filter(|(distance, _)| *distance <= allowed);
    near.min_by_key(|(distance, one)| (*distance, one.chars().count().abs_diff(letters))).map(|(_, one)| one)
}

/// A hint that begins with the nearest known word, if one is near.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, hint: &str) -> String {
    match nearest(word, known) {
        Some(one) => format!("did you mean `{one}`? {hint}"),
        None => hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("share", "share"), 0);
        assert_eq!(distance("share", "shares"), 1);
        assert_eq!(distance("teilen", "tielen"), 2);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn slips_of_the_pen_are_near_and_other_words_are_not() {
        assert_eq!(nearest("shrae", ["ad", "share", "trail"]), Some("share"));
        assert_eq!(nearest("web.share.wrod", ["web.share.row", "web.share.word"]), Some("web.share.word"));
        assert_eq!(nearest("no", ["ad", "js"]), None, "every letter differs");
        assert_eq!(nearest("", ["ad"]), None);
    }
}
