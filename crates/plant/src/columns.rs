//! Which system of a tablet plant holds which column of the data folder, under which test code and unit.
//!
//! The names on the left are the data's own, misspelling included; the codes on the right are what the plant's LIMS and
//! MES call the test. Mapping them to catalogue parameters is the box's `mapping.csv`, not ours.

/// Where a value of `Laboratory.csv` or `Process.csv` is kept and about what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// LIMS: incoming test of a material lot; the field names the lot's column.
    Lot { material: &'static str, lot_column: &'static str },
    /// LIMS: in-process test of a step.
    InProcess { step: &'static str },
    /// LIMS: release test of the batch.
    Release,
    /// MES: result of a step.
    Step { step: &'static str },
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Header in the file.
    pub(crate) name: &'static str,
    /// Test code in the plant's system.
    pub(crate) test: &'static str,
    /// Unit as the plant's system writes it.
    pub(crate) unit: &'static str,
    /// Where it is kept.
    pub(crate) place: Place,
}

/// Materials of a batch: column of the lot number, material code.
pub(crate) const MATERIALS: &[(&str, &str)] =
    &[("api_batch", "API"), ("smcc_batch", "SMCC"), ("lactose_batch", "LACTOSE"), ("starch_batch", "STARCH")];

const API: Place = Place::Lot { material: "API", lot_column: "api_batch" };
const LACTOSE: Place = Place::Lot { material: "LACTOSE", lot_column: "lactose_batch" };
const SMCC: Place = Place::Lot { material: "SMCC", lot_column: "smcc_batch" };
const STARCH: Place = Place::Lot { material: "STARCH", lot_column: "starch_batch" };
const CORE: Place = Place::InProcess { step: "compression" };
const COATED: Place = Place::InProcess { step: "coating" };
const PRESS: Place = Place::Step { step: "compression" };

const fn column(name: &'static str, test: &'static str, unit: &'static str, place: Place) -> Column {
    Column { name, test, unit, place }
}

/// Columns of `Laboratory.csv`.
pub(crate) const LABORATORY: &[Column] = &[
    column("api_water", "API-WATER", "%", API),
    column("api_total_impurities", "API-IMP-TOTAL", "%", API),
    column("api_l_impurity", "API-IMP-L", "%", API),
    column("api_content", "API-ASSAY", "%", API),
    column("api_ps01", "API-PS-D10", "um", API),
    column("api_ps05", "API-PS-D50", "um", API),
    column("api_ps09", "API-PS-D90", "um", API),
    column("lactose_water", "LAC-WATER", "%", LACTOSE),
    column("lactose_sieve0045", "LAC-SIEVE-0.045", "%", LACTOSE),
    column("lactose_sieve015", "LAC-SIEVE-0.15", "%", LACTOSE),
    column("lactose_sieve025", "LAC-SIEVE-0.25", "%", LACTOSE),
    column("smcc_water", "SMCC-WATER", "%", SMCC),
    column("smcc_td", "SMCC-DENSITY-TAPPED", "g/mL", SMCC),
    column("smcc_bd", "SMCC-DENSITY-BULK", "g/mL", SMCC),
    column("smcc_ps01", "SMCC-PS-D10", "um", SMCC),
    column("smcc_ps05", "SMCC-PS-D50", "um", SMCC),
    column("smcc_ps09", "SMCC-PS-D90", "um", SMCC),
    column("starch_ph", "STA-PH", "[pH]", STARCH),
    column("starch_water", "STA-WATER", "%", STARCH),
    column("tbl_min_thickness", "CORE-THICKNESS-MIN", "mm", CORE),
    column("tbl_max_thickness", "CORE-THICKNESS-MAX", "mm", CORE),
    column("fct_min_thickness", "FCT-THICKNESS-MIN", "mm", COATED),
    column("fct_max_thickness", "FCT-THICKNESS-MAX", "mm", COATED),
    column("tbl_min_weight", "CORE-WEIGHT-MIN", "mg", CORE),
    column("tbl_max_weight", "CORE-WEIGHT-MAX", "mg", CORE),
    column("tbl_rsd_weight", "CORE-WEIGHT-RSD", "%", CORE),
    column("fct_rsd_weight", "FCT-WEIGHT-RSD", "%", COATED),
    column("tbl_min_hardness", "CORE-HARDNESS-MIN", "N", CORE),
    column("tbl_max_hardness", "CORE-HARDNESS-MAX", "N", CORE),
    column("tbl_av_hardness", "CORE-HARDNESS-MEAN", "N", CORE),
    column("fct_min_hardness", "FCT-HARDNESS-MIN", "N", COATED),
    column("fct_max_hardness", "FCT-HARDNESS-MAX", "N", COATED),
    column("fct_av_hardness", "FCT-HARDNESS-MEAN", "N", COATED),
    column("tbl_max_diameter", "CORE-DIAMETER-MAX", "mm", CORE),
    column("fct_max_diameter", "FCT-DIAMETER-MAX", "mm", COATED),
    column("tbl_tensile", "CORE-TENSILE", "MPa", CORE),
    column("fct_tensile", "FCT-TENSILE", "MPa", COATED),
    column("tbl_yield", "PRS-YIELD", "%", PRESS),
    column("batch_yield", "PKG-YIELD", "%", Place::Step { step: "packaging" }),
    column("dissolution_av", "FP-DISSOLUTION-MEAN", "%", Place::Release),
    column("dissolution_min", "FP-DISSOLUTION-MIN", "%", Place::Release),
    column("resodual_solvent", "FP-RESIDUAL-SOLVENT", "%", Place::Release),
    column("impurities_total", "FP-IMP-TOTAL", "%", Place::Release),
    column("impurity_o", "FP-IMP-O", "%", Place::Release),
    column("impurity_l", "FP-IMP-L", "%", Place::Release),
];

/// Columns of `Process.csv` that are not already release results of `Laboratory.csv`.
pub(crate) const PROCESS: &[Column] = &[
    column("tbl_speed_mean", "PRS-SPEED-MEAN", "10*3/h", PRESS),
    column("tbl_speed_change", "PRS-SPEED-CHANGE", "10*3/h", PRESS),
    column("tbl_speed_0_duration", "PRS-STOP-DURATION", "min", PRESS),
    column("total_waste", "PRS-WASTE-TOTAL", "{tablet}", PRESS),
    column("startup_waste", "PRS-WASTE-STARTUP", "{tablet}", PRESS),
    column("fom_mean", "PRS-FILLER-MEAN", "/min", PRESS),
    column("fom_change", "PRS-FILLER-CHANGE", "/min", PRESS),
    column("SREL_startup_mean", "PRS-SREL-STARTUP-MEAN", "%", PRESS),
    column("SREL_production_mean", "PRS-SREL-MEAN", "%", PRESS),
    column("SREL_production_max", "PRS-SREL-MAX", "%", PRESS),
    column("main_CompForce mean", "PRS-MAIN-FORCE-MEAN", "kN", PRESS),
    column("main_CompForce_sd", "PRS-MAIN-FORCE-SD", "kN", PRESS),
    column("main_CompForce_median", "PRS-MAIN-FORCE-MEDIAN", "kN", PRESS),
    column("pre_CompForce_mean", "PRS-PRE-FORCE-MEAN", "kN", PRESS),
    column("tbl_fill_mean", "PRS-FILL-DEPTH-MEAN", "mm", PRESS),
    column("tbl_fill_sd", "PRS-FILL-DEPTH-SD", "mm", PRESS),
    column("cyl_height_mean", "PRS-CYLINDER-HEIGHT-MEAN", "mm", PRESS),
    column("stiffness_mean", "PRS-STIFFNESS-MEAN", "N", PRESS),
    column("stiffness_max", "PRS-STIFFNESS-MAX", "N", PRESS),
    column("stiffness_min", "PRS-STIFFNESS-MIN", "N", PRESS),
    column("ejection_mean", "PRS-EJECTION-MEAN", "N", PRESS),
    column("ejection_max", "PRS-EJECTION-MAX", "N", PRESS),
    column("ejection_min", "PRS-EJECTION-MIN", "N", PRESS),
    column("Startup_tbl_fill_maxDifference", "PRS-STARTUP-FILL-RANGE", "mm", PRESS),
    column("Startup_main_CompForce_mean", "PRS-STARTUP-MAIN-FORCE-MEAN", "kN", PRESS),
    column("Startup_tbl_fill_mean", "PRS-STARTUP-FILL-MEAN", "mm", PRESS),
];

/// Signals of the press in the order of `Process/N.csv` after timestamp, campaign, batch and code: column, node name.
pub(crate) const PRESS_SIGNALS: &[(&str, &str)] = &[
    ("tbl_speed", "Speed"),
    ("fom", "FillerSpeed"),
    ("main_comp", "MainForce"),
    ("tbl_fill", "FillDepth"),
    ("SREL", "Srel"),
    ("pre_comp", "PreForce"),
    ("produced", "Produced"),
    ("waste", "Waste"),
    ("cyl_main", "CylinderMain"),
    ("cyl_pre", "CylinderPre"),
    ("stiffness", "Stiffness"),
    ("ejection", "Ejection"),
];
