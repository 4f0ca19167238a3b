//! The line model: what it takes, what it leaves, and who may say no.

use std::fmt::Write as _;

use scutch::{Config, Document, Packs, Pipeline, Profile, Source, Verdict};

/// An article about a harbor; nothing of it may go.
const ARTICLE: [&str; 6] = [
    "Harbor gates stay shut until the ice has gone",
    "The gates of the old harbor will stay shut until the last of the ice has drifted out, the harbor master said on Monday.",
    "Eleven boats lie behind the wall, most of them eel boats from the villages along the estuary, and none can leave before the thaw.",
    "“We have food, wood and cards,” said the skipper of the oldest of them, who has spent four winters in the basin.",
    "Last year the ice broke in the first week of March, and two boats that had left early came back with split planks.",
    "A decision is expected after the measurements on Thursday, when the pilots take their drills out to the sandbank again.",
];

/// Names of a menu that no rule lists.
const MENU: [&str; 14] = [
    "Tides",
    "Eel market",
    "Ferries",
    "Estuary",
    "Lock keepers",
    "Sandbanks",
    "Weather log",
    "Boat yard",
    "Night sailings",
    "Letters to the pilots",
    "Chart room",
    "Old maps",
    "Winter basin",
    "Youth crews",
];

/// The full text of a page: labels that rules know, a menu, the article, other headlines.
fn page() -> String {
    let labels = [
        "Skip to main content",
        "Menu",
        "Search",
        "Log in",
        "Subscribe",
        "Newsletter",
        "Advertisement",
        "Share",
        "Share on Facebook",
        "Privacy Policy",
        "Terms of Use",
        "Contact us",
        "Cookie settings",
        "All rights reserved",
    ];
    let mut lines: Vec<&str> = labels[..6].to_vec();
    lines.extend(MENU);
    lines.extend(["Advertisement", "Share on Facebook"]);
    lines.extend(ARTICLE);
    lines.extend(["Share", "Related articles"]);
    lines.extend([
        "Ferry crews count the swans of the bay",
        "New lock, old quarrel: who pays for the gate",
        "Eel prices fall again",
    ]);
    lines.extend(MENU);
    lines.extend(&labels[6..]);
    lines.join("\n")
}

fn clean(config: &Config, text: &str) -> (Document, Vec<(String, f32)>) {
    let (packs, faults) = Packs::load(&config.rules.packs);
    assert!(faults.is_empty(), "{faults:?}");
    let pipeline = Pipeline::new(config, &packs).expect("the settings are sound");
    let document = pipeline.clean(text.as_bytes(), Source::default()).expect("text");
    let taken = document.text.changes().map(|change| (pipeline.rules().get(change.rule).id.clone(), change.score));
    let taken = taken.filter(|(rule, _)| rule.starts_with("strip.model.")).collect();
    (document, taken)
}

fn with_profile(profile: Profile) -> Config {
    let mut config = Config::default();
    config.rules.profile = profile;
    config
}

#[test]
fn menu_of_a_full_page_goes_and_the_article_stays() {
    let (document, taken) = clean(&Config::default(), &page());
    for line in ARTICLE {
        assert!(document.text.as_str().contains(line), "lost: {line}");
    }
    let left = MENU.iter().filter(|name| document.text.as_str().lines().any(|line| line == **name)).count();
    assert!(left * 5 <= MENU.len(), "{left} names of the menu are left in\n{}", document.text.as_str());
    assert!(taken.len() >= MENU.len(), "{taken:?}");
    assert!(taken.iter().all(|(_, score)| (0.5..=1.0).contains(score)), "{taken:?}");
}

#[test]
fn line_model_does_not_act_where_it_is_not_wanted() {
    assert_eq!(clean(&with_profile(Profile::Safe), &page()).1, []);
    let mut config = Config::default();
    config.rules.line_model = "none".to_owned();
    assert_eq!(clean(&config, &page()).1, []);
    let text = ARTICLE.join("\n\n");
    assert_eq!(clean(&with_profile(Profile::Aggressive), &text).1, []);
}

/// A rule of low confidence takes any short line in a long run of them; the model knows a list with its heading.
#[test]
fn doubtful_rules_act_alone_only_without_the_model() {
    let list = ["salt", "two onions", "barley flour", "smoked eel", "a spoon of lard", "black pepper", "dill"];
    let text =
        format!("{}\n\nFor the soup of the lock keepers you need:\n- {}\n", ARTICLE.join("\n"), list.join("\n- "));
    let mut config = with_profile(Profile::Aggressive);
    let is_whole = |config: &Config| clean(config, &text).0.text.as_str().contains("smoked eel");
    assert!(is_whole(&config));
    config.rules.line_model = "none".to_owned();
    assert!(!is_whole(&config));
}

#[test]
fn line_model_leaves_what_is_a_list_and_nothing_else() {
    let mut text = String::from("Words for snow that the ferry crews use, from the notebook of the lock keeper:\n");
    for word in MENU {
        writeln!(text, "- {}", word.to_lowercase()).expect("a string takes all");
    }
    text.push_str("She wrote them down over thirty winters, and nobody has found a use for the last of them.\n");
    let (document, _) = clean(&with_profile(Profile::Balanced), &text);
    assert_eq!(document.text.as_str().trim_end(), text.trim_end());
}

