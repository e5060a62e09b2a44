//! Values: per stream, the change of the mantissa since the stream's last value, all at the stream's largest scale.
//!
//! The scale of every value is kept ("1.820" has three digits, "1.82" two): it is the same for all values of a stream,
//! or it is the least that holds the value (sources that print floats), or it is written beside the value.

use super::{BlockRow, Decimal, DecodeError, Reader, Writer, scale_of, unzigzag, zigzag};

/// All values of the stream have the stated scale.
const FORM_FIXED: u8 = 0;
/// Every value has the least scale that holds it; the largest is stated.
const FORM_TRIMMED: u8 = 1;
/// Each value's scale is written before it; the largest is stated.
const FORM_MIXED: u8 = 2;
/// Some value does not fit 64 bits at the largest scale: each is written in full. The stated scale is 0.
const FORM_WIDE: u8 = 3;

/// A stream's form and scale share a byte: form in bits 5 and 6, scale below.
const FORM_SHIFT: u32 = 5;
const SCALE_MASK: u8 = 0x1f;
/// Largest scale of a decimal.
const SCALE_MAX: u8 = 28;

/// Powers of ten that fit 64 bits.
const POW10: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

#[derive(Clone, Copy, PartialEq, Eq)]
struct Form {
    form: u8,
    scale: u8,
}

/// What must be known of a stream's values to choose their form.
#[derive(Clone, Copy)]
struct Shape {
    scale_min: u8,
    scale_max: u8,
    trimmed: bool,
    narrow: bool,
}

impl Shape {
    /// Of a stream without values.
    const EMPTY: Self = Self { scale_min: u8::MAX, scale_max: 0, trimmed: true, narrow: true };

    fn mixed(&self) -> bool {
        self.scale_min < self.scale_max
    }

    fn form(&self) -> Form {
        match self {
            Self { narrow: false, .. } => Form { form: FORM_WIDE, scale: 0 },
            shape if !shape.mixed() => Form { form: FORM_FIXED, scale: self.scale_max },
            Self { trimmed: true, .. } => Form { form: FORM_TRIMMED, scale: self.scale_max },
            Self { .. } => Form { form: FORM_MIXED, scale: self.scale_max },
        }
    }
}

/// The one form of each stream's values: writer and reader both ask here.
fn forms(streams: usize, rows: &[BlockRow]) -> Vec<Form> {
    let mut shapes = vec![Shape::EMPTY; streams];
    for row in rows {
        let shape = &mut shapes[usize::from(row.stream)];
        let scale = scale_of(row.value);
        shape.scale_min = shape.scale_min.min(scale);
        shape.scale_max = shape.scale_max.max(scale);
        match i64::try_from(row.value.mantissa()) {
            Ok(mantissa) => shape.trimmed &= scale == 0 || mantissa % 10 != 0,
            Err(_wide) => shape.narrow = false,
        }
    }
    if shapes.iter().any(|shape| shape.narrow && shape.mixed()) {
        for row in rows {
            let shape = &mut shapes[usize::from(row.stream)];
            shape.narrow &= aligned(row.value, shape.scale_max).is_some();
        }
    }
    shapes.iter().map(Shape::form).collect()
}

/// The mantissa the value has at `scale`, if it fits 64 bits.
fn aligned(value: Decimal, scale: u8) -> Option<i64> {
    let mantissa = i64::try_from(value.mantissa()).ok()?;
    let digits = usize::from(scale - scale_of(value));
    if mantissa == 0 {
        return Some(0);
    }
    mantissa.checked_mul(*POW10.get(digits)?)
}

pub(super) fn put(to: &mut Writer<'_>, streams: usize, rows: &[BlockRow]) {
    let forms = forms(streams, rows);
    for form in &forms {
        to.byte(form.form << FORM_SHIFT | form.scale);
    }
    let mut last = vec![0i64; streams];
    for row in rows {
        let stream = usize::from(row.stream);
        let Form { form, scale } = forms[stream];
        if form == FORM_WIDE {
            to.decimal(row.value);
            continue;
        }
        if form == FORM_MIXED {
            to.byte(scale_of(row.value));
        }
        let mantissa = aligned(row.value, scale).expect("the form was chosen so that every value fits");
        // Wrapping: the reader wraps back, so no pair of values is too far apart.
        to.varint(zigzag(mantissa.wrapping_sub(last[stream])));
        last[stream] = mantissa;
    }
}

pub(super) fn take(from: &mut Reader<'_>, streams: usize, rows: &mut [BlockRow]) -> Result<(), DecodeError> {
    const WHAT: &str = "value";
    let forms_at = from.at();
    let mut stated = Vec::with_capacity(streams);
    for _ in 0..streams {
        let at = from.at();
        let byte = from.byte("value form")?;
        let form = Form { form: byte >> FORM_SHIFT, scale: byte & SCALE_MASK };
        if form.form > FORM_WIDE || form.scale > SCALE_MAX {
            return Err(DecodeError::Range { what: "value form", at });
        }
        stated.push(form);
    }
    let mut last = vec![0i64; streams];
    for row in &mut *rows {
        let stream = usize::from(row.stream);
        let Form { form, scale } = stated[stream];
        if form == FORM_WIDE {
            row.value = from.decimal(WHAT)?;
            continue;
        }
        let at = from.at();
        let own_scale = if form == FORM_MIXED { from.byte("value scale")? } else { scale };
        let mantissa = last[stream].wrapping_add(unzigzag(from.varint(WHAT)?));
        last[stream] = mantissa;
        row.value = match form {
            FORM_FIXED => Decimal::new(mantissa, u32::from(scale)),
            FORM_TRIMMED => trim(mantissa, scale),
            _ => rescale(mantissa, scale, own_scale).ok_or(DecodeError::Range { what: "value scale", at })?,
        };
    }
    if forms(streams, rows) != stated {
        return Err(DecodeError::NotCanonical {
            what: "value form",
            at: forms_at,
            why: "the values have another form",
        });
    }
    Ok(())
}

/// The value at the least scale that holds it.
fn trim(mut mantissa: i64, mut scale: u8) -> Decimal {
    if mantissa == 0 {
        return Decimal::ZERO;
    }
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::new(mantissa, u32::from(scale))
}

/// The value `mantissa` at `scale` has at the smaller scale `own`, if no digit is lost.
fn rescale(mantissa: i64, scale: u8, own: u8) -> Option<Decimal> {
    let digits = usize::from(scale.checked_sub(own)?);
    if mantissa == 0 {
        return Some(Decimal::new(0, u32::from(own)));
    }
    let power = *POW10.get(digits)?;
    (mantissa % power == 0).then(|| Decimal::new(mantissa / power, u32::from(own)))
}
