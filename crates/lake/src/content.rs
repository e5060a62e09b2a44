//! What a table says, as one number: two tables with the same rows have the same content, however their files lie.
//!
//! The content is the sum, modulo 2²⁵⁶, of the SHA-256 of each row in one canonical form. So neither the order of the
//! rows nor the number of files matters, and a row that is there twice shows.

use std::sync::Arc;

use deltalake::arrow::array::{ArrayRef, RecordBatch};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::DataType;
use deltalake::arrow::row::{RowConverter, SortField};
use futures::TryStreamExt;
use record::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Inner};
use crate::query::Lake;
use crate::schema::{EVENT, PARTITION, READING, Table};

/// The content of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Rows.
    pub rows: u64,
    /// Sum of the rows' hashes.
    pub sum: Digest,
}

impl Lake {
    /// The content of tables `reading` and `event`; reads every row.
    pub async fn content(&self) -> Result<crate::Both<Content>, Error> {
        Ok(crate::Both { reading: self.content_of(&READING).await?, event: self.content_of(&EVENT).await? })
    }

    async fn content_of(&self, table: &Table) -> Result<Content, Error> {
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|column| column.name)
            .chain([PARTITION])
            .map(|name| format!("\"{name}\""))
            .collect();
        let mut stream = self.stream(&format!("SELECT {} FROM {}", names.join(", "), table.name), &[]).await?;
        let mut sum = Sum::default();
        while let Some(batch) = stream.try_next().await.map_err(|error| Error::Engine(Inner::of(error)))? {
            add(&mut sum, &batch)?;
        }
        Ok(Content { rows: sum.rows, sum: Digest(sum.bytes) })
    }
}

/// A sum of 256-bit numbers, little-endian.
#[derive(Default)]
struct Sum {
    rows: u64,
    bytes: [u8; 32],
}

impl Sum {
    fn add(&mut self, hash: &[u8]) {
        let mut carry = 0_u16;
        for (byte, other) in self.bytes.iter_mut().zip(hash) {
            let total = u16::from(*byte) + u16::from(*other) + carry;
            let [low, high] = total.to_le_bytes();
            *byte = low;
            carry = u16::from(high);
        }
        self.rows += 1;
    }
}

/// Hashes each row of a batch after bringing texts to one Arrow form: files give views, dictionaries or plain texts.
fn add(sum: &mut Sum, batch: &RecordBatch) -> Result<(), Error> {
    let columns: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => cast(column, &DataType::Utf8),
            DataType::Dictionary(_, value) => cast(column, value),
            _ => Ok(Arc::clone(column)),
        })
        .collect::<Result<_, _>>()?;
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let rows = RowConverter::new(fields)?.convert_columns(&columns)?;
    for row in &rows {
        sum.add(&Sha256::digest(row.as_ref()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_carries_and_does_not_depend_on_order() {
        let (a, b) = ([0xff; 32], {
            let mut one = [0; 32];
            one[0] = 2;
            one
        });
        let (mut left, mut right) = (Sum::default(), Sum::default());
        left.add(&a);
        left.add(&b);
        right.add(&b);
        right.add(&a);
        assert_eq!(left.bytes, right.bytes);
        assert_eq!(left.bytes, {
            let mut one = [0; 32];
            one[0] = 1;
            one
        });
        assert_eq!(left.rows, 2);
    }
}
