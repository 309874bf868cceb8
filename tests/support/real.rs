//! The real series, which not every machine has.

use dvol::data::Sources;
use std::fs;
use std::panic::Location;
use std::path::{Path, PathBuf};

/// The folder of the real series: `DVOL_SHARED`, or `../shared/data`. A test that needs them ends where this is
/// `None`; `make test` counts those that ran on them and those that could not.
#[track_caller]
pub fn series() -> Option<PathBuf> {
    let given = std::env::var_os("DVOL_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let found = given.into_iter().chain([beside]).find(|folder| folder.join("dvol_close_1h.csv").is_file());
    note(Location::caller(), found.is_some());
    found
}

/// One file a test, so that tests may run side by side.
fn note(test: &Location, ran: bool) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real_series");
    let name = format!("{}-{}", test.file().replace(['/', '\\'], "-"), test.line());
    fs::create_dir_all(&folder).expect("a folder beside the build");
    fs::write(folder.join(name), if ran { "ran\n" } else { "absent\n" }).expect("a note");
}

pub fn sources(folder: &Path) -> Sources {
    Sources {
        dvol: vec![folder.join("dvol_close_1h.csv"), folder.join("dvol_ohlc_1h_gappy.csv")],
        price: vec![folder.join("btcusdt_1h.csv")],
        onchain: vec![folder.join("coinmetrics_btc_1d.csv")],
        volume: vec![folder.join("blockchaincom_tx_volume_usd_1d.csv")],
        ..Sources::default()
    }
}
