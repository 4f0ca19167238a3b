//! The decompressed bytes of a file from the current record on, with the places where members begin or break off.

use std::collections::VecDeque;

use memchr::memmem;

use super::HEAD_START;
use super::members::{Members, Step};

/// Bytes in front of the current record that may lie about before they are removed.
const PASSED_BYTES: usize = 1 << 20;
/// Most bytes of memory that stay reserved behind a large record.
const SPARE_BYTES: usize = 8 << 20;
/// Bytes that are looked at at once for the next record.
const SEARCHED_BYTES: usize = 64 << 10;
/// Bytes that tell the head of a record: a line feed, `WARC/`, and a version such as `1.`.
const HEAD_SIGNS: usize = 8;

/// What stands at the start of the current record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Front {
    /// Bytes.
    Bytes,
    /// Something broken of which no bytes were read, or not seen by the record before.
    Broken,
    /// The end of the file.
    End,
}

/// A place between two decompressed bytes.
#[derive(Debug)]
struct Border {
    /// Decompressed bytes of the file before it.
    at: u64,
    kind: BorderKind,
}

#[derive(Debug)]
enum BorderKind {
    /// A member begins at this byte of the compressed file.
    Member(u64),
    /// The bytes before, or those that should have come here, are broken. A member whose decompressed bytes begin at
    /// `first` has `at - first` bytes that may be wrong.
    Broken { first: u64, error: String },
}

/// Bytes from the current record on. All positions are relative to the start of that record, in decompressed bytes.
pub(super) struct Window<'a> {
    members: Members<'a>,
    buffer: Vec<u8>,
    start: usize,
    /// Decompressed bytes of the file before the current record.
    offset: u64,
    borders: VecDeque<Border>,
    /// Where the decompressed bytes of the member that was read last begin.
    first_of_member: u64,
    /// Compressed place of the member that begins at the current record.
    member: Option<u64>,
    /// Size of the compressed file, once it was read.
    end: Option<u64>,
}

impl<'a> Window<'a> {
    pub(super) fn new(members: Members<'a>) -> Self {
        Self {
            members,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            borders: VecDeque::new(),
            first_of_member: 0,
            member: None,
            end: None,
        }
    }

    /// Decompressed bytes of the file before the current record.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the file has members that are told apart.
    pub(super) fn has_members(&self) -> bool {
        self.members.are_told_apart()
    }

    /// What was read from `from` to `to`; empty if it was not read.
    pub(super) fn bytes(&self, from: usize, to: usize) -> &[u8] {
        self.buffer.get(self.start + from..self.start + to).unwrap_or_default()
    }

    /// What stands at the start of the current record.
    pub(super) fn front(&mut self) -> Front {
        loop {
            while let Some(border) = self.borders.front().filter(|border| border.at <= self.offset) {
                let BorderKind::Member(place) = border.kind else { return Front::Broken };
                self.member = Some(place);
                self.borders.pop_front();
            }
            match (self.held() > 0, self.end) {
                (true, _) => return Front::Bytes,
                (false, Some(_)) => return Front::End,
                (false, None) => self.read(),
            }
        }
    }

    /// The error of what is broken at the start, which is then done with; empty if nothing is.
    pub(super) fn take_broken(&mut self) -> String {
        let offset = self.offset;
        let is_here = |border: &mut Border| border.at <= offset && matches!(border.kind, BorderKind::Broken { .. });
        match self.borders.pop_front_if(is_here).map(|border| border.kind) {
            Some(BorderKind::Broken { error, .. }) => {
                self.member = None;
                error
            }
            Some(BorderKind::Member(_)) | None => String::new(),
        }
    }

    /// How many bytes there are up to `count`: fewer if the file ends, a member is broken, or another one begins with a
    /// record of its own.
    pub(super) fn have(&mut self, count: usize) -> usize {
        loop {
            let (held, ended) = (self.held(), self.end.is_some());
            let mut is_unsure = false;
            for border in &self.borders {
                let at = usize::try_from(border.at.saturating_sub(self.offset)).unwrap_or(usize::MAX);
                if at > count {
                    break;
                }
                match border.kind {
                    BorderKind::Broken { .. } => return at,
                    BorderKind::Member(_) => {
                        let next = self.bytes(at, held.min(at + HEAD_START.len()));
                        is_unsure |= next.len() < HEAD_START.len() && !ended;
                        if next == HEAD_START && at > 0 {
                            return at;
                        }
                    }
                }
            }
            if ended || (held >= count && !is_unsure) {
                return held.min(count);
            }
            self.read();
        }
    }

    /// Why the bytes end at `at`, if that is since a member breaks off there of which bytes were read.
    pub(super) fn broken_at(&self, at: usize) -> Option<&str> {
        let place = self.offset + at as u64;
        self.borders.iter().find_map(|border| match &border.kind {
            BorderKind::Broken { first, error } if border.at == place && *first < place => Some(error.as_str()),
            _ => None,
        })
    }

