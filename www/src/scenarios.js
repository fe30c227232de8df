// The scenario that a new reader sees, and the way to the others: they come after the first picture.
// Titles and explanations are in the texts themselves.

import packetStory from '../../scenarios/packet-story.irql';

/** @typedef {{ id: string, text: string }} ScenarioText */

/** @type {ScenarioText} */
export const firstScenario = { id: 'packet-story', text: packetStory };

/** @returns {Promise<ScenarioText[]>} the rest of the menu, in order */
export const moreScenarios = async () => (await import('./more_scenarios.js')).moreScenarios;
