/** The composition root of the page: reads the address, creates its node, and connects the page to it. */
import { buildMetaName } from '../../signal-server/http/build-id.ts'
import { alternativeName, generateName } from './address/address-name.ts'
import { findSeat, parseClassPlan, seatName, seatUpstreams, classPlanText } from './classroom/class-plan.ts'
import { SeatSearch } from './classroom/seat-search.ts'
import { type Address, addressBase, addressOf, parseAddress, parseToken } from './address/config.ts'
import type { AddressProblem } from './address/address-problem.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'
import { parsePeerId } from '../gossip/wire/peer-id.ts'
import type { GrapevineNode } from '../node/api/grapevine.ts'
import { browserStorage } from '../node/create/browser-storage.ts'
import { upstreamText } from '../node/api/upstream.ts'
import { createNode } from '../node/create/create-node.ts'
import { storageLimits } from '../storage/limits.ts'
import '../ui/page/grapevine-page.ts'

type RunnableAddress = Extract<Address, { isValid: true }>
type NamedAddress = RunnableAddress & { readonly name: NodeName }

const pick = (max: number): number => Math.floor(Math.random() * max)

/** The id of this page's build; absent in development. */
const build = document.querySelector<HTMLMetaElement>(`meta[name="${buildMetaName}"]`)?.content

const base = addressBase(location.href)

const page = document.querySelector('grapevine-page')
if (!page) throw new Error('index.html has no <grapevine-page>')

const storage = browserStorage()

/** A generated name is marked in the history entry: the mark survives a reload and is copied with a duplicated tab. */
const isGenerated = (name: string): boolean =>
  (history.state as { generatedName?: unknown } | null)?.generatedName === name

/** A class seat that this tab occupies is marked there too: a duplicate of the tab looks for another seat. */
const classOf = (name: string): SeatSearch | undefined => {
  const { seatName: seat, plan } = (history.state ?? {}) as { seatName?: unknown; plan?: unknown }
  const parsed = seat === name && typeof plan === 'string' ? parseClassPlan(plan) : undefined
  return parsed && new SeatSearch(parsed)
}

/** The names of the seats that this page load has tried. */
const triedSeats = new Set<string>()

/**
 * Milliseconds that another holder has to release the name. Generated names and seats are replaced silently, so a reload
 * must not lose them to its own former document.
 */
const patienceFor = (name: string): number | undefined => {
  if (triedSeats.has(name)) return 0
  return isGenerated(name) || classOf(name) ? storageLimits.madeUpNameMs : undefined
}

const startNode = (address: NamedAddress): GrapevineNode =>
  createNode({
    name: address.name,
    net: address.net,
    upstreams: address.upstreams.map(upstreamText),
    server: location.href,
    token: parseToken(location.href),
    build,
    storage,
    patienceMs: patienceFor(address.name),
    alternative: () => {
      const name = alternativeName(address.name, pick)
      return { name, href: addressOf(base, { ...address, name }) }
    },
  })

const withGeneratedName = (address: RunnableAddress): NamedAddress => {
  const name = generateName(pick)
  history.replaceState({ generatedName: name }, '', addressOf(base, { ...address, name }))
  return { ...address, name }
}

/** Runs the node of the next seat of a class. The address becomes that of the seat, so that a reload is the same node. */
const runNextSeat = (address: RunnableAddress, search: SeatSearch): void => {
  const { plan } = search
  const { net } = address
  const seat = search.next()
  if (seat === undefined) {
    history.replaceState(null, '', addressOf(base, { net, plan }))
    delete window.grapevine
    page.node = undefined
    page.suggestedHref = addressOf(base, { net, upstreams: [{ name: seatName(plan, 1) }] })
    page.problems = [...address.problems, { severity: 'error', kind: 'class-full', value: classPlanText(plan) }]
    return
  }
  const name = seatName(plan, seat)
  const upstreams = seatUpstreams(plan, seat).map((upstream) => ({ name: upstream }))
  triedSeats.add(name)
  history.replaceState({ seatName: name, plan: classPlanText(plan) }, '', addressOf(base, { name, net, upstreams }))
  run({ ...address, name, upstreams }, search)
}

