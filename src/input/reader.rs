//! Reading one file into units of work: a whole document, or a batch of lines or records.

use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::Arc;

use super::hashing::HashingReader;
use super::jsonl::not_jsonl;
use super::stream::{is_utf16_json, open_stream};
use super::units::{BATCH_BYTES, Message, Payloads, Unit, max_line_bytes, too_large};
use super::walk::{Format, InputFile, Location};
use super::warc;
use crate::config::InputOptions;

/// Bytes read at once.
const BUFFER_BYTES: usize = 128 << 10;

/// What is said of JSON that is not in UTF-8.
const UTF16: &str = "UTF-16, but JSON must be UTF-8: `iconv -f UTF-16 -t UTF-8` converts it";

/// Where messages go; `false` asks to stop.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(Message) -> bool;

/// Reads `file` and passes on what it holds. Faults are passed on as failed payloads.
///
/// Returns whether to go on with the next file.
pub(crate) fn read_file(file: InputFile, options: &InputOptions, sink: Sink<'_>) -> bool {
    let path = match &file.location {
        Location::File(path) => path,
        Location::StandardInput => {
            let (file, reader) = open_stream(std::io::stdin(), options.from);
            return read_stream(file, reader, options, sink);
        }
    };
    match File::open(path) {
        Ok(reader) => read_stream(file, reader, options, sink),
        Err(error) => {
            let error = format!("could not open the file: {error}");
            let payloads = Payloads::Failed { line: 0, offset: 0, length: 0, error };
            sink(Message::Unit(Unit { file: Arc::new(file), payloads }))
        }
    }
}

/// The same for the bytes of `file` that come from `reader`.
pub(crate) fn read_stream(file: InputFile, reader: impl Read + Send, options: &InputOptions, sink: Sink<'_>) -> bool {
    let file = Arc::new(file);
    let max_document_bytes = options.max_document_bytes;
    let mut reading = Reading { file: file.clone(), max_document_bytes, sink, goes_on: true };
    let mut hashing = HashingReader::new(reader);
    if file.format == Format::Unsupported {
        return reading.refuse(hashing);
    }
    if file.format == Format::Warc {
        warc::read(&mut hashing, file.compression, max_document_bytes, |payloads| reading.send(payloads));
        return reading.end(hashing);
    }
    let buffered = BufReader::with_capacity(BUFFER_BYTES, &mut hashing);
    match file.compression.reader(buffered) {
        Ok(mut reader) if file.format == Format::Jsonl => reading.lines(&mut *reader),
        Ok(mut reader) if file.format == Format::Json => reading.useless(&mut *reader, &not_jsonl()),
        Ok(mut reader) => reading.whole(&mut *reader),
        Err(error) => reading.fail(0, 0, 0, format!("could not decompress the file: {error}")),
    }
    reading.end(hashing)
}

struct Reading<'a> {
    file: Arc<InputFile>,
    max_document_bytes: u64,
    sink: Sink<'a>,
    goes_on: bool,
}

