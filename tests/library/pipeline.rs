//! What must hold for every text on its way through all stages.

use std::sync::LazyLock;

use proptest::prelude::*;
use scutch::replay::{replay, undo};
use scutch::{Config, Content, Document, Packs, Pipeline, Source, Verdict};

use crate::library::invariants::decode::recorded;

/// Pieces that stages act on, alone and in the worst company.
const PIECES: [&str; 64] = [
    "The mayor said on Monday that the harbor stays shut.",
    "Share",
    "Advertisement",
    "Related",
    "Read more",
    "Sign up for our newsletter",
    "0",
    "Comment",
    "Story Code : 100200",
    "Friday 4 March 2011 - 07:34",
    "News / Harbor",
    "(Photo by Reuters)",
    "Facebook Twitter WhatsApp",
    "A Message from The Moscow Times:",
    "Copyright 2016",
    "All rights reserved.",
    "\n",
    "\n\n",
    "\n\n\n\n",
    "\r\n",
    "\r",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{b}",
    "\u{c}",
    " ",
    "  ",
    "\t",
    "\u{a0}",
    "\u{2003}",
    "\u{3000}",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{93}",
    "\u{9d}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{fffd}",
    "\u{301}",
    "e\u{301}\u{323}",
    "\u{1100}\u{1161}\u{11a8}",
    "\u{212b}",
    "ﬁ",
    "😀",
    "👩\u{200d}👩\u{200d}👧",
    "â€™",
    "â€œ",
    "â€",
    "?€?",
    "Ã©",
    "Ã¢â‚¬â„¢",
    "вЂ™",
    "Ð¿Ñ€Ð¸Ð²ÐµÑ‚",
    "&amp;",
    "&#8217;",
    "\\u2019",
    "<p>",
    "</p><br>",
    "<script>x</script>",
    "<!--",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => any::<char>().prop_map(String::from),
        2 => "[A-Za-z ,.?\"']{0,30}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A pipeline of these stages; all for an empty list.
fn pipeline(stages: &[&str]) -> Pipeline {
    let mut config = Config::default();
    if !stages.is_empty() {
        config.stages = stages.iter().map(|stage| (*stage).to_owned()).collect();
    }
    let (packs, faults) = Packs::load(&config.rules.packs);
    assert!(faults.is_empty(), "{faults:?}");
    Pipeline::new(&config, &packs).expect("the defaults are sound")
}

static ALL: LazyLock<Pipeline> = LazyLock::new(|| pipeline(&[]));
static NORMALIZE: LazyLock<Pipeline> = LazyLock::new(|| pipeline(&["normalize"]));

/// As a record of JSONL, whose text is UTF-8 for sure.
fn record(content: Content) -> Source {
    Source { content, in_container: true, is_decoded: true, ..Source::default() }
}

fn cleaned(pipeline: &Pipeline, text: &str, content: Content) -> Document {
    pipeline.clean(text.as_bytes(), record(content)).expect("the text is short")
}

/// Both directions lead where they must.
fn assert_provable(document: &Document) -> Result<(), TestCaseError> {
    let (decoded, text) = (document.text.decoded(), document.text.as_str());
    let changes = recorded(&document.text);
    prop_assert_eq!(replay(decoded, &changes).expect("the changes fit"), text);
    prop_assert_eq!(undo(text, &changes).expect("the changes fit"), decoded);
    let empty = changes.iter().find(|change| change.before == change.after);
    prop_assert!(empty.is_none(), "{:?} changes nothing", empty);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_stages_replay_and_undo(text in texts(), is_html in any::<bool>()) {
        let content = if is_html { Content::Html } else { Content::Text };
        let document = cleaned(&ALL, &text, content);
        prop_assert_eq!(document.text.decoded(), text.as_str());
        assert_provable(&document)?;
        if document.verdict == Verdict::Kept {
            prop_assert!(!document.text.as_str().trim().is_empty());
        }
    }

    #[test]
    fn any_bytes_replay_and_undo(
        parts in prop::collection::vec((texts(), prop::collection::vec(any::<u8>(), 0..12)), 0..4),
        is_html in any::<bool>(),
    ) {
        let raw: Vec<u8> = parts.into_iter().flat_map(|(text, bytes)| [text.into_bytes(), bytes].concat()).collect();
        let content = if is_html { Content::Html } else { Content::Text };
        let document = ALL.clean(&raw, Source { content, ..Source::default() }).expect("short");
        assert_provable(&document)?;
        for change in document.text.changes() {
            prop_assert!(raw.get(change.raw.range()).is_some(), "{:?} lies outside the raw bytes", change.raw);
        }
    }

    #[test]
    fn cleaning_is_deterministic(text in texts()) {
        let (one, other) = (cleaned(&ALL, &text, Content::Text), cleaned(&ALL, &text, Content::Text));
        prop_assert_eq!(one.text.as_str(), other.text.as_str());
        prop_assert_eq!(recorded(&one.text), recorded(&other.text));
        prop_assert_eq!(one.facts, other.facts);
    }

    #[test]
    fn normalizing_twice_is_normalizing_once(text in texts()) {
        let once = cleaned(&NORMALIZE, &text, Content::Text);
        let once = once.text.as_str();
        let twice = cleaned(&NORMALIZE, once, Content::Text);
        prop_assert_eq!(twice.text.as_str(), once);
        prop_assert_eq!(twice.text.changes().len(), 0);
    }

    #[test]
    fn normalized_text_is_plain(text in texts()) {
        let document = cleaned(&NORMALIZE, &text, Content::Text);
        let text = document.text.as_str();
        let is_unwanted = |c: char| {
            (c.is_control() && !"\t\n".contains(c) && !('\u{80}'..='\u{9f}').contains(&c))
                || (c.is_whitespace() && !" \t\n\u{85}".contains(c))
                || "\u{ad}\u{200b}\u{feff}".contains(c)
        };
        let unwanted = text.chars().find(|c| is_unwanted(*c));
        prop_assert!(unwanted.is_none(), "{:?} is left in {:?}", unwanted, text);
        for doubled in ["  ", " \n", "\n ", "\n\n\n"] {
            prop_assert!(!text.contains(doubled), "{:?} is left in {:?}", doubled, text);
        }
        prop_assert_eq!(text, text.trim_matches(['\n', ' ', '\t']));
    }
}
