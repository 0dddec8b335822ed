// SHA-256, HMAC, base64 and the checking of Ed25519 signatures, written here from FIPS 180-4, RFC 2104, RFC 4648 and
// RFC 8032, because a page that was opened from a folder or over plain HTTP may have no cryptography of its own. Nothing
// in here is secret, so it need not take the same time for every key.
globalThis.Hash = (() => {
  "use strict";

  // ------------------------------------------------------------------------------------------------------------ bytes

  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const hex = (bytes) => [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => a.length === b.length && a.every((each, at) => each === b[at]);

  // A text in UTF-8. Half a letter, which no text has, has no bytes either.
  function utf8(text) {
    const found = [];
    for (const letter of text) {
      const code = letter.codePointAt(0);
      if (code < 0x80) found.push(code);
      else {
        const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        found.push([0xc0, 0xe0, 0xf0][more - 1] | (code >> (6 * more)));
        for (let at = more - 1; at >= 0; at -= 1) found.push(0x80 | ((code >> (6 * at)) & 0x3f));
      }
    }
    return Uint8Array.from(found);
  }

  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  function base64(bytes) {
    let found = "";
    for (let at = 0; at < bytes.length; at += 3) {
      const three = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      const four = [18, 12, 6, 0].map((bits) => LETTERS[(three >> bits) & 63]).join("");
      found += four.slice(0, Math.min(4, bytes.length - at + 1)).padEnd(4, "=");
    }
    return found;
  }

  // The bytes of a text that is exactly how they are written, or null: of several spellings only one is accepted.
  function fromBase64(text) {
    const letters = text.replace(/={1,2}$/, "");
    const found = [];
    let bits = 0;
    let held = 0;
    for (const letter of letters) {
      const value = LETTERS.indexOf(letter);
      if (value < 0) return null;
      held = ((held << 6) | value) & 0xfff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        found.push((held >> bits) & 0xff);
      }
    }
    const bytes = Uint8Array.from(found);
    return base64(bytes) === text ? bytes : null;
  }

  // ----------------------------------------------------------------------------------------------------------- hashes

  const PRIMES = [2n];
  for (let next = 3n; PRIMES.length < 80; next += 2n) if (PRIMES.every((each) => next % each !== 0n)) PRIMES.push(next);

  // The first 64 bits behind the point of a square or cube root.
  function rootOf(prime, power) {
    const full = prime << (64n * power);
    let found = 1n << 70n;
    for (;;) {
      const next = ((power - 1n) * found + full / found ** (power - 1n)) / power;
      if (next >= found) return found & ((1n << 64n) - 1n);
      found = next;
    }
  }

  const BEGIN = PRIMES.slice(0, 8).map((prime) => rootOf(prime, 2n));
  const ROUNDS = PRIMES.map((prime) => rootOf(prime, 3n));
  const BEGIN32 = BEGIN.map((each) => Number(each >> 32n));
  const ROUNDS32 = ROUNDS.slice(0, 64).map((each) => Number(each >> 32n));

  // A message with its end: a one, noughts, and its length in bits, in whole blocks.
  function padded(message, block, length) {
    const size = Math.ceil((message.length + 1 + length) / block) * block;
    const found = new Uint8Array(size);
    found.set(message);
    found[message.length] = 0x80;
    const bits = message.length * 8;
    for (let at = 0; at < 6; at += 1) found[size - 1 - at] = Math.floor(bits / 2 ** (8 * at)) & 0xff;
    return found;
  }

  function sha256(message) {
    const bytes = padded(message, 64, 8);
    const turned = (word, by) => (word >>> by) | (word << (32 - by));
    const words = new Int32Array(64);
    const state = Int32Array.from(BEGIN32);
    for (let start = 0; start < bytes.length; start += 64) {
      for (let at = 0; at < 64; at += 1) {
        if (at < 16) {
          const here = start + 4 * at;
          words[at] = (bytes[here] << 24) | (bytes[here + 1] << 16) | (bytes[here + 2] << 8) | bytes[here + 3];
        } else {
          const [far, near] = [words[at - 15], words[at - 2]];
          const low = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
          const high = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
          words[at] = words[at - 16] + low + words[at - 7] + high;
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at += 1) {
        const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
        const one = (h + high + ((e & f) ^ (~e & g)) + ROUNDS32[at] + words[at]) | 0;
        const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
        const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + one) | 0;
        d = c;
        c = b;
        b = a;
        a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((each, at) => {
        state[at] += each;
      });
    }
    return Uint8Array.from([...state].flatMap((word) => [24, 16, 8, 0].map((by) => (word >>> by) & 0xff)));
  }

  function hmac(key, message) {
    const block = new Uint8Array(64);
    block.set(key.length > 64 ? sha256(key) : key);
    const mixed = (mask) => block.map((each) => each ^ mask);
    return sha256(joined(mixed(0x5c), sha256(joined(mixed(0x36), message))));
  }

  // Only for short messages: it computes with numbers of any size, which is slow.
  function sha512(message) {
    const bytes = padded(message, 128, 16);
    const only = (word) => BigInt.asUintN(64, word);
    const turned = (word, by) => (word >> by) | only(word << (64n - by));
    let state = BEGIN;
    for (let start = 0; start < bytes.length; start += 128) {
      const words = [];
      for (let at = 0; at < 80; at += 1) {
        if (at < 16) words.push(BigInt(`0x${hex(bytes.slice(start + 8 * at, start + 8 * at + 8))}`));
        else {
          const [far, near] = [words[at - 15], words[at - 2]];
          const low = turned(far, 1n) ^ turned(far, 8n) ^ (far >> 7n);
          const high = turned(near, 19n) ^ turned(near, 61n) ^ (near >> 6n);
          words.push(only(words[at - 16] + low + words[at - 7] + high));
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 80; at += 1) {
        const high = turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n);
        const one = h + high + ((e & f) ^ (only(~e) & g)) + ROUNDS[at] + words[at];
        const two = (turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        [a, b, c, d, e, f, g, h] = [only(one + two), a, b, c, only(d + one), e, f, g];
      }
      state = [a, b, c, d, e, f, g, h].map((each, at) => only(each + state[at]));
    }
    return Uint8Array.from(state.flatMap((word) => [...Array(8).keys()].map((at) => Number((word >> BigInt(56 - 8 * at)) & 255n))));
  }

  // ---------------------------------------------------------------------------------------------------------- Ed25519

  const P = (1n << 255n) - 19n;
  const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
  const mod = (value) => {
    const rest = value % P;
    return rest < 0n ? rest + P : rest;
  };

  function power(base, exponent) {
    let [found, square] = [1n, base];
    for (let left = exponent; left > 0n; left >>= 1n) {
      if (left & 1n) found = mod(found * square);
      square = mod(square * square);
    }
    return found;
  }

  const inverse = (value) => power(value, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

  const little = (bytes) => BigInt(`0x${hex([...bytes].reverse())}`);

  // A point of the curve with its four coordinates, from its 32 bytes; null if they name none.
  function pointOf(bytes) {
    const y = little(bytes) & ((1n << 255n) - 1n);
    if (y >= P) return null;
    const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
    let x = power(square, (P + 3n) / 8n);
    if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
    if (mod(x * x) !== square) return null;
    const sign = BigInt(bytes[31] >> 7);
    if (x === 0n && sign) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, mod(x * y)];
  }

  function added([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const [a, b] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2))];
    const [c, d] = [mod(2n * t1 * t2 * D), mod(2n * z1 * z2)];
    const [e, f, g, h] = [b - a, d - c, d + c, b + a];
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }

  const NOTHING = [0n, 1n, 1n, 0n];
  const BASE = pointOf(Uint8Array.from([0x58, ...Array(31).fill(0x66)]));

  // Two points, each so many times, added up: both at once, from the highest bit down.
  function summed(one, times, other, times2) {
    const both = [NOTHING, one, other, added(one, other)];
    let found = NOTHING;
    for (let bit = 255n; bit >= 0n; bit -= 1n) {
      found = added(found, found);
      const which = Number(((times >> bit) & 1n) | (((times2 >> bit) & 1n) << 1n));
      if (which > 0) found = added(found, both[which]);
    }
    return found;
  }

  function bytesOf([x, y, z]) {
    const down = inverse(z);
    const digits = mod(y * down) | ((mod(x * down) & 1n) << 255n);
    return Uint8Array.from([...Array(32).keys()].map((at) => Number((digits >> BigInt(8 * at)) & 255n)));
  }

  // Whether a signature of 64 bytes is that of a key over a message (RFC 8032, 5.1.7).
  function signed(key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) return false;
    const [point, times] = [pointOf(key), little(signature.slice(32))];
    if (point === null || times >= ORDER) return false;
    const start = signature.slice(0, 32);
    const challenge = little(sha512(joined(start, key, message))) % ORDER;
    const [x, y, z, t] = point;
    return same(bytesOf(summed(BASE, times, [P - x, y, z, P - t], challenge)), start);
  }

  return { joined, hex, same, utf8, fromBase64, sha256, sha512, hmac, signed };
})();

