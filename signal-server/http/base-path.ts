import type { IncomingMessage } from 'node:http'

/** A path below which a proxy asks for everything, such as `/app/`; `/` is none. */
export const isBasePath = (path: string): boolean =>
  /^\/(?:[A-Za-z0-9._~-]+\/)*$/.test(path) && !/\/\.{1,2}\//.test(path)

/**
 * The request's url as if the page were served at `/`. A proxy that puts one slash too many between its own path and ours
 * (`//assets/…`) means no other file. Gives nothing for the base path without the slash at its end: there the page would
 * look for its files beside the base path instead of below it.
 */
export const urlBelow = (basePath: string, url: string): string | undefined => {
  const path = url.replace(/^\/+/, '/')
  if (path.startsWith(basePath)) return path.slice(basePath.length - 1)
  return basePath !== '/' && path.split('?', 1)[0] === basePath.slice(0, -1) ? undefined : path
}

/** Where the folder of such a request is, relative to it: the path that the browser sees may be longer than ours. */
export const folderOf = ({ url = '' }: IncomingMessage): string => {
  const [path = '', ...query] = url.split('?')
  return [`./${path.slice(path.lastIndexOf('/') + 1)}/`, ...query].join('?')
}
