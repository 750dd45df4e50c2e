export interface WaitOptions {
  readonly withinMs?: number
  /** What to say besides the value last read, if the time is over. */
  readonly describe?: () => Promise<string>
}

/** Milliseconds until a state that "at once" leads to must be there, on a busy machine with two cores. */
const defaultWithinMs = 15_000
const pollEveryMs = 50

/**
 * Resolves with the first value that is accepted. A read that throws (a page in the middle of a navigation) counts as not
 * yet. Rejects in words: what was awaited, what was there instead.
 */
export const waitUntil = async <T>(
  what: string,
  read: () => Promise<T>,
  accept: (value: T) => boolean,
  { withinMs = defaultWithinMs, describe }: WaitOptions = {},
): Promise<T> => {
  const deadline = performance.now() + withinMs
  let last: string
  do {
    try {
      const value = await read()
      if (accept(value)) return value
      last = JSON.stringify(value, undefined, 2)
    } catch (error) {
      last = String(error)
    }
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs))
  } while (performance.now() < deadline)
  const dump = describe ? `\n${await describe()}` : ''
  throw new Error(`waited ${withinMs} ms in vain for: ${what}\nlast: ${last}${dump}`)
}
