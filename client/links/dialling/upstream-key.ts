import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'

export interface UpstreamKeyOptions {
  /** The key that the address names; no other is ever accepted. */
  readonly pin: PeerId | undefined
  /** The key that the name had at its last link. */
  readonly trusted: PeerId | undefined
  remember(peerId: PeerId): void
}

/** The key that an upstream's name must have: the pinned one, else the remembered one, else any, which is remembered. */
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

  /** Why a key with which the name is registered is not dialled. */
  problem(announced: string): 'wrong-key' | 'key-changed' | undefined {
    const { expected } = this
    if (expected === undefined || announced === expected) return undefined
    return this.#options.pin ? 'wrong-key' : 'key-changed'
  }

  /** Replaces the remembered key, unless the address pins one. */
  trust(announced: string): void {
    const peerId = parsePeerId(announced)
    if (!peerId || this.#options.pin || this.#trusted === peerId) return
    this.#trusted = peerId
    this.#options.remember(peerId)
  }
}
