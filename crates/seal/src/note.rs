//! Signed notes (C2SP signed-note): a text, a blank line, signature lines.
//!
//! Comes in: bytes from anybody. Goes out: text and signature lines whose form is right. Whether a signature is good
//! is asked in [`crate::checkpoint`]; nothing here trusts anybody.

use crate::key::is_key_name;
use crate::{Error, NoteFlaw};
use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::general_purpose::{GeneralPurpose, PAD, STANDARD as BASE64};

/// Longest note in bytes: a hundred signatures of the longest kind fit.
pub const NOTE_LEN_MAX: usize = 1_000_000;
/// Most signatures on a note, known and unknown together (the limit of Go's `note` package).
pub const SIGNATURES_MAX: usize = 100;
/// What a signature line begins with: EM DASH and a space.
const LINE_START: &str = "\u{2014} ";
/// Bytes of a key id in a signature blob.
const KEY_ID_LEN: usize = 4;

/// One signature line. Its key may be known or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key that claims to have signed.
    pub name: String,
    /// Id of that key.
    pub key_id: u32,
    /// The signature, after the key id.
    pub signature: Vec<u8>,
}

impl SignatureLine {
    fn parse(line: &str) -> Option<Self> {
        let (name, blob) = line.strip_prefix(LINE_START)?.split_once(' ')?;
        let blob = BASE64.decode(blob).ok()?;
        let (key_id, signature) = blob.split_first_chunk::<KEY_ID_LEN>()?;
        if !is_key_name(name) || signature.is_empty() {
            return None;
        }
        Some(Self { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), signature: signature.to_vec() })
    }

    /// Whether a line that does not parse would if unused bits of its base64 counted for nothing (RFC 4648 §3.5).
    fn is_loose(line: &str) -> bool {
        let lenient = GeneralPurpose::new(&STANDARD_ALPHABET, PAD.with_decode_allow_trailing_bits(true));
        let blob = line.strip_prefix(LINE_START).and_then(|line| line.split_once(' '));
        blob.and_then(|(_, blob)| lenient.decode(blob).ok()).is_some_and(|blob| blob.len() > KEY_ID_LEN)
    }

    /// Parses one line with its line feed, as a witness answers it.
    pub fn from_text(line: &str) -> Result<Self, Error> {
        let flaw = Error::Note { line: 1, flaw: NoteFlaw::SignatureLine };
        let Some(line) = line.strip_suffix('\n').filter(|line| !line.contains('\n')) else { return Err(flaw) };
        Self::parse(line).ok_or(flaw)
    }

    /// The line with its line feed.
    pub fn to_text(&self) -> String {
        let mut blob = self.key_id.to_be_bytes().to_vec();
        blob.extend_from_slice(&self.signature);
        format!("{LINE_START}{} {}\n", self.name, BASE64.encode(blob))
    }
}

/// A note of the right form: text ending in a line feed, and at least one signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// A note of our own making. `text` must end in a line feed.
    pub(crate) fn new(text: String, signature: SignatureLine) -> Self {
        assert!(text.ends_with('\n'), "a note's text ends in a line feed");
        Self { text, signatures: vec![signature] }
    }

    /// Parses a note strictly: UTF-8, no control character but line feed, text and signatures parted by the last
    /// blank line, canonical base64, at most [`SIGNATURES_MAX`] signatures and [`NOTE_LEN_MAX`] bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let flaw = |line, flaw| Error::Note { line, flaw };
        if bytes.len() > NOTE_LEN_MAX {
            return Err(flaw(1, NoteFlaw::TooLong));
        }
        let line_at = |offset: usize| 1 + bytes[..offset].iter().filter(|byte| **byte == b'\n').count();
        let text = match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(flaw(line_at(error.valid_up_to()), NoteFlaw::Utf8)),
        };
        if let Some(offset) = bytes.iter().position(|byte| *byte < 0x20 && *byte != b'\n') {
            return Err(flaw(line_at(offset), NoteFlaw::Control));
        }
        let Some(blank) = text.rfind("\n\n") else { return Err(flaw(1, NoteFlaw::NoSignatureBlock)) };
        let (text, block) = (&text[..=blank], &text[blank + 2..]);
        let first_line = line_at(blank) + 2;
        let Some(block) = block.strip_suffix('\n') else { return Err(flaw(first_line, NoteFlaw::NoSignatureBlock)) };
        let mut signatures = Vec::new();
        for (at, line) in block.split('\n').enumerate() {
            if at == SIGNATURES_MAX {
                return Err(flaw(first_line + at, NoteFlaw::TooManySignatures));
            }
            signatures.push(SignatureLine::parse(line).ok_or_else(|| {
                let loose = SignatureLine::is_loose(line);
                flaw(first_line + at, if loose { NoteFlaw::LooseBase64 } else { NoteFlaw::SignatureLine })
            })?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// What is signed, with its final line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines in their order.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Adds a signature line; one that is already there is not repeated.
    ///
    /// Fails if the note already has [`SIGNATURES_MAX`].
    pub fn add(&mut self, line: SignatureLine) -> Result<(), Error> {
        if self.signatures.contains(&line) {
            return Ok(());
        }
        if self.signatures.len() == SIGNATURES_MAX {
            let limit = SIGNATURES_MAX as u64;
            return Err(Error::TooMuch { what: "signatures", found: limit + 1, limit });
        }
        self.signatures.push(line);
        Ok(())
    }

    /// The whole note.
    pub fn to_text(&self) -> String {
        let mut note = self.text.clone();
        note.push('\n');
        note.extend(self.signatures.iter().map(SignatureLine::to_text));
        note
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pieces that notes are made of, in any order: most of what comes out is nearly a note.
    fn nearly_a_note() -> impl Strategy<Value = Vec<u8>> {
        const PIECES: [&str; 12] =
            ["\n", "\n\n", LINE_START, "name", " ", "AAAAAAA=", "AAAAAA==", "7", "+", "\r", "\0", "\u{2014}"];
        let piece = prop_oneof![
            8 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn whatever_parses_is_written_the_same(bytes in nearly_a_note()) {
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.to_text().into_bytes(), bytes);
            }
        }
    }

    #[test]
    fn a_line_survives_its_text_form() {
        let line = SignatureLine { name: "example.org/center".into(), key_id: 7, signature: vec![1; 72] };
        assert_eq!(SignatureLine::from_text(&line.to_text()), Ok(line.clone()));
        let refused = Err(Error::Note { line: 1, flaw: NoteFlaw::SignatureLine });
        for bad in [line.to_text().trim_end().to_owned(), line.to_text().repeat(2), String::new(), "\n".into()] {
            assert_eq!(SignatureLine::from_text(&bad), refused, "{bad:?}");
        }
    }
}
