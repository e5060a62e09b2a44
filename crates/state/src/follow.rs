//! What an entry of the log means for batches, series and warnings: the same on the box and at the center.
//!
//! Comes in: entries in the order of the log, also twice. Goes out: facts about batches, points of series, and the
//! findings they gave. Both ends call this with the same entries and the same catalogue and so hold the same findings.
//! Never here: a clock of its own, or a judgement (that is [`crate::judge`]).
//!
//! Only results of batches are judged: single readings of numeric parameters.
//! Call it inside a [`crate::Write`], with a [`Turn`] of the follower's own [`crate::judge::Memory`].

use record::catalogue::Granularity;
use record::{Catalogue, EnterpriseId, Entry, Event, EventKind, Parameter, Reading, Subject, Timestamp, Value, unit};
use rules::limits::Limit;
use rules::stability::Kind;
use sea_orm::ConnectionTrait;

use crate::Error;
use crate::batches::{self, BatchKey, Fact};
use crate::history;
use crate::judge::{self, Accepted, Judgement, Judging, Turn};
use crate::series::{Place, SeriesKey};
use crate::warnings::End;

/// Attribute of a release event that says how it was decided.
const DECISION: &str = "decision";

/// Whose entries these are, by what they are judged, and when.
#[derive(Clone, Copy)]
pub struct Follow<'a> {
    /// Enterprise the log belongs to.
    pub enterprise: &'a EnterpriseId,
    /// Catalogue in force, with the enterprise's X file.
    pub catalogue: &'a Catalogue,
    /// Limits in force for a parameter.
    pub limits: &'a (dyn Fn(&SeriesKey) -> Vec<Limit> + Sync),
    /// This end.
    pub end: End,
    /// Now, by this end's clock.
    pub now: Timestamp,
}

impl std::fmt::Debug for Follow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { enterprise, catalogue: _, limits: _, end, now } = self;
        f.debug_struct("Follow")
            .field("enterprise", enterprise)
            .field("end", end)
            .field("now", now)
            .finish_non_exhaustive()
    }
}

/// Takes one entry in; gives a judgement for each series it touched.
pub async fn entry(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    entry: &Entry,
    by: &Follow<'_>,
) -> Result<Vec<Judgement>, Error> {
    match entry {
        Entry::Reading(reading) => Ok(result(db, turn, reading, by).await?.into_iter().collect()),
        Entry::Event(event) => happened(db, turn, event, by).await,
        Entry::Block(_) | Entry::Finding(_) | Entry::Reject(_) | Entry::Gap(_) => Ok(Vec::new()),
    }
}

fn batch_key(subject: &Subject, by: &Follow<'_>) -> Option<BatchKey> {
    match subject {
        Subject::Batch { product, batch, .. } => {
            Some(BatchKey { enterprise: by.enterprise.clone(), product: product.clone(), batch: batch.clone() })
        }
        Subject::MaterialLot { .. } | Subject::Equipment(_) | Subject::Room(_) | Subject::Sample(_) => None,
    }
}

async fn result(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    reading: &Reading,
    by: &Follow<'_>,
) -> Result<Option<Judgement>, Error> {
    let Subject::Batch { product, batch, step } = &reading.subject else { return Ok(None) };
    let key = BatchKey { enterprise: by.enterprise.clone(), product: product.clone(), batch: batch.clone() };
    let ended_at = match turn.end(&key) {
        Some(ended_at) => ended_at,
        None => {
            batches::mention(db, &key, reading.clocks.received).await?;
            let ended_at = batches::find(db, &key).await?.and_then(|batch| batch.ended_at);
            turn.set_end(key, ended_at);
            ended_at
        }
    };
    let Some(parameter) = by.catalogue.get(&reading.parameter).filter(|parameter| of_batch(parameter, reading)) else {
        return Ok(None);
    };
    let Some((value, unit)) = in_series_unit(parameter, reading) else { return Ok(None) };
    let series = SeriesKey {
        enterprise: by.enterprise.clone(),
        product: product.clone(),
        stage: step.clone(),
        parameter: reading.parameter.clone(),
        qualifiers: reading.qualifiers.clone(),
    };
    if judge::unit_of(db, turn, &series, unit).await? != unit {
        // A series keeps its first unit; what does not convert to it is kept in the log and compared with nothing.
        return Ok(None);
    }
    let place = Place {
        batch_end: ended_at.unwrap_or_else(|| reading.clocks.effective(reading.quality.flags)),
        batch: batch.clone(),
        version: reading.version,
        record: reading.id,
    };
    let new = Accepted {
        key: &series,
        unit,
        place: &place,
        end_known: ended_at.is_some(),
        value: &value,
        result_at: reading.clocks.received,
    };
    let limits = (by.limits)(&series);
    judge::accept(db, turn, &new, &judging(unit, &limits, by)).await.map(Some)
}

