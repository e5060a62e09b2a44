//! The commands of `yaoxia-center`: comes in the command line, goes out one result on standard output, as text or JSON.
//!
//! Exit code 0: done; 1: failed, the log says why; 2: the command line is wrong.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, Subcommand, ValueEnum};
use journal::OsDisk;
use portal::access::Action;
use portal::api::End;
use portal::people::NewAccount;
use record::{BoxId, EnterpriseId, Timestamp};
use seal::{RecipientKey, RecipientSecret};
use serde_json::{Value, json};
use state::boxes::{self, Enterprise};
use state::people::{Organisation, Role};
use state::region::Region;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::keys::{Keys, public_witness, random};
use crate::{clock, derive, enrol, serve};

/// The regulator's end of Yaoxia.
#[derive(Debug, Parser)]
#[command(name = "yaoxia-center", version)]
pub struct Cli {
    /// Configuration file.
    #[arg(long, env = "YAOXIA_CENTER_CONFIG", default_value = "/etc/yaoxia/center.toml", global = true)]
    config: PathBuf,
    /// Print results as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the keys and the state of a new center.
    Init,
    /// Run until SIGTERM or SIGINT.
    Run,
    /// Add an enterprise or change its names, region or key.
    Enterprise {
        /// Unified social credit code.
        #[arg(long)]
        id: String,
        /// Chinese name.
        #[arg(long)]
        name_zh: String,
        /// English name.
        #[arg(long)]
        name_en: String,
        /// Division code.
        #[arg(long)]
        region: String,
        /// Public key the enterprise reads its data with: `YAOXIA+X25519+…`.
        #[arg(long)]
        key: String,
    },
    /// Make a one-time code with which a box enrols. It is shown once.
    EnrolCode {
        /// The box's enterprise.
        #[arg(long)]
        enterprise: String,
        /// The box's name: a-z, 0-9 and `-`.
        #[arg(long)]
        box_id: String,
        /// Hours the code is good for.
        #[arg(long, default_value_t = 72)]
        valid_hours: u32,
    },
    /// Open an account for the governance end.
    Admin {
        /// Login name.
        #[arg(long)]
        name: String,
        /// Name as shown.
        #[arg(long)]
        display_name: String,
        /// What the person does there.
        #[arg(long, value_enum, default_value = "administrator")]
        role: RoleName,
        /// Division of the person's office, GB/T 2260: 330000, 330100, 330106; 000000 is the country.
        #[arg(long, default_value = "000000")]
        region: Region,
        /// File with the password, readable by its owner only.
        #[arg(long)]
        password_file: PathBuf,
    },
    /// Accept a frozen box again, after a person has decided.
    Unfreeze {
        /// The box.
        box_id: String,
        /// Why, for the audit trail.
        #[arg(long)]
        reason: String,
    },
    /// Take a box out of service and revoke its certificates.
    Retire {
        /// The box.
        box_id: String,
    },
    /// Make a key pair for an enterprise: the secret goes to a new file, the public key is printed.
    RecipientKey {
        /// File for the secret.
        #[arg(long)]
        out: PathBuf,
    },
    /// Make the public witness's key if there is none, and print the key its cosignatures are checked with.
    WitnessKey,
    /// Print the trust file with which `yaoxia-verify` checks this center's boxes.
    Trust,
    /// Print what the center holds.
    Status,
    /// Make the lake again from the segments and compare. The center must not be running.
    Rebuild,
    /// Print the description of the web API.
    Openapi,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    Administrator,
    Officer,
    Reviewer,
    Inspector,
    Leader,
    RegulatorCustodian,
    Auditor,
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Administrator => Self::Administrator,
            RoleName::Officer => Self::Officer,
            RoleName::Reviewer => Self::Reviewer,
            RoleName::Inspector => Self::Inspector,
            RoleName::Leader => Self::Leader,
            RoleName::RegulatorCustodian => Self::RegulatorCustodian,
            RoleName::Auditor => Self::Auditor,
        }
    }
}

/// Does one command.
pub async fn run(cli: Cli) -> Result<()> {
    let print = Printer { json: cli.json };
    match cli.command {
        Command::Openapi => print.raw(&serde_json::to_string_pretty(&portal::openapi(End::Governance))?),
        Command::RecipientKey { out } => recipient_key(&out, print),
        command => with_config(command, Config::load(&cli.config)?, print).await,
    }
}

