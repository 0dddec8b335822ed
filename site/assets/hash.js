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
