//! Counts with their nouns, for messages and reports.

/// A count with its noun: `1 rule`, `2 rules`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The same for counts of documents.
pub(crate) fn numbered(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

/// What is said of records of containers that hold no document, if there are any: their kinds and numbers.
#[cfg(feature = "cli")]
pub(crate) fn passed_over<'a>(kinds: impl Iterator<Item = (&'a str, u64)>) -> Option<String> {
    let kinds: Vec<(&str, u64)> = kinds.collect();
    let total = kinds.iter().map(|(_, records)| records).sum();
    let named: Vec<String> = kinds.into_iter().map(|(kind, records)| format!("{kind} {records}")).collect();
    let records = numbered(total, "record");
    (total > 0).then(|| format!("passed over {records} that hold no document ({})", named.join(", ")))
}
