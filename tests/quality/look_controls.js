// Each control gets a number; those that the Tab key must come to are given back. Of radio buttons with one name only
// the chosen one is a stop, and what is folded away is none.
() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  all.forEach((e, i) => { e.dataset.stop = i })
  const stops = all.filter(e => !e.disabled && e.type != 'hidden' && e.type != 'radio' && e.tabIndex >= 0
    && e.checkVisibility({visibilityProperty: true}))
  return Object.fromEntries(stops.map(e => [e.dataset.stop, e.outerHTML.slice(0, 80)]))
}
