import type { CarriedBlock } from './wire/envelope.ts'
import type { Ticket } from './effects/gossip-effect.ts'
import type { Outbox } from './effects/outbox.ts'
import type { Inbox } from './links/inbox.ts'
import type { ReceivedEphemeral } from './plumtree/ephemerals.ts'
import type { Block } from './wire/block.ts'
import type { SignedEphemeral } from './wire/ephemeral.ts'
import type { LinkId } from './wire/link.ts'
import type { Notice, SignedBytes } from './wire/notice.ts'

/** A signature that the driver checks, and what its result decides. */
export type Check = { readonly link: LinkId } & (
  | {
      readonly type: 'run'
      readonly run: readonly Block[]
      readonly carried: readonly CarriedBlock[]
      readonly byPush: boolean
    }
  | { readonly type: 'notice'; readonly notice: Notice; readonly ageMs: number }
  | { readonly type: 'proof'; readonly proof: Proof }
  | { readonly type: 'ephemeral'; readonly received: ReceivedEphemeral<SignedEphemeral> }
)

/** Two runs whose first blocks have one height. `checks`: signatures that are still checked. */
export interface Proof {
  readonly one: readonly Block[]
  readonly other: readonly Block[]
  checks: number
  isValid: boolean
}

/** The signatures of links that the driver checks. Each link waits for its own. */
export class SignatureChecks {
  readonly #inbox: Pick<Inbox, 'wait' | 'checked'>
  readonly #outbox: Pick<Outbox, 'add'>
  /** Bounded by the parts that are read at once on each link. */
  readonly #checks = new Map<Ticket, Check>()
  #tickets = 0

  constructor(inbox: Pick<Inbox, 'wait' | 'checked'>, outbox: Pick<Outbox, 'add'>) {
    this.#inbox = inbox
    this.#outbox = outbox
  }

  get isIdle(): boolean {
    return this.#checks.size === 0
  }

  add(
    author: Block['author'],
    message: Uint8Array<ArrayBuffer>,
    signature: SignedBytes['signature'],
    check: Check,
  ): void {
    this.#tickets += 1
    const ticket = this.#tickets as Ticket
    this.#checks.set(ticket, check)
    this.#inbox.wait(check.link)
    this.#outbox.add({ type: 'verify', ticket, author, message, signature })
  }

  /** The result has come. Undefined: the link has ended. */
  take(ticket: Ticket): Check | undefined {
    const check = this.#checks.get(ticket)
    this.#checks.delete(ticket)
    return check
  }

  close(link: LinkId): void {
    for (const [ticket, check] of this.#checks) if (check.link === link) this.#checks.delete(ticket)
  }
}
