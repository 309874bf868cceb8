//! Checks libtorch's version, and lets every binary of ours find libtorch and Rust's own shared libraries
//! without exported variables: neither does tch's build script do for its dependents.

use sha2::{Digest, Sha256};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

include!("build/shim.rs");

#[path = "crates/core/build/code.rs"]
#[allow(dead_code)]
mod code;

/// What the `tch` in Cargo.toml was written for: the one line of the file `torch-version`, which set-up reads too.
const TORCH_VERSION: &str = include_str!("torch-version").trim_ascii_end();

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    hash_networks();
    // `make install` puts libraries into `lib/dvol` beside `bin`; they come before the build's own.
    let mut paths = vec!["$ORIGIN".to_owned(), "$ORIGIN/deps".to_owned(), "$ORIGIN/../lib/dvol".to_owned()];
    if let Some(libtorch) = env::var_os("LIBTORCH").map(PathBuf::from) {
        if let Err(problem) = check_version(&libtorch) {
            // `cargo::error` fails the build with this line alone.
            println!("cargo::error={problem}");
            return;
        }
        let lib = libtorch.join("lib");
        for accelerated in ["torch_cuda", "torch_hip"] {
            if lib.join(format!("lib{accelerated}.so")).exists() {
                // Nothing of ours names its symbols: the linker would drop it, and PyTorch would see no GPU.
                println!("cargo:rustc-link-search=native={}", lib.display());
                let keep = format!("-Wl,--no-as-needed,-l{accelerated},--as-needed");
                for kind in ["-bin=dvol-networks", "-tests", "-benches"] {
                    println!("cargo:rustc-link-arg{kind}={keep}");
                }
            }
        }
        build_shim(&libtorch);
        paths.push(lib.display().to_string());
        println!("cargo:rustc-env=DVOL_LIBTORCH={}", libtorch.display());
    }
    if let Some(sysroot) = rustc(&["--print", "sysroot"]) {
        let target = env::var("TARGET").unwrap_or_default();
        paths.push(format!("{sysroot}/lib/rustlib/{target}/lib"));
        let lld = Path::new(&sysroot).join("lib/rustlib").join(&target).join("bin/gcc-ld/ld.lld");
        if lld.exists() {
            export_torch_wrappers();
        }
        println!("cargo:rustc-env=DVOL_SYSROOT={sysroot}");
        println!("cargo:rustc-env=DVOL_TARGET={target}");
    }
    let verbose = rustc(&["--version", "--verbose"]).unwrap_or_default();
    let release = verbose.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or("unknown");
    println!("cargo:rustc-env=DVOL_RUST_RELEASE={release}");
    for path in paths {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{path}");
    }
}

/// Leaves in the library a hash of the code that trains networks and forecasts with them.
fn hash_networks() {
    let rooms = ["src/models", "src/training/run.rs", "shim"];
    for room in rooms {
        println!("cargo:rerun-if-changed={room}");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo:rustc-env=DVOL_TORCH_VERSION={TORCH_VERSION}");
    match code::sources(&root, &rooms) {
        Ok(text) => {
            let digest = Sha256::digest(text.as_bytes());
            let hash = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            println!("cargo:rustc-env=DVOL_CODE_NETWORKS={hash}");
        }
        Err(error) => println!("cargo::error=hashing the sources of networks: {error}"),
    }
}

/// Lets cells and tests call the C functions inside `libdvol.so`, which rustc would hide.
///
/// A second copy linked into a cell would keep its errors to itself: tch would read the first copy's empty
/// error and follow a null pointer. (Patterns, because lld refuses names that an executable lacks.) Only lld accepts a second version script; toolchains bring it on x86-64.
fn export_torch_wrappers() {
    let Some(folder) = env::var_os("OUT_DIR").map(PathBuf::from) else { return };
    let script = folder.join("tch.map");
    let names = "at_*; atc_*; atg_*; ati_*; atm_*; ato_*; ats_*; get_and_reset_last_er*; torch_last_er*;";
    if fs::write(&script, format!("{{ global: {names} }};\n")).is_ok() {
        println!("cargo:rustc-link-arg=-Wl,--version-script={}", script.display());
    }
}

fn check_version(libtorch: &Path) -> Result<(), String> {
    if !libtorch.join("lib").is_dir() {
        return Err(format!(
            "LIBTORCH = {}: there is no libtorch; run `make setup`, which fetches it",
            libtorch.display()
        ));
    }
    match version(libtorch) {
        Some(found) if found.split('+').next() == Some(TORCH_VERSION) => Ok(()),
        found => Err(format!(
            "LIBTORCH = {} holds version {}, but {TORCH_VERSION} is needed; unset LIBTORCH and run `make setup`",
            libtorch.display(),
            found.as_deref().unwrap_or("unknown")
        )),
    }
}

/// The version by whichever file that build of libtorch has.
fn version(libtorch: &Path) -> Option<String> {
    if let Ok(text) = fs::read_to_string(libtorch.join("build-version")) {
        return Some(text.trim().to_owned());
    }
    if let Ok(text) = fs::read_to_string(libtorch.join("version.py")) {
        return quoted_after(&text, "__version__ = '", '\'');
    }
    let header = libtorch.join("include/torch/version.h");
    quoted_after(&fs::read_to_string(header).ok()?, "TORCH_VERSION \"", '"')
}

fn quoted_after(text: &str, start: &str, end: char) -> Option<String> {
    let rest = &text[text.find(start)? + start.len()..];
    Some(rest[..rest.find(end)?].to_owned())
}

fn rustc(arguments: &[&str]) -> Option<String> {
    let rustc = env::var_os("RUSTC")?;
    let output = Command::new(rustc).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
