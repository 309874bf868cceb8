//! Figures as a page of paper takes them: millimetres and points.

use crate::error::Error;
use std::fmt;
use std::str::FromStr;

/// Pixels of a figure's ordinary text, which is printed at [`TEXT_POINTS`].
pub(super) const TEXT_PIXELS: f64 = 14.0;
/// Points of a figure's ordinary text on paper: axes, legends, panel titles.
const TEXT_POINTS: f64 = 8.0;
const MILLIMETRES_PER_POINT: f64 = 25.4 / 72.0;

/// The printed width of a figure, in millimetres.
///
/// Whatever the width, a figure's ordinary text is printed at 8 points: a narrower figure has fewer pixels, not smaller
/// letters.
///
/// # Examples
/// ```
/// use dvol::figures::Width;
/// assert_eq!("84mm".parse::<Width>()?, Width::COLUMN);
/// assert_eq!((Width::COLUMN.pixels(), Width::PAGE.pixels()), (417, 863));
/// assert!("84 inches".parse::<Width>().is_err());
/// # Ok::<(), dvol::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Width(f64);

impl Width {
    /// A column of a journal.
    pub const COLUMN: Self = Self(84.0);
    /// A page of a journal.
    pub const PAGE: Self = Self(174.0);

    /// Pixels across.
    pub fn pixels(self) -> u32 {
        (self.0 / millimetres(1)).round() as u32
    }
}

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}mm", self.0)
    }
}

impl FromStr for Width {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = text.trim().strip_suffix("mm").and_then(|number| number.trim().parse().ok());
        number.filter(|width| (40.0..=400.0).contains(width)).map(Self).ok_or_else(|| {
            Error::parameter("width", text, "a width from 40mm to 400mm, such as 84mm or 174mm")
        })
    }
}

/// So many pixels of a figure on paper.
pub(super) fn millimetres(pixels: u32) -> f64 {
    f64::from(pixels) * TEXT_POINTS * MILLIMETRES_PER_POINT / TEXT_PIXELS
}
