// 실행과 그림을 내보내는 대화 상자의 말.

/** @type {Record<string, string>} */
export const words = {
  'export.title': '내보내기',
  'export.picture': '이 순간을 그림으로',
  'export.alt': '이 순간의 그림: {sentence}',
  'export.colours': '색',
  'export.light': '밝게',
  'export.dark': '어둡게',
  'export.auto': '보는 사람의 설정대로 (SVG)',
  'export.svg': 'SVG',
  'export.svg.about': '어떤 크기에서도 선명합니다. 슬라이드와 웹 페이지용',
  'export.png': 'PNG',
  'export.png.about': '두 배 크기. 픽셀 그림만 받는 곳용',
  'export.run': '실행 기록',
  'export.trace': 'Perfetto용 추적',
  'export.trace.about':
    'ui.perfetto.dev와 chrome://tracing이 읽는 JSON: 프로세서, 스레드, 원인에서 결과로 가는 화살표',
  'export.jsonl': 'JSON Lines',
  'export.jsonl.about': '한 줄에 레코드 하나, 스크립트용. 명령줄의 출력과 같습니다',
  'export.scenario': '시나리오',
  'export.scenario.about': '편집기에 있는 그대로의 텍스트',
  'export.save': '저장',
  'export.copy': '복사',
  'export.saveWhat': '저장: {what}',
  'export.copyWhat': '복사: {what}',
  'export.copied': '복사했습니다: {what}',
  'export.saved': '저장했습니다: {file}',
  'export.made': '레코드 {of}개 중 {at}개',
  'export.stop': '중지',
  'export.manual': '이 프레임에서는 클립보드를 쓸 수 없습니다. 여기에서 텍스트를 복사하세요:',
  'export.tooLong': '복사하기에는 너무 깁니다: {size}. 한도는 {limit}입니다. 파일로 저장하세요.',
  'export.failed': '실패했습니다: {reason}',
  'export.frame':
    '저장되지 않으면 이 프레임을 담은 페이지가 저장을 허용하지 않는 것입니다. 대신 텍스트를 복사하세요.',
};
