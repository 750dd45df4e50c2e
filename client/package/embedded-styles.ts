import { tokens } from '../ui/style/tokens.ts'

/** The elements that a page of somebody else uses. Elements inside them inherit. */
const elements = ['connection', 'figures', 'messages', 'network', 'trace', 'wire'].map((name) => `grapevine-${name}`)

/**
 * The stylesheet `grapevine/elements.css`: the tokens on the elements, so that no custom property of the page changes, and
 * without specificity, so that any rule of the page wins. It sets `color-scheme` too: bundlers replace `light-dark()` for
 * older browsers, and what they write instead works only below such a declaration.
 */
export const embeddedStyles = (): string => {
  const selector = `:where(${elements.join(', ')})`
  return `${tokens.cssText.replace(':host', selector).trim()}

${selector} {
  background: var(--surface);
  color: var(--text);
  font: var(--size-body) / 1.4 var(--font);
}
`
}
