/**
 * Milliseconds that the server has for its answer to a request of the page, before the stored page is shown: a person who
 * presses F5 waits no longer for a server that hangs. Behind a slow line the stored page is nearly always the same one.
 */
export const serverWithinMs = 3_000

/** What a request of a tab is to this page; `other` ones are left to the browser. */
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
  /** Asks the server. */
  readonly ask: () => Promise<Response>
  /** The page as this service worker has stored it; nothing if the browser has deleted it. */
  readonly stored: () => Promise<Response | undefined>
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<undefined>
}

/**
 * The server's page while there is a server, so that a reload brings a newer build as a whole; otherwise the stored one. A
 * proxy whose server is away answers 502 to 504.
 */
export const answerPage = async ({ ask, stored, wait }: PageSources): Promise<Response> => {
  const asking = ask()
  const answer = await Promise.race([asking.catch(() => undefined), wait(serverWithinMs)])
  if (answer && answer.status < 500) return answer
  return (await stored()) ?? answer ?? asking
}
