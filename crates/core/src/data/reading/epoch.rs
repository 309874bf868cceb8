//! A column of numbers as instants: epochs, compact dates, a spreadsheet's days; or no time at all.

use super::doubt::undoubted;
use super::moment::days;

const DAY_MS: i64 = 24 * 3_600_000;

/// One number of a column of times, whole where it can be: nanoseconds are beyond an f64.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Whole(i64),
    Broken(f64),
}

impl Number {
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        super::numbers::plain_number(text).map(Self::from)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        let whole = value.fract() == 0.0 && value.abs() < 9e18;
        if whole { Self::Whole(value as i64) } else { Self::Broken(value) }
    }
}

/// How far a column's name speaks for its being a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Nothing but its content.
    Unnamed,
    /// `index`, `t`, or an index without a name: a time or a count of rows.
    Index,
    /// `timestamp`, `date`, `origin` and the like.
    Named,
}

/// A way of writing a time as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
    /// 20240102, 2024010203, 202401020304, 20240102030405; digits.
    Compact(u32),
    /// 202401.
    Months,
    /// Days since 1899-12-30.
    SerialDays,
    /// Days since 1970-01-01, as R keeps a date.
    Days,
}

impl Form {
    pub fn words(self) -> &'static str {
        match self {
            Self::Seconds => "epoch seconds",
            Self::Milliseconds => "epoch milliseconds",
            Self::Microseconds => "epoch microseconds",
            Self::Nanoseconds => "epoch nanoseconds",
            Self::Compact(8) => "dates of the form 20240131",
            Self::Compact(10) => "hours of the form 2024013123",
            Self::Compact(12) => "minutes of the form 202401312359",
            Self::Compact(_) => "seconds of the form 20240131235959",
            Self::Months => "months of the form 202401",
            Self::SerialDays => "a spreadsheet's serial days",
            Self::Days => "days since 1970",
        }
    }

    /// The word of `--time-format`.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "epoch-s" => Some(Self::Seconds),
            "epoch-ms" => Some(Self::Milliseconds),
            "epoch-us" => Some(Self::Microseconds),
            "epoch-ns" => Some(Self::Nanoseconds),
            "epoch-d" => Some(Self::Days),
            "excel" => Some(Self::SerialDays),
            _ => None,
        }
    }

    /// Whether the form is a date in a calendar and not an instant.
    pub fn is_local(self) -> bool {
        matches!(self, Self::Compact(_) | Self::Months | Self::SerialDays | Self::Days)
    }

    /// Whether only dates can be written so.
    pub fn is_date(self) -> bool {
        matches!(self, Self::Compact(8) | Self::Months)
    }

    /// Milliseconds since 1970; none for a number that is no such time between 1900 and 2200.
    pub fn millis(self, number: Number) -> Option<i64> {
        let value = match number {
            Number::Whole(whole) => whole as f64,
            Number::Broken(value) => value,
        };
        let per_milli = match self {
            Self::Seconds => {
                return match number {
                    Number::Whole(whole) => whole.checked_mul(1_000),
                    Number::Broken(value) => Some((value * 1e3).round() as i64),
                }
                .filter(|millis| in_calendar(*millis));
            }
            Self::Milliseconds => 1,
            Self::Microseconds => 1_000,
            Self::Nanoseconds => 1_000_000,
            Self::SerialDays | Self::Days => {
                let zero = if self == Self::Days { 0.0 } else { 25_569.0 };
                // Spreadsheets keep six decimals of a day, a tenth of a second: the second is what was meant.
                let millis = ((value - zero) * (DAY_MS / 1_000) as f64).round() as i64 * 1_000;
                return Some(millis).filter(|millis| in_calendar(*millis));
            }
            Self::Months => {
                let Number::Whole(whole) = number else { return None };
                return days(whole / 100, whole % 100, 1).map(|days| days * DAY_MS);
            }
            Self::Compact(digits) => return compact(number, digits),
        };
        let millis = match number {
            Number::Whole(whole) => whole.div_euclid(per_milli),
            Number::Broken(value) => (value / per_milli as f64).floor() as i64,
        };
        Some(millis).filter(|millis| in_calendar(*millis))
    }
}

