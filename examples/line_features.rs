//! Texts in, the numbers that the line model sees out: what `rules/models/train_lines.py` trains on.
//!
//!     cargo run --release --example line_features < texts.jsonl > features.bin
//!
//! Standard input: one JSON object a line with a key `text`. Standard output, for each: the number of its lines that
//! are not blank, and for each of these the number of line feeds before it and its features; all numbers are
//! little-endian, of 4 bytes, features as floating point. With an argument, it prints the names of the features.

use std::io::{BufRead, BufWriter, Write};

use scutch::RuleSet;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().len() > 1 {
        return Ok(writeln!(std::io::stdout(), "{}", RuleSet::feature_names().join(" "))?);
    }
    let set = RuleSet::builtin()?;
    let mut output = BufWriter::new(std::io::stdout().lock());
    for record in std::io::stdin().lock().lines() {
        let record: serde_json::Value = serde_json::from_str(&record?)?;
        let lines = set.line_features(record["text"].as_str().ok_or("a record without `text`")?);
        output.write_all(&u32::try_from(lines.len())?.to_le_bytes())?;
        for (line, features) in lines {
            output.write_all(&u32::try_from(line)?.to_le_bytes())?;
            for feature in features {
                output.write_all(&feature.to_le_bytes())?;
            }
        }
    }
    Ok(output.flush()?)
}
