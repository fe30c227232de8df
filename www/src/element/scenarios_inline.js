// Where the scenarios are in an artefact that is one file: in it, deflated.

import packed from 'inline:scenarios';
import packetStory from '../../../scenarios/packet-story.irql';
import { fromBase64, inflate } from '../base/bytes.js';
import { Library } from '../model/library.js';

/** @type {Promise<Record<string, string>> | null} */
let files = null;

async function unpack() {
  return JSON.parse(new TextDecoder().decode(await inflate(fromBase64(packed))));
}

export const library = new Library({
  first: { id: 'packet-story', text: packetStory },
  fetchFile: async (name) => {
    files ??= unpack();
    const text = (await files)[name];
    if (text === undefined) throw new Error(`There is no scenario file ${name}.`);
    return text;
  },
});
