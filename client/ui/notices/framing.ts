import type { StorageTrouble } from '../../node/api/grapevine.ts'
import type { Notice } from '../words/notice.ts'

/** A page of another site that shows this one in a frame. */
export interface Framing {
  /** The host of that page; absent if the browser does not tell. */
  readonly host?: string
}

/**
 * Whether a page of another site shows this one, for then browsers keep the frame's storage apart. Hosts that share their
 * last two labels are taken for one site: a subdomain mostly is, and telling too little is better than what is not true.
 */
export const pickFraming = (
  self: Pick<Location, 'protocol' | 'hostname'>,
  ancestorOrigins: readonly string[],
): Framing | undefined => {
  for (const origin of ancestorOrigins) {
    // A page without an origin of its own, such as a sandboxed one, is nobody's site.
    if (!URL.canParse(origin)) return {}
    const { protocol, hostname, host } = new URL(origin)
    if (protocol !== self.protocol || siteOf(hostname) !== siteOf(self.hostname)) return { host }
  }
  return undefined
}

const siteOf = (hostname: string): string =>
  /^\[|^\d+(?:\.\d+){3}$/.test(hostname) ? hostname : hostname.split('.').slice(-2).join('.')

/** From the page around this one to the outermost; of browsers that don't list them, the one that led here. */
export const ancestorOriginsOf = ({ location, document, parent }: Window): readonly string[] => {
  if (parent === window) return []
  // Typed as always there.
  const { ancestorOrigins } = location as { readonly ancestorOrigins?: DOMStringList }
  if (ancestorOrigins) return [...ancestorOrigins]
  return document.referrer === '' ? [] : [new URL(document.referrer).origin]
}

/**
 * What a frame of another site's page can't do. Chromium and Firefox keep its storage apart, or give it none if cookies of
 * such frames are blocked; `ownHref` opens a tab of its own.
 */
export const describeFraming = (
  framing: Framing | undefined,
  troubles: ReadonlySet<StorageTrouble>,
  ownHref: string,
): Notice[] => {
  if (!framing) return []
  const title = `This tab runs in a frame of ${framing.host ?? 'another site’s page'}`
  const actions = [{ kind: 'link', label: 'Open in a separate tab', href: ownHref, newTab: true }] as const
  if (troubles.has('not-stored')) {
    return [
      {
        key: 'framed',
        severity: 'warning',
        title,
        text: 'This browser stores nothing for such a frame. Key and messages are lost when the frame reloads: then the node has a new key, and nodes that know this one report it. Messages that neighbours still hold come back. To keep the key, open the node in a separate tab.',
        actions,
      },
    ]
  }
  return [
    {
      key: 'framed',
      severity: 'info',
      title,
      text: 'The browser stores the data of this node for frames of that site alone, and some browsers delete it sooner. The same address in a separate tab is another node with another key, and only one of the two can have the name. When the page around the frame reloads, the frame starts again at the address that this page sets.',
      actions,
    },
  ]
}
