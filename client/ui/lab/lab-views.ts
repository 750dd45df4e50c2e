import type { GrapevineNode } from '../../node/api/grapevine.ts'
import type { Entry } from '../../gossip/wire/entry.ts'

/** The content of one tab of the lab. It works only while it is shown. */
export interface LabView extends HTMLElement {
  node: GrapevineNode | undefined
  isShown: boolean
  nextHref?: string
  /** Names that people gave, by PeerId. */
  names?: ReadonlyMap<string, string>
  /** Shows the path of a message. */
  trace?(entry: Entry): Promise<void>
}

export interface LabTab {
  readonly id: string
  readonly title: string
  /** Loads the code when the view is first shown, or when the page is idle. */
  load(): Promise<LabView>
}

/** The view that explains why a node is not connected. */
export const helpViewId = 'connection'

/** In the order of the tabs. The first view is the one that traces messages. */
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
