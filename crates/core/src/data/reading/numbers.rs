//! Text cells to numbers: which mark stands before the fraction, thousands, per cent, K and M and B.

use super::options::Decimal;

/// Words that stand for a missing value.
const NULL_WORDS: [&str; 22] = [
    "", "nan", "null", "none", "na", "n/a", "nat", "-", "--", ".", "<na>", "#n/a", "#n/a n/a", "#na", "n/d",
    "nd", "\\n", "missing", "#value!", "#div/0!", "-nan", "(null)",
];

/// Whether a cell says that there is no value.
pub(crate) fn is_null(text: &str) -> bool {
    text.len() <= 9 && NULL_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A number as a program writes it; no infinity, no thousands.
pub(crate) fn plain_number(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// What a cell tells about the mark before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The same number under both marks, or no number.
    Nothing,
    /// `1.234` or `1,234`: another number under each.
    Ambiguous,
    Only(Decimal),
}

/// A number with what people put around it taken off.
struct Bare<'a> {
    digits: &'a str,
    negative: bool,
    /// Powers of ten to multiply by.
    shift: i32,
    dressed: Option<&'static str>,
}

fn bare(text: &str) -> Option<Bare<'_>> {
    let (mut digits, mut negative, mut shift, mut dressed) = (text.trim(), false, 0, None);
    if let Some(inside) = digits.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (digits, negative, dressed) = (inside.trim(), true, Some("brackets as negative"));
    }
    if let Some(rest) = digits.strip_suffix('%') {
        (digits, shift, dressed) = (rest.trim_end(), -2, Some("per cent as fractions"));
    }
    for (letters, size) in [("Kk", 3), ("Mm", 6), ("Bb", 9), ("Tt", 12)] {
        let rest = digits.strip_suffix(|letter| letters.contains(letter));
        if let Some(rest) = rest.filter(|rest| rest.ends_with(|last: char| last.is_ascii_digit())) {
            (digits, shift, dressed) = (rest, shift + size, Some("K, M, B as thousands, millions, billions"));
            break;
        }
    }
    if let Some(rest) = digits.strip_prefix(['-', '\u{2212}']) {
        (digits, negative) = (rest.trim_start(), !negative);
    } else {
        digits = digits.strip_prefix('+').unwrap_or(digits);
    }
    let money = ['$', '€', '£', '¥', '₿'];
    let unpriced = digits.trim_start_matches(money).trim_end_matches(money).trim();
    if unpriced.len() != digits.len() {
        (digits, dressed) = (unpriced, dressed.or(Some("currency signs left out")));
    }
    if let Some(rest) = digits.strip_prefix('-') {
        (digits, negative) = (rest, !negative);
    }
    let starts = digits.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '.' | ','));
    starts.then_some(Bare { digits, negative, shift, dressed })
}

fn marks(decimal: Decimal) -> (char, char) {
    match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    }
}

const SPACES: [char; 6] = [' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}', '_'];

/// Digits without their thousands marks, which must stand before groups of three.
fn grouped(whole: &str, thousands: char) -> Option<String> {
    let mark = whole.chars().find(|letter| !letter.is_ascii_digit());
    let Some(mark) = mark else { return Some(whole.to_owned()) };
    if mark != thousands && !SPACES.contains(&mark) {
        return None;
    }
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    // No number of thousands begins with a zero.
    let fits = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let rest =
        groups.clone().all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    (fits && rest && first.bytes().all(|byte| byte.is_ascii_digit())).then(|| whole.replace(mark, ""))
}

/// A number under a mark, and what was taken off it; none where it is no number under that mark.
pub(crate) fn number(text: &str, decimal: Decimal) -> Option<(f64, Option<&'static str>)> {
    let bare = bare(text)?;
    let (point, thousands) = marks(decimal);
    let (mantissa, exponent) = match bare.digits.find(['e', 'E']) {
        Some(place) => (&bare.digits[..place], bare.digits[place + 1..].parse::<i32>().ok()?),
        None => (bare.digits, 0),
    };
    let (whole, fraction) = mantissa.split_once(point).unwrap_or((mantissa, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = grouped(whole, thousands)?;
    let sign = if bare.negative { "-" } else { "" };
    // Shifted as decimals, so that -0.61 % is the number nearest to -0.0061.
    let exponent = exponent.checked_add(bare.shift)?;
    let value: f64 = format!("{sign}{whole}.{fraction}e{exponent}").parse().ok()?;
    value.is_finite().then_some((value, bare.dressed))
}

/// What a cell tells about the mark.
pub(crate) fn evidence(text: &str) -> Evidence {
    if !text.contains([',', '.']) {
        return Evidence::Nothing;
    }
    let under = |decimal| number(text, decimal).map(|(value, _)| value);
    match (under(Decimal::Point), under(Decimal::Comma)) {
        (Some(point), Some(comma)) if point == comma => Evidence::Nothing,
        (Some(_), Some(_)) => Evidence::Ambiguous,
        (Some(_), None) => Evidence::Only(Decimal::Point),
        (None, Some(_)) => Evidence::Only(Decimal::Comma),
        (None, None) => Evidence::Nothing,
    }
}
