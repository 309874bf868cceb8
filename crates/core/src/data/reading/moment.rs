//! One cell of text as a date, a time of day and a zone, before anybody has decided which number is the month.

const DAY_MS: i64 = 24 * 3_600_000;

/// Which of three numbers is the year, the month and the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    pub fn words(self, mark: u8) -> String {
        let mark = char::from(mark);
        match self {
            Self::YearMonthDay => format!("year{mark}month{mark}day"),
            Self::DayMonthYear => format!("day{mark}month{mark}year"),
            Self::MonthDayYear => format!("month{mark}day{mark}year"),
        }
    }

    /// The pattern that asks for this order.
    pub fn pattern(self, mark: u8) -> String {
        let mark = char::from(mark);
        match self {
            Self::YearMonthDay => format!("%y{mark}%m{mark}%d"),
            Self::DayMonthYear => format!("%d{mark}%m{mark}%Y"),
            Self::MonthDayYear => format!("%m{mark}%d{mark}%Y"),
        }
    }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Date {
    /// Days since 1970: the year stands first, or the month is a word.
    Known(i64),
    /// A year and a month: days since 1970 of its first.
    Month(i64),
    /// Three numbers with `mark` between; the last, or all, may be the year.
    Open { numbers: [u16; 3], year_last: bool, mark: u8 },
}

/// The zone a cell names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone<'a> {
    None,
    /// Milliseconds ahead of UTC.
    Offset(i64),
    Named(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment<'a> {
    pub date: Date,
    /// Milliseconds since midnight; none where only a date is written.
    pub time: Option<i64>,
    pub zone: Zone<'a>,
}

/// Days from 1970-01-01 (Howard Hinnant's algorithm); none for a date that is not in the calendar.
pub(super) fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = LENGTHS.get(usize::try_from(month - 1).ok()?)? + i64::from(month == 2 && leap);
    if !(1..=length).contains(&day) || !(1600..2200).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A year of two digits, as POSIX reads it.
fn century(year: i64) -> i64 {
    match year {
        0..=68 => 2000 + year,
        69..=99 => 1900 + year,
        _ => year,
    }
}

impl Date {
    /// Days since 1970 under an order; none where the order makes no date of it.
    pub fn days(self, order: Order) -> Option<i64> {
        let (numbers, year_last) = match self {
            Self::Known(days) | Self::Month(days) => return Some(days),
            Self::Open { numbers, year_last, .. } => (numbers.map(i64::from), year_last),
        };
        let [a, b, c] = numbers;
        match order {
            Order::YearMonthDay if year_last => None,
            Order::YearMonthDay => days(century(a), b, c),
            Order::DayMonthYear => days(century(c), b, a),
            Order::MonthDayYear => days(century(c), a, b),
        }
    }
}

/// Reads from the front of a cell.
#[derive(Clone, Copy)]
struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    fn digits(&mut self) -> Option<&'a str> {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        self.take(length)
    }

    fn letters(&mut self) -> Option<&'a str> {
        let length = self.0.find(|letter: char| !letter.is_alphabetic()).unwrap_or(self.0.len());
        self.take(length)
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (front, rest) = self.0.split_at_checked(length).filter(|_| length > 0)?;
        self.0 = rest;
        Some(front)
    }

    fn skip(&mut self, mark: char) -> bool {
        let rest = self.0.strip_prefix(mark);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\u{a0}', '\u{202f}', ',']);
    }

    fn peek(&self) -> u8 {
        self.0.bytes().next().unwrap_or(0)
    }
}

fn number(digits: &str) -> Option<i64> {
    digits.parse().ok()
}