// Checking a receipt, written for the browser from the formats and not from engine/receipts/verify.py, so that two
// programs must agree: what was signed, that the rules were in the public log (RFC 6962, C2SP signed-note and
// tlog-proof), that the commitments are to the person's record, and that the rules give this result for it.
//
// A receipt is what Rulebook.parse gives: objects are Maps, numbers {number: "12"} as written. A check is {what, holds,
// say, fill}: `holds` is null where it could not be looked at, `say` names the sentence of the page.
globalThis.Receipt = (() => {
  "use strict";

  const { joined, hex, same, utf8, fromBase64, sha256, hmac, signed } = Hash;
  const FORMAT = "openrulebook.example/receipt/v1";
  const OWN = "openrulebook.example/own/v1";
  const STATEMENT = "openrulebook.example/statement/v1";
  const MOST_LETTERS = 4000000;
  const DEEPEST = 40;

  // -------------------------------------------------------------------------------------------------- JSON, written out

  const isNumber = (value) => typeof value === "object" && value !== null && value.number !== undefined;

  // Canonical JSON (RFC 8785), or with `gap` the written form of a receipt. Names are sorted by halves of letters as
  // RFC 8785 says; in a receipt all of them are ASCII, where every order is the same.
  function written(value, gap = null) {
    const isOpen = gap !== null;
    const inner = isOpen ? `${gap}  ` : null;
    const around = (open, parts, close) =>
      parts.length === 0 ? open + close
        : isOpen ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${gap}${close}` : open + parts.join(",") + close;
    if (value instanceof Map) {
      const keys = [...value.keys()].sort();
      const colon = isOpen ? ": " : ":";
      return around("{", keys.map((key) => JSON.stringify(key) + colon + written(value.get(key), inner)), "}");
    }
    if (Array.isArray(value)) return around("[", value.map((each) => written(each, inner)), "]");
    return isNumber(value) ? value.number : JSON.stringify(value);
  }

  const canonical = (value) => utf8(written(value));

  // Whether a value can be in a receipt: whole numbers that every program reads alike, whole letters, not too deep.
  function isSound(value, depth = DEEPEST) {
    if (depth === 0) return false;
    if (typeof value === "string") return !/[\ud800-\udfff]/u.test(value);
    if (value instanceof Map) return [...value].every(([key, each]) => isSound(key, depth) && isSound(each, depth - 1));
    if (Array.isArray(value)) return value.every((each) => isSound(each, depth - 1));
    if (!isNumber(value)) return true;
    return /^(0|-?[1-9][0-9]{0,15})$/.test(value.number) && Number.isSafeInteger(Number(value.number));
  }

  // Whether a value is as a JSON Schema says, as far as that of receipts uses the language; `schemas` are by file.
  function fits(schemas, file, schema, value) {
    const inside = (part, each) => fits(schemas, file, part, each);
    if (schema.$ref) {
      const [other, way] = schema.$ref.split("#");
      const found = way.split("/").slice(1).reduce((part, step) => part[step], schemas[other || file]);
      if (!fits(schemas, other || file, found, value)) return false;
    }
    const type = value === null ? "null" : value instanceof Map ? "object" : Array.isArray(value) ? "array"
      : isNumber(value) ? "integer" : typeof value;
    const plain = isNumber(value) ? Number(value.number) : value;
    if (schema.type && ![schema.type].flat().includes(type)) return false;
    if (schema.enum && !schema.enum.includes(plain)) return false;
    if (schema.const !== undefined && schema.const !== plain) return false;
    if (schema.anyOf && !schema.anyOf.some((part) => inside(part, value))) return false;
    if (type === "string" && schema.pattern && !new RegExp(schema.pattern, "u").test(value)) return false;
    if (type === "integer" && plain < schema.minimum) return false;
    if (type === "array") return !(value.length < schema.minItems) && (!schema.items || value.every((each) => inside(schema.items, each)));
    if (type !== "object") return true;
    const known = schema.properties ?? {};
    return (schema.required ?? []).every((name) => value.has(name)) && [...value].every(([name, each]) =>
      Object.hasOwn(known, name) ? inside(known[name], each) : schema.additionalProperties !== false);
  }

  // ------------------------------------------------------------------------------------ keys, notes and the Merkle tree

  const NAME = /^[^\s+]+$/;
  const number = (value) => Number(value.number);

  // The key a vkey says: {name, id, key, word}; null if it is none for plain signatures.
  function readVkey(word) {
    const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([^\s]+)$/.exec(word.trim());
    const raw = parts && fromBase64(parts[3]);
    if (!raw || raw.length !== 33 || raw[0] !== 1) return null;
    const id = sha256(joined(utf8(`${parts[1]}\n`), raw)).slice(0, 4);
    return hex(id) === parts[2] ? { name: parts[1], id, key: raw.slice(1), word: word.trim() } : null;
  }

  // One signature line: {name, id, value}, or null.
  function readLine(line) {
    const parts = /^— ([^ ]+) ([^ ]+)$/.exec(line);
    const raw = parts && NAME.test(parts[1]) ? fromBase64(parts[2]) : null;
    return raw && raw.length >= 5 ? { name: parts[1], id: raw.slice(0, 4), value: raw.slice(4) } : null;
  }

  // A text and its signatures, none of which has been looked at; null if it is no signed note.
  function readNote(text) {
    const cut = text.lastIndexOf("\n\n");
    if (cut <= 0 || !text.endsWith("\n") || text.length === cut + 2 || /[\u0000-\u0009\u000b-\u001f]/.test(text)) return null;
    const lines = text.slice(cut + 2, -1).split("\n").map(readLine);
    return lines.length > 100 || lines.includes(null) ? null : { text: text.slice(0, cut + 1), lines };
  }

  // Whether a key signed a note. Others may have signed it too; a wrong signature of this key counts as none.
  function isSigned(note, { name, id, key }, asked) {
    const found = note.lines.find((line) => line.name === name && same(line.id, id));
    if (!found) return false;
    const holds = signed(key, utf8(note.text), found.value);
    asked.push({ key, message: utf8(note.text), value: found.value, holds });
    return holds;
  }

  // What a log was at one moment: {origin, size, root, note}; null if the text is no checkpoint.
  function readCheckpoint(text) {
    const note = readNote(text);
    const lines = note ? note.text.split("\n").slice(0, -1) : [];
    if (lines.length < 3 || lines.includes("") || !/^(0|[1-9][0-9]{0,14})$/.test(lines[1])) return null;
    const root = fromBase64(lines[2]);
    return root && root.length === 32 ? { origin: lines[0], size: Number(lines[1]), root, note } : null;
  }

  const leafHash = (entry) => sha256(joined([0], entry));
  const nodeHash = (left, right) => sha256(joined([1], left, right));

  // How many leaves the left tree has (RFC 6962, 2.1): it is the largest that is whole.
  const splitOf = (count, most = 1) => (most * 2 < count ? splitOf(count, most * 2) : most);

  // The root over hashes of leaves.
  function rootOf(leaves) {
    if (leaves.length < 2) return leaves[0] ?? sha256([]);
    const split = splitOf(leaves.length);
    return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
  }

  // The root to which a proof leads from the leaf at a place in a tree of a size; null if it is too long or too short.
  function rootBy(proof, leaf, index, size) {
    function climb(at, count, left) {
      if (count === 1) return left.length === 0 ? leaf : null;
      const split = splitOf(count);
      const [sibling, rest] = [left[left.length - 1], left.slice(0, -1)];
      const below = sibling && (at < split ? climb(at, split, rest) : climb(at - split, count - split, rest));
      return below ? (at < split ? nodeHash(below, sibling) : nodeHash(sibling, below)) : null;
    }
    return index < size ? climb(index, size, proof) : null;
  }

  // A tlog-proof: {index, hashes, tree}; null if it is none.
  function readProof(text) {
    const cut = text.indexOf("\n\n");
    const [first, ...rest] = text.slice(0, Math.max(cut, 0)).split("\n");
    const lines = (rest[0] ?? "").startsWith("extra ") ? rest.slice(1) : rest;
    const index = /^index (0|[1-9][0-9]{0,14})$/.exec(lines[0] ?? "");
    const hashes = lines.slice(1).map(fromBase64);
    const tree = readCheckpoint(text.slice(cut + 2));
    const isWhole = hashes.length <= 63 && hashes.every((each) => each && each.length === 32);
    return first === "c2sp.org/tlog-proof@v1" && index && tree && isWhole ? { index: Number(index[1]), hashes, tree } : null;
  }

  const ROW = ["kind", "id", "version", "digest"];
  const KINDS = {
    edition: "digest,format,from,kind,promulgated,rulebook",
    key: "because,consent,format,kind,promulgated,rulebook,signs,vkey",
  };

  // Whether a statement is of a kind, with exactly what belongs into it.
  function isStatement(said, kind) {
    const texts = [...said].every(([name, each]) => typeof each === "string" || (each === null && ["because", "consent"].includes(name)));
    return said.get("kind") === kind && said.get("format") === STATEMENT && texts && [...said.keys()].sort().join() === KINDS[kind];
  }

  const keyOf = (said) => (isStatement(said, "key") ? readVkey(said.get("vkey")) : null);

  // Whether the log's key until then signed the statement that names the next one.
  function isSignedOver(said, by, asked) {
    const [signs, word, consent] = ["signs", "vkey", "consent"].map((name) => said.get(name));
    const note = consent && readNote(`openrulebook.example/key/v1\n${said.get("rulebook")}\n${signs}\n${word}\n\n${consent}`);
    return Boolean(note) && isSigned(note, by, asked);
  }

  // ------------------------------------------------------------------------------------------ the log of the website

  // The log that comes with the page, read from its entries and checked: {leaves, said, keys, others}, or {wrong}.
  function readLog({ checkpoint, entries }, asked) {
    const tree = readCheckpoint(checkpoint);
    const bytes = entries.map(utf8);
    const leaves = bytes.map(leafHash);
    const read = entries.map((entry) => Rulebook.parse(entry));
    if (!tree || read.some(({ value }) => !(value instanceof Map))) return { wrong: "log-unread" };
    if (tree.size !== leaves.length || !same(rootOf(leaves), tree.root)) return { wrong: "log-root" };
    const said = read.map(({ value }) => value);
    const [keys, others] = [[], []];
    said.forEach((each, index) => {
      const key = each.get("kind") === "key" ? keyOf(each) : null;
      if (!key) return;
      const before = keys[keys.length - 1];
      const isAgreed = before ? isSignedOver(each, before, asked) : index === 0;
      if (each.get("signs") === "log") keys.push({ ...key, index, isAgreed, day: each.get("promulgated") });
      else if (each.get("signs") === "receipts" && isAgreed) others.push(index);
    });
    const last = keys[keys.length - 1];
    if (!last || keys[0].index !== 0 || keys[0].name !== tree.origin) return { wrong: "log-key" };
    return isSigned(tree.note, last, asked) ? { leaves, said, keys, others } : { wrong: "log-key" };
  }

  // ------------------------------------------------------------------------------------------------------- the checks

  // What holds and what does not of the receipt in a text. `site` is the log that comes with the page, `trusted` a vkey
  // from elsewhere, `own` the text of the person's own file or record, `editionOf` gives what a digest names. `asked`
  // collects the signatures that were looked at, so that the browser's own program can look at them once more.
  function check(text, { schemas, book = null, site = null, trusted = null, own = null, editionOf = () => null }) {
    const asked = [];
    const checks = [];
    const add = (what, holds, say, fill = {}) => checks.push({ what, holds, say, fill }) > 0;
    const either = (what, holds, say, fill) => add(what, holds, say + (holds ? "-yes" : "-no"), fill);
    const done = (receipt = null) => ({ checks, asked, receipt });

    const { value: receipt, refused } = text.length > MOST_LETTERS ? { refused: true } : Rulebook.parse(text);
    if (refused) return add("form", false, "form-json") && done();
    const isReceipt = receipt instanceof Map && isSound(receipt) && fits(schemas, "receipt.json", schemas["receipt.json"], receipt);
    if (!isReceipt || !Rulebook.parts.isDay(receipt.get("issued").slice(0, 10))) return add("form", false, "form-schema") && done();
    if (`${written(receipt, "")}\n` !== text) return add("form", false, "form-anew") && done();
    add("form", true, "form-yes");

    const id = receipt.get("rulebook").get("id");
    if (book !== null && id !== book) return add("book", false, "book-other", { name: id }) && done(receipt);
    const [edition, key] = ["edition", "key"].map((part) => proved(receipt.get(part)));
    const by = keyOf(key.said);
    const note = readNote(`${FORMAT}\n${digestOf(receipt)}\n\n${receipt.get("signature")}\n`);
    if (!by || !note || !isSigned(note, by, asked)) return add("signature", false, "signature-no") && done(receipt);
    add("signature", true, "signature-yes", { name: by.name });
    if (isDemonstration(by.name)) add("demonstration", null, "demonstration");

    const named = namedBy(receipt);
    const isEdition = isStatement(edition.said, "edition") && edition.said.get("digest") === named &&
      edition.said.get("rulebook") === id;
    if (isEdition && receipt.get("as_of") < edition.said.get("from")) add("policies", false, "policies-early");
    else either("policies", isEdition, "policies", { n: receipt.get("policies").length });

    const { wrong, ...log } = site ? readLog(site, asked) : {};
    if (wrong) add("log", false, wrong);
    trust(edition, key, log.keys, trusted, add, either, asked);
    if (log.keys) logged(receipt, edition, key, log, add, either);
    if (own !== null) again(receipt, own, named, editionOf, add);
    return done(receipt);
  }

  const digestOf = (receipt) => hex(sha256(canonical(new Map([...receipt].filter(([key]) => key !== "signature")))));
  const isDemonstration = (name) => name.slice(name.lastIndexOf("/") + 1).startsWith("demonstration");

  // The policies a receipt lists, as one digest: that of their edition.
  function namedBy(receipt) {
    const rows = receipt.get("policies").map((each) => ROW.map((part) => each.get(part)));
    const order = (row) => row.join(" ");
    rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return hex(sha256(canonical([rows, receipt.get("rulebook").get("digest")])));
  }

  // A statement that a receipt brings along, and whether its proof leads from it to a checkpoint.
  function proved(part) {
    const [said, proof] = [part.get("statement"), readProof(part.get("proof"))];
    const found = proof && rootBy(proof.hashes, leafHash(canonical(said)), proof.index, proof.tree.size);
    return { said, proof, leads: Boolean(found) && same(found, proof.tree.root) };
  }

  // That both statements are in a log whose checkpoint somebody signed whom one has reason to trust.
  function trust(edition, key, keys, trusted, add, either, asked) {
    if (!edition.leads || !key.leads) return add("proof", false, "proof-no");
    const [tree, other] = [edition.proof.tree, key.proof.tree];
    if (tree.note.text !== other.note.text) return add("proof", false, "proof-two");
    const given = trusted && readVkey(trusted);
    if (trusted && !given) return add("trusted-key", false, "vkey-bad");
    const known = keys ?? (given ? [given] : []);
    if (!known.length) return add("proof", null, "proof-unknown", { name: tree.origin });
    const isBy = (note) => known.some((one) => one.name === tree.origin && isSigned(note, one, asked));
    either("proof", isBy(tree.note) && isBy(other.note), keys ? "site" : "given");
    for (const each of keys ?? []) if (!each.isAgreed) add("key-without-consent", null, "lost-key", { n: each.index });
    if (!keys || !given) return keys && add("trusted-key", null, "vkey-none");
    const at = keys.findIndex(({ word }) => word === given.word);
    const isKept = at >= 0 && keys.slice(at + 1).every((each) => each.isAgreed);
    return either("trusted-key", isKept, "vkey");
  }

  // That the log on the website is the one of the receipt, gone on, that each policy is in it where the receipt says,
  // and that it let the key sign receipts on the day of the receipt: one that was replaced may be in other hands.
  function logged(receipt, { proof, said: named }, key, { leaves, said, keys, others }, add, either) {
    if (!proof || !key.proof) return;
    const { size, root } = proof.tree;
    either("same-log", size <= leaves.length && same(rootOf(leaves.slice(0, size)), root), "same");
    const [policies, day] = [receipt.get("policies"), receipt.get("issued").slice(0, 10)];
    const entryOf = (each) => said[number(each.get("entry"))];
    const wrong = policies.filter((each) => ROW.some((part) => entryOf(each)?.get(part) !== each.get(part)));
    const names = wrong.slice(0, 5).map((each) => `${each.get("kind")} ${each.get("id")}`).join(", ");
    either("entries", !wrong.length, "entries", { names });
    const late = policies.filter((each) => entryOf(each)?.get("promulgated") > day);
    either("public-before", !late.length, "before", { n: late.length });
    const isBegun = named.get("from") <= receipt.get("as_of");
    if (isBegun && receipt.get("known_at") === null && !wereInForce(receipt, said, day)) add("ended", false, "again-day");
    const at = key.proof.index;
    const isOfLog = keys.some((each) => each.index === at);
    const isAllowed = (isOfLog || others.includes(at)) && written(said[at]) === written(key.said);
    const isReplaced = isOfLog && keys.some((each) => each.index > at && each.day < day);
    const found = isAllowed ? (key.said.get("promulgated") > day ? "early" : isReplaced ? "late" : "yes") : "no";
    add("key", found === "yes", `key-${found}`);
  }

  // Whether the log, as it was on the day of the receipt or the day before, puts just these policies in force: of each
  // the last to begin, unless it was repealed or has ended.
  function wereInForce(receipt, said, day) {
    const asOf = receipt.get("as_of");
    const digests = (list) => list.map((each) => each.get("digest")).sort().join();
    return ["", "~"].some((end) => {
      const last = {};
      for (const each of said) {
        const from = each.get("in_force")?.get("from");
        const name = each.get("kind") + each.get("id");
        const isLast = !(last[name]?.get("in_force").get("from") > from);
        if (isLast && from <= asOf && each.get("promulgated") < day + end) last[name] = each;
      }
      const those = Object.values(last).filter((each) => each.get("change") !== "repeal" && !(each.get("in_force").get("until") < asOf));
      return digests(those) === digests(receipt.get("policies"));
    });
  }

  // ------------------------------------------------------------------------------------------------------ once more

  // That the rules give this result for the record, and that the commitments are to this record.
  function again(receipt, text, named, editionOf, add) {
    const { value: file } = Rulebook.parse(text);
    if (!(file instanceof Map)) return add("record", false, "own-json");
    const isOwn = file.get("format") === OWN;
    if (isOwn && file.get("receipt") !== digestOf(receipt)) return add("record", false, "own-other");
    const salt = isOwn ? fromBase64(String(file.get("salt"))) : null;
    const record = isOwn ? file.get("record") : file;
    const found = editionOf(named);
    if (!found) return add("again", null, "again-none");
    const asOf = receipt.get("as_of");
    if (receipt.get("known_at") !== null) add("known-at", null, "known-at");
    const { edition, stated } = found;
    const decision = Rulebook.decide(edition, record, { asOf, use: receipt.get("use").get("id") });
    if (Array.isArray(decision)) return add("again", false, "again-refused");
    const told = toldOf(receipt, tree(decision), tree(stated), record, salt);
    const bare = (value) => (salt ? value : hidden(value));
    const differ = [...told.keys()].filter((part) => written(bare(told.get(part))) !== written(bare(receipt.get(part))));
    if (differ.length) return add("again", false, "again-no", { names: differ.sort().join(", ") });
    add("again", true, "again-yes");
    return salt ? add("record", true, "record-yes") : add("record", null, "record-bare");
  }

  // Data of a script as parsed JSON.
  const tree = (data) => Rulebook.parse(Rulebook.write(data)).value;
  const map = (parts) => new Map(Object.entries(parts));
  const pick = (from, ...names) => new Map(names.map((name) => [name, from.get(name)]));

  // The same value without commitments, where there is no salt to make them with.
  function hidden(value) {
    if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, hidden(each)]));
    if (Array.isArray(value)) return value.map(hidden);
    return /^[0-9a-f]{64}$/.test(value) ? null : value;
  }

  // A number of a record as it is committed to: 12.50 and 12.5 are one number, and 12.0 is 12.
  function exact(raw) {
    const [, sign, before, after = "", exponent = "0"] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/.exec(raw);
    const power = Number(exponent) - after.length;
    const digits = (before + after + "0".repeat(Math.max(0, power))).padStart(1 - power, "0");
    const cut = digits.length + Math.min(0, power);
    const [big, rest] = [digits.slice(0, cut).replace(/^0+(?=[0-9])/, ""), digits.slice(cut).replace(/0+$/, "")];
    if (rest !== "") return `${sign}${big}.${rest}`;
    return { number: big === "0" ? "0" : sign + big };
  }

  function plain(value) {
    if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, plain(each)]));
    if (Array.isArray(value)) return value.map(plain);
    return isNumber(value) ? exact(value.number) : value;
  }

  // What stands in a receipt in the place of a value: a keyed hash, whose key is made from the salt and the place.
  function commitment(salt, place, value) {
    return salt && hex(hmac(hmac(salt, canonical(place)), canonical([place, plain(value)])));
  }

  const HIDDEN = { measure: ["inputs", "outcome"], rule: ["inputs"] };

  // A step of a trace as a receipt tells it.
  function stepOf(step, place, salt) {
    const told = new Map(step);
    for (const part of HIDDEN[step.get("step")] ?? []) {
      told.set(part, new Map([["commitment", commitment(salt, [...place, part], step.get(part))]]));
    }
    return told.set("steps", step.get("steps").map((inner, index) => stepOf(inner, [...place, index], salt)));
  }

  // The last day of a span that begins with a day, which does not count.
  function lastDay(start, span) {
    const parts = /^P([0-9]{1,4})([DMY])$/.exec(span ?? "");
    if (!parts) return null;
    const [year, month, day] = start.split("-").map(Number);
    const count = Number(parts[1]) * (parts[2] === "Y" ? 12 : 1);
    const at = (y, m, d) => new Date(Date.UTC(y, m, d)).toISOString().slice(0, 10);
    if (parts[2] === "D") return at(year, month - 1, day + count);
    const [same_, last] = [at(year, month - 1 + count, day), at(year, month + count, 0)];
    return same_ < last ? same_ : last;
  }

  // Everything a receipt says of a decision, worked out from the record, the edition and the salt.
  function toldOf(receipt, decision, stated, record, salt) {
    const day = receipt.get("issued").slice(0, 10);
    const sources = record.get("sources");
    const trace = decision.get("trace");
    const band = decision.get("band");
    const contests = record.get("contested");
    const subject = decision.get("subject");
    const data = stated.get("data").map((source) => {
      const id = source.get("source");
      const raw = sources.get(id);
      const left = decision.get("left_out").filter((each) => each.get("source") === id);
      return new Map([...source, ...map({
        given: Boolean(raw),
        rows: [raw ?? []].flat().map((row, index) => commitment(salt, ["sources", id, index], row)),
        left_out: left.map((each) => pick(each, "row", "why")),
      })]);
    });
    const weights = trace.filter((step) => step.get("step") === "rule").map((step) => {
      const rule = stated.get("rules").get(step.get("policy"));
      const outcome = step.get("outcome");
      const isUnknown = outcome.get("unknown");
      return new Map([...pick(rule, "title", "least", "best"), ...pick(outcome, "points"), ...map({
        rule: step.get("policy"),
        case: isUnknown ? null : outcome.get("case"),
        text: isUnknown ? rule.get("unknown") : rule.get("cases")[number(outcome.get("case"))],
      })]);
    });
    const rights = stated.get("rights").map((right) => {
      const told = new Map(right);
      told.delete("lodge_within");
      told.set("lodge_until", lastDay(day, right.get("lodge_within")));
      return told.set("answer_by", lastDay(day, right.get("answer_within")));
    });
    return new Map([...pick(stated, "operator", "rulebook"), ...pick(decision, "reasons", "consequences"), ...map({
      use: stated.get("uses").get(decision.get("use")),
      subject: subject === null ? null : commitment(salt, ["subject"], subject),
      data,
      contested: contests?.length ? commitment(salt, ["contested"], contests) : null,
      result: new Map([...pick(stated, "least", "greatest"), ...pick(decision, "score", "band", "no_score")]).set("band_title", stated.get("bands").get(band) ?? null),
      weights,
      rights,
      trace: trace.map((step, index) => stepOf(step, ["trace", index], salt)),
    })]);
  }

  return { check, namedBy, readNote, readVkey, isSigned, rootOf, rootBy, wereInForce, written };
})();
