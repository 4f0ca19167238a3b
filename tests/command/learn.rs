//! Rules that are learned from a corpus.

use std::fmt::Write as _;

use super::scratch::{Ran, Scratch};

/// Pages of the site under test.
const PAGES: usize = 200;
/// Words that articles are made of: no two articles have a sentence in common.
const WORDS: [&str; 24] = [
    "harbor", "ferry", "council", "winter", "bridge", "market", "teacher", "engine", "garden", "letter", "river",
    "museum", "farmer", "signal", "island", "border", "singer", "doctor", "window", "valley", "copper", "timber",
    "lantern", "orchard",
];

/// Numbers that look random and are the same each time (a linear congruential generator, Knuth's constants).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.roll(WORDS.len())]).collect();
        words.join(" ")
    }

    fn paragraph(&mut self) -> String {
        format!("The {} said that the {}.", self.words(8), self.words(14))
    }
}

const HEAD: [&str; 3] = ["Varn Observer front page", "Weather and tides", "Your account at the Observer"];
const SHARE: [&str; 2] = ["Send this piece to a friend by pigeon", "Pin this piece on the village board"];
const APPEAL: [&str; 4] = [
    "Dear readers of the Observer,",
    "The Varn Observer lives from what its readers give, and this season the paper mill has raised its price once more.",
    "If you can spare a coin, bring it to the office on the quay before the end of the month.",
    "Not today, thank you",
];
const FOOT: &str = "Printed on the old press in Varn by the Observer cooperative";
const HEADINGS: [&str; 2] = ["What we know so far", "How the day went"];

/// One page: furniture around an article of five paragraphs, with a running heading on many pages.
fn page(number: usize, article: &[String]) -> String {
    let mut text = String::new();
    for line in HEAD {
        writeln!(text, "{line}").expect("a string");
    }
    writeln!(text, "\n{}\n", article[0]).expect("a string");
    for line in SHARE {
        writeln!(text, "{line}").expect("a string");
    }
    for (index, paragraph) in article.iter().enumerate().skip(1) {
        if index == 3 && !number.is_multiple_of(3) {
            writeln!(text, "{}\n", HEADINGS[number % 2]).expect("a string");
        }
        writeln!(text, "{paragraph}\n").expect("a string");
    }
    if number.is_multiple_of(2) {
        for line in APPEAL {
            writeln!(text, "{line}").expect("a string");
        }
    }
    writeln!(text, "{FOOT}").expect("a string");
    text
}

fn article(dice: &mut Dice) -> Vec<String> {
    let title = format!("New {} for {}", dice.words(3), dice.words(2));
    std::iter::once(title).chain((0..5).map(|_| dice.paragraph())).collect()
}

/// A site of 200 pages, of which twelve are one article that was published again with another title and one other
/// paragraph.
fn write_site(scratch: &Scratch, name: &str) {
    let mut dice = Dice(7);
    let copied = article(&mut dice);
    let mut lines = String::new();
    for number in 0..PAGES {
        let mut own = article(&mut dice);
        if number % 17 == 3 {
            own = vec![
                own[0].clone(),
                copied[1].clone(),
                copied[2].clone(),
                own[3].clone(),
                copied[4].clone(),
                copied[5].clone(),
            ];
        }
        let record = serde_json::json!({
            "id": format!("p{number:03}"),
            "url": format!("https://www.{name}/news/{number}"),
            "text": page(number, &own),
        });
        writeln!(lines, "{record}").expect("a string");
    }
    scratch.write(format!("corpus/{name}.jsonl"), lines);
}

