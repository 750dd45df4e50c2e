/** Ephemeral and direct messages, for the reader that shares no code with the core. */
import { readBody } from './body.ts'
import { decodeCanonical } from './canonical-cbor.ts'
import {
  check,
  count,
  epoch,
  type Fields,
  fromHex,
  hex,
  isBytes,
  key,
  list,
  name,
  or,
  positive,
  type Read,
  refuse,
  struct,
} from './fields.ts'
import { isSigned } from './signatures.ts'

const bytesUpTo =
  (least: number, most: number): Read<string> =>
  (value) => {
    const length = isBytes(value) ? (value as Uint8Array).length : -1
    return length >= least && length <= most ? hex()(value) : refuse('malformed')
  }
export const carriedEphemeral = struct({ bytes: bytesUpTo(0, 16_896), signature: hex(64), path: list(62, name) })
export const piece = bytesUpTo(1, 16_384)
export const topic = check<string>(
  (value) => typeof value === 'string' && /^.{1,128}$/su.test(Buffer.from(value).toString('latin1')),
)
export const orEmpty =
  (read: Read): Read =>
  (value) =>
    value === '' ? '' : read(value)

export const readEphemeral = (bytes: Uint8Array): Fields => {
  const { body, ...content } = struct({
    author: key,
    name,
    epoch,
    number: positive,
    time: count,
    topic: orEmpty(topic),
    body: (field) => field,
  })(decodeCanonical(bytes))
  return { ...content, ...readBody(body) }
}

export interface Piece {
  readonly total: number
  readonly offset: number
  readonly topic: string
  readonly bytes: string
}

export const checkPiece = ({ total, offset, topic: named, bytes }: Piece): void => {
  if (offset + bytes.length / 2 > total || (offset > 0 && named !== '')) refuse('malformed')
}

export const checkEphemeral = ({ bytes, signature }: Fields): void => {
  const content = or('malformed-ephemeral', () => readEphemeral(fromHex(bytes)))
  const isGood = isSigned('grapevine ephemeral 1\n', content['author'] as string, fromHex(bytes), fromHex(signature))
  if (!isGood) refuse('bad-signature')
}

/** A message of one piece is whole. */
export const checkDirect = ({ total, offset, bytes }: Piece): void => {
  if (offset === 0 && bytes.length / 2 === total) readBody(decodeCanonical(fromHex(bytes)))
}
