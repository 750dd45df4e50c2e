import type { ClaimMark } from './claim-mark.ts'
import { storageLimits } from './limits.ts'
import type { ClaimOptions, NameClaim } from './claim.ts'

/** A place in the queue, or of a holder the moment of its taking; and a random number for two of one millisecond. */
interface Place {
  /** Milliseconds since 1970, compared between tabs, which are all on this machine. */
  readonly since: number
  readonly nonce: number
}

const kinds = ['ask', 'ahead', 'held', 'released'] as const

interface ClaimMessage extends Place {
  readonly kind: (typeof kinds)[number]
}

type State =
  /** The question is out since `askedAt`; nobody had answered for `silentMs` before, in which this tab itself could hear. */
  | { readonly phase: 'asking'; readonly askedAt: number; readonly silentMs: number }
  /** Another tab asks too, and is ahead. Whether anybody holds the name is not known. */
  | { readonly phase: 'yielding' }
  /** A holder has answered. */
  | { readonly phase: 'waiting' }
  | { readonly phase: 'holding'; readonly place: Place }
  | { readonly phase: 'closed' }

/**
 * A name's claim over a BroadcastChannel, for pages without Web Locks (plain http on a LAN).
 *
 * 1. A tab asks. A holder answers every question. That a name is held is told only of a holder that has answered, and
 *    for as long as its tab may be going away (a reload), that has answered again.
 * 2. Silence says nothing about anybody; it only lets the tab that asks take the name: at once where no tab has left its
 *    mark, and after `silentHolderMs` where one has. That one has crashed, or stands still. Time in which the tab that
 *    asks stood still itself is no silence.
 * 3. Of two tabs that ask at the same time the one that has waited longer is ahead and says so; the other yields. Either
 *    both hear each other, or the one that opened its channel first hears the other, and that suffices.
 * 4. A tab that yielded, or waits for a holder, asks again when the name is released, and from time to time.
 * 5. Of two holders the later one keeps the name: it took it from one that stood still. A holder says from time to time,
 *    and in the moment of its taking, that it holds; the earlier one hears it and ends.
 */