async fn with_config(command: Command, config: Config, print: Printer) -> Result<()> {
    match command {
        Command::Init => init(&config, print).await,
        Command::Run => serve::run(config, until_signalled()?).await,
        Command::Enterprise { id, name_zh, name_en, region, key } => {
            let row = Enterprise { id: EnterpriseId::parse(&id)?, name_zh, name_en, region };
            enterprise(&config, row, &key, print).await
        }
        Command::EnrolCode { enterprise, box_id, valid_hours } => {
            enrol_code(&config, &enterprise, &box_id, valid_hours, print).await
        }
        Command::Admin { name, display_name, role, region, password_file } => {
            let home = config.office(region);
            let new = NewAccount { name, display_name, role: role.into(), organisation: home.id.clone() };
            admin(&config, &home, new, &password_file, print).await
        }
        Command::Unfreeze { box_id, reason } => {
            let state = serve::open_state(&config).await?;
            let write = state.write().await?;
            boxes::unfreeze(&*write, &box_id).await?;
            write.commit().await?;
            let object = format!("box/{box_id}");
            portal::audit::record_operator(&state, Action::UnfreezeBox, object, &reason, clock::now()).await?;
            print.done(json!({ "box_id": box_id, "frozen": false }), &format!("box {box_id} is accepted again"))
        }
        Command::Retire { box_id } => {
            let state = serve::open_state(&config).await?;
            let write = state.write().await?;
            boxes::retire(&*write, &box_id, clock::now()).await?;
            write.commit().await?;
            let object = format!("box/{box_id}");
            portal::audit::record_operator(&state, Action::RetireBox, object, "", clock::now()).await?;
            print.done(json!({ "box_id": box_id, "retired": true }), &format!("box {box_id} is out of service"))
        }
        Command::WitnessKey => {
            ensure!(config.witness.is_some(), "the configuration has no [witness]");
            let vkey = public_witness(&config)?.verifier().to_string();
            print.done(json!({ "vkey": vkey }), &vkey)
        }
        Command::Trust => trust(&config, print).await,
        Command::Status => status(&config, print).await,
        Command::Rebuild => rebuild(&config, print).await,
        Command::Openapi | Command::RecipientKey { .. } => unreachable!("done without a configuration"),
    }
}

async fn init(config: &Config, print: Printer) -> Result<()> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("creating {}", config.data_dir.display()))?;
    Keys::init(config)?;
    let keys = Keys::load(config)?;
    serve::open_state(config).await?.close().await?;
    let witness = keys.witness_vkey().to_string();
    let read = keys.read.public().to_string();
    print.done(
        json!({ "name": config.name, "witness_vkey": witness, "center_key": read }),
        &format!("center {} initialised\ncosigning key: {witness}\nreading key: {read}", config.name),
    )
}

async fn enterprise(config: &Config, row: Enterprise, key: &str, print: Printer) -> Result<()> {
    let key = RecipientKey::parse(key).context("--key")?;
    let state = serve::open_state(config).await?;
    let write = state.write().await?;
    boxes::put_enterprise(&*write, &row, clock::now()).await?;
    boxes::set_enterprise_key(&*write, &row.id, &key.to_string(), clock::now()).await?;
    write.commit().await?;
    print.done(json!({ "enterprise": row.id.as_str() }), &format!("enterprise {} is known", row.id))
}

async fn enrol_code(config: &Config, enterprise: &str, box_id: &str, valid_hours: u32, print: Printer) -> Result<()> {
    ensure!(enrol::is_box_id(box_id), "--box-id {box_id:?}: use a-z, 0-9 and -, at most {}", enrol::BOX_ID_LEN_MAX);
    ensure!(
        (1..=portal::CODE_HOURS_MAX).contains(&valid_hours),
        "--valid-hours {valid_hours}: use 1 to {}",
        portal::CODE_HOURS_MAX
    );
    let (enterprise, box_id) = (EnterpriseId::parse(enterprise)?, BoxId::parse(box_id)?);
    let state = serve::open_state(config).await?;
    if boxes::enterprise_key(state.read(), &enterprise).await?.is_none() {
        bail!("enterprise {enterprise} is not known: add it with `yaoxia-center enterprise` first");
    }
    let code = enrol::new_code();
    let now = clock::now();
    let expires_at = Timestamp(now.0 + i64::from(valid_hours) * 3_600_000_000);
    let write = state.write().await?;
    let hash = enrol::code_hash(&code);
    state::enrolment::add_code(&*write, hash, &enterprise, &box_id, now, expires_at).await?;
    write.commit().await?;
    portal::audit::record_operator(&state, Action::EnrolBox, format!("box/{box_id}"), "", now).await?;
    let until = jiff::Timestamp::from_microsecond(expires_at.0)?;
    print.done(
        json!({ "code": code, "box_id": box_id.as_str(), "expires_at": until.to_string() }),
        &format!("code for box {box_id}: {code}\ngood once, until {until}"),
    )
}