/// Whether an instant lies between 1900 and 2200: no file of this field goes further, and damaged ones do.
pub(super) fn in_calendar(millis: i64) -> bool {
    (-25_567 * DAY_MS..84_006 * DAY_MS).contains(&millis)
}

fn compact(number: Number, digits: u32) -> Option<i64> {
    let Number::Whole(whole) = number else { return None };
    let day = whole / 10_i64.checked_pow(digits.checked_sub(8)?)?;
    let year = day / 10_000;
    let date = days(year, day / 100 % 100, day % 100).filter(|_| (1900..2100).contains(&year))?;
    let rest = whole % 10_i64.pow(digits - 8);
    let (hour, minute, second) = match digits {
        8 => (0, 0, 0),
        10 => (rest, 0, 0),
        12 => (rest / 100, rest % 100, 0),
        _ => (rest / 10_000, rest / 100 % 100, rest % 100),
    };
    (hour < 24 && minute < 60 && second < 60)
        .then_some(date * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000)
}

/// The epoch whose range holds a number: 1973 to 2103 in each unit, and the ranges do not meet.
fn epoch(number: Number) -> Option<Form> {
    let value = match number {
        Number::Whole(whole) => whole as f64,
        Number::Broken(value) => value,
    };
    [(Form::Seconds, 1.0), (Form::Milliseconds, 1e3), (Form::Microseconds, 1e6), (Form::Nanoseconds, 1e9)]
        .into_iter()
        .find(|(_, unit)| (1e8..4.2e9).contains(&(value / unit)))
        .map(|(form, _)| form)
}

/// Instants of a column and how they are written.
pub(super) struct Instants {
    pub millis: Vec<i64>,
    pub words: String,
    pub local: bool,
    pub dates: bool,
}

/// Why a column is no time: in words, and the first row at fault where one is.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub row: Option<usize>,
    pub why: String,
    /// Whether `why` already says what to do.
    pub with_remedy: bool,
}

impl Refusal {
    pub fn of_column(why: impl Into<String>) -> Self {
        Self { row: None, why: why.into(), with_remedy: false }
    }

    /// The same, for words that already say what to do.
    pub fn with_remedy(self) -> Self {
        Self { with_remedy: true, ..self }
    }

    pub fn at(row: usize, why: impl Into<String>) -> Self {
        Self { row: Some(row), why: why.into(), with_remedy: false }
    }
}

/// Reads a whole column under one form.
pub(super) fn under(form: Form, numbers: &[Number]) -> Result<Instants, Refusal> {
    let millis = numbers
        .iter()
        .enumerate()
        .map(|(row, number)| {
            form.millis(*number).ok_or_else(|| Refusal::at(row, format!("not a time among {}", form.words())))
        })
        .collect::<Result<_, _>>()?;
    Ok(Instants { millis, words: form.words().to_owned(), local: form.is_local(), dates: form.is_date() })
}

