/** One replacement in a text, in UTF-16 units. */
export interface TextChange {
  readonly index: number
  readonly deleted: number
  readonly inserted: string
}

/** The smallest replacement that makes `after` of `before`. It splits no pair of surrogates. Undefined: they are equal. */
export const changeBetween = (before: string, after: string): TextChange | undefined => {
  if (before === after) return undefined
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  if (isHighSurrogate(before, start - 1)) start -= 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  if (end > 0 && isHighSurrogate(before, before.length - end - 1)) end -= 1
  return {
    index: start,
    deleted: before.length - start - end,
    inserted: after.slice(start, after.length - end),
  }
}

const isHighSurrogate = (text: string, index: number): boolean => (text.charCodeAt(index) & 0xfc00) === 0xd800

/** A step through a text, as Yjs describes a change. */
export interface DeltaStep {
  readonly retain?: number | undefined
  readonly insert?: unknown
  readonly delete?: number | undefined
}

/** Where a place in a text is after a change. What is inserted exactly there comes behind it. */
export const movedBy = (place: number, delta: readonly DeltaStep[]): number => {
  let index = 0
  let moved = place
  for (const step of delta) {
    if (step.retain !== undefined) index += step.retain
    else if (typeof step.insert === 'string') {
      if (index < moved) moved += step.insert.length
      index += step.insert.length
    } else if (step.delete !== undefined && index < moved) {
      moved -= Math.min(step.delete, moved - index)
    }
  }
  return moved
}
