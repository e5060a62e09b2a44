//! The atoms converted exactly, by definition. Source of every row: UCUM essence 2.2 (ucum.org); the values of SI units
//! are those of the SI brochure, 9th edition. A test compares each with `ucum-units`.

use super::ratio::Ratio;
use rust_decimal::Decimal;

/// What an atom is made of.
pub(super) struct Atom {
    pub(super) code: &'static str,
    /// Takes metric prefixes.
    pub(super) metric: bool,
    pub(super) ratio: Ratio,
    /// Base atoms with exponents; a base atom names itself.
    pub(super) bases: &'static [(&'static str, i32)],
}

const fn base(code: &'static str, metric: bool, bases: &'static [(&'static str, i32)]) -> Atom {
    Atom { code, metric, ratio: Ratio::ONE, bases }
}

const fn derived(
    code: &'static str,
    metric: bool,
    (num, den, pow10): (i128, i128, i32),
    bases: &'static [(&'static str, i32)],
) -> Atom {
    Atom { code, metric, ratio: Ratio::new(num, den, pow10), bases }
}

/// Base atoms first. UCUM calls the mole a number and `[CFU]`, `[iU]` and their like arbitrary; here each is a kind of
/// its own, so that mol/L is not a count per litre and CFU never become PFU.
pub(super) const ATOMS: &[Atom] = &[
    base("m", true, &[("m", 1)]),
    base("s", true, &[("s", 1)]),
    base("g", true, &[("g", 1)]),
    base("K", true, &[("K", 1)]),
    base("C", true, &[("C", 1)]),
    base("cd", true, &[("cd", 1)]),
    base("rad", true, &[("rad", 1)]),
    base("mol", true, &[("mol", 1)]),
    // UCUM makes it of pi, which no ratio holds: it converts to itself only.
    base("deg", false, &[("deg", 1)]),
    // Only whole in a compound (Cel/min): alone they are scales with a shift, see `temperature`.
    base("Cel", true, &[("Cel", 1)]),
    base("[degF]", false, &[("[degF]", 1)]),
    // A logarithm: it converts to itself only.
    base("[pH]", false, &[("[pH]", 1)]),
    base("[CFU]", false, &[("[CFU]", 1)]),
    base("[PFU]", false, &[("[PFU]", 1)]),
    base("[FFU]", false, &[("[FFU]", 1)]),
    base("[CCID_50]", false, &[("[CCID_50]", 1)]),
    base("[TCID_50]", false, &[("[TCID_50]", 1)]),
    base("[arb'U]", false, &[("[arb'U]", 1)]),
    base("[iU]", true, &[("[iU]", 1)]),
    base("[IU]", true, &[("[iU]", 1)]),
    derived("10*", false, (1, 1, 1), &[]),
    derived("10^", false, (1, 1, 1), &[]),
    derived("%", false, (1, 1, -2), &[]),
    derived("[ppth]", false, (1, 1, -3), &[]),
    derived("[ppm]", false, (1, 1, -6), &[]),
    derived("[ppb]", false, (1, 1, -9), &[]),
    derived("min", false, (60, 1, 0), &[("s", 1)]),
    derived("h", false, (3_600, 1, 0), &[("s", 1)]),
    derived("d", false, (86_400, 1, 0), &[("s", 1)]),
    derived("wk", false, (604_800, 1, 0), &[("s", 1)]),
    // The Julian year of 365.25 days.
    derived("a", false, (31_557_600, 1, 0), &[("s", 1)]),
    derived("Hz", true, (1, 1, 0), &[("s", -1)]),
    derived("Bq", true, (1, 1, 0), &[("s", -1)]),
    derived("Ci", true, (37, 1, 9), &[("s", -1)]),
    derived("L", true, (1, 1, -3), &[("m", 3)]),
    derived("l", true, (1, 1, -3), &[("m", 3)]),
    derived("t", true, (1, 1, 6), &[("g", 1)]),
    derived("N", true, (1, 1, 3), &[("g", 1), ("m", 1), ("s", -2)]),
    derived("Pa", true, (1, 1, 3), &[("g", 1), ("m", -1), ("s", -2)]),
    derived("bar", true, (1, 1, 8), &[("g", 1), ("m", -1), ("s", -2)]),
    derived("m[Hg]", true, (133_322, 1, 3), &[("g", 1), ("m", -1), ("s", -2)]),
    derived("J", true, (1, 1, 3), &[("g", 1), ("m", 2), ("s", -2)]),
    derived("W", true, (1, 1, 3), &[("g", 1), ("m", 2), ("s", -3)]),
    derived("A", true, (1, 1, 0), &[("C", 1), ("s", -1)]),
    derived("V", true, (1, 1, 3), &[("g", 1), ("m", 2), ("s", -2), ("C", -1)]),
    derived("Ohm", true, (1, 1, 3), &[("g", 1), ("m", 2), ("s", -1), ("C", -2)]),
    derived("S", true, (1, 1, -3), &[("g", -1), ("m", -2), ("s", 1), ("C", 2)]),
    derived("U", true, (1, 60, -6), &[("mol", 1), ("s", -1)]),
    derived("kat", true, (1, 1, 0), &[("mol", 1), ("s", -1)]),
];

/// Metric prefixes as powers of ten, two-letter ones first.
pub(super) const PREFIXES: &[(&str, i32)] = &[
    ("da", 1),
    ("Y", 24),
    ("Z", 21),
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("h", 2),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
    ("z", -21),
    ("y", -24),
];

/// A temperature scale: kelvins are `(value + shift) × kelvin`.
#[derive(Clone, Debug)]
pub(super) struct Temperature {
    pub(super) shift: Decimal,
    pub(super) kelvin: Ratio,
}

/// The scale of a unit that is nothing but a temperature.
pub(super) fn temperature(unit: &str) -> Option<Temperature> {
    let (shift, kelvin) = match unit {
        "K" => (Decimal::ZERO, Ratio::ONE),
        "Cel" => (Decimal::new(27_315, 2), Ratio::ONE),
        "[degF]" => (Decimal::new(45_967, 2), Ratio::new(5, 9, 0)),
        _ => return None,
    };
    Some(Temperature { shift, kelvin })
}

/// The atom of a symbol and its prefix's power of ten; a whole atom before a prefixed one, as UCUM reads `cd`.
pub(super) fn find(symbol: &str) -> Option<(i32, &'static Atom)> {
    let whole = |code: &str| ATOMS.iter().find(|atom| atom.code == code);
    if let Some(atom) = whole(symbol) {
        return Some((0, atom));
    }
    PREFIXES.iter().find_map(|(prefix, power)| {
        let atom = whole(symbol.strip_prefix(prefix)?)?;
        atom.metric.then_some((*power, atom))
    })
}
