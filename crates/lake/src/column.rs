//! Columns that grow row by row: words as a dictionary, clocks in UTC microseconds, decimals exact and as a double.

use std::collections::HashMap;
use std::sync::Arc;

use deltalake::arrow::array::{
    ArrayRef, Decimal128Builder, DictionaryArray, Float64Builder, Int8Builder, Int32Builder, Int64Builder, StringArray,
    TimestampMicrosecondBuilder,
};
use deltalake::arrow::datatypes::{DataType, Int32Type, TimeUnit};
use deltalake::arrow::error::ArrowError;
use record::Timestamp;
use rust_decimal::Decimal;

use crate::schema::WIDE_DIGITS;

/// A word of a [`Words`] column, or none.
pub(crate) type Key = Option<i32>;

/// Text out of few different ones: each different word is kept once.
#[derive(Debug, Default)]
pub(crate) struct Words {
    known: HashMap<Box<str>, i32>,
    words: Vec<Box<str>>,
    keys: Int32Builder,
}

impl Words {
    /// The key of a word, for [`Words::run`].
    pub(crate) fn key(&mut self, word: &str) -> i32 {
        if let Some(&key) = self.known.get(word) {
            return key;
        }
        let key = i32::try_from(self.words.len()).expect("a batch has fewer rows, so fewer words, than 2³¹");
        self.known.insert(word.into(), key);
        self.words.push(word.into());
        key
    }

    /// The key of a word that may be missing.
    pub(crate) fn key_of(&mut self, word: Option<&str>) -> Key {
        word.map(|word| self.key(word))
    }

    /// Adds `rows` rows with the same word.
    pub(crate) fn run(&mut self, key: Key, rows: usize) {
        match key {
            Some(key) => self.keys.append_value_n(key, rows),
            None => self.keys.append_nulls(rows),
        }
    }

    /// Adds one row.
    pub(crate) fn push(&mut self, word: Option<&str>) {
        let key = self.key_of(word);
        self.run(key, 1);
    }

    pub(crate) fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let words = StringArray::from_iter_values(self.words.iter());
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(self.keys.finish(), Arc::new(words))?))
    }
}

/// A clock column.
pub(crate) fn instants() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_data_type(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))
}

/// Microseconds of an optional instant.
pub(crate) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(|at| at.0)
}

/// Largest whole number up to which every whole number is a double.
const EXACT_DOUBLE_MAX: u128 = 1 << 53;

/// Powers of ten that are doubles exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The double nearest to an exact decimal.
///
/// A quotient of two exact doubles is rounded once (IEEE 754-2019 §5.4.1), so it is the nearest; anything larger is
/// read from its text, which Rust rounds correctly too.
pub(crate) fn nearest(value: Decimal) -> f64 {
    let digits = value.mantissa();
    match POWERS_OF_TEN.get(usize::try_from(value.scale()).unwrap_or(usize::MAX)) {
        Some(power) if digits.unsigned_abs() <= EXACT_DOUBLE_MAX => digits as f64 / power,
        _ => value.to_string().parse().expect("a decimal's text is a number"),
    }
}

/// The columns of one number: the nearest double for queries, and digits and scale, which are exact and keep the
/// trailing zeros of the source's text (`1.820` is 1820 and 3).
#[derive(Debug)]
pub(crate) struct Numbers {
    pub(crate) value: Float64Builder,
    pub(crate) digits: Int64Builder,
    pub(crate) scale: Int8Builder,
    pub(crate) digits_wide: Decimal128Builder,
}

impl Numbers {
    pub(crate) fn new() -> Result<Self, ArrowError> {
        Ok(Self {
            value: Float64Builder::new(),
            digits: Int64Builder::new(),
            scale: Int8Builder::new(),
            digits_wide: Decimal128Builder::new().with_precision_and_scale(WIDE_DIGITS, 0)?,
        })
    }

    /// A plain number.
    pub(crate) fn push_exact(&mut self, number: Decimal) {
        self.value.append_value(nearest(number));
        self.push_digits(number);
    }

    /// A censored number (`<0.05`): its digits are kept, but it is not a value one may average.
    pub(crate) fn push_censored(&mut self, number: Decimal) {
        self.value.append_null();
        self.push_digits(number);
    }

    /// No number at all.
    pub(crate) fn push_none(&mut self) {
        self.value.append_null();
        self.digits.append_null();
        self.scale.append_null();
        self.digits_wide.append_null();
    }

    fn push_digits(&mut self, number: Decimal) {
        self.scale.append_value(i8::try_from(number.scale()).expect("a decimal's scale is at most 28"));
        match i64::try_from(number.mantissa()) {
            Ok(digits) => {
                self.digits.append_value(digits);
                self.digits_wide.append_null();
            }
            Err(_) => {
                self.digits.append_null();
                self.digits_wide.append_value(number.mantissa());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_double_is_the_one_nearest_to_the_decimal() {
        for text in [
            "0",
            "0.1",
            "-0.3",
            "1.820",
            "98.76",
            "3.00",
            "0.0000001",
            "123456789012345.6789",
            "9007199254740992",
            "9007199254740993",
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
            "0.3333333333333333333333333333",
        ] {
            let decimal: Decimal = text.parse().unwrap();
            let expected: f64 = text.parse().unwrap();
            assert_eq!(nearest(decimal).to_bits(), expected.to_bits(), "{text}");
        }
    }

    #[test]
    fn every_decimal_survives_in_digits_and_scale() {
        let texts =
            ["1.820", "-0.05", "0.00", "9223372036854775807", "9223372036854775808", "7.9228162514264337593543950335"];
        let mut numbers = Numbers::new().unwrap();
        for text in texts {
            numbers.push_exact(text.parse().unwrap());
        }
        let (digits, scale, wide) = (numbers.digits.finish(), numbers.scale.finish(), numbers.digits_wide.finish());
        for (row, text) in texts.iter().enumerate() {
            use deltalake::arrow::array::Array;
            let mantissa = if digits.is_null(row) { wide.value(row) } else { i128::from(digits.value(row)) };
            let back = Decimal::from_i128_with_scale(mantissa, u32::try_from(scale.value(row)).unwrap());
            assert_eq!(back.to_string(), *text);
            assert_ne!(digits.is_null(row), wide.is_null(row), "{text} is in exactly one of the two columns");
        }
    }
}
