//! The witness answers as tlog-witness says, whatever it is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use core::convert::Infallible;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use proptest::prelude::*;
use record::Digest;
use seal::checkpoint::{Checkpoint, SignedCheckpoint, cosign, sign};
use seal::note::SIGNATURES_MAX;
use seal::witness::{Answer, Head, Heads, Kept, PROOF_LINES_MAX, REQUEST_LEN_MAX, Request, SIZE_MEDIA_TYPE, Witness};
use seal::{Algorithm, SignerKey, tree};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const ORIGIN: &str = "example.org/yaoxia/box/1";
const NOW_S: u64 = 1_763_000_000;
/// The longest a refusal of the longest hostile body may take here, far above what it takes.
const REFUSAL_MAX: Duration = Duration::from_secs(2);

/// Heads in memory. `race` is put in just before the next replacement, as a faster request would.
#[derive(Default)]
struct Memory {
    heads: BTreeMap<String, Kept>,
    race: Option<Kept>,
}

impl Heads for Memory {
    type Error = Infallible;

    async fn head(&mut self, origin: &str) -> Result<Option<Head>, Infallible> {
        Ok(self.heads.get(origin).map(|kept| kept.head))
    }

    async fn replace(&mut self, held: Option<Head>, new: &Kept) -> Result<bool, Infallible> {
        if let Some(faster) = self.race.take() {
            self.heads.insert(faster.origin.clone(), faster);
        }
        let same = self.heads.get(&new.origin).map(|kept| kept.head) == held;
        if same {
            self.heads.insert(new.origin.clone(), new.clone());
        }
        Ok(same)
    }
}

/// The result of a future that never waits.
fn done<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn log_key() -> SignerKey {
    SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap()
}

fn witness_key() -> SignerKey {
    SignerKey::from_seed(&[9; 32], "example.org/witness", Algorithm::Cosignature).unwrap()
}

fn witness() -> Witness {
    Witness::new(witness_key(), vec![(ORIGIN.to_owned(), log_key().verifier().clone())]).unwrap()
}

fn leaves(size: u64) -> Vec<Digest> {
    (0..size).map(|n| tree::leaf_hash(&n.to_be_bytes())).collect()
}

fn head(size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size, root: tree::root(&leaves(size)) }
}

fn signed(head: &Checkpoint) -> String {
    sign(head, &log_key()).unwrap().to_text()
}

fn proof(old: u64, size: u64) -> Vec<Digest> {
    tree::consistency_proof(&leaves(size), usize::try_from(old).unwrap())
}

/// The honest request from one size to another.
fn request(old: u64, size: u64) -> Vec<u8> {
    let proof = if old == 0 || old == size { Vec::new() } else { proof(old, size) };
    Request { old, proof, note: signed(&head(size)).as_bytes() }.to_bytes()
}

struct Bench {
    witness: Witness,
    memory: Memory,
}

impl Bench {
    fn new() -> Self {
        Self { witness: witness(), memory: Memory::default() }
    }

    fn ask(&mut self, body: &[u8]) -> Answer {
        let Ok(answer) = done(self.witness.add_checkpoint(body, NOW_S, &mut self.memory));
        answer
    }

    fn status(&mut self, body: &[u8]) -> u16 {
        self.ask(body).status()
    }

    fn held(&self) -> Option<u64> {
        self.memory.heads.get(ORIGIN).map(|kept| kept.head.size)
    }
}

/// Requirement WIT-01.
#[test]
fn a_growing_log_is_cosigned_and_its_answer_verifies_on_the_note() {
    let mut bench = Bench::new();
    for (old, size) in [(0, 0), (0, 1), (1, 3), (3, 3), (3, 9), (9, 300)] {
        let answer = bench.ask(&request(old, size));
        assert_eq!((answer.status(), answer.media_type()), (200, "text/plain; charset=utf-8"), "{old} to {size}");
        let note = signed(&head(size)) + &answer.body();
        let keys = [witness_key().verifier().clone()];
        let opened = SignedCheckpoint::open(note.as_bytes(), log_key().verifier(), &keys).unwrap();
        assert_eq!(opened.cosignatures[0].time_s, NOW_S);
        assert_eq!(answer.body().matches('\u{2014}').count(), 1, "only our own line");
        assert_eq!(bench.memory.heads[ORIGIN].note, note);
        assert_eq!(bench.held(), Some(size));
    }
}

