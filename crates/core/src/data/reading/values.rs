//! The values of a decoded column: what each type of parquet stands for.

use polars_arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};
use polars_arrow::types::NativeType;

/// The most bytes that the texts of a column may take.
const MOST_TEXT: usize = 1 << 30;

/// A column's values as its type keeps them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// NaN is null.
    Numbers(Vec<f64>),
    Whole(Vec<Option<i64>>),
    /// Milliseconds since 1970; `zone` where the type names one.
    Instants {
        millis: Vec<Option<i64>>,
        unit: &'static str,
        zone: Option<String>,
    },
    /// Days since 1970.
    Dates(Vec<Option<i64>>),
    /// Milliseconds since midnight.
    Clocks(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

/// Categories and extensions are read as what they stand for.
pub(super) fn storage(dtype: &ArrowDataType) -> &ArrowDataType {
    match dtype {
        ArrowDataType::Dictionary(_, values, _) => storage(values),
        ArrowDataType::Extension(extension) => storage(&extension.inner),
        other => other,
    }
}

/// The type a column is decoded as; none for one that holds no number, time or text.
pub(super) fn decoded_as(dtype: &ArrowDataType) -> Option<ArrowDataType> {
    use ArrowDataType as T;
    Some(match storage(dtype) {
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Binary | T::LargeBinary | T::BinaryView => T::Utf8View,
        T::Float16 => T::FixedSizeBinary(2),
        T::Decimal32(precision, scale) | T::Decimal64(precision, scale) => T::Decimal(*precision, *scale),
        known @ (T::Null
        | T::Boolean
        | T::Int8
        | T::Int16
        | T::Int32
        | T::Int64
        | T::UInt8
        | T::UInt16
        | T::UInt32
        | T::UInt64
        | T::Float32
        | T::Float64
        | T::Decimal(..)
        | T::Timestamp(..)
        | T::Date32
        | T::Date64
        | T::Time32(_)
        | T::Time64(_)) => known.clone(),
        _ => return None,
    })
}

pub(super) fn type_words(dtype: &ArrowDataType) -> String {
    use ArrowDataType as T;
    match storage(dtype) {
        T::List(_) | T::LargeList(_) | T::FixedSizeList(..) => "list".to_owned(),
        T::Struct(_) => "struct".to_owned(),
        T::Map(..) => "map".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn unit_words(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "parquet timestamps in seconds",
        TimeUnit::Millisecond => "parquet timestamps in milliseconds",
        TimeUnit::Microsecond => "parquet timestamps in microseconds",
        TimeUnit::Nanosecond => "parquet timestamps in nanoseconds",
    }
}

fn to_millis(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => value.checked_mul(1_000),
        TimeUnit::Millisecond => Some(value),
        TimeUnit::Microsecond => Some(value.div_euclid(1_000)),
        TimeUnit::Nanosecond => Some(value.div_euclid(1_000_000)),
    }
}

impl Values {
    pub(super) fn empty(dtype: &ArrowDataType) -> Self {
        use ArrowDataType as T;
        match dtype {
            T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 => {
                Self::Whole(Vec::new())
            }
            T::Timestamp(unit, zone) => Self::Instants {
                millis: Vec::new(),
                unit: unit_words(*unit),
                zone: zone.as_ref().map(ToString::to_string),
            },
            T::Date64 => Self::Instants { millis: Vec::new(), unit: "parquet dates", zone: None },
            T::Date32 => Self::Dates(Vec::new()),
            T::Time32(_) | T::Time64(_) => Self::Clocks(Vec::new()),
            T::Utf8View | T::Boolean => Self::Texts(Vec::new()),
            _ => Self::Numbers(Vec::new()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Whole(values) | Self::Dates(values) | Self::Clocks(values) => values.len(),
            Self::Instants { millis, .. } => millis.len(),
        }
    }

    /// Adds an array's values, or says why they cannot be held.
    pub(super) fn append(&mut self, array: &dyn Array) -> Result<(), &'static str> {
        let held = |added: Option<()>| added.ok_or("its values are beyond their type's range");
        held(match self {
            Self::Numbers(values) => floats(array, values),
            Self::Whole(values) | Self::Dates(values) => whole(array, values, Some),
            Self::Clocks(values) => match array.dtype() {
                ArrowDataType::Time32(unit) | ArrowDataType::Time64(unit) => {
                    whole(array, values, |value| to_millis(value, *unit))
                }
                _ => None,
            },
            Self::Instants { millis, .. } => match array.dtype() {
                ArrowDataType::Timestamp(unit, _) => whole(array, millis, |value| to_millis(value, *unit)),
                _ => whole(array, millis, Some),
            },
            Self::Texts(values) => {
                // A dictionary holds a long text once and names it a million times.
                let length = |text: Option<&str>| text.map_or(0, str::len);
                let added = array
                    .as_any()
                    .downcast_ref::<Utf8ViewArray>()
                    .map_or(0, |array| array.iter().map(length).sum());
                let before: usize = values.iter().map(|text| length(text.as_deref())).sum();
                if before.saturating_add(added) > MOST_TEXT {
                    return Err(
                        "its texts are more than 1 GiB; name a column of numbers, or save fewer rows",
                    );
                }
                texts(array, values)
            }
        })
    }
}

fn primitive<T: NativeType>(array: &dyn Array) -> Option<&PrimitiveArray<T>> {
    array.as_any().downcast_ref()
}

fn whole(array: &dyn Array, values: &mut Vec<Option<i64>>, map: impl Fn(i64) -> Option<i64>) -> Option<()> {
    fn each<T: NativeType + Into<i64>>(
        array: &dyn Array,
        values: &mut Vec<Option<i64>>,
        map: &impl Fn(i64) -> Option<i64>,
    ) -> Option<()> {
        for value in primitive::<T>(array)? {
            values.push(match value {
                Some(value) => Some(map((*value).into())?),
                None => None,
            });
        }
        Some(())
    }
    let any = array.as_any();
    match () {
        () if any.is::<PrimitiveArray<i64>>() => each::<i64>(array, values, &map),
        () if any.is::<PrimitiveArray<i32>>() => each::<i32>(array, values, &map),
        () if any.is::<PrimitiveArray<i16>>() => each::<i16>(array, values, &map),
        () if any.is::<PrimitiveArray<i8>>() => each::<i8>(array, values, &map),
        () if any.is::<PrimitiveArray<u32>>() => each::<u32>(array, values, &map),
        () if any.is::<PrimitiveArray<u16>>() => each::<u16>(array, values, &map),
        () => each::<u8>(array, values, &map),
    }
}

fn floats(array: &dyn Array, values: &mut Vec<f64>) -> Option<()> {
    if let Some(array) = primitive::<f64>(array) {
        values.extend(array.iter().map(|value| value.copied().unwrap_or(f64::NAN)));
    } else if let Some(array) = primitive::<f32>(array) {
        values.extend(array.iter().map(|value| value.map_or(f64::NAN, |value| f64::from(*value))));
    } else if let Some(array) = primitive::<u64>(array) {
        values.extend(array.iter().map(|value| value.map_or(f64::NAN, |value| *value as f64)));
    } else if let (Some(decimals), ArrowDataType::Decimal(_, scale)) =
        (primitive::<i128>(array), array.dtype())
    {
        values.extend(decimals.iter().map(|value| value.map_or(f64::NAN, |value| decimal(*value, *scale))));
    } else if let Some(array) = array.as_any().downcast_ref::<FixedSizeBinaryArray>() {
        values.extend(array.iter().map(|bytes| match bytes {
            Some([low, high]) => half(u16::from_le_bytes([*low, *high])),
            _ => f64::NAN,
        }));
    } else if matches!(array.dtype(), ArrowDataType::Null) {
        values.extend(std::iter::repeat_n(f64::NAN, array.len()));
    } else {
        return None;
    }
    Some(())
}

fn texts(array: &dyn Array, values: &mut Vec<Option<String>>) -> Option<()> {
    if let Some(array) = array.as_any().downcast_ref::<Utf8ViewArray>() {
        values.extend(array.iter().map(|text| text.map(|text| text.trim().to_owned())));
    } else {
        let array = array.as_any().downcast_ref::<BooleanArray>()?;
        values.extend(array.iter().map(|truth| truth.map(|truth| truth.to_string())));
    }
    Some(())
}

/// The nearest number to `value / 10^scale`.
fn decimal(value: i128, scale: usize) -> f64 {
    // Both exact: one rounding.
    if value.unsigned_abs() < 1 << 53 && scale <= 22 {
        return value as f64 / 10_f64.powi(scale as i32);
    }
    format!("{value}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// A number of IEEE 754's half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
    }
}
