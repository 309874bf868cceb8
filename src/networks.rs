//! Every command of `dvol`, those that train or load networks included; `dvol` starts it when it is needed.

fn main() -> std::process::ExitCode {
    dvol::cli::main()
}
