/* Checks a ledger proof in the browser; nothing leaves it. RFC 9162, C2SP signed-note, checkpoint and tlog-proof.
 *
 * On a page: <button data-prove="URL of the proof" data-entry="ID" hidden> writes into [data-verdict="ID"];
 * <input type="file" data-proof-file> (with an optional <input data-proof-key>) writes into [data-proof-result].
 * The ledger's key stands in [data-ledger-key] or at /ledger/key. */

const HEADER = "c2sp.org/tlog-proof@v1";
const text = new TextEncoder();

export class NotProved extends Error {}

function refuse(reason) {
  throw new NotProved(reason);
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

async function digest(name, bytes) {
  return new Uint8Array(await crypto.subtle.digest(name, bytes));
}

/* Canonical base64 and nothing else. */
export function base64Bytes(encoded, length) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded.length % 4) { refuse("base64"); }
  const plain = atob(encoded);
  if (btoa(plain) !== encoded || (length !== undefined && plain.length !== length)) { refuse("base64"); }
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function decimal(digits) {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(digits)) { refuse("number"); }
  return Number(digits);
}

/* A verifier key: name+id+base64(0x01 ‖ public key). */
export async function readKey(vkey) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey.trim());
  if (!parts) { refuse("key"); }
  const material = base64Bytes(parts[3], 33);
  const id = (await digest("SHA-256", join(text.encode(parts[1] + "\n"), material))).slice(0, 4);
  const shown = Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (material[0] !== 1 || shown !== parts[2]) { refuse("key"); }
  return { name: parts[1], id, public: material.slice(1) };
}

/* The size and root of a checkpoint that this key has signed. */
export async function openCheckpoint(note, key) {
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) { refuse("note"); }
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0 || !note.endsWith("\n")) { refuse("note"); }
  const body = note.slice(0, gap + 1);
  let signed = false;
  for (const line of note.slice(gap + 2, -1).split("\n")) {
    const parts = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
    if (!parts) { refuse("signature line"); }
    const signature = base64Bytes(parts[2]);
    if (signature.length < 5) { refuse("signature line"); }
    if (parts[1] === key.name && same(signature.slice(0, 4), key.id)) {
      if (!(await ed25519Holds(key.public, text.encode(body), signature.slice(4)))) { refuse("signature"); }
      signed = true;
    }
  }
  const lines = body.slice(0, -1).split("\n");
  if (lines.length < 3 || lines.includes("") || lines[0] !== key.name || !signed) { refuse("checkpoint"); }
  return { origin: lines[0], size: decimal(lines[1]), root: base64Bytes(lines[2], 32) };
}

export function readProof(file) {
  const gap = file.indexOf("\n\n");
  const lines = file.slice(0, Math.max(gap, 0)).split("\n");
  if (gap < 0 || lines.shift() !== HEADER) { refuse("proof"); }
  if (!lines.length || !lines[0].startsWith("extra ")) { refuse("leaf"); }
  const leaf = base64Bytes(lines.shift().slice(6));
  if (!lines.length || !lines[0].startsWith("index ")) { refuse("index"); }
  const index = decimal(lines.shift().slice(6));
  return { leaf, index, path: lines.map((line) => base64Bytes(line, 32)), checkpoint: file.slice(gap + 2) };
}

