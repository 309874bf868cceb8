//! What a cell of a table holds.

use serde::Serialize;

/// Whether a p-value is exact or only bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// It is the number given.
    Exact,
    /// It is at most the number given.
    AtMost,
    /// It is at least the number given.
    AtLeast,
}

/// How a p-value below 0.0001 is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Floor {
    /// `< 0.0001`, as in a regression table.
    Spaced,
    /// `<0.0001`, where columns of p-values stand side by side.
    Tight,
}

/// What a verdict means to a reader; renderers that know colours show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As hoped.
    Good,
    /// Not as hoped.
    Bad,
    /// Undecided, or a warning.
    Unsure,
    /// Neither.
    Neutral,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Notation {
    /// The fewest digits that name it.
    Shortest,
    /// So many digits after the point.
    Fixed(usize),
    /// The same, with a sign before positive numbers too.
    Signed(usize),
    /// Mantissa with so many digits after the point, and a power of ten.
    Exponent(usize),
}

/// The smallest p-value that four digits tell from zero.
const SMALLEST_P: f64 = 1e-4;

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// An identifier a reader may type: a model, a column.
    Name {
        /// The identifier.
        text: String,
    },
    /// A number of things.
    Count {
        /// How many.
        value: u64,
    },
    /// A measured number.
    Number {
        /// Its value.
        value: f64,
        /// How it is written.
        notation: Notation,
        /// What follows it, such as ` h` or ` %`; empty without a unit.
        unit: &'static str,
        /// A mark behind it, such as the stars of a coefficient; empty without one.
        mark: &'static str,
    },
    /// A p-value, four digits.
    PValue {
        /// The p-value or its bound.
        value: f64,
        /// Whether it is exact.
        bound: Bound,
        /// How it is written when it is tiny.
        floor: Floor,
        /// A mark behind it, such as the star of a rejection; empty without one.
        mark: &'static str,
    },
    /// A finding in a word.
    Verdict {
        /// The word.
        text: String,
        /// What it means.
        tone: Tone,
    },
    /// Nothing.
    Missing {
        /// What a terminal shows in its place.
        shown: &'static str,
    },
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// An identifier.
    pub fn name(text: impl Into<String>) -> Self {
        Self::Name { text: text.into() }
    }

    /// A number of things.
    pub const fn count(value: usize) -> Self {
        Self::Count { value: value as u64 }
    }

    /// A number of things, or nothing where there is no such number.
    pub fn optional_count(value: Option<usize>) -> Self {
        value.map_or(Self::empty(), Self::count)
    }

    /// A number with so many digits after the point.
    pub const fn number(value: f64, digits: usize) -> Self {
        Self::written(value, Notation::Fixed(digits))
    }

    /// A number with so many digits after the point, or a dash where it is undefined.
    pub fn optional(value: Option<f64>, digits: usize) -> Self {
        value.map_or(Self::missing(), |value| Self::number(value, digits))
    }

    /// A share in per cent, with so many digits after the point, or a dash where it is undefined.
    pub fn percent(share: Option<f64>, digits: usize) -> Self {
        Self::optional(share.map(|share| 100.0 * share), digits)
    }

    /// A number that shows its sign.
    pub const fn signed(value: f64, digits: usize) -> Self {
        Self::written(value, Notation::Signed(digits))
    }

    /// A number with the fewest digits that name it: a setting.
    pub const fn shortest(value: f64) -> Self {
        Self::written(value, Notation::Shortest)
    }

    /// A number in some notation; what is none (NaN, infinity) is undefined, and shown as a dash.
    pub const fn written(value: f64, notation: Notation) -> Self {
        if value.is_finite() { Self::Number { value, notation, unit: "", mark: "" } } else { Self::missing() }
    }

    /// An exact p-value.
    pub const fn p_value(value: f64) -> Self {
        Self::bounded_p(value, Bound::Exact)
    }

    /// A p-value, or its bound; what is no number is undefined.
    pub const fn bounded_p(value: f64, bound: Bound) -> Self {
        if value.is_finite() {
            Self::PValue { value, bound, floor: Floor::Spaced, mark: "" }
        } else {
            Self::missing()
        }
    }

    /// A finding.
    pub fn verdict(text: impl Into<String>, tone: Tone) -> Self {
        Self::Verdict { text: text.into(), tone }
    }

    /// A value that is undefined: a dash.
    pub const fn missing() -> Self {
        Self::Missing { shown: "-" }
    }

    /// A value that was not observed: a gap of the data.
    pub const fn null() -> Self {
        Self::Missing { shown: "null" }
    }

    /// A cell to which the column does not apply.
    pub const fn empty() -> Self {
        Self::Missing { shown: "" }
    }

    /// The same number with a unit.
    #[must_use]
    pub fn with_unit(mut self, new: &'static str) -> Self {
        if let Self::Number { unit, .. } = &mut self {
            *unit = new;
        }
        self
    }

    /// The same number or p-value with a mark behind it.
    #[must_use]
    pub fn marked(mut self, new: &'static str) -> Self {
        if let Self::Number { mark, .. } | Self::PValue { mark, .. } = &mut self {
            *mark = new;
        }
        self
    }

    /// The same p-value, tiny ones written `<0.0001`.
    #[must_use]
    pub fn tight(mut self) -> Self {
        if let Self::PValue { floor, .. } = &mut self {
            *floor = Floor::Tight;
        }
        self
    }

    /// What follows the digits; empty where nothing does.
    pub fn mark(&self) -> &'static str {
        match self {
            Self::Number { mark, .. } | Self::PValue { mark, .. } => mark,
            _ => "",
        }
    }

    /// Whether digits stand under digits in its column; `None` where it says nothing about that.
    pub const fn is_numeric(&self) -> Option<bool> {
        match self {
            Self::Count { .. } | Self::Number { .. } | Self::PValue { .. } => Some(true),
            Self::Text { .. } | Self::Name { .. } | Self::Verdict { .. } => Some(false),
            Self::Missing { .. } => None,
        }
    }

    /// The value in full precision, where it is a finite number.
    pub fn value(&self) -> Option<f64> {
        match *self {
            Self::Count { value } => Some(value as f64),
            Self::Number { value, .. } | Self::PValue { value, .. } => value.is_finite().then_some(value),
            _ => None,
        }
    }

    /// The words or digits, without the mark.
    pub fn words(&self) -> String {
        match self {
            Self::Text { text } | Self::Name { text } | Self::Verdict { text, .. } => text.clone(),
            Self::Count { value } => value.to_string(),
            Self::Number { value, notation, unit, .. } => {
                let digits = match *notation {
                    Notation::Shortest => value.to_string(),
                    Notation::Fixed(digits) => format!("{value:.digits$}"),
                    Notation::Signed(digits) => format!("{value:+.digits$}"),
                    Notation::Exponent(digits) => format!("{value:.digits$e}"),
                };
                digits + unit
            }
            Self::PValue { value, bound, floor, .. } => p_value(*value, *bound, *floor),
            Self::Missing { shown } => (*shown).to_owned(),
        }
    }

    /// The words or digits with the mark: what a terminal shows.
    pub fn shown(&self) -> String {
        self.words() + self.mark()
    }
}

/// Four digits, never a bare zero: `< 0.0001`.
fn p_value(value: f64, bound: Bound, floor: Floor) -> String {
    let relation = match bound {
        Bound::Exact => "",
        Bound::AtMost => "<= ",
        Bound::AtLeast => ">= ",
    };
    match floor {
        _ if value >= SMALLEST_P || value.is_nan() || bound == Bound::AtLeast => {
            format!("{relation}{value:.4}")
        }
        Floor::Spaced => "< 0.0001".to_owned(),
        Floor::Tight => format!("{relation}<0.0001"),
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}
