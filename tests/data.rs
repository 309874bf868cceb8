//! Data in: readers, policies, panels, the simulator.

use dvol::artifacts::write_atomic;
use dvol::data::{
    AuditLimits, Check, Dataset, DuplicatePolicy, Finding, GapPolicy, ImportPolicy, InvalidPolicy,
    OrderPolicy, Severity, Simulation, SourceBytes, Sources, Subject, Table, audit, diff, import,
    import_bytes, load, previous_manifest, simulate,
};
use dvol::panel::{Column, Frequency, Panel};
use dvol::seed::Seed;
use dvol::time::{HOUR_MS, Timestamp};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

/// The folder of the real series, when this machine has it.
fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("DVOL_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let found = given.into_iter().chain([beside]).find(|folder| folder.join("dvol_close_1h.csv").is_file());
    println!(
        "real series: {}",
        found.as_ref().map_or("absent".to_owned(), |path| path.display().to_string())
    );
    found
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// A small consistent set of files: `days` days from 2022-01-01.
struct Files {
    dvol: String,
    price: String,
    onchain: String,
    volume: String,
}

impl Files {
    fn of_days(days: usize) -> Self {
        let start = time("2022-01-01");
        let mut files = Self {
            dvol: "timestamp,dvol\n".to_owned(),
            price: "timestamp,open,high,low,close,volume\n".to_owned(),
            onchain: "time,AdrActCnt,CapMrktCurUSD,CapMVRVCur,FlowInExUSD,FlowOutExUSD,TxCnt\n".to_owned(),
            volume: "date,estimated_transaction_volume_usd\n".to_owned(),
        };
        for hour in 0..24 * days as i64 {
            let at = Timestamp::from_millis(start.millis() + hour * HOUR_MS);
            let level = 60 + hour % 7;
            writeln!(files.dvol, "{at},{level}").unwrap();
            writeln!(files.price, "{at},40000,40100,39900,{},12.5", 40000 + hour % 11).unwrap();
            if hour % 24 == 0 {
                let day = hour / 24;
                writeln!(files.onchain, "{at},{},8e11,1.9,{},{},250000", 900_000 + day, 100 + day, 200 + day)
                    .unwrap();
                writeln!(files.volume, "{at},{}", 10 * (300 + 2 * day)).unwrap();
            }
        }
        files
    }

    fn import(&self, policy: &ImportPolicy) -> dvol::Result<Dataset> {
        let file = |subject, name: &str, text: &str| SourceBytes {
            subject,
            path: name.into(),
            bytes: text.as_bytes().to_vec(),
        };
        let mut files = vec![
            file(Subject::Dvol, "dvol.csv", &self.dvol),
            file(Subject::Price, "price.csv", &self.price),
            file(Subject::Onchain, "onchain.csv", &self.onchain),
        ];
        if !self.volume.is_empty() {
            files.push(file(Subject::Volume, "volume.csv", &self.volume));
        }
        import_bytes(files, policy)
    }

    fn refusal(&self) -> String {
        self.import(&ImportPolicy::default()).expect_err("the import must refuse").to_string()
    }
}

fn replace_line(text: &str, row: usize, with: &str) -> String {
    let lines = text.lines().enumerate().map(|(line, old)| if line == row { with } else { old });
    lines.filter(|line| !line.is_empty()).fold(String::new(), |text, line| text + line + "\n")
}

fn dvol(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dvol")).args(arguments).current_dir(folder).output().expect("dvol runs")
}

#[test]
fn every_usual_way_to_write_a_time_is_the_same_instant() {
    let ways = [
        "2022-11-08T05:00:00Z",
        "2022-11-08 05:00:00",
        "2022-11-08T05:00",
        "2022-11-08 06:00:00+01:00",
        "2022-11-08 05:00:00 UTC",
        "1667883600",
        "1667883600000",
    ];
    for way in ways {
        let table = Table::from_csv("t.csv", &format!("timestamp,x\n{way},1\n")).unwrap();
        assert_eq!(table.times("timestamp").unwrap()[0], time("2022-11-08T05:00:00Z"), "{way}");
    }
}

#[test]
fn a_table_names_file_column_row_and_value_of_what_it_cannot_read() {
    let table = Table::from_csv("t.csv", "when;x\n2022-01-01;1.5\n2022-13-01;1,5\n").unwrap();
    let number = table.numbers("x").unwrap_err().to_string();
    assert!(number.starts_with("t.csv: column `x`, row 2: `1,5`: not a finite number"), "{number}");
    let time = table.times("when").unwrap_err().to_string();
    assert!(time.starts_with("t.csv: column `when`, row 2: `2022-13-01`: not a time"), "{time}");
    assert_eq!(table.time_column().unwrap(), "when");
    let ragged = Table::from_csv("t.csv", "a,b\n1,2\n3\n").unwrap_err().to_string();
    assert_eq!(ragged, "t.csv: row 2: 1 cells where the header has 2; mend or delete the row");
    for (text, reason) in [
        ("", "the file is empty"),
        ("a,b\n", "a header but no data row"),
        ("a,a\n1,2\n", "two columns are named `a`"),
    ] {
        let error = Table::from_csv("t.csv", text).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
    let micro = Table::from_csv("t.csv", "time,x\n1667883600000000,1\n").unwrap();
    assert!(micro.times("time").is_err(), "an epoch in microseconds is not silently year 54822");
}

#[test]
fn a_parquet_file_reads_as_its_csv_does() {
    let folder = tempfile::tempdir().unwrap();
    let saved = Dataset::simulated(&Simulation { hours: 100, ..Simulation::default() }).unwrap();
    let panel = saved.save(folder.path()).unwrap().panel().clone();
    let table = Table::read(folder.path().join("panel.parquet")).unwrap();
    assert_eq!(table.numbers("dvol").unwrap(), panel.values("dvol").unwrap());
    assert!(table.times(table.time_column().unwrap()).unwrap().into_iter().eq(panel.times()));
    assert!(table.numbers("mvrv").unwrap()[1].is_nan(), "a null is NaN");
}

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
            "mixed frequencies",
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
fn a_saved_data_set_loads_as_it_was_and_a_changed_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let saved = Files::of_days(40).import(&ImportPolicy::default()).unwrap().save(folder.path()).unwrap();
    let loaded = load(folder.path()).unwrap();
    assert_eq!(loaded.manifest(), saved.manifest());
    assert_eq!(format!("{:?}", loaded.panel()), format!("{:?}", saved.panel()));
    let path = folder.path().join("panel.parquet");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("is not the one in manifest.json"), "{error}");
    let nothing = load(folder.path().join("nowhere")).unwrap_err();
    assert!(nothing.to_string().contains("no data set here; run `dvol data import`"), "{nothing}");
    assert_eq!(nothing.exit_code(), 2);
}

