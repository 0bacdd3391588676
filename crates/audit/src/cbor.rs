//! The few kinds of CBOR that the ledger is made of (RFC 8949, deterministic as §4.2.1 has it).
//!
//! Writing is our own because it cannot fail: lengths are definite and integers as short as they can be.
//! Reading accepts any well-formed item; who reads compares with what would have been written.

use minicbor::{Decoder, data::Type};

/// Bytes that are not the expected CBOR item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

impl From<minicbor::decode::Error> for Malformed {
    fn from(_: minicbor::decode::Error) -> Self {
        Self
    }
}

/// Writes items one after the other.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn uint(&mut self, value: u64) -> &mut Self {
        self.head(0, value)
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(2, value.len() as u64).raw(value)
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.head(3, value.len() as u64).raw(value.as_bytes())
    }

    /// The start of an array; the items follow.
    pub(crate) fn array(&mut self, len: usize) -> &mut Self {
        self.head(4, len as u64)
    }

    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.raw(&[if value { 0xf5 } else { 0xf4 }])
    }

    pub(crate) fn null(&mut self) -> &mut Self {
        self.raw(&[0xf6])
    }

    /// The value as `write` has it, or null.
    pub(crate) fn optional<T>(
        &mut self,
        value: Option<T>,
        write: fn(&mut Self, T) -> &mut Self,
    ) -> &mut Self {
        match value {
            Some(value) => write(self, value),
            None => self.null(),
        }
    }

    /// Bytes that are encoded already.
    pub(crate) fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        self.0.extend_from_slice(encoded);
        self
    }

    fn head(&mut self, major: u8, value: u64) -> &mut Self {
        let major = major << 5;
        let [.., b4, b5, b6, b7] = value.to_be_bytes();
        match value {
            0..=23 => self.raw(&[major | b7]),
            24..=0xff => self.raw(&[major | 24, b7]),
            0x100..=0xffff => self.raw(&[major | 25, b6, b7]),
            0x1_0000..=0xffff_ffff => self.raw(&[major | 26, b4, b5, b6, b7]),
            _ => self.raw(&[major | 27]).raw(&value.to_be_bytes()),
        }
    }
}

/// Reads items one after the other.
pub(crate) struct Reader<'b>(Decoder<'b>);

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    pub(crate) fn uint(&mut self) -> Result<u64, Malformed> {
        Ok(self.0.u64()?)
    }

    pub(crate) fn text(&mut self) -> Result<String, Malformed> {
        Ok(self.0.str()?.to_owned())
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Malformed> {
        Ok(self.0.bool()?)
    }

    pub(crate) fn null(&mut self) -> Result<(), Malformed> {
        Ok(self.0.null()?)
    }

    /// Bytes of exactly this length.
    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.0.bytes()?.try_into().map_err(|_| Malformed)
    }

    /// The start of an array of any length.
    pub(crate) fn list(&mut self) -> Result<u64, Malformed> {
        self.0.array()?.ok_or(Malformed)
    }

    /// The start of an array of exactly this length.
    pub(crate) fn array(&mut self, len: u64) -> Result<(), Malformed> {
        if self.list()? == len { Ok(()) } else { Err(Malformed) }
    }

    /// Null, or what `read` reads.
    pub(crate) fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.kind()? == Type::Null {
            self.null()?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    pub(crate) fn kind(&self) -> Result<Type, Malformed> {
        Ok(self.0.datatype()?)
    }

    /// That nothing follows.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.0.position() == self.0.input().len() { Ok(()) } else { Err(Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against an encoder that we did not write.
    #[test]
    fn integers_are_as_short_as_they_can_be() {
        let edges = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000, u64::MAX];
        for value in edges {
            let mut ours = Writer::default();
            ours.uint(value);
            assert_eq!(ours.into_bytes(), minicbor::to_vec(value).unwrap(), "{value}");
        }
    }
}
