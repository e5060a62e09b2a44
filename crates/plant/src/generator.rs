//! A seeded stand-in for the data folder: batches and press series of the same shape, for machines without the data.
//!
//! The same seed gives the same plant. Batches share material lots (lot effect) and remember their neighbours (AR(1)), as
//! real ones do; nothing here is a claim about a real product.

use crate::columns::{Column, LABORATORY, MATERIALS, PROCESS, Place};
use crate::dataset::{Dataset, PressRow, TabletBatch};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use rand_distr::{Distribution, StandardNormal};
use std::collections::BTreeMap;

/// Correlation of a batch with the one before it; median of the published series (Žagar & Mihelič 2022).
const NEIGHBOUR_CORRELATION: f64 = 0.35;
/// Share of the variance that batches of one API lot have in common.
const LOT_SHARE: f64 = 0.3;
/// Batches made from one lot of API.
const BATCHES_A_LOT: usize = 4;
/// Scans of the press in one batch: 10 s each, somewhat under three hours.
const PRESS_ROWS: usize = 1000;
/// Scans before the press runs at speed.
const PRESS_STARTUP_ROWS: usize = 60;

/// Mean, standard deviation and decimals of each column, of the size they have in the published data of product 23.
#[rustfmt::skip]
const SHAPES: &[(&str, f64, f64, usize)] = &[
    ("api_water", 1.243, 0.327, 2),
    ("api_total_impurities", 0.192, 0.0241, 2),
    ("api_l_impurity", 0.06957, 0.00889, 2),
    ("api_content", 94.82, 0.317, 1),
    ("api_ps01", 1.476, 0.219, 2),
    ("api_ps05", 28.59, 7.96, 2),
    ("api_ps09", 146.5, 19.8, 2),
    ("lactose_water", 0.05701, 0.0102, 2),
    ("lactose_sieve0045", 17.86, 1.09, 0),
    ("lactose_sieve015", 50.72, 1.22, 0),
    ("lactose_sieve025", 82.37, 1.38, 0),
    ("smcc_water", 4.489, 0.107, 3),
    ("smcc_td", 0.4449, 0.00999, 2),
    ("smcc_bd", 0.3251, 0.0105, 2),
    ("smcc_ps01", 32.46, 1.53, 3),
    ("smcc_ps05", 121.7, 3.17, 3),
    ("smcc_ps09", 261.0, 5.27, 3),
    ("starch_ph", 4.468, 0.109, 1),
    ("starch_water", 2.53, 0.628, 3),
    ("tbl_min_thickness", 3.96, 0.0811, 0),
    ("tbl_max_thickness", 4.065, 0.0631, 1),
    ("fct_min_thickness", 4.088, 0.0497, 1),
    ("fct_max_thickness", 4.14, 0.0551, 1),
    ("tbl_min_weight", 221.6, 1.79, 0),
    ("tbl_max_weight", 230.5, 2.05, 0),
    ("tbl_rsd_weight", 1.129, 0.466, 2),
    ("fct_rsd_weight", 1.049, 0.252, 2),
    ("tbl_min_hardness", 46.97, 11.8, 0),
    ("tbl_max_hardness", 70.84, 10.6, 0),
    ("tbl_av_hardness", 52.21, 3.96, 0),
    ("fct_min_hardness", 54.2, 12.8, 2),
    ("fct_max_hardness", 76.47, 9.2, 2),
    ("fct_av_hardness", 71.06, 6.44, 2),
    ("tbl_max_diameter", 8.073, 0.0469, 1),
    ("fct_max_diameter", 8.101, 0.0439, 1),
    ("tbl_tensile", 1.014, 0.083, 3),
    ("fct_tensile", 1.35, 0.123, 3),
    ("tbl_yield", 98.45, 0.813, 3),
    ("batch_yield", 98.37, 0.837, 3),
    ("dissolution_av", 89.16, 2.73, 2),
    ("dissolution_min", 83.56, 3.87, 0),
    ("resodual_solvent", 0.03957, 0.0426, 2),
    ("impurities_total", 0.2654, 0.0444, 2),
    ("impurity_o", 0.05658, 0.0109, 2),
    ("impurity_l", 0.1004, 0.0176, 2),
    ("tbl_speed_mean", 127.9, 14.4, 3),
    ("tbl_speed_change", 3.179, 2.61, 3),
    ("tbl_speed_0_duration", 46.52, 30.4, 3),
    ("total_waste", 1003.0, 637.0, 3),
    ("startup_waste", 8103.0, 4990.0, 0),
    ("fom_mean", 79.34, 20.9, 3),
    ("fom_change", 13.41, 7.47, 0),
    ("SREL_startup_mean", 6.703, 4.01, 3),
    ("SREL_production_mean", 4.188, 1.01, 3),
    ("SREL_production_max", 7.676, 2.14, 1),
    ("main_CompForce mean", 5.892, 0.857, 3),
    ("main_CompForce_sd", 0.1367, 0.0862, 3),
    ("main_CompForce_median", 5.922, 0.863, 1),
    ("pre_CompForce_mean", 0.1325, 0.307, 0),
    ("tbl_fill_mean", 6.41, 0.232, 3),
    ("tbl_fill_sd", 0.07622, 0.0321, 3),
    ("cyl_height_mean", 2.012, 0.13, 3),
    ("stiffness_mean", 128.5, 186.0, 3),
    ("stiffness_max", 157.9, 259.0, 0),
    ("stiffness_min", 82.35, 104.0, 0),
    ("ejection_mean", 214.8, 61.0, 3),
    ("ejection_max", 255.9, 69.8, 0),
    ("ejection_min", 146.2, 52.7, 0),
    ("Startup_tbl_fill_maxDifference", 0.4809, 0.322, 2),
    ("Startup_main_CompForce_mean", 5.976, 0.955, 3),
    ("Startup_tbl_fill_mean", 6.254, 0.265, 3),
];

