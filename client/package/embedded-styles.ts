import { tokens } from '../ui/style/tokens.ts'

/** The elements that a page of somebody else uses. Elements inside them inherit. */
const elements = ['connection', 'figures', 'messages', 'network', 'trace', 'wire'].map((name) => `grapevine-${name}`)

const scheme = '    color-scheme: light dark;\n'

/**
 * The stylesheet of `grapevine/elements.css`: the tokens, on the elements alone, so that they rename no custom property of
 * the page, and with no specificity, so that any rule of the page wins. Light or dark is what the page says.
 */
export const embeddedStyles = (): string => {
  const text = tokens.cssText
  if (!text.includes(':host {') || !text.includes(scheme)) throw new Error('the tokens have another form')
  const rules = text.replace(':host', `:where(${elements.join(', ')})`).replace(scheme, '')
  return `${rules.trim()}

:where(${elements.join(', ')}) {
  background: var(--surface);
  color: var(--text);
  font: var(--size-body) / 1.4 var(--font);
}
`
}
