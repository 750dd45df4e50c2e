import { describeNotices, type NoticeContext } from '../../../client/ui/notices/notices.ts'
import type { Notice } from '../../../client/ui/words/notice.ts'
import type { AddressProblem } from '../../../client/app/address/address-problem.ts'

const context: NoticeContext = {
  state: { status: 'online' },
  links: [],
  isOutOfConnections: false,
  problems: [],
  storageTroubles: new Set(),
  isPageOld: false,
  forks: [],
  faults: [],
  name: 'node1',
  peerId: 'A'.repeat(43),
  isKeyNew: false,
  distrustedBy: [],
  hasNamesakes: false,
  framing: undefined,
  framelessHref: '/?peer=node1',
  place: 'this-machine',
  host: 'localhost:3000',
  suggestedHref: '/?peer=node1',
  correctedHref: '',
  hrefOf: (name) => `/?id=${name}&net=class-7`,
  hrefWithUpstream: (upstream, other) => `/?peer=${other}&instead-of=${upstream}`,
}

export const notices = (parts: Partial<NoticeContext>): readonly Notice[] => describeNotices({ ...context, ...parts })

/** One problem of each kind. */
export const problems: Record<AddressProblem['kind'], AddressProblem> = {
  'bad-name': { severity: 'error', kind: 'bad-name', value: 'no de' },
  'bad-net': { severity: 'error', kind: 'bad-net', value: 'no net' },
  'bad-class': { severity: 'error', kind: 'bad-class', value: 'ring-99' },
  'class-full': { severity: 'error', kind: 'class-full', value: 'ring-12' },
  'class-left-out': { severity: 'warning', kind: 'class-left-out', value: 'ring-12' },
  'bad-upstream': { severity: 'warning', kind: 'bad-upstream', value: 'no peer' },
  'upstream-address': { severity: 'warning', kind: 'upstream-address', value: 'ws://localhost:6001' },
  'upstream-separator': { severity: 'warning', kind: 'upstream-separator', value: 'node1;node2' },
  'unread-parameter': { severity: 'warning', kind: 'unread-parameter', value: 'Peer=', right: 'peer=' },
  'self-upstream': { severity: 'warning', kind: 'self-upstream', value: 'node1' },
  'too-many-upstreams': { severity: 'warning', kind: 'too-many-upstreams', value: 'node9', limit: 8 },
}
