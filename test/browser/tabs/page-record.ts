/** A record of what a page did, kept inside the page. Times are of this machine's clock. */
export interface PageRecord {
  /** The states of all neighbours in the list Links, at each change. */
  readonly links: { readonly at: number; readonly states: Readonly<Record<string, string>> }[]
  /** The number of RTCPeerConnections that the page made. */
  connectionsMade: number
  /** `persisted` of each `pageshow` event: true for a page that comes from the back/forward cache. */
  readonly pageShows: boolean[]
}

/** The record of each page of the tests. */
export interface RecordedWindow {
  readonly pageRecord: PageRecord
  /** Every frame that was sent on a data channel, one character per byte. Apart, since it is long. */
  readonly framesSent: readonly string[]
}

/**
 * Runs in the page before its own scripts, so it can use nothing from outside. It observes each shadow root, since a
 * MutationObserver on the document sees none.
 */
export const recordPage = (): void => {
  const record: PageRecord = { links: [], connectionsMade: 0, pageShows: [] }
  const framesSent: string[] = []
  Object.assign(window, { pageRecord: record, framesSent })
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

  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(connection, args, target) {
      record.connectionsMade += 1
      return Reflect.construct(connection, args, target) as RTCPeerConnection
    },
  })
  RTCDataChannel.prototype.send = new Proxy(Reflect.get(RTCDataChannel.prototype, 'send'), {
    apply(send, channel, args: [string | ArrayBuffer | ArrayBufferView<ArrayBuffer>]) {
      const [data] = args
      framesSent.push(typeof data === 'string' ? data : new TextDecoder('latin1').decode(data))
      Reflect.apply(send, channel, args)
    },
  })
}
