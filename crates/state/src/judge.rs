//! Judges the results of a series as they come: the one way from an accepted result to warnings, on box and center.
//!
//! Comes in: one result of one batch, how its parameter is judged, and the time. Goes out: the findings it gave, kept as
//! warnings, and the point with its limits. A result that is late or a correction re-runs the series from there: what is
//! no longer found is superseded, what is newly found is raised; no finding is ever edited.
//! Never here: a clock, a limit of its own, a judgement by anything but `rules`.
//!
//! Call [`accept`] and [`rerun`] inside a [`crate::Write`] and a [`Turn`] of the follower's [`Memory`].

mod epoch;
mod memory;
mod reconcile;

use record::{Comparator, Digest, Entry, Finding, Level, RecordId, Subject, Timestamp, Value};
use rules::limits::{self, Limit, LimitKind, Verdict};
use rules::stability::{self, Kind, Monitor, Observed, Outcome};
use rules::{Context, Evidence};
use sea_orm::ConnectionTrait;

use crate::batches::BatchKey;
use crate::series::{self, Judged, Place, Point, SeriesId, SeriesKey, Signals};
use crate::warnings::{self, End, Raised};
use crate::{Error, PAGE_ROWS_MAX, Step};

use memory::{Course, Line};

pub use epoch::{Decision, Ground, decide};
pub use memory::{Memory, Turn};

/// Tables of this module.
pub(crate) fn steps() -> Vec<Step> {
    vec![epoch::step()]
}

/// One result of one batch, accepted and normalised.
#[derive(Clone, Debug)]
pub struct Accepted<'a> {
    /// Series it belongs to.
    pub key: &'a SeriesKey,
    /// UCUM unit of the value.
    pub unit: &'a str,
    /// Where it stands.
    pub place: &'a Place,
    /// The batch's end event has come.
    pub end_known: bool,
    /// The value.
    pub value: &'a Value,
    /// Time of the result, box clock.
    pub result_at: Timestamp,
}

/// How a parameter is judged, by whom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Judging<'a> {
    /// Kind of data, by the catalogue.
    pub kind: Kind,
    /// Limits in force; the gravest breached one gives the finding.
    pub limits: &'a [Limit],
    /// Version of the catalogue.
    pub catalogue_version: &'a str,
    /// Status of the catalogue.
    pub catalogue_status: &'a str,
    /// This end.
    pub end: End,
    /// Now.
    pub now: Timestamp,
}

/// A finding newly raised here, and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    /// The finding.
    pub finding: Finding,
    /// Its bytes as an entry.
    pub body: Vec<u8>,
    /// Which warning it opened, joined or confirmed.
    pub outcome: warnings::Outcome,
}

/// What judging a result did.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The series.
    pub series: SeriesId,
    /// Findings raised, in series order.
    pub raised: Vec<New>,
    /// Findings that a re-run no longer gives.
    pub superseded: Vec<Digest>,
}

