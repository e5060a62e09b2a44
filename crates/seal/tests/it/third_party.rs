//! A published implementation of somebody else (`signed_note`, `tlog_tiles`) reads what we write and believes our proofs,
//! and disbelieves them when they are wrong.

use ed25519_dalek::{Signature, VerifyingKey};
use record::Digest;
use seal::checkpoint::{Checkpoint, cosign, sign};
use seal::tile::{TileTree, consistency_proof};
use seal::{Algorithm, SignerKey, note, tree};
use signed_note::{Note, StandardVerifier, Verifier, VerifierList};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use tlog_tiles::{Hash, HashReader as _, TileHashReader, TileReader, check_record, check_tree};

/// Height of a C2SP tile.
const HEIGHT: u8 = 8;

/// The cosignature/v1 of C2SP tlog-cosignature, which the crate leaves to its user: written from that text.
struct Cosigner {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Cosigner {
    fn of(vkey: &str) -> Self {
        use base64::Engine as _;
        let [name, id, key] = vkey.splitn(3, '+').collect::<Vec<_>>()[..] else { panic!("not a key: {vkey}") };
        let key = base64::engine::general_purpose::STANDARD.decode(key).unwrap();
        assert_eq!(key[0], 4);
        assert_eq!(signed_note::key_id(name, &key), u32::from_str_radix(id, 16).unwrap());
        let id = u32::from_str_radix(id, 16).unwrap();
        Self { name: name.to_owned(), id, key: VerifyingKey::try_from(&key[1..]).unwrap() }
    }
}

impl Verifier for Cosigner {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], blob: &[u8]) -> bool {
        let Some((time, signature)) = blob.split_first_chunk::<8>() else { return false };
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        let message = [format!("cosignature/v1\ntime {}\n", u64::from_be_bytes(*time)).as_bytes(), text].concat();
        self.key.verify_strict(&message, &signature).is_ok()
    }
}

fn verified(text: &str, log: &str, witness: &str) -> Option<usize> {
    let known: Vec<Box<dyn Verifier>> =
        vec![Box::new(StandardVerifier::new(log).unwrap()), Box::new(Cosigner::of(witness))];
    let note = Note::from_bytes(text.as_bytes()).ok()?;
    note.verify(&VerifierList::new(known)).ok().map(|(verified, _)| verified.len())
}

fn leaves(size: u64) -> Vec<Digest> {
    (0..size).map(|n| tree::leaf_hash(&n.to_be_bytes())).collect()
}

fn theirs(hashes: &[Digest]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(hash.0)).collect()
}

/// Requirement WIT-03.
#[test]
fn the_golden_checkpoint_and_its_receipt_verify() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/seal");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let keys = read("keys.txt");
    let key = |who: &str| keys.lines().find_map(|line| line.strip_prefix(who)).unwrap().trim().to_owned();
    let (log, witness) = (key("log "), key("witness "));
    let (checkpoint, receipt) = (read("checkpoint"), read("receipts/2"));
    assert_eq!(verified(&checkpoint, &log, &witness), Some(1));
    assert_eq!(verified(&receipt, &log, &witness), Some(2));
    let ours = Checkpoint::parse(note::Note::parse(checkpoint.as_bytes()).unwrap().text()).unwrap();
    let note = Note::from_bytes(checkpoint.as_bytes()).unwrap();
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((read.origin(), read.size(), read.hash().0), (ours.origin.as_str(), ours.size, ours.root.0));
    assert_eq!(read.extension(), "");
}

