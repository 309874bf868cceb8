//! A file and its description when the machine stops between any two things that are done to the disk.

use super::support::samples::simulated;
use dvol::artifacts::{Describes, Disk, Pair, SystemDisk, sha256};
use dvol::data::{Dataset, load, previous_manifest};
use dvol::{Error, Result};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::fs;
use std::path::Path;

/// A disk that stops after so many steps: the process was killed, or the disk is full from then on.
struct Stopping {
    left: Cell<usize>,
}

impl Stopping {
    fn after(steps: usize) -> Self {
        Self { left: Cell::new(steps) }
    }

    /// One step further, or the end.
    fn step(&self) -> Result<()> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Error::Internal { what: "the disk".to_owned(), detail: "stopped".to_owned() }),
        }
    }
}

impl Disk for Stopping {
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let folder = path.parent().unwrap();
        fs::create_dir_all(folder).unwrap();
        self.step()?;
        let temporary = folder.join(".dvol-stopped.tmp");
        fs::write(&temporary, &bytes[..bytes.len() / 2]).unwrap();
        self.step()?;
        fs::write(&temporary, bytes).unwrap();
        self.step()?;
        fs::rename(&temporary, path).unwrap();
        self.step()
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        self.step()?;
        SystemDisk.rename(from, to)?;
        self.step()
    }

    fn remove(&self, path: &Path) -> Result<()> {
        self.step()?;
        SystemDisk.remove(path)?;
        self.step()
    }
}

/// Steps of a whole write onto what was there.
fn steps(write: impl Fn(&Stopping) -> Result<()>) -> usize {
    (0..200).find(|&count| write(&Stopping::after(count)).is_ok()).expect("a write that ends")
}

/// A description of a few bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Label {
    sha256: String,
}

impl Describes for Label {
    fn describes(&self, body: &[u8]) -> bool {
        self.sha256 == sha256(body)
    }
}

/// The body of a pair, when exactly one description fits it.
fn body(pair: &Pair<'_>, folder: &Path) -> Option<Vec<u8>> {
    let bytes = fs::read(folder.join("body")).ok()?;
    pair.description::<Label>(&bytes).expect("readable descriptions").map(|_| bytes)
}

fn pair(folder: &Path) -> Pair<'static> {
    Pair::new(folder.join("body"), folder.join("label.json")).keeping_former(folder.join("former.json"))
}

fn put(folder: &Path, disk: &dyn Disk, text: &str) -> Result<()> {
    pair(folder).on(disk).replace(text.as_bytes(), &Label { sha256: sha256(text.as_bytes()) })
}

/// Three writes in a row, each stopped anywhere or ended: what is there afterwards is always the last whole one.
#[test]
fn three_interruptions_in_a_row_leave_the_old_pair_or_a_new_one() {
    let most = {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), &SystemDisk, "a").unwrap();
        steps(|disk| put(folder.path(), disk, "b")) + 8
    };
    let mut runs = 0;
    for first in [None, Some("a")] {
        for (one, two) in (0..=most).flat_map(|one| (0..=most).map(move |two| (one, two))) {
            let third: Vec<usize> =
                if super::effort() > 1 { (0..=most).collect() } else { vec![one.min(two)] };
            for three in third {
                let folder = tempfile::tempdir().unwrap();
                if let Some(text) = first {
                    put(folder.path(), &SystemDisk, text).unwrap();
                }
                let mut before = first.map(str::to_owned);
                for (text, count) in [("bb", one), ("ccc", two), ("dddd", three)] {
                    let ended = put(folder.path(), &Stopping::after(count), text).is_ok();
                    let now =
                        body(&pair(folder.path()), folder.path()).map(|b| String::from_utf8(b).unwrap());
                    assert!(
                        now == before || now.as_deref() == Some(text),
                        "{first:?} {one} {two} {three}: {now:?} where {before:?} or {text} must be"
                    );
                    assert!(!ended || now.as_deref() == Some(text));
                    before = now;
                }
                put(folder.path(), &SystemDisk, "whole").unwrap();
                assert_eq!(body(&pair(folder.path()), folder.path()).as_deref(), Some(&b"whole"[..]));
                assert!(!folder.path().join("label.next.json").exists());
                if let (Some(before), Ok(former)) = (&before, fs::read(folder.path().join("former.json"))) {
                    let former: Label = dvol::serde_json::from_slice(&former).unwrap();
                    assert!(former.describes(before.as_bytes()), "{one} {two} {three}");
                }
                runs += 1;
            }
        }
    }
    println!("crash points of successive writes: {runs} runs");
    assert!(runs > 500, "{runs}");
}

/// The same with whole data sets, as they are loaded: after one and after two successive writes.
#[test]
fn a_data_set_survives_every_crash_point_of_one_and_of_two_successive_writes() {
    let [a, b, c] = [1, 2, 3].map(|seed| simulated(300, seed));
    let fingerprint = |set: &Dataset| set.fingerprint().to_owned();
    let most = {
        let folder = tempfile::tempdir().unwrap();
        a.clone().save(folder.path()).unwrap();
        steps(|disk| b.clone().save_on(disk, folder.path()).map(|_| ())) + 8
    };
    let mut runs = 0;
    for (one, two) in (0..=most).flat_map(|one| (0..=most).map(move |two| (one, two))) {
        let folder = tempfile::tempdir().unwrap();
        let mut held = fingerprint(&a.clone().save(folder.path()).unwrap());
        for (set, count) in [(&b, one), (&c, two)] {
            let ended = set.clone().save_on(&Stopping::after(count), folder.path()).is_ok();
            let found = load(folder.path()).unwrap_or_else(|error| panic!("{one}, {two}: {error}"));
            let now = fingerprint(&found);
            assert!(now == held || now == fingerprint(set), "{one}, {two}");
            assert!(!ended || now == fingerprint(set));
            held = now;
        }
        if let Some(previous) = previous_manifest(folder.path()).unwrap() {
            assert!([&a, &b].iter().any(|set| previous.fingerprint == fingerprint(set)), "{one}, {two}");
        }
        runs += 1;
    }
    println!("crash points of data sets: {runs} runs");
    assert!(runs > 100, "{runs}");
}

#[test]
fn a_first_import_that_was_stopped_is_no_simulated_market() {
    let whole = tempfile::tempdir().unwrap();
    let set = simulated(300, 1);
    let most = steps(|disk| set.clone().save_on(disk, &whole.path().join("new")).map(|_| ()));
    for count in 0..most {
        let folder = tempfile::tempdir().unwrap();
        if set.clone().save_on(&Stopping::after(count), folder.path()).is_ok() {
            break;
        }
        assert!(Dataset::is_in(folder.path()), "{count}");
        match load(folder.path()) {
            Ok(found) => assert_eq!(found.fingerprint(), set.fingerprint()),
            Err(error) => assert!(error.to_string().contains("no data set here"), "{count}: {error}"),
        }
    }
}