/// Decides by the whole column how its numbers are times.
pub(super) fn decide(numbers: &[Number], role: Role) -> Result<Instants, Refusal> {
    if counts_rows(numbers) {
        return Err(Refusal::of_column("it counts rows"));
    }
    let digits = |number: &Number| match number {
        Number::Whole(whole) if *whole > 0 => Some(whole.ilog10() + 1),
        _ => None,
    };
    let length = numbers.first().and_then(digits);
    if let Some(length @ (8 | 10 | 12 | 14)) = length {
        let form = Form::Compact(length);
        if numbers.iter().all(|number| digits(number) == Some(length) && form.millis(*number).is_some()) {
            return if role > Role::Unnamed || length > 8 || steady(numbers) {
                under(form, numbers)
            } else {
                Err(nothing())
            };
        }
    }
    if role > Role::Unnamed
        && length == Some(6)
        && numbers.iter().all(|number| Form::Months.millis(*number).is_some())
    {
        return under(Form::Months, numbers);
    }
    let forms: Vec<Option<Form>> = numbers.iter().map(|number| epoch(*number)).collect();
    if forms.first().is_some_and(Option::is_some) {
        return epochs(numbers, &forms, role).and_then(|found| undoubted(found, numbers, role));
    }
    let within = |from: f64, to: f64| {
        move |number: &Number| match number {
            Number::Whole(whole) => (from..to).contains(&(*whole as f64)),
            Number::Broken(value) => (from..to).contains(value),
        }
    };
    // From 1970 to 2118; smaller ones may as well be R's days since 1970.
    let serial = within(25_569.0, 80_000.0);
    if role > Role::Unnamed && numbers.iter().all(within(10_957.0, 25_569.0)) {
        let why = "days since 1970 (R) or a spreadsheet's days before 1970: say --time-format epoch-d or \
                   --time-format excel";
        return Err(Refusal::of_column(why).with_remedy());
    }
    if numbers.iter().all(&serial) {
        return match role {
            Role::Named => under(Form::SerialDays, numbers).and_then(|found| undoubted(found, numbers, role)),
            Role::Index => Err(Refusal::of_column(
                "a spreadsheet's days or a count of rows: say --time-format excel, or --no-time",
            )
            .with_remedy()),
            Role::Unnamed => Err(nothing()),
        };
    }
    let row = numbers.iter().position(|number| !serial(number)).filter(|row| *row > 0);
    Err(Refusal {
        row,
        why: "neither an epoch, nor a date of digits, nor a spreadsheet's day".to_owned(),
        with_remedy: false,
    })
}

fn nothing() -> Refusal {
    Refusal::of_column("nothing says that its numbers are times")
}

/// Epochs, each in the unit whose range holds it: a file that changes its unit part way is still clear.
fn epochs(numbers: &[Number], forms: &[Option<Form>], role: Role) -> Result<Instants, Refusal> {
    let mut millis = Vec::with_capacity(numbers.len());
    let mut words: Vec<&str> = Vec::new();
    for (row, (number, form)) in numbers.iter().zip(forms).enumerate() {
        let time = form.and_then(|form| form.millis(*number));
        let (Some(form), Some(time)) = (form, time) else {
            return Err(Refusal::at(row, "not an epoch as the rows before it are"));
        };
        if words.last() != Some(&form.words()) {
            words.push(form.words());
        }
        millis.push(time);
    }
    if words.len() > 3 {
        return Err(Refusal::of_column("its numbers change their unit from row to row"));
    }
    // Numbers of trades and orders go up by one, and are as large.
    let counts = || numbers.windows(2).filter(|pair| adjacent(pair)).count() * 2 >= numbers.len() - 1;
    if role == Role::Unnamed && (!steady(numbers) || counts()) {
        return Err(nothing());
    }
    Ok(Instants { millis, words: words.join(", then "), local: false, dates: false })
}

/// 0, 1, 2, .. or 1, 2, 3, ..
fn counts_rows(numbers: &[Number]) -> bool {
    let Some(Number::Whole(first @ (0 | 1))) = numbers.first() else { return false };
    numbers.iter().zip(*first..).all(|(number, row)| *number == Number::Whole(row))
}

fn adjacent(pair: &[Number]) -> bool {
    matches!(pair, [Number::Whole(one), Number::Whole(other)] if one.abs_diff(*other) == 1)
}

/// Strictly in one direction, with a step that half of the rows keep: chance values are not.
fn steady(numbers: &[Number]) -> bool {
    let values: Option<Vec<i64>> = numbers
        .iter()
        .map(|number| match number {
            Number::Whole(whole) => Some(*whole),
            Number::Broken(_) => None,
        })
        .collect();
    let Some(values) = values.filter(|values| values.len() >= 3) else { return false };
    let mut steps: Vec<i64> = values.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    if !(steps.iter().all(|step| *step > 0) || steps.iter().all(|step| *step < 0)) {
        return false;
    }
    let middle = *steps.select_nth_unstable(values.len() / 2 - 1).1;
    steps.iter().filter(|step| **step == middle).count() * 2 >= steps.len()
}