/// Requirement WIT-03.
#[test]
fn no_changed_byte_of_a_cosigned_checkpoint_verifies_there_either() {
    let log = SignerKey::from_seed(&[7; 32], "example.org/box/1", Algorithm::Ed25519).unwrap();
    let witness = SignerKey::from_seed(&[9; 32], "example.org/center", Algorithm::Cosignature).unwrap();
    let head = Checkpoint { origin: "example.org/box/1".into(), size: 3, root: tree::root(&leaves(3)) };
    let mut note = sign(&head, &log).unwrap();
    note.add(cosign(&head, &witness, 1_763_000_000).unwrap().line()).unwrap();
    let (good, log, witness) = (note.to_text(), log.verifier().to_string(), witness.verifier().to_string());
    assert_eq!(verified(&good, &log, &witness), Some(2));
    let text_len = head.text().len();
    for at in 0..text_len {
        let mut bad = good.clone().into_bytes();
        bad[at] ^= 1;
        let Ok(bad) = String::from_utf8(bad) else { continue };
        assert_eq!(verified(&bad, &log, &witness), None, "byte {at}");
    }
}

/// Requirement WIT-03.
#[test]
fn our_proofs_convince_and_wrong_ones_do_not() {
    let all = leaves(70);
    for size in 1..=all.len() {
        let (n, root) = (size as u64, Hash(tree::root(&all[..size]).0));
        for old in 1..=size {
            let proof = theirs(&tree::consistency_proof(&all[..size], old));
            let before = Hash(tree::root(&all[..old]).0);
            assert!(check_tree(&proof, n, root, old as u64, before).is_ok(), "{old} in {size}");
            let other = Hash([1; 32]);
            assert!(check_tree(&proof, n, other, old as u64, before).is_err());
            assert!(old == size || check_tree(&proof[1..].to_vec(), n, root, old as u64, before).is_err());
        }
        for index in 0..size {
            let proof = theirs(&tree::inclusion_proof(&all[..size], index));
            let leaf = Hash(all[index].0);
            assert!(check_record(&proof, n, root, index as u64, leaf).is_ok(), "{index} of {size}");
            assert!(check_record(&proof, n, root, index as u64, Hash([1; 32])).is_err());
        }
    }
}

/// Our tiles by their C2SP paths, as the other implementation asks for them.
struct Store {
    tiles: BTreeMap<String, Vec<u8>>,
    saved: RefCell<usize>,
}

impl TileReader for Store {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &tlog_tiles::Tile| {
            let path = c2sp(&tile.path());
            self.tiles.get(&path).cloned().unwrap_or_else(|| panic!("no tile {path}"))
        };
        Ok(tiles.iter().map(read).collect())
    }

    fn save_tiles(&self, tiles: &[tlog_tiles::Tile], _: &[Vec<u8>]) {
        *self.saved.borrow_mut() += tiles.len();
    }
}

/// Go's paths name the height, C2SP's do not: it is always 8.
fn c2sp(path: &str) -> String {
    path.replacen("tile/8/", "tile/", 1)
}

/// Requirement WIT-03.
#[test]
fn our_tiles_at_their_paths_give_the_signed_root() {
    for size in [1u64, 2, 255, 256, 257, 700, 70_000] {
        let all = leaves(size);
        let mut ours = TileTree::default();
        let tiles = ours.append(all.iter().copied());
        let tiles = tiles.into_iter().map(|(tile, bytes)| (tile.path(), bytes)).collect();
        let store = Store { tiles, saved: RefCell::default() };
        let reader = TileHashReader::new(size, Hash(ours.root().0), &store);
        let last = tlog_tiles::stored_hash_index(0, size - 1);
        let read = reader.read_hashes(&[0, last]).unwrap();
        assert_eq!(read, theirs(&[all[0], all[all.len() - 1]]), "{size}");
        assert!(*store.saved.borrow() > 0, "only what is authenticated is saved");
        let other = TileHashReader::new(size, Hash([1; 32]), &store);
        assert!(other.read_hashes(&[0]).is_err(), "{size}");
        if size > 1 {
            let tile = |tile: seal::tile::Tile| Ok::<_, seal::Error>(store.tiles[&tile.path()].clone());
            let proof = theirs(&consistency_proof(1, size, tile).unwrap());
            assert!(check_tree(&proof, size, Hash(ours.root().0), 1, Hash(all[0].0)).is_ok(), "{size}");
        }
    }
}
