//! Data sets on disk, whole or not at all.

use super::files::Files;
use dvol::artifacts::write_atomic;
use dvol::data::{Dataset, ImportPolicy, Simulation, load};
use dvol::seed::Seed;
use std::fs;
use std::time::{Duration, SystemTime};

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
