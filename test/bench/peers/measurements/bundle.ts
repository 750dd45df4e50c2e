import type { Sample, Turn } from './sample.ts'

export const measureBundle = async ({ bundle }: Turn): Promise<Sample> => ({ bundle: bundle.gzipBytes / 1_000 })