/// Qualifiers that say which statistic of a batch's samples a value is.
const STATISTIC: [&str; 2] = ["statistic", "phase"];

/// The value is the batch's result, not one of the many samples taken while it was made: a time-sampled parameter gives a
/// result only as a named statistic of its samples.
fn of_batch(parameter: &Parameter, reading: &Reading) -> bool {
    parameter.granularity != Granularity::TimeSample
        || STATISTIC.iter().any(|name| reading.qualifiers.contains_key(*name))
}

/// The value in the first unit of the parameter's set that its own converts to, so that all points of a series are in
/// one; none for what is not numeric.
fn in_series_unit<'a>(parameter: &'a Parameter, reading: &Reading) -> Option<(Value, &'a str)> {
    if !parameter.value_type.is_numeric() {
        return None;
    }
    let own: &'a str = parameter.units.iter().find(|own| unit::Conversion::between(&reading.unit, own).is_ok())?;
    match &reading.value {
        Value::Number { decimal, comparator } => {
            let converted = unit::convert(*decimal, &reading.unit, own).ok()?;
            Some((Value::Number { decimal: converted.value, comparator: *comparator }, own))
        }
        other => Some((other.clone(), own)),
    }
}

async fn happened(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    event: &Event,
    by: &Follow<'_>,
) -> Result<Vec<Judgement>, Error> {
    let Some(key) = batch_key(&event.subject, by) else { return Ok(Vec::new()) };
    // Events carry no flags; a source time that could not be believed was flagged where it came with a value.
    let at = event.clocks.source.unwrap_or(event.clocks.received);
    let step = match &event.subject {
        Subject::Batch { step, .. } => step.as_deref(),
        _ => None,
    };
    history::add(db, &key, step, event, at).await?;
    let fact = match &event.kind {
        EventKind::BatchStarted => Fact::Started(at),
        EventKind::BatchEnded => Fact::Ended(at),
        EventKind::BatchReleased => {
            Fact::Decided(at, event.attributes.get(DECISION).map(ToString::to_string).unwrap_or_default())
        }
        _ => {
            batches::mention(db, &key, event.clocks.received).await?;
            return Ok(Vec::new());
        }
    };
    batches::learn(db, &key, &fact, event.version, event.clocks.received).await?;
    match fact {
        Fact::Ended(_) => ended(db, turn, &key, by).await,
        Fact::Started(_) | Fact::Decided(..) => Ok(Vec::new()),
    }
}

/// Puts the batch's results at its end and judges again what the move touched.
async fn ended(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    key: &BatchKey,
    by: &Follow<'_>,
) -> Result<Vec<Judgement>, Error> {
    // The event may be older than one known: the batch says which end holds.
    let Some(end) = batches::find(db, key).await?.and_then(|batch| batch.ended_at) else { return Ok(Vec::new()) };
    turn.set_end(key.clone(), Some(end));
    let mut judgements = Vec::new();
    for moved in judge::batch_ended(db, turn, key, end).await? {
        let limits = (by.limits)(&moved.series.key);
        let judging = judging(&moved.series.unit, &limits, by);
        judgements.push(judge::rerun(db, turn, moved, &judging).await?);
    }
    Ok(judgements)
}

fn judging<'a>(unit: &str, limits: &'a [Limit], by: &Follow<'a>) -> Judging<'a> {
    Judging {
        kind: Kind::of_unit(unit),
        limits,
        catalogue_version: by.catalogue.version(),
        catalogue_status: by.catalogue.status(),
        end: by.end,
        now: by.now,
    }
}
