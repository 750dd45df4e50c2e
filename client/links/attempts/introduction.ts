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
const proof = (introduction: Introduction, fingerprint: string, offerSdp: string | undefined) => {
  const { net, attempt, initiator, responder } = introduction
  const label = offerSdp === undefined ? 'offer' : 'answer'
  const fingerprints = offerSdp === undefined ? [fingerprint] : [ownFingerprint(offerSdp), fingerprint]
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

/** Signs an offer; with `offerSdp`, the answer to that offer. */
export const signDescription = async (
  sign: Sign,
  introduction: Introduction,
  sdp: string,
  offerSdp?: string,
): Promise<SessionDescription> => {
  const signature = toBase64url(await sign(proof(introduction, ownFingerprint(sdp), offerSdp)))
  return offerSdp === undefined
    ? { type: 'offer', sdp, peerId: introduction.initiator, signature }
    : { type: 'answer', sdp, peerId: introduction.responder, signature }
}

/**
 * Whether the initiator's key signed this offer, for this attempt and this responder; with `offerSdp`, whether the
 * responder's key signed this answer, to exactly that offer.
 */
export const verifyDescription = async (
  verify: Verify,
  introduction: Introduction,
  { sdp, peerId, signature: text }: SessionDescription,
  offerSdp?: string,
): Promise<boolean> => {
  const signer = offerSdp === undefined ? introduction.initiator : introduction.responder
  const fingerprint = fingerprintOf(sdp)
  const signature = fromBase64url(text)
  if (!fingerprint || !signature || peerId !== signer) return false
  return verify(signer, proof(introduction, fingerprint, offerSdp), signature)
}
