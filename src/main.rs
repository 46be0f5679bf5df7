//! The door of the house: see [`kaoping::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(kaoping::cli::run(std::env::args_os()))
}
