//! Dates in text to timestamps. Ambiguous order of day and month is never guessed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// Month names by language: data, so that a language is added without code.
const MONTHS: &str = include_str!("../../rules/dates/months.toml");

/// Month numbers by lower-case name.
fn months() -> &'static BTreeMap<String, i8> {
    static TABLE: OnceLock<BTreeMap<String, i8>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let by_language: BTreeMap<String, Vec<Vec<String>>> =
            toml::from_str(MONTHS).expect("the embedded month table is checked by a test");
        let names = by_language.into_values().flat_map(|months| (1_i8..).zip(months));
        names.flat_map(|(number, names)| names.into_iter().map(move |name| (name, number))).collect()
    })
}

/// A part of a date as written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number { value: u32, digits: usize },
    Word(String),
    Symbol(char),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut glued = false;
    for c in text.chars() {
        match (c, tokens.last_mut()) {
            (c, Some(Token::Number { value, digits })) if glued && c.is_ascii_digit() => {
                *value = value.saturating_mul(10).saturating_add(c.to_digit(10).unwrap_or(0));
                *digits += 1;
            }
            (c, _) if c.is_ascii_digit() => {
                tokens.push(Token::Number { value: c.to_digit(10).unwrap_or(0), digits: 1 });
            }
            ('年' | '月' | '日' | '时' | '時' | '点' | '分', _) => tokens.push(Token::Symbol(c)),
            (c, Some(Token::Word(word))) if glued && c.is_alphabetic() => word.extend(c.to_lowercase()),
            (c, _) if c.is_alphabetic() => tokens.push(Token::Word(c.to_lowercase().collect())),
            (c, _) if c.is_whitespace() => {
                glued = false;
                continue;
            }
            (c, _) => tokens.push(Token::Symbol(c)),
        }
        glued = true;
    }
    tokens
}

/// The timestamp that `text` states, as `2016-06-30T07:34:00.000Z`, or `None`.
///
/// Reads a day, month and year in words (`Thursday 30 June 2016 - 07:34`, `June 30, 2016`,
/// `30 июня 2016`), ISO 8601, Chinese and Japanese order, and numbers alone where only one order is
/// possible (`30.06.2016`, `2016/06/30`, but not `06/07/2016`). A time with an offset or a zone that means
/// one offset (`EST`, `GMT+3`) is converted to UTC; with any other zone (`CST`) the time of day is left out,
/// since it is not known; a time without zone is taken as it stands; a date without time is midnight.
///
/// # Example
/// `parse_date("Thursday 30 June 2016 - 07:34")` is `Some("2016-06-30T07:34:00.000Z")`.
pub(crate) fn parse_date(text: &str) -> Option<String> {
    if let Ok(instant) = text.trim().parse::<jiff::Timestamp>() {
        return Some(instant.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string());
    }
    let tokens = tokens(text);
    let date = named_month(&tokens).or_else(|| numeric(&tokens))?;
    let offset = zone(text).map_or(Some(Offset::UTC), offset_of);
    let (hour, minute, second) = offset.and_then(|_| time(&tokens)).unwrap_or((0, 0, 0));
    let stamp: DateTime = date.at(hour, minute, second, 0);
    let instant = offset.unwrap_or(Offset::UTC).to_timestamp(stamp).ok()?;
    Some(instant.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())
}

/// Zones whose abbreviation means one offset from UTC, in minutes. `CST`, `BST`, `IST`, `AST`, `ET` and
/// others mean several, so they are not here.
const ZONES: [(&str, i32); 29] = [
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("JST", 540),
    ("KST", 540),
    ("HKT", 480),
    ("SGT", 480),
    ("PKT", 300),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
];

/// Words in capitals behind a time that name no zone.
const NO_ZONES: [&str; 16] =
    ["AM", "PM", "UHR", "HRS", "HS", "ON", "AT", "MON", "TUE", "TUES", "WED", "THU", "THUR", "FRI", "SAT", "SUN"];

