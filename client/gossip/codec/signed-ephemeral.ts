import { decodeValue, encodeValue } from './cbor.ts'
import { gossipLimits } from '../bounds/limits.ts'
import {
  ephemeralFields,
  type EphemeralContent,
  parseEphemeralFields,
  type SignedEphemeral,
  signedEphemeral,
} from '../wire/ephemeral.ts'
import type { SignedBytes } from '../wire/notice.ts'
import { labelOf, signedMessage } from './signed-message.ts'

const label = labelOf('grapevine ephemeral 1\n')

/** What the author of an ephemeral message signs. */
export const ephemeralMessage = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => signedMessage(label, bytes)

export const encodeEphemeral = (content: EphemeralContent): Uint8Array<ArrayBuffer> =>
  encodeValue(ephemeralFields(content))

/** Parses the bytes of an ephemeral message, and does not verify it. */
export const parseEphemeral = ({ bytes, signature }: SignedBytes): SignedEphemeral | undefined => {
  if (bytes.length > gossipLimits.maxEphemeralBytes) return undefined
  const content = parseEphemeralFields(decodeValue(bytes))
  return content && signedEphemeral(content, { bytes, signature })
}
