// What the page on which a rulebook is tried out makes of a record. try.js loads this with record.js when somebody
// brings one, and hands over what the page can do.
globalThis.Bring = (content, page) => {
  "use strict";

  const { say, text, make, number, use, asOf, inEdition, refuse, taken, some } = page;
  const { edition, refused, sources } = globalThis.SimulatorRecord;
  const { value, refused: unread } = Rulebook.parse(content);
  if (unread) {
    const [line, column] = unread[0].sentence.match(/[0-9]+/g) ?? [];
    return refuse(column ? say("json", { line, column }) : say("notjson"));
  }
  const own = value instanceof Map ? (value.get("as_of") ?? null) : null;
  const on = inEdition(own) ? own : asOf;
  const found = Rulebook.decide(edition, value, { asOf: on, use });
  if (Array.isArray(found)) {
    const said = found.map((one) => globalThis.Bring.inWords(refused, one, number));
    return refuse(refused.head, ...some([...new Set(said)]));
  }

  function left({ source, row, why }) {
    const title = text(sources[edition.sources.findIndex(({ id }) => id === source)]);
    return make("li", {}, row === null ? title : say("row", { source: title, n: number(row + 1) }), ": ", say(why));
  }

  const measures = new Map(
    found.trace.filter(({ step }) => step === "measure").map((each) => [each.policy, each.outcome.value]),
  );
  return taken(on, measures, found.left_out.map(left), own !== null && own !== on);
};

// What is wrong with a record, in words: a sentence by code and place, where # is the number of a row (which people
// count from 1) and * a name. publisher/simulator.py has the sentences from engine/readings/prose/refusals.py.
globalThis.Bring.inWords = function inWords(sentences, { code, pointer, exclusion }, number) {
  let row = "";
  const numbered = pointer.replace(/^(\/sources\/[^/]*|\/contested)\/([0-9]{1,9})(?=\/|$)/, (_, before, found) => {
    row = number(Number(found) + 1);
    return `${before}/#`;
  });
  const name = pointer.slice(pointer.lastIndexOf("/") + 1).replaceAll("~1", "/").replaceAll("~0", "~");
  const by = exclusion === null ? "" : ` ${exclusion}`;
  const places = [numbered, numbered.replace(/[^/]*$/, "*"), ""];
  const found = places.map((place) => sentences[`${code} ${place}${by}`]).find((each) => each !== undefined);
  const words = found ?? sentences["other "];
  return words.replace(/%\((n|name)\)s/g, (_, blank) => (blank === "n" ? row : name));
};
