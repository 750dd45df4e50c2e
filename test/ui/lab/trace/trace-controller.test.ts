import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Graph, graphOf } from '../../../../client/ui/words/network-graph.ts'
import { TraceController } from '../../../../client/ui/lab/trace/trace-controller.ts'
import { hopsAlong, lineLinks, networkOf, nodeNames } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'
import { HandClock } from '../../hand-clock.ts'

/** A host that updates its controllers only when the test calls `update`. */
class FakeHost implements ReactiveControllerHost {
  readonly updateComplete = Promise.resolve(true)
  readonly #controllers = new Set<ReactiveController>()
  #isStale = false

  addController(controller: ReactiveController): void {
    this.#controllers.add(controller)
  }

  removeController(controller: ReactiveController): void {
    this.#controllers.delete(controller)
  }

  requestUpdate(): void {
    this.#isStale = true
  }

  update(): void {
    if (!this.#isStale) return
    this.#isStale = false
    for (const controller of this.#controllers) controller.hostUpdate?.()
  }

  connect(): void {
    for (const controller of this.#controllers) controller.hostConnected?.()
  }
}

/** What was played of one message: the number of hops, and for how many milliseconds. */
interface Showing {
  readonly seq: number
  readonly ms: number
  readonly played: number
}

describe('watching live', () => {
  let clock: HandClock
  let node: FakeNode
  let host: FakeHost
  let controller: TraceController

  beforeEach(() => {
    clock = new HandClock()
    node = new FakeNode()
  })

  afterEach(() => {
    vi.unstubAllGlobals()
  })

  const watch = (count: number, isStill: boolean): void => {
    vi.stubGlobal('matchMedia', () => ({ matches: isStill }))
    const names = nodeNames(count)
    const graph: Graph = graphOf(networkOf(names, lineLinks(names)), [])
    host = new FakeHost()
    controller = new TraceController(host, () => graph, clock)
    host.connect()
    controller.follow(node, true)
    controller.act('live')
  }

  const turn = (ms: number): void => {
    for (const end = clock.time + ms; clock.time < end; clock.turn(16)) host.update()
  }

  /** Sends a message every 256 ms from the far end of the line, for `ms` milliseconds. */
  const messagesFor = (count: number, ms: number): readonly Showing[] => {
    const path = nodeNames(count).slice(1).reverse()
    const showings: Showing[] = []
    let [seq, began, played] = [0, 0, 0]
    for (const end = clock.time + ms; clock.time < end; turn(16)) {
      if (clock.time % 256 === 0) {
        node.setRoute(node.deliver({ author: path[0] ?? '', body: 'hello' }), ...hopsAlong(path))
      }
      host.update()
      const now = controller.trace?.entry.seq ?? 0
      if (now !== seq && seq > 0) showings.push({ seq, ms: clock.time - began, played })
      if (now !== seq) [seq, began] = [now, clock.time]
      played = controller.played
    }
    return showings
  }

  it.each([
    ['a line of nine', 9, false],
    ['a line of nine, in steps', 9, true],
    ['a line of five, in steps', 5, true],
    ['a long line', 40, false],
    ['a long line, in steps', 40, true],
  ] as const)('plays each message to its end, and soon after it the next one: %s', (_, count, isStill) => {
    watch(count, isStill)
    const showings = messagesFor(count, 40_000)
    expect(showings.length).toBeGreaterThan(4)
    expect(showings.map(({ played }) => played)).toEqual(showings.map(() => count - 1))
    for (const { ms } of showings) expect(ms).toBeLessThan(8_000)
  })

  it('plays at normal speed if a person chose the message', () => {
    watch(40, false)
    const path = nodeNames(40).slice(1).reverse()
    const entry = node.deliver({ author: path[0] ?? '', body: 'hello' })
    node.setRoute(entry, ...hopsAlong(path))
    controller.choose(entry)
    turn(8_000)
    expect(controller.position).toBeCloseTo(8_000, -2)
    expect(controller.isMoving).toBe(true)
  })

  it.each(['pause', 'back', 'restart'] as const)('stays at the current message when a person presses: %s', (action) => {
    watch(9, false)
    messagesFor(9, 2_000)
    const entry = controller.trace?.entry
    controller.act(action)
    turn(20_000)
    expect(controller.trace?.entry).toBe(entry)
  })

  it('does not show history', () => {
    watch(9, false)
    const live = node.deliver({ author: 'node2', seq: 10, body: 'live' })
    turn(3_000)
    expect(controller.trace?.entry).toBe(live)
    node.backfill(9, 'node2')
    turn(20_000)
    expect(controller.trace?.entry).toBe(live)
    controller.act('latest')
    host.update()
    expect(controller.trace?.entry).toBe(live)
    controller.act('earlier')
    host.update()
    expect(controller.trace?.entry).toMatchObject({ author: 'node2', seq: 9 })
  })

  it('continues with the newest message after it was hidden for a while', () => {
    watch(9, false)
    messagesFor(9, 2_000)
    controller.follow(node, false)
    turn(60_000)
    expect(clock.isIdle).toBe(true)
    controller.follow(node, true)
    const newest = node.deliver({ body: 'newest' })
    host.update()
    expect(controller.trace?.entry).toBe(newest)
  })
})
