//! The `dvol` command.

fn main() -> std::process::ExitCode {
    dvol::cli::main()
}
