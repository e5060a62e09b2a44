//! What holds for any data.

use crate::{finding, points, signals};
use proptest::prelude::*;
use rules::dist::{NegativeBinomial, normal, student_quantile, student_upper};
use rules::stability::{Kind, Outcome, Plan, replay};
use rules::{Agreement, recompute};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn limits_are_numbers_in_order_and_signals_recompute(
        values in proptest::collection::vec(-1e6_f64..1e6, 1..70)
    ) {
        for outcome in replay(Kind::Continuous, &points(&values), Plan::NEW_SERIES).expect("finite") {
            if let Outcome::Judged(judged) = &outcome {
                let lower = judged.lower.expect("continuous data have one");
                prop_assert!(lower.is_finite() && judged.upper.is_finite());
                prop_assert!(lower < judged.center && judged.center < judged.upper);
            }
            for evidence in signals(&outcome) {
                prop_assert!(evidence.numbers.iter().all(|(_, number)| number.is_finite()));
                prop_assert_eq!(recompute(&finding(evidence)), Ok(Agreement::Agrees));
            }
        }
    }

    #[test]
    fn count_limits_are_counts_and_signals_recompute(counts in proptest::collection::vec(0_u32..200, 1..50)) {
        let values: Vec<f64> = counts.into_iter().map(f64::from).collect();
        for outcome in replay(Kind::Count, &points(&values), Plan::NEW_SERIES).expect("counts") {
            if let Outcome::Judged(judged) = &outcome {
                prop_assert!(judged.upper >= 0.0 && judged.upper.fract() == 0.0);
            }
            for evidence in signals(&outcome) {
                prop_assert!(evidence.numbers.iter().all(|(_, number)| number.is_finite()));
                prop_assert_eq!(recompute(&finding(evidence)), Ok(Agreement::Agrees));
            }
        }
    }

    #[test]
    fn quantiles_undo_tails_and_rise_with_probability(p in 1e-6_f64..0.999_999, q in 1e-6_f64..0.999_999, df in 1.0_f64..300.0) {
        let t = student_quantile(p, df);
        let tail = 1.0 - p;
        prop_assert!((student_upper(t, df) - tail).abs() < 1e-11 + 1e-9 * tail, "t {} tail {}", t, tail);
        if p < q {
            prop_assert!(student_quantile(p, df) <= student_quantile(q, df));
            prop_assert!(normal::quantile(p) <= normal::quantile(q));
        }
    }

    #[test]
    fn the_count_limit_rises_with_the_mean_and_covers_its_probability(mean in 0.01_f64..300.0, size in 0.05_f64..50.0) {
        let one = NegativeBinomial { mean, size };
        let limit = one.quantile(0.99865);
        prop_assert!(one.cdf(limit) >= 0.99865 - 1e-12);
        prop_assert!(limit == 0.0 || one.cdf(limit - 1.0) < 0.99865);
        let higher = NegativeBinomial { mean: mean * 1.5, size };
        prop_assert!(higher.quantile(0.99865) >= limit);
    }
}