/**
 * Registers the service worker if the browser supports one for this page: on secure origins, and mostly not in private
 * windows. A page in development has none, and unregisters that of a build which was served from the same address. Called
 * when the node has started, so that the worker's downloads do not delay it.
 */
const registerWorker = (folder: string, build: string | undefined): void => {
  // Absent on insecure origins, which the type ignores.
  const { serviceWorker } = navigator as Partial<Navigator>
  if (!serviceWorker) return
  if (build === undefined) return void unregister(serviceWorker, folder)
  serviceWorker.register(new URL('service-worker.js', folder)).catch(() => {
    // The browser forbids it, or the server is unreachable. The page works without a worker; the next load tries again.
  })
}

const unregister = async (workers: ServiceWorkerContainer, folder: string): Promise<void> => {
  const registration = await workers.getRegistration(folder)
  // A worker of a folder above stays.
  if (registration?.scope === folder) await registration.unregister()
}

/** After the node's start, successful or not: until then the node needs the bandwidth. */
const registerWorkerAfter = (node: GrapevineNode): void => {
  const undo = node.on('state', ({ status }) => {
    if (status === 'starting') return
    undo()
    registerWorker(new URL('.', location.href).href, build)
  })
}

/** Runs a node in the page. A generated name or a class seat that another node has is replaced by a free one. */
const run = (address: NamedAddress, search = classOf(address.name)): void => {
  const node = startNode(address)
  const names = address.upstreams.map((upstream) => upstream.name)
  const seat = findSeat(address.name, names)
  node.on('state', (state) => {
    const isNameGone = state.status === 'error' && (state.reason === 'name-open-here' || state.reason === 'name-taken')
    // The server reserves a seat for the tab that has just left it.
    const isReservedSeat =
      state.status === 'starting' && state.waitsFor === 'reserved-name' && triedSeats.has(address.name)
    if (!isNameGone && !isReservedSeat) return
    if (isGenerated(address.name)) {
      void node.stop()
      run(withGeneratedName(address))
    } else if (search && seat) {
      search.exclude(seat.seat)
      void node.stop()
      runNextSeat(address, search)
    }
  })
  node.on('diagnosis', ({ contact }) => {
    if (contact.step === 'registered') page.isOld = contact.isPageOld === true
  })
  node.on('storage', (trouble) => {
    page.storageTroubles = new Set([...page.storageTroubles, trouble])
  })
  node.on('key', ({ isNew }) => {
    page.isKeyNew = isNew
  })
  page.seat = seat
  const offerDownstream = (): void => {
    if (page.node !== node) return
    const peerId = parsePeerId(node.peerId)
    page.downstreamHref = addressOf(base, {
      net: address.net,
      upstreams: [{ name: address.name, ...(peerId && { peerId }) }],
    })
  }
  registerWorkerAfter(node)
  window.grapevine = node
  page.node = node
  node.on('state', offerDownstream)
  offerDownstream()
}

/** The address without its invalid parameters. */
const suggestedHref = (problems: readonly AddressProblem[]): string => {
  const url = new URL(location.href)
  for (const { kind } of problems) {
    if (kind === 'bad-name') url.searchParams.delete('id')
    if (kind === 'bad-net') url.searchParams.delete('net')
    if (kind === 'bad-class') url.searchParams.delete('class')
  }
  return url.href
}

const start = (): void => {
  const address = parseAddress(location.href)
  page.problems = address.problems
  page.correctedHref = address.corrected ?? ''
  if (!address.isValid) {
    page.suggestedHref = suggestedHref(address.problems)
    return
  }
  const { name, plan } = address
  if (plan) runNextSeat(address, new SeatSearch(plan))
  else run(name ? { ...address, name } : withGeneratedName(address))
}

start()
// Stopping here informs the neighbours at once, and makes the page eligible for the back/forward cache.
window.addEventListener('pagehide', () => void window.grapevine?.stop())
// A change of the token alone, which is in the fragment, does not reload the page.
window.addEventListener('hashchange', () => location.reload())
window.addEventListener('pageshow', (event) => {
  if (event.persisted) start()
})

declare global {
  interface Window {
    /** The node of this page; absent if its address is not valid. */
    grapevine?: GrapevineNode
  }
}
