#!/usr/bin/env python3
"""Reads the golden log in this folder with nothing of ours: written from docs/spec/sealed-log.md.

Needs python3 and its `cryptography` package (44 or later, for Argon2id). Exit code 0: everything agrees.
"""
import base64, hashlib, hmac, pathlib, struct, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent
WHITE, GREY, BLACK = 0, 1, 2
ENVELOPE_LEN = 98


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def extract(salt, ikm):
    return mac(salt or bytes(32), ikm)


def expand(prk, info, length):
    out, block, n = b"", b"", 1
    while len(out) < length:
        block = mac(prk, block, info, bytes([n]))
        out, n = out + block, n + 1
    return out[:length]


def leaf_hash(data):
    return sha(b"\x00", data)


def root(hashes):
    if not hashes:
        return sha()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\x01", root(hashes[:split]), root(hashes[split:]))


# ---- HPKE base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180), from the RFC's text
def labeled_extract(suite, salt, label, ikm):
    return extract(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    return expand(prk, struct.pack(">H", length) + b"HPKE-v1" + suite + label + info, length)


def hpke_open(secret, encapsulated, info, ciphertext):
    public = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    kem = b"KEM" + struct.pack(">H", 0x0020)
    dh = secret.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    prk = labeled_extract(kem, b"", b"eae_prk", dh)
    shared = labeled_expand(kem, prk, b"shared_secret", encapsulated + public, 32)
    suite = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0002)
    psk_id_hash = labeled_extract(suite, b"", b"psk_id_hash", b"")
    info_hash = labeled_extract(suite, b"", b"info_hash", info)
    context = b"\x00" + psk_id_hash + info_hash
    prk = labeled_extract(suite, shared, b"secret", b"")
    key = labeled_expand(suite, prk, b"key", context, 32)
    nonce = labeled_expand(suite, prk, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


class Segment:
    def __init__(self, data):
        self.header = h = data[:804]
        assert h[:8] == b"YXS1\x01\x00\x00\x00", "magic and suite"
        self.log_id, self.seg_no, self.first_seq = h[8:40], *struct.unpack(">QQ", h[40:56])
        self.prev = h[56:88]
        self.c_ent, self.c_reg = h[368:400], h[400:432]
        self.zones = []
        for zone in range(3):
            z = h[432 + 124 * zone:432 + 124 * (zone + 1)]
            count, env_len, blob_len = struct.unpack(">III", z[:12])
            self.zones.append(dict(count=count, env_len=env_len, blob_len=blob_len, root=z[12:44],
                                   env_hash=z[44:76], blob_hash=z[76:108], check=z[108:124]))
        at = 804
        for part, length in (("env", "env_len"), ("blob", "blob_len")):
            for zone in self.zones:
                zone[part] = data[at:at + zone[length]]
                at += zone[length]
        assert at == len(data), "length"
        for zone in self.zones:
            if zone["count"]:
                assert sha(b"yaoxia/envelopes/v1", zone["env"]) == zone["env_hash"], "envelopes"
                assert sha(b"yaoxia/blob/v1", zone["blob"]) == zone["blob_hash"], "blob"
            else:
                assert zone["root"] == sha(), "empty root"

    def place(self):
        return self.log_id + struct.pack(">Q", self.seg_no)

    def share(self, zone, share, secret):
        public = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        key_id = sha(b"yaoxia/x25519/v1\n", public)[:16]
        env = self.zones[zone]["env"]
        for at in range(0, len(env), ENVELOPE_LEN):
            e = env[at:at + ENVELOPE_LEN]
            if e[0] == zone and e[1] == share and e[2:18] == key_id:
                info = b"yaoxia/envelope/v1\x01" + self.place() + bytes([zone, share]) + key_id
                return hpke_open(secret, e[18:50], info, e[50:])
        raise AssertionError("not addressed")

    def open(self, zone, data_key):
        z = self.zones[zone]
        prk = extract(b"yaoxia/zone/v1", data_key)
        def key(label, length=32):
            return expand(prk, label + b"\x01" + self.place() + bytes([zone]), length)
        assert key(b"check", 16) == z["check"], "key check"
        entries, leaves, at = [], [], 0
        for index in range(z["count"]):
            (length,) = struct.unpack(">I", z["blob"][at:at + 4])
            nonce = z["blob"][at + 4:at + 16]
            sealed = z["blob"][at + 16:at + 32 + length]
            at += 32 + length
            head = b"YXL1\x01" + bytes([zone]) + b"\0\0" + self.place() + struct.pack(">II", index, length)
            entry = AESGCM(key(b"encrypt")).decrypt(nonce, sealed, head)
            content = sha(entry)
            assert mac(key(b"nonce"), head, content)[:12] == nonce, "nonce"
            salt = mac(key(b"salt"), head, content)
            leaves.append(leaf_hash(head + entry[:2] + mac(salt, b"yaoxia/commit/v1", content)))
            entries.append(entry)
        assert at == len(z["blob"]) and root(leaves) == z["root"], "zone root"
        return entries


def verify_note(note, vkeys):
    """Text and the names of those whose signature holds."""
    text, block = note.rsplit("\n\n", 1)
    text += "\n"
    signed = []
    for line in block.splitlines():
        dash, name, blob = line.split(" ")
        assert dash == "\u2014"
        blob = base64.b64decode(blob, validate=True)
        if name not in vkeys or vkeys[name][0] != blob[:4]:
            continue
        _, kind, public = vkeys[name]
        message, signature = text.encode(), blob[4:]
        if kind == 4:
            (time,) = struct.unpack(">Q", blob[4:12])
            message, signature = b"cosignature/v1\ntime %d\n" % time + message, blob[12:]
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        signed.append(name)
    return text, signed


def custody(text, password):
    """The secret of a custodian's key file (section 8)."""
    covered, check = text[:text.index("check: ")], text[text.index("check: "):]
    public_lines = text[:text.index("secret: ")]
    assert check == f"check: {base64.b64encode(sha(b'yaoxia/custody/check/v1', bytes([10]), covered.encode())[:16]).decode()}\n"
    head, side, name, key, kdf, salt, secret = covered.splitlines()
    assert head == "yaoxia/custody/v1" and side == "side: regulator" and name == "name: 李四 2026-11"
    m, t, p = (int(word[2:]) for word in kdf.removeprefix("kdf: argon2id ").split(" "))
    derive = Argon2id(salt=base64.b64decode(salt.removeprefix("salt: "), validate=True), length=44, iterations=t, lanes=p,
                      memory_cost=m)
    derived = derive.derive(password.encode())
    sealed = base64.b64decode(secret.removeprefix("secret: "), validate=True)
    opened = X25519PrivateKey.from_private_bytes(AESGCM(derived[:32]).decrypt(derived[32:], sealed, public_lines.encode()))
    assert base64.b64decode(key.split("+", 3)[3], validate=True) == public_of(opened)
    return opened


def export(data, secret, vkeys):
    """The bytes of an export and the origin of its log (section 9)."""
    key_id = sha(b"yaoxia/x25519/v1\n", public_of(secret))[:16]
    assert data[:4] == b"YXE1" and data[4:20] == key_id
    plain = hpke_open(secret, data[20:52], b"yaoxia/export/v1" + key_id, data[52:])
    (length,) = struct.unpack(">I", plain[:4])
    note, content = plain[4:4 + length].decode(), plain[4 + length:]
    text, signed = verify_note(note, vkeys)
    purpose, origin, to, size, content_hash = text.splitlines()
    assert signed == [origin] and vkeys[origin][1] == 1 and purpose == "yaoxia/export/v1" and to == key_id.hex()
    assert int(size) == len(content) and base64.b64decode(content_hash, validate=True) == sha(content)
    return content


def public_of(secret):
    return secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def main():
    vkeys, secrets = {}, {}
    for line in (HERE / "keys.txt").read_text().splitlines():
        who, key = line.split(" ")
        if who in ("log", "witness"):
            name, key_id, material = key.split("+", 2)
            material = base64.b64decode(material, validate=True)
            assert sha(name.encode(), b"\n", material)[:4].hex() == key_id
            vkeys[name] = (bytes.fromhex(key_id), material[0], material[1:])
        else:
            secrets[who] = X25519PrivateKey.from_private_bytes(base64.b64decode(key.split("+", 4)[4], validate=True))

    text, signed = verify_note((HERE / "receipts/2").read_text(), vkeys)
    assert signed == ["example.org/yaoxia/box/1", "example.org/center"], signed
    assert verify_note((HERE / "checkpoint").read_text(), vkeys)[0] == text
    origin, size, signed_root = text.splitlines()

    segments = [Segment((HERE / f"segments/{n:03}.yxs").read_bytes()) for n in range(int(size))]
    leaves = [leaf_hash(segment.header) for segment in segments]
    assert base64.b64encode(root(leaves)).decode() == signed_root
    assert (HERE / "tile/0/000.p/2").read_bytes() == b"".join(leaves)
    bundle = b"".join(struct.pack(">H", 804) + segment.header for segment in segments)
    assert (HERE / "tile/entries/000.p/2").read_bytes() == bundle
    seq, prev = 0, bytes(32)
    for number, segment in enumerate(segments):
        assert segment.log_id == sha(origin.encode())
        assert (segment.seg_no, segment.first_seq, segment.prev) == (number, seq, prev)
        seq, prev = seq + sum(zone["count"] for zone in segment.zones), leaves[number]

    first = segments[0]
    white = first.open(WHITE, first.share(WHITE, 0, secrets["center"]))
    grey = first.open(GREY, first.share(GREY, 0, secrets["enterprise"]))
    ours, theirs = first.share(BLACK, 1, secrets["custodian"]), first.share(BLACK, 2, secrets["inspector"])
    assert sha(b"yaoxia/share/enterprise/v1", ours) == first.c_ent
    assert sha(b"yaoxia/share/regulator/v1", theirs) == first.c_reg
    black_key = expand(extract(b"yaoxia/black/v1", ours + theirs), first.place(), 32)
    black = first.open(BLACK, black_key)
    assert white == [b"\x01\x00assay 99.2 %", b"\x01\x02batch A1 ended", b"\x01\x01", b"\x01\x05gap of scada"], white
    assert grey == [b"\x01\x00operator 17"] and black == [b"\x01\x00recipe step 4: 25.3 Cel", b"\x01\x00recipe step 5"]
    inspector = custody((HERE / "custody/inspector.custody").read_text(encoding="utf-8"), "correct horse 药匣 staple")
    assert public_of(inspector) == public_of(secrets["inspector"])
    assert export((HERE / "custody/opened.yxe").read_bytes(), inspector, vkeys) == b'{"verbatim":"25.3"}\n'
    print(f"{size} segments, {seq} entries: headers, tiles, signatures, envelopes, blobs, leaves, roots, key file and export agree")


if __name__ == "__main__":
    sys.exit(main())
