import { sha256 } from '@noble/hashes/sha2.js'

/** CRC-32 of ISO 3309, as in zip files and PNG. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit += 1) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ 0xedb88320
  return rest
})

const crc32 = (parts: readonly Uint8Array[]): number => {
  let rest = 0xffffffff
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 1) {
      rest = (table[(rest ^ (part[index] ?? 0)) & 255] ?? 0) ^ (rest >>> 8)
    }
  }
  return ~rest >>> 0
}

/**
 * The checksum of a record's signatures and block bytes: 4 bytes. It covers what no hash in the chain covers: every
 * signature, and the bytes of a log's newest block. It detects faults of disk, browser and page; an attacker who can write
 * here can write a valid checksum. A third of the time of SHA-256, which took as long as the block's own hash.
 */
export const checksumOf = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const checksum = new Uint8Array(4)
  new DataView(checksum.buffer).setUint32(0, crc32(parts))
  return checksum
}

/** Whether a record's checksum is that of its parts. Earlier versions stored the first 8 bytes of the SHA-256. */
export const isChecksumOf = (checksum: unknown, parts: readonly Uint8Array[]): boolean => {
  if (!(checksum instanceof Uint8Array)) return false
  const computed = checksum.length === 8 ? formerChecksumOf(parts) : checksumOf(parts)
  return computed.length === checksum.length && computed.every((byte, index) => byte === checksum[index])
}

const formerChecksumOf = (parts: readonly Uint8Array[]): Uint8Array => {
  const hash = sha256.create()
  for (const part of parts) hash.update(part)
  return hash.digest().subarray(0, 8)
}
