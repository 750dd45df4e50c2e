import { beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import { lineNetwork, networkOf, nodeNames } from '../../fake-network.ts'
import { FakeNode } from '../../fake-node.ts'
import { focus, hasFocus } from '../../mounted-page.ts'
import { expectAccessible, drawing, drawnNode, network, showNetwork } from '../../shown-network.ts'

describe('a node that is selected in the network', () => {
  let node: FakeNode

  beforeEach(async () => {
    await screen.viewport(1440, 900)
    node = new FakeNode()
  })

  it('highlights its links, selected by a click or by the keyboard, until Escape', async () => {
    await showNetwork(node, lineNetwork(3))
    drawnNode('node2').dispatchEvent(new MouseEvent('click', { bubbles: true }))
    await expect.element(network.pick('node2')).toHaveAttribute('aria-pressed', 'true')
    expect(drawing().querySelectorAll('.link.chosen')).toHaveLength(2)

    await focus(network.pick('node3'))
    await userEvent.keyboard('{Enter}')
    await expect.element(network.pick('node3')).toHaveAttribute('aria-pressed', 'true')
    expect(drawing().querySelectorAll('.link.chosen')).toHaveLength(1)
    await expectAccessible()
    await userEvent.keyboard('{Escape}')
    await expect.element(network.pick('node3')).toHaveAttribute('aria-pressed', 'false')
  })

  it.each([
    ['the next node', 'node2', 'node3'],
    ['the previous node if it was the last', 'node4', 'node3'],
  ])('passes the focus of a node that leaves to %s', async (_, leaver, next) => {
    await showNetwork(node, lineNetwork(4))
    await focus(network.pick(leaver))
    const staying = nodeNames(4).filter((name) => name !== leaver)
    node.setNetwork(networkOf(staying, []))
    await expect.element(network.row(leaver)).not.toBeInTheDocument()
    expect(hasFocus(network.pick(next))).toBe(true)
  })

  it('keeps the focus when it leaves and is awaited', async () => {
    await showNetwork(node, lineNetwork(3))
    await focus(network.pick('node2'))
    node.link({ peer: 'node2', direction: 'upstream', state: 'waiting', reason: 'said-bye' })
    node.setNetwork(lineNetwork(3, { node2: { presence: 'down' } }))
    await expect.element(network.row('node2')).toHaveTextContent('Not there')
    expect(hasFocus(network.pick('node2'))).toBe(true)
  })

  it('keeps the focus when its row moves', async () => {
    await showNetwork(node, lineNetwork(4))
    await focus(network.pick('node2'))
    const { nodes } = lineNetwork(4)
    node.setNetwork({ nodes: [...nodes.slice(0, 1), ...nodes.slice(1).reverse()], isPartial: false })
    await expect.poll(() => network.rows.elements()[4]?.getAttribute('data-node')).toBe('node2')
    expect(hasFocus(network.pick('node2'))).toBe(true)
  })
})
