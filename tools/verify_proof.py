#!/usr/bin/env python3
# ruff: noqa: T201
"""Checks a proof file of the access ledger (谁看过我的信息) on any computer with Python 3.8 or later.

    python3 verify_proof.py FILE --key KEY
    python3 verify_proof.py --extends OLD NEW --tiles FOLDER --key KEY

FILE is a proof (.tlog-proof), KEY the ledger's public key (name+id+base64) or a file that holds it.
The second form checks that the signed checkpoint NEW only added to the checkpoint OLD; FOLDER holds the
public tiles as <level>/<number>. Nothing is sent anywhere and no other package is needed.
Exit code: 0 proved, 1 not proved, 2 wrong use.

It follows RFC 6962/9162, C2SP signed-note, tlog-checkpoint, tlog-proof and tlog-tiles, and RFC 8032.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


class NotProved(Exception):
    """The file does not show what it should."""


# Ed25519 (RFC 8032 section 5.1), points in extended coordinates (X, Y, Z, T).


def _add(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def _x_of(y, odd):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x % 2 != odd else x


def _point(data):
    number = int.from_bytes(data, "little")
    y, odd = number & (2**255 - 1), number >> 255
    x = _x_of(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _bytes_of(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_x_of(_BASE_Y, 0), _BASE_Y, 1, _x_of(_BASE_Y, 0) * _BASE_Y % P)


def ed25519_holds(public, message, signature):
    """Whether an Ed25519 signature is that of the public key over the message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    minus_key = (P - key[0], key[1], key[2], P - key[3])
    return _bytes_of(_add(_times(s, BASE), _times(challenge, minus_key))) == signature[:32]


# Notes, checkpoints and proof files.


def decode(text, length=None):
    """Canonical base64 and nothing else."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise NotProved("不是规范的 base64") from None
    if base64.b64encode(data).decode() != text or (length is not None and len(data) != length):
        raise NotProved("base64 的长度不对")
    return data


def decimal(text):
    """A whole number in plain digits."""
    plain = text and len(text) <= 18 and all(letter in "0123456789" for letter in text)
    if not plain or (text[0] == "0" and text != "0"):
        raise NotProved("不是规范的数字")
    return int(text)


def read_key(text):
    """Name, id and public key of `name+id+base64`."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise NotProved("公钥的写法不对")
    name, number, material = parts[0], parts[1], decode(parts[2], 33)
    expected = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    if material[:1] != b"\x01" or expected.hex() != number:
        raise NotProved("公钥与编号不符")
    return name, expected, material[1:]


