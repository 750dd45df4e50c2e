import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { GossipCore } from '../gossip/core.ts'
import type { NodeName } from '../gossip/wire/node-name.ts'
import type { BlockStorePort, NetworkPort, NetworkPortEvents, OpenedIdentity } from './shared/node-ports.ts'
import { StartWatch } from './start-watch.ts'
import { type RestorableBlock, checkStoredLedger } from './stored-ledger.ts'
import type { StartWait } from './api/grapevine.ts'
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
  /** Waits for the name in this browser and opens its key; rejects once aborted. */
  open(events: NameEvents, signal: AbortSignal): Promise<OpenedIdentity>
  connect(opened: OpenedIdentity, events: NetworkPortEvents): Promise<NetworkPort>
  /** The ledger that this node had when it last ran. */
  openStore(): Promise<BlockStorePort>
  readonly verify: Verify
  readonly timers: Timers
  /** In [0, 1). */
  readonly random: () => number
  /** Milliseconds since 1970, for the time that an entry shows. */
  readonly wallClock: () => number
}

/** What becomes of the name in this browser. */
export interface NameEvents {
  /** Another tab has it. */
  heldElsewhere(): void
  /** This node has it; its key is opened next. */
  claimed(): void
  /** Another tab has taken it, since this one stood still: the node may run no longer. */
  lost(): void
}

export interface OpenNodeEvents extends Pick<NameEvents, 'heldElsewhere' | 'lost'> {
  readonly network: NetworkPortEvents
  /** What the start waits for, once that takes longer than a moment; undefined: for nothing that it knows of. */
  waits(waitsFor: StartWait | undefined): void
  /** A stored block was damaged, and is discarded. */
  damaged(): void
}

/**
 * Opens all that a node runs with, its ledger restored; the network has not been started. Rejects if something can't be
 * opened. Once aborted it gives the name free and gives nothing, or rejects: until it has returned, what is opened is
 * its own to close.
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
    },
    signal,
  )
  const store = await options.openStore()
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

/** What storage has damaged leaves it: neighbours that still hold it bring it again. */
const load = async (
  store: BlockStorePort,
  { peerId }: OpenedIdentity,
  verify: Verify,
  events: OpenNodeEvents,
): Promise<readonly RestorableBlock[]> => {
  const { whole, damaged } = await checkStoredLedger(await store.load(), peerId, verify)
  for (const block of damaged) {
    store.discard(block)
    events.damaged()
  }
  return whole
}

/** Restored before any link, without events. */
const createCore = (
  { name, random, timers }: OpenNodeOptions,
  { epoch, peerId }: OpenedIdentity,
  restorable: readonly RestorableBlock[],
  networkMs: number,
): GossipCore => {
  const hash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))
  const core = new GossipCore({ name, epoch, hash, random, announcesAs: peerId, networkMs })
  for (const { block, hops, stored } of restorable) {
    core.restore(block, hops, stored.networkMs, timers.now())
  }
  return core
}
