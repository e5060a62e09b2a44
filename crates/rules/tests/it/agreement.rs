//! Agreement with values computed by other programs.

use crate::oracle::{Report, run};
use std::path::Path;

/// Charts whose every case must agree; the others may also be unsupported.
const REQUIRED: [&str; 6] = ["I-MR", "CUSUM", "NB fit", "Poisson predictive limit", "tolerance factor", "constants"];

/// Requirement RUL-08.
#[test]
fn rules_agree_with_r_on_every_supported_case() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/spc_oracle.json"));
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {} is not there; the golden cases of this crate still hold", path.display());
        return;
    };
    let judged = run(&text).expect("a file of cases");
    for case in &judged {
        match &case.report {
            Report::Agree { numbers, .. } => assert!(*numbers > 0, "{} compares nothing", case.id),
            Report::NotSupported => assert!(!REQUIRED.contains(&case.chart.as_str()), "{} is not supported", case.id),
            report => panic!("{} {report}", case.id),
        }
    }
    for chart in REQUIRED {
        assert!(judged.iter().any(|case| case.chart == chart), "no case of {chart}");
    }
}

#[test]
fn a_wrong_expectation_disagrees_and_an_unknown_chart_is_named() {
    let case = |chart: &str, center: f64| {
        format!(
            r#"{{"id": "x", "chart": "{chart}", "call": "", "tol_rel": 1e-9, "data": {{"n": 2}},
                "expected": {{"d2": {center}}}}}"#
        )
    };
    let report = |text: &str| run(&format!(r#"{{"cases": [{text}]}}"#)).expect("a case").remove(0).report;
    assert!(matches!(report(&case("constants", 1.128)), Report::Agree { numbers: 1, .. }));
    let wrong = report(&case("constants", 1.129)).to_string();
    assert!(wrong.starts_with("disagree") && wrong.contains("expected=1.129 got=1.128"), "{wrong}");
    assert!(matches!(report(&case("tea leaves", 1.0)), Report::NotSupported));
}
