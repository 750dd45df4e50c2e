import type { NodeName } from '../gossip/wire/node-name.ts'
import { openBrowserIceCheck } from '../links/webrtc/ice-check.ts'
import { createIceServerPicker } from '../links/webrtc/ice-servers.ts'
import { networkLimits } from '../links/shared/limits.ts'
import { Network, type Upstream } from '../links/network.ts'
import { SimplePeerConnection } from '../links/webrtc/simple-peer-connection.ts'
import { SocketSignalling } from '../links/signalling/socket-signalling.ts'
import type { GrapevineNode, StorageTrouble } from '../node/api/grapevine.ts'
import { LocalNode } from '../node/local-node.ts'
import { LoopWatch } from '../node/loop-watch.ts'
import type { NameEvents } from '../node/opened-node.ts'
import type { BlockStorePort, NetworkPort, NetworkPortEvents, OpenedIdentity } from '../node/shared/node-ports.ts'
import type { Timers } from '../node/shared/timers.ts'
import { createBlockStore } from '../storage/block-store.ts'
import type { ClaimClock } from '../storage/claim.ts'
import { openDatabase } from '../storage/database.ts'
import { openIdentity } from '../storage/identity.ts'
import { createKnownKeys } from '../storage/known-keys.ts'
import { createLastKeys } from '../storage/last-keys.ts'
import { sweepLedgers, sweepRegularly } from '../storage/ledger-sweep.ts'
import { loadEd25519 } from '../storage/load-ed25519.ts'
import { claimMeans, claimName, isNameClaimed } from '../storage/name-claim.ts'
import { parseToken, type Upstream as AddressedUpstream } from './address/config.ts'

export interface BrowserPlatformOptions {
  /** The id of this page's build; undefined in development. */
  readonly build: string | undefined
  readonly storageTrouble: (trouble: StorageTrouble) => void
  /** A node has its key; `isNew`: no usable key was stored under its name. */
  readonly keyOpened: (isNew: boolean) => void
}

export interface BrowserNodeOptions {
  readonly name: NodeName
  readonly net: NodeName
  readonly upstreams: readonly AddressedUpstream[]
  /** Milliseconds that another tab with this name has to release it (see `ClaimOptions`). */
  readonly patienceMs: number | undefined
  alternative(): { readonly name: string; readonly href: string }
}

const after: Timers['after'] = (delayMs, action) => {
  const timer = setTimeout(action, delayMs)
  return () => clearTimeout(timer)
}

const timers: Timers = { now: () => performance.now(), after }

const claimClock: ClaimClock = { now: Date.now, after }

const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))

/**
 * Each call resolves in a later task. By a message, not a timer: the timers of a hidden tab fire once a second. All calls
 * share a channel, since a new one costs more than the message.
 */
const createBreathe = (): (() => Promise<void>) => {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      port2.postMessage(undefined)
    })
}

/** What this browser gives to the nodes of a page: storage, keys, WebRTC, signalling, time. */
export class BrowserPlatform {
  readonly #options: BrowserPlatformOptions
  readonly #database: ReturnType<typeof openDatabase>
  readonly #ed25519 = loadEd25519()
  readonly #lastKeys = createLastKeys(() => localStorage)
  readonly #breathe = createBreathe()
  readonly #loopWatch = new LoopWatch(timers, () => document.visibilityState === 'hidden')

  constructor(options: BrowserPlatformOptions) {
    this.#options = options
    this.#database = openDatabase({
      // A newer version of the page that has taken the database over keeps the key in it.
      onUnavailable: (reason) =>
        options.storageTrouble(reason === 'storage-outgrown' ? 'messages-not-stored' : 'not-stored'),
    })
  }

  createNode(node: BrowserNodeOptions): GrapevineNode {
    return new LocalNode({
      name: node.name,
      net: node.net,
      hasWebRtc: typeof RTCPeerConnection === 'function',
      open: (events, signal) => this.#open(node, events, signal),
      connect: (identity, events) => this.#connect(node, identity, events),
      openStore: () => this.#openStore(node),
      verify: async (...args) => (await this.#ed25519).verify(...args),
      timers,
      random: Math.random,
      wallClock: Date.now,
      lateMs: () => this.#loopWatch.lateMs(),
      breathe: this.#breathe,
      alternative: () => node.alternative(),
    })
  }

  /** Bounds what all nodes of this browser have stored, from now on. */
  async sweepStorage(): Promise<void> {
    const database = await this.#database
    if (!database) return
    const sweep = (): Promise<void> =>
      sweepLedgers({ database, isClaimed: (name) => isNameClaimed(name, claimMeans(), claimClock) })
    sweepRegularly(sweep, { after, random: Math.random })
  }

  async #open(
    { net, name, patienceMs }: BrowserNodeOptions,
    events: NameEvents,
    signal: AbortSignal,
  ): Promise<OpenedIdentity> {
    const { storageTrouble, keyOpened } = this.#options
    const claim = await claimName({
      net,
      name,
      signal,
      means: claimMeans(),
      clock: claimClock,
      random: Math.random,
      onHeldElsewhere: () => events.heldElsewhere(),
      onLost: () => events.lost(),
      patienceMs,
    })
    events.claimed()
    try {
      const identity = await openIdentity(await this.#database, await this.#ed25519, randomBytes, net, name)
      const { peerId, epoch, sign, persisted, isKeyStored, isNewKey, isReplacement } = identity
      // A key that is not stored, and lives as long as this page, replaces none.
      const before = persisted ? this.#lastKeys.replace(net, name, peerId) : undefined
      keyOpened(isNewKey)
      if (isReplacement) storageTrouble('key-replaced')
      else if (before !== undefined && before !== peerId) storageTrouble('key-lost')
      if (!persisted) storageTrouble(isKeyStored ? 'messages-not-stored' : 'not-stored')
      return { peerId, epoch, sign, release: () => claim.release() }
    } catch (error) {
      claim.release()
      throw error
    }
  }

  async #openStore({ net, name }: BrowserNodeOptions): Promise<BlockStorePort> {
    const onFailure = (): void => this.#options.storageTrouble('messages-not-stored')
    return createBlockStore({ database: await this.#database, net, name, after, onFailure })
  }

  async #connect(
    { net, name, upstreams }: BrowserNodeOptions,
    { peerId, sign }: OpenedIdentity,
    events: NetworkPortEvents,
  ): Promise<NetworkPort> {
    const { build, storageTrouble } = this.#options
    const { verify } = await this.#ed25519
    const knownKeys = createKnownKeys(await this.#database, () => storageTrouble('messages-not-stored'))
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
}
