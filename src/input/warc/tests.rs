//! Whatever is wrong with a file, each of its bytes is in one piece, and what is right is read.

use std::io::Write;

use proptest::prelude::*;

use super::members::Members;
use super::read;
use super::records::{Cut, CutKind, Records};
use super::window::Window;
use crate::input::compression::Compression;
use crate::input::units::{Payloads, RecordState};

/// Limit of blocks in these tests.
const MAX_BLOCK: u64 = 200_000;

fn record(kind: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// Three records of which the second holds no document.
fn three() -> [Vec<u8>; 3] {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    let noise: Vec<u8> = (0..60_000).map(|_| next()).collect();
    [record("resource", b"The ferry left."), record("request", b"GET / HTTP/1.1\r\n\r\n"), record("resource", &noise)]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("memory");
    encoder.include_checksum(true).expect("a setting");
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// The pieces of a file, checked to lie side by side, with what was kept of each.
fn cuts(raw: &[u8], compression: Compression) -> Vec<(Cut, Vec<u8>)> {
    let members = Members::new(Box::new(raw), compression);
    let mut records = Records::new(Window::new(members), MAX_BLOCK);
    let (mut cuts, mut end) = (Vec::new(), 0);
    loop {
        let mut kept = Vec::new();
        let Some(cut) = records.next(&mut kept) else { return cuts };
        assert_eq!(cut.offset, end, "no byte between two pieces");
        assert!(kept.len() as u64 <= cut.length, "no byte of another piece is kept");
        end += cut.length;
        cuts.push((cut, kept));
    }
}

/// What became of a file: `d` a document, `r` a request, `f` a fault.
fn kinds(cuts: &[(Cut, Vec<u8>)]) -> String {
    let kind = |(cut, _): &(Cut, Vec<u8>)| match cut.kind {
        CutKind::Document => 'd',
        CutKind::LargeDocument => 'l',
        CutKind::PassedOver(_) => 'r',
        CutKind::Fault(_) => 'f',
    };
    cuts.iter().map(kind).collect()
}

fn faults(cuts: &[(Cut, Vec<u8>)]) -> Vec<&str> {
    let errors = cuts.iter().filter_map(|(cut, _)| match &cut.kind {
        CutKind::Fault(error) => Some(error.as_str()),
        _ => None,
    });
    errors.collect()
}

#[test]
fn members_are_read_one_after_the_other() {
    let records = three();
    let plain = records.concat();
    let each = |pack: fn(&[u8]) -> Vec<u8>| records.iter().map(|record| pack(record)).collect::<Vec<_>>();
    let alone = each(gzip);
    for (raw, compression, has_members) in [
        (plain.clone(), Compression::None, false),
        (plain.clone(), Compression::Gzip, false),
        (gzip(&plain), Compression::Gzip, false),
        (alone.concat(), Compression::Gzip, true),
        (each(zstandard).concat(), Compression::Zstd, true),
        (zstandard(&plain), Compression::Zstd, false),
        (plain.chunks(1000).map(gzip).collect::<Vec<_>>().concat(), Compression::Gzip, false),
    ] {
        let cuts = cuts(&raw, compression);
        assert_eq!(kinds(&cuts), "drd", "{compression:?}");
        let lengths: Vec<u64> = cuts.iter().map(|(cut, _)| cut.length).collect();
        assert_eq!(lengths, records.each_ref().map(|record| record.len() as u64));
        assert!(cuts[0].1 == records[0][..records[0].len() - 4] && cuts[1].1.is_empty());
        assert_eq!(cuts[2].0.member.is_some(), has_members, "{compression:?}");
    }
    let found = cuts(&alone.concat(), Compression::Gzip);
    let start = (alone[0].len() + alone[1].len()) as u64;
    assert_eq!(found[2].0.member, Some((start, alone[2].len() as u64)));
}

#[test]
fn records_of_a_dictionary_are_read() {
    let samples: Vec<Vec<u8>> = (0..400_u32)
        .map(|number| record("resource", format!("The ferry number {number} left at {}.", number * 7919).as_bytes()))
        .collect();
    // Without the signature of a trained one, a dictionary is any bytes.
    let dictionary = samples[0].clone();
    let pack = |record: &Vec<u8>| {
        let mut encoder = zstd::stream::write::Encoder::with_dictionary(Vec::new(), 3, &dictionary).expect("memory");
        encoder.write_all(record).expect("memory");
        encoder.finish().expect("memory")
    };
    let frames: Vec<u8> = samples.iter().flat_map(pack).collect();
    for content in [dictionary.clone(), zstandard(&dictionary)] {
        let length = u32::try_from(content.len()).expect("short").to_le_bytes();
        let raw = [b"\x5D\x2A\x4D\x18", &length[..], &content, &frames].concat();
        let found = cuts(&raw, Compression::Zstd);
        assert_eq!((kinds(&found), found.len()), ("d".repeat(400), 400));
        let cut = cuts(&raw[..100], Compression::Zstd);
        assert!(faults(&cut)[0].contains("dictionary"), "{:?}", faults(&cut));
    }
}

#[test]
fn broken_member_is_one_fault() {
    let records = three();
    let broken = |index: usize, damage: fn(&mut Vec<u8>)| {
        let mut members = records.each_ref().map(|record| gzip(record));
        damage(&mut members[index]);
        cuts(&members.concat(), Compression::Gzip)
    };
    let flip_check = |member: &mut Vec<u8>| {
        let at = member.len() - 6;
        member[at] ^= 1;
    };
    for (index, expected) in [(0, "frd"), (1, "dfd"), (2, "drf")] {
        // The check, the signature, the data, and a piece of the end.
        let damages: [fn(&mut Vec<u8>); 4] = [
            flip_check,
            |member| member[0] = 0,
            |member| member[20] ^= 0xFF,
            |member| member.truncate(member.len() - 9),
        ];
        for damage in damages {
            let cuts = broken(index, damage);
            assert_eq!(kinds(&cuts), expected, "{:?}", faults(&cuts));
            assert!(faults(&cuts)[0].contains("the gzip member in bytes"), "{:?}", faults(&cuts));
        }
    }
    let garbage = [gzip(&records[0]), vec![0; 100], gzip(&records[2]), b"the end".to_vec()].concat();
    assert_eq!(kinds(&cuts(&garbage, Compression::Gzip)), "dfdf");
    assert_eq!(kinds(&cuts(b"neither", Compression::Gzip)), "f");
    assert_eq!(kinds(&cuts(b"", Compression::Gzip)), "");
    let mut frames = records.each_ref().map(|record| zstandard(record));
    flip_check(&mut frames[0]);
    frames[1].truncate(20);
    assert_eq!(
        kinds(&cuts(&frames.concat(), Compression::Zstd)),
        "fd",
        "what does not begin like a frame is one fault"
    );
}

#[test]
fn truncated_file_ends_in_one_fault() {
    let records = three();
    let plain = records.concat();
    let members = records.each_ref().map(|record| gzip(record)).concat();
    for (raw, compression) in [(&plain, Compression::None), (&members, Compression::Gzip)] {
        for missing in [10, 1000, 20_000] {
            let cuts = cuts(&raw[..raw.len() - missing], compression);
            assert_eq!(kinds(&cuts), "drf", "{compression:?} without {missing}: {:?}", faults(&cuts));
        }
    }
    assert_eq!(kinds(&cuts(&plain[..plain.len() - 4], Compression::None)), "drd", "line ends at the end may lack");
    let within_head = cuts(&plain[..records[0].len() + 20], Compression::None);
    assert_eq!(kinds(&within_head), "df");
    assert!(faults(&within_head)[0].contains("before its head is complete"), "{:?}", faults(&within_head));
}

#[test]
fn wrong_length_is_one_fault() {
    let records = three();
    let text = String::from_utf8(records[0].clone()).expect("text");
    for (stated, words) in [
        ("Content-Length: 10", "no record follows at byte"),
        ("Content-Length: 40", "no record follows at byte"),
        ("Content-Length: 90000", "the file ends"),
        ("Content-Length: 900000000", "the record ends behind"),
        ("Content-Length: many", "is no number, but `many`"),
        ("Content-Size: 15", "no `Content-Length`"),
    ] {
        let wrong = text.replace("Content-Length: 15", stated);
        let plain = [records[2].as_slice(), wrong.as_bytes(), &records[1], &records[0]].concat();
        let cuts_of_plain = cuts(&plain, Compression::None);
        assert_eq!(kinds(&cuts_of_plain), "dfrd", "{stated}: {:?}", faults(&cuts_of_plain));
        assert_eq!(cuts_of_plain[1].0.length, wrong.len() as u64, "{stated}");
        assert!(faults(&cuts_of_plain)[0].contains(words), "{stated}: {:?}", faults(&cuts_of_plain));
        let members: Vec<Vec<u8>> =
            [&records[2], &wrong.into_bytes(), &records[1], &records[0]].map(|record| gzip(record)).into();
        let cuts_of_members = cuts(&members.concat(), Compression::Gzip);
        assert_eq!(kinds(&cuts_of_members), "dfrd", "{stated}: {:?}", faults(&cuts_of_members));
    }
}

#[test]
fn large_records_are_passed_over_in_pieces() {
    let records = three();
    let large = record("resource", &vec![b'a'; 500_000]);
    let raw = [records[0].as_slice(), &large, &record("metadata", &vec![b'a'; 500_000]), &records[0]].concat();
    for (raw, compression) in [(raw.clone(), Compression::None), (gzip(&raw), Compression::Gzip)] {
        let cuts = cuts(&raw, compression);
        assert_eq!(kinds(&cuts), "dlrd", "{:?}", faults(&cuts));
        assert_eq!(cuts[1].0.length, large.len() as u64);
        assert!((1000..100_000).contains(&cuts[1].1.len()), "the start is kept");
    }
}

#[test]
fn what_is_no_record_is_one_fault() {
    let records = three();
    let raw = [b"\xEF\xBB\xBFjunk\r\n", records[0].as_slice(), b"\nmore\n", &records[2]].concat();
    let found = cuts(&raw, Compression::None);
    assert_eq!(kinds(&found), "fdfd", "{:?}", faults(&found));
    let long_head = [b"WARC/1.0\r\nA: ", vec![b'a'; 2 << 20].as_slice(), b"\r\n\r\n", &records[2]].concat();
    assert_eq!(kinds(&cuts(&long_head, Compression::None)), "fd");
}

#[test]
fn numbers_count_what_is_passed_over() {
    let raw = three().concat();
    let mut batches = Vec::new();
    read(&*raw, Compression::None, MAX_BLOCK, |payloads| {
        batches.push(payloads);
        true
    });
    let [Payloads::Records(batch)] = batches.as_slice() else { panic!("one batch: {batches:?}") };
    let places: Vec<(u64, &RecordState)> = batch.records.iter().map(|place| (place.number, &place.state)).collect();
    assert_eq!(places, [(1, &RecordState::Whole), (3, &RecordState::Whole)]);
    assert_eq!(batch.passed_over.iter().collect::<Vec<_>>(), [("request", 1, three()[1].len() as u64)]);
}

/// Pieces of files from which others are put together.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let records = three();
    prop_oneof![
        Just(records[0].clone()),
        Just(records[1].clone()),
        Just(gzip(&records[0])),
        Just(gzip(&records[1])),
        Just(zstandard(&records[0])),
        Just(b"WARC/1.0\r\n".to_vec()),
        Just(b"Content-Length: 99999\r\n\r\n".to_vec()),
        Just(b"\x1F\x8B\x08\0".to_vec()),
        Just(b"\x5D\x2A\x4D\x18\x04\0\0\0".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Nothing panics or hangs, and all decompressed bytes are in some piece.
    #[test]
    fn any_bytes_are_accounted_for(
        parts in proptest::collection::vec(pieces(), 0..8),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let mut raw = parts.concat();
        for (place, byte) in damage {
            if !raw.is_empty() {
                let at = place.index(raw.len());
                raw[at] = byte;
            }
        }
        let plain = cuts(&raw, Compression::None);
        prop_assert_eq!(plain.iter().map(|(cut, _)| cut.length).sum::<u64>(), raw.len() as u64);
        for compression in [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz] {
            let found = cuts(&raw, compression);
            // A file of frames that are to be skipped has nothing in it.
            let is_said = raw.is_empty() || !found.is_empty() || compression == Compression::Zstd;
            prop_assert!(is_said, "{:?}: something is said of any file", compression);
        }
    }
}
