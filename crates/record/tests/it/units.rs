//! Units: exact where it can be, rounded by a stated rule where not, refused where they measure different things.

use record::unit::{check_unit, convert};
use rust_decimal::Decimal;

fn converts(value: &str, from: &str, to: &str, wanted: &str, exact: bool) {
    let converted = convert(value.parse().unwrap(), from, to).unwrap();
    assert_eq!((converted.value.to_string().as_str(), converted.exact), (wanted, exact), "{value} {from} in {to}");
}

fn refuses(from: &str, to: &str, wanted: &str) {
    assert_eq!(convert(Decimal::ONE, from, to).unwrap_err().to_string(), wanted);
}

#[test]
fn ratios_of_whole_numbers_are_exact_and_keep_trailing_zeros() {
    converts("1.820", "mg/g", "%", "0.1820", true);
    converts("1.820", "%", "mg/g", "18.20", true);
    converts("0.5", "mg/kg", "ug/g", "0.5", true);
    converts("12", "ug/g", "%", "0.0012", true);
    converts("96.0", "[ppb]", "ng/g", "96.0", true);
    converts("250", "g", "kg", "0.250", true);
    converts("1.5", "t", "kg", "1500", true);
    converts("2.0", "bar", "kPa", "200", true);
    converts("1.50", "h", "min", "90.0", true);
    converts("90", "s", "min", "1.5", true);
    converts("1", "mS/cm", "uS/cm", "1000", true);
    converts("5.1", "uS/cm", "S/m", "0.00051", true);
    converts("0.50", "mg/L", "ug/mL", "0.50", true);
    converts("1", "Ci", "MBq", "37000", true);
    converts("36", "km/h", "m/s", "10", true);
    converts("10", "N/mm2", "MPa", "10", true);
    converts("101325", "N/m2", "kPa", "101.325", true);
    converts("3", "10*3/h", "/h", "3000", true);
    converts("750", "mm[Hg]", "kPa", "99.991500", true);
}

#[test]
fn counts_of_living_things_convert_by_sample_size_only() {
    converts("12", "[CFU]/dL", "[CFU]/mL", "0.12", true);
    converts("4", "[CFU]/(10.cm2)", "[CFU]/cm2", "0.4", true);
    converts("30", "[CFU]/(10.g)", "[CFU]/g", "3.0", true);
    converts("0.25", "[IU]/mL", "[iU]/mL", "0.25", true);
    converts("2", "k[iU]/g", "[iU]/mg", "2", true);
    refuses("[CFU]/g", "[PFU]/g", "`[CFU]/g` does not convert to `[PFU]/g`");
    refuses("[CFU]/g", "[CFU]/mL", "`[CFU]/g` does not convert to `[CFU]/mL`");
    refuses("[iU]/mg", "%", "`[iU]/mg` does not convert to `%`");
    refuses("mol/L", "/L", "`mol/L` does not convert to `/L`");
}

#[test]
fn annotations_alone_are_units_of_their_own_but_may_be_left_out() {
    converts("3520", "/m3", "{particle}/m3", "3520", true);
    converts("3.52", "{particle}/L", "{particle}/m3", "3520", true);
    converts("7", "{count}", "1", "7", true);
    converts("5", "mg{total}/g", "mg/g", "5", true);
    refuses("[CFU]/{plate}", "[CFU]/{glove}", "`[CFU]/{plate}` does not convert to `[CFU]/{glove}`");
    refuses("{pack}", "{passage}", "`{pack}` does not convert to `{passage}`");
}

#[test]
fn temperatures_are_scales_with_a_shift() {
    converts("25.0", "Cel", "K", "298.15", true);
    converts("298.15", "K", "Cel", "25.00", true);
    converts("98.6", "[degF]", "Cel", "37", true);
    converts("-40", "Cel", "[degF]", "-40.000", true);
    converts("1", "Cel/min", "Cel/h", "60", true);
    refuses("Cel", "m", "`Cel` does not convert to `m`");
    refuses("[pH]", "mol/L", "`[pH]` does not convert to `mol/L`");
    converts("7.00", "[pH]", "[pH]", "7.00", true);
}