#[test]
fn a_kill_between_the_two_files_of_a_data_set_leaves_a_usable_one() {
    let folder = tempfile::tempdir().unwrap();
    let simulated =
        |seed| Dataset::simulated(&Simulation { hours: 300, seed: Seed::new(seed), ..Simulation::default() });
    let old = simulated(1).unwrap().save(folder.path()).unwrap();
    let other = tempfile::tempdir().unwrap();
    let new = simulated(2).unwrap().save(other.path()).unwrap();
    // killed before the panel was replaced
    fs::copy(other.path().join("manifest.json"), folder.path().join("manifest.next.json")).unwrap();
    assert_eq!(load(folder.path()).unwrap().manifest(), old.manifest());
    // killed after it, before the manifest was
    fs::copy(other.path().join("panel.parquet"), folder.path().join("panel.parquet")).unwrap();
    assert_eq!(load(folder.path()).unwrap().manifest(), new.manifest());
}

#[test]
fn temporary_files_of_killed_writers_are_removed_and_those_of_living_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let left = |name: &str, age: u64| {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        file
    };
    drop(left(".dvol-killed.tmp", 3600));
    drop(left(".dvol-begun.tmp", 1));
    drop(left("mine.tmp", 3600));
    let living = left(".dvol-living.tmp", 3600);
    living.lock().unwrap();
    write_atomic(&folder.path().join("result"), b"whole").unwrap();
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".dvol-begun.tmp", ".dvol-living.tmp", "mine.tmp", "result"]);
    assert_eq!(fs::read(folder.path().join("result")).unwrap(), b"whole");
}

