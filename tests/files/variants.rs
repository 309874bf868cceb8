//! One known series in many dresses: the same numbers or a refusal, never other numbers.

use dvol::data::{DatedTable, Need, ReadOptions, Table};
use dvol::time::{HOUR_MS, Timestamp};
use std::fmt::Write as _;

const ROWS: i64 = 400;

/// Hours across the change of clocks in Europe, with levels of two decimals.
fn series(start: &str) -> Vec<(i64, f64)> {
    let start: Timestamp = start.parse().expect("a time");
    (0..ROWS)
        .map(|hour| (start.millis() + hour * HOUR_MS, (6_000 + hour * 37 % 911) as f64 / 100.0))
        .collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Iso,
    IsoSeconds,
    Offset,
    Bracket,
    Seconds,
    Millis,
    Micros,
    Nanos,
    Compact,
    CompactMinutes,
    DayFirst,
    SlashDayFirst,
    MonthFirst,
    Words,
    HalfDay,
    Excel,
    TwoColumns,
    CompactColumns,
}

const FORMS: [Form; 18] = [
    Form::Iso,
    Form::IsoSeconds,
    Form::Offset,
    Form::Bracket,
    Form::Seconds,
    Form::Millis,
    Form::Micros,
    Form::Nanos,
    Form::Compact,
    Form::CompactMinutes,
    Form::DayFirst,
    Form::SlashDayFirst,
    Form::MonthFirst,
    Form::Words,
    Form::HalfDay,
    Form::Excel,
    Form::TwoColumns,
    Form::CompactColumns,
];

impl Form {
    fn is_local(self) -> bool {
        !matches!(
            self,
            Self::Offset | Self::Bracket | Self::Seconds | Self::Millis | Self::Micros | Self::Nanos
        )
    }

    fn has_minutes(self) -> bool {
        !matches!(self, Self::Compact | Self::HalfDay)
    }

    fn has_seconds(self) -> bool {
        matches!(
            self,
            Self::IsoSeconds | Self::Offset | Self::Seconds | Self::Millis | Self::Micros | Self::Nanos
        )
    }

    fn header(self, delimiter: char) -> String {
        match self {
            Self::TwoColumns => format!("Date{delimiter}Time"),
            Self::CompactColumns => format!("<DATE>{delimiter}<TIME>"),
            _ => "time".to_owned(),
        }
    }

