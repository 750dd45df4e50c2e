import { describe, expect, it } from 'vitest'
import type { LinkReason, LinkSnapshot } from '../../../client/node/api/grapevine.ts'
import { explainLink, linkLine } from '../../../client/ui/words/link-words.ts'
import { fakeLink } from '../fake-network.ts'

/** A new reason does not compile until it is listed here. */
const reasons: Record<LinkReason, true> = {
  'not-there': true,
  gone: true,
  'said-bye': true,
  silent: true,
  'connection-lost': true,
  'no-answer': true,
  'server-silent': true,
  'connect-timeout': true,
  'no-path': true,
  'bad-signature': true,
  'offer-refused': true,
  'linked-already': true,
  'key-changed': true,
  'wrong-key': true,
  'peer-full': true,
  'peer-busy': true,
  'out-of-connections': true,
  'webrtc-failed': true,
  'server-divided': true,
  'server-offline': true,
  misbehaved: true,
  'unkept-promise': true,
  'wrong-version': true,
}

const link = (parts: Partial<LinkSnapshot>) => fakeLink('node1', { state: 'waiting', ...parts })

describe('the words for a link', () => {
  it.each(Object.keys(reasons) as LinkReason[])('say what is wrong and what happens next: %s', (reason) => {
    const { title, text, short } = explainLink(reason, ['node1'], 'this-machine')
    expect(title.length).toBeGreaterThan(10)
    expect(text.length).toBeGreaterThan(40)
    expect(short.length).toBeGreaterThan(10)
  })

  it('are different for every reason', () => {
    const titles = (Object.keys(reasons) as LinkReason[]).map(
      (reason) => explainLink(reason, ['node1'], 'elsewhere').title,
    )
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('say that an upstream went offline if it was linked, not that it is not open yet', () => {
    const gone = link({ state: 'down', reason: 'gone' })
    expect(linkLine(gone, 'elsewhere')).toBe('Went offline. Reconnects when it returns.')
    expect(explainLink('gone', ['node1'], 'elsewhere').title).toBe('node1 went offline')
    expect(explainLink('gone', ['node1', 'node2'], 'elsewhere').title).toBe('node1 and node2 went offline')
  })

  it('use singular for one peer and plural for several', () => {
    expect(explainLink('not-there', ['node1'], 'elsewhere').title).toBe('node1 is not open yet')
    expect(explainLink('not-there', ['node1', 'node2'], 'elsewhere').title).toBe('node1 and node2 are not open yet')
  })

  it('advise two machines to use the same network, and one machine to have a network', () => {
    expect(explainLink('no-path', ['node1'], 'elsewhere').text).toContain('the same network')
    expect(explainLink('no-path', ['node1'], 'this-machine').text).toContain('Wi-Fi')
  })

  it('omit an old reason once the link is up', () => {
    expect(linkLine(link({ state: 'up', reason: 'no-answer' }), 'elsewhere')).toBeUndefined()
    expect(linkLine(link({ state: 'down', reason: 'silent' }), 'elsewhere')).toContain('Silent')
    expect(linkLine(link({ state: 'quiet' }), 'elsewhere')).toContain('Silent for')
  })
})
