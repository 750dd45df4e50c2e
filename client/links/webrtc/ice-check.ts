import type { IceServer } from '../../../signal-server/shared/protocol.ts'

/** Asks the browser whether it accepts ICE servers. */
export interface IceCheck {
  accepts(servers: readonly IceServer[]): boolean
  end(): void
}

/**
 * Undefined if the browser makes no connection; the first dial reports that. A check costs one of the connections that a
 * page may make in its life, for any number of questions. In Chromium a constructor that throws would cost one each time.
 */
export const openBrowserIceCheck = (): IceCheck | undefined => {
  try {
    const connection = new RTCPeerConnection()
    return {
      accepts: (servers) => {
        try {
          connection.setConfiguration({ iceServers: [...servers] })
          return true
        } catch (error) {
          if (error instanceof DOMException || error instanceof TypeError) return false
          throw error
        }
      },
      end: () => connection.close(),
    }
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}
