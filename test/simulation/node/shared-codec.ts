import type { Block } from '../../../client/gossip/wire/block.ts'
import { type Codec, wireCodec } from '../../../client/gossip/codec/codec.ts'
import type { CarriedBlock, Envelope } from '../../../client/gossip/wire/envelope.ts'

/** Bytes with what they encode. A WeakMap would cost more than all else that a node does with them. */
type Known<Value> = Uint8Array<ArrayBuffer> & { known?: Value | undefined }

/** The codec of the wire for many nodes in one process: what one of them has encoded or parsed, no other decodes again. */
export const sharedCodec: Codec = {
  ...wireCodec,
  encodeFrame: (envelope) => {
    const frame: Known<Envelope> = wireCodec.encodeFrame(envelope)
    frame.known = envelope
    return frame
  },
  decodeFrame: (frame) => (frame as Known<Envelope>).known ?? wireCodec.decodeFrame(frame),
  parseBlock: (carried: Pick<CarriedBlock, 'bytes' | 'signature'>) => {
    const { signature } = carried
    const bytes: Known<Block> = carried.bytes
    bytes.known ??= wireCodec.parseBlock(carried)
    return bytes.known?.signature === signature ? bytes.known : bytes.known && { ...bytes.known, signature }
  },
}
