//! Whether a position is inside a circle on the earth.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::config::FenceConfig;
use crate::SrcErr;

/// Mean radius of the earth, in metres (IUGG; Moritz, "Geodetic Reference System 1980", J. Geodesy 74, 2000).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A circle the box may not leave.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    middle: (f64, f64),
    radius_m: f64,
    margin_m: f64,
}

impl Fence {
    pub(super) fn new(config: &FenceConfig) -> Result<Self, SrcErr> {
        let (latitude, longitude) = config.middle()?;
        let middle = (radians(latitude), radians(longitude));
        Ok(Self { middle, radius_m: config.radius_m.into(), margin_m: config.margin_m.into() })
    }

    /// Distance from the middle, in metres, by the haversine formula (Sinnott, "Virtues of the Haversine", Sky and
    /// Telescope 68, 1984). A sphere is off by half a percent at most, which a radius has to allow for. It decides an
    /// alarm and is never kept as a measurement.
    pub(super) fn distance_m(&self, latitude: Decimal, longitude: Decimal) -> f64 {
        let (latitude, longitude) = (radians(latitude), radians(longitude));
        let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
        let chord =
            half(self.middle.0, latitude) + self.middle.0.cos() * latitude.cos() * half(self.middle.1, longitude);
        2.0 * EARTH_RADIUS_M * chord.clamp(0.0, 1.0).sqrt().asin()
    }

    /// Inside or not, where `before` is what was last told.
    pub(super) fn inside(&self, distance_m: f64, before: Option<bool>) -> bool {
        match before {
            Some(false) => distance_m <= self.radius_m - self.margin_m,
            Some(true) | None => distance_m <= self.radius_m,
        }
    }
}

fn radians(degrees: Decimal) -> f64 {
    degrees.to_f64().expect("a decimal of at most 180 is a float").to_radians()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fence() -> Fence {
        let config =
            FenceConfig { latitude: "31.230416".into(), longitude: "121.473701".into(), radius_m: 500, margin_m: 50 };
        Fence::new(&config).unwrap()
    }

    #[test]
    fn a_degree_of_latitude_is_some_111_195_metres() {
        let distance = fence().distance_m(Decimal::new(32_230_416, 6), Decimal::new(121_473_701, 6));
        assert_eq!(distance.round(), 111_195.0);
        let fence = Fence { middle: (0.0, radians(Decimal::new(1_799, 1))), ..fence() };
        let over_the_date_line = fence.distance_m(Decimal::ZERO, Decimal::new(-1_799, 1));
        assert_eq!(over_the_date_line.round(), 22_239.0);
    }

    #[test]
    fn the_margin_keeps_the_edge_quiet() {
        let fence = fence();
        assert!(fence.inside(500.0, None) && fence.inside(500.0, Some(true)) && fence.inside(450.0, Some(false)));
        assert!(!fence.inside(500.5, Some(true)) && !fence.inside(470.0, Some(false)));
    }
}
