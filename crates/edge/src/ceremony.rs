//! `yaoxia-box custody open`: black values opened by one custodian of each side together, on the box.
//!
//! Comes in: which segments, why, two key files and their passwords. Goes out: the values, shown or as an export signed by
//! the box and encrypted to one key; two sealed events. Never: a secret decrypted before the event that says who opens
//! what and why is under a signed checkpoint; a value on the box's disk in the clear.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | both files read, scope checked: no secret is needed | the start of the box on record |
//! | event `black-opening`, phase `before`, sealed and read back from the log | it, without an outcome: somebody began |
//! | passwords tried, zones opened, values given out | the same |
//! | event `black-opening`, phase `after`: tries, outcome, number of values, hash of the export | nothing to do |
//!
//! The box must not be running: the data folder is taken as by `run`, and what is sealed here reaches the center after the
//! next start.

use crate::config::Loaded;
use crate::custody::{self, OpenArgs, Segments};
use crate::identity::{Identity, Keys};
use crate::opened;
use crate::places::Places;
use crate::stand::{self, Standing};
use crate::{clock, password, renewal, run, sealing};
use anyhow::{Context, Result, bail, ensure};
use journal::{OsDisk, durable};
use record::{Digest, Entry, EquipmentId, EventKind, ParameterCode, Qualifiers, RecordId, Subject, Zone};
use seal::{CustodyFile, CustodyFlaw, RecipientSecret, Segment, Side, both_sides};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// Most segments of one opening: about a day of a busy box.
const SEGMENTS_MAX: u64 = 10_000;
/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;
/// Tries of one custodian's password in one call.
const TRIES_MAX: u32 = 5;
/// Wait after the first wrong password; it doubles with each. Milliseconds.
const FIRST_WAIT_MS: u64 = 1_000;
/// Longest wait for the first event to be sealed. Seconds; a segment is closed after ten.
const SEALED_WAIT_S: u64 = 60;
/// How often the log is looked at meanwhile. Milliseconds.
const SEALED_LOOK_MS: u64 = 200;

/// What the two events have in common.
struct Opening<'a> {
    standing: &'a Standing,
    about: Subject,
    /// Tells this opening from others.
    serial: String,
}

/// What came of it.
#[derive(Default)]
struct Outcome {
    failed_tries: [u32; 2],
    values: u64,
    export: Option<Digest>,
}

/// Runs the ceremony. Fails if it cannot begin, and, after sealing so, if a password or a segment does not open.
pub async fn open(loaded: &Loaded, args: &OpenArgs) -> Result<()> {
    let reason = args.reason.trim();
    ensure!(
        !reason.is_empty() && reason.chars().count() <= REASON_CHARS_MAX && !reason.chars().any(char::is_control),
        "--reason takes 1 to {REASON_CHARS_MAX} characters on one line"
    );
    let Segments { first, last } = args.segments;
    ensure!(last - first < SEGMENTS_MAX, "one opening takes at most {SEGMENTS_MAX} segments");
    args.export.as_deref().map(custody::not_there).transpose()?;
    let (enterprise, regulator) = (custody::file(&args.enterprise)?, custody::file(&args.regulator)?);
    both_sides(&enterprise, &regulator)?;
    ensure!(
        enterprise.side() == Side::Enterprise,
        "--enterprise names a key of the regulator and --regulator one of the enterprise"
    );
    let catalogue = run::catalogue(loaded)?;
    let parameter = args.parameter.as_deref().map(ParameterCode::parse).transpose()?;
    if let Some(code) = &parameter {
        ensure!(catalogue.get(code).is_some(), "the catalogue has no parameter {code}");
    }

    let places = Places::new(&loaded.config.data_dir);
    let identity = Identity::load(&places)?;
    let _lock = run::lock(&places).context("stop the box first: the opening is sealed in its own log")?;
    renewal::finish(&places)?;
    let keys = Keys::load(&places)?;
    let standing = stand::stand(loaded, &places, &identity, &keys, catalogue, clock::now()).await?;
    let opening = Opening {
        standing: &standing,
        about: Subject::Equipment(EquipmentId::parse(identity.box_id.as_str())?),
        serial: format!("black-opening/{}", standing.recovery.incarnation),
    };
    let files = [&enterprise, &regulator];
    let done = opening.held(args, reason, parameter.as_ref(), files, &keys, &identity).await;
    drop(opening);
    // The outcome is sealed before the command ends, whatever it is.
    let stopped = stop(standing).await;
    done.and(stopped)
}

