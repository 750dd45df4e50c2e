import type { PeerId } from '../wire/peer-id.ts'
import type { Request } from './want-list.ts'

/** A fraction whose multiples are spread evenly over one turn, however many there are: the golden ratio. */
const spread = 0.618

/**
 * The requests for each holder, in the order in which it is to answer them.
 *  1. Logs held here and logs new here take turns, since an answer has little room: invented logs delay none held here.
 *  2. Holders that are asked for the same logs begin at different ones, so that their answers differ.
 */
export const requestsByHolder = <Key extends string>(
  due: readonly Request<Key>[],
  isHeld: (key: Key) => boolean,
): ReadonlyMap<PeerId, readonly Request<Key>[]> => {
  const byHolder = new Map<PeerId, Request<Key>[]>()
  for (const request of inTurns(due, isHeld)) {
    const requests = byHolder.get(request.from)
    if (requests) requests.push(request)
    else byHolder.set(request.from, [request])
  }
  for (const [holder, requests] of byHolder) {
    const turn = (requests[0]?.othersAsked ?? 0) * spread
    const begin = Math.floor((turn % 1) * requests.length)
    if (begin > 0) byHolder.set(holder, [...requests.slice(begin), ...requests.slice(0, begin)])
  }
  return byHolder
}

const inTurns = <Key extends string>(
  due: readonly Request<Key>[],
  isHeld: (key: Key) => boolean,
): readonly Request<Key>[] => {
  // The kind that has waited longest begins, since one log alone may fill the answer.
  const [first] = due
  const isFirstKind = ({ key }: Request<Key>): boolean => first !== undefined && isHeld(key) === isHeld(first.key)
  const [those, others] = [due.filter(isFirstKind), due.filter((request) => !isFirstKind(request))]
  return Array.from({ length: Math.max(those.length, others.length) }, (_, turn) => [those[turn], others[turn]])
    .flat()
    .filter((request) => request !== undefined)
}
