//! Runners of charts and fits for counts and shares.

use super::{Ran, got, list, positions, series};
use rules::charts::attributes::{self, Width};
use rules::dist::{Binomial, NegativeBinomial};
use rules::{describe, nb};
use serde_json::Value;

/// Defects and sizes of the points the limits are computed from.
fn trial(data: &Value) -> Result<(Vec<f64>, Vec<f64>), String> {
    let (d, n) = (list(data, "d")?, list(data, "n")?);
    let Some(flags) = data["trial"].as_array() else { return Ok((d, n)) };
    let kept = |values: &[f64]| {
        values.iter().zip(flags).filter(|(_, flag)| flag.as_bool() == Some(true)).map(|(x, _)| *x).collect()
    };
    Ok((kept(&d), kept(&n)))
}

/// qicharts2's charts name their data `y`.
pub(super) fn p(case: &Value, cases: &[Value]) -> Ran {
    let data = &case["data"];
    if !data["y"].is_null() {
        return share_with_runs(case, cases, false);
    }
    let (d, n) = (list(data, "d")?, list(data, "n")?);
    let (trial_d, trial_n) = trial(data)?;
    let center = attributes::p_center(&trial_d, &trial_n)?;
    let bands: Vec<_> = n.iter().map(|n| attributes::p_limits(center, *n)).collect();
    Ok(got([
        ("center", vec![center]),
        ("std_dev", vec![(center * (1.0 - center)).sqrt()]),
        ("lcl", bands.iter().map(|band| band.lower).collect()),
        ("ucl", bands.iter().map(|band| band.upper).collect()),
        ("beyond_1based", positions(d.len(), |at| bands[at].excludes(d[at] / n[at]))),
    ]))
}

pub(super) fn laney(case: &Value, cases: &[Value]) -> Ran {
    share_with_runs(case, cases, true)
}

/// A share with qicharts2's run analysis, Laney's widening or none.
fn share_with_runs(case: &Value, _: &[Value], widened: bool) -> Ran {
    let (y, n) = (list(&case["data"], "y")?, list(&case["data"], "n")?);
    let center = attributes::p_center(&y, &n)?;
    let width = if widened { attributes::laney_sigma_z(&y, &n)? } else { 1.0 };
    let sigma: Vec<f64> = n.iter().map(|n| (center * (1.0 - center) / n).sqrt() * width).collect();
    let share: Vec<f64> = y.iter().zip(&n).map(|(y, n)| y / n).collect();
    let sides: Vec<bool> = share.iter().filter(|p| **p != center).map(|p| *p > center).collect();
    let longest = sides.chunk_by(|a, b| a == b).map(<[bool]>::len).max().ok_or("no value off the center")?;
    let crossings = sides.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let useful = super::count(sides.len());
    let longest_max = (useful.log2() + 3.0).round();
    let crossings_min = Binomial { trials: useful - 1.0, p: 0.5 }.quantile(0.05);
    let signal = super::count(longest) > longest_max || super::count(crossings) < crossings_min;
    Ok(got([
        ("cl", vec![center]),
        ("lcl", sigma.iter().map(|s| center - 3.0 * s).collect()),
        ("ucl", sigma.iter().map(|s| center + 3.0 * s).collect()),
        ("ucl_95", sigma.iter().map(|s| center + 2.0 * s).collect()),
        ("longest_run", vec![super::count(longest)]),
        ("longest_run_max", vec![longest_max]),
        ("n_crossings", vec![super::count(crossings)]),
        ("n_crossings_min", vec![crossings_min]),
        ("sigma_signal_1based", positions(share.len(), |at| (share[at] - center).abs() > 3.0 * sigma[at])),
        ("runs_signal", vec![f64::from(u8::from(signal))]),
    ]))
}

pub(super) fn np(case: &Value, _: &[Value]) -> Ran {
    let (d, n) = (list(&case["data"], "d")?, list(&case["data"], "n")?);
    let (trial_d, trial_n) = trial(&case["data"])?;
    let share = attributes::p_center(&trial_d, &trial_n)?;
    let size = *n.first().ok_or("no sizes")?;
    let band = attributes::np_limits(share, size);
    Ok(got([
        ("center", vec![share * size]),
        ("std_dev", vec![(size * share * (1.0 - share)).sqrt()]),
        ("lcl", vec![band.lower]),
        ("ucl", vec![band.upper]),
        ("beyond_1based", positions(d.len(), |at| band.excludes(d[at]))),
    ]))
}

pub(super) fn c_or_u(case: &Value, _: &[Value]) -> Ran {
    let data = &case["data"];
    let x = list(data, "x")?;
    let sizes = if data["size"].is_array() { list(data, "size")? } else { vec![1.0; x.len()] };
    let quantiles = case["call"].as_str().ok_or("the case has no call")?.contains("confidence.level");
    let width = if quantiles { Width::Probability } else { Width::ThreeSigma };
    let center = attributes::u_center(&x, &sizes)?;
    let size = *sizes.first().ok_or("no sizes")?;
    let band = attributes::u_limits(center, size, width);
    Ok(got([
        ("center", vec![center]),
        ("std_dev", vec![center.sqrt()]),
        ("lcl", vec![band.lower]),
        ("ucl", vec![band.upper]),
        ("beyond_1based", positions(x.len(), |at| band.excludes(x[at] / sizes[at]))),
    ]))
}

pub(super) fn gaps(case: &Value, cases: &[Value]) -> Ran {
    let chart = attributes::gaps(&series(case, cases)?)?;
    Ok(got([
        ("center", vec![chart.center]),
        ("std_dev", vec![chart.sigma]),
        ("lcl", vec![chart.three_sigma.lower]),
        ("ucl", vec![chart.three_sigma.upper]),
        ("lcl_q", vec![chart.probability.lower]),
        ("ucl_q", vec![chart.probability.upper]),
    ]))
}

pub(super) fn dispersion(case: &Value, cases: &[Value]) -> Ran {
    let test = attributes::dispersion(&series(case, cases)?)?;
    Ok(got([
        ("ratio", vec![test.ratio]),
        ("statistic", vec![test.statistic]),
        // qcc prints 1 − pchisq rounded to five significant digits.
        ("p_upper", vec![format!("{:.4e}", 1.0 - (1.0 - test.p_upper)).parse()?]),
    ]))
}

pub(super) fn nb_fit(case: &Value, cases: &[Value]) -> Ran {
    let fit = nb::maximum_likelihood(&series(case, cases)?)?;
    let quantile = |p: f64| vec![fit.distribution.quantile(p)];
    Ok(got([
        ("mu", vec![fit.distribution.mean]),
        ("theta", vec![fit.distribution.size]),
        ("se_theta", vec![fit.size_se]),
        ("loglik", vec![fit.log_likelihood]),
        ("q95", quantile(0.95)),
        ("q99", quantile(0.99)),
        ("q99865", quantile(0.99865)),
    ]))
}

pub(super) fn poisson_predictive(case: &Value, cases: &[Value]) -> Ran {
    let x = series(case, cases)?;
    let n = super::count(x.len());
    let predictive = NegativeBinomial::jeffreys_predictive(describe::mean(&x)? * n, n);
    let quantile = |p: f64| vec![predictive.quantile(p)];
    Ok(got([("q95", quantile(0.95)), ("q99", quantile(0.99)), ("q99865", quantile(0.99865))]))
}
