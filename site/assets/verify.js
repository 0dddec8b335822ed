// The page on which a receipt is checked (site/templates/verify.html). receipt.js checks; this opens files, loads what
// is needed, and says what was found. Everything is shown as text, and nothing is sent.
(() => {
  "use strict";

  const at = (id) => document.getElementById(id);
  const form = at("on");
  const texts = { receipt: null, own: null };

  function make(name, attributes, ...inside) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  }

  // A sentence of the page with its blanks filled.
  const say = (key, fill = {}) =>
    at("words").content.querySelector(`.${key}`).textContent.replace(/%\((\w+)\)s/g, (_, blank) => fill[blank] ?? "");

  const day = (value) =>
    new Intl.DateTimeFormat(form.dataset.locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(value));

  // ------------------------------------------------------------------------------------------------ what is loaded

  const loaded = new Map();

  function load(src) {
    if (!loaded.has(src)) {
      loaded.set(src, new Promise((done, failed) => {
        const script = make("script", { src });
        script.async = false;
        script.addEventListener("load", done);
        script.addEventListener("error", () => {
          loaded.delete(src);
          failed(new Error(src));
        });
        document.head.append(script);
      }));
    }
    return loaded.get(src);
  }

  const loadAll = () => Promise.all(form.dataset.scripts.trim().split(" ").map(load));

  // The edition that a receipt names, in its language, if this website has it.
  async function editionOf(receipt) {
    const named = Receipt.namedBy(receipt);
    if (!VerifyLog.editions.includes(named)) return null;
    const lang = VerifyLog.languages.find((each) => each === receipt.get("language")) ?? VerifyLog.languages[0];
    const src = form.dataset.editions.replace("*", `${named.slice(0, 16)}-${lang}`);
    loaded.delete(src);
    await load(src);
    return globalThis.VerifyEdition;
  }

  // ------------------------------------------------------------------------------------------------------- the check

  // What the browser's own program says of signatures: true if it says the same of all, null where it has none.
  async function askBrowser(asked) {
    if (!globalThis.crypto?.subtle) return null;
    let isSame = true;
    for (const { key, message, value, holds } of asked) {
      try {
        const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
        isSame = isSame && (await crypto.subtle.verify("Ed25519", imported, value, message)) === holds;
      } catch {
        return null;
      }
    }
    return asked.length > 0 ? isSame : null;
  }

  async function check() {
    if (texts.receipt === null) return tell([], say("empty"));
    await loadAll();
    const asked = { schemas: ReceiptSchema, site: VerifyLog, book: form.dataset.book, trusted: at("vkey").value.trim() || null };
    let found = Receipt.check(texts.receipt, asked);
    if (texts.own !== null && found.receipt && found.checks.every(({ holds }) => holds !== false)) {
      const edition = await editionOf(found.receipt).catch(() => null);
      found = Receipt.check(texts.receipt, { ...asked, own: texts.own, editionOf: () => edition });
    }
    const isSame = await askBrowser(found.asked);
    const { checks } = found;
    if (isSame !== null) checks.push({ holds: isSame, say: isSame ? "twice" : "differs" });
    const isWrong = checks.some(({ holds }) => holds === false);
    const isWhole = checks.some((each) => each.what === "again" && each.holds);
    return tell(checks, say(isWrong ? "fail" : isWhole ? "pass" : "part"), found.receipt);
  }

  function tell(checks, verdict, receipt = null) {
    at("verdict").replaceChildren(verdict);
    at("says").replaceChildren(receipt ? summary(receipt) : "");
    at("checks").replaceChildren(...checks.map(({ holds, say: key, fill }) => {
      const mark = holds === null ? "note" : holds ? "yes" : "no";
      return make("li", { class: mark }, make("b", {}, `${say(mark)}: `), say(key, fill));
    }));
    at("result").hidden = false;
    at("result").scrollIntoView();
  }

  function summary(receipt) {
    const result = receipt.get("result");
    const score = result.get("score");
    const said = score === null ? say("unscored") : say("scored", { score: score.number, band: result.get("band_title") });
    const [on, issued] = [receipt.get("as_of"), receipt.get("issued")].map(day);
    return say("says", { result: said, use: receipt.get("use").get("title"), day: on, issued });
  }

  // ----------------------------------------------------------------------------------------------------- what is given

  // The text of a file, or one that is no JSON where the bytes are no text.
  function decoded(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return "";
    }
  }

  function begin() {
    at("off").hidden = true;
    form.hidden = false;
    for (const name of ["receipt", "own"]) {
      const [file, area] = [at(name), at(`${name}-text`)];
      // Choosing begins anew, so that the same file can be chosen again after it was changed.
      file.addEventListener("click", () => {
        file.value = "";
        texts[name] = null;
      });
      file.addEventListener("change", async () => {
        area.value = "";
        texts[name] = file.files.length > 0 ? decoded(await file.files[0].arrayBuffer()) : null;
        if (texts.receipt !== null) run();
      });
      area.addEventListener("input", () => {
        file.value = "";
        texts[name] = area.value.trim() === "" ? null : `${area.value.trim()}\n`;
      });
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run();
    });
  }

  const run = () => check().catch(() => tell([{ holds: false, say: "unloaded" }], say("fail")));

  begin();
})();
