//! What other rules would do to a corpus.

use serde_json::Value;

use super::scratch::{Scratch, number};

/// A pack of one rule for lines, of the status that is asked for.
fn pack(scratch: &Scratch, name: &str, lines: &str, status: &str) {
    scratch.write(
        format!("{name}/pack.toml"),
        "format = 1\n[pack]\nid = \"own\"\ntitle = \"Own rules\"\nlicence = \"CC0-1.0\"\n",
    );
    scratch.write(
        format!("{name}/rules.toml"),
        format!(
            "format = 1\n[[rule]]\nid = \"own.line\"\nfamily = \"nav\"\nscope = \"line\"\naction = \"drop\"\nconfidence = \"high\"\n\
             status = \"{status}\"\nsince = \"0.1.0\"\nwhy = \"Furniture of the test.\"\n[rule.match]\nlines.en = {lines}\n\
             [rule.tests]\ndrop = [\"Tide tables\"]\nkeep = [\"The tide tables are late.\"]\n"
        ),
    );
}

const BODY: &str =
    "The harbor board said on Monday that the night ferry will sail again once the storm has passed the sound.";

/// Ten documents, a sentence that an old rule takes, and furniture that a new one takes.
fn with_corpus() -> Scratch {
    let scratch = Scratch::new();
    for document in 0..10 {
        let text =
            format!("Title of document {document} here\n{BODY}\nTide tables\nShe left early.\n{BODY} {document}.\n");
        let record = serde_json::json!({"id": format!("d{document}"), "url": "https://varn.example/a", "text": text});
        scratch.write(format!("corpus/{document}.jsonl"), format!("{record}\n"));
    }
    pack(&scratch, "old", "[\"Nothing like it\"]", "stable");
    pack(&scratch, "new", "[\"Tide tables\", \"She left early\"]", "stable");
    scratch
}

fn json(scratch: &Scratch, arguments: &[&str]) -> Value {
    let ran = scratch.scutch(&[&["diff"], arguments, &["corpus", "--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

#[test]
fn differences_are_counted_by_rule_and_the_worst_come_first() {
    let scratch = with_corpus();
    let report = json(&scratch, &["./old", "./new"]);
    assert_eq!((number(&report["documents"]), number(&report["lines"])), (10, 50));
    let rule = &report["rules"][0];
    assert_eq!(rule["rule"], "own.line");
    let count = |name: &str| number(&rule[name]);
    assert_eq!((count("lines_dropped"), count("lines_kept"), count("keys"), count("documents")), (20, 0, 2, 10));
    assert_eq!((count("sentence_drops"), count("body_drops"), count("sites")), (10, 20, 1));
    assert_eq!(count("characters_dropped"), 10 * ("Tide tables".len() as u64 + "She left early.".len() as u64));
    assert_eq!(number(&rule["languages"]["unknown"]), 10);
    // The other line stands beside the first example, and is seen there.
    assert_eq!(rule["examples"].as_array().map(Vec::len), Some(1));
    let first = &rule["examples"][0];
    assert_eq!(first["reasons"], serde_json::json!(["in the body", "sentence"]));
    let lines: Vec<&str> = first["lines"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(lines.contains(&"- Tide tables") && lines.contains(&"- She left early."), "{lines:?}");
    assert!(lines[0].starts_with("  The harbor"), "{lines:?}");
    // The other way round the same lines newly stay.
    let report = json(&scratch, &["./new", "./old"]);
    let rule = &report["rules"][0];
    assert_eq!((number(&rule["lines_dropped"]), number(&rule["lines_kept"])), (0, 20));
    assert!(rule["examples"][0]["lines"].to_string().contains("+ She left early."), "{rule}");
}

#[test]
fn markdown_names_rules_and_shows_examples() {
    let scratch = with_corpus();
    let ran = scratch.scutch(&["diff", "./old", "./new", "corpus"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in ["| `own.line` | 20 | 0 | 0 |", "## `own.line`", "```diff", "- She left early."] {
        assert!(ran.stdout.contains(part), "{part} is not in {}", ran.stdout);
    }
    let same = scratch.scutch(&["diff", "builtin", "web,news", "corpus"]);
    assert!(same.stdout.contains("No line comes out otherwise."), "{}", same.stdout);
    assert!(same.stdout.contains("\nRules alone are compared: the line model has no part in it.\n"), "{}", same.stdout);
    for command in ["diff", "learn"] {
        let help = scratch.scutch(&[command, "--help"]).stdout;
        assert!(help.contains("the line model"), "{command}: {help}");
    }
}

#[test]
fn budget_decides_the_exit_code() {
    let scratch = with_corpus();
    let run = |budget: &str| scratch.scutch(&["diff", "./old", "./new", "corpus", "--budget", budget]);
    assert_eq!(run("lines<=40%,gold-drops<=0").code, 0);
    let ran = run("sentence-drops<=5%,chars<=1");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("budget exceeded: sentence-drops<=5%: 10 (20 %), 15 % over"), "{}", ran.stderr);
    assert!(ran.stderr.contains("budget exceeded: chars<=1: 260"), "{}", ran.stderr);
    let ran = run("sentences<=1");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("unknown measure `sentences`") && ran.stderr.contains("hint:"), "{}", ran.stderr);
}

#[test]
fn sample_is_the_same_for_any_number_of_threads() {
    let scratch = with_corpus();
    let sampled = |threads: &str| json(&scratch, &["./old", "./new", "--sample", "4", "--threads", threads]);
    let report = sampled("1");
    assert_eq!(number(&report["documents"]), 4);
    assert_eq!(report, sampled("3"));
    assert_eq!(number(&json(&scratch, &["./old", "./new", "--sample", "0"])["documents"]), 10);
}

#[test]
fn rules_act_as_profile_status_and_configuration_say() {
    let scratch = with_corpus();
    pack(&scratch, "later", "[\"Tide tables\"]", "proposed");
    assert_eq!(json(&scratch, &["./old", "./later"])["rules"], serde_json::json!([]));
    let report = json(&scratch, &["./old", "./later", "--proposed"]);
    assert_eq!(number(&report["rules"][0]["lines_dropped"]), 10);
    scratch.write("new.toml", "[rules]\npacks = [\"./new\"]\nignore = [\"own.line\"]\n");
    assert_eq!(json(&scratch, &["./old", "new.toml"])["rules"], serde_json::json!([]));
    let ran = scratch.scutch(&["diff", "./old", "./new", "corpus", "--rules", "web"]);
    assert!(ran.code == 2 && ran.stderr.contains("OLD and NEW name the packs"), "{}", ran.stderr);
    let ran = scratch.scutch(&["diff", "no-such-pack", "./new", "corpus"]);
    assert!(ran.code == 2 && ran.stderr.contains("no such rule pack"), "{}", ran.stderr);
}
