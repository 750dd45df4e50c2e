import type { Block } from '../../../client/gossip/wire/block.ts'
import { type Codec, wireCodec } from '../../../client/gossip/codec/codec.ts'
import type { CarriedBlock, Envelope, ReceivedEnvelope } from '../../../client/gossip/wire/envelope.ts'

/** The codec of the wire for many nodes in one process: what one of them has encoded or parsed, no other decodes again. */
export const createSharedCodec = (): Codec => {
  const frames = new WeakMap<Uint8Array, ReceivedEnvelope>()
  const blocks = new WeakMap<Uint8Array, Block>()
  return {
    ...wireCodec,
    encodeFrame: (envelope: Envelope) => {
      const frame = wireCodec.encodeFrame(envelope)
      frames.set(frame, envelope)
      return frame
    },
    decodeFrame: (frame) => frames.get(frame) ?? wireCodec.decodeFrame(frame),
    parseBlock: (carried: Pick<CarriedBlock, 'bytes' | 'signature'>) => {
      const { bytes, signature } = carried
      const known = blocks.get(bytes)
      if (known) return known.signature === signature ? known : { ...known, signature }
      const block = wireCodec.parseBlock(carried)
      if (block) blocks.set(bytes, block)
      return block
    },
  }
}
