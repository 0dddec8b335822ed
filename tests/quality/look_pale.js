// Text of a contrast under 7 : 1, with the colours as they are shown: the grounds under it mixed, opacity included.
() => {
  const parse = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n }
  const over = (front, back) => back.map((c, i) => i < 3 ? front[i] * front[3] + c * (1 - front[3]) : 1)
  const linear = v => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b)
  const up = function* (e) { for (; e; e = e.parentElement) yield getComputedStyle(e) }
  const faint = new Map()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; node = walker.nextNode();) {
    const e = node.parentElement
    if (!node.data.trim() || e.closest('script, style, option, [disabled]')) continue
    if (!e.checkVisibility({opacityProperty: true})) continue
    const grounds = [...up(e)].map(style => parse(style.backgroundColor)).reverse()
    const back = grounds.reduce((under, ground) => over(ground, under), [255, 255, 255, 1])
    const opacity = [...up(e)].reduce((all, style) => all * style.opacity, 1)
    const [r, g, b, a] = parse(e instanceof SVGElement ? getComputedStyle(e).fill : getComputedStyle(e).color)
    const [high, low] = [light(over([r, g, b, a * opacity], back)), light(back)].sort((one, two) => two - one)
    const ratio = (high + .05) / (low + .05)
    const where = `${e.tagName}.${e.getAttribute('class') || ''}`
    if (ratio < 6.995) faint.set(where, `pale text ${where} ${ratio.toFixed(2)}:1 ${node.data.trim().slice(0, 30)}`)
  }
  return [...faint.values()]
}
