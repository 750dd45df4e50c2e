import { describe, expect, it } from 'vitest'
import type { LogId } from '../../../client/gossip/wire/block.ts'
import { gossipLimits } from '../../../client/gossip/bounds/limits.ts'
import type { LinkId } from '../../../client/gossip/wire/link.ts'
import type { Heartbeat } from '../../../client/gossip/links/heartbeats.ts'
import { Deadlines } from '../../../client/gossip/bounds/deadlines.ts'
import { type Liveness, Neighbour } from '../../../client/gossip/links/neighbour.ts'
import { nameOf } from '../../links/network-node.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'

const identity = { link: 1 as LinkId, peerId: fakePeerId(1), name: nameOf('node1'), direction: 'upstream' } as const

const linked = (): Neighbour => new Neighbour(identity, gossipLimits, 0, new Deadlines(), () => {})

const greeted = (): Neighbour => {
  const neighbour = linked()
  neighbour.greet()
  return neighbour
}

const heartbeat = (changed: Partial<Heartbeat> = {}): Heartbeat => ({
  count: 1,
  echo: 0,
  heldMs: 0,
  ask: false,
  ...changed,
})

const punctual = { waitedMs: 0, lateMs: 0 }

interface Case {
  readonly what: string
  readonly happens?: (neighbour: Neighbour) => void
  /** By the time in milliseconds. */
  readonly verdicts: Readonly<Record<number, Liveness>>
}

describe('the liveness of a neighbour [G3]', () => {
  it.each<Case>([
    {
      what: 'becomes quiet, then silent',
      verdicts: { 5_999: 'up', 6_000: 'quiet', 18_999: 'quiet', 19_000: 'silent' },
    },
    {
      what: 'becomes quiet 6 s after the last frame',
      happens: (neighbour) => neighbour.noteHeard(10_000),
      verdicts: { 15_999: 'up', 16_000: 'quiet' },
    },
    {
      what: 'does not count a standstill of this tab',
      happens: (neighbour) => neighbour.forgive(10_000),
      verdicts: { 15_999: 'up', 29_000: 'silent' },
    },
    {
      what: 'becomes quiet earlier while it is probed',
      happens: (neighbour) => neighbour.probe(1_000),
      verdicts: { 2_999: 'up', 3_000: 'quiet' },
    },
    {
      what: 'does not count a standstill of this tab while it is probed',
      happens: (neighbour) => {
        neighbour.probe(1_000)
        neighbour.forgive(10_000)
      },
      verdicts: { 12_999: 'up', 13_000: 'quiet' },
    },
    {
      what: 'is up again once it answers the probe',
      happens: (neighbour) => {
        neighbour.probe(1_000)
        neighbour.noteHeard(2_000)
      },
      verdicts: { 7_999: 'up', 8_000: 'quiet' },
    },
  ])('$what', ({ happens, verdicts }) => {
    const neighbour = greeted()
    happens?.(neighbour)
    const shown = Object.keys(verdicts).map((now) => [now, neighbour.livenessAt(Number(now))])
    expect(Object.fromEntries(shown)).toEqual(verdicts)
  })

  it('before its hello is up for 15 s, whatever else it sends [G1]', () => {
    const neighbour = linked()
    neighbour.noteHeard(10_000)
    expect([neighbour.livenessAt(14_999), neighbour.livenessAt(15_000)]).toEqual(['up', 'silent'])
    neighbour.forgive(60_000)
    expect([neighbour.livenessAt(74_999), neighbour.livenessAt(75_000)]).toEqual(['up', 'silent'])
    neighbour.greet()
    expect([neighbour.hasGreeted, neighbour.liveness]).toEqual([true, 'up'])
  })

  it('reports each change once', () => {
    const neighbour = greeted()
    const changes = (['up', 'quiet', 'quiet', 'up'] as const).map((liveness) => neighbour.setLiveness(liveness))
    expect(changes).toEqual([false, true, false, true])
  })

  it('returns the duration of the silence that a frame ends', () => {
    const neighbour = greeted()
    expect([neighbour.noteHeard(400), neighbour.noteHeard(1_000)]).toEqual([400, 600])
  })
})

