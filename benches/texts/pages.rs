//! Made-up pages: the full text of one, with its menus and buttons, and the article alone.

use crate::corpus::Random;

/// Lines of menus, buttons, notices and lists of links, in some of the languages of the web.
const FURNITURE: [&str; 48] = [
    "Home",
    "News",
    "Sport",
    "Weather",
    "Opinion",
    "Share",
    "Tweet",
    "Share on Facebook",
    "Sign in",
    "Log in / Register",
    "Subscribe to our newsletter",
    "Advertisement",
    "Read more",
    "Most read",
    "Related articles",
    "12 Comments",
    "Leave a reply",
    "3 days ago",
    "By Ada Lund",
    "Monday, 30 June 2025",
    "Startseite",
    "Kontakt",
    "Impressum",
    "Datenschutz",
    "Anmelden",
    "Mehr zum Thema",
    "Accueil",
    "Qui sommes-nous ?",
    "Partager cet article",
    "Inicio",
    "Iniciar sesión",
    "Compartir",
    "Главная",
    "Подписаться",
    "Комментарии",
    "Etusivu",
    "Kirjaudu sisään",
    "Logga in",
    "Läs mer",
    "© 2025 The Harbor Gazette. All rights reserved.",
    "We use cookies to make this site work. Read our policy.",
    "Terms of use | Privacy | Contact | About us",
    "Harbor opens new pier after ten years of work",
    "Five ferries that still cross the northern sound",
    "Why the lighthouse keeper will not leave his island",
    "[x]",
    "›",
    "1 2 3 4 5 … 18",
];

/// Lines of a comment.
const COMMENTS: [&str; 6] = [
    "Marta K. says:",
    "2 July 2025 at 14:05",
    "I took that ferry every day for years and never saw a seal.",
    "Reply",
    "Like (3)",
    "Danke für den Bericht, die Brücke fehlt uns sehr!",
];

/// The words of menus that are no phrase of any rule.
const TOPICS: [&str; 12] = [
    "Harbors",
    "Ferries",
    "Islands",
    "Bridges",
    "Winter fairs",
    "Old maps",
    "Boat repair",
    "Fisheries",
    "Tide tables",
    "Knots and ropes",
    "Lighthouses",
    "Northern routes",
];

/// The full text of a page: menus, a headline, paragraphs with buttons between them, comments and lists of links. Eight
/// lines of ten are furniture.
pub(crate) fn page(words: &[&str], random: &mut Random) -> String {
    let mut text = String::new();
    furniture(&mut text, random, 30);
    push(&mut text, sentence(words, random, 8).trim_end_matches('.'));
    for _ in 0..random.within(8..=16) {
        push(&mut text, &paragraph(words, random));
        if random.within(0..=2) == 0 {
            furniture(&mut text, random, 1);
        }
    }
    furniture(&mut text, random, 20);
    for _ in 0..random.within(0..=4) {
        for line in COMMENTS {
            push(&mut text, line);
        }
    }
    furniture(&mut text, random, 25);
    text
}

/// An article alone: a headline and paragraphs.
pub(crate) fn article(words: &[&str], random: &mut Random) -> String {
    let mut text = String::new();
    push(&mut text, sentence(words, random, 8).trim_end_matches('.'));
    for _ in 0..random.within(12..=24) {
        push(&mut text, &paragraph(words, random));
    }
    text
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// Furniture of so many lines, one in three of which no rule knows.
fn furniture(text: &mut String, random: &mut Random, lines: u64) {
    for _ in 0..lines {
        let line = match random.within(0..=2) {
            0 => format!("{} {}", random.word(&TOPICS), random.within(1..=99)),
            _ => random.word(&FURNITURE).to_owned(),
        };
        push(text, &line);
    }
}

fn paragraph(words: &[&str], random: &mut Random) -> String {
    let sentences: Vec<String> = (0..random.within(2..=4)).map(|_| sentence(words, random, 14)).collect();
    sentences.join(" ")
}

/// A sentence of about so many words.
fn sentence(words: &[&str], random: &mut Random, length: u64) -> String {
    let words: Vec<&str> = (0..random.within(length / 2..=length * 3 / 2)).map(|_| random.word(words)).collect();
    let text = words.join(" ");
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter();
    first.chain(letters).chain(std::iter::once('.')).collect()
}
