// The page on which a rulebook is tried out (site/templates/try.html). What is computed is computed by decide.js; words
// about policies are in `Simulator` (publisher/simulator.py), the page's own in its template. Everything is shown as
// text, never as markup, and nothing is sent: a record, a saved file and a link are read here.
(() => {
  "use strict";

  const { edition, locale, set, made, rules, bands, uses, examples, pages } = globalThis.Simulator;
  const { shown, readValue, isDay } = Rulebook.parts;
  const at = (id) => document.getElementById(id);
  const words = at("words").content;
  const [day, use, start] = ["day", "use", "start"].map(at);
  const TIMES = { months: "month", years: "year", days: "day" };

  let values = new Map();
  let leftOut = [];
  let asOf = "";
  let decided = {};
  let isRefused = false;

  // ------------------------------------------------------------------------------------------------- words and numbers

  function make(name, attributes, ...inside) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside.flat(2));
    return node;
  }

  // Words of a policy, which may be in another language than the page.
  const text = (of) => (Array.isArray(of) ? make("span", { lang: of[1] }, of[0]) : of);

  // A sentence of the page with its blanks filled.
  const say = (key, fill = {}) =>
    words
      .querySelector(`.${key}`)
      .textContent.split(/%\((\w+)\)s/)
      .map((part, index) => (index % 2 ? fill[part] : part))
      .flat();

  const url = (kind, id) => pages[kind].replace("*", id);
  const link = (kind, id, title) => make("a", { href: url(kind, id) }, text(title));
  const number = (value, style = {}) => new Intl.NumberFormat(locale, style).format(value).replace("-", "−");
  const signed = (points) => number(points, { signDisplay: "exceptZero" });
  const date = (value) =>
    new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${value}T00:00Z`));
  const typeOf = (id) => edition.measures.find((each) => each.id === id)?.type;
  const point = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal").value;

  // A value of a measure as people write it.
  function show({ id, unit, own, codes }, value) {
    const [kind, ...of] = typeOf(id);
    if (value === null) return say("unknown");
    if (kind === "boolean") return say(value ? "yes" : "no");
    if (kind === "code") return text(codes[of.indexOf(value)]);
    if (kind === "day") return date(value);
    const places = { maximumFractionDigits: of[0] };
    if (unit === "share") return number(value, { style: "percent", maximumFractionDigits: Math.max(0, of[0] - 2) });
    if (own) return `${number(value, places)} ${unit}`;
    if (TIMES[unit]) return number(value, { ...places, style: "unit", unit: TIMES[unit], unitDisplay: "long" });
    return number(value, unit ? { ...places, style: "currency", currency: unit } : places);
  }

  // What a number or date may be, in words.
  function range(measure) {
    const [kind, places, ...ends] = typeOf(measure.id);
    if (kind !== "number") return [];
    const [least, greatest] = ends.map((end) => (end === null ? null : show(measure, `${[end].flat()[0]}e-${places}`)));
    return least && greatest
      ? say("range", { least, greatest })
      : least
        ? say("least", { least })
        : greatest
          ? say("greatest", { greatest })
          : [];
  }

  // ---------------------------------------------------------------------------------------------------------- controls

  // The value of a measure, as decide.js reads it, from what a file, a link or the edition's own words hold.
  function rawOf(id, value) {
    const kind = typeOf(id)[0];
    if (value === null) return null;
    if (kind === "number" && typeof value !== "object") return { number: String(value) };
    return kind === "boolean" && ["true", "false"].includes(value) ? value === "true" : value;
  }

  const option = (value, label, extra = {}) => make("option", { value, ...extra }, label);

  function control(measure) {
    const { id, title, unit, own, codes } = measure;
    const [kind, ...of] = typeOf(id);
    const about = { "aria-describedby": `h-${id} e-${id}`, "aria-labelledby": `l-${id}` };
    const pick = (type, value, label) => make("label", {}, make("input", { type, name: id, value }), label);
    const inputs = {
      boolean: () =>
        [
          ["true", say("yes")],
          ["false", say("no")],
          ["", say("unknown")],
        ].map(([value, label]) => pick("radio", value, label)),
      code: () => [
        make(
          "select",
          { name: id, ...about },
          option("", say("unknown")),
          of.map((code, index) => option(code, text(codes[index]))),
        ),
      ],
      day: () => [make("input", { type: "date", name: id, ...about }), pick("checkbox", "", say("unknown"))],
      number: () => [
        make("input", {
          name: id,
          ...about,
          ...(of[0] === 0 ? { type: "number", min: of[1] ?? "" } : { inputmode: "decimal" }),
        }),
        unit === "share" ? "%" : own || !unit || TIMES[unit] ? (own ? unit : unit ? unitWord(unit) : "") : unit,
        pick("checkbox", "", say("unknown")),
      ],
    };
    const more = make(
      "a",
      { href: url("measure", id), "aria-label": `${say("page")[0]}: ${text(title).textContent ?? title}` },
      say("page"),
    );
    const says = make("span", {});
    const counts = make("details", {}, make("summary", {}, say("counts")), make("p", { class: "hint" }, says, " ", more));
    counts.addEventListener("toggle", async () => {
      await load();
      says.replaceChildren(globalThis.SimulatorRecord.says[id]);
    });
    return make(
      "fieldset",
      { id: `measure-${id}` },
      make("legend", { id: `l-${id}` }, text(title)),
      make("p", { class: "row" }, inputs[kind]()),
      make("p", { class: "odd", id: `e-${id}`, hidden: "" }),
      make("p", { class: "hint", id: `h-${id}` }, range(measure)),
      counts,
    );
  }

  // The name of a unit of time, as the language writes it after a number.
  const unitWord = (unit) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: TIMES[unit], unitDisplay: "long" })
      .formatToParts(5)
      .find(({ type }) => type === "unit").value;

  const partsOf = (id) => [...at("form").elements].filter(({ name }) => name === id);

  // Says something beside a control: why what it holds cannot be used, a hint, or nothing.
  function complain(id, why, isWrong = why.length > 0) {
    const odd = at(`e-${id}`);
    odd.hidden = why.length === 0;
    odd.replaceChildren(...why);
    for (const part of partsOf(id)) {
      if (isWrong) part.setAttribute("aria-invalid", "true");
      else part.removeAttribute("aria-invalid");
    }
  }

  // Why a value cannot be used.
  function wrong(id, { code, isLow }) {
    const measure = set.find((each) => each.id === id);
    const [, places, ...ends] = typeOf(id);
    const end = (at) => show(measure, `${[ends[at]].flat()[0]}e-${places}`);
    const digits = measure.unit === "share" ? places - 2 : places;
    if (code === "future-date") return say("future", { day: date(asOf) });
    if (code === "too-many-decimals") return say("digits", { n: number(digits) });
    if (code !== "out-of-range") return say("wrong", { like: number(places ? 1.5 : 2), range: range(measure) });
    return isLow ? say("least", { least: end(0) }) : say("greatest", { greatest: end(1) });
  }

  // Puts a value into its control.
  function fill(id, value) {
    complain(id, []);
    const [kind, places] = typeOf(id);
    const [input, unknown] = partsOf(id);
    if (kind === "boolean") {
      for (const each of partsOf(id)) each.checked = each.value === (value === null ? "" : String(value));
      return;
    }
    const share = set.find((each) => each.id === id).unit === "share";
    const written = () =>
      new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: places }).format(
        share ? `${value}e2` : value,
      );
    input.value = value === null ? "" : kind === "number" && places > 0 ? written() : value;
    if (unknown) unknown.checked = value === null;
  }

  // What a control holds, as decide.js reads it; undefined when that cannot be used.
  function taken(id, target) {
    const [kind, places] = typeOf(id);
    const [input, unknown] = partsOf(id);
    if (kind === "boolean") return target.value === "" ? null : target.value === "true";
    if (target === unknown ? unknown.checked : input.value.trim() === "" && !input.validity.badInput) {
      input.value = "";
      if (unknown) unknown.checked = true;
      return null;
    }
    if (unknown) unknown.checked = false;
    const written = input.value.trim().replace("−", "-");
    if (kind !== "number") return written;
    const plain = places > 0 ? written.replace(point, ".") : written;
    if (places > 0 && point !== "." && written.includes(".")) return undefined;
    const share = set.find((each) => each.id === id).unit === "share";
    return /^-?[0-9]+(\.[0-9]+)?$/.test(plain) ? { number: share ? `${plain}e-2` : plain } : undefined;
  }

  // Takes over what was changed in a control, or says beside it why it cannot be used.
  function changed(target) {
    const id = target.name;
    const raw = taken(id, target);
    const read = raw === undefined ? { code: "wrong-type" } : readValue(typeOf(id), raw, asOf, true);
    isRefused = false;
    tell();
    if (read.code) {
      complain(id, wrong(id, read));
      sum();
      return;
    }
    const isEmptied = raw === null && target.type !== "radio" && target.type !== "checkbox" && target.value === "";
    complain(id, isEmptied ? say("emptied") : [], false);
    values.set(id, raw);
    update();
  }

  // Sets every control anew.
  function setAll(plain, left = []) {
    values = new Map(set.map(({ id }) => [id, rawOf(id, plain.get(id) ?? null)]));
    leftOut = left;
    for (const { id } of set) fill(id, plain.get(id) ?? null);
    update();
  }

  // -------------------------------------------------------------------------------------------------------- the result

  const svg = (name, attributes, ...inside) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };

  const bandAt = (id) => bands[edition.score.bands.findIndex((band) => band.id === id)];

  function update() {
    const options = { asOf, use: use.value };
    const now = Rulebook.simulate(edition, values, options);
    const plain = Object.fromEntries(
      now.trace.filter(({ step }) => step === "measure").map((each) => [each.policy, each.outcome.value]),
    );
    const near = Rulebook.nearest(edition, values, options);
    isRefused = false;
    decided = now;
    const change = (one) => {
      const measure = set.find(({ id }) => id === one.measure);
      const button = make("button", { type: "button" }, say("set"));
      button.addEventListener("click", () => {
        values.set(one.measure, rawOf(one.measure, one.value));
        fill(one.measure, one.value);
        update();
        partsOf(one.measure)[0].focus();
      });
      const told = make(
        "span",
        {},
        say("change", {
          measure: text(measure.title),
          value: make("b", {}, show(measure, one.value)),
          now: show(measure, plain[one.measure]),
        }),
      );
      button.setAttribute("aria-label", `${say("set")[0]}: ${told.textContent}`);
      return [told, button];
    };
    sum();
    at("score").replaceChildren(...scored(now));
    at("nearest").replaceChildren(...toBand(now, near, change));
    at("follows").replaceChildren(...follows(options));
    at("each").hidden = near.rules.length === 0;
    at("rules").replaceChildren(...ruled(now, near, change));
    at("made").replaceChildren(
      ...(made.length === 0
        ? []
        : [
            make("h3", {}, say("made")),
            make(
              "ul",
              {},
              made.map((each) => make("li", {}, link("measure", each.id, each.title), ": ", make("b", {}, show(each, plain[each.id])))),
            ),
          ]),
    );
    at("left").replaceChildren(
      ...(leftOut.length === 0 ? [] : [make("h3", {}, say("left")), make("ul", {}, leftOut)]),
    );
  }

  // The bar that stays in sight; it is only touched when it changes, because it is read aloud then.
  function sum() {
    const { score, band } = decided;
    const note = isRefused ? "kept" : at("form").querySelector("[aria-invalid]") ? "last" : "";
    const said = make(
      "span",
      {},
      score === null ? [make("b", {}, say("none"))] : [make("b", {}, number(score)), " ", text(bandAt(band)[0])],
      note ? [" ", make("small", {}, say(note))] : [],
    );
    at("result").classList.toggle("old", note !== "");
    if (at("sum").textContent !== said.textContent) at("sum").replaceChildren(said);
  }

  function scored({ score, band, no_score: refuses, reasons }) {
    if (edition.score === null) return [make("p", {}, say("noscale"))];
    const { least, greatest } = edition.score;
    const x = (points) => ((points - least) * 360) / (greatest - least);
    const scale = svg(
      "svg",
      { class: "bands", viewBox: "0 0 360 34", "aria-hidden": "true" },
      ...edition.score.bands.map((each, index) =>
        svg("rect", {
          class: "band",
          "fill-opacity": ((index + 1) / bands.length) * 0.85 + 0.15,
          x: x(each.least),
          y: 10,
          height: 24,
          width: Math.max(1, x(each.greatest) - x(each.least)),
        }),
      ),
      ...(score === null ? [] : [svg("path", { class: "mark", d: `M${x(score)} 12l-6-12h12z` })]),
    );
    if (score === null) return [scale, ...refuses.map(({ because }) => make("p", {}, say("refuses", { because })))];
    const [title, summary] = bandAt(band);
    const ranked = reasons.map((each) =>
      make(
        "li",
        {},
        say("lost", { rule: text(ruleOf(each.rule).title), points: number(each.points_lost) }),
        each.because ? make("small", {}, each.because) : "",
      ),
    );
    return [
      scale,
      make(
        "p",
        {},
        say("of", { score: make("b", {}, number(score)), least: number(least), greatest: number(greatest) }),
      ),
      make("p", {}, make("b", {}, text(title)), " ", text(summary)),
      ...(ranked.length > 0 ? [make("p", {}, say("reasons")), make("ul", {}, ranked)] : []),
    ];
  }

  function ruleOf(id) {
    const at = edition.rules.findIndex((rule) => rule.id === id);
    return { title: edition.rules[at].title, ...rules[at] };
  }

  function toBand({ score, band }, { ways, known, together }, change) {
    if (edition.score === null) return [];
    const to = (one) => ({ band: text(bandAt(one.band)[0]), score: number(one.score) });
    const way = (one, [said, ...more]) => make("li", {}, say("way", { ...to(one), change: said }), more);
    const item = (one) => way(one, [text(set.find(({ id }) => id === one.measure).title)]);
    const list = (of) => make("ul", { class: "ways" }, of.map((one) => way(one, [...change(one), inPower(one)].flat())));
    const last = together.at(-1);
    return [
      known.length > 0 ? [make("p", {}, say("sure")), make("ul", {}, known.map(item))] : [],
      ways.length > 0 ? [make("p", {}, say("up")), list(ways)] : [],
      last ? [make("p", {}, say("joint", to(last))), list(together)] : [],
      ways.length + known.length + together.length > 0
        ? []
        : make(
            "p",
            {},
            say(score === null ? "anyscore" : band === edition.score.bands.at(-1).id ? "top" : "nothing"),
          ),
    ].flat();
  }

  // What the rulebook says one can do about a change, or that it only takes time, or that it is not in one's hands.
  function inPower({ measure: id, rules: more, wait }) {
    const measure = set.find((each) => each.id === id);
    const can = more.map((rule) => ruleOf(rule).mends).filter((mends) => mends !== "");
    const said =
      wait !== null
        ? [say("wait", { time: show(measure, wait) })]
        : can.length > 0
          ? can.map((mends) => say("mends", { text: text(mends) }))
          : [[say("powerless"), " ", measure.kept ?? ""]];
    return said.map((each) => make("p", { class: "hint" }, each));
  }

  // What follows in the use that was chosen, then in the others.
  function follows({ asOf: on }) {
    return [...edition.uses]
      .sort((a, b) => (b.id === use.value) - (a.id === use.value))
      .flatMap(({ id }) => {
        const { consequences } = Rulebook.simulate(edition, values, { asOf: on, use: id });
        const title = uses[edition.uses.findIndex((each) => each.id === id)];
        const tags = { benefit: "gain", detriment: "loss", neutral: "even" };
        const effects = consequences.map(({ effect, polarity }) =>
          make("li", {}, make("span", { class: `tag ${tags[polarity]}` }, say(polarity)), effect),
        );
        return [
          make(
            "h4",
            {},
            link("use", id, title),
            id === use.value && uses.length > 1 ? [" ", make("span", { class: "tag" }, say("chosen"))] : "",
          ),
          effects.length > 0 ? make("ul", { class: "plainlist" }, effects) : make("p", {}, say("empty")),
        ];
      });
  }

  // A case in words; one of a table with a single column with the name of that column.
  function caseOf({ reads: [id] }, { column }, said) {
    const measure = [...set, ...made].find((each) => each.id === id);
    return column ? say("column", { measure: text(measure.title), case: said }) : said || say("rest");
  }

  function ruled(now, near, change) {
    const order = edition.score?.rules ?? [];
    const scoring = order.map((id) => edition.rules.find((rule) => rule.id === id));
    const low = Math.min(0, ...scoring.map(({ worst }) => worst));
    const high = Math.max(0, ...scoring.map(({ best }) => best));
    const percent = (points) => `${((points - low) * 100) / (high - low || 1)}%`;
    return [...scoring, ...edition.rules.filter(({ id }) => !order.includes(id))].map((rule) => {
      const told = ruleOf(rule.id);
      const { outcome } = now.trace.find(({ step, policy }) => step === "rule" && policy === rule.id);
      const { points } = outcome;
      const bar = () =>
        svg(
          "svg",
          { "aria-hidden": "true" },
          svg("rect", {
            class: points < 0 ? "loss" : "gain",
            height: "100%",
            x: percent(Math.min(0, points)),
            width: `${(Math.abs(points) * 100) / (high - low || 1)}%`,
          }),
          svg("rect", { class: "zero", x: percent(0), width: 1, height: "100%" }),
        );
      const given = order.includes(rule.id)
        ? [make("p", {}, make("span", { class: "n" }, points === null ? "–" : make("b", {}, signed(points))), bar())]
        : [];
      const why = outcome.unknown
        ? say("unsure", { because: rule.unknown.because })
        : say("case", { case: caseOf(rule, told, told.cases[outcome.case][0]) });
      const concludes = outcome.unknown ? [] : told.cases[outcome.case].slice(1).map((each) => make("p", {}, each));
      const better = near.rules.find((each) => each.rule === rule.id);
      const isBest = !order.includes(rule.id) || (points !== null && points >= rule.best);
      const then = better
        ? [
            make(
              "p",
              {},
              say("more", { points: signed(better.points), more: number(better.more), change: change(better)[0] }),
              change(better)[1],
            ),
          ]
        : order.includes(rule.id)
          ? [make("p", { class: "hint" }, say(isBest ? "best" : "stuck"))]
          : [];
      const can = isBest
        ? []
        : [make("p", { class: "hint" }, told.mends ? say("mends", { text: text(told.mends) }) : say("helpless"))];
      return make("li", {}, make("h4", {}, link("rule", rule.id, told.title)), given, make("p", {}, why), concludes, then, can);
    });
  }

  // ------------------------------------------------------------------------------------ records, saved files and links

  function tell(...paragraphs) {
    at("told").replaceChildren(...paragraphs.map((inside) => make("p", { class: "odd" }, inside)));
    if (paragraphs.length > 0) at("told").scrollIntoView({ block: "nearest" });
  }

  // Says why what was brought is not used; the result stays, and says that it is the one from before.
  function refuse(...paragraphs) {
    isRefused = true;
    sum();
    tell(...paragraphs, say("kept"));
  }

  // The first twenty, and how many more there are.
  const some = (all) => (all.length > 20 ? [...all.slice(0, 20), say("others", { n: number(all.length - 20) })] : all);

  const inEdition = (value) => isDay(value) && day.min <= value && (day.max === "" || value <= day.max);

  // The measures that are set, by id.
  const plainValues = () =>
    Object.fromEntries(
      [...values]
        .filter(([, raw]) => raw !== null)
        .map(([id, raw]) => [id, raw.number === undefined ? raw : readValue(typeOf(id), raw, asOf, true).value])
        .map(([id, value]) => [id, typeof value === "bigint" ? Rulebook.parts.plain(value, typeOf(id)[1]) : value]),
    );

  const state = () => ({
    rulebook: edition.rulebook,
    digest: edition.digest,
    as_of: asOf,
    use: use.value,
    measures: plainValues(),
  });

  // Sets what was saved or shared, as far as it fits, and says what does not.
  function restore(saved) {
    if (saved.rulebook !== edition.rulebook) return tell(say("foreign"));
    const dropped = [];
    if (inEdition(saved.as_of)) day.value = asOf = saved.as_of;
    else dropped.push("as_of");
    if (edition.uses.some(({ id }) => id === saved.use)) use.value = saved.use;
    else dropped.push("use");
    const fits = new Map();
    for (const [id, value] of Object.entries(saved.measures)) {
      if (set.some((each) => each.id === id) && !readValue(typeOf(id), rawOf(id, value), asOf, true).code) {
        const read = readValue(typeOf(id), rawOf(id, value), asOf, true).value;
        fits.set(id, typeof read === "bigint" ? Rulebook.parts.plain(read, typeOf(id)[1]) : read);
      } else dropped.push(id);
    }
    setAll(fits);
    const same = /^[0-9a-f]{12,64}$/.test(saved.digest) && edition.digest.startsWith(saved.digest);
    const names = some(dropped.map(shown)).flat().join(", ");
    return tell(say(same ? "opened" : "older"), ...(dropped.length > 0 ? [say("dropped", { names })] : []));
  }

  // The state a link holds after #s=; nothing else is a state.
  function fromLink() {
    if (!location.hash.startsWith("#s=")) {
      if (location.hash.length > 1 && !at(location.hash.slice(1))) tell(say("broken"));
      return;
    }
    const found = new URLSearchParams(location.hash.slice(1));
    const measures = Object.fromEntries(
      [...found].filter(([name]) => name.startsWith("m.")).map(([name, value]) => [name.slice(2), value]),
    );
    const [rulebook, digest, on, of] = ["s", "e", "d", "u"].map((name) => found.get(name));
    if (!/^[a-z0-9-]{1,80}$/.test(rulebook) || digest === null || on === null || of === null) tell(say("broken"));
    else restore({ rulebook, digest, as_of: on, use: of, measures });
  }

  function toLink() {
    const { rulebook, digest, as_of: on, use: of, measures } = state();
    const parts = [
      ["s", rulebook],
      ["e", digest.slice(0, 12)],
      ["d", on],
      ["u", of],
      ...Object.entries(measures).map(([id, value]) => [`m.${id}`, value]),
    ];
    return `${location.href.replace(/#.*/, "")}#${new URLSearchParams(parts)}`;
  }

  // Loads the files that are only needed for a record, once.
  let loading;
  const load = () => {
    loading ??= Promise.all(
      at("on")
        .dataset.record.split(" ")
        .map(
          (src) =>
            new Promise((done, failed) => {
              const script = make("script", { src });
              script.addEventListener("load", done);
              script.addEventListener("error", failed);
              document.head.append(script);
            }),
        ),
    );
    return loading;
  };

  // What a saved file holds, or null when it is something else.
  function savedIn(content) {
    try {
      const found = JSON.parse(content);
      return found && typeof found.measures === "object" && found.measures !== null ? found : null;
    } catch {
      return null;
    }
  }

  async function bring(content) {
    if (content.trim() === "") return refuse(say("paste"));
    const saved = savedIn(content);
    if (saved !== null) return restore(saved);
    await load();
    const taken = (on, measures, left, isOtherDay) => {
      const isTooLong = ({ id }) => readValue(typeOf(id), rawOf(id, measures.get(id)), on, true).code;
      if (set.some(isTooLong)) return refuse(say("long"));
      day.value = asOf = on;
      setAll(measures, left);
      return tell(say("taken"), ...(isOtherDay ? [say("day")] : []));
    };
    return globalThis.Bring(content, { say, text, make, number, use: use.value, asOf, inEdition, refuse, taken, some });
  }

  // --------------------------------------------------------------------------------------------------------- beginning

  const outside = (on) => say("late", { on: isDay(on) ? date(on) : "–", day: date(asOf) });

  function begin() {
    at("off").hidden = true;
    at("on").hidden = false;
    at("measures").append(...set.map(control));
    const today = new Date();
    const local = new Date(today - today.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    day.value = asOf = inEdition(local) ? local : local < day.min ? day.min : day.max;
    if (local !== asOf) tell(outside(local));
    const choose = () => setAll(new Map((examples[start.value] ?? []).map((value, index) => [set[index].id, value])));
    choose();
    fromLink();

    at("form").addEventListener("submit", (event) => event.preventDefault());
    at("measures").addEventListener("input", ({ target }) => changed(target));
    start.addEventListener("change", () => {
      tell();
      choose();
    });
    use.addEventListener("change", update);
    day.addEventListener("change", () => {
      if (!inEdition(day.value)) return tell(outside(day.value));
      asOf = day.value;
      const late = set.filter(({ id }) => readValue(typeOf(id), values.get(id), asOf, true).code);
      for (const { id } of late) {
        values.set(id, null);
        fill(id, null);
      }
      tell(...(late.length > 0 ? [say("dropped", { names: late.flatMap(({ title }) => [text(title), " "]) })] : []));
      return update();
    });
    at("bring").addEventListener("toggle", load);
    at("read").addEventListener("click", () => bring(at("text").value));
    at("file").addEventListener("change", async ({ target }) => {
      if (target.files.length > 0) bring(await target.files[0].text());
      target.value = "";
    });
    at("save").addEventListener("click", () => {
      const blob = new Blob([`${JSON.stringify(state(), null, 1)}\n`], { type: "application/json" });
      const to = make("a", { href: URL.createObjectURL(blob), download: `${edition.rulebook}.json` });
      to.click();
      setTimeout(() => URL.revokeObjectURL(to.href));
    });
    at("share").addEventListener("click", () => {
      at("link").value = toLink();
      at("shared").hidden = false;
      at("link").select();
    });
    addEventListener("hashchange", fromLink);
    // What is set goes along into another language.
    for (const tongue of document.querySelectorAll(".tongues a"))
      for (const press of ["click", "auxclick"])
        tongue.addEventListener(press, () => {
          tongue.hash = new URL(toLink()).hash;
        });
    if (location.hash.startsWith("#measure-")) at(location.hash.slice(1))?.scrollIntoView();
  }

  begin();
})();
