/** The composition root: the one file that knows every layer. */
import { buildMetaName } from '../../signal-server/http/build-id.ts'
import { alternativeName, generateName } from './address/address-name.ts'
import { findSeat, parseClassPlan, seatName, seatUpstreams, classPlanText } from './classroom/class-plan.ts'
import { SeatSearch } from './classroom/seat-search.ts'
import { type Address, addressBase, addressOf, parseAddress, parseToken } from './address/config.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'
import { parsePeerId } from '../gossip/wire/peer-id.ts'
import type { GrapevineNode, StorageTrouble } from '../node/api/grapevine.ts'
import { openBrowserIceCheck } from '../links/webrtc/ice-check.ts'
import { createIceServerPicker } from '../links/webrtc/ice-servers.ts'
import { networkLimits } from '../links/shared/limits.ts'
import { Network, type Upstream } from '../links/network.ts'
import { SimplePeerConnection } from '../links/webrtc/simple-peer-connection.ts'
import { SocketSignalling } from '../links/signalling/socket-signalling.ts'
import { registerWorker } from '../offline/register-worker.ts'
import type { BlockStorePort, NetworkPort, NetworkPortEvents, OpenedIdentity } from '../node/shared/node-ports.ts'
import { LoopWatch } from '../node/loop-watch.ts'
import { LocalNode } from '../node/local-node.ts'
import type { NameEvents } from '../node/opened-node.ts'
import { createBlockStore } from '../storage/block-store.ts'
import { openDatabase } from '../storage/database.ts'
import { openIdentity } from '../storage/identity.ts'
import { createKnownKeys } from '../storage/known-keys.ts'
import { createLastKeys } from '../storage/last-keys.ts'
import { type LedgerSweepOptions, sweepLedgers, sweepRegularly } from '../storage/ledger-sweep.ts'
import { storageLimits } from '../storage/limits.ts'
import { claimMeans, claimName, isNameClaimed } from '../storage/name-claim.ts'
import type { AddressProblem } from './address/address-problem.ts'
import type { Timers } from '../node/shared/timers.ts'
import { loadEd25519 } from '../storage/load-ed25519.ts'
import type { ClaimClock } from '../storage/claim.ts'
import '../ui/page/grapevine-page.ts'

type ValidAddress = Extract<Address, { isValid: true }> & { readonly name: NodeName }

const timers: Timers = {
  now: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}

const loopWatch = new LoopWatch(timers, () => document.visibilityState === 'hidden')

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))

const pick = (max: number): number => Math.floor(Math.random() * max)

/** Of this page; absent in development. */
const build = document.querySelector<HTMLMetaElement>(`meta[name="${buildMetaName}"]`)?.content

const base = addressBase(location.href)

const page = document.querySelector('grapevine-page')
if (!page) throw new Error('index.html has no <grapevine-page>')

const tellOfStorage = (trouble: StorageTrouble): void => {
  page.storageTroubles = new Set([...page.storageTroubles, trouble])
}

const database = openDatabase({
  // Only what a newer version of the page has taken over still holds the key.
  onUnavailable: (reason) => tellOfStorage(reason === 'storage-outgrown' ? 'messages-not-stored' : 'not-stored'),
})
const ed25519 = loadEd25519()

const lastKeys = createLastKeys(() => localStorage)

const claimClock: ClaimClock = { now: Date.now, after: (delayMs, action) => timers.after(delayMs, action) }

/** What nodes of this browser have left behind, whoever runs here. */
const sweepStorage = async (): Promise<void> => {
  const opened = await database
  if (!opened) return
  const isClaimed: LedgerSweepOptions['isClaimed'] = (name) => isNameClaimed(name, claimMeans(), claimClock)
  sweepRegularly(() => sweepLedgers({ database: opened, isClaimed }), {
    after: (delayMs, action) => timers.after(delayMs, action),
    random: Math.random,
  })
}

/** A generated name is marked in the history entry: it survives a reload and comes along when the tab is duplicated. */
const isGenerated = (name: string): boolean =>
  (history.state as { generatedName?: unknown } | null)?.generatedName === name

/** So is a seat that was taken in a class: the copy of such a tab takes another one. */
const classOf = (name: string): SeatSearch | undefined => {
  const { seatName: seat, plan } = (history.state ?? {}) as { seatName?: unknown; plan?: unknown }
  const parsed = seat === name && typeof plan === 'string' ? parseClassPlan(plan) : undefined
  return parsed && new SeatSearch(parsed)
}

/** The seats that this page load has looked for, of which only what is held now is taken. */
const soughtSeats = new Set<string>()

/** How long to wait for whoever holds the name: a reload, of a name that is replaced without a word, must not lose it. */
const patienceFor = (name: string): number | undefined => {
  if (soughtSeats.has(name)) return 0
  return isGenerated(name) || classOf(name) ? storageLimits.madeUpNameMs : undefined
}

const open = async ({ net, name }: ValidAddress, events: NameEvents, signal: AbortSignal): Promise<OpenedIdentity> => {
  const claim = await claimName({
    net,
    name,
    signal,
    means: claimMeans(),
    clock: claimClock,
    random: Math.random,
    onHeldElsewhere: () => events.heldElsewhere(),
    onLost: () => events.lost(),
    patienceMs: patienceFor(name),
  })
  events.claimed()
  try {
    const identity = await openIdentity(await database, await ed25519, randomBytes, net, name)
    const { peerId, epoch, sign, persisted, isKeyStored, isNewKey, isReplacement } = identity
    // A key for this page load alone takes the place of none.
    const before = persisted ? lastKeys.replace(net, name, peerId) : undefined
    page.isKeyNew = isNewKey
    if (isReplacement) tellOfStorage('key-replaced')
    else if (before !== undefined && before !== peerId) tellOfStorage('key-lost')
    if (!persisted) tellOfStorage(isKeyStored ? 'messages-not-stored' : 'not-stored')
    return { peerId, epoch, sign, release: () => claim.release() }
  } catch (error) {
    claim.release()
    throw error
  }
}

