import { logIdOf, type VerifiedBlock } from '../../../client/gossip/wire/block.ts'
import type { BlockExtras } from '../../../client/gossip/wire/entry-extras.ts'
import { type GossipLimits, gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import { Ledger } from '../../../client/gossip/ledger/ledger.ts'
import type { Log } from '../../../client/gossip/ledger/log.ts'
import { Room } from '../../../client/gossip/ledger/room.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

interface Brought {
  /** Undefined: restored, or this node's own. */
  readonly from?: number
  readonly author: number
  readonly blocks?: number
  /** Of each block. */
  readonly bytes?: number
  /** The author's page load. */
  readonly load?: number
  /** What each entry has beside its body. */
  readonly extras?: BlockExtras
}

/** The number of the node that holds the ledger. */
export const here = 99

/** A ledger that neighbours fill. Nodes are numbers; a byte of a block counts as one. */
export const filledLedger = (limits: Partial<GossipLimits>) => {
  const bounds = { ...gossipLimits, entryBytes: 0, ...limits }
  const room = new Room(fakePeerId(here), bounds)
  const time = { ms: 0 }
  const ledger = new Ledger(nameOf('here'), {
    limits: bounds,
    time,
    room,
    hash: (text) => text,
    parseBody: () => undefined,
  })
  const logsOf = (author: number): Log[] => {
    const id = fakePeerId(author)
    return [...ledger.logs.values()].filter((log) => log.author === id)
  }

  /** Each block is one second younger than the one before. */
  const bring = ({ from, author, blocks = 1, bytes = 100, load = 1, extras = {} }: Brought): void => {
    const epoch = `${load}-0000000000000001`
    const id = from === undefined ? undefined : fakePeerId(from)
    const arrival = { hops: [], from: id, byPush: true, model: undefined }
    const held = ledger.heightOf(logIdOf({ author: fakePeerId(author), epoch }))
    for (let height = held + 1; height <= held + blocks; height += 1) {
      time.ms += 1_000
      ledger.add(blockOf(author, epoch, height, bytes, extras), arrival, 0)
    }
  }

  return {
    ledger,
    room,
    bring,
    /** Links to these nodes are up. */
    link: (...nodes: number[]): void => nodes.forEach((node) => room.open(fakePeerId(node))),
    cut: (node: number): void => room.close(fakePeerId(node)),
    /** These nodes are in the network, and no others. */
    setPresent: (...nodes: number[]): void => room.setPresent(new Set<PeerId>(nodes.map(fakePeerId))),
    /** How many blocks of each author are held. */
    blocksOf: (...authors: number[]): number[] =>
      authors.map((author) => logsOf(author).reduce((sum, log) => sum + log.size, 0)),
    logsOf,
  }
}

const blockOf = (author: number, epoch: string, height: number, bytes: number, extras: BlockExtras): VerifiedBlock =>
  ({
    log: logIdOf({ author: fakePeerId(author), epoch }),
    author: fakePeerId(author),
    name: nameOf(`node${author}`),
    epoch,
    height,
    firstSeq: height,
    prev: height === 1 ? '' : `${author} ${epoch} ${height - 1}`,
    hash: `${author} ${epoch} ${height}`,
    entries: [{ time: 0, body: '', ...extras }],
    bytes: new Uint8Array(bytes),
    signature: new Uint8Array(64),
  }) as unknown as VerifiedBlock

/** `count` numbers from `first` on. */
export const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at)
