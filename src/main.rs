//! The `dvol` command: what needs no network runs here, everything else in `dvol-networks` beside it.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if !dvol_command::needs_networks(&arguments) {
        return dvol_command::main();
    }
    let beside = env::current_exe().map(|own| own.with_file_name("dvol-networks"));
    let program = beside.unwrap_or_else(|_| "dvol-networks".into());
    let problem = Command::new(&program).args(arguments).exec();
    eprintln!(
        "dvol: {}: {problem}; this command needs it: build it with `cargo build`, or install both with `make install`",
        program.display()
    );
    ExitCode::from(2)
}
