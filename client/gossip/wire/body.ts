import { describeKey, describeValue } from './body-words.ts'
import type { JsonValue } from './entry.ts'
import { gossipLimits } from '../bounds/limits.ts'

/** Why a value is no body, and where in it the cause is. */
export class BodyRefusal {
  /** `too-large`: more values than bytes are allowed. Its encoding is measured by whoever encodes it. */
  readonly kind: 'not-a-body' | 'too-large'
  readonly #problem: string
  /** From the outermost to the innermost. */
  readonly #keys: readonly (string | number)[]

  constructor(kind: BodyRefusal['kind'], problem: string, keys: readonly (string | number)[] = []) {
    this.kind = kind
    this.#problem = problem
    this.#keys = keys
  }

  /** The same, seen from the value that holds the refused one under `key`. */
  inside(key: string | number): BodyRefusal {
    return new BodyRefusal(this.kind, this.#problem, [key, ...this.#keys])
  }

  /** `body.items[3].when is a Date: …` */
  get message(): string {
    const shown = this.#keys.slice(0, shownKeys).map(describeKey).join('')
    return `body${shown}${this.#keys.length > shownKeys ? '…' : ''} ${this.#problem}`
  }
}

/** Keys of a path that a message names. Deeper ones help nobody to find the place. */
const shownKeys = 12

/**
 * Rebuilds a body, or says why the value is none. Values of another realm (an iframe, a `vm` context) count as well.
 * 1. A body is a text, bytes, or JSON: no `undefined`, no NaN, no dates or other classes, at most `depth` levels.
 * 2. Texts and keys are well-formed UTF-16. UTF-8 has no code for half of a surrogate pair: an encoder replaces it, which
 *    changes the text, and makes different keys equal.
 * 3. What is read is a copy in plain values of this realm. `__proto__` is an ordinary key.
 */
export const readBody = (
  value: unknown,
  depth: number = gossipLimits.maxBodyDepth,
): JsonValue | Uint8Array | BodyRefusal => (isBytes(value) ? copyBytes(value) : new BodyReader().read(value, depth))

/** The same for what a peer sent: the body, or nothing. */
export const parseBody = (value: unknown, depth?: number): JsonValue | Uint8Array | undefined => {
  const body = readBody(value, depth)
  return body instanceof BodyRefusal ? undefined : body
}

const tagOfTypedArray = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)

/** `instanceof` knows this realm's class alone. This getter reads the internal slot, which no other object can imitate. */
const isBytes = (value: unknown): value is Uint8Array => tagOfTypedArray?.get?.call(value) === 'Uint8Array'

const copyBytes = (bytes: Uint8Array): Uint8Array | BodyRefusal => {
  try {
    // `slice` of a subclass may share its memory: Node's Buffer does.
    return new Uint8Array(bytes)
  } catch (error) {
    if (error instanceof TypeError) return refusal('is bytes without a buffer: it was transferred to somebody else')
    throw error
  }
}

/** An object literal of any realm, or one without a prototype; no class, no Date, no Map, no namespace. */
const isPlainObject = (value: object): boolean => {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === null || prototype === Object.prototype) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

const refusal = (problem: string): BodyRefusal => new BodyRefusal('not-a-body', problem)

const illFormed = (text: string): string => {
  const at = text.search(/\p{Surrogate}/u)
  const code = text.charCodeAt(at).toString(16).toUpperCase()
  return `half of a character at index ${at} (U+${code} without its other half): cut texts between characters`
}

class BodyReader {
  /** Without this, a few objects that share members are read without end. */
  #valuesLeft: number = gossipLimits.maxBodyValues
  /** The lists and objects around what is read. */
  readonly #around: object[] = []

  read(value: unknown, depth: number): JsonValue | BodyRefusal {
    this.#valuesLeft -= 1
    if (this.#valuesLeft < 0) {
      const { maxBodyValues } = gossipLimits
      return new BodyRefusal('too-large', `is part of more than ${maxBodyValues} values: more than a body may have`)
    }
    if (value === null || typeof value === 'boolean') return value
    if (typeof value === 'number') return Number.isFinite(value) ? value : refusal(describeValue(value))
    if (typeof value === 'string') return value.isWellFormed() ? value : refusal(`has ${illFormed(value)}`)
    if (typeof value !== 'object') return refusal(describeValue(value))
    const isList = Array.isArray(value)
    if (!isList && !isPlainObject(value)) return refusal(describeValue(value))
    if (this.#around.includes(value)) return refusal('is a value that it is itself a part of')
    if (depth <= 0) return refusal(`is nested too deeply: a body has at most ${gossipLimits.maxBodyDepth} levels`)
    this.#around.push(value)
    const read = isList ? this.#list(value, depth - 1) : this.#object(value, depth - 1)
    this.#around.pop()
    return read
  }

  #list(list: readonly unknown[], depth: number): JsonValue | BodyRefusal {
    const items: JsonValue[] = []
    // By index: an iterator of another realm, or a list's own, may say something else.
    for (let index = 0; index < list.length; index += 1) {
      const item = this.read(list[index], depth)
      if (item instanceof BodyRefusal) return item.inside(index)
      items.push(item)
    }
    return items
  }

  #object(object: object, depth: number): JsonValue | BodyRefusal {
    const members: [string, JsonValue][] = []
    for (const [key, value] of Object.entries(object)) {
      if (!key.isWellFormed()) return refusal(`has a key with ${illFormed(key)}`)
      const member = this.read(value, depth)
      if (member instanceof BodyRefusal) return member.inside(key)
      members.push([key, member])
    }
    const symbol = Object.getOwnPropertySymbols(object).find((each) => isEnumerable(object, each))
    if (symbol) return refusal(`has the symbol ${String(symbol)} as a key: keys are texts`)
    return Object.fromEntries(members)
  }
}

const isEnumerable = (object: object, key: PropertyKey): boolean =>
  Object.prototype.propertyIsEnumerable.call(object, key)
