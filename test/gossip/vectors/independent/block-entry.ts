/** The entries of a block, for the reader that shares no code with the core. */
import { readBody } from './body.ts'
import { count, type Fields, number, type Read, refuse, struct } from './fields.ts'

export const entry: Read<Fields> = (value) => {
  const { time, body } = struct({ time: count, body: (field) => field })(
    Array.isArray(value) ? value.slice(0, 2) : value,
  )
  const more = Array.isArray(value) && value.length > 2 ? extras(value.slice(2)) : {}
  const part = more['part'] as Part | undefined
  if (part) {
    const bytes = Math.min(49_152, part.total - 49_152 * part.index)
    if (!(body instanceof Uint8Array) || body.length !== bytes) return refuse('malformed')
  }
  return { time, ...readBody(body), ...more }
}

/** Of a large body. */
export interface Part {
  readonly index: number
  readonly total: number
}

const part: Read<Fields> = (value) => {
  const read = struct({ index: count, total: number(49_153, 16_777_221) })(value)
  const { index, total } = read as unknown as Part
  return 49_152 * index < total ? read : refuse('malformed')
}

const topic = (value: unknown): unknown =>
  typeof value === 'string' && /^.{1,128}$/su.test(Buffer.from(value).toString('latin1')) ? value : refuse('malformed')

const extraFields = new Map<string, readonly [string, Read]>([
  ['p', ['part', part]],
  ['s', ['supersedes', (value) => value === true || refuse('malformed')]],
  ['t', ['topic', topic]],
])

const extras = ([value, ...others]: readonly unknown[]): Fields => {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  const members = isMap ? Object.entries(value) : []
  if (others.length > 0 || members.length === 0) return refuse('malformed')
  return Object.fromEntries(
    members.map(([key, member]) => {
      const [known, read] = extraFields.get(key) ?? refuse('malformed')
      return [known, read(member)]
    }),
  )
}
