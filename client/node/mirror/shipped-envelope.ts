import type { LinkIdentity } from '../../gossip/wire/link.ts'
import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { WireRecord } from '../wire/wire-tap.ts'

/** An envelope of the node in the other thread, for the record of the wire. */
export interface ShippedEnvelope {
  readonly peer: NodeName
  readonly peerId: LinkIdentity['peerId']
  readonly time: number
  readonly envelope:
    | { readonly direction: 'in' | 'out'; readonly type: string; readonly bytes: number; readonly frame: Uint8Array }
    | { readonly direction: 'refused'; readonly type: string; readonly bytes: number; readonly reason: string }
}

export const recordShipped = (wire: WireRecord, { peer, peerId, time, envelope }: ShippedEnvelope): void => {
  const link = { name: peer, peerId }
  if (envelope.direction === 'refused') wire.refused(link, envelope.reason, envelope.bytes, time)
  else if (envelope.direction === 'in') wire.received(link, envelope.type, envelope.frame, time)
  else wire.sent(link, envelope.type, envelope.frame, time)
}
