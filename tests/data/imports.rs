//! Import: refusals, repairs, gaps, when a value is known.

use super::files::{Files, replace_line};
use dvol::data::{
    DuplicatePolicy, GapPolicy, ImportPolicy, InvalidPolicy, OrderPolicy, SourceBytes, Subject, import_bytes,
};
use dvol::panel::{Frequency, Panel};

#[test]
fn an_import_refuses_each_fault_in_one_sentence_that_finds_it() {
    let good = Files::of_days(40);
    assert!(good.import(&ImportPolicy::default()).is_ok());
    let with_dvol =
        |row, line: &str| Files { dvol: replace_line(&good.dvol, row, line), ..Files::of_days(40) };
    let cases = [
        (
            with_dvol(3, "2022-01-01T01:00:00Z,60"),
            "dvol.csv: column `timestamp`, row 3: `2022-01-01T01:00:00Z`: this time stands in the file twice",
        ),
        (
            with_dvol(3, "2022-01-01T00:00:00Z,60"),
            "dvol.csv: column `timestamp`, row 3: `2022-01-01T00:00:00Z`: earlier than the row before",
        ),
        (
            with_dvol(3, "2022-01-01T02:00:00Z,sixty"),
            "dvol.csv: column `dvol`, row 3: `sixty`: not a finite number",
        ),
        (
            with_dvol(3, "2022-01-01T02:00:00Z,0"),
            "dvol.csv: column `dvol`, row 3: `0`: outside (0, 1000] index points",
        ),
        (
            with_dvol(3, "2022-01-01T02:00:00Z,1000.5"),
            "dvol.csv: column `dvol`, row 3: `1000.5`: outside (0, 1000]",
        ),
        (
            with_dvol(3, "2022-01-01T02:30:00Z,60"),
            "dvol.csv: column `timestamp`, row 3: `2022-01-01T02:30:00Z`: not the start of a hour",
        ),
        (
            with_dvol(0, "timestamp,index_points"),
            "dvol.csv: no column `dvol`; it has: timestamp, index_points",
        ),
        (Files { dvol: String::new(), ..Files::of_days(1) }, "dvol.csv: the file is empty"),
        (
            Files {
                price: replace_line(&good.price, 5, "2022-01-01T04:00:00Z,1,1,1,-40000,1"),
                ..Files::of_days(40)
            },
            "price.csv: column `close`, row 5: `-40000`: not above 0 for `price`",
        ),
        (
            Files { onchain: good.price.clone(), ..Files::of_days(40) },
            "onchain.csv: column `timestamp`, row 2: `2022-01-01T01:00:00Z`: not the start of a UTC day",
        ),
        (
            Files {
                dvol: good.volume.replace("estimated_transaction_volume_usd", "dvol").replace("0\n", "\n"),
                ..Files::of_days(40)
            },
            "price.csv: the price is hourly, the index daily: give both at one frequency",
        ),
    ];
    for (files, reason) in cases {
        let error = files.refusal();
        assert!(error.contains(reason), "expected `{reason}`, got `{error}`");
        assert!(!error.contains('\n'), "one sentence: {error}");
    }
}

#[test]
fn a_file_that_changes_from_hours_to_days_is_mixed_frequencies() {
    let days = Files::of_days(10);
    let lines = days.dvol.lines().enumerate();
    let mixed = lines.filter(|(line, _)| *line < 100 || line % 24 == 1).map(|(_, text)| format!("{text}\n"));
    let error = Files { dvol: mixed.collect(), ..days }.refusal();
    assert!(error.contains("24 h apart, not 1 h: mixed frequencies"), "{error}");
}

#[test]
fn a_policy_repairs_what_it_allows_and_counts_it() {
    let good = Files::of_days(40);
    let mut dvol = replace_line(&good.dvol, 3, "2022-01-01T01:00:00Z,99");
    dvol = replace_line(&dvol, 10, "2022-01-01T09:00:00Z,-5");
    dvol += "2022-01-01T02:00:00Z,77\n";
    let files = Files { dvol, ..good };
    let policy = ImportPolicy {
        duplicates: DuplicatePolicy::KeepLast,
        order: OrderPolicy::Sort,
        invalid: InvalidPolicy::Null,
        ..ImportPolicy::default()
    };
    let dataset = files.import(&policy).unwrap();
    let values = dataset.panel().values("dvol").unwrap();
    assert_eq!((values[1], values[2]), (99.0, 77.0));
    assert!(values[9].is_nan());
    let counted = |what: &str| {
        let repairs = dataset.manifest().repairs.iter().filter(|repair| repair.what.contains(what));
        repairs.map(|repair| repair.count).sum::<usize>()
    };
    assert_eq!(counted("duplicate"), 1);
    assert_eq!(counted("impossible"), 1);
    assert!(counted("sorted") > 0);
    let first = ImportPolicy { duplicates: DuplicatePolicy::KeepFirst, ..policy };
    assert_eq!(files.import(&first).unwrap().panel().values("dvol").unwrap()[1], 61.0);
}

