//! An index of an exchange's days: every command counts its rows, and none looks over a weekend.

use super::support::command::dvol;
use dvol::data::{OwnColumn, load};
use dvol::feature_table::{Described, FEATURES};
use dvol::features::known;
use dvol::panel::{Column, Frequency, Grid, Panel, Step};
use dvol::seed::Seed;
use dvol::study::Study;
use dvol::time::{HOUR_MS, Horizon, Timestamp};
use rand::Rng as _;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// From 2 January 1990 on: weekdays without about nine holidays a year.
fn days(count: usize) -> Vec<Timestamp> {
    let weekday = |day: &i64| (day + 3).rem_euclid(7) < 5;
    let holiday = |day: &i64| day % 29 == 3;
    let all = (7_306..).filter(weekday).filter(|day| !holiday(day));
    all.take(count).map(|day| Timestamp::from_hours(24 * day)).collect()
}

/// An index that returns to its mean within weeks, as CBOE writes it.
fn as_cboe_writes_it(days: &[Timestamp]) -> String {
    let mut rng = Seed::new(7).rng();
    let mut log = 0.0;
    let mut text = "DATE,OPEN,HIGH,LOW,CLOSE\n".to_owned();
    for day in days {
        let normal: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        log += -0.03 * log + 0.06 * normal;
        let close = 19.0 * f64::exp(log);
        let date = day.civil().strftime("%m/%d/%Y");
        writeln!(text, "{date},{close:.2},{:.2},{:.2},{close:.2}", close * 1.02, close * 0.98).unwrap();
    }
    text
}

const STUDY: &str = "[window]\nfirst = \"1990-01-02\"\nlast = \"2030-01-01\"\n\
    [backtest]\nfrom = \"1998-01-05\"\nto = \"1999-12-31\"\nrefit = \"180d\"\n\
    [predict]\nmodel = \"har_log\"\n[market]\nindex = \"VIX\"\nevents = []\n";

fn study_of(folder: &Path, count: usize) -> Vec<Timestamp> {
    let days = days(count);
    fs::write(folder.join("vix.csv"), as_cboe_writes_it(&days)).unwrap();
    fs::write(folder.join("thesis.toml"), STUDY).unwrap();
    let imported = dvol(folder, &["data", "import", "--dvol", "vix.csv", "--json"]).json();
    assert_eq!(
        (imported["step"].as_str(), imported["rows"].as_u64()),
        (Some("trading_day"), Some(count as u64))
    );
    let understood = imported["sources"][0]["understood"].as_str().unwrap();
    assert!(understood.contains("no row on a weekend") && understood.contains("holidays"), "{understood}");
    days
}

#[test]
fn an_index_of_trading_days_is_walked_forward_from_close_to_close() {
    let folder = tempfile::tempdir().unwrap();
    let days = study_of(folder.path(), 2_600);
    let walked = dvol(folder.path(), &["backtest", "--no-figures", "--json"]);
    let needed = "left out: `har_x_log` reads `dvol_rv_spread`, which needs column `price`";
    assert!(walked.err.contains(needed), "{}", walked.err);
    let document = walked.json();
    let rows = document.as_array().unwrap();
    let named: Vec<&str> = rows.iter().map(|row| row["model"].as_str().unwrap()).collect();
    for model in ["persistence", "har", "har_log", "har_calendar", "har_windows", "har_half_lives"] {
        assert!(named.contains(&model), "{named:?}");
    }
    let skill = |model: &str| {
        let row = rows.iter().find(|row| row["model"] == model).unwrap();
        row["skill"].as_f64().unwrap()
    };
    // a level that returns to its mean: its own past helps, by little
    assert!((0.0..0.1).contains(&skill("har_log")) && skill("mean") < -1.0, "{document}");
    // what came true is the next day that traded, whatever lies between
    let study = Study::open(folder.path().join("thesis.toml")).unwrap();
    let panel = study.panel();
    let level = panel.values("dvol").unwrap();
    let sample = study.sample(&[], 1).unwrap();
    for i in (0..sample.len()).step_by(7) {
        let row = panel.row_of(sample.inputs().origin(i)).unwrap();
        assert_eq!((sample.target(i), sample.targets()[i]), (days[row + 1], level[row + 1]));
    }
}

