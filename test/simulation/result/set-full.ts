import { type Quantiles, quantilesOf } from './quantiles.ts'

/**
 * What clients did and saw, in the order in which it happened. A broadcast or a read is invoked and may complete;
 * `op` joins the two events.
 */
export type HistoryEvent =
  | { readonly type: 'broadcast'; readonly op: number; readonly value: number; readonly atMs: number }
  | { readonly type: 'broadcast-ok'; readonly op: number; readonly value: number; readonly atMs: number }
  | { readonly type: 'read'; readonly op: number; readonly atMs: number }
  | {
      readonly type: 'read-ok'
      readonly op: number
      readonly values: { has(value: number): boolean }
      readonly atMs: number
    }

export interface SetFullResult {
  /** The values that were known, that a later read missed, and that no read saw which began after that miss. */
  readonly lost: readonly number[]
  /** The values that are not lost, and that no read saw which began after the last miss. */
  readonly neverRead: readonly number[]
  /** The stable values that a read missed although it began at least a millisecond after they were known. */
  readonly stale: readonly number[]
  readonly stableCount: number
  /** Milliseconds from when a value was known until every read that began later saw it. */
  readonly stableLatencies: Quantiles
}

interface Mark {
  readonly index: number
  readonly atMs: number
}

interface Element {
  readonly value: number
  /** The end of the broadcast of the value, or of the first read that saw it, whichever came first. */
  known: Mark | undefined
  /** When the last read that saw the value and the last read that missed it were invoked. */
  lastPresent: Mark | undefined
  lastAbsent: Mark | undefined
}

/** Jepsen's `set-full` checker (jepsen/checker.clj), which Maelstrom uses for broadcast. */
export const checkSetFull = (history: readonly HistoryEvent[]): SetFullResult => {
  const elements = [...readElements(history)].toSorted((one, other) => one.value - other.value)
  const lost: number[] = []
  const neverRead: number[] = []
  const stale: number[] = []
  const latencies: number[] = []
  for (const element of elements) {
    const latencyMs = stableLatencyOf(element)
    if (latencyMs !== undefined) {
      latencies.push(latencyMs)
      if (latencyMs > 0) stale.push(element.value)
    } else if (isLost(element)) lost.push(element.value)
    else neverRead.push(element.value)
  }
  return { lost, neverRead, stale, stableCount: latencies.length, stableLatencies: quantilesOf(latencies) }
}

const readElements = (history: readonly HistoryEvent[]): Iterable<Element> => {
  const elements = new Map<number, Element>()
  const invocations = new Map<number, Mark>()
  for (const [index, event] of history.entries()) {
    const mark = { index, atMs: event.atMs }
    switch (event.type) {
      case 'broadcast':
        elements.set(event.value, {
          value: event.value,
          known: undefined,
          lastPresent: undefined,
          lastAbsent: undefined,
        })
        break
      case 'broadcast-ok': {
        const element = elements.get(event.value)
        if (element) element.known ??= mark
        break
      }
      case 'read':
        invocations.set(event.op, mark)
        break
      case 'read-ok':
        for (const element of elements.values()) {
          markRead(element, event.values.has(element.value), invocations.get(event.op) ?? mark, mark)
        }
    }
  }
  return elements.values()
}

const markRead = (element: Element, isPresent: boolean, invocation: Mark, completion: Mark): void => {
  if (isPresent) {
    element.known ??= completion
    element.lastPresent = later(element.lastPresent, invocation)
  } else element.lastAbsent = later(element.lastAbsent, invocation)
}

const later = (one: Mark | undefined, other: Mark): Mark => (one && one.index >= other.index ? one : other)

const indexOf = (mark: Mark | undefined): number => mark?.index ?? -1

/** Whole milliseconds; undefined unless the value is stable. */
const stableLatencyOf = ({ known, lastPresent, lastAbsent }: Element): number | undefined => {
  if (!lastPresent || !known || indexOf(lastAbsent) >= lastPresent.index) return undefined
  // Jepsen's clock ticks in nanoseconds. A value is stable one tick after the beginning of the last read that missed
  // it.
  return lastAbsent ? Math.floor(Math.max(0, lastAbsent.atMs + 1e-6 - known.atMs)) : 0
}

const isLost = ({ known, lastPresent, lastAbsent }: Element): boolean =>
  known !== undefined &&
  lastAbsent !== undefined &&
  indexOf(lastPresent) < lastAbsent.index &&
  known.index < lastAbsent.index
