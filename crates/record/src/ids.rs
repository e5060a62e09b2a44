//! Identifiers: parsed once at the edge of the system, trusted after.

use crate::limits::NAME_LEN_MAX_BYTES;
use core::fmt;

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Empty text names nothing.
    #[error("{kind} is empty")]
    Empty {
        /// Which identifier was parsed.
        kind: &'static str,
    },
    /// Longer than [`crate::limits::NAME_LEN_MAX_BYTES`] bytes.
    #[error("{kind} has {len} bytes, at most {NAME_LEN_MAX_BYTES} are allowed")]
    TooLong {
        /// Which identifier was parsed.
        kind: &'static str,
        /// Its length in bytes.
        len: usize,
    },
    /// Holds a control character, which would not survive a log line or a CSV cell.
    #[error("{kind} holds the control character U+{code:04X} at byte {at}")]
    Control {
        /// Which identifier was parsed.
        kind: &'static str,
        /// The character.
        code: u32,
        /// Its byte offset.
        at: usize,
    },
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Parses an identifier; surrounding white space is not part of it.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(IdError::Empty { kind: $kind });
                }
                if text.len() > NAME_LEN_MAX_BYTES {
                    return Err(IdError::TooLong { kind: $kind, len: text.len() });
                }
                if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
                    return Err(IdError::Control { kind: $kind, code: u32::from(c), at });
                }
                Ok(Self(text.into()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    };
}

text_id!(
    /// An enterprise: its unified social credit code, or the code its regulator gave it.
    EnterpriseId, "enterprise id"
);
text_id!(
    /// One box, as enrolled at the center.
    BoxId, "box id"
);
text_id!(
    /// One connector of a box: `scada`, `lims`.
    SourceId, "source id"
);
text_id!(
    /// A product: national drug code, approval number or the enterprise's own code.
    ProductId, "product id"
);
text_id!(
    /// A batch number, unique within its product and enterprise.
    BatchId, "batch id"
);
text_id!(
    /// A material lot number, unique within its material and enterprise.
    LotId, "lot id"
);
text_id!(
    /// A piece of equipment, a room, a store or a measuring point.
    EquipmentId, "equipment id"
);
text_id!(
    /// An item of the catalogue (`PP32`) or of an enterprise's X file (`X-PRESS-MAIN`).
    ParameterCode, "parameter code"
);
text_id!(
    /// What the source itself calls this datum: row key and version, node and source time. Redelivery has the same key.
    SourceKey, "source key"
);

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Digest {
    /// Reads 64 lower-case hex digits, the only text form there is; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Names one reading for ever: a hash of source, address, source key and version (never of the value).
pub type RecordId = Digest;
