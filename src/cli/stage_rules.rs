//! What the rules of stages do that are code, for `scutch rules show`: rules of packs speak for themselves.

use crate::rules::STRIP_MODEL;

/// A rule that is code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StageRule {
    /// Full id, which starts with the stage.
    pub(super) id: &'static str,
    /// What it does, in a sentence.
    pub(super) about: &'static str,
}

/// The rule of a block of a page that goes.
macro_rules! block {
    ($name:literal, $kind:literal) => {
        rule(concat!("extract.", $name), concat!("A block of a page that is no part of its main text goes: ", $kind))
    };
}

/// All rules that are code, in the order in which their stages run.
pub(super) const ALL: &[StageRule] = &[
    rule("decode.bom", "A byte order mark at the start goes."),
    rule("extract.whitespace", "White space that a browser shows as one space, or not at all, becomes what it shows."),
    rule(
        "extract.markup",
        "Tags and comments go, with white space around them; those that break lines become line breaks.",
    ),
    rule("extract.hidden", "Text that a browser does not show goes: scripts, styles, hidden elements."),
    rule("extract.entity", "A character reference of a page becomes its character."),
    block!("nav", "menus, breadcrumbs, page numbers."),
    block!("header", "the head of the site."),
    block!("footer", "the foot of the site: terms, imprint, copyright."),
    block!("aside", "boxes beside the text."),
    block!("comment", "comments of readers and their forms."),
    block!("related", "other pages: related, latest, most read."),
    block!("share", "buttons and links to share and follow."),
    block!("ad", "advertisements."),
    block!("notice", "cookie banners, paywalls, pop-ups."),
    block!("account", "newsletters, subscriptions, accounts and other forms."),
    block!("tags", "tags and categories."),
    block!("meta", "byline, date and what else is said about the text."),
    block!("title", "the title of the page, which is metadata."),
    block!("caption", "captions and credits."),
    block!("links", "lists of links of any other kind."),
    block!("other", "of what kind, the page does not say."),
    rule("extract.page_facts", "Title, language, address and description of a page become metadata."),
    rule("repair.lossless", "UTF-8 that was read as a single-byte encoding, without loss, becomes what was written."),
    rule("repair.lossy", "The same behind a conversion that lost characters: they are restored from the context."),
    rule("repair.c1", "A control character that is a byte of Windows-1252 or Mac Roman becomes its character."),
    rule("repair.entity", "A character reference that was left in text becomes its character."),
    rule("repair.escape", "An escape sequence of a programming language, a URL or an e-mail becomes its character."),
    rule("repair.bom", "A byte order mark inside a text goes, also one that was read in the wrong encoding."),
    rule("repair.terminal", "An escape sequence for a terminal goes; characters struck over each other become one."),
    rule("repair.encoded_word", "An encoded word of an e-mail header (RFC 2047) becomes its text."),
    rule("normalize.newline", "Line ends of all kinds become LF."),
    rule("normalize.space.unicode", "A space of another kind (no-break, thin, tab) becomes a plain space."),
    rule("normalize.space.run", "Several spaces become one."),
    rule("normalize.space.leading", "White space at the start of a line goes."),
    rule("normalize.space.trailing", "White space at the end of a line goes."),
    rule("normalize.blank_lines", "Several blank lines become one."),
    rule("normalize.edges", "Blank lines at the start and the end of the text go."),
    rule("normalize.control", "Control characters go."),
    rule("normalize.invisible", "Invisible characters that have no effect where they stand go."),
    rule("normalize.nfc", "Characters become their composed form (Unicode NFC)."),
    rule("normalize.nfkc", "Characters become their compatibility form (Unicode NFKC)."),
    rule("normalize.quotes", "Curly and other quotation marks become plain ones; if `fold-quotes` is set."),
    rule("normalize.ligatures", "Latin ligatures become letters; if `fold-ligatures` is set."),
    rule("normalize.width", "Full-width and half-width characters get their usual width; if `fold-width` is set."),
    rule(
        STRIP_MODEL,
        "A line that no rule takes goes, as the line model says; behind it stands the family of the furniture that it is \
         or stands below. The score is how likely it is boilerplate. `strip.model.page` rejects a text that has no \
         paragraphs and that the model takes for a list of links, goods or other pages.",
    ),
    rule("annotate.title", "The title of a text without one of its own becomes metadata; the text stays."),
];

impl StageRule {
    /// Whether `id` names it: itself, or one of the families that the line model tells.
    pub(super) fn is_named(&self, id: &str) -> bool {
        let rest = id.strip_prefix(self.id);
        rest.is_some_and(|rest| rest.is_empty() || (self.id == STRIP_MODEL && rest.starts_with('.')))
    }
}

const fn rule(id: &'static str, about: &'static str) -> StageRule {
    StageRule { id, about }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::pipeline::Pipeline;
    use crate::rules::{Packs, STAGE};
    use crate::stages::normalize::UnicodeForm;

    #[test]
    fn every_rule_that_is_code_is_described() {
        let mut registered = Vec::new();
        for form in [UnicodeForm::Nfc, UnicodeForm::Nfkc] {
            let mut config = Config::default();
            config.normalize.form = form;
            let pipeline = Pipeline::new(&config, &Packs::default()).expect("the defaults are sound");
            registered.extend(pipeline.rules().iter().filter(|rule| rule.stage != STAGE).map(|rule| rule.id.clone()));
        }
        registered.sort();
        registered.dedup();
        let mut described: Vec<&str> = ALL.iter().map(|rule| rule.id).filter(|id| *id != STRIP_MODEL).collect();
        described.sort_unstable();
        assert_eq!(registered, described);
    }
}
