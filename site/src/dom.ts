// The page is made of text nodes only: nothing of a release is ever parsed as HTML.

type Child = Node | string | number | null | undefined | false
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value))
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false).map(text))
  return element
}

const text = (child: Child): Node | string => (child instanceof Node ? child : plain(String(child)))

/** Without marks that would reorder the text around them. */
export const plain = (words: string): string => words.replace(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008]/g, '')

export function find<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element as T
}

/** A link, where the address is one of the web; else only its words. */
export function link(address: string | null | undefined, words: string, language?: string | null): HTMLElement {
  const url = address ? web(address) : null
  if (!url) return h('span', { lang: language }, words)
  return h('a', { href: url, rel: 'noopener noreferrer', target: '_blank', lang: language }, words)
}

/** The address if it is http or https: others (javascript:, data:) run or show what they carry. */
export function web(address: string): string | null {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}
