//! After a re-run: what stands, what is superseded, what is new.
//!
//! A finding stands if its point is current and the re-run gives the same evidence for it. Findings of results judged
//! before the epoch was decided belong to the epoch before and are left alone.

use record::{Entry, Finding, RecordId, Signal};
use rules::Evidence;
use rules::stability::Outcome;
use sea_orm::ConnectionTrait;

use super::{Judgement, Run, signals};
use crate::codec::corrupt;
use crate::{Error, series, warnings};

impl Run<'_> {
    /// Supersedes what no longer stands among the findings from point `at` on or of points no longer current, then
    /// raises what is new.
    pub(super) async fn reconcile(
        &self,
        db: &impl ConnectionTrait,
        at: usize,
        outcomes: &[Outcome],
        judgement: &mut Judgement,
    ) -> Result<(), Error> {
        let mut standing = Vec::new();
        for part in warnings::standing(db, self.series.id).await? {
            if self.line.epoch.decided_at.is_some_and(|decided| part.result_at < decided) {
                continue;
            }
            let finding = decoded(&part)?;
            let Some(record) = finding.window.last().map(|input| input.record) else { continue };
            let index = self.line.points.iter().position(|point| point.place.record == record);
            let stands = match index {
                Some(index) if index < at => true,
                Some(_) if finding.signal == Signal::Breach => true,
                Some(index) => signals(&outcomes[index]).iter().any(|evidence| same(&finding, evidence)),
                None => !self.no_longer_current(db, record).await?,
            };
            if stands {
                standing.push(finding);
            } else {
                warnings::supersede(db, part.finding, self.by.now).await?;
                judgement.superseded.push(part.finding);
            }
        }
        for (point, outcome) in self.line.points.iter().zip(outcomes).skip(at) {
            for evidence in signals(outcome) {
                if !standing.iter().any(|finding| same(finding, evidence)) {
                    judgement.raised.extend(self.raise(db, point, evidence).await?);
                }
            }
        }
        Ok(())
    }

    /// A record that is not among the epoch's points: of an earlier epoch, without a number, or superseded.
    async fn no_longer_current(&self, db: &impl ConnectionTrait, record: RecordId) -> Result<bool, Error> {
        Ok(series::point(db, self.series.id, record).await?.is_some_and(|point| point.superseded))
    }
}

fn decoded(part: &warnings::Part) -> Result<Finding, Error> {
    let key = part.finding.to_string();
    match Entry::decode(&part.body) {
        Ok(Entry::Finding(finding)) => Ok(finding),
        Ok(_) => Err(corrupt("warning_finding", &key, "its body is an entry of another kind".to_owned())),
        Err(error) => Err(corrupt("warning_finding", &key, error.to_string())),
    }
}

/// The finding says what the evidence says: the window names the judged record, so it is of the same point.
fn same(finding: &Finding, evidence: &Evidence) -> bool {
    *finding.rule.name == *evidence.rule
        && finding.rule.version == evidence.version
        && finding.level == evidence.level
        && finding.signal == evidence.signal
        && finding.window == evidence.window
        && finding.numbers == evidence.numbers
        && finding.choices == evidence.choices
}