#[test]
fn features_and_models_of_trading_days_look_at_nothing_ahead() {
    let folder = tempfile::tempdir().unwrap();
    study_of(folder.path(), 1_500);
    let study = Study::open(folder.path().join("thesis.toml")).unwrap();
    for group in FEATURES {
        assert!(study.prove(group).unwrap().holds(), "{}", group.name);
    }
    for model in ["har_log", "har_calendar", "har_windows"] {
        let proof = study.prove(&study.model(model).unwrap()).unwrap();
        assert!(proof.holds(), "{proof}");
    }
}

#[test]
fn a_week_is_five_rows_and_half_a_day_none() {
    let folder = tempfile::tempdir().unwrap();
    let days = study_of(folder.path(), 1_200);
    let study = Study::open(folder.path().join("thesis.toml")).unwrap();
    let week = study.at_horizon(Horizon::hours(168)).sample(&[], 1).unwrap();
    assert_eq!((week.inputs().origin(0), week.target(0)), (days[0], days[5]));
    let other = study.at_horizon(Horizon::hours(12)).sample(&[], 1).unwrap_err().to_string();
    assert!(other.contains("trading-day"), "{other}");
    let features = study.features().unwrap();
    assert!(
        features.has("dvol_change_24h") && !features.has("dvol_change_12h") && !features.has("week_sine_7")
    );
    let (level, lag) = (features.values("dvol").unwrap(), features.values("dvol_lag_7d").unwrap());
    assert_eq!(lag[5..], level[..level.len() - 5]);
}

#[test]
fn tomorrow_is_the_next_weekday_and_its_outcome_is_tracked() {
    let folder = tempfile::tempdir().unwrap();
    let whole = days(1_201);
    let friday = (1_100..1_200).find(|&row| whole[row].hour_of_week() == 96).unwrap();
    study_of(folder.path(), friday + 1);
    let outlook = dvol(folder.path(), &["predict", "--json"]).json();
    assert_eq!(outlook["origin"].as_str(), Some(whole[friday].to_string().as_str()));
    let monday = Timestamp::from_millis(whole[friday].millis() + 72 * HOUR_MS);
    assert_eq!(outlook["target"].as_str(), Some(monday.to_string().as_str()));
}

/// The rows that an import makes of these stamps.
fn imported(stamps: impl Iterator<Item = String>) -> Panel {
    let folder = tempfile::tempdir().unwrap();
    let rows = stamps.enumerate().map(|(row, stamp)| format!("{stamp},{}\n", 19 + row % 5));
    fs::write(folder.path().join("own.csv"), format!("timestamp,close\n{}", rows.collect::<String>()))
        .unwrap();
    dvol(folder.path(), &["data", "import", "--dvol", "own.csv"]).succeeded();
    load(folder.path().join("data")).unwrap().panel().clone()
}

#[test]
fn stamps_of_one_time_of_day_belong_to_their_days() {
    let days = days(400);
    let at = |hours: i64| days.iter().map(move |day| Timestamp::from_hours(day.hours() + hours));
    let clean = imported(at(0).map(|time| time.to_string()));
    assert_eq!(clean.times().collect::<Vec<_>>(), days);
    // an open at 14:30 UTC, a close at 16:15 by the wall, midnights of New York and of Hong Kong
    let others: [Box<dyn Iterator<Item = String>>; 4] = [
        Box::new(at(14).map(|time| Timestamp::from_millis(time.millis() + HOUR_MS / 2).to_string())),
        Box::new(at(16).map(|time| time.civil().strftime("%Y-%m-%d 16:15").to_string())),
        Box::new(days.iter().enumerate().map(|(row, day)| {
            let offset = if row % 260 > 130 { "-04:00" } else { "-05:00" };
            format!("{}{offset}", day.civil().strftime("%Y-%m-%d 00:00:00"))
        })),
        Box::new(days.iter().map(|day| day.civil().strftime("%Y-%m-%d 00:00:00+08:00").to_string())),
    ];
    for (place, stamps) in others.into_iter().enumerate() {
        let panel = imported(stamps);
        assert_eq!(
            (panel.step(), panel.fingerprint()),
            (Step::TradingDay, clean.fingerprint()),
            "file {place}"
        );
    }
}

