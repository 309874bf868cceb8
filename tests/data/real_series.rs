//! The real series.

use super::support::real;
use super::support::samples::time;
use dvol::data::{ImportPolicy, import};

#[test]
fn an_import_counts_every_gap_on_the_real_series() {
    let Some(folder) = real::series() else { return };
    let dataset = import(&real::sources(&folder), &ImportPolicy::default()).unwrap();
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
