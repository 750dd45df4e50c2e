import type { IceServer } from '../../../signal-server/shared/protocol.ts'

/** Asks the browser with which servers it would make a connection. */
export interface IceCheck {
  accepts(servers: readonly IceServer[]): boolean
  end(): void
}

/**
 * Undefined if the browser makes no connection, as the first dial will say. A check costs one of the connections that a
 * page may make in its life, however much it is asked; in Chromium each constructor that throws would cost another.
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
