import type { GossipCore } from '../../client/gossip/core.ts'
import type { GossipEffect } from '../../client/gossip/effects/gossip-effect.ts'
import type { GossipEvent } from '../../client/gossip/effects/gossip-event.ts'

/** Hands an event to a core, then the answers to its effects, until no work is left. `apply` gives the answer to an effect. */
export const driveCore = (
  core: GossipCore,
  event: GossipEvent,
  now: number,
  apply: (effect: GossipEffect) => GossipEvent | undefined,
): void => {
  const events = [event]
  for (const next of events) {
    for (const effect of core.handle(next, now)) {
      // The links of these drivers never wait.
      const drained = effect.type === 'await-drain' && ({ type: 'drained', link: effect.link } as const)
      const answer = drained || apply(effect)
      if (answer) events.push(answer)
    }
    if (core.isBusy && events.at(-1) === next) events.push({ type: 'tick' })
  }
}
