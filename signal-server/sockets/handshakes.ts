import type { IncomingMessage } from 'node:http'
import { BoundedMap } from '../shared/bounded-map.ts'
import { type Handshake, type SeenRequest, socketHealthLimits } from '../shared/socket-health.ts'

type Arrival = Exclude<Handshake, 'missing'>

/**
 * How the latest websocket handshakes arrived. A browser does not tell a page why it got no websocket, and only the server
 * sees what a proxy changed in the handshake. So the page gives each handshake an id, and asks by plain http.
 */
export class Handshakes {
  readonly #arrivals = new BoundedMap<string, Arrival>(socketHealthLimits.rememberedHandshakes)

  note(request: IncomingMessage, arrival: Arrival): void {
    const id = idOf(request)
    if (id !== undefined) this.#arrivals.set(id, arrival)
  }

  /** The request, which asks about a handshake, as it arrived here, and how that handshake arrived. */
  seen(request: IncomingMessage): SeenRequest {
    const { headers, httpVersion } = request
    return {
      host: shown(headers.host),
      origin: shown(headers.origin),
      httpVersion,
      handshake: this.#arrivals.get(idOf(request) ?? '') ?? 'missing',
    }
  }
}

const shown = (header: string | undefined): string | null => header?.slice(0, socketHealthLimits.headerChars) ?? null

const idOf = ({ url = '' }: IncomingMessage): string | undefined => {
  const id = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('handshake')
  return id !== null && /^[a-z0-9]{1,32}$/.test(id) ? id : undefined
}
