import type { LogId } from '../../../client/gossip/wire/block.ts'
import { type GossipLimits, gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { Deadlines } from '../../../client/gossip/bounds/deadlines.ts'
import { WantList } from '../../../client/gossip/anti-entropy/want-list.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

export const log = 'log' as LogId
export const [honest, carol, mallory] = [fakePeerId(1), fakePeerId(2), fakePeerId(3)]

export type Unkept = Partial<Record<PeerId, number>>

export type Step = { readonly at: number } & (
  | { readonly note: PeerId; readonly reach: number; readonly askAt?: number }
  /** What is held reaches this far now. */
  | { readonly held: number; readonly from?: PeerId; readonly bytes?: number }
  | { readonly copyFrom: PeerId }
  | { readonly moreFrom: PeerId }
  | { readonly lossTo: PeerId; readonly since: number }
  | { readonly unlinked: PeerId }
)

/** A want list whose holders can all be asked. */
export const createWantList = (
  unkept: Unkept = {},
  limits: GossipLimits = gossipLimits,
  isDelivering = (_peer: PeerId): boolean => false,
) => {
  const deadline = new Deadlines().create(() => {})
  const wanted = new WantList<LogId>(limits, deadline, { unkept: (peer) => unkept[peer] ?? 0, isDelivering })
  return { wanted, deadline, dueAt: (now: number) => wanted.due(now, () => true) }
}

export const apply = (wanted: WantList<LogId>, step: Step): void => {
  const { at } = step
  if ('note' in step) wanted.note(log, step.reach, step.note, false, step.askAt ?? at)
  else if ('held' in step) wanted.noteHeld(log, step.held, step.from, at, step.bytes ?? 100)
  else if ('copyFrom' in step) wanted.noteCopy(log, step.copyFrom, at)
  else if ('moreFrom' in step) wanted.continueWith(step.moreFrom, at)
  else if ('lossTo' in step) wanted.excuse(step.lossTo, step.since, at)
  else wanted.forgetHolder(step.unlinked, at)
}
