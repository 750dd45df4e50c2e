import type { JsonValue } from './entry.ts'
import { gossipLimits } from './limits.ts'

/**
 * Rebuilds a body, or returns nothing: no other types, no `undefined`, no NaN, at most `maxBodyDepth` levels.
 * Numbers are finite; keys are strings, `__proto__` an ordinary one.
 */
export const parseBody = (value: unknown, depth = gossipLimits.maxBodyDepth): JsonValue | Uint8Array | undefined => {
  if (value instanceof Uint8Array) return value.slice()
  return parseJson(value, depth)
}

const parseJson = (value: unknown, depth: number): JsonValue | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object' || depth <= 0) return undefined
  if (Array.isArray(value)) {
    const items: JsonValue[] = []
    for (const item of value) {
      const parsed = parseJson(item, depth - 1)
      if (parsed === undefined) return undefined
      items.push(parsed)
    }
    return items
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const members: [string, JsonValue][] = []
  for (const [key, member] of Object.entries(value)) {
    const parsed = parseJson(member, depth - 1)
    if (parsed === undefined) return undefined
    members.push([key, parsed])
  }
  return Object.fromEntries(members)
}
