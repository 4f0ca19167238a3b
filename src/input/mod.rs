//! Where raw payloads come from: folders, files, compressed files, standard input, records in files.

mod compression;
mod fields;
mod hashing;
mod http;
mod jsonl;
mod payloads;
mod reader;
mod selection;
mod stream;
mod units;
mod walk;
mod warc;

pub(crate) use hashing::file_digest;
pub(crate) use jsonl::lacks_field;
pub(crate) use payloads::{Payload, PayloadReader};
pub(crate) use reader::{read_file, read_stream};
pub use selection::FilterOptions;
pub(crate) use selection::Selection;
pub(crate) use stream::open_stream;
pub(crate) use units::{Message, PassedOver, Payloads, Unit};
pub use walk::{Hidden, InputFile, Inputs};