#[test]
fn weights_that_cannot_be_used_are_named() {
    let mut config = Config::default();
    for (path, what) in [("no/such/weights.json", "cannot read"), ("Cargo.toml", "no weights")] {
        path.clone_into(&mut config.rules.line_model);
        let error = Pipeline::new(&config, &Packs::default()).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(path) && error.contains(what), "{error}");
    }
}

/// What a shop shows on a page of its catalogue.
fn catalogue() -> String {
    let goods =
        ["Boat hook, ash", "Eel trap, small", "Oilskin coat", "Brass lamp", "Rope, 20 m", "Tin kettle", "Wool cap"];
    let mut text = String::from("Home\nBoats and tackle\nSort by\nPrice, low to high\n28 items\n");
    for (number, name) in goods.iter().cycle().take(28).enumerate() {
        writeln!(text, "{name} no. {number}\n{}.90 EUR\nAdd to basket", 4 + number * 3).expect("a string takes all");
    }
    text.push_str("Back to top\n1\n2\n3\nNext\n");
    text
}

#[test]
fn list_of_goods_without_a_sentence_is_rejected_and_says_by_what() {
    let (document, _) = clean(&Config::default(), &catalogue());
    assert_eq!(document.verdict, Verdict::Rejected("strip.model.page".to_owned()));
    let mut config = Config::default();
    config.rules.line_model = "none".to_owned();
    assert_eq!(clean(&config, &catalogue()).0.verdict, Verdict::Kept);
}

#[test]
fn ignored_model_does_nothing_for_all_documents_or_for_some() {
    use scutch::RulesOfPath;
    let mut config = Config::default();
    config.rules.ignore = vec!["strip.model".to_owned()];
    assert_eq!(clean(&config, &catalogue()).0.verdict, Verdict::Kept);
    assert!(clean(&config, &page()).1.is_empty());
    config.rules.ignore = vec!["strip.model.page".to_owned()];
    assert_eq!(clean(&config, &catalogue()).0.verdict, Verdict::Kept);
    assert!(!clean(&config, &page()).1.is_empty());
    let takes_menu = |config: &Config| clean(config, &page()).1.iter().any(|(rule, _)| rule == "strip.model.nav");
    assert!(takes_menu(&config), "other rules of the model act");
    config.rules.ignore = vec!["strip.model.nav".to_owned()];
    assert!(!takes_menu(&config));

    config.rules.ignore = Vec::new();
    let ignore = vec!["strip.model.page".to_owned()];
    config.rules.per_path = vec![RulesOfPath { glob: "lists/*".to_owned(), ignore, ..RulesOfPath::default() }];
    let (packs, _) = Packs::load(&config.rules.packs);
    let pipeline = Pipeline::new(&config, &packs).expect("the settings are sound");
    for (path, is_kept) in [("lists/boats.txt", true), ("pages/boats.txt", false)] {
        let source = Source { path: path.to_owned(), ..Source::default() };
        let document = pipeline.clean(catalogue().as_bytes(), source).expect("text");
        assert_eq!(document.verdict == Verdict::Kept, is_kept, "{path}");
    }
}

/// Paragraphs that end in a reference are paragraphs.
#[test]
fn article_whose_sentences_end_in_references_is_kept() {
    for reference in ["[3]", ".[12][13]", " (Fenwick 1998)", "(8026)", "¹²", "7"] {
        let lines = ARTICLE.iter().cycle().take(18).map(|line| format!("{line}{reference}\n"));
        let (document, _) = clean(&Config::default(), &lines.collect::<String>());
        assert_eq!(document.verdict, Verdict::Kept, "{reference}");
    }
}

#[test]
fn verse_and_ingredients_are_no_list_of_goods() {
    let verse = "\
The ferry sleeps beneath the ice
and nobody has told the crew
that winter came and counted twice
the boats that never made it through

A lantern hangs above the lock
its flame as small as barley seed
and someone underneath the clock
writes down a name for each to read

O keep the rope and keep the oar
and keep the kettle on the coal
the thaw is knocking at the door
with muddy boots and half a soul

Then all the gates will swing again
and all the eels go out to sea
and we shall cross among the men
who never paid the ferry fee
";
    let recipe = "\
Barley bread of the lock keepers
For the dough
500 g barley flour
250 g wheat flour
2 teaspoons of salt
30 g fresh yeast
a spoon of honey
400 ml warm water
For the crust
3 spoons of oat flakes
1 spoon of linseed
a little milk
What to do
Stir the yeast into the water with the honey.
Knead flour, salt and water for ten minutes.
Cover it and let it rise for an hour
Shape a loaf, brush it with milk
Bake at 220 degrees for 40 minutes
";
    for text in [verse, recipe] {
        let (document, _) = clean(&Config::default(), text);
        assert_eq!(document.verdict, Verdict::Kept, "{text}");
        assert_eq!(document.text.as_str().trim_end(), text.trim_end());
    }
}