#[test]
fn the_real_series_import_with_every_gap_counted() {
    let Some(folder) = shared() else {
        let dataset = Dataset::simulated(&Simulation::default()).unwrap();
        assert_eq!(dataset.manifest().rows, 37_949);
        return;
    };
    let sources = Sources {
        dvol: vec![folder.join("dvol_close_1h.csv"), folder.join("dvol_ohlc_1h_gappy.csv")],
        price: vec![folder.join("btcusdt_1h.csv")],
        perpetual: Vec::new(),
        onchain: vec![folder.join("coinmetrics_btc_1d.csv")],
        volume: vec![folder.join("blockchaincom_tx_volume_usd_1d.csv")],
    };
    let dataset = import(&sources, &ImportPolicy::default()).unwrap();
    let (panel, manifest) = (dataset.panel(), dataset.manifest());
    assert_eq!((panel.start(), panel.last()), (time("2021-03-24"), time("2025-10-14 23:00")));
    assert_eq!(panel.len(), 39_984);
    let gaps = |name: &str| manifest.column(name).unwrap().gaps;
    assert_eq!(gaps("dvol"), 0);
    assert_eq!(gaps("dvol_high"), 52 * 23);
    assert_eq!(manifest.column("dvol_high").unwrap().longest_gap, 23);
    assert!(gaps("price") <= 14 && gaps("price") > 0, "{}", gaps("price"));
    assert_eq!(manifest.sources[2].gaps, 14, "Binance's missing hours over the whole file");
    assert_eq!(manifest.sources[4].gaps, 6, "blockchain.com's missing days");
    assert_eq!(gaps("transaction_volume_usd"), 0, "the proxy stands in");
    let at = |name: &str, when: &str| panel.values(name).unwrap()[panel.row_of(time(when)).unwrap()];
    assert_eq!(at("dvol", "2021-03-24"), 84.88);
    assert!((at("price", "2021-05-19 23:00") - 36_690.0).abs() < 100.0);
    assert_eq!(at("transaction_volume_usd", "2024-08-08"), 6_532_994_035.445_488);
    assert_eq!(at("transaction_volume_source", "2024-08-08"), 0.0);
    assert_eq!(at("transaction_volume_source", "2024-08-09"), 1.0);
    let ratio = at("transaction_volume_usd", "2024-08-09") / at("transaction_volume_usd", "2024-08-08");
    assert!((0.3..3.0).contains(&ratio), "the proxy continues the reported level: {ratio}");
}

fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let product =
        |lag: usize| values[lag..].iter().zip(values).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    product(lag) / product(0)
}

/// mean, deviation, minimum, maximum, autocorrelations, mean absolute hourly change, 24 h RMSE.
fn moments(values: &[f64]) -> [f64; 9] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
    let change = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (n - 1.0);
    let day = values.windows(25).map(|window| (window[24] - window[0]).powi(2)).sum::<f64>() / (n - 24.0);
    [
        mean,
        deviation,
        values.iter().copied().fold(f64::INFINITY, f64::min),
        values.iter().copied().fold(0.0, f64::max),
        autocorrelation(values, 24),
        autocorrelation(values, 168),
        autocorrelation(values, 720),
        change,
        day.sqrt(),
    ]
}

