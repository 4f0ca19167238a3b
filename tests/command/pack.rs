//! A pack of one rule, which tests may change or damage.

use super::scratch::Scratch;

/// Its `pack.toml`.
pub(super) const HEADER: &str = "format = 1\n\n[pack]\nid = \"local\"\ntitle = \"Ours\"\nlicence = \"CC0-1.0\"\n";

/// Its rule.
pub(super) const RULES: &str = r#"format = 1

[[rule]]
id         = "local.ferry.bell"
family     = "ad"
scope      = "line"
action     = "drop"
confidence = "high"
status     = "stable"
since      = "0.1.0"
why        = "The bell of the ferry."
[rule.match]
lines.en = ["The bell rings"]
[rule.tests]
drop = ["The bell rings"]
keep = ["The bell rings at noon, said the harbor master."]
"#;

/// Writes a pack with these rules into `pack/`.
pub(super) fn write(scratch: &Scratch, rules: &str) {
    scratch.write("pack/pack.toml", HEADER);
    scratch.write("pack/ferry.toml", rules);
}
