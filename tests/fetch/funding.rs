//! The funding rate, an optional column: hourly from Deribit, every eight hours from Binance.

use super::loopback::{Paging, Server};
use super::support::samples::time;
use super::{UNTIL, bytes, fetched, request, run, settings, small_world};
use dvol::data::{AuditLimits, Check, Fetch, FundingSource, ImportPolicy, Sources, audit, import, load};
use dvol::features::known;
use dvol::panel::Frequency;
use dvol::time::HOUR_MS;

#[test]
fn funding_is_asked_for_by_name_only() {
    let server = Server::start(small_world(), Paging::default());
    let (_folder, dataset) = fetched(&server);
    assert!(!dataset.panel().has("funding_rate"));
    assert!(server.asked.lock().unwrap().iter().all(|ask| !ask.path.to_lowercase().contains("funding")));
}

#[test]
fn deribit_gives_a_rate_an_hour_and_binance_one_every_eight() {
    let world = small_world();
    for (source, frequency) in
        [(FundingSource::Deribit, Frequency::Hourly), (FundingSource::Binance, Frequency::EightHourly)]
    {
        let server = Server::start(world.clone(), Paging::default());
        let folder = tempfile::tempdir().unwrap();
        let fetching = Fetch { funding: Some(source), ..request(folder.path()) };
        let dataset = run(&fetching, &settings(&server)).unwrap();
        let panel = dataset.panel();
        let column = panel.column("funding_rate").unwrap();
        assert_eq!((column.frequency(), column.known_after_hours()), (frequency, 1));
        for (row, value) in column.values().iter().enumerate() {
            let at = panel.at(row).millis();
            if at % (frequency.hours() * HOUR_MS) == 0 {
                assert_eq!(*value, world.funding[&at], "{source:?} at {}", panel.at(row));
            } else {
                assert!(value.is_nan());
            }
        }
        let record = dataset.manifest().column("funding_rate").unwrap();
        assert_eq!(record.gaps, 0);
        // known at the next hour, and held until the next payment
        let known = known(panel).unwrap();
        let row = panel.row_of(time("2021-03-30 08:00")).unwrap();
        let rate = world.funding[&time("2021-03-30 08:00").millis()];
        let held = known.values("funding_rate").unwrap();
        assert_eq!(held[row + 1], rate);
        assert!(held[row] != rate, "not before it is known");
        if frequency == Frequency::EightHourly {
            assert_eq!(held[row + 8], rate);
        }
        let loaded = load(folder.path()).unwrap();
        assert_eq!(loaded.manifest(), dataset.manifest());
        let findings = audit(&loaded, None, &AuditLimits::default()).findings;
        assert!(
            !findings.iter().any(|one| one.column == "funding_rate" && one.check == Check::Gap),
            "{findings:?}"
        );
        // offline from the same answers
        let before = bytes(folder.path());
        run(&Fetch { offline: true, ..fetching }, &settings(&server)).unwrap();
        assert!(bytes(folder.path()) == before);
    }
}

#[test]
fn a_file_of_either_kind_is_imported() {
    let server = Server::start(small_world(), Paging::default());
    let (folder, fetched) = fetched(&server);
    let file = |kind: &str, name: &str| folder.path().join("sources").join(kind).join(name);
    let import_with = |funding: &str| {
        let path = folder.path().join("funding.csv");
        std::fs::write(&path, funding).unwrap();
        let sources = Sources {
            dvol: vec![file("hourly", "deribit_dvol.csv")],
            price: vec![file("hourly", "binance_spot.csv")],
            funding: vec![path],
            onchain: vec![file("daily", "coin_metrics.csv")],
            volume: vec![file("daily", "blockchain_com_volume.csv")],
            ..Sources::default()
        };
        import(&sources, &ImportPolicy::default())
    };
    let rows = |step: i64, late: i64| {
        let times = (0..200 / step).map(|row| time("2021-03-24").millis() + row * step * HOUR_MS);
        times
            .enumerate()
            .map(|(row, time)| format!("{},{}\n", time + late, row as f64 / 1e6))
            .collect::<String>()
    };
    let paid = import_with(&format!("fundingTime,fundingRate\n{}", rows(8, 3))).unwrap();
    let column = paid.panel().column("funding_rate").unwrap();
    assert_eq!((column.frequency(), column.values()[8]), (Frequency::EightHourly, 1e-6));
    let hourly =
        import_with(&format!("timestamp,interest_8h,interest_1h\n{}", rows(1, 0).replace('\n', ",9\n")));
    let hourly = hourly.unwrap();
    let column = hourly.panel().column("funding_rate").unwrap();
    assert_eq!((column.frequency(), column.values()[8]), (Frequency::Hourly, 8e-6));
    assert_ne!(paid.fingerprint(), hourly.fingerprint());
    let dear = import_with("time,funding_rate\n2021-03-24T00:00,0.0001\n2021-03-24T08:00,1.5\n").unwrap_err();
    assert!(dear.to_string().contains("row 2: `1.5`: not a share between -1 and 1"), "{dear}");
    assert_eq!(fetched.panel().last(), time(UNTIL));
}
