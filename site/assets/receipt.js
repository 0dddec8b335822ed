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
    edition: ["digest", "format", "from", "kind", "promulgated", "rulebook"],
    key: ["because", "consent", "format", "kind", "promulgated", "rulebook", "signs", "vkey"],
  };

  // Whether a statement is of a kind, with exactly what belongs into it.
  function isStatement(said, kind) {
    const texts = [...said].every(([name, each]) => typeof each === "string" || (each === null && ["because", "consent"].includes(name)));
    return said.get("kind") === kind && said.get("format") === STATEMENT && texts && [...said.keys()].sort().join() === KINDS[kind].join();
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
  function logged(receipt, { proof }, key, { leaves, said, keys, others }, add, either) {
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
    const at = key.proof.index;
    const isOfLog = keys.some((each) => each.index === at);
    const isAllowed = (isOfLog || others.includes(at)) && written(said[at]) === written(key.said);
    const isReplaced = isOfLog && keys.some((each) => each.index > at && each.day < day);
    const found = isAllowed ? (key.said.get("promulgated") > day ? "early" : isReplaced ? "late" : "yes") : "no";
    add("key", found === "yes", `key-${found}`);
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
    else if (!(found.from <= asOf && (found.until === null || asOf <= found.until))) return add("again", false, "again-day");
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
    const contests = record.get("contested") ?? [];
    const subject = decision.get("subject");
    const data = stated.get("data").map((source) => {
      const id = source.get("source");
      const raw = sources.get(id) ?? null;
      const rows = raw === null ? [] : Array.isArray(raw) ? raw : [raw];
      const left = decision.get("left_out").filter((each) => each.get("source") === id);
      return new Map([...source, ...map({
        given: raw !== null,
        rows: rows.map((row, index) => commitment(salt, ["sources", id, index], row)),
        left_out: left.map((each) => map({ row: each.get("row"), why: each.get("why") })),
      })]);
    });
    const weights = trace.filter((step) => step.get("step") === "rule").map((step) => {
      const rule = stated.get("rules").get(step.get("policy"));
      const outcome = step.get("outcome");
      const isUnknown = outcome.get("unknown");
      return map({
        rule: step.get("policy"),
        title: rule.get("title"),
        case: isUnknown ? null : outcome.get("case"),
        text: isUnknown ? rule.get("unknown") : rule.get("cases")[number(outcome.get("case"))],
        points: outcome.get("points"),
        least: rule.get("least"),
        best: rule.get("best"),
      });
    });
    const rights = stated.get("rights").map((right) => {
      const told = new Map(right);
      told.delete("lodge_within");
      told.set("lodge_until", lastDay(day, right.get("lodge_within")));
      return told.set("answer_by", lastDay(day, right.get("answer_within")));
    });
    return map({
      operator: stated.get("operator"),
      rulebook: stated.get("rulebook"),
      use: stated.get("uses").get(decision.get("use")),
      subject: subject === null ? null : commitment(salt, ["subject"], subject),
      data,
      contested: contests.length > 0 ? commitment(salt, ["contested"], contests) : null,
      result: map({
        score: decision.get("score"),
        least: stated.get("least"),
        greatest: stated.get("greatest"),
        band,
        band_title: band === null ? null : stated.get("bands").get(band),
        no_score: decision.get("no_score"),
      }),
      weights,
      reasons: decision.get("reasons"),
      consequences: decision.get("consequences"),
      rights,
      trace: trace.map((step, index) => stepOf(step, ["trace", index], salt)),
    });
  }

  return { check, namedBy, readNote, readVkey, isSigned, rootOf, rootBy, written };
})();
