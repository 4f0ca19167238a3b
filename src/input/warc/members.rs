//! A compressed file member by member (of gzip; frames of Zstandard): where each begins, and where reading can go on
//! behind a broken one.

use std::io::{BufRead, BufReader, Cursor, Read};

use flate2::bufread::GzDecoder;
use memchr::memmem;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::HEAD_START;
use super::retained::{Retained, append};
use crate::input::compression::Compression;

/// The file as it is on disk.
pub(super) type Raw<'a> = Box<dyn Read + Send + 'a>;

/// Decompressed bytes read at once. Room for them is cleared before, also for members that are much smaller.
const READ_BYTES: usize = 32 << 10;
/// Compressed bytes that are looked at to tell whether a member begins at some place. A member that does not begin with a
/// record must end within them: those of bgzip have at most 64 KiB.
const LOOKAHEAD: usize = 72 << 10;
/// Decompressed bytes that are looked at likewise.
const TRIED_BYTES: u64 = 256 << 10;

/// Start of a gzip member: its signature and the only method there is (RFC 1952).
const GZIP: &[u8] = b"\x1F\x8B\x08";
/// Start of a Zstandard frame (RFC 8878).
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";
/// Start of the skippable frame that holds the dictionary of a `.warc.zst` file (IIPC's specification "Zstandard
/// compression of WARC files"), and the bytes of its head.
pub(super) const DICTIONARY: &[u8] = b"\x5D\x2A\x4D\x18";
const DICTIONARY_HEAD: usize = 8;
/// Most bytes of a dictionary, compressed and not: those in use have at most a few hundred kilobytes.
const MAX_DICTIONARY: usize = 16 << 20;

/// What comes next in a file.
#[derive(Debug)]
pub(super) enum Step {
    /// Bytes of the current member were added to the buffer.
    Bytes,
    /// A member begins at this byte of the file.
    Member(u64),
    /// The current member or, between members, what stands there instead of one is broken, for this reason. Reading goes
    /// on with the next member, if there is one.
    Broken(String),
    /// The file ends at this byte.
    End(u64),
}

/// Reads a file member by member. Files in other formats, and those that are not compressed, have no members.
pub(super) struct Members<'a> {
    state: State<'a>,
    compression: Compression,
    dictionary: Vec<u8>,
    /// Place in the file of the current member.
    start: u64,
}

