import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { toBase64url } from '../../client/gossip/wire/base64url.ts'
import { type PeerId, parsePeerId } from '../../client/gossip/wire/peer-id.ts'
import type { StoredKey } from '../../client/node/shared/signatures.ts'
import type { Ed25519 } from '../../client/storage/ed25519.ts'
import type { Sign } from '../../client/node/shared/signatures.ts'

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n
const fieldSize = 2n ** 255n - 19n

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const littleEndian = (value: bigint): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))
const fromLittleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => Array.from(part)))
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const peerIdOf = (bytes: Uint8Array): PeerId => {
  const peerId = parsePeerId(toBase64url(bytes))
  if (!peerId) throw new Error('not a PeerId')
  return peerId
}

export const signerOf = async (ed25519: Ed25519, key: StoredKey): Promise<Sign> => {
  const sign = await ed25519.signer(key)
  if (!sign) throw new Error('a key that cannot sign')
  return sign
}

/** RFC 8032, section 7.1: seed, public key, message, signature. */
const rfc8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
] as const

const order8 = Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')

/** The eight points of order 8 or less, and the alternative encodings that some decoders accept. */
export const smallOrderPoints = [
  ...Array.from({ length: 8 }, (_, times) => order8.multiplyUnsafe(BigInt(times)).toBytes()),
  ...[0n, 1n, fieldSize - 1n, fieldSize, fieldSize + 1n].flatMap((y) => [
    littleEndian(y),
    littleEndian(y | (1n << 255n)),
  ]),
]

/** A signature by the private scalar `a` and nonce `r`, with `twist` added to the key and `twistR` to R. */
const craft = (message: Uint8Array, twist: Point, twistR: Point) => {
  const [a, r] = [123_456_789n, 987_654_321n]
  const publicKey = Point.BASE.multiplyUnsafe(a).add(twist).toBytes()
  const encodedR = Point.BASE.multiplyUnsafe(r).add(twistR).toBytes()
  const k = fromLittleEndian(sha512(concat(encodedR, publicKey, message))) % groupOrder
  const signature = concat(encodedR, littleEndian((r + k * a) % groupOrder))
  return { peerId: peerIdOf(publicKey), signature, k }
}

/** What each implementation must do, including the corner cases in which implementations of Ed25519 differ. */
export const describeEd25519 = (title: string, load: () => Promise<Ed25519>): void => {
  describe(title, () => {
    const message = utf8('grapevine test 1\nhello')
    let ed25519: Ed25519

    beforeAll(async () => {
      ed25519 = await load()
    })

    /** A new key, and its signature of the message. */
    const signMessage = async () => {
      const key = await ed25519.generate()
      return { key, signature: await (await signerOf(ed25519, key))(message) }
    }

    it('verifies what its own keys sign', async () => {
      const { key, signature } = await signMessage()
      expect(signature).toHaveLength(64)
      expect(await ed25519.verify(key.peerId, message, signature)).toBe(true)
      expect(await ed25519.verify(key.peerId, utf8('another'), signature)).toBe(false)
      expect(await ed25519.verify((await ed25519.generate()).peerId, message, signature)).toBe(false)
    })

    it.each(rfc8032)('signs as RFC 8032 with the seed %s', async (seed, publicKey, text, expected) => {
      const peerId = peerIdOf(fromHex(publicKey))
      const signature = await (await signerOf(ed25519, { peerId, secret: fromHex(seed) }))(fromHex(text))
      expect(await ed25519.verify(peerId, fromHex(text), signature)).toBe(true)
      expect(signature).toEqual(fromHex(expected))
    })

    it('rejects a signature with any bit changed', async () => {
      const { key, signature } = await signMessage()
      await fc.assert(
        fc.asyncProperty(fc.nat(511), async (bit) => {
          const changed = Uint8Array.from(signature, (byte, index) =>
            index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
          )
          expect(await ed25519.verify(key.peerId, message, changed)).toBe(false)
        }),
        { numRuns: 40 },
      )
    })

    it('rejects signatures and keys that have the wrong size or encode no point', async () => {
      const { key, signature } = await signMessage()
      expect(await ed25519.verify(key.peerId, message, signature.subarray(0, 63))).toBe(false)
      expect(await ed25519.verify(key.peerId, message, concat(signature, Uint8Array.of(0)))).toBe(false)
      expect(await ed25519.verify(key.peerId, message, new Uint8Array())).toBe(false)
      expect(await ed25519.verify('short' as PeerId, message, signature)).toBe(false)
      // No point of the curve has y = 2.
      const noPoint = peerIdOf(littleEndian(2n))
      expect(await ed25519.verify(noPoint, message, signature)).toBe(false)
      expect(await ed25519.verify(noPoint, message, signature)).toBe(false)
    })

    it('rejects S beyond the group order, which would give every signature a second form', async () => {
      const { peerId, signature } = craft(message, Point.ZERO, Point.ZERO)
      const s = fromLittleEndian(signature.subarray(32))
      expect(await ed25519.verify(peerId, message, signature)).toBe(true)
      expect(
        await ed25519.verify(peerId, message, concat(signature.subarray(0, 32), littleEndian(s + groupOrder))),
      ).toBe(false)
    })

    it('rejects keys of small order, under which one signature fits any message', async () => {
      for (const publicKey of smallOrderPoints) {
        for (const encodedR of smallOrderPoints) {
          expect(await ed25519.verify(peerIdOf(publicKey), message, concat(encodedR, littleEndian(0n)))).toBe(false)
        }
      }
    })

    it('rejects R of small order under an honest key', async () => {
      const a = 123_456_789n
      const publicKey = Point.BASE.multiplyUnsafe(a).toBytes()
      for (const encodedR of smallOrderPoints) {
        const k = fromLittleEndian(sha512(concat(encodedR, publicKey, message))) % groupOrder
        const signature = concat(encodedR, littleEndian((k * a) % groupOrder))
        expect(await ed25519.verify(peerIdOf(publicKey), message, signature)).toBe(false)
      }
    })

    it('rejects R outside of the main group, which only a check with the cofactor accepts', async () => {
      const { peerId, signature } = craft(message, Point.ZERO, order8)
      expect(await ed25519.verify(peerId, message, signature)).toBe(false)
    })

    it('accepts a key outside of the main group only if the equation holds without the cofactor', async () => {
      const seen = new Set<boolean>()
      for (let index = 0; seen.size < 2; index += 1) {
        const text = utf8(`message ${index}`)
        const { peerId, signature, k } = craft(text, order8, Point.ZERO)
        expect(await ed25519.verify(peerId, text, signature)).toBe(k % 8n === 0n)
        seen.add(k % 8n === 0n)
      }
    })

    it('makes no signer from an invalid key', async () => {
      const { peerId } = await ed25519.generate()
      for (const secret of [new Uint8Array(31), new Uint8Array(), {}, [], 'key']) {
        expect(await ed25519.signer({ peerId, secret: secret as StoredKey['secret'] })).toBeUndefined()
      }
    })
  })
}
