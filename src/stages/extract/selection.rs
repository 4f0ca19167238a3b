//! Which blocks of a page are left out, and why.

use super::hints::Hints;
use super::page::{Block, Page, Tag};

/// Why a block is left out. The variants name rules: `extract.nav` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Menus, breadcrumbs, page numbers.
    Nav,
    /// The head of the site.
    Header,
    /// The foot of the site: terms, imprint, copyright.
    Footer,
    /// Boxes beside the text.
    Aside,
    /// Comments of readers and their forms.
    Comment,
    /// Other pages: related, latest, most read.
    Related,
    /// Buttons and links to share and follow.
    Share,
    /// Advertisements.
    Ad,
    /// Cookie banners, paywalls, pop-ups.
    Notice,
    /// Newsletters, subscriptions, accounts and other forms.
    Account,
    /// Tags and categories.
    Tags,
    /// Byline, date, and what else is said about the text.
    Meta,
    /// The title, which is metadata.
    Title,
    /// Captions and credits.
    Caption,
    /// Lists of links of any other kind.
    Links,
    /// Anything else.
    Other,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 16] = [
        Self::Nav,
        Self::Header,
        Self::Footer,
        Self::Aside,
        Self::Comment,
        Self::Related,
        Self::Share,
        Self::Ad,
        Self::Notice,
        Self::Account,
        Self::Tags,
        Self::Meta,
        Self::Title,
        Self::Caption,
        Self::Links,
        Self::Other,
    ];

    /// The last part of the name of the rule.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nav => "nav",
            Self::Header => "header",
            Self::Footer => "footer",
            Self::Aside => "aside",
            Self::Comment => "comment",
            Self::Related => "related",
            Self::Share => "share",
            Self::Ad => "ad",
            Self::Notice => "notice",
            Self::Account => "account",
            Self::Tags => "tags",
            Self::Meta => "meta",
            Self::Title => "title",
            Self::Caption => "caption",
            Self::Links => "links",
            Self::Other => "other",
        }
    }

    /// What the elements around a block say that it is: the innermost that says something counts.
    pub(super) fn of(page: &Page, block: &Block) -> Self {
        /// Kinds of names that name a reason, those that say most first.
        const NAMED: [(&str, Reason); 13] = [
            ("comment", Reason::Comment),
            ("share", Reason::Share),
            ("notice", Reason::Notice),
            ("related", Reason::Related),
            ("ad", Reason::Ad),
            ("account", Reason::Account),
            ("tags", Reason::Tags),
            ("caption", Reason::Caption),
            ("meta", Reason::Meta),
            ("nav", Reason::Nav),
            ("foot", Reason::Footer),
            ("side", Reason::Aside),
            ("head", Reason::Header),
        ];
        let named = |hints: Hints| NAMED.iter().find(|(kind, _)| hints.has_kind(kind)).map(|(_, reason)| *reason);
        let of_tag = |tag: Tag| match tag {
            Tag::Nav => Some(Self::Nav),
            Tag::Footer => Some(Self::Footer),
            Tag::Header => Some(Self::Header),
            Tag::Aside => Some(Self::Aside),
            Tag::Form => Some(Self::Account),
            Tag::Caption | Tag::Figure => Some(Self::Caption),
            _ => None,
        };
        let inner = page.around(block).map(|index| page.element(index)).filter(|element| element.tag != Tag::Body);
        let found =
            inner.filter(|element| element.depth > 0).find_map(|one| of_tag(one.tag).or_else(|| named(one.hints)));
        let is_link = block.link_chars * 2 > block.chars;
        found.unwrap_or(if is_link { Self::Links } else { Self::Other })
    }
}

/// A block that is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dropped {
    pub(super) reason: Reason,
    /// How likely it is no part of the main text, 0 to 1.
    pub(super) score: f32,
}

/// Which blocks of a page are left out; by default none.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Rank of the first text of each block, rising.
    starts: Vec<usize>,
    dropped: Vec<Option<Dropped>>,
}

impl Selection {
    /// A selection of the blocks of a page; `dropped` has one entry for each.
    pub(super) fn new(page: &Page, dropped: Vec<Option<Dropped>>) -> Self {
        Self { starts: page.blocks.iter().map(|block| block.first_rank).collect(), dropped }
    }

    /// The block of a text, by its rank in the layout, if it is left out.
    pub(super) fn dropped(&self, rank: usize) -> Option<(usize, Dropped)> {
        let block = self.starts.partition_point(|start| *start <= rank).checked_sub(1)?;
        Some((block, (*self.dropped.get(block)?)?))
    }
}
