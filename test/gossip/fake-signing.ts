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
    const content = { author: author.peerId, name: nameOf(`node${author.index}`), epoch: author.epoch }
    const entries = [{ time: 0, body }]
    const signature = new Uint8Array(64)
    const block = {
      ...content,
      height,
      firstSeq: height,
      prev,
      hash,
      entries,
      bytes,
      signature,
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

const found = <Sealed>(sealed: ReadonlyMap<string, Sealed>, bytes: Uint8Array): Sealed => {
  const one = sealed.get(new TextDecoder().decode(bytes).trim())
  if (!one) throw new Error('nobody made this')
  return one
}
