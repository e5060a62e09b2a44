//! `yaoxia-box`.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = edge::cli::Cli::parse();
    rustls::crypto::ring::default_provider().install_default().expect("nothing has installed a provider before main");
    edge::cli::main(cli)
}