export async function provesInclusion(index, size, leafHash, path, root) {
  if (index >= size) { return false; }
  let node = index;
  let last = size - 1;
  let computed = leafHash;
  for (const part of path) {
    if (last === 0) { return false; }
    if (node % 2 || node === last) {
      computed = await digest("SHA-256", join([1], part, computed));
      while (node % 2 === 0 && node) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      computed = await digest("SHA-256", join([1], computed, part));
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(computed, root);
}

/* The leaf and its place, or NotProved. */
export async function verifyProof(file, vkey) {
  const proof = readProof(file);
  const head = await openCheckpoint(proof.checkpoint, await readKey(vkey));
  const hash = await digest("SHA-256", join([0], proof.leaf));
  if (!(await provesInclusion(proof.index, head.size, hash, proof.path, head.root))) { refuse("path"); }
  const leaf = new TextDecoder("utf-8", { fatal: true }).decode(proof.leaf);
  return { leaf, index: proof.index, size: head.size, origin: head.origin };
}

/* Ed25519: the browser's own where it has it, else RFC 8032 in whole numbers. */
export async function ed25519Holds(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) { return false; }
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (unsupported) {
    return ed25519InNumbers(key, message, signature);
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

export async function ed25519InNumbers(key, message, signature) {
  const n = BigInt;
  const zero = n(0), one = n(1), two = n(2);
  const p = (one << n(255)) - n(19);
  const order = (one << n(252)) + n("27742317777372353535851937790883648493");
  const mod = (number) => ((number % p) + p) % p;
  const power = (base, exponent) => {
    let result = one;
    for (let b = mod(base), e = exponent; e > zero; e >>= one, b = mod(b * b)) {
      if (e & one) { result = mod(result * b); }
    }
    return result;
  };
  const inverse = (number) => power(number, p - two);
  const d = mod(n(-121665) * inverse(n(121666)));
  const number = (bytes) => bytes.reduceRight((sum, byte) => (sum << n(8)) + n(byte), zero);
  const add = (P, Q) => {
    const a = mod((P[1] - P[0]) * (Q[1] - Q[0])), b = mod((P[1] + P[0]) * (Q[1] + Q[0]));
    const c = mod(two * P[3] * Q[3] * d), e = mod(two * P[2] * Q[2]);
    return [mod((b - a) * (e - c)), mod((e + c) * (b + a)), mod((e - c) * (e + c)), mod((b - a) * (b + a))];
  };
  const times = (factor, point) => {
    let result = [zero, one, one, zero];
    for (let e = factor, q = point; e > zero; e >>= one, q = add(q, q)) {
      if (e & one) { result = add(result, q); }
    }
    return result;
  };
  const xOf = (y, odd) => {
    const square = mod((y * y - one) * inverse(d * y * y + one));
    let x = power(square, (p + n(3)) / n(8));
    if (mod(x * x - square)) { x = mod(x * power(two, (p - one) / n(4))); }
    if (mod(x * x - square) || (!x && odd)) { return null; }
    return (x & one) === n(odd) ? x : mod(-x);
  };
  const encoded = (point) => {
    const z = inverse(point[2]);
    let value = mod(point[1] * z) | ((mod(point[0] * z) & one) << n(255));
    return Uint8Array.from({ length: 32 }, () => {
      const byte = Number(value & n(255));
      value >>= n(8);
      return byte;
    });
  };
  const y = number(key) & ((one << n(255)) - one), s = number(signature.slice(32));
  const x = y < p ? xOf(y, key[31] >> 7) : null;
  if (x === null || s >= order) { return false; }
  const r = signature.slice(0, 32);
  const challenge = number(await digest("SHA-512", join(r, key, message))) % order;
  const baseY = mod(n(4) * inverse(n(5))), baseX = xOf(baseY, 0);
  const left = times(s, [baseX, baseY, one, mod(baseX * baseY)]);
  const right = times(challenge, [mod(-x), y, one, mod(-x * y)]);
  return same(encoded(add(left, right)), r);
}

/* The page. */

async function fetched(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) { throw new Error(String(answer.status)); }
  return answer.text();
}

function ledgerKey() {
  const shown = document.querySelector("[data-ledger-key]");
  return shown ? Promise.resolve(shown.getAttribute("data-ledger-key")) : fetched("/ledger/key");
}

function say(place, words, tone) {
  const last = place.lastChild;
  if (last && last.nodeType === Node.TEXT_NODE) { last.textContent = words; } else { place.append(words); }
  place.classList.toggle("ok", tone === "ok");
  place.classList.toggle("bad", tone === "bad");
}

/* The proof must be of the entry on screen: its time is the leaf's time. */
function matchesScreen(button, leaf) {
  const entry = button.closest("details");
  const time = entry && entry.querySelector("time[datetime]");
  const at = time ? Date.parse(time.getAttribute("datetime")) : NaN;
  return Number.isNaN(at) || Math.abs(at - JSON.parse(leaf).t) < 1000;
}

async function proveOnClick(button) {
  const place = document.querySelector(`[data-verdict="${CSS.escape(button.dataset.entry)}"]`);
  if (!place) { return; }
  button.disabled = true;
  say(place, "正在核对", "");
  try {
    const found = await verifyProof(await fetched(button.dataset.prove), await ledgerKey());
    if (!matchesScreen(button, found.leaf)) { refuse("entry"); }
    say(place, "这条记录没有被改动", "ok");
    button.hidden = true;
  } catch (problem) {
    const failed = problem instanceof NotProved;
    say(place, failed ? "核对没有通过，请告诉我们" : "现在取不到凭证，请过一会儿再核对", failed ? "bad" : "");
    button.disabled = false;
  }
}

async function proveFile(input) {
  const place = document.querySelector("[data-proof-result]");
  const own = document.querySelector("[data-proof-key]");
  if (!place || !input.files.length) { return; }
  say(place, "正在核对", "");
  try {
    const file = new TextDecoder("utf-8", { fatal: true }).decode(await input.files[0].arrayBuffer());
    const found = await verifyProof(file, (own && own.value.trim()) || (await ledgerKey()));
    say(place, `这条记录没有被改动，是总账第 ${(found.index + 1).toLocaleString("en")} 条`, "ok");
  } catch (problem) {
    const unread = problem instanceof NotProved || problem instanceof TypeError;
    say(place, unread ? "核对没有通过：文件改动过，或者不是凭证" : "现在取不到公钥，请过一会儿再核对", unread ? "bad" : "");
  }
}

if (typeof document !== "undefined" && globalThis.crypto && crypto.subtle) {
  for (const button of document.querySelectorAll("[data-prove][data-entry]")) {
    button.hidden = false;
    button.addEventListener("click", () => proveOnClick(button));
  }
  for (const input of document.querySelectorAll("[data-proof-file]")) {
    input.addEventListener("change", () => proveFile(input));
  }
}
