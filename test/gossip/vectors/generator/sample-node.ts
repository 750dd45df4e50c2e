import type { VerifiedBlock } from '../../../../client/gossip/wire/block.ts'
import { type Envelope, type FrontierEntry, protocolVersion } from '../../../../client/gossip/wire/envelope.ts'
import type { LinkId } from '../../../../client/gossip/wire/link.ts'
import type { Log } from '../../../../client/gossip/ledger/log.ts'
import { sketchOf } from '../../../../client/gossip/ledger/ledger-history.ts'
import type { GossipEffect } from '../../../../client/gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../../../../client/gossip/effects/gossip-event.ts'
import { decodeFrame, encodeFrame } from '../../../../client/gossip/codec/codec.ts'
import { summarize } from '../../../../client/gossip/anti-entropy/ledger-summary.ts'
import type { Salt } from '../../../../client/gossip/anti-entropy/salted-hash.ts'
import { GossipCore } from '../../../../client/gossip/core.ts'
import { isValidSignature } from '../independent/signatures.ts'
import { bob, epoch } from './sample-blocks.ts'
import { SampleSigner } from './sample-signer.ts'

type Sent = Extract<Envelope, { type: 'hello' | 'frontier' }>

const link = 1 as LinkId

/** A node that holds blocks, with a link to bob that has greeted. Signatures are checked at once. */
export class SampleNode {
  readonly effects: GossipEffect[] = []
  readonly #core: GossipCore
  #now = 0

  /** `greets`: bob has sent his hello. */
  constructor(stored: readonly VerifiedBlock[] = [], greets = true) {
    const { peerId: self, name } = new SampleSigner('dave', 4)
    this.#core = new GossipCore({ self, name, epoch, random: () => 0.5, announces: true })
    for (const block of stored) this.#core.restore(block, [{ name: block.name, heldMs: 0, rttMs: 0 }], 0, 0)
    this.#handle({ type: 'link-up', neighbour: { link, peerId: bob.peerId, name: bob.name, direction: 'downstream' } })
    if (!greets) return
    const { digest, retention } = this.hello()
    this.receive(
      encodeFrame({ type: 'hello', version: protocolVersion, name: bob.name, epoch, digest, changes: 1, retention }),
    )
  }

  receive(frame: Uint8Array<ArrayBuffer>): void {
    this.#handle({ type: 'frame', link, frame })
  }

  /** What its hello would hold now: that of a second link. */
  hello(): Extract<Envelope, { type: 'hello' }> {
    const next = 2 as LinkId
    const { peerId, name } = new SampleSigner('erin', 5)
    this.#handle({ type: 'link-up', neighbour: { link: next, peerId, name, direction: 'downstream' } })
    const hello = this.#lastSent('hello')
    this.#handle({ type: 'link-down', link: next })
    return hello
  }

  /** The entries of the whole frontier, which it sends to a neighbour that holds nothing. */
  frontier(): readonly FrontierEntry[] {
    const next = 3 as LinkId
    const { peerId, name } = new SampleSigner('erin', 5)
    this.#handle({ type: 'link-up', neighbour: { link: next, peerId, name, direction: 'downstream' } })
    const frame = encodeFrame({
      type: 'hello',
      version: protocolVersion,
      name,
      epoch,
      digest: '0',
      changes: 1,
      retention: '0',
    })
    this.#handle({ type: 'frame', link: next, frame })
    return this.#lastSent('frontier').entries
  }

  /** The logs that count in digests. All of them are young. */
  countedLogs(): readonly Log[] {
    return [...this.#core.logs().values()].filter(({ activeAt }) => activeAt > -Infinity)
  }

  /** The cells of its summary. */
  summary(salt: Salt): Uint8Array<ArrayBuffer> {
    const logs = this.countedLogs()
    return summarize(logs, Math.max(1, logs.length), salt)
  }

  sketch(): readonly number[] {
    return sketchOf(this.#core.logs().values(), ({ activeAt }) => activeAt === -Infinity)
  }

  /** The envelopes that it has sent to bob, the newest last. */
  get sent(): readonly Envelope[] {
    return this.effects.flatMap((effect) => {
      const envelope = effect.type === 'send' && effect.link === link ? decodeFrame(effect.frame) : undefined
      return envelope && envelope.type !== 'foreign-hello' ? [envelope] : []
    })
  }

  /** Why the link to bob was cut. */
  get cut(): string | undefined {
    return this.effects.flatMap((effect) => (effect.type === 'cut' ? [effect.reason] : []))[0]
  }

  stop(): void {
    this.#handle({ type: 'stop' })
  }

  pass(ms: number): void {
    const end = this.#now + ms
    for (let at = this.#core.nextWakeAt(); at <= end; at = this.#core.nextWakeAt()) {
      this.#now = Math.max(this.#now, at)
      this.#handle({ type: 'tick' })
    }
    this.#now = end
  }

  /** Why parts of frames were dropped. */
  get drops(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.type === 'drop' ? [effect.reason] : []))
  }

  #lastSent<Type extends Sent['type']>(type: Type): Extract<Envelope, { type: Type }> {
    const sent = this.effects.findLast((effect) => effect.type === 'send' && effect.envelope === type)
    const envelope = sent?.type === 'send' ? decodeFrame(sent.frame) : undefined
    if (envelope?.type !== type) throw new Error(`no ${type} was sent`)
    return envelope as Extract<Envelope, { type: Type }>
  }

  #handle(event: GossipEvent): void {
    this.#now += 1
    for (const effect of this.#core.handle(event, this.#now)) {
      this.effects.push(effect)
      if (effect.type !== 'verify') continue
      const { ticket, author, message, signature } = effect
      this.#handle({ type: 'verified', ticket, isValid: isValidSignature(author, message, signature) })
    }
  }
}
