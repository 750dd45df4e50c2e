import { open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Replaces a file, which only this person can read. Once it resolves the new content is on disk; a crash leaves the old one. */
export const replaceFile = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.new`
  try {
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

/** Makes renames in a folder durable. Windows opens no folder, and needs no sync. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The code of a failed system call, such as `ENOENT`. */
export const errorCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
