// Words that begin on one line and end on another without a hyphen at the break.
() => {
  const found = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement
    if (around.closest('pre, code, script, style, svg') || !around.checkVisibility({ contentVisibilityAuto: true })) continue
    for (const word of node.data.matchAll(/[\p{Script=Latin}\p{M}\d\u00AD]{2,40}/gu)) {
      if (word[0].includes("\u00AD")) continue  // it says itself where it may part
      range.setStart(node, word.index)
      range.setEnd(node, word.index + word[0].length)
      const lines = [...range.getClientRects()].filter(r => r.width > 0).map(r => Math.round(r.top))
      if (new Set(lines).size > 1) found.add(`a broken word: ${word[0]}`)
    }
  }
  return [...found]
}
