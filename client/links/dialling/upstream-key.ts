import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'

export interface UpstreamKeyOptions {
  /** The key that the address names; then no other is ever linked to. */
  readonly pin: PeerId | undefined
  /** The key that the name had last time, and the way to remember another. */
  readonly trusted: PeerId | undefined
  remember(peerId: PeerId): void
}

/** The key that an upstream's name must have: the pinned one, or else the remembered one, or else any, once. */
export class UpstreamKey {
  readonly #options: UpstreamKeyOptions
  #trusted: PeerId | undefined

  constructor(options: UpstreamKeyOptions) {
    this.#options = options
    this.#trusted = options.trusted
  }

  get expected(): PeerId | undefined {
    return this.#options.pin ?? this.#trusted
  }

  /** Why this key, which the server says the name has, is not dialled. */
  problem(announced: string): 'wrong-key' | 'key-changed' | undefined {
    const { expected } = this
    if (expected === undefined || announced === expected) return undefined
    return this.#options.pin ? 'wrong-key' : 'key-changed'
  }

  /** Takes the key in place of the one before; never in place of a pinned one. */
  trust(announced: string): void {
    const peerId = parsePeerId(announced)
    if (!peerId || this.#options.pin || this.#trusted === peerId) return
    this.#trusted = peerId
    this.#options.remember(peerId)
  }
}
