#!/usr/bin/env python3
"""Verifies sealed logs: the second verifier. It follows docs/spec/sealed-log.md and shares no code with the first, but its
author had read the first: a mistake in understanding may be in both.

    python3 verify.py --trust FILE [--key FILE] [--receipt FILE]... FOLDER

Prints a line for each log, `verdict: origin in folder`, and under it one for each finding: verdict, file, segment, entry,
byte and why, parted by tabs, `-` for what is not known. Exit code 0: sound; 1: damaged or unproven; 2: cannot be asked.
The numbers after § are sections of that page. Needs Python 3.11 and the package `cryptography` from 48. Entries are opened
(§5) but not decoded; audit trails are not verified. It is slow and plain on purpose: read it, then trust it.
"""
import argparse, base64, contextlib, hashlib, hmac, pathlib, re, struct, sys, tomllib
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

VERDICTS = SOUND, UNPROVEN, DAMAGED = "sound", "unproven", "damaged"  # the worst finding is the verdict of the log
ZONES, BLACK, NAMES, ZERO = (0, 1, 2), 2, ("white", "grey", "black"), bytes(32)
NOTE_MAX, LOG_MAX, HEADER_LEN, ENVELOPE_LEN, FRAME_LEN, BUNDLED_LEN = 1_000_000, 1 << 28, 804, 98, 32, 806
ENTRIES_MAX, ENTRY_MAX, PLAIN_MAX, ENVELOPES_MAX = 4096, 4 << 20, 8 << 20, 16
SEGMENT_MAX = HEADER_LEN + 3 * ENVELOPES_MAX * ENVELOPE_LEN + PLAIN_MAX + ENTRIES_MAX * FRAME_LEN


class Unusable(Exception):
    """The question cannot be asked."""


class Refused(Exception):
    """Bytes break a rule; `offset` and `entry` (zone, index) say where, if that is known."""
    def __init__(self, why, offset=None, entry=None, verdict=DAMAGED):
        super().__init__(why)
        self.offset, self.entry, self.verdict = offset, entry, verdict


def require(holds, why, offset=None, entry=None, verdict=DAMAGED):
    if not holds:
        raise Refused(why, offset, entry, verdict)


def read(path, most):
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}") from None
    require(len(data) <= most, f"more than {most} bytes")
    return data


# ---- §1 Hashes, HKDF (RFC 5869), Merkle trees (RFC 6962 §2.1)
def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key, *parts):
    return hmac.digest(key, b"".join(parts), "sha256")


def expand(prk, info):
    return mac(prk, info, b"\x01")  # no key here is longer than one block


def leaf_hash(data):
    return sha(b"\0", data)


def roots(leaves):
    """The roots over the first 0, 1, 2 … leaves; `peaks` are the complete subtrees as (leaves, hash), largest first."""
    peaks, all_roots = [], [sha()]
    for leaf in leaves:
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-2][0] == peaks[-1][0]:
            peaks[-2:] = [(2 * peaks[-1][0], sha(b"\1", peaks[-2][1], peaks[-1][1]))]
        top = peaks[-1][1]
        for _, left in peaks[-2::-1]:
            top = sha(b"\1", left, top)
        all_roots.append(top)
    return all_roots


# ---- §3 Keys, notes, checkpoints
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Y8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")