export const claimByChannel = (
  channel: BroadcastChannel,
  mark: ClaimMark,
  options: ClaimOptions,
): Promise<NameClaim> => {
  const { signal } = options
  return new Promise((resolve, reject) => {
    const claim = new ChannelClaim(channel, mark, options, () => {
      signal?.removeEventListener('abort', abort)
      resolve({ by: 'channel', release: () => claim.release() })
    })
    const abort = (): void => {
      claim.abort()
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', abort, { once: true })
    claim.ask()
  })
}

class ChannelClaim {
  readonly #channel: BroadcastChannel
  readonly #mark: ClaimMark
  readonly #options: ClaimOptions
  readonly #held: () => void
  readonly #place: Place
  #state: State = { phase: 'yielding' }
  #cancelTimer = (): void => undefined
  /** When a holder answered for the first time. */
  #firstAnswer: number | undefined
  #hasTold = false

  constructor(channel: BroadcastChannel, mark: ClaimMark, options: ClaimOptions, held: () => void) {
    this.#channel = channel
    this.#mark = mark
    this.#options = options
    this.#held = held
    this.#place = { since: options.clock.now(), nonce: options.random() }
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = parseClaimMessage(event.data)
      if (message) this.#receive(message)
    })
  }

  ask(): void {
    this.#ask(0)
  }

  #ask(silentMs: number): void {
    const askedAt = this.#options.clock.now()
    this.#state = { phase: 'asking', askedAt, silentMs }
    this.#post('ask', this.#place)
    this.#after(storageLimits.objectionMs, () => this.#takeOrAskAgain(askedAt, silentMs))
  }

  abort(): void {
    // Somebody may have yielded to this tab's question.
    if (this.#state.phase === 'asking') this.#post('released', this.#place)
    this.#close()
  }

  release(): void {
    if (this.#state.phase !== 'holding') return
    this.#mark.remove(this.#state.place.nonce)
    this.#post('released', this.#state.place)
    this.#close()
  }

  #receive(message: ClaimMessage): void {
    const { phase } = this.#state
    switch (message.kind) {
      case 'ask':
        if (this.#state.phase === 'holding') this.#post('held', this.#state.place)
        else if (phase === 'asking') {
          if (isBefore(this.#place, message)) this.#post('ahead', this.#place)
          else this.#yield()
        }
        return
      // Everybody hears it; it concerns only those who are behind.
      case 'ahead':
        if (phase === 'asking' && isBefore(message, this.#place)) this.#yield()
        return
      case 'held':
        if (this.#state.phase === 'holding') this.#meet(message, this.#state.place)
        else if (phase !== 'closed') this.#wait()
        return
      case 'released':
        if (phase === 'waiting' || phase === 'yielding') this.ask()
        return
    }
  }

  /** Rule 2. */
  #takeOrAskAgain(askedAt: number, silentMs: number): void {
    const now = this.#options.clock.now()
    const silence = silentMs + Math.min(now - askedAt, storageLimits.hiddenTimerMs)
    if (this.#mark.isThere() && silence < storageLimits.silentHolderMs) return this.#ask(silence)
    const place = { since: now, nonce: this.#place.nonce }
    this.#state = { phase: 'holding', place }
    this.#renew(place)
    this.#held()
  }

  /** Rule 5. */
  #renew(place: Place): void {
    this.#mark.write(place.nonce)
    this.#post('held', place)
    this.#after(storageLimits.renewMarkMs, () => this.#renew(place))
  }

  /** Rule 5: another tab holds the name too. */
  #meet(other: Place, own: Place): void {
    if (isBefore(other, own)) return this.#post('held', own)
    this.#close()
    this.#options.onLost()
  }

  #yield(): void {
    this.#state = { phase: 'yielding' }
    this.#askLater()
  }

  /** Rule 1. */
  #wait(): void {
    const { clock, onHeldElsewhere, patienceMs = storageLimits.heldElsewhereMs } = this.#options
    const now = clock.now()
    this.#firstAnswer ??= now
    const patienceLeftMs = this.#firstAnswer + patienceMs - now
    this.#state = { phase: 'waiting' }
    if (this.#hasTold || patienceLeftMs <= 0) this.#askLater()
    else this.#after(patienceLeftMs, () => this.ask())
    if (this.#hasTold || patienceLeftMs > 0) return
    this.#hasTold = true
    onHeldElsewhere()
  }

  #askLater(): void {
    const { random } = this.#options
    this.#after(storageLimits.askAgainMs * (1 + random() / 2), () => this.ask())
  }

  #after(delayMs: number, action: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.after(delayMs, action)
  }

  #close(): void {
    this.#state = { phase: 'closed' }
    this.#cancelTimer()
    this.#channel.close()
  }

  #post(kind: ClaimMessage['kind'], place: Place): void {
    post(this.#channel, { kind, ...place })
  }
}

/**
 * Whether somebody holds the name, has left a mark that it does, or asks for it now. Asked from behind everybody, so
 * nobody yields to it.
 */
export const isClaimedByChannel = (
  channel: BroadcastChannel,
  mark: ClaimMark,
  clock: ClaimOptions['clock'],
): Promise<boolean> =>
  new Promise((resolve) => {
    const answer = (isClaimed: boolean): void => {
      cancel()
      channel.close()
      resolve(isClaimed)
    }
    const cancel = clock.after(storageLimits.objectionMs, () => answer(mark.isThere()))
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = parseClaimMessage(event.data)
      // The others who only want to know are no claim.
      if (message && message.since < Infinity && message.kind !== 'released') answer(true)
    })
    post(channel, { kind: 'ask', since: Infinity, nonce: 1 })
  })

const post = (channel: BroadcastChannel, message: ClaimMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin
  channel.postMessage(message)
}

const isBefore = (a: Place, b: Place): boolean => a.since < b.since || (a.since === b.since && a.nonce < b.nonce)

const parseClaimMessage = (value: unknown): ClaimMessage | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind: rawKind, since, nonce } = value as Record<string, unknown>
  const kind = kinds.find((known) => known === rawKind)
  return kind && typeof since === 'number' && typeof nonce === 'number' ? { kind, since, nonce } : undefined
}
