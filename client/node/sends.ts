import { encodeValue } from '../gossip/codec/cbor.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import type { SendFailure } from '../gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../gossip/effects/gossip-event.ts'
import type { SendOptions } from './api/grapevine.ts'
import { refusedError } from './api/node-error.ts'
import { readSend } from './shared/draft-body.ts'

interface Pending {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** The promises of `send()`. */
export class Sends {
  readonly #pending = new Map<number, Pending>()
  #ids = 0

  /** `handle`: undefined while the node has no links. */
  async add(
    peerId: unknown,
    value: unknown,
    options: SendOptions | undefined,
    handle: ((event: GossipEvent) => void) | undefined,
  ): Promise<void> {
    const { body, ...draft } = readSend(peerId, value, options)
    const bytes = encodeValue(body)
    const { maxDirectBytes } = gossipLimits
    if (bytes.length > maxDirectBytes) {
      throw new RangeError(`a body of ${bytes.length} bytes; the limit is ${maxDirectBytes}`)
    }
    if (!handle) throw refusedError('not-linked')
    this.#ids += 1
    const id = this.#ids
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      handle({ type: 'send', id, ...draft, bytes })
    })
  }

  sent(id: number, failure: SendFailure | undefined): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (failure) pending?.reject(refusedError(failure))
    else pending?.resolve()
  }
}
