//! The two ways to run a demo: watched by people until Ctrl-C, or headless for a time with a report.

use crate::plants::{ENTERPRISES, Pace};
use crate::province::{Plan, Province, web_dir};
use crate::report::{self, Report};
use anyhow::{Context, Result, bail};
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::Instant;

/// How long counts may take to agree after the plants have stopped.
const DRAIN_MAX: Duration = Duration::from_secs(90);
/// How often that is asked.
const DRAIN_ASK_EVERY: Duration = Duration::from_millis(500);

/// Starts 3 plants, 3 boxes and a center on this machine and prints where to look. 启动演示省份。
#[derive(Clone, Debug, Parser)]
#[command(name = "yaoxia-demo", version)]
pub struct Options {
    /// Run without a person for `--for` seconds, then drain, verify and report; exit 0 only if all counts agree.
    #[arg(long, requires = "seconds")]
    headless: bool,
    /// Length of a headless run.
    #[arg(long = "for", value_name = "SECONDS", requires = "headless")]
    seconds: Option<f64>,
    /// Where the headless run's report is written, as JSON.
    #[arg(long, value_name = "FILE", requires = "headless")]
    report: Option<PathBuf>,
    /// Folder of real tablet data (`Laboratory.csv`, `Process.csv`, `Process/`); without it batches are generated.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Folder to work in; kept afterwards. Without it a temporary one is used and removed.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Folder of the built web ends.
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// Also write URLs and accounts of the center and of one box to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    targets: Option<PathBuf>,
    /// Tell history at the pace of a headless run, for those who cannot wait for batch 33.
    #[arg(long)]
    brisk: bool,
}

/// Runs the demo; the exit code says whether a headless run's counts agree.
pub async fn run(options: Options) -> Result<ExitCode> {
    let temporary = if options.dir.is_none() { Some(tempfile::tempdir()?) } else { None };
    let root = match (&options.dir, &temporary) {
        (Some(dir), _) => dir.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => unreachable!("without a given folder there is a temporary one"),
    };
    std::fs::create_dir_all(&root).with_context(|| format!("cannot create {}", root.display()))?;
    if std::fs::read_dir(&root)?.next().is_some() {
        bail!("{} is not empty: give a new folder", root.display());
    }
    if let Some(data) = &options.data
        && !data.join("Laboratory.csv").exists()
    {
        bail!("{} has no Laboratory.csv: --data takes a folder of tablet data, or leave it out", data.display());
    }
    let pace = match options.seconds {
        Some(seconds) => Pace::headless(seconds),
        None if options.brisk => Pace::BRISK,
        None => Pace::WATCHED,
    };
    let plan =
        Plan { root: root.canonicalize()?, web: web_dir(options.web.as_deref())?, data: options.data.clone(), pace };
    let started = Instant::now();
    let province = Province::start(&plan).await?;
    say(&format!("ready after {:.0} s", started.elapsed().as_secs_f64()));
    if let Some(file) = &options.targets {
        std::fs::write(file, serde_json::to_vec_pretty(&targets(&province)?)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let Some(seconds) = options.seconds else {
        watch(province).await?;
        return Ok(ExitCode::SUCCESS);
    };
    let report = headless(province, Duration::from_secs_f64(seconds)).await?;
    let text = serde_json::to_string_pretty(&report)?;
    match &options.report {
        Some(file) => std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?,
        None => say(&text),
    }
    for counts in report.boxes.iter().filter(|counts| !counts.agree()) {
        say(&format!("counts do not agree: {counts:?}"));
    }
    if report.passes() {
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(temporary) = temporary {
        say(&format!("kept for a look: {}", temporary.keep().display()));
    }
    Ok(ExitCode::FAILURE)
}

/// Prints where to look and waits for Ctrl-C or the end of a process.
async fn watch(mut province: Province) -> Result<()> {
    say(&format!(
        "\n  治理端 governance end   {}\n  账号 account            {}\n  密码 password           {}\n",
        province.center.url(),
        province.admin.name,
        province.admin.password
    ));
    for made in &province.boxes {
        say(&format!(
            "  企业端 enterprise end   {}   {} {}",
            made.url(),
            made.enterprise.name_zh,
            made.enterprise.name_en
        ));
    }
    say(&format!(
        "\n  看什么 what to look at: 预警 warnings of {} — 中间体微生物限度 PP32 rises in four consecutive batches;\n  \
         open its control chart. 同一账号登录企业端 the same account opens the enterprise ends. Ctrl-C stops all.\n",
        ENTERPRISES[2].name_en
    ));
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let ended = loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => break Ok(()),
            _ = terminate.recv() => break Ok(()),
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                if let Err(fault) = province.check() { break Err(fault) }
            }
        }
    };
    say("stopping");
    let stopped = province.running.stop().await;
    ended.and(stopped)
}

/// Lets the province run for the time, then until the counts agree, stops it and verifies what it left.
async fn headless(mut province: Province, time: Duration) -> Result<Report> {
    let end = Instant::now() + time;
    let last = end + DRAIN_MAX;
    while Instant::now() < last {
        province.check()?;
        if report::drained(&province).await? || (Instant::now() > last) {
            break;
        }
        tokio::time::sleep(DRAIN_ASK_EVERY).await;
    }
    let counts = report::counts(&province).await?.context("a box does not answer")?;
    let mut report = report::gather(&province, counts).await?;
    let trust = province.center.trust().await?;
    let logs: Vec<_> = province.boxes.iter().map(crate::boxes::Box_::log).collect();
    let evidence = province.center.evidence();
    province.running.stop().await?;
    report.verify = report::verify(&logs, &evidence, &trust).await?;
    Ok(report)
}

/// One login at each end, as the browser test takes them.
fn targets(province: &Province) -> Result<serde_json::Value> {
    let at = |url: String| {
        let account = &province.admin;
        serde_json::json!({ "url": url, "name": account.name, "password": account.password })
    };
    let edge = province.boxes.first().context("the demo has boxes")?.url();
    Ok(serde_json::json!({ "edge": at(edge), "center": at(province.center.url()) }))
}

fn say(text: &str) {
    eprintln!("{text}");
}
