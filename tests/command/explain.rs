//! `scutch explain`: which edit took which line, under which settings, and how to keep the line.

use super::scratch::Scratch;

const FURNITURE: &str = "Share on Facebook\nTweet\n\nThe ferry left the harbor at noon, and nobody saw it go.\n\n\
                         The harbor master wrote it down in his book.\n\nComments\n";

#[test]
fn every_removed_line_stands_in_the_bracket_of_its_rule() {
    let scratch = Scratch::new();
    scratch.write("a.txt", FURNITURE);
    let explained = scratch.scutch(&["explain", "a.txt", "--color", "never"]);
    for line in ["Share on Facebook", "Tweet", "Comments"] {
        let start = format!("[-{line}");
        let shown = explained.stdout.lines().find(|shown| shown.contains(&start)).unwrap_or_default();
        assert_eq!(shown.matches("[-").count(), 1, "{}", explained.stdout);
        assert_eq!(shown.matches("<strip.").count(), 1, "{line}: {}", explained.stdout);
        assert!(!shown.contains(", "), "{line} has one rule: {}", explained.stdout);
    }
}

#[test]
fn text_of_a_rejected_page_is_shown_whole() {
    let links: Vec<String> = (0..200).map(|number| format!("Green hats number {number} for sale")).collect();
    let scratch = Scratch::new();
    scratch.write("a.txt", links.join("\n"));
    let explained = scratch.scutch(&["explain", "a.txt", "--color", "never"]);
    assert!(explained.stdout.contains("verdict    rejected: "), "{}", explained.stdout);
    for link in links {
        let is_shown = explained.stdout.lines().any(|line| line.trim_start_matches("[-").starts_with(&link));
        assert!(is_shown, "{link}: {}", explained.stdout);
    }
}

#[test]
fn explain_says_how_to_keep_what_a_rule_took() {
    let scratch = Scratch::new();
    scratch.write("raw/news/a.txt", FURNITURE);
    let explained = scratch.scutch(&["explain", "raw/news/a.txt", "--color", "never"]);
    let (_, advice) = explained.stdout.split_once("to keep what a rule took").expect("it says how");
    let (_, rest) = advice.split_once("ignore = [\"").expect("it names a rule");
    let (rule, _) = rest.split_once('"').expect("the string ends");
    assert!(explained.stdout.contains(&format!("<strip.{rule}")), "{}", explained.stdout);
    assert!(advice.contains("glob = \"news/a.txt\"") && advice.contains("scutch rules show"), "{advice}");
    scratch.write(
        "scutch.toml",
        format!("[rules]\nline-model = \"none\"\n[[rules.per-path]]\nglob = \"news/a.txt\"\nignore = [\"{rule}\"]\n"),
    );
    let kept = scratch.scutch(&["explain", "raw/news/a.txt", "--color", "never"]);
    assert!(!kept.stdout.contains(&format!("<strip.{rule}")), "{}", kept.stdout);
    scratch.write("plain.txt", "The ferry left.\n");
    assert!(!scratch.scutch(&["explain", "plain.txt"]).stdout.contains("to keep"), "nothing was taken");
}

/// Whether `explain` removes what `ingest` would keep under a glob.
fn removes(scratch: &Scratch, glob: &str, arguments: &[&str]) -> (bool, String) {
    scratch.write(
        "scutch.toml",
        format!(
            "[rules]\nline-model = \"none\"\n[[rules.per-path]]\nglob = \"{glob}\"\nignore = [\"web\", \"news\"]\n"
        ),
    );
    let explained = scratch.scutch(&[&["explain", "--color", "never"], arguments].concat());
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    (explained.stdout.contains("<strip."), explained.stdout)
}

#[test]
fn settings_for_paths_fit_as_in_a_run_over_the_folder() {
    let scratch = Scratch::new();
    scratch.write("raw/misc/poem.txt", FURNITURE);
    for (glob, is_for_it) in [("misc/poem.txt", true), ("misc/*", true), ("poem.txt", false), ("raw/misc/*", false)] {
        let (is_taken, shown) = removes(&scratch, glob, &["raw/misc/poem.txt"]);
        assert_eq!(is_taken, !is_for_it, "{glob}: {shown}");
        assert!(shown.contains("\npath       misc/poem.txt "), "{shown}");
        assert_eq!(shown.contains(&format!("\nsettings   rules.per-path `{glob}`")), is_for_it, "{shown}");
        assert_eq!(scratch.scutch(&["ingest", "raw", "-q", "--overwrite"]).code, 0);
        let text = scratch.output("clean").documents[0]["text"].to_string();
        assert_eq!(text.contains("Tweet"), is_for_it, "ingest sees it otherwise: {glob}");
    }
    let root = |root: &str| removes(&scratch, "poem.txt", &["raw/misc/poem.txt", "--root", root]);
    let (is_taken, shown) = root("raw/misc");
    assert!(!is_taken && shown.contains("\npath       poem.txt "), "{shown}");
    let (is_taken, shown) = root(".");
    assert!(is_taken && shown.contains("\npath       raw/misc/poem.txt "), "{shown}");
    let full = scratch.path("raw/misc/poem.txt").display().to_string();
    let (is_taken, shown) = removes(&scratch, "misc/*", &[&full, "--root", "raw"]);
    assert!(!is_taken && shown.contains("\npath       misc/poem.txt "), "{shown}");
}

#[test]
fn root_that_is_not_above_the_file_is_refused() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", FURNITURE);
    scratch.write("other/b.txt", "");
    let refused = scratch.scutch(&["explain", "raw/a.txt", "--root", "other"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.starts_with("error: raw/a.txt: does not lie below `other`\nhint: "), "{}", refused.stderr);
}

#[test]
fn path_is_shown_only_where_settings_depend_on_it() {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", FURNITURE);
    assert!(!scratch.scutch(&["explain", "raw/a.txt"]).stdout.contains("\npath "));
    let ran = scratch.scutch(&["explain", "raw/a.txt", "--encoding", "a*=cp850"]);
    assert!(ran.stdout.contains("\npath       a.txt "), "{}", ran.stdout);
}