/// The zone behind the time of day (`EST`, `GMT+3`): two to five capital letters, and what is glued to them.
fn zone(text: &str) -> Option<&str> {
    let is_clock = |window: &[u8]| window[0].is_ascii_digit() && window[1] == b':' && window[2].is_ascii_digit();
    let clock = text.as_bytes().windows(3).position(is_clock)?;
    let words = text.get(clock + 3..)?.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '|' | '.'));
    let is_zone = |word: &&str| {
        let name = zone_name(word);
        (2..=5).contains(&name.len()) && !NO_ZONES.contains(&name) && !months().contains_key(&name.to_lowercase())
    };
    // Digits before the name are the end of the time: `07:34GMT`.
    words.map(|word| word.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':')).find(is_zone)
}

/// The capital letters that a word starts with; empty if small letters follow.
fn zone_name(word: &str) -> &str {
    let end = word.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(word.len());
    let rest = word.get(end..).unwrap_or_default();
    let name = word.get(..end).unwrap_or_default();
    if rest.starts_with(char::is_alphabetic) { "" } else { name }
}

/// The offset from UTC that a zone means, or `None` if it may mean several or is not known.
fn offset_of(zone: &str) -> Option<Offset> {
    let name = zone_name(zone);
    let (_, minutes) = ZONES.iter().find(|(known, _)| *known == name)?;
    let rest = zone.get(name.len()..).unwrap_or_default();
    if rest.is_empty() {
        return Offset::from_seconds(minutes * 60).ok();
    }
    if !matches!(name, "UTC" | "GMT") {
        return None;
    }
    let sign = if rest.starts_with('+') { 1 } else { -1 };
    let hours: i32 = rest.strip_prefix(['+', '-', '−'])?.trim_end_matches(":00").parse().ok()?;
    Offset::from_seconds(sign * hours * 3600).ok()
}

/// A day and a year around a month in words.
fn named_month(tokens: &[Token]) -> Option<Date> {
    let is_month = |token: &Token| matches!(token, Token::Word(word) if months().contains_key(word));
    let at = tokens.iter().position(is_month)?;
    let Some(Token::Word(word)) = tokens.get(at) else { return None };
    let month = *months().get(word)?;
    let number = |index: usize| match tokens.get(index) {
        Some(Token::Number { value, digits }) => Some((*value, *digits)),
        _ => None,
    };
    // Skips ordinals and separators: `30th of June`, `30. Juni`, `30 de junio de 2016`, `June 30th,`.
    let behind: Vec<(u32, usize)> = (at + 1..(at + 6).min(tokens.len())).filter_map(number).collect();
    let before: Vec<(u32, usize)> = (at.saturating_sub(4)..at).filter_map(number).collect();
    let year = |list: &[(u32, usize)]| list.iter().find(|(_, digits)| *digits == 4).map(|(value, _)| *value);
    let day = |pair: Option<&(u32, usize)>| {
        pair.filter(|(value, digits)| *digits <= 2 && (1..=31).contains(value)).map(|(value, _)| *value)
    };
    let year = year(&behind).or_else(|| year(&before))?;
    let day = day(before.last()).or_else(|| day(behind.first()))?;
    new_date(year, u32::from(month.unsigned_abs()), day)
}

/// Three numbers with separators, if only one reading is possible.
fn numeric(tokens: &[Token]) -> Option<Date> {
    tokens.windows(5).find_map(|window| match window {
        [
            Token::Number { value: first, digits: first_digits },
            Token::Symbol(one),
            Token::Number { value: second, .. },
            Token::Symbol(two),
            Token::Number { value: third, digits: third_digits },
        ] => {
            let same_separator = one == two && ['-', '/', '.'].contains(one);
            let han = *one == '年' && *two == '月';
            if *first_digits == 4 && (same_separator || han) {
                return new_date(*first, *second, *third);
            }
            if *third_digits != 4 || !same_separator {
                return None;
            }
            // With dots the day stands first wherever dots are used.
            match (*one, *first > 12, *second > 12) {
                ('.', _, false) | (_, true, false) => new_date(*third, *second, *first),
                (_, false, true) => new_date(*third, *first, *second),
                _ => None,
            }
        }
        _ => None,
    })
}

