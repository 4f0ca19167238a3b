//! Every fault that `scutch rules check` and `rules test` find in rules, with its place.

use super::pack::{self, HEADER, RULES};
use super::scratch::Scratch;

/// The rule of the pack, with a limit.
fn rules() -> String {
    RULES.replace("[rule.tests]", "[rule.when]\nmax_chars = 300\n[rule.tests]")
}

/// The pack with one text of its rule changed to another, and a second file.
fn scratch(from: &str, to: &str, more: &str) -> Scratch {
    assert!(rules().contains(from), "{from}");
    let scratch = Scratch::new();
    pack::write(&scratch, &rules().replacen(from, to, 1));
    if !more.is_empty() {
        scratch.write("pack/more.toml", more);
    }
    scratch
}

/// A second rule, with this id, action and phrase.
fn other(id: &str, action: &str, phrase: &str) -> String {
    rules()
        .replace("local.ferry.bell", id)
        .replace("\"drop\"", &format!("\"{action}\""))
        .replace("The bell rings", phrase)
}

#[test]
fn every_fault_is_named_at_its_place() {
    let lines = "lines.en = [\"The bell rings\"]\n";
    let when = "max_chars = 300\n";
    for (from, to, more, words) in [
        ("drop = [\"The bell rings\"]\n", "", "", "pack/ferry.toml:16:7: E01 "),
        ("keep = [\"The bell rings at noon, said the harbor master.\"]\n", "", "", "pack/ferry.toml:16:7: E02 "),
        (
            "keep = [\"The bell rings at noon, said the harbor master.\"]",
            "keep = [\"Nobody saw it.\"]",
            "",
            "pack/ferry.toml:18:1: E03 ",
        ),
        ("max_chars", "  max_char", "", "pack/ferry.toml:15:3: unknown field `max_char`"),
        (lines, "regex = ['''The bell .{0,40} rings''']\n", "", "pack/ferry.toml:13:10: E05 "),
        (lines, "regex = ['''The (?=bell) rings''']\n", "", "pack/ferry.toml:13:10: E06 "),
        (lines, "regex = ['''(?i)\\p{Lu}he bell rings''']\n", "", "pack/ferry.toml:13:10: E07 "),
        (lines, "regex = ['''The \\bbell rings''']\n", "", "pack/ferry.toml:13:10: E08 "),
        ("\n\n[[", "\n\n[[", &other("local.ferry.tag", "tag", "THE BELL RINGS"), "pack/more.toml:13:14: E09 "),
        ("[rule.when]\nmax_chars = 300\n", "", "", ""),
        (
            "\"The bell rings\"]\n[rule.when]\n",
            "\"The bell rings\", \"X\"]\n[rule.when]\n",
            "",
            "pack/ferry.toml:13:31: E11 ",
        ),
        (
            "lines.en = [\"The bell rings\"]\n[rule.when]\nmax_chars = 300\n",
            "has.en = [\"bell rings\"]\n",
            "",
            "pack/ferry.toml:13:1: E12 ",
        ),
        ("\n\n[[", "\n\n[[", &other("local.ferry.guard", "protect", "• the bell rings"), "pack/ferry.toml:13:14: E13 "),
        (
            "\"The bell rings\"]\n[rule.when]\n",
            "\"The bell rings\", \"Fazit\"]\n[rule.when]\n",
            "",
            "pack/ferry.toml:13:32: E13 phrase `Fazit` of `local.ferry.bell` is protected by `web.protect.heading`",
        ),
        ("id         = \"local.", "id         = \"other.", "", "pack/ferry.toml:4:14: E15 "),
        (when, "max_lines = 3\n", "", "pack/ferry.toml:15:1: E17 "),
        (
            "[rule.match]\n",
            "sites = [\"a.example\", \"https://x.example/\"]\n[rule.match]\n",
            "",
            "pack/ferry.toml:12:23: E18 `https://x.example/` of `local.ferry.bell` is not a bare host name\nhint: write `x.example`",
        ),
        (
            "[rule.match]\n",
            "sites = [\"www.x.example\"]\n[rule.match]\n",
            "",
            "pack/ferry.toml:12:10: E18 `www.x.example` of `local.ferry.bell` is not a bare host name\nhint: write `x.example`",
        ),
        (
            "[rule.match]\n",
            "langs = [\"english\"]\n[rule.match]\n",
            "",
            "pack/ferry.toml:12:10: E19 `english` in `langs`",
        ),
        ("lines.en", "lines.english", "", "pack/ferry.toml:13:7: E19 `english` in `match.lines`"),
        (
            "\"The bell rings\"]\n[rule.when]\n",
            "\"The bell rings\", \"***\"]\n[rule.when]\n",
            "",
            "pack/ferry.toml:13:31: E20 phrase `***`",
        ),
        (
            "family     = \"ad\"",
            "family     = \"shrae\"",
            "",
            "pack/ferry.toml:4:14: unknown family `shrae`\nhint: did you mean `share`?",
        ),
    ] {
        let scratch = scratch(from, to, more);
        for command in ["check", "test"] {
            let ran = scratch.scutch(&["rules", command, "--rules", "pack"]);
            assert_eq!(ran.code == 0, words.is_empty(), "{to}: {}{}", ran.stdout, ran.stderr);
            assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        }
    }
}