/// English, German, French and Spanish names of months, by their first letters.
fn month(word: &str) -> Option<i64> {
    const NAMES: [&[&str]; 12] = [
        &["jan", "ene"],
        &["feb", "fév", "fev"],
        &["mar", "mär", "mrz", "maer"],
        &["apr", "avr", "abr"],
        &["may", "mai"],
        &["jun", "juin"],
        &["jul", "juil"],
        &["aug", "aoû", "aou", "ago"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez", "déc", "dic"],
    ];
    let lower = word.to_lowercase();
    let found = NAMES.iter().position(|names| names.iter().any(|name| lower.starts_with(name)))?;
    Some(found as i64 + 1)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    word.is_ascii() && word.len() >= 3 && DAYS.contains(&word[..3].to_ascii_lowercase().as_str())
}

/// Digits with at most one point.
fn is_number(text: &str) -> bool {
    let mut points = 0;
    text.bytes().all(|byte| {
        points += usize::from(byte == b'.');
        byte.is_ascii_digit() || byte == b'.' && points < 2
    })
}

impl<'a> Moment<'a> {
    /// Reads a cell; none when it is not wholly a date with an optional time of day and zone.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut scanner = Scanner(text.trim());
        // A cell of digits alone is a number until its column says otherwise; the shortest date has six letters.
        if !(6..=64).contains(&scanner.0.len()) || is_number(scanner.0) {
            return None;
        }
        let mut start = scanner;
        if start.letters().is_some_and(is_weekday) && matches!(start.peek(), b' ' | b',') {
            start.spaces();
            scanner = start;
        }
        let date = date(&mut scanner)?;
        let mut moment = Self { date, time: None, zone: Zone::None };
        let before = scanner.0.len();
        if !(scanner.skip('T') || scanner.skip('t') || scanner.skip('_')) {
            scanner.spaces();
        }
        if scanner.peek().is_ascii_digit() {
            if before == scanner.0.len() {
                return None;
            }
            moment.time = Some(time(&mut scanner)?);
        }
        moment.zone = zone(&mut scanner)?;
        scanner.0.is_empty().then_some(moment)
    }
}

fn date(scanner: &mut Scanner) -> Option<Date> {
    if let Some(word) = scanner.letters() {
        let month = month(word)?;
        let _ = scanner.skip('.');
        let mark = scanner.0.chars().next().filter(|mark| matches!(mark, ' ' | '-' | '/'))?;
        scanner.skip(mark);
        let day = number(scanner.digits()?)?;
        let divided = scanner.skip(mark);
        scanner.spaces();
        let year = scanner.digits().filter(|digits| matches!(digits.len(), 2 | 4))?;
        return (divided || !year.is_empty())
            .then(|| days(century(number(year)?), month, day))
            .flatten()
            .map(Date::Known);
    }
    let first = scanner.digits()?;
    if first.len() == 8 {
        return days(number(&first[..4])?, number(&first[4..6])?, number(&first[6..])?).map(Date::Known);
    }
    let mark = scanner.peek();
    if !matches!(mark, b'-' | b'/' | b'.' | b' ') {
        return None;
    }
    scanner.skip(char::from(mark));
    if mark == b'.' {
        scanner.spaces();
    }
    let second = match scanner.digits() {
        Some(digits) if digits.len() <= 2 => Ok(number(digits)?),
        Some(_) => return None,
        None => Err(month(scanner.letters()?)?),
    };
    let _ = second.is_err() && scanner.skip('.');
    if !(scanner.skip(char::from(mark)) || second.is_err() && scanner.skip(' ')) {
        let Ok(second) = second else { return None };
        let whole = first.len() == 4 && matches!(mark, b'-' | b'/') && scanner.0.is_empty();
        return whole.then(|| days(number(first)?, second, 1)).flatten().map(Date::Month);
    }
    if mark == b'.' || mark == b' ' {
        scanner.spaces();
    }
    let third = scanner.digits()?;
    let (a, c) = (number(first)?, number(third)?);
    match (first.len(), second, third.len()) {
        (4, Ok(month) | Err(month), 1 | 2) => days(a, month, c).map(Date::Known),
        (1 | 2, Err(month), 2 | 4) => days(century(c), month, a).map(Date::Known),
        (1 | 2, Ok(b), 2 | 4) if mark != b' ' => {
            let numbers = [a, b, c].map(|number| number as u16);
            Some(Date::Open { numbers, year_last: third.len() == 4, mark })
        }
        _ => None,
    }
}

