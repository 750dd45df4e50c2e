import { isIP } from 'node:net'
import type { Settings } from './settings.ts'

/** Why the server can't listen, and what to do, for a person. `command`: starts the server, such as `npm start`. */
export const describeListenFailure = (
  error: NodeJS.ErrnoException & { readonly address?: string; readonly port?: number },
  { port: wanted, host }: Pick<Settings, 'port' | 'host'>,
  command = 'npm start',
): string => {
  const port = error.port ?? wanted
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use${placeOf(host, error.address)}. Choose another port: PORT=${port < 65_535 ? port + 1 : 3000} ${command}`
    case 'EACCES':
      return `Port ${port} needs rights that this user does not have. Choose a port above 1023: PORT=3000 ${command}`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST=${host} is not an address of this machine. To listen on all its addresses: HOST=0.0.0.0 ${command}`
    default:
      return `The server can't listen on ${host}, port ${port}: ${error.message}`
  }
}

/** Names the IPv6 address of `localhost`, since the person knows only the name. */
const placeOf = (host: string, address: string | undefined): string =>
  address === undefined || address === host || isIP(address) !== 6
    ? ''
    : ` at [${address}], one of the addresses of localhost`