    /// Whether the file ends at `at`.
    pub(super) fn ends_at(&self, at: usize) -> bool {
        self.end.is_some() && self.held() == at
    }

    /// Place and size in the compressed file of the member that holds the current record and nothing else, if the record
    /// ends at `at`.
    pub(super) fn member(&self, at: usize) -> Option<(u64, u64)> {
        let (start, place) = (self.member?, self.offset + at as u64);
        let next = self.borders.iter().find(|border| border.at > self.offset);
        let end = match next {
            Some(Border { at, kind: BorderKind::Member(end) }) if *at == place => *end,
            None if self.ends_at(at) => self.end?,
            _ => return None,
        };
        self.has_members().then_some((start, end - start))
    }

    /// Goes on to the record `count` bytes further on.
    pub(super) fn advance(&mut self, count: usize) {
        if count > 0 {
            self.member = None;
        }
        self.start += count;
        self.offset += count as u64;
        let offset = self.offset;
        let is_passed = |border: &mut Border| border.at < offset && matches!(border.kind, BorderKind::Member(_));
        while self.borders.pop_front_if(is_passed).is_some() {}
        let is_worth_it = self.start > PASSED_BYTES && self.start > self.buffer.len() / 2;
        if is_worth_it || self.start == self.buffer.len() {
            self.buffer.drain(..self.start);
            self.start = 0;
            if self.buffer.capacity() > SPARE_BYTES {
                self.buffer.shrink_to(PASSED_BYTES);
            }
        }
    }

    /// Passes over everything from `from` up to `to`, or up to where the bytes end before; returns how many bytes that
    /// are from the start of the record. In files without members it ends at what looks like the head of a record, too.
    pub(super) fn pass(&mut self, from: usize, to: u64) -> u64 {
        let mut passed = 0;
        let mut at = from;
        loop {
            let left = usize::try_from(to.saturating_sub(passed)).unwrap_or(usize::MAX);
            let wanted = left.min(at + SEARCHED_BYTES);
            let have = self.have(wanted);
            let head = if self.has_members() { None } else { self.find_head(at, have) };
            let end = head.unwrap_or(have);
            if head.is_some() || have < wanted || have == left {
                self.advance(end);
                return passed + end as u64;
            }
            // A head may be cut by the end of what was read so far.
            at = HEAD_SIGNS.min(have);
            self.advance(have - at);
            passed += (have - at) as u64;
        }
    }

    /// Passes over everything up to the next record behind `from`; returns how many bytes that are from the start of the
    /// record that is at fault. What is broken on the way belongs to the same fault, and is its cause: the first of that
    /// is returned, too.
    pub(super) fn pass_to_head(&mut self, from: usize) -> (u64, Option<String>) {
        let (mut passed, mut cause) = (0, None);
        let mut at = from;
        loop {
            let wanted = at + SEARCHED_BYTES;
            let have = self.have(wanted);
            if let Some(head) = self.find_head(at, have) {
                self.advance(head);
                return (passed + head as u64, cause);
            }
            if have == wanted {
                at = HEAD_SIGNS;
                self.advance(have - at);
                passed += (have - at) as u64;
                continue;
            }
            let is_broken = self.broken_at(have).is_some();
            self.advance(have);
            passed += have as u64;
            if is_broken {
                let error = self.take_broken();
                cause.get_or_insert(error);
            }
            if !is_broken || self.front() != Front::Bytes || self.starts_with_head() {
                return (passed, cause);
            }
            at = 1;
        }
    }

    /// Whether the current record begins as records do.
    pub(super) fn starts_with_head(&mut self) -> bool {
        let have = self.have(HEAD_START.len());
        self.bytes(0, have) == HEAD_START
    }

    /// The first place from `from` on, up to `to`, at which a line begins like the head of a record.
    fn find_head(&self, from: usize, to: usize) -> Option<usize> {
        let before = from.saturating_sub(1);
        let bytes = self.bytes(before, to);
        let is_version = |signs: &[u8]| matches!(signs, [_, _, _, _, _, _, b'0'..=b'9', b'.', ..]);
        let mut found = memmem::find_iter(bytes, b"\nWARC/");
        found.find(|at| bytes.get(*at..).is_some_and(is_version)).map(|at| before + at + 1)
    }

    fn held(&self) -> usize {
        self.buffer.len() - self.start
    }

    fn read(&mut self) {
        let step = self.members.read(&mut self.buffer);
        let at = self.offset + self.held() as u64;
        let mut border = |kind| self.borders.push_back(Border { at, kind });
        match step {
            Step::Bytes => {}
            Step::Member(place) => {
                self.first_of_member = at;
                border(BorderKind::Member(place));
            }
            Step::Broken(error) => {
                border(BorderKind::Broken { first: self.first_of_member, error });
                self.first_of_member = at;
            }
            Step::End(place) => self.end = Some(place),
        }
    }
}