/// Requirement WIT-01.
#[test]
fn each_refusal_has_the_status_of_the_protocol_and_changes_nothing() {
    let mut bench = Bench::new();
    assert_eq!(bench.status(&request(0, 5)), 200);
    let note = signed(&head(9));
    let with = |old: u64, proof: Vec<Digest>, note: &str| Request { old, proof, note: note.as_bytes() }.to_bytes();
    let good = proof(5, 9);
    let mut flipped = good.clone();
    flipped[1].0[7] ^= 1;
    let mut longer = good.clone();
    longer.push(Digest([1; 32]));

    let stranger = SignerKey::from_seed(&[8; 32], ORIGIN, Algorithm::Ed25519).unwrap();
    let by_stranger = sign(&head(9), &stranger).unwrap().to_text();
    let elsewhere = SignerKey::from_seed(&[7; 32], "example.org/other", Algorithm::Ed25519).unwrap();
    let of_other = Checkpoint { origin: "example.org/other".into(), ..head(9) };
    let of_other = sign(&of_other, &elsewhere).unwrap().to_text();
    let forked = Checkpoint { root: Digest([3; 32]), ..head(5) };
    let full_and_empty = Checkpoint { size: 0, ..head(9) };
    // The signature of one head under the text of another: a line of a known key that does not verify.
    let lent = note.replacen("\n9\n", "\n8\n", 1);

    // The last digit before the padding has two bits of the signature and two unused ones.
    let end = note.rfind('=').unwrap();
    let digit = u32::from(note.as_bytes()[end - 1]);
    let loose = format!("{}{}{}", &note[..end - 1], char::from_u32(digit + 1).unwrap(), &note[end..]);

    let rows: [(&str, Vec<u8>, u16); 15] = [
        ("unknown log", with(5, good.clone(), &of_other), 404),
        ("stranger's key of the same name", with(5, good.clone(), &by_stranger), 403),
        ("signature of another head", with(5, good.clone(), &lent), 403),
        ("a signature with unused bits set", with(5, good.clone(), &loose), 403),
        ("old above the checkpoint", with(10, Vec::new(), &note), 400),
        ("shrinking honestly", with(5, Vec::new(), &signed(&head(4))), 400),
        ("shrinking from where it says", with(4, Vec::new(), &signed(&head(4))), 409),
        ("old too small", with(3, proof(3, 9), &note), 409),
        ("old 0 although one is held", with(0, Vec::new(), &note), 409),
        ("no proof", with(5, Vec::new(), &note), 422),
        ("a flipped bit", with(5, flipped, &note), 422),
        ("a hash too many", with(5, longer, &note), 422),
        ("another root at the same size", with(5, Vec::new(), &signed(&forked)), 422),
        ("a proof at the same size", with(5, good.clone(), &signed(&head(5))), 422),
        ("size 0 with a root", with(0, Vec::new(), &signed(&full_and_empty)), 422),
    ];
    for (what, body, status) in rows {
        let answer = bench.ask(&body);
        assert_eq!(answer.status(), status, "{what}: {answer:?}");
        assert_eq!(bench.held(), Some(5), "{what}");
        if status == 409 {
            assert_eq!((answer.body().as_str(), answer.media_type()), ("5\n", SIZE_MEDIA_TYPE), "{what}");
        }
    }
    assert_eq!(bench.status(&with(5, good, &note)), 200, "and the honest one still goes in");

    let mut fresh = Bench::new();
    assert_eq!(fresh.status(&with(0, Vec::new(), &signed(&full_and_empty))), 422);
    assert_eq!(fresh.status(&with(0, vec![Digest([1; 32])], &note)), 422, "a proof from nothing");
    assert_eq!(fresh.held(), None);
}

