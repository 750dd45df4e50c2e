import { Attempt } from '../../../client/links/attempts/attempt.ts'
import { networkLimits } from '../../../client/links/shared/limits.ts'
import type { ConnectingEvents } from '../../../client/links/attempts/peer-connection.ts'
import type { SignalCandidate, SignalData } from '../../../signal-server/shared/protocol.ts'
import { fakePeerId, fakeSign, fakeVerify } from '../../simulation/node/fake-signatures.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'

/** A description as long as Chromium's for one data channel, without candidates. */
export const sdp = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:Xk3f',
  'a=ice-pwd:9ZqVb1nXhC3pTq0mWv7LrYd2',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n')

/**
 * The candidates of one side of an introduction, and when the browser finds them (milliseconds after the
 * description): four addresses of the machine at once, the address that a STUN server saw soon after, and a relay one
 * round trip later.
 */
const findings: readonly (readonly [afterMs: number, candidate: string])[] = [
  [2, 'candidate:842163049 1 udp 1677729535 f3a1c2d4-7b5e-4c1a-9d20-1e6f8a0b3c55.local 51472 typ host generation 0'],
  [3, 'candidate:842163050 1 udp 1677729534 0b7d91ee-2f43-4d5c-8a77-c3e5f1a29b10.local 51473 typ host generation 0'],
  [4, 'candidate:842163051 1 tcp 1518283007 f3a1c2d4-7b5e-4c1a-9d20-1e6f8a0b3c55.local 9 typ host tcptype active'],
  [5, 'candidate:842163052 1 tcp 1518283006 0b7d91ee-2f43-4d5c-8a77-c3e5f1a29b10.local 9 typ host tcptype active'],
  [40, 'candidate:3104917 1 udp 1677732095 203.0.113.71 51472 typ srflx raddr 0.0.0.0 rport 0 generation 0'],
  [90, 'candidate:7718215 1 udp 33562623 198.51.100.7 49170 typ relay raddr 203.0.113.71 rport 51472 generation 0'],
].map(([afterMs, candidate]) => [Number(afterMs), `${candidate} ufrag Xk3f network-id 1 network-cost 10`])

export const candidates: readonly SignalCandidate[] = findings.map(([, candidate]) => ({
  candidate,
  sdpMid: '0',
  sdpMLineIndex: 0,
}))

/** The signals of one side as our tab sends them, recorded from the client's own code under virtual time. */
export const recordSignals = async (): Promise<readonly SignalData[]> => {
  const clock = new VirtualClock()
  const sent: SignalData[] = []
  let events: ConnectingEvents | undefined
  const attempt = new Attempt({
    introduction: { net: 'main', attempt: 'attempt1', initiator: fakePeerId(1), responder: fakePeerId(2) },
    connection: {
      listen: (listener) => {
        events = listener
      },
      accept: () => {},
      addCandidate: () => {},
      destroy: () => {},
    },
    sign: fakeSign(fakePeerId(1)),
    verify: fakeVerify,
    timers: clock,
    limits: networkLimits,
    gatherMs: networkLimits.gatherMs,
    send: async (_seq, data) => {
      sent.push(data)
      return { ok: true }
    },
    opened: () => {},
    failed: () => {},
    progressed: () => {},
    dropped: () => {},
  })
  events?.description({ type: 'offer', sdp })
  await clock.pass(0)
  for (const [index, [afterMs]] of findings.entries()) {
    await clock.pass(afterMs - (findings[index - 1]?.[0] ?? 0))
    const candidate = candidates[index]
    if (candidate) events?.candidate(candidate)
  }
  events?.gathered()
  await clock.pass(2 * networkLimits.gatherMs)
  attempt.cancel()
  return sent
}
