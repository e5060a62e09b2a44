//! The `subject` column: what the values of a stream are about, built from their context.

use record::{BatchId, EquipmentId, IdError, LotId, ProductId, Qualifiers, Subject};

/// What kind of thing a stream speaks of. The names it needs must stand in the row's context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// Context `product`, `batch` and, if given, `step`.
    Batch,
    /// Context `material` and `lot`.
    Lot,
    /// Context `equipment`.
    Equipment,
    /// Context `room`.
    Room,
    /// Context `sample`.
    Sample,
}

/// Why the context of one value does not name its subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// The source had no value for it at the time.
    #[error("no `{name}` was known when the value was taken; check that the source gives it before or with the value")]
    Missing {
        /// Context name.
        name: &'static str,
    },
    /// The text is not an identifier.
    #[error("`{name}` is not usable: {error}")]
    Malformed {
        /// Context name.
        name: &'static str,
        /// What is wrong with it.
        error: IdError,
    },
}

impl SubjectKind {
    /// Reads the cell.
    pub(super) fn parse(cell: &str) -> Option<Self> {
        Some(match cell {
            "batch" => Self::Batch,
            "lot" => Self::Lot,
            "equipment" => Self::Equipment,
            "room" => Self::Room,
            "sample" => Self::Sample,
            _ => return None,
        })
    }

    /// Context names without which there is no subject.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::Batch => &["product", "batch"],
            Self::Lot => &["material", "lot"],
            Self::Equipment => &["equipment"],
            Self::Room => &["room"],
            Self::Sample => &["sample"],
        }
    }

    /// Whether a context name is part of the subject; all others are attributes of the reading or event.
    pub fn uses(self, name: &str) -> bool {
        self.required().contains(&name) || (self == Self::Batch && name == "step")
    }

    /// The subject of one value.
    pub fn of(self, context: &Qualifiers) -> Result<Subject, SubjectError> {
        Ok(match self {
            Self::Batch => Subject::Batch {
                product: id(context, "product", ProductId::parse)?,
                batch: id(context, "batch", BatchId::parse)?,
                step: context.get("step").cloned(),
            },
            Self::Lot => Subject::MaterialLot {
                material: id(context, "material", ProductId::parse)?,
                lot: id(context, "lot", LotId::parse)?,
            },
            Self::Equipment => Subject::Equipment(id(context, "equipment", EquipmentId::parse)?),
            Self::Room => Subject::Room(id(context, "room", EquipmentId::parse)?),
            Self::Sample => Subject::Sample(id(context, "sample", EquipmentId::parse)?),
        })
    }

    /// The context without what the subject took.
    pub fn attributes(self, context: &Qualifiers) -> Qualifiers {
        context.iter().filter(|(name, _)| !self.uses(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

fn id<T>(context: &Qualifiers, name: &'static str, parse: fn(&str) -> Result<T, IdError>) -> Result<T, SubjectError> {
    let text = context.get(name).ok_or(SubjectError::Missing { name })?;
    parse(text).map_err(|error| SubjectError::Malformed { name, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(pairs: &[(&str, &str)]) -> Qualifiers {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn a_batch_takes_product_batch_and_step_and_leaves_the_rest() {
        let context =
            context(&[("batch", "240117"), ("product", "AMX-500"), ("step", "compression"), ("method", "HPLC")]);
        let subject = SubjectKind::Batch.of(&context).unwrap();
        assert_eq!(
            subject,
            Subject::Batch {
                product: ProductId::parse("AMX-500").unwrap(),
                batch: BatchId::parse("240117").unwrap(),
                step: Some("compression".into()),
            }
        );
        let attributes: Vec<_> = SubjectKind::Batch.attributes(&context).into_iter().collect();
        assert_eq!(attributes, [("method".into(), "HPLC".into())]);
    }

    #[test]
    fn a_missing_or_malformed_name_is_said() {
        assert_eq!(SubjectKind::Batch.of(&context(&[("product", "A")])), Err(SubjectError::Missing { name: "batch" }));
        assert_eq!(
            SubjectKind::Lot.of(&context(&[("material", " "), ("lot", "1")])),
            Err(SubjectError::Malformed { name: "material", error: IdError::Empty { kind: "product id" } })
        );
    }
}
