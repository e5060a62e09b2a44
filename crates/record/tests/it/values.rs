//! Values: what is read exactly, and what is refused with the place and the reason.

use record::{
    Comparator, DecimalMark, Flags, SourceClock, Timestamp, Value, ValueType, decimal_of_f32, decimal_of_f64,
};
use rust_decimal::Decimal;

/// `wanted` is the comparator's sign and the decimal as it prints, scale and all.
fn reads(verbatim: &str, wanted: &str) {
    match Value::parse(verbatim) {
        Ok(Value::Number { decimal, comparator }) => {
            assert_eq!(format!("{}{decimal}", comparator.symbol()), wanted, "{verbatim}");
        }
        other => panic!("{verbatim}: {other:?}"),
    }
}

fn refuses(verbatim: &str, wanted: &str) {
    assert_eq!(Value::parse(verbatim).unwrap_err().to_string(), wanted, "{verbatim}");
}

/// Requirement REC-01.
#[test]
fn numbers_keep_every_digit_they_were_written_with() {
    reads("1.820", "1.820");
    reads(" 7 ", "7");
    reads("+0.50", "0.50");
    reads("-12.0", "-12.0");
    reads("−3", "-3");
    reads(".5", "0.5");
    reads("-0.00", "0.00");
    reads("000123", "123");
    reads("79228162514264337593543950335", "79228162514264337593543950335");
    reads("0.0000000000000000000000000001", "0.0000000000000000000000000001");
    reads("\u{3000}１．８２０\u{3000}", "1.820");
}

/// Requirement REC-01.
#[test]
fn censored_numbers_keep_their_sign() {
    reads("<0.05", "<0.05");
    reads("＜0.05", "<0.05");
    reads("< 0.05", "<0.05");
    reads("≤10", "≤10");
    reads("<=10", "≤10");
    reads("≦10", "≤10");
    reads(">300", ">300");
    reads("＞＝98.0", "≥98.0");
    reads("≥98.0", "≥98.0");
    reads("=5", "5");
    assert_eq!(Value::parse("<0.05").unwrap().exact(), None);
    assert_eq!(Value::parse("0.05").unwrap().exact(), Some(Decimal::new(5, 2)));
}

#[test]
fn exponents_move_the_mark_and_keep_the_digits() {
    reads("1.50E-3", "0.00150");
    reads("1.5e3", "1500");
    reads("1.500e2", "150.0");
    reads("1.2×10^3", "1200");
    reads("1.2 × 10³", "1200");
    reads("2x10^-2", "0.02");
    reads("3*10⁻⁴", "0.0003");
    reads("<1.0×10^1", "<10");
    reads("0e99", "0");
    refuses("1.2×103", "`1.2×103`: `3` at character 7, expected `^` or a superscript exponent after ×10");
    refuses("1e", "`1e`: ends after character 2, expected the digits of the exponent");
    refuses("1e29", "`1e29`: an exact decimal holds 28 digits and at most 28 after the mark; this is not rounded");
    refuses("1e-29", "`1e-29`: an exact decimal holds 28 digits and at most 28 after the mark; this is not rounded");
    refuses(
        "1e99999",
        "`1e99999`: an exact decimal holds 28 digits and at most 28 after the mark; this is not rounded",
    );
}

/// Requirement REC-01.
#[test]
fn words_of_the_laboratory_are_values() {
    for text in ["ND", "nd", "N.D.", "未检出", " 未检出 ", "ＮＤ", "Not Detected"] {
        assert_eq!(Value::parse(text), Ok(Value::NotDetected), "{text}");
    }
    for text in ["TNTC", "多不可计", "too numerous to count"] {
        assert_eq!(Value::parse(text), Ok(Value::TooNumerousToCount), "{text}");
    }
}

#[test]
fn what_is_not_one_number_is_refused_with_its_place() {
    refuses("", "the value is empty");
    refuses("  \u{3000}", "the value is empty");
    refuses("see paper", "`see paper`: `s` at character 1, expected a number");
    refuses("5 %", "`5 %`: `%` at character 3, expected nothing more: the unit has its own column");
    refuses("5.", "`5.`: ends after character 2, expected a digit after the decimal mark");
    refuses("<", "`<`: ends after character 1, expected a number");
    refuses("--5", "`--5`: `-` at character 2, expected a number");
    refuses("1/2", "`1/2`: `/` at character 2, expected nothing more: the unit has its own column");
    refuses("1.82±0.01", "`1.82±0.01`: `±` at character 5, expected nothing more: the unit has its own column");
    refuses("nov.18", "`nov.18`: `n` at character 1, expected a number");
}