/// Requirement WIT-02.
#[test]
fn what_is_no_request_is_refused_line_by_line() {
    let mut bench = Bench::new();
    let note = signed(&head(9));
    let hash = BASE64.encode([5; 32]);
    let bodies = [
        String::new(),
        "\n\n".to_owned(),
        note.clone(),
        format!("old 0\n{note}"),
        format!("old 00\n\n{note}"),
        format!("old +5\n\n{note}"),
        format!("old -5\n\n{note}"),
        format!("old  5\n\n{note}"),
        format!("old 5 \n\n{note}"),
        format!("old 5\r\n\r\n{note}"),
        format!("OLD 5\n\n{note}"),
        format!("old 9223372036854775808\n\n{note}"),
        format!("old 99999999999999999999999999\n\n{note}"),
        format!("old 5\n{}\n\n{note}", &hash[..43]),
        format!("old 5\n{}\n\n{note}", BASE64.encode([5; 33])),
        format!("old 5\n {hash}\n\n{note}"),
        format!("old 5\n{}\n\n{note}", hash.replacen("U=", "V=", 1)),
        format!("old 0\n\n{}", note.trim_end()),
        format!("old 0\n\n{}", note.replacen("\n9\n", "\n09\n", 1)),
        format!("old 0\n\n{}", note.replacen("\n9\n", "\nnine\n", 1)),
        format!("old 0\n\n{}", note.replacen("\n\n", "\nextension\n\n", 1)),
        format!("old 0\n\n{}", note.replacen("\n9\n", "\n9\0\n", 1)),
        format!("old 0\n\n{}", head(9).text()),
    ];
    for body in bodies {
        assert_eq!(bench.status(body.as_bytes()), 400, "{body:?}");
    }
    let mut broken = format!("old 0\n\n{note}").into_bytes();
    broken[10] = 0xff;
    assert_eq!(bench.status(&broken), 400);
    assert_eq!(bench.held(), None);
}

/// Bodies at and beyond every limit are answered at once, and none is kept.
/// Requirement WIT-02.
#[test]
fn floods_are_refused_within_the_limits() {
    let mut bench = Bench::new();
    let note = signed(&head(9));
    let line = format!("{}\n", BASE64.encode([5; 32]));
    let own = note.lines().last().unwrap().to_owned() + "\n";
    let stranger = "— stranger AAAAAAA=\n";
    let room = REQUEST_LEN_MAX - 40;
    let floods = [
        format!("old 0\n{}\n{note}", line.repeat(PROOF_LINES_MAX + 1)),
        format!("old 0\n{}\n{note}", line.repeat(room / line.len() - 20)),
        format!("old 0\n\n{note}{}", stranger.repeat(SIGNATURES_MAX)),
        format!("old 0\n\n{note}{}", stranger.repeat(room / stranger.len() - 40)),
        format!("old 0\n\n{}", "\n".repeat(room)),
        format!("old 0\n\n{}\n\n{own}", "x".repeat(room - own.len() - 8)),
        format!("old {}\n\n{note}", "9".repeat(room - note.len())),
        format!("old 0\n\n{note}{}", "y".repeat(REQUEST_LEN_MAX)),
        "\n".repeat(64 << 20),
    ];
    for flood in floods {
        let started = Instant::now();
        assert_eq!(bench.status(flood.as_bytes()), 400, "{}…", flood.chars().take(60).collect::<String>());
        assert!(started.elapsed() < REFUSAL_MAX);
    }
    assert_eq!(bench.held(), None);
    let most = format!("old 0\n\n{note}{}", own.repeat(SIGNATURES_MAX - 1));
    let started = Instant::now();
    assert_eq!(bench.status(most.as_bytes()), 200, "as many signatures as a note may have");
    assert!(started.elapsed() < REFUSAL_MAX);
}