#[test]
fn over_five_seeds_the_simulated_index_has_the_moments_of_the_real_one() {
    let seeds = [42, 43, 44, 45, 46];
    let of_seed = seeds.map(|seed| {
        let panel = simulate(&Simulation { seed: Seed::new(seed), ..Simulation::default() }).unwrap();
        let moments = moments(panel.values("dvol").unwrap());
        println!("seed {seed}: {moments:.3?}");
        moments
    });
    let mean: [f64; 9] = std::array::from_fn(|i| of_seed.iter().map(|m| m[i]).sum::<f64>() / 5.0);
    println!("mean: {mean:.3?}");
    let near = [
        ("mean", 60.0, 66.0),
        ("deviation", 17.0, 21.0),
        ("minimum", 26.0, 35.0),
        ("maximum", 145.0, 185.0),
        ("autocorrelation at 24 h", 0.97, 0.99),
        ("autocorrelation at 168 h", 0.88, 0.94),
        ("autocorrelation at 720 h", 0.75, 0.85),
        ("mean absolute hourly change", 0.35, 0.45),
        ("24 h RMSE", 2.7, 4.2),
    ];
    for ((name, low, high), value) in near.into_iter().zip(mean) {
        assert!((low..=high).contains(&value), "{name}: {value:.3} outside {low} .. {high}");
    }
}

fn simulated(hours: usize, seed: u64) -> Dataset {
    Dataset::simulated(&Simulation { hours, seed: Seed::new(seed), ..Simulation::default() }).unwrap()
}

/// A data set whose column was changed by `change`, described anew.
fn with_values(dataset: &Dataset, name: &str, change: impl Fn(&mut [f64])) -> Dataset {
    let mut panel = Panel::new(dataset.panel().start(), dataset.panel().len()).unwrap();
    for column in dataset.panel().columns() {
        let mut values = column.values().to_vec();
        if column.name() == name {
            change(&mut values);
        }
        let column = Column::new(column.name(), values, column.frequency(), column.known_after_hours());
        panel = panel.with(column).unwrap();
    }
    Dataset::new(panel, dataset.manifest().provenance.clone(), Vec::new(), Vec::new())
}

fn findings(dataset: &Dataset, check: Check, column: &str) -> Vec<Finding> {
    let audit = audit(dataset, None, &AuditLimits::default());
    let matching = audit.findings.into_iter();
    matching.filter(|finding| finding.check == check && finding.column == column).collect()
}

#[test]
fn the_simulator_gives_the_same_bits_for_the_same_seed_and_others_for_another() {
    let bits = |seed| -> Vec<u64> {
        let panel = simulated(400, seed).panel().clone();
        panel.columns().iter().flat_map(|column| column.values()).map(|value| value.to_bits()).collect()
    };
    assert_eq!(bits(7), bits(7));
    assert_ne!(bits(7), bits(8));
}

#[test]
fn the_simulated_market_has_the_structure_its_truth_claims() {
    let panel = simulated(37_949, 42).panel().clone();
    let column = |name: &str| panel.values(name).unwrap();
    let (dvol, price, jumps) = (column("dvol"), column("price"), column("truth_jump"));
    let changes: Vec<f64> = dvol.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    let returns: Vec<f64> = price.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    let correlation = |a: &[f64], b: &[f64]| {
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        let cross = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
            x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
        };
        cross(a, ma, b, mb) / (cross(a, ma, a, ma) * cross(b, mb, b, mb)).sqrt()
    };
    let leverage = correlation(&changes, &returns);
    assert!((-0.4..-0.1).contains(&leverage), "leverage {leverage}");
    // an hour with a jump changes the index by about that jump
    let rows: Vec<usize> = (1..dvol.len()).filter(|&row| jumps[row] != 0.0).collect();
    assert!((100..400).contains(&rows.len()), "{} jumps", rows.len());
    let explained = rows
        .iter()
        .filter(|&&row| (changes[row - 1] - jumps[row]).abs() < 5.0 * column("truth_volatility")[row]);
    assert!(explained.count() as f64 > 0.98 * rows.len() as f64);
    // clusters: the day after a jump holds more jumps than a day does on average
    let rate = rows.len() as f64 / dvol.len() as f64;
    let followed: usize =
        rows.iter().map(|&row| jumps[row + 1..].iter().take(24).filter(|jump| **jump != 0.0).count()).sum();
    assert!(followed as f64 / (24.0 * rows.len() as f64) > 1.5 * rate);
    // realized volatility of the past month drives the index
    let realized: Vec<f64> = returns
        .windows(720)
        .step_by(24)
        .map(|window| (window.iter().map(|r| r * r).sum::<f64>() / 720.0).sqrt())
        .collect();
    let index: Vec<f64> = dvol[720..].iter().step_by(24).copied().collect();
    let driven = correlation(&realized, &index);
    assert!((0.7..0.98).contains(&driven), "{driven}");
    // a known pattern of the week
    let weekend = column("truth_seasonal")
        .iter()
        .zip(panel.times())
        .filter(|(_, at)| at.hour_of_week() == 132)
        .map(|(value, _)| *value)
        .next();
    assert!(weekend.unwrap() < -0.01);
}

