//! The command line: read the question, verify, say what was found.

use clap::{Parser, ValueEnum};
use seal::RecipientSecret;
use serde_json::json;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use verify::words::Lang;
use verify::{Check, Damage, Report, Trust, Verdict, Why, is_audit, logs_in, verify_audit, verify_log};

/// Longest trust or key file in bytes.
const FILE_LEN_MAX: u64 = 1 << 20;

/// Verifies sealed logs offline, against keys you got elsewhere. 离线核验封存日志，只信任您另行取得的公钥。
///
/// Exit codes 退出码: 0 sound 完好 · 1 damaged or unproven 有损坏或证据不足 · 2 usage 用法有误
#[derive(Parser, Debug)]
#[command(name = "yaoxia-verify", version)]
struct Args {
    /// A log folder, an audit folder, or a folder of them. 日志或审计文件夹，或其上级文件夹。
    folder: PathBuf,
    /// The only keys believed (TOML: `[[log]]` origin, vkey; `[[witness]]` name, vkey; `[[audit]]` origin, vkey). 信任文件。
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// A secret key that opens zones, to recompute every entry. 可打开分区的私钥，用于重算每一条目。
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A cosigned checkpoint got elsewhere, for instance from the center; may be repeated. 另行取得的回执，可重复。
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// Language of the report; by default that of LANG. 报告语言，默认取自 LANG。
    #[arg(long)]
    lang: Option<LangArg>,
    /// The report for machines. 机器可读报告。
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    #[value(name = "zh-CN")]
    ZhCn,
    #[value(name = "en")]
    En,
}

/// Asks, verifies, answers.
pub(crate) fn run() -> ExitCode {
    let args = Args::parse();
    let lang = match args.lang {
        Some(LangArg::ZhCn) => Lang::ZhCn,
        Some(LangArg::En) => Lang::En,
        None if std::env::var("LANG").is_ok_and(|lang| lang.starts_with("zh")) => Lang::ZhCn,
        None => Lang::En,
    };
    let reports = match verify_all(&args, lang) {
        Ok(reports) => reports,
        Err(usage) => return usage_error(&usage),
    };
    let printed = if args.json { print_json(&reports, lang) } else { print_text(&reports, lang) };
    match (printed, worst(&reports)) {
        // An answer nobody could read is no answer.
        (Err(error), _) => usage_error(&lang.unusable("stdout", &error.to_string())),
        (Ok(()), Verdict::Sound) => ExitCode::SUCCESS,
        (Ok(()), _) => ExitCode::from(1),
    }
}

fn usage_error(text: &str) -> ExitCode {
    // Where even standard error is closed, the exit code still tells.
    writeln!(io::stderr(), "yaoxia-verify: {text}").map_or(ExitCode::from(2), |()| ExitCode::from(2))
}

fn worst(reports: &[Report]) -> Verdict {
    reports.iter().map(Report::verdict).max().unwrap_or(Verdict::Unproven)
}

/// One report for each log found, and one for each trusted log that is not there.
fn verify_all(args: &Args, lang: Lang) -> Result<Vec<Report>, String> {
    let trust = Trust::parse(&read(&args.trust, lang)?).map_err(|error| lang.trust(&error))?;
    let key = args.key.as_deref().map(|path| key(path, lang)).transpose()?;
    let shown = args.folder.display().to_string();
    let folders = logs_in(&args.folder).map_err(|error| lang.unusable(&shown, &error.to_string()))?;
    if folders.is_empty() {
        return Err(lang.unusable(&shown, lang.no_log()));
    }
    if !args.receipt.is_empty() && folders.len() > 1 {
        return Err(lang.unusable("--receipt", lang.receipt_of_which()));
    }
    let check = Check { trust: &trust, key: key.as_ref(), receipts: &args.receipt };
    let mut reports: Vec<Report> = folders
        .iter()
        .map(|folder| if is_audit(folder) { verify_audit(folder, &trust) } else { verify_log(folder, &check) })
        .collect();
    if folders != [args.folder.clone()] {
        let absent = trust.logs.iter().filter(|log| reports.iter().all(|r| r.origin.as_deref() != Some(log.name())));
        let absent: Vec<Report> = absent.map(|log| absent_log(&shown, log.name())).collect();
        reports.extend(absent);
    }
    Ok(reports)
}

fn absent_log(folder: &str, origin: &str) -> Report {
    let damage = Damage { file: folder.to_owned(), segment: None, entry: None, offset: None, why: Why::AbsentLog };
    Report::of_nothing(folder.to_owned(), Some(origin.to_owned()), damage)
}

fn read(path: &Path, lang: Lang) -> Result<String, String> {
    let unusable = |why: &str| lang.unusable(&path.display().to_string(), why);
    let len = std::fs::metadata(path).map_err(|error| unusable(&error.to_string()))?.len();
    if len > FILE_LEN_MAX {
        return Err(unusable(&lang.why(&Why::TooLong(len))));
    }
    std::fs::read_to_string(path).map_err(|error| unusable(&error.to_string()))
}

fn key(path: &Path, lang: Lang) -> Result<RecipientSecret, String> {
    let unusable = |error| lang.unusable(&path.display().to_string(), &lang.bad_key(&error));
    RecipientSecret::parse(read(path, lang)?.trim_end()).map_err(unusable)
}

fn print_text(reports: &[Report], lang: Lang) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for report in reports {
        out.write_all(lang.summary(report).as_bytes())?;
        for damage in &report.damage {
            out.write_all(lang.damage(damage).as_bytes())?;
        }
    }
    out.flush()
}

fn print_json(reports: &[Report], lang: Lang) -> io::Result<()> {
    let logs: Vec<_> = reports.iter().map(|report| report.spoken(lang)).collect();
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &json!({ "verdict": worst(reports), "logs": logs }))?;
    out.write_all(b"\n")?;
    out.flush()
}
