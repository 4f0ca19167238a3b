//! The command line: what it says, how it ends, and that it writes nothing when it must not.

use std::process::Stdio;

use super::pack::{self, HEADER, RULES};
use super::scratch::{Ran, Scratch};

fn run(arguments: &[&str]) -> Ran {
    Scratch::new().scutch(arguments)
}

/// A folder with one document, so that only the fault under test is in the way.
fn with_input() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("raw/a.txt", "Share\n\nThe  ferry left.\n");
    scratch
}

/// The message and the exit code of wrong use, and that nothing was written.
fn assert_refused(scratch: &Scratch, arguments: &[&str]) -> String {
    let before = scratch.tree(".");
    let ran = scratch.scutch(arguments);
    assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
    assert_eq!(ran.stdout, "", "{arguments:?}");
    assert!(ran.stderr.starts_with("error:"), "{arguments:?}: {}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(before == scratch.tree("."), "{arguments:?} wrote something");
    assert!(!scratch.path("clean").exists(), "{arguments:?} made a folder");
    ran.stderr
}

#[test]
fn wrong_arguments_are_refused() {
    let scratch = with_input();
    for arguments in [
        &["ingest"][..],
        &["ingest", "raw", "--threads", "many"],
        &["ingest", "raw", "--threads", "1000000"],
        &["ingest", "raw", "-o", ""],
        &["clean", "--threads", "-1"],
        &["explain", "raw/a.txt", "--record", "0"],
        &["ingest", "raw", "--no-such-option"],
        &["ingest", "raw", "--profile", "bold"],
        &["ingest", "raw", "--changes", "some"],
        &["clean", "--from", "pdf"],
        &["clean", "--content", "pdf"],
        &["verify", "clean"],
        &["no-such-command"],
        &["rules", "no-such-command"],
        &["completions", "no-such-shell"],
    ] {
        assert_refused(&scratch, arguments);
    }
    assert_eq!(run(&[]).code, 2);
}

#[test]
fn wrong_settings_are_refused_with_a_hint() {
    let scratch = with_input();
    scratch.write("latin.toml", b"# gr\xF6\xDFe\n");
    // A file of the user where the run would make a folder.
    scratch.write("taken/changes", "mine");
    for (arguments, words) in [
        (&["ingest", "raw", "--stages", "decode,polish"][..], "`polish`"),
        (&["ingest", "raw", "--rules", "no-such-pack"], "no-such-pack"),
        (&["ingest", "raw", "--encoding", "utf-9"], "`utf-9`"),
        (&["ingest", "raw", "--field", ""], "field"),
        (&["ingest", "raw", "--max-document-bytes", "0"], "`0`"),
        (&["ingest", "raw", "--repair-margin", "NaN"], "margin"),
        (&["clean", "--repair-margin", "-1"], "`-1` is not a margin"),
        (&["ingest", "raw", "--added", "yesterday"], "output.added: `yesterday` is not a timestamp"),
        (&["clean", "raw/a.txt"], "scutch clean < raw/a.txt"),
        (&["ingest", "no-such-folder"], "no-such-folder"),
        (&["ingest", "raw", "raw"], "raw"),
        (&["ingest", "raw", "--config", "no-such.toml"], "no-such.toml"),
        (&["ingest", "raw", "--config", "raw"], "raw"),
        (&["ingest", "raw", "--config", "latin.toml"], "UTF-8"),
        (&["ingest", "raw", "no-such-file.txt"], "no-such-file.txt"),
        (&["ingest", "raw", "-o", "latin.toml"], "`latin.toml` is a file"),
        (&["ingest", "raw", "-o", "latin.toml", "--overwrite"], "`latin.toml` is a file"),
        (&["ingest", "raw", "-o", "latin.toml/clean"], "`latin.toml/clean`"),
        (&["ingest", "raw", "-o", "taken", "--overwrite"], "taken/changes"),
        (&["man", "--output", "latin.toml"], "latin.toml"),
        (&["rules", "list", "--rules", "no-such-pack"], "no-such-pack"),
        (&["rules", "test", "--rules", "web", "--rules", "no-such-pack"], "no-such-pack"),
        (&["rules", "check", "--rules", "latin.toml"], "latin.toml"),
        (&["clean", "--stages", "polish"], "`polish`"),
        (&["explain", "no-such-file.txt"], "no-such-file.txt"),
        (&["explain", "raw"], "raw"),
        (&["verify", "no-such-folder", "--raw", "raw"], "no-such-folder"),
        (&["verify", "raw", "--raw", "no-such-folder"], "no-such-folder"),
        (&["rules", "show", "no.such.rule"], "no.such.rule"),
        (&["rules", "test", "no.such.rule"], "no.such.rule"),
    ] {
        let message = assert_refused(&scratch, arguments);
        assert!(message.contains(words), "{arguments:?}: {message}");
        assert!(message.contains("\nhint: "), "{arguments:?}: {message}");
    }
}

#[test]
fn wrong_configuration_is_pointed_at() {
    for (text, place) in [
        ("stage = []\n", "scutch.toml:1:1: unknown field `stage`"),
        ("[rules]\nprofile = \"safe\"\n  profil = \"x\"\n", "scutch.toml:3:3: unknown field `profil`"),
        ("[rules]\nprofile = \"bold\"\n", "scutch.toml:2:11: "),
        ("[input]\nmax-document-bytes = \"x\"\n", "scutch.toml:2:22: "),
        ("[inputs]\n", "scutch.toml:1:2: unknown field `inputs`"),
        ("[repair]\nmargin = \n", "scutch.toml:2:"),
        ("# größe\n[normalize]\nform = \"nfx\" # ü\n", "scutch.toml:3:"),
    ] {
        let scratch = with_input();
        scratch.write("scutch.toml", text);
        for command in [&["ingest", "raw"][..], &["clean"], &["explain", "raw/a.txt"]] {
            let message = assert_refused(&scratch, command);
            assert!(message.starts_with(&format!("error: {place}")), "{message}");
            assert!(message.contains("\nhint: "), "{message}");
        }
    }
}

#[test]
fn configuration_is_read_and_arguments_go_before_it() {
    let scratch = with_input();
    scratch.write("scutch.toml", "stages = [\"normalize\"]\n[output]\nsource = \"harbor\"\n");
    scratch.write("other.toml", "stages = [\"decode\"]\n");
    let text = |arguments: &[&str]| scratch.scutch_fed(arguments, b"Share\n\nThe  ferry left.\n").stdout;
    assert_eq!(text(&["clean"]), "Share\n\nThe ferry left.\n");
    assert_eq!(text(&["clean", "--config", "other.toml"]), "Share\n\nThe  ferry left.\n");
    assert_eq!(text(&["clean", "--stages", "strip,normalize"]), "The ferry left.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
    assert_eq!(scratch.output("clean").documents[0]["source"], "harbor");
}

#[test]
fn settings_of_the_configuration_are_checked_like_arguments() {
    for (text, words) in [
        ("stages = [\"polish\"]\n", "`polish`"),
        ("[input]\nfield = \"\"\n", "field"),
        ("[input]\nfrom = \"pdf\"\n", "scutch.toml:2:8: "),
        ("[rules]\npacks = [\"no-such-pack\"]\n", "no-such-pack"),
    ] {
        let scratch = with_input();
        scratch.write("scutch.toml", text);
        let message = assert_refused(&scratch, &["ingest", "raw"]);
        assert!(message.contains(words) && message.contains("\nhint: "), "{message}");
    }
}

#[cfg(unix)]
#[test]
fn folder_that_cannot_be_made_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let scratch = with_input();
    let locked = scratch.path("locked");
    std::fs::create_dir(&locked).expect("folders can be made");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).expect("the folder is ours");
    // For the administrator every folder can be written, but for those that are no real ones.
    let folder = if std::fs::write(locked.join("probe"), "").is_err() { "locked/clean" } else { "/proc/clean" };
    for overwrite in [&[][..], &["--overwrite"]] {
        let message = assert_refused(&scratch, &[&["ingest", "raw", "-o", folder], overwrite].concat());
        assert!(message.contains(&format!("output folder `{folder}` cannot be used: could not create")), "{message}");
        assert!(message.contains("\nhint: "), "{message}");
    }
}

