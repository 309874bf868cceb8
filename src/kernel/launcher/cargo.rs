//! What evcxr and rust-analyzer ask of cargo, answered quickly; everything else goes to the real one.

use super::{build, layout, metadata, place, stub};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// Where evcxr wants to be told of the finished library.
const SHARED_OBJECT_FILE: &str = "EVCXR_EXECUTION_SO_PATH";

/// Stands in for `cargo`.
pub fn run(arguments: &[OsString]) -> Result<ExitCode, String> {
    let folder = layout::path_from(layout::FOLDER)?;
    let here = env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
    if here != folder {
        return real_cargo(arguments);
    }
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let source = fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
    let alone = !manifest.split("[dependencies]").nth(1).is_some_and(|rest| rest.contains('='));
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let subcommand = arguments.iter().find(|argument| !argument.to_string_lossy().starts_with('-'));
    if let (Some("build" | "check"), true) =
        (subcommand.and_then(|word| word.to_str()), source.contains("dvol"))
        && let Err(problem) = build::ready(&folder)
    {
        println!("{}", compiler_error(&problem));
        return Ok(ExitCode::from(101));
    }
    match subcommand.and_then(|word| word.to_str()) {
        Some("metadata") if alone => {
            println!("{}", metadata::cells_alone(&folder));
            Ok(ExitCode::SUCCESS)
        }
        Some("metadata") => patched_metadata(arguments),
        Some("build") if alone => compile(&folder, &manifest, &source, "link"),
        Some("check") if alone => compile(&folder, &manifest, &source, "metadata"),
        Some("build" | "check") => {
            build::ready(&folder)?;
            Err(real_cargo_command(arguments)?.env("RUSTFLAGS", flags(&folder)?.join(" ")).exec().to_string())
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
        _ => return Ok(ExitCode::from(1)),
    }
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

/// One cell: one call of rustc.
fn compile(folder: &Path, manifest: &str, source: &str, emit: &str) -> Result<ExitCode, String> {
    let out = folder.join("target").join(env!("DVOL_TARGET")).join("debug/deps");
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    if let Some(file) = env::var_os(SHARED_OBJECT_FILE).filter(|_| emit == "link") {
        let path = out.join("libctx.so");
        fs::write(&file, path.display().to_string())
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let uses_dvol = source.contains("dvol");
    let optimisation = setting(manifest, "opt-level").unwrap_or("2");
    let mut command = Command::new(place::sysroot().join("bin/rustc"));
    command
        .current_dir(folder)
        .args(["--crate-name", "ctx", "--edition=2024", "src/lib.rs", "--error-format=json"])
        .args(["--json=diagnostic-rendered-ansi", "--crate-type", "cdylib"])
        .arg(format!("--emit={emit}"))
        .arg(format!("-Copt-level={optimisation}"))
        .args(["-Cembed-bitcode=no", "-Ccodegen-units=1", "-Cdebug-assertions=on", "-Coverflow-checks=on"])
        .args(["-Cstrip=debuginfo"])
        .arg("--out-dir")
        .arg(&out)
        .args(if uses_dvol { flags(folder)? } else { vec!["-Cprefer-dynamic".to_owned()] });
    Err(format!("rustc: {}", command.exec()))
}

/// What makes `dvol`, its libraries and libtorch visible to a cell.
fn flags(folder: &Path) -> Result<Vec<String>, String> {
    let build = layout::path_from(layout::BUILD)?;
    let stubs = folder.join("stubs");
    let library = folder.join("lib");
    Ok(vec![
        "-Cprefer-dynamic".to_owned(),
        format!("-Ldependency={}", build.join("deps").display()),
        format!("-Lnative={}", stubs.display()),
        format!("-Lnative={}", place::libtorch().join("lib").display()),
        format!("--extern=dvol={}", stubs.join("libdvol.so").display()),
        // A stub has no symbols: the linker would call it not needed, and so the anchor.
        format!("-Clink-arg=-Wl,--no-as-needed,{}", library.join(stub::ANCHOR).display()),
        format!("-Clink-arg=-Wl,-rpath,{}", library.display()),
    ])
}

/// A sentence as rustc would say it, so that the cell shows it as its error.
fn compiler_error(sentence: &str) -> serde_json::Value {
    serde_json::json!({
        "message": sentence, "rendered": sentence, "level": "error", "code": null, "spans": [], "children": [],
    })
}

/// `name = value` of a manifest, as text.
fn setting<'a>(manifest: &'a str, name: &str) -> Option<&'a str> {
    let line = manifest.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once('=')?.1.trim().trim_matches('"'))
}