def open_checkpoint(note, key):
    """Size and root of a checkpoint that this key has signed."""
    name, number, public = key
    if any(ord(letter) < 32 and letter != "\n" for letter in note):
        raise NotProved("检查点里有控制字符")
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NotProved("检查点没有签名")
    text, signed = body + "\n", False
    for line in tail[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not parts[1] or "+" in parts[1]:
            raise NotProved("签名行的写法不对")
        signature = decode(parts[2])
        if parts[1] == name and signature[:4] == number:
            if not ed25519_holds(public, text.encode("utf-8"), signature[4:]):
                raise NotProved("签名不成立")
            signed = True
    lines = body.split("\n")
    if len(lines) < 3 or not all(lines) or lines[0] != name:
        raise NotProved("检查点不是这个总账的")
    if not signed:
        raise NotProved("这把公钥没有签过这个检查点")
    return decimal(lines[1]), decode(lines[2], 32)


def read_proof(text):
    """Leaf, index, path and checkpoint of a proof file."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise NotProved("不是 tlog-proof 第 1 版的文件")
    if not lines or not lines[0].startswith("extra "):
        raise NotProved("文件里没有记录的内容")
    leaf = decode(lines.pop(0)[6:])
    if not lines or not lines[0].startswith("index "):
        raise NotProved("文件里没有位置")
    return leaf, decimal(lines.pop(0)[6:]), [decode(line, 32) for line in lines], note


# The tree.


def node_hash(left, right):
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def includes(index, size, leaf, path, root):
    """Whether the path leads from the leaf to the root (RFC 9162 section 2.1.3.2)."""
    node, last, computed = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    if index >= size:
        return False
    for part in path:
        if last == 0:
            return False
        if node % 2 or node == last:
            computed = node_hash(part, computed)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            computed = node_hash(computed, part)
        node, last = node // 2, last // 2
    return last == 0 and computed == root


def tile(folder, level, number, width):
    """The first `width` hashes of a tile."""
    name = f"{number % 1000:03d}"
    rest = number // 1000
    while rest:
        name, rest = f"x{rest % 1000:03d}/{name}", rest // 1000
    full, partial = folder / str(level) / name, folder / str(level) / f"{name}.p" / str(width)
    try:
        data = (partial if width < 256 and partial.exists() else full).read_bytes()
    except OSError:
        raise NotProved(f"缺少节点文件 {level}/{name}") from None
    if len(data) < 32 * width:
        raise NotProved("节点文件太短")
    return [data[at : at + 32] for at in range(0, 32 * width, 32)]


def tree_root(folder, size, whole):
    """Root over the first `size` leaves, from the tiles of a tree of `whole` leaves."""
    if size == 0:
        return hashlib.sha256(b"").digest()
    parts, begin = [], 0
    while begin < size:
        height = (size - begin).bit_length() - 1
        level, rise = divmod(height, 8)
        first = begin >> (8 * level)
        width = min((whole >> (8 * level)) - first // 256 * 256, 256)
        row = tile(folder, level, first // 256, width)[first % 256 : first % 256 + (1 << rise)]
        while len(row) > 1:
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        parts.append(row[0])
        begin += 1 << height
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


# What the person sees.


def check_proof(file, key):
    """Checks one proof file and prints the leaf."""
    leaf, index, path, note = read_proof(Path(file).read_bytes().decode("utf-8"))
    size, root = open_checkpoint(note, key)
    if not includes(index, size, leaf, path, root):
        raise NotProved("从这条记录走不到签了名的根")
    print("核对通过：这条记录没有被改动。")
    print(f"它是总账第 {index + 1} 条，总账当时共 {size} 条。")
    print(leaf.decode("utf-8"))
    try:
        at = datetime.fromtimestamp(json.loads(leaf)["t"] / 1000, timezone(timedelta(hours=8)))
        print(f"时间（北京）：{at:%Y-%m-%d %H:%M:%S}")
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return


def check_growth(old, new, folder, key):
    """Checks that one checkpoint only added to another."""
    old_size, old_root = open_checkpoint(Path(old).read_bytes().decode("utf-8"), key)
    new_size, new_root = open_checkpoint(Path(new).read_bytes().decode("utf-8"), key)
    if not 0 < old_size <= new_size:
        raise NotProved("新检查点比旧的小，或者旧的是空的")
    if tree_root(Path(folder), new_size, new_size) != new_root:
        raise NotProved("节点文件与新检查点不符")
    if tree_root(Path(folder), old_size, new_size) != old_root:
        raise NotProved("总账改动过：旧检查点不在新总账里")
    print(f"核对通过：总账从 {old_size} 条到 {new_size} 条，只增加，没有改动。")


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", metavar="FILE")
    parser.add_argument("--key", required=True, metavar="KEY")
    parser.add_argument("--extends", nargs=2, metavar=("OLD", "NEW"))
    parser.add_argument("--tiles", metavar="FOLDER")
    chosen = parser.parse_args(arguments)
    if bool(chosen.file) == bool(chosen.extends) or bool(chosen.extends) != bool(chosen.tiles):
        parser.error("either FILE, or --extends OLD NEW with --tiles FOLDER")
    try:
        text = chosen.key if "+" in chosen.key else Path(chosen.key).read_text("utf-8")
        key = read_key(text.strip())
        if chosen.file:
            check_proof(chosen.file, key)
        else:
            check_growth(chosen.extends[0], chosen.extends[1], chosen.tiles, key)
    except OSError as problem:
        print(f"打不开文件：{problem}", file=sys.stderr)
        return 2
    except (NotProved, UnicodeDecodeError) as problem:
        print(f"核对没有通过：{problem}。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
