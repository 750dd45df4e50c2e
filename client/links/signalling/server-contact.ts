import type { NoWebsocket } from './signalling.ts'

/** How far the way to the signalling server goes, as last seen; finer than `SignallingState`, and for a diagnosis only. */
export type ServerContact =
  | { readonly step: 'connecting' }
  /** With what plain http says of it, and the number of tries in a row. */
  | ({ readonly step: 'no-websocket'; readonly tries: number } & NoWebsocket)
  | { readonly step: 'registering' }
  | {
      readonly step: 'refused'
      readonly reason:
        | 'name-taken'
        | 'name-reserved'
        | 'token-missing'
        | 'access-denied'
        | 'server-refused'
        | 'no-acknowledgement'
    }
  /** `cutAfterMs`: as in `SignallingState`. `isPageOld`: the server's page is another build than this one. */
  | { readonly step: 'registered'; readonly cutAfterMs?: number; readonly isPageOld?: boolean }
  /** An open websocket ended; another is being opened. */
  | { readonly step: 'lost' }
