// English: the view that asks what happens next.

/** @type {Record<string, string>} */
export const words = {
  'quiz.title': 'What happens next?',
  'quiz.right': 'Right.',
  'quiz.wrong': 'No: this happens.',
  'quiz.on': 'Go on',
  'quiz.over': 'Nothing comes after this that could be asked for.',
  'quiz.score': '{right} of {all} right',
};
