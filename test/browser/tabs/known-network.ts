import type { GrapevineNode, KnownNode, Presence } from '../../../client/node/api/grapevine.ts'
import type { Tab } from './tab.ts'
import { waitUntil } from './wait.ts'

/** What the node of a tab knows of the network; the node itself comes first. */
export const knownNodes = (tab: Tab): Promise<readonly KnownNode[]> =>
  tab.page.evaluate(() => (window as unknown as { readonly grapevine: GrapevineNode }).grapevine.network().nodes)

/** Waits until a tab knows exactly these nodes with these presences. */
export const waitForPresences = (
  tab: Tab,
  presences: Readonly<Record<string, Presence>>,
  withinMs?: number,
): Promise<readonly KnownNode[]> =>
  waitUntil(
    `the tab knows ${JSON.stringify(presences)}`,
    () => knownNodes(tab),
    (nodes) =>
      nodes.length === Object.keys(presences).length &&
      nodes.every(({ name, presence }) => presences[name] === presence),
    withinMs === undefined ? {} : { withinMs },
  )
