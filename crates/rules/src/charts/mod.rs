//! Classic control charts, one a file: what the field draws and what other programs compute.
//!
//! Comes in: numbers in order. Goes out: center, limits and statistics, agreeing digit for digit with the programs named
//! in each file. They are views for comparison; the alarms come from [`crate::stability`].

pub mod attributes;
pub mod capability;
pub mod cusum;
pub mod ewma;
pub mod imr;
pub mod multivariate;
pub mod runs;
pub mod subgroup;

/// Lower and upper limit of one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Band {
    /// The value lies outside.
    pub fn excludes(&self, value: f64) -> bool {
        value < self.lower || value > self.upper
    }
}
