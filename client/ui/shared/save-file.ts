import type { GrapevineNode } from '../../node/api/grapevine.ts'

/** Milliseconds for which the file's URL stays valid: the browser may first ask the person where to save the file. */
const urlLifetimeMs = 60_000

/** `grapevine-main-node1-messages-2026-11-30-004105.csv`: sorts by network, node and time; valid on every system. */
export const fileName = (
  { net, name }: Pick<GrapevineNode, 'net' | 'name'>,
  what: string,
  extension: string,
  at = new Date(),
): string => {
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('')
  return `grapevine-${net}-${name}-${what.replaceAll(' ', '-')}-${day}-${time}.${extension}`
}

/** Lets the browser save the content as a download. */
export const saveFile = (content: Blob, name: string): void => {
  const href = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), urlLifetimeMs)
}
