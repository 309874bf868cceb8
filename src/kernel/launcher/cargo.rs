//! What evcxr and rust-analyzer ask of cargo, answered quickly; everything else goes to the real one.

use super::{build, cell, diagnostics, layout, manifest, metadata, note, place};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

/// The answer to `:dep dvol = ...`.
const DVOL_IS_THERE: &str = "dvol is there without `:dep`, as it was built: `use dvol::prelude::*;`";
/// What `:toolchain` is given for a compiler.
pub const OTHER_RUSTC: &str = "other-rustc";

/// Stands in for `cargo`.
pub fn run(arguments: &[OsString]) -> Result<ExitCode, String> {
    let folder = layout::path_from(layout::FOLDER)?;
    let here = env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
    if here != folder {
        return real_cargo(arguments);
    }
    let manifest = manifest::read(&folder);
    let source = fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
    let alone = manifest.is_alone();
    if manifest.asks_for_dvol() {
        note::leave(&folder, DVOL_IS_THERE).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let subcommand = arguments.iter().find(|argument| !argument.to_string_lossy().starts_with('-'));
    if let (Some("build" | "check"), true) =
        (subcommand.and_then(|word| word.to_str()), source.contains("dvol"))
        && let Err(problem) = build::ready(&folder)
    {
        println!("{}", diagnostics::error(None, &problem, None));
        return Ok(ExitCode::from(101));
    }
    match subcommand.and_then(|word| word.to_str()) {
        Some("metadata") if alone => {
            println!("{}", metadata::cells_alone(&folder));
            Ok(ExitCode::SUCCESS)
        }
        Some("metadata") => {
            manifest.leave_out_dvol(&folder)?;
            patched_metadata(arguments)
        }
        Some("build") if alone => {
            cell::compile(&folder, manifest.optimisation(), source, cell::Emit::Library)
        }
        Some("check") if alone => {
            cell::compile(&folder, manifest.optimisation(), source, cell::Emit::Metadata)
        }
        Some("build" | "check") => {
            build::ready(&folder)?;
            manifest.leave_out_dvol(&folder)?;
            let flags = cell::flags(&folder)?.join(" ");
            Err(real_cargo_command(arguments)?.env("RUSTFLAGS", flags).exec().to_string())
        }
        // What rust-analyzer asks of a nightly cargo: refused at once, it asks rustc instead.
        Some("rustc" | "config") => Ok(ExitCode::from(101)),
        None if has("--version") || has("-V") => {
            println!("cargo {}", place::release());
            Ok(ExitCode::SUCCESS)
        }
        _ => real_cargo(arguments),
    }
}

/// Stands in for `mold -run cargo ...`: with stubs the choice of linker makes no difference, starting mold does.
pub fn mold(arguments: &[OsString]) -> Result<ExitCode, String> {
    match arguments {
        [run, _cargo, rest @ ..] if run == "-run" => self::run(rest),
        _ => Err("mold: only `mold -run cargo` is known here".to_owned()),
    }
}

/// Stands in for `rustup which cargo` and `rustup which rustc`.
pub fn rustup(arguments: &[OsString]) -> Result<ExitCode, String> {
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    match words.as_slice() {
        ["which", "cargo"] => println!("{}", layout::path_from(layout::FOLDER)?.join("bin/cargo").display()),
        ["which", "rustc"] => println!("{}", place::sysroot().join("bin/rustc").display()),
        [other, "which", "rustc"] if other.starts_with('+') => {
            println!("{}", layout::path_from(layout::FOLDER)?.join("bin").join(OTHER_RUSTC).display());
        }
        _ => return Ok(ExitCode::from(1)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Stands in for another toolchain's rustc: evcxr asks it for its libraries and says where it found none.
pub fn other_rustc() -> Result<ExitCode, String> {
    let reason = format!(
        "refused - cells are linked to a libdvol.so built by Rust {}, which no other toolchain can read - \
         make it the default, run `make setup` and restart the kernel",
        place::release()
    );
    let folder = layout::path_from(layout::FOLDER)?.join(reason);
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}

fn real_cargo_command(arguments: &[OsString]) -> Result<Command, String> {
    let mut command = Command::new(layout::path_from(layout::CARGO)?);
    command.args(arguments).env_remove("CARGO");
    match env::var_os(layout::CARGO_HOME).filter(|home| !home.is_empty()) {
        Some(home) => command.env("CARGO_HOME", home),
        None => command.env_remove("CARGO_HOME"),
    };
    Ok(command)
}

fn real_cargo(arguments: &[OsString]) -> Result<ExitCode, String> {
    Err(format!("cargo: {}", real_cargo_command(arguments)?.exec()))
}

fn patched_metadata(arguments: &[OsString]) -> Result<ExitCode, String> {
    let output = real_cargo_command(arguments)?
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    match serde_json::from_slice(&output.stdout) {
        Ok(found) if output.status.success() => println!("{}", metadata::with_dvol(found)),
        _ => print!("{}", String::from_utf8_lossy(&output.stdout)),
    }
    Ok(ExitCode::from(u8::from(!output.status.success())))
}
