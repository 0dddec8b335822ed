// The browser reading: what an edition (the data of engine/readings/browser.py) makes of measures, as `truth` does in
// engine/readings/truth.py, trace included. Functions have the names they have there. record.js adds what makes
// measures of a record, and the words for what cannot be read.
//
// Measures are a Map of what is given, its numbers {number: "12.50"} as written. A value is a BigInt scaled by the
// places of its type, a boolean, a code, a date like "2026-12-31", or null for unknown. JavaScript's own numbers only
// count months, days, rows and lines: there is no fraction, no clock and no locale in here.
globalThis.Rulebook = (() => {
  "use strict";

  const MOST_DIGITS = 15;
  const LONGEST_NAME = 80;
  const byId = (policies, id) => policies.find((each) => each.id === id);

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

  // ----------------------------------------------------------------------------------------------- values as given

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

  const wrong = (code) => ({ code });

  // What a record holds as {value} of the type, or as {code} what is wrong with it (record.js has the words).
  function readValue([type, ...of], raw, asOf, optional) {
    if (raw === null) return optional ? { value: null } : wrong("missing-field");
    switch (type) {
      case "boolean": return typeof raw === "boolean" ? { value: raw } : wrong("wrong-type");
      case "code":
        if (of.includes(raw)) return { value: raw };
        return wrong(typeof raw === "string" ? "unknown-code" : "wrong-type");
      case "day":
        if (!isDay(raw)) return wrong("wrong-type");
        return raw > asOf && !of[0] ? wrong("future-date") : { value: raw };
      default: return readNumber(of, raw);
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
    const isLow = low !== null && read.value < whole(low);
    return isLow || (high !== null && read.value > whole(high)) ? { code: "out-of-range", isLow } : read;
  }

  // An exact number as an integer of `places` digits after the point; excess digits are refused.
  function scale(raw, places) {
    const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/.exec(raw.number);
    if (typeof raw.number !== "string" || parts === null) return wrong("wrong-type");
    const [, sign, before, after = "", exponent = "0"] = parts;
    const digits = (before + after).replace(/^0+/, "");
    if (digits === "") return { value: 0n };
    const power = Number(exponent) - after.length;
    if (digits.length + power > MOST_DIGITS || digits.length > 4 * MOST_DIGITS) return wrong("too-large");
    const cut = digits.length + Math.min(0, power + places);
    if (cut < 0 || /[^0]/.test(digits.slice(cut))) return wrong("too-many-decimals");
    const scaled = BigInt(digits.slice(0, cut)) * tens(Math.max(0, power + places));
    return scaled >= tens(MOST_DIGITS) ? wrong("too-large") : { value: sign === "-" ? -scaled : scaled };
  }

  // Measures that are given instead of worked out; what is left out or cannot be read is unknown.
  const given = ({ measures }, raws, asOf) =>
    new Map(measures.map(({ id, type }) => [id, readValue(type, raws.get(id) ?? null, asOf, true).value ?? null]));

  // -------------------------------------------------------------------------------------------------------- measures

  const placesOf = ({ type: [kind, places] }) => (kind === "number" ? places : 0);

  // The value of a measure that is worked out from others, and what it was worked out from.
  function madeValue(edition, measure, values, asOf) {
    const valuePlain = (id) => plain(values.get(id), placesOf(byId(edition.measures, id)));
    if (measure.span) {
      const { way, of, unit } = measure.span;
      return [spanned(way, values.get(of.measure), unit, asOf), of];
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

  // ---------------------------------------------------------------------------------------------- rules and the score

  const step = (kind, { id, version, file }, line, inputs, outcome, steps = []) =>
    ({ step: kind, policy: id, version, place: `${file}:${line}`, inputs, outcome, steps });

  const NOBODY = { subject: null, leftOut: [] };

  // The decision when settable measures are given and there are no rows: what is made of them is worked out.
  function simulate(edition, measures, { asOf, use }) {
    return decideValues(edition, workedOut(edition, given(edition, measures, asOf), asOf), asOf, use);
  }

  // The decision when the value of every measure is known.
  function decideValues(edition, values, asOf, use) {
    const steps = edition.measures.map((measure) => measureStep(measure, { given: true }, values.get(measure.id)));
    return conclude(edition, values, steps, NOBODY, asOf, use);
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
      edition: { from: edition.from, digest: edition.digest, log: edition.log },
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

  // The values with every measure that is made of settable ones worked out from them.
  function workedOut(edition, values, asOf) {
    const known = new Set(edition.settable);
    const found = new Map(values);
    for (const measure of edition.measures) {
      const parts = madeOf(measure);
      if (!known.has(measure.id) && parts.length > 0 && parts.every((id) => known.has(id))) {
        known.add(measure.id);
        found.set(measure.id, madeValue(edition, measure, found, asOf)[0]);
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
    const counted = cases.map(([, , { each }]) => each).filter((each) => each && whole(each[0]) !== 0n);
    const bounds = counted.flatMap(([each, of, bound]) => {
      const full = quotient(whole(bound), whole(each));
      return [full, full + 1n].map((line) => [["measure", of], ["value", [line]]]);
    });
    const whens = [...cases.map(([, when]) => when), ...refusals(edition).map(([when]) => when)];
    return [...whens.flatMap(pairs), ...bounds];
  }

  // Every two measures of which the greater or smaller one counts: where they meet, a rise may become a fall.
  const bends = ({ measures }) => measures.flatMap(({ joined: of }) => of && of.join.endsWith("_of")
    ? of.measures.flatMap((one, at) => of.measures.slice(at + 1).map((other) => [["measure", one], ["measure", other]]))
    : []);

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
  function scaleOf(edition, id, start, asOf) {
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
      const values = workedOut(edition, new Map(start).set(id, valueAt(place)), asOf);
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
      return cuts.slice(1).flatMap((end, index) => {
        const [bottom, top] = [distance(pair, cuts[index]), distance(pair, end)];
        if (bottom === null || top === null || bottom === top) return [];
        const sign = bottom < top ? 1n : -1n;
        return [0n, 1n].map((over) => first(cuts[index], end, (place) => sign * (distance(pair, place) ?? 0n) >= over));
      });
    }

    const depends = (pair) => pair.some(([side, name]) => side === "measure" && below(edition, name).includes(id));
    const places = (pairs) => pairs.filter(depends).flatMap(turnsOf)
      .filter((turn) => low < turn && turn <= high).flatMap((turn) => [turn - 1n, turn]);
    const sorted = (places) => [...new Set(places)].sort((a, b) => (a < b ? -1 : 1));
    let cuts = [low, high];
    for (const pair of bends(edition)) cuts = sorted([...cuts, ...places([pair])]);
    const turns = places(lines(edition));
    const least0 = limits[0] ?? 0n;
    const origin = now !== null ? placeOf(now) : isDate ? placeOf(asOf) : least0 > high ? high : least0;
    const drawn = [...turns, ...limits.filter((end) => end !== null)];
    const reach = drawn.length > 0 ? greatest(drawn) - least(drawn) : 0n;
    const span = reach > 0n ? reach : 1n;
    const tried = sorted([...turns, low, origin - 1n, origin, origin + 1n, high].filter(inside));
    const far = (place) => (place < origin ? origin - place : place - origin) + (now === null ? span : 0n);
    return { tried, far, span, valueAt };
  }

  // What would change the result of settable measures: by rule the nearest change that gives it more points, every
  // change that reaches a better band, what brings a score whatever it is, and what is enough together.
  function nearest(edition, measures, { asOf }) {
    const { rules, score } = edition;
    const known = edition.settable;
    const work = (values) => workedOut(edition, values, asOf);
    const decided = (values) => conclude(edition, values, [], NOBODY, asOf, edition.uses[0].id);
    const rank = ({ band }) => (score === null ? -1 : score.bands.findIndex(({ id }) => id === band));

    // By measure the places of its scale, what is decided at one, and whether that is in the person's interest.
    function trialOf(id, values, now) {
      const kept = new Map();
      const scale = scaleOf(edition, id, values, asOf);
      const then = (place) => {
        if (!kept.has(place)) kept.set(place, decided(work(new Map(values).set(id, scale.valueAt(place)))));
        return kept.get(place);
      };
      const isUnknown = values.get(id) === null;
      const helps = (place) =>
        (now.score === null || (then(place).score !== null && then(place).score >= now.score)) &&
        (!isUnknown || isBetter(rules, now, then(place)));
      return { id, ...scale, then, helps, isUnknown };
    }

    // The nearest place of a scale that gives more.
    function nearestOf(trial, now, goal) {
      const more = (place) => (trial.helps(place) ? gain(edition, now, trial.then(place), goal) : 0);
      let best;
      for (const place of better(trial.tried, more)) {
        const one = { ...trial, place, far: trial.far(place), more: more(place), now };
        if (nearer(one, best)) best = one;
      }
      return best;
    }

    const change = ({ id, place, then, valueAt }) => {
      const { score: to, band } = then(place);
      return { measure: id, value: plain(valueAt(place), placesOf(byId(edition.measures, id))), score: to, band };
    };
    const way = (one, values) => ({
      ...change(one),
      rules: Object.keys(one.now.points).filter((rule) => gain(edition, one.now, one.then(one.place), rule) > 0),
      wait: plain(waitOf(byId(edition.measures, one.id), values.get(one.id), one.valueAt(one.place))),
    });
    const order = ({ rules: more, wait }) =>
      wait === null ? [more.some((id) => byId(rules, id).mends) ? 0 : 2, 0] : [1, wait];

    const start = work(given(edition, measures, asOf));
    const now = decided(start);
    const trials = known.map((id) => trialOf(id, start, now));
    const bettered = Object.keys(now.points).flatMap((rule) => {
      let best;
      for (const trial of trials) {
        const one = nearestOf(trial, now, rule);
        if (one && nearer(one, best)) best = one;
      }
      if (best === undefined) return [];
      const { outcome } = best.then(best.place).trace.find((each) => each.step === "rule" && each.policy === rule);
      const more = plain(BigInt(outcome.points) - BigInt(now.points[rule] ?? 0));
      return [{ rule, points: outcome.points, more, case: outcome.unknown ? null : outcome.case, ...change(best) }];
    });
    const sure = trials.filter(({ isUnknown }) => now.score === null && isUnknown)
      .map((trial) => trial.tried.map((place) => change({ ...trial, place })))
      .filter((changes) => changes.every((each) => each.score !== null))
      .map((changes) => changes.reduce((a, b) => (b.score < a.score ? b : a)));
    const ways = trials.filter(({ id }) => sure.every(({ measure }) => measure !== id))
      .map((trial) => nearestOf(trial, now, null)).filter((one) => one).map((one) => way(one, start));
    ways.sort((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);

    // Changes that together reach a better band: of each measure at its best, the greatest gain first,
    // what only takes time last.
    function together() {
      const found = [];
      let [at, values] = [now, start];
      while (rank(at) <= rank(now)) {
        let best;
        for (const id of known.filter((each) => found.every(({ measure }) => measure !== each))) {
          const trial = trialOf(id, values, at);
          for (const place of trial.tried) {
            const one = { ...trial, place, far: trial.far(place), now: at };
            one.more = BigInt(trial.then(place).score ?? 0) - BigInt(at.score);
            one.waits = waitOf(byId(edition.measures, id), values.get(id), trial.valueAt(place)) !== null;
            const isBefore = () => one.waits !== best.waits ? best.waits : one.more !== best.more
              ? one.more > best.more : id === best.id && one.far < best.far;
            if (one.more > 0 && trial.helps(place) && (!best || isBefore())) best = one;
          }
        }
        if (best === undefined) return [];
        found.push(way(best, values));
        values = work(new Map(values).set(best.id, best.valueAt(best.place)));
        at = best.then(best.place);
      }
      return found;
    }

    const isStuck = ways.length + sure.length === 0 && now.score !== null && rank(now) < score.bands.length - 1;
    const [first] = ways.map(({ measure, value, score: to, band }) => ({ measure, value, score: to, band }));
    return { rules: bettered, band: first ?? null, ways, known: sure, together: isStuck ? together() : [] };
  }

  // How long it takes until a time has grown or run down to a value by itself; null if it does not.
  function waitOf({ span }, now, then) {
    if (!span || typeof now !== "bigint") return null;
    const wait = span.way === "age" ? then - now : now - then;
    return wait > 0n ? wait : null;
  }

  // Whether some rule gives more points than before and none fewer; where it gave none, than its worst case.
  function isBetter(rules, now, then) {
    let isMore = false;
    for (const [id, points] of Object.entries(then.points)) {
      const before = now.points[id];
      const least = before ?? byId(rules, id).worst;
      if (points === null ? before !== null : least !== null && points < least) return false;
      if (points !== null && least !== null && points > least) isMore = true;
    }
    return isMore;
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

  const parts = {
    byId, whole, tens, least, greatest, sum, rounded, monthsBetween, spanned, plain, holds, isPrintable, shown,
    readValue, isDay, placesOf, madeValue, step, measureStep, decideValues, conclude,
  };
  return { simulate, nearest, parts };
})();
