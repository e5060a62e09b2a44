//! The commands of `yaoxia-box`.

use crate::custody::{self, Custody};
use crate::identity::Identity;
use crate::intake::ZonePolicy;
use crate::places::Places;
use crate::{ceremony, clock, config, enrol, fsck, run};
use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use portal::people::NewAccount;
use state::State;
use std::io::{IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Longest one-time code or password file. Bytes.
const SECRET_BYTES_MAX: u64 = 4096;

/// The box: collects, checks, seals, sends.
#[derive(Debug, Parser)]
#[command(name = "yaoxia-box", version, about)]
pub struct Cli {
    /// Write the log as JSON lines.
    #[arg(long, global = true)]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

/// The file all commands but `openapi` need.
#[derive(Args, Clone, Debug)]
struct ConfigArg {
    /// The box's configuration.
    #[arg(long, short, default_value = "/etc/yaoxia-box/box.toml")]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make data folder and keys of a new box.
    Init(ConfigArg),
    /// Enrol the box at its center with a one-time code.
    Enrol {
        #[command(flatten)]
        config: ConfigArg,
        /// File with the code; `-` reads standard input.
        #[arg(long)]
        code_file: PathBuf,
    },
    /// Check configuration, mapping and catalogue against each other; reach nothing.
    Check(ConfigArg),
    /// Run the box.
    Run(ConfigArg),
    /// Open an account of the enterprise end.
    AddPerson {
        #[command(flatten)]
        config: ConfigArg,
        /// Login name.
        #[arg(long)]
        name: String,
        /// Name as shown.
        #[arg(long)]
        display_name: String,
        /// What the person may do.
        #[arg(long, value_enum)]
        role: RoleArg,
        /// File with the password; `-` reads standard input.
        #[arg(long)]
        password_file: PathBuf,
    },
    /// Show how the running box stands (needs `ops.listen`).
    Status {
        #[command(flatten)]
        config: ConfigArg,
        /// Machine-readable.
        #[arg(long)]
        json: bool,
    },
    /// Check the sealed log from its bytes. The box must not be running.
    Fsck {
        #[command(flatten)]
        config: ConfigArg,
        /// Machine-readable.
        #[arg(long)]
        json: bool,
    },
    /// Keys of custodians, and the opening of black values by two of them.
    #[command(subcommand)]
    Custody(Custody),
    /// Print the OpenAPI description of the enterprise end.
    Openapi,
}

/// The roles of the enterprise end.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    Administrator,
    Qa,
    QaHead,
    ProductionHead,
    AuthorisedPerson,
    PlantIt,
    EnterpriseCustodian,
}

impl From<RoleArg> for state::people::Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Administrator => Self::Administrator,
            RoleArg::Qa => Self::Qa,
            RoleArg::QaHead => Self::QaHead,
            RoleArg::ProductionHead => Self::ProductionHead,
            RoleArg::AuthorisedPerson => Self::AuthorisedPerson,
            RoleArg::PlantIt => Self::PlantIt,
            RoleArg::EnterpriseCustodian => Self::EnterpriseCustodian,
        }
    }
}

/// Runs a command: exit code 0 for done, 1 for failed; usage errors end with 2 before this.
pub fn main(cli: Cli) -> ExitCode {
    log_to_stderr(cli.log_json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "starting the runtime");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(dispatch(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new("info"));
    let terminal = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(terminal);
    if json { log.json().init() } else { log.init() }
}

async fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Init(ConfigArg { config }) => {
            let loaded = config::load(&config)?;
            enrol::init(&Places::new(&loaded.config.data_dir))
        }
        Command::Enrol { config, code_file } => {
            let loaded = config::load(&config.config)?;
            let code = secret(&code_file)?;
            let identity = enrol::enrol(&loaded, &Places::new(&loaded.config.data_dir), &code).await?;
            say(&format!("enrolled as {} for {}", identity.box_id, identity.enterprise))
        }
        Command::Check(ConfigArg { config }) => {
            let loaded = config::load(&config)?;
            let catalogue = run::catalogue(&loaded)?;
            let (connectors, mapping) = run::connectors(&loaded)?;
            let policy = &loaded.config.policy;
            run::check_zones(&mapping, catalogue, ZonePolicy::from(policy.zones), &policy.custodians)?;
            say(&format!("{} connectors, {} streams", connectors.len(), mapping.streams().len()))
        }
        Command::Run(ConfigArg { config }) => run_until_signal(&config).await,
        Command::AddPerson { config, name, display_name, role, password_file } => {
            let loaded = config::load(&config.config)?;
            let places = Places::new(&loaded.config.data_dir);
            let home = Identity::load(&places)?.organisation();
            let state = State::open(&places.state_url()).await?;
            let new = NewAccount { name, display_name, role: role.into(), organisation: home.id.clone() };
            let password = secret(&password_file)?;
            let person = portal::people::open_account(&state, &home, new, password, clock::now()).await?;
            state.close().await?;
            say(&format!("account {} opened", person.name))
        }
        Command::Status { config, json } => status(&config.config, json).await,
        Command::Fsck { config, json } => {
            let loaded = config::load(&config.config)?;
            let sound = fsck::fsck(&Places::new(&loaded.config.data_dir))?;
            if json {
                return say(&serde_json::to_string(&sound)?);
            }
            say(&format!(
                "sound: {} segments, {} entries, {} witnessed",
                sound.segments, sound.entries, sound.witnessed
            ))
        }
        Command::Custody(custody) => of_custody(custody).await,
        Command::Openapi => say(&portal::openapi(portal::api::End::Enterprise).to_pretty_json()?),
    }
}

async fn of_custody(command: Custody) -> Result<()> {
    match command {
        Custody::New { side, name, file, password_file } => {
            say(&custody::new(side.into(), &name, &file, password_file.as_deref())?)
        }
        Custody::Show { file } => say(&custody::told(&custody::file(&file)?)),
        Custody::Rekey { file, to } => say(&custody::rekey(&file, &to)?),
        Custody::Open(args) => ceremony::open(&config::load(&args.config)?, &args).await,
        Custody::Read { export, key, log_key, password_file } => {
            let read = custody::read_export(&export, &key, &log_key, password_file.as_deref())?;
            std::io::stdout().write_all(&read).context("writing to standard output")
        }
    }
}

async fn run_until_signal(config: &Path) -> Result<()> {
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?;
    let loaded = config::load(config)?;
    let stop = CancellationToken::new();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let signalled = stop.clone();
    let watch = tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        signalled.cancel();
    });
    let ran = run::run(loaded, metrics, stop).await;
    watch.abort();
    ran
}

async fn status(config: &Path, json: bool) -> Result<()> {
    let loaded = config::load(config)?;
    let listen = loaded.config.ops.listen.with_context(|| format!("{}: ops.listen is not set", config.display()))?;
    let url = format!("http://{listen}/status");
    let client = reqwest::Client::builder().no_proxy().build()?;
    let body = client.get(&url).send().await.with_context(|| format!("asking {url}; is the box running?"))?;
    let report: serde_json::Value = body.json().await.with_context(|| format!("answer of {url}"))?;
    say(&if json { serde_json::to_string(&report)? } else { serde_json::to_string_pretty(&report)? })
}

fn secret(path: &Path) -> Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().take(SECRET_BYTES_MAX).read_to_string(&mut text).context("reading standard input")?;
    } else {
        let file = std::fs::File::open(path).with_context(|| format!("reading {}", path.display()))?;
        file.take(SECRET_BYTES_MAX).read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn say(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("writing to standard output")
}
