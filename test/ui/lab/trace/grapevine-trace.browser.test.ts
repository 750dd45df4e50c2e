import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import type { Entry } from '../../../../client/gossip/wire/entry.ts'
import { hopsAlong, lineLinks, lineNetwork, networkOf, nodeNames, receiptOf } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'
import { emulateMedia, focus, hasFocus, mountPage, nextFrames, shown } from '../../mounted-page.ts'
import { expectAccessible, drawing, drawnNode, network, placeOf, trace } from '../../shown-network.ts'

/** Milliseconds. Four hops need more time to play than the poll's default of one second. */
const patience = { timeout: 15_000 }

const names = nodeNames(5)
const firstNames = (count: number): readonly string[] => names.slice(0, count)

describe('the trace of a message', () => {
  let node: FakeNode
  let mine: Entry

  beforeEach(async () => {
    await screen.viewport(1440, 900)
    node = new FakeNode()
    node.setNetwork(lineNetwork(5))
    mine = node.deliver({ body: 'from here' })
    node.setRoute(mine)
    node.deliverBy(hopsAlong(['node3', 'node2'], 3, 2), { author: 'node3', seq: 1, body: 'from there' })
    await mountPage(node)
    await expect.element(network.picture(/5 nodes/)).toBeVisible()
  })

  const choose = async (name: string): Promise<void> => {
    await trace.button(name).click()
    await expect.element(trace.reach).toBeVisible()
  }

  const confirmAll = (count: number): void => {
    for (let index = 1; index < count; index += 1) node.confirm(mine, receiptOf(names[index] ?? '', firstNames(index)))
  }

  const reachedInPicture = (): readonly string[] => {
    const picture = drawing()
    return names.filter((name) => drawnNode(name, picture).classList.contains('reached'))
  }

  it('starts from the button beside the message, and asks which nodes have it', async () => {
    await choose('Trace message 1 of node1')
    expect(node.asked).toEqual([mine])
    await expect.element(trace.reach).toHaveTextContent('Reached 1 of 5 known nodes, 4 unknown')
    confirmAll(4)
    await expect.element(trace.reach).toHaveTextContent('Reached 4 of 5 known nodes, 1 unknown')
    await expect.element(screen.getByText(/No receipt from node5\. They/)).toBeVisible()
    await expect.poll(() => drawnNode('node5').classList.contains('unknown'), patience).toBe(true)
    expect(reachedInPicture()).toEqual(['node1', 'node2', 'node3', 'node4'])
    await expectAccessible()
  })

  it('shows numbered hops in its direction whichever node dialled, the time at each node, and the sender', async () => {
    // Each node has dialled the previous one, so this message runs against the direction of all dials.
    expect(drawing().querySelectorAll('.dial')).toHaveLength(4)
    await choose('Trace message 1 of node1')
    confirmAll(5)
    await expect.poll(reachedInPicture, patience).toEqual(names)
    const arrows = [...drawing().querySelectorAll('.hop-head')].map((head) =>
      (head.getAttribute('points')?.split(/[ ,]/) ?? []).map(Number),
    )
    expect(arrows).toHaveLength(4)
    for (const [index, [x = 0, y = 0]] of arrows.entries()) {
      const [from, to] = [placeOf(names[index] ?? ''), placeOf(names[index + 1] ?? '')]
      expect(Math.hypot(to.x - x, to.y - y)).toBeLessThan(Math.hypot(from.x - x, from.y - y))
    }
    const texts = (kind: string): readonly string[] =>
      [...drawing().querySelectorAll(kind)].map(({ textContent }) => textContent)
    expect(texts('.hop-number')).toEqual(['1', '2', '3', '4'])
    const notes = names.map((name) => drawnNode(name).querySelector('.note')?.textContent)
    expect(notes.join(', ')).toBe('sender, ≈ 4 ms, ≈ 8 ms, ≈ 12 ms, ≈ 16 ms')
    expect(drawing().querySelectorAll('.dial')).toHaveLength(0)
    expect(names.filter((name) => drawnNode(name).querySelector('.sender'))).toEqual(['node1'])
    await expectAccessible()
  })

  it('asks again when a person wants it', async () => {
    await choose('Trace message 1 of node1')
    await trace.button('Ask again').click()
    await expect.poll(() => node.asked).toEqual([mine, mine])
  })

  it('lists the path with an estimate for each hop', async () => {
    await choose('Trace message 1 of node3')
    await expect
      .poll(() =>
        trace
          .path('node1')
          .elements()
          .map((item) => item.textContent.replaceAll(/\s+/g, ' ').trim()),
      )
      .toEqual(['node3sender', '→node2≈ 4 ms', '→node1≈ 4 ms'])
    await expect.element(trace.hops).toHaveLength(2)
    await network.pick('node2').click()
    await expect.element(trace.path('node2')).toHaveLength(2)
  })

  it('shows how many copies were dropped, and where', async () => {
    await choose('Trace message 1 of node1')
    node.confirm(mine, receiptOf('node2', firstNames(1), [{ from: 'node3', count: 2 }]))
    await expect.element(screen.getByText('Copies dropped: 2 at node2 from node3.')).toBeVisible()
    await expect.poll(() => drawnNode('node2').querySelector('.copies')?.textContent, patience).toBe('+2')
  })

  it('plays, pauses, steps and restarts', async () => {
    await choose('Trace message 1 of node1')
    confirmAll(5)
    await trace.button('Pause').click()
    await expectAccessible()
    const token = drawing().querySelector('.token')?.getAttribute('cx')
    await nextFrames(10)
    expect(drawing().querySelector('.token')?.getAttribute('cx')).toBe(token)

    await trace.button('Back to the beginning').click()
    await expect.poll(reachedInPicture, patience).toEqual(['node1'])
    await expect.element(screen.getByText('hop 0 of 4')).toBeVisible()
    await trace.button('Step forward').click()
    await trace.button('Step forward').click()
    await expect.poll(reachedInPicture, patience).toEqual(['node1', 'node2', 'node3'])
    await expect.element(trace.hops.nth(1)).toHaveAttribute('aria-current', 'step')
    await trace.button('Step back').click()
    await expect.poll(reachedInPicture, patience).toEqual(['node1', 'node2'])
    await trace.button('Play').click()
    await expect.poll(reachedInPicture, patience).toEqual(names)
    await expect.element(trace.button('Play')).toBeVisible()
  })

  it('moves in steps, without motion, for a reader who wants no motion', async () => {
    await emulateMedia('prefers-reduced-motion', 'reduce')
    await choose('Trace message 1 of node1')
    const seen = new Set<string>()
    const observer = new MutationObserver(() => seen.add(String(drawing().querySelectorAll('.token').length)))
    observer.observe(drawing(), { subtree: true, attributes: true, childList: true })
    confirmAll(3)
    await expect.poll(reachedInPicture, patience).toEqual(['node1', 'node2', 'node3'])
    observer.disconnect()
    // At the end of a step the token has arrived and has not started the next hop, so none is drawn.
    expect([...seen]).toEqual(['0'])
    await expectAccessible()
  })

  it('can be used with the keyboard alone, and each time the focus stays at the next control', async () => {
    await focus(trace.latest)
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByText('Message 1 of node3')).toBeVisible()
    expect(hasFocus(trace.button('Pause'))).toBe(true)
    await focus(trace.button('Trace the message before'))
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByText('Message 1 of node1')).toBeVisible()
    expect(hasFocus(trace.button('Trace the message before'))).toBe(true)
    await trace.button('Trace the message after').click()
    await expect.element(screen.getByText('Message 1 of node3')).toBeVisible()
    await focus(trace.button('Close the trace'))
    await userEvent.keyboard('{Enter}')
    await expect.element(trace.latest).toBeVisible()
    expect(hasFocus(trace.latest)).toBe(true)
  })

  it('moves the focus to Play or Pause when no node is left to ask', async () => {
    await choose('Trace message 1 of node1')
    await focus(trace.button('Ask again'))
    confirmAll(5)
    await expect.element(trace.button('Ask again')).not.toBeInTheDocument()
    await expect.poll(() => hasFocus(screen.getByRole('button', { name: /^(Play|Pause)$/ }))).toBe(true)
  })

  it('leaves only one Tab stop among the messages', async () => {
    node.deliverMany(20)
    await expect.poll(() => shown.messages.elements().length).toBeGreaterThan(10)
    const stops = shown.messages
      .elements()
      .flatMap((item) => [...item.querySelectorAll('button')].filter(({ tabIndex }) => tabIndex === 0))
    expect(stops.map((button) => button.getAttribute('aria-label'))).toEqual(['Trace message 22 of node2'])
  })

  it('plays the newest message while watching live, and asks rarely however many messages come', async () => {
    await trace.live.click()
    for (let count = 0; count < 200; count += 1) node.setRoute(node.deliver({ body: `number ${count}` }))
    await expect.element(screen.getByText(/Message 2 of node1/)).toBeVisible()
    expect(node.asked).toHaveLength(1)
    // The newest message of all plays after the first one has had its time.
    await expect.element(screen.getByText(/Message 201 of node1/)).toBeVisible()
    expect(node.asked).toHaveLength(2)
    await expect.element(trace.live).toBeChecked()
    await trace.live.click()
    node.deliver({ body: 'later' })
    await nextFrames(5)
    expect(node.asked).toHaveLength(2)
  })
})

describe('the trace with the longest names', () => {
  it.each([320, 390, 1280])('keeps its controls in view, %d wide', async (width) => {
    await screen.viewport(width, 844)
    const long = ['W'.repeat(32), 'alexandra_hamilton_group2_class7', 'a-third_name_of_thirty-two_chars']
    const node = new FakeNode({ name: long[0] ?? '' })
    node.setNetwork(networkOf(long, lineLinks(long)))
    node.deliverBy(hopsAlong(long.slice(1).reverse(), 3, 2), { author: long[2] ?? '', seq: 1, body: 'from afar' })
    await mountPage(node)
    await screen.getByRole('button', { name: `Trace message 1 of ${long[2] ?? ''}`, exact: true }).click()
    await expect.element(trace.reach).toBeVisible()
    for (const name of ['Close the trace', 'Trace the message before', 'Trace the message after', 'Step forward']) {
      expect(trace.button(name).element().getBoundingClientRect().right).toBeLessThanOrEqual(width)
    }
    const log = shown.log.element()
    expect(log.scrollWidth).toBeLessThanOrEqual(log.clientWidth)
  })
})
