//! Prepares one kernel's folder and becomes `evcxr_jupyter`.

use super::{build, cargo, layout, note, place, room};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const USAGE: &str =
    "usage: dvol-kernel CONNECTION_FILE (Jupyter calls it; `dvol kernel install` tells Jupyter)";

/// A cell is short and runs once: optimising it would take longer than running it. `:opt 2` changes that.
const CONFIGURATION: &str = "[evcxr]\nopt_level = \"0\"\n";

/// Said when set-up found no source of the standard library.
const WITHOUT_STANDARD: &str = "the types of the standard library are not known to this kernel: give variables theirs \
     (`let x: Vec<f64> = ...`); `make setup` says why its sources could not be had";

/// Replaces this process by the kernel.
pub fn run(arguments: &[OsString]) -> Result<ExitCode, String> {
    let connection = match arguments {
        [word, folder] if word == room::CLEAR => {
            let folder = Path::new(folder);
            room::clear(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            return Ok(ExitCode::SUCCESS);
        }
        [connection] => connection,
        _ => return Err(USAGE.to_owned()),
    };
    let own = env::current_exe().map_err(|error| format!("finding this program: {error}"))?;
    let build = own.parent().ok_or("this program lies in no folder")?.to_path_buf();
    let evcxr = place::evcxr();
    if !evcxr.exists() {
        return Err(format!(
            "{} is missing: run `make setup` in {}",
            evcxr.display(),
            place::root().display()
        ));
    }
    let kernels = place::root().join(".kernel");
    let (folder, lock) = room::take(&kernels).map_err(|error| format!("{}: {error}", kernels.display()))?;
    prepare(&folder, &build, &own).map_err(|error| format!("{}: {error}", folder.display()))?;
    room::clear_at_end(&own, &folder).map_err(|error| format!("{}: {error}", own.display()))?;

    let library_path = {
        let torch = place::libtorch().join("lib");
        let rust = layout::rust_libraries();
        layout::before(Path::new(&format!("{}:{}", torch.display(), rust.display())), "LD_LIBRARY_PATH")
    };
    let cargo = real_cargo();
    let problem = Command::new(&evcxr)
        .arg("--control_file")
        .arg(connection)
        // The kernel reads nothing there: it only keeps the lock of its folder open.
        .stdin(Stdio::from(lock))
        .env("EVCXR_TMPDIR", &folder)
        .env("EVCXR_CONFIG_DIR", folder.join("config"))
        .env("PATH", layout::before(&folder.join("bin"), "PATH"))
        .env("LD_LIBRARY_PATH", library_path)
        .env("RUSTC", place::sysroot().join("bin/rustc"))
        .env("RUST_SRC_PATH", place::standard_library())
        .env(layout::CARGO_HOME, env::var_os("CARGO_HOME").unwrap_or_default())
        .env("CARGO_HOME", &folder)
        .env("CARGO", folder.join("bin/cargo"))
        .env(layout::CARGO, cargo)
        .env(layout::FOLDER, &folder)
        .env(layout::BUILD, &build)
        .exec();
    Err(format!("{}: {problem}", evcxr.display()))
}

/// `bin/` and `CARGO_HOME` with the stand-ins, evcxr's configuration, and `libdvol.so`.
fn prepare(folder: &Path, build: &Path, own: &Path) -> std::io::Result<()> {
    for part in ["bin", "lib", "stubs", "config", "src"] {
        fs::create_dir_all(folder.join(part))?;
    }
    for name in ["cargo", "mold", "rustup", cargo::OTHER_RUSTC] {
        symlink(own, folder.join("bin").join(name))?;
    }
    fs::write(folder.join("config/evcxr.toml"), CONFIGURATION)?;
    // Without what set-up makes, rust-analyzer reads the toolchain's sources themselves, slowly, where they are there.
    let whole = place::sysroot().join("lib/rustlib/src/rust/library");
    if ![place::standard_library(), whole].iter().any(|library| library.join("core").exists()) {
        eprintln!("dvol-kernel: {WITHOUT_STANDARD}");
        note::leave(folder, WITHOUT_STANDARD)?;
    }
    build::begin(folder, build)
}

fn real_cargo() -> PathBuf {
    let direct = place::sysroot().join("bin/cargo");
    if direct.exists() { direct } else { PathBuf::from("cargo") }
}
