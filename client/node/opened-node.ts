import { GossipCore } from '../gossip/core.ts'
import type { GossipLimits } from '../gossip/bounds/limits.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'
import type { NameEvents } from './shared/node-storage.ts'
import type { BlockStorePort, NetworkPort, NetworkPortEvents, OpenedIdentity } from './shared/node-ports.ts'
import { StartWatch } from './start-watch.ts'
import { type RestorableBlock, checkStoredLedger } from './stored-ledger.ts'
import type { StartWait, StorageTrouble } from './api/grapevine.ts'
import type { Timers } from './shared/timers.ts'
import type { Verify } from './shared/signatures.ts'

/** What a node needs to run. */
export interface OpenedNode {
  readonly identity: OpenedIdentity
  readonly core: GossipCore
  readonly store: BlockStorePort
  readonly network: NetworkPort
}

export interface OpenNodeOptions {
  readonly name: NodeName
  /** Waits for the name in this browser and loads its key. Rejects once aborted. */
  open(events: NameEvents, signal: AbortSignal): Promise<OpenedIdentity>
  connect(opened: OpenedIdentity, events: NetworkPortEvents): Promise<NetworkPort>
  /** The store with the ledger of this node's former page loads. */
  openStore(trouble: (trouble: StorageTrouble) => void): Promise<BlockStorePort>
  readonly verify: Verify
  readonly timers: Timers
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds since 1970, for the time of an entry. */
  readonly wallClock: () => number
  /** Limits of the core that differ from its defaults. */
  readonly limits?: Partial<GossipLimits>
}

export interface OpenNodeEvents extends Pick<NameEvents, 'heldElsewhere' | 'lost' | 'trouble'> {
  readonly network: NetworkPortEvents
  /** What the start waits for, once a step takes long; undefined: no step does. */
  waits(waitsFor: StartWait | undefined): void
  /** A stored block is damaged, and was discarded. */
  damaged(): void
}

/**
 * Opens all parts of a node and restores its ledger; does not start the network. Rejects if a part can't be opened. Once
 * aborted it releases the name and returns nothing, or rejects: until it returns, it owns what it has opened.
 */
export const openNode = async (
  options: OpenNodeOptions,
  events: OpenNodeEvents,
  signal: AbortSignal,
): Promise<OpenedNode | undefined> => {
  const watch = new StartWatch(options.timers, (waitsFor) => events.waits(waitsFor))
  watch.begin('name')
  try {
    return await openWatched(options, events, signal, watch)
  } finally {
    watch.end()
  }
}

const openWatched = async (
  options: OpenNodeOptions,
  events: OpenNodeEvents,
  signal: AbortSignal,
  watch: StartWatch,
): Promise<OpenedNode | undefined> => {
  const identity = await options.open(
    {
      heldElsewhere: () => {
        watch.end()
        events.heldElsewhere()
      },
      claimed: () => {
        events.waits(undefined)
        watch.begin('storage')
      },
      lost: () => events.lost(),
      trouble: (trouble) => events.trouble(trouble),
    },
    signal,
  )
  const store = await options.openStore((trouble) => events.trouble(trouble))
  const [network, restorable] = await Promise.all([
    signal.aborted ? undefined : connect(options, identity, events.network),
    load(store, identity, options.verify, events),
  ])
  if (signal.aborted || !network) {
    identity.release()
    return undefined
  }
  return { identity, core: createCore(options, identity, restorable, store.networkMs), store, network }
}

const connect = async (
  options: OpenNodeOptions,
  identity: OpenedIdentity,
  events: NetworkPortEvents,
): Promise<NetworkPort> => {
  try {
    return await options.connect(identity, events)
  } catch (error) {
    identity.release()
    throw error
  }
}

/** Loads the stored ledger and discards damaged blocks: neighbours that still hold them send them again. */
const load = async (
  store: BlockStorePort,
  { peerId }: OpenedIdentity,
  verify: Verify,
  events: OpenNodeEvents,
): Promise<readonly RestorableBlock[]> => {
  const { whole, damaged, superseded } = await checkStoredLedger(await store.load(), peerId, verify)
  for (const block of superseded) store.discard(block)
  for (const block of damaged) {
    store.discard(block)
    events.damaged()
  }
  return whole
}

/** The core, its ledger restored. There are no links yet, and no events. */
const createCore = (
  { name, random, timers, limits = {} }: OpenNodeOptions,
  { epoch, peerId }: OpenedIdentity,
  restorable: readonly RestorableBlock[],
  networkMs: number,
): GossipCore => {
  const core = new GossipCore({ self: peerId, name, epoch, random, networkMs, limits })
  for (const { block, hops, stored } of restorable) {
    core.restore(block, hops, stored.networkMs, timers.now())
  }
  return core
}
