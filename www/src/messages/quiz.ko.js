// Korean: the view that asks what happens next.

/** @type {Record<string, string>} */
export const words = {
  'quiz.title': '다음에 무슨 일이 일어날까요?',
  'quiz.right': '맞습니다.',
  'quiz.wrong': '아닙니다. 실제로는 이렇습니다.',
  'quiz.on': '계속',
  'quiz.over': '이 뒤에는 물어볼 만한 일이 없습니다.',
  'quiz.score': '{all}개 중 {right}개 맞음',
};