#[test]
fn thousands_separators_are_never_guessed() {
    let comma = "if it is a decimal comma, say so in the source's configuration";
    refuses(
        "1,234",
        &format!("`1,234`: `,` at character 2 would be a thousands separator, which is not accepted; {comma}"),
    );
    refuses(
        "1,5",
        &format!("`1,5`: `,` at character 2 would be a thousands separator, which is not accepted; {comma}"),
    );
    refuses(
        "1 234",
        "`1 234`: ` ` at character 2 would be a thousands separator, which is not accepted; write the number without it",
    );
    refuses(
        "1.234.567",
        "`1.234.567`: `.` at character 6 would be a thousands separator, which is not accepted; write the number without it",
    );
    refuses(
        "1'234",
        "`1'234`: `'` at character 2 would be a thousands separator, which is not accepted; write the number without it",
    );
}

#[test]
fn a_decimal_comma_is_the_callers_to_configure() {
    let number = |text| Value::parse_number(text, DecimalMark::Comma);
    assert_eq!(number("1,820").unwrap().exact().unwrap().to_string(), "1.820");
    assert_eq!(number("１，５").unwrap().exact().unwrap().to_string(), "1.5");
    assert_eq!(
        number("1.820").unwrap_err().to_string(),
        "`1.820`: `.` at character 2 would be a thousands separator, which is not accepted; the source is configured for a decimal comma"
    );
}

#[test]
fn what_nobody_measured_is_refused() {
    refuses("NaN", "`NaN` at character 1 is not a number anybody measured");
    refuses("-inf", "`inf` at character 2 is not a number anybody measured");
    refuses("Infinity", "`Infinity` at character 1 is not a number anybody measured");
    refuses("<∞", "`∞` at character 2 is not a number anybody measured");
    refuses("#NUM!", "`#NUM!` at character 1 is not a number anybody measured");
}

#[test]
fn more_digits_than_a_decimal_holds_are_refused_not_rounded() {
    refuses(
        "79228162514264337593543950336",
        "`79228162514264337593543950336`: an exact decimal holds 28 digits and at most 28 after the mark; this is not rounded",
    );
    let long = "9".repeat(60);
    let shown = "9".repeat(40);
    refuses(
        &long,
        &format!("`{shown}…`: an exact decimal holds 28 digits and at most 28 after the mark; this is not rounded"),
    );
    assert_eq!(
        Value::parse(&"1".repeat(70_000)).unwrap_err().to_string(),
        "the value has 70000 bytes, at most 65536 are allowed"
    );
}

#[test]
fn floats_become_the_shortest_text_that_reads_back() {
    for (float, text) in [
        (0.1, "0.1"),
        (4.25, "4.25"),
        (-1e-7, "-0.0000001"),
        (1e15, "1000000000000000"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.0 / 3.0, "0.3333333333333333"),
    ] {
        assert_eq!(decimal_of_f64(float).unwrap().to_string(), text);
    }
    assert_eq!(decimal_of_f32(0.1).unwrap().to_string(), "0.1");
    assert_eq!(decimal_of_f32(16_777_216.0).unwrap().to_string(), "16777216");
    assert_eq!(
        decimal_of_f64(f64::NAN).unwrap_err().to_string(),
        "`NaN` at character 1 is not a number anybody measured"
    );
    assert_eq!(
        decimal_of_f64(f64::NEG_INFINITY).unwrap_err().to_string(),
        "`-inf` at character 1 is not a number anybody measured"
    );
    assert!(decimal_of_f64(1e29).is_err() && decimal_of_f64(1e-29).is_err());
}

