import { type Fields, refuse, toHex } from './fields.ts'

/** Gives the values that a body consists of. */
const checkBody = (value: unknown, levels: number): number => {
  if (value instanceof Uint8Array) return refuse('malformed')
  if (typeof value !== 'object' || value === null) return 1
  if (levels === 0) return refuse('malformed')
  return Object.values(value).reduce((sum: number, member) => sum + checkBody(member, levels - 1), 1)
}

export const readBody = (body: unknown): Fields => {
  if (body instanceof Uint8Array) return { bytes: toHex(body) }
  return checkBody(body, 32) <= 262_144 ? { body } : refuse('malformed')
}
