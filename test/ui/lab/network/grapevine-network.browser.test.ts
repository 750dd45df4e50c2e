import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import type { NetworkSnapshot } from '../../../../client/node/api/grapevine.ts'
import { createRandom } from '../../../../client/node/faults/random.ts'
import { fakePeerId, gridLinks, grownLinks, lineNetwork, networkOf, nodeNames, ringLinks } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'
import { emulateMedia, mountPage, nextFrames } from '../../mounted-page.ts'
import { expectAccessible, drawing, drawnNode, lab, network, placeOf, showNetwork } from '../../shown-network.ts'

const troubles: Parameters<typeof networkOf>[2] = {
  node2: { isInSync: false },
  node3: { presence: 'quiet' },
  node4: { presence: 'down' },
  node5: { presence: 'out-of-reach' },
}

const ring: NetworkSnapshot = networkOf(nodeNames(10), ringLinks(nodeNames(10)))
const sixty: NetworkSnapshot = networkOf(nodeNames(60), grownLinks(nodeNames(60), createRandom(7, 'grown links')))

/** The rest of the page is the same in all networks; the tests of a lone node and of dark colours check all of it. */
const expectPanelAccessible = (): Promise<void> => expectAccessible(lab.panel('Network').element())

describe('the network', () => {
  let node: FakeNode

  beforeEach(async () => {
    await screen.viewport(1440, 900)
    node = new FakeNode()
  })

  it('invites a node that is alone to open another tab', async () => {
    await showNetwork(node)
    await expect.element(network.picture('1 node, no links')).toBeVisible()
    // No other node is there to be in sync with.
    await expect.element(network.row('node1')).toHaveTextContent('Alone')
    expect(drawnNode('node1').classList.contains('alone')).toBe(true)
    await expect.element(screen.getByRole('list', { name: 'Legend' })).not.toHaveTextContent('in sync')
    await expect
      .element(screen.getByRole('link', { name: 'Open another tab' }))
      .toHaveAttribute('href', '/?peer=node1&net=class-7')
    await expectAccessible()
  })

  it('keeps the mark of a lone node beside the text of its state', async () => {
    await showNetwork(node, networkOf(['node1', 'node2'], [], { node2: { presence: 'out-of-reach' } }))
    await expect.element(network.row('node2')).toHaveTextContent('Out of reach')
    const row = network.row('node1').element()
    const [mark, cell] = ['.look.alone', '.state'].map((part) => row.querySelector(part)?.getBoundingClientRect())
    expect(mark?.left).toBeGreaterThanOrEqual(cell?.left ?? Infinity)
    expect(mark?.right).toBeLessThanOrEqual(cell?.right ?? -Infinity)
    expect(mark?.bottom).toBeLessThanOrEqual(cell?.bottom ?? -Infinity)
    await expectPanelAccessible()
  })

  it.each([1280, 390])('shows its table without scrolling sideways, %d wide', async (width) => {
    await screen.viewport(width, 800)
    node.setNetwork(lineNetwork(3, { node2: { presence: 'out-of-reach', heardAgoMs: 23_000 } }))
    await mountPage(node)
    await lab.tab('Network').click()
    await expect.element(network.rows).toHaveLength(4)
    const side = screen.getByRole('table', { name: 'Nodes of the network' }).element().parentElement
    expect(side?.scrollWidth).toBeLessThanOrEqual(side?.clientWidth ?? 0)
  })

  it('shows that the node has stopped', async () => {
    await showNetwork(node, lineNetwork(3))
    node.setNetwork({ nodes: [], isPartial: false })
    node.become({ status: 'error', reason: 'stopped' })
    await lab.tab('Network').click()
    await expect.element(screen.getByText('No network. This node is not running.')).toBeVisible()
    await expect.element(screen.getByRole('heading', { name: 'Trace' })).not.toBeInTheDocument()
    await expectPanelAccessible()
  })

  it('shows an upstream that is awaited', async () => {
    node.link({ peer: 'node9', direction: 'upstream', state: 'waiting', reason: 'not-there' })
    await showNetwork(node)
    await expect.element(network.picture(/waiting for node9/)).toBeVisible()
    await expect.element(network.row('node9')).toHaveTextContent('Not there')
    expect(drawnNode('node9').classList.contains('awaited')).toBe(true)
    await expectAccessible()
  })

  it('does not suggest a first tab when an upstream crashed, and waits for that upstream', async () => {
    node.link({ peer: 'node9', direction: 'upstream', state: 'down', reason: 'gone' })
    await showNetwork(node)
    await expect.element(network.picture('1 node, no links, waiting for node9')).toBeVisible()
    await expect.element(network.row('node9')).toHaveTextContent('Not there')
    expect(screen.getByText('No other nodes yet', { exact: false }).elements()).toEqual([])
    await expect.element(screen.getByText('node9 went offline')).toBeVisible()
    await expect.element(screen.getByText('Went offline.', { exact: false })).toBeVisible()
    await expectAccessible()
  })

  it('shows three nodes in line: which are linked, and which end dialled', async () => {
    await showNetwork(node, lineNetwork(3))
    await expect.element(network.picture('3 nodes, 2 links, all in sync')).toBeVisible()
    await expect.element(network.rows).toHaveLength(4)
    await expect.element(network.row('node1')).toHaveTextContent(/\(you\).*In sync.*downstream: node2 2 ms/s)
    await expect.element(network.row('node3')).toHaveTextContent(/In sync.*upstream: node2 3 ms/s)
    expect(drawing().querySelectorAll('.link')).toHaveLength(2)
    // Each end that dialled has a dot.
    const dots = [...drawing().querySelectorAll('.dial')].map((dot) => Number(dot.getAttribute('cx')))
    expect(dots).toHaveLength(2)
    const [node1, node2] = [placeOf('node1').x, placeOf('node2').x]
    expect(Math.abs((dots[0] ?? 0) - node2)).toBeLessThan(Math.abs((dots[0] ?? 0) - node1))
    await expectPanelAccessible()
  })

  it.each([
    ['ten in a ring', ring, 10],
    ['a grid of 25', networkOf(nodeNames(25), gridLinks(nodeNames(25), 5)), 25],
    ['sixty of more nodes', { ...sixty, isPartial: true }, 60],
  ] as const)('shows %s, in the picture and in the table', async (_, snapshot, count) => {
    await showNetwork(node, snapshot)
    await expect.element(network.rows).toHaveLength(count + 1)
    expect(drawing().querySelectorAll('.node')).toHaveLength(count)
    const isLarger = screen.getByText('The network is larger than shown', { exact: false })
    await expect.element(isLarger).toHaveLength(snapshot.isPartial ? 1 : 0)
    await expectPanelAccessible()
  })

  it('distinguishes quiet, down, out of reach and out of sync by shape and by text', async () => {
    await showNetwork(node, lineNetwork(5, troubles))
    await expect.element(network.row('node2')).toHaveTextContent('Out of sync')
    await expect.element(network.row('node3')).toHaveTextContent('Quiet')
    await expect.element(network.row('node4')).toHaveTextContent('Down')
    await expect.element(network.row('node5')).toHaveTextContent('Out of reach')
    const shapes = nodeNames(5).map((name) => {
      const shape = drawnNode(name).cloneNode(true) as Element
      for (const other of shape.querySelectorAll('title, .aim, .self, text')) other.remove()
      return shape.innerHTML.replaceAll(/<!--.*?-->/g, '').replaceAll(/class="(hollow)?"/g, '')
    })
    expect(new Set(shapes).size).toBe(5)
    await expect
      .element(screen.getByRole('list', { name: 'Legend' }))
      .toHaveTextContent(/in sync.*out of sync.*quiet.*out of reach.*down/s)
    await expectPanelAccessible()
  })

  it('shows a change within a second, in the picture and in words', async () => {
    await showNetwork(node, lineNetwork(2))
    await expect.element(network.picture('2 nodes, 1 link, all in sync')).toBeVisible()
    const since = performance.now()
    node.setNetwork(lineNetwork(3))
    await expect.element(network.picture('3 nodes, 2 links, all in sync')).toBeVisible()
    expect(performance.now() - since).toBeLessThan(1_000)
    // The text includes the time, since it stays visible after the change is old.
    await expect.element(screen.getByText(/\d\d:\d\d.* node3 joined\./)).toBeVisible()
  })

  it('shows until when other nodes were here, after all have left', async () => {
    await showNetwork(node, lineNetwork(2))
    await expect.element(network.picture('2 nodes, 1 link, all in sync')).toBeVisible()
    node.setNetwork(networkOf(['node1'], []))
    await expect.element(screen.getByText(/No other nodes now. node2 was here until \d/)).toBeVisible()
    await expect.element(network.row('node1')).toHaveTextContent('Alone')
  })

  it('keeps its shape while the state of a node changes', async () => {
    await showNetwork(node, ring)
    await nextFrames()
    const names = nodeNames(9)
    const before = names.map(placeOf)
    node.setNetwork(networkOf(nodeNames(10), ringLinks(nodeNames(10)), { node4: { presence: 'quiet' } }))
    await expect.element(network.picture(/1 node quiet/)).toBeVisible()
    await nextFrames()
    expect(names.map(placeOf)).toEqual(before)
  })

  it('keeps its shape when an upstream leaves: the awaited upstream keeps its position', async () => {
    await showNetwork(node, ring)
    await nextFrames()
    const before = nodeNames(10).map(placeOf)
    node.link({ peer: 'node10', direction: 'upstream', state: 'waiting', reason: 'said-bye' })
    node.setNetwork(lineNetwork(9))
    await expect.element(network.picture(/9 nodes, .*waiting for node10/)).toBeVisible()
    await nextFrames()
    expect(nodeNames(10).map(placeOf)).toEqual(before)
  })

  it('stands still once the layout has settled', async () => {
    await showNetwork(node, ring)
    await expect.poll(() => drawing().getAnimations({ subtree: true }).length, { timeout: 5_000 }).toBe(0)
    const changes: MutationRecord[] = []
    const observer = new MutationObserver((records) => changes.push(...records))
    observer.observe(drawing(), { subtree: true, attributes: true, childList: true })
    await nextFrames(30)
    observer.disconnect()
    expect(changes).toEqual([])
  })

  it('lets a ring spread from a node that has just published', async () => {
    await showNetwork(node, lineNetwork(3))
    node.deliver({ author: 'node3', body: 'hello' })
    await expect.poll(() => drawnNode('node3').querySelector('.ripple')).not.toBeNull()
    expect(drawnNode('node2').querySelector('.ripple')).toBeNull()
  })

  it('lets no ring spread from the author of history', async () => {
    node.deliver({ author: 'node2', seq: 3, body: 'before the picture was shown' })
    await showNetwork(node, lineNetwork(3))
    node.backfill(2, 'node2')
    node.deliver({ author: 'node3', body: 'hello' })
    await expect.poll(() => drawnNode('node3').querySelector('.ripple')).not.toBeNull()
    expect(drawnNode('node2').querySelector('.ripple')).toBeNull()
  })

  it('does nothing while its page is hidden', async () => {
    await showNetwork(node, lineNetwork(2))
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
    await nextFrames()
    const asked = node.networks
    node.setNetwork(lineNetwork(3))
    await nextFrames(20)
    expect(node.networks).toBe(asked)
    Reflect.deleteProperty(document, 'visibilityState')
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.element(network.picture(/3 nodes/)).toBeVisible()
  })

  it('draws at most once a frame, however many events come', async () => {
    await showNetwork(node, ring)
    await nextFrames()
    node.networks = 0
    for (let burst = 0; burst < 50; burst += 1) node.setNetwork(ring)
    await nextFrames(2)
    expect(node.networks).toBe(1)
  })

  it('breaks no rule of accessibility in dark colours', async () => {
    await emulateMedia('prefers-color-scheme', 'dark')
    await showNetwork(node, lineNetwork(5, troubles))
    await expectAccessible()
  })

  it('distinguishes two keys under one name', async () => {
    const twice = lineNetwork(2)
    const [self] = twice.nodes
    if (!self) throw new Error('no self')
    await showNetwork(node, {
      ...twice,
      nodes: [...twice.nodes, { ...self, isSelf: false, peerId: 'q'.repeat(43), links: [] }],
    })
    await expect.element(screen.getByRole('row', { name: /^node1 qqqqqq/ })).toBeVisible()
    await expect
      .element(screen.getByRole('row', { name: new RegExp(`^node1 ${fakePeerId('node1').slice(0, 6)}`) }))
      .toBeVisible()
  })
})
