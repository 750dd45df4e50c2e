/**
 * The bytes that a float takes (IEEE 754): the fewest that keep its value. Two bytes below 2^-14 are for powers of two alone
 * (SPEC.md, section 4).
 */
export const floatBytes = (value: number): 2 | 4 | 8 => {
  if (isHalf(value)) return 2
  return Math.fround(value) === value ? 4 : 8
}

const isHalf = (value: number): boolean => {
  const magnitude = Math.abs(value)
  if (magnitude > 65_504 || magnitude < 2 ** -24) return false
  const exponent = Math.floor(Math.log2(magnitude))
  if (exponent < -14) return magnitude === 2 ** exponent
  return Number.isInteger(magnitude * 2 ** (10 - exponent))
}

/** The exponent 31 stands for infinity and what is no number. */
export const readHalf = (half: number): number => {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023]
  if (exponent === 31) return Infinity
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return half & 0x8000 ? -magnitude : magnitude
}

/** The two bytes of a value for which they suffice. */
export const halfOf = (value: number): number => {
  const magnitude = Math.abs(value)
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)))
  // 1,024 steps to a power of two. From 2^-14 on the first 1,024 stand in the exponent.
  const steps = magnitude * 2 ** (10 - exponent)
  return (value < 0 ? 0x8000 : 0) + (steps < 1024 ? 0 : (exponent + 14) << 10) + steps
}