fn new_date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `07:34`, `7:34:10`, `7.34 pm` behind other tokens.
fn time(tokens: &[Token]) -> Option<(i8, i8, i8)> {
    let (at, hour, minute) = tokens.windows(3).enumerate().find_map(|(at, window)| match window {
        [Token::Number { value: hour, digits: 1..=2 }, between, Token::Number { value: minute, digits: 2 }]
            if *between == Token::Symbol(':') || *between == Token::Word("h".to_owned()) =>
        {
            Some((at, *hour, *minute))
        }
        _ => None,
    })?;
    let (second, behind) = match (tokens.get(at + 3), tokens.get(at + 4)) {
        (Some(Token::Symbol(':')), Some(Token::Number { value, digits: 2 })) => (*value, tokens.get(at + 5)),
        (next, _) => (0, next),
    };
    let half = match behind {
        Some(Token::Word(word)) => word.as_str(),
        _ => "",
    };
    let hour = match half {
        // `p` is the start of `p.m.`.
        "pm" | "p" if hour < 12 => hour + 12,
        "am" | "a" if hour == 12 => 0,
        _ => hour,
    };
    let fits = hour < 24 && minute < 60 && second < 60;
    fits.then_some((i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_table_has_twelve_months_in_every_language() {
        let by_language: BTreeMap<String, Vec<Vec<String>>> = toml::from_str(MONTHS).expect("valid TOML");
        for (language, months) in by_language {
            assert_eq!(months.len(), 12, "{language}");
        }
    }

    #[test]
    fn dates_in_words_and_numbers_are_read() {
        let cases = [
            ("Thursday 30 June 2016 - 07:34", "2016-06-30T07:34:00.000Z"),
            ("June 30th, 2016 7:34 pm", "2016-06-30T19:34:00.000Z"),
            ("30. Juni 2016", "2016-06-30T00:00:00.000Z"),
            ("30 de junio de 2016", "2016-06-30T00:00:00.000Z"),
            ("30 июня 2016, 07:34", "2016-06-30T07:34:00.000Z"),
            ("le 1er août 2016", "2016-08-01T00:00:00.000Z"),
            ("2016-06-30T07:34:10Z", "2016-06-30T07:34:10.000Z"),
            ("2016年6月30日 07:34", "2016-06-30T07:34:00.000Z"),
            ("2016-06-30T07:34:10+03:00", "2016-06-30T04:34:10.000Z"),
            ("le 30 juin 2016 à 08h15", "2016-06-30T08:15:00.000Z"),
            ("30.06.2016", "2016-06-30T00:00:00.000Z"),
            ("6/30/2016", "2016-06-30T00:00:00.000Z"),
            ("30 June 2016, 4:15 p.m.", "2016-06-30T16:15:00.000Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_date(text).as_deref(), Some(expected), "from {text:?}");
        }
    }

    #[test]
    fn time_of_a_zone_is_converted_or_left_out() {
        let cases = [
            ("June 30, 2016 4:15 pm EST", "2016-06-30T21:15:00.000Z"),
            ("June 30, 2016 10:15 p.m. (EDT)", "2016-07-01T02:15:00.000Z"),
            ("30.06.2016, 00:30 CEST", "2016-06-29T22:30:00.000Z"),
            ("30 June 2016 07:34GMT", "2016-06-30T07:34:00.000Z"),
            ("30 June 2016 07:34 GMT+3", "2016-06-30T04:34:00.000Z"),
            ("07:34 UTC, Thursday, June 30, 2016", "2016-06-30T07:34:00.000Z"),
            ("June 30, 2016 4:15 pm CST", "2016-06-30T00:00:00.000Z"),
            ("June 30, 2016 4:15 PM ET", "2016-06-30T00:00:00.000Z"),
            ("4:15 PM, THU, JUNE 30, 2016", "2016-06-30T16:15:00.000Z"),
            ("26.10.2013, 14:05 Uhr", "2013-10-26T14:05:00.000Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_date(text).as_deref(), Some(expected), "from {text:?}");
        }
    }

    #[test]
    fn ambiguous_or_impossible_dates_are_not_guessed() {
        for text in ["06/07/2016", "31 June 2016", "June 2016", "30 Share 2016", "7:34", "99/99/2016", ""] {
            assert_eq!(parse_date(text), None, "from {text:?}");
        }
    }
}
