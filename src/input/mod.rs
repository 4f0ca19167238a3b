//! Where raw payloads come from: folders, files, compressed files, standard input, records in files.

mod compression;
mod hashing;
mod jsonl;
mod reader;
mod stream;
mod walk;

pub(crate) use hashing::file_digest;
pub(crate) use jsonl::{lacks_field, record};
pub(crate) use reader::{Message, Payloads, Unit, max_line_bytes, read_file, read_stream, too_large};
pub(crate) use stream::open_stream;
pub(crate) use walk::Format;
pub use walk::{Hidden, InputFile, Inputs};
