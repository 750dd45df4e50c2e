export interface WaitOptions {
  readonly withinMs?: number
  /** Text to add to the error, beside the value that was read last. */
  readonly describe?: () => Promise<string>
}

/** Milliseconds until a state that follows at once must be reached, on a busy machine with two cores. */
const defaultWithinMs = 15_000
const pollEveryMs = 100

/**
 * Resolves with the first value that is accepted. If a read throws (because the page is navigating), it counts as not
 * accepted. Rejects with a description of the awaited state and the value that was read last.
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
  throw new Error(`waited ${withinMs} ms for: ${what}\nlast: ${last}${dump}`)
}