async fn admin(
    config: &Config,
    home: &Organisation,
    new: NewAccount,
    password_file: &std::path::Path,
    print: Printer,
) -> Result<()> {
    let password = journal::read_secret(password_file)?;
    let password =
        std::str::from_utf8(&password).context("the password is not text")?.trim_end_matches('\n').to_owned();
    let state = serve::open_state(config).await?;
    let person = portal::people::open_account(&state, home, new, password, clock::now()).await?;
    print.done(json!({ "name": person.name }), &format!("account {} is open", person.name))
}

fn recipient_key(out: &std::path::Path, print: Printer) -> Result<()> {
    ensure!(!out.exists(), "{} exists; a key is never overwritten", out.display());
    let secret = RecipientSecret::generate(&mut random());
    let out = std::path::absolute(out)?;
    journal::write_secret(&OsDisk, &out, secret.to_text().as_bytes())?;
    let public = secret.public().to_string();
    print.done(json!({ "public_key": public, "secret_file": out }), &public)
}

/// The keys an auditor believes: of this center's boxes and of its cosignature.
async fn trust(config: &Config, print: Printer) -> Result<()> {
    let keys = Keys::load(config)?;
    let state = serve::open_state(config).await?;
    let mut text = String::new();
    for known in boxes::all(state.read()).await? {
        text.push_str(&format!("[[log]]\norigin = {:?}\nvkey = {:?}\n\n", known.box_.origin, known.box_.vkey));
    }
    let witness = keys.witness_vkey();
    text.push_str(&format!("[[witness]]\nname = {:?}\nvkey = {:?}\n\n", witness.name(), witness.to_string()));
    if config.witness.is_some() {
        let witness = public_witness(config)?;
        let witness = witness.verifier();
        text.push_str(&format!("[[witness]]\nname = {:?}\nvkey = {:?}\n\n", witness.name(), witness.to_string()));
    }
    let audit = keys.audit.verifier();
    text.push_str(&format!("[[audit]]\norigin = {:?}\nvkey = {:?}\n", audit.name(), audit.to_string()));
    print.raw(text.trim_end())
}

async fn status(config: &Config, print: Printer) -> Result<()> {
    let state = serve::open_state(config).await?;
    let in_lake = lake::Lake::open(&config.lake_dir()).await?.counts().await?;
    let mut rows: Vec<Value> = Vec::new();
    for held in state::ingest::held(state.read(), i64::MAX.unsigned_abs()).await? {
        let tables = in_lake.iter().find(|counts| counts.box_id == held.box_id.as_str());
        rows.push(json!({
            "box_id": held.box_id.as_str(),
            "segments": held.segments,
            "entries": held.counts.entries,
            "readings": held.counts.readings,
            "rejects": held.counts.rejects,
            "lost_in_gaps": held.counts.lost,
            "bytes": held.counts.bytes,
            "in_lake": tables.map_or(0, |counts| counts.readings + counts.events),
            "readings_in_lake": tables.map_or(0, |counts| counts.readings),
            "segments_in_lake": tables.map_or(0, |counts| counts.segments),
        }));
    }
    let ingest_no = state::ingest::last(state.read()).await?;
    let refused: serde_json::Map<String, Value> =
        state::refusals::by_kind(state.read()).await?.into_iter().map(|(kind, number)| (kind, number.into())).collect();
    let report = json!({ "ingest_no": ingest_no, "boxes": rows, "refused": refused });
    print.done(report.clone(), &serde_json::to_string_pretty(&report)?)
}

async fn rebuild(config: &Config, print: Printer) -> Result<()> {
    let keys = Keys::load(config)?;
    let state = serve::open_state(config).await?;
    let rebuilt = derive::rebuild(state, serve::evidence(config, &keys), &config.lake_dir()).await?;
    let same = rebuilt.before.as_ref() == Some(&rebuilt.after);
    let text = match (&rebuilt.before, same) {
        (None, _) => format!("{} segments; the old tables could not be read", rebuilt.segments),
        (Some(_), true) => format!("{} segments; the tables are the same", rebuilt.segments),
        (Some(before), false) => {
            format!("{} segments; the tables differ\nbefore: {before:?}\nafter: {:?}", rebuilt.segments, rebuilt.after)
        }
    };
    print.done(json!({ "segments": rebuilt.segments, "same": rebuilt.before.as_ref().map(|_| same) }), &text)
}

fn until_signalled() -> Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => tracing::info!("SIGTERM"),
            _ = int.recv() => tracing::info!("SIGINT"),
        }
        stopping.cancel();
    });
    Ok(stop)
}

/// How results are printed.
#[derive(Clone, Copy, Debug)]
struct Printer {
    json: bool,
}

impl Printer {
    fn done(self, value: Value, text: &str) -> Result<()> {
        if self.json { self.raw(&value.to_string()) } else { self.raw(text) }
    }

    fn raw(self, text: &str) -> Result<()> {
        writeln!(std::io::stdout().lock(), "{text}").context("writing to standard output")
    }
}
