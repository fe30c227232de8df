// The module worker that the engine lives in: the page stays quick whatever a scenario does.

import { EngineHost } from './host.js';

const host = new EngineHost((reply) => postMessage(reply), 30);
addEventListener('message', ({ data }) => host.handle(data));
await host.start();
