import { BoundedMap } from '../bounds/bounded-map.ts'
import type { LogId } from '../wire/block.ts'
import type { CopyCounts } from './copy-counts.ts'
import { mostBrought } from '../bounds/fair-records.ts'
import { wholeMs } from '../wire/hop.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { LinkId } from '../wire/link.ts'
import type { HeldBlock } from '../ledger/held-block.ts'
import type { NodeName } from '../wire/node-name.ts'
import type { NoticeDrop, VerifiedReceipt, VerifiedRequest } from '../wire/notice.ts'
import type { WaitingNotice } from '../membership/notice-outbox.ts'
import type { PeerId } from '../wire/peer-id.ts'
import type { ReceiptContent, ReceiptRequest } from '../wire/receipt.ts'
import { TokenBucket } from '../bounds/token-bucket.ts'

export interface ReceiptPort {
  held(log: LogId, height: number): HeldBlock | undefined
  /** Signs a notice of this node. The result comes back. */
  sign(
    notice:
      | { readonly type: 'request'; readonly content: ReceiptRequest }
      | { readonly type: 'receipt'; readonly content: ReceiptContent },
  ): void
  /** Sends a request to all neighbours but the one on this link. */
  spread(request: WaitingNotice, exceptTo: LinkId | undefined): void
  /** Sends a receipt on its way back. Does nothing if the link has ended. */
  sendBack(receipt: WaitingNotice, link: LinkId): void
  /** A receipt of this block has come. */
  received(log: LogId, height: number): void
}

/** What a receipt states of the node that made it. */
type NodeReceipt = Pick<ReceiptContent, 'author' | 'name' | 'hops' | 'copies'>

export interface KnownReceipts {
  /** The entries of the block for which receipts were requested. */
  readonly askedSeqs: ReadonlySet<number>
  readonly receipts: readonly NodeReceipt[]
}

interface LiveRequest {
  readonly content: ReceiptRequest
  /** The link by which the request came and receipts go back. Undefined: this node's own request. */
  readonly from: LinkId | undefined
  readonly madeAt: number
  /** When this node answers. Undefined: it does not hold the block yet, or has answered. */
  answerAt: number | undefined
  hasAnswered: boolean
  /** The authors of the receipts that have passed, each with the neighbour that brought the receipt. */
  readonly passed: Map<PeerId, PeerId>
}

interface Asked {
  readonly seqs: Set<number>
  readonly receipts: Map<PeerId, { readonly content: ReceiptContent; readonly from: PeerId }>
}

const requestKey = (asker: PeerId, serial: number): string => `${asker} ${serial}`

const blockKey = (log: LogId, height: number): string => `${log} ${height}`

/**
 * Which nodes have a block (rules Q). A request spreads to all nodes. A node that holds the block, or gets it while the
 * request lives, answers. The receipt goes back link by link, along the path by which the request came first.
 */
export class ReceiptExchange {
  readonly #copies: Pick<CopyCounts, 'of'>
  readonly #self: PeerId
  readonly #name: NodeName
  readonly #limits: GossipLimits
  readonly #port: ReceiptPort
  /** By asker and serial, the oldest first (a Map's order). */
  readonly #requests = new Map<string, LiveRequest>()
  readonly #asked: BoundedMap<string, Asked>
  readonly #askers: BoundedMap<PeerId, TokenBucket>
  readonly #asks: TokenBucket
  readonly #answers: TokenBucket
  #serial: number
  #nextAt = Infinity

  constructor(
    options: {
      readonly self: PeerId
      readonly name: NodeName
      readonly limits: GossipLimits
      readonly random: () => number
      readonly copies: Pick<CopyCounts, 'of'>
    },
    port: ReceiptPort,
  ) {
    const { self, name, limits, random, copies } = options
    this.#self = self
    this.#name = name
    this.#limits = limits
    this.#port = port
    this.#asked = new BoundedMap(limits.maxAsked)
    this.#askers = new BoundedMap(limits.maxKnownNodes)
    this.#copies = copies
    this.#asks = new TokenBucket(limits.askBurst, limits.asksPerSecond, -Infinity)
    this.#answers = new TokenBucket(limits.receiptBurst, limits.receiptsPerSecond, -Infinity)
    this.#serial = Math.floor(random() * 2 ** 40)
  }

