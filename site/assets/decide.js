// The browser reading: what an edition (the data of engine/readings/browser.py) makes of a record, as `truth` does in
// engine/readings/truth.py, trace included. Functions have the names they have there.
//
// A record is what `parse` gives: its objects are Maps, its numbers {number: "12.50"} as written. A value is a BigInt
// scaled by the places of its type, a boolean, a code, a date like "2026-12-31", or null for unknown. JavaScript's own
// numbers only count months, rows and lines: there is no fraction, no clock and no locale in here.
globalThis.Rulebook = (() => {
  "use strict";

  const MOST_DIGITS = 15;
  const LONGEST_NAME = 80;
  const DEEPEST = 100;
  const MUST_BE_SENT = "every row has it; `rulebook schema record` says what a record holds";
  const HOW_TO_DATE = "write a date as year-month-day, like 2026-12-31";

  const refusal = (code, pointer, sentence, help = null, exclusion = null) =>
    ({ code, pointer, sentence, help, exclusion });
  const byId = (policies, id) => policies.find((each) => each.id === id);
  const quoted = (names) => names.map((name) => `\`${name}\``).join(", ");

  // ------------------------------------------------------------------------------------------------------ exact JSON

  const BLANK = /[ \t\n\r]*/y;
  const PLAIN = /[^"\\\u0000-\u001f]*/y;
  const WORD = /true|false|null/y;
  const NO_NUMBER = /NaN|-?Infinity/y;
  const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
  const UNICODE = /[0-9a-fA-F]{4}(?=.)/sy;
  const ESCAPES = new Map(['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"].map((pair) => [...pair]));

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
      const found = pattern.exec(text)?.[0] ?? "";
      at += found.length;
      return found;
    }

    function expect(character) {
      take(BLANK);
      if (text[at] !== character) wrong(at);
      at += 1;
      take(BLANK);
    }

    function string() {
      const begin = at;
      at += 1;
      let found = take(PLAIN);
      while (text[at] !== '"') {
        if (at >= text.length || (text[at] === "\\" && at + 1 === text.length)) wrong(begin);
        if (text[at] !== "\\") wrong(at);
        found += escape(text[at + 1]) + take(PLAIN);
      }
      at += 1;
      return found;
    }

    function escape(letter) {
      at += 2;
      if (letter === "u") return String.fromCharCode(parseInt(take(UNICODE) || wrong(at - 1), 16));
      return ESCAPES.get(letter) ?? wrong(at - 2);
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
      if (word !== "") return word === "null" ? null : word === "true";
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

  // A number of the edition's data is a safe integer or a list of its digits; other constants are as they stand.
  const whole = (written) => BigInt(Array.isArray(written) ? written[0] : written);
  const constant = (written) => (typeof written === "number" || Array.isArray(written) ? whole(written) : written);

  const tens = (places) => 10n ** BigInt(places);
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

  // A value as JSON: a scaled integer with places becomes a decimal string; a very great one stays a BigInt.
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

  // Kleene's and: one false decides, else one unknown, else true. His not: unknown stays unknown.
  const every = (answers) => (answers.includes(false) ? false : answers.includes(null) ? null : true);
  const negation = (answer) => (answer === null ? null : !answer);

  // True, false, or null when something unknown decides; `look` gives the value of whatever a condition names.
  function holds([word, ...rest], look) {
    const valueOf = (operand) => (operand[0] === "value" ? constant(operand[1]) : look(operand));
    switch (word) {
      case "always": return true;
      case "all": return every(rest.map((part) => holds(part, look)));
      case "any": return negation(every(rest.map((part) => negation(holds(part, look)))));
      case "not": return negation(holds(rest[0], look));
      case "known": return (look(rest[0]) !== null) === rest[1];
      case "no_score": return look(["score"]) === null;
      case "between": {
        const [here, low, high] = rest.map(valueOf);
        return every([compared("at_least", here, low), compared("at_most", here, high)]);
      }
      case "one_of":
      case "none_of": {
        const here = look(rest[0]);
        return here === null ? null : rest.slice(1).map(constant).includes(here) === (word === "one_of");
      }
      default: return compared(word, valueOf(rest[0]), valueOf(rest[1]));
    }
  }

  // Gives a condition on a row its values.
  const rowLook = (row, asOf) => ([kind, name]) => (kind === "as_of" ? asOf : row.get(name));

  // ------------------------------------------------------------------------------------------------------- admission

  // The rows that may be looked at, or the list of everything that keeps the record from being evaluated.
  function admit(edition, record, asOf) {
    const refused = envelope(record);
    const given = record instanceof Map ? record.get("sources") : null;
    if (!(given instanceof Map)) return refused;
    const values = new Map();
    for (const [name, content] of given) {
      const source = byId(edition.sources, name);
      if (source === undefined) refused.push(undeclared(edition, name, null, `/sources/${pointerPart(name)}`));
      else values.set(name, rowsOf(edition, source, content, asOf, refused));
    }
    const contests = record.get("contested");
    const contested = contestedRows(edition, Array.isArray(contests) ? contests : [], given, asOf, refused);
    return refused.length > 0 ? refused : keep(edition, record.get("subject") ?? null, values, contested, asOf);
  }

  // Leaves out what is past its retention, then what is contested.
  function keep(edition, subject, values, contested, asOf) {
    const kept = { subject, rows: new Map(), facts: new Map(), leftOut: [] };
    for (const source of edition.sources) {
      const left = [];
      (values.get(source.id) ?? []).forEach((row, index) => {
        const number = source.dated_by === null ? null : index;
        const isContested = contested.has(`${source.id} ${number}`);
        const why = expired(source, row, asOf) ? "expired" : isContested ? "contested" : null;
        if (why === null) left.push([index, row]);
        else kept.leftOut.push({ source: source.id, row: number, why });
      });
      if (source.dated_by === null) kept.facts.set(source.id, left.length > 0 ? left[0][1] : null);
      else kept.rows.set(source.id, values.has(source.id) ? left : null);
    }
    return kept;
  }

  // Whether a row is past its retention: the first keep whose condition is true decides; an unknown date keeps it.
  function expired(source, row, asOf) {
    const look = rowLook(row, asOf);
    const applying = source.keeps.find(([when]) => when === null || holds(when, look) === true);
    const [, months, countedFrom] = applying ?? [null, null, null];
    const start = countedFrom === null ? null : row.get(countedFrom);
    return months !== null && start !== null && monthsBetween(start, asOf) >= months;
  }

  // Everything in which the record has not the form of a record.
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
    const asOf = record.get("as_of") ?? null;
    if (asOf !== null && !isDay(asOf)) found.push(noDay());
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

  const noDay = () => refusal("wrong-type", "/as_of", "`as_of` must be a date", HOW_TO_DATE);

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
  const covering = ({ exclusions }, source, field) =>
    exclusions.find((each) => (field === null ? each.sources : each.fields).some((glob) =>
      matches(glob.toLowerCase(), Array.from((field ?? source).toLowerCase()))));

  // Whether a glob covers a whole name: `*` stands for anything, `?` for one character.
  function matches(glob, name) {
    let reached = [true, ...name.map(() => false)];
    for (const sign of glob) {
      reached = sign === "*"
        ? reached.map((_, end) => reached.slice(0, end + 1).includes(true))
        : [false, ...name.map((each, end) => reached[end] && (sign === "?" || sign === each))];
    }
    return reached[name.length];
  }

  const isPrintable = (character) => character === " " || !/[\p{C}\p{Z}]/u.test(character);

  // A character nobody can see, as Python writes it.
  function escaped(character) {
    const short = { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character];
    const hex = character.codePointAt(0).toString(16);
    const [letter, length] = hex.length <= 2 ? ["x", 2] : hex.length <= 4 ? ["u", 4] : ["U", 8];
    return short ?? `\\${letter}${hex.padStart(length, "0")}`;
  }

  // A name from a record, safe to show: printable, and not too long.
  function shown(name) {
    const begin = Array.from(name).slice(0, LONGEST_NAME + 1);
    const text = Array.from(begin.map((each) => (isPrintable(each) ? each : escaped(each))).join(""));
    return text.length <= LONGEST_NAME ? text.join("") : `${text.slice(0, LONGEST_NAME - 1).join("")}…`;
  }

  const pointerPart = (name) => shown(name).replaceAll("~", "~0").replaceAll("/", "~1");

  // Every row of a source read into values; what is wrong is added to `refused`.
  function rowsOf(edition, source, content, asOf, refused) {
    const where = `/sources/${source.id}`;
    const isFacts = source.dated_by === null;
    if (isFacts ? !(content instanceof Map) : !Array.isArray(content)) {
      const form = isFacts ? "an object of facts" : "a list of rows";
      refused.push(refusal("wrong-type", where, `\`${source.id}\` must be ${form}`));
      return [];
    }
    if (isFacts) return [rowOf(edition, source, content, where, asOf, refused)];
    const rows = [];
    content.forEach((row, index) => {
      const here = `${where}/${index}`;
      if (row instanceof Map) rows.push(rowOf(edition, source, row, here, asOf, refused));
      else refused.push(refusal("wrong-type", here, `a row of \`${source.id}\` must be an object`));
    });
    return rows;
  }

  function rowOf(edition, source, row, where, asOf, refused) {
    for (const name of row.keys()) {
      if (!source.fields.some((field) => field.name === name)) {
        refused.push(undeclared(edition, source.id, name, `${where}/${pointerPart(name)}`));
      }
    }
    const values = new Map();
    for (const { name, type, optional } of source.fields) {
      const read = readValue(type, row.get(name) ?? null, asOf, optional);
      const what = `\`${name}\` of \`${source.id}\` ${read.sentence}`;
      if (read.code) refused.push(refusal(read.code, `${where}/${name}`, what, read.help));
      else values.set(name, read.value);
    }
    return values;
  }

  const wrong = (code, sentence, help = null) => ({ code, sentence, help });

  // What a record holds as {value} of the type, or what is wrong with it.
  function readValue([type, ...of], raw, asOf, optional) {
    if (raw === null) return optional ? { value: null } : wrong("missing-field", "is missing", MUST_BE_SENT);
    switch (type) {
      case "boolean":
        return typeof raw === "boolean" ? { value: raw } : wrong("wrong-type", "must be true or false", "written without quotes");
      case "code":
        if (typeof raw !== "string") return wrong("wrong-type", "must be a code (text)");
        if (of.includes(raw)) return { value: raw };
        return wrong("unknown-code", "is not one of its codes", `one of ${quoted(of)}`);
      case "day":
        if (!isDay(raw)) return wrong("wrong-type", "must be a date", HOW_TO_DATE);
        return raw > asOf && !of[0] ? wrong("future-date", "lies after the as-of date") : { value: raw };
      default:
        return readNumber(of, raw);
    }
  }

  // Whether something is a calendar date written year-month-day.
  function isDay(raw) {
    if (typeof raw !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(raw)) return false;
    const [year, month, day] = yearMonthDay(raw);
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year)[month - 1];
  }

  // How long the months of a year are.
  function daysIn(year) {
    const february = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
    return [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  }

  function readNumber([places, low, high], raw) {
    const read = scale(raw, places);
    if (read.code) return read;
    if (low !== null && read.value < whole(low)) return wrong("out-of-range", `must be at least ${plain(whole(low), places)}`);
    if (high !== null && read.value > whole(high)) return wrong("out-of-range", `must be at most ${plain(whole(high), places)}`);
    return read;
  }

  // An exact number as an integer of `places` digits after the point; excess digits are refused.
  function scale(raw, places) {
    if (typeof raw.number !== "string") {
      return wrong("wrong-type", "must be a number", "a number is written without quotes");
    }
    const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/.exec(raw.number);
    if (parts === null) return wrong("wrong-type", "must be a finite number");
    const [, sign, before, after = "", exponent = "0"] = parts;
    const digits = (before + after).replace(/^0+/, "");
    if (digits === "") return { value: 0n };
    const tooLarge = wrong("too-large", `has more than ${MOST_DIGITS} digits`);
    const power = Number(exponent) - after.length;
    if (digits.length + power > MOST_DIGITS || digits.length > 4 * MOST_DIGITS) return tooLarge;
    const cut = digits.length + Math.min(0, power + places);
    if (cut < 0 || /[^0]/.test(digits.slice(cut))) {
      const sentence = places === 0 ? "must be a whole number" : `has more than ${places} decimals`;
      return wrong("too-many-decimals", sentence, "numbers are never rounded on the way in");
    }
    const scaled = BigInt(digits.slice(0, cut)) * tens(Math.max(0, power + places));
    return scaled >= tens(MOST_DIGITS) ? tooLarge : { value: sign === "-" ? -scaled : scaled };
  }

  // The rows (or facts) under an open contest; a contest no right covers refuses the record.
  function contestedRows(edition, contests, given, asOf, refused) {
    const contested = new Set();
    contests.forEach((contest, number) => {
      const faults = contestFaults(edition, contest, given).map(([code, sentence, help]) =>
        refusal(code, `/contested/${number}`, sentence, help));
      refused.push(...faults);
      if (faults.length > 0) return;
      const name = contest.get("source");
      if ((contest.get("from") ?? asOf) <= asOf && asOf <= (contest.get("until") ?? asOf)) {
        contested.add(`${name} ${indexOf(contest.get("row") ?? null, given.get(name))}`);
      }
    });
    return contested;
  }

  // Everything wrong with one contest. The name of a source is repeated only if the rulebook or the record has it.
  function contestFaults(edition, contest, given) {
    const nameless = ["wrong-contest", "a contest names its `source`"];
    if (!(contest instanceof Map)) return [nameless];
    const faults = [...contest.keys()]
      .filter((key) => !["source", "row", "from", "until"].includes(key))
      .map((key) => ["unknown-key", `a contest has no \`${shown(key)}\``]);
    const days = ["from", "until"].map((key) => contest.get(key) ?? null).filter((day) => day !== null);
    if (!days.every(isDay)) faults.push(["wrong-contest", "`from` and `until` must be dates", HOW_TO_DATE]);
    else if (days.length === 2 && days[1] < days[0]) faults.push(["wrong-contest", "`until` lies before `from`"]);
    const name = contest.get("source");
    if (typeof name !== "string") return [...faults, nameless];
    const row = contest.get("row") ?? null;
    const source = byId(edition.sources, name);
    if (source === undefined || !given.has(name)) {
      const which = source !== undefined || given.has(name) ? `\`${shown(name)}\`` : "of that name";
      faults.push(["wrong-contest", `the record has no source ${which} to contest`]);
    } else if (!edition.sets_aside.includes(name)) {
      faults.push(["no-right", `no right sets rows of \`${name}\` aside while a contest is open`]);
    } else if (source.dated_by === null && row !== null) {
      faults.push(["wrong-contest", `\`${name}\` holds facts: leave \`row\` out`]);
    } else if (source.dated_by !== null && indexOf(row, given.get(name)) === null) {
      faults.push(["wrong-contest", `\`row\` must be the index of a row of \`${name}\`, from 0`]);
    }
    return faults;
  }

  // The index of a row as a contest names it; null if there is no such row.
  function indexOf(row, rows) {
    if (!/^-?[0-9]+$/.test(row?.number) || !Array.isArray(rows)) return null;
    const index = BigInt(row.number);
    return index >= 0n && index < BigInt(rows.length) ? Number(index) : null;
  }

  // Measures that are given instead of worked out: a Map of values, or the list of what is wrong with them.
  function readGiven({ measures }, given, asOf) {
    if (!(given instanceof Map)) return [refusal("wrong-type", "", "measures are an object: measure id → value")];
    const refused = [];
    const values = new Map(measures.map(({ id }) => [id, null]));
    for (const [id, raw] of given) {
      const measure = byId(measures, id);
      if (measure === undefined) {
        const help = `one of ${quoted(measures.map((each) => each.id))}`;
        refused.push(refusal("unknown-measure", `/${pointerPart(id)}`, `there is no measure \`${shown(id)}\``, help));
        continue;
      }
      const read = readValue(measure.type, raw, asOf, true);
      if (read.code) refused.push(refusal(read.code, `/${id}`, `\`${id}\` ${read.sentence}`, read.help));
      else values.set(id, read.value);
    }
    return refused.length > 0 ? refused : values;
  }

  // -------------------------------------------------------------------------------------------------------- measures

  const placesOf = ({ type: [kind, places] }) => (kind === "number" ? places : 0);

  // The value of a measure, and what it was worked out from.
  function measured(edition, measure, kept, asOf, values) {
    const factOf = ({ source, field }) => kept.facts.get(source)?.get(field) ?? null;
    const valuePlain = (id) => plain(values.get(id), placesOf(byId(edition.measures, id)));
    if (measure.rows) {
      const { source, field } = measure.rows;
      const { dated_by, fields } = byId(edition.sources, source);
      const found = dated_by === null ? null : lookThrough(measure.rows, dated_by, kept.rows.get(source), asOf);
      if (found === null) return [null, { source, absent: true }];
      const fieldPlaces = field === null ? 0 : placesOf(fields.find(({ name }) => name === field));
      const [rows, counted] = found.map((each) => each.map(([index]) => index));
      return [folded(measure.rows, ...found, fieldPlaces, placesOf(measure)), { source, rows, counted }];
    }
    if (measure.fact) {
      return [factOf(measure.fact), { ...measure.fact, absent: kept.facts.get(measure.fact.source) === null }];
    }
    if (measure.span) {
      const { way, of, unit } = measure.span;
      return [spanned(way, of.measure ? values.get(of.measure) : factOf(of), unit, asOf), of];
    }
    if (measure.joined) {
      const { join, measures } = measure.joined;
      const inputs = Object.fromEntries(measures.map((id) => [id, valuePlain(id)]));
      return [joined(join, measures.map((id) => values.get(id))), inputs];
    }
    const { measure: of, by, by_places } = measure.times;
    const factor = values.get(of);
    const inputs = { [of]: valuePlain(of) };
    const have = placesOf(byId(edition.measures, of)) + by_places;
    return [factor === null ? null : rounded(factor * whole(by) * tens(placesOf(measure)), tens(have)), inputs];
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
  const isWithin = (months, day, asOf) => months === null || monthsBetween(day, asOf) < months;

  // What is made of the counted rows.
  function folded({ fold, field, unknown_below }, among, counted, fieldPlaces, places) {
    if (unknown_below !== null && among.length < unknown_below) return null;
    const [ofAll, ofCounted] = [BigInt(among.length), BigInt(counted.length)];
    if (fold === "count") return ofCounted;
    if (fold === "share") return ofAll === 0n ? null : rounded(ofCounted * tens(places), ofAll);
    const values = counted.map(([, row]) => row.get(field));
    if (values.includes(null)) return null;
    if (fold === "sum") return sum(values);
    if (values.length === 0) return null;
    if (fold === "average") return rounded(sum(values) * tens(places), ofCounted * tens(fieldPlaces));
    return fold === "least" || fold === "earliest" ? least(values) : greatest(values);
  }

  // ---------------------------------------------------------------------------------------------- rules and the score

  const step = (kind, { id, version, file }, line, inputs, outcome, steps = []) =>
    ({ step: kind, policy: id, version, place: `${file}:${line}`, inputs, outcome, steps });

  const NOBODY = { subject: null, leftOut: [] };

  // The decision about a record, or the list of everything that keeps it from being evaluated.
  function decide(edition, record, { asOf, use } = {}) {
    const day = asOf ?? (record instanceof Map ? record.get("as_of") : null) ?? null;
    const refused = refusedBefore(edition, day, use);
    if (!isDay(day)) return refused;
    const kept = admit(edition, record, day);
    if (Array.isArray(kept)) return [...refused, ...kept];
    if (refused.length > 0) return refused;
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
  function decideGiven(edition, measures, { asOf, use } = {}, complete = (_, values) => values) {
    const refused = refusedBefore(edition, asOf ?? null, use);
    if (!isDay(asOf)) return refused;
    const read = readGiven(edition, measures, asOf);
    if (Array.isArray(read)) return [...refused, ...read];
    if (refused.length > 0) return refused;
    const values = complete(edition, read, asOf);
    const steps = edition.measures.map((measure) => measureStep(measure, { given: true }, values.get(measure.id)));
    return conclude(edition, values, steps, NOBODY, asOf, use ?? edition.default_use);
  }

  // The same when only settable measures are given: what is made of them is worked out.
  const simulate = (edition, measures, options) => decideGiven(edition, measures, options, workedOut);

  // What keeps any record from being evaluated: no date, a policy that is not published in full, no declared use.
  function refusedBefore(edition, day, use) {
    if (day === null) {
      const sentence = "neither the record nor the call says for which day";
      return [refusal("as-of-missing", "/as_of", sentence, HOW_TO_DATE)];
    }
    if (!isDay(day)) return [noDay()];
    const refused = edition.withheld.map(([kind, id]) =>
      refusal("withheld", "", `the ${kind} \`${id}\` is not published in full, so nothing is scored`));
    const named = use ?? edition.default_use;
    const declared = `declared uses: ${quoted(edition.uses.map(({ id }) => id)) || "none"}`;
    if (named === null) {
      refused.push(refusal("use-missing", "", "the evaluation does not say what it is for", declared));
    } else if (!byId(edition.uses, named)) {
      refused.push(refusal("undeclared-use", "", `the use \`${shown(named)}\` is not declared`, declared));
    }
    return refused;
  }

  // How many rows of a source were kept, and which were left out and why.
  function sourceStep(source, kept) {
    const left_out = kept.leftOut.filter((out) => out.source === source.id).map(({ row, why }) => ({ row, why }));
    const isFacts = source.dated_by === null;
    const left = isFacts ? kept.facts.get(source.id) : kept.rows.get(source.id);
    const given = left !== null || (isFacts && left_out.length > 0);
    const outcome = { kept: left === null ? 0 : isFacts ? 1 : left.length, left_out };
    return step("source", source, source.line, { given }, outcome);
  }

  const measureStep = (measure, inputs, value) =>
    step("measure", measure, measure.line, inputs, { value: plain(value, placesOf(measure)) });

  // From the measures on: rules in order, the score, its reasons, and the consequences of the use.
  function conclude(edition, values, steps, kept, asOf, use) {
    const { rules, score } = edition;
    const conclusions = new Map();
    const outcomes = new Map();
    const look = ([kind, name]) => (kind === "as_of" ? asOf : (kind === "measure" ? values : conclusions).get(name));
    for (const rule of rules) {
      const found = ruled(rule, look, values);
      outcomes.set(rule.id, found);
      for (const [name, isFlag] of rule.concludes) conclusions.set(name, concluded(rule, name, isFlag, found.worth));
      steps.push(ruleStep(edition, rule, values, conclusions, found));
    }

    const noScore = rules.map(({ id }) => ({ policy: id, because: outcomes.get(id).noScore }));
    if (score === null) noScore.push({ policy: edition.rulebook, because: edition.no_score });
    for (const [when, because] of score?.no_score ?? []) {
      if (holds(when, look) === true) noScore.push({ policy: score.id, because });
    }
    const refuses = noScore.filter(({ because }) => because !== null);
    const [result, band] = score === null ? [null, null] : scored(score, outcomes, refuses.length > 0, steps);

    const { consequences, ...named } = byId(edition.uses, use);
    const answers = consequences.map(({ when }) => triggered(when, score, result, band, conclusions));
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
      no_score: refuses.length > 0 ? refuses : null,
      band,
      points: score === null ? {} : pointsPlain(score.rules, outcomes),
      conclusions: Object.fromEntries(conclusions),
      reasons: result === null ? [] : reasons(edition, outcomes),
      consequences: follow.map(({ id, effect, polarity, lasts }) =>
        ({ use, id, effect, polarity, lasts: lasts === null ? null : `P${lasts}M` })),
      left_out: kept.leftOut,
      trace: steps,
    };
  }

  // The first case that is true wins; an unknown one stops the scan and the rule is unknown. `worth` is that of the
  // case that won, `index` says where the scan ended; each is null if there is none.
  function ruled(rule, look, values) {
    const index = rule.cases.findIndex(([, when]) => holds(when, look) !== false);
    if (index >= 0) {
      const [, when, worth] = rule.cases[index];
      const uncounted = worth.each !== undefined && values.get(worth.each[1]) === null;
      if (holds(when, look) === true && !uncounted) {
        return { index, worth, points: givenPoints(worth, values), noScore: worth.no_score ?? null };
      }
    }
    const { points, no_score, because } = rule.unknown;
    const noScore = no_score ? because : null;
    return { index: index < 0 ? null : index, worth: null, points: constant(points), noScore };
  }

  // The points of a case, or null if it gives none.
  function givenPoints(worth, values) {
    if (worth.each === undefined) return constant(worth.points ?? null);
    const [each, of, bound] = worth.each;
    return (whole(each) < 0n ? greatest : least)([whole(bound), whole(each) * values.get(of)]);
  }

  // A conclusion as the winning case gives it: a flag nobody raised is false, and unknown when the rule is.
  function concluded(rule, name, isFlag, worth) {
    const given = ((worth ?? rule.unknown).concludes ?? []).find(([each]) => each === name);
    return given !== undefined ? given[1] : isFlag && worth !== null ? false : null;
  }

  const pointsPlain = (rules, outcomes) => Object.fromEntries(rules.map((id) => [id, plain(outcomes.get(id).points)]));

  // What a rule looked at, which case ended the scan, and what it gave.
  function ruleStep({ measures }, rule, values, conclusions, { index, worth, points, noScore }) {
    const said = (name) => [name, conclusions.get(name)];
    const inputs = Object.fromEntries([
      ...rule.reads.map((id) => [id, plain(values.get(id), placesOf(byId(measures, id)))]),
      ...rule.reads_conclusions.map(said),
    ]);
    const outcome = {
      how: noScore !== null ? "no_score" : worth === null ? "unknown" : "case",
      case: index,
      unknown: worth === null,
      points: plain(points),
      concludes: Object.fromEntries(rule.concludes.map(([name]) => said(name))),
    };
    return step("rule", rule, index === null ? rule.line : rule.cases[index][0], inputs, outcome);
  }

  // The score and its band, or null and null when something refuses to score; the steps of both are added.
  function scored(score, outcomes, refuses, steps) {
    const [groups, total] = added(score, outcomes);
    const result = refuses ? null : greatest([whole(score.least), least([whole(score.greatest), total])]);
    const holdsIt = (each) => whole(each.least) <= result && result <= whole(each.greatest);
    const band = refuses ? null : score.bands.find(holdsIt).id;
    const outcome = { sum: refuses ? null : plain(total), score: plain(result), band };
    steps.push(step("score", score, score.line, { base: plain(whole(score.base)) }, outcome, groups));
    return [result, band];
  }

  // Base, plus groups after floor and cap, plus the other rules; a rule without points adds nothing.
  function added(score, outcomes) {
    const together = (rules) => sum(rules.map((id) => outcomes.get(id).points ?? 0n));
    const grouped = score.groups.flatMap((group) => group.rules);
    let total = whole(score.base) + together(score.rules.filter((id) => !grouped.includes(id)));
    const steps = score.groups.map(({ id, line, rules, floor, cap }) => {
      let held = together(rules);
      if (floor !== null) held = greatest([whole(floor), held]);
      if (cap !== null) held = least([whole(cap), held]);
      total += held;
      const outcome = { group: id, sum: plain(together(rules)), points: plain(held) };
      return step("group", score, line, pointsPlain(rules, outcomes), outcome);
    });
    return [steps, total];
  }

  // The rules that gave less than their best, most lost first, ties in the score's own order.
  function reasons({ rules, score }, outcomes) {
    const losses = score.rules.map((id) => {
      const rule = byId(rules, id);
      return { rule, lost: whole(rule.best) - (outcomes.get(id).points ?? 0n) };
    });
    const byLoss = (a, b) => (a.lost > b.lost ? -1 : a.lost < b.lost ? 1 : 0);
    const ranked = losses.filter(({ lost }) => lost > 0n).sort(byLoss);
    return ranked.slice(0, score.most_reasons).map(({ rule, lost }) => ({
      rule: rule.id,
      points_lost: plain(lost),
      points: plain(outcomes.get(rule.id).points ?? 0n),
      best: plain(whole(rule.best)),
      text: rule.title,
      because: outcomes.get(rule.id).worth === null ? rule.unknown.because : null,
    }));
  }

  // Whether a consequence follows. Without a score only a trigger that names `no_score` can apply.
  function triggered(when, score, result, band, conclusions) {
    if (score !== null && result === null && !namesNoScore(when)) return false;
    return holds(when, ([kind, name]) => (kind === "score" ? result : kind === "band" ? band : conclusions.get(name)));
  }

  // Whether `no_score` stands anywhere in a trigger.
  const namesNoScore = ([word, ...parts]) =>
    word === "no_score" || (["all", "any", "not"].includes(word) && parts.some(namesNoScore));

  // Which consequences of the use apply.
  function useStep(use, consequences, answers, follow) {
    const steps = consequences.map(({ id, line }, index) =>
      step("consequence", use, line, {}, { consequence: id, applies: answers[index] }));
    return step("use", use, use.line, {}, { applies: follow.map(({ id }) => id) }, steps);
  }

  // ------------------------------------------------------------------- what would change the result: engine/nearest.py

  // The measures a measure is worked out from.
  const madeOf = ({ joined: of, times, span }) =>
    of ? of.measures : times ? [times.measure] : span && span.of.measure ? [span.of.measure] : [];

  // A measure and everything it is worked out from.
  const below = (edition, id) => [id, ...madeOf(byId(edition.measures, id)).flatMap((each) => below(edition, each))];

  const refusals = ({ score }) => score?.no_score ?? [];

  // The measures a person sets: those looked at, or what they are made of where two of them share it.
  function settable(edition) {
    const named = refusals(edition).flatMap(([when]) => pairs(when)).flat();
    const found = [...new Set([
      ...edition.rules.flatMap(({ reads }) => reads),
      ...named.filter(([kind]) => kind === "measure").map(([, id]) => id),
    ])];
    const parts = (id) => madeOf(byId(edition.measures, id));
    const overlaps = (id) => parts(id).length > 0 && below(edition, id).some((one) =>
      found.some((other) => other !== id && below(edition, other).includes(one)));
    for (let at = found.findIndex(overlaps); at >= 0; at = found.findIndex(overlaps)) {
      const [split] = found.splice(at, 1);
      found.splice(at, 0, ...new Set(parts(split).filter((id) => !found.includes(id))));
    }
    return found;
  }

  // The values with every measure that is made of settable ones worked out from them.
  function workedOut(edition, values, asOf, known = new Set(settable(edition))) {
    const found = new Map(values);
    for (const measure of edition.measures) {
      const parts = madeOf(measure);
      if (!known.has(measure.id) && parts.length > 0 && parts.every((id) => known.has(id))) {
        known.add(measure.id);
        found.set(measure.id, measured(edition, measure, null, asOf, found)[0]);
      }
    }
    return found;
  }

  // Every two things a condition compares; what is only asked whether it is known stands beside a yes.
  function pairs([word, ...rest]) {
    switch (word) {
      case "always":
      case "no_score": return [];
      case "all":
      case "any":
      case "not": return rest.flatMap(pairs);
      case "known": return [[rest[0], ["value", true]]];
      case "one_of":
      case "none_of": return rest.slice(1).map((each) => [rest[0], ["value", each]]);
      default: return rest.slice(1).map((each) => [rest[0], each]);
    }
  }

  // Everything that rules and the score compare, and where points per unit reach their bound.
  function lines(edition) {
    const cases = edition.rules.flatMap((rule) => rule.cases);
    const bounds = cases.filter(([, , worth]) => worth.each && whole(worth.each[0]) !== 0n).flatMap(([, , { each }]) => {
      const full = quotient(whole(each[2]), whole(each[0]));
      return [full, full + 1n].map((line) => [["measure", each[1]], ["value", [line]]]);
    });
    return [...[...cases.map(([, when]) => when), ...refusals(edition).map(([when]) => when)].flatMap(pairs), ...bounds];
  }

  // The whole number below a quotient.
  const quotient = (a, b) => (a - ((a % b) + b) % b) / b;

  const dayNumber = (year, month, day) => {
    const before = year - 1;
    const leaps = [4, 100, 400].map((each) => (before - before % each) / each);
    const days = daysIn(year).slice(0, month - 1).reduce((a, b) => a + b, day);
    return BigInt(365 * before + leaps[0] - leaps[1] + leaps[2] + days);
  };

  // A number or date as a place on a scale; null for anything else.
  const placeOf = (value) =>
    typeof value === "bigint" ? value : isDay(value) ? dayNumber(...yearMonthDay(value)) : null;

  // The first place at which something holds that goes on to hold; one past the end if it never does.
  function first(low, high, test) {
    while (low <= high) {
      const middle = quotient(low + high, 2n);
      if (test(middle)) high = middle - 1n;
      else low = middle + 1n;
    }
    return low;
  }

  // The day at a place.
  function dayAt(place) {
    const year = Number(first(1n, 9998n, (each) => dayNumber(Number(each) + 1, 1, 1) > place));
    const month = Number(first(1n, 11n, (each) => dayNumber(year, Number(each) + 1, 1) > place));
    const digits = [year, month, place - dayNumber(year, month, 1) + 1n].map((each) => String(each).padStart(2, "0"));
    return `${digits[0].padStart(4, "0")}-${digits[1]}-${digits[2]}`;
  }

  // The places of a measure that are worth trying, in order; where it stands, or begins; how long its scale is.
  function scaleOf(edition, id, start, asOf, known) {
    const { type: [kind, ...of] } = byId(edition.measures, id);
    const now = start.get(id);
    if (kind === "boolean" || kind === "code") {
      const choices = kind === "code" ? of : [false, true];
      const tried = choices.map((_, place) => BigInt(place));
      const origin = BigInt(choices.indexOf(now));
      const far = (place) => (now === null ? 2n : place === origin ? 0n : 1n);
      return { tried, far, span: 1n, valueAt: (place) => choices[place] };
    }
    const isDate = kind === "day";
    const most = tens(MOST_DIGITS) - 1n;
    const limits = isDate ? [null, null] : of.slice(1).map((end) => (end === null ? null : whole(end)));
    const low = isDate ? 1n : limits[0] ?? -most;
    const high = isDate ? placeOf(of[0] ? "9999-12-31" : asOf) : limits[1] ?? most;
    const valueAt = isDate ? dayAt : (place) => place;
    const inside = (place) => low <= place && place <= high;

    // How far the left side of a comparison lies above the right one when the measure stands at a place.
    function distance(pair, place) {
      const values = workedOut(edition, new Map(start).set(id, valueAt(place)), asOf, new Set(known));
      const [left, right] = pair.map(([side, what]) =>
        placeOf(side === "value" ? constant(what) : side === "as_of" ? asOf : values.get(what) ?? null));
      return left === null || right === null ? null : left - right;
    }

    // The first places at which the left side has come up to the right one, or down to it, and passed it.
    function turnsOf(pair) {
      if (pair[0][1] === id && pair[1][0] === "value") {
        const line = placeOf(constant(pair[1][1]));
        return line === null ? [] : [line, line + 1n];
      }
      const [bottom, top] = [distance(pair, low), distance(pair, high)];
      if (bottom === null || top === null || bottom === top) return [];
      const sign = bottom < top ? 1n : -1n;
      return [0n, 1n].map((over) => first(low, high, (place) => sign * (distance(pair, place) ?? 0n) >= over));
    }

    const depends = (pair) => pair.some(([side, name]) => side === "measure" && below(edition, name).includes(id));
    const turns = lines(edition).filter(depends).flatMap(turnsOf)
      .filter((turn) => low < turn && turn <= high).flatMap((turn) => [turn - 1n, turn]);
    const least0 = limits[0] ?? 0n;
    const origin = now !== null ? placeOf(now) : isDate ? placeOf(asOf) : least0 > high ? high : least0;
    const drawn = [...turns, ...limits.filter((end) => end !== null)];
    const reach = drawn.length > 0 ? greatest(drawn) - least(drawn) : 0n;
    const span = reach > 0n ? reach : 1n;
    const tried = [...new Set([...turns, low, origin - 1n, origin, origin + 1n, high].filter(inside))];
    const far = (place) => (place < origin ? origin - place : place - origin) + (now === null ? span : 0n);
    return { tried: tried.sort((a, b) => (a < b ? -1 : 1)), far, span, valueAt };
  }

  // What would change the result of settable measures: by rule the nearest change that gives it more points, and the
  // nearest one that reaches a better band. Near is the share of the scale a value moves.
  function nearest(edition, measures, { asOf }) {
    const read = readGiven(edition, measures, asOf);
    const known = settable(edition);
    const work = (values) => workedOut(edition, values, asOf, new Set(known));
    const start = work(read);
    const decided = (values) => conclude(edition, values, [], NOBODY, asOf, edition.uses[0].id);
    const now = decided(start);
    const best = new Map();
    for (const id of known) {
      const { tried, far, span, valueAt } = scaleOf(edition, id, start, asOf, known);
      const kept = new Map();
      const then = (place) => {
        if (!kept.has(place)) kept.set(place, decided(work(new Map(start).set(id, valueAt(place)))));
        return kept.get(place);
      };
      for (const goal of [...Object.keys(now.points), null]) {
        const more = (place) => gain(edition, now, then(place), goal);
        const options = better(tried, more).map((place) => ({ id, place, far: far(place), span, more: more(place), then: then(place), value: valueAt(place) }));
        for (const one of options) if (nearer(one, best.get(goal))) best.set(goal, one);
      }
    }
    const change = ({ id, value, then }) =>
      ({ measure: id, value: plain(value, placesOf(byId(edition.measures, id))), score: then.score, band: then.band });
    const rules = Object.keys(now.points).filter((rule) => best.has(rule)).map((rule) => {
      const { outcome } = best.get(rule).then.trace.find((each) => each.step === "rule" && each.policy === rule);
      const more = plain(BigInt(outcome.points) - BigInt(now.points[rule] ?? 0));
      return { rule, points: outcome.points, more, case: outcome.unknown ? null : outcome.case, ...change(best.get(rule)) };
    });
    return { rules, band: best.has(null) ? change(best.get(null)) : null };
  }

  // Whether one change counts before another: the nearer; of one measure, more points and then the lower value.
  function nearer(one, other) {
    if (other === undefined) return true;
    const [mine, its] = [one.far * other.span, other.far * one.span];
    if (mine !== its || one.id !== other.id) return mine < its;
    return one.more !== other.more ? one.more > other.more : one.place < other.place;
  }

  // The places with more, and the first and last ones with more between two that were tried.
  function better(tried, more) {
    const found = tried.filter((place) => more(place) > 0);
    tried.slice(1).forEach((high, before) => {
      const [low, isMore] = [tried[before], more(high) > 0];
      if (more(low) > 0 === isMore) return;
      const turn = first(low, high, (place) => more(place) > 0 === isMore);
      found.push(isMore ? turn : turn - 1n);
    });
    return found;
  }

  // How many more points a rule gives, or the score once its band is a better one. Any are more than none at all.
  function gain({ score }, now, then, rule) {
    if (rule !== null) {
      const [before, after] = [now.points[rule], then.points[rule]];
      if (after === null || (before !== null && after <= before)) return 0;
      return greatest([1n, BigInt(after) - BigInt(before ?? 0)]);
    }
    const rank = ({ band }) => (score === null ? -1 : score.bands.findIndex(({ id }) => id === band));
    return rank(then) > rank(now) ? greatest([1n, BigInt(then.score) - BigInt(now.score ?? 0)]) : 0;
  }

  return Object.freeze({ parse, write, admit, decide, decideGiven, simulate, settable, nearest });
})();