const openStore = async ({ net, name }: ValidAddress): Promise<BlockStorePort> =>
  createBlockStore({
    database: await database,
    net,
    name,
    after: (delayMs, action) => timers.after(delayMs, action),
    onFailure: () => tellOfStorage('messages-not-stored'),
  })

const connect = async (
  { net, name, upstreams }: ValidAddress,
  { peerId, sign }: OpenedIdentity,
  events: NetworkPortEvents,
): Promise<NetworkPort> => {
  const { verify } = await ed25519
  const knownKeys = createKnownKeys(await database, () => tellOfStorage('messages-not-stored'))
  const dialled = await Promise.all(
    upstreams.map(async (upstream): Promise<Upstream> => ({
      name: upstream.name,
      pin: upstream.peerId,
      trusted: await knownKeys.get(net, upstream.name),
    })),
  )
  const signalling = new SocketSignalling({
    folder: new URL('.', location.href).href,
    pageOrigin: window.origin,
    net,
    name,
    peerId,
    upstreams: dialled.map((upstream) => upstream.name),
    build,
    token: parseToken(location.href),
    sign,
    timers,
    limits: networkLimits,
    random: Math.random,
  })
  return new Network(
    {
      net,
      self: peerId,
      upstreams: dialled,
      signalling,
      createConnection: (initiator, configuration) => new SimplePeerConnection(initiator, configuration),
      pickIceServers: createIceServerPicker(openBrowserIceCheck),
      sign,
      verify,
      timers,
      limits: networkLimits,
      random: Math.random,
      randomBytes,
    },
    { ...events, remember: (upstream, key) => void knownKeys.remember(net, upstream, key) },
  )
}

/** By a message, not a timer: a hidden tab's timers come once a second. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })

const createNode = (address: ValidAddress): GrapevineNode =>
  new LocalNode({
    name: address.name,
    net: address.net,
    hasWebRtc: typeof RTCPeerConnection === 'function',
    open: (events, signal) => open(address, events, signal),
    connect: (identity, events) => connect(address, identity, events),
    openStore: () => openStore(address),
    verify: async (...args) => (await ed25519).verify(...args),
    timers,
    random: Math.random,
    wallClock: Date.now,
    lateMs: () => loopWatch.lateMs(),
    breathe,
    alternative: () => {
      const name = alternativeName(address.name, pick)
      return { name, href: addressOf(base, { ...address, name }) }
    },
  })

type RunnableAddress = Extract<Address, { isValid: true }>

const withGeneratedName = (address: RunnableAddress): ValidAddress => {
  const name = generateName(pick)
  history.replaceState({ generatedName: name }, '', addressOf(base, { ...address, name }))
  return { ...address, name }
}

/** Takes the next seat of a class; the address becomes that of the seat, so that a reload is the same node. */
const takeSeat = (address: RunnableAddress, search: SeatSearch): void => {
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
  soughtSeats.add(name)
  history.replaceState({ seatName: name, plan: classPlanText(plan) }, '', addressOf(base, { name, net, upstreams }))
  run({ ...address, name, upstreams }, search)
}

/** Once the server has answered, or has not: until then the node needs the line more. */
const registerWorkerAfter = (node: GrapevineNode): void => {
  const undo = node.on('state', ({ status }) => {
    if (status === 'starting') return
    undo()
    registerWorker(new URL('.', location.href).href, build)
  })
}

/** Runs a node in the page. A generated name that somebody else has is replaced by another, and so is a class's seat. */
const run = (address: ValidAddress, search = classOf(address.name)): void => {
  const node = createNode(address)
  const names = address.upstreams.map((upstream) => upstream.name)
  const seat = findSeat(address.name, names)
  node.on('state', (state) => {
    const isNameGone = state.status === 'error' && (state.reason === 'name-open-here' || state.reason === 'name-taken')
    // Whoever closed that seat's tab may reload it; others are free at once.
    const isOthersSeat =
      state.status === 'starting' && state.waitsFor === 'reserved-name' && soughtSeats.has(address.name)
    if (!isNameGone && !isOthersSeat) return
    if (isGenerated(address.name)) {
      void node.stop()
      run(withGeneratedName(address))
    } else if (search && seat) {
      search.isTaken(seat.seat)
      void node.stop()
      takeSeat(address, search)
    }
  })
  node.on('diagnosis', ({ contact }) => {
    if (contact.step === 'registered') page.isOld = contact.isPageOld === true
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

/** The address without its bad part. */
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
  page.mendedHref = address.mended ?? ''
  if (!address.isValid) {
    page.suggestedHref = suggestedHref(address.problems)
    return
  }
  const { name, plan } = address
  if (plan) takeSeat(address, new SeatSearch(plan))
  else run(name ? { ...address, name } : withGeneratedName(address))
}

start()
void sweepStorage()
// Ending everything here tells the neighbours at once, and lets the browser keep the page for Back and Forward.
window.addEventListener('pagehide', () => void window.grapevine?.stop())
// Typed behind the same address, a token loads nothing by itself.
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