fn with_pack(rules: &str) -> Scratch {
    let scratch = with_input();
    pack::write(&scratch, rules);
    scratch
}

#[test]
fn own_rules_act() {
    let scratch = with_pack(RULES);
    let ran =
        scratch.scutch_fed(&["clean", "--rules", "./pack"], b"The ferry left.\n\nThe bell rings\n\nIt came back.\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "The ferry left.\n\nIt came back.\n"), "{}", ran.stderr);
    let listed = scratch.scutch(&["rules", "list", "--rules", "./pack"]);
    assert_eq!((listed.code, listed.stdout.lines().count()), (0, 1), "{}", listed.stderr);
    let shown = scratch.scutch(&["rules", "show", "local.ferry.bell", "--rules", "./pack"]);
    assert!(shown.code == 0 && shown.stdout.contains("The bell of the ferry") && shown.stdout.contains("lines.en"));
}

#[test]
fn own_rules_are_tested() {
    let scratch = with_pack(RULES);
    let tested = scratch.scutch(&["rules", "test", "--rules", "./pack"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
    assert!(tested.stdout.starts_with("1 rule, 0 cases: "), "{}", tested.stdout);
    let wrong = RULES.replace("drop = [\"The bell rings\"]", "drop = [\"The bell rang\"]");
    assert_ne!(wrong, RULES);
    let tested = with_pack(&wrong).scutch(&["rules", "test", "--rules", "./pack"]);
    assert_eq!(tested.code, 1);
    assert!(tested.stdout.contains("local.ferry.bell"), "{}", tested.stdout);
}

#[test]
fn broken_rules_are_pointed_at() {
    for (from, to, place) in [
        ("scope      = \"line\"", "scop       = \"line\"", "pack/ferry.toml:6:1: "),
        ("action     = \"drop\"", "action     = \"burn\"", "pack/ferry.toml:7:14: "),
        // The TOML parser notices the missing quote with the next line.
        ("\"The bell rings\"]\n[rule.tests]", "\"The bell rings]\n[rule.tests]", "pack/ferry.toml:14:1: "),
        ("local.ferry.bell", "other.ferry.bell", "pack/ferry.toml:4:14: "),
        ("[rule.match]", "[rule.matches]", "pack/ferry.toml:"),
        ("lines.en =", "line.en =", "pack/ferry.toml:13:1: unknown field `line`"),
        ("[rule.tests]", "[rule.match.end]\n eot = true\n[rule.tests]", "pack/ferry.toml:15:2: unknown field `eot`"),
        ("[rule.tests]", "[rule.match.inside]\nhave = []\n[rule.tests]", "pack/ferry.toml:15:1: unknown field `have`"),
        ("lines.en = [\"The bell rings\"]", "regex = \"(\"", "pack/ferry.toml:"),
    ] {
        let broken = RULES.replacen(from, to, 1);
        assert_ne!(broken, RULES);
        let scratch = with_pack(&broken);
        for command in [&["ingest", "raw", "--rules", "./pack"][..], &["clean", "--rules", "./pack"]] {
            let message = assert_refused(&scratch, command);
            assert!(message.contains(place), "{to}: {message}");
            assert!(message.contains("\nhint: "), "{to}: {message}");
        }
        for command in ["check", "test", "list"] {
            let ran = scratch.scutch(&["rules", command, "--rules", "./pack"]);
            assert_ne!(ran.code, 0, "rules {command} accepts {to}");
            assert!(ran.stderr.contains(place), "rules {command}: {}", ran.stderr);
        }
    }
}

/// Faults that `rules check` finds when `guards` stand before the tests of the rule.
fn faults_of_guards(changes: &[(&str, &str)], guards: &str) -> Vec<String> {
    let rules = changes.iter().fold(RULES.to_owned(), |rules, (from, to)| {
        assert!(rules.contains(from), "{from}");
        rules.replace(from, to)
    });
    let scratch = with_pack(&rules.replace("[rule.tests]", &format!("{guards}[rule.tests]")));
    let ran = scratch.scutch(&["rules", "check", "--rules", "./pack"]);
    let faults: Vec<String> = ran.stderr.lines().filter(|line| line.contains("E17")).map(str::to_owned).collect();
    assert_eq!(ran.code == 1, !ran.stderr.is_empty(), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("error:").count(), faults.len(), "{}", ran.stderr);
    let ingested = scratch.scutch(&["ingest", "raw", "--rules", "./pack"]);
    assert_eq!(ingested.code, 0, "it is a fault of the author, and does not stop a run: {}", ingested.stderr);
    faults
}

#[test]
fn guard_that_is_not_read_is_pointed_at() {
    let block = ("[rule.match]\nlines.en", "[rule.match.end]\neof = true\n[rule.match.start]\nlines.en");
    let span = ("lines.en = [\"The bell rings\"]", "find = \"The bell rings\"");
    let (to_block, to_span) = (("\"line\"", "\"block\""), ("\"line\"", "\"span\""));
    for (changes, guards, places) in [
        (
            &[][..],
            "[rule.when]\nmax_chars = 40\n  max_lines = 3\nif_unclosed = \"keep\"\n",
            &["16:3: E17 `max_lines`", "17:1: E17 `if_unclosed`"][..],
        ),
        (&[], "[rule.when]\nposition = [\"tail\"]\nnear = [\"ad\"]\nmin_hits_in_doc = 1\n", &[]),
        (
            &[("\"drop\"", "\"protect\"")],
            "[rule.when]\nposition = [\"tail\"]\nmax_words = 4\n",
            &["15:1: E17 `position`"],
        ),
        (&[to_block, block], "[rule.when]\nnear = [\"ad\"]\nposition = [\"tail\"]\n", &["17:1: E17 `near`"]),
        (&[to_span, span], "[rule.when]\nmax_chars = 40\ngroup = \"a\"\n", &["15:1: E17 `max_chars`"]),
        (&[to_span, span], "[rule.unless]\nhas = [\"noon\"]\n", &["15:1: E17 `has`"]),
    ] {
        let faults = faults_of_guards(changes, guards);
        assert_eq!(faults.len(), places.len(), "{guards}: {faults:?}");
        for (fault, place) in faults.iter().zip(places) {
            assert!(fault.contains(&format!("pack/ferry.toml:{place}")), "{fault} is not {place}");
        }
    }
}

#[test]
fn entry_that_chooses_no_rule_is_pointed_at() {
    for (text, place, words) in [
        ("[rules]\nselect = [\"web.share\",\n  \"web.nosuch\"]\n", "scutch.toml:3:3: rules.select: ", "`web.nosuch`"),
        ("[rules]\nselect = [\"web.sha\"]\n", "scutch.toml:2:11: ", "`web.sha`"),
        ("[rules]\nignore = [\"family:nosuch\"]\n", "scutch.toml:2:11: rules.ignore: ", "`family:nosuch`"),
        ("[rules]\nextend-select = [\"status:foo\"]\n", "scutch.toml:2:18: ", "`status:foo`"),
        ("[rules]\nselect = [\"status:rejected\"]\n", "scutch.toml:2:11: ", "no rule is left"),
        ("stages = [\"polish\"]\n", "scutch.toml:1:11: stages: ", "`polish`"),
        ("[rules]\nmax-removed = 3.0\n", "scutch.toml:2:", "max-removed"),
    ] {
        let scratch = with_input();
        scratch.write("scutch.toml", text);
        let message = assert_refused(&scratch, &["ingest", "raw"]);
        assert!(message.starts_with("error: ") && message.contains(words) && message.contains("\nhint: "), "{message}");
        assert!(message.contains(place) || text.contains("max-removed"), "{message}");
    }
    let scratch = with_input();
    scratch.write("scutch.toml", "[rules]\nselect = [\"family:share\", \"web.ad\"]\nignore = [\"status:preview\"]\n");
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
}

#[test]
fn packs_are_folders_with_rules_and_named_once() {
    let scratch = with_pack(RULES);
    scratch.write("docs/latin.txt", b"gr\xF6\xDFe\n");
    scratch.write("docs/notes.toml", "a = 1\n");
    scratch.write("empty/pack.toml", HEADER.replace("local", "empty"));
    scratch.write("copy/pack.toml", HEADER);
    scratch.write("copy/ferry.toml", RULES);
    for (packs, words) in [
        (&["./docs"][..], "./docs: there is no pack.toml in this folder"),
        (&["./empty"], "./empty: this folder holds no rules"),
        (&["web", "web"], "web: this rule pack is named twice"),
        (&["web,news", "web"], "web: this rule pack is named twice"),
        (&["./pack", "./copy"], "./copy/pack.toml: pack `local` is there twice (first in ./pack/pack.toml)"),
    ] {
        let arguments: Vec<&str> = packs.iter().flat_map(|pack| ["--rules", pack]).collect();
        let message = assert_refused(&scratch, &[&["ingest", "raw"], arguments.as_slice()].concat());
        assert!(message.contains(words), "{message}");
        assert_eq!((message.matches("error:").count(), message.matches("\nhint: ").count()), (1, 1), "{message}");
        let listed = scratch.scutch(&[&["rules", "list"], arguments.as_slice()].concat());
        assert!(listed.code != 0 && listed.stderr.contains(words), "{}", listed.stderr);
    }
    let listed = scratch.scutch(&["rules", "list", "--rules", "web, news,./pack"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("local.ferry.bell") && listed.stdout.contains("web.ad.label"));
    assert_eq!(scratch.scutch_fed(&["clean", "--stages", "repair, normalize"], b"The  ferry.").stdout, "The ferry.\n");
}

#[test]
fn rules_commands_use_the_packs_of_the_configuration() {
    let scratch = with_pack(RULES);
    scratch.write("scutch.toml", "[rules]\npacks = [\"./pack\"]\n");
    scratch.write("other.toml", "[rules]\npacks = [\"news\"]\n");
    let listed = scratch.scutch(&["rules", "list"]);
    assert_eq!((listed.code, listed.stdout.lines().count()), (0, 1), "{}{}", listed.stdout, listed.stderr);
    assert!(scratch.scutch(&["rules", "test"]).stdout.starts_with("1 rule, "));
    assert_eq!(scratch.scutch(&["rules", "check"]).stdout, "1 rule, 0 faults\n");
    assert_eq!(scratch.scutch(&["rules", "show", "local.ferry.bell"]).code, 0);
    assert!(scratch.scutch(&["rules", "list", "--rules", "web"]).stdout.contains("web.ad.label"));
    assert!(scratch.scutch(&["rules", "list", "--config", "other.toml"]).stdout.starts_with("news."));
    scratch.write("scutch.toml", "[rule]\n");
    assert_eq!(scratch.scutch(&["rules", "list"]).code, 2);
}

#[test]
fn rules_are_shown_by_every_id_they_are_named_by() {
    let shown = |id: &str| run(&["rules", "show", id]);
    assert_eq!(shown("strip.web.ad.label").stdout, shown("web.ad.label").stdout);
    for (id, words) in [
        ("normalize.space.run", "stage        normalize\nwhat it does Several spaces become one."),
        ("repair.lossy", "lost characters"),
    ] {
        let ran = shown(id);
        assert!(ran.code == 0 && ran.stdout.starts_with(&format!("id           {id}\n")), "{}", ran.stdout);
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
    }
    for (start, id) in [("web.ad", "web.ad.label "), ("strip.web.ad", "web.ad.label "), ("normalize", "normalize.nfc ")]
    {
        let ran = shown(start);
        assert!(ran.code == 0 && ran.stdout.lines().count() > 1, "{}", ran.stderr);
        assert!(ran.stdout.lines().any(|line| line.starts_with(id)), "{}", ran.stdout);
    }
}

#[test]
fn faults_of_rules_are_named_once_and_at_their_place() {
    for (from, to, words) in [
        ("since      = \"0.1.0\"\n", "", "pack/ferry.toml:3:1: missing field `since` in rule `local.ferry.bell`"),
        (
            "\"The bell rings\"]\n[",
            "\"The bell\", \"Ferry {boat}\"]\n[",
            "pack/ferry.toml:13:26: phrase `Ferry {boat}`",
        ),
        ("lines.en = [\"The bell rings\"]\n", "regex = [\"(\"]\n", "pack/ferry.toml:13:10: E06"),
        ("\"ad\"", "\"ade\"", "pack/ferry.toml:4:14: unknown family `ade`"),
    ] {
        let broken = RULES.replacen(from, to, 1);
        assert_ne!(broken, RULES);
        let scratch = with_pack(&broken);
        for command in ["test", "check"] {
            let ran = scratch.scutch(&["rules", command, "--rules", "./pack"]);
            assert_eq!((ran.code, ran.stderr.matches(words).count()), (1, 1), "rules {command}: {}", ran.stderr);
            assert!(!ran.stderr.contains("README"), "{}", ran.stderr);
        }
    }
}

#[test]
fn rule_id_used_twice_is_refused() {
    let twice = format!("{RULES}\n{}", RULES.strip_prefix("format = 1\n").expect("it starts so"));
    let message = assert_refused(&with_pack(&twice), &["ingest", "raw", "--rules", "./pack"]);
    assert!(message.contains("used twice"), "{message}");
}

#[test]
fn built_in_rules_hold() {
    let checked = run(&["rules", "check"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    let tested = run(&["rules", "test"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
    let listed = run(&["rules", "list"]);
    assert!(listed.stdout.lines().any(|line| line.starts_with("web.ad.label ")), "{}", listed.stdout);
    let shown = run(&["rules", "show", "web.ad.label"]);
    assert!(shown.stdout.contains("rules/web/ad.toml") && shown.stdout.contains("[[rule]]"), "{}", shown.stdout);
}

#[test]
fn help_of_every_command_has_examples() {
    for command in [
        &[][..],
        &["ingest"],
        &["clean"],
        &["explain"],
        &["verify"],
        &["rules"],
        &["learn"],
        &["completions"],
        &["man"],
    ] {
        let ran = run(&[command, &["--help"]].concat());
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("Examples:\n  scutch "), "{command:?}: {}", ran.stdout);
        assert_eq!(ran.stderr, "");
    }
    for command in ["test", "list", "show", "check", "lock", "new", "explain"] {
        assert_eq!(run(&["rules", command, "--help"]).code, 0);
    }
}

#[test]
fn numbers_below_zero_are_values_and_no_options() {
    for arguments in [
        ["clean", "--threads", "-1"],
        ["clean", "--max-document-bytes", "-1"],
        ["explain", "--record", "-1"],
        ["verify", "--show", "-1"],
    ] {
        let ran = run(&arguments);
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr.contains("invalid value '-1' for") && ran.stderr.contains("-1 is not in "),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn time_of_adding_is_written_in_one_form() {
    for (given, written) in [
        ("2016-06-30", "2016-06-30T00:00:00.000Z"),
        ("2016-06-30T07:34:00Z", "2016-06-30T07:34:00.000Z"),
        ("2016-06-30T09:34:00.5+02:00", "2016-06-30T07:34:00.500Z"),
        ("2016-06-30T07:34:00.000Z", "2016-06-30T07:34:00.000Z"),
        ("", ""),
    ] {
        let scratch = with_input();
        assert_eq!(scratch.scutch(&["ingest", "raw", "--added", given]).code, 0, "{given}");
        scratch.write("scutch.toml", format!("[output]\nadded = \"{given}\"\n"));
        // The same settings, however they are spelled, are the same run.
        assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0, "{given}");
        assert_eq!(scratch.output("clean").documents[0]["added"], written);
    }
    let scratch = with_input();
    scratch.write("scutch.toml", "[output]\nadded = \"2016-13-30\"\n");
    let message = assert_refused(&scratch, &["ingest", "raw"]);
    assert!(message.starts_with("error: scutch.toml:2:9: output.added: `2016-13-30`"), "{message}");
}

#[test]
fn verify_says_that_inputs_are_others() {
    let scratch = with_input();
    scratch.write("more/b.txt", "The tug left.\n");
    scratch.write("more/c.txt", "The tug came back.\n");
    assert_eq!(scratch.scutch(&["ingest", "raw", "more"]).code, 0);
    for (raw, words) in [
        (&["more", "raw"][..], "the inputs stand in another order"),
        (&["more"], "3 of the run's 3 inputs, such as `raw/a.txt`, are not here"),
        (&["raw", "more", "pack"], "`pack/z.txt` is not among the inputs of the run"),
    ] {
        scratch.write("pack/z.txt", "The ferry left.\n");
        let raw: Vec<&str> = raw.iter().flat_map(|path| ["--raw", path]).collect();
        let ran = scratch.scutch(&[&["verify", "clean"], raw.as_slice()].concat());
        assert_eq!((ran.code, ran.stderr.matches("hint: ").count()), (1, 1), "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let ran = scratch.scutch(&["verify", "clean", "--raw", "raw", "--raw", "more"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn examples_name_files_that_there_are() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::new();
    assert_eq!(scratch.scutch(&["man", "--output", "pages"]).code, 0);
    let pages = scratch.tree("pages");
    let mut text = String::new();
    for (name, page) in &pages {
        let page = String::from_utf8_lossy(page).replace("\\-", "-");
        for reference in page.split(|c: char| c.is_whitespace() || c == ',').filter(|word| word.ends_with("(1)")) {
            let named = format!("{}.1", reference.trim_end_matches("(1)"));
            assert!(pages.contains_key(&named), "{name} refers to {named}");
        }
        text.push_str(&page);
    }
    for command in [&[][..], &["ingest"], &["clean"], &["explain"], &["verify"], &["rules"], &["learn"], &["diff"]] {
        let help = run(&[command, &["--help"]].concat()).stdout;
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        text.push_str(&help);
    }
    let files: Vec<&str> = text.split_whitespace().filter(|word| word.starts_with("raw/") && word.len() > 4).collect();
    assert!(!files.is_empty());
    for file in files {
        assert!(root.join(file).exists(), "there is no {file}");
    }
}

#[test]
fn version_is_that_of_the_package() {
    let ran = run(&["--version"]);
    assert_eq!((ran.code, ran.stdout), (0, format!("scutch {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn completions_and_manual_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        for command in ["ingest", "clean", "explain", "verify", "rules", "learn", "diff"] {
            assert!(ran.stdout.contains(command), "{shell}: {command}");
        }
    }
    let page = run(&["man"]);
    assert!(page.code == 0 && page.stdout.contains(".TH scutch 1"), "{}", page.stdout);
    let scratch = Scratch::new();
    assert_eq!(scratch.scutch(&["man", "--output", "pages"]).code, 0);
    let pages = scratch.tree("pages");
    for page in ["scutch.1", "scutch-ingest.1", "scutch-verify.1"] {
        assert!(pages.contains_key(page), "{:?}", pages.keys());
    }
}

#[test]
fn closed_pipe_is_no_failure() {
    let scratch = with_input();
    let line = "{\"text\": \"The ferry left at noon, and nobody saw it go.\"}\n";
    scratch.write("many.jsonl", line.repeat(50_000));
    scratch.write("long.txt", "The ferry left at noon, and nobody saw it go.\n\n".repeat(20_000));
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
    for (arguments, stdin) in [
        (&["clean"][..], "many.jsonl"),
        (&["clean"], "long.txt"),
        (&["explain", "long.txt"], "raw/a.txt"),
        (&["rules", "list"], "raw/a.txt"),
        (&["completions", "bash"], "raw/a.txt"),
        (&["man"], "raw/a.txt"),
        (&["--help"], "raw/a.txt"),
    ] {
        assert_eq!(first_line_read(&scratch, arguments, stdin), (0, String::new()), "{arguments:?}");
    }
}

/// Exit code and messages of a command of whose output one line is read.
fn first_line_read(scratch: &Scratch, arguments: &[&str], stdin: &str) -> (i32, String) {
    use std::io::{BufRead, BufReader};

    let stdin = std::fs::File::open(scratch.path(stdin)).expect("written");
    let mut command = scratch.command(arguments);
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    reader.read_line(&mut first).expect("a line comes");
    drop(reader);
    let output = child.wait_with_output().expect("ends");
    (output.status.code().expect("not killed"), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn closed_pipe_does_not_hide_what_a_check_found() {
    let lines = |text: &str| format!("{{\"text\": \"{text}\"}}\n").repeat(5000);
    let scratch =
        with_pack(&RULES.replace("[\"The bell rings\"]\nkeep", &format!("{:?}\nkeep", vec!["It rang."; 5000])));
    scratch.write("lines/a.jsonl", lines("The ferry left."));
    scratch.write("others/a.jsonl", lines("The ferry sank."));
    assert_eq!(scratch.scutch(&["ingest", "lines"]).code, 0);
    for arguments in
        [&["verify", "clean", "--raw", "others", "--show", "100000"][..], &["rules", "test", "--rules", "./pack"]]
    {
        assert_eq!(first_line_read(&scratch, arguments, "raw/a.txt"), (1, String::new()), "{arguments:?}");
    }
}

#[test]
fn explain_marks_and_names_every_edit() {
    let scratch = with_input();
    scratch.write("mojibake.txt", "It\u{e2}\u{20ac}\u{2122}s late.\n");
    scratch.write("lines.jsonl", "{\"text\": \"One.\"}\n\n{\"id\": \"x\", \"text\": \"The  third line.\"}\n{}\n");
    let explained = scratch.scutch(&["explain", "raw/a.txt"]);
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    assert!(explained.stdout.contains("[-Share\\n-]<strip.web.share."), "{}", explained.stdout);
    assert!(explained.stdout.contains("normalize.space.run"), "{}", explained.stdout);
    assert!(explained.stdout.contains("verdict    kept"), "{}", explained.stdout);
    assert!(!explained.stdout.contains('\u{1b}'), "colors outside a terminal");
    let colored = scratch.scutch(&["explain", "raw/a.txt", "--color", "always"]);
    assert!(colored.stdout.contains("\u{1b}["), "{}", colored.stdout);
    let repaired = scratch.scutch(&["explain", "mojibake.txt"]);
    assert!(repaired.stdout.contains("{+’+}<repair."), "{}", repaired.stdout);

    let third = scratch.scutch(&["explain", "lines.jsonl", "--record", "3"]);
    assert!(
        third.stdout.contains("The ") && third.stdout.contains("third line.") && third.stdout.contains("--- x"),
        "{}",
        third.stdout
    );
    let failed = scratch.scutch(&["explain", "lines.jsonl", "--record", "4"]);
    assert_eq!(failed.code, 1);
    assert!(failed.stderr.contains("no field `text`"), "{}", failed.stderr);
    let missing = scratch.scutch(&["explain", "lines.jsonl", "--record", "9"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("no record 9") && missing.stderr.contains("hint:"), "{}", missing.stderr);
}

#[test]
fn explain_shows_the_text_of_all_documents_whole() {
    let scratch = Scratch::new();
    let text = "Nothing is done to this text.\n\nIt stays as it is, naïve “quotes” and all.\n";
    scratch.write("a.txt", text);
    let explained = scratch.scutch(&["explain", "a.txt", "--stages", "decode"]);
    assert!(explained.stdout.starts_with(text), "{}", explained.stdout);
}

#[test]
fn summary_says_what_became_of_the_documents() {
    let scratch = with_input();
    scratch.write("raw/b.png", b"\x89PNG\r\n\x1A\n");
    scratch.write("raw/c.jsonl", "{}\n");
    let ran = scratch.scutch(&["ingest", "raw"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout, "", "only data goes to standard output");
    for words in ["3 documents read from 3 files", "kept ", "rejected ", "failed ", "most used rules", "look next"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    let quiet = scratch.scutch(&["ingest", "raw", "--quiet"]);
    assert_eq!((quiet.code, quiet.stdout, quiet.stderr), (1, String::new(), String::new()));
}

#[test]
fn verify_says_what_was_checked() {
    let scratch = with_input();
    assert_eq!(scratch.scutch(&["ingest", "raw"]).code, 0);
    let ran = scratch.scutch(&["verify", "clean", "--raw", "raw"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("1 record, 1 document, ") && ran.stdout.contains("everything holds"), "{}", ran.stdout);
}

#[test]
fn run_without_rules_is_asked_for_by_name() {
    let scratch = with_input();
    let cleaned = scratch.scutch_fed(&["clean", "--rules", "none"], b"Share\n\nThe ferry left.\n");
    assert_eq!((cleaned.code, cleaned.stdout.as_str()), (0, "Share\n\nThe ferry left.\n"), "{}", cleaned.stderr);
    let message = assert_refused(&scratch, &["ingest", "raw", "--rules", ""]);
    assert!(message.starts_with("error: --rules: the name of a pack is empty\nhint: "), "{message}");
    assert!(message.contains("`--rules none`"), "{message}");
}