#[test]
fn typed_values_are_checked_by_their_type() {
    let read = |value_type, text| Value::parse_for(value_type, text, DecimalMark::Point);
    let text = |text: &str| Ok(Value::Text(text.into()));
    assert_eq!(read(ValueType::Integer, "12"), Ok(Value::number(Decimal::new(12, 0))));
    assert_eq!(read(ValueType::Integer, "12.0"), Ok(Value::number(Decimal::new(120, 1))));
    assert_eq!(read(ValueType::Integer, "TNTC"), Ok(Value::TooNumerousToCount));
    assert_eq!(read(ValueType::Integer, "12.5").unwrap_err().to_string(), "`12.5` is not a whole number");
    assert_eq!(read(ValueType::Code, " conform "), text("conform"));
    assert_eq!(read(ValueType::String, "批号 A-1"), text("批号 A-1"));
    assert_eq!(read(ValueType::String, "").unwrap_err().to_string(), "the value is empty");
    assert_eq!(read(ValueType::Bool, "TRUE"), Ok(Value::Bool(true)));
    assert_eq!(read(ValueType::Bool, "0"), Ok(Value::Bool(false)));
    assert_eq!(
        read(ValueType::Bool, "yes").unwrap_err().to_string(),
        "`yes` is not a bool; write it as true, false, 1 or 0"
    );

    assert_eq!(read(ValueType::Date, "2024-02-29"), text("2024-02-29"));
    for wrong in [
        "2023-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-04-31",
        "2026-4-3",
        "nov.18",
        "20260403",
        "2026-04-03T",
    ] {
        assert_eq!(
            read(ValueType::Date, wrong).unwrap_err().to_string(),
            format!("`{wrong}` is not a date; write it as 2026-03-01")
        );
    }

    assert_eq!(read(ValueType::DateTime, "2026-03-01T08:00:00+08:00"), text("2026-03-01T08:00:00+08:00"));
    assert_eq!(read(ValueType::DateTime, "2026-03-01 08:00:00.123456z"), text("2026-03-01T08:00:00.123456Z"));
    assert_eq!(read(ValueType::DateTime, "2018-11-18 22:28:52"), text("2018-11-18T22:28:52"));
    for wrong in [
        "2026-03-01",
        "2026-03-01T24:00:00",
        "2026-03-01T08:60:00",
        "2026-03-01T08:00",
        "2026-03-01T08:00:00+8",
        "2026-03-01T08:00:00.",
        "2026-03-01T08:00:00+08:00:00",
    ] {
        assert_eq!(
            read(ValueType::DateTime, wrong).unwrap_err().to_string(),
            format!("`{wrong}` is not a dateTime; write it as 2026-03-01T08:00:00+08:00")
        );
    }
    for value_type in [
        ValueType::Decimal,
        ValueType::Integer,
        ValueType::Code,
        ValueType::String,
        ValueType::Date,
        ValueType::DateTime,
        ValueType::Bool,
    ] {
        assert_eq!(ValueType::from_name(value_type.name()), Some(value_type));
    }
    assert_eq!(Comparator::Equal.symbol(), "");
}

/// Requirement BAD-04.
#[test]
fn reset_and_future_source_times_are_flagged() {
    const HOUR_US: i64 = 3_600_000_000;
    let received = Timestamp(1_772_352_000_000_000);
    let flags = |source_us| Flags::for_source_time(Some(Timestamp(source_us)), received, SourceClock::default());
    let none = Flags::default();
    assert_eq!(Flags::for_source_time(None, received, SourceClock::default()), none);
    assert_eq!(flags(received.0), none);
    assert_eq!(flags(received.0 - 400 * 24 * HOUR_US), none);
    // Two seconds are the error before anything was measured.
    assert_eq!(flags(received.0 + 2_000_000), none);
    assert_eq!(flags(received.0 + 2_000_001), Flags::SRC_FUTURE);
    for midnight_us in [0, 315_532_800_000_000, 946_684_800_000_000] {
        assert_eq!(flags(midnight_us), Flags::SRC_EPOCH);
        // Midnight in Shanghai, the last moment of the day in Honolulu, and the hours outside every time zone's day.
        assert_eq!(flags(midnight_us - 8 * HOUR_US), Flags::SRC_EPOCH);
        assert_eq!(flags(midnight_us + 34 * HOUR_US - 1), Flags::SRC_EPOCH);
        assert_eq!(flags(midnight_us - 14 * HOUR_US - 1), none);
        assert_eq!(flags(midnight_us + 36 * HOUR_US), none);
    }
    assert_eq!(flags(i64::MAX), Flags::SRC_FUTURE);
    assert_eq!(flags(i64::MIN), none);
    let ahead = SourceClock { offset_us: 5_000_000, error_us: 100_000 };
    assert_eq!(Flags::for_source_time(Some(Timestamp(received.0 + 5_100_000)), received, ahead), none);
    assert_eq!(Flags::for_source_time(Some(Timestamp(received.0 + 5_100_001)), received, ahead), Flags::SRC_FUTURE);
    assert!(Flags::SRC_EPOCH.source_time_doubtful());
}

#[test]
fn a_digest_has_one_text_form() {
    let digest = record::Digest(core::array::from_fn(|at| u8::try_from(at * 7).unwrap()));
    let text = digest.to_string();
    assert_eq!(record::Digest::from_hex(&text), Some(digest));
    for wrong in [&text[2..], &format!("{text}00"), &text.to_uppercase(), &text.replace("07", "0g"), "é"] {
        assert_eq!(record::Digest::from_hex(wrong), None, "{wrong}");
    }
}
