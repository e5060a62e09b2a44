//! Every developer command. Comes in: one subcommand; goes out: the exit code of the tools it ran.
//! Depends on no crate of the workspace, so that the commands work while the workspace does not build.

mod attack;
mod bench;
mod check;
mod codegen;
mod demo;
mod floors;
mod fuzz;
mod matrix;
mod needs;
mod run;
mod stage;
mod test;
mod web;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Developer commands of Yaoxia")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and start a province: 3 plants, 3 boxes and a center; arguments go to `yaoxia-demo`.
    #[command(trailing_var_arg = true, disable_help_flag = true)]
    Demo {
        #[arg(allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Install what tests need and run them all: Rust, web, browser.
    Test,
    /// Formatting, lints, floors, dependencies, documentation.
    Check,
    /// Compare `rules` with expected values in a file of the format of `spc_oracle.json`.
    #[command(trailing_var_arg = true)]
    Spc {
        #[arg(allow_hyphen_values = true, required = true)]
        args: Vec<String>,
    },
    /// Alarms per 100 batch-values on real tablet data.
    #[command(trailing_var_arg = true)]
    Alarms {
        #[arg(allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Hold both ends to their API descriptions with generated requests (schemathesis).
    Contract {
        /// Test cases for each operation.
        #[arg(long, default_value_t = 200)]
        examples: u32,
    },
    /// Print how soon a page can be used and how smoothly lists and charts move.
    Measure,
    /// Print throughput of box and center beside their yardsticks.
    Bench,
    /// Write the OpenAPI snapshots and the TypeScript client again.
    Codegen,
    /// Check that imports go to strictly lower floors.
    Floors,
    /// Fuzz every parser (nightly Rust).
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Print which test shows which requirement.
    Matrix,
    /// Try every attack and fault of docs/attacks.tsv and print the table.
    Attack {
        /// The long forms: thousands of power cuts, hundreds of kills, each call to the kernel.
        #[arg(long)]
        slow: bool,
        /// Only what is shown in this crate (may be given more than once).
        #[arg(long, short)]
        package: Vec<String>,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Demo { args } => demo::demo(&args),
        Command::Test => test::test(),
        Command::Check => check::check(),
        Command::Spc { args } => bench::example("rules", "spc", &args),
        Command::Alarms { args } => bench::example("rules", "tablets", &args),
        Command::Contract { examples } => stage::contract(examples),
        Command::Measure => stage::measure(),
        Command::Bench => bench::bench(),
        Command::Codegen => codegen::codegen(),
        Command::Floors => floors::check(),
        Command::Fuzz { seconds } => fuzz::fuzz(seconds),
        Command::Matrix => matrix::print(),
        Command::Attack { slow, package } => attack::run(slow, &package),
    }
}
