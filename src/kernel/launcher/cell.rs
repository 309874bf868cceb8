//! One cell: one call of rustc.

use super::{diagnostics, layout, note, place, stub};
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Where evcxr wants to be told of the finished library.
const SHARED_OBJECT_FILE: &str = "EVCXR_EXECUTION_SO_PATH";
/// What evcxr runs by itself when it starts.
const START: &str = "(\n42\n).evcxr_display();";
/// The end of the line before an expression that is shown by `Debug`.
const BEFORE_SHOWN: &str = "\",&(";
/// What evcxr writes around a cell that may use `?`.
const MAY_FAIL: &str = "struct EvcxrUserCodeError";

/// What rustc is to make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Emit {
    /// A shared library to run.
    Library,
    /// Errors alone.
    Metadata,
}

/// Compiles a cell and says what evcxr needs to know of its errors.
pub fn compile(
    folder: &Path,
    optimisation: &str,
    mut source: String,
    emit: Emit,
) -> Result<ExitCode, String> {
    let out = folder.join("target").join(env!("DVOL_TARGET")).join("debug/deps");
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(&out).map_err(|error| failed(&out, error))?;
    let flags = if source.contains("dvol") { flags(folder)? } else { plain_flags() };
    let mut tells = false;
    if emit == Emit::Library {
        if let Some(answer) = foreseen(&source) {
            println!("{answer}");
            return Ok(ExitCode::from(101));
        }
        if let Some(telling) = note::told_by(folder, &source) {
            tells = true;
            let file = folder.join("src/lib.rs");
            fs::write(&file, &telling).map_err(|error| failed(&file, error))?;
            source = telling;
        }
        if let Some(file) = env::var_os(SHARED_OBJECT_FILE) {
            let path = out.join("libctx.so");
            fs::write(&file, path.display().to_string()).map_err(|error| failed(Path::new(&file), error))?;
        }
    }
    let output = Command::new(place::sysroot().join("bin/rustc"))
        .current_dir(folder)
        .args(["--crate-name", "ctx", "--edition=2024", "src/lib.rs", "--error-format=json"])
        .args(["--json=diagnostic-rendered-ansi", "--crate-type", "cdylib"])
        .arg(if emit == Emit::Library { "--emit=link" } else { "--emit=metadata" })
        .arg(format!("-Copt-level={optimisation}"))
        .args(["-Cembed-bitcode=no", "-Ccodegen-units=1", "-Cdebug-assertions=on", "-Coverflow-checks=on"])
        .args(["-Cstrip=debuginfo"])
        .arg("--out-dir")
        .arg(&out)
        .args(flags)
        .output()
        .map_err(|error| format!("rustc: {error}"))?;
    if tells && output.status.success() {
        note::was_told(folder);
    }
    eprint!("{}", diagnostics::revised(&String::from_utf8_lossy(&output.stderr), &source));
    Ok(ExitCode::from(u8::try_from(output.status.code().unwrap_or(101)).unwrap_or(101)))
}

/// The error by which evcxr learns, without rustc, what would cost each kernel's first cells a compilation.
///
/// It shows its own first cell by `Debug` only after an error, and lets cells use `?` only after one; until then a
/// last expression that holds a `?` would show itself by `Debug`.
fn foreseen(source: &str) -> Option<serde_json::Value> {
    let line_of = |place: usize| source[..place].matches('\n').count() + 1;
    if let Some(place) = source.find(START) {
        return Some(diagnostics::error(Some("E0599"), "shown by Debug", Some(line_of(place) + 1)));
    }
    if source.contains(MAY_FAIL) {
        return None;
    }
    let mut lines = source.lines().enumerate();
    let (before, _) = lines.find(|(_, line)| line.trim_end().ends_with(BEFORE_SHOWN))?;
    Some(diagnostics::error(Some("E0277"), "may use `?`", Some(before + 2)))
}

/// What every cell is compiled with. Warnings would stand before the error in what a person reads.
fn plain_flags() -> Vec<String> {
    vec!["-Cprefer-dynamic".to_owned(), "-Awarnings".to_owned()]
}

/// What makes `dvol`, its libraries and libtorch visible to a cell.
pub fn flags(folder: &Path) -> Result<Vec<String>, String> {
    let build = layout::path_from(layout::BUILD)?;
    let stubs = folder.join("stubs");
    let library = folder.join("lib");
    let mut flags = plain_flags();
    flags.extend([
        format!("-Ldependency={}", build.join("deps").display()),
        format!("-Lnative={}", stubs.display()),
        format!("-Lnative={}", place::libtorch().join("lib").display()),
        format!("--extern=dvol={}", stubs.join("libdvol.so").display()),
        // A stub has no symbols: the linker would call it not needed, and so the anchor.
        format!("-Clink-arg=-Wl,--no-as-needed,{}", library.join(stub::ANCHOR).display()),
        format!("-Clink-arg=-Wl,-rpath,{}", library.display()),
    ]);
    Ok(flags)
}
