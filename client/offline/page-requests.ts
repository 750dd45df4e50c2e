/**
 * Milliseconds that the server has to answer a request for the page; then the stored page is shown. A person who reloads
 * waits no longer for a server that hangs. On a slow line the stored page is nearly always the same as the server's.
 */
export const serverWithinMs = 3_000

/** The kind of a tab's request; the browser handles `other` ones itself. */
export const kindOf = ({ method, mode, url }: Pick<Request, 'method' | 'mode' | 'url'>, scope: string): RequestKind => {
  const { origin, pathname } = new URL(url)
  const folder = new URL(scope)
  if (method !== 'GET' || origin !== folder.origin) return 'other'
  if (mode === 'navigate') {
    return pathname === folder.pathname || pathname === `${folder.pathname}index.html` ? 'page' : 'other'
  }
  return pathname.startsWith(`${folder.pathname}assets/`) ? 'asset' : 'other'
}

type RequestKind = 'page' | 'asset' | 'other'

export interface PageSources {
  /** Requests the page from the server. */
  readonly ask: () => Promise<Response>
  /** The page that this service worker has stored; undefined if the browser has deleted it. */
  readonly stored: () => Promise<Response | undefined>
  /** Resolves after `ms` milliseconds. */
  readonly wait: (ms: number) => Promise<undefined>
}

/**
 * The server's page while the server is reachable, so that a reload loads a newer build as a whole; otherwise the stored
 * page. A proxy that does not reach the server answers 502 to 504.
 */
export const answerPage = async ({ ask, stored, wait }: PageSources): Promise<Response> => {
  const asking = ask()
  const answer = await Promise.race([asking.catch(() => undefined), wait(serverWithinMs)])
  if (answer && answer.status < 500) return answer
  return (await stored()) ?? answer ?? asking
}
