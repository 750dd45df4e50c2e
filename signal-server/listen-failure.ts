import type { Settings } from './settings.ts'

/** In plain words why the server can't listen, and what to do. */
export const describeListenFailure = (error: NodeJS.ErrnoException, { port, host }: Settings): string => {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use. Choose another: PORT=${port < 65_535 ? port + 1 : 3000} npm start`
    case 'EACCES':
      return `Port ${port} needs rights that this user does not have. Choose one above 1023: PORT=3000 npm start`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST=${host} is not an address of this machine. For every address of it: HOST=0.0.0.0 npm start`
    default:
      return `The server can't listen on ${host}, port ${port}: ${error.message}`
  }
}
