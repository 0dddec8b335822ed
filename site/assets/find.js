/* Searching without a server. search-data.js, loaded on first use, sets `found`: for each page its address, title,
   kind, summary and text. Whatever is found is shown as text, never as markup. */
(() => {
  "use strict";
  const MOST = 30;
  const all = document.getElementById("search");
  const [form, said, list] = all.children;
  const box = form.q;
  const index = document.getElementById("index");
  const tongues = [...document.querySelectorAll(".tongues a")].map(link => [link, link.href]);
  let pages;

  /* Equal for a reader: capitals, accents, kinds of apostrophes and dashes. It keeps the length of a text. */
  const plain = text => text.replace(/[\u00c0-\u024f\u1e00-\u1eff]/g, letter => letter.normalize("NFD")[0])
    .replace(/[’‘]/g, "'").replace(/[−–‑]/g, "-").toLowerCase();

  const words = () => [...new Set(plain(box.value.normalize()).split(/\s+/))].filter(word => word);

  const make = (name, inside, ...more) => {
    const made = document.createElement(name);
    made.append(...more);
    inside.append(made);
    return made;
  };

  /* A text with the words marked in it, the first few times. */
  const marked = (inside, text, wanted) => {
    const low = plain(text);
    for (let at = 0, left = 8; at < text.length; left--) {
      let next = text.length, size = 0;
      for (const word of left > 0 ? wanted : []) {
        const place = low.indexOf(word, at);
        if (place >= 0 && (place < next || place === next && word.length > size)) [next, size] = [place, word.length];
      }
      inside.append(text.slice(at, next));
      if (size) make("mark", inside, text.slice(next, next + size));
      at = next + size;
    }
  };

  /* The line of a text that has most of the words, a sentence rather than a label; a long one from a little before
     the first of them. */
  const best = (text, low, wanted) => {
    let line = "", most = -1, at = 0;
    for (const each of low.split("\n")) {
      const has = wanted.filter(word => each.includes(word)).length * 999 + Math.min(each.length, 99);
      if (has > most) [most, line] = [has, text.slice(at, at + each.length)];
      at += each.length + 1;
    }
    const low_ = plain(line);
    const first = Math.min(...wanted.map(word => low_.indexOf(word)).filter(place => place >= 0));
    let from = line.length < 200 || first < 80 || first === Infinity ? 0 : first - 50;
    for (let back = 0; from && back < 20 && !/[\s，。；：、]/.test(line[from - 1]); back++) from--;
    const letters = [...line.slice(from)];
    return (from ? "…" : "") + letters.slice(0, 200).join("").trim() + (letters.length > 200 ? "…" : "");
  };

  const show = () => {
    const wanted = words();
    const query = wanted.length ? "?q=" + encodeURIComponent(box.value) : "";
    for (const [link, address] of tongues) link.href = address + query;
    index.hidden = wanted.length > 0;
    list.replaceChildren();
    said.textContent = "";
    if (!wanted.length || !pages) return;
    const ranks = [[], [], []];
    for (const page of pages) {
      const has = (...texts) => wanted.every(word => texts.some(text => text.includes(word)));
      if (has(page.low[0])) ranks[0].push(page);
      else if (has(page.low[0], page.low[1])) ranks[1].push(page);
      else if (has(...page.low)) ranks[2].push(page);
    }
    const hits = ranks.flat();
    for (const hit of hits.slice(0, MOST)) {
      const { page: [address, title, kind, summary, text], low } = hit;
      const item = make("li", list);
      const link = make("a", make("h2", item));
      link.href = address;
      marked(link, title, wanted);
      const belongs = address.includes("/drafts/") ? said.dataset.draft : kind;
      if (belongs) make("p", item, belongs).className = "meta";
      const inside = low[1] && (ranks[0].includes(hit) || wanted.some(word => low[1].includes(word)));
      marked(make("p", item), inside ? best(summary, low[1], wanted) : best(text, low[2], wanted), wanted);
    }
    const { none, all, some } = said.dataset;
    said.textContent = (!hits.length ? none : hits.length > MOST ? some : all).replace("{}", hits.length);
  };

  const load = () => {
    if (pages) return;
    pages = 0;
    const script = document.createElement("script");
    script.src = "search-data.js";
    script.onload = () => {
      pages = found.map(page => ({ page, low: [1, 3, 4].map(part => plain(page[part])) }));
      show();
    };
    document.head.append(script);
  };

  const keep = () => history.replaceState(null, "", box.value ? "?q=" + encodeURIComponent(box.value) : location.pathname);
  box.addEventListener("focus", load, { once: true });
  box.addEventListener("input", show);
  box.addEventListener("change", keep);
  form.addEventListener("submit", event => {
    event.preventDefault();
    load();
    keep();
    show();
  });
  all.hidden = false;
  document.getElementById("alone").remove();
  box.value = (new URLSearchParams(location.search).get("q") || "").slice(0, box.maxLength);
  if (box.value) {
    load();
    show();
  }
})();
