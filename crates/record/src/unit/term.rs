//! A UCUM code as a ratio to base atoms. UCUM §§ 5–12: `.` multiplies, `/` divides, from the left; a number behind a symbol
//! is its exponent; `{…}` is an annotation.

use super::atoms;
use super::ratio::Ratio;
use std::collections::BTreeMap;

/// A unit taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// How many of the base product one of this unit is.
    pub(super) ratio: Ratio,
    /// Base atoms with exponents other than zero.
    bases: BTreeMap<&'static str, i32>,
    /// Annotations that stand alone, with exponents other than zero.
    annotations: BTreeMap<Box<str>, i32>,
}

impl Term {
    const fn one() -> Self {
        Self { ratio: Ratio::ONE, bases: BTreeMap::new(), annotations: BTreeMap::new() }
    }

    /// Takes apart a code `ucum-units` has accepted; nothing if it holds an atom that is not in our table.
    pub(super) fn parse(code: &str) -> Option<Self> {
        let mut rest = code;
        let term = product(&mut rest)?;
        rest.is_empty().then_some(term)
    }

    /// Same dimension; and the same annotations, or none on one side.
    pub(super) fn measures_the_same(&self, other: &Self) -> bool {
        let (mine, theirs) = (&self.annotations, &other.annotations);
        self.bases == other.bases && (mine == theirs || mine.is_empty() || theirs.is_empty())
    }

    fn times(mut self, other: Self, sign: i32) -> Option<Self> {
        self.ratio = self.ratio.times(if sign < 0 { other.ratio.inverse() } else { other.ratio })?;
        for (base, exponent) in other.bases {
            add(&mut self.bases, base, exponent.checked_mul(sign)?)?;
        }
        for (annotation, exponent) in other.annotations {
            add(&mut self.annotations, annotation, exponent.checked_mul(sign)?)?;
        }
        Some(self)
    }
}

fn add<K: Ord>(exponents: &mut BTreeMap<K, i32>, key: K, exponent: i32) -> Option<()> {
    match exponents.entry(key) {
        std::collections::btree_map::Entry::Vacant(vacant) if exponent != 0 => {
            vacant.insert(exponent);
        }
        std::collections::btree_map::Entry::Vacant(_) => {}
        std::collections::btree_map::Entry::Occupied(mut sum) => {
            *sum.get_mut() = sum.get().checked_add(exponent)?;
            if *sum.get() == 0 {
                sum.remove();
            }
        }
    }
    Some(())
}

fn product(rest: &mut &str) -> Option<Term> {
    let mut term = Term::one();
    let mut sign = 1;
    if let Some(after) = rest.strip_prefix('/') {
        *rest = after;
        sign = -1;
    }
    loop {
        term = term.times(factor(rest)?, sign)?;
        match rest.chars().next() {
            Some('.') => sign = 1,
            Some('/') => sign = -1,
            _ => return Some(term),
        }
        *rest = &rest[1..];
    }
}

fn factor(rest: &mut &str) -> Option<Term> {
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let term = product(rest)?;
        *rest = rest.strip_prefix(')')?;
        return Some(term);
    }
    if let Some(annotation) = annotation(rest) {
        let mut term = Term::one();
        term.annotations.insert(annotation.into(), 1);
        return Some(term);
    }
    let symbol = symbol(rest);
    annotation(rest);
    if !symbol.is_empty() && symbol.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i128 = symbol.parse().ok().filter(|number| *number > 0)?;
        return Some(Term { ratio: Ratio::ONE.times(Ratio { num: number, den: 1, pow10: 0 })?, ..Term::one() });
    }
    let (name, exponent) = split_exponent(symbol)?;
    let (power, atom) = atoms::find(name)?;
    let mut ratio = atom.ratio;
    ratio.pow10 += power;
    let mut term = Term { ratio: ratio.power(exponent)?, ..Term::one() };
    for (base, count) in atom.bases {
        add(&mut term.bases, *base, count.checked_mul(exponent)?)?;
    }
    Some(term)
}

/// Takes `{…}` off the front.
fn annotation<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (annotation, after) = rest.strip_prefix('{')?.split_once('}')?;
    *rest = after;
    Some(annotation)
}

/// Takes the next symbol off the front: everything up to an operator, parenthesis or annotation outside `[…]`.
fn symbol<'a>(rest: &mut &'a str) -> &'a str {
    let mut bracket = false;
    let end = rest.find(|c| {
        match c {
            '[' => bracket = true,
            ']' => bracket = false,
            _ => {}
        }
        !bracket && matches!(c, '.' | '/' | '(' | ')' | '{')
    });
    let (symbol, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    symbol
}

/// `cm2` is `cm` to the 2, `10*-6` is `10*` to the −6.
fn split_exponent(symbol: &str) -> Option<(&str, i32)> {
    /// No unit in use has a higher power; keeps ratios small.
    const EXPONENT_MAX: u32 = 30;
    let name = symbol.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &symbol[name.len()..];
    if digits.is_empty() {
        return Some((name, 1));
    }
    let size: u32 = digits.parse().ok().filter(|size| *size <= EXPONENT_MAX)?;
    let size = i32::try_from(size).ok()?;
    Some(match name.strip_suffix('-') {
        Some(name) => (name, -size),
        None => (name.strip_suffix('+').unwrap_or(name), size),
    })
}

/// Every symbol of a code without its exponent and annotations.
pub(super) fn symbols(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while !rest.is_empty() {
        if annotation(&mut rest).is_some() {
            continue;
        }
        let symbol = symbol(&mut rest);
        if symbol.is_empty() {
            let operator = rest.chars().next().map_or(0, char::len_utf8);
            rest = &rest[operator..];
        } else if let Some((name, _)) = split_exponent(symbol) {
            found.push(name);
        }
    }
    found
}
