//! Distributions: cumulative probabilities and quantiles.
//!
//! Comes in: arguments in the domain stated by each function. Goes out: probabilities and quantiles, the same bits on
//! every machine. Upper tails have functions of their own, because 1 − 0.999… forgets what matters.

pub mod continuous;
pub mod counts;
pub mod noncentral;
pub mod normal;

pub use continuous::{chi2_quantile, chi2_upper, f_quantile, f_upper, student_quantile, student_upper};
pub use counts::{Binomial, Geometric, NegativeBinomial, Poisson};
