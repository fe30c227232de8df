// The worker that the engine lives in: the page stays quick whatever a scenario does. It starts when it is
// told where the engine's bytes are.

import { EngineHost } from './host.js';

const host = new EngineHost((reply) => postMessage(reply), 30);
addEventListener('message', ({ data }) => ('wasm' in data ? host.start(data.wasm) : host.handle(data)));
