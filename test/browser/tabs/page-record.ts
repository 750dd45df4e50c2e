/** A record of what a page did, kept inside the page. Times are of this machine's clock. */
export interface PageRecord {
  /** The states of all neighbours in the list Links, at each change. */
  readonly links: { readonly at: number; readonly states: Readonly<Record<string, string>> }[]
  /** The number of RTCPeerConnections with which the page tried to link. */
  connectionsMade: number
  /** `persisted` of each `pageshow` event: true for a page that comes from the back/forward cache. */
  readonly pageShows: boolean[]
}

/** The record of each page of the tests. */
export interface RecordedWindow {
  readonly pageRecord: PageRecord
}

/**
 * Runs in the page before its own scripts, so it can use nothing from outside. It observes each shadow root, since a
 * MutationObserver on the document sees none.
 */
export const recordPage = (): void => {
  const record: PageRecord = { links: [], connectionsMade: 0, pageShows: [] }
  Object.assign(window, { pageRecord: record })
  addEventListener('pageshow', (event) => record.pageShows.push(event.persisted))

  const roots: (Document | ShadowRoot)[] = [document]
  const observer = new MutationObserver(() => {
    const items = roots.flatMap((root) =>
      root.isConnected ? [...root.querySelectorAll('[data-peer][data-direction]')] : [],
    )
    const states = Object.fromEntries(
      items.map((item) => [item.getAttribute('data-peer') ?? '', item.getAttribute('data-state') ?? '']),
    )
    if (JSON.stringify(states) !== JSON.stringify(record.links.at(-1)?.states ?? {})) {
      record.links.push({ at: Date.now(), states })
    }
  })
  const changes = { subtree: true, childList: true, attributes: true, attributeFilter: ['data-peer', 'data-state'] }
  observer.observe(document, changes)
  Element.prototype.attachShadow = new Proxy(Reflect.get(Element.prototype, 'attachShadow'), {
    apply(attachShadow, element, args) {
      const root = Reflect.apply(attachShadow, element, args) as ShadowRoot
      roots.push(root)
      observer.observe(root, changes)
      return root
    },
  })

  // Not the constructor: one connection finds out whether channels can move into a worker.
  const describe = Reflect.get(RTCPeerConnection.prototype, 'setLocalDescription')
  const negotiating = new Set<RTCPeerConnection>()
  RTCPeerConnection.prototype.setLocalDescription = new Proxy(describe, {
    apply(method, connection: RTCPeerConnection, args) {
      record.connectionsMade = negotiating.add(connection).size
      return Reflect.apply(method, connection, args) as Promise<void>
    },
  })
}
