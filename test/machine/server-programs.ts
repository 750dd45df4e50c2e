import { obtainPrograms } from './obtained-programs.ts'

/** The servers that some tests run for themselves: command → Debian's package. */
const packages = {
  'redis-server': 'redis-server',
  turnserver: 'coturn',
  nginx: 'nginx-light',
} as const

export type ServerPrograms = Readonly<Record<keyof typeof packages, string>>

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths of the servers that tests start. */
    serverPrograms: ServerPrograms
  }
}

/** Paths of the servers on this machine; installs those that are missing. Rejects with a message for a person. */
export const findServerPrograms = (report: (line: string) => void): Promise<ServerPrograms> =>
  obtainPrograms(packages, report)
