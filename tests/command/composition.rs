//! Which rules run: exceptions for paths and sites, overrides, locks, requirements of packs, rules with new names,
//! rules for whole documents.

use super::pack::{self, HEADER, RULES};
use super::scratch::Scratch;

const ARTICLE: &str = "The ferry left the harbor at noon with ninety people on board, the harbor master said on Monday.\n\nThe bell rings\n\nIt came back in the evening with all of them, and the bell of the harbor was heard for an hour.\n";

/// The rule of the pack, under a new name.
fn rules() -> String {
    RULES.replace("[rule.match]", "replaces   = [\"local.boat.bell\"]\n[rule.match]")
}

/// A folder with the pack, three documents and a configuration.
fn scratch(config: &str) -> Scratch {
    let scratch = Scratch::new();
    pack::write(&scratch, &rules());
    scratch.write("raw/a.txt", ARTICLE);
    scratch.write("raw/notes/b.txt", ARTICLE);
    let record = serde_json::json!({"url": "https://m.example.org/x", "text": ARTICLE});
    scratch.write("raw/c.jsonl", format!("{record}\n"));
    scratch.write("scutch.toml", format!("[rules]\npacks = [\"./pack\"]\n{config}"));
    scratch
}

/// Files whose documents still have the line that the rule takes.
fn kept(config: &str) -> Vec<String> {
    let scratch = scratch(config);
    let ran = scratch.scutch(&["ingest", "raw", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let texts = scratch.output("clean").texts();
    texts.into_iter().filter(|(_, text)| text.contains("The bell rings")).map(|((path, _), _)| path).collect()
}

#[test]
fn paths_and_sites_have_their_own_rules() {
    assert!(kept("").is_empty());
    assert_eq!(kept("[[rules.per-path]]\nglob = \"notes/**\"\nignore = [\"local.ferry\"]\n"), ["notes/b.txt"]);
    assert_eq!(kept("[[rules.per-path]]\nglob = \"*.txt\"\nselect = [\"status:preview\"]\n"), ["a.txt"]);
    assert_eq!(kept("[[rules.per-site]]\nsite = \"example.org\"\nignore = [\"family:ad\"]\n"), ["c.jsonl"]);
    assert!(kept("[[rules.per-site]]\nsite = \"ample.org\"\nignore = [\"family:ad\"]\n").is_empty());
}

#[test]
fn overrides_change_fields_of_one_rule() {
    let all = ["a.txt", "c.jsonl", "notes/b.txt"];
    for fields in
        ["confidence = \"low\"", "status = \"preview\"", "max_chars = 5", "max_words = 2", "position = [\"tail\"]"]
    {
        assert_eq!(kept(&format!("[rules.override.\"local.ferry.bell\"]\n{fields}\n")), all, "{fields}");
    }
    assert!(kept("[rules.override.\"local.ferry.bell\"]\nposition = [\"body\"]\n").is_empty());
}

#[test]
fn faults_of_the_configuration_are_named_at_their_place() {
    for (config, place, words) in [
        (
            "[[rules.per-path]]\nglob = \"[\"\nignore = [\"local\"]\n",
            "scutch.toml:4:8: rules.per-path: ",
            "`[` is not a glob",
        ),
        ("[[rules.per-path]]\nglob = \"a/**\"\n", "scutch.toml:4:8: ", "changes nothing"),
        ("[[rules.per-path]]\nglob = \"a\"\nignore = [\"local.no\"]\n", "scutch.toml:5:11: ", "`local.no`"),
        ("[[rules.per-path]]\nglobs = \"a\"\n", "scutch.toml:4:1: ", "unknown field `globs`"),
        (
            "[[rules.per-site]]\nsite = \"https://a.b/\"\nignore = [\"local\"]\n",
            "scutch.toml:4:8: ",
            "is not a host name",
        ),
        ("[[rules.per-site]]\nsite = \"a.b\"\nselect = [\"family:no\"]\n", "scutch.toml:5:11: ", "`family:no`"),
        (
            "[rules.override.\"local.no\"]\nconfidence = \"low\"\n",
            "scutch.toml:3:17: ",
            "no rule has the id `local.no`",
        ),
        ("[rules.override.\"local.ferry.bell\"]\nstatus = \"good\"\n", "scutch.toml:4:10: ", "unknown status `good`"),
        (
            "[rules.override.\"local.ferry.bell\"]\nposition = [\"top\"]\n",
            "scutch.toml:4:13: ",
            "unknown position `top`",
        ),
        ("[rules.override.\"local.ferry.bell\"]\nwhy = \"x\"\n", "scutch.toml:4:1: ", "unknown field `why`"),
        ("[rules.lock]\ndigests = \"x\"\n", "scutch.toml:4:1: ", "unknown field `digests`"),
    ] {
        let ran = scratch(config).scutch(&["ingest", "raw"]);
        assert_eq!(ran.code, 2, "{config}: {}", ran.stderr);
        assert!(ran.stderr.contains(place) && ran.stderr.contains(words), "{config}: {}", ran.stderr);
    }
}

#[test]
fn locked_rules_are_insisted_on() {
    let scratch = scratch("# by hand\n");
    let unlocked = scratch.scutch(&["rules", "lock", "--check"]);
    assert_eq!(unlocked.code, 1, "{}", unlocked.stderr);
    assert!(unlocked.stdout.contains("no lock"), "{}", unlocked.stdout);
    assert_eq!(scratch.scutch(&["rules", "lock"]).code, 0);
    let config = std::fs::read_to_string(scratch.path("scutch.toml")).expect("it is there");
    assert!(config.contains("# by hand") && config.contains("[rules.lock]\ndigest = \"sha256:"), "{config}");
    assert_eq!(scratch.scutch(&["rules", "lock", "--check"]).code, 0);
    assert_eq!(scratch.scutch(&["ingest", "raw", "-q"]).code, 0);

    scratch.write(
        "pack/ferry.toml",
        rules().replace("\"The bell rings\"]\n[rule.tests]", "\"The bell rings\", \"Bell\"]\n[rule.tests]"),
    );
    let refused = scratch.scutch(&["ingest", "raw", "-q", "--overwrite"]);
    assert_eq!(refused.code, 2);
    let words =
        ["scutch.toml:7:10: rules.lock.digest: ", "locked: `sha256:", "found: `sha256:", "hint: ", "scutch rules lock"];
    assert!(words.iter().all(|word| refused.stderr.contains(word)), "{}", refused.stderr);
    let checked = scratch.scutch(&["rules", "lock", "--check"]);
    assert_eq!(checked.code, 1);
    assert_eq!(checked.stdout.matches("sha256:").count(), 2, "{}", checked.stdout);
    assert!(checked.stdout.starts_with("scutch.toml:7:10: "), "{}", checked.stdout);
    assert!(checked.stderr.contains("hint: ") && checked.stderr.contains("scutch diff"), "{}", checked.stderr);
    let explained = scratch.scutch(&["explain", "raw/a.txt"]);
    assert_eq!(explained.code, 0, "who only looks is warned: {}", explained.stderr);
    assert!(explained.stderr.contains("warning: scutch.toml:7:10: rules.lock.digest: "), "{}", explained.stderr);
    assert_eq!(scratch.scutch(&["rules", "lock"]).code, 0);
    assert_eq!(scratch.scutch(&["ingest", "raw", "-q", "--overwrite"]).code, 0);
    assert_eq!(scratch.scutch(&["clean", "--profile", "safe"]).code, 2, "the line model does not act in this profile");
}

#[test]
fn all_that_decides_which_lines_go_is_locked() {
    let scratch = scratch("");
    assert_eq!(scratch.scutch(&["rules", "lock"]).code, 0);
    let config = std::fs::read_to_string(scratch.path("scutch.toml")).expect("it is there");
    for setting in ["line-model = \"none\"\n", "max-removed = 0.5\n"] {
        scratch.write("scutch.toml", config.replace("[rules]\n", &format!("[rules]\n{setting}")));
        assert_eq!(scratch.scutch(&["rules", "lock", "--check"]).code, 1, "{setting}");
        assert_eq!(scratch.scutch(&["ingest", "raw", "-q"]).code, 2, "{setting}");
    }
    for more in [
        "[[rules.per-path]]\nglob = \"a\"\nignore = [\"local\"]\n",
        "[rules.override.\"local.ferry.bell\"]\nmax_chars = 100\n",
    ] {
        scratch.write("scutch.toml", format!("{config}{more}"));
        assert_eq!(scratch.scutch(&["rules", "lock", "--check"]).code, 1, "{more}");
    }
}

#[test]
fn lock_goes_into_the_configuration_that_is_named() {
    let scratch = scratch("");
    scratch.write("other/rules.toml", "[rules]\npacks = [\"./pack\"]\nline-model = \"none\"\n");
    let ran = scratch.scutch(&["rules", "lock", "--config", "other/rules.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let read = |name: &str| std::fs::read_to_string(scratch.path(name)).expect("it is there");
    assert!(read("other/rules.toml").contains("digest = \"sha256:") && !read("scutch.toml").contains("digest"));
}

#[test]
fn misspelt_ids_are_refused_by_all_who_test_rules() {
    let misspelt = scratch("ignore = [\"local.ferry.bel\"]\n");
    for command in [&["check"][..], &["test"], &["explain", "The bell rings"], &["list"], &["lock"]] {
        let ran = misspelt.scutch(&[&["rules"], command].concat());
        assert_eq!(ran.code, 2, "{command:?}: {}", ran.stdout);
        for words in ["scutch.toml:3:11: rules.ignore: ", "did you mean `local.ferry.bell`?"] {
            assert!(ran.stderr.contains(words), "{command:?}: {}", ran.stderr);
        }
    }
    assert!(misspelt.scutch(&["rules", "list"]).stdout.contains("local.ferry.bell"), "who looks for the id finds it");
    assert_eq!(misspelt.scutch(&["rules", "check", "--rules", "pack"]).code, 0, "these are other packs");
}

#[test]
fn ids_are_understood_as_changes_print_them() {
    assert_eq!(kept("ignore = [\"strip.local.ferry.bell\"]\n"), ["a.txt", "c.jsonl", "notes/b.txt"]);
    for entry in ["strip.model", "strip.model.ad", "strip.model.page"] {
        let ran = scratch(&format!("ignore = [\"{entry}\"]\n")).scutch(&["clean"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    for (setting, words) in [
        ("ignore = [\"strip.model.adds\"]\n", "did you mean `strip.model.ad`?"),
        ("select = [\"strip.model\"]\n", "`line-model` in [rules] chooses it"),
    ] {
        let ran = scratch(setting).scutch(&["clean"]);
        assert!(ran.code == 2 && ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn packs_that_are_not_there_are_named_in_the_configuration() {
    let scratch = scratch("");
    scratch.write("scutch.toml", "[rules]\npacks = [\"builtin\", \"./pak\"]\n");
    for command in [&["clean"][..], &["rules", "check"], &["rules", "lock"]] {
        let ran = scratch.scutch(command);
        assert_eq!(ran.code, 2);
        for words in ["scutch.toml:2:21: rules.packs: `./pak`: no such rule pack", "did you mean `./pack`?"] {
            assert!(ran.stderr.contains(words), "{command:?}: {}", ran.stderr);
        }
    }
    let ran = scratch.scutch(&["rules", "check", "--rules", "pack/ferry.toml"]);
    assert!(ran.code == 2 && ran.stderr.contains("--rule-file"), "{}", ran.stderr);
    let list = |rules: &str| scratch.scutch(&["rules", "list", "--rules", rules]).stdout;
    assert_eq!(list("builtin,pack").lines().count(), list("builtin").lines().count() + 1);
}

#[test]
fn pack_of_another_version_is_refused() {
    for (requires, words) in
        [(">=9.1", "pack `local` requires scutch >=9.1 (this is "), ("new", "`new` does not say which versions")]
    {
        let scratch = scratch("");
        scratch.write("pack/pack.toml", format!("{HEADER}requires = \"{requires}\"\n"));
        for command in [&["ingest", "raw"][..], &["rules", "test", "--rules", "./pack"]] {
            let ran = scratch.scutch(command);
            assert_ne!(ran.code, 0);
            assert!(ran.stderr.contains("pack/pack.toml:7:12: ") && ran.stderr.contains(words), "{}", ran.stderr);
        }
    }
    let scratch = scratch("");
    scratch.write("pack/pack.toml", format!("{HEADER}requires = \">=0.1, <9\"\n"));
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
}

#[test]
fn whole_pages_are_rejected_with_the_rule_as_reason() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "Home\nNews\n\n404 Not Found\n\nShare\n");
    scratch.write("raw/b.txt", ARTICLE);
    assert_eq!(scratch.scutch(&["ingest", "raw", "-q"]).code, 0);
    let output = scratch.output("clean");
    output.assert_reconciled();
    assert_eq!((output.documents.len(), output.rejected.len()), (1, 1));
    let [row] = output.rejected.as_slice() else { panic!("one") };
    assert_eq!(row["metadata"]["reason"], "web.error.whole_page");
    assert_eq!(row["text"], "Home\nNews\n\n404 Not Found\n\nShare\n", "the text stays as it was");
    assert_eq!(scratch.scutch(&["verify", "clean", "--raw", "raw"]).code, 0);
    // Below the profile it is a tag.
    let ran = scratch.scutch(&["explain", "raw/a.txt", "--profile", "safe", "--color", "never"]);
    assert!(ran.stdout.contains("tag        web.error.whole_page"), "{}", ran.stdout);
}

#[test]
fn old_names_of_rules_still_work_and_are_warned_of() {
    let scratch = scratch("ignore = [\"local.boat.bell\"]\n");
    let ran = scratch.scutch_fed(&["clean"], ARTICLE.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ARTICLE));
    let words =
        ["warning: scutch.toml:3:11: rules.ignore: rule `local.boat.bell` is now `local.ferry.bell`", "hint: write"];
    assert!(words.iter().all(|word| ran.stderr.contains(word)), "{}", ran.stderr);

    scratch
        .write("pack/ferry.toml", rules().replace("\"stable\"", "\"deprecated\"\nreplaced_by = \"local.harbor.bell\""));
    scratch.write(
        "scutch.toml",
        "[rules]\npacks = [\"./pack\"]\n[rules.override.\"local.ferry.bell\"]\nconfidence = \"low\"\n",
    );
    let ran = scratch.scutch_fed(&["clean"], ARTICLE.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ARTICLE));
    assert!(
        ran.stderr.contains("scutch.toml:3:17: ") && ran.stderr.contains("replaced by `local.harbor.bell`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn rules_that_only_tag_say_nothing_to_the_line_model() {
    let gates = ["Harbor gate", "Mill gate", "Eel gate", "Salt gate", "North gate", "Ferry gate", "Old gate"];
    let lines: Vec<String> = gates.iter().flat_map(|gate| [format!("{gate} open"), format!("{gate} shut")]).collect();
    let page = format!("{}\n{ARTICLE}\n{ARTICLE}\n{}\n", lines[..7].join("\n"), lines[7..].join("\n"));
    let cleaned = |status: &str| {
        let scratch = Scratch::new();
        let phrases = serde_json::to_string(&lines).expect("strings are JSON");
        let rules = RULES.replace("[\"The bell rings\"]\n[rule.tests]\ndrop = [\"The bell rings\"]", "PHRASES");
        let rules = rules.replace("PHRASES", &format!("{phrases}\n[rule.tests]\ndrop = [\"Mill gate open\"]"));
        pack::write(&scratch, &rules.replace("\"stable\"", &format!("\"{status}\"")));
        let ran = scratch.scutch_fed(&["clean", "--rules", "./pack", "--to", "text"], page.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let rejected = cleaned("rejected");
    assert_eq!(cleaned("proposed"), rejected);
    assert_eq!(cleaned("preview"), rejected);
    assert!(!cleaned("stable").contains("Mill gate"));
}
