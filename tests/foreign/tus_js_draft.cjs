// tus-js-client, in its dialect of the IETF draft (interop version 6), uploads a file in parts, is stopped after the
// first, and another instance goes on where the bureau stands.
// Usage: NODE_PATH=…/node_modules node tus_js_draft.cjs ENDPOINT TOKEN METADATA-AS-JSON FILE
const fs = require('node:fs');
const tus = require('tus-js-client');

const [endpoint, token, metadata, file] = process.argv.slice(2);
const bytes = fs.readFileSync(file);
const fail = (error) => {
  console.error(String(error));
  process.exit(1);
};
const options = {
  endpoint,
  protocol: 'ietf-draft-05',
  headers: { Authorization: `Bearer ${token}` },
  metadata: JSON.parse(metadata),
  chunkSize: 10,
  retryDelays: null,
  storeFingerprintForResuming: false,
  onError: fail,
};

const first = new tus.Upload(bytes, {
  ...options,
  onChunkComplete: (_, accepted) => {
    first.abort();
    const second = new tus.Upload(bytes, {
      ...options,
      uploadUrl: first.url,
      onSuccess: () => console.log(`stopped at ${accepted}, went on, done`),
    });
    second.start();
  },
});
first.start();
