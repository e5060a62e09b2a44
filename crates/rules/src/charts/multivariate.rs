//! Hotelling's T² of single observations, and principal components of their correlation.
//!
//! Comes in: rows of observations, columns of variables, more rows than columns. Goes out: T² with its limits, scores
//! and residuals. Never here: a T² from a covariance that cannot be inverted.

use crate::Error;
use crate::describe::{count, mean, need, sum};
use crate::dist::f_quantile;
use crate::solve::increasing_root;
use crate::special::beta_i;

/// Mean, covariance and T² of one data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Hotelling {
    /// Mean of each variable.
    pub mean: Vec<f64>,
    /// Covariance with divisor n − 1, row by row.
    pub covariance: Vec<Vec<f64>>,
    /// T² of each observation.
    pub t2: Vec<f64>,
    /// Upper limit for these observations (phase I): (n−1)²/n·Beta(p/2, (n−p−1)/2).
    pub upper: f64,
    /// Upper limit for a new observation (phase II): p(n+1)(n−1)/(n(n−p))·F(p, n−p).
    pub upper_new: f64,
}

/// T² of single observations at the given confidence.
///
/// Fails with [`Error::TooFew`] unless there are at least p + 2 rows, and with [`Error::Domain`] when the covariance is
/// singular.
pub fn hotelling(rows: &[Vec<f64>], confidence: f64) -> Result<Hotelling, Error> {
    let columns = columns(rows)?;
    let p = columns.len();
    if rows.len() < p + 2 {
        return Err(Error::TooFew { what: "T²", need: p + 2, have: rows.len() });
    }
    let n = count(rows.len());
    let mean = columns.iter().map(|column| mean(column)).collect::<Result<Vec<_>, _>>()?;
    let covariance = covariance(&columns, &mean);
    let factor = cholesky(&covariance)?;
    let t2 = rows
        .iter()
        .map(|row| {
            let off: Vec<f64> = row.iter().zip(&mean).map(|(x, m)| x - m).collect();
            sum(forward(&factor, &off).iter().map(|y| y * y))
        })
        .collect();
    let (pf, half) = (count(p), |x: f64| 0.5 * x);
    let beta = |x: f64| beta_i(half(pf), half(n - pf - 1.0), x, 1.0 - x) - confidence;
    let upper = (n - 1.0) * (n - 1.0) / n * increasing_root(0.0, 1.0, beta);
    let upper_new = pf * (n + 1.0) * (n - 1.0) / (n * (n - pf)) * f_quantile(confidence, pf, n - pf);
    Ok(Hotelling { mean, covariance, t2, upper, upper_new })
}

/// Principal components of the correlation matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Components {
    /// Eigenvalues, the largest first.
    pub eigenvalues: Vec<f64>,
    /// T² of each observation in the first k components.
    pub t2: Vec<f64>,
    /// Squared distance of each standardised observation from them (SPE, Q).
    pub q: Vec<f64>,
}

/// The first `k` principal components of the standardised variables. Fails as [`hotelling`] does, and when a variable
/// does not vary.
pub fn components(rows: &[Vec<f64>], k: usize) -> Result<Components, Error> {
    let columns = columns(rows)?;
    let standardised = columns
        .iter()
        .map(|column| {
            let (m, s) = (mean(column)?, crate::describe::sd(column)?);
            if s <= 0.0 {
                return Err(Error::Domain { name: "standard deviation", value: s, must: "positive" });
            }
            Ok(column.iter().map(|x| (x - m) / s).collect::<Vec<f64>>())
        })
        .collect::<Result<Vec<_>, _>>()?;
    let zero = vec![0.0; standardised.len()];
    let (eigenvalues, vectors) = jacobi(covariance(&standardised, &zero));
    let used = k.min(eigenvalues.len());
    let observation = |at: usize| standardised.iter().map(move |column| column[at]);
    let score = |at: usize, vector: &Vec<f64>| sum(observation(at).zip(vector).map(|(x, v)| x * v));
    let scores: Vec<Vec<f64>> =
        (0..rows.len()).map(|at| vectors[..used].iter().map(|vector| score(at, vector)).collect()).collect();
    let t2 = scores.iter().map(|s| sum(s.iter().zip(&eigenvalues).map(|(t, l)| t * t / l))).collect();
    let q = (0..rows.len())
        .map(|at| {
            sum(observation(at).enumerate().map(|(variable, x)| {
                let fitted = sum(scores[at].iter().zip(&vectors).map(|(t, vector)| t * vector[variable]));
                (x - fitted) * (x - fitted)
            }))
        })
        .collect();
    Ok(Components { eigenvalues, t2, q })
}

