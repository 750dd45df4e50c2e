import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeCanonical } from './independent/canonical-cbor.ts'
import { noticeKinds, type ReadBlock, readBlock, readFrame } from './independent/frame-reader.ts'
import { readEphemeral } from './independent/messages.ts'
import { describeLog, digestOf } from './independent/ledger.ts'
import { isSigned, isValidSignature } from './independent/signatures.ts'
import { halfSipHash, summaryOf } from './independent/summary.ts'
import { type LedgerVector, readVectors } from './vector-files.ts'

const [keys, blocks, notices, ephemerals, frames, refused, ledgers, signatures, cbor] = await Promise.all([
  readVectors('keys'),
  readVectors('blocks'),
  readVectors('notices'),
  readVectors('ephemerals'),
  readVectors('frames'),
  readVectors('refused'),
  readVectors('ledgers'),
  readVectors('signatures'),
  readVectors('cbor'),
])

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')

const firstOf = (run: readonly string[]): ReadBlock => readBlock(bytesOf(run[0] ?? ''))

const described = ({ logs }: LedgerVector) =>
  logs
    .map(({ held, fork }) => {
      const proof = fork && ([firstOf(fork.one), firstOf(fork.other)] as const)
      return describeLog({ held: held.map((block) => readBlock(bytesOf(block))), fork: proof })
    })
    .filter((log) => log !== undefined)

describe('a reader that shares no code with the core', () => {
  it.each(keys)('derives the key of $name from its seed', ({ seed, publicKey, peerId }) => {
    // The DER of an Ed25519 private key (RFC 8410) is this prefix and the seed.
    const der = Buffer.concat([bytesOf('302e020100300506032b657004220420'), bytesOf(seed)])
    const { x } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
      format: 'jwk',
    })
    expect(x).toBe(peerId)
    expect(bytesOf(publicKey).toString('base64url')).toBe(peerId)
  })

  it.each(blocks)('reads a block: $title', ({ content, bytes, hash, signature }) => {
    const block = readBlock(bytesOf(bytes))
    expect(block).toMatchObject({ content, hash })
    expect(isSigned('grapevine block 1\n', block.author, bytesOf(bytes), bytesOf(signature))).toBe(true)
  })

  it.each(notices)('reads a notice: $title', ({ type, content, bytes, signature }) => {
    const { label, read } = noticeKinds[type]
    const fields = read(decodeCanonical(bytesOf(bytes)))
    expect(fields).toEqual(content)
    expect(isSigned(label, fields['author'] as string, bytesOf(bytes), bytesOf(signature))).toBe(true)
  })

  it.each(ephemerals)('reads an ephemeral message: $title', ({ content, bytes, signature }) => {
    const read = readEphemeral(bytesOf(bytes))
    expect(read).toEqual(content)
    const isGood = isSigned('grapevine ephemeral 1\n', String(read['author']), bytesOf(bytes), bytesOf(signature))
    expect(isGood).toBe(true)
  })

  it.each(frames)('reads $type: $title', ({ meaning, frame }) => {
    expect(readFrame(bytesOf(frame))).toEqual(meaning)
  })

  it.each(refused.filter(({ needsLink }) => !needsLink))('refuses $title as $reason', ({ reason, frame }) => {
    expect(() => readFrame(bytesOf(frame))).toThrow(new Error(reason))
  })

  it.each(refused.filter(({ needsLink }) => needsLink))('reads $title, which only a link refuses', ({ frame }) => {
    expect(() => readFrame(bytesOf(frame))).not.toThrow()
  })

  it.each(signatures)('agrees about $title', ({ publicKey, message, signature, isValid }) => {
    const peerId = bytesOf(publicKey).toString('base64url')
    expect(isValidSignature(peerId, bytesOf(message), bytesOf(signature))).toBe(isValid)
  })

  it.each(cbor)('agrees about CBOR: $title', ({ bytes, isCanonical }) => {
    const read = expect(() => decodeCanonical(bytesOf(bytes)))
    if (isCanonical) read.not.toThrow()
    else read.toThrow()
  })

  it.each(ledgers)('computes the digests and the frontier of $title', (ledger) => {
    const logs = described(ledger)
    expect(logs.map(({ text }) => text).sort()).toEqual(ledger.texts)
    expect(digestOf(logs.map(({ text }) => text))).toBe(ledger.digest)
    const retentionTexts = logs.flatMap(({ retentionText }) => retentionText ?? [])
    expect(retentionTexts).toEqual(ledger.retentionTexts)
    expect(digestOf(retentionTexts)).toBe(ledger.retention)
    expect(logs.map(({ entry }) => entry)).toEqual(expect.arrayContaining([...ledger.frontier]))
    const sketch = Array.from({ length: 8 }, (_, bucket) =>
      logs.reduce((sum, log) => sum + (log.bucket === bucket ? log.reach : 0), 0),
    )
    expect(sketch).toEqual(ledger.sketch)
  })

  it.each(ledgers)('computes the summary of $title', (ledger) => {
    const logs = described(ledger).map(({ entry, state }) => ({ log: entry.log, state }))
    expect(summaryOf(logs, ledger.summary)).toBe(ledger.summary.cells)
  })

  it('computes HalfSipHash as its reference implementation does', () => {
    // The vectors for 64 bits of output: the key 00 01 .. 07, and the texts of 0 and of 7 bytes 00 01 .. 06.
    const hashOf = (text: string): string => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(halfSipHash(text, 0x03020100n, 0x07060504n))
      return bytes.toString('hex')
    }
    expect(hashOf('')).toMatch(/^218d1f59b9b8/)
    expect(hashOf('\0\x01\x02\x03\x04\x05\x06')).toMatch(/^ff202728b07b/)
  })

  it.each(ledgers)('checks the proofs of $title', ({ proofs }) => {
    for (const proof of proofs) expect(readFrame(bytesOf(proof))).toMatchObject({ type: 'fork' })
  })
})
