import type { JsonValue } from '../../gossip/wire/entry.ts'
import { BodyRefusal, readBody } from '../../gossip/wire/body.ts'

/**
 * A copy of a body to publish. Throws a TypeError, which names the place of a value that can't be carried, or a RangeError
 * if it has more values than bytes are allowed.
 */
export const readDraftBody = (value: unknown): JsonValue | Uint8Array => {
  const body = readBody(value)
  if (!(body instanceof BodyRefusal)) return body
  throw body.kind === 'too-large' ? new RangeError(body.message) : new TypeError(body.message)
}
