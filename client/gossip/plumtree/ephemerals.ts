import { FairRate } from '../bounds/fair-rate.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { Outbox } from '../effects/outbox.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Neighbour } from '../links/neighbour.ts'
import type { LogId } from '../wire/block.ts'
import type { Envelope } from '../wire/envelope.ts'
import {
  type Ephemeral,
  type EphemeralDrop,
  ephemeralOf,
  type SignedEphemeral,
  type VerifiedEphemeral,
} from '../wire/ephemeral.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { BroadcastTrees } from './broadcast-trees.ts'
import { EphemeralAuthors, type EphemeralStream } from './ephemeral-authors.ts'
import type { Plumtree } from './plumtree.ts'

export interface EphemeralsOptions {
  readonly self: PeerId
  readonly name: NodeName
  readonly limits: GossipLimits
  readonly trees: BroadcastTrees
  readonly plumtree: Pick<Plumtree, 'prune' | 'forget'>
  readonly ledger: Pick<Ledger, 'log'>
  /** The greeted neighbours. */
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>
  readonly outbox: Outbox
}

type Spread = Extract<Envelope, { type: 'ephemeral' }>

/** A message of a link, as it came: with its path to the sender. */
export interface ReceivedEphemeral<Message extends SignedEphemeral> {
  readonly message: Message
  readonly path: readonly NodeName[]
  readonly isBeside: boolean
}

/**
 * Spreads messages that nobody keeps (rules E). They go along the tree of the log that their author writes in the same page
 * load, or would write. Nothing repairs a loss, so a gap in the tree must be found otherwise: now and then a message goes to
 * all neighbours, and whoever gets it first beside the tree, and has missed messages, lets that neighbour push from then on.
 */
export class Ephemerals {
  readonly #options: EphemeralsOptions
  readonly #authors: EphemeralAuthors
  readonly #brought: FairRate<PeerId>