/// Variables as lists. Fails unless all rows have the same length and only finite numbers.
fn columns(rows: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, Error> {
    let first = rows.first().ok_or(Error::TooFew { what: "observations", need: 1, have: 0 })?;
    for row in rows {
        need("an observation", row, 1)?;
        if row.len() != first.len() {
            return Err(Error::Lengths {
                left_name: "first row",
                left: first.len(),
                right_name: "row",
                right: row.len(),
            });
        }
    }
    Ok((0..first.len()).map(|column| rows.iter().map(|row| row[column]).collect()).collect())
}

fn covariance(columns: &[Vec<f64>], mean: &[f64]) -> Vec<Vec<f64>> {
    let cross = |i: usize, j: usize| {
        let products = columns[i].iter().zip(&columns[j]).map(|(x, y)| (x - mean[i]) * (y - mean[j]));
        sum(products) / (count(columns[i].len()) - 1.0)
    };
    (0..columns.len()).map(|i| (0..columns.len()).map(|j| cross(i, j)).collect()).collect()
}

/// Lower triangular L with L·Lᵀ = matrix.
fn cholesky(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, Error> {
    let mut l: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        let mut new: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, lj) in l.iter().enumerate() {
            new.push((row[j] - sum(new.iter().zip(lj).map(|(a, b)| a * b))) / lj[j]);
        }
        let pivot = row[i] - sum(new.iter().map(|a| a * a));
        if pivot <= 0.0 {
            return Err(Error::Domain { name: "pivot of the covariance", value: pivot, must: "positive" });
        }
        new.push(pivot.sqrt());
        l.push(new);
    }
    Ok(l)
}

/// Solves L·y = b.
fn forward(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut y: Vec<f64> = Vec::with_capacity(b.len());
    for (row, b) in l.iter().zip(b) {
        let known = sum(row.iter().zip(&y).map(|(a, y)| a * y));
        y.push((b - known) / row[y.len()]);
    }
    y
}

/// Sweeps after which a symmetric matrix of any size met here is diagonal to the last bit.
const SWEEPS_MAX: u32 = 60;

/// Eigenvalues, largest first, and their vectors, of a symmetric matrix, by cyclic Jacobi rotations.
fn jacobi(mut a: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.len();
    let mut v: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    for _ in 0..SWEEPS_MAX {
        let mut rotated = false;
        for i in 0..n {
            for j in i + 1..n {
                rotated |= rotate(&mut a, &mut v, i, j);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[j][j].total_cmp(&a[i][i]));
    (order.iter().map(|&i| a[i][i]).collect(), order.iter().map(|&i| v[i].clone()).collect())
}

/// Makes `a[i][j]` zero; false if it is already negligible.
fn rotate(a: &mut [Vec<f64>], v: &mut [Vec<f64>], i: usize, j: usize) -> bool {
    if libm::fabs(a[i][j]) <= f64::EPSILON * 1e-3 * (libm::fabs(a[i][i]) + libm::fabs(a[j][j])) {
        return false;
    }
    let theta = (a[j][j] - a[i][i]) / (2.0 * a[i][j]);
    let t = libm::copysign(1.0, theta) / (libm::fabs(theta) + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in a.iter_mut() {
        (row[i], row[j]) = (c * row[i] - s * row[j], s * row[i] + c * row[j]);
    }
    for k in 0..a.len() {
        (a[i][k], a[j][k]) = (c * a[i][k] - s * a[j][k], s * a[i][k] + c * a[j][k]);
        (v[i][k], v[j][k]) = (c * v[i][k] - s * v[j][k], s * v[i][k] + c * v[j][k]);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_of_independent_variables_is_the_sum_of_squares() {
        // Four corners: covariance 4/3·I, so each corner has T² = 2/(4/3) = 1.5.
        let rows = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]].map(Vec::from);
        let got = hotelling(&rows, 0.95).expect("four rows");
        assert_eq!(got.mean, [0.0, 0.0]);
        assert!(got.t2.iter().all(|t2| libm::fabs(t2 - 1.5) < 1e-14), "{got:?}");
    }

    #[test]
    fn correlated_variables_have_one_component() {
        let rows: Vec<Vec<f64>> = (0..6).map(|i| vec![f64::from(i), 2.0 * f64::from(i) + 1.0]).collect();
        let got = components(&rows, 1).expect("six rows");
        assert!(libm::fabs(got.eigenvalues[0] - 2.0) < 1e-14 && got.q.iter().all(|q| *q < 1e-28), "{got:?}");
        let refused = hotelling(&rows, 0.95).expect_err("the covariance is singular");
        assert!(matches!(refused, Error::Domain { name: "pivot of the covariance", .. }), "{refused}");
    }
}
