//! The `crm-bridge` binary: parses, runs, and turns the result into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(crm_bridge::cli::main(std::env::args_os()))
}
