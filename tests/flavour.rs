//! A build knows which libtorch it was linked to, and finds its GPU half when, and only when, it is asked for one.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_dvol");

fn linked(target: &Path, libtorch: &Path, further: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/linked.py");
    let mut python = Command::new("python3");
    let output = python.arg(script).args([target, libtorch]).args(further).output().expect("python3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[test]
fn another_flavour_at_the_same_path_is_seen_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (target, libtorch) = (folder.path().join("target"), folder.path().join("libtorch"));
    let lib = libtorch.join("lib");
    fs::create_dir_all(&lib).unwrap();
    fs::write(libtorch.join("build-version"), "2.13.0\n").unwrap();
    fs::write(lib.join("libtorch_cpu.so"), "cpu").unwrap();
    let reason = || linked(&target, &libtorch, &[]);
    assert_eq!(reason(), "", "nothing was built yet");
    linked(&target, &libtorch, &["--record"]);
    assert_eq!(reason(), "");
    fs::write(lib.join("libtorch_cuda.so"), "cuda").unwrap();
    fs::write(libtorch.join("build-version"), "2.13.0+cu130\n").unwrap();
    assert_eq!(reason(), "built against libtorch 2.13.0 for cpu, found 2.13.0+cu130 for cuda");
    linked(&target, &libtorch, &["--record"]);
    assert_eq!(reason(), "");
    fs::remove_file(lib.join("libtorch_cuda.so")).unwrap();
    fs::write(libtorch.join("build-version"), "2.13.0\n").unwrap();
    assert_eq!(reason(), "built against libtorch 2.13.0+cu130 for cuda, found 2.13.0 for cpu");
    linked(&target, &libtorch, &["--record"]);
    // the same version and flavour from another download
    fs::write(lib.join("libtorch_cpu.so"), "another").unwrap();
    assert_eq!(reason(), "built against libtorch 2.13.0 for cpu, found other files of it");
}

#[test]
fn set_up_for_cuda_brings_the_headers_that_nccls_part_is_compiled_with() {
    // PyTorch asks for NCCL and the runtime, and for no headers of the compiler's.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pins = fs::read_to_string(root.join("tools/cuda.txt")).unwrap();
    for package in ["nvidia-nccl-cu13", "nvidia-cuda-runtime", "nvidia-cuda-crt", "nvidia-cuda-cccl"] {
        let pinned = pins.lines().any(|line| line.starts_with(&format!("{package}==")));
        assert!(pinned, "{package}");
    }
}

/// A folder with the libtorch of this build and a GPU half of our own making, which leaves a mark when it is loaded.
fn with_gpu_half(source: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(Path::new(env!("DVOL_LIBTORCH")).join("lib")).expect("libtorch") {
        let path = entry.unwrap().path();
        symlink(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let code = folder.path().join("half.c");
    fs::write(&code, source).unwrap();
    let half = folder.path().join("libtorch_cuda.so");
    let status = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&half, &code]).status();
    assert!(status.expect("a C compiler").success());
    let mark = folder.path().join("mark");
    (folder, mark)
}

fn asked(folder: &Path, mark: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(arguments).current_dir(folder).env("LD_LIBRARY_PATH", folder).env("DVOL_MARK", mark);
    command.output().expect("the command")
}

const MARKING: &str = r#"
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void loaded(void) { FILE *mark = fopen(getenv("DVOL_MARK"), "w"); if (mark) fclose(mark); }
"#;

#[test]
fn the_gpu_half_is_loaded_when_a_device_is_asked_for() {
    let (folder, mark) = with_gpu_half(MARKING);
    let output = asked(folder.path(), &mark, &["train", "anchored", "--dry-run", "--device", "cpu"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!mark.exists(), "nobody asked for a GPU");
    let output = asked(folder.path(), &mark, &["devices", "--json"]);
    assert!(mark.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let reason = shown["why_no_gpu"].as_str().expect("no GPU computes with a stand-in");
    assert!(reason.contains("of two builds") && reason.contains("make setup TORCH=cuda"), "{reason}");
}

#[test]
fn a_gpu_half_that_cannot_be_loaded_is_named_with_the_remedy() {
    let (folder, mark) =
        with_gpu_half("extern int no_such_function(void); int call(void) { return no_such_function(); }");
    let output = asked(folder.path(), &mark, &["devices", "--json"]);
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let reason = shown["why_no_gpu"].as_str().expect("a reason");
    assert!(reason.contains("no_such_function") && reason.contains("make setup TORCH=cuda"), "{reason}");
}