#[test]
fn a_clean_simulated_data_set_has_no_serious_finding() {
    let audit = audit(&simulated(20_000, 42), None, &AuditLimits::default());
    assert!(audit.worst() < Some(Severity::Serious), "{audit}");
    let coverage = &audit.columns[0].coverage;
    assert!(coverage.values().all(|share| *share == 1.0));
}

#[test]
fn the_audit_finds_each_planted_fault_where_it_was_planted() {
    let clean = simulated(5000, 42);
    let at = |row: usize| Some(clean.panel().at(row));

    let gap = with_values(&clean, "dvol", |values| values[100..300].fill(f64::NAN));
    let found = &findings(&gap, Check::Gap, "dvol")[0];
    assert_eq!((found.count, found.at, found.severity), (200, at(100), Severity::Serious));

    let stale = with_values(&clean, "price", |values| {
        let held = values[500];
        values[500..510].fill(held)
    });
    let found = &findings(&stale, Check::Stale, "price")[0];
    assert_eq!((found.count, found.at, found.severity), (10, at(500), Severity::Warning));

    let spike = with_values(&clean, "price", |values| values[700] *= 1.5);
    let found = &findings(&spike, Check::Spike, "price")[0];
    assert_eq!((found.count, found.at), (1, at(700)));

    let level =
        with_values(&clean, "price", |values| values[900..].iter_mut().for_each(|value| *value *= 2.0));
    assert_eq!(findings(&level, Check::Outlier, "price")[0].at, at(900));

    let late = with_values(&clean, "dvol", |values| values[4900..].fill(f64::NAN));
    assert_eq!(findings(&late, Check::Late, "dvol")[0].count, 100);

    let unit = with_values(&clean, "dvol", |values| values.iter_mut().for_each(|value| *value /= 100.0));
    assert_eq!(findings(&unit, Check::Disagreement, "dvol")[0].severity, Severity::Serious);

    for (check, column) in [
        (Check::Gap, "dvol"),
        (Check::Stale, "price"),
        (Check::Spike, "price"),
        (Check::Late, "dvol"),
        (Check::Disagreement, "dvol"),
    ] {
        assert_eq!(findings(&clean, check, column), [], "{check} on clean data");
    }
}

#[test]
fn two_price_sources_beyond_two_percent_disagree() {
    let clean = simulated(1000, 42);
    let mut perpetual = clean.panel().values("price").unwrap().to_vec();
    perpetual[10] *= 1.019;
    perpetual[20] *= 1.03;
    let panel = clean.panel().clone().with(Column::bars("price_perpetual", perpetual)).unwrap();
    let found = &findings(&clean.clone().with_panel(panel), Check::Disagreement, "price")[0];
    assert_eq!((found.count, found.at), (1, Some(clean.panel().at(20))));
}

