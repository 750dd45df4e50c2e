import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadPage, type Page } from '../../../signal-server/http/page.ts'

/** A page that consists of these files, which are deleted before anybody requests them. */
export const loadedPage = async (files: Readonly<Record<string, string | Buffer>>): Promise<Page> => {
  const folder = await mkdtemp(join(tmpdir(), 'grapevine-page-'))
  for (const [name, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), body)
  }
  const page = await loadPage(folder)
  await rm(folder, { recursive: true })
  if (!page) throw new Error('The page does not load')
  return page
}
