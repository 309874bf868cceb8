//! Every command of `dvol`, those that train or load networks included; `dvol` starts it when it is needed.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo, clippy::unimplemented)]

fn main() -> std::process::ExitCode {
    dvol::cli::main()
}
