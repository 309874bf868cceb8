//! Leaves in the library a hash of the code that its numbers come from.

#[path = "build/code.rs"]
mod code;
#[path = "build/rooms.rs"]
mod rooms;

use rooms::{FORECASTS, RESULTS};
use sha2::{Digest, Sha256};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src");
    // Doctests find Rust's own shared libraries.
    if let Some(sysroot) = sysroot() {
        let target = env::var("TARGET").unwrap_or_default();
        println!("cargo:rustc-link-arg=-Wl,-rpath,{sysroot}/lib/rustlib/{target}/lib");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    // Beside the workspace in a checkout; a dependent's own elsewhere.
    let lock = root.join("../../Cargo.lock");
    if lock.exists() {
        println!("cargo:rerun-if-changed={}", lock.display());
    }
    let locked = code::locked(&fs::read_to_string(&lock).unwrap_or_default());
    let source = root.join("src");
    for (variable, rooms) in [
        ("DVOL_CODE_FORECASTS", FORECASTS.to_vec()),
        ("DVOL_CODE_RESULTS", [&FORECASTS[..], &RESULTS].concat()),
    ] {
        match code::sources(&source, &rooms) {
            Ok(text) => println!("cargo:rustc-env={variable}={}", hash(&format!("{text}\n{locked}"))),
            Err(error) => println!("cargo::error=hashing the sources of {}: {error}", source.display()),
        }
    }
}

fn sysroot() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).args(["--print", "sysroot"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
