import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase64url, toBase64url } from '../../../client/gossip/wire/base64url.ts'
import { parsePeerId } from '../../../client/gossip/wire/peer-id.ts'

it('a PeerId is the one spelling of 32 bytes', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toBase64url)
  const nearlyRight = fc
    .tuple(key, fc.nat(43), fc.constantFrom('A', 'E', 'B', 'J', '9', '_', '-', '+', '/', '=', '\n'))
    .map(([text, at, char]) => text.slice(0, at) + char + text.slice(at + 1))
  fc.assert(
    fc.property(fc.oneof(key, nearlyRight), (text) => {
      const isKey = text.length === 43 && fromBase64url(text) !== undefined
      expect(parsePeerId(text)).toBe(isKey ? text : undefined)
    }),
    { numRuns: 1_000 },
  )
})