impl Reading<'_> {
    /// Passes on payloads; returns whether to go on.
    fn send(&mut self, payloads: Payloads) -> bool {
        self.goes_on = self.goes_on && (self.sink)(Message::Unit(Unit { file: self.file.clone(), payloads }));
        self.goes_on
    }

    fn fail(&mut self, line: u64, offset: u64, length: u64, error: String) {
        self.send(Payloads::Failed { line, offset, length, error });
    }

    /// The end of a file: passes on its size and digest; returns whether to go on.
    fn end(&mut self, hashing: HashingReader<impl Read>) -> bool {
        // A file that broke while it was read has been reported, and has no digest.
        if self.goes_on
            && let Ok((bytes, sha256)) = hashing.finish()
        {
            self.file_done(bytes, sha256);
        }
        self.goes_on
    }

    fn file_done(&mut self, bytes: u64, sha256: String) {
        let name = self.file.name().to_owned();
        self.goes_on = self.goes_on && (self.sink)(Message::FileDone { name, bytes, sha256 });
    }

    /// A file of a type that is not read.
    fn refuse(&mut self, hashing: HashingReader<impl Read>) -> bool {
        match hashing.finish() {
            Ok((length, sha256)) => {
                let reason = format!("unsupported: file type `.{}`", self.file.extension());
                self.send(Payloads::Refused { length, sha256: sha256.clone(), reason });
                self.file_done(length, sha256);
            }
            Err(error) => self.fail(0, 0, 0, format!("could not read the file: {error}")),
        }
        self.goes_on
    }

    /// One document: the whole file, if it is not too large.
    fn whole(&mut self, reader: &mut dyn Read) {
        let mut bytes = Vec::new();
        let limit = self.max_document_bytes;
        match (&mut *reader).take(limit + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > limit => {
                drop(bytes);
                match std::io::copy(reader, &mut std::io::sink()) {
                    Ok(rest) => self.fail(0, 0, limit + 1 + rest, too_large(limit + 1 + rest, limit)),
                    Err(error) => self.fail(0, 0, 0, format!("could not read the file to its end: {error}")),
                }
            }
            Ok(_) => {
                self.send(Payloads::Whole { bytes });
            }
            Err(error) => {
                let read = bytes.len();
                self.fail(0, 0, read as u64, format!("could not read the file behind byte {read}: {error}"));
            }
        }
    }

    /// A file that can be read, but of which nothing can be made.
    fn useless(&mut self, reader: &mut dyn Read, reason: &str) {
        match std::io::copy(reader, &mut std::io::sink()) {
            Ok(length) => self.fail(0, 0, length, reason.to_owned()),
            Err(error) => self.fail(0, 0, 0, format!("could not read the file to its end: {error}")),
        }
    }

    /// Batches of whole lines. A line that is too large is a failure, and reading goes on behind it.
    fn lines(&mut self, reader: &mut dyn Read) {
        let limit = max_line_bytes(self.max_document_bytes);
        let mut batch = LineBatch::default();
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut is_start = true;
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.flush(&mut batch, FlushTo::LastLineEnd);
                    let length = batch.bytes.len() as u64;
                    let what = format!("could not read the file behind byte {}: {error}", batch.offset + length);
                    return self.fail(batch.first_line, batch.offset, length, what);
                }
            };
            let mut rest = buffer.get(..count).unwrap_or_default();
            if std::mem::take(&mut is_start) && is_utf16_json(rest) {
                return self.useless(&mut rest.chain(reader), UTF16);
            }
            if let Some(skipped) = &mut batch.skipping {
                let Some(end) = memchr::memchr(b'\n', rest) else {
                    *skipped += rest.len() as u64;
                    continue;
                };
                let length = *skipped + end as u64 + 1;
                rest = rest.get(end + 1..).unwrap_or_default();
                self.end_of_large_line(&mut batch, length, limit);
            }
            batch.bytes.extend_from_slice(rest);
            let is_full = batch.bytes.len() >= BATCH_BYTES || batch.bytes.len() as u64 > limit;
            // Looking for a line end in the new bytes alone keeps long lines linear.
            if is_full && memchr::memchr(b'\n', rest).is_some() {
                self.flush(&mut batch, FlushTo::LastLineEnd);
            }
            if batch.bytes.len() as u64 > limit {
                // Whole lines in front of the large one are none of its business.
                self.flush(&mut batch, FlushTo::LastLineEnd);
            }
            if batch.bytes.len() as u64 > limit {
                batch.skipping = Some(batch.bytes.len() as u64);
                batch.bytes = Vec::new();
            }
            if !self.goes_on {
                return;
            }
        }
        if let Some(length) = batch.skipping {
            self.end_of_large_line(&mut batch, length, limit);
        }
        self.flush(&mut batch, FlushTo::EndOfFile);
    }

    fn end_of_large_line(&mut self, batch: &mut LineBatch, length: u64, limit: u64) {
        self.fail(batch.first_line, batch.offset, length, too_large(length, limit));
        batch.skipping = None;
        batch.offset += length;
        batch.first_line += 1;
    }

    fn flush(&mut self, batch: &mut LineBatch, to: FlushTo) {
        let end = match to {
            FlushTo::LastLineEnd => memchr::memrchr(b'\n', &batch.bytes).map_or(0, |at| at + 1),
            FlushTo::EndOfFile => batch.bytes.len(),
        };
        if end == 0 {
            return;
        }
        let rest = batch.bytes.split_off(end);
        let bytes = std::mem::replace(&mut batch.bytes, rest);
        let (first_line, offset) = (batch.first_line, batch.offset);
        batch.offset += bytes.len() as u64;
        batch.first_line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        self.send(Payloads::Lines { bytes, first_line, offset });
    }
}

#[derive(Clone, Copy)]
enum FlushTo {
    LastLineEnd,
    EndOfFile,
}

/// Lines read but not passed on.
struct LineBatch {
    bytes: Vec<u8>,
    /// Number of the first line in `bytes`, from 1.
    first_line: u64,
    /// Place of `bytes` in the decompressed file.
    offset: u64,
    /// Bytes of a line that is too large, as far as it was read.
    skipping: Option<u64>,
}

impl Default for LineBatch {
    fn default() -> Self {
        Self { bytes: Vec::new(), first_line: 1, offset: 0, skipping: None }
    }
}
