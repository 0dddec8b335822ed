// Where the focus is, and whether somebody who looks at the window sees it.
() => {
  const e = document.activeElement
  if (!e || e == document.body || e == document.documentElement) return null
  e.dataset.stop ||= 100000 + document.querySelectorAll('[data-stop]').length
  const style = getComputedStyle(e), box = e.getBoundingClientRect()
  const marked = style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow != 'none'
  const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth
  return {id: e.dataset.stop, skip: e.getAttribute('href') == '#main', seen: marked && inside,
    what: e.outerHTML.slice(0, 80)}
}
