import type { StorageTrouble } from '../../node/api/grapevine.ts'
import type { Notice } from '../words/notice.ts'

/** A page of a different site that shows this page in a frame. */
export interface Framing {
  /** The host of the outer page; absent if the browser hides it. */
  readonly host?: string
}

/**
 * Finds out whether a page of a different site shows this page, since browsers then partition the frame's storage.
 * Hosts with the same last two labels count as one site: this is mostly true, and a missing notice is better than a
 * wrong one.
 */
export const pickFraming = (
  self: Pick<Location, 'protocol' | 'hostname'>,
  ancestorOrigins: readonly string[],
): Framing | undefined => {
  for (const origin of ancestorOrigins) {
    // A page with an opaque origin, such as a sandboxed page, belongs to no site.
    if (!URL.canParse(origin)) return {}
    const { protocol, hostname, host } = new URL(origin)
    if (protocol !== self.protocol || siteOf(hostname) !== siteOf(self.hostname)) return { host }
  }
  return undefined
}

const siteOf = (hostname: string): string =>
  /^\[|^\d+(?:\.\d+){3}$/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.')

/** The origins from the parent page to the outermost page; in browsers that don't list them, the referrer's origin. */
export const ancestorOriginsOf = ({ location, document, parent }: Window): readonly string[] => {
  if (parent === window) return []
  // The DOM types declare it as always present, but some browsers lack it.
  const { ancestorOrigins } = location as { readonly ancestorOrigins?: DOMStringList }
  if (ancestorOrigins) return [...ancestorOrigins]
  return document.referrer === '' ? [] : [new URL(document.referrer).origin]
}

/**
 * Says what a page can't do in a frame of a different site. Chromium and Firefox partition the frame's storage, or give
 * it none if they block cookies of such frames. `ownHref` opens this page in a separate tab.
 */
export const describeFraming = (
  framing: Framing | undefined,
  troubles: ReadonlySet<StorageTrouble>,
  ownHref: string,
): Notice[] => {
  if (!framing) return []
  const isStored = !troubles.has('not-stored')
  return [
    {
      key: 'framed',
      severity: isStored ? 'info' : 'warning',
      title: `This tab runs in a frame of ${framing.host ?? 'another site’s page'}`,
      text: isStored
        ? 'The browser stores the data of this node for frames of that site alone, and some browsers delete it sooner. The same address in a separate tab is another node with another key, and only one of the two can have the name. When the page around the frame reloads, the frame starts again at the address that this page sets.'
        : 'This browser stores nothing for such a frame. Key and messages are lost when the frame reloads: then the node has a new key, and nodes that know this one report it. Messages that neighbours still hold come back. To keep the key, open the node in a separate tab.',
      actions: [{ kind: 'link', label: 'Open in a separate tab', href: ownHref, newTab: true }],
    },
  ]
}
