import type { VerifiedBlock } from '../../client/gossip/wire/block.ts'
import type { CarriedBlock } from '../../client/gossip/wire/envelope.ts'
import type { CarriedNotice, NoticeContent, VerifiedNotice } from '../../client/gossip/wire/notice.ts'
import type { PeerId } from '../../client/gossip/wire/peer-id.ts'
import { nameOf } from '../links/network-node.ts'

/** Makes blocks and notices as if their authors had signed them, and looks them up by their bytes. */
export class FakeSigning {
  readonly #blocks = new Map<string, VerifiedBlock>()
  readonly #notices = new Map<string, VerifiedNotice>()

  block(
    author: { readonly index: number; readonly peerId: PeerId; readonly epoch: string },
    { height, hash, prev, body }: { height: number; hash: string; prev: string; body: string },
  ): VerifiedBlock {
    const bytes = new TextEncoder().encode(hash.padEnd(100))
    const block = {
      author: author.peerId,
      name: nameOf(`node${author.index}`),
      epoch: author.epoch,
      height,
      firstSeq: height,
      prev,
      hash,
      entries: [{ time: 0, body }],
      bytes,
      signature: new Uint8Array(64),
    } as unknown as VerifiedBlock
    this.#blocks.set(hash, block)
    return block
  }

  notice(content: NoticeContent): VerifiedNotice {
    const id = `notice ${this.#notices.size}`
    const bytes = new TextEncoder().encode(id.padEnd(300))
    const notice = { ...content, signed: { bytes, signature: new Uint8Array(64) } } as VerifiedNotice
    this.#notices.set(id, notice)
    return notice
  }

  decodeBlock({ bytes }: Pick<CarriedBlock, 'bytes'>): VerifiedBlock {
    return found(this.#blocks, bytes)
  }

  decodeNotice({ bytes }: Pick<CarriedNotice, 'bytes'>): VerifiedNotice {
    return found(this.#notices, bytes)
  }
}

/** A block as its author or a relay sends it; by default as a relay that got it from the author. */
export const carriedBlock = (
  { bytes, signature, name }: VerifiedBlock,
  hops: CarriedBlock['hops'] = [{ name, heldMs: 0, rttMs: 0 }],
): CarriedBlock => ({ bytes, signature, hops, heldMs: 0, model: undefined })

const found = <Sealed>(sealed: ReadonlyMap<string, Sealed>, bytes: Uint8Array): Sealed => {
  const one = sealed.get(new TextDecoder().decode(bytes).trim())
  if (!one) throw new Error('nobody made this')
  return one
}
