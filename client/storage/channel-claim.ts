import { storageLimits } from './limits.ts'
import type { ClaimOptions, NameClaim } from './name-claim.ts'

/**
 * A name's claim over a BroadcastChannel, for pages without Web Locks (plain http on a LAN). A tab asks, and holds the
 * name if nobody objects in time.
 *
 * 1. A holder objects to every ask.
 * 2. Of two that ask at the same time the one that has waited longer is ahead and says so; the other yields. Either both
 *    hear each other, or the one that opened its channel first hears the other, and that suffices: it objects or yields.
 * 3. A tab that yielded or met an objection waits, and asks again when the name is released, and from time to time in
 *    case that its holder crashed.
 * 4. Nothing takes a held name away. A holder that stood still (frozen, stopped in a debugger) can't object and may be
 *    overtaken; the signalling server, which lets one socket hold a name, then stops the older one.
 */
export const claimByChannel = (channel: BroadcastChannel, options: ClaimOptions): Promise<NameClaim> => {
  const { clock, random, onHeldElsewhere, signal } = options
  const place: Place = { since: clock.now(), nonce: random() }

  return new Promise((resolve, reject) => {
    let state: 'asking' | 'waiting' | 'held' | 'closed' = 'waiting'
    let cancelTimer = (): void => undefined
    let hasReported = false

    const post = (kind: ClaimMessage['kind']): void => {
      const message: ClaimMessage = { kind, ...place }
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin
      channel.postMessage(message)
    }

    const ask = (): void => {
      state = 'asking'
      post('ask')
      cancelTimer()
      cancelTimer = clock.after(storageLimits.objectionMs, hold)
    }

    const wait = (): void => {
      state = 'waiting'
      cancelTimer()
      cancelTimer = clock.after(storageLimits.askAgainMs * (1 + random() / 2), ask)
      if (hasReported) return
      hasReported = true
      onHeldElsewhere()
    }

    const close = (): void => {
      state = 'closed'
      cancelTimer()
      signal?.removeEventListener('abort', abort)
      channel.close()
    }

    const abort = (): void => {
      // Somebody may have yielded to this ask.
      if (state === 'asking') post('released')
      close()
      reject(signal?.reason as Error)
    }

    const release = (): void => {
      if (state !== 'held') return
      post('released')
      close()
    }

    const hold = (): void => {
      state = 'held'
      signal?.removeEventListener('abort', abort)
      resolve({ by: 'channel', release })
    }

    const receive = (message: ClaimMessage): void => {
      switch (message.kind) {
        case 'ask':
          if (state === 'held') post('held')
          else if (state === 'asking') {
            if (isBefore(place, message)) post('ahead')
            else wait()
          }
          return
        // Everybody hears it; it concerns only those who are behind.
        case 'ahead':
          if (state === 'asking' && isBefore(message, place)) wait()
          return
        case 'held':
          if (state === 'asking') wait()
          return
        case 'released':
          if (state === 'waiting') ask()
          return
      }
    }

    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = parseClaimMessage(event.data)
      if (message) receive(message)
    })
    signal?.addEventListener('abort', abort)
    ask()
  })
}

/**
 * Whether somebody holds the name or asks for it now. Asked from behind everybody, so nobody yields to it. A holder that
 * stands still can't answer.
 */
export const isClaimedByChannel = (channel: BroadcastChannel, clock: ClaimOptions['clock']): Promise<boolean> =>
  new Promise((resolve) => {
    const answer = (isClaimed: boolean): void => {
      cancel()
      channel.close()
      resolve(isClaimed)
    }
    const cancel = clock.after(storageLimits.objectionMs, () => answer(false))
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = parseClaimMessage(event.data)
      // The others who only want to know are no claim.
      if (message && message.since < Infinity && message.kind !== 'released') answer(true)
    })
    const question: ClaimMessage = { kind: 'ask', since: Infinity, nonce: 1 }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has one origin
    channel.postMessage(question)
  })

/** A place in the queue: when its tab began to claim, and a random number should two have begun together. */
interface Place {
  readonly since: number
  readonly nonce: number
}

const kinds = ['ask', 'ahead', 'held', 'released'] as const

interface ClaimMessage extends Place {
  readonly kind: (typeof kinds)[number]
}

const isBefore = (a: Place, b: Place): boolean => a.since < b.since || (a.since === b.since && a.nonce < b.nonce)

const parseClaimMessage = (value: unknown): ClaimMessage | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind: rawKind, since, nonce } = value as Record<string, unknown>
  const kind = kinds.find((known) => known === rawKind)
  return kind && typeof since === 'number' && typeof nonce === 'number' ? { kind, since, nonce } : undefined
}