#[test]
fn what_has_no_finite_decimal_is_rounded_half_to_even_to_15_digits_and_said_so() {
    converts("1", "s", "h", "0.000277777777777778", false);
    converts("1", "d", "a", "0.0027378507871321", false);
    converts("100", "[degF]", "Cel", "37.7777777777778", false);
    // Outside our table, through the binary floats of ucum-units.
    converts("1", "[psi]", "kPa", "6.89475729316836", false);
    converts("2", "B", "1", "100", false);
}

#[test]
fn units_that_look_like_others_are_refused_with_what_to_write() {
    let says = |unit: &str| check_unit(unit).unwrap_err().to_string();
    assert_eq!(
        says("[EU]/mL"),
        "`[EU]`: in UCUM this is the Ehrlich unit; endotoxin units are written [iU] (1 EU = 1 IU)"
    );
    assert_eq!(
        says("u/mg"),
        "`u`: in UCUM this is the unified atomic mass unit; units of potency are written [iU] or [arb'U]"
    );
    assert_eq!(says("ft"), "`ft`: in UCUM this is a femtotonne; feet are written [ft_i]");
    assert_eq!(says("pct"), "`pct` is not a UCUM unit: unknown unit atom: pct");
    assert_eq!(
        says("mg/"),
        "`mg/` is not a UCUM unit: parse error at byte 3: unexpected end of input, expected a unit"
    );
    assert_eq!(says(""), "`` is not a UCUM unit: it is empty; a plain number has the unit 1");
    assert_eq!(says(&"m.".repeat(40)), format!("`{}` is not a UCUM unit: it is longer than 64 bytes", "m.".repeat(32)));
    assert_eq!(check_unit("ug/{plate}"), Ok(()));
}

#[test]
fn a_result_no_decimal_holds_is_refused() {
    let error = convert(Decimal::MAX, "km", "nm").unwrap_err();
    assert_eq!(error.to_string(), "79228162514264337593543950335 `km` is too large or too small a number in `nm`");
    let error = convert("0.0000000000000000000000000001".parse().unwrap(), "g", "kg").unwrap_err();
    assert_eq!(error.to_string(), "0.0000000000000000000000000001 `g` is too large or too small a number in `kg`");
}

/// Requirement CAT-01.
#[test]
fn our_table_agrees_with_ucum_units() {
    // Every atom against a unit of the same kind, as `ucum-units` has it. Arbitrary atoms have no value there.
    let pairs = [
        ("min", "s"),
        ("h", "s"),
        ("d", "s"),
        ("wk", "s"),
        ("a", "s"),
        ("Hz", "s-1"),
        ("Bq", "s-1"),
        ("Ci", "s-1"),
        ("L", "m3"),
        ("l", "m3"),
        ("t", "g"),
        ("N", "g.m/s2"),
        ("Pa", "g/(m.s2)"),
        ("bar", "Pa"),
        ("m[Hg]", "Pa"),
        ("J", "N.m"),
        ("W", "J/s"),
        ("A", "C/s"),
        ("V", "J/C"),
        ("Ohm", "V/A"),
        ("S", "A/V"),
        ("U", "umol/min"),
        ("kat", "mol/s"),
        ("%", "1"),
        ("[ppth]", "1"),
        ("[ppm]", "1"),
        ("[ppb]", "1"),
        ("10*", "1"),
        ("10^", "1"),
        ("cd", "mcd"),
        ("rad", "mrad"),
        ("dam", "m"),
        ("Ym", "m"),
        ("Zm", "m"),
        ("Em", "m"),
        ("Pm", "m"),
        ("Tm", "m"),
        ("Gm", "m"),
        ("Mm", "m"),
        ("km", "m"),
        ("hm", "m"),
        ("dm", "m"),
        ("cm", "m"),
        ("mm", "m"),
        ("um", "m"),
        ("nm", "m"),
        ("pm", "m"),
        ("fm", "m"),
        ("am", "m"),
        ("zg", "ag"),
        ("yg", "ag"),
        ("K", "mK"),
    ];
    for (from, to) in pairs {
        let ours = convert(Decimal::ONE, from, to).unwrap();
        let ours: f64 = ours.value.try_into().unwrap();
        let theirs = ucum::convert(1.0, from, to).unwrap();
        assert!((ours / theirs - 1.0).abs() < 1e-12, "1 {from}: {ours} {to} here, {theirs} there");
    }
}
