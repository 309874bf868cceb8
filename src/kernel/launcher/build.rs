//! A build that is missing or older than its sources, mended while the kernel starts.

use super::{freshness, layout, place, stub};
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// What cargo says, and once it has ended, its exit code.
const LOG: &str = "build.log";
const ENDED: &str = "build.ended";

/// Makes `libdvol.so` ready for cells, now or by a build that runs on.
pub fn begin(folder: &Path, build: &Path) -> io::Result<()> {
    let Some(source) = freshness::newer_source(build) else { return take(folder, build) };
    eprintln!("dvol-kernel: {} changed: building, cells wait", source.display());
    let profile = if build.ends_with("release") { "release" } else { "dev" };
    // $1 is the checkout, $2 the kernel's folder.
    let script = "cd \"$1\" && cargo build --locked --profile $3 > \"$2/build.log\" 2>&1; \
                  echo $? > \"$2/build.tmp\"; mv \"$2/build.tmp\" \"$2/build.ended\"";
    Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(place::root())
        .arg(folder)
        .arg(profile)
        .env("CARGO_TARGET_DIR", build.parent().unwrap_or(build))
        .env("LIBTORCH", place::libtorch())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map(|_| ())
}

/// Waits for a build that runs; says in one sentence why there is nothing to use.
pub fn ready(folder: &Path) -> Result<(), String> {
    if folder.join("lib").join(stub::ANCHOR).exists() {
        return Ok(());
    }
    let ended = folder.join(ENDED);
    while !ended.exists() {
        sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(folder.join(LOG)).unwrap_or_default();
    if fs::read_to_string(&ended).unwrap_or_default().trim() != "0" {
        let first = log.lines().find(|line| line.starts_with("error")).unwrap_or("cargo failed");
        let at = log
            .lines()
            .find_map(|line| line.trim().strip_prefix("--> "))
            .map_or(String::new(), |at| format!(" at {at}"));
        return Err(format!(
            "dvol does not build: {first}{at}; mend it and restart the kernel (`cargo build` in {} says more)",
            place::root().display()
        ));
    }
    let build = layout::path_from(layout::BUILD)?;
    take(folder, &build)
        .map_err(|error| format!("{}: {error}; run `make setup` and restart the kernel", build.display()))
}

/// This build's `libdvol.so`, which a later build must not change under a running kernel.
fn take(folder: &Path, build: &Path) -> io::Result<()> {
    let library = folder.join("lib/libdvol.so");
    let source = freshness::library(build);
    fs::hard_link(&source, &library).or_else(|_| fs::copy(&source, &library).map(|_| ()))?;
    stub::write_all(&library, &folder.join("stubs"))
}