/// Level and noise of each press signal at speed, in the order of [`crate::columns::PRESS_SIGNALS`]; counters apart.
const PRESS_LEVELS: [(f64, f64, i32); 12] = [
    (120.0, 0.0, 0),
    (7.4, 0.05, 2),
    (6.0, 0.12, 1),
    (7.4, 0.05, 2),
    (6.0, 0.8, 1),
    (0.1, 0.02, 1),
    (0.0, 0.0, 0),
    (0.0, 0.0, 0),
    (2.24, 0.02, 2),
    (5.0, 0.0, 0),
    (43.0, 1.5, 0),
    (205.0, 12.0, 0),
];

/// Makes `count` batches for each product; the first product also has press series.
pub(crate) fn generate(seed: u64, products: &[String], count: usize) -> Dataset {
    let mut data = Dataset::default();
    for (index, product) in products.iter().enumerate() {
        let stream = u64::try_from(index).expect("a plant has few products");
        let mut rng = ChaCha12Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(stream));
        let mut memory = Memory::default();
        for number in 1..=count {
            let batch = memory.batch(&mut rng, product, number);
            if index == 0 {
                data.press.insert(batch.number.clone(), press(&mut rng, number));
            }
            data.batches.push(batch);
        }
    }
    data
}

/// What one product's batches remember: the last deviation and the lot's, by column.
#[derive(Default)]
struct Memory {
    last: BTreeMap<&'static str, f64>,
    lot: BTreeMap<&'static str, f64>,
}

impl Memory {
    fn batch(&mut self, rng: &mut ChaCha12Rng, product: &str, number: usize) -> TabletBatch {
        let lot = (number - 1) / BATCHES_A_LOT + 1;
        if (number - 1).is_multiple_of(BATCHES_A_LOT) {
            self.lot.clear();
        }
        let mut laboratory: BTreeMap<String, String> =
            MATERIALS.iter().map(|(column, _)| ((*column).to_owned(), format!("{product}{lot:03}"))).collect();
        laboratory.extend(self.cells(rng, LABORATORY));
        TabletBatch {
            number: format!("{product}-{number:04}"),
            product: product.to_owned(),
            original_time: format!("{:04}-{:02}", 2024 + (number - 1) / 48, (number - 1) / 4 % 12 + 1),
            laboratory,
            process: self.cells(rng, PROCESS).collect(),
        }
    }

    fn cells(&mut self, rng: &mut ChaCha12Rng, columns: &'static [Column]) -> impl Iterator<Item = (String, String)> {
        columns
            .iter()
            .map(|column| {
                let (_, mean, sd, decimals) =
                    SHAPES.iter().find(|(name, ..)| *name == column.name).expect("every column has a shape");
                let lot = *self.lot.entry(column.name).or_insert_with(|| normal(rng));
                let deviation = if matches!(column.place, Place::Lot { .. }) {
                    lot
                } else {
                    let last = self.last.get(column.name).copied();
                    let own = normal(rng);
                    let walk = last.map_or(own, |last| {
                        NEIGHBOUR_CORRELATION * last + (1.0 - NEIGHBOUR_CORRELATION.powi(2)).sqrt() * own
                    });
                    self.last.insert(column.name, walk);
                    LOT_SHARE.sqrt() * lot + (1.0 - LOT_SHARE).sqrt() * walk
                };
                // Everything measured here is positive; a draw below a tenth of the mean is reported at that floor.
                let value = (mean + sd * deviation).max(mean / 10.0);
                (column.name.to_owned(), format!("{value:.decimals$}"))
            })
            .collect::<Vec<_>>()
            .into_iter()
    }
}

fn press(rng: &mut ChaCha12Rng, batch: usize) -> Vec<PressRow> {
    let (mut produced, mut waste) = (0.0, 0.0);
    (0..PRESS_ROWS)
        .map(|row| {
            let running = row >= PRESS_STARTUP_ROWS;
            let mut values: Vec<f64> = PRESS_LEVELS
                .iter()
                .map(|(level, noise, decimals)| {
                    let scale = 10_f64.powi(*decimals);
                    ((level + noise * normal(rng)) * scale).round() / scale
                })
                .collect();
            if running {
                produced += 0.333;
            } else {
                values[0] = 0.0;
                waste += 55.0;
            }
            values[6] = f64::floor(produced);
            values[7] = waste;
            let second = row * 10;
            let (hour, minute, second) = (second / 3600 + 6, second / 60 % 60, second % 60);
            let day = (batch - 1) % 28 + 1;
            PressRow {
                original_time: format!("2024-01-{day:02} {hour:02}:{minute:02}:{second:02}"),
                values: values.into_iter().map(Some).collect(),
            }
        })
        .collect()
}

fn normal(rng: &mut ChaCha12Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_plant_and_another_seed_another() {
        let products = ["23".to_owned(), "1".to_owned()];
        let (one, two, other) = (generate(7, &products, 5), generate(7, &products, 5), generate(8, &products, 5));
        assert_eq!(one.batches.len(), 10);
        assert_eq!(one.press.len(), 5);
        assert_eq!(one.batches[3].laboratory, two.batches[3].laboratory);
        assert_ne!(one.batches[3].laboratory, other.batches[3].laboratory);
    }

    #[test]
    fn batches_of_one_lot_share_its_incoming_tests() {
        let data = generate(7, &["23".to_owned()], 8);
        let water = |at: usize| &data.batches[at].laboratory["api_water"];
        assert_eq!(water(0), water(3));
        assert_ne!(water(3), water(4));
    }
}
