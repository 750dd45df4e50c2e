import type { NodeState, OfflineReason, StartWait } from '../../node/api/grapevine.ts'
import { countWords } from '../words/listing.ts'
import { type Notice, type NoticeAction, reload } from '../words/notice.ts'
import type { Place } from '../words/place.ts'
import { describeProxyTrouble } from './proxy-words.ts'

/** Says why the node does not run, or has no server. `host` is the server's, for advice that names the server. */
export const describeStateTrouble = (
  state: NodeState | undefined,
  linksUp: number,
  place: Place,
  host: string,
): Notice[] => {
  if (!state) return []
  switch (state.status) {
    case 'online':
      return state.cutAfterMs === undefined ? [] : [cutNotice(state.cutAfterMs, host)]
    case 'starting':
      return state.waitsFor === undefined
        ? []
        : [{ key: `starting ${state.waitsFor}`, ...waitWords[state.waitsFor], actions: [] }]
    case 'offline':
      // The notice stays the same while the websocket is open and in the moments between two cuts.
      if (state.reason === 'websocket-cut') return [cutNotice(state.afterMs, host)]
      return [offlineNotice(state.reason, offlineWords(state, linksUp, place, host))]
    case 'error':
      return [{ key: `error ${state.reason}`, severity: 'error', ...errorWords(state) }]
  }
}

const waitWords: Readonly<Record<StartWait, Pick<Notice, 'severity' | 'title' | 'text'>>> = {
  name: {
    severity: 'info',
    title: 'Checking whether the name is free in this browser',
    text: 'Only one tab of a browser can run a name. The browser is slow to answer whether another tab runs this one, usually because the machine is busy. This tab starts as soon as it knows. Messages that you write meanwhile are sent then.',
  },
  storage: {
    severity: 'warning',
    title: 'This browser’s storage is slow to answer',
    text: 'The key of this node is stored there, so the node starts as soon as storage answers. Messages that you write meanwhile are sent then. If this lasts, close the other tabs of this page, since one of them may block storage, or restart the browser.',
  },
  'reserved-name': {
    severity: 'info',
    title: 'The name is reserved for a few seconds',
    text: 'A node with another key had it until a moment ago. The server reserves a name for ten seconds, in case its node returns. Then this tab gets the name automatically. Messages that you write meanwhile are sent then.',
  },
}

const offlineNotice = (reason: OfflineReason, words: Pick<Notice, 'title' | 'text'>): Notice => ({
  key: `offline ${reason}`,
  severity: 'warning',
  ...words,
  actions: [],
})

const cutNotice = (afterMs: number, host: string): Notice => {
  const { title, text } = describeProxyTrouble({ reason: 'websocket-cut', afterMs }, host)
  return offlineNotice('websocket-cut', { title, text: `New links take longer to come up. ${text}` })
}

const offlineWords = (
  state: Extract<NodeState, { status: 'offline' }>,
  linksUp: number,
  place: Place,
  host: string,
): Pick<Notice, 'title' | 'text'> => {
  const meaning =
    linksUp > 0
      ? `${countWords(linksUp, 'link still works', 'links still work')}; only new links have to wait.`
      : 'New links have to wait.'
  switch (state.reason) {
    case 'server-unreachable':
      return {
        title: 'The signalling server can’t be reached',
        text:
          place === 'this-machine'
            ? `${meaning} Check whether “npm start” still runs in its terminal, and start it again if not. This tab reconnects automatically.`
            : `${meaning} Check this machine’s network, or ask the person who runs ${host}. This tab reconnects automatically.`,
      }
    case 'websocket-blocked':
    case 'upgrade-not-passed':
    case 'websocket-held':
    case 'websocket-cut':
    case 'host-refused':
    case 'host-not-passed':
    case 'origin-rewritten':
    case 'origin-refused':
    case 'path-not-forwarded': {
      const { title, text } = describeProxyTrouble(state, host)
      return { title, text: `${meaning} ${text} This tab keeps trying.` }
    }
    case 'token-missing':
      return {
        title: 'This network needs an access token, but the address has none',
        text: `${meaning} Such an address ends in #token=… Open the complete address that you received, up to its last character, or ask the person who runs ${host}.`,
      }
    case 'access-denied':
      return {
        title: 'The access token in the address is wrong for this network',
        text: `${meaning} Each network of this server has its own token. Compare the parts after #token= and after net= with the address that you received, or ask the person who runs ${host}.`,
      }
    case 'name-taken':
      return {
        title: 'This tab’s name was taken while the server was unreachable',
        text: `A node with another key runs the name now, in another browser or by another person. ${meaning} When that node leaves, this tab gets its name back automatically. Wait, or open a tab with another name.`,
      }
    case 'name-reserved':
      return {
        title: 'This tab’s name is reserved for a few seconds',
        text: `A node with another key had it while the server was unreachable, and has left. ${meaning} The server reserves a name for ten seconds. Then this tab gets it back automatically.`,
      }
    case 'server-silent':
      return {
        title: 'The signalling server does not answer',
        text: `The server or its machine may be busy or off, or the network may be slow. ${meaning} This tab keeps trying.`,
      }
    case 'server-refused':
      return {
        title: 'The signalling server refused this tab',
        text: `It is full, or too many tabs came from this address at once. ${meaning} Close tabs that you don’t need, or wait. This tab keeps trying.`,
      }
  }
}

const errorWords = (error: Extract<NodeState, { status: 'error' }>): Pick<Notice, 'title' | 'text' | 'actions'> => {
  switch (error.reason) {
    case 'name-open-here':
      return {
        title: `${error.name} is open in another tab of this browser`,
        text: 'Only one tab of a browser can run a name. Continue in that tab, or here with another name. When that tab closes, this one takes over automatically.',
        actions: useInstead(error.alternative),
      }
    case 'name-taken':
      return {
        title: `The name ${error.name} is taken`,
        text: 'A node with another key runs it, in another browser or by another person. Continue with another name. When that node leaves, this tab takes over automatically.',
        actions: useInstead(error.alternative),
      }
    case 'replaced':
      return {
        title: `${error.name} was opened elsewhere`,
        text: 'The same node started elsewhere, so this one stopped. Continue there, or reload this tab to bring the node back here.',
        actions: [reload],
      }
    case 'webrtc-unavailable':
      return {
        title: 'This browser can’t link to other tabs',
        text: 'WebRTC is missing or switched off. Allow it in the settings or in the extension that blocks it, and reload. Or open this page in a current Chrome, Edge, Firefox or Safari.',
        actions: [reload],
      }
    case 'stopped':
      return {
        title: 'This node has stopped',
        text: 'It disconnected from its neighbours and released its name. Reload this tab to start it again.',
        actions: [reload],
      }
    case 'fault':
      return {
        title: 'Grapevine has failed in this tab',
        text: `The node does not run. Reload this tab. If it happens again, please report this message: ${error.message}`,
        actions: [reload],
      }
  }
}

const useInstead = (alternative: { name: string; href: string } | undefined): readonly NoticeAction[] =>
  alternative ? [{ kind: 'link', label: `Use ${alternative.name} instead`, href: alternative.href, newTab: false }] : []