#[test]
fn a_revised_past_is_seen_against_the_last_manifest_and_news_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let longer = simulated(4000, 42);
    let panel = longer.panel().between(longer.panel().start(), longer.panel().at(2999)).unwrap();
    let shorter = longer.clone().with_panel(panel);
    let shorter = with_values(&shorter, "", |_| {});
    shorter.save(folder.path()).unwrap();
    let audit_of = |dataset: Dataset| {
        let saved = dataset.save(folder.path()).unwrap();
        let audit =
            audit(&saved, previous_manifest(folder.path()).unwrap().as_ref(), &AuditLimits::default());
        audit.findings.into_iter().filter(|finding| finding.check == Check::Revision).collect::<Vec<_>>()
    };
    assert_eq!(audit_of(longer.clone()), [], "more hours are no revision");
    let revised = audit_of(with_values(&longer, "mvrv", |values| values[24 * 40] *= 1.01));
    assert_eq!(revised.len(), 1);
    assert_eq!((revised[0].column.as_str(), revised[0].at), ("mvrv", Some(time("2021-05-01"))));
}

#[test]
fn a_difference_names_what_appeared_vanished_and_changed() {
    let a = simulated(500, 42);
    let b = with_values(&a, "dvol", |values| {
        values[3] *= 1.1;
        values[9] = f64::NAN;
    });
    let difference = diff(&a, &b);
    assert_eq!(difference.columns.len(), 1);
    let dvol = &difference.columns[0];
    assert_eq!((dvol.appeared, dvol.vanished, dvol.changed), (0, 1, 1));
    let (largest, at) = dvol.largest.unwrap();
    assert!((largest - 0.1).abs() < 1e-9);
    assert_eq!(at, a.panel().at(3));
    assert!(diff(&a, &a).is_empty());
    assert_eq!(diff(&b, &a).columns[0].appeared, 1);
}

#[test]
fn the_command_line_simulates_audits_and_compares() {
    let folder = tempfile::tempdir().unwrap();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = dvol(arguments, folder.path());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("one JSON document")
    };
    let manifest = json(&["data", "simulate", "--hours", "1000", "--seed", "7", "--json"]);
    assert_eq!(manifest["rows"], 1000);
    assert_eq!(manifest["provenance"]["simulation"]["seed"], 7);
    assert_eq!(load(folder.path().join("data")).unwrap().panel().len(), 1000);
    let audited = json(&["data", "audit", "--json"]);
    assert_eq!(audited["rows"], 1000);
    json(&["data", "simulate", "--hours", "1000", "--seed", "8", "--out", "other", "--json"]);
    let difference = json(&["data", "diff", "data", "other", "--json"]);
    assert_eq!(difference["common_hours"], 1000);
    assert!(!difference["columns"].as_array().unwrap().is_empty());
    let table = dvol(&["data", "audit"], folder.path());
    let text = String::from_utf8(table.stdout).unwrap();
    assert!(text.contains("| dvol ") && text.contains("1000 hours, 2021-03-24T00:00:00Z"), "{text}");
}

#[test]
fn the_command_line_imports_with_the_policy_of_the_experiments_file() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::of_days(40);
    let twice = replace_line(&files.dvol, 3, "2022-01-01T01:00:00Z,60");
    for (name, text) in
        [("d.csv", &twice), ("p.csv", &files.price), ("o.csv", &files.onchain), ("v.csv", &files.volume)]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let arguments =
        ["data", "import", "--dvol", "d.csv", "--price", "p.csv", "--onchain", "o.csv", "--volume", "v.csv"];
    let refused = dvol(&arguments, folder.path());
    assert_eq!(refused.status.code(), Some(2));
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(
        message.starts_with("dvol: d.csv: column `timestamp`, row 3: `2022-01-01T01:00:00Z`"),
        "{message}"
    );
    assert!(!folder.path().join("data").exists(), "nothing is left behind");
    fs::write(folder.path().join("thesis.toml"), "[import]\nduplicates = \"keep_first\"\n").unwrap();
    let accepted = dvol(&arguments, folder.path());
    assert!(accepted.status.success());
    let text = String::from_utf8(accepted.stdout).unwrap();
    assert!(text.contains("d.csv: `timestamp`: duplicate times dropped: 1"), "{text}");
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
