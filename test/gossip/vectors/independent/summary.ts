/** HalfSipHash-2-4 with 64 bits of output, from its paper's description, over big integers. */
const mask = 0xffff_ffffn

const rotate = (word: bigint, bits: bigint): bigint => ((word << bits) | (word >> (32n - bits))) & mask

type State = readonly [bigint, bigint, bigint, bigint]

const round = ([v0, v1, v2, v3]: State): State => {
  const [a, c] = [(v0 + v1) & mask, (v2 + v3) & mask]
  const [b, d] = [rotate(v1, 5n) ^ a, rotate(v3, 8n) ^ c]
  const [e, f] = [(rotate(a, 16n) + d) & mask, (c + b) & mask]
  return [e, rotate(b, 13n) ^ f, rotate(f, 16n), rotate(d, 7n) ^ e]
}

const rounds = (state: State, count: number): State => (count === 0 ? state : rounds(round(state), count - 1))

export const halfSipHash = (text: string, one: bigint, other: bigint): bigint => {
  const bytes = Buffer.from(text, 'latin1')
  // Zeros up to the last byte, which is the length modulo 256.
  const padded = Buffer.alloc(Math.floor(bytes.length / 4) * 4 + 4)
  bytes.copy(padded)
  padded[padded.length - 1] = bytes.length % 256
  let state: State = [one, other ^ 0xeen, 0x6c796765n ^ one, 0x74656462n ^ other]
  for (let at = 0; at < padded.length; at += 4) {
    const word = BigInt(padded.readUInt32LE(at))
    const [v0, v1, v2, v3] = state
    const [a, b, c, d] = rounds([v0, v1, v2, v3 ^ word], 2)
    state = [a ^ word, b, c, d]
  }
  const [v0, v1, v2, v3] = state
  const first = rounds([v0, v1, v2 ^ 0xeen, v3], 4)
  const second = rounds([first[0], first[1] ^ 0xddn, first[2], first[3]], 4)
  return (first[1] ^ first[3]) | ((second[1] ^ second[3]) << 32n)
}

const hash48 = (text: string, one: bigint, other: bigint): bigint => halfSipHash(text, one, other) & 0xffff_ffff_ffffn

/** The cells of a summary, in hex. */
export const summaryOf = (
  logs: readonly { readonly log: string; readonly state: string }[],
  { saltOne, saltOther }: { readonly saltOne: number; readonly saltOther: number },
): string => {
  const cells = Buffer.alloc(2 * Math.max(1, logs.length))
  for (const { log, state } of logs) {
    const place = hash48(log, BigInt(saltOne), BigInt(saltOther))
    const at = 2 * Number(place % BigInt(cells.length / 2))
    const print = hash48(state, place & mask, BigInt(saltOther)) & 0xffffn
    cells.writeUInt16BE(cells.readUInt16BE(at) ^ Number(print), at)
  }
  return cells.toString('hex')
}