impl Opening<'_> {
    async fn held(
        &self,
        args: &OpenArgs,
        reason: &str,
        parameter: Option<&ParameterCode>,
        files: [&CustodyFile; 2],
        keys: &Keys,
        identity: &Identity,
    ) -> Result<()> {
        let entries = self.check_scope(args.segments, files)?;
        let [enterprise, regulator] = files;
        let mut before = vec![
            ("phase", "before".to_owned()),
            ("segments", format!("{}..{}", args.segments.first, args.segments.last)),
            ("black_entries", entries.to_string()),
            ("reason", reason.to_owned()),
            ("enterprise_name", enterprise.name().to_owned()),
            ("enterprise_key", enterprise.public().id().to_string()),
            ("regulator_name", regulator.name().to_owned()),
            ("regulator_key", regulator.public().id().to_string()),
            ("output", if args.export.is_some() { "export" } else { "view" }.to_owned()),
        ];
        before.extend(parameter.map(|code| ("parameter", code.to_string())));
        before.extend(args.to.as_ref().map(|to| ("export_to", to.id().to_string())));
        let from = sealing::lock(&self.standing.log).size();
        let event = self.append(before).await?;
        self.wait_sealed(event, from, keys).await?;
        tracing::info!(%event, "the opening is sealed");

        // From here on secrets are used, and whatever happens has an outcome.
        let mut outcome = Outcome::default();
        let given = self.give_out(args, parameter, files, keys, identity, &mut outcome).await;
        let [failed_enterprise, failed_regulator] = outcome.failed_tries;
        let mut after = vec![
            ("phase", "after".to_owned()),
            ("before", event.to_string()),
            ("outcome", if given.is_ok() { "opened" } else { "failed" }.to_owned()),
            ("failed_tries_enterprise", failed_enterprise.to_string()),
            ("failed_tries_regulator", failed_regulator.to_string()),
            ("values", outcome.values.to_string()),
        ];
        after.extend(outcome.export.map(|hash| ("export_sha256", hash.to_string())));
        // Errors name segments, keys and files, never a value or a password.
        after.extend(given.as_ref().err().map(|error| ("error", format!("{error:#}"))));
        self.append(after).await?;
        given
    }

    /// Refuses, before anything is sealed, what these two keys cannot open. Gives the number of black entries.
    fn check_scope(&self, segments: Segments, files: [&CustodyFile; 2]) -> Result<u64> {
        let mut entries = 0;
        self.each_segment(segments, |seg_no, segment| {
            segment.check_public()?;
            ensure!(!segment.black_withheld(), "segment {seg_no}: its black part is not in this folder");
            let count = segment.header().zone(Zone::Black).count;
            if count > 0 {
                let addressed = segment.recipients(Zone::Black)?;
                for file in files {
                    ensure!(
                        addressed.contains(&file.public().id()),
                        "segment {seg_no} is not addressed to the key of {}: it was sealed without that custodian",
                        file.name()
                    );
                }
            }
            entries += u64::from(count);
            Ok(())
        })?;
        ensure!(entries > 0, "no segment from {} to {} holds a black value", segments.first, segments.last);
        Ok(entries)
    }

    fn each_segment(&self, segments: Segments, mut visit: impl FnMut(u64, &Segment<'_>) -> Result<()>) -> Result<()> {
        let log = sealing::lock(&self.standing.log);
        ensure!(segments.last < log.size(), "the log has {} segments, counted from 0", log.size());
        for seg_no in segments.first..=segments.last {
            let file = log.segment(seg_no)?.with_context(|| format!("segment {seg_no} is missing"))?;
            let segment = Segment::parse(&file).with_context(|| format!("segment {seg_no}"))?;
            visit(seg_no, &segment).with_context(|| format!("segment {seg_no}"))?;
        }
        Ok(())
    }

    /// Makes an event durable and gives it to the sealer.
    async fn append(&self, facts: Vec<(&str, String)>) -> Result<RecordId> {
        let mut attributes: Qualifiers = facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        attributes.insert("state".into(), "black-opening".into());
        let engine = &self.standing.engine;
        let event = engine.own_event(EventKind::BoxState, self.about.clone(), attributes, &self.serial)?;
        let Entry::Event(made) = &event else { bail!("an event of the box is an event") };
        let id = made.id;
        let durable = engine.append(engine.own_frame(vec![event])?).await?;
        engine.settle(vec![durable], &BTreeSet::new()).await?;
        Ok(id)
    }

    /// Waits until the event stands in a segment of the log, under the checkpoint the box signed over it.
    async fn wait_sealed(&self, event: RecordId, mut next: u64, keys: &Keys) -> Result<()> {
        let until = tokio::time::Instant::now() + Duration::from_secs(SEALED_WAIT_S);
        loop {
            let size = sealing::lock(&self.standing.log).size();
            while next < size {
                if self.holds(next, event, keys)? {
                    return Ok(());
                }
                next += 1;
            }
            ensure!(
                tokio::time::Instant::now() < until,
                "the opening was not sealed within {SEALED_WAIT_S} s; no key was used"
            );
            tokio::time::sleep(Duration::from_millis(SEALED_LOOK_MS)).await;
        }
    }

    fn holds(&self, seg_no: u64, event: RecordId, keys: &Keys) -> Result<bool> {
        let mut found = false;
        self.each_segment(Segments { first: seg_no, last: seg_no }, |_, segment| {
            for bytes in segment.open_zone(Zone::White, &keys.read)?.entries() {
                found |= matches!(Entry::decode(bytes)?, Entry::Event(held) if held.id == event);
            }
            Ok(())
        })?;
        Ok(found)
    }

    async fn give_out(
        &self,
        args: &OpenArgs,
        parameter: Option<&ParameterCode>,
        files: [&CustodyFile; 2],
        keys: &Keys,
        identity: &Identity,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let [enterprise_tries, regulator_tries] = &mut outcome.failed_tries;
        let enterprise = unlock(files[0], args.enterprise_password_file.as_deref(), enterprise_tries).await?;
        let regulator = unlock(files[1], args.regulator_password_file.as_deref(), regulator_tries).await?;
        let mut lines = opened::Lines::default();
        self.each_segment(args.segments, |seg_no, segment| {
            let zone = segment.open_black(&enterprise, &regulator)?;
            for (index, bytes) in zone.entries().enumerate() {
                lines.add((seg_no, index), &Entry::decode(bytes)?, parameter)?;
            }
            Ok(())
        })?;
        drop((enterprise, regulator));
        outcome.values = lines.count();
        let (Some(path), Some(to)) = (&args.export, &args.to) else {
            return std::io::stdout().write_all(lines.bytes()).context("writing to standard output");
        };
        let export = seal::seal_export(&mut rand::rng(), lines.bytes(), &keys.signer(&identity.origin)?, to)?;
        outcome.export = Some(Digest(Sha256::digest(&export).into()));
        let path = std::path::absolute(path).with_context(|| format!("folder of {}", path.display()))?;
        durable::write(&OsDisk, &path, &export).with_context(|| format!("writing {}", path.display()))
    }
}

