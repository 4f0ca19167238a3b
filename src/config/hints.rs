//! What to do about faults of a configuration, where the reader of TOML knows only what it wanted.

use serde_json::Value;

use super::Config;
use crate::error::Error;

/// Keys that the defaults leave out, of the table `[rules]`.
const UNWRITTEN: [&str; 4] = ["override", "per-path", "per-site", "lock"];

/// The values of keys that are one of a few words.
const CHOICES: [(&str, &[&str]); 5] = [
    ("profile", &["safe", "balanced", "aggressive"]),
    ("from", &["auto", "text", "html", "jsonl", "warc"]),
    ("content", &["auto", "text", "html"]),
    ("form", &["nfc", "nfkc", "none"]),
    ("changes", &["full", "spans", "none"]),
];

/// The same fault, with words and a hint for the key that it is about. `text` is the configuration.
pub(super) fn mended(error: Error, text: &str) -> Error {
    let Error::Definition { place, message, hint } = error else { return error };
    let line = place.line.checked_sub(1).and_then(|line| text.lines().nth(line)).unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default().trim().trim_matches('"');
    let (message, hint) = words(&message, line, key).unwrap_or((message, hint));
    Error::Definition { place, message, hint }
}

/// Message and hint for a fault at `key`, if there is more to say than the reader of TOML does.
fn words(message: &str, line: &str, key: &str) -> Option<(String, String)> {
    let wanted = message.split("expected ").nth(1).unwrap_or_default();
    let same = |hint: String| Some((message.to_owned(), hint));
    if message.starts_with("unknown field") {
        let wrong = message.split('`').nth(1)?;
        let table = tables_with(wrong).into_iter().next()?;
        if line.trim_start().starts_with('[') {
            let header = line.trim().replacen(wrong, &format!("{table}.{wrong}"), 1);
            return same(format!("the table is one of [{table}]: write `{header}`"));
        }
        if wrong == "line-model" && message.contains("`glob`, ") {
            return same(
                "write `ignore = [\"strip.model\"]` to do without the line model for these documents".to_owned(),
            );
        }
        return same(format!("`{wrong}` belongs into the table [{table}]: write it below that header"));
    }
    if message.contains("duplicate key") {
        let is_table = line.trim_start().starts_with('[');
        let hint = if is_table {
            "the table stands twice: write the keys of both below one header"
        } else {
            "the key stands twice in its table: leave one of them"
        };
        return same(hint.to_owned());
    }
    if message.contains("wanted string or table") {
        let (_, values) = CHOICES.into_iter().find(|(one, _)| *one == key)?;
        let hint = format!("write one of \"{}\"", values.join("\", \""));
        return Some((message.replace("string or table", "one of a few words"), hint));
    }
    match wanted {
        "a string" if key == "line-model" => {
            same("write \"none\" to turn the line model off, \"builtin\" to use that of the program".to_owned())
        }
        "a boolean" => same("write `true` or `false`, without quotation marks".to_owned()),
        "f32" | "f64" | "u32" | "u64" | "usize" => {
            let example = default_of(key).map(|value| format!(" such as {value}")).unwrap_or_default();
            let kind = if wanted.starts_with('u') { "a whole number from 0 on" } else { "a number" };
            let how = if message.contains("invalid type: string") { ", without quotation marks" } else { "" };
            Some((
                message.replace(&format!("expected {wanted}"), &format!("expected {kind}")),
                format!("write {kind}{example}{how}"),
            ))
        }
        _ => None,
    }
}

fn defaults() -> Value {
    serde_json::to_value(Config::default()).unwrap_or_default()
}

/// The tables that have a key of this name.
fn tables_with(key: &str) -> Vec<String> {
    let defaults = defaults();
    let tables = defaults.as_object().into_iter().flatten();
    let has = |name: &str, table: &Value| table.get(key).is_some() || (name == "rules" && UNWRITTEN.contains(&key));
    tables.filter(|(name, table)| table.is_object() && has(name, table)).map(|(name, _)| name.clone()).collect()
}

/// The default of a key that is a number.
fn default_of(key: &str) -> Option<Value> {
    let defaults = defaults();
    let mut tables = defaults.as_object()?.values();
    tables.find_map(|table| table.get(key)).filter(|value| value.is_number()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_say_what_to_write() {
        for (text, words) in [
            ("line-model = \"none\"\n", "`line-model` belongs into the table [rules]"),
            ("[output]\nper-path = []\n", "`per-path` belongs into the table [rules]"),
            ("[rules]\nform = \"nfc\"\n", "`form` belongs into the table [normalize]"),
            ("[rules]\nprofile = 3\n", "write one of \"safe\", \"balanced\", \"aggressive\""),
            ("[rules]\n[output]\n[rules]\n", "the table stands twice"),
            ("[rules]\nselect = []\nselect = []\n", "the key stands twice"),
            ("[rules]\nline-model = false\n", "write \"none\" to turn the line model off"),
            ("[rules]\nmax-removed = \"0.3\"\n", "write a number such as 0.3, without quotation marks"),
            ("[input]\nmax-document-bytes = \"64MB\"\n", "write a whole number from 0 on such as 67108864, without"),
            ("[input]\nmax-document-bytes = 1.5\n", "write a whole number from 0 on such as 67108864"),
            ("[rules]\n[[per-path]]\nglob = \"a\"\n", "write `[[rules.per-path]]`"),
            ("[lock]\ndigest = \"a\"\n", "write `[rules.lock]`"),
            ("[[rules.per-path]]\nglob = \"a\"\nline-model = \"none\"\n", "`ignore = [\"strip.model\"]`"),
            ("[input]\nhidden = \"yes\"\n", "write `true` or `false`"),
            ("[rules]\nprofil = \"safe\"\n", "did you mean `profile`?"),
        ] {
            let error = Config::parse("s.toml", text).expect_err(text);
            assert!(error.hint().contains(words), "{text}: {error}: {}", error.hint());
            for jargon in ["f64", "u64", "string or table"] {
                assert!(!error.to_string().contains(jargon), "{error}");
            }
        }
    }

    #[test]
    fn all_choices_are_values_of_their_keys() {
        let defaults = defaults();
        for (key, values) in CHOICES {
            let (table, _) = defaults
                .as_object()
                .expect("tables")
                .iter()
                .find(|(_, table)| table.get(key).is_some())
                .expect("a key");
            for value in values {
                let text = format!("[{table}]\n{key} = \"{value}\"\n");
                assert!(Config::parse("s.toml", &text).is_ok(), "{text}");
            }
        }
    }
}
