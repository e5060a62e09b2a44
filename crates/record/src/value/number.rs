//! Numbers as laboratories and machines write them, read exactly or refused; never rounded, never guessed.
//!
//! `[comparator] [sign] digits [mark digits] [exponent]`. Full-width forms (`＜０．０５`) read as their ASCII twins. An exponent
//! is `E-3`, `e+3`, `×10^-3`, `x10^3`, `*10^3` or `×10³`. White space may surround the number and follow the comparator.

use super::{Comparator, Value, ValueError};
use crate::limits::TEXT_LEN_MAX_BYTES;
use rust_decimal::Decimal;

/// The decimal mark of a source. Only the one who configures the source knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DecimalMark {
    /// `1.5`
    #[default]
    Point,
    /// `1,5`
    Comma,
}

/// Most digits of an exponent; larger ones are out of range anyway.
const EXPONENT_DIGITS_MAX: usize = 4;

const NOT_DETECTED: [&str; 5] = ["nd", "n.d.", "not detected", "none detected", "未检出"];
const TOO_NUMEROUS: [&str; 3] = ["tntc", "too numerous to count", "多不可计"];
const NOT_FINITE: [&str; 6] = ["nan", "inf", "infinity", "∞", "#num!", "#div/0!"];

impl Value {
    /// Reads a number, censored number, `ND`/`未检出` or `TNTC`/`多不可计`, with a decimal point.
    ///
    /// `1.820` keeps three digits; `1e3` is 1000. Fails, naming the character, on anything else: thousands separators,
    /// `NaN`, a unit behind the number, more digits than an exact decimal holds.
    pub fn parse(verbatim: &str) -> Result<Self, ValueError> {
        Self::parse_number(verbatim, DecimalMark::Point)
    }

    /// As [`Value::parse`], with the decimal mark of the source.
    pub fn parse_number(verbatim: &str, mark: DecimalMark) -> Result<Self, ValueError> {
        if verbatim.len() > TEXT_LEN_MAX_BYTES {
            return Err(ValueError::TooLong { len: verbatim.len() });
        }
        let trimmed = verbatim.trim();
        if trimmed.is_empty() {
            return Err(ValueError::Empty);
        }
        let word: String = trimmed.chars().map(narrow).flat_map(char::to_lowercase).collect();
        if NOT_DETECTED.contains(&&*word) {
            return Ok(Self::NotDetected);
        }
        if TOO_NUMEROUS.contains(&&*word) {
            return Ok(Self::TooNumerousToCount);
        }
        let mut cursor = Cursor::new(verbatim);
        cursor.skip_space();
        let comparator = comparator(&mut cursor);
        cursor.skip_space();
        let decimal = decimal(&mut cursor, mark)?;
        cursor.skip_space();
        match cursor.peek() {
            None => Ok(Self::Number { decimal, comparator }),
            Some(_) => Err(cursor.unexpected("nothing more: the unit has its own column")),
        }
    }
}

/// Walks over the characters of a text, full-width ones as their ASCII twins.
struct Cursor<'a> {
    text: &'a str,
    rest: core::str::Chars<'a>,
    taken: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, rest: text.chars(), taken: 0 }
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next().map(narrow)
    }

    fn skip(&mut self) {
        self.rest.next();
        self.taken += 1;
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let found = self.peek().filter(|c| wanted(*c))?;
        self.skip();
        Some(found)
    }

    fn skip_space(&mut self) {
        while self.take(char::is_whitespace).is_some() {}
    }

    fn shown(&self) -> Box<str> {
        ValueError::shown(self.text)
    }

    /// What stands here is not what must.
    fn unexpected(&self, expected: &'static str) -> ValueError {
        match self.rest.clone().next() {
            None => ValueError::Ends { text: self.shown(), at: self.taken, expected },
            Some(found) => ValueError::Unexpected { text: self.shown(), found, at: self.taken + 1, expected },
        }
    }
}

/// Full-width forms U+FF01–U+FF5E are the ASCII characters 0xFEE0 below them; the signs of a number have further twins.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '−' | '﹣' => '-',
        '≦' | '⩽' => '≤',
        '≧' | '⩾' => '≥',
        '×' | '✕' | '⨯' => '×',
        other => other,
    }
}

fn comparator(cursor: &mut Cursor<'_>) -> Comparator {
    let Some(sign) = cursor.take(|c| matches!(c, '<' | '>' | '≤' | '≥' | '=')) else {
        return Comparator::Equal;
    };
    let or_equal = matches!(sign, '<' | '>') && cursor.take(|c| c == '=').is_some();
    match (sign, or_equal) {
        ('<', false) => Comparator::Less,
        ('>', false) => Comparator::Greater,
        ('<', true) | ('≤', _) => Comparator::LessOrEqual,
        ('>', true) | ('≥', _) => Comparator::GreaterOrEqual,
        _ => Comparator::Equal,
    }
}

/// The digits of a number as one whole number.
#[derive(Default)]
struct Digits {
    mantissa: i128,
    count: usize,
    overflow: bool,
}

impl Digits {
    fn push(&mut self, digit: u32) {
        self.count += 1;
        match self.mantissa.checked_mul(10).and_then(|tens| tens.checked_add(i128::from(digit))) {
            Some(mantissa) => self.mantissa = mantissa,
            None => self.overflow = true,
        }
    }
}

