import type { LocalNode } from '../../../client/node/local-node.ts'
import type { Batch } from '../../../client/node/mirror/messages.ts'
import { MirrorFeed } from '../../../client/node/mirror/mirror-feed.ts'
import { MirrorNode } from '../../../client/node/mirror/mirror-node.ts'
import type { MemoryNetwork, MemoryNode } from '../../simulation/network/memory-network.ts'
import type { VirtualClock } from '../../simulation/network/virtual-clock.ts'

export interface MirroredNode extends MemoryNode {
  readonly mirror: MirrorNode
  /** All batches so far. */
  readonly batches: readonly Batch[]
  /** Changes each batch before the mirror gets it. */
  tamper: (batch: Batch) => Batch
  /** Holds back what goes to the mirror, as a busy page does; returns a function that ends this. */
  hold(): () => void
}

/** Starts a node with a mirror; each message between them is copied, and takes 1 ms. */
export const startMirrored = async (
  network: MemoryNetwork,
  clock: VirtualClock,
  name: string,
): Promise<MirroredNode> => {
  const batches: Batch[] = []
  let held: Batch[] | undefined
  let tamper: MirroredNode['tamper'] = (batch) => batch
  const later = (action: () => void): void => void clock.after(1, action)
  const apply = (batch: Batch): void => {
    const isWhole = mirror.apply(tamper(batch))
    later(() => feed.read(isWhole))
  }
  const feed = new MirrorFeed({
    timers: clock,
    breathe: () => new Promise((resolve) => void clock.after(0, resolve)),
    wallClock: () => clock.now(),
    send: (batch) => {
      const copy = structuredClone(batch)
      batches.push(copy)
      later(() => (held ? held.push(copy) : apply(copy)))
    },
  })
  let followed: LocalNode | undefined
  const mirror: MirrorNode = new MirrorNode({
    name,
    net: 'test',
    timers: clock,
    wallClock: () => clock.now(),
    breathe: () => Promise.resolve(),
    alternative: undefined,
    host: {
      publish: (draft) => later(() => void feed.publish(structuredClone(draft))),
      send: (message) => later(() => void feed.send(structuredClone(message))),
      ask: (entry) => later(() => feed.ask(entry)),
      trust: () => {},
      disturb: (faults) => later(() => followed?.disturb(structuredClone(faults))),
      stop: async () => followed?.stop(),
    },
  })
  const node = await network.start(name, 1, undefined, undefined, {
    wire: feed,
    created: (created) => {
      followed = created
      feed.follow(created)
    },
  })
  return {
    ...node,
    mirror,
    batches,
    get tamper() {
      return tamper
    },
    set tamper(change) {
      tamper = change
    },
    hold: () => {
      held = []
      return () => {
        const late = held ?? []
        held = undefined
        for (const batch of late) apply(batch)
      }
    },
  }
}
