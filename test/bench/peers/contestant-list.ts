/** What is measured. Each contestant is the file `contestants/ID.ts`. */
export interface Contestant {
  readonly id: string
  /** As the table names it. */
  readonly title: string
  /**
   * What introduces its tabs: the relay of this benchmark, Grapevine's server, or a script of `servers/`. All but
   * `grapevine-page` get their page from the benchmark.
   */
  readonly server: 'introducer' | 'grapevine' | 'grapevine-page' | `${string}.js`
}

/** The reference first: every ratio is to its figure of the same repetition. */
export const contestants: readonly Contestant[] = [
  { id: 'raw', title: 'raw relay', server: 'introducer' },
  { id: 'simple-peer', title: 'simple-peer', server: 'introducer' },
  { id: 'peerjs', title: 'PeerJS', server: 'peerjs.js' },
  { id: 'trystero', title: 'trystero', server: 'introducer' },
  { id: 'peerpigeon', title: 'PeerPigeon', server: 'peerpigeon.js' },
  { id: 'libp2p', title: 'js-libp2p, gossipsub', server: 'libp2p.js' },
  { id: 'grapevine-node', title: 'our node', server: 'grapevine' },
  { id: 'grapevine-page', title: 'our page', server: 'grapevine-page' },
]

export const referenceId = 'raw'
