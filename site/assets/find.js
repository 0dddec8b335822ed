/* Searching without a server. search-data.js, loaded on first use, sets `found`: for each page its address, title,
   kind, summary and text. Whatever is found is shown as text, never as markup. */
(() => {
  "use strict";
  const MOST = 30;
  const all = document.getElementById("search");
  const [form, said, list, more] = all.children;
  const box = form.q;
  const index = document.getElementById("index");
  const tongues = [...document.querySelectorAll(".tongues a")].map(link => [link, link.href]);
  let pages, asked, most = MOST;

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

  /* How well a word fits a text: 0 for the whole word, then the beginning of one, then the inside of one. Where
     words are not set apart, as in Chinese, it always fits. */
  const fit = word => {
    const safe = word.replace(/[^\p{L}\p{N}]/gu, letter => "\\u{" + letter.codePointAt(0).toString(16) + "}");
    const begins = new RegExp("(?<![\\p{L}\\p{N}])" + safe, "u");
    const whole = new RegExp("(?<![\\p{L}\\p{N}])" + safe + "(?![\\p{L}\\p{N}])", "u");
    const joined = /[\u2e80-\u9fff]/.test(word);
    return text => !text.includes(word) ? Infinity : joined || whole.test(text) ? 0 : begins.test(text) ? 1 : 2;
  };

  /* The pages that have all the words, first those that have them as whole words and in the title. */
  const ranked = wanted => {
    const fits = wanted.map(fit);
    const far = page => fits.reduce((sum, fit) => sum + Math.min(...page.low.map((text, at) => at + 1.5 * fit(text))), 0);
    return pages.map(page => ({ page, far: far(page) })).filter(hit => hit.far < Infinity).sort((one, other) => one.far - other.far);
  };

  const show = () => {
    const wanted = words();
    const query = wanted.length ? "?q=" + encodeURIComponent(box.value) : "";
    for (const [link, address] of tongues) link.href = address + query;
    list.replaceChildren();
    said.textContent = "";
    const hits = wanted.length && pages ? ranked(wanted) : [];
    index.hidden = wanted.length > 0 && (hits.length > 0 || !pages);
    more.hidden = hits.length <= most;
    if (!wanted.length || !pages) return;
    for (const { page: hit } of hits.slice(0, most)) {
      const { page: [address, title, kind, summary, text], low } = hit;
      const item = make("li", list);
      const link = make("a", make("h2", item));
      link.href = address;
      marked(link, title, wanted);
      const belongs = address.includes("/drafts/") ? said.dataset.draft : kind;
      if (belongs) make("p", item, belongs).className = "meta";
      const inside = low[1] && (wanted.every(word => low[0].includes(word)) || wanted.some(word => low[1].includes(word)));
      marked(make("p", item), inside ? best(summary, low[1], wanted) : best(text, low[2], wanted), wanted);
    }
    const { none, never, all } = said.dataset;
    if (hits.length) said.textContent = all.replace("{}", hits.length);
    else said.textContent = (wanted.length > 1 ? never : none).replace("{}", () => box.value.trim());
  };

  const anew = () => {
    most = MOST;
    show();
  };

  const load = () => {
    if (asked) return;
    asked = true;
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
  box.addEventListener("input", anew);
  more.addEventListener("click", () => {
    const at = most;
    most += MOST;
    show();
    list.children[at].querySelector("a").focus();
  });
  box.addEventListener("change", keep);
  form.addEventListener("submit", event => {
    event.preventDefault();
    load();
    keep();
    anew();
  });
  all.hidden = false;
  document.getElementById("alone").remove();
  box.value = (new URLSearchParams(location.search).get("q") || "").slice(0, box.maxLength);
  if (box.value) {
    load();
    anew();
  }
})();
