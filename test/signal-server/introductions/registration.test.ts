import { describe, expect, it } from 'vitest'
import { createKey } from '../../machine/ed25519-key.ts'
import { openNode, openTab, refused, signatureOf, startPair, startSignalling } from '../tab.ts'

describe('registration', () => {
  it('gives a name to the key that signed for it', async () => {
    const { port } = await startSignalling()
    const alice = await openTab(port)
    expect(await alice.register('alice')).toEqual({ ok: true })
  })

  it('refuses a signature by another key', async () => {
    const { port } = await startSignalling()
    const mallory = await openTab(port)
    const signature = signatureOf(createKey(), mallory.id, 'main', 'alice')
    expect(await mallory.register('alice', { signature })).toEqual(refused('bad-signature'))
  })

  it('refuses a signature that was made for another socket', async () => {
    const { port } = await startSignalling()
    const key = createKey()
    const alice = await openTab(port, key)
    const mallory = await openTab(port, key)
    const signature = signatureOf(key, alice.id, 'main', 'alice')
    expect(await mallory.register('alice', { signature })).toEqual(refused('bad-signature'))
    expect(await alice.register('alice', { signature })).toEqual({ ok: true })
  })

  it('refuses a signature that was made for another name or net', async () => {
    const { port } = await startSignalling()
    const tab = await openTab(port)
    const forName = signatureOf(tab.key, tab.id, 'main', 'bob')
    const forNet = signatureOf(tab.key, tab.id, 'other', 'alice')
    expect(await tab.register('alice', { signature: forName })).toEqual(refused('bad-signature'))
    expect(await tab.register('alice', { signature: forNet })).toEqual(refused('bad-signature'))
  })

  it('refuses another spelling of a key', async () => {
    const { port } = await startSignalling()
    const tab = await openTab(port)
    const { peerId } = tab.key
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const respelled = peerId.slice(0, -1) + alphabet.charAt(alphabet.indexOf(peerId.slice(-1)) + 1)
    const signature = signatureOf(tab.key, tab.id, 'main', 'alice')
    const request = { net: 'main', name: 'alice', peerId: respelled, upstreams: [], signature }
    expect(Buffer.from(respelled, 'base64url')).toEqual(Buffer.from(peerId, 'base64url'))
    expect(await tab.request('node:register', request)).toEqual(refused('bad-signature'))
  })

  it('refuses a name that another key holds, and does not disturb its holder', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice')
    const mallory = await openTab(port)
    expect(await mallory.register('alice')).toEqual(refused('name-taken'))
    expect(alice.socket.connected).toBe(true)
  })

  it('allows the same name in two nets', async () => {
    const { port } = await startSignalling()
    await openNode(port, 'alice')
    const other = await openTab(port)
    expect(await other.register('alice', { net: 'other' })).toEqual({ ok: true })
  })

  it('refuses a second name on one socket', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice')
    expect(await alice.register('bob')).toEqual(refused('already-registered'))
  })

  it('holds a name for its key for 10 s after its socket ended', async () => {
    let now = 0
    const { port } = await startSignalling({ now: () => now })
    const witness = await openNode(port, 'witness', ['alice'])
    const alice = await openNode(port, 'alice')
    const mallory = await openTab(port)
    alice.close()
    await expect.poll(() => witness.offer('alice')).toEqual(refused('upstream-offline'))
    now = 9_999
    // Nobody holds the name: the refusal is not `name-taken`.
    expect(await mallory.register('alice')).toEqual(refused('name-reserved'))
    now = 10_000
    expect(await mallory.register('alice')).toEqual({ ok: true })
  })

  it('gives a held name back to its key at once', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice')
    alice.close()
    const back = await openTab(port, alice.key)
    expect(await back.register('alice')).toEqual({ ok: true })
  })

  it('gives a name to a new socket of its key, and notifies the replaced socket', async () => {
    const { port } = await startSignalling()
    const before = await openNode(port, 'alice')
    const bob = await openNode(port, 'bob', ['alice'])
    const after = await openNode(port, 'alice', [], before.key)
    await before.replaced
    // After this reason, Socket.IO's client does not reconnect by itself.
    expect(await before.disconnected).toBe('io server disconnect')
    await bob.offer('alice')
    expect(await after.signals.next()).toMatchObject({ from: 'bob' })
  })
})

describe('upstream:online', () => {
  it('notifies a new node of its upstreams that are online', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice')
    const bob = await openNode(port, 'bob', ['absent', 'alice'])
    expect(await bob.upstreams.next()).toEqual({ name: 'alice', peerId: alice.key.peerId, mutual: false })
    expect(bob.upstreams.size).toBe(0)
  })

  it('notifies every waiting node', async () => {
    const { port } = await startSignalling()
    const bob = await openNode(port, 'bob', ['alice'])
    const carol = await openNode(port, 'carol', ['alice'])
    const alice = await openNode(port, 'alice')
    const online = { name: 'alice', peerId: alice.key.peerId, mutual: false }
    expect(await bob.upstreams.next()).toEqual(online)
    expect(await carol.upstreams.next()).toEqual(online)
    expect(alice.upstreams.size).toBe(0)
  })

  it('notifies both of two nodes that name each other', async () => {
    const { port } = await startSignalling()
    const alice = await openNode(port, 'alice', ['bob'])
    const bob = await openNode(port, 'bob', ['alice'])
    expect(await alice.upstreams.next()).toEqual({ name: 'bob', peerId: bob.key.peerId, mutual: true })
    expect(await bob.upstreams.next()).toEqual({ name: 'alice', peerId: alice.key.peerId, mutual: true })
  })

  it('notifies waiting nodes again when the upstream comes back', async () => {
    const { port, alice, bob } = await startPair()
    await bob.upstreams.next()
    await openNode(port, 'alice', ['bob'], alice.key)
    expect(await bob.upstreams.next()).toEqual({ name: 'alice', peerId: alice.key.peerId, mutual: true })
  })

  it('does not notify about a node of the same name in another net', async () => {
    const { port } = await startSignalling()
    const bob = await openNode(port, 'bob', ['alice'])
    const stranger = await openTab(port)
    await stranger.register('alice', { net: 'other' })
    const alice = await openNode(port, 'alice')
    expect((await bob.upstreams.next()).peerId).toBe(alice.key.peerId)
  })
})