/// Takes a result into its series and judges it.
///
/// Redelivery of a known record, and a version older than one known, raise nothing. A value without a number (`ND`,
/// `TNTC`) is held against its limits and is no point of the series; text and switches are not judged.
/// Fails with [`Error::Rule`] when `rules` refuses a value, with [`Error::Encode`] when a finding is too large to seal.
pub async fn accept(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    new: &Accepted<'_>,
    by: &Judging<'_>,
) -> Result<Judgement, Error> {
    let Course { series, line } = course(db, turn, new.key, new.unit).await?;
    let mut judgement = Judgement { series: series.id, raised: Vec::new(), superseded: Vec::new() };
    let breach = gravest_breach(new.place.record, new.value, by.limits).map_err(Error::ruling(&series.key))?;
    let Value::Number { decimal, comparator } = new.value else {
        if let Some(breach) = &breach {
            judgement.raised.extend(raise(db, &series, new.place, new.result_at, breach, by).await?);
        }
        turn.put(Course { series, line });
        return Ok(judgement);
    };
    let point = Point {
        place: new.place.clone(),
        end_known: new.end_known,
        value: limits::to_f64(*decimal).map_err(Error::ruling(&series.key))?,
        comparator: *comparator,
        result_at: new.result_at,
        superseded: false,
        judged: None,
    };
    let epoch = epoch::at(db, series.id, new.place).await?;
    let follows = |line: &Line| line.epoch == epoch && line.is_next(new.place);
    if let Some(line) = line.filter(follows)
        && (epoch.after.is_none() || !series::has_batch(db, series.id, &new.place.batch).await?)
    {
        let mut run = Run { series: &series, line, by };
        run.append(db, point, breach.as_ref(), &mut judgement).await?;
        let line = Some(run.line);
        turn.put(Course { series, line });
        return Ok(judgement);
    }
    let mut line = None;
    if series::put(db, series.id, &point).await? {
        let mut run = Run::load(db, &series, epoch, by).await?;
        // An older version than one known is kept and judges nothing.
        if let Some(at) = run.line.points.iter().position(|other| other.place.record == point.place.record) {
            run.judge(db, at, Some(breach.as_ref()), &mut judgement).await?;
            line = Some(run.line);
        }
    }
    turn.put(Course { series, line });
    Ok(judgement)
}

/// The series of a key and what is remembered of it, taken out of the memory.
async fn course(db: &impl ConnectionTrait, turn: &mut Turn<'_>, key: &SeriesKey, unit: &str) -> Result<Course, Error> {
    match turn.take(key) {
        Some(course) => Ok(course),
        None => Ok(Course { series: series::intern(db, key, unit).await?, line: None }),
    }
}

/// The series of a key, added if it is new. A known series keeps its first unit.
pub(crate) async fn unit_of(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    key: &SeriesKey,
    unit: &str,
) -> Result<String, Error> {
    let course = course(db, turn, key, unit).await?;
    let unit = course.series.unit.clone();
    turn.put(course);
    Ok(unit)
}

/// A series in which a batch was put at its end; see [`batch_ended`].
#[derive(Clone, Debug)]
pub struct Moved {
    /// Which.
    pub series: series::Series,
    /// The first place whose judgement this may change; none if all points keep their order.
    from: Option<Place>,
}

/// Puts the points of a batch at its end; gives the series this touched, each to be judged by [`rerun`].
pub async fn batch_ended(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    batch: &BatchKey,
    end: Timestamp,
) -> Result<Vec<Moved>, Error> {
    let touched = series::batch_ended(db, batch, end).await?;
    let decided = epoch::decided(db, touched.iter().map(|(series, _)| series.id)).await?;
    let moved = touched.into_iter().map(|(series, first)| {
        let stays = turn.move_batch(&series.key, &batch.batch, end) && !decided.contains(&series.id);
        let from = (!stays).then(|| Place { batch_end: first.batch_end.min(end), ..first });
        Moved { series, from }
    });
    Ok(moved.collect())
}

/// Judges a series again where the end of a batch moved it.
pub async fn rerun(
    db: &impl ConnectionTrait,
    turn: &mut Turn<'_>,
    moved: Moved,
    by: &Judging<'_>,
) -> Result<Judgement, Error> {
    let Moved { series, from } = moved;
    let mut judgement = Judgement { series: series.id, raised: Vec::new(), superseded: Vec::new() };
    let Some(from) = from else { return Ok(judgement) };
    let epoch = epoch::at(db, series.id, &from).await?;
    let mut run = Run::load(db, &series, epoch, by).await?;
    let at = run.line.points.partition_point(|point| point.place < from);
    run.judge(db, at, None, &mut judgement).await?;
    let line = Some(run.line);
    turn.put(Course { series, line });
    Ok(judgement)
}

/// The evidence of the gravest limit the value breaches.
fn gravest_breach(record: RecordId, value: &Value, limits: &[Limit]) -> Result<Option<Evidence>, rules::Error> {
    for kind in LimitKind::ALL {
        for limit in limits.iter().filter(|limit| limit.kind == kind) {
            if let Verdict::Breach(evidence) = limits::check(record, value, limit)? {
                return Ok(Some(*evidence));
            }
        }
    }
    Ok(None)
}

