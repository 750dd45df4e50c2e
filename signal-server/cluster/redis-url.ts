/** Whether the client accepts the url: it throws for a path that is no number, and for a `%` that escapes nothing. */
export const isRedisUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname, username, password } = new URL(text)
  const isRedis = protocol === 'redis:' || protocol === 'rediss:'
  return isRedis && hostname !== '' && isDatabase(pathname) && isEscaped(username) && isEscaped(password)
}

/** The number of the database in the url; 0 if it has none. */
export const databaseOf = (redisUrl: string): number => Number(new URL(redisUrl).pathname.slice(1))

const isDatabase = (pathname: string): boolean => /^(?:\/\d{0,9})?$/.test(pathname)

const isEscaped = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}