/// Asks for one custodian's password until it opens the file, at most [`TRIES_MAX`] times, each wrong one counted in
/// `failed` and followed by a longer wait. From a file it is tried once.
async fn unlock(file: &CustodyFile, password_file: Option<&Path>, failed: &mut u32) -> Result<RecipientSecret> {
    let tries = if password_file.is_some() { 1 } else { TRIES_MAX };
    let whose = format!("password of {} ({})", file.name(), file.side());
    loop {
        let tried = tokio::task::block_in_place(|| {
            let password = match password_file {
                Some(path) => password::from_file(path)?,
                None => password::ask(&whose)?,
            };
            Ok::<_, anyhow::Error>(file.unlock(&password))
        })?;
        match tried {
            Ok(secret) => return Ok(secret),
            Err(seal::Error::Custody { flaw: CustodyFlaw::Refused | CustodyFlaw::Password }) => {
                *failed += 1;
                tracing::warn!(name = file.name(), failed = *failed, "wrong password");
                // The last wrong one waits too: calling again at once gains nothing.
                tokio::time::sleep(Duration::from_millis(FIRST_WAIT_MS << (*failed - 1))).await;
                ensure!(*failed < tries, "the key of {} was not opened: {failed} wrong passwords", file.name());
            }
            Err(error) => return Err(error).context(whose),
        }
    }
}

/// Seals what is left and ends in order.
async fn stop(standing: Standing) -> Result<()> {
    let Standing { state, engine, mut sealer, .. } = standing;
    // The last handle: the sealer closes the last segment.
    drop(engine);
    while let Some(ended) = sealer.join_next().await {
        ended.context("the sealer's task")??;
    }
    state.close().await?;
    Ok(())
}
