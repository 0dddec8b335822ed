// What a record comes to, for decide.js: exact JSON, admission, and the measures of the rows that may be looked at.
//
// A record is what `parse` gives: its objects are Maps, its numbers {number: "12.50"} as written. The page asks for
// this file when somebody brings a record along.
(() => {
  "use strict";

  const {
    byId, whole, tens, least, greatest, sum, rounded, monthsBetween, spanned, plain, holds, isPrintable, shown,
    readValue, isDay, placesOf, madeValue, step, measureStep, decideValues, conclude,
  } = Rulebook.parts;
  const DEEPEST = 100;
  const MOST_DIGITS = 15;
  const MUST_BE_SENT = "every row has it; `rulebook schema record` says what a record holds";
  const HOW_TO_DATE = "write a date as year-month-day, like 2026-12-31";

  const refusal = (code, pointer, sentence, help = null, exclusion = null) =>
    ({ code, pointer, sentence, help, exclusion });
  const quoted = (names) => names.map((name) => `\`${name}\``).join(", ");
  const noDay = () => refusal("wrong-type", "/as_of", "`as_of` must be a date", HOW_TO_DATE);
  const pointerPart = (name) => shown(name).replaceAll("~", "~0").replaceAll("/", "~1");

  // ---------------------------------------------------------------------------------------- what cannot be read, in words

  // What is wrong with a value of a type, and what to do, by what readValue found.
  function faultOf([type, ...of], raw, { code, isLow }) {
    const end = (bound) => plain(whole(bound), of[0]);
    switch (code) {
      case "missing-field": return ["is missing", MUST_BE_SENT];
      case "unknown-code": return ["is not one of its codes", `one of ${quoted(of)}`];
      case "future-date": return ["lies after the as-of date"];
      case "out-of-range": return [isLow ? `must be at least ${end(of[1])}` : `must be at most ${end(of[2])}`];
      case "too-large": return [`has more than ${MOST_DIGITS} digits`];
      case "too-many-decimals": {
        const sentence = of[0] === 0 ? "must be a whole number" : `has more than ${of[0]} decimals`;
        return [sentence, "numbers are never rounded on the way in"];
      }
      default: return {
        boolean: ["must be true or false", "written without quotes"],
        code: ["must be a code (text)"],
        day: ["must be a date", HOW_TO_DATE],
        number: typeof raw.number === "string" ? ["must be a finite number"]
          : ["must be a number", "a number is written without quotes"],
      }[type];
    }
  }

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
      if (read.code) {
        const [sentence, help] = faultOf(measure.type, raw, read);
        refused.push(refusal(read.code, `/${id}`, `\`${id}\` ${sentence}`, help));
      } else values.set(id, read.value);
    }
    return refused.length > 0 ? refused : values;
  }

  // The decision when the measures are given and there are no rows; a measure left out is unknown.
  function decideGiven(edition, measures, { asOf, use } = {}) {
    const refused = refusedBefore(edition, asOf ?? null, use);
    if (!isDay(asOf)) return refused;
    const read = readGiven(edition, measures, asOf);
    if (Array.isArray(read)) return [...refused, ...read];
    return refused.length > 0 ? refused : decideValues(edition, read, asOf, use ?? edition.default_use);
  }

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

  // ------------------------------------------------------------------------------------------------------- admission

  // Gives a condition on a row its values.
  const rowLook = (row, asOf) => ([kind, name]) => (kind === "as_of" ? asOf : row.get(name));

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
      if (read.code) {
        const [sentence, help] = faultOf(type, row.get(name) ?? null, read);
        const what = `\`${name}\` of \`${source.id}\` ${sentence}`;
        refused.push(refusal(read.code, `${where}/${name}`, what, help));
      } else values.set(name, read.value);
    }
    return values;
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

  // -------------------------------------------------------------------------------------------------------- measures

  // The value of a measure, and what it was worked out from.
  function measured(edition, measure, kept, asOf, values) {
    const factOf = ({ source, field }) => kept.facts.get(source)?.get(field) ?? null;
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
    if (measure.span && !measure.span.of.measure) {
      const { way, of, unit } = measure.span;
      return [spanned(way, factOf(of), unit, asOf), of];
    }
    return madeValue(edition, measure, values, asOf);
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

  // How many rows of a source were kept, and which were left out and why.
  function sourceStep(source, kept) {
    const left_out = kept.leftOut.filter((out) => out.source === source.id).map(({ row, why }) => ({ row, why }));
    const isFacts = source.dated_by === null;
    const left = isFacts ? kept.facts.get(source.id) : kept.rows.get(source.id);
    const given = left !== null || (isFacts && left_out.length > 0);
    const outcome = { kept: left === null ? 0 : isFacts ? 1 : left.length, left_out };
    return step("source", source, source.line, { given }, outcome);
  }

  Object.assign(Rulebook, { parse, write, admit, decide, decideGiven });
})();
