//! What must hold for every text, every encoding and every list of edits.

use proptest::prelude::*;
use scutch::replay::{replay, undo};
use scutch::{Edit, Edits, Encoding, RuleId, RuleTable, TextSpan, TracedText};

use crate::library::invariants::decode::recorded;

/// All encodings, one in three of those that the Encoding Standard lacks.
fn encodings() -> impl Strategy<Value = Encoding> {
    let (standard, others): (Vec<Encoding>, Vec<Encoding>) =
        Encoding::all().into_iter().partition(|encoding| standard(*encoding).is_some());
    prop_oneof![2 => prop::sample::select(standard), 1 => prop::sample::select(others)]
}

/// The same encoding as the Encoding Standard has it.
fn standard(encoding: Encoding) -> Option<&'static encoding_rs::Encoding> {
    let found = encoding_rs::Encoding::for_label(encoding.name().as_bytes())?;
    (found.name() == encoding.name()).then_some(found)
}

/// Text of several scripts, with characters that every family of encodings knows.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "The talks ",
        "go on.",
        "\n",
        "\r\n",
        " ",
        "Привет",
        "“",
        "”",
        "’",
        "é",
        "ß",
        "Ω",
        "ş",
        "ก",
        "א",
        "عر",
        "漢字",
        "テスト",
        "한국어",
        "中文。",
        "😀",
        "\u{a0}",
        "e\u{301}",
        "\u{feff}",
        "~",
        "\\",
        "ｱ",
        "ế",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

/// Bytes that are partly valid text of the encoding and partly anything.
fn raw_bytes() -> impl Strategy<Value = (Encoding, Vec<u8>)> {
    let junk = prop::collection::vec(any::<u8>(), 0..6);
    // Lead bytes, escapes, and bytes that a sequence may not end with.
    let nasty = prop::sample::select(vec![
        vec![0x81],
        vec![0x81, 0x30, 0x81],
        vec![0xFE, 0xFF],
        vec![0x1B, 0x24, 0x42],
        vec![0x1B, 0x28, 0x42],
        vec![0x1B],
        vec![0x8F, 0xA1],
        vec![0x88, 0x62],
        vec![0xE2, 0x80],
        vec![0xF0, 0x9F],
        vec![0x00, 0xD8],
        vec![0x84, 0x31, 0xA4, 0x37],
        vec![0x1B, 0x24, 0x29, 0x43],
        vec![0x0E],
        vec![0x0F],
        vec![0x88, 0x20],
        vec![0x00, 0x00, 0xD8, 0x00],
    ]);
    (encodings(), prop::collection::vec((texts(), junk, prop::option::of(nasty)), 0..5)).prop_map(
        |(encoding, parts)| {
            let mut raw = Vec::new();
            for (text, junk, nasty) in parts {
                raw.extend_from_slice(&encode(encoding, &text));
                raw.extend_from_slice(&junk);
                raw.extend(nasty.into_iter().flatten());
            }
            (encoding, raw)
        },
    )
}

/// Encodes what the encoding has; the rest is left out.
fn encode(encoding: Encoding, text: &str) -> Vec<u8> {
    let by_char = |encode: &dyn Fn(char) -> Option<Vec<u8>>| text.chars().filter_map(encode).flatten().collect();
    match encoding.name() {
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "UTF-32LE" => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "UTF-32BE" => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        "ISO-2022-KR" => by_char(&|c| {
            let text = c.to_string();
            let (raw, _, unmapped) = encoding_rs::EUC_KR.encode(&text);
            let seven_bits = raw.iter().map(|byte| byte & 0x7F);
            let shifted = || b"\x0E".iter().copied().chain(seven_bits).chain(*b"\x0F").collect();
            (!unmapped).then(|| if c.is_ascii() { raw.to_vec() } else { shifted() })
        }),
        "Johab" => by_char(&|c| match c {
            '한' => Some(vec![0xD0, 0x65]),
            '국' => Some(vec![0x8A, 0x82]),
            '어' => Some(vec![0xB4, 0xE1]),
            c => c.is_ascii().then(|| vec![c as u8]),
        }),
        _ => match standard(encoding) {
            Some(standard) => {
                let kept: String = text.chars().filter(|c| !standard.encode(&c.to_string()).2).collect();
                standard.encode(&kept).0.into_owned()
            }
            None => by_char(&|c| {
                (0..=u8::MAX)
                    .find(|byte| {
                        let text = TracedText::decode(&[*byte], encoding).expect("short");
                        text.as_str().chars().eq([c])
                    })
                    .map(|byte| vec![byte])
            }),
        },
    }
}

