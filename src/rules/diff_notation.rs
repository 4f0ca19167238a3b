//! Documents in diff notation: `  ` stays, `- ` goes, `- ` with a following `+ ` changes, `> ` becomes
//! metadata.

/// A document and what must become of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Expected {
    /// The document, lines joined by LF.
    pub(super) before: String,
    /// What must be left of it, lines joined by LF.
    pub(super) after: String,
}

/// Reads a document in diff notation. `Err` holds the first line that has no mark.
pub(super) fn parse(text: &str) -> Result<Expected, String> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match line.split_at_checked(2) {
            Some(("  ", rest)) => {
                before.push(rest);
                after.push(rest);
            }
            Some(("- " | "> ", rest)) => before.push(rest),
            Some(("+ ", rest)) => after.push(rest),
            _ if line.trim().is_empty() => {
                before.push("");
                after.push("");
            }
            _ if line == "-" => before.push(""),
            _ => return Err(line.to_owned()),
        }
    }
    Ok(Expected { before: before.join("\n"), after: after.join("\n") })
}

/// Lines that differ, as `  - line` and `  + line`, for messages. Blank lines do not count.
pub(super) fn difference(expected: &str, found: &str) -> Vec<String> {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let (expected, found) = (lines(expected), lines(found));
    let missing = expected.iter().filter(|line| !found.contains(line)).map(|line| format!("  - {line}"));
    let extra = found.iter().filter(|line| !expected.contains(line)).map(|line| format!("  + {line}"));
    let mut difference: Vec<String> = missing.chain(extra).collect();
    if difference.is_empty() && expected != found {
        difference.push("  the same lines in another order or number".to_owned());
    }
    difference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_what_becomes_of_each_line() {
        let expected = parse("- Share\n  Title\n> 30 June 2016\n- old\n+ new\n").expect("all marked");
        assert_eq!(expected.before, "Share\nTitle\n30 June 2016\nold");
        assert_eq!(expected.after, "Title\nnew");
        assert_eq!(parse("no mark"), Err("no mark".to_owned()));
        assert_eq!(difference("a\nb", "a\nc"), ["  - b", "  + c"]);
    }
}
