/** Builds the package: an entry for each subpath in `exports` of package.json and for the command, and what they share. */
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import packageJson from '../../package.json' with { type: 'json' }
import { embeddedStyles } from './embedded-styles.ts'

const pathTo = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

const outDir = pathTo('../../dist/package')

/** The entry `index` is built from `index.ts`, and so on; the last one is the command. */
const entries = [
  ...Object.values(packageJson.exports).map((target) => (typeof target === 'string' ? target : target.default)),
  packageJson.bin.grapevine,
].flatMap((target) => /([\w-]+)\.js$/.exec(target)?.[1] ?? [])

const isOfElements = (id: string): boolean => id.startsWith(pathTo('../ui/').replaceAll('\\', '/'))

const stylesheet: Plugin = {
  name: 'grapevine-stylesheet',
  applyToEnvironment: ({ name }) => name === 'ssr',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'elements.css', source: embeddedStyles() })
    // TypeScript looks for the types of each import, also of a stylesheet.
    this.emitFile({ type: 'asset', fileName: 'elements.d.css.ts', source: 'export {}\n' })
  },
}

export default defineConfig({
  root: pathTo('.'),
  tsconfig: pathTo('../../tsconfig.json'),
  plugins: [stylesheet],
  builder: {
    buildApp: async (builder) => {
      for (const name of ['ssr', 'client']) {
        const environment = builder.environments[name]
        if (environment) await builder.build(environment)
      }
    },
  },
  environments: {
    /**
     * The subpaths and the command. Built as if for a server, where Vite imports other packages instead of copying them, and leaves
     * `new Worker(new URL(…))` to the bundler of the application.
     */
    ssr: {
      build: {
        ssr: true,
        outDir,
        emptyOutDir: true,
        rollupOptions: {
          input: Object.fromEntries(entries.map((name) => [name, pathTo(`${name}.ts`)])),
          output: {
            // In one folder: the worker is beside the chunk that starts it.
            entryFileNames: '[name].js',
            // `sideEffects` of package.json names the files that define elements.
            chunkFileNames: ({ moduleIds }) => (moduleIds.some(isOfElements) ? 'elements-[name].js' : '[name].js'),
          },
        },
      },
    },
    /**
     * The worker of a node, one file with all that it imports: a bundler need not split it, which it can't do in Vite's
     * default format of workers, and a development server need not find its imports.
     */
    client: {
      build: {
        outDir,
        emptyOutDir: false,
        copyPublicDir: false,
        minify: false,
        // As a library it has no helper of Vite's that preloads parts of a page.
        lib: { entry: pathTo('../node/create/node-worker.ts'), formats: ['es'], fileName: 'node-worker' },
        rollupOptions: { output: { codeSplitting: false } },
      },
    },
  },
})