fn take_digits(cursor: &mut Cursor<'_>, digits: &mut Digits) -> usize {
    let before = digits.count;
    while let Some(digit) = cursor.peek().and_then(|c| c.to_digit(10)) {
        digits.push(digit);
        cursor.skip();
    }
    digits.count - before
}

fn decimal(cursor: &mut Cursor<'_>, mark: DecimalMark) -> Result<Decimal, ValueError> {
    let negative = cursor.take(|c| matches!(c, '+' | '-')) == Some('-');
    if let Some(word) = not_finite(cursor) {
        return Err(ValueError::NotFinite { text: word, at: cursor.taken + 1 });
    }
    let (mark, other) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let mut digits = Digits::default();
    let whole = take_digits(cursor, &mut digits);
    let mut fraction = 0;
    if cursor.take(|c| c == mark).is_some() {
        fraction = take_digits(cursor, &mut digits);
        if fraction == 0 {
            return Err(cursor.unexpected("a digit after the decimal mark"));
        }
    } else if whole == 0 {
        return Err(cursor.unexpected("a number"));
    }
    refuse_separator(cursor, mark, other)?;
    let exponent = exponent(cursor)?;
    let precision = || ValueError::Precision { text: cursor.shown() };
    let mut scale = i64::try_from(fraction).map_err(|_long| precision())? - exponent;
    if digits.overflow {
        return Err(precision());
    }
    let mut mantissa = if negative { -digits.mantissa } else { digits.mantissa };
    while scale < 0 && mantissa != 0 {
        mantissa = mantissa.checked_mul(10).ok_or_else(precision)?;
        scale += 1;
    }
    let scale = u32::try_from(scale.max(0)).map_err(|_large| precision())?;
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_range| precision())
}

/// A comma or point, space or apostrophe, directly followed by a digit.
fn refuse_separator(cursor: &Cursor<'_>, mark: char, other: char) -> Result<(), ValueError> {
    let Some(found) = cursor.peek() else { return Ok(()) };
    let mut after = cursor.rest.clone();
    after.next();
    let before_digit = after.next().is_some_and(|c| narrow(c).is_ascii_digit());
    if !before_digit || !(found == other || found == mark || found == '\'' || found == '’' || found.is_whitespace()) {
        return Ok(());
    }
    let hint = match (found, mark) {
        (',', '.') => "if it is a decimal comma, say so in the source's configuration",
        ('.', ',') => "the source is configured for a decimal comma",
        _ => "write the number without it",
    };
    Err(ValueError::Separator { text: cursor.shown(), found, at: cursor.taken + 1, hint })
}

fn not_finite(cursor: &Cursor<'_>) -> Option<Box<str>> {
    let rest = cursor.rest.as_str().trim();
    NOT_FINITE.contains(&&*rest.to_lowercase()).then(|| rest.into())
}

fn exponent(cursor: &mut Cursor<'_>) -> Result<i64, ValueError> {
    let start = (cursor.rest.clone(), cursor.taken);
    if cursor.take(|c| matches!(c, 'e' | 'E')).is_some() {
        return exponent_digits(cursor);
    }
    cursor.skip_space();
    if cursor.take(|c| matches!(c, '×' | 'x' | 'X' | '*')).is_none() {
        (cursor.rest, cursor.taken) = start;
        return Ok(0);
    }
    cursor.skip_space();
    for wanted in ['1', '0'] {
        if cursor.take(|c| c == wanted).is_none() {
            return Err(cursor.unexpected("the 10 of ×10^"));
        }
    }
    if cursor.take(|c| c == '^').is_some() {
        return exponent_digits(cursor);
    }
    superscript(cursor)
}

fn exponent_digits(cursor: &mut Cursor<'_>) -> Result<i64, ValueError> {
    let negative = cursor.take(|c| matches!(c, '+' | '-')) == Some('-');
    let mut digits = Digits::default();
    match take_digits(cursor, &mut digits) {
        0 => return Err(cursor.unexpected("the digits of the exponent")),
        1..=EXPONENT_DIGITS_MAX => {}
        _ => return Err(ValueError::Precision { text: cursor.shown() }),
    }
    signed_exponent(cursor, negative, &digits)
}

/// `×10³`; without `^` a plain digit would be ambiguous: `×103`.
fn superscript(cursor: &mut Cursor<'_>) -> Result<i64, ValueError> {
    let negative = cursor.take(|c| matches!(c, '⁺' | '⁻')) == Some('⁻');
    let mut digits = Digits::default();
    while let Some(digit) = cursor.peek().and_then(|c| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().zip(0..).find(|(s, _)| *s == c))
    {
        if digits.count == EXPONENT_DIGITS_MAX {
            return Err(ValueError::Precision { text: cursor.shown() });
        }
        digits.push(digit.1);
        cursor.skip();
    }
    if digits.count == 0 {
        return Err(cursor.unexpected("`^` or a superscript exponent after ×10"));
    }
    signed_exponent(cursor, negative, &digits)
}

fn signed_exponent(cursor: &Cursor<'_>, negative: bool, digits: &Digits) -> Result<i64, ValueError> {
    let size = i64::try_from(digits.mantissa).map_err(|_large| ValueError::Precision { text: cursor.shown() })?;
    Ok(if negative { -size } else { size })
}
