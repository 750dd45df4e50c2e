import { describe, expect, it } from 'vitest'
import { page as screen } from 'vitest/browser'
import { GrapevineConnection } from '../../../../client/ui/lab/connection/grapevine-connection.ts'
import { linkedUpstream, tryOf, upstreamOf } from './diagnoses.ts'
import { FakeNode } from '../../fake-node.ts'
import { expectNoViolationsInAnyFrame, mount } from '../../token-frame.ts'

const mountView = async (node: FakeNode): Promise<GrapevineConnection> => {
  const view = new GrapevineConnection()
  view.node = node
  await mount(view)
  return view
}

const summary = screen.getByRole('status', { name: 'Connection' })
const checks = (group: string) => screen.getByRole('list', { name: group, exact: true }).getByRole('listitem')

const failing = {
  upstreams: [
    linkedUpstream,
    upstreamOf({ peer: 'node9', reason: 'no-path' }, { isThere: true, failedTries: 2, latestTry: tryOf() }),
  ],
}

describe('the Connection view', () => {
  it('shows the first failure in plain words, and lists every check', async () => {
    const node = new FakeNode()
    node.diagnose(failing)
    await mountView(node)
    await expect.element(summary.getByRole('heading', { name: 'No network path to node9' })).toBeVisible()
    expect(checks('The signalling server').elements()).toHaveLength(3)
    const statuses = checks('Upstream node9')
      .elements()
      .map((check) => check.getAttribute('data-status'))
    expect(statuses).toEqual(['ok', 'ok', 'not-needed', 'failed', 'pending'])
    await expect.element(checks('Upstream node1').nth(3)).toHaveTextContent('from machine to machine (host to prflx)')
  })

  it('follows its node at most once per frame, while it is shown', async () => {
    const node = new FakeNode()
    const view = await mountView(node)
    await expect.element(summary).toHaveTextContent('Ready for others')
    let asked = 0
    const diagnosis = node.diagnosis.bind(node)
    node.diagnosis = () => {
      asked += 1
      return diagnosis()
    }
    const contact = { step: 'no-websocket', reason: 'server-unreachable', tries: 1 } as const
    for (let count = 0; count < 50; count += 1) {
      node.diagnose({ state: { status: 'offline', reason: 'server-unreachable' }, contact })
    }
    await expect.element(summary).toHaveTextContent('The signalling server can’t be reached')
    // The fake node itself asks fifty times, once for each event.
    expect(asked - 50).toBeLessThanOrEqual(2)

    view.isShown = false
    await view.updateComplete
    expect(node.listenerCount).toBe(0)
    await expect.element(summary).not.toBeInTheDocument()
    view.isShown = true
    await expect.element(summary).toBeVisible()
    view.remove()
    expect(node.listenerCount).toBe(0)
  })

  it('stops following the former node when it gets a new one', async () => {
    const [node1, node2] = [new FakeNode(), new FakeNode({ name: 'node2' })]
    const view = await mountView(node1)
    view.node = node2
    await view.updateComplete
    expect(node1.listenerCount).toBe(0)
    await expect.element(checks('The signalling server').nth(2)).toHaveTextContent('node2, key')
  })

  it('breaks no rule of accessibility that can be checked', async () => {
    const node = new FakeNode()
    node.diagnose(failing)
    await expectNoViolationsInAnyFrame(await mountView(node))
  })
})
