import type { SignallingLimits } from '../shared/limits.ts'

/** Ends the connections one by one at random moments, so that their tabs don't come back all in one. */
export const endInSteps = async (
  connections: readonly { finishAnswered(): Promise<void> }[],
  { drainMsPerSocket, drainMs }: Pick<SignallingLimits, 'drainMsPerSocket' | 'drainMs'>,
): Promise<void> => {
  const spreadMs = Math.min(connections.length * drainMsPerSocket, drainMs)
  const endLater = (connection: { finishAnswered(): Promise<void> }): Promise<void> =>
    new Promise((resolve) => setTimeout(() => resolve(connection.finishAnswered()), Math.random() * spreadMs))
  await Promise.all(connections.map(endLater))
}
