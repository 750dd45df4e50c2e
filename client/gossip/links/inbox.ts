import type { GossipLimits } from '../bounds/limits.ts'
import type { CarriedBlock, ReceivedEnvelope } from '../wire/envelope.ts'
import type { CarriedEphemeral } from '../wire/ephemeral.ts'
import type { LinkId } from '../wire/link.ts'
import type { CarriedNotice, NoticeContent } from '../wire/notice.ts'

type SignedType = 'push' | 'blocks' | 'fork' | 'announce' | 'ask' | 'receipts' | 'ephemeral'

type SignedEnvelope = Extract<ReceivedEnvelope, { type: SignedType }>

/** An envelope that carries nothing signed. */
export type PlainEnvelope = Exclude<ReceivedEnvelope, SignedEnvelope>

/** What is read at once: an envelope, or one run of it. */
export type Part =
  | { readonly type: 'malformed' }
  | { readonly type: 'plain'; readonly envelope: PlainEnvelope }
  /** The blocks of one run, the oldest first. */
  | { readonly type: 'run'; readonly blocks: readonly CarriedBlock[]; readonly byPush: boolean }
  /** All blocks of an answer have been read. */
  | { readonly type: 'answer-end'; readonly more: boolean }
  | {
      readonly type: 'proof'
      readonly one: readonly CarriedBlock[]
      readonly other: readonly CarriedBlock[] | undefined
    }
  | { readonly type: 'notices'; readonly of: NoticeContent['type']; readonly notices: readonly CarriedNotice[] }
  | { readonly type: 'ephemeral'; readonly message: CarriedEphemeral; readonly isBeside: boolean }
  /** Nothing more comes on the link. */
  | { readonly type: 'end' }

export interface WaitingFrame {
  readonly frame: Uint8Array<ArrayBuffer>
  /** When it arrived, in the core's `now`. */
  readonly at: number
  /** By how much this tab ran late then, milliseconds. */
  readonly lateMs: number
  /** This machine's clock at its arrival, for display. */
  readonly receivedAt: number | undefined
}

export interface NextPart {
  readonly link: LinkId
  readonly part: Part
  /** The frame of the part; undefined for the end. */
  readonly frame: WaitingFrame | undefined
  /** The part is the first of its frame: the type of the envelope. */
  readonly begins: ReceivedEnvelope['type'] | 'malformed-frame' | undefined
}

/** The frames of one link, in order. */
interface Queue {
  readonly frames: (WaitingFrame | undefined)[]
  /** The index of the frame that is read next, or whose `parts` are left. */
  place: number
  bytes: number
  /** The parts of the frame at `place`, the last one first. */
  parts: Part[]
  hasEnded: boolean
  /** Signatures that are being checked. The link waits for them. */
  checks: number
}

/**
 * The frames that have come and are not read yet. Each link is read strictly in order, although checking a signature takes
 * time: the link waits for it, and the others go on. Links take turns, one part each, so that a flood on one link delays the
 * others by one part.
 *  1. `#ready` holds the links that have something to read and wait for no signature, in the order of their turns.
 *  2. A link has at most `inboxFrames` frames and `inboxBytes` bytes waiting; `add` refuses the others (P6).
 */
export class Inbox {
  readonly #limits: GossipLimits
  readonly #decode: (frame: Uint8Array) => ReceivedEnvelope | undefined
  readonly #queues = new Map<LinkId, Queue>()
  readonly #ready = new Set<LinkId>()

  constructor(limits: GossipLimits, decode: (frame: Uint8Array) => ReceivedEnvelope | undefined) {
    this.#limits = limits
    this.#decode = decode
  }

  /** Something can be read now. */
  get hasNext(): boolean {
    return this.#ready.size > 0
  }

  open(link: LinkId): void {
    this.#queues.set(link, { frames: [], place: 0, bytes: 0, parts: [], hasEnded: false, checks: 0 })
  }

  /** Drops what waits. */
  close(link: LinkId): void {
    this.#queues.delete(link)
    this.#ready.delete(link)
  }

