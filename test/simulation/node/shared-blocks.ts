import type { Block } from '../../../client/gossip/wire/block.ts'
import { parseBlock } from '../../../client/node/codec/signed-block.ts'

/** Decoded blocks by the bytes object of their packet: each block is decoded once for all nodes if packets are objects. */
export class SharedBlocks {
  readonly #blocks = new WeakMap<Uint8Array, Block>()

  read(bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Block | undefined {
    const known = this.#blocks.get(bytes)
    if (known) return known
    const read = parseBlock(bytes, signature)
    if (read) this.#blocks.set(bytes, read)
    return read
  }
}
