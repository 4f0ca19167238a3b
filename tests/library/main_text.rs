//! What stays of a page, and why the rest goes.

use scutch::stages::extract::{ExtractMode, ExtractOptions};
use scutch::{Config, Content, Document, Packs, Pipeline, Source, Verdict};

/// A page with much furniture around and in its text; among the samples.
const PAGE: &str = include_str!("../../raw/024-tide-mill.html");

fn extracted(page: &str, options: ExtractOptions) -> (Document, Vec<String>) {
    let config = Config { stages: vec!["extract".to_owned()], extract: options, ..Config::default() };
    let pipeline = Pipeline::new(&config, &Packs::default()).expect("the settings are valid");
    let source = Source { content: Content::Html, ..Source::default() };
    let document = pipeline.clean(page.as_bytes(), source).expect("a page");
    let changes = document.text.changes();
    let rules = changes.map(|change| pipeline.rules().get(change.rule).id.clone()).collect();
    (document, rules)
}

fn with_mode(mode: ExtractMode) -> ExtractOptions {
    ExtractOptions { mode, ..ExtractOptions::default() }
}

#[test]
fn the_article_stays_and_each_other_block_has_its_reason() {
    let (document, rules) = extracted(PAGE, ExtractOptions::default());
    let text = document.text.as_str();
    for stays in [
        "there was flour on the stones.",
        "“and then I could not hear myself speak.”",
        "How it works",
        "the state of the dam, which leaked for years;",
        "We only had to mend the door.",
        "are chalked on the gate.",
    ] {
        assert!(text.contains(stays), "{stays} is missing from {text}");
    }
    for goes in ["112 partners", "Weather", "WhatsApp", "ferryman", "parking", "inbox", "Imprint", "our leave"] {
        assert!(!text.contains(goes), "{goes} is in {text}");
    }
    for reason in
        ["extract.title", "extract.notice", "extract.share", "extract.related", "extract.comment", "extract.footer"]
    {
        assert!(rules.iter().any(|rule| rule == reason), "{reason} is not among {rules:?}");
    }
}

#[test]
fn everything_that_is_shown_stays_on_request() {
    let (document, rules) = extracted(PAGE, with_mode(ExtractMode::All));
    let text = document.text.as_str();
    assert!(text.contains("112 partners") && text.contains("who pays for the parking?"));
    assert!(!rules.iter().any(|rule| rule == "extract.related"), "{rules:?}");
}

#[test]
fn modes_keep_more_and_less() {
    let chars = |mode: ExtractMode| extracted(PAGE, with_mode(mode)).0.text.as_str().chars().count();
    let [precision, article, recall, all] =
        [ExtractMode::Precision, ExtractMode::Article, ExtractMode::Recall, ExtractMode::All].map(chars);
    assert!(precision <= article && article <= recall && recall < all, "{precision} {article} {recall} {all}");
}

#[test]
fn a_page_that_shows_nothing_without_scripts_is_read_without() {
    let posts: Vec<String> = (1..30)
        .map(|number| {
            format!("<div class=post><p>Reply {number}: the hinge of my gate was the wrong way round, and turning it took an afternoon, two bolts and some patience.</p></div>")
        })
        .collect();
    let posts = posts.concat();
    let page = format!(
        "<title>Gate that will not shut</title><body><div id=app></div><noscript><h1>Gate that will not shut</h1>{posts}</noscript>"
    );
    let (document, _) = extracted(&page, ExtractOptions::default());
    assert!(document.text.as_str().contains("Reply 7: the hinge"), "{}", document.text.as_str());
    let (with_text, _) =
        extracted(&format!("{page}<p>{}</p>", "All of it is shown. ".repeat(80)), ExtractOptions::default());
    assert!(!with_text.text.as_str().contains("Reply 7"), "a browser does not show it");
}

#[test]
fn the_line_model_leaves_the_main_text_of_pages_alone() {
    let goods: Vec<String> = (1..40)
        .map(|number| {
            format!("<li class=product-card><h3>Brass hinge {number}</h3><p>Fits doors of {number} cm</p></li>")
        })
        .collect();
    let page = format!(
        "<title>Hinges</title><body><main><h1>Hinges</h1><ul class=product-grid>{}</ul></main>",
        goods.concat()
    );
    let clean = |mode: ExtractMode| {
        let config = Config { extract: with_mode(mode), ..Config::default() };
        let (packs, _) = Packs::load(&config.rules.packs);
        let pipeline = Pipeline::new(&config, &packs).expect("the settings are valid");
        let source = Source { content: Content::Html, ..Source::default() };
        let document = pipeline.clean(page.as_bytes(), source).expect("a page");
        let ids = document.text.changes().map(|change| pipeline.rules().get(change.rule).id.clone());
        (ids.filter(|id| id.starts_with("strip.model")).count(), document.verdict)
    };
    assert_eq!(clean(ExtractMode::Recall), (0, Verdict::Kept));
    assert_ne!(clean(ExtractMode::All).0, 0, "without the block model, the line model judges the text");
}
