export type Fields = { readonly [name: string]: unknown }
/** Gives the value, or throws. */
export type Read<Value = unknown> = (value: unknown) => Value

export const refuse = (reason: string): never => {
  throw new Error(reason)
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const fromHex = (hexText: unknown): Buffer => Buffer.from(hexText as string, 'hex')

export const check =
  <Value>(is: (value: unknown) => boolean): Read<Value> =>
  (value) =>
    is(value) ? (value as Value) : refuse('malformed')

const isNumber = (value: unknown, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
export const number = (least: number, most: number = Number.MAX_SAFE_INTEGER): Read<number> =>
  check((value) => isNumber(value, least, most))
export const text = (pattern: RegExp): Read<string> =>
  check((value) => typeof value === 'string' && pattern.test(value))
export const isBytes = (value: unknown, ...lengths: readonly number[]): boolean =>
  value instanceof Uint8Array && (lengths.length === 0 || lengths.includes(value.length))
export const hex =
  (...lengths: readonly number[]): Read<string> =>
  (value) =>
    toHex(check<Uint8Array>((bytes) => isBytes(bytes, ...lengths))(value))
export const list =
  <Item>(most: number, item: Read<Item>): Read<readonly Item[]> =>
  (value) =>
    check<unknown[]>((items) => Array.isArray(items) && items.length <= most)(value).map(item)
/** A list with one item for each name. */
export const struct =
  (shape: { readonly [name: string]: Read }): Read<Fields> =>
  (value) => {
    const items = check<unknown[]>(Array.isArray)(value)
    const names = Object.keys(shape)
    if (items.length !== names.length) return refuse('malformed')
    return Object.fromEntries(names.map((name, index) => [name, shape[name]?.(items[index])]))
  }
export const orNull =
  (read: Read): Read =>
  (value) =>
    value === null ? null : read(value)

export const bool = check<boolean>((value) => typeof value === 'boolean')
export const count = number(0)
export const positive = number(1)
export const ms = number(0, 1e9)
export const name = text(/^[A-Za-z0-9_-]{1,32}$/)
export const epoch = text(/^[1-9][0-9]{0,14}-[0-9a-f]{16}$/)
export const digest = text(/^[0-9a-f]{1,64}$/)
export const key: Read<string> = (value) => Buffer.from(fromHex(hex(32)(value))).toString('base64url')
export const peerId = check<string>(
  (value) =>
    typeof value === 'string' && value.length === 43 && Buffer.from(value, 'base64url').toString('base64url') === value,
)
export const log = check<string>((value) => {
  const [author, ...rest] = typeof value === 'string' ? value.split('/') : []
  return rest.length === 1 && peerId(author) !== undefined && epoch(rest[0]) !== undefined
})
export const hops = (most: number) => list(most, struct({ name, heldMs: ms, rttMs: ms }))
export const heads = { log, height: positive }
export const frontierEntry: Read<Fields> = (value) => {
  const shape = {
    log,
    height: count,
    hash: text(/^[A-Za-z0-9_-]{0,11}$/),
    idleMs: ms,
    forkHeight: count,
    oldest: count,
  }
  const entry = struct(shape)(value)
  return (entry['oldest'] as number) <= (entry['height'] as number) ? entry : refuse('malformed')
}

/** Gives the value, or throws this reason instead of the cause. */
export const or = <Value>(reason: string, read: () => Value): Value => {
  try {
    return read()
  } catch {
    return refuse(reason)
  }
}
