//! Runners of charts for measured values.

use super::{Got, Ran, argument, count, got, list, number, positions, rows, series, whole};
use rules::charts::capability::{Capability, Index, Process, Specification, capability as capability_of};
use rules::charts::runs::{Convention, Test, violations};
use rules::charts::subgroup::{Sigma, Statistic, chart, sigma, statistic};
use rules::charts::{cusum as cusum_chart, ewma as ewma_chart, imr as imr_chart, multivariate};
use rules::tolerance::{Coverage, one_sided, two_sided_wald_wolfowitz};
use rules::{constants as constant, describe};
use serde_json::Value;

pub(super) fn imr(case: &Value, cases: &[Value]) -> Ran {
    let x = series(case, cases)?;
    let chart = imr_chart::imr(&x)?;
    Ok(got([
        ("center", vec![chart.center]),
        ("sigma_mr", vec![chart.sigma_mr]),
        ("lcl", vec![chart.limits.lower]),
        ("ucl", vec![chart.limits.upper]),
        ("sigma_sd_c4", vec![chart.sigma_sd]),
        ("lcl_sd", vec![chart.limits_sd.lower]),
        ("ucl_sd", vec![chart.limits_sd.upper]),
        ("mr_bar", vec![chart.mr_bar]),
        ("mr_ucl", vec![chart.mr_upper]),
        ("beyond_1based", positions(x.len(), |at| chart.limits.excludes(x[at]))),
    ]))
}

pub(super) fn ewma(case: &Value, cases: &[Value]) -> Ran {
    let x = series(case, cases)?;
    let base = imr_chart::imr(&x)?;
    let design = ewma_chart::Ewma {
        lambda: argument(case, "lambda=")?,
        width: argument(case, "nsigmas=")?,
        center: base.center,
        sigma: base.sigma_mr,
    };
    let points = ewma_chart::ewma(&x, design)?;
    Ok(got([
        ("z", points.iter().map(|(z, _)| *z).collect()),
        ("lcl", points.iter().map(|(_, band)| band.lower).collect()),
        ("ucl", points.iter().map(|(_, band)| band.upper).collect()),
        ("beyond_1based", positions(x.len(), |at| points[at].1.excludes(points[at].0))),
    ]))
}

pub(super) fn cusum(case: &Value, cases: &[Value]) -> Ran {
    let x = series(case, cases)?;
    let base = imr_chart::imr(&x)?;
    let h = argument(case, "decision.interval=")?;
    let design = cusum_chart::Design {
        k: argument(case, "se.shift=")? / 2.0,
        head_start: argument(case, "head.start=")?,
        center: base.center,
        sigma: base.sigma_mr,
    };
    let sums = cusum_chart::cusum(&x, design)?;
    Ok(got([
        ("pos", sums.iter().map(|(high, _)| *high).collect()),
        // qcc writes the lower side as negative numbers.
        ("neg", sums.iter().map(|(_, low)| 0.0 - low).collect()),
        ("violations.upper", positions(x.len(), |at| sums[at].0 > h)),
        ("violations.lower", positions(x.len(), |at| sums[at].1 > h)),
    ]))
}

pub(super) fn subgroup(case: &Value, _: &[Value]) -> Ran {
    let call = case["call"].as_str().ok_or("the case has no call")?;
    let estimators = [
        ("UWAVE-R", Sigma::MeanRange),
        ("MVLUE-R", Sigma::WeightedRange),
        ("UWAVE-SD", Sigma::MeanSd),
        ("MVLUE-SD", Sigma::WeightedSd),
        ("RMSDF", Sigma::Pooled),
    ];
    let quoted = |name: &str| call.contains(&format!("std.dev='{name}'"));
    let estimator = estimators.iter().find(|(name, _)| quoted(name)).ok_or("unknown std.dev")?.1;
    let what = match case["chart"].as_str() {
        Some("R") => Statistic::Range,
        Some("S") => Statistic::Sd,
        _ => Statistic::Mean,
    };
    let (first, second) = (rows(&case["data"], "phase1")?, rows(&case["data"], "phase2")?);
    let chart = chart(&first, what, estimator)?;
    let of = |groups: &[Vec<f64>]| groups.iter().map(|group| statistic(group, what)).collect::<Result<Vec<f64>, _>>();
    let (one, two) = (of(&first)?, of(&second)?);
    let all: Vec<f64> = one.iter().chain(&two).copied().collect();
    Ok(got([
        ("center", vec![chart.center]),
        ("std_dev", vec![chart.sigma]),
        ("lcl", vec![chart.limits.lower]),
        ("ucl", vec![chart.limits.upper]),
        ("beyond_limits_1based", positions(all.len(), |at| chart.limits.excludes(all[at]))),
        ("stat_phase1", one),
        ("stat_phase2", two),
    ]))
}

