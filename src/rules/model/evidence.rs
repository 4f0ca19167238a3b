//! What rules found out about a line, for the line model.

/// What rules found out about a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// The surest rule that would remove the line in some profile: 0 none, 1 low, 2 medium, 3 high confidence.
    pub(crate) strength: u8,
    /// Whether a rule protects the line.
    pub(crate) is_protected: bool,
    /// Whether it is the title of the text; titles stay.
    pub(crate) is_title: bool,
    /// Whether a rule takes it in this run.
    pub(crate) is_taken: bool,
    /// Index of the rule of `strength`.
    pub(crate) rule: Option<u32>,
    /// What kind of furniture that rule is for.
    pub(crate) kind: Kind,
}

/// What furniture is about, roughly; each kind is followed by other lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything else: labels and buttons.
    #[default]
    Label,
    /// Comments and their forms.
    Comment,
    /// Other pages: related ones, the most read, tags.
    Related,
    /// Terms, cookies, accounts, newsletters, appeals.
    Notice,
}

impl Kind {
    /// The kind that a family of rules belongs to.
    pub(crate) fn of(family: &str) -> Self {
        match family {
            "comment" | "counter" => Self::Comment,
            "related" | "trail" | "tags" | "list" | "pagination" | "nav" => Self::Related,
            "cookie" | "copyright" | "paywall" | "login" | "newsletter" | "donate" | "disclaimer" | "form" => {
                Self::Notice
            }
            _ => Self::Label,
        }
    }
}
