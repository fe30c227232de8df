// The style sheet of the page, for a figure. The page of our own has linked it beforehand.

import text from 'styles:page';
import { putOn } from '../views/wardrobe.js';

/** @param {ShadowRoot} shadow */
export const dressShadow = (shadow) => putOn(shadow, text);
