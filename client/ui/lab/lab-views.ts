import type { GrapevineNode } from '../../node/api/grapevine.ts'
import type { Entry } from '../../gossip/wire/entry.ts'

/** What the lab shows in one of its tabs. It works only while it is shown. */
export interface LabView extends HTMLElement {
  node: GrapevineNode | undefined
  isShown: boolean
  nextHref?: string
  /** Names that persons gave, by PeerId. */
  names?: ReadonlyMap<string, string>
  /** Shows the way that a message took. */
  trace?(entry: Entry): Promise<void>
}

export interface LabTab {
  readonly id: string
  readonly title: string
  /** Its code is fetched when it is shown for the first time, or when the page has nothing else to do. */
  load(): Promise<LabView>
}

/** The view that says why a node is not connected. */
export const helpViewId = 'connection'

/** In the order of the tabs. The one that traces messages is first. */
export const views: readonly LabTab[] = [
  {
    id: 'network',
    title: 'Network',
    load: async () => new (await import('./network/grapevine-network.ts')).GrapevineNetwork(),
  },
  {
    id: 'figures',
    title: 'Figures',
    load: async () => new (await import('./figures/grapevine-figures.ts')).GrapevineFigures(),
  },
  {
    id: 'wire',
    title: 'Wire',
    load: async () => new (await import('./wire/grapevine-wire.ts')).GrapevineWire(),
  },
  {
    id: helpViewId,
    title: 'Connection',
    load: async () => new (await import('./connection/grapevine-connection.ts')).GrapevineConnection(),
  },
]