/// Milliseconds since midnight: `9:30`, `09:30:00.250`, `093000`, `9 PM`, `09-AM`.
fn time(scanner: &mut Scanner) -> Option<i64> {
    let first = scanner.digits()?;
    let mut hour;
    let (mut minute, mut second, mut fraction) = (0, 0, 0);
    match first.len() {
        1 | 2 => {
            hour = number(first)?;
            if scanner.skip(':') {
                minute = number(scanner.digits().filter(|digits| digits.len() == 2)?)?;
                if scanner.skip(':') {
                    second = number(scanner.digits().filter(|digits| digits.len() == 2)?)?;
                }
            } else if !matches!(
                scanner.0.trim_start_matches([' ', '-']).bytes().next(),
                Some(b'A' | b'a' | b'P' | b'p')
            ) {
                return None;
            }
        }
        4 | 6 => {
            (hour, minute) = (number(&first[..2])?, number(&first[2..4])?);
            second = if first.len() == 6 { number(&first[4..])? } else { 0 };
        }
        _ => return None,
    }
    let mut ahead = *scanner;
    if (ahead.skip('.') || ahead.skip(','))
        && let Some(digits) = ahead.digits()
    {
        let padded: String = digits.chars().chain("000".chars()).take(3).collect();
        fraction = number(&padded)?;
        *scanner = ahead;
    }
    let mut ahead = Scanner(scanner.0.trim_start_matches([' ', '-', '\u{a0}', '\u{202f}']));
    if let Some(word) = ahead.letters()
        && matches!(word, "AM" | "PM" | "am" | "pm" | "a" | "p")
    {
        if !(1..=12).contains(&hour) {
            return None;
        }
        if word.len() == 1 && !ahead.0.starts_with(".m.") {
            return None;
        }
        ahead.0 = ahead.0.strip_prefix(".m.").unwrap_or(ahead.0);
        hour = hour % 12 + if word.starts_with(['P', 'p']) { 12 } else { 0 };
        *scanner = ahead;
    }
    let midnight = hour == 24 && minute == 0 && second == 0 && fraction == 0;
    if hour > 23 && !midnight || minute > 59 || second > 59 {
        return None;
    }
    Some(((hour * 60 + minute) * 60 + second) * 1_000 + fraction)
}

/// `Z`, `UTC`, `+01:00`, `GMT+0100`, `[Europe/Berlin]`, ` America/New_York`; a bracket after an offset is its name.
fn zone<'a>(scanner: &mut Scanner<'a>) -> Option<Zone<'a>> {
    scanner.spaces();
    let mut zone = Zone::None;
    for word in ["UTC", "GMT", "Z", "z"] {
        let rest = scanner
            .0
            .strip_prefix(word)
            .filter(|rest| !rest.starts_with(|next: char| next.is_alphabetic() || next == '/'));
        if let Some(rest) = rest {
            (scanner.0, zone) = (rest, Zone::Offset(0));
            break;
        }
    }
    if matches!(scanner.peek(), b'+' | b'-') {
        let sign = if scanner.skip('+') { 1 } else { -1 };
        scanner.skip('-');
        let digits = scanner.digits()?;
        let (hours, minutes) = match digits.len() {
            1 | 2 => {
                let minutes = if scanner.skip(':') { number(scanner.digits()?)? } else { 0 };
                (number(digits)?, minutes)
            }
            4 => (number(&digits[..2])?, number(&digits[2..])?),
            _ => return None,
        };
        if hours > 18 || minutes > 59 {
            return None;
        }
        zone = Zone::Offset(sign * (hours * 60 + minutes) * 60_000);
    }
    if let Some(rest) = scanner.0.strip_prefix('[') {
        let (name, rest) = rest.split_once(']')?;
        scanner.0 = rest;
        return Some(if zone == Zone::None { Zone::Named(name) } else { zone });
    }
    if zone == Zone::None
        && scanner.0.contains('/')
        && scanner.0.starts_with(|letter: char| letter.is_ascii_alphabetic())
    {
        return Some(Zone::Named(std::mem::take(&mut scanner.0)));
    }
    Some(zone)
}

/// A cell that is a time of day alone.
pub(super) fn time_of_day(text: &str) -> Option<i64> {
    let mut scanner = Scanner(text.trim());
    let time = time(&mut scanner)?;
    (scanner.0.is_empty() && time < DAY_MS).then_some(time)
}
