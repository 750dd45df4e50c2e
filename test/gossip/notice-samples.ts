import { type AnnouncementContent, sketchSize } from '../../client/gossip/wire/announcement.ts'
import type { VerifiedAnnouncement } from '../../client/gossip/wire/notice.ts'
import { nameOf } from '../links/network-node.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'

/** A sample announcement of the node with this number, with the given changes. */
export const announcementOf = (author: number, changed: Partial<AnnouncementContent> = {}): AnnouncementContent => ({
  author: fakePeerId(author),
  name: nameOf(`node${author}`),
  epoch: '1-0000000000000001',
  serial: 1,
  everyMs: 10_000,
  isOnline: true,
  digest: 'abc',
  height: 0,
  sketch: Array<number>(sketchSize).fill(0),
  entries: 0,
  links: [],
  ...changed,
})

export const verifiedAnnouncement = (content: AnnouncementContent): VerifiedAnnouncement =>
  ({
    type: 'announcement',
    content,
    signed: { bytes: new Uint8Array(1), signature: new Uint8Array(64) },
  }) as VerifiedAnnouncement
