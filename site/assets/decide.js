// The browser reading: what an edition (the data of engine/readings/browser.py) makes of a record, as `truth` does in
// engine/readings/truth.py, trace included. Functions have the names they have there.
//
// A record is what `Rulebook.parse` gives: objects are Maps, numbers are {number: "12.50"} as written. A value is a
// BigInt scaled by the places of its type, a boolean, a code, a date like "2026-12-31", or null for unknown. Numbers of
// the language sort of JavaScript only count months, rows and lines. No fraction, clock or locale is used anywhere.
globalThis.Rulebook = (() => {
  "use strict";

  const MOST_DIGITS = 15;
  const LONGEST_NAME = 80;
  const DEEPEST = 100;

  const refusal = (code, pointer, sentence, help = null, exclusion = null) => ({
    code, pointer, sentence, help, exclusion,
  });

  // ---------------------------------------------------------------------------------------------------- exact JSON

  const BLANK = /[ \t\n\r]*/y;
  const PLAIN = /[^"\\\u0000-\u001f]*/y;
  const WORD = /true|false|null/y;
  const NO_NUMBER = /NaN|-?Infinity/y;
  const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
  const UNICODE = /[0-9a-fA-F]{4}/y;
  const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

  class NotJson extends Error {}

  // JSON text as {value}, or as {refused} with what keeps it from being read; nothing of the text is quoted.
  function parse(text) {
    let at = 0;

    function wrong(place) {
      const lines = text.slice(0, place).split("\n");
      const column = Array.from(lines[lines.length - 1]).length + 1;
      throw new NotJson(`this is not JSON: line ${lines.length}, column ${column}`);
    }

    function take(pattern) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found === null || found[0] === "") return "";
      at = pattern.lastIndex;
      return found[0];
    }

    function expect(character) {
      take(BLANK);
      if (text[at] !== character) wrong(at);
      at += 1;
      take(BLANK);
    }

    function string() {
      const begin = at;
      let found = "";
      at += 1;
      for (;;) {
        found += take(PLAIN);
        if (at >= text.length) wrong(begin);
        if (text[at] === '"') break;
        if (text[at] !== "\\") wrong(at);
        if (at + 1 >= text.length) wrong(begin);
        found += escape(text[at + 1]);
      }
      at += 1;
      return found;
    }

    function escape(letter) {
      at += 2;
      if (letter === "u") return String.fromCharCode(parseInt(take(UNICODE) || wrong(at - 1), 16));
      if (!Object.hasOwn(ESCAPES, letter)) wrong(at - 2);
      return ESCAPES[letter];
    }

    // The parts of an object or a list, up to its closing bracket.
    function parts(close, part) {
      at += 1;
      take(BLANK);
      if (text[at] !== close) {
        part();
        for (take(BLANK); text[at] !== close; take(BLANK)) {
          expect(",");
          part();
        }
      }
      at += 1;
    }

    function object(depth) {
      const found = new Map();
      let count = 0;
      parts("}", () => {
        if (text[at] !== '"') wrong(at);
        const name = string();
        expect(":");
        found.set(name, value(depth));
        count += 1;
      });
      if (count !== found.size) throw new NotJson("a name stands twice in one object");
      return found;
    }

    function list(depth) {
      const found = [];
      parts("]", () => found.push(value(depth)));
      return found;
    }

    function value(depth) {
      if (depth > DEEPEST) throw new NotJson("it is nested too deep");
      if (text[at] === '"') return string();
      if (text[at] === "{") return object(depth + 1);
      if (text[at] === "[") return list(depth + 1);
      const word = take(WORD);
      if (word !== "") return { true: true, false: false, null: null }[word];
      const none = take(NO_NUMBER);
      if (none !== "") throw new NotJson(`${none} is not a number`);
      return { number: take(NUMBER) || wrong(at) };
    }

    try {
      take(BLANK);
      const found = value(0);
      take(BLANK);
      return at === text.length ? { value: found } : wrong(at);
    } catch (error) {
      if (error instanceof NotJson) return { refused: [refusal("not-json", "", error.message)] };
      throw error;
    }
  }

  // A decision as JSON text, whole numbers of any size among it.
  function write(data) {
    if (typeof data === "bigint") return String(data);
    if (Array.isArray(data)) return `[${data.map(write).join(",")}]`;
    if (data === null || typeof data !== "object") return JSON.stringify(data);
    return `{${Object.entries(data).map(([name, each]) => `${JSON.stringify(name)}:${write(each)}`).join(",")}}`;
  }

  // ------------------------------------------------------------------------------------------------------ arithmetic

  // A number of the edition's data: a safe integer, or a list of its digits.
  const whole = (written) => BigInt(Array.isArray(written) ? written[0] : written);
  const wholeOrNull = (written) => (written === null ? null : whole(written));
  const constant = (written) => (typeof written === "number" || Array.isArray(written) ? whole(written) : written);

  const least = (values) => values.reduce((a, b) => (b < a ? b : a));
  const greatest = (values) => values.reduce((a, b) => (b > a ? b : a));
  const sum = (values) => values.reduce((a, b) => a + b, 0n);

  // The nearest whole number, halves away from zero; the denominator is positive.
  function rounded(numerator, denominator) {
    const size = (2n * (numerator < 0n ? -numerator : numerator) + denominator) / (2n * denominator);
    return numerator < 0n ? -size : size;
  }

  const yearMonthDay = (day) => [day.slice(0, 4), day.slice(5, 7), day.slice(8)].map(Number);

  // Completed months from one date to another; negative when the first is the later.
  function monthsBetween(start, end) {
    const [[y1, m1, d1], [y2, m2, d2]] = [yearMonthDay(start), yearMonthDay(end)];
    return 12 * (y2 - y1) + (m2 - m1) - (d2 < d1 ? 1 : 0);
  }

  // Completed months or years since a date, or until it; never below 0.
  function spanned(way, day, unit, asOf) {
    if (day === null) return null;
    const months = BigInt(Math.max(0, way === "age" ? monthsBetween(day, asOf) : monthsBetween(asOf, day)));
    return unit === "years" ? months / 12n : months;
  }

  // Several values as one: `add` and `subtract` need all of them, the others ignore what is unknown.
  function joined(join, values) {
    const known = values.filter((value) => value !== null);
    const complete = known.length === values.length;
    if (join === "add") return complete ? sum(known) : null;
    if (join === "subtract") return complete ? known[0] - known[1] : null;
    if (known.length === 0) return null;
    return join === "greatest_of" ? greatest(known) : least(known);
  }

  // A value as JSON: a scaled integer with places becomes a decimal string.
  function plain(value, places = 0) {
    if (typeof value !== "bigint") return value;
    if (places === 0) return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    const digits = String(value < 0n ? -value : value).padStart(places + 1, "0");
    return `${value < 0n ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }

  // ------------------------------------------------------------------------------------------------------ conditions

  const COMPARE = {
    is: (a, b) => a === b,
    is_not: (a, b) => a !== b,
    at_least: (a, b) => a >= b,
    more_than: (a, b) => a > b,
    at_most: (a, b) => a <= b,
    less_than: (a, b) => a < b,
  };

  const compared = (word, left, right) => (left === null || right === null ? null : COMPARE[word](left, right));

  // True, false, or null when something unknown decides. `look` gives the value of whatever a condition names.
  function holds([word, ...rest], look) {
    const valueOf = (operand) => (operand[0] === "value" ? constant(operand[1]) : look(operand));
    switch (word) {
      case "always":
        return true;
      case "all":
        return every(rest.map((part) => holds(part, look)));
      case "any":
        return negation(every(rest.map((part) => negation(holds(part, look)))));
      case "not":
        return negation(holds(rest[0], look));
      case "between": {
        const [here, low, high] = rest.map(valueOf);
        return every([compared("at_least", here, low), compared("at_most", here, high)]);
      }
      case "one_of":
      case "none_of": {
        const here = look(rest[0]);
        return here === null ? null : rest.slice(1).map(constant).includes(here) === (word === "one_of");
      }
      case "known":
        return (look(rest[0]) !== null) === rest[1];
      case "no_score":
        return look(["score"]) === null;
      default:
        return compared(word, valueOf(rest[0]), valueOf(rest[1]));
    }
  }

  // Kleene's and: one false decides, else one unknown, else true.
  const every = (answers) => (answers.includes(false) ? false : answers.includes(null) ? null : true);
  const negation = (answer) => (answer === null ? null : !answer);

  // Gives a condition on a row its values.
  const rowLook = (row, asOf) => ([kind, name]) =>
    kind === "as_of" ? asOf : kind === "field" ? row.get(name) : null;

  // ------------------------------------------------------------------------------------------------------- admission

  // The rows that may be looked at, or the list of everything that keeps the record from being evaluated.
  function admit(edition, record, asOf) {
    const found = envelope(record);
    if (found.length > 0) return found;
    const given = record.get("sources");
    const values = new Map();
    for (const [name, content] of given) {
      const source = edition.sources.find((each) => each.id === name);
      if (source === undefined) found.push(undeclared(edition, name, null, `/sources/${pointerPart(name)}`));
      else values.set(name, rowsOf(edition, source, content, asOf, found));
    }
    const contested = contestedRows(edition, record.get("contested") ?? [], given, asOf, found);
    return found.length > 0 ? found : keep(edition, record.get("subject") ?? null, values, contested, asOf);
  }

  // Leaves out what is past its retention, then what is contested.
  function keep(edition, subject, values, contested, asOf) {
    const kept = { subject, rows: new Map(), facts: new Map(), leftOut: [] };
    for (const source of edition.sources) {
      const left = [];
      (values.get(source.id) ?? []).forEach((row, index) => {
        const number = source.dated_by === null ? null : index;
        const why = expired(source, row, asOf) ? "expired" : contested.has(`${source.id} ${number}`) ? "contested" : null;
        if (why === null) left.push([index, row]);
        else kept.leftOut.push({ source: source.id, row: number, why });
      });
      if (source.dated_by === null) kept.facts.set(source.id, left.length > 0 ? left[0][1] : null);
      else kept.rows.set(source.id, values.has(source.id) ? left : null);
    }
    return kept;
  }

  // Whether a row is past its retention: the first keep whose condition is true decides; an unknown date keeps the row.
  function expired(source, row, asOf) {
    const look = rowLook(row, asOf);
    const applying = source.keeps.find(([when]) => when === null || holds(when, look) === true);
    if (applying === undefined) return false;
    const [, months, countedFrom] = applying;
    const start = countedFrom === null ? null : row.get(countedFrom);
    return months !== null && start !== null && monthsBetween(start, asOf) >= months;
  }

  // Whether the record has the form of a record at all.
  function envelope(record) {
    if (!(record instanceof Map)) {
      return [refusal("not-a-record", "", "a record is an object with `subject` and `sources`")];
    }
    const found = [];
    for (const key of record.keys()) {
      if (!["subject", "as_of", "sources", "contested"].includes(key)) {
        const help = "a record has `subject`, `as_of`, `sources` and `contested`; data belongs under `sources`";
        found.push(refusal("unknown-key", `/${pointerPart(key)}`, `a record has no \`${shown(key)}\``, help));
      }
    }
    const subject = record.get("subject") ?? null;
    if (subject !== null && !(typeof subject === "string" && Array.from(subject).every(isPrintable))) {
      found.push(refusal("wrong-type", "/subject", "`subject` must be text, on one line and printable"));
    }
    if (!record.has("sources")) {
      found.push(refusal("missing-sources", "", "the record has no `sources`", "an empty object will do"));
    } else if (!(record.get("sources") instanceof Map)) {
      found.push(refusal("wrong-type", "/sources", "`sources` must be an object: source id → rows or facts"));
    }
    if (record.has("contested") && !Array.isArray(record.get("contested"))) {
      found.push(refusal("wrong-type", "/contested", "`contested` must be a list"));
    }
    return found;
  }

  // Refuses a source or field nobody declared, and says so when an exclusion covers it.
  function undeclared(edition, source, field, where) {
    const exclusion = covering(edition, source, field);
    const code = field === null ? "undeclared-source" : "undeclared-field";
    const what = field === null ? `source \`${shown(source)}\`` : `field \`${shown(field)}\` of \`${source}\``;
    if (exclusion === undefined) {
      return refusal(code, where, `${what} is not declared`, "only what the rulebook publishes may be sent");
    }
    const help = "the rulebook promises that this is never used; leave it out";
    return refusal(code, where, `${what} is excluded by \`${exclusion.id}\``, help, exclusion.id);
  }

  // The first exclusion whose globs cover an undeclared source or field.
  const covering = (edition, source, field) =>
    edition.exclusions.find((exclusion) =>
      (field === null ? exclusion.sources : exclusion.fields).some((glob) =>
        matches(Array.from(glob.toLowerCase()), Array.from((field ?? source).toLowerCase())),
      ),
    );

  // Whether a glob covers a whole name: `*` stands for anything, `?` for one character.
  function matches(glob, name) {
    let reached = [true, ...name.map(() => false)];
    for (const sign of glob) {
      if (sign === "*") reached = reached.map((_, end) => reached.slice(0, end + 1).includes(true));
      else reached = [false, ...name.map((each, end) => reached[end] && (sign === "?" || sign === each))];
    }
    return reached[name.length];
  }

  const isPrintable = (character) => character === " " || !/[\p{C}\p{Z}]/u.test(character);

  // A character nobody can see, by its number.
  function escaped(character) {
    const short = { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character];
    const hex = character.codePointAt(0).toString(16);
    if (short !== undefined) return short;
    return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}`
      : hex.length <= 4 ? `\\u${hex.padStart(4, "0")}`
      : `\\U${hex.padStart(8, "0")}`;
  }

  // A name from a record, safe to show: printable, and not too long.
  function shown(name) {
    const begin = Array.from(name).slice(0, LONGEST_NAME + 1);
    const text = Array.from(begin.map((each) => (isPrintable(each) ? each : escaped(each))).join(""));
    return text.length <= LONGEST_NAME ? text.join("") : `${text.slice(0, LONGEST_NAME - 1).join("")}…`;
  }

  const pointerPart = (name) => shown(name).replaceAll("~", "~0").replaceAll("/", "~1");

  // Every row of a source read into values; what is wrong is added to `found`.
  function rowsOf(edition, source, content, asOf, found) {
    const where = `/sources/${source.id}`;
    if (source.dated_by === null) {
      if (content instanceof Map) return [rowOf(edition, source, content, where, asOf, found)];
      found.push(refusal("wrong-type", where, `\`${source.id}\` must be an object of facts`));
      return [];
    }
    if (!Array.isArray(content)) {
      found.push(refusal("wrong-type", where, `\`${source.id}\` must be a list of rows`));
      return [];
    }
    const rows = [];
    content.forEach((row, index) => {
      const here = `${where}/${index}`;
      if (row instanceof Map) rows.push(rowOf(edition, source, row, here, asOf, found));
      else found.push(refusal("wrong-type", here, `a row of \`${source.id}\` must be an object`));
    });
    return rows;
  }

  function rowOf(edition, source, row, where, asOf, found) {
    for (const name of row.keys()) {
      if (!source.fields.some((field) => field.name === name)) {
        found.push(undeclared(edition, source.id, name, `${where}/${pointerPart(name)}`));
      }
    }
    const values = new Map();
    for (const { name, type, optional } of source.fields) {
      const raw = row.get(name) ?? null;
      const what = `\`${name}\` of \`${source.id}\``;
      const read = raw === null ? { value: null } : readValue(type, raw, asOf);
      if (raw === null && !optional) found.push(refusal("missing-field", `${where}/${name}`, `${what} is missing`));
      if (read.code) found.push(refusal(read.code, `${where}/${name}`, `${what} ${read.sentence}`, read.help));
      else values.set(name, read.value);
    }
    return values;
  }

  const wrong = (code, sentence, help = null) => ({ code, sentence, help });

  // What a record holds as {value} of the type, or what is wrong with it.
  function readValue([type, ...of], raw, asOf) {
    switch (type) {
      case "boolean":
        return typeof raw === "boolean" ? { value: raw } : wrong("wrong-type", "must be true or false");
      case "code":
        if (typeof raw !== "string") return wrong("wrong-type", "must be a code (text)");
        if (of.includes(raw)) return { value: raw };
        return wrong("unknown-code", "is not one of its codes", `one of ${quoted(of)}`);
      case "day":
        if (!isDay(raw)) return wrong("wrong-type", "must be a date", "write a date as year-month-day, like 2026-12-31");
        if (raw > asOf && !of[0]) return wrong("future-date", "lies after the as-of date");
        return { value: raw };
      default:
        return readNumber(of, raw);
    }
  }

  const quoted = (names) => names.map((name) => `\`${name}\``).join(", ");

  // Whether something is a calendar date written year-month-day.
  function isDay(raw) {
    if (typeof raw !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(raw)) return false;
    const [year, month, day] = yearMonthDay(raw);
    const february = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
    const days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
  }

  function readNumber([places, low, high], raw) {
    const read = scale(raw, places);
    if (read.code) return read;
    if (low !== null && read.value < whole(low)) return wrong("out-of-range", "is below the least it may be");
    if (high !== null && read.value > whole(high)) return wrong("out-of-range", "is above the greatest it may be");
    return read;
  }

  // An exact number as an integer of `places` digits after the point; excess digits are refused.
  function scale(raw, places) {
    if (raw === null || typeof raw !== "object" || typeof raw.number !== "string") {
      return wrong("wrong-type", "must be a number", "a number is written without quotes");
    }
    const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/.exec(raw.number);
    if (parts === null) return wrong("wrong-type", "must be a finite number");
    const [, sign, before, after = "", exponent = "0"] = parts;
    const digits = (before + after).replace(/^0+/, "");
    if (digits === "") return { value: 0n };
    const power = Number(exponent) - after.length;
    if (digits.length + power > MOST_DIGITS || digits.length > 4 * MOST_DIGITS) {
      return wrong("too-large", `has more than ${MOST_DIGITS} digits`);
    }
    const cut = digits.length + Math.min(0, power + places);
    if (cut < 0 || /[^0]/.test(digits.slice(cut))) {
      const sentence = places === 0 ? "must be a whole number" : `has more than ${places} decimals`;
      return wrong("too-many-decimals", sentence, "numbers are never rounded on the way in");
    }
    const scaled = BigInt(digits.slice(0, cut)) * 10n ** BigInt(Math.max(0, power + places));
    return { value: sign === "-" ? -scaled : scaled };
  }

  // The rows (or facts) under an open contest; a contest no right covers refuses the record.
  function contestedRows(edition, contests, given, asOf, found) {
    const contested = new Set();
    contests.forEach((contest, number) => {
      const refuse = (code, sentence) => found.push(refusal(code, `/contested/${number}`, sentence));
      if (!(contest instanceof Map) || typeof contest.get("source") !== "string") {
        refuse("wrong-contest", "a contest names its `source`");
        return;
      }
      const name = contest.get("source");
      const source = edition.sources.find((each) => each.id === name);
      const row = contest.get("row") ?? null;
      const index = indexOf(row, given.get(name));
      const from = contest.get("from") ?? asOf;
      const until = contest.get("until") ?? asOf;
      const unknown = [...contest.keys()].find((key) => !["source", "row", "from", "until"].includes(key));
      if (unknown !== undefined) refuse("unknown-key", `a contest has no \`${shown(unknown)}\``);
      else if (!isDay(from) || !isDay(until)) refuse("wrong-contest", "`from` and `until` must be dates");
      else if (source === undefined || !given.has(name)) {
        refuse("wrong-contest", `the record has no source \`${shown(name)}\` to contest`);
      } else if (!edition.sets_aside.includes(name)) {
        refuse("no-right", `no right sets rows of \`${name}\` aside while a contest is open`);
      } else if (source.dated_by === null && row !== null) {
        refuse("wrong-contest", `\`${name}\` holds facts: leave \`row\` out`);
      } else if (source.dated_by !== null && index === null) {
        refuse("wrong-contest", `\`row\` must be the index of a row of \`${name}\`, from 0`);
      } else if (from <= asOf && asOf <= until) {
        contested.add(`${name} ${source.dated_by === null ? null : index}`);
      }
    });
    return contested;
  }

  // The index of a row as a contest names it; null if there is no such row.
  function indexOf(row, rows) {
    if (row === null || !/^-?[0-9]+$/.test(row.number) || !Array.isArray(rows)) return null;
    const index = BigInt(row.number);
    return index >= 0n && index < BigInt(rows.length) ? Number(index) : null;
  }

  // Measures that are given instead of worked out: a Map of values, or the list of what is wrong with them.
  function readGiven(edition, given, asOf) {
    if (!(given instanceof Map)) return [refusal("wrong-type", "", "measures are an object: measure id → value")];
    const found = [];
    const values = new Map(edition.measures.map((measure) => [measure.id, null]));
    for (const [id, raw] of given) {
      if (!values.has(id)) {
        const help = `one of ${quoted([...values.keys()])}`;
        found.push(refusal("unknown-measure", `/${pointerPart(id)}`, `there is no measure \`${shown(id)}\``, help));
        continue;
      }
      const measure = edition.measures.find((each) => each.id === id);
      const read = raw === null ? { value: null } : readValue(measure.type, raw, asOf);
      if (read.code) found.push(refusal(read.code, `/${id}`, `\`${id}\` ${read.sentence}`, read.help));
      else values.set(id, read.value);
    }
    return found.length > 0 ? found : values;
  }

  // -------------------------------------------------------------------------------------------------------- measures

  const placesOf = (type) => (type[0] === "number" ? type[1] : 0);

  // The value of a measure, and what it was worked out from.
  function measured(edition, measure, kept, asOf, values) {
    const valuePlain = (id) => plain(values.get(id), placesOf(edition.measures.find((each) => each.id === id).type));
    const factOf = ({ source, field }) => kept.facts.get(source)?.get(field) ?? null;
    if (measure.rows) {
      const { source, field } = measure.rows;
      const { dated_by, fields } = edition.sources.find((each) => each.id === source);
      const found = dated_by === null ? null : lookThrough(measure.rows, dated_by, kept.rows.get(source), asOf);
      if (found === null) return [null, { source, absent: true }];
      const fieldPlaces = field === null ? 0 : placesOf(fields.find((each) => each.name === field).type);
      const [rows, counted] = found.map((each) => each.map(([index]) => index));
      return [folded(measure.rows, ...found, fieldPlaces, placesOf(measure.type)), { source, rows, counted }];
    }
    if (measure.fact) {
      return [factOf(measure.fact), { ...measure.fact, absent: kept.facts.get(measure.fact.source) === null }];
    }
    if (measure.span) {
      const { way, of, unit } = measure.span;
      return [spanned(way, of.measure ? values.get(of.measure) : factOf(of), unit, asOf), { ...of }];
    }
    if (measure.joined) {
      const { join, measures } = measure.joined;
      const inputs = Object.fromEntries(measures.map((id) => [id, valuePlain(id)]));
      return [joined(join, measures.map((id) => values.get(id))), inputs];
    }
    const { measure: of, by, by_places } = measure.times;
    const factor = values.get(of);
    const inputs = { [of]: valuePlain(of) };
    if (factor === null) return [null, inputs];
    const have = placesOf(edition.measures.find((each) => each.id === of).type) + by_places;
    const numerator = factor * whole(by) * 10n ** BigInt(placesOf(measure.type));
    return [rounded(numerator, 10n ** BigInt(have)), inputs];
  }

  // The rows a fold looks at, and the counted ones among them; null when the source is absent.
  function lookThrough(rows, datedBy, kept, asOf) {
    if (kept === null) return null;
    const isTrue = (when, row) => when === null || holds(when, rowLook(row, asOf)) === true;
    const inside = kept.filter(([, row]) => isWithin(rows.within, row.get(datedBy), asOf));
    const among = inside.filter(([, row]) => isTrue(rows.among, row));
    return [among, among.filter(([, row]) => isTrue(rows.counts_if, row))];
  }

  // Whether a date lies in a window of so many months before the as-of date.
  const isWithin = (months, day, asOf) => months === null || (day !== null && monthsBetween(day, asOf) < months);

  // What is made of the counted rows.
  function folded(rows, among, counted, fieldPlaces, places) {
    const tens = 10n ** BigInt(places);
    if (rows.unknown_below !== null && among.length < rows.unknown_below) return null;
    if (rows.fold === "count") return BigInt(counted.length);
    if (rows.fold === "share") {
      return among.length > 0 ? rounded(BigInt(counted.length) * tens, BigInt(among.length)) : null;
    }
    const values = counted.map(([, row]) => row.get(rows.field));
    if (values.includes(null)) return null;
    if (rows.fold === "sum") return sum(values);
    if (values.length === 0) return null;
    if (rows.fold === "average") {
      return rounded(sum(values) * tens, BigInt(values.length) * 10n ** BigInt(fieldPlaces));
    }
    return rows.fold === "least" || rows.fold === "earliest" ? least(values) : greatest(values);
  }

  // ----------------------------------------------------------------------------------------------- rules and the score

  const step = (kind, policy, line, inputs, outcome, steps = []) => ({
    step: kind, policy: policy.id, version: policy.version, place: `${policy.file}:${line}`, inputs, outcome, steps,
  });

  // The decision about a record, or the list of everything that keeps it from being evaluated.
  function decide(edition, record, { asOf = null, use = null } = {}) {
    const day = asOf ?? (record instanceof Map ? record.get("as_of") : null) ?? null;
    const found = refusedBefore(edition, day, use);
    if (!isDay(day)) return found;
    const kept = admit(edition, record, day);
    if (found.length > 0 || Array.isArray(kept)) return [...found, ...(Array.isArray(kept) ? kept : [])];
    const values = new Map();
    const steps = edition.sources.map((source) => sourceStep(source, kept));
    for (const measure of edition.measures) {
      const [value, inputs] = measured(edition, measure, kept, day, values);
      values.set(measure.id, value);
      steps.push(measureStep(measure, inputs, value));
    }
    return conclude(edition, values, steps, kept, day, use ?? edition.default_use);
  }

  // The decision when the measures are given and there are no rows; a measure left out is unknown.
  function decideGiven(edition, measures, { asOf = null, use = null } = {}) {
    const found = refusedBefore(edition, asOf, use);
    if (!isDay(asOf)) return found;
    const values = readGiven(edition, measures, asOf);
    if (found.length > 0 || Array.isArray(values)) return [...found, ...(Array.isArray(values) ? values : [])];
    const steps = edition.measures.map((measure) => measureStep(measure, { given: true }, values.get(measure.id)));
    return conclude(edition, values, steps, { subject: null, leftOut: [] }, asOf, use ?? edition.default_use);
  }

  // What keeps any record from being evaluated: no date, a policy that is not published in full, no declared use.
  function refusedBefore(edition, day, use) {
    const help = "write a date as year-month-day, like 2026-12-31";
    if (day === null) {
      return [refusal("as-of-missing", "/as_of", "neither the record nor the call says for which day", help)];
    }
    if (!isDay(day)) return [refusal("wrong-type", "/as_of", "`as_of` must be a date", help)];
    const found = edition.withheld.map(([kind, id]) =>
      refusal("withheld", "", `the ${kind} \`${id}\` is not published in full, so nothing is scored`),
    );
    const named = use ?? edition.default_use;
    const declared = `declared uses: ${quoted(edition.uses.map((each) => each.id)) || "none"}`;
    if (named === null) {
      found.push(refusal("use-missing", "", "the evaluation does not say what it is for", declared));
    } else if (!edition.uses.some((each) => each.id === named)) {
      found.push(refusal("undeclared-use", "", `the use \`${shown(named)}\` is not declared`, declared));
    }
    return found;
  }

  // How many rows of a source were kept, and which were left out and why.
  function sourceStep(source, kept) {
    const leftOut = kept.leftOut.filter((out) => out.source === source.id).map(({ row, why }) => ({ row, why }));
    const left = source.dated_by === null ? kept.facts.get(source.id) : kept.rows.get(source.id);
    const count = left === null ? 0 : source.dated_by === null ? 1 : left.length;
    const given = left !== null || (source.dated_by === null && leftOut.length > 0);
    return step("source", source, source.line, { given }, { kept: count, left_out: leftOut });
  }

  const measureStep = (measure, inputs, value) =>
    step("measure", measure, measure.line, inputs, { value: plain(value, placesOf(measure.type)) });

  // From the measures on: rules in order, the score, its reasons, and the consequences of the use.
  function conclude(edition, values, steps, kept, asOf, use) {
    const { score } = edition;
    const conclusions = new Map();
    const outcomes = new Map();
    const types = new Map(edition.measures.map((measure) => [measure.id, measure.type]));
    const look = ([kind, name]) =>
      kind === "measure" ? values.get(name) : kind === "conclusion" ? conclusions.get(name) : kind === "as_of" ? asOf : null;

    for (const rule of edition.rules) {
      const found = ruled(rule, look, values);
      outcomes.set(rule.id, found);
      for (const [name, isFlag] of rule.concludes) conclusions.set(name, concluded(rule, name, isFlag, found));
      steps.push(ruleStep(types, rule, values, conclusions, found));
    }

    const noScore = edition.rules
      .map((rule) => ({ policy: rule.id, because: outcomes.get(rule.id).noScore }))
      .filter((each) => each.because !== null);
    let result = null;
    let band = null;
    if (score === null) {
      noScore.push({ policy: edition.rulebook, because: edition.no_score });
    } else {
      for (const [when, because] of score.no_score) {
        if (holds(when, look) === true) noScore.push({ policy: score.id, because });
      }
      const [groups, total] = added(score, outcomes);
      if (noScore.length === 0) {
        result = greatest([whole(score.least), least([whole(score.greatest), total])]);
        band = score.bands.find((each) => whole(each.least) <= result && result <= whole(each.greatest)).id;
      }
      const outcome = { sum: noScore.length > 0 ? null : plain(total), score: plain(result), band };
      steps.push(step("score", score, score.line, { base: plain(whole(score.base)) }, outcome, groups));
    }

    const { consequences, ...named } = edition.uses.find((each) => each.id === use);
    const answers = consequences.map(({ when }) => triggered(when, edition, result, band, conclusions));
    const follow = consequences.filter((_, index) => answers[index] === true);
    steps.push(useStep(named, consequences, answers, follow));
    return {
      rulebook: edition.rulebook,
      edition: { from: edition.from, digest: edition.digest },
      as_of: asOf,
      known_at: null,
      use,
      subject: kept.subject,
      score: plain(result),
      no_score: noScore.length > 0 ? noScore : null,
      band,
      points: Object.fromEntries((score?.rules ?? []).map((id) => [id, plain(outcomes.get(id).points)])),
      conclusions: Object.fromEntries(conclusions),
      reasons: result === null ? [] : reasons(edition, outcomes),
      consequences: follow.map(({ id, effect, polarity, lasts }) => ({
        use, id, effect, polarity, lasts: lasts === null ? null : `P${lasts}M`,
      })),
      left_out: kept.leftOut,
      trace: steps,
    };
  }

  // The first case that is true wins; an unknown one stops the scan and the rule is unknown.
  function ruled(rule, look, values) {
    for (const [index, [, when, worth]] of rule.cases.entries()) {
      const answer = holds(when, look);
      if (answer === false) continue;
      const uncounted = worth.each !== undefined && values.get(worth.each[1]) === null;
      if (answer === null || uncounted) return outcomeUnknown(rule, index);
      return { case: index, worth, points: givenPoints(worth, values), noScore: worth.no_score ?? null };
    }
    return outcomeUnknown(rule, null);
  }

  // What an unknown rule is worth; `case` is the one that could not be decided, or null when none was left.
  const outcomeUnknown = ({ unknown }, index) => ({
    case: index, worth: null, points: wholeOrNull(unknown.points), noScore: unknown.no_score ? unknown.because : null,
  });

  // The points of a case, or null if it gives none.
  function givenPoints(worth, values) {
    if (worth.points !== undefined) return whole(worth.points);
    if (worth.each === undefined) return null;
    const [each, of, bound] = worth.each;
    const points = whole(each) * values.get(of);
    return whole(each) < 0n ? greatest([whole(bound), points]) : least([whole(bound), points]);
  }

  // A conclusion as the winning case gives it: a flag nobody raised is false, and unknown when the rule is.
  function concluded(rule, name, isFlag, { worth }) {
    const given = (worth === null ? rule.unknown.concludes : worth.concludes) ?? [];
    const found = given.find(([each]) => each === name);
    return found !== undefined ? found[1] : isFlag && worth !== null ? false : null;
  }

  // What a rule looked at, which case ended the scan, and what it gave.
  function ruleStep(types, rule, values, conclusions, found) {
    const inputs = Object.fromEntries([
      ...rule.reads.map((id) => [id, plain(values.get(id), placesOf(types.get(id)))]),
      ...rule.reads_conclusions.map((name) => [name, conclusions.get(name)]),
    ]);
    const outcome = {
      how: found.noScore !== null ? "no_score" : found.worth === null ? "unknown" : "case",
      case: found.case,
      unknown: found.worth === null,
      points: plain(found.points),
      concludes: Object.fromEntries(rule.concludes.map(([name]) => [name, conclusions.get(name)])),
    };
    return step("rule", rule, found.case === null ? rule.line : rule.cases[found.case][0], inputs, outcome);
  }

  // Base, plus groups after floor and cap, plus the other rules; a rule without points adds nothing.
  function added(score, outcomes) {
    const pointsOf = (id) => outcomes.get(id).points ?? 0n;
    const grouped = score.groups.flatMap((group) => group.rules);
    let total = whole(score.base) + sum(score.rules.filter((id) => !grouped.includes(id)).map(pointsOf));
    const steps = score.groups.map((group) => {
      const together = sum(group.rules.map(pointsOf));
      let held = together;
      if (group.floor !== null) held = greatest([whole(group.floor), held]);
      if (group.cap !== null) held = least([whole(group.cap), held]);
      total += held;
      const inputs = Object.fromEntries(group.rules.map((id) => [id, plain(outcomes.get(id).points)]));
      return step("group", score, group.line, inputs, { group: group.id, sum: plain(together), points: plain(held) });
    });
    return [steps, total];
  }

  // The rules that gave less than their best, most lost first, ties in the score's own order.
  function reasons(edition, outcomes) {
    const found = edition.score.rules.map((id) => {
      const rule = edition.rules.find((each) => each.id === id);
      const { points, worth } = outcomes.get(id);
      const best = whole(rule.best);
      const given = points ?? 0n;
      const because = worth === null ? rule.unknown.because : null;
      return { lost: best - given, reason: { rule: id, points_lost: plain(best - given), points: plain(given),
        best: plain(best), text: rule.title, because } };
    });
    return found
      .filter((each) => each.lost > 0n)
      .sort((a, b) => (a.lost > b.lost ? -1 : a.lost < b.lost ? 1 : 0))
      .slice(0, edition.score.most_reasons)
      .map((each) => each.reason);
  }

  // Whether a consequence follows. Without a score only a trigger that names `no_score` can apply.
  function triggered(when, edition, score, band, conclusions) {
    if (edition.score !== null && score === null && !namesNoScore(when)) return false;
    return holds(when, ([kind, name]) =>
      kind === "score" ? score : kind === "band" ? band : kind === "conclusion" ? conclusions.get(name) : null);
  }

  // Whether `no_score` stands anywhere in a trigger.
  const namesNoScore = ([word, ...parts]) =>
    word === "no_score" || (["all", "any", "not"].includes(word) && parts.some(namesNoScore));

  // Which consequences of the use apply.
  function useStep(use, consequences, answers, follow) {
    const steps = consequences.map((each, index) =>
      step("consequence", use, each.line, {}, { consequence: each.id, applies: answers[index] }));
    return step("use", use, use.line, {}, { applies: follow.map((each) => each.id) }, steps);
  }

  return Object.freeze({ parse, write, admit, decide, decideGiven });
})();
