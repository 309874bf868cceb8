//! Lets every binary of ours find libtorch and Rust's own shared libraries without exported variables.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    let mut paths = vec!["$ORIGIN".to_owned(), "$ORIGIN/deps".to_owned(), "$ORIGIN/../lib/dvol".to_owned()];
    if let Some(libtorch) = env::var_os("LIBTORCH") {
        paths.push(PathBuf::from(libtorch).join("lib").display().to_string());
    }
    if let Some(sysroot) = sysroot() {
        let target = env::var("TARGET").unwrap_or_default();
        paths.push(format!("{sysroot}/lib/rustlib/{target}/lib"));
    }
    for path in paths {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{path}");
    }
}

fn sysroot() -> Option<String> {
    let rustc = env::var_os("RUSTC")?;
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