/// A list of edits for a text, made from numbers: where to start, how much to take, what to put.
type Plan = Vec<(u8, u8, Option<&'static str>)>;

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let replacement = prop::option::of(prop::sample::select(vec!["“", "xy", "\n\n", "é", "a longer replacement"]));
    prop::collection::vec(prop::collection::vec((0_u8..12, 0_u8..9, replacement), 0..12), 0..6)
}

/// The plan's edits on `text`: rising, on character borders.
fn edits_of(plan: &Plan, text: &str, rule: RuleId) -> Edits {
    let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut edits = Edits::default();
    let mut at = 0;
    for (skip, take, replacement) in plan {
        let start = at + usize::from(*skip);
        let end = start + usize::from(*take);
        let (Some(from), Some(to)) = (borders.get(start), borders.get(end)) else { break };
        edits.push(Edit::replace(TextSpan::from_range(*from..*to), replacement.unwrap_or(""), rule)).expect("rising");
        at = end;
    }
    edits
}

/// What the edits make of a text, the plain way.
fn edited(text: &str, edits: &Edits) -> String {
    let mut result = String::new();
    let mut at = 0;
    for edit in edits.as_slice() {
        result.push_str(text.get(at..edit.span.start as usize).expect("borders"));
        result.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    result + text.get(at..).expect("borders")
}

fn rule() -> RuleId {
    RuleTable::default().builtin("test", "rule")
}

/// Every character's raw bytes follow those of the one before it.
fn assert_raw_never_goes_back(text: &TracedText) {
    let mut last = 0;
    for (at, c) in text.as_str().char_indices() {
        let span = text.raw_span(TextSpan::from_range(at..at + c.len_utf8()));
        assert!(span.start >= last || span.end >= last, "raw span {span:?} of {c:?} goes back behind {last}");
        assert!(span.start <= span.end);
        last = span.start;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decoding_equals_encoding_rs((encoding, raw) in raw_bytes()) {
        let text = TracedText::decode(&raw, encoding).expect("short");
        if let Some(standard) = standard(encoding) {
            let (expected, malformed) = standard.decode_without_bom_handling(&raw);
            prop_assert_eq!(text.as_str(), expected.as_ref());
            prop_assert_eq!(text.malformed() > 0, malformed);
        }
        prop_assert_eq!(text.origins().text_len() as usize, text.as_str().len());
        assert_raw_never_goes_back(&text);
    }

    #[test]
    fn raw_span_of_a_character_decodes_to_it((encoding, raw) in raw_bytes()) {
        // An escape before the character's own bytes, or a lone surrogate held back, changes what they mean.
        if ["ISO-2022-JP", "ISO-2022-KR", "UTF-16LE", "UTF-16BE"].contains(&encoding.name()) {
            return Ok(());
        }
        let text = TracedText::decode(&raw, encoding).expect("short");
        for (at, c) in text.as_str().char_indices() {
            let span = text.raw_span(TextSpan::from_range(at..at + c.len_utf8()));
            let slice = raw.get(span.range()).expect("within the raw bytes");
            if c != char::REPLACEMENT_CHARACTER && !slice.is_empty() {
                let decoded = TracedText::decode(slice, encoding).expect("short");
                let decoded = decoded.as_str();
                prop_assert!(decoded.contains(c), "{:?} from {:?}, not {:?}", c, slice, decoded);
            }
        }
    }

    #[test]
    fn whole_text_comes_from_all_raw_bytes_of_utf8(raw in prop::collection::vec(any::<u8>(), 1..80)) {
        let text = TracedText::decode(&raw, encoding_rs::UTF_8).expect("short");
        let all = TextSpan::from_range(0..text.as_str().len());
        prop_assert_eq!(text.raw_span(all).range(), 0..raw.len());
    }

    #[test]
    fn edits_compose_replay_and_undo((encoding, raw) in raw_bytes(), plans in plans()) {
        let mut text = TracedText::decode(&raw, encoding).expect("short");
        let decoded = text.as_str().to_owned();
        let rule = rule();
        for plan in &plans {
            let edits = edits_of(plan, text.as_str(), rule);
            let expected = edited(text.as_str(), &edits);
            let changes_before = text.changes().len();
            text.apply(&edits);
            prop_assert_eq!(text.as_str(), expected.as_str());
            prop_assert_eq!(text.changes().len() - changes_before, edits.len());
        }
        prop_assert_eq!(text.decoded(), decoded.as_str());
        let changes = recorded(&text);
        prop_assert_eq!(replay(&decoded, &changes).expect("fits"), text.as_str());
        prop_assert_eq!(undo(text.as_str(), &changes).expect("fits"), decoded.as_str());
        assert_raw_never_goes_back(&text);
    }

    #[test]
    fn every_changed_byte_has_a_change(text in texts(), plans in plans()) {
        let raw = text.as_bytes();
        let mut traced = TracedText::decode(raw, encoding_rs::UTF_8).expect("short");
        let rule = rule();
        for plan in &plans {
            traced.apply(&edits_of(plan, traced.as_str(), rule));
        }
        // Outside the changes' spans, the decoded text stands unchanged and in order.
        let mut touched = vec![false; text.len()];
        for change in traced.changes() {
            touched.get_mut(change.decoded.range()).expect("within the text").fill(true);
        }
        for (at, c) in text.char_indices().filter(|(at, _)| !touched[*at]) {
            let span = scutch::DecodedSpan::from_range(at..at + c.len_utf8());
            let now = traced.locate(span).range();
            prop_assert!(traced.as_str().get(now).is_some_and(|now| now.contains(c)));
        }
        let untouched: String = text.char_indices().filter(|(at, _)| !touched[*at]).map(|(_, c)| c).collect();
        let mut rest = traced.as_str().chars();
        prop_assert!(untouched.chars().all(|c| rest.any(|found| found == c)), "{untouched:?} is not kept in order");
    }

    #[test]
    fn text_that_stays_keeps_its_raw_bytes(text in texts(), plans in plans()) {
        let mut traced = TracedText::decode(text.as_bytes(), encoding_rs::UTF_8).expect("short");
        let rule = rule();
        for plan in &plans {
            traced.apply(&edits_of(plan, traced.as_str(), rule));
        }
        let replaced: String = traced.changes().map(|change| change.after.to_owned()).collect();
        for (at, c) in traced.as_str().char_indices().filter(|(_, c)| !replaced.contains(*c)) {
            let span = traced.raw_span(TextSpan::from_range(at..at + c.len_utf8()));
            let character = c.to_string();
            prop_assert_eq!(text.get(span.range()), Some(character.as_str()));
        }
    }

    #[test]
    fn tampering_with_a_record_is_noticed(text in texts(), plan in plans(), victim in any::<prop::sample::Index>()) {
        let mut traced = TracedText::decode(text.as_bytes(), encoding_rs::UTF_8).expect("short");
        for plan in &plan {
            traced.apply(&edits_of(plan, traced.as_str(), rule()));
        }
        let mut changes = recorded(&traced);
        if changes.is_empty() {
            return Ok(());
        }
        let index = victim.index(changes.len());
        changes[index].before.push('\u{1}');
        prop_assert!(replay(&text, &changes).is_err() || undo(traced.as_str(), &changes).map_or(true, |back| back != text));
    }
}

#[test]
fn utf8_text_costs_no_trace() {
    let text = "Clean text. ".repeat(10_000);
    let traced = TracedText::decode(text.as_bytes(), encoding_rs::UTF_8).expect("short");
    assert_eq!(traced.trace_len(), 2);
}
