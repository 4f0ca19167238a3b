//! A warning where one reason rejects most documents: a rule or the model may be wrong for them.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::rules::quoted;
use crate::wording::numbered;

/// Documents from which a share of them says something.
const LEAST_DOCUMENTS: u64 = 10;

/// What to say if one reason rejected more than half of at least 10 documents. `reasons` are those of rejected documents;
/// those that differ behind a colon alone are one.
pub(super) fn warning(read: u64, reasons: &BTreeMap<String, u64>) -> Option<Error> {
    let (kind, count) = kinds(reasons).into_iter().find(|(_, count)| read >= LEAST_DOCUMENTS && 2 * count > read)?;
    let message = format!("{count} of {} were rejected for this reason", numbered(read, "document"));
    Some(Error::of_setting(kind, message, hint(kind)))
}

/// How many documents were rejected for each reason, its details behind a colon left out.
pub(super) fn kinds(reasons: &BTreeMap<String, u64>) -> BTreeMap<&str, u64> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, count) in reasons {
        *kinds.entry(reason.split(':').next().unwrap_or_default()).or_default() += count;
    }
    kinds
}

fn hint(kind: &str) -> String {
    let look = "`scutch explain FILE` shows one of them";
    match kind {
        "empty" => format!("{look}: it was empty, or rules took all of its text; `--profile safe` takes less"),
        "binary" | "unsupported" => "rejected/ names each; name the folder that holds the texts".to_owned(),
        filter if filter.starts_with("input.") => {
            "rejected/ names each; [filter] in scutch.toml says which documents of a crawl are cleaned".to_owned()
        }
        rule => format!(
            "{look}; if they are texts, leave the rule out: `ignore = [{}]` under [rules] in scutch.toml",
            quoted(rule)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(read: u64, reasons: &[(&str, u64)]) -> Option<String> {
        let reasons = reasons.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect();
        warning(read, &reasons).map(|error| format!("{error}\n{}", error.hint()))
    }

    #[test]
    fn most_of_ten_documents_are_worth_a_word() {
        assert_eq!(said(9, &[("web.error.whole_page", 9)]), None);
        assert_eq!(said(12, &[("web.error.whole_page", 6)]), None);
        let rule = said(10, &[("web.error.whole_page", 6)]).expect("more than half");
        assert!(rule.starts_with("web.error.whole_page: 6 of 10 documents were rejected"), "{rule}");
        assert!(rule.contains("`ignore = [\"web.error.whole_page\"]`"), "{rule}");
        let model = said(10, &[("strip.model.page", 10)]).expect("all");
        assert!(model.contains("`ignore = [\"strip.model.page\"]`"), "{model}");
        let filter = said(10, &[("input.mime", 10)]).expect("all");
        assert!(filter.contains("[filter] in scutch.toml"), "{filter}");
    }

    #[test]
    fn reasons_that_differ_in_details_are_one() {
        let types = [("unsupported: file type `.csv`", 5), ("unsupported: file type `.pdf`", 5)];
        assert!(said(15, &types).is_some_and(|said| said.starts_with("unsupported: 10 of 15")));
    }
}
