//! Which versions of the program a pack needs: `requires = ">=0.1, <0.4"`.

use std::cmp::Ordering;

/// What a comparison of a version with another must give.
const OPERATORS: [(&str, &[Ordering]); 5] = [
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">", &[Ordering::Greater]),
    ("<", &[Ordering::Less]),
    ("=", &[Ordering::Equal]),
];

/// Whether a version (`0.1.0`) is one that `requirement` asks for: comparisons with `>=`, `<=`, `>`, `<` or `=`,
/// separated by commas, all of which must hold. Numbers that a version leaves out are 0. `None` if the
/// requirement cannot be read.
pub(super) fn is_met(requirement: &str, version: &str) -> Option<bool> {
    let version = numbers(version)?;
    requirement.split(',').try_fold(true, |all, comparison| {
        let comparison = comparison.trim();
        let (operator, orders) = OPERATORS.iter().find(|(operator, _)| comparison.starts_with(operator))?;
        let other = numbers(comparison.strip_prefix(operator)?.trim())?;
        Some(all && orders.contains(&version.cmp(&other)))
    })
}

/// The up to three numbers of a version. What stands behind `-` or `+` does not count.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let release = version.split(['-', '+']).next()?;
    for (index, part) in release.split('.').enumerate() {
        *numbers.get_mut(index)? = part.parse().ok()?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::is_met;

    #[test]
    fn all_comparisons_must_hold() {
        assert_eq!(is_met(">=0.1", "0.1.0"), Some(true));
        assert_eq!(is_met(">=0.1, <0.4", "0.3.9"), Some(true));
        assert_eq!(is_met(">=0.1, <0.4", "0.4.0"), Some(false));
        assert_eq!(is_met("=0.1.0", "0.1.1"), Some(false));
        assert_eq!(is_met(">0.9", "0.10.0"), Some(true), "numbers, not text");
    }

    #[test]
    fn what_is_no_requirement_is_told() {
        for requirement in ["", "0.1", "^0.1", ">=one", ">=0.1.2.3", ">=0.1,"] {
            assert_eq!(is_met(requirement, "0.1.0"), None, "{requirement:?}");
        }
    }
}
