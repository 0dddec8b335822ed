// What is wrong with a page on paper.
() => {
  const found = new Set()
  const light = colour => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number)
    return a == 0 ? 1 : (.2126 * r + .7152 * g + .0722 * b) / 255
  }
  const name = e => `${e.tagName}.${e.getAttribute('class') || ''}`
  for (const e of document.querySelectorAll('html, body, body *')) {
    if (e instanceof SVGElement || !e.checkVisibility()) continue
    const style = getComputedStyle(e)
    if (light(style.backgroundColor) < .8) found.add('a dark ground: ' + name(e))
    const text = [...e.childNodes].some(node => node.nodeType == Node.TEXT_NODE && node.data.trim())
    if (text && light(style.color) > .45) found.add('pale ink: ' + name(e))
  }
  for (const e of document.querySelectorAll('main details > :not(summary)'))
    if (e.parentElement.checkVisibility() && (!e.checkVisibility() || e.getBoundingClientRect().height == 0)) found.add('folded away: ' + e.textContent.trim().slice(0, 40))
  for (const a of document.querySelectorAll('main a[href^=http]'))
    if (!getComputedStyle(a, '::after').content.includes('http') && !a.textContent.includes(a.hostname))
      found.add('no address: ' + a.textContent)
  for (const e of document.querySelectorAll('.nav, .skip, .find'))
    if (e.checkVisibility()) found.add('of no use on paper: ' + name(e))
  return [...found]
}
