import type { Fork, LinkFault, LinkReason, LinkSnapshot, NodeState } from '../../node/api/grapevine.ts'
import { type BetterAddresses, describeAddressProblems } from './address-notices.ts'
import { describeFaults } from './fault-notice.ts'
import { describeForks } from '../words/fork-words.ts'
import { describeFraming, type Framing } from './framing.ts'
import { describeOwnKey, type OwnKeyContext } from './key-notices.ts'
import { explainLink, type Severity } from '../words/link-words.ts'
import { type Notice, type NoticeAction, newerPage, reload } from '../words/notice.ts'
import type { Place } from '../words/place.ts'
import { describeStateTrouble } from './state-notices.ts'
import { describeStorageTroubles } from './storage-notices.ts'
import type { AddressProblem } from '../../app/address/address-problem.ts'

export interface NoticeContext extends BetterAddresses, OwnKeyContext {
  /** Undefined while there is no node. */
  readonly state: NodeState | undefined
  readonly links: readonly LinkSnapshot[]
  /** This node refuses nodes that want to link, since it has no connections left. */
  readonly isOutOfConnections: boolean
  readonly problems: readonly AddressProblem[]
  /** The server has a newer build of the page. */
  readonly isPageOld: boolean
  readonly forks: readonly Fork[]
  readonly faults: readonly LinkFault[]
  /** Undefined: no page of a different site shows this page. */
  readonly framing: Framing | undefined
  /** The address of a new node outside the frame, with the same upstreams. */
  readonly framelessHref: string
  readonly place: Place
  /** Host and port of the server, for advice that names the server. */
  readonly host: string
  /** Gives the address that opens the node `name` in this network. */
  readonly hrefOf: (name: string) => string
  /** Gives this page's address with `upstream` replaced by `other`. */
  readonly hrefWithUpstream: (upstream: string, other: string) => string
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** All problems that a person should know about, the worst first, each with what to do. */
export const describeNotices = (context: NoticeContext): readonly Notice[] =>
  [
    ...describeStateTrouble(context.state, countUp(context.links), context.place, context.host),
    ...describeFaults(context.faults),
    ...describeLinkTroubles(context),
    ...describeSimilar(context),
    ...describeOwnKey(context),
    ...describeForks(context.forks, context.peerId),
    ...describeFraming(context.framing, context.storageTroubles, context.framelessHref),
    ...describeStorageTroubles(context.storageTroubles, context.framing),
    ...(context.isPageOld ? [newerPage] : []),
    ...describeAddressProblems(context.problems, context),
  ].sort((a, b) => rank[a.severity] - rank[b.severity])

const countUp = (links: readonly LinkSnapshot[]): number =>
  links.filter(({ state }) => state === 'up' || state === 'quiet').length

/** The reasons that this page shows for a downstream; the downstream's own page shows all others. */
const shownForDownstreams: ReadonlySet<LinkReason> = new Set(['misbehaved', 'unkept-promise', 'wrong-version'])

/** One notice for all neighbours with the same trouble. */
const describeLinkTroubles = ({ links, state, isOutOfConnections, place, hrefOf }: NoticeContext): Notice[] => {
  if (state?.status === 'error') return []
  const peersByReason = new Map<LinkReason, string[]>()
  if (isOutOfConnections) peersByReason.set('out-of-connections', [])
  for (const { peer, reason, state: linkState, direction, similar } of links) {
    const isShown = direction === 'upstream' || (reason && shownForDownstreams.has(reason))
    // `describeSimilar` covers a similar name, and the notice of the node's state covers the server.
    if (similar !== undefined) continue
    if (!reason || !isShown || linkState === 'up' || linkState === 'quiet' || reason === 'server-offline') continue
    peersByReason.set(reason, [...(peersByReason.get(reason) ?? []), peer])
  }
  return [...peersByReason].map(([reason, peers]) => {
    const { severity, title, text } = explainLink(reason, peers, place)
    return { key: `link ${reason}`, severity, title, text, actions: linkActions(reason, peers, hrefOf) }
  })
}

/** Notices of upstreams that are not open, while a node is open whose name differs only in upper and lower case. */
const describeSimilar = ({ links, state, hrefOf, hrefWithUpstream }: NoticeContext): Notice[] => {
  if (state?.status === 'error') return []
  return links.flatMap(({ peer, similar }): Notice[] => {
    if (similar === undefined) return []
    return [
      {
        key: `link similar ${peer}`,
        severity: 'warning',
        title: `${peer} is not open, but ${similar} is`,
        text: `Capital and small letters make different names. If you mean ${similar}, link to it. If not, open ${peer} in another tab: this tab links automatically.`,
        actions: [
          { kind: 'link', label: `Link to ${similar}`, href: hrefWithUpstream(peer, similar), newTab: false },
          { kind: 'link', label: `Open ${peer}`, href: hrefOf(peer), newTab: true },
        ],
      },
    ]
  })
}

const linkActions = (
  reason: LinkReason,
  peers: readonly string[],
  hrefOf: (name: string) => string,
): readonly NoticeAction[] => {
  if (reason === 'out-of-connections') return [reload]
  if (reason !== 'not-there' && reason !== 'gone' && reason !== 'said-bye') return []
  return peers.map((peer) => ({ kind: 'link', label: `Open ${peer}`, href: hrefOf(peer), newTab: true }))
}
