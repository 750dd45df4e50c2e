import { describe, expect, it } from 'vitest'
import { type Introduction, signDescription, verifyDescription } from '../../../client/links/attempts/introduction.ts'
import { createKey } from '../network-node.ts'
import { loadEd25519 } from '../../../client/storage/load-ed25519.ts'

const sdpOf = (byte: string): string => `v=0\r\na=fingerprint:sha-256 ${Array(32).fill(byte).join(':')}\r\n`

const setUp = async () => {
  const { verify } = await loadEd25519()
  const [alice, bob, mallory] = await Promise.all([createKey(), createKey(), createKey()])
  const introduction: Introduction = {
    net: 'main',
    attempt: 'attempt1',
    initiator: alice.peerId,
    responder: bob.peerId,
  }
  const offer = await signDescription(alice.sign, introduction, sdpOf('AA'))
  const answer = await signDescription(bob.sign, introduction, sdpOf('BB'), sdpOf('AA'))
  return { verify, alice, bob, mallory, introduction, offer, answer }
}

describe('[P4] a signed introduction', () => {
  it('verifies between its two nodes', async () => {
    const { verify, introduction, offer, answer } = await setUp()
    expect(await verifyDescription(verify, introduction, offer)).toBe(true)
    expect(await verifyDescription(verify, introduction, answer, sdpOf('AA'))).toBe(true)
  })

  it('does not verify in another network, attempt, or between others', async () => {
    const { verify, mallory, introduction, offer, answer } = await setUp()
    for (const changed of [
      { ...introduction, net: 'other' },
      { ...introduction, attempt: 'attempt2' },
      { ...introduction, initiator: mallory.peerId },
      { ...introduction, responder: mallory.peerId },
    ]) {
      expect(await verifyDescription(verify, changed, offer)).toBe(false)
      expect(await verifyDescription(verify, changed, answer, sdpOf('AA'))).toBe(false)
    }
  })

  it('does not verify with another fingerprint on either side', async () => {
    const { verify, introduction, offer, answer } = await setUp()
    expect(await verifyDescription(verify, introduction, { ...offer, sdp: sdpOf('CC') })).toBe(false)
    expect(await verifyDescription(verify, introduction, { ...answer, sdp: sdpOf('CC') }, sdpOf('AA'))).toBe(false)
    expect(await verifyDescription(verify, introduction, answer, sdpOf('CC'))).toBe(false)
  })

  it('accepts neither an offer as an answer nor an answer as an offer', async () => {
    const { verify, bob, alice, introduction, offer } = await setUp()
    const swapped = { ...introduction, initiator: bob.peerId, responder: alice.peerId }
    const asAnswer = { ...offer, type: 'answer' as const, peerId: alice.peerId }
    expect(await verifyDescription(verify, swapped, asAnswer, sdpOf('AA'))).toBe(false)
  })

  it('throws if the browser gives a description without a fingerprint', async () => {
    const { alice, introduction } = await setUp()
    await expect(signDescription(alice.sign, introduction, 'v=0')).rejects.toThrow(/no single sha-256 fingerprint/)
  })
})
