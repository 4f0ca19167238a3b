//! Compressed files, several members or frames in a row included.

use std::io::{BufRead, Read};

/// Memory in bytes that an xz decoder may use: files made with `xz -9` need 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// The compression that a file's name tells, and the name without its ending.
    pub(crate) fn of_name(name: &str) -> (Self, &str) {
        let Some((stem, ending)) = name.rsplit_once('.') else { return (Self::None, name) };
        match ending.to_ascii_lowercase().as_str() {
            "gz" => (Self::Gzip, stem),
            "zst" => (Self::Zstd, stem),
            "bz2" => (Self::Bzip2, stem),
            "xz" => (Self::Xz, stem),
            _ => (Self::None, name),
        }
    }

    /// The compression that the first bytes tell of something without a name.
    pub(crate) fn of_start(start: &[u8]) -> Self {
        match start {
            [0x1F, 0x8B, 0x08, ..] => Self::Gzip,
            // A frame, or one that is to be skipped (RFC 8878, section 3.1).
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Self::Zstd,
            // The size of its blocks, then the start of a block or the end of an empty file.
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', ..] | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, b'r', ..] => {
                Self::Bzip2
            }
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }

    /// A reader of the decompressed bytes.
    ///
    /// # Errors
    /// When the decoder cannot be set up.
    pub(crate) fn reader<'a>(self, compressed: impl BufRead + Send + 'a) -> std::io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Self::None => Box::new(compressed),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(compressed)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(compressed)?),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(compressed)),
            Self::Xz => {
                let stream = liblzma::stream::Stream::new_auto_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
                Box::new(liblzma::bufread::XzDecoder::new_stream(compressed, stream))
            }
        })
    }
}
