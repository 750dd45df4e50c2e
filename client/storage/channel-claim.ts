import type { ClaimMark } from './claim-mark.ts'
import { storageLimits } from './limits.ts'
import type { ClaimOptions, NameClaim } from './claim.ts'

/** Orders the tabs that ask, and the holders: the smaller `since` is ahead, then the smaller `nonce`. */
interface Place {
  /** When the tab began to ask or, of a holder, when it got the name. Milliseconds since 1970, by one machine's clock. */
  readonly since: number
  /** Random. */
  readonly nonce: number
}

const kinds = ['ask', 'ahead', 'held', 'released'] as const

interface ClaimMessage extends Place {
  readonly kind: (typeof kinds)[number]
}

type State =
  /** This tab has asked at `askedAt`. Before that, nobody had answered for `silentMs` in which this tab was running. */
  | { readonly phase: 'asking'; readonly askedAt: number; readonly silentMs: number }
  /** Another tab asks too, and is ahead. Whether any tab holds the name is unknown. */
  | { readonly phase: 'yielding' }
  /** A holder has answered. */
  | { readonly phase: 'waiting' }
  | { readonly phase: 'holding'; readonly place: Place }
  | { readonly phase: 'closed' }

/**
 * The claim to a name over a BroadcastChannel, for pages without Web Locks (plain http on a LAN).
 *
 * 1. A tab asks, and a holder answers every question. `onHeldElsewhere` is called only after a holder has answered twice,
 *    `patienceMs` apart: the first answer may come from the former document of this tab, which is being unloaded.
 * 2. After silence the tab that asks gets the name: at once if no tab has left a mark, after `silentHolderMs` if one has.
 *    The tab of that mark has crashed or stalls. Time in which the asking tab stalled itself does not count as silence.
 * 3. Of two tabs that ask at the same time the one that has waited longer is ahead and says so; the other yields. Either
 *    both receive the other's question, or the one that opened its channel first does, and that suffices.
 * 4. A tab that yielded, or waits for a holder, asks again when the name is released, and from time to time.
 * 5. Of two holders the later one keeps the name, since the earlier one stalled when it lost it. A holder announces itself
 *    when it gets the name and from time to time; the earlier one receives that and ends.
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
  readonly #onHeld: () => void
  readonly #place: Place
  #state: State = { phase: 'yielding' }
  #cancelTimer = (): void => undefined
  /** Rule 1: until then the holder may release the name unreported; undefined until its first answer. */
  #patientUntil: number | undefined
  #isReported = false

  constructor(channel: BroadcastChannel, mark: ClaimMark, options: ClaimOptions, onHeld: () => void) {
    this.#channel = channel
    this.#mark = mark
    this.#options = options
    this.#onHeld = onHeld
    this.#place = { since: options.clock.now(), nonce: options.random() }
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = parseClaimMessage(event.data)
      if (message) this.#receive(message)
    })
  }

  ask(silentMs = 0): void {
    const askedAt = this.#options.clock.now()
    this.#state = { phase: 'asking', askedAt, silentMs }
    this.#post('ask', this.#place)
    this.#after(storageLimits.objectionMs, () => this.#holdOrAskAgain(askedAt, silentMs))
  }

  abort(): void {
    // Another tab may have yielded to this one.
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
      // Every tab receives it; it concerns only those behind the sender.
      case 'ahead':
        if (phase === 'asking' && isBefore(message, this.#place)) this.#yield()
        return
      case 'held':
        if (this.#state.phase === 'holding') this.#contest(message, this.#state.place)
        else if (phase !== 'closed') this.#wait()
        return
      case 'released':
        if (phase === 'waiting' || phase === 'yielding') this.ask()
        return
    }
  }

  /** Rule 2. */
  #holdOrAskAgain(askedAt: number, silentMs: number): void {
    const now = this.#options.clock.now()
    const silence = silentMs + Math.min(now - askedAt, storageLimits.hiddenTimerMs)
    if (this.#mark.isThere() && silence < storageLimits.silentHolderMs) return this.ask(silence)
    const place = { since: now, nonce: this.#place.nonce }
    this.#state = { phase: 'holding', place }
    this.#renew(place)
    this.#onHeld()
  }

  /** Rule 5. */
  #renew(place: Place): void {
    this.#mark.write(place.nonce)
    this.#post('held', place)
    this.#after(storageLimits.renewMarkMs, () => this.#renew(place))
  }

  /** Rule 5: another tab holds the name too. */
  #contest(other: Place, own: Place): void {
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
    this.#state = { phase: 'waiting' }
    this.#patientUntil ??= now + patienceMs
    if (!this.#isReported && now < this.#patientUntil) return this.#after(this.#patientUntil - now, () => this.ask())
    this.#askLater()
    if (this.#isReported) return
    this.#isReported = true
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
 * Whether a tab holds the name, has left a fresh mark for it, or asks for it now. The question has the last place of all,
 * so no tab yields to it.
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
      // A tab that asks this same question claims nothing.
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