#[test]
fn missing_hours_are_nulls_unless_a_forward_fill_is_asked_for() {
    let good = Files::of_days(40);
    let lines = good.dvol.lines().enumerate().filter(|(line, _)| !(5..10).contains(line));
    let dvol = lines.map(|(_, text)| format!("{text}\n")).collect();
    let files = Files { dvol, ..good };
    let plain = files.import(&ImportPolicy::default()).unwrap();
    assert_eq!(plain.panel().len(), 40 * 24);
    assert!(plain.panel().values("dvol").unwrap()[4..9].iter().all(|value| value.is_nan()));
    let record = plain.manifest().column("dvol").unwrap();
    assert_eq!((record.gaps, record.longest_gap), (5, 5));
    let filling = ImportPolicy { gaps: GapPolicy::ForwardFill(3), ..ImportPolicy::default() };
    let filled = files.import(&filling).unwrap();
    let values = filled.panel().values("dvol").unwrap();
    assert_eq!(values[3..7], [63.0; 4], "at most three hours are filled");
    assert!(values[7].is_nan());
    assert_eq!(filled.manifest().column("dvol").unwrap().gaps, 2);
    let repair = &filled.manifest().repairs[0];
    assert_eq!((repair.what.as_str(), repair.count, repair.first_row), ("forward_fill(3)", 3, Some(5)));
}

#[test]
fn gap_policies_are_words_and_anything_else_is_refused() {
    let parse = |text: &str| serde_json::from_value::<GapPolicy>(text.into());
    assert_eq!(parse("null").unwrap(), GapPolicy::Null);
    assert_eq!(parse("forward_fill(6)").unwrap(), GapPolicy::ForwardFill(6));
    for wrong in ["forward_fill", "forward_fill(0)", "forward_fill(-1)", "interpolate"] {
        let error = parse(wrong).unwrap_err().to_string();
        assert!(error.contains("must be `null` or `forward_fill(HOURS)`"), "{error}");
    }
}

#[test]
fn a_mapping_names_columns_the_guess_would_miss_and_a_wrong_one_is_an_error() {
    let mut files = Files::of_days(40);
    files.dvol = files.dvol.replace("timestamp,dvol", "when_it_was,points");
    let mut policy = ImportPolicy::default();
    policy.columns.insert("dvol".into(), "points".into());
    policy.columns.insert("dvol_time".into(), "when_it_was".into());
    assert!(files.import(&policy).is_ok());
    policy.columns.insert("volume".into(), "turnover".into());
    let error = files.import(&policy).unwrap_err().to_string();
    assert!(error.contains("volume = turnover"), "{error}");
    policy.columns.remove("volume");
    policy.columns.insert("pirce".into(), "close".into());
    let error = files.import(&policy).unwrap_err().to_string();
    assert!(error.contains("columns = pirce"), "{error}");
}

#[test]
fn the_volume_proxy_is_scaled_by_the_past_only() {
    let mut files = Files::of_days(60);
    // reported for 40 days at 10 x flow, then absent
    files.volume = files.volume.lines().take(41).map(|line| format!("{line}\n")).collect();
    let before = files.import(&ImportPolicy::default()).unwrap().panel().clone();
    let volume = |panel: &Panel, day: usize| panel.values("transaction_volume_usd").unwrap()[24 * day];
    let source = |panel: &Panel, day: usize| panel.values("transaction_volume_source").unwrap()[24 * day];
    assert_eq!((volume(&before, 39), source(&before, 39)), (3780.0, 0.0));
    assert!((volume(&before, 50) - 4000.0).abs() < 1e-9);
    assert_eq!(source(&before, 50), 1.0);
    // a later reported day at another scale must not reach back
    files.volume += "2022-02-25T00:00:00Z,99999999\n";
    let after = files.import(&ImportPolicy::default()).unwrap().panel().clone();
    assert_eq!(volume(&after, 50), volume(&before, 50));
}

#[test]
fn on_chain_days_are_stamped_at_midnight_and_known_after_the_day_and_the_lag() {
    let policy = ImportPolicy { publication_lag_hours: 9, ..ImportPolicy::default() };
    let panel = Files::of_days(40).import(&policy).unwrap().panel().clone();
    for column in panel.columns() {
        let daily = column.frequency() == Frequency::Daily;
        assert_eq!(column.known_after_hours(), if daily { 33 } else { 1 }, "{}", column.name());
        if daily {
            let off = panel
                .times()
                .zip(column.values())
                .filter(|(at, value)| at.hour_of_day() != 0 && !value.is_nan());
            assert_eq!(off.count(), 0, "{}", column.name());
        }
    }
}

#[test]
fn a_second_file_fills_what_the_first_lacks_and_disagreements_are_counted() {
    let files = Files::of_days(40);
    let rows: Vec<&str> = files.dvol.lines().collect();
    let first: String =
        rows.iter().take(101).chain(rows.iter().skip(111)).map(|row| format!("{row}\n")).collect();
    let second = replace_line(
        &replace_line(&files.dvol, 51, "2022-01-03T02:00:00Z,99"),
        105,
        "2022-01-05T08:00:00Z,98",
    );
    let source =
        |subject, text: &str| SourceBytes { subject, path: "f.csv".into(), bytes: text.as_bytes().to_vec() };
    let sources = vec![
        source(Subject::Dvol, &first),
        source(Subject::Dvol, &second),
        source(Subject::Price, &files.price),
        source(Subject::Onchain, &files.onchain),
    ];
    let dataset = import_bytes(sources, &ImportPolicy::default()).unwrap();
    let values = dataset.panel().values("dvol").unwrap();
    assert!(values.iter().all(|value| !value.is_nan()));
    assert_eq!((values[50], values[104]), (61.0, 98.0), "the earlier file wins where it has a value");
    let counts: Vec<usize> = dataset.manifest().repairs.iter().map(|repair| repair.count).collect();
    assert_eq!(counts, [10, 1]);
    // without a reported series the proxy stands unscaled
    assert_eq!(dataset.panel().values("transaction_volume_usd").unwrap()[0], 300.0);
}
