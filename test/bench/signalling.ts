/**
 * What introductions cost the server, compared with PeerJS's server and bare relays in the same run; what a silent
 * tab costs; a full server; and the return of all tabs after the server was killed.
 */
import { measureSignalling, settings } from './signalling/measurement.ts'
import { describeSignalling } from './signalling/report.ts'
import { keepClientsApart } from './signalling/servers.ts'

export const run = async ({ isQuick, isJson }: { readonly isQuick: boolean; readonly isJson: boolean }) => {
  keepClientsApart()
  const result = await measureSignalling(isQuick ? settings.quick : settings.whole)
  console.log(isJson ? JSON.stringify(result) : describeSignalling(result))
}
