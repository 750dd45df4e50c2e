/**
 * Answers after which another connection to the same address may lead to a server that does better: this one is a replica
 * (since a failover, if the connection is older), still reads its data, has lost its primary, or is on the smaller side of a
 * network that broke. Not among them is what the right server says as well: `OOM`, `MISCONF` (its disk fails), `BUSY` (a
 * script runs), `NOAUTH` and `NOPERM`.
 */
const isElsewhere = /^(?:ERR .* -)?(?:READONLY|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|MOVED)\b/s

/** Before Redis 7 the error of a command in a script stands behind the script's own. */
export const leadsElsewhere = (error: unknown): boolean => error instanceof Error && isElsewhere.test(error.message)