/// The points of one epoch and how they are judged.
struct Run<'a> {
    series: &'a series::Series,
    line: Line,
    by: &'a Judging<'a>,
}

impl<'a> Run<'a> {
    /// Loads the epoch up to the newest point, not yet judged.
    async fn load(
        db: &impl ConnectionTrait,
        series: &'a series::Series,
        epoch: epoch::Epoch,
        by: &'a Judging<'a>,
    ) -> Result<Self, Error> {
        let limit = crate::Limit::clamped(PAGE_ROWS_MAX);
        let mut points: Vec<Point> = Vec::new();
        loop {
            let after = points.last().map(|point| point.place.clone()).or_else(|| epoch.after.clone());
            let page = series::points_after(db, series.id, after.as_ref(), limit).await?;
            let full = page.len() as u64 == limit.rows();
            points.extend(page);
            if !full {
                let monitor = Monitor::new(by.kind, epoch.plan);
                return Ok(Self { series, line: Line { epoch, points, monitor }, by });
            }
        }
    }

    /// Judges a result that comes after all others and adds it to the series.
    async fn append(
        &mut self,
        db: &impl ConnectionTrait,
        mut point: Point,
        breach: Option<&Evidence>,
        judgement: &mut Judgement,
    ) -> Result<(), Error> {
        let red = is_red(breach);
        let outcome = match self.line.monitor.push(observed(&point, red)) {
            Ok(outcome) => outcome,
            Err(error) => {
                // Kept, though nobody can judge it.
                series::add(db, self.series.id, &point).await?;
                return Err(Error::ruling(&self.series.key)(error));
            }
        };
        point.judged = Some(self.drawn(&point, &outcome, red)?);
        series::add(db, self.series.id, &point).await?;
        for evidence in breach.into_iter().chain(signals(&outcome)) {
            judgement.raised.extend(self.raise(db, &point, evidence).await?);
        }
        self.line.points.push(point);
        Ok(())
    }

    /// Judges the points from `at` on. `breach` is what the limits say of the new point at `at`, if there is a new one.
    async fn judge(
        &mut self,
        db: &impl ConnectionTrait,
        at: usize,
        breach: Option<Option<&Evidence>>,
        judgement: &mut Judgement,
    ) -> Result<(), Error> {
        let red = is_red(breach.flatten());
        let Line { points, monitor, .. } = &mut self.line;
        let outcomes = points.iter().enumerate().map(|(index, point)| {
            let excluded = breached(point) || (index == at && red);
            monitor.push(observed(point, excluded)).map_err(Error::ruling(&self.series.key))
        });
        let outcomes: Vec<Outcome> = outcomes.collect::<Result<_, _>>()?;
        for (index, outcome) in outcomes.iter().enumerate().skip(at) {
            let point = &self.line.points[index];
            let judged = self.drawn(point, outcome, index == at && red)?;
            if point.judged.as_ref() != Some(&judged) {
                series::judged(db, self.series.id, point.place.record, &judged).await?;
                self.line.points[index].judged = Some(judged);
            }
        }
        if let (Some(Some(breach)), Some(point)) = (breach, self.line.points.get(at)) {
            judgement.raised.extend(self.raise(db, point, breach).await?);
        }
        let points = &self.line.points;
        let new_and_last = breach.is_some() && at + 1 == points.len() && points[at].place.version == 1;
        if new_and_last {
            for evidence in signals(&outcomes[at]) {
                judgement.raised.extend(self.raise(db, &points[at], evidence).await?);
            }
            return Ok(());
        }
        self.reconcile(db, at, &outcomes, judgement).await
    }

    async fn raise(&self, db: &impl ConnectionTrait, point: &Point, evidence: &Evidence) -> Result<Option<New>, Error> {
        raise(db, self.series, &point.place, point.result_at, evidence, self.by).await
    }

