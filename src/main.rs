//! The `dvol` command: what needs no network runs here, everything else in `dvol-networks` beside it.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    arguments.next();
    if dvol_command::answers(dvol_command::COMMANDS, arguments.next().as_deref()) {
        return dvol_command::main(dvol_command::COMMANDS);
    }
    let beside = env::current_exe().map(|own| own.with_file_name("dvol-networks"));
    let program = beside.unwrap_or_else(|_| "dvol-networks".into());
    let problem = Command::new(&program).args(env::args_os().skip(1)).exec();
    eprintln!(
        "dvol: {}: {problem}; this command needs it: build it with `cargo build`, or install both with `make install`",
        program.display()
    );
    ExitCode::from(2)
}
