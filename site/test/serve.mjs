// A static server, as a test needs one: with ranges or, as some servers are, without.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json',
  '.csv': 'text/csv; charset=utf-8', '.woff2': 'font/woff2',
}

export async function serve(root, { ranges = true } = {}) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
    const file = join(root, path.endsWith('/') ? `${path}index.html` : path)
    const found = await stat(file).catch(() => null)
    if (!found?.isFile()) {
      response.writeHead(404).end()
      return
    }
    const headers = { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }
    const asked = ranges && /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')
    if (asked) {
      const start = asked[1] === '' ? Math.max(0, found.size - Number(asked[2])) : Number(asked[1])
      const end = asked[1] === '' || asked[2] === '' ? found.size - 1 : Math.min(found.size - 1, Number(asked[2]))
      response.writeHead(206, { ...headers, 'Content-Range': `bytes ${start}-${end}/${found.size}`, 'Content-Length': end - start + 1 })
      createReadStream(file, { start, end }).pipe(response)
    } else {
      response.writeHead(200, { ...headers, 'Content-Length': found.size })
      createReadStream(file).pipe(response)
    }
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise(resolve => server.close(resolve)) }
}

if (process.argv[1] === new URL(import.meta.url).pathname) console.log((await serve(process.argv[2] ?? 'dist')).url)
