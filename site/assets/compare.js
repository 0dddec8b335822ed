/* Two versions of a policy side by side. The script with the versions sets `versions`: for each its number,
   the policy as written, and its texts by place and language. Everything is shown as text, never as markup. */
const comparing = (() => {
  "use strict";
  const HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
  const TOKEN = new RegExp(`[${HAN}]|(?:(?![${HAN}])[\\p{L}\\p{N}])+(?:[.,]\\p{Nd}+)*|\\s+|.`, "gsu");
  const LINE = /[^\n]*\n|[^\n]+/g;
  const AROUND = 3;
  const ALIKE = 0.3;
  const MOST = 4e6;

  const cut = (pattern, text) => text.match(pattern) ?? [];

  /* What is the same in two lists and what stands between: [same, from a, to a, from b, to b]. */
  function runs(a, b) {
    let start = 0;
    let end = 0;
    while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
    while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    const [n, m] = [a.length - start - end, b.length - start - end];
    const found = [];
    const add = (same, x, y) => {
      const last = found.at(-1);
      if (last && last[0] === same) [last[2], last[4]] = [last[2] + x, last[4] + y];
      else if (x || y) found.push([same, last?.[2] ?? 0, (last?.[2] ?? 0) + x, last?.[4] ?? 0, (last?.[4] ?? 0) + y]);
    };
    add(true, start, start);
    if (n * m > MOST || !n || !m) add(false, n, m);
    else {
      const wide = m + 1;
      const best = new Uint32Array((n + 1) * wide);
      for (let i = n - 1; i >= 0; i--)
        for (let j = m - 1; j >= 0; j--)
          best[i * wide + j] = a[start + i] === b[start + j]
            ? best[(i + 1) * wide + j + 1] + 1
            : Math.max(best[(i + 1) * wide + j], best[i * wide + j + 1]);
      for (let i = 0, j = 0; i < n || j < m;) {
        if (i < n && j < m && a[start + i] === b[start + j]) [i, j] = (add(true, 1, 1), [i + 1, j + 1]);
        else if (j >= m || (i < n && best[(i + 1) * wide + j] >= best[i * wide + j + 1])) [i] = (add(false, 1, 0), [i + 1]);
        else [j] = (add(false, 0, 1), [j + 1]);
      }
    }
    add(true, end, end);
    return found;
  }

  const blank = text => !text.trim();

  /* One passage in the place of another, token by token if they are alike. */
  function passage(old, now) {
    const [a, b] = [cut(TOKEN, old), cut(TOKEN, now)];
    const found = runs(a, b);
    const count = tokens => tokens.filter(each => !blank(each)).length;
    const kept = found.filter(run => run[0]).reduce((sum, run) => sum + count(a.slice(run[1], run[2])), 0);
    if (2 * kept < ALIKE * (count(a) + count(b))) return [["removed", old], ["added", now]];
    return found.flatMap(([same, i, j, k, l]) => {
      const [was, is] = [a.slice(i, j).join(""), b.slice(k, l).join("")];
      return same ? [["same", was]] : [["removed", was], ["added", is]];
    });
  }

  /* The pieces of two texts: same and removed make the old one, same and added the new one. */
  function words(old, now) {
    const [a, b] = [cut(LINE, old), cut(LINE, now)];
    return runs(a, b)
      .flatMap(([same, i, j, k, l]) => {
        const [was, is] = [a.slice(i, j).join(""), b.slice(k, l).join("")];
        return same ? [["same", was]] : passage(was, is);
      })
      .filter(([, text]) => text);
  }

  /* The places where two texts differ, with a few lines around each: where they begin, and the lines. */
  function places(old, now) {
    const [a, b] = [cut(LINE, old), cut(LINE, now)];
    const found = [];
    for (const [same, i, j, k, l] of runs(a, b)) {
      if (same) continue;
      const last = found.at(-1);
      if (last && i - last.to[0] <= 2 * AROUND) last.to = [j, l];
      else found.push({ from: [i, k], to: [j, l] });
    }
    return found.map(({ from, to }) => {
      const before = Math.min(AROUND, from[0], from[1]);
      const after = Math.min(AROUND, a.length - to[0], b.length - to[1]);
      const [i, j, k, l] = [from[0] - before, to[0] + after, from[1] - before, to[1] + after];
      return { at: [i, k], size: [j - i, l - k], pieces: words(a.slice(i, j).join(""), b.slice(k, l).join("")) };
    });
  }

  return { words, places };
})();

if (typeof document !== "undefined") {
  const at = id => document.getElementById(id);
  const say = (key, fill = {}) =>
    at("words").content.querySelector(`.${key}`).textContent.replace(/%\((\w+)\)s/g, (_, name) => fill[name]);
  const make = (name, given = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };
  const MARK = { removed: "del", added: "ins" };
  const shown = (pieces, without) =>
    pieces.filter(([kind]) => kind !== without).map(([kind, text]) => (MARK[kind] ? make(MARK[kind], {}, text) : text));
  const lang = document.documentElement.lang;
  const original = at("compare").dataset.original;
  const text = of => of?.[lang] ?? of?.[original] ?? "";
  const tongue = of => (of?.[lang] === undefined ? original : lang);

  /* One side of a place: which lines, and the lines. */
  const side = (version, first, size, pieces) => {
    const name = size === 1 ? say("line", { version, first }) : say("lines", { version, first, last: first + size - 1 });
    const code = make("pre", { tabindex: 0, role: "region", "aria-label": name, lang: "en" }, make("code", {}, ...pieces));
    return make("div", {}, make("p", { class: "meta" }, name), code);
  };

  const compare = () => {
    const [old, now] = [at("old"), at("new")].map(chosen => versions[chosen.value]);
    const keys = [...new Set([...Object.keys(old.texts), ...Object.keys(now.texts)])];
    const told = keys
      .map(key => [key, old.texts[key], now.texts[key]])
      .filter(([, was, is]) => text(was) !== text(is))
      .map(([key, was, is]) =>
        make(
          "li",
          {},
          make("code", { lang: "en" }, key),
          make("p", { class: "words prose", lang: tongue(is ?? was) }, ...shown(comparing.words(text(was), text(is)))),
        ),
      );
    const places = comparing.places(old.yaml, now.yaml).map(({ at: [i, k], size, pieces }) => {
      const both = make("div", { class: "ba" });
      if (size[0]) both.append(side(old.version, i + 1, size[0], shown(pieces, "added")));
      if (size[1]) both.append(side(now.version, k + 1, size[1], shown(pieces, "removed")));
      return both;
    });
    at("texts").replaceChildren(...(told.length ? told : [make("li", {}, say("notexts"))]));
    at("places").replaceChildren(...places);
    at("sum").textContent = old === now ? say("same") : say("differ", { texts: told.length, places: places.length });
    history.replaceState(null, "", `#${old.version}..${now.version}`);
  };

  const [from, to] = decodeURIComponent(location.hash.slice(1)).split("..");
  const number = version => versions.findIndex(each => each.version === version);
  at("old").value = number(from) < 0 ? Math.max(0, versions.length - 2) : number(from);
  at("new").value = number(to) < 0 ? versions.length - 1 : number(to);
  at("old").addEventListener("change", compare);
  at("new").addEventListener("change", compare);
  at("on").hidden = false;
  at("off").hidden = true;
  compare();
}
