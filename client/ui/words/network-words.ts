import { countWords, listWords } from './listing.ts'
import type { Graph, GraphLink, GraphNode } from './network-graph.ts'

/** Describes the picture in one sentence: `5 nodes, 4 links (1 quiet), 1 node quiet, the others in sync`. */
export const describeGraph = ({ nodes, links, isPartial }: Graph): string => {
  const known = nodes.filter(({ presence }) => presence !== 'awaited')
  const awaited = nodes.filter(({ presence }) => presence === 'awaited')
  const count = links.filter(({ state }) => state !== 'awaited').length
  const quietLinks = links.filter(({ state }) => state === 'quiet').length
  return [
    `${isPartial ? 'At least ' : ''}${countWords(known.length, 'node', 'nodes')}`,
    (count === 0 ? 'no links' : countWords(count, 'link', 'links')) + (quietLinks > 0 ? ` (${quietLinks} quiet)` : ''),
    ...(known.length > 1 ? describeSync(known) : []),
    ...(awaited.length > 0 ? [`waiting for ${listWords(awaited.map(({ name }) => name))}`] : []),
  ].join(', ')
}

const troubles = [
  ['quiet', 'quiet'],
  ['down', 'down'],
  ['out-of-reach', 'out of reach'],
] as const

const describeSync = (nodes: readonly GraphNode[]): readonly string[] => {
  const countOf = (wanted: GraphNode['presence']): number => nodes.filter(({ presence }) => presence === wanted).length
  return [
    ...troubles
      .filter(([presence]) => countOf(presence) > 0)
      .map(([presence, word]) => countWords(countOf(presence), `node ${word}`, `nodes ${word}`)),
    syncWords(nodes),
  ]
}

const syncWords = (nodes: readonly GraphNode[]): string => {
  const present = nodes.filter(({ presence }) => presence === 'here')
  const behind = present.filter(({ isInSync }) => !isInSync).length
  if (behind > 0) return `${behind} out of sync`
  if (present.length === nodes.length) return 'all in sync'
  return present.length > 1 ? 'the others in sync' : 'only this tab here'
}

export const presenceWords: Readonly<Record<GraphNode['presence'], string>> = {
  here: 'Here',
  quiet: 'Quiet',
  'out-of-reach': 'Out of reach',
  down: 'Down',
  awaited: 'Not there',
}

/** The duration of a round trip or a hop in short form: `12 ms`, `<1 ms`, `1.2 s`. */
export const showMs = (ms: number): string =>
  ms < 1 ? '<1 ms' : ms < 9_950 ? `${Math.round(ms).toLocaleString('en')} ms` : `${Math.round(ms / 1_000)} s`

/** A node heard less than this ago is shown as `now`: twice the time between two announcements of a small network. */
const justNowMs = 10_000

export const showAgo = (ms: number): string => {
  if (ms < justNowMs) return 'now'
  const seconds = Math.round(ms / 1_000)
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`
}

/** What changed between two pictures, the most important first; empty if nothing worth an announcement changed. */
export const describeChanges = (before: Graph, after: Graph): readonly string[] => {
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  const now = new Map(after.nodes.map((node) => [node.id, node]))
  const labels = (nodes: readonly GraphNode[]): string => listWords(nodes.map(({ label }) => label))
  const isThere = (node: GraphNode): boolean => node.presence === 'here' || node.presence === 'quiet'
  const others = after.nodes.filter(({ isSelf }) => !isSelf)
  const became = (presence: GraphNode['presence']): readonly GraphNode[] =>
    others.filter(({ id, presence: is }) => is === presence && old.has(id) && old.get(id)?.presence !== presence)
  const was = ({ id }: GraphNode): GraphNode['presence'] => old.get(id)?.presence ?? 'awaited'
  const joined = others.filter((node) => isThere(node) && (was(node) === 'awaited' || was(node) === 'down'))
  const left = before.nodes.filter((node) => isThere(node) && !now.has(node.id))
  const [quiet, outOfReach, down] = [became('quiet'), became('out-of-reach'), became('down')]
  const back = others.filter(
    (node) => node.presence === 'here' && (was(node) === 'quiet' || was(node) === 'out-of-reach'),
  )
  const pairs = (links: readonly GraphLink[], others: readonly GraphLink[], from: ReadonlyMap<string, GraphNode>) => {
    const ids = new Set(others.filter(({ state }) => state !== 'awaited').map(({ id }) => id))
    return links
      .filter(
        ({ id, state, from: a, to: b }) =>
          state !== 'awaited' && !ids.has(id) && old.has(a) && old.has(b) && now.has(a) && now.has(b),
      )
      .map((link) => `${from.get(link.from)?.label ?? ''} to ${from.get(link.to)?.label ?? ''}`)
  }
  const linked = pairs(after.links, before.links, now)
  const cut = pairs(before.links, after.links, old)
  return [
    ...(left.length > 0 ? [`${labels(left)} left`] : []),
    ...(down.length > 0 ? [`${labels(down)} went down`] : []),
    ...(outOfReach.length > 0 ? [`${labels(outOfReach)} went out of reach`] : []),
    ...(quiet.length > 0 ? [`${labels(quiet)} went quiet`] : []),
    ...(joined.length > 0 ? [`${labels(joined)} joined`] : []),
    ...(back.length > 0 ? [`${labels(back)} ${back.length === 1 ? 'is' : 'are'} back`] : []),
    ...(cut.length > 0 ? [`link lost: ${listWords(cut, 2)}`] : []),
    ...(linked.length > 0 ? [`linked: ${listWords(linked, 2)}`] : []),
  ]
}