    fn cell(self, millis: i64, zone: Zone, delimiter: char) -> String {
        let local = Timestamp::from_millis(millis + zone.offset(millis) * 60_000).civil();
        let text = |format: &str| local.strftime(format).to_string();
        match self {
            Self::Iso => text("%Y-%m-%d %H:%M"),
            Self::IsoSeconds => text("%Y-%m-%dT%H:%M:%S"),
            Self::Offset => {
                let offset = zone.offset(millis);
                format!(
                    "{}{}{:02}:{:02}",
                    text("%Y-%m-%d %H:%M:%S"),
                    if offset < 0 { '-' } else { '+' },
                    offset.abs() / 60,
                    offset.abs() % 60
                )
            }
            Self::Bracket => format!("{}[{}]", text("%Y-%m-%dT%H:%M"), zone.name()),
            Self::Seconds => (millis / 1_000).to_string(),
            Self::Millis => millis.to_string(),
            Self::Micros => (millis * 1_000).to_string(),
            Self::Nanos => (millis * 1_000_000).to_string(),
            Self::Compact => text("%Y%m%d%H"),
            Self::CompactMinutes => text("%Y%m%d%H%M"),
            Self::DayFirst => text("%d.%m.%Y %H:%M"),
            Self::SlashDayFirst => text("%d/%m/%Y %H:%M"),
            Self::MonthFirst => text("%m/%d/%Y %H:%M"),
            Self::Words => text("%d %b %Y %H:%M"),
            Self::HalfDay => text("%Y-%m-%d %I-%p"),
            Self::Excel => {
                let local = millis + zone.offset(millis) * 60_000;
                let days = format!("{:.6}", local as f64 / 86_400_000.0 + 25_569.0);
                if delimiter == ';' {
                    days
                } else {
                    days.trim_end_matches('0').trim_end_matches('.').to_owned()
                }
            }
            Self::TwoColumns => text("%Y-%m-%d") + &delimiter.to_string() + &text("%H:%M"),
            Self::CompactColumns => text("%Y%m%d") + &delimiter.to_string() + &text("%H%M%S"),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Zone {
    Utc,
    Berlin,
    Kolkata,
}

impl Zone {
    fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Berlin => "Europe/Berlin",
            Self::Kolkata => "Asia/Kolkata",
        }
    }

    /// Minutes ahead of UTC; Berlin's clocks change on 2024-03-31 and 2024-10-27 at 01:00 UTC.
    fn offset(self, millis: i64) -> i64 {
        let summer = (1_711_846_800_000..1_729_990_800_000).contains(&millis);
        match self {
            Self::Utc => 0,
            Self::Berlin => 60 + i64::from(summer) * 60,
            Self::Kolkata => 330,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Rising,
    Falling,
    Shuffled,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Gaps {
    None,
    Holes,
    Jitter,
}

struct Variant {
    form: Form,
    zone: Zone,
    order: Order,
    gaps: Gaps,
    delimiter: char,
    series: Vec<(i64, f64)>,
}

impl Variant {
    /// The file and what it holds.
    fn file(&self) -> (String, Vec<(i64, f64)>) {
        let kept: Vec<(i64, f64)> = self
            .series
            .iter()
            .enumerate()
            .filter(|(row, _)| self.gaps != Gaps::Holes || row % 37 != 20 && !(100..106).contains(row))
            .map(|(_, pair)| *pair)
            .collect();
        let mut rows: Vec<(usize, (i64, f64))> = kept.iter().copied().enumerate().collect();
        match self.order {
            Order::Rising => {}
            Order::Falling => rows.reverse(),
            Order::Shuffled => rows.sort_by_key(|(row, _)| row * 7_919 % 401),
        }
        let delimiter = self.delimiter;
        let mut text = format!("{}{delimiter}level\n", self.form.header(delimiter));
        for (row, (millis, level)) in rows {
            let jitter = if self.gaps == Gaps::Jitter { (row as i64 * 13 % 40) * 1_000 } else { 0 };
            let level = format!("{level:.2}");
            let level = if delimiter == ';' { level.replace('.', ",") } else { level };
            writeln!(text, "{}{delimiter}{level}", self.form.cell(millis + jitter, self.zone, delimiter))
                .unwrap();
        }
        (text, kept)
    }

    fn options(&self) -> ReadOptions {
        let local = self.form.is_local() && !matches!(self.zone, Zone::Utc);
        ReadOptions {
            zone: local.then(|| self.zone.name().to_owned()),
            sort: self.order == Order::Shuffled,
            ..ReadOptions::default()
        }
    }
}

fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    for start in ["2024-03-24", "2024-10-20"] {
        for form in FORMS {
            for zone in [Zone::Utc, Zone::Berlin, Zone::Kolkata] {
                for order in [Order::Rising, Order::Falling, Order::Shuffled] {
                    for gaps in [Gaps::None, Gaps::Holes, Gaps::Jitter] {
                        // a form without minutes cannot hold the hours of India
                        let holds = form.has_minutes() || !matches!(zone, Zone::Kolkata);
                        let jitters = holds && (gaps != Gaps::Jitter || form.has_seconds());
                        let delimiter = [',', ';', '\t'][variants.len() % 3];
                        if jitters {
                            variants.push(Variant {
                                form,
                                zone,
                                order,
                                gaps,
                                delimiter,
                                series: series(start),
                            });
                        }
                    }
                }
            }
        }
    }
    variants
}

#[test]
fn hundreds_of_dresses_of_one_series_give_its_numbers_or_a_refusal() {
    let variants = variants();
    assert!(variants.len() >= 600, "{}", variants.len());
    let mut refused = Vec::new();
    for variant in &variants {
        let Variant { form, zone, order, gaps, delimiter, .. } = variant;
        let told = format!("{form:?} {zone:?} {order:?} {gaps:?} {delimiter:?}");
        let (text, expected) = variant.file();
        let options = variant.options();
        let read = Table::from_bytes_with("a.csv", text.clone().into_bytes(), &options)
            .and_then(|table| DatedTable::new(table, &options, Need::Clock))
            .and_then(|table| Ok((table.numbers("level")?, table)));
        match read {
            Ok((levels, table)) => {
                let times: Vec<i64> =
                    table.times().expect("times").iter().map(|time| time.millis()).collect();
                let wanted: Vec<i64> = expected.iter().map(|(millis, _)| *millis).collect();
                assert_eq!(times.len(), wanted.len(), "{told}");
                let other = times.iter().zip(&wanted).position(|(time, wanted)| time != wanted);
                assert_eq!(other, None, "{told}: row {other:?}\n{}", &text[..400]);
                assert_eq!(levels, expected.iter().map(|(_, level)| *level).collect::<Vec<f64>>(), "{told}");
            }
            Err(error) => refused.push((told, error.to_string())),
        }
    }
    // an hour that comes twice cannot be told apart once rows are shuffled, nor beside holes at that hour
    for (told, error) in &refused {
        println!("{told}: {error}");
        assert!(told.contains("Berlin"), "{told}: {error}");
    }
    assert!(refused.len() * 10 < variants.len(), "{} of {} refused", refused.len(), variants.len());
}

#[test]
fn a_date_whose_day_and_month_cannot_be_told_is_refused_and_never_guessed() {
    let day = |day: i64, pattern: &str| {
        Timestamp::from_millis(1_704_067_200_000 + day * 24 * HOUR_MS).civil().strftime(pattern).to_string()
    };
    for pattern in ["%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%d-%m-%Y"] {
        for rows in 2..40 {
            let text: String = (0..rows).map(|row| format!("{},{row}\n", day(row, pattern))).collect();
            let read = Table::from_csv("a.csv", &format!("date,x\n{text}"))
                .and_then(|table| DatedTable::new(table, &ReadOptions::default(), Need::Clock));
            match read {
                Ok(table) => {
                    assert_eq!(table.times().unwrap()[1].millis(), 1_704_153_600_000, "{pattern} {rows}")
                }
                Err(error) => assert!(error.to_string().contains("--time-format"), "{error}"),
            }
        }
    }
}
