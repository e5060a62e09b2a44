//! The parts several records share: subject, clocks, quality, zone.

use super::DecodeError;
use super::reader::Reader;
use super::writer::Writer;
use crate::{BatchId, Clocks, EquipmentId, Flags, LotId, ProductId, Quality, Subject, Zone};

const SUBJECT_MATERIAL_LOT: u8 = 0;
const SUBJECT_BATCH: u8 = 1;
const SUBJECT_EQUIPMENT: u8 = 2;
const SUBJECT_ROOM: u8 = 3;
const SUBJECT_SAMPLE: u8 = 4;

pub(super) fn put_subject(to: &mut Writer<'_>, subject: &Subject) {
    match subject {
        Subject::MaterialLot { material, lot } => {
            to.byte(SUBJECT_MATERIAL_LOT);
            to.name("material", material.as_str());
            to.name("lot", lot.as_str());
        }
        Subject::Batch { product, batch, step } => {
            to.byte(SUBJECT_BATCH);
            to.name("product", product.as_str());
            to.name("batch", batch.as_str());
            to.optional_name("step", step.as_deref());
        }
        Subject::Equipment(id) => {
            to.byte(SUBJECT_EQUIPMENT);
            to.name("equipment", id.as_str());
        }
        Subject::Room(id) => {
            to.byte(SUBJECT_ROOM);
            to.name("room", id.as_str());
        }
        Subject::Sample(id) => {
            to.byte(SUBJECT_SAMPLE);
            to.name("sample", id.as_str());
        }
    }
}

pub(super) fn subject(from: &mut Reader<'_>) -> Result<Subject, DecodeError> {
    Ok(match from.byte("subject kind")? {
        SUBJECT_MATERIAL_LOT => Subject::MaterialLot {
            material: from.id("material", ProductId::parse)?,
            lot: from.id("lot", LotId::parse)?,
        },
        SUBJECT_BATCH => Subject::Batch {
            product: from.id("product", ProductId::parse)?,
            batch: from.id("batch", BatchId::parse)?,
            step: from.optional_name("step")?.map(Into::into),
        },
        SUBJECT_EQUIPMENT => Subject::Equipment(from.id("equipment", EquipmentId::parse)?),
        SUBJECT_ROOM => Subject::Room(from.id("room", EquipmentId::parse)?),
        SUBJECT_SAMPLE => Subject::Sample(from.id("sample", EquipmentId::parse)?),
        found => return Err(from.unknown("subject kind", found)),
    })
}

pub(super) fn put_clocks(to: &mut Writer<'_>, clocks: &Clocks) {
    to.optional_time("source time", clocks.source);
    to.optional_time("server time", clocks.server);
    to.time("received time", clocks.received);
}

pub(super) fn clocks(from: &mut Reader<'_>) -> Result<Clocks, DecodeError> {
    Ok(Clocks {
        source: from.optional_time("source time")?,
        server: from.optional_time("server time")?,
        received: from.time("received time")?,
    })
}

pub(super) fn put_quality(to: &mut Writer<'_>, quality: Quality) {
    to.varint(u64::from(quality.status));
    to.varint(u64::from(quality.flags.0));
}

pub(super) fn quality(from: &mut Reader<'_>) -> Result<Quality, DecodeError> {
    Ok(Quality { status: from.varint_u32("status")?, flags: Flags(from.varint_u32("flags")?) })
}

pub(super) fn put_zone(to: &mut Writer<'_>, zone: Zone) {
    to.byte(match zone {
        Zone::White => 0,
        Zone::Grey => 1,
        Zone::Black => 2,
    });
}

pub(super) fn zone(from: &mut Reader<'_>) -> Result<Zone, DecodeError> {
    Ok(match from.byte("zone")? {
        0 => Zone::White,
        1 => Zone::Grey,
        2 => Zone::Black,
        found => return Err(from.unknown("zone", found)),
    })
}
