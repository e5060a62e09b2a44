//! What an entry of the log becomes: only results of batches are points of series.

use record::{
    Catalogue, Clocks, Comparator, EnterpriseId, Entry, ParameterCode, Qualifiers, Quality, Reading, Subject, Value,
    Zone, record_id,
};
use state::State;
use state::follow::{self, Follow};
use state::judge::Memory;
use state::series::SeriesKey;
use state::warnings::End;

use crate::on_both;
use crate::support::{NOW, at, enterprise, product};

fn reading(parameter: &str, unit: &str, qualifiers: &[(&str, &str)]) -> Entry {
    let source = "scada".parse().unwrap();
    let key = format!("{parameter} {qualifiers:?}").parse().unwrap();
    let parameter: ParameterCode = parameter.parse().unwrap();
    let qualifiers: Qualifiers = qualifiers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Entry::Reading(Reading {
        id: record_id(&source, "address", &key, 1),
        source,
        key,
        version: 1,
        parameter,
        qualifiers,
        subject: Subject::Batch { product: product(), batch: "220601".parse().unwrap(), step: None },
        verbatim: "-40.0".into(),
        value: Value::Number { decimal: "-40.0".parse().unwrap(), comparator: Comparator::Equal },
        unit: unit.into(),
        quality: Quality::default(),
        clocks: Clocks { source: Some(at(1)), server: None, received: at(2) },
        attributes: Qualifiers::new(),
        zone: Zone::White,
    })
}

/// Number of series the entry touched.
async fn series_touched(state: &State, entry: &Entry) -> usize {
    let enterprise: EnterpriseId = enterprise();
    let by = Follow {
        enterprise: &enterprise,
        catalogue: Catalogue::shipped(),
        limits: &|_: &SeriesKey| Vec::new(),
        end: End::Box,
        now: NOW,
    };
    let write = state.write().await.unwrap();
    let judgements = follow::entry(&*write, &mut Memory::default().turn(), entry, &by).await.unwrap();
    write.commit().await.unwrap();
    judgements.len()
}

on_both! {
    a_sample_of_a_stream_is_no_point_but_a_statistic_and_a_result_are(state) {
        // PP24, shelf temperature, is sampled in time; PP30, intermediate assay, is one result a batch step.
        assert_eq!(series_touched(state, &reading("PP24", "Cel", &[("shelf", "all")])).await, 0);
        assert_eq!(series_touched(state, &reading("PP24", "Cel", &[("shelf", "all"), ("statistic", "mean")])).await, 1);
        assert_eq!(series_touched(state, &reading("PP30", "%", &[("intermediate", "bulk")])).await, 1);
    }
}
