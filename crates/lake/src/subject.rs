//! What a row is about, spread over seven columns that both tables share.

use deltalake::arrow::array::ArrayRef;
use deltalake::arrow::error::ArrowError;
use record::Subject;

use crate::column::{Key, Words};

/// Columns `subject`, `product`, `batch`, `step`, `material`, `lot`, `subject_equipment`.
#[derive(Debug, Default)]
pub(crate) struct SubjectColumns {
    kind: Words,
    product: Words,
    batch: Words,
    step: Words,
    material: Words,
    lot: Words,
    equipment: Words,
}

/// One subject as keys into the columns.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SubjectKeys {
    kind: Key,
    product: Key,
    batch: Key,
    step: Key,
    material: Key,
    lot: Key,
    equipment: Key,
}

impl SubjectColumns {
    pub(crate) fn keys(&mut self, subject: &Subject) -> SubjectKeys {
        let mut keys = SubjectKeys::default();
        match subject {
            Subject::MaterialLot { material, lot } => {
                keys.kind = Some(self.kind.key("material_lot"));
                keys.material = Some(self.material.key(material.as_str()));
                keys.lot = Some(self.lot.key(lot.as_str()));
            }
            Subject::Batch { product, batch, step } => {
                keys.kind = Some(self.kind.key("batch"));
                keys.product = Some(self.product.key(product.as_str()));
                keys.batch = Some(self.batch.key(batch.as_str()));
                keys.step = self.step.key_of(step.as_deref());
            }
            Subject::Equipment(id) => {
                keys.kind = Some(self.kind.key("equipment"));
                keys.equipment = Some(self.equipment.key(id.as_str()));
            }
            Subject::Room(id) => {
                keys.kind = Some(self.kind.key("room"));
                keys.equipment = Some(self.equipment.key(id.as_str()));
            }
            Subject::Sample(id) => {
                keys.kind = Some(self.kind.key("sample"));
                keys.equipment = Some(self.equipment.key(id.as_str()));
            }
        }
        keys
    }

    /// Fills in the product where the subject itself names none.
    pub(crate) fn or_product(&mut self, keys: SubjectKeys, product: Option<&str>) -> SubjectKeys {
        SubjectKeys { product: keys.product.or_else(|| self.product.key_of(product)), ..keys }
    }

    pub(crate) fn run(&mut self, keys: &SubjectKeys, rows: usize) {
        self.kind.run(keys.kind, rows);
        self.product.run(keys.product, rows);
        self.batch.run(keys.batch, rows);
        self.step.run(keys.step, rows);
        self.material.run(keys.material, rows);
        self.lot.run(keys.lot, rows);
        self.equipment.run(keys.equipment, rows);
    }

    /// The columns in the order both tables have them.
    pub(crate) fn finish(self) -> Result<[ArrayRef; 7], ArrowError> {
        Ok([
            self.kind.finish()?,
            self.product.finish()?,
            self.batch.finish()?,
            self.step.finish()?,
            self.material.finish()?,
            self.lot.finish()?,
            self.equipment.finish()?,
        ])
    }
}