enum State<'a> {
    Unopened(Raw<'a>),
    Plain(Retained<Raw<'a>>),
    Between(Retained<Raw<'a>>),
    Gzip(Box<GzDecoder<Retained<Raw<'a>>>>),
    Zstd(ZstdDecoder<'static, Retained<Raw<'a>>>),
    Ended(u64),
}

impl<'a> Members<'a> {
    pub(super) fn new(raw: Raw<'a>, compression: Compression) -> Self {
        Self { state: State::Unopened(raw), compression, dictionary: Vec::new(), start: 0 }
    }

    /// Whether the file has members, each of which begins with a record as a rule.
    pub(super) fn are_told_apart(&self) -> bool {
        matches!(self.compression, Compression::Gzip | Compression::Zstd)
    }

    /// Reads on. After [`Step::End`] there is nothing but that.
    pub(super) fn read(&mut self, buffer: &mut Vec<u8>) -> Step {
        match std::mem::replace(&mut self.state, State::Ended(0)) {
            State::Unopened(raw) => self.open(raw),
            State::Ended(place) => {
                self.state = State::Ended(place);
                Step::End(place)
            }
            State::Between(raw) => self.begin(raw),
            State::Plain(mut raw) => match append(&mut raw, buffer, READ_BYTES) {
                Ok(0) => self.end(raw.place()),
                Ok(_) => {
                    raw.mark();
                    self.state = State::Plain(raw);
                    Step::Bytes
                }
                Err(error) => {
                    let place = raw.place();
                    self.state = State::Ended(place);
                    Step::Broken(format!("could not read the file behind byte {place}: {error}"))
                }
            },
            State::Gzip(mut decoder) => match append(&mut decoder, buffer, READ_BYTES) {
                Ok(0) => self.begin(decoder.into_inner()),
                Ok(_) => {
                    self.state = State::Gzip(decoder);
                    Step::Bytes
                }
                Err(error) => self.broken(decoder.into_inner(), &error),
            },
            State::Zstd(mut decoder) => match append(&mut decoder, buffer, READ_BYTES) {
                Ok(0) => self.begin(decoder.finish()),
                Ok(_) => {
                    self.state = State::Zstd(decoder);
                    Step::Bytes
                }
                Err(error) => self.broken(decoder.finish(), &error),
            },
        }
    }

    fn open(&mut self, raw: Raw<'a>) -> Step {
        let mut retained = Retained::new(raw);
        let fault = match retained.ahead(DICTIONARY.len() + DICTIONARY_HEAD) {
            // A file may have been decompressed without losing its ending.
            Ok(start) if start.starts_with(HEAD_START) => {
                self.compression = Compression::None;
                None
            }
            Ok(start) if self.compression == Compression::Zstd && start.starts_with(DICTIONARY) => {
                read_dictionary(&mut retained, &mut self.dictionary).err()
            }
            Ok(_) => None,
            Err(error) => Some(format!("could not read the file: {error}")),
        };
        if let Some(error) = fault {
            self.state = State::Ended(retained.place());
            return Step::Broken(error);
        }
        match self.compression {
            Compression::Gzip | Compression::Zstd => self.begin(retained),
            Compression::None => {
                self.state = State::Plain(retained);
                Step::Member(0)
            }
            Compression::Bzip2 | Compression::Xz => match self.compression.reader(BufReader::new(retained)) {
                Ok(decompressed) => {
                    self.state = State::Plain(Retained::new(decompressed));
                    Step::Member(0)
                }
                Err(error) => Step::Broken(format!("could not decompress the file: {error}")),
            },
        }
    }

    fn end(&mut self, place: u64) -> Step {
        self.state = State::Ended(place);
        Step::End(place)
    }

    /// The next member, if there is one.
    fn begin(&mut self, mut raw: Retained<Raw<'a>>) -> Step {
        raw.mark();
        self.start = raw.place();
        match raw.ahead(1) {
            Ok([]) => return self.end(raw.place()),
            Ok(_) => {}
            Err(error) => return self.broken(raw, &error),
        }
        if self.compression == Compression::Gzip {
            self.state = State::Gzip(Box::new(GzDecoder::new(raw)));
            return Step::Member(self.start);
        }
        match ZstdDecoder::with_dictionary(raw, &self.dictionary) {
            Ok(decoder) => {
                self.state = State::Zstd(decoder.single_frame());
                Step::Member(self.start)
            }
            // The reader went with the decoder that could not be made, for want of memory.
            Err(error) => Step::Broken(format!("could not decompress the file: {error}")),
        }
    }

    /// Goes to the next member behind the start of one that is broken.
    fn broken(&mut self, mut raw: Retained<Raw<'a>>, error: &std::io::Error) -> Step {
        let error = if error.kind() == std::io::ErrorKind::UnexpectedEof {
            "it ends before it is complete".to_owned()
        } else {
            error.to_string()
        };
        raw.rewind();
        let found = self.find_member(&mut raw);
        let end = raw.place();
        self.state = if found { State::Between(raw) } else { State::Ended(end) };
        let what = if self.compression == Compression::Gzip { "gzip member" } else { "Zstandard frame" };
        let start = self.start;
        Step::Broken(format!("the {what} in bytes {start} to {end} of the file is broken: {error}"))
    }

    /// Moves to the first place behind the next byte at which a member begins, or to the end of the file.
    fn find_member(&self, raw: &mut Retained<Raw<'a>>) -> bool {
        let magic = if self.compression == Compression::Gzip { GZIP } else { ZSTD };
        let finder = memmem::Finder::new(magic);
        let mut passed = 1;
        loop {
            raw.consume(passed);
            raw.mark();
            // What cannot be read any more was reported as the end of the member.
            let ahead = raw.ahead(LOOKAHEAD).unwrap_or_default();
            if ahead.len() < magic.len() {
                let rest = ahead.len();
                raw.consume(rest);
                return false;
            }
            passed = match finder.find(ahead) {
                Some(0) if self.begins(ahead) => return true,
                Some(0) => 1,
                Some(at) => at,
                // A signature may be cut by the end of what was read so far.
                None => ahead.len() - magic.len() + 1,
            };
        }
    }

    /// Whether a member begins here: one that holds a record, or one that holds anything and is whole. Three bytes that
    /// are those of the signature by chance are followed by neither.
    fn begins(&self, ahead: &[u8]) -> bool {
        let mut start = [0; HEAD_START.len()];
        let ahead = Cursor::new(ahead);
        let mut tried: Box<dyn Read + '_> = if self.compression == Compression::Gzip {
            Box::new(GzDecoder::new(ahead))
        } else {
            match ZstdDecoder::with_dictionary(ahead, &self.dictionary) {
                Ok(decoder) => Box::new(decoder.single_frame()),
                Err(_) => return false,
            }
        };
        if tried.read_exact(&mut start).is_err() {
            return false;
        }
        let mut rest = tried.take(TRIED_BYTES);
        start == *HEAD_START || std::io::copy(&mut rest, &mut std::io::sink()).is_ok() && rest.limit() > 0
    }
}

/// Reads the frame that holds the dictionary, which may be compressed itself.
fn read_dictionary(raw: &mut Retained<Raw<'_>>, dictionary: &mut Vec<u8>) -> Result<(), String> {
    let broken = |what: String| format!("the dictionary at the start of the file is broken: {what}");
    let start = raw.ahead(DICTIONARY_HEAD).map_err(|error| broken(error.to_string()))?;
    let length = match start.get(DICTIONARY.len()..DICTIONARY_HEAD) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => return Err(broken("it ends before it is complete".to_owned())),
    };
    if length > MAX_DICTIONARY {
        return Err(broken(format!("{length} bytes are too large (at most {MAX_DICTIONARY})")));
    }
    let frame = raw.ahead(DICTIONARY_HEAD + length).map_err(|error| broken(error.to_string()))?;
    let Some(content) = frame.get(DICTIONARY_HEAD..DICTIONARY_HEAD + length) else {
        return Err(broken("it ends before it is complete".to_owned()));
    };
    if content.starts_with(ZSTD) {
        let decoder = ZstdDecoder::with_buffer(content).map_err(|error| broken(error.to_string()))?;
        let read = decoder.take(MAX_DICTIONARY as u64).read_to_end(dictionary);
        read.map_err(|error| broken(error.to_string()))?;
    } else {
        dictionary.extend_from_slice(content);
    }
    raw.consume(DICTIONARY_HEAD + length);
    Ok(())
}
