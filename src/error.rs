//! Everything that can go wrong in the library, as one type.

use std::path::{Path, PathBuf};

/// What went wrong. The message says what failed and names the value; the cause is in `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("could not {action} `{}`", path.display())]
    File {
        /// What was tried: `read`, `write`, `rename` ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A configuration or rule file is not as it must be.
    #[error("{place}: {message}")]
    Definition {
        /// Where the fault stands.
        place: Place,
        /// What is wrong, with the key and value.
        message: String,
        /// What the user can do; may be empty.
        hint: String,
    },
    /// A payload is larger than it may be.
    #[error("payload of {bytes} bytes is too large (at most {limit})")]
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A stage proposed edits that overlap or go back: a bug of the stage.
    #[error("edit at byte {start} starts before the one before it ends ({previous_end})")]
    EditOrder {
        /// Start of the offending edit in the text.
        start: u32,
        /// End of the edit before it.
        previous_end: u32,
    },
    /// The output folder cannot be used.
    #[error("output folder `{}` {reason}", path.display())]
    Output {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
        /// What the user can do; may be empty.
        hint: String,
        /// What failed, if something was tried.
        source: Option<Box<Error>>,
    },
    /// A record of changes does not fit the text it is said to belong to.
    #[error("change {seq} does not fit: {reason}")]
    Replay {
        /// Number of the change within its document, from 0.
        seq: usize,
        /// What does not fit.
        reason: String,
    },
    /// The run was asked to stop.
    #[error("stopped on request")]
    Interrupted,
}

impl Error {
    /// A [`Error::File`] for `path`.
    pub(crate) fn file(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File { action, path: path.to_owned(), source }
    }

    /// An [`Error::Output`] for the folder `path`.
    pub(crate) fn output(path: &Path, reason: &str, hint: &str) -> Self {
        Self::Output { path: path.to_owned(), reason: reason.to_owned(), hint: hint.to_owned(), source: None }
    }

    /// An [`Error::Output`] for the folder `path`, with which something failed before the run began.
    pub(crate) fn unusable_output(path: &Path, source: Self) -> Self {
        let (reason, hint) = ("cannot be used".to_owned(), source.hint());
        Self::Output { path: path.to_owned(), reason, hint, source: Some(Box::new(source)) }
    }

    /// What the user can do about it; empty where nothing better than the message is known.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Definition { hint, .. } | Self::Output { hint, .. } => hint.clone(),
            Self::File { action: "write" | "create", .. } => {
                "check that the folder exists and may be written to".to_owned()
            }
            Self::File { action: "read", .. } => "check the path, and that the file may be read".to_owned(),
            _ => String::new(),
        }
    }

    /// A fault of a setting, by the key or option that holds it.
    pub(crate) fn of_setting(key: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let place = Place { file: key.into(), ..Place::default() };
        Self::Definition { place, message: message.into(), hint: hint.into() }
    }

    /// Whether arguments, configuration or rules are at fault, so that nothing was written.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Definition { .. } | Self::Output { .. })
    }
}

/// A place in a configuration or rule file. Line and column are 1-based, columns count characters;
/// 0 where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// The place of byte `offset` of `text`, which is the content of `file`.
    #[must_use]
    pub fn of_offset(file: &str, text: &str, offset: usize) -> Self {
        let before = text.get(..offset.min(text.len())).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(formatter, "{}", self.file),
            (line, 0) => write!(formatter, "{}:{line}", self.file),
            (line, column) => write!(formatter, "{}:{line}:{column}", self.file),
        }
    }
}
