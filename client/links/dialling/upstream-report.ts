import type { UpstreamOnline } from '../../../signal-server/shared/protocol.ts'

/** Why an upstream can't be dialled by what the server says; `server-unknown` until the server has answered or failed once. */
export type UpstreamAbsence = 'server-unknown' | 'server-offline' | 'server-divided' | 'not-there'

/** What the signalling server says of one upstream. It is void once the registration is lost. */
export class UpstreamReport {
  #server: 'unknown' | 'offline' | 'registered' = 'unknown'
  #presence: UpstreamOnline | undefined
  #similar: string | undefined
  #isDivided = false
  #newsAt = -Infinity

  /** The upstream as it is registered; may arrive before this node's own registration is acknowledged. */
  get presence(): UpstreamOnline | undefined {
    return this.#presence
  }

  /** A registered name that differs from an absent upstream's name by case alone. */
  get similar(): string | undefined {
    return this.#presence ? undefined : this.#similar
  }

  /** Undefined: this node is registered, and so is the upstream. */
  get absence(): UpstreamAbsence | undefined {
    if (this.#server !== 'registered') return `server-${this.#server}`
    if (this.#presence) return undefined
    // A divided server knows only some of the tabs: the upstream may be registered with another part.
    return this.#isDivided ? 'server-divided' : 'not-there'
  }

  registered(): void {
    this.#server = 'registered'
  }

  /** After the next registration the server reports anew. */
  unregistered(): void {
    this.#server = 'offline'
    this.#presence = undefined
    this.#similar = undefined
    this.#isDivided = false
  }

  /** Milliseconds of the node's clock at the latest `online`; -Infinity before the first. */
  get newsAt(): number {
    return this.#newsAt
  }

  online(presence: UpstreamOnline, now: number): void {
    this.#presence = presence
    this.#newsAt = now
  }

  /** The upstream has left; the server reports when it registers again. */
  left(): void {
    this.#presence = undefined
  }

  foundSimilar(name: string): void {
    this.#similar = name
  }

  divided(isDivided: boolean): void {
    this.#isDivided = isDivided
  }
}
