//! The three plants of the demo and what each makes.

use crate::layout::{Site, text};
use anyhow::{Context, Result};
use std::path::Path;

/// Seed of generator and injectable: the same warnings in every run.
pub(crate) const SEED: u64 = 20220608;

/// One enterprise of the demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enterprise {
    /// Unified social credit code (invented, with a valid check character).
    pub(crate) code: &'static str,
    pub(crate) name_zh: &'static str,
    pub(crate) name_en: &'static str,
    /// Division code of GB/T 2260.
    pub(crate) region: &'static str,
    /// Short name of its folder and box.
    pub(crate) slug: &'static str,
    pub(crate) kind: Kind,
}

/// What it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Film-coated tablets: product codes of the data, and those the generator makes without it.
    Tablets { real: &'static [&'static str], generated: &'static [&'static str] },
    /// The injectable with four planted batches.
    Injectable,
}

/// The enterprises of the demo.
pub(crate) const ENTERPRISES: [Enterprise; 3] = [
    Enterprise {
        code: "91330100MA2DEM1017",
        name_zh: "演示一号制药有限公司(片剂)",
        name_en: "Demo Pharmaceutical One (tablets)",
        region: "330100",
        slug: "plant-1",
        kind: Kind::Tablets { real: &["3", "23", "21", "22"], generated: &["23", "21", "22"] },
    },
    Enterprise {
        code: "91330200MA2DEM2025",
        name_zh: "演示二号制药有限公司(片剂)",
        name_en: "Demo Pharmaceutical Two (tablets)",
        region: "330200",
        slug: "plant-2",
        kind: Kind::Tablets { real: &["5", "1", "15", "25"], generated: &["1", "15", "25"] },
    },
    Enterprise {
        code: "91330300MA2DEM3033",
        name_zh: "演示三号生物制药有限公司(注射剂)",
        name_en: "Demo Biopharmaceutical Three (injectable)",
        region: "330300",
        slug: "plant-3",
        kind: Kind::Injectable,
    },
];

/// How fast history is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) press_scans_per_s: f64,
    pub(crate) tablet_batches_per_s: f64,
    pub(crate) injectable_batches_per_s: f64,
    pub(crate) stop_after_s: Option<f64>,
}

impl Pace {
    /// For people who watch.
    pub(crate) const WATCHED: Self =
        Self { press_scans_per_s: 10.0, tablet_batches_per_s: 0.25, injectable_batches_per_s: 0.5, stop_after_s: None };

    /// For tests that wait for what is planted.
    pub(crate) const BRISK: Self = Self {
        press_scans_per_s: 160.0,
        tablet_batches_per_s: 0.85,
        injectable_batches_per_s: 0.8,
        stop_after_s: None,
    };

    /// For a run of `seconds`: at least 200 batches and 300,000 readings in 120 s, with time left to drain.
    pub(crate) fn headless(seconds: f64) -> Self {
        Self { stop_after_s: Some(seconds * EMITTING_SHARE), ..Self::BRISK }
    }
}

/// Share of a headless run in which plants emit; the rest is for draining.
const EMITTING_SHARE: f64 = 0.8;

/// Writes the plant's configuration and gives its path.
pub(crate) fn configure(enterprise: &Enterprise, site: &Site, data: Option<&Path>, pace: Pace) -> Result<()> {
    let (kind, products, scans, batches) = match (enterprise.kind, data) {
        (Kind::Injectable, _) => ("injectable", &[][..], 10.0, pace.injectable_batches_per_s),
        (Kind::Tablets { real, .. }, Some(_)) => ("tablets", real, pace.press_scans_per_s, pace.tablet_batches_per_s),
        (Kind::Tablets { generated, .. }, None) => {
            ("tablets", generated, pace.press_scans_per_s, pace.tablet_batches_per_s)
        }
    };
    let mut pace_table = toml::Table::new();
    pace_table.insert("scans_per_s".into(), scans.into());
    pace_table.insert("batches_per_s".into(), batches.into());
    pace_table.insert("start_file".into(), text(&site.start_file())?.into());
    if let Some(seconds) = pace.stop_after_s {
        pace_table.insert("stop_after_s".into(), seconds.into());
    }
    let mut config = toml::Table::new();
    config.insert("name".into(), enterprise.slug.into());
    config.insert("kind".into(), kind.into());
    if let Some(data) = data {
        config.insert("data".into(), text(&data.canonicalize()?)?.into());
    }
    config.insert("seed".into(), i64::try_from(SEED)?.into());
    config.insert("products".into(), products.to_vec().into());
    config.insert("report".into(), text(&site.plant_report())?.into());
    config.insert("pace".into(), pace_table.into());
    let mut opcua = toml::Table::new();
    opcua.insert("port".into(), i64::from(site.opcua_port).into());
    opcua.insert("pki_dir".into(), text(&site.plant_dir().join("pki"))?.into());
    config.insert("opcua".into(), opcua.into());
    let mut databases = toml::Table::new();
    for system in ["lims", "mes", "erp"] {
        let url = format!("sqlite://{}", text(&site.database(system))?);
        databases.insert(format!("{system}_url"), url.into());
    }
    config.insert("databases".into(), databases.into());
    let file = site.plant_config();
    std::fs::write(&file, toml::to_string(&config)?).with_context(|| format!("cannot write {}", file.display()))
}

/// Mapping of the tablet plants.
pub(crate) const TABLETS_MAPPING: &str = include_str!("../../plant/mapping/tablets.csv");
/// Parameters of the tablet plants beside the 118.
pub(crate) const TABLETS_X: &str = include_str!("../../plant/mapping/tablets.x.tsv");
/// Mapping of the injectable plant.
pub(crate) const INJECTABLE_MAPPING: &str = include_str!("../../plant/mapping/injectable.csv");

impl Enterprise {
    /// Name of its box at the center.
    pub(crate) fn box_id(&self) -> String {
        format!("{}-box", self.slug)
    }
}
