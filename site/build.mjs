// Builds the site, and puts a release beside it: node build.mjs --release DIR --output DIR
import { build } from 'esbuild'
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({ options: { release: { type: 'string' }, output: { type: 'string', default: 'dist' } } })
const output = resolve(values.output)

if (values.release && !(await stat(join(values.release, 'events.parquet')).catch(() => null))) {
  console.error(`${values.release} is no release: it has no events.parquet. \`make sample\` makes one.`)
  process.exit(1)
}

await mkdir(output, { recursive: true })
const result = await build({
  absWorkingDir: root,
  entryPoints: { site: 'src/main.ts', style: 'src/style.css' },
  outdir: output,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  loader: { '.woff2': 'file' },
  assetNames: 'fonts/[name]',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
})
for (const name of ['index.html', 'icon.svg']) await cp(join(root, 'src', name), join(output, name))

// The licences of what was bundled ask to travel with it.
const inputs = Object.keys(result.metafile.inputs)
const packages = [...new Set(inputs.map(path => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean))].sort()
let notices = 'This site contains these packages.\n'
for (const name of packages) {
  const folder = join(root, 'node_modules', name)
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  if (!['MIT', 'ISC', 'BSD-3-Clause', 'OFL-1.1'].includes(about.license)) {
    throw new Error(`${name} has the licence ${about.license}, which nobody has checked`)
  }
  const text = await readFile(join(folder, 'LICENSE'), 'utf8').catch(() => `Licence: ${about.license}\n`)
  notices += `\n== ${name} ${about.version} (${about.license})\n\n${text}`
}
await writeFile(join(output, 'LICENSES.txt'), notices)

if (values.release) {
  await rm(join(output, 'release'), { recursive: true, force: true })
  await cp(values.release, join(output, 'release'), { recursive: true })
}
const bytes = Object.entries(result.metafile.outputs).filter(([path]) => path.endsWith('.js')).map(([, out]) => out.bytes)
console.log(`${values.output}: ${Math.round(bytes.reduce((a, b) => a + b, 0) / 1024)} KiB of script, ${packages.length} packages`)