pub(super) fn capability(case: &Value, _: &[Value]) -> Ran {
    let data = &case["data"];
    let x = list(data, "x")?;
    let groups: Vec<Vec<f64>> = x.chunks(whole(data, "subgroup")?).map(<[f64]>::to_vec).collect();
    let spec =
        Specification { lower: number(data, "lsl")?, upper: number(data, "usl")?, target: number(data, "target")? };
    let center = describe::mean(&x)?;
    let mut all = Got::new();
    for (name, sigma) in [("within", sigma(&groups, Sigma::MeanRange)?), ("overall", describe::sd(&x)?)] {
        let Capability { cp, cp_lower, cp_upper, cpk, cpm } =
            capability_of(Process { n: x.len(), center, sigma }, spec, 0.95)?;
        let indices = [cp, cp_lower, cp_upper, cpk, cpm];
        let column = |field: fn(&Index) -> f64| indices.iter().map(field).collect::<Vec<f64>>();
        all.insert(format!("sigma_{name}"), vec![sigma]);
        all.insert(format!("indices_{name}.value"), column(|index| index.value));
        all.insert(format!("indices_{name}.lo95"), column(|index| index.low));
        all.insert(format!("indices_{name}.hi95"), column(|index| index.high));
    }
    Ok(all)
}

pub(super) fn hotelling(case: &Value, _: &[Value]) -> Ran {
    let x = rows(&case["data"], "X")?;
    let chart = multivariate::hotelling(&x, 0.9973)?;
    let components = multivariate::components(&x, 2)?;
    Ok(got([
        ("mean", chart.mean),
        ("cov", chart.covariance.concat()),
        ("T2", chart.t2),
        ("lcl", vec![0.0]),
        ("ucl", vec![chart.upper]),
        ("lpl", vec![0.0]),
        ("upl", vec![chart.upper_new]),
        ("pca_eig", components.eigenvalues),
        ("pca_T2_k2", components.t2),
        ("pca_Q_k2", components.q),
    ]))
}

pub(super) fn tolerance(case: &Value, _: &[Value]) -> Ran {
    let data = &case["data"];
    let coverage = Coverage { share: number(data, "p")?, confidence: number(data, "conf")? };
    let n = whole(data, "n")?;
    Ok(got([("k2", vec![two_sided_wald_wolfowitz(n, coverage)?]), ("k1", vec![one_sided(n, coverage)?])]))
}

pub(super) fn constants(case: &Value, _: &[Value]) -> Ran {
    let n = whole(&case["data"], "n")?;
    Ok(got([
        ("d2", vec![constant::d2_table(n)?]),
        ("d3", vec![constant::d3(n)?]),
        ("c4", vec![constant::c4(n)?]),
        ("d2_integral", vec![constant::d2(n)?]),
    ]))
}

pub(super) fn run_rules(case: &Value, _: &[Value]) -> Ran {
    let data = &case["data"];
    let (center, sigma) = (number(data, "cl")?, number(data, "sigma")?);
    let z: Vec<f64> = list(data, "x")?.into_iter().map(|x| (x - center) / sigma).collect();
    let western = [Test::Beyond, Test::TwoOfThree, Test::FourOfFive, Test::SameSide];
    let sets: [(&str, Convention, &[Test]); 4] = [
        ("minitab", Convention::MINITAB, &Test::ALL),
        ("jmp", Convention::JMP, &Test::ALL),
        ("qcc3_nelson", Convention::QCC_NELSON, &Test::ALL),
        ("qcc3_we", Convention::QCC_WESTERN_ELECTRIC, &western),
    ];
    let mut all = Got::new();
    for (name, convention, tests) in sets {
        for (at, test) in tests.iter().enumerate() {
            let found = violations(&z, *test, convention).into_iter().map(|at| count(at + 1)).collect();
            all.insert(format!("{name}.rule{}", at + 1), found);
        }
    }
    Ok(all)
}

pub(super) fn univariate(case: &Value, _: &[Value]) -> Ran {
    let data = &case["data"];
    let x = match data["x"].as_str() {
        Some(recipe) => from_recipe(recipe)?,
        None => list(data, "x")?,
    };
    let mut all = Got::new();
    for source in ["certified", "r"] {
        all.insert(format!("{source}_mean"), vec![describe::mean(&x)?]);
        all.insert(format!("{source}_sd"), vec![describe::sd(&x)?]);
        all.insert(format!("{source}_r1"), vec![describe::autocorrelation(&x)?]);
    }
    Ok(all)
}

/// `first A then N pairs (B,C)` as its numbers.
fn from_recipe(recipe: &str) -> Result<Vec<f64>, String> {
    let words = recipe.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|word| !word.is_empty());
    let numbers: Vec<f64> =
        words.map(|word| word.parse().map_err(|error| format!("`{word}`: {error}"))).collect::<Result<_, _>>()?;
    let [first, pairs, low, high] = numbers.as_slice() else { return Err(format!("cannot read `{recipe}`")) };
    let mut x = vec![*first];
    while count(x.len()) < 2.0 * pairs {
        x.extend([*low, *high]);
    }
    Ok(x)
}