  constructor(options: EphemeralsOptions) {
    this.#options = options
    this.#brought = new FairRate(options.limits.broughtEphemeralBytesPerSecond)
    this.#authors = new EphemeralAuthors(options.limits, (log) => {
      if (!options.ledger.log(log)) options.plumtree.forget(log)
    })
  }

  /** Gives why a message is not worth verifying, the cheapest check first; otherwise charges the neighbour's allowance. */
  refusal(
    { identity: { peerId, name } }: Neighbour,
    { message, path }: ReceivedEphemeral<SignedEphemeral>,
    now: number,
  ): EphemeralDrop | 'bad-path' | undefined {
    const beginsWithAuthor =
      path.length === 0 ? peerId === message.author && name === message.name : path[0] === message.name
    if (!beginsWithAuthor) return 'bad-path'
    const refusal = message.author === this.#options.self ? 'ephemeral-copy' : this.#authors.refusal(message)
    if (refusal) return refusal
    return this.#brought.spend(peerId, this.#costOf(message), now) ? undefined : 'too-many-ephemerals'
  }

  /** A message is dropped. A copy that was pushed shows that another neighbour pushes faster (E2). */
  noteRefused(
    neighbour: Neighbour,
    { message, isBeside }: ReceivedEphemeral<SignedEphemeral>,
    reason: EphemeralDrop,
    now: number,
  ): void {
    const { peerId, link } = neighbour.identity
    this.#options.outbox.drop(reason, link)
    if (reason !== 'ephemeral-copy' || isBeside) return
    const parent = this.#authors.stream(message)?.parent
    if (parent !== undefined && parent !== peerId) this.#options.plumtree.prune(neighbour, message.log, now)
  }

  receive(neighbour: Neighbour, received: ReceivedEphemeral<VerifiedEphemeral>, now: number): void {
    const { message, path } = received
    const { peerId, name, link } = neighbour.identity
    const { trees, outbox, limits } = this.#options
    // A copy may have come while the signature was checked.
    const refusal = this.#authors.refusal(message)
    if (refusal) return this.noteRefused(neighbour, received, refusal, now)
    const before = this.#authors.stream(message)
    const isBeside = received.isBeside && before !== undefined && !this.#hasMissed(before, message, now)
    const stream = this.#authors.add(message, peerId, this.#costOf(message), now)
    if (!stream) return outbox.drop('too-many-ephemerals', link)
    this.#grow(stream, peerId)
    if (!isBeside) {
      stream.parent = peerId
      stream.pushedAt = now
      trees.makeEager(message.log, peerId)
      if (received.isBeside) outbox.send(neighbour, { type: 'graft', log: message.log })
    }
    // The receiver appends the name of this link, so no node can leave itself out of the path.
    const here = [...path, name].slice(0, limits.maxPathNames - 1)
    this.#deliver(message, here)
    const carried = { ...message.signed, path: here.slice(0, limits.maxPathNames - 2) }
    return this.#spread(stream, { message: carried, isBeside }, [peerId, message.author], now)
  }

  /** Delivers and spreads a message of this node. */
  publish(message: VerifiedEphemeral, now: number): Ephemeral {
    const stream = this.#authors.add(message, undefined, 0, now)
    const delivered = this.#deliver(message, [])
    if (!stream) return delivered
    this.#grow(stream, undefined)
    this.#spread(
      stream,
      { message: { ...message.signed, path: [] }, isBeside: false },
      [undefined, message.author],
      now,
    )
    return delivered
  }

  /** The neighbour requests that this log is pushed to it. */
  receiveGraft({ identity: { peerId } }: Neighbour, log: LogId): void {
    this.#options.trees.makeEager(log, peerId)
  }

  /** Whether the neighbour that pushed is gone, or has pushed nothing for a while although there were messages. */
  #hasMissed({ parent, window, pushedAt }: EphemeralStream, { number }: SignedEphemeral, now: number): boolean {
    const { neighbours, limits } = this.#options
    if (parent === undefined || !neighbours.has(parent)) return true
    return number > window.greatest + 1 && now - pushedAt >= limits.ephemeralSilenceMs
  }

  #deliver(verified: VerifiedEphemeral, path: readonly NodeName[]): Ephemeral {
    const { name, outbox } = this.#options
    const message = ephemeralOf(verified, [...path, name])
    outbox.add({ type: 'ephemeral', message })
    return message
  }

  /** The tree may have gone with the blocks of its log. */
  #grow({ log }: EphemeralStream, from: PeerId | undefined): void {
    const { trees, neighbours } = this.#options
    if (!trees.has(log)) trees.add(log, undefined, [...neighbours.keys()], from)
  }

  /** What came beside the tree goes on as such, so that nobody behind a gap takes it for a sign of the tree. */
  #spread(
    stream: EphemeralStream,
    { message, isBeside }: Pick<Spread, 'message' | 'isBeside'>,
    not: readonly [from: PeerId | undefined, author: PeerId],
    now: number,
  ): void {
    const { trees, neighbours, limits } = this.#options
    const eager = new Set(trees.eager(stream.log))
    this.#sendAll(eager, { type: 'ephemeral', message, isBeside }, not)
    if (now - stream.floodedAt < limits.ephemeralFloodMs) return
    stream.floodedAt = now
    const others = [...neighbours.keys()].filter((peerId) => !eager.has(peerId))
    this.#sendAll(others, { type: 'ephemeral', message, isBeside: true }, not)
  }

  /** One envelope for all, which is encoded once. */
  #sendAll(peers: Iterable<PeerId>, envelope: Spread, [from, author]: readonly [PeerId | undefined, PeerId]): void {
    const { self, neighbours, outbox } = this.#options
    for (const peerId of peers) {
      const neighbour = neighbours.get(peerId)
      if (!neighbour || peerId === from || peerId === author) continue
      outbox.sendShared(neighbour, envelope, `ephemeral ${from ?? self}`)
    }
  }

  #costOf({ signed: { bytes } }: SignedEphemeral): number {
    return Math.max(this.#options.limits.ephemeralLeastBytes, bytes.length)
  }
}