def is_point(encoded):
    """Whether these 32 bytes are a point of Curve25519 whose order is not small."""
    y = (int.from_bytes(encoded, "little") & (1 << 255) - 1) % P
    x_squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return pow(x_squared, (P - 1) // 2, P) == 1 and y not in (0, Y8, P - Y8)


def decode64(text):
    """What canonical base64 says, else nothing."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return data if base64.b64encode(data).decode() == text else b""


def is_name(text):
    return text != "" and not any(c.isspace() or c < " " or c == "+" for c in text)


class Key:
    """`name+key id+material` from the trust file, for the name and type that it must have."""
    def __init__(self, text, name, kind):
        self.name, key_id, material = (text.split("+", 2) + ["", ""])[:3]
        material = decode64(material)
        self.id, self.kind, self.public = sha(self.name.encode(), b"\n", material)[:4], kind, material[1:]
        if (self.name != name or not is_name(name) or key_id != self.id.hex() or len(material) != 33
                or material[0] != kind or not is_point(self.public)):
            raise Unusable(f"trust file: key of {name}")

    def verifies(self, message, blob):
        if self.kind == 4:
            message, blob = b"cosignature/v1\ntime %d\n" % int.from_bytes(blob[:8]) + message, blob[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
            return len(blob) == 64 and is_point(blob[:32])
        except InvalidSignature:
            return False


def parse_note(data):
    """(text, [(name, key id, signature)], origin, size, root) of a checkpoint; nothing here trusts anybody."""
    require(len(data) <= NOTE_MAX, "note: too long")
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise Refused("note: not UTF-8") from None
    require(not any(c < " " and c != "\n" for c in note), "note: control character")
    text, parted, block = note.rpartition("\n\n")
    require(parted and block.endswith("\n") and block.count("\n") <= 100, "note: signatures")
    lines = []
    for line in block[:-1].split("\n"):
        dash, name, blob = (line.split(" ") if line.count(" ") == 2 else ("", "", ""))
        require(dash == "\u2014" and is_name(name) and len(decode64(blob)) > 4, "note: signature line")
        lines.append((name, decode64(blob)[:4], decode64(blob)[4:]))
    require(text.count("\n") == 2, "checkpoint: not three lines")
    origin, size, root = text.split("\n")
    require(is_name(origin), "checkpoint: origin")
    require(re.fullmatch("0|[1-9][0-9]{0,18}", size) and int(size) < 2**63, "checkpoint: size")
    require(len(decode64(root)) == 32, "checkpoint: root")
    return f"{text}\n".encode(), lines, origin, int(size), decode64(root)


def open_checkpoint(data, log, witnesses):
    """(size, root, whether a trusted witness cosigned) of what the trusted key `log` signed."""
    text, lines, origin, size, root = parse_note(data)
    require(origin == log.name, f"checkpoint is of {origin}")
    kinds = set()
    for name, key_id, blob in lines:
        for key in (key for key in [log, *witnesses] if (key.name, key.id) == (name, key_id)):
            require(key.verifies(text, blob), f"signature by {name} does not verify")
            kinds.add(key.kind)
    require(1 in kinds, f"no signature by {log.name}")
    return size, root, 4 in kinds


# ---- §4 Segment header and file
class Header:
    FIELDS, ZONE = struct.Struct(">8s32sQQ32s4xIQ16x8xQ8xQQQQ32s32s128x32s32s"), struct.Struct(">III32s32s32s16s")

    def __init__(self, data):
        require(len(data) == HEADER_LEN, "header cut short", 0)
        (magic, self.log_id, self.seg_no, self.first_seq, self.prev, flags, self.incarnation, opened, closed, torn,
         self.cosigned_size, time, self.cosigned_root, cosignature, self.c_ent, self.c_reg
         ) = self.FIELDS.unpack(data[:432])
        self.hash, self.zones = leaf_hash(data), [self.ZONE.unpack_from(data, 432 + 124 * zone) for zone in ZONES]
        require(magic[:4] == b"YXS1", "magic", 0)
        require(magic[4:] == b"\1\0\0\0", "suite", 4)
        require(self.seg_no > 0 or (self.prev == ZERO and self.first_seq == 0), "segment 0 follows nothing", 56)
        require(flags < 64, "flags", 92)
        require(bool(flags & 8) == (torn > 0), "torn_bytes", 152)
        require(closed >= opened or flags & 2, "closed before opened", 136)
        none = (time, self.cosigned_root, cosignature) == (0, ZERO, ZERO)
        require((self.cosigned_size == 0) == none and self.cosigned_size <= self.seg_no, "cosigned_size", 160)
        plain, black = 0, self.zones[BLACK][0] > 0
        for zone, (count, envelopes, blob, *rest) in zip(ZONES, self.zones):
            at, entries = 432 + 124 * zone, blob - FRAME_LEN * count
            require(count or (envelopes, blob, *rest) == (0, 0, sha(), ZERO, ZERO, bytes(16)), "empty zone", at)
            require(not count or envelopes in range(98 + 98 * (zone == BLACK), 98 * 17, 98), "envelopes_len", at + 4)
            most = min(PLAIN_MAX, ENTRY_MAX * count)
            require(count <= ENTRIES_MAX and 2 * count <= entries <= most, "blob_len", at + 8)
            plain += entries
        require((self.c_ent != ZERO, self.c_reg != ZERO) == (black, black), "c_ent, c_reg", 368)
        self.count = sum(zone[0] for zone in self.zones)
        require(1 <= self.count <= ENTRIES_MAX and plain <= PLAIN_MAX, "entries of all zones", 432)


class Segment:
    """A file whose layout is right. `envelopes` and `blobs` hold, for each zone, offset and bytes."""
    def __init__(self, data):
        self.header, self.envelopes, self.blobs, at = Header(data[:HEADER_LEN]), [], [], HEADER_LEN
        self.place = self.header.log_id + struct.pack(">Q", self.header.seg_no)
        for zone in ZONES:
            end, shares, last = at + self.header.zones[zone][1], set(), b""
            require(end <= len(data), "envelopes cut short", at)
            for start in range(at, end, ENVELOPE_LEN):  # §6
                share = data[start + 1]
                require(data[start] == zone and share in ((1, 2) if zone == BLACK else (0,)), "envelope", start)
                require(last < data[start + 1:start + 18], "order of envelopes", start)
                last, shares = data[start + 1:start + 18], shares | {share}
            require(len(shares) != 1 or zone != BLACK, "black envelopes of one side", at)
            self.envelopes.append((at, data[at:end]))
            at = end
        for zone in ZONES:
            self.withheld = zone == BLACK and at == len(data)
            end = at if self.withheld else at + self.header.zones[zone][2]
            require(end <= len(data), "blob cut short", at)
            self.blobs.append((at, data[at:end]))
            at = end
        require(at == len(data), "bytes left over", at)

    def check_hashes(self):
        for zone in (zone for zone in ZONES if self.header.zones[zone][0]):
            (_, _, _, _, envelopes_hash, blob_hash, _), (at, data) = self.header.zones[zone], self.envelopes[zone]
            require(sha(b"yaoxia/envelopes/v1", data) == envelopes_hash, "hash of envelopes", at)
            at, data = self.blobs[zone]
            withheld = zone == BLACK and self.withheld
            require(withheld or sha(b"yaoxia/blob/v1", data) == blob_hash, "hash of blob", at)

    def envelope(self, zone, secret):
        """§6: the envelope addressed to the key, if there is one."""
        data = self.envelopes[zone][1]
        every = (data[at:at + ENVELOPE_LEN] for at in range(0, len(data), ENVELOPE_LEN))
        return next((envelope for envelope in every if envelope[2:18] == secret.id), None)

    def share(self, envelope, secret):
        """§6: what an envelope carries. A half of the black key must be the one that the header commits to."""
        try:
            info = b"yaoxia/envelope/v1\1" + self.place + envelope[:18]
            share = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM).decrypt(envelope[18:], secret.key, info)
        except (InvalidTag, ValueError):
            raise Refused("envelope does not open") from None
        header = self.header
        halves = {1: (b"yaoxia/share/enterprise/v1", header.c_ent), 2: (b"yaoxia/share/regulator/v1", header.c_reg)}
        label, stated = halves.get(envelope[1], (b"", sha(share)))
        require(sha(label, share) == stated, "half of the black key is not the header's")
        return share

    def open(self, zone, data_key):
        """§5: decrypts every entry and recomputes the zone's tree; all of it or nothing of it is believed."""
        count, _, _, root, _, _, check = self.header.zones[zone]
        prk, leaves = mac(b"yaoxia/zone/v1", data_key), []
        key = {label: expand(prk, label + b"\1" + self.place + bytes([zone]))
               for label in (b"encrypt", b"nonce", b"salt", b"check")}
        require(key[b"check"][:16] == check, "the key is not the header's")
        at, blob = self.blobs[zone]
        for index in range(count):
            where, length = (at, (NAMES[zone], index)), int.from_bytes(blob[:4])
            require(len(blob) >= FRAME_LEN + length and 2 <= length <= ENTRY_MAX, "length of entry", *where)
            head = b"YXL1\1" + bytes([zone, 0, 0]) + self.place + struct.pack(">II", index, length)
            try:
                entry = AESGCM(key[b"encrypt"]).decrypt(blob[4:16], blob[16:FRAME_LEN + length], head)
            except InvalidTag:
                raise Refused("entry does not decrypt", *where) from None
            content = sha(entry)
            require(mac(key[b"nonce"], head, content)[:12] == blob[4:16], "foreign nonce", *where)
            commit = mac(mac(key[b"salt"], head, content), b"yaoxia/commit/v1", content)
            leaves.append(leaf_hash(head + entry[:2] + commit))
            at, blob = at + FRAME_LEN + length, blob[FRAME_LEN + length:]
        require(not blob, "bytes left over in the blob", at)
        require(roots(leaves)[-1] == root, "tree of the zone")


class Secret:
    """§6: a recipient's secret key from its file."""
    def __init__(self, text):
        match = re.fullmatch(r"YAOXIA\+SECRET\+X25519\+([0-9a-f]{32})\+(.*)", text)
        key = decode64(match[2]) if match else b""
        if len(key) != 32:
            raise Unusable("key file: not a secret key")
        self.key = X25519PrivateKey.from_private_bytes(key)
        self.id = sha(b"yaoxia/x25519/v1\n", self.key.public_key().public_bytes_raw())[:16]
        if match[1] != self.id.hex():
            raise Unusable("key file: the id is not that of the key")


# ---- §2 Files
def number_path(n):
    groups = [group.zfill(3) for group in f"{n:,}".split(",")]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def tile_path(level, index, width):
    return f"tile/{level}/{number_path(index)}" + (f".p/{width}" if width < 256 else "")


def segment_path(seg_no):
    return f"segments/{number_path(seg_no)}.yxs"


def tiles(size):
    """(level, index, width) of every tile that a log of this size holds."""
    for level in range(8):
        nodes = size >> 8 * level
        yield from ((level, index, min(256, nodes - 256 * index)) for index in range((nodes + 255) // 256))


def pieces(data, length, count):
    """So many parts of this length; of a file that is not there or not of that length, none is known."""
    known = data is not None and len(data) == length * count
    return [data[n * length:(n + 1) * length] if known else None for n in range(count)]


def difference(a, b):
    """Where two texts begin to differ, if they do and both are known."""
    unequal = a is not None and b is not None and a != b
    return next((n for n, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b))) if unequal else None


# ---- §7 Verifying a log
class Log:
    def __init__(self, folder, logs, witnesses, secret=None, given=()):
        self.folder, self.secret, self.findings, self.origin = folder, secret, [], None
        self.size, self.roots, self.cosigned = 0, [], []
        head = self.heads(logs, witnesses, given)
        with self.finding("checkpoint"):
            require(head is None or head[0] <= LOG_MAX, f"more than {LOG_MAX} segments")
            if head:
                self.size = head[0]
                self.segments(*self.tree(head[1]))
                self.receipts()

    @property
    def verdict(self):
        return max((finding[0] for finding in self.findings), key=VERDICTS.index, default=SOUND)

    @contextlib.contextmanager
    def finding(self, file, segment=None):
        """What is refused within is a finding of this file, and ends what is within, not the verification."""
        try:
            yield
        except Refused as why:
            entry = why.entry and "{} {}".format(*why.entry)
            self.findings.append((why.verdict, file, segment, entry, why.offset, str(why)))

    def bytes_of(self, file, most, segment=None):
        with self.finding(file, segment):
            return read(self.folder / file, most)

    def heads(self, logs, witnesses, given):
        """(1): (size, root) to measure the folder by: the checkpoint or, if that is damaged, the newest receipt."""
        sizes, origins, head = [], [], None
        if (self.folder / "receipts").exists():
            with self.finding("receipts"):
                require((self.folder / "receipts").is_dir(), "not a folder")
                names = [path.name for path in (self.folder / "receipts").iterdir()]
                sizes = sorted(int(name) for name in names if re.fullmatch("0|[1-9][0-9]{0,18}", name))
        files = [("checkpoint", None)] + [(f"receipts/{n}", n) for n in sizes]
        files += [(str(path.absolute()), None) for path in given]
        notes = {file: self.bytes_of(file, NOTE_MAX) for file, _ in files}
        for note in notes.values():
            with contextlib.suppress(Refused):
                origins += [parse_note(note)[2]] if note is not None else []
        # An origin only selects which trusted key to ask; it proves nothing by itself.
        self.origin = next((origin for origin in origins if origin in logs), origins[0] if origins else None)
        if self.origin not in logs:
            with self.finding("checkpoint"):
                if notes["checkpoint"] is not None:
                    if not origins:
                        parse_note(notes["checkpoint"])  # says why it is none
                    raise Refused("the log is not in the trust file", verdict=UNPROVEN)
            return None
        for file, filed_as in ((file, filed_as) for file, filed_as in files if notes[file] is not None):
            with self.finding(file):
                size, root, cosigned = open_checkpoint(notes[file], logs[self.origin], witnesses)
                head = (size, root) if file == "checkpoint" else head
                self.cosigned += [(size, root, file)] if cosigned else []
                require(filed_as in (None, size), f"receipt of size {size}")
        if head is None and self.cosigned:
            head = max(self.cosigned)[:2]
        with self.finding("receipts"):
            require(self.cosigned or not head or head[0] == 0, "no trusted witness cosigned any head", verdict=UNPROVEN)
        return head

    def tree(self, signed_root):
        """(2): the signed leaves and their headers, None where they are not known. Each leaf is stored three times: in its
        segment, in an entry bundle, hashed in a tile. The signed root says who is right (§8)."""
        stored = {tile: self.bytes_of(tile_path(*tile), 256 * 32) for tile in tiles(self.size)}
        tiled, bundled, starts = [], [], []
        for (_, index, width), data in ((tile, data) for tile, data in stored.items() if tile[0] == 0):
            path = tile_path("entries", index, width)
            bundle = self.bytes_of(path, BUNDLED_LEN * width)
            with self.finding(path):
                require(bundle is None or len(bundle) == BUNDLED_LEN * width, "length of the bundle")
            tiled += pieces(data, 32, width)
            bundled += [(path, n, piece) for n, piece in enumerate(pieces(bundle, BUNDLED_LEN, width))]
        for seg_no in range(self.size):
            starts.append(None)
            with contextlib.suppress(OSError), open(self.folder / segment_path(seg_no), "rb") as file:
                starts[seg_no] = file.read(HEADER_LEN)
        in_segments = [start if start is None else leaf_hash(start) for start in starts]
        in_bundles = [piece if piece is None else leaf_hash(piece[2:]) for _, _, piece in bundled]
        voted = [s if s and s in (b, t) else t or b or s for s, b, t in zip(in_segments, in_bundles, tiled)]
        copies = [copy for copy in (tiled, in_segments, in_bundles, voted) if None not in copy]
        leaves = next((copy for copy in copies if roots(copy)[-1] == signed_root), None)
        if leaves is None:
            with self.finding("segments"):
                require(None in in_segments, "the headers do not give the signed root")
            return None, starts
        self.roots, levels = roots(leaves), [leaves]
        for (level, index, width), data in stored.items():
            if level == len(levels):
                levels.append([roots(levels[-1][n:n + 256])[-1] for n in range(0, len(levels[-1]) - 255, 256)])
            expected = b"".join(levels[level][256 * index:256 * index + width])
            with self.finding(tile_path(level, index, width)):
                require(data in (None, expected), "not what the headers hash to", difference(data, expected))
        for seg_no, (path, n, piece) in enumerate(bundled):
            if in_segments[seg_no] != leaves[seg_no]:
                starts[seg_no] = piece[2:] if in_bundles[seg_no] == leaves[seg_no] else None
            expected = starts[seg_no] and b"\x03\x24" + starts[seg_no]
            at = difference(piece, expected)
            with self.finding(path, seg_no):
                require(piece in (None, expected), "not the header in the signed tree",
                        None if at is None else BUNDLED_LEN * n + at)
        return leaves, starts

    def segments(self, leaves, headers):
        before = None
        for seg_no in range(self.size):
            path, header = segment_path(seg_no), None
            data = self.bytes_of(path, SEGMENT_MAX, seg_no)
            with self.finding(path, seg_no):
                if data is not None:
                    at = difference(data[:HEADER_LEN], headers[seg_no])
                    require(not leaves or data[:HEADER_LEN] == headers[seg_no], "not the header in the signed tree", at)
                    self.segment(path, seg_no, Segment(data))
            with contextlib.suppress(Refused):
                header = headers[seg_no] and Header(headers[seg_no])
            for fault in self.faults(header, seg_no, before) if header else ():
                with self.finding(path, seg_no):
                    raise Refused(f"is of another log or contradicts what is before: {fault}")
            before = header

    def segment(self, path, seg_no, segment):
        """(4) and, with a key, (6)."""
        sound, mine = False, not self.secret
        with self.finding(path, seg_no):
            segment.check_hashes()
            sound = True
        for zone in ZONES if self.secret else ():
            if envelope := segment.envelope(zone, self.secret):
                mine = True
                try:
                    share = segment.share(envelope, self.secret)
                    if zone != BLACK:
                        segment.open(zone, share)
                except Refused as why:
                    with self.finding(path, seg_no):
                        # Of bytes known to be changed, only the entry is news.
                        require(not (sound or why.entry or zone == BLACK), str(why), why.offset, why.entry)
        require(mine or not sound, "the key given opens no zone", verdict=UNPROVEN)

    def faults(self, header, seg_no, before):
        """(3): the fields by which a header is not of this log and place, or contradicts its past."""
        if header.log_id != sha(self.origin.encode()):
            yield "log_id"
        if header.seg_no != seg_no:
            yield "seg_no"
        elif before:
            follows = (before.first_seq + before.count, before.hash)
            if (header.first_seq, header.prev) != follows or header.incarnation < before.incarnation:
                yield "first_seq, prev_header or incarnation"
        if 0 < header.cosigned_size < len(self.roots) and self.roots[header.cosigned_size] != header.cosigned_root:
            yield "cosigned_root"

    def receipts(self):
        """(5): every cosigned head is one that the log went through."""
        for size, root, file in self.cosigned:
            with self.finding(file):
                require(size <= self.size, f"a witness cosigned {size} segments, here are {self.size}")
                require(not self.roots or self.roots[size] == root, f"a witness cosigned another root at size {size}")


# ---- §8 What a verifier is asked and answers
def usable(path):
    try:
        return read(path, 1 << 20).decode()
    except (Refused, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from None


def parse_trust(text):
    """({origin: key}, [witness's key]). What §8 does not name is refused: a misspelt word must not be passed over."""
    try:
        file, keys = tomllib.loads(text), {}
    except tomllib.TOMLDecodeError as error:
        raise Unusable(f"trust file: {error}") from None
    for section, named, kind in (("log", "origin", 1), ("witness", "name", 4), ("audit", "origin", 1)):
        entries = file.pop(section, [])
        if not isinstance(entries, list) or any(not isinstance(e, dict) or set(e) != {named, "vkey"} for e in entries):
            raise Unusable(f"trust file: [[{section}]] has {named} and vkey, nothing else")
        keys[section] = [Key(str(entry["vkey"]), entry[named], kind) for entry in entries]
    if file or not keys["log"]:
        raise Unusable("trust file: no [[log]], or a word that means nothing")
    return {key.name: key for key in reversed(keys["log"])}, keys["witness"]


def main():
    arguments = argparse.ArgumentParser(description="Verifies sealed logs offline, against keys you got elsewhere.")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--trust", required=True, metavar="FILE")
    arguments.add_argument("--key", metavar="FILE")
    arguments.add_argument("--receipt", action="append", default=[], metavar="FILE", type=pathlib.Path)
    asked = arguments.parse_args()
    logs, witnesses = parse_trust(usable(asked.trust))
    secret = Secret(usable(asked.key).rstrip()) if asked.key else None
    holds = lambda folder, *names: any((folder / name).exists() for name in names)
    try:
        alone = holds(asked.folder, "checkpoint", "segments", "tile")
        folders = [asked.folder] if alone else sorted(path for path in asked.folder.iterdir() if path.is_dir())
    except OSError as error:
        raise Unusable(f"{asked.folder}: {error.strerror}") from None
    if not folders or (asked.receipt and len(folders) > 1) or any(holds(f, "entries.jsonl", "heads") for f in folders):
        raise Unusable(f"{asked.folder}: no log, an audit trail, or several logs and one receipt")
    found = [Log(folder, logs, witnesses, secret, asked.receipt) for folder in folders]
    answers = [(log.verdict, log.origin, log.folder, log.findings) for log in found]
    absent = [] if alone else [origin for origin in logs if all(log.origin != origin for log in found)]
    nowhere = [(UNPROVEN, asked.folder, None, None, None, "a log of the trust file is not here")]
    answers += [(UNPROVEN, origin, asked.folder, nowhere) for origin in absent]
    for verdict, origin, folder, findings in answers:
        print(f"{verdict}: {origin} in {folder}")
        for finding in findings:
            print("", *("-" if part is None else part for part in finding), sep="\t")
    return 0 if all(answer[0] == SOUND for answer in answers) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unusable as error:
        sys.exit(print(f"verify.py: {error}", file=sys.stderr) or 2)
