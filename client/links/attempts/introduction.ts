import type { SignalDescription } from '../../../signal-server/shared/protocol.ts'
import { fromBase64url, toBase64url } from '../../gossip/wire/base64url.ts'
import type { PeerId } from '../../gossip/wire/peer-id.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Sign, Verify } from '../../node/shared/signatures.ts'

export type SessionDescription = Exclude<SignalDescription, { type: 'refusal' }>

/** The two sides of a connection, their network, and the id of the attempt. */
export interface Introduction {
  readonly net: string
  readonly attempt: string
  readonly initiator: PeerId
  readonly responder: PeerId
}

/**
 * What is signed (P4). The labels keep offers, answers and signatures of other purposes apart. An answer covers the offer's
 * fingerprint too, so it can't be paired with another offer.
 */
const proof = (label: 'offer' | 'answer', introduction: Introduction, fingerprints: readonly string[]) => {
  const { net, attempt, initiator, responder } = introduction
  return new TextEncoder().encode(
    `grapevine ${label} 1\n${JSON.stringify([net, attempt, initiator, responder, ...fingerprints])}`,
  )
}

/** Throws if this browser's description has no single fingerprint, which is a bug here or in the browser. */
const ownFingerprint = (sdp: string): string => {
  const fingerprint = fingerprintOf(sdp)
  if (!fingerprint) throw new Error(`no single sha-256 fingerprint in the browser's own description: ${sdp}`)
  return fingerprint
}

export const signOffer = async (sign: Sign, introduction: Introduction, sdp: string): Promise<SessionDescription> => {
  const signature = await sign(proof('offer', introduction, [ownFingerprint(sdp)]))
  return { type: 'offer', sdp, peerId: introduction.initiator, signature: toBase64url(signature) }
}

export const signAnswer = async (
  sign: Sign,
  introduction: Introduction,
  offerSdp: string,
  sdp: string,
): Promise<SessionDescription> => {
  const signature = await sign(proof('answer', introduction, [ownFingerprint(offerSdp), ownFingerprint(sdp)]))
  return { type: 'answer', sdp, peerId: introduction.responder, signature: toBase64url(signature) }
}

/** Whether the initiator's key signed this offer, for this attempt and this responder. */
export const verifyOffer = async (
  verify: Verify,
  introduction: Introduction,
  offer: SessionDescription,
): Promise<boolean> => {
  const fingerprint = fingerprintOf(offer.sdp)
  const signature = fromBase64url(offer.signature)
  if (!fingerprint || !signature || offer.peerId !== introduction.initiator) return false
  return verify(introduction.initiator, proof('offer', introduction, [fingerprint]), signature)
}

/** Whether the responder's key signed this answer, to exactly this offer. */
export const verifyAnswer = async (
  verify: Verify,
  introduction: Introduction,
  offerSdp: string,
  answer: SessionDescription,
): Promise<boolean> => {
  const fingerprint = fingerprintOf(answer.sdp)
  const signature = fromBase64url(answer.signature)
  if (!fingerprint || !signature || answer.peerId !== introduction.responder) return false
  return verify(
    introduction.responder,
    proof('answer', introduction, [ownFingerprint(offerSdp), fingerprint]),
    signature,
  )
}
