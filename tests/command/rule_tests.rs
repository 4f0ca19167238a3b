//! `scutch rules test` as a product: places, formats, coverage, single files.

use super::pack::{self, RULES};
use super::scratch::Scratch;

/// Behind the rule of the pack, one with a phrase that nothing hits and a test that fails.
const HORN: &str = r#"
[[rule]]
id         = "local.ferry.horn"
family     = "ad"
scope      = "line"
action     = "drop"
confidence = "high"
status     = "stable"
since      = "0.1.0"
why        = "The horn of the ferry."
[rule.match]
lines.de = ["Das Horn", "Das <Nebelhorn>"]
[rule.tests]
drop = [
  "Das Horn",
  "Das Horm",
]
keep = ["Das Horn war zu hören, hieß es."]
todo_drop = ["Ein Horn"]
"#;

/// Both rules.
fn rules() -> String {
    format!("{RULES}{HORN}")
}

fn scratch(rules: &str) -> Scratch {
    let scratch = Scratch::new();
    pack::write(&scratch, rules);
    scratch
}

#[test]
fn failures_have_their_place() {
    let ran = scratch(&rules()).scutch(&["rules", "test", "--rules", "pack"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("pack/ferry.toml:32:4: local.ferry.horn (drop): `Das Horm` is not matched"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("hint: `scutch rules explain"), "{}", ran.stderr);
}

#[test]
fn line_that_a_rule_must_keep_is_reported_once() {
    let ran = scratch(&rules().replace("\"Das Horn war zu hören, hieß es.\"", "\"Das Horn\""))
        .scutch(&["rules", "test", "--rules", "pack"]);
    assert_eq!(ran.stdout.matches("`Das Horn` is").count(), 1, "{}", ran.stdout);
}

#[test]
fn broken_rule_does_not_hide_the_others() {
    let broken = rules().replace("family     = \"ad\"\nscope      = \"line\"\naction     = \"drop\"\nconfidence = \"high\"\nstatus     = \"stable\"\nsince      = \"0.1.0\"\nwhy        = \"The bell", "family     = \"ad\"\nscop       = \"line\"\naction     = \"drop\"\nconfidence = \"high\"\nstatus     = \"stable\"\nsince      = \"0.1.0\"\nwhy        = \"The bell");
    assert_ne!(broken, rules());
    let scratch = scratch(&broken);
    scratch.write("pack/broken.toml", "format = 1\n[[rule]\n");
    let ran = scratch.scutch(&["rules", "test", "--rules", "pack"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("pack/ferry.toml:32:4: local.ferry.horn (drop)"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n1 rule, 0 cases"), "{}", ran.stdout);
    assert!(ran.stdout.contains("2 faults in files"), "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("error: ").count(), 2, "{}", ran.stderr);
    for place in ["pack/ferry.toml:6:1: unknown field `scop`", "pack/broken.toml:2:"] {
        assert!(ran.stderr.contains(place), "{}", ran.stderr);
    }
}

#[test]
fn report_is_json() {
    let ran = scratch(&rules()).scutch(&["rules", "test", "--rules", "pack", "--format", "json", "--coverage"]);
    assert_eq!(ran.code, 1);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((&report["format"], &report["rules"], &report["todo"]), (&1.into(), &2.into(), &1.into()));
    let failure = &report["failures"][0];
    assert_eq!((&failure["name"], &failure["kind"]), (&"local.ferry.horn".into(), &"drop".into()));
    assert_eq!(
        (&failure["file"], &failure["line"], &failure["column"]),
        (&"pack/ferry.toml".into(), &32.into(), &4.into())
    );
    let horn = &report["coverage"][1];
    assert_eq!(
        (&horn["drop"], &horn["keep"], &horn["todo"], &horn["phrases"]),
        (&2.into(), &1.into(), &1.into(), &2.into())
    );
    assert_eq!(horn["never_hit"], serde_json::json!(["Das <Nebelhorn>"]));
    assert_eq!(horn["missing_languages"], serde_json::json!(["en"]));

    let broken = scratch("format = 2\n").scutch(&["rules", "test", "--rules", "pack", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&broken.stdout).expect("JSON");
    assert_eq!((broken.code, &report["faults"][0]["line"]), (1, &1.into()));
    assert_eq!(broken.stderr, "");
}

#[test]
fn report_is_junit() {
    let ran = scratch(&rules()).scutch(&["rules", "test", "--rules", "pack", "--format", "junit"]);
    assert_eq!(ran.code, 1);
    for words in [
        "<?xml version=\"1.0\"",
        "<testsuites name=\"scutch rules\" tests=\"4\" failures=\"1\">",
        "<testsuite name=\"rule\" tests=\"2\" failures=\"1\">",
        "<testcase classname=\"rule\" name=\"local.ferry.bell\" file=\"pack/ferry.toml\" assertions=\"2\"/>",
        "<failure type=\"drop\" message=\"`Das Horm` is not matched\">pack/ferry.toml:32:4: ",
    ] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
}

#[test]
fn coverage_is_shown_with_the_hits_in_a_corpus() {
    let scratch = scratch(&rules().replace("  \"Das Horm\",\n", ""));
    scratch.write("raw/a.txt", "The bell rings\n\nThe ferry left the harbor.\n\nThe bell rings\n");
    let ran = scratch.scutch(&["rules", "test", "--rules", "pack", "--corpus", "raw"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for words in [
        "local.ferry.bell: 1 drop, 1 keep, 0 todo; 1 of 1 phrase hit; 2 in the corpus\n",
        "local.ferry.horn: 1 drop, 1 keep, 1 todo; 1 of 2 phrases hit; no hit in the corpus\n",
        "    never hit: Das <Nebelhorn>\n",
        "    no phrase in: en\n",
        "3 phrases, 1 never hit by a test; 1 rule without a hit in the corpus\n",
    ] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
}

#[test]
fn one_file_is_tested_alone() {
    let scratch = scratch(&rules());
    scratch.write("draft.toml", rules().replace("  \"Das Horm\",\n", "").replace("local.", "draft."));
    let ran = scratch.scutch(&["rules", "test", "--rule-file", "draft.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.starts_with("2 rules, 0 cases"), "{}", ran.stdout);
    let ran = scratch.scutch(&["rules", "test", "--rule-file", "pack/ferry.toml"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(scratch.scutch(&["rules", "test", "--rule-file", "no.toml"]).code, 2);
}

#[test]
fn new_rule_is_printed_or_put_into_a_pack() {
    let scratch = Scratch::new();
    let arguments =
        ["rules", "new", "--from", "Tap to read it", "--from", "* * *", "--keep", "Tap it to read, he said."];
    let printed = scratch.scutch(&arguments);
    assert_eq!(printed.code, 0, "{}{}", printed.stdout, printed.stderr);
    assert!(printed.stdout.starts_with("[[rule]]\nid         = \"local."), "{}", printed.stdout);
    let more = |extra: &[&str]| scratch.scutch(&[&arguments[..], extra].concat());
    let written = more(&["--pack", "my-rules", "--family", "nav"]);
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    let tested = scratch.scutch(&["rules", "test", "--rules", "my-rules"]);
    assert_eq!((tested.code, tested.stdout.starts_with("1 rule, ")), (0, true), "{}{}", tested.stdout, tested.stderr);
    let twice = more(&["--pack", "my-rules", "--family", "nav"]);
    assert_eq!(twice.code, 2);
    assert!(twice.stderr.contains("there is a rule `myrules.nav.tap_to_read_it` already"), "{}", twice.stderr);
    assert_eq!(more(&["--pack", "my-rules", "--family", "nav", "--id", "myrules.nav.other"]).code, 0);
    assert!(scratch.scutch(&["rules", "list", "--rules", "my-rules"]).stdout.contains("myrules.nav.other "));
    assert_eq!(more(&["--family", "no-such"]).code, 2);
    assert_eq!(more(&["--id", "Local.X"]).code, 2);
    let wrong = scratch.scutch(&["rules", "new", "--from", "Tap", "--keep", "- Tap -", "--pack", "none"]);
    assert_eq!(wrong.code, 1);
    assert!(!scratch.path("none").exists());
    assert!(
        written.stderr.contains("look next: ") && written.stderr.contains("builtin,./my-rules"),
        "{}",
        written.stderr
    );
}

#[test]
fn new_rule_is_tested_beside_the_built_in_packs() {
    let scratch = Scratch::new();
    let new = |from: &str, keep: &str| scratch.scutch(&["rules", "new", "--from", from, "--keep", keep]);
    let hit = new("Share", "Share it");
    assert!(
        hit.stderr.contains("warning: --keep: ") && hit.stderr.contains("`Share it` is hit by `web."),
        "{}",
        hit.stderr
    );
    assert!(hit.stderr.contains("warning: --from: `Share` is taken by the built-in rule `web."), "{}", hit.stderr);
    let protected = new("***", "** of stars");
    assert!(
        protected.stderr.contains("warning: --from: `***` stays where") && protected.stderr.contains("`web.protect."),
        "{}",
        protected.stderr
    );
    assert!(!protected.stdout.contains("family     = \"protect\""), "{}", protected.stdout);
    let sound = new("The bell of the ferry rings", "The bell of the ferry rings at noon, said the harbor master.");
    assert_eq!((sound.code, sound.stderr.contains("warning")), (0, false), "{}", sound.stderr);
}

#[test]
fn faults_of_a_new_rule_name_the_option() {
    let scratch = Scratch::new();
    scratch.write("app.toml", "");
    let new = |extra: &[&str]| {
        let keep = "Tap it to read, he said.";
        scratch.scutch(&[&["rules", "new", "--from", "Tap to read it", "--keep", keep], extra].concat())
    };
    for (extra, code, words) in [
        (&["--pack", "app.toml"][..], 2, "--pack: `app.toml` is a file, not a folder"),
        (&["--pack", "web"], 2, "--pack: `web` is a built-in pack"),
        (&["--pack", "./web"], 2, "--pack: a new pack in `./web`"),
        (&["--from", "One\nTwo"], 2, "--from: a rule made of a line takes one line, and behind `One`"),
        (&["--site", "https://x.example/"], 1, "--site: E18 "),
        (&["--site", "x.example"], 0, "look next: "),
    ] {
        let ran = new(extra);
        assert_eq!(ran.code, code, "{extra:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words) && !ran.stderr.contains("draft.toml"), "{extra:?}: {}", ran.stderr);
    }
    assert!(new(&["--site", "x.example"]).stdout.contains("sites      = [\"x.example\"]"));
    let far = scratch.scutch(&["rules", "new", "--from", "Tap to read it", "--keep", "Ferry"]);
    assert!(far.code == 1 && far.stderr.contains("--keep: E03 "), "{}", far.stderr);
    assert_eq!(far.stdout, "", "a rule that does not hold is no output");
    assert!(far.stderr.contains("which was not written:\n\n[[rule]]\n"), "{}", far.stderr);
}

#[test]
fn family_of_a_new_rule_is_unknown_unless_a_phrase_is_nearly_the_line() {
    let scratch = Scratch::new();
    let new = |from: &str, keep: &str| {
        let ran = scratch.scutch(&["rules", "new", "--from", from, "--keep", keep]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let own =
        new("Harlow Courier tip line: call us day or night", "The tip line of the Harlow Courier rang day and night.");
    assert!(own.contains("family     = \"unknown\""), "{own}");
    assert!(own.contains("\n# What the line is: other rules ") && own.contains("the line model go by it.\n"), "{own}");
    let near = new("Share this!", "Share this with all, he said.");
    assert!(near.contains("family     = \"share\""), "{near}");
    let folder = scratch.path("pack").display().to_string();
    let line = "Harlow Courier tip line: call us day or night";
    let keep = "The tip line of the Harlow Courier rang.";
    assert_eq!(scratch.scutch(&["rules", "new", "--from", line, "--keep", keep, "--pack", &folder]).code, 0);
    assert_eq!(scratch.scutch(&["rules", "test", "--rules", &folder]).code, 0);
}

#[test]
fn line_is_explained() {
    let scratch = scratch(&rules());
    let explain = |line: &str| scratch.scutch(&["rules", "explain", line, "--rules", "pack"]).stdout;
    let taken = explain("* THE BELL rings!");
    for words in [
        "key      the bell rings\n",
        "alone    local.ferry.bell takes it\n",
        "matches  local.ferry.bell by lines `The bell rings`\n",
    ] {
        assert!(taken.contains(words), "{words}: {taken}");
    }
    let near = explain("The bel rings");
    assert!(near.contains("alone    it stays") && near.contains("nearly   local.ferry.bell by lines"), "{near}");
    assert!(near.contains("1 letter differs: its key is `the bell rings`"), "{near}");
    assert!(explain("The bell rings at noon").contains("the line has more than the phrase"));
    assert!(explain("***").contains("key      (empty"));
    assert!(explain("Nothing of the kind").contains("no rule comes near"));
    let text = scratch.scutch(&["rules", "explain", "Share"]).stdout;
    assert!(text.contains("matches  web.share."), "{text}");
    assert!(explain("Nothing of the kind").contains("the line model may take it, too"));
    let protected = scratch.scutch(&["rules", "explain", "Fazit"]).stdout;
    assert!(protected.contains("alone    it stays: web.protect.heading protects it, and wins"), "{protected}");
}

#[test]
fn what_a_rule_asks_for_is_explained_with_its_value() {
    let guarded = RULES
        .replace("[rule.match]", "sites      = [\"x.example\"]\n[rule.match]")
        .replace("[rule.tests]", "[rule.when]\nposition = [\"tail\"]\n[rule.tests]")
        .replace("lines.en = [\"The bell rings\"]", "lines.en = [\"Share\"]");
    let scratch = scratch(&guarded);
    let explain = |packs: &[&str]| scratch.scutch(&[&["rules", "explain", "Share"], packs].concat()).stdout;
    let first = explain(&["--rules", "web,pack"]);
    for words in ["position = [\"tail\"]", "only on sites = x.example"] {
        assert!(first.contains(words), "{words}: {first}");
    }
    let at = |id: &str| first.find(&format!("matches  {id}")).unwrap_or_else(|| panic!("{id}: {first}"));
    assert!(at("local.ferry.bell") < at("web."), "own rules come first: {first}");
    for (config, words) in [
        ("ignore = [\"family:ad\"]", "not: left out, as `ignore` has `family:ad`"),
        ("select = [\"web\"]", "not: left out, as no entry of `select` is for it"),
    ] {
        scratch.write("scutch.toml", format!("[rules]\npacks = [\"web\", \"./pack\"]\n{config}\n"));
        let text = explain(&[]);
        assert!(text.contains(words), "{words}: {text}");
    }
    scratch.write("scutch.toml", "[rules]\npacks = [\"./pack\"]\n");
    scratch.write("pack/ferry.toml", guarded.replace("\"stable\"", "\"rejected\""));
    assert!(explain(&[]).contains("not: left out, as its status is rejected"));
}
