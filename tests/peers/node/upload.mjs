// Uploads what a job lists with tus-js-client: `node upload.mjs JOB`. Test-only.
//
// A job is JSON: {"url", "token", "chunk_bytes", "uploads": [{"file", "metadata"}]}.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { Upload } from 'tus-js-client'

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))

const upload = ({ file, metadata }) =>
  new Promise((resolve, reject) => {
    new Upload(createReadStream(file), {
      endpoint: job.url,
      uploadSize: statSync(file).size,
      chunkSize: job.chunk_bytes,
      headers: { authorization: `Bearer ${job.token}` },
      metadata,
      retryDelays: [10, 10, 10, 10],
      onError: reject,
      onSuccess: resolve,
    }).start()
  })

for (const one of job.uploads) await upload(one)
