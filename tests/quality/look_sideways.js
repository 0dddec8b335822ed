// What makes a page wider than its window; what scrolls in a box of its own does not.
() => {
  const room = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= room) return ''
  const wide = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll, pre, .skip'))
  return wide.slice(-3).map(e => `${e.tagName}.${e.getAttribute('class') || ''} ${e.textContent.trim().slice(0, 40)}`)
    .join(' | ') || 'something unseen'
}
