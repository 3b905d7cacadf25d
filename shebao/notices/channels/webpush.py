"""Web push as the standards say: encryption for one browser (RFC 8291, RFC 8188), the sender's key (VAPID, RFC 8292)."""

import base64
import json
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD = 4096
_POINT = 65


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of base64url with or without padding; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as the uncompressed point that browsers use."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encrypt(plain: bytes, *, p256dh: bytes, auth: bytes) -> bytes:
    """A body of one aes128gcm record that only this browser opens; raises ValueError on keys that are none."""
    if len(auth) != 16 or len(p256dh) != _POINT:
        raise ValueError("not the keys of a browser")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    ours = ec.generate_private_key(ec.SECP256R1())
    public, salt = point(ours.public_key()), os.urandom(16)
    shared = ours.exchange(ec.ECDH(), theirs)
    mixed = HKDF(SHA256(), 32, auth, b"WebPush: info\x00" + p256dh + public).derive(shared)
    key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(mixed)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(mixed)
    head = salt + RECORD.to_bytes(4) + bytes((len(public),)) + public
    return head + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def vapid_key(home: Path) -> ec.EllipticCurvePrivateKey:
    """The sender's key of this installation, made when missing; two processes that start at once agree on one."""
    file = home / "keys" / "vapid.pem"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        draft = file.with_name(f"vapid.{os.getpid()}.{os.urandom(4).hex()}")
        draft.touch(mode=0o600)
        draft.write_bytes(pem)
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the push key is not an elliptic-curve key")
    return key


def authorization(key: ec.EllipticCurvePrivateKey, *, audience: str, subject: str, now: datetime) -> str:
    """The header that names the sender to one push service for twelve hours."""
    head = encode(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    claims = {"aud": audience, "exp": int(now.timestamp()) + 12 * 3600, "sub": subject}
    text = f"{head}.{encode(json.dumps(claims).encode())}"
    r, s = utils.decode_dss_signature(key.sign(text.encode("ascii"), ec.ECDSA(SHA256())))
    signature = encode(r.to_bytes(32) + s.to_bytes(32))
    return f"vapid t={text}.{signature}, k={encode(point(key.public_key()))}"