#[test]
fn pattern_without_a_word_needs_a_size() {
    let text = "lines.en = [\"The bell rings\"]\n[rule.when]\nmax_chars = 300\n";
    let scratch = scratch(text, "regex = ['''\\p{Lu}+ \\p{L}+ \\p{L}+''']\n", "");
    let ran = scratch.scutch(&["rules", "check", "--rules", "pack"]);
    assert!(ran.code == 1 && ran.stderr.contains("pack/ferry.toml:13:10: E10 "), "{}", ran.stderr);
}

#[test]
fn block_that_may_go_on_for_ever_is_a_fault() {
    let text = "[rule.match]\nlines.en = [\"The bell rings\"]\n[rule.when]\nmax_chars = 300\n";
    let block = "[rule.match.start]\nlines.en = [\"The bell rings\"]\n";
    let scratch = scratch(text, block, "");
    scratch.write("pack/ferry.toml", rules().replace(text, block).replace("\"line\"", "\"block\""));
    let ran = scratch.scutch(&["rules", "check", "--rules", "pack"]);
    assert!(ran.code == 1 && ran.stderr.contains("pack/ferry.toml:4:14: E14 "), "{}", ran.stderr);
}

#[test]
fn examples_of_removed_rules_are_faults() {
    let scratch = scratch("\n\n[[", "\n\n[[", "");
    scratch.write("pack/gold/known.toml", "format = 1\n[known]\n\"local.ferry.bell\" = [\"a\"]\n\"local.ferry.gone\" = [\"b\"]\n\"far.away.rule\" = [\"c\"]\n");
    let ran = scratch.scutch(&["rules", "check", "--rules", "pack"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("pack/gold/known.toml:4:1: E16 lines that `local.ferry.gone` is known to hit"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.matches("E16").count(), 1, "{}", ran.stderr);
}

#[test]
fn phrases_are_compared_across_packs() {
    let scratch = scratch("\n\n[[", "\n\n[[", "");
    scratch.write("others/pack.toml", HEADER.replace("local", "others"));
    scratch.write("others/bell.toml", other("others.ferry.bell", "tag", "The bell rings"));
    let ran = scratch.scutch(&["rules", "check", "--rules", "pack,others"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("others/bell.toml:13:14: E09 phrase `The bell rings` of `others.ferry.bell` (tag)"),
        "{}",
        ran.stderr
    );
}

#[test]
fn slow_patterns_are_warned_of() {
    let slow = "regex = ['''\\p{Lu}.* ?\\p{L}+''']\n";
    let scratch = scratch("lines.en = [\"The bell rings\"]\n", slow, "");
    scratch.write("raw/a.txt", "The ferry left.\n");
    let words = "warning: pack/ferry.toml:13:10: pattern of `local.ferry.bell` reads nearly every line to its end";
    for command in [&["ingest", "raw", "--rules", "pack"][..], &["rules", "check", "--rules", "pack"]] {
        let ran = scratch.scutch(command);
        assert!(ran.stderr.contains(words) && ran.stderr.contains("`max_chars` to 160 or less"), "{}", ran.stderr);
    }
    scratch.write("pack/ferry.toml", rules().replace("lines.en = [\"The bell rings\"]\n", slow).replace("300", "160"));
    let ran = scratch.scutch_fed(&["clean", "--rules", "pack"], b"The ferry left.\n");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(scratch.scutch_fed(&["clean"], b"The ferry left.\n").stderr, "", "built-in rules are quick");
}

#[test]
fn slips_of_toml_are_told_how_to_write_it() {
    let regex = "regex = \"The bell rings\"\n";
    for (from, to, place, hint) in [
        ("[[rule]]", "[rule]", "pack/ferry.toml:3:1: ", "write `[[rule]]`"),
        ("format = 1\n", "", "pack/ferry.toml:", "write `format = 1`"),
        ("lines.en = [\"The bell rings\"]\n", regex, "pack/ferry.toml:13:9: ", "write `[\"The bell rings\"]`"),
        ("max_chars = 300", "position = 'tail'", "pack/ferry.toml:15:12: ", "write `['tail']`"),
        ("max_chars", "max_char", "pack/ferry.toml:15:1: unknown field `max_char`", "did you mean `max_chars`?"),
        ("[rule.match]\n", "", "pack/ferry.toml:12:1: unknown field `lines`", "write it under [rule.match]"),
        ("\"line\"", "\"lines\"", "pack/ferry.toml:6:14: unknown variant `lines`", "did you mean `line`?"),
    ] {
        let ran = scratch(from, to, "").scutch(&["rules", "check", "--rules", "pack"]);
        assert_ne!(ran.code, 0, "{to}");
        assert!(ran.stderr.contains(place) && ran.stderr.contains(hint), "{to}: {}", ran.stderr);
    }
    let scratch = scratch("\n\n[[", "\n\n[[", "");
    scratch.write("pack/pack.toml", HEADER.replace("licence", "license"));
    let ran = scratch.scutch(&["rules", "check", "--rules", "pack"]);
    assert!(ran.stderr.contains("did you mean `licence`?"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("error: ").count(), 1, "its rules are not said to be outside a pack: {}", ran.stderr);
    scratch.write("scutch.toml", "[rules]\nignore = \"web\"\n");
    let ran = scratch.scutch(&["rules", "check"]);
    assert!(ran.code == 2 && ran.stderr.contains("write `[\"web\"]`"), "{}", ran.stderr);
}
