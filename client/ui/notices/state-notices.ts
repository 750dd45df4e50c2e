import type { NodeState, StartWait } from '../../node/api/grapevine.ts'
import { countWords } from '../words/listing.ts'
import { type Notice, type NoticeAction, reload } from '../words/notice.ts'
import type { Place } from '../words/place.ts'
import { describeProxyTrouble } from './proxy-words.ts'

/** What keeps the node from running, or from the server; `host` is the server's, for advice that names it. */
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
      // The same in the moments between two cuts as while the websocket is open.
      if (state.reason === 'websocket-cut') return [cutNotice(state.afterMs, host)]
      return [{ key: `offline ${state.reason}`, severity: 'warning', ...offlineWords(state, linksUp, place, host) }]
    case 'error':
      return [{ key: `error ${state.reason}`, severity: 'error', ...errorWords(state) }]
  }
}

const waitWords: Readonly<Record<StartWait, Pick<Notice, 'severity' | 'title' | 'text'>>> = {
  name: {
    severity: 'info',
    title: 'This browser has not said yet whether the name is free',
    text: 'One tab at a time runs a name, and the answer whether another one runs this is slow: a busy machine, mostly. This tab starts as soon as it knows; what you write meanwhile goes out then.',
  },
  storage: {
    severity: 'warning',
    title: 'This browser’s storage is slow to answer',
    text: 'The key of this node is kept there. The node starts as soon as storage answers, and not under another key before; what you write meanwhile goes out then. If it lasts, close the other tabs of this page, since one of them may hold storage up, or restart the browser.',
  },
  'reserved-name': {
    severity: 'info',
    title: 'The name is reserved for a few seconds',
    text: 'A node with another key had it until a moment ago. The server keeps a name for ten seconds, in case that its node comes back; then this tab takes it by itself. What you write meanwhile goes out then.',
  },
}

const cutNotice = (afterMs: number, host: string): Notice => {
  const { title, text } = describeProxyTrouble({ reason: 'websocket-cut', afterMs }, host)
  const key = 'offline websocket-cut'
  return { key, severity: 'warning', title, text: `${text} Until then new links come up late.`, actions: [] }
}

const offlineWords = (
  state: Extract<NodeState, { status: 'offline' }>,
  linksUp: number,
  place: Place,
  host: string,
): Pick<Notice, 'title' | 'text' | 'actions'> => {
  const meanwhile =
    linksUp > 0
      ? `Meanwhile ${countWords(linksUp, 'link and its messages go', 'links and their messages go')} on; only new links have to wait.`
      : 'Until then nobody can introduce this tab to others.'
  switch (state.reason) {
    case 'server-unreachable':
      return {
        title: 'The signalling server can’t be reached',
        text:
          place === 'this-machine'
            ? `See whether “npm start” still runs in its terminal, and start it again if not. This tab comes back by itself. ${meanwhile}`
            : `Check this machine’s network, or ask whoever runs ${host}. This tab comes back by itself. ${meanwhile}`,
        actions: [],
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
      return { title, text: `${text} This tab keeps trying. ${meanwhile}`, actions: [] }
    }
    case 'token-missing':
      return {
        title: 'This network needs an access token, and the address has none',
        text: `Such an address ends in #token=… Open the address that was sent to you as a whole, to its last character, or ask whoever runs ${host}. ${meanwhile}`,
        actions: [],
      }
    case 'access-denied':
      return {
        title: 'The access token in the address is not the one of this network',
        text: `Each network of this server has a token of its own. Compare what stands after #token= and after net= with the address that was sent to you, or ask whoever runs ${host}. ${meanwhile}`,
        actions: [],
      }
    case 'name-taken':
      return {
        title: 'This tab’s name was taken while the server was out of reach',
        text: `A node with another key runs it now: another browser, or another person. When that node leaves, this tab gets its name back by itself; or open a tab under another name. ${meanwhile}`,
        actions: [],
      }
    case 'name-reserved':
      return {
        title: 'This tab’s name is reserved for a few seconds',
        text: `A node with another key had it while the server was out of reach, and has left. The server keeps a name for ten seconds; then this tab gets it back by itself. ${meanwhile}`,
        actions: [],
      }
    case 'server-silent':
      return {
        title: 'The signalling server does not answer',
        text: `No usable answer came in time: the server or its machine may be busy or off, or the network slow. This tab keeps asking. ${meanwhile}`,
        actions: [],
      }
    case 'server-refused':
      return {
        title: 'The signalling server turned this tab away',
        text: `It is full, or too many tabs came from this address at once. Close tabs that you don’t need, or wait: this tab keeps trying. ${meanwhile}`,
        actions: [],
      }
  }
}

const errorWords = (error: Extract<NodeState, { status: 'error' }>): Pick<Notice, 'title' | 'text' | 'actions'> => {
  switch (error.reason) {
    case 'name-open-here':
      return {
        title: `${error.name} is open in another tab of this browser`,
        text: 'One tab at a time runs a name. Go on in that tab, or here under another name. When that tab closes, this one takes over by itself.',
        actions: [useInstead(error.alternative)],
      }
    case 'name-taken':
      return {
        title: `The name ${error.name} is taken`,
        text: 'A node with another key runs it: another browser, or another person. Go on under another name. When that node leaves, this tab takes over by itself.',
        actions: [useInstead(error.alternative)],
      }
    case 'replaced':
      return {
        title: `${error.name} was opened elsewhere`,
        text: 'The same node started in another place, so this one stopped. Go on there, or reload this tab to bring it back here.',
        actions: [reload],
      }
    case 'webrtc-unavailable':
      return {
        title: 'This browser can’t link to other tabs',
        text: 'WebRTC is missing or switched off. Allow it in the settings or in the extension that blocks it, and reload; or open this page in a current Chrome, Edge, Firefox or Safari.',
        actions: [reload],
      }
    case 'stopped':
      return {
        title: 'This node has stopped',
        text: 'It took leave of its neighbours and gave its name free. Reload this tab to start it again.',
        actions: [reload],
      }
    case 'fault':
      return {
        title: 'Grapevine itself has failed here',
        text: `Reload this tab. If it happens again, please report these words: ${error.message}`,
        actions: [reload],
      }
  }
}

const useInstead = ({ name, href }: { name: string; href: string }): NoticeAction => ({
  kind: 'link',
  label: `Use ${name} instead`,
  href,
  newTab: false,
})
