// A scenario as a file: its text out of whatever was chosen or dropped, and the name to save one under.

import { fileName } from '../base/files.js';
import { mostBytes } from './link.js';

/** What is wrong with a file, as the catalogues have it: `file.problem.` and this.
 * @typedef {'unreadable' | 'large' | 'empty' | 'binary' | 'utf8'} FileProblem */
/** What is asked of a file. @typedef {{ size: number, arrayBuffer: () => Promise<ArrayBuffer> }} Readable */

/**
 * Never throws.
 * @param {Readable} file
 * @returns {Promise<{ text: string } | { problem: FileProblem }>}
 */
export async function readScenario(file) {
  if (file.size > mostBytes) return { problem: 'large' };
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return { problem: 'unreadable' }; // a folder, or gone meanwhile
  }
  if (bytes.length > mostBytes) return { problem: 'large' };
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { problem: 'utf8' };
  if (bytes.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d].includes(byte)))
    return { problem: 'binary' };
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: 'utf8' };
  }
  return text.trim() === '' ? { problem: 'empty' } : { text };
}

/**
 * @param {string} scenario  The id of the one that the text was made from, empty for none.
 * @param {string} title
 */
export const scenarioFileName = (scenario, title) =>
  scenario ? `${scenario}.irql` : fileName(title.toLowerCase(), '.irql');