#[test]
fn the_column_of_the_index_is_named_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let level = |row: usize| if row == 10 { ".".to_owned() } else { (19 + row % 7).to_string() };
    let rows = days(60).into_iter().enumerate();
    let rows = rows.map(|(row, day)| format!("{},{}\n", day.civil().strftime("%Y-%m-%d"), level(row)));
    let text = format!("observation_date,VIXCLS\n{}", rows.collect::<String>());
    fs::write(folder.path().join("fred.csv"), text).unwrap();
    let message = dvol(folder.path(), &["data", "import", "--dvol", "fred.csv"]).refusal();
    assert!(message.contains("no column `dvol`; it has: observation_date, VIXCLS; name"), "{message}");
    dvol(folder.path(), &["data", "import", "--dvol", "fred.csv", "--column", "VIXCLS"]).succeeded();
    let panel = load(folder.path().join("data")).unwrap().panel().clone();
    assert_eq!((panel.len(), panel.column("dvol").unwrap().gaps(panel.grid())), (60, 1));
    let message = dvol(folder.path(), &["data", "import", "--dvol", "fred.csv", "--column", "VIX"]).refusal();
    assert!(message.contains("no column `VIX`"), "{message}");
}

#[test]
fn a_daily_index_with_weekends_keeps_every_day() {
    let folder = tempfile::tempdir().unwrap();
    let every = (18_000..18_400_i64).filter(|day| day % 50 != 7).map(|day| Timestamp::from_hours(24 * day));
    let rows = every.map(|day| format!("{},{}\n", day, 60 + day.hours() % 7)).collect::<String>();
    fs::write(folder.path().join("own.csv"), format!("timestamp,close\n{rows}")).unwrap();
    dvol(folder.path(), &["data", "import", "--dvol", "own.csv"]).succeeded();
    let panel = load(folder.path().join("data")).unwrap().panel().clone();
    assert_eq!((panel.step(), panel.len()), (Step::Day, 400));
    assert_eq!(panel.column("dvol").unwrap().gaps(panel.grid()), 8);
}

#[test]
fn series_of_two_frequencies_are_refused_together() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("vix.csv"), as_cboe_writes_it(&days(300))).unwrap();
    let hourly =
        (0..300).map(|hour| format!("{},{}\n", Timestamp::from_hours(175_400 + hour), 400 + hour % 7));
    fs::write(folder.path().join("spx.csv"), format!("timestamp,close\n{}", hourly.collect::<String>()))
        .unwrap();
    let message =
        dvol(folder.path(), &["data", "import", "--dvol", "vix.csv", "--price", "spx.csv"]).refusal();
    assert!(message.contains("spx.csv: the price is hourly, the index daily"), "{message}");
}

#[test]
fn a_frame_of_days_is_a_panel_of_days() {
    let days = days(40);
    let level: Vec<f64> = (0..40).map(|row| 19.0 + f64::from(row % 5)).collect();
    let panel = Panel::on(Grid::days(days).unwrap()).with(Column::closes("dvol", level)).unwrap();
    let back = Panel::from_frame(&panel.frame().unwrap()).unwrap();
    assert_eq!((back.fingerprint(), back.grid()), (panel.fingerprint(), panel.grid()));
}

#[test]
fn a_daily_column_of_one_s_own_is_known_when_it_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let days = study_of(folder.path(), 1_200);
    let every = days[0].hours() / 24..=days[1_199].hours() / 24;
    let rows = every.map(|day| format!("{},{day}\n", Timestamp::from_hours(24 * day)));
    fs::write(folder.path().join("own.csv"), format!("date,own\n{}", rows.collect::<String>())).unwrap();
    let study = Study::open(folder.path().join("thesis.toml")).unwrap();
    let file = folder.path().join("own.csv");
    for (published, behind) in [("0h", 0), ("6h", 1)] {
        let own = OwnColumn::new(&file, "own", Frequency::Daily).published_after(published.parse().unwrap());
        let wider = study.with_column("own", &own).unwrap();
        let feature = Described::value("own").named("own_value").of(&known(&wider.panel()).unwrap()).unwrap();
        for row in (10..1_200).step_by(31) {
            assert_eq!(
                feature.values()[row],
                (days[row - behind].hours() / 24) as f64,
                "row {row} after {published}"
            );
        }
    }
    let hourly = OwnColumn::new(&file, "own", Frequency::Hourly);
    let refused = study.with_column("own", &hourly).unwrap_err().to_string();
    assert!(refused.contains("columns.own.frequency = hourly: must be \"1d\""), "{refused}");
}