/// Lines of other keys are ignored, and one that claims to be ours is not kept.
/// Requirement WIT-01.
#[test]
fn a_forged_line_of_ours_is_not_kept() {
    let mut bench = Bench::new();
    let other = SignerKey::from_seed(&[4; 32], "example.org/other", Algorithm::Cosignature).unwrap();
    let mut forged = cosign(&head(3), &witness_key(), NOW_S).unwrap().line();
    forged.signature[20] ^= 1;
    let theirs = cosign(&head(3), &other, NOW_S).unwrap().line();
    let note = signed(&head(3)) + &forged.to_text() + &theirs.to_text();
    let body = Request { old: 0, proof: Vec::new(), note: note.as_bytes() }.to_bytes();
    let answer = bench.ask(&body);
    assert_eq!(answer.status(), 200);
    assert_eq!(bench.memory.heads[ORIGIN].note, signed(&head(3)) + &answer.body());
}

/// The race the specification warns of: the slower of two requests does not set the log back.
/// Requirement WIT-01.
#[test]
fn of_two_requests_at_once_the_slower_is_told_the_new_size() {
    let mut bench = Bench::new();
    assert_eq!(bench.status(&request(0, 3)), 200);
    let faster = head(9);
    let head = Head { size: 9, root: faster.root };
    bench.memory.race = Some(Kept { origin: ORIGIN.into(), head, note: signed(&faster) });
    assert_eq!(bench.ask(&request(3, 5)), Answer::Conflict { size: 9 });
    assert_eq!(bench.held(), Some(9));
}

#[test]
fn a_key_under_another_name_than_the_origin_signs_for_it_if_we_were_told_so() {
    let key = SignerKey::from_seed(&[6; 32], "example.org/rotated", Algorithm::Ed25519).unwrap();
    let logs = [log_key(), key].map(|key| (ORIGIN.to_owned(), key.verifier().clone()));
    let mut bench = Bench { witness: Witness::new(witness_key(), logs.into()).unwrap(), memory: Memory::default() };
    assert_eq!(bench.status(&request(0, 3)), 200);
}

#[test]
fn a_witness_without_a_clock_or_with_unfit_keys_says_nothing() {
    let mut memory = Memory::default();
    let Ok(answer) = done(witness().add_checkpoint(&request(0, 3), 0, &mut memory));
    assert_eq!((answer, memory.heads.len()), (Answer::NoClock, 0));
    let log = || (ORIGIN.to_owned(), log_key().verifier().clone());
    assert!(Witness::new(log_key(), vec![log()]).is_err(), "a log's key is no witness's");
    assert!(Witness::new(witness_key(), vec![(ORIGIN.to_owned(), witness_key().verifier().clone())]).is_err());
    assert!(Witness::new(witness_key(), vec![("two words".to_owned(), log().1)]).is_err());
}

proptest! {
    /// Whatever order sizes come in, honest or not, the kept heads only grow and are of one log.
    #[test]
    fn the_head_never_goes_back(steps in prop::collection::vec((0u64..12, 0u64..12), 1..40)) {
        let mut bench = Bench::new();
        let mut last = 0;
        for (old, size) in steps {
            let body = if old <= size { request(old, size) } else {
                Request { old, proof: Vec::new(), note: signed(&head(size)).as_bytes() }.to_bytes()
            };
            let status = bench.status(&body);
            let expected = if old > size { 400 } else if old == last { 200 } else { 409 };
            prop_assert_eq!(status, expected);
            last = bench.held().unwrap_or(0).max(last);
            prop_assert_eq!(bench.held().unwrap_or(0), last);
        }
    }

    /// A request is written as it is read.
    #[test]
    fn whatever_parses_is_written_the_same(body in nearly_a_request()) {
        if let Ok(request) = Request::parse(&body) {
            prop_assert_eq!(request.to_bytes(), body);
        }
    }
}

fn nearly_a_request() -> impl Strategy<Value = Vec<u8>> {
    let hash = BASE64.encode([5; 32]);
    let pieces = ["old ", "0", "17", "\n", "\n\n", " ", "\r", "x", &hash].map(|piece| piece.as_bytes().to_vec());
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat())
}