  /** False: there is no room for the frame. */
  add(link: LinkId, frame: WaitingFrame): boolean {
    const queue = this.#queues.get(link)
    const { inboxFrames, inboxBytes } = this.#limits
    if (!queue) return false
    const count = queue.frames.length - queue.place
    if (count >= inboxFrames || queue.bytes + frame.frame.length > inboxBytes) return false
    queue.frames.push(frame)
    queue.bytes += frame.frame.length
    this.#list(link, queue)
    return true
  }

  /** Nothing more comes on the link. The part `end` comes after all others. */
  end(link: LinkId): void {
    const queue = this.#queues.get(link)
    if (!queue) return
    queue.hasEnded = true
    this.#list(link, queue)
  }

  /** The link waits until one more signature is checked. */
  wait(link: LinkId): void {
    const queue = this.#queues.get(link)
    if (!queue) return
    queue.checks += 1
    this.#ready.delete(link)
  }

  /** One signature has been checked. */
  checked(link: LinkId): void {
    const queue = this.#queues.get(link)
    if (!queue) return
    queue.checks -= 1
    this.#list(link, queue)
  }

  /** The part whose turn it is. */
  next(): NextPart | undefined {
    const [link] = this.#ready
    const queue = link === undefined ? undefined : this.#queues.get(link)
    if (link === undefined || !queue) return undefined
    this.#ready.delete(link)
    const next = this.#nextOf(link, queue)
    this.#list(link, queue)
    return next
  }

  #nextOf(link: LinkId, queue: Queue): NextPart | undefined {
    const frame = queue.frames[queue.place]
    if (!frame) {
      queue.hasEnded = false
      return { link, part: { type: 'end' }, frame, begins: undefined }
    }
    let begins: NextPart['begins']
    if (queue.parts.length === 0) {
      const envelope = this.#decode(frame.frame)
      begins = envelope?.type ?? 'malformed-frame'
      queue.parts = partsOf(envelope).reverse()
    }
    // A push without blocks has no part.
    const part = queue.parts.pop() ?? { type: 'answer-end', more: false }
    if (queue.parts.length === 0) this.#advance(queue, frame)
    return { link, part, frame, begins }
  }

  #advance(queue: Queue, { frame }: WaitingFrame): void {
    queue.bytes -= frame.length
    // A frame that was read is held no longer.
    queue.frames[queue.place] = undefined
    queue.place += 1
    // Moving the rest is cheap because it is rare.
    if (queue.place === queue.frames.length || queue.place >= 1_024) queue.frames.splice(0, queue.place)
    if (queue.frames.length === 0 || queue.place >= 1_024) queue.place = 0
  }

  #list(link: LinkId, queue: Queue): void {
    if (queue.checks === 0 && (queue.place < queue.frames.length || queue.hasEnded)) this.#ready.add(link)
  }
}

const noticeOf = { announce: 'announcement', ask: 'request', receipts: 'receipt' } as const

const partsOf = (envelope: ReceivedEnvelope | undefined): Part[] => {
  if (!envelope) return [{ type: 'malformed' }]
  switch (envelope.type) {
    case 'push':
      return runsOf(envelope.blocks).map((blocks) => ({ type: 'run', blocks, byPush: true }))
    case 'blocks':
      return [
        ...runsOf(envelope.blocks).map((blocks): Part => ({ type: 'run', blocks, byPush: false })),
        { type: 'answer-end', more: envelope.more },
      ]
    case 'fork':
      return [{ type: 'proof', one: envelope.one, other: envelope.other }]
    case 'announce':
    case 'ask':
    case 'receipts':
      return [{ type: 'notices', of: noticeOf[envelope.type], notices: envelope.notices }]
    case 'ephemeral':
      return [envelope]
    default:
      return [{ type: 'plain', envelope }]
  }
}

/** Each run ends with a signed block. */
const runsOf = (blocks: readonly CarriedBlock[]): readonly (readonly CarriedBlock[])[] => {
  const runs: CarriedBlock[][] = []
  let run: CarriedBlock[] = []
  for (const carried of blocks) {
    run.push(carried)
    if (!carried.signature) continue
    runs.push(run)
    run = []
  }
  return runs
}

/** What a part counts for in a turn. */
export const sizeOf = (part: Part): number => {
  if (part.type === 'run') return part.blocks.length
  return part.type === 'notices' ? part.notices.length : 1
}
