import { getPublicKey, hashes, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { toBase64url } from '../../../../client/gossip/wire/base64url.ts'
import type { Block, BlockContent, VerifiedBlock } from '../../../../client/gossip/wire/block.ts'
import type { NodeName } from '../../../../client/gossip/wire/node-name.ts'
import type { NoticeContent, SignedBytes } from '../../../../client/gossip/wire/notice.ts'
import { type PeerId, parsePeerId } from '../../../../client/gossip/wire/peer-id.ts'
import { blockMessage, encodeBlock, parseBlock } from '../../../../client/gossip/codec/signed-block.ts'
import type { EphemeralContent } from '../../../../client/gossip/wire/ephemeral.ts'
import { encodeEphemeral, ephemeralMessage } from '../../../../client/gossip/codec/signed-ephemeral.ts'
import { encodeNotice, noticeMessage } from '../../../../client/gossip/codec/signed-notice.ts'
import { nameOf } from '../../../links/network-node.ts'

hashes.sha512 = sha512

/** A node of the vectors. Ed25519 has no random part, so its signatures are always the same. */
export class SampleSigner {
  readonly name: NodeName
  readonly seed: Uint8Array<ArrayBuffer>
  readonly publicKey: Uint8Array
  readonly peerId: PeerId

  constructor(name: string, seedByte: number) {
    this.name = nameOf(name)
    this.seed = new Uint8Array(32).fill(seedByte)
    this.publicKey = getPublicKey(this.seed)
    const peerId = parsePeerId(toBase64url(this.publicKey))
    if (!peerId) throw new Error('a public key that is not 32 bytes')
    this.peerId = peerId
  }

  sign(message: Uint8Array): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(sign(message, this.seed))
  }

  /** The block after `before`, or the first one of a log. */
  block(
    epoch: string,
    before: Block | undefined,
    entries: BlockContent['entries'],
    changed: Partial<BlockContent> = {},
  ): VerifiedBlock {
    const bytes = encodeBlock({
      author: this.peerId,
      name: this.name,
      epoch,
      height: (before?.height ?? 0) + 1,
      firstSeq: before ? before.firstSeq + before.entries.length : 1,
      prev: before?.hash ?? '',
      entries,
      ...changed,
    })
    const block = parseBlock({ bytes, signature: this.sign(blockMessage(bytes)) })
    if (!block) throw new Error('a block that nobody can parse')
    return block as VerifiedBlock
  }

  ephemeral(content: EphemeralContent): SignedBytes {
    const bytes = encodeEphemeral(content)
    return { bytes, signature: this.sign(ephemeralMessage(bytes)) }
  }

  notice(content: NoticeContent): SignedBytes {
    const bytes = encodeNotice(content)
    return { bytes, signature: this.sign(noticeMessage(content.type, bytes)) }
  }
}
