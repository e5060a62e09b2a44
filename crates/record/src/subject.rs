//! What a reading is about.

use crate::{BatchId, EquipmentId, LotId, ProductId};

/// The subject of a reading or event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A received lot of a material.
    MaterialLot {
        /// Material code.
        material: ProductId,
        /// Lot number.
        lot: LotId,
    },
    /// A batch of a product, or one step of it.
    Batch {
        /// Product.
        product: ProductId,
        /// Batch number.
        batch: BatchId,
        /// Process step (ISA-88 operation) or stage, if the reading belongs to one.
        step: Option<Box<str>>,
    },
    /// A machine.
    Equipment(EquipmentId),
    /// A room, store, vault or vehicle.
    Room(EquipmentId),
    /// A sample that belongs to neither: water point, stability pull.
    Sample(EquipmentId),
}
