//! Pages in, the numbers that the block model sees out: what `rules/models/train_blocks.py` trains on.
//!
//!     cargo run --release --example block_features < pages.jsonl > features.bin
//!
//! Standard input: one JSON object a line with `html` and, if it is known, `url`. Standard output, for each: the number of its blocks, and for
//! each of these the number of bytes of its text, the text in UTF-8, and its features; all numbers are little-endian, of 4
//! bytes, features as floating point. With an argument, it prints the names of the features.

use std::io::{BufRead, BufWriter, Write};

use scutch::RuleSet;
use scutch::stages::extract::{block_feature_names, block_features};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().len() > 1 {
        return Ok(writeln!(std::io::stdout(), "{}", block_feature_names().join(" "))?);
    }
    let set = RuleSet::builtin()?;
    let mut output = BufWriter::new(std::io::stdout().lock());
    for record in std::io::stdin().lock().lines() {
        let record: serde_json::Value = serde_json::from_str(&record?)?;
        let source = record["html"].as_str().ok_or("a record without `html`")?;
        let blocks = block_features(source, record["url"].as_str().unwrap_or_default(), &set);
        output.write_all(&u32::try_from(blocks.len())?.to_le_bytes())?;
        for block in blocks {
            output.write_all(&u32::try_from(block.text.len())?.to_le_bytes())?;
            output.write_all(block.text.as_bytes())?;
            for number in block.numbers {
                output.write_all(&number.to_le_bytes())?;
            }
        }
    }
    Ok(output.flush()?)
}