fn learn(scratch: &Scratch, more: &[&str]) -> Ran {
    let ran = scratch.scutch(&[&["learn", "corpus", "-o", "learned"], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran
}

fn rules_of(scratch: &Scratch, file: &str) -> String {
    std::fs::read_to_string(scratch.path(file)).expect("rules were written")
}

#[test]
fn furniture_is_learned_and_content_is_not() {
    let scratch = Scratch::new();
    write_site(&scratch, "varn.example");
    let ran = learn(&scratch, &[]);
    let rules = rules_of(&scratch, "learned/varn_example.learned.toml");
    for line in HEAD.iter().chain(&SHARE).chain(&APPEAL).chain([&FOOT]) {
        assert!(rules.contains(line), "{line} is not in\n{rules}\n{}", ran.stderr);
    }
    let tables: toml::Table = toml::from_str(&rules).expect("it is TOML");
    let tables = tables["rule"].as_array().expect("rules").clone();
    for rule in &tables {
        let without_tests = {
            let mut rule = rule.as_table().expect("a table").clone();
            rule.remove("tests");
            serde_json::to_string(&rule).expect("a table of plain values")
        };
        for heading in HEADINGS {
            assert!(!without_tests.contains(heading), "{without_tests}");
        }
        assert!(!WORDS.iter().any(|word| without_tests.contains(&format!(" {word} "))), "{without_tests}");
        assert_eq!(rule["status"].as_str(), Some("proposed"));
        assert_eq!(rule["confidence"].as_str(), Some("medium"));
        assert_eq!(rule["sites"][0].as_str(), Some("varn.example"));
        assert_eq!(rule["support"]["site_pages"].as_integer(), Some(200));
    }
    // Head, share lines and appeal are blocks; the appeal stands on half of the pages, the foot on all.
    let scopes: Vec<&str> = tables.iter().filter_map(|rule| rule["scope"].as_str()).collect();
    assert_eq!(scopes, ["block", "block", "block", "line"], "{rules}");
    let tested = scratch.scutch(&["rules", "test", "--rules", "./learned"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
}

#[test]
fn learned_rules_take_furniture_once_they_are_stable() {
    let scratch = Scratch::new();
    write_site(&scratch, "varn.example");
    learn(&scratch, &[]);
    let file = "learned/varn_example.learned.toml";
    scratch.write(file, rules_of(&scratch, file).replace("\"proposed\"", "\"stable\""));
    let ran = scratch.scutch(&["ingest", "corpus", "--rules", "web,news,./learned", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let texts = scratch.output("clean").texts();
    assert_eq!(texts.len(), PAGES);
    for (place, text) in &texts {
        for line in HEAD.iter().chain(&SHARE).chain(&APPEAL).chain([&FOOT]) {
            assert!(!text.contains(line), "{place:?} keeps {line}: {text}");
        }
        assert_eq!(text.lines().filter(|line| line.starts_with("The ")).count(), 5, "{place:?}: {text}");
    }
}

#[test]
fn same_rules_are_learned_by_any_number_of_threads_and_in_little_memory() {
    let scratch = Scratch::new();
    write_site(&scratch, "varn.example");
    write_site(&scratch, "other.example");
    learn(&scratch, &["--threads", "1"]);
    let once = scratch.tree("learned");
    assert_eq!(once.len(), 3);
    std::fs::remove_dir_all(scratch.path("learned")).expect("it is there");
    learn(&scratch, &["--threads", "4", "--memory", "8"]);
    assert!(once == scratch.tree("learned"));
}

#[test]
fn rules_in_the_pack_are_remembered_and_left_as_they_are() {
    let scratch = Scratch::new();
    write_site(&scratch, "varn.example");
    learn(&scratch, &[]);
    let file = "learned/varn_example.learned.toml";
    let edited = rules_of(&scratch, file).replacen("\"proposed\"", "\"rejected\" # by hand", 2);
    scratch.write(file, &edited);
    let ran = learn(&scratch, &[]);
    assert!(ran.stderr.contains("proposed: 0 line rules, 0 block rules"), "{}", ran.stderr);
    assert_eq!(rules_of(&scratch, file), edited);
    // Without the last rule, its line is proposed again, behind what stands there.
    let (kept, _) = edited.rsplit_once("\n[[rule]]").expect("rules");
    scratch.write(file, kept);
    learn(&scratch, &[]);
    let again = rules_of(&scratch, file);
    assert!(again.starts_with(kept) && again.contains(FOOT), "{again}");
}

#[test]
fn lines_that_rules_take_are_proposed_only_when_asked_for() {
    let scratch = Scratch::new();
    let mut dice = Dice(1);
    for number in 0..20 {
        let text = format!("{}\n{}\n\nShare this article\n", dice.paragraph(), dice.paragraph());
        scratch.write(format!("corpus/site/{number}.txt"), text);
    }
    let ran = learn(&scratch, &[]);
    assert!(ran.stderr.contains("1   taken by the chosen rules already"), "{}", ran.stderr);
    assert!(!scratch.path("learned").exists(), "nothing was proposed");
    learn(&scratch, &["--include-taken"]);
    let rules = rules_of(&scratch, "learned/site.learned.toml");
    assert!(rules.contains("family     = \"share\"") && rules.contains("when_site_unknown = \"apply\""), "{rules}");
    assert!(rules.contains("position = [\"tail\"]"), "{rules}");
    let tested = scratch.scutch(&["rules", "test", "--rules", "./learned"]);
    assert_eq!(tested.code, 0, "{}{}", tested.stdout, tested.stderr);
}

/// Pages with a headline each; the first three headlines stand in a box beside the other articles, too, each with words
/// of its own below if the box is at the end.
fn write_headlines(scratch: &Scratch, box_at_the_top: bool) -> [String; 3] {
    let mut dice = Dice(11);
    let titles: Vec<String> = (0..9).map(|_| format!("New {} for {}", dice.words(3), dice.words(2))).collect();
    for (number, title) in titles.iter().enumerate() {
        let (mut above, mut below) = (String::new(), String::new());
        for other in titles.iter().take(3).filter(|other| *other != title) {
            if box_at_the_top {
                writeln!(above, "{other}").expect("a string");
            } else {
                writeln!(below, "{other}\n{}", dice.words(4)).expect("a string");
            }
        }
        let body = [dice.paragraph(), dice.paragraph(), dice.paragraph()].join("\n\n");
        scratch.write(format!("corpus/site/{number:02}.txt"), format!("{above}{title}\n\n{body}\n\n{below}{FOOT}\n"));
    }
    [titles[0].clone(), titles[1].clone(), titles[2].clone()]
}

#[test]
fn headlines_that_others_name_are_furniture_only_below_their_texts() {
    let scratch = Scratch::new();
    let headlines = write_headlines(&scratch, false);
    let ran = learn(&scratch, &["--include-loose"]);
    let file = "learned/site.learned.toml";
    let rules = rules_of(&scratch, file);
    let tables: toml::Table = toml::from_str(&rules).expect("it is TOML");
    for headline in &headlines {
        let of_it = |rule: &&toml::Value| {
            rule["match"].get("lines").is_some_and(|lines| lines["any"][0].as_str() == Some(headline))
        };
        let rule = tables["rule"].as_array().expect("rules").iter().find(of_it);
        let rule = rule.unwrap_or_else(|| panic!("{headline} is not in\n{rules}\n{}", ran.stderr));
        assert_eq!(rule["when"]["position"][0].as_str(), Some("tail"), "{headline}: {rules}");
    }
    scratch.write(file, rules.replace("\"proposed\"", "\"stable\""));
    assert_eq!(scratch.scutch(&["ingest", "corpus", "--rules", "web,news,./learned", "-q"]).code, 0);
    let texts: Vec<String> = scratch.output("clean").texts().into_values().collect();
    for headline in &headlines {
        let with_it: Vec<&String> = texts.iter().filter(|text| text.contains(headline.as_str())).collect();
        assert!(matches!(with_it.as_slice(), [one] if one.starts_with(headline.as_str())), "{headline}: {with_it:?}");
    }
}

#[test]
fn lines_that_are_held_back_are_named_with_what_has_them_proposed() {
    let scratch = Scratch::new();
    let headlines = write_headlines(&scratch, true);
    let ran = learn(&scratch, &[]);
    assert!(
        ran.stderr.contains("above the body of some page, as its headline, and elsewhere on others\n"),
        "{}",
        ran.stderr
    );
    for headline in &headlines {
        assert!(ran.stderr.contains(headline.as_str()), "{headline}: {}", ran.stderr);
        let rules = rules_of(&scratch, "learned/site.learned.toml");
        let is_taken = rules.lines().any(|line| line.starts_with("lines.any") && line.contains(headline.as_str()));
        assert!(!is_taken, "{headline}: {rules}");
    }
    let site = Scratch::new();
    write_site(&site, "varn.example");
    let ran = learn(&site, &[]);
    assert!(ran.stderr.contains("as running headings are (`--include-loose` proposes them)\n"), "{}", ran.stderr);
    assert!(HEADINGS.iter().all(|heading| ran.stderr.contains(heading)), "{}", ran.stderr);
}

#[test]
fn corpus_without_enough_pages_is_refused() {
    let scratch = Scratch::new();
    scratch.write("corpus/a.txt", "A single page.\n");
    scratch.write("empty/a.txt", "");
    for (folder, said) in [
        ("corpus", "no site has enough pages (1 document of 1 site, at least 3 of one)"),
        ("empty", "no document with text"),
        ("-", "only once"),
    ] {
        let ran = scratch.scutch(&["learn", folder, "-o", "learned"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(said) && ran.stderr.contains("hint:"), "{}", ran.stderr);
        assert!(!scratch.path("learned").exists());
    }
}

#[test]
fn pages_tell_their_site_and_the_day_a_line_was_first_seen() {
    let scratch = Scratch::new();
    let mut dice = Dice(3);
    for number in 1..=6 {
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><title>Page {number}</title>\
             <link rel=\"canonical\" href=\"https://varn.example/{number}\">\
             <meta property=\"article:published_time\" content=\"2019-05-0{number}T08:00:00Z\"></head><body>\
             <p>{FOOT} since {number}</p><p>{}</p><p>{}</p></body></html>",
            dice.paragraph(),
            dice.paragraph()
        );
        // The earliest day is not that of the first page.
        scratch.write(format!("corpus/{}.html", 7 - number), page);
    }
    learn(&scratch, &["--threads", "2"]);
    let rules = rules_of(&scratch, "learned/varn_example.learned.toml");
    assert!(rules.contains("sites      = [\"varn.example\"]"), "{rules}");
    assert!(rules.contains("first_seen = \"2019-05-01\"") && rules.contains("position = { head = 1.00 }"), "{rules}");
    assert!(rules.contains("docs = [\"1.html\", \"2.html\", \"3.html\"]"), "{rules}");
}