describe('the next wake for a neighbour [G3]', () => {
  it.each<readonly [what: string, happens: (neighbour: Neighbour) => void, at: number]>([
    ['is at once for its first heartbeat', () => {}, -Infinity],
    ['is 2 s after the last frame was sent', (neighbour) => void neighbour.dueHeartbeat(100), 2_100],
    [
      'is 10 s after a heartbeat on a busy link whose neighbour sends',
      (neighbour) => {
        neighbour.dueHeartbeat(0)
        neighbour.noteSent(9_500)
        neighbour.noteHeard(9_500)
      },
      10_000,
    ],
    [
      'is when it becomes quiet',
      (neighbour) => {
        neighbour.dueHeartbeat(0)
        neighbour.noteSent(5_000)
      },
      6_000,
    ],
    [
      'is when a quiet neighbour becomes silent',
      (neighbour) => {
        neighbour.setLiveness('quiet')
        neighbour.dueHeartbeat(18_000)
      },
      19_000,
    ],
    [
      'is at once when the neighbour asks for an answer',
      (neighbour) => {
        neighbour.dueHeartbeat(0)
        neighbour.receiveHeartbeat(heartbeat({ ask: true }), punctual, 500)
      },
      -Infinity,
    ],
    [
      'is 2 s after the neighbour asked and got its answer',
      (neighbour) => {
        neighbour.receiveHeartbeat(heartbeat({ ask: true }), punctual, 500)
        neighbour.dueHeartbeat(500)
      },
      2_500,
    ],
    [
      'is at once when the neighbour is probed',
      (neighbour) => {
        neighbour.dueHeartbeat(0)
        neighbour.probe(500)
      },
      -Infinity,
    ],
  ])('%s', (_what, happens, at) => {
    const neighbour = greeted()
    happens(neighbour)
    expect(neighbour.nextWakeAt()).toBe(at)
  })

  it('is at the deadline for its hello until the hello has come', () => {
    expect(linked().nextWakeAt()).toBe(15_000)
    expect(linked().dueHeartbeat(10_000)).toBeUndefined()
  })
})

describe('the heartbeats of a link [G3]', () => {
  it('ask until a round trip is known, and subtract the time for which the neighbour held the echo', () => {
    const neighbour = greeted()
    expect(neighbour.dueHeartbeat(0)).toEqual({ count: 1, echo: 0, heldMs: 0, ask: true })
    expect(neighbour.receiveHeartbeat(heartbeat({ count: 7, echo: 1, heldMs: 100 }), punctual, 130)).toBe(true)
    expect(neighbour.roundTrips.latestMs).toBe(30)
    expect(neighbour.dueHeartbeat(2_000)).toEqual({ count: 2, echo: 7, heldMs: 1_870, ask: false })
    // Each is echoed once.
    expect(neighbour.dueHeartbeat(4_000)).toEqual({ count: 3, echo: 0, heldMs: 0, ask: false })
  })

  it('measure nothing from an echo that is unknown or was already received', () => {
    const neighbour = greeted()
    neighbour.dueHeartbeat(0)
    const echoes = [0, 2, 1, 1].map((echo) => neighbour.receiveHeartbeat(heartbeat({ echo }), punctual, 30))
    expect(echoes).toEqual([false, false, true, false])
  })

  it('count from the arrival of the frame, not from when the tab read it', () => {
    const neighbour = greeted()
    neighbour.dueHeartbeat(0)
    neighbour.receiveHeartbeat(heartbeat({ count: 5, echo: 1 }), { waitedMs: 300, lateMs: 0 }, 330)
    expect(neighbour.roundTrips.latestMs).toBe(30)
    expect(neighbour.dueHeartbeat(2_330)).toMatchObject({ echo: 5, heldMs: 2_300 })
  })

  it.each([
    ['is not echoed', false, 0],
    ['is echoed if it asks', true, 5],
  ])('that came while this tab ran late %s', (_what, ask, echo) => {
    const neighbour = greeted()
    neighbour.dueHeartbeat(0)
    neighbour.receiveHeartbeat(heartbeat({ count: 5, ask }), { waitedMs: 0, lateMs: 50 }, 1_000)
    expect(neighbour.dueHeartbeat(2_000)?.echo).toBe(echo)
  })

  it('[P6] are remembered for as long as a silent link exists', () => {
    const neighbour = greeted()
    for (let now = 0; now <= 40_000; now += 2_000) neighbour.dueHeartbeat(now)
    const echoes = [12, 13, 21].map((echo) => neighbour.receiveHeartbeat(heartbeat({ echo }), punctual, 40_000))
    expect(echoes).toEqual([false, true, true])
  })

  it('ask while the neighbour is probed', () => {
    const neighbour = greeted()
    neighbour.dueHeartbeat(0)
    neighbour.receiveHeartbeat(heartbeat({ echo: 1 }), punctual, 30)
    expect(neighbour.dueHeartbeat(2_000)?.ask).toBe(false)
    neighbour.probe(2_100)
    expect(neighbour.dueHeartbeat(2_100)?.ask).toBe(true)
  })
})

describe('the known holdings of a neighbour', () => {
  it('grow with the blocks sent in both directions, and shrink only by its own frontier', () => {
    const neighbour = greeted()
    const log = 'log' as LogId
    neighbour.noteHeight(log, 5)
    neighbour.noteHeight(log, 3)
    expect([neighbour.has(log, 5), neighbour.has(log, 6)]).toEqual([true, false])
    neighbour.correctHeight(log, 4)
    expect([neighbour.has(log, 4), neighbour.has(log, 5)]).toEqual([true, false])
    neighbour.forgetLog(log)
    expect([neighbour.has(log, 0), neighbour.has(log, 1)]).toEqual([true, false])
  })
})

it('[P6] three invalid frames of a neighbour are too many [G2]', () => {
  const neighbour = greeted()
  expect([neighbour.strike(), neighbour.strike(), neighbour.strike()]).toEqual([false, false, true])
})
