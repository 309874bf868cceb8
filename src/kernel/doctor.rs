//! Checks each part the kernel needs and says how to mend it.

use super::{build_folder, freshness, place, spec};
use crate::artifacts::read_json;
use crate::error::Result;
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// One part, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The part.
    pub part: &'static str,
    /// Where it is.
    pub place: String,
    /// What is wrong and how to mend it; `None` when all is well.
    pub problem: Option<String>,
}

const SETUP: &str = "run `make setup`";

/// Looks at every part; the kernel works when no finding has a problem.
///
/// # Errors
/// When this program cannot find itself.
pub fn examine(prefix: &Path) -> Result<Vec<Finding>> {
    let build = build_folder()?;
    let launcher = build.join("dvol-kernel");
    let mut findings = vec![
        present("launcher", &launcher),
        present("evcxr_jupyter", &place::evcxr()),
        present("libtorch", &place::libtorch().join("lib/libtorch_cpu.so")),
        signatures(),
        present("signatures of crates", &place::shown_crates()),
        toolchain(),
        linker(),
        kernelspec(prefix, &launcher),
        jupyter(prefix),
    ];
    let library = freshness::library(&build);
    let stale = freshness::newer_source(&build).map(|source| {
        format!("{} is newer: the kernel builds at its next start, or run `cargo build`", source.display())
    });
    findings.push(Finding { part: "build", place: library.display().to_string(), problem: stale });
    Ok(findings)
}

fn present(part: &'static str, path: &Path) -> Finding {
    let problem = (!path.exists()).then(|| format!("missing: {SETUP}"));
    Finding { part, place: path.display().to_string(), problem }
}

/// The signatures of std, made by set-up from the sources of one toolchain.
fn signatures() -> Finding {
    let folder = place::standard_library();
    let marker = read_json::<Value>(&folder.join("made.json")).unwrap_or_default();
    let found = marker["release"].as_str();
    let problem = match found {
        None => {
            Some(format!("missing, variables of cells must be given their types: {SETUP}, which says why"))
        }
        Some(found) if found == place::release() => None,
        Some(found) => Some(format!("of Rust {found}, but the build is of {}: {SETUP}", place::release())),
    };
    let place = marker["source"].as_str().map_or_else(String::new, |source| format!(" from {source}"));
    Finding { part: "signatures of std", place: format!("{}{place}", folder.display()), problem }
}

fn toolchain() -> Finding {
    let rustc = place::sysroot().join("bin/rustc");
    let found =
        Command::new(&rustc).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let found = String::from_utf8_lossy(&found).trim().to_owned();
    let problem = (!found.starts_with(&format!("rustc {} ", place::release()))).then(|| {
        let found = if found.is_empty() { "nothing" } else { &found };
        format!(
            "{found} is there, but the build was made by Rust {}: run `make setup`, which builds anew",
            place::release()
        )
    });
    Finding { part: "rustc", place: rustc.display().to_string(), problem }
}

fn linker() -> Finding {
    let works = Command::new("cc").arg("--version").output().is_ok_and(|output| output.status.success());
    let problem =
        (!works).then(|| "missing: install a C++ compiler (Debian, Ubuntu: apt install g++)".to_owned());
    Finding { part: "linker", place: "cc".to_owned(), problem }
}

fn kernelspec(prefix: &Path, launcher: &Path) -> Finding {
    let file = spec::folder(prefix).join("kernel.json");
    let problem = match read_json::<Value>(&file) {
        Err(_) => Some("missing: run `dvol kernel install`".to_owned()),
        Ok(found) if found["argv"][0].as_str().map(Path::new) == Some(launcher) => None,
        Ok(found) => {
            Some(format!("starts {} instead of this build: run `dvol kernel install`", found["argv"][0]))
        }
    };
    Finding { part: "kernelspec", place: file.display().to_string(), problem }
}

fn jupyter(prefix: &Path) -> Finding {
    let program = prefix.join("bin/jupyter-lab");
    let starts = fs::read_to_string(&program).ok().and_then(|text| {
        let interpreter = text.lines().next()?.strip_prefix("#!")?.to_owned();
        Some(Path::new(&interpreter).exists())
    });
    let problem = match starts {
        Some(true) => None,
        Some(false) => Some(format!("its Python is gone: remove {} and {SETUP}", prefix.display())),
        None => Some(format!("missing: {SETUP}, or name the environment with --prefix")),
    };
    Finding { part: "JupyterLab", place: program.display().to_string(), problem }
}