  /** Q1: requests receipts for a block that is held here. False: there were too many requests. */
  ask(log: LogId, seq: number, held: HeldBlock, now: number): boolean {
    if (!this.#asks.spend(1, now)) return false
    const { height, hash } = held.block
    const key = blockKey(log, height)
    const asked = this.#asked.renew(key, () => ({ seqs: new Set(), receipts: new Map() }))
    asked.seqs.add(seq)
    this.#serial += 1
    const content = { author: this.#self, serial: this.#serial, log, height, hash: hash.slice(0, 11) }
    this.#port.sign({ type: 'request', content })
    return true
  }

  /** What this node knows of a block's receipts, its own first. */
  known(log: LogId, height: number): KnownReceipts {
    const asked = this.#asked.get(blockKey(log, height))
    const held = this.#port.held(log, height)
    const others = [...(asked?.receipts.values() ?? [])].map(({ content }) => content)
    return {
      askedSeqs: asked?.seqs ?? new Set(),
      receipts: held ? [this.#ownReceipt(held, log), ...others] : others,
    }
  }

  requestRefusal({ author, serial }: ReceiptRequest, ageMs: number): NoticeDrop | undefined {
    const isOld = ageMs >= this.#limits.requestLivesMs || this.#requests.has(requestKey(author, serial))
    return isOld || author === this.#self ? 'old-request' : undefined
  }

  receiptRefusal({ author, asker, serial }: ReceiptContent, now: number): NoticeDrop | undefined {
    const request = this.#requests.get(requestKey(asker, serial))
    if (!request || now >= request.madeAt + this.#limits.requestLivesMs) return 'unasked-receipt'
    if (author === this.#self || request.passed.has(author)) return 'old-receipt'
    return undefined
  }

  /** Q2: passes the request on, and answers once the block is here. */
  acceptRequest(notice: VerifiedRequest, link: LinkId | undefined, ageMs: number, now: number): NoticeDrop | undefined {
    const { content, signed } = notice
    if (link !== undefined) {
      const refusal = this.requestRefusal(content, ageMs)
      if (refusal) return refusal
      if (!this.#askerRate(content.author, now).spend(1, now)) return 'too-many-notices'
    }
    const madeAt = now - ageMs
    const request: LiveRequest = {
      content,
      from: link,
      madeAt,
      answerAt: undefined,
      hasAnswered: link === undefined,
      passed: new Map(),
    }
    this.#requests.set(requestKey(content.author, content.serial), request)
    if (this.#requests.size > this.#limits.maxRequests) this.#dropRequest()
    this.#port.spread({ carry: (sentAt) => ({ ...signed, ageMs: wholeMs(sentAt - madeAt) }) }, link)
    this.#consider(request, now)
    return undefined
  }

  /** Q3: sends the receipt one step back to the asker, or it has arrived. */
  acceptReceipt(notice: VerifiedReceipt, from: PeerId, now: number): NoticeDrop | undefined {
    const { content, signed } = notice
    const refusal = this.receiptRefusal(content, now)
    if (refusal) return refusal
    const request = this.#requests.get(requestKey(content.asker, content.serial))
    if (!request || request.content.log !== content.log || request.content.height !== content.height) {
      return 'unasked-receipt'
    }
    if (request.passed.size >= this.#limits.maxKnownNodes && !this.#hasMadeRoom(request, from))
      return 'too-many-notices'
    request.passed.set(content.author, from)
    if (request.from !== undefined) {
      this.#port.sendBack({ carry: (sentAt) => ({ ...signed, ageMs: wholeMs(sentAt - now) }) }, request.from)
      return undefined
    }
    const receipts = this.#asked.get(blockKey(content.log, content.height))?.receipts
    // The bound is for all requests for this block together; each single one is bounded by `passed`.
    if (receipts && receipts.size < 2 * this.#limits.maxKnownNodes) receipts.set(content.author, { content, from })
    this.#port.received(content.log, content.height)
    return undefined
  }

  /** Sends this node's own receipt, which is signed now. */
  sendOwnReceipt({ content, signed }: VerifiedReceipt, now: number): void {
    const request = this.#requests.get(requestKey(content.asker, content.serial))
    if (request?.from === undefined) return
    this.#port.sendBack({ carry: (sentAt) => ({ ...signed, ageMs: wholeMs(sentAt - now) }) }, request.from)
  }

  /** A block has come; somebody may have requested receipts for it. */
  noteHeld(log: LogId, height: number, now: number): void {
    for (const request of this.#requests.values()) {
      if (request.content.log === log && request.content.height === height) this.#consider(request, now)
    }
  }

  nextWakeAt(): number {
    return this.#nextAt
  }

  run(now: number): void {
    if (now < this.#nextAt) return
    this.#nextAt = Infinity
    for (const [key, request] of this.#requests) {
      const expiresAt = request.madeAt + this.#limits.requestLivesMs
      if (now >= expiresAt) {
        this.#requests.delete(key)
        continue
      }
      if (request.answerAt !== undefined && now >= request.answerAt) this.#answer(request, now)
      this.#nextAt = Math.min(this.#nextAt, request.answerAt ?? Infinity, expiresAt)
    }
  }

  #consider(request: LiveRequest, now: number): void {
    const { log, height } = request.content
    const held = request.hasAnswered ? undefined : this.#port.held(log, height)
    if (held?.block.hash.startsWith(request.content.hash)) {
      request.answerAt = Math.max(now, held.arrivedAt + this.#limits.receiptAfterMs)
    }
    this.#nextAt = Math.min(this.#nextAt, request.answerAt ?? Infinity, request.madeAt + this.#limits.requestLivesMs)
  }

  #answer(request: LiveRequest, now: number): void {
    request.answerAt = undefined
    request.hasAnswered = true
    const { log, height, author: asker, serial } = request.content
    const held = this.#port.held(log, height)
    if (!held || !this.#answers.spend(1, now)) return
    const content = { ...this.#ownReceipt(held, log), asker, serial, log, height }
    this.#port.sign({ type: 'receipt', content })
  }

  /** Drops the oldest request of the link that brought most (or this node's own): invented nodes displace only each other. */
  #dropRequest(): void {
    const most = mostBrought([...this.#requests.values()].map(({ from }) => from))
    for (const [key, { from }] of this.#requests) {
      if (from === most) return void this.#requests.delete(key)
    }
  }

  /** Receipts of invented nodes displace only others that the same neighbour brought. */
  #hasMadeRoom(request: LiveRequest, from: PeerId): boolean {
    const most = mostBrought(request.passed.values())
    if (most === from) return false
    for (const [author, broughtBy] of request.passed) {
      if (broughtBy !== most) continue
      request.passed.delete(author)
      if (request.from === undefined) {
        this.#asked.get(blockKey(request.content.log, request.content.height))?.receipts.delete(author)
      }
      return true
    }
    return false
  }

  #ownReceipt(held: HeldBlock, log: LogId): NodeReceipt {
    const copies = this.#copies.of(log, held.block.height, this.#limits.maxLinks)
    return { author: this.#self, name: this.#name, hops: held.hops, copies }
  }

  #askerRate(asker: PeerId, now: number): TokenBucket {
    const { askBurst, asksPerSecond } = this.#limits
    return this.#askers.renew(asker, () => new TokenBucket(askBurst, asksPerSecond, now))
  }
}