    /// What the chart shows at a point.
    fn drawn(&self, point: &Point, outcome: &Outcome, red: bool) -> Result<Judged, Error> {
        let (spec_lower, spec_upper) = match &point.judged {
            Some(judged) => (judged.spec_lower, judged.spec_upper),
            None => specification(self.by.limits).map_err(Error::ruling(&self.series.key))?,
        };
        let mut judged = Judged { spec_lower, spec_upper, ..Judged::default() };
        judged.signals.breach = red || breached(point);
        match outcome {
            Outcome::Learning { .. } => judged.phase = PHASE_LEARNING.to_owned(),
            Outcome::Unsupported(refusal) => judged.phase = refusal.name().to_owned(),
            Outcome::Judged(limits) => {
                judged.phase = limits.phase.name().to_owned();
                judged.center = Some(limits.center);
                judged.lower = limits.lower;
                judged.upper = Some(limits.upper);
                judged.signals = Signals {
                    point: limits.signals.iter().any(|evidence| evidence.signal == record::Signal::Point),
                    sustained: limits.signals.iter().any(|evidence| evidence.signal == record::Signal::Sustained),
                    breach: judged.signals.breach,
                };
            }
        }
        Ok(judged)
    }
}

/// Phase of a point judged by its specification only, because the baseline is too short.
pub const PHASE_LEARNING: &str = "learning";

fn signals(outcome: &Outcome) -> &[Evidence] {
    match outcome {
        Outcome::Judged(judged) => &judged.signals,
        Outcome::Learning { .. } | Outcome::Unsupported(_) => &[],
    }
}

fn is_red(breach: Option<&Evidence>) -> bool {
    breach.is_some_and(|evidence| evidence.level == Level::Red)
}

fn breached(point: &Point) -> bool {
    point.judged.as_ref().is_some_and(|judged| judged.signals.breach)
}

fn observed(point: &Point, excluded: bool) -> stability::Point {
    let observed = match point.comparator {
        Comparator::Equal => Observed::Exact(point.value),
        Comparator::Less | Comparator::LessOrEqual | Comparator::Greater | Comparator::GreaterOrEqual => {
            Observed::Censored
        }
    };
    stability::Point { record: point.place.record, observed, excluded }
}

/// The limits the chart draws: the first legal or specification limit that has the side.
fn specification(limits: &[Limit]) -> Result<(Option<f64>, Option<f64>), rules::Error> {
    let red = || limits.iter().filter(|limit| limit.kind.level() == Level::Red);
    let lower = red().find_map(|limit| limit.lower).map(limits::to_f64).transpose()?;
    let upper = red().find_map(|limit| limit.upper).map(limits::to_f64).transpose()?;
    Ok((lower, upper))
}

/// Makes the finding and takes it in; `None` if this end holds it already.
async fn raise(
    db: &impl ConnectionTrait,
    series: &series::Series,
    place: &Place,
    result_at: Timestamp,
    evidence: &Evidence,
    by: &Judging<'_>,
) -> Result<Option<New>, Error> {
    let context = Context {
        enterprise: series.key.enterprise.clone(),
        product: series.key.product.clone(),
        parameter: series.key.parameter.clone(),
        qualifiers: series.key.qualifiers.clone(),
        subject: Subject::Batch {
            product: series.key.product.clone(),
            batch: place.batch.clone(),
            step: series.key.stage.clone(),
        },
        catalogue_version: by.catalogue_version.into(),
        catalogue_status: by.catalogue_status.into(),
        result_at,
        raised_at: by.now,
    };
    let finding = rules::finding(&context, evidence);
    let entry = Entry::Finding(finding);
    let mut body = Vec::new();
    entry.encode(&mut body).map_err(|source| Error::Encode { what: "finding", source })?;
    let Entry::Finding(finding) = entry else { return Ok(None) };
    let raised = Raised { finding: &finding, body: &body, series: series.id, end: by.end, at: by.now };
    let outcome = warnings::raise(db, &raised).await?;
    Ok(match outcome {
        warnings::Outcome::Known(_) => None,
        _ => Some(New { finding, body, outcome }),
    })
}
