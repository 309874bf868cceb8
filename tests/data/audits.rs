//! Audits and differences of data sets.

use super::support::samples::{simulated, time};
use dvol::data::{AuditLimits, Check, Dataset, Finding, Severity, audit, diff, previous_manifest};
use dvol::panel::{Column, Panel};

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
