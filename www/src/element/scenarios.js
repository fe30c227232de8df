// Where the scenarios are: the one that a new reader sees is in the page, the others lie beside it.
// Titles and explanations are in the texts themselves.

import packetStory from '../../../scenarios/packet-story.irql';
import { Library } from '../model/library.js';

export const library = new Library({
  first: { id: 'packet-story', text: packetStory },
  fetchFile: async (name) => {
    const response = await fetch(new URL(encodeURIComponent(name), new URL('./scenarios/', import.meta.url)));
    // Some hosts answer with a page of their own for what is not there.
    if (!response.ok || response.headers.get('content-type')?.startsWith('text/html'))
      throw new Error(`${name}: ${response.status} ${response.statusText}`);
    return response.text();
  },
});
